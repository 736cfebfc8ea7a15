"""Care lines on paper (PDF): runs of words to cells, each in the column that it stands in.

Runs in the reading child.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain

from intake.document.layout.cells import Cell as Run
from intake.document.layout.cells import sheets_of
from intake.document.readers import pdf
from intake.model.document import Document, Reader
from intake.secure_attachment.care_lines.cell_values import Cell
from intake.secure_attachment.care_lines.column_words import COUNTS, Column, column_of, normalise
from intake.secure_attachment.care_lines.rows import Grid, Unreadable

_NEVER_WRAPPED = COUNTS | {Column.RATE}


def grid_of(data: bytes) -> Grid:
    """All pages of a PDF; under a row of titles each cell is put in the column it stands in.

    Raises:
        Unreadable: a page could not be read, or there are too many.
    """
    document = pdf.read(data, Reader.PDFIUM)
    lost = len(document.pages) < document.page_count or any(p.fault for p in document.pages)
    if document.fault or lost:
        raise Unreadable
    lines = _rejoined(list(_printed(document)))
    return Grid(list(enumerate((line.cells for line in lines), 1)), free_text=True, guessed=True)


def _printed(document: Document) -> Iterator[_Printed]:
    """The printed lines, each under the titles above it."""
    titles: list[Run] = []
    rows = (s.rows for page in document.pages for s in sheets_of(page, Reader.PDFIUM))
    for row in chain.from_iterable(rows):
        runs = [piece for run in row for piece in _titles_apart(run)]
        if _are_titles(runs):
            titles = runs
            yield _Printed(row, [run.text for run in runs])
        else:
            cells: list[Cell] = _under(titles, row) if titles else [run.text for run in row]
            yield _Printed(row, cells, titles=titles)


@dataclass(slots=True)
class _Printed:
    """One printed line and its cells."""

    row: Sequence[Run]
    cells: list[Cell]
    titles: Sequence[Run] = ()
    """The titles above it, when it stands in a table."""
    pieces: list[_Printed] = field(default_factory=list)
    """Lines that are pieces of its wrapped cells."""

    @property
    def position(self) -> tuple[int, float]:
        """Page and middle."""
        return self.row[0].page, (self.row[0].box[1] + self.row[0].box[3]) / 2

    @property
    def is_whole(self) -> bool:
        """Whether a client's number, or most columns, stand in it; else it is a piece of a line
        above or below.
        """
        columns = [column_of(title.text) for title in self.titles]
        has_number = Column.BSN in columns and self.cells[columns.index(Column.BSN)]
        filled = sum(map(bool, self.cells))
        return not self.titles or bool(has_number) or 2 * filled > len(self.cells)

    def target(self, whole: Sequence[_Printed]) -> _Printed | None:
        """The nearest line of its table, when the cells of this one may be pieces of its cells."""
        if self.is_whole:
            return None
        filled = zip(self.titles, self.cells, strict=True)
        if _NEVER_WRAPPED.intersection(column_of(title.text) for title, cell in filled if cell):
            return None
        page, middle = self.position
        distances = [
            (abs(line.position[1] - middle), number)
            for number, line in enumerate(whole)
            if line.titles is self.titles and line.position[0] == page
        ]
        distance, number = min(distances, default=(math.inf, 0))
        return whole[number] if distance < 2.5 * max(run.height for run in self.row) else None


def _rejoined(lines: Sequence[_Printed]) -> list[_Printed]:
    """Lines of a table with the pieces of their wrapped cells, which stand above them too when
    cells are centred.
    """
    whole = [line for line in lines if line.is_whole]
    kept: list[_Printed] = []
    for line in lines:
        target = line.target(whole)
        (kept if target is None else target.pieces).append(line)
    for line in kept:
        if line.pieces:
            parts = sorted((line, *line.pieces), key=lambda part: part.position)
            cells = zip(*(part.cells for part in parts), strict=True)
            line.cells = [" ".join(map(str, filter(None, column))) or None for column in cells]
    return kept


def _are_titles(runs: Sequence[Run]) -> bool:
    return len({column_of(run.text) for run in runs} - {None}) >= 3 and not any(
        _is_value(run.text) for run in runs
    )


def _is_value(text: str) -> bool:
    return sum(map(str.isdigit, text)) >= 3


def _titles_apart(run: Run) -> list[Run]:
    """Titles that stand so close that they were read as one run."""
    known = [column_of(word.text) for word in run.words]
    if (
        len(known) < 2
        or (len(known) == 2 and column_of(run.text) is not None)
        or None in known
        or len(set(known)) < len(known)
        or len(normalise(run.text).split()) != len(known)
    ):
        return [run]
    return [
        Run(run.page, word.box, word.text, run.size, [word], [0], run.row, column)
        for column, word in enumerate(run.words)
    ]


def _under(titles: Sequence[Run], row: Sequence[Run]) -> list[Cell]:
    """Texts of a row, each in the column of the title above it."""
    cells: list[Cell] = [None] * len(titles)
    for run in row:
        crossed = [column for column, title in enumerate(titles) if _overlap(title, run) > 0]
        pieces = (
            [(column, run.text) for column in crossed]
            if len(crossed) == 1
            else _by_word(titles, run)
        )
        for column, text in pieces:
            cells[column] = f"{cells[column]} {text}" if cells[column] else text
    return cells


def _by_word(titles: Sequence[Run], run: Run) -> list[tuple[int, str]]:
    """A run that crosses several titles, or none: word by word to the nearest title."""
    pieces: list[tuple[int, str]] = []
    crosses = any(_overlap(title, run) > 0 for title in titles)
    for word in run.words:
        left, _, right, _ = word.box if crosses else run.box
        distances = [max(t.box[0] - right, left - t.box[2], 0.0) for t in titles]
        column = distances.index(min(distances))
        if pieces and pieces[-1][0] == column:
            pieces[-1] = (column, f"{pieces[-1][1]} {word.text}")
        else:
            pieces.append((column, word.text))
    return pieces


def _overlap(title: Run, run: Run) -> float:
    return min(title.box[2], run.box[2]) - max(title.box[0], run.box[0])
