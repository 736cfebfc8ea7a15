"""Mailbox watcher: polling is the truth, IDLE only wakes it up; a mail is moved after it is kept, never before.

Messages are known by account, folder, UIDVALIDITY and UID (RFC 9051 §2.3.1.1). When any of these changes, the mail is
handed to ``keep`` again, which knows its content, so nothing is skipped and nothing comes in twice.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import imaplib
import logging
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

import structlog
from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientError, LoginError

from intake.errors import IntakeError, MailboxLoginRefused, MailboxUnavailable, TooLarge
from intake.settings import MailboxAfter, Settings
from intake.types import AMSTERDAM, Envelope

CHUNK = 1_000_000
"""Bytes of one message asked at a time."""
MAX_LITERAL = 4 * CHUNK
"""A server that announces more in one answer is broken or hostile; imaplib would reserve it at once."""
BATCH = 100
CONNECT_SECONDS = 30.0
READ_SECONDS = 120.0
PAUSES = (2.0, 5.0, 15.0, 60.0, 300.0)
"""Seconds before each next try after a fault."""
LOGIN_PAUSES = (900.0, 3_600.0, 14_400.0)
"""After a refused login: so few tries that no server locks the account."""

_FAULTS = (IMAPClientError, imaplib.IMAP4.error, OSError, ssl.SSLError, MemoryError, UnicodeError, ValueError)
_NOT_THE_PASSWORD = ("[UNAVAILABLE]", "[INUSE]", "[LIMIT]", "[SERVERBUG]", "[CONTACTADMIN]")

log = structlog.get_logger()


class Entry(StrEnum):
    """What was done with one message."""

    KEPT = "kept"
    """Kept here; still stands where it came in."""
    DONE = "done"
    """Moved, or left there on purpose."""
    DELETED = "deleted"
    TOO_LARGE = "too-large"


@dataclass(frozen=True, slots=True)
class Place:
    """A folder of a mailbox in one of its lives."""

    account: str
    folder: str
    uidvalidity: int


class Ledger(Protocol):
    """What the watcher remembers; written by the store."""

    def first_start(self, account: str) -> dt.datetime:
        """The moment this mailbox was first watched (aware)."""
        ...

    def unseen(self, place: Place, uids: Sequence[int]) -> Sequence[int]:
        """Those UIDs that were never recorded, in their order."""
        ...

    def record(self, place: Place, uid: int, entry: Entry, reference: str | None = None, content: bytes | None = None) -> None:
        """Write what was done with a message, over what was written before."""
        ...

    def to_move(self, place: Place) -> Sequence[int]:
        """UIDs recorded as KEPT."""
        ...

    def to_delete(self, place: Place, days: int) -> Sequence[int]:
        """UIDs that still stand there and whose mail was decided at least ``days`` days ago."""
        ...


Report = Callable[[bool, str], None]
"""Told after every pass: whether all is well, and a code (``ok``, ``too-large``, ``mailbox-login`` …)."""


def watch(settings: Settings, ledger: Ledger, keep: Callable[[bytes, Envelope], str], report: Report, stop: threading.Event) -> None:
    """Watch the mailbox until ``stop``. Faults of the network, the server and the store are reported and tried again."""
    logging.getLogger("imapclient").setLevel(logging.WARNING)  # its debug log holds mails
    faults = 0
    while not stop.is_set():
        try:
            with connect(settings) as client:
                box = Mailbox(client, settings, ledger, keep)
                while not stop.is_set():
                    code = box.take_in()
                    faults = 0
                    report(code == "ok", code)
                    _wait_for_mail(client, settings.mailbox_poll_seconds, stop)
        except (IntakeError, *_FAULTS) as error:
            code = error.code if isinstance(error, IntakeError) else MailboxUnavailable.code
            pauses = LOGIN_PAUSES if isinstance(error, MailboxLoginRefused) else PAUSES
            pause = pauses[min(faults, len(pauses) - 1)]
            faults += 1
            log.warning("the mailbox cannot be read now", code=code, fault=type(error).__name__, again_in=pause)
            report(False, code)
            stop.wait(pause)


@contextlib.contextmanager
def connect(settings: Settings) -> Iterator[IMAPClient]:
    """A logged-in connection; certificates are verified.

    Raises:
        MailboxUnavailable: no connection, or no TLS that can be trusted.
        MailboxLoginRefused: the server refused user and password.
    """
    try:
        context = ssl.create_default_context() if settings.mailbox_tls else None
        timeout = SocketTimeout(connect=CONNECT_SECONDS, read=READ_SECONDS)
        client = IMAPClient(settings.mailbox_host, settings.mailbox_port, ssl=settings.mailbox_tls, ssl_context=context, timeout=timeout)
    except _FAULTS as error:
        raise MailboxUnavailable(f"no connection to the mailbox server ({type(error).__name__})") from None
    try:
        client._imap.read = _bounded(client._imap.read)
        client.normalise_times = False
        _log_in(client, settings)
        yield client
    finally:
        with contextlib.suppress(*_FAULTS):
            client.logout()
        with contextlib.suppress(*_FAULTS):
            client.shutdown()


def _log_in(client: IMAPClient, settings: Settings) -> None:
    try:
        client.login(settings.mailbox_user, settings.mailbox_password.get_secret_value())
    except LoginError as error:
        broke_off = isinstance(error.__context__, imaplib.IMAP4.abort)
        if broke_off or any(code in str(error).upper() for code in _NOT_THE_PASSWORD):
            raise MailboxUnavailable("the mailbox server takes no logins now") from None
        raise MailboxLoginRefused("the mailbox server refused user and password") from None
    except _FAULTS as error:
        raise MailboxUnavailable(f"the mailbox server broke off at login ({type(error).__name__})") from None


def _bounded(read: Callable[[int], bytes]) -> Callable[[int], bytes]:
    def bounded(size: int) -> bytes:
        if size > MAX_LITERAL:
            raise imaplib.IMAP4.abort("the server announces an answer that is too large")
        return read(size)

    return bounded


@dataclass(slots=True)
class Mailbox:
    """One connection to the watched mailbox."""

    client: IMAPClient
    settings: Settings
    ledger: Ledger
    keep: Callable[[bytes, Envelope], str]
    left_alone: set[tuple[int, int]] = field(default_factory=set)
    """UIDVALIDITY and UID of messages from before the first start, looked at once a connection."""

    @property
    def account(self) -> str:
        return f"{self.settings.mailbox_user}@{self.settings.mailbox_host}"

    def take_in(self) -> str:
        """One pass: keep what is new, then move or delete what is kept.

        Returns:
            ``ok``, or the code of what a sysadmin must see: ``too-large``, ``mailbox-move``.

        Raises:
            StoreUnavailable and others of ``keep``; the faults of the connection. What was kept stays kept.
        """
        selected = self.client.select_folder(self.settings.mailbox_folder)
        place = Place(self.account, self.settings.mailbox_folder, int(selected.get(b"UIDVALIDITY", 0)))
        start = self._start()
        uids = self.client.search(["SINCE", (start - dt.timedelta(days=2)).date()])
        new = [uid for uid in self.ledger.unseen(place, sorted(uids)) if (place.uidvalidity, uid) not in self.left_alone]
        codes = [self._take(place, new[at : at + BATCH], start) for at in range(0, len(new), BATCH)]
        codes.append(self._tidy(place))
        return next((code for code in codes if code != "ok"), "ok")

    def _start(self) -> dt.datetime:
        start = self.settings.mailbox_from or self.ledger.first_start(self.account)
        return start if start.tzinfo else start.replace(tzinfo=AMSTERDAM)

    def _take(self, place: Place, uids: Sequence[int], start: dt.datetime) -> str:
        facts = self.client.fetch(uids, ["RFC822.SIZE", "INTERNALDATE"])
        code = "ok"
        for uid in uids:
            fact = facts.get(uid)
            if fact is None or b"RFC822.SIZE" not in fact:
                continue  # expunged under us
            received = _aware(fact.get(b"INTERNALDATE"))
            if received < start.replace(microsecond=0):
                self.left_alone.add((place.uidvalidity, uid))
                continue
            try:
                raw = self._fetch(uid, int(fact[b"RFC822.SIZE"]))
            except TooLarge:
                log.error("a mail in the mailbox is too large and stays there", uid=uid, bytes=fact[b"RFC822.SIZE"])
                self.ledger.record(place, uid, Entry.TOO_LARGE)
                code = "too-large"
                continue
            if raw is not None:
                self._keep(place, uid, raw, received)
        return code

    def _fetch(self, uid: int, size: int) -> bytes | None:
        """The message in chunks, never marked as read; None when it was expunged meanwhile.

        The announced size is asked first and not believed: reading ends where the server has no more.

        Raises:
            TooLarge: it is, or turns out to be, larger than we take.
        """
        pieces: list[bytes] = []
        total = 0
        while total <= self.settings.max_mail_bytes >= size:
            fact = self.client.fetch([uid], [f"BODY.PEEK[]<{total}.{CHUNK}>"]).get(uid)
            if fact is None:
                return None
            piece = next((value for key, value in fact.items() if key.startswith(b"BODY[]")), None) or b""
            pieces.append(piece)
            total += len(piece)
            if not piece or (len(piece) < CHUNK and total == size):
                return b"".join(pieces) or None
        raise TooLarge("a mail in the mailbox")

    def _keep(self, place: Place, uid: int, raw: bytes, received: dt.datetime) -> None:
        where = f"{place.account}/{place.folder}/{place.uidvalidity}/{uid}"
        now = dt.datetime.now(dt.UTC)
        envelope = Envelope(source="imap", received_at=min(received, now).astimezone(dt.UTC), tls=self.settings.mailbox_tls, place=where)
        reference = self.keep(raw, envelope)
        stays = self.settings.mailbox_after is MailboxAfter.KEEP
        self.ledger.record(place, uid, Entry.DONE if stays else Entry.KEPT, reference, raw)
        log.info("mail kept", door="imap", reference=reference)

    def _tidy(self, place: Place) -> str:
        """Move or delete what is kept; a server that refuses this does not stop the taking in."""
        try:
            if self.settings.mailbox_after is MailboxAfter.MOVE:
                self._move(place, self.ledger.to_move(place))
            elif self.settings.mailbox_after is MailboxAfter.DELETE:
                self._delete(place, self.ledger.to_delete(place, self.settings.mailbox_delete_days))
        except imaplib.IMAP4.abort:
            raise
        except IMAPClientError as error:
            log.error("the mailbox server refuses to move or delete kept mails", fault=type(error).__name__)
            return "mailbox-move"
        return "ok"

    def _move(self, place: Place, uids: Sequence[int]) -> None:
        target = self._done_folder() if uids else ""
        for at in range(0, len(uids), BATCH):
            batch = list(uids[at : at + BATCH])
            if self.client.has_capability("MOVE"):
                self.client.move(batch, target)
            else:
                self.client.copy(batch, target)
                self._expunge(batch)
            for uid in batch:
                self.ledger.record(place, uid, Entry.DONE)

    def _delete(self, place: Place, uids: Sequence[int]) -> None:
        for at in range(0, len(uids), BATCH):
            batch = list(uids[at : at + BATCH])
            self._expunge(batch)
            for uid in batch:
                self.ledger.record(place, uid, Entry.DELETED)

    def _expunge(self, uids: list[int]) -> None:
        """Remove exactly these. Without UIDPLUS a plain EXPUNGE would take along what a person marked as deleted."""
        self.client.delete_messages(uids, silent=True)
        if self.client.has_capability("UIDPLUS"):
            self.client.uid_expunge(uids)
        elif not set(self.client.search("DELETED")) - set(uids):
            self.client.expunge()

    def _done_folder(self) -> str:
        """The folder for kept mails, made when absent, under the server's personal prefix when that is asked."""
        name = self.settings.mailbox_done_folder
        if self.client.folder_exists(name):
            return name
        prefix = self._prefix()
        wanted = name if name.startswith(prefix) else f"{prefix}{name}"
        if not self.client.folder_exists(wanted):
            self.client.create_folder(wanted)
            with contextlib.suppress(IMAPClientError):
                self.client.subscribe_folder(wanted)
        return wanted

    def _prefix(self) -> str:
        if not self.client.has_capability("NAMESPACE"):
            return ""
        personal = self.client.namespace().personal
        return str(personal[0][0]) if personal else ""


def _aware(moment: Any) -> dt.datetime:
    """INTERNALDATE as aware time; now when the server gives none."""
    if not isinstance(moment, dt.datetime):
        return dt.datetime.now(dt.UTC)
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


def _wait_for_mail(client: IMAPClient, seconds: float, stop: threading.Event) -> None:
    """Until the next poll, or until the server says that something came."""
    if not client.has_capability("IDLE"):
        stop.wait(seconds)
        return
    until = time.monotonic() + seconds
    client.idle()
    while not stop.is_set() and (left := until - time.monotonic()) > 0:
        asked = time.monotonic()
        news = client.idle_check(timeout=min(left, 1.0))
        if any(len(item) > 1 and item[1] in (b"EXISTS", b"RECENT") for item in news):
            break
        if not news and time.monotonic() - asked < min(left, 1.0) / 2:
            break  # the connection ended; the next command tells
    client.idle_done()
