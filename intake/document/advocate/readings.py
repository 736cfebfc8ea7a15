"""Reads a file in all the ways that the advocate listens to. Runs inside a reading child only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pypdfium2

from intake.document.advocate.strips import Strip, of_text, of_words, strips_of
from intake.document.ocr.regions import Region, Seen
from intake.document.readers import pdf
from intake.document.readers.file_header import is_pdf
from intake.model.document import Reader

MAX_PAGES = 40
"""Of the order of the file; an invoice of more pages has its facts on the first ones."""


def read(data: bytes, seen: Sequence[Seen]) -> tuple[list[Strip], list[Region]]:
    """The strips of two engines, of the file's own order and of what OCR saw; and the pages."""
    strips = [strip for place in seen for strip in of_words(place.region.page, place.words)]
    if not is_pdf(data):
        return strips, []
    first = pdf.read(data, Reader.PDFIUM)
    strips += strips_of((first, pdf.read(data, Reader.PDFPLUMBER)))
    strips += _in_file_order(data)
    pages = [
        Region(page.number, (0.0, 0.0, page.width, page.height), whole=True)
        for page in first.pages
        if page.width > 0 and page.height > 0
    ]
    return strips, pages


def _in_file_order(data: bytes) -> Iterator[Strip]:
    try:
        with pypdfium2.PdfDocument(data) as file:
            for number in range(min(len(file), MAX_PAGES)):
                yield from of_text(number + 1, file[number].get_textpage().get_text_range())
    except pypdfium2.PdfiumError:
        return
