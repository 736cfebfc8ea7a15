"""One fixed-width letter, rules of hyphens and columns of bars: a text that a program of the
nineties prints to a file.
"""

from __future__ import annotations

from tests.families.facts import Facts
from tests.families.family import Family
from tests.families.held_out_parts import (
    TotalWords,
    address,
    closing,
    has_line_discount,
    pairs,
    sentence,
    title,
    totals,
)
from tests.families.look import Look
from tests.families.sheet import Sheet

_SAY = TotalWords(
    gross="TOTAAL TE BETALEN",
    total="TOTAAL TE BETALEN",
    net="TOTAAL EXCL. BTW",
    vat="BTW {r}%",
    subtotal="TOTAAL REGELS",
    discount="KORTING",
    rounding="AFRONDING",
    paid="REEDS ONTVANGEN",
    due="RESTEERT",
)


def _fold(text: str, width: int) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + 1 + len(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines or [""]


def _table(f: Facts, look: Look) -> tuple[list[str], list[list[str]]]:
    """The head and, for each line of the invoice, its lines of text."""
    bars = look.chance(0.6)
    mark = "|" if bars else " "
    off = 6 if has_line_discount(f) else 0
    what = 36 - off + (5 if f.exempt else 0)

    def row(*cells: str) -> str:
        text, count, price, less, rate, amount = cells
        parts = [f"{text:<{what}}", f"{count:>9}", f"{price:>11}"]
        parts += [f"{less:>5}"] if off else []
        parts += [] if f.exempt else [f"{rate:>4}"]
        return mark + mark.join([*parts, f"{amount:>12}"]) + mark

    rule = (
        ("+" if bars else "-")
        + "-" * (len(row("", "", "", "", "", "")) - 2)
        + ("+" if bars else "-")
    )
    head = [rule, row("OMSCHRIJVING", "AANTAL", "PRIJS", "KRT%", "BTW%", "BEDRAG"), rule]
    body = []
    for line in f.lines:
        first, *rest = _fold(line.description, what)
        own = [
            row(
                first,
                look.quantity(line.quantity),
                look.money.bare(line.price),
                f"{line.discount or ''}",
                f"{line.rate}",
                look.money.bare(line.net),
            )
        ]
        body.append(own + [row(text, "", "", "", "", "") for text in rest])
    return head, body


def draw(f: Facts, look: Look) -> bytes:
    s = Sheet("mono", size=look.pick(9.0, 9.5))
    lines = [f.supplier.name.upper() if look.chance(0.3) else f.supplier.name, *address(f, look)]
    labels = {
        "phone": "TELEFOON",
        "email": "E-MAIL",
        "web": "WEB",
        "kvk": "KVK NR",
        "vat": "BTW NR",
        "iban": "IBAN",
        "bic": "BIC",
        "agb": "AGB",
        "branch": "VEST.NR",
        "g-account": "G-REK.",
    }
    lines += [f"{a:<10}: {v}" for a, v in pairs(f, look, labels)]
    lines += ["", ""]
    indent = " " * look.pick(0, 44)
    lines += [indent + line for part in f.addressee for line in _fold(part, 40)]
    word = (
        title(f, "F A C T U U R", "C R E D I T N O T A")
        if look.chance(0.5)
        else title(f, "FACTUUR", "CREDITNOTA")
    )
    lines += ["", "", f"{word}   {f.mark}".strip(), "=" * len(word), ""]
    refs = {
        "number": "FACTUURNUMMER|CREDITNUMMER",
        "date": "FACTUURDATUM|DATUM",
        "due": "VERVALDATUM",
        "customer": "KLANTNUMMER",
        "order": "UW ORDER",
        "corrects": "BETREFT FACTUUR",
    }
    dots = look.chance(0.5)
    lines += [
        f"{a}{'.' * (18 - len(a)) if dots else ' ' * (18 - len(a))}: {v}"
        for a, v in pairs(f, look, refs)
    ]
    head, body = _table(f, look)
    lines += ["", *head]
    pages, per_page = [lines], 66
    for own in body:
        if len(pages[-1]) + len(own) > per_page:
            pages.append([*head])
        pages[-1] += own
    rows = totals(f, look, _SAY)
    texts = [
        t
        for t in (
            *closing(f, look),
            sentence(
                f,
                look,
                "BETALING BINNEN 30 DAGEN O.V.V. {number}.",
                "GAARNE BETALING VOOR {due}.",
                "",
            ),
        )
        if t
    ]
    end = [head[-1]]
    for row in rows:
        if row.kind in ("gross", "due"):
            end.append(" " * 66 + "-" * 14)
        end.append(f"{row.label:>64}  {row.amount:>14}")
    end += [" " * 66 + "=" * 14, ""]
    for text in texts:
        end += _fold(text, 78)
    if len(pages[-1]) + len(end) > per_page:
        pages.append([])
    pages[-1] += end
    for at, page in enumerate(pages):
        if at:
            s.turn_page()
        s.lines(45, 50, page, step=11.4)
    return s.by_reportlab()


FAMILY = Family("typewriter", "reportlab", draw)
