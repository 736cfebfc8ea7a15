"""How long the register of suppliers keeps what is past, and its end.

A supplier stays as long as an invoice of it is kept, or it has a contract or agreement without an end.
After that, and after the end of the year in which anything was last in force or changed, it stays the
years that the profile says. So do accounts, contracts and agreements that ended, of a supplier that
lives on.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlalchemy import exists, or_
from sqlmodel import Session, col, select

from intake.model.basics import local_date
from intake.profile import Profile
from intake.store import Store, audit, supplier_rows
from intake.store.tables import (
    InvoiceRow,
    SupplierAccountRow,
    SupplierAgreementRow,
    SupplierContractRow,
    SupplierRow,
)


class What(StrEnum):
    """What of the register ends."""

    SUPPLIER = "supplier"
    ACCOUNT = "account"
    CONTRACT = "contract"
    AGREEMENT = "agreement"


_PARTS: dict[What, Any] = {
    What.ACCOUNT: SupplierAccountRow,
    What.CONTRACT: SupplierContractRow,
    What.AGREEMENT: SupplierAgreementRow,
}


@dataclass(frozen=True, slots=True)
class Past:
    """One thing whose term has ended."""

    what: What
    row: int
    supplier: int
    name: str = field(repr=False)
    last_on: dt.date
    """The last day that counts."""

    @property
    def key(self) -> tuple[What, int]:
        return self.what, self.row


def ends(own: Profile, last_on: dt.date) -> dt.date:
    """The first day on which it may be destroyed."""
    return dt.date(last_on.year + 1 + own.suppliers.keep_years, 1, 1)


def due(store: Store, own: Profile) -> tuple[Past, ...]:
    """What of the register of a municipality is past its term today, by supplier."""
    with store.read() as session:
        return _due(session, own, store.today)


def destroy(store: Store, own: Profile, approved: Collection[Past], by: str) -> tuple[Past, ...]:
    """Take away what a person agreed to, as far as it is past its term still. Each is a row of the
    audit.

    Args:
        by: who agreed.
    """
    keys = {each.key for each in approved}
    with store.write() as session:
        store.lock(session, supplier_rows.LOCK)
        done = tuple(each for each in _due(session, own, store.today) if each.key in keys)
        for each in done:
            table = SupplierRow if each.what is What.SUPPLIER else _PARTS[each.what]
            session.delete(session.get(table, each.row))
            subject = supplier_rows.subject(each.supplier)
            audit.note(store, session, by, subject, f"purged {each.what}")
    return done


def _due(session: Session, own: Profile, today: dt.date) -> tuple[Past, ...]:
    found = []
    for row in session.exec(_without_invoices(own.name)):
        last_on = _last_day(session, row)
        if last_on is not None and ends(own, last_on) <= today:
            found.append(Past(What.SUPPLIER, row.id or 0, row.id or 0, row.name, last_on))
    whole = {each.supplier for each in found}
    found += [each for each in _parts(session, own, today) if each.supplier not in whole]
    return tuple(sorted(found, key=lambda each: (each.supplier, each.what, each.row)))


def _without_invoices(municipality: str) -> Any:
    by_kvk = exists().where(
        col(InvoiceRow.kvk) == col(SupplierRow.kvk), col(InvoiceRow.municipality) == municipality
    )
    by_vat = exists().where(
        col(InvoiceRow.vat_id) == col(SupplierRow.vat_id),
        col(InvoiceRow.municipality) == municipality,
    )
    return select(SupplierRow).where(
        col(SupplierRow.municipality) == municipality, ~or_(by_kvk, by_vat)
    )


def _last_day(session: Session, row: SupplierRow) -> dt.date | None:
    """None: something of it has no end."""
    days: list[dt.date | None] = [local_date(row.changed_at)]
    for what in (What.CONTRACT, What.AGREEMENT):
        table = _PARTS[what]
        parts = session.exec(select(table).where(col(table.supplier) == row.id))
        days += [each.last_day for each in parts]
    known = [day for day in days if day is not None]
    return max(known) if len(known) == len(days) else None


def _parts(session: Session, own: Profile, today: dt.date) -> Iterator[Past]:
    before = dt.date(today.year - own.suppliers.keep_years, 1, 1)
    for what, table in _PARTS.items():
        wanted = (
            select(table, SupplierRow)
            .join(SupplierRow, col(SupplierRow.id) == col(table.supplier))
            .where(col(SupplierRow.municipality) == own.name, col(table.last_day) < before)
        )
        for part, row in session.exec(wanted):
            yield Past(what, part.id, row.id or 0, row.name, part.last_day)
