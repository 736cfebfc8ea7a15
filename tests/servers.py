"""Real servers for tests: Dovecot, Postfix, a recording SMTP sink and a TCP proxy that cuts, on
free ports in temp folders.

A server that is not installed is a failure, not a skip. Dovecot runs as root or as an ordinary
user, 2.3 and 2.4; Postfix needs root.
"""

from __future__ import annotations

import contextlib
import getpass
import grp
import imaplib
import os
import re
import shutil
import smtplib
import socket
import socketserver
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

PASSWORD = "pw"
_PATH = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"


def program(name: str) -> str:
    """Path of an installed program; the test fails without it."""
    found = shutil.which(name, path=_PATH)
    if not found:
        pytest.fail(f"{name} is not installed; run tests/install-servers.sh")
    return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(condition: Callable[[], object], what: str, seconds: float = 60) -> None:
    """Poll until the condition holds; a failure names what did not happen."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with contextlib.suppress(OSError, imaplib.IMAP4.error, smtplib.SMTPException):
            if condition():
                return
        time.sleep(0.05)
    pytest.fail(f"did not happen in {seconds} s: {what}")


def answers(port: int) -> bool:
    with socket.create_connection(("127.0.0.1", port), 1) as connection:
        return bool(connection.recv(1))


@contextlib.contextmanager
def open_folder() -> Iterator[Path]:
    """A temp folder that a server's own user may enter, which pytest's are not."""
    folder = Path(tempfile.mkdtemp(prefix="intake-test-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


# --- Dovecot ------------------------------------------------------------------------------


@dataclass
class Dovecot:
    """An IMAP and LMTP server; every user exists and has the password ``pw``."""

    folder: Path
    imap_port: int
    imaps_port: int
    lmtp_port: int
    introspection: str = ""
    """Where it asks whether a token is good (RFC 7662); empty: passwords only."""

    @property
    def certificate(self) -> Path:
        return self.folder / "cert.pem"

    def doveadm(self, *arguments: str) -> str:
        command = [program("doveadm"), "-c", str(self.folder / "dovecot.conf"), *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    @contextlib.contextmanager
    def session(self, user: str, folder: str = "INBOX") -> Iterator[imaplib.IMAP4]:
        with imaplib.IMAP4("127.0.0.1", self.imap_port) as client:
            client.login(user, PASSWORD)
            client.select(folder)
            yield client

    def append(self, user: str, raw: bytes, when: str | None = None) -> None:
        """Put a mail in the inbox, with CRLF as IMAP stores it."""
        with self.session(user) as client:
            status, _ = client.append("INBOX", "", when or "", raw)
            assert status == "OK"

    def messages(self, user: str, folder: str = "INBOX") -> list[bytes]:
        """All mails in a folder; an absent folder has none."""
        with imaplib.IMAP4("127.0.0.1", self.imap_port) as client:
            client.login(user, PASSWORD)
            if client.select(folder, readonly=True)[0] != "OK":
                return []
            numbers = client.search(None, "ALL")[1][0].split()
            return [client.fetch(number, "(BODY.PEEK[])")[1][0][1] for number in numbers]  # type: ignore[index,misc]


def _owner() -> tuple[str, str]:
    if os.geteuid() == 0:
        return "nobody", "nogroup"
    return getpass.getuser(), grp.getgrgid(os.getegid()).gr_name


def _dovecot_23(server: Dovecot) -> str:
    user, group = _owner()
    b = server.folder
    return f"""
ssl = yes
ssl_cert = <{b}/cert.pem
ssl_key = <{b}/key.pem
disable_plaintext_auth = no
mail_location = maildir:{b}/mail/%u
{_oauth_23(server)}passdb {{
  driver = static
  args = password={PASSWORD}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={b}/mail/%u allow_all_users=yes
}}
"""


def _oauth_23(server: Dovecot) -> str:
    if not server.introspection:
        return ""
    file = server.folder / "oauth2.conf.ext"
    file.write_text(_OAUTH.format(server.introspection))
    return f"""auth_mechanisms = plain xoauth2 oauthbearer
{_NO_PENALTY}passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {file}
}}
"""


def _oauth_24(server: Dovecot) -> str:
    if not server.introspection:
        return ""
    return f"""auth_mechanisms = plain xoauth2 oauthbearer
{_NO_PENALTY}oauth2 {{
{_OAUTH.format(server.introspection)}}}
passdb oauth2 {{
  mechanisms_filter = xoauth2 oauthbearer
}}
"""


_NO_PENALTY = """auth_failure_delay = 0
service anvil {
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
"""
"""After refused logins Dovecot answers ever later, for all tests."""
_OAUTH = """introspection_mode = post
introspection_url = {}
username_attribute = username
active_attribute = active
active_value = true
"""


def _dovecot_24(server: Dovecot) -> str:
    user, group = _owner()
    b = server.folder
    return f"""
ssl = yes
ssl_server_cert_file = {b}/cert.pem
ssl_server_key_file = {b}/key.pem
auth_allow_cleartext = yes
{_oauth_24(server)}mail_driver = maildir
mail_path = {b}/mail/%{{user}}
mail_home = {b}/mail/%{{user}}
passdb static {{
  password = {PASSWORD}
}}
userdb static {{
  fields {{
    uid = {user}
    gid = {group}
    home = {b}/mail/%{{user}}
  }}
}}
"""


def _dovecot_configuration(server: Dovecot) -> str:
    version = subprocess.run(
        [program("dovecot"), "--version"], check=True, capture_output=True, text=True
    ).stdout.split()[0]
    number = tuple(int(n) for n in re.findall(r"\d+", version)[:2])
    user, group = _owner()
    b = server.folder
    plain = ".".join(re.findall(r"\d+", version)[:3])
    head = (
        f"dovecot_config_version = {plain}\ndovecot_storage_version = {plain}\n"
        if number >= (2, 4)
        else ""
    )
    ordinary = (
        ""
        if os.geteuid() == 0
        else (
            f"default_login_user = {user}\ndefault_internal_user = {user}\ndefault_internal_group ="
            f" {group}\n"
        )
    )
    services = (
        "".join(f"service {name} {{\n  chroot =\n}}\n" for name in ("anvil", "stats"))
        if os.geteuid()
        else ""
    )
    return f"""{head}base_dir = {b}/run
state_dir = {b}/lib
log_path = {b}/dovecot.log
protocols = imap lmtp
listen = 127.0.0.1
first_valid_uid = 1
mail_uid = {user}
mail_gid = {group}
mail_fsync = always
{ordinary}{services}{_dovecot_24(server) if number >= (2, 4) else _dovecot_23(server)}
namespace inbox {{
  inbox = yes
}}
service imap-login {{
  {"chroot =" if os.geteuid() else ""}
  inet_listener imap {{
    port = {server.imap_port}
  }}
  inet_listener imaps {{
    port = {server.imaps_port}
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    port = {server.lmtp_port}
  }}
}}
"""


def make_certificate(folder: Path) -> None:
    """cert.pem and key.pem for ``localhost``, signed by itself."""
    command = [
        program("openssl"),
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=localhost",
    ]
    command += ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    subprocess.run(
        [*command, "-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")],
        check=True,
        capture_output=True,
    )


@contextlib.contextmanager
def run_dovecot(introspection: str = "") -> Iterator[Dovecot]:
    with open_folder() as folder:
        server = Dovecot(folder, free_port(), free_port(), free_port(), introspection)
        make_certificate(folder)
        (folder / "mail").mkdir()
        if os.geteuid() == 0:
            shutil.chown(folder / "mail", "nobody", "nogroup")
        configuration = folder / "dovecot.conf"
        configuration.write_text(_dovecot_configuration(server))
        process = subprocess.Popen(
            [program("dovecot"), "-c", str(configuration), "-F"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        try:
            wait_for(
                lambda: answers(server.imap_port) and answers(server.lmtp_port),
                f"Dovecot starts ({_tail(folder / 'dovecot.log')})",
            )
            yield server
        finally:
            _end(process)


def _tail(file: Path) -> str:
    return file.read_text()[-2000:] if file.exists() else "no log"


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(10)


# --- Postfix ------------------------------------------------------------------------------


@dataclass
class Postfix:
    """A mail server for one domain, delivering by LMTP, relaying the rest to a sink."""

    folder: Path
    port: int

    def queue(self) -> str:
        return subprocess.run(
            [program("postqueue"), "-c", str(self.folder / "etc"), "-p"],
            capture_output=True,
            text=True,
        ).stdout


@contextlib.contextmanager
def run_postfix(
    domain: str, lmtp_port: int, relay_port: int, further: str = ""
) -> Iterator[Postfix]:
    """Postfix that soon tries again what was deferred; its log is printed when a test fails.
    ``further`` lines go into main.cf.

    A backoff of 1 s counts as none (the queue manager looks one second ahead): the mail may come up
    again while the first delivery still holds its lock, and then stays ("skipped, still being
    delivered").
    """
    if os.geteuid() != 0:
        pytest.fail("Postfix starts as root only; run the tests as root")
    with open_folder() as folder:
        server = Postfix(folder, free_port())
        for name in ("etc", "spool", "data"):
            (folder / name).mkdir()
        shutil.chown(folder / "data", "postfix")
        (folder / "etc" / "master.cf").write_text(_master(server.port))
        (folder / "etc" / "main.cf").write_text(f"""compatibility_level = 3.6
queue_directory = {folder}/spool
data_directory = {folder}/data
maillog_file = {folder}/mail.log
maillog_file_prefixes = {folder}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.{domain}
mydestination =
alias_maps =
alias_database =
local_recipient_maps =
mynetworks = 127.0.0.0/8
virtual_mailbox_domains = {domain}
virtual_transport = lmtp:inet:127.0.0.1:{lmtp_port}
default_transport = smtp:[127.0.0.1]:{relay_port}
smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination
queue_run_delay = 1s
minimal_backoff_time = 3s
maximal_backoff_time = 3s
{further}
""")
        command = [program("postfix"), "-c", str(folder / "etc")]
        subprocess.run([*command, "start"], check=True, capture_output=True)
        try:
            wait_for(lambda: answers(server.port), "Postfix starts")
            yield server
        except BaseException:
            with contextlib.suppress(FileNotFoundError):
                print((folder / "mail.log").read_text(errors="replace"))
            raise
        finally:
            subprocess.run([*command, "stop"], capture_output=True)
            with contextlib.suppress(FileNotFoundError, ProcessLookupError, ValueError):
                _wait_gone(int((folder / "spool" / "pid" / "master.pid").read_text()))


def _wait_gone(pid: int) -> None:
    for _ in range(100):
        os.kill(pid, 0)
        time.sleep(0.1)


def _master(port: int) -> str:
    listed = subprocess.run(
        [program("dpkg"), "-L", "postfix"], check=True, capture_output=True, text=True
    ).stdout.split()
    source = Path(next(name for name in listed if name.endswith("master.cf.dist")))
    lines = []
    for line in source.read_text().splitlines():
        fields = line.split()
        if len(fields) >= 8 and not line.startswith(("#", " ")):
            fields[4] = "n" if fields[4] == "y" else fields[4]
            if fields[:2] == ["smtp", "inet"]:
                fields[0] = f"127.0.0.1:{port}"
            line = " ".join(fields)
        lines.append(line)
    return "\n".join(lines) + "\n"


def swaks(
    port: int, recipient: str, data: Path, *options: str, sender: str = "zorg@aanbieder.example"
) -> subprocess.CompletedProcess[str]:
    """Send a mail as a stranger would; the file's bytes are the message."""
    command = [
        program("swaks"),
        "--server",
        f"127.0.0.1:{port}",
        "--from",
        sender,
        "--to",
        recipient,
        "--data",
        f"@{data}",
        *options,
    ]
    return subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=60)


# --- recording SMTP sink ------------------------------------------------------------------


@dataclass
class Sink:
    """An SMTP server that records, and answers as it is told."""

    port: int = 0
    messages: list[tuple[str, list[str], bytes]] = field(default_factory=list)
    refuse: dict[str, str] = field(default_factory=dict)
    """Answer by step (``CONNECT``, ``AUTH``, ``MAIL``, ``RCPT``, ``DATA``, ``.``) in place of the
    good one."""
    cut: str = ""
    """Step at which the connection breaks: ``CONNECT``, ``DATA``, ``BODY``, ``.``."""
    features: tuple[str, ...] = ("SIZE 10000000", "8BITMIME")
    logins: list[str] = field(default_factory=list)
    pause: float = 0.0
    """Seconds before the answer to the final dot."""


class _SinkSession(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        sink: Sink = self.server.sink  # type: ignore[attr-defined]
        with contextlib.suppress(OSError, _CutError):
            self._talk(sink)

    def _say(self, sink: Sink, step: str, good: str) -> bool:
        if sink.cut == step:
            raise _CutError
        answer = sink.refuse.get(step, good)
        self.wfile.write(answer.encode() + b"\r\n")
        return answer == good

    def _talk(self, sink: Sink) -> None:
        sender, recipients = "", list[str]()
        if not self._say(sink, "CONNECT", "220 sink"):
            return
        while line := self.rfile.readline():
            verb, _, rest = line.decode("utf-8", "replace").strip().partition(" ")
            match verb.upper():
                case "EHLO" | "HELO":
                    lines = ["sink", *sink.features]
                    self.wfile.write(
                        "".join(
                            f"250{'-' if n < len(lines) - 1 else ' '}{text}\r\n"
                            for n, text in enumerate(lines)
                        ).encode()
                    )
                case "AUTH":
                    sink.logins.append(rest)
                    self._say(sink, "AUTH", "235 ok")
                case "MAIL":
                    sender, recipients = _bracketed(rest), []
                    self._say(sink, "MAIL", "250 ok")
                case "RCPT":
                    if self._say(sink, "RCPT", "250 ok"):
                        recipients.append(_bracketed(rest))
                case "DATA":
                    if self._say(sink, "DATA", "354 go"):
                        self._data(sink, sender, recipients)
                case "QUIT":
                    self.wfile.write(b"221 bye\r\n")
                    return
                case _:
                    self.wfile.write(b"250 ok\r\n")

    def _data(self, sink: Sink, sender: str, recipients: list[str]) -> None:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line or sink.cut == "BODY":
                raise _CutError
            lines.append(line[1:] if line.startswith(b".") else line)
        if "." not in sink.refuse:
            sink.messages.append((sender, recipients, b"".join(lines)))
        time.sleep(sink.pause)
        self._say(sink, ".", "250 taken")


class _CutError(Exception):
    pass


def _bracketed(text: str) -> str:
    return text.partition("<")[2].partition(">")[0]


class _Threads(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


@contextlib.contextmanager
def run_sink() -> Iterator[Sink]:
    with _Threads(("127.0.0.1", 0), _SinkSession) as server:
        sink = Sink(port=server.server_address[1])
        server.sink = sink  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield sink
        server.shutdown()


# --- a proxy that cuts --------------------------------------------------------------------


@dataclass
class Proxy:
    """Passes a TCP connection on, until it is told to cut."""

    port: int
    target: int
    cut_after: int | None = None
    """Bytes from the server after which the connection breaks; None: never."""
    connections: int = 0


@contextlib.contextmanager
def run_proxy(target: int) -> Iterator[Proxy]:
    class Session(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            proxy.connections += 1
            with (
                contextlib.suppress(OSError),
                socket.create_connection(("127.0.0.1", proxy.target)) as onward,
            ):
                threading.Thread(
                    target=_pump, args=(self.request, onward, None), daemon=True
                ).start()
                _pump(onward, self.request, proxy)

    with _Threads(("127.0.0.1", 0), Session) as server:
        proxy = Proxy(server.server_address[1], target)
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield proxy
        server.shutdown()


def _pump(source: socket.socket, sink: socket.socket, proxy: Proxy | None) -> None:
    passed = 0
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            limit = proxy.cut_after if proxy else None
            if limit is not None and passed + len(data) >= limit:
                sink.sendall(data[: max(0, limit - passed)])
                break
            passed += len(data)
            sink.sendall(data)
    for end in (source, sink):
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


# --- fixtures -----------------------------------------------------------------------------


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    """One Dovecot for all tests of a worker; each test takes a user of its own."""
    with run_dovecot() as server:
        yield server


@pytest.fixture
def sink() -> Iterator[Sink]:
    with run_sink() as server:
        yield server
