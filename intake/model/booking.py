"""What the finance package gets of an accepted invoice: business facts, never care data or a BSN."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import asdict, dataclass, field
from decimal import Decimal

from intake.model.invoice import VatLine

MOST_MISSED = Decimal("1.00")
"""Euros that rounding can come to; more than that is another amount."""


@dataclass(frozen=True, slots=True)
class Supplier:
    """Leverancier, as the invoice names it."""

    name: str
    street: str
    postcode: str
    city: str
    kvk: str
    vat_id: str
    """Empty when there is none, or when it is an old one of a sole trader, which holds a BSN."""
    iban: str


@dataclass(frozen=True, slots=True)
class Coding:
    """How the municipality books it (codering); empty where the finance package decides itself."""

    cost_centre: str = ""
    """Kostenplaats."""
    cost_type: str = ""
    """Kostensoort."""
    task_field: str = ""
    """Taakveld (Iv3) of the year of booking."""
    vat_code: str = ""
    order_number: str = ""
    """Verplichtingnummer."""
    creditor_number: str = ""
    """Crediteurnummer: what the finance package calls the supplier, by our register."""


@dataclass(frozen=True, slots=True)
class Booking:
    """One accepted invoice or credit note, ready to be booked.

    Amounts are in euros, and negative on a credit note.
    """

    reference: str
    """Of the case, for whoever asks back."""
    path: str = field(repr=False)
    """Which invoice of the mail it is."""
    municipality: str
    is_credit: bool
    number: str
    corrects: str
    """The number that a credit note corrects; empty when none was read."""
    issued_on: dt.date
    received_on: dt.date
    due_on: dt.date
    supplier: Supplier
    net: Decimal
    vat: Decimal
    gross: Decimal
    rates: tuple[VatLine, ...]
    """Base and btw of each rate; empty when the supply is exempt, or when they are not known."""
    exempt: bool
    """The invoice says that the supply is exempt from btw."""
    accepted_by: str
    accepted_on: dt.date
    coding: Coding = Coding()

    @property
    def checksum(self) -> str:
        """By which a batch knows that the invoice is still the one that was handed over."""
        values = asdict(self)
        if not self.coding.creditor_number:  # as in batches of before there was one
            del values["coding"]["creditor_number"]
        content = json.dumps(values, default=str, sort_keys=True)
        return hashlib.sha256(content.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Batch:
    """Betaalbatch: accepted invoices that go to the finance package together, for ever the same."""

    number: int
    municipality: str
    made_by: str
    made_at: dt.datetime
    bookings: tuple[Booking, ...]

    @property
    def total(self) -> Decimal:
        """What is to be paid, credit notes taken off."""
        return sum((booking.gross for booking in self.bookings), Decimal(0))

    def stem(self, position: int) -> str:
        """The name of the files of a booking, counted from 0, without an ending."""
        return stem(self.number, position)


def stem(batch: int, position: int) -> str:
    """How an invoice of a batch, counted from 0, is known outside: ``000012-003``."""
    return f"{batch:06}-{position + 1:03}"
