"""How much waits for each part of the installation, and since when: numbers only, for `doctor` and
the monitor.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func
from sqlmodel import Session, col, select

from intake.store import Store, outbox
from intake.store.tables import LedgerRow, MailRow, ReplyRow


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits for one part."""

    length: int
    oldest: dt.datetime | None
    """When the first of it came; None: nothing waits."""

    def figures(self, now: dt.datetime) -> dict[str, int]:
        """As numbers for a program; an age is never below zero, also when a clock was set back."""
        age = max(0.0, (now - self.oldest).total_seconds()) if self.oldest else 0.0
        return {"queue": self.length, "oldest_seconds": int(age)}


def queues(store: Store) -> Mapping[str, Queue]:
    """By the name of a part: the mails that no worker has judged yet, all of them and those of each
    watched mailbox, and the replies that are to leave by themselves.
    """
    with store.read() as session:
        return dict(_queues(store, session))


def _queues(store: Store, session: Session) -> Iterator[tuple[str, Queue]]:
    due = col(MailRow.due).is_(True)
    yield "worker", _mails(session, due)
    for part, source in store.settings.parts():
        if source.account is not None:
            own = select(LedgerRow.reference).where(
                col(LedgerRow.account) == source.account,
                col(LedgerRow.reference) == col(MailRow.reference),
            )
            yield part, _mails(session, due, own.exists())
    if store.settings.sends:
        leaving = (outbox.unsent(), col(ReplyRow.state).in_(outbox.LEAVING))
        counted = select(func.count(), func.min(col(ReplyRow.created_at))).where(*leaving)
        yield "sender", Queue(*session.exec(counted).one())


def _mails(session: Session, *which: ColumnElement[bool]) -> Queue:
    counted = select(func.count(), func.min(col(MailRow.received_at))).where(*which)
    return Queue(*session.exec(counted).one())
