"""Date of issue (factuurdatum).

Source: Wet op de omzetbelasting 1968 art. 35a lid 1; page of Almere, "de datum waarop de factuur is
uitgereikt".
"""

from __future__ import annotations

import datetime as dt
import re

from intake.checks.support.presence import issue_date, months_before, unreadable
from intake.checks.support.requirement import Requirement, Situation, in_situation
from intake.model.finding import CheckResult, Severity
from intake.model.invoice import Invoice
from intake.model.verdict import History
from intake.profile import Profile

REQUIREMENT = Requirement(
    check="issue-date",
    law="Wet op de omzetbelasting 1968, artikel 35a, lid 1",
    situations={
        "absent": Situation(Severity.REJECT),
        "impossible": Situation(Severity.REJECT),
        "future": Situation(Severity.REVIEW),
        "old": Situation(Severity.REVIEW),
        "several": Situation(Severity.REVIEW),
        "unclear": Situation(Severity.REVIEW),
        "unreadable": Situation(Severity.REVIEW),
    },
)

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_OLD_MONTHS = 60


def check(invoice: Invoice, profile: Profile, today: dt.date, history: History) -> CheckResult:
    field = invoice.issue_date
    if not field.value:
        code = "unreadable" if unreadable(invoice, field) else "absent"
        return in_situation(REQUIREMENT, profile, code)
    return in_situation(REQUIREMENT, profile, _doubt(invoice, today), field.evidence)


def _doubt(invoice: Invoice, today: dt.date) -> str | None:
    if invoice.issue_date.others:
        return "several"
    day = issue_date(invoice)
    if day is None:
        return "impossible" if _ISO.fullmatch(invoice.issue_date.value or "") else "unclear"
    if day > today:
        return "future"
    return "old" if day < months_before(today, _OLD_MONTHS) else None
