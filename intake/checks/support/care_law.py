"""Under which law care was given: Jeugdwet or Wmo 2015."""

from __future__ import annotations

import re
from enum import StrEnum

from intake.model.care import CareLine
from intake.profile import Profile
from intake.text.care_key import code_of


class Law(StrEnum):
    YOUTH = "Jeugdwet"
    SUPPORT = "Wmo"


_WORDS = (
    (Law.YOUTH, re.compile(r"jeugd|\bjw\b", re.IGNORECASE)),
    (
        Law.SUPPORT,
        re.compile(r"\bwmo\b|maatschappelijke ondersteuning|huishoudelijke", re.IGNORECASE),
    ),
)
_YOUTH_CODE = re.compile(r"(?:4\d|5[0-5])[A-Z]\d{2}")
"""A code of youth care begins with its category (JZ020, 40 to 55)."""


def law_of(line: CareLine, profile: Profile) -> Law | None:
    """What the line says itself, else what its product is; None when neither tells."""
    if own := _named(line.law):
        return own
    code = code_of(line)
    if told := next(
        (product.law for product in profile.products if product.code == code and product.law), ""
    ):
        return Law(told)
    if _YOUTH_CODE.fullmatch(code):
        return Law.YOUTH
    return _named(line.product)


def _named(text: str | None) -> Law | None:
    return next((law for law, words in _WORDS if words.search(text or "")), None)
