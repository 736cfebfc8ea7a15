"""The same care twice (dubbele zorg): the same client and product on overlapping days.

Compared are the lines of this mail, and the lines of earlier mails of any provider. Source:
Regeling Jeugdwet art. 6a.7 (formele controle). Never refuses and is **never told to a provider**:
it would disclose another provider's care.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from intake.checks.support.care_rows import rows
from intake.checks.support.presence import only_credits
from intake.checks.support.requirement import (
    Requirement,
    Situation,
    finding,
    not_applicable,
    result,
)
from intake.model.attachment import Attachments
from intake.model.care import CareLine
from intake.model.finding import CheckResult, Finding, Severity
from intake.model.invoice import Invoice
from intake.profile import Profile
from intake.text.care_key import client_of, days_of, products_of

REQUIREMENT = Requirement(
    check="duplicate-care",
    internal=True,
    situations={
        "inside": Situation(Severity.REVIEW, internal=True),
        "earlier": Situation(Severity.REVIEW, internal=True),
    },
)
_MOST_CASES = 10


def check(
    attachments: Attachments, invoices: Sequence[Invoice], profile: Profile, today: dt.date
) -> CheckResult:
    if not attachments.care_lines or only_credits(invoices):
        return not_applicable(REQUIREMENT)
    doubled = _doubled(attachments.care_lines)
    inside = [finding(REQUIREMENT, profile, "inside", rows=rows(doubled))] if doubled else []
    return result(REQUIREMENT, *inside, *_earlier(attachments, profile))


def _doubled(lines: Sequence[CareLine]) -> set[int]:
    """Rows whose days overlap with those of another line of the same client and product."""
    codes: dict[str | None, str] = {
        words: code for code, words in map(products_of, lines) if code and words
    }
    alike: dict[tuple[str, str], list[tuple[dt.date, dt.date, int]]] = {}
    for line in lines:
        client, days, (code, words) = client_of(line), days_of(line), products_of(line)
        product = code or codes.get(words, words)
        if client and days and product:
            alike.setdefault((client, product), []).append((*days, line.row))
    return set[int]().union(*(_overlapping(sorted(of_one)) for of_one in alike.values()))


def _overlapping(periods: Iterable[tuple[dt.date, dt.date, int]]) -> Iterator[int]:
    """Of periods in the order of their first days: each that begins before an earlier one has
    ended, and that one.
    """
    last, holder = dt.date.min, 0
    for start, end, row in periods:
        if start <= last:
            yield from (row, holder)
        if end >= last:
            last, holder = end, row


def _earlier(attachments: Attachments, profile: Profile) -> Iterator[Finding]:
    """One finding for each earlier mail."""
    by_case: dict[str, list[int]] = {}
    for earlier in attachments.earlier_care:
        by_case.setdefault(earlier.reference, []).append(earlier.row)
    for reference, numbers in list(by_case.items())[:_MOST_CASES]:
        yield replace(finding(REQUIREMENT, profile, "earlier", rows=rows(numbers)), case=reference)
