"""Work is claimed with a lease and finished in one transaction: verdict, content, hashes, reply and events together."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from pydantic import TypeAdapter
from sqlalchemy import and_, delete, func, insert, or_, update
from sqlmodel import Session, col, select

from intake.errors import Conflict, KeyMissing, failpoint
from intake.store import Store, clock, notify, outbox, sealed
from intake.store.codec import pack, unpack
from intake.store.journal import ENVELOPES, invoice_hashes
from intake.store.tables import CaseState, CompanionRow, IncidentRow, InvoiceRow, MailRow, TraitRow
from intake.store.traits import SENDER, TERM, THREAD, rows, trait
from intake.store.vault import DataKey
from intake.types import Envelope, Invoice, MailOutcome, Reply, Severity, Verdict

KEY_RETRY_SECONDS = 300.0
"""Until a mail is tried again whose key was missing."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One mail that this worker, and nobody else, works on until its lease ends."""

    reference: str
    token: str
    attempt: int
    """Counts from 1; a mail that kills its workers counts up."""
    envelope: Envelope = field(repr=False)
    raw: bytes = field(repr=False)
    received_at: dt.datetime
    waited: bool
    """It waited before: its deadline passed, or a companion came."""
    companions: tuple[str, ...]
    """Later mails that brought what this one waited for, oldest first; ``journal.raw_mail`` has their bytes."""
    lease_seconds: float
    wakes: int
    invoices_seen: int


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
class Card:
    """What the list of cases shows of one case. Content."""

    supplier: str | None = field(repr=False)
    invoice_number: str | None = field(repr=False)
    gross: str | None = field(repr=False)
    reason: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Decision:
    """All that a finished mail leaves behind."""

    verdict: Verdict
    summary: MailSummary
    documents: tuple[StoredDocument, ...] = ()
    reply: Reply | None = None
    held: str | None = None
    """Why the reply does not leave by itself: ``off``, ``confirm``, ``not-authenticated`` …; None: it does."""
    message_ids: tuple[str, ...] = field(default=(), repr=False)
    """The mail's own Message-ID, and those it answers and refers to."""
    sender: str | None = field(default=None, repr=False)
    """Address of the person who wrote it."""
    completes: tuple[str, ...] = ()
    """References of waiting mails that this one brings the missing half for; they become due at once."""


VERDICTS = TypeAdapter(Verdict)
SUMMARIES = TypeAdapter(SummaryPage)
CARDS = TypeAdapter(Card)


def claim(store: Store, worker: str, lease_seconds: float) -> Claim | None:
    """The oldest mail that needs work: new, given back, left by a dead worker, woken, or waiting past its deadline.

    A mail whose key is missing is put aside for a while, and the next one taken. None: nothing to do now.

    Raises:
        StoreUnavailable: the database does not answer.
    """
    while taken := _take(store, worker, lease_seconds):
        failpoint("after-claim")
        mail, invoices_seen = taken
        try:
            return _opened(store, mail, lease_seconds, invoices_seen)
        except KeyMissing as missing:
            _release(store, mail.reference, mail.lease_token or "", missing.code, KEY_RETRY_SECONDS)
    return None


def extend(store: Store, claim: Claim) -> None:
    """Start the lease anew, for work that takes long.

    Raises:
        Conflict: the lease ended and somebody else took the mail.
    """
    with store.write() as session:
        mail = _mine(session, claim.reference, claim.token)
        mail.hold_until = clock.tick(session).seconds + claim.lease_seconds


def give_back(store: Store, claim: Claim, code: str, retry_seconds: float, blame: bool = True) -> None:
    """The work failed; it is due again after ``retry_seconds``. ``code`` is an error's code, without content.

    ``blame``: the try counts against the mail; False when the fault is our own (keys, sandbox, configuration).

    Raises:
        Conflict: the lease ended and somebody else took the mail.
    """
    _release(store, claim.reference, claim.token, code, retry_seconds, blame)


def finish(store: Store, claim: Claim, decision: Decision) -> str | None:
    """Commit everything a decision leaves behind, in one transaction. Returns why its reply is held, None when it is not.

    Raises:
        Conflict: the lease was lost, or what the decision rests on changed meanwhile (the same invoice number was
            decided, a companion came, a mail it completes waits no longer); in the latter cases it is due again at once.
    """
    failpoint("before-finish")
    with store.write() as session:
        mail = _mine(session, claim.reference, claim.token)
        stale = _stale(store, session, mail, claim, decision)
        if stale:
            _let_go(mail)
            mail.attempts -= 1
            held = None
        else:
            held = _decide(store, session, mail, decision)
    if stale:
        raise Conflict(f"{claim.reference} is decided again: {stale}")
    failpoint("after-finish")
    return held


def wait_for_work(store: Store, seconds: float) -> None:
    """Return when there may be work for a worker, at the latest after ``seconds``."""
    notify.wait(store, seconds, notify.MAIL)


def waiting_for(store: Store, message_ids: Iterable[str], sender: str | None) -> tuple[str, ...]:
    """References of waiting mails of one of these threads; when there are none, of this sender. Oldest first."""
    hashes = [trait(store, THREAD, value) for value in message_ids]
    with store.read() as session:
        found = _waiting_with(session, THREAD, hashes)
        return found or (_waiting_with(session, SENDER, [trait(store, SENDER, sender)]) if sender else ())


def _waiting_with(session: Session, kind: str, hashes: Sequence[str]) -> tuple[str, ...]:
    found = session.exec(
        select(MailRow.reference, MailRow.sequence)
        .join(TraitRow, col(TraitRow.reference) == col(MailRow.reference))
        .where(col(MailRow.state) == CaseState.WAITING, col(TraitRow.kind) == kind, col(TraitRow.hash).in_(hashes))
        .order_by(col(MailRow.sequence))
    )
    return tuple(dict.fromkeys(reference for reference, _ in found))


def _take(store: Store, worker: str, lease_seconds: float) -> tuple[MailRow, int] | None:
    with store.write() as session:
        moment = clock.tick(session)
        overdue = and_(col(MailRow.state) == CaseState.WAITING, col(MailRow.deadline) < store.today)
        mail = session.exec(
            select(MailRow)
            .where(or_(col(MailRow.due), overdue), clock.hold_is_over(MailRow, moment))
            .order_by(col(MailRow.sequence))
            .limit(1)
            .with_for_update(skip_locked=True)
        ).first()
        if mail is None:
            return None
        mail.due = True
        mail.attempts += 1
        mail.lease_token = f"{worker}:{secrets.token_hex(8)}"
        mail.hold_boot, mail.hold_until = moment.boot, moment.seconds + lease_seconds
        return mail, session.exec(select(func.max(InvoiceRow.id))).one() or 0


def _opened(store: Store, mail: MailRow, lease_seconds: float, invoices_seen: int) -> Claim:
    key = sealed.key_of(store, mail)
    with store.read() as session:
        raw = sealed.get(session, key, sealed.RAW)
        companions = session.exec(
            select(CompanionRow.companion, MailRow.sequence)
            .join(MailRow, col(MailRow.reference) == col(CompanionRow.companion))
            .where(col(CompanionRow.reference) == mail.reference)
            .order_by(col(MailRow.sequence))
        ).all()
    if raw is None:
        raise KeyMissing(f"the bytes of {mail.reference} are not kept any more")
    return Claim(
        reference=mail.reference,
        token=mail.lease_token or "",
        attempt=mail.attempts,
        envelope=unpack(ENVELOPES, key.unseal(sealed.ENVELOPE, mail.envelope)),
        raw=raw,
        received_at=mail.received_at,
        waited=mail.state == CaseState.WAITING,
        companions=tuple(companion for companion, _ in companions),
        lease_seconds=lease_seconds,
        wakes=mail.wakes,
        invoices_seen=invoices_seen,
    )


def _mine(session: Session, reference: str, token: str) -> MailRow:
    mail = session.exec(select(MailRow).where(col(MailRow.reference) == reference).with_for_update()).first()
    if mail is None or mail.lease_token != token:
        raise Conflict(f"the lease on {reference} was lost")
    return mail


def _let_go(mail: MailRow) -> None:
    mail.lease_token = mail.hold_boot = mail.hold_until = None


def _release(store: Store, reference: str, token: str, code: str, retry_seconds: float, blame: bool = False) -> None:
    with store.write() as session:
        mail = _mine(session, reference, token)
        moment = clock.tick(session)
        mail.lease_token = None
        mail.attempts -= 0 if blame else 1
        mail.hold_boot, mail.hold_until = moment.boot, moment.seconds + retry_seconds
        sealed.note(store, session, reference, f"failed-{code}")


def _stale(store: Store, session: Session, mail: MailRow, claim: Claim, decision: Decision) -> str:
    """Why the decision rests on what is no longer so; empty when it still holds."""
    if mail.wakes != claim.wakes:
        return "a companion came"
    numbers = sorted({row["number_hash"] for row in _invoice_rows(store, mail.reference, decision.verdict) if row["number_hash"]})
    for number in numbers:
        store.lock(session, f"invoice {number}")
    newer = select(InvoiceRow.id).where(
        col(InvoiceRow.number_hash).in_(numbers), col(InvoiceRow.id) > claim.invoices_seen, col(InvoiceRow.reference) != mail.reference
    )
    if numbers and session.exec(newer.limit(1)).first() is not None:
        return "an invoice with this number was decided meanwhile"
    waiting = session.exec(
        select(MailRow.reference).where(col(MailRow.reference).in_(decision.completes), col(MailRow.state) == CaseState.WAITING).with_for_update()
    ).all()
    return "" if set(waiting) == set(decision.completes) else "a mail it completes waits no longer"


def _decide(store: Store, session: Session, mail: MailRow, decision: Decision) -> str | None:
    verdict = decision.verdict
    key = sealed.key_of(store, mail)
    _set_state(store, mail, verdict)
    _seal_content(session, key, decision)
    _index(store, session, mail.reference, decision)
    session.execute(delete(IncidentRow).where(col(IncidentRow.reference) == mail.reference))
    for incident in verdict.incidents:
        session.execute(insert(IncidentRow).values(reference=mail.reference, at=store.clock(), kind=incident.kind, place=incident.where))
    sealed.note(store, session, mail.reference, verdict.outcome.value, detail=sealed.words(key, verdict.reason))
    for reference in decision.completes:
        _wake(store, session, reference, mail.reference)
    outbox.overtake(store, session, mail.reference)
    if decision.reply is None:
        return None
    if verdict.reply is None:
        raise ValueError("a reply that its verdict does not ask for")
    return outbox.compose(store, session, key, outbox.Letter(decision.reply, verdict.reply, decision.held))


def _set_state(store: Store, mail: MailRow, verdict: Verdict) -> None:
    waiting = verdict.outcome is MailOutcome.WAITING
    if waiting and verdict.deadline is None:
        raise ValueError("a waiting verdict without a deadline")
    mail.state = CaseState(verdict.outcome.value)
    mail.deadline = verdict.deadline if waiting else None
    mail.version += 1
    mail.due = False
    mail.attempts = 0
    _let_go(mail)
    mail.decided_at, mail.decided_by = store.clock(), None
    severities = [f.severity for f in (*verdict.findings, *(f for invoice in verdict.invoices for f in invoice.findings))]
    mail.invoices = len(verdict.invoices)
    mail.rejects = severities.count(Severity.REJECT)
    mail.reviews = severities.count(Severity.REVIEW)


def _seal_content(session: Session, key: DataKey, decision: Decision) -> None:
    sealed.clear(session, key.reference, sealed.VERDICT, sealed.SUMMARY, sealed.CARD, sealed.DOCUMENT)
    infos = tuple(DocumentInfo(d.path, d.file_name, d.page_count) for d in decision.documents)
    sealed.put(session, key, sealed.VERDICT, pack(VERDICTS, decision.verdict))
    sealed.put(session, key, sealed.SUMMARY, pack(SUMMARIES, SummaryPage(decision.summary, infos)))
    sealed.put(session, key, sealed.CARD, pack(CARDS, _card(decision.verdict)))
    for document in decision.documents:
        sealed.put(session, key, sealed.DOCUMENT, document.data, document.path)


def _card(verdict: Verdict) -> Card:
    invoice = verdict.invoices[0].invoice if verdict.invoices else None
    gross = invoice.gross_amount.value if invoice else None
    return Card(
        supplier=invoice.supplier_name.value if invoice else None,
        invoice_number=invoice.invoice_number.value if invoice else None,
        gross=None if gross is None else str(gross),
        reason=verdict.reason,
    )


def _index(store: Store, session: Session, reference: str, decision: Decision) -> None:
    """Keyed hashes by which the case, its thread and its invoices are found again."""
    session.execute(delete(InvoiceRow).where(col(InvoiceRow.reference) == reference))
    session.execute(delete(TraitRow).where(col(TraitRow.reference) == reference, col(TraitRow.kind).in_((SENDER, TERM))))
    known = set(session.exec(select(TraitRow.hash).where(col(TraitRow.reference) == reference, col(TraitRow.kind) == THREAD)))
    if invoices := _invoice_rows(store, reference, decision.verdict):
        session.execute(insert(InvoiceRow), invoices)
    traits = [
        *(row for row in rows(store, reference, THREAD, decision.message_ids) if row["hash"] not in known),
        *rows(store, reference, SENDER, [decision.sender or ""]),
        *rows(store, reference, TERM, (term for i in decision.verdict.invoices for term in _terms(i.invoice))),
    ]
    if traits:
        session.execute(insert(TraitRow), traits)


def _invoice_rows(store: Store, reference: str, verdict: Verdict) -> list[dict[str, str | None]]:
    """Of every invoice that has a number and was not in hand already."""
    kept = [(i, invoice_hashes(store, i.invoice)) for i in verdict.invoices if i.outcome is not MailOutcome.IGNORED]
    return [{"reference": reference, "path": i.path, "outcome": i.outcome.value, **hashes} for i, hashes in kept if hashes]


def _terms(invoice: Invoice) -> Iterable[str]:
    """What a person may type to find the case."""
    for value in (invoice.invoice_number.value, invoice.kvk_number.value, invoice.supplier_name.value):
        if value:
            yield value
            yield from value.split()


def _wake(store: Store, session: Session, reference: str, companion: str) -> None:
    session.execute(insert(CompanionRow).values(reference=reference, companion=companion))
    session.execute(update(MailRow).where(col(MailRow.reference) == reference).values(due=True, wakes=col(MailRow.wakes) + 1))
    sealed.note(store, session, reference, "companion")
    notify.tell(store, session, notify.MAIL)
