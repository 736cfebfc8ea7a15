"""KvK, btw, IBAN, postcode and phone numbers as they are written, to their compact form, valid or
not.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from functools import lru_cache

import phonenumbers
from stdnum import iban as iban_number
from stdnum.eu import vat as eu_vat
from stdnum.nl import btw as nl_btw

from intake.text.caching import remembered

_IBAN_LENGTH = {
    "NL": 18,
    "BE": 16,
    "DE": 22,
    "FR": 27,
    "GB": 22,
    "LU": 20,
    "AT": 20,
    "CH": 21,
    "ES": 24,
    "IT": 27,
    "PT": 25,
    "PL": 28,
    "IE": 22,
    "DK": 18,
    "SE": 24,
    "FI": 18,
    "NO": 15,
    "LT": 20,
    "EE": 20,
    "LV": 21,
    "CZ": 24,
    "SK": 24,
    "HU": 28,
    "RO": 24,
    "BG": 22,
    "HR": 21,
    "SI": 19,
    "GR": 27,
    "CY": 28,
    "MT": 31,
    "LI": 21,
    "MC": 27,
    "SM": 27,
    "IS": 26,
}
_IBAN = re.compile(
    r"(?:(?<![A-Za-z0-9])|(?=[A-Z]{2}\d\d))([A-Za-z]{2})[ \u00a0.\-]?([0-9OoIl]{2})((?:["
    r" \u00a0.\-]{0,2}[A-Za-z0-9]){8,32})"
)
_BTW = re.compile(
    r"(?:(?<![A-Za-z0-9])|(?<=[A-Za-z])(?=NL[ .]?\d))(?:([Nn][Ll])[ .\-]{0,2})?"
    r"((?:[0-9Oo][ .]{0,2}){7,11})[.\- ]{0,2}([Bb])[ .\-]{0,2}([0-9Oo]["
    r" .]?[0-9Oo])(?:(?![A-Za-z0-9])|(?=[A-Z][A-Za-z]{2}))"
)
_BTW_CORE = re.compile(r"[0-9Oo][ .\-]{0,4}[Bb][ .\-]{0,2}[0-9Oo]")
"""What every Dutch btw number holds."""
_BARE_NL = re.compile(r"(?<![A-Za-z0-9])[Nn][Ll][ .]{0,2}((?:\d[ .]?){8,12})(?![A-Za-z0-9])")
_FOREIGN_VAT = re.compile(
    r"(?<![A-Za-z0-9])([A-Z]{2})[ .\-]?((?:[A-Z0-9][ .\-]?){7,13})(?![A-Za-z0-9])"
)
_FOREIGN = frozenset({*_IBAN_LENGTH, "EL", "XI"}) - {"NL"}
_POSTCODE = re.compile(
    r"(?<![\w.])(?:NL[\s\-–]{0,2})?([1-9]\d{3})\s{0,2}(?:([A-Z]{2})(?:(?![A-Za-z0-9])|(?=[A-Z][a-z]))|"
    r"((?<!,\d{4})(?<!,\d{4}\s)[a-z]{2}(?=\s+[A-Z])))"
)
_POSTCODE_CORE = re.compile(r"[1-9]\d\d\d\s{0,2}[A-Za-z]")
_DIGITS = re.compile(r"\d(?<![\w.,]\d)(?:[ .\u00a0]?\d){4,14}(?![\w]|[.,]\d)")
_DASHES = "\\-–\u2010\u2011\u2012\u2014\u00ad"
_PHONE = re.compile(
    rf"[+0(](?:(?<!\w[+0(])|(?<=(?<!\w)[TtMm][+0(]))(?<![\W\d]\.[+0(])(?:(?:(?<=\+)|(?<=0)0|(?<=\()\+)\s?\(?\d{{1,3}}\)?[\s./{_DASHES}]*"
    rf"(?:[(\[]\s?0\s?[)\]]|0(?=\s?\())?(?:[\s./(){_DASHES}]{{0,3}}\d){{7,12}}|"
    rf"(?:(?<=0)|(?<=\()0)(?:\d{{1,3}}|(?<=\(0)(?=\)))\)?(?:[\s./(){_DASHES}]{{0,3}}\d){{6,9}})(?!\w|[.,]\d)"
)
"""Begun with its first sign, so that the search leaps from one to the next; a T or M alone may be
glued to it."""


@remembered
def ibans_in(text: str) -> Iterator[tuple[int, int, str, bool]]:
    """Yield (start, end, compact IBAN, complete); ``complete`` is False when it may go on behind
    the text's end.
    """
    at = 0
    while match := _IBAN.search(text, at):
        at = match.start() + 2
        if found := _iban_at(text, match):
            yield match.start(), *found
            at = found[0]


def _iban_at(text: str, match: re.Match[str]) -> tuple[int, str, bool] | None:
    """(end, compact IBAN, complete) of what begins as an account; None for another number."""
    start, country = match.start(), match[1].upper()
    length = _length_at(text, match)
    if length is None:
        return None
    compact, end = _compact(text, match, length)
    glued = text[start - 1 : start].isalnum() and not text[start - 1].islower()
    whole = len(compact) == length and _ends_number(text, end, compact)
    if whole and (iban_valid(compact) or (not glued and _looks_right(compact, country))):
        return end, compact, True
    return None if glued else _broken_iban(text, match, compact, end)


def _length_at(text: str, match: re.Match[str]) -> int | None:
    """The length of an account of a country; None in a web address and for a btw number."""
    country = match[1].upper()
    in_address = match[1].islower() and text[match.start() - 1 : match.start()] == "."
    if in_address or (country == "NL" and _BTW.match(text, match.start())):
        return None
    return _IBAN_LENGTH.get(country)


def _broken_iban(
    text: str, match: re.Match[str], compact: str, end: int
) -> tuple[int, str, bool] | None:
    """(end, compact IBAN, complete) of an account with a slip, or one that the text's end cuts short."""
    start, last = match.start(), len(text.rstrip())
    country = match[1].upper()
    if country == "NL" and (odd := _odd_dutch(text[start : match.end()])):
        end = start + odd[0]
        return end, odd[1], end < last or len(odd[1]) >= 18
    digits = sum(map(str.isdigit, compact))
    cut = len(compact) < _IBAN_LENGTH[country] and match.end() >= last
    return (end, compact, False) if cut and 2 * digits > len(compact) else None


def _compact(text: str, match: re.Match[str], length: int) -> tuple[str, int]:
    """At most so many letters and digits of a match, and where they end in the text."""
    compact, end = "", match.start()
    for i in range(match.start(), match.end()):
        if text[i].isalnum():
            compact, end = compact + text[i].upper(), i + 1
        if len(compact) == length:
            break
    return compact, end


def _ends_number(text: str, end: int, compact: str) -> bool:
    """True when nothing goes on at ``end``, or a word that begins there by a slip ("00Tel",
    "00BIC").
    """
    if end >= len(text) or not text[end].isalnum():
        return True
    return text[end].isalpha() and text[end - 1].isdigit() and iban_valid(compact)


_ODD_DUTCH = re.compile(
    r"NL[ .\-]?[0-9OIL]{2}[ .\-]{0,2}([A-Z][ .]?){4}[ .\-]{0,2}((?:[0-9O][ .\-]{0,2}){2,13})",
    re.IGNORECASE,
)


def _odd_dutch(text: str) -> tuple[int, str] | None:
    match = _ODD_DUTCH.match(text)
    if not match:
        return None
    shown = match[0].rstrip(" .-")
    return len(shown), "".join(filter(str.isalnum, shown.upper()))


def _looks_right(compact: str, country: str) -> bool:
    digits = sum(map(str.isdigit, compact[4:]))
    return (
        (compact[4:8].isalpha() and digits >= 9)
        if country == "NL"
        else digits >= 0.7 * len(compact[4:])
    )


@lru_cache(maxsize=512)
def iban_valid(compact: str) -> bool:
    """True when length and mod 97 are right; the country's own check digits do not count."""
    return len(compact) == _IBAN_LENGTH.get(compact[:2], -1) and bool(
        iban_number.is_valid(compact, check_country=False)
    )


@remembered
def btws_in(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, compact btw number with NL) for Dutch forms; letters O stay as they are
    written.
    """
    if not _BTW_CORE.search(text):
        return
    for match in _BTW.finditer(text):
        yield (
            match.start(),
            match.end(),
            "NL" + "".join(filter(str.isalnum, (match[2] + match[3] + match[4]).upper())),
        )


@remembered
def vat_ids_in(text: str) -> Iterator[tuple[int, int, str]]:
    """As :func:`btws_in`, with foreign EU numbers and broken Dutch ones; for text behind a btw
    label only.
    """
    dutch = btws_in(text)
    yield from dutch
    if dutch:
        return
    for match in _BARE_NL.finditer(text):
        yield match.start(), match.end(), "NL" + "".join(filter(str.isdigit, match[1]))
    for match in _FOREIGN_VAT.finditer(text):
        compact = "".join(filter(str.isalnum, match[0]))
        if match[1] in _FOREIGN and _is_foreign_vat(compact):
            yield match.start(), match.end(), compact


def _is_foreign_vat(compact: str) -> bool:
    """True for a valid number of at least six digits, and for any with seven behind its country."""
    digits = sum(map(str.isdigit, compact))
    return digits >= 6 and (vat_valid(compact) or sum(map(str.isdigit, compact[2:])) >= 7)


@lru_cache(maxsize=512)
def vat_valid(compact: str) -> bool:
    """True for a valid Dutch btw number or foreign EU number (checksum only; no register is
    asked).
    """
    if compact.startswith("NL"):
        return len(compact) == 14 and bool(nl_btw.is_valid(compact))
    return bool(eu_vat.is_valid(compact))


@remembered
def digits_in(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, digits) of every group of 5 to 15 digits, spaces and dots between them
    allowed.
    """
    for match in _DIGITS.finditer(text):
        yield match.start(), match.end(), "".join(filter(str.isdigit, match[0]))


def first_digits(text: str, lengths: Container[int]) -> tuple[int, int, str] | None:
    """The first group of so many digits, as of :func:`digits_in`."""
    return next((found for found in digits_in(text) if len(found[2]) in lengths), None)


def numbered_spans(text: str) -> list[tuple[int, int]]:
    """Where accounts and btw numbers stand."""
    return [hit[:2] for hit in ibans_in(text)] + [hit[:2] for hit in btws_in(text)]


_PARTICLES = frozenset(("te", "in", "op", "en"))
"""Words of two letters that may stand behind a number."""


@remembered
def postcodes_in(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, compact Dutch postcode)."""
    if not _POSTCODE_CORE.search(text):
        return
    for match in _POSTCODE.finditer(text):
        word = match[3] in _PARTICLES and text[: match.start()].rstrip()[-1:].isdigit()
        if not word:  # "KvK 5788 1322 te Ede"
            yield match.start(), match.end(), match[1] + (match[2] or match[3]).upper()


@remembered
def phones_in(text: str) -> Iterator[tuple[int, int, bool]]:
    """Yield (start, end, valid) of what has the form of a phone number."""
    match = _PHONE.search(text)
    if match is None or sum(map(str.isdigit, text)) < 9:
        return
    while match is not None:
        first = match[0].partition("/")[0].rstrip()  # "033 4612345 / 06-12345678"
        whole = match[0] if first == match[0] or not phone_valid(first) else first
        end = match.start() + len(whole)
        yield match.start(), end, phone_valid(whole)
        match = _PHONE.search(text, end)


_TRUNK_ZERO = re.compile(r"(?<=.)[(\[]0[)\]]")
"""As in +31 (0)36."""


@lru_cache(maxsize=512)
def phone_valid(text: str) -> bool:
    """True for a possible number in the Netherlands or, written internationally, anywhere."""
    text = _TRUNK_ZERO.sub("", "".join(text.split()), count=1)
    digits = "".join(filter(str.isdigit, text))
    if text.startswith("00"):
        text = "+" + text[2:]
    elif digits.startswith("0") and not text.startswith("+"):
        if len(digits) == 10 and digits[1] != "0":
            return True
        if len(digits) not in (8, 11):
            return False
    try:
        number = phonenumbers.parse(text, "NL")
    except phonenumbers.NumberParseException:
        return False
    abroad = text.startswith("+") and phonenumbers.is_possible_number(number)
    return bool(phonenumbers.is_valid_number(number) or abroad)
