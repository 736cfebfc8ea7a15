"""KvK number (KvK-nummer) of the supplier.

Source: Handelsregisterwet 2007 art. 27; page of Almere, "het KvK-nummer". Eight digits, no check
digit, leading zeros count. Verdicts: none, or not 7 or 8 digits, refuses; everything else odd asks
a person.
"""

from __future__ import annotations

import datetime as dt
import re

from intake.checks.support.presence import foreign_supplier, unreadable
from intake.checks.support.requirement import Requirement, Situation, finding, passed, result
from intake.model.finding import CheckResult, Severity
from intake.model.invoice import Evidence, Invoice
from intake.model.verdict import History
from intake.profile import Profile

_REMEDY = "Zet het nummer van 8 cijfers erop."
_EXAMPLE = "KvK 01234567"

REQUIREMENT = Requirement(
    check="kvk-number",
    title="KvK-nummer",
    law="Handelsregisterwet 2007, artikel 27",
    situations={
        "absent": Situation(
            Severity.REJECT, "Wij vinden geen KvK-nummer op {jouw} factuur.", _REMEDY, _EXAMPLE
        ),
        "length": Situation(
            Severity.REJECT,
            "Het KvK-nummer op {jouw} factuur heeft geen 8 cijfers.",
            "Neem het nummer van 8 cijfers over van {jouw} uittreksel.",
            _EXAMPLE,
        ),
        "seven-digits": Situation(
            Severity.REVIEW,
            "Het KvK-nummer heeft 7 cijfers. Misschien is de nul vooraan weggevallen.",
            _REMEDY,
            _EXAMPLE,
        ),
        "several": Situation(
            Severity.REVIEW,
            "Op de factuur staan verschillende KvK-nummers.",
            "Zet alleen het KvK-nummer van {jouw} organisatie erop.",
        ),
        "example-number": Situation(
            Severity.REVIEW, "Het KvK-nummer lijkt een voorbeeldnummer.", _REMEDY
        ),
        "foreign-register": Situation(
            Severity.REVIEW, "Wij zien een nummer uit een buitenlands register en geen KvK-nummer."
        ),
        "foreign-supplier": Situation(
            Severity.REVIEW,
            "Wij zien geen KvK-nummer. De organisatie lijkt in het buitenland gevestigd.",
        ),
        "unreadable": Situation(
            Severity.REVIEW, "Wij kunnen niet lezen of er een KvK-nummer op de factuur staat."
        ),
    },
)

_EXAMPLE_NUMBERS = frozenset(
    {"12345678", "01234567", "87654321", "23456789", "98765432"}
    | {digit * 8 for digit in "0123456789"}
)


def check(invoice: Invoice, profile: Profile, today: dt.date, history: History) -> CheckResult:
    number = re.sub(r"\D", "", invoice.kvk_number.value or "")
    code, evidence = _of_number(invoice, number) if number else _without_number(invoice)
    return (
        passed(REQUIREMENT)
        if code is None
        else result(REQUIREMENT, finding(REQUIREMENT, profile, code, evidence))
    )


def _without_number(invoice: Invoice) -> tuple[str, Evidence | None]:
    if invoice.foreign_register.value:
        return "foreign-register", invoice.foreign_register.evidence
    if unreadable(invoice, invoice.kvk_number):
        return "unreadable", None
    return (
        ("foreign-supplier", invoice.vat_id.evidence)
        if foreign_supplier(invoice)
        else ("absent", None)
    )


def _of_number(invoice: Invoice, number: str) -> tuple[str | None, Evidence | None]:
    evidence = invoice.kvk_number.evidence
    others = {re.sub(r"\D", "", other.value) for other in invoice.kvk_number.others} - {number}
    if len(number) not in (7, 8):
        if any(len(other) in (7, 8) for other in others):
            return "several", evidence
        if foreign_supplier(invoice):
            return "foreign-register", evidence
        return "length", evidence
    if others:
        return "several", evidence
    if len(number) == 7:
        return "seven-digits", evidence
    return ("example-number" if number in _EXAMPLE_NUMBERS else None), evidence
