"""Btw number (btw-identificatienummer), or the statement of an exemption (vrijstelling).

Source: Wet op de omzetbelasting 1968 art. 35a lid 1; page of Almere, "het btw-nummer of de
mededeling dat je bent vrijgesteld". Numbers by python-stdnum, with the length looked at first: its
Dutch module fills up numbers that are too short. Since 2020 a sole trader's number no longer holds
the owner's BSN; the old form passes the 11-test only. Legal entities' numbers pass the 11-test too
(RSIN, issued in the ranges 00… and 8…) and are right.
"""

from __future__ import annotations

import datetime as dt
import re

import stdnum.eu.vat
import stdnum.exceptions
import stdnum.nl.btw
from stdnum.iso7064 import mod_97_10

from intake.checks.support import vat_arithmetic
from intake.checks.support.presence import issue_date, unreadable
from intake.checks.support.requirement import Requirement, Situation, in_situation
from intake.model.finding import CheckResult, Severity
from intake.model.invoice import Invoice
from intake.model.verdict import History
from intake.profile import Profile
from intake.text.bsn import passes_eleven_test
from intake.text.folding import compact

REQUIREMENT = Requirement(
    check="vat-id",
    law="Wet op de omzetbelasting 1968, artikel 35a, lid 1",
    situations={
        "absent": Situation(Severity.REJECT),
        "checksum": Situation(Severity.REJECT),
        "length": Situation(Severity.REJECT),
        "incomplete": Situation(Severity.REVIEW),
        "foreign-unknown": Situation(Severity.REVIEW),
        "several": Situation(Severity.REVIEW),
        "invalid-beside-exemption": Situation(Severity.REVIEW),
        "exempt-and-charged": Situation(Severity.REVIEW),
        "remark": Situation(Severity.REVIEW),
        "zero-rate": Situation(Severity.REVIEW),
        "reverse-charge": Situation(Severity.REVIEW),
        "old-sole-trader": Situation(Severity.REVIEW),
        "unreadable": Situation(Severity.REVIEW),
    },
)

_NEW_NUMBERS_FROM = dt.date(2020, 1, 1)
_DUTCH = re.compile(r"(?:NL)?(\d{9}B\d{2})")
_LOOKALIKES = str.maketrans("OIL", "011")
_LEGAL_FORM = re.compile(
    r"\b(b\.?\s?v|n\.?\s?v|stichting|st\.|vereniging|co[oö]peratie|coop|u\.?a|v\.?o\.?f|vennootschap|c\.?v|maatschap|holding|groep|gemeente|instelling|kerk)(?!\w)",
    re.IGNORECASE,
)


def check(invoice: Invoice, profile: Profile, today: dt.date, history: History) -> CheckResult:
    number = compact(invoice.vat_id.value or "")
    code = _of_number(invoice, number, today) if number else _without_number(invoice)
    evidence = invoice.vat_id.evidence or invoice.vat_remark.evidence or invoice.vat_exempt.evidence
    return in_situation(REQUIREMENT, profile, code, evidence)


def _without_number(invoice: Invoice) -> str | None:
    if vat_arithmetic.is_exempt(invoice):
        return "exempt-and-charged" if vat_arithmetic.charged(invoice) else None
    if unreadable(invoice, invoice.vat_id) or (
        invoice.vat_exempt.value is None and unreadable(invoice, invoice.vat_exempt)
    ):
        return "unreadable"
    if invoice.vat_remark.value:
        return "remark"
    if invoice.reverse_charge:
        return "reverse-charge"
    return "zero-rate" if vat_arithmetic.zero_rated(invoice) else "absent"


def _of_number(invoice: Invoice, number: str, today: dt.date) -> str | None:
    fault = fault_of(number)
    exempt = vat_arithmetic.is_exempt(invoice)
    if fault is not None:
        return "invalid-beside-exemption" if exempt else _of_faulty_number(invoice, fault)
    if exempt and vat_arithmetic.charged(invoice):
        return "exempt-and-charged"
    if not exempt and vat_arithmetic.zero_rated(invoice) and not invoice.reverse_charge:
        return "zero-rate"
    return _old_form(invoice, number, today)


def _of_faulty_number(invoice: Invoice, fault: str) -> str:
    if invoice.vat_exempt.value is None and unreadable(invoice, invoice.vat_exempt):
        return "unreadable"
    if any(fault_of(compact(other.value)) is None for other in invoice.vat_id.others):
        return "several"
    return fault


def fault_of(number: str) -> str | None:
    """What is wrong with a compact btw number: a code of this check, or None when it is right.

    ``NL`` may be left out. Another country's number that its own rules do not know asks a person.
    """
    if _DUTCH.fullmatch(number):
        return None if stdnum.nl.btw.is_valid(number) else "checksum"
    if (
        number[:2].isalpha()
        and number[:2] != "NL"
        and not _DUTCH.fullmatch(number.translate(_LOOKALIKES))
    ):
        return _foreign_fault(number)
    digits = number.removeprefix("NL")
    if passes_eleven_test(digits) and len(digits) == 9:
        return "incomplete"
    repaired = digits.translate(_LOOKALIKES)
    return (
        "incomplete"
        if _DUTCH.fullmatch(repaired) and stdnum.nl.btw.is_valid(repaired)
        else "length"
    )


def _foreign_fault(number: str) -> str | None:
    try:
        stdnum.eu.vat.validate(number)
    except stdnum.exceptions.InvalidChecksum:
        return "checksum"
    except stdnum.exceptions.ValidationError:
        return "foreign-unknown"
    return None


def _old_form(invoice: Invoice, number: str, today: dt.date) -> str | None:
    """The old number of a sole trader, as far as the form can tell: never said of what may be a
    legal entity.
    """
    match = _DUTCH.fullmatch(number)
    if match is None or mod_97_10.is_valid("NL" + match[1]):
        return None
    entity = (
        match[1].startswith(("00", "8"))
        or _LEGAL_FORM.search(invoice.supplier_name.value or "") is not None
    )
    return (
        None if entity or (issue_date(invoice) or today) < _NEW_NUMBERS_FROM else "old-sole-trader"
    )
