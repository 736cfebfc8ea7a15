"""What one mail, one look and one idle second cost with 1,000, 100,000 and 1,000,000 cases in hand; ratios to the smallest.

``python -m bench.growth [--postgresql] [--sizes 1000 100000 1000000] [--rounds 12]``. A hundred mails go the real road and are
accepted; the others are copies of their rows, made by SQL: every row of every table with a reference and hashes of its own
and a thousand providers among them, but sealed data cut to 64 bytes and 40 bytes a verdict, so that a million cases fit a disk.
What is read by the measured work (open cases, the first page of every list) is real.

The stores are measured in turn, a round at a time, and medians are told: what the machine does meanwhile, it does to all.
"""

from __future__ import annotations

import argparse
import datetime as dt
import itertools
import logging
import sqlite3
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import psycopg
import structlog
from cryptography import x509
from sqlalchemy import text

from bench import mails
from bench.road import TO, certificate_of
from intake import settings as settings_module
from intake import worker
from intake.pipeline import Desk
from intake.review.queue import PART, TABS, Kind
from intake.settings import Settings
from intake.store import Store, cases, clock, journal, migrate, open_store, queue, vault
from intake.store.tables import CaseState
from intake.types import Envelope
from tests.conftest import Cluster

SIZES = (1_000, 100_000, 1_000_000)
LIMIT = 1.1
TEMPLATES = 100
"""Cases that went the real road, were accepted, and are copied."""
OPEN = 60
"""Cases that a clerk has still to see, the same at every size."""
MAILS = 12
"""In a round, of each store."""
IDLE_SECONDS = 2.0
_BLANK_BYTES = 64

_TABLES = ("mail", "identity", "sealed", "trait", "invoice", "care", "event", "reply")
_SHARED = "CASE WHEN c.n % 1000 = 0 THEN {0} ELSE substr({0}, 1, 60) || CAST(1000 + c.n % 1000 AS text) END"
_ENDED = "CASE WHEN c.n % 5 = 1 THEN {} WHEN c.n % 10 = 2 THEN {} ELSE {} END"
_OWN = dict.fromkeys((f"{table}.reference" for table in _TABLES), "c.new") | {
    "mail.state": _ENDED.format("'rejected'", "'ignored'", "'accepted'"),
    "mail.decided_by": _ENDED.format("NULL", "NULL", "t.decided_by"),
    "reply.state": "'sent'",
    "reply.started_at": "t.created_at",
}

Run = Callable[[str], list[Any]]


@dataclass(slots=True)
class Place:
    """One store of one size, with what measures it."""

    size: int
    store: Store
    desk: Desk
    leases: worker.Leases
    certificate: x509.Certificate
    numbers: Iterator[str]
    told: dict[str, list[float]] = field(default_factory=dict)

    def tell(self, name: str, value: float) -> None:
        self.told.setdefault(name, []).append(value)


class Sqlite:
    """Copies by SQL in one file."""

    name = "SQLite"
    random = "lower(hex(randomblob(32)))"
    numbers = "WITH RECURSIVE s(n) AS (SELECT {0} UNION ALL SELECT n + 1 FROM s WHERE n < {1}) SELECT n FROM s"
    blank = "substr({0}, 1, {1})"
    """Of sealed data."""
    earlier = "datetime({0}, '-400 days')"

    def settings(self, home: Path) -> Settings:
        return settings_module.load(home=home, reply_mode="confirm")

    @contextmanager
    def filling(self, settings: Settings) -> Iterator[Run]:
        connection = sqlite3.connect(settings.home / "intake.db", isolation_level=None)
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-1000000", "foreign_keys=OFF", "temp_store=MEMORY"):
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
            pages, size = (session.execute(text(f"PRAGMA {name}")).scalar_one() for name in ("page_count", "page_size"))
        return int(pages * size)


class Postgresql:
    """Copies by SQL in a database of a server of our own."""

    name = "PostgreSQL"
    random = "md5(random()::text) || md5(random()::text)"
    numbers = "SELECT n FROM generate_series({0}, {1}) AS s(n)"
    blank = "substring({0} from 1 for {1})"
    earlier = "{0} - interval '400 days'"

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster

    def settings(self, home: Path) -> Settings:
        return settings_module.load(home=home, reply_mode="confirm", database_url=self.cluster.address(self.cluster.new_database()))

    @contextmanager
    def filling(self, settings: Settings) -> Iterator[Run]:
        with psycopg.connect(settings.database, autocommit=True) as connection:
            connection.execute("SET session_replication_role = replica")
            connection.execute("SET maintenance_work_mem = '512MB'")

            def run(statement: str) -> list[Any]:
                cursor = connection.execute(statement)  # type: ignore[call-overload]
                return cursor.fetchall() if cursor.description else []

            yield run
            run("VACUUM ANALYZE")

    def indexes(self, run: Run) -> list[tuple[str, str]]:
        return run(
            "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND indexname NOT IN (SELECT conname FROM pg_constraint)"
            " AND indexname NOT LIKE 'alembic%'"
        )

    def columns(self, run: Run, table: str) -> list[str]:
        return [row[0] for row in run(f"SELECT column_name FROM information_schema.columns WHERE table_name = '{table}' ORDER BY ordinal_position")]

    def bytes(self, store: Store) -> int:
        with store.read() as session:
            return int(session.execute(text("SELECT pg_database_size(current_database())")).scalar_one())


Database = Sqlite | Postgresql


def fill(database: Database, settings: Settings, size: int) -> None:
    """Copies of the accepted cases until there are so many: one in five refused with its letter sent, one in ten ignored.

    Most come in without indexes, which are then made at once; the last ones come in as mails do, at random places, which
    leaves the pages of the indexes as full as they are after years, and not as full as on their first day.
    """
    with database.filling(settings) as run:
        references = [row[0] for row in run("SELECT reference FROM mail WHERE state = 'accepted' ORDER BY sequence")]
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
    run(f"INSERT INTO copied SELECT n, CASE n % {len(references)} {chosen} END, substr({database.random}, 1, 12) FROM ({numbers}) AS numbers")
    for table in _TABLES:
        kept = [name for name in database.columns(run, table) if name not in ("id", "sequence")]
        values = ", ".join(_copied(database, table, name) for name in kept)
        run(f"INSERT INTO {table} ({', '.join(kept)}) SELECT {values} FROM copied c JOIN {table} t ON t.reference = c.old ORDER BY c.n")


def _copied(database: Database, table: str, name: str) -> str:
    """What stands in a column of a copy; what is equal for all cases of a provider is so for one case in a thousand."""
    column = f"t.{name}"
    if f"{table}.{name}" in _OWN:
        return _OWN[f"{table}.{name}"]
    if name in ("sender_hash", "domain_hash", "kvk_hash", "vat_hash", "name_hash"):
        return _SHARED.format(column)
    if f"{table}.{name}" == "trait.hash":
        return f"CASE WHEN t.kind = 'message-id' THEN {database.random} ELSE {_SHARED.format(column)} END"
    if name in ("message_id", "hash") or name.endswith("_hash"):
        return database.random
    if f"{table}.{name}" == "sealed.data":
        return database.blank.format(column, _BLANK_BYTES)
    if name in ("received_at", "decided_at", "at", "created_at", "counted_at"):
        return database.earlier.format(column)
    return column


def road(place: Place, number: int) -> None:
    """Mails, one by one: keep, claim, judge, commit. CPU of this process alone: the children that read never see the store."""
    now = dt.datetime.now(dt.UTC)
    for _ in range(number):
        raw = mails.mail(next(place.numbers), place.certificate, TO, now)
        begun = time.process_time()
        journal.keep(place.store, raw, Envelope("smtp", now, "administratie@vlinder.example", (TO,), "127.0.0.1"))
        kept = time.process_time()
        claim = queue.claim(place.store, "bench", 60)
        claimed = time.process_time()
        assert claim is not None
        worker.handle(place.store, place.desk, place.leases, claim)
        ended = time.process_time()
        place.tell("a mail, ms of CPU", 1000 * (ended - begun))
        place.tell("  kept", 1000 * (kept - begun))
        place.tell("  claimed", 1000 * (claimed - kept))


def idle(place: Place) -> None:
    """A worker's five hands with nothing to do."""
    stop = threading.Event()

    def hand() -> None:
        while not stop.is_set():
            if queue.claim(place.store, "bench", 60) is None:
                queue.wait_for_work(place.store, worker.IDLE_SECONDS)

    hands = [threading.Thread(target=hand) for _ in range(worker.AT_ONCE)]
    for each in hands:
        each.start()
    time.sleep(0.3)
    begun = time.process_time()
    time.sleep(IDLE_SECONDS)
    spent = time.process_time() - begun
    stop.set()
    for each in hands:
        each.join()
    place.tell("an idle second of a worker, ms of CPU", 1000 * spent / IDLE_SECONDS)


def looks(place: Place) -> None:
    """What the review page asks for."""
    done = next(tab for tab in TABS if tab.key == "afgehandeld")
    asked: dict[str, Callable[[], object]] = {
        "counts of the tabs, ms": lambda: _counts(place.store),
        "the queue, first page, ms": lambda: _page(place.store, TABS[0]),
        "what is done, first page, ms": lambda: _page(place.store, done),
        "search by number in the queue, ms": lambda: _page(place.store, TABS[0], "2026-90001"),
        "search by number in what is done, ms": lambda: _page(place.store, done, "2026-90001"),
        "search by words in the queue, ms": lambda: _page(place.store, TABS[0], "zorgpraktijk de vlinder"),
        "what came today, ms": lambda: cases.list_cases(place.store, day=place.store.today, limit=20_000),
    }
    for name, ask in asked.items():
        place.tell(name, 1000 * min(_timed(ask) for _ in range(3)))


def _timed(ask: Callable[[], object]) -> float:
    begun = time.perf_counter()
    ask()
    return time.perf_counter() - begun


def _counts(store: Store) -> object:
    return cases.counts(store, cases.COUNTED + 1), cases.counts_for_a_clerk(store)


def _page(store: Store, tab: Kind, search: str = "") -> object:
    return cases.list_cases(store, tab.states, search, PART + 1, 0, reply_waits=tab.reply_waits)


@contextmanager
def placed(database: Database, home: Path, size: int) -> Iterator[Place]:
    """A store of this size."""
    home.mkdir()
    settings = database.settings(home)
    vault.create_keys(settings.key_folder, clock.now().date())
    certificate = x509.load_pem_x509_certificate(certificate_of(settings.key_folder).certificate)
    migrate(settings)
    with ExitStack() as stack:
        store = open_store(settings)
        place = Place(size, store, stack.enter_context(worker.open_desk(settings, store)), stack.enter_context(worker.Leases(store, 60)), certificate,
                      map("2026-{:05}".format, itertools.count(90_000)))
        road(place, TEMPLATES)
        with store.read() as session:
            references = session.execute(text("SELECT reference FROM mail")).scalars().all()
        for reference in references:
            cases.accept(store, reference, "bench", cases.get_case(store, reference).version)
        place.numbers = map("2026-{:05}".format, itertools.count(10_000))
        store.close()
        begun = time.perf_counter()
        fill(database, settings, size)
        print(f"{database.name}: {size:,} cases made in {time.perf_counter() - begun:.0f} s", file=sys.stderr, flush=True)
        road(place, OPEN)
        place.told.clear()
        yield place
        store.close()


def measured(database: Database, folder: Path, sizes: Sequence[int], rounds: int) -> list[Place]:
    with ExitStack() as stack:
        places = [stack.enter_context(placed(database, folder / f"{database.name}-{size}", size)) for size in sizes]
        for turn in range(rounds + 1):
            for place in places:
                before = database.bytes(place.store)
                road(place, MAILS)
                place.tell("bytes of the database a mail, kB", (database.bytes(place.store) - before) / MAILS / 1000)
                looks(place)
                idle(place)
                if not turn:
                    place.told.clear()
                _accepted(place.store)
        return places


def _accepted(store: Store) -> None:
    """The clerk keeps up: the queue stays as long as it was."""
    for row in cases.list_cases(store, [CaseState.QUEUED], limit=10_000)[OPEN:]:
        cases.accept(store, row.reference, "bench", cases.get_case(store, row.reference).version)


def tell(database: Database, places: Sequence[Place]) -> None:
    print(f"\n{database.name}, medians" + "".join(f"{place.size:>20,}" for place in places))
    for name in places[0].told:
        values = [median(place.told[name]) for place in places]
        cells = "".join(f"{value:>13.2f} {value / (values[0] or 1):>4.2f} x" for value in values)
        print(f"{name:<41}{cells}{'' if max(values) <= LIMIT * values[0] else '  !'}")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--postgresql", action="store_true")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--rounds", type=int, default=12)
    chosen = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    database: Database = Postgresql(Cluster()) if chosen.postgresql else Sqlite()
    try:
        with tempfile.TemporaryDirectory() as folder:
            Path(folder).chmod(0o755)
            tell(database, measured(database, Path(folder), chosen.sizes, chosen.rounds))
    finally:
        if isinstance(database, Postgresql):
            database.cluster.remove()


if __name__ == "__main__":
    main()
