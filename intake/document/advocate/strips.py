"""Several readings of a page as strips of text: its rows, each cell with the one beneath it, and the
order of the file itself.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from intake.model.basics import Box
from intake.model.document import Document, Word

CELL = "  "
"""Stands between two cells of a row, where one space stands between words."""
_GAP = 1.2
"""A gap wider than so many times the height of the letters parts two cells."""
_ASKEW = 8.0
"""Points by which letters under each other may lie aside, flush left or in the middle."""
_LEAST_STACKED = 8
_BENEATH = 3.0
"""A cell further down than so many heights is not beneath another."""


@dataclass(frozen=True, slots=True)
class Token:
    """One word, and what stands above and below the cell that it begins."""

    text: str
    page: int
    box: Box | None = None
    above: str = ""
    below: str = ""


@dataclass(frozen=True)
class Strip:
    """Text that is read in one go."""

    tokens: tuple[Token, ...]
    text: str
    starts: tuple[int, ...] = field(repr=False)
    """Where each token begins in the text."""
    is_row: bool = False
    """The whole width of the page: what is left of a word stands before it."""
    is_pair: bool = False
    """Two lines, or a cell and the one beneath it: for what is broken over both."""

    @classmethod
    def of(
        cls,
        cells: Iterable[Sequence[Token]],
        between: str,
        is_row: bool = False,
        is_pair: bool = False,
    ) -> Strip:
        text, tokens, starts = "", [], []
        for cell in cells:
            text += between if text else ""
            for at, token in enumerate(cell):
                text += " " if at else ""
                starts.append(len(text))
                tokens.append(token)
                text += token.text
        return cls(tuple(tokens), text, tuple(starts), is_row, is_pair)

    def between(self, start: int, end: int) -> tuple[Token, ...]:
        """The tokens that hold the characters from ``start`` to ``end``."""
        first = max(0, bisect.bisect_right(self.starts, start) - 1)
        return self.tokens[first : max(first + 1, bisect.bisect_left(self.starts, end))]


def strips_of(documents: Iterable[Document]) -> list[Strip]:
    """The strips of what several readers saw, as a person sees it: without hidden words."""
    strips: list[Strip] = []
    for document in documents:
        for page in document.pages:
            strips += of_words(page.number, [word for word in page.words if not word.hidden])
    return strips


def of_words(page: int, words: Sequence[Word]) -> Iterator[Strip]:
    """The rows of words with places, and each cell with the one beneath it."""
    rows = [_cells(row) for row in _rows(words)]
    beneath: list[tuple[list[Word], list[Word]]] = []
    above: dict[int, str] = {}
    below: dict[int, str] = {}
    for at, row in enumerate(rows):
        for cell in row:
            upper = _upper(cell, rows[max(0, at - 6) : at])
            if upper:
                above[id(cell[0])] = _joined(upper)
                below.setdefault(id(upper[0]), _joined(cell))
                beneath.append((upper, cell))

    def tokens(cell: Sequence[Word]) -> list[Token]:
        return [
            Token(word.text, page, word.box, above.get(id(word), ""), below.get(id(word), ""))
            for word in cell
        ]

    for row in rows:
        yield Strip.of(map(tokens, row), CELL, is_row=True)
    for upper, cell in beneath:
        yield Strip.of((tokens(upper), tokens(cell)), " ", is_pair=True)
    for letters in _stacked(words):
        yield Strip.of(([Token(word.text, page, word.box)] for word in letters), "")


def _stacked(words: Iterable[Word]) -> Iterator[list[Word]]:
    """Single letters under each other, as in a narrow margin."""
    lone = sorted((w for w in words if len(w.text) == 1), key=lambda w: (_middle(w), w.box[1]))
    stack: list[Word] = []
    for word in lone:
        goes_on = (
            bool(stack)
            and abs(_middle(word) - _middle(stack[-1])) <= _ASKEW
            and 0 <= word.box[1] - stack[-1].box[1] <= _BENEATH * (word.box[3] - word.box[1])
        )
        if not goes_on:
            if len(stack) >= _LEAST_STACKED:
                yield stack
            stack = []
        stack.append(word)
    if len(stack) >= _LEAST_STACKED:
        yield stack


def _middle(word: Word) -> float:
    return round((word.box[0] + word.box[2]) / 2 / _ASKEW) * _ASKEW


def of_text(page: int, text: str) -> Iterator[Strip]:
    """The lines of a page in the order of its file, and each two that follow each other."""
    lines = [
        [Token(word, page) for word in line.split()] for line in text.splitlines() if line.strip()
    ]
    for line in lines:
        yield Strip.of([line], " ")
    for pair in pairwise(lines):
        yield Strip.of(pair, " ", is_pair=True)


def _rows(words: Sequence[Word]) -> Iterator[list[Word]]:
    """Words side by side: the middle of each lies within the height of the first."""
    row: list[Word] = []
    for word in sorted(words, key=lambda w: w.box[1] + w.box[3]):
        middle = (word.box[1] + word.box[3]) / 2
        if row and not row[0].box[1] <= middle <= row[0].box[3]:
            yield sorted(row, key=lambda w: w.box[0])
            row = []
        row.append(word)
    if row:
        yield sorted(row, key=lambda w: w.box[0])


def _cells(row: Sequence[Word]) -> list[list[Word]]:
    cells: list[list[Word]] = []
    for word in row:
        if cells and word.box[0] - cells[-1][-1].box[2] <= _GAP * (word.box[3] - word.box[1]):
            cells[-1].append(word)
        else:
            cells.append([word])
    return cells


def _upper(cell: Sequence[Word], rows: Sequence[Sequence[list[Word]]]) -> list[Word] | None:
    """The nearest cell above this one."""
    left, top, right = cell[0].box[0], cell[0].box[1], cell[-1].box[2]
    height = cell[0].box[3] - top
    for row in reversed(rows):
        for other in row:
            if other[0].box[0] < right and left < other[-1].box[2]:
                return other if top - other[0].box[3] <= _BENEATH * height else None
    return None


def _joined(cell: Iterable[Word]) -> str:
    return " ".join(word.text for word in cell)
