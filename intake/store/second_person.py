"""A second pair of eyes (vierogenprincipe): which invoices two persons must accept.

What is asked stands in the profile; whether an invoice is one of those is seen when somebody accepts
it, by what the columns say was paid before and by the register of suppliers. What is not known, asks
for a second person.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import func
from sqlmodel import Session, col, select

from intake.model.invoice import Invoice
from intake.profile import Profile
from intake.store import Store, sealed, supplier_register
from intake.store.business_facts import cents, plain
from intake.store.crypto.vault import DataKey
from intake.store.invoices import PAID, CaseInvoice
from intake.store.journal import find
from intake.store.records import CORRECTIONS
from intake.store.tables import InvoiceRow, InvoiceState


def is_needed(session: Session, own: Profile, invoice: Invoice) -> bool:
    """Whether one person is not enough to accept this invoice, as things stand now."""
    rules = own.second_person
    if rules.is_above(cents(invoice.gross_amount.value)):
        return True
    if not (rules.new_account or rules.new_supplier):
        return False
    kvk, vat_id = plain(invoice.kvk_number.value), plain(invoice.vat_id.value)
    approved = supplier_register.approved_accounts(session, own.name, kvk, vat_id)
    account = plain(invoice.iban.value)
    is_new_account = account not in approved and not _was_paid(
        session, own.name, kvk, vat_id, account
    )
    if rules.new_account and (account is None or is_new_account):
        return True
    is_new_supplier = not approved and not _was_paid(session, own.name, kvk, vat_id)
    return rules.new_supplier and is_new_supplier


def barred(session: Session, key: DataKey, own: Iterable[CaseInvoice], user: str) -> frozenset[str]:
    """The paths of those of these invoices that wait for a second accept, but not of this person:
    who gave the first, or corrected the invoice.
    """
    waiting = [each for each in own if each.state is InvoiceState.APPROVED_ONCE]
    if not waiting:
        return frozenset()
    corrections = map(CORRECTIONS.unpack, sealed.get_all(session, key, sealed.CORRECTION))
    by_user = {each.path for each in corrections if each.by == user}
    return frozenset(
        each.path for each in waiting if each.decided_by == user or each.path in by_user
    )


def barred_in(
    store: Store, reference: str, own: Iterable[CaseInvoice], user: str
) -> frozenset[str]:
    """As ``barred``, for a page.

    Raises:
        NotKept, KeyMissing: as ``cases.get_case``.
    """
    with store.read() as session:
        return barred(session, sealed.key_of(store, find(session, reference)), own, user)


def _was_paid(
    session: Session,
    municipality: str,
    kvk: str | None,
    vat_id: str | None,
    account: str | None = None,
) -> bool:
    """Whether an invoice of this supplier, known by its KvK number or else its btw number, was
    accepted before; with ``account`` on that one."""
    if not (kvk or vat_id):
        return False
    wanted = select(InvoiceRow.id).where(
        col(InvoiceRow.kvk) == kvk if kvk else col(InvoiceRow.vat_id) == vat_id,
        col(InvoiceRow.state).in_(PAID),
        # by its index most of all invoices are found
        func.coalesce(col(InvoiceRow.municipality), "") == municipality,
    )
    if account is not None:
        wanted = wanted.where(col(InvoiceRow.iban) == account)
    return session.exec(wanted.limit(1)).first() is not None
