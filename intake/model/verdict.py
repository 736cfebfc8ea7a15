"""What was decided about a mail and each of its documents."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from intake.model.attachment import Attachments
from intake.model.finding import CheckResult, Finding, Outcome, Severity
from intake.model.invoice import DocumentKind, Invoice
from intake.model.mail import PartKind, ReplyKind
from intake.model.supplier import SupplierAccount


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
class Paid:
    """One invoice that a clerk accepted before."""

    kvk: str | None
    iban: str | None = field(repr=False)
    total: Decimal | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class History:
    """What we already know of this supplier; an argument of the checks that need it."""

    earlier: tuple[EarlierInvoice, ...] = ()
    """With the same number."""
    paid: tuple[Paid, ...] = ()
    """To this supplier, the latest first; not all of them."""
    same_account: tuple[Paid, ...] = ()
    """To this account, whoever the supplier was; not all of them."""
    other_domain: str | None = None
    """The domain of the mail in hand, when none of those paid to this supplier came from it."""

    accounts: tuple[SupplierAccount, ...] = ()
    """Of this supplier, by the register."""
    account_of: tuple[str, ...] = ()
    """KvK numbers or names of other suppliers for whom the register has this account approved."""

    @property
    def in_hand(self) -> tuple[EarlierInvoice, ...]:
        """Those that are, or may still be, paid."""
        return tuple(each for each in self.earlier if each.outcome not in _NOT_PAID)


class MailOutcome(StrEnum):
    """Where a kept mail stands; exactly one."""

    QUARANTINED = "quarantined"
    WAITING = "waiting"
    REJECTED = "rejected"
    QUEUED = "queued"
    IGNORED = "ignored"


REVERSED = "reversed"
"""The outcome of an earlier invoice that was paid or booked, and taken back (storno)."""
_NOT_PAID = (MailOutcome.REJECTED, MailOutcome.IGNORED, REVERSED)


@dataclass(frozen=True, slots=True)
class CheckedDocument:
    """One file that could be an invoice: what was read of it and what the checks said, before any
    verdict.
    """

    path: str
    kind: PartKind
    file_name: str | None = field(repr=False)
    invoice: Invoice | None
    """None when it could not be read at all, or is no invoice document by its form (Word,
    picture)."""
    fault: str | None
    """Document.fault when nothing could be read."""
    page_count: int = 0
    results: tuple[CheckResult, ...] = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        return tuple(f for r in self.results for f in r.findings)

    @property
    def is_invoice(self) -> bool:
        return self.invoice is not None and self.invoice.kind in (
            DocumentKind.INVOICE,
            DocumentKind.CREDIT_NOTE,
        )


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

    @property
    def shows_no_client(self) -> bool:
        """Whether every page was read, nothing of a client was seen there and the check for anonymity
        passed: what nobody read is not known to be anonymous.
        """
        passed = any(
            result.check == "anonymity" and result.outcome is Outcome.PASSED
            for result in self.results
        )
        return passed and self.invoice.fully_read and not self.invoice.sightings

    @property
    def lacks_attachment(self) -> bool:
        """The rules refused it for its attachment: the invoice itself has no fault."""
        return (
            self.outcome is MailOutcome.REJECTED
            and bool(self.results)
            and not any(f.severity is Severity.REJECT for f in self.findings)
        )


@dataclass(frozen=True, slots=True)
class Incident:
    """Client data in a place where it does not belong, for the privacy officer to judge (AVG art.
    33 lid 5).
    """

    kind: str
    """``unsecured-attachment``, ``invoice-not-anonymous`` …"""
    where: str
    """English words for the register, no content."""


@dataclass(frozen=True, slots=True)
class Basis:
    """By what a verdict was made, so that it can be compared with one of other rules."""

    code: str
    """The version of the program."""
    rules: str
    """A hash of the checks and of what picks the verdict."""
    profile: str
    """A hash of the municipality's profile."""


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
    basis: Basis | None = None
    """None: no rules were applied, or it is of before this was kept."""


@dataclass(frozen=True, slots=True)
class Wait:
    """How a mail that is decided again has waited."""

    days: int
    """Days since receipt, or since a clerk fetched it in a portal, once its last day is past; 0 before:
    until then nothing is too late."""
    deadline: dt.date
    remind_on: dt.date | None
    """The day of its reminder, until that was written."""
    fetched: bool = False
    """A clerk just fetched in a portal what it waited for until now."""
