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

_EXAMPLE = "Factuurnummer: 2026-0011"

REQUIREMENT = Requirement(
    check="invoice-number",
    title="factuurnummer",
    law="Wet op de omzetbelasting 1968, artikel 35a, lid 1",
    situations={
        "absent": Situation(
            Severity.REJECT,
            "Wij vinden geen factuurnummer op {jouw} factuur.",
            "Zet een uniek nummer op de factuur.",
            _EXAMPLE,
        ),
        "several": Situation(
            Severity.REVIEW,
            "Er staan twee nummers op de factuur. Wij weten niet welk het factuurnummer is.",
            "Zet 'Factuurnummer' bij het juiste.",
        ),
        "draft": Situation(
            Severity.REVIEW,
            "Op de factuur staat dat het een concept of kopie is.",
            "Stuur de definitieve factuur.",
        ),
        "no-original": Situation(
            Severity.REVIEW,
            "Wij zien niet bij welke factuur deze creditfactuur hoort.",
            "Zet het nummer van die factuur erop.",
            "Credit bij factuur 2026-0011",
        ),
        "unreadable": Situation(
            Severity.REVIEW, "Wij kunnen niet lezen of er een factuurnummer op de factuur staat."
        ),
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
