"""Batches over SFTP, to a real OpenSSH server."""

from __future__ import annotations

import getpass
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from intake.errors import ConfigurationError
from intake.export import sftp
from intake.export.formats import File
from tests.browser.conftest import free_port
from tests.servers import program

FILES = [File("000012-001.pdf", b"%PDF"), File("000012-001.xml", b"<Invoice/>")]


@dataclass(frozen=True)
class Sshd:
    """A server of this test's own."""

    port: int
    inbox: Path
    key: Path
    known_hosts: Path

    @property
    def address(self) -> str:
        return f"sftp://{getpass.getuser()}@127.0.0.1:{self.port}{self.inbox}"

    def deliver(self, files: list[File], known_hosts: Path | None = None) -> None:
        where = sftp.Server.of(self.address)
        sftp.deliver(where, files, self.key, known_hosts or self.known_hosts)


def key_pair(file: Path) -> str:
    subprocess.run(
        [program("ssh-keygen"), "-q", "-t", "ed25519", "-N", "", "-f", str(file)], check=True
    )
    return file.with_suffix(".pub").read_text()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Sshd]:
    port, inbox = free_port(), tmp_path / "inbox"
    inbox.mkdir()
    host = key_pair(tmp_path / "host")
    (tmp_path / "authorized").write_text(key_pair(tmp_path / "client"))
    (tmp_path / "authorized").chmod(0o600)
    (tmp_path / "known").write_text(f"[127.0.0.1]:{port} {host}")
    settings = {
        "Port": port,
        "ListenAddress": "127.0.0.1",
        "HostKey": tmp_path / "host",
        "AuthorizedKeysFile": tmp_path / "authorized",
        "PasswordAuthentication": "no",
        "KbdInteractiveAuthentication": "no",
        "UsePAM": "no",
        "StrictModes": "no",
        "PermitRootLogin": "prohibit-password",
        "PidFile": "none",
        "Subsystem": "sftp internal-sftp",
    }
    (tmp_path / "sshd").write_text("".join(f"{name} {value}\n" for name, value in settings.items()))
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    process = subprocess.Popen(
        [program("sshd"), "-D", "-e", "-f", str(tmp_path / "sshd")], stderr=subprocess.DEVNULL
    )
    for _ in range(200):
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            break
        time.sleep(0.05)
    yield Sshd(port, inbox, tmp_path / "client", tmp_path / "known")
    process.terminate()
    process.wait(20)


def test_files_arrive_whole_and_under_their_names(server: Sshd) -> None:
    """The package would read half a file, or find none."""
    server.deliver(FILES)
    server.deliver(FILES)

    assert {file.name: file.read_bytes() for file in server.inbox.iterdir()} == {
        file.name: file.data for file in FILES
    }


def test_a_server_with_another_key_gets_nothing(server: Sshd, tmp_path: Path) -> None:
    """Whoever sits between would get all invoices, and could change an account."""
    other = tmp_path / "other-known"
    other.write_text(f"[127.0.0.1]:{server.port} {key_pair(tmp_path / 'other-host')}")

    with pytest.raises(OSError, match=r"127\.0\.0\.1"):
        server.deliver(FILES, other)
    with pytest.raises(OSError, match=r"127\.0\.0\.1"):
        server.deliver(FILES, tmp_path / "no-known-hosts")
    assert list(server.inbox.iterdir()) == []


@pytest.mark.parametrize("gone", ["folder", "key"])
def test_what_cannot_be_delivered_is_told(server: Sshd, gone: str) -> None:
    """The batch would stand delivered while nothing arrived."""
    if gone == "folder":
        server.inbox.rmdir()
    else:
        server.key.unlink()

    with pytest.raises(OSError, match=r"127\.0\.0\.1"):
        server.deliver(FILES)


def test_nobody_there_is_told(server: Sshd) -> None:
    """A wrong port would look like an empty batch."""
    where = sftp.Server("127.0.0.1", "nobody", free_port(), "/")

    with pytest.raises(OSError, match=r"127\.0\.0\.1"):
        sftp.deliver(where, FILES, server.key, server.known_hosts)


@pytest.mark.parametrize(
    "address",
    [
        "sftp://host/inbox",
        "sftp://user:secret@host/inbox",
        "sftp://user@host:seven/inbox",
        "sftp://user@host/in box; rm -r",
        "sftp://user@host/%0Arm%20x",
    ],
)
def test_an_address_that_is_none_is_refused(address: str) -> None:
    """A password in a command line is read by everybody; a line break is a command to the client."""
    with pytest.raises(ConfigurationError):
        sftp.Server.of(address)
