"""Whether a PDF came through whole: every compressed stream unpacks to its end and its checksum
(RFC 1950).

Readers take what they can get of a damaged stream without a word, and then a fact is missing that
was sent. Asked only before something is refused. Inside a reading child only.
"""

from __future__ import annotations

import base64
import io
import time
import zlib
from collections.abc import Iterator

from intake.document.readers.pypdf_core import IndirectObject, PdfReader, StreamObject

MAX_OBJECTS = 20_000
MAX_STREAM_BYTES = 64 << 20
SECONDS = 5.0
_FLATE, _ASCII85 = ("/FlateDecode", "/Fl"), ("/ASCII85Decode", "/A85")


def is_whole(data: bytes) -> bool:
    """False when a stream is damaged, or the file cannot be walked; never raises for a bad file."""
    deadline = time.monotonic() + SECONDS
    try:
        return all(
            time.monotonic() < deadline and _unpacks(stream)
            for stream in _streams(PdfReader(io.BytesIO(data)))
        )
    except MemoryError:
        raise
    except (Exception, RecursionError):  # noqa: BLE001 - a broken file makes pypdf raise anything
        return False


def _streams(file: PdfReader) -> Iterator[StreamObject]:
    for number in sorted({number for table in file.xref.values() for number in table})[
        :MAX_OBJECTS
    ]:
        content = IndirectObject(number, 0, file).get_object()
        if isinstance(content, StreamObject):
            yield content


def _unpacks(stream: StreamObject) -> bool:
    filters = stream.get("/Filter")
    names = [str(name) for name in filters] if isinstance(filters, list) else [str(filters)]
    packed = bytes(stream._data)
    if names[0] in _ASCII85 and len(names) > 1:
        packed, names = (
            base64.a85decode(packed.strip().removesuffix(b"~>").removeprefix(b"<~")),
            names[1:],
        )
    if names[0] not in _FLATE:
        return True
    unpacker = zlib.decompressobj()
    try:
        return (
            len(unpacker.decompress(packed, MAX_STREAM_BYTES)) >= MAX_STREAM_BYTES or unpacker.eof
        )
    except zlib.error:
        return False
