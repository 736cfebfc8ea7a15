"""Absent and unreadable are two things (docs/architecture.md, "Three-valued")."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Sequence
from typing import Any

from intake.model.invoice import DocumentKind, Field, Invoice, Presence


def unreadable(invoice: Invoice, *fields: Field[Any]) -> bool:
    """True when one of these fields has no value and nobody can be sure that it is absent."""
    without = [field for field in fields if field.found is None]
    return any(field.presence is Presence.UNREADABLE for field in without) or bool(
        without and not invoice.fully_read
    )


def may_tell(invoice: Invoice, words: re.Pattern[str]) -> bool:
    """Some line of the invoice has these words, or nobody can be sure that none has."""
    return (
        not invoice.fully_read
        or not invoice.lines
        or any(words.search(line.text) for line in invoice.lines)
    )


def only_credits(invoices: Sequence[Invoice]) -> bool:
    """Whether there are invoices, and all of them are credit notes (creditfacturen)."""
    return bool(invoices) and all(each.kind is DocumentKind.CREDIT_NOTE for each in invoices)


def months_before(day: dt.date, months: int) -> dt.date:
    """The same day so many calendar months earlier, or the last day of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def issue_date(invoice: Invoice) -> dt.date | None:
    """The date on the document, or None when it has none or one that does not exist."""
    try:
        return dt.date.fromisoformat(invoice.issue_date.value or "")
    except ValueError:
        return None


def foreign_supplier(invoice: Invoice) -> bool:
    """A foreign register number or another country's btw number: Dutch numbers and addresses cannot
    be expected.
    """
    country = (invoice.vat_id.value or "").strip()[:2].upper()
    return bool(invoice.foreign_register.value) or (
        len(country) == 2 and country.isalpha() and country != "NL"
    )
