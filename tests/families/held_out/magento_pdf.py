"""A dark grey block with number and order in white, two shaded address boxes, a product in two lines
with its article code, and bold totals with a colon at the right: after the PDF of Magento.
"""

from __future__ import annotations

from tests.families.facts import Facts
from tests.families.family import Family
from tests.families.held_out_parts import TotalWords, address, closing, pairs, title, totals
from tests.families.look import Look
from tests.families.sheet import Sheet

_SAY = {
    "nl": TotalWords(
        gross="Totaalbedrag:",
        total="Totaalbedrag:",
        net="Subtotaal:",
        vat="BTW {r}%:",
        subtotal="Artikelen:",
        discount="Korting (actie)",
        rounding="Afronding:",
        paid="Reeds betaald:",
        due="Nog te betalen:",
    ),
    "en": TotalWords(
        gross="Grand Total:",
        total="Grand Total:",
        net="Subtotal:",
        vat="Tax {r}%:",
        subtotal="Items:",
        discount="Discount (promo)",
        rounding="Rounding:",
        paid="Total Paid:",
        due="Total Due:",
    ),
}
_BLOCK = {
    "nl": {
        "number": "Factuur # |Creditnota # ",
        "date": "Factuurdatum: |Datum: ",
        "corrects": "Bij factuur # ",
        "order": "Bestelling # ",
        "due": "Te betalen voor: ",
    },
    "en": {
        "number": "Invoice # |Credit Memo # ",
        "date": "Invoice Date: |Date: ",
        "corrects": "For Invoice # ",
        "order": "Order # ",
        "due": "Payment Due: ",
    },
}
_IDS = {
    "nl": {
        "phone": "T: ",
        "email": "",
        "web": "",
        "kvk": "KvK: ",
        "vat": "BTW: ",
        "iban": "IBAN: ",
        "agb": "AGB: ",
        "branch": "Vestiging: ",
        "g-account": "G-rekening: ",
    },
    "en": {
        "phone": "T: ",
        "email": "",
        "web": "",
        "kvk": "CoC: ",
        "vat": "VAT: ",
        "iban": "IBAN: ",
        "agb": "AGB: ",
        "branch": "Branch: ",
        "g-account": "G-rekening: ",
    },
}
_HEADS = {
    "nl": ("Producten", "Code", "Prijs", "Aantal", "BTW", "Subtotaal"),
    "en": ("Products", "SKU", "Price", "Qty", "Tax", "Subtotal"),
}
_XS = ((45, "l"), (250, "l"), (375, "r"), (420, "r"), (480, "r"), (550, "r"))


def _head(s: Sheet, f: Facts, y: float) -> float:
    s.box(35, y, 520, 15, fill="#ededed", line="#888888", thick=0.5)
    for (x, align), text in zip(_XS, _HEADS[f.language], strict=True):
        if not (f.exempt and text in ("BTW", "Tax")):
            s.text(x, y + 10.5, text, 9, align=align, colour="#333333")
    return y + 29


def draw(f: Facts, look: Look) -> bytes:
    s = Sheet(size=9)
    dutch = f.language == "nl"
    s.text(35, 45, f.supplier.name, 14, bold=True)
    if f.mark:
        s.text(300, 45, f.mark, 14, bold=True, align="c")
    ids = pairs(f, look, _IDS[f.language])
    bottom = s.lines(555, 35, [*address(f, look), *(a + v for a, v in ids)], 8, align="r", step=10)
    block = [a + v for a, v in pairs(f, look, _BLOCK[f.language])]
    y = max(85.0, bottom)
    s.box(35, y, 520, 14 * len(block) + 10, fill="#737373", line="")
    s.lines(45, y + 15, block, 9.5, step=14, colour="#ffffff")
    y += 14 * len(block) + 10
    s.box(35, y, 520, 16, fill="#dedede", line="#888888", thick=0.5)
    s.text(45, y + 11.5, "Verkocht aan:" if dutch else "Sold to:", 10, bold=True)
    s.text(305, y + 11.5, "Verzonden naar:" if dutch else "Ship to:", 10, bold=True)
    folded = [x for part in f.addressee for x in s.fold(part, 240)]
    height = 13 * len(folded) + 12
    s.box(35, y + 16, 520, height, line="#888888", thick=0.5)
    s.lines(45, y + 31, folded, 9.5, step=13)
    s.lines(305, y + 31, folded, 9.5, step=13)
    y += 16 + height
    s.box(35, y, 520, 16, fill="#dedede", line="#888888", thick=0.5)
    s.text(45, y + 11.5, "Betaalmethode:" if dutch else "Payment Method:", 10, bold=True)
    s.text(305, y + 11.5, "Verzendmethode:" if dutch else "Shipping Method:", 10, bold=True)
    s.box(35, y + 16, 520, 22, line="#888888", thick=0.5)
    s.text(45, y + 30, "Op rekening" if dutch else "Purchase order")
    s.text(305, y + 30, title(f, "Dienst aan huis", "Retour") if dutch else "Flat rate")
    y = _head(s, f, y + 46)
    for at, line in enumerate(f.lines):
        off = f" (-{line.discount}%)" if line.discount else ""
        folded = s.fold(line.description + off, 195)
        if y + 12 * len(folded) > 790:
            s.turn_page()
            y = _head(s, f, 40)
        cells = (
            "",
            f"ZRG-{at + 11:04d}",
            look.money(line.price),
            look.quantity(line.quantity),
            "" if f.exempt else f"{line.rate}%",
            look.money(line.net),
        )
        for at_cell, ((x, align), text) in enumerate(zip(_XS, cells, strict=True)):
            s.text(x, y, text, 9, align=align, bold=at_cell == 5)
        y = s.lines(45, y, folded, step=12) + 8
    rows = totals(f, look, _SAY[f.language])
    texts = closing(f, look)
    if y + 15 * len(rows) + 26 * len(texts) > 800:
        s.turn_page()
        y = 50
    y += 8
    for row in rows:
        s.text(480, y, row.label, 10, bold=True, align="r")
        s.text(550, y, row.amount, 10, bold=True, align="r")
        y += 15
    y += 8
    for text in texts:
        y = s.wrapped(45, y, 480, text, 9) + 2
    return s.by_reportlab()


FAMILY = Family("magento-pdf", "reportlab", draw, ("nl", "en"))
