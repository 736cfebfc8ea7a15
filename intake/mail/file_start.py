"""Where a PDF begins when a program wrote something in front of it: a warning of PHP, an HTML comment,
blank lines, the header of an HTTP answer, a byte order mark.

ISO 32000-1, Annex H.3, note 13 lets readers take a header within the first 1024 bytes; what scripts
print in front can be longer, and readers differ in what they make of it. So it is taken off.
"""

from __future__ import annotations

import re

MAX_BEFORE = 65_536
"""Bytes of text in front of a PDF; a warning of PHP with its trace has some kilobytes."""
MAX_BINARY_BEFORE = 1024
"""Bytes in front that are no text (MacBinary, a header of a fax program): as the standard has it."""

_HEADER = re.compile(rb"%PDF-\d")
_OBJECT = re.compile(rb"\d\s+\d+\s+obj\b")
_LAST = re.compile(rb"startxref\s{1,4}(\d{1,12})")
_AT_TABLE = re.compile(rb"\s{0,4}(?:xref\b|\d{1,10}\s+\d{1,5}\s+obj\b)")
_NO_TEXT = bytes(set(range(32)) - {9, 10, 12, 13, 27})


def find(data: bytes) -> int | None:
    """The offset of the header of a PDF; None when the bytes are no PDF.

    Text that mentions a header ("%PDF-1.4") is none: objects and an end must follow it.
    """
    if data.startswith(b"%PDF-"):
        return 0
    for header in _HEADER.finditer(data, 0, MAX_BEFORE):
        start = header.start()
        before = data[:start]
        if start > MAX_BINARY_BEFORE and len(before.translate(None, _NO_TEXT)) < start:
            return None
        if _OBJECT.search(data, start, start + 8_192) and _has_end(data, start):
            return start
    return None


def _has_end(data: bytes, start: int) -> bool:
    return data.find(b"endobj", start) >= 0 or data.find(b"startxref", start) >= 0


def without_text_before(data: bytes, start: int) -> bytes:
    """The PDF from its header on.

    When its table counts from the beginning of the file, what stood in front is replaced by as many
    blanks behind the header, so that each object stays where the table says.
    """
    if start == 0:
        return data
    last = None
    for last in _LAST.finditer(data, max(start, len(data) - MAX_BEFORE)):  # noqa: B007
        pass
    table = int(last.group(1)) if last else 0
    if table > start and _AT_TABLE.match(data, table) and not _AT_TABLE.match(data, start + table):
        header = data[start : start + 8] + b"\n"
        return header + b" " * (start - len(header)) + data[start:] if start > 9 else data
    return data[start:]
