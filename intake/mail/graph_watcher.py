"""How a mailbox of Microsoft 365 is watched: its folder is listed again and again, and the ledger
knows what is new. A mail is moved after it is kept, never before.

Delta tokens are left alone: they repeat, they end, and the folder is short, for what is kept leaves
it. A message is known by its immutable id, which stays when it is moved; the ledger holds 63 bits
of a hash of it. Its bytes are made anew by the server each time, so they prove nothing.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import math
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

import structlog

from intake.errors import IntakeError, MailboxClosed, MailboxUnavailable
from intake.mail.graph_client import AnswerLost, Graph, NotThere, Refused, TooMany, segment
from intake.mail.graph_settings import GraphSettings
from intake.mail.ledger import Ledger
from intake.mail.mailbox_settings import MailboxAfter
from intake.mail.sources.base import Reception
from intake.mail.taking_in import Fetched, Message, TakesIn, pause_after, start_of
from intake.model.mail import Envelope, LeftOut, LeftOutWhy, MailboxFolder, MessageState

PAGE = 1_000
"""Messages in one page of a listing, of which only the id is asked."""
AT_ONCE = 2
"""Messages that are fetched at the same time; Exchange allows four requests to a mailbox."""
BATCH = 100
FAULTS_IN_A_ROW = 3
"""After so many messages that do not come it is the server, not the messages."""
DAY_SECONDS = 86_400.0
"""How often it is proven that a mailbox that is not ours stays closed, and how often the folder of
kept mails is listed."""
PROOF_AGAIN_SECONDS = 3_600.0
"""After a proof to which the server said neither yes nor no."""
PAUSES = (5.0, 15.0, 60.0, 300.0)
"""Seconds before each next try after a fault."""
RIGHT_PAUSES = (300.0, 900.0, 1_800.0)
"""After a refused login or a missing right, which takes half an hour or more to come."""
DELETED_FOR_GOOD = "recoverableitemsdeletions"
_WELL_KNOWN = frozenset({"inbox", "archive", "junkemail", "drafts", "sentitems", "deleteditems"})
_SIZE = "LONG 0x0E08"
"""PidTagMessageSize."""

log = structlog.get_logger()


def watch(mailbox: GraphSettings, reception: Reception, stop: threading.Event) -> None:
    """Watch the mailbox until ``stop``.

    Faults of the network, the server and the store are reported and tried again.
    """
    session = GraphSession(mailbox.client(), mailbox, reception)
    proof = _Proof(mailbox)
    faults = 0
    while not stop.is_set():
        pause = mailbox.poll_seconds
        try:
            found, faults = session.take_in(), 0
        except IntakeError as error:
            found, pause = error.code, pause_after(error, faults, PAUSES, RIGHT_PAUSES)
            faults += 1
            log.warning(
                "the mailbox cannot be read now",
                code=found,
                fault=type(error).__name__,
                again_in=pause,
            )
        proven = proof.code()
        code = found if proven == "ok" else proven
        reception.report(code == "ok", code)
        stop.wait(pause)


class _Proof:
    """That a mailbox that is not ours stays closed, once a day."""

    def __init__(self, mailbox: GraphSettings) -> None:
        self._mailbox = mailbox
        self._due = -math.inf
        self._is_open = False

    def code(self) -> str:
        """``mailbox-open``, else ``ok``; without an answer, what was known before."""
        if self._mailbox.closed_mailbox and time.monotonic() >= self._due:
            self._due = time.monotonic() + PROOF_AGAIN_SECONDS
            try:
                self._is_open = refusal_of_closed_mailbox(self._mailbox) is None
                self._due = time.monotonic() + DAY_SECONDS
            except IntakeError as error:
                log.warning("nobody tells whether another mailbox stays closed", code=error.code)
        return "mailbox-open" if self._is_open else "ok"


def refusal_of_closed_mailbox(mailbox: GraphSettings) -> str | None:
    """How the server refuses the mailbox that is not ours (``403 ErrorAccessDenied``); None: it
    does not, the mailbox opens.

    Raises:
        IntakeError: the server said neither.
    """
    graph = mailbox.client(mailbox.closed_mailbox)
    try:
        graph.get("mailFolders/inbox", select="id")
    except NotThere as refusal:
        return str(refusal)
    except MailboxClosed as refusal:
        return str(refusal).rpartition("(")[2].rstrip(")")
    finally:
        graph.close()
    return None


@dataclass(frozen=True, slots=True)
class Listed:
    """One message of a listing."""

    id: str
    received: dt.datetime

    @property
    def uid(self) -> int:
        return uid_of(self.id)


def uid_of(id: str) -> int:
    """The number that the ledger knows an immutable id by (case counts)."""
    return int.from_bytes(hashlib.sha256(id.encode()).digest()[:8]) >> 1


@dataclass
class GraphSession(TakesIn):
    """What is remembered of the mailbox from one pass to the next."""

    graph: Graph
    mailbox: GraphSettings
    reception: Reception
    ids: dict[int, str] = field(default_factory=dict)
    """Of the messages of this pass."""
    absent: dict[MailboxFolder, frozenset[int]] = field(default_factory=dict)
    """Messages that failed before and that the last listing of their folder missed."""
    left: frozenset[int] = frozenset()
    """Messages that are to be moved and that the last listing missed."""
    moved_due: float = -math.inf
    """When the folder of kept mails is listed again."""
    door = "graph"

    def envelope(self, message: Message, left_out: LeftOut | None = None) -> Envelope:
        id = self.ids.get(message.uid, str(message.uid))
        return Envelope(
            self.door,
            min(message.received, dt.datetime.now(dt.UTC)).astimezone(dt.UTC),
            tls=True,
            place=f"{self.mailbox.account}/{id}",
            municipality=self.mailbox.municipality,
            mailbox=self.mailbox.address,
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
            ``mailbox-move``, ``mailbox-crowded``.

        Raises:
            StoreUnavailable and others of ``keep``; the faults of ``Graph``. What was kept stays
            kept.
        """
        self.ids.clear()
        start = start_of(self.ledger, self.mailbox.account, self.mailbox.since)
        codes = list(self._take_moved(start))
        folder = MailboxFolder(self.mailbox.account, self.mailbox.folder, 0)
        listed, is_all = self._list(find_folder(self.graph, self.mailbox.folder), start)
        if is_all:
            self._note_gone(folder, [each.uid for each in listed])
        codes += self._take(folder, listed)
        codes.append(self._tidy(folder, listed, is_all))
        codes.append("ok" if is_all else "mailbox-crowded")
        return next((code for code in codes if code != "ok"), "ok")

    def _list(self, folder: str, start: dt.datetime) -> tuple[list[Listed], bool]:
        """The messages of a folder that came since, oldest first, and whether these are all."""
        listed, is_all = [], True
        try:
            for message in list_messages(self.graph, folder, start):
                listed.append(message)
                self.ids[message.uid] = message.id
        except TooMany:
            is_all = False
        return listed, is_all

    def _note_gone(self, folder: MailboxFolder, uids: Sequence[int]) -> None:
        """A listing may miss a message that is there: one that failed before is gone when two in a
        row do not have it.
        """
        missing = self.missing(folder, set(uids))
        before = self.absent.get(folder, frozenset())
        self.note_gone(folder, {uid: a for uid, a in missing.items() if uid in before})
        self.absent[folder] = frozenset(missing)

    def _take_moved(self, start: dt.datetime) -> Sequence[str]:
        """Take in what stands in the folder of kept mails and this database never kept: a restored
        one lost it, or a person moved it there before we read it. A mail that is known is known by
        its id. At most ``BATCH`` a pass.

        The folder is large and only grows, so it is listed at the start and once a day, and more
        often only while something of it is still to be taken in.
        """
        place = MailboxFolder(self.mailbox.account, self.mailbox.done_folder, 0)
        if not self._is_due(place):
            return ()
        folder = moved_by_others(self.graph, self.mailbox, self.ledger)
        if folder is None:
            return ()
        listed, is_all = self._list(folder, start)
        if is_all:
            self._note_gone(place, [each.uid for each in listed])
        new = self._unknown(place, listed)
        codes = list(self._take(place, new[:BATCH]))
        if len(new) <= BATCH:
            self.moved_due = time.monotonic() + DAY_SECONDS
            tried = self.ledger.attempts(place).values()
            if is_all and all(each.reference is not None for each in tried):
                self._record_done(folder)
        return codes

    def _is_due(self, place: MailboxFolder) -> bool:
        """Whether the folder of kept mails is to be listed now, for its own sake or for a message
        of it that failed."""
        tried = list(self.ledger.attempts(place))
        is_listed = time.monotonic() < self.moved_due
        return not is_listed or bool(tried and self.ledger.to_take_in(place, tried))

    def _unknown(self, place: MailboxFolder, listed: Sequence[Listed]) -> list[Listed]:
        """Those that neither this folder nor the one they come in by is known to have held."""
        inbox = MailboxFolder(self.mailbox.account, self.mailbox.folder, 0)
        return unknown_to(self.ledger, (inbox, place), listed)

    def _record_done(self, folder: str) -> None:
        """That the folder of kept mails is there, and known; Graph has no UIDs to write down."""
        self.ledger.record_done_folder(self.mailbox.account, uid_of(folder), 0)

    def _take(self, folder: MailboxFolder, listed: Sequence[Listed]) -> Iterator[str]:
        """Take in those that are new, the ones that failed before last; a code for each."""
        attempts = self.ledger.attempts(folder)
        by_uid = {each.uid: each for each in listed}
        new = list(self.ledger.to_take_in(folder, list(by_uid)))
        new.sort(key=lambda uid: uid in attempts)
        messages = [Message(folder, uid, by_uid[uid].received, attempts.get(uid)) for uid in new]
        faults = 0
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for message, fetched in _ahead(pool, self._fetch, messages):
                try:
                    found = fetched.result()
                except (AnswerLost, Refused, NotThere) as error:
                    faults += 1
                    if faults >= FAULTS_IN_A_ROW:
                        raise MailboxUnavailable("the server gives no message") from None
                    yield self._not_delivered(message, error)
                else:
                    faults = 0
                    yield self.take(message, found)

    def _not_delivered(self, message: Message, error: Exception) -> str:
        log.warning(
            "the server does not deliver a mail", fault=str(error), uid=message.uid, door=self.door
        )
        header = self._header(message) if message.is_last_try else b""
        return self.leave_out(message, LeftOutWhy.UNFETCHABLE, None, header)

    def _fetch(self, message: Message) -> Fetched:
        """The text of a message, also when somebody deleted it for good after it was listed."""
        path = f"messages/{segment(self.ids[message.uid])}"
        limit = self.reception.max_mail_bytes
        try:
            raw, whole = self.graph.mime(path, limit)
        except NotThere:
            raw, whole = self.graph.mime(f"mailFolders/{DELETED_FOR_GOOD}/{path}", limit)
        if not raw:
            raise AnswerLost("an empty message")
        return Fetched(raw, len(raw) if whole else max(self._size(path), len(raw)), whole)

    def _size(self, path: str) -> int:
        """What Exchange thinks that a message weighs; 0 when it does not tell."""
        try:
            found = self.graph.get(
                path, select="id", expand=f"singleValueExtendedProperties($filter=id eq '{_SIZE}')"
            )
            return int(found["singleValueExtendedProperties"][0]["value"])
        except (MailboxUnavailable, NotThere, LookupError, TypeError, ValueError):
            return 0

    def _header(self, message: Message) -> bytes:
        """What the server tells of a message of which it does not give the text."""
        try:
            found = self.graph.get(
                f"messages/{segment(self.ids[message.uid])}",
                select="internetMessageHeaders,internetMessageId,from,subject",
            )
        except (AnswerLost, Refused, NotThere):
            return b""
        return _header_from(found)

    def _tidy(self, folder: MailboxFolder, listed: Sequence[Listed], is_all: bool) -> str:
        """Move or delete what is kept; a server that refuses this does not stop the taking in."""
        there = {each.uid: each.id for each in listed}
        try:
            if self.mailbox.after is MailboxAfter.MOVE:
                self._move(folder, there, is_all)
            elif self.mailbox.after is MailboxAfter.DELETE:
                self._delete(folder, there)
        except (Refused, AnswerLost, NotThere) as error:
            log.error("the server does not move or delete kept mails", fault=str(error))
            return "mailbox-move"
        return "ok"

    def _move(self, folder: MailboxFolder, there: Mapping[int, str], is_all: bool) -> None:
        uids = self.ledger.to_move(folder)
        missing = frozenset(uid for uid in uids if is_all and uid not in there)
        for uid in missing & self.left:  # a move whose answer was lost, or a person's
            self.ledger.record(folder, uid, MessageState.DONE)
        self.left = missing
        wanted = [uid for uid in uids if uid in there]
        if not wanted:
            return
        target = done_folder(self.graph, self.mailbox) or make_folder(
            self.graph, self.mailbox.done_folder
        )
        for uid in wanted:
            self._move_one(there[uid], target)
            self.ledger.record(folder, uid, MessageState.DONE)
        known = self.ledger.done_folder(self.mailbox.account)
        if known.uidnext is None and known.reread_since is None:
            self._record_done(target)

    def _move_one(self, id: str, target: str) -> None:
        """Move one message, unless somebody else took it away.

        Raises AnswerLost when it did not get there.
        """
        path = f"messages/{segment(id)}"
        try:
            self.graph.post(f"{path}/move", {"destinationId": target})
        except NotThere:
            log.info("a mail was moved before we did")
        except AnswerLost:
            if self.graph.get(path, select="id,parentFolderId").get("parentFolderId") != target:
                raise

    def _delete(self, folder: MailboxFolder, there: Mapping[int, str]) -> None:
        for uid in self.ledger.to_delete(folder, self.mailbox.delete_days):
            if uid in there:
                try:
                    self.graph.delete(f"messages/{segment(there[uid])}")
                except NotThere:
                    log.info("a mail was deleted before we did", uid=uid)
                self.ledger.record(folder, uid, MessageState.DELETED)


def find_folder(graph: Graph, name: str) -> str:
    """The id of a folder by its well-known name, or the name that people see, below the mailbox
    itself or below the inbox.

    Raises:
        NotThere: there is none.
    """
    if name.lower() in _WELL_KNOWN:
        return _id(graph.get(f"mailFolders/{name.lower()}", select="id"))
    quoted = name.replace("'", "''")
    for path in ("mailFolders", "mailFolders/inbox/childFolders"):
        found = graph.listing(path, filter=f"displayName eq '{quoted}'", select="id,displayName")
        for each in found:
            if str(each.get("displayName", "")).lower() == name.lower():
                return _id(each)
    raise NotThere(f"no folder {name}")


def make_folder(graph: Graph, name: str) -> str:
    """A new folder beside the inbox; when it was made meanwhile, that one."""
    try:
        return _id(graph.post("mailFolders", {"displayName": name}))
    except (Refused, AnswerLost):
        return find_folder(graph, name)


def done_folder(graph: Graph, mailbox: GraphSettings) -> str | None:
    """The folder for kept mails; None before the first move."""
    try:
        return find_folder(graph, mailbox.done_folder)
    except NotThere:
        return None


def moved_by_others(graph: Graph, mailbox: GraphSettings, ledger: Ledger) -> str | None:
    """The folder of kept mails, when it may hold what the database does not know of: we moved mails
    there, or the database was put back from a copy.
    """
    known = ledger.done_folder(mailbox.account)
    is_ours = mailbox.after is MailboxAfter.MOVE and known.uidnext is not None
    return done_folder(graph, mailbox) if is_ours or known.reread_since is not None else None


def count_unknown(graph: Graph, mailbox: GraphSettings, ledger: Ledger) -> int:
    """How many mails in the folder of kept mails the database does not know."""
    folder = moved_by_others(graph, mailbox, ledger)
    if folder is None:
        return 0
    start = start_of(ledger, mailbox.account, mailbox.since)
    places = [MailboxFolder(mailbox.account, n, 0) for n in (mailbox.folder, mailbox.done_folder)]
    return len(unknown_to(ledger, places, list(list_messages(graph, folder, start))))


def unknown_to(
    ledger: Ledger, places: Iterable[MailboxFolder], listed: Sequence[Listed]
) -> list[Listed]:
    """The messages that are to be taken in from whichever of these folders they stood in."""
    for place in places:
        wanted = set(ledger.to_take_in(place, [each.uid for each in listed]))
        listed = [each for each in listed if each.uid in wanted]
    return list(listed)


def list_messages(graph: Graph, folder: str, start: dt.datetime) -> Iterator[Listed]:
    """The messages of a folder that were received since ``start``, oldest first."""
    since = start.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    found = graph.listing(
        f"mailFolders/{segment(folder)}/messages",
        select="id,receivedDateTime",
        filter=f"receivedDateTime ge {since}",
        orderby="receivedDateTime",
        top=str(PAGE),
    )
    for each in found:
        if isinstance(id := each.get("id"), str) and id:
            yield Listed(id, _moment(each.get("receivedDateTime")))


def _id(folder: Mapping[str, object]) -> str:
    return str(folder.get("id", ""))


def _moment(value: object) -> dt.datetime:
    """As Graph writes it; now when it does not."""
    try:
        moment = dt.datetime.fromisoformat(str(value))
    except ValueError:
        return dt.datetime.now(dt.UTC)
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


def _header_from(found: Mapping[str, object]) -> bytes:
    """A header of what Graph tells; the fields that it leaves out of its list are added."""
    listed = found.get("internetMessageHeaders")
    fields = [
        (str(each.get("name", "")), str(each.get("value", "")))
        for each in (listed if isinstance(listed, list) else ())
        if isinstance(each, dict)
    ]
    sender = found.get("from")
    address = sender.get("emailAddress") if isinstance(sender, dict) else None
    told = {
        "From": address.get("address") if isinstance(address, dict) else None,
        "Subject": found.get("subject"),
        "Message-ID": found.get("internetMessageId"),
    }
    named = {name.lower() for name, _ in fields}
    fields += [(n, str(value)) for n, value in told.items() if value and n.lower() not in named]
    lines = (f"{name}: {' '.join(value.split())}\r\n" for name, value in fields if name.isascii())
    return ("".join(lines) + "\r\n").encode("utf-8", "surrogatepass") if fields else b""


def _ahead(
    pool: ThreadPoolExecutor, fetch: Callable[[Message], Fetched], messages: Iterable[Message]
) -> Iterator[tuple[Message, Future[Fetched]]]:
    """Each message with its text on the way: while one is kept, the next is fetched."""
    under_way: deque[tuple[Message, Future[Fetched]]] = deque()
    for message in messages:
        under_way.append((message, pool.submit(fetch, message)))
        if len(under_way) >= AT_ONCE:
            yield under_way.popleft()
    yield from under_way
