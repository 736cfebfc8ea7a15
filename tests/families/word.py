"""Small pieces of Word files that families share: nothing of a layout."""

from __future__ import annotations

import io
from collections.abc import Sequence

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm, Pt
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from tests.families.look import Look


def start(look: Look) -> Document:
    """An empty A4 document in the look's font, size and margins."""
    document = docx.Document()
    style = document.styles["Normal"]
    style.font.name, style.font.size = look.font, Pt(look.size)
    style.paragraph_format.space_after = Pt(3)
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(max(15, look.margin))
    section.top_margin = section.bottom_margin = Mm(max(15, look.margin))
    return document


def saved(document: Document) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def write(
    paragraph: Paragraph,
    text: str,
    *,
    bold: bool = False,
    size: float = 0,
    right: bool = False,
    centre: bool = False,
) -> Paragraph:
    """Add a run."""
    run = paragraph.add_run(text)
    run.bold = bold
    if size:
        run.font.size = Pt(size)
    if right or centre:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT if right else WD_ALIGN_PARAGRAPH.CENTER
    return paragraph


def fill(
    cell: _Cell, text: str, *, bold: bool = False, size: float = 0, right: bool = False
) -> None:
    write(cell.paragraphs[0], text, bold=bold, size=size, right=right)


def grid(document: Document, columns: Sequence[float], style: str | None = None) -> Table:
    """A table without rows; widths in millimetres."""
    table: Table = document.add_table(rows=0, cols=len(columns), style=style)
    table.autofit = False
    for column, width in zip(table.columns, columns, strict=True):
        column.width = Mm(width)
    return table


def more_cells(table: Table) -> Sequence[_Cell]:
    """Those of one more row."""
    row = table.add_row()  # type: ignore[no-untyped-call]
    return tuple(row.cells)


def add(
    table: Table, cells: Sequence[str], align: str, *, bold: bool = False, size: float = 0
) -> None:
    """One row; ``align``: a letter a cell, ``l`` or ``r``."""
    for cell, column, text, at in zip(more_cells(table), table.columns, cells, align, strict=True):
        cell.width = column.width
        fill(cell, text, bold=bold, size=size, right=at == "r")
