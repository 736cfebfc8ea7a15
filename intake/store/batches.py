"""Batches for the finance package: each accepted invoice leaves exactly once, and so does each that
is taken back after it left (``reversals``).

Only which invoices a batch holds is kept, with a checksum of each. What it says of them is read
again from their cases whenever it is asked for, and must be what was handed over before.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from decimal import Decimal

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import Select, SelectOfScalar

from intake import profile
from intake.errors import CannotOpen, Conflict
from intake.model.basics import local_date
from intake.model.booking import MOST_MISSED, Batch, Booking, Coding, Supplier
from intake.model.invoice import DocumentKind, Invoice, SightingKind, VatLine
from intake.profile import Profile
from intake.store import (
    Store,
    audit,
    audit_chain,
    coding,
    invoices,
    restrictions,
    reversals,
    sealed,
    supplier_learning,
    supplier_register,
)
from intake.store.business_facts import could_be_client
from intake.store.journal import NotKept, find
from intake.store.records import VERDICTS
from intake.store.tables import (
    BatchInvoiceRow,
    BatchRow,
    BatchState,
    InvoiceRow,
    InvoiceState,
    SupplierRow,
)
from intake.text.bsn import stands_in

MOST = 1000
"""Invoices in one batch."""
_NEXT = {
    BatchState.MADE: (BatchState.DELIVERED, BatchState.FAILED),
    BatchState.FAILED: (BatchState.DELIVERED, BatchState.FAILED),
    BatchState.DELIVERED: (BatchState.DELIVERED, BatchState.BOOKED, BatchState.FAILED),
    BatchState.BOOKED: (),
}
"""From each state those that may follow. A batch that was delivered may be delivered again: it is
the same, and its number says so."""
_CENT, _NOTHING = Decimal("0.01"), Decimal(0)
_BSN_SEEN = (SightingKind.BSN_LABELLED, SightingKind.BSN_GROUPED)


class BatchChanged(Conflict):
    """An invoice of a batch is no longer what was handed over."""

    code = "batch-changed"


@dataclass(frozen=True, slots=True)
class Held:
    """An accepted invoice that cannot leave, and why."""

    reference: str
    path: str = field(repr=False)
    why: tuple[str, ...]
    """Names of what the bookkeeping cannot do without, ``record`` when the case does not open,
    ``restricted`` when the privacy officer must say first that it may be paid, or why the wanted
    format cannot hold it."""


@dataclass(frozen=True, slots=True)
class BatchLine:
    """One batch in a list."""

    number: int
    municipality: str
    state: BatchState
    made_by: str
    made_at: dt.datetime
    count: int
    total: Decimal

    def may_become(self, state: BatchState) -> bool:
        return state in _NEXT[self.state]


@dataclass(frozen=True, slots=True)
class BatchEntry:
    """One invoice of a batch in a list, as its columns have it."""

    position: int
    """Counted from 0."""
    reference: str
    path: str = field(repr=False)
    number: str
    supplier: str
    iban: str
    gross: Decimal
    """Negative when it is taken off."""
    state: InvoiceState
    reverses: bool
    paid_on: dt.date | None
    blocked: str | None


@dataclass(frozen=True, slots=True)
class Standing:
    """What was accepted or taken back and is in no batch yet, the first ``MOST`` of it."""

    municipality: str
    count: int
    total: Decimal
    """Euros; what is taken off is not counted yet."""
    held: tuple[Held, ...]
    """Of these, what cannot leave."""


Unfit = Callable[[Booking, Profile], str]
"""Why a booking cannot be written in the format that is wanted; empty when it can."""


def make(
    store: Store, municipality: str, user: str, unfit: Unfit = lambda _booking, _own: ""
) -> tuple[Batch | None, tuple[Held, ...]]:
    """Put what is accepted and has not left into one batch, the oldest first.

    The invoices stand exported from here on, in the same commit.

    Args:
        municipality: the name of its profile.

    Returns:
        The batch, None when nothing can leave; and what is held back.
    """
    own = profile.load(municipality)
    with store.write() as session:
        store.lock(session, invoices.LOCK)
        found, held = _leaving(store, session, own, unfit)
        if not found:
            return None, tuple(held)
        bookings = tuple(each.booking for each in found)
        row = BatchRow(
            municipality=municipality,
            state=BatchState.MADE,
            made_by=user,
            made_at=store.clock(),
            count=len(bookings),
            total_cents=_cents(sum((booking.gross for booking in bookings), Decimal(0))),
            checksum=_checksum([booking.checksum for booking in bookings]),
            cost_centre=own.finance.cost_centre,
            cost_type=own.finance.cost_type,
            task_field=own.finance.task_field,
            vat_code=own.finance.vat_code,
        )
        session.add(row)
        session.flush()
        number = row.number or 0
        audit.note(store, session, user, f"batch-made {number}", audit_chain.DONE)
        for position, each in enumerate(found):
            session.add(
                BatchInvoiceRow(
                    batch=number,
                    position=position,
                    reference=each.booking.reference,
                    path=each.booking.path,
                    checksum=each.booking.checksum,
                    reverses=each.reverses,
                    due_on=each.booking.due_on,
                    **asdict(each.booking.coding),
                )
            )
            if not each.reverses:
                supplier_learning.learn(store, session, each.row)
                invoices.move(session, each.row, InvoiceState.EXPORTED)
            code = "reversal-exported" if each.reverses else "exported"
            sealed.note(store, session, each.booking.reference, code, user, None)
        return Batch(number, municipality, user, row.made_at, bookings), tuple(held)


def load(store: Store, number: int) -> Batch:
    """A batch once more, as it was handed over.

    Raises:
        NotKept: there is no such batch.
        BatchChanged: one of its invoices is not what it was, or was destroyed after its term.
        CannotOpen: the record of one of its cases cannot be read.
    """
    with store.read() as session:
        row = _batch(session, number)
        wanted = (
            _entries()
            .where(col(BatchInvoiceRow.batch) == number)
            .order_by(col(BatchInvoiceRow.position))
        )
        bookings = []
        for entry, invoice in session.exec(wanted):
            own = _handed_over(entry, row)
            booking = _booking(store, session, invoice, row.municipality, own)
            if entry.reverses and isinstance(booking, Booking):
                booking = reversals.booking(session, booking)
            if entry.due_on is not None and isinstance(booking, Booking):
                booking = replace(booking, due_on=entry.due_on)
            if isinstance(booking, Held) or booking.checksum != entry.checksum:
                raise BatchChanged(f"invoice {entry.position + 1} of batch {number} was changed")
            bookings.append(booking)
        if len(bookings) != row.count:
            raise BatchChanged(f"batch {number} is not whole: invoices of it were destroyed")
    return Batch(number, row.municipality, row.made_by, row.made_at, tuple(bookings))


def to_deliver(store: Store, number: int) -> Batch:
    """A batch to hand over, or to hand over once more.

    Raises:
        Conflict: the finance package booked it: what it gets again it would pay again.
        NotKept, BatchChanged, CannotOpen: as ``load``.
    """
    if not line(store, number).may_become(BatchState.DELIVERED):
        raise Conflict(f"batch {number} is booked")
    return load(store, number)


def note(store: Store, number: int, state: BatchState, by: str) -> None:
    """Say how a batch fared: delivered, failed, or booked by the finance package; a row of the audit.

    Args:
        by: a person or a program.

    Raises:
        NotKept: there is no such batch.
        Conflict: a batch cannot come there from where it stands.
    """
    with store.write() as session:
        row = session.exec(
            select(BatchRow).where(col(BatchRow.number) == number).with_for_update()
        ).first()
        if row is None:
            raise NotKept(f"there is no batch {number}")
        if state not in _NEXT[BatchState(row.state)]:
            raise Conflict(f"batch {number} is {row.state}")
        row.state = state
        audit.note(store, session, by, f"batch-{state.value} {number}", audit_chain.DONE)


def standing(store: Store, municipality: str) -> Standing:
    """What the next batch would hold, as far as the columns tell."""
    with store.read() as session:
        reversed_ = session.exec(reversals.waiting(municipality).limit(MOST)).all()
        rows = session.exec(_accepted(municipality).limit(MOST)).all()
        still = restrictions.standing_still(session)
        held = tuple(
            Held(row.reference, row.path, why)
            for row in rows
            if (
                why := _restricted(row, still)
                or _missing(row, row.number or _kept_number(store, session, row))
                or _do_not_add_up(store, session, row)
            )
        )
    stay = {(each.reference, each.path) for each in held}
    leaving = [_shown(row) for row in rows if (row.reference, row.path) not in stay]
    total = sum(leaving, _NOTHING)
    leaving_again = [row for row in reversed_ if row.reference not in still]
    return Standing(municipality, len(leaving) + len(leaving_again), total, held)


def entries(store: Store, number: int, limit: int, offset: int = 0) -> list[BatchEntry]:
    """The invoices of a batch in their order.

    Raises:
        NotKept: there is no such batch.
    """
    wanted = (
        _entries()
        .where(col(BatchInvoiceRow.batch) == number)
        .order_by(col(BatchInvoiceRow.position))
        .limit(limit)
        .offset(offset)
    )
    with store.read() as session:
        _batch(session, number)
        return [_entry(entry, invoice) for entry, invoice in session.exec(wanted)]


def _entries() -> Select[BatchInvoiceRow, InvoiceRow]:
    return select(BatchInvoiceRow, InvoiceRow).join(
        InvoiceRow,
        (col(InvoiceRow.reference) == col(BatchInvoiceRow.reference))
        & (col(InvoiceRow.path) == col(BatchInvoiceRow.path)),
    )


def _entry(entry: BatchInvoiceRow, invoice: InvoiceRow) -> BatchEntry:
    shown = _shown(invoice)
    return BatchEntry(
        position=entry.position,
        reference=entry.reference,
        path=entry.path,
        number=invoice.number or "",
        supplier=invoice.supplier_name or "",
        iban=invoice.iban or "",
        gross=-shown if entry.reverses else shown,
        state=InvoiceState(invoice.state),
        reverses=entry.reverses,
        paid_on=entry.paid_on,
        blocked=entry.blocked,
    )


def _shown(row: InvoiceRow) -> Decimal:
    """The total in euros: below zero when it is taken off."""
    gross = Decimal(row.gross_cents or 0) / 100
    return -abs(gross) if row.kind == DocumentKind.CREDIT_NOTE.value else gross


def line(store: Store, number: int) -> BatchLine:
    """One batch as in a list.

    Raises:
        NotKept: there is no such batch.
    """
    found = _lines(store, select(BatchRow).where(col(BatchRow.number) == number))
    if not found:
        raise NotKept(f"there is no batch {number}")
    return found[0]


def listed(store: Store, limit: int = 50) -> list[BatchLine]:
    """The newest batches first."""
    return _lines(store, select(BatchRow).order_by(col(BatchRow.number).desc()).limit(limit))


def after(store: Store, number: int, limit: int) -> list[BatchLine]:
    """The batches with a higher number, the oldest first."""
    later = select(BatchRow).where(col(BatchRow.number) > number)
    return _lines(store, later.order_by(col(BatchRow.number)).limit(limit))


def _lines(store: Store, wanted: SelectOfScalar[BatchRow]) -> list[BatchLine]:
    with store.read() as session:
        return [
            BatchLine(
                row.number or 0,
                row.municipality,
                BatchState(row.state),
                row.made_by,
                row.made_at,
                row.count,
                Decimal(row.total_cents) / 100,
            )
            for row in session.exec(wanted)
        ]


def _batch(session: Session, number: int) -> BatchRow:
    row = session.exec(select(BatchRow).where(col(BatchRow.number) == number)).first()
    if row is None:
        raise NotKept(f"there is no batch {number}")
    return row


@dataclass(frozen=True, slots=True)
class _Leaving:
    row: InvoiceRow
    booking: Booking
    reverses: bool
    """The invoice left before; this takes it back."""


def _leaving(
    store: Store, session: Session, own: Profile, unfit: Unfit
) -> tuple[list[_Leaving], list[Held]]:
    """What is taken back and what was accepted, the oldest first."""
    rows = [(row, True) for row in session.exec(reversals.waiting(own.name)).all()]
    rows += [(row, False) for row in session.exec(_accepted(own.name)).all()]
    found: list[_Leaving] = []
    held = []
    numbers = (coding.number_of(row) for row, _ in rows)
    suppliers = supplier_register.by_number(session, own.name, numbers)
    still = restrictions.standing_still(session)
    for row, reverses in rows:
        if len(found) == MOST:
            break
        if why := _restricted(row, still):
            held.append(Held(row.reference, row.path, why))
            continue
        supplier = suppliers.get(coding.number_of(row))
        booking = _to_leave(store, session, own, row, None if reverses else supplier)
        if isinstance(booking, Booking) and reverses:
            booking = _to_take_back(session, booking)
        if isinstance(booking, Held):
            held.append(booking)
        elif not reverses and abs(booking.gross - booking.net - booking.vat) > MOST_MISSED:
            held.append(Held(row.reference, row.path, ("amounts",)))
        elif fault := unfit(booking, own):
            held.append(Held(row.reference, row.path, (fault,)))
        else:
            found.append(_Leaving(row, booking, reverses))
    return found, held


def _to_leave(
    store: Store, session: Session, own: Profile, row: InvoiceRow, supplier: SupplierRow | None
) -> Booking | Held:
    """An invoice as it is booked today."""
    try:
        coded = coding.follow(store, session, own, row, supplier)
    except CannotOpen:
        return Held(row.reference, row.path, ("record",))
    booking = _booking(store, session, row, own.name, coded.coding)
    if isinstance(booking, Booking) and coded.due_on is not None:
        return replace(booking, due_on=coded.due_on)
    return booking


def _to_take_back(session: Session, left: Booking) -> Booking:
    """The opposite of what left, booked by the codes with which it left."""
    wanted = select(BatchInvoiceRow, BatchRow).join(
        BatchRow, col(BatchRow.number) == col(BatchInvoiceRow.batch)
    )
    entry, batch = session.exec(
        wanted.where(
            col(BatchInvoiceRow.reference) == left.reference,
            col(BatchInvoiceRow.path) == left.path,
            ~col(BatchInvoiceRow.reverses),
        )
    ).one()
    return replace(reversals.booking(session, left), coding=_handed_over(entry, batch))


def _handed_over(entry: BatchInvoiceRow, batch: BatchRow) -> Coding:
    """The codes with which an invoice of a batch left."""
    if entry.cost_centre is None:  # made by an older version
        codes = Coding(batch.cost_centre, batch.cost_type, batch.task_field, batch.vat_code)
    else:
        codes = Coding(**{name: getattr(entry, name) or "" for name in coding.CODES})
    return replace(codes, creditor_number=entry.creditor_number)


def _accepted(municipality: str) -> SelectOfScalar[InvoiceRow]:
    return (
        select(InvoiceRow)
        .where(
            col(InvoiceRow.state) == InvoiceState.ACCEPTED.value,
            col(InvoiceRow.municipality) == municipality,
        )
        .order_by(col(InvoiceRow.id))
    )


def _booking(
    store: Store, session: Session, row: InvoiceRow, municipality: str, codes: Coding
) -> Booking | Held:
    """What the finance package gets of an invoice: what stands in its columns, and the address and
    rates of its record.
    """
    try:
        invoice = _read(store, session, row)
    except CannotOpen:
        return Held(row.reference, row.path, ("record",))
    number = row.number or _kept_number(store, session, row)
    missing = _missing(row, number)
    if invoice is None or missing or row.issued_on is None or row.gross_cents is None:
        return Held(row.reference, row.path, missing or ("record",))
    credit = row.kind == DocumentKind.CREDIT_NOTE.value
    amounts = _Amounts.of(row, bool(invoice.vat_exempt.value))
    return Booking(
        reference=row.reference,
        path=row.path,
        municipality=municipality,
        is_credit=credit,
        number=_printable(number),
        corrects=_harmless("number", invoice.corrects.value),
        issued_on=row.issued_on,
        received_on=row.received_on or row.issued_on,
        due_on=row.due_on or row.issued_on,
        supplier=_supplier(row, invoice),
        net=amounts.net,
        vat=amounts.vat,
        gross=amounts.gross,
        rates=_rates(invoice, amounts, credit),
        exempt=bool(invoice.vat_exempt.value),
        accepted_by=row.decided_by or "",
        accepted_on=local_date(row.decided_at or store.clock()),
        coding=codes,
    )


@dataclass(frozen=True, slots=True)
class _Amounts:
    """What an invoice comes to, in euros; each below zero on a credit note, whatever it shows."""

    net: Decimal
    vat: Decimal
    gross: Decimal

    @classmethod
    def of(cls, row: InvoiceRow, exempt: bool) -> _Amounts:
        """The one that is not known follows from the two others."""
        is_credit = row.kind == DocumentKind.CREDIT_NOTE.value
        net, vat, total = (
            _euros(cents, is_credit) for cents in (row.net_cents, row.vat_cents, row.gross_cents)
        )
        gross = total or _NOTHING
        if vat is None and (exempt or net is None or (gross - net) * gross < 0):
            vat = _NOTHING
        if net is None:
            net = gross - (vat or _NOTHING)
        return cls(net, gross - net if vat is None else vat, gross)

    @property
    def missed(self) -> Decimal:
        return self.gross - self.net - self.vat


def _euros(cents: int | None, is_credit: bool) -> Decimal | None:
    if cents is None:
        return None
    return Decimal(-abs(cents) if is_credit else cents) / 100


def _kept_number(store: Store, session: Session, row: InvoiceRow) -> str:
    """A number that its column leaves out since its digits could be a client's, of an invoice that a
    person accepted; never one that is the number of a client of this mail.
    """
    try:
        invoice = _read(store, session, row)
        key = sealed.key_of(store, find(session, row.reference))
        lines = coding.care_of(session, key)
    except CannotOpen:
        return ""
    if invoice is None or any(sighting.kind in _BSN_SEEN for sighting in invoice.sightings):
        return ""
    number = invoice.invoice_number.value or ""
    return "" if any(stands_in(number, line.bsn) for line in lines) else number


def _restricted(row: InvoiceRow, still: frozenset[str]) -> tuple[str, ...]:
    """Whether the privacy officer must say first that it may be paid."""
    return ("restricted",) if row.reference in still else ()


def _missing(row: InvoiceRow, number: str) -> tuple[str, ...]:
    """What no payment can do without; a credit note needs no account."""
    facts = {
        "supplier-name": row.supplier_name,
        "invoice-number": number,
        "issue-date": row.issued_on,
        "gross-amount": row.gross_cents,
    }
    missing = [name for name, fact in facts.items() if fact in (None, "")]
    if not row.iban and row.kind != DocumentKind.CREDIT_NOTE.value:
        missing.append("iban")
    return tuple(missing)


def _do_not_add_up(store: Store, session: Session, row: InvoiceRow) -> tuple[str, ...]:
    """Whether its amounts keep it from leaving; its record is opened only where the columns leave
    that open."""
    asked = row.vat_cents is None and row.net_cents not in (None, row.gross_cents)
    try:
        invoice = _read(store, session, row) if asked else None
    except CannotOpen:
        return ("record",)
    amounts = _Amounts.of(row, invoice is not None and bool(invoice.vat_exempt.value))
    return ("amounts",) if abs(amounts.missed) > MOST_MISSED else ()


def _supplier(row: InvoiceRow, invoice: Invoice) -> Supplier:
    return Supplier(
        name=_printable(row.supplier_name),
        street=_harmless("street", invoice.supplier_street.value or _po_box(invoice)),
        postcode=invoice.supplier_postcode.value or "",
        city=_harmless("city", invoice.supplier_city.value),
        kvk=row.kvk or "",
        vat_id=_harmless("vat_id", row.vat_id),
        iban=row.iban or "",
    )


def _read(store: Store, session: Session, row: InvoiceRow) -> Invoice | None:
    """Raises CannotOpen."""
    key = sealed.key_of(store, find(session, row.reference))
    verdict = sealed.record(session, key, VERDICTS, sealed.VERDICT)
    own = (each.invoice for each in verdict.invoices if each.path == row.path) if verdict else ()
    return next(iter(own), None)


def _po_box(invoice: Invoice) -> str:
    box = invoice.supplier_po_box.value
    return f"Postbus {box}" if box else ""


def _harmless(name: str, value: str | None) -> str:
    """Nothing instead of what could be a BSN: an old btw number of a sole trader holds one."""
    return "" if value is None or could_be_client(name, value) else _printable(value)


def _printable(value: str | None) -> str:
    """Without what no XML file and no cell can hold."""
    return "".join(c if c.isprintable() else " " for c in value or "")


def _rates(invoice: Invoice, amounts: _Amounts, credit: bool) -> tuple[VatLine, ...]:
    """Base and btw of each rate, also where the page gives one rate and no table of rates; none when
    one of them is not known, or when they are not those of the amounts that leave.
    """
    if invoice.vat_exempt.value:
        return ()
    sign = -1 if credit and sum(line.net or 0 for line in invoice.vat_lines) > 0 else 1
    known = tuple(
        VatLine(line.rate, sign * line.net, sign * line.vat)
        for line in invoice.vat_lines
        if line.net is not None and line.vat is not None
    )
    if not invoice.vat_lines and invoice.vat_rate.value is not None and amounts.vat:
        known = (VatLine(invoice.vat_rate.value, amounts.net, amounts.vat),)
    elif len(known) < len(invoice.vat_lines):
        return ()
    net = sum((line.net or _NOTHING for line in known), _NOTHING)
    vat = sum((line.vat or _NOTHING for line in known), _NOTHING)
    fits = max(abs(net - amounts.net), abs(vat - amounts.vat)) <= MOST_MISSED
    return known if fits else ()


def _checksum(checksums: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(checksums).encode()).hexdigest()


def _cents(amount: Decimal) -> int:
    return int(amount.quantize(_CENT) * 100)


@dataclass(frozen=True, slots=True)
class Payment:
    """What became of an invoice that left; neither: it is to be paid still."""

    paid_on: dt.date | None = None
    blocked: str | None = None
    """The finance package's own short code for why it is not paid."""


def report(store: Store, number: int, position: int, payment: Payment, by: str) -> None:
    """What the finance package says of one invoice of a batch; saying it again changes it. A row of
    the audit.

    Args:
        position: in the batch, counted from 0.
        by: the program.

    Raises:
        NotKept: there is no such invoice.
    """
    with store.write() as session:
        row = session.exec(
            select(BatchInvoiceRow)
            .where(col(BatchInvoiceRow.batch) == number, col(BatchInvoiceRow.position) == position)
            .with_for_update()
        ).first()
        if row is None:
            raise NotKept(f"there is no invoice {position + 1} in batch {number}")
        row.paid_on, row.blocked = payment.paid_on, payment.blocked
        code = "payment-blocked" if payment.blocked else "payment-open"
        sealed.note(store, session, row.reference, "paid" if payment.paid_on else code, by)
