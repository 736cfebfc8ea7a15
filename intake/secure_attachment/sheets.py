"""Files to rows of cells: CSV in any encoding and with any separator, XLSX, PDF and plain text. Runs in the reading child."""

from __future__ import annotations

import codecs
import csv
import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from intake.secure_attachment.cells import Cell
from intake.secure_attachment.columns import column_of
from intake.secure_attachment.grid import Grid, Unreadable
from intake.types import PartKind

MAX_ROWS = 20_000
MAX_COLUMNS = 120
MAX_SHEETS = 30
MAX_UNPACKED = 60_000_000
"""Bytes of all XML in one XLSX."""
WHOLE_UNPACKED = 4_000_000
"""Up to this size a book is read whole, with its merged cells; a larger one in a stream."""
MAX_CELLS = 200_000
MAX_CHARACTERS = 5_000_000

_SEPARATORS = ";\t,|:"
for _name in ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"):
    codecs.lookup(_name)  # loaded now: a child cannot import late

_UNREADABLE = (
    zipfile.BadZipFile, InvalidFileException, ParseError, ValueError, KeyError, TypeError, IndexError, AttributeError, OSError, EOFError, OverflowError,
)  # fmt: skip


def grids_of(kind: PartKind, data: bytes) -> list[Grid]:
    """All tables of one file.

    Raises:
        Unreadable: the file cannot be read as its kind.
    """
    if kind is PartKind.EXCEL:
        return list(_book(data))
    text = decode(data)
    if kind is PartKind.CSV:
        return [_separated(text)]
    separated = _separated(text)
    return [separated if _fitness([[c for c in cells if isinstance(c, str)] for _, cells in separated.rows])[0] >= 3 else _lines(text)]


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
    told = re.match(r"\s*\"?sep=(.)\"?\s*\r?\n", text, re.IGNORECASE)
    skipped = 1 if told else 0
    if told:
        text = text[told.end() :]
    separators = told.group(1) if told else _SEPARATORS
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
    titles = max((len({column_of(cell) for cell in row if cell} - {None}) for row in rows[:40]), default=0)
    widths = [len(row) for row in rows[:200] if any(cell.strip() for cell in row)]
    common = max(set(widths), key=widths.count) if widths else 0
    return titles, widths.count(common) if common > 1 else 0


def _lines(text: str) -> Grid:
    """Running text: a line is cells that tabs, bars or wide gaps part."""
    rows: list[tuple[int, list[Cell]]] = []
    for number, line in enumerate(text.splitlines()[:MAX_ROWS], 1):
        cells = [cell.strip(" *•·>_") for cell in re.split(r"\t+|\s{2,}|\s?\|\s?", line[:2_000].strip())]
        rows.append((number, [cell or None for cell in cells][:MAX_COLUMNS]))
    return Grid(rows, free_text=True)


def _book(data: bytes) -> Iterator[Grid]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
        if unpacked > MAX_UNPACKED:
            raise Unreadable
        book = _load(data, whole=unpacked <= WHOLE_UNPACKED)
        if not book.read_only and any(_cells(sheet) > MAX_CELLS for sheet in book.worksheets[:MAX_SHEETS]):
            book = _load(data, whole=False)  # a stray cell at the far end; a stream passes over what is not there
        for sheet in book.worksheets[:MAX_SHEETS]:
            if sheet.sheet_state == "visible":
                yield _worksheet(sheet, whole=not book.read_only)
    except _UNREADABLE:
        raise Unreadable from None


def _load(data: bytes, *, whole: bool) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data), read_only=not whole, data_only=True, keep_links=False)


def _cells(sheet: Any) -> int:
    return int(sheet.max_row * sheet.max_column)


def _worksheet(sheet: Any, *, whole: bool) -> Grid:
    if whole:
        found = sheet.iter_rows(max_row=min(sheet.max_row, MAX_ROWS), max_col=min(sheet.max_column, MAX_COLUMNS))
    else:
        sheet.reset_dimensions()
        found = sheet.iter_rows(max_row=MAX_ROWS, max_col=MAX_COLUMNS)
    rows: list[tuple[int, list[Cell]]] = [(number, [_typed(cell) for cell in row]) for number, row in enumerate(found, 1)]
    if whole:
        _fill_merged(sheet, rows)
    return Grid(rows)


def _fill_merged(sheet: Any, rows: list[tuple[int, list[Cell]]]) -> None:
    """A cell merged over several rows holds for each of them."""
    for merged in list(sheet.merged_cells.ranges)[:5_000]:
        if merged.min_row > len(rows) or merged.min_col > MAX_COLUMNS:
            continue
        value = rows[merged.min_row - 1][1][merged.min_col - 1]
        for _, cells in rows[merged.min_row : merged.max_row]:
            cells[merged.min_col - 1] = value


def _typed(cell: Any) -> Cell:
    value = cell.value
    if value is None or isinstance(value, bool):
        return None if value is None else ("ja" if value else "nee")
    if isinstance(value, dt.datetime):
        # A month shown as "sep-26" is kept as its first day; the title tells that it is a month.
        return _shown_month(value.date(), cell.number_format) or value.date()
    if isinstance(value, dt.date):
        return _shown_month(value, cell.number_format) or value
    if isinstance(value, int | float):
        return _numeric(value, cell.number_format)
    if isinstance(value, dt.timedelta):
        return Decimal(value.total_seconds() / 3600).quantize(Decimal("0.0001")).normalize()
    if isinstance(value, dt.time):
        return f"{value.hour}:{value.minute:02d}"
    return str(value)[:2_000]


def _shown_month(day: dt.date, form: str | None) -> str | None:
    """"2026-09" for a date whose number format shows month and year only."""
    letters = re.sub(r"\"[^\"]*\"|\[[^\]]*\]|\\.", "", (form or "").lower())
    return f"{day:%Y-%m}" if "m" in letters and "d" not in letters and "y" in letters else None


def _numeric(value: float, form: str | None) -> Cell:
    if value != value or value in (float("inf"), float("-inf")):
        return None
    zeros = re.fullmatch(r"0{7,12}", form or "")
    if zeros and float(value).is_integer() and value >= 0:
        return str(int(value)).zfill(len(zeros.group()))  # the sheet shows the zeros in front
    return Decimal(int(value)) if float(value).is_integer() and abs(value) < 1e15 else Decimal(repr(float(value))).quantize(Decimal("0.000001")).normalize()
