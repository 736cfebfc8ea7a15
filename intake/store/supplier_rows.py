"""How a supplier stands in the database: its row, and those of its names, accounts, contracts and
agreements.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlmodel import Session, col, select

from intake.model.supplier import (
    Agreement,
    AgreementKind,
    Contract,
    ContractScope,
    Period,
    Registered,
    SupplierAccount,
)
from intake.store import Store, audit
from intake.store.journal import NotKept
from intake.store.tables import (
    InvoiceState,
    SupplierAccountRow,
    SupplierAgreementRow,
    SupplierContractRow,
    SupplierFactRow,
    SupplierRow,
)
from intake.text.folding import plain as folded
from intake.text.folding import squeeze

LOCK = "suppliers"
"""One lock for all changes, so that no supplier is taken up twice."""
PAID = (InvoiceState.ACCEPTED, InvoiceState.EXPORTED)
DETAILS = (
    "name", "kvk", "vat_id", "street", "postcode", "city", "creditor_number", "notes", "cost_centre",
    "cost_type", "task_field", "vat_code", "order_number",
)  # fmt: skip
FACTS = {"other_names": "name", "other_addresses": "address", "domains": "domain"}


def of(municipality: str) -> Any:
    return select(SupplierRow).where(col(SupplierRow.municipality) == municipality)


def row_of(session: Session, number: int) -> SupplierRow:
    row = session.get(SupplierRow, number)
    if row is None:
        raise NotKept(f"there is no supplier {number}")
    return row


def same(session: Session, municipality: str, supplier: Registered) -> SupplierRow | None:
    """The row of the same supplier: by its KvK number, else its btw number, else its name.

    One with a KvK number is never taken for one with another.
    """
    wanted = of(municipality)
    if supplier.kvk:
        wanted = wanted.where(col(SupplierRow.kvk) == supplier.kvk)
    elif supplier.vat_id:
        wanted = wanted.where(col(SupplierRow.vat_id) == supplier.vat_id)
    else:
        wanted = wanted.where(
            col(SupplierRow.kvk).is_(None),
            col(SupplierRow.vat_id).is_(None),
            col(SupplierRow.name) == supplier.name,
        )
    found: SupplierRow | None = session.exec(wanted.order_by(col(SupplierRow.id))).first()
    return found


def account_of(session: Session, number: int, iban: str) -> SupplierAccountRow | None:
    return session.exec(
        select(SupplierAccountRow).where(
            col(SupplierAccountRow.supplier) == number, col(SupplierAccountRow.iban) == iban
        )
    ).first()


def registered(session: Session, row: SupplierRow) -> Registered:
    facts = session.exec(
        select(SupplierFactRow)
        .where(col(SupplierFactRow.supplier) == row.id)
        .order_by(col(SupplierFactRow.id))
    ).all()
    accounts = select(SupplierAccountRow).where(col(SupplierAccountRow.supplier) == row.id)
    contracts = select(SupplierContractRow).where(col(SupplierContractRow.supplier) == row.id)
    agreements = select(SupplierAgreementRow).where(col(SupplierAgreementRow.supplier) == row.id)
    details: dict[str, Any] = {name: getattr(row, name) or "" for name in DETAILS}
    for name, kind in FACTS.items():
        details[name] = tuple(fact.value for fact in facts if fact.kind == kind)
    return Registered(
        **details,
        accounts=tuple(
            SupplierAccount(
                each.iban,
                each.since,
                each.last_day,
                each.added_by,
                each.approved_by,
                each.approved_on,
            )
            for each in session.exec(
                accounts.order_by(
                    col(SupplierAccountRow.since).desc(), col(SupplierAccountRow.id).desc()
                )
            )
        ),
        contracts=tuple(
            Contract(ContractScope(each.scope), Period(each.first_day, each.last_day))
            for each in session.exec(contracts.order_by(col(SupplierContractRow.first_day).desc()))
        ),
        agreements=tuple(
            Agreement(
                AgreementKind(each.kind),
                each.number,
                each.product,
                Period(each.first_day, each.last_day),
                None if each.ceiling_cents is None else Decimal(each.ceiling_cents) / 100,
            )
            for each in session.exec(
                agreements.order_by(
                    col(SupplierAgreementRow.first_day).desc(), col(SupplierAgreementRow.id)
                )
            )
        ),
        number=row.id or 0,
        version=row.version,
    )


def add_row(
    store: Store, session: Session, who: str, municipality: str, supplier: Registered
) -> int:
    row = SupplierRow(
        municipality=municipality, name=supplier.name, search="", changed_at=store.clock()
    )
    session.add(row)
    session.flush()
    set_details(session, row, supplier)
    put_all(session, row, supplier)
    audit.note(store, session, who, subject(row.id or 0), "added")
    return row.id or 0


def set_details(session: Session, row: SupplierRow, supplier: Registered) -> list[str]:
    """What changed of the details."""
    changed = []
    for name in DETAILS:
        value = getattr(supplier, name)
        value = value or None if name in ("kvk", "vat_id") else value
        if getattr(row, name) != value:
            setattr(row, name, value)
            changed.append(name.replace("_", "-"))
    for name, kind in FACTS.items():
        if _set_facts(session, row.id or 0, kind, getattr(supplier, name)):
            changed.append(name.replace("_", "-"))
    row.search = folded(
        " ".join(
            (
                *supplier.names,
                *map(squeeze, supplier.names),
                supplier.kvk,
                supplier.vat_id,
                supplier.city,
                supplier.creditor_number,
            )
        )
    )
    session.add(row)
    session.flush()
    return changed


def _set_facts(session: Session, number: int, kind: str, values: Sequence[str]) -> bool:
    known = session.exec(
        select(SupplierFactRow).where(
            col(SupplierFactRow.supplier) == number, col(SupplierFactRow.kind) == kind
        )
    ).all()
    gone = [fact for fact in known if fact.value not in values]
    new = [value for value in values if value not in {fact.value for fact in known}]
    for fact in gone:
        session.delete(fact)
    session.add_all(SupplierFactRow(supplier=number, kind=kind, value=value) for value in new)
    return bool(gone or new)


def put_all(session: Session, row: SupplierRow, given: Registered) -> list[str]:
    """What changed of accounts, contracts and agreements."""
    changed = [put_account_row(session, row, each) for each in given.accounts]
    changed += [put_contract_row(session, row, each) for each in given.contracts]
    changed += [put_agreement_row(session, row, each) for each in given.agreements]
    return list(filter(None, changed))


def put_account_row(
    session: Session, row: SupplierRow, given: SupplierAccount, reopens: bool = False
) -> str:
    """What changed; empty when nothing did. Who approved it and who added it stay.

    Args:
        reopens: an account that had ended is used again, and must be approved anew. No file does
            that: it may be an old one.
    """
    known = account_of(session, row.id or 0, given.iban)
    if known is None:
        session.add(
            SupplierAccountRow(
                supplier=row.id or 0,
                iban=given.iban,
                since=given.since,
                last_day=given.last_day,
                added_by=given.added_by,
                approved_by=given.approved_by,
                approved_on=given.approved_on,
            )
        )
        session.flush()
        return "account"
    before = (known.last_day, known.approved_by, known.added_by)
    if known.last_day is not None and given.last_day is None:
        if not reopens:
            return ""
        known.added_by, known.approved_by, known.approved_on = given.added_by, None, None
    elif known.approved_by is None and given.approved_by not in (None, known.added_by):
        known.approved_by, known.approved_on = given.approved_by, given.approved_on
    known.last_day = given.last_day
    session.flush()
    return "account" if before != (known.last_day, known.approved_by, known.added_by) else ""


def put_contract_row(session: Session, row: SupplierRow, given: Contract) -> str:
    known = session.exec(
        select(SupplierContractRow).where(
            col(SupplierContractRow.supplier) == row.id,
            col(SupplierContractRow.scope) == given.scope.value,
            col(SupplierContractRow.first_day) == given.period.first_day,
        )
    ).first()
    if known is None:
        known = SupplierContractRow(
            supplier=row.id or 0, scope=given.scope.value, first_day=given.period.first_day
        )
    elif known.last_day == given.period.last_day:
        return ""
    known.last_day = given.period.last_day
    session.add(known)
    session.flush()
    return "contract"


def put_agreement_row(session: Session, row: SupplierRow, given: Agreement) -> str:
    known = session.exec(
        select(SupplierAgreementRow).where(
            col(SupplierAgreementRow.supplier) == row.id,
            col(SupplierAgreementRow.kind) == given.kind.value,
            col(SupplierAgreementRow.number) == given.number,
            col(SupplierAgreementRow.product) == given.product,
        )
    ).first()
    wanted: dict[str, Any] = {
        "first_day": given.period.first_day,
        "last_day": given.period.last_day,
        "ceiling_cents": None if given.ceiling is None else int(given.ceiling * 100),
    }
    if known is None:
        known = SupplierAgreementRow(
            supplier=row.id or 0,
            kind=given.kind.value,
            number=given.number,
            product=given.product,
            **wanted,
        )
    elif all(getattr(known, name) == value for name, value in wanted.items()):
        return ""
    for name, value in wanted.items():
        setattr(known, name, value)
    session.add(known)
    session.flush()
    return "agreement"


def note_change(
    store: Store, session: Session, row: SupplierRow, who: str, what: str, detail: str
) -> None:
    row.version += 1
    row.changed_at = store.clock()
    session.add(row)
    audit.note(store, session, who, subject(row.id or 0), f"{what} {detail}")


def subject(number: int) -> str:
    """How the chain of readings names a supplier."""
    return f"supplier {number}"
