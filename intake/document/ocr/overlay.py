"""What no reader could read: where it stands for tekstherkenning (OCR), and its words laid back
into the document.

Runs inside a reading child only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from intake.document.ocr.confusions import repaired
from intake.document.ocr.regions import Region, Seen
from intake.document.readers.glyphs import UNKNOWN
from intake.model.basics import Box
from intake.model.document import Document, Page, Word

MARGIN = 6.0
"""Points drawn around a picture: letters at its edge are read better with white around them."""
UNDRAWABLE = ("giant-picture", "damaged")
"""Faults of pages that nothing can be seen on."""


def regions(document: Document) -> Iterator[Region]:
    """What is to be looked at, page by page."""
    for page in document.pages:
        full = (0.0, 0.0, page.width, page.height)
        seen = any(not word.hidden for word in page.words)
        if page.fault in UNDRAWABLE:
            continue
        if page.fault == "unknown-letters" or page.drawn or (page.pictures and not seen):
            yield Region(page.number, full, whole=True)
        else:
            for picture in page.pictures:
                yield Region(page.number, _widened(picture, full), whole=False)


def _widened(box: Box, limit: Box) -> Box:
    return (
        max(limit[0], box[0] - MARGIN),
        max(limit[1], box[1] - MARGIN),
        min(limit[2], box[2] + MARGIN),
        min(limit[3], box[3] + MARGIN),
    )


def with_seen(
    document: Document, all_seen: Sequence[Seen]
) -> tuple[Document, list[tuple[int, Box]]]:
    """The document with the words of its pictures, and where (page, box) a character was mended.

    A page of which every region holds mere decoration counts as read; the others keep their
    pictures, so that what is not found there is never called absent.
    """
    mended: list[tuple[int, Box]] = []
    pages = []
    for page in document.pages:
        own = [seen for seen in all_seen if seen.region.page == page.number]
        if page.fault not in UNDRAWABLE:
            for seen in own:
                page, boxes = _with_words(page, seen)
                mended += [(page.number, box) for box in boxes]
        pages.append(_looked_at(page, own) if own else page)
    return replace(document, pages=tuple(pages)), mended


def _with_words(page: Page, seen: Seen) -> tuple[Page, list[Box]]:
    """The page with the words of one region, and where a character of these was mended."""
    words = page.words
    if page.fault == "unknown-letters" and seen.region.whole:
        words = tuple(word for word in words if UNKNOWN not in word.text)
    new = [word for word in seen.words if not _read_already(word, words)]
    better = repaired(new)
    mended = [b.box for b, old in zip(better, new, strict=True) if b.text != old.text]
    return replace(page, words=(*words, *better)), mended


def _looked_at(page: Page, all_seen: list[Seen]) -> Page:
    """The page with nothing left on it that nobody has looked at."""
    if any(seen.region.whole and seen.quarters % 2 for seen in all_seen):
        page = replace(page, width=page.height, height=page.width)
    fault = None if page.fault == "unknown-letters" else page.fault
    return replace(page, pictures=_unread(page, all_seen), drawn=False, fault=fault)


def _unread(page: Page, all_seen: list[Seen]) -> tuple[Box, ...]:
    """The pictures that may hold more: none when every one was mere decoration."""
    if len(all_seen) == max(1, len(page.pictures)) and all(seen.decoration for seen in all_seen):
        return ()
    return page.pictures or tuple(seen.region.box for seen in all_seen)


def _read_already(word: Word, words: Iterable[Word]) -> bool:
    """Whether a reader of text has this word: drawn over the picture, or as a shape beside
    letters.
    """
    x, y = (word.box[0] + word.box[2]) / 2, (word.box[1] + word.box[3]) / 2
    return any(
        not w.hidden and not w.ocr and w.box[0] <= x <= w.box[2] and w.box[1] <= y <= w.box[3]
        for w in words
    )
