"""Attachments out of ``winmail.dat`` ([MS-OXTNEF]), bounded.

``tnefparse`` trusts every count in the file (one property that claims four thousand million values
keeps it busy for an hour) and cuts trailing zeros off binaries, so it is the oracle of the tests
and this is the reader.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from intake.mail.headers import charset_text

SIGNATURE = b"\x78\x9f\x3e\x22"
MAX_ATTACHMENTS = 200
MAX_PROPERTIES = 2_000

_NEW_ATTACHMENT = 0x9002
_TITLE = 0x8010
_DATA = 0x800F
_PROPERTIES = 0x9005
_LONG_NAME, _SHORT_NAME, _DISPLAY_NAME, _OBJECT = 0x3707, 0x3704, 0x3001, 0x3701
_FIXED = {
    **dict.fromkeys((0x0002, 0x000B, 0x0003, 0x0004, 0x000A), 4),
    **dict.fromkeys((0x0005, 0x0006, 0x0007, 0x0014, 0x0040), 8),
    0x0048: 16,
}
_STRING, _UNICODE, _VARIABLE = 0x001E, 0x001F, frozenset({0x000D, 0x0102, 0x001E, 0x001F})
_MESSAGE_OBJECT = b"\x07\x03\x02\x00\x00\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00\x46"


@dataclass(slots=True)
class _Attachment:
    title: str = ""
    long_name: str = ""
    data: bytes = b""


def attachments(data: bytes) -> list[tuple[str, bytes]]:
    """Name and bytes of each attachment, as many as can be read; an embedded message comes as TNEF
    bytes again.
    """
    found: list[_Attachment] = []
    for level, name, value in _attributes(data):
        if name == _NEW_ATTACHMENT and len(found) < MAX_ATTACHMENTS:
            found.append(_Attachment())
        elif level == 2 and found:
            _take(found[-1], name, value)
    return [(a.long_name or a.title, a.data) for a in found if a.data]


def _take(attachment: _Attachment, name: int, value: bytes) -> None:
    if name == _TITLE:
        attachment.title = charset_text(value.split(b"\0")[0], "cp1252")
    elif name == _DATA:
        attachment.data = value
    elif name == _PROPERTIES:
        for tag, kind, content in _properties(value):
            if tag == _LONG_NAME:
                attachment.long_name = _name(kind, content)
            elif tag in (_SHORT_NAME, _DISPLAY_NAME):
                attachment.title = attachment.title or _name(kind, content)
            elif tag == _OBJECT and not attachment.data:
                attachment.data = content.removeprefix(_MESSAGE_OBJECT)


def _attributes(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Level, attribute and value of each object: level(1) id(2) type(2) length(4) value
    checksum(2).
    """
    position = 6
    while position + 9 <= len(data):
        level, name, _, length = struct.unpack_from("<BHHI", data, position)
        if level not in (1, 2):
            return
        yield level, name, data[position + 9 : position + 9 + length]
        position += 11 + length


def _properties(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Tag, type and first value of each MAPI property; stops quietly where the bytes make no sense."""
    position = 4
    for _ in range(min(int.from_bytes(data[:4], "little"), MAX_PROPERTIES)):
        if position + 4 > len(data):
            return
        kind, tag = struct.unpack_from("<HH", data, position)
        position = _after_name(data, position + 4) if tag >= 0x8000 else position + 4
        size = _FIXED.get(kind & 0xEFFF)
        if size is None and kind & 0xEFFF not in _VARIABLE:
            return
        count = 1
        if size is None or kind & 0x1000:
            count = int.from_bytes(data[position : position + 4], "little")
            position += 4
        if count > len(data) // 4:
            return
        if size is not None:
            yield tag, kind, data[position : position + size]
            close = kind & 0x1000 and kind & 0xEFFF in (0x0002, 0x000B)
            position += count * (2 if close else size)
            position += -position % 4
            continue
        for index in range(count):
            length = int.from_bytes(data[position : position + 4], "little")
            if index == 0:
                yield tag, kind, data[position + 4 : position + 4 + length]
            position += 4 + length + -length % 4
            if position > len(data):
                return


def _after_name(data: bytes, position: int) -> int:
    """A named property: GUID, kind, then a number or a padded name."""
    kind, number = struct.unpack("<II", data[position + 16 : position + 24].ljust(8, b"\0"))
    return position + 24 + ((number + -number % 4) if kind else 0)


def _name(kind: int, content: bytes) -> str:
    return (
        content.decode("utf-16-le", "replace")
        if kind == _UNICODE
        else charset_text(content, "cp1252")
    ).split("\0")[0]
