"""On which side of its label a value stands, where nothing is behind or beside the label: told from
what the labels of the same column and row have over and under them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from intake.document.layout.cells import Cell, Sheet
from intake.document.layout.label_matcher import has_digit
from intake.model.basics import Box

_NEAR_LABELS = 110.0
"""Points within which labels of one column count."""
_NEAR_VALUE = 0.9
"""Farthest that a value stands from its label, in letter heights."""
_CLEARLY = 1.5
"""Points by which the nearer of two values is the label's own."""
_ALIGNED = 4.0


def aligned(one: Box, other: Box) -> bool:
    """True when two boxes begin, end, or have their middle at the same x."""
    left, right = other[0] - one[0], other[2] - one[2]
    return min(abs(left), abs(right), abs(left + right) / 2) < _ALIGNED


@dataclass(eq=False, slots=True)
class ValueSides:
    """Which labels of a page stand over their values, and which under them, as on cards."""

    sheet: Sheet
    labels: Mapping[Cell, Sequence[int]]
    """Where in each cell its labels start."""
    _over: dict[Cell, bool] = field(default_factory=dict)
    _around: dict[Cell, tuple[int, int, int]] = field(default_factory=dict)

    def over(self, label: Cell) -> bool:
        """True when most labels of the column stand over their values, so that what stands to the
        right belongs to another column.
        """
        if label not in self._over:
            sides = self._sides(self._column(label))
            over = sum(under for _, under in sides)
            self._over[label] = over > 1 and 2 * over >= len(sides) and not self.under(label)
        return self._over[label]

    def under(self, label: Cell) -> bool:
        """True when most labels of the column and the row stand under their values."""
        over, under, labels = self._counted(label)
        return over > max(1, under) and 2 * over >= labels

    def heads(self, label: Cell) -> bool:
        """True when most labels of the column and the row stand over their values."""
        over, under, labels = self._counted(label)
        return under > max(1, over) and 2 * under >= labels

    def _counted(self, label: Cell) -> tuple[int, int, int]:
        """Of the labels in a label's column and row: how many have a value over them, how many under
        them, and how many there are.
        """
        if label not in self._around:
            row = (cell for cell in self.sheet.rows[label.row] if self._is_bare(cell))
            sides = self._sides(dict.fromkeys((*self._column(label), *row)))
            over, under = sum(side[0] for side in sides), sum(side[1] for side in sides)
            self._around[label] = over, under, len(sides)
        return self._around[label]

    def value_over(self, label: Cell) -> Cell | None:
        """The number right over a label."""
        return self._nearest(label, self.sheet.rows[max(0, label.row - 3) : label.row][::-1])

    def label_of(self, value: Cell) -> Cell | None:
        """The label right under a number, or right over it, where labels stand so."""
        rows, row = self.sheet.rows, value.row
        under = next(_in_column(value, rows[row + 1 : row + 4]), None)
        if under and self._is_bare(under) and self.under(under) and self.value_over(under) is value:
            return under
        over = next(_in_column(value, rows[max(0, row - 3) : row][::-1]), None)
        heads = over and self._is_bare(over) and self.heads(over)
        return over if over and heads and _are_near(over, value) else None

    def _is_bare(self, cell: Cell) -> bool:
        """True for a cell that begins with a label and holds no number."""
        return self._begins_with_label(cell) and not has_digit(cell.text)

    def _begins_with_label(self, cell: Cell) -> bool:
        return 0 in self.labels.get(cell, ())

    def _column(self, label: Cell) -> list[Cell]:
        """The bare labels near a label that are aligned with it."""
        return [
            cell
            for cell in self.labels
            if abs(cell.box[1] - label.box[1]) < _NEAR_LABELS
            if aligned(cell.box, label.box) and self._is_bare(cell)
        ]

    def _sides(self, labels: Iterable[Cell]) -> list[tuple[bool, bool]]:
        """Of each label whether a value stands over it, and whether one stands under it; of two of
        which one is clearly nearer only that one counts.
        """
        found = []
        for label in labels:
            over = self.value_over(label)
            under = self._nearest(label, self.sheet.rows[label.row + 1 : label.row + 4])
            if over is not None and under is not None:
                to_over, to_under = label.box[1] - over.box[3], under.box[1] - label.box[3]
                found.append((to_over < to_under + _CLEARLY, to_under < to_over + _CLEARLY))
            else:
                found.append((over is not None, under is not None))
        return found

    def _nearest(self, label: Cell, rows: Sequence[Sequence[Cell]]) -> Cell | None:
        """The nearest cell in the column of a label, when it is a number and close by."""
        cell = next(_in_column(label, rows), None)
        number = cell and has_digit(cell.text) and not self._begins_with_label(cell)
        return cell if cell and number and _are_near(label, cell) else None


def _in_column(one: Cell, rows: Iterable[Sequence[Cell]]) -> Iterator[Cell]:
    return (cell for row in rows for cell in row if aligned(one.box, cell.box))


def _are_near(one: Cell, other: Cell) -> bool:
    gap = max(one.box[1] - other.box[3], other.box[1] - one.box[3])
    return gap < _NEAR_VALUE * max(one.height, other.height)
