"""The long-running processes of the Procfile."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial

import structlog

from intake import worker
from intake.commands import officer_mail, sending
from intake.commands.doctor import shown
from intake.commands.output import operator
from intake.commands.run import TRY_AGAIN, stop_on_signals
from intake.commands.sending import Transports
from intake.errors import ConfigurationError, StoreUnavailable
from intake.mail.sources import SOURCES
from intake.mail.sources.base import Reception
from intake.model.mail import Envelope
from intake.settings import Settings, load
from intake.store import (
    Store,
    health,
    high_water,
    journal,
    mailbox_ledger,
    notify,
    open_store,
    outbox,
    settings_log,
)
from intake.store.sole_sender import sole_sender

_ASK_AGAIN_SECONDS = 60.0
_LOOK_SECONDS = 15.0
"""How often mailboxes are asked what became of drafts."""

log = structlog.get_logger()


@contextmanager
def _started() -> Iterator[tuple[Settings, Store, threading.Event]]:
    settings = load()
    stop = stop_on_signals()
    with _opened(settings) as store:
        high_water.refuse_older(store)
        settings_log.write(store, operator(), shown(settings), shown(Settings()))
        yield settings, store, stop
        health.leave(store)


def _opened(settings: Settings) -> Store:
    """The store; a database that is away at this moment is no wrong setting (``TRY_AGAIN``)."""
    try:
        return open_store(settings)
    except StoreUnavailable as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(TRY_AGAIN)


def work() -> None:
    with _started() as (settings, store, stop):
        worker.work(settings, store, stop)


def receive() -> None:
    """The SMTP and LMTP doors."""
    with _started() as (settings, store, stop):
        run_sources("receive", settings, store, stop)


def watch() -> None:
    """The sources that we look into: mailboxes, folders."""
    with _started() as (settings, store, stop):
        run_sources("watch", settings, store, stop)


def run_sources(command: str, settings: Settings, store: Store, stop: threading.Event) -> None:
    """The mail sources of one command, each in a thread of its own, until ``stop``.

    Raises:
        ConfigurationError: these settings have none, or one that does not work.
    """
    running = [
        partial(source.run, reception(settings, store, part), stop)
        for part, source in settings.parts()
        if source.command == command
    ]
    if not running:
        raise ConfigurationError(f"there is nothing to {command}: set {_any_of(command)}")
    with ThreadPoolExecutor(len(running)) as pool:
        threads = [pool.submit(_until_fault, run, stop) for run in running]
        while not stop.wait(worker.WAKE_SECONDS):
            pass
    for thread in threads:
        thread.result()


def _any_of(command: str) -> str:
    """The settings of which one gives this command something to do."""
    kinds = [kind for kind in SOURCES if kind.command == command]
    return " or ".join(
        f"INTAKE_{kind.section}__{setting}".upper() for kind in kinds for setting in kind.needs
    )


def reception(settings: Settings, store: Store, part: str) -> Reception:
    """Where the source with this name delivers. A kept mail is a sign of life too: a first reading
    of a full mailbox takes long.
    """
    pulse = health.Pulse(store, part)

    def keep(raw: bytes, envelope: Envelope) -> str:
        reference = journal.keep(store, raw, envelope).reference
        pulse.beat()
        return reference

    return Reception(
        keep,
        pulse.beat,
        mailbox_ledger.MailboxLedger(store),
        settings.max_mail_bytes,
        settings.home,
        settings.border.relays,
    )


def _until_fault(run: Callable[[], None], stop: threading.Event) -> None:
    """A source that ends by a fault takes the others with it; the supervisor starts all anew."""
    try:
        run()
    finally:
        stop.set()


def web() -> None:
    from intake.review.app import serve

    with _started() as (settings, store, stop):
        serve(settings, store, stop)


def api() -> None:
    from intake.api.app import serve

    with _started() as (settings, store, stop):
        if not settings.api.listen:
            raise ConfigurationError("nothing to serve: set INTAKE_API__LISTEN to host:port")
        serve(settings, store, stop)


def precheck() -> None:
    """No store: this process has no key, and nothing to keep."""
    from intake.precheck.app import serve

    settings = load()
    if not settings.precheck.listen:
        raise ConfigurationError("nothing to serve: set INTAKE_PRECHECK__LISTEN to host:port")
    serve(settings, stop_on_signals())


def send() -> None:
    with _started() as (settings, store, stop):
        send_replies(settings, store, stop)


def send_replies(settings: Settings, store: Store, stop: threading.Event) -> None:
    """Send what may leave, until ``stop``; a reply that failed or whose fate is unknown waits for a
    person.

    Raises:
        ConfigurationError: there is no way to send.
    """
    if not settings.sends:
        raise ConfigurationError(
            "nothing can be sent: set INTAKE_SMARTHOST__ADDRESS to host:port, or INTAKE_GRAPH__REPLIES"
            " (`replies` of a [[graph]]) to graph"
        )
    pulse = health.Pulse(store, "sender")
    transports = Transports(settings)
    while not stop.is_set():
        try:
            with sole_sender(store, stop) as still_alone:
                if still_alone:
                    outbox.recover(store)
                    _send_until(settings, store, stop, still_alone, pulse, transports)
        except StoreUnavailable as error:
            log.warning("the database does not answer", code=error.code)
            stop.wait(2)


def _send_until(
    settings: Settings,
    store: Store,
    stop: threading.Event,
    still_alone: Callable[[], None],
    pulse: health.Pulse,
    transports: Transports,
) -> None:
    told = looked = -_ASK_AGAIN_SECONDS
    while not stop.is_set():
        trouble = transports.trouble()
        pulse.beat(not trouble, trouble or "ok")
        if time.monotonic() - looked >= _LOOK_SECONDS:
            looked = time.monotonic()
            sending.settle_drafts(store, transports)
        sending.send_due(store, transports, stop, still_alone)
        if not transports.doubted and time.monotonic() - told >= _ASK_AGAIN_SECONDS:
            told = time.monotonic()
            officer_mail.tell(settings, store, transports)
        notify.wait(store, 1, notify.REPLY)
