"""The rights of the person concerned (AVG art. 15 to 18): every case in which one client stands.

No hash is of a client's number alone (decision 12), so each case is opened and looked through, its care
lines first: it is asked seldom, and finds what is there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from intake import profile
from intake.errors import CannotOpen
from intake.model.basics import local_date
from intake.model.care import CareLine
from intake.profile import RecordKind, Retention
from intake.store import Store, restrictions, retention, sealed, subject_mentions
from intake.store.audit_chain import Act, append_at_the_end
from intake.store.journal import find as find_mail
from intake.store.records import CARES
from intake.store.retention import Approval, Item
from intake.store.subject_mentions import Mentions, Place, Wanted
from intake.store.tables import (
    CaseState,
    IncidentRow,
    InvoiceRow,
    Judgement,
    MailRow,
    ReplyRow,
    ReplyState,
    RestrictionRow,
    SealedRow,
)
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
    places: tuple[Place, ...] = ()
    """Where the client stands beside the care lines."""
    by_name: bool = False
    """Only the name stands there, which may be another's: a person looks."""
    unfinished: bool = False
    """A letter of it did not leave, or an incident of it is not judged."""

    @property
    def erasable(self) -> bool:
        """Whether the client's data may go before the term of the case ends. When it stands in more
        than mail and care lines, the whole case goes, which must be done with then.
        """
        is_paid = self.kind is RecordKind.INVOICE
        done = not (self.places and self.unfinished)
        return self.state in _ERASABLE and done and not (is_paid or self.others or self.by_name)


@dataclass(frozen=True, slots=True)
class Found:
    """What was found of one client."""

    cases: tuple[SubjectCase, ...]
    unopened: int
    """Cases of which something does not open: a person looks there by hand."""

    @property
    def certain(self) -> tuple[SubjectCase, ...]:
        """Those that are of this client for certain."""
        return tuple(case for case in self.cases if not case.by_name)


def find(store: Store, client: str, who: str, what: str = "subject-find") -> Found:
    """Every case of a client, oldest first. That it was asked, and each case that was found, is a row
    of the audit; the number is nowhere.

    Args:
        client: the BSN in nine digits.
    """
    cases: list[SubjectCase] = []
    unopened: set[str] = set()
    with store.read() as session, store.vault.one_look():
        still = restrictions.standing_still(session)
        lines_of, others = _care_of(store, session, client, unopened)
        names = (line.client_name or "" for lines in lines_of.values() for line in lines)
        wanted = Wanted.of(client, names)
        for mail in _mails(session):
            mentions = Mentions()
            try:
                mentions = subject_mentions.look(store, session, mail, wanted)
            except CannotOpen:
                unopened.add(mail.reference)
            lines = lines_of.get(mail.reference, ())
            if lines or mentions.places:
                case = _case(session, mail, lines, mail.reference in others)
                cases.append(
                    replace(
                        case,
                        stands_still=mail.reference in still,
                        places=mentions.places,
                        by_name=not lines and not mentions.by_number,
                        unfinished=_is_unfinished(session, mail.reference),
                    )
                )
    with store.write() as session:
        for act in (
            Act(who, "", what, f"{len(cases)} zaken"),
            *(Act(who, case.reference, what, "shown") for case in cases),
        ):
            append_at_the_end(store, session, act)
    return Found(tuple(cases), len(unopened))


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
    """Destroy mail and care lines of the cases that may lose them now, by their keys, and the whole
    case when the client stands in more of it; that the case was, and how it ended, is kept.

    Raises:
        KeyMissing, ConfigurationError: as ``retention.destroy``.
    """
    free = [case for case in found.cases if case.erasable and not case.restricted]
    whole = {case.reference for case in free if case.places}
    done: list[Item] = []
    while gone := _erase(store, (RecordKind.REFUSED, RecordKind.OTHER), whole, who):
        done += gone  # what an earlier one needed, goes in the next round
    done += _erase(store, (RecordKind.ATTACHMENT,), {case.reference for case in free}, who)
    with store.write() as session:
        for item in done:
            append_at_the_end(store, session, Act(who, item.reference, "subject-erased"))
    return tuple(done)


def _erase(store: Store, kinds: Iterable[RecordKind], among: set[str], who: str) -> list[Item]:
    rules = [Retention(kind=kind, starts="decision", ground=ERASURE) for kind in kinds]
    items = retention.due(store, rules, among) if among else ()
    if not items:
        return []
    approval = Approval(retention.list_number(items, store.today), who)
    batches = retention.destroy(store, rules, items, approval)
    return [item for batch in batches for item in batch]


def _care_of(
    store: Store, session: Session, client: str, unopened: set[str]
) -> tuple[dict[str, tuple[CareLine, ...]], set[str]]:
    """By case, the care lines of this client; and the cases that have lines of others too.

    Args:
        unopened: gets the cases whose care lines do not open.
    """
    found: dict[str, tuple[CareLine, ...]] = {}
    others: set[str] = set()
    there = select(SealedRow.reference).where(col(SealedRow.kind) == sealed.CARE)
    for mail in _mails(session, col(MailRow.reference).in_(there)):
        try:
            lines = sealed.record(session, sealed.key_of(store, mail), CARES, sealed.CARE) or ()
        except CannotOpen:
            unopened.add(mail.reference)
            continue
        own = tuple(line for line in lines if client_of(line) == client)
        if own:
            found[mail.reference] = own
        if len(own) < len(lines):
            others.add(mail.reference)
    return found, others


def _mails(session: Session, *conditions: ColumnElement[bool]) -> Iterator[MailRow]:
    """Oldest first."""
    wanted = select(MailRow).where(*conditions).order_by(col(MailRow.sequence))
    yield from session.exec(wanted.execution_options(yield_per=500))


def _is_unfinished(session: Session, reference: str) -> bool:
    waits = select(ReplyRow.id).where(
        col(ReplyRow.reference) == reference,
        col(ReplyRow.state).not_in((ReplyState.SENT.value, ReplyState.DROPPED.value)),
    )
    is_open = select(IncidentRow.id).where(
        col(IncidentRow.reference) == reference, col(IncidentRow.judgement) == Judgement.OPEN.value
    )
    return any(session.exec(each.limit(1)).first() is not None for each in (waits, is_open))


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
