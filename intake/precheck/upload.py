"""Takes one file from a form, in memory: an ordinary parser writes large ones to disk."""

from __future__ import annotations

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

MAX_BYTES = 15_000_000


class NoFileError(Exception):
    """The form holds no file that can be looked at; the text is a key of the page's words."""


class _InMemory(MultiPartParser):
    spool_max_size = 2 * MAX_BYTES


async def file_of(request: Request) -> bytes:
    """The bytes of the file named ``factuur``.

    Raises:
        NoFileError: there is none, it is empty or too large, or the form is damaged.
    """
    length = request.headers.get("content-length", "")
    if not length.isdigit() or int(length) > MAX_BYTES + 10_000:
        raise NoFileError("too-large")
    try:
        form = await _InMemory(request.headers, request.stream(), max_files=1, max_fields=4).parse()
    except (MultiPartException, KeyError, ValueError):
        raise NoFileError("no-file") from None
    sent = form.get("factuur")
    data = await sent.read() if isinstance(sent, UploadFile) else b""
    if not data:
        raise NoFileError("no-file")
    if len(data) > MAX_BYTES:
        raise NoFileError("too-large")
    return data
