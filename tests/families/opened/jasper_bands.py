"""Fixed boxes with a tiny label in their top left corner and the value below, the same on each
page, and the totals as one row of boxes from left to right: as report designers draw them.
"""

from __future__ import annotations

from tests.families.facts import Facts
from tests.families.family import Family
from tests.families.held_out_parts import TotalWords, address, closing, pairs, title, totals
from tests.families.look import Look
from tests.families.sheet import Sheet

_SAY = TotalWords(
    gross="TOTAAL INCL. BTW",
    total="TOTAAL",
    net="TOTAAL EXCL. BTW",
    vat="BTW {r}%",
    subtotal="BRUTO",
    discount="KORTING",
    rounding="AFRONDING",
    paid="REEDS VOLDAAN",
    due="TE VOLDOEN",
)
_LABELS = {
    "number": "FACTUURNUMMER|CREDITNUMMER",
    "date": "FACTUURDATUM",
    "due": "VERVALDATUM",
    "customer": "DEBITEUR",
    "order": "UW REFERENTIE",
    "corrects": "CREDIT OP FACTUUR",
}
_IDS = {
    "phone": "TELEFOON",
    "email": "E-MAIL",
    "web": "INTERNET",
    "kvk": "KAMER VAN KOOPHANDEL",
    "vat": "BTW-IDENTIFICATIE",
    "iban": "IBAN",
    "bic": "BIC",
    "agb": "AGB-CODE",
    "branch": "VESTIGINGSNUMMER",
    "g-account": "G-REKENING",
}


def _cell(
    s: Sheet, x: float, y: float, width: float, label: str, value: str, *, right: bool = False
) -> None:
    s.box(x, y, width, 30, thick=0.5)
    s.text(x + 3, y + 8, label, 5.5, colour="#555555")
    size = 9.5
    while s.length(value, size) > width - 8:
        size -= 0.25
    s.text(x + width - 4 if right else x + 4, y + 23, value, size, align="r" if right else "l")


def _grid(s: Sheet, y: float, cells: list[tuple[str, str]], across: int) -> float:
    width = 515 / across
    for at, (label, value) in enumerate(cells):
        _cell(s, 40 + at % across * width, y + at // across * 30, width, label, value)
    return y + -(-len(cells) // across) * 30


def _top(s: Sheet, f: Facts, look: Look) -> float:
    s.text(40, 50, f.supplier.name, 15, bold=True, colour=look.accent)
    s.text(40, 64, "  ".join(address(f, look)), 8.5)
    s.text(555, 50, title(f, "Factuur", "Creditfactuur"), 18, align="r")
    if f.mark:
        s.text(555, 68, f.mark, 12, align="r", colour="#888888")
    s.lines(330, 100, [x for part in f.addressee for x in s.fold(part, 225)], 10)
    y = _grid(s, 172, pairs(f, look, _LABELS), 3) + 8
    s.box(40, y, 515, 16, fill="#d8dde3", thick=0.5)
    heads = (
        ("AANTAL", 90, "r"),
        ("EENHEID", 96, "l"),
        ("OMSCHRIJVING", 150, "l"),
        ("PRIJS", 420, "r"),
    )
    for text, x, align in heads:
        s.text(x, y + 11, text, 6.5, align=align, bold=True)
    if any(line.discount for line in f.lines):
        s.text(455, y + 11, "KORT.", 6.5, align="r", bold=True)
    if not f.exempt:
        s.text(485, y + 11, "BTW", 6.5, align="r", bold=True)
    s.text(550, y + 11, "BEDRAG", 6.5, align="r", bold=True)
    return y + 29


def draw(f: Facts, look: Look) -> bytes:
    s = Sheet(size=9)
    texts = closing(f, look)
    y = _top(s, f, look)
    for line in f.lines:
        folded = s.fold(line.description, 220)
        if y + 13 * len(folded) > 640:
            s.turn_page()
            y = _top(s, f, look)
        s.text(90, y, look.quantity(line.quantity), align="r")
        s.text(96, y, line.unit)
        s.text(420, y, look.money.bare(line.price), align="r")
        if line.discount:
            s.text(455, y, f"{line.discount} %", align="r")
        if not f.exempt:
            s.text(485, y, f"{line.rate} %", align="r")
        s.text(550, y, look.money.bare(line.net), align="r")
        y = s.lines(150, y, folded, step=13)
    y = max(y, 560)
    for text in texts:
        y = s.wrapped(40, y + 3, 515, text, 8.5)
    rows = totals(f, look, _SAY)
    if y > 655:
        s.turn_page()
    across = min(len(rows), 4)
    y = 668.0
    width = 515 / across
    for at, row in enumerate(rows):
        x, down = 40 + at % across * width, y + at // across * 30
        _cell(s, x, down, width, row.label, row.amount, right=True)
    _grid(s, y + -(-len(rows) // across) * 30 + 8, pairs(f, look, _IDS), 4)
    return s.by_cairo()


FAMILY = Family("jasper-bands", "cairo", draw)
