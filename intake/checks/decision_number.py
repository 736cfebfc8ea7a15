"""The number of the municipality's decision (beschikkingsnummer) or order (opdrachtnummer).

Source: Regeling Jeugdwet art. 6a.1 lid 1 onder h ("indien aanwezig": there is one when the
municipality itself referred); for the Wmo 2015 support is given by a decision always (art. 2.3.5
lid 2). It may stand in the attachment or on the invoice; asks a person only.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

from intake.checks.referrer import is_municipality
from intake.checks.support.care_law import Law, law_of
from intake.checks.support.care_rows import check_rows
from intake.checks.support.presence import may_tell
from intake.checks.support.requirement import Requirement, Situation, not_applicable
from intake.model.attachment import Attachments
from intake.model.care import CareLine
from intake.model.finding import CheckResult, Severity
from intake.model.invoice import Invoice
from intake.profile import Profile

REQUIREMENT = Requirement(
    check="decision-number",
    law="Regeling Jeugdwet, artikel 6a.1, lid 1, onder h; Wmo 2015, artikel 2.3.5",
    situations={"absent": Situation(Severity.REVIEW)},
)

_TOLD = re.compile(
    r"\b(?:beschikking|opdracht|toewijzing|toekenning)(?:s?(?:nummer|nr))?\b[^\d]{0,24}\d",
    re.IGNORECASE,
)


def check(
    attachments: Attachments, invoices: Sequence[Invoice], profile: Profile, today: dt.date
) -> CheckResult:
    if not any(_has_one(line, profile) for line in attachments.care_lines):
        return not_applicable(REQUIREMENT)
    elsewhere = bool(attachments.unread) or all(may_tell(invoice, _TOLD) for invoice in invoices)
    missing = [] if elsewhere else ["absent"]
    return check_rows(
        REQUIREMENT,
        attachments,
        profile,
        lambda line: missing if not line.decision_number and _has_one(line, profile) else [],
    )


def _has_one(line: CareLine, profile: Profile) -> bool:
    """Certainly, a number was given out for this care."""
    law = law_of(line, profile)
    return law is Law.SUPPORT or (law is Law.YOUTH and is_municipality(line.referrer, profile))
