"""The connection to SQLite or PostgreSQL, with the settings that durability needs, and its errors
in our own words.
"""

from __future__ import annotations

import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import (
    ArgumentError,
    DatabaseError,
    InterfaceError,
    InternalError,
    OperationalError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout

from intake.errors import ConfigurationError, StoreFull, StoreUnavailable

BUSY_SECONDS = 20
READ_ONLY = "intake_read_only"
"""Execution option: a transaction that only reads takes no write lock on SQLite."""

_FULL_BELOW_BYTES = 4_000_000
_DAMAGED = ("SQLITE_NOTADB", "SQLITE_CORRUPT")
_OWN_CA = "for a CA of your own, add sslrootcert=FILE to INTAKE_DATABASE_URL"
_NO_CONNECTION = (
    (("root certificate file",), f"the file of its CA cannot be read: {_OWN_CA}"),
    (("certificate verify failed",), f"its certificate is not trusted: {_OWN_CA}"),
    (("server certificate for",), "its certificate is of another name: check the host"),
    (("does not support ssl",), "it speaks no TLS: check sslmode in INTAKE_DATABASE_URL"),
    (("resolve host",), "there is no such host: check the host in INTAKE_DATABASE_URL"),
    (("translate host",), "there is no such host: check the host in INTAKE_DATABASE_URL"),
    (("socket", "no such file"), "no server at that socket: check the host, and that it runs"),
    (("refused",), "nobody listens at that port: check the port, and that PostgreSQL runs"),
    (("timeout",), "no answer: check host and port, and the firewall"),
    (("timed out",), "no answer: check host and port, and the firewall"),
    (("no password supplied",), "the role has a password: set it in INTAKE_DATABASE_URL"),
    (("password authentication",), "it refuses the password, or knows no such role"),
    (("authentication failed",), "it takes this role from another user of the machine only"),
    (("pg_hba.conf",), "pg_hba.conf lets this role, address or database not in"),
    (("role", "does not exist"), "there is no such role: check the name in INTAKE_DATABASE_URL"),
    (("database", "does not exist"), "there is no such database: check its name, or create it"),
    (("permission denied for database",), "the role may not use this database: GRANT CONNECT"),
    (("too many",), "all its connections are taken"),
    (("starting up",), "it is starting: wait"),
)
"""What the driver says when no connection comes about, all of these words, and what that means; the
first that fits."""


def make_engine(address: str) -> Engine:
    """An engine for ``sqlite:///…`` or ``postgresql://…`` (psycopg 3).

    Raises:
        ConfigurationError: another kind of address.
    """
    try:
        url = make_url(address)
    except ArgumentError:
        raise ConfigurationError(
            "INTAKE_DATABASE_URL is not an address like postgresql://user@host/database"
        ) from None
    pool = {"hide_parameters": True, "pool_size": 5, "max_overflow": 20}
    if url.get_backend_name() == "sqlite":
        engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS}, **pool)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    if url.get_backend_name() == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
        arguments = {"connect_timeout": 10, "application_name": "intake"}
        engine = create_engine(url, connect_args=arguments, pool_pre_ping=True, **pool)
        event.listen(engine, "connect", _prepare_postgresql)
        return engine
    raise ConfigurationError(
        f"INTAKE_DATABASE_URL: {url.get_backend_name()} is not supported; use sqlite or postgresql"
    )


def database_file(engine: Engine) -> Path | None:
    """The file of an SQLite database; None for PostgreSQL."""
    sqlite = engine.dialect.name == "sqlite" and engine.url.database
    return Path(sqlite) if sqlite else None


def is_there(engine: Engine) -> bool:
    """Whether there is a database; True of a server, which is asked later.

    Raises:
        StoreUnavailable: this user cannot see whether there is a file.
    """
    file = database_file(engine)
    try:
        return file is None or bool(file.stat())
    except FileNotFoundError:
        return False
    except OSError as error:
        raise StoreUnavailable(
            f"{file} cannot be read ({error.strerror}): check who owns it and its folder, and as"
            " whom this runs"
        ) from None


@contextmanager
def own_errors(engine: Engine) -> Iterator[None]:
    """Turn what SQLAlchemy or the driver raises for trouble with the database into our own errors,
    without its parameters.

    Raises:
        StoreFull: no space left.
        StoreUnavailable: locked, unreachable, restarted, or unable to write.
    """
    try:
        yield
    except (OperationalError, InterfaceError, InternalError) as error:
        raise _translated(error.orig, engine) from None
    except DatabaseError as error:
        if getattr(error.orig, "sqlite_errorname", "").startswith(_DAMAGED):
            raise _translated(error.orig, engine) from None
        raise
    except PoolTimeout:
        raise StoreUnavailable("no database connection is free") from None
    except (sqlite3.OperationalError, psycopg.OperationalError, psycopg.InterfaceError) as error:
        raise _translated(error, engine) from None


def own_connection(engine: Engine) -> Any:
    """A prepared connection of the driver itself, outside the pool; its user closes it."""
    connection = engine.raw_connection()
    driver = connection.driver_connection
    connection.detach()
    return driver


def _translated(cause: Any, engine: Engine) -> StoreUnavailable:
    if isinstance(cause, sqlite3.Error):
        code = getattr(cause, "sqlite_errorname", "SQLITE")
        if code == "SQLITE_FULL" or (
            code.startswith(("SQLITE_IOERR", "SQLITE_CANTOPEN")) and _no_space(engine)
        ):
            return StoreFull(f"no space left for the database ({code})")
        if code.startswith(("SQLITE_CANTOPEN", "SQLITE_READONLY", "SQLITE_PERM")):
            return StoreUnavailable(
                f"the database cannot be opened or written ({code}): check who owns"
                f" {engine.url.database} and its folder, and as whom this runs"
            )
        if code.startswith(_DAMAGED):
            return StoreUnavailable(
                f"{engine.url.database} is damaged, or no database ({code}): put a copy back with"
                " `intake restore`"
            )
        return StoreUnavailable(f"the database does not answer ({code})")
    state = getattr(cause, "sqlstate", None)
    if state == "53100":
        return StoreFull("no space left for the database (53100)")
    return StoreUnavailable(f"the database does not answer ({state or _why_no_connection(cause)})")


def _why_no_connection(cause: Exception) -> str:
    """What is wrong of host, port, role, password, name and certificate. The driver tells it in
    words only; they are not repeated.
    """
    told = str(cause).lower()
    found = (why for words, why in _NO_CONNECTION if all(word in told for word in words))
    return next(found, "no connection: check INTAKE_DATABASE_URL")


def _no_space(engine: Engine) -> bool:
    file = database_file(engine)
    return file is not None and shutil.disk_usage(file.parent).free < _FULL_BELOW_BYTES


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None
    _write_ahead(connection)
    for pragma in (
        f"busy_timeout={1000 * BUSY_SECONDS}",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
        "temp_store=MEMORY",
        "journal_size_limit=0",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Switch to the write-ahead log. Where two do so with a new file at the same moment, SQLite tells
    one of them that the other is busy, without waiting.
    """
    until = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorname != "SQLITE_BUSY" or time.monotonic() > until:
                raise
        time.sleep(0.02)


def _begin_sqlite(connection: Connection) -> None:
    read_only = connection.get_execution_options().get(READ_ONLY, False)
    connection.connection.driver_connection.execute("BEGIN" if read_only else "BEGIN IMMEDIATE")  # type: ignore[union-attr]


def _prepare_postgresql(connection: Any, _record: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '30s'")
        cursor.execute("SET idle_in_transaction_session_timeout = '120s'")
        cursor.execute("SET timezone = 'UTC'")
    connection.commit()
