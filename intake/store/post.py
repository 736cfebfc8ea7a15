"""Mail of a person without an invoice (post): answered, closed, and put beside the case it is about.

Such a mail is never accepted: there is nothing to pay. It ends as ``ignored``, decided by a person. What
could not be read beside an invoice is answered or closed likewise; its mail ends as its invoices do.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from intake.errors import Conflict
from intake.model.mail import PostKind, Reply, ReplyKind
from intake.sections import ReplyMode
from intake.store import Store, cases, outbox, sealed
from intake.store.journal import find
from intake.store.lookup_hashes import THREAD
from intake.store.tables import CaseState, MailRow, PostLinkRow, TraitRow, cols

_MOST = 50
"""Mails of one thread that are shown."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another mail of the same thread, or one that a person put beside it."""

    reference: str
    received_at: dt.datetime
    state: CaseState
    post: PostKind | None
    """None: it holds an invoice, or an attachment of one."""


def answer(store: Store, reference: str, user: str, version: int, letter: Reply) -> None:
    """Let an answer go that the person saw (never under mode ``off``); the mail is dealt with.

    Raises:
        Conflict: the mail changed since ``version``, holds nothing but invoices, or is dealt with.
    """
    with store.write() as session:
        whole = _close(store, session, reference, user, version)
        key = sealed.key_of(store, find(session, reference))
        held = "off" if store.settings.replies.mode is ReplyMode.OFF else None
        moment = outbox.undo_moment(store)
        about = None if whole else ()
        outgoing = outbox.Letter(letter, ReplyKind.ANSWER, held, user, moment, about)
        outbox.compose(store, session, key, outgoing)
        sealed.note(store, session, reference, "answered", user)


def close(store: Store, reference: str, user: str, version: int, why: str) -> None:
    """The mail is dealt with without an answer from here. A letter that nobody let go is dropped.

    Args:
        why: for who reads the case later; kept sealed.

    Raises:
        Conflict: as ``answer``.
    """
    with store.write() as session:
        _close(store, session, reference, user, version)
        key = sealed.key_of(store, find(session, reference))
        sealed.note(store, session, reference, "closed", user, sealed.words(key, why))


def _close(store: Store, session: Session, reference: str, user: str, version: int) -> bool:
    """Returns whether that was all of the mail; then the rules have nothing to tell any more."""
    whole = cases.close_post(store, session, reference, user, version)
    if whole:
        outbox.overtake(store, session, reference)
    return whole


def link(store: Store, reference: str, about: str, user: str) -> None:
    """Put a mail beside the case it is about; another link of it is gone.

    Raises:
        NotKept: one of the two is not there.
        Conflict: it is the same case.
    """
    if reference == about:
        raise Conflict(f"{reference} cannot be about itself")
    with store.write() as session:
        key = sealed.key_of(store, find(session, reference))
        find(session, about)
        session.execute(delete(PostLinkRow).where(col(PostLinkRow.reference) == reference))
        session.add(PostLinkRow(reference=reference, about=about))
        sealed.note(store, session, reference, "linked", user, sealed.words(key, about))


def beside(store: Store, reference: str) -> list[Neighbour]:
    """The other mails of this one's thread, and those that a person linked; the oldest first."""
    with store.read() as session:
        references = {*_thread(session, reference), *_linked(session, reference)} - {reference}
        wanted = (
            select(*cols(MailRow.reference, MailRow.received_at, MailRow.state, MailRow.post))
            .where(col(MailRow.reference).in_(sorted(references)))
            .order_by(col(MailRow.sequence))
        )
        return [
            Neighbour(
                row.reference,
                row.received_at,
                CaseState(row.state),
                PostKind(row.post) if row.post else None,
            )
            for row in session.execute(wanted)
        ]


def _thread(session: Session, reference: str) -> Iterable[str]:
    own, other = aliased(TraitRow), aliased(TraitRow)
    wanted = (
        select(col(other.reference))
        .distinct()
        .join(own, (col(own.hash) == col(other.hash)) & (col(own.kind) == col(other.kind)))
        .where(col(own.reference) == reference, col(own.kind) == THREAD)
        .limit(_MOST)
    )
    return session.execute(wanted).scalars().all()


def _linked(session: Session, reference: str) -> Iterable[str]:
    """Both ways: what it is about, and what is about it."""
    about = select(col(PostLinkRow.about)).where(col(PostLinkRow.reference) == reference)
    by = select(col(PostLinkRow.reference)).where(col(PostLinkRow.about) == reference).limit(_MOST)
    return [*session.execute(about).scalars(), *session.execute(by).scalars()]
