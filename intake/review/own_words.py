"""Whether a clerk's own words could tell of a client: a number, a name or a birth date of the care
lines.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from contextlib import suppress

from intake.errors import CannotOpen
from intake.model.care import CareLine
from intake.review.context import Room
from intake.store import cases, post
from intake.store.cases import Case
from intake.text.bsn import stands_in
from intake.text.dates import dates_in
from intake.text.masking import masked
from intake.text.named_client import written_births

_SHORTEST = 4
"""Letters of a part of a name that tells of somebody; "de" and "van" do not."""
_LETTERS = re.compile(r"[^\W\d_]+")
_DIGITS = re.compile(r"(?<!\d)\d{6,8}(?!\d)")
_SHORT_DATE = re.compile(r"(?<!\d)(\d{1,2})[-/. ]+(\d{1,2})[-/. ]+(\d{2}|\d{4})(?!\d)")


def fault(words: str, lines: Iterable[CareLine], known: str = "") -> str:
    """The code of what is wrong with the words; empty when nothing is.

    Args:
        known: names that may be told: the supplier's own.
    """
    words = unicodedata.normalize("NFKC", words)
    if masked(words) != words:
        return "perhaps-a-bsn"
    told, dates = _parts(words), {date for _, _, date in dates_in(words)}
    written, ours = _written_digits(words), _parts(known)
    for line in lines:
        if stands_in(words, line.bsn):
            return "perhaps-a-bsn"
        if line.birth_date and (
            line.birth_date.isoformat() in dates
            or not written.isdisjoint(written_births(line.birth_date))
        ):
            return "perhaps-a-client"
        name = line.client_name or ""
        parts = _parts(name) - ours
        if any(word.startswith(part) for part in parts for word in told):
            return "perhaps-a-client"
        if _names(words, name, known):
            return "perhaps-a-client"
    return ""


def of_mail(room: Room, case: Case, words: str) -> str:
    """As ``fault``, of words about a mail: its clients are those of the cases that it stands beside
    too.
    """
    about = [case]
    for other in post.beside(room.store, case.reference):
        with suppress(CannotOpen):
            about.append(cases.get_case(room.store, other.reference))
    lines = [line for each in about for line in cases.care_lines(room.store, each.reference)]
    read = [each for found in about if found.verdict for each in found.verdict.invoices]
    return fault(words, lines, " ".join(each.invoice.supplier_name.value or "" for each in read))


def _names(words: str, name: str, known: str) -> bool:
    """Whether a name stands in the words as a whole: with its initial too, in either order, or its
    surname alone, when that is of several words or has a capital.
    """
    surname, comma, given = name.partition(",")
    parts = _LETTERS.findall(f"{given} {surname}" if comma else name)
    phrases = {_phrase(name)}
    if len(parts) > 1:
        first, whole, last = parts[0], " ".join(parts[1:]), parts[-1]
        phrases |= {
            _phrase(each)
            for own in (whole, last)
            for called in (first, first[0])
            for each in (f"{called} {own}", f"{own} {called}")
        }
        capital = last in _LETTERS.findall(words) and last[0].isupper()
        phrases |= {_phrase(whole)} if len(parts) > 2 else set()
        phrases |= {_phrase(last)} if capital else set()
    ours, told = f" {_phrase(known)} ", f" {_phrase(words)} "
    return any(f" {each} " in told and f" {each} " not in ours for each in phrases if each)


def _written_digits(words: str) -> set[str]:
    """Runs of digits that may be a date, and dates of day, month and year in their digits."""
    dates = _SHORT_DATE.findall(words)
    return {*_DIGITS.findall(words), *(f"{day:0>2}{month:0>2}{year}" for day, month, year in dates)}


def _phrase(text: str) -> str:
    """The words of a text in their order, folded."""
    return " ".join(_LETTERS.findall(_folded(text)))


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(char for char in plain if not unicodedata.combining(char))


def _parts(text: str) -> set[str]:
    return {part for part in _LETTERS.findall(_folded(text)) if len(part) >= _SHORTEST}
