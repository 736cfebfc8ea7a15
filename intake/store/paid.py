"""What was paid before: invoices that a clerk accepted, by supplier and by account.

Only what stands in plain columns (docs/decisions/25) is compared; the latest ones are enough.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import Executable, Row, bindparam, func
from sqlalchemy import select as select_rows
from sqlmodel import col

from intake.model.invoice import Invoice
from intake.model.verdict import History, Paid
from intake.store import Store, municipality
from intake.store.business_facts import plain
from intake.store.lookup_hashes import DOMAIN, domain_of, trait_hashes
from intake.store.tables import InvoiceRow, InvoiceState, TraitRow, cols

LATEST = 24
"""Invoices looked at: of two years, when one comes a month."""

_PAID = (
    select_rows(
        *cols(InvoiceRow.reference, InvoiceRow.kvk, InvoiceRow.iban, InvoiceRow.gross_cents)
    )
    .where(
        col(InvoiceRow.state).in_((InvoiceState.ACCEPTED, InvoiceState.EXPORTED)),
        col(InvoiceRow.reference) != bindparam("before"),
        func.coalesce(col(InvoiceRow.municipality), "")  # by its index most of all cases are found
        == municipality.of(bindparam("before"), bindparam("own")),
    )
    .order_by(col(InvoiceRow.id).desc())
    .limit(LATEST)
)
_TRAITS = select_rows(*cols(TraitRow.kind, TraitRow.hash)).where(
    col(TraitRow.reference).in_(bindparam("references", expanding=True))
)
"""By reference alone: of the mails of a kind there are as many as there are cases."""
_BY_KVK = _PAID.where(col(InvoiceRow.kvk) == bindparam("value"))
_BY_VAT = _PAID.where(col(InvoiceRow.vat_id) == bindparam("value"))
_BY_IBAN = _PAID.where(col(InvoiceRow.iban) == bindparam("value"))


def history(store: Store, invoice: Invoice, before: str, sender: str | None) -> History:
    """What was paid to this supplier, known by its KvK number or else its btw number, and to this
    account, whoever sent the invoice; and when these differ, whether the sender does too.

    Args:
        before: the mail in hand, which is left out.
        sender: its address of From.
    """
    own = _to_supplier(store, invoice, before)
    same_account = _rows(store, _BY_IBAN, invoice.iban.value, before)
    as_before = (
        plain(invoice.iban.value) in {row.iban for row in own}
        and len({row.kvk for row in (*own, *same_account)}) == 1
    )
    return History(
        paid=_facts(own),
        same_account=_facts(same_account),
        other_domain=None if as_before else _other_domain(store, own, domain_of(sender)),
    )


_Rows = Sequence[Row[tuple[Any, ...]]]


def _to_supplier(store: Store, invoice: Invoice, before: str) -> _Rows:
    found = _rows(store, _BY_KVK, invoice.kvk_number.value, before)
    return found or _rows(store, _BY_VAT, invoice.vat_id.value, before)


def _rows(store: Store, wanted: Executable, value: str | None, before: str) -> _Rows:
    folded = plain(value)
    if not folded:
        return ()
    return store.ask(wanted, {"value": folded, "before": before, "own": store.settings.profile})


def _facts(rows: _Rows) -> tuple[Paid, ...]:
    return tuple(
        Paid(row.kvk, row.iban, None if row.gross_cents is None else Decimal(row.gross_cents) / 100)
        for row in rows
    )


def _other_domain(store: Store, own: _Rows, domain: str) -> str | None:
    """The domain, when no mail of these came from it; mails that were decided before domains were
    kept say nothing.
    """
    if not domain or not own:
        return None
    traits = store.ask(_TRAITS, {"references": sorted({row.reference for row in own})})
    known = {row.hash for row in traits if row.kind == DOMAIN}
    return domain if known and not known & set(trait_hashes(store, DOMAIN, domain)) else None
