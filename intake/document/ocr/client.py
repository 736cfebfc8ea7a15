"""The door to tekstherkenning (OCR): a child that knows pictures draws what no reader could read, an
OCR child reads it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from intake.document.ocr.regions import Region, Seen, SeenPicture
from intake.errors import SandboxFailed
from intake.model.basics import Box
from intake.model.document import Word
from intake.sandbox.client import Metered
from intake.sandbox.task import Attached, Burden, ChildKind, Task, within_bounds

DPI = 300
"""Tesseract reads best when a capital is 20 to 40 dots high."""
MAX_REGIONS = 12
"""Pages and pictures looked at in one document; an invoice of more pages has its facts on the first
and the last."""
SECONDS_IN_ALL = 60.0
"""Processor time after which no further region of a document is looked at."""
ENDS = frozenset({"timeout", "memory"})
"""A document of which one region cost this is looked at no further: the next would cost as much."""
MAX_SIDE = 20_000
MAX_WORDS = 4_000
DECORATION_WORDS, DECORATION_MARKS, SURE = 8, 10, 60.0
"""A picture of at most so many words, all sure and without a digit, and so few marks beside their
letters, is a logo."""
MARKS_A_LETTER = 1.3
"""An i has two."""
LEAST_WORDS = 12
"""A document says more than this."""


@dataclass(frozen=True, slots=True)
class RegionArguments:
    """What is drawn of a file, and how finely (dots an inch)."""

    page: int
    box: Box
    dpi: int


@dataclass(frozen=True, slots=True)
class Raster:
    """A drawn region: rows of grey bytes."""

    width: int
    height: int
    pixels: Attached


@dataclass(frozen=True, slots=True)
class RasterArguments:
    """The form of a raster."""

    width: int
    height: int
    dpi: int


def _draw(data: bytes, arguments: RegionArguments, secrets: Sequence[bytes]) -> Raster:
    from intake.document.readers import photo, render

    left, top, right, bottom = arguments.box
    scale = arguments.dpi / 72
    if not photo.is_photo(data):
        return Raster(*render.drawn(data, arguments.page, arguments.box, scale))
    size = round((right - left) * scale), round((bottom - top) * scale)
    image = photo.grey(data, arguments.page, render.MAX_DOTS, size)
    return Raster(image.width, image.height, image.tobytes())


def _recognise(
    data: bytes, arguments: RasterArguments, secrets: Sequence[bytes]
) -> SeenPicture | None:
    from intake.document.ocr import engine

    return engine.read(data, arguments.width, arguments.height, arguments.dpi)


def _is_drawn(answer: Raster) -> bool:
    sides = (answer.width, answer.height)
    return (
        min(sides) >= 1
        and max(sides) <= MAX_SIDE
        and len(answer.pixels) == answer.width * answer.height
    )


def _is_sound(answer: SeenPicture | None) -> bool:
    if answer is None:
        return True
    sides = chain.from_iterable((w.left, w.top, w.right, w.bottom, w.size) for w in answer.words)
    return (
        len(answer.words) <= MAX_WORDS
        and all(1 <= len(word.text) <= 200 for word in answer.words)
        and all(-MAX_SIDE <= side <= 2 * MAX_SIDE for side in sides)
        and 0 <= answer.quarters <= 3
        and answer.marks >= 0
        and within_bounds(answer)
    )


def _first_regions() -> Iterator[tuple[bytes, RegionArguments, Sequence[bytes]]]:
    from intake.document.readers import warmup

    for picture in warmup.pictures():
        yield picture, RegionArguments(1, (0.0, 0.0, 9.0, 9.0), 72), ()
    yield warmup.tiny_pdf(), RegionArguments(1, (0.0, 0.0, 90.0, 90.0), 72), ()


def _first_raster() -> Iterator[tuple[bytes, RasterArguments, Sequence[bytes]]]:
    """A picture with marks like letters: the engine loads its models when it first sees some."""
    side = 240
    dashes = (b"\x00" * 3 + b"\xff" * 9) * (side // 12)
    rows = (b"\xff" * side if row // 24 % 2 else dashes for row in range(side))
    yield b"".join(rows), RasterArguments(side, side, DPI), ()


DRAW_REGION = Task(
    "draw-region",
    ChildKind.PICTURES,
    _draw,
    _first_regions,
    _is_drawn,
    seconds=25,
    burden=Burden.DRAWS,
)
"""A full A4 page takes about a second, and so does its reading."""
READ_WORDS = Task(
    "read-words",
    ChildKind.OCR,
    _recognise,
    _first_raster,
    _is_sound,
    seconds=25,
    burden=Burden.RECOGNISES,
)


def look(sandbox: Metered, data: bytes, regions: Sequence[Region]) -> tuple[Seen, ...]:
    """Read pictures and drawn pages of one document.

    Args:
        sandbox: the reading one of this mail; the OCR template beside it starts when first needed.
        regions: ``DocumentSummary.unread``.

    Returns:
        One entry a region that could be read. Fewer than ``regions`` when a child failed, a limit
        was reached, or Tesseract is not installed: what is missing stays unread.
    """
    return tuple(_looked(sandbox, data, regions))


def _looked(sandbox: Metered, data: bytes, regions: Sequence[Region]) -> Iterator[Seen]:
    most = sandbox.work.cpu_seconds + SECONDS_IN_ALL
    for region in _first_and_last(regions):
        if sandbox.work.cpu_seconds > most:
            return
        try:
            raster = sandbox.call(DRAW_REGION, data, RegionArguments(region.page, region.box, DPI))
            form = RasterArguments(raster.width, raster.height, DPI)
            picture = sandbox.call(READ_WORDS, raster.pixels, form)
        except SandboxFailed as failure:
            if failure.code in ENDS:
                return
            continue
        if picture is None:
            return
        yield _seen(region, raster, picture)


def _first_and_last(regions: Sequence[Region]) -> list[Region]:
    """At most ``MAX_REGIONS``: the last ones of a long document carry its totals."""
    if len(regions) <= MAX_REGIONS:
        return list(regions)
    return [*regions[: MAX_REGIONS - 2], *regions[-2:]]


def _seen(region: Region, raster: Raster, picture: SeenPicture) -> Seen:
    """Dots to points of the page."""
    left, top, right, bottom = region.box
    turned = bool(picture.quarters % 2)
    across = (bottom - top if turned else right - left) / (
        raster.height if turned else raster.width
    )
    down = (right - left if turned else bottom - top) / (raster.width if turned else raster.height)
    words = []
    for word in picture.words:
        if word.right > word.left and word.bottom > word.top and word.size > 0:
            box = (
                left + word.left * across,
                top + word.top * down,
                left + word.right * across,
                top + word.bottom * down,
            )
            words.append(Word(word.text, box, word.size * down, ocr=True))
    return Seen(
        region, tuple(words), picture.quarters, not region.whole and _is_decoration(picture)
    )


def has_text(seen: Sequence[Seen]) -> bool:
    """Whether so much was read that it is a document, and no picture of something else."""
    return (
        sum(
            len(word.text) > 2 and word.text.isalnum() for picture in seen for word in picture.words
        )
        >= LEAST_WORDS
    )


def _is_decoration(picture: SeenPicture) -> bool:
    """Whether nothing that an invoice must state can stand there. In doubt it can: the shortest
    fact, such as a KvK number that nobody could read, makes more marks than this."""
    words = [word for word in picture.words if sum(map(str.isalnum, word.text)) > 1]
    plain = len(words) <= DECORATION_WORDS and all(
        word.confidence >= SURE and not any(map(str.isdigit, word.text)) for word in words
    )
    letters = sum(len(word.text) for word in words)
    return plain and picture.marks <= DECORATION_MARKS + MARKS_A_LETTER * letters
