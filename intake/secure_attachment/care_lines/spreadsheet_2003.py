"""Workbooks in one XML file, as Excel 2002 and 2003 save them ("XML-spreadsheet 2003") and many packages
export them, often under the name .xls.

Source: XML Spreadsheet Reference (Microsoft, 2001).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from intake.secure_attachment.care_lines.cell_values import UNREAD, Cell
from intake.secure_attachment.care_lines.rows import (
    MAX_COLUMNS,
    MAX_ROWS,
    MAX_SHEETS,
    Below,
    Grid,
    from_above,
    trimmed,
)
from intake.secure_attachment.care_lines.xml_tree import attribute, children, name_of


def grids_of(workbook: Any) -> list[Grid]:
    """The visible sheets of a workbook, given its root."""
    sheets = [sheet for sheet in children(workbook, "Worksheet") if not _is_hidden(sheet)]
    return [
        Grid(list(_rows(sheet)), name=attribute(sheet, "Name")) for sheet in sheets[:MAX_SHEETS]
    ]


def _is_hidden(sheet: Any) -> bool:
    options = children(sheet, "WorksheetOptions")
    return any(name_of(each) == "Visible" for option in options for each in option)


def _rows(sheet: Any) -> Iterator[tuple[int, list[Cell]]]:
    """Rows by their numbers; a cell merged over several rows holds for each of them."""
    number = 0
    below: Below = {}
    for table in children(sheet, "Table"):
        for row in children(table, "Row"):
            number = _position(row, number + 1)
            if number > MAX_ROWS:
                return
            yield number, _cells(row, below)


def _cells(row: Any, below: Below) -> list[Cell]:
    cells: list[Cell] = [None] * MAX_COLUMNS
    for column, value in from_above(below).items():
        cells[column] = value
    column = 0
    for cell in children(row, "Cell"):
        column = _position(cell, column + 1)
        if column > MAX_COLUMNS:
            break
        cells[column - 1] = value = _value(cell)
        if down := _count(attribute(cell, "MergeDown")):
            below[column - 1] = (value, down)
        column += _count(attribute(cell, "MergeAcross"))
    return trimmed(cells)


def _position(element: Any, following: int) -> int:
    return max(_count(attribute(element, "Index")), following)


def _count(text: str) -> int:
    return int(text) if text.isdigit() and len(text) < 7 else 0


def _value(cell: Any) -> Cell:
    data = next(children(cell, "Data"), None)
    text = "" if data is None else "".join(data.itertext())
    kind = "" if data is None else attribute(data, "Type")
    if kind == "Error" or (not text and kind != "String" and attribute(cell, "Formula")):
        return UNREAD
    if kind == "Boolean":
        return "ja" if text.strip() == "1" else "nee"
    try:
        if kind == "Number":
            return Decimal(text.strip())
        if kind == "DateTime":
            return dt.date.fromisoformat(text.strip()[:10])
    except (InvalidOperation, ValueError):
        return UNREAD
    return text[:2_000] or None
