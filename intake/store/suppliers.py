"""What is known of a supplier (leverancier) from its invoices: names, accounts, one line of time, and
its commonest faults. Only business facts that stand in columns (docs/decisions/25), and which checks
failed.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal

from sqlmodel import Session, col, select

from intake.errors import CannotOpen
from intake.model.finding import Severity
from intake.model.mail import ReplyKind
from intake.store import Store, sealed
from intake.store.journal import find
from intake.store.records import VERDICTS
from intake.store.tables import (
    CompanionRow,
    InvoiceRow,
    InvoiceState,
    MailRow,
    ReplyRow,
    ReplyState,
)

LATEST = 200
"""Invoices that are looked at; older ones stand in the finance package."""
OPENED = 10
"""Cases whose verdicts are opened, to count faults."""
_MOST_FAULTS = 5


@dataclass(frozen=True, slots=True)
class EarlierInvoice:
    """One invoice of the supplier."""

    reference: str
    number: str = field(repr=False)
    issued_on: dt.date | None
    received_on: dt.date | None
    gross: Decimal | None
    iban: str = field(repr=False)
    state: InvoiceState
    decided_by: str | None


@dataclass(frozen=True, slots=True)
class AccountUse:
    """An account, and since when it is on invoices."""

    iban: str = field(repr=False)
    first_on: dt.date | None
    last_on: dt.date | None
    invoices: int
    accepted: int
    accepted_by: str | None
    """Who accepted the first invoice with it."""


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """A mail that came in, with its invoices, or a letter of ours that went out."""

    at: dt.datetime
    reference: str
    invoices: tuple[EarlierInvoice, ...] = ()
    brought_attachment: bool = False
    """A later mail, with the attachment of an invoice."""
    letter: ReplyKind | None = None
    letter_state: ReplyState | None = None


@dataclass(frozen=True, slots=True)
class SupplierHistory:
    """The supplier with one KvK number, or btw number, as its invoices show it."""

    kvk: str
    names: tuple[str, ...]
    """The newest first."""
    vat_ids: tuple[str, ...]
    accounts: tuple[AccountUse, ...]
    """The one used last first."""
    invoices: tuple[EarlierInvoice, ...]
    """The newest first."""
    timeline: tuple[TimelineEntry, ...] = ()
    """The newest first."""
    faults: tuple[tuple[str, int], ...] = ()
    """Check ids that failed or asked a person most often in the latest invoices, and how often."""


def history(store: Store, kvk: str, municipality: str, vat_id: str = "") -> SupplierHistory:
    """Everything of this supplier at one municipality; empty when nothing is known.

    Args:
        vat_id: of a supplier without a KvK number.
    """
    own = col(InvoiceRow.kvk) == kvk if kvk else col(InvoiceRow.vat_id) == vat_id
    wanted = (
        select(InvoiceRow)
        .where(own, col(InvoiceRow.municipality) == municipality)
        .order_by(col(InvoiceRow.id).desc())
        .limit(LATEST)
    )
    with store.read() as session:
        rows = session.exec(wanted).all() if kvk or vat_id else []
        timeline = sorted(_timeline(session, rows), key=lambda entry: entry.at, reverse=True)
        faults = _faults(store, session, rows[:OPENED])
    by_day = sorted(rows, key=lambda row: row.received_on or dt.date.min, reverse=True)
    return SupplierHistory(
        kvk,
        _each([row.supplier_name for row in by_day]),
        _each([row.vat_id for row in by_day]),
        tuple(_use(iban, by_day) for iban in _each([row.iban for row in by_day])),
        tuple(map(_invoice, by_day)),
        tuple(timeline),
        faults,
    )


def _each(values: list[str | None]) -> tuple[str, ...]:
    """Each once, in their order."""
    return tuple(dict.fromkeys(value for value in values if value))


def _use(iban: str, rows: list[InvoiceRow]) -> AccountUse:
    """``rows``: the newest first."""
    used = [row for row in rows if row.iban == iban]
    paid = [row for row in used if row.state in (InvoiceState.ACCEPTED, InvoiceState.EXPORTED)]
    days = [row.received_on for row in used if row.received_on]
    return AccountUse(
        iban,
        min(days, default=None),
        max(days, default=None),
        len(used),
        len(paid),
        paid[-1].decided_by if paid else None,
    )


def _invoice(row: InvoiceRow) -> EarlierInvoice:
    gross = None if row.gross_cents is None else Decimal(row.gross_cents) / 100
    return EarlierInvoice(
        row.reference,
        row.number or "",
        row.issued_on,
        row.received_on,
        gross,
        row.iban or "",
        InvoiceState(row.state),
        row.decided_by,
    )


def _timeline(session: Session, rows: Sequence[InvoiceRow]) -> Iterator[TimelineEntry]:
    """Mails with invoices, later mails that brought an attachment, and letters."""
    by_mail: dict[str, list[EarlierInvoice]] = {}
    for row in rows:
        by_mail.setdefault(row.reference, []).append(_invoice(row))
    references = sorted(by_mail)
    mails = select(MailRow).where(col(MailRow.reference).in_(references))
    for mail in session.exec(mails):
        yield TimelineEntry(mail.received_at, mail.reference, tuple(by_mail[mail.reference]))
    later = (
        select(MailRow)
        .join(CompanionRow, col(CompanionRow.companion) == col(MailRow.reference))
        .where(col(CompanionRow.reference).in_(references), col(CompanionRow.apart).is_(False))
        .limit(LATEST)
    )
    for mail in session.exec(later):
        yield TimelineEntry(mail.received_at, mail.reference, brought_attachment=True)
    letters = (
        select(ReplyRow)
        .where(
            col(ReplyRow.reference).in_(references), col(ReplyRow.state) != ReplyState.DROPPED.value
        )
        .limit(LATEST)
    )
    for letter in session.exec(letters):
        yield TimelineEntry(
            letter.ended_at or letter.created_at,
            letter.reference,
            letter=ReplyKind(letter.kind),
            letter_state=ReplyState(letter.state),
        )


def _faults(
    store: Store, session: Session, rows: Sequence[InvoiceRow]
) -> tuple[tuple[str, int], ...]:
    """By check, on how many of these invoices it was not fine; the commonest first."""
    counted: Counter[str] = Counter()
    for row in rows:
        with suppress(CannotOpen):
            counted.update(_of_invoice(store, session, row))
    return tuple(counted.most_common(_MOST_FAULTS))


def _of_invoice(store: Store, session: Session, row: InvoiceRow) -> Iterable[str]:
    """Raises CannotOpen."""
    key = sealed.key_of(store, find(session, row.reference))
    verdict = sealed.record(session, key, VERDICTS, sealed.VERDICT)
    read = (each for each in (verdict.invoices if verdict else ()) if each.path == row.path)
    return {
        finding.check
        for each in read
        for finding in each.findings
        if finding.severity is not Severity.INFO
    }
