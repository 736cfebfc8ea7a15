"""Labels on a page and the places where their values may stand: behind, right, under, above or
before them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise

from intake.document.layout.cells import Cell, Sheet, same_column
from intake.document.layout.label_matcher import labels_in
from intake.document.layout.label_words import Label
from intake.document.layout.scoring import Fading, Feature, Position
from intake.model.basics import Box

_REACH_DOWN = 34.0


@dataclass(eq=False, slots=True)
class Caption:
    """One label where it stands on the page: ``cell.text[start:end]``."""

    label: Label
    phrase: str
    cell: Cell
    start: int
    end: int
    box: Box

    @property
    def words(self) -> str:
        """As the page writes them."""
        return self.cell.text[self.start : self.end]


@dataclass(eq=False, slots=True)
class Slot:
    """A stretch of text where a label's value may stand, and how likely (0 to 1)."""

    cell: Cell
    start: int
    end: int
    position: Feature
    words: str
    """Dutch: ``achter``, ``rechts van``, ``onder`` …"""

    @property
    def weight(self) -> float:
        return self.position.factor

    @property
    def text(self) -> str:
        return self.cell.text[self.start : self.end]


@dataclass(eq=False, slots=True)
class LabelIndex:
    """All labels of one page."""

    sheet: Sheet
    of: dict[Label, list[Caption]] = field(default_factory=lambda: defaultdict(list))
    in_cell: dict[Cell, list[Caption]] = field(default_factory=lambda: defaultdict(list))
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

    def governor(self, cell: Cell, start: int, box: Box) -> Caption | None:
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

    def header(self, cell: Cell, box: Box) -> Caption | None:
        """The label at the top of the column in which ``box`` stands, or at its foot where labels
        stand under their values.
        """
        if cell.row + 1 < len(self.sheet.rows) and self._under_values(cell.row + 1):
            for other in self.sheet.rows[cell.row + 1]:
                if abs(other.box[0] - cell.box[0]) < 4 and self.in_cell.get(other):
                    return self.in_cell[other][0]
        for other in self.sheet.above(box, cell.row, 200, rows=self.labelled()):
            last = self._last_over(other, box)
            if last is not None and not _has_digit(other.text[last.end :]):
                return last
        return None

    def _last_over(self, cell: Cell, box: Box) -> Caption | None:
        """The last label of a labelled cell that stands over ``box``, or in its column."""
        labels = self.in_cell[cell]
        for caption in reversed(labels):
            over = min(caption.box[2], box[2]) - max(caption.box[0], box[0]) > -3
            if over and caption.label is not Label.NUMBER:
                return caption
        return labels[-1] if same_column(labels[-1].box, box) else None

    def slots(self, caption: Caption) -> Iterator[Slot]:
        """Where the value of ``caption`` may stand, likeliest first."""
        cell = caption.cell
        stop = self.next_start(cell, caption.end)
        rest = cell.text[caption.end : stop]
        filled, served = _has_text(rest), _has_digit(rest)
        if filled:
            yield Slot(cell, caption.end, stop, Position.BEHIND, "achter")
        if stop == len(cell.text):
            right = list(self._right(caption))
            loss = Fading.SERVED if served else Fading.RIGHT_OF_TEXT
            yield from [_faded(slot, loss.factor) for slot in right] if filled else right
            served = served or any(_has_digit(slot.text) for slot in right[:1])
        if not filled and not served and self._under_values(cell.row):
            yield from self._over(caption)
            return
        fade = _fade(served, filled)
        yield from self._under(caption, fade)
        yield from self._around(caption, fade)

    def _under_values(self, row: int) -> bool:
        """True for a row of labels whose values stand over them, as on old forms."""
        if row not in self._below_values:
            self._below_values[row] = self._is_under_values(row)
        return self._below_values[row]

    def _is_under_values(self, row: int) -> bool:
        rows = self.sheet.rows
        labels = list(filter(self._is_bare_label, rows[row]))
        if row == 0 or len(labels) < max(2, len(rows[row])):
            return False
        over = [c for c in rows[row - 1] if not self.in_cell.get(c)]
        under = rows[row + 1] if row + 1 < len(rows) else []
        to_above = labels[0].box[1] - rows[row - 1][0].box[3]
        to_below = under[0].box[1] - labels[0].box[3] if under else self.sheet.height
        if to_above >= 0.9 * labels[0].height or _count_numbers(labels, over) < 2:
            return False
        return not _count_numbers(labels, under) or to_above + 1 < to_below

    def _is_bare_label(self, cell: Cell) -> bool:
        """True for a cell that begins with a label and holds no number."""
        first = next(iter(self.in_cell.get(cell, ())), None)
        return first is not None and first.start == 0 and not _has_digit(cell.text)

    def _over(self, caption: Caption) -> Iterator[Slot]:
        """Values over their labels, as on old forms."""
        position = Position.OVER.at(Position.UNDER.factor)
        for other in self.sheet.rows[caption.cell.row - 1]:
            if abs(other.box[0] - caption.box[0]) < 4:
                yield Slot(other, 0, len(other.text), position, "boven")

    def _right(self, caption: Caption) -> Iterator[Slot]:
        position = Position.RIGHT
        for cell in self.sheet.right_of(caption.cell)[:4]:
            stop = self.next_start(cell, 0)
            if stop == 0:
                return
            text = cell.text[:stop]
            if _has_text(text):
                yield Slot(cell, 0, stop, position, "rechts van")
                loss = Fading.NEXT_NUMBER if _has_digit(text) else Fading.NEXT_CELL
                position = position.at(position.factor * loss.factor)
            if stop < len(cell.text):
                return

    def _under(self, caption: Caption, fade: float) -> Iterator[Slot]:
        cell = caption.cell
        left, right = caption.box[0] - 4, self._column_end(caption)
        position = Position.UNDER
        for found, other in enumerate(self.sheet.below(caption.box, cell.row, _REACH_DOWN)):
            if found > 2:
                return
            start, stop = _between(other, left, right, caption.box)
            label = self.next_start(other, start)
            if label <= start:
                return
            stop = min(stop, label)
            if stop > start and _has_text(other.text[start:stop]):
                held = Position.WRAPPED if _wraps(caption, other) else position
                yield Slot(other, start, stop, held.at(held.factor * fade), "onder")
                position = position.at(position.factor * Fading.NEXT_LINE.factor)

    def _column_end(self, caption: Caption) -> float:
        """x where the next label or cell of the same row starts."""
        cell = caption.cell
        starts = [a.box[0] for a in self.in_cell.get(cell, ()) if a.start >= caption.end]
        starts += [c.box[0] for c in self.sheet.right_of(cell)[:1]]
        return min(starts, default=self.sheet.width) - 2

    def _around(self, caption: Caption, fade: float) -> Iterator[Slot]:
        cell = caption.cell
        before = max(
            (a.end for a in self.in_cell.get(cell, ()) if a.end <= caption.start), default=0
        )
        if before == 0 and _has_digit(cell.text[: caption.start]):
            position = Position.BEFORE.at(Position.BEFORE.factor * fade)
            yield Slot(cell, before, caption.start, position, "voor")
        for other in self.sheet.above(caption.box, cell.row, 14):
            if not self.in_cell.get(other):
                position = Position.OVER.at(Position.OVER.factor * fade)
                yield Slot(other, 0, len(other.text), position, "boven")
            return


def _count_numbers(labels: list[Cell], row: list[Cell]) -> int:
    """How many labels have a number in their column in ``row``."""
    numbers = [c.box[0] for c in row if _has_digit(c.text)]
    return sum(any(abs(left - label.box[0]) < 3 for left in numbers) for label in labels)


def _fade(served: bool, filled: bool) -> float:
    """What is left for a value under a label that has a number, or words, right behind it."""
    if served:
        return Fading.SERVED.factor
    return Fading.UNDER_TEXT.factor if filled else 1.0


def _faded(slot: Slot, loss: float) -> Slot:
    return replace(slot, position=slot.position.at(slot.weight * loss))


def _wraps(caption: Caption, under: Cell) -> bool:
    """True when ``under`` is the next line of the label's own cell."""
    return (
        abs(under.box[0] - caption.cell.box[0]) < 3
        and under.row == caption.cell.row + 1
        and caption.end > 0.7 * len(caption.cell.text)
    )


def _has_digit(text: str) -> bool:
    return any(map(str.isdigit, text))


def _has_text(text: str) -> bool:
    return any(map(str.isalnum, text))


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


def index_labels(sheet: Sheet) -> LabelIndex:
    """Every label of the page."""
    found = LabelIndex(sheet)
    for cell in sheet.cells:
        for label, phrase, start, end in labels_in(cell.text):
            caption = Caption(label, phrase, cell, start, end, cell.box_of(start, end))
            found.of[label].append(caption)
            found.in_cell[cell].append(caption)
    for upper, lower in _wrapped_cells(sheet):
        _join_wrapped(found, upper, lower)
    return found


def _wrapped_cells(sheet: Sheet) -> Iterator[tuple[Cell, Cell]]:
    """Cells of a narrow column whose text may go on in the cell under them: one of the two rows has
    no value of its own.
    """
    for row, under in pairwise(sheet.rows):
        for upper in row:
            valued = upper.column + 1 < len(row)
            if len(upper.text) >= 40 or (len(row) > 1 and not valued):
                continue
            for lower in under:
                both_valued = valued and lower.column + 1 < len(under)
                if not both_valued and len(lower.text) < 40 and _is_next_line(upper, lower):
                    yield upper, lower


def _is_next_line(upper: Cell, lower: Cell) -> bool:
    return (
        abs(lower.box[0] - upper.box[0]) < 3
        and -3 < lower.box[1] - upper.box[3] < 0.7 * upper.height
        and 0.9 < lower.size / upper.size < 1.1
    )


def _join_wrapped(found: LabelIndex, upper: Cell, lower: Cell) -> None:
    """A label that breaks over two lines stands in both cells, instead of the shorter labels in its
    halves.
    """
    text, cut = f"{upper.text} {lower.text}", len(upper.text)
    for label, phrase, start, end in labels_in(text):
        compound = text[end : end + 1] == "-" and text[end + 1 : end + 2].isalpha()
        if start < cut < end - 1 and not compound:  # "Btw-specificatie" goes on in no label
            for cell, first, last in ((upper, start, cut), (lower, 0, end - cut - 1)):
                for short in [a for a in found.in_cell[cell] if a.start < last and a.end > first]:
                    found.in_cell[cell].remove(short)
                    found.of[short.label].remove(short)
                caption = Caption(label, phrase, cell, first, last, cell.box_of(first, last))
                found.of[label].append(caption)
                found.in_cell[cell].append(caption)
                found.in_cell[cell].sort(key=lambda a: a.start)
