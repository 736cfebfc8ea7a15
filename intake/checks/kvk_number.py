"""KvK number (KvK-nummer) of the supplier.

Source: Handelsregisterwet 2007 art. 27; page of Almere, "het KvK-nummer". Eight digits, no check
digit, leading zeros count. Verdicts: none, or not 7 or 8 digits, refuses; everything else odd asks
a person.
"""

from __future__ import annotations

import datetime as dt

from intake.checks.support.presence import foreign_supplier, unreadable
from intake.checks.support.requirement import Requirement, Situation, in_situation
from intake.model.finding import CheckResult, Severity
from intake.model.invoice import Evidence, Invoice
from intake.model.verdict import History
from intake.profile import Profile
from intake.text.folding import compact

REQUIREMENT = Requirement(
    check="kvk-number",
    law="Handelsregisterwet 2007, artikel 27",
    situations={
        "absent": Situation(Severity.REJECT),
        "length": Situation(Severity.REJECT),
        "letters": Situation(Severity.REJECT),
        "seven-digits": Situation(Severity.REVIEW),
        "several": Situation(Severity.REVIEW),
        "example-number": Situation(Severity.REVIEW),
        "foreign-register": Situation(Severity.REVIEW),
        "foreign-supplier": Situation(Severity.REVIEW),
        "unreadable": Situation(Severity.REVIEW),
    },
)

_EXAMPLE_NUMBERS = frozenset(
    {"12345678", "01234567", "87654321", "23456789", "98765432"}
    | {digit * 8 for digit in "0123456789"}
)
_LOOKALIKES = str.maketrans("OILSB", "01158")


def check(invoice: Invoice, profile: Profile, today: dt.date, history: History) -> CheckResult:
    number = compact(invoice.kvk_number.value or "")
    code, evidence = _of_number(invoice, number) if number else _without_number(invoice)
    return in_situation(REQUIREMENT, profile, code, evidence)


def _without_number(invoice: Invoice) -> tuple[str, Evidence | None]:
    if invoice.foreign_register.value:
        return "foreign-register", invoice.foreign_register.evidence
    if unreadable(invoice, invoice.kvk_number):
        return "unreadable", None
    if foreign_supplier(invoice):
        return "foreign-supplier", invoice.vat_id.evidence
    return "absent", None


def _of_number(invoice: Invoice, number: str) -> tuple[str | None, Evidence | None]:
    evidence = invoice.kvk_number.evidence
    others = {compact(other.value) for other in invoice.kvk_number.others} - {number}
    if not _has_form(number):
        if any(map(_has_form, others)):
            return "several", evidence
        if foreign_supplier(invoice):
            return "foreign-register", evidence
        if number.isdigit():
            return "length", evidence
        return ("unreadable" if _has_form(number.translate(_LOOKALIKES)) else "letters"), evidence
    if others:
        return "several", evidence
    if len(number) == 7:
        return "seven-digits", evidence
    return ("example-number" if number in _EXAMPLE_NUMBERS else None), evidence


def _has_form(number: str) -> bool:
    return number.isdigit() and len(number) in (7, 8)
