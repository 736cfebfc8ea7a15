"""What no reader could read: where it stands for tekstherkenning (OCR), and its words laid back into the document.

Runs inside a reading child only.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import pypdfium2
import pypdfium2.raw as raw

from intake.document.letters import UNKNOWN
from intake.document.regions import Region, Seen
from intake.document.repair import repaired
from intake.types import Box, Document, Page, Word

MAX_DOTS = 12_000_000
"""A4 at 300 dots an inch has 8.7 million."""
BLANK_DPI, DARK, BLANK_SHARE = 36, 128, 0.002
MARGIN = 6.0
"""Points drawn around a picture: letters at its edge are read better with white around them."""


def regions(document: Document) -> Iterator[Region]:
    """What is to be looked at, page by page."""
    for page in document.pages:
        full = (0.0, 0.0, page.width, page.height)
        seen = any(not word.hidden for word in page.words)
        if page.fault in ("giant-picture", "damaged"):
            continue
        if page.fault == "unknown-letters" or page.drawn or (page.pictures and not seen):
            yield Region(page.number, full, whole=True)
        else:
            for picture in page.pictures:
                yield Region(page.number, _widened(picture, full), whole=False)


def _widened(box: Box, limit: Box) -> Box:
    return max(limit[0], box[0] - MARGIN), max(limit[1], box[1] - MARGIN), min(limit[2], box[2] + MARGIN), min(limit[3], box[3] + MARGIN)


def drawn(data: bytes, number: int, box: Box, scale: float) -> tuple[int, int, bytes]:
    """A part of a PDF's page in shades of grey: width, height, rows of bytes."""
    file = pypdfium2.PdfDocument(data)
    page = file[number - 1]
    page_width, page_height = page.get_size()
    left, top, right, bottom = box
    scale = min(scale, math.sqrt(MAX_DOTS / max(1.0, (right - left) * (bottom - top))))
    width, height = max(1, round((right - left) * scale)), max(1, round((bottom - top) * scale))
    pixels = bytearray(width * height)
    bitmap = raw.FPDFBitmap_CreateEx(width, height, raw.FPDFBitmap_Gray, (raw.c_ubyte * len(pixels)).from_buffer(pixels), width)
    raw.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, 0xFFFFFFFF)
    place = (round(-left * scale), round(-top * scale), round(page_width * scale), round(page_height * scale))
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


def with_seen(document: Document, all_seen: Sequence[Seen]) -> tuple[Document, list[tuple[int, Box]]]:
    """The document with the words of its pictures, and where (page, box) a character was mended.

    A page of which every region holds mere decoration counts as read; the others keep their pictures, so that
    what is not found there is never called absent.
    """
    mended: list[tuple[int, Box]] = []
    pages = [_laid(page, [seen for seen in all_seen if seen.region.page == page.number], mended) for page in document.pages]
    return replace(document, pages=tuple(pages)), mended


def _laid(page: Page, all_seen: list[Seen], mended: list[tuple[int, Box]]) -> Page:
    if not all_seen:
        return page
    words = list(page.words)
    for seen in all_seen:
        if page.fault in ("giant-picture", "damaged"):
            continue
        if page.fault == "unknown-letters" and seen.region.whole:
            words = [word for word in words if UNKNOWN not in word.text]
        new = [word for word in seen.words if not _read_already(word, words)]
        better = repaired(new)
        mended += [(page.number, word.box) for word, old in zip(better, new, strict=True) if word.text != old.text]
        words += better
    if any(seen.region.whole and seen.quarters % 2 for seen in all_seen):
        page = replace(page, width=page.height, height=page.width)
    done = len(all_seen) == max(1, len(page.pictures)) and all(seen.decoration for seen in all_seen)
    fault = None if page.fault == "unknown-letters" else page.fault
    pictures = () if done else page.pictures or tuple(seen.region.box for seen in all_seen)
    return replace(page, words=tuple(words), pictures=pictures, drawn=False, fault=fault)


def _read_already(word: Word, words: Iterable[Word]) -> bool:
    """Whether a reader of text has this word: drawn over the picture, or as a shape beside letters."""
    x, y = (word.box[0] + word.box[2]) / 2, (word.box[1] + word.box[3]) / 2
    return any(not w.hidden and not w.ocr and w.box[0] <= x <= w.box[2] and w.box[1] <= y <= w.box[3] for w in words)
