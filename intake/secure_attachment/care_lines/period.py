"""Periods of care as Dutch providers write them, to a first and a last day (zorgperiode).

"september 2026", "01-09-2026 t/m 30-09-2026", "1 t/m 30 september 2026", "week 36 2026", "2026-09",
"3e kwartaal 2026". What cannot be understood gives no dates; it is never guessed.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re

from intake.text.dates import dates_in, exists

MAX_TEXT = 120

Period = tuple[dt.date | None, dt.date | None]

_NOTHING: Period = (None, None)
_JOIN = r"\s*(?:t/m|t\.?/?\s?m\.?|tot en met|tot|en|until|to|–|—|-|/|&|\+)\s*"
_WHOLE_YEAR = re.compile(r"(?:heel |jaar |kalenderjaar )?((?:19|20)\d\d)", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
_WORD = re.compile(
    r"(?<![^\W\d_])([^\W\d_]{3,10})\.?(?:[\s\-/.]*(?:((?:19|20)\d\d)(?!\d)|['’]\s?(\d\d)(?!\d)|[\s\-](\d\d)(?![\d\-/.])))?"
)
_MONTHS = (
    re.compile(r"(?<![\d\-/.])((?:19|20)\d\d)\s?[-/.]?\s?(0[1-9]|1[0-2]|[1-9])(?![\d])(?![-/.]\d)"),
    re.compile(r"(?<![\d\-/.])(0?[1-9]|1[0-2])\s?[-/.]\s?((?:19|20)\d\d)(?!\d)"),
)
_WEEK = re.compile(
    rf"\b(?:week|weken|weeknr|weeknummer|wk|w)\.?\s*(?:nr\.?\s*)?(\d{{1,2}})(?!\d)(?:{_JOIN}(?:week|wk|w)?\.?\s*(\d{{1,2}})(?!\d))?",
    re.IGNORECASE,
)
_QUARTER = re.compile(
    r"\b(?:q|kw|kwartaal)\.?\s?([1-4])\b|\b([1-4])\s?(?:e|ste|de)?\s?(?:kwartaal|kw)\b",
    re.IGNORECASE,
)
_PART = r"(\d{1,2})(?:\s?[-/. ]\s?(\d{1,2}|[^\W\d_]{3,10})\.?)?"
_PART_BEFORE = re.compile(rf"(?<![\d]){_PART}{_JOIN}$", re.IGNORECASE)
_PART_AFTER = re.compile(rf"^{_JOIN}{_PART}(?!\d)", re.IGNORECASE)
_DAY_AND_MONTH = r"(\d{1,2})\s?[-/. ]\s?(\d{1,2}|[^\W\d_]{3,10})"
_TWO_PARTS = re.compile(rf"(?<!\d){_DAY_AND_MONTH}{_JOIN}{_DAY_AND_MONTH}(?!\d)", re.IGNORECASE)
_OPEN_END = re.compile(
    r"\b(?:vanaf|sinds|m\.?i\.?v|per|met ingang van|start|from|since)\W{0,3}$", re.IGNORECASE
)
_OPEN_START = re.compile(r"(?:t/m|tot en met|\btot|until)\W{0,3}$", re.IGNORECASE)
_GLUED = (
    re.compile(r"((?:19|20)\d\d-\d\d-\d\d)\s?[-/–—]\s?((?:19|20)\d\d-\d\d-\d\d)"),
    re.compile(r"((?:19|20)\d\d)\s?[-/–—]\s?(\d{1,2}([-/.])\d{1,2}\3\d{2,4}(?!\d))"),
    re.compile(r"(?<!\d)((?:19|20)\d{6})\s?[-/–—]\s?((?:19|20)\d{6})(?!\d)"),
)
"""Two dates with the sign between them that also stands inside them."""
_MONTH_NUMBER = re.compile(r"\b(?:maand|mnd|month)\W{0,3}(\d{1,2})(?!\d)", re.IGNORECASE)
_GOES_ON = re.compile(rf"^{_JOIN}(?:heden|nu|doorlopend|\.\.\.|…)?\s*$", re.IGNORECASE)


def read_period(text: str, year: int | None = None) -> Period:
    """First and last day of a period.

    Args:
        text: as written.
        year: the year that another column tells, for "september" and "week 36".

    Returns:
        Both days; one of them None when the text leaves it open; both None when the text is not
        understood.
    """
    text = " ".join(text[: 4 * MAX_TEXT].split())[:MAX_TEXT]
    for glued in _GLUED:
        text = glued.sub(r"\1 t/m \2", text)
    dates = list(dates_in(text, compact=True))
    if any(not exists(value) for _, _, value in dates):
        return _NOTHING
    if len(dates) >= 2:
        return _day(dates[0][2]), _day(dates[-1][2])
    if dates:
        return _around(text, *dates[0])
    found = _YEAR.search(text)
    year = int(found.group(1)) if found else year
    for reader in (_weeks, _quarter, _two_parts, _named_months, _numbered_months, _whole_year):
        if (period := reader(text, year)) is not None:
            return period
    return _NOTHING


def month_of(day: dt.date) -> Period:
    """The whole month in which a day lies."""
    return day.replace(day=1), day.replace(day=calendar.monthrange(day.year, day.month)[1])


def read_day(text: str) -> dt.date | None:
    """The one date in a text; None when there is none, or one that does not exist."""
    dates = list(dates_in(text[:MAX_TEXT], compact=True))
    return _day(dates[0][2]) if len(dates) == 1 and exists(dates[0][2]) else None


def _day(iso: str) -> dt.date:
    return dt.date.fromisoformat(iso)


def _around(text: str, start: int, end: int, iso: str) -> Period:
    """One full date, with a day or a day and month beside it, an open end, or alone."""
    day = _day(iso)
    before, after = text[:start], text[end:]
    if part := _PART_BEFORE.search(before):
        return _beside(part, day, -1), day
    if part := _PART_AFTER.search(after):
        return day, _beside(part, day, 1)
    if _OPEN_START.search(before):
        return None, day
    if _OPEN_END.search(before) or (_GOES_ON.search(after) and after.strip()):
        return day, None
    return day, day


def _beside(part: re.Match[str], day: dt.date, side: int) -> dt.date | None:
    """The day before (``side`` -1) or after a full date, in the year that puts it there."""
    other = _partly(part[1], part[2], day)
    if other is None or part[2] is None or (other - day).days * side >= 0:
        return other
    return _years_on(other, side)


def _partly(day: str, month: str | None, like: dt.date) -> dt.date | None:
    number = like.month if month is None else int(month) if month.isdigit() else _month(month)
    try:
        return dt.date(like.year, number or 0, int(day))
    except ValueError:
        return None


def _years_on(day: dt.date, years: int) -> dt.date:
    leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year + years, day=28 if leap_day else day.day)


def _month(word: str) -> int | None:
    """Number of a month's name in any language that dates are read in."""
    named = next(iter(dates_in(f"1 {word} 2000")), None)
    return int(named[2][5:7]) if named else None


def _weeks(text: str, year: int | None) -> Period | None:
    found = _WEEK.search(text)
    if not found or year is None:
        return None
    first = int(found[1])
    last = max(first, int(found[2] or first))
    try:
        return dt.date.fromisocalendar(year, first, 1), dt.date.fromisocalendar(year, last, 7)
    except ValueError:
        return _NOTHING


def _quarter(text: str, year: int | None) -> Period | None:
    found = _QUARTER.search(text)
    if not found or year is None:
        return None
    first = 3 * int(found.group(1) or found.group(2)) - 2
    return dt.date(year, first, 1), month_of(dt.date(year, first + 2, 1))[1]


def _two_parts(text: str, year: int | None) -> Period | None:
    """ "01-09 t/m 30-09" with the year told elsewhere."""
    found = _TWO_PARTS.search(text)
    if not found or year is None:
        return None
    like = dt.date(year, 1, 1)
    first, last = _partly(found[1], found[2], like), _partly(found[3], found[4], like)
    if first is None or last is None:
        return None
    return _years_on(first, -1) if first > last else first, last


def _named_months(text: str, year: int | None) -> Period | None:
    """ "september 2026", "sept t/m nov 2026", "november 2025 - januari 2026", "sep '26"."""
    months: list[tuple[int, int | None]] = []
    for found in _WORD.finditer(text):
        number = _month(found.group(1))
        if number is not None:
            months.append((number, _year_at(found)))
    if not months:
        return None
    last_month, last_year = months[-1][0], months[-1][1] or year
    if last_year is None:
        return _NOTHING
    first_month, first_year = months[0][0], months[0][1] or last_year
    if len(months) > 1 and months[0][1] is None and first_month > last_month:
        first_year -= 1
    return dt.date(first_year, first_month, 1), month_of(dt.date(last_year, last_month, 1))[1]


def _year_at(month: re.Match[str]) -> int | None:
    if month[2]:
        return int(month[2])
    short = month[3] or month[4]
    return 2000 + int(short) if short else None


def _numbered_months(text: str, year: int | None) -> Period | None:
    """ "2026-09", "09-2026", "202609", and two of them; "maand 9" of a known year."""
    month = _MONTH_NUMBER.search(text)
    if month and year is not None and 1 <= int(month[1]) <= 12:
        return month_of(dt.date(year, int(month[1]), 1))
    found = [(m.start(), int(m[1]), int(m[2])) for m in _MONTHS[0].finditer(text)] or [
        (m.start(), int(m[2]), int(m[1])) for m in _MONTHS[1].finditer(text)
    ]
    if not found or len(found) > 2:
        return None
    return dt.date(found[0][1], found[0][2], 1), month_of(dt.date(found[-1][1], found[-1][2], 1))[1]


def _whole_year(text: str, year: int | None) -> Period | None:
    found = _WHOLE_YEAR.fullmatch(text.strip())
    return (dt.date(int(found[1]), 1, 1), dt.date(int(found[1]), 12, 31)) if found else None
