"""The outer shell of CMS (PKCS#7): what it is, and what an opaque signature wraps (RFC 5652,
X.690).

Only the few elements on the way are read, DER and BER (indefinite lengths, cut strings) alike, with
limits on count and depth; signing is not encryption, so the content of SignedData must be as
readable as any attachment.
"""

from __future__ import annotations

import binascii
import re
from enum import Enum

from intake.mail.headers import base64_lenient

MAX_ELEMENTS = 100_000
MAX_DEPTH = 24

_PEM = re.compile(rb"-----BEGIN (?:PKCS7|CMS|PKCS #7 SIGNED DATA)-----(.*?)-----END ", re.DOTALL)
_OIDS = {
    bytes.fromhex("2a864886f70d010702"): "SIGNED",
    bytes.fromhex("2a864886f70d010703"): "ENVELOPED",
    bytes.fromhex("2a864886f70d010706"): "ENVELOPED",
    bytes.fromhex("2a864886f70d0109100117"): "ENVELOPED",
    bytes.fromhex("2a864886f70d0109100109"): "COMPRESSED",
}


class Content(Enum):
    SIGNED = "signed"
    ENVELOPED = "enveloped"
    """Encrypted: EnvelopedData, EncryptedData or AuthEnvelopedData."""
    COMPRESSED = "compressed"


class _BrokenError(Exception):
    pass


def content_of(data: bytes) -> Content | None:
    """Which CMS content the bytes are (DER, BER, PEM or base64); None when they are no CMS."""
    try:
        return _Reader(binary(data, head=True)).content()[0]
    except _BrokenError:
        return None


def signed_content(data: bytes) -> bytes | None:
    """What an opaque SignedData wraps; None for a detached signature, other CMS and broken bytes."""
    try:
        reader = _Reader(binary(data))
        content, inner = reader.content()
        return reader.encapsulated(inner) if content is Content.SIGNED else None
    except _BrokenError:
        return None


def binary(data: bytes, head: bool = False) -> bytes:
    """The DER or BER bytes of CMS that may be wrapped in PEM or base64; ``head`` looks at the first
    bytes only.
    """
    if data[:1] == b"0":
        return data
    start = data[:200].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"-----BEGIN "):
        pem = _PEM.match(data[:2_000] + b"-----END " if head else data, data.find(b"-----BEGIN "))
        return base64_lenient(pem.group(1)) if pem else b""
    if start.startswith(b"MI") and re.fullmatch(rb"[A-Za-z0-9+/=\s]+", data[:2_000]):
        try:
            return base64_lenient(data[:2_000] if head else data)
        except binascii.Error:
            return b""
    return b""


class _Reader:
    """Tag, length, value; counted, and never past the end.

    An element is (tag, start, end); end -1 is indefinite.
    """

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.count = 0

    def content(self) -> tuple[Content, int]:
        """The kind, and the offset of the element inside the explicit [0]."""
        tag, start, _ = self.head(0)
        oid_tag, oid_start, oid_end = self.head(start) if tag == 0x30 else (0, 0, 0)
        name = _OIDS.get(self.data[oid_start:oid_end]) if oid_tag == 0x06 else None
        if name is None:
            raise _BrokenError
        wrapper, inner, _ = self.head(oid_end)
        if wrapper != 0xA0:
            raise _BrokenError
        return Content[name], inner

    def encapsulated(self, signed_data: int) -> bytes | None:
        """SignedData: version, digestAlgorithms, encapContentInfo (type, [0] content)."""
        tag, position, _ = self.head(signed_data)
        if tag != 0x30:
            raise _BrokenError
        position = self.after(self.after(position))
        tag, start, end = self.head(position)
        content = self.after(start)
        if tag != 0x30 or (end != -1 and content >= end):
            return None
        tag, start, _ = self.head(content)
        return self.string(start, 0) if tag == 0xA0 else None

    def head(self, position: int) -> tuple[int, int, int]:
        self.count += 1
        if self.count > MAX_ELEMENTS or position + 2 > len(self.data):
            raise _BrokenError
        tag, length = self.data[position], self.data[position + 1]
        start = position + 2
        if length == 0x80:
            return tag, start, -1
        if length > 0x80:
            size = length & 0x7F
            if size > 6 or start + size > len(self.data):
                raise _BrokenError
            length, start = int.from_bytes(self.data[start : start + size], "big"), start + size
        return tag, start, start + length

    def after(self, position: int, depth: int = 0) -> int:
        """Offset behind the element at ``position``."""
        _, start, end = self.head(position)
        if end != -1:
            if end > len(self.data):
                raise _BrokenError
            return end
        if depth > MAX_DEPTH:
            raise _BrokenError
        while self.data[start : start + 2] != b"\0\0":
            start = self.after(start, depth + 1)
        return start + 2

    def string(self, position: int, depth: int) -> bytes:
        """An OCTET STRING, whole or cut in pieces; one cut off at the end of the file gives what is
        there.
        """
        tag, start, end = self.head(position)
        if tag == 0x04 and end != -1:
            return self.data[start:end]
        if tag != 0x24 or depth > MAX_DEPTH:
            raise _BrokenError
        pieces = []
        limit = len(self.data) if end == -1 else min(end, len(self.data))
        while start < limit and self.data[start : start + 2] != b"\0\0":
            pieces.append(self.string(start, depth + 1))
            start = self.after(start)
        return b"".join(pieces)
