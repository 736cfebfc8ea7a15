"""The register of suppliers as people change it by hand."""

from __future__ import annotations

import datetime as dt

from sqlmodel import col, delete

from intake.errors import Conflict
from intake.model.supplier import (
    Agreement,
    AgreementKind,
    Contract,
    ContractScope,
    Registered,
    SupplierAccount,
)
from intake.store import Store, supplier_rows
from intake.store.journal import NotKept
from intake.store.supplier_values import SupplierFault
from intake.store.tables import SupplierAgreementRow, SupplierContractRow


def add(store: Store, who: str, municipality: str, supplier: Registered) -> int:
    """Take up a supplier; its number.

    Raises:
        SupplierFault: it has no name, or its KvK number is known already.
    """
    if not supplier.name:
        raise SupplierFault("name")
    with store.write() as session:
        store.lock(session, supplier_rows.LOCK)
        if supplier_rows.same(session, municipality, supplier) is not None:
            raise SupplierFault("known")
        return supplier_rows.add_row(store, session, who, municipality, supplier)


def change(store: Store, who: str, number: int, version: int, supplier: Registered) -> None:
    """Give a supplier these details, names, addresses and domains instead of those it has.

    Raises:
        NotKept: there is none with this number.
        Conflict: it was changed since ``version``.
        SupplierFault: it has no name, or its KvK number is another's.
    """
    if not supplier.name:
        raise SupplierFault("name")
    with store.write() as session:
        store.lock(session, supplier_rows.LOCK)
        row = supplier_rows.row_of(session, number)
        if row.version != version:
            raise Conflict(f"supplier {number} was changed by somebody else")
        other = supplier_rows.same(session, row.municipality, supplier)
        if other is not None and other.id != number:
            raise SupplierFault("known")
        changed = supplier_rows.set_details(session, row, supplier)
        if changed:
            supplier_rows.note_change(store, session, row, who, "details", " ".join(changed))


def put_account(
    store: Store, who: str, number: int, iban: str, since: dt.date, last_day: dt.date | None = None
) -> None:
    """Add an account, to be approved by somebody else; or give a known one its last day.

    A known account that had ended is used again: it must be approved anew.
    """
    with store.write() as session:
        store.lock(session, supplier_rows.LOCK)
        row = supplier_rows.row_of(session, number)
        supplier_rows.put_account_row(
            session, row, SupplierAccount(iban, since, last_day, who), reopens=True
        )
        what = "account-ended" if last_day else "account-added"
        supplier_rows.note_change(store, session, row, who, what, iban)


def approve_account(store: Store, who: str, number: int, iban: str) -> None:
    """Say that an account is the supplier's.

    Raises:
        NotKept: there is no such account.
        SupplierFault: who approves is who added it.
    """
    with store.write() as session:
        store.lock(session, supplier_rows.LOCK)
        row = supplier_rows.row_of(session, number)
        account = supplier_rows.account_of(session, number, iban)
        if account is None:
            raise NotKept(f"supplier {number} has no such account")
        if account.approved_by is not None:
            return
        if account.added_by == who:
            raise SupplierFault("same-person")
        account.approved_by, account.approved_on = who, store.today
        supplier_rows.note_change(store, session, row, who, "account-approved", iban)


def put_contract(store: Store, who: str, number: int, contract: Contract) -> None:
    """Add a period with or without a contract; one that began on the same day gets this end."""
    with store.write() as session:
        store.lock(session, supplier_rows.LOCK)
        row = supplier_rows.row_of(session, number)
        if supplier_rows.put_contract_row(session, row, contract):
            supplier_rows.note_change(
                store, session, row, who, "contract", _contract_words(contract)
            )


def put_agreement(store: Store, who: str, number: int, agreement: Agreement) -> None:
    """Add an agreement; one with the same number and product gets this period and ceiling."""
    with store.write() as session:
        store.lock(session, supplier_rows.LOCK)
        row = supplier_rows.row_of(session, number)
        if supplier_rows.put_agreement_row(session, row, agreement):
            supplier_rows.note_change(store, session, row, who, "agreement", agreement.number)


def remove_contract(
    store: Store, who: str, number: int, scope: ContractScope, first_day: dt.date
) -> None:
    """Take away a period that was wrong; one that is over gets a last day instead."""
    with store.write() as session:
        store.lock(session, supplier_rows.LOCK)
        row = supplier_rows.row_of(session, number)
        session.execute(
            delete(SupplierContractRow).where(
                col(SupplierContractRow.supplier) == number,
                col(SupplierContractRow.scope) == scope.value,
                col(SupplierContractRow.first_day) == first_day,
            )
        )
        supplier_rows.note_change(
            store, session, row, who, "contract-removed", f"{scope} {first_day}"
        )


def remove_agreement(
    store: Store, who: str, number: int, kind: AgreementKind, agreement: str, product: str
) -> None:
    """Take away an agreement that was wrong."""
    with store.write() as session:
        store.lock(session, supplier_rows.LOCK)
        row = supplier_rows.row_of(session, number)
        session.execute(
            delete(SupplierAgreementRow).where(
                col(SupplierAgreementRow.supplier) == number,
                col(SupplierAgreementRow.kind) == kind.value,
                col(SupplierAgreementRow.number) == agreement,
                col(SupplierAgreementRow.product) == product,
            )
        )
        supplier_rows.note_change(store, session, row, who, "agreement-removed", agreement)


def _contract_words(contract: Contract) -> str:
    last = contract.period.last_day or "..."
    return f"{contract.scope} {contract.period.first_day} - {last}"
