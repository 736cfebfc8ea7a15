"""Reversals (storno): an invoice that left for the finance package by mistake is taken back.

What left stays as it was. In the next batch a booking of the opposite amounts leaves, which names the
first; the invoice itself can never be accepted again.
"""

from __future__ import annotations

from dataclasses import replace

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from intake.errors import Conflict
from intake.model.basics import local_date
from intake.model.booking import Booking, stem
from intake.model.invoice import VatLine
from intake.store import Store, invoices, sealed
from intake.store.journal import find
from intake.store.tables import BatchInvoiceRow, InvoiceRow, InvoiceState, ReversalRow

WHY = "reversal-why"


def ask(store: Store, reference: str, path: str, user: str, why: str) -> None:
    """Take back an invoice that left: it is no longer to be paid.

    Args:
        why: for who reads the case later; kept sealed.

    Raises:
        Conflict: it did not leave, or was taken back already.
        NotKept: there is no such case.
    """
    with store.write() as session:
        store.lock(session, invoices.LOCK)
        key = sealed.key_of(store, find(session, reference))
        row = session.exec(
            select(InvoiceRow)
            .where(col(InvoiceRow.reference) == reference, col(InvoiceRow.path) == path)
            .with_for_update()
        ).first()
        if row is None or row.state != InvoiceState.EXPORTED.value:
            raise Conflict(f"this invoice of {reference} is not with the finance package")
        sealed_why = key.seal(WHY, why.encode("utf-8", "replace"))
        session.add(
            ReversalRow(
                reference=reference,
                path=path,
                asked_by=user,
                asked_at=store.clock(),
                why=sealed_why,
            )
        )
        invoices.move(session, row, InvoiceState.REVERSED)
        sealed.note(store, session, reference, "reversed", user, sealed.words(key, why))


def waiting(municipality: str) -> SelectOfScalar[InvoiceRow]:
    """The invoices that were taken back, and whose reversal is in no batch yet; the oldest first."""
    gone = (
        select(BatchInvoiceRow.id)
        .where(
            col(BatchInvoiceRow.reference) == col(InvoiceRow.reference),
            col(BatchInvoiceRow.path) == col(InvoiceRow.path),
            col(BatchInvoiceRow.reverses).is_(True),
        )
        .exists()
    )
    return (
        select(InvoiceRow)
        .where(
            col(InvoiceRow.state) == InvoiceState.REVERSED.value,
            col(InvoiceRow.municipality) == municipality,
            ~gone,
        )
        .order_by(col(InvoiceRow.id))
    )


def booking(session: Session, left: Booking) -> Booking:
    """The opposite of what left: a credit note for an invoice, an invoice for a credit note.

    Its number is its own, and says what it takes back.
    """
    first = session.exec(
        select(BatchInvoiceRow).where(
            col(BatchInvoiceRow.reference) == left.reference,
            col(BatchInvoiceRow.path) == left.path,
            ~col(BatchInvoiceRow.reverses),
        )
    ).one()
    asked = session.exec(
        select(ReversalRow).where(
            col(ReversalRow.reference) == left.reference, col(ReversalRow.path) == left.path
        )
    ).one()
    on = local_date(asked.asked_at)
    return replace(
        left,
        is_credit=not left.is_credit,
        number=f"STORNO-{stem(first.batch, first.position)}",
        corrects=left.number,
        issued_on=on,
        due_on=on,
        net=-left.net,
        vat=-left.vat,
        gross=-left.gross,
        rates=tuple(_opposite(rate) for rate in left.rates),
        accepted_by=asked.asked_by,
        accepted_on=on,
    )


def _opposite(rate: VatLine) -> VatLine:
    return VatLine(
        rate.rate, None if rate.net is None else -rate.net, None if rate.vat is None else -rate.vat
    )
