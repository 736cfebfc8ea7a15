"""Net, btw and gross: the labelled amounts that agree with each other (net + btw = gross, net ×
rate = btw).

Sources: Wet OB 1968 art. 35a lid 1 h-k; rates 0, 9 (6 before 2019) and 21 %. Rounding per line or
per invoice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import product

from intake.document.extract.candidates import Candidate
from intake.document.extract.item_lines import ItemLine, item_lines, line_amounts, sum_of_lines
from intake.document.extract.money_rows import MoneyRow, Sum, all_rates, charged_rates, money_rows
from intake.document.extract.vat_lines import rate_fits, stated_line, vat_lines
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
from intake.model.invoice import Evidence, Field, Found, VatLine

_CENT = Decimal("0.01")
_ZERO = Decimal("0.00")
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
    items: list[ItemLine]
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
    lines = vat_lines(money.rows, _value(net), _value(vat))
    lines = _completed(lines, net, vat, gross)
    if net and gross and _are_the_vat(lines, net, vat, gross):
        vat = None
    rate = _rate(money.rows, charged_rates(pages, money.rows), lines, net, vat)
    if not lines and rate.value is not None and vat is not None:
        lines = _completed((VatLine(rate.value, None, vat.value),), net, vat, gross)
    vat_field = _vat(vat, lines)
    net_field = _net(net, gross, vat_field.value, lines)
    amounts = line_amounts(money.items, (net_field.value, _value(gross)))
    return Totals(net_field, vat_field, _gross(gross, money.sums), rate, lines, amounts)


def _value(amount: Sum | None) -> Decimal | None:
    return amount.value if amount else None


def _vat(amount: Sum | None, lines: tuple[VatLine, ...]) -> Field[Decimal]:
    """The btw, or that of its lines together."""
    if amount is None and lines and all(line.vat is not None for line in lines):
        return Field.of(_sum_of_vat(lines), note="som van de btw-regels")
    return _field(amount)


def amount_claims(
    pages: PageIndex, exempt: bool, untaxed: bool
) -> dict[str, list[Candidate[Decimal]]]:
    """For net, vat and gross every amount that may be it, the likeliest first."""
    money = _money(pages, exempt, untaxed)
    if not money.taxed:
        added = sum_of_lines(money.items)
        total = [(amount, _total_score(amount, added)) for amount in money.sums]
        return dict.fromkeys(("net", "gross"), _claims(total)) | {"vat": []}
    gains: dict[str, dict[Decimal, tuple[Feature, ...]]] = {"net": {}, "vat": {}, "gross": {}}
    for three in sorted(_threes(money), key=lambda three: three.gain):
        for role, amount in (("net", three.net), ("vat", three.vat), ("gross", three.gross)):
            if amount is not None:
                gains[role][amount.value] = three.agreement
    return {
        role: _claims(
            (amount, _score(amount, role).plus(*gains[role].get(amount.value, ())))
            for amount in money.sums
        )
        for role in gains
    }


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
    sums = [amount for row in rows for amount in row.sums]
    items = list(item_lines(pages, rows))
    taxed = _is_taxed(rows, sums, exempt, untaxed)
    return _Money(rows, sums + _vat_of_all_rates(rows) if taxed else sums, items, taxed)


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


def _sum_of_vat(lines: tuple[VatLine, ...]) -> Decimal:
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
    added = sum_of_lines(money.items)
    best = max(money.sums, key=lambda s: (_total_score(s, added).weight, s.order), default=None)
    if best is None or _weight(best, "total") < ExemptAmount.LEAST:
        best = _largest_last(money.sums)
    if best is None:
        return Totals(Field.absent(), Field.absent(), Field.absent(), Field.absent(), (), ())
    total = _field(best)
    vat = Field.of(_ZERO, None, "vrijgesteld van btw")
    return Totals(total, vat, total, Field.absent(), (), line_amounts(money.items, (best.value,)))


def _total_score(amount: Sum, added: Decimal | None) -> Score:
    same = amount.value == added and amount.label
    return _score(amount, "total").plus(ExemptAmount.SUM_OF_LINES.when(same))


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
    rates = list(all_rates(money.rows))
    added = sum_of_lines(money.items)
    for gross, vat, cents in product(grosses, vats, (_ZERO, _CENT, -_CENT)):
        net = by_value.get(gross.value - vat.value + cents)
        if net is None or (net is gross and vat.value != 0):
            continue
        fits = any(rate_fits(net.value, rate, vat.value) for rate in rates)
        if fits or vat.label is Label.VAT:  # else two lines and their total add up as well
            yield _adding_up(net, vat, gross, fits, net.value == added)
    yield _best_labels(nets, vats, grosses)


def _adding_up(net: Sum, vat: Sum, gross: Sum, fits: bool, is_sum: bool) -> _Three:
    agreement = [Agreement.ADDS_UP]
    if fits:
        agreement.append(Agreement.RATE_FITS)
    if is_sum:
        agreement.append(Agreement.SUM_OF_LINES)
    labels = _weight(net, "net") + _weight(vat, "vat") + _weight(gross, "gross")
    gain = labels + sum(feature.points for feature in agreement)
    return _Three(net, vat, gross, tuple(agreement), gain)


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
    is_line = net.label is Label.TOTAL or net.weight <= _IN_COLUMN
    return None if is_line else net, vat, gross  # an amount under a heading is a line


def _completed(
    lines: tuple[VatLine, ...], net: Sum | None, vat: Sum | None, gross: Sum | None
) -> tuple[VatLine, ...]:
    """One rate without a base of its own has the total's base."""
    if len(lines) != 1:
        return lines
    line = lines[0]
    if line.net is None and net:
        line = replace(line, net=net.value)
    elif line.net is None and gross and vat:
        line = replace(line, net=gross.value - vat.value)
    if line.vat is None and vat:
        line = replace(line, vat=vat.value)
    return (line,)


def _rate(
    rows: list[MoneyRow],
    charged: list[Decimal],
    lines: tuple[VatLine, ...],
    net: Sum | None,
    vat: Sum | None,
) -> Field[Decimal]:
    used = {line.rate for line in lines}
    if len(used) > 1:
        return Field.absent()
    if len(used) == 1:
        return Field.of(used.pop(), _rate_evidence(rows, lines[0].rate), "percentage bij de btw")
    if net and vat:
        for rate in [*charged, *all_rates(rows)]:
            if rate_fits(net.value, rate, vat.value):
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


def _gross(amount: Sum | None, sums: list[Sum]) -> Field[Decimal]:
    """The amount to pay; amounts whose own label says that they are it make a doubt."""
    if amount is None or amount.label is Label.GROSS:
        return _field(amount)
    rivals = {
        s.value: s
        for s in sums
        if s.value != amount.value and s.label is Label.GROSS and s.weight > 0.9
    }
    others = tuple(Found(v, s.evidence(), s.note) for v, s in list(rivals.items())[:2])
    return Field.of(amount.value, amount.evidence(), amount.note, others)


def _net(
    net: Sum | None, gross: Sum | None, vat: Decimal | None, lines: tuple[VatLine, ...]
) -> Field[Decimal]:
    """The amount without btw, or what follows from the others."""
    if net is not None:
        return _field(net)
    if gross is not None and vat is not None:
        return Field.of(gross.value - vat, gross.evidence(), "berekend: totaal min btw")
    bases = [line.net for line in lines if line.net is not None]
    if lines and len(bases) == len(lines):
        return Field.of(sum(bases, _ZERO), None, "som van de grondslagen")
    return Field.absent()


def _largest_last(sums: list[Sum]) -> Sum | None:
    """Without any label: the largest amount, the last of equals."""
    return max(
        (s for s in sums if s.label is not Label.PAID),
        key=lambda s: (abs(s.value), s.order),
        default=None,
    )
