"""The rights of the person concerned (AVG art. 15 to 18): every case whose care lines name one client.

No hash is of a client's number alone (decision 12), so each kept list of care lines is opened and
looked through: it is asked seldom, and finds what is there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from sqlmodel import Session, col, select

from intake import profile
from intake.errors import CannotOpen
from intake.model.basics import local_date
from intake.model.care import CareLine
from intake.profile import RecordKind, Retention
from intake.store import Store, restrictions, retention, sealed
from intake.store.audit_chain import Act, append_at_the_end
from intake.store.journal import find as find_mail
from intake.store.records import CARES
from intake.store.retention import Approval, Item
from intake.store.tables import CaseState, InvoiceRow, MailRow, RestrictionRow, SealedRow
from intake.text.care_key import client_of

ERASURE = "AVG artikel 17 lid 1: op verzoek van de betrokkene"
LIFTED = "opgeheven"
"""Code of the choice that ends a restriction."""
PAYABLE = "betalen"
"""Code of the choice by which invoices are decided on and paid, although their data stays shut."""
_ERASABLE = (CaseState.REJECTED, CaseState.IGNORED)
"""What was paid, or may be, is kept for its term by law (AVG art. 17 lid 3 b)."""


@dataclass(frozen=True, slots=True)
class SubjectCase:
    """One case in which the client stands."""

    reference: str
    received_on: dt.date
    state: CaseState
    municipality: str
    supplier: str | None
    """None when it is not known, or is sealed."""
    lines: tuple[CareLine, ...] = field(repr=False)
    """Only those of this client."""
    others: bool
    """Lines of other clients stand there too."""
    kept_until: dt.date | None
    """The first day on which it may be destroyed; None while it is not decided."""
    ground: str
    """Why it is kept so long."""
    kind: RecordKind | None
    restricted: bool
    stands_still: bool = False
    """Restricted, and its invoices are not paid either."""

    @property
    def erasable(self) -> bool:
        """Whether the client's data may go before the term of the case ends."""
        is_paid = self.kind is RecordKind.INVOICE
        return self.state in _ERASABLE and not is_paid and not self.others


@dataclass(frozen=True, slots=True)
class Found:
    """What was found of one client."""

    cases: tuple[SubjectCase, ...]
    unopened: int
    """Cases whose care lines do not open: a person looks there by hand."""


def find(store: Store, client: str, who: str, what: str = "subject-find") -> Found:
    """Every case of a client, oldest first. That it was asked, and each case that was found, is a row
    of the audit; the number is nowhere.

    Args:
        client: the BSN in nine digits.
    """
    cases, unopened = [], 0
    with store.read() as session, store.vault.one_look():
        still = restrictions.standing_still(session)
        for mail in _mails_with_care(session):
            try:
                lines = sealed.record(session, sealed.key_of(store, mail), CARES, sealed.CARE)
            except CannotOpen:
                unopened += 1
                continue
            own = tuple(line for line in lines or () if client_of(line) == client)
            if own:
                case = _case(session, mail, own, len(own) < len(lines or ()))
                cases.append(replace(case, stands_still=mail.reference in still))
    with store.write() as session:
        for act in (
            Act(who, "", what, f"{len(cases)} zaken"),
            *(Act(who, case.reference, what, "shown") for case in cases),
        ):
            append_at_the_end(store, session, act)
    return Found(tuple(cases), unopened)


def restrict(store: Store, references: Sequence[str], who: str, why: str) -> None:
    """Leave cases alone from now on: care lines and pages are not shown, nothing is destroyed, and
    nothing is decided or paid.

    Args:
        why: a code of a short list.

    Raises:
        NotKept: there is no such case.
    """
    with store.write() as session:
        for reference in references:
            find_mail(session, reference)
            if session.get(RestrictionRow, reference) is None:
                at = store.clock()
                session.add(RestrictionRow(reference=reference, at=at, who=who, why=why))
                sealed.note(store, session, reference, restrictions.RESTRICTED, who)


def let_pay(store: Store, references: Sequence[str], who: str) -> None:
    """Let invoices of restricted cases be decided on and paid: the law asks it. What tells of the
    person stays shut.
    """
    with store.write() as session:
        still = restrictions.standing_still(session)
        for reference in references:
            if reference in still:
                sealed.note(store, session, reference, restrictions.PAYABLE, who)


def lift(store: Store, references: Sequence[str], who: str) -> None:
    """End a restriction."""
    with store.write() as session:
        for reference in references:
            if row := session.get(RestrictionRow, reference):
                session.delete(row)
                sealed.note(store, session, reference, "restriction-lifted", who)


def waiting(store: Store) -> list[str]:
    """The restricted cases of which an invoice waits for the privacy officer's word on paying."""
    with store.read() as session:
        return restrictions.with_invoices(session)


def is_restricted(store: Store, reference: str) -> bool:
    """Whether the data of a case is to be left alone."""
    with store.read() as session:
        return restrictions.is_restricted(session, reference)


def erase(store: Store, found: Found, who: str) -> tuple[Item, ...]:
    """Destroy mail and care lines of the cases that may lose them now, by their keys; that the case
    was, and how it ended, is kept for its term.

    Raises:
        KeyMissing, ConfigurationError: as ``retention.destroy``.
    """
    wanted = {case.reference for case in found.cases if case.erasable and not case.restricted}
    rule = Retention(kind=RecordKind.ATTACHMENT, starts="decision", ground=ERASURE)
    items = retention.due(store, [rule], wanted)
    if not items:
        return ()
    approval = Approval(retention.list_number(items, store.today), who)
    done = [item for batch in retention.destroy(store, [rule], items, approval) for item in batch]
    with store.write() as session:
        for item in done:
            append_at_the_end(store, session, Act(who, item.reference, "subject-erased"))
    return tuple(done)


def _mails_with_care(session: Session) -> Iterator[MailRow]:
    there = select(SealedRow.reference).where(col(SealedRow.kind) == sealed.CARE)
    wanted = select(MailRow).where(col(MailRow.reference).in_(there))
    yield from session.exec(wanted.order_by(col(MailRow.sequence)).execution_options(yield_per=500))


def _case(
    session: Session, mail: MailRow, lines: tuple[CareLine, ...], others: bool
) -> SubjectCase:
    state = CaseState(mail.state)
    supplier = session.exec(
        select(InvoiceRow.supplier_name).where(
            col(InvoiceRow.reference) == mail.reference, col(InvoiceRow.supplier_name).is_not(None)
        )
    ).first()
    found = SubjectCase(
        reference=mail.reference,
        received_on=local_date(mail.received_at),
        state=state,
        municipality=mail.municipality,
        supplier=supplier,
        lines=lines,
        others=others,
        kept_until=None,
        ground="",
        kind=retention.kind_of(session, mail.reference, state),
        restricted=restrictions.is_restricted(session, mail.reference),
    )
    rule = _rule(mail.municipality, found.kind)
    if rule is None or mail.decided_at is None:
        return found
    until = retention.ends(rule, local_date(mail.decided_at))
    return replace(found, kept_until=until, ground=rule.ground)


def _rule(municipality: str, kind: RecordKind | None) -> Retention | None:
    rules: Iterable[Retention] = profile.load(municipality).retention
    return next((rule for rule in rules if rule.kind is kind), None)
