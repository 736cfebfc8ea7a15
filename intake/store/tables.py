"""The schema: every table of the one database that holds all state.

In the open stand ids, states, times, counts, keyed hashes, and the business facts of invoices on
which no client can be recognised. Whatever else a mail says is sealed with the mail's own data key
(vault.py). CHECK constraints hold the invariant that each kept mail
stands in exactly one state and each reply too.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    false,
    text,
    true,
)
from sqlalchemy.orm import Mapped
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel, col

from intake.model.supplier import AgreementKind, AnswerKind, ContractScope

SCHEMA = "0029"
"""The Alembic revision that this code works with."""


class CaseState(StrEnum):
    """Where a kept mail stands: not yet decided, one of the five ends of ``MailOutcome``, or
    accepted by a person.
    """

    RECEIVED = "received"
    WAITING = "waiting"
    QUEUED = "queued"
    REJECTED = "rejected"
    QUARANTINED = "quarantined"
    IGNORED = "ignored"
    ACCEPTED = "accepted"


class InvoiceState(StrEnum):
    """Where one invoice of a mail stands; where its mail stands follows from these
    (``invoices.end_of``).
    """

    TO_DECIDE = "to-decide"
    """Good by the rules, or doubtful: a clerk decides."""
    LATER = "later"
    """A clerk put it aside."""
    WAITING = "waiting"
    """For its attachment, until the last day of its mail."""
    QUARANTINED = "quarantined"
    """The rules could not judge it: a clerk decides."""
    APPROVED_ONCE = "approved-once"
    """A person accepted it, and another must accept it too (``second_person.py``)."""
    ACCEPTED = "accepted"
    EXPORTED = "exported"
    """Accepted, and handed to the bookkeeping."""
    REVERSED = "reversed"
    """Handed to the bookkeeping and taken back (storno): a reversal leaves in the next batch."""
    REJECTED = "rejected"
    IGNORED = "ignored"
    """It was in hand already, in another mail or in this one; it has no row."""


class BatchState(StrEnum):
    """Where a batch for the finance package stands."""

    MADE = "made"
    DELIVERED = "delivered"
    FAILED = "failed"
    """It did not arrive; it is tried again, as it is."""
    BOOKED = "booked"
    """The finance package says so."""


class ReplyState(StrEnum):
    """Where a composed reply stands."""

    PREPARED = "prepared"
    """Waits for a clerk's key (reply mode ``confirm``)."""
    READY = "ready"
    SENDING = "sending"
    SENT = "sent"
    HELD = "held"
    DEFERRED = "deferred"
    FAILED = "failed"
    UNKNOWN = "unknown"
    BOUNCED = "bounced"
    DROPPED = "dropped"
    """Will never be sent: mode ``off``, overtaken by a newer verdict, or dropped by a clerk."""


CONFIRMABLE = (
    ReplyState.PREPARED,
    ReplyState.HELD,
    ReplyState.UNKNOWN,
    ReplyState.FAILED,
    ReplyState.BOUNCED,
)
"""States in which a reply goes nowhere until a clerk sends it, or says that it is not to be sent."""


class View(StrEnum):
    """Under which heading of the worklist a row stands: each under exactly one."""

    LOOK = "look"
    """A clerk decides, and looks at the whole invoice."""
    FAST = "fast"
    """Without a point, of a known supplier with a known account and a usual amount."""
    NEW = "new"
    """The supplier, or its account, was never paid before."""
    POST = "post"
    """A mail in which no invoice was read."""
    LETTER = "letter"
    """Refused or ignored, and its letter waits for a clerk."""
    CONTENT = "content"
    """Accepted, and a reviewer of care must still agree with what was delivered."""
    WAITING = "waiting"
    LATER = "later"
    UNCLEAR = "unclear"
    """An invoice that the rules could not judge."""
    UNREAD = "unread"
    DONE = "done"
    IGNORED = "ignored"


class Role(StrEnum):
    """What somebody is on the page; what each may do stands in ``review/rights.py``."""

    CLERK = "clerk"
    """Medewerker crediteurenadministratie."""
    SENIOR = "senior"
    CARE_REVIEWER = "care-reviewer"
    """Who agrees that the care was as ordered (prestatieakkoord)."""
    PRIVACY_OFFICER = "privacy-officer"
    ADMINISTRATOR = "administrator"
    """Runs the installation; sees no case."""
    AUDITOR = "auditor"
    """Reads, and changes nothing."""


class LoginStep(StrEnum):
    """How far somebody is with logging in."""

    OPEN = "open"
    """All the way."""
    CODE = "code"
    """The password was right; the code of the second step is awaited."""
    ENROL = "enrol"
    """The password was right; the second step must be set up first."""


class Judgement(StrEnum):
    """What the privacy officer made of an incident."""

    OPEN = "open"
    NONE = "no-incident"
    """Geen incident: looked at, and no breach of personal data."""
    RECORDED = "recorded"
    """A breach that is not reported to the Autoriteit Persoonsgegevens; the grounds stand in the
    register."""
    REPORTED = "reported"


class RevisionLink(StrEnum):
    """Whether an invoice comes in the place of a refused one."""

    SURE = "sure"
    POSSIBLE = "possible"
    """A person has not said."""
    APART = "apart"
    """A person said that it does not."""


def cols(*attributes: Any) -> tuple[Mapped[Any], ...]:
    """``col`` of each: what a statement selects."""
    return tuple(map(col, attributes))


class Utc(TypeDecorator[dt.datetime]):
    """A moment in UTC, aware on both databases (SQLite keeps no time zone)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(
        self, value: dt.datetime | None, _dialect: Dialect
    ) -> dt.datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without time zone")
        return value.astimezone(dt.UTC)

    def process_result_value(self, value: Any, _dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        moment: dt.datetime = value
        return moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment.astimezone(dt.UTC)


_NEVER_TWICE = {"sqlite_autoincrement": True}
"""No id is given again after its row went: a higher id is a later commit, by which a worker sees
what was decided meanwhile."""


def _one_of(column: str, states: type[StrEnum]) -> str:
    return f"{column} IN ({', '.join(repr(str(state)) for state in states)})"


def _partial(name: str, where: str, *columns: str) -> Index:
    """An index of a few rows only. A statement gets it when it says the same, in these words
    (``IS NOT NULL``: by comparing)."""
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))


def _mail_key(index: bool = False) -> Column[str]:
    return _goes_with("reference", "mail.reference", nullable=False, index=index)


def _goes_with(name: str, row: str, **options: Any) -> Column[str]:
    """A column that names a row of another table, and goes with it."""
    return Column(name, ForeignKey(row, ondelete="CASCADE"), **options)


class MailRow(SQLModel, table=True):
    """One kept mail, which is one case."""

    __tablename__ = "mail"
    __table_args__ = (
        CheckConstraint(_one_of("state", CaseState), name="mail_state"),
        CheckConstraint("(state = 'received') = (decided_at IS NULL)", name="mail_decided"),
        CheckConstraint("(state = 'waiting') = (deadline IS NOT NULL)", name="mail_deadline"),
        CheckConstraint("remind_on IS NULL OR state = 'waiting'", name="mail_remind"),
        CheckConstraint("state <> 'received' OR due", name="mail_received_is_due"),
        CheckConstraint("NOT due OR decided_by IS NULL", name="mail_due"),
        CheckConstraint(
            "lease_token IS NULL OR (due AND hold_until IS NOT NULL)", name="mail_lease"
        ),
        CheckConstraint("state <> 'accepted' OR decided_by IS NOT NULL", name="mail_accepted"),
        Index("mail_state", "state", "sequence"),
        Index("mail_post", "state", "post", "sequence"),
        Index(
            "mail_due_index", "sequence", sqlite_where=text("due = 1"), postgresql_where=text("due")
        ),
        _partial("mail_deadline_index", "deadline IS NOT NULL", "deadline"),
        _partial("mail_remind_index", "remind_on IS NOT NULL", "remind_on"),
    )

    sequence: int | None = Field(default=None, primary_key=True)
    reference: str = Field(unique=True, max_length=12)
    state: str = CaseState.RECEIVED
    version: int = 1
    """Counts the changes that a person could have seen; a decision on an older one is a
    Conflict."""
    received_at: dt.datetime = Field(sa_type=Utc, index=True)
    key_period: str
    wrapped_key: bytes
    envelope: bytes
    """Sealed."""
    municipality: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    """The name of the profile that the case goes by."""

    due: bool = True
    """There is work to do for a worker (now, or when the hold ends)."""
    lease_token: str | None = None
    hold_boot: str | None = None
    hold_until: float | None = None
    """Nobody else takes it before this moment of the lease clock (clock.py): a lease, or a pause
    before a retry."""
    attempts: int = 0
    slow: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """It needs work that takes long and was given back: a worker takes it only when it has a place
    for such a mail."""
    wakes: int = 0
    """How often something came that a waiting mail must be looked at again for."""

    deadline: dt.date | None = None
    remind_on: dt.date | None = None
    """The day of the reminder of a waiting mail, until it was written."""
    decided_at: dt.datetime | None = Field(default=None, sa_type=Utc)
    decided_by: str | None = None
    """A user; None when the rules decided."""
    post: str | None = None
    """What it is, when a person wrote it and no invoice came (``PostKind``)."""
    invoices: int = 0
    rest_open: bool | None = None
    """Something beside its invoices could not be read; False: a person closed that."""
    brings: bool | None = None
    """A mail without an invoice: whether it may bring the attachment of one. None: not known."""
    rejects: int = 0
    reviews: int = 0


class SealedRow(SQLModel, table=True):
    """One piece of content, sealed with the data key of its mail."""

    __tablename__ = "sealed"
    __table_args__ = (UniqueConstraint("reference", "kind", "path", name="sealed_once"),)

    id: int | None = Field(default=None, primary_key=True)
    reference: str = Field(sa_column=_mail_key())
    kind: str
    path: str = ""
    data: bytes


class IdentityRow(SQLModel, table=True):
    """By which a mail that comes again is known: one keyed hash belongs to one mail."""

    __tablename__ = "identity"

    hash: str = Field(primary_key=True, max_length=64)
    reference: str = Field(sa_column=_mail_key(index=True))


class TraitRow(SQLModel, table=True):
    """Keyed hashes to find a case by: Message-ID of its thread, sender, search term."""

    __tablename__ = "trait"
    __table_args__ = (Index("trait_hash", "kind", "hash", "reference"),)

    id: int | None = Field(default=None, primary_key=True)
    reference: str = Field(sa_column=_mail_key(index=True))
    kind: str
    hash: str = Field(max_length=64)


FACTS = (
    "supplier_name", "kvk", "vat_id", "iban", "number", "issued_on", "net_cents", "vat_cents", "gross_cents"
)  # fmt: skip
"""Columns of an invoice that say what stands on it."""


_COUNTED_BY = (
    "received_on", "municipality", "state", "settled_after", "due_on", "kind", "reference", "path"
)  # fmt: skip
"""Columns of an invoice that its figures follow from: with all of them in one index, the rows are not
looked at."""
_NOT_ACCEPTED = "state NOT IN ('accepted', 'exported', 'reversed')"


class InvoiceRow(SQLModel, table=True):
    """One read invoice that is its mail's own: how it stands itself, keyed hashes to know its
    number again, and its business facts.
    """

    __tablename__ = "invoice"
    __table_args__ = (
        CheckConstraint(
            f"NOT facts_sealed OR ({' AND '.join(f'{fact} IS NULL' for fact in FACTS)})",
            name="invoice_facts_sealed",
        ),
        CheckConstraint(_one_of("state", InvoiceState), name="invoice_state"),
        CheckConstraint("(decided_by IS NULL) = (decided_at IS NULL)", name="invoice_decided"),
        CheckConstraint(
            "state NOT IN ('approved-once', 'accepted', 'exported', 'reversed')"
            " OR decided_by IS NOT NULL",
            name="invoice_accepted",
        ),
        CheckConstraint(
            "first_by IS NULL OR"
            " (state IN ('approved-once', 'accepted', 'exported', 'reversed')"
            " AND first_by <> decided_by)",
            name="invoice_first_by",
        ),
        CheckConstraint(
            f"NOT asks_second OR first_by IS NOT NULL OR {_NOT_ACCEPTED}", name="invoice_second"
        ),
        CheckConstraint(
            f"NOT asks_content OR content_by IS NOT NULL OR {_NOT_ACCEPTED}", name="invoice_content"
        ),
        CheckConstraint(
            "content_by IS NULL OR (content_by <> coalesce(decided_by, '')"
            " AND content_by <> coalesce(first_by, ''))",
            name="invoice_content_by",
        ),
        CheckConstraint(
            "mandate_cents IS NULL OR gross_cents IS NULL OR abs(gross_cents) <= mandate_cents"
            f" OR {_NOT_ACCEPTED}",
            name="invoice_mandate",
        ),
        Index("invoice_of_kvk", "kvk", "id"),
        Index("invoice_of_vat_id", "vat_id", "id"),
        Index("invoice_of_iban", "iban", "id"),
        Index("invoice_of_state", "municipality", "state", "id"),
        Index("invoice_figures", *_COUNTED_BY),
        _NEVER_TWICE,
    )

    id: int | None = Field(default=None, primary_key=True)
    """Another one after each change, so that it is the version of the invoice too."""
    reference: str = Field(sa_column=_mail_key(index=True))
    path: str
    state: str
    decided_by: str | None = None
    """A user; None when the rules decided. What a person decided the rules leave alone."""
    decided_at: dt.datetime | None = Field(default=None, sa_type=Utc)
    why: bytes | None = None
    """Sealed."""
    first_by: str | None = None
    """Who gave the first accept, of an invoice that two persons accepted."""
    settled_after: int | None = Field(default=None, sa_type=BigInteger)
    """Seconds from receipt until it stood accepted or refused, by whomever; None: it never did."""
    asks_second: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """Two persons must accept it; so it was seen at the first accept, and so it stays."""
    asks_content: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """A reviewer of care must agree with it too; seen at the first accept."""
    content_by: str | None = None
    """The reviewer who agreed with what was delivered (prestatieakkoord)."""
    content_at: dt.datetime | None = Field(default=None, sa_type=Utc)
    mandate_cents: int | None = Field(default=None, sa_type=BigInteger)
    """Up to which total those who accepted it may do so, by the higher mandate (``mandates.ANY``: any);
    None: it was accepted before this was kept, so that whoever accepts it next needs one."""
    number_hash: str | None = Field(default=None, max_length=64, index=True)
    """None for an invoice without a number, which cannot be known again."""
    kvk_hash: str | None = Field(default=None, max_length=64)
    vat_hash: str | None = Field(default=None, max_length=64)
    name_hash: str | None = Field(default=None, max_length=64)
    content_hash: str | None = Field(default=None, max_length=64)
    """Of date and amount; None when either is not known."""

    municipality: str | None = Field(default=None, index=True)
    mailbox: str | None = None
    received_on: dt.date | None = None
    due_on: dt.date | None = Field(default=None, index=True)
    """The last day to pay, by the municipality's own term."""
    assigned_to: str | None = Field(default=None, index=True)
    """A user, whose work it is until it is decided."""
    later_until: dt.date | None = None
    """The day on which an invoice that was put aside stands open again."""
    kind: str | None = None
    """None: of a version before there were these columns, and its record does not open."""
    facts_sealed: bool = Field(default=True, sa_column_kwargs={"server_default": true()})
    """A client may be recognised on it: what follows is kept with its verdict only, until a person
    has judged it (business_facts.py)."""
    supplier_name: str | None = Field(default=None, index=True)
    kvk: str | None = None
    vat_id: str | None = None
    iban: str | None = None
    number: str | None = Field(default=None, index=True)
    issued_on: dt.date | None = Field(default=None, index=True)
    net_cents: int | None = Field(default=None, sa_type=BigInteger)
    vat_cents: int | None = Field(default=None, sa_type=BigInteger)
    gross_cents: int | None = Field(default=None, sa_type=BigInteger, index=True)


class FaultRow(SQLModel, table=True):
    """Why an invoice stands refused, to count by: the name of a check, one row each. What it found
    stands sealed with the case.
    """

    __tablename__ = "fault"
    __table_args__ = {"sqlite_with_rowid": False}

    reference: str = Field(sa_column=_goes_with("reference", "mail.reference", primary_key=True))
    path: str = Field(primary_key=True)
    check_id: str = Field(primary_key=True)
    """Or ``faults.OWN_WORDS``."""


class CorrectionRow(SQLModel, table=True):
    """That a person corrected a fact of an invoice, to count by; what it is stands sealed with the
    case. It outlives the case.
    """

    __tablename__ = "correction"

    id: int | None = Field(default=None, primary_key=True)
    at: dt.datetime = Field(sa_type=Utc, index=True)
    fact: str
    municipality: str
    kvk: str | None = None
    """Of the supplier, as it was read; None when its facts are sealed."""


_EXACT = String().with_variant(String(collation="C"), "postgresql")
"""Compared by its bytes, so that the beginnings of words are found by an index."""
NEVER = dt.date(9999, 12, 31)
"""The last day to pay of what is not paid."""


class WorklistRow(SQLModel, table=True):
    """One line of the worklist: an invoice, or a mail in which none was read.

    It follows from the other tables and is written anew at each event of its case
    (worklist_rows.py).
    """

    __tablename__ = "worklist"
    __table_args__ = (
        UniqueConstraint("reference", "path", name="worklist_once"),
        CheckConstraint(_one_of("view", View), name="worklist_view"),
        Index("worklist_received", "view", "received_on", "sequence"),
        Index("worklist_due", "view", "due_on", "sequence"),
        Index("worklist_supplier", "view", "supplier", "sequence"),
        Index("worklist_amount", "view", "cents", "sequence"),
        Index("worklist_kvk", "view", "kvk", "sequence"),
        Index("worklist_municipality", "view", "municipality", "sequence"),
        Index("worklist_of_amount", "cents", "sequence"),
        Index("worklist_of_kvk", "kvk", "view"),
        Index("worklist_figures", "received_on", "municipality", "state", "position", "path"),
        Index("worklist_assigned", "assigned", "view", "received_on", "sequence"),
        Index("worklist_content", "content", "view", "received_on", "sequence"),
    )

    id: int | None = Field(default=None, primary_key=True)
    reference: str = Field(sa_column=_mail_key())
    path: str
    """Of the invoice; empty for a mail without one."""
    sequence: int
    """Of its mail, by which all rows have an order."""
    view: str
    state: str
    """Of the invoice, or of the mail."""
    why: str = ""
    """Why an invoice without a point is not in the fast lane, a code."""
    position: int = 1
    together: int = 1
    """How many invoices its mail has; this is the one at ``position``."""
    received_on: dt.date
    due_on: dt.date
    municipality: str
    supplier: str = Field(default="", sa_type=_EXACT)
    """Without capitals and accents; empty when it is sealed or unknown."""
    kvk: str = ""
    cents: int = Field(default=0, sa_type=BigInteger)
    """The total; nought when it is sealed or unknown."""
    assigned: str = ""
    """The user who has it in hand; empty: whoever takes it."""
    content: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """A reviewer of care must agree with what was delivered, before or after the accept."""


class WorklistWordRow(SQLModel, table=True):
    """What a row of the worklist is found by: beginnings of words, and every end of a number.

    Plain business facts only (docs/decisions/25): nothing of an invoice whose facts are sealed.
    """

    __tablename__ = "worklist_word"
    __table_args__ = {"sqlite_with_rowid": False}

    word: str = Field(sa_column=Column("word", _EXACT, primary_key=True))
    reference: str = Field(
        sa_column=_goes_with("reference", "mail.reference", primary_key=True, index=True)
    )
    path: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    """What was written there: the name of a fact."""


class RevisionRow(SQLModel, table=True):
    """An invoice, and the refused one of an earlier mail in whose place it comes (revisions.py)."""

    __tablename__ = "revision"
    __table_args__ = (CheckConstraint(_one_of("link", RevisionLink), name="revision_link"),)

    reference: str = Field(sa_column=_goes_with("reference", "mail.reference", primary_key=True))
    path: str = Field(primary_key=True)
    of_reference: str = Field(
        sa_column=_goes_with("of_reference", "mail.reference", nullable=False, index=True)
    )
    of_path: str
    link: str
    said_by: str | None = None
    """A user; None when the rules found it."""


class OpenedRow(SQLModel, table=True):
    """Who has a case open now; it counts for some minutes."""

    __tablename__ = "opened"

    reference: str = Field(sa_column=_goes_with("reference", "mail.reference", primary_key=True))
    user: str = Field(primary_key=True)
    at: dt.datetime = Field(sa_type=Utc, index=True)


class SavedViewRow(SQLModel, table=True):
    """A view of the worklist that a user keeps; its name and filters are sealed."""

    __tablename__ = "saved_view"

    id: int | None = Field(default=None, primary_key=True)
    person: str = Field(sa_column=_goes_with("person", "person.name", nullable=False, index=True))
    sealed: bytes


class BatchRow(SQLModel, table=True):
    """Invoices that went to the finance package together."""

    __tablename__ = "batch"
    __table_args__ = (
        CheckConstraint(_one_of("state", BatchState), name="batch_state"),
        _NEVER_TWICE,
    )

    number: int | None = Field(default=None, primary_key=True)
    municipality: str = Field(index=True)
    state: str
    made_by: str
    made_at: dt.datetime = Field(sa_type=Utc)
    count: int
    total_cents: int = Field(sa_type=BigInteger)
    checksum: str = Field(max_length=64)
    """Of the checksums of its invoices, in their order."""
    cost_centre: str
    """How it is booked, as the profile said when it was made; so are the three that follow."""
    cost_type: str
    task_field: str
    vat_code: str


class BatchInvoiceRow(SQLModel, table=True):
    """One invoice of a batch; no invoice is in two, but for its reversal."""

    __tablename__ = "batch_invoice"
    __table_args__ = (UniqueConstraint("reference", "path", "reverses", name="exported_once"),)

    id: int | None = Field(default=None, primary_key=True)
    batch: int = Field(foreign_key="batch.number", index=True)
    position: int
    reference: str = Field(sa_column=_mail_key())
    path: str
    checksum: str = Field(max_length=64)
    """Of what was handed over (``Booking.checksum``)."""
    paid_on: dt.date | None = None
    """As the finance package told."""
    blocked: str | None = None
    """Betaalblokkade: the finance package's own short code."""
    reverses: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """This takes back what left before."""
    creditor_number: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    """Crediteurnummer, as the register of suppliers had it when the batch was made."""
    cost_centre: str | None = None
    """How it is booked, as it was when the batch was made; so are the five that follow. None: made by
    an older version, and booked as its batch says."""
    cost_type: str | None = None
    task_field: str | None = None
    vat_code: str | None = None
    order_number: str | None = None
    due_on: dt.date | None = None


class CodingRow(SQLModel, table=True):
    """How a person chose to book an invoice; what is NULL follows as for any other (coding.py)."""

    __tablename__ = "coding"

    reference: str = Field(sa_column=_goes_with("reference", "mail.reference", primary_key=True))
    path: str = Field(primary_key=True)
    cost_centre: str | None = None
    cost_type: str | None = None
    task_field: str | None = None
    vat_code: str | None = None
    order_number: str | None = None
    due_on: dt.date | None = None
    chosen_by: str
    chosen_at: dt.datetime = Field(sa_type=Utc)


class ReversalRow(SQLModel, table=True):
    """Storno: who took back an invoice that had left, and why."""

    __tablename__ = "reversal"
    __table_args__ = (UniqueConstraint("reference", "path", name="reversed_once"),)

    id: int | None = Field(default=None, primary_key=True)
    reference: str = Field(sa_column=_mail_key())
    path: str
    asked_by: str
    asked_at: dt.datetime = Field(sa_type=Utc)
    why: bytes
    """Sealed."""


class SupplierRow(SQLModel, table=True):
    """A supplier in the register of one municipality (supplier_register.py)."""

    __tablename__ = "supplier"
    __table_args__ = (
        UniqueConstraint("municipality", "kvk", name="supplier_kvk_once"),
        Index("supplier_by_name", "municipality", "name", "id"),
        Index("supplier_by_vat_id", "municipality", "vat_id"),
        _NEVER_TWICE,
    )

    id: int | None = Field(default=None, primary_key=True)
    municipality: str
    kvk: str | None = None
    vat_id: str | None = None
    name: str
    street: str = ""
    postcode: str = ""
    city: str = ""
    creditor_number: str = ""
    notes: str = ""
    """Typed by a person; what could be a BSN is refused."""
    cost_centre: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    """How its invoices are booked, where that is not as for others; so are the four that follow."""
    cost_type: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    task_field: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    vat_code: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    order_number: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    search: str
    """Names, numbers and place without capitals and accents."""
    version: int = 1
    changed_at: dt.datetime = Field(sa_type=Utc)


def _supplier_key() -> Column[Any]:
    return _goes_with("supplier", "supplier.id", nullable=False)


class SupplierFactRow(SQLModel, table=True):
    """A further name, address or mail domain of a supplier."""

    __tablename__ = "supplier_fact"
    __table_args__ = (
        CheckConstraint("kind IN ('name', 'address', 'domain')", name="supplier_fact_kind"),
        UniqueConstraint("supplier", "kind", "value", name="supplier_fact_once"),
    )

    id: int | None = Field(default=None, primary_key=True)
    supplier: int = Field(sa_column=_supplier_key())
    kind: str
    value: str


class SupplierAccountRow(SQLModel, table=True):
    """An account of a supplier; nobody approves what they added."""

    __tablename__ = "supplier_account"
    __table_args__ = (
        CheckConstraint(
            "(approved_by IS NULL) = (approved_on IS NULL)", name="supplier_account_approved"
        ),
        CheckConstraint(
            "approved_by IS NULL OR approved_by <> added_by", name="supplier_account_second_person"
        ),
        UniqueConstraint("supplier", "iban", name="supplier_account_once"),
        Index("supplier_account_iban", "iban"),
    )

    id: int | None = Field(default=None, primary_key=True)
    supplier: int = Field(sa_column=_supplier_key())
    iban: str
    since: dt.date
    last_day: dt.date | None = None
    added_by: str
    approved_by: str | None = None
    approved_on: dt.date | None = None


class SupplierContractRow(SQLModel, table=True):
    """A period in which a supplier has a contract, or is known to have none."""

    __tablename__ = "supplier_contract"
    __table_args__ = (
        CheckConstraint(_one_of("scope", ContractScope), name="supplier_contract_scope"),
        CheckConstraint("last_day IS NULL OR last_day >= first_day", name="supplier_contract_days"),
        UniqueConstraint("supplier", "scope", "first_day", name="supplier_contract_once"),
    )

    id: int | None = Field(default=None, primary_key=True)
    supplier: int = Field(sa_column=_supplier_key())
    scope: str
    first_day: dt.date
    last_day: dt.date | None = None


class SupplierAgreementRow(SQLModel, table=True):
    """An agreement by which care without a contract is paid."""

    __tablename__ = "supplier_agreement"
    __table_args__ = (
        CheckConstraint(_one_of("kind", AgreementKind), name="supplier_agreement_kind"),
        CheckConstraint(
            "last_day IS NULL OR last_day >= first_day", name="supplier_agreement_days"
        ),
        UniqueConstraint("supplier", "kind", "number", "product", name="supplier_agreement_once"),
    )

    id: int | None = Field(default=None, primary_key=True)
    supplier: int = Field(sa_column=_supplier_key())
    kind: str
    number: str
    product: str = ""
    first_day: dt.date
    last_day: dt.date | None = None
    ceiling_cents: int | None = Field(default=None, sa_type=BigInteger)


class RegisterAnswerRow(SQLModel, table=True):
    """What a public register said of one number, and when it was asked."""

    __tablename__ = "register_answer"
    __table_args__ = (CheckConstraint(_one_of("kind", AnswerKind), name="register_answer_kind"),)

    source: str = Field(primary_key=True)
    number: str = Field(primary_key=True)
    asked_at: dt.datetime = Field(sa_type=Utc, index=True)
    kind: str
    names: str = ""
    """One a line, and so are the next two."""
    postcodes: str = ""
    cities: str = ""
    ended_on: dt.date | None = None
    inactive: bool = False


class ApiTokenRow(SQLModel, table=True):
    """By which another program is let in, and for what."""

    __tablename__ = "api_token"

    name: str = Field(primary_key=True)
    hash: str = Field(unique=True, max_length=64)
    """Keyed; the token itself is shown once, when it is made."""
    scopes: str
    """With a space between them."""
    valid_until: dt.date
    made_at: dt.datetime = Field(sa_type=Utc)
    seen_at: dt.datetime | None = Field(default=None, sa_type=Utc)


class CareRow(SQLModel, table=True):
    """Keyed hashes of one declared care line, to know the same care again, and its days."""

    __tablename__ = "care"
    __table_args__ = _NEVER_TWICE

    id: int | None = Field(default=None, primary_key=True)
    reference: str = Field(sa_column=_mail_key(index=True))
    code_hash: str | None = Field(default=None, max_length=64, index=True)
    """Of client and product code."""
    words_hash: str | None = Field(default=None, max_length=64, index=True)
    """Of client and description of the product."""
    first_day: dt.date
    last_day: dt.date


class HoldRow(SQLModel, table=True):
    """A case that may not be destroyed whatever its term says; its mail cannot be deleted while
    this row stands.
    """

    __tablename__ = "hold"

    reference: str = Field(
        sa_column=Column("reference", ForeignKey("mail.reference"), primary_key=True)
    )
    at: dt.datetime = Field(sa_type=Utc)
    who: str
    why: bytes
    """Sealed."""


class RestrictionRow(SQLModel, table=True):
    """A case about somebody who asked that their data be left alone (AVG art. 18)."""

    __tablename__ = "restriction"

    reference: str = Field(sa_column=_goes_with("reference", "mail.reference", primary_key=True))
    at: dt.datetime = Field(sa_type=Utc)
    who: str
    why: str
    """A code of a short list."""


class DestroyedRow(SQLModel, table=True):
    """What was destroyed, for the declaration (verklaring van vernietiging) and to find it again in
    a restored backup.
    """

    __tablename__ = "destroyed"
    __table_args__ = (UniqueConstraint("reference", "kind", name="destroyed_once"),)

    id: int | None = Field(default=None, primary_key=True)
    reference: str = Field(max_length=12)
    kind: str
    key_period: str
    state: str
    received_on: dt.date
    decided_on: dt.date
    ended_on: dt.date
    """The first day on which it could be destroyed."""
    ground: str
    list_number: str = Field(index=True)
    approved_by: str
    at: dt.datetime = Field(sa_type=Utc)


class CompanionRow(SQLModel, table=True):
    """A later mail that brought what an earlier one waits for."""

    __tablename__ = "companion"

    reference: str = Field(sa_column=_goes_with("reference", "mail.reference", primary_key=True))
    companion: str = Field(
        sa_column=_goes_with("companion", "mail.reference", primary_key=True, index=True)
    )
    paired_by: str | None = None
    """A user; None when the rules paired them."""
    apart: bool = False
    """A user took them apart: the rules never pair them again."""


class EventRow(SQLModel, table=True):
    """What happened to a case; ``detail`` is sealed."""

    __tablename__ = "event"
    __table_args__ = (_partial("event_corrected", "code = 'corrected'", "reference"),)

    id: int | None = Field(default=None, primary_key=True)
    reference: str = Field(sa_column=_mail_key(index=True))
    at: dt.datetime = Field(sa_type=Utc)
    code: str
    actor: str | None = None
    detail: bytes | None = None


class IncidentRow(SQLModel, table=True):
    """Client data in a wrong place, for the privacy officer's register (AVG art. 33 lid 5).

    It outlives its mail, without its words.
    """

    __tablename__ = "incident"
    __table_args__ = (
        CheckConstraint(_one_of("judgement", Judgement), name="incident_judgement"),
        CheckConstraint(
            "judgement = 'open' OR (known_at IS NOT NULL AND decided_by IS NOT NULL AND decided_at"
            " IS NOT NULL)",
            name="incident_decided",
        ),
        UniqueConstraint("reference", "kind", name="incident_once"),
    )

    id: int | None = Field(default=None, primary_key=True)
    reference: str = Field(max_length=12)
    at: dt.datetime = Field(sa_type=Utc)
    """Discovered."""
    kind: str
    place: str
    judgement: str = Field(default=Judgement.OPEN, index=True)
    version: int = 1
    known_at: dt.datetime | None = Field(default=None, sa_type=Utc)
    """When a person knew of it: the 72 hours of art. 33 lid 1 count from here."""
    report: bytes | None = None
    """What the privacy officer wrote, sealed with the case's key."""
    decided_by: str | None = None
    decided_at: dt.datetime | None = Field(default=None, sa_type=Utc)
    people: int | None = None
    """Whose data it was about (AVG art. 33 lid 3 a): how many, and what stands below, are kept
    when the mail goes."""
    people_kinds: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    """With a space between them."""
    data_kinds: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    told: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    """Whether the people were told (art. 34): a code; empty as long as nobody said so."""
    told_on: dt.date | None = None
    reported_on: dt.date | None = None
    report_number: str | None = None
    """Of the Autoriteit Persoonsgegevens."""


class ReplyRow(SQLModel, table=True):
    """The outbox: one composed reply. Written in the verdict's own transaction."""

    __tablename__ = "reply"
    __table_args__ = (
        CheckConstraint(_one_of("state", ReplyState), name="reply_state"),
        CheckConstraint(
            "state NOT IN ('sending', 'sent', 'bounced') OR started_at IS NOT NULL",
            name="reply_started",
        ),
        CheckConstraint(
            "(state = 'sending') = (hold_until IS NOT NULL AND state <> 'deferred')",
            name="reply_sending",
        ),
        UniqueConstraint("reference", "number", name="reply_number"),
        _partial("reply_sender", "counted_at IS NOT NULL", "sender_hash", "counted_at"),
        _partial("reply_domain", "counted_at IS NOT NULL", "domain_hash", "counted_at"),
        _partial("reply_counted", "counted_at IS NOT NULL", "counted_at"),
        _partial("reply_not_receipt", "kind <> 'receipt'", "reference", "kind", "state"),
        _partial("reply_unsent", "state NOT IN ('sent', 'dropped')", "state", "reference"),
        _partial("reply_draft", "draft_id IS NOT NULL", "draft_id"),
        _partial("reply_draft_message", "draft_message_id IS NOT NULL", "draft_message_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    reference: str = Field(sa_column=_mail_key())
    number: int
    """Counts the replies of the case, from 1."""
    kind: str
    state: str
    held: str | None = None
    """Why it does not leave by itself, a code."""
    message_id: str = Field(unique=True)
    sender_hash: str = Field(max_length=64)
    domain_hash: str = Field(max_length=64)
    composed: bytes
    """The reply, sealed."""
    created_at: dt.datetime = Field(sa_type=Utc)
    counted_at: dt.datetime | None = Field(default=None, sa_type=Utc)
    """When it was let go; the budgets count these."""
    confirmed_by: str | None = None
    not_before: dt.datetime | None = Field(default=None, sa_type=Utc)
    """A person let it go, and may think better of it until then; None: nothing to wait for."""
    written_by: str | None = None
    """The user who refused with it; None: the rules wrote it."""
    tells_of: str | None = None
    """Paths of the invoices that it refuses, a line each; None: it is about the mail as a whole, or of
    before this was kept, and then it may tell of each."""
    token: str | None = None
    hold_boot: str | None = None
    hold_until: float | None = None
    attempts: int = 0
    started_at: dt.datetime | None = Field(default=None, sa_type=Utc)
    ended_at: dt.datetime | None = Field(default=None, sa_type=Utc)
    sent_by: str | None = None
    """The mailbox whose draft it is, or is to be; None: it goes through the smarthost."""
    draft_id: str | None = None
    """By which the mailbox knows the draft; None: there is none that was not seen to."""
    draft_message_id: str | None = None
    """Message-ID that the mailbox gave it: a bounce names this one."""


class UserRow(SQLModel, table=True):
    """A person who may log in to the review page."""

    __tablename__ = "person"
    __table_args__ = (Index("person_subject", "subject", unique=True),)

    name: str = Field(primary_key=True)
    password_hash: str
    created_at: dt.datetime = Field(sa_type=Utc)
    roles: str = Field(default=Role.CLERK, sa_column_kwargs={"server_default": text("'clerk'")})
    """With a space between them."""
    subject: str | None = Field(default=None, max_length=64)
    """Keyed hash of who this is to the municipality's own login (OIDC); None: a local account."""
    factor: str | None = None
    """Number that the secret of the second step is made of (second_factor.py); None: there is no
    second step."""
    factor_step: int | None = Field(default=None, sa_type=BigInteger)
    """The newest half minute of which a code was taken: none is taken twice."""
    recovery: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    """Keyed hashes of the recovery codes that are left, with a space between them."""


class SessionRow(SQLModel, table=True):
    """A login of the review page; the cookie's token stands here as a keyed hash only."""

    __tablename__ = "web_session"
    __table_args__ = (CheckConstraint(_one_of("step", LoginStep), name="web_session_step"),)

    token_hash: str = Field(primary_key=True, max_length=64)
    user: str = Field(sa_column=_goes_with("person", "person.name", nullable=False, index=True))
    csrf: str
    created_at: dt.datetime = Field(sa_type=Utc)
    seen_at: dt.datetime = Field(sa_type=Utc)
    step: str = Field(default=LoginStep.OPEN, sa_column_kwargs={"server_default": text("'open'")})
    id_token: bytes | None = None
    """Of the municipality's own login, to end that too; opens with the cookie's token only."""


class LoginAttemptRow(SQLModel, table=True):
    """A login that failed, or is being looked at: keyed hashes of whose name was typed and where
    from.
    """

    __tablename__ = "login_attempt"

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=64, index=True)
    address: str = Field(max_length=64, index=True)
    browser: str | None = Field(max_length=64, index=True)
    """A browser that this person logged in from before; None: a stranger's."""
    at: dt.datetime = Field(sa_type=Utc, index=True)


class ProviderRow(SQLModel, table=True):
    """A provider (aanbieder) and, sealed with a data key of its own, who it is."""

    __tablename__ = "provider"

    id: str = Field(primary_key=True)
    kvk_hash: str = Field(unique=True, max_length=64)
    email_hash: str = Field(index=True, max_length=64)
    key_period: str
    wrapped_key: bytes
    details: bytes
    created_at: dt.datetime = Field(sa_type=Utc)


class ProviderPasswordRow(SQLModel, table=True):
    """A password agreed with a provider for its attachments, wrapped."""

    __tablename__ = "provider_password"

    id: str = Field(primary_key=True)
    provider: str = Field(
        sa_column=_goes_with("provider", "provider.id", nullable=False, index=True)
    )
    wrapped: bytes
    valid_from: dt.date
    valid_until: dt.date | None = None
    created_at: dt.datetime = Field(sa_type=Utc)


class MailboxRow(SQLModel, table=True):
    """A watched mailbox: its first start."""

    __tablename__ = "mailbox"

    account: str = Field(primary_key=True)
    first_start: dt.datetime = Field(sa_type=Utc)
    done_uidvalidity: int | None = Field(default=None, sa_type=BigInteger)
    done_uidnext: int | None = Field(default=None, sa_type=BigInteger)
    """The folder of kept mails as our last move left it: what has a higher UID was put there by
    another hand."""
    reread_since: dt.datetime | None = Field(default=None, sa_type=Utc)
    """After a restore, until it is done: what came to that folder since is read again."""


class LedgerRow(SQLModel, table=True):
    """One message of a mailbox that we have looked at."""

    __tablename__ = "ledger"
    __table_args__ = (
        UniqueConstraint("account", "folder", "uidvalidity", "uid", name="ledger_once"),
        _partial("ledger_unfinished", "state NOT IN ('done', 'deleted')", "account", "state"),
    )

    id: int | None = Field(default=None, primary_key=True)
    account: str
    folder: str
    uidvalidity: int = Field(sa_type=BigInteger)
    uid: int = Field(sa_type=BigInteger)
    state: str
    reference: str | None = Field(default=None, index=True)
    content_hash: str | None = Field(default=None, max_length=64)
    at: dt.datetime = Field(sa_type=Utc)


IMPORTED = "import"
"""The source of old mail that somebody had read in: nothing of it is ever answered."""


class ArrivalKind(StrEnum):
    """What came in by a door."""

    FIRST = "first"
    """A mail that was not here yet."""
    AGAIN = "again"
    LEFT_OUT = "left-out"
    """Only its header: the mail stays in its mailbox."""
    CAME_IN = "came-in"
    """As before, and the mail came in after all, as another case."""


class ArrivalRow(SQLModel, table=True):
    """A mail came in by a door. It stays when the mail goes, so that what is not there shows."""

    __tablename__ = "arrival"
    __table_args__ = (
        CheckConstraint(_one_of("kind", ArrivalKind), name="arrival_kind"),
        Index("arrival_of_source", "source", "received_on"),
        Index("arrival_at", "source", "at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    at: dt.datetime = Field(sa_type=Utc)
    """When we took it."""
    received_on: dt.date = Field(index=True)
    """In Amsterdam, as that source tells."""
    source: str
    reference: str = Field(max_length=12, index=True)
    kind: str


class DayReportRow(SQLModel, table=True):
    """What became of all mails of one day and source (day_reports.py). None is ever changed: one
    that is made again is a row of its own.
    """

    __tablename__ = "day_report"
    __table_args__ = (Index("day_report_of_source", "source", "day", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    day: dt.date = Field(index=True)
    source: str
    made_at: dt.datetime = Field(sa_type=Utc)
    mails: int
    closed: bool
    report: bytes
    """All of it; its hash stands in the chain of the audit."""
    audit_sequence: int


class PostLinkRow(SQLModel, table=True):
    """A mail without an invoice is about another case, a person said."""

    __tablename__ = "post_link"

    reference: str = Field(sa_column=_goes_with("reference", "mail.reference", primary_key=True))
    about: str = Field(sa_column=_goes_with("about", "mail.reference", nullable=False, index=True))


class LeftOutRow(SQLModel, table=True):
    """One message of a mailbox that could not be taken in, until it comes in after all."""

    __tablename__ = "left_out"
    __table_args__ = (
        UniqueConstraint("account", "folder", "uidvalidity", "uid", name="left_out_once"),
    )

    id: int | None = Field(default=None, primary_key=True)
    account: str
    folder: str
    uidvalidity: int = Field(sa_type=BigInteger)
    uid: int = Field(sa_type=BigInteger)
    why: str
    size: int | None = Field(default=None, sa_type=BigInteger)
    """Bytes, as far as the server tells."""
    tries: int = 0
    since: dt.datetime = Field(sa_type=Utc)
    again_at: dt.datetime | None = Field(default=None, sa_type=Utc)
    """When it is tried again; None: never, or when the limit allows its size."""
    gone: bool = False
    """It stands in its folder no more."""
    reference: str | None = Field(
        default=None, sa_column=_goes_with("reference", "mail.reference", index=True)
    )
    """The case that keeps its header; None while it has failed too few times to be one."""


class AuditRow(SQLModel, table=True):
    """One reading of content by a person; each row's hash covers the one before."""

    __tablename__ = "audit"
    __table_args__ = (Index("audit_who", "who", "at"), Index("audit_what", "what", "at"))

    sequence: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: dt.datetime = Field(sa_type=Utc)
    who: str
    reference: str = Field(index=True)
    what: str
    why: bytes | None = None
    """Sealed with the case's key: a person may have typed it."""
    result: str
    hash: str = Field(max_length=64)


class HealthRow(SQLModel, table=True):
    """How one part of the installation does, for `doctor` and the page."""

    __tablename__ = "health"

    part: str = Field(primary_key=True)
    good: bool
    code: str
    at: dt.datetime = Field(sa_type=Utc)


class InstallationRow(SQLModel, table=True):
    """One row: by which hash the key store that belongs to this database is known."""

    __tablename__ = "installation"

    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    key_check: str = Field(max_length=64)
    created_at: dt.datetime = Field(sa_type=Utc)
    high_water: int = Field(
        default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": text("0")}
    )
    """Only grows (high_water.py)."""
    officer_told: int = Field(
        default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": text("0")}
    )
    """The newest alarm and the newest incident that the privacy officer had a mail of."""
    officer_told_incident: int = Field(
        default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": text("0")}
    )
    day_told: dt.date | None = None
    """The newest day of which a mail told whether all of its mails were dealt with."""


class RestoreRow(SQLModel, table=True):
    """The database was put back from a copy."""

    __tablename__ = "restore"

    id: int | None = Field(default=None, primary_key=True)
    at: dt.datetime = Field(sa_type=Utc)
    as_of: dt.datetime = Field(sa_type=Utc)
    """The last moment that the copy knows of."""
    who: str
