"""What the clerk's pages cost with many invoices: ``python -m bench.desk [100000] [--postgresql]``.

The invoices are put in by bulk, with cards that open, a thousand suppliers, and most of them done;
twelve in the fast lane came the real road. Told are the median and the 99th percentile of the time
that the server takes for each page, how much of it this process worked, and the plan of every
statement that was asked.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import logging
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import structlog
from fastapi.testclient import TestClient
from sqlalchemy import event, insert, text

from bench.copies import Database, Postgresql, Sqlite
from intake.children import open_sandbox
from intake.model.basics import local_today
from intake.review import app
from intake.sandbox.client import Sandbox
from intake.sandbox.task import ChildKind
from intake.settings import load
from intake.store import Store, clock, open_store, sealed, users, worklist_rows
from intake.store.crypto import vault
from intake.store.decision import CARDS, Card, CardInvoice, CardPoint
from intake.store.migration import migrate
from intake.store.tables import (
    BatchInvoiceRow,
    BatchRow,
    CorrectionRow,
    EventRow,
    FaultRow,
    InvoiceRow,
    MailRow,
    ReplyRow,
    Role,
    SealedRow,
    View,
    WorklistRow,
    WorklistWordRow,
)
from tests.conftest import Cluster
from tests.review.test_fast import fill_lane

MOST_MEDIAN, MOST_P99 = 150, 400
"""Milliseconds that a page may take."""
OPEN = {View.LOOK: 3, View.NEW: 1, View.LETTER: 1, View.WAITING: 1}
"""In a hundred invoices; the others are done."""
_STANDING = (View.LOOK, View.NEW, View.WAITING)
"""Views of what is not decided."""
SUPPLIERS = 1000
_AT_ONCE = 5000
_PASSWORD = "correct paard batterij"
_TABLES = (
    MailRow, SealedRow, InvoiceRow, WorklistRow, WorklistWordRow, BatchRow, BatchInvoiceRow, EventRow,
    ReplyRow, FaultRow, CorrectionRow,
)  # fmt: skip
"""In the order of their foreign keys."""
_STATES = {View.LETTER: "rejected", View.WAITING: "waiting", View.DONE: "accepted"}


def fill(store: Store, size: int) -> None:
    """So many mails with an invoice each, by bulk."""
    views = [view for view, share in OPEN.items() for _ in range(share)]
    for first in range(0, size, _AT_ONCE):
        made: dict[Any, list[dict[str, Any]]] = {table: [] for table in _TABLES}
        made[BatchRow].append(_batch(store, first // _AT_ONCE + 1))
        for number in range(first, min(first + _AT_ONCE, size)):
            at = number * 7919 % 100
            view = views[at] if at < len(views) else View.DONE
            _one(store, number, view, made)
            _history(number, first // _AT_ONCE + 1, view, made)
        with store.write() as session:
            for table, rows in made.items():
                session.connection().execute(insert(table), rows)
    with store.engine.connect() as connection:
        connection.execute(text("ANALYZE"))
        connection.commit()


def _one(store: Store, number: int, view: View, made: dict[Any, list[dict[str, Any]]]) -> None:
    reference = f"IN-{_base32(number // 32**4)}-{_base32(number)}"
    received = store.clock() - dt.timedelta(days=1 + number * 31 % 2000)
    supplier = f"Zorgpraktijk {number % SUPPLIERS:04}"
    cents, ended = 10_000 + number * 37 % 900_000, view not in OPEN
    key, wrapped = store.vault.new_data_key(reference, local_today())
    euros = f"{cents // 100}.{cents % 100:02}"
    point = None if ended else CardPoint("vat-amount", "sum")
    whole = CardInvoice("1.2", f"F-{number}", supplier, euros, point)
    card = CARDS.pack(
        Card(supplier, f"F-{number}", euros, "Compleet.", "a@b.example", None, (whole,))
    )
    decided = {"decided_at": received, "decided_by": "bench" if view is View.DONE else None}
    made[MailRow].append(
        {
            "sequence": number + 1000,
            "reference": reference,
            "state": _STATES.get(view, "queued"),
            "version": 2,
            "received_at": received,
            "key_period": wrapped.period,
            "wrapped_key": wrapped.data,
            "envelope": b"",
            "municipality": "almere",
            "due": False,
            "deadline": local_today() if view is View.WAITING else None,
            "invoices": 1,
            "attempts": 0,
            "wakes": 0,
            "rejects": 0,
            "reviews": 0,
            **decided,
        }
    )
    made[SealedRow].append(
        {
            "reference": reference,
            "kind": sealed.CARD,
            "path": "",
            "data": key.seal(f"{sealed.CARD}|", card),
        }
    )
    made[InvoiceRow].append(
        {
            "reference": reference,
            "path": "1.2",
            "state": _STATES.get(view, "to-decide"),
            "decided_by": decided["decided_by"],
            "decided_at": received if view is View.DONE else None,
            "settled_after": None if view in _STANDING else number * 7919 % 2_000_000,
            "municipality": "almere",
            "received_on": received.date(),
            "due_on": received.date() + dt.timedelta(days=30),
            "kind": "invoice",
            "facts_sealed": False,
            "supplier_name": supplier,
            "kvk": f"{number % SUPPLIERS:08}",
            "iban": "NL91ABNA0417164300",
            "number": f"F-{number}",
            "gross_cents": cents,
        }
    )
    made[WorklistRow].append(
        {
            "reference": reference,
            "path": "1.2",
            "sequence": number + 1000,
            "view": view.value,
            "state": _STATES.get(view, "to-decide"),
            "received_on": received.date(),
            "due_on": received.date() + dt.timedelta(days=30),
            "municipality": "almere",
            "supplier": worklist_rows.folded(supplier),
            "kvk": f"{number % SUPPLIERS:08}",
            "cents": cents,
            "why": "",
            "position": 1,
            "together": 1,
            "assigned": "",
        }
    )
    words = {
        "number": worklist_rows.ends_of(f"f{number}"),
        "supplier": worklist_rows.folded(supplier).split(),
        "kvk": [f"{number % SUPPLIERS:08}"],
    }
    made[WorklistWordRow] += [
        {"word": word, "reference": reference, "path": "1.2", "kind": kind}
        for kind, found in words.items()
        for word in set(found)
    ]


def _history(number: int, batch: int, view: View, made: dict[Any, list[dict[str, Any]]]) -> None:
    """What happened to it: two events, a letter, for one in twenty a correction; a batch when it is
    done, faults when it is refused.
    """
    mail, invoice = made[MailRow][-1], made[InvoiceRow][-1]
    reference, at = mail["reference"], mail["received_at"]
    codes = ["received", "queued", *(["corrected"] if number % 20 == 0 else [])]
    made[EventRow] += [{"reference": reference, "at": at, "code": code} for code in codes]
    made[ReplyRow].append(
        {
            "reference": reference,
            "number": 1,
            "kind": "question" if number % 10 == 0 else "receipt",
            "state": "sent",
            "message_id": f"<{reference}@bench.example>",
            "sender_hash": "",
            "domain_hash": "",
            "composed": b"x" * 2000,
            "created_at": at,
            "started_at": at,
            "attempts": 1,
        }
    )
    if number % 20 == 0:
        fact = ("iban", "invoice_number", "gross_amount")[number // 20 % 3]
        made[CorrectionRow].append(
            {"at": at, "fact": fact, "municipality": "almere", "kvk": invoice["kvk"]}
        )
    if view is View.LETTER:
        checks = ("kvk-number", "iban", "addressee", "vat-id", "bsn")
        made[FaultRow] += [
            {"reference": reference, "path": "1.2", "check_id": checks[(number // 100 + at) % 5]}
            for at in (0, 1)
        ]
    if view is View.DONE:
        made[BatchInvoiceRow].append(
            {
                "batch": batch + 100,
                "position": len(made[BatchInvoiceRow]),
                "reference": reference,
                "path": "1.2",
                "checksum": "",
                "paid_on": invoice["received_on"] + dt.timedelta(days=number % 40),
                "reverses": False,
            }
        )


def _batch(store: Store, number: int) -> dict[str, Any]:
    coding = dict.fromkeys(("cost_centre", "cost_type", "task_field", "vat_code", "checksum"), "")
    return {
        "number": number + 100,
        "municipality": "almere",
        "state": "booked",
        "made_by": "bench",
        "made_at": store.clock(),
        "count": 0,
        "total_cents": 0,
        **coding,
    }


def _base32(number: int) -> str:
    signs = "ABCDEFGHJKMNPQRSTVWXYZ0123456789"
    return "".join(signs[number // 32**power % 32] for power in (3, 2, 1, 0))


@contextmanager
def desk(
    database: Database, home: Path, size: int, sandbox: Sandbox
) -> Iterator[tuple[Any, Store]]:
    """A clerk at the page of a store of this size."""
    home.mkdir()
    settings = database.settings(home)
    vault.create_keys(settings.key_folder, clock.now().date())
    migrate(settings)
    with open_store(settings) as store:
        users.set_user(store, "anna", _PASSWORD, tuple(Role))
        fill_lane(store, 12)
        begun = time.perf_counter()
        fill(store, size)
        print(f"\n{database.name}: {size:,} invoices made in {time.perf_counter() - begun:.0f} s")
        plain = load(home=home, review__secure_cookie=False, database_url=settings.database_url)
        client = TestClient(app.create_app(store, plain, sandbox), base_url="http://127.0.0.1")
        form = client.get("/inloggen").text
        client.post("/inloggen", data={"name": "anna", "password": _PASSWORD, "csrf": _token(form)})
        yield client, store


def _token(page: str) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found
    return found[1]


def pages(client: Any) -> dict[str, str]:
    """The address of every page that is measured."""
    token = _token(client.get("/").text)

    def searched(words: str) -> str:
        return _sent(client, "/zoeken", {"csrf": token, "search": words})

    def filtered(**fields: str) -> str:
        return _sent(client, "/filteren", {"csrf": token, "tab": "alles", **fields})

    found = {
        "to look at": "/?tab=bekijken",
        "new supplier or account": "/?tab=nieuw",
        "what is done": "/?tab=afgehandeld",
        "everything": "/?tab=alles",
        "mine": "/?tab=van-mij",
        "done, by supplier": _sorted(client, "/?tab=afgehandeld", "Leverancier"),
        "done, by amount": _sorted(client, "/?tab=afgehandeld", "Bedrag"),
        "everything, by days to pay": _sorted(client, "/?tab=alles", "Betalen binnen"),
        "everything, page 20": _deep(client, "/?tab=alles", 20),
        "filter: one supplier's KvK": filtered(kvk="00000017"),
        "filter: beginning of a name": filtered(supplier="zorgpraktijk 00"),
        "filter: amounts and state": filtered(
            amount_from="100", amount_until="900", row_state="accepted"
        ),
        "filter: a period": filtered(received_from="2024-01-01", received_until="2024-03-31"),
        "search: part of a number": searched("777"),
        "search: an amount": searched("€ 1.234,50"),
        "search: a common word": searched("zorgpraktijk"),
        "search: two words": searched("zorgpraktijk 0017"),
        "search: IBAN": searched("NL91 ABNA 0417 1643 00"),
        "search: sender": searched("info@vlinder.example"),
        "search: nothing": searched("bestaatniet"),
        "fast lane": "/snel",
        "today": "/vandaag",
        "figures of a month": "/cijfers",
        "figures of a year": f"/cijfers?van={local_today() - dt.timedelta(days=365)}",
    }
    case = re.search(r'value="(IN-[^|]+)\|', client.get("/snel").text)
    return found | ({"one invoice": f"/zaak/{case[1]}?tab=snel"} if case else {})


def _sent(client: Any, path: str, fields: dict[str, str]) -> str:
    return str(client.post(path, data=fields, follow_redirects=False).headers["location"])


def _sorted(client: Any, address: str, head: str) -> str:
    found = re.search(rf'<a href="([^"]+)">{head}', client.get(address).text)
    assert found
    return found[1]


def _deep(client: Any, address: str, page: int) -> str:
    for _ in range(page - 1):
        found = re.search(r'id="next-page" rel="next" href="([^"]+)"', client.get(address).text)
        assert found
        address = found[1]
    return address


def measured(client: Any, address: str, rounds: int) -> tuple[list[float], list[float]]:
    """Milliseconds by the clock, and those that this process worked, of each round."""
    wall, worked = [], []
    for _ in range(rounds):
        begun, cpu = time.perf_counter(), time.process_time()
        answer = client.get(address)
        wall.append(1000 * (time.perf_counter() - begun))
        worked.append(1000 * (time.process_time() - cpu))
        assert answer.status_code == 200, (address, answer.status_code)
    return wall, worked


@contextmanager
def statements_of(store: Store) -> Iterator[dict[str, Any]]:
    """Every statement that reads, with the values that it was asked with."""
    seen: dict[str, Any] = {}

    def begins(_c: Any, _cursor: Any, statement: str, values: Any, _x: Any, many: bool) -> None:
        if statement.startswith(("SELECT", "WITH")) and not many and "pg_" not in statement:
            seen.setdefault(statement, values)

    event.listen(store.engine, "before_cursor_execute", begins)
    try:
        yield seen
    finally:
        event.remove(store.engine, "before_cursor_execute", begins)


def plan(store: Store, statement: str, values: Any) -> list[str]:
    """The steps of a plan that touch a table."""
    with store.engine.connect() as connection:
        if not store.on_postgresql:
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
            return [
                row[3]
                for row in rows
                if row[3].startswith(("SCAN", "SEARCH")) and " anon_" not in row[3]
            ]
        told = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", values).scalar_one()
    return list(_steps((json.loads(told) if isinstance(told, str) else told)[0]["Plan"]))


def _steps(step: dict[str, Any]) -> Iterator[str]:
    if "Relation Name" in step:
        by = step.get("Index Name", "")
        where = step.get("Index Cond", step.get("Recheck Cond", ""))
        yield f"{step['Node Type']} {step['Relation Name']} {by} {where}".strip()
    for inner in step.get("Plans", ()):
        yield from _steps(inner)


def run(database: Database, home: Path, size: int, rounds: int, sandbox: Sandbox) -> bool:
    """Measure one database; False when a page takes too long."""
    good = True
    with desk(database, home, size, sandbox) as (client, store):
        print(f"{'page':<32}{'median ms':>11}{'p99 ms':>9}{'worked ms':>11}")
        with statements_of(store) as seen:
            for name, address in pages(client).items():
                wall, worked = measured(client, address, rounds)
                high = quantiles(wall, n=100)[98]
                slow = median(wall) > MOST_MEDIAN or high > MOST_P99
                good = good and not slow
                print(
                    f"{name:<32}{median(wall):>11.0f}{high:>9.0f}{median(worked):>11.0f}"
                    f"{'  !' if slow else ''}"
                )
        print("\nplans")
        for steps in sorted({tuple(dict.fromkeys(plan(store, *each))) for each in seen.items()}):
            print("  " + "\n    ".join(steps))
    return good


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("size", type=int, nargs="?", default=100_000)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--postgresql", action="store_true", help="on PostgreSQL too")
    chosen = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    good = True
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="intake-desk-")))
        sandbox = stack.enter_context(open_sandbox(ChildKind.READING))
        databases: list[Callable[[], Database]] = [Sqlite]
        if chosen.postgresql:
            cluster = Cluster()
            stack.callback(cluster.stop)
            databases.append(lambda: Postgresql(cluster))
        for make in databases:
            database = make()
            home = folder / database.name
            good = run(database, home, chosen.size, chosen.rounds, sandbox) and good
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
