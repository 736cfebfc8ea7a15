"""What a child that opens a container tells its parent: the files inside, or how it ended. Never an error's words."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from intake.secure_attachment.failure import NotOpenedError
from intake.types import Opening, Protection

MAX_FILES = 500
MAX_TOTAL_BYTES = 44_000_000
"""What still fits, as base64, in a child's answer."""
MAX_RATIO = 200
"""Bytes out for each byte in; counted beyond the first megabytes, since a sheet of equal rows packs very small."""
FREE_BYTES = 8_000_000


@dataclass(frozen=True, slots=True)
class Inside:
    """One file that came out."""

    content: bytes = field(repr=False)
    protection: Protection
    name: str | None = field(default=None, repr=False)
    """None: the container's own name."""


def answer(read: Callable[[], Sequence[Inside]]) -> dict[str, Any]:
    """Open a container and put into JSON what came out.

    Returns:
        ``{"opening", "reason", "files": [{"name", "protection", "content"}]}``; content is base64.
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
    return {"opening": opening.value, "reason": reason, "files": [_told(file) for file in files]}


def _told(file: Inside) -> dict[str, Any]:
    return {"name": file.name, "protection": file.protection.value, "content": base64.b64encode(file.content).decode("ascii")}


def base_name(path: str) -> str | None:
    """The last piece of a name in an archive, without control characters."""
    last = re.split(r"[/\\]", path)[-1]
    return "".join(c for c in last if c.isprintable()).strip(" .")[:200] or None
