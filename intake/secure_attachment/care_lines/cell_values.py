"""Values of cells: numbers of clients, amounts and words, as sheets and people write them."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal, InvalidOperation

from intake.text.vocabulary import words

Cell = str | Decimal | dt.date | None
"""A text, a number or a date as the sheet itself types it; None when empty."""

MAX_TEXT = 300

_GROUPED = re.compile(r"(?<!\d)\d(?:[ .\-\u00a0]?\d){7,8}(?!\d)")
_WORDS = words("care_lines")
_NOTHING = re.compile("|".join(_WORDS["nothing"]), re.IGNORECASE)
_NUMBER = re.compile(
    r"-?\s?\d{1,3}(?:[."
    r" '\u00a0]\d{3})+(?:,\d{1,4})?|-?\s?\d{1,3}(?:,\d{3})+\.\d{1,4}|-?\s?\d{1,12}(?:[.,]\d{1,6})?"
)
_HOURS = re.compile(
    r"(\d{1,4})\s?(?::|u(?:ur|ren)?\.?)\s?([0-5]\d)(?::00)?(?:\s?m(?:in)?\w*\.?)?", re.IGNORECASE
)
_COUNTED = f"(?:{'|'.join(_WORDS['counted'])})"
_BESIDE_A_NUMBER = re.compile(rf"(?i)€|\beuro?s?\b|(?<![^\W\d]){_COUNTED}(?![^\W\d])\.?|[.,]-+$")
_NUMBER_AND_UNIT = re.compile(rf"[\d\s.,:'-]+({_COUNTED})\.?", re.IGNORECASE)
_NO_DIGIT = re.compile(r"\D")
_NO_CENTS = re.compile(r"[.,]0+$")
_BETWEEN_DIGITS = re.compile(r"[\s.\-]+")
_BETWEEN_THOUSANDS = re.compile(r"[\s'\u00a0]")
_THOUSANDS = re.compile(r"(?<=[1-9])\.\d{3}$|\d\d\.\d{3}$")


def text_of(cell: Cell) -> str | None:
    """One line of text, at most 300 characters; None when nothing stands there ("n.v.t.", "-")."""
    if isinstance(cell, Decimal):
        return format(cell.normalize(), "f")
    if isinstance(cell, dt.date):
        return cell.isoformat()
    text = " ".join((cell or "")[: 4 * MAX_TEXT].split())[:MAX_TEXT]
    return None if not text or _NOTHING.fullmatch(text) else text


def bsn_of(cell: Cell) -> str | None:
    """A BSN as written, without spaces and dots; a number that a sheet made of it is written out
    again.

    Words around one number of 8 or 9 digits are left away. What has no digit is no BSN.
    """
    text = text_of(cell)
    if text is None or not any(map(str.isdigit, text)):
        return None
    numbers = {_NO_DIGIT.sub("", found) for found in _GROUPED.findall(text)}
    if len(numbers) == 1:
        return numbers.pop()
    return _BETWEEN_DIGITS.sub("", _NO_CENTS.sub("", text))[:40] or None


def number_of(cell: Cell) -> Decimal | None:
    """An amount or a count; the comma is the decimal sign unless the number itself says otherwise.
    "1:30" is one and a half.
    """
    if isinstance(cell, Decimal):
        return cell
    text = text_of(cell) if isinstance(cell, str) else None
    if text is None:
        return None
    if clock := _HOURS.fullmatch(text):
        return (Decimal(clock[1]) + Decimal(clock[2]) / 60).quantize(Decimal("0.0001")).normalize()
    stripped = _BESIDE_A_NUMBER.sub("", text).strip()
    found = _NUMBER.fullmatch(stripped)
    if not found:
        return None
    return _decimal(_BETWEEN_THOUSANDS.sub("", found.group()))


def unit_in(cell: Cell) -> str | None:
    """The word behind a number ("10 uur"); None when there is none."""
    found = _NUMBER_AND_UNIT.fullmatch(text_of(cell) or "") if isinstance(cell, str) else None
    return found[1].lower() if found else None


def _decimal(digits: str) -> Decimal | None:
    comma, point = digits.rfind(","), digits.rfind(".")
    if comma >= 0 and point >= 0:
        digits = digits.replace("." if comma > point else ",", "")
    elif point >= 0 and (digits.count(".") > 1 or _THOUSANDS.search(digits)):
        digits = digits.replace(".", "")
    try:
        return Decimal(digits.replace(",", "."))
    except InvalidOperation:
        return None
