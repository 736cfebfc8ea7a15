"""Amounts of the care lines (bedragen in de bijlage); never refuses.

Source: Regeling Jeugdwet art. 6a.1 lid 1 onder b and f (amount and units) for youth care; iJw
return code 9346 (amount is units times rate). Almere's page asks none of these, so everything odd
asks a person.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal

from intake.checks.support import vat_arithmetic
from intake.checks.support.care_rows import check_rows
from intake.checks.support.care_unit import Unit, hours, unit_of
from intake.checks.support.requirement import Requirement, Situation, finding, result
from intake.model.attachment import Attachments
from intake.model.care import CareLine
from intake.model.finding import CheckResult, Severity
from intake.model.invoice import Invoice
from intake.profile import Profile
from intake.text.folding import without_spaces

REQUIREMENT = Requirement(
    check="care-amount",
    situations={
        "product": Situation(Severity.REVIEW),
        "sum": Situation(Severity.REVIEW),
        "hours": Situation(Severity.REVIEW),
        "nights": Situation(Severity.REVIEW),
        "invoice-number": Situation(Severity.REVIEW),
        "unread": Situation(Severity.REVIEW, internal=True),
    },
)


def check(
    attachments: Attachments, invoices: Sequence[Invoice], profile: Profile, today: dt.date
) -> CheckResult:
    numbers = {without_spaces(invoice.invoice_number.value or "") for invoice in invoices}
    too_much = {
        code: _beyond_their_days(attachments.care_lines, spent) for code, spent in _SPENT.items()
    }
    by_row = check_rows(
        REQUIREMENT,
        attachments,
        profile,
        lambda line: [
            *_codes(line, numbers),
            *(code for code, lines in too_much.items() if line in lines),
        ],
    )
    if not attachments.care_lines or _sum_fits(attachments.care_lines, invoices):
        return by_row
    return result(REQUIREMENT, *by_row.findings, finding(REQUIREMENT, profile, "sum"))


def _codes(line: CareLine, numbers: set[str]) -> Iterator[str]:
    if REQUIREMENT.check in line.unread:
        yield "unread"
    units, rate, amount = line.units, line.rate, line.amount
    if (
        units is not None
        and rate is not None
        and amount is not None
        and not _product_fits(units, rate, amount, unit_of(line.unit))
    ):
        yield "product"
    if (
        line.invoice_number
        and "" not in numbers
        and numbers
        and without_spaces(line.invoice_number) not in numbers
    ):
        yield "invoice-number"


def _beyond_their_days(
    lines: Sequence[CareLine], spent: Callable[[CareLine], Decimal]
) -> frozenset[CareLine]:
    """Lines of each client who gets more care in all than fits in the days of that client's lines."""
    by_client: dict[str, list[CareLine]] = {}
    for number, line in enumerate(lines):
        if (
            spent(line) > 0
            and line.period_start
            and line.period_end
            and line.period_start <= line.period_end
        ):
            by_client.setdefault(line.bsn or f"line {number}", []).append(line)
    return frozenset(
        line
        for of_one in by_client.values()
        if sum(map(spent, of_one)) > _days(of_one)
        for line in of_one
    )


def _days(lines: Sequence[CareLine]) -> int:
    """How many days all their periods have together; a day in two of them counts once."""
    days, last = 0, dt.date.min
    for start, end in sorted(
        (line.period_start, line.period_end)
        for line in lines
        if line.period_start and line.period_end
    ):
        first = max(start, last + dt.timedelta(days=1)) if last > dt.date.min else start
        days += max(0, (end - first).days + 1)
        last = max(last, end)
    return days


def _days_of_hours(line: CareLine) -> Decimal:
    return (hours(line.units or Decimal(0), unit_of(line.unit)) or Decimal(0)) / 24


def _nights(line: CareLine) -> Decimal:
    return line.units if line.units is not None and unit_of(line.unit) is Unit.NIGHT else Decimal(0)


_SPENT: Mapping[str, Callable[[CareLine], Decimal]] = {"hours": _days_of_hours, "nights": _nights}
"""How many whole days a line takes at least."""


def _product_fits(units: Decimal, rate: Decimal, amount: Decimal, unit: Unit | None) -> bool:
    """To the cent; a rate by the hour beside units in minutes is understood, and so is a rate by
    the minute that was rounded.
    """
    wanted = [units * rate]
    slack = vat_arithmetic.CENT
    if unit is Unit.MINUTE:
        wanted.append(units * rate / 60)
        slack += abs(units) * vat_arithmetic.CENT / 2
    if unit is Unit.EURO:
        wanted.append(units)
    return any(abs(abs(amount) - abs(product)) <= slack for product in wanted)


def _identity(invoice: Invoice) -> tuple[object, ...]:
    number, supplier = invoice.invoice_number.value, invoice.kvk_number.value
    known = (number, supplier, invoice.gross_amount.value)
    return (id(invoice),) if None in known else known


def _sum_fits(lines: Sequence[CareLine], invoices: Sequence[Invoice]) -> bool:
    """Every line has an amount and every invoice a total; else nothing can be said.

    Btw may be in or out; the same invoice twice counts once.
    """
    invoices = tuple({_identity(invoice): invoice for invoice in invoices}.values())
    amounts = [line.amount for line in lines]
    nets = [vat_arithmetic.net(invoice) for invoice in invoices]
    if not invoices or None in amounts or None in nets:
        return True
    total = abs(sum(filter(None, amounts), Decimal(0)))
    gross = [
        invoice.gross_amount.value if invoice.gross_amount.value is not None else net
        for invoice, net in zip(invoices, nets, strict=True)
    ]
    return any(
        abs(total - abs(sum(filter(None, wanted), Decimal(0)))) <= vat_arithmetic.CENT * len(lines)
        for wanted in (nets, gross)
    )
