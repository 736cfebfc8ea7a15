"""A PDF and its e-invoice: what agrees, what differs, and what only one of them has."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from intake import profile
from intake.document.einvoice.reader import ReadEInvoice, read
from intake.document.einvoice.reconciliation import combined
from intake.document.extract.invoice import find_invoice
from intake.document.readers import pdf
from intake.model.document import Reader
from intake.model.invoice import DocumentKind, EInvoice, Field, Invoice, VatLine
from tests.cases import page
from tests.document.einvoice import einvoices as e

BUYER = profile.load("almere").addressee


def on_paper(bill: e.Bill = e.GOOD, without: str = "", **changed: str) -> Invoice:
    lines = [line for line in e.page_lines(bill, **changed) if not without or without not in line]
    return find_invoice(pdf.read(page.pdf(lines), Reader.PDFIUM), BUYER)


def said(bill: e.Bill = e.GOOD) -> ReadEInvoice:
    found = read(e.ubl(bill), BUYER)
    assert found is not None
    return found


def about(both: Invoice) -> EInvoice:
    assert both.e_invoice is not None
    return both.e_invoice


def test_the_same_bill_twice() -> None:
    """Every good pair would ask a person."""
    both = combined(on_paper(), said())

    assert (about(both).differs, about(both).not_on_page) == ((), ())
    assert both.iban.evidence is not None
    assert both.readers == (Reader.PDFIUM, Reader.XML)


@pytest.mark.parametrize(
    ("printed", "field"),
    [
        ({"number": "2026-0999"}, "invoice_number"),
        ({"kvk": "99952776"}, "kvk_number"),
        ({"vat_id": "NL854502130B01"}, "vat_id"),
        ({"iban": "NL71RABO0442012645"}, "iban"),
        ({"net": "650,40"}, "net_amount"),
        ({"vat": "136,61"}, "vat_amount"),
        ({"gross": "788,10"}, "gross_amount"),
        ({"street": "Dorpsweg 1"}, "supplier_street"),
        ({"phone": "036-5309999"}, "supplier_phone"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_another_value_on_the_page(printed: dict[str, Any], field: str) -> None:
    """What is paid and what a person sees would be two things, and nobody would know."""
    both = combined(on_paper(**printed), said())

    assert about(both).differs == (field,)
    assert getattr(both, field).value == getattr(said().invoice, field).value


@pytest.mark.parametrize(
    "printed",
    [
        {"name": "De Vlinder"},
        {"name": "ZORGPRAKTIJK DE VLINDER BV"},
        {"iban": "NL91 ABNA 0417 1643 00"},
        {"vat_id": "NL 0024.55.799.B11"},
        {"kvk": "99 95 27 75"},
        {"phone": "+31 (0)33 521 23 45"},
        {"number": "2026 - 0117"},
    ],
    ids=lambda printed: next(iter(printed.values())),
)
def test_the_same_value_in_another_form(printed: dict[str, Any]) -> None:
    """Spaces, dots and a trade name are no difference; each would cost a clerk a look."""
    assert about(combined(on_paper(**printed), said())).differs == ()


@pytest.mark.parametrize(
    ("without", "field"),
    [
        ("KvK", "kvk_number"),
        ("IBAN", "iban"),
        ("Telefoon", "supplier_phone"),
        ("Factuurnummer", "invoice_number"),
    ],
)
def test_a_fact_that_only_the_e_invoice_has(without: str, field: str) -> None:
    """It counts, so that nothing is refused for it; and a person hears that the page does not show
    it.
    """
    both = combined(on_paper(without=without), said())

    assert about(both).not_on_page == (field,)
    assert getattr(both, field).value == getattr(said().invoice, field).value
    assert getattr(both, field).evidence is None


def test_a_fact_that_only_the_page_has() -> None:
    """An e-invoice without a phone number takes none away from the page."""
    both = combined(on_paper(), said(replace(e.GOOD, supplier=replace(e.SUPPLIER, phone=""))))

    assert both.supplier_phone.value == "033-5212345"
    assert about(both).differs == ()


def test_a_page_that_could_not_be_read() -> None:
    """A scan with an e-invoice is read by the e-invoice; nothing is said to be missing on a page
    nobody could read.
    """
    blind = on_paper()
    unread: dict[str, Any] = {
        name: Field.unreadable() for name in ("kvk_number", "iban", "gross_amount", "addressee")
    }
    both = combined(
        replace(blind, kind=DocumentKind.OTHER, fully_read=False, lines=(), **unread), said()
    )

    assert (about(both).differs, about(both).not_on_page) == ((), ())
    assert both.kind is DocumentKind.INVOICE
    assert both.gross_amount.value == Decimal("787.10")
    assert both.addressee.value == said().invoice.addressee.value


def test_our_own_doubt_is_settled_by_the_e_invoice() -> None:
    """Two candidates on the page, one of them in the e-invoice: that one it is, with its place."""
    shown = on_paper()
    other = shown.invoice_number.found
    assert other is not None
    doubtful = replace(shown, invoice_number=Field.of("ORDER-7", None, "", (other,)))
    both = combined(doubtful, said())

    assert both.invoice_number.value == "2026-0117"
    assert both.invoice_number.evidence == other.evidence
    assert about(both).differs == ()


def test_an_exemption_that_the_page_does_not_tell() -> None:
    """Care is exempt in the e-invoice; the page must say so too, but is not refused for it."""
    shown = on_paper()
    silent = replace(
        shown,
        vat_exempt=Field.absent(),
        vat_rate=Field.absent(),
        vat_amount=Field.absent(),
        vat_lines=(),
    )
    both = combined(
        replace(silent, net_amount=Field.absent(), gross_amount=Field.of(Decimal("726.00"))),
        said(e.EXEMPT),
    )

    assert both.vat_exempt.value is True
    assert "vat_exempt" in about(both).not_on_page
    assert (both.vat_rate.value, both.vat_lines) == (None, ())


def test_a_credit_note_without_its_minus() -> None:
    """A credit note prints a minus on paper and none in UBL."""
    shown = on_paper(replace(e.GOOD, number="C-2026-0003"))
    minus: dict[str, Any] = {
        name: Field.of(-amount)
        for name in ("net_amount", "vat_amount", "gross_amount")
        if (amount := getattr(shown, name).value) is not None
    }
    both = combined(replace(shown, kind=DocumentKind.CREDIT_NOTE, **minus), said(e.CREDIT))

    assert about(both).differs == ()
    assert both.corrects.value == "2026-0101"
    assert both.gross_amount.value == Decimal("-787.10")


def test_an_invoice_whose_e_invoice_is_a_credit_note() -> None:
    """One is paid and the other taken back."""
    both = combined(on_paper(replace(e.GOOD, number="C-2026-0003")), said(e.CREDIT))

    assert about(both).differs == ("kind",)


def test_a_reminder_stays_a_reminder() -> None:
    """A reminder that carries the e-invoice of the bill must not be taken for the bill."""
    both = combined(replace(on_paper(), kind=DocumentKind.REMINDER), said())

    assert both.kind is DocumentKind.REMINDER


def test_client_data_of_both_counts() -> None:
    """A leak in the e-invoice alone is a leak."""
    both = combined(on_paper(), said(replace(e.GOOD, note="BSN 999990019")))

    assert any(sighting.kind.certain for sighting in both.sightings)


def test_the_rates_are_those_of_the_e_invoice() -> None:
    """The page's table is read with doubt, the e-invoice's is not."""
    both = combined(replace(on_paper(), vat_lines=()), said())

    assert both.vat_lines == (VatLine(Decimal(21), Decimal("650.50"), Decimal("136.60")),)
    assert both.vat_rate.evidence is not None
