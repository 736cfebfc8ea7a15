"""One-page documents whose every line a case decides itself."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

import pypdfium2
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

WIDTH, HEIGHT = A4
GOOD: Mapping[str, Sequence[str]] = {
    "supplier": ("Praktijk De Wilde Roos", "Rozenlaan 12", "1338 AB Almere"),
    "phone": ("Telefoon: 036-555 04 11",),
    "kvk": ("KvK-nummer: 99952775",),
    "iban": ("IBAN: NL71 RABO 0442 0126 45",),
    "addressee": (
        "",
        "Gemeente Almere",
        "Crediteurenadministratie/zorg",
        "Postbus 200",
        "1300 AE Almere",
        "",
    ),
    "title": ("FACTUUR",),
    "number": ("Factuurnummer: {number}",),
    "date": ("Factuurdatum: 1 oktober 2026", ""),
    "items": (
        "Omschrijving|Aantal|Tarief|Bedrag",
        "Begeleiding individueel basis, september 2026|10 uur|€ 50,00|€ 500,00",
        "",
    ),
    "total": ("|||Totaal te betalen: € 500,00", ""),
    "vat": ("Vrijgesteld van btw.",),
    "foot": ("Graag betalen binnen 30 dagen onder vermelding van het factuurnummer.",),
}
"""The blocks of an invoice that is good in every respect, in their order on the page."""


def invoice(number: str, **blocks: Sequence[str]) -> bytes:
    """The good invoice, with some blocks written otherwise."""
    unknown = set(blocks) - set(GOOD)
    assert not unknown, unknown
    return pdf(
        [
            line.format(number=number)
            for block, lines in GOOD.items()
            for line in blocks.get(block, lines)
        ]
    )


def pdf(lines: Sequence[str], mark: str = "") -> bytes:
    """``|`` parts a line into columns: the first at the left, the last against the right margin."""
    buffer = io.BytesIO()
    page = Canvas(buffer, pagesize=A4, invariant=1)
    page.setFont("Helvetica", 10)
    for row, line in enumerate(lines):
        cells = line.split("|")
        page.drawString(60, HEIGHT - 60 - 15 * row, cells[0])
        for place, cell in zip((360, 440, 535), cells[1:], strict=len(cells) > 1):
            page.drawRightString(place, HEIGHT - 60 - 15 * row, cell)
    if mark:
        page.saveState()
        page.translate(180, 300)
        page.rotate(40)
        page.setFont("Helvetica-Bold", 64)
        page.setFillGray(0.75)
        page.drawString(0, 0, mark)
        page.restoreState()
    page.save()
    return buffer.getvalue()


def two_columns(left: Sequence[str], right: Sequence[str]) -> bytes:
    """Two blocks side by side on the same base lines: read across the page they run into each
    other.
    """
    buffer = io.BytesIO()
    page = Canvas(buffer, pagesize=A4, invariant=1)
    page.setFont("Times-Roman", 10)
    for x, lines in ((60, left), (310, right)):
        for row, line in enumerate(lines):
            page.drawString(x, HEIGHT - 60 - 14 * row, line)
    page.save()
    return buffer.getvalue()


def scan(document: bytes) -> bytes:
    """The first page of a PDF as a picture in a PDF: nothing but pixels."""
    with pypdfium2.PdfDocument(document) as opened:
        picture = opened[0].render(scale=1.3, grayscale=True).to_pil()
    buffer = io.BytesIO()
    page = Canvas(buffer, pagesize=A4, invariant=1)
    page.drawImage(ImageReader(picture), 0, 0, WIDTH, HEIGHT)
    page.save()
    return buffer.getvalue()
