"""What every watched mailbox does with one message: keep it, or write down why not.

A message that is too large, that the server does not deliver, or that cannot be kept stays where it
is and stops no other. It is tried again some times, ever more seldom; its header is kept as a case,
so that a person deals with it.
"""

from __future__ import annotations

import datetime as dt
import re
from abc import abstractmethod
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import structlog

from intake.errors import IntakeError, MailboxClosed, MailboxLoginRefused, MailboxThrottled
from intake.mail.ledger import Attempts, Ledger
from intake.mail.sources.base import Reception
from intake.model.basics import AMSTERDAM
from intake.model.mail import Envelope, LeftOut, LeftOutWhy, MailboxFolder, MessageState

MAX_HEADER = 256_000
"""Bytes of the header of a message that is left out; real ones stay under 100 kB."""
TRIES = 3
"""A message that failed so often is a case for a person. It is tried on all the same."""
_HEADER_END = re.compile(rb"\r?\n\r?\n")

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Message:
    """One message to be taken in."""

    folder: MailboxFolder
    uid: int
    received: dt.datetime
    before: Attempts | None
    """How it failed before."""

    @property
    def is_last_try(self) -> bool:
        """When this one fails too, it becomes a case."""
        return (
            self.before is not None
            and self.before.reference is None
            and self.before.tries >= TRIES - 1
        )


@dataclass(frozen=True, slots=True)
class Fetched:
    """What was fetched of one message."""

    raw: bytes
    size: int
    whole: bool
    """False: it is too large, and ``raw`` is its beginning."""


class TakesIn:
    """One session with a watched mailbox; a subclass knows its protocol."""

    reception: Reception
    door: str
    """As the mail source calls it."""

    @property
    def ledger(self) -> Ledger:
        return self.reception.ledger

    @abstractmethod
    def envelope(self, message: Message, left_out: LeftOut | None = None) -> Envelope:
        """What is known of a message besides its bytes."""

    @abstractmethod
    def stays(self, message: Message) -> bool:
        """Whether it is neither moved nor deleted once it is kept."""

    def take(self, message: Message, found: Fetched) -> str:
        """Keep a message that was fetched. Returns the code of the pass; raises what the store
        raises.
        """
        if not found.whole:
            header = header_of(found.raw)
            return self.leave_out(message, LeftOutWhy.TOO_LARGE, found.size, header)
        try:
            self._keep(message, found.raw)
        except IntakeError:
            raise
        except Exception as bug:  # noqa: BLE001 whatever it is, it must not keep the other mails out
            log.error(
                "a mail of the mailbox cannot be kept", fault=type(bug).__name__, uid=message.uid
            )
            header = header_of(found.raw)
            return self.leave_out(message, LeftOutWhy.UNREADABLE, found.size, header)
        return "ok"

    def leave_out(self, message: Message, why: LeftOutWhy, size: int | None, header: bytes) -> str:
        """Write down a failed try; a message that is too large, or failed too often, becomes a
        case. Returns the code of the pass.
        """
        before = message.before
        tries = before.tries + 1 if before else 1
        left_out = LeftOut(
            why, size or (before.left_out.size if before else None), self.reception.max_mail_bytes
        )
        reference = before.reference if before else None
        if reference is None and (why is LeftOutWhy.TOO_LARGE or tries >= TRIES):
            reference = self._keep_header(message, header, left_out)
        self.ledger.failed(message.folder, message.uid, left_out, reference)
        log.warning(
            "a mail stays in the mailbox",
            code=why.value,
            uid=message.uid,
            bytes=size,
            tries=tries,
            reference=reference,
        )
        return "ok" if why is LeftOutWhy.TOO_LARGE else why.value

    def note_gone(self, folder: MailboxFolder, missing: Mapping[int, Attempts]) -> None:
        """What was left out and stands there no more still waits for a person."""
        for uid, each in missing.items():
            if each.reference is None:
                message = Message(folder, uid, each.since, each)
                reference = self._keep_header(message, b"", each.left_out)
                self.ledger.failed(folder, uid, each.left_out, reference)
        self.ledger.gone(folder, tuple(missing))

    def missing(self, folder: MailboxFolder, there: Collection[int]) -> dict[int, Attempts]:
        """The messages that failed before and are not among these."""
        attempts = self.ledger.attempts(folder)
        return {uid: each for uid, each in attempts.items() if uid not in there}

    def _keep(self, message: Message, raw: bytes) -> None:
        reference = self.reception.keep(raw, self.envelope(message))
        state = MessageState.DONE if self.stays(message) else MessageState.KEPT
        self.ledger.record(message.folder, message.uid, state, reference, raw)
        log.info("mail kept", door=self.door, reference=reference)

    def _keep_header(self, message: Message, header: bytes, left_out: LeftOut) -> str:
        """Make a case of a message that stays there.

        Without a header, when it is the header that cannot be kept.
        """
        envelope = self.envelope(message, left_out)
        try:
            return self.reception.keep(header, envelope)
        except IntakeError:
            raise
        except Exception as bug:  # noqa: BLE001 as for a whole mail
            log.error("a header cannot be kept", fault=type(bug).__name__, uid=message.uid)
            return self.reception.keep(b"", envelope)


def start_of(ledger: Ledger, account: str, since: dt.datetime | None) -> dt.datetime:
    """From when on mail is taken in: the date of the settings, else the first start (aware)."""
    start = since or ledger.first_start(account)
    return start if start.tzinfo else start.replace(tzinfo=AMSTERDAM)


def pause_after(
    fault: Exception, faults: int, pauses: Sequence[float], of_rights: Sequence[float]
) -> float:
    """Seconds before the next try, after so many faults before this one.

    Args:
        of_rights: the pauses when the login is refused, or opens no mailbox.
    """
    if isinstance(fault, MailboxThrottled):
        return fault.seconds
    slow = isinstance(fault, MailboxLoginRefused | MailboxClosed)
    steps = of_rights if slow else pauses
    return steps[min(faults, len(steps) - 1)]


def header_of(raw: bytes) -> bytes:
    """The header of a message that begins with these bytes, with the empty line after it."""
    end = _HEADER_END.search(raw, 0, MAX_HEADER)
    return raw[: end.end()] if end else raw[:MAX_HEADER]
