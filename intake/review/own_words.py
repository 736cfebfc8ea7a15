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

_SHORTEST = 4
"""Letters of a part of a name that tells of somebody; "de" and "van" do not."""
_LETTERS = re.compile(r"[^\W\d_]+")
_EIGHT = re.compile(r"(?<!\d)\d{8}(?!\d)")


def fault(words: str, lines: Iterable[CareLine], known: str = "") -> str:
    """The code of what is wrong with the words; empty when nothing is.

    Args:
        known: names that may be told: the supplier's own.
    """
    words = unicodedata.normalize("NFKC", words)
    if masked(words) != words:
        return "perhaps-a-bsn"
    told, dates = _parts(words), {date for _, _, date in dates_in(words)}
    phrase, ours = _phrase(words), _parts(known)
    for line in lines:
        if stands_in(words, line.bsn):
            return "perhaps-a-bsn"
        if line.birth_date and (
            line.birth_date.isoformat() in dates
            or not {f"{line.birth_date:%d%m%Y}", f"{line.birth_date:%Y%m%d}"}.isdisjoint(
                _EIGHT.findall(words)
            )
        ):
            return "perhaps-a-client"
        name = line.client_name or ""
        parts = _parts(name) - ours
        if any(word.startswith(part) for part in parts for word in told):
            return "perhaps-a-client"
        if name and f" {_phrase(name)} " in f" {phrase} " and _phrase(name) not in _phrase(known):
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


def _phrase(text: str) -> str:
    """The words of a text in their order, folded."""
    return " ".join(_LETTERS.findall(_folded(text)))


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(char for char in plain if not unicodedata.combining(char))


def _parts(text: str) -> set[str]:
    return {part for part in _LETTERS.findall(_folded(text)) if len(part) >= _SHORTEST}
