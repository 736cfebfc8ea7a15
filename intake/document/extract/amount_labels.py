"""The word that announces an amount: before it, left of it, over it, behind it, or in the lines before."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import partial
from itertools import product, starmap

from intake.document.extract.weights import Announced
from intake.document.layout.cells import Cell
from intake.document.layout.label_index import Caption, LabelIndex
from intake.document.layout.label_matcher import has_digit, labels_in
from intake.document.layout.label_words import Label
from intake.document.layout.scoring import Feature, Score, score
from intake.model.basics import Box
from intake.text.amounts import amounts_in, rates_in
from intake.text.dates import dates_in

_PERCENTAGE = re.compile(r"\d{1,2}(?:[.,]\d{1,2})?\s?%")
_MOST_LINES = 3
"""Lines before one over which its label may begin."""
TOTALS = (Label.NET, Label.GROSS, Label.SUBTOTAL, Label.TOTAL)
MONEY = (*TOTALS, Label.VAT, Label.PAID, Label.DISCOUNT)
LEGAL = frozenset(map(Decimal, ("0", "6", "9", "19", "21")))
"""Rates of btw, now or since 2001."""


@dataclass(frozen=True, slots=True)
class Announcement:
    """The label of an amount, its words, and how surely it is the amount's."""

    label: Label | None = None
    phrase: str = ""
    score: Score = field(default_factory=Score)
    own: bool = True

    @property
    def is_own(self) -> bool:
        """Whether there is a label, and it stands in the amount's own row."""
        return self.own and self.label is not None


def _said(caption: Caption, feature: Feature, label: Label | None = None) -> Announcement:
    return Announcement(label or caption.label, caption.phrase, score(feature))


def rate_fits(net: Decimal, rate: Decimal, vat: Decimal) -> bool:
    """True when ``vat`` is ``rate`` percent of ``net``, with room for rounding a line at a time."""
    if rate == 0:
        return vat == 0
    return (
        abs(net * rate / 100 - vat) <= max(Decimal("0.02"), abs(vat) * Decimal("0.0005"))
        and vat != 0
    )


def some_rate_fits(
    nets: Iterable[Decimal], rates: Iterable[Decimal], vats: Iterable[Decimal]
) -> bool:
    return any(starmap(rate_fits, product(nets, rates, vats)))


def announced(
    index: LabelIndex, cell: Cell, start: int, end: int, marked: Sequence[Sequence[Cell]]
) -> Announcement:
    """The money label of an amount: before it, left of it, over it, or behind it.

    Args:
        marked: of each row up to this one the cells that hold a label or an amount.
    """
    column = partial(_column, index, cell, start, end, marked)  # asked only when it matters
    if start == 0 and (sign := _sign_above(index, cell)):
        return _left(index, sign, column) or Announcement()
    return (
        _before(index, cell, start, end)
        or _beside(index, cell, column)
        or _above(index, cell, start, end)
        or _only_rate(index, cell)
        or column()
        or _after(index, cell, end)
        or Announcement()
    )


def _sign_above(index: LabelIndex, cell: Cell) -> Cell | None:
    """The currency sign at the end of the line above, when an amount was wrapped away from it."""
    for over in index.sheet.above(cell.box, cell.row, 0.9 * cell.height):
        within = cell.box[0] - 3 < over.box[0] and over.box[2] < cell.box[2] + 3
        taken = any(amounts_in(other.text) for other in index.sheet.right_of(over))
        return over if over.text in _CURRENCIES and within and not taken else None
    return None


_CURRENCIES = frozenset({"€", "EUR", "Eur", "euro", "Euro", "EURO"})


def _before(index: LabelIndex, cell: Cell, start: int, end: int) -> Announcement | None:
    """A label before the amount in its cell."""
    labels = index.in_cell.get(cell, ())
    before = _spoken(labels, cell.text, start)
    if not before:
        return _behind_date(labels, cell.text, start)
    last = _speaking(before, cell.text)
    if last.label not in MONEY or _LIMITED.search(cell.text[: last.start]):
        return Announcement()
    between = cell.text[last.end : start]
    amounts = amounts_in(between)
    behind = _behind(index, cell, end, _TAXED)
    if behind and (amounts or _belongs_before(cell.text, last.start)):
        return behind
    if last.label is Label.VAT and _IS_BASE.search(cell.text, last.start, start):
        return Announcement(last.label, last.words, score(Announced.BASE))
    far = min(sum(map(str.isalnum, between)), Announced.MOST_LETTERS)
    why = score(
        Announced.LABEL,
        Announced.LETTERS_BETWEEN.times(far) if far else None,
        Announced.AMOUNT_BETWEEN.when(amounts),
    )
    return Announcement(_money(last.label, _phrase_around(cell.text, start, end)), last.words, why)


_LIMITED = re.compile(
    r"\b(?:(?:beperkt|gemaximeerd|begrensd|gelimiteerd|limited) (?:tot|to)|hoogstens|minstens|up to|"
    r"(?:ten |at )(?:hoogste|minste|most|least)|maxima(?:al|le)|minima(?:al|le))(?: \w+){0,2}\s*$",
    re.IGNORECASE,
)
"""Before the word for an amount: it bounds a damage, a cost or a liability, and is no total."""


def _spoken(labels: Sequence[Caption], text: str, end: int) -> list[Caption]:
    """The labels before a place that speak of what stands there."""
    return [a for a in labels if a.start < end and speaks(a.label, a.start, text)]


def _behind_date(labels: Sequence[Caption], text: str, start: int) -> Announcement | None:
    """The total, for an amount behind the day of payment: "Te betalen voor 14-12-2026: € 484,00"."""
    for caption in labels:
        if caption.label is Label.OTHER_DATE and _TO_PAY.search(caption.words):
            dates = list(dates_in(text[caption.end : start]))
            if dates and not re.search(r"\w", text[caption.end + dates[-1][1] : start]):
                return _said(caption, Announced.LABEL, Label.GROSS)
    return None


_TO_PAY = re.compile(r"betalen|voldoen", re.IGNORECASE)
_IS_BASE = re.compile(r"\b(?:over|on|auf|sur)\s*(?:€|EUR)?\s*$", re.IGNORECASE)
"""Between the word btw and the amount of which it is a share: "21% btw over € 100,00"."""


def speaks(label: Label, start: int, text: str) -> bool:
    """True when a label says what a number behind it is: not the one of "Begeleiding (10% korting)",
    "Reiskosten, 21% btw" or "Vrijgesteld van btw".
    """
    before = text[:start]
    if label is Label.VAT:
        return not (_OF_ITEM.search(before) or _NOT_DUE.search(before))
    if label is not Label.DISCOUNT:
        return label in _SPEAKS
    what, bracket, inside = before.rpartition("(")
    return not bracket or ")" in inside or not _WORDS.search(what)


_WORDS = re.compile(r"[^\W\d_]{4,}")
_OF_ITEM = re.compile(
    r"(?:\b(?!(?:hoog|hoge|laag|lage|tarief|totaal|bedrag|standard|reduced)\b)[^\W\d_]{3,}|[)\d])"
    r"\s?[,(\[–-]\s?(?:incl\w*\.?\s|excl\w*\.?\s|met\s)?\d{1,2}(?:[.,]\d)?\s?%\s?$",
    re.IGNORECASE,
)
"""What was done, and before the word btw its rate."""
_NOT_DUE = re.compile(
    r"\b(?:vrij\w*(?: van)?|geen|zonder|no|exempt(?: from)?|free of)\s$", re.IGNORECASE
)
"""Before the word btw: none is charged."""


def _belongs_before(text: str, start: int) -> bool:
    """True when a label stands right behind another amount."""
    return any(0 <= start - last < _TIGHT for _, last, *_ in amounts_in(text))


def _phrase_around(text: str, start: int, end: int) -> str:
    """The words that can speak of an amount among others: those behind the amount before it, and
    without another behind it also the rest.
    """
    others = [(first, last) for first, last, *_ in amounts_in(text)]
    begin = max((last for _, last in others if last <= start), default=0)
    follows = any(first >= end for first, _ in others)
    return text[begin:start] if follows or begin else text[begin:]


def _beside(
    index: LabelIndex, cell: Cell, column: Callable[[], Announcement | None]
) -> Announcement | None:
    """A label left of the amount, or right of it when the row has nothing else."""
    left = _left(index, cell, column)
    return _right(index, cell) if left is None and len(index.sheet.rows[cell.row]) == 2 else left


def _left(
    index: LabelIndex, cell: Cell, column: Callable[[], Announcement | None]
) -> Announcement | None:
    """A label in a cell left of the amount."""
    passed = False
    for other in index.sheet.left_of(cell):
        captions = index.in_cell.get(other, ())
        labels = [a for a in captions if a.label in MONEY and speaks(a.label, a.start, other.text)]
        if labels:
            later = any(amounts_in(c.text) for c in index.sheet.right_of(cell))
            return _among_amounts(_speaking(labels, other.text), passed, later, column)
        beside = other.column + 1 == cell.column
        if beside and (said := _wrapped(index, other, len(other.text))):
            return said
        passed = passed or bool(amounts_in(other.text))
    return None


def _among_amounts(
    caption: Caption, passed: bool, later: bool, column: Callable[[], Announcement | None]
) -> Announcement:
    """What a label left of an amount says of it; with other amounts between or behind, the column's
    heading counts more.
    """
    where = Announced.RIGHT
    if passed:
        header = column()
        if header is None:
            return _said(caption, Announced.RIGHT_OF_AMOUNTS if later else Announced.LAST_IN_ROW)
        if header.label is not caption.label:
            return _of_column(header, caption)
        where = Announced.RIGHT_IN_COLUMN
    elif later and caption.label in TOTALS:
        header = column()
        if header is None:
            where = Announced.RIGHT_OF_AMOUNTS
        elif header.label in _TAXED and header.label is not caption.label:
            return _of_column(header, caption)
    return Announcement(_money(caption.label, caption.cell.text), caption.words, score(where))


def _of_column(header: Announcement, caption: Caption) -> Announcement:
    """An amount in another column than its row's label speaks of."""
    label = caption.label if caption.label in _TAKEN_OFF else header.label
    return replace(header, label=label, score=score(Announced.OTHER_COLUMN), own=True)


def _above(index: LabelIndex, cell: Cell, start: int, end: int) -> Announcement | None:
    """A label in the lines or the row right over an amount."""
    return (
        _line_above(index, cell, start) or _stacked(index, cell, start, end) or _boxed(index, cell)
    )


def _line_above(index: LabelIndex, cell: Cell, start: int) -> Announcement | None:
    """A label in the lines over a cell that go on in it, up to the amount."""
    if amounts_in(cell.text[:start]):
        return None
    said = _wrapped(index, cell, start)
    if said is None or cell.column == 0:
        return said
    return replace(said, own=False)


def _wrapped(index: LabelIndex, cell: Cell, end: int) -> Announcement | None:
    """The last money label of a text that begins in the lines over a cell and ends at
    ``cell.text[:end]``, unless the text goes on too far behind it.
    """
    lines = lines_before(index, cell)
    if not lines:
        return None
    over = " ".join(text for _, text in lines)
    text = f"{over} {cell.text[:end]}"
    taken = _TIGHT if lines[0][1] != lines[0][0].text else 0
    found = _last_money(text, range(taken, len(over)))
    if found is None:
        return None
    label, phrase, begin, last = found
    if label is Label.VAT and _IS_BASE.search(text, begin):
        return Announcement(label, phrase, score(Announced.BASE))
    near = len(text.rstrip()) - last <= _MOST_BEHIND
    return Announcement(label, phrase, score(Announced.LINE_BEFORE)) if near else None


def _last_money(text: str, begins: range) -> tuple[Label, str, int, int] | None:
    """The last money label that begins there and speaks of what is behind it."""
    money = [hit for hit in labels_in(text) if hit[0] in MONEY and hit[2] in begins]
    return next((hit for hit in reversed(money) if speaks(hit[0], hit[2], text)), None)


def lines_before(index: LabelIndex, cell: Cell) -> list[tuple[Cell, str]]:
    """The lines over a cell that go on in it, top to bottom, each with its text behind its last
    amount.
    """
    lines: list[tuple[Cell, str]] = []
    lower = cell
    while len(lines) < _MOST_LINES and (upper := _line_over(index, lower)) is not None:
        taken = max((last for _, last, *_ in amounts_in(upper.text)), default=0)
        lines.insert(0, (upper, upper.text[taken:]))
        if taken:
            break
        lower = upper
    return lines


def _line_over(index: LabelIndex, lower: Cell) -> Cell | None:
    """The line close over another; with an amount or label right of it, it is another row."""
    above = index.sheet.rows[lower.row - 1] if lower.row else ()
    upper = next((c for c in above if abs(c.box[0] - lower.box[0]) < 2), None)
    if upper is None or lower.box[1] - upper.box[3] > 0.6 * lower.height:
        return None
    beside = index.sheet.right_of(upper)
    return None if any(index.in_cell.get(c) or amounts_in(c.text) for c in beside) else upper


_TIGHT = 4
"""A label that begins nearer behind an amount is that amount's."""
_MOST_BEHIND = 30
"""Letters that may stand between a label in the lines before and its amount."""


def _stacked(index: LabelIndex, cell: Cell, start: int, end: int) -> Announcement | None:
    """The label right behind an amount that is alone in its row, or alone in the row above it."""
    rows = index.sheet.rows
    if len(rows[cell.row]) > 1 or start > 1:
        return None
    if said := _behind(index, cell, end, MONEY):
        return said
    over = rows[cell.row - 1] if cell.row else []
    if len(over) != 1 or end < len(cell.text) or cell.box[1] - over[0].box[3] > 0.6 * cell.height:
        return None
    return _heading(index, over[0]) if _may_be_share(cell.text, over[0].text) else None


def _may_be_share(text: str, over: str) -> bool:
    """False for an amount that is no share at its rate of the one in the line over it."""
    bases = [base for _, _, base, _ in amounts_in(over)]
    rates = [rate for _, _, rate in rates_in(over)]
    values = [value for _, _, value, _ in amounts_in(text)]
    return not bases or some_rate_fits(bases, rates, values)


def _heading(index: LabelIndex, over: Cell) -> Announcement | None:
    """What a cell says of the amount under it."""
    captions = [a for a in index.in_cell.get(over, ()) if a.label in MONEY]
    return _said(_speaking(captions, over.text), Announced.UNDER) if captions else None


def _boxed(index: LabelIndex, cell: Cell) -> Announcement | None:
    """The label at the head of a box, for the amount that stands anywhere in it: a row of words over
    one row of as many amounts, each left of where the next word begins.
    """
    rows = index.sheet.rows
    boxes, heads = rows[cell.row], rows[cell.row - 1] if cell.row else []
    under = rows[cell.row + 1] if cell.row + 1 < len(rows) else []
    if not 1 < len(boxes) == len(heads) or _all_amounts(under) or not _all_amounts(boxes):
        return None
    ends = [*(head.box[0] for head in heads[1:]), index.sheet.width]
    places = zip(heads, boxes, ends, strict=True)
    if not all(h.box[0] - 3 <= box.box[0] and box.box[2] <= end for h, box, end in places):
        return None
    return _heading(index, heads[cell.column])


def _all_amounts(row: list[Cell]) -> bool:
    return bool(row) and all(amounts_in(cell.text) for cell in row)


def _behind(
    index: LabelIndex, cell: Cell, end: int, labels: Collection[Label]
) -> Announcement | None:
    """One of these labels right behind the amount in its cell."""
    for caption in index.in_cell.get(cell, ()):
        if 0 <= caption.start - end < _TIGHT and caption.label in labels:
            return _said(caption, Announced.BEFORE_LABEL)
    return None


def _after(index: LabelIndex, cell: Cell, end: int) -> Announcement | None:
    return _behind(index, cell, end, MONEY) or _right(index, cell)


def _right(index: LabelIndex, cell: Cell) -> Announcement | None:
    """A label that begins the next cell, which has no number of its own; surer when the row has
    nothing else.
    """
    for other in index.sheet.right_of(cell)[:1]:
        first = next(iter(index.in_cell.get(other, ())), None)
        if first is None or first.start != 0 or _numbered(other.text):
            return None
        if first.label in MONEY and len(index.sheet.rows[cell.row]) == 2:
            return _said(first, Announced.BEFORE_LABEL, _money(first.label, other.text))
        return _said(first, Announced.LEFT_OF_LABEL) if first.label in _TAXED else None
    return None


def _only_rate(index: LabelIndex, cell: Cell) -> Announcement | None:
    """Btw, for an amount with nothing beside it but a legal percentage."""
    before = index.sheet.left_of(cell)
    if len(before) != 1 or len(before[0].text) > _LONGEST_RATE:
        return None
    if not any(rate in LEGAL for _, _, rate in rates_in(before[0].text)):
        return None
    behind = [value for c in index.sheet.right_of(cell) for _, _, value, _ in amounts_in(c.text)]
    own = next(value for _, _, value, _ in amounts_in(cell.text))
    if any(0 < abs(value) < abs(own) for value in behind):
        return None  # its base
    return Announcement(Label.VAT, before[0].text, score(Announced.RIGHT_OF_RATE))


_LONGEST_RATE = 6


def _speaking(labels: list[Caption], text: str) -> Caption:
    """Of several labels before an amount the one that announces it: "Totaal (vrijgesteld van btw)"
    is a total.
    """
    *others, last = labels
    if others and others[-1].label in _TAKEN_OFF and _is_kind(last):
        return others[-1]  # "Korting incl. btw"
    first = next((a for a in labels if a.label in TOTALS), None)
    if first is None:
        return last
    between = text[first.end : last.start]
    if last.label in _TAKEN_OFF:
        return first if _AFTER.search(between) else last
    return first if _tells_kind(last, between.lower()) else last


def _tells_kind(last: Caption, between: str) -> bool:
    """True for the word btw that only says which total stands before it."""
    told = last.label is Label.VAT and any(word in between for word in _KINDS_OF_TOTAL)
    return told and not has_digit(between)


def _is_kind(caption: Caption) -> bool:
    """True for words that only say whether an amount has its btw in it."""
    return caption.words.lower().startswith(("incl", "excl"))


_SPEAKS = (*MONEY, Label.OTHER_NUMBER, Label.PHONE, Label.KVK)
"""Labels that say what the number behind them is; "Totaal deze factuur" is a total."""
_TAXED = (Label.VAT, Label.NET, Label.GROSS)
_TAKEN_OFF = (Label.DISCOUNT, Label.PAID)
_AFTER = re.compile(r"-/-|\b(?:na|min|minus|aftrek|after|less|nach|abzgl|après)\b", re.IGNORECASE)
"""What stands between a sum and what was taken off before it."""
_KINDS_OF_TOTAL = ("vrij", "incl", "excl", "(", "geen", "zonder", "niet")
"""What stands between a total and the word btw that only says which total it is."""


_TOTALS = ("totaal", "bedrag", "totaalbedrag", "subtotaal", "total", "te")


def _money(label: Label, text: str) -> Label:
    """ "Totaal" followed by "excl." or "incl." says which total it is, also with words between."""
    low = text.lower()
    without, within = "excl" in low, "incl" in low
    if label is Label.VAT:
        if not (without or within) or len(low) >= 40 or low.split()[0] not in _TOTALS:
            return label
        return Label.NET if without else Label.GROSS
    return label if without is within else _KIND_OF[without].get(label, label)


_KIND_OF = {
    True: dict.fromkeys((Label.TOTAL, Label.SUBTOTAL, Label.GROSS), Label.NET),
    False: {Label.TOTAL: Label.GROSS},
}
"""Which total a word is beside "excl." (True) or "incl."."""


def _column(
    index: LabelIndex, cell: Cell, start: int, end: int, marked: Sequence[Sequence[Cell]]
) -> Announcement | None:
    """The money label at the head of the amount's column; weaker when amounts stand between."""
    box = cell.box_of(start, end)
    far = None
    for other in index.sheet.above(box, cell.row, 400, rows=marked):
        labels = index.in_cell.get(other, ())
        if amounts_in(other.text):
            if labels:
                return None
            far = Announced.COLUMN_FAR
        elif fits := _fitting(labels, other, box):
            return _of_heading(index, cell, fits[-1], far)
        elif any(a.label is Label.COLUMN and _is_over(a, box) for a in labels):
            return None  # "Prijs": a label farther up heads another column
    return None


def _fitting(labels: Sequence[Caption], cell: Cell, box: Box) -> list[Caption]:
    """The money labels over ``box`` that speak of what is under them."""
    return [a for a in labels if heads(a, cell, box) and speaks(a.label, a.start, cell.text)]


def _of_heading(
    index: LabelIndex, cell: Cell, caption: Caption, far: Feature | None
) -> Announcement:
    label, phrase = _whole_heading(index, caption)
    rows, row = index.sheet.rows, caption.cell.row
    alone = cell.row == row + 1 and len(rows[row]) == len(rows[cell.row]) == 1
    why = score(Announced.UNDER if alone else Announced.COLUMN, far)
    return Announcement(label, phrase, why, own=alone)


def _whole_heading(index: LabelIndex, caption: Caption) -> tuple[Label, str]:
    """What the head of a column says with the line over it: "Excl." over "btw", "Btw-" over "bedrag"."""
    left, _, right, _ = caption.box
    for over in index.sheet.above(caption.box, caption.cell.row, 0.6 * caption.cell.height):
        words = [w.text for w in over.words if w.box[0] < right + 2 and w.box[2] > left - 2]
        upper = " ".join(words)
        for label, phrase, start, end in labels_in(f"{upper} {caption.words}"):
            if label in MONEY and start <= len(upper) < end and not has_digit(upper):
                return label, phrase
        break
    return caption.label, caption.phrase


def heads(caption: Caption, cell: Cell, box: Box) -> bool:
    """True for a money label over ``box`` that has no number of its own."""
    return (
        caption.label in MONEY
        and _is_over(caption, box)
        and not _COMPOUND.match(cell.text, caption.end)
        and not _numbered(cell.text[caption.end :])
    )


_COMPOUND = re.compile(r"-[^\W\d_]")
"""Behind a word it makes another word of it: "btw-datum"."""


def _is_over(caption: Caption, box: Box) -> bool:
    """True when a label stands in the column of ``box``."""
    return min(caption.box[2], box[2]) - max(caption.box[0], box[0]) > -4


def _numbered(text: str) -> bool:
    """True when a digit stands in ``text`` that is not of a percentage."""
    return any(map(str.isdigit, _PERCENTAGE.sub("", text)))
