"""Builds words from the letters of a page as PDFium gives them: content order, with spaces that it
guessed.

A word ends at a space of the file, at a gap, or at a jump. A guessed space where the eye sees no
gap is none (letter-by-letter drawing); pieces that touch on one line are one word, in whatever
order they were drawn.
"""

from __future__ import annotations

import ctypes
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any

from intake.document.readers import pdfium
from intake.document.readers.coordinates import Rectangle, levelled
from intake.document.readers.glyphs import MEANING

MAX_LETTERS = 50_000
"""Letters read of one page; a dense page of text has 6,000."""
WIDE_GAP = 0.6
"""Share of the letter height that is a gap between words, whatever PDFium thinks."""
NO_GAP = 0.1
"""Share of the letter height under which the eye sees no gap."""

_LINE_ENDS = frozenset({0x0A, 0x0D})


@dataclass(slots=True)
class Run:
    """Letters that belong together, in user space turned so that they lie level."""

    text: str
    left: float
    bottom: float
    right: float
    top: float
    first: int
    """Index of its first letter, to ask PDFium for font and object."""
    last: int
    space: int = -1
    """Index of the space right behind it; negative when it has none, or a line ends there."""

    quarters: int = 0
    """Quarters against the clock by which they are turned in user space."""

    def take(self, index: int, left: float, bottom: float, right: float, top: float) -> None:
        """Add the letter with this index and box."""
        if left < self.left:
            self.left = left
        if bottom < self.bottom:
            self.bottom = bottom
        if right > self.right:
            self.right = right
        if top > self.top:
            self.top = top
        self.last = index

    @property
    def height(self) -> float:
        return self.top - self.bottom

    @property
    def shape(self) -> Rectangle:
        """Where they stand in user space."""
        return levelled((self.left, self.bottom, self.right, self.top), -self.quarters % 4)


def runs_of(
    text_page: int, count: int, quarters_of: Callable[[int], int] | None = None
) -> list[Run]:
    """All words of a page in content order.

    Args:
        quarters_of: by how many quarters against the clock the letter with this index is turned;
            None when no text of the page is.
    """
    codes = _codes(text_page, count)
    meanings = list(map(MEANING.__getitem__, codes))
    page = pdfium.handle_argument(text_page)
    runs = _split(page, codes, meanings, quarters_of)
    for run in runs:
        run.text = "".join(meanings[run.first : run.last + 1]).replace(" ", "")
    if quarters_of is None:
        return _joined(page, runs)
    direction = attrgetter("quarters")
    turned = groupby(sorted(runs, key=direction), direction)
    joined = [run for _, same in turned for run in _joined(page, list(same))]
    return sorted(joined, key=attrgetter("first"))


def _codes(text_page: int, count: int) -> list[int]:
    buffer = (ctypes.c_ushort * (count + 1))()
    written: int = pdfium.letters(text_page, 0, count, buffer)
    codes = buffer[:count]
    if written == count + 1 and (
        max(codes, default=0) < 0xD800 or not any(0xD800 <= code <= 0xDFFF for code in codes)
    ):
        return codes
    return [pdfium.letter(text_page, index) for index in range(count)]


def _split(
    text_page: Any, codes: list[int], meanings: list[str], quarters_of: Callable[[int], int] | None
) -> list[Run]:
    """Pieces of text, still without the text itself: that is what the letters from the first to the
    last mean, but for spaces.
    """
    runs: list[Run] = []
    run: Run | None = None
    for index, space, quarters, box in _letters(text_page, codes, meanings, quarters_of):
        left, bottom, right, top = box
        if run is not None and (run.quarters != quarters or (quarters and left < run.left - 1)):
            run = None  # PDFium may give turned letters from the end
        if run is not None and (
            (space < 0 and _is_level(run, left, bottom, top))
            or (
                (space < 0 or _guessed(text_page, codes, space, run, left))
                and _follows(run, left, bottom, right, top)
            )
        ):
            run.take(index, left, bottom, right, top)
            continue
        if run is not None and space >= 0 and codes[space] not in _LINE_ENDS:
            run.space = space
        run = Run("", left, bottom, right, top, index, index, quarters=quarters)
        runs.append(run)
    return runs


def _letters(
    text_page: Any, codes: list[int], meanings: list[str], quarters_of: Callable[[int], int] | None
) -> Iterator[tuple[int, int, int, Rectangle]]:
    """Each letter that is no space: its index, that of the space right before it (negative without
    one; a line's end if there is one), the quarters it is turned by, and its box, turned level.
    """
    space, quarters = -1, 0
    box = array("f", bytes(16))
    loose, place = pdfium.loose_box, pdfium.place_for(box)
    for index, meaning in enumerate(meanings):
        if meaning == " ":
            space = index if space < 0 or codes[index] in _LINE_ENDS else space
        elif meaning:
            loose(text_page, index, place)
            left, top, right, bottom = box.tolist()
            shape = left, bottom, right, top
            if quarters_of is not None:
                quarters = quarters_of(index)
                shape = levelled(shape, quarters)
            yield index, space, quarters, shape
            space = -1


def _is_level(run: Run, left: float, bottom: float, top: float) -> bool:
    """True for the common case: the next letter of the same piece of text."""
    level = top == run.top and bottom == run.bottom
    return level and left >= run.left and -1 < left - run.right < 1


def _guessed(text_page: Any, codes: list[int], space: int, run: Run, left: float) -> bool:
    """Whether the space is only PDFium's guess while the letters touch."""
    return (
        codes[space] not in _LINE_ENDS
        and left - run.right < NO_GAP * (run.top - run.bottom)
        and bool(pdfium.is_generated(text_page, space))
    )


def _follows(run: Run, left: float, bottom: float, right: float, top: float) -> bool:
    """Whether a letter stands right behind a run: on its line, or below or above it when letters
    are stacked.
    """
    height = min(run.top - run.bottom, top - bottom)
    if min(run.top, top) - max(run.bottom, bottom) > 0.3 * height:
        reach = max(run.top - run.bottom, top - bottom)
        return -reach < left - run.right < WIDE_GAP * reach and left >= run.left - 0.5 * reach
    width = min(run.right - run.left, right - left)
    column = run.right - run.left <= 1.5 * max(right - left, top - bottom)
    stacked = run.first == run.last or run.height > 1.5 * (top - bottom)
    if column and stacked and min(run.right, right) - max(run.left, left) > 0.3 * width:
        reach = max(run.right - run.left, right - left)
        return max(bottom - run.top, run.bottom - top) < WIDE_GAP * reach
    return False


def _joined(text_page: Any, runs: list[Run]) -> list[Run]:
    """Join runs that touch on one line, as when letters are drawn one by one and out of order."""
    if sum(len(run.text) == 1 for run in runs) < 2:
        return runs
    result: list[Run] = []
    for run in sorted(runs, key=lambda run: (round(run.bottom), run.left)):
        last = result[-1] if result else None
        if (
            last is not None
            and (len(last.text) == 1 or len(run.text) == 1)
            and _touch(last, run)
            and not _sealed(text_page, last)
        ):
            last.text += run.text
            last.right, last.last, last.space = max(last.right, run.right), run.last, run.space
            last.bottom, last.top = min(last.bottom, run.bottom), max(last.top, run.top)
        else:
            result.append(run)
    return sorted(result, key=attrgetter("first"))


def _sealed(text_page: Any, run: Run) -> bool:
    """Whether a space of the file stands right behind a run: nothing may be joined there."""
    return run.space >= 0 and not pdfium.is_generated(text_page, run.space)


def _touch(one: Run, other: Run) -> bool:
    height = max(one.height, other.height)
    same_line = (
        abs(one.bottom - other.bottom) < 0.15 * height and abs(one.top - other.top) < 0.15 * height
    )
    return same_line and -NO_GAP * height <= other.left - one.right < NO_GAP * height
