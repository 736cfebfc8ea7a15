"""Units of care (eenheid), in everyday words or by the codes of iJw and iWmo (WJ756)."""

from __future__ import annotations

import re
from decimal import Decimal
from enum import StrEnum

from intake.text.vocabulary import words


class Unit(StrEnum):
    """What one of the counted things is."""

    MINUTE = "minuut"
    HOUR = "uur"
    NIGHT = "etmaal"
    DAY_PART = "dagdeel"
    """Four hours."""
    PIECE = "stuk"
    EURO = "euro"


_CODES = {
    "01": Unit.MINUTE,
    "04": Unit.HOUR,
    "14": Unit.NIGHT,
    "16": Unit.DAY_PART,
    "82": Unit.PIECE,
    "83": Unit.EURO,
    "84": Unit.PIECE,
}
_WORDS = words("care_units")
_ANY = re.compile(
    "|".join(
        rf"(?P<{name.replace('-', '_').upper()}>\b(?:{'|'.join(listed)})\b)"
        for name, listed in _WORDS.items()
    )
)
_HOURS_OF = {Unit.MINUTE: Decimal(1) / 60, Unit.HOUR: Decimal(1), Unit.DAY_PART: Decimal(4)}


def unit_of(text: str | None) -> Unit | None:
    """The unit that is written; None for none, for words that we do not know, and for blocks such
    as "5 minuten".
    """
    plain = " ".join(re.sub(r"[^0-9a-z]+", " ", (text or "").lower().replace("€", " eur ")).split())
    if (code := _CODES.get(plain.zfill(2))) is not None:
        return code
    if re.match(r"(?:per )?\d+ ?[a-z]", plain) and plain[:2] not in _CODES:
        return None
    found = _ANY.search(plain)
    return Unit[found.lastgroup] if found and found.lastgroup else None


def hours(units: Decimal, unit: Unit | None) -> Decimal | None:
    """So many units in hours; None for a unit that is no time of the day."""
    return units * _HOURS_OF[unit] if unit in _HOURS_OF else None
