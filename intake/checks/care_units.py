"""How much care was given (aantal eenheden), for youth care.

Source: Regeling Jeugdwet art. 6a.1 lid 1 onder f. It may stand in the attachment or on the invoice;
asks a person only.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

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
    check="care-units",
    law="Regeling Jeugdwet, artikel 6a.1, lid 1, onder f",
    situations={"absent": Situation(Severity.REVIEW)},
)

_TOLD = re.compile(
    r"\d\s?(?:x|u|uur|uren|min|minuten|etma\w+|dagde\w+|dagen|nachten|stuks?|sessies?|consult\w*|keer|ritten|weken|maand\w*)\b"
    r"|\b(?:aantal|uren|minuten|etmalen|dagdelen|stuks|eenheden|quantity|qty|hours)\b",
    re.IGNORECASE,
)


def check(
    attachments: Attachments, invoices: Sequence[Invoice], profile: Profile, today: dt.date
) -> CheckResult:
    if not any(_is_asked(line, profile) for line in attachments.care_lines):
        return not_applicable(REQUIREMENT)
    elsewhere = bool(attachments.unread) or all(may_tell(invoice, _TOLD) for invoice in invoices)
    missing = [] if elsewhere else ["absent"]
    return check_rows(
        REQUIREMENT,
        attachments,
        profile,
        lambda line: missing if line.units is None and _is_asked(line, profile) else [],
    )


def _is_asked(line: CareLine, profile: Profile) -> bool:
    return law_of(line, profile) is Law.YOUTH
