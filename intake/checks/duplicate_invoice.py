"""The same invoice twice (dubbele factuur).

Source: Wet op de omzetbelasting 1968 art. 35a lid 1 (a number once); page of Almere, "een uniek
volgnummer". Never
refuses: the same invoice again is only noted, the same number with other content asks a person.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from intake.checks.support.requirement import (
    Requirement,
    Situation,
    finding,
    not_applicable,
    passed,
    result,
)
from intake.model.finding import CheckResult, Severity
from intake.model.invoice import Invoice
from intake.model.verdict import REVERSED, EarlierInvoice, History, MailOutcome
from intake.profile import Profile

REQUIREMENT = Requirement(
    check="duplicate-invoice",
    law="Wet op de omzetbelasting 1968, artikel 35a, lid 1",
    situations={
        "in-hand": Situation(Severity.INFO),
        "in-hand-waiting": Situation(Severity.INFO),
        "after-reversal": Situation(Severity.REVIEW),
        "after-refusal": Situation(Severity.INFO),
        "other-content": Situation(Severity.REVIEW),
    },
)


def check(invoice: Invoice, profile: Profile, today: dt.date, history: History) -> CheckResult:
    if not invoice.invoice_number.value:
        return not_applicable(REQUIREMENT)
    found = _earlier(history)
    if found is None:
        return passed(REQUIREMENT)
    code, earlier = found
    said = finding(
        REQUIREMENT,
        profile,
        code,
        invoice.invoice_number.evidence,
        day=f"{earlier.received_on:%d-%m-%Y}",
    )
    return result(REQUIREMENT, replace(said, case=earlier.reference))


def _earlier(history: History) -> tuple[str, EarlierInvoice] | None:
    """The earlier invoice that counts: one in hand before one taken back or refused, the same
    content before other content.
    """
    same = [earlier for earlier in history.in_hand if earlier.same_content]
    ranked = {
        "in-hand": [each for each in same if each.outcome != MailOutcome.WAITING],
        "in-hand-waiting": same,
        "other-content": history.in_hand,
        "after-reversal": [e for e in history.earlier if e.outcome == REVERSED],
        "after-refusal": [e for e in history.earlier if e.outcome == MailOutcome.REJECTED],
    }
    return next(((code, found[0]) for code, found in ranked.items() if found), None)
