"""What the review page reads and decides. Who read what is written by audit.py, which the page
calls.

A person decides on one invoice, or on all of a mail that stand open.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Row,
    Select,
    SelectBase,
    and_,
    exists,
    func,
    literal,
    or_,
    union,
    union_all,
)
from sqlalchemy import select as select_rows
from sqlalchemy.orm import Mapped, aliased
from sqlmodel import Session, col, select

from intake import profile
from intake.errors import (
    AlreadyExported,
    CannotOpen,
    Conflict,
    KeyMissing,
    LetterLeft,
    RecordUnreadable,
)
from intake.mail import fetched
from intake.mail.fetched import FetchedFile
from intake.model.basics import AMSTERDAM, local_date
from intake.model.care import CareLine
from intake.model.mail import PostKind, Reply, ReplyKind
from intake.model.verdict import ReadInvoice, Verdict
from intake.settings import ReplyMode
from intake.stages import reasons
from intake.store import (
    Store,
    coding,
    faults,
    incidents,
    invoices,
    letters,
    notify,
    outbox,
    restrictions,
    sealed,
    second_person,
)
from intake.store.crypto.vault import DataKey
from intake.store.decision import CARDS, SUMMARIES, Card, DocumentInfo, MailSummary
from intake.store.faults import Faults
from intake.store.invoices import CaseInvoice, Ruling
from intake.store.journal import find
from intake.store.lookup_hashes import TERM, trait_hashes
from intake.store.pairing import companions_of
from intake.store.records import ENVELOPES, VERDICTS
from intake.store.reference import read_reference
from intake.store.tables import (
    CaseState,
    EventRow,
    InvoiceRow,
    InvoiceState,
    LeftOutRow,
    MailRow,
    ReplyRow,
    ReplyState,
    SealedRow,
    TraitRow,
    cols,
)
from intake.text.folding import without_spaces

_LEFT = (InvoiceState.EXPORTED, InvoiceState.REVERSED)
"""States of an invoice that is, or was, with the finance package."""
REFUSABLE = (CaseState.QUEUED, CaseState.WAITING, CaseState.QUARANTINED)

ENDED = (CaseState.ACCEPTED, CaseState.REJECTED, CaseState.IGNORED)
"""States in which cases stay, so that their number grows from year to year."""
COUNTED = 1000
"""Ended cases are counted no further: that there are many is enough to know, and counting a million
takes long."""
_COMMON = 10_000
"""A word that so many cases have is not looked up: the cases of the list are asked one by one
whether they have it."""
_OPEN = tuple(state for state in CaseState if state not in ENDED)

_STAYS_REFUSED = exists().where(
    col(InvoiceRow.reference) == col(ReplyRow.reference),
    col(InvoiceRow.state) == InvoiceState.REJECTED.value,
)
_WAITING = (
    select(col(MailRow.sequence), col(MailRow.state))
    .distinct()
    .select_from(ReplyRow)
    .join(MailRow, col(MailRow.reference) == col(ReplyRow.reference))
    .where(
        outbox.unsent(),
        col(ReplyRow.state).in_(outbox.CONFIRMABLE),
        func.coalesce(col(ReplyRow.held), "") != outbox.OVERTAKEN,
        or_(
            col(MailRow.state) != CaseState.ACCEPTED,
            and_(col(ReplyRow.kind) == ReplyKind.REFUSAL.value, _STAYS_REFUSED),
            col(ReplyRow.kind) == ReplyKind.ANSWER.value,
        ),
    )
)
"""Cases with a reply that waits for a clerk. Of an accepted one only an answer counts, and a refusal of
what stays refused."""

CLOSED = {
    KeyMissing.code: Card(None, None, None, reasons.sentence("key-missing")),
    RecordUnreadable.code: Card(None, None, None, reasons.sentence("record-unreadable")),
}
"""What the list says of a case that cannot be opened, by the code of the error."""


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One line of the list."""

    reference: str
    state: CaseState
    municipality: str
    received_at: dt.datetime
    supplier: str | None = field(repr=False)
    sender: str | None = field(repr=False)
    """Address of the person who mailed, by which a mail without a supplier is known."""
    invoice_number: str | None = field(repr=False)
    gross: str | None = field(repr=False)
    """Euros, as ``1234.56``."""
    invoices: int
    rejects: int
    reviews: int
    reason: str = field(repr=False)
    deadline: dt.date | None
    reply_kind: ReplyKind | None
    reply_state: ReplyState | None
    """Of the newest reply."""
    each: tuple[CaseInvoice, ...] = ()
    """Its own invoices, when they do not all stand alike."""

    @property
    def to_accept(self) -> tuple[CaseInvoice, ...]:
        return tuple(invoice for invoice in self.each if invoice.is_open)

    @property
    def accepted(self) -> tuple[CaseInvoice, ...]:
        return tuple(invoice for invoice in self.each if invoice.state in invoices.PAID)

    @property
    def refused(self) -> tuple[CaseInvoice, ...]:
        return tuple(invoice for invoice in self.each if invoice.state is InvoiceState.REJECTED)

    @property
    def reversed(self) -> tuple[CaseInvoice, ...]:
        return tuple(invoice for invoice in self.each if invoice.state is InvoiceState.REVERSED)


@dataclass(frozen=True, slots=True)
class CaseReply:
    """A reply of the case, open."""

    id: int
    kind: ReplyKind
    state: ReplyState
    held: str | None
    """Why it does not leave by itself, a code."""
    to: str = field(repr=False)
    subject: str = field(repr=False)
    text: str = field(repr=False)
    created_at: dt.datetime
    ended_at: dt.datetime | None
    confirmed_by: str | None
    written_by: str | None = None
    """The person who refused with it; None: the rules wrote it."""
    tells_of: str | None = None
    """As ``ReplyRow`` has it."""


@dataclass(frozen=True, slots=True)
class Event:
    at: dt.datetime
    code: str
    actor: str | None
    detail: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Case:
    """Everything of one case, for one person to look at."""

    reference: str
    state: CaseState
    version: int
    municipality: str
    received_at: dt.datetime
    deadline: dt.date | None
    decided_by: str | None
    verdict: Verdict | None
    """None until the rules decided."""
    summary: MailSummary | None
    documents: tuple[DocumentInfo, ...]
    replies: tuple[CaseReply, ...]
    """Newest first; ``reply`` is the newest."""
    events: tuple[Event, ...]
    incidents: tuple[incidents.Entry, ...]
    companions: tuple[str, ...]
    invoices: tuple[CaseInvoice, ...] = ()
    """Each with its own end, in the order of the mail."""
    post: PostKind | None = None
    """What it is, when no invoice came."""
    restricted: bool = False
    """The person concerned asked that the data be left alone (AVG art. 18)."""
    stands_still: bool = False
    """Restricted, and nothing of it is decided or paid for now."""
    rest_open: bool = False
    """Something beside its invoices could not be read, and no person closed that."""
    revised: Mapping[str, str] = field(default_factory=dict)
    """As ``invoices.revised``."""

    @property
    def as_told(self) -> dict[str, bool | None]:
        """As ``invoices.as_told``."""
        return invoices.as_told(self.revised, invoices.decided(self.invoices))

    def is_covered(self, read: ReadInvoice | None) -> bool:
        """True unless it is known that a document shows no client: then nobody sees its pages
        without a reason, and none leaves with a payment.

        Args:
            read: what was read of it; None: nothing.
        """
        return self.is_noticed or read is None or not read.shows_no_client

    @property
    def is_noticed(self) -> bool:
        """Whether a person asked that it be left alone, or a client was noticed in it."""
        return self.restricted or any(each.on_a_page for each in self.incidents)

    @property
    def is_post(self) -> bool:
        """Whether a person may answer or close it, or what is in it beside its invoices."""
        return self.rest_open if self.invoices else self.state is CaseState.QUARANTINED

    @property
    def reply(self) -> CaseReply | None:
        return self.replies[0] if self.replies else None

    @property
    def refused(self) -> tuple[CaseInvoice, ...]:
        return tuple(invoice for invoice in self.invoices if invoice.state is InvoiceState.REJECTED)

    @property
    def waiting_reply(self) -> CaseReply | None:
        """The newest reply that waits for a clerk; what an accepted invoice refuses or asks is past."""
        return next(iter(self._waiting_replies), None)

    @property
    def _waiting_replies(self) -> tuple[CaseReply, ...]:
        waiting = tuple(filter(outbox.waits, self.replies))
        if self.state is not CaseState.ACCEPTED:
            return waiting
        past = [ReplyKind.QUESTION, ReplyKind.REMINDER]
        if not self.refused:
            past.append(ReplyKind.REFUSAL)
        return tuple(reply for reply in waiting if reply.kind not in past)

    @property
    def may_be_mended(self) -> bool:
        """The rules refused, and the provider does not know it yet."""
        rest_is_open = self.rest_open and self.state is CaseState.QUARANTINED
        closed = self.state is CaseState.REJECTED or rest_is_open
        if not closed or self.decided_by is not None:
            return False
        paths = [each.path for each in self.refused if each.decided_by is None]
        if not self.invoices:
            paths = [""]
        return any(outbox.is_untold(self.replies, path) for path in paths)

    @property
    def needs_a_letter(self) -> bool:
        """Whether the case is not done before a clerk acts on its reply; a receipt of an accepted
        one may stay unsent.
        """
        return any(
            self.state is not CaseState.ACCEPTED or reply.kind is not ReplyKind.RECEIPT
            for reply in self._waiting_replies
        )


def counts(store: Store, most: int | None = None) -> dict[CaseState, int]:
    """How many cases stand in each state, all states present; of each of ``ENDED`` no more than
    ``most`` are counted."""
    open_ones = (
        select(col(MailRow.state), func.count())
        .where(col(MailRow.state).in_(_OPEN))
        .group_by(col(MailRow.state))
    )
    ended: CompoundSelect[Any] = union_all(*(_ended(state, most) for state in ENDED))
    with store.read() as session:
        found = {row[0]: row[1] for row in (*session.exec(open_ones), *session.execute(ended))}
    return {state: found.get(state, 0) for state in CaseState}


def counts_for_a_clerk(store: Store) -> dict[CaseState, int]:
    """How many cases of each state have a reply that waits for a clerk, all states present."""
    with store.read() as session:
        found = Counter(row.state for row in session.execute(_WAITING))
    return {state: found[state] for state in CaseState}


def reply_counts(store: Store) -> dict[ReplyState, int]:
    """How many replies stand in each state in which they may still be sent or acted on, all those
    states present."""
    waiting = (
        select(ReplyRow.state, func.count()).where(outbox.unsent()).group_by(col(ReplyRow.state))
    )
    with store.read() as session:
        found = dict(session.exec(waiting).all())
    return {state: found.get(state, 0) for state in ReplyState if state not in outbox.ENDED}


def list_cases(
    store: Store,
    states: Collection[CaseState] = (),
    search: str | None = None,
    limit: int = 50,
    offset: int = 0,
) -> tuple[CaseRow, ...]:
    """Cases, oldest first within the asked states (all when empty).

    Args:
        search: a reference, or an invoice number, KvK number, supplier's name or words of it, as a
            whole.
    """
    wanted = _Wanted(frozenset(states) or frozenset(CaseState), search or "", None)
    return _rows(store, wanted, limit, offset)


def received_on(store: Store, day: dt.date, limit: int = 50) -> tuple[CaseRow, ...]:
    """Cases received on this date, Europe/Amsterdam, oldest first."""
    return _rows(store, _Wanted(frozenset(CaseState), "", day), limit)


def _rows(store: Store, wanted: _Wanted, limit: int, offset: int = 0) -> tuple[CaseRow, ...]:
    with store.read() as session:
        found = _found(store, session, wanted, limit + offset)
        mails = session.exec(
            select(MailRow)
            .where(col(MailRow.sequence).in_(found[offset:]))
            .order_by(col(MailRow.sequence))
        ).all()
        references = [mail.reference for mail in mails]
        cards = select(SealedRow.reference, SealedRow.data).where(
            col(SealedRow.kind) == sealed.CARD, col(SealedRow.reference).in_(references)
        )
        sealed_cards = dict(session.exec(cards).all())
        newest = (
            select(ReplyRow.reference, ReplyRow.kind, ReplyRow.state)
            .where(col(ReplyRow.reference).in_(references))
            .order_by(col(ReplyRow.number))
        )
        replies = {
            reference: (ReplyKind(kind), ReplyState(state))
            for reference, kind, state in session.exec(newest)
        }
        own = invoices.states_of(session, [mail.reference for mail in mails if mail.invoices > 1])
    return tuple(
        _row(
            mail,
            _card(store, mail, sealed_cards.get(mail.reference)),
            own.get(mail.reference, {}),
            *replies.get(mail.reference, (None, None)),
        )
        for mail in mails
    )


def get_case(store: Store, reference: str) -> Case:
    """One case.

    Raises:
        NotKept: no such reference.
        KeyMissing: its key is not in the key store.
        RecordUnreadable: it is damaged, or was written by a newer version.
    """
    with store.read() as session:
        mail = find(session, reference)
        key = sealed.key_of(store, mail)
        judged = sealed.record(session, key, VERDICTS, sealed.VERDICT)
        summary = sealed.record(session, key, SUMMARIES, sealed.SUMMARY)
        replies = session.exec(
            select(ReplyRow)
            .where(col(ReplyRow.reference) == reference)
            .order_by(col(ReplyRow.id).desc())
        ).all()
        events = session.exec(
            select(EventRow).where(col(EventRow.reference) == reference).order_by(col(EventRow.id))
        ).all()
        registered = incidents.of_case(session, reference)
        companions = companions_of(session, reference)
        own = invoices.of_case(session, key, judged)
        revised = invoices.revised(session, reference)
        restricted = restrictions.is_restricted(session, reference)
        still = reference in restrictions.standing_still(session)
    return Case(
        reference=reference,
        state=CaseState(mail.state),
        version=mail.version,
        municipality=mail.municipality,
        received_at=mail.received_at,
        deadline=mail.deadline,
        decided_by=mail.decided_by,
        verdict=judged,
        summary=summary.mail if summary else None,
        documents=summary.documents if summary else (),
        replies=tuple(_reply(key, row) for row in replies),
        events=tuple(_event(key, row) for row in events),
        incidents=registered,
        companions=companions,
        invoices=own,
        post=PostKind(mail.post) if mail.post else None,
        restricted=restricted,
        stands_still=still,
        rest_open=bool(mail.rest_open),
        revised=revised,
    )


def read_invoice(store: Store, reference: str, path: str) -> tuple[ReadInvoice, CaseInvoice] | None:
    """One invoice of a case, as it was read and as it stands; None when there is none.

    Raises:
        NotKept, KeyMissing, RecordUnreadable: as ``get_case``.
    """
    with store.read() as session:
        key = sealed.key_of(store, find(session, reference))
        judged = sealed.record(session, key, VERDICTS, sealed.VERDICT)
        own = invoices.of_case(session, key, judged)
    read = (each for each in judged.invoices if each.path == path) if judged else ()
    standing = (each for each in own if each.path == path)
    return next(zip(read, standing, strict=False), None)


def document(store: Store, reference: str, path: str) -> bytes | None:
    """The bytes of a stored document; None when the case has none with this path.

    Raises:
        NotKept, KeyMissing: as ``get_case``.
    """
    with store.read() as session:
        return sealed.get(
            session, sealed.key_of(store, find(session, reference)), sealed.DOCUMENT, path
        )


def care_lines(store: Store, reference: str) -> tuple[CareLine, ...]:
    """What stood in the secured attachment of a case: its clients, in full; nothing after it was
    destroyed at its own term.

    Raises:
        NotKept, KeyMissing: as ``get_case``.
    """
    with store.read() as session:
        return tuple(coding.care_of(session, sealed.key_of(store, find(session, reference))))


def accept(
    store: Store, reference: str, user: str, version: int, note: str = "", path: str | None = None
) -> bool:
    """A person accepts an invoice, or all that stand open (``invoices.to_accept``), whatever the
    rules said. What others must agree with too waits for that (``second_person.py``).

    A letter that has not left says after this how the invoices stand now, or is dropped.

    Args:
        version: of the case, or of the invoice.
        path: of the one invoice.

    Returns:
        Whether all of it is accepted; False: some waits for somebody else.

    Raises:
        SamePerson, NoMandate, ContentAwaited: all of it waits for somebody else.
        Conflict: it changed since ``version``, there is nothing to accept, or an invoice is in
            hand in another mail.
    """
    with store.write() as session:
        case = to_change(store, session, reference, version, path)
        chosen = case.chosen(path) if path else invoices.to_accept(case.invoices)
        if not chosen or any(each.state in invoices.SETTLED for each in chosen):
            raise Conflict(f"nothing of {reference} is left to accept")
        own = profile.load(case.mail.municipality)
        barred = second_person.barred(session, case.key, own, case.verdict, chosen, user)
        chosen = [each for each in chosen if each.path not in barred]
        if not chosen:
            raise second_person.refusal(barred.values(), reference)
        assert case.verdict is not None
        read = {each.path: each.invoice for each in case.verdict.invoices}
        rulings = {
            each.path: second_person.ruling(session, own, each, read[each.path], user, note)
            for each in chosen
        }
        once = carry_out(store, session, case, rulings, user)
        whole = [each for each in chosen if each not in once]
        for code, some in (("approved-once", once), ("accepted", whole)):
            if some:
                words = sealed.words(case.key, _said(case.invoices, some, note))
                sealed.note(store, session, reference, code, user, words)
        return not once


def carry_out(
    store: Store, session: Session, case: Standing, rulings: Mapping[str, Ruling], user: str
) -> list[CaseInvoice]:
    """What these invoices come to counts, for the letter too. Returns those that wait for somebody
    else.

    Args:
        rulings: by path; each an accept.

    Raises:
        Conflict: one of them is in hand in another mail.
    """
    assert case.verdict is not None
    chosen = [each for each in case.invoices if each.path in rulings]
    invoices.refuse_doubles(store, session, case.key, case.verdict, case.invoices, chosen)
    overturned = _retract(store, session, case, chosen)
    _decide(store, session, case, rulings, user)
    if overturned:
        restore_letter(store, session, case)
    else:
        _rewrite_letter(store, session, case)
    return [each for each in chosen if rulings[each.path].state is InvoiceState.APPROVED_ONCE]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a person refuses, and what the provider is told."""

    reason: str = field(repr=False)
    reply: Reply | None = field(default=None, repr=False)
    """As the person saw it; None: nothing is told."""
    faults: Faults = field(default_factory=dict)
    """By path of the invoice: for which checks it is refused."""
    edited: tuple[str, ...] = ()
    """Headings of the checks of which the person wrote the explanation anew."""


def refuse(
    store: Store, reference: str, user: str, version: int, refusal: Refusal, path: str | None = None
) -> None:
    """A person refuses an invoice, or all that stand open, or with other words what the rules
    refused in a letter that waits; the reply, when there is one, leaves as
    soon as it cannot be taken back any more, since the person saw it (never under mode ``off``).

    Args:
        version: of the case, or of the invoice.
        path: of the one invoice.

    Raises:
        Conflict: it changed since ``version``, or stands where nothing can be refused.
    """
    with store.write() as session:
        case = to_change(store, session, reference, version, path)
        untold = _untold(session, case)
        told_anew = bool(untold) if case.invoices else _is_untold(session, reference)
        chosen = [each for each in case.chosen(path) if each.is_open or each in untold]
        states = (*REFUSABLE, CaseState.REJECTED) if told_anew else REFUSABLE
        if case.mail.state not in states or (case.invoices and not chosen):
            raise Conflict(f"nothing of {reference} is left to refuse")
        ruling = Ruling(InvoiceState.REJECTED, user, refusal.reason)
        _decide(store, session, case, {each.path: ruling for each in chosen}, user)
        told = {each.path: refusal.faults.get(each.path, ()) for each in chosen}
        faults.keep(session, reference, told)
        outbox.overtake(store, session, reference)
        words = sealed.words(case.key, _said(case.invoices, chosen, refusal.reason))
        sealed.note(store, session, reference, "refused", user, words)
        if refusal.reply is not None and refusal.edited:
            about = sealed.words(case.key, ", ".join(refusal.edited))
            sealed.note(store, session, reference, "letter-edited", user, about)
        if refusal.reply is not None:
            held = "off" if store.settings.replies.mode is ReplyMode.OFF else None
            moment = outbox.undo_moment(store)
            revised = invoices.revised(session, reference)
            by_rules = {each.path for each in case.invoices if _by_rules(each)}
            refused = {each.path for each in chosen} | (by_rules - revised.keys())
            letter = outbox.Letter(
                refusal.reply,
                ReplyKind.REFUSAL,
                held,
                user,
                moment,
                refused if case.invoices else None,
            )
            outbox.compose(store, session, case.key, letter)


def take_back(
    store: Store, reference: str, user: str, version: int, path: str | None = None
) -> None:
    """A person undoes what was decided last on an invoice, or on all that were decided together:
    they stand as the rules judged them, and the letter that told of it is dropped.

    Args:
        version: of the case, or of the invoice.
        path: of the one invoice.

    Raises:
        AlreadyExported: it is in a batch for the finance package.
        LetterLeft: the provider was told, or answered, already.
        Conflict: it changed since ``version``, nobody decided on it, or it was refused in one letter
            with others that would stay refused.
    """
    with store.write() as session:
        case = to_change(store, session, reference, version, path)
        chosen = _decided_last(case.chosen(path))
        if not (chosen if case.invoices else case.mail.decided_by):
            raise Conflict(f"nobody decided on {reference}")
        if any(each.state in _LEFT for each in chosen):
            raise AlreadyExported(f"an invoice of {reference} left for the finance package")
        decided_at = chosen[0].decided_at if chosen else case.mail.decided_at
        if _refused(case, chosen) and _was_told_since(session, case, chosen, decided_at):
            raise LetterLeft(f"the letter of {reference} left")
        _retract(store, session, case, chosen)
        undecide(store, session, case, chosen)
        restore_letter(store, session, case)
        words = sealed.words(case.key, _said(case.invoices, chosen, ""))
        sealed.note(store, session, reference, "taken-back", user, words)


def withdraw(store: Store, reference: str, user: str, version: int) -> None:
    """All that the rules refused in a mail stands open for a clerk, and its letter never leaves.

    Args:
        version: of the case.

    Raises:
        LetterLeft: the provider was told already.
        Conflict: it changed since ``version``, or the rules refused nothing.
    """
    with store.write() as session:
        case = to_change(store, session, reference, version, None)
        if not any(map(_by_rules, case.invoices)):
            raise Conflict(f"the rules refused nothing of {reference}")
        chosen = _untold(session, case)
        if not chosen:
            raise LetterLeft(f"the refusal of {reference} left")
        _retract(store, session, case, chosen)
        _reopen(store, session, case, {each.path for each in chosen})
        outbox.overtake(store, session, reference)
        words = sealed.words(case.key, _said(case.invoices, chosen, ""))
        sealed.note(store, session, reference, "withdrawn", user, words)


def dealt_with(store: Store, reference: str, user: str, version: int) -> None:
    """A person dealt with a mail that stays in its mailbox. A letter that nobody let go is dropped;
    one on its way leaves.

    Raises:
        Conflict: the case changed since ``version``, somebody dealt with it, or its mail was taken
            in.
    """
    with store.write() as session:
        mail = _changed(session, reference, version, (CaseState.QUARANTINED,))
        left_out = select(LeftOutRow.id).where(col(LeftOutRow.reference) == reference)
        if session.exec(left_out).first() is None:
            raise Conflict(f"{reference} is a whole mail")
        _close(store, mail, CaseState.IGNORED, user)
        outbox.overtake(store, session, reference, states=(ReplyState.PREPARED, ReplyState.HELD))
        sealed.note(store, session, reference, "dealt-with", user)


def close_post(store: Store, session: Session, reference: str, user: str, version: int) -> bool:
    """A person dealt with a mail in which no invoice was read, or with what could not be read beside
    its invoices (``store.post``). Returns whether that was all of the mail.

    Raises:
        Conflict: the mail changed since ``version``, holds nothing but invoices, or is dealt with.
    """
    case = to_change(store, session, reference, version, None)
    mail = case.mail
    if not (mail.rest_open if case.invoices else mail.state == CaseState.QUARANTINED):
        raise Conflict(f"{reference} is {mail.state}, with {len(case.invoices)} invoices")
    if not case.invoices:
        _close(store, mail, CaseState.IGNORED, user)
        return True
    mail.rest_open = False
    end = invoices.end_of(each.state for each in case.invoices)
    if end in ENDED:
        _close(store, mail, end, user)
        mail.decided_by = invoices.last_person(session, reference)
    else:
        mail.version += 1
    return False


def again(
    store: Store,
    reference: str,
    user: str,
    version: int,
    password: str | None = None,
    remark: str = "",
) -> None:
    """Let the rules decide once more, after a key, a profile or a bug was mended.

    Args:
        password: of the secured attachment, as a person typed it; sealed with the case, and tried
            before all others.
        remark: what else the person did, for the history of the case.

    Raises:
        Conflict: the case changed since ``version``, or is not waiting or quarantined.
    """
    with store.write() as session:
        mail = _changed(session, reference, version, (CaseState.QUARANTINED, CaseState.WAITING))
        _wake(mail)
        key, code = sealed.key_of(store, mail), "again"
        if password is not None:
            code, typed = "password", password.encode("utf-8", "surrogatepass")
            sealed.put(session, key, [sealed.Piece(sealed.PASSWORD, typed, str(mail.version))])
        sealed.note(store, session, reference, code, user, sealed.words(key, remark))
        notify.tell(store, session, notify.MAIL)


def go_on_with(
    store: Store, reference: str, user: str, version: int, files: Sequence[FetchedFile]
) -> None:
    """Keep what a clerk fetched in a portal, and let the rules decide on it as on a mail that came in.

    Raises:
        Conflict: the case changed since ``version``, is not waiting or quarantined, or its mail is not
            kept any more.
    """
    with store.write() as session:
        mail = _changed(session, reference, version, (CaseState.QUARANTINED, CaseState.WAITING))
        key = sealed.key_of(store, mail)
        notice = sealed.get(session, key, sealed.RAW)
        if notice is None:
            raise Conflict(f"the bytes of {reference} are not kept any more")
        earlier = next(iter(sealed.get_all(session, key, sealed.FETCHED)), None)
        whole = fetched.as_mail(earlier or notice, files, more=earlier is not None)
        _wake(mail)
        sealed.put(session, key, [sealed.Piece(sealed.FETCHED, whole, str(mail.version))])
        names = ", ".join(each.name for each in files)
        sealed.note(store, session, reference, sealed.FETCHED, user, sealed.words(key, names))
        notify.tell(store, session, notify.MAIL)


def _wake(mail: MailRow) -> None:
    """Let a worker take a case again."""
    mail.due = True
    mail.version += 1
    mail.wakes += 1
    if mail.lease_token is None:
        mail.hold_boot = mail.hold_until = None


def _ended(state: CaseState, most: int | None) -> SelectBase:
    standing = select(col(MailRow.sequence)).where(col(MailRow.state) == state).limit(most)
    counted = select_rows(literal(state.value), func.count())
    return counted.select_from(standing.subquery())


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Which cases a list is of."""

    states: frozenset[CaseState]
    search: str = field(repr=False)
    day: dt.date | None

    def holds(self, mail: Row[Any]) -> bool:
        """Whether a case is one of them, whatever was searched for."""
        on_day = self.day is None or local_date(mail.received_at) == self.day
        return on_day and mail.state in self.states


def _found(store: Store, session: Session, wanted: _Wanted, most: int) -> list[int]:
    """The first cases of a list, by sequence. No way to them walks through all the cases that were
    ever kept."""
    few, common = _found_by(store, session, wanted)
    if few is None and wanted.day is not None:
        few = _on_day(wanted.day)
    if few is not None:
        asked = select_rows(*cols(MailRow.sequence, MailRow.state, MailRow.received_at))
        mails = session.execute(asked.where(few, *common))
        return sorted(mail.sequence for mail in mails if wanted.holds(mail))[:most]
    walks = [_walk(state, common, most) for state in sorted(wanted.states)]
    return sorted(session.execute(union_all(*walks)).scalars())[:most]


def _walk(state: CaseState, conditions: Sequence[ColumnElement[bool]], most: int) -> Select[Any]:
    """The first cases of one state, in the order of its index."""
    all_of_it = select(col(MailRow.sequence)).where(col(MailRow.state) == state, *conditions)
    first: Select[Any] = select(
        all_of_it.order_by(col(MailRow.sequence)).limit(most).subquery().c.sequence
    )
    return first


def _on_day(day: dt.date) -> ColumnElement[bool]:
    start = dt.datetime.combine(day, dt.time(), AMSTERDAM)
    end = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), AMSTERDAM)
    return (col(MailRow.received_at) >= start) & (col(MailRow.received_at) < end)


def _found_by(
    store: Store, session: Session, wanted: _Wanted
) -> tuple[ColumnElement[bool] | None, list[ColumnElement[bool]]]:
    """By reference; else by the whole of what was typed, or by all its words.

    Returns a condition that finds few cases by an index, or one to ask of each case: when only open
    ones are wanted, which are never many, or when each of the words is common.
    """
    words = list(dict.fromkeys(map(without_spaces, wanted.search.split())))
    if not words:
        return None, []
    if reference := read_reference(wanted.search):
        return col(MailRow.reference) == reference, []
    asked = [
        [trait_hashes(store, TERM, word) for word in chosen] for chosen in ([wanted.search], words)
    ]
    if not wanted.states.isdisjoint(ENDED) and (by := _by_rarest(session, asked)) is not None:
        return by, []
    mine = col(MailRow.reference)
    return None, [or_(*(and_(*(_has(hashes, mine) for hashes in each)) for each in asked))]


def _by_rarest(session: Session, asked: list[list[list[str]]]) -> ColumnElement[bool] | None:
    """The cases that have all words of one of these lists, by the rarest of each; None when that is
    a common one."""
    rarest = [
        min((_number(session, hashes), at) for at, hashes in enumerate(each)) for each in asked
    ]
    if max(rarest)[0] > _COMMON:
        return None
    by = []
    for each, (_, at) in zip(asked, rarest, strict=True):
        first = aliased(TraitRow)
        others = (_has(hashes, col(first.reference)) for hashes in each if hashes != each[at])
        by.append(
            select(col(first.reference)).where(
                col(first.kind) == TERM, col(first.hash).in_(each[at]), *others
            )
        )
    return col(MailRow.reference).in_(union(*by))


def _number(session: Session, hashes: Sequence[str]) -> int:
    """How many cases have a word, counted until it is a common one."""
    having = (
        select(col(TraitRow.reference))
        .where(col(TraitRow.kind) == TERM, col(TraitRow.hash).in_(hashes))
        .limit(_COMMON + 1)
    )
    return int(session.execute(select(func.count()).select_from(having.subquery())).scalar_one())


def _has(hashes: Sequence[str], reference: Mapped[str]) -> ColumnElement[bool]:
    word = aliased(TraitRow)
    return exists().where(
        col(word.kind) == TERM, col(word.hash).in_(hashes), col(word.reference) == reference
    )


def _row(
    mail: MailRow,
    card: Card,
    states: Mapping[str, InvoiceState],
    reply_kind: ReplyKind | None,
    reply_state: ReplyState | None,
) -> CaseRow:
    return CaseRow(
        reference=mail.reference,
        state=CaseState(mail.state),
        municipality=mail.municipality,
        received_at=mail.received_at,
        supplier=card.supplier,
        sender=card.sender,
        invoice_number=card.invoice_number,
        gross=card.gross,
        invoices=mail.invoices,
        rejects=mail.rejects,
        reviews=mail.reviews,
        reason=card.reason,
        deadline=mail.deadline,
        reply_kind=reply_kind,
        reply_state=reply_state,
        each=_each(card, states) if mail.state in (CaseState.QUEUED, CaseState.ACCEPTED) else (),
    )


def _each(card: Card, states: Mapping[str, InvoiceState]) -> tuple[CaseInvoice, ...]:
    own = tuple(
        CaseInvoice(each.path, each.number, states[each.path])
        for each in card.invoices
        if each.path in states
    )
    kinds = {(each.is_open, each.state is InvoiceState.REJECTED) for each in own}
    return own if len(kinds) > 1 else ()


def _card(store: Store, mail: MailRow, data: bytes | None) -> Card:
    if data is None:
        return Card(None, None, None, "")
    try:
        return CARDS.unpack(sealed.key_of(store, mail).unseal(f"{sealed.CARD}|", data))
    except CannotOpen as error:
        return CLOSED[error.code]


def _reply(key: DataKey, row: ReplyRow) -> CaseReply:
    reply = outbox.open_reply(key, row)
    return CaseReply(
        id=row.id or 0,
        kind=ReplyKind(row.kind),
        state=ReplyState(row.state),
        held=row.held,
        to=reply.to,
        subject=reply.subject,
        text=reply.text,
        created_at=row.created_at,
        ended_at=row.ended_at,
        confirmed_by=row.confirmed_by,
        written_by=row.written_by,
        tells_of=row.tells_of,
    )


def _event(key: DataKey, row: EventRow) -> Event:
    detail = key.unseal(sealed.EVENT, row.detail).decode() if row.detail else ""
    return Event(row.at, row.code, row.actor, detail)


def _changed(
    session: Session, reference: str, version: int, states: Collection[CaseState]
) -> MailRow:
    """The row to change, locked, when nobody changed it since and it may be decided on."""
    mail = _locked(session, reference)
    restrictions.refuse_to_decide(session, reference)
    if mail.version != version:
        raise Conflict(f"{reference} was changed by somebody else")
    if mail.state not in states:
        raise Conflict(f"{reference} is {mail.state}")
    return mail


def _locked(session: Session, reference: str) -> MailRow:
    mail = session.exec(
        select(MailRow)
        .where(col(MailRow.reference) == find(session, reference).reference)
        .with_for_update()
    ).one()
    session.refresh(mail)
    return mail


def change(mail: MailRow, state: CaseState) -> None:
    """Set the state; a worker that is at it loses its lease."""
    mail.state = state
    mail.version += 1
    mail.lease_token = mail.hold_boot = mail.hold_until = None
    if state is not CaseState.WAITING:
        mail.deadline = mail.remind_on = None


def _close(store: Store, mail: MailRow, state: CaseState, user: str) -> None:
    change(mail, state)
    mail.due = False
    mail.decided_at, mail.decided_by = store.clock(), user


@dataclass(frozen=True, slots=True)
class Standing:
    """A case that a person decides on, its row locked."""

    mail: MailRow
    key: DataKey
    verdict: Verdict | None = field(repr=False)
    invoices: tuple[CaseInvoice, ...]

    def chosen(self, path: str | None) -> list[CaseInvoice]:
        return [each for each in self.invoices if path in (None, each.path)]


def to_change(
    store: Store, session: Session, reference: str, version: int, path: str | None
) -> Standing:
    """Raises Conflict when the case, or the invoice with this path, changed since ``version``;
    RestrictedError when nothing of it is decided for now.
    """
    store.lock(session, invoices.LOCK)
    mail = _locked(session, reference)
    restrictions.refuse_to_decide(session, reference)
    key = sealed.key_of(store, mail)
    verdict = sealed.record(session, key, VERDICTS, sealed.VERDICT)
    case = Standing(mail, key, verdict, invoices.of_case(session, key, verdict))
    known = [each.version for each in case.chosen(path)] if path else [mail.version]
    if known != [version] or mail.state == CaseState.RECEIVED:
        raise Conflict(f"{reference} was changed by somebody else, or is not judged yet")
    return case


def _decide(
    store: Store, session: Session, case: Standing, rulings: Mapping[str, Ruling], user: str
) -> None:
    """What a person decided counts, whoever is at work on the mail; it is closed when nothing of it
    stands open. A mail without an invoice can be refused only.

    Args:
        rulings: by path of each invoice.
    """
    mail = case.mail
    if case.verdict is not None and rulings:
        envelope = ENVELOPES.unpack(case.key.unseal(sealed.ENVELOPE, mail.envelope))
        own = case.verdict.invoices
        ruled = [(each, rulings[each.path]) for each in own if each.path in rulings]
        invoices.decide(store, session, case.key, envelope, ruled)
    states = {each.path: each.state for each in case.invoices}
    states |= {path: ruling.state for path, ruling in rulings.items()}
    end = invoices.end_of(states.values() or [InvoiceState.REJECTED], mail.rest_open)
    if end in ENDED:
        _close(store, mail, end, user)
    else:
        change(mail, end)


def _decided_last(own: Sequence[CaseInvoice]) -> list[CaseInvoice]:
    """Of these invoices those that a person decided on together, the last time that one did."""
    moments = [each.decided_at for each in own if each.decided_at]
    return (
        [each for each in own if each.decided_at == max(moments, default=None)] if moments else []
    )


def _by_rules(invoice: CaseInvoice) -> bool:
    """Whether the rules refused it, and no person."""
    return invoice.state is InvoiceState.REJECTED and invoice.decided_by is None


def _reopen(store: Store, session: Session, case: Standing, paths: Collection[str]) -> None:
    assert case.verdict is not None
    envelope = ENVELOPES.unpack(case.key.unseal(sealed.ENVELOPE, case.mail.envelope))
    read = [each for each in case.verdict.invoices if each.path in paths]
    open_ones = [(each, InvoiceState.TO_DECIDE) for each in read]
    invoices.undecide(store, session, case.key, envelope, open_ones)
    states = {each.path: each.state for each in case.invoices}
    states |= dict.fromkeys(paths, InvoiceState.TO_DECIDE)
    change(case.mail, invoices.end_of(states.values()))
    case.mail.decided_by = None


def _untold(session: Session, case: Standing) -> list[CaseInvoice]:
    """What the rules refuse, so that nobody knows it yet."""
    written = outbox.letters_of(session, case.mail.reference)
    refused = filter(_by_rules, case.invoices)
    return [each for each in refused if outbox.is_untold(written, each.path)]


def _is_untold(session: Session, reference: str) -> bool:
    """Whether the rules refuse a mail in which no invoice was read, so that nobody knows it yet."""
    return outbox.is_untold(outbox.letters_of(session, reference), "")


def _refused(case: Standing, chosen: Sequence[CaseInvoice]) -> bool:
    """Whether these were refused, or a mail without an invoice was refused or answered."""
    if not case.invoices:
        return case.mail.state in (CaseState.REJECTED, CaseState.IGNORED)
    return any(each.state is InvoiceState.REJECTED for each in chosen)


def _was_told_since(
    session: Session, case: Standing, chosen: Sequence[CaseInvoice], moment: dt.datetime | None
) -> bool:
    """Whether a letter of a person left that tells of these, and was written from this moment on."""
    paths = {each.path for each in chosen}
    return any(
        each.written_by is not None and outbox.tells(each, paths) and each.created_at >= moment
        for each in outbox.have_left(session, case.mail.reference)
        if moment is not None
    )


def undecide(store: Store, session: Session, case: Standing, chosen: Sequence[CaseInvoice]) -> None:
    """Let these invoices, and their mail, stand as the rules judged them. The rules look once more
    at what waits: it may have come meanwhile.
    """
    mail, verdict, paths = case.mail, case.verdict, {each.path for each in chosen}
    assert verdict is not None
    by_rules = [each for each in invoices.judged(verdict) if each[0].path in paths]
    if by_rules:
        envelope = ENVELOPES.unpack(case.key.unseal(sealed.ENVELOPE, mail.envelope))
        invoices.undecide(store, session, case.key, envelope, by_rules)
        refused = [read.path for read, state in by_rules if state is InvoiceState.REJECTED]
        faults.keep(session, mail.reference, faults.by_rules(verdict, refused))
    states = {each.path: each.state for each in case.invoices}
    states |= {read.path: state for read, state in by_rules}
    end = CaseState(verdict.outcome.value)
    if states:
        end = invoices.end_of(states.values(), mail.rest_open)
    change(mail, end)
    stays = invoices.last_person(session, mail.reference)
    mail.decided_by = stays if end in (CaseState.ACCEPTED, CaseState.REJECTED) else None
    if end is CaseState.WAITING:
        mail.deadline, mail.remind_on, mail.due = verdict.deadline, verdict.remind_on, True
        notify.tell(store, session, notify.MAIL)


def _retract(store: Store, session: Session, case: Standing, chosen: Sequence[CaseInvoice]) -> bool:
    """Something else is decided of these: a letter with which a person refused them, and that has not
    arrived, is past. Returns whether there was one.

    Raises Conflict when that letter tells of others too that stay refused: no other would. One that
    does not say of which it tells may tell of what the rules refuse too.
    """
    reference, paths = case.mail.reference, {each.path for each in chosen}
    refused = [each for each in case.invoices if each.state is InvoiceState.REJECTED]
    for letter in outbox.by_persons(session, reference):
        unsure = letter.tells_of is None
        others = {each.path for each in refused if unsure or _by_person(each)} - paths
        if others and outbox.tells(letter, paths) and outbox.tells(letter, others):
            raise Conflict(f"{reference} was refused together with others: take that back")
    return bool(outbox.retract(store, session, reference, paths))


def _by_person(invoice: CaseInvoice) -> bool:
    """Whether a person refused it."""
    return invoice.state is InvoiceState.REJECTED and invoice.decided_by is not None


def restore_letter(store: Store, session: Session, case: Standing) -> None:
    """Stop what has not left, and prepare what the invoices ask for as they stand now."""
    outbox.overtake(store, session, case.mail.reference)
    letters.restore(store, session, case.key, case.mail, case.verdict)


def _rewrite_letter(store: Store, session: Session, case: Standing) -> None:
    """Let the letter that has not left say what is so now."""
    if case.verdict is None or not case.invoices:
        outbox.overtake(store, session, case.mail.reference, spare=(ReplyKind.RECEIPT,))
        return
    revised = invoices.revised(session, case.mail.reference)
    before = invoices.as_told(revised, invoices.decided(case.invoices))
    letters.rewrite(store, session, case.key, case.mail, case.verdict, before)


def _said(own: Sequence[CaseInvoice], chosen: Sequence[CaseInvoice], note: str) -> str:
    """What the history says: the numbers too, when the mail has more invoices than these."""
    some = chosen if len(chosen) < len(own) else ()
    numbers = ", ".join(each.number or "zonder nummer" for each in some)
    return ". ".join(filter(None, (numbers, note)))
