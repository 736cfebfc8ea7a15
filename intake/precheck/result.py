"""What a provider is told of one invoice before it is sent: the words of the letters, and where."""

from __future__ import annotations

import base64
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field

from intake.document.reading import page_picture
from intake.errors import SandboxFailed
from intake.mail.sniff import identify
from intake.model.basics import local_today
from intake.model.finding import Finding, Severity
from intake.model.mail import Part, PartKind
from intake.model.verdict import CheckedDocument
from intake.pipeline import check_file
from intake.profile import Profile
from intake.sandbox.client import Sandbox

DPI = 110
_MOST_PAGES = 4
"""Pages that are drawn; a fault further on is told with its page."""
_POINTS = 72
_DOCUMENTS = frozenset({PartKind.PDF, PartKind.XML})


@dataclass(frozen=True, slots=True)
class Spot:
    """The box of one finding on a page, in PDF points."""

    number: int
    """Of the fault in the list, from 1."""
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Sheet:
    """One drawn page, with the faults on it."""

    number: int
    picture: str = field(repr=False)
    """A data URI: the picture is nowhere but in this answer."""
    width: float
    """In PDF points."""
    height: float
    spots: tuple[Spot, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """The answer for one file."""

    outcome: str
    """``fine``, ``faults``, ``doubts``, ``unread`` or ``other-kind``."""
    faults: tuple[Finding, ...] = ()
    doubts: tuple[Finding, ...] = ()
    document: CheckedDocument | None = field(default=None, repr=False)
    sheets: tuple[Sheet, ...] = field(default=(), repr=False)


def check(data: bytes, own: Profile, reading: Sandbox) -> Result:
    """Look at one invoice as the crediteurenadministratie will.

    What only the municipality knows (whether the invoice came before, the secured attachment) is
    not looked at.
    """
    kind, content = identify(data)
    if kind not in _DOCUMENTS:
        return Result("other-kind")
    document = check_file(Part("1", kind, content, "factuur"), local_today(), own, reading)
    told = [found for found in document.findings if not found.internal]
    faults = tuple(found for found in told if found.severity is Severity.REJECT)
    doubts = tuple(found for found in told if found.severity is Severity.REVIEW)
    if document.invoice is None or document.fault is not None:
        return Result("unread", faults, doubts, document)
    outcome = "faults" if faults else "doubts" if doubts else "fine"
    sheets = _sheets(data, document, (*faults, *doubts), reading) if kind is PartKind.PDF else ()
    return Result(outcome, faults, doubts, document, sheets)


def _sheets(
    data: bytes, document: CheckedDocument, told: Sequence[Finding], reading: Sandbox
) -> tuple[Sheet, ...]:
    drawn = []
    for page in range(1, min(document.page_count, _MOST_PAGES) + 1):
        try:
            picture = page_picture(reading, data, page, DPI)
        except SandboxFailed:
            continue
        spots = tuple(
            _spot(number, found)
            for number, found in enumerate(told, start=1)
            if found.page == page and found.box
        )
        width, height = (side * _POINTS / DPI for side in struct.unpack(">II", picture[16:24]))
        uri = f"data:image/png;base64,{base64.b64encode(picture).decode()}"
        drawn.append(Sheet(page, uri, width, height, spots))
    return tuple(drawn)


def _spot(number: int, found: Finding) -> Spot:
    x0, top, x1, bottom = found.box or (0.0, 0.0, 0.0, 0.0)
    return Spot(number, x0 - 2, top - 2, x1 - x0 + 4, bottom - top + 4)
