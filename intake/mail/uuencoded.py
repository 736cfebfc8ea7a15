"""Files that stand as text between lines of their own: uuencode, its base64 form and xxencode (POSIX
``uuencode``), and yEnc. Old mail programs, scanners and scripts still send attachments so.

A block counts only when the lines after its first one have the form that they announce; "begin 644
keer" in a sentence is a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from intake.mail.headers import LINE_END, base64_lenient, base_name, charset_text

MAX_FILES = 100
"""Blocks of one text that are decoded."""

_BEGIN = re.compile(rb"^[ \t]*(begin(?:-base64)?)[ \t]+([0-7]{3,6})[ \t]+(\S[^\r\n]{0,400})$")
_YENC = re.compile(rb"^=ybegin\b[^\r\n]{0,400}?\bname=([^\r\n]{1,400})$")
_MARKS = re.compile(rb"^(?:[ \t]*begin(?:-base64)?[ \t]+[0-7]|=ybegin )", re.MULTILINE)
_LINES = re.compile(rb"[^\r\n]*(?:" + LINE_END + rb"|\Z)")
_ENDS = frozenset({b"end", b"===="})
_UU = bytes(range(32, 97))
_XX = b"+-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_FROM_UU = bytes.maketrans(_UU, _BASE64 + _BASE64[:1])
_FROM_XX = bytes.maketrans(_XX, _BASE64)
_FROM_YENC = bytes((value - 42) % 256 for value in range(256))
_MARGIN = 2
"""Characters that may follow a line's own: some programs add a checksum."""


@dataclass(frozen=True, slots=True)
class Block:
    """One file out of a text."""

    name: str | None
    data: bytes
    whole: bool
    """False: its closing line is missing, so something may have been cut off."""


def split(text: bytes) -> tuple[bytes, tuple[Block, ...]]:
    """Take the encoded files out of a text; linear in it.

    Returns:
        What is left of the text, and the files in order.
    """
    if not _MARKS.search(text.replace(b"\r", b"\n")):
        return text, ()
    lines = [line.group() for line in _LINES.finditer(text) if line.group()]
    bare = [line.rstrip(b"\r\n") for line in lines]
    rest: list[bytes] = []
    blocks: list[Block] = []
    at = 0
    while at < len(lines):
        found = _block(bare, at) if len(blocks) < MAX_FILES else None
        if found is None:
            rest.append(lines[at])
            at += 1
        else:
            block, at = found
            blocks.append(block)
    return b"".join(rest), tuple(blocks)


def begins(text: bytes) -> bool:
    """Whether a text is such a file from its first line on."""
    first = text.lstrip()[:500].splitlines()[:1]
    return any(_BEGIN.match(line) or _YENC.match(line) for line in first)


def decode_lines(text: bytes) -> bytes:
    """The bytes of uuencoded lines of which the first, with the name, was left out."""
    bare = [line.group().rstrip(b"\r\n") for line in _LINES.finditer(text) if line.group()]
    return _decoded(bare, 0, _FROM_UU)[0]


def _block(lines: Sequence[bytes], at: int) -> tuple[Block, int] | None:
    """The file of which the block begins at this line, and the line after it."""
    if yenc := _YENC.match(lines[at]):
        data, whole, after = _yenc(lines, at + 1)
        return Block(_name(yenc.group(1)), data, whole), after
    begin = _BEGIN.match(lines[at])
    if begin is None:
        return None
    in_base64 = b"-" in begin.group(1)
    data, after = _base64(lines, at + 1) if in_base64 else _lengths(lines, at + 1)
    whole = after < len(lines) and lines[after].strip() in _ENDS
    if not whole and (in_base64 or not data or not _is_full(lines[at + 1])):
        return None
    return Block(_name(begin.group(3)), data, whole), after + whole


def _is_full(line: bytes) -> bool:
    """A line has the length that it announces: no capitals of a text do by chance."""
    sizes = (_size(line, table) for table in (_FROM_UU, _FROM_XX))
    return any(size > 0 and 0 <= len(line) - 1 - -(-size // 3) * 4 <= _MARGIN for size in sizes)


def _name(written: bytes) -> str | None:
    return base_name(charset_text(written, "utf-8"))


def _base64(lines: Sequence[bytes], at: int) -> tuple[bytes, int]:
    first = at
    while (
        at < len(lines)
        and lines[at].strip() not in _ENDS
        and not lines[at].strip(_BASE64 + b"= \t")
    ):
        at += 1
    return base64_lenient(b"".join(lines[first:at])), at


def _lengths(lines: Sequence[bytes], at: int) -> tuple[bytes, int]:
    """Lines that begin with their length, in the alphabet of uuencode or xxencode: in which more
    lines fit.
    """
    found = (_decoded(lines, at, table) for table in (_FROM_UU, _FROM_XX))
    data, after, _ = max(found, key=lambda one: (one[1], -one[2]))
    return data, after


def _decoded(lines: Sequence[bytes], at: int, table: bytes) -> tuple[bytes, int, int]:
    """The bytes, the line after them, and how many lines were shorter than they announce."""
    alphabet = _UU if table is _FROM_UU else _XX
    pieces: list[bytes] = []
    short = 0
    while at < len(lines):
        line = lines[at]
        size = _size(line, table)
        wanted = -(-size // 3) * 4
        content = line[1:]
        if size <= 0 or content.strip(alphabet) or len(content) > wanted + _MARGIN:
            break
        short += len(content) < wanted
        # Trailing blanks are zeros in uuencode, and mail programs cut them off.
        whole = content[:wanted].ljust(wanted, alphabet[:1]).translate(table)
        pieces.append(base64_lenient(whole)[:size])
        at += 1
    while at < len(lines) and not lines[at].strip(b" `+\t"):  # a length of none, or an empty line
        at += 1
    return b"".join(pieces), at, short


def _size(line: bytes, table: bytes) -> int:
    """The bytes that a line announces; below 1 when it announces none."""
    alphabet = _UU if table is _FROM_UU else _XX
    return _BASE64.find(line[:1].translate(table)) if line[:1] and line[:1] in alphabet else -1


def _yenc(lines: Sequence[bytes], at: int) -> tuple[bytes, bool, int]:
    pieces: list[bytes] = []
    while at < len(lines):
        line = lines[at]
        at += 1
        if line.startswith(b"=yend"):
            return b"".join(pieces), True, at
        if not line.startswith(b"=ypart"):
            pieces.append(_unescaped(line).translate(_FROM_YENC))
    return b"".join(pieces), False, at


_ESCAPED = re.compile(rb"=(.)", re.DOTALL)


def _unescaped(line: bytes) -> bytes:
    return _ESCAPED.sub(lambda escaped: bytes([(escaped.group(1)[0] - 64) % 256]), line)
