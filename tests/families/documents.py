"""Office files of the families: Word by python-docx, Excel by openpyxl, and the two formats of
LibreOffice as small XML.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm, Pt
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph
from openpyxl import Workbook

from tests.families.look import Look

_SPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (
        ("office", "office"),
        ("text", "text"),
        ("table", "table"),
        ("style", "style"),
        ("fo", "xsl-fo-compatible"),
    )
)
_MANIFEST = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
_KIND = "application/vnd.oasis.opendocument."
_SHEET = f"""<?xml version="1.0" encoding="UTF-8"?>
<office:document-styles {_SPACES} office:version="1.3"><office:automatic-styles>
<style:page-layout style:name="L"><style:page-layout-properties fo:page-width="210mm"
 fo:page-height="297mm" fo:margin="20mm" style:scale-to-X="1" style:scale-to-Y="0"/>
</style:page-layout></office:automatic-styles><office:master-styles>
<style:master-page style:name="Default" style:page-layout-name="L"/></office:master-styles>
</office:document-styles>"""
"""One page wide, as a form is set up; without it Calc cuts columns off."""


def word(look: Look) -> Document:
    """An empty document with font, size and margins of the look."""
    document = docx.Document()
    style = document.styles["Normal"]
    style.font.name, style.font.size = look.font, Pt(look.size)
    style.paragraph_format.space_after = Pt(4)
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(max(15, look.margin))
    section.top_margin = section.bottom_margin = Mm(20)
    return document


def put(
    where: Document | _Cell, text: str, bold: bool = False, size: float = 0, right: bool = False
) -> Paragraph:
    """A paragraph of one run."""
    paragraph: Paragraph = where.add_paragraph()
    run = paragraph.add_run(text)
    run.bold = bold
    if size:
        run.font.size = Pt(size)
    if right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    return paragraph


def cells(table: Table, texts: Sequence[str], bold: bool = False, numbers: int = 99) -> None:
    """One more row; cells from ``numbers`` on are flush right."""
    added = table.add_row()  # type: ignore[no-untyped-call]
    for at, (cell, text) in enumerate(zip(added.cells, texts, strict=True)):
        paragraph = cell.paragraphs[0]
        paragraph.add_run(text).bold = bold
        if at >= numbers:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def widths(table: Table, columns: Sequence[float]) -> None:
    """Columns in millimetres."""
    table.autofit = False
    for column, width in zip(table.columns, columns, strict=True):
        for cell in column.cells:
            cell.width = Mm(width)


def saved(document: Document | Workbook) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def para(text: str, style: str = "P") -> str:
    """A paragraph of OpenDocument; spaces, tabs and line breaks are kept."""
    inner = escape(text).replace("  ", " <text:s/>")
    inner = inner.replace("\t", "<text:tab/>").replace("\n", "<text:line-break/>")
    return f'<text:p text:style-name="{style}">{inner}</text:p>'


def odt_table(
    rows: Sequence[Sequence[str]], columns: Sequence[float], right: int = 1, last: str = ""
) -> str:
    """A table for ``odt``.

    Args:
        columns: widths in millimetres; each needs a style of ``odt``'s ``columns``.
        right: the first column that is flush right.
        last: the style of paragraphs in the last row.
    """
    body = ""
    for number, row in enumerate(rows):
        body += "<table:table-row>"
        for at, text in enumerate(row):
            style = "R" if at >= right else "P"
            style = last or style if number == len(rows) - 1 else style
            body += f"<table:table-cell office:value-type='string'>{para(text, style)}"
            body += "</table:table-cell>"
        body += "</table:table-row>"
    heads = "".join(f"<table:table-column table:style-name='{_column(c)}'/>" for c in columns)
    return f"<table:table table:style-name='T'>{heads}{body}</table:table>"


def odt(body: str, look: Look, columns: Sequence[float], tabs: Sequence[float] = ()) -> bytes:
    """Paragraph styles: P plain, B bold, H heading, R flush right, S small and centred.

    Args:
        columns: widths in millimetres of all tables.
        tabs: tab stops in millimetres of all paragraphs.
    """
    stops = "".join(f'<style:tab-stop style:position="{at}mm"/>' for at in tabs)
    stops = f"<style:tab-stops>{stops}</style:tab-stops>" if tabs else ""
    styles = "".join(
        _style(name, look.font, size, extra, bold, stops)
        for name, size, extra, bold in (
            ("P", look.size, "", False),
            ("B", look.size, "", True),
            ("H", look.size * 1.6, 'fo:margin-top="4mm" fo:margin-bottom="3mm"', True),
            ("R", look.size, 'fo:text-align="end"', False),
            ("S", look.size * 0.8, 'fo:text-align="center"', False),
        )
    )
    styles += '<style:style style:name="T" style:family="table"/>'
    styles += "".join(
        f'<style:style style:name="{_column(c)}" style:family="table-column">'
        f'<style:table-column-properties style:column-width="{c}mm"/></style:style>'
        for c in dict.fromkeys(columns)
    )
    return _packed("text", styles, f"<office:text>{body}</office:text>")


def ods(
    rows: Sequence[Sequence[str]], columns: Sequence[float], look: Look, bold: set[int]
) -> bytes:
    """A sheet of text cells; a cell that begins with "> " is flush right.

    Args:
        columns: widths in millimetres.
        bold: rows in heavier type.
    """
    styles = "".join(
        f'<style:style style:name="{name}" style:family="table-cell"><style:table-cell-properties'
        f' style:vertical-align="top"/><style:paragraph-properties fo:text-align="{align}"/>'
        f'<style:text-properties style:font-name="{look.font}" fo:font-family="{look.font}"'
        f' fo:font-size="{look.size}pt" fo:font-weight="{weight}"/></style:style>'
        for name, align, weight in (
            ("l", "start", "normal"),
            ("r", "end", "normal"),
            ("lb", "start", "bold"),
            ("rb", "end", "bold"),
        )
    )
    styles += "".join(
        f'<style:style style:name="{_column(c)}" style:family="table-column">'
        f'<style:table-column-properties style:column-width="{c}mm"/></style:style>'
        for c in dict.fromkeys(columns)
    )
    body = "".join(f"<table:table-column table:style-name='{_column(c)}'/>" for c in columns)
    for number, row in enumerate(rows):
        body += "<table:table-row>"
        for text in row:
            right = text.startswith("> ")
            style = ("r" if right else "l") + ("b" if number in bold else "")
            inner = escape(text.removeprefix("> "))
            body += f"<table:table-cell table:style-name='{style}'"
            body += (
                f" office:value-type='string'><text:p>{inner}</text:p></table:table-cell>"
                if inner
                else "/>"
            )
        body += "</table:table-row>"
    sheet = f"<table:table table:name={quoteattr('Factuur')}>{body}</table:table>"
    return _packed(
        "spreadsheet", styles, f"<office:spreadsheet>{sheet}</office:spreadsheet>", _SHEET
    )


def _column(width: float) -> str:
    return f"c{str(width).replace('.', '_')}"


def _style(name: str, font: str, size: float, extra: str, bold: bool, stops: str) -> str:
    weight = ' fo:font-weight="bold"' if bold else ""
    return (
        f'<style:style style:name="{name}" style:family="paragraph"><style:paragraph-properties'
        f" {extra}>{stops}</style:paragraph-properties><style:text-properties"
        f' fo:font-family="{font}" fo:font-size="{size:.1f}pt"{weight}/></style:style>'
    )


def _packed(kind: str, styles: str, body: str, pages: str = "") -> bytes:
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_SPACES}'
        f' office:version="1.3"><office:automatic-styles>{styles}</office:automatic-styles>'
        f"<office:body>{body}</office:body></office:document-content>"
    )
    entries = "".join(
        f'<manifest:file-entry manifest:full-path="{path}" manifest:media-type="{media}"/>'
        for path, media in (
            ("/", _KIND + kind),
            ("content.xml", "text/xml"),
            *([("styles.xml", "text/xml")] if pages else []),
        )
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr("mimetype", _KIND + kind)
        file.writestr("content.xml", content)
        if pages:
            file.writestr("styles.xml", pages)
        file.writestr(
            "META-INF/manifest.xml",
            f'<?xml version="1.0" encoding="UTF-8"?><manifest:manifest xmlns:manifest="{_MANIFEST}"'
            f' manifest:version="1.3">{entries}</manifest:manifest>',
        )
    return buffer.getvalue()
