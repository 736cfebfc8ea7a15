"""The worklist: what a clerk has to do, one row an invoice, in any order and by any filter.

No question walks through what was ever kept: a list is read in the order of an index, a filter
looks at the first ``WINDOW`` rows that the index of that filter finds, and counts stop at a bound.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, delete, func, literal, true, tuple_, union_all
from sqlalchemy import insert as insert_row
from sqlalchemy import select as select_rows
from sqlmodel import Session, col, select

from intake.errors import CannotOpen
from intake.store import Store, cases, sealed, worklist_rows
from intake.store.crypto.vault import WrappedKey
from intake.store.decision import CARDS, Card, CardInvoice, CardPoint
from intake.store.tables import (
    NEVER,
    CaseState,
    MailRow,
    OpenedRow,
    ReplyRow,
    SealedRow,
    View,
    WorklistRow,
    cols,
)
from intake.store.worklist_search import WHOLE_CASE, Hit, Hits, search

WINDOW = 2000
"""Rows that a filter looks at in each view; so many that somebody must choose a smaller part."""
DEEPEST = 5000
"""Rows of a list that can be leafed through; what lies deeper is found by a filter."""
COUNTED = 1000
"""What is done is counted no further, ..."""
COUNTED_OPEN = 10_000
"""... and what is open not further than this."""
OPEN_MINUTES = 10
"""So long after it was opened a case counts as open."""
ENDED = frozenset({View.DONE, View.IGNORED})
"""Views that grow from year to year."""
_AT_ONCE = 100


class Sort(StrEnum):
    """By what a list is sorted."""

    RECEIVED = "received"
    DUE = "due"
    SUPPLIER = "supplier"
    AMOUNT = "amount"


_SORTED_BY: Mapping[Sort, Any] = {
    Sort.RECEIVED: col(WorklistRow.received_on),
    Sort.DUE: col(WorklistRow.due_on),
    Sort.SUPPLIER: col(WorklistRow.supplier),
    Sort.AMOUNT: col(WorklistRow.cents),
}


@dataclass(frozen=True, slots=True)
class Filters:
    """Which rows of a view; what is empty filters nothing."""

    supplier: str = field(default="", repr=False)
    """The beginning of its name."""
    kvk: str = ""
    municipality: str = ""
    received_from: dt.date | None = None
    received_until: dt.date | None = None
    cents_from: int | None = None
    cents_until: int | None = None
    state: str = ""
    assigned: str = ""
    content: bool = False
    """Only what a reviewer of care must agree with."""

    @property
    def is_empty(self) -> bool:
        return self == EVERYTHING


EVERYTHING = Filters()


@dataclass(frozen=True, slots=True)
class Wanted:
    """One list: which rows, and in what order."""

    views: frozenset[View]
    filters: Filters = EVERYTHING
    search: str = field(default="", repr=False)
    sort: Sort = Sort.RECEIVED
    downwards: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """One row of the worklist as it is shown."""

    reference: str
    path: str
    view: View
    state: str
    why: str
    position: int
    together: int
    received_on: dt.date
    due_on: dt.date | None
    deadline: dt.date | None
    """The last day of waiting, of a mail that waits."""
    municipality: str
    assigned: str
    supplier: str | None = field(repr=False)
    sender: str | None = field(repr=False)
    number: str | None = field(repr=False)
    gross: str | None = field(repr=False)
    point: CardPoint | None
    reason: str = field(repr=False)
    opened_by: tuple[str, ...] = ()
    reply: tuple[str, str] | None = None
    """Kind and state of the newest reply."""
    found_in: tuple[str, ...] = ()
    """Where a search found it."""


@dataclass(frozen=True, slots=True)
class Found:
    """A part of a list."""

    items: tuple[Item, ...]
    more: bool
    """There are rows after these."""
    cut: bool = False
    """The filter found more than it looks at."""


def counts(store: Store) -> dict[View, int]:
    """How many rows stand in each view, all views present, counted up to ``COUNTED`` + 1 (what is
    done) or ``COUNTED_OPEN`` + 1. Under ``View.CONTENT`` count those of other views too that a
    reviewer of care must agree with."""
    each = [_counted(view) for view in View]
    with store.read() as session:
        found = {View(row[0]): int(row[1]) for row in session.execute(union_all(*each))}
    return {view: found.get(view, 0) for view in View}


def count_assigned(store: Store, user: str) -> int:
    """How many open rows this user has in hand, counted up to ``COUNTED`` + 1."""
    mine = (
        select_rows(literal(1))
        .where(col(WorklistRow.assigned) == user, col(WorklistRow.view).in_(_open()))
        .limit(COUNTED + 1)
    )
    with store.read() as session:
        number = select_rows(func.count()).select_from(mine.subquery())
        return int(session.execute(number).scalar_one())


def letters_of_waiting(store: Store) -> int:
    """How many waiting cases have a question that waits for a clerk."""
    return cases.counts_for_a_clerk(store)[CaseState.WAITING]


def find(store: Store, wanted: Wanted, limit: int = 50, offset: int = 0) -> Found:
    """Rows of a list, in its order."""
    last = min(offset + limit, DEEPEST)
    with store.read() as session:
        hits = search(store, session, wanted.search) if wanted.search.strip() else None
        statement = _statement(wanted, hits, last + 1)
        rows = session.execute(statement).all()
        if hits is not None:
            rows = [row for row in rows if _is_hit(hits, row)]
        items = _items(store, session, rows[offset:last], hits or {})
    cut = hits is None and not wanted.filters.is_empty and len(rows) > WINDOW
    return Found(items, more=len(rows) > last and last < DEEPEST, cut=cut)


def next_in_view(store: Store, wanted: Wanted, after: str, user: str = "") -> str | None:
    """The case to open after this one was decided: the next in the order of the list, from its
    beginning again after the last; none that somebody else has open.

    Args:
        after: reference of the case that was decided, wherever it stands now.
    """
    by = _SORTED_BY[wanted.sort]
    with store.read() as session:
        hits = search(store, session, wanted.search) if wanted.search.strip() else None
        place = session.execute(
            select_rows(by, *cols(WorklistRow.sequence))
            .where(col(WorklistRow.reference) == after)
            .limit(1)
        ).first()
        taken = _taken(store, session, user)
        for start in (place, None) if place else (None,):
            statement = _statement(wanted, hits, len(taken) + 2, start)
            found = session.execute(statement).all()
            free = (row.reference for row in found if row.reference not in {after, *taken})
            if reference := next(free, None):
                return str(reference)
    return None


def opened(store: Store, reference: str, user: str) -> None:
    """A user opened a case: for some minutes others see that in the list."""
    with store.write() as session:
        own = and_(col(OpenedRow.reference) == reference, col(OpenedRow.user) == user)
        past = col(OpenedRow.at) < _open_since(store)
        for gone in (own, past):
            session.execute(delete(OpenedRow).where(gone))
        session.execute(
            insert_row(OpenedRow), {"reference": reference, "user": user, "at": store.clock()}
        )


def closed(store: Store, reference: str, user: str) -> None:
    """The user left the case."""
    own = (col(OpenedRow.reference) == reference, col(OpenedRow.user) == user)
    with store.write() as session:
        session.execute(delete(OpenedRow).where(*own))


def opened_by(store: Store, reference: str) -> tuple[str, ...]:
    """Who has the case open now."""
    with store.read() as session:
        return _opened(store, session, [reference]).get(reference, ())


def views_of(store: Store, reference: str) -> tuple[View, ...]:
    """Where the rows of a case stand, in the order of its invoices."""
    wanted = select(WorklistRow.view).where(col(WorklistRow.reference) == reference)
    with store.read() as session:
        found = session.exec(wanted.order_by(col(WorklistRow.position))).all()
    return tuple(map(View, found))


def of_case(store: Store, reference: str) -> tuple[Item, ...]:
    """The rows of one case."""
    wanted = select_rows(*_COLUMNS).where(col(WorklistRow.reference) == reference)
    with store.read() as session:
        rows = session.execute(wanted.order_by(col(WorklistRow.position))).all()
        return _items(store, session, rows, {})


def fill(store: Store) -> None:
    """Make the rows of cases that an older version kept."""
    last = ""
    while references := _without_rows(store, last):
        last = references[-1]
        with store.write() as session:
            worklist_rows.renew(session.connection(), references, store.today)


_NO_CARD = Card(None, None, None, "")
_COLUMNS = cols(
    WorklistRow.reference,
    WorklistRow.path,
    WorklistRow.sequence,
    WorklistRow.view,
    WorklistRow.state,
    WorklistRow.why,
    WorklistRow.position,
    WorklistRow.together,
    WorklistRow.received_on,
    WorklistRow.due_on,
    WorklistRow.municipality,
    WorklistRow.assigned,
    WorklistRow.supplier,
    WorklistRow.cents,
    WorklistRow.kvk,
)


def _open() -> tuple[View, ...]:
    return tuple(view for view in View if view not in ENDED)


def _counted(view: View) -> Select[Any, Any]:
    most = COUNTED if view in ENDED else COUNTED_OPEN
    rows = select_rows(literal(1)).where(_standing_in(view)).limit(most + 1)
    return select_rows(literal(view.value), func.count()).select_from(rows.subquery())


def _standing_in(view: View) -> ColumnElement[bool]:
    if view is View.CONTENT:
        return and_(col(WorklistRow.content) == true(), col(WorklistRow.view).in_(_open()))
    return col(WorklistRow.view) == view


def _is_hit(hits: Hits, row: Any) -> bool:
    return (row.reference, row.path) in hits or (row.reference, WHOLE_CASE) in hits


def _statement(wanted: Wanted, hits: Hits | None, most: int, after: Any = None) -> Select[Any]:
    """The first rows of a list: of each view by its own index, then put together."""
    filters, by = wanted.filters, _SORTED_BY[wanted.sort]
    conditions = _conditions(filters)
    if after is not None:
        conditions.append(_beyond(by, col(WorklistRow.sequence), after, wanted.downwards))
    if hits is not None:
        chosen = {reference for reference, _ in hits}
        rows = select_rows(*_COLUMNS).where(col(WorklistRow.reference).in_(chosen))
        rows = rows.where(func.coalesce(col(WorklistRow.view), "").in_(wanted.views), *conditions)
        return _ordered(rows.subquery(), wanted, most)
    driver = _driver(filters)
    walks = []
    for view in sorted(wanted.views):
        walk = select_rows(*_COLUMNS).where(col(WorklistRow.view) == view)
        if driver is None:
            walk = _in_order(walk.where(*conditions), by, wanted.downwards).limit(most)
        else:
            window = walk.where(*driver[0]).order_by(*driver[1]).limit(WINDOW + 1)
            walk = select_rows(window.subquery())
        walks.append(select_rows(walk.subquery()))
    if driver is None:
        return _ordered(union_all(*walks).subquery(), wanted, most)
    found = union_all(*walks).subquery()
    rows = select_rows(found).where(*_conditions(filters, found.c))
    if after is not None:
        beyond = _beyond(found.c[by.key], found.c.sequence, after, wanted.downwards)
        rows = rows.where(beyond)
    return _ordered(rows.subquery(), wanted, most)


def _ordered(rows: Any, wanted: Wanted, most: int) -> Select[Any]:
    by = rows.c[_SORTED_BY[wanted.sort].key]
    ends = (rows.c.sequence, rows.c.position)
    order = [each.desc() for each in (by, *ends)] if wanted.downwards else [by, *ends]
    return select_rows(rows).order_by(*order).limit(most)


def _in_order(rows: Select[Any], by: Any, downwards: bool) -> Select[Any]:
    sequence = col(WorklistRow.sequence)
    return rows.order_by(by.desc(), sequence.desc()) if downwards else rows.order_by(by, sequence)


def _beyond(by: Any, sequence: Any, after: Any, downwards: bool) -> ColumnElement[bool]:
    here, place = (
        tuple_(by, sequence),
        tuple_(
            *(literal(value, each.type) for each, value in zip((by, sequence), after, strict=True))
        ),
    )
    return here <= place if downwards else here >= place


def _driver(filters: Filters) -> tuple[list[ColumnElement[bool]], list[Any]] | None:
    """The condition that an index finds the fewest rows by, and the order of that index."""
    row, newest = WorklistRow, col(WorklistRow.sequence).desc()
    if filters.content:
        return [col(row.content) == true()], [col(row.received_on).desc(), newest]
    if filters.kvk:
        return [col(row.kvk) == filters.kvk], [newest]
    if filters.assigned:
        return [col(row.assigned) == filters.assigned], [col(row.received_on).desc(), newest]
    if filters.supplier:
        return [_begins(col(row.supplier), filters.supplier)], [
            col(row.supplier),
            col(row.sequence),
        ]
    if filters.cents_from is not None or filters.cents_until is not None:
        return _between(col(row.cents), filters.cents_from, filters.cents_until), [
            col(row.cents),
            col(row.sequence),
        ]
    if filters.received_from or filters.received_until:
        period = _between(col(row.received_on), filters.received_from, filters.received_until)
        return period, [col(row.received_on).desc(), newest]
    if filters.municipality:
        return [col(row.municipality) == filters.municipality], [newest]
    if filters.state:
        return [], [col(row.received_on).desc(), newest]
    return None


def _conditions(filters: Filters, columns: Any = None) -> list[ColumnElement[bool]]:
    row: Any = columns if columns is not None else WorklistRow
    same = {
        row.municipality: filters.municipality,
        row.state: filters.state,
        row.assigned: filters.assigned,
    }
    found = [column == value for column, value in same.items() if value]
    if filters.kvk:
        found.append(row.kvk == filters.kvk)
    if filters.supplier:
        found.append(_begins(row.supplier, filters.supplier))
    found += _between(row.cents, filters.cents_from, filters.cents_until)
    found += _between(row.received_on, filters.received_from, filters.received_until)
    return found


def _begins(column: Any, text: str) -> ColumnElement[bool]:
    folded = worklist_rows.folded(text)
    return and_(column >= folded, column < folded + "\x7f")


def _between(column: Any, low: Any, high: Any) -> list[ColumnElement[bool]]:
    low_one = [] if low is None else [column >= low]
    return low_one if high is None else [*low_one, column <= high]


def _items(store: Store, session: Session, rows: Sequence[Any], hits: Hits) -> tuple[Item, ...]:
    references = sorted({row.reference for row in rows})
    cards = _cards(store, session, references)
    opened_now = _opened(store, session, references)
    replies = _replies(session, references)
    return tuple(
        _item(
            row,
            cards.get(row.reference, (_NO_CARD, None)),
            opened_now.get(row.reference, ()),
            replies.get(row.reference),
            _found_in(hits, row.reference, row.path),
        )
        for row in rows
    )


def _found_in(hits: Hits, reference: str, path: str) -> Hit:
    """Where a search found this row; that a hash was found is said when nothing else was."""
    kinds = (*hits.get((reference, path), ()), *hits.get((reference, WHOLE_CASE), ()))
    return tuple(kind for kind in dict.fromkeys(kinds) if kind != "term") or kinds[:1]


def _item(
    row: Any,
    known_of_mail: tuple[Card, dt.date | None],
    opened_now: tuple[str, ...],
    reply: tuple[str, str] | None,
    found_in: tuple[str, ...],
) -> Item:
    card, deadline = known_of_mail
    known = {each.path: each for each in card.invoices}
    whole = CardInvoice("", card.invoice_number, card.supplier, card.gross, card.point)
    one = known.get(row.path, whole)
    if one.supplier is None and one.gross is None and len(known) < 2:
        one = replace(one, supplier=card.supplier, gross=card.gross, number=card.invoice_number)
    return Item(
        reference=row.reference,
        path=row.path,
        view=View(row.view),
        state=row.state,
        why=row.why,
        position=row.position,
        together=row.together,
        received_on=row.received_on,
        due_on=None if row.due_on == NEVER else row.due_on,
        deadline=deadline,
        municipality=row.municipality,
        assigned=row.assigned,
        supplier=one.supplier,
        sender=card.sender,
        number=one.number,
        gross=one.gross,
        point=one.point,
        reason=card.reason,
        opened_by=opened_now,
        reply=reply,
        found_in=found_in,
    )


def _cards(
    store: Store, session: Session, references: Collection[str]
) -> dict[str, tuple[Card, dt.date | None]]:
    """By reference: what the list shows of a case, and its last day of waiting."""
    mail = cols(MailRow.reference, MailRow.deadline, MailRow.key_period, MailRow.wrapped_key)
    wanted = (
        select_rows(*mail, *cols(SealedRow.data))
        .join(SealedRow, col(SealedRow.reference) == col(MailRow.reference))
        .where(col(MailRow.reference).in_(references), col(SealedRow.kind) == sealed.CARD)
    )
    rows = session.execute(wanted).all()
    return {row.reference: (_card(store, row), row.deadline) for row in rows}


def _card(store: Store, row: Any) -> Card:
    """What lies sealed; what can be said of a case that does not open."""
    try:
        key = store.vault.data_key(row.reference, WrappedKey(row.key_period, row.wrapped_key))
        return CARDS.unpack(key.unseal(f"{sealed.CARD}|", row.data))
    except CannotOpen as error:
        return cases.CLOSED[error.code]


def _opened(
    store: Store, session: Session, references: Collection[str]
) -> dict[str, tuple[str, ...]]:
    wanted = select_rows(*cols(OpenedRow.reference, OpenedRow.user)).where(
        col(OpenedRow.reference).in_(references), col(OpenedRow.at) > _open_since(store)
    )
    found: dict[str, tuple[str, ...]] = {}
    for row in session.execute(wanted.order_by(col(OpenedRow.at))):
        found[row.reference] = (*found.get(row.reference, ()), row.user)
    return found


def _open_since(store: Store) -> dt.datetime:
    return store.clock() - dt.timedelta(minutes=OPEN_MINUTES)


def _taken(store: Store, session: Session, user: str) -> set[str]:
    """Cases that others have open."""
    wanted = select_rows(*cols(OpenedRow.reference)).where(
        col(OpenedRow.at) > _open_since(store), col(OpenedRow.user) != user
    )
    return set(session.execute(wanted.limit(_AT_ONCE)).scalars())


def _replies(session: Session, references: Collection[str]) -> dict[str, tuple[str, str]]:
    wanted = select_rows(*cols(ReplyRow.reference, ReplyRow.kind, ReplyRow.state)).where(
        col(ReplyRow.reference).in_(references)
    )
    rows = session.execute(wanted.order_by(col(ReplyRow.number)))
    return {row.reference: (row.kind, row.state) for row in rows}


def _without_rows(store: Store, last: str) -> Sequence[str]:
    own = select_rows(literal(1)).where(col(WorklistRow.reference) == col(MailRow.reference))
    wanted = select(MailRow.reference).where(col(MailRow.reference) > last, ~own.exists())
    with store.read() as session:
        return session.exec(wanted.order_by(col(MailRow.reference)).limit(_AT_ONCE)).all()
