"""Care without a contract needs an agreement of the municipality (afspraak met het interventieteam).

Source: page of Almere, "als er afstemming is geweest met het interventieteam"; page of Hart van Brabant,
afrondingsovereenkomst. Only where the profile asks it. Never refuses, and tells the provider nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from decimal import Decimal

from intake.checks.support.care_days import care_days
from intake.checks.support.care_rows import rows
from intake.checks.support.requirement import (
    Requirement,
    Situation,
    finding,
    in_situation,
    not_applicable,
    result,
)
from intake.model.attachment import Attachments
from intake.model.care import CareLine
from intake.model.finding import CheckResult, Finding, Severity
from intake.model.invoice import DocumentKind, Invoice
from intake.model.supplier import Agreement, KnownSupplier
from intake.profile import Profile
from intake.text.amounts import in_dutch
from intake.text.care_key import code_of, days_of

REQUIREMENT = Requirement(
    check="municipal-agreement",
    internal=True,
    is_asked=lambda profile: profile.suppliers.agreements,
    situations={
        "none": Situation(Severity.REVIEW, internal=True),
        "other-product": Situation(Severity.REVIEW, internal=True),
        "other-period": Situation(Severity.REVIEW, internal=True),
        "over-ceiling": Situation(Severity.REVIEW, internal=True),
    },
)
_YEAR = dt.timedelta(days=366)
"""Care of longer ago is rarely on an invoice; looked back when no care line tells its days."""


def check(
    invoice: Invoice,
    attachments: Attachments,
    profile: Profile,
    today: dt.date,
    known: KnownSupplier,
) -> CheckResult:
    if invoice.kind is DocumentKind.CREDIT_NOTE:
        return not_applicable(REQUIREMENT)
    agreements = known.registered.agreements if known.registered else ()
    if not agreements:
        return in_situation(REQUIREMENT, profile, "none", invoice.kvk_number.evidence)
    lines = attachments.care_lines
    if lines:
        fitting, misfits = _of_lines(lines, agreements)
    else:
        issued_on = care_days(invoice, attachments, today).issued_on
        fitting = [a for a in agreements if a.period.touches(issued_on - _YEAR, issued_on)]
        misfits = {} if fitting else {"other-period": [0]}
    numbers = ", ".join(sorted({each.number for each in agreements}))
    findings = [
        finding(REQUIREMENT, profile, code, numbers=numbers, rows=_where(found))
        for code, found in misfits.items()
    ]
    return result(REQUIREMENT, *findings, *_over(invoice, fitting, profile))


def _of_lines(
    lines: Sequence[CareLine], agreements: Sequence[Agreement]
) -> tuple[list[Agreement], dict[str, list[int]]]:
    """The agreements that lines fit in, and the rows that fit in none, by why not.

    A line that does not tell its code or its days fits as far as it tells.
    """
    fitting: dict[Agreement, None] = {}
    misfits: dict[str, list[int]] = {}
    for line in lines:
        code, days = code_of(line), days_of(line)
        of_product = [a for a in agreements if not code or a.product in ("", code)]
        in_force = [a for a in of_product if days is None or a.period.holds(*days)]
        fitting |= dict.fromkeys(in_force)
        if not in_force:
            why = "other-period" if of_product else "other-product"
            misfits.setdefault(why, []).append(line.row)
    return list(fitting), misfits


def _where(numbers: Sequence[int]) -> str:
    return rows(numbers) if any(numbers) else "deze factuur"


def _over(invoice: Invoice, fitting: Sequence[Agreement], profile: Profile) -> Iterator[Finding]:
    """More than the agreements allow in all, with what was accepted before."""
    total = invoice.gross_amount.value
    ceilings = [each.ceiling for each in fitting if each.ceiling is not None]
    if total is None or not ceilings or len(ceilings) < len(fitting):
        return
    ceiling, spent = sum(ceilings, Decimal(0)), max(each.spent for each in fitting)
    if spent + total > ceiling:
        yield finding(
            REQUIREMENT,
            profile,
            "over-ceiling",
            invoice.gross_amount.evidence,
            ceiling=in_dutch(ceiling),
            spent=in_dutch(spent),
            total=in_dutch(total),
        )
