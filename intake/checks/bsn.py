"""The client's burgerservicenummer (BSN) in each care line.

Source: page of Almere, "burgerservicenummer"; for youth care also Regeling Jeugdwet art. 6a.1 lid 1
onder c (a child without BSN: name, address and birth date) and art. 6a.6 (secret address). Nine
digits and the 11-test (11-proef).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

from intake.checks.support.care_rows import check_rows, is_identified
from intake.checks.support.requirement import Requirement, Situation
from intake.model.attachment import Attachments
from intake.model.care import CareLine
from intake.model.finding import CheckResult, Severity
from intake.model.invoice import Invoice
from intake.profile import Profile
from intake.text.bsn import passes_eleven_test

_REMEDY = "Controleer het en stuur de bijlage opnieuw. Mail het nummer niet los."

REQUIREMENT = Requirement(
    check="bsn",
    title="burgerservicenummer in de bijlage",
    situations={
        "absent": Situation(
            Severity.REJECT,
            "In de bijlage ontbreekt het burgerservicenummer in {rows}.",
            "Vul het in en stuur de bijlage opnieuw. Mail het nummer niet los.",
        ),
        "length": Situation(
            Severity.REJECT,
            "Een burgerservicenummer in {rows} van de bijlage heeft geen 9 cijfers.",
            _REMEDY,
        ),
        "checksum": Situation(
            Severity.REJECT, "Een burgerservicenummer in {rows} van de bijlage klopt niet.", _REMEDY
        ),
        "eight-digits": Situation(
            Severity.INFO,
            "Het burgerservicenummer in {rows} heeft 8 cijfers. Wij hebben er een nul voor gezet.",
        ),
        "child-without-bsn": Situation(
            Severity.REVIEW,
            "In {rows} staat een kind zonder burgerservicenummer, met naam, geboortedatum en"
            " adres.",
            internal=True,
        ),
        "without-bsn": Situation(
            Severity.REVIEW,
            "In {rows} staat dat de cliënt geen burgerservicenummer heeft.",
            internal=True,
        ),
        "secret-address": Situation(
            Severity.REVIEW, "In {rows} staat dat het adres geheim is.", internal=True
        ),
        "unclear": Situation(
            Severity.REVIEW,
            "Wij vinden geen burgerservicenummer in {rows}, maar konden niet de hele bijlage"
            " lezen.",
            internal=True,
        ),
    },
)


def check(
    attachments: Attachments, invoices: Sequence[Invoice], profile: Profile, today: dt.date
) -> CheckResult:
    return check_rows(REQUIREMENT, attachments, profile, lambda line: _codes(line, attachments))


def _codes(line: CareLine, attachments: Attachments) -> list[str]:
    code = _of_number(line)
    if line.secret_address:
        return ["secret-address"] if code in (None, "absent") else [code, "secret-address"]
    if code == "absent" and attachments.unread:
        return ["unclear"]
    return [code] if code else []


def _of_number(line: CareLine) -> str | None:
    number = re.sub(r"[\s.\-/]", "", line.bsn or "")
    if not number:
        return (
            "without-bsn"
            if line.without_bsn
            else "child-without-bsn"
            if is_identified(line)
            else "absent"
        )
    if len(number) not in (8, 9) or not number.isdigit():
        return "length"
    if not passes_eleven_test(number):
        return "checksum"
    return "eight-digits" if len(number) == 8 else None
