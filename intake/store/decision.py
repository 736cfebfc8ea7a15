"""What a verdict changes in the store: states, summaries, cards and hashes to search by."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any, Protocol, TypeVar

from sqlalchemy import Row, bindparam, delete, insert, select, update
from sqlmodel import Session, col

from intake.errors import CannotOpen
from intake.model.care import CareLine
from intake.model.finding import Finding, Severity
from intake.model.invoice import DocumentKind, Invoice
from intake.model.mail import PostKind, Reply
from intake.model.verdict import MailOutcome, ReadInvoice, Verdict
from intake.secure_attachment.pairing.model import Gist
from intake.store import Store, declared_care, faults, incidents, invoices, outbox, pairing, sealed
from intake.store.business_facts import Columns
from intake.store.crypto.vault import DataKey
from intake.store.journal import number_hashes
from intake.store.lookup_hashes import DOMAIN, NUMBER, SENDER, TERM, THREAD, domain_of, rows
from intake.store.pairing import Considered
from intake.store.records import CARES, GISTS, VERDICTS, Format, numbered, shapes
from intake.store.tables import CaseState, InvoiceState, MailRow, TraitRow
from intake.store.worklist_search import amount_term

FREE = {"lease_token": None, "hold_boot": None, "hold_until": None}
"""A mail that nobody works on."""
_IN_PART = "refused-in-part"
VERDICT_EVENTS = (*(outcome.value for outcome in MailOutcome), _IN_PART)
"""Codes of the event that each verdict is."""
CHANGE = update(MailRow).where(col(MailRow.reference) == bindparam("mail"))
_DECIDE = CHANGE.values(version=col(MailRow.version) + 1)
_TRAITS = insert(TraitRow)


@dataclass(frozen=True, slots=True)
class MailSummary:
    """What the page shows of a mail. Content."""

    subject: str = field(repr=False)
    sender: str | None = field(repr=False)
    text: str = field(repr=False)
    file_names: tuple[str, ...] = field(default=(), repr=False)
    answer: Reply | None = field(default=None, repr=False)
    """An empty letter to whom the mail may be answered, in its thread; None when nobody may be."""


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A file that the page shows as pictures."""

    path: str
    file_name: str | None = field(repr=False)
    data: bytes = field(repr=False)
    page_count: int


@dataclass(frozen=True, slots=True)
class DocumentInfo:
    """A stored document without its bytes."""

    path: str
    file_name: str | None = field(repr=False)
    page_count: int


@dataclass(frozen=True, slots=True)
class SummaryPage:
    """The mail and its documents, as sealed."""

    mail: MailSummary
    documents: tuple[DocumentInfo, ...]


@dataclass(frozen=True, slots=True)
class CardPoint:
    """The heaviest of what there is to look at."""

    check: str
    code: str
    case: str | None = None
    """Reference of another case that it speaks of."""
    others: int = 0
    """How many more points there are."""


@dataclass(frozen=True, slots=True)
class CardInvoice:
    """An invoice of the mail's own, as the list names it. Content."""

    path: str
    number: str | None = field(repr=False)
    supplier: str | None = field(default=None, repr=False)
    gross: str | None = field(default=None, repr=False)
    point: CardPoint | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """What the list of cases shows of one case: of several invoices the first that stands open.

    Content.
    """

    supplier: str | None = field(repr=False)
    invoice_number: str | None = field(repr=False)
    gross: str | None = field(repr=False)
    reason: str = field(repr=False)
    sender: str | None = field(default=None, repr=False)
    point: CardPoint | None = None
    """Of a mail without an invoice."""
    invoices: tuple[CardInvoice, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """All that a finished mail leaves behind."""

    verdict: Verdict
    summary: MailSummary
    documents: tuple[StoredDocument, ...] = ()
    reply: Reply | None = None
    held: str | None = None
    """Why the reply does not leave by itself: ``off``, ``confirm``, ``not-authenticated`` …; None:
    it does."""
    message_ids: tuple[str, ...] = field(default=(), repr=False)
    """The mail's own Message-ID, and those it answers and refers to."""
    sender: str | None = field(default=None, repr=False)
    """Address of the person who wrote it."""
    numbers: tuple[str, ...] = field(default=(), repr=False)
    """Of invoices that a mail without one names."""
    gist: Gist | None = None
    """Of a mail without an invoice: what may be the attachment of one."""
    considered: Considered | None = None
    """The other halves that were known, when the mail lacks its own."""
    care_lines: tuple[CareLine, ...] = field(default=(), repr=False)
    post: PostKind | None = None
    """What a person's mail without an invoice is."""
    rest: bool = False
    """Something beside its invoices could not be read: a person looks at that too."""
    authenticated: bool = False
    """Our border host vouches for the domain of its sender."""


SUMMARIES = Format(shapes.Summary, SummaryPage)


def _card_with_points(old: dict[str, Any]) -> dict[str, Any]:
    """Version 1 of a card has no points, and of its invoices the numbers only."""
    empty = {"supplier": None, "gross": None, "point": None}
    return {
        **old,
        "v": 2,
        "point": None,
        "invoices": [each | empty for each in old.get("invoices", ())],
    }


CARDS = Format(shapes.Card, Card, (numbered, _card_with_points))


def record(
    store: Store,
    session: Session,
    mail: Row[*tuple[Any, ...]],
    decision: Decision,
    made: list[Columns],
) -> str | None:
    key = sealed.key_of(store, mail)
    decided = invoices.by_persons(session, mail.reference) if mail.decided_at else {}
    earlier = _earlier(session, key, decided) if decided else _Earlier()
    decision = earlier.beside(decision)
    verdict = decision.verdict
    plans = invoices.plans(session, mail.reference) if mail.decided_at else {}
    thread = _forget_earlier(store, session, mail.reference, earlier) if mail.decided_at else ()
    state = _set_state(store, session, mail, decision)
    _seal_content(session, key, decision, earlier)
    invoices.keep(session, invoices.as_planned(made, plans))
    refused = [row["path"] for row in made if row["state"] == InvoiceState.REJECTED]
    faults.keep(session, mail.reference, faults.by_rules(verdict, refused))
    _index(store, session, mail.reference, decision, thread)
    incidents.register(store, session, mail.reference, verdict.incidents)
    in_part = verdict.outcome is MailOutcome.REJECTED and state is CaseState.QUEUED
    code = _IN_PART if in_part else verdict.outcome.value
    sealed.note(store, session, mail.reference, code, detail=sealed.words(key, verdict.reason))
    for reference in verdict.completes:
        pairing.join(session, reference, mail.reference)
        pairing.stir(store, session, reference, "companion")
    for reference in verdict.takes:
        pairing.join(session, mail.reference, reference)
    for reference in (*verdict.takes, *verdict.stirs):
        pairing.stir(store, session, reference, "looked-for")
    if decision.reply is None:
        return None
    if verdict.reply is None:
        raise ValueError("a reply that its verdict does not ask for")
    as_told = invoices.as_told(invoices.revised(session, mail.reference), decided)
    told = invoices.refused_by_rules(verdict, as_told)
    letter = outbox.Letter(decision.reply, verdict.reply, decision.held, tells_of=told)
    if outbox.was_told(session, key, letter):
        return None
    return outbox.compose(store, session, key, letter)


class _WithPath(Protocol):
    @property
    def path(self) -> str: ...


P = TypeVar("P", bound=_WithPath)


@dataclass(frozen=True, slots=True)
class _Earlier:
    """What was read in an earlier decision, of which something stays: the invoices that a person
    decided on, by what the person saw."""

    stays: Collection[str] = ()
    """Paths of those invoices."""
    invoices: tuple[ReadInvoice, ...] = ()
    documents: tuple[DocumentInfo, ...] = ()

    @property
    def kept(self) -> set[str]:
        """Paths of the documents that stay."""
        return {each.path for each in self.documents} & {*self.stays}

    def beside(self, decision: Decision) -> Decision:
        """A new decision in which what stays is as it was: the rules judge only the rest."""
        read = _with_what_stays(decision.verdict.invoices, self.invoices, self.stays)
        if not self.stays or not read:
            return decision
        return replace(
            decision,
            verdict=replace(decision.verdict, invoices=read),
            numbers=(),
            gist=None,
            post=None,
        )


def _with_what_stays(
    new: Sequence[P], earlier: Sequence[P], stays: Collection[str]
) -> tuple[P, ...]:
    """What is new, with what stays as it was; what is not read any more, at its earlier place."""
    was = {each.path: each for each in earlier if each.path in stays}
    merged = [was.get(each.path, each) for each in new]
    lost = was.keys() - {each.path for each in new}
    for place, each in enumerate(earlier):
        if each.path in lost:
            merged.insert(place, each)
    return tuple(merged)


def _earlier(session: Session, key: DataKey, stays: Mapping[str, object]) -> _Earlier:
    """What was read when persons decided; nothing when it cannot be opened."""
    with suppress(CannotOpen):
        verdict = sealed.record(session, key, VERDICTS, sealed.VERDICT)
        summary = sealed.record(session, key, SUMMARIES, sealed.SUMMARY)
        if verdict is not None:
            documents = summary.documents if summary else ()
            return _Earlier(stays.keys(), verdict.invoices, documents)
    return _Earlier()


def _forget_earlier(
    store: Store, session: Session, reference: str, earlier: _Earlier
) -> Sequence[str]:
    """Remove what an earlier decision left behind; its events, its incidents, its thread, its
    replies that left, and what persons decided stay. Returns the thread's hashes.
    """
    others = [kind for kind in sealed.OF_A_DECISION if kind != sealed.DOCUMENT]
    sealed.clear(session, reference, *others)
    sealed.clear_documents(session, reference, earlier.kept)
    invoices.forget(session, reference)
    declared_care.forget(session, reference)
    session.execute(
        delete(TraitRow).where(
            col(TraitRow.reference) == reference,
            col(TraitRow.kind).in_((SENDER, DOMAIN, TERM, NUMBER)),
        )
    )
    outbox.overtake(store, session, reference)
    thread = select(col(TraitRow.hash)).where(
        col(TraitRow.reference) == reference, col(TraitRow.kind) == THREAD
    )
    return session.execute(thread).scalars().all()


def _set_state(
    store: Store, session: Session, mail: Row[*tuple[Any, ...]], decision: Decision
) -> CaseState:
    """Set where the mail stands by its invoices: as the rules judged them, or a person did."""
    verdict, gist, reference = decision.verdict, decision.gist, mail.reference
    states = {read.path: state for read, state in invoices.judged(verdict)}
    if mail.decided_at:
        states |= invoices.states_of(session, [reference]).get(reference, {})
    rest_open = mail.rest_open is not False if decision.rest and states else None
    end = CaseState(verdict.outcome.value)
    if states:
        end = invoices.end_of(states.values(), rest_open)
    waiting = end is CaseState.WAITING
    if waiting and verdict.deadline is None:
        raise ValueError("a waiting verdict without a deadline")
    closed = bool(mail.decided_at) and end in (CaseState.ACCEPTED, CaseState.REJECTED)
    findings = chain(verdict.findings, *(read.findings for read in verdict.invoices))
    severities = [finding.severity for finding in findings]
    state = {
        "state": end.value,
        "deadline": verdict.deadline if waiting else None,
        "remind_on": verdict.remind_on if waiting else None,
        "due": False,
        "slow": False,
        "attempts": 0,
        "decided_at": store.clock(),
        "decided_by": invoices.last_person(session, reference) if closed else None,
        "invoices": len(verdict.invoices),
        "rest_open": rest_open,
        "brings": gist.brings if gist else None,
        "post": decision.post.value if decision.post else None,
        "rejects": severities.count(Severity.REJECT),
        "reviews": severities.count(Severity.REVIEW),
    }
    session.connection().execute(_DECIDE, {"mail": reference, **state, **FREE})
    return end


def _seal_content(session: Session, key: DataKey, decision: Decision, earlier: _Earlier) -> None:
    new = [DocumentInfo(d.path, d.file_name, d.page_count) for d in decision.documents]
    infos = _with_what_stays(new, earlier.documents, earlier.stays)
    pieces = [
        sealed.Piece(sealed.VERDICT, VERDICTS.pack(decision.verdict)),
        sealed.Piece(sealed.SUMMARY, SUMMARIES.pack(SummaryPage(decision.summary, infos))),
        sealed.Piece(sealed.CARD, CARDS.pack(card(decision.verdict, decision.summary.sender))),
        *(
            sealed.Piece(sealed.DOCUMENT, d.data, d.path)
            for d in decision.documents
            if d.path not in earlier.kept
        ),
    ]
    if decision.care_lines:
        pieces.append(sealed.Piece(sealed.CARE, CARES.pack(decision.care_lines)))
    if decision.gist and decision.gist.brings:
        pieces.append(sealed.Piece(sealed.GIST, GISTS.pack(decision.gist)))
    sealed.put(session, key, pieces)


def card(verdict: Verdict, sender: str | None) -> Card:
    """What the list shows of a case with this verdict."""
    read = invoices.first(verdict)
    invoice = read.invoice if read else None
    return Card(
        supplier=invoice.supplier_name.value if invoice else None,
        invoice_number=invoice.invoice_number.value if invoice else None,
        gross=_gross(invoice) if invoice else None,
        reason=verdict.reason,
        sender=sender,
        point=_point(verdict.findings),
        invoices=tuple(
            CardInvoice(
                each.path,
                each.invoice.invoice_number.value,
                each.invoice.supplier_name.value,
                _gross(each.invoice),
                _point((*each.findings, *verdict.findings)),
            )
            for each in verdict.invoices
        ),
    )


def _gross(invoice: Invoice) -> str | None:
    gross = invoice.gross_amount.value
    return None if gross is None else str(gross)


def _point(findings: Sequence[Finding]) -> CardPoint | None:
    """The first of the heaviest, and how many more there are; what is only good to know is none."""
    weights = (Severity.REJECT, Severity.REVIEW)
    heavy = [each for weight in weights for each in findings if each.severity is weight]
    if not heavy:
        return None
    return CardPoint(heavy[0].check, heavy[0].code, heavy[0].case, len(heavy) - 1)


def _index(
    store: Store, session: Session, reference: str, decision: Decision, known: Sequence[str]
) -> None:
    """Keyed hashes by which the case and its thread are found again.

    ``known``: hashes of its thread that stand there.
    """
    thread = rows(store, reference, THREAD, decision.message_ids)
    numbers = {number_hashes(store, number)[0] for number in decision.numbers}
    named = (term for i in decision.verdict.invoices for term in terms(i.invoice))
    traits = [
        *(row for row in thread if row["hash"] not in known),
        *rows(store, reference, SENDER, [decision.sender or "", decision.summary.sender or ""]),
        *rows(store, reference, DOMAIN, [domain_of(decision.summary.sender)]),
        *({"reference": reference, "kind": NUMBER, "hash": h} for h in numbers),
        *rows(store, reference, TERM, named),
    ]
    if traits:
        session.connection().execute(_TRAITS, traits)


def declared_lines(decision: Decision, decided: Collection[str] = ()) -> Sequence[CareLine]:
    """The care that is asked to be paid: none on a credit note, or in a mail that only brings the
    attachment.

    Args:
        decided: paths of invoices on which persons decided, whether they are read now or not.
    """
    kinds = {i.invoice.kind for i in decision.verdict.invoices}
    is_asked = not kinds <= {DocumentKind.CREDIT_NOTE} or (decided and not kinds)
    return decision.care_lines if is_asked else ()


def terms(invoice: Invoice) -> Iterable[str]:
    """What a person may type to find the case."""
    for each in (invoice.invoice_number, invoice.kvk_number, invoice.supplier_name):
        if each.value:
            yield each.value
            yield from each.value.split()
    if invoice.iban.value:
        yield invoice.iban.value
    gross = invoice.gross_amount.value
    if gross is not None and gross.is_finite():
        yield amount_term(int(gross * 100))
