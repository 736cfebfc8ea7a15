"""Periods of care as providers write them."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.secure_attachment.care_lines.period import read_period
from tests.timing import cpu_seconds

SEPTEMBER = (dt.date(2026, 9, 1), dt.date(2026, 9, 30))


@pytest.mark.parametrize(
    "text",
    [
        "september 2026", "Sep 2026", "sept. '26", "sep-26", "2026-09", "09-2026", "9/2026",
        "202609", "maand 9 2026",
        "01-09-2026 t/m 30-09-2026", "1-9-2026 - 30-9-2026", "1/9/2026-30/9/2026",
        "01.09.2026–30.09.2026", "01-09-26 t/m 30-09-26",
        "2026-09-01/2026-09-30", "20260901-20260930", "1 t/m 30 september 2026",
        "1-30 september 2026", "01-09 t/m 30-09-2026", "1-9-2026 t/m 30-9",
        "van 1 september 2026 tot en met 30 september 2026", "1 sep t/m 30 sep 2026",
        "01-09-2026 30-09-2026", "Zorgperiode september 2026",
    ],
)  # fmt: skip
def test_one_month_in_every_spelling(text: str) -> None:
    """A period that we do not understand would have a good attachment looked at by hand, or
    refused.
    """
    assert read_period(text) == SEPTEMBER


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("week 36 2026", "2026-08-31", "2026-09-06"),
        ("2026-W36", "2026-08-31", "2026-09-06"),
        ("weken 36 t/m 39 2026", "2026-08-31", "2026-09-27"),
        ("3e kwartaal 2026", "2026-07-01", "2026-09-30"),
        ("Q3 2026", "2026-07-01", "2026-09-30"),
        ("aug t/m sept 2026", "2026-08-01", "2026-09-30"),
        ("november t/m februari 2026", "2025-11-01", "2026-02-28"),
        ("20 december - 3 januari 2026", "2025-12-20", "2026-01-03"),
        ("2026", "2026-01-01", "2026-12-31"),
        ("04-09-2026", "2026-09-04", "2026-09-04"),
    ],
)
def test_other_periods(text: str, start: str, end: str) -> None:
    """Weeks, quarters and periods over the turn of the year are ordinary."""
    assert read_period(text) == (dt.date.fromisoformat(start), dt.date.fromisoformat(end))


@pytest.mark.parametrize(
    "text", ["", "onbekend", "31-09-2026", "september", "periode 9", "zie factuur", "99 2026 99"]
)
def test_what_is_not_understood_is_not_guessed(text: str) -> None:
    """A guessed period could refuse a good invoice."""
    assert read_period(text) == (None, None)


def test_an_open_end_stays_open() -> None:
    """Care that goes on has no last day yet."""
    assert read_period("vanaf 01-09-2026") == (dt.date(2026, 9, 1), None)
    assert read_period("t/m 30-09-2026") == (None, dt.date(2026, 9, 30))


_DAYS = st.dates(dt.date(2000, 1, 1), dt.date(2068, 12, 31))


@given(_DAYS, _DAYS, st.sampled_from([" t/m ", " - ", " tot en met ", "–"]))
def test_two_written_days_are_read_as_written(first: dt.date, last: dt.date, between: str) -> None:
    """The checks judge the days; the reader must not change them, also not when they are swapped."""
    assert read_period(f"{first:%d-%m-%Y}{between}{last:%d-%m-%Y}") == (first, last)


@given(st.text(max_size=200), st.one_of(st.none(), st.integers(2000, 2100)))
def test_any_text_ends(text: str, year: int | None) -> None:
    """No text whatever may raise."""
    read_period(text, year)


def test_long_runs_end_fast() -> None:
    """A cell of a megabyte must not hang the reader."""
    texts = ("1 " * 500_000, "t/m " * 250_000, "a" * 1_000_000, "1-" * 500_000)

    assert cpu_seconds(lambda: [read_period(text) for text in texts], enough=1) < 1
