"""What a mail is after each stage of its road.

Every value is frozen and holds the one before it, so that the road can be taken again from any.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from intake.mail.file_roles import Files
from intake.model.attachment import Attachments
from intake.model.basics import local_date
from intake.model.correction import Correction
from intake.model.finding import CheckResult
from intake.model.mail import Envelope, LeftOut, Mail, Part, Reply, Sender
from intake.model.verdict import CheckedDocument, Share, Verdict, Wait
from intake.secure_attachment.pairing.model import Elsewhere, Gist, MailContents, Pair
from intake.stages.einvoices import Attached


@dataclass(frozen=True, slots=True)
class Received:
    """One kept mail, and all that is known of it before it is read."""

    raw: bytes = field(repr=False)
    envelope: Envelope = field(repr=False)
    reference: str
    wait: Wait | None = None
    """How it has waited, when a waiting mail is decided again."""
    companions: tuple[str, ...] = ()
    """References of later mails that brought the attachment that this one waited for."""
    passwords: tuple[str, ...] = field(default=(), repr=False)
    """What persons typed for its secured attachment, the newest first."""
    decided: Mapping[str, bool | None] = field(default_factory=dict)
    """By path, the invoices that a person decided on already: accepted, or refused; None: accepted
    and taken back after it left."""
    corrections: tuple[Correction, ...] = field(default=(), repr=False)
    """What persons corrected on its invoices, the oldest first."""
    as_told: Mapping[str, bool | None] = field(default_factory=dict)
    """By path, as ``decided``, and None also for a refused one in whose place a corrected one came:
    what its letter says of these."""

    @property
    def day(self) -> dt.date:
        """The date of every rule: the mail's receipt, Europe/Amsterdam."""
        return local_date(self.envelope.received_at)

    @property
    def left_out(self) -> LeftOut | None:
        """Why only its header is here."""
        return self.envelope.left_out


@dataclass(frozen=True, slots=True)
class Parsed:
    """The mail by its format (RFC 5322), and who sent it."""

    received: Received
    mail: Mail
    sender: Sender
    parts: tuple[Part, ...] = field(repr=False)
    """What may hold an invoice or its attachment; nothing of a machine's mail."""
    files: Files = field(repr=False)


@dataclass(frozen=True, slots=True)
class Read:
    """Every document that came in the open, read and checked."""

    parsed: Parsed
    documents: tuple[CheckedDocument, ...]
    einvoices: tuple[Attached, ...]

    @property
    def kvk_numbers(self) -> tuple[str, ...]:
        found = (d.invoice.kvk_number.value for d in self.documents if d.invoice)
        return tuple(number for number in found if number)


@dataclass(frozen=True, slots=True)
class Opened:
    """What came in containers too, also in later mails."""

    read: Read
    found: MailContents


@dataclass(frozen=True, slots=True)
class Paired:
    """Which attachment belongs to which invoice, here and in other mails."""

    opened: Opened
    found: MailContents
    pairs: tuple[Pair, ...]
    elsewhere: Elsewhere
    documents: tuple[CheckedDocument, ...]
    """All that may be an invoice."""

    @property
    def parsed(self) -> Parsed:
        return self.opened.read.parsed


@dataclass(frozen=True, slots=True)
class Checked:
    """What the checks say of the mail, its documents and its attachments."""

    paired: Paired
    attachments: Attachments
    shares: tuple[Share, ...]
    """The attachments of each invoice; an invoice without a share has them all."""
    results: tuple[CheckResult, ...]
    """Checks on the mail itself and on attachments that belong to none of its invoices, or to all."""
    unread: str = ""
    """Why a file of the mail stayed unread (``Work.unread``): then nothing is absent, and over
    budget nothing is certain."""

    @property
    def documents(self) -> tuple[CheckedDocument, ...]:
        return self.paired.documents

    @property
    def elsewhere(self) -> Elsewhere:
        return self.paired.elsewhere

    @property
    def parsed(self) -> Parsed:
        return self.paired.parsed


@dataclass(frozen=True, slots=True)
class Decided:
    """What became of one mail, ready to be committed."""

    checked: Checked
    verdict: Verdict
    reply: Reply | None
    held: str | None
    """Why the reply does not leave by itself: ``confirm``, ``not-authenticated``, ``kept-before``
    or ``off``."""
    shown: tuple[tuple[Part, int], ...] = field(repr=False)
    """The files that a person can look at page by page, with their number of pages."""
    numbers: tuple[str, ...] = field(repr=False)
    """Numbers that a mail without an invoice names: by these its invoice finds it."""
    gist: Gist | None
    """Of a mail without an invoice: what may be the attachment of one."""
    rest: bool
    """Something beside its invoices could not be read."""
