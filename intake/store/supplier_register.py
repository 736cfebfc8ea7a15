"""The register of suppliers (leverancierregister) of each municipality, as it is asked.

It is filled from a file (supplier_import.py), by hand (supplier_changes.py), and by what is paid
(supplier_learning.py). Every change stands in the chain of readings (audit.py).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from sqlalchemy import func
from sqlmodel import Session, col, or_, select

from intake.model.invoice import Invoice
from intake.model.supplier import ContractScope, Period, Registered
from intake.store import Store, supplier_rows
from intake.store.business_facts import plain
from intake.store.tables import InvoiceRow, SupplierAccountRow, SupplierContractRow, SupplierRow
from intake.text.folding import plain as folded

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class SupplierLine:
    """One supplier in a list."""

    number: int
    municipality: str
    kvk: str
    name: str
    city: str
    creditor_number: str
    accounts_to_approve: int = 0
    contract: ContractScope | None = None
    """In force on the day that was asked; None: not known."""


def get(store: Store, number: int) -> tuple[str, Registered]:
    """A supplier with the name of its municipality.

    Raises:
        NotKept: there is none with this number.
    """
    with store.read() as session:
        row = supplier_rows.row_of(session, number)
        return row.municipality, supplier_rows.registered(session, row)


def find(store: Store, municipality: str, kvk: str) -> Registered | None:
    """The supplier with this KvK number."""
    with store.read() as session:
        row = session.exec(
            supplier_rows.of(municipality).where(col(SupplierRow.kvk) == kvk)
        ).first()
        return supplier_rows.registered(session, row) if row else None


def of_invoice(store: Store, municipality: str, invoice: Invoice, before: str) -> Registered | None:
    """The supplier of an invoice, by its KvK number or else its btw number; with what was spent of its
    agreements.

    Args:
        before: the mail in hand, which is left out.
    """
    kvk, vat_id = plain(invoice.kvk_number.value), plain(invoice.vat_id.value)
    wanted = supplier_rows.of(municipality)
    if kvk:
        wanted = wanted.where(col(SupplierRow.kvk) == kvk)
    elif vat_id:
        wanted = wanted.where(col(SupplierRow.vat_id) == vat_id)
    else:
        return None
    with store.read() as session:
        rows = session.exec(wanted.limit(2)).all()
        if len(rows) != 1:  # a btw number may be that of several firms (fiscale eenheid)
            return None
        found = supplier_rows.registered(session, rows[0])
        spent = [_spent(session, rows[0], each.period, before) for each in found.agreements]
    agreements = zip(found.agreements, spent, strict=True)
    return replace(
        found, agreements=tuple(replace(each, spent=euros) for each, euros in agreements)
    )


def others_with(store: Store, municipality: str, iban: str, number: int) -> tuple[str, ...]:
    """The KvK numbers, or names, of other suppliers for whom this account is approved."""
    wanted = (
        select(SupplierRow)
        .join(SupplierAccountRow, col(SupplierAccountRow.supplier) == col(SupplierRow.id))
        .where(
            col(SupplierAccountRow.iban) == iban,
            col(SupplierAccountRow.approved_by).is_not(None),
            col(SupplierRow.municipality) == municipality,
            col(SupplierRow.id) != number,
        )
        .limit(5)
    )
    with store.read() as session:
        return tuple(row.kvk or row.name for row in session.exec(wanted))


def approved_accounts(
    session: Session, municipality: str, kvk: str | None, vat_id: str | None
) -> frozenset[str]:
    """The accounts in use of one supplier that a second person approved; by its KvK number, or else
    its btw number."""
    by = col(SupplierRow.kvk) == kvk if kvk else col(SupplierRow.vat_id) == vat_id
    suppliers = session.exec(supplier_rows.of(municipality).where(by).limit(2)).all()
    if not (kvk or vat_id) or len(suppliers) != 1:
        return frozenset()
    wanted = select(SupplierAccountRow.iban).where(
        col(SupplierAccountRow.supplier) == suppliers[0].id,
        col(SupplierAccountRow.approved_by).is_not(None),
        col(SupplierAccountRow.last_day).is_(None),
    )
    return frozenset(session.exec(wanted))


def listed(
    store: Store, municipality: str, words: str = "", limit: int = 50, offset: int = 0
) -> tuple[SupplierLine, ...]:
    """Suppliers by name; with ``words`` those of which a name, number or place holds each word."""
    wanted = supplier_rows.of(municipality)
    for word in folded(words).split():
        wanted = wanted.where(col(SupplierRow.search).contains(word, autoescape=True))
    wanted = wanted.order_by(col(SupplierRow.name), col(SupplierRow.id)).limit(limit).offset(offset)
    with store.read() as session:
        rows = session.exec(wanted).all()
        numbers = [row.id or 0 for row in rows]
        waiting = _waiting(session, numbers)
        contracts = _contracts_on(session, numbers, store.today)
    return tuple(
        SupplierLine(
            row.id or 0,
            row.municipality,
            row.kvk or "",
            row.name,
            row.city,
            row.creditor_number,
            waiting.get(row.id or 0, 0),
            contracts.get(row.id or 0),
        )
        for row in rows
    )


def all_of(store: Store, municipality: str) -> Iterable[Registered]:
    """Every supplier in the order of their numbers, for an export."""
    last = 0
    while True:
        with store.read() as session:
            later = supplier_rows.of(municipality).where(col(SupplierRow.id) > last)
            rows = session.exec(later.order_by(col(SupplierRow.id)).limit(_AT_ONCE)).all()
            found = [supplier_rows.registered(session, row) for row in rows]
        if not rows:
            return
        yield from found
        last = rows[-1].id or 0


def by_number(
    session: Session, municipality: str, numbers: Iterable[str]
) -> dict[str, SupplierRow]:
    """How the finance package books each supplier, by its KvK number, or by its btw number when it has
    no other.
    """
    asked = sorted(set(filter(None, numbers)))
    found: dict[str, SupplierRow] = {}
    for start in range(0, len(asked), _AT_ONCE):
        some = asked[start : start + _AT_ONCE]
        by_vat = col(SupplierRow.kvk).is_(None) & col(SupplierRow.vat_id).in_(some)
        wanted = supplier_rows.of(municipality).where(col(SupplierRow.kvk).in_(some) | by_vat)
        for row in session.exec(wanted):
            found[row.kvk or row.vat_id or ""] = row
    return found


def contract_on(session: Session, number: int, day: dt.date) -> ContractScope | None:
    """Who made the contract that a supplier has on a day; None: it is not known."""
    return _contracts_on(session, [number], day).get(number)


def _spent(session: Session, row: SupplierRow, period: Period, before: str) -> Decimal:
    """What was accepted of this supplier's invoices with a date in the period."""
    own = col(InvoiceRow.kvk) == row.kvk if row.kvk else col(InvoiceRow.vat_id) == row.vat_id
    wanted = select(func.coalesce(func.sum(col(InvoiceRow.gross_cents)), 0)).where(
        own,
        col(InvoiceRow.municipality) == row.municipality,
        col(InvoiceRow.state).in_(supplier_rows.PAID),
        col(InvoiceRow.reference) != before,
        col(InvoiceRow.issued_on) >= period.first_day,
    )
    if period.last_day is not None:
        wanted = wanted.where(col(InvoiceRow.issued_on) <= period.last_day)
    return Decimal(session.exec(wanted).one() or 0) / 100


def _waiting(session: Session, numbers: Sequence[int]) -> dict[int, int]:
    """Of each supplier how many accounts in use nobody approved."""
    found = session.execute(
        select(col(SupplierAccountRow.supplier), func.count())
        .where(
            col(SupplierAccountRow.supplier).in_(numbers),
            col(SupplierAccountRow.approved_by).is_(None),
            col(SupplierAccountRow.last_day).is_(None),
        )
        .group_by(col(SupplierAccountRow.supplier))
    ).all()
    return {row[0]: row[1] for row in found}


def _contracts_on(
    session: Session, numbers: Sequence[int], day: dt.date
) -> dict[int, ContractScope]:
    wanted = select(SupplierContractRow).where(
        col(SupplierContractRow.supplier).in_(numbers),
        col(SupplierContractRow.first_day) <= day,
        or_(col(SupplierContractRow.last_day).is_(None), col(SupplierContractRow.last_day) >= day),
    )
    found: dict[int, ContractScope] = {}
    for row in session.exec(wanted):
        scope = ContractScope(row.scope)
        if found.get(row.supplier, ContractScope.NONE) is ContractScope.NONE:
            found[row.supplier] = scope
    return found
