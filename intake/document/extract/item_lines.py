"""The invoice's own lines: their amounts, when the table was read with confidence.

A sum that differs makes a doubt, so the amounts are told only where they prove themselves: they add
up to a total of the page, or every line's amount is its quantity times its price. What is not
proved is not told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import combinations

from intake.document.extract.money_rows import MoneyRow, Sum
from intake.document.layout.cells import Cell
from intake.document.layout.label_index import LabelIndex
from intake.document.layout.label_words import Label
from intake.document.layout.page_index import PageIndex
from intake.text.amounts import numbers_in

_ENDS = frozenset({Label.NET, Label.VAT, Label.GROSS, Label.SUBTOTAL, Label.TOTAL, Label.PAID})
_EDGE = 3.0
_MOST_NUMBERS = 6


ItemLine = tuple[list[Cell], Sum]
"""A row of the table and its amount."""


def line_amounts(
    lines: Sequence[ItemLine], totals: Iterable[Decimal | None]
) -> tuple[Decimal, ...]:
    """The amount of each line under the column headings, on all pages; empty when nothing proves
    them.

    Args:
        totals: net and gross as read; the lines may add up to either.
    """
    amounts = tuple(amount.value for _, amount in lines)
    room = Decimal("0.01") * len(amounts)
    adds_up = any(
        total is not None and abs(abs(sum(amounts, Decimal(0))) - abs(total)) <= room
        for total in totals
    )
    return amounts if adds_up or all(_multiplies(cells, amount) for cells, amount in lines) else ()


def sum_of_lines(lines: Sequence[ItemLine]) -> Decimal | None:
    """What the lines add up to, proved or not; None for fewer than two."""
    amounts = [amount.value for _, amount in lines]
    return sum(amounts, Decimal(0)) if len(amounts) > 1 else None


def item_lines(pages: PageIndex, rows: list[MoneyRow]) -> Iterator[ItemLine]:
    """Rows between the headings and the first total, on their page and the next, with the amount in
    the last column.
    """
    heads = {
        a.sheet.number: caption.cell.row
        for a, caption in reversed(list(pages.labelled(Label.COLUMN)))
        if _is_head(a, caption.cell.row)
    }
    found = list(_under(heads, rows))
    rights = [_right(amount) for amount in found]
    edge = Counter(map(round, rights)).most_common(1)
    for amount, right in zip(found, rights, strict=True):
        if abs(right - edge[0][0]) <= _EDGE:
            yield amount.sheet.rows[amount.cell.row], amount


def _under(heads: dict[int, int], rows: list[MoneyRow]) -> Iterator[Sum]:
    """The last amount of each row from the headings (row by page) to the first total."""
    if not heads:
        return
    first = min(heads)
    for row in rows:
        if not row.sums:
            continue
        page, number = row.sums[0].sheet.number, row.sums[0].cell.row
        if page < first or number <= heads.get(page, -1):
            continue
        if row.labels & _ENDS:
            return
        yield row.sums[-1]


def _is_head(index: LabelIndex, row: int) -> bool:
    return sum(1 for cell in index.sheet.rows[row] if index.in_cell.get(cell)) >= 3


def _right(amount: Sum) -> float:
    return amount.cell.box_of(amount.start, amount.end)[2]


def _multiplies(cells: list[Cell], amount: Sum) -> bool:
    """True when two numbers before the amount give it (quantity × price); a lone price is its own
    amount.
    """
    texts = [cell.text for cell in cells[: amount.cell.column]]
    texts.append(amount.cell.text[: amount.start])
    numbers = [number for text in texts for number in numbers_in(text)]
    return any(
        abs(abs(a * b) - abs(amount.value)) <= Decimal("0.01")
        for a, b in combinations(numbers[-_MOST_NUMBERS:], 2)
    )
