"""A store of any size, made from a few cases that went the real road: copies of their rows, by SQL.

Every row of every table gets a reference and hashes of its own, and a thousand providers are among
them, but sealed data is cut to 64 bytes, so that a million cases fit a disk: a copy is counted,
found and listed, and does not open.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import text

from intake import settings as settings_module
from intake.settings import Settings
from intake.store import Store
from tests.conftest import Cluster

_BLANK_BYTES = 64
_TABLES = (
    "mail", "identity", "sealed", "trait", "invoice", "care", "event", "reply", "worklist",
    "worklist_word",
)  # fmt: skip
"""In the order of their foreign keys."""
_SHARED = (
    "CASE WHEN c.n % 1000 = 0 THEN {0} ELSE substr({0}, 1, 60) || CAST(1000 + c.n % 1000 AS"
    " text) END"
)
"""A hash that a provider's cases have in common: one in a thousand keeps that of the case it
copies."""
_ENDED = "CASE WHEN c.n % 5 = 1 THEN {} WHEN c.n % 10 = 2 THEN {} ELSE {} END"
_OWN = dict.fromkeys((f"{table}.reference" for table in _TABLES), "c.new") | {
    "mail.state": _ENDED.format("'rejected'", "'ignored'", "'accepted'"),
    "mail.decided_by": _ENDED.format("NULL", "NULL", "t.decided_by"),
    "reply.state": "'sent'",
    "worklist.sequence": "100000000 + c.n",
    "worklist.view": _ENDED.format("'done'", "'ignored'", "'done'"),
    "reply.started_at": "t.created_at",
}

Run = Callable[[str], list[Any]]


class Sqlite:
    """Copies by SQL in one file."""

    name = "SQLite"
    clock = staticmethod(time.process_time)
    """All its work is done in this process."""
    random = "lower(hex(randomblob(32)))"
    numbers = (
        "WITH RECURSIVE s(n) AS (SELECT {0} UNION ALL SELECT n + 1 FROM s WHERE n < {1}) SELECT n"
        " FROM s"
    )
    blank = "substr({0}, 1, {1})"
    """Of sealed data."""
    earlier = "datetime({0}, '-400 days')"

    def settings(self, home: Path) -> Settings:
        return settings_module.load(home=home, replies__mode="confirm")

    @contextmanager
    def filling(self, settings: Settings) -> Iterator[Run]:
        connection = sqlite3.connect(settings.home / "intake.db", isolation_level=None)
        for pragma in (
            "journal_mode=OFF",
            "synchronous=OFF",
            "cache_size=-1000000",
            "foreign_keys=OFF",
            "temp_store=MEMORY",
        ):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("BEGIN")
        yield lambda statement: connection.execute(statement).fetchall()
        connection.execute("COMMIT")
        connection.execute("PRAGMA journal_mode=WAL")
        connection.close()

    def indexes(self, run: Run) -> list[tuple[str, str]]:
        return run("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")

    def columns(self, run: Run, table: str) -> list[str]:
        return [row[1] for row in run(f"PRAGMA table_info({table})")]

    def bytes(self, store: Store) -> int:
        with store.read() as session:
            pages, size = (
                session.execute(text(f"PRAGMA {name}")).scalar_one()
                for name in ("page_count", "page_size")
            )
        return int(pages * size)


class Postgresql:
    """Copies by SQL in a database of a server of our own."""

    name = "PostgreSQL"
    clock = staticmethod(time.perf_counter)
    random = "md5(random()::text) || md5(random()::text)"
    numbers = "SELECT n FROM generate_series({0}, {1}) AS s(n)"
    blank = "substring({0} from 1 for {1})"
    earlier = "{0} - interval '400 days'"

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster

    def settings(self, home: Path) -> Settings:
        return settings_module.load(
            home=home,
            replies__mode="confirm",
            database_url=self.cluster.address(self.cluster.new_database()),
        )

    @contextmanager
    def filling(self, settings: Settings) -> Iterator[Run]:
        with psycopg.connect(settings.database, autocommit=True) as connection:
            connection.execute("SET session_replication_role = replica")
            connection.execute("SET maintenance_work_mem = '512MB'")

            def run(statement: str) -> list[Any]:
                cursor = connection.execute(statement)
                return cursor.fetchall() if cursor.description else []

            yield run
            run("VACUUM ANALYZE")

    def indexes(self, run: Run) -> list[tuple[str, str]]:
        return run(
            "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND indexname"
            " NOT IN (SELECT conname FROM pg_constraint) AND indexname NOT LIKE 'alembic%'"
        )

    def columns(self, run: Run, table: str) -> list[str]:
        return [
            row[0]
            for row in run(
                f"SELECT column_name FROM information_schema.columns WHERE table_name = '{table}'"
                " ORDER BY ordinal_position"
            )
        ]

    def bytes(self, store: Store) -> int:
        with store.read() as session:
            return int(
                session.execute(text("SELECT pg_database_size(current_database())")).scalar_one()
            )


Database = Sqlite | Postgresql


def fill(database: Database, settings: Settings, size: int) -> None:
    """Copies of the accepted cases until there are so many: one in five refused with its letter
    sent, one in ten ignored.

    Most come in without indexes, which are then made at once; the last ones come in as mails do, at
    random places, which leaves the pages of the indexes as full as they are after years, and not as
    full as on their first day.
    """
    with database.filling(settings) as run:
        references = [
            row[0]
            for row in run("SELECT reference FROM mail WHERE state = 'accepted' ORDER BY sequence")
        ]
        last = size - len(references)
        at_once = last * 85 // 100
        made = database.indexes(run)
        for name, _ in made:
            run(f"DROP INDEX {name}")
        _copy(database, run, references, 1, at_once)
        for _, sql in made:
            run(sql)
        _copy(database, run, references, at_once + 1, last)


def _copy(database: Database, run: Run, references: Sequence[str], first: int, last: int) -> None:
    run("DROP TABLE IF EXISTS copied")
    run("CREATE TEMPORARY TABLE copied (n integer, old text, new text)")
    chosen = " ".join(f"WHEN {at} THEN '{reference}'" for at, reference in enumerate(references))
    numbers = database.numbers.format(first, last)
    run(
        f"INSERT INTO copied SELECT n, CASE n % {len(references)} {chosen} END,"
        f" substr({database.random}, 1, 12) FROM ({numbers}) AS numbers"
    )
    for table in _TABLES:
        kept = [
            name
            for name in database.columns(run, table)
            if name != "id" and (table, name) != ("mail", "sequence")
        ]
        values = ", ".join(_copied(database, table, name) for name in kept)
        run(
            f"INSERT INTO {table} ({', '.join(kept)}) SELECT {values} FROM copied c JOIN {table} t"
            " ON t.reference = c.old ORDER BY c.n"
        )


def _copied(database: Database, table: str, name: str) -> str:
    """What stands in a column of a copy; what is equal for all cases of a provider is so for one
    case in a thousand."""
    column = f"t.{name}"
    if f"{table}.{name}" in _OWN:
        return _OWN[f"{table}.{name}"]
    if name in ("sender_hash", "domain_hash", "kvk_hash", "vat_hash", "name_hash"):
        return _SHARED.format(column)
    if f"{table}.{name}" == "trait.hash":
        return (
            f"CASE WHEN t.kind = 'message-id' THEN {database.random} ELSE"
            f" {_SHARED.format(column)} END"
        )
    if name in ("message_id", "hash") or name.endswith("_hash"):
        return database.random
    if f"{table}.{name}" == "sealed.data":
        return database.blank.format(column, _BLANK_BYTES)
    if name in ("received_at", "decided_at", "at", "created_at", "counted_at"):
        return database.earlier.format(column)
    return column
