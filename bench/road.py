"""Mails a second, from SMTP in to stored verdict and composed reply, beside the plain way; ratios
of one run.

``python -m bench.road [mails in a round] [rounds]``. Each mail holds a text PDF and an S/MIME
attachment. The service runs as it
ships: journal with fsync, sealed content, sandboxed children.
"""

from __future__ import annotations

import datetime as dt
import itertools
import os
import signal
import smtplib
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from bench import mails, plain
from intake.secure_attachment import keys
from intake.settings import load
from intake.store import cases, open_store
from intake.store.crypto import vault
from intake.store.migration import migrate
from intake.store.tables import CaseState

TO = "crediteuren@almere.nl"
CONNECTIONS = 4
WARM = 20


@dataclass(frozen=True, slots=True)
class Lane:
    """One way to do the work, ready to take mails."""

    certificate: x509.Certificate
    through: Callable[[list[bytes]], None]
    """Send mails and wait until the last one is decided."""
    processes: tuple[int, ...] = ()

    @contextmanager
    def awake(self) -> Iterator[None]:
        """Its processes run meanwhile and at no other time: idle ones look for work, which would
        slow the other lanes down.
        """
        self._signal(signal.SIGCONT)
        try:
            yield
        finally:
            self._signal(signal.SIGSTOP)

    def _signal(self, number: signal.Signals) -> None:
        for process in self.processes:
            os.kill(process, number)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def send_all(raw: list[bytes], port: int) -> None:
    """Over a few connections at once, as mail servers do."""

    def some(share: list[bytes]) -> None:
        with smtplib.SMTP("127.0.0.1", port) as server:
            for mail in share:
                server.sendmail("administratie@vlinder.example", [TO], mail)

    with ThreadPoolExecutor(CONNECTIONS) as pool:
        list(pool.map(some, [raw[n::CONNECTIONS] for n in range(CONNECTIONS)]))


def wait_for_port(port: int) -> None:
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return


def certificate_of(folder: Path) -> keys.MunicipalKey:
    found = keys.load(folder)
    return found[0] if found else keys.create(folder, "Gemeente Almere", TO)


@contextmanager
def ours(home: Path, workers: int) -> Iterator[Lane]:
    """The service as it ships, with this many workers."""
    port = free_port()
    os.environ.update(
        INTAKE_HOME=str(home),
        INTAKE_SMTP__LISTEN=f"127.0.0.1:{port}",
        INTAKE_SMTP__LMTP_LISTEN="",
        INTAKE_WORKERS=str(workers),
        INTAKE_REPLIES__MODE="confirm",
    )
    settings = load()
    vault.create_keys(settings.key_folder, dt.datetime.now(dt.UTC).date())
    municipal = certificate_of(settings.key_folder)
    migrate(settings)
    commands = [["receive"], *[["work"]] * workers]
    running = [
        subprocess.Popen([sys.executable, "-m", "intake", *c], stderr=subprocess.DEVNULL)
        for c in commands
    ]
    store = open_store(settings)
    sent = 0

    def through(raw: list[bytes]) -> None:
        nonlocal sent
        sent += len(raw)
        send_all(raw, port)
        while True:
            counts = cases.counts(store)
            waiting = sent - sum(counts.values()) + counts[CaseState.RECEIVED]
            if waiting <= 0:
                return
            time.sleep(
                min(0.2, 0.01 * waiting)
            )  # seldom while there is much to do: looking costs what we measure

    try:
        wait_for_port(port)
        yield Lane(
            x509.load_pem_x509_certificate(municipal.certificate),
            through,
            tuple(process.pid for process in running),
        )
        queued = cases.counts(store)[CaseState.QUEUED]
        if queued != sent:
            print(
                f"only {queued} of {sent} mails were queued: the numbers above say little",
                file=sys.stderr,
            )
    finally:
        for process in running:
            process.terminate()
            process.send_signal(signal.SIGCONT)
        for process in running:
            process.wait(30)
        store.close()


@contextmanager
def plainly(home: Path) -> Iterator[Lane]:
    municipal = certificate_of(home)
    certificate = x509.load_pem_x509_certificate(municipal.certificate)
    port = free_port()
    key = load_pem_private_key(municipal.key, None)
    assert isinstance(key, RSAPrivateKey)
    controller = plain.serve(plain.Plain(home / "plain.db", certificate, key), port)
    try:
        yield Lane(certificate, lambda raw: send_all(raw, port))
    finally:
        controller.stop()


def main() -> None:
    """Lane by lane in turn, a round at a time: when the machine's speed changes under us, it
    changes for all of them.
    """
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 210
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 9
    now = dt.datetime.now(dt.UTC)
    names = (
        "intake, sandbox on, 1 worker",
        "plain way (stdlib email + pdfplumber + SQLModel, one process)",
        "intake, sandbox on, 2 workers",
    )
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        homes = [Path(folder) / str(lane) for lane in range(3)]
        for home in homes:
            home.mkdir()
        plain_way, one, two = (
            stack.enter_context(lane)
            for lane in (plainly(homes[0]), ours(homes[1], 1), ours(homes[2], 2))
        )
        lanes = (one, plain_way, two)  # what is compared runs side by side
        speeds: list[list[float]] = [[] for _ in lanes]
        numbers = map("2026-{:04}".format, itertools.count())
        for turn in range(rounds + 1):
            invoices = list(itertools.islice(numbers, number if turn else WARM))
            for lane, measured in zip(lanes, speeds, strict=True):
                raw = [mails.mail(invoice, lane.certificate, TO, now) for invoice in invoices]
                with lane.awake():
                    begun = time.perf_counter()
                    lane.through(raw)
                    # The first round warms up; the key store, too, must have been left alone a while.
                    if turn:
                        measured.append(number / (time.perf_counter() - begun))
        print(f"{rounds} rounds of {number} mails, medians")
        beside = speeds[lanes.index(plain_way)]
        for name, measured in zip(names, speeds, strict=True):
            ratios = [speed / base for speed, base in zip(measured, beside, strict=True)]
            print(
                f"{name:<63}{median(measured):6.1f} mails/s  = {median(ratios):.2f} x plain "
                f" ({min(ratios):.2f} to {max(ratios):.2f})"
            )


if __name__ == "__main__":
    main()
