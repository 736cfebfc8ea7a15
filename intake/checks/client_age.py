"""Whether the client's age fits the law; only where the attachment gives a birth date.

Source: Jeugdwet art. 1.1, "jeugdige" (under 18; to 23 when help goes on that began before); Wmo
2015 for who is older. Never refuses, and tells the provider nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from intake.checks.support.care_law import Law, law_of
from intake.checks.support.care_rows import check_rows
from intake.checks.support.requirement import Requirement, Situation
from intake.model.attachment import Attachments
from intake.model.care import CareLine
from intake.model.finding import CheckResult, Severity
from intake.model.invoice import Invoice
from intake.profile import Profile

ADULT, LONGEST = 18, 23
"""Years: youth care ends at 18, extended youth care (verlengde jeugdhulp) at 23."""

REQUIREMENT = Requirement(
    check="client-age",
    law="Jeugdwet, artikel 1.1",
    internal=True,
    situations={
        "too-old": Situation(Severity.REVIEW, internal=True),
        "extended": Situation(Severity.INFO, internal=True),
        "too-young": Situation(Severity.REVIEW, internal=True),
        "not-born": Situation(Severity.REVIEW, internal=True),
    },
)


def check(
    attachments: Attachments, invoices: Sequence[Invoice], profile: Profile, today: dt.date
) -> CheckResult:
    return check_rows(
        REQUIREMENT,
        attachments,
        profile,
        lambda line: _codes(line, law_of(line, profile), line.period_start or today),
    )


def _codes(line: CareLine, law: Law | None, day: dt.date) -> list[str]:
    if line.birth_date is None:
        return []
    years = (
        day.year
        - line.birth_date.year
        - ((day.month, day.day) < (line.birth_date.month, line.birth_date.day))
    )
    if years < 0:
        return ["not-born"]
    if law is Law.YOUTH and years >= ADULT:
        return ["too-old" if years >= LONGEST else "extended"]
    return ["too-young"] if law is Law.SUPPORT and years < ADULT else []
