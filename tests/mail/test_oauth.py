"""Login by OAuth: at a real Dovecot that asks after tokens, at the smarthost, and at an Exchange
that throttles, ends tokens, or lets in and opens nothing.
"""

from __future__ import annotations

import base64
import shutil
import socketserver
import stat
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError

from intake.errors import (
    ConfigurationError,
    MailboxClosed,
    MailboxLoginRefused,
    MailboxThrottled,
    MailboxUnavailable,
    SendDeferred,
)
from intake.mail import imap_watcher, oauth
from intake.mail import send as sending
from intake.mail.imap_watcher import MailboxSession, connect, of_the_session, watch
from intake.mail.oauth import App, Tokens
from intake.model.examination import State
from intake.sections import Replies, Smarthost
from intake.settings import load
from tests.mail.doors import RAW, MemoryLedger, Store, only_source, reception, running, settings
from tests.mail.graph_stub import CLIENT, MAILBOX, TENANT, GraphServer, run_graph
from tests.mail.test_send import letter
from tests.servers import Dovecot, Sink, program, run_dovecot, wait_for


@pytest.fixture(scope="module")
def login(registration: Path) -> Iterator[GraphServer]:
    """The token endpoint, and where a server asks whether a token is good."""
    with run_graph(registration) as server:
        yield server


@pytest.fixture(scope="module")
def oauth_dovecot(login: GraphServer) -> Iterator[Dovecot]:
    with run_dovecot(f"{login.address}/introspect") as server:
        yield server


@pytest.fixture
def app(graph: GraphServer) -> App:
    found: App = only_source(settings(**graph.settings), "graph").app()
    return found


def registered(server: GraphServer, section: str, **values: Any) -> dict[str, Any]:
    """Settings of a section that logs in by OAuth."""
    found = {
        "tenant": TENANT,
        "client_id": CLIENT,
        "certificate": server.folder / "cert.pem",
        "key": server.folder / "key.pem",
        "login_address": server.address,
        "user": MAILBOX,
    }
    return {f"{section}__{name}": value for name, value in (found | values).items()}


def imap_settings(server: GraphServer, port: int, **values: Any) -> Any:
    place = {"host": "127.0.0.1", "port": port, "tls": False, "poll_seconds": 0.1}
    return settings(**registered(server, "mailbox", **place | values))


class TestTokens:
    def test_one_is_used_until_shortly_before_its_end(
        self, graph: GraphServer, app: App, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A token for each call would be throttled; one that ends in the middle of a mail breaks it
        off.
        """
        tokens = Tokens(app)
        first = tokens.get()
        assert tokens.get() == first
        late = time.monotonic() + graph.token_seconds - oauth.EARLY_SECONDS + 1
        monkeypatch.setattr(time, "monotonic", lambda: late)

        assert tokens.get() != first
        assert len(graph.token_requests) == 2

    def test_a_short_token_is_used_too(self, graph: GraphServer, app: App) -> None:
        """Other servers give tokens of a minute: they must not be asked for at each call."""
        graph.token_seconds = 60
        tokens = Tokens(app)

        assert tokens.get() == tokens.get()
        assert tokens.seconds_left > 20

    def test_only_the_token_that_was_refused_is_dropped(self, app: App) -> None:
        """A late refusal of an old token must not throw away the new one."""
        tokens = Tokens(app)
        first = tokens.get()
        tokens.drop(first)
        second = tokens.get()
        tokens.drop(first)

        assert tokens.get() == second != first

    def test_it_is_in_no_text_of_the_program(self, app: App) -> None:
        """A token in a traceback or a log opens the mailbox to whoever reads it."""
        tokens = Tokens(app)
        token = tokens.get()

        assert token not in repr(vars(tokens))

    def test_a_refusal_is_told_by_its_number(self, graph: GraphServer, app: App) -> None:
        """The number is what an administrator looks up; the text may name people."""
        other = App(app.address, "iets-anders", app.scope, app.certificate, app.key)

        with pytest.raises(MailboxLoginRefused, match=r"^no token: AADSTS700027$"):
            Tokens(other).get()

    @pytest.mark.parametrize(
        ("fault", "expected"),
        [
            ({"status": 503}, MailboxUnavailable),
            ({"status": 429}, MailboxUnavailable),
            ({"lose": "before"}, MailboxUnavailable),
            ({"status": 400}, MailboxLoginRefused),
        ],
    )
    def test_no_answer_is_no_refusal(
        self, graph: GraphServer, app: App, fault: dict[str, Any], expected: type[Exception]
    ) -> None:
        """After a refusal we wait for hours; an outage must not look like one."""
        graph.fail("POST .*/token", **fault)

        with pytest.raises(expected) as told:
            Tokens(app).get()

        assert MAILBOX not in str(told.value)

    def test_a_certificate_is_changed_while_it_runs(
        self, graph: GraphServer, app: App, tmp_path: Path
    ) -> None:
        """A new certificate is put in place of the old one; nothing has to be started anew."""
        for name in ("cert.pem", "key.pem"):
            shutil.copy(graph.folder / name, tmp_path / name)
        tokens = Tokens(
            App(app.address, CLIENT, app.scope, tmp_path / "cert.pem", tmp_path / "key.pem")
        )
        tokens.drop(tokens.get())
        both = (tmp_path / "key.pem").read_text() + (tmp_path / "cert.pem").read_text()
        (tmp_path / "cert.pem").write_text(both)
        (tmp_path / "key.pem").write_text(both)

        assert tokens.get()

    @pytest.mark.parametrize(
        ("files", "said"),
        [
            ({"cert.pem": None}, "cert.pem cannot be read"),
            ({"cert.pem": "iets"}, "no PEM certificate"),
            ({"key.pem": "iets"}, "no PEM key"),
            ({"key.pem": "openssl genrsa 2048"}, "does not belong to"),
            ({"key.pem": "openssl genrsa -aes128 -passout pass:x 2048"}, "passphrase"),
            ({"key.pem": "openssl ecparam -name prime256v1 -genkey -noout"}, "no RSA key"),
        ],
    )
    def test_each_fault_of_the_certificate_is_one_sentence(
        self, app: App, tmp_path: Path, files: dict[str, str | None], said: str
    ) -> None:
        """An administrator who mixed up two files must read which."""
        for file in (app.certificate, app.key):
            shutil.copy(file, tmp_path / file.name)
        for name, content in files.items():
            (tmp_path / name).unlink()
            if content is not None:
                (tmp_path / name).write_bytes(_made(content))
        mixed = App(app.address, CLIENT, app.scope, tmp_path / "cert.pem", tmp_path / "key.pem")

        with pytest.raises(ConfigurationError, match=said) as told:
            oauth.pair(mixed)

        assert "\n" not in str(told.value)

    def test_a_key_that_everybody_can_read_is_told(self, app: App, tmp_path: Path) -> None:
        """Who can read it can read the mailbox."""
        for file in (app.certificate, app.key):
            shutil.copy(file, tmp_path / file.name)
        copied = App(app.address, CLIENT, app.scope, tmp_path / "cert.pem", tmp_path / "key.pem")
        copied.key.chmod(0o600)
        assert [line.state for line in oauth.examine("graph", copied)] == [State.NOTE]
        copied.key.chmod(0o600 | stat.S_IROTH)

        assert State.WRONG in {line.state for line in oauth.examine("graph", copied)}

    def test_settings_name_what_is_missing(self) -> None:
        """Half a registration would ask for a password that nobody has."""
        with pytest.raises(ConfigurationError) as told:
            load(
                mailbox__host="x", mailbox__tenant="t", smarthost__login_address="http://x.example"
            )

        assert "INTAKE_MAILBOX__CLIENT_ID: must be set too" in str(told.value)
        assert "INTAKE_MAILBOX__CERTIFICATE: must be set too" in str(told.value)
        assert "INTAKE_SMARTHOST__LOGIN_ADDRESS: must begin with https://" in str(told.value)


def _made(content: str) -> bytes:
    import subprocess

    command = content.split()
    if command[0] != "openssl":
        return content.encode()
    command[0] = program("openssl")
    return subprocess.run(command, check=True, capture_output=True).stdout


class TestDovecot:
    def test_a_mailbox_is_read_with_a_token(
        self, oauth_dovecot: Dovecot, login: GraphServer
    ) -> None:
        """At a real server that has OAUTHBEARER: the mail is kept and moved, without a password."""
        oauth_dovecot.append(MAILBOX, RAW)
        mailbox = only_source(imap_settings(login, oauth_dovecot.imap_port), "mailbox")
        store, ledger = Store(), MemoryLedger()

        with connect(mailbox) as client:
            delivered = reception(settings(), store.keep, ledger=ledger)
            assert MailboxSession(client, mailbox, delivered).take_in() == "ok"

        assert store.raws == [RAW]
        assert oauth_dovecot.messages(MAILBOX, "verwerkt")[-1] == RAW

    def test_xoauth2_where_there_is_nothing_else(
        self, oauth_dovecot: Dovecot, login: GraphServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Exchange Online has XOAUTH2 only."""
        has = IMAPClient.has_capability
        monkeypatch.setattr(
            IMAPClient, "has_capability", lambda c, n: n != "AUTH=OAUTHBEARER" and has(c, n)
        )
        monkeypatch.setattr(IMAPClient, "oauthbearer_login", None)
        mailbox = only_source(imap_settings(login, oauth_dovecot.imap_port), "mailbox")

        with connect(mailbox) as client:
            client.select_folder("INBOX")

    def test_a_token_that_ended_early_is_replaced(
        self, oauth_dovecot: Dovecot, login: GraphServer
    ) -> None:
        """A token that the server no longer takes must not lock us out for an hour."""
        mailbox = only_source(imap_settings(login, oauth_dovecot.imap_port), "mailbox")
        with connect(mailbox):
            login.tokens.clear()

        with connect(mailbox) as client:
            client.select_folder("INBOX")

    def test_the_mailbox_of_somebody_else_stays_closed(
        self, oauth_dovecot: Dovecot, login: GraphServer
    ) -> None:
        """A token is good for its own mailbox only; `doctor` says what to check."""
        chosen = imap_settings(login, oauth_dovecot.imap_port, user="ander@almere.nl")
        mailbox = only_source(chosen, "mailbox")

        line = list(mailbox.examine("mailbox", (), None))[-1]

        assert line.state is State.WRONG
        assert "INTAKE_MAILBOX__TENANT" in line.text

    def test_doctor_tells_the_days_of_the_certificate(
        self, oauth_dovecot: Dovecot, login: GraphServer
    ) -> None:
        """A certificate that ends takes the whole mailbox with it."""
        mailbox = only_source(imap_settings(login, oauth_dovecot.imap_port), "mailbox")

        told = list(mailbox.examine("mailbox", (), None))

        assert [line.state for line in told] == [State.NOTE, State.FINE]
        assert "expires in" in told[0].text
        mixed = imap_settings(login, oauth_dovecot.imap_port, key="/nergens/key.pem")
        (line,) = only_source(mixed, "mailbox").examine("mailbox", (), None)
        assert "INTAKE_MAILBOX__KEY" in line.text


class TestSmarthost:
    @pytest.mark.parametrize("mechanisms", ["LOGIN XOAUTH2", "XOAUTH2 OAUTHBEARER"])
    def test_a_letter_leaves_with_a_token(
        self, sink: Sink, login: GraphServer, mechanisms: str
    ) -> None:
        """Without basic authentication the smarthost of Exchange Online takes a token only."""
        sink.features = (f"AUTH {mechanisms}", "8BITMIME")
        sending.send(smarthost(sink, login), letter(), "crediteuren@almere.nl", "a@b.example")

        mechanism, _, response = sink.logins[0].partition(" ")
        shown = base64.b64decode(response).decode()
        assert mechanism == mechanisms.split()[-1]
        assert shown.split("\x01")[-3].removeprefix("auth=Bearer ") in login.tokens
        assert MAILBOX in shown.split("\x01")[0]
        assert len(sink.messages) == 1

    def test_a_refused_token_is_tried_once_more_as_a_new_one(
        self, sink: Sink, login: GraphServer
    ) -> None:
        """And then no more: the reply stays in the outbox."""
        sink.features = ("AUTH XOAUTH2",)
        chosen = smarthost(sink, login)
        sending.check(chosen)
        sink.refuse["AUTH"] = "535 5.7.3 Authentication unsuccessful"

        with pytest.raises(SendDeferred):
            sending.check(chosen)

        assert len(sink.logins) == 3
        assert sink.logins[0] == sink.logins[1] != sink.logins[2]

    def test_no_token_no_letter(self, sink: Sink, login: GraphServer) -> None:
        """A login server that is away, or a smarthost without OAuth, keeps the reply."""
        with pytest.raises(SendDeferred):
            sending.check(smarthost(sink, login))
        sink.features = ("AUTH XOAUTH2",)
        with pytest.raises(SendDeferred, match="no token"):
            sending.check(smarthost(sink, login, login_address="http://127.0.0.1:1"))

        assert not sink.messages

    def test_doctor_warns_of_the_null_sender(self, sink: Sink, login: GraphServer) -> None:
        """Whether Exchange takes it nobody promises; replies that are refused are found out late."""
        sink.features = ("AUTH XOAUTH2",)

        told = list(sending.examine(smarthost(sink, login), Replies(), sends=True))

        assert [line.state for line in told] == [State.NOTE, State.FINE, State.NOTE]
        assert "expires in" in told[0].text
        assert "INTAKE_REPLIES__RETURN_PATH" in told[2].text


def smarthost(sink: Sink, login: GraphServer, **values: Any) -> Smarthost:
    address = {"address": f"127.0.0.1:{sink.port}", "tls": "none"}
    named = {n.removeprefix("smarthost__"): v for n, v in registered(login, "smarthost").items()}
    return Smarthost(**address | named | values)


class _Exchange(socketserver.StreamRequestHandler):
    """IMAP as Exchange Online speaks it: after login each command gets what the test says."""

    script: Callable[[str], str]
    logins: list[str]

    def handle(self) -> None:
        self.wfile.write(b"* OK The Microsoft Exchange IMAP4 service is ready.\r\n")
        while line := self.rfile.readline().decode():
            tag, _, command = line.strip().partition(" ")
            name = command.split()[0].upper()
            if name == "AUTHENTICATE":
                self.wfile.write(b"+ \r\n")
                self.logins.append(self.rfile.readline().decode())
            answer = {
                "CAPABILITY": "* CAPABILITY IMAP4 IMAP4rev1 AUTH=XOAUTH2 SASL-IR\r\nTAG OK done.",
                "AUTHENTICATE": "TAG OK AUTHENTICATE completed.",
                "LOGOUT": "* BYE bye\r\nTAG OK done.",
            }.get(name) or type(self).script(command)
            self.wfile.write(f"{answer}\r\n".replace("TAG", tag).encode())
            if "* BYE" in answer:
                return


@pytest.fixture
def exchange(login: GraphServer) -> Iterator[tuple[type[_Exchange], Any]]:
    class Handler(_Exchange):
        logins: list[str] = []  # noqa: RUF012

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield Handler, imap_settings(login, server.server_address[1])
        server.shutdown()


THROTTLED = "TAG NO Request is throttled. Suggested Backoff Time: 299961 milliseconds"


class TestExchange:
    @pytest.mark.parametrize(
        ("text", "expected", "seconds"),
        [
            ("BAD Request is throttled. Suggested Backoff Time: 1500 milliseconds",
             MailboxThrottled, 1.5),
            ("command: SELECT => Request is throttled.", MailboxThrottled, 300.0),
            ("socket error: Server Unavailable. 15", MailboxThrottled, 300.0),
            ("BAD [b'User is authenticated but not connected.']", MailboxClosed, None),
            ("Connection closed. 14", MailboxClosed, None),
            ("Session invalidated - AccessTokenExpired", MailboxUnavailable, None),
            ("BAD [b'Command Argument Error. 12']", None, None),
        ],
    )  # fmt: skip
    def test_what_it_says_of_the_session(
        self, text: str, expected: type[Exception] | None, seconds: float | None
    ) -> None:
        """Its own words for "wait", "no right" and "your token ended" are no faults of a mail."""
        told = of_the_session(IMAPClientError(text))

        assert type(told) is (expected or type(None))
        assert getattr(told, "seconds", None) == seconds

    def test_it_is_obeyed_when_it_asks_to_wait(self, exchange: tuple[type[_Exchange], Any]) -> None:
        """Whoever asks on is throttled for longer."""
        handler, chosen = exchange
        asked, reports = list[float](), list[tuple[bool, str]]()

        def script(command: str) -> str:
            asked.append(time.monotonic())
            return THROTTLED.replace("299961", "400")

        handler.script = script
        mailbox = only_source(chosen, "mailbox")
        delivered = reception(chosen, Store().keep, lambda good, code: reports.append((good, code)))
        with running(lambda stop: watch(mailbox, delivered, stop)):
            wait_for(lambda: len(asked) >= 2, "it asks again")

        assert asked[1] - asked[0] >= 0.4
        assert reports[0] == (False, "mailbox-throttled")

    @pytest.mark.parametrize(
        "answer",
        [
            "TAG BAD User is authenticated but not connected.\r\n* BYE Connection closed. 14",
            "* BYE Connection closed. 14\r\nTAG BAD User is authenticated but not connected.",
        ],
    )
    def test_let_in_and_nothing_opens(
        self, exchange: tuple[type[_Exchange], Any], monkeypatch: pytest.MonkeyPatch, answer: str
    ) -> None:
        """A missing right is told as one, with its remedy, and not hammered at."""
        monkeypatch.setattr(imap_watcher, "LOGIN_PAUSES", (60.0,))
        handler, chosen = exchange
        handler.script = lambda command: answer
        mailbox = only_source(chosen, "mailbox")
        reports: list[tuple[bool, str]] = []
        delivered = reception(chosen, Store().keep, lambda good, code: reports.append((good, code)))

        line = list(mailbox.examine("mailbox", (), None))[-1]
        with running(lambda stop: watch(mailbox, delivered, stop)):
            wait_for(lambda: reports, "it is told")
            time.sleep(0.2)

        assert "Add-MailboxPermission" in line.text
        assert reports == [(False, "mailbox-closed")]
        assert len(handler.logins) == 2

    @pytest.mark.parametrize(
        ("answer", "expected"),
        [
            ("* BYE Session invalidated - AccessTokenExpired", MailboxUnavailable),
            (THROTTLED, MailboxThrottled),
        ],
    )
    def test_in_the_middle_of_a_mail_it_is_no_fault_of_that_mail(
        self, exchange: tuple[type[_Exchange], Any], answer: str, expected: type[Exception]
    ) -> None:
        """A token that ends three times during a large mail must not make a case of it."""
        handler, chosen = exchange
        handler.script = lambda command: (
            "* 1 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\nTAG OK [READ-WRITE] done."
            if command.startswith("SELECT")
            else "TAG OK done."
            if command.startswith("LIST")
            else "* SEARCH 1\r\nTAG OK done."
            if "SEARCH" in command
            else '* 1 FETCH (UID 1 INTERNALDATE "20-Nov-2026 10:00:00 +0100")\r\nTAG OK done.'
            if "INTERNALDATE" in command
            else answer
        )
        mailbox, ledger = only_source(chosen, "mailbox"), MemoryLedger()

        with pytest.raises(expected), connect(mailbox) as client:
            MailboxSession(
                client, mailbox, reception(chosen, Store().keep, ledger=ledger)
            ).take_in()

        assert not ledger.tries

    def test_a_session_is_renewed_before_its_token_ends(
        self, oauth_dovecot: Dovecot, login: GraphServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A session that lasts longer than its token is thrown out in the middle of a mail."""
        monkeypatch.setattr(login, "token_seconds", 2)  # used for one
        oauth.tokens.cache_clear()
        mailbox = only_source(imap_settings(login, oauth_dovecot.imap_port), "mailbox")
        before, reports = len(login.token_requests), list[tuple[bool, str]]()
        delivered = reception(
            settings(), Store().keep, lambda good, code: reports.append((good, code))
        )

        with running(lambda stop: watch(mailbox, delivered, stop)):
            wait_for(lambda: len(login.token_requests) >= before + 3, "new tokens")

        assert {good for good, _ in reports} == {True}
