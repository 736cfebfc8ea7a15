"""Another account than before (gewijzigd rekeningnummer).

Fraudsters send invoices in a known supplier's name with an account of their own. What was paid
before is what a clerk accepted. Verdicts: never refuses; a person asks the supplier.
"""

from __future__ import annotations

import datetime as dt
import re

import stdnum.iban

from intake.checks.support.requirement import (
    Requirement,
    Situation,
    finding,
    not_applicable,
    result,
)
from intake.model.finding import CheckResult, Severity
from intake.model.invoice import Invoice
from intake.model.verdict import History
from intake.profile import Profile

REQUIREMENT = Requirement(
    check="iban-changed",
    situations={
        "other-account": Situation(Severity.REVIEW, internal=True),
        "other-supplier": Situation(Severity.REVIEW, internal=True),
        "other-domain": Situation(Severity.REVIEW, internal=True),
    },
    internal=True,
)


def check(invoice: Invoice, profile: Profile, today: dt.date, history: History) -> CheckResult:
    account = stdnum.iban.compact(invoice.iban.value or "")
    if not account:
        return not_applicable(REQUIREMENT)
    known = {stdnum.iban.compact(paid.iban) for paid in history.paid if paid.iban}
    own = re.sub(r"\D", "", invoice.kvk_number.value or "")
    others = {paid.kvk or own for paid in history.same_account} - {own}
    evidence = invoice.iban.evidence
    findings = []
    if known and account not in known:
        last = ", ".join(sorted(number[-4:] for number in known))
        findings.append(finding(REQUIREMENT, profile, "other-account", evidence, last=last))
    if own and others:
        kvk = ", ".join(sorted(others))
        findings.append(finding(REQUIREMENT, profile, "other-supplier", evidence, kvk=kvk))
    if findings and history.other_domain:
        findings.append(finding(REQUIREMENT, profile, "other-domain", domain=history.other_domain))
    return result(REQUIREMENT, *findings)
