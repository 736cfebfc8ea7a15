"""How dates are written, one line each."""

from __future__ import annotations

import pytest

from intake.text.dates import dates_in, exists


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("3 oktober 2018", ["2018-10-03"]),
        ("03-10-2018", ["2018-10-03"]),
        ("3-10-'18", ["2018-10-03"]),
        ("2018-10-03", ["2018-10-03"]),
        ("October 3rd, 2018", ["2018-10-03"]),
        ("3. März 2018", ["2018-03-03"]),
        ("3 10 2018", ["2018-10-03"]),
        ("10/13/2018", ["2018-10-13"]),
        ("31-02-2026", ["2026-02-31"]),
        ("01-09-2026 t/m 30-09-2026", ["2026-09-01", "2026-09-30"]),
        ("20261003", []),
        ("036-5212345", []),
        ("1.2.3.4", []),
    ],
)
def test_dates(text: str, dates: list[str]) -> None:
    """The date of issue would be another day, or a phone number a date."""
    assert [date for _, _, date in dates_in(text)] == dates


def test_digits_alone_are_a_date_only_where_one_is_expected() -> None:
    """Every number of eight digits would be a date."""
    assert [date for _, _, date in dates_in("20261003", compact=True)] == ["2026-10-03"]


@pytest.mark.parametrize(
    ("date", "real"), [("2026-02-28", True), ("2026-02-29", False), ("2028-02-29", True)]
)
def test_days_of_the_calendar(date: str, real: bool) -> None:
    """An invoice of 29 February would be refused in a leap year."""
    assert exists(date) is real
