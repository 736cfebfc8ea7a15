"""``intake demo``: the whole service on embedded defaults in a scratch folder, with example mails
sent through real SMTP.
"""

from __future__ import annotations

import datetime as dt
import os
import secrets
import shutil
import smtplib
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from intake import profile, settings
from intake.commands.output import complain, progress, say, step
from intake.errors import ConfigurationError
from intake.mail import example
from intake.model.basics import local_today
from intake.profile import templates_folder
from intake.sections import host_port
from intake.secure_attachment import keys as municipal_keys
from intake.settings import Settings
from intake.store import Store, cases, open_store, providers, users
from intake.store.crypto import vault
from intake.store.migration import migrate
from intake.store.tables import CaseState, Role

_MARK = ".intake-demo"
_BORDER = "border.demo.invalid"
"""Stands for the municipality's own mail server, whose Authentication-Results we trust."""
_USER = "demo"
_DECIDED_WITHIN = 120.0


def demo(stop: threading.Event) -> None:
    """Start everything, send the example mails, print where to look, and run until ``stop``.

    Raises:
        ConfigurationError: INTAKE_HOME is set to a folder that holds something else.
    """
    with _home() as home, _sink() as sink_port:
        environment = _environment(home, sink_port)
        os.environ.update(environment)
        chosen = settings.load()
        say(
            f"Demo in {chosen.home} (fictitious data; removed at the end unless INTAKE_HOME is set)"
        )
        password = secrets.token_urlsafe(9)
        store = _prepare(chosen, password)
        log = chosen.home / "demo.log"
        with log.open("ab") as file:
            service = subprocess.Popen(
                [sys.executable, "-m", "intake", "run"], stdout=file, stderr=file
            )
        try:
            _wait_for_port(environment["INTAKE_SMTP__LISTEN"], service)
            _wait_for_port(chosen.review.listen, service)
            _send(chosen, environment["INTAKE_SMTP__LISTEN"])
            _wait_until_decided(store, service)
            _report(store, chosen, password)
            while not stop.wait(0.5) and service.poll() is None:
                pass
        except ConfigurationError:
            complain(log.read_text(encoding="utf-8", errors="replace")[-3000:])
            raise
        finally:
            store.close()
            service.terminate()
            service.wait(30)


@contextmanager
def _home() -> Iterator[Path]:
    wanted = os.environ.get("INTAKE_HOME")
    if not wanted:
        folder = Path(tempfile.mkdtemp(prefix="intake-demo-"))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        return
    folder = Path(wanted).absolute()
    if folder.exists() and any(folder.iterdir()) and not (folder / _MARK).exists():
        raise ConfigurationError(
            f"{folder} is not a folder of the demo; choose an empty one, or leave INTAKE_HOME out"
        )
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (folder / _MARK).touch()
    yield folder


class _Sink:
    """Takes the replies of the demo, so that none leaves this machine."""

    async def handle_DATA(self, _server: SMTP, _session: Session, _envelope: Envelope) -> str:  # noqa: N802 aiosmtpd's name
        return "250 taken by the demo"


@contextmanager
def _sink() -> Iterator[int]:
    port = _free_port()
    controller = Controller(_Sink(), hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _environment(home: Path, sink_port: int) -> dict[str, str]:
    """Settings of the demo; anything the environment says of real mailboxes and relays is
    overruled.
    """
    for name in [
        n
        for n in os.environ
        if n.startswith("INTAKE_")
        and n not in ("INTAKE_PROFILE", "INTAKE_WORKERS", "INTAKE_REQUIRE_SANDBOX")
    ]:
        del os.environ[name]
    return {
        "INTAKE_HOME": str(home),
        "INTAKE_KEYS": str(home / "keys"),
        "INTAKE_SMTP__LISTEN": f"127.0.0.1:{_free_port()}",
        "INTAKE_SMTP__LMTP_LISTEN": "",
        "INTAKE_REVIEW__LISTEN": f"127.0.0.1:{_free_port()}",
        "INTAKE_REVIEW__SECURE_COOKIE": "false",
        "INTAKE_SMARTHOST__ADDRESS": f"127.0.0.1:{sink_port}",
        "INTAKE_SMARTHOST__TLS": "none",
        "INTAKE_REPLIES__MODE": "automatic",
        "INTAKE_BORDER__AUTHSERV_IDS": _BORDER,
        "INTAKE_BORDER__HOSTS": _BORDER,
    }


def _prepare(chosen: Settings, password: str) -> Store:
    municipality = profile.load(chosen.profile)
    vault.create_keys(chosen.key_folder, local_today())
    if not municipal_keys.load(chosen.mail_key_folder):
        municipal_keys.create(
            chosen.mail_key_folder, municipality.municipality, municipality.mailbox
        )
    migrate(chosen)
    store = open_store(chosen)
    known = {p.kvk for p in providers.list_providers(store)}
    for provider in example.providers(templates_folder() / "_examples"):
        if provider.kvk not in known:
            providers.add_provider(
                store, provider.kvk, provider.name, provider.email, provider.password
            )
    users.set_user(store, _USER, password, tuple(Role))
    return store


def _send(chosen: Settings, address: str) -> None:
    """Hand each example mail to the SMTP endpoint, as the municipality's own mail server would."""
    folder = templates_folder() / "_examples"
    municipality = profile.load(chosen.profile)
    certificate = municipal_keys.load(chosen.mail_key_folder)[0].certificate
    passwords = {p.kvk: p.password for p in example.providers(folder)}
    mails = example.load(folder)
    host, port = host_port(address)
    with progress("Voorbeeldmails", len(mails)) as bar, smtplib.SMTP(host, port) as server:
        for mail in mails:
            raw = example.assemble(
                mail, certificate, passwords, municipality.mailbox, dt.datetime.now(dt.UTC)
            )
            domain = mail.sender.partition("@")[2]
            trace = (
                f"Authentication-Results: {_BORDER}; dmarc=pass header.from={domain}\r\nReceived:"
                f" from mail.{domain} by {_BORDER};"
                f" {dt.datetime.now(dt.UTC):%a, %d %b %Y %H:%M:%S +0000}\r\n"
            )
            server.sendmail(mail.envelope_sender, [municipality.mailbox], trace.encode() + raw)
            step(bar)


def _wait_for_port(address: str, service: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and service.poll() is None:
        try:
            socket.create_connection(host_port(address), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise ConfigurationError(f"nothing answers at {address}; its log stands above")


def _wait_until_decided(store: Store, service: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + _DECIDED_WITHIN
    total = sum(cases.counts(store).values())
    done = 0
    with progress("Beoordeeld", total) as bar:
        while done < total and time.monotonic() < end and service.poll() is None:
            counts = cases.counts(store)
            now_done = total - counts[CaseState.RECEIVED]
            for _ in range(now_done - done):
                step(bar)
            done = now_done
            time.sleep(0.2)
    if done < total:
        complain(f"{total - done} mails are not decided yet; the page shows them when they are")


def _report(store: Store, chosen: Settings, password: str) -> None:
    counts = cases.counts(store)
    say("")
    say("  " + ", ".join(f"{state.value} {number}" for state, number in counts.items() if number))
    say("")
    say(f"  Review page:  http://{chosen.review.listen}/")
    say(f"  Login:        {_USER}")
    say(f"  Password:     {password}")
    say("")
    say(f"  Log:          {chosen.home / 'demo.log'}")
    say("")
    say("  Ctrl-C ends the demo.")
    sys.stdout.flush()
