"""Layouts that place each text by hand, as invoice programs with their own drawing code do:
fifteen, unlike each other.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from tests.corpus.bill import Bill
from tests.corpus.paper import Paper, by_cairo, by_fpdf2, by_reportlab

Pairs = list[tuple[str, str]]


def _pairs(
    p: Paper,
    x: float,
    y: float,
    pairs: Pairs,
    gap: float,
    size: float = 9.5,
    step: float = 13,
    colon: str = "",
) -> float:
    for label, value in pairs:
        p.text(x, y, label + (colon if not label.endswith(":") else ""), size)
        p.text(x + gap, y, value, size)
        y += step
    return y


def _totals(
    p: Paper,
    y: float,
    totals: Pairs,
    right: float = 545,
    gap: float = 190,
    step: float = 15,
    size: float = 10,
) -> float:
    y = p.room(y, step * len(totals) + 30)
    for at, (label, value) in enumerate(totals):
        bold = at == len(totals) - 1
        p.text(
            min(right - gap, right - 12 - p.width(label, size, bold) - p.width(value, size, bold)),
            y,
            label,
            size,
            bold,
        )
        p.text(right, y, value, size, bold, "right")
        y += step
    return y + 8


def _strip(p: Paper, pairs: Pairs, size: float) -> list[float]:
    """Where the columns of a strip begin, each as wide as its widest text and some room."""
    widths = [max(p.width(a, 6.5), p.width(v, size, True)) for a, v in pairs]
    room = min(40.0, max(9.0, (495 - sum(widths)) / max(1, len(pairs))))
    return [50 + sum(widths[:at]) + at * room for at in range(len(pairs))]


def _notes(p: Paper, b: Bill, y: float, width: float = 480, x: float = 50) -> float:
    for note in b.notes:
        y = p.wrapped(x, p.room(y, 30), width, note, 9.5) + 5
    return y


def letterhead_left(b: Bill) -> Paper:
    """Name and address top left, window right of the middle, pairs under the title, small footer
    with bars on each page.
    """
    p = Paper()
    p.text(50, 50, b.name, 18, True)
    p.lines(50, 68, [*b.address, *(f"{a} {v}" for a, v in b.contact)], 9, 11)
    p.lines(330, 150, ([b.to_label] if b.to_label else []) + b.to, 10.5, 14)
    p.text(50, 250, b.title, 16, True)
    y = _pairs(p, 50, 272, b.meta, 130, colon=":")
    y = p.table(y + 20, b.heads, b.rows)
    y = _totals(p, y, b.totals)
    _notes(p, b, y + 6)
    p.text(
        297, 822, " | ".join(f"{a}: {v}".replace("::", ":") for a, v in b.ids), 7, align="centre"
    )
    return p


def labels_above(b: Bill) -> Paper:
    """A strip with small labels above their values; the supplier's facts stacked the same way at
    the right.
    """
    p = Paper()
    p.text(545, 55, b.name, 14, True, "right")
    p.lines(545, 72, b.address, 9, 11, align="right")
    p.lines(60, 130, b.to, 10, 13)
    size = 8.0 if len(b.meta) > 4 else 10.0
    for x, (label, value) in zip(_strip(p, b.meta, size), b.meta, strict=True):
        p.text(x, 225, label, 6.5)
        p.text(x, 236, value, size, True)
    p.text(50, 205, b.title, 15, True)
    y = p.table(265, b.heads, b.rows)
    y = _totals(p, y, b.totals, gap=230)
    y = p.room(_notes(p, b, y), 40) + 10
    facts = [*b.contact, *b.ids]
    for at, (label, value) in enumerate(facts):
        p.text(50 + at % 3 * 170, y + at // 3 * 26, label, 7)
        p.text(50 + at % 3 * 170, y + at // 3 * 26 + 11, value, 9.5)
    return p


def labels_below(b: Bill) -> Paper:
    """Values on a rule with their labels in small type under them, as on old forms."""
    p = Paper(serif=True)
    p.text(297, 60, b.name, 20, True, "centre")
    p.text(
        297, 78, " · ".join([*b.address, *(f"{a} {v}" for a, v in b.contact)]), 7.5, align="centre"
    )
    p.lines(80, 140, b.to, 11, 14)
    p.text(50, 226, b.title, 15, True)
    size = 8.0 if len(b.meta) > 4 else 10.0
    for x, (label, value) in zip(_strip(p, b.meta, size), b.meta, strict=True):
        p.text(x, 250, value, size)
        p.text(x, 259, label, 6.5)
    y = p.table(290, b.heads, b.rows)
    y = _totals(p, y, b.totals)
    _notes(p, b, y)
    p.text(297, 815, " • ".join(f"{a} {v}" for a, v in b.ids), 7, align="centre")
    return p


def letter(b: Bill, justified: bool = True) -> Paper:
    """A letter: nearly every fact in running sentences that break where the line is full."""
    p, s = Paper(serif=True), b.said
    kvk, vat, iban = _label(b, "kvk"), _label(b, "vat"), _label(b, "iban")
    p.text(70, 60, b.name, 14)
    p.lines(70, 74, b.address, 10, 12)
    p.lines(70, 150, b.to, 11, 13.5)
    place = b.truth.get("supplier-city") or ""
    p.text(
        70,
        228,
        (
            f"{place}, {s['date']}"
            if place and s["date"]
            else s["date"]
            if place
            else (f"Datum: {s['date']}" if s["date"] else "")
        ),
        11,
    )
    corrects = next(
        (f" op factuur {v}" for a, v in b.meta if b.kind == "credit-note" and (a, v) == b.meta[-1]),
        "",
    )
    p.text(70, 250, f"Betreft: {b.title.lower()} {s['number']}{corrects}".strip(), 11)
    y = p.wrapped(
        70,
        280,
        455,
        "Geachte heer, mevrouw, hierbij breng ik u in rekening hetgeen hieronder staat.",
        11,
        14,
        justified,
    )
    y = p.table(y + 10, b.heads, b.rows, 70, 525, 10)
    y = _totals(p, y, b.totals, 525)
    own = []
    if s["kvk"]:
        own.append(f"Mijn praktijk is ingeschreven onder {kvk} {s['kvk']}")
    if s["vat"]:
        own.append(f"heeft als {vat} {s['vat']}")
    if s["phone"]:
        own.append(f"is telefonisch bereikbaar op {s['phone']}")
    text = " en ".join([", ".join(own[:-1]), own[-1]] if len(own) > 1 else own) + "." if own else ""
    if s["iban"] and not any(s["iban"] in n for n in b.notes):
        text += f" U kunt betalen op {iban} {s['iban']}."
    y = p.wrapped(70, p.room(y, 60), 455, text.strip(), 11, 14, justified)
    for note in b.notes:
        y = p.wrapped(70, p.room(y + 3, 40), 455, note, 11, 14, justified)
    p.lines(70, p.room(y, 40) + 16, ["Met vriendelijke groet,", b.name], 11, 14)
    return p


def _label(b: Bill, fact: str) -> str:
    return next((a.rstrip(":") for a, v in b.ids if v == b.said[fact]), "")


def merged_columns(b: Bill) -> Paper:
    """Two columns so near that their lines run into each other, on the same heights."""
    p = Paper()
    p.text(50, 48, b.name, 15, True)
    left, right = [*b.address, *(f"{a} {v}" for a, v in b.contact)], [f"{a} {v}" for a, v in b.ids]
    widest = max(p.width(t, 9) for t in left)
    p.lines(50, 66, left, 9, 11)
    p.lines(50 + max(widest + 12, 150), 66, right, 9, 11)
    widest = max(p.width(t, 10) for t in b.to)
    p.lines(50, 160, b.to, 10, 13)
    _pairs(p, 50 + max(widest + 14, 190), 160, b.meta, 105, 10, 13, ":")
    p.text(50, 140, b.title, 14, True)
    y = p.table(270, b.heads, b.rows)
    _notes(p, b, _totals(p, y, b.totals))
    return p


def sidebar(b: Bill) -> Paper:
    """A narrow column at the right with the supplier in small type; long numbers break over two
    lines.
    """
    p = Paper()
    p.text(50, 60, b.title.upper(), 20, True)
    y = 60.0
    y = p.wrapped(470, y, 88, b.name, 10, 12) + 4
    y = p.lines(
        470,
        y,
        [
            t
            for line in b.address
            for t in ([line] if p.width(line, 8) < 105 else line.split(", ", 1))
        ],
        8,
        10,
    )
    for label, value in [*b.contact, *b.ids]:
        p.text(470, y + 8, label, 7, True)
        y = (
            p.broken(470, y + 18, 78, value, 8, 10)
            if " " in value and "@" not in value
            else p.lines(470, y + 18, [value], 8 if p.width(value, 8) < 110 else 6.5, 10)
        )
    p.lines(50, 120, ([b.to_label] if b.to_label else []) + b.to, 10, 13)
    y = _pairs(p, 50, 222, b.meta, 140, 9.5, 14)
    y = p.table(y + 18, b.heads, b.rows, 50, 445)
    y = _totals(p, y, b.totals, 445)
    _notes(p, b, y, 390)
    return p


def footer_columns(b: Bill) -> Paper:
    """The name large in the middle; address, contact and numbers in three columns at the foot of
    the last page.
    """
    p = Paper()
    p.text(297, 60, b.name.upper() if b.rng.random() < 0.3 else b.name, 22, align="centre")
    p.lines(70, 130, ([b.to_label] if b.to_label else []) + b.to, 10, 13)
    y = 130.0
    for label, value in b.meta:
        p.text(430, y, label, 9, align="right")
        p.text(440, y, value, 9, True)
        y += 13
    p.text(70, 225, b.title, 14, True)
    y = p.table(250, b.heads, b.rows, 70)
    y = _totals(p, y, b.totals)
    y = _notes(p, b, y, 400, 70)
    y = max(p.room(y, 70), 740)
    p.lines(70, y, [b.name, *b.address], 8, 10)
    p.lines(240, y, [f"{a} {v}" for a, v in b.contact], 8, 10)
    p.lines(390, y, [f"{a} {v}" for a, v in b.ids], 8, 10)
    return p


def receipt(b: Bill) -> Paper:
    """Everything in one centred column, label and value in one text, like a till."""
    p = Paper()
    y = p.lines(
        297,
        50,
        [b.name, *b.address, *(f"{a}: {v}".replace("::", ":") for a, v in b.contact)],
        10,
        13,
        align="centre",
    )
    y = p.lines(
        297,
        y + 12,
        [b.title, *(f"{a}: {v}".replace("::", ":") for a, v in b.meta)],
        10,
        13,
        align="centre",
    )
    y = p.lines(297, y + 12, b.to, 10, 13, align="centre")
    y = p.table(y + 14, b.heads, b.rows, 110, 485)
    y = p.room(y, 20 + 14 * len(b.totals))
    y = p.lines(297, y, [f"{a}: {v}" for a, v in b.totals], 11, 14, align="centre")
    for note in b.notes:
        y = p.wrapped(110, p.room(y + 6, 30), 375, note, 9)
    p.lines(
        297,
        p.room(y, 20 + 12 * len(b.ids)) + 14,
        [f"{a}: {v}".replace("::", ":") for a, v in b.ids],
        9,
        12,
        align="centre",
    )
    return p


def twinfield_like(b: Bill) -> Paper:
    """Window left at the prescribed height, letterhead on the right, references in two columns, btw
    block under the lines.
    """
    p = Paper()
    p.lines(400, 60, [b.name], 11, 13, bold=True)
    y = p.lines(400, 74, b.address, 8.5, 11)
    for label, value in [*b.contact, *b.ids]:
        p.text(400, y + 4, label, 8.5)
        p.text(455 if p.width(label, 8.5) < 50 else 405 + p.width(label, 8.5), y + 4, value, 8.5)
        y += 11
    p.lines(70, 160, b.to, 10, 12.5)
    p.text(70, 265, b.title, 12, True)
    half = (len(b.meta) + 1) // 2
    _pairs(p, 70, 285, b.meta[:half], 110, 9, 12, " :")
    _pairs(p, 330, 285, b.meta[half:], 110, 9, 12, " :")
    y = p.table(285 + 12 * half + 25, b.heads, b.rows, 70)
    y = _totals(p, y, b.totals, 545, 220, 13, 9)
    _notes(p, b, y + 8, 460, 70)
    return p


def inverted(b: Bill) -> Paper:
    """The amount to pay large at the top, the table low, labels at the right of the values in grey
    small type.
    """
    p = Paper()
    p.text(50, 60, b.title, 24, True)
    p.text(545, 60, b.totals[-1][1], 18, True, "right")
    p.text(545, 40, b.totals[-1][0], 8, align="right")
    p.lines(50, 100, [b.name, *b.address], 9.5, 12)
    p.lines(300, 100, b.to, 9.5, 12)
    y = _pairs(p, 50, 190, b.meta, 160, 9.5, 13)
    y = p.table(y + 15, b.heads, b.rows)
    y = _totals(p, y, b.totals[:-1], 545) if len(b.totals) > 1 else y
    y = _notes(p, b, y)
    p.lines(
        50,
        p.room(y, 40) + 15,
        [" - ".join(f"{a} {v}" for a, v in b.contact), " - ".join(f"{a} {v}" for a, v in b.ids)],
        7.5,
        10,
    )
    return p


def kerned(b: Bill) -> Paper:
    """Pairs left and right of the address with the first letter set apart by kerning."""
    p = Paper()
    p.text(50, 56, b.name, 16, True)
    p.lines(50, 72, b.address, 9, 11)
    p.lines(300, 72, [f"{a} {v}" for a, v in (*b.contact, *b.ids)], 8.5, 11)
    p.lines(50, 170, b.to, 10, 13)
    p.text(50, 250, b.title, 14, True)
    y = _pairs(p, 50, 270, b.meta, 150, 10, 14, ":")
    y = p.table(y + 12, b.heads, b.rows)
    _notes(p, b, _totals(p, y, b.totals))
    return p


def dotted(b: Bill) -> Paper:
    """Labels and values joined by leader dots; the supplier in one line under the name and at the
    foot.
    """
    p = Paper(serif=True)
    p.text(50, 60, b.name, 17, True)
    p.text(50, 76, ", ".join(b.address), 9)
    p.lines(50, 125, b.to, 11, 14)
    p.text(50, 215, b.title, 14, True)
    y = 236.0
    for label, value in b.meta:
        p.text(50, y, f"{label} {'.' * max(3, int((150 - p.width(label, 10)) / 2.6))} {value}", 10)
        y += 14
    y = p.table(y + 15, b.heads, b.rows)
    y = p.room(y, 60)
    for label, value in b.totals:
        p.text(300, y, label, 10)
        p.text(545, y, f"{'.' * 8} {value}", 10, align="right")
        y += 14
    _notes(p, b, y + 6)
    p.text(297, 810, " • ".join(f"{a} {v}" for a, v in b.contact), 7.5, align="centre")
    p.text(297, 820, " • ".join(f"{a} {v}" for a, v in b.ids), 7.5, align="centre")
    return p


def tabular_header(b: Bill) -> Paper:
    """Supplier and invoice facts as one form of two columns; the address after it."""
    p = Paper()
    p.text(50, 55, f"{b.title} {b.said['number']}".strip(), 15, True)
    y = _pairs(
        p,
        50,
        80,
        [
            ("Van", b.name),
            *((("Adres", b.street),) if b.street else ()),
            *((("Postcode en plaats", b.place),) if b.place else ()),
            *((("", b.po_box),) if b.po_box else ()),
            *b.contact,
            *b.ids,
        ],
        130,
        9.5,
        13,
    )
    y = _pairs(p, 50, y + 10, [("Aan", b.to[0]), *(("", line) for line in b.to[1:])], 130, 9.5, 13)
    y = _pairs(p, 50, y + 10, b.meta, 130, 9.5, 13)
    y = p.table(y + 15, b.heads, b.rows)
    _notes(p, b, _totals(p, y, b.totals))
    return p


def ligatures(b: Bill) -> Paper:
    """Ligatures in words and an address in one line under the name; references in a sentence above
    the table.
    """
    p = Paper()
    p.text(50, 60, b.name, 15, True)
    p.text(50, 74, " | ".join([*b.address, *(v for _, v in b.contact)]), 8)
    p.lines(320, 120, b.to, 10, 13)
    p.text(50, 210, f"{b.title}", 14, True)
    text = "; ".join(f"{a.lower()} {v}" for a, v in b.meta)
    y = p.wrapped(50, 230, 480, f"Specificatie: {text}.", 10, 13)
    y = p.table(y + 12, b.heads, b.rows)
    y = _notes(p, b, _totals(p, y, b.totals))
    p.lines(50, p.room(y, 50) + 10, [f"{a} {v}" for a, v in b.ids], 9, 11)
    for stroke in p.strokes:
        if "@" not in stroke.text and "www" not in stroke.text:
            stroke.text = stroke.text.replace("fi", "ﬁ").replace("fl", "ﬂ")
    return p


def back_office(b: Bill) -> Paper:
    """Facts of both parties side by side under headings, numbers at the very end of the last page."""
    p = Paper()
    p.text(50, 55, b.title, 18)
    p.text(50, 90, "Van" if b.language == "nl" else "From" if b.language == "en" else "Von", 8)
    p.lines(50, 102, [b.name, *b.address, *(v for a, v in b.contact)], 9.5, 12)
    p.text(320, 90, b.to_label or "Aan", 8)
    p.lines(320, 102, b.to, 9.5, 12)
    y = _pairs(p, 320, 185, b.meta, 110, 9, 12)
    y = p.table(max(y, 240) + 20, b.heads, b.rows)
    y = _notes(p, b, _totals(p, y, b.totals))
    _pairs(p, 50, p.room(y, 20 + 12 * len(b.ids)) + 10, b.ids, 130, 9, 12)
    return p


Drawn = Callable[[Bill], bytes]


def _drawn(layout: Callable[[Bill], Paper], printer: Callable[..., bytes], **how: bool) -> Drawn:
    return partial(_print, layout, printer, how)


def _print(
    layout: Callable[[Bill], Paper], printer: Callable[..., bytes], how: dict[str, bool], bill: Bill
) -> bytes:
    return printer(layout(bill), bill.rng, **how)


LAYOUTS: dict[str, tuple[str, Drawn]] = {
    "letterhead-left": ("reportlab-canvas", _drawn(letterhead_left, by_reportlab)),
    "labels-above": ("reportlab-canvas", _drawn(labels_above, by_reportlab)),
    "merged-columns": ("reportlab-canvas", _drawn(merged_columns, by_reportlab)),
    "sidebar": ("reportlab-canvas", _drawn(sidebar, by_reportlab)),
    "letter-by-letter": (
        "reportlab-canvas",
        _drawn(footer_columns, by_reportlab, shuffled=False, letters=True),
    ),
    "kerned": ("reportlab-canvas", _drawn(kerned, by_reportlab, shuffled=False, kerned=True)),
    "ligatures": ("reportlab-canvas", _drawn(ligatures, by_reportlab)),
    "labels-below": ("fpdf2", _drawn(labels_below, by_fpdf2)),
    "letter": ("fpdf2", _drawn(letter, by_fpdf2)),
    "receipt": ("fpdf2", _drawn(receipt, by_fpdf2)),
    "dotted": ("fpdf2", _drawn(dotted, by_fpdf2)),
    "twinfield-like": ("cairo", _drawn(twinfield_like, by_cairo)),
    "inverted": ("cairo", _drawn(inverted, by_cairo)),
    "tabular-header": ("cairo", _drawn(tabular_header, by_cairo)),
    "back-office": ("cairo", _drawn(back_office, by_cairo)),
}
