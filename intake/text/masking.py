"""Client numbers (BSN) kept out of everything we say.

An 11-test hit is not a BSN: every RSIN and one in eleven random numbers pass it. So a number is
masked when it has 8 or 9 digits, passes the test, and stands near a word for a client; and, because
a leak is worse than a star too many, an invoice number is also masked when it passes and does not
begin with a year.
"""

from __future__ import annotations

import re

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
    """
    if near_client:
        return _SPACED.sub(
            lambda m: (
                _stars(m.group()) if _holds_client_number(_only_digits(m.group())) else m.group()
            ),
            text,
        )
    text = _SPACED.sub(
        lambda m: _stars(m.group()) if _doubtful(_only_digits(m.group())) else m.group(), text
    )
    return _DIGITS.sub(lambda m: _stars(m.group()) if _doubtful(m.group()) else m.group(), text)


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
    return re.sub(r"\D", "", text)


def _near(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    return a[1] - 14 <= b[3] and b[1] <= a[3] + 14


def _neighbours(line: Line, place: Line | Evidence) -> bool:
    return line.page == place.page and _near(line.box, place.box)
