"""Name of the supplier (naam van de leverancier).

Source: Wet op de omzetbelasting 1968 art. 35a lid 1; page of Almere, "je volledige
organisatienaam". A trade name is fine; two names (namens, h.o.d.n., an administration office,
factoring) ask a person.
"""

from __future__ import annotations

import datetime as dt

from intake.checks.support.presence import unreadable
from intake.checks.support.requirement import Requirement, Situation, in_situation, passed
from intake.model.finding import CheckResult, Severity
from intake.model.invoice import Invoice
from intake.model.verdict import History
from intake.profile import Profile

REQUIREMENT = Requirement(
    check="supplier-name",
    law="Wet op de omzetbelasting 1968, artikel 35a, lid 1",
    situations={
        "absent": Situation(Severity.REJECT),
        "two-names": Situation(Severity.REVIEW),
        "unreadable": Situation(Severity.REVIEW),
        "unsure": Situation(Severity.REVIEW),
    },
)


def check(invoice: Invoice, profile: Profile, today: dt.date, history: History) -> CheckResult:
    name = invoice.supplier_name
    if not (name.value or "").strip():
        return in_situation(
            REQUIREMENT, profile, "unreadable" if unreadable(invoice, name) else "absent"
        )
    if name.others and all(other.value == name.value for other in name.others):
        return in_situation(REQUIREMENT, profile, "unsure", name.evidence)
    if invoice.second_name.value or name.others:
        return in_situation(
            REQUIREMENT, profile, "two-names", invoice.second_name.evidence or name.evidence
        )
    return passed(REQUIREMENT)
