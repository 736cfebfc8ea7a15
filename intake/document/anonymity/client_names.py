"""Names of clients on a page: certain only with a birth date, a home address or a BSN beside them.

A therapist, contact, account holder or owner is no client; nor is a product, a firm or "zie
bijlage" at the word "cliënt".
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from intake.document.layout.cells import Cell
from intake.document.layout.label_index import Anchor, Anchors, Place
from intake.document.layout.label_words import Label
from intake.model.basics import Box
from intake.model.invoice import SightingKind
from intake.text.dates import dates_in, exists
from intake.text.identifiers import postcodes_in
from intake.text.person_names import (
    CAPITAL_NAME,
    CLIENT_WORD,
    FIRST_NAME,
    FULL_NAME,
    INITIALS,
    OWN_PEOPLE,
    full_name_before,
    no_person,
)

_ABOUT = re.compile(
    r"(?<![^\W\d_])(?:betreft|betr|inzake|onderwerp|re|naam|name|zoon|dochter|begeleiding|behandeling|zorg|hulp)(?![^\W\d_])(?:\s(?:aan|van|voor))?[\s:.]{0,3}",
    re.IGNORECASE,
)
_ABOUT_TITLE = re.compile(
    r"(?<![^\W\d_])(?:betreft|betr|inzake|onderwerp|zoon|dochter|(?:begeleiding|behandeling|zorg|hulp)(?:"
    r" van| aan| voor)?)(?![^\W\d_])",
    re.IGNORECASE,
)
_NO_HOME = re.compile(
    r"gemeente|municipality|crediteuren|postbus|afd(?:eling|\.)|praktijk|locatie|kantoor|b\.?v\.?\b|stichting|school",
    re.IGNORECASE,
)
_ATTACHED = re.compile(r"(?:[ \-][^\W\d_]+){0,3}")
_STREET = re.compile(r"(?:straat|weg|laan|plein|hof|kade|dreef|singel|pad|steeg)$", re.IGNORECASE)
_HOUSE = re.compile(r"\s\d{1,4}\s?[a-zA-Z]?(?![-./\d\w])")
_ROWS_NEAR = 4
_MINOR = 18
_OLD_DATE = 5
"""Years: a date this long before the invoice, right behind a client's name, is a birth date and no
day of care."""


@dataclass(frozen=True, slots=True)
class Named:
    """A person on a page, or a birth date without one."""

    kind: SightingKind
    box: Box


@dataclass(frozen=True, slots=True)
class _Birth:
    anchor: Anchor
    cell: Cell
    year: int


@dataclass(frozen=True, slots=True)
class Around:
    """What is known around the names on a page."""

    number_rows: Collection[int]
    """Rows in which a number stands that is a BSN."""
    own_postcodes: Collection[str | None]
    """Of the supplier and the buyer; an address with one of them is nobody's home."""
    own_names: str
    """Of the supplier, in lower case."""
    issued: int | None
    """Year of the invoice, when known."""


def names_on(anchors: Anchors, around: Around) -> Iterator[Named]:
    """People on the page that are, or may be, clients."""
    births = list(_births(anchors, around.issued))
    near: set[int] = set()
    for anchor in anchors.of.get(Label.CLIENT, ()):
        if OWN_PEOPLE.search(anchor.cell.text[max(0, anchor.start - 30) : anchor.start]):
            continue
        for place in anchors.places(anchor):
            if place.weight < 0.7 or not (person := _person(place.text)):
                continue
            rows = {b.cell.row for b in births if abs(b.cell.row - place.cell.row) <= _ROWS_NEAR}
            near |= rows
            kind = _kind(anchors, place, person, bool(rows), around)
            if kind is not None:
                yield Named(kind, place.cell.box_of(place.start, place.end))
            break
    for birth in births:
        if birth.cell.row not in near and (kind := _born(anchors, birth, around)):
            yield Named(kind, birth.anchor.box)
    yield from _dated_names(anchors, around.issued)


def _kind(
    anchors: Anchors, place: Place, person: str, birth: bool, around: Around
) -> SightingKind | None:
    """What a person at a word for a client is; None for initials alone."""
    number = any(abs(row - place.cell.row) <= 2 for row in around.number_rows)
    if person == "capitals":
        if birth:
            return SightingKind.NAME_WITH_DETAILS
        return SightingKind.FIRST_NAME if number or dates_in(place.text) else None
    told = birth or number
    if person == "initials":
        told = told or _home(anchors, place.cell, around.own_postcodes)
        return SightingKind.INITIALS_WITH_DETAILS if told else None
    if not told and person == "name":
        told = _home(anchors, place.cell, around.own_postcodes) or _dated(place.text, around.issued)
    return SightingKind.NAME_WITH_DETAILS if told else SightingKind.FIRST_NAME


def _births(anchors: Anchors, issued: int | None) -> Iterator[_Birth]:
    """Labels of a birth date with a date of the calendar right behind, beside or under them."""
    for anchor in anchors.of.get(Label.BIRTH_DATE, ()):
        if OWN_PEOPLE.search(anchor.cell.text) and not CLIENT_WORD.search(anchor.cell.text):
            continue
        for place in list(anchors.places(anchor))[:2]:
            found = next(iter(dates_in(place.text)), None)
            if (
                found is None
                or len(re.findall(r"[^\W\d_]+", place.text[: found[0]])) > 1
                or not exists(found[2])
            ):
                continue
            year = int(found[2][:4])
            if issued is None or year <= issued:
                yield _Birth(anchor, place.cell, year)
            break


def _born(anchors: Anchors, birth: _Birth, around: Around) -> SightingKind | None:
    """What a birth date is that stands at no word for a client; None for somebody who works there."""
    anchor, cell = birth.anchor, birth.anchor.cell
    before = cell.text[: anchor.start].strip(" ,;:(-–*")
    left = [c.text for c in anchors.sheet.left_of(cell)][:2]
    above = next((c.text for c in anchors.sheet.above(anchor.box, cell.row, 8)), "")
    text = " ".join([above, *left, cell.text])
    client = CLIENT_WORD.search(text)
    if OWN_PEOPLE.search(text) and not client:
        return None
    name = before or next(iter(left), "") or above
    if not (full_name_before(name) or _under(anchors, birth)):
        return SightingKind.INITIALS_WITH_DETAILS
    if _is_own_name(name, around.own_names):
        return None
    adult = around.issued is None or around.issued - birth.year > _MINOR
    told = client or _ABOUT_TITLE.search(text) or anchors.of.get(Label.CLIENT)
    certain = told or not adult
    return SightingKind.NAME_WITH_DETAILS if certain else SightingKind.INITIALS_WITH_DETAILS


def _is_own_name(name: str, own_names: str) -> bool:
    """True when the family name is one of the supplier's."""
    last = re.findall(r"[^\W\d_]+", name.lower())[-1:]
    return any(len(word) > 3 and word in own_names for word in last)


def _under(anchors: Anchors, birth: _Birth) -> bool:
    """True when the date stands in a column under its label and the first cell of its row is a
    name.
    """
    if birth.cell.row == birth.anchor.cell.row:
        return False
    left = anchors.sheet.left_of(birth.cell)
    return any(_person(cell.text) == "name" for cell in left)


def _dated_names(anchors: Anchors, issued: int | None) -> Iterator[Named]:
    """A name with a date of long ago behind it, and no word for either: a person looks."""
    if issued is None:
        return
    for cell in anchors.sheet.cells:
        for start, _, date in dates_in(cell.text):
            old = exists(date) and issued - int(date[:4]) > _OLD_DATE
            if (
                old
                and full_name_before(cell.text[:start])
                and not anchors.in_cell.get(cell)
                and not OWN_PEOPLE.search(cell.text)
            ):
                yield Named(SightingKind.FIRST_NAME, cell.box_of(0, start))


def _dated(text: str, issued: int | None) -> bool:
    """True when a date of long ago follows a name at once: ``Jan Jansen (12-03-2012)``."""
    name = FULL_NAME.match(text)
    found = next(iter(dates_in(text)), None)
    if (
        issued is None
        or name is None
        or found is None
        or not exists(found[2])
        or any(c.isalnum() for c in text[name.end() : found[0]])
    ):
        return False
    return issued - int(found[2][:4]) > _OLD_DATE


def _person(text: str) -> str | None:
    """``name``, ``capitals`` (a name in capitals), ``initials``, ``first`` (a first name) or None."""
    stripped = text.strip(" :,-–")
    about = _ABOUT.match(stripped)
    shown = stripped[about.end() :] if about else text
    if not shown.strip(" :,-–"):
        return None
    name = FULL_NAME.match(shown)
    if name and not no_person(name[0] + _attached(shown, name.end())):
        street = _HOUSE.match(shown, name.end()) and _STREET.search(name[1])
        return None if street else "name"
    capitals = CAPITAL_NAME.match(shown)
    if capitals and not no_person(capitals[1]):
        return "capitals"
    if no_person(shown):
        return None
    if INITIALS.match(shown):
        return "initials"
    return "first" if FIRST_NAME.match(shown) and len(shown.split()) <= 3 else None


def _attached(text: str, end: int) -> str:
    """Up to three words behind a name without anything between: ``Jan Jansen Praktijk``."""
    match = _ATTACHED.match(text, end)
    return match[0] if match else ""


_HOME_LABELS = frozenset({Label.STREET, Label.POSTCODE, Label.CITY})


def _home(anchors: Anchors, cell: Cell, own_postcodes: Collection[str | None]) -> bool:
    """True when an address that is not the supplier's or the buyer's stands in the lines under a
    client's name, or behind it.
    """
    rows = anchors.sheet.rows[cell.row + 1 : cell.row + _ROWS_NEAR]
    block = [cell.text, *(c.text for row in rows for c in row if _is_under(c, cell))]
    block += [
        other.text
        for other in anchors.sheet.right_of(cell)[:2]
        if {a.label for a in anchors.in_cell.get(other, ())} <= _HOME_LABELS
    ]
    text = "\n".join(block)
    codes = {code for _, _, code in postcodes_in(text)}
    if not codes or codes & set(own_postcodes):
        return False
    return not _NO_HOME.search(text) and not OWN_PEOPLE.search(text)


def _is_under(cell: Cell, name: Cell) -> bool:
    return abs(cell.box[0] - name.box[0]) < 12 and cell.box[1] - name.box[3] < 45
