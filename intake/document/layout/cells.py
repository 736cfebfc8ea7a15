"""Words with boxes to cells, rows and columns: the geometry every search of the finder works on.

A cell is a run of words on one line without a wide gap; small separators (| • ·) end a cell too.
"""

from __future__ import annotations

import math
import re
import sys
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from operator import itemgetter

from intake.document.readers.coordinates import turned_box
from intake.model.basics import Box
from intake.model.document import Page, Reader, Word
from intake.model.invoice import Evidence

_SEPARATORS = frozenset("|•·●▪■∙‖¦►▸◆◦*~")
_MOST_LETTERS_APART = 0.09
_KERNED = 0.22
_WIDE_GAP = 0.85
_MOST_JUSTIFIED = 2.0
"""Words of a justified line stand no farther apart, in em: columns do."""
_OVERLAP = 0.25
"""Letters that lie so far over each other belong to two texts; all shares of the letter height."""


@dataclass(eq=False, slots=True)
class Cell:
    """One run of words; ``offsets[i]`` is where word i starts in ``text``."""

    page: int
    box: Box
    text: str
    size: float
    words: list[Word]
    offsets: list[int]
    row: int
    column: int
    """Index in its row."""
    separated: bool = False
    """A small separator stands before it in its row."""

    def words_of(self, start: int, end: int) -> list[Word]:
        """The words that ``text[start:end]`` touches."""
        first = max(bisect_right(self.offsets, start) - 1, 0)
        words = self.words[first : bisect_left(self.offsets, end)]
        if words and self.offsets[first] + len(words[0].text) <= start:
            return words[1:]
        return words

    def box_of(self, start: int, end: int) -> Box:
        """The box around the words that ``text[start:end]`` touches."""
        if len(self.words) == 1:
            return self.box
        boxes = [w.box for w in self.words_of(start, end)]
        return around(boxes) if boxes else self.box

    @property
    def height(self) -> float:
        return max(self.box[3] - self.box[1], self.size, 4.0)


@dataclass(eq=False, slots=True)
class Sheet:
    """The text of one page that runs in one direction, as rows of cells, top to bottom and left to
    right.
    """

    number: int
    width: float
    height: float
    rows: list[list[Cell]]
    reader: Reader
    turned: int = 0
    """Clockwise quarters by which the text is turned on the page: ``width``, ``height`` and boxes
    are those of the page turned back, so that it stands upright."""
    cells: list[Cell] = field(init=False)
    usual_size: float = field(init=False)
    """The middle one of the sizes of its cells; 0 without any."""

    def __post_init__(self) -> None:
        self.cells = [cell for row in self.rows for cell in row]
        sizes = sorted(cell.size for cell in self.cells)
        self.usual_size = sizes[len(sizes) // 2] if sizes else 0.0

    def shown(self, box: Box) -> Box:
        """A box of this sheet as it stands on the page that a person sees."""
        x0, top, x1, bottom = turned_box(box, self.turned, self.width, self.height)
        return round(x0, 1), round(top, 1), round(x1, 1), round(bottom, 1)

    def right_of(self, cell: Cell) -> list[Cell]:
        return self.rows[cell.row][cell.column + 1 :]

    def left_of(self, cell: Cell) -> list[Cell]:
        return self.rows[cell.row][: cell.column][::-1]

    def below(self, box: Box, row: int, reach: float) -> Iterator[Cell]:
        """Cells under ``box`` that share a column with it, nearest first, at most ``reach`` points
        away.
        """
        top, bottom = box[1], box[3]
        for other in self.rows[row + 1 : row + 12]:
            if other[0].box[1] - bottom > reach + 30:
                return
            for cell in other:
                _, its_top, _, its_bottom = its = cell.box
                if (
                    its_top - top >= -2
                    and its_top - bottom <= reach
                    and its_bottom > bottom
                    and same_column(box, its)
                ):
                    yield cell

    def above(
        self, box: Box, row: int, reach: float, rows: Sequence[Sequence[Cell]] | None = None
    ) -> Iterator[Cell]:
        """Cells over ``box`` that share a column with it, nearest first; ``rows``: which cells of
        each row count, when not all do.
        """
        left, top, right, _ = box
        for number in range(row - 1, max(0, row - 12) - 1, -1):
            if top - self.rows[number][0].box[3] > reach + 30:
                return
            for cell in self.rows[number] if rows is None else rows[number]:
                its_left, its_top, its_right, its_bottom = its = cell.box
                if top - its_bottom > reach or its_top >= top:
                    continue
                # most cells lie beside the column: seen at once, without a call
                near = its_left < right + 5 and left - 5 < its_right
                if near and same_column(box, its):
                    yield cell


def around(boxes: list[Box]) -> Box:
    """The smallest box that holds all ``boxes``."""
    if len(boxes) == 1:
        return boxes[0]
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return (min(lefts), min(tops), max(rights), max(bottoms))


def same_column(one: Box, other: Box) -> bool:
    """True when two boxes are aligned left or right, or overlap in x."""
    left, _, right, _ = one
    its_left, _, its_right, _ = other
    return (
        (left < its_right and its_left < right and left < right and its_left < its_right)
        or -5 < left - its_left < 5
        or -5 < right - its_right < 5
    )


def evidence(sheet: Sheet, cell: Cell, start: int, end: int) -> Evidence:
    """Where ``cell.text[start:end]`` stands, and whether it was read from a picture."""
    words = cell.words_of(start, end)
    box = sheet.shown(around([w.box for w in words]) if words else cell.box)
    reader = Reader.OCR if any(w.ocr for w in words) else sheet.reader
    return Evidence(sheet.number, box, cell.text[start:end].strip(), reader)


def sheets_of(page: Page, reader: Reader, with_hidden: bool = False) -> list[Sheet]:
    """The page's visible words (or all, for the search for client data) as rows of cells: a sheet
    for each direction in which text runs, the one with most of it first. There is at least one.
    """
    words: dict[int, list[Word]] = {}
    for word in page.words:
        if (with_hidden or not word.hidden) and word.text.strip():
            words.setdefault(word.turned, []).append(word)
    lengths = {turned: sum(len(w.text) for w in same) for turned, same in words.items()}
    order = sorted(lengths, key=lambda turned: (-lengths[turned], turned)) or [0]
    return [_sheet_of(page, reader, words.get(turned, []), turned) for turned in order]


def _sheet_of(page: Page, reader: Reader, words: list[Word], turned: int) -> Sheet:
    width, height = page.width, page.height
    words = list(_without_leaders(words))
    if turned:
        level = -turned % 4
        words = [replace(w, box=turned_box(w.box, level, width, height)) for w in words]
    if turned % 2:
        width, height = height, width
    rows: list[list[Cell]] = []
    for line in _lines(words):
        cells = [
            _cell(run, page.number, len(rows), column, separated)
            for column, (run, separated) in enumerate(_runs(*_untracked(line)))
        ]
        if cells:
            rows.append(cells)
    return Sheet(page.number, width, height, rows, reader, turned)


_LEADER = re.compile(r"(?:(?<=\.[A-Za-z]\.)|(?<!\.[A-Za-z]))\.{4,}|_{3,}|·{4,}|…{2,}")
"""Dots or a line that lead from a label to its value, or on which a form was filled in."""
_LEADER_WIDTH = 0.5
"""Of one of its signs, where that of a letter is 1."""


def _without_leaders(words: list[Word]) -> Iterator[Word]:
    """The words without the dots of a form: "Kerkstraat 12........" """
    for word in words:
        if not _LEADER.search(word.text):
            yield word
            continue
        left, top, right, bottom = word.box
        unit = (right - left) / _width(word.text)
        ends = [0, *(end for match in _LEADER.finditer(word.text) for end in match.span())]
        for start, end in zip(ends[::2], [*ends[1::2], len(word.text)], strict=True):
            if piece := word.text[start:end]:
                begin = left + unit * _width(word.text[:start])
                box = (begin, top, begin + unit * _width(piece), bottom)
                yield replace(word, text=piece, box=box)


def _width(text: str) -> float:
    leading = sum(end - start for start, end in (m.span() for m in _LEADER.finditer(text)))
    return len(text) - leading + _LEADER_WIDTH * leading


def _em(word: Word) -> float:
    return word.size or (word.box[3] - word.box[1]) or 1.0


@dataclass(eq=False, slots=True)
class _Segment:
    """Words that the file draws one after the other on one line."""

    box: Box
    em: float
    words: list[Word]


def _segments(words: list[Word]) -> list[_Segment]:
    segments: list[_Segment] = []
    for word in words:
        last = segments[-1] if segments else None
        box, em = word.box, _em(word)
        if last is not None and last.em == em and _goes_on(last.box, box, em):
            last.box = _joint(last.box, box)
            last.words.append(word)
        else:
            segments.append(_Segment(box, em, [word]))
    return segments


def _joint(one: Box, other: Box) -> Box:
    """The smallest box that holds both."""
    return (
        min(one[0], other[0]),
        min(one[1], other[1]),
        max(one[2], other[2]),
        max(one[3], other[3]),
    )


def _goes_on(before: Box, box: Box, em: float) -> bool:
    if not -0.1 * em < box[0] - before[2] < em:
        return False
    return min(before[3], box[3]) - max(before[1], box[1]) > 0.7 * (box[3] - box[1])


_LONG = 80.0
"""Points from the first to the last word of a segment that tells how far a page is skewed."""
_MOST_SKEWED = 0.06
_LEVEL = 0.002


def _levelled(segments: list[_Segment]) -> list[_Segment]:
    """The segments as they lie on a page that is not skewed, as a scanned or printed one is."""
    slopes = sorted(filter(None, map(_slope, segments)))
    slope = slopes[len(slopes) // 2] if len(slopes) > 2 else 0.0
    alike = len(slopes) > 2 and slopes[-1 - len(slopes) // 4] - slopes[len(slopes) // 4] < _LEVEL
    if alike and _LEVEL < abs(slope) < _MOST_SKEWED:
        for segment in segments:
            segment.box = around([_shifted(word.box, slope) for word in segment.words])
    return segments


def _slope(segment: _Segment) -> float | None:
    """How far a long segment sinks for each point to the right."""
    first, last = segment.words[0].box, segment.words[-1].box
    across = (last[0] + last[2] - first[0] - first[2]) / 2
    return (last[1] + last[3] - first[1] - first[3]) / 2 / across if across > _LONG else None


def _shifted(box: Box, slope: float) -> Box:
    left, top, right, bottom = box
    down = slope * (left + right) / 2
    return left, top - down, right, bottom - down


_LINES_BACK = 5
_MOST_SIZES = 2.2
"""How many times larger letters may be that stand on one line with others."""


@dataclass(eq=False, slots=True)
class _TextLine:
    """Segments that stand on one line."""

    segments: list[_Segment]
    bottom: float

    def add(self, segment: _Segment) -> None:
        self.segments.append(segment)
        self.bottom = max(self.bottom, segment.box[3])


def _lines(words: list[Word]) -> list[list[Word]]:
    """Words that stand on one line, lines from top to bottom."""
    lines: list[_TextLine] = []
    for segment in sorted(_levelled(_segments(words)), key=lambda s: s.box[1] + s.box[3]):
        beside = (line for line in lines[-_LINES_BACK:] if segment.box[1] < line.bottom)
        likely = [(_share(line.segments, segment), line) for line in beside]
        share, line = max(likely, key=itemgetter(0), default=(0.0, None))
        if line is not None and share > 0:
            line.add(segment)
        else:
            lines.append(_TextLine([segment], segment.box[3]))
    found = [[word for segment in line.segments for word in segment.words] for line in lines]
    for together in found:
        together.sort(key=lambda w: w.box[0])
    found.sort(key=lambda together: min(w.box[1] + w.box[3] for w in together))
    return found


def _share(line: list[_Segment], segment: _Segment) -> float:
    """How much of its height a segment shares with one of a line's; 0 when it is none of that line:
    it lies under or over another one of it.
    """
    left, top, right, bottom = segment.box
    best = 0.0
    for other in line:
        its_left, its_top, its_right, its_bottom = other.box
        overlap = min(bottom, its_bottom) - max(top, its_top)
        tall, its_tall = bottom - top, its_bottom - its_top
        low, high = (tall, its_tall) if tall < its_tall else (its_tall, tall)
        if overlap < 0.5 * low:
            if left < its_right - 1 and its_left < right - 1:
                return 0.0
        elif overlap > 0.5 * high or (
            its_top < (top + bottom) / 2 < its_bottom
            and max(segment.em, other.em) < _MOST_SIZES * min(segment.em, other.em)
        ):
            best = max(best, overlap / high)
    return best


_FEWEST_LETTERS, _FEWEST_DIGITS = 3, 5
"""Of a line whose letters are set apart."""
_LETTER, _WORD = range(1, 2), range(3, sys.maxsize)


def _untracked(line: list[Word]) -> tuple[list[Word], float]:
    """The line with letters that are set apart as words, and how far apart they are; 0 in ordinary
    text.
    """
    if sum(len(word.text) == 1 for word in line) < _FEWEST_LETTERS:
        return line, 0.0
    words: list[Word] = []
    widest = 0.0
    for piece in _pieces(line):
        apart = _tracking(piece)
        widest = max(widest, apart)
        words.append(piece[0])
        for before, word in pairwise(piece):
            if word.box[0] - before.box[2] < apart and len(word.text) == 1:
                box = around([words[-1].box, word.box])
                words[-1] = replace(words[-1], text=words[-1].text + word.text, box=box)
            else:
                words.append(word)
    return words, widest


def _pieces(line: list[Word]) -> list[list[Word]]:
    """The line cut at gaps that no letters are set apart by, at separators, and where letters change
    their size.
    """
    pieces = [line[:1]]
    for before, word in pairwise(line):
        wide = word.box[0] - before.box[2] > 2.5 * _em(before)
        if wide or word.size != before.size or before.text in _SEPARATORS:
            pieces.append([])
        pieces[-1].append(word)
    return pieces


def _tracking(line: list[Word]) -> float:
    """The gap under which two single letters are one word; 0 in ordinary text."""
    singles = [word.text for word in line if len(word.text) == 1]
    letters = sum(map(str.isalpha, singles))
    if letters < _FEWEST_LETTERS and len(singles) < _FEWEST_DIGITS:
        return 0.0
    gaps = sorted(gap for gap in _gaps(line, _LETTER) if 0 < gap < _em(line[0]))
    if len(gaps) < 2:
        return 0.0
    apart = max(1.6 * gaps[len(gaps) // 3], 1.0)
    return apart if min(_gaps(line, _WORD), default=math.inf) > apart else 0.0


def _gaps(line: list[Word], lengths: range) -> Iterator[float]:
    """The gaps between words that are both so long."""
    for before, word in pairwise(line):
        if len(before.text) in lengths and len(word.text) in lengths:
            yield word.box[0] - before.box[2]


def _runs(line: list[Word], apart: float) -> Iterator[tuple[list[Word], bool]]:
    """Words without a wide gap or a separator between them, and whether a separator stands before.

    Args:
        apart: how far the letters of a word are set apart; its words are so much farther.
    """
    if len(line) == 1:
        if line[0].text.strip() not in _SEPARATORS:
            yield line, False
        return
    gaps = sorted([b.box[0] - a.box[2] for a, b in pairwise(line)])
    separators = [word.text.strip() in _SEPARATORS for word in line]
    if _is_justified(line[0], gaps) and not any(separators):
        yield line, False
        return
    usual = max(gaps[len(gaps) // 2] if len(gaps) > 4 else 0.0, 1.3 * apart)
    run: list[Word] = []
    separated = False
    for word, separator in zip(line, separators, strict=True):
        if run and (separator or _is_apart(run[-1], word, usual)):
            yield run, separated
            run, separated = [], False
        if separator:
            separated = True
        else:
            run.append(word)
    if run:
        yield run, separated


def _is_justified(first: Word, gaps: list[float]) -> bool:
    """True when the gaps of a line, smallest first, are all about as wide."""
    if len(gaps) < 4:
        return False
    return 0 < gaps[-1] < min(1.4 * gaps[0], _MOST_JUSTIFIED * _em(first))


def _is_apart(before: Word, word: Word, usual: float) -> bool:
    """True for a wide gap, or for a word of another size that begins before the last one ends."""
    gap = word.box[0] - before.box[2]
    em, last_em = _em(word), _em(before)
    small, large = (em, last_em) if em < last_em else (last_em, em)
    if gap < -_OVERLAP * em or (gap < 0 and large > 1.3 * small):
        return True
    spaced = 1.6 * usual if usual < 1.5 * em else 0.0
    return gap > max(_WIDE_GAP * large, spaced)


_LONG_DASHES = str.maketrans("—―", "––")
"""Set between facts as a shorter dash is."""


def _cell(run: list[Word], page: int, row: int, column: int, separated: bool) -> Cell:
    if len(run) == 1:
        text = run[0].text.translate(_LONG_DASHES)
        return Cell(page, run[0].box, text, _em(run[0]), run, [0], row, column, separated)
    pieces: list[str] = []
    offsets: list[int] = []
    length = 0
    before: Word | None = None
    for word in run:
        if before is not None and not _joined(before, word):
            pieces.append(" ")
            length += 1
        offsets.append(length)
        pieces.append(word.text.translate(_LONG_DASHES))
        length += len(word.text)
        before = word
    box, size = around([w.box for w in run]), max(_em(w) for w in run)
    return Cell(page, box, "".join(pieces), size, run, offsets, row, column, separated)


def _joined(before: Word, word: Word) -> bool:
    """True when no space stands between two words."""
    gap, em = word.box[0] - before.box[2], _em(word)
    return -_OVERLAP * em < gap < _MOST_LETTERS_APART * em or (
        gap < _KERNED * em and _kerned(before.text, word.text)
    )


def _kerned(first: str, rest: str) -> bool:
    """A capital set apart from its word by kerning: "F actuurnummer", "V F-26-00209"."""
    return (
        len(first) == 1
        and first.isupper()
        and (rest[:1].isalpha() or rest[:1] in "-/")
        and len(rest) > 2
    )
