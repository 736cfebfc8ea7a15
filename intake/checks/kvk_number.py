"""KvK number (KvK-nummer) of the supplier.

Source: Handelsregisterwet 2007 art. 27; page of Almere, "het KvK-nummer". Eight digits, no check digit,
leading zeros count. Verdicts: none, or not 7 or 8 digits, refuses; everything else odd asks a person.
"""

from __future__ import annotations

import datetime as dt

from intake.checks.requirement import Requirement, Situation, finding, passed, result
from intake.profile import Profile
from intake.types import CheckResult, History, Invoice, Presence, Severity

_REMEDY = "Zet het nummer van 8 cijfers erop."
_EXAMPLE = "KvK 01234567"

REQUIREMENT = Requirement(
    check="kvk-number",
    title="KvK-nummer",
    law="Handelsregisterwet 2007, artikel 27",
    situations={
        "absent": Situation(Severity.REJECT, "Wij vinden geen KvK-nummer op {jouw} factuur.", _REMEDY, _EXAMPLE),
        "length": Situation(Severity.REJECT, "Het KvK-nummer op {jouw} factuur heeft geen 8 cijfers.", "Neem het nummer van 8 cijfers over van {jouw} uittreksel.", _EXAMPLE),
        "seven-digits": Situation(Severity.REVIEW, "Het KvK-nummer heeft 7 cijfers. Misschien is de nul vooraan weggevallen.", _REMEDY, _EXAMPLE),
        "several": Situation(Severity.REVIEW, "Op de factuur staan verschillende KvK-nummers.", "Zet alleen het KvK-nummer van {jouw} organisatie erop."),
        "example-number": Situation(Severity.REVIEW, "Het KvK-nummer lijkt een voorbeeldnummer.", _REMEDY),
        "foreign-register": Situation(Severity.REVIEW, "Wij zien een nummer uit een buitenlands register en geen KvK-nummer."),
        "unreadable": Situation(Severity.REVIEW, "Wij kunnen niet lezen of er een KvK-nummer op de factuur staat."),
    },
)

_EXAMPLE_NUMBERS = frozenset({"12345678", "01234567", "87654321", "00000000", "11111111", "99999999"})


def check(invoice: Invoice, profile: Profile, today: dt.date, history: History) -> CheckResult:
    field = invoice.kvk_number
    number = field.value
    if number is None:
        if field.presence is Presence.UNREADABLE:
            return result(REQUIREMENT, finding(REQUIREMENT, profile, "unreadable"))
        if invoice.foreign_register.value:
            return result(REQUIREMENT, finding(REQUIREMENT, profile, "foreign-register", invoice.foreign_register.evidence))
        return result(REQUIREMENT, finding(REQUIREMENT, profile, "absent"))
    if len(number) == 7:
        return result(REQUIREMENT, finding(REQUIREMENT, profile, "seven-digits", field.evidence))
    if len(number) != 8:
        return result(REQUIREMENT, finding(REQUIREMENT, profile, "length", field.evidence))
    if number in _EXAMPLE_NUMBERS:
        return result(REQUIREMENT, finding(REQUIREMENT, profile, "example-number", field.evidence))
    if field.others:
        return result(REQUIREMENT, finding(REQUIREMENT, profile, "several", field.evidence))
    return passed(REQUIREMENT)
