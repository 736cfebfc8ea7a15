"""How each part does: one row for each process that works at it, for `doctor`, the monitor and the
page. Codes only, never content.

A process that is dead or hangs says nothing, so silence counts: every part has a norm for how long
it may be silent. A part does well when somebody was heard of it, and nobody tells of a fault.
"""

from __future__ import annotations

import datetime as dt
import os
import socket
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from intake.errors import StoreUnavailable
from intake.settings import Settings
from intake.store import Store, high_water
from intake.store.tables import HealthRow

BEAT_SECONDS = 10.0
"""How often a part that does well says so."""
SILENT = "silent"
"""Code of a part that was not heard of within its norm."""
_ENDED = "ended"
"""Code of a process that ended as it was told to: its silence counts while no other takes over."""

_OTHER_NORM = 600.0
_FORGET = dt.timedelta(days=1)
"""A part that these settings do not ask for (another machine's, or one taken out of use) counts so
long after its last word."""


@dataclass(frozen=True, slots=True)
class Process:
    """One process that works at a part."""

    name: str
    """Host and number: ``web01/4711``."""
    good: bool
    code: str
    """An error's code, ``silent``, or ``ok``."""
    at: dt.datetime
    """When it was heard of last."""


@dataclass(frozen=True, slots=True)
class Health:
    part: str
    """``worker``, ``sender``, or the name of a mail source."""
    good: bool
    code: str
    """An error's code, ``silent``, or ``ok``."""
    at: dt.datetime | None
    """When it was heard of last; None: never."""
    processes: tuple[Process, ...] = ()


class Pulse:
    """What this process says of its work at a part: at once when its state changes, else every
    ``BEAT_SECONDS``.
    """

    def __init__(self, store: Store, part: str) -> None:
        self._store = store
        self._part = part
        self._process = this_process()
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
            report(self._store, self._part, good, code, self._process)
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


def this_process() -> str:
    """As ``Process.name``."""
    return f"{socket.gethostname()}/{os.getpid()}"


def report(store: Store, part: str, good: bool, code: str = "ok", process: str = "") -> None:
    """Say how a process does now, of the part that it works at."""
    name = f"{part}@{process or this_process()}"
    row = HealthRow(part=name, good=good, code=code, at=store.clock())
    said = update(HealthRow).where(col(HealthRow.part) == name)
    said = said.values(good=row.good, code=row.code, at=row.at)
    with store.write() as session:
        if session.execute(said).rowcount:  # type: ignore[attr-defined]
            return
    # another thread of this process may say its first word at this moment
    with suppress(IntegrityError), store.write() as session:
        _forget(session, part, store.clock())
        session.add(row)


def leave(store: Store) -> None:
    """This process ends, as it was told to."""
    own = col(HealthRow.part).endswith(f"@{this_process()}", autoescape=True)
    with suppress(StoreUnavailable), store.write() as session:
        session.execute(update(HealthRow).where(own).values(good=True, code=_ENDED))


def health(store: Store) -> tuple[Health, ...]:
    """How each part does, by name: those that are needed, and others that were heard of lately."""
    needed = norms(store.settings)
    now = store.clock()
    rows: defaultdict[str, list[HealthRow]] = defaultdict(list)
    with store.read() as session:
        for row in session.exec(select(HealthRow).order_by(col(HealthRow.part))):
            rows[_part_of(row)].append(row)
    parts = sorted({*needed, *(p for p, found in rows.items() if _lately(found, now))})
    return tuple(
        _health(part, rows.get(part, ()), now, needed.get(part, _OTHER_NORM)) for part in parts
    )


def _health(part: str, rows: Sequence[HealthRow], now: dt.datetime, norm: float) -> Health:
    """A fault that is told counts, and after it the last word; a process that is silent counts for
    itself only, while others are heard of.
    """
    if not rows:
        return Health(part, False, SILENT, None)
    last = max(rows, key=lambda row: row.at)
    counted = [row for row in _lately(rows, now) if row.code != _ENDED] or [last]
    processes = [_process(row, now, norm) for row in counted]
    heard = [each for each in processes if _is_within(each.at, now, norm)]
    faults = [each for each in heard if not each.good]
    told = max(faults or heard or processes, key=lambda each: each.at)
    return Health(part, told.good, told.code, told.at, tuple(processes))


def _process(row: HealthRow, now: dt.datetime, norm: float) -> Process:
    """A fault stays told by its own code; a clock that was set back makes nothing look fresh."""
    name = row.part.partition("@")[2]
    if row.good and not _is_within(row.at, now, norm):
        return Process(name, False, SILENT, row.at)
    return Process(name, row.good, row.code, row.at)


def _is_within(at: dt.datetime, now: dt.datetime, seconds: float) -> bool:
    return abs(now - at).total_seconds() <= seconds


def _lately(rows: Sequence[HealthRow], now: dt.datetime) -> list[HealthRow]:
    return [row for row in rows if abs(now - row.at) < _FORGET]


def _part_of(row: HealthRow) -> str:
    return row.part.partition("@")[0]


def _forget(session: Session, part: str, now: dt.datetime) -> None:
    """A new process takes the place of those that were killed: on this machine nobody has their
    number any more; others were not heard of for long.
    """
    for row in session.exec(select(HealthRow).where(col(HealthRow.part).startswith(part))):
        is_over = row.code == _ENDED or not _lately([row], now) or _is_dead_here(row)
        if _part_of(row) == part and is_over:
            session.delete(row)


def _is_dead_here(row: HealthRow) -> bool:
    host, _, number = row.part.partition("@")[2].rpartition("/")
    if host != socket.gethostname() or not number.isdecimal():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except (OSError, OverflowError):
        return False
    return False
