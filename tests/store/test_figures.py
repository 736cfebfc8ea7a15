"""The figures of a period are what somebody would count who opens every case."""

from __future__ import annotations

import datetime as dt
import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from intake.errors import Conflict
from intake.model.basics import local_date
from intake.model.correction import Corrected
from intake.model.finding import CheckResult, Finding, Outcome, Severity
from intake.model.invoice import DocumentKind, Field, Invoice
from intake.model.mail import Reply, ReplyKind
from intake.model.verdict import MailOutcome, ReadInvoice
from intake.store import Store, batches, cases, corrections, figures, journal, outbox, work_queue
from intake.store import faults as store_faults
from intake.store.cases import Case, Refusal
from intake.store.corrections import Typed
from intake.store.decision import Decision
from intake.store.figures import Paid, PaidBy, Period, Straight
from intake.store.invoices import PAID, SETTLED, CaseInvoice
from intake.store.tables import BatchRow, CorrectionRow, FaultRow, InvoiceState, MailRow, ReplyState
from tests.store import things

MUNICIPALITIES = ("almere", "hart-van-brabant")
NO_KVK = Finding("kvk-number", "absent", Severity.REJECT, "Geen KvK-nummer.")
NOT_LOCKED = Finding("secure-attachment", "open", Severity.REJECT, "De bijlage is niet beveiligd.")
LETTER = Reply(things.SENDER, "Uw factuur", "Wij betalen deze factuur nog niet.")
GONE = {ReplyState.SENDING, ReplyState.SENT, ReplyState.UNKNOWN, ReplyState.BOUNCED}
DAYS = 60
_NUMBERS = itertools.count(7000)
BEGIN = dt.date(2026, 3, 10)
"""With a change of the clock soon after it."""


@dataclass
class History:
    """What was done to a store since it was emptied."""

    store: Store
    begin: dt.date
    mails: dict[str, Decision] = field(default_factory=dict)
    told: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    """By invoice: what a person refused it for."""

    @property
    def period(self) -> Period:
        return Period(self.begin, self.begin + dt.timedelta(days=DAYS - 1))

    def wait(self, hours: int) -> None:
        moment = self.store.clock() + dt.timedelta(hours=hours)
        self.store.clock = lambda: moment

    def receive(self, which: int) -> None:
        """A mail with one or two invoices, or none; the rules refuse some."""
        number = next(_NUMBERS)
        outcomes = _OUTCOMES[which % len(_OUTCOMES)]
        kinds = (DocumentKind.CREDIT_NOTE if which % 5 == 4 else DocumentKind.INVOICE,) * 2
        read = [
            things.invoice(f"F{number}-{at}", kind=kind, kvk_number=Field.of(f"0000000{which % 3}"))
            for at, kind in zip(range(len(outcomes)), kinds, strict=False)
        ]
        made = _decision(read, outcomes, which)
        envelope = replace(
            things.envelope(received_at=self.store.clock()), municipality=MUNICIPALITIES[which % 2]
        )
        reference = journal.keep(self.store, things.mail(number), envelope).reference
        self.wait(which % 3)
        work_queue.finish(self.store, things.claim(self.store), made)
        self.mails[reference] = made

    def act(self, step: str, which: int) -> None:
        """One step of a person, the sender or the finance package; what cannot be done is not."""
        if step == "mail" or not self.mails:
            return self.receive(which)
        with suppress(Conflict):
            if step in ("send", "batch", "paid"):
                return getattr(self, step)(which)  # type: ignore[no-any-return]
            reference = list(self.mails)[which % len(self.mails)]
            case = cases.get_case(self.store, reference)
            invoice = case.invoices[which % len(case.invoices)] if case.invoices else None
            return getattr(self, step)(reference, case, invoice)  # type: ignore[no-any-return]
        return None

    def accept(self, reference: str, case: Case, _invoice: object) -> None:
        cases.accept(self.store, reference, "jan", case.version)

    def refuse(self, reference: str, case: Case, invoice: CaseInvoice | None) -> None:
        if invoice is None:
            return
        checks = {"iban", store_faults.OWN_WORDS}
        refusal = Refusal("nee", LETTER, {invoice.path: checks})
        cases.refuse(self.store, reference, "jan", invoice.version, refusal, invoice.path)
        self.told[reference, invoice.path] = checks

    def correct(self, reference: str, _case: Case, invoice: CaseInvoice | None) -> None:
        if invoice is None:
            return
        typed = Typed(Corrected.NUMBER, f"C{next(_NUMBERS)}")
        corrections.correct(self.store, reference, invoice.path, "jan", invoice.version, typed)
        work_queue.finish(self.store, things.claim(self.store), self.mails[reference])

    def take_back(self, reference: str, case: Case, _invoice: object) -> None:
        cases.take_back(self.store, reference, "jan", case.version)

    def send(self, _which: int) -> None:
        for letter in outbox.due(self.store):
            outbox.mark_sent(self.store, outbox.mark_sending(self.store, letter))

    def batch(self, which: int) -> None:
        batches.make(self.store, MUNICIPALITIES[which % 2], "els")

    def paid(self, which: int) -> None:
        """Only one of the two finance packages tells."""
        for line in batches.listed(self.store):
            if line.municipality == MUNICIPALITIES[0]:
                batches.report(
                    self.store, line.number, 0, batches.Payment(self.store.today), "finance"
                )


_OUTCOMES: Sequence[tuple[MailOutcome, ...]] = (
    (MailOutcome.QUEUED,),
    (MailOutcome.REJECTED,),
    (MailOutcome.QUEUED, MailOutcome.REJECTED),
    (),
    (MailOutcome.QUEUED, MailOutcome.QUEUED),
)


def _decision(read: Sequence[Invoice], outcomes: Sequence[MailOutcome], which: int) -> Decision:
    failed = (CheckResult("kvk-number", Outcome.FAILED, (NO_KVK, NO_KVK)),)
    refused = MailOutcome.REJECTED in outcomes
    own = tuple(
        ReadInvoice(
            f"1.{at}", None, each, failed if outcome is MailOutcome.REJECTED else (), outcome, ""
        )
        for at, (each, outcome) in enumerate(zip(read, outcomes, strict=True), 2)
    )
    worst = MailOutcome.REJECTED if refused else MailOutcome.QUEUED
    judged = things.verdict(
        worst if own else MailOutcome.QUARANTINED,
        reply=ReplyKind.REFUSAL if refused else ReplyKind.RECEIPT if which % 2 else None,
        findings=(NOT_LOCKED,) if refused and which % 3 else (),
    )
    return things.decision(replace(judged, invoices=own))


@dataclass(frozen=True)
class Counted:
    """One invoice as its case shows it."""

    case: Case
    invoice: CaseInvoice
    credit: bool
    checks: frozenset[str]

    @property
    def day(self) -> tuple[dt.date, str]:
        return local_date(self.case.received_at), self.case.municipality

    @property
    def hours(self) -> int:
        """From receipt until it stood as it stands."""
        judged = [
            event.at
            for event in self.case.events
            if event.code in ("rejected", "refused-in-part", "taken-back")
        ]
        at = self.invoice.decided_at or max(judged)
        return int((at - self.case.received_at).total_seconds()) // 3600

    @property
    def is_straight(self) -> bool:
        asked = {ReplyKind.REFUSAL, ReplyKind.QUESTION, ReplyKind.REMINDER}
        letters = [each for each in self.case.replies if each.kind in asked and each.state in GONE]
        return not letters and "corrected" not in {event.code for event in self.case.events}


def opened(history: History) -> Iterator[Counted]:
    """Every invoice of a history, from the cases themselves."""
    for reference, made in history.mails.items():
        case = cases.get_case(history.store, reference)
        for invoice, read in zip(case.invoices, made.verdict.invoices, strict=True):
            by_rules = {
                finding.check
                for finding in (*read.findings, *made.verdict.findings)
                if finding.severity is Severity.REJECT
            }
            person = history.told.get((reference, invoice.path)) if invoice.decided_by else None
            credit = read.invoice.kind is DocumentKind.CREDIT_NOTE
            yield Counted(case, invoice, credit, frozenset(person or by_rules))


def empty(store: Store) -> None:
    """As it was before the last drawn history."""
    with store.write() as session:
        for table in (MailRow, BatchRow, CorrectionRow):
            session.execute(delete(table))


def nearest_rank(values: Sequence[int], tenths: int) -> dt.timedelta:
    """The smallest value that so many tenths do not exceed."""
    rank = -(-tenths * len(values) // 10)
    return dt.timedelta(hours=sorted(values)[rank - 1])


def paid_by_hand(history: History, counted: Sequence[Counted], municipality: str) -> Paid | None:
    """Accepted invoices beside the days on which they were paid, or left."""
    own = [
        each
        for each in counted
        if each.case.municipality == municipality and each.invoice.state in PAID and not each.credit
    ]
    if not own:
        return None
    paid_on: dict[tuple[str, str], dt.date | None] = {}
    left_on: dict[tuple[str, str], dt.date] = {}
    for line in batches.listed(history.store, 1000):
        for entry in batches.entries(history.store, line.number, 1000):
            paid_on[entry.reference, entry.path] = entry.paid_on
            left_on[entry.reference, entry.path] = local_date(line.made_at)
    keys = [(each.case.reference, each.invoice.path) for each in own]
    by = PaidBy.REPORTED if any(paid_on.get(key) for key in keys) else PaidBy.BATCH
    sums: Counter[str] = Counter()
    for key, each in zip(keys, own, strict=True):
        on = paid_on.get(key) if by is PaidBy.REPORTED else left_on.get(key)
        last = local_date(each.case.received_at) + dt.timedelta(days=30)
        if on is None and history.store.today <= last:
            sums["pending"] += 1
        else:
            sums["late" if on is None or on > last else "in time"] += 1
    return Paid(municipality, by, sums["in time"], sums["late"], sums["pending"])


_STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ("mail", "accept", "accept", "accept", "refuse", "correct", "take_back", "send", "batch", "batch",
             "paid")
        ),
        st.integers(0, 29),
        st.sampled_from((1, 5, 26, 200)),
    ),
    min_size=8,
    max_size=16,
)  # fmt: skip


@settings(
    max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=_STEPS)
def test_the_figures_are_what_somebody_counts_who_opens_every_case(
    store: Store, steps: list[tuple[str, int, int]]
) -> None:
    """A manager would steer, and answer the council, by numbers that are not so."""
    empty(store)
    history = History(store, BEGIN)
    moment = dt.datetime.combine(history.begin, dt.time(22, 30), dt.UTC)
    store.clock = lambda: moment
    for number in (0, 1, 2):
        history.receive(number)
    for step, which, hours in steps:
        history.wait(hours)
        history.act(step, which)

    counted = [
        each for each in opened(history) if history.begin <= each.day[0] <= history.period.last
    ]
    accepted = [each for each in counted if each.invoice.state in SETTLED]
    refused = [each for each in counted if each.invoice.state is InvoiceState.REJECTED]
    mails = Counter(
        (local_date(case.received_at), case.municipality)
        for case in (cases.get_case(store, reference) for reference in history.mails)
        if history.begin <= local_date(case.received_at) <= history.period.last
    )

    def by_day(which: Sequence[Counted]) -> Counter[tuple[dt.date, str]]:
        return Counter(each.day for each in which)

    days = figures.by_day(store, history.period)
    assert {(day.on, day.municipality): day.mails for day in days} == mails
    for day in days:
        key = (day.on, day.municipality)
        assert day.invoices == by_day(counted)[key]
        assert day.accepted == by_day(accepted)[key]
        assert day.refused == by_day(refused)[key]

    straight = [each for each in accepted if each.is_straight]
    assert figures.straight(store, history.period) == Straight(
        len(straight), len(accepted), len(refused)
    )

    for found, own in zip(figures.times(store, history.period), (accepted, refused), strict=True):
        took = [each.hours for each in own]
        if found is None:
            assert not took
        else:
            assert found.count == len(took)
            assert found.median == nearest_rank(took, 5)
            assert found.p90 == nearest_rank(took, 9)

    checks = Counter(check for each in refused for check in each.checks)
    assert {each.check: each.invoices for each in figures.faults(store, history.period)} == checks
    by_supplier = figures.faults_by_supplier(store, history.period)
    assert sum(each.invoices for each in by_supplier) == checks.total()

    by_hand = [paid_by_hand(history, counted, name) for name in MUNICIPALITIES]
    assert figures.paid(store, history.period) == tuple(filter(None, by_hand))

    corrected = [
        event
        for reference in history.mails
        for event in cases.get_case(store, reference).events
        if event.code == "corrected" and local_date(event.at) <= history.period.last
    ]
    told = figures.corrected(store, history.period)
    assert sum(each.times for each in told) == len(corrected)
    for municipality in MUNICIPALITIES:
        of_one = replace(history.period, municipality=municipality)
        assert figures.by_day(store, of_one) == tuple(
            day for day in days if day.municipality == municipality
        )


def test_what_waits_longest_comes_first_and_what_is_too_late_is_counted(store: Store) -> None:
    """An invoice would lie until the provider sends a reminder with costs."""
    history = History(store, things.NOW.date())
    moments = [things.NOW - dt.timedelta(days=days) for days in (31, 90, 3)]
    for moment in moments:
        store.clock = lambda moment=moment: moment  # type: ignore[misc]
        history.receive(0)
    store.clock = lambda: things.NOW
    first, second, third = history.mails

    assert [each.reference for each in figures.oldest_open(store)] == [second, first, third]
    assert figures.overdue(store) == 2
    assert figures.oldest_open(store, "hart-van-brabant") == ()

    history.accept(second, cases.get_case(store, second), None)

    assert [each.reference for each in figures.oldest_open(store, limit=1)] == [first]
    assert figures.overdue(store) == 1
    assert figures.overdue(store, "hart-van-brabant") == 0


@pytest.mark.parametrize("undo", [False, True])
def test_why_it_was_refused_goes_with_the_refusal(store: Store, undo: bool) -> None:
    """An accepted invoice would be held against its provider for ever."""
    history = History(store, things.NOW.date())
    history.receive(1)
    (reference,) = history.mails
    period = Period(things.NOW.date(), things.NOW.date())
    assert {each.check for each in figures.faults(store, period)} == {
        "kvk-number", "secure-attachment",
    }  # fmt: skip

    cases.accept(store, reference, "jan", cases.get_case(store, reference).version)
    assert figures.faults(store, period) == ()

    if undo:
        history.take_back(reference, cases.get_case(store, reference), None)
        assert len(figures.faults(store, period)) == 2


def test_what_an_older_version_refused_is_filled_in(store: Store) -> None:
    """The year of the upgrade would look as if hardly anything had been refused."""
    history = History(store, things.NOW.date())
    for number in (0, 1, 2):
        history.receive(number)
    period = Period(things.NOW.date(), things.NOW.date())
    known = figures.faults(store, period)
    with store.write() as session:
        session.execute(delete(FaultRow))
    assert store_faults.is_empty(store)

    store_faults.fill(store)

    assert len(known) == 2
    assert figures.faults(store, period) == known
