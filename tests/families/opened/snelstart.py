"""After the standard layout of SnelStart: the address in the window, references in two columns with
a colon set apart, article codes, a summary of btw left of the totals and in the same rows, the
payment sentence with the term only, numbers in one line at the foot.
"""

from __future__ import annotations

from tests.corpus.paper import Paper, by_reportlab
from tests.families import parts
from tests.families.facts import Facts
from tests.families.family import Family
from tests.families.look import Look

_WORDS = {
    "title": "FACTUUR",
    "credit": "CREDITFACTUUR",
    "number": "Factuurnummer",
    "date": "Factuurdatum",
    "due": "Vervaldatum",
    "customer": "Klantcode",
    "order": "Uw referentie",
    "corrects": "Betreft factuur",
    "phone": "Tel.",
    "mail": "E-mail",
    "web": "Website",
    "kvk": "KvK-nummer",
    "vat-id": "BTW-nummer",
    "iban": "IBAN",
    "bic": "BIC",
    "agb": "AGB-code",
    "branch": "Vestigingsnr.",
    "g-account": "G-rekening",
    "subtotal": "Subtotaal",
    "discount": "Korting",
    "net": "Totaal excl. BTW",
    "exempt-net": "Totaal excl. BTW",
    "vat": "Totaal BTW",
    "total": "Totaal",
    "rounding": "Betalingsverschil",
    "paid": "Reeds betaald",
    "left": "Te betalen",
}
_RIGHT = 545.0


def draw(facts: Facts, look: Look) -> bytes:
    w, s = _WORDS, facts.supplier
    p = Paper(serif="Serif" in look.font)
    p.text(50, 48, s.name, 15, True)
    own = [*parts.address(facts, look)]
    own += [f"{a} {v}" for a, v in parts.known(facts, look, w, "phone mail web")]
    y = p.lines(365, 48, own, 8.5, 11)
    p.lines(50, 140, list(facts.addressee), 10, 13)
    p.text(50, 225, parts.title(facts, w), 14, True)
    if facts.mark:
        p.text(300, 225, facts.mark, 14, True)
    y = max(y, 250)
    for label, value in parts.known(facts, look, w, "number date due customer order corrects"):
        p.text(50, y, label, 9.5)
        p.text(look.width(140), y, ":", 9.5)
        p.text(look.width(140) + 10, y, value, 9.5)
        y += 13
    y = _lines(p, facts, look, y + 14)
    y = _bottom(p, facts, look, p.room(y, 120))
    pay = "Gelieve binnen 14 dagen te betalen onder vermelding van het factuurnummer."
    for text in (*parts.said(facts, look), pay):
        y = p.wrapped(50, p.room(y, 28), 480, text, 9.5) + 4
    ids = parts.known(facts, look, w, "kvk vat-id iban bic agb branch g-account")
    half = ids[: -(-len(ids) // 2)]
    for page in range(p.page + 1):
        p.page = page
        for at, row in enumerate((half, ids[len(half) :])):
            p.text(297, 818 + 10 * at, "   ".join(f"{a}: {v}" for a, v in row), 7.5, align="centre")
    shuffled = look.chance(0.5)
    return by_reportlab(p, look.rng, shuffled, letters=not shuffled and look.chance(0.4))


def _lines(p: Paper, facts: Facts, look: Look, y: float) -> float:
    off = any(line.discount for line in facts.lines)
    ends = (50, 105, 395, 455, 490, _RIGHT)
    heads = ("Artikel", "Omschrijving", "Aantal", "Prijs", "Kort.%" if off else "", "Bedrag")

    def row(cells: tuple[str, ...], at: float, bold: bool = False) -> None:
        for column, (end, cell) in enumerate(zip(ends, cells, strict=True)):
            p.text(end, at, cell, 9, bold, "left" if column < 2 else "right")

    row(heads, y, True)
    y += 17
    codes = {line.description: f"{100 + at}" for at, line in enumerate(facts.lines)}
    for line in facts.lines:
        if y > 765:
            p.page += 1
            row(heads, 60, True)
            y = 77
        cells = (
            codes[line.description],
            line.description[:52],
            look.quantity(line.quantity),
            look.money.bare(line.price),
            f"{line.discount}" if line.discount else "",
            look.money.bare(line.net),
        )
        row(cells, y)
        y += 14
    return y + 12


def _bottom(p: Paper, facts: Facts, look: Look, y: float) -> float:
    """The summary of btw, and the totals beside it in the same rows."""
    w = _WORDS
    summary = [("BTW %", "Grondslag", "BTW-bedrag")] * bool(facts.shares)
    summary += [
        (f"{s.rate},00", look.money.bare(s.net), look.money.bare(s.vat)) for s in facts.shares
    ]
    rows = parts.sums(facts, look, w | {"net": "", "vat": "", "exempt-net": ""})
    total = next(row for row in rows if row[0] == w["total"])
    head = [row for row in rows[: rows.index(total)] if row[0]]
    if facts.shares or not facts.discount:
        head.append((w["net"], look.money(facts.net)))
    if facts.shares:
        head.append((w["vat"], look.money(facts.vat)))
    for at, (cells, pair) in enumerate(_zipped(summary, [*head, *rows[rows.index(total) :]])):
        for end, cell in zip((85, 150, 215), cells, strict=False):
            p.text(end, y, cell, 9, at == 0, "right")
        if pair:
            bold = pair == total
            p.text(360, y, pair[0], 9.5, bold)
            p.text(_RIGHT, y, pair[1], 9.5, bold, "right")
        y += 14
    return y + 14


def _zipped(
    left: list[tuple[str, str, str]], right: list[tuple[str, str]]
) -> list[tuple[tuple[str, ...], tuple[str, str] | None]]:
    length = max(len(left), len(right))
    return [
        (left[at] if at < len(left) else (), right[at] if at < len(right) else None)
        for at in range(length)
    ]


FAMILY = Family("snelstart", "reportlab", draw)
