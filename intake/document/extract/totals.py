"""Net, btw and gross: the labelled amounts that agree with each other (net + btw = gross, net ×
rate = btw).

Sources: Wet OB 1968 art. 35a lid 1 h-k; rates 0, 9 (6 before 2019) and 21 %. Rounding per line or
per invoice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from intake.document.extract.item_lines import ItemLine, item_lines, line_amounts, sum_of_lines
from intake.document.extract.money_rows import MoneyRow, Sum, all_rates, charged_rates, money_rows
from intake.document.extract.vat_lines import rate_fits, stated_line, vat_lines
from intake.document.layout.label_words import Label
from intake.document.layout.page_index import Scan
from intake.model.invoice import Evidence, Field, Found, VatLine

_CENT = Decimal("0.01")
_ZERO = Decimal("0.00")
_IN_COLUMN = 0.7
"""Weight of an amount that only the heading of its column announces."""
_ROLE = {
    "net": {Label.NET: 1.0, Label.SUBTOTAL: 0.8, Label.TOTAL: 0.35},
    "vat": {Label.VAT: 1.0, Label.TOTAL: 0.3},
    "gross": {Label.GROSS: 1.0, Label.TOTAL: 0.8, Label.SUBTOTAL: 0.1},
}


@dataclass(frozen=True, slots=True)
class Totals:
    """What the document asks to pay, in euro."""

    net: Field[Decimal]
    vat: Field[Decimal]
    gross: Field[Decimal]
    rate: Field[Decimal]
    lines: tuple[VatLine, ...]
    line_amounts: tuple[Decimal, ...]


def totals(scan: Scan, exempt: bool, untaxed: bool) -> Totals:
    """Read the totals.

    Args:
        exempt: the document states an exemption.
        untaxed: the document has no btw number; without any other word of btw the total is then net
            too.
    """
    rows = money_rows(scan)
    sums = [s for row in rows for s in row.sums]
    items = list(item_lines(scan, rows))
    if exempt and not _charged(rows, sums):
        return _exempt(items, sums)
    if (
        untaxed
        and not any(s.label in (Label.VAT, Label.NET) or "incl" in s.phrase for s in sums)
        and not any(rate > 0 for rate in all_rates(rows))
    ):
        return replace(_exempt(items, sums), vat=Field.absent())
    sums += _vat_of_all_rates(rows)
    net, vat, gross = _agreeing(sums, list(all_rates(rows)), sum_of_lines(items))
    lines = vat_lines(rows, net.value if net else None, vat.value if vat else None)
    lines = _completed(lines, net, vat, gross)
    if (
        net
        and gross
        and len(lines) > 1
        and (vat is None or net.value + vat.value != gross.value)
        and _sum_of_vat(lines) == gross.value - net.value
    ):
        vat = None
    rate = _rate(rows, charged_rates(scan, rows), lines, net, vat)
    if not lines and rate.value is not None and vat is not None:
        lines = (
            VatLine(
                rate.value,
                net.value if net else (gross.value - vat.value if gross else None),
                vat.value,
            ),
        )
    vat_field = _field(vat, sums, "vat")
    if vat is None and lines and all(line.vat is not None for line in lines):
        vat_field = Field.of(_sum_of_vat(lines), note="som van de btw-regels")
    net_field = _net(net, gross, vat_field.value, lines, sums)
    return Totals(
        net_field,
        vat_field,
        _field(gross, sums, "gross"),
        rate,
        lines,
        line_amounts(items, (net_field.value, gross.value if gross else None)),
    )


def _vat_of_all_rates(rows: list[MoneyRow]) -> list[Sum]:
    """The btw of several rates together, which the page may leave unsaid."""
    taxed = [
        (row, line)
        for row in rows
        if Label.VAT in row.labels and (line := stated_line(row)) is not None
    ]
    stated = {line.rate: (line.vat, row.sums[-1]) for row, line in taxed if line.vat is not None}
    if len(stated) < 2:
        return []
    last = list(stated.values())[-1][1]
    return [
        replace(
            last,
            value=sum((vat for vat, _ in stated.values() if vat is not None), _ZERO),
            label=Label.VAT,
            phrase="btw",
            weight=0.9,
        )
    ]


def _sum_of_vat(lines: tuple[VatLine, ...]) -> Decimal:
    return sum((line.vat for line in lines if line.vat is not None), _ZERO)


def _charged(rows: list[MoneyRow], sums: list[Sum]) -> bool:
    """True when btw is asked all the same: an amount at a btw label with a rate, or one that adds
    up.
    """
    values = {s.value for s in sums}
    for row in rows:
        for taxed in row.sums:
            if taxed.label is not Label.VAT or taxed.value == 0 or taxed.weight <= 0.5:
                continue
            if any(r > 0 for r in row.rates) or any(
                s.label in (Label.GROSS, Label.TOTAL)
                and s.value - taxed.value in values - {taxed.value}
                for s in sums
            ):
                return True
    return False


def _exempt(items: list[ItemLine], sums: list[Sum]) -> Totals:
    """Exempt: the total is net and gross at once."""
    added = sum_of_lines(items)
    best = max(
        sums,
        key=lambda s: (
            _weight(s, "total") + (0.3 if s.value == added and s.label else 0.0),
            s.order,
        ),
        default=None,
    )
    if best is None or _weight(best, "total") < 0.2:
        best = _largest_last(sums)
    if best is None:
        return Totals(Field.absent(), Field.absent(), Field.absent(), Field.absent(), (), ())
    total = Field.of(best.value, best.evidence(), best.note)
    return Totals(
        total,
        Field.of(_ZERO, None, "vrijgesteld van btw"),
        total,
        Field.absent(),
        (),
        line_amounts(items, (best.value,)),
    )


def _weight(amount: Sum, role: str) -> float:
    if amount.label is None:
        return 0.0
    if role == "total":
        return amount.weight * {
            Label.GROSS: 1.0,
            Label.TOTAL: 0.95,
            Label.NET: 0.9,
            Label.SUBTOTAL: 0.7,
        }.get(amount.label, 0.0)
    return amount.weight * _ROLE[role].get(amount.label, 0.0)


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


def _agreeing(
    sums: list[Sum], rates: Sequence[Decimal], added: Decimal | None = None
) -> tuple[Sum | None, Sum | None, Sum | None]:
    """The three amounts with the best labels, preferring those that add up."""
    nets, vats, grosses = (_top(sums, role) for role in ("net", "vat", "gross"))
    loose = [s for s in sums if s.label is None or s.label in (Label.TOTAL, Label.SUBTOTAL)][-40:]
    best: tuple[float, Sum | None, Sum | None, Sum | None] = (-1.0, None, None, None)
    by_value: dict[Decimal, Sum] = {s.value: s for s in loose} | {
        s.value: s for s in reversed(nets)
    }
    single = (
        nets[0] if nets else None,
        next((v for v in vats if v.label is Label.VAT), None),
        grosses[0] if grosses else None,
    )
    for gross in grosses:
        for vat in vats:
            for cents in (Decimal(0), _CENT, -_CENT):
                net = by_value.get(gross.value - vat.value + cents)
                if net is None or (net is gross and vat.value != 0):
                    continue
                if vat.label is not Label.VAT and not any(
                    rate_fits(net.value, r, vat.value) for r in rates
                ):
                    continue  # two lines and their total add up as well
                score = (
                    _weight(net, "net")
                    + _weight(vat, "vat")
                    + _weight(gross, "gross")
                    + 1.0
                    + (0.4 if any(rate_fits(net.value, r, vat.value) for r in rates) else 0.0)
                    + (0.3 if net.value == added else 0.0)
                )
                if score > best[0]:
                    best = (score, net, vat, gross)
    split = sum(
        _weight(s, role) for s, role in zip(single, ("net", "vat", "gross"), strict=True) if s
    )
    if best[0] >= split:
        return best[1:]
    return _apart(single, nets, grosses)


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
    if (
        net is not None
        and gross is not None
        and vat is None
        and (net.label is Label.TOTAL or net.weight <= _IN_COLUMN)
    ):
        net = None  # an amount under a heading is a line of the invoice
    return net, vat, gross


def _completed(
    lines: tuple[VatLine, ...], net: Sum | None, vat: Sum | None, gross: Sum | None
) -> tuple[VatLine, ...]:
    """One rate without a base of its own has the total's base."""
    if len(lines) == 1 and (lines[0].net is None or lines[0].vat is None):
        base = (
            lines[0].net
            if lines[0].net is not None
            else net.value
            if net
            else (gross.value - vat.value if gross and vat else None)
        )
        return (
            VatLine(
                lines[0].rate,
                base,
                lines[0].vat if lines[0].vat is not None else vat.value if vat else None,
            ),
        )
    return lines


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
    places = [
        p
        for row in sorted(rows, key=lambda r: Label.VAT not in r.labels)
        for p in row.rate_places
        if p[0] == rate
    ]
    return places[0][1] if places else None


def _field(amount: Sum | None, sums: list[Sum], role: str) -> Field[Decimal]:
    if amount is None:
        return Field.absent()
    rivals = {
        s.value: s
        for s in sums
        if role == "gross"
        and s.value != amount.value
        and s.label is Label.GROSS
        and amount.label is not Label.GROSS
        and s.weight > 0.9
    }
    others = tuple(Found(v, s.evidence(), s.note) for v, s in list(rivals.items())[:2])
    return Field.of(amount.value, amount.evidence(), amount.note, others)


def _net(
    net: Sum | None,
    gross: Sum | None,
    vat: Decimal | None,
    lines: tuple[VatLine, ...],
    sums: list[Sum],
) -> Field[Decimal]:
    """The amount without btw, or what follows from the others."""
    if net is not None:
        return _field(net, sums, "net")
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
