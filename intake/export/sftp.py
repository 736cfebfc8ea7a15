"""Delivers files by SFTP, with the client of OpenSSH: keys and known hosts as an administrator knows
them.

The server's key must be known beforehand, and only a key without passphrase logs in: nobody is there
to answer a question.
"""

from __future__ import annotations

import re
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from intake.errors import ConfigurationError
from intake.export.formats import File

SCHEME = "sftp://"
_SECONDS = 300
_HARMLESS = re.compile(r"[A-Za-z0-9._/~-]+")


@dataclass(frozen=True, slots=True)
class Server:
    """Where files go: ``sftp://user@host:port/folder``."""

    host: str
    user: str
    port: int
    folder: str

    @classmethod
    def of(cls, address: str) -> Server:
        """Raises ConfigurationError."""
        parts = urlsplit(address)
        folder = unquote(parts.path) or "."
        try:
            port = parts.port or 22
        except ValueError:
            port = 0
        if not parts.hostname or not parts.username or parts.password or not port:
            raise ConfigurationError(f"{address} is not sftp://user@host:port/folder")
        if not _HARMLESS.fullmatch(folder):
            raise ConfigurationError(f"{address}: a folder has letters, digits, '.', '-' and '_'")
        return cls(parts.hostname, parts.username, port, folder)


def deliver(server: Server, files: Sequence[File], key: Path, known_hosts: Path) -> None:
    """Write files in their order; each appears under its name only when it is whole.

    Raises:
        OSError: no client, no connection, an unknown server, or a folder that cannot be written.
    """
    program = shutil.which("sftp")
    if program is None:
        raise OSError(2, "sftp is not installed (package openssh-client)")
    with tempfile.TemporaryDirectory(prefix="intake-sftp-") as here:
        steps = [f"cd {server.folder}"]
        for number, file in enumerate(files):
            local, remote = Path(here, str(number)), f".{secrets.token_hex(8)}.part"
            local.write_bytes(file.data)
            steps += [f"put {local} {remote}", f"rename {remote} {file.name}"]
        batch = Path(here, "batch")
        batch.write_text("\n".join(steps) + "\n", encoding="utf-8")
        options = {
            "BatchMode": "yes",
            "StrictHostKeyChecking": "yes",
            "UserKnownHostsFile": str(known_hosts),
            "GlobalKnownHostsFile": "/dev/null",
            "IdentitiesOnly": "yes",
            "ConnectTimeout": "20",
        }
        given = [word for name, value in options.items() for word in ("-o", f"{name}={value}")]
        where = ["-P", str(server.port), "-i", str(key), "-b", str(batch)]
        try:
            ended = subprocess.run(  # noqa: S603 OpenSSH's own client, a list of arguments
                [program, "-q", "-F", "none", *given, *where, f"{server.user}@{server.host}"],
                capture_output=True,
                timeout=_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise OSError(110, f"{server.host} did not answer in time") from None
    if ended.returncode:
        raise OSError(5, _why(ended.stderr, server))


def _why(told: bytes, server: Server) -> str:
    """What the client said last, in one line."""
    lines = told.decode("utf-8", "replace").strip().splitlines()
    return f"{server.host}: {lines[-1][:200] if lines else 'the connection failed'}"
