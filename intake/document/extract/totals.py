"""Net, btw and gross: the reading in which the amounts of the page explain each other.

Net + btw = gross, net × rate = btw (or rate by rate), and the lines with their discount and costs add
up to one of them. Words beside the amounts decide between readings that add up, and where none does.

Sources: Wet OB 1968 art. 35a lid 1 h-k; rates 0, 9 (6 before 2019) and 21 %. Rounding per line or
per invoice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import product

from intake.document.extract.amount_labels import LEGAL, TOTALS, rate_fits
from intake.document.extract.candidates import Candidate
from intake.document.extract.money import NEAR, Money, explained, money_of
from intake.document.extract.money_rows import MoneyRow, Sum, all_rates, charged_rates
from intake.document.extract.money_tables import MoneyTable
from intake.document.extract.total_doubts import (
    SURE,
    is_left_open,
    other_split,
    rivals_of,
    unlabelled,
    unprinted,
)
from intake.document.extract.vat_lines import divided, lines_by_rate, stated_lines, vat_lines
from intake.document.extract.weights import (
    Agreement,
    ExemptAmount,
    GrossAmount,
    NetAmount,
    VatAmount,
)
from intake.document.layout.cells import evidence
from intake.document.layout.label_words import Label
from intake.document.layout.page_index import PageIndex
from intake.document.layout.scoring import Feature, Score, score
from intake.model.invoice import LEFT_TO_PAY, Evidence, Field, Found, VatLine

_CENT = Decimal("0.01")
_ZERO = Decimal("0.00")
_DERIVED = "berekend: totaal min btw"
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
    money = money_of(pages, exempt, untaxed)
    if not money.taxed:
        read = _untaxed(money)
        return read if exempt else replace(read, vat=Field.absent())
    three = max(_threes(money), key=lambda three: three.gain)
    net, vat, gross = three.net, three.vat, three.gross
    lines = vat_lines(money.rows, money.tables, three.net_value, _value(vat))
    lines = _completed(lines, three.net_value, _value(vat), _value(gross))
    if gross and (base := _base_of(lines, vat, gross)):
        three = replace(three, net=net if net and net.value == base else None, base=base)
        vat = None
    elif net and gross and _are_the_vat(lines, net, vat, gross):
        vat = None
    charged = charged_rates(pages, money.rows)
    rate = _rate(money.rows, charged, lines, three.net_value, _value(vat))
    if not lines and rate.value is not None and vat is not None:
        line = VatLine(rate.value, None, vat.value)
        lines = _completed((line,), three.net_value, _value(vat), _value(gross))
    vat_field = _unless_unread(_possible(_vat(vat, lines), gross), money, (Label.VAT,))
    net_field = _unless_unread(_net(three, vat_field.value, lines, money), money, (Label.NET,))
    gross_field = _unless_unread(_gross(three, money), money, (Label.GROSS, Label.TOTAL))
    amounts = _line_amounts(money, (net_field.value, gross_field.value))
    rates = charged if rate.value is None else ()
    loose = tuple(amount.value for amount in money.sums if not amount.own)
    lines = divided(lines, rates, amounts or loose, net_field.value, vat_field.value)
    return Totals(net_field, vat_field, gross_field, rate, lines, amounts)


def _value(amount: Sum | None) -> Decimal | None:
    return amount.value if amount else None


def _vat(amount: Sum | None, lines: tuple[VatLine, ...]) -> Field[Decimal]:
    """The btw, or that of its lines together."""
    if amount is None and lines and all(line.vat is not None for line in lines):
        return Field.of(sum_of_vat(lines), note="som van de btw-regels")
    return _field(amount)


def _possible(vat: Field[Decimal], gross: Sum | None) -> Field[Decimal]:
    """Btw that is more than half of the total is another amount: no rate is that high."""
    if gross is None or vat.value is None or abs(vat.value) <= abs(gross.value - vat.value):
        return vat
    return Field.unreadable()


def _unless_unread(read: Field[Decimal], money: Money, labels: tuple[Label, ...]) -> Field[Decimal]:
    """What was read, unless an amount at one of these labels could not be read: no other amount takes
    its place but one with such a label of its own.
    """
    odd = [u for row in money.rows for u in row.unread if u.own and u.label in labels]
    same = any(s.own and s.label in labels and s.value == read.value for s in money.sums)
    return Field.unreadable() if odd and not same else read


def sum_of_vat(lines: Iterable[VatLine]) -> Decimal:
    return sum((line.vat for line in lines if line.vat is not None), _ZERO)


def amount_claims(
    pages: PageIndex, exempt: bool, untaxed: bool
) -> dict[str, list[Candidate[Decimal]]]:
    """For net, vat and gross every amount that may be it, the likeliest first."""
    money = money_of(pages, exempt, untaxed)
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


def _are_the_vat(lines: tuple[VatLine, ...], net: Sum, vat: Sum | None, gross: Sum) -> bool:
    """True when the lines together are the btw, and the amount taken for it is not."""
    between = gross.value - net.value
    told = bool(lines) and sum_of_vat(lines) == between
    return told and (vat is None or vat.value != between)


def _base_of(lines: tuple[VatLine, ...], vat: Sum | None, gross: Sum) -> Decimal | None:
    """The bases of the rates together, where with their btw they are the total, and the amount taken
    for the btw is another.
    """
    bases = [line.net for line in lines if line.net is not None and line.vat is not None]
    base, charged = sum(bases, _ZERO), sum_of_vat(lines)
    whole = len(bases) == len(lines) and charged and base + charged == gross.value
    return base if whole and (vat is None or vat.value != charged) else None


def _untaxed(money: Money) -> Totals:
    """Exempt: the total is net and gross at once."""
    best = max(money.sums, key=lambda s: (_total_score(s, money).weight, s.order), default=None)
    if best is None or _weight(best, "total") < ExemptAmount.LEAST:
        best = _largest_last(money.sums)
    if best is None and money.lines:
        whole = max(money.lines, key=abs)
        left = tuple(Found(s.value, s.evidence(), LEFT_TO_PAY) for s in money.open)
        added = Field.of(whole, None, "som van de regels", left)
        gross = added if left else Field[Decimal].unreadable()
        return Totals(added, Field.absent(), gross, Field.absent(), (), ())
    if best is None:
        return Totals(Field.absent(), Field.absent(), Field.absent(), Field.absent(), (), ())
    steps = explained(best.value, best, money)
    others = rivals_of(best, money, (*steps, *money.open))
    others = others or unlabelled(best, money)
    total = Field.of(best.value, best.evidence(), best.note, others)
    total = _unless_unread(total, money, TOTALS)
    if is_left_open(best, money):
        total = Field.unreadable()
    vat = Field.of(_ZERO, None, "vrijgesteld van btw")
    amounts = _line_amounts(money, (total.value,))
    return Totals(total, vat, total, Field.absent(), (), amounts)


def _total_score(amount: Sum, money: Money) -> Score:
    """An amount's announcement as the total, and whether the lines add up to it."""
    why = _score(amount, "total")
    if not amount.label or amount.label not in TOTALS:
        return why
    if amount.value in money.lines:
        why = why.plus(ExemptAmount.SUM_OF_LINES)
    if explained(amount.value, amount, money):
        why = why.plus(ExemptAmount.AFTER_DISCOUNT)
    return why


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


def _threes(money: Money) -> Iterator[_Three]:
    """Amounts that add up, then the three with the best labels; of equal gain the first is meant."""
    nets, vats, grosses = (_top(money.sums, role) for role in ("net", "vat", "gross"))
    loose = [s for s in money.sums if s.label in (None, Label.TOTAL, Label.SUBTOTAL)][-40:]
    by_value = {s.value: s for s in loose} | {s.value: s for s in reversed(nets)}
    taxes = _Taxes(
        tuple(dict.fromkeys([*all_rates(money.rows), *_LEGAL_RATES])),
        tuple(_vat_by_rates(money)),
        any(vat.value != 0 and vat.own for vat in vats),
    )
    for gross, vat in product(grosses, vats):
        if vat is not gross:
            yield from _with_vat(vat, gross, by_value, taxes, money)
    for gross in grosses if money.steps else ():
        yield from _less_discount(gross, vats, by_value, taxes, money)
    yield _best_labels(nets, vats, grosses)


@dataclass(frozen=True, slots=True)
class _Taxes:
    """The ways in which btw can be taken on this page."""

    rates: tuple[Decimal, ...]
    shares: tuple[tuple[Decimal, Decimal], ...]
    """Base and btw of several rates together."""
    charged: bool
    """Some btw is announced that is not nil."""

    def fit(self, base: Decimal, vat: Decimal) -> bool:
        if any(vat == share and abs(base - whole) < NEAR for whole, share in self.shares):
            return True
        nil = self.charged and not vat
        return not nil and any(rate_fits(base, rate, vat) for rate in self.rates)


def _with_vat(
    vat: Sum, gross: Sum, by_value: dict[Decimal, Sum], taxes: _Taxes, money: Money
) -> Iterator[_Three]:
    """What a total with its btw can mean: with the amounts that are their difference, or without."""
    base = gross.value - vat.value
    fits = taxes.fit(base, vat.value)
    certain = vat.label is Label.VAT
    if abs(vat.value) > abs(base) or not (fits or certain):
        return  # two lines and their total add up as well
    nets = [net for cents in (_ZERO, _CENT, -_CENT) if (net := by_value.get(base + cents))]
    for net in nets:
        if net is not gross or not vat.value:
            yield _adding_up(net, vat, gross, fits, money)
    if not nets and fits and certain and vat.value:
        yield _without_net(base, vat, gross, money)


def _less_discount(
    gross: Sum, vats: list[Sum], by_value: dict[Decimal, Sum], taxes: _Taxes, money: Money
) -> Iterator[_Three]:
    """A total from which a discount was taken off behind the btw: "Totaal voor korting"."""
    used = explained(gross.value, gross, money)
    if len(used) != 2 or used[1].label is not Label.DISCOUNT:
        return
    for vat in vats:
        net = by_value.get(used[0].value - vat.value)
        if net and vat.value and taxes.fit(net.value, vat.value):
            labels = _weight(net, "net") + _weight(vat, "vat") + _weight(gross, "gross")
            agreement = [Agreement.RATE_FITS]
            gain = _gained(labels, agreement)
            yield _Three(net, vat, gross, tuple(agreement), gain, used=used)


def _vat_by_rates(money: Money) -> list[tuple[Decimal, Decimal]]:
    """Base and btw of several rates together: of the invoice's lines, and of the specification."""
    items = {id(line.row) for table in money.tables for line in table.lines if not table.spec}
    stated = stated_lines([row for row in money.rows if id(row) not in items])
    added = []
    of_rates = {line.rate: line for line in stated}.values()
    for lines in (*lines_by_rate(money.tables), of_rates):
        bases = [line.net for line in lines if line.net is not None]
        if len(lines) > 1 and len(bases) == len(lines):
            added.append((sum(bases, _ZERO), sum_of_vat(lines)))
    return added


def _gained(labels: float, agreement: list[Feature]) -> float:
    return labels + sum(feature.points for feature in agreement)


def _adding_up(net: Sum, vat: Sum, gross: Sum, fits: bool, money: Money) -> _Three:
    agreement = [Agreement.ADDS_UP]
    if fits:
        agreement.append(Agreement.RATE_FITS)
    if _is_sum_of_lines(net, money) or _is_sum_of_lines(gross, money):
        agreement.append(Agreement.SUM_OF_LINES)
    labels = _weight(net, "net") + _weight(vat, "vat") + _weight(gross, "gross")
    return _Three(net, vat, gross, tuple(agreement), _gained(labels, agreement))


def _is_sum_of_lines(amount: Sum, money: Money) -> bool:
    """True when the lines add up to it, before or after a discount or costs."""
    return amount.value in money.lines or bool(
        money.steps and explained(amount.value, amount, money)
    )


def _without_net(base: Decimal, vat: Sum, gross: Sum, money: Money) -> _Three:
    """Btw and total without a printed amount that is their difference: what explains it counts."""
    agreement = [Agreement.RATE_FITS]
    if base in money.lines or gross.value in money.lines:
        agreement += [Agreement.SUM_OF_LINES, Agreement.DERIVED]
        used: tuple[Sum, ...] = ()
    elif used := explained(base, gross, money):
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
    """One rate without a base of its own has what the others leave of the total."""
    if net is None and gross is not None and vat is not None:
        net = gross - vat
    if len(lines) > 1 and net is not None:
        return _shared_out(lines, net)
    if len(lines) != 1:
        return lines
    line = lines[0]
    base = line.net if line.net is not None else net
    return (VatLine(line.rate, base, line.vat if line.vat is not None else vat),)


def _shared_out(lines: tuple[VatLine, ...], net: Decimal) -> tuple[VatLine, ...]:
    """The lines of several rates, when one of their bases is what is left of the net total."""
    taxed = tuple(line for line in lines if line.rate or line.vat or line.net)
    if len(taxed) == 1 and taxed[0].net is None and taxed[0].vat is not None:
        fits = rate_fits(net, taxed[0].rate, taxed[0].vat)
        return (replace(taxed[0], net=net),) if fits else lines
    unknown = [line for line in lines if line.net is None]
    if len(unknown) != 1 or unknown[0].vat is None:
        return lines
    left = net - sum((line.net for line in lines if line.net is not None), _ZERO)
    if not left and not unknown[0].rate:
        return taxed
    if not rate_fits(left, unknown[0].rate, unknown[0].vat):
        return lines
    return tuple(replace(line, net=left) if line is unknown[0] else line for line in lines)


def _rate(
    rows: list[MoneyRow],
    charged: list[Decimal],
    lines: tuple[VatLine, ...],
    net: Decimal | None,
    vat: Decimal | None,
) -> Field[Decimal]:
    """The one rate; unreadable when a rate stands on the page and nothing tells what it is of."""
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
    said = any(rate > 0 and rate in LEGAL for rate in all_rates(rows))
    return Field.unreadable() if said else Field.absent()


def _rate_evidence(rows: list[MoneyRow], rate: Decimal) -> Evidence | None:
    """Where the percentage stands, btw rows first."""
    for row in sorted(rows, key=lambda r: Label.VAT not in r.labels):
        for found in row.percentages:
            if found.value == rate:
                return evidence(row.sheet, found.cell, found.start, found.end)
    return None


def _field(amount: Sum | None) -> Field[Decimal]:
    return Field.of(amount.value, amount.evidence(), amount.note) if amount else Field.absent()


def _gross(three: _Three, money: Money) -> Field[Decimal]:
    """The amount to pay; what else on the page says that it is it makes a doubt."""
    if three.gross is None:
        return Field.absent()
    gross = three.gross
    known = [s for s in (three.net, three.vat, *three.used) if s]
    for value in (three.net_value, gross.value) if money.steps else ():
        if value is not None:
            known += explained(value, gross, money)
    proved = (
        Agreement.RATE_FITS in three.agreement
        and bool(_value(three.vat))
        and any(s and not s.comma_unseen for s in (three.net, three.vat))
    )
    others = rivals_of(gross, money, tuple(known), proved) or unprinted(gross, money)
    return Field.of(gross.value, gross.evidence(), gross.note, others)


def _net(
    three: _Three, vat: Decimal | None, lines: tuple[VatLine, ...], money: Money
) -> Field[Decimal]:
    """The amount without btw, or what follows from the others."""
    net, gross = three.net, three.gross
    if net is not None:
        return _field(net)
    if gross is not None and three.base is not None:
        subtotals = [s for s in money.sums if s.own and s.label is Label.SUBTOTAL]
        said = (Label.NET, Label.SUBTOTAL) if len(subtotals) == 1 else (Label.NET,)
        others = tuple(
            Found(s.value, s.evidence(), s.note)
            for s in money.sums
            if s.own
            and s.label in said
            and s.weight > SURE
            and s not in three.used
            and s.value != three.base
        )
        return Field.of(
            three.base, gross.evidence(), _DERIVED, others[:2] if not three.used else ()
        )
    if gross is not None and vat is not None:
        split = other_split(gross, money, (three.net, three.vat))
        others = (split,) if split else _before_discount(gross, vat, money)
        return Field.of(gross.value - vat, gross.evidence(), _DERIVED, others)
    bases = [line.net for line in lines if line.net is not None]
    if lines and len(bases) == len(lines):
        return Field.of(sum(bases, _ZERO), None, "som van de grondslagen")
    return Field.absent()


def _before_discount(gross: Sum, vat: Decimal, money: Money) -> tuple[Found[Decimal], ...]:
    """What the lines add up to, where the btw is of that and a discount comes behind it."""
    rates = [rate for rate in all_rates(money.rows) if rate]
    lines = {s.value: s for s in money.sums if s.label is None} | money.lines
    return tuple(
        Found(value, head.evidence() if head else None, "som van de regels")
        for value, head in lines.items()
        if money.steps and value + vat != gross.value
        if any(rate_fits(value, rate, vat) for rate in rates)
    )


def _line_amounts(money: Money, totals: Iterable[Decimal | None]) -> tuple[Decimal, ...]:
    """The amount of each line; empty when neither a total nor quantity times price proves them.

    Args:
        totals: net and gross as read; the lines may add up to either.
    """
    items = [table for table in money.tables if not table.spec]
    amounts = tuple(line.amount for table in items for line in table.lines)
    room = _CENT * len(amounts)
    added = sum(amounts, _ZERO)
    steps = tuple(-abs(s.value) if s.label is Label.DISCOUNT else s.value for s in money.steps)
    for more in ((), steps, *((step,) for step in steps)):
        if any(
            total is not None and abs(abs(added + sum(more, _ZERO)) - abs(total)) <= room
            for total in totals
        ):
            return (*amounts, *more)
    proved = len(items) == 1 and not steps and _is_complete(items[0], money)
    return amounts if proved else ()


def _is_complete(table: MoneyTable, money: Money) -> bool:
    """True when each row of a table was understood, and its lines are all there is to add up: they end
    at a total or stand behind it, and have a price or no other amount.
    """
    first = table.lines[0].sums[0].order
    totals = [s.order for s in money.sums if s.own and s.label in TOTALS]
    ends = table.closed or any(order < first for order in totals)
    plain = len(table.lines) > 1 and all(len(line.sums) == 1 for line in table.lines)
    return table.whole and ends and (table.multiplies() or plain)


def _largest_last(sums: list[Sum]) -> Sum | None:
    """Without any label: the largest amount, the last of equals."""
    return max(
        (s for s in sums if s.label not in (Label.PAID, Label.DISCOUNT)),
        key=lambda s: (abs(s.value), s.order),
        default=None,
    )
