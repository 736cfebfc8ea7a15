"""Where the parts of a multipart begin and end (RFC 2046 §5.1.1), in time linear in the mail for
any nesting.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import cached_property

from intake.mail.headers import LINE_END

MAX_CANDIDATES = 200_000
"""Lines of one mail that begin with ``--``."""

_DASHES = re.compile(rb"--(?<=[\r\n]--)")
_REST = re.compile(rb"(--)?[ \t]*(" + LINE_END + rb"|\Z)")
_GUESS = re.compile(
    rb"--([0-9A-Za-z'()+_,./:=?-]{5,70})[ \t]*" + LINE_END + rb"content-", re.IGNORECASE
)
_GUESSES = 100


class TooManyBoundariesError(Exception):
    """More than ``MAX_CANDIDATES`` boundary-like lines, or more parts than allowed."""


class Boundaries:
    """The bytes of a mail with the offsets of all lines that could be a boundary, looked up once."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw

    @cached_property
    def _candidates(self) -> list[int]:
        found = [0] if self.raw.startswith(b"--") else []
        for match in _DASHES.finditer(self.raw):
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
                spans.append((opened, self._before_line_end(opened, position, rest.group(2))))
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

    def _before_line_end(self, start: int, end: int, usual: bytes) -> int:
        """The line end in front of a boundary belongs to the boundary; ``usual`` is the one behind it."""
        for line_end in (usual, b"\r\n"):
            if line_end and self.raw.endswith(line_end, start, end):
                return end - len(line_end)
        return max(start, end - 1)
