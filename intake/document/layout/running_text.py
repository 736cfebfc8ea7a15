"""Running text that goes on from line to line, as one long cell: a label or a number may break
where its line is full.

A line goes on when its words stand as in a sentence or a list with separators, the next line begins
under its beginning (or both are centred), and the next line's first word would not have fitted
behind it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise, product

from intake.document.layout.cells import Cell, Sheet, around
from intake.document.layout.label_matcher import has_digit, heads_table, labels_in
from intake.document.layout.label_words import Label
from intake.model.document import Word
from intake.text.amounts import amounts_in
from intake.text.identifiers import phones_in

_STRETCH = 1.7
"""Widest gap between words of one sentence, in letter heights (justified text stretches)."""
_APART = 120.0
"""Points between cells that are no longer one line of text, but two columns."""
_MOST_LINES = 40
_OF_NUMBERS = (Label.PHONE, Label.IBAN, Label.VAT_ID, Label.KVK)
_NUMBER = re.compile(r"[\d .()/-]{2,20}")
"""What can be the rest of a number that broke over two lines in a narrow column."""


def flows_of(sheet: Sheet) -> Iterator[Sheet]:
    """Each chain of two or more lines as a sheet with one cell, whose boxes are those on the page."""
    widest = max((row[-1].box[2] for row in sheet.rows), default=0.0)
    for row, under in pairwise(sheet.rows):
        if _breaks_off(row, under, widest):
            yield _sheet(sheet, [[row[-1]], under[:1]])
        for lines in _wrapped_numbers(sheet, row):
            yield _sheet(sheet, [[line] for line in lines])
        for upper in row[1:]:
            if second := _wrapped_value(upper, row[upper.column - 1], under):
                yield _sheet(sheet, [[row[upper.column - 1], upper], [second]])
    yield from _paragraphs(sheet)


def _paragraphs(sheet: Sheet) -> Iterator[Sheet]:
    chain: list[list[Cell]] = []
    for row in sheet.rows:
        if chain and _goes_on(chain[-1], row) and len(chain) < _MOST_LINES:
            chain.append(row)
            continue
        yield from _full_lines(sheet, chain)
        chain = [row] if _running(row) else []
    yield from _full_lines(sheet, chain)


def _wrapped_numbers(sheet: Sheet, row: list[Cell]) -> Iterator[list[Cell]]:
    """Cells with a label whose number goes on under their beginning or end; or a label, and the
    number that takes two lines under or over it. A row of another column may lie between.
    """
    under = (cell for rows in sheet.rows[row[0].row + 1 :][:2] for cell in rows)
    rests = [cell for cell in under if _NUMBER.fullmatch(cell.text) and not _is_phone(cell.text)]
    if not rests:
        return
    heads = heads_table(row)
    for upper, lower in product(row, rests):
        if _close(upper, lower):
            yield from _broken_number(sheet, upper, lower, heads)


def _broken_number(sheet: Sheet, upper: Cell, lower: Cell, heads: bool) -> Iterator[list[Cell]]:
    """The cells of a number that goes on in ``lower``, and its label; none when ``upper`` is the head
    of a column.
    """
    numbered, labels = has_digit(upper.text), {label for label, *_ in labels_in(upper.text)}
    if not numbered and (heads or len(labels) > 1):
        return
    flush = numbered and not labels.isdisjoint(_OF_NUMBERS)
    if not _under(upper, lower, flush):
        return
    if labels or _is_phone(f"{upper.text} {lower.text}"):
        yield [upper, lower]
    elif numbered and (label := _label_beside(sheet, upper, lower)):
        yield [label, upper, lower]


def _under(upper: Cell, lower: Cell, flush: bool) -> bool:
    """True when two cells begin at one x; with ``flush`` also when they end at one."""
    ends = abs(lower.box[2] - upper.box[2]) < 3
    return abs(lower.box[0] - upper.box[0]) < 3 or (flush and ends)


def _label_beside(sheet: Sheet, upper: Cell, lower: Cell) -> Cell | None:
    """The label right over two lines, or right under them."""
    over = next(sheet.above(upper.box, upper.row, 0.9 * upper.height), None)
    below = next(sheet.below(lower.box, lower.row, 0.9 * lower.height), None)
    near = (cell for cell in (over, below) if cell and abs(cell.box[0] - upper.box[0]) < 4)
    bare = (cell for cell in near if not has_digit(cell.text))
    return next(
        (cell for cell in bare if any(x in _OF_NUMBERS for x, *_ in labels_in(cell.text))), None
    )


def _is_phone(text: str) -> bool:
    """True for a whole phone number: it is no rest of another."""
    return any(valid and end - start == len(text) for start, end, valid in phones_in(text))


def _breaks_off(row: list[Cell], under: list[Cell], widest: float) -> bool:
    """Whether the row's last words may go on at the beginning of the next; an amount does not."""
    last = row[-1]
    apart = max((b.box[0] - a.box[2] for a, b in pairwise(row)), default=_APART)
    full = apart < _APART and last.box[2] > widest - 40 and not _running(row)
    if not full or abs(row[0].box[0] - under[0].box[0]) >= 3 or not _close(row[0], under[0]):
        return False
    if not _alike(last, under[0]):
        return False  # a heading beside other text
    return not any((start, end) == (0, len(last.text)) for start, end, *_ in amounts_in(last.text))


def _running(row: list[Cell]) -> bool:
    return all(
        b.separated or b.box[0] - a.box[2] < _STRETCH * max(a.size, b.size, 4.0)
        for a, b in pairwise(row)
    )


def _close(upper: Cell, lower: Cell) -> bool:
    return _alike(upper, lower) and -4 < lower.box[1] - upper.box[3] < 0.7 * lower.height


def _alike(one: Cell, other: Cell) -> bool:
    """True for letters of about one size."""
    return 0.8 < other.size / one.size < 1.25


def _wrapped_value(upper: Cell, label: Cell, under: list[Cell]) -> Cell | None:
    """The second line of a value in a narrow column: it stands under the first, and under the label
    stands nothing.
    """
    for lower in under:
        if lower.box[2] > label.box[0] - 3 and lower.box[0] < min(upper.box[0] - 3, label.box[2]):
            return None
        if min(abs(lower.box[0] - upper.box[0]), abs(lower.box[2] - upper.box[2])) < 3:
            return lower if _close(upper, lower) else None
    return None


def _goes_on(row: list[Cell], under: list[Cell]) -> bool:
    """True when ``under`` lies as the next line of the same text."""
    size, other = max(c.size for c in row), max(c.size for c in under)
    gap = under[0].box[1] - row[0].box[3]
    left, right, under_left, under_right = (
        row[0].box[0],
        row[-1].box[2],
        under[0].box[0],
        under[-1].box[2],
    )
    aligned = (
        abs(left - under_left) < 3
        or abs(left + right - under_left - under_right) < 6
        or abs(right - under_right) < 3
    )
    return (
        _running(under)
        and 0.8 < other / size < 1.25
        and -4 < gap < 0.95 * under[0].height
        and aligned
    )


def _full_lines(sheet: Sheet, chain: list[list[Cell]]) -> Iterator[Sheet]:
    """Cut the chain where a line ended before it was full."""
    if len(chain) < 2:
        return
    widest = max(row[-1].box[2] - row[0].box[0] for row in chain)
    piece = [chain[0]]
    for row, under in pairwise(chain):
        first = under[0].words[0]
        if (
            row[-1].box[2] - row[0].box[0] + first.box[2] - first.box[0] + 0.25 * row[0].size
            >= 0.985 * widest
        ):
            piece.append(under)
            continue
        if len(piece) > 1:
            yield _sheet(sheet, piece)
        piece = [under]
    if len(piece) > 1:
        yield _sheet(sheet, piece)


def _with_joint(text: str, cell: Cell, begins: bool) -> str:
    """The text with what stands between it and a next cell; a word that a line's end broke with a
    hyphen is made whole. ``begins``: the cell is the first of its line.
    """
    lower = cell.text[:1].islower()
    if begins and text.endswith("-"):
        if lower and text[-2:-1].isalpha():
            return text[:-1]
        if not lower and text[-2:-1].isalnum():
            return text
    return text and text + (" | " if cell.separated else " ")


def _sheet(sheet: Sheet, rows: list[list[Cell]]) -> Sheet:
    text = ""
    words: list[Word] = []
    offsets: list[int] = []
    for row in rows:
        for at, cell in enumerate(row):
            text = _with_joint(text, cell, begins=not at)
            offsets += [len(text) + offset for offset in cell.offsets]
            words += cell.words
            text += cell.text
    cell = Cell(
        sheet.number, around([w.box for w in words]), text, rows[0][0].size, words, offsets, 0, 0
    )
    return Sheet(sheet.number, sheet.width, sheet.height, [[cell]], sheet.reader, sheet.turned)
