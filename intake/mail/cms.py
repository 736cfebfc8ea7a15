"""The outer shell of CMS (PKCS#7): what it is, and what an opaque signature wraps (RFC 5652,
X.690).

Only the few elements on the way are read, DER and BER alike; signing is not encryption, so the
content of SignedData must be as readable as any attachment.
"""

from __future__ import annotations

import binascii
import re
from enum import Enum

from intake.mail.ber import BrokenError, Walker
from intake.mail.headers import base64_lenient

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


def content_of(data: bytes) -> Content | None:
    """Which CMS content the bytes are (DER, BER, PEM or base64); None when they are no CMS."""
    try:
        return _content(Walker(binary(data, head=True)))[0]
    except BrokenError:
        return None


def signed_content(data: bytes) -> bytes | None:
    """What an opaque SignedData wraps; None for a detached signature, other CMS and broken bytes."""
    try:
        walker = Walker(binary(data))
        content, inner = _content(walker)
        return _encapsulated(walker, inner) if content is Content.SIGNED else None
    except BrokenError:
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


def _content(walker: Walker) -> tuple[Content, int]:
    """The kind, and the offset of the element inside the explicit [0]."""
    tag, start, _ = walker.head(0)
    oid_tag, oid_start, oid_end = walker.head(start) if tag == b"\x30" else (b"", 0, 0)
    name = _OIDS.get(walker.data[oid_start:oid_end]) if oid_tag == b"\x06" else None
    if name is None or oid_end is None:
        raise BrokenError("no CMS that we know")
    wrapper, inner, _ = walker.head(oid_end)
    if wrapper != b"\xa0":
        raise BrokenError("no CMS that we know")
    return Content[name], inner


def _encapsulated(walker: Walker, signed_data: int) -> bytes | None:
    """SignedData: version, digestAlgorithms, encapContentInfo (type, [0] content)."""
    tag, position, _ = walker.head(signed_data)
    if tag != b"\x30":
        raise BrokenError("no SignedData")
    tag, start, end = walker.head(walker.after(walker.after(position)))
    content = walker.after(start)
    if tag != b"\x30" or (end is not None and content >= end):
        return None
    tag, start, _ = walker.head(content)
    return walker.octets(start) if tag == b"\xa0" else None
