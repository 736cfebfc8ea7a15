"""What the document says of money: its totals, lines, the steps between them, and what is still open."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import combinations

from intake.document.extract.amount_labels import TOTALS, some_rate_fits
from intake.document.extract.money_rows import MoneyRow, Sum, all_rates, money_rows
from intake.document.extract.money_tables import MoneyTable, money_tables
from intake.document.extract.vat_lines import stated_bases, stated_lines
from intake.document.extract.weights import Announced
from intake.document.layout.label_words import Label
from intake.document.layout.page_index import PageIndex
from intake.document.layout.scoring import score

_ZERO = Decimal("0.00")
_MOST_STEPS = 5
NEAR = Decimal("0.06")
"""Less than this is rounding of lines or rates."""


@dataclass(frozen=True, slots=True)
class Money:
    """The amounts of the document."""

    rows: list[MoneyRow]
    sums: list[Sum]
    """Those that can be a total: no line of several, and not what is still open."""
    tables: list[MoneyTable]
    lines: dict[Decimal, Sum | None]
    """What the lines of a table add up to, column by column, and all lines together."""
    steps: list[Sum]
    """Discount, costs and rounding between the sums."""
    open: list[Sum]
    """What is left to pay after a prepayment."""
    taxed: bool
    """False for an invoice without btw: it says that it is exempt, or nothing speaks of btw."""


def money_of(pages: PageIndex, exempt: bool, untaxed: bool) -> Money:
    """Sort the amounts of the document by what they can be; arguments as of ``totals``."""
    rows = money_rows(pages)
    _name_vat(rows)
    _name_payments(rows)
    _settle_bases(rows)
    tables = money_tables(pages, rows)
    _own_strips(tables)
    every = [amount for row in rows for amount in row.sums]
    lines = _amounts_of_lines(tables, every)
    sums = [amount for amount in every if id(amount) not in lines]
    added = _sums_of_lines(tables, sums)
    left = _still_open(sums, added)
    sums = [amount for amount in sums if amount not in left]
    sums += [_divided(s, s.alternative) for s in sums if s.alternative is not None]
    taxed = _is_taxed(rows, every, exempt, untaxed)
    if taxed:
        sums += _of_all_rates(rows, lines) + _columns(tables, sums)
    return Money(rows, sums, tables, added, _steps(sums, tables), left, taxed)


def _totals(sums: Iterable[Sum]) -> list[Sum]:
    return [s for s in sums if s.is_total]


def _amounts_of_lines(tables: list[MoneyTable], every: list[Sum]) -> set[int]:
    """Identities of what stands in a line of several, or in the only one over a total."""
    totals = any(s.value for s in _totals(every))
    return {
        id(s)
        for table in tables
        if len(table.lines) > 1 or (totals and not table.spec)
        for line in table.lines
        for s in line.sums
    }


def _unnamed(rows: list[MoneyRow]) -> Iterator[tuple[MoneyRow, Sum]]:
    """Rows with one amount, and no word for it."""
    for row in rows:
        if len(row.sums) == 1 and not row.sums[0].own:
            yield row, row.sums[0]


def _name_vat(rows: list[MoneyRow]) -> None:
    """Call an amount btw that has no other word than a rate, and is that share of the net total:
    "Tarief hoog (21%)".
    """
    own = (s for row in rows for s in row.sums if s.own)
    nets = [s.value for s in own if s.value and s.label in (Label.NET, Label.SUBTOTAL)]
    for row, vat in _unnamed(rows):
        if len(row.rates) == 1 and some_rate_fits(nets, row.rates, [vat.value]):
            vat.label, vat.own = Label.VAT, True
            vat.phrase, vat.score = f"{row.rates[0]}%", score(Announced.RIGHT_OF_RATE)


def _name_payments(rows: list[MoneyRow]) -> None:
    """Call an amount a payment that was taken off behind words that speak of one: "Af: door u
    betaald".
    """
    for row, paid in _unnamed(rows):
        before = " ".join(cell.text for cell in row.cells[: paid.cell.column + 1])
        if paid.value < 0 and (word := _PAYMENT.search(before)):
            paid.label, paid.own, paid.phrase = Label.PAID, True, word[0]
            paid.score = score(Announced.RIGHT)


_PAYMENT = re.compile(
    r"\b(?:betaling(?:en)?|\w*betaald|voldaan|ontvangen|payments?|paid|zahlung|paiements?)\b",
    re.IGNORECASE,
)


def _settle_bases(rows: list[MoneyRow]) -> None:
    """Of two readings of an amount that one is meant of which the btw beside it is the share."""
    for row in rows:
        for base in row.sums:
            other = base.alternative
            if other is not None and some_rate_fits([other], row.rates, row.values):
                base.value, base.alternative, base.comma_unseen = other, None, False


def _own_strips(tables: list[MoneyTable]) -> None:
    """Totals that stand beside each other, each under its word, are announced as surely as in rows."""
    for table in tables:
        for amount in table.lines[0].sums if table.strip else ():
            if amount.label is not None:
                amount.own, amount.score = True, score(Announced.UNDER)


def _divided(amount: Sum, value: Decimal) -> Sum:
    """The other reading of an amount with a space in it."""
    weighed = amount.score.plus(Announced.DIVIDED)
    return replace(amount, value=value, alternative=amount.value, score=weighed)


def _sums_of_lines(tables: list[MoneyTable], sums: list[Sum]) -> dict[Decimal, Sum | None]:
    """What the lines of each table add up to, or all of them when that is a total of the page.

    Prices add up to nothing, and btw is none of the totals that lines add up to.
    """
    items = [table for table in tables if not table.spec]
    whole = sum((table.amount for table in items), _ZERO)
    if len(items) > 1 and any(s.value == whole for s in _totals(sums)):
        return {whole: None}
    added = _totals_of_columns(tables)
    for table in items:
        added.setdefault(table.amount, table.lines[-1].sums[-1])
    if items:
        added.setdefault(whole, None)
    return added


def _totals_of_columns(tables: list[MoneyTable]) -> dict[Decimal, Sum | None]:
    return {
        total: head
        for table in tables
        if not table.strip
        for head, total in table.columns()
        if head.label in TOTALS
    }


def _columns(tables: list[MoneyTable], sums: list[Sum]) -> list[Sum]:
    """The sums of columns that the page leaves unsaid: a printed total stands, even a wrong one."""
    told = {s.label for s in sums if s.own and s.label in (Label.NET, Label.GROSS)}
    return [
        replace(
            head,
            value=total,
            own=False,
            score=score(Announced.COLUMN_SUM),
            remark="som van de kolom",
        )
        for table in tables
        if len(table.lines) > 1
        for head, total in table.columns()
        if head.label in (Label.NET, Label.VAT, Label.GROSS) and head.label not in told
    ]


def _still_open(sums: list[Sum], lines: Iterable[Decimal]) -> list[Sum]:
    """Amounts to pay that are a total less what was paid before, or with an older debt."""
    paid = [s for s in sums if s.is_payment]
    if not paid:
        return []
    first, owed = paid[0].order, _totals(sums)
    before = {s.value for s in owed if s.order < first} | set(lines)
    behind = [s for s in owed if s.order > first]
    left = _left_over(before, behind, paid)
    return [s for s in behind if s.value in left]


def _left_over(before: set[Decimal], behind: list[Sum], paid: list[Sum]) -> set[Decimal]:
    """What was no sum before the payments, and is one less a payment or all of them; with an older
    debt ("saldo") also a sum and that.
    """
    sizes = [abs(s.value) for s in paid]
    parts = {*sizes, sum(sizes, _ZERO)}
    left = {value - part for value in before for part in parts}
    if any("saldo" in s.phrase.lower() for s in paid):
        owed = before | {s.value for s in behind}
        left |= {value + part for value in owed for part in parts}
    return left - before


def _steps(sums: list[Sum], tables: list[MoneyTable]) -> list[Sum]:
    """Amounts between the first and the last total that are no total themselves, and in no line."""
    totals = [s.order for s in _totals(sums)]
    lines = {id(s) for table in tables for line in table.lines for s in line.sums if not s.own}
    others = [s for s in sums if id(s) not in lines]
    return [s for s in others if _is_step(s, totals)][-_MOST_STEPS:]


def _is_step(amount: Sum, totals: list[int]) -> bool:
    """True for a discount before the last of the totals, and for an amount between them that has no
    word of its own.
    """
    if not totals or not amount.value or amount.label is Label.VAT or amount.order >= totals[-1]:
        return False
    return amount.label is Label.DISCOUNT or (not amount.own and amount.order > totals[0])


def _is_taxed(rows: list[MoneyRow], sums: list[Sum], exempt: bool, untaxed: bool) -> bool:
    if exempt:
        return _charged(rows, sums)
    if not untaxed or any(rate > 0 for rate in all_rates(rows)):
        return True
    return any(s.label in (Label.VAT, Label.NET) or "incl" in s.phrase for s in sums)


def _of_all_rates(rows: list[MoneyRow], lines: set[int]) -> list[Sum]:
    """What several rates are together, outside the lines."""
    others = [row for row in rows if not any(id(s) in lines for s in row.sums)]
    return _vat_of_all_rates(others) + _net_of_all_rates(others)


def _vat_of_all_rates(rows: list[MoneyRow]) -> list[Sum]:
    """The btw of several rates together, which the page may leave unsaid."""
    ends = [row.sums[-1] for row in rows if Label.VAT in row.labels and row.sums]
    stated = {line.rate: line.vat for line in stated_lines(rows) if line.vat is not None}
    if len(stated) < 2 or not ends:
        return []
    return [
        replace(
            ends[-1],
            value=sum(stated.values(), _ZERO),
            label=Label.VAT,
            phrase="btw",
            score=score(Announced.ALL_RATES),
        )
    ]


def _net_of_all_rates(rows: list[MoneyRow]) -> list[Sum]:
    """What "Subtotaal 9%" and "Subtotaal 21%" are together, which the page may leave unsaid."""
    bases = stated_bases(rows)
    if len(bases) < 2:
        return []
    head, whole = next(iter(bases.values())), sum((s.value for s in bases.values()), _ZERO)
    why = score(Announced.ALL_RATES)
    return [replace(head, value=whole, label=Label.NET, score=why, remark="som van de grondslagen")]


def _charged(rows: list[MoneyRow], sums: list[Sum]) -> bool:
    """True when btw is asked all the same: an amount at a btw label with a rate, or one that adds
    up.
    """
    return any(
        any(rate > 0 for rate in row.rates) or _is_part_of_total(taxed.value, sums)
        for row in rows
        for taxed in row.sums
        if taxed.label is Label.VAT and taxed.value != 0 and taxed.weight > 0.5
    )


def _is_part_of_total(vat: Decimal, sums: list[Sum]) -> bool:
    others = {s.value for s in sums} - {vat}
    totals = (s for s in sums if s.label in (Label.GROSS, Label.TOTAL))
    return any(total.value - vat in others for total in totals)


def explained(wanted: Decimal, before: Sum, money: Money) -> tuple[Sum, ...]:
    """The sum, and the discount and costs behind it, that give an amount; empty when nothing does."""
    same = (s.order for s in money.sums if s.own and s.value == before.value)
    last = max(0, before.order, *same)
    steps = [s for s in money.steps if s.order < last and s is not before]
    for value, order, base in _starts(wanted, before, money, last):
        for chosen in _choices(steps, order):
            if wanted == value + _change(chosen):
                return (*base, *chosen)
    return ()


def _starts(
    wanted: Decimal, before: Sum, money: Money, last: int
) -> Iterator[tuple[Decimal, int, tuple[Sum, ...]]]:
    """Value, place and amount of what steps may change: other totals, and sums of the lines."""
    for s in _totals(money.sums):
        if s.order < last and s.value not in (wanted, before.value):
            yield s.value, s.order, (s,)
    for value, head in money.lines.items():
        yield value, -1, (head,) if head else ()


def _choices(steps: list[Sum], order: int) -> Iterator[tuple[Sum, ...]]:
    """Some or all of the discounts, and of the costs behind a place; few first."""
    behind = [s for s in steps if s.order > order or s.label is Label.DISCOUNT]
    for count in range(1, len(behind) + 1):
        yield from combinations(behind, count)


def _change(steps: tuple[Sum, ...]) -> Decimal:
    """What steps change together: a discount always takes off, other costs add as they stand."""
    return sum((-abs(s.value) if s.label is Label.DISCOUNT else s.value for s in steps), _ZERO)
