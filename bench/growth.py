"""What one mail, one look and one idle second cost with 1,000, 100,000 and 1,000,000 cases in hand;
ratios to the smallest.

``python -m bench.growth [--postgresql] [--sizes 1000 100000 1000000] [--rounds 12]``. A hundred
mails go the real road and are accepted; the others are copies of their rows (copies.py). What the
measured work opens (the queue, the first page of what is done) is real.

The stores are measured in turn, a round at a time, and medians are told: what the machine does
meanwhile, it does to all.
"""

from __future__ import annotations

import argparse
import datetime as dt
import itertools
import logging
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import structlog
from cryptography import x509
from sqlalchemy import text

from bench import mails
from bench.copies import Database, Postgresql, Sqlite, fill
from bench.road import TO, certificate_of
from intake import worker
from intake.model.mail import Envelope
from intake.pipeline import Desk
from intake.review.pages.queue import PART
from intake.store import Store, cases, clock, journal, open_store, work_queue, worklist
from intake.store.crypto import vault
from intake.store.migration import migrate
from intake.store.tables import CaseState, View
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


@dataclass(slots=True)
class Place:
    """One store of one size, with what measures it."""

    size: int
    clock: Callable[[], float]
    store: Store
    desk: Desk
    leases: worker.Leases
    certificate: x509.Certificate
    numbers: Iterator[str]
    told: dict[str, list[float]] = field(default_factory=dict)

    def tell(self, name: str, value: float) -> None:
        self.told.setdefault(name, []).append(value)


def road(place: Place, number: int) -> None:
    """Mails, one by one: keep, claim, judge, commit. CPU of this process alone: the children that
    read never see the store."""
    now = dt.datetime.now(dt.UTC)
    for _ in range(number):
        raw = mails.mail(next(place.numbers), place.certificate, TO, now)
        begun = time.process_time()
        journal.keep(
            place.store,
            raw,
            Envelope("smtp", now, "administratie@vlinder.example", (TO,), "127.0.0.1"),
        )
        kept = time.process_time()
        claim = work_queue.claim(place.store, "bench", 60)
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
            if work_queue.claim(place.store, "bench", 60) is None:
                work_queue.wait_for_work(place.store, worker.IDLE_SECONDS)

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
    """What the review page asks for: ms of CPU on SQLite, ms by the clock on PostgreSQL."""
    asked: dict[str, Callable[[], object]] = {
        "counts of the views, ms": lambda: worklist.counts(place.store),
        "the queue, first page, ms": lambda: _page(place.store, View.LOOK),
        "what is done, first page, ms": lambda: _page(place.store, View.DONE),
        "search by number, ms": lambda: _page(place.store, None, "2026-90001"),
        "search by words, ms": lambda: _page(place.store, None, "zorgpraktijk de vlinder"),
        "what came today, ms": lambda: cases.received_on(place.store, place.store.today, 20_000),
    }
    for name, ask in asked.items():
        place.tell(name, 1000 * min(_timed(ask, place.clock) for _ in range(3)))


def _timed(ask: Callable[[], object], clock: Callable[[], float]) -> float:
    begun = clock()
    ask()
    return clock() - begun


def _page(store: Store, view: View | None, search: str = "") -> object:
    views = frozenset({view} if view else View)
    return worklist.find(store, worklist.Wanted(views, search=search), PART)


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
        place = Place(
            size,
            database.clock,
            store,
            stack.enter_context(worker.open_desk(settings, store)),
            stack.enter_context(worker.Leases(store, 60)),
            certificate,
            map("2026-{:05}".format, itertools.count(90_000)),
        )
        road(place, TEMPLATES)
        with store.read() as session:
            references = session.execute(text("SELECT reference FROM mail")).scalars().all()
        for reference in references:
            cases.accept(store, reference, "bench", cases.get_case(store, reference).version)
        place.numbers = map("2026-{:05}".format, itertools.count(10_000))
        store.close()
        begun = time.perf_counter()
        fill(database, settings, size)
        print(
            f"{database.name}: {size:,} cases made in {time.perf_counter() - begun:.0f} s",
            file=sys.stderr,
            flush=True,
        )
        road(place, OPEN)
        place.told.clear()
        yield place
        store.close()


def measured(database: Database, folder: Path, sizes: Sequence[int], rounds: int) -> list[Place]:
    with ExitStack() as stack:
        places = [
            stack.enter_context(placed(database, folder / f"{database.name}-{size}", size))
            for size in sizes
        ]
        for turn in range(rounds + 1):
            for place in places:
                before = database.bytes(place.store)
                road(place, MAILS)
                place.tell(
                    "bytes of the database a mail, kB",
                    (database.bytes(place.store) - before) / MAILS / 1000,
                )
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
