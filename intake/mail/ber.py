"""Walks BER (X.690 §8.1), with limits on count and depth, before any ASN.1 library sees it.

CMS may be BER (RFC 5652 §2): mail clients that stream write lengths that are told at the end, and
octet strings in pieces. ``normalise`` gives definite lengths and whole strings.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

MAX_DEPTH = 40
MAX_ELEMENTS = 400_000

_END = b"\x00\x00"
_ENCRYPTED_CONTENT_INFO = [0x06, 0x30, 0xA0]
"""Tags of a type, an algorithm and a content in pieces (RFC 5652 §6.1): the one string in pieces
with a tag of its own."""


class BrokenError(ValueError):
    """The bytes are no complete BER element, or one beyond the limits.

    The text never holds content.
    """


def normalise(data: bytes) -> bytes:
    """The first element of ``data`` with definite lengths and whole octet strings; bytes after it
    are left away.

    Raises:
        BrokenError: cut off, nested too deep, or too many elements.
    """
    return Walker(data).normalised(0, len(data))[0]


class Walker:
    """Reads elements by their offset; counts them, and never reads past the end of the data.

    Raises:
        BrokenError: by each method, for what is cut off, too deep or too much.
    """

    def __init__(self, data: bytes) -> None:
        self.data = data
        self._left = MAX_ELEMENTS

    def head(self, at: int) -> tuple[bytes, int, int | None]:
        """Tag bytes, where the contents begin and where they end (None: indefinite), which may be
        past the end of the data.
        """
        self._left -= 1
        data, begin, end = self.data, at, len(self.data)
        if self._left < 0:
            raise BrokenError("too many elements")
        if at + 2 > end:
            raise BrokenError("cut off")
        if data[at] & 0x1F == 0x1F:
            at += 1
            while at < end and data[at] & 0x80:
                at += 1
        at += 1
        if at >= end:
            raise BrokenError("cut off")
        tag, first = data[begin:at], data[at]
        at += 1
        if first == 0x80:
            return tag, at, None
        if first < 0x80:
            return tag, at, at + first
        size = first & 0x7F
        if size > 8 or at + size > end:
            raise BrokenError("length field")
        return tag, at + size, at + size + int.from_bytes(data[at : at + size])

    def after(self, at: int, depth: int = 0) -> int:
        """Where the next element begins."""
        _, start, end = self.head(at)
        if end is not None:
            if end > len(self.data):
                raise BrokenError("cut off")
            return end
        if depth > MAX_DEPTH:
            raise BrokenError("nested too deep")
        while self.data[start : start + 2] != _END:
            start = self.after(start, depth + 1)
        return start + 2

    def octets(self, at: int, depth: int = 0) -> bytes:
        """The octet string at this offset, whole or in pieces; one that is cut off at the end of the
        data gives what is there.
        """
        tag, start, end = self.head(at)
        if tag == b"\x04" and end is not None:
            return self.data[start:end]
        if tag != b"\x24" or depth > MAX_DEPTH:
            raise BrokenError("no octet string")
        pieces = []
        limit = len(self.data) if end is None else min(end, len(self.data))
        while start < limit and self.data[start : start + 2] != _END:
            pieces.append(self.octets(start, depth + 1))
            start = self.after(start)
        return b"".join(pieces)

    def normalised(self, at: int, limit: int, depth: int = 0) -> tuple[bytes, int]:
        """The element at this offset re-encoded, and where the next one begins."""
        if depth > MAX_DEPTH:
            raise BrokenError("nested too deep")
        tag, start, end = self.head(at)
        if (limit if end is None else end) > limit or start > limit:
            raise BrokenError("cut off")
        if not tag[0] & 0x20:
            if end is None:
                raise BrokenError("primitive element of indefinite length")
            return self.data[at:end], end
        children, after = self._children(start, limit, end, depth + 1)
        if tag == b"\x24":
            return _encode(b"\x04", map(_content, children)), after
        if tag == b"\x30" and [child[0] for child in children] == _ENCRYPTED_CONTENT_INFO:
            children[2] = _encode(b"\x80", map(_content, _elements(children[2])))
        return _encode(tag, children), after

    def _children(
        self, at: int, limit: int, end: int | None, depth: int
    ) -> tuple[list[bytes], int]:
        children: list[bytes] = []
        stop = limit if end is None else end
        while at < stop:
            if end is None and self.data[at : at + 2] == _END:
                return children, at + 2
            child, at = self.normalised(at, stop, depth)
            children.append(child)
        if end is None:
            raise BrokenError("end of contents is missing")
        return children, at


def _encode(tag: bytes, pieces: Iterable[bytes]) -> bytes:
    value = b"".join(pieces)
    if len(value) < 0x80:
        return tag + bytes((len(value),)) + value
    size = (len(value).bit_length() + 7) // 8
    return b"".join((tag, bytes((0x80 | size,)), len(value).to_bytes(size), value))


def _content(element: bytes) -> bytes:
    """Contents of a piece of an octet string, which is an octet string itself (X.690 §8.7.3.2)."""
    if element[0] != 0x04:
        raise BrokenError("a piece of an octet string is something else")
    return element[Walker(element).head(0)[1] :]


def _elements(outer: bytes) -> Iterator[bytes]:
    """The elements in an element of definite length."""
    walker = Walker(outer)
    _, at, _ = walker.head(0)
    while at < len(outer):
        start, at = at, walker.after(at)
        yield outer[start:at]
