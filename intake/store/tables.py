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
    UniqueConstraint,
    false,
    text,
    true,
)
from sqlalchemy.orm import Mapped
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel, col

SCHEMA = "0016"
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
    ACCEPTED = "accepted"
    EXPORTED = "exported"
    """Accepted, and handed to the bookkeeping."""
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
    invoices: int = 0
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
            "state NOT IN ('accepted', 'exported') OR decided_by IS NOT NULL",
            name="invoice_accepted",
        ),
        Index("invoice_of_kvk", "kvk", "id"),
        Index("invoice_of_vat_id", "vat_id", "id"),
        Index("invoice_of_iban", "iban", "id"),
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
    number_hash: str | None = Field(default=None, max_length=64, index=True)
    """None for an invoice without a number, which cannot be known again."""
    kvk_hash: str | None = Field(default=None, max_length=64)
    vat_hash: str | None = Field(default=None, max_length=64)
    name_hash: str | None = Field(default=None, max_length=64)
    content_hash: str | None = Field(default=None, max_length=64)
    """Of date and amount; None when either is not known."""

    municipality: str | None = Field(default=None, index=True)
    mailbox: str | None = None
    received_on: dt.date | None = Field(default=None, index=True)
    due_on: dt.date | None = Field(default=None, index=True)
    """The last day to pay, by the municipality's own term."""
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
    """One invoice of a batch; no invoice is in two."""

    __tablename__ = "batch_invoice"
    __table_args__ = (UniqueConstraint("reference", "path", name="exported_once"),)

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
        _partial("reply_unsent", "state NOT IN ('sent', 'dropped')", "state", "reference"),
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
    token: str | None = None
    hold_boot: str | None = None
    hold_until: float | None = None
    attempts: int = 0
    started_at: dt.datetime | None = Field(default=None, sa_type=Utc)
    ended_at: dt.datetime | None = Field(default=None, sa_type=Utc)


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


class RestoreRow(SQLModel, table=True):
    """The database was put back from a copy."""

    __tablename__ = "restore"

    id: int | None = Field(default=None, primary_key=True)
    at: dt.datetime = Field(sa_type=Utc)
    as_of: dt.datetime = Field(sa_type=Utc)
    """The last moment that the copy knows of."""
    who: str
