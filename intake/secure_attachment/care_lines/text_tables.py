"""Files to rows of cells: workbooks, letters, CSV in any encoding and with any separator, plain
text. Runs in a child.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Sequence

from intake.model.mail import PartKind
from intake.secure_attachment.care_lines.column_words import column_of
from intake.secure_attachment.care_lines.rows import MAX_COLUMNS, MAX_ROWS, Grid, cells_of_line

MAX_CHARACTERS = 5_000_000

_SEPARATORS = ";\t,|:^~#"
_DECLARED = re.compile(r"\s*\"?sep=(.)\"?\s*\r?\n", re.IGNORECASE)
"""The line by which Excel names the separator."""
for _name in ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"):
    codecs.lookup(_name)  # loaded now: a child cannot import late


def grids_of(kind: PartKind, data: bytes) -> list[Grid]:
    """The rows of one file of text."""
    text = decode(data)
    if kind is PartKind.CSV:
        return [_separated(text)]
    separated = _separated(text)
    return [
        (
            separated
            if _fitness([[c for c in cells if isinstance(c, str)] for _, cells in separated.rows])[
                0
            ]
            >= 3
            else _lines(text)
        )
    ]


def decode(data: bytes) -> str:
    """Text in UTF-8, UTF-16 or Windows-1252, whichever it is."""
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
        return data.decode("cp1252", "replace")[:MAX_CHARACTERS]


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
            rows.append(row[:MAX_COLUMNS])
            if len(rows) >= MAX_ROWS:
                break
    except csv.Error:
        # An endless quoted field; lines are better than nothing.
        rows = [line.split(separator)[:MAX_COLUMNS] for line in text.splitlines()[:MAX_ROWS]]
    return rows


def _fitness(rows: Sequence[Sequence[str]]) -> tuple[int, int]:
    titles = max(
        (len({column_of(cell) for cell in row if cell} - {None}) for row in rows[:40]), default=0
    )
    widths = [len(row) for row in rows[:200] if any(cell.strip() for cell in row)]
    common = max(set(widths), key=widths.count) if widths else 0
    return titles, widths.count(common) if common > 1 else 0


def _lines(text: str) -> Grid:
    """Running text: a line is cells that tabs, bars or wide gaps part."""
    rows = [
        (number, cells_of_line(line)) for number, line in enumerate(text.splitlines()[:MAX_ROWS], 1)
    ]
    return Grid(rows, free_text=True, guessed=True)
