"""Content approval (inhoudelijk akkoord, prestatieakkoord): a reviewer of care agrees with what was
delivered, before a clerk accepts the invoice or after it.

It is of what stands there: it is gone when the invoice is corrected, taken back or judged anew.
"""

from __future__ import annotations

from sqlmodel import Session, col, select

from intake import profile
from intake.errors import Conflict, SamePerson
from intake.store import Store, cases, invoices, sealed, second_person
from intake.store.business_facts import cents
from intake.store.cases import Standing
from intake.store.invoices import CaseInvoice, Ruling
from intake.store.tables import InvoiceRow, InvoiceState

STATES = (InvoiceState.TO_DECIDE, InvoiceState.LATER, InvoiceState.APPROVED_ONCE)
"""Where an invoice stands that a reviewer can agree with."""


def approve(store: Store, reference: str, path: str, user: str, version: int) -> bool:
    """A reviewer agrees with what was delivered.

    Args:
        version: of the invoice.

    Returns:
        Whether it is accepted by this; False: a clerk must accept it still.

    Raises:
        SamePerson: they accepted or corrected it.
        Conflict: it changed since ``version``, or waits for no such agreement.
    """
    with store.write() as session:
        case, invoice = _asked(store, session, reference, path, version)
        is_theirs = path in second_person.corrected_by(session, case.key, user)
        if is_theirs or user in (invoice.decided_by, invoice.first_by):
            raise SamePerson(f"somebody else must agree with an invoice of {reference}")
        _write(store, session, case, invoice, user)
        sealed.note(store, session, reference, "content-approved", user, _number(case, invoice))
        if invoice.state is not InvoiceState.APPROVED_ONCE or not invoice.accepts_are_given:
            return False
        accepted_by = invoice.decided_by or ""
        ruling = Ruling(
            InvoiceState.ACCEPTED,
            accepted_by,
            invoice.why,
            invoice.first_by,
            invoice.asks_second,
            invoice.asks_content,
            user,
            store.clock(),
            invoice.mandate_cents,
        )
        cases.carry_out(store, session, case, {path: ruling}, accepted_by)
        sealed.note(store, session, reference, "accepted", accepted_by, _number(case, invoice))
        return True


def object_to(store: Store, reference: str, path: str, user: str, version: int, why: str) -> None:
    """A reviewer does not agree: a clerk decides anew, and reads why.

    Raises:
        Conflict: it changed since ``version``, or waits for no such agreement.
    """
    with store.write() as session:
        case, invoice = _asked(store, session, reference, path, version)
        if invoice.state is InvoiceState.APPROVED_ONCE:
            cases.undecide(store, session, case, [invoice])
            cases.restore_letter(store, session, case)
        else:
            case.mail.version += 1
        words = sealed.words(case.key, why)
        sealed.note(store, session, reference, "content-refused", user, words)


def is_asked(store: Store, municipality: str, invoice: CaseInvoice, total: int | None) -> bool:
    """Whether a reviewer must agree with this invoice still.

    Args:
        total: in cents.
    """
    if invoice.state not in STATES or invoice.content_by is not None:
        return False
    if invoice.state is InvoiceState.APPROVED_ONCE:
        return invoice.asks_content
    return profile.load(municipality).content_approval.is_above(total)


def _asked(
    store: Store, session: Session, reference: str, path: str, version: int
) -> tuple[Standing, CaseInvoice]:
    """Raises Conflict."""
    case = cases.to_change(store, session, reference, version, path)
    (invoice,) = case.chosen(path)
    assert case.verdict is not None
    read = next(each.invoice for each in case.verdict.invoices if each.path == path)
    if not is_asked(store, case.mail.municipality, invoice, cents(read.gross_amount.value)):
        raise Conflict(f"an invoice of {reference} waits for no agreement on its content")
    return case, invoice


def _write(store: Store, session: Session, case: Standing, invoice: CaseInvoice, user: str) -> None:
    row = session.exec(select(InvoiceRow).where(col(InvoiceRow.id) == invoice.version)).one()
    values = row.model_dump(exclude={"id"}) | {"content_by": user, "content_at": store.clock()}
    session.expunge(row)
    invoices.remove(session, case.mail.reference, [invoice.path])
    invoices.keep(session, [values])
    case.mail.version += 1


def _number(case: Standing, invoice: CaseInvoice) -> bytes | None:
    """What the history says: which one, when the mail has several."""
    several = len(case.invoices) > 1
    return sealed.words(case.key, invoice.number or "" if several else "")
