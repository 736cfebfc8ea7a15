"""A good invoice, a good care line, and the one way the tests of this folder ask a check."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

from intake import profile
from intake.checks import registry as checks
from intake.model.attachment import Attachments, Container, Opening, Protection
from intake.model.care import CareLine
from intake.model.document import Line, Reader
from intake.model.finding import CheckResult, Severity
from intake.model.invoice import DocumentKind, Evidence, Field, Found, Invoice
from intake.model.verdict import History
from intake.profile import Profile

TODAY = dt.date(2026, 11, 22)
ALMERE = profile.load("almere")
ADDRESS = "Gemeente Almere\nCrediteurenadministratie/zorg\nPostbus 200\n1300 AE Almere"

ABSENT: Field[Any] = Field.absent()
UNREADABLE: Field[Any] = Field.unreadable()

INVOICE = Invoice(
    kind=DocumentKind.INVOICE,
    supplier_name=Field.of("Zorgpraktijk De Vlinder"),
    supplier_street=Field.of("Kerkstraat 12"),
    supplier_postcode=Field.of("3811AB"),
    supplier_city=Field.of("Amersfoort"),
    supplier_phone=Field.of("036-5212345"),
    kvk_number=Field.of("30123456"),
    vat_id=Field.of("NL002455799B11"),
    vat_exempt=Field.absent(),
    iban=Field.of("NL91ABNA0417164300"),
    invoice_number=Field.of("2026-0011"),
    issue_date=Field.of("2026-11-13"),
    net_amount=Field.of(Decimal("1234.56")),
    vat_rate=Field.of(Decimal(21)),
    vat_amount=Field.of(Decimal("259.26")),
    gross_amount=Field.of(Decimal("1493.82")),
    addressee=Field.of(ADDRESS),
    page_count=1,
    readers=(Reader.PDFIUM, Reader.PDFPLUMBER),
)
_NO_VAT: dict[str, Any] = {
    "vat_id": ABSENT,
    "vat_rate": ABSENT,
    "vat_amount": ABSENT,
    "net_amount": ABSENT,
}
EXEMPT = replace(
    INVOICE, vat_exempt=Field.of(True), gross_amount=Field.of(Decimal("1234.56")), **_NO_VAT
)

LINE = CareLine(
    row=2,
    bsn="999990019",
    referrer="Huisarts De Wit, AGB 01012345",
    product_code="45A52",
    product="Begeleiding individueel basis",
    period_start=dt.date(2026, 10, 1),
    period_end=dt.date(2026, 10, 31),
)
ZIP = Container("2", "zip", Opening.OPENED, Protection.STRONG)


def field(value: Any, *others: Any) -> Field[Any]:
    """A found value, with other candidates."""
    return Field.of(value, others=tuple(Found(other) for other in others))


def amount(text: str) -> Field[Decimal]:
    return Field.of(Decimal(text))


def lines(*texts: str) -> tuple[Line, ...]:
    """Lines of one page, 20 points apart: neighbours are near, others are not."""
    return tuple(
        Line(1, (50, 100 + 20 * i, 500, 112 + 20 * i), text) for i, text in enumerate(texts)
    )


def place(line: int) -> Evidence:
    return Evidence(1, (50, 100 + 20 * line, 500, 112 + 20 * line), "", Reader.PDFIUM)


def on_invoice(
    check: str,
    invoice: Invoice,
    today: dt.date = TODAY,
    history: History | None = None,
    of: Profile = ALMERE,
) -> CheckResult:
    """What one check says of an invoice, asked through the public door."""
    return next(
        r for r in checks.on_invoice(invoice, of, today, history or History()) if r.check == check
    )


def on_attachments(
    check: str,
    attachments: Attachments,
    *invoices: Invoice,
    today: dt.date = TODAY,
    of: Profile = ALMERE,
) -> CheckResult:
    return next(
        r
        for r in checks.on_attachments(attachments, invoices or (INVOICE,), of, today)
        if r.check == check
    )


def opened(*care_lines: CareLine, **changes: Any) -> Attachments:
    """A protected container that opened and gave these care lines."""
    return replace(Attachments(containers=(ZIP,), care_lines=care_lines), **changes)


def codes(given: CheckResult) -> list[tuple[str, Severity]]:
    return [(f.code, f.severity) for f in given.findings]
