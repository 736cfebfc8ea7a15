"""Who must accept an invoice: one person, or two (vierogenprincipe), of whom one has a mandate for the
total; and, where the profile asks it, a reviewer of care who agrees with what was delivered.

What is asked stands in the profile; whether an invoice is one of those is seen when somebody accepts
it, by what the columns say was paid before and by the register of suppliers. What is not known, asks
for a second person.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import func
from sqlmodel import Session, col, select

from intake import profile
from intake.errors import Conflict, ContentAwaited, NoMandate, SamePerson
from intake.model.invoice import Invoice
from intake.model.verdict import Verdict
from intake.profile import Profile
from intake.store import Store, mandates, sealed, supplier_register
from intake.store.business_facts import cents, plain
from intake.store.crypto.vault import DataKey
from intake.store.invoices import PAID, CaseInvoice, Ruling
from intake.store.journal import find
from intake.store.records import CORRECTIONS
from intake.store.tables import InvoiceRow, InvoiceState


class Bar(StrEnum):
    """Why somebody cannot accept an invoice that waits for an accept."""

    SAME_PERSON = "same-person"
    NO_MANDATE = "no-mandate"
    CONTENT = "content-awaited"
    """No accept is missing: a reviewer of care must agree."""


_RAISED: Mapping[Bar, type[Conflict]] = {
    Bar.SAME_PERSON: SamePerson,
    Bar.NO_MANDATE: NoMandate,
    Bar.CONTENT: ContentAwaited,
}


@dataclass(frozen=True, slots=True)
class Needs:
    """What an invoice takes beside the accept of one person."""

    second: bool
    """The profile asks for two persons."""
    mandate: bool
    """It is above the mandate of this person."""
    content: bool
    """A reviewer of care must agree."""
    limit: int
    """The mandate of this person in cents."""


def needs(session: Session, own: Profile, invoice: Invoice, user: str) -> Needs:
    """What it takes as things stand now, when this person accepts it first."""
    total, limit = cents(invoice.gross_amount.value), mandates.of(session, own, user)
    return Needs(
        second=_is_needed(session, own, invoice),
        mandate=not mandates.covers(limit, total),
        content=own.content_approval.is_above(total),
        limit=limit,
    )


def needs_of(
    store: Store, municipality: str, invoices: Mapping[str, Invoice], user: str
) -> dict[str, Needs]:
    """As ``needs``, for a page: by path."""
    own = profile.load(municipality)
    with store.read() as session:
        return {path: needs(session, own, each, user) for path, each in invoices.items()}


def ruling(
    session: Session, own: Profile, standing: CaseInvoice, invoice: Invoice, user: str, why: str
) -> Ruling:
    """What it comes to that this person, who is not ``barred``, accepts an invoice."""
    mandate = mandates.of(session, own, user)
    if standing.state is InvoiceState.APPROVED_ONCE:
        first, asks_second, asks_content = standing.decided_by, True, standing.asks_content
        mandate = mandates.higher(mandate, standing.mandate_cents)
    else:
        asked = needs(session, own, invoice, user)
        first, asks_second, asks_content = None, asked.second or asked.mandate, asked.content
    waits = (asks_second and first is None) or (asks_content and standing.content_by is None)
    return Ruling(
        InvoiceState.APPROVED_ONCE if waits else InvoiceState.ACCEPTED,
        user,
        why,
        first_by=first,
        asks_second=asks_second,
        asks_content=asks_content,
        content_by=standing.content_by,
        content_at=standing.content_at,
        mandate_cents=mandate,
    )


def barred(
    session: Session,
    key: DataKey,
    own: Profile,
    verdict: Verdict | None,
    invoices: Iterable[CaseInvoice],
    user: str,
) -> dict[str, Bar]:
    """By path: why this person cannot accept an invoice that somebody else can."""
    asked = [each for each in invoices if each.content_by or _is_approved_once(each)]
    if not asked or verdict is None:
        return {}
    corrected, mandate = corrected_by(session, key, user), mandates.of(session, own, user)
    totals = {read.path: cents(read.invoice.gross_amount.value) for read in verdict.invoices}
    found = {}
    for each in asked:
        enough = mandates.covers(mandates.higher(mandate, each.mandate_cents), totals[each.path])
        if _is_approved_once(each) and each.accepts_are_given:
            found[each.path] = Bar.CONTENT
        elif user in (each.decided_by, each.content_by) or (
            _is_approved_once(each) and each.path in corrected
        ):
            found[each.path] = Bar.SAME_PERSON
        elif _is_approved_once(each) and not enough:
            found[each.path] = Bar.NO_MANDATE
    return found


def barred_in(
    store: Store,
    reference: str,
    verdict: Verdict | None,
    invoices: Iterable[CaseInvoice],
    user: str,
) -> dict[str, Bar]:
    """As ``barred``, for a page.

    Raises:
        NotKept, KeyMissing: as ``cases.get_case``.
    """
    with store.read() as session:
        mail = find(session, reference)
        key, own = sealed.key_of(store, mail), profile.load(mail.municipality)
        return barred(session, key, own, verdict, invoices, user)


def refusal(bars: Iterable[Bar], reference: str) -> Conflict:
    """What to raise when nothing is left that this person can accept."""
    bar = next(iter(bars), Bar.SAME_PERSON)
    return _RAISED[bar](f"what is left of {reference} waits: {bar}")


def corrected_by(session: Session, key: DataKey, user: str) -> frozenset[str]:
    """The paths of the invoices of a mail that this person corrected."""
    corrections = map(CORRECTIONS.unpack, sealed.get_all(session, key, sealed.CORRECTION))
    return frozenset(each.path for each in corrections if each.by == user)


def _is_approved_once(invoice: CaseInvoice) -> bool:
    return invoice.state is InvoiceState.APPROVED_ONCE


def _is_needed(session: Session, own: Profile, invoice: Invoice) -> bool:
    """Whether the profile asks for two persons."""
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
