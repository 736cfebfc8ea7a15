"""Dates as they are written, to ISO 8601: "3 oktober 2018", "03-10-2018", "3-10-'18", "2018-10-03",
"October 3rd, 2018".

The day comes first; a date that does not exist keeps its digits ("2026-02-31").
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from intake.text.caching import remembered
from intake.text.vocabulary import words

_OF_MONTH = words("months")
MONTHS = tuple(names[0] for names in _OF_MONTH.values())
MONTHS_EN = tuple(map(str.title, _OF_MONTH))
_MONTHS = {
    name: number for number, names in enumerate(_OF_MONTH.values(), start=1) for name in names
}
_ENDINGS = {
    first: sorted((name[1:] for name in _MONTHS if name[0] == first), key=len, reverse=True)
    for first in sorted({name[0] for name in _MONTHS})
}
_WORD = "|".join(f"{first}(?:{'|'.join(endings)})" for first, endings in _ENDINGS.items())
_YEAR = r"(?:(?:19|20)\d\d|['’‘`´]\s?\d\d|\d\d)(?!\d)"
# A pattern that begins with a digit lets the search leap from digit to digit; what may not stand
# before that digit is asked behind it.
_NUMERIC = re.compile(
    rf"(\d(?<![\d.,/-]\d)\d?)\s?([-./–−])\s?(\d{{1,2}})\s?\2\s?({_YEAR})(?![-/]\d)"
)
_NAMED = re.compile(
    rf"(\d(?<![\w.,/]\d)\d?)(?=[\s.\-/]{{0,4}}[^\W\d_])\s?(?:e|ste|de|st|nd|rd|"
    rf"th)?[\s.\-/]{{0,3}}(?:of\s)?({_WORD})\b[\s.\-/,]{{0,3}}({_YEAR})",
    re.IGNORECASE,
)
_SPACED = re.compile(r"(?<![\d.,/-])(\d{1,2}) (\d{1,2}) ((?:19|20)\d\d)(?!\d)")
_ISO = re.compile(
    r"(?<![\d.,/-])((?:19|20)\d\d)\s?([-./–])\s?(\d{1,2})\s?\2\s?(\d{1,2})(?!\d)(?:T[\d:.Z+-]+)?"
)
_COMPACT = re.compile(r"(?<![\w.,/-])((?:19|20)\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?![\w-])")
_ENGLISH = re.compile(
    rf"(?<!\w)({_WORD})\.?\s(\d{{1,2}})(?:st|nd|rd|th)?,?\s((?:19|20)\d\d)(?!\d)", re.IGNORECASE
)


@remembered
def dates_in(text: str, compact: bool = False) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, ISO date) of every date in ``text``, left to right; ``compact`` takes
    20261003 too.
    """
    if not any(map(str.isdigit, text)):
        return
    whole_year = "19" in text or "20" in text  # every form but two has a year of four digits
    packed: list[_Dated] = []
    if compact:
        packed = list(_found(_COMPACT, (1, 2, 3), text)) if whole_year else []
        if not packed:
            yield from dates_in(text)
            return
    end = -1
    found = (*_spelled(text, whole_year), *packed)
    for start, stop, value in sorted(found, key=lambda f: (f[0], -f[1])):
        if start >= end:
            yield start, stop, value
            end = stop


_Dated = tuple[int, int, str]


def _spelled(text: str, whole_year: bool) -> Iterator[_Dated]:
    """Dates with something between day, month and year."""
    yield from _found(_NUMERIC, (4, 3, 1), text)
    named = text.upper() != text.lower()  # a month's name has letters
    if named:
        yield from _found(_NAMED, (3, 2, 1), text)
    if whole_year:
        yield from _found(_ISO, (1, 3, 4), text)
        yield from _found(_SPACED, (3, 2, 1), text)
    if whole_year and named:
        yield from _found(_ENGLISH, (3, 1, 2), text)


def _found(form: re.Pattern[str], groups: tuple[int, int, int], text: str) -> Iterator[_Dated]:
    """Dates of one form; ``groups``: those of year, month (a number or a name) and day."""
    year, month, day = groups
    for match in form.finditer(text):
        number = _MONTHS.get(match[month].casefold(), match[month])
        if str(number).isdigit():
            yield *match.span(), _iso(match[year], str(number), match[day])


def exists(date: str) -> bool:
    """True when the ISO date is a day of the calendar."""
    year, month, day = (int(part) for part in date.split("-"))
    days = (
        31,
        29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28,
        31,
        30,
        31,
        30,
        31,
        31,
        30,
        31,
        30,
        31,
    )
    return 1 <= month <= 12 and 1 <= day <= days[month - 1]


def _iso(year: str, month: str, day: str) -> str:
    digits = "".join(filter(str.isdigit, year))
    full = (
        int(digits)
        if len(digits) == 4
        else 2000 + int(digits)
        if int(digits) < 70
        else 1900 + int(digits)
    )
    m, d = int(month), int(day)
    if m > 12 and 1 <= d <= 12:
        m, d = d, m
    return f"{full:04d}-{m:02d}-{d:02d}"
