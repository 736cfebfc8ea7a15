"""The second engine: words by pdfplumber (pdfminer.six), which shares no code with PDFium."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import pdfplumber

from intake.document.letters import UNKNOWN, cleaned
from intake.types import Word

GAP = 0.25
"""Share of the font size that parts two words when no space stands between them."""

_UNMAPPED = re.compile(r"\(cid:\d{1,6}\)")


def words_of_pages(data: bytes) -> Iterator[list[Word] | None]:
    """The words of each page in turn, as displayed; None for a page that this engine cannot read."""
    with pdfplumber.open(io.BytesIO(data)) as file:
        for page in file.pages:
            try:
                yield _words(page)
            except MemoryError:
                raise
            except Exception:  # noqa: BLE001 - pdfminer raises what a bad file makes it stumble over
                yield None
            page.close()


def _words(page: pdfplumber.page.Page) -> list[Word]:
    left, top = page.bbox[0], page.bbox[1]
    words: list[Word] = []
    for found in page.dedupe_chars(tolerance=1).extract_words(x_tolerance_ratio=GAP, keep_blank_chars=False, use_text_flow=False):
        text = cleaned(_UNMAPPED.sub(UNKNOWN, found["text"])).strip()
        box = (found["x0"] - left, found["top"] - top, found["x1"] - left, found["bottom"] - top)
        size = box[3] - box[1] if found["upright"] else box[2] - box[0]
        words.extend(Word(piece, box, size) for piece in text.split())
    return words
