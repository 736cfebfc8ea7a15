"""What one mail may cost in all, besides the limits of each child, and what its children did cost.

Processor time counts, not the clock on the wall: how busy the machine is makes no verdict. What is
left when the budget is spent stays unread, which asks a person and refuses nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import sha256

from intake.errors import SandboxFailed
from intake.sandbox.task import Burden

OVER_BUDGET = "over-budget"
"""Code of SandboxFailed: the mail has cost too much already, so no child was started."""
BROKEN = "file-unread"
"""A file of the mail broke a child."""
QUICK_SECONDS = 2.0
"""A child that works longer, or a mail whose children used more processor time, leaves the quick
lane."""
MAX_PAGES = 300
"""Pages that are read of one file."""

_BREAKS = frozenset({"timeout", "memory", "crash"})


@dataclass(frozen=True, slots=True)
class Bounds:
    """The most that all children of one mail may cost together."""

    cpu_seconds: float = 120.0
    """Some eighty pages of tekstherkenning (OCR)."""
    pages: int = 1_200
    """Pages read, read again or drawn."""
    unpacked_bytes: int = 200_000_000
    """What comes out of containers, as the children write it."""

    def of_try(self, attempt: int) -> Bounds:
        """The bounds of the first, second, … try: each has half the time of the one before, since
        the mail may have killed its worker.
        """
        return replace(self, cpu_seconds=self.cpu_seconds / 2 ** (attempt - 1))


class Work:
    """What the children of one mail cost so far, and which of its files broke one. Of one thread.

    Args:
        leave_quick_lane: makes room for a quick mail, or raises Postponed; None where there are no
            lanes.
    """

    def __init__(
        self, bounds: Bounds = Bounds(), leave_quick_lane: Callable[[], None] | None = None
    ) -> None:
        self._bounds = bounds
        self._leave_quick_lane = leave_quick_lane
        self._broken: dict[bytes, str] = {}
        self._left = False
        self.is_slow = False
        """Its children give way to those of quick mails; never where there are no lanes."""
        self.cpu_seconds = 0.0
        self._pages = 0
        self._unpacked = 0

    @property
    def unread(self) -> str:
        """Why a file of the mail stayed unread: ``OVER_BUDGET`` or ``BROKEN``; empty when none did."""
        return OVER_BUDGET if self._left else BROKEN if self._broken else ""

    def begin(self, burden: Burden, data: bytes) -> None:
        """Before each child.

        Raises:
            SandboxFailed: the budget is spent, or this file broke a child before (with that child's
                code).
            Postponed: the mail is slow and there is no place for it now.
        """
        bounds = self._bounds
        if (
            self.cpu_seconds >= bounds.cpu_seconds
            or self._pages >= bounds.pages
            or self._unpacked >= bounds.unpacked_bytes
        ):
            self._left = True
            raise SandboxFailed(OVER_BUDGET)
        if self._broken and (code := self._broken.get(sha256(data).digest())):
            raise SandboxFailed(code)
        if burden in (Burden.DRAWS, Burden.RECOGNISES) or self.cpu_seconds > QUICK_SECONDS:
            self.slow()
        if burden is Burden.DRAWS:
            self._pages += 1

    def slow(self) -> bool:
        """The mail needs work that takes long: it makes room for a quick one.

        Returns:
            whether it did, now or before; False where there are no lanes.

        Raises:
            Postponed: there is no place for it now.
        """
        if self._leave_quick_lane and not self.is_slow:
            self._leave_quick_lane()
            self.is_slow = True
        return self.is_slow

    def spent(self, cpu_seconds: float) -> None:
        """After each child, however it ended."""
        self.cpu_seconds += cpu_seconds

    def ended(self, burden: Burden, answer_bytes: int) -> None:
        """After each child that answered."""
        if burden is Burden.UNPACKS:
            self._unpacked += answer_bytes

    def failed(self, burden: Burden, data: bytes, code: str) -> None:
        """A child failed; a file that broke it is offered to no other one."""
        if code in _BREAKS and burden is not Burden.RECOGNISES:
            self._broken[sha256(data).digest()] = code

    def read(self, page_count: int) -> None:
        """A file of so many pages was read."""
        self._pages += min(page_count, MAX_PAGES)
