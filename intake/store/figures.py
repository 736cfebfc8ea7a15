"""The figures of a period (dashboard): what came in and what became of it, how long it took, and
what went wrong most.

All of it is counted by the database, in plain columns and by the moments of events: nothing that is
sealed is opened. A period is one of receipt: an invoice counts on the day on which its mail came in,
as it stands now, so that the numbers of a day add up. No question looks outside its period, which
is ``MOST_DAYS`` at most, but for what stands open.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import accumulate
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Executable,
    Select,
    and_,
    bindparam,
    exists,
    func,
    or_,
    union_all,
)
from sqlalchemy import select as select_rows
from sqlmodel import col

from intake.model.basics import AMSTERDAM, local_date
from intake.model.invoice import DocumentKind
from intake.model.mail import ReplyKind
from intake.store import Store, corrections, outbox
from intake.store.invoices import OPEN, PAID, SETTLED
from intake.store.tables import (
    BatchInvoiceRow,
    BatchRow,
    EventRow,
    FaultRow,
    InvoiceRow,
    InvoiceState,
    ReplyRow,
    View,
    WorklistRow,
    cols,
)

MOST_DAYS = 366
MOST_ROWS = 1000
"""Of a list that grows with the number of suppliers."""
_HOUR = 3600
_UNEASY = (ReplyKind.REFUSAL, ReplyKind.QUESTION, ReplyKind.REMINDER)
"""Letters after which an invoice did not go straight through."""
_OPEN_VIEWS = (View.LOOK, View.FAST, View.NEW, View.WAITING, View.LATER, View.UNCLEAR)
"""Where invoices stand that nobody decided on."""


@dataclass(frozen=True, slots=True)
class Period:
    """Days of receipt, both included, at one municipality or at all."""

    first: dt.date
    last: dt.date
    municipality: str = ""
    """The name of its profile; empty: all of them."""


@dataclass(frozen=True, slots=True)
class Day:
    """What came in on one day at one municipality, and how it stands now."""

    on: dt.date
    municipality: str
    mails: int
    invoices: int
    accepted: int
    """By now; those included that were taken back after they left (storno)."""
    refused: int

    @property
    def waiting(self) -> int:
        """Invoices that nobody decided on yet."""
        return self.invoices - self.accepted - self.refused


@dataclass(frozen=True, slots=True)
class Straight:
    """How invoices that were decided on got there."""

    straight: int
    """Accepted; of its mail nothing was corrected, and no refusal, question or reminder left."""
    accepted: int
    """All that were accepted, these included."""
    refused: int

    @property
    def decided(self) -> int:
        return self.accepted + self.refused


@dataclass(frozen=True, slots=True)
class Times:
    """How long it took from receipt until an invoice stood decided (nearest rank)."""

    count: int
    median: dt.timedelta
    p90: dt.timedelta


class PaidBy(StrEnum):
    """What the day of payment is taken from."""

    REPORTED = "reported"
    """The finance package told."""
    BATCH = "batch"
    """It told nothing of these invoices: the day on which they went into a batch."""


@dataclass(frozen=True, slots=True)
class Paid:
    """Accepted invoices of one municipality beside its own term of payment."""

    municipality: str
    by: PaidBy
    in_time: int
    late: int
    """Paid after the last day, or not paid and that day is past."""
    pending: int
    """Not paid, and the last day is still to come."""


@dataclass(frozen=True, slots=True)
class FaultCount:
    """For how many refused invoices a check, or the clerk's own words, was a reason."""

    check: str
    invoices: int
    supplier: str = field(default="", repr=False)
    """Its name; empty: of all suppliers, or what is on its invoice is sealed."""
    kvk: str = ""


@dataclass(frozen=True, slots=True)
class CorrectionCount:
    """How often persons corrected one fact on invoices of one supplier."""

    fact: str
    kvk: str
    """Empty when it was not known."""
    times: int


@dataclass(frozen=True, slots=True)
class OpenInvoice:
    """An invoice that nobody decided on yet."""

    reference: str
    received_on: dt.date
    due_on: dt.date | None
    municipality: str
    state: InvoiceState
    supplier: str = field(repr=False)
    """Empty when it is sealed or unknown."""


def by_day(store: Store, period: Period) -> tuple[Day, ...]:
    """Of each day and municipality with mail, the oldest day first."""
    row = WorklistRow
    on, where = col(row.received_on), col(row.municipality)
    is_invoice = col(row.path) != ""
    wanted = (
        select_rows(
            on,
            where,
            func.count().filter(col(row.position) == 1),
            func.count().filter(is_invoice),
            func.count().filter(is_invoice, col(row.state).in_(SETTLED)),
            func.count().filter(is_invoice, col(row.state) == InvoiceState.REJECTED.value),
        )
        .where(*_received(row, period))
        .group_by(on, where)
        .order_by(on, where)
    )
    return tuple(Day(*each) for each in _rows(store, wanted))


def straight(store: Store, period: Period) -> Straight:
    """Of the invoices that are accepted or refused by now."""
    row = InvoiceRow
    accepted = col(row.state).in_(SETTLED)
    receipt: BindParameter[str] = bindparam(None, ReplyKind.RECEIPT.value, literal_execute=True)
    letter = exists().where(
        col(ReplyRow.reference) == col(row.reference),
        col(ReplyRow.kind) != receipt,
        col(ReplyRow.kind).in_([kind.value for kind in _UNEASY]),
        col(ReplyRow.state).in_(outbox.GONE),
    )
    corrected = exists().where(
        col(EventRow.reference) == col(row.reference),
        col(EventRow.code) == bindparam(None, "corrected", literal_execute=True),
    )
    wanted = select_rows(
        func.count().filter(and_(accepted, ~letter, ~corrected)),
        func.count().filter(accepted),
        func.count().filter(col(row.state) == InvoiceState.REJECTED.value),
    ).where(*_received(row, period))
    return Straight(*_rows(store, wanted)[0])


def times(store: Store, period: Period) -> tuple[Times | None, Times | None]:
    """Of what is accepted by now, and of what is refused, in whole hours; None where there is
    nothing.
    """
    row = InvoiceRow
    refused, hours = (
        col(row.state) == InvoiceState.REJECTED.value,
        col(row.settled_after) // _HOUR,
    )
    wanted = (
        select_rows(refused, hours, func.count())
        .where(
            *_received(row, period),
            col(row.state).in_((*SETTLED, InvoiceState.REJECTED)),
            col(row.settled_after).is_not(None),
        )
        .group_by(refused, hours)
        .order_by(refused, hours)
    )
    found: tuple[list[tuple[int, int]], list[tuple[int, int]]] = ([], [])
    for which, after, count in _rows(store, wanted):
        found[bool(which)].append((after, count))
    return _times(found[0]), _times(found[1])


def _times(counted: Sequence[tuple[int, int]]) -> Times | None:
    """``counted``: hours, and of how many invoices, the shortest first."""
    total = sum(count for _, count in counted)
    if not total:
        return None
    median, high = (total + 1) // 2, (9 * total + 9) // 10
    until = list(accumulate(count for _, count in counted))
    reached = (counted[bisect_left(until, rank)][0] for rank in (median, high))
    return Times(total, *(dt.timedelta(hours=hours) for hours in reached))


def paid(store: Store, period: Period) -> tuple[Paid, ...]:
    """Of accepted invoices that are to be paid: no credit notes, and nothing that was taken back."""
    paid_on, due_on = col(BatchInvoiceRow.paid_on), col(InvoiceRow.due_on)
    is_late = or_(paid_on > due_on, and_(paid_on.is_(None), due_on < store.today))
    wanted = _payable(
        period,
        func.count(paid_on),
        func.count().filter(paid_on <= due_on),
        func.count().filter(is_late),
        func.count(),
    )
    found: dict[str, Counter[str]] = {}
    for _on, name, told, in_time, late, count in _rows(store, wanted):
        own = found.setdefault(name or "", Counter())
        own.update(told=told, in_time=in_time, late=late, pending=count - in_time - late)
    silent = {name for name, own in found.items() if not own["told"]}
    if silent:
        found |= _by_batch(store, period, silent)
    return tuple(
        Paid(
            name,
            PaidBy.BATCH if name in silent else PaidBy.REPORTED,
            own["in_time"],
            own["late"],
            own["pending"],
        )
        for name, own in sorted(found.items())
    )


def _by_batch(
    store: Store, period: Period, municipalities: Collection[str]
) -> dict[str, Counter[str]]:
    """The same of municipalities whose finance package tells nothing. On which day a batch was made
    in Amsterdam is found here: the database does not know it.
    """
    further = cols(InvoiceRow.due_on, BatchInvoiceRow.batch)
    wanted = _payable(period, *further, func.count()).group_by(*further)
    rows = [row for row in _rows(store, wanted) if (row[1] or "") in municipalities]
    made_on = _days_of_batches(store, {batch for *_, batch, _count in rows if batch is not None})
    found = {name: Counter[str]() for name in municipalities}
    for _on, name, due_on, batch, count in rows:
        on = made_on.get(batch)
        late = (on or store.today) > due_on
        found[name or ""]["late" if late else "in_time" if on else "pending"] += count
    return found


def _days_of_batches(store: Store, numbers: Collection[int]) -> dict[int, dt.date]:
    if not numbers:
        return {}
    made = select_rows(*cols(BatchRow.number, BatchRow.made_at))
    found = _rows(store, made.where(col(BatchRow.number).in_(numbers)))
    return {number: local_date(at) for number, at in found}


def _payable(period: Period, *columns: Any) -> Select[Any]:
    """What is to be paid beside its place in a batch, if it is in one: by day of receipt and
    municipality, in the order of the index, so that nothing is sorted.
    """
    row, entry = InvoiceRow, BatchInvoiceRow
    by = cols(row.received_on, row.municipality)
    left = and_(
        col(entry.reference) == col(row.reference),
        col(entry.path) == col(row.path),
        col(entry.reverses).is_(False),
    )
    return (
        select_rows(*by, *columns)
        .select_from(row)
        .outerjoin(entry, left)
        .where(
            *_received(row, period),
            col(row.state).in_(PAID),
            col(row.kind) != DocumentKind.CREDIT_NOTE.value,
            col(row.due_on).is_not(None),
        )
        .group_by(*by)
    )


def faults(store: Store, period: Period) -> tuple[FaultCount, ...]:
    """Why invoices stand refused, the commonest reason first; an invoice has one or more."""
    check, number = col(FaultRow.check_id), func.count()
    wanted = (
        select_rows(check, number)
        .select_from(InvoiceRow)
        .join(FaultRow, _its_fault())
        .where(*_refused(period))
        .group_by(check)
        .order_by(number.desc(), check)
    )
    return tuple(FaultCount(*each) for each in _rows(store, wanted))


def faults_by_supplier(store: Store, period: Period) -> tuple[FaultCount, ...]:
    """The same for each supplier, as far as the columns tell who that is."""
    row, check, number = InvoiceRow, col(FaultRow.check_id), func.count()
    supplier = func.coalesce(*cols(row.kvk, row.vat_id, row.supplier_name), "")
    name, kvk = func.max(col(row.supplier_name)), func.max(col(row.kvk))
    wanted = (
        select_rows(check, number, func.coalesce(name, ""), func.coalesce(kvk, ""))
        .select_from(row)
        .join(FaultRow, _its_fault())
        .where(*_refused(period))
        .group_by(supplier, check)
        .order_by(number.desc(), supplier, check)
        .limit(MOST_ROWS)
    )
    return tuple(FaultCount(*each) for each in _rows(store, wanted))


def corrected(store: Store, period: Period) -> tuple[CorrectionCount, ...]:
    """What persons corrected on these days, whenever the invoice came in; the most first."""
    begin, end = (
        dt.datetime.combine(day, dt.time(), AMSTERDAM)
        for day in (period.first, period.last + dt.timedelta(days=1))
    )
    found = corrections.counted(store, begin, end, period.municipality)
    return tuple(CorrectionCount(fact, kvk or "", times) for fact, kvk, times in found)


def oldest_open(store: Store, municipality: str = "", limit: int = 10) -> tuple[OpenInvoice, ...]:
    """The invoices that wait longest for a decision, whatever the period."""
    row = WorklistRow
    columns = cols(row.reference, row.path, row.sequence, row.position, row.received_on, row.state)
    order = cols(row.received_on, row.sequence)
    walks = [
        select_rows(*columns).where(*_open(view, municipality)).order_by(*order).limit(limit)
        for view in _OPEN_VIEWS
    ]
    each = union_all(*(select_rows(walk.subquery()) for walk in walks)).subquery()
    in_order = (each.c.received_on, each.c.sequence, each.c.position)
    first = select_rows(each).order_by(*in_order).limit(limit).subquery()
    wanted = (
        select_rows(
            first.c.reference,
            first.c.received_on,
            first.c.state,
            *cols(InvoiceRow.due_on, InvoiceRow.municipality, InvoiceRow.supplier_name),
        )
        .select_from(first)
        .join(
            InvoiceRow,
            and_(
                col(InvoiceRow.reference) == first.c.reference, col(InvoiceRow.path) == first.c.path
            ),
        )
        .order_by(first.c.received_on, first.c.sequence, first.c.position)
    )
    return tuple(
        OpenInvoice(
            each.reference,
            each.received_on,
            each.due_on,
            each.municipality or "",
            InvoiceState(each.state),
            each.supplier_name or "",
        )
        for each in store.ask(wanted, {})
    )


def overdue(store: Store, municipality: str = "") -> int:
    """How many invoices nobody decided on, although the last day to pay is past."""
    late = col(WorklistRow.due_on) < store.today
    walks = [
        select_rows(func.count().label("number")).where(*_open(view, municipality), late)
        for view in _OPEN_VIEWS
    ]
    wanted = select_rows(func.sum(union_all(*walks).subquery().c.number))
    return int(_rows(store, wanted)[0][0])


def _rows(store: Store, wanted: Executable) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in store.ask(wanted, {})]


def _received(row: Any, period: Period) -> list[ColumnElement[bool]]:
    found = [row.received_on >= period.first, row.received_on <= period.last]
    return [*found, row.municipality == period.municipality] if period.municipality else found


def _refused(period: Period) -> list[ColumnElement[bool]]:
    return [*_received(InvoiceRow, period), col(InvoiceRow.state) == InvoiceState.REJECTED.value]


def _its_fault() -> ColumnElement[bool]:
    return and_(
        col(FaultRow.reference) == col(InvoiceRow.reference),
        col(FaultRow.path) == col(InvoiceRow.path),
    )


def _open(view: View, municipality: str) -> list[ColumnElement[bool]]:
    """Invoices that stand open under one heading: each has an index of its own order."""
    row = WorklistRow
    found = [col(row.view) == view.value, col(row.path) != "", col(row.state).in_(OPEN)]
    return [*found, col(row.municipality) == municipality] if municipality else found
