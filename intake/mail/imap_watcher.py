"""How an IMAP mailbox is watched: polling is the truth, IDLE only wakes it up; a mail is moved after
it is kept, never before.

Messages are known by account, folder, UIDVALIDITY and UID (RFC 9051 §2.3.1.1). When any of these
changes, the mail is handed to ``keep`` again, which knows its content, so nothing is skipped and
nothing comes in twice.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import imaplib
import logging
import re
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog
from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientError, LoginError

from intake.errors import (
    IntakeError,
    MailboxClosed,
    MailboxLoginRefused,
    MailboxThrottled,
    MailboxUnavailable,
    why_unreachable,
)
from intake.mail import oauth
from intake.mail.ledger import Attempts, Ledger
from intake.mail.mailbox_settings import MailboxAfter, MailboxSettings
from intake.mail.sources.base import Reception
from intake.mail.taking_in import MAX_HEADER, Fetched, Message, TakesIn, pause_after, start_of
from intake.model.mail import Envelope, LeftOut, LeftOutWhy, MailboxFolder, MessageState

CHUNK = 1_000_000
"""Bytes of one message asked at a time."""
MAX_LITERAL = 4 * CHUNK
"""A server that announces more in one answer is broken or hostile; imaplib would reserve it at
once."""
_FAR_OFF = 1.25
"""An announced size may be an estimate (Exchange): so many times the real one it may be."""
BATCH = 100
_DAYS_BEFORE = dt.timedelta(days=2)
"""A search by date knows no hours and no time zones: so much earlier it begins."""
CONNECT_SECONDS = 30.0
READ_SECONDS = 120.0
PAUSES = (2.0, 5.0, 15.0, 60.0, 300.0)
"""Seconds before each next try after a fault."""
LOGIN_PAUSES = (900.0, 3_600.0, 14_400.0)
"""After a refused login: so few tries that no server locks the account."""

_FAULTS = (
    IMAPClientError,
    imaplib.IMAP4.error,
    OSError,
    ssl.SSLError,
    MemoryError,
    UnicodeError,
    ValueError,
)
_BROKEN_OFF = (imaplib.IMAP4.abort, OSError, MemoryError)
"""Those of them after which the connection is of no use."""
_BACKOFF = re.compile(r"suggested backoff time: (\d{1,9}) milliseconds", re.IGNORECASE)
_THROTTLED = ("request is throttled", "server unavailable. 15")
_THROTTLED_SECONDS = 300.0
"""When the server asks us to wait, and does not say how long."""
_NOT_CONNECTED = ("authenticated but not connected", "connection closed. 14")
_EXPIRED = "accesstokenexpired"
_NOT_THE_PASSWORD = ("[UNAVAILABLE]", "[INUSE]", "[LIMIT]", "[SERVERBUG]", "[CONTACTADMIN]")

log = structlog.get_logger()


def watch(mailbox: MailboxSettings, reception: Reception, stop: threading.Event) -> None:
    """Watch the mailbox until ``stop``.

    Faults of the network, the server and the store are reported and tried again.
    """
    logging.getLogger("imapclient").setLevel(logging.WARNING)  # its debug log holds mails
    faults = 0
    while not stop.is_set():
        try:
            with connect(mailbox) as client:
                session = MailboxSession(client, mailbox, reception)
                while not (stop.is_set() or _token_ends(mailbox)):
                    code = session.take_in()
                    faults = 0
                    reception.report(code == "ok", code)
                    _wait_for_mail(client, mailbox.poll_seconds, stop)
        except (IntakeError, _BrokeOffError, *_FAULTS) as error:
            fault = of_the_session(error) or error
            code = fault.code if isinstance(fault, IntakeError) else MailboxUnavailable.code
            faults = 0 if isinstance(error, _BrokeOffError) else faults
            pause = pause_after(fault, faults, PAUSES, LOGIN_PAUSES)
            faults += 1
            log.warning(
                "the mailbox cannot be read now",
                code=code,
                fault=type(error).__name__,
                again_in=pause,
            )
            reception.report(False, code)
            stop.wait(pause)


def of_the_session(error: Exception) -> IntakeError | None:
    """What Exchange says of the whole session, whatever it was asked: nothing that it answers so
    is the fault of one message. None for every other error.
    """
    text = str(error).lower()
    if told := _BACKOFF.search(text):
        return MailboxThrottled("the mailbox server asks to wait", int(told.group(1)) / 1000)
    if any(words in text for words in _THROTTLED):
        return MailboxThrottled("the mailbox server asks to wait", _THROTTLED_SECONDS)
    if any(words in text for words in _NOT_CONNECTED):
        return MailboxClosed("the login is good, but opens no mailbox")
    return MailboxUnavailable("the token has ended") if _EXPIRED in text else None


def _token_ends(mailbox: MailboxSettings) -> bool:
    """Whether it is time for a new connection: a session ends with its token."""
    return mailbox.by_oauth and oauth.tokens(oauth.app_of(mailbox, mailbox.scope)).seconds_left <= 0


@contextlib.contextmanager
def connect(mailbox: MailboxSettings) -> Iterator[IMAPClient]:
    """A logged-in connection; certificates are verified.

    Raises:
        MailboxUnavailable: no connection, or no TLS that can be trusted.
        MailboxLoginRefused: the server refused user and password.
    """
    try:
        context = ssl.create_default_context() if mailbox.tls else None
        timeout = SocketTimeout(connect=CONNECT_SECONDS, read=READ_SECONDS)
        client = IMAPClient(
            mailbox.host, mailbox.port, ssl=mailbox.tls, ssl_context=context, timeout=timeout
        )
    except _FAULTS as error:
        raise MailboxUnavailable(
            f"no connection to the mailbox server ({why_unreachable(error)})"
        ) from None
    try:
        client._imap.read = _bounded(client._imap.read)
        client.normalise_times = False
        _log_in(client, mailbox)
        yield client
    finally:
        with contextlib.suppress(*_FAULTS):
            client.logout()
        with contextlib.suppress(*_FAULTS):
            client.shutdown()


def _log_in(client: IMAPClient, mailbox: MailboxSettings) -> None:
    try:
        if mailbox.by_oauth:
            _show_token(client, mailbox)
        else:
            client.login(mailbox.user, mailbox.password.get_secret_value())
    except LoginError as error:
        broke_off = isinstance(error.__context__, imaplib.IMAP4.abort)
        if broke_off or any(code in str(error).upper() for code in _NOT_THE_PASSWORD):
            raise MailboxUnavailable("the mailbox server takes no logins now") from None
        what = "token" if mailbox.by_oauth else "user and password"
        raise MailboxLoginRefused(f"the mailbox server refused {what}") from None
    except _FAULTS as error:
        raise MailboxUnavailable(
            f"the mailbox server broke off at login ({type(error).__name__})"
        ) from None


def _show_token(client: IMAPClient, mailbox: MailboxSettings) -> None:
    """By OAUTHBEARER (RFC 7628) where the server has it, else by XOAUTH2. A token that was held and
    is refused is tried once more as a new one.
    """
    tokens = oauth.tokens(oauth.app_of(mailbox, mailbox.scope))
    show = (
        client.oauthbearer_login
        if client.has_capability("AUTH=OAUTHBEARER")
        else client.oauth2_login
    )
    was_held = tokens.seconds_left > 0
    token = tokens.get()
    try:
        show(mailbox.user, token)
    except LoginError as error:
        tokens.drop(token)
        if not was_held or isinstance(error.__context__, imaplib.IMAP4.abort):
            raise
        show(mailbox.user, tokens.get())


def _bounded(read: Callable[[int], bytes]) -> Callable[[int], bytes]:
    def bounded(size: int) -> bytes:
        if size > MAX_LITERAL:
            raise imaplib.IMAP4.abort("the server announces an answer that is too large")
        return read(size)

    return bounded


@dataclass
class MailboxSession(TakesIn):
    """One connection to the watched mailbox."""

    client: IMAPClient
    mailbox: MailboxSettings
    reception: Reception
    door = "imap"
    left_alone: set[tuple[MailboxFolder, int]] = field(default_factory=set)
    """Messages from before the first start, looked at once a connection."""

    def envelope(self, message: Message, left_out: LeftOut | None = None) -> Envelope:
        folder = message.folder
        where = f"{folder.account}/{folder.folder}/{folder.uidvalidity}/{message.uid}"
        received_at = min(message.received, dt.datetime.now(dt.UTC)).astimezone(dt.UTC)
        return Envelope(
            self.door,
            received_at,
            tls=self.mailbox.tls,
            place=where,
            municipality=self.mailbox.municipality,
            mailbox=self.mailbox.user,
            kept_before=self._was_kept_before(message),
            left_out=left_out,
        )

    def stays(self, message: Message) -> bool:
        return self._was_kept_before(message) or self.mailbox.after is MailboxAfter.KEEP

    def _was_kept_before(self, message: Message) -> bool:
        return message.folder.folder != self.mailbox.folder

    def take_in(self) -> str:
        """One pass: keep what is new, then move or delete what is kept.

        Returns:
            ``ok``, or the code of what a sysadmin must see: ``unfetchable``, ``unreadable``,
            ``mailbox-move``.

        Raises:
            StoreUnavailable and others of ``keep``; the faults of the connection. What was kept
            stays kept.
        """
        start = start_of(self.ledger, self.mailbox.account, self.mailbox.since)
        codes = list(self._take_moved(start))
        selected = self.client.select_folder(self.mailbox.folder)
        folder = MailboxFolder(
            self.mailbox.account, self.mailbox.folder, int(selected.get(b"UIDVALIDITY", 0))
        )
        uids = self.client.search(["SINCE", (start - _DAYS_BEFORE).date()])
        self._note_gone(folder, uids)
        attempts = self.ledger.attempts(folder)
        new = self._new(folder, uids)
        new.sort(key=lambda uid: uid in attempts)  # what failed before comes last
        codes += [
            code
            for at in range(0, len(new), BATCH)
            for code in self._take(folder, new[at : at + BATCH], start, attempts)
        ]
        codes.append(self._tidy(folder))
        return next((code for code in codes if code != "ok"), "ok")

    def _new(self, folder: MailboxFolder, uids: Sequence[int]) -> list[int]:
        return [
            uid
            for uid in self.ledger.to_take_in(folder, sorted(uids))
            if (folder, uid) not in self.left_alone
        ]

    def _take_moved(self, start: dt.datetime) -> Sequence[str]:
        """Take in what stands in the folder of kept mails and this database never kept: a restored
        one lost it, or a person moved it there before we read it. A mail that is known is known by
        its content. At most ``BATCH`` a pass.
        """
        found = moved_by_others(self.client, self.mailbox, self.ledger)
        if found is None:
            return ()
        self.client.select_folder(found.folder.folder, readonly=True)
        new = self._new(found.folder, found.uids(self.client))
        codes = (
            list(self._take(found.folder, new[:BATCH], start, self.ledger.attempts(found.folder)))
            if new
            else []
        )
        is_tried_again = any(
            each.reference is None for each in self.ledger.attempts(found.folder).values()
        )
        if len(new) <= BATCH and not is_tried_again:
            self.ledger.record_done_folder(
                self.mailbox.account, found.folder.uidvalidity, found.uidnext
            )
        return codes

    def _note_gone(self, folder: MailboxFolder, uids: Sequence[int]) -> None:
        missing = self.missing(folder, set(uids))
        there = self._there(missing) if missing else ()
        self.note_gone(
            folder, {uid: each for uid, each in missing.items() if uid not in set(there)}
        )

    def _there(self, uids: Iterable[int]) -> Sequence[int]:
        """Those of the messages that stand in the folder now."""
        self.client.noop()  # a server may tell of expunged messages then only (RFC 9051 §7.5.1)
        found: Sequence[int] = self.client.search(["UID", ",".join(map(str, uids))])
        return found

    def _take(
        self,
        folder: MailboxFolder,
        uids: Sequence[int],
        start: dt.datetime,
        attempts: Mapping[int, Attempts],
    ) -> Iterator[str]:
        """Take these in; a code for each that was looked at."""
        dates = self._dates(uids)
        for uid in uids:
            received = dates.get(uid) or dt.datetime.now(dt.UTC)
            if received < start.replace(microsecond=0):
                self.left_alone.add((folder, uid))
            else:
                yield self._take_one(Message(folder, uid, received, attempts.get(uid)))

    def _dates(self, uids: Sequence[int]) -> Mapping[int, dt.datetime]:
        """When the messages came in, as far as the server tells: one that it cannot read must not
        hide the others.
        """
        try:
            facts = self._ask(uids, ["INTERNALDATE"])
        except _BROKEN_OFF:
            raise
        except _FAULTS:
            return (
                {uid: date for each in uids for uid, date in self._dates([each]).items()}
                if len(uids) > 1
                else {}
            )
        return {uid: _aware(fact.get(b"INTERNALDATE")) for uid, fact in facts.items()}

    def _take_one(self, message: Message) -> str:
        """Keep one message, or write down why not.

        Raises _BrokeOffError when the connection ended at it, and what the store raises.
        """
        header = b""
        try:
            if message.is_last_try:
                header = self._header(message.uid)
            found = self._fetch(message.uid)
        except _BROKEN_OFF:
            self.leave_out(message, LeftOutWhy.UNFETCHABLE, None, header)
            raise _BrokeOffError from None
        except (*_FAULTS, _NotDeliveredError):
            return self.leave_out(message, LeftOutWhy.UNFETCHABLE, None, header)
        if found is None:
            return "ok"
        return self.take(message, found)

    def _header(self, uid: int) -> bytes:
        """The header of a message whose body may not come; empty when that does not come either."""
        try:
            fact = self._ask([uid], [f"BODY.PEEK[HEADER]<0.{MAX_HEADER}>"]).get(uid, {})
        except _BROKEN_OFF:
            raise
        except _FAULTS:
            return b""
        return _body(fact, b"BODY[HEADER]")

    def _fetch(self, uid: int) -> Fetched | None:
        """The message in chunks, never marked as read; its beginning when it is too large; None
        when it was expunged meanwhile.

        The announced size is not believed, and need not be there: reading ends at a short piece, or
        where the server has no more. When more was announced, or nothing, a short piece is not the
        end before the server has said so. A server that knows no ranges gives all at once.

        Raises:
            _NotDeliveredError: it stands there, and the server gives nothing of it, or stops far
                before its end.
        """
        pieces: list[bytes] = []
        total = announced = 0
        limit = self.reception.max_mail_bytes
        while True:
            last = pieces[-1] if pieces else b""
            is_end_known = bool(last) and (len(last) < CHUNK or 0 < announced <= total)
            fact = self._chunk(uid, total, is_end_known)
            piece = _body(fact, _WHOLE)
            announced = announced if pieces else _size_of(fact)
            is_repeated = bool(pieces) and _WHOLE in fact and piece == pieces[0]
            if all_at_once := len(piece) > CHUNK and (_WHOLE in fact or len(piece) == announced):
                pieces, total = [], 0
            elif is_repeated:
                piece = b""
            pieces.append(piece)
            total += len(piece)
            if total > limit or announced > _FAR_OFF * limit:
                return Fetched(b"".join(pieces), max(announced, total), whole=False)
            if not total:
                if self._there([uid]):
                    raise _NotDeliveredError
                return None
            least = announced if is_repeated else announced / _FAR_OFF
            if not piece and len(last) == CHUNK and total < least:
                raise _NotDeliveredError
            if all_at_once or not piece or (len(piece) < CHUNK and total >= announced > 0):
                return Fetched(b"".join(pieces), total, whole=True)

    def _chunk(self, uid: int, start: int, is_end_known: bool) -> Mapping[bytes, Any]:
        """A piece of a message, with its size at the first; empty when the server gives none.

        Args:
            is_end_known: the pieces before seem to be all: a server may refuse to give more.
        """
        items = [f"BODY.PEEK[]<{start}.{CHUNK}>", *([] if start else ["RFC822.SIZE"])]
        try:
            return self._ask([uid], items).get(uid, {})
        except _BROKEN_OFF:
            raise
        except _FAULTS:
            if is_end_known:
                return {}
            raise

    def _ask(self, uids: Sequence[int], items: Sequence[str]) -> Mapping[int, Mapping[bytes, Any]]:
        """Fetch these items. Raises what ``of_the_session`` makes of an answer, else the faults."""
        try:
            found: Mapping[int, Mapping[bytes, Any]] = self.client.fetch(uids, items)
        except _FAULTS as error:
            if fault := of_the_session(error):
                raise fault from None
            raise
        return found

    def _tidy(self, folder: MailboxFolder) -> str:
        """Move or delete what is kept; a server that refuses this does not stop the taking in."""
        try:
            if self.mailbox.after is MailboxAfter.MOVE:
                self._move(folder, self.ledger.to_move(folder))
            elif self.mailbox.after is MailboxAfter.DELETE:
                self._delete(folder, self.ledger.to_delete(folder, self.mailbox.delete_days))
        except imaplib.IMAP4.abort:
            raise
        except IMAPClientError as error:
            if fault := of_the_session(error):
                raise fault from None
            log.error(
                "the mailbox server refuses to move or delete kept mails",
                fault=type(error).__name__,
            )
            return "mailbox-move"
        return "ok"

    def _move(self, folder: MailboxFolder, uids: Sequence[int]) -> None:
        target = self._done_folder() if uids else ""
        for at in range(0, len(uids), BATCH):
            batch = list(uids[at : at + BATCH])
            if self.client.has_capability("MOVE"):
                self.client.move(batch, target)
            else:
                self.client.copy(batch, target)
                self._expunge(batch)
            for uid in batch:
                self.ledger.record(folder, uid, MessageState.DONE)
        if uids:
            self._note_moved(target, len(uids))

    def _note_moved(self, target: str, moved: int) -> None:
        """When exactly our mails came to the folder, all of it is known; else the next pass looks."""
        before = self.ledger.done_folder(self.mailbox.account)
        now = self.client.folder_status(target, ["UIDVALIDITY", "UIDNEXT"])
        uidvalidity, uidnext = int(now[b"UIDVALIDITY"]), int(now[b"UIDNEXT"])
        ours = (before.uidvalidity, before.uidnext) == (uidvalidity, uidnext - moved)
        if before.reread_since is None and (before.uidnext is None or ours):
            self.ledger.record_done_folder(self.mailbox.account, uidvalidity, uidnext)

    def _delete(self, folder: MailboxFolder, uids: Sequence[int]) -> None:
        for at in range(0, len(uids), BATCH):
            batch = list(uids[at : at + BATCH])
            self._expunge(batch)
            for uid in batch:
                self.ledger.record(folder, uid, MessageState.DELETED)

    def _expunge(self, uids: list[int]) -> None:
        """Remove exactly these.

        Without UIDPLUS a plain EXPUNGE would take along what a person marked as deleted.
        """
        self.client.delete_messages(uids, silent=True)
        if self.client.has_capability("UIDPLUS"):
            self.client.uid_expunge(uids)
        elif not set(self.client.search("DELETED")) - set(uids):
            self.client.expunge()

    def _done_folder(self) -> str:
        """The folder for kept mails, made when absent."""
        found = existing_done_folder(self.client, self.mailbox)
        if found is not None:
            return found
        wanted = _prefixed(self.client, self.mailbox.done_folder)
        self.client.create_folder(wanted)
        with contextlib.suppress(IMAPClientError):
            self.client.subscribe_folder(wanted)
        return wanted


@dataclass(frozen=True, slots=True)
class Moved:
    """What may stand in the folder of kept mails without being known to the database."""

    folder: MailboxFolder
    uidnext: int
    from_uid: int | None
    """None: the folder was made anew since."""
    since: dt.datetime | None

    def uids(self, client: IMAPClient) -> list[int]:
        """Asks the server; the folder is selected."""
        found: set[int] = set()
        if self.from_uid is not None and self.from_uid < self.uidnext:
            found.update(
                uid for uid in client.search(["UID", f"{self.from_uid}:*"]) if uid >= self.from_uid
            )
        if self.since is not None:
            found.update(client.search(["SINCE", (self.since - _DAYS_BEFORE).date()]))
        return sorted(uid for uid in found if uid < self.uidnext)


def moved_by_others(client: IMAPClient, mailbox: MailboxSettings, ledger: Ledger) -> Moved | None:
    """What the folder of kept mails may hold that the database does not know of; None when nothing
    does.

    UIDs only grow (RFC 9051 §2.3.1.1), so what came after our last move has a higher one. That
    needs no date: a mail that waited long in the inbox was received before the copy of the database
    was made, and may have been moved after it.
    """
    known = ledger.done_folder(mailbox.account)
    if mailbox.after is not MailboxAfter.MOVE and known.reread_since is None:
        return None
    folder = existing_done_folder(client, mailbox)
    if folder is None:
        return None
    status = client.folder_status(folder, ["UIDVALIDITY", "UIDNEXT"])
    uidvalidity, uidnext = int(status[b"UIDVALIDITY"]), int(status[b"UIDNEXT"])
    same = known.uidvalidity == uidvalidity
    if (
        known.reread_since is None
        and known.uidnext in (None, uidnext)
        and same is (known.uidnext is not None)
    ):
        return None
    return Moved(
        MailboxFolder(mailbox.account, folder, uidvalidity),
        uidnext,
        known.uidnext if same else None,
        known.reread_since,
    )


def count_unknown(client: IMAPClient, mailbox: MailboxSettings, ledger: Ledger) -> int:
    """How many mails in the folder of kept mails the database may not know."""
    found = moved_by_others(client, mailbox, ledger)
    if found is None:
        return 0
    client.select_folder(found.folder.folder, readonly=True)
    return len(found.uids(client))


def existing_done_folder(client: IMAPClient, mailbox: MailboxSettings) -> str | None:
    """The name of the folder for kept mails, under the server's personal prefix when that is asked;
    None before the first move.
    """
    names = (mailbox.done_folder, _prefixed(client, mailbox.done_folder))
    return next((name for name in dict.fromkeys(names) if client.folder_exists(name)), None)


def _prefixed(client: IMAPClient, name: str) -> str:
    personal = client.namespace().personal if client.has_capability("NAMESPACE") else None
    prefix = str(personal[0][0]) if personal else ""
    return name if name.startswith(prefix) else f"{prefix}{name}"


class _BrokeOffError(Exception):
    """The connection ended at one message.

    That is written down, so the next connection goes on with the others.
    """


class _NotDeliveredError(Exception):
    """The server answers, and gives nothing of a message that stands there."""


_WHOLE = b"BODY[]"
"""Without the offset that was asked, as a server names it that knows no ranges."""


def _body(fact: Mapping[bytes, Any], name: bytes) -> bytes:
    """The bytes of a partial fetch; the server may name the offset too (``BODY[]<0>``), and answers
    NIL for nothing.
    """
    found = (value for key, value in fact.items() if key.startswith(name))
    return next((value for value in found if isinstance(value, bytes)), b"")


def _size_of(fact: Mapping[bytes, Any]) -> int:
    """The announced size; 0 when there is none."""
    size = fact.get(b"RFC822.SIZE")
    return size if isinstance(size, int) else 0


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
