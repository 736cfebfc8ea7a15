"""One sender at a time: who holds this lock knows that a reply left in ``sending`` was left by a
dead process.

On PostgreSQL a session's advisory lock (it goes with the connection, so with the process or its
machine), on SQLite flock(2) on a file beside the database. Further senders stand by and take over.
"""

from __future__ import annotations

import fcntl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import text

from intake.store import Store
from intake.store.engine import database_file, own_errors

_LOCK = 20260102
_ASK_SECONDS = 2.0


@contextmanager
def sole_sender(store: Store, stop: threading.Event) -> Iterator[Callable[[], None] | None]:
    """Wait to be the only sender; gives a function that asks whether that still holds, or None when
    ``stop`` came first.

    Raises:
        StoreUnavailable: the connection that holds the lock is gone (raised by the function too).
    """
    with _on_postgresql(store, stop) if store.on_postgresql else _on_sqlite(store, stop) as still:
        yield still


@contextmanager
def _on_postgresql(store: Store, stop: threading.Event) -> Iterator[Callable[[], None] | None]:
    with (
        own_errors(store.engine),
        store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection,
    ):

        def ask() -> None:
            with own_errors(store.engine):
                connection.execute(text("SELECT 1"))

        while not connection.execute(
            text("SELECT pg_try_advisory_lock(:lock)"), {"lock": _LOCK}
        ).scalar_one():
            if stop.wait(_ASK_SECONDS):
                yield None
                return
        try:
            yield ask
        finally:
            connection.invalidate()


@contextmanager
def _on_sqlite(store: Store, stop: threading.Event) -> Iterator[Callable[[], None] | None]:
    file = database_file(store.engine)
    assert file is not None
    with file.with_name("sender.lock").open("a") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if stop.wait(_ASK_SECONDS):
                    yield None
                    return
            else:
                yield lambda: None
                return
