"""Labels on a page and the places where their values may stand: behind, right, under, above or
before them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise

from intake.document.layout.cells import Cell, Sheet, around, same_column
from intake.document.layout.label_matcher import has_digit, labels_in
from intake.document.layout.label_words import Label
from intake.document.layout.scoring import Fading, Feature, Position
from intake.document.layout.value_sides import ValueSides
from intake.model.basics import Box
from intake.text.identifiers import ibans_in, postcodes_in

_REACH_DOWN = 34.0
_REACH_RIGHT = 200.0
_NEAR_LABELS = 110.0
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
        if before:
            return self._sharer(before[-1], cell, start)
        if stacked := self._beside_stack(cell):
            return self._sharer(stacked, cell, start)
        if own := self.sides.label_of(cell):
            return self.in_cell[own][0]
        between = False
        for other in self.sheet.left_of(cell)[:6]:
            if last := [a for a in self.in_cell.get(other, ()) if a.label is not Label.NUMBER]:
                if unserved and (between or has_digit(other.text[last[-1].end :])):
                    continue
                if not other.text[last[-1].end :].strip(" .:") and self.sides.over(other):
                    continue  # its value stands under it
                return self._sharer(last[-1], cell, start)
            between = between or has_digit(other.text)
        return self.header(cell, box)

    def _beside_stack(self, cell: Cell) -> Caption | None:
        """The label of several lines beside which a cell stands."""
        for lines in set(self.stacks.values()):
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
        """Where the value of ``caption`` may stand, likeliest first."""
        chain = self.joint(caption)
        if len(chain) < 2:
            yield from self._slots(caption)
            return
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
        row, first = self.sheet.rows[caption.cell.row], caption.cell.column
        while row[first].separated and first and self._heads(row[first - 1]):
            first -= 1
        labels: list[Cell] = []
        values: list[tuple[Cell, int, int]] = []
        for cell in row[first:]:
            head = next(iter(self.in_cell.get(cell, ())), None)
            if labels and not cell.separated:
                break
            if head and not head.start and not values:
                labels.append(cell)
            begin = head.end if head and labels[-1:] == [cell] else 0
            if _has_text(cell.text[begin:]):
                values.append((cell, begin, len(cell.text)))
        if len(values) == 1 < len(labels):
            cell, begin, end = values[0]
            shares = _shares(cell.text[begin:end], len(labels))
            values = [(cell, begin + start, begin + stop) for start, stop in shares]
        if len(labels) < 2 or len(values) != len(labels) or caption.cell not in labels:
            return None
        return values[labels.index(caption.cell)]

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
        stop = self.next_start(cell, caption.end)
        aside = _ASIDE.match(cell.text, caption.end, stop)
        begin = aside.end() if aside else caption.end
        rest = cell.text[begin:stop]
        filled, served = _has_text(rest), has_digit(rest)
        if filled:
            begin += rest[:1] == "." and rest[1:2].isalnum()  # "KvKnr.61532874"
            yield Slot(cell, begin, stop, Position.BEHIND, "achter")
        if not filled and self.sides.under(cell) and (over := self.sides.value_over(cell)):
            position = Position.OVER.at(Position.UNDER.factor)
            yield Slot(over, 0, len(over.text), position, "boven")
            return
        if stop == len(cell.text):
            right = list(self._right(caption))
            loss = Fading.SERVED if served else Fading.RIGHT_OF_TEXT
            yield from [_faded(slot, loss.factor) for slot in right] if filled else right
            beside = any(has_digit(slot.text) for slot in right[:1])
            served = served or (beside and not self.sides.over(cell))
        if _ends_sentence(caption):
            return
        fade = _fade(served, filled)
        yield from self._under(caption, fade)
        yield from self._around(caption, fade)

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
        near = [
            other
            for row in self.sheet.rows[max(0, lines[0].row - 1) : lines[-1].row + 2]
            for other in row
            if other.box[0] > left + 3 and top < (other.box[1] + other.box[3]) / 2 < bottom
            if right - 3 < other.box[0] < right + _REACH_RIGHT
        ]
        first = min((other.box[0] for other in near), default=0.0)
        return [other for other in near if other.box[0] < first + 3]

    def _under(self, caption: Caption, fade: float) -> Iterator[Slot]:
        cell = caption.cell
        left, right, before = (
            caption.box[0] - 4,
            self._column_end(caption),
            self._column_begin(caption),
        )
        position = Position.UNDER
        for found, other in enumerate(self.sheet.below(caption.box, cell.row, _REACH_DOWN)):
            if found > 2:
                return
            start, stop = _between(other, caption, (left, right), before)
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


def _fade(served: bool, filled: bool) -> float:
    """What is left for a value under a label that has a number, or words, right behind it."""
    if served:
        return Fading.SERVED.factor
    return Fading.UNDER_TEXT.factor if filled else 1.0


def _ends_sentence(caption: Caption) -> bool:
    """True for the last word of a sentence: it announces nothing."""
    before, after = caption.cell.text[: caption.start], caption.cell.text[caption.end :]
    return after.strip() == "." and len(before.split()) > 3 and len(caption.phrase) > 4


def _faded(slot: Slot, loss: float) -> Slot:
    return replace(slot, position=slot.position.at(slot.weight * loss))


def _wraps(caption: Caption, under: Cell) -> bool:
    """True when ``under`` is the next line of the label's own cell."""
    return (
        abs(under.box[0] - caption.cell.box[0]) < 3
        and under.row == caption.cell.row + 1
        and caption.end > 0.7 * len(caption.cell.text)
    )


def _has_text(text: str) -> bool:
    return any(map(str.isalnum, text))


def _between(
    cell: Cell, caption: Caption, span: tuple[float, float], before: float
) -> tuple[int, int]:
    """The stretch of ``cell`` whose words stand between two x values or overlap the label.

    Args:
        before: where the words may begin of a cell that ends where the label does, or has the same
            middle: it may be wider than the label.
    """
    left, right = span
    label = caption.box
    alone = not caption.start and not caption.cell.text[caption.end :].strip(" .:")
    centred = alone and abs(cell.box[0] + cell.box[2] - label[0] - label[2]) < 8
    begins = not alone and any(abs(w.box[0] - label[0]) < 3 for w in cell.words[1:])
    flush = abs(cell.box[2] - label[2]) < 5 and not begins
    begin = before if flush or centred else left
    chosen = [
        (o, o + len(w.text))
        for w, o in zip(cell.words, cell.offsets, strict=True)
        if begin <= w.box[0] <= right or min(w.box[2], label[2]) - max(w.box[0], label[0]) > 0
    ]
    return (chosen[0][0], chosen[-1][1]) if chosen else (0, 0)


def index_labels(sheet: Sheet) -> LabelIndex:
    """Every label of the page; a word within an account number ("NL50 BUNQ …"), a postcode
    ("4829 PH") or an address of mail ("facturen@…") is none.
    """
    found = LabelIndex(sheet)
    for cell in sheet.cells:
        values = [(hit[0], hit[1]) for hit in ibans_in(cell.text)]
        values += [(hit[0], hit[1]) for hit in postcodes_in(cell.text)]
        for label, phrase, start, end in labels_in(cell.text):
            if any(first <= start < last for first, last in values) or (
                "@" in cell.text and _is_in_mail_address(cell.text, start, end)
            ):
                continue
            caption = Caption(label, phrase, cell, start, end, cell.box_of(start, end))
            found.of[label].append(caption)
            found.in_cell[cell].append(caption)
    for upper, rest in _torn(found):
        _join_torn(found, upper, rest)
    for _ in range(2):  # a label found in one column tells where the values of another end
        known = len(found.stacks)
        for lines in _stacked(found):
            _join_wrapped(found, lines)
        if len(found.stacks) == known:
            break
    return found


_LOCAL_PART = re.compile(r"[\w.+-]*@")


def _is_in_mail_address(text: str, start: int, end: int) -> bool:
    before = (
        text[:start].rsplit(maxsplit=1)[-1]
        if text[:start].strip() and not text[start - 1].isspace()
        else ""
    )
    return _LOCAL_PART.match(text, end) is not None or "@" in before


_MOST_LINES = 5
"""Of one label in a narrow column."""


def _torn(found: LabelIndex) -> Iterator[tuple[Cell, str]]:
    """Cells that hold a label and its value, and the rest of the label in the lines under them:
    "Declaratienumm 2026159" / "er", "Nummer Kamer 24330087" / "van" / "Koophandel".
    """
    for row in found.sheet.rows:
        for upper in row:
            if len(upper.words) < 2 or not has_digit(upper.text) or has_digit(upper.words[0].text):
                continue
            rest, last = "", upper
            while lower := next(iter(_lines_under(found, last)), None):
                glued = not rest and len(lower.text) < 12 and lower.text[:1].islower()
                rest, last = f"{rest} {lower.text}", lower
                yield from ((upper, text) for text in ((rest[1:], rest) if glued else (rest,)))
                if last.row - upper.row >= _MOST_LINES:
                    break


def _lines_under(found: LabelIndex, upper: Cell) -> Iterator[Cell]:
    """The next line of a narrow column of labels."""
    rows = found.sheet.rows[upper.row + 1 : upper.row + 3]
    for lower in (cell for row in rows for cell in row):
        if len(lower.text) < 25 and not has_digit(lower.text) and _is_next_line(upper, lower):
            yield lower


def _join_torn(found: LabelIndex, upper: Cell, rest: str) -> None:
    numbers = [o for w, o in zip(upper.words, upper.offsets, strict=True) if has_digit(w.text)]
    head = upper.text[: numbers[0]].rstrip()
    last = len(head) + 1 + len(rest.rpartition(" ")[0])
    for label, phrase, start, end in labels_in(f"{head}{rest}"):
        if start < len(head) and end > last:
            for short in [a for a in found.in_cell[upper] if a.start < len(head)]:
                found.in_cell[upper].remove(short)
                found.of[short.label].remove(short)
            caption = Caption(
                label, phrase, upper, start, len(head), upper.box_of(start, len(head))
            )
            found.of[label].append(caption)
            found.in_cell[upper].insert(0, caption)


def _stacked(found: LabelIndex) -> Iterator[list[Cell]]:
    """Cells of a narrow column whose text may go on in the cells under them: at most one of the
    lines has a value of its own.
    """
    for row in found.sheet.rows:
        for first in row:
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
    rows = found.sheet.rows
    over = [
        c for row in rows[max(0, cell.row - 1) : cell.row] for c in row if _is_next_line(c, cell)
    ]
    under = [c for row in rows[cell.row + 1 : cell.row + 2] for c in row if _is_next_line(cell, c)]
    if not over or not under or _value_of(found, cell) or not _value_of(found, over[0]):
        return False
    return cell.box[1] - over[0].box[3] + 1 < under[0].box[1] - cell.box[3]


def _next_line(found: LabelIndex, lines: list[Cell]) -> Cell | None:
    """The cell that is the next line of the same narrow column."""
    last = lines[-1]
    if len(last.text) >= 40 or last.text.endswith((":", ")")) or has_digit(last.text):
        return None
    for row in found.sheet.rows[last.row + 1 : last.row + 4]:
        for cell in row:
            if len(cell.text) < 40 and _is_next_line(last, cell):
                values = [value for line in (*lines, cell) if (value := _value_of(found, line))]
                values = [*values[:1], *(b for a, b in pairwise(values) if not _wraps_on(a, b))]
                amount = bool(_AMOUNT.search(cell.text))
                return cell if amount + _count_own(values) <= 1 else None
    return None


def _wraps_on(value: Cell, rest: Cell) -> bool:
    """True when ``rest`` is the second line of a value: "ACC-" / "SINV-00512", "24 aug" / "2026"."""
    broken = value.text.endswith(("-", "/")) or _YEAR.fullmatch(rest.text)
    return bool(broken) and abs(value.box[0] - rest.box[0]) < 3


_YEAR = re.compile(r"20\d\d")


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
    return (
        min(abs(lower.box[0] - upper.box[0]), abs(lower.box[2] - upper.box[2])) < 3
        and -3 < lower.box[1] - upper.box[3] < 0.7 * upper.height
        and 0.9 < lower.size / upper.size < 1.1
    )


def _join_wrapped(found: LabelIndex, lines: list[Cell]) -> None:
    """A label that breaks over the lines stands in each of them, instead of the shorter labels in
    its parts; a label in one line has the value beside the others when these only go on with it.
    """
    text = " ".join(line.text for line in lines)
    begins = [sum(len(line.text) + 1 for line in lines[:number]) for number in range(len(lines))]
    spans = [(begin, begin + len(line.text)) for begin, line in zip(begins, lines, strict=True)]
    joined = False
    for label, phrase, start, end in labels_in(text):
        compound = text[end : end + 1] == "-" and text[end + 1 : end + 2].isalpha()
        if compound or not (start < spans[0][1] and end > spans[-1][0]):
            continue  # "Btw-specificatie" goes on in no label
        joined = True
        if any(a.label is label and a.phrase == phrase for a in found.in_cell[lines[0]]):
            continue  # joined already
        for cell, (begin, stop) in zip(lines, spans, strict=True):
            first, last = max(start, begin) - begin, min(end, stop) - begin
            for short in [a for a in found.in_cell[cell] if a.start < last and a.end > first]:
                found.in_cell[cell].remove(short)
                found.of[short.label].remove(short)
            caption = Caption(label, phrase, cell, first, last, cell.box_of(first, last))
            found.of[label].append(caption)
            found.in_cell[cell].append(caption)
            found.in_cell[cell].sort(key=lambda a: a.start)
    if joined or _goes_on(found, lines):
        for cell in lines:
            found.stacks[cell] = tuple(lines)


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
