"""What a person says that an invoice has, in the place of what was read of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum


class Corrected(StrEnum):
    """The facts that a person may correct, as ``Invoice`` names them."""

    NUMBER = "invoice_number"
    DATE = "issue_date"
    GROSS = "gross_amount"
    NET = "net_amount"
    VAT = "vat_amount"
    IBAN = "iban"
    SUPPLIER = "supplier_name"
    KVK = "kvk_number"
    VAT_ID = "vat_id"
    KIND = "kind"


@dataclass(frozen=True, slots=True)
class Correction:
    """One fact of one invoice, corrected. Content."""

    path: str
    """Of the invoice in its mail."""
    fact: Corrected
    value: str = field(repr=False)
    """Compact, as ``corrections.compact`` gives it: a date in ISO 8601, an amount as ``1234.56``."""
    was: str = field(repr=False)
    """What was read, or what a person said before; empty when there was nothing."""
    by: str
    at: dt.datetime
