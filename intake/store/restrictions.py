"""Cases about somebody who asked that their data be left alone (AVG art. 18): what is shut, and what
stands still.

Nothing of such a case is shown. Nothing of it is decided or paid either, until the privacy officer
says that the law asks us to pay; nobody else knows whether it does.
"""

from __future__ import annotations

from sqlmodel import Session, col, func, select

from intake.errors import Conflict
from intake.store.tables import EventRow, InvoiceRow, InvoiceState, RestrictionRow

RESTRICTED, PAYABLE = "restricted", "restricted-payable"
"""Codes of the events; the newer one of a case counts."""
_UNPAID = (
    InvoiceState.TO_DECIDE,
    InvoiceState.LATER,
    InvoiceState.WAITING,
    InvoiceState.QUARANTINED,
    InvoiceState.APPROVED_ONCE,
    InvoiceState.ACCEPTED,
)


class RestrictedError(Conflict):
    """The person asked that this data be left alone (AVG art. 18)."""


def is_restricted(session: Session, reference: str) -> bool:
    return session.get(RestrictionRow, reference) is not None


def standing_still(session: Session) -> frozenset[str]:
    """The cases of which nothing is decided or paid for now."""
    restricted = frozenset(session.exec(select(RestrictionRow.reference)))
    if not restricted:
        return restricted
    newest = (
        select(func.max(col(EventRow.id)))
        .where(
            col(EventRow.reference).in_(select(RestrictionRow.reference)),
            col(EventRow.code).in_((RESTRICTED, PAYABLE)),
        )
        .group_by(col(EventRow.reference))
    )
    payable = select(EventRow.reference).where(
        col(EventRow.id).in_(newest), col(EventRow.code) == PAYABLE
    )
    return restricted - frozenset(session.exec(payable).all())


def with_invoices(session: Session) -> list[str]:
    """The cases that stand still with an invoice that is not paid yet, by their reference: they wait
    for the privacy officer.
    """
    still = standing_still(session)
    wanted = select(InvoiceRow.reference).where(
        col(InvoiceRow.reference).in_(still), col(InvoiceRow.state).in_(_UNPAID)
    )
    found = session.exec(wanted).all() if still else ()
    return sorted(set(found))


def refuse_to_decide(session: Session, reference: str) -> None:
    """Raises RestrictedError when nothing of this case is decided or paid for now."""
    if reference in standing_still(session):
        raise RestrictedError(f"the data of {reference} is restricted")
