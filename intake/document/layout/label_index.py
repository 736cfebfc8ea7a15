"""Labels on a page and the places where their values may stand: behind, right, under, above or
before them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from intake.document.layout.cells import Cell, Sheet, same_column
from intake.document.layout.label_matcher import labels_in
from intake.document.layout.label_words import Label
from intake.model.basics import Box

_BEHIND, _RIGHT, _UNDER, _WRAPPED, _OVER, _BEFORE = 1.0, 0.92, 0.82, 0.86, 0.34, 0.4
_REACH_DOWN = 34.0


@dataclass(eq=False, slots=True)
class Anchor:
    """One label on the page: ``cell.text[start:end]``."""

    label: Label
    phrase: str
    cell: Cell
    start: int
    end: int
    box: Box


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of text where a label's value may stand, and how likely (0 to 1)."""

    cell: Cell
    start: int
    end: int
    weight: float
    words: str
    """Dutch: ``achter``, ``rechts van``, ``onder`` …"""

    @property
    def text(self) -> str:
        return self.cell.text[self.start : self.end]


@dataclass(eq=False, slots=True)
class Anchors:
    """All labels of one page."""

    sheet: Sheet
    of: dict[Label, list[Anchor]] = field(default_factory=lambda: defaultdict(list))
    in_cell: dict[Cell, list[Anchor]] = field(default_factory=lambda: defaultdict(list))
    _below_values: dict[int, bool] = field(default_factory=dict)
    _labelled: list[list[Cell]] = field(default_factory=list)

    def labelled(self) -> list[list[Cell]]:
        """Of each row the cells with a label; to be asked when all labels are known."""
        if not self._labelled:
            self._labelled = [
                [cell for cell in row if self.in_cell.get(cell)] for row in self.sheet.rows
            ]
        return self._labelled

    def next_start(self, cell: Cell, after: int) -> int:
        """Where the next label of ``cell`` starts at or after ``after``; else the cell's end."""
        return min(
            (
                a.start
                for a in self.in_cell.get(cell, ())
                if a.start >= after and a.label is not Label.NUMBER
            ),
            default=len(cell.text),
        )

    def governor(self, cell: Cell, start: int, box: Box) -> Anchor | None:
        """The label that announces the value at ``cell.text[start]``: before it, left of it, or
        over it.
        """
        before = [
            a for a in self.in_cell.get(cell, ()) if a.end <= start and a.label is not Label.NUMBER
        ]
        if before:
            return before[-1]
        for other in self.sheet.left_of(cell)[:6]:
            if last := [a for a in self.in_cell.get(other, ()) if a.label is not Label.NUMBER]:
                return last[-1]
        return self.header(cell, box)

    def header(self, cell: Cell, box: Box) -> Anchor | None:
        """The label at the top of the column in which ``box`` stands, or at its foot where labels
        stand under their values.
        """
        if cell.row + 1 < len(self.sheet.rows) and self._under_values(cell.row + 1):
            for other in self.sheet.rows[cell.row + 1]:
                if abs(other.box[0] - cell.box[0]) < 4 and self.in_cell.get(other):
                    return self.in_cell[other][0]
        for other in self.sheet.above(box, cell.row, 200, rows=self.labelled()):
            labels = self.in_cell[other]
            fits = [
                a
                for a in labels
                if a.label is not Label.NUMBER
                and min(a.box[2], box[2]) - max(a.box[0], box[0]) > -3
            ]
            if not fits and other is not cell and labels and same_column(labels[-1].box, box):
                fits = labels[-1:]
            if fits and not any(map(str.isdigit, other.text[fits[-1].end :])):
                return fits[-1]
        return None

    def places(self, anchor: Anchor) -> Iterator[Place]:
        """Where the value of ``anchor`` may stand, likeliest first."""
        cell = anchor.cell
        stop = self.next_start(cell, anchor.end)
        rest = cell.text[anchor.end : stop]
        filled = any(map(str.isalnum, rest))
        if filled:
            yield Place(cell, anchor.end, stop, _BEHIND, "achter")
        served = any(map(str.isdigit, rest))
        if stop == len(cell.text):
            right = list(self._right(anchor))
            for place in right:
                yield (
                    place
                    if not filled
                    else Place(
                        place.cell,
                        place.start,
                        place.end,
                        place.weight * (0.35 if served else 0.8),
                        place.words,
                    )
                )
            served = served or any(any(map(str.isdigit, p.text)) for p in right[:1])
        fade = 0.35 if served else (0.85 if filled else 1.0)
        if not filled and not served and self._under_values(cell.row):
            yield from self._over(anchor, _UNDER)
            return
        yield from self._under(anchor, fade)
        yield from self._around(anchor, fade)

    def _under_values(self, row: int) -> bool:
        """True for a row of labels whose values stand over them, as on old forms."""
        if row not in self._below_values:
            self._below_values[row] = self._is_under_values(row)
        return self._below_values[row]

    def _is_under_values(self, row: int) -> bool:
        labels = [
            c
            for c in self.sheet.rows[row]
            if (a := self.in_cell.get(c)) and a[0].start == 0 and not any(map(str.isdigit, c.text))
        ]
        if len(labels) < 2 or len(labels) < len(self.sheet.rows[row]) or row == 0:
            return False
        over = [c for c in self.sheet.rows[row - 1] if not self.in_cell.get(c)]
        under = self.sheet.rows[row + 1] if row + 1 < len(self.sheet.rows) else []
        above = sum(
            1
            for c in labels
            if any(abs(o.box[0] - c.box[0]) < 3 and any(map(str.isdigit, o.text)) for o in over)
        )
        below = sum(
            1
            for c in labels
            if any(abs(o.box[0] - c.box[0]) < 3 and any(map(str.isdigit, o.text)) for o in under)
        )
        to_above = labels[0].box[1] - self.sheet.rows[row - 1][0].box[3]
        to_below = under[0].box[1] - labels[0].box[3] if under else self.sheet.height
        return (
            to_above < 0.9 * labels[0].height
            and above >= 2
            and (not below or to_above + 1 < to_below)
        )

    def _over(self, anchor: Anchor, weight: float) -> Iterator[Place]:
        for other in self.sheet.rows[anchor.cell.row - 1]:
            if abs(other.box[0] - anchor.box[0]) < 4:
                yield Place(other, 0, len(other.text), weight, "boven")

    def _right(self, anchor: Anchor) -> Iterator[Place]:
        weight = _RIGHT
        for cell in self.sheet.right_of(anchor.cell)[:4]:
            stop = self.next_start(cell, 0)
            if stop == 0:
                return
            text = cell.text[:stop]
            if any(map(str.isalnum, text)):
                yield Place(cell, 0, stop, weight, "rechts van")
                weight *= 0.75 if not any(map(str.isdigit, text)) else 0.4
            if stop < len(cell.text):
                return

    def _under(self, anchor: Anchor, fade: float) -> Iterator[Place]:
        cell = anchor.cell
        left, right = anchor.box[0] - 4, self._column_end(anchor)
        weight = _UNDER
        for found, other in enumerate(self.sheet.below(anchor.box, cell.row, _REACH_DOWN)):
            if found > 2:
                return
            start, stop = _between(other, left, right, anchor.box)
            label = self.next_start(other, start)
            if label <= start:
                return
            stop = min(stop, label)
            if stop > start and any(map(str.isalnum, other.text[start:stop])):
                wraps = (
                    abs(other.box[0] - cell.box[0]) < 3
                    and other.row == cell.row + 1
                    and anchor.end > 0.7 * len(cell.text)
                )
                yield Place(other, start, stop, (_WRAPPED if wraps else weight) * fade, "onder")
                weight *= 0.6

    def _column_end(self, anchor: Anchor) -> float:
        """x where the next label or cell of the same row starts."""
        cell = anchor.cell
        starts = [a.box[0] for a in self.in_cell.get(cell, ()) if a.start >= anchor.end]
        starts += [c.box[0] for c in self.sheet.right_of(cell)[:1]]
        return min(starts, default=self.sheet.width) - 2

    def _around(self, anchor: Anchor, fade: float) -> Iterator[Place]:
        cell = anchor.cell
        before = max(
            (a.end for a in self.in_cell.get(cell, ()) if a.end <= anchor.start), default=0
        )
        if before == 0 and any(map(str.isdigit, cell.text[: anchor.start])):
            yield Place(cell, before, anchor.start, _BEFORE * fade, "voor")
        for other in self.sheet.above(anchor.box, cell.row, 14):
            if not self.in_cell.get(other):
                yield Place(other, 0, len(other.text), _OVER * fade, "boven")
            return


def _between(cell: Cell, left: float, right: float, column: Box) -> tuple[int, int]:
    """The stretch of ``cell`` whose words stand between two x values or overlap the column's box."""
    chosen = [
        (o, o + len(w.text))
        for w, o in zip(cell.words, cell.offsets, strict=True)
        if left <= w.box[0] <= right or min(w.box[2], column[2]) - max(w.box[0], column[0]) > 0
    ]
    if not chosen:
        return 0, 0
    begins = any(abs(w.box[0] - column[0]) < 3 for w in cell.words[1:])
    if len(chosen) < len(cell.words) and abs(cell.box[2] - column[2]) < 5 and not begins:
        return 0, len(cell.text)
    return chosen[0][0], chosen[-1][1]


def anchors_of(sheet: Sheet) -> Anchors:
    """Every label of the page."""
    found = Anchors(sheet)
    for cell in sheet.cells:
        for label, phrase, start, end in labels_in(cell.text):
            anchor = Anchor(label, phrase, cell, start, end, cell.box_of(start, end))
            found.of[label].append(anchor)
            found.in_cell[cell].append(anchor)
    for upper, lower in _wrapped_cells(sheet):
        _join_wrapped(found, upper, lower)
    return found


def _wrapped_cells(sheet: Sheet) -> Iterator[tuple[Cell, Cell]]:
    """Cells of a narrow column whose text may go on in the cell under them: one of the two rows has
    no value of its own.
    """
    for row, under in pairwise(sheet.rows):
        for upper in row:
            if upper.place + 1 == len(row) and len(row) > 1:
                continue
            for lower in under:
                near = (
                    abs(lower.box[0] - upper.box[0]) < 3
                    and -3 < lower.box[1] - upper.box[3] < 0.7 * upper.height
                    and 0.9 < lower.size / upper.size < 1.1
                )
                valued = upper.place + 1 < len(row) and lower.place + 1 < len(under)
                if near and not valued and len(upper.text) < 40 and len(lower.text) < 40:
                    yield upper, lower


def _join_wrapped(found: Anchors, upper: Cell, lower: Cell) -> None:
    """A label that breaks over two lines stands in both cells, instead of the shorter labels in its
    halves.
    """
    text, cut = f"{upper.text} {lower.text}", len(upper.text)
    for label, phrase, start, end in labels_in(text):
        if start < cut < end - 1:
            for cell, first, last in ((upper, start, cut), (lower, 0, end - cut - 1)):
                for short in [a for a in found.in_cell[cell] if a.start < last and a.end > first]:
                    found.in_cell[cell].remove(short)
                    found.of[short.label].remove(short)
                anchor = Anchor(label, phrase, cell, first, last, cell.box_of(first, last))
                found.of[label].append(anchor)
                found.in_cell[cell].append(anchor)
                found.in_cell[cell].sort(key=lambda a: a.start)
