"""Labels that announce a value which is not read: "KvK-nummer: zie onder", "Datum: 18 september - 30
dagen". Where one stands, the field is unreadable, never absent.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from intake.document.layout.label_index import Caption, LabelIndex, Slot
from intake.document.layout.label_matcher import has_digit, heads_table
from intake.document.layout.label_words import Label
from intake.document.layout.page_index import PageIndex

NO_VALUE = re.compile(
    r"(?:nvt|geen|niet van toepassing|none|na$|vrijgesteld|not applicable|onbekend|zonder)\b"
)
"""What a supplier writes who has no such number; compared without dots."""
_POINTS = re.compile(
    r"\W*(?:zie|staat|volgt|conform|cf|volgens|idem|als|vermeld|bovenstaand|onderstaand|see|as|siehe|voir|"
    r"s\.?\s?[ou]\.?)(?!\w)",
    re.IGNORECASE,
)
"""How the words begin that point elsewhere."""


def points_elsewhere(text: str) -> bool:
    """True for "zie onder", "see footer" and the like."""
    return _POINTS.match(text) is not None and not any(map(str.isdigit, text)) and len(text) < 60


def announces_elsewhere(pages: PageIndex, *labels: Label) -> bool:
    """Whether one of these labels says where else its value stands: "Adres: zie briefhoofd"."""
    return any(
        slot.weight > 0.8 and points_elsewhere(slot.text.lstrip(" .:"))
        for index, caption in pages.labelled(*labels)
        for slot in list(index.slots(caption))[:1]
    )


def plain(text: str) -> str:
    """What a label says, in small letters and without the signs around it."""
    return text.lower().replace(".", "").strip(" :-–/()")


def announces_unread(
    pages: PageIndex,
    *labels: Label,
    but_not: Callable[[LabelIndex, Caption], bool],
    read: Callable[[Slot], bool] = lambda _: False,
) -> bool:
    """Whether one of these labels has a value that nobody can read.

    Args:
        but_not: labels that do not count, such as those of the customer's number.
        read: whether a place has the value after all.
    """
    return any(
        _announces(index, caption) and not any(map(read, index.slots(caption)))
        for index, caption in pages.labelled(*labels)
        if not but_not(index, caption)
    )


def _announces(index: LabelIndex, caption: Caption) -> bool:
    """Whether a label, first in its cell or before a colon, has words or digits as its value."""
    colon = caption.cell.text[caption.end :].lstrip(" .").startswith(":")
    slot = next(index.slots(caption), None)
    if slot is None or slot.weight <= 0.8 or not (colon or caption.start == 0):
        return False
    if NO_VALUE.match(plain(slot.text)) or of_lines(index, caption):
        return False
    return points_elsewhere(slot.text.lstrip(" .:")) or _has_value(slot, colon)


def _has_value(slot: Slot, colon: bool) -> bool:
    """Whether what stands in a place can be a value: behind the label or under it only digits are."""
    if slot.words == "onder":
        return not colon and has_digit(slot.text)
    return colon or slot.words != "achter" or has_digit(slot.text)


def of_lines(index: LabelIndex, caption: Caption) -> bool:
    """True for a label in the heading of the invoice's lines."""
    return heads_table(index.sheet.rows[caption.cell.row])
