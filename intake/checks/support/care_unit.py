"""Units of care (eenheid), in everyday words or by the codes of iJw and iWmo (WJ756)."""

from __future__ import annotations

import re
from decimal import Decimal
from enum import StrEnum


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
    "01": Unit.MINUTE, "04": Unit.HOUR, "14": Unit.NIGHT, "16": Unit.DAY_PART, "82": Unit.PIECE, "83": Unit.EURO, "84": Unit.PIECE,
}  # fmt: skip
_WORDS = (
    (Unit.MINUTE, r"min|mins|minuut|minuten|minutes?"),
    (Unit.HOUR, r"u|uur|uren|uurs|hours?|hrs?"),
    (Unit.NIGHT, r"etmaal|etmalen|nacht|nachten|nights?"),
    (Unit.DAY_PART, r"dagdeel|dagdelen|dgd"),
    (
        Unit.PIECE,
        r"st|stk|stuks?|x|keer|sessies?|consult(?:en)?|gesprek(?:ken)?|contact(?:en)?|ritt?(?:en)?|trajecten|traject|output|inspanning",
    ),
    (Unit.EURO, r"eur|euro|euros"),
)
_ANY = re.compile("|".join(rf"(?P<{unit.name}>\b(?:{words})\b)" for unit, words in _WORDS))
_HOURS_OF = {Unit.MINUTE: Decimal(1) / 60, Unit.HOUR: Decimal(1), Unit.DAY_PART: Decimal(4)}


def unit_of(text: str | None) -> Unit | None:
    """The unit that is written; None for none, for words that we do not know, and for blocks such
    as "5 minuten".
    """
    words = " ".join(re.sub(r"[^0-9a-z]+", " ", (text or "").lower().replace("€", " eur ")).split())
    if (code := _CODES.get(words.zfill(2))) is not None:
        return code
    if re.match(r"(?:per )?\d+ ?[a-z]", words) and words[:2] not in _CODES:
        return None
    found = _ANY.search(words)
    return Unit[found.lastgroup] if found and found.lastgroup else None


def hours(units: Decimal, unit: Unit | None) -> Decimal | None:
    """So many units in hours; None for a unit that is no time of the day."""
    return units * _HOURS_OF[unit] if unit in _HOURS_OF else None
