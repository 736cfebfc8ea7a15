"""A consistent copy of the database while everything runs, and putting one back.

SQLite is copied by its online backup, in one step and one read transaction; PostgreSQL by
``pg_dump``, which reads one snapshot. A copy holds no key: with it alone nobody reads a mail.
"""

from __future__ import annotations

import os
import secrets
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, inspect
from sqlalchemy.engine import URL

from intake.errors import ConfigurationError
from intake.settings import Settings
from intake.store import clock
from intake.store.crypto.vault import sync
from intake.store.engine import database_file, make_engine, own_connection, own_errors
from intake.store.shared_files import open_file

_ENVIRONMENT = {
    "host": "PGHOST",
    "hostaddr": "PGHOSTADDR",
    "service": "PGSERVICE",
    "passfile": "PGPASSFILE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "target_session_attrs": "PGTARGETSESSIONATTRS",
}
"""What may stand in the query of a database address, as libpq takes it from the environment."""
_CUSTOM_FORMAT = b"PGDMP"
_SQLITE = b"SQLite format 3\x00"
_LOGS = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a database, by the ends of their names."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A finished copy."""

    file: Path
    size: int
    """Bytes."""


def back_up(settings: Settings, target: Path) -> Copy:
    """Copy the database to a new file that only its owner can read; in a folder, one with the
    moment in its name.

    Raises:
        ConfigurationError: the file exists or cannot be written, or ``pg_dump`` is not installed or
            refuses.
        StoreUnavailable: the database does not answer.
    """
    engine = make_engine(settings.database)
    file = database_file(engine)
    moment = f"{clock.now():%Y%m%dT%H%M%SZ}"
    target = (
        target / f"intake-{moment}.{'dump' if file is None else 'db'}"
        if target.is_dir()
        else target
    )
    if target.exists():
        raise ConfigurationError(
            f"{target} is there already: give another name; a copy never replaces one"
        )
    if file is not None and not file.is_file():
        raise ConfigurationError(f"there is no database {file}: check INTAKE_HOME")
    with _draft(target) as draft:
        if file is None:
            _pg(
                "pg_dump",
                engine.url,
                "--format=custom",
                "--no-owner",
                "--no-privileges",
                f"--file={draft}",
            )
        else:
            _copy_sqlite(engine, draft)
    engine.dispose()
    return Copy(target, target.stat().st_size)


def put_back(settings: Settings, copy: Path) -> Path | None:
    """Make a copy the database. On SQLite the one there is, is put aside; on PostgreSQL the
    database must be empty.

    Returns the folder where the replaced database lies; None when there was none.

    Raises:
        ConfigurationError: no copy of this kind of database, the database is in use or not empty,
            or ``pg_restore`` is not installed or refuses.
        StoreUnavailable: the database does not answer.
    """
    engine = make_engine(settings.database)
    file = database_file(engine)
    _refuse_other_kind(copy, _CUSTOM_FORMAT if file is None else _SQLITE)
    if file is None:
        with own_errors(engine):
            tables = inspect(engine).get_table_names()
        engine.dispose()
        if tables:
            raise ConfigurationError(
                "the database is not empty: make an empty one (`createdb`), name it in"
                " INTAKE_DATABASE_URL, and try again"
            )
        _pg(
            "pg_restore",
            engine.url,
            "--exit-on-error",
            "--single-transaction",
            "--no-owner",
            "--no-privileges",
            str(copy),
            database=True,
        )
        return None
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _draft(file) as draft:
        _copy_of_copy(copy, draft)
        return _put_aside(file) if file.exists() else None


def _refuse_other_kind(copy: Path, magic: bytes) -> None:
    try:
        with copy.open("rb") as stream:
            found = stream.read(len(magic))
    except OSError as error:
        raise ConfigurationError(f"{copy}: {error.strerror}") from None
    if found != magic:
        kind = "SQLite" if magic == _SQLITE else "PostgreSQL (pg_dump --format=custom)"
        raise ConfigurationError(
            f"{copy} is no copy of a database of {kind}, which INTAKE_DATABASE_URL names"
        )


def _copy_sqlite(engine: Engine, target: Path) -> None:
    """All pages in one step: one moment of the database, while others write to its log."""
    with (
        own_errors(engine),
        closing(own_connection(engine)) as source,
        closing(sqlite3.connect(target)) as copy,
    ):
        source.backup(copy, pages=-1)
        _settle(copy)


def _copy_of_copy(copy: Path, target: Path) -> None:
    """Byte for byte, with a log that may lie beside it: the copy itself may be on a medium that
    nobody can write.
    """
    shutil.copyfile(copy, target)
    logs = [(copy.with_name(copy.name + end), target.with_name(target.name + end)) for end in _LOGS]
    try:
        for log, own in logs:
            if log.exists():
                shutil.copyfile(log, own)
        with closing(sqlite3.connect(target)) as connection:
            _settle(connection)
    except sqlite3.DatabaseError:
        raise ConfigurationError(f"{copy} is damaged: take an earlier copy") from None
    finally:
        for _, own in logs:
            own.unlink(missing_ok=True)


def _settle(copy: sqlite3.Connection) -> None:
    """One file without a log, and whole."""
    copy.execute("PRAGMA journal_mode=DELETE")
    if copy.execute("PRAGMA integrity_check(1)").fetchone() != ("ok",):
        raise ConfigurationError(
            "the copy of the database is damaged, as the database may be: keep all earlier copies"
        )


def _put_aside(file: Path) -> Path:
    """Only when nobody has it open: a process that goes on writing to it would acknowledge mails
    into nowhere.

    Leaving the write-ahead log needs that nobody else is there. A damaged database is put aside as
    it is.
    """
    with (
        closing(sqlite3.connect(file, timeout=1, isolation_level=None)) as connection,
        suppress(sqlite3.DatabaseError),
    ):
        try:
            connection.execute("PRAGMA journal_mode=DELETE")
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorname.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
                raise ConfigurationError(
                    f"{file} is in use: stop every intake process first"
                ) from None
    aside = file.with_name(f"replaced-{clock.now():%Y%m%dT%H%M%SZ}")
    aside.mkdir(mode=0o700)
    for one in (file, *(file.with_name(file.name + end) for end in _LOGS)):
        if one.exists():
            one.rename(aside / one.name)
    return aside


def _pg(program: str, url: URL, *arguments: str, database: bool = False) -> None:
    """Address and password go by the environment: other users of the machine can read a command
    line.
    """
    target = ("--dbname", url.database or "") if database else ()
    try:
        done = subprocess.run(  # noqa: S603 - a program of PostgreSQL, no shell
            [program, *target, *arguments],
            env=_environment(url),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
    except FileNotFoundError:
        raise ConfigurationError(
            f"{program} is not installed: install the client of your version of PostgreSQL (Debian:"
            " postgresql-client)"
        ) from None
    if done.returncode:
        said = (
            done.stderr.decode("utf-8", "replace").strip().splitlines()
        )  # the further lines may hold rows
        raise ConfigurationError(f"{program} refuses: {said[0] if said else done.returncode}")


def _environment(url: URL) -> dict[str, str]:
    ours = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    for name, value in url.query.items():
        if variable := _ENVIRONMENT.get(name):
            ours[variable] = str(value)
    named = {
        "PGHOST": url.host,
        "PGPORT": url.port,
        "PGUSER": url.username,
        "PGPASSWORD": url.password,
        "PGDATABASE": url.database,
    }
    return ours | {variable: str(value) for variable, value in named.items() if value}


@contextmanager
def _draft(target: Path) -> Iterator[Path]:
    """A file beside the target that takes its name when it is complete and on the disk."""
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        os.close(open_file(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL))
        yield draft
        sync(draft)
        draft.rename(target)
        sync(target.parent)
    except OSError as error:
        raise ConfigurationError(f"{target} cannot be written: {error.strerror}") from None
    finally:
        draft.unlink(missing_ok=True)
