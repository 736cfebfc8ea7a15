"""Two clocks: the wall clock for dates, and the lease clock that nobody can set back.

On PostgreSQL leases are measured by the database's clock, so that many machines agree. On SQLite,
which one machine uses, by the time since boot together with the boot's id: setting the clock,
summer time and a restart of the machine cannot keep work locked or give it out twice.
"""

from __future__ import annotations

import ctypes
import datetime as dt
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from sqlalchemy import ColumnElement, bindparam, or_, text
from sqlmodel import Session, col

from intake.store.tables import MailRow, ReplyRow

_DATABASE_CLOCK = text("SELECT extract(epoch FROM clock_timestamp())")


def now() -> dt.datetime:
    """This moment, aware, UTC."""
    return dt.datetime.now(dt.UTC)


@dataclass(frozen=True, slots=True)
class Tick:
    """A moment of the lease clock: seconds, comparable within one boot only."""

    boot: str
    seconds: float


def tick(session: Session) -> Tick:
    """The lease clock now."""
    if session.get_bind().dialect.name == "postgresql":
        return Tick("database", float(session.connection().execute(_DATABASE_CLOCK).scalar_one()))
    return Tick(_boot_id(), time.clock_gettime(time.CLOCK_BOOTTIME))


def hold_is_over(
    row: type[MailRow] | type[ReplyRow], moment: Tick | None = None
) -> ColumnElement[bool]:
    """True for rows that nobody holds any longer; without a moment, the statement's parameters
    ``boot`` and ``seconds`` tell it.
    """
    boot, seconds = (
        (moment.boot, moment.seconds) if moment else (bindparam("boot"), bindparam("seconds"))
    )
    return or_(
        col(row.hold_until).is_(None), col(row.hold_boot) != boot, col(row.hold_until) <= seconds
    )


@lru_cache
def _boot_id() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()


_TIME_ERROR = 5


def is_synchronised() -> bool | None:
    """Whether a time server set the clock of this machine (adjtimex(2)); None: it does not tell."""
    with suppress(OSError, AttributeError):
        asked = ctypes.create_string_buffer(512)  # struct timex, with nothing to be changed
        answer = int(ctypes.CDLL(None).adjtimex(asked))
        return None if answer < 0 else answer != _TIME_ERROR
    return None
