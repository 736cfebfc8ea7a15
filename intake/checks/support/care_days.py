"""On which days the care of an invoice was given, and whether that is certain."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from intake.checks.support.presence import issue_date
from intake.model.attachment import Attachments
from intake.model.invoice import Invoice
from intake.text.care_key import days_of

Days = tuple[dt.date, dt.date]


@dataclass(frozen=True, slots=True)
class CareDays:
    """First and last day of each care line."""

    lines: tuple[Days, ...]
    is_certain: bool
    """Every line of a whole attachment tells its days; else what stands here is what is known."""
    issued_on: dt.date
    """The invoice's date; the day of receipt when it has none."""

    @property
    def known(self) -> tuple[Days, ...]:
        """The days of care, or the invoice's own when no line tells any."""
        return self.lines or ((self.issued_on, self.issued_on),)

    @property
    def last(self) -> dt.date:
        return max(last for _, last in self.known)


def care_days(invoice: Invoice, attachments: Attachments, today: dt.date) -> CareDays:
    lines = attachments.care_lines
    found = [days_of(line) for line in lines]
    unread = any("care-period" in line.unread for line in lines)
    whole = bool(lines) and None not in found and not unread
    certain = whole and not attachments.unread and not attachments.doubt
    return CareDays(tuple(filter(None, found)), certain, issue_date(invoice) or today)
