"""Files to rows of cells: workbooks, letters, CSV in any encoding and with any separator, plain
text. Runs in a child.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator, Sequence

from intake.model.mail import PartKind
from intake.secure_attachment.care_lines.cell_values import UNREAD, Cell
from intake.secure_attachment.care_lines.column_words import column_of
from intake.secure_attachment.care_lines.rows import MAX_COLUMNS, MAX_ROWS, Grid, cells_of_line

MAX_CHARACTERS = 5_000_000
MAX_WIDTH = 2_000
"""Characters of a line of running text."""

_SEPARATORS = ";\t,|:^~#"
_PIECE = re.compile(r"\S(?:\S| (?=\S))*")
_DECLARED = re.compile(r"\s*\"?sep=(.)\"?\s*\r?\n", re.IGNORECASE)
"""The line by which Excel names the separator."""
for _name in ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"):
    codecs.lookup(_name)  # loaded now: a child cannot import late


def grids_of(kind: PartKind, data: bytes) -> list[Grid]:
    """The rows of one file of text."""
    text = decode(data)
    separated = _separated(text)
    if kind is PartKind.CSV:
        return [separated]
    rows = [[c for c in cells if isinstance(c, str)] for _, cells in separated.rows]
    return [separated if _fitness(rows)[0] >= 3 else in_lines(text)]


def decode(data: bytes, charset: str | None = None) -> str:
    """Text in UTF-8, UTF-16 or Windows-1252, whichever it is; in ``charset`` when that is told and
    it is none of the first two.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")[:MAX_CHARACTERS]
    head = data[:2_000]
    if len(head) > 3 and head[1::2].count(0) > 0.4 * len(head):
        return data.decode("utf-16-le", "replace")[:MAX_CHARACTERS]
    if len(head) > 3 and head[::2].count(0) > 0.4 * len(head):
        return data.decode("utf-16-be", "replace")[:MAX_CHARACTERS]
    try:
        return data.decode("utf-8-sig")[:MAX_CHARACTERS]
    except UnicodeDecodeError:
        return data.decode(_single_byte(charset), "replace")[:MAX_CHARACTERS]


def _single_byte(charset: str | None) -> str:
    name = (charset or "").lower()
    return (
        name if re.fullmatch(r"windows-125\d|cp125\d|iso-8859-(?:[2-9]|1[0-6])", name) else "cp1252"
    )


def _separated(text: str) -> Grid:
    """CSV: the separator that gives most titles we know, then most columns in most rows."""
    text = text.replace("\0", "")
    declared = _DECLARED.match(text)
    skipped = 1 if declared else 0
    if declared:
        text = text[declared.end() :]
    absent = [
        separator for separator in _SEPARATORS if separator not in text
    ]  # they part nothing, all alike: one is enough
    separators = (
        declared.group(1)
        if declared
        else [separator for separator in _SEPARATORS if separator not in absent[1:]]
    )
    rows = max((_parsed(text, separator) for separator in separators), key=_fitness)
    return Grid([(number, list(cells)) for number, cells in enumerate(rows, 1 + skipped)])


def _parsed(text: str, separator: str) -> list[list[str]]:
    rows = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            rows.append(_unquoted(row, separator)[:MAX_COLUMNS])
            if len(rows) >= MAX_ROWS:
                break
    except csv.Error:
        # An endless quoted field; lines are better than nothing.
        rows = [line.split(separator)[:MAX_COLUMNS] for line in text.splitlines()[:MAX_ROWS]]
    return rows


def _unquoted(row: list[str], separator: str) -> list[str]:
    """A line that stood in quotes as a whole: a sheet in which it was never parted saved it again."""
    first = row[0] if row else ""
    if separator not in first or "\n" in first or any(cell.strip() for cell in row[1:]):
        return row
    if separator != ",":
        first = first.rstrip(",")  # of a sheet that was parted by commas
    return next(csv.reader([first], delimiter=separator), row)


def in_one_column(rows: Sequence[tuple[int, Sequence[Cell]]]) -> Grid | None:
    """Lines of CSV that a sheet holds unparted, each in its first cell; None when it does not.

    What a comma parted from such a line stands beside it, as a number that has lost its form.
    """
    filled = list(_first_cells(rows))
    lines = [(n, cell, width) for n, cell, width in filled if isinstance(cell, str)]
    parted = sum(sum(map(line.count, ";\t|,")) >= 2 for _, line, _ in lines)
    if not parted or parted < 0.8 * len(filled) or len(lines) < len(filled):
        return None
    marked = [(line + f",{UNREAD}" * (width > 1)).replace("\n", " ") for _, line, width in lines]
    grid = _separated("\n".join(marked))
    if len(grid.rows) != len(lines):
        return None
    return Grid([(n, cells) for (n, _, _), (_, cells) in zip(lines, grid.rows, strict=True)])


def _first_cells(rows: Sequence[tuple[int, Sequence[Cell]]]) -> Iterator[tuple[int, Cell, int]]:
    """Of each filled row its number, its first filled cell, and how many are filled."""
    for number, cells in rows:
        filled = [cell for cell in cells if cell is not None]
        if filled:
            yield number, filled[0], len(filled)


def _fitness(rows: Sequence[Sequence[str]]) -> tuple[int, int]:
    titles = max(
        (len({column_of(cell) for cell in row if cell} - {None}) for row in rows[:40]), default=0
    )
    widths = [len(row) for row in rows[:200] if any(cell.strip() for cell in row)]
    common = max(set(widths), key=widths.count) if widths else 0
    return titles, widths.count(common) if common > 1 else 0


def in_lines(text: str) -> Grid:
    """Running text: a line is cells that tabs, bars or wide gaps part; under a line of titles each
    piece is in the column that it stands under.
    """
    rows: list[tuple[int, list[Cell]]] = []
    titles: list[tuple[int, int]] = []
    for number, line in enumerate(text.splitlines()[:MAX_ROWS], 1):
        line = line.expandtabs()[:MAX_WIDTH] if titles and "|" not in line else line
        pieces = [(m.start(), m.end()) for m in _PIECE.finditer(line)]
        cells = cells_of_line(line)
        if not {"|", "\t"} & {*line} and len(pieces) == len(cells):
            if _are_titles(line, cells):
                titles = pieces
            elif titles and len(pieces) > 1:
                cells = _under(titles, pieces, cells)
        rows.append((number, cells))
    return Grid(rows, free_text=True, guessed=True)


def _are_titles(line: str, cells: Sequence[Cell]) -> bool:
    known = {column_of(cell) for cell in cells if isinstance(cell, str)} - {None}
    return len(known) >= 3 and not any(map(str.isdigit, line))


def _under(
    titles: Sequence[tuple[int, int]], pieces: Sequence[tuple[int, int]], cells: Sequence[Cell]
) -> list[Cell]:
    """The pieces of a line in the columns whose titles they stand under; as they were when two stand
    under one, or one under two.
    """
    placed: list[Cell] = [None] * len(titles)
    for (start, end), cell in zip(pieces, cells, strict=True):
        under = [i for i, (left, right) in enumerate(titles) if start < right and left < end]
        if len(under) != 1 or placed[under[0]] is not None:
            return list(cells)
        placed[under[0]] = cell
    return placed
