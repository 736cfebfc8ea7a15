"""Invoices that are called "Rekening": the word also means an account."""

from __future__ import annotations

import pytest

from intake.model.invoice import Presence
from tests.document.typed import ADDRESSEE, LETTERHEAD, MONEY, read

IBAN = "NL91ABNA0417164300"


def bill(reference: str, title: str = "REKENING", head: str = LETTERHEAD) -> str:
    return "\n\n".join((head, ADDRESSEE, title, f"{reference}\nDatum: 13-11-2026", MONEY))


@pytest.mark.parametrize(
    ("reference", "number"),
    [
        ("Rekeningnummer: HK-2026-2419", "HK-2026-2419"),
        ("Rekening nr. HK-2026-2621", "HK-2026-2621"),
        ("Rekening nr 2026-11", "2026-11"),
        ("Rekening no. HK-2026-2621", "HK-2026-2621"),
        ("Rekening 2026119", "2026119"),
        ("Rekening: 2026119", "2026119"),
        ("Rekeningnr.: 2026/119", "2026/119"),
        ("Rek.nr. 2026-119", "2026-119"),
        ("Rekeningnummer        2026119", "2026119"),
        ("Rekeningnummer\n2026119", "2026119"),
        ("REKENINGNUMMER: 119", "119"),
        ("Rekening nr./datum: 2026-119 / 13-11-2026", "2026-119"),
        ("Factuurnummer: 2026-119\nRekeningnummer: 41716", "2026-119"),
    ],
)
def test_the_number_of_a_bill(reference: str, number: str) -> None:
    """A good invoice would be refused for having no number, because it is called a bill."""
    invoice = read(bill(reference))
    assert (invoice.invoice_number.value, invoice.invoice_number.others) == (number, ())
    assert (invoice.iban.value, invoice.iban.others) == (IBAN, ())


@pytest.mark.parametrize("title", ["FACTUUR", "REKENING"])
@pytest.mark.parametrize(
    "account",
    [
        "Rekeningnummer: NL91 ABNA 0417 1643 00",
        "Rekening nr. 0417164300",
        "Rekeningnummer: 41.71.64.300",
        "Rekening 417164300 t.n.v. De Vlinder",
    ],
)
def test_an_account_is_no_number_of_the_invoice(title: str, account: str) -> None:
    """An invoice without a number would be booked under the supplier's account number."""
    invoice = read(bill(account, title))
    assert (invoice.invoice_number.value, invoice.iban.value) == (None, IBAN)


def test_a_number_at_the_word_for_an_account_on_an_invoice_is_a_question() -> None:
    """A clerk must see what can be the number; the provider would be told that it is missing."""
    number = read(bill("Rekeningnummer: 2026-119", "FACTUUR")).invoice_number
    assert number.presence is Presence.UNREADABLE


def test_the_date_of_a_bill() -> None:
    """A good invoice would be refused as undated."""
    head = bill("Rekening nr. 7").replace("Datum:", "Rekeningdatum:")
    assert read(head).issue_date.value == "2026-11-13"


@pytest.mark.parametrize(
    ("title", "number"),
    [
        ("Rekening 2026119", "2026119"),
        ("REKENING NR. 2026/119", "2026/119"),
        ("Rekening HK-2026-11", "HK-2026-11"),
        ("Rekeningnummer 2026119", "2026119"),
    ],
)
def test_a_title_with_its_number(title: str, number: str) -> None:
    """A bill whose only title holds its number would be refused for having none."""
    assert read(bill("", title)).invoice_number.value == number


@pytest.mark.parametrize(
    "number", ["20260813-3", "202600371", "2026/0813", "0417164301", "41716430"]
)
def test_a_long_number_of_a_bill(number: str) -> None:
    """A number of nine digits would be taken for an account, and another number for the invoice's."""
    invoice = read(bill(f"Rekeningnr.    {number}\nBetalingskenmerk    2786 6479 5407 4390"))
    assert invoice.invoice_number.value == number
