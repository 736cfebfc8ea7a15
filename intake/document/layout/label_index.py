"""Labels on a page and the places where their values may stand: behind, right, under, above or
before them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import accumulate, chain, islice, pairwise
from operator import attrgetter

from intake.document.layout.cells import Cell, Sheet, around, same_column
from intake.document.layout.label_matcher import has_digit, labels_in
from intake.document.layout.label_words import Label
from intake.document.layout.scoring import Fading, Feature, Position
from intake.document.layout.value_sides import ValueSides
from intake.model.basics import Box
from intake.text.identifiers import ibans_in, postcodes_in

_REACH_DOWN = 34.0
_REACH_RIGHT = 200.0
_JOINT = re.compile(
    r"\.?\s*(?:[/&+,(]|en|and|und|et|[-–])\s*[-–]?\s*(?:de\s|het\s)?", re.IGNORECASE
)
"""Between labels that share what stands behind the last: "Factuurnummer/datum", "KvK- en btw-nummer"."""
_SHARES = re.compile(r"\s+[/|–-]\s+|\s*[|;]\s*|,\s+|\s(?:en|and|und|et|van|d\.?d\.?)\s")
_SHARES_TIGHT = re.compile(r"/")


_ASIDE = re.compile(r"\s*\([^()\d]{2,40}\)")
"""A remark behind a label: "Factuurnummer (altijd vermelden): 2026-0011"."""


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
    stacks: dict[Cell, tuple[Cell, ...]] = field(default_factory=dict)
    """Of a cell that wraps over several lines in a narrow column: all of its lines."""
    alone: frozenset[str] = frozenset()
    """Texts without a label that stand by themselves anywhere in the document, as a name does."""
    _next_lines: dict[Cell, list[Cell]] = field(default_factory=dict)
    _slots_of: dict[Caption, tuple[Slot, ...]] = field(default_factory=dict)
    _labelled: list[list[Cell]] = field(default_factory=list)
    _sides: ValueSides | None = None

    def labelled(self) -> list[list[Cell]]:
        """Of each row the cells with a label; to be asked when all labels are known."""
        if not self._labelled:
            self._labelled = [
                [cell for cell in row if self.in_cell.get(cell)] for row in self.sheet.rows
            ]
        return self._labelled

    @property
    def sides(self) -> ValueSides:
        """Where values stand that are not behind or beside; to be asked when all labels are known."""
        if self._sides is None:
            starts = {
                cell: [a.start for a in found] for cell, found in self.in_cell.items() if found
            }
            self._sides = ValueSides(self.sheet, starts)
        return self._sides

    def next_lines(self, cell: Cell) -> list[Cell]:
        """The cells in the three rows under a cell that lie as the next line of a narrow column."""
        if cell not in self._next_lines:
            under = chain.from_iterable(self.sheet.rows[cell.row + 1 : cell.row + 4])
            self._next_lines[cell] = [lower for lower in under if _is_next_line(cell, lower)]
        return self._next_lines[cell]

    def add(self, caption: Caption) -> None:
        self.of[caption.label].append(caption)
        self.in_cell[caption.cell].append(caption)

    def put(self, caption: Caption, begin: int) -> None:
        """Add a label in the place of those that its cell has from ``begin`` to its end."""
        own = self.in_cell[caption.cell]
        for short in [a for a in own if a.start < caption.end and a.end > begin]:
            own.remove(short)
            self.of[short.label].remove(short)
        self.add(caption)
        own.sort(key=attrgetter("start"))

    def next_start(self, cell: Cell, after: int) -> int:
        """Where the next label of ``cell`` starts at or after ``after``; else the cell's end."""
        for caption in self.in_cell.get(cell, ()):
            if caption.start >= after and caption.label is not Label.NUMBER:
                return caption.start
        return len(cell.text)

    def governor(
        self, cell: Cell, start: int, box: Box, *, unserved: bool = False
    ) -> Caption | None:
        """The label that announces the value at ``cell.text[start]``: before it, left of it, or
        over it.

        Args:
            unserved: leave out a label to the left that has a number of its own behind it.
        """
        before = [
            a for a in self.in_cell.get(cell, ()) if a.end <= start and a.label is not Label.NUMBER
        ]
        if last := before[-1] if before else self._beside_stack(cell):
            return self._sharer(last, cell, start)
        if own := self.sides.label_of(cell):
            return self.in_cell[own][0]
        left = self._left_of(cell, unserved)
        return self._sharer(left, cell, start) if left else self.header(cell, box)

    def _left_of(self, cell: Cell, unserved: bool) -> Caption | None:
        """The nearest label left of a cell; ``unserved``: with no number in between."""
        between = False
        for other in self.sheet.left_of(cell)[:6]:
            if last := [a for a in self.in_cell.get(other, ()) if a.label is not Label.NUMBER]:
                if unserved and (between or has_digit(other.text[last[-1].end :])):
                    continue
                if not other.text[last[-1].end :].strip(" .:") and self.sides.over(other):
                    continue  # its value stands under it
                return last[-1]
            between = between or has_digit(other.text)
        return None

    def _beside_stack(self, cell: Cell) -> Caption | None:
        """The label of several lines beside which a cell stands."""
        for lines in dict.fromkeys(self.stacks.values()):
            labels = [a for line in lines for a in self.in_cell.get(line, ())]
            if labels and cell in self._beside(lines[0]):
                return labels[-1]
        return None

    def _sharer(self, last: Caption, cell: Cell, at: int) -> Caption:
        """Of the joint labels that end with ``last`` the one whose value stands at ``cell.text[at]``."""
        chain = self.joint(last)
        if len(chain) < 2:
            return last
        begin = last.end if last.cell is cell else 0
        labels = list(dict.fromkeys(caption.label for caption in chain))
        shares = _shares(cell.text[begin : self.next_start(cell, begin)], len(labels))
        for label, (start, end) in zip(labels, shares, strict=False):
            if begin + start <= at < begin + end:
                return next(caption for caption in chain if caption.label is label)
        return last

    def joint(self, caption: Caption) -> list[Caption]:
        """The label and those that share its value: only "/", "en" or the like stands between."""
        captions = self.in_cell.get(caption.cell, [])
        if len(captions) < 2 or caption not in captions:
            return [caption]
        chain: list[Caption] = []
        for one in captions:
            linked = chain and _JOINT.fullmatch(caption.cell.text, chain[-1].end, one.start)
            if not linked and caption in chain:
                break
            chain = [*chain, one] if linked else [one]
        return chain

    def header(self, cell: Cell, box: Box) -> Caption | None:
        """The label at the top of the column in which ``box`` stands."""
        for other in self.sheet.above(box, cell.row, 200, rows=self.labelled()):
            last = self._last_over(other, box)
            if last is not None and not has_digit(other.text[last.end :]):
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
        """Where the value of ``caption`` may stand, likeliest first; to be asked when all labels are
        known.
        """
        if caption not in self._slots_of:
            joint = self.joint(caption)
            shared = self._shared(caption, joint) if len(joint) > 1 else self._slots(caption)
            self._slots_of[caption] = tuple(shared)
        return iter(self._slots_of[caption])

    def _shared(self, caption: Caption, chain: list[Caption]) -> Iterator[Slot]:
        """The slots of one of several labels that share what stands behind the last."""
        labels = list(dict.fromkeys(each.label for each in chain))
        own = labels.index(caption.label)
        box = around([each.box for each in chain])
        whole = replace(caption, start=chain[0].start, end=chain[-1].end, box=box)
        for slot in self._slots(whole):
            shares = _shares(slot.text, len(labels))
            if shares:  # its own first
                shares.insert(0, shares.pop(own))
            for number, (start, end) in enumerate(shares):
                position = slot.position.at(
                    slot.weight * Fading.SHARED.factor if number else slot.weight
                )
                yield replace(
                    slot, start=slot.start + start, end=slot.start + end, position=position
                )
            if not shares:
                yield slot

    def _listed(self, caption: Caption) -> tuple[Cell, int, int] | None:
        """Where the value of one of several labels is that separators part, as they or "/" part their
        values: "KvK | BTW: 24330087 / NL002455799B11".
        """
        labels, values = self._list_around(caption.cell)
        if len(values) == 1 < len(labels):
            cell, begin, end = values[0]
            shares = _shares(cell.text[begin:end], len(labels))
            values = [(cell, begin + start, begin + stop) for start, stop in shares]
        if len(labels) < 2 or len(values) != len(labels) or caption.cell not in labels:
            return None
        return values[labels.index(caption.cell)]

    def _list_around(self, cell: Cell) -> tuple[list[Cell], list[tuple[Cell, int, int]]]:
        """Of the cells that separators part from each other: those that begin with a label, up to the
        first value, and all stretches of text that may be values.
        """
        labels: list[Cell] = []
        values: list[tuple[Cell, int, int]] = []
        for part in self._from_first_of_list(cell):
            if labels and not part.separated:
                break
            head = next(iter(self.in_cell.get(part, ())), None)
            if head and not head.start and not values:
                labels.append(part)
            begin = head.end if head and labels[-1:] == [part] else 0
            if _has_text(part.text[begin:]):
                values.append((part, begin, len(part.text)))
        return labels, values

    def _from_first_of_list(self, cell: Cell) -> list[Cell]:
        """The row from the first of the bare labels on that separators part from a cell."""
        row, first = self.sheet.rows[cell.row], cell.column
        while row[first].separated and first and self._heads(row[first - 1]):
            first -= 1
        return row[first:]

    def _is_listed(self, cell: Cell) -> bool:
        """True for a cell with a separator behind a bare label, its own or that before it."""
        row, at = self.sheet.rows[cell.row], cell.column
        behind = row[at + 1].separated and self._heads(cell) if at + 1 < len(row) else False
        return behind or (cell.separated and at > 0 and self._heads(row[at - 1]))

    def _heads(self, cell: Cell) -> bool:
        """True for a cell that is a label and nothing else."""
        first = next(iter(self.in_cell.get(cell, ())), None)
        return first is not None and not first.start and not _has_text(cell.text[first.end :])

    def _slots(self, caption: Caption) -> Iterator[Slot]:
        cell = caption.cell
        listed = self._listed(caption) if not caption.start and self._is_listed(cell) else None
        if listed:
            yield Slot(*listed, Position.BEHIND, "achter")
            return
        behind = self._behind(caption)
        filled, served = _has_text(behind.text), has_digit(behind.text)
        if filled:
            behind.start += (
                behind.text[:1] == "." and behind.text[1:2].isalnum()
            )  # "KvKnr.61532874"
            yield behind
        elif self.sides.under(cell) and (over := self.sides.value_over(cell)):
            position = Position.OVER.at(Position.UNDER.factor)
            yield Slot(over, 0, len(over.text), position, "boven")
            return
        if behind.end == len(cell.text):
            fade = _fade(served, filled, Fading.RIGHT_OF_TEXT)
            right = [_faded(slot, fade) for slot in self._right(caption)]
            yield from right
            beside = any(has_digit(slot.text) for slot in right[:1])
            served = served or (beside and not self.sides.over(cell))
        if not _ends_sentence(caption):
            fade = _fade(served, filled, Fading.UNDER_TEXT)
            yield from self._under(caption, fade)
            yield from self._around(caption, fade)

    def _behind(self, caption: Caption) -> Slot:
        """What stands between a label, with a remark behind it, and the next label of its cell."""
        cell = caption.cell
        stop = self.next_start(cell, caption.end)
        aside = _ASIDE.match(cell.text, caption.end, stop)
        return Slot(cell, aside.end() if aside else caption.end, stop, Position.BEHIND, "achter")

    def _right(self, caption: Caption) -> Iterator[Slot]:
        position = Position.RIGHT
        if self.sides.over(caption.cell) or self.sides.under(caption.cell):
            position = position.at(position.factor * Fading.OTHER_COLUMN.factor)
        for cell in self._beside(caption.cell) or self.sheet.right_of(caption.cell)[:4]:
            stop = self.next_start(cell, 0)
            if stop == 0:
                return
            text = cell.text[:stop]
            if _has_text(text):
                yield Slot(cell, 0, stop, position, "rechts van")
                loss = Fading.NEXT_NUMBER if has_digit(text) else Fading.NEXT_CELL
                position = position.at(position.factor * loss.factor)
            if stop < len(cell.text):
                return

    def _beside(self, cell: Cell) -> list[Cell]:
        """Of a cell of several lines: what stands beside them, in the next column."""
        lines = self.stacks.get(cell)
        if lines is None:
            return []
        left, top, right, bottom = around([line.box for line in lines])
        begin, end = max(left + 3, right - 3), right + _REACH_RIGHT
        near = [
            other
            for other in chain(*self.sheet.rows[max(0, lines[0].row - 1) : lines[-1].row + 2])
            if begin < other.box[0] < end and top < (other.box[1] + other.box[3]) / 2 < bottom
        ]
        first = min((other.box[0] for other in near), default=0.0)
        return [other for other in near if other.box[0] < first + 3]

    def _under(self, caption: Caption, fade: float) -> Iterator[Slot]:
        cell = caption.cell
        begin, end = self._column_begin(caption), self._column_end(caption)
        position = Position.UNDER
        for other in islice(self.sheet.below(caption.box, cell.row, _REACH_DOWN), 3):
            left = begin if _fits_under(other, caption) else caption.box[0] - 4
            start, stop = _between(other, caption.box, left, end)
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

    def _column_begin(self, caption: Caption) -> float:
        """x where the cell before it in the row ends."""
        return max((c.box[2] for c in self.sheet.left_of(caption.cell)[:1]), default=0.0)

    def _around(self, caption: Caption, fade: float) -> Iterator[Slot]:
        cell = caption.cell
        before = max(
            (a.end for a in self.in_cell.get(cell, ()) if a.end <= caption.start), default=0
        )
        if before == 0 and has_digit(cell.text[: caption.start]):
            position = Position.BEFORE.at(Position.BEFORE.factor * fade)
            yield Slot(cell, before, caption.start, position, "voor")
        for other in self.sheet.above(caption.box, cell.row, 14):
            if not self.in_cell.get(other):
                position = Position.OVER.at(Position.OVER.factor * fade)
                yield Slot(other, 0, len(other.text), position, "boven")
            return


def _fade(served: bool, filled: bool, text: Feature) -> float:
    """What is left for a value beside or under a label that has a number, or words (``text``), right
    behind it.
    """
    if served:
        return Fading.SERVED.factor
    return text.factor if filled else 1.0


def _ends_sentence(caption: Caption) -> bool:
    """True for the last word of a sentence: it announces nothing."""
    before, after = caption.cell.text[: caption.start], caption.cell.text[caption.end :]
    return after.strip() == "." and len(before.split()) > 3 and len(caption.phrase) > 4


def _faded(slot: Slot, loss: float) -> Slot:
    return slot if loss == 1.0 else replace(slot, position=slot.position.at(slot.weight * loss))


def _wraps(caption: Caption, under: Cell) -> bool:
    """True when ``under`` is the next line of the label's own cell."""
    return (
        abs(under.box[0] - caption.cell.box[0]) < 3
        and under.row == caption.cell.row + 1
        and caption.end > 0.7 * len(caption.cell.text)
    )


def _has_text(text: str) -> bool:
    return any(map(str.isalnum, text))


def _fits_under(cell: Cell, caption: Caption) -> bool:
    """True when a cell ends where the label does, or has the same middle: it may be wider."""
    label = caption.box
    alone = not caption.start and not caption.cell.text[caption.end :].strip(" .:")
    if alone and abs(cell.box[0] + cell.box[2] - label[0] - label[2]) < 8:
        return True
    begins = not alone and any(abs(w.box[0] - label[0]) < 3 for w in cell.words[1:])
    return abs(cell.box[2] - label[2]) < 5 and not begins


def _between(cell: Cell, label: Box, left: float, right: float) -> tuple[int, int]:
    """The stretch of ``cell`` whose words begin between two x values or overlap the label."""
    chosen = [
        (o, o + len(w.text))
        for w, o in zip(cell.words, cell.offsets, strict=True)
        if left <= w.box[0] <= right or min(w.box[2], label[2]) - max(w.box[0], label[0]) > 0
    ]
    return (chosen[0][0], chosen[-1][1]) if chosen else (0, 0)


def index_labels(sheet: Sheet) -> LabelIndex:
    """Every label of the page."""
    found = LabelIndex(sheet)
    for caption in chain.from_iterable(map(_captions, sheet.cells)):
        found.add(caption)
    for upper, rest in _torn(found):
        _join_torn(found, upper, rest)
    for _ in range(2):  # a label found in one column tells where the values of another end
        known = len(found.stacks)
        for lines in _stacked(found):
            _join_wrapped(found, lines)
        if len(found.stacks) == known:
            break
    return found


def _captions(cell: Cell) -> Iterator[Caption]:
    """The labels of a cell; a word within an account number ("NL50 BUNQ …"), a postcode ("4829 PH")
    or an address of mail ("facturen@…") is none.
    """
    labels = labels_in(cell.text)
    if not labels:
        return
    values = [(first, last) for first, last, *_ in ibans_in(cell.text)]
    values += [(first, last) for first, last, _ in postcodes_in(cell.text)]
    for label, phrase, start, end in labels:
        mail = "@" in cell.text and _is_in_mail_address(cell.text, start, end)
        if not mail and not any(first <= start < last for first, last in values):
            yield Caption(label, phrase, cell, start, end, cell.box_of(start, end))


_LOCAL_PART, _DOMAIN = re.compile(r"[\w.+-]*@"), re.compile(r"@\S*$")


def _is_in_mail_address(text: str, start: int, end: int) -> bool:
    return bool(_LOCAL_PART.match(text, end) or _DOMAIN.search(text[:start]))


_MOST_LINES = 5
"""Of one label in a narrow column."""


def _torn(found: LabelIndex) -> Iterator[tuple[Cell, str]]:
    """Cells that hold a label and its value, and the rest of the label in the lines under them:
    "Declaratienumm 2026159" / "er", "Nummer Kamer 24330087" / "van" / "Koophandel".
    """
    for upper in filter(_has_value, found.sheet.cells):
        rest, last = "", upper
        while lower := next(iter(_lines_under(found, last)), None):
            glued = not rest and len(lower.text) < 12 and lower.text[:1].islower()
            rest, last = f"{rest} {lower.text}", lower
            yield from ((upper, text) for text in ((rest[1:], rest) if glued else (rest,)))
            if last.row - upper.row >= _MOST_LINES:
                break


def _has_value(cell: Cell) -> bool:
    """True for a cell with a number behind its first word."""
    return len(cell.words) > 1 and has_digit(cell.text) and not has_digit(cell.words[0].text)


def _lines_under(found: LabelIndex, upper: Cell) -> Iterator[Cell]:
    """The next line of a narrow column of labels."""
    for lower in found.next_lines(upper):
        near = lower.row <= upper.row + 2
        if near and len(lower.text) < 25 and not has_digit(lower.text):
            yield lower


def _join_torn(found: LabelIndex, upper: Cell, rest: str) -> None:
    numbers = [o for w, o in zip(upper.words, upper.offsets, strict=True) if has_digit(w.text)]
    head = upper.text[: numbers[0]].rstrip()
    last = len(head) + 1 + len(rest.rpartition(" ")[0])
    for label, phrase, start, end in labels_in(f"{head}{rest}"):
        if start < len(head) and end > last:
            box = upper.box_of(start, len(head))
            found.put(Caption(label, phrase, upper, start, len(head), box), 0)


def _stacked(found: LabelIndex) -> Iterator[list[Cell]]:
    """Cells of a narrow column whose text may go on in the cells under them: at most one of the
    lines has a value of its own.
    """
    for first in filter(_may_go_on, found.sheet.cells):
        lines = [first]
        if found.stacks.get(first, (first,))[0] is not first or _ends_another(found, first):
            continue
        while len(lines) < _MOST_LINES and (under := _next_line(found, lines)):
            lines.append(under)
            yield list(lines)


def _ends_another(found: LabelIndex, cell: Cell) -> bool:
    """True when a cell without a value stands nearer under a label with one than over the next: it is
    that label's last line.
    """
    under = next((c for c in found.next_lines(cell) if c.row == cell.row + 1), None)
    if under is None or _value_of(found, cell):
        return False
    before = found.sheet.rows[cell.row - 1] if cell.row else []
    over = next((c for c in before if _is_next_line(c, cell)), None)
    if over is None or not _value_of(found, over):
        return False
    return cell.box[1] - over.box[3] + 1 < under.box[1] - cell.box[3]


def _may_go_on(cell: Cell) -> bool:
    """True for a short text that may break off at the end of a line."""
    return len(cell.text) < 40 and not cell.text.endswith((":", ")")) and not has_digit(cell.text)


def _next_line(found: LabelIndex, lines: list[Cell]) -> Cell | None:
    """The cell that is the next line of the same narrow column."""
    if not _may_go_on(lines[-1]):
        return None
    under = next((cell for cell in found.next_lines(lines[-1]) if len(cell.text) < 40), None)
    if under is None:
        return None
    values = [value for line in (*lines, under) if (value := _value_of(found, line))]
    values = [*values[:1], *(b for a, b in pairwise(values) if not _wraps_on(a, b))]
    amount = bool(_AMOUNT.search(under.text))
    return under if amount + _count_own(values) <= 1 else None


def _wraps_on(value: Cell, rest: Cell) -> bool:
    """True when ``rest`` is the second line of a value: "ACC-" / "SINV-00512", "24 aug" / "2026"."""
    broken = _GOES_ON.search(value.text) or _YEAR.fullmatch(rest.text)
    return bool(broken) and abs(value.box[0] - rest.box[0]) < 3


_GOES_ON, _YEAR = re.compile(r"\w[-/]$"), re.compile(r"20\d\d")


def _count_own(values: list[Cell]) -> int:
    """How many cells stand in one column of values, which begins or ends at one x."""
    first = min((value.box[0] for value in values), default=0.0)
    last = max((value.box[2] for value in values), default=0.0)
    flush = sum(abs(value.box[2] - last) < 3 for value in values) > 1
    return sum(
        value.box[0] < first + _COLUMN
        or (flush and abs(value.box[2] - last) < 3)
        or bool(_AMOUNT.search(value.text))
        for value in values
    )


_AMOUNT = re.compile(r"\d[.,]\d\d\b|^€\s*[-–]")
"""An amount is the value of its own row, however far it stands to the right."""
_COLUMN = 30.0
"""How far apart values may begin that stand in one column."""


def _value_of(found: LabelIndex, cell: Cell) -> Cell | None:
    """What stands right of a cell, when it is not the label of the next column; an amount left of
    the last cell of a row is its value too.
    """
    beside = next(iter(found.sheet.right_of(cell)), None)
    if beside is None:
        before = next(iter(found.sheet.left_of(cell)), None)
        return before if before and _AMOUNT.search(before.text) else None
    first = next(iter(found.in_cell.get(beside, ())), None)
    return beside if first is None or first.start > 0 else None


def _is_next_line(upper: Cell, lower: Cell) -> bool:
    left, _, right, bottom = upper.box
    its_left, its_top, its_right, _ = lower.box
    return (
        (-3 < its_left - left < 3 or -3 < its_right - right < 3)
        and -3 < its_top - bottom < 0.7 * upper.height
        and 0.9 < lower.size / upper.size < 1.1
    )


def _join_wrapped(found: LabelIndex, lines: list[Cell]) -> None:
    """A label that breaks over the lines stands in each of them, instead of the shorter labels in
    its parts; a label in one line has the value beside the others when these only go on with it.
    """
    across = list(_across(lines))
    for captions in across:
        label, phrase = captions[0].label, captions[0].phrase
        if not any(a.label is label and a.phrase == phrase for a in found.in_cell[lines[0]]):
            for caption in captions:
                found.put(caption, caption.start)
    if across or _goes_on(found, lines):
        found.stacks |= dict.fromkeys(lines, tuple(lines))


def _across(lines: list[Cell]) -> Iterator[list[Caption]]:
    """The labels that break over all of the lines, each as its piece of every line."""
    text = " ".join(line.text for line in lines)
    begins = list(accumulate((len(line.text) + 1 for line in lines[:-1]), initial=0))
    for label, phrase, start, end in labels_in(text):
        compound = text[end : end + 1] == "-" and text[end + 1 : end + 2].isalpha()
        if compound or start >= len(lines[0].text) or end <= begins[-1]:
            continue  # "Btw-specificatie" goes on in no label
        captions = []
        for cell, begin in zip(lines, begins, strict=True):
            first, last = max(start - begin, 0), min(end - begin, len(cell.text))
            captions.append(Caption(label, phrase, cell, first, last, cell.box_of(first, last)))
        yield captions


def _goes_on(found: LabelIndex, lines: list[Cell]) -> bool:
    """True when each line but the first reads as the rest of the one before, and they announce one
    thing.
    """
    rest = all(line.text[:1].islower() or line.text[:1] == "(" for line in lines[1:])
    return rest and len({a.label for line in lines for a in found.in_cell.get(line, ())}) == 1


def _shares(text: str, count: int) -> list[tuple[int, int]]:
    """(start, end) of the values of ``count`` joint labels; none when there are not so many."""
    for sign in (_SHARES, _SHARES_TIGHT):
        cuts = [(0, 0), *(m.span() for m in sign.finditer(text)), (len(text), len(text))]
        shares = [(before[1], after[0]) for before, after in pairwise(cuts)]
        if len(shares) == count and all(_has_text(text[start:end]) for start, end in shares):
            return shares
    return []
