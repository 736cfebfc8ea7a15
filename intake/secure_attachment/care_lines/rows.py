"""Rows of cells: what every kind of file is turned into before its words are understood."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from intake.secure_attachment.care_lines.cell_values import Cell

MAX_LINES = 5_000
"""Care lines of one file."""
MAX_ROWS = 20_000
MAX_COLUMNS = 120
MAX_SHEETS = 30
MAX_UNPACKED = 60_000_000
"""Bytes of all files in one zipped document."""


@dataclass(slots=True)
class Grid:
    """One sheet, page run or text: rows of cells, each with the number its writer sees."""

    rows: list[tuple[int, list[Cell]]] = field(default_factory=list, repr=False)
    free_text: bool = False
    """Rows come from running text: lines without a label are sentences, not data."""
    guessed: bool = False
    """Where a cell ends, and under which title it stands, was seen by its place only."""
    name: str = ""
    """Of the sheet."""


class Unreadable(Exception):
    """The file is not what it seems, or too large."""


Below = dict[int, tuple[Cell, int]]
"""By column: a value that holds for so many rows from the next one on."""


def from_above(below: Below) -> dict[int, Cell]:
    """The values that cells of rows above have in the next row too, which is counted."""
    values = {column: value for column, (value, _) in below.items()}
    left = {column: (value, rows - 1) for column, (value, rows) in below.items() if rows > 1}
    below.clear()
    below.update(left)
    return values


def trimmed(cells: list[Cell]) -> list[Cell]:
    """Without the empty cells at the end."""
    while cells and cells[-1] is None:
        cells.pop()
    return cells


def cells_of_line(line: str) -> list[Cell]:
    """A line of text as cells that tabs, bars or wide gaps part."""
    cells = [
        cell.strip(" *•·>_") for cell in re.split(r"\t+|\s{2,}|\s?\|\s?", line[:2_000].strip())
    ]
    return [cell or None for cell in cells][:MAX_COLUMNS]
