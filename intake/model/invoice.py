"""What is read from an invoice, with the evidence for each value."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Generic

from intake.model.basics import Box, T
from intake.model.document import Line, Reader


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


LEFT_TO_PAY = "wat nog open staat"
"""Note of an amount beside the total: what a prepayment or an older debt leaves to pay."""


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
    def of(
        cls,
        value: T,
        evidence: Evidence | None = None,
        note: str = "",
        others: tuple[Found[T], ...] = (),
    ) -> Field[T]:
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
    OTHER = "other"
    """Not to be paid to: closed, former, for something else, or of somebody else."""
    DOUBTED = "doubted"
    """Something is said of it that a person must weigh."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Account:
    iban: str
    """Compact, as read, also when mod 97 fails."""
    role: AccountRole
    evidence: Evidence | None = None


class SightingKind(StrEnum):
    """What may identify a client on the invoice."""

    BSN_LABELLED = "bsn-labelled"
    BSN_GROUPED = "bsn-grouped"
    NAME_WITH_DETAILS = "name-with-details"
    BARE_NUMBER = "bare-number"
    INITIALS_WITH_DETAILS = "initials-with-details"
    FIRST_NAME = "first-name"

    @property
    def certain(self) -> bool:
        return self in (
            SightingKind.BSN_LABELLED,
            SightingKind.BSN_GROUPED,
            SightingKind.NAME_WITH_DETAILS,
        )


@dataclass(frozen=True, slots=True)
class Sighting:
    """A place where a client can be recognised. Never carries the value, only where it stands."""

    kind: SightingKind
    page: int | None
    box: Box | None


@dataclass(frozen=True, slots=True)
class EInvoice:
    """What is known of the e-invoice (UBL or CII, EN 16931) that an invoice was read from, or
    compared with.
    """

    syntax: str
    """``UBL`` or ``CII``."""
    broken: tuple[str, ...] = ()
    """Rules that it breaks, by their public names: ``XSD``, ``BR-NL-1``, ``BR-CO-15``,
    ``PEPPOL-EN16931-R010``."""
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
    """False: something that the file holds beside its pages (properties, notes, embedded files)
    could not be looked at."""
    reverse_charge: bool = False
    english: bool = False
    lines: tuple[Line, ...] = field(default=(), repr=False)
    page_count: int = 0
    invoice_count: int = 1
    """More than one when the file holds several invoices: a person splits it, and no field is
    judged."""
    fully_read: bool = True
    """Every page was read with confidence; False makes each ABSENT an UNREADABLE."""
    readers: tuple[Reader, ...] = ()
    e_invoice: EInvoice | None = None
    """The e-invoice that these fields were read from or compared with."""
    file_remarks: tuple[str, ...] = ()
    """What stands out about the file as a whole: codes of the check ``document`` (``scan``,
    ``script`` …)."""
