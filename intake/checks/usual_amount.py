"""A total far above what this supplier was ever paid (ongebruikelijk bedrag).

A comma too far to the right, or a month charged ten times. What was paid before is what a clerk
accepted. Never refuses.
"""

from __future__ import annotations

import datetime as dt

from intake.checks.support.requirement import (
    Requirement,
    Situation,
    in_situation,
    not_applicable,
    passed,
)
from intake.model.finding import CheckResult, Severity
from intake.model.invoice import Invoice
from intake.model.verdict import History
from intake.profile import Profile
from intake.text.amounts import in_dutch

REQUIREMENT = Requirement(
    check="usual-amount",
    situations={"far-above": Situation(Severity.REVIEW, internal=True)},
    internal=True,
)
LEAST_KNOWN = 3
"""Invoices before which nobody can say what is usual."""
TIMES = 3
"""Far above is more than so many times the highest total before."""


def check(invoice: Invoice, profile: Profile, today: dt.date, history: History) -> CheckResult:
    total = invoice.gross_amount.value
    before = [paid.total for paid in history.paid if paid.total is not None]
    if total is None or len(before) < LEAST_KNOWN:
        return not_applicable(REQUIREMENT)
    highest = max(before)
    if highest <= 0 or total <= TIMES * highest:
        return passed(REQUIREMENT)
    return in_situation(
        REQUIREMENT,
        profile,
        "far-above",
        invoice.gross_amount.evidence,
        total=in_dutch(total),
        highest=in_dutch(highest),
        count=len(before),
    )
