"""The ledger of watched mailboxes: which message was looked at, which mail it became, and what is
still to be moved.

A message is known by account, folder, UIDVALIDITY and UID (RFC 9051 §2.3.1.1); when a server makes
UIDs anew, keeping the mail again finds its content by hash, so nothing is skipped and nothing comes
in twice. A message that could not be taken in stands in a table of its own (left_out.py), until it
comes in or a person has dealt with it.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TypeVar

from sqlalchemy import BindParameter, ColumnElement, and_, bindparam, delete, or_, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from intake.mail.ledger import Attempts, DoneFolder
from intake.model.mail import LeftOut, LeftOutWhy, MailboxFolder, MessageState
from intake.store import Store, journal, left_out
from intake.store.tables import ArrivalKind, ArrivalRow, LedgerRow, LeftOutRow, MailboxRow, MailRow

AGAIN_SECONDS = (60.0, 600.0, 3_600.0, 21_600.0, *(86_400.0,) * 14)
"""Pauses before each next try of a message that failed; after the last one it is tried no more."""

_AT_ONCE = 500
_Message = TypeVar("_Message", LedgerRow, LeftOutRow)


class MailboxLedger:
    """What the watcher of mail/imap_watcher.py remembers (its ``Ledger``), in the database."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def first_start(self, account: str) -> dt.datetime:
        """The moment this mailbox was first watched; mail from before it is left alone."""
        found = self._started(account)
        if found is None:
            # another watcher may be first
            with contextlib.suppress(IntegrityError), self._store.write() as session:
                session.add(MailboxRow(account=account, first_start=self._store.clock()))
            found = self._started(account)
        assert found is not None
        return found

    def done_folder(self, account: str) -> DoneFolder:
        """The folder of kept mails as ``record_done_folder`` left it."""
        with self._store.read() as session:
            row = session.get(MailboxRow, account)
            if row is None:
                return DoneFolder(None, None)
            return DoneFolder(row.done_uidvalidity, row.done_uidnext, row.reread_since)

    def record_done_folder(self, account: str, uidvalidity: int, uidnext: int) -> None:
        """Everything in the folder of kept mails below this UID is known here; nothing is left to
        be read again.
        """
        self.first_start(account)
        known = {"done_uidvalidity": uidvalidity, "done_uidnext": uidnext, "reread_since": None}
        with self._store.write() as session:
            session.execute(
                update(MailboxRow).where(col(MailboxRow.account) == account).values(**known)
            )

    def to_take_in(self, folder: MailboxFolder, uids: Sequence[int]) -> tuple[int, ...]:
        """Those of the UIDs that were never looked at, or failed and are due for their next try, in
        their order.

        Too large is tried again when the limit allows it; nothing is, once a person has dealt with
        it.
        """
        now, limit = self._store.clock(), self._store.settings.max_mail_bytes
        fits = and_(col(LeftOutRow.why) == LeftOutWhy.TOO_LARGE, col(LeftOutRow.size) <= limit)
        is_due = and_(
            or_(col(LeftOutRow.again_at) <= now, fits),
            or_(col(LeftOutRow.reference).is_(None), left_out.WAITS),
        )
        failed = select(LeftOutRow.uid, is_due).join(
            MailRow, col(MailRow.reference) == col(LeftOutRow.reference), isouter=True
        )
        known: set[int] = set()
        with self._store.read() as session:
            for start in range(0, len(uids), _AT_ONCE):
                some = col(LedgerRow.uid).in_(uids[start : start + _AT_ONCE])
                known.update(session.exec(select(LedgerRow.uid).where(*_in(folder), some)))
            due = dict(session.exec(failed.where(*_in(folder, LeftOutRow))).all())
        return tuple(uid for uid in uids if due.get(uid, uid not in known))

    def record(
        self,
        folder: MailboxFolder,
        uid: int,
        state: MessageState,
        reference: str | None = None,
        content: bytes | None = None,
    ) -> None:
        """Write what was done with a message; one that stands there already keeps its reference and
        content.

        One that was left out is so no more, and its case closes by itself.
        """
        with self._store.write() as session:
            self._record(session, folder, uid, state, reference, content)
            late = session.exec(_one(LeftOutRow, folder, uid)).first()
            if late is not None and reference is not None:
                session.delete(late)
                if late.reference is not None:
                    left_out.close(self._store, session, late.reference, reference)
                    if late.reference != reference:
                        _came_in(session, late.reference)

    def _record(
        self,
        session: Session,
        folder: MailboxFolder,
        uid: int,
        state: MessageState,
        reference: str | None,
        content: bytes | None = None,
    ) -> None:
        row = session.exec(_one(LedgerRow, folder, uid)).first()
        if row is None:
            row = LedgerRow(**asdict(folder), uid=uid)
            session.add(row)
        row.state, row.at = state, self._store.clock()
        row.reference = reference or row.reference
        if content is not None:
            row.content_hash = self._store.vault.hash("mail-bytes", content)

    def failed(self, folder: MailboxFolder, uid: int, why: LeftOut, reference: str | None) -> None:
        """Count one more try that failed; with the case that keeps its header it is no message to
        be looked at any more.
        """
        now = self._store.clock()
        with self._store.write() as session:
            row = session.exec(_one(LeftOutRow, folder, uid)).first()
            if row is None:
                row = LeftOutRow(**asdict(folder), uid=uid, since=now, tries=0)
                session.add(row)
            row.why, row.size, row.reference = why.why, why.size, reference
            row.tries += 1
            row.again_at = None
            if why.why is not LeftOutWhy.TOO_LARGE and row.tries <= len(AGAIN_SECONDS):
                row.again_at = now + dt.timedelta(seconds=AGAIN_SECONDS[row.tries - 1])
            if reference is not None:
                self._record(session, folder, uid, MessageState.LEFT_OUT, reference)

    def attempts(self, folder: MailboxFolder) -> Mapping[int, Attempts]:
        """The messages of this folder that failed and are not taken in, by UID, without those known
        to be gone.
        """
        limit = self._store.settings.max_mail_bytes
        with self._store.read() as session:
            rows = session.exec(
                select(LeftOutRow).where(*_in(folder, LeftOutRow), col(LeftOutRow.gone).is_(False))
            ).all()
        return {
            row.uid: Attempts(
                row.tries, LeftOut(LeftOutWhy(row.why), row.size, limit), row.since, row.reference
            )
            for row in rows
        }

    def gone(self, folder: MailboxFolder, uids: Sequence[int]) -> None:
        """These stand in the folder no more; nor does what was left out in an earlier life of it."""
        here = (
            col(LeftOutRow.account) == folder.account,
            col(LeftOutRow.folder) == folder.folder,
            col(LeftOutRow.gone).is_(False),
        )
        moved = or_(
            col(LeftOutRow.uidvalidity) != folder.uidvalidity, col(LeftOutRow.uid).in_(uids)
        )
        with self._store.read() as session:
            if session.exec(select(LeftOutRow.id).where(*here, moved).limit(1)).first() is None:
                return
        with self._store.write() as session:
            session.execute(
                delete(LeftOutRow).where(*here, moved, col(LeftOutRow.reference).is_(None))
            )
            session.execute(update(LeftOutRow).where(*here, moved).values(gone=True))

    def to_move(self, folder: MailboxFolder) -> tuple[int, ...]:
        """UIDs of messages that are committed here and not yet moved."""
        with self._store.read() as session:
            kept = select(LedgerRow.uid).where(
                *_in(folder), col(LedgerRow.state) == MessageState.KEPT, _unfinished()
            )
            return tuple(session.exec(kept.order_by(col(LedgerRow.uid))))

    def to_delete(self, folder: MailboxFolder, days: int) -> tuple[int, ...]:
        """UIDs of messages that still stand there and whose mail was decided, and waits no longer,
        ``days`` or more days ago, or was destroyed.
        """
        decided = and_(
            col(MailRow.due).is_(False),
            col(MailRow.deadline).is_(None),
            col(MailRow.decided_at) <= self._store.clock() - dt.timedelta(days=days),
        )
        destroyed = and_(col(LedgerRow.reference).is_not(None), col(MailRow.reference).is_(None))
        with self._store.read() as session:
            past = (
                select(LedgerRow.uid)
                .join(MailRow, col(MailRow.reference) == col(LedgerRow.reference), isouter=True)
                .where(
                    *_in(folder),
                    col(LedgerRow.state).in_((MessageState.KEPT, MessageState.DONE)),
                    or_(decided, destroyed),
                )
            )
            return tuple(session.exec(past.order_by(col(LedgerRow.uid))))

    def _started(self, account: str) -> dt.datetime | None:
        with self._store.read() as session:
            row = session.get(MailboxRow, account)
            return row.first_start if row else None


class KnownMails:
    """What the journal knows of messages that stand in a mailbox (``Known`` of mail/ledger.py)."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._ledger = MailboxLedger(store)

    def by_uid(self, folder: MailboxFolder, uids: Sequence[int]) -> Mapping[int, str | None]:
        """Those of the UIDs that were looked at, each with the mail that it became."""
        found: dict[int, str | None] = {}
        wanted = select(LedgerRow.uid, LedgerRow.reference).where(*_in(folder))
        with self._store.read() as session:
            for start in range(0, len(uids), _AT_ONCE):
                some = col(LedgerRow.uid).in_(uids[start : start + _AT_ONCE])
                found.update(dict(session.exec(wanted.where(some)).all()))
        return found

    def by_content(self, raw: bytes, municipality: str) -> str | None:
        """The mail that this is."""
        return journal.known(self._store, raw, municipality)

    def remember(self, folder: MailboxFolder, uid: int, reference: str) -> None:
        """Write which mail a message is; nothing is to be done with it."""
        self._ledger.record(folder, uid, MessageState.DONE, reference)


def _came_in(session: Session, reference: str) -> None:
    session.execute(
        update(ArrivalRow)
        .where(col(ArrivalRow.reference) == reference, col(ArrivalRow.kind) == ArrivalKind.LEFT_OUT)
        .values(kind=ArrivalKind.CAME_IN)
    )


def _one(table: type[_Message], folder: MailboxFolder, uid: int) -> SelectOfScalar[_Message]:
    return select(table).where(*_in(folder, table), col(table.uid) == uid)


def _unfinished() -> ColumnElement[bool]:
    """Messages that stand there to be moved or seen to, in the words of their own index."""
    finished: BindParameter[str] = bindparam(
        None,
        [MessageState.DONE.value, MessageState.DELETED.value],
        expanding=True,
        literal_execute=True,
    )
    return col(LedgerRow.state).not_in(finished)


def _in(
    folder: MailboxFolder, table: type[LedgerRow | LeftOutRow] = LedgerRow
) -> tuple[ColumnElement[bool], ...]:
    return (
        col(table.account) == folder.account,
        col(table.folder) == folder.folder,
        col(table.uidvalidity) == folder.uidvalidity,
    )
