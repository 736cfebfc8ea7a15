"""What is paired: an invoice that waits, an attachment that is loose, and the choice between them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum, IntEnum

from intake.model.attachment import Attachments, Container, Opening
from intake.model.care import CareLine
from intake.model.invoice import Invoice
from intake.model.verdict import CheckedDocument


@dataclass(frozen=True, slots=True)
class Bundle:
    """One file with care lines, or a container that gave none: what belongs to an invoice as a
    whole.
    """

    container: Container
    lines: tuple[CareLine, ...] = field(default=(), repr=False)
    unread: tuple[str, ...] = ()
    """Paths of files in it that hold no care lines we could understand."""
    names: tuple[str, ...] = field(default=(), repr=False)
    """File names on its way."""
    subject: str = field(default="", repr=False)
    """Of the later mail that brought it."""
    mail: int = 0
    """Which mail brought it: 0 the invoice's own, then the later ones in order."""

    @property
    def opened(self) -> bool:
        return self.container.opening is Opening.OPENED


@dataclass(frozen=True, slots=True)
class MailContents:
    """What came beside the invoices of a mail, and every document of it with those found inside
    containers.
    """

    bundles: tuple[Bundle, ...] = ()
    documents: tuple[CheckedDocument, ...] = ()
    closed: tuple[Bundle, ...] = ()
    """PDF files with a password that we do not have, in a mail without an invoice: the invoice
    itself, or the attachment of another mail's."""
    invoice_inside: bool = False

    def __add__(self, more: MailContents) -> MailContents:
        return MailContents(
            self.bundles + more.bundles,
            self.documents + more.documents,
            self.closed + more.closed,
            self.invoice_inside or more.invoice_inside,
        )

    @property
    def has_invoice(self) -> bool:
        return any(document.is_invoice for document in self.documents)

    @property
    def attachments(self) -> Attachments:
        """All of them together."""
        return attachments_of(self.bundles, Attachments(invoice_inside=self.invoice_inside))


@dataclass(frozen=True, slots=True)
class Pair:
    """Invoices of one mail that share their attachments."""

    invoices: tuple[str, ...]
    """Paths; none for attachments that belong to no invoice of the mail."""
    bundles: tuple[Bundle, ...]
    doubt: str = ""
    """Why it is not certain: ``which``, ``named``, ``other-number`` or ``loose``, a situation of
    the check secure-attachment."""


class By(IntEnum):
    """What tells that an attachment belongs to a waiting mail, the strongest first."""

    NUMBER = 1
    NAME = 2
    AMOUNT = 3
    THREAD = 4
    SENDER = 5


@dataclass(frozen=True, slots=True)
class Waiting:
    """A mail whose invoices wait for their attachment, or were refused for nothing else."""

    reference: str
    invoices: tuple[Invoice, ...]
    thread: bool = False
    """The attachment came in its thread."""
    sender: bool = False
    """The attachment came from its sender."""
    paired: bool = False
    """The attachment was given to it before."""
    settled: bool = False
    """By a person."""
    past: bool = False
    """It asks for none any more: only a person may give it an attachment."""

    @property
    def near(self) -> bool:
        return self.thread or self.sender


@dataclass(frozen=True, slots=True)
class Gist:
    """What tells whose attachment a mail without an invoice brings: numbers, amounts and names, no
    bytes and no clients.
    """

    subject: str = field(repr=False)
    bundles: tuple[Bundle, ...] = field(default=(), repr=False)
    unread: bool = False
    """A file of it could not be read, which may be an attachment too: only a person says whose."""

    @property
    def brings(self) -> bool:
        return self.unread or bool(self.bundles)


@dataclass(frozen=True, slots=True)
class Loose:
    """A mail with an attachment that waits for its invoice."""

    reference: str
    gist: Gist | None = field(repr=False)
    """None: it must be opened to know what it brings."""
    thread: bool
    sender: bool
    doubted: bool
    """A person looks whose it is: now only what tells for certain counts."""
    rivals: tuple[Waiting, ...]
    """Other mails that wait for an attachment such as this."""
    left_out: bool = False
    """Only its header is here: what it brings nobody knows."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The mails an attachment belongs to."""

    references: tuple[str, ...] = ()
    by: By = By.SENDER
    doubtful: tuple[str, ...] = ()
    """Mails it may belong to; a person chooses."""
    missing: bool = False
    """It names an invoice that is not there (yet)."""


class Unrecognised(Enum):
    """Whether a mail without an invoice may hold one that was not recognised: then what it brings is
    that one's, and no other invoice's.
    """

    NOTHING = "nothing"
    ANNOUNCED = "announced"
    """Its words say that it brings an invoice."""
    CERTAIN = "certain"
    """A file that nobody could read, or a link, stands where the invoice should."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What other mails have to do with this one."""

    choice: Choice = Choice()
    """Of a mail without an invoice: whose attachment it brings."""
    paired: tuple[str, ...] = ()
    """Of a mail without an invoice: the mails that it was given to before."""
    settled: bool = False
    """A person gave it to them."""
    taken: tuple[str, ...] = ()
    """Earlier mails whose attachment belongs to invoices of this one."""
    possible: tuple[str, ...] = ()
    """Earlier mails whose attachment may belong to them."""
    stirs: tuple[str, ...] = ()
    """Those of the possible ones that no person was asked about yet."""
    unrecognised: Unrecognised = Unrecognised.NOTHING
    """Of a mail without an invoice: whether it may hold one that was not recognised."""
    considered: tuple[str, ...] | None = None
    """All other halves that there were to choose from; None for a mail that lacks nothing."""


def newest_mail(bundles: Iterable[Bundle], default: int = 0) -> int:
    """Which mail brought the last of these that opened."""
    return max((bundle.mail for bundle in bundles if bundle.opened), default=default)


def attachments_of(bundles: Sequence[Bundle], whole: Attachments, doubt: str = "") -> Attachments:
    """The attachments that these bundles make, on the road and with the days waited of the
    ``whole``.
    """
    rows = {line.row for b in bundles for line in b.lines}
    return replace(
        whole,
        containers=tuple({b.container.path: b.container for b in bundles}.values()),
        care_lines=tuple(line for b in bundles for line in b.lines),
        unread=tuple(dict.fromkeys(path for b in bundles for path in b.unread)),
        earlier_care=tuple(earlier for earlier in whole.earlier_care if earlier.row in rows),
        doubt=doubt,
    )
