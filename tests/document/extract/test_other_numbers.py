"""Invoice numbers in a title, beside the numbers of the parties, of articles and of other pages."""

from __future__ import annotations

import pytest

from intake.model.invoice import DocumentKind
from tests.document.typed import ADDRESSEE, LETTERHEAD, MONEY, read

_DATE = "Datum: 13 november 2026"


def _page(title: str, parties: str = "", foot: str = "") -> str:
    return "\n\n".join((LETTERHEAD, ADDRESSEE, title, parties, _DATE, MONEY, foot))


@pytest.mark.parametrize(
    ("title", "number"),
    [
        ("Verzamelfactuur Nr. 471102", "471102"),
        ("Deelfactuur nr. KR87654321012 van 13 november 2026", "KR87654321012"),
        ("Zorgkostennota (326) Nr. 2026-0117 d.d. 13-11-2026", "2026-0117"),
        ("Maanddeclaratie nr. 00.123.456.7-2026-1", "00.123.456.7-2026-1"),
        ("Termijnfactuur No. V26/044", "V26/044"),
        ("Factuur van de zorgaanbieder (380) Nr. 26.118", "26.118"),
        ("Handelsrechnung Nr. R18-31 vom 03.10.2026", "R18-31"),
        ("Praktijkfactuur nummer: P-2026-88", "P-2026-88"),
    ],
)
def test_a_number_in_the_title_is_taken_before_that_of_a_party(title: str, number: str) -> None:
    """The payment would carry our own customer number, and each invoice look like the last one."""
    parties = "Klant:\nNummer: 339420\nNaam: Gemeente Almere"
    field = read(_page(title, parties)).invoice_number
    assert (field.value, field.others) == (number, ())


@pytest.mark.parametrize(
    "parties",
    [
        "Klant:\nNummer: 339420\nNaam: Gemeente Almere",
        "Leverancier\nNummer: 549910\nNaam: De Vlinder",
        "Afwijkende debiteur:\nNummer: 009420\nNaam: Sociaal Domein",
        "Koper:\nNr: 7322\nNaam: Sociaal Domein",
    ],
)
def test_the_number_of_a_party_alone_asks(parties: str) -> None:
    """A number that is the same on every invoice would be booked as that of this one."""
    field = read(_page("FACTUUR", parties)).invoice_number
    assert field.value is None or field.others


@pytest.mark.parametrize(
    "page", ["Nummer: 4711", "Nr. 10a", "Toelichting\n\nNummer 88231\nOverzicht van de maand"]
)
def test_a_number_on_a_later_page_alone_asks(page: str) -> None:
    """A number of an annex would be booked as that of the invoice."""
    field = read(f"{_page('FACTUUR')}\f{page}").invoice_number
    assert field.value is None or field.others


def test_a_number_in_the_title_against_another_at_its_word_asks() -> None:
    """Of two numbers that are both called the invoice's the wrong one would be paid."""
    foot = "Vermeld bij uw betaling factuurnummer 2026092011 en uw naam."
    field = read(_page("Zorgfactuur (380) Nr. E2026092011", foot=foot)).invoice_number
    assert field.others or field.value == "E2026092011"


def test_a_part_invoice_that_is_deducted_gives_no_number() -> None:
    """The number of an advance would be booked as that of the final invoice."""
    deducted = "Voorschotfactuur Nr. 2026-003        € -100,00"
    invoice = read(_page("FACTUUR\nFactuurnummer: 2026-0011", foot=deducted))
    assert (invoice.kind, invoice.invoice_number.value) == (DocumentKind.INVOICE, "2026-0011")


@pytest.mark.parametrize(
    "word", ["Gecrediteerde factuur", "Oorspronkelijke factuur", "Gecrediteerde\nfactuur"]
)
def test_the_invoice_that_is_credited_gives_no_number(word: str) -> None:
    """The credit note would be booked over the invoice that it corrects."""
    page = f"Factuurnummer: 20260348\n{_DATE}\n{word}\n26700238"
    credit = read("\n\n".join((LETTERHEAD, ADDRESSEE, "CREDITFACTUUR", page, MONEY)))
    assert credit.invoice_number.value == "20260348"


@pytest.mark.parametrize("customer", ["Klant", "Debiteur", "Klantnummer", "Ordernummer"])
def test_a_customers_number_under_the_title_is_not_the_invoices(customer: str) -> None:
    """In a strip of columns under the title the first number is that of the customer."""
    strip = (
        f"Kopie factuur\n{customer:<22}Factuur datum       Factuur          Vervaldatum\n"
        "SC0303006280999       8-9-2026            VF1005193039     22-9-2026"
    )
    field = read("\n\n".join((LETTERHEAD, ADDRESSEE, strip, MONEY))).invoice_number
    assert (field.value, field.others) == ("VF1005193039", ())
