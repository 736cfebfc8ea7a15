"""A sheet on its side with eleven narrow columns (client number, decision, product, from, until,
volume, unit, tariff), one row of counts and sums under it and the company's numbers as one line with
bars: a collective invoice of a client file system.
"""

from __future__ import annotations

from tests.families.facts import Facts
from tests.families.family import Family
from tests.families.held_out_more_parts import Columns, on_each_page, said, somebody_else
from tests.families.held_out_parts import address, closing, pairs, sentence, title
from tests.families.look import Look
from tests.families.sheet import HEIGHT, WIDTH, Sheet

_SAY = {
    "subtotal": "Totaal regels",
    "discount": "Contractkorting{p}",
    "net": "Totaal exclusief btw",
    "vat": "{r}% btw",
    "several": "{r}% btw over {b}",
    "gross": "Totaal te factureren inclusief btw",
    "exempt": "Totaal te factureren",
    "rounding": "Afrondingsverschil",
    "paid": "Ontvangen voorschot",
    "due": "Nog te ontvangen",
}
_HEADS = (
    "Nr.",
    "Cliëntnr.",
    "Toewijzing",
    "Product",
    "Omschrijving",
    "Begin",
    "Eind",
    "Volume",
    "Eenheid",
    "Tarief",
    "Btw",
    "Bedrag",
)
_COLUMNS = Columns(
    (
        (48.0, "r", 0),
        (56.0, "l", 0),
        (105.0, "l", 0),
        (165.0, "l", 0),
        (205.0, "l", 200.0),
        (412.0, "l", 0),
        (470.0, "l", 0),
        (562.0, "r", 0),
        (570.0, "l", 0),
        (668.0, "r", 0),
        (706.0, "r", 0),
        (806.0, "r", 0),
    ),
    11,
)


def _head(s: Sheet, f: Facts, y: float) -> float:
    s.box(32, y - 11, 778, 16, fill="#dfe7ee", line="")
    heads = [text if not (f.exempt and text == "Btw") else "" for text in _HEADS]
    return _COLUMNS.put(s, y, heads, 8, bold=True) + 6


def _top(s: Sheet, f: Facts, look: Look) -> float:
    own = [*address(f, look)]
    own += [f"{a} {v}".strip() for a, v in pairs(f, look, {"phone": "T", "email": "E", "web": "W"})]
    s.text(32, 46, f.supplier.name, 13, bold=True)
    left = s.lines(32, 61, own, 8.5, step=11)
    s.text(330, 46, "Factureren aan", 8, colour="#555555")
    to = s.lines(330, 59, [x for part in f.addressee for x in s.fold(part, 210)], 9.5, step=12)
    labels = {
        "number": "Verzamelfactuur nr.|Creditfactuur nr.",
        "date": "Factuurdatum|Datum",
        "period": "Declaratieperiode",
        "customer": "Debiteur",
        "order": "Contract",
        "corrects": "Correctie op",
        "due": "Uiterste betaaldatum",
    }
    y = 46.0
    for label, value in pairs(f, look, labels):
        s.text(585, y, label, 8.5)
        s.text(682, y, ":", 8.5)
        s.text(690, y, value, 8.5, bold=True)
        y += 12
    y = max(left, to, y) + 14
    word = title(f, "VERZAMELFACTUUR ZORG IN NATURA", "CREDITFACTUUR ZORG IN NATURA")
    s.text(32, y, f"{word}   {f.mark}".strip(), 12, bold=True)
    return y + 24


def draw(f: Facts, look: Look) -> bytes:
    look = look.writes(date=look.pick("dd-mm-yyyy", "dd-mm-yy", "yyyy-mm-dd"))
    s = Sheet(family=look.pick("sans", "narrow"), size=8.5, width=HEIGHT, height=WIDTH)
    y = _head(s, f, _top(s, f, look))
    start, end = (look.date(day) for day in f.period)
    for at, line in enumerate(f.lines):
        off = f" (-{line.discount}%)" if line.discount else ""
        cells = (
            str(at + 1),
            str(30417 + 131 * (at // 2)),
            f"B{5120 + 9 * (at // 2)}",
            f"{40 + at % 9}A{10 + 3 * (at % 25):02d}",
            line.description + off,
            start,
            end,
            look.quantity(line.quantity),
            line.unit,
            look.money(line.price),
            "" if f.exempt else f"{line.rate}%",
            look.money(line.net),
        )
        if y + _COLUMNS.depth(s, cells) > 520:
            s.turn_page()
            y = _head(s, f, 50)
        y = _COLUMNS.put(s, y, cells) + 3
    _end(s, f, look, y)
    ids = {
        "kvk": "KvK",
        "branch": "Vestiging",
        "vat": "Btw",
        "agb": "AGB",
        "iban": "IBAN",
        "bic": "BIC",
        "g-account": "G-rekening",
    }
    foot = "  |  ".join([f.supplier.name, *(f"{a} {v}" for a, v in pairs(f, look, ids))])

    def end_of_page(at: int, of: int) -> None:
        s.rule(32, 556, 810, 0.4)
        s.text(32, 568, foot, min(7.5, 7.5 * 690 / s.length(foot, 7.5)))
        s.text(810, 568, f"Pagina {at} van {of}", 7.5, align="r")

    on_each_page(s, end_of_page)
    return s.by_cairo()


def _end(s: Sheet, f: Facts, look: Look, y: float) -> None:
    rows = said(f, look, _SAY)
    pay = sentence(
        f,
        look,
        "Gelieve te voldoen vóór {due} op rekening {iban} onder vermelding van {number}.",
        "Betaling volgens de voorwaarden van het contract.",
    )
    texts = [text for text in (*closing(f, look), pay, somebody_else(f, look)) if text]
    folded = [x for text in texts for x in s.fold(text, 420)]
    if y + max(14 * len(rows), 11 * len(folded)) + 24 > 548:
        s.turn_page()
        y = 50
    s.rule(32, y - 6, 810, 0.8)
    y += 8
    s.text(32, y, f"Aantal regels: {len(f.lines)}", 8.5)
    s.lines(32, y + 16, folded, 8.5, step=11)
    for row in rows:
        bold = row.kind in ("gross", "due")
        s.text(690, y, row.label, 9, bold=bold, align="r")
        s.text(806, y, row.amount, 9, bold=bold, align="r")
        y += 14


FAMILY = Family("wide-collective", "cairo", draw)
