"""Workbooks and letters of LibreOffice (OpenDocument 1.3 part 3): ODS and ODT, zipped or in one flat XML
file (FODS, FODT).
"""

from __future__ import annotations

import datetime as dt
import re
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
    Unreadable,
    cells_of_line,
    from_above,
    trimmed,
)
from intake.secure_attachment.care_lines.xml_tree import (
    attribute,
    children,
    name_of,
    opened,
    parsed_in,
)

_NOT_SEEN = frozenset({"annotation", "tracked-changes", "note-citation", "sequence-decls", "forms"})
_SPACES = {"tab": "\t", "line-break": " "}
_LEADING_ZERO = re.compile(r"0\d{6,11}")

Row = tuple[int, list[Cell]]


def grids_of(data: bytes) -> list[Grid]:
    """The visible sheets, or the text, of a zipped document.

    Raises:
        Unreadable: no document, or damaged.
    """
    with opened(data) as archive:
        try:
            return in_root(parsed_in(archive, "content.xml"))
        except (KeyError, NotImplementedError, RuntimeError, OSError, EOFError):
            raise Unreadable from None


def in_root(root: Any) -> list[Grid]:
    """The same, given the root of its content or of a flat document.

    Raises:
        Unreadable: neither a workbook nor a letter.
    """
    body = next(children(root, "body"), None)
    content = next(children(body, "spreadsheet", "text"), None) if body is not None else None
    if content is None:
        raise Unreadable
    if name_of(content) == "text":
        return [Grid(list(_blocks(content))[:MAX_ROWS], free_text=True)]
    hidden = {
        attribute(style, "name")
        for style in root.iter("{*}style")
        for looks in children(style, "table-properties")
        if attribute(looks, "display") == "false"
    }
    tables = [t for t in children(content, "table") if attribute(t, "style-name") not in hidden]
    return [Grid(list(_rows(t)), name=attribute(t, "name")) for t in tables[:MAX_SHEETS]]


def _rows(table: Any) -> Iterator[Row]:
    """Rows by their numbers; a cell merged over several rows holds for each of them."""
    number = 0
    below: Below = {}
    for row in _rows_in(table):
        times = _count(row, "number-rows-repeated")
        cells = _cells(row, below)
        for each in range(number + 1, number + min(times, MAX_ROWS) + 1):
            if each > MAX_ROWS:
                return
            if cells or each == number + 1:
                yield each, list(cells)
        number += times


def _rows_in(table: Any) -> Iterator[Any]:
    for child in table:
        if name_of(child) == "table-row":
            yield child
        elif name_of(child) in ("table-row-group", "table-header-rows", "table-rows"):
            yield from _rows_in(child)


def _cells(row: Any, below: Below) -> list[Cell]:
    cells: list[Cell] = []
    for cell in children(row, "table-cell", "covered-table-cell"):
        times = min(_count(cell, "number-columns-repeated"), MAX_COLUMNS - len(cells))
        value = _value(cell) if name_of(cell) == "table-cell" else None
        rows = _count(cell, "number-rows-spanned")
        if rows > 1 and times:
            below[len(cells)] = (value, rows)
        cells.extend([value] * times)
    for column, value in from_above(below).items():
        if column < len(cells) and cells[column] is None:
            cells[column] = value
    return trimmed(cells)


def _count(element: Any, name: str) -> int:
    text = attribute(element, name)
    return int(text) if text.isdigit() and 0 < len(text) < 8 else 1


def _value(cell: Any) -> Cell:
    kind = attribute(cell, "value-type")
    shown = " ".join(_text(each) for each in children(cell, "p", "h")).strip()
    try:
        if kind in ("float", "currency", "percentage") and not _LEADING_ZERO.fullmatch(shown):
            return Decimal(attribute(cell, "value"))
        if kind == "date":
            return dt.date.fromisoformat(attribute(cell, "date-value")[:10])
    except (InvalidOperation, ValueError):
        return shown or UNREAD
    if kind == "boolean":
        return "ja" if attribute(cell, "boolean-value") == "true" else "nee"
    text = shown or attribute(cell, "string-value")
    return text[:2_000] or (UNREAD if not kind and attribute(cell, "formula") else None)


def _blocks(parent: Any) -> Iterator[Row]:
    """Rows of a letter in reading order, each numbered in its parent."""
    for number, element in enumerate(parent, 1):
        name = name_of(element)
        if name in ("p", "h"):
            if (text := _text(element)).strip():
                yield number, cells_of_line(text)
        elif name == "table":
            yield from _rows(element)
        elif name not in _NOT_SEEN:
            yield from _blocks(element)


def _text(element: Any) -> str:
    pieces = [element.text or ""]
    for child in element:
        name = name_of(child)
        if name == "s":
            pieces.append(" " * min(_count(child, "c"), 100))
        elif name not in _NOT_SEEN:
            pieces.append(_SPACES.get(name) or _text(child))
        pieces.append(child.tail or "")
    return "".join(pieces)
