"""What stands in an IMAP mailbox of what came in on one day, in whichever folder, and whether the
journal knows it.

A message that was moved has another UID, so one that the ledger does not know by that is known by its
content; once it is, the ledger knows its UID too. Nothing is marked, moved or taken in.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from imapclient import IMAPClient

from intake.errors import MailboxUnavailable
from intake.mail.imap_watcher import (
    FAULTS,
    MailboxSession,
    NotDeliveredError,
    connect,
    of_the_session,
)
from intake.mail.ledger import Known
from intake.mail.mailbox_folders import is_junk, is_own
from intake.mail.mailbox_settings import MailboxSettings
from intake.mail.sources.base import Reception
from intake.mail.taking_in import start_of
from intake.model.basics import local_date
from intake.model.completeness import Stock
from intake.model.mail import MailboxFolder

_AT_ONCE = 500
_MOST_MISSING = 100_000
"""A server that leaps over more numbers than this does not count messages with them."""
_NO_FOLDER = frozenset({b"\\noselect", b"\\nonexistent", b"\\sent", b"\\drafts", b"\\all"})
_JUNK = b"\\junk"


def take_stock(
    mailbox: MailboxSettings, reception: Reception, known: Known, day: dt.date, before: str | None
) -> Stock:
    """Look through all folders.

    Args:
        before: ``Stock.cursor`` of an earlier day; None: do not look for what vanished.

    Raises:
        IntakeError: no connection, a refused login, or the server breaks off.
    """
    try:
        with connect(mailbox) as client:
            return _Look(client, mailbox, reception).stock(known, day, before)
    except FAULTS as error:
        fault = of_the_session(error)
        raise fault or MailboxUnavailable(
            f"the mailbox cannot be looked through ({type(error).__name__})"
        ) from None


@dataclass
class _Look(MailboxSession):
    """One session that only looks."""

    def stock(self, known: Known, day: dt.date, before: str | None) -> Stock:
        references: set[str] = set()
        unknown: list[str] = []
        junk = 0
        for name, is_for_junk in _folders(self.client, self.mailbox.not_counted):
            folder = self._open(name)
            uids = self._of_day(day)
            if is_for_junk:
                junk += len(uids)
                continue
            for uid, reference in self._identified(known, folder, uids):
                if reference is None:
                    unknown.append(_place(folder, uid))
                else:
                    references.add(reference)
        folder = self._open(self.mailbox.folder)
        uidnext = int(self.client.folder_status(self.mailbox.folder, ["UIDNEXT"])[b"UIDNEXT"])
        return Stock(
            frozenset(references),
            tuple(unknown),
            junk,
            None if before is None else self._vanished(known, folder, before, uidnext),
            f"{folder.uidvalidity}:{uidnext}",
        )

    def messages(self, name: str) -> Iterator[tuple[int, dt.datetime, bytes | None]]:
        """Those of one folder; one that went meanwhile is left out."""
        self._open(name)
        uids = sorted(self.client.search(["ALL"]))
        for at in range(0, len(uids), _AT_ONCE):
            some = uids[at : at + _AT_ONCE]
            dates = self._dates(some)
            for uid in some:
                received = min(dates.get(uid) or _now(), _now()).astimezone(dt.UTC)
                try:
                    fetched = self._fetch(uid)
                except NotDeliveredError:
                    yield uid, received, None
                    continue
                if fetched is not None:
                    yield uid, received, fetched.raw if fetched.whole else None

    def _open(self, name: str) -> MailboxFolder:
        selected = self.client.select_folder(name, readonly=True)
        return MailboxFolder(self.mailbox.account, name, int(selected.get(b"UIDVALIDITY", 0)))

    def _of_day(self, day: dt.date) -> list[int]:
        """The messages that came in on this day and not before we began. A search knows no time
        zones.
        """
        around = ["SINCE", day - dt.timedelta(days=1), "BEFORE", day + dt.timedelta(days=2)]
        uids = sorted(self.client.search(around))
        start = start_of(self.ledger, self.mailbox.account, self.mailbox.since).replace(
            microsecond=0
        )
        found = []
        for at in range(0, len(uids), _AT_ONCE):
            dates = self._dates(uids[at : at + _AT_ONCE])
            found += [u for u, when in dates.items() if when >= start and local_date(when) == day]
        return found

    def _identified(
        self, known: Known, folder: MailboxFolder, uids: Sequence[int]
    ) -> Iterator[tuple[int, str | None]]:
        """Each message with the mail of the journal that it is."""
        looked_at = known.by_uid(folder, uids)
        for uid in uids:
            if uid in looked_at and (reference := looked_at[uid]) is not None:
                yield uid, reference
                continue
            try:
                fetched = self._fetch(uid)
            except NotDeliveredError:
                yield uid, None
                continue
            if fetched is None:
                continue  # it went at this moment
            reference = known.by_content(fetched.raw, self.mailbox.municipality)
            if reference is not None and folder.folder != self.mailbox.folder:
                known.remember(folder, uid, reference)  # where mail comes in, the watcher does so
            yield uid, reference

    def _vanished(
        self, known: Known, folder: MailboxFolder, before: str, uidnext: int
    ) -> tuple[str, ...] | None:
        """The messages of the folder that were given a number since, are not there, and were never
        looked at. None when that cannot be known: after the server numbered all of them anew, or
        left out too many numbers.
        """
        uidvalidity, _, first = before.partition(":")
        if uidvalidity != str(folder.uidvalidity) or not first.isdigit():
            return None
        numbers = range(int(first), uidnext)
        if not numbers:
            return ()
        if len(numbers) > _MOST_MISSING:
            return None
        there = set(self.client.search(["UID", f"{first}:{uidnext - 1}"]))
        missing = [uid for uid in numbers if uid not in there]
        looked_at = known.by_uid(folder, missing)
        return tuple(_place(folder, uid) for uid in missing if uid not in looked_at)


def _folders(client: IMAPClient, not_counted: Iterable[str]) -> Iterator[tuple[str, bool]]:
    """The folders in which mail that came in may stand, and whether one is for junk."""
    for flags, separator, name in client.list_folders():
        uses = {flag.lower() for flag in flags}
        level = (separator or b"\0").decode("ascii", "replace")
        above, _, base = str(name).rpartition(level)
        is_top = above.upper() in ("", "INBOX")
        if uses & _NO_FOLDER or is_own(base, tuple(not_counted), is_top) or name in not_counted:
            continue
        yield str(name), _JUNK in uses or is_junk(base)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _place(folder: MailboxFolder, uid: int) -> str:
    return f"{folder.folder}/{folder.uidvalidity}/{uid}"


def read_folder(
    mailbox: MailboxSettings, reception: Reception, name: str
) -> Iterator[tuple[int, dt.datetime, bytes | None]]:
    """Each message of a folder with its UID and when it came in; None instead of one that is too
    large or is not delivered. Nothing is marked, moved or taken in.

    Raises:
        IntakeError: no connection, no such folder, or the server breaks off.
    """
    try:
        with connect(mailbox) as client:
            yield from _Look(client, mailbox, reception).messages(name)
    except FAULTS as error:
        fault = of_the_session(error)
        raise fault or MailboxUnavailable(
            f"the folder cannot be read ({type(error).__name__})"
        ) from None
