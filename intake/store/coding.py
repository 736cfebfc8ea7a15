"""How an invoice is booked (codering): by what a person chose at the desk, else by its supplier, else by
the product of its care, else as the profile says for all.

Of the care only the code that follows is ever kept or shown.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from sqlmodel import Session, col, delete, select

from intake import profile
from intake.errors import AlreadyExported, Conflict, IntakeError, KeyMissing
from intake.model.booking import Coding
from intake.model.care import CareLine
from intake.model.invoice import Invoice
from intake.model.supplier import ContractScope
from intake.profile import Profile
from intake.store import Store, invoices, restrictions, sealed, supplier_register
from intake.store.business_facts import plain
from intake.store.crypto.vault import DataKey
from intake.store.journal import NotKept, find
from intake.store.records import CARES, VERDICTS
from intake.store.tables import CodingRow, InvoiceRow, InvoiceState, SupplierRow
from intake.text.bsn import stands_in
from intake.text.folding import compact

CODES = ("cost_centre", "cost_type", "task_field", "vat_code", "order_number")
"""What is booked by a code: fields of ``Coding``, of the profile, of a supplier and of a choice."""
LONGEST = 40
MOST_DAYS = 366
"""So many days after it came in an invoice is paid at the latest."""
_LEVELS = {ContractScope.MUNICIPALITY: "1", ContractScope.REGION: "2", ContractScope.NATIONAL: "3"}
"""The last digit of a taakveld from 2025 on: who made the contract."""
_CHOOSABLE = (*invoices.OPEN, InvoiceState.ACCEPTED)


class Origin(StrEnum):
    """Why an invoice is booked so."""

    PERSON = "person"
    SUPPLIER = "supplier"
    PRODUCT = "product"
    PROFILE = "profile"
    SEVERAL = "several"
    """Its products are booked in different ways: a person chooses, and until then it is empty."""
    NOBODY = "nobody"
    """The finance package decides."""


class CodingFault(IntakeError):
    """What somebody typed cannot be booked: ``too-long``, ``client`` or ``due-day``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Code:
    value: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class Coded:
    """How one invoice is booked, and why so."""

    codes: Mapping[str, Code]
    """By each of ``CODES``."""
    creditor_number: str = ""
    due_on: dt.date | None = None
    """Chosen by a person; None: by the municipality's term."""
    chosen_by: str = ""

    @property
    def coding(self) -> Coding:
        codes = {name: code.value for name, code in self.codes.items()}
        return Coding(**codes, creditor_number=self.creditor_number)


@dataclass(frozen=True, slots=True)
class Choice:
    """What somebody typed for an invoice; what follows by itself is no choice."""

    codes: Mapping[str, str] = field(default_factory=dict, repr=False)
    due_on: dt.date | None = None


def of_invoice(store: Store, reference: str, path: str) -> Coded | None:
    """How an invoice is booked as things stand now; None when there is no such invoice.

    Raises:
        NotKept, CannotOpen: as ``cases.get_case``.
    """
    with store.read() as session:
        row = _row(session, reference, path)
        if row is None or not row.municipality:
            return None
        own = profile.load(row.municipality)
        suppliers = supplier_register.by_number(session, own.name, [number_of(row)])
        return follow(store, session, own, row, suppliers.get(number_of(row)))


def number_of(row: InvoiceRow) -> str:
    """By which the register knows the supplier of an invoice."""
    return row.kvk or row.vat_id or ""


def follow(
    store: Store, session: Session, own: Profile, row: InvoiceRow, supplier: SupplierRow | None
) -> Coded:
    """How an invoice is booked when it is handed over today.

    Raises:
        CannotOpen: its case cannot be read.
    """
    key = sealed.key_of(store, find(session, row.reference))
    chosen = session.get(CodingRow, (row.reference, row.path))
    codes, level = {}, _level(session, own, row, supplier)
    asks_product = own.coding or own.finance.iv3
    products = _products(session, key, own, row.path) if asks_product else ()
    by_product = [_of_product(own, each, store.today.year, level) for each in products]
    for name in CODES:
        typed = getattr(chosen, name, None)
        if typed is not None:
            codes[name] = Code(typed, Origin.PERSON)
        elif supplier is not None and getattr(supplier, name):
            codes[name] = Code(getattr(supplier, name), Origin.SUPPLIER)
        else:
            codes[name] = _of_care(name, by_product, own)
    return Coded(
        codes,
        supplier.creditor_number if supplier else "",
        chosen.due_on if chosen else None,
        chosen.chosen_by if chosen else "",
    )


def choose(store: Store, reference: str, path: str, user: str, choice: Choice) -> None:
    """A person books an invoice so; what equals what follows by itself is not kept.

    Raises:
        NotKept: there is no such invoice.
        AlreadyExported: it is in a batch.
        Conflict: it is refused.
        RestrictedError: nothing of its case is decided for now.
        CodingFault: a code cannot be so.
    """
    with store.write() as session:
        store.lock(session, invoices.LOCK)
        restrictions.refuse_to_decide(session, reference)
        row = _row(session, reference, path)
        if row is None or not row.municipality:
            raise NotKept(f"{reference} has no such invoice")
        if row.state in (InvoiceState.EXPORTED, InvoiceState.REVERSED):
            raise AlreadyExported(f"an invoice of {reference} left for the finance package")
        if row.state not in _CHOOSABLE:
            raise Conflict(f"an invoice of {reference} is {row.state}")
        key = sealed.key_of(store, find(session, reference))
        codes = {name: _clean(value) for name, value in choice.codes.items()}
        _refuse_clients(session, key, codes.values())
        due_on = _due(row, choice.due_on)
        gone = (col(CodingRow.reference) == reference, col(CodingRow.path) == path)
        session.execute(delete(CodingRow).where(*gone))
        session.expire_all()
        own = profile.load(row.municipality)
        supplier = supplier_register.by_number(session, own.name, [number_of(row)])
        plain_one = follow(store, session, own, row, supplier.get(number_of(row)))
        kept = {n: v for n, v in codes.items() if v != plain_one.codes[n].value}
        if kept or due_on:
            now = store.clock()
            session.add(
                CodingRow(
                    reference=reference,
                    path=path,
                    due_on=due_on,
                    chosen_by=user,
                    chosen_at=now,
                    **kept,
                )
            )
        sealed.note(store, session, reference, "coded", user)


def _row(session: Session, reference: str, path: str) -> InvoiceRow | None:
    return session.exec(
        select(InvoiceRow).where(
            col(InvoiceRow.reference) == reference, col(InvoiceRow.path) == path
        )
    ).first()


def _clean(typed: str) -> str:
    value = plain(typed) or ""
    if len(value) > LONGEST:
        raise CodingFault("too-long")
    return value


def _refuse_clients(session: Session, key: DataKey, values: Iterable[str]) -> None:
    """No client of this case leaves in a code."""
    lines = care_of(session, key)
    if any(stands_in(value, each.bsn) for value in values for each in lines):
        raise CodingFault("client")


def _due(row: InvoiceRow, day: dt.date | None) -> dt.date | None:
    if day is None or day == row.due_on:
        return None
    first = row.received_on or day
    if not first <= day <= first + dt.timedelta(days=MOST_DAYS):
        raise CodingFault("due-day")
    return day


def care_of(session: Session, key: DataKey) -> Sequence[CareLine]:
    """The care lines of a case; nothing after they were destroyed at their own term."""
    try:
        return sealed.record(session, key, CARES, sealed.CARE) or ()
    except KeyMissing:
        return ()


def _products(session: Session, key: DataKey, own: Profile, path: str) -> set[str]:
    """The product codes of an invoice: of its care lines, or else those of the table of products that
    stand on the invoice itself. An empty one stands for care without a code.
    """
    verdict = sealed.record(session, key, VERDICTS, sealed.VERDICT)
    read = verdict.invoices if verdict else ()
    invoice = next((each.invoice for each in read if each.path == path), None)
    number = compact(invoice.invoice_number.value or "") if invoice else ""
    lines = care_of(session, key)
    if len(read) > 1 and any(each.invoice_number for each in lines):
        lines = [each for each in lines if compact(each.invoice_number or "") in ("", number)]
    if lines:
        return {compact(each.product_code or "").upper() for each in lines}
    return _on_page(own, invoice) if invoice else set()


def _on_page(own: Profile, invoice: Invoice) -> set[str]:
    known = {each.code.upper() for each in own.products}
    words = (word for line in invoice.lines for word in line.text.upper().split())
    return known & {word.strip(".,:;()") for word in words} if known else set()


def _level(session: Session, own: Profile, row: InvoiceRow, supplier: SupplierRow | None) -> str:
    """Who made the contract, as the last digit of a taakveld; empty when it is not known."""
    day = row.issued_on or row.received_on
    number = supplier.id if supplier else None
    scope = supplier_register.contract_on(session, number, day) if number and day else None
    return _LEVELS.get(scope or ContractScope.NONE, own.finance.without_contract)


def _of_product(own: Profile, product: str, year: int, level: str) -> dict[str, str]:
    """How care with this product is booked; only what the rules say."""
    found = next((rule for rule in own.coding if rule.is_for(product, year)), None)
    codes = {name: getattr(found, name) for name in CODES} if found else dict.fromkeys(CODES, "")
    if not codes["task_field"] and own.finance.iv3:
        codes["task_field"] = profile.task_field(product, year)
    if codes["task_field"].endswith("*"):
        codes["task_field"] = codes["task_field"][:-1] + level if level else ""
    return codes


def _of_care(name: str, by_product: Sequence[Mapping[str, str]], own: Profile) -> Code:
    values = {codes[name] for codes in by_product}
    if len(values) > 1:
        return Code("", Origin.SEVERAL)
    if value := "".join(values):
        return Code(value, Origin.PRODUCT)
    everybody = getattr(own.finance, name, "")
    return Code(everybody, Origin.PROFILE if everybody else Origin.NOBODY)
