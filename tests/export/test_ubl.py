"""E-invoices that we write: kept to the schema, to EN 16931 and to the Dutch rules."""

from __future__ import annotations

import base64
import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from lxml import etree

from intake import profile
from intake.export import ubl
from intake.model.booking import Booking, Coding
from intake.model.invoice import Invoice, VatLine
from intake.model.mail import Part, PartKind
from intake.pipeline import check_file
from intake.sandbox.client import Sandbox
from tests.export import made

OWN = profile.load("almere")
TODAY = dt.date(2026, 11, 20)


@pytest.fixture(scope="module")
def box(reading: Sandbox) -> Sandbox:
    return reading


def payable(booking: Booking) -> Decimal:
    (found,) = etree.fromstring(ubl.invoice(booking, OWN, None)).iter("{*}PayableAmount")
    return Decimal(found.text or "")


def read_again(box: Sandbox, booking: Booking) -> Invoice:
    xml = ubl.invoice(booking, OWN, None)
    document = check_file(Part("1", PartKind.XML, xml, "factuur.xml"), TODAY, OWN, box)
    assert document.invoice is not None
    return document.invoice


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(booking=made.bookings())
def test_every_accepted_invoice_keeps_all_rules_and_says_what_was_accepted(
    box: Sandbox, booking: Booking
) -> None:
    """The finance package would refuse the file, or pay another amount, number or account."""
    invoice = read_again(box, booking)

    assert invoice.e_invoice is not None
    assert invoice.e_invoice.validated
    assert invoice.e_invoice.broken == ()
    assert invoice.invoice_number.value == booking.number
    assert payable(booking) == abs(booking.gross)
    assert invoice.iban.value == booking.supplier.iban
    assert invoice.kvk_number.value == booking.supplier.kvk
    assert invoice.corrects.value == (booking.corrects or None)
    assert bool(invoice.vat_exempt.value) is not bool(booking.rates)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"kvk": ""}, "KvK-nummer"),
        ({"iban": ""}, "IBAN"),
        ({"street": ""}, "adres"),
        ({"city": ""}, "adres"),
    ],
)
def test_what_an_e_invoice_cannot_do_without_is_told(changes: dict[str, str], why: str) -> None:
    """A file that the package refuses would be taken for one that was booked."""
    booking = made.booking(supplier=replace(made.SUPPLIER, **changes))

    assert why in ubl.unfit(booking, OWN)
    with pytest.raises(ValueError, match=why):
        ubl.invoice(booking, OWN, None)


def test_btw_without_a_btw_number_is_told() -> None:
    """BR-S-02 would be broken, in a file that looks well."""
    without = replace(made.SUPPLIER, vat_id="")

    assert "btw-nummer" in ubl.unfit(
        made.booking(made.rate(21, Decimal(100)), supplier=without), OWN
    )
    assert ubl.unfit(made.booking(supplier=without), OWN) == ""


def test_the_invoice_travels_inside() -> None:
    """Whoever pays could not see what for."""
    xml = ubl.invoice(made.booking(), OWN, b"%PDF-1.7 drawn")

    (inside,) = etree.fromstring(xml).iter("{*}EmbeddedDocumentBinaryObject")
    assert base64.b64decode(inside.text or "") == b"%PDF-1.7 drawn"
    assert inside.get("mimeCode") == "application/pdf"


def test_a_discount_larger_than_its_base_is_a_line_below_zero(box: Sandbox) -> None:
    """A price below zero breaks BR-27, and the package refuses the invoice."""
    booking = made.booking(made.rate(21, Decimal("500.00")), made.rate(9, Decimal("-20.00")))

    invoice = read_again(box, booking)

    assert invoice.e_invoice is not None
    assert invoice.e_invoice.broken == ()
    assert invoice.gross_amount.value == booking.gross


@pytest.mark.parametrize(
    ("booking", "why"),
    [
        (made.booking(made.rate(21, Decimal(100)), gross=Decimal(500)), "tellen niet op"),
        (made.booking(gross=Decimal(-1250)), "lager dan nul"),
        (made.booking(exempt=False), "per tarief"),
    ],
)
def test_amounts_that_cannot_be_told_truly_are_held_back(booking: Booking, why: str) -> None:
    """Another amount, or no btw, would be booked than was accepted."""
    assert why in ubl.unfit(booking, OWN)


@pytest.mark.parametrize("is_credit", [False, True])
def test_how_it_is_booked_and_its_order_keep_the_rules_too(box: Sandbox, is_credit: bool) -> None:
    """A municipality with cost centres would send files that no package takes."""
    codes = Coding("6751", "43000", "6.752", "N", "V-12", "C1")
    booking = made.booking(made.rate(21, Decimal("500.00")), coding=codes)
    if is_credit:
        booking = replace(
            booking,
            is_credit=True,
            corrects="2026-0001",
            net=-booking.net,
            vat=-booking.vat,
            gross=-booking.gross,
            rates=tuple(
                VatLine(each.rate, -(each.net or Decimal(0)), -(each.vat or Decimal(0)))
                for each in booking.rates
            ),
        )

    invoice = read_again(box, booking)

    assert invoice.e_invoice is not None
    assert invoice.e_invoice.validated
    assert invoice.e_invoice.broken == ()
    written = ubl.invoice(booking, OWN, None)
    assert b"<cbc:AccountingCost>6751 / 43000 / 6.752</cbc:AccountingCost>" in written
    assert b"V-12" in written
