"""The citizen service number (burgerservicenummer, BSN)."""

from __future__ import annotations

from stdnum.nl import bsn

_FEWEST = 7
"""Digits of a number after its noughts: what has fewer is nobody's."""


def passes_eleven_test(digits: str) -> bool:
    """True for 8 or 9 digits that could be a BSN (11-proef).

    Shorter numbers are none, whatever stdnum fills up.
    """
    return (
        len(digits) in (8, 9)
        and digits.isascii()
        and digits.isdigit()
        and int(digits) > 0
        and bsn.checksum(digits.zfill(9)) == 0
    )


def client_number(typed: str) -> str | None:
    """A BSN as a person types it, in nine digits; None when it cannot be one."""
    digits = "".join(each for each in typed if each not in " .-\N{NO-BREAK SPACE}")
    return digits.zfill(9) if passes_eleven_test(digits) else None


def stands_in(text: str, number: str | None) -> bool:
    """Whether a text holds a client's number, however the digits of the two are written, with or
    without the noughts before it. Noughts alone, or a few digits, are no number of a client.
    """
    digits = _digits(number or "").lstrip("0")
    return len(digits) >= _FEWEST and digits in _digits(text)


def _digits(text: str) -> str:
    return "".join(filter(str.isdecimal, text))
