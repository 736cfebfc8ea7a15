"""What a monitor counts: numbers only, of no person, supplier or client. Every statement reads what is
open, or what came in lately, so that it costs the same with a million cases that are done.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, select

from intake.model.basics import local_date
from intake.store import Store
from intake.store.outbox import unsent
from intake.store.tables import CaseState, CorrectionRow, InvoiceRow, MailRow, ReplyRow

OPEN = (CaseState.RECEIVED, CaseState.WAITING, CaseState.QUEUED, CaseState.QUARANTINED)
"""What stands there waits for us, for a clerk, or for a provider."""
DAY = dt.timedelta(days=1)
MONTH = dt.timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Measures:
    """One look at the database; pairs are municipality and state."""

    mails_kept: int
    """Ever; what was destroyed since counts too."""
    open_mails: Mapping[tuple[str, str], int]
    oldest: Mapping[str, dt.datetime]
    """When the first mail came in that stands in an open state."""
    mails_of_a_day: Mapping[tuple[str, str], int]
    invoices_of_a_month: Mapping[tuple[str, str], int]
    corrections: int
    """Ever."""
    replies: Mapping[str, int]
    """By state, those that have not left."""
    replies_let_go: int
    """In the last day."""


def measure(store: Store) -> Measures:
    """Raises StoreUnavailable."""
    now = store.clock()
    with store.read() as session:
        return Measures(
            mails_kept=_highest(session, MailRow.sequence),
            open_mails=_pairs(session, MailRow, col(MailRow.state).in_(OPEN)),
            oldest=dict(_oldest(session)),
            mails_of_a_day=_pairs(session, MailRow, col(MailRow.received_at) > now - DAY),
            invoices_of_a_month=_invoices(session, local_date(now - MONTH)),
            corrections=_highest(session, CorrectionRow.id),
            replies=_unsent(session),
            replies_let_go=_let_go(session, now - DAY),
        )


def _highest(session: Session, column: Any) -> int:
    return session.exec(select(func.max(col(column)))).one() or 0


def _pairs(session: Session, table: Any, which: ColumnElement[bool]) -> dict[tuple[str, str], int]:
    pair = (col(table.municipality), col(table.state))
    counted = select(*pair, func.count()).where(which).group_by(*pair)
    return {(row[0], row[1]): row[2] for row in session.execute(counted)}


def _invoices(session: Session, after: dt.date) -> dict[tuple[str, str], int]:
    """Counted by day first, as the index of the figures has them; else one of all invoices is
    walked."""
    group = (col(InvoiceRow.received_on), col(InvoiceRow.municipality), col(InvoiceRow.state))
    counted = select(*group, func.count()).where(group[0] > after).group_by(*group)
    found: Counter[tuple[str, str]] = Counter()
    for _, municipality, state, number in session.execute(counted):
        found[municipality, state] += number
    return dict(found)


def _oldest(session: Session) -> Iterator[tuple[str, dt.datetime]]:
    for state in OPEN:
        first = select(MailRow.received_at).where(col(MailRow.state) == state)
        found = session.exec(first.order_by(col(MailRow.sequence)).limit(1)).first()
        if found:
            yield state.value, found


def _unsent(session: Session) -> dict[str, int]:
    """By the condition of the index of what is unsent, word for word."""
    state = col(ReplyRow.state)
    counted = select(state, func.count()).where(unsent()).group_by(state)
    return {row[0]: row[1] for row in session.execute(counted)}


def _let_go(session: Session, since: dt.datetime) -> int:
    moment = col(ReplyRow.counted_at)
    return session.exec(select(func.count(moment)).where(moment > since)).one()
