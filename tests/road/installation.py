"""One installation as an administrator would run it: a folder, a database, and the real processes."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import signal
import smtplib
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from intake import settings as settings_module
from intake import worker
from intake.commands import processes
from intake.mail import example
from intake.profile import templates_folder
from intake.secure_attachment import keys
from intake.settings import Settings
from intake.store import Store, cases, open_store, providers
from intake.store.crypto import vault
from intake.store.migration import migrate
from intake.store.tables import CaseState
from tests.servers import answers, free_port, wait_for

EXAMPLES = templates_folder() / "_examples"
MAILBOX = "crediteuren@almere.nl"
BORDER = "mx.almere.test"


_SERVED: dict[str, Callable[[Settings, Store, threading.Event], None]] = {
    "receive": partial(processes.run_sources, "receive"),
    "watch": partial(processes.run_sources, "watch"),
    "work": worker.work,
    "send": processes.send_replies,
}


@dataclass
class Installation:
    """Settings by environment, processes by ``intake …``; stderr of all goes to one log."""

    home: Path
    environment: dict[str, str] = field(default_factory=dict)
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)
    _served: list[tuple[Store, Future[None]]] = field(default_factory=list)
    _halt: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.smtp_port, self.lmtp_port = free_port(), free_port()
        self.environment = {
            "INTAKE_HOME": str(self.home),
            "INTAKE_SMTP__LISTEN": f"127.0.0.1:{self.smtp_port}",
            "INTAKE_SMTP__LMTP_LISTEN": f"127.0.0.1:{self.lmtp_port}",
            "INTAKE_LEASE_SECONDS": "5",
            "INTAKE_BORDER__AUTHSERV_IDS": BORDER,
            "INTAKE_BORDER__HOSTS": BORDER,
        } | self.environment
        vault.create_keys(self.settings.key_folder, dt.date(2026, 1, 1))
        keys.create(self.settings.key_folder, "Gemeente Almere", MAILBOX)
        migrate(self.settings)
        self.store: Store = open_store(self.settings)
        for provider in example.providers(EXAMPLES):
            providers.add_provider(
                self.store, provider.kvk, provider.name, provider.email, provider.password
            )

    @property
    def settings(self) -> Settings:
        values = {
            name.removeprefix("INTAKE_").lower(): value
            for name, value in self.environment.items()
            if name.startswith("INTAKE_")
        }
        return settings_module.load(**values)

    @property
    def log(self) -> Path:
        return self.home.parent / f"{self.home.name}.log"

    def start(self, *arguments: str, failpoint: str = "") -> subprocess.Popen[bytes]:
        own = {
            name: value for name, value in os.environ.items() if not name.startswith("INTAKE_")
        } | self.environment
        if failpoint:
            own["INTAKE_FAILPOINT"] = failpoint
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "intake", *arguments],
                env=own,
                cwd=self.home,
                stderr=log,
                stdout=log,
            )
        self.processes.append(process)
        if arguments == ("receive",):
            wait_for(
                lambda: answers(self.smtp_port) or process.poll() is not None, "the endpoint starts"
            )
        return process

    def serve(self, *commands: str) -> None:
        """What ``start`` does, in threads of this process: for what nobody kills (``warm``)."""
        pool = ThreadPoolExecutor(len(commands))
        for command in commands:
            store = open_store(self.settings)
            self._served.append(
                (store, pool.submit(_SERVED[command], self.settings, store, self._halt))
            )
        pool.shutdown(wait=False)
        if "receive" in commands:
            running = self._served[-1 - commands[::-1].index("receive")][1]
            wait_for(lambda: answers(self.smtp_port) or running.done(), "the endpoint starts")

    def stop(self) -> None:
        self._halt.set()
        for store, served in self._served:
            served.result(120)
            store.close()
        self._served.clear()
        self._halt = threading.Event()
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(20)
            process.kill()
        self.processes.clear()

    def example(self, name: str) -> bytes:
        """An example mail as the border MTA hands it over."""
        item = next(e for e in example.load(EXAMPLES) if e.name == name)
        certificate = keys.load(self.settings.key_folder)[0].certificate
        passwords = {p.kvk: p.password for p in example.providers(EXAMPLES)}
        domain = item.sender.partition("@")[2]
        trace = f"Authentication-Results: {BORDER}; dmarc=pass header.from={domain}\r\n"
        trace += f"Received: from mail.{domain} by {BORDER}; Mon, 2 Nov 2026 10:00:00 +0100\r\n"
        return trace.encode() + example.assemble(
            item, certificate, passwords, MAILBOX, dt.datetime.now(dt.UTC)
        )

    def deliver(self, raw: bytes) -> bool:
        """Whether the endpoint took the mail (250)."""
        try:
            with smtplib.SMTP("127.0.0.1", self.smtp_port, timeout=20) as server:
                server.sendmail("zorg@aanbieder.example", [MAILBOX], raw)
        except (OSError, smtplib.SMTPException):
            return False
        return True

    def states(self) -> list[CaseState]:
        return [row.state for row in cases.list_cases(self.store, limit=1000)]

    def all_decided(self, number: int) -> bool:
        states = self.states()
        return len(states) == number and CaseState.RECEIVED not in states


@contextlib.contextmanager
def installed(home: Path, **environment: str) -> Iterator[Installation]:
    home.mkdir(exist_ok=True)
    installation = Installation(home, environment)
    try:
        yield installation
    finally:
        installation.stop()
        installation.store.close()


def wait_for_death(process: subprocess.Popen[bytes], seconds: float = 90) -> None:
    """By SIGKILL, as the failpoint does it."""
    assert process.wait(seconds) == -signal.SIGKILL


def eventually(condition: Callable[[], bool], what: str, seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"not within {seconds} seconds: {what}"
        time.sleep(0.1)
