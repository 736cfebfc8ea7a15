"""Whose block a label stands in: under "Leverancier:", "Klant:" or "Cliënt:"."""

from __future__ import annotations

from intake.document.layout.cells import Cell
from intake.document.layout.label_index import Caption, LabelIndex
from intake.document.layout.label_words import Label

_PARTIES = (Label.SUPPLIER, Label.ADDRESSEE, Label.CLIENT)
_REACH = 60.0
"""Points over a word within which the heading of its block stands."""
_ALIGNED = 6.0
_APART = 1.8
"""Lines of a block stand no farther apart, in heights of a line."""
_FIELDS_APART = 3.5
"""The same of labels with a colon, whose values may have several lines."""


def party_of(index: LabelIndex, caption: Caption) -> Label | None:
    """The party whose block a label stands in; None outside such a block."""
    lower = caption.cell
    for head in index.in_cell.get(lower, ()):
        if head.label in _PARTIES and not lower.text[head.end : caption.start].strip(" :"):
            return head.label
    for cell in index.sheet.above(lower.box, lower.row, _REACH):
        if _stands_apart(cell, lower):
            return None
        for head in index.in_cell.get(cell, ()):
            if head.label in _PARTIES and _heads_block(head):
                return head.label
        lower = cell
    return None


def _stands_apart(upper: Cell, lower: Cell) -> bool:
    """True for two lines that are not of one block."""
    most = _FIELDS_APART if upper.text.endswith(":") else _APART
    apart = lower.box[1] - upper.box[3] > most * lower.height
    return apart or abs(upper.box[0] - lower.box[0]) > _ALIGNED


def _heads_block(head: Caption) -> bool:
    """True for "Klant" and "Afwijkende klant:", not for the last word of a longer line."""
    text = head.cell.text
    return not head.start or (len(text) < 40 and not text[head.end :].strip(" :"))
