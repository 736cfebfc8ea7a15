"""The ledger of watched mailboxes: which message was looked at, which mail it became, and what is still to be moved.

A message is known by account, folder, UIDVALIDITY and UID (RFC 9051 §2.3.1.1); when a server makes UIDs anew, keeping
the mail again finds its content by hash, so nothing is skipped and nothing comes in twice.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from intake.store import Store
from intake.store.tables import LedgerRow, MailboxRow, MailRow


class Entry(StrEnum):
    """What was done with one message."""

    KEPT = "kept"
    """Committed here; still stands where it came in."""
    DONE = "done"
    """Moved, or left there on purpose."""
    DELETED = "deleted"
    TOO_LARGE = "too-large"
    TOO_OLD = "too-old"
    """From before the first start: left alone."""


@dataclass(frozen=True, slots=True)
class Place:
    """A folder of a mailbox in one of its lives."""

    account: str
    folder: str
    uidvalidity: int


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a folder and the mail it became."""

    uid: int
    reference: str


def first_start(store: Store, account: str) -> dt.datetime:
    """The moment this mailbox was first watched; mail from before it is left alone."""
    with store.read() as session:
        row = session.get(MailboxRow, account)
    if row is not None:
        return row.first_start
    try:
        with store.write() as session:
            session.add(MailboxRow(account=account, first_start=store.clock()))
    except IntegrityError:
        pass  # another watcher was first
    with store.read() as session:
        return session.exec(select(MailboxRow).where(col(MailboxRow.account) == account)).one().first_start


def unseen(store: Store, place: Place, uids: Sequence[int]) -> tuple[int, ...]:
    """Those of the UIDs that were never looked at, in their order."""
    with store.read() as session:
        known = set(session.exec(select(LedgerRow.uid).where(*_in(place))))
    return tuple(uid for uid in uids if uid not in known)


def record(store: Store, place: Place, uid: int, entry: Entry, reference: str | None = None, content: bytes | None = None) -> None:
    """Write what was done with a message; a message that stands there already is updated."""
    with store.write() as session:
        row = session.exec(select(LedgerRow).where(*_in(place), col(LedgerRow.uid) == uid)).first()
        if row is None:
            row = LedgerRow(account=place.account, folder=place.folder, uidvalidity=place.uidvalidity, uid=uid, state=entry, at=store.clock())
            session.add(row)
        row.state, row.at = entry, store.clock()
        row.reference = reference or row.reference
        if content is not None:
            row.content_hash = store.vault.hash("mail-bytes", content)


def to_move(store: Store, place: Place) -> tuple[Message, ...]:
    """Messages that are committed here and not yet moved."""
    with store.read() as session:
        return _messages(session.exec(select(LedgerRow).where(*_in(place), col(LedgerRow.state) == Entry.KEPT).order_by(col(LedgerRow.uid))))


def to_delete(store: Store, place: Place, days: int) -> tuple[Message, ...]:
    """Messages whose mail was decided ``days`` or more days ago and that still stand in the folder."""
    with store.read() as session:
        return _messages(
            session.exec(
                select(LedgerRow)
                .join(MailRow, col(MailRow.reference) == col(LedgerRow.reference))
                .where(
                    *_in(place),
                    col(LedgerRow.state).in_((Entry.KEPT, Entry.DONE)),
                    col(MailRow.due).is_(False),
                    col(MailRow.deadline).is_(None),
                    col(MailRow.decided_at) <= store.clock() - dt.timedelta(days=days),
                )
                .order_by(col(LedgerRow.uid))
            )
        )


def left_out(store: Store, account: str) -> tuple[tuple[str, int], ...]:
    """Folder and UID of messages that were too large to take in, for the page and `doctor`."""
    with store.read() as session:
        rows = session.exec(select(LedgerRow).where(col(LedgerRow.account) == account, col(LedgerRow.state) == Entry.TOO_LARGE))
        return tuple((row.folder, row.uid) for row in rows)


def _in(place: Place) -> tuple[ColumnElement[bool], ...]:
    return (col(LedgerRow.account) == place.account, col(LedgerRow.folder) == place.folder, col(LedgerRow.uidvalidity) == place.uidvalidity)


def _messages(rows: Iterable[LedgerRow]) -> tuple[Message, ...]:
    return tuple(Message(row.uid, row.reference or "") for row in rows)
