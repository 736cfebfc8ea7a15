"""How servers really answer a FETCH in pieces: without a size, with an estimate, with NIL or nothing
after the end. A small server speaks the protocol; Dovecot is in test_imap.py."""

from __future__ import annotations

import re
import socketserver
import threading
from collections.abc import Callable, Iterator
from itertools import product

import pytest

from intake.mail import imap_watcher as imap
from intake.mail import taking_in
from intake.mail.imap_watcher import MailboxSession, connect
from intake.model.mail import LeftOutWhy
from intake.settings import Settings
from tests.mail.doors import RAW, MemoryLedger, Store, only_source, reception, settings

CHUNK = 1_000
LIMIT = 100_000
BODY = RAW[:60] + b"y" * (3 * CHUNK - 60)
"""Ends where a piece ends."""
SHORT = RAW[: CHUNK // 2]
ONE_MORE = BODY + b"z"
BODIES = {
    "several pieces": RAW,
    "whole pieces": BODY,
    "one piece": SHORT,
    "one byte more": ONE_MORE,
}
Answer = Callable[[bytes, int, bytes], bytes]
"""The body, the offset that is asked, and what stands for the size: what is in the brackets."""


class _Server(socketserver.StreamRequestHandler):
    body = RAW
    size: bytes | None = None
    after_end = "empty"

    def handle(self) -> None:
        self.wfile.write(b"* OK [CAPABILITY IMAP4rev1] hello\r\n")
        while line := self.rfile.readline():
            tag, _, command = line.strip().partition(b" ")
            verb = command.split()[0].upper()
            end = b" OK done\r\n"
            if verb == b"CAPABILITY":
                self.wfile.write(b"* CAPABILITY IMAP4rev1\r\n")
            elif verb == b"SELECT":
                self.wfile.write(b"* 1 EXISTS\r\n* OK [UIDVALIDITY 1] x\r\n")
            elif b"SEARCH" in command:
                self.wfile.write(b"* SEARCH 1\r\n")
            elif b"INTERNALDATE" in command:
                self.wfile.write(b'* 1 FETCH (UID 1 INTERNALDATE "20-Nov-2026 10:00:00 +0100")\r\n')
            elif asked := re.search(rb"BODY\.PEEK\[\]<(\d+)\.(\d+)>", command):
                end = self.piece(int(asked[1]), int(asked[2]), b"RFC822.SIZE" in command) or end
            elif b"HEADER" in command:
                self.wfile.write(
                    b"* 1 FETCH (UID 1 BODY[HEADER]<0> {15}\r\nSubject: x\r\n\r\n )\r\n"
                )
            self.wfile.write(tag + end)

    def piece(self, start: int, length: int, with_size: bool) -> bytes | None:
        piece = self.body[start : start + length]
        size = b" RFC822.SIZE " + self.size if with_size and self.size is not None else b""
        if start and not piece and self.after_end == "no":
            return b" NO there is no more\r\n"
        if start and not piece and self.after_end == "bad":
            return b" BAD out of range\r\n"
        if start and not piece and self.after_end == "silent":
            return None
        if start and not piece and self.after_end == "flags":
            self.wfile.write(b"* 1 FETCH (UID 1 FLAGS ())\r\n")
            return None
        shown = (
            b"NIL" if not piece and self.after_end == "nil" else b"{%d}\r\n" % len(piece) + piece
        )
        self.wfile.write(b"* 1 FETCH (UID 1%b BODY[]<%d> %b)\r\n" % (size, start, shown))
        return None


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[type[_Server], Settings]]:
    class Server(_Server):
        pass

    monkeypatch.setattr(imap, "CHUNK", CHUNK)
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Server) as running:
        running.daemon_threads = True
        threading.Thread(target=running.serve_forever, args=(0.05,), daemon=True).start()
        yield (
            Server,
            settings(
                mailbox__host="127.0.0.1",
                mailbox__port=running.server_address[1],
                mailbox__tls=False,
                mailbox__user="u",
                mailbox__after="keep",
                max_mail_bytes=LIMIT,
            ),
        )
        running.shutdown()


def one_pass(chosen: Settings, store: Store, ledger: MemoryLedger) -> str:
    mailbox = only_source(chosen, "mailbox")
    with connect(mailbox) as client:
        delivered = reception(chosen, store.keep, ledger=ledger)
        return MailboxSession(client, mailbox, delivered).take_in()


AFTER_END = ("empty", "nil", "no", "bad", "silent", "flags")
SIZES = ("none", "nil", "right", "smaller", "larger", "much larger")


def _is_sure(body: bytes, size: str, after_end: str) -> bool:
    """A server that refuses the piece after a full one may have more."""
    return body is not BODY or size == "right" or after_end not in ("no", "bad")


@pytest.mark.parametrize(
    ("body", "size", "after_end"),
    [
        pytest.param(body, size, after_end, id=f"{name}-{size}-{after_end}")
        for (name, body), size, after_end in product(BODIES.items(), SIZES, AFTER_END)
        if _is_sure(body, size, after_end)
    ],
)
def test_whole_mail_is_kept(
    server: tuple[type[_Server], Settings], body: bytes, size: str, after_end: str
) -> None:
    """A mail would never come in, or be cut off, because of how its server counts."""
    kind, chosen = server
    sizes = {
        "none": None,
        "nil": b"NIL",
        "right": b"%d" % len(body),
        "smaller": b"%d" % (len(body) - 3),
        "larger": b"%d" % (len(body) + 3),
        "much larger": b"%d" % int(len(body) * 1.2),
    }
    kind.body, kind.size, kind.after_end = body, sizes[size], after_end
    store = Store()

    assert one_pass(chosen, store, MemoryLedger()) == "ok"
    assert store.raws == [body]


def test_estimate_over_the_limit(server: tuple[type[_Server], Settings]) -> None:
    """An estimate a little over our limit refuses no mail that is under it."""
    kind, chosen = server
    kind.body, kind.size = RAW + b"x" * (LIMIT - len(RAW)), b"%d" % (LIMIT + 2_000)
    store = Store()
    one_pass(chosen, store, MemoryLedger())

    assert [len(raw) for raw in store.raws] == [LIMIT]


def test_no_size_and_too_large(server: tuple[type[_Server], Settings]) -> None:
    """Without a size a mail over our limit is broken off, and becomes a case."""
    kind, chosen = server
    kind.body, kind.size = RAW + b"x" * LIMIT, None
    store = Store()
    one_pass(chosen, store, MemoryLedger())

    left_out = [envelope.left_out for _, envelope in store.mails]
    assert [each.why for each in left_out if each] == [LeftOutWhy.TOO_LARGE]


@pytest.mark.parametrize("after_end", ["nil", "empty", "silent"])
@pytest.mark.parametrize("cut", [0, CHUNK])
def test_server_that_stops_far_before_the_end(
    server: tuple[type[_Server], Settings], cut: int, after_end: str
) -> None:
    """Half a mail is no mail: it is tried again, and then a person's case."""
    kind, chosen = server
    kind.body, kind.size, kind.after_end = RAW[:cut], b"%d" % len(RAW), after_end
    store, ledger = Store(), MemoryLedger()
    for _ in range(taking_in.TRIES):
        assert store.mails == []
        one_pass(chosen, store, ledger)

    left_out = [envelope.left_out for _, envelope in store.mails]
    assert [each.why for each in left_out if each] == [LeftOutWhy.UNFETCHABLE]


def test_server_that_gives_the_beginning_again(server: tuple[type[_Server], Settings]) -> None:
    """The first piece of a mail would be kept as all of it, because the server never goes on."""
    kind, chosen = server

    def piece(self: _Server, start: int, length: int, with_size: bool) -> None:
        size = b" RFC822.SIZE %d" % (CHUNK + 9) if with_size else b""
        self.wfile.write(_unnamed(size, RAW[:CHUNK]))

    kind.piece = piece  # type: ignore[method-assign]
    store, ledger = Store(), MemoryLedger()
    for _ in range(taking_in.TRIES):
        assert store.mails == []
        one_pass(chosen, store, ledger)

    left_out = [envelope.left_out for _, envelope in store.mails]
    assert [each.why for each in left_out if each] == [LeftOutWhy.UNFETCHABLE]


def _unnamed(size: bytes, piece: bytes) -> bytes:
    """A piece of a server that does not name the offset that it begins at."""
    return b"* 1 FETCH (UID 1%b BODY[] {%d}\r\n%b)\r\n" % (size, len(piece), piece)


def _told(size: bytes, start: int, piece: bytes) -> bytes:
    return b"* 1 FETCH (UID 1%b BODY[]<%d> {%d}\r\n%b)\r\n" % (size, start, len(piece), piece)


WAYS: dict[str, Answer] = {
    "whole": lambda body, start, size: _unnamed(b"", body),
    "whole, with its size": lambda body, start, size: _unnamed(size, body),
    "offset not named": lambda body, start, size: _unnamed(size, body[start : start + CHUNK]),
    "offset not named, nor the size": lambda body, start, size: _unnamed(b"", body[start : start + CHUNK]),
    "offset not named, little": lambda body, start, size: _unnamed(size, body[start : start + 300]),
    "whole at an offset": lambda body, start, size: _told(size, start, body),
    "little at a time": lambda body, start, size: _told(size, start, body[start : start + 300]),
    "little, without a size": lambda body, start, size: _told(b"", start, body[start : start + 300]),
    "more than asked": lambda body, start, size: _told(size, start, body[start : start + CHUNK + 7]),
    "body before its number": lambda body, start, size: (
        b"* 1 FETCH (BODY[]<%d> {%d}\r\n%b UID 1%b)\r\n"
        % (start, len(body[start : start + CHUNK]), body[start : start + CHUNK], size)
    ),
    "size apart, and other news": lambda body, start, size: (
        b"* 2 EXISTS\r\n* 1 FETCH (UID 1%b)\r\n* 2 FETCH (UID 9 FLAGS ())\r\n%b"
        b"* 1 FETCH (FLAGS (\\Seen) UID 1)\r\n" % (size, _told(b"", start, body[start : start + CHUNK]))
    ),
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_servers_with_ways_of_their_own(server: tuple[type[_Server], Settings], way: str) -> None:
    """A mail would be kept twice over, cut off, or called too large, because a server knows no
    ranges, gives less or more than was asked, or tells other news between.
    """
    kind, chosen = server

    def piece(self: _Server, start: int, length: int, with_size: bool) -> None:
        size = b" RFC822.SIZE %d" % len(self.body) if with_size else b""
        self.wfile.write(WAYS[way](self.body, start, size))

    kind.piece = piece  # type: ignore[method-assign]
    for body in BODIES.values():
        kind.body, store = body, Store()
        assert one_pass(chosen, store, MemoryLedger()) == "ok"
        assert store.raws == [body]
