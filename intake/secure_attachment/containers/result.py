"""What a child that opens a container tells its parent: the files inside, or how it ended.

Never an error's words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from intake.mail.sniff import sniff
from intake.model.attachment import Opening, Protection
from intake.model.care import CareSheet
from intake.model.mail import PartKind
from intake.sandbox.task import Attached
from intake.secure_attachment.care_lines import client

MAX_FILES = 500
MAX_TOTAL_BYTES = 44_000_000
MAX_RATIO = 200
"""Bytes out for each byte in; counted beyond the first megabytes, since a sheet of equal rows packs
very small."""
FREE_BYTES = 8_000_000
MAX_SHORT_BYTES = 200_000
"""Of text that is read in passing, all files of a container together: some thousand care lines."""
UNDECIPHERABLE = "the content does not decrypt with our key"
"""The reason for every way in which decrypting can fail."""
MAX_WORDS = 300
"""Characters of a name or a reason."""


@dataclass(frozen=True, slots=True)
class ExtractedFile:
    """One file that came out of a container."""

    content: Attached = field(repr=False)
    protection: Protection
    name: str | None = field(default=None, repr=False)
    sheet: CareSheet | None = field(default=None, repr=False)
    """Its care lines, when it is short plain text: a child of its own costs more than the
    reading."""


@dataclass(frozen=True, slots=True)
class Result:
    """How opening a container ended, and what came out."""

    opening: Opening
    reason: str
    """English, for the administrator only; no content."""
    files: tuple[ExtractedFile, ...] = ()


class NotOpenedError(Exception):
    """Opening ended with ``opening``; ``reason`` is for the administrator only and holds no
    content.
    """

    def __init__(self, opening: Opening, reason: str, beside: Sequence[ExtractedFile] = ()) -> None:
        super().__init__(reason)
        self.opening = opening
        self.reason = reason
        self.beside = beside
        """Files that could be read although others stayed locked."""


def damaged(reason: str) -> NotOpenedError:
    return NotOpenedError(Opening.DAMAGED, reason)


def locked(reason: str, beside: Sequence[ExtractedFile] = ()) -> NotOpenedError:
    return NotOpenedError(Opening.LOCKED, reason, beside)


def bomb(reason: str) -> NotOpenedError:
    return NotOpenedError(Opening.BOMB, reason)


def extracted(read: Callable[[], Sequence[ExtractedFile]]) -> Result:
    """Open a container, and read the care lines of short text in it."""
    files: Sequence[ExtractedFile] = ()
    try:
        files, opening, reason = read(), Opening.OPENED, ""
    except NotOpenedError as ended:
        files, opening, reason = ended.beside, ended.opening, ended.reason
    except MemoryError:
        raise  # the sandbox tells it: a bomb
    except Exception:  # noqa: BLE001 - libraries end in a dozen ways on bytes that are no whole file
        opening, reason = Opening.DAMAGED, "no whole file of its kind"
    if sum(len(file.content) for file in files) > MAX_TOTAL_BYTES:
        files, opening, reason = (), Opening.BOMB, "too many bytes inside"
    sheets = sheets_in((sniff(file.content), file.content) for file in files)
    with_sheets = (replace(f, sheet=sheet) for f, sheet in zip(files, sheets, strict=True))
    return Result(opening, reason, tuple(with_sheets))


def is_sound(result: Result) -> bool:
    """Whether this can be what a child found in a container."""
    names = (file.name for file in result.files if file.name is not None)
    sheets = (file.sheet for file in result.files if file.sheet is not None)
    return (
        len(result.reason) <= MAX_WORDS
        and len(result.files) <= MAX_FILES
        and all(len(name) <= MAX_WORDS for name in names)
        and all(map(client.is_sound, sheets))
    )


def sheets_in(files: Iterable[tuple[PartKind, bytes]]) -> Iterator[CareSheet | None]:
    """The care lines of plain text, read where it is opened.

    None for what another child has to read: other kinds of file, long ones, and what we stumble
    over here.
    """
    left = MAX_SHORT_BYTES
    for kind, content in files:
        short = kind in (PartKind.CSV, PartKind.TEXT) and len(content) <= left
        left -= len(content) if short else 0
        yield _sheet_of(kind, content) if short else None


def _sheet_of(kind: PartKind, content: bytes) -> CareSheet | None:
    from intake.secure_attachment.care_lines import reader

    try:
        return reader.read(kind, content)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - a fault in reading must not keep the container shut
        return None


def base_name(path: str) -> str | None:
    """The last piece of a name in an archive, without control characters."""
    last = re.split(r"[/\\]", path)[-1]
    return "".join(c for c in last if c.isprintable()).strip(" .")[:200] or None
