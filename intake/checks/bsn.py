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

REQUIREMENT = Requirement(
    check="bsn",
    situations={
        "absent": Situation(Severity.REJECT),
        "length": Situation(Severity.REJECT),
        "checksum": Situation(Severity.REJECT),
        "eight-digits": Situation(Severity.INFO),
        "child-without-bsn": Situation(Severity.REVIEW, internal=True),
        "without-bsn": Situation(Severity.REVIEW, internal=True),
        "secret-address": Situation(Severity.REVIEW, internal=True),
        "unclear": Situation(Severity.REVIEW, internal=True),
        "unread": Situation(Severity.REVIEW, internal=True),
    },
)


def check(
    attachments: Attachments, invoices: Sequence[Invoice], profile: Profile, today: dt.date
) -> CheckResult:
    return check_rows(REQUIREMENT, attachments, profile, lambda line: _codes(line, attachments))


def _codes(line: CareLine, attachments: Attachments) -> list[str]:
    code = "unread" if REQUIREMENT.check in line.unread else _of_number(line)
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
