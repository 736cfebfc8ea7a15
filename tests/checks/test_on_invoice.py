"""The table "On the invoice" of the verdicts, cell by cell: what refuses, what asks a person, what
is fine.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from intake.checks import registry as checks
from intake.model.document import Reader
from intake.model.finding import Outcome, Severity
from intake.model.invoice import (
    LEFT_TO_PAY,
    Account,
    AccountRole,
    DocumentKind,
    Field,
    Found,
    Invoice,
    Sighting,
    SightingKind,
    VatLine,
)
from intake.model.verdict import EarlierInvoice, History
from tests.checks.examples import (
    ABSENT,
    ADDRESS,
    ALMERE,
    EXEMPT,
    INVOICE,
    TODAY,
    UNREADABLE,
    amount,
    codes,
    field,
    lines,
    on_invoice,
    place,
)

REJECT, REVIEW, INFO = Severity.REJECT, Severity.REVIEW, Severity.INFO
Cell = tuple[str, Invoice, list[tuple[str, Severity]]]


def change(**changes: Any) -> Invoice:
    return replace(INVOICE, **changes)


def exempt(**changes: Any) -> Invoice:
    return replace(EXEMPT, **changes)


def to(text: str, **changes: Any) -> Invoice:
    return change(addressee=Field.of(text), **changes)


def seen(kind: SightingKind) -> Invoice:
    return change(sightings=(Sighting(kind, 2, (1, 2, 3, 4)),))


def accounts(*pairs: tuple[str, AccountRole], others: tuple[str, ...] = ()) -> Invoice:
    return change(
        iban=field(pairs[0][0], *others),
        accounts=tuple(Account(iban, role) for iban, role in pairs),
    )


GOOD, SECOND = "NL91ABNA0417164300", "NL39RABO0300065264"
CREDIT = {"kind": DocumentKind.CREDIT_NOTE, "corrects": Field.of("2026-0009")}

DOCUMENT: list[Cell] = [
    ("document", change(readers=(Reader.XML,)), [("xml-only", REVIEW)]),
    ("document", change(fully_read=False), [("partly-unread", REVIEW)]),
    ("document", change(kind=DocumentKind.REMINDER), [("reminder", REVIEW)]),
    ("document", change(kind=DocumentKind.QUOTATION), [("quotation", REVIEW)]),
    ("document", change(kind=DocumentKind.STATEMENT), [("statement", REVIEW)]),
    ("document", INVOICE, []),
]

ADDRESSEE: list[Cell] = [
    (
        "addressee",
        to("Gemeente Lelystad\nPostbus 91\n8200 AB Lelystad"),
        [("other-municipality", REJECT)],
    ),
    (
        "addressee",
        to("Gemeente Almelo\nPostbus 5100\n7600 GC Almelo"),
        [("other-municipality", REJECT)],
    ),
    (
        "addressee",
        to("Gemeente Den Haag, Postbus 12600, 2500 DJ Den Haag"),
        [("other-municipality", REJECT)],
    ),
    (
        "addressee",
        to("Gemeente Almere\nStadhuisplein 1\n1315 HR Almere"),
        [("visiting-address", REJECT)],
    ),
    (
        "addressee",
        to("Gemeente Almere, Crediteurenadministratie/zorg, Stadhuisplein 1, Almere"),
        [("visiting-address", REJECT)],
    ),
    (
        "addressee",
        to("De heer P. Jansen\nDorpsstraat 3\n1315 AB Almere"),
        [("other-person", REJECT)],
    ),
    ("addressee", to("Zorgkantoor Midden\nMarkt 3\n3511 AB Utrecht"), [("other-person", REJECT)]),
    ("addressee", to("Cliënt: P. Jansen\nDorpsstraat 3\n1315 AB Almere"), [("client", REJECT)]),
    ("addressee", to("Sociaal Wijkteam Haven\nMarkt 3\n1354 AB Almere"), [("wijkteam", REJECT)]),
    ("addressee", to("Gemeente Almere, t.a.v. wijkteam Haven, Markt 3"), [("wijkteam", REJECT)]),
    ("addressee", to("Gemeente Almere\nPostbus 200\n1300 AE Almere"), [("no-department", REVIEW)]),
    (
        "addressee",
        to("Gemeente Almere\nafdeling Financiën\nPostbus 200\n1300 AE Almere"),
        [("no-department", REVIEW)],
    ),
    ("addressee", to("Gemeente Almere"), [("name-only", REVIEW)]),
    ("addressee", to("Gem. Almere"), [("name-only", REVIEW)]),
    (
        "addressee",
        to("Gemente Almeer\nCrediteurenadministratie/zorg\nPostbus 200\n1300 AE Almere"),
        [("incomplete", REVIEW)],
    ),
    (
        "addressee",
        to("Gemeente Almere\nCrediteurenadministratie/zorg\nPostbus 200\n1300 AF Almere"),
        [("incomplete", REVIEW)],
    ),
    (
        "addressee",
        to("Gemeente Almere\nCrediteurenadministratie/zorg\nPostbus 20\n1300 AE Almere"),
        [("incomplete", REVIEW)],
    ),
    (
        "addressee",
        to("Crediteurenadministratie/zorg\nPostbus 200\n1300 AE"),
        [("incomplete", REVIEW)],
    ),
    (
        "addressee",
        to("Gemeente Almere\nStadhuisplein 12\n1315 XA Almere"),
        [("incomplete", REVIEW)],
    ),
    (
        "addressee",
        to("Zorgpraktijk De Vlinder\nKerkstraat 12\n3811 AB Amersfoort"),
        [("unclear", REVIEW)],
    ),
    (
        "addressee",
        to(
            "De heer P. Jansen\nDorpsstraat 3\n1315 AB Almere",
            lines=lines("Postbus 200", "1300 AE Almere"),
        ),
        [("unclear", REVIEW)],
    ),
    ("addressee", change(addressee=ABSENT), [("absent", REVIEW)]),
    ("addressee", change(addressee=UNREADABLE), [("unreadable", REVIEW)]),
    ("addressee", change(addressee=ABSENT, lines=lines(*ADDRESS.split("\n"))), []),
    (
        "addressee",
        change(addressee=field("De heer P. Jansen\nDorpsstraat 3\n1315 AB Almere", ADDRESS)),
        [],
    ),
    *[
        ("addressee", to(text), [])
        for text in (
            ADDRESS,
            ADDRESS.upper(),
            ADDRESS.replace("\n", ", "),
            ADDRESS.replace("\n", " – "),
            (
                "GEMEENTE  ALMERE\nT.a.v. Crediteurenadministratie / Zorg\nPostbus 200\n1300AE "
                " ALMERE\nNederland"
            ),
            (
                "Gem. Almere\nafd. Crediteurenadministratie - zorg\nP.O. Box 200\nNL-1300 AE"
                " Almere\nThe Netherlands"
            ),
            "Crediteurenadministratie zorg\nGemeente Almere\n1300 AE Almere\nPostbus 200",
            "Aan:\nAlmere, gemeente\nCrediteurenadministratie‑zorg\nPostbus 200\n1300 AE Almere",
            "Gemeente Almere\nCrediteuren/zorg\nPostbus200\n1300 AE Almere",
        )
    ],
]

SUPPLIER: list[Cell] = [
    ("supplier-name", change(supplier_name=ABSENT), [("absent", REJECT)]),
    ("supplier-name", change(supplier_name=UNREADABLE), [("unreadable", REVIEW)]),
    ("supplier-name", change(supplier_name=ABSENT, fully_read=False), [("unreadable", REVIEW)]),
    (
        "supplier-name",
        change(second_name=Field.of("Administratiekantoor Tel")),
        [("two-names", REVIEW)],
    ),
    ("supplier-name", change(supplier_name=field("De Vlinder", "De Bij")), [("two-names", REVIEW)]),
    ("supplier-name", INVOICE, []),
    (
        "supplier-address",
        change(supplier_street=ABSENT, supplier_postcode=ABSENT, supplier_city=ABSENT),
        [("absent", REJECT)],
    ),
    (
        "supplier-address",
        change(supplier_street=UNREADABLE, supplier_postcode=ABSENT, supplier_city=ABSENT),
        [("unreadable", REVIEW)],
    ),
    (
        "supplier-address",
        change(supplier_street=ABSENT, supplier_po_box=Field.of("Postbus 12")),
        [("po-box-only", REVIEW)],
    ),
    ("supplier-address", change(supplier_street=ABSENT), [("no-street", REVIEW)]),
    (
        "supplier-address",
        change(supplier_postcode=ABSENT, supplier_city=ABSENT),
        [("incomplete", REVIEW)],
    ),
    (
        "supplier-address",
        change(
            supplier_street=ABSENT,
            supplier_postcode=ABSENT,
            supplier_city=ABSENT,
            foreign_register=Field.of("0456.789.012"),
        ),
        [("foreign", REVIEW)],
    ),
    ("supplier-address", change(supplier_po_box=Field.of("Postbus 12")), []),
    (
        "supplier-address",
        change(
            supplier_street=Field.of("Rue Haute 4"),
            supplier_postcode=ABSENT,
            supplier_city=Field.of("Bruxelles"),
        ),
        [],
    ),
    *[
        ("supplier-address", change(supplier_street=Field.of(street)), [])
        for street in ("t.o. 12", "Plein 1944 12", "Kade 12-hs", "Laan 3 unit 4", "Huize Rust")
    ],
    ("supplier-phone", change(supplier_phone=ABSENT), [("absent", REJECT)]),
    ("supplier-phone", change(supplier_phone=UNREADABLE), [("unreadable", REVIEW)]),
    (
        "supplier-phone",
        change(supplier_phone=ABSENT, supplier_fax=Field.of("036-5212346")),
        [("fax-only", REVIEW)],
    ),
    (
        "supplier-phone",
        change(supplier_phone=ABSENT, loose_digits=Field.of("5212345")),
        [("unlabelled", REVIEW)],
    ),
    ("supplier-phone", change(supplier_phone=Field.of("036-52")), [("odd", REVIEW)]),
    *[
        ("supplier-phone", change(supplier_phone=Field.of(phone)), [])
        for phone in (
            "036-5212345",
            "06 12345678",
            "+31 (0)36 521 23 45",
            "0031365212345",
            "+32 2 555 12 12",
            "088-1234567",
            "14 036",
            "0900-1234",
            "0900-1234567",
        )
    ],
]

KVK: list[Cell] = [
    ("kvk-number", change(kvk_number=ABSENT), [("absent", REJECT)]),
    *[
        ("kvk-number", change(kvk_number=Field.of(number)), [("length", REJECT)])
        for number in ("123456", "301234567", "000012345678", "5")
    ],
    ("kvk-number", change(kvk_number=Field.of("AB12345678")), [("letters", REJECT)]),
    ("kvk-number", change(kvk_number=Field.of("30123456X")), [("letters", REJECT)]),
    ("kvk-number", change(kvk_number=Field.of("3O1234S6")), [("unreadable", REVIEW)]),
    ("kvk-number", change(kvk_number=field("AB12345678", "30123456")), [("several", REVIEW)]),
    ("kvk-number", change(kvk_number=UNREADABLE), [("unreadable", REVIEW)]),
    ("kvk-number", change(kvk_number=ABSENT, fully_read=False), [("unreadable", REVIEW)]),
    ("kvk-number", change(kvk_number=Field.of("3012345")), [("seven-digits", REVIEW)]),
    ("kvk-number", change(kvk_number=field("30123456", "30123457")), [("several", REVIEW)]),
    ("kvk-number", change(kvk_number=field("301234", "30123457")), [("several", REVIEW)]),
    *[
        ("kvk-number", change(kvk_number=Field.of(number)), [("example-number", REVIEW)])
        for number in ("12345678", "00000000", "11111111", "87654321")
    ],
    (
        "kvk-number",
        change(kvk_number=ABSENT, foreign_register=Field.of("HRB 12345")),
        [("foreign-register", REVIEW)],
    ),
    (
        "kvk-number",
        change(kvk_number=Field.of("0456789012"), foreign_register=Field.of("0456789012")),
        [("foreign-register", REVIEW)],
    ),
    (
        "kvk-number",
        change(kvk_number=ABSENT, vat_id=Field.of("BE0697449992")),
        [("foreign-supplier", REVIEW)],
    ),
    ("kvk-number", change(kvk_number=Field.of("01234568")), []),
    ("kvk-number", change(kvk_number=Field.of("30.12 34.56")), []),
    ("kvk-number", change(kvk_number=field("30123456", "30123456")), []),
]

NO_VAT = {"vat_rate": ABSENT, "vat_amount": ABSENT}
VAT_ID: list[Cell] = [
    ("vat-id", change(vat_id=ABSENT), [("absent", REJECT)]),
    ("vat-id", change(vat_id=ABSENT, vat_exempt=Field.of(False)), [("absent", REJECT)]),
    ("vat-id", change(vat_id=ABSENT, **NO_VAT), [("absent", REJECT)]),
    ("vat-id", change(vat_id=Field.of("NL123456789B01")), [("checksum", REJECT)]),
    ("vat-id", change(vat_id=Field.of("123456789B56")), [("checksum", REJECT)]),
    ("vat-id", change(vat_id=Field.of("BE0697449993")), [("checksum", REJECT)]),
    (
        "vat-id",
        change(vat_id=Field.of("NL123456789B01"), vat_exempt=Field.of(False)),
        [("checksum", REJECT)],
    ),
    ("vat-id", change(vat_id=Field.of("NL4495445B01")), [("length", REJECT)]),
    ("vat-id", change(vat_id=Field.of("NL00245579B11")), [("length", REJECT)]),
    ("vat-id", change(vat_id=UNREADABLE), [("unreadable", REVIEW)]),
    ("vat-id", change(vat_id=ABSENT, vat_exempt=UNREADABLE), [("unreadable", REVIEW)]),
    (
        "vat-id",
        change(vat_id=Field.of("NL123456789B01"), vat_exempt=UNREADABLE),
        [("unreadable", REVIEW)],
    ),
    (
        "vat-id",
        change(vat_id=ABSENT, vat_remark=Field.of("n.v.t."), **NO_VAT),
        [("remark", REVIEW)],
    ),
    (
        "vat-id",
        change(vat_id=ABSENT, vat_rate=amount("0"), vat_amount=amount("0.00")),
        [("zero-rate", REVIEW)],
    ),
    ("vat-id", change(vat_rate=amount("0"), vat_amount=amount("0.00")), [("zero-rate", REVIEW)]),
    ("vat-id", change(vat_exempt=Field.of(True)), [("exempt-and-charged", REVIEW)]),
    ("vat-id", change(vat_id=ABSENT, vat_exempt=Field.of(True)), [("exempt-and-charged", REVIEW)]),
    ("vat-id", exempt(vat_id=Field.of("NL123456789B01")), [("invalid-beside-exemption", REVIEW)]),
    ("vat-id", exempt(vat_id=Field.of("NL4495445B01")), [("invalid-beside-exemption", REVIEW)]),
    ("vat-id", change(vat_id=field("NL123456789B01", "NL002455799B11")), [("several", REVIEW)]),
    ("vat-id", change(vat_id=Field.of("NLOO2455799B11")), [("incomplete", REVIEW)]),
    ("vat-id", change(vat_id=Field.of("OO2455799B11")), [("incomplete", REVIEW)]),
    ("vat-id", change(vat_id=Field.of("854502130")), [("incomplete", REVIEW)]),
    ("vat-id", change(vat_id=Field.of("CHE-123.456.789")), [("foreign-unknown", REVIEW)]),
    ("vat-id", change(vat_id=ABSENT, reverse_charge=True, **NO_VAT), [("reverse-charge", REVIEW)]),
    ("vat-id", change(vat_id=Field.of("NL111222333B01")), [("old-sole-trader", REVIEW)]),
    (
        "vat-id",
        change(vat_id=Field.of("NL123456782B90"), issue_date=Field.of("2020-01-01")),
        [("old-sole-trader", REVIEW)],
    ),
    ("vat-id", change(vat_id=Field.of("NL111222333B01"), issue_date=Field.of("2019-12-31")), []),
    (
        "vat-id",
        change(vat_id=Field.of("NL111222333B01"), supplier_name=Field.of("Stichting De Vlinder")),
        [],
    ),
    (
        "vat-id",
        change(vat_id=Field.of("NL111222333B01"), supplier_name=Field.of("De Vlinder B.V.")),
        [],
    ),
    *[
        ("vat-id", change(vat_id=Field.of(number)), [])
        for number in (
            "NL000099998B57",
            "NL002455799B11",
            "002455799B11",
            "NL 0024.55.799.B.11",
            "NL810433941B01",
            "NL854502130B01",
            "NL004495445B01",
        )
    ],
    *[
        ("vat-id", change(vat_id=Field.of(number)), [])
        for number in ("BE0697449992", "FR 61 954 506 077", "ATU 57194903", "DE 136 695 976")
    ],
    ("vat-id", EXEMPT, []),
    ("vat-id", exempt(vat_remark=Field.of("n.v.t.")), []),
    ("vat-id", exempt(vat_rate=amount("0"), vat_amount=amount("0.00")), []),
    ("vat-id", exempt(vat_id=Field.of("NL002455799B11")), []),
]

DATE_AND_NUMBER: list[Cell] = [
    ("issue-date", change(issue_date=ABSENT), [("absent", REJECT)]),
    ("issue-date", change(issue_date=Field.of("2026-02-31")), [("impossible", REJECT)]),
    ("issue-date", change(issue_date=UNREADABLE), [("unreadable", REVIEW)]),
    ("issue-date", change(issue_date=Field.of("2026-11-23")), [("future", REVIEW)]),
    ("issue-date", change(issue_date=Field.of("2021-11-21")), [("old", REVIEW)]),
    ("issue-date", change(issue_date=field("2026-11-13", "2026-11-14")), [("several", REVIEW)]),
    ("issue-date", change(issue_date=field("2026-02-31", "2026-11-14")), [("several", REVIEW)]),
    ("issue-date", change(issue_date=Field.of("31 febr")), [("unclear", REVIEW)]),
    ("issue-date", change(issue_date=Field.of("2026-11-22")), []),
    ("issue-date", change(issue_date=Field.of("2021-11-22")), []),
    ("invoice-number", change(invoice_number=ABSENT), [("absent", REJECT)]),
    ("invoice-number", change(invoice_number=UNREADABLE), [("unreadable", REVIEW)]),
    ("invoice-number", change(invoice_number=field("2026-0011", "4711")), [("several", REVIEW)]),
    ("invoice-number", change(draft_marks=(Found("CONCEPT", place(1)),)), [("draft", REVIEW)]),
    ("invoice-number", change(kind=DocumentKind.CREDIT_NOTE), [("no-original", REVIEW)]),
    ("invoice-number", change(**CREDIT), []),
    *[
        ("invoice-number", change(invoice_number=Field.of(number)), [])
        for number in ("2026-0011", "№ 7/é", "A", "2026 11")
    ],
]

TWO_RATES = {
    "vat_rate": ABSENT,
    "vat_amount": amount("30.00"),
    "net_amount": amount("200.00"),
    "gross_amount": amount("230.00"),
}
RATES = (
    VatLine(Decimal(21), Decimal(100), Decimal(21)),
    VatLine(Decimal(9), Decimal(100), Decimal(9)),
)
AMOUNTS: list[Cell] = [
    ("net-amount", change(net_amount=ABSENT, gross_amount=ABSENT), [("absent", REJECT)]),
    (
        "net-amount",
        change(net_amount=ABSENT, lines=lines("Totaal incl. btw  1.493,82"), **NO_VAT),
        [("absent", REJECT)],
    ),
    (
        "net-amount",
        change(net_amount=ABSENT, vat_rate=UNREADABLE, vat_amount=ABSENT),
        [("unreadable", REVIEW)],
    ),
    ("net-amount", change(net_amount=ABSENT, **NO_VAT), []),
    ("net-amount", change(net_amount=UNREADABLE, gross_amount=ABSENT), [("unreadable", REVIEW)]),
    ("net-amount", change(net_amount=amount("0.00")), [("zero", REVIEW)]),
    ("net-amount", change(net_amount=amount("-10.00")), [("negative", REVIEW)]),
    ("net-amount", change(line_amounts=(Decimal(1000), Decimal(200))), [("lines-differ", REVIEW)]),
    ("net-amount", change(net_amount=field(Decimal(10), Decimal(20))), [("several", REVIEW)] * 2),
    (
        "net-amount",
        change(gross_amount=field(Decimal(10), Decimal(20))),
        [("several-totals", REVIEW)] * 2,
    ),
    (
        "net-amount",
        change(
            gross_amount=Field.of(
                Decimal("1493.82"), others=(Found(Decimal(10), None, LEFT_TO_PAY),)
            )
        ),
        [("part-paid", REVIEW)],
    ),
    ("net-amount", change(gross_amount=UNREADABLE), [("total-unreadable", REVIEW)]),
    ("net-amount", change(net_amount=UNREADABLE), [("total-unreadable", REVIEW)]),
    ("net-amount", change(net_amount=ABSENT), []),
    ("net-amount", change(net_amount=ABSENT, vat_amount=ABSENT), []),
    ("net-amount", EXEMPT, []),
    ("net-amount", change(line_amounts=(Decimal("1000.00"), Decimal("234.56"))), []),
    ("net-amount", change(line_amounts=(Decimal("1493.82"),)), []),
    (
        "net-amount",
        change(
            net_amount=amount("-10.00"),
            gross_amount=amount("-12.10"),
            vat_amount=amount("-2.10"),
            **CREDIT,
        ),
        [],
    ),
    ("vat-amount", change(vat_amount=ABSENT), [("amount-absent", REJECT)]),
    ("vat-amount", change(vat_rate=ABSENT), [("rate-absent", REJECT)]),
    (
        "vat-amount",
        change(vat_amount=amount("239.26"), gross_amount=amount("1473.82")),
        [("arithmetic", REJECT)],
    ),
    (
        "vat-amount",
        change(vat_amount=amount("259.29"), gross_amount=amount("1493.85")),
        [("arithmetic", REJECT)],
    ),
    (
        "vat-amount",
        change(vat_rate=amount("6"), vat_amount=amount("74.07"), gross_amount=amount("1308.63")),
        [("rate-not-in-force", REJECT)],
    ),
    (
        "vat-amount",
        change(vat_rate=amount("19"), vat_amount=amount("234.57"), gross_amount=amount("1469.13")),
        [("rate-not-in-force", REJECT)],
    ),
    (
        "vat-amount",
        change(vat_rate=amount("12"), vat_amount=amount("148.15"), gross_amount=amount("1382.71")),
        [("rate-not-in-force", REJECT)],
    ),
    (
        "vat-amount",
        change(vat_lines=(RATES[0], VatLine(Decimal(9), Decimal(100), Decimal(12))), **TWO_RATES),
        [("arithmetic", REJECT)],
    ),
    ("vat-amount", change(vat_amount=UNREADABLE), [("unreadable", REVIEW)]),
    (
        "vat-amount",
        change(
            vat_lines=(
                VatLine(Decimal(21), None, Decimal(21)),
                VatLine(Decimal(9), None, Decimal(9)),
            ),
            **TWO_RATES,
        ),
        [("bases-absent", REVIEW)],
    ),
    (
        "vat-amount",
        change(
            vat_amount=field(Decimal("239.26"), Decimal("259.26")), gross_amount=amount("1473.82")
        ),
        [("several", REVIEW)],
    ),
    ("vat-amount", change(net_amount=amount("1200.00")), [("several", REVIEW)]),
    ("vat-amount", change(gross_amount=amount("1400.00")), [("total-differs", REVIEW)]),
    (
        "vat-amount",
        change(lines=lines("Begeleiding individueel  10 uur  € 1.234,56")),
        [("usually-exempt", REVIEW)],
    ),
    (
        "vat-amount",
        change(
            lines=lines(
                "Begeleiding en behandeling sinds 1990", "Ritten naar dagbesteding  € 1.234,56"
            )
        ),
        [],
    ),
    (
        "vat-amount",
        change(vat_rate=amount("21"), vat_amount=amount("0.00"), gross_amount=amount("1234.56")),
        [("nothing-charged", REVIEW)],
    ),
    ("vat-amount", change(reverse_charge=True, **NO_VAT), [("reverse-charge", REVIEW)]),
    (
        "vat-amount",
        change(
            vat_id=Field.of("DE136695976"),
            vat_rate=amount("19"),
            vat_amount=amount("234.57"),
            gross_amount=amount("1469.13"),
        ),
        [("foreign-rate", REVIEW)],
    ),
    ("vat-amount", INVOICE, []),
    ("vat-amount", EXEMPT, []),
    ("vat-amount", change(vat_amount=amount("259.27"), gross_amount=amount("1493.83")), []),
    (
        "vat-amount",
        change(
            vat_amount=amount("259.29"),
            gross_amount=amount("1493.85"),
            line_amounts=(Decimal("411.52"),) * 3,
        ),
        [],
    ),
    ("vat-amount", change(vat_lines=RATES, **TWO_RATES), []),
    (
        "vat-amount",
        change(
            issue_date=Field.of("2020-12-30"),
            vat_rate=amount("6"),
            vat_amount=amount("74.07"),
            gross_amount=amount("1308.63"),
        ),
        [],
    ),
    (
        "vat-amount",
        change(
            net_amount=amount("-100.00"),
            vat_amount=amount("-21.00"),
            gross_amount=amount("-121.00"),
            **CREDIT,
        ),
        [],
    ),
]

PAYMENT, UNKNOWN, BLOCKED, FACTORING, OTHER, DOUBTED = (
    AccountRole.PAYMENT,
    AccountRole.UNKNOWN,
    AccountRole.BLOCKED,
    AccountRole.FACTORING,
    AccountRole.OTHER,
    AccountRole.DOUBTED,
)
IBAN: list[Cell] = [
    ("iban", change(iban=ABSENT), [("absent", REJECT)]),
    ("iban", change(iban=Field.of("NL92ABNA0417164300")), [("checksum", REJECT)]),
    ("iban", change(iban=Field.of("NL91ABNA041716430")), [("checksum", REJECT)]),
    ("iban", change(iban=UNREADABLE), [("unreadable", REVIEW)]),
    ("iban", change(iban=Field.of("BE68539007547034")), [("foreign", REVIEW)]),
    ("iban", change(iban=Field.of("DE89370400440532013000")), [("foreign", REVIEW)]),
    ("iban", change(iban=Field.of("NL91ABNAO417164300")), [("form", REVIEW)]),
    ("iban", accounts((GOOD, UNKNOWN), (SECOND, UNKNOWN)), [("several", REVIEW)]),
    ("iban", accounts(("NL92ABNA0417164300", UNKNOWN), (GOOD, UNKNOWN)), [("several", REVIEW)]),
    ("iban", accounts((GOOD, BLOCKED)), [("blocked-only", REVIEW)]),
    ("iban", change(iban=ABSENT, accounts=(Account(GOOD, BLOCKED),)), [("blocked-only", REVIEW)]),
    ("iban", change(iban=field(GOOD, SECOND)), [("several", REVIEW)]),
    ("iban", accounts((GOOD, OTHER)), [("not-used", REVIEW)]),
    ("iban", accounts((GOOD, UNKNOWN), (SECOND, OTHER)), []),
    ("iban", accounts((GOOD, PAYMENT), (SECOND, DOUBTED)), [("several", REVIEW)]),
    ("iban", accounts((GOOD, DOUBTED), (SECOND, OTHER)), [("several", REVIEW)]),
    ("iban", accounts((GOOD, DOUBTED)), []),
    ("iban", accounts((GOOD, PAYMENT), (SECOND, BLOCKED), others=(SECOND,)), []),
    ("iban", accounts((GOOD, UNKNOWN), (SECOND, FACTORING)), []),
    ("iban", accounts((GOOD, PAYMENT), (SECOND, UNKNOWN)), []),
    ("iban", change(iban=Field.of("nl91 abna 0417 1643 00")), []),
]

ANONYMITY: list[Cell] = [
    *[
        ("anonymity", seen(kind), [("client-data", REJECT)])
        for kind in (
            SightingKind.BSN_LABELLED,
            SightingKind.BSN_GROUPED,
            SightingKind.NAME_WITH_DETAILS,
        )
    ],
    *[
        ("anonymity", seen(kind), [("perhaps", REVIEW)])
        for kind in (
            SightingKind.BARE_NUMBER,
            SightingKind.INITIALS_WITH_DETAILS,
            SightingKind.FIRST_NAME,
        )
    ],
    ("anonymity", INVOICE, []),
]

CELLS = [
    *DOCUMENT,
    *ADDRESSEE,
    *SUPPLIER,
    *KVK,
    *VAT_ID,
    *DATE_AND_NUMBER,
    *AMOUNTS,
    *IBAN,
    *ANONYMITY,
]


@pytest.mark.parametrize(
    ("check", "invoice", "expected"), CELLS, ids=[f"{cell[0]}-{i}" for i, cell in enumerate(CELLS)]
)
def test_cell(check: str, invoice: Invoice, expected: list[tuple[str, Severity]]) -> None:
    """A cell that ends otherwise refuses a good invoice, or lets a wrong one through."""
    given = on_invoice(check, invoice)

    assert codes(given) == expected
    if any(severity is REJECT for _, severity in expected):
        assert given.outcome is Outcome.FAILED
    elif any(severity is REVIEW for _, severity in expected):
        assert given.outcome is Outcome.UNDETERMINED
    else:
        assert given.outcome in (Outcome.PASSED, Outcome.NOT_APPLICABLE)


def earlier(outcome: str, same: bool) -> EarlierInvoice:
    return EarlierInvoice("K-1", TODAY.replace(day=1), outcome, same)


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ((), []),
        ((earlier("queued", True),), [("in-hand", INFO)]),
        ((earlier("waiting", True),), [("in-hand-waiting", INFO)]),
        ((earlier("queued", False),), [("other-content", REVIEW)]),
        ((earlier("rejected", False),), [("after-refusal", INFO)]),
        ((earlier("reversed", True),), [("after-reversal", REVIEW)]),
        ((earlier("rejected", False), earlier("queued", True)), [("in-hand", INFO)]),
        ((earlier("ignored", True),), []),
    ],
)
def test_the_same_number_again(
    known: tuple[EarlierInvoice, ...], expected: list[tuple[str, Severity]]
) -> None:
    """A corrected invoice must go on, a repeated one must not be paid twice, and neither is ever
    refused.
    """
    assert codes(on_invoice("duplicate-invoice", INVOICE, history=History(known))) == expected


def test_the_day_of_the_first_receipt_is_told() -> None:
    """The clerk must see when the same invoice came in before."""
    (found,) = on_invoice(
        "duplicate-invoice", INVOICE, history=History((earlier("queued", True),))
    ).findings

    assert "01-11-2026" in found.what


def test_without_history_no_duplicate_is_spoken_of() -> None:
    """The check on a provider's own computer knows no history and must not pretend to."""
    assert "duplicate-invoice" not in {
        r.check for r in checks.on_invoice(INVOICE, ALMERE, TODAY, None)
    }


def without_any_value(value: Field[Any]) -> Invoice:
    names = [name for name in INVOICE.__slots__ if isinstance(getattr(INVOICE, name), Field)]
    return change(fully_read=False, **dict.fromkeys(names, value))


@pytest.mark.parametrize("unread", [without_any_value(UNREADABLE), without_any_value(ABSENT)])
def test_what_cannot_be_read_is_never_called_missing(unread: Invoice) -> None:
    """A scan that we cannot read must reach a person, not come back as a refusal."""
    results = checks.on_invoice(unread, ALMERE, TODAY, History())

    assert [f for r in results for f in r.findings if f.severity is REJECT] == []
    assert {r.check for r in results if any(f.code == "unreadable" for f in r.findings)} >= {
        "addressee", "supplier-name", "supplier-address", "supplier-phone", "kvk-number", "vat-id",
        "issue-date", "invoice-number", "net-amount", "iban",
    }  # fmt: skip


SAYS_NOTHING_OF_UNREAD = {
    "duplicate-invoice": "without a number there is nothing to compare",
    "iban-changed": "without an account there is nothing to compare",
    "usual-amount": "without a total there is nothing to compare",
}


@pytest.mark.parametrize("module", (*checks.ON_INVOICE, *checks.WITH_HISTORY))
@pytest.mark.parametrize("unread", [without_any_value(UNREADABLE), without_any_value(ABSENT)])
def test_what_cannot_be_read_is_never_in_order(
    module: checks.InvoiceCheck, unread: Invoice
) -> None:
    """A check that passes a page which nobody could read lets a faulty invoice be paid."""
    check = module.REQUIREMENT.check
    outcome = on_invoice(check, unread).outcome

    assert (outcome is Outcome.UNDETERMINED) != (check in SAYS_NOTHING_OF_UNREAD), outcome


def test_the_place_of_a_sighting_is_told_and_not_its_content() -> None:
    """The clerk looks at the right spot; the text says nothing that identifies the client."""
    (found,) = on_invoice("anonymity", seen(SightingKind.BSN_LABELLED)).findings

    assert (found.page, found.box) == (2, (1, 2, 3, 4))


def test_a_reminder_is_not_asked_for_what_an_invoice_must_have() -> None:
    """A reminder without a KvK number would be refused as if it were an invoice."""
    reminder = change(kind=DocumentKind.REMINDER, kvk_number=ABSENT, iban=ABSENT)

    assert on_invoice("kvk-number", reminder).outcome is Outcome.NOT_APPLICABLE
    assert on_invoice("document", reminder).outcome is Outcome.UNDETERMINED


def test_the_iban_is_told_by_its_last_four_only() -> None:
    """A whole account number in a mail is more than the provider needs to find the mistake."""
    (found,) = on_invoice("iban", change(iban=Field.of("NL92ABNA0417164300"))).findings

    assert "4300" in found.what
    assert "0417" not in found.message


def test_the_order_and_names_are_those_of_the_contract() -> None:
    """Scripts and letters name checks by these ids."""
    contract = [
        "document", "addressee", "supplier-name", "supplier-address", "supplier-phone",
        "kvk-number", "vat-id", "issue-date", "invoice-number", "net-amount",
        "vat-amount", "iban", "anonymity", "duplicate-invoice", "iban-changed", "usual-amount",
    ]  # fmt: skip
    found = [r.check for r in checks.on_invoice(INVOICE, ALMERE, TODAY, History())]

    assert [check for check in found if check in contract] == contract
    registered = (*checks.ON_INVOICE, *checks.WITH_HISTORY)
    assert found == [module.REQUIREMENT.check for module in registered]
