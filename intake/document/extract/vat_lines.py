"""The btw summary: one line a rate, with base and btw where the page tells them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from itertools import chain, combinations

from intake.document.extract.amount_labels import LEGAL, rate_fits
from intake.document.extract.money_rows import MoneyRow, Rate, Sum
from intake.document.extract.money_tables import MoneyTable
from intake.document.layout.label_words import Label
from intake.model.basics import Box
from intake.model.invoice import VatLine

_ZERO = Decimal("0.00")


def vat_lines(
    rows: list[MoneyRow], tables: list[MoneyTable], net: Decimal | None, vat: Decimal | None
) -> tuple[VatLine, ...]:
    """The lines of the summary that agree with the totals, or all that say a rate.

    A line without a base has that of the invoice's lines with its rate, where they give its btw.
    """
    shares = lines_by_rate(tables)
    bases = stated_bases(rows)
    known = [*chain(*shares), *(VatLine(rate, base.value, None) for rate, base in bases.items())]
    items = {id(line.row) for table in tables if not table.spec for line in table.lines}
    others = [row for row in rows if id(row) not in items]
    stated = _charged(_unique(stated_lines(others)))
    stated = [_based(line, known) for line in stated]
    named = [row for row in others if Label.VAT in row.labels or not row.sums]
    labelled = [_based(line, known) for line in _charged(_unique(stated_lines(named)))]
    summed = _merged([line for row in rows for line in _pairs(row)])
    for lines in (stated, labelled, summed, _merged(stated)):
        if lines and _agrees(lines, net, vat):
            return tuple(lines)
    agreeing = (lines for lines in shares if len(lines) > 1 and _agrees(list(lines), net, vat))
    return next(agreeing, tuple(stated))


def _charged(lines: list[VatLine]) -> list[VatLine]:
    """The lines without rates of which nothing is charged: "Btw 9% 0,00" on a form beside 21 %."""
    nil = [line for line in lines if line.rate and not line.vat and not line.net]
    return [line for line in lines if line not in nil] if len(nil) < len(lines) else lines


def _based(line: VatLine, shares: Iterable[VatLine]) -> VatLine:
    """The line with the first base of its rate that its btw fits."""
    if line.net is not None or line.vat is None:
        return line
    bases = [share.net for share in shares if share.rate == line.rate and share.net is not None]
    fitting = (base for base in bases if rate_fits(base, line.rate, line.vat))
    return replace(line, net=next(fitting, None))


def lines_by_rate(tables: list[MoneyTable]) -> list[tuple[VatLine, ...]]:
    """The lines of the invoice by the rate in their row, as amounts without btw and as amounts with
    it; empty when a line has no rate.
    """
    lines = [line for table in tables if not table.spec for line in table.lines]
    rates = [{r.value for r in line.row.percentages if not r.taken_off} for line in lines]
    if any(len(own) != 1 for own in rates):
        return []
    of = [(own.pop(), line) for own, line in zip(rates, lines, strict=True)]
    without = _added_by_rate((rate, line.net.value) for rate, line in of)
    whole = _added_by_rate((rate, line.amount) for rate, line in of)
    bases = {rate: _cents(amount / (1 + rate / 100)) for rate, amount in whole.items()}
    gross = tuple(VatLine(rate, base, whole[rate] - base) for rate, base in bases.items())
    if any(line.net is line.sums[-1] and line.net.label is Label.GROSS for line in lines):
        return [gross]
    return [tuple(VatLine(r, base, _cents(base * r / 100)) for r, base in without.items()), gross]


def divided(
    lines: tuple[VatLine, ...],
    rates: Sequence[Decimal],
    amounts: Sequence[Decimal],
    net: Decimal | None,
    vat: Decimal | None,
) -> tuple[VatLine, ...]:
    """The lines of two rates with their bases, where these are not told but follow: the invoice's own
    lines can be divided over the rates in one way only.

    Args:
        rates: those that are charged, for a page that tells their btw in one amount.
        amounts: of the invoice's lines.
    """
    told = {line.rate: line.vat for line in lines} or dict.fromkeys(rates)
    exact = 1 < len(amounts) <= _MOST_DIVIDED and sum(amounts) == net
    if not exact or len(told) != 2 or any(line.net is not None for line in lines):
        return lines
    found: dict[Decimal, tuple[VatLine, ...]] = {}
    for count in range(1, len(amounts)):
        for some in combinations(amounts, count):
            bases = (sum(some, _ZERO), sum(amounts, -sum(some, _ZERO)))
            ways = zip(told, bases, strict=True)
            way = tuple(VatLine(rate, base, _cents(base * rate / 100)) for rate, base in ways)
            if _tells(way, told) and _agrees(list(way), net, vat):
                found[bases[0]] = way
    return next(iter(found.values())) if len(found) == 1 else lines


def _tells(way: tuple[VatLine, ...], told: Mapping[Decimal, Decimal | None]) -> bool:
    """Whether each rate's btw is the one that the page tells."""
    stated = [(line, told[line.rate]) for line in way]
    return all(
        vat is None or (line.net is not None and rate_fits(line.net, line.rate, vat))
        for line, vat in stated
    )


_MOST_DIVIDED = 12
"""Lines of an invoice of which all divisions are tried."""


def _added_by_rate(amounts: Iterable[tuple[Decimal, Decimal]]) -> dict[Decimal, Decimal]:
    added: dict[Decimal, Decimal] = {}
    for rate, amount in amounts:
        added[rate] = added.get(rate, _ZERO) + amount
    return added


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def stated_bases(rows: Sequence[MoneyRow]) -> dict[Decimal, Sum]:
    """Rate → what its row calls an amount without btw: "Subtotaal 9%"."""
    return {
        row.rates[0]: row.sums[0]
        for row in rows
        if len(row.sums) == len(row.rates) == 1
        and row.sums[0].own
        and row.sums[0].label in (Label.NET, Label.SUBTOTAL)
    }


def stated_lines(rows: Sequence[MoneyRow]) -> list[VatLine]:
    """What rows that are no lines of the invoice say of each rate, in rows or in columns."""
    columns, used = _columns(rows)
    others = (stated_line(row) for row in rows if id(row) not in used)
    return [*columns, *(line for line in others if line is not None)]


def _columns(rows: Sequence[MoneyRow]) -> tuple[list[VatLine], set[int]]:
    """Rates beside each other over a row of bases and a row of btw, or each with its base over its
    btw; the rows by their ids.
    """
    lines: list[VatLine] = []
    used: set[int] = set()
    for at, head in enumerate(rows):
        if not head.rates or len(set(head.rates)) != len(head.rates):
            continue
        under = [row for row in rows[at + 1 : at + 3] if row.sums and row.sheet is head.sheet]
        legal = sum(rate in LEGAL for rate in head.rates)  # not the percentage of a discount
        ways = (_over_vat, _in_text) if head.sums else (_over_bases,)
        for way in ways:
            found, own = way(head, under)
            if found and len(found) in (legal, len(head.rates)):
                lines += found
                used |= {id(row) for row in own}
                break
    return lines, used


def _in_text(head: MoneyRow, under: list[MoneyRow]) -> tuple[list[VatLine], list[MoneyRow]]:
    """ "9% btw over 150,00, zijnde 13,50 en 21% btw over 250,00, zijnde 52,50", which may go on in the
    next line: behind each rate its base and its btw.
    """
    if len(head.rates) < 2:
        return [], []
    rows = [head, *(row for row in under[:1] if not row.rates)]
    marks: list[Rate | Sum] = []
    for row in rows:
        in_row: list[Rate | Sum] = [*row.percentages, *row.sums]
        marks += sorted(in_row, key=lambda mark: (mark.cell.column, mark.start))
    found = [
        VatLine(rate.value, base.value, vat.value)
        for rate, base, vat in zip(marks, marks[1:], marks[2:], strict=False)
        if isinstance(rate, Rate) and isinstance(base, Sum) and isinstance(vat, Sum)
        if rate_fits(base.value, rate.value, vat.value)
    ]
    return found, rows


def _over_bases(head: MoneyRow, under: list[MoneyRow]) -> tuple[list[VatLine], list[MoneyRow]]:
    """Rates over "Grondslag 150,00 250,00" and "Btw 13,50 52,50"."""
    under = [row for row in under if not row.rates]
    bases = next((row for row in under if Label.NET in row.labels), None)
    vats = next((row for row in under if Label.VAT in row.labels and row is not bases), None)
    found = [
        VatLine(rate.value, _under(bases, rate.box), vat)
        for rate in head.percentages
        if (vat := _under(vats, rate.box)) is not None
    ]
    return found, [row for row in (bases, vats) if row]


def _over_vat(head: MoneyRow, under: list[MoneyRow]) -> tuple[list[VatLine], list[MoneyRow]]:
    """ "Btw 9% over 150,00" over "13,50"."""
    found = []
    for rate in head.percentages:
        bases = [s.value for s in head.sums if s.cell is rate.cell]
        lone = len(head.sums) == 1 and under and len(under[0].sums) == 1
        vat = under[0].sums[0].value if lone else _under(next(iter(under), None), _box(head, rate))
        if len(bases) == 1 and vat is not None and rate_fits(bases[0], rate.value, vat):
            found.append(VatLine(rate.value, bases[0], vat))
    return found, [head, under[0]] if found else []


def _box(row: MoneyRow, rate: Rate) -> Box:
    """Where a rate's cell stands, up to the next one: its amount may stand at the end of it."""
    left, top, right, bottom = rate.cell.box
    ends = [cell.box[0] for cell in row.cells if cell.box[0] > right]
    return left, top, min(ends, default=row.sheet.width), bottom


def _under(row: MoneyRow | None, box: Box) -> Decimal | None:
    """The amount of a row that stands under ``box``."""
    left, _, right, _ = box
    for amount in row.sums if row else ():
        its_left, _, its_right, _ = amount.cell.box_of(amount.start, amount.end)
        if min(right, its_right) > max(left, its_left):
            return amount.value
    return None


def stated_line(row: MoneyRow) -> VatLine | None:
    """A row that says its rate at a btw word ("21% btw over € 100,00 € 21,00") or pairs base and
    btw.
    """
    rates = set(row.rates) or _named_rate(row)
    if len(rates) != 1 or not row.sums:
        return None
    rate = rates.pop()
    values = [s.value for s in row.sums]
    both: tuple[Decimal | None, Decimal] | None = _pair(values, rate)
    if Label.VAT in row.labels:
        both = both or _base_and_vat(row, values)
    elif len(values) > 3 or _is_item(values):
        return None
    if both and both[0] is not None and abs(both[0]) < 2 * abs(both[1]):
        return None  # a price and what is left of it: no rate of btw is that high
    return VatLine(rate, *both) if both else None


def _base_and_vat(row: MoneyRow, values: list[Decimal]) -> tuple[Decimal | None, Decimal] | None:
    """Base and btw of a row with a btw word whose amounts do not fit the rate."""
    taxed = [s for s in row.sums if s.label is Label.VAT]
    if len(values) == 1 and not ({Label.GROSS, Label.NET} & row.labels):
        return None, values[0]
    first = row.sums[0]
    whole = first.own and first.label in (Label.GROSS, Label.TOTAL)
    if len(values) == 2 and taxed and not whole and abs(values[0]) >= abs(values[1]):
        return values[0], values[1]
    last = max(reversed(taxed), key=lambda s: s.weight, default=None)
    return (None, last.value) if last else None


def _named_rate(row: MoneyRow) -> set[Decimal]:
    phrases = " ".join(s.phrase.lower() for s in row.sums if s.label is Label.VAT)
    if "hoog" in phrases or "hoge" in phrases:
        return {Decimal(21)}
    return {Decimal(9)} if "laag" in phrases else set()


def _pairs(row: MoneyRow) -> list[VatLine]:
    """Base and btw in a row of the invoice's own lines."""
    if len(set(row.rates)) != 1:
        return []
    values = [s.value for s in row.sums]
    pair = None if _is_item(values) else _pair(values, row.rates[0])
    return [VatLine(row.rates[0], *pair)] if pair else []


def _is_item(values: list[Decimal]) -> bool:
    """Quantity, price and amount: 2,25 × 25,00 is no base with 9 % btw."""
    return len(values) == 3 and abs(values[0] * values[1] - values[2]) <= Decimal("0.01")


def _pair(values: list[Decimal], rate: Decimal) -> tuple[Decimal, Decimal] | None:
    """Two of the row's amounts of which the second is the rate's share of the first."""
    if rate == 0:
        return (max(values, key=abs), _ZERO) if _ZERO in values and len(values) > 1 else None
    fits = [
        (a, b)
        for one, other in combinations(values[:8], 2)
        for a, b in ((one, other), (other, one))
        if abs(a) > abs(b) and rate_fits(a, rate, b)
    ]
    return max(fits, key=lambda pair: abs(pair[0])) if fits else None


def _unique(lines: list[VatLine]) -> list[VatLine]:
    kept: dict[tuple[Decimal, Decimal | None], VatLine] = {}
    for line in lines:
        held = kept.get((line.rate, line.vat))
        if held is None or (held.net is None and line.net is not None):
            kept[(line.rate, line.vat)] = line
    full = {line.rate for line in kept.values() if line.net is not None}
    return [line for line in kept.values() if line.net is not None or line.rate not in full]


def _merged(lines: list[VatLine]) -> list[VatLine]:
    rates = list(dict.fromkeys(line.rate for line in lines))
    merged = []
    for rate in rates:
        same = [line for line in lines if line.rate == rate]
        nets, vats = _added(line.net for line in same), _added(line.vat for line in same)
        merged.append(VatLine(rate, nets, vats))
    return merged


def _agrees(lines: list[VatLine], net: Decimal | None, vat: Decimal | None) -> bool:
    """True when the lines add up to the totals (a cent of rounding a line)."""
    if len({line.rate for line in lines}) != len(lines):
        return False
    room = Decimal("0.011") * len(lines)
    vats = _added(line.vat for line in lines)
    nets = _added(line.net for line in lines)
    if vat is not None and (vats is None or abs(vats - vat) > room):
        return False
    return net is None or nets is None or abs(nets - net) <= room


def _added(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """The sum; None when one is not known."""
    total = _ZERO
    for amount in amounts:
        if amount is None:
            return None
        total += amount
    return total
