"""A number that the database and its key store both keep and that only grows: by it a database that
was put back shows.

A copy of the database that is put back has the number of the day it was made; the key store, which
lies outside the database and its backups, has a higher one. No clock is asked.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import update
from sqlmodel import col

from intake.errors import ConfigurationError
from intake.store import Store
from intake.store.shared_files import open_file
from intake.store.tables import InstallationRow

ADVANCE_SECONDS = 60.0
"""How often each running process makes the number grow: a copy younger than this does not show."""

_FILE = "database.mark"


def refuse_older(store: Store) -> None:
    """Stop before mails are answered twice.

    Raises:
        ConfigurationError: the database is older than its key store.
    """
    if is_older(store):
        raise ConfigurationError(
            "the database is older than its key store, so it was put back from a copy: run `intake"
            " restore`, which holds the replies that may have left already, then start again"
        )


def is_older(store: Store) -> bool:
    """Whether the key store has seen a later state of this database."""
    with _opened(store.settings.key_folder, make=False) as file:
        return file is not None and _number(file) > _stored(store)


def can_show(store: Store) -> bool:
    """Whether this user can write the number beside the keys."""
    file = store.settings.key_folder / _FILE
    return os.access(file if file.exists() else file.parent, os.W_OK)


def advance(store: Store) -> None:
    """Make the number grow, in the database first.

    Raises:
        ConfigurationError: the database went back while this process ran.
        StoreUnavailable: the database does not answer.
    """
    with _opened(store.settings.key_folder) as file:
        if file is None:
            return
        if _number(file) > _stored(store):
            raise ConfigurationError(
                "the database went back to an older state while intake ran: run `intake restore`"
            )
        _write(file, _grown(store, 0))


def catch_up(store: Store) -> None:
    """After a restore: a number above all that the key store has seen.

    Raises:
        StoreUnavailable: the database does not answer.
    """
    with _opened(store.settings.key_folder) as file:
        if file is not None:
            _write(file, _grown(store, _number(file)))


def _stored(store: Store) -> int:
    with store.read() as session:
        row = session.get(InstallationRow, 1)
        return row.high_water if row else 0


def _grown(store: Store, least: int) -> int:
    number = col(InstallationRow.high_water)
    with store.write() as session:
        if least:
            session.execute(update(InstallationRow).where(number < least).values(high_water=least))
        grown = update(InstallationRow).values(high_water=number + 1).returning(number)
        return int(session.execute(grown).scalar_one())


@contextmanager
def _opened(folder: Path, make: bool = True) -> Iterator[int | None]:
    """The file, locked; None where it is not, or cannot be written."""
    try:
        file = open_file(folder / _FILE, os.O_RDWR | (os.O_CREAT if make else 0))
    except OSError:
        yield None
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file
    finally:
        os.close(file)


def _number(file: int) -> int:
    """Nothing that can be read as a number is no number yet: it never stops a start."""
    with suppress(ValueError):
        return int(os.pread(file, 32, 0))
    return 0


def _write(file: int, number: int) -> None:
    """At most digits are added, so that a crash in between leaves the old number or the new one."""
    os.pwrite(file, f"{number:020d}\n".encode("ascii"), 0)
