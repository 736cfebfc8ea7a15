"""Invoice number (factuurnummer, "een uniek volgnummer"); a credit note also names the invoice it
corrects.

Source: Wet op de omzetbelasting 1968 art. 35a lid 1; page of Almere. Any characters are fine.
"""

from __future__ import annotations

import datetime as dt

from intake.checks.support.presence import unreadable
from intake.checks.support.requirement import Requirement, Situation, finding, result
from intake.model.finding import CheckResult, Finding, Severity
from intake.model.invoice import DocumentKind, Invoice
from intake.model.verdict import History
from intake.profile import Profile

REQUIREMENT = Requirement(
    check="invoice-number",
    law="Wet op de omzetbelasting 1968, artikel 35a, lid 1",
    situations={
        "absent": Situation(Severity.REJECT),
        "several": Situation(Severity.REVIEW),
        "draft": Situation(Severity.REVIEW),
        "no-original": Situation(Severity.REVIEW),
        "unreadable": Situation(Severity.REVIEW),
    },
)


def check(invoice: Invoice, profile: Profile, today: dt.date, history: History) -> CheckResult:
    field = invoice.invoice_number
    findings: list[Finding] = []
    if not (field.value or "").strip():
        findings.append(
            finding(REQUIREMENT, profile, "unreadable" if unreadable(invoice, field) else "absent")
        )
    elif field.others:
        findings.append(finding(REQUIREMENT, profile, "several", field.evidence))
    if invoice.draft_marks:
        findings.append(finding(REQUIREMENT, profile, "draft", invoice.draft_marks[0].evidence))
    if invoice.kind is DocumentKind.CREDIT_NOTE and not invoice.corrects.value:
        findings.append(finding(REQUIREMENT, profile, "no-original"))
    return result(REQUIREMENT, *findings)
