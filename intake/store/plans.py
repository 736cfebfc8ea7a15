"""What clerks plan with an invoice before it is decided, or accepted by a second person: put aside until
a day, handed over to a colleague, and notes for whoever comes next.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, update
from sqlmodel import col, select

from intake.errors import Conflict
from intake.store import Store, cases, invoices, sealed
from intake.store.journal import find
from intake.store.tables import InvoiceRow, InvoiceState

MOST_DAYS = 60
"""An invoice is put aside no longer: its term of payment is 30 days."""


PLANNABLE = (InvoiceState.TO_DECIDE, InvoiceState.LATER, InvoiceState.APPROVED_ONCE)
"""Where an invoice stands that can be put aside or handed over. One that was accepted once stays so."""


@dataclass(frozen=True, slots=True)
class _Change:
    code: str
    """Of the event."""
    values: dict[str, Any]
    words: str


def put_aside(
    store: Store, reference: str, path: str, user: str, version: int, until: dt.date
) -> None:
    """Put an invoice aside until a day, on which it stands open again by itself.

    Args:
        version: of the invoice.
        until: after today, at most ``MOST_DAYS`` on.

    Raises:
        Conflict: it changed since ``version``, or does not wait for a clerk.
        ValueError: no such day.
    """
    if not store.today < until <= store.today + dt.timedelta(days=MOST_DAYS):
        raise ValueError("a day that is not in the next weeks")
    change = _Change("later", {"later_until": until}, f"{until:%d-%m-%Y}")
    _plan(store, reference, path, user, version, change)


def hand_over(
    store: Store, reference: str, path: str, user: str, version: int, to: str | None
) -> None:
    """Give an invoice to a colleague, or (None) back to all.

    Raises:
        Conflict: it changed since ``version``, or does not wait for a clerk.
    """
    change = _Change("handed-over", {"assigned_to": to}, to or "")
    _plan(store, reference, path, user, version, change)


def return_due(store: Store) -> int:
    """Let what was put aside until today or before stand open again. Returns how many."""
    is_due = (
        col(InvoiceRow.state).in_((InvoiceState.LATER.value, InvoiceState.APPROVED_ONCE.value)),
        col(InvoiceRow.later_until) <= store.today,
    )
    waiting = select(InvoiceRow.reference).where(*is_due)
    with store.read() as session:
        if session.exec(waiting.limit(1)).first() is None:
            return 0
    with store.write() as session:
        for reference in sorted(set(session.exec(waiting))):
            sealed.note(store, session, reference, "returned")
        aside = col(InvoiceRow.state) == InvoiceState.LATER.value
        state = case((aside, InvoiceState.TO_DECIDE.value), else_=col(InvoiceRow.state))
        stands = update(InvoiceRow).where(*is_due).values(state=state, later_until=None)
        return int(session.connection().execute(stands).rowcount)


def note(store: Store, reference: str, user: str, text: str) -> None:
    """Write a note on a case, sealed, for everybody who opens it.

    Raises:
        NotKept, KeyMissing: as ``cases.get_case``.
    """
    with store.write() as session:
        key = sealed.key_of(store, find(session, reference))
        sealed.note(store, session, reference, "note", user, sealed.words(key, text))


def _plan(
    store: Store, reference: str, path: str, user: str, version: int, change: _Change
) -> None:
    with store.write() as session:
        standing = cases.to_change(store, session, reference, version, path)
        (invoice,) = standing.chosen(path)
        if invoice.state not in PLANNABLE:
            raise Conflict(f"an invoice of {reference} is {invoice.state}")
        row = session.exec(select(InvoiceRow).where(col(InvoiceRow.id) == version)).one()
        values = row.model_dump(exclude={"id"}) | change.values
        if values["later_until"] and invoice.state is InvoiceState.TO_DECIDE:
            values["state"] = InvoiceState.LATER.value
        session.expunge(row)
        invoices.remove(session, reference, [path])
        invoices.keep(session, [values])
        standing.mail.version += 1
        words = sealed.words(standing.key, change.words)
        sealed.note(store, session, reference, change.code, user, words)
