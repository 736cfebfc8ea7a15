"""Phone number of the supplier (telefoonnummer).

Source: page of Almere, "inclusief telefoonnummer"; no law asks it. Any national or international
form is fine.
"""

from __future__ import annotations

import datetime as dt
import re

import phonenumbers

from intake.checks.support.presence import unreadable
from intake.checks.support.requirement import Requirement, Situation, in_situation
from intake.model.finding import CheckResult, Severity
from intake.model.invoice import Invoice
from intake.model.verdict import History
from intake.profile import Profile

REQUIREMENT = Requirement(
    check="supplier-phone",
    situations={
        "absent": Situation(Severity.REJECT),
        "fax-only": Situation(Severity.REVIEW),
        "unlabelled": Situation(Severity.REVIEW),
        "odd": Situation(Severity.REVIEW),
        "unreadable": Situation(Severity.REVIEW),
    },
)

_SHORT = re.compile(r"(14\s?0\d{2,3}|1\d{2}|18\d\d|0[89]00[\s-]?\d{4,7})")
"""Numbers of municipalities (14 0xx), short and service numbers, which no length rule fits."""

_NETHERLANDS = 31
_DUTCH_DIGITS = 9
"""After the leading zero or +31."""


def check(invoice: Invoice, profile: Profile, today: dt.date, history: History) -> CheckResult:
    phone = invoice.supplier_phone
    if phone.value:
        code = None if _could_be_dialled(phone.value) else "odd"
        return in_situation(REQUIREMENT, profile, code, phone.evidence)
    if invoice.loose_digits.value:
        return in_situation(REQUIREMENT, profile, "unlabelled", invoice.loose_digits.evidence)
    if unreadable(invoice, phone):
        return in_situation(REQUIREMENT, profile, "unreadable")
    if invoice.supplier_fax.value:
        return in_situation(REQUIREMENT, profile, "fax-only", invoice.supplier_fax.evidence)
    return in_situation(REQUIREMENT, profile, "absent")


def _could_be_dialled(text: str) -> bool:
    if _SHORT.fullmatch(text.strip()):
        return True
    try:
        number = phonenumbers.parse(text, "NL")
    except phonenumbers.NumberParseException:
        return False
    if number.country_code == _NETHERLANDS:
        return len(str(number.national_number)) == _DUTCH_DIGITS or phonenumbers.is_valid_number(
            number
        )
    return phonenumbers.is_possible_number(number)
