"""The table "On the secured attachment" of the verdicts, cell by cell."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake import profile
from intake.checks import registry as checks
from intake.checks.support.care_rows import rows
from intake.model.attachment import Attachments, Container, Opening, Protection
from intake.model.care import CareLine
from intake.model.finding import Outcome, Severity
from intake.model.invoice import DocumentKind, Field, Invoice
from intake.model.mail import Road
from intake.text.bsn import passes_eleven_test
from tests.checks.examples import (
    ABSENT,
    ALMERE,
    INVOICE,
    LINE,
    TODAY,
    ZIP,
    codes,
    on_attachments,
    opened,
)

REJECT, REVIEW, INFO = Severity.REJECT, Severity.REVIEW, Severity.INFO
TILBURG = profile.load("hart-van-brabant")
TABLE_OF_2026 = ALMERE.model_copy(
    update={"products": tuple(p.model_copy(update={"year": 2026}) for p in ALMERE.products)}
)


def line(**changes: Any) -> CareLine:
    return replace(LINE, **changes)


def container(
    opening: Opening = Opening.OPENED, protection: Protection = Protection.STRONG, **changes: Any
) -> Container:
    return replace(ZIP, opening=opening, protection=protection, **changes)


def beside(*containers: Container, **changes: Any) -> Attachments:
    return replace(Attachments(containers=containers, care_lines=(LINE,)), **changes)


PLAIN = container(protection=Protection.NONE)
SECURE = {"road": Road.SECURE_RELAY}


@pytest.mark.parametrize(
    ("attachments", "expected"),
    [
        (Attachments(waited_days=5), [("absent", REJECT)]),
        (Attachments(waited_days=40), [("absent", REJECT)]),
        (Attachments(waited_days=0), [("waiting", REVIEW)]),
        (Attachments(waited_days=4), [("waiting", REVIEW)]),
        (Attachments(waited_days=5, unread=("3",)), [("not-understood", REVIEW)]),
        (beside(PLAIN), [("unprotected", REJECT)]),
        (beside(PLAIN, ZIP), [("unprotected", REJECT)]),
        (beside(PLAIN, **SECURE), [("unprotected-secure-relay", REVIEW)]),
        (beside(container(protection=Protection.WEAK)), [("weak", REVIEW)]),
        (beside(container(protection=Protection.WEAK), **SECURE), [("weak", REVIEW)]),
        (beside(container(Opening.LOCKED), care_lines=(), waited_days=40), [("locked", REVIEW)]),
        (
            beside(container(Opening.NOT_FOR_US), care_lines=(), waited_days=40),
            [("not-for-us", REVIEW)],
        ),
        (beside(container(Opening.DAMAGED), care_lines=(), waited_days=40), [("damaged", REVIEW)]),
        (beside(container(Opening.BOMB), care_lines=(), waited_days=40), [("bomb", REVIEW)]),
        (beside(container(Opening.OUR_FAULT), care_lines=(), waited_days=40), []),
        (beside(ZIP, care_lines=(), unread=("2/1",)), [("not-understood", REVIEW)]),
        (beside(ZIP, care_lines=()), [("not-understood", REVIEW)]),
        (beside(ZIP, invoice_inside=True), [("invoice-inside", INFO)]),
        (beside(ZIP), []),
    ],
)
def test_secure_attachment(attachments: Attachments, expected: list[tuple[str, Severity]]) -> None:
    """Refusing before the waiting time, or for what we ourselves cannot open, would refuse a good
    invoice.
    """
    assert codes(on_attachments("secure-attachment", attachments)) == expected


def test_a_credit_note_needs_no_attachment() -> None:
    """It corrects what was declared before; asking client data again would only spread them."""
    credit = replace(INVOICE, kind=DocumentKind.CREDIT_NOTE)

    assert codes(on_attachments("secure-attachment", Attachments(waited_days=40), credit)) == []
    assert codes(
        on_attachments("secure-attachment", Attachments(waited_days=40), credit, INVOICE)
    ) == [("absent", REJECT)]


def test_no_waiting_time_refuses_at_once() -> None:
    """A municipality that does not wait must not get stuck waiting."""
    at_once = ALMERE.model_copy(update={"attachment_wait_days": 0})

    assert codes(on_attachments("secure-attachment", Attachments(), of=at_once)) == [
        ("absent", REJECT)
    ]


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        ("accept", ("accepted-secure-relay", INFO)),
        ("review", ("unprotected-secure-relay", REVIEW)),
        ("reject", ("unprotected", REJECT)),
    ],
)
def test_the_municipality_chooses_what_a_secure_relay_means(
    wish: str, expected: tuple[str, Severity]
) -> None:
    """Zorgmail delivers real attachments; whether that is protection enough is the municipality's
    choice.
    """
    of = ALMERE.model_copy(update={"unprotected_by_secure_relay": wish})

    assert codes(on_attachments("secure-attachment", beside(PLAIN, **SECURE), of=of)) == [expected]


CELLS: list[tuple[str, CareLine, list[tuple[str, Severity]]]] = [
    ("bsn", line(bsn=None), [("absent", REJECT)]),
    ("bsn", line(bsn=""), [("absent", REJECT)]),
    ("bsn", line(bsn="9999900"), [("length", REJECT)]),
    ("bsn", line(bsn="9999900190"), [("length", REJECT)]),
    ("bsn", line(bsn="onbekend"), [("length", REJECT)]),
    ("bsn", line(bsn="999990018"), [("checksum", REJECT)]),
    ("bsn", line(bsn="12345678"), [("checksum", REJECT)]),
    ("bsn", line(bsn="000000000"), [("checksum", REJECT)]),
    ("bsn", line(bsn="10000008"), [("eight-digits", INFO)]),
    (
        "bsn",
        line(bsn=None, client_name="A", birth_date=dt.date(2016, 1, 1), client_address="B"),
        [("child-without-bsn", REVIEW)],
    ),
    ("bsn", line(bsn=None, client_name="A", birth_date=dt.date(2016, 1, 1)), [("absent", REJECT)]),
    ("bsn", line(secret_address=True), [("secret-address", REVIEW)]),
    ("bsn", line(bsn=None, secret_address=True), [("secret-address", REVIEW)]),
    ("bsn", line(bsn="1112.22.333"), []),
    ("bsn", LINE, []),
    ("referrer", line(referrer=None), [("absent", REJECT)]),
    ("referrer", line(referrer="  "), [("absent", REJECT)]),
    ("referrer", line(referrer="de buurvrouw"), [("unknown-kind", REVIEW)]),
    ("referrer", line(referrer="zelfverwijzer"), [("self-referred", REVIEW)]),
    ("referrer", line(referrer="geen"), [("self-referred", REVIEW)]),
    ("referrer", line(referrer="06"), [("self-referred", REVIEW)]),
    ("referrer", line(referrer="huisarts"), [("doctor-without-name", REVIEW)]),
    ("referrer", line(referrer="02"), [("doctor-without-name", REVIEW)]),
    ("referrer", line(referrer="medisch specialist"), [("doctor-without-name", REVIEW)]),
    ("referrer", line(referrer="huisarts", referrer_details="01012345"), []),
    *[
        ("referrer", line(referrer=text), [])
        for text in (
            "POH-jeugd",
            "wijkteam",
            "Kinderrechter",
            "Veilig Thuis Flevoland",
            "GI",
            "Sociaal Wijkteam Haven",
            "JGZ",
            "01",
        )
    ],
    ("product", line(product_code=None, product=None), [("absent", REJECT)]),
    ("product", line(product_code=" ", product=" "), [("absent", REJECT)]),
    ("product", line(product_code="99X99"), [("unknown-code", REVIEW)]),
    ("product", line(unit="etmaal"), [("unit", REVIEW)]),
    ("product", line(product_code="44A09", product=None, unit="uur"), [("unit", REVIEW)]),
    ("product", line(rate=Decimal("60.00")), [("rate-old-table", INFO)]),
    ("product", line(product_code=None, product="praten"), []),
    ("product", line(product_code="45a52", product=None, unit="uur", rate=Decimal("49.20")), []),
    ("product", line(product_code="44A09", product=None, unit="etmaal"), []),
    ("care-period", line(period_start=None, period_end=None), [("absent", REJECT)]),
    (
        "care-period",
        line(period_start=dt.date(2026, 10, 31), period_end=dt.date(2026, 10, 1)),
        [("reversed", REJECT)],
    ),
    (
        "care-period",
        line(period_start=dt.date(2026, 12, 1), period_end=dt.date(2026, 12, 31)),
        [("not-begun", REJECT)],
    ),
    ("care-period", line(period_end=dt.date(2026, 12, 31)), [("future-end", REVIEW)]),
    ("care-period", line(period_start=dt.date(2025, 10, 1)), [("long", REVIEW)]),
    ("care-period", line(period_end=None), [("incomplete", REVIEW)]),
    ("care-period", line(period_start=None), [("incomplete", REVIEW)]),
    (
        "care-period",
        line(period_start=None, period_end=None, period_text="zomer"),
        [("unclear", REVIEW)],
    ),
    ("care-period", LINE, []),
    ("care-period", line(period_start=dt.date(2026, 9, 7), period_end=dt.date(2026, 9, 13)), []),
    ("care-period", line(period_start=dt.date(2026, 6, 1), period_end=dt.date(2026, 9, 30)), []),
    ("care-period", line(period_start=dt.date(2025, 11, 1)), []),
    (
        "care-amount",
        line(units=Decimal(10), rate=Decimal("49.20"), amount=Decimal("482.00")),
        [("product", REVIEW), ("sum", REVIEW)],
    ),
    ("care-amount", line(amount=Decimal("100.00")), [("sum", REVIEW)]),
    ("care-amount", line(units=Decimal(745), unit="uur"), [("hours", REVIEW)]),
    ("care-amount", line(units=Decimal(50000), unit="minuten"), [("hours", REVIEW)]),
    ("care-amount", line(units=Decimal(32), unit="etmaal"), [("nights", REVIEW)]),
    ("care-amount", line(invoice_number="2026-0012"), [("invoice-number", REVIEW)]),
    ("care-amount", line(invoice_number="2026 - 0011 ", amount=Decimal("1234.56")), []),
    ("care-amount", line(invoice_number=" 2026-0011"), []),
    ("care-amount", line(amount=Decimal("1234.56")), []),
    ("care-amount", line(amount=Decimal("1493.82")), []),
    (
        "care-amount",
        line(units=Decimal(90), unit="minuten", rate=Decimal("60.00"), amount=Decimal("90.00")),
        [("sum", REVIEW)],
    ),
    ("care-amount", line(units=Decimal(31), unit="etmaal"), []),
    ("care-amount", LINE, []),
]


@pytest.mark.parametrize(
    ("check", "care_line", "expected"),
    CELLS,
    ids=[f"{cell[0]}-{i}" for i, cell in enumerate(CELLS)],
)
def test_cell(check: str, care_line: CareLine, expected: list[tuple[str, Severity]]) -> None:
    """A cell that ends otherwise refuses good care data, or pays for wrong ones."""
    assert codes(on_attachments(check, opened(care_line))) == expected


def test_a_rate_is_held_against_the_table_of_its_care_year_only() -> None:
    """A rate of 2026 that differs from the table of 2018 is no reason to stop an invoice."""
    care = opened(line(rate=Decimal("60.00")))

    assert codes(on_attachments("product", care, of=TABLE_OF_2026)) == [("rate", REVIEW)]
    assert (
        codes(
            on_attachments(
                "product", opened(line(unit="minuut", rate=Decimal("0.82"))), of=TABLE_OF_2026
            )
        )
        == []
    )


def test_care_longer_ago_than_the_declaring_term_asks_a_person() -> None:
    """Hart van Brabant asks to declare within three months; too late is for a person to judge."""
    old = opened(line(period_start=dt.date(2026, 7, 1), period_end=dt.date(2026, 7, 31)))

    assert codes(on_attachments("care-period", old, of=TILBURG)) == [("late", REVIEW)]
    assert codes(on_attachments("care-period", old)) == []


def test_care_that_begins_after_receipt_but_before_the_invoice_date_is_a_doubt() -> None:
    """Only a period that begins after both the receipt and the invoice is certainly wrong."""
    later = opened(line(period_start=dt.date(2026, 12, 1), period_end=dt.date(2026, 12, 31)))

    assert codes(
        on_attachments("care-period", later, replace(INVOICE, issue_date=Field.of("2026-12-15")))
    ) == [("future-start", REVIEW)]
    assert codes(on_attachments("care-period", later, replace(INVOICE, issue_date=ABSENT))) == [
        ("future-start", REVIEW)
    ]


@pytest.mark.parametrize("check", ["bsn", "referrer", "product", "care-period"])
def test_a_part_we_could_not_understand_may_hold_what_seems_absent(check: str) -> None:
    """A second sheet that we cannot read may hold the BSN: that is our doubt, not the provider's
    fault.
    """
    bare = line(
        bsn=None, referrer=None, product=None, product_code=None, period_start=None, period_end=None
    )

    assert codes(on_attachments(check, opened(bare, unread=("2/2",)))) == [("unclear", REVIEW)]


@pytest.mark.parametrize("opening", list(Opening))
def test_without_care_lines_nothing_is_called_absent(opening: Opening) -> None:
    """An attachment that we could not open or understand must never come back as 'no BSN'."""
    results = checks.on_attachments(
        Attachments(containers=(container(opening),)), [INVOICE], ALMERE, TODAY
    )

    assert [r.outcome for r in results[1:]] == [Outcome.NOT_APPLICABLE] * (
        len(checks.ON_ATTACHMENTS) - 1
    )
    assert all(f.severity is not REJECT for r in results for f in r.findings)


def test_all_rows_of_one_situation_stand_in_one_finding() -> None:
    """A letter with the same sentence forty times is not read."""
    (found,) = on_attachments(
        "bsn", opened(line(row=7, bsn=None), line(row=2, bsn=None), LINE, line(row=5, bsn=None))
    ).findings

    assert "regel 2, 5 en 7" in found.what


@given(st.lists(st.integers(1, 500), min_size=1, max_size=60))
def test_rows_are_named_in_order_and_never_without_end(numbers: list[int]) -> None:
    """Whatever the sheet, the sentence stays readable."""
    text = rows(numbers)

    assert text.startswith(f"regel {min(numbers)}")
    assert len(text) < 90


BSNS = ("999990019", "999993653", "999999990", "111222333", "123456782", "10000008")


@given(st.sampled_from(BSNS), st.sampled_from(BSNS))
def test_no_finding_repeats_what_is_in_the_attachment(bsn: str, other: str) -> None:
    """A finding goes into letters, logs and pages: it may name a row, and nothing else of the
    attachment.
    """
    dirty = line(
        bsn=bsn + "1", referrer=f"buurvrouw {other}", product_code=other, product=other, period_text=other,
        period_start=dt.date(2027, 1, 1), period_end=dt.date(2026, 1, 1), invoice_number=other,
        client_name=other, decision_number=other,
        unit=other, units=Decimal(other), rate=Decimal(bsn), amount=Decimal(other),
    )  # fmt: skip
    told = " ".join(
        f.message
        for r in checks.on_attachments(opened(dirty), [INVOICE], ALMERE, TODAY)
        for f in r.findings
    )

    assert other not in told
    assert bsn not in told


@given(st.text(alphabet="0123456789", min_size=0, max_size=12))
def test_a_bsn_has_eight_or_nine_digits_and_passes_the_test(digits: str) -> None:
    """The library fills up short numbers, so that a date or a count would pass as a BSN."""
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    padded = digits.zfill(9)
    right = (
        len(digits) in (8, 9)
        and int(digits) > 0
        and sum(w * int(d) for w, d in zip(weights, padded, strict=True)) % 11 == 0
    )

    assert passes_eleven_test(digits) is right


def test_the_sum_is_that_of_all_invoices_of_the_mail() -> None:
    """Two invoices with one attachment must not be asked about as if one of them were wrong."""
    second = replace(INVOICE, invoice_number=Field.of("2026-0012"))
    both: tuple[Invoice, ...] = (INVOICE, second)

    assert (
        codes(
            on_attachments(
                "care-amount",
                opened(line(amount=Decimal("1234.56")), line(row=3, amount=Decimal("1234.56"))),
                *both,
            )
        )
        == []
    )
