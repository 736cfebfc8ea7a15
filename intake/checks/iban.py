"""IBAN to pay to (rekeningnummer).

Source: page of Almere, "Het IBAN-nummer waar het bedrag op overgemaakt kan worden"; no law asks it.
Check digits: ISO 13616, mod 97. A foreign IBAN is allowed in SEPA and asks a person; a country's
own rules are only a hint.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable

import stdnum.exceptions
import stdnum.iban

from intake.checks.support.presence import unreadable
from intake.checks.support.requirement import Requirement, Situation, in_situation
from intake.model.finding import CheckResult, Severity
from intake.model.invoice import AccountRole, Invoice
from intake.model.verdict import History
from intake.profile import Profile

REQUIREMENT = Requirement(
    check="iban",
    situations={
        "absent": Situation(Severity.REJECT),
        "checksum": Situation(Severity.REJECT),
        "form": Situation(Severity.REVIEW),
        "foreign": Situation(Severity.REVIEW),
        "several": Situation(Severity.REVIEW),
        "blocked-only": Situation(Severity.REVIEW),
        "not-used": Situation(Severity.REVIEW),
        "unreadable": Situation(Severity.REVIEW),
    },
)

_LOOKALIKES = str.maketrans("OIL", "011")


def check(invoice: Invoice, profile: Profile, today: dt.date, history: History) -> CheckResult:
    number = stdnum.iban.compact(invoice.iban.value or "")
    if not number:
        others = _listed(account.iban for account in invoice.accounts)
        return in_situation(REQUIREMENT, profile, _without_iban(invoice), last=others)
    code = _of_iban(invoice, number)
    last = _listed((number, *_rivals(invoice, number))) if code == "several" else _last(number)
    return in_situation(REQUIREMENT, profile, code, invoice.iban.evidence, last=last)


def _listed(numbers: Iterable[str]) -> str:
    """The ends of several accounts: "5092 en 4300"."""
    return " en ".join(map(_last, dict.fromkeys(numbers)))


def _last(number: str) -> str:
    return re.sub(r"[^0-9A-Z]", "", number)[-4:]


def _without_iban(invoice: Invoice) -> str:
    if invoice.accounts:
        blocked = all(account.role is AccountRole.BLOCKED for account in invoice.accounts)
        return "blocked-only" if blocked else "several"
    return "unreadable" if unreadable(invoice, invoice.iban) else "absent"


def _of_iban(invoice: Invoice, number: str) -> str | None:
    rivals = _rivals(invoice, number)
    fault = _fault(number)
    if fault is not None:
        return "several" if any(_fault(rival) is None for rival in rivals) else fault
    if rivals:
        return "several"
    roles = _roles(invoice, number)
    if AccountRole.BLOCKED in roles:
        return "blocked-only"
    if AccountRole.OTHER in roles:
        return "not-used"
    return None if number.startswith("NL") else "foreign"


def _roles(invoice: Invoice, number: str) -> set[AccountRole]:
    return {account.role for account in invoice.accounts if account.iban == number}


def _rivals(invoice: Invoice, number: str) -> set[str]:
    """Other accounts that could be meant: those with no role told, unless this one is told to be
    the one to pay to; those in doubt always, and all that are open when this one is in doubt.
    """
    own = _roles(invoice, number)
    meant = {AccountRole.PAYMENT, AccountRole.DOUBTED}
    if AccountRole.PAYMENT not in own:
        meant.add(AccountRole.UNKNOWN)
    if AccountRole.DOUBTED in own:
        meant.add(AccountRole.OTHER)
    known = {account.iban for account in invoice.accounts}
    rivals = {account.iban for account in invoice.accounts if account.role in meant}
    return (rivals | ({other.value for other in invoice.iban.others} - known)) - {number}


def _fault(number: str) -> str | None:
    try:
        stdnum.iban.validate(number, check_country=False)
    except stdnum.exceptions.InvalidChecksum:
        return "form" if _repairable(number) else "checksum"
    except stdnum.exceptions.InvalidFormat:
        begins_well = number[:2].isalpha() and number[2:4].isdigit()
        return "form" if begins_well and _checksum_fits(number) else "checksum"
    except stdnum.exceptions.ValidationError:
        return "form"
    return None


def _checksum_fits(number: str) -> bool:
    return (
        number.isascii()
        and number.isalnum()
        and stdnum.iban.calc_check_digits(number) == number[2:4]
    )


def _repairable(number: str) -> bool:
    """A letter O or I among the digits: whoever pays can see what is meant."""
    repaired = (
        number[:2]
        + number[2:4].translate(_LOOKALIKES)
        + number[4:8]
        + number[8:].translate(_LOOKALIKES)
    )
    return repaired != number and bool(stdnum.iban.is_valid(repaired, check_country=False))
