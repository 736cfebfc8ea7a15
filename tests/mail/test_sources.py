"""The contract of every door: a mail is kept whole, acknowledged only then, and comes again when
keeping fails.
"""

from __future__ import annotations

import contextlib
import smtplib
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pytest

from intake.errors import KeyMissing, StoreFull, StoreUnavailable
from intake.mail import graph_watcher
from intake.mail import imap_watcher as imap
from intake.mail.sources import SOURCES, folder
from tests.mail.doors import (
    RAW,
    US,
    Store,
    mailbox_settings,
    only_source,
    open_doors,
    reception,
    running,
    settings,
)
from tests.mail.graph_stub import GraphServer
from tests.servers import Dovecot, wait_for


class Source(Protocol):
    """A place that mails come from."""

    def offer(self, raw: bytes) -> None:
        """Put a mail there, as a sender or a mail server does."""

    def waiting(self) -> int:
        """How many mails stand there and are not taken off its hands."""


class Sending:
    """A mail server that delivers to us and tries again until it gets a 2xx."""

    def __init__(self, client: Callable[[], smtplib.SMTP]) -> None:
        self.client = client
        self.queue = 0

    def offer(self, raw: bytes) -> None:
        self.queue += 1
        threading.Thread(target=self._deliver, args=(raw,), daemon=True).start()

    def _deliver(self, raw: bytes) -> None:
        while True:
            try:
                with self.client() as server:
                    server.sendmail("zorg@aanbieder.example", [US], raw)
                self.queue -= 1
                return
            except smtplib.SMTPResponseException as error:
                assert 400 <= error.smtp_code < 500
                time.sleep(0.1)

    def waiting(self) -> int:
        return self.queue


@dataclass
class Inbox:
    server: Dovecot
    user: str

    def offer(self, raw: bytes) -> None:
        self.server.append(self.user, raw)

    def waiting(self) -> int:
        return len(self.server.messages(self.user))


@dataclass
class Folder:
    path: Path

    def offer(self, raw: bytes) -> None:
        name = uuid.uuid4().hex
        (self.path / f".{name}").write_bytes(raw)
        (self.path / f".{name}").rename(self.path / f"{name}.eml")

    def waiting(self) -> int:
        return len(list(self.path.glob("*.eml")))


@contextlib.contextmanager
def _mailbox(store: Store, server: Dovecot) -> Iterator[Source]:
    user = uuid.uuid4().hex
    chosen = mailbox_settings(server, user)
    mailbox = only_source(chosen, "mailbox")
    with running(lambda stop: mailbox.run(reception(chosen, store.keep), stop)):
        yield Inbox(server, user)


@contextlib.contextmanager
def _folder(store: Store, path: Path) -> Iterator[Source]:
    chosen = settings(folder__path=path, folder__poll_seconds=0.1)
    watched = only_source(chosen, "folder")
    with running(lambda stop: watched.run(reception(chosen, store.keep), stop)):
        yield Folder(path)


@dataclass
class GraphInbox:
    server: GraphServer

    def offer(self, raw: bytes) -> None:
        self.server.deliver(raw)

    def waiting(self) -> int:
        return len(self.server.within("inbox"))


@contextlib.contextmanager
def _graph(store: Store, server: GraphServer) -> Iterator[Source]:
    chosen = settings(**server.settings)
    mailbox = only_source(chosen, "graph")
    with running(lambda stop: mailbox.run(reception(chosen, store.keep), stop)):
        yield GraphInbox(server)


WAYS = {"smtp": "smtp", "lmtp": "smtp", "imap": "mailbox", "folder": "folder", "graph": "graph"}
"""Each way in of a mail, and the section of its settings."""


@pytest.fixture(params=WAYS)
def source(
    request: pytest.FixtureRequest, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Source]:
    monkeypatch.setattr(imap, "PAUSES", (0.1,))
    monkeypatch.setattr(graph_watcher, "PAUSES", (0.1,))
    monkeypatch.setattr(folder, "QUIET_SECONDS", 0.2)
    with contextlib.ExitStack() as stack:
        if request.param == "imap":
            yield stack.enter_context(_mailbox(store, request.getfixturevalue("dovecot")))
        elif request.param == "graph":
            yield stack.enter_context(_graph(store, request.getfixturevalue("graph")))
        elif request.param == "folder":
            yield stack.enter_context(_folder(store, tmp_path))
        else:
            port = stack.enter_context(open_doors(store))[request.param]
            yield Sending(
                lambda: (smtplib.SMTP if request.param == "smtp" else smtplib.LMTP)(
                    "127.0.0.1", port, timeout=20
                )
            )


@pytest.fixture
def store() -> Store:
    return Store()


def test_every_source_keeps_the_contract() -> None:
    """A new kind of source that acknowledges a mail too early would lose it."""
    assert set(WAYS.values()) == {kind.section for kind in SOURCES}


class TestEverySource:
    def test_byte_for_byte_once(self, source: Source, store: Store) -> None:
        """The mail is kept exactly as it came, dots, long lines and 8-bit bytes included, and
        leaves its source.
        """
        source.offer(RAW)
        wait_for(lambda: store.mails and not source.waiting(), "the mail is taken in")
        time.sleep(0.7)

        assert store.raws == [RAW]

    def test_not_acknowledged_before_it_is_kept(self, source: Source, store: Store) -> None:
        """While the commit still runs, the mail stands at its source: a crash now loses nothing."""
        store.gate.clear()
        source.offer(RAW)
        wait_for(lambda: store.calls, "the door hands the mail over")
        time.sleep(0.5)

        assert source.waiting() == 1
        store.gate.set()
        wait_for(lambda: not source.waiting(), "the mail is acknowledged")

    @pytest.mark.parametrize(
        "failure",
        [StoreUnavailable("x"), StoreFull("x"), KeyMissing("x")],
        ids=["unavailable", "full", "key"],
    )
    def test_failing_keep(self, source: Source, store: Store, failure: Exception) -> None:
        """A store that cannot keep a mail now gets it again later."""
        store.failures = [failure, failure]
        source.offer(RAW)
        wait_for(lambda: store.mails and not source.waiting(), "the mail comes again")

        assert store.raws == [RAW]
        assert store.calls == 3

    def test_the_same_mail_twice(self, source: Source, store: Store) -> None:
        """A mail sent twice is handed over twice: the store, not the door, knows what it has."""
        source.offer(RAW)
        source.offer(RAW)
        wait_for(lambda: len(store.mails) == 2 and not source.waiting(), "both are taken in")

        assert store.raws == [RAW, RAW]

    def test_many_mails(self, source: Source, store: Store) -> None:
        """Every one of many mails arrives once."""
        raws = [RAW + b"%d\r\n" % number for number in range(30)]
        for raw in raws:
            source.offer(raw)
        wait_for(lambda: len(store.mails) >= len(raws) and not source.waiting(), "all are taken in")

        assert sorted(store.raws) == sorted(raws)
