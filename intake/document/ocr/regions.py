"""Parts of a page that no reader of text could read, and what tekstherkenning (OCR) saw there."""

from __future__ import annotations

from dataclasses import dataclass

from intake.model.basics import Box
from intake.model.document import Word


@dataclass(frozen=True, slots=True)
class Region:
    """A part of a page that may hold text nobody has read."""

    page: int
    box: Box
    whole: bool
    """The whole page, because no word on it could be read otherwise."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What was read in one region; words in points of the page as displayed."""

    region: Region
    words: tuple[Word, ...]
    quarters: int = 0
    """Clockwise quarters by which the region was turned to be read; its words stand as they do
    after turning."""
    decoration: bool = False
    """A logo or a photo: there is no fact of an invoice in it."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on a page."""

    page: int
    box: Box


@dataclass(frozen=True, slots=True)
class SeenWord:
    """One word of a picture; sides and size in dots from its top left, confidence 0 to 100."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    size: float
    confidence: float


@dataclass(frozen=True, slots=True)
class SeenPicture:
    """What Tesseract read on one picture."""

    words: tuple[SeenWord, ...]
    quarters: int
    """Clockwise quarters by which the picture was turned to be read."""
    marks: int
    """Separate marks on it, letters included."""
