"""What was paid before: invoices that a clerk accepted, by supplier and by account.

Only what stands in plain columns (docs/decisions/25) is compared; the latest ones are enough.
"""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import Executable, bindparam
from sqlalchemy import select as select_rows
from sqlmodel import col

from intake.model.invoice import Invoice
from intake.model.verdict import Paid
from intake.store import Store, municipality
from intake.store.business_facts import plain
from intake.store.tables import InvoiceRow, InvoiceState, cols

LATEST = 24
"""Invoices looked at: of two years, when one comes a month."""

_PAID = (
    select_rows(*cols(InvoiceRow.kvk, InvoiceRow.iban, InvoiceRow.gross_cents))
    .where(
        col(InvoiceRow.state).in_((InvoiceState.ACCEPTED, InvoiceState.EXPORTED)),
        col(InvoiceRow.reference) != bindparam("before"),
        col(InvoiceRow.municipality) == municipality.of(bindparam("before"), bindparam("own")),
    )
    .order_by(col(InvoiceRow.id).desc())
    .limit(LATEST)
)
_BY_KVK = _PAID.where(col(InvoiceRow.kvk) == bindparam("value"))
_BY_VAT = _PAID.where(col(InvoiceRow.vat_id) == bindparam("value"))
_BY_IBAN = _PAID.where(col(InvoiceRow.iban) == bindparam("value"))


def to_supplier(store: Store, invoice: Invoice, before: str) -> tuple[Paid, ...]:
    """What was paid to this supplier, known by its KvK number or else its btw number.

    Args:
        before: the mail in hand, which is left out.
    """
    found = _paid(store, _BY_KVK, invoice.kvk_number.value, before)
    return found or _paid(store, _BY_VAT, invoice.vat_id.value, before)


def to_account(store: Store, invoice: Invoice, before: str) -> tuple[Paid, ...]:
    """What was paid to this account, whoever sent the invoice."""
    return _paid(store, _BY_IBAN, invoice.iban.value, before)


def _paid(store: Store, wanted: Executable, value: str | None, before: str) -> tuple[Paid, ...]:
    folded = plain(value)
    if not folded:
        return ()
    rows = store.ask(wanted, {"value": folded, "before": before, "own": store.settings.profile})
    return tuple(
        Paid(row.kvk, row.iban, None if row.gross_cents is None else Decimal(row.gross_cents) / 100)
        for row in rows
    )
