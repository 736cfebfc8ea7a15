"""Three columns at the top (title with client, labels over their values, company), and at the foot
a slip to cut off that repeats customer, number and amount: after the standard theme of Xero.
"""

from __future__ import annotations

from tests.families.facts import Facts
from tests.families.family import Family
from tests.families.held_out_parts import TotalWords, address, closing, pairs, title, totals, values
from tests.families.look import Look
from tests.families.sheet import Sheet

_SAY = {
    "nl": TotalWords(
        gross="TOTAAL EUR",
        total="TOTAAL EUR",
        net="Subtotaal",
        vat="TOTAAL BTW {r}%",
        subtotal="Totaal regels",
        discount="Korting",
        paid="Minus ontvangen bedrag",
        due="VERSCHULDIGD BEDRAG EUR",
    ),
    "en": TotalWords(
        gross="TOTAL EUR",
        total="TOTAL EUR",
        net="Subtotal",
        vat="TOTAL VAT {r}%",
        subtotal="Lines",
        discount="Discount",
        paid="Less Amount Paid",
        due="AMOUNT DUE EUR",
        rounding="Rounding",
    ),
}
_LABELS = {
    "nl": {
        "date": "Factuurdatum|Datum creditnota",
        "number": "Factuurnummer|Nummer creditnota",
        "corrects": "Betreft factuur",
        "order": "Referentie",
        "vat": "Btw-nummer",
    },
    "en": {
        "date": "Invoice Date|Credit Note Date",
        "number": "Invoice Number|Credit Note Number",
        "corrects": "Original Invoice",
        "order": "Reference",
        "vat": "VAT Number",
    },
}
_HEADS = {
    "nl": ("Omschrijving", "Aantal", "Prijs", "Korting", "BTW", "Bedrag EUR"),
    "en": ("Description", "Quantity", "Unit Price", "Disc", "VAT", "Amount EUR"),
}
_SLIP = {
    "nl": ("BETAALBEWIJS", "Aan:", "Klant", "Factuurnummer", "Te betalen bedrag", "Vervaldatum"),
    "en": ("PAYMENT ADVICE", "To:", "Customer", "Invoice Number", "Amount Due", "Due Date"),
}


def _top(s: Sheet, f: Facts, look: Look) -> float:
    dutch = f.language == "nl"
    heading = title(f, "FACTUUR", "CREDITNOTA") if dutch else title(f, "INVOICE", "CREDIT NOTE")
    s.text(40, 70, heading, 22)
    left = s.lines(40, 120, [line for part in f.addressee for line in s.fold(part, 215)], step=13)
    y = 60.0
    for label, value in pairs(f, look, _LABELS[f.language]):
        s.text(265, y, label, bold=True)
        s.text(265, y + 12, value)
        y += 29
    known = values(f, look)
    company = [f.supplier.name, *address(f, look), known["phone"], known["email"], known["web"]]
    folded = [line for part in company if part for line in s.fold(part, 150)]
    right = s.lines(405, 60, folded, step=12.5)
    return max(left, y, right, 190) + 25


def _items(s: Sheet, f: Facts, look: Look, y: float) -> float:
    rights = [315.0, 380.0, 420.0, 468.0, 555.0]
    heads = list(_HEADS[f.language])
    if not any(line.discount for line in f.lines):
        heads[3] = ""
    if f.exempt:
        heads[4] = ""

    def head(at: float) -> float:
        s.text(40, at, heads[0], bold=True)
        for x, text in zip(rights, heads[1:], strict=True):
            s.text(x, at, text, bold=True, align="r")
        s.rule(40, at + 5, 555, 1)
        return at + 19

    y = head(y)
    for line in f.lines:
        folded = s.fold(line.description, 215)
        if y + 13 * len(folded) > 740:
            s.turn_page()
            y = head(60)
        cells = (
            look.quantity(line.quantity),
            look.money.bare(line.price),
            f"{line.discount}%" if line.discount else "",
            "" if f.exempt else f"{line.rate}%",
            look.money.bare(line.net),
        )
        for x, text in zip(rights, cells, strict=True):
            s.text(x, y, text, align="r")
        y = s.lines(40, y, folded, step=12.5)
        s.rule(40, y - 7, 555, 0.3, "#bbbbbb")
        y += 7
    return y


def draw(f: Facts, look: Look) -> bytes:
    s = Sheet(size=min(look.size, 9.5))
    if f.mark:
        s.text(555, 40, f.mark, 13, align="r", colour="#999999")
    y = _items(s, f, look, _top(s, f, look))
    rows = totals(f, look, _SAY[f.language], sign=False)
    texts = [*closing(f, look)]
    dutch = f.language == "nl"
    known = values(f, look)
    bank = {"iban": "IBAN", "bic": "BIC", "g-account": "G-rekening", "agb": "AGB-code"}
    texts.insert(0, ("Vervaldatum: " if dutch else "Due Date: ") + look.date(f.due))
    texts += [f"{a}: {v}" for a, v in pairs(f, look, bank)]
    kvk = (
        "KvK-nummer: {}. Vestigingsadres: {}."
        if dutch
        else "Company Registration No: {}. Registered Office: {}."
    )
    if known["kvk"]:
        place = ", ".join(address(f, look)) or f.supplier.name
        text = kvk.format(known["kvk"], place)
        if f.supplier.branch:
            text += f" Vestigingsnummer {f.supplier.branch}."
        texts.append(text)
    elif f.supplier.branch:
        texts.append(f"Vestigingsnummer {f.supplier.branch}")
    folded = [line for text in texts for line in s.fold(text, 510)]
    if y + 15 * len(rows) + 13 * len(folded) > 670:
        s.turn_page()
        y = 60
    for row in rows:
        bold = row.kind in ("gross", "due")
        if bold:
            s.rule(330, y - 11, 555, 0.8)
        s.text(468, y, row.label, bold=bold, align="r")
        s.text(555, y, row.amount, bold=bold, align="r")
        y += 15
    s.text(40, y + 15, folded[0], 11, bold=True)
    s.lines(40, y + 31, folded[1:], step=13)
    _slip(s, f, look)
    return s.by_reportlab()


def _slip(s: Sheet, f: Facts, look: Look) -> None:
    heading, to, *labels = _SLIP[f.language]
    for at in range(40, 556, 8):
        s.rule(at, 702, at + 4, 0.5)
    s.text(40, 728, heading, 15)
    s.text(40, 748, to)
    s.lines(72, 748, [f.supplier.name, *address(f, look)], step=12)
    amount = look.money(f.due_amount, sign=False)
    facts = (f.addressee[0], f.number, amount, look.date(f.due))
    y = 730.0
    for label, value in zip(labels, facts, strict=True):
        if value:
            s.text(330, y, label, bold=True)
            y = s.lines(430, y, s.fold(value, 125), step=13)


FAMILY = Family("xero-advice", "reportlab", draw, ("nl", "en"))
