"""What on the page speaks against the total that was read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from itertools import combinations

from intake.document.extract.amount_labels import TOTALS
from intake.document.extract.money import NEAR, Money, explained
from intake.document.extract.money_rows import Sum
from intake.document.extract.money_tables import ROUNDED, MoneyTable, numbers_before
from intake.document.layout.cells import Cell
from intake.document.layout.label_matcher import heads_table, labels_in
from intake.document.layout.label_words import Label
from intake.model.invoice import LEFT_TO_PAY, Found

SURE = 0.9
"""Weight of an amount right behind or beside its own label."""
_CONDITION = re.compile(
    r"\b(?:te laat|te late|herinner\w*|aanman\w*|incasso\w*|rente|boete|annuler\w*|no.?show|indien|wanneer"
    r"|als (?:u|je|wij|we|de)|late payment|reminder|per (?:uur|dag|week|maand|jaar|stuk))\b",
    re.IGNORECASE,
)
_PAYMENT = re.compile(
    r"\b(?:over ?te ?maken|overmaken|overmaakt|over naar|bankoverschrijving|overboeken|bank transfer)\b",
    re.IGNORECASE,
)


def unlabelled(total: Sum, money: Money) -> tuple[Found[Decimal], ...]:
    """For a total that nothing calls so and no lines add up to: the largest other amount."""
    if total.label in TOTALS or total.value in money.lines:
        return ()
    others = [s for s in money.sums if abs(s.value) != abs(total.value) and s.value]
    largest = max(others, key=lambda s: abs(s.value), default=None)
    return (Found(largest.value, largest.evidence(), "ook een bedrag"),) if largest else ()


def is_left_open(total: Sum, money: Money) -> bool:
    """Whether what was read instead of a total is the price or the amount in a line, where a word for
    the total or a discount has no amount, or another line has none: nothing calls it the total.
    """
    if total.is_total or not numbers_before(total):
        return False
    return _names_open_total(total, money) or _has_open_line(total, money)


def _names_open_total(total: Sum, money: Money) -> bool:
    printed = {row.number for row in money.rows if row.sums and row.sheet is total.sheet}
    return any(
        label in _OPEN and start == 0 and not _is_sentence(row, end)
        for number, row in enumerate(total.sheet.rows)
        if number not in printed and not _is_heading(row, number > total.cell.row)
        for label, _, start, end in labels_in(row[0].text)
    )


_OPEN = (Label.GROSS, Label.TOTAL, Label.DISCOUNT)


def _is_sentence(row: Sequence[Cell], end: int) -> bool:
    """Whether a label begins a sentence: "Te betalen binnen 30 dagen na de datum van …"."""
    return len(row) == 1 and len(row[0].text[end:].split()) > _MOST_WORDS


_MOST_WORDS = 6


def _has_open_line(total: Sum, money: Money) -> bool:
    """Whether a line beside that of the total has no amount that can be read."""
    tables = [t for t in money.tables if any(total in line.sums for line in t.lines)]
    if any(not table.whole for table in tables):
        return True
    under = total.cell
    for row in total.sheet.rows[total.cell.row + 1 :] if tables else ():
        if row[0].box[1] - under.box[3] > _NEXT * under.height:
            return False
        under = row[0]
        if any(_has_no_digit(cell) and _is_under(cell, total.cell) for cell in row[1:]):
            return True
    return False


_NEXT = 1.5
"""Heights between lines that belong together."""


def _has_no_digit(cell: Cell) -> bool:
    return not any(map(str.isdigit, cell.text))


def _is_under(cell: Cell, head: Cell) -> bool:
    left, _, right, _ = cell.box
    return left < head.box[2] and right > head.box[0]


def _is_heading(row: Sequence[Cell], under: bool) -> bool:
    """True for words over the lines; a word for the total beside a lone "€" is none, nor is "Totaal"
    beside "zie bijlage" under them.
    """
    worded = [cell for cell in row if any(map(str.isalpha, cell.text))]
    return len(worded) > (2 if under else 1) and heads_table(list(row))


def unprinted(total: Sum, money: Money) -> tuple[Found[Decimal], ...]:
    """For a total that we added up ourselves and that stands nowhere: the largest printed amount."""
    printed = {s.value: s for row in money.rows for s in row.sums}
    if not printed or total.value in printed or total.alternative in printed:
        return ()
    largest = max(printed.values(), key=lambda s: abs(s.value))
    return (Found(largest.value, largest.evidence(), "staat er; het andere is een som van ons"),)


def other_split(gross: Sum, money: Money, known: tuple[Sum | None, ...]) -> Found[Decimal] | None:
    """A printed amount that is the total with a printed rest at it, where the amount without btw
    that was read stands nowhere: it may be the amount without btw, and the rest the btw.
    """
    others = [s for s in money.sums if s.value and s not in known]
    sizes = {abs(s.value) for s in others}
    for net in others:
        rest = abs(gross.value - net.value)
        if rest in sizes and abs(net.value) > rest:
            return Found(net.value, net.evidence(), "telt met een ander bedrag op tot het totaal")
    return None


def rivals_of(
    total: Sum, money: Money, known: tuple[Sum, ...], proved: bool = False
) -> tuple[Found[Decimal], ...]:
    """What speaks against a total: other amounts that say that they are it, what was paid before, and
    another way to read its own digits.

    Args:
        known: what was read for something else.
        proved: btw at its rate makes the total what it is.
    """
    used = _explained_values(total, money, known)
    rivals = _left_to_pay(total, money)
    other = total.alternative
    if other is not None and not (proved or _is_sum_of_lines(total, money)):
        rivals[other] = Found(other, total.evidence(), "anders gelezen")
    for s in money.sums:
        if s.value not in used and s.value not in rivals and _claims_total(s, total, money):
            rivals[s.value] = Found(s.value, s.evidence(), s.note)
    return tuple(found for value, found in rivals.items() if value != total.value)[:2]


def _left_to_pay(total: Sum, money: Money) -> dict[Decimal, Found[Decimal]]:
    """What the page says is left to pay; else the total less what was paid."""
    left = [(s.value, s) for s in money.open]
    left = left or [(total.value - abs(paid.value), paid) for paid in _prepaid(money)]
    return {value: Found(value, s.evidence(), LEFT_TO_PAY) for value, s in left}


def _is_sum_of_lines(total: Sum, money: Money) -> bool:
    """True when the lines give the total and none can be read otherwise, or when they give it with
    the digits before its space.
    """
    if total.value not in money.lines:
        return False
    other = total.alternative
    if other is not None and abs(total.value) > abs(other) and not total.comma_unseen:
        return True
    lines = (line.sums[-1] for table in money.tables for line in table.lines)
    return all(s.alternative is None for s in lines)


def _explained_values(total: Sum, money: Money, known: tuple[Sum, ...]) -> set[Decimal]:
    used = {s.value for s in known} | {total.value}
    if total.value in money.lines or explained(total.value, total, money):
        used = used.union(*map(MoneyTable.sums, money.tables))
    if any(
        s in money.steps and s.value < -ROUNDED and s.label is not Label.DISCOUNT for s in known
    ):  # perhaps a payment in other words
        used -= {s.value for s in known if s.label in (Label.GROSS, Label.TOTAL)}
    return used


def _prepaid(money: Money) -> list[Sum]:
    """What was paid before, beside or under a total; a share for a blocked account is none."""
    totals = [s.order for s in money.sums if s.is_total]
    paid = [s for s in money.sums if s.is_payment and "rek" not in s.phrase.lower()]
    return [s for s in paid if totals and s.order > min(totals)]


def _is_rounded(amount: Sum, total: Sum, money: Money) -> bool:
    """True when two totals differ by an amount of the page that is a rounding."""
    step = abs(amount.value - total.value)
    return 0 < step <= ROUNDED and any(abs(s.value) == step for row in money.rows for s in row.sums)


def _is_later(amount: Sum, total: Sum, money: Money) -> bool:
    """True for an amount behind the total, outside the row of one rate."""
    of_rate = any(row.rates and amount in row.sums for row in money.rows)
    return amount.order > total.order and not of_rate


def _adds_up(amount: Sum, money: Money) -> bool:
    """True when an amount is the sum of two others of its row: without btw, and btw."""
    beside = [row.sums for row in money.rows if amount in row.sums]
    return any(
        amount.value == net.value + vat.value
        for sums in beside
        for net, vat in combinations(sums, 2)
        if amount not in (net, vat) and vat.value
    )


def _claims_total(amount: Sum, total: Sum, money: Money) -> bool:
    """True when an amount says that it is the total: larger, later, called so, the sum of the lines,
    or asked in a sentence about the payment.
    """
    text = amount.cell.text
    if _CONDITION.search(text) or _is_rounded(amount, total, money):
        return False
    later = _is_later(amount, total, money)
    if not amount.own:
        added = later and amount.label is Label.GROSS and _adds_up(amount, money)
        return added or _PAYMENT.search(text) is not None
    if amount.weight < min(SURE, total.weight) or amount.label not in (Label.GROSS, Label.TOTAL):
        return False
    return later or _outdoes(amount, total, money)


def _outdoes(amount: Sum, total: Sum, money: Money) -> bool:
    """True for a larger amount, one called the total with btw, or the sum of lines without btw."""
    called = amount.label is Label.GROSS and total.label is not Label.GROSS
    larger = abs(amount.value) - abs(total.value) >= NEAR
    return called or larger or (amount.value in money.lines and not money.taxed)
