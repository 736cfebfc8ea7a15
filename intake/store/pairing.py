"""Mails that wait for their other half: an invoice for its attachment, an attachment for its
invoice.

They are found by keyed hashes only. Whoever writes that a mail waits holds the lock ``halves`` and
looks once more, so that two halves that come at the same moment cannot miss each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    and_,
    case,
    delete,
    exists,
    insert,
    or_,
    select,
    union,
    update,
)
from sqlalchemy.orm import Mapped, aliased
from sqlmodel import Session, col

from intake.errors import CannotOpen, Conflict
from intake.model.verdict import MailOutcome, ReadInvoice
from intake.secure_attachment.pairing.model import Loose, Waiting
from intake.store import Store, invoices, municipality, notify, sealed
from intake.store.journal import find, number_hashes
from intake.store.lookup_hashes import NUMBER, SENDER, THREAD, trait_hashes
from intake.store.records import ENVELOPES, GISTS, VERDICTS
from intake.store.reference import references_in
from intake.store.tables import CaseState, CompanionRow, InvoiceRow, MailRow, TraitRow

PAIRABLE = (CaseState.WAITING, CaseState.QUARANTINED, CaseState.QUEUED, CaseState.REJECTED)
"""States of an invoice's mail, as the rules decided it, in which a person may still give it an
attachment."""
_LOOSE = (CaseState.WAITING, CaseState.QUARANTINED)
_PAST = (CaseState.QUEUED, CaseState.REJECTED, CaseState.QUARANTINED, CaseState.ACCEPTED)
"""States of an invoice's mail that waits for nothing, but that a mail may answer all the same."""
_MOST = 20
_ANSWERED = 1000
"""More mails than one can answer or name. A bound keeps the state apart from the look-up: by state
a database would walk them all."""


@dataclass(frozen=True, slots=True)
class Marks:
    """By which a mail's other half is found: keyed hashes, and references that its subject names."""

    reference: str
    thread: frozenset[str]
    sender: frozenset[str]
    numbers: frozenset[str]
    named: tuple[str, ...] = ()

    def answers(self, other: Marks) -> bool:
        """Whether both are of one thread, or this one's subject names the other."""
        return bool(self.thread & other.thread) or other.reference in self.named


@dataclass(frozen=True, slots=True)
class Considered:
    """The other halves that a decision knew of."""

    marks: Marks
    has_invoice: bool
    references: frozenset[str] = field(default=frozenset())


@dataclass(frozen=True, slots=True)
class Partners:
    """The mails that are, or may be, the other half of one."""

    brings: bool
    """The mail has no invoice: it can only bring an attachment."""
    paired: tuple[str, ...]
    possible: tuple[str, ...]
    free: bool
    """No person decided on it yet."""


def marks(
    store: Store,
    reference: str,
    message_ids: Iterable[str],
    sender: str | None,
    numbers: Iterable[str],
    subject: str = "",
) -> Marks:
    """The marks of a mail that is being judged.

    Args:
        message_ids: its own, and those it answers and refers to.
        numbers: of its invoices, or those that its attachment names.
    """
    with store.vault.one_look():
        return Marks(
            reference,
            frozenset(h for value in message_ids for h in trait_hashes(store, THREAD, value)),
            frozenset(trait_hashes(store, SENDER, sender) if sender else ()),
            frozenset(h for number in numbers for h in number_hashes(store, number)),
            references_in(subject),
        )


def waiting_for(store: Store, of: Marks) -> tuple[Waiting, ...]:
    """Mails whose invoices wait for the attachment in this one, and those it was given to before.

    Oldest first.
    """
    with store.read() as session:
        return _waiting(store, session, of)


def loose_for(store: Store, of: Marks) -> tuple[Loose, ...]:
    """Mails with an attachment that waits for the invoices of this one. Oldest first."""
    with store.read() as session:
        return _loose(store, session, of)


def newcomer(store: Store, session: Session, known: Considered) -> bool:
    """Whether another half came since the decision was made."""
    found = (
        _loose(store, session, known.marks)
        if known.has_invoice
        else _waiting(store, session, known.marks)
    )
    return any(other.reference not in known.references for other in found)


def join(
    session: Session, reference: str, companion: str, by: str | None = None, apart: bool = False
) -> None:
    """Give a mail the attachment in another one, or take it away for good.

    Args:
        by: a user, None for the rules.
    """
    session.execute(
        delete(CompanionRow).where(
            col(CompanionRow.reference) == reference, col(CompanionRow.companion) == companion
        )
    )
    pair = {"reference": reference, "companion": companion, "paired_by": by, "apart": apart}
    session.execute(insert(CompanionRow).values(pair))


def stir(
    store: Store, session: Session, reference: str, code: str, user: str | None = None
) -> None:
    """Let the rules look at a mail again, because of its other half. One that was closed, with an
    invoice in it that a person decided on, stands open until they did.
    """
    closed = col(MailRow.decided_by).is_not(None)
    change = (
        update(MailRow)
        .where(col(MailRow.reference) == reference)
        .values(
            due=True,
            wakes=col(MailRow.wakes) + 1,
            version=col(MailRow.version) + 1,
            state=case((closed, CaseState.QUEUED.value), else_=col(MailRow.state)),
            decided_by=None,
        )
    )
    session.execute(change)
    sealed.note(store, session, reference, code, user)
    notify.tell(store, session, notify.MAIL)


def pair(store: Store, attachment: str, invoice: str, user: str) -> None:
    """A person gives the attachment of one mail to the invoices of another; both are judged again.

    Raises:
        NotKept: no such mail.
        Conflict: a person decided on one of them, or one is not judged yet, or they are not such
            halves.
    """
    with store.write() as session:
        store.lock(session, "halves")
        ours, theirs = _open_to_change(session, invoice), _open_to_change(session, attachment)
        if ours.invoices == 0 or theirs.invoices or ours.state not in PAIRABLE:
            raise Conflict(f"{attachment} cannot be given to {invoice}")
        join(session, invoice, attachment, user)
        stir(store, session, invoice, "paired", user)
        stir(store, session, attachment, "paired", user)


def unpair(store: Store, attachment: str, invoice: str, user: str) -> None:
    """A person takes an attachment away from the invoices of another mail; both are judged again,
    and the rules leave them apart.

    Raises:
        NotKept, Conflict: as ``pair``, or they were no pair.
    """
    with store.write() as session:
        store.lock(session, "halves")
        _open_to_change(session, invoice), _open_to_change(session, attachment)
        if invoice not in given_to(session, attachment):
            raise Conflict(f"{attachment} does not belong to {invoice}")
        join(session, invoice, attachment, user, apart=True)
        stir(store, session, invoice, "unpaired", user)
        stir(store, session, attachment, "unpaired", user)


def partners(store: Store, reference: str) -> Partners:
    """What a person may pair with a mail, or take away from it.

    Raises:
        NotKept: no such mail.
    """
    with store.read() as session:
        mail, own = find(session, reference), _marks_of(session, reference)
        brings = mail.invoices == 0
        paired = (given_to if brings else companions_of)(session, reference)
        others = _matching(store, session, own, has_invoice=not brings)
        undecided = (other.reference for other in others if other.decided_by is None)
        possible = tuple(other for other in undecided if other not in paired)
        free = mail.decided_by is None and mail.state != CaseState.RECEIVED
        return Partners(brings, paired, possible if free else (), free)


def given_to(session: Session, companion: str) -> tuple[str, ...]:
    """The mails that have the attachment in this one."""
    given = select(col(CompanionRow.reference)).where(col(CompanionRow.companion) == companion)
    return tuple(sorted(session.execute(given.where(~col(CompanionRow.apart))).scalars()))


def companions_of(session: Session, reference: str) -> tuple[str, ...]:
    """The mails with an attachment that was given to this one."""
    given = select(col(CompanionRow.companion)).where(col(CompanionRow.reference) == reference)
    return tuple(sorted(session.execute(given.where(~col(CompanionRow.apart))).scalars()))


def _open_to_change(session: Session, reference: str) -> MailRow:
    """A mail that the rules decided on, locked."""
    find(session, reference)
    mail: MailRow = session.execute(
        select(MailRow).where(col(MailRow.reference) == reference).with_for_update()
    ).scalar_one()
    if mail.decided_by is not None or mail.state == CaseState.RECEIVED:
        raise Conflict(f"{reference} was decided by a person, or is not judged yet")
    if sealed.fetch(session, reference, sealed.RAW) is None:
        raise Conflict(f"{reference} cannot be judged again: its bytes are not kept any more")
    return mail


def _matching(store: Store, session: Session, of: Marks, has_invoice: bool) -> Sequence[MailRow]:
    """Mails that may be the other half; ``has_invoice``: whether this one is that with the invoice.

    Open mails are asked one by one whether they have a mark of ours; all the others are looked up
    by the marks that few share, so that it costs the same whatever was kept before.
    """
    ours, theirs = (
        (CompanionRow.reference, CompanionRow.companion)
        if has_invoice
        else (CompanionRow.companion, CompanionRow.reference)
    )
    apart = select(col(theirs)).where(col(ours) == of.reference, col(CompanionRow.apart))
    mine, state = col(MailRow.reference), col(MailRow.state)
    answers = _has_trait(THREAD, of.thread, mine) | mine.in_(of.named)
    sent = _has_trait(SENDER, of.sender, mine)
    numbered = (
        _has_trait(NUMBER, of.numbers, mine) if has_invoice else _has_number(of.numbers, mine)
    )
    marked = or_(answers, sent, numbered)
    sequence = select(col(MailRow.sequence))
    if has_invoice:
        loose = and_(
            state.in_(_LOOSE),
            col(MailRow.invoices) == 0,
            col(MailRow.decided_by).is_(None),
            col(MailRow.brings).is_not(False),
        )
        halves = sequence.where(loose, marked)
    else:
        waits = sequence.where(state == CaseState.WAITING, col(MailRow.invoices) > 0, marked)
        past = (
            select(col(MailRow.sequence), state, col(MailRow.invoices))
            .where(mine.in_(_answered(of)))
            .limit(_ANSWERED)
            .subquery()
        )
        ended = select(past.c.sequence).where(past.c.state.in_(_PAST), past.c.invoices > 0)
        halves = select(union(waits, ended).subquery())
    other = and_(
        col(MailRow.sequence).in_(halves),
        mine != of.reference,
        mine.not_in(apart),
        municipality.same(of.reference, store.settings.profile),
    )
    # What tells for certain goes first: it must not be crowded out by all that a sender has waiting.
    certain = case((answers, 4), else_=0) + case((numbered, 2), else_=0) + case((sent, 1), else_=0)
    nearest = select(MailRow).where(other).order_by(certain.desc(), col(MailRow.sequence))
    found = session.execute(nearest.limit(_MOST)).scalars().all()
    return sorted(found, key=lambda mail: mail.sequence or 0)


def _answered(of: Marks) -> CompoundSelect[Any]:
    """References of mails that this one answers or names, or of the same sender with a number that
    it names."""
    trait, invoice = aliased(TraitRow), aliased(InvoiceRow)
    return union(
        select(col(trait.reference)).where(
            col(trait.kind) == THREAD, col(trait.hash).in_(of.thread)
        ),
        select(col(MailRow.reference)).where(col(MailRow.reference).in_(of.named)),
        select(col(invoice.reference)).where(
            col(invoice.number_hash).in_(of.numbers),
            _has_trait(SENDER, of.sender, col(invoice.reference)),
        ),
    )


def _has_trait(kind: str, hashes: Iterable[str], reference: Mapped[str]) -> ColumnElement[bool]:
    trait = aliased(TraitRow)
    return exists().where(
        col(trait.kind) == kind,
        col(trait.hash).in_(tuple(hashes)),
        col(trait.reference) == reference,
    )


def _has_number(hashes: Iterable[str], reference: Mapped[str]) -> ColumnElement[bool]:
    invoice = aliased(InvoiceRow)
    return exists().where(
        col(invoice.reference) == reference, col(invoice.number_hash).in_(tuple(hashes))
    )


def _loose(store: Store, session: Session, of: Marks) -> tuple[Loose, ...]:
    found = []
    for mail in _matching(store, session, of, has_invoice=True):
        theirs = _marks_of(session, mail.reference)
        try:
            key = sealed.key_of(store, mail)
            known = sealed.record(session, key, GISTS, sealed.GIST)
            envelope = ENVELOPES.unpack(key.unseal(sealed.ENVELOPE, mail.envelope))
        except CannotOpen:
            continue
        if sealed.is_there(session, mail.reference, sealed.RAW):
            waiting = _waiting(store, session, theirs)
            found.append(
                Loose(
                    mail.reference,
                    known,
                    of.answers(theirs),
                    bool(theirs.sender & of.sender),
                    mail.state == CaseState.QUARANTINED,
                    tuple(other for other in waiting if other.reference != of.reference),
                    envelope.left_out is not None,
                )
            )
    return tuple(found)


def _waiting(store: Store, session: Session, of: Marks) -> tuple[Waiting, ...]:
    given = select(col(CompanionRow.reference), col(CompanionRow.paired_by)).where(
        col(CompanionRow.companion) == of.reference, ~col(CompanionRow.apart)
    )
    before: dict[str, str | None] = {row.reference: row.paired_by for row in session.execute(given)}
    matching = _matching(store, session, of, has_invoice=False)
    mails = (*(find(session, reference) for reference in before), *matching)
    found = []
    for mail in {mail.reference: mail for mail in mails}.values():
        every = _read_invoices(store, session, mail)
        if every is None:
            continue
        paired = mail.reference in before
        asking = () if paired else _asking(session, mail, every)
        past = not asking and not paired and mail.state != CaseState.WAITING
        those = tuple(read.invoice for read in (every if paired or past else asking))
        if those or paired:
            theirs = _marks_of(session, mail.reference)
            found.append(
                Waiting(
                    mail.reference,
                    those,
                    of.answers(theirs),
                    bool(theirs.sender & of.sender),
                    paired,
                    bool(before.get(mail.reference)),
                    past,
                )
            )
    return tuple(found)


def _read_invoices(store: Store, session: Session, mail: MailRow) -> tuple[ReadInvoice, ...] | None:
    """The invoices of a mail as the rules judged them; None when it cannot be opened."""
    try:
        verdict = sealed.record(session, sealed.key_of(store, mail), VERDICTS, sealed.VERDICT)
    except CannotOpen:
        return None
    return verdict.invoices if verdict else ()


def asks(store: Store, session: Session, reference: str) -> bool:
    """Whether the rules may give an attachment to the invoices of this mail."""
    mail = find(session, reference)
    every = _read_invoices(store, session, mail)
    return bool(every and _asking(session, mail, every))


def _asking(
    session: Session, mail: MailRow, every: Sequence[ReadInvoice]
) -> tuple[ReadInvoice, ...]:
    """The invoices of a mail that an attachment is asked for: those that wait, and those that the
    rules refused for nothing else, while the mail can be judged again.
    """
    waits = mail.state == CaseState.WAITING
    found = tuple(
        read
        for read in every
        if read.lacks_attachment or (waits and read.outcome is MailOutcome.WAITING)
    )
    if waits or not found:
        return found
    if not sealed.is_there(session, mail.reference, sealed.RAW):
        return ()
    decided = invoices.by_persons(session, mail.reference)
    return tuple(read for read in found if read.path not in decided)


def _marks_of(session: Session, reference: str) -> Marks:
    rows = session.execute(
        select(col(TraitRow.kind), col(TraitRow.hash)).where(col(TraitRow.reference) == reference)
    ).all()
    by_kind = {
        kind: frozenset(hash for k, hash in rows if k == kind) for kind in (THREAD, SENDER, NUMBER)
    }
    return Marks(reference, by_kind[THREAD], by_kind[SENDER], by_kind[NUMBER])
