"""What makes two care lines the same care: client, product and days."""

from __future__ import annotations

import datetime as dt
import re

from intake.model.care import CareLine
from intake.text.bsn import passes_eleven_test


def client_of(line: CareLine) -> str | None:
    """The BSN in nine digits; None when there is none to compare by."""
    digits = re.sub(r"\D", "", line.bsn or "")
    return digits.zfill(9) if passes_eleven_test(digits) else None


def code_of(line: CareLine) -> str:
    """The product code in capitals, without spaces, dots and dashes; empty when there is none."""
    return re.sub(r"[\s.\-]", "", line.product_code or "").upper()


def products_of(line: CareLine) -> tuple[str | None, str | None]:
    """Code and description, folded, by which lines are compared: the code where both have one, else
    the description.
    """
    return code_of(line) or None, " ".join((line.product or "").lower().split()) or None


def days_of(line: CareLine) -> tuple[dt.date, dt.date] | None:
    """First and last day of care; None for a period that is not complete, and for care that is
    taken back (credit).
    """
    start, end = line.period_start, line.period_end
    taken_back = (line.amount is not None and line.amount < 0) or (
        line.units is not None and line.units < 0
    )
    return None if start is None or end is None or start > end or taken_back else (start, end)
