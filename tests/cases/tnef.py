"""winmail.dat as Outlook makes it, written by hand (MS-OXTNEF §2.1: signature, key, attributes with
length and checksum).
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

_MESSAGE, _ATTACHMENT = 1, 2
_TNEF_VERSION, _OEM_CODE_PAGE, _MESSAGE_CLASS = 0x00089006, 0x00069007, 0x00078008
_RENDERING, _TITLE, _DATA, _PROPERTIES = 0x00069002, 0x00018010, 0x0006800F, 0x00069005
_LONG_NAME = 0x3707001F
"""PR_ATTACH_LONG_FILENAME as a Unicode string."""


def winmail(files: Sequence[tuple[str, bytes]]) -> bytes:
    out = struct.pack("<IH", 0x223E9F78, 1)
    out += _attribute(_MESSAGE, _TNEF_VERSION, struct.pack("<I", 0x00010000))
    out += _attribute(_MESSAGE, _OEM_CODE_PAGE, struct.pack("<II", 1252, 0))
    out += _attribute(_MESSAGE, _MESSAGE_CLASS, b"IPM.Microsoft Mail.Note\0")
    for name, data in files:
        out += _attribute(_ATTACHMENT, _RENDERING, struct.pack("<HIHHI", 1, 0xFFFFFFFF, 0, 0, 0))
        out += _attribute(_ATTACHMENT, _TITLE, _short(name).encode("cp1252") + b"\0")
        out += _attribute(_ATTACHMENT, _DATA, data)
        out += _attribute(_ATTACHMENT, _PROPERTIES, _long_name(name))
    return out


def _attribute(level: int, name: int, data: bytes) -> bytes:
    return (
        struct.pack("<BII", level, name, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)
    )


def _short(name: str) -> str:
    stem, _, extension = name.rpartition(".")
    return f"{stem.replace(' ', '')[:6].upper()}~1.{extension[:3].upper()}"


def _long_name(name: str) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    return struct.pack("<IIII", 1, _LONG_NAME, 1, len(text)) + text + b"\0" * (-len(text) % 4)
