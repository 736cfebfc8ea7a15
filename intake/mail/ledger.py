"""What a watcher of a mailbox remembers of each message; the store writes it down."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from intake.model.mail import LeftOut, MailboxFolder, MessageState


@dataclass(frozen=True, slots=True)
class DoneFolder:
    """The folder of kept mails, as the last pass that knew all of it left it."""

    uidvalidity: int | None
    uidnext: int | None
    """What has this UID or a higher one, our own moves did not put there, or it was moved for a
    database that was lost since."""
    reread_since: dt.datetime | None = None
    """After a restore of the database: what came in since is read again."""


@dataclass(frozen=True, slots=True)
class Attempts:
    """How a message failed that is not taken in yet."""

    tries: int
    left_out: LeftOut
    since: dt.datetime
    reference: str | None
    """The case that keeps its header, once there is one."""


class Ledger(Protocol):
    """What the watcher remembers; written by the store."""

    def first_start(self, account: str) -> dt.datetime:
        """The moment this mailbox was first watched (aware)."""
        ...

    def done_folder(self, account: str) -> DoneFolder:
        """The folder of kept mails as ``record_done_folder`` left it."""
        ...

    def record_done_folder(self, account: str, uidvalidity: int, uidnext: int) -> None:
        """Everything in the folder of kept mails below this UID is known here; nothing is left to
        be read again.
        """
        ...

    def to_take_in(self, folder: MailboxFolder, uids: Sequence[int]) -> Sequence[int]:
        """Those UIDs that were never recorded, or failed and are to be tried again now, in their
        order.
        """
        ...

    def record(
        self,
        folder: MailboxFolder,
        uid: int,
        state: MessageState,
        reference: str | None = None,
        content: bytes | None = None,
    ) -> None:
        """Write what was done with a message, over what was written before; one that comes in after
        all is left out no more.
        """
        ...

    def failed(
        self, folder: MailboxFolder, uid: int, left_out: LeftOut, reference: str | None
    ) -> None:
        """Write one more failed try, and the case that keeps the message's header when there is
        one.
        """
        ...

    def attempts(self, folder: MailboxFolder) -> Mapping[int, Attempts]:
        """The messages of this folder that failed and are not taken in, by UID, without those known
        to be gone.
        """
        ...

    def gone(self, folder: MailboxFolder, uids: Sequence[int]) -> None:
        """These stand in the folder no more; nor does what was left out in an earlier life of it."""
        ...

    def to_move(self, folder: MailboxFolder) -> Sequence[int]:
        """UIDs recorded as KEPT."""
        ...

    def to_delete(self, folder: MailboxFolder, days: int) -> Sequence[int]:
        """UIDs that still stand there and whose mail was decided at least ``days`` days ago."""
        ...


class Known(Protocol):
    """What the journal knows of messages that stand in a mailbox; written by the store."""

    def by_uid(self, folder: MailboxFolder, uids: Sequence[int]) -> Mapping[int, str | None]:
        """Those of the UIDs that were looked at, each with the mail that it became."""
        ...

    def by_content(self, raw: bytes, municipality: str) -> str | None:
        """The mail that this is."""
        ...

    def remember(self, folder: MailboxFolder, uid: int, reference: str) -> None:
        """Write which mail a message is, so that its content need not be fetched again."""
        ...
