"""A letter that has not left is written again when a person decides, so that what it promises is
what happens.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlmodel import Session

from intake import profile
from intake.model.mail import Reply, ReplyKind
from intake.model.verdict import Verdict
from intake.settings import ReplyMode
from intake.stages import reply
from intake.store import Store, invoices, outbox, sealed
from intake.store.crypto.vault import DataKey
from intake.store.decision import SUMMARIES
from intake.store.tables import MailRow, ReplyRow, ReplyState


def rewrite(
    store: Store,
    session: Session,
    key: DataKey,
    mail: MailRow,
    verdict: Verdict,
    before: Mapping[str, bool | None],
) -> None:
    """Put a letter of how the invoices stand now in the place of the last one, when that did not
    leave or not arrive; none when nothing is refused or asked any more. A receipt stays, and what a
    person wrote.

    Args:
        before: by path, what persons had decided when that letter was written.
    """
    last = outbox.last(session, mail.reference)
    known = decided(session, mail.reference)
    now = reply.as_decided(verdict, known)
    if last is None or last.kind == ReplyKind.RECEIPT or now == reply.as_decided(verdict, before):
        return
    if last.written_by is not None:
        return
    held = _held(store, last)
    outbox.overtake(store, session, mail.reference)
    if text := _text(session, key, mail, now):
        assert now.reply is not None
        told = invoices.refused_by_rules(verdict, known)
        moment = outbox.undo_moment(store)
        letter = outbox.Letter(text, now.reply, held, not_before=moment, tells_of=told)
        if not _is_told(session, key, letter):
            outbox.compose(store, session, key, letter)


def restore(
    store: Store, session: Session, key: DataKey, mail: MailRow, verdict: Verdict | None
) -> None:
    """Put the letter back that the invoices ask for as they stand now, after a person's decision
    was taken back. A clerk sees it before it leaves; none when it left already.
    """
    if verdict is None:
        return
    known = decided(session, mail.reference)
    now = reply.as_decided(verdict, known)
    text = _text(session, key, mail, now)
    if text is None or now.reply is None:
        return
    mode = store.settings.replies.mode
    held = "not-authenticated" if outbox.was_doubted(session, mail.reference) else "confirm"
    held = mode.value if mode is ReplyMode.OFF else held
    told = invoices.refused_by_rules(verdict, known)
    letter = outbox.Letter(text, now.reply, held, tells_of=told)
    if not _is_told(session, key, letter):
        outbox.compose(store, session, key, letter)


def decided(session: Session, reference: str) -> dict[str, bool | None]:
    """As ``invoices.as_told``, of a mail as it stands now."""
    revised = invoices.revised(session, reference)
    return invoices.as_told(revised, invoices.by_persons(session, reference))


def _is_told(session: Session, key: DataKey, letter: outbox.Letter) -> bool:
    """Whether the same left already, or of each invoice that it refuses another letter tells."""
    if outbox.was_told(session, key, letter):
        return True
    refuses = letter.tells_of and letter.kind is ReplyKind.REFUSAL
    return bool(refuses) and outbox.all_is_told(session, key.reference, letter.tells_of or ())


def _text(session: Session, key: DataKey, mail: MailRow, verdict: Verdict) -> Reply | None:
    summary = sealed.record(session, key, SUMMARIES, sealed.SUMMARY)
    if verdict.reply is None or summary is None or summary.mail.answer is None:
        return None
    own = profile.load(mail.municipality)
    return reply.compose_again(verdict, summary.mail.answer, mail.reference, mail.received_at, own)


def _held(store: Store, last: ReplyRow) -> str | None:
    """As the last one; what a clerk let go, or what did not arrive, a clerk sees once more."""
    mode = store.settings.replies.mode
    if last.held:
        return last.held
    if mode is not ReplyMode.AUTOMATIC:
        return mode.value
    was_leaving = last.state in (ReplyState.READY, ReplyState.DEFERRED)
    return None if was_leaving else ReplyMode.CONFIRM.value
