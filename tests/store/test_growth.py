"""What is asked again and again costs the same with ten times as many cases that are done."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import event

from bench import copies
from intake.model.care import CareLine
from intake.model.invoice import Field
from intake.model.mail import MailboxFolder, MessageState, Reply, ReplyKind
from intake.model.verdict import MailOutcome
from intake.settings import Settings
from intake.store import (
    Store,
    audit,
    cases,
    decision,
    health,
    high_water,
    incidents,
    invoices,
    journal,
    left_out,
    mailbox_ledger,
    measures,
    open_store,
    outbox,
    pairing,
    providers,
    restores,
    work_queue,
    worklist,
    worklist_search,
)
from intake.store.lookups import StoreLookups
from intake.store.tables import View
from tests.conftest import Cluster, SettingsOn
from tests.store import things

FEW, MANY = 300, 3000
GROWING = (
    "mail",
    "sealed",
    "identity",
    "trait",
    "invoice",
    "care",
    "event",
    "reply",
    "companion",
    "audit",
    "incident",
    "ledger",
    "destroyed",
    "worklist",
    "worklist_word",
)
SHORT_INDEXES = (
    "mail_due_index",
    "mail_deadline_index",
    "mail_remind_index",
    "reply_unsent",
    "ledger_unfinished",
    "ix_incident_judgement",
)
"""They hold what is open and nothing else, so that they may be read from end to end."""
LINE = CareLine(
    1, things.BSN, "huisarts", "45A52", "Begeleiding", dt.date(2026, 9, 1), dt.date(2026, 9, 30)
)
LINES = tuple(replace(LINE, row=row, product_code=f"45A{row:02}") for row in range(1, 61))
"""More hashes than a planner of a database takes for few."""
LATER = dt.date(2040, 1, 1)


def judged(number: str, **changes: Any) -> decision.Decision:
    """An ordinary invoice with its care, and a receipt that a clerk sends."""
    read = things.verdict(invoices=(things.invoice(number),), reply=ReplyKind.RECEIPT)
    return things.decision(
        read,
        "confirm",
        care_lines=(LINE,),
        message_ids=(f"<{number}@praktijk.example>",),
        **changes,
    )


def filled(settings: Settings, database: copies.Database, size: int) -> Store:
    """A few cases that were accepted, so many copies of them, and a few that are open."""
    store = open_store(settings)
    for number in range(8):
        reference = things.decided(store, number, judged(f"2025-{number}"))
        cases.accept(store, reference, "anna", cases.get_case(store, reference).version)
    store.close()
    copies.fill(database, settings, size)
    store = open_store(settings)
    for number in range(100, 103):
        things.decided(store, number, judged(f"2026-{number}"))
        things.refused(store, number + 100, held="confirm")
    return store


def a_mail(store: Store, number: int, made: decision.Decision) -> str:
    """Down the whole road: with everything that is asked about earlier mails."""
    reference = things.keep(store, number)
    journal.known(store, things.mail(number))
    claim = things.claim(store)
    for read in made.verdict.invoices:
        StoreLookups(store).history(read.invoice, reference, things.SENDER)
        elsewhere = replace(read.invoice, iban=Field.of("NL31RABO0317445092"))
        StoreLookups(store).history(elsewhere, reference, "zorg@elsewhere.example")
    marks = pairing.marks(
        store, reference, made.message_ids, things.SENDER, ["2026-100"], "Re: IN-7K3F-9QXM"
    )
    pairing.waiting_for(store, marks)
    pairing.loose_for(store, marks)
    providers.attachment_passwords(store, things.SENDER, ["01234567"])
    work_queue.finish(store, claim, made)
    pairing.partners(store, reference)
    return reference


def everything(store: Store) -> None:
    """The road, the processes that wait, and the review page."""
    waits = things.verdict(
        MailOutcome.WAITING, invoices=(things.invoice("2026-300"),), deadline=LATER, remind_on=LATER
    )
    marks = pairing.marks(
        store, "IN-0000-000A", ["<vraag@praktijk.example>"], things.SENDER, ["2026-300"]
    )
    waiting = a_mail(
        store, 300, things.decision(waits, considered=pairing.Considered(marks, has_invoice=True))
    )
    loose = things.verdict(MailOutcome.WAITING, deadline=LATER, completes=())
    known = pairing.Considered(marks, has_invoice=False, references=frozenset({waiting}))
    a_mail(store, 301, things.decision(loose, numbers=("2026-301",), considered=known))
    queued = a_mail(store, 302, replace(judged("2026-302"), care_lines=LINES))
    question = things.decision(things.verdict(MailOutcome.QUARANTINED, reply=ReplyKind.QUESTION))
    doubtful = a_mail(store, 303, question)

    assert work_queue.claim(store, "worker", 60) is None
    health.report(store, "worker", True)
    outbox.recover(store)
    for outgoing in outbox.due(store):
        sent = outbox.mark_sending(store, outgoing)
        outbox.mark_sent(store, sent)
        outbox.mark_bounced(store, sent.message_id)
    watched, place = mailbox_ledger.MailboxLedger(store), MailboxFolder("a@b", "INBOX", 1)
    watched.to_take_in(place, range(1, 20))
    watched.record(place, 1, MessageState.KEPT, queued, b"x")
    watched.to_move(place)
    watched.attempts(place)
    watched.done_folder("a@b")
    left_out.waiting(store)
    left_out.of_case(store, queued)
    restores.after(store, things.NOW)
    high_water.advance(store)
    invoices.elsewhere(store, queued, cases.get_case(store, queued).verdict)

    cases.counts(store, most=20)
    cases.counts_for_a_clerk(store)
    cases.reply_counts(store)
    cases.list_cases(store, search=queued, limit=1)
    the_worklist(store, queued)
    cases.received_on(store, things.NOW.date())
    health.health(store)
    incidents.waiting(store)
    incidents.count_open(store)
    audit.record(store, "anna", queued, "case", "een klacht")
    audit.readings(store, queued)
    audit.alerts(store)
    audit.head(store)
    cases.get_case(store, queued)
    cases.care_lines(store, queued)
    (each,) = cases.get_case(store, queued).invoices
    cases.accept(store, queued, "anna", each.version, path=each.path)
    letter = Reply(things.SENDER, "Uw factuur", "Wij betalen deze factuur nog niet.")
    refusal = cases.Refusal("te laat", letter)
    cases.refuse(store, doubtful, "anna", cases.get_case(store, doubtful).version, refusal)


def the_worklist(store: Store, queued: str) -> None:
    """Every view in every order, every filter by itself and with another, and every search."""
    worklist.counts(store)
    worklist.count_assigned(store, "anna")
    worklist.opened(store, queued, "bram")
    some = (
        worklist.Filters(supplier="zorg"),
        worklist.Filters(kvk="01234567", cents_from=10_000),
        worklist.Filters(cents_from=149_382, cents_until=149_382),
        worklist.Filters(received_from=things.NOW.date(), received_until=things.NOW.date()),
        worklist.Filters(municipality="almere", state="accepted"),
        worklist.Filters(state="rejected"),
        worklist.Filters(assigned="anna"),
    )
    for view in View:
        for sort in worklist.Sort:
            for downwards in (True, False):
                wanted = worklist.Wanted(frozenset({view}), sort=sort, downwards=downwards)
                worklist.find(store, wanted)
                worklist.next_in_view(store, wanted, queued, "anna")
    for filters in some:
        worklist.find(store, worklist.Wanted(frozenset(View), filters))
        worklist.next_in_view(store, worklist.Wanted(frozenset(View), filters), queued)
    searches = ("2026-302", "vlinder", "zorgpraktijk de vlinder", "vlinder 2025-1", "€ 1.493,82")
    for search in (*searches, "NL91 ABNA 0417 1643 00", things.SENDER, "praktijk.example", queued):
        worklist.find(store, worklist.Wanted(frozenset(View), search=search))
    worklist.closed(store, queued, "bram")


@pytest.fixture(autouse=True)
def small_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """What stops at a bound stops at it in the small store too."""
    for module, name in (
        (worklist, "WINDOW"),
        (worklist, "COUNTED"),
        (worklist, "COUNTED_OPEN"),
        (worklist_search, "COMMON"),
        (worklist_search, "MOST"),
    ):
        monkeypatch.setattr(module, name, 20)


@contextmanager
def steps_of(store: Store) -> Iterator[Mapping[str, int]]:
    """Steps of SQLite's virtual machine for each statement, twenty at a time, the most that one run
    of it took."""
    most: dict[str, int] = {}
    statement_now, steps = "", 0

    def step() -> None:
        nonlocal steps
        steps += 1
        most[statement_now] = max(most.get(statement_now, 0), steps)

    def begins(connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        nonlocal statement_now, steps
        statement_now, steps = re.sub(r"\(\?(, \?)*\)", "(?)", statement), 0
        connection.connection.driver_connection.set_progress_handler(step, 20)

    event.listen(store.engine, "before_cursor_execute", begins)
    try:
        yield most
    finally:
        event.remove(store.engine, "before_cursor_execute", begins)


def test_no_statement_takes_more_steps_with_more_cases_that_are_done(
    settings_on: SettingsOn,
) -> None:
    """What is looked through at every mail, look or idle second would get slower from year to year,
    until the service stands still."""
    taken = []
    for size in (FEW, MANY):
        store = filled(settings_on("sqlite", replies__mode="automatic"), copies.Sqlite(), size)
        with steps_of(store) as steps:
            everything(store)
        store.close()
        taken.append(dict(steps))
    few, many = taken

    dearer = {
        statement: (few.get(statement, 0), steps)
        for statement, steps in many.items()
        if steps > 1.5 * few.get(statement, 0) + 20
    }

    assert len(many) > 50
    assert dearer == {}


def test_what_a_monitor_asks_each_minute_costs_the_same_with_more_cases_that_are_done(
    settings_on: SettingsOn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The numbers on a board would slow down what they are about."""
    monkeypatch.setattr(audit, "_PAGE", 20)
    taken = []
    for size in (FEW, MANY):
        store = filled(settings_on("sqlite"), copies.Sqlite(), size)
        later = store.clock() + 2 * measures.MONTH
        store.clock = lambda moment=later: moment  # type: ignore[misc]
        with steps_of(store) as steps:
            measures.measure(store)
            audit.end_holds(store, audit.head(store))
        store.close()
        taken.append(dict(steps))
    few, many = taken

    assert len(many) > 4
    assert {s: (few[s], many[s]) for s in many if many[s] > 1.5 * few.get(s, 0) + 20} == {}


@contextmanager
def statements_of(store: Store) -> Iterator[Mapping[str, Any]]:
    seen: dict[str, Any] = {}

    def begins(
        _connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool
    ) -> None:
        if statement.startswith(("SELECT", "UPDATE", "DELETE", "WITH")) and "pg_" not in statement:
            seen.setdefault(statement, parameters[0] if many else parameters)

    event.listen(store.engine, "before_cursor_execute", begins)
    try:
        yield seen
    finally:
        event.remove(store.engine, "before_cursor_execute", begins)


def walked(plan: Mapping[str, Any], limited: bool = False) -> Iterator[str]:
    """Tables of a plan that are read from end to end.

    The first rows of an index are not its end.
    """
    table, kind = plan.get("Relation Name"), plan["Node Type"]
    limited = limited or kind == "Limit"
    chosen = (
        limited
        or "Index Cond" in plan
        or "Bitmap" in kind
        or plan.get("Index Name") in SHORT_INDEXES
    )
    if table in GROWING and "Scan" in kind and not chosen:
        yield f"{kind} on {table}"
    for part in plan.get("Plans", ()):
        yield from walked(part, limited)


def test_postgresql_has_an_index_for_every_statement(
    settings_on: SettingsOn, postgresql: Cluster
) -> None:
    """An index that only SQLite can use helps nobody who outgrew it."""
    store = filled(
        settings_on("postgresql", replies__mode="automatic"), copies.Postgresql(postgresql), MANY
    )
    with statements_of(store) as seen:
        everything(store)
        measures.measure(store)
        audit.end_holds(store, audit.head(store))
    found = {}
    with store.engine.connect() as connection:
        connection.exec_driver_sql("SET enable_seqscan = off")
        for statement, parameters in seen.items():
            told = connection.exec_driver_sql(
                f"EXPLAIN (FORMAT JSON) {statement}", parameters
            ).scalar_one()
            plan = (json.loads(told) if isinstance(told, str) else told)[0]["Plan"]
            if tables := list(walked(plan)):
                found[statement] = tables
    store.close()

    assert len(seen) > 40
    assert found == {}


def test_an_idle_worker_waits_for_nobody_who_writes(
    settings_on: SettingsOn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Idle workers that queue for the one lock would slow down those that have work."""
    monkeypatch.setattr("intake.store.engine.BUSY_SECONDS", 0.05)
    store = open_store(settings_on("sqlite"))
    other = open_store(store.settings)

    with other.write():
        assert work_queue.claim(store, "worker", 60) is None

    store.close()
    other.close()


@pytest.mark.parametrize(
    "search",
    ["vlinder", "zorgpraktijk de vlinder", "de 2026-1", "2026-1", "anders", "vlinder anders"],
)
@pytest.mark.parametrize("state", [None, *cases.ENDED])
def test_a_common_word_finds_what_a_rare_one_would(
    store: Store, monkeypatch: pytest.MonkeyPatch, search: str, state: Any
) -> None:
    """How many cases have a word decides by which way it is looked up, and must not decide what is
    found.
    """
    for number in range(4):
        things.decided(store, number, judged(f"2026-{number}"))
    things.decided(
        store, 9, things.decision(things.verdict(MailOutcome.IGNORED, (things.invoice("2026-1"),)))
    )
    states = [state] if state else []
    rare = cases.list_cases(store, states, search)

    monkeypatch.setattr(cases, "_COMMON", 0)

    assert cases.list_cases(store, states, search) == rare
