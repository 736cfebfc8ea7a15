"""The tables of amounts: the invoice's own lines, and the specification of btw.

A table is what stands under a row of headings, on its page and the next: lines, and rows that add
up the lines above them (a subtotal of a week, what is carried to the next page, the table's own
total). Whether something is a sum is seen from its value, not from its words alone.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import chain, combinations

from intake.document.extract.amount_labels import TOTALS, some_rate_fits
from intake.document.extract.money_rows import MoneyRow, Sum
from intake.document.extract.weights import Announced
from intake.document.layout.cells import Cell
from intake.document.layout.label_index import Caption, LabelIndex
from intake.document.layout.label_words import Label
from intake.document.layout.page_index import PageIndex
from intake.document.layout.scoring import Score, score
from intake.text.amounts import amounts_in, numbers_in

_ZERO = Decimal("0.00")
_CENT = Decimal("0.01")
ROUNDED = Decimal("0.50")
"""At most as much comes off or on when a total is rounded to whole euros."""
_EDGE = 3.0
_MOST_NUMBERS = 6
_MOST_LINES = 400
_HEADINGS = frozenset({*TOTALS, Label.VAT, Label.PAID, Label.DISCOUNT, Label.COLUMN})
_CARRIED = re.compile(
    r"(?:over te brengen|overgebracht|transport(?:eren)?|te transporteren|per transport|carried"
    r" forward|brought forward|carry over|übertrag|report|à reporter)\b",
    re.IGNORECASE,
)


@dataclass(eq=False, slots=True)
class Line:
    """One line of a table: its amounts from left to right, of which the last is its own."""

    row: MoneyRow
    sums: list[Sum]
    amount: Decimal

    @property
    def net(self) -> Sum:
        """The amount that a heading calls without btw; else the last."""
        return next((s for s in self.sums if s.label is Label.NET), self.sums[-1])


@dataclass(eq=False, slots=True)
class MoneyTable:
    """The lines under one row of headings."""

    bare: bool
    """Whether its headings name amounts only."""
    titles: str
    lines: list[Line] = field(default_factory=list)
    totals: list[MoneyRow] = field(default_factory=list)
    """Rows that add up the lines above them."""
    whole: bool = True
    """False when a row under the headings was not understood."""
    closed: bool = False
    late: list[Line] = field(default_factory=list)
    """Rows behind a sum: lines when a later sum counts them, else costs or discount."""
    since: Decimal = _ZERO
    """What the lines since the last sum add up to."""

    @property
    def spec(self) -> bool:
        """Whether it specifies btw or totals, not what was done."""
        worded = not self.titles or any(_has_words(line.row) for line in self.lines)
        return self.bare or not worded

    @property
    def strip(self) -> bool:
        """Whether it is one row of totals under their words."""
        return self.bare and len(self.lines) == 1

    @property
    def amount(self) -> Decimal:
        return sum((line.amount for line in self.lines), _ZERO)

    def sums(self) -> set[Decimal]:
        """Its amount, and what its rows say that lines add up to; not what stands before something
        else than a discount was taken off: that may be a payment.
        """
        off = [
            line.sums[-1].order
            for line in self.lines
            if line.amount < -ROUNDED and line.sums[-1].label is not Label.DISCOUNT
        ]
        ends = [row.sums[-1] for row in self.totals]
        return {self.amount} | {
            end.value for end in ends if not any(end.order < order for order in off)
        }

    def columns(self) -> Iterator[tuple[Sum, Decimal]]:
        """For each column that all lines have, its first amount and the sum."""
        if not self.lines:
            return
        for head in self.lines[0].sums:
            cells = [
                next((s for s in line.sums if _in_column(s, head)), None) for line in self.lines
            ]
            if None not in cells:
                yield head, sum((s.value for s in cells if s), _ZERO)

    def multiplies(self) -> bool:
        """True when each line's amount is its quantity times its price, or nothing."""
        lines = [line.sums[-1] for line in self.lines if line.amount]
        return bool(lines) and all(map(multiplies_to, lines))


def money_tables(pages: PageIndex, rows: Sequence[MoneyRow]) -> list[MoneyTable]:
    """Every table of the document, in order."""
    heads = _heads(pages)
    tables: list[MoneyTable] = []
    under = (0, -1)
    for at, row in enumerate(rows):
        if new := max(_between(heads, under, row), default=None):
            _begin(tables, *heads[new], on_next_page=new[0] > under[0])
            under = new
        elif not tables and _is_bare_item(row):
            tables.append(MoneyTable(False, "", whole=not any(map(_has_unnamed, rows[:at]))))
        if tables and not tables[-1].closed:
            _take(tables[-1], row)
    return [table for table in tables if table.lines]


def _between(
    heads: Iterable[tuple[int, int]], under: tuple[int, int], row: MoneyRow
) -> list[tuple[int, int]]:
    """The headings behind those that a table stands under, and over a row."""
    return [head for head in heads if under < head < (row.sheet.number, row.number)]


def _begin(tables: list[MoneyTable], bare: bool, titles: str, on_next_page: bool) -> None:
    """Begin a table, or go on with the last one under the same headings on the next page."""
    if not (tables and on_next_page and tables[-1].titles == titles):
        tables.append(MoneyTable(bare, titles))
    tables[-1].closed = False


def _has_unnamed(row: MoneyRow) -> bool:
    return not all(amount.own for amount in row.sums)


def _is_bare_item(row: MoneyRow) -> bool:
    """True for a line of an invoice without headings: a quantity, a price, and what they give."""
    return len(row.sums) > 1 and not any(s.own for s in row.sums) and multiplies_to(row.sums[-1])


def _heads(pages: PageIndex) -> dict[tuple[int, int], tuple[bool, str]]:
    """Page and row of every row of headings: whether they name amounts only, and their words."""
    labelled: dict[tuple[int, int], list[tuple[LabelIndex, Caption]]] = defaultdict(list)
    for index, caption in pages.labelled(*_HEADINGS):
        labelled[index.sheet.number, caption.cell.row].append((index, caption))
    heads = {}
    for key, named in labelled.items():
        index = named[-1][0]
        row = index.sheet.rows[key[1]]
        labels = {caption.label for _, caption in named}
        if _heads_columns(index, row, len({caption.cell for _, caption in named}), labels):
            heads[key] = (Label.COLUMN not in labels, " ".join(cell.text for cell in row))
    return heads


def _heads_columns(index: LabelIndex, row: Sequence[Cell], named: int, labels: set[Label]) -> bool:
    """True for a row of several labels, of which not only one names what is no amount.

    Args:
        named: how many cells have one of the labels.
    """
    two = len(index.in_cell.get(row[0], ())) > 1 and len(row[0].text) < 40
    if not (two or len(row) > 1) or _has_amount(row):
        return False
    if sum(1 for cell in row if index.in_cell.get(cell)) >= 3:
        return True
    return labels != {Label.COLUMN} and (named > 1 or Label.COLUMN in labels)


def _has_amount(row: Iterable[Cell]) -> bool:
    return any(re.search(r"\d[.,]\d\d(?!\d)|€\s?\d", cell.text) for cell in row)


def _take(table: MoneyTable, row: MoneyRow) -> None:
    """Add a row to the table: as a line, as a sum of lines, or as its end."""
    if row.unread or (not table.titles and sum(map(multiplies_to, row.sums)) > 1):
        table.whole = False
    if not row.sums:
        return
    labelled = any(s.own and s.label is not Label.DISCOUNT for s in row.sums)
    item = _is_item(table, row, labelled)
    if labelled and not item:
        table.closed = not _adds_up(table, row)
    elif _is_carried(table, row):
        table.totals.append(row)
    else:
        _add(table, row, item)


def _add(table: MoneyTable, row: MoneyRow, item: bool) -> None:
    """Add a row that nothing calls a sum: as a line, or as the sum that its value shows."""
    last = row.sums[-1]
    _settle(last)
    if len(table.lines) >= _MOST_LINES or not _fits(table, row):
        table.whole = False
        return
    reduced = last.own and last.label is Label.DISCOUNT and not item
    if item:
        _unlabel(row)
    line = Line(row, row.sums, -abs(last.value) if reduced else last.value)
    if _is_unnamed_sum(table, row):
        table.totals.append(row)
    elif table.totals:
        table.late.append(line)
    else:
        table.lines.append(line)
        table.since += line.amount


def _fits(table: MoneyTable, row: MoneyRow) -> bool:
    """True when a row's amount stands in the column of those above it; without headings, also when it
    is quantity times price.
    """
    last = row.sums[-1]
    aligned = not table.lines or any(_in_column(last, line.sums[-1]) for line in table.lines[:3])
    return aligned or (not table.titles and _is_bare_item(row))


def _unlabel(row: MoneyRow) -> None:
    """Take "korting" or "21% btw" in what was done for no word about the amounts behind it."""
    for amount in row.sums:
        named = amount.own and amount.label in (Label.DISCOUNT, Label.VAT)
        # The btw of another amount of the row keeps its word.
        if named and not some_rate_fits(row.values, row.rates, [amount.value]):
            amount.label, amount.own, amount.score = None, False, Score()


def _settle(amount: Sum) -> None:
    """Quantity × price tells which of two readings of an amount is meant."""
    if amount.alternative is None:
        return
    for value in (amount.alternative, amount.value):
        if multiplies_to(amount, value):
            amount.value, amount.alternative, amount.comma_unseen = value, None, False
            return


def _has_words(row: MoneyRow) -> bool:
    """True when a cell without an amount says more than a rate of btw."""
    return _says_more(" ".join(cell.text for cell in row.cells))


def _says_more(text: str) -> bool:
    return any(word not in _OF_RATES for word in _WORD.findall(text.lower()))


_WORD = re.compile(r"[^\W\d_]{4,}")
_OF_RATES = frozenset(
    {"hoog", "hoge", "laag", "lage", "tarief", "euro", "over", "high", "rate", "standard"}
)


def _is_item(table: MoneyTable, row: MoneyRow, labelled: bool) -> bool:
    """True for a row with a price and an amount, as the lines above it have, and with words of its
    own; or with a quantity, where a label announces the amount.
    """
    last = row.sums[-1]
    as_above = all(_in_column(last, line.sums[-1]) for line in table.lines[:1])
    if len(row.sums) < 2 or not as_above:
        return False
    return _describes(row) or (labelled and multiplies_to(last))


def _describes(row: MoneyRow) -> bool:
    """True when other words go before the label: "Weekendopvang (korting 15%)"."""
    said = next((s.phrase for s in row.sums if s.own), "")
    text = " ".join(cell.text for cell in row.cells)
    at = text.lower().find(said.lower())
    return bool(said) and _says_more(text[: max(at, 0)])


def _adds_up(table: MoneyTable, row: MoneyRow) -> bool:
    """Whether a row with the word of a total is the sum of lines; it is kept then."""
    first = next(s.label for s in row.sums if s.own)
    if not table.lines or first is Label.VAT:
        return False
    value = row.sums[-1].value
    late = sum((line.amount for line in table.late), _ZERO)
    wanted = {table.amount: False, table.since: False, table.amount + late: True, late: True}
    sums = {total for _, total in table.columns()}
    if value not in wanted and value not in sums:
        return False
    if wanted.get(value):
        table.lines += table.late
    table.late, table.since = [], _ZERO
    table.totals.append(row)
    return True


def _is_carried(table: MoneyTable, row: MoneyRow) -> bool:
    """Whether a row brings what the lines so far add up to from one page to the next."""
    return (
        bool(table.lines)
        and row.sums[-1].value == table.amount + sum((line.amount for line in table.late), _ZERO)
        and any(_CARRIED.match(cell.text) for cell in row.cells)
    )


def _is_bare_sum(table: MoneyTable, row: MoneyRow) -> bool:
    """Whether a row without the word of a total has nothing but what the lines above it add up to."""
    return (
        (len(table.lines) > 1 or (bool(table.lines) and len(row.cells) == 1))
        and not row.sums[-1].own
        and len(row.sums) == 1
        and row.sums[-1].value == table.amount
        and (len(row.cells) == 1 or all(len(line.sums) > 1 for line in table.lines))
    )


def _is_unnamed_sum(table: MoneyTable, row: MoneyRow) -> bool:
    """Whether a row that nothing calls a total adds up the lines above it; its amounts are named
    then.
    """
    last = row.sums[-1]
    if _repeats_sums(table, row):
        for amount in (s for s in row.sums if s.label):
            amount.own, amount.score = True, score(Announced.ADDED)
        return True
    if _is_bare_sum(table, row):
        last.label, last.own, last.score = Label.SUBTOTAL, True, score(Announced.ADDED)
        return True
    return False


def _repeats_sums(table: MoneyTable, row: MoneyRow) -> bool:
    """Whether a row without words or a rate has in every column what the lines above it add up to:
    the total under one or more rates of btw, which nothing calls so, or only "EUR".
    """
    rated = bool(table.lines) and any(line.row.rates for line in table.lines)
    if not rated or row.rates or len(row.sums) < 2 or _has_words(row):
        return False
    return all(_column_sum(table, amount) == amount.value for amount in row.sums)


def _column_sum(table: MoneyTable, amount: Sum) -> Decimal:
    column = (s for line in table.lines for s in line.sums if _in_column(s, amount))
    return sum((s.value for s in column), _ZERO)


def _in_column(one: Sum, other: Sum) -> bool:
    """True when two amounts are flush right, flush left, or centred under each other."""
    left, _, right, _ = one.cell.box_of(one.start, one.end)
    its_left, _, its_right, _ = other.cell.box_of(other.start, other.end)
    return (
        abs(right - its_right) <= _EDGE
        or abs(left - its_left) <= _EDGE
        or abs(left + right - its_left - its_right) <= 2 * _EDGE
    )


def multiplies_to(amount: Sum, value: Decimal | None = None) -> bool:
    """True when two numbers before the amount give it, or ``value`` (quantity × price)."""
    product = abs(amount.value if value is None else value)
    return product != 0 and any(
        abs(abs(a * b) - product) <= _CENT
        for a, b in combinations(numbers_before(amount)[-_MOST_NUMBERS:], 2)
    )


def numbers_before(amount: Sum) -> list[Decimal]:
    """What can be a quantity or a price, left of an amount."""
    cells = amount.sheet.rows[amount.cell.row]
    before = [cell.text for cell in cells[: amount.cell.column]]
    texts = [*before, amount.cell.text[: amount.start]]
    numbers = list(chain.from_iterable(map(numbers_in, texts)))
    numbers += [value for text in texts for _, _, value, _ in amounts_in(text) if value >= 1000]
    if amount.comma_unseen:  # a price may lack its comma too
        return [n for n in numbers if n < 100 or n % 1]
    return numbers
