"""The long-running processes of the Procfile."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial

import structlog

from intake import profile, worker
from intake.commands.run import stop_on_signals
from intake.errors import ConfigurationError, Conflict, SendDeferred, SendRefused, SendUnknown, StoreUnavailable
from intake.mail import send as sender
from intake.profile import Profile
from intake.settings import Settings, load
from intake.store import Store, health, journal, ledger, open_store, outbox
from intake.types import Envelope

log = structlog.get_logger()


@contextmanager
def _started() -> Iterator[tuple[Settings, Store, threading.Event]]:
    settings = load()
    stop = stop_on_signals()
    store = open_store(settings)
    try:
        yield settings, store, stop
    finally:
        store.close()


def work() -> None:
    with _started() as (settings, store, stop):
        worker.work(settings, store, stop)


def _keep(store: Store) -> Callable[[bytes, Envelope], str]:
    def keep(raw: bytes, envelope: Envelope) -> str:
        return journal.keep(store, raw, envelope).reference

    return keep


def receive() -> None:
    from intake.mail import smtp

    with _started() as (settings, store, stop):
        smtp.serve(settings, profile.load(settings.profile), _keep(store), stop)


def watch() -> None:
    """The mailbox and the folder, each in a thread of its own."""
    from intake.mail import folder, imap

    with _started() as (settings, store, stop):
        watchers = []
        if settings.mailbox_host:
            watchers.append(partial(imap.watch, settings, ledger.MailboxLedger(store), _keep(store), _reporter(store, "mailbox"), stop))
        if settings.folder:
            watchers.append(partial(folder.watch, settings, _keep(store), _reporter(store, "folder"), stop))
        if not watchers:
            raise ConfigurationError("nothing to watch: set INTAKE_MAILBOX_HOST or INTAKE_FOLDER")
        with ThreadPoolExecutor(len(watchers)) as pool:
            running = [pool.submit(_until_fault, watcher, stop) for watcher in watchers]
        for done in running:
            done.result()


def _until_fault(watcher: Callable[[], None], stop: threading.Event) -> None:
    """A watcher that ends by a fault takes the others with it; the supervisor starts all anew."""
    try:
        watcher()
    finally:
        stop.set()


def _reporter(store: Store, part: str) -> Callable[[bool, str], None]:
    def report(good: bool, code: str) -> None:
        with suppress(StoreUnavailable):
            health.report(store, part, good, code)

    return report


def web() -> None:
    from intake.review.app import serve

    with _started() as (settings, store, stop):
        serve(settings, profile.load(settings.profile), store, stop)


def send() -> None:
    """Send what may leave; a reply that failed or whose fate is unknown waits for a person."""
    with _started() as (settings, store, stop):
        if not settings.smarthost:
            raise ConfigurationError("nothing can be sent: set INTAKE_SMARTHOST to host:port")
        municipality = profile.load(settings.profile)
        while not stop.is_set():
            try:
                outbox.recover(store)
                for outgoing in outbox.due(store):
                    if stop.is_set():
                        break
                    _send(settings, store, municipality, outgoing)
                outbox.wait_for_replies(store, 1)
            except StoreUnavailable as error:
                log.warning("the database does not answer", code=error.code)
                stop.wait(2)


def _send(settings: Settings, store: Store, municipality: Profile, due: outbox.Outgoing) -> None:
    """One reply. It is marked, committed, before anything leaves: at most once unless an administrator chose otherwise."""
    try:
        outgoing = outbox.mark_sending(store, due)
    except Conflict:
        return
    from_address = settings.reply_from or municipality.mailbox
    message = sender.build(outgoing.reply, outgoing.message_id, from_address, municipality.team, store.clock())
    try:
        sender.send(settings, message, settings.return_path, outgoing.reply.to)
    except SendDeferred as error:
        log.warning("reply deferred", reference=outgoing.reference, code=error.code)
        outbox.mark_deferred(store, outgoing)
    except SendRefused as error:
        log.error("reply refused by the smarthost", reference=outgoing.reference, code=error.code)
        outbox.mark_failed(store, outgoing)
    except SendUnknown as error:
        log.error("nobody knows whether the reply was taken", reference=outgoing.reference, code=error.code)
        outbox.mark_unknown(store, outgoing)
    else:
        outbox.mark_sent(store, outgoing)
        log.info("reply sent", reference=outgoing.reference)
    health.report(store, "sender", good=True)
