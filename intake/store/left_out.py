"""Mails that stay in their mailbox and wait for a person: too large, not delivered by the server,
or not to be kept.

Each is a case that holds the mail's header, in quarantine, so that list, letters, audit and
retention are those of every other case. It closes by itself when the mail comes in after all.
"""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from intake.errors import CannotOpen
from intake.model.basics import local_date
from intake.model.mail import LeftOutWhy
from intake.model.verdict import MailOutcome, Verdict
from intake.stages import reasons
from intake.store import Store, outbox, sealed
from intake.store.decision import CARDS, Card
from intake.store.records import VERDICTS
from intake.store.tables import CaseState, LeftOutRow, MailRow

WAITS = col(MailRow.state).in_((CaseState.RECEIVED, CaseState.QUARANTINED))
"""Nobody has dealt with the case yet."""


@dataclass(frozen=True, slots=True)
class Remaining:
    """One mail that stays in its mailbox."""

    reference: str
    why: LeftOutWhy
    size: int | None
    """Bytes, as far as the server tells."""
    account: str
    folder: str
    received_at: dt.datetime
    gone: bool
    """It stands in that folder no more."""
    tried_again: bool
    """We still try to take it in."""


def waiting(store: Store) -> tuple[Remaining, ...]:
    """Those that nobody has dealt with, oldest first."""
    return tuple({each.reference: each for each in _remaining(store, WAITS)}.values())


def of_case(store: Store, reference: str) -> Remaining | None:
    """Where the mail of this case stands, dealt with or not; None for a mail that was taken in."""
    found = _remaining(store, col(MailRow.reference) == reference)
    return found[-1] if found else None


def close(store: Store, session: Session, reference: str, arrived: str) -> None:
    """The mail came in after all, as another case: what was to be done about it is past, unless a
    person decided already.
    """
    mail = session.exec(
        select(MailRow).where(col(MailRow.reference) == reference, WAITS).with_for_update()
    ).first()
    if mail is None or reference == arrived:
        return
    key = sealed.key_of(store, mail)
    reason = reasons.sentence("left-out-arrived", reference=arrived)
    card = None
    with suppress(CannotOpen):
        card = sealed.record(session, key, CARDS, sealed.CARD)
    sealed.clear(session, reference, sealed.VERDICT, sealed.CARD)
    verdict = Verdict(MailOutcome.IGNORED, reason, local_date(mail.received_at))
    new = CARDS.pack(Card(None, None, None, reason, card.sender if card else None))
    pieces = [sealed.Piece(sealed.VERDICT, VERDICTS.pack(verdict)), sealed.Piece(sealed.CARD, new)]
    sealed.put(session, key, pieces)
    mail.state, mail.due, mail.decided_at = CaseState.IGNORED, False, store.clock()
    mail.lease_token = mail.hold_boot = mail.hold_until = None
    mail.version += 1
    outbox.overtake(store, session, reference)
    sealed.note(store, session, reference, "arrived", detail=sealed.words(key, arrived))


def _remaining(store: Store, condition: ColumnElement[bool]) -> list[Remaining]:
    """What is known of each, the place that it was last seen at last."""
    wanted = select(LeftOutRow, MailRow.received_at).join(
        MailRow, col(MailRow.reference) == col(LeftOutRow.reference)
    )
    with store.read() as session:
        rows = session.exec(
            wanted.where(condition).order_by(col(LeftOutRow.gone).desc(), col(LeftOutRow.id))
        ).all()
    found = [
        Remaining(
            row.reference or "",
            LeftOutWhy(row.why),
            row.size,
            row.account,
            row.folder,
            received,
            row.gone,
            row.again_at is not None,
        )
        for row, received in rows
    ]
    return sorted(found, key=lambda each: each.received_at)
