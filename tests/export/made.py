"""Bookings, drawn: of every kind that can be accepted. Names are fictitious."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from hypothesis import strategies as st

from intake.model.booking import Batch, Booking, Supplier
from intake.model.invoice import VatLine

SUPPLIER = Supplier(
    "Zorgpraktijk De Vlinder",
    "Kerkstraat 12",
    "3811AB",
    "Amersfoort",
    "01234567",
    "NL002455799B11",
    "NL91ABNA0417164300",
)
CENT = Decimal("0.01")


def booking(*rates: VatLine, **changes: Any) -> Booking:
    """An exempt invoice of 1.250,00, or one with these rates."""
    net = sum((rate.net or Decimal(0) for rate in rates), Decimal(0)) or Decimal("1250.00")
    vat = sum((rate.vat or Decimal(0) for rate in rates), Decimal(0))
    values: dict[str, Any] = {
        "reference": "IN-7K2M-9Q4T",
        "path": "1.2",
        "municipality": "almere",
        "is_credit": False,
        "number": "2026-0011",
        "corrects": "",
        "issued_on": dt.date(2026, 11, 13),
        "received_on": dt.date(2026, 11, 16),
        "due_on": dt.date(2026, 12, 16),
        "supplier": SUPPLIER,
        "net": net,
        "vat": vat,
        "gross": net + vat,
        "rates": rates,
        "exempt": not rates,
        "accepted_by": "jan",
        "accepted_on": dt.date(2026, 11, 20),
    }
    return Booking(**(values | changes))


def batch(*bookings: Booking, number: int = 12) -> Batch:
    made_at = dt.datetime(2026, 11, 20, 9, 30, tzinfo=dt.UTC)
    return Batch(number, "almere", "jan", made_at, bookings)


def rate(percent: int, net: Decimal) -> VatLine:
    vat = (net * percent / 100).quantize(CENT, ROUND_HALF_UP)
    return VatLine(Decimal(percent), net, vat)


amounts = st.decimals("0.01", "99999.99", places=2)


@st.composite
def bookings(draw: st.DrawFn) -> Booking:
    """Exempt with and without a btw number, one or several rates, 0 % beside others, a discount as
    a rate below zero, credit notes, and totals that miss their sum by cents.
    """
    percents = draw(st.lists(st.sampled_from([0, 9, 21]), unique=True, max_size=3))
    credit = draw(st.booleans())
    sign = -1 if credit else 1
    rates = [rate(percent, sign * draw(amounts)) for percent in percents]
    made = booking(
        *rates,
        is_credit=credit,
        corrects="2026-0009" if credit else "",
        number=draw(st.from_regex(r"[A-Z]{0,3}[0-9]{1,8}([-/.][0-9A-Z]{1,6})?", fullmatch=True)),
    )
    if not rates:
        made = booking(
            is_credit=credit,
            corrects=made.corrects,
            net=sign * Decimal("1250.00"),
            gross=sign * Decimal("1250.00"),
            supplier=draw(st.sampled_from([SUPPLIER, replace(SUPPLIER, vat_id="")])),
        )
    cents = draw(st.sampled_from([0, 0, 1, 2])) * CENT
    return replace(made, gross=made.gross + sign * cents)
