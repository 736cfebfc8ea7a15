"""The SMTP and LMTP endpoint against clients that misbehave, and against a real Postfix."""

from __future__ import annotations

import contextlib
import errno
import smtplib
import socket
import ssl
import subprocess
import tempfile
import threading
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from intake.errors import ConfigurationError, KeyMissing, StoreFull, StoreUnavailable
from intake.mail import smtp_server as smtp
from intake.mail import spool
from intake.model.mail import Envelope
from intake.settings import Settings
from tests.mail.doors import RAW, US, Store, only_source, open_doors, reception, running, settings
from tests.servers import Sink, make_certificate, run_postfix, run_proxy, swaks, wait_for


def serve(chosen: Settings) -> None:
    """Start the doors of these settings, which do not start."""
    smtp.serve(
        only_source(chosen, "smtp").doors(), reception(chosen, Store().keep), threading.Event()
    )


@pytest.fixture
def store() -> Store:
    return Store()


class Line:
    """A client that writes exactly what it is told."""

    def __init__(self, port: int, greeting: str = "EHLO") -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), 10)
        self.file = self.socket.makefile("rb")
        self.answer()
        self.say(f"{greeting} client.example")

    def say(self, line: str) -> str:
        self.socket.sendall(line.encode() + b"\r\n")
        return self.answer()

    def answer(self) -> str:
        lines = [self.file.readline().decode()]
        while lines[-1][3:4] == "-":
            lines.append(self.file.readline().decode())
        return "".join(lines).strip()

    def begin(self, *recipients: str) -> None:
        assert self.say("MAIL FROM:<zorg@aanbieder.example>").startswith("250")
        for recipient in recipients or (US,):
            self.say(f"RCPT TO:<{recipient}>")
        assert self.say("DATA").startswith("354")


@pytest.fixture
def line(store: Store) -> Iterator[Line]:
    with open_doors(store) as ports:
        client = Line(ports["smtp"])
        yield client
        client.socket.close()


class TestRecipients:
    @pytest.mark.parametrize(
        ("recipient", "code"),
        [
            (US, 250), (US.upper(), 250), (US.replace("@", "+abc@"), 250), ("postmaster", 250),
            ("Postmaster@almere.nl", 250),
            ("iemand@almere.nl", 550), ("crediteuren@elders.example", 550),
            ("postmaster@elders.example", 550),
        ],
    )  # fmt: skip
    def test_recipient(self, line: Line, recipient: str, code: int) -> None:
        """Only the municipality's own addresses are accepted, in any case and with a +detail."""
        line.say("MAIL FROM:<a@b.example>")

        assert line.say(f"RCPT TO:<{recipient}>").startswith(str(code))

    def test_envelope(self, line: Line, store: Store) -> None:
        """The envelope that the rules of the road need is kept: sender, recipients, peer."""
        line.say("MAIL FROM:<> BODY=8BITMIME")
        line.say(f"RCPT TO:<{US}>")
        line.say("DATA")
        line.say("x: y\r\n\r\nz\r\n.")

        envelope = store.mails[0][1]
        assert (
            envelope.source,
            envelope.sender,
            envelope.recipients,
            envelope.peer,
            envelope.tls,
        ) == ("smtp", "", (US,), "127.0.0.1", False)

    def test_smtputf8(self, line: Line, store: Store) -> None:
        """A provider with an accent in his address can send."""
        assert line.say("MAIL FROM:<zörg@aanbieder.example> SMTPUTF8").startswith("250")
        line.say(f"RCPT TO:<{US}>")
        line.say("DATA")
        line.say("x: y\r\n\r\nz\r\n.")

        assert store.mails[0][1].sender == "zörg@aanbieder.example"


class TestSize:
    def test_advertised_and_refused(self, store: Store, capfd: pytest.CaptureFixture[str]) -> None:
        """A mail over the limit is told so before it is sent, or after, and the session goes on."""
        with (
            open_doors(store, max_mail_bytes=100_000) as ports,
            smtplib.SMTP("127.0.0.1", ports["smtp"]) as client,
        ):
            client.ehlo()
            assert client.esmtp_features["size"] == "100000"
            assert client.docmd("MAIL FROM:<a@b.example> SIZE=100001")[0] == 552
            for size in (100_001, 1_000_000):
                client.docmd("MAIL FROM:<a@b.example>")
                client.rcpt(US)
                client.docmd("DATA")
                client.send(b"X: y\r\n\r\n" + b"z" * size + b"\r\n.\r\n")
                assert client.getreply()[0] == 552
            client.sendmail("a@b.example", [US], RAW)

        assert store.raws == [RAW]
        assert "".join(capfd.readouterr()).count("a mail was refused as too large") == 3

    def test_just_under_the_limit_in_one_line(self, store: Store) -> None:
        """A long line is no reason to refuse a mail."""
        raw = b"X: y\r\n\r\n" + b"z" * 99_000 + b"\r\n"
        with (
            open_doors(store, max_mail_bytes=100_000) as ports,
            smtplib.SMTP("127.0.0.1", ports["smtp"]) as client,
        ):
            client.sendmail("a@b.example", [US], raw)

        assert store.raws == [raw]


class TestFaults:
    @pytest.mark.parametrize(
        ("failure", "code"),
        [
            (StoreUnavailable("x"), "451"),
            (StoreFull("x"), "452"),
            (KeyMissing("x"), "451"),
            (RuntimeError("BSN 999990019"), "451"),
            (MemoryError(), "451"),
        ],
    )
    def test_temporary_answer(
        self,
        line: Line,
        store: Store,
        failure: Exception,
        code: str,
        capfd: pytest.CaptureFixture[str],
    ) -> None:
        """A fault of ours is temporary for the sender, tells nothing, and the next mail passes."""
        store.failures = [failure]
        line.begin()
        answer = line.say("x: y\r\n\r\nz\r\n.")
        line.begin()

        assert answer.startswith(code)
        assert line.say("x: y\r\n\r\nz\r\n.").startswith("250")
        assert "999990019" not in answer + "".join(capfd.readouterr())

    @pytest.mark.parametrize(
        "fault", [b"\n.\r\n", b"\n.\n", b"\r.\r", b"\r\n.\n", b"\n.\r", b"\r.\r\n"]
    )
    def test_no_smuggling(self, line: Line, store: Store, fault: bytes) -> None:
        """Only CRLF.CRLF ends a mail: whatever hides behind another ending stays part of the one
        mail.
        """
        line.begin()
        line.socket.sendall(
            b"x: y\r\n\r\nz"
            + fault
            + b"MAIL FROM:<kwaad@x.example>\r\nRCPT TO:<"
            + US.encode()
            + b">\r\nDATA\r\nq\r\n.\r\n"
        )

        assert line.answer().startswith("250")
        assert len(store.mails) == 1
        assert b"MAIL FROM:<kwaad" in store.raws[0]
        assert line.say("NOOP").startswith("250")

    def test_empty_mail(self, line: Line, store: Store) -> None:
        """A mail without a single byte is kept like any other."""
        line.begin()

        assert line.say(".").startswith("250")
        assert store.raws == [b""]

    def test_connection_cut_in_data(self, store: Store) -> None:
        """Half a mail is never kept."""
        with open_doors(store) as ports:
            client = Line(ports["smtp"])
            client.begin()
            client.socket.sendall(RAW)
            client.socket.close()
            client.file.close()
            with smtplib.SMTP("127.0.0.1", ports["smtp"]) as other:
                other.sendmail("a@b.example", [US], RAW)
            time.sleep(0.2)

        assert store.raws == [RAW]

    def test_client_gone_before_the_answer(self, store: Store) -> None:
        """A mail whose sender broke off while we kept it is kept; he sends it again and the store
        knows it.
        """
        store.gate.clear()
        with open_doors(store) as ports:
            client = Line(ports["smtp"])
            client.begin()
            client.socket.sendall(RAW + b".\r\n")
            wait_for(lambda: store.calls, "the mail is handed over")
            client.file.close()
            client.socket.close()
            store.gate.set()
            wait_for(lambda: store.mails, "it is kept all the same")

    def test_stop_waits_for_the_mail_in_hand(self, store: Store) -> None:
        """Stopping the service does not break off a mail that is coming in."""
        store.gate.clear()
        with contextlib.ExitStack() as stack:
            ports = stack.enter_context(open_doors(store))
            client = Line(ports["smtp"])
            client.begin()
            client.socket.sendall(RAW + b".\r\n")
            wait_for(lambda: store.calls, "the mail is handed over")
            threading.Timer(0.5, store.gate.set).start()

        assert client.answer().startswith("250")

    def test_too_many_connections(self, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        """One client cannot take all connections; it is asked to come again."""
        monkeypatch.setattr(smtp, "MAX_CONNECTIONS", 1)
        with open_doors(store) as ports:
            first = Line(ports["smtp"])
            with socket.create_connection(("127.0.0.1", ports["smtp"]), 10) as second:
                assert second.recv(100).startswith(b"421")
            assert first.say("NOOP").startswith("250")

    @pytest.mark.parametrize("step", ["connected", "greeted", "in the middle of a mail"])
    def test_silence_ends_at_every_step(
        self, store: Store, monkeypatch: pytest.MonkeyPatch, step: str
    ) -> None:
        """Connections that say nothing would fill the door, and no mail come in."""
        monkeypatch.setattr(smtp, "SILENT_SECONDS", 0.3)
        with (
            open_doors(store) as ports,
            socket.create_connection(("127.0.0.1", ports["smtp"]), 5) as client,
        ):
            if step != "connected":
                client.sendall(b"EHLO x\r\n")
            if step == "in the middle of a mail":
                client.sendall(f"MAIL FROM:<a@b.example>\r\nRCPT TO:<{US}>\r\nDATA\r\n".encode())
                client.sendall(b"Subject: half\r\n" * 1000)
            start = time.monotonic()
            with contextlib.suppress(ConnectionResetError):
                while client.recv(10_000):
                    pass

            assert time.monotonic() - start < 4
        assert not store.mails

    @pytest.mark.parametrize(
        "line", ["a", "NOOP\r\n", "x: y\r\n"], ids=["half-command", "commands", "half-mail"]
    )
    def test_a_byte_now_and_then_does_not_hold_the_door(
        self, store: Store, monkeypatch: pytest.MonkeyPatch, line: str
    ) -> None:
        """A slow client would keep its place for ever (slow loris)."""
        monkeypatch.setattr(smtp, "DIALOGUE_SECONDS", 0.6)
        monkeypatch.setattr(smtp, "DATA_SECONDS", 0.6)
        with open_doors(store) as ports:
            client = Line(ports["smtp"])
            if ":" in line:
                client.begin()
            start = time.monotonic()
            with contextlib.suppress(OSError):
                while time.monotonic() - start < 5:
                    client.socket.sendall(line.encode())
                    time.sleep(0.1)

            assert time.monotonic() - start < 4

    def test_a_slow_store_is_waited_for(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A client that waits for our answer would be shown out as silent, and send its mail again
        and again.
        """
        monkeypatch.setattr(smtp, "SILENT_SECONDS", 0.3)
        store.gate.clear()
        threading.Timer(1, store.gate.set).start()
        with open_doors(store) as ports:
            client = Line(ports["smtp"])
            client.begin()

            assert client.say("x: y\r\n\r\nz\r\n.").startswith("250")

    def test_one_peer_cannot_take_all_places(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """One mail server gone mad would keep all others out."""
        monkeypatch.setattr(smtp, "MAX_CONNECTIONS_A_PEER", 2)
        with open_doors(store) as ports:
            lines = [Line(ports["smtp"]), Line(ports["lmtp"], "LHLO")]
            with socket.create_connection(("127.0.0.1", ports["smtp"]), 10) as third:
                assert third.recv(100).startswith(b"421 4.7.0")
            with socket.create_connection(
                ("127.0.0.1", ports["smtp"]), 10, source_address=("127.0.0.2", 0)
            ) as other:
                assert other.recv(100).startswith(b"220")
            lines[0].socket.close()
            lines[0].file.close()
            wait_for(
                lambda: Line(ports["smtp"]).say("NOOP").startswith("250"), "its place is free again"
            )

    def test_nothing_of_a_mail_in_the_log(
        self,
        line: Line,
        store: Store,
        capfd: pytest.CaptureFixture[str],
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        """Neither addresses nor content reach a log."""
        caplog.set_level(0)
        line.begin()
        line.say("Subject: geheim-onderwerp\r\n\r\nz\r\n.")

        logged = caplog.text + "".join(capfd.readouterr())
        assert "geheim-onderwerp" not in logged
        assert "aanbieder.example" not in logged


class TestMemory:
    def test_unfinished_mails_take_none(self, store: Store, tmp_path: Path) -> None:
        """Forty-five mails of 38 MB that were on their way at once took 1.8 GB, and the kernel
        ended the receiver.
        """
        piece = b"0123456789abcdef" * 4096
        with open_doors(store, home=tmp_path) as ports:
            clients = [Line(ports["smtp"]) for _ in range(10)]
            for client in clients:
                client.begin()
            tracemalloc.start()
            try:
                for client in clients:
                    for _ in range(80):
                        client.socket.sendall(piece)
                time.sleep(0.5)
                taken = tracemalloc.get_traced_memory()[1]
            finally:
                tracemalloc.stop()
            assert taken < 10_000_000  # of 52 MB
            assert list(tmp_path.iterdir()) == []
            answers = [client.say("\r\n.") for client in clients]

        assert {answer[:3] for answer in answers} == {"250"}
        assert store.raws == [piece * 80 + b"\r\n"] * 10

    def test_large_mails_are_kept_one_after_another(self, tmp_path: Path) -> None:
        """Each takes several times its size while it is kept; a small one does not wait for them."""
        at_once, most, gate = 0, 0, threading.Event()

        def keep(raw: bytes, envelope: Envelope) -> str:
            nonlocal at_once, most
            if len(raw) > smtp.LARGE:
                at_once += 1
                most = max(most, at_once)
                assert gate.wait(20)
                at_once -= 1
            return "IN-X"

        store = Store()
        store.keep = keep  # type: ignore[method-assign]
        with open_doors(store, home=tmp_path) as ports:
            clients = [Line(ports["smtp"]) for _ in range(6)]
            for client in clients:
                client.begin()
                client.socket.sendall(b"z" * (smtp.LARGE + 1) + b"\r\n.\r\n")
            wait_for(lambda: at_once, "the first is being kept")
            small = Line(ports["smtp"])
            small.begin()
            assert small.say("x: y\r\n\r\nz\r\n.").startswith("250")
            gate.set()

            assert {client.answer()[:3] for client in clients} == {"250"}
        assert most == 1

    @pytest.mark.parametrize(
        ("code", "answer"), [(errno.ENOSPC, "452 4.3.1"), (errno.EIO, "451 4.3.0")]
    )
    def test_a_disk_that_takes_nothing(
        self, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, answer: str
    ) -> None:
        """A mail that could not be written down would be acknowledged in part, or its sender give
        up.
        """
        monkeypatch.setattr(
            tempfile, "TemporaryFile", lambda **_: (_ for _ in ()).throw(OSError(code, "x"))
        )
        with open_doors(store, home=tmp_path) as ports:
            client = Line(ports["smtp"])
            client.begin()
            client.socket.sendall(b"z" * (2 * spool.CHUNK) + b"\r\n")
            assert client.say(".").startswith(answer)
            client.begin()

            assert client.say("x: y\r\n\r\nz\r\n.").startswith("250")
        assert len(store.mails) == 1

    def test_what_lies_on_the_disk_is_sealed(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A backup of the disk, or its finder, would read mails that are on their way."""
        monkeypatch.setattr(
            tempfile,
            "TemporaryFile",
            lambda dir, buffering: (dir / "spool").open("w+b", buffering=buffering),
        )
        secret = b"999990019 " * 100_000
        made = spool.Spool(tmp_path)
        for at in range(0, len(secret), 999):
            made.write(secret[at : at + 999])

        lies = (tmp_path / "spool").read_bytes()
        assert len(lies) > 700_000
        assert b"999990019" not in lies
        assert made.read() == secret
        made.close()

    def test_the_end_in_pieces(self, store: Store) -> None:
        """A mail whose last bytes come one by one would lose a line, keep a stuffed dot, or swallow
        the next command.
        """
        sent = b"..een\r\n...twee\r\n..\r\n\r\n.\r\nNOOP\r\n"
        with open_doors(store) as ports:
            client = Line(ports["smtp"])
            for cut in range(1, len(sent)):
                client.begin()
                client.socket.sendall(sent[:cut])
                time.sleep(0.01)
                client.socket.sendall(sent[cut:])
                assert client.answer().startswith("250 2.0.0")
                assert client.answer().startswith("250")

        assert set(store.raws) == {b".een\r\n..twee\r\n.\r\n\r\n"}


class TestLmtp:
    def test_one_answer_a_recipient(self, store: Store) -> None:
        """LMTP answers for each accepted recipient (RFC 2033 §4.2); the mail is kept once."""
        with open_doors(store) as ports:
            client = Line(ports["lmtp"], "LHLO")
            client.begin(US, US.upper(), "onbekend@almere.nl")
            first = client.say("x: y\r\n\r\nz\r\n.")

            assert [first[:3], client.answer()[:3]] == ["250", "250"]
            assert client.say("NOOP").startswith("250")
            assert len(store.mails) == 1

    def test_too_large_answers_every_recipient(self, store: Store) -> None:
        """A refused mail too is answered for each recipient, or the mail server waits for ever."""
        with open_doors(store, max_mail_bytes=100_000) as ports:
            client = Line(ports["lmtp"], "LHLO")
            client.begin(US, US.upper())
            client.socket.sendall(b"z" * 200_000 + b"\r\n.\r\n")

            assert [client.answer()[:3], client.answer()[:3]] == ["552", "552"]

    def test_no_smtp_greeting(self, store: Store) -> None:
        """EHLO at the LMTP door is a wrong setting and told so."""
        with open_doors(store) as ports:
            client = Line(ports["lmtp"], "LHLO")

            assert client.say("EHLO x").startswith("500")


class TestMunicipalities:
    """One door for two municipalities: the recipient says whose mail it is."""

    TOWNS = "almere, hart-van-brabant"
    OTHER = "facturen-jeugdhulp@tilburg.example"

    def test_the_recipient_names_the_municipality(self, store: Store) -> None:
        """A mail would be judged and answered in the name of the wrong one."""
        with open_doors(store, smtp__municipalities=self.TOWNS) as ports:
            for recipient in (US, self.OTHER.upper(), f"postmaster@{self.OTHER.partition('@')[2]}"):
                with smtplib.SMTP("127.0.0.1", ports["smtp"]) as client:
                    client.sendmail("zorg@aanbieder.example", [recipient], RAW)

        assert [(e.municipality, e.mailbox) for _, e in store.mails] == [
            ("almere", US),
            ("hart-van-brabant", self.OTHER.upper()),
            ("hart-van-brabant", "postmaster@tilburg.example"),
        ]

    def test_one_mail_to_both_comes_twice(self, store: Store) -> None:
        """The second municipality would never see it: each gets its own, when the sender tries the
        other recipient again.
        """
        with open_doors(store, smtp__municipalities=self.TOWNS) as ports:
            client = Line(ports["smtp"])
            client.say("MAIL FROM:<a@b.example>")
            assert client.say(f"RCPT TO:<{US}>").startswith("250")
            assert client.say(f"RCPT TO:<{self.OTHER}>").startswith("452 4.5.3")

    def test_a_municipality_that_is_not_served_gets_nothing(self, store: Store) -> None:
        """Mail for a municipality that is not ours would lie in our database."""
        with open_doors(store) as ports:
            client = Line(ports["smtp"])
            client.say("MAIL FROM:<a@b.example>")
            assert client.say(f"RCPT TO:<{self.OTHER}>").startswith("550")


class TestDoorKeeping:
    @pytest.mark.parametrize("listen", ["0.0.0.0:0", "[::]:0"])
    def test_open_to_the_world_needs_a_list(self, listen: str) -> None:
        """The endpoint refuses to start open to everybody by mistake."""
        with pytest.raises(ConfigurationError, match="INTAKE_BORDER__RELAYS"):
            serve(settings(smtp__listen=listen))

    def test_stranger_is_refused(self, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        """A host that is not on the list gets no further than the greeting."""
        monkeypatch.setattr(smtp, "is_loopback", lambda peer: False)
        with (
            open_doors(store, border__relays=["192.0.2.0/24"]) as ports,
            socket.create_connection(("127.0.0.1", ports["smtp"]), 10) as stranger,
        ):
            assert stranger.recv(100).startswith(b"554")

    def test_port_in_use(self, store: Store) -> None:
        """A port that is taken is told in words."""
        with open_doors(store) as ports, pytest.raises(ConfigurationError, match="cannot listen"):
            serve(settings(smtp__listen=f"127.0.0.1:{ports['smtp']}"))


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with cert.pem and key.pem for ``localhost``."""
    folder = tmp_path_factory.mktemp("pair")
    make_certificate(folder)
    return folder


def secured(pair: Path, **values: object) -> dict[str, object]:
    return {"smtp__certificate": pair / "cert.pem", "smtp__key": pair / "key.pem"} | values


class TestStarttls:
    @pytest.mark.parametrize("door", ["smtp", "lmtp"])
    @pytest.mark.parametrize("required", [False, True])
    def test_mail_comes_in_encrypted(
        self, store: Store, pair: Path, door: str, required: bool
    ) -> None:
        """With a certificate mails come in encrypted, and the envelope says so."""
        context = ssl.create_default_context(cafile=str(pair / "cert.pem"))
        kind = smtplib.LMTP if door == "lmtp" else smtplib.SMTP
        with (
            open_doors(store, **secured(pair, smtp__require_tls=required)) as ports,
            kind("localhost", ports[door]) as client,
        ):
            client.starttls(context=context)
            client.sendmail("a@b.example", [US], RAW)

        assert store.mails[0][1].tls
        assert store.raws == [RAW]

    @pytest.mark.parametrize("greeting", ["EHLO", "HELO"])
    def test_when_required_no_mail_begins_without_it(
        self, store: Store, pair: Path, greeting: str
    ) -> None:
        """An invoice with a BSN beside it would cross the network in plain text (RFC 3207 §4)."""
        with open_doors(store, **secured(pair, smtp__require_tls=True)) as ports:
            client = Line(ports["smtp"], greeting)

            assert (
                client.say("MAIL FROM:<a@b.example>")
                == "530 5.7.0 Must issue a STARTTLS command first"
            )
            assert client.say(f"RCPT TO:<{US}>").startswith("503")
            assert client.say("DATA").startswith("503")
            assert client.say("NOOP").startswith("250")
            assert client.say("STARTTLS").startswith("220")
            client.socket.sendall(b"MAIL FROM:<a@b.example>\r\n")  # plain, where TLS must begin
            assert b"250" not in client.file.read()

        assert store.calls == 0

    def test_a_command_in_front_of_the_handshake_does_not_pass(
        self, store: Store, pair: Path
    ) -> None:
        """Whoever can write into the connection would put a mail of his own before the encrypted
        one.
        """
        context = ssl.create_default_context(cafile=str(pair / "cert.pem"))
        with open_doors(store, **secured(pair, smtp__require_tls=True)) as ports:
            client = Line(ports["smtp"])
            client.socket.sendall(
                b"STARTTLS\r\nEHLO kwaad.example\r\nMAIL FROM:<kwaad@x.example>\r\n"
            )
            assert client.answer().startswith("220")
            with context.wrap_socket(client.socket, server_hostname="localhost") as secure:
                secure.sendall(f"RCPT TO:<{US}>\r\n".encode())
                assert secure.recv(1000).startswith(b"503")

    def test_when_not_required_plain_mail_comes_in(self, store: Store, pair: Path) -> None:
        """Not every relay can encrypt, and a refused mail is a lost invoice."""
        with (
            open_doors(store, **secured(pair)) as ports,
            smtplib.SMTP("127.0.0.1", ports["smtp"]) as client,
        ):
            client.sendmail("a@b.example", [US], RAW)

        assert not store.mails[0][1].tls

    def test_lmtp_from_this_machine_needs_none(self, store: Store, pair: Path) -> None:
        """The mail server beside us would need a certificate for what never leaves the machine."""
        with (
            open_doors(store, **secured(pair, smtp__require_tls=True)) as ports,
            smtplib.LMTP("127.0.0.1", ports["lmtp"]) as client,
        ):
            client.sendmail("a@b.example", [US], RAW)

        assert store.raws == [RAW]

    def test_lmtp_from_another_machine_needs_it_too(
        self, store: Store, pair: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The second door would be the way round the first."""
        monkeypatch.setattr(smtp, "is_loopback", lambda peer: False)
        with open_doors(
            store, **secured(pair, smtp__require_tls=True, border__relays=["127.0.0.1"])
        ) as ports:
            assert (
                Line(ports["lmtp"], "LHLO").say("MAIL FROM:<a@b.example>").startswith("530 5.7.0")
            )

    def test_a_real_mail_server_delivers_encrypted(
        self, store: Store, pair: Path, tmp_path: Path
    ) -> None:
        """A mail server that insists on encryption, and a client that does not, both know what to
        do.
        """
        file = tmp_path / "mail.eml"
        file.write_bytes(RAW.replace(b"x" * 5_000, b"x" * 900))
        with open_doors(store, **secured(pair, smtp__require_tls=True)) as ports:
            refused = swaks(ports["smtp"], US, file)
            assert refused.returncode != 0
            assert "530 5.7.0" in refused.stdout + refused.stderr
            with run_postfix(
                "elders.example", ports["lmtp"], ports["smtp"], "smtp_tls_security_level = encrypt"
            ) as postfix:
                assert swaks(postfix.port, US, file).returncode == 0
                wait_for(lambda: store.mails, "Postfix delivers", 30)
                wait_for(lambda: "empty" in postfix.queue(), "Postfix's queue is empty")

        assert [envelope.tls for _, envelope in store.mails] == [True]


class TestWrongCertificate:
    """A certificate that does not work stops the start with one sentence; else every mail that must
    be encrypted is refused.
    """

    @staticmethod
    def refusal(certificate: Path, key: Path | None) -> str:
        with pytest.raises(ConfigurationError) as refused:
            serve(settings(smtp__certificate=certificate, smtp__key=key))
        assert "\n" not in str(refused.value)
        return str(refused.value)

    @pytest.mark.parametrize(
        ("certificate", "key", "named"),
        [
            ("none.pem", "key.pem", "CERTIFICATE"),
            ("cert.pem", "none.pem", "KEY"),
            ("cert.pem", ".", "KEY"),
        ],
    )
    def test_a_file_that_cannot_be_read_is_named(
        self, pair: Path, certificate: str, key: str, named: str
    ) -> None:
        """A typing fault in a path is mended in a second, when it is told."""
        told = self.refusal(pair / certificate, pair / key)

        assert told.startswith(f"INTAKE_SMTP__{named}: ")
        assert "cannot be read" in told
        assert "check the path" in told

    def test_a_key_of_another_certificate(self, pair: Path, tmp_path: Path) -> None:
        """After a renewal only one of two files was copied."""
        make_certificate(tmp_path)

        assert "does not belong to" in self.refusal(pair / "cert.pem", tmp_path / "key.pem")

    def test_files_in_the_wrong_place_or_form(self, pair: Path, tmp_path: Path) -> None:
        """Certificate and key are easily swapped, and a DER file looks like any other."""
        (tmp_path / "der").write_bytes(b"\x30\x82\x01\x0a")

        assert "no PEM" in self.refusal(pair / "key.pem", pair / "cert.pem")
        assert "no PEM" in self.refusal(tmp_path / "der", pair / "key.pem")
        assert "no PEM" in self.refusal(pair / "cert.pem", None)

    def test_a_key_with_a_passphrase_does_not_wait_for_somebody_to_type(
        self, pair: Path, tmp_path: Path
    ) -> None:
        """A service that asks at a terminal hangs at each start of the machine."""
        command = [
            "openssl",
            "pkey",
            "-in",
            str(pair / "key.pem"),
            "-aes256",
            "-passout",
            "pass:geheim",
            "-out",
            str(tmp_path / "locked.pem"),
        ]
        subprocess.run(command, check=True, capture_output=True)

        assert "has a passphrase" in self.refusal(pair / "cert.pem", tmp_path / "locked.pem")

    def test_certificate_and_key_in_one_file(
        self, store: Store, pair: Path, tmp_path: Path
    ) -> None:
        """Some tools write both into one file."""
        (tmp_path / "both.pem").write_bytes(
            (pair / "cert.pem").read_bytes() + (pair / "key.pem").read_bytes()
        )
        with (
            open_doors(store, smtp__certificate=tmp_path / "both.pem") as ports,
            smtplib.SMTP("127.0.0.1", ports["smtp"]) as client,
        ):
            client.ehlo()
            assert client.has_extn("starttls")


class TestPostfix:
    def test_swaks_through_postfix_to_lmtp(self, store: Store, sink: Sink, tmp_path: Path) -> None:
        """A mail that Postfix hands over by LMTP is kept, also when our store was down at first;
        nothing is bounced.
        """
        file = tmp_path / "mail.eml"
        short_lines = RAW.replace(b"x" * 5_000, b"x" * 900)  # Postfix folds longer ones
        file.write_bytes(short_lines)
        store.failures = [StoreUnavailable("x"), StoreFull("x")]
        with (
            open_doors(store) as ports,
            run_postfix("almere.nl", ports["lmtp"], sink.port) as postfix,
        ):
            assert swaks(postfix.port, US, file).returncode == 0
            wait_for(lambda: store.mails, "Postfix delivers after two temporary faults", 30)
            wait_for(lambda: "empty" in postfix.queue(), "Postfix's queue is empty")

        raw, envelope = store.mails[0]
        assert len(store.mails) == 1
        assert short_lines.split(b"\r\n\r\n", 1)[1].rstrip() in raw
        assert (envelope.source, envelope.sender) == ("lmtp", "zorg@aanbieder.example")

    def test_more_mails_than_connections(
        self, store: Store, sink: Sink, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A limit on connections would make our own mail server bounce what it could not hand over
        at once.
        """
        monkeypatch.setattr(smtp, "MAX_CONNECTIONS_A_PEER", 2)
        with (
            open_doors(store) as ports,
            run_postfix("almere.nl", ports["lmtp"], sink.port) as postfix,
        ):
            store.gate.clear()
            with smtplib.SMTP("127.0.0.1", postfix.port) as client:
                for number in range(8):
                    client.sendmail(
                        "zorg@aanbieder.example",
                        [US],
                        b"Message-ID: <%d@x.example>\r\n\r\nx\r\n" % number,
                    )
            wait_for(lambda: store.calls >= 2, "Postfix uses what it may")
            store.gate.set()
            wait_for(lambda: len(store.mails) == 8, "Postfix comes again with the others", 40)

        assert not sink.messages

    def test_cut_on_the_way(self, store: Store, sink: Sink, tmp_path: Path) -> None:
        """A connection that breaks before our answer makes Postfix come again; the mail is not
        lost.
        """
        file = tmp_path / "mail.eml"
        file.write_bytes(RAW)
        with (
            open_doors(store) as ports,
            run_proxy(ports["lmtp"]) as proxy,
            run_postfix("almere.nl", proxy.port, sink.port) as postfix,
        ):
            proxy.cut_after = 150
            swaks(postfix.port, US, file)
            wait_for(lambda: proxy.connections, "Postfix tries")
            proxy.cut_after = None
            wait_for(lambda: "empty" in postfix.queue(), "Postfix delivers", 30)

        assert store.mails
        assert not sink.messages


def test_the_endpoint_tells_that_it_is_alive() -> None:
    """An endpoint that hangs keeps no mail, and only its silence can show that."""
    beats = threading.Event()
    listening = threading.Event()

    def run(stop: threading.Event) -> None:
        chosen = settings()
        delivered = reception(chosen, Store().keep, lambda good, code: beats.set())
        smtp.serve(
            only_source(chosen, "smtp").doors(), delivered, stop, lambda _ports: listening.set()
        )

    with running(run):
        assert listening.wait(10)
        assert beats.wait(10)
        beats.clear()
        assert beats.wait(10)
