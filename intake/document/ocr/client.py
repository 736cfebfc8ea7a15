"""The door to tekstherkenning (OCR): a reading child draws what no reader could read, an OCR child
reads it.

What either child says is a stranger's word until it is validated here.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from intake.document.ocr.regions import Region, Seen
from intake.errors import SandboxFailed
from intake.model.document import Word
from intake.sandbox.client import Metered

DPI = 300
"""Tesseract reads best when a capital is 20 to 40 dots high."""
MAX_REGIONS = 12
"""Pages and pictures looked at in one document; an invoice of more pages has its facts on the first
and the last."""
SECONDS = 25.0
"""Processor time for one region; a full A4 page takes about one."""
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

_Number = Annotated[float, Field(ge=-MAX_SIDE, le=2 * MAX_SIDE, allow_inf_nan=False)]
_Row = tuple[
    Annotated[str, Field(min_length=1, max_length=200)],
    _Number,
    _Number,
    _Number,
    _Number,
    _Number,
    _Number,
]


class _Told(BaseModel):
    """The OCR child's answer."""

    model_config = ConfigDict(extra="forbid")

    words: Annotated[list[_Row], Field(max_length=MAX_WORDS)]
    quarters: Annotated[int, Field(ge=0, le=3)]
    marks: Annotated[int, Field(ge=0)]


class _Raster(BaseModel):
    """The reading child's answer: rows of grey bytes."""

    model_config = ConfigDict(extra="forbid")

    width: Annotated[int, Field(ge=1, le=MAX_SIDE)]
    height: Annotated[int, Field(ge=1, le=MAX_SIDE)]
    pixels: str


@cache
def _answer() -> TypeAdapter[_Told | None]:
    return TypeAdapter(_Told | None)


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
            raster, pixels = _drawn(sandbox, data, region)
            told = _read(sandbox, raster, pixels)
        except SandboxFailed as failure:
            if failure.code in ENDS:
                return
            continue
        if told is None:
            return
        yield _seen(region, raster, told)


def _first_and_last(regions: Sequence[Region]) -> list[Region]:
    """At most ``MAX_REGIONS``: the last ones of a long document carry its totals."""
    if len(regions) <= MAX_REGIONS:
        return list(regions)
    return [*regions[: MAX_REGIONS - 2], *regions[-2:]]


def _drawn(sandbox: Metered, data: bytes, region: Region) -> tuple[_Raster, bytes]:
    told = sandbox.call(
        "draw-region", data, {"page": region.page, "box": region.box, "dpi": DPI}, seconds=SECONDS
    )
    try:
        raster = _Raster.model_validate(told)
        pixels = base64.b64decode(raster.pixels, validate=True)
    except (ValidationError, binascii.Error, ValueError):
        raise SandboxFailed("garbage") from None
    if len(pixels) != raster.width * raster.height:
        raise SandboxFailed("garbage")
    return raster, pixels


def _read(sandbox: Metered, raster: _Raster, pixels: bytes) -> _Told | None:
    size = {"width": raster.width, "height": raster.height, "dpi": DPI}
    told = sandbox.call("read-words", pixels, size, seconds=SECONDS)
    try:
        return _answer().validate_python(told)
    except ValidationError:
        raise SandboxFailed("garbage") from None


def _seen(region: Region, raster: _Raster, told: _Told) -> Seen:
    """Dots to points of the page."""
    left, top, right, bottom = region.box
    turned = bool(told.quarters % 2)
    across = (bottom - top if turned else right - left) / (
        raster.height if turned else raster.width
    )
    down = (right - left if turned else bottom - top) / (raster.width if turned else raster.height)
    words = []
    for text, x0, y0, x1, y1, size, _ in told.words:
        if min(x1 - x0, y1 - y0) > 0 and size > 0:
            box = (left + x0 * across, top + y0 * down, left + x1 * across, top + y1 * down)
            words.append(Word(text.replace("\0", ""), box, size * down, ocr=True))
    return Seen(region, tuple(words), told.quarters, not region.whole and _is_decoration(told))


def has_text(seen: Sequence[Seen]) -> bool:
    """Whether so much was read that it is a document, and no picture of something else."""
    return (
        sum(
            len(word.text) > 2 and word.text.isalnum() for picture in seen for word in picture.words
        )
        >= LEAST_WORDS
    )


def _is_decoration(told: _Told) -> bool:
    """Whether nothing that an invoice must state can stand there. In doubt it can: the shortest
    fact, such as a KvK number that nobody could read, makes more marks than this."""
    words = [(row[0], row[6]) for row in told.words if sum(map(str.isalnum, row[0])) > 1]
    plain = len(words) <= DECORATION_WORDS and all(
        sure >= SURE and not any(map(str.isdigit, text)) for text, sure in words
    )
    letters = sum(len(text) for text, _ in words)
    return plain and told.marks <= DECORATION_MARKS + MARKS_A_LETTER * letters
