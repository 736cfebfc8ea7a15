"""What ``intake doctor`` says of each part of an installation: one line each, in English for a
system administrator; a line that is not fine says how to mend it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
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


def fine(part: str, text: str) -> Line:
    return Line(part, State.FINE, text)


def note(part: str, text: str) -> Line:
    return Line(part, State.NOTE, text)


def wrong(part: str, text: str) -> Line:
    return Line(part, State.WRONG, text)


def until(part: str, last_day: dt.date, remedy: str) -> Line:
    """How long something that expires is still valid."""
    days = (last_day - local_today()).days
    if days < 0:
        return wrong(part, f"it expired on {last_day}: {remedy}")
    if days <= EXPIRY_DAYS:
        return note(part, f"it expires in {days} days: {remedy}")
    return fine(part, f"valid for {days} more days")
