"""Reads the words on a picture with Tesseract. Runs inside an OCR child only, which holds no PDF
code.

The picture comes as bare rows of grey bytes, drawn by a reading child: no file format is parsed
here.
"""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterator
from dataclasses import replace

from intake.document.ocr.regions import SeenPicture, SeenWord
from intake.document.ocr.tesseract import Engine, Picture

MAX_WORDS = 4_000
"""Words of one picture."""
POOR = 62.0
"""Mean confidence (0 to 100) under which the picture may stand upside down or be white on dark."""
_LEAST_CONFIDENCE, _LONG = 30.0, 3
"""Words of fewer letters need so much confidence; longer ones are hardly ever mere noise."""
_FEW = 6
"""Fewer words than this are poor, whatever their confidence."""
_PARTS, _STEP, _SHADE = 8, 16, 40
"""Parts across and down, rows skipped, and the difference in grey (of 255) that makes a shadow."""
_SIDEWAYS_LETTERS = 4
"""A word of so many letters is wider than high."""
_SPECKS = " _„“”…‚«»"
"""What the dust of a scan is read as."""
_QUOTES = str.maketrans("‘’`´", "''''")
_SENTENCE_END = re.compile(r"[A-Za-z]{5,}\.")
_ASCENDER, _X_HEIGHT, _DESCENDER = 0.72, 0.52, 0.21
"""Shares of the font size, as in common fonts."""
_LOW, _DEEP = frozenset("acemnorsuvwxzgpqy"), frozenset("gjpqyQ,;()[]{}|/$§")
_FLAT = frozenset("-–—_.,:;'\"`~=+*•·")

_ENGINE = Engine.load()


def read(pixels: bytes, width: int, height: int, dpi: int) -> SeenPicture | None:
    """Read a picture, rows of grey bytes; None without Tesseract."""
    if _ENGINE is None:
        return None
    picture = _ENGINE.picture(pixels, width, height)
    if _is_shaded(pixels, picture.width, picture.height):
        picture = _ENGINE.evened(picture)
    words, quarters = _read(_ENGINE, picture, dpi)
    marks = _ENGINE.marks(_ENGINE.smoothed(picture))
    return SeenPicture(tuple(words[:MAX_WORDS]), quarters, marks)


def _is_shaded(pixels: bytes, width: int, height: int) -> bool:
    """Whether the paper is much darker in one part than in another: a photo, not a scan."""
    if min(width, height) < _PARTS * _STEP:
        return False
    papers = []
    for left, top in (
        (x * width // _PARTS, y * height // _PARTS) for x in range(_PARTS) for y in range(_PARTS)
    ):
        rows = (
            pixels[y * width + left : y * width + left + width // _PARTS : 4]
            for y in range(top, top + height // _PARTS, _STEP)
        )
        shades = sorted(b"".join(rows))
        papers.append(shades[len(shades) * 9 // 10])
    return max(papers) - min(papers) > _SHADE


def _read(engine: Engine, picture: Picture, dpi: int) -> tuple[list[SeenWord], int]:
    """The best of what can be read: as it lies; when that is poor also turned, and white on dark."""
    smooth = engine.smoothed(picture)
    straight = engine.straightened(smooth)
    best, quarters = _words(engine.table(straight, dpi)), 0
    for other in (_turned, _inverted):
        if not _is_poor(best):
            break
        candidate, turn = other(engine, smooth, dpi)
        if candidate is not None:
            words = _words(engine.table(engine.straightened(candidate), dpi))
            if _worth(words) > _worth(best):
                best, quarters = words, turn
    return best, quarters


def _turned(engine: Engine, picture: Picture, dpi: int) -> tuple[Picture | None, int]:
    quarters = engine.quarters_off(picture, dpi)
    return (engine.turned(picture, quarters) if quarters else None), quarters


def _inverted(engine: Engine, picture: Picture, dpi: int) -> tuple[Picture | None, int]:
    return engine.inverted(picture), 0


def _is_poor(words: list[SeenWord]) -> bool:
    real = [w.confidence for w in words if any(map(str.isalnum, w.text))]
    return len(real) < _FEW or statistics.mean(real) < POOR


def _worth(words: list[SeenWord]) -> float:
    return sum((w.confidence - 40) * len(w.text) for w in words if any(map(str.isalnum, w.text)))


def _words(table: str) -> list[SeenWord]:
    """The words of the table; none when most of them stand on their side."""
    lines = list(_lines(table))
    long = [word for line in lines for word in line if len(word.text) >= _SIDEWAYS_LETTERS]
    if 2 * sum(word.bottom - word.top > 1.5 * (word.right - word.left) for word in long) > len(
        long
    ):
        return []
    return [word for line in lines for word in _levelled(line)]


def _lines(table: str) -> Iterator[list[SeenWord]]:
    """Words of the table, a list a line."""
    last: list[str] = []
    line: list[SeenWord] = []
    for row in table.splitlines():
        cells = row.split("\t")
        if len(cells) != 12 or cells[0] != "5":
            continue
        left, top, width, height = map(float, cells[6:10])
        confidence, text = float(cells[10]), cells[11].translate(_QUOTES).strip(_SPECKS)
        if not text or (confidence < _LEAST_CONFIDENCE and sum(map(str.isalnum, text)) < _LONG):
            continue
        if cells[2:5] != last:
            if line:
                yield line
            last, line = cells[2:5], []
        line.append(SeenWord(text, left, top, left + width, top + height, 0.0, confidence))
    if line:
        yield line


def _usual_size(line: list[SeenWord]) -> float:
    sizes = sorted(_size(word) for word in line if not _FLAT.issuperset(word.text))
    return statistics.median(sizes) if sizes else max(word.bottom - word.top for word in line)


def _levelled(line: list[SeenWord]) -> Iterator[SeenWord]:
    """The words of a line with one font size and boxes of one height, as a text layer would give
    them.

    A full stop in the middle of a line is dust more often than the end of a sentence, and no fact
    needs it.
    """
    usual = _usual_size(line)
    feet = [_baseline(word, usual) for word in line]
    common = statistics.median(feet)
    for word, foot in zip(line, feet, strict=True):
        own = _size(word)
        dusty = word is not line[-1] and _SENTENCE_END.fullmatch(word.text)
        text = word.text[:-1] if dusty else word.text
        size = usual if _FLAT.issuperset(word.text) or 0.75 * usual < own < 1.33 * usual else own
        base = common if abs(foot - common) < 0.3 * usual else foot
        yield replace(word, text=text, top=base - 0.75 * size, bottom=base + 0.22 * size, size=size)


def _size(word: SeenWord) -> float:
    """Font size in dots by the height of the letters."""
    rise = _X_HEIGHT if _LOW.issuperset(word.text) else _ASCENDER
    depth = _DESCENDER if _DEEP.intersection(word.text) else 0.0
    return (word.bottom - word.top) / (rise + depth)


def _baseline(word: SeenWord, size: float) -> float:
    return word.bottom - (_DESCENDER * size if _DEEP.intersection(word.text) else 0.0)
