"""Sheets of a workbook: XLSX by openpyxl, which knows how a number is shown; XLS and XLSB by
calamine.

What openpyxl stumbles over (styles that another program wrote wrongly) is given to calamine too.
Runs in the reading child.
"""

from __future__ import annotations

import datetime as dt
import io
import math
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException
from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from intake.secure_attachment.care_lines import open_xml
from intake.secure_attachment.care_lines.cell_values import Cell
from intake.secure_attachment.care_lines.rows import (
    MAX_COLUMNS,
    MAX_ROWS,
    MAX_SHEETS,
    MAX_UNPACKED,
    Grid,
    Unreadable,
)
from intake.secure_attachment.care_lines.text_tables import in_one_column

WHOLE_UNPACKED = 4_000_000
"""Up to this size a book is read whole, with its merged cells; a larger one in a stream."""
MAX_CELLS = 200_000

_OOXML = b"[Content_Types].xml"
_UNREADABLE = (
    zipfile.BadZipFile, InvalidFileException, ParseError, ValueError, KeyError, IndexError,
    TypeError, AttributeError, OSError, EOFError, OverflowError,
)  # fmt: skip


def read(data: bytes) -> list[Grid]:
    """The visible sheets of a workbook.

    Raises:
        Unreadable: no workbook, damaged, or too large.
    """
    if unpacked_size(data) > MAX_UNPACKED:
        raise Unreadable
    return [_parted(sheet) for sheet in _sheets(data)]


def _parted(sheet: Grid) -> Grid:
    lines = in_one_column(sheet.rows)
    return sheet if lines is None else replace(lines, name=sheet.name)


def _sheets(data: bytes) -> list[Grid]:
    if data.startswith(b"PK") and _OOXML in data:
        try:
            data = open_xml.ready(data)
            return list(_book(data))
        except _UNREADABLE:
            pass
    return list(_other_book(data))


def unpacked_size(data: bytes) -> int:
    """Bytes of all files in a zip, as it tells itself; 0 when it is no zip.

    The child's limit on memory holds for one that lies.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, ValueError, OSError):
        return 0


def _other_book(data: bytes) -> Iterator[Grid]:
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        shown = [
            s.name
            for s in book.sheets_metadata
            if s.visible is SheetVisibleEnum.Visible and s.typ is SheetTypeEnum.WorkSheet
        ]
        for name in shown[:MAX_SHEETS]:
            rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False, nrows=MAX_ROWS)
            yield Grid(
                [
                    (number, [_typed(value) for value in row[:MAX_COLUMNS]] if any(row) else [])
                    for number, row in enumerate(rows, 1)
                ],
                name=name,
            )
    except (CalamineError, *_UNREADABLE):
        raise Unreadable from None


def _book(data: bytes) -> Iterator[Grid]:
    """XLSX."""
    book = _load(data, whole=unpacked_size(data) <= WHOLE_UNPACKED)
    if not book.read_only and any(
        _cells(sheet) > MAX_CELLS for sheet in book.worksheets[:MAX_SHEETS]
    ):
        book = _load(
            data, whole=False
        )  # a stray cell at the far end; a stream passes over what is not there
    for sheet in book.worksheets[:MAX_SHEETS]:
        if sheet.sheet_state == "visible":
            yield _worksheet(sheet, whole=not book.read_only)


def _load(data: bytes, *, whole: bool) -> Any:
    return openpyxl.load_workbook(
        io.BytesIO(data), read_only=not whole, data_only=True, keep_links=False
    )


def _cells(sheet: Any) -> int:
    return int(sheet.max_row * sheet.max_column)


def _worksheet(sheet: Any, *, whole: bool) -> Grid:
    if whole:
        found = sheet.iter_rows(
            max_row=min(sheet.max_row, MAX_ROWS), max_col=min(sheet.max_column, MAX_COLUMNS)
        )
    else:
        sheet.reset_dimensions()
        found = sheet.iter_rows(max_row=MAX_ROWS, max_col=MAX_COLUMNS)
    rows: list[tuple[int, list[Cell]]] = [
        (number, [_typed(cell.value, cell.number_format) for cell in row])
        for number, row in enumerate(found, 1)
    ]
    if whole:
        _fill_merged(sheet, rows)
    return Grid(
        [
            (number, cells if any(cell is not None for cell in cells) else [])
            for number, cells in rows
        ],
        name=sheet.title,
    )


def _fill_merged(sheet: Any, rows: list[tuple[int, list[Cell]]]) -> None:
    """A cell merged over several rows holds for each of them."""
    for merged in list(sheet.merged_cells.ranges)[:5_000]:
        if merged.min_row > len(rows) or merged.min_col > MAX_COLUMNS:
            continue
        value = rows[merged.min_row - 1][1][merged.min_col - 1]
        for _, cells in rows[merged.min_row : merged.max_row]:
            cells[merged.min_col - 1] = value


def _typed(value: Any, form: str | None = None) -> Cell:
    """A value of a sheet; ``form`` is how the sheet shows numbers and dates, when that is known."""
    if value is None:
        return None
    if isinstance(value, bool):
        return ("nee", "ja")[value]
    if isinstance(value, dt.datetime):
        value = value.date()
    if isinstance(value, dt.date):
        # A month shown as "sep-26" is kept as its first day; the title tells that it is a month.
        return _shown_month(value, form) or value
    if isinstance(value, int | float):
        return _numeric(value, form)
    if isinstance(value, dt.timedelta):
        return Decimal(value.total_seconds() / 3600).quantize(Decimal("0.0001")).normalize()
    if isinstance(value, dt.time):
        return f"{value.hour}:{value.minute:02d}"
    return str(value)[:2_000] or None


def _shown_month(day: dt.date, form: str | None) -> str | None:
    """ "2026-09" for a date whose number format shows month and year only."""
    letters = re.sub(r"\"[^\"]*\"|\[[^\]]*\]|\\.", "", (form or "").lower())
    return f"{day:%Y-%m}" if "m" in letters and "d" not in letters and "y" in letters else None


def _numeric(value: float, form: str | None) -> Cell:
    if not math.isfinite(value):
        return None
    zeros = re.fullmatch(r"0{7,12}", form or "")
    if zeros and float(value).is_integer() and value >= 0:
        return str(int(value)).zfill(len(zeros.group()))  # the sheet shows the zeros in front
    return (
        Decimal(int(value))
        if float(value).is_integer() and abs(value) < 1e15
        else Decimal(repr(float(value))).quantize(Decimal("0.000001")).normalize()
    )
