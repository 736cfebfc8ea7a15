"""What the law asks of a care line beyond the four items of the page asks a person, and refuses
nobody.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.checks import registry as checks
from intake.checks.support.care_law import Law, law_of
from intake.checks.support.care_unit import Unit, hours, unit_of
from intake.model.care import CareLine, EarlierCare
from intake.model.finding import Outcome, Severity
from intake.model.invoice import DocumentKind
from tests.checks.examples import ALMERE, INVOICE, LINE, TODAY, codes, lines, on_attachments, opened

REJECT, REVIEW, INFO = Severity.REJECT, Severity.REVIEW, Severity.INFO
WMO = {"product_code": "AL017", "product": "Individuele begeleiding midden", "referrer": "wijkteam"}
SILENT = replace(INVOICE, lines=lines("FACTUUR", "Begeleiding september 2026", "Totaal € 1.493,82"))
TELLING = replace(
    INVOICE,
    lines=lines(
        "Omschrijving Aantal Tarief", "Begeleiding, 10 uur", "Beschikkingsnummer: B-2026-12"
    ),
)


def line(**changes: Any) -> CareLine:
    return replace(LINE, **changes)


@pytest.mark.parametrize(
    ("check", "care", "expected"),
    [
        ("care-units", line(), [("absent", REVIEW)]),
        ("care-units", line(units=Decimal(10)), []),
        ("care-units", line(**WMO), []),
        ("care-units", line(product_code="99999", product="praten"), []),
        ("decision-number", line(), []),
        ("decision-number", line(referrer="Sociaal Wijkteam Haven"), [("absent", REVIEW)]),
        ("decision-number", line(referrer="01"), [("absent", REVIEW)]),
        ("decision-number", line(referrer="gecertificeerde instelling"), []),
        ("decision-number", line(**WMO), [("absent", REVIEW)]),
        ("decision-number", line(**WMO, decision_number="B-1"), []),
        (
            "decision-number",
            line(product_code=None, product="Huishoudelijke hulp", referrer="huisarts"),
            [("absent", REVIEW)],
        ),
    ],
)
def test_further_data_of_the_law(
    check: str, care: CareLine, expected: list[tuple[str, Severity]]
) -> None:
    """Regeling Jeugdwet art. 6a.1 lid 1 asks more than the page; it never refuses."""
    assert codes(on_attachments(check, opened(care), SILENT)) == expected


@pytest.mark.parametrize("check", ["care-units", "decision-number"])
@pytest.mark.parametrize("elsewhere", ["on the invoice", "not all read", "unread part"])
def test_what_stands_or_may_stand_elsewhere_is_not_missing(check: str, elsewhere: str) -> None:
    """The units stand on nearly every invoice; asking for them again makes a clerk blind for what
    is missing.
    """
    invoice = {
        "on the invoice": TELLING,
        "not all read": replace(SILENT, fully_read=False),
        "unread part": SILENT,
    }[elsewhere]
    care = opened(line(referrer="wijkteam"), unread=("2/2",) if elsewhere == "unread part" else ())

    assert codes(on_attachments(check, care, invoice)) == []


@pytest.mark.parametrize(
    ("care", "born", "expected"),
    [
        (line(), dt.date(2008, 10, 2), []),
        (line(), dt.date(2008, 10, 1), [("extended", INFO)]),
        (line(), dt.date(2003, 10, 2), [("extended", INFO)]),
        (line(), dt.date(2003, 10, 1), [("too-old", REVIEW)]),
        (line(), dt.date(2026, 10, 2), [("not-born", REVIEW)]),
        (line(**WMO), dt.date(2010, 1, 1), [("too-young", REVIEW)]),
        (line(**WMO), dt.date(1940, 2, 29), []),
        (line(product_code="99999", product="praten"), dt.date(1940, 2, 29), []),
        (line(), None, []),
    ],
)
def test_age_and_law(
    care: CareLine, born: dt.date | None, expected: list[tuple[str, Severity]]
) -> None:
    """Youth care ends at 18, or at 23 when it is extended; nobody is refused for a birthday, and no
    provider hears of it.
    """
    found = on_attachments("client-age", opened(replace(care, birth_date=born)))

    assert codes(found) == expected
    assert all(f.internal for f in found.findings)


IDENTIFIED = {"client_name": "A", "birth_date": dt.date(2016, 1, 1), "client_address": "B"}


@pytest.mark.parametrize(
    "manual",
    [{"secret_address": True}, {"bsn": None, "without_bsn": True}, {"bsn": None, **IDENTIFIED}],
)
def test_a_line_on_the_manual_road_refuses_nothing(manual: dict[str, Any]) -> None:
    """A child in hiding, or without a number: agreements apply that no rule knows (art. 6a.6)."""
    bare = line(
        referrer=None, product=None, product_code=None, period_start=None, period_end=None, **manual
    )
    results = checks.on_attachments(opened(bare), [INVOICE], ALMERE, TODAY)

    found = [f for r in results for f in r.findings]
    assert {f.check for f in found} >= {"bsn", "referrer", "product", "care-period"}
    assert {f.severity for f in found} == {REVIEW}
    assert all(f.internal for f in found)


def test_the_neighbours_of_a_manual_line_are_checked_as_ever() -> None:
    """One child in hiding must not let a whole sheet pass."""
    found = on_attachments(
        "referrer",
        opened(line(row=2, referrer=None), line(row=3, referrer=None, secret_address=True)),
    ).findings

    assert sorted((f.severity, "regel 2" in f.what, f.internal) for f in found) == [
        (REJECT, True, False),
        (REVIEW, False, True),
    ]


def test_a_wrong_number_of_a_child_in_hiding_asks_a_person() -> None:
    """Its agreement may replace the number by another."""
    assert codes(on_attachments("bsn", opened(line(bsn="999990018", secret_address=True)))) == [
        ("checksum", REVIEW),
        ("secret-address", REVIEW),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("week 52", [("unclear", REVIEW)]),
        ("december", [("unclear", REVIEW)]),
        ("week 52 2026", [("not-begun", REJECT)]),
        ("21-12-26 t/m 27-12-26", [("not-begun", REJECT)]),
        (None, [("not-begun", REJECT)]),
    ],
)
def test_a_year_that_nobody_wrote_beside_the_period_refuses_nothing(
    text: str | None, expected: list[tuple[str, Severity]]
) -> None:
    """Care of last December under a letter of January must not be refused as care of next December."""
    care = line(
        period_start=dt.date(2026, 12, 21), period_end=dt.date(2026, 12, 27), period_text=text
    )

    assert codes(on_attachments("care-period", opened(care))) == expected


# --- units -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        *[
            (text, Unit.MINUTE)
            for text in ("01", "1", "minuut", "Minuten", "min.", "per minuut", "01 Minuut")
        ],
        *[
            (text, Unit.HOUR)
            for text in (
                "04",
                "4",
                "uur",
                "Uren",
                "u",
                "per uur",
                "uur per week",
                "04 - uur",
                "hours",
            )
        ],
        *[(text, Unit.NIGHT) for text in ("14", "etmaal", "Etmalen", "nachten")],
        *[(text, Unit.DAY_PART) for text in ("16", "dagdeel", "Dagdelen", "Dagdeel (4 uur)")],
        *[
            (text, Unit.PIECE)
            for text in ("82", "84", "stuks", "stuk", "rit", "sessie", "Stuks (inspanning)")
        ],
        *[(text, Unit.EURO) for text in ("83", "euro", "EUR", "€", "Euro's")],
        *[(text, None) for text in (None, "", "per 5 minuten", "15 min", "maand", "99", "pakket")],
    ],
)
def test_units_in_words_and_codes(text: str | None, unit: Unit | None) -> None:
    """An hour that is taken for a minute makes a good line look wrong; what we do not know says
    nothing.
    """
    assert unit_of(text) is unit


def test_units_as_hours() -> None:
    """A dagdeel is four hours (WJ756 code 16)."""
    assert [
        hours(Decimal(90), unit) for unit in (Unit.MINUTE, Unit.HOUR, Unit.DAY_PART, Unit.NIGHT)
    ] == [Decimal(90) * (Decimal(1) / 60), 90, 360, None]


OCTOBER = {"unit": "uur", "amount": None}
FIRST, SECOND = {"period_end": dt.date(2026, 10, 1)}, {"period_start": dt.date(2026, 10, 2)}


@pytest.mark.parametrize(
    ("care", "expected"),
    [
        ([line(units=Decimal(744), **OCTOBER)], []),
        (
            [
                line(units=Decimal(400), **OCTOBER),
                line(row=3, product_code="45A57", units=Decimal(400), **OCTOBER),
            ],
            ["hours"],
        ),
        (
            [
                line(units=Decimal(400), **OCTOBER),
                line(row=3, bsn="999993653", units=Decimal(400), **OCTOBER),
            ],
            [],
        ),
        ([line(units=Decimal(187), unit="dagdeel")], ["hours"]),
        ([line(units=Decimal(186), unit="16")], []),
        (
            [
                line(units=Decimal(20), unit="14"),
                line(row=3, units=Decimal(12), unit="etmaal", product_code="44A09"),
            ],
            ["nights"],
        ),
        (
            [
                line(units=Decimal(24), **OCTOBER, **FIRST),
                line(row=3, units=Decimal(24), **OCTOBER, **SECOND),
            ],
            [],
        ),
        ([line(units=Decimal(25), **OCTOBER, **FIRST)], ["hours"]),
        ([line(units=Decimal(-800), **OCTOBER)], []),
    ],
)
def test_no_client_gets_more_care_than_the_days_have(
    care: list[CareLine], expected: list[str]
) -> None:
    """Two products of one child together may fill a day and no more; two children have two days."""
    found = on_attachments("care-amount", opened(*care))

    assert [f.code for f in found.findings] == expected


@pytest.mark.parametrize(
    ("units", "unit", "rate", "amount", "fits"),
    [
        ("600", "minuut", "0.867", "520.20", True),
        ("600", "minuut", "0.87", "520.20", True),
        ("600", "minuut", "52.02", "520.20", True),
        ("600", "minuut", "0.90", "520.20", False),
        ("10", "uur", "49.20", "492.00", True),
        ("10", "uur", "49.20", "492.02", False),
        ("500", "euro", "1", "500.00", True),
        ("500", "83", "100", "500.00", True),
        ("-10", "uur", "49.20", "-492.00", True),
    ],
)
def test_units_times_rate_is_the_amount(
    units: str, unit: str, rate: str, amount: str, fits: bool
) -> None:
    """A rate by the minute is printed rounded; that alone is no fault."""
    care = line(units=Decimal(units), unit=unit, rate=Decimal(rate), amount=Decimal(amount))

    assert (
        "product" not in [f.code for f in on_attachments("care-amount", opened(care)).findings]
    ) is fits


@pytest.mark.parametrize(
    ("changes", "law"),
    [
        ({}, Law.YOUTH),
        (WMO, Law.SUPPORT),
        ({"product_code": "53B99"}, Law.YOUTH),
        ({"product_code": "53B99", "law": "Wmo 2015"}, Law.SUPPORT),
        ({"product_code": None, "product": "Jeugdhulp ambulant"}, Law.YOUTH),
        ({"product_code": "99999", "product": "praten"}, None),
    ],
)
def test_the_law_of_a_line(changes: dict[str, Any], law: Law | None) -> None:
    """The two laws ask different things; a guess would ask the wrong ones."""
    assert law_of(line(**changes), ALMERE) is law


# --- double care -----------------------------------------------------------------------

SEPTEMBER = {"period_start": dt.date(2026, 9, 1), "period_end": dt.date(2026, 9, 30)}


@pytest.mark.parametrize(
    ("other", "doubled"),
    [
        ({}, True),
        ({"product_code": None}, True),
        ({"product_code": "45 a52", "product": None}, True),
        ({"period_start": dt.date(2026, 10, 31), "period_end": dt.date(2026, 11, 10)}, True),
        ({"period_start": dt.date(2026, 11, 1), "period_end": dt.date(2026, 11, 10)}, False),
        ({"bsn": "999993653"}, False),
        ({"bsn": None}, False),
        ({"product_code": "45A57"}, False),
        ({"amount": Decimal(-5)}, False),
        ({"period_end": None}, False),
    ],
)
def test_double_inside_one_attachment(other: dict[str, Any], doubled: bool) -> None:
    """The same line pasted twice is paid twice."""
    found = on_attachments(
        "duplicate-care", opened(line(), line(row=3, **SEPTEMBER), line(row=4, **other))
    )

    assert codes(found) == ([("inside", REVIEW)] if doubled else [])
    assert all(f.internal and "regel 2 en 4" in f.what for f in found.findings)


def test_every_row_that_overlaps_is_named() -> None:
    """A long line, a short one inside it and one at its end: all three are of one client and
    product.
    """
    rows = [(2, 1, 31), (3, 5, 6), (4, 31, 31), (5, 10, 20)]
    care = [
        line(row=row, period_start=dt.date(2026, 10, first), period_end=dt.date(2026, 10, last))
        for row, first, last in rows
    ]

    (found,) = on_attachments("duplicate-care", opened(*care)).findings

    assert "regel 2, 3, 4 en 5" in found.what


@given(st.lists(st.tuples(st.integers(1, 28), st.integers(0, 9)), min_size=1, max_size=12))
def test_rows_that_overlap_are_those_that_pairs_tell(periods: list[tuple[int, int]]) -> None:
    """One pass over thousands of lines must find what comparing each with each finds."""
    days = [
        (dt.date(2026, 10, first), dt.date(2026, 10, first) + dt.timedelta(more))
        for first, more in periods
    ]
    care = [
        line(row=row, period_start=start, period_end=end)
        for row, (start, end) in enumerate(days, 1)
    ]
    wanted = {
        i
        for i, a in enumerate(days, 1)
        for j, b in enumerate(days, 1)
        if i != j and a[0] <= b[1] and b[0] <= a[1]
    }

    found = on_attachments("duplicate-care", opened(*care)).findings

    assert {
        int(word.strip(".,"))
        for f in found
        for word in f.what.split()
        if word.strip(".,").isdigit()
    } == wanted


def test_earlier_mails_are_named_to_the_clerk_only() -> None:
    """The clerk needs the other case; nobody else may hear that there is one."""
    earlier = (
        EarlierCare(2, "AAAA-BBBB"),
        EarlierCare(3, "AAAA-BBBB"),
        EarlierCare(2, "CCCC-DDDD"),
    )

    found = on_attachments("duplicate-care", opened(line(), earlier_care=earlier))

    assert [(f.code, f.severity, f.internal, f.case) for f in found.findings] == [
        ("earlier", REVIEW, True, "AAAA-BBBB"), ("earlier", REVIEW, True, "CCCC-DDDD"),
    ]  # fmt: skip


def test_a_credit_note_declares_nothing() -> None:
    """It names the care that it takes back."""
    credit = replace(INVOICE, kind=DocumentKind.CREDIT_NOTE)

    assert (
        on_attachments("duplicate-care", opened(line(), line(row=3)), credit).outcome
        is Outcome.NOT_APPLICABLE
    )


def test_double_care_cannot_refuse_whatever_a_profile_says() -> None:
    """A severity can be lowered, never raised."""
    strict = ALMERE.model_copy(update={"severities": {"duplicate-care": REJECT}})

    assert codes(on_attachments("duplicate-care", opened(line(), line(row=3)), of=strict)) == [
        ("inside", REVIEW)
    ]
