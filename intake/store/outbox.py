"""The outbox: each reply is written with its verdict, has a fixed Message-ID, and leaves at most
once.

A row says ``sending``, committed, before DATA begins. A crash after that leaves it ``sending``;
when its lease ends nobody can know whether the relay took it, so it becomes ``unknown`` and a
person looks, unless the administrator chose to send again (``resend_after_unknown``), with the same
Message-ID, by which the receiver's server can see the double.

A reply that leaves as a draft of a mailbox can be asked after: its draft's id is committed before it
is sent, so what became of it is known in the end (``doubtful``, ``settle``), and it leaves once.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Collection
from dataclasses import dataclass, field, replace

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    bindparam,
    case,
    func,
    insert,
    or_,
    update,
)
from sqlmodel import Session, col, select

from intake import profile
from intake.errors import CannotOpen, Conflict
from intake.failpoints import failpoint
from intake.model.mail import Draft, DraftState, Reply, ReplyKind
from intake.settings import ReplyMode
from intake.store import Store, clock, invoices, notify, restrictions, sealed
from intake.store.crypto.vault import DataKey
from intake.store.journal import find
from intake.store.lookup_hashes import THREAD, rows
from intake.store.records import ENVELOPES, Format, shapes
from intake.store.tables import CONFIRMABLE as CONFIRMABLE
from intake.store.tables import CaseState, MailRow, ReplyRow, ReplyState, RestoreRow, TraitRow
from intake.text.folding import without_spaces

REPLIES = Format(shapes.Reply, Reply)

BACKOFF_SECONDS = (60.0, 300.0, 900.0, 3600.0, 3600.0, 10800.0, 21600.0, 43200.0, 86400.0)
"""Pauses after a 4xx answer (RFC 5321 §4.5.4.1: try for days); after the last one the reply has
failed."""

SENDING_SECONDS = 600.0
"""Longer than an SMTP dialogue may take (RFC 5321 §4.5.3.2.6: ten minutes after DATA)."""

DOUBT_SECONDS = 30.0
"""A mailbox shows late that a draft was sent: so long after it began nobody judges by what it says."""

RESTORED = "restored"
"""Held: it may have left before the database was put back from a copy."""
_STRONGER = ("off", "not-authenticated")

_QUESTIONS = (ReplyKind.QUESTION, ReplyKind.REMINDER)
_ONCE = (ReplyKind.REMINDER, ReplyKind.TOO_LARGE)
"""Kinds of which a case has one, whatever it says."""
UNSENT = (ReplyState.PREPARED, ReplyState.READY, ReplyState.HELD, ReplyState.DEFERRED)
_LEAVING = (ReplyState.READY, ReplyState.DEFERRED)
"""What leaves by itself when its moment has come."""
ENDED = (ReplyState.SENT, ReplyState.DROPPED)
"""States in which replies stay, so that their number grows from year to year."""
_STOPPED = (ReplyState.HELD, ReplyState.DROPPED, ReplyState.FAILED)
GONE = (ReplyState.SENDING, ReplyState.SENT, ReplyState.UNKNOWN, ReplyState.BOUNCED)
_NUMBER = (
    select(func.count())
    .select_from(ReplyRow)
    .where(col(ReplyRow.reference) == bindparam("reference"))
)
_COMPOSE = insert(ReplyRow)
_BEFORE_RESTORE = select(col(MailRow.reference)).where(
    col(MailRow.reference) == bindparam("reference"),
    col(MailRow.received_at) <= select(func.max(col(RestoreRow.at))).scalar_subquery(),
)
_THREAD = insert(TraitRow)


@dataclass(frozen=True, slots=True)
class Letter:
    """A reply on its way into the outbox."""

    reply: Reply
    kind: ReplyKind
    held: str | None
    written_by: str | None = None
    """Who refused with it: it may leave without being confirmed."""
    not_before: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A reply that may leave now."""

    id: int
    reference: str
    kind: ReplyKind
    message_id: str
    reply: Reply = field(repr=False)
    attempt: int
    """Counts from 1."""
    token: str
    """Of the sender that has marked it; empty before."""
    municipality: str
    """In whose name it leaves."""
    mailbox: str = ""
    """Where the mail came in that it answers."""
    sent_by: str | None = None
    """The mailbox that it left by, or began to."""
    draft: Draft | None = None
    stopped: bool = False
    """It is not to leave any more, or not now."""


def undo_moment(store: Store) -> dt.datetime:
    """Until when a letter waits that a person lets go now."""
    return store.clock() + dt.timedelta(seconds=store.settings.replies.undo_seconds)


def unsent() -> ColumnElement[bool]:
    """Replies that are not ``ENDED``, in the words of their own index: said beside what else is
    asked, the index is used."""
    ended: BindParameter[str] = bindparam(
        None, [state.value for state in ENDED], expanding=True, literal_execute=True
    )
    return col(ReplyRow.state).not_in(ended)


def compose(store: Store, session: Session, key: DataKey, letter: Letter) -> str | None:
    """Write a reply in the verdict's transaction; returns why it is held, None when it may leave.

    It counts for the budgets when it may leave by itself.
    """
    sender, domain = _address_hashes(store, letter.reply.to)
    connection = session.connection()
    held = (
        _uncertain(connection, key.reference, letter)
        or letter.held
        or _gate(store, session, letter, sender, domain)
    )
    number = 1 + connection.execute(_NUMBER, {"reference": key.reference}).scalar_one()
    message_id = _message_id(store, session, key.reference, number)
    state = _first_state(held)
    row = {
        "reference": key.reference,
        "number": number,
        "kind": letter.kind.value,
        "state": state.value,
        "held": held,
        "message_id": message_id,
        "sender_hash": sender,
        "domain_hash": domain,
        "composed": key.seal(f"{sealed.REPLY}|{number}", REPLIES.pack(letter.reply)),
        "created_at": store.clock(),
        "counted_at": store.clock() if state is ReplyState.READY else None,
        "confirmed_by": letter.written_by,
        "not_before": letter.not_before,
        "written_by": letter.written_by,
        "attempts": 0,
    }
    connection.execute(_COMPOSE, row)
    connection.execute(_THREAD, rows(store, key.reference, THREAD, [message_id]))
    sealed.note(store, session, key.reference, f"reply-{state.value}", letter.written_by)
    if state is ReplyState.READY:
        notify.tell(store, session, notify.REPLY)
    return held


def overtake(
    store: Store,
    session: Session,
    reference: str,
    spare: Collection[ReplyKind] = (),
    states: Collection[ReplyState] = UNSENT,
    written_since: dt.datetime | None = None,
) -> None:
    """A newer verdict or a person's decision makes what was not yet sent obsolete, except replies
    of the kinds ``spare``.

    A letter with which a person refused other invoices leaves all the same: no other tells of them.

    Args:
        written_since: with the letters that a person let go from this moment on.
    """
    written = or_(col(ReplyRow.written_by).is_(None), col(ReplyRow.state).not_in(_LEAVING))
    if written_since is not None:
        written = or_(written, col(ReplyRow.created_at) >= written_since)
    session.execute(
        update(ReplyRow)
        .where(
            col(ReplyRow.reference) == reference,
            col(ReplyRow.state).in_(states),
            col(ReplyRow.kind).not_in(tuple(spare)),
            written,
        )
        .values(
            state=ReplyState.DROPPED.value,
            held=case((col(ReplyRow.held).in_(_STRONGER), col(ReplyRow.held)), else_="overtaken"),
            hold_boot=None,
            hold_until=None,
            token=None,
            ended_at=store.clock(),
        )
    )


def unsent_of(session: Session, reference: str) -> ReplyRow | None:
    """The newest reply of a case, unless it left, is on its way, or was dropped."""
    newest = select(ReplyRow).where(col(ReplyRow.reference) == reference)
    row = session.exec(newest.order_by(col(ReplyRow.number).desc()).limit(1)).first()
    gone = (*ENDED, ReplyState.SENDING)
    return None if row is None or row.state in gone else row


def leaving(session: Session, reference: str) -> ReplyRow | None:
    """The newest letter with which a person refused, while it has not left."""
    waiting = select(ReplyRow).where(
        col(ReplyRow.reference) == reference,
        col(ReplyRow.written_by).is_not(None),
        col(ReplyRow.state).in_(_LEAVING),
    )
    return session.exec(waiting.order_by(col(ReplyRow.number).desc()).limit(1)).first()


def have_left(session: Session, reference: str) -> list[ReplyRow]:
    """The replies of a case that left, or perhaps did; the newest first."""
    gone = select(ReplyRow).where(
        col(ReplyRow.reference) == reference, col(ReplyRow.state).in_(GONE)
    )
    return list(session.exec(gone.order_by(col(ReplyRow.number).desc())))


def was_told(session: Session, key: DataKey, letter: Letter) -> bool:
    """The same question left already, or one of a kind that leaves once for a case did: nobody is
    told the same thing twice.
    """
    if letter.kind not in (*_QUESTIONS, *_ONCE):
        return False
    gone = select(ReplyRow).where(
        col(ReplyRow.reference) == key.reference,
        col(ReplyRow.state).not_in((*UNSENT, ReplyState.DROPPED)),
    )
    replies = [reply for reply in session.exec(gone) if reply.kind == letter.kind]
    return any(letter.kind in _ONCE or _text(key, reply) == letter.reply.text for reply in replies)


def due(store: Store, limit: int = 20) -> tuple[Outgoing, ...]:
    """Replies that may leave now, oldest first; none under reply mode ``off``, and none of a case
    that stands still.
    """
    if store.settings.replies.mode is ReplyMode.OFF:
        return ()
    with store.read() as session:
        still = restrictions.standing_still(session)
        elsewhere = [col(ReplyRow.reference).not_in(still)] if still else []
        found = session.exec(
            select(ReplyRow)
            .where(
                unsent(),
                col(ReplyRow.state).in_(_LEAVING),
                clock.hold_is_over(ReplyRow, clock.tick(session)),
                _may_leave(store),
                *elsewhere,
            )
            .order_by(col(ReplyRow.id))
            .limit(limit)
        ).all()
        return tuple(out for out in (_outgoing(store, session, row) for row in found) if out)


def mark_sending(store: Store, outgoing: Outgoing, by: str | None = None) -> Outgoing:
    """Take a reply, committed, before DATA begins, or before its draft is made.

    Args:
        by: the mailbox whose draft it is to be; None: the smarthost.

    Raises:
        Conflict: another sender took it, or it may not leave any more.
    """
    failpoint("before-sending")
    with store.write() as session:
        moment = clock.tick(session)
        row = _row(session, outgoing.id, _LEAVING)
        if row.not_before is not None and row.not_before > store.clock():
            raise Conflict(f"the reply of {row.reference} waits for a person's second thoughts")
        row.state, row.token = ReplyState.SENDING, secrets.token_hex(8)
        row.attempts += 1
        row.sent_by = by
        row.started_at = store.clock()
        row.hold_boot, row.hold_until = moment.boot, moment.seconds + SENDING_SECONDS
        sealed.note(store, session, row.reference, "reply-sending")
        taken = replace(outgoing, attempt=row.attempts, token=row.token, sent_by=by)
    failpoint("after-sending")
    return taken


def note_draft(store: Store, outgoing: Outgoing, draft: Draft) -> Outgoing:
    """Write down the draft of a reply, committed, before it is sent. Raises Conflict."""
    failpoint("after-draft")
    with store.write() as session:
        row = _row(session, outgoing.id, (ReplyState.SENDING,), outgoing.token)
        row.draft_id, row.draft_message_id = draft.id, draft.message_id or None
        if draft.message_id:
            known = rows(store, row.reference, THREAD, [draft.message_id])
            session.connection().execute(_THREAD, known)
    failpoint("after-draft-noted")
    return replace(outgoing, draft=draft)


def mark_draft_gone(store: Store, outgoing: Outgoing) -> None:
    """Its draft is there no more: nobody knows whether it was sent. Raises Conflict."""
    _end(store, outgoing, _after_unknown(store), forget_draft=True)


def doubtful(store: Store, mailboxes: Collection[str], limit: int = 20) -> tuple[Outgoing, ...]:
    """Replies that ended and of whose draft one of these mailboxes was not asked since, oldest
    first.
    """
    since = store.clock() - dt.timedelta(seconds=DOUBT_SECONDS)
    with store.read() as session:
        found = session.exec(
            select(ReplyRow)
            .where(
                col(ReplyRow.draft_id).is_not(None),
                col(ReplyRow.sent_by).in_(mailboxes),
                col(ReplyRow.state).in_((ReplyState.UNKNOWN, *_STOPPED)),
                col(ReplyRow.started_at) <= since,
            )
            .order_by(col(ReplyRow.id))
            .limit(limit)
        ).all()
        return tuple(out for out in (_outgoing(store, session, row) for row in found) if out)


def settle(store: Store, outgoing: Outgoing, found: DraftState) -> None:
    """What became of the draft of a reply that ended: it was sent; or it stands there, and leaves
    later; or there is none any more, as of one that is stopped and was taken away. Raises Conflict.
    """
    with store.write() as session:
        row = _row(session, outgoing.id, (ReplyState.UNKNOWN, *_STOPPED))
        if outgoing.draft is None or row.draft_id != outgoing.draft.id:
            raise Conflict(f"the draft of {row.reference} is another one now")
        if found is DraftState.SENT:
            row.state, row.held, row.ended_at = ReplyState.SENT, None, store.clock()
        elif found is DraftState.DRAFT and row.state == ReplyState.UNKNOWN:
            moment = clock.tick(session)
            row.state = ReplyState.DEFERRED
            row.hold_boot, row.hold_until = moment.boot, moment.seconds + _pause(row.attempts)
        else:
            row.draft_id = None
            return
        sealed.note(store, session, row.reference, f"reply-{row.state}")


def mark_sent(store: Store, outgoing: Outgoing) -> None:
    """The relay took it. Raises Conflict."""
    failpoint("before-sent")
    _end(store, outgoing, ReplyState.SENT)
    failpoint("after-sent")


def mark_deferred(store: Store, outgoing: Outgoing, at_least: float = 0.0) -> None:
    """The relay said 4xx or could not be reached before DATA ended: try again later, in the end it
    has failed. Raises Conflict.

    Args:
        at_least: seconds that it asked us to wait.
    """
    if outgoing.attempt > len(BACKOFF_SECONDS):
        _end(store, outgoing, ReplyState.FAILED)
    else:
        pause = max(_pause(outgoing.attempt), at_least)
        _end(store, outgoing, ReplyState.DEFERRED, pause)


def mark_failed(store: Store, outgoing: Outgoing) -> None:
    """The relay said 5xx: a person looks. Raises Conflict."""
    _end(store, outgoing, ReplyState.FAILED)


def mark_unknown(store: Store, outgoing: Outgoing) -> None:
    """The connection broke after DATA: nobody knows. Raises Conflict.

    Of a draft the mailbox will tell, so that is not sent again before.
    """
    _end(store, outgoing, ReplyState.UNKNOWN if outgoing.sent_by else _after_unknown(store))


def recover(store: Store) -> int:
    """Replies left in ``sending`` by a dead sender become ``unknown`` (or ready, by the setting);
    returns how many. One that had no draft yet, and was to have one, cannot have left.

    For the only sender on this database, so that no lease needs to end first.
    """
    with store.write() as session:
        left = unsent() & (col(ReplyRow.state) == ReplyState.SENDING)
        found = session.exec(select(ReplyRow).where(left).with_for_update()).all()
        for row in found:
            row.state = _left_behind(store, row)
            row.hold_boot = row.hold_until = None
            sealed.note(store, session, row.reference, f"reply-{row.state}")
    return len(found)


def _left_behind(store: Store, row: ReplyRow) -> ReplyState:
    if row.sent_by is None:
        return _after_unknown(store)
    return ReplyState.READY if row.draft_id is None else ReplyState.UNKNOWN


def _pause(attempts: int) -> float:
    return BACKOFF_SECONDS[min(attempts, len(BACKOFF_SECONDS)) - 1]


def _may_leave(store: Store) -> ColumnElement[bool]:
    """Nobody can think better of it any more."""
    return or_(col(ReplyRow.not_before).is_(None), col(ReplyRow.not_before) <= store.clock())


def _after_unknown(store: Store) -> ReplyState:
    return ReplyState.READY if store.settings.replies.resend_after_unknown else ReplyState.UNKNOWN


def confirm(store: Store, id: int, user: str) -> None:
    """A clerk lets a prepared or held reply go, or sends again what failed, came back, or nobody
    knows of.

    Raises:
        Conflict: it is on its way, sent, dropped, was composed under mode ``off``, or something
            else was decided after it.
        RestrictedError: nothing of its case is decided for now.
    """
    with store.write() as session:
        row = _row(session, id, CONFIRMABLE)
        restrictions.refuse_to_decide(session, row.reference)
        if _is_obsolete(session, row):
            raise Conflict(f"something else was decided of {row.reference} after this reply")
        if row.state in (ReplyState.BOUNCED, ReplyState.FAILED):
            row.draft_id = None  # what came back is sent anew
        row.state, row.held, row.confirmed_by = ReplyState.READY, None, user
        row.not_before = undo_moment(store)
        row.counted_at = row.counted_at or store.clock()
        row.attempts, row.ended_at = 0, None
        sealed.note(store, session, row.reference, "reply-confirmed", user)
        notify.tell(store, session, notify.REPLY)


def hold(store: Store, id: int, user: str) -> None:
    """A clerk stops a reply that has not left. Raises Conflict."""
    _stop(store, id, user, ReplyState.HELD)


def drop(store: Store, id: int, user: str) -> None:
    """A clerk decides that a reply is never sent. Raises Conflict."""
    _stop(store, id, user, ReplyState.DROPPED)


def mark_bounced(store: Store, message_id: str) -> str | None:
    """A reply came back as undeliverable; returns the reference of its case, None when it is not
    ours.
    """
    with store.write() as session:
        named = _bracketed(message_id)
        ours = or_(col(ReplyRow.message_id) == named, col(ReplyRow.draft_message_id) == named)
        row = session.exec(select(ReplyRow).where(ours).with_for_update()).first()
        if row is None:
            return None
        if row.state in (ReplyState.SENDING, ReplyState.SENT, ReplyState.UNKNOWN):
            row.state, row.ended_at = ReplyState.BOUNCED, store.clock()
            row.hold_boot = row.hold_until = None
            sealed.note(store, session, row.reference, "reply-bounced")
        return row.reference


def hold_all(store: Store, session: Session) -> int:
    """After a restore: every reply that had not left waits for a person. Returns how many."""
    not_left = col(ReplyRow.state).in_((*UNSENT, ReplyState.SENDING))
    rows = session.exec(select(ReplyRow).where(not_left).with_for_update()).all()
    for row in rows:
        row.state = ReplyState.HELD
        row.held = row.held if row.held in _STRONGER else RESTORED
        row.hold_boot = row.hold_until = row.token = None
        sealed.note(store, session, row.reference, "reply-held")
    return len(rows)


def open_reply(key: DataKey, row: ReplyRow) -> Reply:
    """The composed text again. Raises CannotOpen."""
    return REPLIES.unpack(key.unseal(f"{sealed.REPLY}|{row.number}", row.composed))


def says(key: DataKey, row: ReplyRow, reply: Reply) -> bool:
    """Whether a reply has this very text."""
    return _text(key, row) == reply.text


def was_doubted(session: Session, reference: str) -> bool:
    """Whether a reply of this case was held because nobody knows who wrote its mail."""
    doubted = select(ReplyRow.id).where(
        col(ReplyRow.reference) == reference, col(ReplyRow.held) == "not-authenticated"
    )
    return session.exec(doubted.limit(1)).first() is not None


def _text(key: DataKey, row: ReplyRow) -> str | None:
    """What a reply says; None when it cannot be opened."""
    try:
        return open_reply(key, row).text
    except CannotOpen:
        return None


def _first_state(held: str | None) -> ReplyState:
    if held is None:
        return ReplyState.READY
    return {"off": ReplyState.DROPPED, "confirm": ReplyState.PREPARED}.get(held, ReplyState.HELD)


def _uncertain(connection: Connection, reference: str, letter: Letter) -> str | None:
    """A mail from before a restore of the database may have been answered already: a person looks."""
    if letter.written_by or letter.held in _STRONGER:
        return None
    before = connection.execute(_BEFORE_RESTORE, {"reference": reference}).first()
    return RESTORED if before else None


def _gate(store: Store, session: Session, letter: Letter, sender: str, domain: str) -> str | None:
    """Why a reply that could leave by itself must not: its budget, or a question to this sender
    within a day.
    """
    if letter.written_by:
        return None
    store.lock(session, "reply budget")
    if letter.kind in _QUESTIONS and _asked_today(store, session, sender):
        return "question-today"
    return "budget" if _over_budget(store, session, sender, domain) else None


def _asked_today(store: Store, session: Session, sender: str) -> bool:
    asked = select(ReplyRow.id).where(
        col(ReplyRow.sender_hash) == sender,
        col(ReplyRow.kind).in_(_QUESTIONS),
        col(ReplyRow.counted_at) > store.clock() - dt.timedelta(days=1),
        col(ReplyRow.state) != ReplyState.DROPPED,
    )
    return session.exec(asked.limit(1)).first() is not None


def _over_budget(store: Store, session: Session, sender: str, domain: str) -> bool:
    def let_go(since: dt.timedelta, *conditions: ColumnElement[bool]) -> int:
        counted = (
            select(func.count())
            .select_from(ReplyRow)
            .where(col(ReplyRow.counted_at) > store.clock() - since, *conditions)
        )
        return session.exec(counted).one()

    replies, day, hour = store.settings.replies, dt.timedelta(days=1), dt.timedelta(hours=1)
    return (
        let_go(day, col(ReplyRow.sender_hash) == sender) >= replies.per_sender_a_day
        or let_go(hour, col(ReplyRow.domain_hash) == domain) >= replies.per_domain_an_hour
        or let_go(hour) >= replies.in_all_an_hour
    )


def _address_hashes(store: Store, address: str) -> tuple[str, str]:
    folded = without_spaces(address)
    domain = folded.rpartition("@")[2]
    return store.vault.hash("reply-to", folded), store.vault.hash("reply-domain", domain)


def _message_id(store: Store, session: Session, reference: str, number: int) -> str:
    """The same for the same reply, whatever happens; its domain is that of the address our replies
    come from.
    """
    address = profile.load(find(session, reference).municipality).sender_address
    return f"<{store.vault.token('message-id', reference, str(number))[:40]}@{address.rpartition('@')[2]}>"


def _bracketed(message_id: str) -> str:
    return f"<{message_id.strip().strip('<>')}>"


def _row(session: Session, id: int, states: Collection[str], token: str | None = None) -> ReplyRow:
    """The reply, locked, when it is in one of these states, and taken by the sender with the token.

    Raises Conflict.
    """
    row = session.exec(select(ReplyRow).where(col(ReplyRow.id) == id).with_for_update()).first()
    if row is None:
        raise Conflict("there is no such reply")
    if row.state not in states or (token is not None and row.token != token):
        raise Conflict(f"the reply of {row.reference} is {row.state}")
    return row


def _is_obsolete(session: Session, row: ReplyRow) -> bool:
    """A newer reply stands, or a person accepted all that this reply refuses or asks about."""
    newer = select(ReplyRow.id).where(
        col(ReplyRow.reference) == row.reference, col(ReplyRow.number) > row.number
    )
    if session.exec(newer.limit(1)).first() is not None:
        return True
    if row.kind == ReplyKind.RECEIPT or find(session, row.reference).state != CaseState.ACCEPTED:
        return False
    return row.kind != ReplyKind.REFUSAL or not invoices.is_refused_in_part(session, row.reference)


def _outgoing(store: Store, session: Session, row: ReplyRow) -> Outgoing | None:
    """None while it cannot be opened: the other replies go on."""
    try:
        mail = find(session, row.reference)
        key = sealed.key_of(store, mail)
        reply = open_reply(key, row)
    except CannotOpen:
        return None
    return Outgoing(
        row.id or 0,
        row.reference,
        ReplyKind(row.kind),
        row.message_id,
        reply,
        row.attempts + 1,
        "",
        mail.municipality,
        ENVELOPES.unpack(key.unseal(sealed.ENVELOPE, mail.envelope)).mailbox,
        row.sent_by,
        Draft(row.draft_id, row.draft_message_id or "") if row.draft_id else None,
        row.state in _STOPPED,
    )


def _end(
    store: Store,
    outgoing: Outgoing,
    state: ReplyState,
    pause: float | None = None,
    forget_draft: bool = False,
) -> None:
    """How a sending ended.

    A sender that was slower than its lease may still tell, while nobody acted on ``unknown``.
    """
    with store.write() as session:
        row = _row(session, outgoing.id, (ReplyState.SENDING, ReplyState.UNKNOWN), outgoing.token)
        row.state, row.ended_at = state, store.clock()
        row.hold_boot = row.hold_until = None
        if forget_draft:
            row.draft_id = None
        if pause is not None:
            moment = clock.tick(session)
            row.hold_boot, row.hold_until = moment.boot, moment.seconds + pause
        sealed.note(store, session, row.reference, f"reply-{state.value}")


def _stop(store: Store, id: int, user: str, state: ReplyState) -> None:
    with store.write() as session:
        row = _row(session, id, (*UNSENT, *CONFIRMABLE))
        row.state, row.held = state, "clerk"
        row.hold_boot = row.hold_until = None
        sealed.note(store, session, row.reference, f"reply-{state.value}", user)
