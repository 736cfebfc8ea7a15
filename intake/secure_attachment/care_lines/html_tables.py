"""Tables in web pages: what packages export as .xls, what Excel and Word save as a page, alone or with its
pieces in one MIME file (MHT, RFC 2557), and the tables in a mail.
"""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator
from email.message import Message
from typing import Any

from lxml import etree

from intake.secure_attachment.care_lines import spreadsheet_2003, text_tables, xml_tree
from intake.secure_attachment.care_lines.cell_values import Cell, is_scientific
from intake.secure_attachment.care_lines.rows import (
    MAX_COLUMNS,
    MAX_ROWS,
    MAX_SHEETS,
    Grid,
    Unreadable,
    cells_of_line,
)

_SILENT = frozenset({"script", "style", "head", "template", "noscript"})
_INLINE = frozenset(
    {"a", "abbr", "b", "big", "br", "code", "em", "font", "i", "label", "mark", "small", "span",
     "strong", "sub", "sup", "tt", "u", "nobr"}
)  # fmt: skip
_HIDDEN = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all", re.IGNORECASE)
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?([\w-]{2,20})", re.IGNORECASE)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_DEPTH = 200


def grids_of(data: bytes) -> list[Grid]:
    """The tables of one page, and the text around them.

    Raises:
        Unreadable: no page.
    """
    if b"urn:schemas-microsoft-com:office:spreadsheet" in data and b"<Workbook" in data[:5_000]:
        return spreadsheet_2003.grids_of(xml_tree.parsed(data))
    charset = _CHARSET.search(data[:5_000])
    return [_grid(text_tables.decode(data, charset[1].decode() if charset else None))]


def grids_in_mime(data: bytes) -> list[Grid]:
    """The pages in one MIME file; its plain text when it has none.

    Raises:
        Unreadable: neither.
    """
    message = email.message_from_bytes(data, policy=email.policy.compat32)
    leaves = [part for part in message.walk() if not part.is_multipart()][:MAX_SHEETS]
    pages = [_page(part) for part in leaves if part.get_content_type() == "text/html"]
    texts = [_content(part) for part in leaves if part.get_content_type() == "text/plain"]
    found = pages or [text_tables.in_lines(text_tables.decode(text)) for text in texts]
    if not found:
        raise Unreadable
    return found


def _page(part: Message) -> Grid:
    return _grid(text_tables.decode(_content(part), part.get_content_charset()))


def _content(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _grid(text: str) -> Grid:
    parser = etree.HTMLParser(no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(_DECLARATION.sub("", text), parser)
    except (etree.XMLSyntaxError, ValueError):
        raise Unreadable from None
    if root is None:
        raise Unreadable
    rows: list[tuple[list[Cell], bool]] = []
    for cells, in_table in _blocks(root, 0):
        rows.append((cells, in_table))
        if len(rows) >= MAX_ROWS:
            break
    letter = any(not in_table for _, in_table in rows)
    return Grid([(number, cells) for number, (cells, _) in enumerate(rows, 1)], free_text=letter)


def _blocks(parent: Any, depth: int) -> Iterator[tuple[list[Cell], bool]]:
    """Rows in reading order, and whether each is one of a table; text between them as lines."""
    if depth > _DEPTH:
        raise Unreadable
    line = parent.text or ""
    for child in parent:
        name = _name(child)
        if name in _INLINE and child.find(".//table") is None:
            line += "\n" if name == "br" else _text(child)
        else:
            yield from _in_lines(line)
            line = ""
            if name == "table":
                yield from _table(child, depth)
            elif name == "tr":  # of no table: what was left of one
                yield _cells([cell for cell in child if _name(cell) in ("td", "th")], {}), True
            elif name not in _SILENT and not _is_hidden(child):
                yield from _blocks(child, depth + 1)
        line += child.tail or ""
    yield from _in_lines(line)


def _in_lines(text: str) -> Iterator[tuple[list[Cell], bool]]:
    for line in text.split("\n"):
        if line.strip():
            yield cells_of_line(" ".join(line.split())), False


def _table(table: Any, depth: int) -> Iterator[tuple[list[Cell], bool]]:
    """A row of a table; one whose cell holds a table only lays out the page."""
    below: dict[int, tuple[Cell, int]] = {}
    for row in table.iter("tr"):
        if _is_hidden(row) or next(row.iterancestors("table")) is not table:
            continue
        cells = [cell for cell in row if _name(cell) in ("td", "th")]
        if any(cell.find(".//table") is not None for cell in cells):
            for cell in cells:
                yield from _blocks(cell, depth + 1)
        else:
            yield _cells(cells, below), True


def _cells(elements: list[Any], below: dict[int, tuple[Cell, int]]) -> list[Cell]:
    """Values of one row; a cell over several rows holds for each of them."""
    cells: list[Cell] = []
    for element in [*elements, None]:
        while len(cells) in below:
            value, left = below.pop(len(cells))
            if left > 1:
                below[len(cells)] = (value, left - 1)
            cells.append(value)
        if element is None or len(cells) >= MAX_COLUMNS:
            break
        if _is_hidden(element):
            continue
        value, rows = _value(element), _span(element, "rowspan")
        if rows > 1:
            below[len(cells)] = (value, rows - 1)
        cells += [value, *[None] * (_span(element, "colspan") - 1)]
    return cells[:MAX_COLUMNS]


def _value(element: Any) -> Cell:
    text = " ".join(_text(element).split())
    if is_scientific(text):  # what the sheet holds, beside what it shows
        return element.get("x:num") or element.get("sdval") or text
    return text or None


def _span(element: Any, name: str) -> int:
    text = (element.get(name) or "").strip()
    return min(int(text), MAX_ROWS) if text.isdigit() and 0 < len(text) < 6 else 1


def _text(element: Any) -> str:
    """What is read in an element; blocks in it are parted by a space."""
    if _name(element) in _SILENT or _is_hidden(element):
        return ""
    pieces = [element.text or ""]
    for child in element:
        apart = "" if _name(child) in _INLINE - {"br"} else " "
        pieces += [apart, _text(child) if _name(child) else "", apart, child.tail or ""]
    return "".join(pieces)


def _is_hidden(element: Any) -> bool:
    return bool(_HIDDEN.search(element.get("style") or ""))


def _name(element: Any) -> str:
    """Of any tag, also one such as "o:p"; empty for what is no element."""
    return element.tag.lower() if isinstance(element.tag, str) else ""
