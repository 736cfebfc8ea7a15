"""Where the parts of a multipart begin and end (RFC 2046 §5.1.1), in time linear in the mail for
any nesting.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import cached_property

MAX_CANDIDATES = 200_000
"""Lines of one mail that begin with ``--``."""

_DASHES = re.compile(rb"--(?<=\n--)")
_DASHES_BARE_CR = re.compile(rb"--(?<=\r--)")
_REST = re.compile(rb"(--)?[ \t]*(?:\r\n|\n|\r|\Z)")
_GUESS = re.compile(rb"--([0-9A-Za-z'()+_,./:=?-]{5,70})[ \t]*(?:\r\n?|\n)content-", re.IGNORECASE)
_GUESSES = 100


class TooManyBoundariesError(Exception):
    """More than ``MAX_CANDIDATES`` boundary-like lines, or more parts than allowed."""


class Boundaries:
    """The bytes of a mail with the offsets of all lines that could be a boundary, looked up once."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw

    @cached_property
    def _candidates(self) -> list[int]:
        pattern = _DASHES if b"\n" in self.raw else _DASHES_BARE_CR
        found = [0] if self.raw.startswith(b"--") else []
        for match in pattern.finditer(self.raw):
            found.append(match.start())
            if len(found) > MAX_CANDIDATES:
                raise TooManyBoundariesError
        return found

    def _between(self, start: int, end: int) -> range:
        return range(bisect_left(self._candidates, start), bisect_left(self._candidates, end))

    def spans(self, start: int, end: int, boundary: bytes, most: int) -> list[tuple[int, int]]:
        """Offsets of the parts between ``start`` and ``end``; the last may miss its closing line."""
        line = b"--" + boundary
        spans: list[tuple[int, int]] = []
        opened: int | None = None
        for index in self._between(start, end):
            position = self._candidates[index]
            rest = (
                _REST.match(self.raw, position + len(line), end)
                if self.raw.startswith(line, position)
                else None
            )
            if not rest:
                continue
            if opened is not None:
                spans.append((opened, self._before_line_end(opened, position)))
            if len(spans) > most:
                raise TooManyBoundariesError
            if rest.group(1):
                return spans
            opened = rest.end()
        if opened is not None and opened < end:
            spans.append((opened, end))
        return spans

    def guess(self, start: int, end: int) -> bytes | None:
        """The first boundary-like line that a Content field follows: senders mangle the declared
        one.
        """
        for index in self._between(start, end)[:_GUESSES]:
            if match := _GUESS.match(self.raw, self._candidates[index], end):
                return match.group(1)
        return None

    def _before_line_end(self, start: int, end: int) -> int:
        """The line end in front of a boundary belongs to the boundary."""
        return max(start, end - 2 if self.raw[end - 2 : end] == b"\r\n" else end - 1)
