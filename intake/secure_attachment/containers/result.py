"""What a child that opens a container tells its parent: the files inside, or how it ended.

Never an error's words.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from intake.mail.sniff import sniff
from intake.model.attachment import Opening, Protection
from intake.model.mail import PartKind
from intake.secure_attachment.care_lines import reader

MAX_FILES = 500
MAX_TOTAL_BYTES = 44_000_000
"""What still fits, as base64, in a child's answer."""
MAX_RATIO = 200
"""Bytes out for each byte in; counted beyond the first megabytes, since a sheet of equal rows packs
very small."""
FREE_BYTES = 8_000_000
MAX_SHORT_BYTES = 200_000
"""Of text that is read in passing, all files of a container together: some thousand care lines."""


@dataclass(frozen=True, slots=True)
class Inside:
    """One file that came out."""

    content: bytes = field(repr=False)
    protection: Protection
    name: str | None = field(default=None, repr=False)
    """None: the container's own name."""


class NotOpenedError(Exception):
    """Opening ended with ``opening``; ``reason`` is for the administrator only and holds no
    content.
    """

    def __init__(self, opening: Opening, reason: str, beside: Sequence[Inside] = ()) -> None:
        super().__init__(reason)
        self.opening = opening
        self.reason = reason
        self.beside = beside
        """Files that could be read although others stayed locked."""


def damaged(reason: str) -> NotOpenedError:
    return NotOpenedError(Opening.DAMAGED, reason)


def locked(reason: str, beside: Sequence[Inside] = ()) -> NotOpenedError:
    return NotOpenedError(Opening.LOCKED, reason, beside)


def bomb(reason: str) -> NotOpenedError:
    return NotOpenedError(Opening.BOMB, reason)


def answer(read: Callable[[], Sequence[Inside]]) -> dict[str, Any]:
    """Open a container and put into JSON what came out.

    Returns:
        ``{"opening", "reason", "files": [{"name", "protection", "content", "care"}]}``; content is
        base64, care what ``care_in`` tells.
    """
    files: Sequence[Inside] = ()
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
    care = care_in((sniff(file.content), file.content) for file in files)
    return {
        "opening": opening.value,
        "reason": reason,
        "files": [_told(file, read) for file, read in zip(files, care, strict=True)],
    }


def _told(file: Inside, care: dict[str, Any] | None) -> dict[str, Any]:
    content = base64.b64encode(file.content).decode("ascii")
    return {
        "name": file.name,
        "protection": file.protection.value,
        "content": content,
        "care": care,
    }


def care_in(files: Iterable[tuple[PartKind, bytes]]) -> list[dict[str, Any] | None]:
    """The care lines of plain text, read where it is opened: a child of its own costs more than the
    reading.

    None for what another child has to read: other kinds of file, long ones, and what we stumble
    over here.
    """
    left = MAX_SHORT_BYTES
    care = []
    for kind, content in files:
        short = kind in (PartKind.CSV, PartKind.TEXT) and len(content) <= left
        left -= len(content) if short else 0
        care.append(_care_of(kind, content) if short else None)
    return care


def _care_of(kind: PartKind, content: bytes) -> dict[str, Any] | None:
    try:
        return reader.task_read(content, {"kind": kind.value}, ())
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - a fault in reading must not keep the container shut
        return None


def base_name(path: str) -> str | None:
    """The last piece of a name in an archive, without control characters."""
    last = re.split(r"[/\\]", path)[-1]
    return "".join(c for c in last if c.isprintable()).strip(" .")[:200] or None
