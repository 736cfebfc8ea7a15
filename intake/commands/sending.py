"""How replies leave: which way, and what is written down of each before and after."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Callable, Iterator

import structlog

from intake import profile
from intake.errors import (
    ConfigurationError,
    Conflict,
    DraftGone,
    SendDeferred,
    SendRefused,
    SendUnknown,
)
from intake.mail import send as smtp
from intake.mail.sources.graph import GraphMailbox
from intake.model.mail import DraftState, Reply
from intake.profile import Profile
from intake.sections import Smarthost
from intake.settings import Settings
from intake.store import Store, outbox

_ASK_AGAIN_SECONDS = 60.0

log = structlog.get_logger()


class BySmarthost:
    """Through the smarthost: one answer, and an honest "unknown" when it is lost."""

    address: str | None = None

    def __init__(self, smarthost: Smarthost, return_path: str) -> None:
        self._smarthost, self._return_path = smarthost, return_path

    blocked_seconds = 0.0

    def check(self) -> None:
        """Raises SendDeferred or SendRefused."""
        smtp.check(self._smarthost)

    def post(self, reply: Reply, message_id: str, own: Profile, moment: dt.datetime) -> None:
        """Send at once. Raises SendDeferred, SendRefused, SendUnknown."""
        message = smtp.build(reply, message_id, own.sender_address, own.team, moment)
        smtp.send(self._smarthost, message, self._return_path, reply.to)

    def send(self, store: Store, outgoing: outbox.Outgoing) -> None:
        """As ``post``."""
        own = profile.load(outgoing.municipality)
        self.post(outgoing.reply, outgoing.message_id, own, store.clock())


class ByGraph:
    """As drafts of a mailbox of Microsoft 365, each of which leaves once."""

    def __init__(self, mailbox: GraphMailbox) -> None:
        from intake.mail.graph_send import GraphSender

        self._sender = GraphSender(mailbox)
        self.address: str | None = mailbox.address
        self.municipality = mailbox.municipality

    @property
    def blocked_seconds(self) -> float:
        """For how long the mailbox asked us to wait."""
        return self._sender.blocked_seconds

    def check(self) -> None:
        """Raises SendDeferred."""
        self._sender.check()

    def post(
        self,
        reply: Reply,
        message_id: str,
        own: Profile,
        moment: dt.datetime,  # noqa: ARG002 Exchange dates it
    ) -> None:
        """Send at once. Raises SendDeferred, SendRefused, SendUnknown, DraftGone."""
        self._sender.send(self._sender.draft(reply, message_id, own.sender_address))

    def send(self, store: Store, outgoing: outbox.Outgoing) -> None:
        """Let the draft of a reply leave, after its id is written down; one that there is already
        may have left before.

        Raises:
            SendDeferred, SendRefused, SendUnknown, DraftGone, ConfigurationError.
        """
        draft = outgoing.draft
        if draft is None:
            own = profile.load(outgoing.municipality)
            draft = self._sender.draft(outgoing.reply, outgoing.message_id, own.sender_address)
            outbox.note_draft(store, outgoing, draft)
        else:
            state = self._sender.state(draft)
            if state is DraftState.GONE:
                raise DraftGone("the draft is not there")
            if state is DraftState.SENT:
                return
        try:
            self._sender.send(draft)
        except SendUnknown:
            raise
        except SendRefused:
            if self._sender.state(draft) is not DraftState.SENT:
                raise

    def settle(self, store: Store, outgoing: outbox.Outgoing) -> None:
        """Ask what became of a draft, and take it away when its reply was stopped.

        Raises:
            SendDeferred: the mailbox does not tell now; Conflict.
        """
        if outgoing.draft is None:
            return
        found = self._sender.state(outgoing.draft)
        if found is DraftState.DRAFT and outgoing.stopped:
            self._sender.discard(outgoing.draft)
            found = DraftState.GONE
        outbox.settle(store, outgoing, found)
        log.info("draft of a reply looked up", reference=outgoing.reference, state=found.value)


Transport = BySmarthost | ByGraph


class Transports:
    """Every way that replies leave by, as the settings say. Asked whether they work at the start,
    and after one put a reply off, until they do.
    """

    def __init__(self, settings: Settings) -> None:
        self.doubted = True
        self._trouble = ""
        self._asked = -_ASK_AGAIN_SECONDS
        self._smarthost = (
            BySmarthost(settings.smarthost, settings.replies.return_path)
            if settings.smarthost.address
            else None
        )
        self._mailboxes = [
            ByGraph(source)
            for source in settings.sources
            if isinstance(source, GraphMailbox) and source.sends
        ]

    def of(self, municipality: str, mailbox: str = "") -> Transport | None:
        """The way of a reply: the mailbox that its mail came in by, when that sends; else one of
        the municipality, when there is no smarthost.
        """
        own = [each for each in self._mailboxes if each.municipality == municipality]
        through = [each for each in own if (each.address or "").lower() == mailbox.lower()]
        return next(iter([*through, *([self._smarthost] if self._smarthost else own)]), None)

    @property
    def addresses(self) -> tuple[str, ...]:
        """The mailboxes that send."""
        return tuple(each.address for each in self._mailboxes if each.address)

    def of_draft(self, outgoing: outbox.Outgoing) -> ByGraph | None:
        """The mailbox in which the draft of a reply stands; None when it sends no more."""
        named = (each for each in self._mailboxes if each.address == outgoing.sent_by)
        return next(named, None)

    def trouble(self) -> str:
        """The code of what is wrong with one of them; empty when nothing is."""
        if (self.doubted or self._trouble) and time.monotonic() - self._asked >= _ASK_AGAIN_SECONDS:
            self._asked = time.monotonic()
            self.doubted, self._trouble = False, next(self._refusals(), "")
        return self._trouble

    def _refusals(self) -> Iterator[str]:
        every: list[Transport] = [*self._mailboxes]
        for transport in [*every, *([self._smarthost] if self._smarthost else [])]:
            try:
                transport.check()
            except (SendDeferred, SendRefused, ConfigurationError) as error:
                yield error.code


def send_due(
    store: Store, transports: Transports, stop: threading.Event, still_alone: Callable[[], None]
) -> None:
    """Send what may leave now.

    Args:
        still_alone: raises when another sender may be at work on this database.
    """
    for outgoing in outbox.due(store):
        if stop.is_set():
            return
        still_alone()
        transport = (
            transports.of_draft(outgoing)
            if outgoing.draft
            else transports.of(outgoing.municipality, outgoing.mailbox)
        )
        if transport is None or not transport.blocked_seconds:
            transports.doubted |= not _send(store, outgoing, transport)


def settle_drafts(store: Store, transports: Transports) -> None:
    """Ask the mailboxes what became of drafts that nobody knows of, or that are not to leave."""
    for outgoing in outbox.doubtful(store, transports.addresses):
        transport = transports.of_draft(outgoing)
        if transport is None or transport.blocked_seconds:
            continue
        try:
            transport.settle(store, outgoing)
        except (SendDeferred, Conflict) as error:
            log.warning(
                "nobody tells what became of a reply", reference=outgoing.reference, code=error.code
            )


def _send(store: Store, due: outbox.Outgoing, transport: Transport | None) -> bool:
    """One reply; False when it was put off.

    It is marked, committed, before anything leaves: at most once unless an administrator chose
    otherwise. Whoever took it meanwhile, or decided on it, goes on with it.
    """
    try:
        by = transport.address if transport else due.sent_by
        return _sent(store, outbox.mark_sending(store, due, by), transport)
    except Conflict as error:
        log.warning("reply left to another", reference=due.reference, code=error.code)
        return True


def _sent(store: Store, outgoing: outbox.Outgoing, transport: Transport | None) -> bool:
    """As ``_send``, of a reply that is marked. Raises Conflict."""
    log_of = log.bind(reference=outgoing.reference)
    try:
        if transport is None:
            raise SendDeferred("there is no way for it to leave")
        transport.send(store, outgoing)
    except (SendDeferred, ConfigurationError) as error:
        log_of.warning("reply deferred", code=error.code)
        at_least = error.seconds if isinstance(error, SendDeferred) else 0.0
        outbox.mark_deferred(store, outgoing, at_least)
        return False
    except SendRefused as error:
        log_of.error("reply refused", code=error.code)
        outbox.mark_failed(store, outgoing)
    except DraftGone as error:
        log_of.error("nobody knows whether the reply was sent", code=error.code)
        outbox.mark_draft_gone(store, outgoing)
    except SendUnknown as error:
        log_of.error("nobody knows whether the reply was taken", code=error.code)
        outbox.mark_unknown(store, outgoing)
    else:
        outbox.mark_sent(store, outgoing)
        log_of.info("reply sent")
    return True
