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
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

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
from intake.store.journal import find, was_imported
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
OVERTAKEN = "overtaken"
"""Held: something else was decided after it, so that it never leaves, or never once more."""
IMPORTED = "imported"
"""Old mail that somebody had read in: no letter of it ever leaves."""
_STRONGER = ("off", IMPORTED, "not-authenticated")

_QUESTIONS = (ReplyKind.QUESTION, ReplyKind.REMINDER)
_ONCE = (ReplyKind.REMINDER, ReplyKind.TOO_LARGE)
"""Kinds of which a case has one, whatever it says."""
UNSENT = (ReplyState.PREPARED, ReplyState.READY, ReplyState.HELD, ReplyState.DEFERRED)
NOT_LEFT = (*UNSENT, ReplyState.FAILED)
"""No relay took it, and nobody said that it is not to be sent."""
LEAVING = (ReplyState.READY, ReplyState.DEFERRED)
"""What leaves by itself when its moment has come."""
ENDED = (ReplyState.SENT, ReplyState.DROPPED)
"""States in which replies stay, so that their number grows from year to year."""
_UNCERTAIN = (ReplyState.SENDING, ReplyState.UNKNOWN, ReplyState.BOUNCED)
"""It left perhaps, or left and did not arrive."""
GONE = (*_UNCERTAIN, ReplyState.SENT)
_STOPPED = (ReplyState.HELD, ReplyState.DROPPED, ReplyState.FAILED)
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
    tells_of: Collection[str] | None = None
    """Paths of the invoices that it refuses; None: it is about the mail as a whole."""


class Told(Protocol):
    """A letter in the outbox, as far as it says who is told what."""

    @property
    def kind(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def held(self) -> str | None: ...
    @property
    def written_by(self) -> str | None: ...
    @property
    def tells_of(self) -> str | None: ...


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
        (IMPORTED if was_imported(session, key.reference) else None)
        or _uncertain(connection, key.reference, letter)
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
        "tells_of": None if letter.tells_of is None else "\n".join(sorted(letter.tells_of)),
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
    states: Collection[ReplyState] = (*NOT_LEFT, *_UNCERTAIN),
) -> None:
    """A newer verdict or a person's decision makes obsolete what the rules wrote, except replies of
    the kinds ``spare``: what did not leave is dropped, what perhaps left never leaves once more.

    A letter with which a person refused stands (``retract``): no other tells of those invoices.

    Args:
        states: of the replies that this is true of.
    """
    _make_obsolete(
        store,
        session,
        states,
        col(ReplyRow.reference) == reference,
        col(ReplyRow.kind).not_in(tuple(spare)),
        col(ReplyRow.written_by).is_(None),
    )


def retract(
    store: Store, session: Session, reference: str, paths: Collection[str]
) -> Sequence[ReplyRow]:
    """Something else was decided of invoices that a person refused: the letters that tell so are
    obsolete. Returns those, which had not arrived for certain.

    Args:
        paths: of the invoices; none: of a mail in which none was read.
    """
    found = [each for each in by_persons(session, reference) if tells(each, paths)]
    own = col(ReplyRow.id).in_([each.id for each in found])
    _make_obsolete(store, session, (*NOT_LEFT, *_UNCERTAIN), own)
    return found


def put_back(session: Session, reference: str, path: str, refused_at: dt.datetime | None) -> None:
    """A person's letter about this one invoice counts again after ``retract``; a clerk sees it before
    it leaves.

    Args:
        refused_at: when the refusal was decided that it tells of; None: by no person.
    """
    for letter in letters_of(session, reference):
        own = letter.written_by is not None and letter.tells_of == path
        if not own or letter.held != OVERTAKEN:
            continue
        if refused_at is None or letter.created_at < refused_at:
            continue
        letter.held = None
        if letter.state == ReplyState.DROPPED:
            letter.state, letter.held = ReplyState.PREPARED, ReplyMode.CONFIRM.value
            letter.ended_at, letter.not_before = None, None
    session.flush()


def _make_obsolete(
    store: Store, session: Session, states: Collection[ReplyState], *which: ColumnElement[bool]
) -> None:
    state, held = col(ReplyRow.state), col(ReplyRow.held)
    dropped = {
        "state": ReplyState.DROPPED.value,
        "held": case((held.in_(_STRONGER), held), else_=OVERTAKEN),
        "hold_boot": None,
        "hold_until": None,
        "token": None,
        "ended_at": store.clock(),
    }
    changes = update(ReplyRow).where(*which)
    not_left, uncertain = set(states) & {*NOT_LEFT}, set(states) & {*_UNCERTAIN}
    session.execute(changes.where(state.in_(not_left)).values(dropped))
    session.execute(changes.where(state.in_(uncertain)).values(held=OVERTAKEN))


def tells(letter: Told, paths: Collection[str]) -> bool:
    """Whether a letter refuses one of these invoices; with none, the mail as a whole."""
    return letter.tells_of is None or not set(paths).isdisjoint(letter.tells_of.split("\n"))


def is_untold(letters: Iterable[Told], path: str) -> bool:
    """Whether the rules refuse an invoice in a letter that waits still, so that nobody knows it; of
    a mail in which none was read, with an empty path.
    """
    telling = [each for each in letters if each.kind == ReplyKind.REFUSAL and tells(each, (path,))]
    waits = any(each.written_by is None and each.state in NOT_LEFT for each in telling)
    return waits and not any(each.state in GONE for each in telling)


def waits(letter: Told) -> bool:
    """Whether a letter goes nowhere until a clerk says so; of an accepted mail there may be more to
    it (``cases.Case``).
    """
    return letter.state in CONFIRMABLE and letter.held != OVERTAKEN


def letters_of(session: Session, reference: str) -> Sequence[ReplyRow]:
    """The replies of a case; the newest first."""
    every = select(ReplyRow).where(col(ReplyRow.reference) == reference)
    return session.exec(every.order_by(col(ReplyRow.number).desc())).all()


def by_persons(session: Session, reference: str) -> list[ReplyRow]:
    """The letters with which persons refused, unless they arrived, were dropped, or are obsolete; the
    newest first."""
    every = letters_of(session, reference)
    standing = (each for each in every if each.state not in ENDED and each.held != OVERTAKEN)
    return [each for each in standing if each.written_by is not None]


def last(session: Session, reference: str) -> ReplyRow | None:
    """The newest reply of a case that is not obsolete, unless it left or was dropped. An answer to
    what could not be read is none: it says nothing of the invoices."""
    standing = (
        each
        for each in letters_of(session, reference)
        if each.held != OVERTAKEN and each.kind != ReplyKind.ANSWER
    )
    newest = next(standing, None)
    return None if newest is None or newest.state in ENDED else newest


def have_left(session: Session, reference: str) -> list[ReplyRow]:
    """The replies of a case that left, or perhaps did; the newest first."""
    return [each for each in letters_of(session, reference) if each.state in GONE]


def was_told(session: Session, key: DataKey, letter: Letter) -> bool:
    """The same words left already, or a reply of a kind that leaves once for a case did: nobody is
    told the same thing twice. What came back counts again, for a clerk to see.
    """
    same = [
        each
        for each in have_left(session, key.reference)
        if each.kind == letter.kind
        and (letter.kind in _ONCE or _text(key, each) == letter.reply.text)
    ]
    for each in same:
        each.held = None
    return bool(same)


def all_is_told(session: Session, reference: str, paths: Collection[str]) -> bool:
    """Whether of each of these invoices a letter tells that left, or that a person wrote and that
    leaves yet.
    """
    standing = [*have_left(session, reference), *by_persons(session, reference)]
    refusals = [
        each for each in standing if each.kind == ReplyKind.REFUSAL and each.held != OVERTAKEN
    ]
    return all(
        any(each.tells_of is not None and tells(each, (path,)) for each in refusals)
        for path in paths
    )


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
                col(ReplyRow.state).in_(LEAVING),
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
        row = _row(session, outgoing.id, LEAVING)
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
    _end(store, outgoing, ReplyState.UNKNOWN, forget_draft=True)


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
    later, unless something else was decided meanwhile; or there is none any more, as of one that is
    stopped and was taken away. Raises Conflict.
    """
    with store.write() as session:
        row = _row(session, outgoing.id, (ReplyState.UNKNOWN, *_STOPPED))
        if outgoing.draft is None or row.draft_id != outgoing.draft.id:
            raise Conflict(f"the draft of {row.reference} is another one now")
        obsolete = row.held == OVERTAKEN
        if found is DraftState.SENT:
            row.state, row.ended_at = ReplyState.SENT, store.clock()
            row.held = OVERTAKEN if obsolete else None
        elif found is DraftState.DRAFT and row.state == ReplyState.UNKNOWN and obsolete:
            row.state, row.ended_at = ReplyState.DROPPED, store.clock()
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
    _end(store, outgoing, ReplyState.UNKNOWN)


def recover(store: Store) -> int:
    """Replies left in ``sending`` by a dead sender become ``unknown`` (or ready, by the setting);
    returns how many. One that had no draft yet, and was to have one, cannot have left.

    For the only sender on this database, so that no lease needs to end first.
    """
    left = unsent() & (col(ReplyRow.state) == ReplyState.SENDING)
    with store.read() as session:
        found = session.exec(select(ReplyRow.id).where(left)).all()
    for id in found:
        with store.write() as session:
            row = _row(session, id or 0, (ReplyState.SENDING,))
            row.state = _left_behind(store, row)
            row.hold_boot = row.hold_until = None
            sealed.note(store, session, row.reference, f"reply-{row.state}")
    return len(found)


def _left_behind(store: Store, row: ReplyRow) -> ReplyState:
    if row.sent_by is None:
        return _after_unknown(store, row)
    if row.draft_id is not None:
        return ReplyState.UNKNOWN
    return ReplyState.DROPPED if row.held == OVERTAKEN else ReplyState.READY


def _pause(attempts: int) -> float:
    return BACKOFF_SECONDS[min(attempts, len(BACKOFF_SECONDS)) - 1]


def _may_leave(store: Store) -> ColumnElement[bool]:
    """Nobody can think better of it any more."""
    return or_(col(ReplyRow.not_before).is_(None), col(ReplyRow.not_before) <= store.clock())


def _after_unknown(store: Store, row: ReplyRow) -> ReplyState:
    again = store.settings.replies.resend_after_unknown and row.held != OVERTAKEN
    return ReplyState.READY if again else ReplyState.UNKNOWN


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
    named = _bracketed(message_id)
    ours = select(ReplyRow.id).where(
        or_(col(ReplyRow.message_id) == named, col(ReplyRow.draft_message_id) == named)
    )
    with store.write() as session:
        id = session.exec(ours).first()
        if id is None:
            return None
        row = _row(session, id, tuple(ReplyState))
        if row.state in (ReplyState.SENDING, ReplyState.SENT, ReplyState.UNKNOWN):
            row.state, row.ended_at = ReplyState.BOUNCED, store.clock()
            row.hold_boot = row.hold_until = None
            sealed.note(store, session, row.reference, "reply-bounced")
        return row.reference


def hold_all(store: Store, session: Session) -> int:
    """After a restore: every reply that had not left waits for a person, and one that became obsolete
    while it was sent is dropped. Returns how many."""
    not_left = col(ReplyRow.state).in_((*UNSENT, ReplyState.SENDING))
    references = set(session.exec(select(ReplyRow.reference).where(not_left)))
    _lock_mails(session, references)
    rows = session.exec(select(ReplyRow).where(not_left).with_for_update()).all()
    for row in rows:
        row.state = ReplyState.DROPPED if row.held == OVERTAKEN else ReplyState.HELD
        row.held = row.held if row.held in (*_STRONGER, OVERTAKEN) else RESTORED
        row.hold_boot = row.hold_until = row.token = None
        if row.state is ReplyState.DROPPED:
            row.ended_at = store.clock()
        sealed.note(store, session, row.reference, f"reply-{row.state.value}")
    return len(rows)


def open_reply(key: DataKey, row: ReplyRow) -> Reply:
    """The composed text again. Raises CannotOpen."""
    return REPLIES.unpack(key.unseal(f"{sealed.REPLY}|{row.number}", row.composed))


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
    never = {"off": ReplyState.DROPPED, IMPORTED: ReplyState.DROPPED}
    return (never | {"confirm": ReplyState.PREPARED}).get(held, ReplyState.HELD)


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


def _row(session: Session, id: int, states: Iterable[str], token: str | None = None) -> ReplyRow:
    """The reply, locked, when it is in one of these states, and taken by the sender with the token.

    Its mail is locked before it, as whoever decides on that does: else each could hold what the
    other waits for.

    Raises Conflict.
    """
    reference = session.exec(select(ReplyRow.reference).where(col(ReplyRow.id) == id)).first()
    _lock_mails(session, filter(None, (reference,)))
    row = session.exec(select(ReplyRow).where(col(ReplyRow.id) == id).with_for_update()).first()
    if row is None:
        raise Conflict("there is no such reply")
    if row.state not in states or (token is not None and row.token != token):
        raise Conflict(f"the reply of {row.reference} is {row.state}")
    return row


def _lock_mails(session: Session, references: Iterable[str]) -> None:
    wanted = select(MailRow.sequence).where(col(MailRow.reference).in_(tuple(references)))
    session.exec(wanted.order_by(col(MailRow.sequence)).with_for_update()).all()


def _is_obsolete(session: Session, row: ReplyRow) -> bool:
    """Something else was decided after it, or a person accepted all that it refuses or asks about."""
    if row.held == OVERTAKEN:
        return True
    by_rules = row.written_by is None and row.kind != ReplyKind.RECEIPT
    if not by_rules or find(session, row.reference).state != CaseState.ACCEPTED:
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

    A sender that was slower than its lease may still tell, while nobody acted on ``unknown``. What
    became obsolete while it was sent is not tried again.
    """
    with store.write() as session:
        row = _row(session, outgoing.id, (ReplyState.SENDING, ReplyState.UNKNOWN), outgoing.token)
        if state is ReplyState.UNKNOWN:
            if forget_draft or row.sent_by is None:
                state = _after_unknown(store, row)
        elif row.held == OVERTAKEN and state is not ReplyState.SENT:
            state, pause = ReplyState.DROPPED, None
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
        if state is ReplyState.HELD and row.held == OVERTAKEN:
            raise Conflict(f"something else was decided of {row.reference} after this reply")
        row.state, row.held = state, "clerk"
        row.hold_boot = row.hold_until = None
        sealed.note(store, session, row.reference, f"reply-{state.value}", user)
