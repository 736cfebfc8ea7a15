"""Amounts of the care lines (bedragen in de bijlage); never refuses.

Source: Regeling Jeugdwet art. 6a.1 lid 1 onder b and f (amount and units) for youth care; iJw return code 9346 (amount is
units times rate). Almere's page asks none of these, so everything odd asks a person.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from decimal import Decimal

from intake.checks import amounts
from intake.checks.care_rows import check_rows
from intake.checks.product import is_hours, is_minutes, is_nights
from intake.checks.requirement import Requirement, Situation, finding, result
from intake.profile import Profile
from intake.types import Attachments, CareLine, CheckResult, Invoice, Severity

REQUIREMENT = Requirement(
    check="care-amount",
    title="bedragen in de bijlage",
    situations={
        "product": Situation(Severity.REVIEW, "In {rows} van de bijlage is aantal maal tarief niet gelijk aan het bedrag.", "Controleer de bedragen."),
        "sum": Situation(Severity.REVIEW, "De bedragen in de bijlage zijn samen niet gelijk aan het bedrag op de factuur.", "Controleer de bedragen."),
        "hours": Situation(Severity.REVIEW, "In {rows} van de bijlage staan meer dan 24 uur zorg op een dag.", "Controleer het aantal."),
        "nights": Situation(Severity.REVIEW, "In {rows} van de bijlage staan meer etmalen dan er dagen zijn.", "Controleer het aantal."),
        "invoice-number": Situation(
            Severity.REVIEW,
            "In {rows} van de bijlage staat een ander factuurnummer dan op de factuur.",
            "Controleer het factuurnummer.",
        ),
    },
)


def check(attachments: Attachments, invoices: Sequence[Invoice], profile: Profile, today: dt.date) -> CheckResult:
    numbers = {_folded(invoice.invoice_number.value) for invoice in invoices}
    by_row = check_rows(REQUIREMENT, attachments, profile, lambda line: _codes(line, numbers))
    if not attachments.care_lines or _sum_fits(attachments.care_lines, invoices):
        return by_row
    return result(REQUIREMENT, *by_row.findings, finding(REQUIREMENT, profile, "sum"))


def _codes(line: CareLine, numbers: set[str]) -> list[str]:
    codes = []
    if line.units is not None and line.rate is not None and line.amount is not None and not _product_fits(line.units, line.rate, line.amount, line.unit):
        codes.append("product")
    days = (line.period_end - line.period_start).days + 1 if line.period_start and line.period_end else None
    if line.units is not None and days is not None and days > 0:
        if (is_hours(line.unit) and line.units > 24 * days) or (is_minutes(line.unit) and line.units > 24 * 60 * days):
            codes.append("hours")
        if is_nights(line.unit) and line.units > days:
            codes.append("nights")
    if line.invoice_number and "" not in numbers and numbers and _folded(line.invoice_number) not in numbers:
        codes.append("invoice-number")
    return codes


def _product_fits(units: Decimal, rate: Decimal, amount: Decimal, unit: str | None) -> bool:
    """To the cent; a rate by the hour beside units in minutes is understood."""
    wanted = [units * rate, units * rate / 60] if is_minutes(unit) else [units * rate]
    return any(abs(abs(amount) - abs(product)) <= amounts.CENT for product in wanted)


def _sum_fits(lines: Sequence[CareLine], invoices: Sequence[Invoice]) -> bool:
    """Every line has an amount and every invoice a total; else nothing can be said. Btw may be in or out."""
    known = [line.amount for line in lines if line.amount is not None]
    nets = [net for net in (amounts.net(invoice) for invoice in invoices) if net is not None]
    if not invoices or len(known) < len(lines) or len(nets) < len(invoices):
        return True
    total = abs(sum(known, Decimal(0)))
    gross = [invoice.gross_amount.value if invoice.gross_amount.value is not None else net for invoice, net in zip(invoices, nets, strict=True)]
    return any(abs(total - abs(sum(wanted, Decimal(0)))) <= amounts.CENT * len(lines) for wanted in (nets, gross))


def _folded(number: str | None) -> str:
    """Case and spaces do not count."""
    return re.sub(r"\s", "", number or "").casefold()
