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
    return (
        -_ALIGNED < left < _ALIGNED
        or -_ALIGNED < right < _ALIGNED
        or -2 * _ALIGNED < left + right < 2 * _ALIGNED
    )


@dataclass(eq=False, slots=True)
class ValueSides:
    """Which labels of a page stand over their values, and which under them, as on cards."""

    sheet: Sheet
    labels: Mapping[Cell, Sequence[int]]
    """Where in each cell its labels start."""
    _bare: frozenset[Cell] = field(init=False)
    """The cells that begin with a label and hold no number."""
    _values: dict[Cell, tuple[bool, bool]] = field(default_factory=dict)
    _over: dict[Cell, bool] = field(default_factory=dict)
    _around: dict[Cell, tuple[int, int, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        bare = (cell for cell in self.labels if self._begins_with_label(cell))
        self._bare = frozenset(cell for cell in bare if not has_digit(cell.text))

    def over(self, label: Cell) -> bool:
        """True when most labels of the column stand over their values, so that what stands to the
        right belongs to another column.
        """
        if label not in self._over:
            sides = [self._sides(cell) for cell in self._column(label)]
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
            row = (cell for cell in self.sheet.rows[label.row] if cell in self._bare)
            sides = [self._sides(cell) for cell in {*self._column(label), *row}]
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
        if under in self._bare and self.under(under) and self.value_over(under) is value:
            return under
        over = next(_in_column(value, rows[max(0, row - 3) : row][::-1]), None)
        heads = over in self._bare and self.heads(over)
        return over if over and heads and _are_near(over, value) else None

    def _begins_with_label(self, cell: Cell) -> bool:
        return 0 in self.labels.get(cell, ())

    def _column(self, label: Cell) -> list[Cell]:
        """The bare labels near a label that are aligned with it."""
        top = label.box[1]
        return [
            cell
            for cell in self._bare
            if -_NEAR_LABELS < cell.box[1] - top < _NEAR_LABELS and aligned(cell.box, label.box)
        ]

    def _sides(self, label: Cell) -> tuple[bool, bool]:
        """Whether a value stands over a label, and whether one stands under it; of two of which one
        is clearly nearer only that one counts.
        """
        if label not in self._values:
            over = self.value_over(label)
            under = self._nearest(label, self.sheet.rows[label.row + 1 : label.row + 4])
            if over is not None and under is not None:
                to_over, to_under = label.box[1] - over.box[3], under.box[1] - label.box[3]
                found = to_over < to_under + _CLEARLY, to_under < to_over + _CLEARLY
            else:
                found = over is not None, under is not None
            self._values[label] = found
        return self._values[label]

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
