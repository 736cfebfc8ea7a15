"""Values of cells: numbers of clients, amounts and words, as sheets and people write them."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from decimal import Decimal, InvalidOperation

from intake.text.bsn import passes_eleven_test
from intake.text.dates import dates_in
from intake.text.vocabulary import words

Cell = str | Decimal | dt.date | None
"""A text, a number or a date as the sheet itself types it; None when empty."""

MAX_TEXT = 300

UNREAD = "\ufffd"
"""Something stands in the cell, and nobody can tell what: a formula that no program computed, an
error of one, a number that lost its digits."""

_NOT_COMPUTED = re.compile(
    r"\ufffd+|#{3,}|#[A-Z/0_]{2,13}[!?]?|#N/[AB]|(?:Err|Fout|Error):\d{3}|=[A-Za-z(+\-\"'$@].*"
    r"|(?:Loading|Laden|Bezig met laden)(?:\.{2,3}|…)"
)
"""As sheets show it: a column too narrow for its number, "#REF!", "Err:508", the formula itself."""
_AS_TEXT = re.compile(r"=\"([^\"]*)\"|'([^']*)'|'(?=\d)(.*)")
"""The ways to keep a sheet from taking a text for a number."""
_EQUAL_SIGNS = str.maketrans(
    dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212\ufe63\uff0d", "-")
    | dict.fromkeys("’‘´`′ʼ＇", "'")
)
_ZERO = re.compile(
    r"(?:€|eur)?\s*(?:-+|-?0+(?:[.,:]0*)*-*)\s*(?:€|euro?)?"
    r"|0?0[-/ ](?:0?1|jan\w*\.?)[-/ ](?:19)?00|0?1[-/ ]0?[01][-/ ]1900|3[01]-12-1899"
    r"|1899-12-3[01]|1900-0[01]-0[01]",
    re.IGNORECASE,
)
"""Nothing, as a sheet shows it for a number, an amount, a time or a day."""
_FIRST_DAY = dt.date(1900, 1, 2)
_SCIENTIFIC = re.compile(r"(\d{1,12})(?:[.,](\d{1,20}))? ?E ?\+?(\d{1,2})", re.IGNORECASE)
_THOUSANDS_BSN = re.compile(r"\d{1,3}(?:[,']\d{3}){2}")
_GROUPED = re.compile(r"(?<!\d)\d(?:[ .\-/_·']?\d){7,8}(?!\d)")
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
_BESIDE_A_NUMBER = re.compile(rf"(?i)[€¤]|\beuro?s?\b|(?<![^\W\d]){_COUNTED}(?![^\W\d])\.?|[.,]-+$")
_NUMBER_AND_UNIT = re.compile(rf"[\d\s.,:'-]+({_COUNTED})\.?", re.IGNORECASE)
_NO_DIGIT = re.compile(r"\D")
_NO_CENTS = re.compile(r"(?<=^\d{7})[.,]0+$|(?<=^\d{8})[.,]0+$|(?<=^\d{9})[.,]0+$")
_BETWEEN_DIGITS = re.compile(r"[\s.\-/_·]+")
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


def cleaned(cell: Cell) -> Cell:
    """A text with the digits, spaces and signs that everybody types, and without what is not seen.

    Digits of every script, also of full width; no zero-width signs, soft hyphens and marks of
    direction; what keeps a sheet from taking a text for a number is left away.
    """
    if not isinstance(cell, str):
        return cell
    if not cell.isascii():
        cell = "".join(map(_typed, cell.translate(_EQUAL_SIGNS)))
    if cell[:1] in ("=", "'") and (kept := _AS_TEXT.fullmatch(cell.strip())):
        return kept[kept.lastindex or 0]
    return cell


def _typed(sign: str) -> str:
    if sign.isascii():
        return sign
    kind = unicodedata.category(sign)
    if kind == "Nd":
        return str(unicodedata.digit(sign))
    if kind == "Cf":
        return ""
    if kind in ("Zs", "Zl", "Zp"):
        return " "
    return chr(ord(sign) - 0xFEE0) if "\uff01" <= sign <= "\uff5e" else sign


def is_unread(cell: Cell) -> bool:
    """Whether something stands there that nobody can read."""
    return isinstance(cell, str) and bool(_NOT_COMPUTED.fullmatch(cell.strip()))


def is_zero(cell: Cell) -> bool:
    """Whether a sheet says "nothing" there: a zero, in the form of a number, an amount, a time or a
    day.
    """
    if isinstance(cell, dt.date):
        return cell < _FIRST_DAY
    return cell == 0 if isinstance(cell, Decimal) else bool(_ZERO.fullmatch((cell or "x").strip()))


def is_date(cell: Cell) -> bool:
    """Whether this is one day and nothing else."""
    if isinstance(cell, str) and any(map(str.isdigit, cell)):
        text = cell.strip()
        return any((start, end) == (0, len(text)) for start, end, _ in dates_in(text))
    return isinstance(cell, dt.date)


def bsn_of(cell: Cell) -> str | None:
    """A BSN as written, without spaces and dots; a number that a sheet made of it is written out
    again.

    Words around one number of 8 or 9 digits are left away. What has no digit is no BSN; ``UNREAD``
    when digits were lost, or when nobody can tell which of them are the number.
    """
    text = text_of(cell)
    if text is None or is_unread(text) or is_date(cell):
        return text and UNREAD
    if not any(map(str.isdigit, text)):
        return None
    if scientific := _SCIENTIFIC.fullmatch(text):
        return _whole(scientific) or UNREAD
    text = _NO_CENTS.sub("", text)
    if _THOUSANDS_BSN.fullmatch(text):
        text = re.sub("[,']", "", text)
    return _only_number(without_dates(text, "|"))


def _only_number(text: str) -> str:
    """The number in a text that has one of 8 or 9 digits, or that is one; else unread."""
    numbers = {_NO_DIGIT.sub("", found) for found in _GROUPED.findall(text)}
    if len(numbers) == 1:
        return numbers.pop()
    number = _BETWEEN_DIGITS.sub("", text)
    several = number != text and len(number) > 10
    if number[:1] == "0" and len(number) == 10 and passes_eleven_test(number[1:]):
        return UNREAD  # a zero too many, or a phone number
    return number[:40] if number.isdecimal() and not several else UNREAD


def without_dates(text: str, sign: str) -> str:
    """A text with this sign for each character of its dates."""
    for start, end, _ in dates_in(text):
        text = text[:start] + sign * (end - start) + text[end:]
    return text


def is_scientific(cell: Cell) -> bool:
    """Whether a sheet showed a large number as 9,99990019E+08."""
    return isinstance(cell, str) and bool(_SCIENTIFIC.fullmatch(text_of(cell) or ""))


def _whole(scientific: re.Match[str]) -> str | None:
    """The digits of a number such as 9,99990019E+08; None when it does not tell them all."""
    whole, decimals, exponent = scientific[1], scientific[2] or "", int(scientific[3])
    rest = decimals[exponent:]
    if exponent > len(decimals) or exponent > 12 or rest.strip("0"):
        return None
    return (whole + decimals[:exponent]).lstrip("0") or None


def number_of(cell: Cell) -> Decimal | None:
    """An amount or a count; the comma is the decimal sign unless the number itself says otherwise.
    "1:30" is one and a half.
    """
    if isinstance(cell, Decimal):
        return cell
    text = text_of(cell) if isinstance(cell, str) else None
    if text is None:
        return None
    if scientific := _SCIENTIFIC.fullmatch(text):
        return Decimal(whole) if (whole := _whole(scientific)) else None
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
