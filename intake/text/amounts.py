"""Amounts of money as they are written: "€ 1.234,56", "EUR 49,99", "1.234,-", "1,234.56", "€
-9,32", "9,32-".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from intake.text.caching import remembered

_AMOUNT = re.compile(
    r"(?<![\w.,/])(?P<open>\()?(?P<s1>[-–−]\s?)?(?P<cur>(?:€|(?:EUR|euro|eur|Euro)(?![A-Za-z]))\s{0,3})?(?P<s2>[-–−]\s?)?"
    r"(?P<num>\d{1,3}(?:[.,'"
    r" \u00a0\u202f]\d{3}){1,4}(?![\d])(?:[.,]\d{1,2}(?!\d))?|\d{1,9}(?:[.,]\d{1,2}(?!\d))?)"
    r"(?P<dash>[.,][-–—=]{1,2})?(?P<after>\s?(?:€|EUR\b|euro\b|eur\b)(?!\s?[-–−]?\s?\d))?(?P<s3>\s?[-–−](?![\w\d"
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
        number, currency = match["num"], bool(match["cur"] or match["after"])
        rest = text[match.end() : match.end() + 2]
        if (
            rest[:1] in ("%",)
            or (len(rest) == 2 and rest[0] in ".,/-:" and rest[1].isdigit())
            or (rest[:1].isalnum())
            or rest == " %"
        ):
            continue
        start, end = match.span()
        if " " in number and not match["cur"]:
            start, number = match.start("num") + number.rindex(" ") + 1, number.rsplit(" ", 1)[1]
            if not _decimals(number):
                continue
        if not (currency or match["dash"] or _decimals(number) == 2):
            continue
        value = _value(number)
        if value is None or value > LARGEST:
            continue
        negative = (
            match["s1"]
            or match["s2"]
            or match["s3"]
            or match["cr"]
            or (match["open"] and match["close"])
        )
        if match["s1"] and not match["cur"] and start and text[:start].rstrip()[-1:].isalnum():
            negative = match["s1"] == match["s1"].rstrip() and text[start - 1 : start] == " "
        yield start, end, -value if negative else value, currency


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


def _value(number: str) -> Decimal | None:
    decimals = _decimals(number)
    digits = "".join(c for c in number if c.isdigit())
    if not digits or len(digits) > 13:
        return None
    cents = digits + "0" * (2 - decimals)
    return Decimal(f"{cents[:-2]}.{cents[-2:]}")
