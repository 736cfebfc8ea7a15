"""The completeness proof (sluitend bewijs) of one day and one source: what stands in the mailbox is what
stands in the journal, and each of that has an end.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum


class GapKind(StrEnum):
    """Why the proof of a day does not close."""

    NOT_TAKEN_IN = "not-taken-in"
    """It stands in the mailbox, and is no mail of the journal."""
    VANISHED = "vanished"
    """It went from the mailbox before we looked at it."""
    NOT_IN_JOURNAL = "not-in-journal"
    """It was taken in, and is neither in the journal nor destroyed after its term."""
    FEWER = "fewer"
    """An earlier report of the same day counted more mails."""
    MAILBOX_UNREAD = "mailbox-unread"
    """Nobody could look into the mailbox."""


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that is missing, by its identity."""

    kind: GapKind
    identity: str
    """Its place in the mailbox, or its reference; never what stands in it."""


@dataclass(frozen=True, slots=True)
class Stock:
    """What stands in a mailbox of what came in on one day, sent and draft mail aside."""

    references: frozenset[str]
    """The mails of the journal that stand there."""
    unknown: tuple[str, ...]
    """Where those stand that are no mail of the journal."""
    junk: int = 0
    """How many stand in the folder for junk; they are not looked into."""
    vanished: tuple[str, ...] | None = None
    """Where those stood that went before we looked; None: that was not looked for."""
    cursor: str = ""
    """How far the folder was numbered."""


@dataclass(frozen=True, slots=True)
class Unread:
    """Nobody could look into the mailbox."""

    code: str


@dataclass(frozen=True, slots=True)
class Count:
    """How many mails have one end."""

    end: str
    """A state of the case, or ``destroyed``."""
    mails: int


@dataclass(frozen=True, slots=True)
class DayReport:
    """What is written down of one day and source. Nothing in it tells of a mail's content."""

    day: dt.date
    source: str
    made_at: dt.datetime
    synchronised: bool | None
    """Whether the clock was set by a time server; None: the machine does not tell."""
    head: int
    """The end of the chain of the audit when it was made, ..."""
    head_hash: str
    arrivals: int
    """How often a mail came in; the same one twice counts twice."""
    mails: int
    """Different mails that came in."""
    first: int
    """Those of them that came in here first: over all sources, each mail once."""
    ends: tuple[Count, ...]
    standing: int | None
    """How many of them stand in the mailbox still; None: of this source only the journal tells."""
    junk: int
    cursor: str
    gaps: tuple[Gap, ...]
    open: int
    """Mails of this source, of whatever day, that wait for somebody, ..."""
    oldest: dt.date | None
    """... and the day on which the oldest came in."""

    @property
    def closed(self) -> bool:
        return not self.gaps
