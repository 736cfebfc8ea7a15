"""Title, date and number flush right in three sizes, the detail of the taxes as a table at the left
of the totals, payment method boxed and the company in two centred lines below: after PrestaShop.
"""

from __future__ import annotations

from tests.families.facts import Facts
from tests.families.family import Family
from tests.families.held_out_parts import TotalWords, address, closing, pairs, title, totals, values
from tests.families.look import Look
from tests.families.sheet import Sheet

_SAY = {
    "nl": TotalWords(
        gross="Totaal",
        total="Totaal",
        net="Totaal (excl. btw)",
        vat="Totaal btw {r}%",
        subtotal="Totaal producten",
        discount="Totaal kortingen",
        rounding="Afronding",
        paid="Reeds betaald",
        due="Nog te betalen",
    ),
    "fr": TotalWords(
        gross="Total",
        total="Total",
        net="Total (HT)",
        vat="Total TVA {r}%",
        subtotal="Total produits",
        discount="Total réductions",
        rounding="Arrondi",
        paid="Acompte versé",
        due="Reste à payer",
    ),
}
_REFS = {
    "nl": {
        "number": "Factuurnummer|Creditnummer",
        "date": "Factuurdatum|Datum",
        "order": "Bestelreferentie",
        "due": "Vervaldatum",
        "corrects": "Bij factuur",
    },
    "fr": {
        "number": "Numéro de facture|Numéro d'avoir",
        "date": "Date de facturation|Date",
        "order": "Réf. de commande",
        "due": "Date d'échéance",
        "corrects": "Sur facture",
    },
}
_HEADS = {
    "nl": ("Referentie", "Product", "Btw-tarief", "Eenheidsprijs", "Aantal", "Totaal"),
    "fr": ("Référence", "Produit", "Taux de TVA", "Prix unitaire", "Qté", "Total"),
}
_TAX = {
    "nl": ("Btw-detail", "Btw-tarief", "Basisprijs", "Totale btw"),
    "fr": ("Détail des taxes", "Taux de TVA", "Prix de base", "Total taxes"),
}
_IDS = {
    "nl": {
        "phone": "Tel:",
        "email": "",
        "web": "",
        "kvk": "KVK-nummer:",
        "vat": "BTW-nummer:",
        "iban": "IBAN:",
        "agb": "AGB:",
        "branch": "Vestiging:",
        "g-account": "G-rekening:",
    },
    "fr": {
        "phone": "Tél :",
        "email": "",
        "web": "",
        "kvk": "N° KvK :",
        "vat": "N° TVA :",
        "iban": "IBAN :",
        "agb": "AGB :",
        "branch": "Établissement :",
        "g-account": "G-rekening :",
    },
}
_XS = ((40, "l"), (100, "l"), (365, "r"), (432, "r"), (475, "r"), (555, "r"))


def _head(s: Sheet, f: Facts, y: float) -> float:
    s.box(36, y, 523, 18, fill="#f0f0f0", line="#000000", thick=0.4)
    for (x, align), text in zip(_XS, _HEADS[f.language], strict=True):
        if not (f.exempt and text in ("Btw-tarief", "Taux de TVA")):
            s.text(x, y + 12, text, 8, bold=True, align=align)
    return y + 31


def draw(f: Facts, look: Look) -> bytes:
    s, known, dutch = Sheet(size=8.5), values(f, look), f.language == "nl"
    s.text(40, 52, f.supplier.name, 18, bold=True, colour=look.accent)
    word = title(f, "FACTUUR", "CREDITBON") if dutch else title(f, "FACTURE", "AVOIR")
    s.text(555, 45, f"{f.mark} {word}".strip(), 14, bold=True, align="r")
    s.text(555, 60, known["date"], 9.5, align="r")
    s.text(
        555, 73, f"#{known['number']}" if known["number"] else "", 9.5, align="r", colour="#444444"
    )
    s.text(300, 110, "Factuuradres" if dutch else "Adresse de facturation", 9, bold=True)
    s.lines(300, 124, [x for part in f.addressee for x in s.fold(part, 250)], 9.5)
    s.text(40, 110, "Leveringsadres" if dutch else "Adresse de livraison", 9, bold=True)
    s.lines(40, 124, [x for part in f.addressee for x in s.fold(part, 240)], 9.5)
    refs = pairs(f, look, _REFS[f.language])
    each = 523 / len(refs)
    for at, (label, value) in enumerate(refs):
        s.box(36 + at * each, 205, each, 16, fill="#f0f0f0", thick=0.4)
        s.text(36 + (at + 0.5) * each, 216, label, 8, bold=True, align="c")
        s.box(36 + at * each, 221, each, 18, thick=0.4)
        s.text(36 + (at + 0.5) * each, 233, value, 8.5, align="c")
    y = _head(s, f, 258)
    for at, line in enumerate(f.lines):
        off = f" (-{line.discount}%)" if line.discount else ""
        folded = s.fold(line.description + off, 215)
        if y + 12 * len(folded) > 720:
            s.turn_page()
            y = _head(s, f, 50)
        cells = (
            f"demo_{at + 1}",
            "",
            "" if f.exempt else f"{line.rate} %",
            look.money(line.price),
            look.quantity(line.quantity),
            look.money(line.net),
        )
        for (x, align), text in zip(_XS, cells, strict=True):
            s.text(x, y, text, align=align)
        y = s.lines(100, y, folded, step=12)
        s.rule(36, y - 6, 559, 0.3, "#bbbbbb")
        y += 6
    y = _bottom(s, f, look, y)
    texts = closing(f, look)
    for text in texts:
        y = s.wrapped(40, y, 510, text, 8.5) + 2
    _footer(s, f, look)
    return s.by_fpdf2()


def _bottom(s: Sheet, f: Facts, look: Look, y: float) -> float:
    rows = totals(f, look, _SAY[f.language], bases=False)
    need = max(16 * len(rows), 16 * (len(f.shares) + 1) + 40) + 24 * len(closing(f, look))
    if y + need > 750:
        s.turn_page()
        y = 60
    y, left = y + 4, y + 4
    heading, *heads = _TAX[f.language]
    if f.shares:
        xs = (40.0, 170.0, 240.0)
        s.box(36, left, 210, 16, fill="#f0f0f0", thick=0.4)
        for x, text in zip(xs, heads, strict=True):
            s.text(x, left + 11, text, 7.5, bold=True, align="l" if x < 100 else "r")
        s.text(36, left - 3, heading, 7, colour="#666666")
        left += 16
        for share in f.shares:
            s.box(36, left, 210, 16, thick=0.4)
            cells = (f"{share.rate}.000 %", look.money(share.net), look.money(share.vat))
            for x, text in zip(xs, cells, strict=True):
                s.text(x, left + 11, text, 8, align="l" if x < 100 else "r")
            left += 16
    dutch = f.language == "nl"
    s.box(36, left + 8, 95, 16, fill="#f0f0f0", thick=0.4)
    s.text(40, left + 19, "Betaalmethode" if dutch else "Moyen de paiement", 7.5, bold=True)
    s.box(131, left + 8, 115, 16, thick=0.4)
    s.text(135, left + 19, "Bankoverschrijving" if dutch else "Virement bancaire", 8)
    for row in rows:
        last = row.kind in ("gross", "due")
        s.box(330, y, 140, 16, fill="#f0f0f0" if not last else "#cccccc", thick=0.4)
        s.box(470, y, 89, 16, fill="" if not last else "#cccccc", thick=0.4)
        s.text(466, y + 11, row.label, 8.5, bold=True, align="r")
        s.text(555, y + 11, row.amount, 8.5, bold=last, align="r")
        y += 16
    return max(y, left + 30) + 16


def _footer(s: Sheet, f: Facts, look: Look) -> None:
    first = ", ".join([f.supplier.name, *address(f, look)])
    ids = [f"{a} {v}".strip() for a, v in pairs(f, look, _IDS[f.language])]
    y = 796.0
    for text in s.fold(first, 520, 7.5):
        s.text(297, y, text, 7.5, align="c", colour="#444444")
        y += 9
    half = len(ids) if s.length(" - ".join(ids), 7.5) < 520 else len(ids) // 2
    for part in (ids[:half], ids[half:]):
        s.text(297, y, " - ".join(part), 7.5, align="c", colour="#444444")
        y += 9


FAMILY = Family("prestashop-tax", "fpdf2", draw, ("nl", "fr"))
