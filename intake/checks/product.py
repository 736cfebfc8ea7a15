"""Which care was given (product), in each care line.

Source: page of Almere, "productomschrijving", with its tables of codes and rates. An iJw/iWmo
product code has at most five positions (RS012). A rate is held against the table of the care year
only; an older table is good to know.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from intake.checks.support.care_rows import check_rows
from intake.checks.support.care_unit import Unit, unit_of
from intake.checks.support.requirement import Requirement, Situation
from intake.checks.support.vat_arithmetic import CENT
from intake.model.attachment import Attachments
from intake.model.care import CareLine
from intake.model.finding import CheckResult, Severity
from intake.model.invoice import Invoice
from intake.profile import Product, Profile
from intake.text.care_key import code_of

REQUIREMENT = Requirement(
    check="product",
    situations={
        "absent": Situation(Severity.REJECT),
        "unknown-code": Situation(Severity.REVIEW, internal=True),
        "unit": Situation(Severity.REVIEW),
        "rate": Situation(Severity.REVIEW, internal=True),
        "rate-old-table": Situation(Severity.INFO, internal=True),
        "unclear": Situation(Severity.REVIEW, internal=True),
        "unread": Situation(Severity.REVIEW, internal=True),
    },
)
_NEVER_BY_NIGHT = ("begeleiding", "behandeling", "huishoudelijke", "verzorging", "vervoer")


def check(
    attachments: Attachments, invoices: Sequence[Invoice], profile: Profile, today: dt.date
) -> CheckResult:
    return check_rows(
        REQUIREMENT, attachments, profile, lambda line: _codes(line, attachments, profile, today)
    )


def _codes(line: CareLine, attachments: Attachments, profile: Profile, today: dt.date) -> list[str]:
    if REQUIREMENT.check in line.unread:
        return ["unread"]
    code, text = code_of(line), (line.product or "").strip()
    if not code and not text:
        return ["unclear" if attachments.unread else "absent"]
    day = line.period_start or line.period_end or today
    return list(_unlike_table(line, code, text, profile, day))


def _unlike_table(
    line: CareLine, code: str, text: str, profile: Profile, day: dt.date
) -> Iterator[str]:
    """Where code, unit and rate differ from the municipality's table in force on a day."""
    year, table = profile.products_in_force(day)
    product = _product(code, text, table)
    if code and table and product is None and not _product(code, "", profile.products):
        yield "unknown-code"
    if _unit_misfits(line.unit, product.name if product else text):
        yield "unit"
    if product and not _rate_fits(line, product.rate):
        yield "rate" if year == day.year else "rate-old-table"


def _product(code: str, text: str, table: Sequence[Product]) -> Product | None:
    """The product of the code, else of a code that stands in the description."""
    words = re.split(r"[\s,;:()/\-]+", text)
    written = {code} | {word.replace(".", "").upper() for word in words}
    return next((product for product in table if product.code in written), None)


def _rate_fits(line: CareLine, rate: Decimal) -> bool:
    if line.rate is None:
        return True
    return abs(line.rate - rate) < CENT or (
        unit_of(line.unit) is Unit.MINUTE and abs(line.rate * 60 - rate) <= CENT * 60
    )


def _unit_misfits(written: str | None, name: str) -> bool:
    """Stay is counted in days and nights; guidance, treatment and household help never are."""
    unit, name = unit_of(written), name.lower()
    if "verblijf" in name or "logeren" in name:
        return unit in (Unit.MINUTE, Unit.HOUR)
    return unit is Unit.NIGHT and any(word in name for word in _NEVER_BY_NIGHT)
