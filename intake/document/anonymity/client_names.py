"""Names of clients on a page: certain only with a birth date, a home address or a BSN beside them.

A therapist, contact, account holder or owner is no client; nor is a product, a firm or "zie
bijlage" at the word "cliënt".
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import chain

from intake.document.layout.cells import Cell
from intake.document.layout.label_index import Caption, LabelIndex, Slot
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
    r"(?<![^\W\d_])(?:betreft|betr|inzake|onderwerp|re|naam|name|zoon|dochter|begeleiding|"
    r"behandeling|zorg|hulp)(?![^\W\d_])(?:\s(?:aan|van|voor))?[\s:.]{0,3}",
    re.IGNORECASE,
)
_ABOUT_TITLE = re.compile(
    r"(?<![^\W\d_])(?:betreft|betr|inzake|onderwerp|zoon|dochter|(?:begeleiding|behandeling|"
    r"zorg|hulp)(?:"
    r" van| aan| voor)?)(?![^\W\d_])",
    re.IGNORECASE,
)
_NO_HOME = re.compile(
    r"gemeente|municipality|crediteuren|postbus|afd(?:eling|\.)|praktijk|locatie|kantoor|"
    r"b\.?v\.?\b|stichting|school",
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
    caption: Caption
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

    def number_near(self, row: int) -> bool:
        return any(abs(other - row) <= 2 for other in self.number_rows)


def names_on(index: LabelIndex, around: Around) -> Iterator[Named]:
    """People on the page that are, or may be, clients."""
    births = list(_births(index, around.issued))
    near: set[int] = set()
    for caption in index.of.get(Label.CLIENT, ()):
        if OWN_PEOPLE.search(caption.cell.text[max(0, caption.start - 30) : caption.start]):
            continue
        for slot in index.slots(caption):
            if slot.weight < 0.7 or not (person := _person(slot.text)):
                continue
            rows = _rows_near(slot.cell, births)
            near |= rows
            kind = _kind(index, slot, person, bool(rows), around)
            if kind is not None:
                yield Named(kind, slot.cell.box_of(slot.start, slot.end))
            break
    for birth in births:
        if birth.cell.row not in near and (kind := _born(index, birth, around)):
            yield Named(kind, birth.caption.box)
    yield from _dated_names(index, around.issued)


def _rows_near(cell: Cell, births: list[_Birth]) -> set[int]:
    """Rows of birth dates within a few rows of a name."""
    rows = {birth.cell.row for birth in births}
    return {row for row in rows if abs(row - cell.row) <= _ROWS_NEAR}


def _kind(
    index: LabelIndex, slot: Slot, person: str, birth: bool, around: Around
) -> SightingKind | None:
    """What a person at a word for a client is; None for initials alone."""
    number = around.number_near(slot.cell.row)
    if person == "capitals" and not birth:
        return SightingKind.FIRST_NAME if number or dates_in(slot.text) else None
    told = birth or number or _has_details(index, slot, person, around)
    if person == "initials":
        return SightingKind.INITIALS_WITH_DETAILS if told else None
    return SightingKind.NAME_WITH_DETAILS if told else SightingKind.FIRST_NAME


def _has_details(index: LabelIndex, slot: Slot, person: str, around: Around) -> bool:
    """True for a name or initials with a home address, and a name with a date of long ago."""
    if person in ("name", "initials") and _home(index, slot.cell, around.own_postcodes):
        return True
    return person == "name" and _dated(slot.text, around.issued)


def _births(index: LabelIndex, issued: int | None) -> Iterator[_Birth]:
    """Labels of a birth date with a date of the calendar right behind, beside or under them."""
    for caption in index.of.get(Label.BIRTH_DATE, ()):
        if OWN_PEOPLE.search(caption.cell.text) and not CLIENT_WORD.search(caption.cell.text):
            continue
        for slot in list(index.slots(caption))[:2]:
            found = next(iter(dates_in(slot.text)), None)
            if (
                found is None
                or len(re.findall(r"[^\W\d_]+", slot.text[: found[0]])) > 1
                or not exists(found[2])
            ):
                continue
            year = int(found[2][:4])
            if issued is None or year <= issued:
                yield _Birth(caption, slot.cell, year)
            break


def _born(index: LabelIndex, birth: _Birth, around: Around) -> SightingKind | None:
    """What a birth date is that stands at no word for a client; None for somebody who works there."""
    caption, cell = birth.caption, birth.caption.cell
    left = [c.text for c in index.sheet.left_of(cell)][:2]
    above = next((c.text for c in index.sheet.above(caption.box, cell.row, 8)), "")
    text = " ".join([above, *left, cell.text])
    client = CLIENT_WORD.search(text)
    if OWN_PEOPLE.search(text) and not client:
        return None
    before = cell.text[: caption.start].strip(" ,;:(-–*")
    name = next(filter(None, (before, *left[:1], above)), "")
    if not (full_name_before(name) or _under(index, birth)):
        return SightingKind.INITIALS_WITH_DETAILS
    if _is_own_name(name, around.own_names):
        return None
    told = client or _ABOUT_TITLE.search(text) or index.of.get(Label.CLIENT)
    certain = told or _is_minor(birth, around.issued)
    return SightingKind.NAME_WITH_DETAILS if certain else SightingKind.INITIALS_WITH_DETAILS


def _is_minor(birth: _Birth, issued: int | None) -> bool:
    return issued is not None and issued - birth.year <= _MINOR


def _is_own_name(name: str, own_names: str) -> bool:
    """True when the family name is one of the supplier's."""
    last = re.findall(r"[^\W\d_]+", name.lower())[-1:]
    return any(len(word) > 3 and word in own_names for word in last)


def _under(index: LabelIndex, birth: _Birth) -> bool:
    """True when the date stands in a column under its label and the first cell of its row is a
    name.
    """
    if birth.cell.row == birth.caption.cell.row:
        return False
    left = index.sheet.left_of(birth.cell)
    return any(_person(cell.text) == "name" for cell in left)


def _dated_names(index: LabelIndex, issued: int | None) -> Iterator[Named]:
    """A name with a date of long ago behind it, and no word for either: a person looks."""
    if issued is None:
        return
    for cell in index.sheet.cells:
        for start, _, date in dates_in(cell.text):
            old = exists(date) and issued - int(date[:4]) > _OLD_DATE
            if (
                old
                and full_name_before(cell.text[:start])
                and not index.in_cell.get(cell)
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
        or any(map(str.isalnum, text[name.end() : found[0]]))
    ):
        return False
    return issued - int(found[2][:4]) > _OLD_DATE


def _person(text: str) -> str | None:
    """``name``, ``capitals`` (a name in capitals), ``initials``, ``first`` (a first name) or None."""
    shown = _without_about(text)
    name = FULL_NAME.match(shown)
    if name and not no_person(name[0] + _attached(shown, name.end())):
        return None if _is_street(shown, name) else "name"
    capitals = CAPITAL_NAME.match(shown)
    if capitals and not no_person(capitals[1]):
        return "capitals"
    if no_person(shown):
        return None
    if INITIALS.match(shown):
        return "initials"
    return "first" if FIRST_NAME.match(shown) and len(shown.split()) <= 3 else None


def _is_street(text: str, name: re.Match[str]) -> bool:
    """True for a street named after somebody: "Jan Steenlaan 4"."""
    return bool(_HOUSE.match(text, name.end()) and _STREET.search(name[1]))


def _without_about(text: str) -> str:
    """The text behind "betreft", "naam", "begeleiding van" …"""
    stripped = text.strip(" :,-–")
    about = _ABOUT.match(stripped)
    return stripped[about.end() :] if about else text


def _attached(text: str, end: int) -> str:
    """Up to three words behind a name without anything between: ``Jan Jansen Praktijk``."""
    match = _ATTACHED.match(text, end)
    return match[0] if match else ""


_HOME_LABELS = frozenset({Label.STREET, Label.POSTCODE, Label.CITY})


def _home(index: LabelIndex, cell: Cell, own_postcodes: Collection[str | None]) -> bool:
    """True when an address that is not the supplier's or the buyer's stands in the lines under a
    client's name, or behind it.
    """
    rows = index.sheet.rows[cell.row + 1 : cell.row + _ROWS_NEAR]
    block = [cell.text, *(c.text for c in chain(*rows) if _is_under(c, cell))]
    block += [
        other.text
        for other in index.sheet.right_of(cell)[:2]
        if {a.label for a in index.in_cell.get(other, ())} <= _HOME_LABELS
    ]
    text = "\n".join(block)
    codes = {code for _, _, code in postcodes_in(text)}
    if not codes or codes & set(own_postcodes):
        return False
    return not _NO_HOME.search(text) and not OWN_PEOPLE.search(text)


def _is_under(cell: Cell, name: Cell) -> bool:
    return abs(cell.box[0] - name.box[0]) < 12 and cell.box[1] - name.box[3] < 45
