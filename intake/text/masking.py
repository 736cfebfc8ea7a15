"""Client numbers (BSN) kept out of everything we say.

An 11-test hit is not a BSN: every RSIN and one in eleven random numbers pass it. So a number is
masked when it has 8 or 9 digits, passes the test, and stands near a word for a client; and, because
a leak is worse than a star too many, an invoice number is also masked when it passes and does not
begin with a year.
"""

from __future__ import annotations

import re
import unicodedata

from intake.model.document import Line
from intake.model.invoice import Evidence, Invoice
from intake.text.bsn import passes_eleven_test

_CLIENT_WORD = re.compile(
    r"\b(bsn|b\.s\.n|burger\s*service\s*n|sofi|cli[eë]nt|jeugdige|pati[eë]nt|bewoner|deelnemer|"
    r"inwoner|kind\b|zoon\b|dochter|verzekerde|budgethouder|"
    r"zorgvrager|child\b)",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\d+")
_SPACED = re.compile(r"\d(?:[\W_]{0,2}\d)*")
_WIDELY_SPACED = re.compile(r"\d(?:[\W_]{0,3}\d)*")
_BETWEEN = r"\s?[./_\-\u2010-\u2015]\s?|\s"
_GROUPED = tuple(
    re.compile(rf"(?<!\d)(?=(\d{{{a}}}(?:{_BETWEEN})\d{{{b}}}(?:{_BETWEEN})\d{{{c}}})(?!\d))")
    for a, b, c in ((4, 2, 3), (3, 3, 3), (3, 2, 4), (2, 3, 3), (2, 3, 4), (4, 3, 2), (2, 4, 3))
)
"""How people write a BSN in groups, also beside another number."""
_BEFORE = 40
"""Characters before a number in which a word for a client tells whose it is."""
_YEAR = re.compile(r"(?:19|20)\d\d")


def near_client_word(invoice: Invoice, value: str, evidence: Evidence | None) -> bool:
    """True when the value, wherever it stands on the page, has a word for a client in its own or a
    neighbouring line.

    Without known lines nobody can tell, and then it counts as near.
    """
    if not invoice.lines:
        return True
    wanted = _only_digits(value)
    if not wanted:
        return False
    places = [
        line
        for line in invoice.lines
        if wanted in _only_digits(line.text) or (evidence and _neighbours(line, evidence))
    ]
    return any(
        _CLIENT_WORD.search(line.text)
        for place in places
        for line in invoice.lines
        if _neighbours(line, place)
    )


def masked(text: str, near_client: bool = False) -> str:
    """The text with each number that could be a client's BSN turned into stars.

    Numbers written in groups (1112.22.333) count as one number. Far from a word for a client a
    number that begins with a year is left: that is how invoices are numbered.

    >>> masked("Regel 12 9999.96.782"), masked("Factuur 2026-10-123")
    ('Regel 12 ****.**.***', 'Factuur 2026-10-123')
    """
    if near_client:
        return _WIDELY_SPACED.sub(_starred_near, text)
    groups = [match.span(1) for form in _GROUPED for match in form.finditer(text)]
    for start, end in groups:
        text = text[:start] + _starred(text, start, end) + text[end:]
    for pattern in (_SPACED, _DIGITS):
        text = pattern.sub(lambda found: _starred(found.string, *found.span()), text)
    return text


def _starred_near(found: re.Match[str]) -> str:
    number = found.group()
    return _stars(number) if _holds_client_number(_only_digits(number)) else number


def _starred(text: str, start: int, end: int) -> str:
    """A number of the text, in stars when it could be a client's."""
    digits = _only_digits(text[start:end])
    near = _CLIENT_WORD.search(text[max(0, start - _BEFORE) : start])
    hidden = _holds_client_number(digits) if near else _doubtful(digits)
    return _stars(text[start:end]) if hidden else text[start:end]


def _doubtful(digits: str) -> bool:
    year = _YEAR.match(digits)
    if year and passes_eleven_test(digits[4:]):
        return True
    return not year and passes_eleven_test(digits)


def _holds_client_number(digits: str) -> bool:
    return passes_eleven_test(digits) or any(
        passes_eleven_test(digits[i : i + 9]) for i in range(len(digits) - 8)
    )


def _stars(text: str) -> str:
    return re.sub(r"\d", "*", text)


def _only_digits(text: str) -> str:
    """Digits of every script, as 0 to 9."""
    return "".join(str(unicodedata.digit(char)) for char in text if char.isdigit())


def _near(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    return a[1] - 14 <= b[3] and b[1] <= a[3] + 14


def _neighbours(line: Line, place: Line | Evidence) -> bool:
    return line.page == place.page and _near(line.box, place.box)
