"""What is stored of a case, field by field, version by version: the format, not the model.

Everything sealed for seven years is one of these, as JSON. They follow ``intake.model`` only where
``mapping.py`` says so: a field that gets another name there keeps its name here, with
``field(metadata={"model": …})``. Any change here is a new version of its record (``VERSION`` in
``__init__.py``), with a step that upgrades the one before. Words of a closed list (outcomes,
severities) are plain text here. All of it is content, so nothing has a repr.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Generic, Literal, TypeVar

T = TypeVar("T")

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Evidence:
    page: int
    box: Box
    text: str
    reader: str


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Found(Generic[T]):
    value: T
    evidence: Evidence | None
    note: str


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Field(Generic[T]):
    presence: str
    found: Found[T] | None
    others: tuple[Found[T], ...]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class VatLine:
    rate: Decimal
    net: Decimal | None
    vat: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Account:
    iban: str
    role: str
    evidence: Evidence | None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Sighting:
    kind: str
    page: int | None
    box: Box | None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Line:
    page: int
    box: Box
    text: str


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class EInvoice:
    syntax: str
    broken: tuple[str, ...]
    validated: bool
    differs: tuple[str, ...]
    not_on_page: tuple[str, ...]
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Invoice:
    kind: str
    supplier_name: Field[str]
    supplier_street: Field[str]
    supplier_postcode: Field[str]
    supplier_city: Field[str]
    supplier_phone: Field[str]
    kvk_number: Field[str]
    vat_id: Field[str]
    vat_exempt: Field[bool]
    iban: Field[str]
    invoice_number: Field[str]
    issue_date: Field[str]
    net_amount: Field[Decimal]
    vat_rate: Field[Decimal]
    vat_amount: Field[Decimal]
    gross_amount: Field[Decimal]
    vat_lines: tuple[VatLine, ...]
    supplier_po_box: Field[str]
    supplier_fax: Field[str]
    loose_digits: Field[str]
    foreign_register: Field[str]
    vat_remark: Field[str]
    second_name: Field[str]
    addressee: Field[str]
    corrects: Field[str]
    line_amounts: tuple[Decimal, ...]
    accounts: tuple[Account, ...]
    draft_marks: tuple[Found[str], ...]
    sightings: tuple[Sighting, ...]
    looked_inside: bool
    reverse_charge: bool
    english: bool
    lines: tuple[Line, ...]
    page_count: int
    invoice_count: int
    fully_read: bool
    readers: tuple[str, ...]
    e_invoice: EInvoice | None
    file_remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Finding:
    check: str
    code: str
    severity: str
    what: str
    remedy: str
    example: str
    in_english: str = ""
    page: int | None
    box: Box | None
    source: str
    internal: bool
    case: str | None
    invoices: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class CheckResult:
    check: str
    outcome: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class ReadInvoice:
    path: str
    file_name: str | None
    invoice: Invoice
    results: tuple[CheckResult, ...]
    outcome: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Incident:
    kind: str
    where: str


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Basis:
    code: str
    rules: str
    profile: str


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Verdict:
    v: Literal[2] = 2
    outcome: str
    reason: str
    decided_for: dt.date
    invoices: tuple[ReadInvoice, ...]
    findings: tuple[Finding, ...]
    results: tuple[CheckResult, ...]
    care_lines: int
    reply: str | None
    deadline: dt.date | None
    remind_on: dt.date | None
    completes: tuple[str, ...]
    takes: tuple[str, ...]
    stirs: tuple[str, ...]
    incidents: tuple[Incident, ...]
    alarm: str | None
    basis: Basis | None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class LeftOut:
    why: str
    size: int | None
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Envelope:
    v: Literal[1] = 1
    source: str
    received_at: dt.datetime
    sender: str | None
    recipients: tuple[str, ...]
    peer: str | None
    tls: bool
    place: str | None
    kept_before: bool
    left_out: LeftOut | None
    municipality: str = ""
    mailbox: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class CareLine:
    row: int
    bsn: str | None
    referrer: str | None
    product_code: str | None
    product: str | None
    period_start: dt.date | None
    period_end: dt.date | None
    period_text: str | None
    referrer_details: str | None
    units: Decimal | None
    unit: str | None
    rate: Decimal | None
    amount: Decimal | None
    decision_number: str | None
    client_name: str | None
    birth_date: dt.date | None
    client_address: str | None
    invoice_number: str | None
    secret_address: bool
    without_bsn: bool
    law: str | None
    unread: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class CareLines:
    v: Literal[2] = 2
    lines: tuple[CareLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Address:
    """To whom a mail may be answered, in its thread."""

    to: str
    subject: str
    text: str
    in_reply_to: str | None
    references: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Reply:
    v: Literal[1] = 1
    to: str
    subject: str
    text: str
    in_reply_to: str | None
    references: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class MailSummary:
    subject: str
    sender: str | None
    text: str
    file_names: tuple[str, ...]
    answer: Address | None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class DocumentInfo:
    path: str
    file_name: str | None
    page_count: int


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Summary:
    v: Literal[1] = 1
    mail: MailSummary
    documents: tuple[DocumentInfo, ...]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class CardPoint:
    """What is to be looked at: the situation of a check, and the case that it names."""

    check: str
    code: str
    case: str | None
    others: int


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class CardInvoice:
    path: str
    number: str | None
    supplier: str | None
    gross: str | None
    point: CardPoint | None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Correction:
    v: Literal[1] = 1
    path: str
    fact: str
    value: str
    was: str
    by: str
    at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Draft:
    v: Literal[2] = 2
    chosen: tuple[str, ...]
    words: str
    explanations: tuple[tuple[str, str], ...]
    at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Card:
    v: Literal[2] = 2
    supplier: str | None
    invoice_number: str | None
    gross: str | None
    reason: str
    sender: str | None
    point: CardPoint | None
    invoices: tuple[CardInvoice, ...]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class GistRow:
    """One care line: the invoice that it names, and its amount."""

    invoice: str | None
    amount: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class GistBundle:
    opening: str
    rows: tuple[GistRow, ...]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Gist:
    v: Literal[1] = 1
    subject: str
    bundles: tuple[GistBundle, ...]
    unread: bool


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Provider:
    v: Literal[1] = 1
    kvk: str
    name: str
    email: str


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Report:
    v: Literal[1] = 1
    nature: str
    people: str
    road: str
    measures: str
    grounds: str


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Gap:
    kind: str
    identity: str


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class EndCount:
    end: str
    mails: int


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class DayReport:
    v: Literal[1] = 1
    day: dt.date
    source: str
    made_at: dt.datetime
    synchronised: bool | None
    head: int
    head_hash: str
    arrivals: int
    mails: int
    first: int
    ends: tuple[EndCount, ...]
    standing: int | None
    junk: int
    cursor: str
    gaps: tuple[Gap, ...]
    open: int
    oldest: dt.date | None
