"""Layouts typed in a word processor: four as docx (python-docx) and four as odt, all printed by
LibreOffice in one call.
"""

from __future__ import annotations

import io
import subprocess
import tempfile
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Cm, Pt

from tests.corpus.bill import Bill

Pairs = list[tuple[str, str]]


def _docx(font: str = "Liberation Sans", size: float = 10) -> docx.document.Document:
    document = docx.Document()
    style = document.styles["Normal"]
    style.font.name, style.font.size = font, Pt(size)
    style.paragraph_format.space_after = Pt(4)
    return document


def _saved(document: docx.document.Document) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _table(
    document: docx.document.Document,
    rows: list[tuple[str, ...]],
    style: str | None = None,
    numbers: bool = True,
) -> None:
    table = document.add_table(rows=0, cols=len(rows[0]), style=style)
    for row in rows:
        for at, (cell, text) in enumerate(zip(table.add_row().cells, row, strict=True)):
            cell.text = text
            if at and numbers:
                cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    document.add_paragraph()


def word_letter(b: Bill) -> bytes:
    """Letterhead in the header, numbers in the footer with tabs, references as lines with a colon."""
    d = _docx()
    d.sections[0].header.paragraphs[0].text = (
        b.name + "\n" + " - ".join(b.address) + "\n" + " - ".join(f"{a} {v}" for a, v in b.contact)
    )
    d.sections[0].footer.paragraphs[0].text = "\t".join(
        f"{a}: {v}".replace("::", ":") for a, v in b.ids
    )
    d.add_paragraph("\n".join(b.to))
    d.add_paragraph(b.title).runs[0].bold = True
    d.add_paragraph("\n".join(f"{a}: {v}".replace("::", ":") for a, v in b.meta))
    _table(
        d,
        [b.heads, *b.rows, *(("",) * (len(b.heads) - 2) + pair for pair in b.totals)],
        "Light Grid",
    )
    for note in b.notes:
        d.add_paragraph(note)
    return _saved(d)


def word_tabs(b: Bill) -> bytes:
    """Pairs set with a tab, the buyer at the right half by a tab too, totals with a right tab."""
    d = _docx("Liberation Serif", 11)
    d.add_heading(b.name, 1)
    d.add_paragraph("\n".join([*b.address, *(f"{a}\t{v}" for a, v in (*b.contact, *b.ids))]))
    to = d.add_paragraph("\n".join(b.to))
    to.paragraph_format.left_indent = Cm(9)
    d.add_paragraph(b.title).runs[0].font.size = Pt(16)
    meta = d.add_paragraph("\n".join(f"{a}\t{v}" for a, v in b.meta))
    meta.paragraph_format.tab_stops.add_tab_stop(Cm(5))
    _table(d, [b.heads, *b.rows], "Table Grid")
    totals = d.add_paragraph("\n".join(f"{a}\t{v}" for a, v in b.totals))
    totals.paragraph_format.tab_stops.add_tab_stop(Cm(9))
    for note in b.notes:
        d.add_paragraph(note)
    return _saved(d)


def word_cells(b: Bill) -> bytes:
    """A table without rules for the head: supplier left, references right; buyer under it; numbers
    after the notes.
    """
    d = _docx()
    table = d.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text = "\n".join(
        [b.name, *b.address, *(f"{a} {v}" for a, v in b.contact)]
    )
    table.rows[0].cells[1].text = "\n".join(f"{a} {v}" for a, v in b.meta)
    d.add_paragraph("\n" + "\n".join([*([b.to_label] if b.to_label else []), *b.to]))
    d.add_paragraph(b.title).runs[0].bold = True
    _table(d, [b.heads, *b.rows], "Light List")
    _table(d, [("", *pair) for pair in b.totals])
    for note in [*b.notes, *(f"{a}: {v}".replace("::", ":") for a, v in b.ids)]:
        d.add_paragraph(note)
    return _saved(d)


def word_form(b: Bill) -> bytes:
    """A filled-in form: every fact a row of one ruled table."""
    d = _docx(size=9.5)
    d.add_heading(f"{b.title}", 1)
    rows: Pairs = [("Naam organisatie", b.name)]
    rows += (
        [("Adres", b.street)] * bool(b.street)
        + [("Postcode en plaats", b.place)] * bool(b.place)
        + [("Postadres", b.po_box)] * bool(b.po_box)
    )
    _table(d, [*rows, *b.contact, *b.ids, *b.meta], "Table Grid", numbers=False)
    d.add_paragraph("\n".join([*([b.to_label] if b.to_label else []), *b.to]))
    _table(d, [b.heads, *b.rows], "Table Grid")
    _table(d, [tuple(pair) for pair in b.totals], "Table Grid")
    for note in b.notes:
        d.add_paragraph(note)
    return _saved(d)


_NAMES = ("office", "text", "table", "style", "fo")
_SPACES = " ".join(
    f'xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{"xsl-fo-compatible" if n == "fo" else n}:1.0"'
    for n in _NAMES
)
_STYLES = (
    ("P", "Liberation Sans", "{size}pt", 'fo:margin-bottom="0.15cm"', ""),
    ("R", "Liberation Sans", "{size}pt", 'fo:text-align="end"', ""),
    ("J", "Liberation Serif", "11pt", 'fo:text-align="justify"', ""),
    ("H", "Liberation Sans", "17pt", "", 'fo:font-weight="bold"'),
    ("S", "Liberation Sans", "7.5pt", 'fo:text-align="center"', ""),
)
"""Name, font, size, paragraph and text properties."""
_TYPE = "application/vnd.oasis.opendocument.text"
_MANIFEST = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"


def _style(name: str, font: str, size: str, paragraph: str, text: str) -> str:
    letters = f'<style:text-properties fo:font-family="{font}" fo:font-size="{size}" {text}/>'
    return (
        f'<style:style style:name="{name}" style:family="paragraph"><style:paragraph-properties'
        f" {paragraph}/>{letters}</style:style>"
    )


def _odt(body: str, size: float = 10) -> bytes:
    styles = "".join(_style(*style) for style in _STYLES).replace("{size}", str(size))
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_SPACES}'
        ' office:version="1.3">'
        f"<office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content>"
    )
    entries = "".join(
        f'<manifest:file-entry manifest:full-path="{path}" manifest:media-type="{kind}"/>'
        for path, kind in (("/", _TYPE), ("content.xml", "text/xml"))
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr("mimetype", _TYPE)
        file.writestr("content.xml", content)
        file.writestr(
            "META-INF/manifest.xml",
            f'<?xml version="1.0" encoding="UTF-8"?><manifest:manifest xmlns:manifest="{_MANIFEST}"'
            f' manifest:version="1.3">{entries}</manifest:manifest>',
        )
    return buffer.getvalue()


def _x(text: str) -> str:
    return (
        escape(text)
        .replace("  ", " <text:s/>")
        .replace("\t", "<text:tab/>")
        .replace("\n", "<text:line-break/>")
    )


def _para(text: str, style: str = "P") -> str:
    return f'<text:p text:style-name="{style}">{_x(text)}</text:p>'


def _grid(rows: list[tuple[str, ...]], right: bool = True) -> str:
    def cell(at: int, text: str) -> str:
        return (
            "<table:table-cell"
            f' office:value-type="string">{_para(text, "R" if at and right else "P")}</table:table-cell>'
        )

    lines = "".join(
        "<table:table-row>"
        + "".join(cell(at, t) for at, t in enumerate(row))
        + "</table:table-row>"
        for row in rows
    )
    return (
        "<table:table><table:table-column"
        f' table:number-columns-repeated="{len(rows[0])}"/>{lines}</table:table>'
    )


def writer_plain(b: Bill) -> bytes:
    """One fact a line from the left margin, in the order in which they come to mind."""
    lines = [b.name, *b.address, *(f"{a} {v}" for a, v in (*b.contact, *b.ids))]
    body = (
        _para("\n".join(lines))
        + _para("\n" + "\n".join(b.to))
        + _para(b.title, "H")
        + _para("\n".join(f"{a} {v}" for a, v in b.meta))
        + _grid([b.heads, *b.rows])
    )
    return _odt(
        body
        + _para("")
        + _para("\n".join(f"{a} {v}" for a, v in b.totals))
        + "".join(map(_para, b.notes))
    )


def writer_wide(b: Bill) -> bytes:
    """A heading, the parties in cells side by side, references in a table of two rows, small
    centred numbers at the end.
    """
    body = (
        _para(b.title, "H")
        + _grid(
            [
                (
                    "\n".join(
                        [
                            b.name,
                            *b.address,
                            *(f"{a}: {v}".replace("::", ":") for a, v in b.contact),
                        ]
                    ),
                    "\n".join(b.to),
                )
            ],
            right=False,
        )
        + _para("")
    )
    body += (
        _grid([tuple(a for a, _ in b.meta), tuple(v for _, v in b.meta)], right=False)
        + _para("")
        + _grid([b.heads, *b.rows, *(("",) * (len(b.heads) - 2) + pair for pair in b.totals)])
    )
    return _odt(
        body + "".join(map(_para, b.notes)) + _para(" • ".join(f"{a} {v}" for a, v in b.ids), "S"),
        9.5,
    )


def writer_letter(b: Bill) -> bytes:
    """Justified letter; the references in the subject line, the numbers in a sentence of the
    closing.
    """
    meta = ", ".join(f"{a.rstrip(':')} {v}" for a, v in b.meta)
    numbers = ", ".join(f"{a.rstrip(':')} {v}" for a, v in (*b.ids, *b.contact))
    body = (
        _para("\n".join([b.name, *b.address]))
        + _para("\n" + "\n".join(b.to) + "\n")
        + _para(f"{b.title}", "H")
        + _para(meta, "J")
        + _para(b.intro[0], "J")
    )
    body += (
        _grid([b.heads, *b.rows])
        + _para("\n".join(f"{a}: {v}" for a, v in b.totals), "R")
        + "".join(_para(n, "J") for n in b.notes)
    )
    return _odt(
        body
        + _para(f"Met vriendelijke groet,\n{b.name}", "J")
        + _para(f"Onze gegevens: {numbers}.", "J")
    )


def writer_right(b: Bill) -> bytes:
    """Everything of the supplier flush right, label after the value's line break, totals in a table
    with the lines.
    """
    body = (
        _para("\n".join([b.name, *b.address, *(f"{a} {v}" for a, v in b.contact)]), "R")
        + _para("\n".join([*([b.to_label] if b.to_label else []), *b.to]))
        + _para(b.title, "H")
    )
    body += (
        _grid([(f"{a}", v) for a, v in b.meta], right=False)
        + _para("")
        + _grid([b.heads, *b.rows])
        + _grid(list(b.totals))
        + "".join(map(_para, b.notes))
    )
    return _odt(body + _para("\n".join(f"{a} {v}" for a, v in b.ids), "R"))


DOCX = {
    "word-letter": word_letter,
    "word-tabs": word_tabs,
    "word-cells": word_cells,
    "word-form": word_form,
}
ODT = {
    "writer-plain": writer_plain,
    "writer-wide": writer_wide,
    "writer-letter": writer_letter,
    "writer-right": writer_right,
}


def to_pdf(sources: list[tuple[str, bytes]]) -> list[bytes]:
    """(suffix, file) → PDF, all in one call of LibreOffice."""
    if not sources:
        return []
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        for number, (suffix, data) in enumerate(sources):
            (Path(folder) / f"{number}.{suffix}").write_bytes(data)
        names = [
            str(Path(folder) / f"{number}.{suffix}") for number, (suffix, _) in enumerate(sources)
        ]
        command = [
            "soffice",
            f"-env:UserInstallation=file://{folder}/profile",
            "--headless",
            "--convert-to",
            "pdf",
            "--outdir",
            folder,
            *names,
        ]
        subprocess.run(command, check=True, capture_output=True, timeout=60 + 5 * len(sources))
        return [(Path(folder) / f"{number}.pdf").read_bytes() for number in range(len(sources))]
