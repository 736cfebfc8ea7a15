"""The field's nouns: what a mail, an invoice, a care line, a finding and a verdict are.

Everything here is frozen and uses the standard library only. Values that can hold client data
(raw bytes, care lines, words of a page) are kept out of ``repr`` so that no log line or traceback
can show them.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo

T = TypeVar("T")

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
"""Every date of a rule is a date here."""


def local_date(moment: dt.datetime) -> dt.date:
    """The date of an aware moment in Europe/Amsterdam."""
    return moment.astimezone(AMSTERDAM).date()


def local_today() -> dt.date:
    """The date in Europe/Amsterdam."""
    return dt.datetime.now(AMSTERDAM).date()


Box = tuple[float, float, float, float]
"""x0, top, x1, bottom in PDF points from the page's top left."""


# --- mail ---------------------------------------------------------------------------------


class LeftOutWhy(StrEnum):
    """Why a mail could not be taken out of its mailbox."""

    TOO_LARGE = "too-large"
    UNFETCHABLE = "unfetchable"
    """The server does not deliver it, time after time."""
    UNREADABLE = "unreadable"
    """It was delivered and cannot be kept, time after time, by a fault that other mails do not have."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A mail that stays in its mailbox; what is kept of it is its header, as far as that could be had."""

    why: LeftOutWhy
    size: int | None
    """Bytes; None when the server does not tell."""
    limit: int
    """The most bytes that we take."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """What the door that took the mail knows and the mail itself cannot forge."""

    source: str
    """``smtp``, ``lmtp``, ``imap``, ``folder`` or ``process``."""
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
    """Place in the mail: ``1.2`` is the second part of the first part; ``1.2/1`` the first file inside that."""
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
    """A parsed mail (RFC 5322, MIME). Header values are decoded to text; content stays out of repr."""

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
    """What is wrong with the MIME, in words without content; a non-empty ``fatal`` sends it to quarantine."""
    fatal: str | None = None


class Road(StrEnum):
    """By which road the mail came (transport class)."""

    SECURE_RELAY = "secure-relay"
    """A relay that the profile knows as NTA 7516 or Zorgmail delivered it to us itself."""
    UNKNOWN = "unknown"


class Automation(StrEnum):
    """Whether a machine wrote the mail (RFC 3834)."""

    PERSON = "person"
    BOUNCE = "bounce"
    AUTO_REPLY = "auto-reply"
    LIST = "list"
    OWN = "own"
    PORTAL = "portal"
    """A secure-mail portal's notice that a message waits elsewhere (Zorgmail, Zivver); no attachment came."""


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
    """Weak signs of a machine (an invoice program's Auto-Submitted): a reply is prepared, never sent by itself."""


# --- document -----------------------------------------------------------------------------


class SandboxNeed(StrEnum):
    """How much of the sandbox a machine must have."""

    FULL = "full"
    """Refuse to start without every layer."""
    BEST = "best"
    """Take the layers that are there, and tell which."""
    OFF = "off"
    """Children with limits but without locks, for trying out."""


class Reader(StrEnum):
    PDFIUM = "pdfium"
    PDFPLUMBER = "pdfplumber"
    OCR = "ocr"
    XML = "xml"


@dataclass(frozen=True, slots=True)
class Word:
    text: str = field(repr=False)
    box: Box
    size: float = 0.0
    """Font size in points; 0 when the reader does not tell."""
    hidden: bool = False
    """White on white, under a filled box, outside the page or smaller than 2 points."""
    ocr: bool = False
    """Read from a picture; such a word refuses nothing."""


@dataclass(frozen=True, slots=True)
class Page:
    number: int
    width: float
    height: float
    words: tuple[Word, ...] = field(repr=False)
    pictures: tuple[Box, ...] = ()
    """Pictures that could hold text (large enough) and that no reader has read."""
    drawn: bool = False
    """The page has much vector drawing and no text: letters may be drawn as shapes."""
    fault: str | None = None
    """Why this page could not be read, in words without content."""


@dataclass(frozen=True, slots=True)
class Document:
    """What one reader saw of one file."""

    reader: Reader
    pages: tuple[Page, ...]
    page_count: int
    """Pages in the file; more than ``len(pages)`` when a limit cut the reading."""
    encrypted: bool = False
    """Needs a password to open."""
    fault: str | None = None
    """Why nothing could be read: ``encrypted``, ``damaged``, ``too-large``, ``timeout``, ``crash``, ``not-a-pdf``,
    ``form`` (dynamic XFA), ``portfolio``, ``empty``."""
    remarks: tuple[str, ...] = ()
    """What stands out about a file that could be read: codes of the check ``document``."""


class Presence(StrEnum):
    """Rule 3: three different things."""

    FOUND = "found"
    ABSENT = "absent"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a value was read."""

    page: int
    box: Box
    text: str = field(repr=False)
    """As read, before compacting. Content: never logged; masked when it could be a client's BSN."""
    reader: Reader


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """A value with its evidence."""

    value: T = field(repr=False)
    evidence: Evidence | None = None
    note: str = ""
    """Why this value, in Dutch words a clerk understands (``achter 'KvK-nummer'``)."""


@dataclass(frozen=True, slots=True)
class Field(Generic[T]):
    """One fact of an invoice: found, not there, or not to be read."""

    presence: Presence
    found: Found[T] | None = None
    others: tuple[Found[T], ...] = ()
    """Different values with nearly as good a claim (they make a doubt, never a refusal)."""

    @property
    def value(self) -> T | None:
        return self.found.value if self.found else None

    @property
    def evidence(self) -> Evidence | None:
        return self.found.evidence if self.found else None

    @classmethod
    def of(cls, value: T, evidence: Evidence | None = None, note: str = "", others: tuple[Found[T], ...] = ()) -> Field[T]:
        return cls(Presence.FOUND, Found(value, evidence, note), others)

    @classmethod
    def absent(cls) -> Field[T]:
        return cls(Presence.ABSENT)

    @classmethod
    def unreadable(cls) -> Field[T]:
        return cls(Presence.UNREADABLE)


class DocumentKind(StrEnum):
    INVOICE = "invoice"
    CREDIT_NOTE = "credit-note"
    REMINDER = "reminder"
    QUOTATION = "quotation"
    STATEMENT = "statement"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class VatLine:
    """One rate: percentage, base and btw; None where the page does not tell."""

    rate: Decimal
    net: Decimal | None
    vat: Decimal | None


class AccountRole(StrEnum):
    PAYMENT = "payment"
    BLOCKED = "g-account"
    """G-rekening (Uitvoeringsregeling Invorderingswet): beside the payment account."""
    FACTORING = "factoring"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Account:
    iban: str
    """Compact, as read, also when mod 97 fails."""
    role: AccountRole
    evidence: Evidence | None = None


class SightingKind(StrEnum):
    """What may identify a client on the invoice (verdicts.md, row anonymity)."""

    BSN_LABELLED = "bsn-labelled"
    BSN_GROUPED = "bsn-grouped"
    NAME_WITH_DETAILS = "name-with-details"
    BARE_NUMBER = "bare-number"
    INITIALS_WITH_DETAILS = "initials-with-details"
    FIRST_NAME = "first-name"


@dataclass(frozen=True, slots=True)
class Sighting:
    """A place where a client can be recognised. Never carries the value, only where it stands."""

    kind: SightingKind
    page: int | None
    box: Box | None

    @property
    def certain(self) -> bool:
        return self.kind in (SightingKind.BSN_LABELLED, SightingKind.BSN_GROUPED, SightingKind.NAME_WITH_DETAILS)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text on a page, left to right."""

    page: int
    box: Box
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class EInvoice:
    """What is known of the e-invoice (UBL or CII, EN 16931) that an invoice was read from, or compared with."""

    syntax: str
    """``UBL`` or ``CII``."""
    broken: tuple[str, ...] = ()
    """Rules that it breaks, by their public names: ``XSD``, ``BR-NL-1``, ``BR-CO-15``, ``PEPPOL-EN16931-R010``."""
    validated: bool = False
    """Schema and EN 16931 were looked at; False when the validator could not run."""
    differs: tuple[str, ...] = ()
    """Fields of the invoice (``invoice_number`` …) that read otherwise on the PDF."""
    not_on_page: tuple[str, ...] = ()
    """Fields that only the e-invoice has, although every page of the PDF was read."""
    currency: str = "EUR"


@dataclass(frozen=True, slots=True)
class Invoice:
    """What was read of one invoice document (Wet OB 1968 art. 35a; Almere's page)."""

    kind: DocumentKind
    supplier_name: Field[str]
    supplier_street: Field[str]
    supplier_postcode: Field[str]
    supplier_city: Field[str]
    supplier_phone: Field[str]
    kvk_number: Field[str]
    """Digits as on the page, compacted, also when not 8 of them."""
    vat_id: Field[str]
    vat_exempt: Field[bool]
    """FOUND True with the wording as evidence; FOUND False for a denial ("niet vrijgesteld")."""
    iban: Field[str]
    """The account to pay to, chosen from ``accounts``."""
    invoice_number: Field[str]
    issue_date: Field[str]
    """ISO 8601; a date that does not exist keeps its digits ("2026-02-31")."""
    net_amount: Field[Decimal]
    vat_rate: Field[Decimal]
    vat_amount: Field[Decimal]
    gross_amount: Field[Decimal]
    vat_lines: tuple[VatLine, ...] = ()

    supplier_po_box: Field[str] = field(default_factory=Field.absent)
    supplier_fax: Field[str] = field(default_factory=Field.absent)
    loose_digits: Field[str] = field(default_factory=Field.absent)
    """Unlabelled digits that could be a phone number but do not have its form."""
    foreign_register: Field[str] = field(default_factory=Field.absent)
    """A KBO, HRB … number where a KvK number is asked."""
    vat_remark: Field[str] = field(default_factory=Field.absent)
    """What stands at the btw label when it is no number: "n.v.t.", "geen"."""
    second_name: Field[str] = field(default_factory=Field.absent)
    """Another party that invoices: namens, h.o.d.n. with another firm, factoring."""
    addressee: Field[str] = field(default_factory=Field.absent)
    """The block of lines the invoice is addressed to, joined by newlines."""
    corrects: Field[str] = field(default_factory=Field.absent)
    """The number of the invoice that a credit note corrects."""
    line_amounts: tuple[Decimal, ...] = ()
    """Amounts of the invoice lines, when the table was read with confidence; else empty."""
    accounts: tuple[Account, ...] = ()
    draft_marks: tuple[Found[str], ...] = ()
    """"concept", "kopie", "draft" as a mark on the page."""
    sightings: tuple[Sighting, ...] = ()
    looked_inside: bool = True
    """False: something that the file holds beside its pages (properties, notes, embedded files) could not be looked at."""
    reverse_charge: bool = False
    english: bool = False
    lines: tuple[Line, ...] = field(default=(), repr=False)
    page_count: int = 0
    invoice_count: int = 1
    """More than one when the file holds several invoices: a person splits it, and no field is judged."""
    fully_read: bool = True
    """Every page was read with confidence; False makes each ABSENT an UNREADABLE."""
    readers: tuple[Reader, ...] = ()
    e_invoice: EInvoice | None = None
    """The e-invoice that these fields were read from or compared with."""
    file_remarks: tuple[str, ...] = ()
    """What stands out about the file as a whole: codes of the check ``document`` (``scan``, ``script`` …)."""


# --- secured attachment -------------------------------------------------------------------


class Protection(StrEnum):
    STRONG = "strong"
    WEAK = "weak"
    """Old methods that still open: ZipCrypto, RC4, 3DES."""
    NONE = "none"


class Opening(StrEnum):
    """How opening a container ended; outside, every failure to decrypt reads the same."""

    OPENED = "opened"
    LOCKED = "locked"
    """Encrypted; no password or key of ours fits."""
    NOT_FOR_US = "not-for-us"
    """Encrypted to a certificate that is not ours."""
    DAMAGED = "damaged"
    BOMB = "bomb"
    OUR_FAULT = "our-fault"
    """Our own key is missing or cannot be read."""


@dataclass(frozen=True, slots=True)
class Container:
    """One attached container and what opening it gave."""

    path: str
    """The part it was."""
    format: str
    """``smime``, ``zip`` …; ``plain`` for a readable file with client data."""
    opening: Opening
    protection: Protection
    parts: tuple[Part, ...] = field(default=(), repr=False)
    """What was inside, recognised again by content."""
    administrator_reason: str = ""
    """English, for the administrator only; no content."""
    integrity_proven: bool = True
    """False for CBC without a valid inner signature (EFAIL)."""


@dataclass(frozen=True, slots=True)
class CareLine:
    """One row of the secured attachment (zorgregel). All of it is client content."""

    row: int
    """Row in the sheet or table as its writer counts it, from 1, header included."""
    bsn: str | None = field(repr=False)
    """As written, spaces and dots removed; None when absent."""
    referrer: str | None = field(repr=False)
    product_code: str | None = field(repr=False)
    product: str | None = field(repr=False)
    period_start: dt.date | None = field(repr=False)
    period_end: dt.date | None = field(repr=False)
    period_text: str | None = field(default=None, repr=False)
    """As written, also when it could not be understood."""
    referrer_details: str | None = field(default=None, repr=False)
    """Name, address or AGB code of the referring doctor."""
    units: Decimal | None = field(default=None, repr=False)
    unit: str | None = field(default=None, repr=False)
    rate: Decimal | None = field(default=None, repr=False)
    amount: Decimal | None = field(default=None, repr=False)
    decision_number: str | None = field(default=None, repr=False)
    """Beschikkings- of opdrachtnummer."""
    client_name: str | None = field(default=None, repr=False)
    birth_date: dt.date | None = field(default=None, repr=False)
    client_address: str | None = field(default=None, repr=False)
    invoice_number: str | None = field(default=None, repr=False)
    secret_address: bool = False
    without_bsn: bool = False
    """The writer says that there is no BSN (yet): asylum, a newborn."""
    law: str | None = field(default=None, repr=False)
    """As written: "Jeugdwet", "Wmo"."""


@dataclass(frozen=True, slots=True)
class CareSheet:
    """The care lines of one file."""

    lines: tuple[CareLine, ...] = field(default=(), repr=False)
    understood: bool = False
    """False: a person looks. A fact that is absent in ``lines`` may stand where we could not read it."""


@dataclass(frozen=True, slots=True)
class EarlierCare:
    """A care line whose client, product and days overlap with those of an earlier mail, of any provider."""

    row: int
    reference: str
    """Of the earlier mail."""


@dataclass(frozen=True, slots=True)
class Attachments:
    """All that came beside the invoices: containers opened, care lines read."""

    containers: tuple[Container, ...] = ()
    care_lines: tuple[CareLine, ...] = field(default=(), repr=False)
    unread: tuple[str, ...] = ()
    """Paths of opened parts that hold no care lines we could understand (a person looks)."""
    invoice_inside: bool = False
    """An invoice came out of a container (good to know: it should be sent apart)."""
    road: Road = Road.UNKNOWN
    waited_days: int = 0
    """Days since the mail came in, once its last day of waiting is past; 0 before."""
    earlier_care: tuple[EarlierCare, ...] = ()
    """What is known from earlier mails; never told to a provider."""
    doubt: str = ""
    """Why it is not certain that they belong to their invoices: a situation of the check secure-attachment."""


# --- checks and verdicts ------------------------------------------------------------------


class Outcome(StrEnum):
    """What a check reports."""

    PASSED = "passed"
    FAILED = "failed"
    UNDETERMINED = "undetermined"
    NOT_APPLICABLE = "not-applicable"
    NOT_IN_FORCE = "not-in-force"


class Severity(StrEnum):
    """What a finding means: the provider must mend it, a person should look, or good to know."""

    REJECT = "reject"
    REVIEW = "review"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to say about one requirement. Texts are Dutch (B1), without client data."""

    check: str
    code: str
    """Which situation of the check: ``absent``, ``checksum`` …"""
    severity: Severity
    what: str
    """What we looked for and found, one or two sentences."""
    remedy: str = ""
    """What to change."""
    example: str = ""
    page: int | None = None
    box: Box | None = None
    source: str = ""
    """Who asks it: the law's article or the municipality's page."""
    internal: bool = False
    """Never told to a provider (duplicate-care)."""
    case: str | None = None
    """Reference of another case that the finding speaks of."""
    invoices: tuple[str, ...] = ()
    """Paths of the invoices whose attachments it speaks of, when the mail has others with attachments of their own."""

    @property
    def message(self) -> str:
        example = f"Bijvoorbeeld: {self.example}." if self.example else ""
        return " ".join(part for part in (self.what, self.remedy, example) if part)


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One check on one invoice or attachment."""

    check: str
    outcome: Outcome
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Share:
    """The invoices of a mail that share their attachments, and what the checks said of these."""

    invoices: tuple[str, ...]
    """Paths."""
    attachments: Attachments
    results: tuple[CheckResult, ...] = ()


@dataclass(frozen=True, slots=True)
class EarlierInvoice:
    """One invoice of the same supplier and number that we already hold."""

    reference: str
    received_on: dt.date
    outcome: str
    same_content: bool
    """Same number, date and amount."""


@dataclass(frozen=True, slots=True)
class History:
    """What we already know of this supplier; an argument of the checks that need it."""

    earlier: tuple[EarlierInvoice, ...] = ()

    @property
    def in_hand(self) -> tuple[EarlierInvoice, ...]:
        """Those that are, or may still be, paid: neither refused nor ignored."""
        return tuple(e for e in self.earlier if e.outcome not in (MailOutcome.REJECTED, MailOutcome.IGNORED))


class MailOutcome(StrEnum):
    """Where a kept mail stands; exactly one."""

    QUARANTINED = "quarantined"
    WAITING = "waiting"
    REJECTED = "rejected"
    QUEUED = "queued"
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True)
class CheckedDocument:
    """One file that could be an invoice: what was read of it and what the checks said, before any verdict."""

    path: str
    kind: PartKind
    file_name: str | None = field(repr=False)
    invoice: Invoice | None
    """None when it could not be read at all, or is no invoice document by its form (Word, picture)."""
    fault: str | None
    """Document.fault when nothing could be read."""
    page_count: int = 0
    results: tuple[CheckResult, ...] = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        return tuple(f for r in self.results for f in r.findings)

    @property
    def is_invoice(self) -> bool:
        return self.invoice is not None and self.invoice.kind in (DocumentKind.INVOICE, DocumentKind.CREDIT_NOTE)


@dataclass(frozen=True, slots=True)
class ReadInvoice:
    """An invoice, what the checks said of it, and its own verdict."""

    path: str
    """The part it was read from."""
    file_name: str | None = field(repr=False)
    invoice: Invoice
    results: tuple[CheckResult, ...]
    outcome: MailOutcome
    reason: str

    @property
    def findings(self) -> tuple[Finding, ...]:
        return tuple(f for r in self.results for f in r.findings)


class ReplyKind(StrEnum):
    REFUSAL = "refusal"
    RECEIPT = "receipt"
    QUESTION = "question"
    """Asks for the missing half, a password, or a certificate; refuses nothing."""
    REMINDER = "reminder"
    """Asks once more, when nothing came for some days."""
    TOO_LARGE = "too-large"
    """Says that the mail was too large to be read, and how to send it again."""


@dataclass(frozen=True, slots=True)
class Incident:
    """Client data in a place where it does not belong, for the privacy officer to judge (AVG art. 33 lid 5)."""

    kind: str
    """``unsecured-attachment``, ``invoice-not-anonymous`` …"""
    where: str
    """English words for the register, no content."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one mail."""

    outcome: MailOutcome
    reason: str
    """One Dutch sentence that a person can read; no client data."""
    decided_for: dt.date
    """The date the rules were applied for, Europe/Amsterdam."""
    invoices: tuple[ReadInvoice, ...] = ()
    findings: tuple[Finding, ...] = ()
    """Of the mail and its attachments."""
    results: tuple[CheckResult, ...] = ()
    """Of the mail and its attachments, passed ones too."""
    care_lines: int = 0
    reply: ReplyKind | None = None
    deadline: dt.date | None = None
    """For waiting: the last day."""
    remind_on: dt.date | None = None
    """For waiting: the day of the reminder; None when there is none, or it was written."""
    completes: tuple[str, ...] = ()
    """References of waiting mails that this one brings the missing half for."""
    takes: tuple[str, ...] = ()
    """References of earlier mails that brought the attachment of this one's invoices."""
    stirs: tuple[str, ...] = ()
    """References of earlier mails that may have brought it: they are looked at again."""
    incidents: tuple[Incident, ...] = ()
    alarm: str | None = None
    """English, for the sysadmin: our own fault keeps this mail waiting."""


@dataclass(frozen=True, slots=True)
class Wait:
    """How a mail that is decided again has waited."""

    days: int
    """Days since receipt once its last day is past; 0 before: until then nothing is too late."""
    deadline: dt.date
    remind_on: dt.date | None
    """The day of its reminder, until that was written."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A composed message to the provider; sending is another stage."""

    to: str = field(repr=False)
    subject: str
    text: str = field(repr=False)
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
