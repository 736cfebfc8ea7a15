"""When the care was given (zorgperiode), in each care line.

Source: page of Almere, "zorgperiode"; for youth care also Regeling Jeugdwet art. 6a.1 lid 1 onder d
and e.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence

from intake.checks.support.care_rows import check_rows
from intake.checks.support.presence import issue_date, months_before
from intake.checks.support.requirement import Requirement, Situation
from intake.model.attachment import Attachments
from intake.model.care import CareLine
from intake.model.finding import CheckResult, Severity
from intake.model.invoice import Invoice
from intake.profile import Profile

REQUIREMENT = Requirement(
    check="care-period",
    situations={
        "absent": Situation(Severity.REJECT),
        "reversed": Situation(Severity.REJECT),
        "not-begun": Situation(Severity.REJECT),
        "future-start": Situation(Severity.REVIEW),
        "future-end": Situation(Severity.REVIEW),
        "long": Situation(Severity.REVIEW),
        "late": Situation(Severity.REVIEW),
        "incomplete": Situation(Severity.REVIEW),
        "unclear": Situation(Severity.REVIEW, internal=True),
        "unread": Situation(Severity.REVIEW, internal=True),
    },
)

_LONG_DAYS = 366
_YEAR = re.compile(r"(?:19|20)\d\d|['’]\s?\d\d|\d[-/.]\d\d?[-/.]\d\d(?!\d)")


def check(
    attachments: Attachments, invoices: Sequence[Invoice], profile: Profile, today: dt.date
) -> CheckResult:
    dates = [issue_date(invoice) for invoice in invoices]
    return check_rows(
        REQUIREMENT,
        attachments,
        profile,
        lambda line: _codes(line, attachments, profile, dates, today),
    )


def _codes(
    line: CareLine,
    attachments: Attachments,
    profile: Profile,
    dates: Sequence[dt.date | None],
    today: dt.date,
) -> list[str]:
    if REQUIREMENT.check in line.unread:
        return ["unread"]
    start, end = line.period_start, line.period_end
    known = list(filter(None, (start, end)))
    if not known:
        return ["unclear" if line.period_text or attachments.unread else "absent"]
    if max(known) > today and line.period_text and not _YEAR.search(line.period_text):
        return ["unclear"]  # "week 52" under a letter of January: the year was the letter's
    if start is None or end is None:
        return [*_begin(known[0], dates, today), "incomplete"]
    if end < start:
        return ["reversed"]
    not_yet = _begin(start, dates, today) or ["future-end"] * (end > today)
    return [*not_yet, *_long_or_late(start, end, profile.declaring_term_months, today)]


def _long_or_late(start: dt.date, end: dt.date, term: int | None, today: dt.date) -> Iterator[str]:
    if (end - start).days >= _LONG_DAYS:
        yield "long"
    if term is not None and end < months_before(today, term):
        yield "late"


def _begin(start: dt.date, dates: Sequence[dt.date | None], today: dt.date) -> list[str]:
    """Refused only when the care begins after the receipt and after every invoice, and all dates
    are known.
    """
    if start <= today:
        return []
    known = [day for day in dates if day is not None]
    certain = bool(known) and len(known) == len(dates) and all(start > day for day in known)
    return ["not-begun" if certain else "future-start"]
