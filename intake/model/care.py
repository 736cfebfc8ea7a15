"""Care lines (zorgregels): what was delivered to a client, as the secured attachment says it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class CareLine:
    """One row of the secured attachment (zorgregel). All of it is client content."""

    row: int
    """Row in the sheet or table as its writer counts it, from 1, header included."""
    bsn: str | None = field(repr=False)
    """As written, spaces and dots removed; None when absent."""
    referrer: str | None = field(repr=False)
    product_code: str | None = field(repr=False)
    product: str | None = field(repr=False)
    period_start: dt.date | None = field(repr=False)
    period_end: dt.date | None = field(repr=False)
    period_text: str | None = field(default=None, repr=False)
    """As written, also when it could not be understood."""
    referrer_details: str | None = field(default=None, repr=False)
    """Name, address or AGB code of the referring doctor."""
    units: Decimal | None = field(default=None, repr=False)
    unit: str | None = field(default=None, repr=False)
    rate: Decimal | None = field(default=None, repr=False)
    amount: Decimal | None = field(default=None, repr=False)
    decision_number: str | None = field(default=None, repr=False)
    """Beschikkings- of opdrachtnummer."""
    client_name: str | None = field(default=None, repr=False)
    birth_date: dt.date | None = field(default=None, repr=False)
    client_address: str | None = field(default=None, repr=False)
    invoice_number: str | None = field(default=None, repr=False)
    secret_address: bool = False
    without_bsn: bool = False
    """The writer says that there is no BSN (yet): asylum, a newborn."""
    law: str | None = field(default=None, repr=False)
    """As written: "Jeugdwet", "Wmo"."""
    unread: tuple[str, ...] = ()
    """Checks of whose facts something stands in the line that could not be read: such a fact is not
    absent."""


@dataclass(frozen=True, slots=True)
class CareSheet:
    """The care lines of one file."""

    lines: tuple[CareLine, ...] = field(default=(), repr=False)
    understood: bool = False
    """False: a person looks. A fact that is absent in ``lines`` may stand where we could not read
    it."""
    only_words: bool = False
    """No lines, and nothing of a client: an explanation, a covering letter."""


@dataclass(frozen=True, slots=True)
class EarlierCare:
    """A care line whose client, product and days overlap with those of an earlier mail, of any
    provider.
    """

    row: int
    reference: str
    """Of the earlier mail."""
