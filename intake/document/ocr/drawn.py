"""The page as it is drawn, beside what its text layer says: a font may tell other letters than it
shows.

Asked only before something is refused. Runs inside a reading child.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from intake.document.ocr.confusions import repaired
from intake.document.ocr.overlay import UNDRAWABLE
from intake.document.ocr.regions import Region, Seen, Spot
from intake.document.readers.coordinates import turned_box
from intake.model.basics import Box
from intake.model.document import Document, Page, Word
from intake.text.folding import squeeze

FIRST_PAGES = 3
"""Of a longer document these and the last are looked at."""
MAX_SPOTS = 500
LEAST_WORDS, LEAST_NUMBERS = 5, 3
"""Fewer words, or numbers, that differ are misread by tekstherkenning (OCR)."""
DIFFERENT = 0.5
"""The share of words, or of numbers, that makes a page another one than its text says."""
_ROW = 12.0
_ALIKE = str.maketrans("oilszbg", "0115286")
"""Letters and digits that are taken for each other, by the digit."""
_LYING = (b"/ToUnicode", b"/Differences", b"/Type3", b"/ObjStm")
"""Without these in a file its text is what its fonts show, by the encodings of the standard."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A document as its pages are drawn."""

    document: Document
    differs: bool
    """A page shows another text than its text layer has."""
    spots: tuple[Spot, ...]
    """Words of the text layer in whose place something else is drawn."""


def pages_to_look_at(document: Document, data: bytes) -> Iterator[Region]:
    """Whole pages whose text may be another than what is drawn."""
    if not any(sign in data for sign in _LYING):
        return
    readable = [
        page
        for page in document.pages
        if page.fault not in (*UNDRAWABLE, "unknown-letters")
        and not page.drawn
        and any(not word.hidden for word in page.words)
    ]
    for page in [*readable[:FIRST_PAGES], *readable[FIRST_PAGES:][-1:]]:
        yield Region(page.number, (0.0, 0.0, page.width, page.height), whole=True)


def as_drawn(document: Document, all_seen: Sequence[Seen]) -> Drawn:
    """The document with what OCR saw in the place of the text of the pages looked at.

    Words of which OCR saw nothing at all keep their place, unless their page differs.
    """
    by_page = {seen.region.page: seen for seen in all_seen if seen.words}
    pages: list[Page] = []
    spots: list[Spot] = []
    differs = False
    for page in document.pages:
        if seen := by_page.get(page.number):
            page, other, wrong = _drawn_page(page, seen)
            differs = differs or other
            spots += [Spot(page.number, word.box) for word in wrong]
        pages.append(page)
    whole = replace(document, pages=tuple(pages))
    return Drawn(whole, differs, tuple(spots[:MAX_SPOTS]))


def _drawn_page(page: Page, seen: Seen) -> tuple[Page, bool, list[Word]]:
    """The page as it is drawn, whether that is another one than its text says, and the words in
    whose place something else is drawn.
    """
    compared = list(_compared(page, seen))
    wrong = [word for word, text, _ in compared if text and not _same(word.text, text)]
    other = _is_other([word for word, text, _ in compared if text], wrong)
    other = other or _shows_more(seen, [turned.box for *_, turned in compared])
    unseen = [] if other else [turned for _, text, turned in compared if not text]
    return _page(page, seen, unseen, other), other, wrong


def _page(page: Page, seen: Seen, unseen: Sequence[Word], other: bool) -> Page:
    words = (*repaired(seen.words), *unseen)
    width, height = page.width, page.height
    if seen.quarters % 2:
        width, height = height, width
    pictures = (seen.region.box,) if other else ()
    return replace(
        page, width=width, height=height, words=words, pictures=pictures, drawn=False, fault=None
    )


def _compared(page: Page, seen: Seen) -> Iterator[tuple[Word, str, Word]]:
    """Each visible word of the text layer, what is drawn in its place, and the word as it lies when
    the page is turned to be read.
    """
    rows: dict[int, list[Word]] = {}
    for word in seen.words:
        for row in range(int(word.box[1] // _ROW), int(word.box[3] // _ROW) + 1):
            rows.setdefault(row, []).append(word)
    for word in page.words:
        if word.hidden or word.ocr:
            continue
        box = turned_box(word.box, seen.quarters, page.width, page.height)
        turned = replace(word, box=box, turned=(word.turned + seen.quarters) % 4)
        near = rows.get(int((box[1] + box[3]) / 2 // _ROW), ())
        yield word, " ".join(w.text for w in _over(box, near)), turned


def _over(box: Box, words: Iterable[Word]) -> Iterator[Word]:
    middle = (box[1] + box[3]) / 2
    for word in words:
        left, top, right, bottom = word.box
        if top <= middle <= bottom and min(right, box[2]) - max(left, box[0]) > 1:
            yield word


def _same(text: str, drawn: str) -> bool:
    """Whether a word is drawn as it is stored, as far as OCR can tell."""
    word, picture = _folded(text), _folded(drawn)
    if not word:
        return not any(map(str.isalnum, text))
    if word in picture:
        return True
    if sum(map(str.isdigit, squeeze(text))) * 2 > len(word):
        return False
    return len(_pairs(word) & _pairs(picture)) >= 0.5 * len(_pairs(word))


def _folded(text: str) -> str:
    return squeeze(text).translate(_ALIKE)


def _pairs(text: str) -> set[str]:
    """Letters that follow each other: two spellings of one word share most."""
    return {text[at : at + 2] for at in range(max(1, len(text) - 1))}


def _is_other(compared: Sequence[Word], wrong: Sequence[Word]) -> bool:
    for least, counts in ((LEAST_WORDS, _has_letters), (LEAST_NUMBERS, _is_number)):
        total, different = sum(map(counts, compared)), sum(map(counts, wrong))
        if different >= least and different > DIFFERENT * total:
            return True
    return False


def _shows_more(seen: Seen, boxes: Sequence[Box]) -> bool:
    """Whether most of what is drawn is not in the text layer at all."""
    rows: dict[int, list[Box]] = {}
    for box in boxes:
        for row in range(int(box[1] // _ROW), int(box[3] // _ROW) + 1):
            rows.setdefault(row, []).append(box)
    words = [word for word in seen.words if _has_letters(word)]
    untold = 0
    for word in words:
        x, y = (word.box[0] + word.box[2]) / 2, (word.box[1] + word.box[3]) / 2
        untold += not any(left <= x <= right for left, _, right, _ in rows.get(int(y // _ROW), ()))
    return untold >= LEAST_WORDS and untold > DIFFERENT * len(words)


def _has_letters(word: Word) -> bool:
    return sum(map(str.isalnum, word.text)) > 2


def _is_number(word: Word) -> bool:
    return sum(map(str.isdigit, word.text)) > 2
