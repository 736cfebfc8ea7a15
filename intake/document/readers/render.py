"""Draws a page of a PDF in shades of grey."""

from __future__ import annotations

import math

import pypdfium2
import pypdfium2.raw as raw

from intake.document.readers import notes
from intake.model.basics import Box
from intake.model.document import Page

MAX_DOTS = 12_000_000
"""A4 at 300 dots an inch has 8.7 million."""


BLANK_DPI, DARK, BLANK_SHARE = 36, 128, 0.002


def drawn(data: bytes, number: int, box: Box, scale: float) -> tuple[int, int, bytes]:
    """A part of a PDF's page in shades of grey: width, height, rows of bytes."""
    file = pypdfium2.PdfDocument(data)
    page = file[number - 1]
    notes.draw(file, page, notes.unshown(page))
    page_width, page_height = page.get_size()
    left, top, right, bottom = box
    scale = min(scale, math.sqrt(MAX_DOTS / max(1.0, (right - left) * (bottom - top))))
    width, height = max(1, round((right - left) * scale)), max(1, round((bottom - top) * scale))
    pixels = bytearray(width * height)
    bitmap = raw.FPDFBitmap_CreateEx(
        width, height, raw.FPDFBitmap_Gray, (raw.c_ubyte * len(pixels)).from_buffer(pixels), width
    )
    raw.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, 0xFFFFFFFF)
    place = (
        round(-left * scale),
        round(-top * scale),
        round(page_width * scale),
        round(page_height * scale),
    )
    raw.FPDF_RenderPageBitmap(bitmap, page, *place, 0, raw.FPDF_ANNOT)
    raw.FPDFBitmap_Destroy(bitmap)
    return width, height, bytes(pixels)


def is_blank(data: bytes, page: Page) -> bool:
    """Whether a page without words shows hardly anything: a rule or a small mark at most."""
    try:
        _, _, pixels = drawn(data, page.number, (0.0, 0.0, page.width, page.height), BLANK_DPI / 72)
    except pypdfium2.PdfiumError:
        return True
    return sum(pixels.count(shade) for shade in range(DARK)) <= BLANK_SHARE * len(pixels)
