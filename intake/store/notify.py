"""Waking those who wait for work: LISTEN/NOTIFY on PostgreSQL, a glance at the file's change
counter on SQLite.
"""

from __future__ import annotations

import time
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from intake.errors import StoreUnavailable
from intake.store import Store
from intake.store.engine import own_connection, own_errors

MAIL = "intake_mail"
REPLY = "intake_reply"

_GLANCE_SECONDS = 0.05
_NOTIFY = text("SELECT pg_notify(:channel, '')")


def tell(store: Store, session: Session, channel: str) -> None:
    """Wake the waiters of a channel when this transaction commits."""
    if store.on_postgresql:
        session.connection().execute(_NOTIFY, {"channel": channel})


def wait(store: Store, seconds: float, channel: str) -> None:
    """Return when something was committed since the last wait of this thread, at the latest after
    ``seconds``.

    Raises:
        StoreUnavailable: the database does not answer.
    """
    waiter = _waiter(store, channel)
    try:
        with own_errors(store.engine):
            waiter.wait(seconds)
    except StoreUnavailable:
        del store.waiting.waiters[channel]
        waiter.connection.close()
        raise


class _SqliteWaiter:
    """``PRAGMA data_version`` changes when another connection commits
    (sqlite.org/pragma.html#pragma_data_version).
    """

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self._seen: int | None = None

    def wait(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while True:
            version = int(self.connection.execute("PRAGMA data_version").fetchone()[0])
            if version != self._seen:
                self._seen = version
                return
            left = end - time.monotonic()
            if left <= 0:
                return
            time.sleep(min(_GLANCE_SECONDS, left))


class _PostgresqlWaiter:
    """Listens from its first wait on, so that what is committed between a claim and the next wait
    is not missed.
    """

    def __init__(self, connection: Any, channel: str) -> None:
        self.connection = connection
        connection.autocommit = True
        connection.execute(f"LISTEN {channel}")
        self._fresh = True

    def wait(self, seconds: float) -> None:
        if self._fresh:
            self._fresh = False  # something may have been committed just before we listened
            return
        for _ in self.connection.notifies(timeout=seconds, stop_after=1):
            return


def _waiter(store: Store, channel: str) -> _SqliteWaiter | _PostgresqlWaiter:
    """This thread's own waiter on this store, with a connection of its own outside the pool."""
    waiters: dict[str, _SqliteWaiter | _PostgresqlWaiter] = store.waiting.__dict__.setdefault(
        "waiters", {}
    )
    if channel not in waiters:
        with own_errors(store.engine):
            connection = own_connection(store.engine)
            waiters[channel] = (
                _PostgresqlWaiter(connection, channel)
                if store.on_postgresql
                else _SqliteWaiter(connection)
            )
    return waiters[channel]
