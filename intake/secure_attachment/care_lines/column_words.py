"""The words that providers write above a column or before a value of their care lines.

They are in ``vocabulary/column_titles.toml`` and ``vocabulary/care_lines.toml``.

The first rule that fits wins. What fits none is unknown, and unknown is never "missing": a sheet
with an unknown column in which the missing fact could stand goes to a person.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from functools import lru_cache

from intake.text.folding import plain
from intake.text.vocabulary import words

MAX_LABEL = 60
"""Characters; longer text is a sentence."""


class Column(StrEnum):
    """What a value means."""

    BSN = "bsn"
    REFERRER = "referrer"
    REFERRER_DETAILS = "referrer-details"
    CODE = "code"
    PRODUCT = "product"
    PERIOD = "period"
    START = "start"
    END = "end"
    DAY = "day"
    MONTH = "month"
    WEEK = "week"
    YEAR = "year"
    UNITS = "units"
    HOURS = "hours"
    MINUTES = "minutes"
    NIGHTS = "nights"
    """Etmalen."""
    DAY_PARTS = "day-parts"
    """Dagdelen of four hours."""
    PIECES = "pieces"
    UNIT = "unit"
    RATE = "rate"
    AMOUNT = "amount"
    DECISION = "decision"
    NAME = "name"
    BIRTH = "birth"
    ADDRESS = "address"
    INVOICE = "invoice"
    HIDDEN_ADDRESS = "hidden-address"
    WITHOUT_BSN = "without-bsn"
    LAW = "law"
    ASIDE = "aside"
    """Known, and never one of the facts we look for: a phone number, a status."""
    DOUBTFUL = "doubtful"
    """No title: whether the row is a care line at all only a person can tell."""


CLIENT = frozenset({Column.BSN, Column.NAME, Column.BIRTH})
REFERRER = frozenset({Column.REFERRER, Column.REFERRER_DETAILS})
PRODUCT = frozenset({Column.CODE, Column.PRODUCT})
DAYS = frozenset({Column.PERIOD, Column.START, Column.END, Column.DAY, Column.MONTH, Column.WEEK})
COUNTS = frozenset(
    {
        Column.AMOUNT, Column.UNITS, Column.HOURS, Column.MINUTES, Column.NIGHTS,
        Column.DAY_PARTS, Column.PIECES,
    }
)  # fmt: skip
DEMANDS = (frozenset({Column.BSN}), REFERRER, PRODUCT, DAYS)
"""The four facts of the municipality's page: BSN, verwijzer, productomschrijving, zorgperiode."""


def _rules() -> Iterator[tuple[Column | None, re.Pattern[str]]]:
    groups: dict[str, str] = {}
    for name, listed in words("column_titles").items():
        pattern = "|".join(listed)
        if name.isupper():
            groups[name] = f"(?:{pattern})"
            continue
        for group, expression in groups.items():
            pattern = pattern.replace(group, expression)
        column = name.partition(":")[0]
        yield None if column == "unknown" else Column(column), re.compile(pattern)


_RULES = tuple(_rules())
_WORDS = words("care_lines")

REFERRER_WORDS = re.compile(rf"\b(?:{'|'.join(_WORDS['referrers'])})\b")
"""Values by which a column without a known title is recognised as one of referrers."""

REMARKS = {
    column: re.compile("|".join(_WORDS[column]))
    for column in (Column.HIDDEN_ADDRESS, Column.WITHOUT_BSN)
}
"""Remarks in any cell of a line that say what no column asks."""
DENIED = re.compile(rf"\b(?:{'|'.join(_WORDS['denials'])})\b")

PRODUCT_CODE = re.compile(r"\d{2}[A-Z]\d{2}|[A-Z]{2}\d{3}|[A-Z]\d{4}|\d{5}")
"""Five positions (iWmo/iJw RS012), as in the municipality's tables."""


def normalise(label: str) -> str:
    """The words of a label, as ``folding.plain``, of a long text the first ones only."""
    return plain(label[: 4 * MAX_LABEL])


@lru_cache(maxsize=8192)
def column_of(label: str) -> Column | None:
    """What a title stands for; None when it is no title we know.

    Asked again for each way to take a file apart, hence remembered.
    """
    title = normalise(label)
    too_long = len(title) > MAX_LABEL or len(title.split()) > 8
    if too_long or not title.strip("0123456789 ") or any(c in label for c in ';|"\t'):
        return None
    return next((column for column, pattern in _RULES if pattern.search(title)), None)
