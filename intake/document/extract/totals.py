"""Net, btw and gross: the labelled amounts that agree with each other (net + btw = gross, net ×
rate = btw).

Sources: Wet OB 1968 art. 35a lid 1 h-k; rates 0, 9 (6 before 2019) and 21 %. Rounding per line or
per invoice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import combinations, product

from intake.document.extract.candidates import Candidate
from intake.document.extract.money_rows import (
    TOTALS,
    MoneyRow,
    Sum,
    all_rates,
    charged_rates,
    money_rows,
)
from intake.document.extract.money_tables import MoneyTable, money_tables
from intake.document.extract.vat_lines import lines_by_rate, rate_fits, stated_line, vat_lines
from intake.document.extract.weights import (
    Agreement,
    Announced,
    ExemptAmount,
    GrossAmount,
    NetAmount,
    VatAmount,
)
from intake.document.layout.label_words import Label
from intake.document.layout.page_index import PageIndex
from intake.document.layout.scoring import Feature, Score, score
from intake.model.invoice import LEFT_TO_PAY, Evidence, Field, Found, VatLine

_CENT = Decimal("0.01")
_ZERO = Decimal("0.00")
_SURE = 0.9
"""Weight of an amount right behind or beside its own label."""
_MOST_STEPS = 5
_DERIVED = "berekend: totaal min btw"
_ROUNDED = Decimal("0.06")
"""Less than this is rounding."""
_WHOLE_EURO = Decimal("0.50")
"""As much goes off when a total is rounded to whole euros."""
_LEGAL_RATES = (Decimal(21), Decimal(9), Decimal(6), Decimal(19))
_IN_COLUMN = 0.7
"""Weight of an amount that only the heading of its column announces."""
_ROLES: dict[str, dict[Label, Feature]] = {
    "net": {
        Label.NET: NetAmount.NET,
        Label.SUBTOTAL: NetAmount.SUBTOTAL,
        Label.TOTAL: NetAmount.TOTAL,
    },
    "vat": {Label.VAT: VatAmount.VAT, Label.TOTAL: VatAmount.TOTAL},
    "gross": {
        Label.GROSS: GrossAmount.GROSS,
        Label.TOTAL: GrossAmount.TOTAL,
        Label.SUBTOTAL: GrossAmount.SUBTOTAL,
    },
    "total": {
        Label.GROSS: ExemptAmount.GROSS,
        Label.TOTAL: ExemptAmount.TOTAL,
        Label.NET: ExemptAmount.NET,
        Label.SUBTOTAL: ExemptAmount.SUBTOTAL,
    },
}
"""What share of an amount's announcement each role takes."""


@dataclass(frozen=True, slots=True)
class _Money:
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


@dataclass(frozen=True, slots=True)
class _Three:
    """Net, btw and gross, and what they gain by agreeing."""

    net: Sum | None = None
    vat: Sum | None = None
    gross: Sum | None = None
    agreement: tuple[Feature, ...] = ()
    gain: float = 0.0
    base: Decimal | None = None
    """The amount without btw that follows from the others when the page has none."""
    used: tuple[Sum, ...] = ()
    """The sum and the discount or costs that explain it."""

    @property
    def net_value(self) -> Decimal | None:
        return self.net.value if self.net else self.base


@dataclass(frozen=True, slots=True)
class Totals:
    """What the document asks to pay, in euro."""

    net: Field[Decimal]
    vat: Field[Decimal]
    gross: Field[Decimal]
    rate: Field[Decimal]
    lines: tuple[VatLine, ...]
    line_amounts: tuple[Decimal, ...]


def totals(pages: PageIndex, exempt: bool, untaxed: bool) -> Totals:
    """Read the totals.

    Args:
        exempt: the document states an exemption.
        untaxed: the document has no btw number; without any other word of btw the total is then net
            too.
    """
    money = _money(pages, exempt, untaxed)
    if not money.taxed:
        read = _untaxed(money)
        return read if exempt else replace(read, vat=Field.absent())
    three = max(_threes(money), key=lambda three: three.gain)
    net, vat, gross = three.net, three.vat, three.gross
    lines = vat_lines(money.rows, money.tables, three.net_value, _value(vat))
    lines = _completed(lines, three.net_value, _value(vat), _value(gross))
    if net and gross and _are_the_vat(lines, net, vat, gross):
        vat = None
    rate = _rate(money.rows, charged_rates(pages, money.rows), lines, three.net_value, _value(vat))
    if not lines and rate.value is not None and vat is not None:
        line = VatLine(rate.value, None, vat.value)
        lines = _completed((line,), three.net_value, _value(vat), _value(gross))
    vat_field = _unless_unread(_vat(vat, lines), money, (Label.VAT,))
    net_field = _unless_unread(_net(three, vat_field.value, lines, money), money, (Label.NET,))
    gross_field = _unless_unread(_gross(three, money), money, (Label.GROSS, Label.TOTAL))
    amounts = _line_amounts(money, (net_field.value, gross_field.value))
    return Totals(net_field, vat_field, gross_field, rate, lines, amounts)


def _value(amount: Sum | None) -> Decimal | None:
    return amount.value if amount else None


def _vat(amount: Sum | None, lines: tuple[VatLine, ...]) -> Field[Decimal]:
    """The btw, or that of its lines together."""
    if amount is None and lines and all(line.vat is not None for line in lines):
        return Field.of(_sum_of_vat(lines), note="som van de btw-regels")
    return _field(amount)


def _unless_unread(
    read: Field[Decimal], money: _Money, labels: tuple[Label, ...]
) -> Field[Decimal]:
    """What was read, unless an amount at one of these labels could not be read: no other amount takes
    its place but one with such a label of its own.
    """
    odd = [u for row in money.rows for u in row.unread if u.own and u.label in labels]
    same = any(s.own and s.label in labels and s.value == read.value for s in money.sums)
    return Field.unreadable() if odd and not same else read


def amount_claims(
    pages: PageIndex, exempt: bool, untaxed: bool
) -> dict[str, list[Candidate[Decimal]]]:
    """For net, vat and gross every amount that may be it, the likeliest first."""
    money = _money(pages, exempt, untaxed)
    if not money.taxed:
        total = [(amount, _total_score(amount, money)) for amount in money.sums]
        return dict.fromkeys(("net", "gross"), _claims(total)) | {"vat": []}
    gains: dict[str, dict[Decimal, tuple[Feature, ...]]] = {"net": {}, "vat": {}, "gross": {}}
    for three in sorted(_threes(money), key=lambda three: three.gain):
        for role, amount in (("net", three.net), ("vat", three.vat), ("gross", three.gross)):
            if amount is not None:
                gains[role][amount.value] = three.agreement
    claims = {
        role: _claims(
            (amount, _score(amount, role).plus(*gains[role].get(amount.value, ())))
            for amount in money.sums
        )
        for role in gains
    }
    best = max(_threes(money), key=lambda three: three.gain)
    if best.base is not None and best.gross is not None:
        at = best.gross
        why = score(*best.agreement)
        where = (at.sheet, at.cell, at.start, at.end)
        claims["net"].insert(0, Candidate(best.base, why, *where, _DERIVED))
    return claims


def _claims(scored: Iterable[tuple[Sum, Score]]) -> list[Candidate[Decimal]]:
    claims: dict[Decimal, Candidate[Decimal]] = {}
    for amount, why in sorted(scored, key=lambda pair: -pair[1].weight):
        claim = Candidate(
            amount.value, why, amount.sheet, amount.cell, amount.start, amount.end, amount.note
        )
        claims.setdefault(amount.value, claim)
    return [claim for claim in claims.values() if claim.score.weight > 0]


def _money(pages: PageIndex, exempt: bool, untaxed: bool) -> _Money:
    rows = money_rows(pages)
    tables = money_tables(pages, rows)
    every = [amount for row in rows for amount in row.sums]
    totals = any(s.own and s.label in TOTALS and s.value for s in every)
    lines = {
        id(s)
        for table in tables
        if len(table.lines) > 1 or (totals and not table.spec)
        for line in table.lines
        for s in line.sums
    }
    sums = [amount for amount in every if id(amount) not in lines]
    added = _sums_of_lines(tables)
    left = _still_open(sums, added)
    sums = [amount for amount in sums if amount not in left]
    sums += [_divided(s, s.alternative) for s in sums if s.alternative is not None]
    taxed = _is_taxed(rows, every, exempt, untaxed)
    if taxed:
        others = [row for row in rows if not any(id(s) in lines for s in row.sums)]
        sums += _vat_of_all_rates(others) + _columns(tables)
    return _Money(rows, sums, tables, added, _steps(sums, tables), left, taxed)


def _divided(amount: Sum, value: Decimal) -> Sum:
    """The other reading of an amount with a space in it."""
    weighed = amount.score.plus(Announced.DIVIDED)
    return replace(amount, value=value, alternative=amount.value, score=weighed)


def _sums_of_lines(tables: list[MoneyTable]) -> dict[Decimal, Sum | None]:
    """Prices add up to nothing, and btw is none of the totals that lines add up to."""
    added: dict[Decimal, Sum | None] = {
        total: head for table in tables for head, total in table.columns() if head.label in TOTALS
    }
    items = [table for table in tables if not table.spec]
    for table in items:
        added.setdefault(table.amount, table.lines[-1].sums[-1])
    if items:
        added.setdefault(sum((table.amount for table in items), _ZERO), None)
    return added


def _columns(tables: list[MoneyTable]) -> list[Sum]:
    """The sums of columns that the page leaves unsaid."""
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
        if head.label in (Label.NET, Label.VAT, Label.GROSS)
    ]


def _still_open(sums: list[Sum], lines: Iterable[Decimal]) -> list[Sum]:
    """Amounts to pay that are a total less what was paid before, or with an older debt."""
    paid = [s for s in sums if s.label is Label.PAID and s.own and s.value != 0]
    if not paid:
        return []
    owed = [s for s in sums if s.own and s.label in (Label.GROSS, Label.TOTAL, Label.SUBTOTAL)]
    first = min(s.order for s in paid)
    parts = {abs(s.value) for s in paid} | {sum((abs(s.value) for s in paid), _ZERO)}
    before = {s.value for s in owed if s.order < first} | set(lines)
    after = {s.value for s in owed if s.order > first}
    left = {value - part for value in before for part in parts}
    if any("saldo" in s.phrase.lower() for s in paid):
        left |= {value + part for value in before | after for part in parts}
    return [s for s in owed if s.value in left & after and s.value not in before]


def _steps(sums: list[Sum], tables: list[MoneyTable]) -> list[Sum]:
    """Amounts between the first and the last total that are no total themselves, and in no line."""
    lines = {id(s) for table in tables for line in table.lines for s in line.sums if not s.own}
    totals = [s.order for s in sums if s.own and s.label in TOTALS]
    if not totals:
        return []
    last = max(totals)
    steps = [
        s
        for s in sums
        if s.value != 0
        and s.order < last
        and id(s) not in lines
        and (s.label is Label.DISCOUNT or (not s.own and s.order > min(totals)))
    ]
    return steps[-_MOST_STEPS:]


def _is_taxed(rows: list[MoneyRow], sums: list[Sum], exempt: bool, untaxed: bool) -> bool:
    if exempt:
        return _charged(rows, sums)
    if not untaxed or any(rate > 0 for rate in all_rates(rows)):
        return True
    return any(s.label in (Label.VAT, Label.NET) or "incl" in s.phrase for s in sums)


def _are_the_vat(lines: tuple[VatLine, ...], net: Sum, vat: Sum | None, gross: Sum) -> bool:
    """True when the lines together are the btw, and the amount taken for it is not."""
    between = gross.value - net.value
    told = len(lines) > 1 and _sum_of_vat(lines) == between
    return told and (vat is None or vat.value != between)


def _vat_of_all_rates(rows: list[MoneyRow]) -> list[Sum]:
    """The btw of several rates together, which the page may leave unsaid."""
    stated = {
        line.rate: (line.vat, row.sums[-1])
        for row in rows
        if Label.VAT in row.labels and (line := stated_line(row)) and line.vat is not None
    }
    if len(stated) < 2:
        return []
    _, last = list(stated.values())[-1]
    return [
        replace(
            last,
            value=sum((vat for vat, _ in stated.values()), _ZERO),
            label=Label.VAT,
            phrase="btw",
            score=score(Announced.ALL_RATES),
        )
    ]


def _sum_of_vat(lines: Iterable[VatLine]) -> Decimal:
    return sum((line.vat for line in lines if line.vat is not None), _ZERO)


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


def _untaxed(money: _Money) -> Totals:
    """Exempt: the total is net and gross at once."""
    best = max(money.sums, key=lambda s: (_total_score(s, money).weight, s.order), default=None)
    if best is None or _weight(best, "total") < ExemptAmount.LEAST:
        best = _largest_last(money.sums)
    if best is None and money.lines:
        added = Field.of(max(money.lines, key=abs), None, "som van de regels")
        return Totals(added, Field.absent(), Field.unreadable(), Field.absent(), (), ())
    if best is None:
        return Totals(Field.absent(), Field.absent(), Field.absent(), Field.absent(), (), ())
    steps = _explained(best.value, best, money)
    others = _rivals(best, money, (*steps, *money.open))
    total = Field.of(best.value, best.evidence(), best.note, others or _unlabelled(best, money))
    total = _unless_unread(total, money, TOTALS)
    vat = Field.of(_ZERO, None, "vrijgesteld van btw")
    amounts = _line_amounts(money, (total.value,))
    return Totals(total, vat, total, Field.absent(), (), amounts)


def _unlabelled(total: Sum, money: _Money) -> tuple[Found[Decimal], ...]:
    """For a total that nothing calls so and no lines add up to: the largest other amount."""
    if total.label in TOTALS or total.value in money.lines:
        return ()
    others = [s for s in money.sums if abs(s.value) != abs(total.value) and s.value]
    largest = max(others, key=lambda s: abs(s.value), default=None)
    return (Found(largest.value, largest.evidence(), "ook een bedrag"),) if largest else ()


def _total_score(amount: Sum, money: _Money) -> Score:
    """An amount's announcement as the total, and whether the lines add up to it."""
    why = _score(amount, "total")
    if not amount.label or amount.label not in TOTALS:
        return why
    if amount.value in money.lines:
        why = why.plus(ExemptAmount.SUM_OF_LINES)
    if _explained(amount.value, amount, money):
        why = why.plus(ExemptAmount.AFTER_DISCOUNT)
    return why


def _explained(wanted: Decimal, before: Sum, money: _Money) -> tuple[Sum, ...]:
    """The sum, and the discount and costs behind it, that give an amount; empty when nothing does."""
    steps = [s for s in money.steps if s.order < before.order and s is not before]
    bases = [
        s
        for s in money.sums
        if s.own and s.label in TOTALS and s.order < before.order and s.value != wanted
    ]
    starts = [(s.value, s.order, s) for s in bases]
    starts += [(value, -1, head) for value, head in money.lines.items() if head]
    for value, order, base in starts:
        behind = [s for s in steps if s.order > order or s.label is Label.DISCOUNT]
        for count in range(1, len(behind) + 1):
            for chosen in combinations(behind, count):
                if any(wanted == value + change for change in _changes(chosen)):
                    return (base, *chosen)
    return ()


def _changes(steps: tuple[Sum, ...]) -> Iterator[Decimal]:
    """What steps can change together: a discount always takes off, other costs add as they stand."""
    yield sum((-abs(s.value) if s.label is Label.DISCOUNT else s.value for s in steps), _ZERO)


def _score(amount: Sum, role: str) -> Score:
    """The amount's announcement, as far as it speaks of the role."""
    share = _ROLES[role].get(amount.label) if amount.label else None
    return amount.score.plus(share) if share else Score()


def _weight(amount: Sum, role: str) -> float:
    share = _ROLES[role].get(amount.label) if amount.label else None
    return amount.weight * share.factor if share else 0.0


def _top(sums: list[Sum], role: str) -> list[Sum]:
    """The likeliest amounts for a role; of equal claims the later in the document first, values
    once.
    """
    ranked = sorted(
        (s for s in sums if _weight(s, role) > 0.1),
        key=lambda s: (-round(_weight(s, role), 2), -s.order),
    )
    kept: dict[Decimal, Sum] = {}
    for amount in ranked:
        kept.setdefault(amount.value, amount)
    return list(kept.values())[:14]


def _threes(money: _Money) -> Iterator[_Three]:
    """Amounts that add up, then the three with the best labels; of equal gain the first is meant."""
    nets, vats, grosses = (_top(money.sums, role) for role in ("net", "vat", "gross"))
    loose = [s for s in money.sums if s.label in (None, Label.TOTAL, Label.SUBTOTAL)][-40:]
    by_value = {s.value: s for s in loose} | {s.value: s for s in reversed(nets)}
    rates = list(dict.fromkeys([*all_rates(money.rows), *_LEGAL_RATES]))
    shares = _vat_by_rates(money)
    charged = any(vat.value != 0 and vat.own for vat in vats)
    for gross, vat in product(grosses, vats):
        if vat is gross or (vat.value and abs(vat.value) >= abs(gross.value)):
            continue
        between = gross.value - vat.value
        fits = any(vat.value == share and abs(between - base) < _ROUNDED for base, share in shares)
        if not fits and (vat.value or not charged):
            fits = any(rate_fits(between, rate, vat.value) for rate in rates)
        nearby = [net for cents in (_ZERO, _CENT, -_CENT) if (net := by_value.get(between + cents))]
        for net in nearby:
            if net is gross and vat.value != 0:
                continue
            if fits or vat.label is Label.VAT:  # else two lines and their total add up as well
                yield _adding_up(net, vat, gross, fits, money)
        if not nearby and fits and vat.label is Label.VAT and vat.value != 0:
            yield _without_net(between, vat, gross, money)
    yield _best_labels(nets, vats, grosses)


def _vat_by_rates(money: _Money) -> list[tuple[Decimal, Decimal]]:
    """Base and btw of several rates together: of the invoice's lines, and of the specification."""
    items = {id(line.row) for table in money.tables for line in table.lines if not table.spec}
    stated = [line for row in money.rows if id(row) not in items and (line := stated_line(row))]
    added = []
    for lines in (lines_by_rate(money.tables), {line.rate: line for line in stated}.values()):
        bases = [line.net for line in lines if line.net is not None]
        if len(lines) > 1 and len(bases) == len(lines):
            added.append((sum(bases, _ZERO), _sum_of_vat(lines)))
    return added


def _gained(labels: float, agreement: list[Feature]) -> float:
    return labels + sum(feature.points for feature in agreement)


def _adding_up(net: Sum, vat: Sum, gross: Sum, fits: bool, money: _Money) -> _Three:
    agreement = [Agreement.ADDS_UP]
    if fits:
        agreement.append(Agreement.RATE_FITS)
    if net.value in money.lines or gross.value in money.lines:
        agreement.append(Agreement.SUM_OF_LINES)
    labels = _weight(net, "net") + _weight(vat, "vat") + _weight(gross, "gross")
    return _Three(net, vat, gross, tuple(agreement), _gained(labels, agreement))


def _without_net(base: Decimal, vat: Sum, gross: Sum, money: _Money) -> _Three:
    """Btw and total without a printed amount that is their difference: what explains it counts."""
    agreement = [Agreement.RATE_FITS]
    if base in money.lines or gross.value in money.lines:
        agreement += [Agreement.SUM_OF_LINES, Agreement.DERIVED]
        used: tuple[Sum, ...] = ()
    elif used := _explained(base, gross, money):
        agreement.append(Agreement.AFTER_DISCOUNT)
    else:
        agreement.append(Agreement.DERIVED)
    labels = _weight(vat, "vat") + _weight(gross, "gross")
    return _Three(None, vat, gross, tuple(agreement), _gained(labels, agreement), base, used)


def _best_labels(nets: list[Sum], vats: list[Sum], grosses: list[Sum]) -> _Three:
    net, gross = next(iter(nets), None), next(iter(grosses), None)
    vat = next((v for v in vats if v.label is Label.VAT), None)
    pairs = ((net, "net"), (vat, "vat"), (gross, "gross"))
    gain = sum(_weight(amount, role) for amount, role in pairs if amount)
    return _Three(*_apart((net, vat, gross), nets, grosses), gain=gain)


def _apart(
    single: tuple[Sum | None, Sum | None, Sum | None], nets: list[Sum], grosses: list[Sum]
) -> tuple[Sum | None, Sum | None, Sum | None]:
    """Nothing adds up: one amount is not both net and gross unless its label says so."""
    net, vat, gross = single
    if net is not None and net is gross:
        if net.label in (Label.GROSS, Label.TOTAL):
            net = next((n for n in nets if n is not gross), None)
        else:
            gross = next((g for g in grosses if g is not net), None)
    if net is None or gross is None or vat is not None:
        return net, vat, gross
    is_line = net.label in (Label.TOTAL, Label.SUBTOTAL) or net.weight <= _IN_COLUMN
    return None if is_line else net, vat, gross  # a line, or a sum before a discount


def _completed(
    lines: tuple[VatLine, ...], net: Decimal | None, vat: Decimal | None, gross: Decimal | None
) -> tuple[VatLine, ...]:
    """One rate without a base of its own has the total's base."""
    if len(lines) != 1:
        return lines
    line = lines[0]
    if line.net is None and net is not None:
        line = replace(line, net=net)
    elif line.net is None and gross is not None and vat is not None:
        line = replace(line, net=gross - vat)
    if line.vat is None and vat is not None:
        line = replace(line, vat=vat)
    return (line,)


def _rate(
    rows: list[MoneyRow],
    charged: list[Decimal],
    lines: tuple[VatLine, ...],
    net: Decimal | None,
    vat: Decimal | None,
) -> Field[Decimal]:
    used = {line.rate for line in lines}
    if len(used) > 1:
        return Field.absent()
    if len(used) == 1:
        return Field.of(used.pop(), _rate_evidence(rows, lines[0].rate), "percentage bij de btw")
    if net is not None and vat is not None:
        for rate in dict.fromkeys([*charged, *all_rates(rows), *(() if charged else _LEGAL_RATES)]):
            if rate_fits(net, rate, vat):
                return Field.of(rate, _rate_evidence(rows, rate), "past bij bedrag en btw")
    if len(charged) == 1:
        return Field.of(charged[0], _rate_evidence(rows, charged[0]), "percentage bij de btw")
    return Field.absent()


def _rate_evidence(rows: list[MoneyRow], rate: Decimal) -> Evidence | None:
    """Where the percentage stands, btw rows first."""
    found = [
        p
        for row in sorted(rows, key=lambda r: Label.VAT not in r.labels)
        for p in row.rate_evidence
        if p[0] == rate
    ]
    return found[0][1] if found else None


def _field(amount: Sum | None) -> Field[Decimal]:
    return Field.of(amount.value, amount.evidence(), amount.note) if amount else Field.absent()


def _gross(three: _Three, money: _Money) -> Field[Decimal]:
    """The amount to pay; what else on the page says that it is it makes a doubt."""
    if three.gross is None:
        return Field.absent()
    gross = three.gross
    known = [s for s in (three.net, three.vat, *three.used) if s]
    if three.net_value is not None and money.steps:
        known += _explained(three.net_value, gross, money)
    proved = Agreement.RATE_FITS in three.agreement and bool(_value(three.vat))
    others = _rivals(gross, money, tuple(known), proved)
    return Field.of(gross.value, gross.evidence(), gross.note, others)


def _rivals(
    total: Sum, money: _Money, known: tuple[Sum, ...], proved: bool = False
) -> tuple[Found[Decimal], ...]:
    """What speaks against a total: other amounts that say that they are it, what was paid before, and
    another way to read its own digits.

    Args:
        known: what was read for something else.
        proved: btw at its rate makes the total what it is.
    """
    used = _explained_values(total, money, known)
    rivals = {s.value: Found(s.value, s.evidence(), LEFT_TO_PAY) for s in money.open}
    for paid in () if rivals else _prepaid(money):
        left = total.value - abs(paid.value)
        rivals[left] = Found(left, paid.evidence(), LEFT_TO_PAY)
    lines = [line.sums[-1] for table in money.tables for line in table.lines]
    unsure = any(s.alternative is not None for s in lines)
    joined = total.alternative is not None and abs(total.value) > abs(total.alternative)
    proved = proved or (total.value in money.lines and (joined or not unsure))
    if total.alternative is not None and not proved:
        rivals[total.alternative] = Found(total.alternative, total.evidence(), "anders gelezen")
    for s in money.sums:
        if s.value not in used and s.value not in rivals and _claims_total(s, total, money):
            rivals[s.value] = Found(s.value, s.evidence(), s.note)
    return tuple(found for value, found in rivals.items() if value != total.value)[:2]


def _explained_values(total: Sum, money: _Money, known: tuple[Sum, ...]) -> set[Decimal]:
    used = {s.value for s in known} | {total.value}
    if total.value in money.lines:
        used |= {table.amount for table in money.tables}
    taken_off = [s for s in known if s in money.steps and s.label is not Label.DISCOUNT]
    if any(s.value < -_WHOLE_EURO for s in taken_off):  # perhaps a payment in other words
        used -= {s.value for s in known if s.label in (Label.GROSS, Label.TOTAL)}
    return used


def _prepaid(money: _Money) -> list[Sum]:
    """What was paid before, beside or under a total; a share for a blocked account is none."""
    totals = [s.order for s in money.sums if s.own and s.label in TOTALS]
    return [
        s
        for s in money.sums
        if s.label is Label.PAID
        and s.own
        and s.value != 0
        and "rek" not in s.phrase.lower()
        and totals
        and s.order > min(totals)
    ]


def _claims_total(amount: Sum, total: Sum, money: _Money) -> bool:
    """True when an amount says that it is the total: larger, called so, the sum of the lines, or
    asked in a sentence about the payment.
    """
    text = amount.cell.text
    if _CONDITION.search(text):
        return False
    if not amount.own and _PAYMENT.search(text):
        return True
    if not amount.own or amount.weight < _SURE or amount.label not in (Label.GROSS, Label.TOTAL):
        return False
    called = amount.label is Label.GROSS and total.label is not Label.GROSS
    larger = abs(amount.value) - abs(total.value) >= _ROUNDED
    return called or larger or (amount.value in money.lines and not money.taxed)


_CONDITION = re.compile(
    r"\b(?:te laat|te late|herinner\w*|aanman\w*|incasso\w*|rente|boete|annuler\w*|no.?show|indien|wanneer"
    r"|als (?:u|je|wij|we|de)|late payment|reminder|per (?:uur|dag|week|maand|jaar|stuk))\b",
    re.IGNORECASE,
)
_PAYMENT = re.compile(
    r"\b(?:over ?te ?maken|overmaken|overmaakt|over naar|bankoverschrijving|overboeken|bank transfer)\b",
    re.IGNORECASE,
)


def _net(
    three: _Three, vat: Decimal | None, lines: tuple[VatLine, ...], money: _Money
) -> Field[Decimal]:
    """The amount without btw, or what follows from the others."""
    net, gross = three.net, three.gross
    if net is not None:
        return _field(net)
    if gross is not None and three.base is not None:
        others = tuple(
            Found(s.value, s.evidence(), s.note)
            for s in money.sums
            if s.own
            and s.label is Label.NET
            and s.weight > _SURE
            and s not in three.used
            and s.value != three.base
        )
        return Field.of(
            three.base, gross.evidence(), _DERIVED, others[:2] if not three.used else ()
        )
    if gross is not None and vat is not None:
        return Field.of(gross.value - vat, gross.evidence(), _DERIVED)
    bases = [line.net for line in lines if line.net is not None]
    if lines and len(bases) == len(lines):
        return Field.of(sum(bases, _ZERO), None, "som van de grondslagen")
    return Field.absent()


def _line_amounts(money: _Money, totals: Iterable[Decimal | None]) -> tuple[Decimal, ...]:
    """The amount of each line; empty when neither a total nor quantity times price proves them.

    Args:
        totals: net and gross as read; the lines may add up to either.
    """
    items = [table for table in money.tables if not table.spec]
    amounts = tuple(line.amount for table in items for line in table.lines)
    room = _CENT * len(amounts)
    added = sum(amounts, _ZERO)
    steps = tuple(-abs(s.value) if s.label is Label.DISCOUNT else s.value for s in money.steps)
    for more in ((), steps):
        if any(
            total is not None and abs(abs(added + sum(more, _ZERO)) - abs(total)) <= room
            for total in totals
        ):
            return (*amounts, *more)
    if (
        len(items) == 1
        and items[0].whole
        and items[0].closed
        and items[0].multiplies()
        and not steps
    ):
        return amounts
    return ()


def _largest_last(sums: list[Sum]) -> Sum | None:
    """Without any label: the largest amount, the last of equals."""
    return max(
        (s for s in sums if s.label not in (Label.PAID, Label.DISCOUNT)),
        key=lambda s: (abs(s.value), s.order),
        default=None,
    )
