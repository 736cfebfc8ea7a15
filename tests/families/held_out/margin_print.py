"""Printed stationery: the numbers of the company small and upright along the left edge, the references in
one line with small words above a rule, the sums in the right half of a ruled line each, and the
terms of delivery in two columns on the last page, with percentages, days and amounts of their own: as
printers of small firms' letter paper make it.
"""

from __future__ import annotations

from tests.families.facts import Facts
from tests.families.family import Family
from tests.families.held_out_more_parts import Columns, count, on_each_page, said
from tests.families.held_out_parts import address, closing, pairs, sentence, title
from tests.families.look import Look
from tests.families.sheet import Sheet

_SAY = {
    "subtotal": "Bedrag vóór korting",
    "discount": "Af: korting{p}",
    "net": "Netto bedrag",
    "vat": "Bij: {r}% B.T.W.",
    "several": "Bij: {r}% B.T.W. over {b}",
    "gross": "Te voldoen",
    "rounding": "Afronding",
    "paid": "Af: door u vooruitbetaald",
    "due": "Resteert te voldoen",
}
_TERMS = (
    "1. Op alle overeenkomsten zijn deze voorwaarden van toepassing.",
    "2. Betaling geschiedt binnen 30 dagen na de dag van de factuur, zonder aftrek of verrekening.",
    "3. Bij overschrijding van de termijn is 1% rente per maand verschuldigd, een deel van een maand"
    " daaronder begrepen.",
    "4. De kosten van inning bedragen 15% van de hoofdsom, met een minimum van € 40,00.",
    "5. Reclames worden binnen 8 dagen schriftelijk gemeld.",
    "6. Een afspraak die later dan 24 uur tevoren wordt afgezegd, wordt voor 50% berekend.",
    "7. Onze aansprakelijkheid is beperkt tot € 2.500,00 per gebeurtenis.",
    "8. Op deze voorwaarden is Nederlands recht van toepassing.",
)
_COLUMNS = Columns(((85.0, "l", 220.0), (320.0, "l", 70.0), (455.0, "r", 0), (545.0, "r", 0)), 13)


def _stationery(s: Sheet, f: Facts, look: Look, at: int) -> None:
    """What the printer put on the paper."""
    labels = {
        "kvk": "K.v.K.",
        "branch": "vestiging",
        "vat": "B.T.W. nr.",
        "agb": "AGB",
        "iban": "Bank",
        "bic": "BIC",
        "g-account": "G-rek.",
    }
    edge = "     ".join(f"{a} {v}" for a, v in pairs(f, look, labels))
    size = min(7.0, 7 * 560 / s.length(edge, 7))
    s.text(30, 760, edge, size, colour="#444444", turn=90)
    if at > 1:
        return
    name = f.supplier.name
    s.text(85, 62, name, min(21, 21 * 300 / s.length(name, 21)), colour=look.accent)
    own = [*address(f, look)]
    own += [
        f"{a} {v}".strip() for a, v in pairs(f, look, {"phone": "tel.", "email": "", "web": ""})
    ]
    s.lines(
        405, 54, [x for text in own for x in s.fold(text, 150, 8)], 8, step=11, colour="#444444"
    )
    s.rule(85, 138, 545, 0.8, look.accent)


def _references(s: Sheet, f: Facts, look: Look, y: float) -> float:
    labels = {
        "date": "datum",
        "number": "rekening no.|credit no.",
        "corrects": "bij rekening no.",
        "order": "uw opdracht",
        "customer": "klant",
    }
    s.rule(85, y, 545, 0.4)
    found = pairs(f, look, labels)
    for at, (label, value) in enumerate(found):
        x = 85 + at * 460 / len(found)
        s.text(x, y - 4, label, 8, colour="#444444")
        s.text(x, y + 13, value, min(9.5, 9.5 * (460 / len(found) - 6) / s.length(value, 9.5)))
    s.rule(85, y + 19, 545, 0.4)
    return y + 46


def draw(f: Facts, look: Look) -> bytes:
    s = Sheet(family=look.pick("serif", "sans"), size=9.5)
    y = s.lines(85, 174, [x for part in f.addressee for x in s.fold(part, 300)], 10.5, step=14)
    word = title(f, look.pick("Rekening", "Factuur", "Nota"), "Creditnota")
    s.text(85, max(y, 235) + 14, f"{word} {f.mark}".strip(), 15, bold=True)
    y = _references(s, f, look, max(y, 235) + 52)
    for line in f.lines:
        more = [] if f.exempt else [f"{line.rate}% b.t.w."]
        more += [f"korting {line.discount}%"] if line.discount else []
        cells = (
            line.description + (f" ({', '.join(more)})" if more else ""),
            count(line, look),
            f"à {look.money(line.price)}",
            look.money(line.net),
        )
        if y + _COLUMNS.depth(s, cells) > 770:
            s.turn_page()
            y = 70
        y = _COLUMNS.put(s, y, cells) + 4
    words = _SAY if f.kind == "invoice" else {**_SAY, "gross": "Te uwen gunste"}
    rows = said(f, look, words)
    pay = sentence(
        f,
        look,
        "Wij verzoeken u het bedrag binnen 30 dagen te voldoen, met vermelding van no. {number}.",
        "Gaarne zien wij uw betaling vóór {due} tegemoet.",
    )
    texts = [x for text in (*closing(f, look), pay) if text for x in s.fold(text, 455)]
    if y + 20 * len(rows) + 13 * len(texts) + 20 > 780:
        s.turn_page()
        y = 70
    for row in rows:
        s.rule(300, y - 9, 545, 0.3)
        bold = row.kind in ("gross", "due")
        s.text(305, y + 4, row.label, bold=bold)
        s.text(545, y + 4, row.amount, bold=bold, align="r")
        y += 18
    s.lines(85, y + 22, texts, step=13)
    if look.chance(0.6):
        s.turn_page()
        s.text(85, 70, "Betalings- en leveringsvoorwaarden", 11, bold=True)
        half = len(_TERMS) // 2
        for x, part in ((85.0, _TERMS[:half]), (325.0, _TERMS[half:])):
            s.lines(x, 92, [row for text in part for row in s.fold(text, 215, 8)], 8, step=11)
    on_each_page(s, lambda at, of: _stationery(s, f, look, at))
    return s.by_cairo()


FAMILY = Family("margin-print", "cairo", draw)
