"""What ``intake doctor`` says of each part of an installation: one line each, in English for a
system administrator; a line that is not fine says how to mend it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from intake.model.basics import local_today

EXPIRY_DAYS = 60
"""Days before its end that something that expires is noted: publishing a new certificate to all
providers takes weeks."""


class State(Enum):
    FINE = "ok"
    NOTE = "note"
    """Worth knowing; the service runs."""
    WRONG = "WRONG"


@dataclass(frozen=True, slots=True)
class Line:
    """What is to be said of one part."""

    part: str
    state: State
    text: str
    figures: Mapping[str, int] = field(default_factory=dict)
    """What a program reads of it: ``days_left``, ``free_bytes``, ``queue`` and ``oldest_seconds``."""


def fine(part: str, text: str, **figures: int) -> Line:
    return Line(part, State.FINE, text, figures)


def note(part: str, text: str, **figures: int) -> Line:
    return Line(part, State.NOTE, text, figures)


def wrong(part: str, text: str, **figures: int) -> Line:
    return Line(part, State.WRONG, text, figures)


def until(part: str, last_day: dt.date, remedy: str) -> Line:
    """How long something that expires is still valid."""
    days = (last_day - local_today()).days
    if days < 0:
        return wrong(part, f"it expired on {last_day}: {remedy}", days_left=days)
    if days <= EXPIRY_DAYS:
        return note(part, f"it expires in {days} days: {remedy}", days_left=days)
    return fine(part, f"valid for {days} more days", days_left=days)
