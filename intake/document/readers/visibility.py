"""Which words a person does not see: what is hidden counts for nothing (design rule 3).

Certain without looking: drawn as invisible, smaller than 2 points, outside the page. Suspect:
nearly white or transparent, in a layer that can be switched off, or painted over later. For
suspects the page is drawn twice, with and without them: a word without which the page looks the
same is not seen. In doubt a word is seen.
"""

from __future__ import annotations

import ctypes
import math
from array import array
from bisect import bisect
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import pypdfium2.raw as raw

from intake.document.readers import pdfium
from intake.document.readers.coordinates import Place, Rectangle, text_quarters
from intake.document.readers.page_objects import Scene
from intake.document.readers.word_builder import Run
from intake.model.basics import Box

SMALLEST = 2.0
"""Font size in points below which nobody reads."""
MAX_PIXELS = 2_000_000
MAX_SUSPECTS = 3000
SEEN_DIFFERENCE = 24
"""Steps of grey (of 255) that a pixel must change for an eye to see a letter."""
STRUCK, STRUCK_SHARE = (0.3, 0.62), 0.6
"""Between which shares of a word's height (from below) a line crosses it out, and how much of its
width."""
_NEARLY_WHITE, _NEARLY_CLEAR = 236, 25
_INVISIBLE_MODES = (3, 7)
"""Text rendering modes (ISO 32000-1, 9.3.6): neither fill nor stroke; add to the clipping path
only."""
_ROW = 24.0
_LONGEST_NAME = 96
_HEAVY = (b"bold", b"black", b"heavy", b"demi")
_MarkName = ctypes.c_char * 8


@dataclass(slots=True)
class Look:
    """How one text object is drawn."""

    size: float
    """Font size in points, of all its letters."""
    invisible: bool
    suspect: bool
    quarters: int = 0
    """Quarters against the clock by which its letters are turned in user space."""


class Looks:
    """Looks of the text objects of one page, asked once each."""

    def __init__(self, text_page: int) -> None:
        self._text_page = pdfium.handle_argument(text_page)
        self._known: dict[int, Look] = {}
        self._bold: dict[int, bool] = {}
        self._font, self._flags = array("B", bytes(_LONGEST_NAME)), array("i", bytes(4))
        self._font_place = pdfium.place_for(self._font)
        self._flags_place = pdfium.place_for(self._flags)
        self.has_turned = False
        """Some text that was asked for does not stand upright in user space."""
        self._matrix = array("f", bytes(24))
        self._matrix_place = pdfium.place_for(self._matrix)
        self._colour = array("I", bytes(16))
        self._colour_places = [pdfium.place_for(self._colour, part) for part in range(4)]

    def of(self, run: Run) -> tuple[int, Look]:
        """The object that draws a run, and how."""
        return self._of(run.first)

    def quarters_of(self, letter: int) -> int:
        """Quarters against the clock by which the letter with this index is turned."""
        return self._of(letter)[1].quarters

    def _of(self, letter: int) -> tuple[int, Look]:
        item: int = pdfium.text_object(self._text_page, letter) or 0
        look = self._known.get(item)
        if look is None:
            look = self._known[item] = self._ask(item, letter)
        return item, look

    def _ask(self, item: int, letter: int) -> Look:
        size: float = pdfium.font_size(self._text_page, letter)
        quarters = 0
        if pdfium.letter_matrix(self._text_page, letter, self._matrix_place):
            if self._matrix[0] <= 2 * abs(self._matrix[1]) or size < 0:
                quarters = text_quarters(self._matrix.tolist(), size < 0)
                self.has_turned = self.has_turned or quarters > 0
            size *= math.hypot(self._matrix[2], self._matrix[3])
        if not item:
            return Look(size, invisible=size < SMALLEST, suspect=False, quarters=quarters)
        asked = pdfium.handle_argument(item)
        invisible = size < SMALLEST or pdfium.render_mode(asked) in _INVISIBLE_MODES
        marks = pdfium.count_marks(asked)
        suspect = self._nearly_white(asked) or (marks > 0 and _in_layer(item, marks))
        return Look(size, invisible, suspect, quarters)

    def is_bold(self, run: Run) -> bool:
        """Whether the name of the run's font tells of a heavier type."""
        item: int = pdfium.text_object(self._text_page, run.first) or 0
        known = self._bold.get(item)
        if known is None:
            length = pdfium.font_name(
                self._text_page, run.first, self._font_place, _LONGEST_NAME, self._flags_place
            )
            name = bytes(self._font[: min(length, _LONGEST_NAME)]).lower()
            known = self._bold[item] = any(word in name for word in _HEAVY)
        return known

    def _nearly_white(self, item: Any) -> bool:
        if not pdfium.fill_colour(item, *self._colour_places):
            return False
        red, green, blue, alpha = self._colour
        return min(red, green, blue) >= _NEARLY_WHITE or alpha < _NEARLY_CLEAR


def _in_layer(item: int, marks: int) -> bool:
    """Whether a marked-content tag puts the object into an optional layer (ISO 32000-1, 8.11)."""
    name, length = _MarkName(), ctypes.c_ulong()
    for index in range(min(marks, 8)):
        mark = pdfium.mark_at(item, index)
        if (
            mark
            and pdfium.mark_name(mark, name, 8, ctypes.addressof(length))
            and name.raw[:6] == b"O\0C\0\0\0"
        ):
            return True
    return False


@dataclass(slots=True)
class Seen:
    """One word with what decides whether it is seen."""

    box: Box
    item: int
    suspect: bool
    hidden: bool


def hidden_of(
    page: int, words: list[Seen], covers: list[tuple[int, Box]], scene: Scene, place: Place
) -> list[bool]:
    """For each word whether it is hidden.

    Args:
        covers: filled shapes and pictures with their turn in painting, as displayed.
    """
    verdicts = [word.hidden for word in words]
    covered = _covered(words, covers, scene)
    suspects = [
        i
        for i, word in enumerate(words)
        if not word.hidden and word.item and (word.suspect or i in covered)
    ]
    if suspects:
        for index in _unseen(page, words, suspects[:MAX_SUSPECTS], place):
            verdicts[index] = True
    return verdicts


def struck_of(shapes: Sequence[Rectangle], lines: Sequence[Rectangle]) -> list[bool]:
    """For each word whether a line runs through its middle.

    Args:
        shapes: the words, and ``lines``, turned so that the words lie level.
    """
    level = sorted(
        ((line[1] + line[3]) / 2, line[0], line[2])
        for line in lines
        if line[2] - line[0] > 3 * (line[3] - line[1])
    )
    heights = [height for height, *_ in level]
    struck = []
    for left, bottom, right, top in shapes:
        first = bisect(heights, bottom + STRUCK[0] * (top - bottom))
        last = bisect(heights, bottom + STRUCK[1] * (top - bottom), first)
        crossed = sum(
            max(0.0, min(right, end) - max(left, start)) for _, start, end in level[first:last]
        )
        struck.append(crossed > STRUCK_SHARE * (right - left))
    return struck


def _covered(words: list[Seen], covers: list[tuple[int, Box]], scene: Scene) -> set[int]:
    """Words whose middle lies in something painted later."""
    first = min(scene.order.values(), default=0)
    later = [(turn, box) for turn, box in covers if turn >= first and _is_large(box)]
    rows = _rows(words, scene) if later else {}
    found: set[int] = set()
    for turn, (x0, top, x1, bottom) in later:
        crossed: Iterable[int] = range(int(top // _ROW), int(bottom // _ROW) + 1)
        if bottom - top > len(rows) * _ROW:
            crossed = rows
        for index, painted, x, y in chain.from_iterable(rows.get(row, ()) for row in crossed):
            if painted < turn and x0 <= x <= x1 and top <= y <= bottom:
                found.add(index)
    return found


def _is_large(box: Box) -> bool:
    return box[2] - box[0] >= SMALLEST and box[3] - box[1] >= SMALLEST


def _rows(words: list[Seen], scene: Scene) -> dict[int, list[tuple[int, int, float, float]]]:
    """By height on the page: index, turn in painting and middle of each word of which the turn is
    known.
    """
    rows: dict[int, list[tuple[int, int, float, float]]] = {}
    for index, word in enumerate(words):
        painted = scene.order.get(word.item)
        if painted is not None:
            left, top, right, bottom = word.box
            y = (top + bottom) / 2
            rows.setdefault(int(y // _ROW), []).append((index, painted, (left + right) / 2, y))
    return rows


def _unseen(page: int, words: list[Seen], suspects: list[int], place: Place) -> list[int]:
    scale = min(1.0, math.sqrt(MAX_PIXELS / max(1.0, place.width * place.height)))
    width, height = max(1, round(place.width * scale)), max(1, round(place.height * scale))
    parts = [_rows_of(words[index].box, scale, width, height) for index in suspects]
    pixels = bytearray(width * height)
    _draw(page, pixels, width, height)
    with_words = [[pixels[row] for row in part] for part in parts]
    for item in {words[index].item for index in suspects}:
        pdfium.set_active(item, 0)
    _draw(page, pixels, width, height)
    return [
        index
        for index, part, before in zip(suspects, parts, with_words, strict=True)
        if not any(_differs(old, pixels[row]) for old, row in zip(before, part, strict=True))
    ]


def _rows_of(box: Box, scale: float, width: int, height: int) -> list[slice]:
    """Where the rows of a box lie in the pixels of its page."""
    left, right = max(0, math.floor(box[0] * scale)), min(width, math.ceil(box[2] * scale) + 1)
    rows = range(max(0, math.floor(box[1] * scale)), min(height, math.ceil(box[3] * scale) + 1))
    return [slice(row * width + left, row * width + right) for row in rows]


def _draw(page: int, pixels: bytearray, width: int, height: int) -> None:
    """Draw the page in shades of grey, a byte a pixel, rows without padding."""
    bitmap = raw.FPDFBitmap_CreateEx(
        width,
        height,
        raw.FPDFBitmap_Gray,
        (ctypes.c_ubyte * len(pixels)).from_buffer(pixels),
        width,
    )
    raw.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, 0xFFFFFFFF)
    raw.FPDF_RenderPageBitmap(bitmap, ctypes.cast(page, raw.FPDF_PAGE), 0, 0, width, height, 0, 0)
    raw.FPDFBitmap_Destroy(bitmap)


def _differs(one: bytearray, other: bytearray) -> bool:
    return one != other and any(
        abs(p - q) >= SEEN_DIFFERENCE for p, q in zip(one, other, strict=True)
    )
