"""Care lines in a letter (DOCX, ECMA-376 part 1): paragraphs and tables in the order in which they
are read. Runs in the child.

Only what a reader sees counts: no deleted text, no field codes, no second copy of a text box for
older programs.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from typing import Any

from intake.secure_attachment.care_lines.cell_values import Cell
from intake.secure_attachment.care_lines.rows import (
    MAX_COLUMNS,
    MAX_ROWS,
    Grid,
    Unreadable,
    cells_of_line,
)
from intake.secure_attachment.care_lines.xml_tree import name_of, opened, parsed_in

_PARTS = (r"word/header\d*\.xml", r"word/document\d*\.xml", r"word/foot(?:notes|er\d*)\.xml")
"""In reading order; a form may have the client in its head."""
_NOT_SEEN = frozenset(
    {
        "del", "moveFrom", "instrText", "delText", "Fallback", "sdtPr", "pPr", "rPr", "tblPr",
        "tcPr", "trPr",
    }
)  # fmt: skip
_BROKEN = (RuntimeError, ValueError, KeyError, OSError, EOFError)
_BOX = "txbxContent"
_WRAPPERS = frozenset({"sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo"})
_SPACES = {"tab": "\t", "br": " ", "cr": " ", "noBreakHyphen": "-"}

Row = tuple[int, list[Cell]]


def grid_of(data: bytes) -> Grid:
    """All text of a document, its header and its footer.

    Raises:
        Unreadable: no DOCX, damaged, or too large.
    """
    rows: list[Row] = []
    with opened(data) as archive:
        try:
            names = [
                name
                for part in _PARTS
                for name in sorted(archive.namelist())
                if re.fullmatch(part, name)
            ]
            if not any(name.startswith("word/document") for name in names):
                raise Unreadable
            for name in names:
                rows.extend(_blocks(parsed_in(archive, name)))
        except (zipfile.BadZipFile, NotImplementedError, *_BROKEN):
            raise Unreadable from None
    return _grid(rows)


def in_root(root: Any) -> Grid:
    """The same, given the root of a letter in one XML file: a flat package, or Word 2003.

    Raises:
        Unreadable: too large.
    """
    return _grid(list(_blocks(root)))


def _grid(rows: list[Row]) -> Grid:
    if len(rows) > MAX_ROWS:
        raise Unreadable
    return Grid(rows, free_text=True)


def _blocks(parent: Any) -> Iterator[Row]:
    """Rows of a body, a cell or a text box; a paragraph is numbered in its parent, a row in its
    table.
    """
    for number, element in enumerate(parent, 1):
        name = name_of(element)
        if name == "p":
            if (text := _text(element)).strip():
                yield number, cells_of_line(text)
            for box in _boxes(element):
                yield from _blocks(box)
        elif name == "tbl":
            yield from _table(element)
        elif name not in _NOT_SEEN:
            yield from _blocks(element)


def _table(table: Any) -> Iterator[Row]:
    """A cell that goes on from the row above holds the same text; a table inside a cell is read in
    its place.
    """
    above: list[Cell] = []
    for number, row in enumerate(_inside(table, "tr"), 1):
        cells: list[Cell] = []
        nested: list[Any] = []
        for cell in _inside(row, "tc"):
            nested.extend(_inside(cell, "tbl"))
            goes_on = cell.find("./{*}tcPr/{*}vMerge")
            merged = (
                goes_on is not None
                and goes_on.get(goes_on.tag.replace("vMerge", "val"), "continue") == "continue"
            )
            cells.append(
                above[len(cells)] if merged and len(cells) < len(above) else _of_cell(cell)
            )
            cells.extend([None] * (_span(cell) - 1))
        if any(cells):
            yield number, cells[:MAX_COLUMNS]
        for inner in nested:
            yield from _table(inner)
        above = cells


def _inside(parent: Any, name: str) -> Iterator[Any]:
    """Children with this name, also when a content control or a tracked change is around them."""
    for child in parent:
        if name_of(child) == name:
            yield child
        elif name_of(child) in _WRAPPERS:
            yield from _inside(child, name)


def _of_cell(cell: Any) -> Cell:
    return (
        " ".join(
            text for paragraph in _inside(cell, "p") if (text := " ".join(_text(paragraph).split()))
        )
        or None
    )


def _span(cell: Any) -> int:
    wide = cell.find("./{*}tcPr/{*}gridSpan")
    columns = wide.get(wide.tag.replace("gridSpan", "val"), "1") if wide is not None else "1"
    return min(int(columns), MAX_COLUMNS) if columns.isdigit() and int(columns) > 0 else 1


def _text(element: Any) -> str:
    """What is read in a paragraph, without the boxes that hang on it."""
    name = name_of(element)
    if name in _SPACES:
        return _SPACES[name]
    if name == "t":
        return element.text or ""
    if name in _NOT_SEEN or name == _BOX:
        return ""
    return "".join(_text(child) for child in element)


def _boxes(element: Any) -> Iterator[Any]:
    for child in element:
        if name_of(child) == _BOX:
            yield child
        elif name_of(child) not in _NOT_SEEN:
            yield from _boxes(child)
