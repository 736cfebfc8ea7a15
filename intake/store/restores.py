"""After the database was put back from a copy: what the time between has made uncertain goes to a
person.

The copy does not know which replies left after it was made, nor which mails came in. So replies
that had not left, and those to every mail received before the restore, are held; the watched
mailbox is read again (mailbox_ledger); the break in the chain of readings is written into the chain
itself.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import case, delete, func, update
from sqlmodel import Session, col, select

from intake.store import Store, audit, audit_heads, high_water, outbox
from intake.store.tables import (
    EventRow,
    HealthRow,
    InstallationRow,
    LedgerRow,
    MailboxRow,
    RestoreRow,
    SessionRow,
)


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore found and did."""

    at: dt.datetime
    as_of: dt.datetime
    """The last moment that the copy knows of."""
    held: int
    """Replies that had not left when the copy was made."""
    lost_readings: int | None
    """Readings by persons that are missing for certain; None when no later end of their chain was
    written down."""


def record(store: Store, who: str) -> Restored:
    """Write down that this database was put back from a copy. Safe to say twice.

    Raises:
        StoreUnavailable: the database does not answer.
        ConfigurationError: the file with the ends of the chain of readings cannot be read or
            written.
    """
    written = audit_heads.read(audit_heads.file_of(store.settings))
    head = audit.head(store)
    later = [
        dated.head.sequence - head.sequence
        for dated in written
        if dated.head.sequence > head.sequence
    ]
    with store.write() as session:
        as_of = _last_sign_of_life(session)
        session.add(RestoreRow(at=store.clock(), as_of=as_of, who=who))
        held = outbox.hold_all(store, session)
        session.execute(delete(SessionRow))
        _read_again(store, session, as_of)
    audit.record(store, who, "", audit.RESTORED, result=as_of.isoformat(timespec="seconds"))
    audit_heads.write(store)
    high_water.catch_up(store)
    return Restored(store.clock(), as_of, held, max(later) if later else None)


def after(store: Store, received_at: dt.datetime) -> RestoreRow | None:
    """The newest restore, when it came after this moment: what was decided of such a mail may be
    lost.
    """
    with store.read() as session:
        wanted = (
            select(RestoreRow)
            .where(col(RestoreRow.at) >= received_at)
            .order_by(col(RestoreRow.id).desc())
            .limit(1)
        )
        return session.exec(wanted).first()


def _last_sign_of_life(session: Session) -> dt.datetime:
    """Parts that run say so every few seconds, so this is when the copy was made, or when the
    service was stopped before that.
    """
    newest = (
        select(func.max(col(HealthRow.at))),
        select(EventRow.at).order_by(col(EventRow.id).desc()).limit(1),
        select(LedgerRow.at).order_by(col(LedgerRow.id).desc()).limit(1),
        select(InstallationRow.created_at),
    )
    return max(moment for wanted in newest if (moment := session.exec(wanted).first()) is not None)


def _read_again(store: Store, session: Session, as_of: dt.datetime) -> None:
    """Also a mailbox that was first watched after the copy was made: else its watching would begin
    now.
    """
    for account in {source.account for source in store.settings.sources if source.account}:
        if session.get(MailboxRow, account) is None:
            session.add(MailboxRow(account=account, first_start=as_of))
    session.flush()
    earliest = case(
        (col(MailboxRow.reread_since) < as_of, col(MailboxRow.reread_since)), else_=as_of
    )
    session.execute(update(MailboxRow).values(reread_since=earliest))
