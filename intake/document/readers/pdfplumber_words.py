"""The second engine: words by pdfplumber (pdfminer.six), which shares no code with PDFium."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from typing import Any

import pdfplumber
from pdfplumber.utils.text import extract_words

from intake.document.readers.coordinates import Place, levelled, text_quarters
from intake.document.readers.glyphs import UNKNOWN, cleaned
from intake.model.document import Word

GAP = 0.2
"""Share of the font size that parts two words when no space stands between them."""

_UNMAPPED = re.compile(r"\(cid:\d{1,6}\)")


def words_of_pages(data: bytes, places: Sequence[Place]) -> Iterator[list[Word] | None]:
    """The words of each page in turn, as displayed; None for a page that this engine cannot read.

    Args:
        data: the file with unturned pages: boxes of a turned page stand elsewhere.
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
    letters: dict[int, list[dict[str, Any]]] = {}
    for letter in page.dedupe_chars(tolerance=1).chars:
        turned = text_quarters(letter["matrix"])
        letters.setdefault(turned, []).append(_level(letter, turned, upper) if turned else letter)
    words: list[Word] = []
    for turned, of_one_direction in letters.items():
        for found in extract_words(
            of_one_direction, x_tolerance_ratio=GAP, keep_blank_chars=False, use_text_flow=False
        ):
            text = cleaned(_UNMAPPED.sub(UNKNOWN, found["text"])).strip()
            shape = (found["x0"], upper - found["bottom"], found["x1"], upper - found["top"])
            box = place.box(levelled(shape, -turned % 4))
            size = found["height"] if found["upright"] else found["width"]
            shown = (place.turns - turned) % 4
            words.extend(Word(piece, box, size, turned=shown) for piece in text.split())
    return words


def _level(letter: dict[str, Any], turned: int, upper: float) -> dict[str, Any]:
    """A letter as it stands when the page is turned so that it lies level."""
    shape = (letter["x0"], upper - letter["bottom"], letter["x1"], upper - letter["top"])
    left, bottom, right, top = levelled(shape, turned)
    height, width = top - bottom, right - left
    return letter | {
        "x0": left,
        "x1": right,
        "top": upper - top,
        "bottom": upper - bottom,
        "doctop": upper - top,
        "height": height,
        "width": width,
        "upright": True,
    }
