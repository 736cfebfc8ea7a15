"""Amounts of money as they are written: "€ 1.234,56", "EUR 49,99", "1.234,-", "1,234.56", "€
-9,32", "9,32-".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from intake.text.caching import remembered

_AMOUNT = re.compile(
    r"(?<![\w.,/])(?P<open>\()?(?P<s1>[-–−]\s?)?(?P<cur>(?:€|(?:EUR|euro|eur|"
    r"Euro)(?![A-Za-z]))\s{0,3})?(?P<s2>[-–−]\s?)?"
    r"(?P<num>\d{1,3}(?:[.,'"
    r" \u00a0\u202f]\d{3}){1,4}(?![\d])(?:[.,]\d{1,2}(?!\d))?|\d{1,9}(?:[.,]\d{1,2}(?!\d))?)"
    r"(?P<dash>[.,][-–—=]{1,2})?(?P<after>\s?(?:€|EUR\b|euro\b|"
    r"eur\b)(?!\s?[-–−]?\s?\d))?(?P<s3>\s?[-–−](?![\w\d"
    r" ])|[-–−](?=\s))?"
    r"(?P<close>\))?(?P<cr>\s?(?:CR|cr)\b)?"
)
_SIGN = re.compile(r"[.,€]|[Ee]ur|EUR")
"""Without one of these a number has no currency sign, no decimals and no dash, so it is no
amount."""
_PERCENT = re.compile(r"(?<![\d.,])(?P<num>\d{1,2}(?:[.,]\d{1,2})?)\s?(?:%|procent|percent|pct)")
_PLAIN_NUMBER = re.compile(r"(?<![\w.,])\d{1,6}(?:[.,]\d{1,4})?(?![\w]|[.,]\d)")
LARGEST = Decimal("99999999.99")


@remembered
def amounts_in(text: str) -> Iterator[tuple[int, int, Decimal, bool]]:
    """Yield (start, end, value, has a currency sign) of every amount in ``text``.

    A number without a currency sign counts only with two decimals or with ",-".
    """
    if not _SIGN.search(text) or not any(map(str.isdigit, text)):
        return
    for match in _AMOUNT.finditer(text):
        start, number = _number(match)
        currency = bool(match["cur"] or match["after"])
        if _goes_on(text[match.end() : match.end() + 2]) or not number:
            continue
        if not (currency or match["dash"] or _decimals(number) == 2):
            continue
        value = _value(number)
        if value <= LARGEST:
            negative = _is_negative(match, text, start)
            yield start, match.end(), -value if negative else value, currency


def _goes_on(rest: str) -> bool:
    """True when what follows makes it a percentage, a date, or another number."""
    return (
        rest[:1] == "%"
        or rest == " %"
        or rest[:1].isalnum()
        or (len(rest) == 2 and rest[0] in ".,/-:" and rest[1].isdigit())
    )


def _number(match: re.Match[str]) -> tuple[int, str]:
    """Where the amount starts, and its number: without a sign in front the last of several numbers
    with spaces between; empty when that is none.
    """
    number = match["num"]
    if " " not in number or match["cur"]:
        return match.start(), number
    last = number.rsplit(" ", 1)[1]
    return match.end("num") - len(last), last if _decimals(last) else ""


def _is_negative(match: re.Match[str], text: str, start: int) -> bool:
    if match["s1"] and not match["cur"] and start and text[:start].rstrip()[-1:].isalnum():
        # a dash behind a word: a minus only when it stands at its number, and apart from the word
        return match["s1"] == match["s1"].rstrip() and text[start - 1 : start] == " "
    signs = (match["s1"], match["s2"], match["s3"], match["cr"])
    return any(signs) or bool(match["open"] and match["close"])


@remembered
def rates_in(text: str) -> Iterator[tuple[int, int, Decimal]]:
    """Yield (start, end, percentage) of every percentage from 0 to 30."""
    if "%" not in text and "pro" not in text and "per" not in text and "pct" not in text:
        return
    for match in _PERCENT.finditer(text):
        rate = Decimal(match["num"].replace(",", "."))
        if rate <= 30:
            yield (
                match.start(),
                match.end(),
                rate.normalize() if rate == rate.to_integral() else rate,
            )


def numbers_in(text: str) -> Iterator[Decimal]:
    """Yield every plain number of at most six digits before its decimals: a quantity, a price."""
    for match in _PLAIN_NUMBER.finditer(text.replace("€", " ")):
        yield Decimal(match[0].replace(",", "."))


def _decimals(number: str) -> int:
    """Digits behind the last separator, when it is a decimal one."""
    at = max(number.rfind("."), number.rfind(","))
    digits = len(number) - at - 1
    return digits if at >= 0 and digits in (1, 2) else 0


def _value(number: str) -> Decimal:
    cents = "".join(filter(str.isdigit, number)) + "0" * (2 - _decimals(number))
    return Decimal(f"{cents[:-2]}.{cents[-2:]}")
