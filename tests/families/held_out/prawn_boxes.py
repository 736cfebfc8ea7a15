"""On letter paper: the title left and the number alone at the right in the same size, rounded boxes of
provider and purchaser with the postcode and city apart, labels without a colon far from their value,
sums with words flush right and amounts flush left: after the gem invoice_printer.
"""

from __future__ import annotations

from tests.families.facts import Facts
from tests.families.family import Family
from tests.families.held_out_more_parts import Columns, on_each_page, said
from tests.families.held_out_parts import closing, pairs, title
from tests.families.look import Look
from tests.families.sheet import Sheet

_SAY = {
    "nl": {
        "subtotal": "Som",
        "discount": "Korting{p}",
        "net": "Subtotaal",
        "vat": "Btw {r}%",
        "several": "Btw {r}% over {b}",
        "gross": "Totaal",
        "rounding": "Afronding",
        "paid": "Voldaan",
        "due": "Te betalen",
    },
    "en": {
        "subtotal": "Sum",
        "discount": "Discount{p}",
        "net": "Subtotal",
        "vat": "Tax {r}%",
        "several": "Tax {r}% on {b}",
        "gross": "Amount",
        "rounding": "Rounding",
        "paid": "Paid",
        "due": "Amount due",
    },
}
_WORDS = {
    "nl": (
        "Factuur",
        "Creditnota",
        "Leverancier",
        "Afnemer",
        "Betaling per bank op onderstaande rekening:",
    ),
    "en": (
        "Invoice",
        "Credit note",
        "Provider",
        "Purchaser",
        "Payment by bank transfer on the account below:",
    ),
}
_IDS = {
    "nl": {"kvk": "KvK-nummer", "vat": "Btw-nummer", "phone": "Telefoon", "email": "E-mail"},
    "en": {"kvk": "KvK number", "vat": "VAT number", "phone": "Phone", "email": "Email"},
}
_DATES = {
    "nl": {
        "date": "Factuurdatum:|Datum:",
        "due": "Vervaldatum:",
        "order": "Referentie:",
        "corrects": "Bij factuur:",
    },
    "en": {
        "date": "Issue date:",
        "due": "Due date:",
        "order": "Reference:",
        "corrects": "For invoice:",
    },
}
_HEADS = {
    "nl": ("Omschrijving", "Aantal", "Eenheid", "Prijs per stuk", "Btw", "Bedrag"),
    "en": ("Item", "Quantity", "Unit", "Price per item", "Tax", "Amount"),
}
_COLUMNS = Columns(
    (
        (40.0, "l", 210.0),
        (310.0, "r", 0),
        (365.0, "r", 0),
        (450.0, "r", 0),
        (490.0, "r", 0),
        (572.0, "r", 0),
    ),
    13,
)


def _provider(s: Sheet, f: Facts, look: Look) -> float:
    """Postcode and city are two fields of the program."""
    own = f.supplier
    y = s.lines(46, 112, s.fold(own.name, 250, 14), 14, step=17) + 3
    y = s.lines(46, y, [own.street] if own.street else [], 10, step=15)
    if own.postcode:
        s.text(46, y, look.postcode(own.postcode), 10)
        s.text(96, y, own.city, 10)
        y += 15
    y = s.lines(46, y, [own.po_box] if own.po_box else [], 10, step=15) + 6
    more = {**_IDS[f.language], "agb": "AGB", "branch": "Vestigingsnr."}
    rows = [f"{label}    {value}" for label, value in pairs(f, look, more)]
    return s.lines(46, y, rows, 10, step=15)


def _payment(s: Sheet, f: Facts, look: Look, y: float) -> float:
    left, right = y + 14, y + 14
    rows = pairs(f, look, {"bic": "SWIFT:", "iban": "IBAN:", "g-account": "G-rekening:"})
    if rows:
        s.text(46, left, _WORDS[f.language][4], 10)
        for label, value in rows:
            left += 15
            s.text(46, left, label, 10)
            s.text(111, left, value, 10)
        s.box(36, y, 270, left - y + 8)
    dates = pairs(f, look, _DATES[f.language])
    for at, (label, value) in enumerate(dates):
        right = y + 14 + 15 * at
        s.text(326, right, label, 10)
        s.text(426, right, value, 10)
    s.box(316, y, 260, right - y + 8)
    return max(left, right) + 30


def _head(s: Sheet, f: Facts, y: float) -> float:
    heads = [
        text if not (f.exempt and at == 4) else "" for at, text in enumerate(_HEADS[f.language])
    ]
    return _COLUMNS.put(s, y, heads, 10) + 3


def draw(f: Facts, look: Look) -> bytes:
    s = Sheet(size=10, width=612, height=792)
    words = _WORDS[f.language]
    s.text(36, 55, f"{title(f, words[0], words[1])} {f.mark}".strip(), 20)
    s.text(576, 55, f.number, 20, align="r")
    s.text(46, 93, words[2], 10)
    s.text(326, 93, words[3], 10)
    bottom = _provider(s, f, look)
    y = s.lines(326, 112, s.fold(f.addressee[0], 240, 14), 14, step=17) + 3
    s.lines(326, y, f.addressee[1:], 10, step=15)
    s.box(36, 78, 270, bottom - 80)
    s.box(316, 78, 260, bottom - 80)
    y = _head(s, f, _payment(s, f, look, bottom + 8))
    for at, line in enumerate(f.lines):
        off = f" (-{line.discount}%)" if line.discount else ""
        cells = (
            line.description + off,
            look.quantity(line.quantity),
            line.unit,
            look.money(line.price),
            "" if f.exempt else f"{line.rate}%",
            look.money(line.net),
        )
        deep = _COLUMNS.depth(s, cells)
        if y + deep > 735:
            s.turn_page()
            y = _head(s, f, 60)
        if at % 2 == 0:
            s.box(36, y - 11, 540, deep + 3, fill="#f5f5f5", line="")
        y = _COLUMNS.put(s, y, cells) + 4
    _end(s, f, look, y + 16)
    on_each_page(s, lambda at, of: s.text(576, 770, f"{at} / {of}", 11, align="r"))
    return s.by_reportlab()


def _end(s: Sheet, f: Facts, look: Look, y: float) -> None:
    rows = said(f, look, _SAY[f.language])
    notes = [part for text in closing(f, look) for part in s.fold(text, 530)]
    if y + 15 * len(rows) + 13 * len(notes) + 20 > 750:
        s.turn_page()
        y = 60
    for row in rows[:-1]:
        s.text(480, y, f"{row.label}:", align="r")
        s.text(488, y, row.amount)
        y += 15
    y += 10
    s.text(576, y, f"{rows[-1].label}:   {rows[-1].amount}", 16, bold=True, align="r")
    s.lines(36, y + 26, notes)


FAMILY = Family("prawn-boxes", "reportlab", draw, ("nl", "en"))
