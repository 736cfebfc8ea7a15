"""The mailbox watcher against a real Dovecot, and against servers that lie or break off."""

from __future__ import annotations

import datetime as dt
import socket
import socketserver
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from imapclient import IMAPClient

from intake.errors import MailboxLoginRefused, MailboxUnavailable, StoreUnavailable
from intake.mail import imap_watcher as imap
from intake.mail import taking_in
from intake.mail.imap_watcher import MailboxSession, connect, watch
from intake.mail.ledger import DoneFolder
from intake.model.mail import LeftOut, LeftOutWhy, MailboxFolder, MessageState
from intake.settings import Settings
from tests.mail.doors import (
    RAW,
    MemoryLedger,
    Store,
    mailbox_settings,
    only_source,
    reception,
    running,
    settings,
)
from tests.servers import Dovecot, run_proxy, wait_for


def one_pass(chosen: Settings, store: Store, ledger: MemoryLedger) -> str:
    """One pass over the mailbox on a new connection."""
    mailbox = only_source(chosen, "mailbox")
    with connect(mailbox) as client:
        delivered = reception(chosen, store.keep, ledger=ledger)
        return MailboxSession(client, mailbox, delivered).take_in()


@dataclass
class Box:
    """One user's mailbox and the watcher's settings, memory and store."""

    server: Dovecot
    user: str = field(default_factory=lambda: uuid.uuid4().hex)
    ledger: MemoryLedger = field(default_factory=MemoryLedger)
    store: Store = field(default_factory=Store)
    reports: list[tuple[bool, str]] = field(default_factory=list)

    def settings(self, **values: Any) -> Settings:
        return mailbox_settings(self.server, self.user, **values)

    def once(self, **values: Any) -> str:
        """One pass on a new connection, as after a restart."""
        chosen = self.settings(**values)
        return one_pass(chosen, self.store, self.ledger)

    def watching(self, **values: Any) -> Callable[[threading.Event], None]:
        chosen = self.settings(**values)
        delivered = reception(
            chosen,
            self.store.keep,
            lambda good, code: self.reports.append((good, code)),
            self.ledger,
        )
        return lambda stop: watch(only_source(chosen, "mailbox"), delivered, stop)

    def inbox(self) -> list[bytes]:
        return self.server.messages(self.user)

    def done(self) -> list[bytes]:
        return self.server.messages(self.user, "verwerkt")


@pytest.fixture
def box(dovecot: Dovecot) -> Box:
    return Box(dovecot)


class TestTakingIn:
    def test_kept_and_moved(self, box: Box) -> None:
        """A mail is kept with its place and date of receipt, and stands unread in "verwerkt"
        afterwards.
        """
        box.server.append(box.user, RAW, '"20-Nov-2026 10:00:00 +0100"')

        assert box.once() == "ok"

        raw, envelope = box.store.mails[0]
        assert (raw, envelope.source, envelope.sender) == (RAW, "imap", None)
        assert envelope.received_at == dt.datetime(2026, 11, 20, 9, tzinfo=dt.UTC)
        assert envelope.place is not None
        assert envelope.place.startswith(f"{box.user}@127.0.0.1/INBOX/")
        assert (box.inbox(), box.done()) == ([], [RAW])
        with box.server.session(box.user, "verwerkt") as client:
            assert b"Seen" not in client.fetch("1", "(FLAGS)")[1][0]  # type: ignore[operator]

    def test_large_mail_in_chunks(self, box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
        """A mail larger than one chunk comes whole, whatever the chunk's size."""
        raw = RAW + b"0123456789\r\n" * 1_000
        for size in (len(raw), len(raw) - 1, 4096, 1000):
            monkeypatch.setattr(imap, "CHUNK", size)
            box.server.append(box.user, raw)
            box.once()

        assert box.store.raws == [raw] * 4

    def test_too_large_stays(self, box: Box) -> None:
        """A mail over the limit stays in the mailbox, its header becomes a case, and the others
        come in.
        """
        large = RAW + b"x" * 200_000 + b"\r\n"
        box.server.append(box.user, large)
        box.server.append(box.user, RAW)

        box.once(max_mail_bytes=100_000)

        assert box.inbox() == [large]
        assert box.store.raws == [RAW[: RAW.index(b"\r\n\r\n") + 4], RAW]
        assert [envelope.left_out for _, envelope in box.store.mails] == [
            LeftOut(LeftOutWhy.TOO_LARGE, len(large), 100_000),
            None,
        ]
        box.once(max_mail_bytes=100_000)
        assert box.store.calls == 2

    def test_older_than_the_first_start(self, box: Box) -> None:
        """What was in the mailbox before we came is left alone, also when it came minutes earlier."""
        box.ledger.start = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
        box.server.append(box.user, RAW + b"old", '"20-Nov-2026 12:59:59 +0100"')
        box.server.append(box.user, RAW, '"20-Nov-2026 13:00:00 +0100"')

        box.once()

        assert box.store.raws == [RAW]
        assert len(box.inbox()) == 1

    def test_from_a_date_that_is_set(self, box: Box) -> None:
        """An administrator can have older mail taken in."""
        box.ledger.start = dt.datetime(2026, 11, 20, tzinfo=dt.UTC)
        box.server.append(box.user, RAW, '"01-Oct-2026 13:00:00 +0100"')

        box.once(mailbox__since=dt.datetime(2026, 9, 1))

        assert box.store.raws == [RAW]

    def test_keep(self, box: Box) -> None:
        """With ``keep`` the mail stays where it is and comes in once."""
        box.server.append(box.user, RAW)
        box.once(mailbox__after="keep")
        box.once(mailbox__after="keep")

        assert (box.store.raws, box.inbox()) == ([RAW], [RAW])

    def test_delete_after_the_decision(self, box: Box) -> None:
        """With ``delete`` the mailbox's copy goes when its mail is decided long enough; others
        stay.
        """
        box.server.append(box.user, RAW)
        box.server.append(box.user, RAW + b"2\r\n")
        box.once(mailbox__after="delete")
        assert len(box.inbox()) == 2
        box.ledger.decided = {1}

        box.once(mailbox__after="delete")

        assert box.inbox() == [RAW + b"2\r\n"]
        assert box.store.calls == 2

    def test_idle_wakes_up(self, box: Box) -> None:
        """A mail is there at once, long before the next poll."""
        with running(box.watching(mailbox__poll_seconds=600)):
            wait_for(lambda: box.reports, "the first pass")
            box.server.append(box.user, RAW)
            wait_for(lambda: box.done(), "IDLE wakes the watcher", 10)


class TestFaults:
    def test_crash_between_keep_and_move(self, box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
        """After a crash before the move, the mail is moved and not lost; the store sees the same
        bytes again.
        """
        box.server.append(box.user, RAW)
        record = box.ledger.record
        monkeypatch.setattr(
            box.ledger, "record", lambda *_: (_ for _ in ()).throw(StoreUnavailable("x"))
        )
        with pytest.raises(StoreUnavailable):
            box.once()
        assert (box.inbox(), box.done()) == ([RAW], [])
        monkeypatch.setattr(box.ledger, "record", record)

        box.once()

        assert box.store.raws == [RAW, RAW]
        assert (box.inbox(), box.done()) == ([], [RAW])

    def test_uidvalidity_changes(self, box: Box) -> None:
        """When the server makes its numbers anew, nothing is skipped; the store knows what it has."""
        box.server.append(box.user, RAW)
        box.once(mailbox__after="keep")
        box.server.doveadm("mailbox", "update", "--uid-validity", "99999", "-u", box.user, "INBOX")
        box.server.append(box.user, RAW + b"2\r\n")

        box.once(mailbox__after="keep")

        assert box.store.raws == [RAW, RAW, RAW + b"2\r\n"]
        assert {place.uidvalidity for place, _ in box.ledger.rows} >= {99999}

    def test_folder_made_anew(self, box: Box) -> None:
        """A folder deleted and made again starts its numbers at 1; its new mail is not taken for
        the old.
        """
        for number in range(2):
            box.server.doveadm("mailbox", "create", "-u", box.user, "post")
            with box.server.session(box.user) as client:
                client.append("post", "", "", RAW + b"%d\r\n" % number)
            box.once(mailbox__folder="post", mailbox__after="keep")
            box.server.doveadm("mailbox", "delete", "-u", box.user, "post")
            time.sleep(1.1)  # UIDVALIDITY is a time in seconds

        assert box.store.raws == [RAW + b"0\r\n", RAW + b"1\r\n"]

    def test_expunged_under_us(self, box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
        """A mail that a person removes while we look is no fault; the others come in."""
        box.server.append(box.user, RAW)
        box.server.append(box.user, RAW + b"2\r\n")
        fetch = MailboxSession._fetch

        def removing(self: MailboxSession, uid: int) -> object:
            if uid == 1:
                with box.server.session(box.user) as client:
                    client.store("1", "+FLAGS", "\\Deleted")
                    client.expunge()
            return fetch(self, uid)

        monkeypatch.setattr(MailboxSession, "_fetch", removing)

        assert box.once() == "ok"
        assert box.store.raws[-1] == RAW + b"2\r\n"

    @pytest.mark.parametrize("after", [10, 300, 700, 2_000, 3_000, 5_000, 6_500])
    def test_cut_anywhere(self, box: Box, monkeypatch: pytest.MonkeyPatch, after: int) -> None:
        """A connection that breaks at any byte leaves no half mail; the next connection brings it
        whole.
        """
        monkeypatch.setattr(imap, "PAUSES", (0.2,))
        box.server.append(box.user, RAW)
        with run_proxy(box.server.imap_port) as proxy:
            proxy.cut_after = after
            with running(box.watching(mailbox__port=proxy.port)):
                wait_for(lambda: proxy.connections >= 2 or box.done(), "the watcher connects again")
                proxy.cut_after = None
                wait_for(lambda: box.done(), "the mail is moved")

        assert set(box.store.raws) == {RAW}
        assert box.inbox() == []

    def test_store_down(self, box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
        """While the store is down the page shows red and the mail stays; then it comes in."""
        monkeypatch.setattr(imap, "PAUSES", (0.2,))
        box.server.append(box.user, RAW)
        box.store.failures = [StoreUnavailable("x")]
        with running(box.watching()):
            wait_for(lambda: box.done(), "the mail comes in")

        assert (False, "store-unavailable") in box.reports
        assert box.reports[-1] == (True, "ok")

    def test_server_not_there(self, box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
        """A server that is away is shown and tried again."""
        monkeypatch.setattr(imap, "PAUSES", (0.1,))
        with running(box.watching(mailbox__port=1)):
            wait_for(lambda: len(box.reports) >= 3, "several tries")

        assert set(box.reports) == {(False, MailboxUnavailable.code)}

    def test_wrong_password_is_tried_once(self, box: Box) -> None:
        """A refused login is shown and not repeated at once: that would lock the account."""
        with running(box.watching(mailbox__password="fout")):
            wait_for(lambda: box.reports, "the refusal is reported")
            time.sleep(1)

        assert box.reports == [(False, MailboxLoginRefused.code)]
        assert imap.LOGIN_PAUSES[0] >= 600

    def test_move_refused(self, box: Box) -> None:
        """A server that refuses the move does not stop the taking in."""
        box.server.append(box.user, RAW)

        assert box.once(mailbox__done_folder="a/~/../b") == "mailbox-move"
        assert (box.store.raws, box.inbox()) == ([RAW], [RAW])

    def test_without_move(self, box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
        """A server without MOVE gets a copy and an expunge of just that mail."""
        box.server.append(box.user, RAW)
        with box.server.session(box.user) as client:
            client.append("INBOX", "\\Deleted", "", RAW + b"van een mens\r\n")
        box.ledger.rows[MailboxFolder(f"{box.user}@127.0.0.1", "INBOX", _uidvalidity(box)), 2] = (
            MessageState.DONE
        )
        has = IMAPClient.has_capability
        monkeypatch.setattr(
            IMAPClient, "has_capability", lambda self, name: name != "MOVE" and has(self, name)
        )

        box.once()

        assert (box.inbox(), box.done()) == ([RAW + b"van een mens\r\n"], [RAW])


def _uidvalidity(box: Box) -> int:
    with box.server.session(box.user) as client:
        return int(client.response("UIDVALIDITY")[1][0] or 0)


class TestConnection:
    def test_tls_is_verified(self, box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
        """A certificate that nobody vouches for ends the connection; one that is trusted is used."""
        tls = {
            "mailbox__port": box.server.imaps_port,
            "mailbox__tls": True,
            "mailbox__host": "localhost",
        }
        with (
            pytest.raises(MailboxUnavailable),
            connect(only_source(box.settings(**tls), "mailbox")),
        ):
            pass
        monkeypatch.setenv("SSL_CERT_FILE", str(box.server.certificate))
        box.server.append(box.user, RAW)

        box.once(**tls)

        assert box.store.raws == [RAW]
        assert box.store.mails[0][1].tls


class _Liar(socketserver.StreamRequestHandler):
    """An IMAP server that says one size and sends another."""

    body = b""
    announced = 0
    size = 0

    def handle(self) -> None:
        self.wfile.write(b"* OK [CAPABILITY IMAP4rev1] hello\r\n")
        while line := self.rfile.readline():
            tag, _, command = line.strip().partition(b" ")
            verb = command.split()[0].upper()
            if verb == b"CAPABILITY":
                self.wfile.write(b"* CAPABILITY IMAP4rev1\r\n")
            elif verb == b"SELECT":
                self.wfile.write(b"* 1 EXISTS\r\n* OK [UIDVALIDITY 1] x\r\n")
            elif b"SEARCH" in command:
                self.wfile.write(b"* SEARCH 1\r\n")
            elif b"INTERNALDATE" in command:
                self.wfile.write(b'* 1 FETCH (UID 1 INTERNALDATE "20-Nov-2026 10:00:00 +0100")\r\n')
            elif b"BODY.PEEK" in command:
                start, length = (int(n) for n in command.split(b"<")[1].split(b">")[0].split(b"."))
                piece = self.body[start : start + length]
                size = b" RFC822.SIZE %d" % self.size if b"RFC822.SIZE" in command else b""
                announced = self.announced or len(piece)
                self.wfile.write(
                    b"* 1 FETCH (UID 1%b BODY[]<%d> {%d}\r\n" % (size, start, announced)
                    + piece
                    + b")\r\n"
                )
            self.wfile.write(tag + b" OK done\r\n")


@pytest.fixture
def liar() -> Iterator[tuple[type[_Liar], Settings]]:
    class Liar(_Liar):
        pass

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Liar) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield (
            Liar,
            settings(
                mailbox__host="127.0.0.1",
                mailbox__port=server.server_address[1],
                mailbox__tls=False,
                mailbox__user="u",
                mailbox__after="keep",
                max_mail_bytes=100_000,
            ),
        )
        server.shutdown()


class TestLyingServer:
    @pytest.mark.parametrize(
        "size", [0, 1, len(RAW) - 1, len(RAW) + 50_000], ids=["zero", "one", "less", "more"]
    )
    def test_wrong_size(self, liar: tuple[type[_Liar], Settings], size: int) -> None:
        """Exchange is known to tell a size that is off; the mail is kept whole all the same."""
        server, chosen = liar
        server.body, server.size = RAW, size
        store = Store()
        one_pass(chosen, store, MemoryLedger())

        assert store.raws == [RAW]

    def test_endless_body(self, liar: tuple[type[_Liar], Settings]) -> None:
        """A body that turns out larger than announced is broken off at our limit."""
        server, chosen = liar
        server.body, server.size = b"x" * 3_000_000, 10
        store = Store()
        one_pass(chosen, store, MemoryLedger())

        assert [envelope.left_out for _, envelope in store.mails] == [
            LeftOut(LeftOutWhy.TOO_LARGE, imap.CHUNK, 100_000)
        ]
        assert len(store.raws[0]) == taking_in.MAX_HEADER

    def test_giant_literal(self, liar: tuple[type[_Liar], Settings]) -> None:
        """An answer announced as nine gigabytes takes no memory; the connection is given up and
        tried again.
        """
        server, chosen = liar
        server.body, server.size, server.announced = RAW, len(RAW), 9_000_000_000
        reports: list[tuple[bool, str]] = []
        store = Store()
        with running(
            lambda stop: watch(
                only_source(chosen, "mailbox"),
                reception(chosen, store.keep, lambda good, code: reports.append((good, code))),
                stop,
            )
        ):
            wait_for(lambda: reports, "the fault is reported")

        assert reports[0] == (False, MailboxUnavailable.code)
        assert not store.mails

    def test_silence(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        """A server that takes the connection and says nothing does not hold the watcher."""
        monkeypatch.setattr(imap, "CONNECT_SECONDS", 0.3)
        with socket.create_server(("127.0.0.1", 0)) as server:
            chosen = settings(
                mailbox__host="127.0.0.1", mailbox__port=server.getsockname()[1], mailbox__tls=False
            )
            start = time.monotonic()
            with pytest.raises(MailboxUnavailable), connect(only_source(chosen, "mailbox")):
                pass

        assert time.monotonic() - start < 5


def mail(number: int) -> bytes:
    return RAW.replace(b"<1@", b"<%d@" % number)


def put_in_done(box: Box, raw: bytes, when: str = "") -> None:
    with box.server.session(box.user) as client:
        client.create("verwerkt")
        assert client.append("verwerkt", "", when, raw)[0] == "OK"


class TestFolderOfKeptMails:
    """ "verwerkt" after a restore, and beside a person who moves mails too."""

    def test_what_a_lost_database_moved_is_taken_in_again(self, box: Box) -> None:
        """Mails of the day that a backup did not have would be in nobody's hands."""
        box.server.append(box.user, mail(1))
        box.once()
        backup = box.ledger.done
        box.server.append(box.user, mail(2), '"20-Nov-2020 10:00:00 +0100"')
        box.server.append(box.user, mail(3))
        box.once()
        box.store.mails.clear()
        box.ledger.done = backup

        assert box.once() == "ok"
        assert box.once() == "ok"

        assert box.store.raws == [mail(2), mail(3)]
        assert all(envelope.kept_before for _, envelope in box.store.mails)
        assert box.store.mails[0][1].received_at == dt.datetime(2020, 11, 20, 9, tzinfo=dt.UTC), (
            "the rules go by the day it came in"
        )
        assert sorted(box.done()) == [mail(1), mail(2), mail(3)]

    def test_after_a_restore_the_days_since_the_copy_are_read_whatever_the_numbers_say(
        self, box: Box
    ) -> None:
        """A folder that was made anew, or a copy from before the first move, has no number to go
        by.
        """
        put_in_done(box, mail(1), '"01-Nov-2026 10:00:00 +0100"')
        put_in_done(box, mail(2), '"20-Nov-2026 10:00:00 +0100"')
        box.ledger.done = DoneFolder(12345, 99, dt.datetime(2026, 11, 20, tzinfo=dt.UTC))

        box.once()

        assert box.store.raws == [mail(2)]
        assert box.ledger.done.reread_since is None

    def test_mails_that_stood_there_before_the_first_start_are_left_alone(self, box: Box) -> None:
        """A municipality that used this folder by hand for years gets no years of mail in its
        queue.
        """
        put_in_done(box, mail(1))
        box.server.append(box.user, mail(2))
        for _ in range(3):
            box.once()

        assert box.store.raws == [mail(2)]

    def test_a_mail_that_a_person_moved_before_it_was_read_is_taken_in(self, box: Box) -> None:
        """It looks handled to everybody, and nobody has it."""
        box.server.append(box.user, mail(1))
        box.once()
        put_in_done(box, mail(2))
        box.server.append(box.user, mail(3))

        box.once()
        box.once()

        assert sorted(box.store.raws) == [mail(1), mail(2), mail(3)]
        assert [envelope.kept_before for raw, envelope in box.store.mails if raw == mail(2)] == [
            True
        ]

    def test_a_long_list_does_not_keep_new_mail_waiting(
        self, box: Box, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """After a restore of an old copy, today's mail comes in between, and none of the list is
        skipped.
        """
        monkeypatch.setattr(imap, "BATCH", 2)
        box.server.append(box.user, mail(1))
        box.once()
        for number in range(2, 7):
            put_in_done(box, mail(number))
        box.server.append(box.user, mail(7))

        box.once()
        assert mail(7) in box.store.raws
        assert len(box.store.raws) == 4
        box.once()
        box.once()
        taken = len(box.store.raws)
        box.once()

        assert set(box.store.raws) == {mail(number) for number in range(1, 8)}
        assert len(box.store.raws) == taken, "when all of it is known, nothing is fetched again"

    def test_a_store_that_fails_in_between_loses_nothing(self, box: Box) -> None:
        """The database goes down while a restored mailbox is read again."""
        box.server.append(box.user, mail(1))
        box.once()
        put_in_done(box, mail(2))
        put_in_done(box, mail(3))
        box.store.failures.append(StoreUnavailable("down"))
        with pytest.raises(StoreUnavailable):
            box.once()

        box.once()

        assert sorted(box.store.raws) == [mail(1), mail(2), mail(3)]
