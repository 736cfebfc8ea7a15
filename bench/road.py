"""Mails a second, from SMTP in to stored verdict and composed reply, beside the plain way; ratios of one run.

``python -m bench.road [mails]``. Each mail holds a text PDF and an S/MIME attachment. The service runs as it
ships: journal with fsync, sealed content, sandboxed children.
"""

from __future__ import annotations

import datetime as dt
import os
import smtplib
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from bench import mails, plain
from intake.secure_attachment import keys
from intake.settings import load
from intake.store import cases, migrate, open_store, vault
from intake.store.tables import CaseState

TO = "crediteuren@almere.nl"
CONNECTIONS = 4


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


def ours(home: Path, workers: int, make: Callable[[x509.Certificate], list[bytes]]) -> float:
    """Mails a second with this many workers."""
    port = free_port()
    os.environ.update(
        INTAKE_HOME=str(home),
        INTAKE_SMTP_LISTEN=f"127.0.0.1:{port}",
        INTAKE_LMTP_LISTEN="",
        INTAKE_WORKERS=str(workers),
        INTAKE_REPLY_MODE="confirm",
    )
    settings = load()
    vault.create_keys(settings.key_folder, dt.datetime.now(dt.UTC).date())
    municipal = certificate_of(settings.key_folder)
    migrate(settings)
    raw = make(x509.load_pem_x509_certificate(municipal.certificate))
    warm, rest = raw[: 4 * workers], raw[4 * workers :]
    commands = [["receive"], *[["work"]] * workers]
    running = [subprocess.Popen([sys.executable, "-m", "intake", *c], stderr=subprocess.DEVNULL) for c in commands]
    store = open_store(settings)

    def wait_for(number: int) -> None:
        while True:
            counts = cases.counts(store)
            if sum(counts.values()) - counts[CaseState.RECEIVED] >= number:
                return
            time.sleep(0.1)

    try:
        wait_for_port(port)
        send_all(warm, port)
        wait_for(len(warm))
        time.sleep(3)  # the key store is looked at anew until it has been left alone for a while; no installation is this young
        start = time.perf_counter()
        send_all(rest, port)
        wait_for(len(raw))
        seconds = time.perf_counter() - start
        queued = cases.counts(store)[CaseState.QUEUED]
        if queued != len(raw):
            print(f"only {queued} of {len(raw)} mails were queued: the numbers below say little", file=sys.stderr)
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait(30)
        store.close()
    return len(rest) / seconds


def plainly(home: Path, make: Callable[[x509.Certificate], list[bytes]]) -> float:
    municipal = certificate_of(home)
    certificate = x509.load_pem_x509_certificate(municipal.certificate)
    key = load_pem_private_key(municipal.key, None)
    raw = make(certificate)
    port = free_port()
    controller = plain.serve(plain.Plain(home / "plain.db", certificate, key), port)  # type: ignore[arg-type]
    try:
        send_all(raw[:4], port)
        start = time.perf_counter()
        send_all(raw[4:], port)
        return len(raw[4:]) / (time.perf_counter() - start)
    finally:
        controller.stop()


def main() -> None:
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    now = dt.datetime.now(dt.UTC)

    def make(certificate: x509.Certificate) -> list[bytes]:
        return [mails.mail(f"2026-{n:04}", certificate, TO, now) for n in range(number)]

    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        for name in ("plain", "one", "two"):
            (home / name).mkdir()
        base = plainly(home / "plain", make)
        print(f"plain way (stdlib email + pdfplumber + SQLModel, one process): {base:6.1f} mails/s")
        for workers, name in ((1, "one"), (2, "two")):
            speed = ours(home / name, workers, make)
            name = f"intake, sandbox on, {workers} worker{'s' if workers > 1 else ''}:"
            print(f"{name:<63}{speed:6.1f} mails/s  = {speed / base:.1f} x plain")


if __name__ == "__main__":
    main()
