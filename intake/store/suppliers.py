"""What is known of a supplier (leverancier) from its invoices: names, accounts and what became of
each. Only business facts that stand in columns (docs/decisions/25).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal

from sqlmodel import col, select

from intake.store import Store
from intake.store.tables import InvoiceRow, InvoiceState

LATEST = 200
"""Invoices that are looked at; older ones stand in the finance package."""


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
class SupplierHistory:
    """The supplier with one KvK number, as its invoices show it."""

    kvk: str
    names: tuple[str, ...]
    """The newest first."""
    vat_ids: tuple[str, ...]
    accounts: tuple[AccountUse, ...]
    """The one used last first."""
    invoices: tuple[EarlierInvoice, ...]
    """The newest first."""


def history(store: Store, kvk: str, municipality: str) -> SupplierHistory:
    """Everything of this supplier at one municipality; empty when nothing is known."""
    wanted = (
        select(InvoiceRow)
        .where(col(InvoiceRow.kvk) == kvk, col(InvoiceRow.municipality) == municipality)
        .order_by(col(InvoiceRow.id).desc())
        .limit(LATEST)
    )
    with store.read() as session:
        rows = session.exec(wanted).all()
    by_day = sorted(rows, key=lambda row: row.received_on or dt.date.min, reverse=True)
    return SupplierHistory(
        kvk,
        _each([row.supplier_name for row in by_day]),
        _each([row.vat_id for row in by_day]),
        tuple(_use(iban, by_day) for iban in _each([row.iban for row in by_day])),
        tuple(map(_invoice, by_day)),
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
