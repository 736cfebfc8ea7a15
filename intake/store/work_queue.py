"""Work is claimed with a lease and finished in one transaction: verdict, content, hashes, reply and
events together.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import Boolean, Row, bindparam, func, or_, select, union_all, update
from sqlmodel import Session, col

from intake.errors import CannotOpen, Conflict, KeyMissing
from intake.failpoints import failpoint
from intake.model.basics import local_date
from intake.model.correction import Correction
from intake.model.mail import Envelope
from intake.model.verdict import Verdict, Wait
from intake.store import (
    Store,
    clock,
    declared_care,
    invoices,
    letters,
    notify,
    pairing,
    revisions,
    sealed,
)
from intake.store.crypto.vault import DataKey
from intake.store.decision import CHANGE, FREE, VERDICT_EVENTS, Decision, declared_lines, record
from intake.store.journal import fetched_by_hand, number_hashes
from intake.store.records import CORRECTIONS, ENVELOPES
from intake.store.tables import (
    CareRow,
    CaseState,
    CompanionRow,
    EventRow,
    InvoiceRow,
    MailRow,
    cols,
)

KEY_RETRY_SECONDS = 300.0
"""Until a mail is tried again that could not be opened."""

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
    select(
        _FREE_ONE.where(_DUE)
        .order_by(col(MailRow.sequence))
        .limit(_CANDIDATES)
        .subquery()
        .c.sequence
    ),
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
"""The conditions stand here again for PostgreSQL, which asks them anew of a row that changed until
it got its lock."""
_TAKE = (
    update(MailRow)
    .where(col(MailRow.sequence) == _NEXT.scalar_subquery())
    .values(due=True, attempts=col(MailRow.attempts) + 1)
    .returning(
        *cols(
            MailRow.reference,
            MailRow.state,
            MailRow.received_at,
            MailRow.key_period,
            MailRow.wrapped_key,
            MailRow.envelope,
            MailRow.attempts,
            MailRow.lease_token,
            MailRow.slow,
            MailRow.wakes,
            MailRow.deadline,
            MailRow.remind_on,
        ),
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
_STEPS = (
    select(*cols(EventRow.at, EventRow.code))
    .where(
        col(EventRow.reference) == bindparam("reference"),
        col(EventRow.code).in_((sealed.FETCHED, *VERDICT_EVENTS)),
    )
    .order_by(col(EventRow.id).desc())
)
"""What a clerk fetched and what the rules decided, the newest first."""
_MINE = (
    select(
        *cols(
            MailRow.reference,
            MailRow.key_period,
            MailRow.wrapped_key,
            MailRow.wakes,
            MailRow.decided_at,
            MailRow.rest_open,
        )
    )
    .where(
        col(MailRow.reference) == bindparam("reference"),
        col(MailRow.lease_token) == bindparam("token"),
    )
    .with_for_update()
)
_NOT_A_TRY = CHANGE.values(attempts=col(MailRow.attempts) - 1)
_CHANGE_MINE = CHANGE.where(col(MailRow.lease_token) == bindparam("token"))
_NEWER = select(col(InvoiceRow.id)).where(
    col(InvoiceRow.number_hash).in_(bindparam("numbers", expanding=True)),
    col(InvoiceRow.id) > bindparam("seen"),
    col(InvoiceRow.reference) != bindparam("reference"),
)
_OTHERS = (
    select(*cols(MailRow.reference, MailRow.state, MailRow.decided_by))
    .where(col(MailRow.reference).in_(bindparam("others", expanding=True)))
    .with_for_update()
)


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
    """How it waited, when it did: its deadline or the day of its reminder passed, or a companion
    came."""
    companions: tuple[str, ...]
    """Later mails that brought what this one waited for, oldest first; ``journal.raw_mail`` has
    their bytes."""
    passwords: tuple[str, ...] = field(repr=False)
    """What persons typed for its secured attachment, the newest first."""
    decided: Mapping[str, bool | None]
    """By path, as ``invoices.by_persons``: what a person decided the rules leave so."""
    as_told: Mapping[str, bool | None]
    """By path, as ``invoices.as_told``: of what its letter tells otherwise than the rules judge."""
    corrections: tuple[Correction, ...] = field(repr=False)
    """What persons corrected on its invoices, the oldest first."""
    lease_seconds: float
    wakes: int
    invoices_seen: int
    care_seen: int


def claim(store: Store, worker: str, lease_seconds: float, slow: bool = True) -> Claim | None:
    """The oldest mail that needs work: new, given back, left by a dead worker, woken, or waiting
    past its deadline.

    A mail that cannot be opened is put aside for a while, and the next one taken. None: nothing to
    do now.

    Args:
        slow: whether it may be one that is known to be slow.

    Raises:
        StoreUnavailable: the database does not answer.
    """
    while taken := _take(store, worker, lease_seconds, slow):
        failpoint("after-claim")
        try:
            return _opened(store, taken, lease_seconds)
        except CannotOpen as error:
            mail = taken.mail
            _release(store, mail.reference, mail.lease_token, error.code, KEY_RETRY_SECONDS)
    return None


def extend(store: Store, claim: Claim) -> None:
    """Start the lease anew, for work that takes long.

    Raises:
        Conflict: the lease ended and somebody else took the mail.
    """
    with store.write() as session:
        until = clock.tick(session).seconds + claim.lease_seconds
        _change_mine(session, claim.reference, claim.token, {"hold_until": until})


def postpone(store: Store, claim: Claim) -> None:
    """Give a mail back that is slow: a worker with a place for such mails takes it up again. It was
    no try.

    Raises:
        Conflict: the lease ended and somebody else took the mail.
    """
    with store.write() as session:
        _change_mine(session, claim.reference, claim.token, {**FREE, "slow": True})
        session.connection().execute(_NOT_A_TRY, {"mail": claim.reference})
        notify.tell(store, session, notify.MAIL)


def give_back(
    store: Store, claim: Claim, code: str, retry_seconds: float, blame: bool = True
) -> None:
    """The work failed; it is due again after ``retry_seconds``. ``code`` is an error's code,
    without content.

    ``blame``: the try counts against the mail; False when the fault is our own (keys, sandbox,
    configuration).

    Raises:
        Conflict: the lease ended and somebody else took the mail.
    """
    _release(store, claim.reference, claim.token, code, retry_seconds, blame)


def finish(store: Store, claim: Claim, decision: Decision) -> str | None:
    """Commit everything a decision leaves behind, in one transaction. Returns why its reply is
    held, None when it is not.

    Raises:
        Conflict: the lease was lost, or what the decision rests on changed meanwhile (the same
            invoice number or care was decided, a companion came, its other half came or waits no
            longer); in the latter cases it is due again at once.
    """
    failpoint("before-finish")
    declared = declared_care.hashed(store, declared_lines(decision, claim.decided))
    judged = invoices.judged(decision.verdict)
    by_rules = [(read, state) for read, state in judged if read.path not in claim.decided]
    made = invoices.rows(store, claim.reference, claim.envelope, by_rules, care=decision.care_lines)
    read = (each.invoice.invoice_number.value for each in decision.verdict.invoices)
    numbers = {number_hashes(store, number)[0] for number in filter(None, read)}
    with store.write() as session, store.vault.one_look():
        if decision.considered:
            store.lock(session, "halves")
        if numbers or declared:
            store.lock(session, invoices.LOCK)
        mail = _mine(session, claim)
        stale = _stale(store, session, mail, claim, decision) or _declared_since(
            session, claim, numbers, declared
        )
        if stale:
            session.connection().execute(_NOT_A_TRY, {"mail": mail.reference, **FREE})
            held = None
        else:
            held = record(store, session, mail, decision, made)
            revisions.meet(store, session, mail, decision, claim.decided)
            declared_care.keep(session, mail.reference, declared)
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
    decided: Mapping[str, bool | None]
    as_told: Mapping[str, bool | None]


def _take(store: Store, worker: str, lease_seconds: float, slow: bool) -> _Taken | None:
    wanted = {"today": store.today, "slow_too": slow}
    with store.read() as session:
        # an idle worker asks without taking the one lock that all who write need
        now = wanted | asdict(clock.tick(session))
        if session.connection().execute(_ANY, now).first() is None:
            return None
    with store.write() as session:
        moment = clock.tick(session)
        lease = {
            "lease_token": f"{worker}:{secrets.token_hex(8)}",
            "hold_boot": moment.boot,
            "hold_until": moment.seconds + lease_seconds,
        }
        mail = session.connection().execute(_TAKE, {**wanted, **asdict(moment), **lease}).first()
        if mail is None:
            return None
        raw = sealed.fetch(session, mail.reference, sealed.RAW)
        if mail.state == CaseState.RECEIVED:
            return _Taken(mail, raw, (), {}, {})
        wanted = {"reference": mail.reference}
        companions = session.connection().execute(_COMPANIONS, wanted).scalars().all()
        decided = invoices.by_persons(session, mail.reference)
        as_told = letters.decided(session, mail.reference)
        return _Taken(mail, raw, companions, decided, as_told)


def _opened(store: Store, taken: _Taken, lease_seconds: float) -> Claim:
    mail = taken.mail
    key = sealed.key_of(store, mail)
    if taken.raw is None:
        raise KeyMissing(f"the bytes of {mail.reference} are not kept any more")
    raw = key.unseal(f"{sealed.RAW}|", taken.raw)
    envelope = ENVELOPES.unpack(key.unseal(sealed.ENVELOPE, mail.envelope))
    if mail.state != CaseState.RECEIVED and (newest := _fetched(store, key)):
        raw, envelope = newest, fetched_by_hand(envelope)
    return Claim(
        reference=mail.reference,
        token=mail.lease_token,
        attempt=mail.attempts,
        slow=mail.slow,
        envelope=envelope,
        raw=raw,
        received_at=mail.received_at,
        waited=_wait(store, mail) if mail.state == CaseState.WAITING else None,
        companions=tuple(taken.companions),
        passwords=_typed_passwords(store, key) if mail.state != CaseState.RECEIVED else (),
        decided=taken.decided,
        as_told=taken.as_told,
        corrections=_corrections(store, key) if mail.state != CaseState.RECEIVED else (),
        lease_seconds=lease_seconds,
        wakes=mail.wakes,
        invoices_seen=mail.invoices_seen,
        care_seen=mail.care_seen,
    )


def _typed_passwords(store: Store, key: DataKey) -> tuple[str, ...]:
    with store.read() as session:
        return tuple(
            password.decode("utf-8", "surrogatepass")
            for password in sealed.get_all(session, key, sealed.PASSWORD)
        )


def _fetched(store: Store, key: DataKey) -> bytes | None:
    """What a clerk fetched for it in a portal, the newest."""
    with store.read() as session:
        return next(iter(sealed.get_all(session, key, sealed.FETCHED)), None)


def _corrections(store: Store, key: DataKey) -> tuple[Correction, ...]:
    with store.read() as session:
        newest_first = sealed.get_all(session, key, sealed.CORRECTION)
    return tuple(map(CORRECTIONS.unpack, reversed(newest_first)))


def _wait(store: Store, mail: Row[*tuple[Any, ...]]) -> Wait:
    with store.read() as session:
        steps = session.execute(_STEPS, {"reference": mail.reference}).all()
    fetched = bool(steps) and steps[0].code == sealed.FETCHED
    begun = next((step.at for step in steps if step.code == sealed.FETCHED), mail.received_at)
    late = store.today > mail.deadline and not fetched
    days = (store.today - local_date(begun)).days
    return Wait(days if late else 0, mail.deadline, mail.remind_on, fetched)


def _mine(session: Session, claim: Claim) -> Row[*tuple[Any, ...]]:
    wanted = {"reference": claim.reference, "token": claim.token}
    mail = session.connection().execute(_MINE, wanted).first()
    if mail is None:
        raise _lost(claim.reference)
    return mail


def _lost(reference: str) -> Conflict:
    return Conflict(f"the lease on {reference} was lost")


def _change_mine(session: Session, reference: str, token: str, values: dict[str, Any]) -> None:
    changes = {"mail": reference, "token": token, **values}
    if session.connection().execute(_CHANGE_MINE, changes).rowcount == 0:
        raise _lost(reference)


def _release(
    store: Store, reference: str, token: str, code: str, retry_seconds: float, blame: bool = False
) -> None:
    with store.write() as session:
        moment = clock.tick(session)
        pause = {"hold_boot": moment.boot, "hold_until": moment.seconds + retry_seconds}
        _change_mine(session, reference, token, {"lease_token": None, **pause})
        if not blame:
            session.connection().execute(_NOT_A_TRY, {"mail": reference})
        sealed.note(store, session, reference, f"failed-{code}")


def _declared_since(
    session: Session, claim: Claim, numbers: set[str], declared: Sequence[declared_care.Care]
) -> str:
    """Which of the same was decided since the claim; empty when nothing was.

    ``numbers``: hashes of those of its invoices.
    """
    newer = {"numbers": list(numbers), "seen": claim.invoices_seen, "reference": claim.reference}
    if numbers and session.connection().execute(_NEWER, newer).first() is not None:
        return "an invoice with this number was decided meanwhile"
    if declared and declared_care.declared_since(
        session, declared, claim.reference, claim.care_seen
    ):
        return "the same care was decided meanwhile"
    return ""


def _stale(
    store: Store, session: Session, mail: Row[*tuple[Any, ...]], claim: Claim, decision: Decision
) -> str:
    """Why the decision rests on what is no longer so; empty when it still holds."""
    if mail.wakes != claim.wakes:
        return "a companion came"
    if mail.decided_at and letters.decided(session, claim.reference) != claim.as_told:
        return "one of its invoices was corrected meanwhile"
    verdict = decision.verdict
    if decision.considered and pairing.newcomer(store, session, decision.considered):
        return "its other half may have come meanwhile"
    return "its other half waits no longer" if _have_ended(store, session, verdict) else ""


def _have_ended(store: Store, session: Session, verdict: Verdict) -> bool:
    """Whether a mail that this one is decided with does not stand open any more."""
    others = {*verdict.completes, *verdict.takes}
    if not others:
        return False
    rows = session.connection().execute(_OTHERS, {"others": list(others)}).all()
    return {row.reference for row in rows if _still_open(store, session, row, verdict)} != others


def _still_open(
    store: Store, session: Session, other: Row[*tuple[Any, ...]], verdict: Verdict
) -> bool:
    """The rules may still give that mail our attachment, or us that of that mail."""
    if other.reference in verdict.completes and (
        other.state == CaseState.WAITING or pairing.asks(store, session, other.reference)
    ):
        return True
    loose = other.state in (CaseState.WAITING, CaseState.QUARANTINED) and other.decided_by is None
    return loose and other.reference in verdict.takes
