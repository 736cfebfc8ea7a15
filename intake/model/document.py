"""A document as words on pages."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from intake.model.basics import Box


class Reader(StrEnum):
    PDFIUM = "pdfium"
    PDFPLUMBER = "pdfplumber"
    OCR = "ocr"
    XML = "xml"


@dataclass(frozen=True, slots=True)
class Word:
    text: str = field(repr=False)
    box: Box
    size: float = 0.0
    """Font size in points; 0 when the reader does not tell."""
    hidden: bool = False
    """White on white, under a filled box, outside the page or smaller than 2 points."""
    turned: int = 0
    """Clockwise quarters by which the text is turned on the page as displayed."""
    struck: bool = False
    """Crossed out by a line through its middle."""
    ocr: bool = False
    """Read from a picture; such a word refuses nothing."""
    bold: bool = False
    """Its first letter is drawn in a heavier type; False when the reader does not tell."""


@dataclass(frozen=True, slots=True)
class Page:
    number: int
    width: float
    height: float
    words: tuple[Word, ...] = field(repr=False)
    pictures: tuple[Box, ...] = ()
    """Pictures that could hold text (large enough) and that no reader has read."""
    drawn: bool = False
    """The page has much vector drawing and no text: letters may be drawn as shapes."""
    fault: str | None = None
    """Why this page could not be read, in words without content."""


@dataclass(frozen=True, slots=True)
class Document:
    """What one reader saw of one file."""

    reader: Reader
    pages: tuple[Page, ...]
    page_count: int
    """Pages in the file; more than ``len(pages)`` when a limit cut the reading."""
    encrypted: bool = False
    """Needs a password to open."""
    fault: str | None = None
    """Why nothing could be read: ``encrypted``, ``damaged``, ``too-large``, ``timeout``, ``crash``,
    ``not-a-pdf``, ``form`` (dynamic XFA), ``portfolio``, ``empty``."""
    remarks: tuple[str, ...] = ()
    """What stands out about a file that could be read: codes of the check ``document``."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text on a page, left to right."""

    page: int
    box: Box
    text: str = field(repr=False)
