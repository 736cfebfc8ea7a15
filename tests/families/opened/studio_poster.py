"""Very large digits for the number, words in spaced capitals over their values, the supplier in one
line with bars at the edge and turned upright at the side: a designer's own invoice.
"""

from __future__ import annotations

from tests.families.facts import Facts
from tests.families.family import Family
from tests.families.held_out_parts import (
    TotalWords,
    address,
    closing,
    pairs,
    sentence,
    title,
    totals,
    values,
)
from tests.families.look import Look
from tests.families.sheet import Sheet

_SAY = TotalWords(
    gross="TOTAAL",
    total="TOTAAL",
    net="SUBTOTAAL",
    vat="BTW {r}%",
    subtotal="SAMEN",
    discount="KORTING",
    rounding="AFRONDING",
    paid="AL BETAALD",
    due="NOG TE BETALEN",
)


def _spaced(s: Sheet, x: float, y: float, word: str, size: float = 6.5) -> None:
    gap = 1.6
    for letter in word.upper():
        s.text(x, y, letter, size, colour="#777777")
        x += s.length(letter, size) + gap


def draw(f: Facts, look: Look) -> bytes:
    s, known = Sheet(size=9), values(f, look)
    left = 110.0
    s.text(left, 62, f.supplier.name, 13, bold=True)
    big = title(f, "factuur", "credit")
    s.text(left, 128, big, 44, colour=look.accent)
    if f.mark:
        s.text(left + 230, 128, f.mark, 20, colour="#aaaaaa")
    _spaced(s, left, 165, "aan")
    low = s.lines(left, 179, [x for part in f.addressee for x in s.fold(part, 200)], step=12.5)
    labels = {
        "number": "nummer",
        "date": "datum",
        "due": "te betalen voor",
        "corrects": "bij factuur",
        "order": "kenmerk",
    }
    y = 165.0
    for label, value in pairs(f, look, labels):
        _spaced(s, 350, y, label)
        s.text(350, y + 14, value, 11, bold=label == "nummer")
        y += 30
    y = _lines(s, f, look, max(low, y) + 26, left)
    rows = totals(f, look, _SAY)
    pay = sentence(
        f,
        look,
        "Betalen kan op {iban}, met vermelding van {number}.",
        "Graag betalen voor {due}. Dank!",
        "",
    )
    texts = [t for t in (*closing(f, look), pay) if t]
    if y + 34 * len(rows) + 26 * len(texts) > 745:
        s.turn_page()
        y = 70
    for row in rows:
        last = row.kind in ("gross", "due")
        _spaced(s, left, y, row.label)
        s.text(left, y + (24 if last else 14), row.amount, 20 if last else 10, bold=last)
        y += 40 if last else 28
    y += 6
    for text in texts:
        y = s.wrapped(left, y, 420, text) + 3
    ids = {
        "kvk": "KvK",
        "vat": "btw",
        "iban": "IBAN",
        "agb": "AGB",
        "branch": "vestiging",
        "g-account": "G-rekening",
    }
    facts = [f"{a} {v}" for a, v in pairs(f, look, ids)]
    line = " | ".join(
        [*address(f, look), *(x for x in (known["phone"], known["email"], known["web"]) if x)]
    )
    s.text(left, 790, line, min(7.5, 7.5 * 455 / s.length(line, 7.5)))
    text = "   ".join(facts)
    s.text(62, 790, text, min(8, 8 * 700 / max(1.0, s.length(text, 8))), turn=90)
    return s.by_cairo()


def _lines(s: Sheet, f: Facts, look: Look, y: float, left: float) -> float:
    def head(at: float) -> float:
        _spaced(s, left, at, "omschrijving")
        _spaced(s, 355, at, "aantal")
        _spaced(s, 430, at, "tarief")
        _spaced(s, 500, at, "bedrag")
        return at + 16

    y = head(y)
    for line in f.lines:
        more = ([f"{line.rate}% btw"] if not f.exempt else []) + (
            [f"-{line.discount}%"] if line.discount else []
        )
        what = line.description + (f", {', '.join(more)}" if more else "")
        folded = s.fold(what, 235)
        if y + 13 * len(folded) > 740:
            s.turn_page()
            y = head(60)
        s.text(355, y, look.quantity(line.quantity))
        s.text(430, y, look.money.bare(line.price))
        s.text(500, y, look.money.bare(line.net))
        y = s.lines(left, y, folded, step=13) + 3
    s.rule(left, y - 6, 560, 0.4)
    return y + 16


FAMILY = Family("studio-poster", "cairo", draw)
