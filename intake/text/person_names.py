"""How names of people are written, and which words tell that somebody is no client."""

from __future__ import annotations

import re

from intake.text.vocabulary import any_of, words

_PARTICLE = r"(?:van|de|der|den|ten|ter|te|el|al|ben|het|in|'t|von|la|du|di|da|op)"
_LETTER = r"[A-ZÀ-ÖØ-ÞĀĂĄĆĈĊČĎĐĒĘĚĜĞĠĢĪĮİĶĹĻĽŁŃŅŇŌŐŒŔŘŚŜŞŠŢŤŪŮŰŲŴŶŹŻŽ]"
_LOWER = r"[^\W\d_A-ZÀ-ÖØ-Þ]"
_WORD = rf"{_LETTER}(?:{_LOWER}|['’\-](?={_LETTER}|{_LOWER})|(?<=['’\-]){_LETTER}){{1,30}}"
_SURNAME = rf"(?:{_PARTICLE}\s){{0,3}}(?:'t\s)?{_WORD}"
_INITIAL = rf"(?:{_LETTER}|Th|Ch|IJ|Ph)\."
_TITLE = r"(?:(?:dhr|mevr|mw|mej|de heer|mevrouw|jongeheer|zoon|dochter)\.?\s)?"
_NAME = (
    rf"(?:(?:{_INITIAL}\s?){{1,5}}{_SURNAME}|{_WORD}\s(?:{_INITIAL}\s?)?{_SURNAME}|"
    rf"{_WORD},\s?(?:(?:{_INITIAL}\s?){{1,5}}|{_WORD}))"
)
_CAPITALS = rf"{_LETTER}{{2,20}}(?:\s(?:VAN|DE|DER|DEN|EL|TEN|TER)){{0,3}},?\s{_LETTER}{{2,25}}"

FULL_NAME = re.compile(rf"^[\s:,\-–]*(?i:{_TITLE})({_NAME})")
"""Initials or a first name, with a family name, at the start of a text."""
CAPITAL_NAME = re.compile(rf"^[\s:,\-–]*({_CAPITALS})(?![^\W\d_])")
_NAME_LAST = re.compile(rf"(?<![^\W_])({_NAME})[\s,;:(\-–*°/]*$")
INITIALS = re.compile(
    r"^[\s:,\-–]*(?:[A-Z]\.\s?){1,5}(?:[a-z]{1,3}(?:\.\s?|\s)){0,3}[A-Z]?\.?(?![a-z])|"
    r"^[\s:,\-–]*[A-Z]{2,4}(?![\w])"
)
FIRST_NAME = re.compile(rf"^[\s:,\-–]*({_LETTER}{_LOWER}{{2,15}})(?=$|[\s,;:(])")

_PEOPLE = words("people")
OWN_PEOPLE = any_of(_PEOPLE["own-people"])
"""Somebody named by one of these words works there or pays; a budgethouder is a client and is told
apart by the caller."""
_NO_PERSON = any_of(_PEOPLE["no-person"])
CLIENT_WORD = any_of(_PEOPLE["client"])


def no_person(text: str) -> bool:
    """True when a word in ``text`` tells that it is a product, a firm, a place or a remark."""
    return bool(_NO_PERSON.search(text))


def full_name_before(text: str) -> bool:
    """True when ``text`` ends with a family name that has a first name or initials."""
    match = _NAME_LAST.search(text[-70:])
    return match is not None and not no_person(match[1])
