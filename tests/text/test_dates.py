"""How dates are written, one line each."""

from __future__ import annotations

import pytest

from intake.text.dates import MONTHS, announced_dates_in, dates_in, exists


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


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("2026 okt 29", ["2026-10-29"]),
        ("2026-okt-29", ["2026-10-29"]),
        ("2026, november 13", ["2026-11-13"]),
        ("Nov-13-2026", ["2026-11-13"]),
        ("Nov. 13, '26", ["2026-11-13"]),
        ("13november2026", ["2026-11-13"]),
        ("13NOV26", ["2026-11-13"]),
        ("13-nov-26", ["2026-11-13"]),
        ("13 nov. 26 te Almere", ["2026-11-13"]),
        ("1er novembre 2026", ["2026-11-01"]),
        ("13\u201111\u20112026", ["2026-11-13"]),
        ("80101911/13.11.2026", ["2026-11-13"]),
        ("80101911/2026-11-13", ["2026-11-13"]),
        ("80101918/13 november 2026", ["2026-11-13"]),
        ("HK-2026-1601/13-11-2026", ["2026-11-13"]),
        ("1 juli/31 juli", []),
        ("1 juli 31 juli", []),
        ("1 juli - 31 december", []),
        ("18 september - 30 dagen", []),
        ("18 september 30 dagen", []),
        ("12 juli 30 uur", []),
        ("12 juli 30,5 uur", []),
        ("2026 mei 12 uur", []),
        ("12/13 november 2026", []),
        ("13 november", []),
    ],
)
def test_dates_in_other_spellings(text: str, dates: list[str]) -> None:
    """A good invoice would be refused as undated, or the end of a period be a day of 2031."""
    assert [date for _, _, date in dates_in(text)] == dates


@pytest.mark.parametrize("month", range(1, 13))
@pytest.mark.parametrize("slip", ["dropped", "doubled", "swapped"])
def test_one_slip_in_the_name_of_a_month(month: int, slip: str) -> None:
    """An invoice whose date was typed in haste would be refused as undated, or get another month."""
    name = MONTHS[month - 1]
    for at in range(1, len(name) - 1):
        typed = {
            "dropped": name[:at] + name[at + 1 :],
            "doubled": name[:at] + name[at] + name[at:],
            "swapped": name[:at] + name[at + 1] + name[at] + name[at + 2 :],
        }[slip]
        found = [date for _, _, date in dates_in(f"13 {typed} 2026")]
        assert found == [f"2026-{month:02d}-13"] or (found == [] and len(name) <= 5)


@pytest.mark.parametrize(
    "text",
    ["3 maanden 2026", "5 kaarten 2026", "10 meters 2026", "8 sessies 2026", "2 kinderen 2026"],
)
def test_a_word_between_numbers_is_no_month(text: str) -> None:
    """The number of something in a year would be the date of the invoice."""
    assert list(dates_in(text)) == []


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("131126", ["2026-11-13"]),
        ("13112026", ["2026-11-13"]),
        ("20261113", ["2026-11-13"]),
        ("261113", ["2026-11-13"]),
        ("251126", ["2026-11-25", "2025-11-26"]),
        ("13 11 26", ["2026-11-13"]),
        ("13-11/2026", ["2026-11-13"]),
        ("13-11 2026", ["2026-11-13"]),
        ("13_11_2026", ["2026-11-13"]),
        ("13,11,2026", ["2026-11-13"]),
        ("13 | 11 | 2026", ["2026-11-13"]),
        ("2026-0011", []),
        ("61532874", []),
        ("01-07/31-07", []),
        ("1311", []),
    ],
)
def test_what_is_a_date_only_where_a_label_says_so(text: str, dates: list[str]) -> None:
    """A date without signs would be missed at its label; of two possible days one would be taken."""
    assert [date for _, _, date in announced_dates_in(text)] == dates


def test_digits_alone_are_a_date_only_where_one_is_expected() -> None:
    """Every number of eight digits would be a date."""
    assert [date for _, _, date in dates_in("20261003", compact=True)] == ["2026-10-03"]


@pytest.mark.parametrize(
    ("date", "real"), [("2026-02-28", True), ("2026-02-29", False), ("2028-02-29", True)]
)
def test_days_of_the_calendar(date: str, real: bool) -> None:
    """An invoice of 29 February would be refused in a leap year."""
    assert exists(date) is real
