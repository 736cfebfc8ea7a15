"""The register of suppliers (leverancierregister) of each municipality.

It is filled from a file, by hand, and by what clerks accept: then the names and accounts of an
accepted invoice are added, and such an account is known only once a second person approved it.
Every change stands in the chain of readings (audit.py).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, delete, or_, select

from intake.errors import Conflict
from intake.model.basics import local_date
from intake.model.invoice import Invoice
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
from intake.store.business_facts import could_be_client, plain
from intake.store.journal import NotKept
from intake.store.supplier_values import SupplierFault
from intake.store.tables import (
    InvoiceRow,
    InvoiceState,
    SupplierAccountRow,
    SupplierAgreementRow,
    SupplierContractRow,
    SupplierFactRow,
    SupplierRow,
)
from intake.text.folding import plain as folded
from intake.text.folding import squeeze

BY_ITSELF = "(vastgelegd bij akkoord)"
"""Who added what the register learned from invoices of before it was there."""
_LOCK = "suppliers"
_PAID = (InvoiceState.ACCEPTED, InvoiceState.EXPORTED)
_DETAILS = ("name", "kvk", "vat_id", "street", "postcode", "city", "creditor_number", "notes")
_FACTS = {"other_names": "name", "other_addresses": "address", "domains": "domain"}
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


@dataclass(frozen=True, slots=True)
class Merged:
    """What an import did."""

    added: int = 0
    changed: int = 0
    same: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """A supplier of a file, with the row that it begins on."""

    row: int
    supplier: Registered
    is_whole: bool = field(default=True)
    """False: the file has no row of the supplier itself, which must be known already."""


# What is asked of it


def get(store: Store, number: int) -> tuple[str, Registered]:
    """A supplier with the name of its municipality.

    Raises:
        NotKept: there is none with this number.
    """
    with store.read() as session:
        row = _row(session, number)
        return row.municipality, _registered(session, row)


def find(store: Store, municipality: str, kvk: str) -> Registered | None:
    """The supplier with this KvK number."""
    with store.read() as session:
        row = session.exec(_of(municipality).where(col(SupplierRow.kvk) == kvk)).first()
        return _registered(session, row) if row else None


def of_invoice(store: Store, municipality: str, invoice: Invoice, before: str) -> Registered | None:
    """The supplier of an invoice, by its KvK number or else its btw number; with what was spent of its
    agreements.

    Args:
        before: the mail in hand, which is left out.
    """
    kvk, vat_id = plain(invoice.kvk_number.value), plain(invoice.vat_id.value)
    wanted = _of(municipality)
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
        found = _registered(session, rows[0])
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
    suppliers = session.exec(_of(municipality).where(by).limit(2)).all()
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
    wanted = _of(municipality)
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
            later = _of(municipality).where(col(SupplierRow.id) > last)
            rows = session.exec(later.order_by(col(SupplierRow.id)).limit(_AT_ONCE)).all()
            found = [_registered(session, row) for row in rows]
        if not rows:
            return
        yield from found
        last = rows[-1].id or 0


def creditor_numbers(session: Session, municipality: str, numbers: Iterable[str]) -> dict[str, str]:
    """What the finance package calls each supplier, by its KvK number, or by its btw number when it
    has no other.
    """
    asked = sorted(set(filter(None, numbers)))
    found: dict[str, str] = {}
    for start in range(0, len(asked), _AT_ONCE):
        some = asked[start : start + _AT_ONCE]
        by_vat = col(SupplierRow.kvk).is_(None) & col(SupplierRow.vat_id).in_(some)
        wanted = _of(municipality).where(col(SupplierRow.kvk).in_(some) | by_vat)
        for row in session.exec(wanted):
            found[row.kvk or row.vat_id or ""] = row.creditor_number
    return found


# What changes it


def learn(store: Store, session: Session, reference: str, paths: Iterable[str], who: str) -> None:
    """Add the names and accounts of invoices that a person accepted, within their transaction."""
    wanted = select(InvoiceRow).where(
        col(InvoiceRow.reference) == reference,
        col(InvoiceRow.path).in_(list(paths)),
        col(InvoiceRow.state) == InvoiceState.ACCEPTED.value,
    )
    for row in session.exec(wanted).all():
        _learn(store, session, row, who)


def is_empty(store: Store) -> bool:
    with store.read() as session:
        return session.exec(select(SupplierRow).limit(1)).first() is None


def fill(store: Store) -> None:
    """Take up the suppliers of all invoices that were accepted before there was a register."""
    last = 0
    while True:
        with store.write() as session:
            later = select(InvoiceRow).where(
                col(InvoiceRow.id) > last, col(InvoiceRow.state).in_(_PAID)
            )
            rows = session.exec(later.order_by(col(InvoiceRow.id)).limit(_AT_ONCE)).all()
            for row in rows:
                _learn(store, session, row, row.decided_by or BY_ITSELF)
        if not rows:
            return
        last = rows[-1].id or 0


def add(store: Store, who: str, municipality: str, supplier: Registered) -> int:
    """Take up a supplier; its number.

    Raises:
        SupplierFault: it has no name, or its KvK number is known already.
    """
    if not supplier.name:
        raise SupplierFault("name")
    with store.write() as session:
        store.lock(session, _LOCK)
        if _same(session, municipality, supplier) is not None:
            raise SupplierFault("known")
        return _add(store, session, who, municipality, supplier)


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
        store.lock(session, _LOCK)
        row = _row(session, number)
        if row.version != version:
            raise Conflict(f"supplier {number} was changed by somebody else")
        other = _same(session, row.municipality, supplier)
        if other is not None and other.id != number:
            raise SupplierFault("known")
        changed = _set(session, row, supplier)
        if changed:
            _changed(store, session, row, who, "details", " ".join(changed))


def put_account(
    store: Store, who: str, number: int, iban: str, since: dt.date, last_day: dt.date | None = None
) -> None:
    """Add an account, to be approved by somebody else; or give a known one its last day.

    A known account that had ended is used again: it must be approved anew.
    """
    with store.write() as session:
        store.lock(session, _LOCK)
        row = _row(session, number)
        _put_account(session, row, SupplierAccount(iban, since, last_day, who), reopens=True)
        what = "account-ended" if last_day else "account-added"
        _changed(store, session, row, who, what, iban)


def approve_account(store: Store, who: str, number: int, iban: str) -> None:
    """Say that an account is the supplier's.

    Raises:
        NotKept: there is no such account.
        SupplierFault: who approves is who added it.
    """
    with store.write() as session:
        store.lock(session, _LOCK)
        row = _row(session, number)
        account = _account(session, number, iban)
        if account is None:
            raise NotKept(f"supplier {number} has no such account")
        if account.approved_by is not None:
            return
        if account.added_by == who:
            raise SupplierFault("same-person")
        account.approved_by, account.approved_on = who, store.today
        _changed(store, session, row, who, "account-approved", iban)


def put_contract(store: Store, who: str, number: int, contract: Contract) -> None:
    """Add a period with or without a contract; one that began on the same day gets this end."""
    with store.write() as session:
        store.lock(session, _LOCK)
        row = _row(session, number)
        if _put_contract(session, row, contract):
            _changed(store, session, row, who, "contract", _contract_words(contract))


def put_agreement(store: Store, who: str, number: int, agreement: Agreement) -> None:
    """Add an agreement; one with the same number and product gets this period and ceiling."""
    with store.write() as session:
        store.lock(session, _LOCK)
        row = _row(session, number)
        if _put_agreement(session, row, agreement):
            _changed(store, session, row, who, "agreement", agreement.number)


def remove_contract(
    store: Store, who: str, number: int, scope: ContractScope, first_day: dt.date
) -> None:
    """Take away a period that was wrong; one that is over gets a last day instead."""
    with store.write() as session:
        store.lock(session, _LOCK)
        row = _row(session, number)
        session.execute(
            delete(SupplierContractRow).where(
                col(SupplierContractRow.supplier) == number,
                col(SupplierContractRow.scope) == scope.value,
                col(SupplierContractRow.first_day) == first_day,
            )
        )
        _changed(store, session, row, who, "contract-removed", f"{scope} {first_day}")


def remove_agreement(
    store: Store, who: str, number: int, kind: AgreementKind, agreement: str, product: str
) -> None:
    """Take away an agreement that was wrong."""
    with store.write() as session:
        store.lock(session, _LOCK)
        row = _row(session, number)
        session.execute(
            delete(SupplierAgreementRow).where(
                col(SupplierAgreementRow.supplier) == number,
                col(SupplierAgreementRow.kind) == kind.value,
                col(SupplierAgreementRow.number) == agreement,
                col(SupplierAgreementRow.product) == product,
            )
        )
        _changed(store, session, row, who, "agreement-removed", agreement)


def merge(store: Store, who: str, municipality: str, entries: Sequence[Entry]) -> Merged:
    """Take up the suppliers of a file, all or none: what the file says goes before what is known, what
    it does not say stays. The same file again changes nothing.

    Raises:
        SupplierFault: with its row; then nothing was taken up.
    """
    counts = {"added": 0, "changed": 0, "same": 0}
    with store.write() as session:
        store.lock(session, _LOCK)
        for entry in entries:
            try:
                counts[_merge(store, session, who, municipality, entry)] += 1
            except SupplierFault as fault:
                raise SupplierFault(fault.code, entry.row) from None
    return Merged(**counts)


def _merge(store: Store, session: Session, who: str, municipality: str, entry: Entry) -> str:
    accounts = (replace(a, added_by=a.added_by or who) for a in entry.supplier.accounts)
    given = replace(entry.supplier, accounts=tuple(accounts))
    if any(each.approved_by == each.added_by for each in given.accounts):
        raise SupplierFault("same-person")
    row = _same(session, municipality, given)
    if row is None:
        if not entry.is_whole or not given.name:
            raise SupplierFault("unknown-supplier")
        _add(store, session, who, municipality, given)
        return "added"
    known = _registered(session, row)
    details: dict[str, Any] = {
        name: getattr(given, name) or getattr(known, name) for name in _DETAILS
    }
    for name in _FACTS:
        details[name] = tuple(dict.fromkeys((*getattr(known, name), *getattr(given, name))))
    wanted = replace(known, **details)
    changed = _set(session, row, wanted) + _put_all(session, row, given)
    if not changed:
        return "same"
    _changed(store, session, row, who, "imported", " ".join(dict.fromkeys(changed)))
    return "changed"


def _put_all(session: Session, row: SupplierRow, given: Registered) -> list[str]:
    """What changed of accounts, contracts and agreements."""
    changed = [_put_account(session, row, each) for each in given.accounts]
    changed += [_put_contract(session, row, each) for each in given.contracts]
    changed += [_put_agreement(session, row, each) for each in given.agreements]
    return list(filter(None, changed))


def _add(store: Store, session: Session, who: str, municipality: str, supplier: Registered) -> int:
    row = SupplierRow(
        municipality=municipality, name=supplier.name, search="", changed_at=store.clock()
    )
    session.add(row)
    session.flush()
    _set(session, row, supplier)
    _put_all(session, row, supplier)
    audit.note(store, session, who, subject(row.id or 0), f"added {supplier.name}")
    return row.id or 0


def _set(session: Session, row: SupplierRow, supplier: Registered) -> list[str]:
    """What changed of the details."""
    changed = []
    for name in _DETAILS:
        value = getattr(supplier, name)
        value = value or None if name in ("kvk", "vat_id") else value
        if getattr(row, name) != value:
            setattr(row, name, value)
            changed.append(name.replace("_", "-"))
    for name, kind in _FACTS.items():
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


def _put_account(
    session: Session, row: SupplierRow, given: SupplierAccount, reopens: bool = False
) -> str:
    """What changed; empty when nothing did. Who approved it and who added it stay.

    Args:
        reopens: an account that had ended is used again, and must be approved anew. No file does
            that: it may be an old one.
    """
    known = _account(session, row.id or 0, given.iban)
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


def _put_contract(session: Session, row: SupplierRow, given: Contract) -> str:
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


def _put_agreement(session: Session, row: SupplierRow, given: Agreement) -> str:
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


def _learn(store: Store, session: Session, invoice: InvoiceRow, who: str) -> None:
    """What stands in columns only: an invoice that shows a client teaches nothing."""
    vat_id = invoice.vat_id or ""
    if not invoice.supplier_name or not invoice.municipality or not (invoice.kvk or vat_id):
        return
    account = invoice.iban or ""
    given = Registered(
        name=invoice.supplier_name,
        kvk=invoice.kvk if invoice.kvk and len(invoice.kvk) == 8 else "",
        vat_id="" if could_be_client("vat_id", vat_id) else vat_id,
        accounts=(SupplierAccount(account, _day_of(store, invoice), added_by=who),)
        if account
        else (),
    )
    if not (given.kvk or given.vat_id):
        return
    store.lock(session, _LOCK)
    row = _same(session, invoice.municipality, given)
    if row is None:
        _add(store, session, who, invoice.municipality, given)
        return
    known = _registered(session, row)
    names = known.other_names if given.name in known.names else (*known.other_names, given.name)
    new = replace(known, other_names=names, vat_id=known.vat_id or given.vat_id)
    changed = _set(session, row, new)
    if account and account not in {each.iban for each in known.accounts}:
        changed += _put_all(session, row, given)
    if changed:
        _changed(store, session, row, who, "learned", " ".join(changed))


def _day_of(store: Store, invoice: InvoiceRow) -> dt.date:
    return invoice.received_on or local_date(invoice.decided_at or store.clock())


def _changed(
    store: Store, session: Session, row: SupplierRow, who: str, what: str, detail: str
) -> None:
    row.version += 1
    row.changed_at = store.clock()
    session.add(row)
    audit.note(store, session, who, subject(row.id or 0), f"{what} {detail}")


def subject(number: int) -> str:
    """How the chain of readings names a supplier."""
    return f"supplier {number}"


# How it is kept


def _of(municipality: str) -> Any:
    return select(SupplierRow).where(col(SupplierRow.municipality) == municipality)


def _row(session: Session, number: int) -> SupplierRow:
    row = session.get(SupplierRow, number)
    if row is None:
        raise NotKept(f"there is no supplier {number}")
    return row


def _same(session: Session, municipality: str, supplier: Registered) -> SupplierRow | None:
    """The row of the same supplier: by its KvK number, else its btw number, else its name.

    One with a KvK number is never taken for one with another.
    """
    wanted = _of(municipality)
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


def _account(session: Session, number: int, iban: str) -> SupplierAccountRow | None:
    return session.exec(
        select(SupplierAccountRow).where(
            col(SupplierAccountRow.supplier) == number, col(SupplierAccountRow.iban) == iban
        )
    ).first()


def _registered(session: Session, row: SupplierRow) -> Registered:
    facts = session.exec(
        select(SupplierFactRow)
        .where(col(SupplierFactRow.supplier) == row.id)
        .order_by(col(SupplierFactRow.id))
    ).all()
    accounts = select(SupplierAccountRow).where(col(SupplierAccountRow.supplier) == row.id)
    contracts = select(SupplierContractRow).where(col(SupplierContractRow.supplier) == row.id)
    agreements = select(SupplierAgreementRow).where(col(SupplierAgreementRow.supplier) == row.id)
    details: dict[str, Any] = {name: getattr(row, name) or "" for name in _DETAILS}
    for name, kind in _FACTS.items():
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


def _spent(session: Session, row: SupplierRow, period: Period, before: str) -> Decimal:
    """What was accepted of this supplier's invoices with a date in the period."""
    own = col(InvoiceRow.kvk) == row.kvk if row.kvk else col(InvoiceRow.vat_id) == row.vat_id
    wanted = select(func.coalesce(func.sum(col(InvoiceRow.gross_cents)), 0)).where(
        own,
        col(InvoiceRow.municipality) == row.municipality,
        col(InvoiceRow.state).in_(_PAID),
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


def _contract_words(contract: Contract) -> str:
    last = contract.period.last_day or "..."
    return f"{contract.scope} {contract.period.first_day} - {last}"
