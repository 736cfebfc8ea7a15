"""A mail as it came, its parts and its sender, and the reply to it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum

from intake.model.care import CareSheet


class LeftOutWhy(StrEnum):
    """Why a mail could not be taken out of its mailbox."""

    TOO_LARGE = "too-large"
    UNFETCHABLE = "unfetchable"
    """The server does not deliver it, time after time."""
    UNREADABLE = "unreadable"
    """It was delivered and cannot be kept, time after time, by a fault that other mails do not
    have."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A mail that stays in its mailbox; what is kept of it is its header, as far as that could be
    had.
    """

    why: LeftOutWhy
    size: int | None
    """Bytes; None when the server does not tell."""
    limit: int
    """The most bytes that we take."""


class MessageState(StrEnum):
    """What was done with one message of a watched mailbox."""

    KEPT = "kept"
    """Kept here; the message is still where it came in."""
    DONE = "done"
    """Moved, or left there on purpose."""
    DELETED = "deleted"
    LEFT_OUT = "left-out"
    """Its header is kept; the message is where it came in."""


@dataclass(frozen=True, slots=True)
class MailboxFolder:
    """A folder of a mailbox, until its server numbers the messages anew (UIDVALIDITY)."""

    account: str
    folder: str
    uidvalidity: int


@dataclass(frozen=True, slots=True)
class Envelope:
    """What the door that took the mail knows and the mail itself cannot forge."""

    source: str
    """The door, as the file of the mail source calls it: ``imap``, ``smtp`` …; ``process`` for a
    file that was named on the command line."""
    received_at: dt.datetime
    """Aware, UTC. The date of every rule is this moment in Europe/Amsterdam."""
    sender: str | None = None
    """Envelope sender (MAIL FROM). ``""`` is the null sender; None when the door cannot know."""
    recipients: tuple[str, ...] = ()
    peer: str | None = None
    """IP address of the relay that delivered to us, when the door can know."""
    tls: bool = False
    place: str | None = None
    """Where the mail stands at its source (``account/folder/uidvalidity/uid`` for IMAP)."""
    kept_before: bool = False
    """It stood among the mails that are kept already, and may have been answered."""
    left_out: LeftOut | None = None
    """Set when only the header of the mail is kept."""
    municipality: str = ""
    """The name of its profile; empty: that of the installation."""
    mailbox: str = ""
    """The mailbox, address or folder that it came in by."""

    @property
    def lasting_place(self) -> str | None:
        """Where it stands, when that never changes and no other mail ever comes to stand there:
        Graph's immutable id. The bytes of such a mail may differ each time they are asked for.
        """
        return self.place if self.source == "graph" else None


class PartKind(StrEnum):
    """What the bytes are, by their content; the declared type and name are never trusted."""

    PDF = "pdf"
    XML = "xml"
    HTML = "html"
    TEXT = "text"
    CSV = "csv"
    WORD = "word"
    EXCEL = "excel"
    OFFICE_ENCRYPTED = "office-encrypted"
    OLE = "ole"
    ZIP = "zip"
    SEVEN_ZIP = "7z"
    ARCHIVE = "archive"
    """Packed in another way; of most kinds we ask for another file (``mail.sniff`` names them)."""
    SMIME = "smime"
    SIGNATURE = "signature"
    OPENPGP = "openpgp"
    IMAGE = "image"
    MAIL = "mail"
    CALENDAR = "calendar"
    EMPTY = "empty"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Part:
    """One leaf of a mail, or one file out of a container, decoded."""

    path: str
    """Place in the mail: ``1.2`` is the second part of the first part; ``1.2/1`` the first file
    inside that."""
    kind: PartKind
    data: bytes = field(repr=False)
    file_name: str | None = field(default=None, repr=False)
    """Base name without folders and control characters; None when the mail gives none."""
    declared_type: str = ""
    inline: bool = False
    sheet: CareSheet | None = field(default=None, repr=False)
    """What the child that opened its container read in it, when it is plain text."""


@dataclass(frozen=True, slots=True)
class Mail:
    """A parsed mail (RFC 5322, MIME).

    Header values are decoded to text; content stays out of repr.
    """

    message_id: str | None
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    sender: str | None = field(repr=False)
    """Address of From (addr-spec, lower-cased domain), or None."""
    sender_name: str | None = field(repr=False)
    subject: str = field(repr=False)
    date: dt.datetime | None
    text: str = field(repr=False)
    """The readable body (text/plain, else HTML turned to text)."""
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    """All headers of the outer mail in order, names lower-case, values unfolded."""
    parts: tuple[Part, ...] = ()
    """All leaves that are files, signed and forwarded mails unpacked, TNEF unpacked."""
    defects: tuple[str, ...] = ()
    """What is wrong with the MIME, in words without content; a non-empty ``fatal`` sends it to
    quarantine."""
    fatal: str | None = None
    text_of_html: str = field(default="", repr=False)
    """What the body in HTML says, when there is one in text too."""
    tables: str = field(default="", repr=False)
    """The source of a readable body in HTML that has tables; else empty."""

    @property
    def thread(self) -> tuple[str, ...]:
        """Message-IDs of the mail and of those that it answers, its own first."""
        found = (self.message_id, *self.in_reply_to, *self.references)
        return tuple(dict.fromkeys(message_id for message_id in found if message_id))


class Road(StrEnum):
    """By which road the mail came (transport class)."""

    SECURE_RELAY = "secure-relay"
    """A relay that the profile knows as NTA 7516 or Zorgmail delivered it to us itself."""
    PORTAL = "portal"
    """A clerk fetched it in a secure-mail portal."""
    UNKNOWN = "unknown"


class Automation(StrEnum):
    """Whether a machine wrote the mail (RFC 3834)."""

    PERSON = "person"
    BOUNCE = "bounce"
    AUTO_REPLY = "auto-reply"
    LIST = "list"
    OWN = "own"
    PORTAL = "portal"
    """A secure-mail portal's notice that a message waits elsewhere (Zorgmail, Zivver); no
    attachment came."""


@dataclass(frozen=True, slots=True)
class PortalNotice:
    """A mail of a secure-mail portal, which has no message in it."""

    portal: str
    """As clerks read it."""
    days: int | None = None
    """How long the portal keeps the message, when it is known."""
    code: bool = False
    """It brings a code only, good for minutes, to open a message that another mail tells of."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sent the mail, by which road, and whether a reply may leave by itself."""

    address: str | None = field(repr=False)
    """Where a reply goes: the envelope sender, else From. None when there is nobody to answer."""
    road: Road
    automation: Automation
    authenticated: bool
    """dmarc=pass or aligned spf/dkim by our own border host's Authentication-Results."""
    may_reply: bool
    """False when RFC 3834 and our loop rules forbid any reply."""
    why: str
    """One English sentence for the log of the case, without addresses."""
    confirm_reply: bool = False
    """Weak signs of a machine (an invoice program's Auto-Submitted): a reply is prepared, never
    sent by itself."""
    notice: PortalNotice | None = None
    """Of PORTAL only."""


class PostKind(StrEnum):
    """What a person's mail without an invoice is (post), as far as its words tell."""

    QUESTION = "question"
    OBJECTION = "objection"
    """Somebody disagrees with a refusal, or complains."""
    REMINDER = "reminder"
    REMINDER_WITH_COSTS = "reminder-with-costs"
    """Announces interest or costs (aanmaning, ingebrekestelling)."""
    PORTAL = "portal"
    """No person's: a portal's notice, whose message a clerk must fetch."""
    OTHER = "other"


class DraftState(StrEnum):
    """What became of a draft in the mailbox that sends replies."""

    DRAFT = "draft"
    """It stands there, and was not sent."""
    SENT = "sent"
    GONE = "gone"
    """Nobody can tell any more."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A reply that stands in a mailbox and leaves from there."""

    id: str
    message_id: str
    """Message-ID that its server gave it, by which a bounce names it; empty when not told."""


class ReplyKind(StrEnum):
    REFUSAL = "refusal"
    RECEIPT = "receipt"
    QUESTION = "question"
    """Asks for the missing half, a password, or a certificate; refuses nothing."""
    REMINDER = "reminder"
    """Asks once more, when nothing came for some days."""
    DUPLICATE = "duplicate"
    """Says that we had this invoice already."""
    ANSWER = "answer"
    """What a person wrote to a question, an objection or a reminder."""
    TOO_LARGE = "too-large"
    """Says that the mail was too large to be read, and how to send it again."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A composed message to the provider; sending is another stage."""

    to: str = field(repr=False)
    subject: str
    text: str = field(repr=False)
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
