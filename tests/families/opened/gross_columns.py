"""A plain table as small programs make it: for each line net, btw and gross side by side, the sums
only as the last row of the table, and the page's sum carried over to the next page.
"""

from __future__ import annotations

from decimal import Decimal

from tests.corpus.paper import Paper, by_fpdf2
from tests.families import parts
from tests.families.facts import Facts
from tests.families.family import Family
from tests.families.look import Look

_WORDS = {
    "title": "Factuur",
    "credit": "Creditfactuur",
    "number": "Factuurnr:",
    "date": "Datum:",
    "due": "Te voldoen vóór:",
    "order": "Opdrachtnr:",
    "corrects": "Correctie van factuurnr:",
    "phone": "tel",
    "mail": "",
    "web": "",
    "kvk": "kvk",
    "vat-id": "btw",
    "iban": "rek.nr.",
    "agb": "agb",
    "branch": "vest.nr.",
    "g-account": "g-rek.",
}
_ENDS = (365.0, 425.0, 485.0, 550.0)


def draw(facts: Facts, look: Look) -> bytes:
    w, s = _WORDS, facts.supplier
    p = Paper(serif="Serif" in look.font)
    p.text(45, 48, s.name, 12, True)
    ids = parts.known(facts, look, w, "phone mail web kvk vat-id iban agb branch g-account")
    own = [*parts.address(facts, look), *(f"{a} {v}".strip() for a, v in ids)]
    y = p.lines(45, 62, own, 9, 11.5)
    to = p.lines(look.width(330), 62, list(facts.addressee), 10, 13)
    y = max(y, to) + 20
    p.text(45, y, parts.title(facts, w), 14, True)
    if facts.mark:
        p.text(200, y, facts.mark, 14, True)
    y += 18
    for label, value in parts.known(facts, look, w, "number date due order corrects"):
        p.text(45, y, f"{label} {value}", 10)
        y += 13
    y = _table(p, facts, look, y + 14)
    for text in parts.said(facts, look):
        y = p.wrapped(45, p.room(y, 28), 500, text, 9.5) + 4
    return by_fpdf2(p, look.rng)


def _row(p: Paper, y: float, cells: tuple[str, ...], bold: bool = False) -> None:
    p.text(45, y, cells[0], 9, bold)
    for end, cell in zip(_ENDS, cells[1:], strict=True):
        p.text(end, y, cell, 9, bold, "right")


def _cells(facts: Facts, look: Look, net: Decimal, vat: Decimal) -> tuple[str, str, str]:
    if facts.exempt:
        return "", "", look.money.bare(net)
    return look.money.bare(net), look.money.bare(vat), look.money.bare(net + vat)


def _heads(facts: Facts) -> tuple[str, ...]:
    if facts.exempt:
        return ("Omschrijving", "Aantal", "", "", "Bedrag")
    rates = {line.rate for line in facts.lines}
    vat = f"{rates.pop()}% btw" if len(rates) == 1 else "Btw"
    return ("Omschrijving", "Aantal", "Netto", vat, "Bruto")


def _table(p: Paper, facts: Facts, look: Look, y: float) -> float:
    heads = _heads(facts)
    _row(p, y, heads, True)
    y += 16
    net = vat = Decimal(0)
    for line in facts.lines:
        if y > 770:
            _row(p, y, ("Transporteren", "", *_cells(facts, look, net, vat)))
            p.page += 1
            _row(p, 60, heads, True)
            _row(p, 76, ("Transport", "", *_cells(facts, look, net, vat)))
            y = 92
        rate = f" ({line.rate}%)" if heads[3] == "Btw" else ""
        off = f" -{line.discount}%" if line.discount else ""
        count = look.quantity(line.quantity)
        _row(p, y, (line.description + off + rate, count, *_cells(facts, look, line.net, line.vat)))
        net, vat, y = net + line.net, vat + line.vat, y + 14
    if facts.discount:
        percent = f" {facts.discount_percent}%" if facts.discount_percent else ""
        off_vat = facts.vat - sum((line.vat for line in facts.lines), Decimal(0))
        _row(p, y, ("Korting" + percent, "", *_cells(facts, look, -facts.discount, off_vat)))
        y += 14
    y = p.room(y, 60)
    last = (
        ("", "", look.money(facts.gross))
        if facts.exempt
        else (look.money.bare(facts.net), look.money.bare(facts.vat), look.money(facts.gross))
    )
    _row(p, y + 4, ("Totaal", "", *last), True)
    for label, value in (("Afronding", facts.rounding), ("Reeds voldaan", -facts.paid)):
        if value:
            y += 15
            _row(p, y + 4, (label, "", "", "", look.money(value)))
    if facts.paid or facts.rounding:
        y += 15
        _row(p, y + 4, ("Nog te betalen", "", "", "", look.money(facts.due_amount)), True)
    return y + 34


FAMILY = Family("gross-columns", "fpdf2", draw, vat_by_line=True, gives_bases=False)
