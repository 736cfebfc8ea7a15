"""Address of the supplier (adres van de leverancier).

Source: Wet op de omzetbelasting 1968 art. 35a lid 1; page of Almere, "waar de onderneming feitelijk
is gevestigd". A PO box alone asks a person: the address of a sole trader may be shielded in the
trade register.
"""

from __future__ import annotations

import datetime as dt

from intake.checks.support.presence import foreign_supplier, unreadable
from intake.checks.support.requirement import Requirement, Situation, in_situation, passed
from intake.model.finding import CheckResult, Severity
from intake.model.invoice import Invoice
from intake.model.verdict import History
from intake.profile import Profile

REQUIREMENT = Requirement(
    check="supplier-address",
    law="Wet op de omzetbelasting 1968, artikel 35a, lid 1",
    situations={
        "absent": Situation(Severity.REJECT),
        "po-box-only": Situation(Severity.REVIEW),
        "no-street": Situation(Severity.REVIEW),
        "incomplete": Situation(Severity.REVIEW),
        "foreign": Situation(Severity.REVIEW),
        "unreadable": Situation(Severity.REVIEW),
    },
)


def check(invoice: Invoice, profile: Profile, today: dt.date, history: History) -> CheckResult:
    street, postcode, city = (
        invoice.supplier_street,
        invoice.supplier_postcode,
        invoice.supplier_city,
    )
    place, po_box = postcode.value or city.value, invoice.supplier_po_box
    if street.value and place:
        return passed(REQUIREMENT)
    if po_box.value and not street.value:
        code = "unreadable" if unreadable(invoice, street) else "po-box-only"
        return in_situation(REQUIREMENT, profile, code, po_box.evidence)
    if unreadable(invoice, street, postcode, city):
        return in_situation(REQUIREMENT, profile, "unreadable")
    if street.value:
        return in_situation(REQUIREMENT, profile, "incomplete", street.evidence)
    if place:
        return in_situation(REQUIREMENT, profile, "no-street", postcode.evidence or city.evidence)
    return in_situation(REQUIREMENT, profile, "foreign" if foreign_supplier(invoice) else "absent")
