"""What the tests of all doors share: a keep that can fail or wait, and doors running in threads."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from intake import profile as profiles
from intake.mail import smtp_server
from intake.mail.ledger import Attempts, DoneFolder, Ledger
from intake.mail.sources.base import Reception, Report
from intake.model.mail import Envelope, LeftOut, LeftOutWhy, MailboxFolder, MessageState
from intake.settings import Settings, load
from tests.servers import Dovecot

PROFILE = profiles.load("almere")
US = PROFILE.mailbox
RAW = (
    b"From: Zorg <zorg@aanbieder.example>\r\nTo: crediteuren@almere.nl\r\nSubject: Factuur"
    b" caf\xe9\r\nMessage-ID: <1@aanbieder.example>\r\n\r\n.een punt"
    b" vooraan\r\n..twee\r\n.\tpunt\r\n"
    + b"x" * 5_000
    + b"\r\n\xe9\xff acht bits\r\n\r\n--\r\neinde\r\n"
)


@dataclass
class Store:
    """Stands for the journal: keeps in memory; fails and waits as it is told."""

    mails: list[tuple[bytes, Envelope]] = field(default_factory=list)
    failures: list[Exception] = field(default_factory=list)
    gate: threading.Event = field(default_factory=threading.Event)
    calls: int = 0

    def __post_init__(self) -> None:
        self.gate.set()

    def keep(self, raw: bytes, envelope: Envelope) -> str:
        self.calls += 1
        assert self.gate.wait(30)
        if self.failures:
            raise self.failures.pop(0)
        self.mails.append((raw, envelope))
        return hashlib.sha256(raw).hexdigest()[:8].upper()

    @property
    def raws(self) -> list[bytes]:
        return [raw for raw, _ in self.mails]


@dataclass
class MemoryLedger:
    """The watcher's memory; survives a restart of the watcher."""

    start: dt.datetime = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    rows: dict[tuple[MailboxFolder, int], MessageState] = field(default_factory=dict)
    decided: set[int] = field(default_factory=set)
    """UIDs whose mail was decided long ago."""
    done: DoneFolder = field(default_factory=lambda: DoneFolder(None, None))
    tries: dict[tuple[MailboxFolder, int], list[LeftOut]] = field(default_factory=dict)
    """Failed tries of what is not taken in."""
    cases: dict[tuple[MailboxFolder, int], str] = field(default_factory=dict)
    """The case of what is left out."""
    seen_gone: list[int] = field(default_factory=list)
    resting: bool = False
    """What failed is not due for its next try."""

    def first_start(self, account: str) -> dt.datetime:
        return self.start

    def done_folder(self, account: str) -> DoneFolder:
        return self.done

    def record_done_folder(self, account: str, uidvalidity: int, uidnext: int) -> None:
        self.done = DoneFolder(uidvalidity, uidnext)

    def to_take_in(self, folder: MailboxFolder, uids: Sequence[int]) -> Sequence[int]:
        def is_new(key: tuple[MailboxFolder, int]) -> bool:
            if key in self.tries:
                return not self.resting and self.tries[key][-1].why is not LeftOutWhy.TOO_LARGE
            return key not in self.rows

        return [uid for uid in uids if is_new((folder, uid))]

    def record(
        self,
        folder: MailboxFolder,
        uid: int,
        state: MessageState,
        reference: str | None = None,
        content: bytes | None = None,
    ) -> None:
        self.rows[folder, uid] = state
        if reference:
            self.tries.pop((folder, uid), None)

    def failed(
        self, folder: MailboxFolder, uid: int, left_out: LeftOut, reference: str | None
    ) -> None:
        self.tries.setdefault((folder, uid), []).append(left_out)
        if reference:
            self.cases[folder, uid] = reference
            self.rows[folder, uid] = MessageState.LEFT_OUT

    def attempts(self, folder: MailboxFolder) -> dict[int, Attempts]:
        return {
            uid: Attempts(len(tries), tries[-1], self.start, self.cases.get((where, uid)))
            for (where, uid), tries in self.tries.items()
            if where == folder and uid not in self.seen_gone
        }

    def gone(self, folder: MailboxFolder, uids: Sequence[int]) -> None:
        self.seen_gone += uids

    def to_move(self, folder: MailboxFolder) -> Sequence[int]:
        return [
            uid
            for (where, uid), state in self.rows.items()
            if where == folder and state is MessageState.KEPT
        ]

    def to_delete(self, folder: MailboxFolder, days: int) -> Sequence[int]:
        return [uid for uid in self.to_move(folder) if uid in self.decided]


def reception(
    chosen: Settings,
    keep: Callable[[bytes, Envelope], str],
    report: Report = lambda good, code: None,
    ledger: Ledger | None = None,
) -> Reception:
    """Where a source of these settings delivers."""
    return Reception(
        keep,
        report,
        ledger or MemoryLedger(),
        chosen.max_mail_bytes,
        chosen.home,
        chosen.border.relays,
    )


def only_source(chosen: Settings, section: str) -> Any:
    """The one source of these settings of this kind."""
    (source,) = [source for source in chosen.sources if source.section == section]
    return source


def settings(**values: Any) -> Settings:
    home = tempfile.gettempdir()  # unfinished mails lie there without a name
    return load(
        **(
            {"smtp__listen": "127.0.0.1:0", "smtp__lmtp_listen": "127.0.0.1:0", "home": home}
            | values
        )
    )


def mailbox_settings(server: Dovecot, user: str, **values: Any) -> Settings:
    return settings(
        **{
            "mailbox__host": "127.0.0.1",
            "mailbox__port": server.imap_port,
            "mailbox__tls": False,
            "mailbox__user": user,
            "mailbox__password": "pw",
            "mailbox__poll_seconds": 0.3,
        }
        | values
    )


@contextlib.contextmanager
def running(target: Callable[[threading.Event], None]) -> Iterator[None]:
    """Run a door until the block ends; what it raises fails the test."""
    stop = threading.Event()
    raised: list[BaseException] = []

    def run() -> None:
        try:
            target(stop)
        except BaseException as error:
            raised.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(20)
        assert not thread.is_alive(), "the door does not stop"
    if raised:
        raise raised[0]


@contextlib.contextmanager
def open_doors(store: Store, **values: Any) -> Iterator[dict[str, int]]:
    """The SMTP and LMTP endpoint; gives their ports."""
    ports: dict[str, int] = {}
    listening = threading.Event()

    def ready(found: dict[str, int]) -> None:
        ports.update(found)
        listening.set()

    chosen = settings(**values)
    door = only_source(chosen, "smtp").doors()
    with running(lambda stop: smtp_server.serve(door, reception(chosen, store.keep), stop, ready)):
        assert listening.wait(10)
        yield ports
