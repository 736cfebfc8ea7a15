"""BER to definite lengths, with limits (X.690 §8.1): what mail clients stream has lengths that are
told at the end.

CMS may be BER (RFC 5652 §2); many senders write indefinite lengths and octet strings in pieces. The
tree is walked once, before any ASN.1 library sees it, so that depth and count are bounded.
"""

from __future__ import annotations

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
    return _Walk(data).element(0, len(data), 0)[0]


class _Walk:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._left = MAX_ELEMENTS

    def element(self, at: int, end: int, depth: int) -> tuple[bytes, int]:
        """The element at ``at`` re-encoded, and where the next one begins."""
        self._left -= 1
        if depth > MAX_DEPTH or self._left < 0:
            raise BrokenError("nested too deep or too many elements")
        tag, length, start = self._head(at, end)
        constructed = bool(tag[0] & 0x20)
        if length is None and not constructed:
            raise BrokenError("primitive element of indefinite length")
        stop = end if length is None else start + length
        if not constructed:
            return self._data[at:stop], stop
        children, after = self._children(start, stop, depth + 1, open_ended=length is None)
        if tag == b"\x24":
            return _encode(b"\x04", [_content(child) for child in children]), after
        if tag == b"\x30" and [child[0] for child in children] == _ENCRYPTED_CONTENT_INFO:
            children[2] = _encode(
                b"\x80", [_content(piece) for piece in _elements(_value(children[2]))]
            )
        return _encode(tag, children), after

    def _children(
        self, at: int, stop: int, depth: int, *, open_ended: bool
    ) -> tuple[list[bytes], int]:
        children: list[bytes] = []
        while True:
            if open_ended and self._data[at : at + 2] == _END:
                return children, at + 2
            if at >= stop:
                if open_ended:
                    raise BrokenError("end of contents is missing")
                return children, stop
            child, at = self.element(at, stop, depth)
            children.append(child)

    def _head(self, at: int, end: int) -> tuple[bytes, int | None, int]:
        """Tag bytes, length (None: indefinite) and where the contents begin."""
        data, begin = self._data, at
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
            return tag, None, at
        if first < 0x80:
            length = first
        else:
            size = first & 0x7F
            if size > 8 or at + size > end:
                raise BrokenError("length field")
            length = int.from_bytes(data[at : at + size])
            at += size
        if at + length > end:
            raise BrokenError("cut off")
        return tag, length, at


def _encode(tag: bytes, pieces: list[bytes]) -> bytes:
    length = sum(map(len, pieces))
    if length < 0x80:
        return b"".join((tag, bytes((length,)), *pieces))
    size = (length.bit_length() + 7) // 8
    return b"".join((tag, bytes((0x80 | size,)), length.to_bytes(size), *pieces))


def _content(element: bytes) -> bytes:
    """Contents of a piece of an octet string, which is an octet string itself (X.690 §8.7.3.2)."""
    if element[0] != 0x04:
        raise BrokenError("a piece of an octet string is something else")
    return _value(element)


def _value(element: bytes) -> bytes:
    """What follows the tag of one byte and the definite length."""
    first = element[1]
    return element[2:] if first < 0x80 else element[2 + (first & 0x7F) :]


def _elements(contents: bytes) -> list[bytes]:
    """Elements that stand one after the other, each with a tag of one byte and a definite length."""
    elements, at = [], 0
    while at < len(contents):
        first = contents[at + 1]
        size = 0 if first < 0x80 else first & 0x7F
        length = first if first < 0x80 else int.from_bytes(contents[at + 2 : at + 2 + size])
        end = at + 2 + size + length
        elements.append(contents[at:end])
        at = end
    return elements
