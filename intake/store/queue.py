"""Work is claimed with a lease and finished in one transaction: verdict, content, hashes, reply and events together."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Boolean, Row, bindparam, delete, func, insert, or_, select, union_all, update
from sqlmodel import Session, col

from intake.errors import Conflict, KeyMissing, failpoint
from intake.secure_attachment.pairing import Gist
from intake.store import Store, care, clock, gists, halves, incidents, invoices, notify, outbox, sealed
from intake.store.codec import VERDICTS, pack, unpack
from intake.store.halves import Considered
from intake.store.journal import ENVELOPES, number_hashes
from intake.store.tables import CareRow, CaseState, CompanionRow, InvoiceRow, MailRow, TraitRow
from intake.store.traits import NUMBER, SENDER, TERM, THREAD, rows
from intake.store.vault import DataKey
from intake.types import CareLine, DocumentKind, Envelope, Invoice, MailOutcome, Reply, Severity, Verdict, Wait, local_date

KEY_RETRY_SECONDS = 300.0
"""Until a mail is tried again whose key was missing."""

_CANDIDATES = 100
"""Of the mails that are due; more than workers can lock in one moment."""
_FREE_ONE = select(col(MailRow.sequence)).where(
    or_(~col(MailRow.slow), bindparam("slow_too", type_=Boolean)), clock.hold_is_over(MailRow)
)
_DUE = col(MailRow.due)
_OVER = col(MailRow.deadline) < bindparam("today")
_REMIND = col(MailRow.remind_on) <= bindparam("today")
"""Only a waiting mail has a deadline or a day for its reminder."""
_WORK = union_all(
    select(_FREE_ONE.where(_DUE).order_by(col(MailRow.sequence)).limit(_CANDIDATES).subquery().c.sequence),
    _FREE_ONE.where(_OVER),
    _FREE_ONE.where(_REMIND),
)
"""Each of the three by an index of its own, which holds nothing else."""
_ANY = select(_WORK.subquery().c.sequence).limit(1)
_NEXT = (
    select(col(MailRow.sequence))
    .where(col(MailRow.sequence).in_(_WORK), or_(_DUE, _OVER, _REMIND), clock.hold_is_over(MailRow))
    .order_by(col(MailRow.sequence))
    .limit(1)
    .with_for_update(skip_locked=True)
)
"""The conditions stand here again for PostgreSQL, which asks them anew of a row that changed until it got its
lock."""
_TAKE = (
    update(MailRow)
    .where(col(MailRow.sequence) == _NEXT.scalar_subquery())
    .values(due=True, attempts=col(MailRow.attempts) + 1)
    .returning(
        *(col(c) for c in (MailRow.reference, MailRow.state, MailRow.received_at, MailRow.key_period, MailRow.wrapped_key, MailRow.envelope)),
        *(col(c) for c in (MailRow.attempts, MailRow.lease_token, MailRow.slow, MailRow.wakes, MailRow.deadline, MailRow.remind_on)),
        select(func.coalesce(func.max(InvoiceRow.id), 0)).scalar_subquery().label("invoices_seen"),
        select(func.coalesce(func.max(CareRow.id), 0)).scalar_subquery().label("care_seen"),
    )
)
_COMPANIONS = (
    select(col(CompanionRow.companion))
    .join(MailRow, col(MailRow.reference) == col(CompanionRow.companion))
    .where(col(CompanionRow.reference) == bindparam("reference"), ~col(CompanionRow.apart))
    .order_by(col(MailRow.sequence))
)
_MINE = (
    select(*(col(c) for c in (MailRow.reference, MailRow.key_period, MailRow.wrapped_key, MailRow.wakes, MailRow.decided_at)))
    .where(col(MailRow.reference) == bindparam("reference"), col(MailRow.lease_token) == bindparam("token"))
    .with_for_update()
)
_CHANGE = update(MailRow).where(col(MailRow.reference) == bindparam("mail"))
_DECIDE = _CHANGE.values(version=col(MailRow.version) + 1)
_NOT_A_TRY = _CHANGE.values(attempts=col(MailRow.attempts) - 1)
_CHANGE_MINE = _CHANGE.where(col(MailRow.lease_token) == bindparam("token"))
_FREE = {"lease_token": None, "hold_boot": None, "hold_until": None}
_NEWER = select(col(InvoiceRow.id)).where(
    col(InvoiceRow.number_hash).in_(bindparam("numbers", expanding=True)),
    col(InvoiceRow.id) > bindparam("seen"),
    col(InvoiceRow.reference) != bindparam("reference"),
)
_OTHERS = (
    select(*(col(c) for c in (MailRow.reference, MailRow.state, MailRow.decided_by)))
    .where(col(MailRow.reference).in_(bindparam("others", expanding=True)))
    .with_for_update()
)
_TRAITS = insert(TraitRow)


@dataclass(frozen=True, slots=True)
class Claim:
    """One mail that this worker, and nobody else, works on until its lease ends."""

    reference: str
    token: str
    attempt: int
    """Counts from 1; a mail that kills its workers counts up."""
    slow: bool
    """It was given back by ``postpone``."""
    envelope: Envelope = field(repr=False)
    raw: bytes = field(repr=False)
    received_at: dt.datetime
    waited: Wait | None
    """How it waited, when it did: its deadline or the day of its reminder passed, or a companion came."""
    companions: tuple[str, ...]
    """Later mails that brought what this one waited for, oldest first; ``journal.raw_mail`` has their bytes."""
    passwords: tuple[str, ...] = field(repr=False)
    """What persons typed for its secured attachment, the newest first."""
    lease_seconds: float
    wakes: int
    invoices_seen: int
    care_seen: int


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
class CardInvoice:
    """An invoice of the mail's own, as the list names it. Content."""

    path: str
    number: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Card:
    """What the list of cases shows of one case: of several invoices the first that stands open. Content."""

    supplier: str | None = field(repr=False)
    invoice_number: str | None = field(repr=False)
    gross: str | None = field(repr=False)
    reason: str = field(repr=False)
    sender: str | None = field(default=None, repr=False)
    invoices: tuple[CardInvoice, ...] = ()


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
    numbers: tuple[str, ...] = field(default=(), repr=False)
    """Of invoices that a mail without one names."""
    gist: Gist | None = None
    """Of a mail without an invoice: what may be the attachment of one."""
    considered: Considered | None = None
    """The other halves that were known, when the mail lacks its own."""
    care_lines: tuple[CareLine, ...] = field(default=(), repr=False)


SUMMARIES = TypeAdapter(SummaryPage)
CARDS = TypeAdapter(Card)
CARES = TypeAdapter(tuple[CareLine, ...])


def claim(store: Store, worker: str, lease_seconds: float, slow: bool = True) -> Claim | None:
    """The oldest mail that needs work: new, given back, left by a dead worker, woken, or waiting past its deadline.

    A mail whose key is missing is put aside for a while, and the next one taken. None: nothing to do now.

    Args:
        slow: whether it may be one that is known to be slow.

    Raises:
        StoreUnavailable: the database does not answer.
    """
    while taken := _take(store, worker, lease_seconds, slow):
        failpoint("after-claim")
        try:
            return _opened(store, taken, lease_seconds)
        except KeyMissing as missing:
            _release(store, taken.mail.reference, taken.mail.lease_token, missing.code, KEY_RETRY_SECONDS)
    return None


def extend(store: Store, claim: Claim) -> None:
    """Start the lease anew, for work that takes long.

    Raises:
        Conflict: the lease ended and somebody else took the mail.
    """
    with store.write() as session:
        _change_mine(session, claim.reference, claim.token, {"hold_until": clock.tick(session).seconds + claim.lease_seconds})


def postpone(store: Store, claim: Claim) -> None:
    """Give a mail back that is slow: a worker with a place for such mails takes it up again. It was no try.

    Raises:
        Conflict: the lease ended and somebody else took the mail.
    """
    with store.write() as session:
        _change_mine(session, claim.reference, claim.token, {**_FREE, "slow": True})
        session.connection().execute(_NOT_A_TRY, {"mail": claim.reference})
        notify.tell(store, session, notify.MAIL)


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
        Conflict: the lease was lost, or what the decision rests on changed meanwhile (the same invoice number or care was
            decided, a companion came, its other half came or waits no longer); in the latter cases it is due again at once.
    """
    failpoint("before-finish")
    declared = care.hashed(store, _declared(decision))
    made = invoices.rows(store, claim.reference, invoices.judged(decision.verdict))
    numbers = {str(row["number_hash"]) for row in made if row["number_hash"]}
    with store.write() as session, store.vault.one_look():
        if decision.considered:
            store.lock(session, "halves")
        if numbers or declared:
            store.lock(session, invoices.LOCK)
        mail = session.connection().execute(_MINE, {"reference": claim.reference, "token": claim.token}).first()
        if mail is None:
            raise _lost(claim.reference)
        stale = _stale(store, session, mail, claim, decision, numbers, declared)
        if stale:
            session.connection().execute(_NOT_A_TRY, {"mail": mail.reference, **_FREE})
            held = None
        else:
            held = _decide(store, session, mail, decision, made)
            care.keep(session, mail.reference, declared)
    if stale:
        raise Conflict(f"{claim.reference} is decided again: {stale}")
    failpoint("after-finish")
    return held


def wait_for_work(store: Store, seconds: float) -> None:
    """Return when there may be work for a worker, at the latest after ``seconds``."""
    notify.wait(store, seconds, notify.MAIL)


@dataclass(frozen=True, slots=True)
class _Taken:
    """A mail with our lease on it, still sealed."""

    mail: Row[*tuple[Any, ...]]
    raw: bytes | None = field(repr=False)
    companions: Sequence[str]


def _take(store: Store, worker: str, lease_seconds: float, slow: bool) -> _Taken | None:
    wanted = {"today": store.today, "slow_too": slow}
    with store.read() as session:  # an idle worker asks without taking the one lock that all who write need
        if session.connection().execute(_ANY, {**wanted, **asdict(clock.tick(session))}).first() is None:
            return None
    with store.write() as session:
        moment = clock.tick(session)
        lease = {"lease_token": f"{worker}:{secrets.token_hex(8)}", "hold_boot": moment.boot, "hold_until": moment.seconds + lease_seconds}
        mail = session.connection().execute(_TAKE, {**wanted, **asdict(moment), **lease}).first()
        if mail is None:
            return None
        waited = mail.state != CaseState.RECEIVED
        companions = session.connection().execute(_COMPANIONS, {"reference": mail.reference}).scalars().all() if waited else ()
        return _Taken(mail, sealed.fetch(session, mail.reference, sealed.RAW), companions)


def _opened(store: Store, taken: _Taken, lease_seconds: float) -> Claim:
    mail = taken.mail
    key = sealed.key_of(store, mail)
    if taken.raw is None:
        raise KeyMissing(f"the bytes of {mail.reference} are not kept any more")
    return Claim(
        reference=mail.reference,
        token=mail.lease_token,
        attempt=mail.attempts,
        slow=mail.slow,
        envelope=unpack(ENVELOPES, key.unseal(sealed.ENVELOPE, mail.envelope)),
        raw=key.unseal(f"{sealed.RAW}|", taken.raw),
        received_at=mail.received_at,
        waited=_wait(store, mail) if mail.state == CaseState.WAITING else None,
        companions=tuple(taken.companions),
        passwords=_typed_passwords(store, key) if mail.state != CaseState.RECEIVED else (),
        lease_seconds=lease_seconds,
        wakes=mail.wakes,
        invoices_seen=mail.invoices_seen,
        care_seen=mail.care_seen,
    )


def _typed_passwords(store: Store, key: DataKey) -> tuple[str, ...]:
    with store.read() as session:
        return tuple(password.decode("utf-8", "surrogatepass") for password in sealed.get_all(session, key, sealed.PASSWORD))


def _wait(store: Store, mail: Row[*tuple[Any, ...]]) -> Wait:
    over = store.today > mail.deadline
    return Wait((store.today - local_date(mail.received_at)).days if over else 0, mail.deadline, mail.remind_on)


def _lost(reference: str) -> Conflict:
    return Conflict(f"the lease on {reference} was lost")


def _change_mine(session: Session, reference: str, token: str, values: dict[str, Any]) -> None:
    if session.connection().execute(_CHANGE_MINE, {"mail": reference, "token": token, **values}).rowcount == 0:
        raise _lost(reference)


def _release(store: Store, reference: str, token: str, code: str, retry_seconds: float, blame: bool = False) -> None:
    with store.write() as session:
        moment = clock.tick(session)
        _change_mine(session, reference, token, {"lease_token": None, "hold_boot": moment.boot, "hold_until": moment.seconds + retry_seconds})
        if not blame:
            session.connection().execute(_NOT_A_TRY, {"mail": reference})
        sealed.note(store, session, reference, f"failed-{code}")


def _stale(
    store: Store, session: Session, mail: Row[*tuple[Any, ...]], claim: Claim, decision: Decision, numbers: set[str], declared: Sequence[care.Care]
) -> str:
    """Why the decision rests on what is no longer so; empty when it still holds. ``numbers``: hashes of those of its invoices."""
    if mail.wakes != claim.wakes:
        return "a companion came"
    newer = {"numbers": list(numbers), "seen": claim.invoices_seen, "reference": mail.reference}
    if numbers and session.connection().execute(_NEWER, newer).first() is not None:
        return "an invoice with this number was decided meanwhile"
    if declared and care.declared_since(session, declared, mail.reference, claim.care_seen):
        return "the same care was decided meanwhile"
    verdict = decision.verdict
    if decision.considered and halves.newcomer(store, session, decision.considered):
        return "its other half may have come meanwhile"
    others = {*verdict.completes, *verdict.takes}
    if not others:
        return ""
    found = session.connection().execute(_OTHERS, {"others": list(others)})
    return (
        ""
        if {row.reference for row in found if _still_open(row, verdict)} == others
        else "its other half waits no longer"
    )


def _still_open(other: Row[*tuple[Any, ...]], verdict: Verdict) -> bool:
    """The rules may still give that mail our attachment, or us that of that mail."""
    if other.reference in verdict.completes and other.state == CaseState.WAITING:
        return True
    loose = other.state in (CaseState.WAITING, CaseState.QUARANTINED) and other.decided_by is None
    return loose and other.reference in verdict.takes


def _decide(
    store: Store, session: Session, mail: Row[*tuple[Any, ...]], decision: Decision, made: list[dict[str, str | None]]
) -> str | None:
    verdict = decision.verdict
    key = sealed.key_of(store, mail)
    thread = _forget_earlier(store, session, mail.reference) if mail.decided_at else ()
    _set_state(store, session, mail.reference, decision)
    _seal_content(session, key, decision)
    invoices.keep(session, made)
    _index(store, session, mail.reference, decision, thread)
    incidents.register(store, session, mail.reference, verdict.incidents)
    code = "refused-in-part" if _is_refused_in_part(verdict) else verdict.outcome.value
    sealed.note(store, session, mail.reference, code, detail=sealed.words(key, verdict.reason))
    for reference in verdict.completes:
        halves.join(store, session, reference, mail.reference)
        halves.stir(store, session, reference, "companion")
    for reference in verdict.takes:
        halves.join(store, session, mail.reference, reference)
    for reference in (*verdict.takes, *verdict.stirs):
        halves.stir(store, session, reference, "looked-for")
    if decision.reply is None:
        return None
    if verdict.reply is None:
        raise ValueError("a reply that its verdict does not ask for")
    letter = outbox.Letter(decision.reply, verdict.reply, decision.held)
    return None if outbox.was_told(store, session, key, letter) else outbox.compose(store, session, key, letter)


def _forget_earlier(store: Store, session: Session, reference: str) -> Sequence[str]:
    """Remove what an earlier decision left behind; its events, its incidents, its thread and its replies that left stay. Returns the thread's hashes."""
    sealed.clear(session, reference, sealed.VERDICT, sealed.SUMMARY, sealed.CARD, sealed.DOCUMENT, sealed.CARE, sealed.GIST)
    invoices.forget(session, reference)
    care.forget(session, reference)
    session.execute(delete(TraitRow).where(col(TraitRow.reference) == reference, col(TraitRow.kind).in_((SENDER, TERM, NUMBER))))
    outbox.overtake(store, session, reference)
    return session.execute(select(col(TraitRow.hash)).where(col(TraitRow.reference) == reference, col(TraitRow.kind) == THREAD)).scalars().all()


def _set_state(store: Store, session: Session, reference: str, decision: Decision) -> None:
    verdict, gist = decision.verdict, decision.gist
    waiting = verdict.outcome is MailOutcome.WAITING
    if waiting and verdict.deadline is None:
        raise ValueError("a waiting verdict without a deadline")
    severities = [f.severity for f in (*verdict.findings, *(f for invoice in verdict.invoices for f in invoice.findings))]
    state = {
        "state": _state(verdict).value,
        "deadline": verdict.deadline if waiting else None,
        "remind_on": verdict.remind_on if waiting else None,
        "due": False,
        "slow": False,
        "attempts": 0,
        "decided_at": store.clock(),
        "decided_by": None,
        "invoices": len(verdict.invoices),
        "brings": gist.brings if gist else None,
        "rejects": severities.count(Severity.REJECT),
        "reviews": severities.count(Severity.REVIEW),
    }
    session.connection().execute(_DECIDE, {"mail": reference, **state, **_FREE})


def _state(verdict: Verdict) -> CaseState:
    """Where the mail stands: before a person as long as a good invoice does, whatever was refused beside it."""
    return CaseState.QUEUED if _is_refused_in_part(verdict) else CaseState(verdict.outcome.value)


def _is_refused_in_part(verdict: Verdict) -> bool:
    outcomes = {read.outcome for read in verdict.invoices}
    return verdict.outcome is MailOutcome.REJECTED and MailOutcome.QUEUED in outcomes


def _seal_content(session: Session, key: DataKey, decision: Decision) -> None:
    infos = tuple(DocumentInfo(d.path, d.file_name, d.page_count) for d in decision.documents)
    sealed.put(
        session,
        key,
        [
            sealed.Piece(sealed.VERDICT, pack(VERDICTS, decision.verdict)),
            sealed.Piece(sealed.SUMMARY, pack(SUMMARIES, SummaryPage(decision.summary, infos))),
            sealed.Piece(sealed.CARD, pack(CARDS, _card(decision))),
            *(sealed.Piece(sealed.DOCUMENT, d.data, d.path) for d in decision.documents),
            *([sealed.Piece(sealed.CARE, pack(CARES, decision.care_lines))] if decision.care_lines else []),
            *([sealed.Piece(sealed.GIST, gists.packed(decision.gist))] if decision.gist and decision.gist.brings else []),
        ],
    )


def _card(decision: Decision) -> Card:
    verdict = decision.verdict
    read = invoices.first(verdict)
    invoice = read.invoice if read else None
    gross = invoice.gross_amount.value if invoice else None
    return Card(
        supplier=invoice.supplier_name.value if invoice else None,
        invoice_number=invoice.invoice_number.value if invoice else None,
        gross=None if gross is None else str(gross),
        reason=verdict.reason,
        sender=decision.summary.sender,
        invoices=tuple(
            CardInvoice(each.path, each.invoice.invoice_number.value)
            for each in verdict.invoices
            if each.outcome is not MailOutcome.IGNORED
        ),
    )


def _index(store: Store, session: Session, reference: str, decision: Decision, known: Sequence[str]) -> None:
    """Keyed hashes by which the case and its thread are found again. ``known``: hashes of its thread that stand there."""
    traits = [
        *(row for row in rows(store, reference, THREAD, decision.message_ids) if row["hash"] not in known),
        *rows(store, reference, SENDER, [decision.sender or "", decision.summary.sender or ""]),
        *({"reference": reference, "kind": NUMBER, "hash": h} for h in {number_hashes(store, number)[0] for number in decision.numbers}),
        *rows(store, reference, TERM, (term for i in decision.verdict.invoices for term in _terms(i.invoice))),
    ]
    if traits:
        session.connection().execute(_TRAITS, traits)


def _declared(decision: Decision) -> Sequence[CareLine]:
    """The care that is asked to be paid: none on a credit note, or in a mail that only brings the attachment."""
    kinds = {i.invoice.kind for i in decision.verdict.invoices}
    return () if kinds <= {DocumentKind.CREDIT_NOTE} else decision.care_lines


def _terms(invoice: Invoice) -> Iterable[str]:
    """What a person may type to find the case."""
    for value in (invoice.invoice_number.value, invoice.kvk_number.value, invoice.supplier_name.value):
        if value:
            yield value
            yield from value.split()

