"""Dates as they are written, to ISO 8601: "3 oktober 2018", "03-10-2018", "3-10-'18", "2018-10-03",
"October 3rd, 2018".

The day comes first; a date that does not exist keeps its digits ("2026-02-31").
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from functools import lru_cache

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
_FULL_YEAR = r"(?:(?:19|20)\d\d|['’‘`´]\s?\d\d)(?!\d)"
_YEAR = rf"(?:{_FULL_YEAR}|\d\d(?!\d))"
_SIGN = "[-./–−‐‑—]"
_NO_LETTER = r"(?![^\W\d_])"
_NTH = r"(?:ste|de|er|e|st|nd|rd|th)?"
_DAY = r"(\d(?<![\w.,/]\d)\d?)"
_MONTH = rf"({_WORD}){_NO_LETTER}"
_FOUR_DIGITS = r"((?:19|20)\d\d)"
_NO_COUNT = (
    r"(?![-/.:,]?\d)(?!\s?(?:uur|uren|dag|dgn|days?|we[e]?k|maand|month|min|hours?|euro?|stuks|km|"
    rf"[x%€]|(?:{_WORD}){_NO_LETTER}))"
)
"""Behind two digits that could be a year: not the number of something, nor the day of a month."""
# A pattern that begins with a digit lets the search leap from digit to digit; what may not stand
# before that digit is asked behind it.
_NUMERIC = re.compile(
    rf"(\d(?<![\d.,/-]\d)\d?)\s?({_SIGN})\s?(\d{{1,2}})\s?\2\s?({_YEAR})(?![-/.]\d)"
)
_NAMED = re.compile(
    rf"{_DAY}(?=[\s.\-/]{{0,4}}[^\W\d_])\s?{_NTH}"
    rf"[\s.\-/]{{0,3}}(?:of\s)?{_MONTH}[\s.\-/,]{{0,3}}({_FULL_YEAR})",
    re.IGNORECASE,
)
_NAMED_SHORT = re.compile(
    rf"{_DAY}(?=[\s.\-/]{{0,4}}[^\W\d_]){_NTH}\.?([\s\-/]?)"
    rf"{_MONTH}\.?\2(\d\d)(?!\d){_NO_COUNT}",
    re.IGNORECASE,
)
"""With a year of two digits, set apart from the month as the month is from the day."""
_BEHIND_NUMBER = re.compile(
    rf"(?<=[\w)]{{3}}[/|;,–-])(\d{{1,2}})(?:\s?({_SIGN})\s?(\d{{1,2}})\s?\2\s?|"
    rf"\s?{_MONTH}[\s.]{{0,2}}){_FOUR_DIGITS}(?![-/.]?\d)",
    re.IGNORECASE,
)
"""Right behind a longer number: 80101911/13.11.2026."""
_SPACED = re.compile(r"(?<![\d.,/-])(\d{1,2}) (\d{1,2}) ((?:19|20)\d\d)(?!\d)")
_ISO = re.compile(
    rf"(?<![\d.,/-]){_FOUR_DIGITS}\s?({_SIGN})\s?(\d{{1,2}})\s?\2\s?(\d{{1,2}})(?!\d)"
    r"(?:T[\d:.Z+-]+)?"
)
_ISO_BEHIND_NUMBER = re.compile(r"(?<=\w{3}[/|;,])((?:19|20)\d\d)-(\d\d)-(\d\d)(?![-/.]?\d)")
_YEAR_FIRST = re.compile(
    rf"(?<![\w.,/-]){_FOUR_DIGITS}[\s.\-/,]{{1,2}}{_MONTH}[\s.\-/,]{{1,2}}"
    rf"(\d{{1,2}})(?!\d){_NO_COUNT}",
    re.IGNORECASE,
)
_COMPACT = re.compile(r"(?<![\w.,/-])((?:19|20)\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?![\w-])")
_ENGLISH = re.compile(
    rf"(?<!\w)({_WORD})[.\s\-/]{{1,2}}(\d{{1,2}})(?:st|nd|rd|th)?[\s,.\-/]{{1,2}}({_FULL_YEAR})",
    re.IGNORECASE,
)
_MISSPELT = re.compile(
    rf"{_DAY}(?=[\s.\-/]{{1,3}}[^\W_]){_NTH}[\s.\-/]{{1,3}}"
    rf"([^\W_]{{4,11}})[\s.\-/,]{{0,3}}({_FULL_YEAR})",
    re.IGNORECASE,
)
_PACKED = re.compile(r"(?<![\w.,/-])(\d{6}|\d{8})(?![\w/-]|[.,]\d)")
_UNEVEN = re.compile(
    rf"(\d(?<![\w.,/:-]\d)\d?)[\s./,:;\-–−‐‑—\\_·|]{{1,3}}(\d{{1,2}})[\s./,:;\-–−‐‑—\\_·|]{{1,3}}"
    rf"({_FULL_YEAR}|(?<!:)\d\d(?!\d))(?![-/.,:]?\d)"
)
_SHORT_YEAR = re.compile(r"['’‘`´]\s?\d\d")
_DAY_AND_MONTH = re.compile(
    rf"(?<![\w/.-])\d{{1,2}}{_NTH}(?:[\s.\-/]{{0,3}}(?:{_WORD}){_NO_LETTER}\.?|\s?[-/.]\s?\d{{1,2}}(?!\d))"
    r"[\s\-/.]{0,2}$|(?<![\w/.-])\d{1,2}$",
    re.IGNORECASE,
)
_ROMAN = re.compile(
    rf"{_DAY}\s?([-./ ])\s?(I{{2,3}}|IV|VI{{1,3}}|IX|XI{{1,2}}|(?<! )[IVX])\s?\2\s?({_FULL_YEAR})"
)
"""With the month as a Roman number: 13-XI-2026; a lone letter between spaces is none: "kamer 4 V 2025"."""
_NUMERALS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
_ROMANS = {numeral: str(number) for number, numeral in enumerate(_NUMERALS, start=1)}
_SLIPS = re.compile(r"(?<![^\W_])(?=[OoIl]*\d)\d*[OoIl][\dOoIl]*(?![^\W_])")
"""Digits with a letter typed for one of them: l3-11-2O26."""
_AS_DIGITS = str.maketrans("OoIl", "0011")
_AGE = 5
"""Years by which two readings of six digits must differ for the later one to be the only one."""


@remembered
def dates_in(text: str, compact: bool = False) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, ISO date) of every date in ``text``, left to right; ``compact`` takes
    20261003 too.
    """
    if not any(map(str.isdigit, text)):
        return
    text = _SLIPS.sub(lambda match: match[0].translate(_AS_DIGITS), text)
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


def announced_dates_in(text: str) -> list[tuple[int, int, str]]:
    """As :func:`dates_in`, with what is a date only where a label says so: 131126, 13112026,
    13-11/26. Digits that can be two days are told twice, the likelier first.
    """
    found = list(dates_in(text, compact=True))
    uneven = [] if found else list(_found(_UNEVEN, (3, 2, 1), text))
    for start, end, value in uneven:
        if exists(value):
            found.append((start, end, value))
    for match in _PACKED.finditer(text):
        if not any(start <= match.start() < end for start, end, _ in found):
            found += [(*match.span(), value) for value in _unpacked(match[1])]
    return sorted(found, key=lambda each: each[0])


def day_and_month(text: str) -> bool:
    """True when ``text`` ends with a day and its month, or a day alone: a date may go on behind it."""
    return _DAY_AND_MONTH.search(text) is not None


def month_and_year(text: str) -> bool:
    """True when ``text`` is a month's name with its year, and nothing else: "juli 2026", "jul. '26"."""
    return _MONTH_AND_YEAR.fullmatch(text) is not None


_MONTH_AND_YEAR = re.compile(rf"(?:{_WORD})[\s./'’–-]{{0,3}}(?:20)?\d\d", re.IGNORECASE)


def _unpacked(digits: str) -> list[str]:
    """The days that 131126 or 13112026 can be: in the Dutch order, or the year first."""
    if len(digits) == 8:
        read = [_iso(digits[4:], digits[2:4], digits[:2])] if digits[4:6] in ("19", "20") else []
    else:
        read = [_iso(year, digits[2:4], day) for year, day in _ends(digits)]
    real = [value for value in dict.fromkeys(read) if exists(value)]
    newest = max((int(value[:4]) for value in real), default=0)
    return [value for value in real if newest - int(value[:4]) < _AGE]


def _ends(digits: str) -> tuple[tuple[str, str], tuple[str, str]]:
    return (digits[4:], digits[:2]), (digits[:2], digits[4:])


_Dated = tuple[int, int, str]


def _spelled(text: str, whole_year: bool) -> Iterator[_Dated]:
    """Dates with something between day, month and year."""
    yield from _found(_NUMERIC, (4, 3, 1), text)
    named = text.upper() != text.lower()  # a month's name has letters
    if named:
        yield from _found(_NAMED, (3, 2, 1), text)
        yield from _found(_NAMED_SHORT, (4, 3, 1), text)
        yield from _misspelt(text)
    if whole_year:
        yield from _found(_ISO, (1, 3, 4), text)
        yield from _found(_SPACED, (3, 2, 1), text)
        yield from _found(_ROMAN, (4, 3, 1), text)
        yield from _behind_numbers(text)
        if named:
            yield from _found(_YEAR_FIRST, (1, 2, 3), text)
    if named and (whole_year or _SHORT_YEAR.search(text)):
        yield from _found(_ENGLISH, (3, 1, 2), text)


def _found(form: re.Pattern[str], groups: tuple[int, int, int], text: str) -> Iterator[_Dated]:
    """Dates of one form; ``groups``: those of year, month (a number or a name) and day."""
    year, month, day = groups
    for match in form.finditer(text):
        number = _ROMANS.get(match[month]) or _MONTHS.get(match[month].casefold(), match[month])
        if str(number).isdigit():
            yield *match.span(), _iso(match[year], str(number), match[day])


def _behind_numbers(text: str) -> Iterator[_Dated]:
    for match in _BEHIND_NUMBER.finditer(text):
        month = match[3] or _MONTHS.get(match[4].casefold())
        value = _iso(match[5], str(month), match[1]) if month else ""
        if value and exists(value):
            yield *match.span(), value
    for start, end, value in _found(_ISO_BEHIND_NUMBER, (1, 2, 3), text):
        if exists(value):
            yield start, end, value


def _misspelt(text: str) -> Iterator[_Dated]:
    """Dates whose month has a slip of the pen that leaves one month only: "13 novmber 2026"."""
    for match in _MISSPELT.finditer(text):
        if month := _nearest_month(match[2].casefold()):
            yield *match.span(), _iso(match[3], str(month), match[1])


_ALIKE = 0.78
_DIGITS_FOR_LETTERS = str.maketrans("015", "ois")
_LONGER_NAMES = tuple(name for name in _MONTHS if len(name) >= 5)


@lru_cache(maxsize=512)
def _nearest_month(word: str) -> int | None:
    """The month that a misspelt word means; None when it is no month, or could be two."""
    word = word.translate(_DIGITS_FOR_LETTERS)
    begun = {_MONTHS[name] for name in _LONGER_NAMES if len(word) > 3 and name.startswith(word)}
    if len(begun) == 1:
        return begun.pop()
    if word in _MONTHS or sum(map(str.isalpha, word)) < 5:
        return _MONTHS.get(word)
    near: dict[int, float] = {}
    for name in _LONGER_NAMES:
        if name[0] == word[0]:
            alike = SequenceMatcher(None, word, name).ratio()
            near[_MONTHS[name]] = max(alike, near.get(_MONTHS[name], 0.0))
    close = [month for month, alike in near.items() if alike >= _ALIKE]
    return close[0] if len(close) == 1 else None


def exists(date: str) -> bool:
    """True when the ISO date is a day of the calendar."""
    try:
        dt.date.fromisoformat(date)
    except ValueError:
        return False
    return True


def _iso(year: str, month: str, day: str) -> str:
    digits = "".join(filter(str.isdigit, year))
    full = int(digits)
    if len(digits) != 4:
        full += 2000 if full < 70 else 1900
    m, d = int(month), int(day)
    if m > 12 and 1 <= d <= 12:
        m, d = d, m
    return f"{full:04d}-{m:02d}-{d:02d}"
