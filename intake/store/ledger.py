"""The ledger of watched mailboxes: which message was looked at, which mail it became, and what is still to be moved.

A message is known by account, folder, UIDVALIDITY and UID (RFC 9051 §2.3.1.1); when a server makes UIDs anew, keeping
the mail again finds its content by hash, so nothing is skipped and nothing comes in twice.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Sequence

from sqlalchemy import BindParameter, ColumnElement, and_, bindparam, or_
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from intake.mail.imap import Entry, Place
from intake.store import Store
from intake.store.tables import LedgerRow, MailboxRow, MailRow

_AT_ONCE = 500


class MailboxLedger:
    """What the watcher of mail/imap.py remembers (its ``Ledger``), in the database."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def first_start(self, account: str) -> dt.datetime:
        """The moment this mailbox was first watched; mail from before it is left alone."""
        found = self._started(account)
        if found is None:
            with contextlib.suppress(IntegrityError), self._store.write() as session:  # another watcher may be first
                session.add(MailboxRow(account=account, first_start=self._store.clock()))
            found = self._started(account)
        assert found is not None
        return found

    def unseen(self, place: Place, uids: Sequence[int]) -> tuple[int, ...]:
        """Those of the UIDs that were never looked at, in their order."""
        known: set[int] = set()
        with self._store.read() as session:
            for start in range(0, len(uids), _AT_ONCE):
                some = col(LedgerRow.uid).in_(uids[start : start + _AT_ONCE])
                known.update(session.exec(select(LedgerRow.uid).where(*_in(place), some)))
        return tuple(uid for uid in uids if uid not in known)

    def record(self, place: Place, uid: int, entry: Entry, reference: str | None = None, content: bytes | None = None) -> None:
        """Write what was done with a message; one that stands there already keeps its reference and content."""
        with self._store.write() as session:
            row = session.exec(select(LedgerRow).where(*_in(place), col(LedgerRow.uid) == uid)).first()
            if row is None:
                row = LedgerRow(
                    account=place.account, folder=place.folder, uidvalidity=place.uidvalidity, uid=uid, state=entry, at=self._store.clock()
                )
                session.add(row)
            row.state, row.at = entry, self._store.clock()
            row.reference = reference or row.reference
            if content is not None:
                row.content_hash = self._store.vault.hash("mail-bytes", content)

    def to_move(self, place: Place) -> tuple[int, ...]:
        """UIDs of messages that are committed here and not yet moved."""
        with self._store.read() as session:
            kept = select(LedgerRow.uid).where(*_in(place), col(LedgerRow.state) == Entry.KEPT, _unfinished())
            return tuple(session.exec(kept.order_by(col(LedgerRow.uid))))

    def to_delete(self, place: Place, days: int) -> tuple[int, ...]:
        """UIDs of messages that still stand there and whose mail was decided, and waits no longer, ``days`` or more days ago, or was destroyed."""
        decided = and_(
            col(MailRow.due).is_(False),
            col(MailRow.deadline).is_(None),
            col(MailRow.decided_at) <= self._store.clock() - dt.timedelta(days=days),
        )
        destroyed = and_(col(LedgerRow.reference).is_not(None), col(MailRow.reference).is_(None))
        with self._store.read() as session:
            return tuple(
                session.exec(
                    select(LedgerRow.uid)
                    .join(MailRow, col(MailRow.reference) == col(LedgerRow.reference), isouter=True)
                    .where(*_in(place), col(LedgerRow.state).in_((Entry.KEPT, Entry.DONE)), or_(decided, destroyed))
                    .order_by(col(LedgerRow.uid))
                )
            )

    def _started(self, account: str) -> dt.datetime | None:
        with self._store.read() as session:
            row = session.get(MailboxRow, account)
            return row.first_start if row else None


def left_out(store: Store, account: str) -> tuple[tuple[str, int], ...]:
    """Folder and UID of messages that were too large to take in, for the page and `doctor`."""
    with store.read() as session:
        rows = session.exec(
            select(LedgerRow).where(
                col(LedgerRow.account) == account, col(LedgerRow.state) == Entry.TOO_LARGE, _unfinished()
            )
        )
        return tuple((row.folder, row.uid) for row in rows)


def _unfinished() -> ColumnElement[bool]:
    """Messages that stand there to be moved or seen to, in the words of their own index."""
    finished: BindParameter[str] = bindparam(
        None, [Entry.DONE.value, Entry.DELETED.value], expanding=True, literal_execute=True
    )
    return col(LedgerRow.state).not_in(finished)


def _in(place: Place) -> tuple[ColumnElement[bool], ...]:
    return (col(LedgerRow.account) == place.account, col(LedgerRow.folder) == place.folder, col(LedgerRow.uidvalidity) == place.uidvalidity)
