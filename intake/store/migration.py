"""Brings a database to the schema of this version: ``intake migrate``."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, inspect, text

from intake.errors import ConfigurationError
from intake.settings import Settings
from intake.store import business_facts, faults, open_store, schema_of, supplier_learning, worklist
from intake.store.engine import database_file, make_engine, own_errors
from intake.store.shared_files import open_file
from intake.store.tables import SCHEMA

_MIGRATION_LOCK = 20260101


def migrate(settings: Settings) -> None:
    """Bring the schema to this version (Alembic, in one transaction). An embedded database is made
    when absent.

    Raises:
        ConfigurationError: the database was made by a newer version.
        StoreUnavailable: the database does not answer.
    """
    engine = make_engine(settings.database)
    file = database_file(engine)
    if file is not None and not file.exists():
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(open_file(file, os.O_WRONLY | os.O_CREAT))
    with own_errors(engine), engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(
                text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _MIGRATION_LOCK}
            )
        found = schema_of(connection)
        if found is not None and found > SCHEMA:
            raise ConfigurationError(
                f"the database has schema {found}, made by a newer intake; this one knows up to"
                f" {SCHEMA}"
            )
        configuration = Config()
        configuration.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
        configuration.attributes["connection"] = connection
        with _numbers_go_on(connection):
            command.upgrade(configuration, SCHEMA)
        connection.execute(
            text("UPDATE mail SET municipality = :own WHERE municipality = ''"),
            {"own": settings.profile},
        )
    engine.dispose()
    _fill_in(settings)


@contextmanager
def _numbers_go_on(connection: Connection) -> Iterator[None]:
    """Rebuilding a table of SQLite forgets the numbers of rows that are gone; none is given twice."""
    given = _given_numbers(connection)
    yield
    for table, number in given.items():
        connection.execute(
            text("UPDATE sqlite_sequence SET seq = max(seq, :number) WHERE name = :table"),
            {"number": number, "table": table},
        )
    lost = given.keys() - _given_numbers(connection).keys()
    known = inspect(connection).get_table_names()
    for table in lost.intersection(known):
        connection.execute(
            text("INSERT INTO sqlite_sequence (name, seq) VALUES (:table, :number)"),
            {"number": given[table], "table": table},
        )


def _given_numbers(connection: Connection) -> dict[str, int]:
    if connection.dialect.name != "sqlite" or "sqlite_sequence" not in _all_tables(connection):
        return {}
    rows = connection.execute(text("SELECT name, seq FROM sqlite_sequence"))
    return {row.name: row.seq for row in rows}


def _all_tables(connection: Connection) -> set[str]:
    return set(connection.execute(text("SELECT name FROM sqlite_master")).scalars())


def _fill_in(settings: Settings) -> None:
    """What a migration cannot do, since it has no keys. A database without mails needs none."""
    engine = make_engine(settings.database)
    with own_errors(engine), engine.connect() as connection:
        empty = connection.execute(text("SELECT 1 FROM mail LIMIT 1")).first() is None
    engine.dispose()
    if not empty:
        with open_store(settings) as store:
            business_facts.fill(store)
            if supplier_learning.is_empty(store):
                supplier_learning.fill(store)
            if faults.is_empty(store):
                faults.fill(store)
            worklist.fill(store)
