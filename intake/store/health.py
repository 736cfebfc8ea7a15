"""How each part does: one row a part, for `doctor`, the monitor and the page. Codes only, never
content.

A part that is dead or hangs says nothing, so silence counts: every part has a norm for how long it
may be silent.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from intake.errors import StoreUnavailable
from intake.settings import Settings
from intake.store import Store, high_water
from intake.store.tables import HealthRow

BEAT_SECONDS = 10.0
"""How often a part that does well says so."""
SILENT = "silent"
"""Code of a part that was not heard of within its norm."""

_OTHER_NORM = 600.0
_FORGET = dt.timedelta(days=1)
"""A part that these settings do not ask for (another machine's, or one taken out of use) counts so
long after its last word."""


@dataclass(frozen=True, slots=True)
class Health:
    part: str
    """``worker``, ``sender``, or the name of a mail source."""
    good: bool
    code: str
    """An error's code, ``silent``, or ``ok``."""
    at: dt.datetime | None
    """When it was heard of last; None: never."""


class Pulse:
    """What a part says of itself: at once when its state changes, else every ``BEAT_SECONDS``."""

    def __init__(self, store: Store, part: str) -> None:
        self._store = store
        self._part = part
        self._said = ""
        self._at = 0.0
        self._advanced = -high_water.ADVANCE_SECONDS

    def beat(self, good: bool = True, code: str = "ok") -> None:
        """The part is alive and does well, or not. A database that does not answer is no fault of
        the part's.

        Raises:
            ConfigurationError: the database went back to an older state while this process ran.
        """
        if code == self._said and time.monotonic() - self._at < BEAT_SECONDS:
            return
        with suppress(StoreUnavailable):
            report(self._store, self._part, good, code)
            self._said, self._at = code, time.monotonic()
            if self._at - self._advanced >= high_water.ADVANCE_SECONDS:
                high_water.advance(self._store)
                self._advanced = self._at


def norms(settings: Settings) -> Mapping[str, float]:
    """The parts that an installation with these settings needs, and how many seconds each may be
    silent.

    The longest that each is busy with one thing without saying so: a worker with one mail, the
    sender with a relay that does not answer (RFC 5321 §4.5.3.2), the mailbox until its next poll.
    """
    needed = {"worker": max(300.0, 2.0 * settings.lease_seconds)}
    needed |= {part: source.silent_seconds for part, source in settings.parts()}
    if settings.sends:
        needed["sender"] = 600.0
    return needed


def report(store: Store, part: str, good: bool, code: str = "ok") -> None:
    """Say how a part does now."""
    row = HealthRow(part=part, good=good, code=code, at=store.clock())
    said = update(HealthRow).where(col(HealthRow.part) == part)
    said = said.values(good=row.good, code=row.code, at=row.at)
    with store.write() as session:
        if session.execute(said).rowcount:  # type: ignore[attr-defined]
            return
    # another one of this part may say its first word at this moment
    with suppress(IntegrityError), store.write() as session:
        session.add(row)


def health(store: Store) -> tuple[Health, ...]:
    """How each part does, by name: those that are needed, and others that were heard of lately."""
    needed = norms(store.settings)
    now = store.clock()
    with store.read() as session:
        rows = {
            row.part: row for row in session.exec(select(HealthRow).order_by(col(HealthRow.part)))
        }
    parts = sorted({*needed, *(part for part, row in rows.items() if abs(now - row.at) < _FORGET)})
    return tuple(
        _health(part, rows.get(part), now, needed.get(part, _OTHER_NORM)) for part in parts
    )


def _health(part: str, row: HealthRow | None, now: dt.datetime, norm: float) -> Health:
    """A fault stays told by its own code; a clock that was set back makes nothing look fresh."""
    if row is None:
        return Health(part, False, SILENT, None)
    if row.good and abs(now - row.at).total_seconds() > norm:
        return Health(part, False, SILENT, row.at)
    return Health(part, row.good, row.code, row.at)
