"""Producer: a Word letter (python-docx), printed to PDF by LibreOffice.

The provider's data stand in the page's head and foot.
"""

from __future__ import annotations

import io
import subprocess
import tempfile
import zipfile
from pathlib import Path

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt

from tests.examples.bill import Bill, count, long_date, money


def render(bill: Bill) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "factuur.docx"
        source.write_bytes(render_docx(bill))
        subprocess.run(
            [
                "soffice",
                f"-env:UserInstallation=file://{folder}/profile",
                "--headless",
                "--convert-to",
                "pdf",
                "--outdir",
                folder,
                str(source),
            ],
            check=True,
            capture_output=True,
            timeout=180,
        )
        return source.with_suffix(".pdf").read_bytes()


def render_docx(bill: Bill) -> bytes:
    """The letter itself; the same bytes each time."""
    document = docx.Document()
    document.styles["Normal"].font.name = "Liberation Sans"
    document.styles["Normal"].font.size = Pt(10.5)
    _head_and_foot(document, bill)
    document.add_paragraph("\n".join(bill.addressee))
    document.add_paragraph().add_run(f"{bill.title} {bill.number}").bold = True
    document.add_paragraph(f"{bill.supplier.city}, {long_date(bill.issued)}")
    document.add_paragraph(
        "Geachte heer, mevrouw,\n\nHierbij breng ik u de volgende werkzaamheden in rekening:"
    )
    _table(document, bill)
    for text in (*bill.remarks, bill.supplier.exempt or ""):
        if text:
            document.add_paragraph(text)
    account = bill.supplier.iban
    document.add_paragraph(
        f"Wilt u het totaalbedrag binnen 30 dagen overmaken naar {account}, onder vermelding van"
        f" het factuurnummer {bill.number}?"
    )
    document.add_paragraph(f"Met vriendelijke groet,\n{bill.supplier.name}")
    return _same_each_time(document)


def _head_and_foot(document: Document, bill: Bill) -> None:
    supplier = bill.supplier
    section = document.sections[0]
    head = section.header.paragraphs[0]
    head.alignment = WD_ALIGN_PARAGRAPH.CENTER
    head.add_run(supplier.name).bold = True
    head.add_run(
        f"\n{supplier.street} - {supplier.postcode} {supplier.city}\nTelefoon: {supplier.phone} -"
        f" {supplier.email}"
    )
    numbers = [
        f"KvK: {supplier.kvk}" if supplier.kvk else "",
        f"BTW-id: {supplier.vat_id}" if supplier.vat_id else "",
        f"Bank: {supplier.iban}",
    ]
    section.footer.paragraphs[0].text = "     ".join(number for number in numbers if number)


def _table(document: Document, bill: Bill) -> None:
    table = document.add_table(rows=1, cols=4, style="Light List")
    rows = [
        (
            line.text,
            f"{count(line.quantity)} {line.unit}",
            f"€ {money(line.price)}",
            f"€ {money(line.net)}",
        )
        for line in bill.items
    ]
    rows += [
        (f"Btw {rate}% over € {money(base)}", "", "", f"€ {money(vat)}")
        for rate, base, vat in bill.vat_lines
    ]
    rows += [("Totaal", "", "", f"€ {money(bill.gross)}")]
    for cell, text in zip(
        table.rows[0].cells, ("Werkzaamheden", "Aantal", "Tarief", "Bedrag"), strict=True
    ):
        cell.text = text
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    document.add_paragraph()


def _same_each_time(document: Document) -> bytes:
    written, fixed = io.BytesIO(), io.BytesIO()
    document.save(written)
    with zipfile.ZipFile(written) as old, zipfile.ZipFile(fixed, "w") as new:
        for name in old.namelist():
            new.writestr(
                zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), old.read(name), zipfile.ZIP_DEFLATED
            )
    return fixed.getvalue()
