"""Long lists with a total carried from page to page ("Transport"), words and amounts underlined
with single and double rules, the company's numbers in the head: as Crystal Reports prints them.
"""

from __future__ import annotations

from decimal import Decimal

from tests.families.facts import ZERO, Facts
from tests.families.family import Family
from tests.families.held_out_parts import (
    TotalWords,
    address,
    closing,
    pairs,
    sentence,
    title,
    totals,
)
from tests.families.look import Look
from tests.families.sheet import Sheet

_SAY = TotalWords(
    gross="Totaal factuur",
    total="Totaal factuur",
    net="Totaal exclusief omzetbelasting",
    vat="Omzetbelasting {r}% over {b}",
    subtotal="Totaal regels",
    discount="Af: korting",
    rounding="Afrondingsverschil",
    paid="Af: reeds door u betaald",
    due="Door u te betalen",
)
_COLUMNS = {"date": 40, "what": 100, "count": 365, "price": 430, "rate": 470, "amount": 555}


def _head(s: Sheet, f: Facts, look: Look, number: int) -> float:
    s.text(40, 45, f.supplier.name, 12, bold=True)
    s.lines(40, 59, address(f, look), 8.5, step=10.5)
    left = {"phone": "Telefoon", "email": "E-mail", "web": "Website"}
    right = {
        "kvk": "Handelsregister nr.",
        "vat": "BTW nr.",
        "iban": "Bankrek.nr.",
        "bic": "BIC",
        "agb": "AGB",
        "branch": "Vest. nr.",
        "g-account": "G-rekening",
    }
    y = 45.0
    for label, value in [*pairs(f, look, left), *pairs(f, look, right)]:
        s.text(330, y, label, 8)
        s.text(418, y, ":", 8)
        s.text(424, y, value, 8)
        y += 10.5
    s.lines(40, 135, [x for part in f.addressee for x in s.fold(part, 250)], 10)
    s.text(40, 212, f"{title(f, 'FACTUUR', 'CREDITNOTA')} {f.mark}".strip(), 13, bold=True)
    s.text(555, 212, f"Blad: {number}", 9, align="r")
    labels = {
        "number": "Factuurnummer|Creditnotanummer",
        "date": "Datum",
        "due": "Te betalen voor",
        "customer": "Relatienummer",
        "corrects": "Betreft factuurnummer",
        "order": "Uw opdracht",
    }
    y = 228.0
    for label, value in pairs(f, look, labels):
        s.text(40, y, f"{label}", 9)
        s.text(140, y, f": {value}", 9)
        y += 12
    y += 10
    for key, text in {
        "date": "Datum",
        "what": "Omschrijving",
        "count": "Aantal",
        "price": "Tarief",
        "rate": "" if f.exempt else "Btw%",
        "amount": "Bedrag",
    }.items():
        s.text(_COLUMNS[key], y, text, 9, bold=True, align="l" if key in ("date", "what") else "r")
    s.rule(40, y + 4, 555, 1)
    return y + 18


def draw(f: Facts, look: Look) -> bytes:
    s = Sheet("serif" if look.chance(0.3) else "sans", size=9)
    number, running = 1, ZERO
    y = _head(s, f, look, number)
    for line in f.lines:
        off = f" ({line.discount}% korting)" if line.discount else ""
        folded = s.fold(line.description + off, 215)
        if y + 12 * len(folded) > 745:
            y = _carry(s, f, look, y, number, running)
            number += 1
        s.text(_COLUMNS["date"], y, look.date(line.date, "dd-mm-yyyy"))
        s.text(_COLUMNS["count"], y, look.quantity(line.quantity), align="r")
        s.text(_COLUMNS["price"], y, look.money.bare(line.price), align="r")
        if not f.exempt:
            s.text(_COLUMNS["rate"], y, f"{line.rate}", align="r")
        s.text(_COLUMNS["amount"], y, look.money.bare(line.net), align="r")
        y = s.lines(_COLUMNS["what"], y, folded, step=12) + 1
        running += line.net
    rows = totals(f, look, _SAY, sign=look.chance(0.5))
    pay = sentence(
        f,
        look,
        "Wij verzoeken u het bedrag over te maken op rekening {iban} onder vermelding van het factuurnummer.",
        "Betaling binnen 30 dagen na factuurdatum.",
    )
    texts = [*closing(f, look), pay]
    if y + 14 * len(rows) + 26 * len(texts) > 790:
        y = _carry(s, f, look, y, number, running)
    s.rule(480, y - 6, 555, 0.6)
    y += 8
    for row in rows:
        bold = row.kind in ("gross", "due")
        if row.kind == "gross" and not f.exempt:
            s.rule(480, y - 10, 555, 0.6)
        s.text(230, y, row.label, bold=bold)
        s.text(555, y, row.amount, bold=bold, align="r")
        y += 14
    s.rule(480, y - 10, 555, 0.6)
    s.rule(480, y - 8, 555, 0.6)
    y += 10
    for text in texts:
        y = s.wrapped(40, y, 500, text) + 3 if text else y
    return s.by_reportlab()


def _carry(s: Sheet, f: Facts, look: Look, y: float, number: int, running: Decimal) -> float:
    amount = look.money.bare(running)
    s.rule(480, y - 6, 555, 0.4)
    s.text(100, y + 6, f"Transporteren naar blad {number + 1}", bold=True)
    s.text(555, y + 6, amount, align="r", bold=True)
    s.turn_page()
    y = _head(s, f, look, number + 1)
    s.text(100, y, f"Transport van blad {number}", bold=True)
    s.text(555, y, amount, align="r", bold=True)
    return y + 15


FAMILY = Family("carried-totals", "reportlab", draw)
