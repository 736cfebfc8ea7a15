"""The second engine: words by pdfplumber (pdfminer.six), which shares no code with PDFium."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence

import pdfplumber

from intake.document.readers.coordinates import Place
from intake.document.readers.glyphs import UNKNOWN, cleaned
from intake.model.document import Word

GAP = 0.2
"""Share of the font size that parts two words when no space stands between them."""

_UNMAPPED = re.compile(r"\(cid:\d{1,6}\)")


def words_of_pages(data: bytes, places: Sequence[Place]) -> Iterator[list[Word] | None]:
    """The words of each page in turn, as displayed; None for a page that this engine cannot read.

    Args:
        data: the file with unturned pages: this engine reads text upside down backwards.
        places: how each page is displayed.
    """
    with pdfplumber.open(io.BytesIO(data)) as file:
        for page, place in zip(file.pages, places, strict=False):
            try:
                yield _words(page, place)
            except MemoryError:
                raise
            except Exception:  # noqa: BLE001 - pdfminer raises what a bad file makes it stumble over
                yield None
            page.close()


def _words(page: pdfplumber.page.Page, place: Place) -> list[Word]:
    upper = float(page.page_obj.mediabox[3]) + page.mediabox[1]
    words: list[Word] = []
    for found in page.dedupe_chars(tolerance=1).extract_words(
        x_tolerance_ratio=GAP, keep_blank_chars=False, use_text_flow=False
    ):
        text = cleaned(_UNMAPPED.sub(UNKNOWN, found["text"])).strip()
        box = place.box((found["x0"], upper - found["bottom"], found["x1"], upper - found["top"]))
        size = found["height"] if found["upright"] else found["width"]
        words.extend(Word(piece, box, size) for piece in text.split())
    return words
