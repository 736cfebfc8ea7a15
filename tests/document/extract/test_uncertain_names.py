"""A name of which only its place speaks asks a person; that of the customer is never the supplier's."""

from __future__ import annotations

import datetime as dt

import pytest

from intake.checks import supplier_name
from intake.model.invoice import Invoice
from intake.model.verdict import History
from intake.profile import load
from tests.document.typed import ADDRESSEE, LETTERHEAD, MONEY, REFERENCES, read, whole

_FACTS = "Tel. 033-4612345\nKvK 24330087\nBtw NL002455799B11\nIBAN NL91 ABNA 0417 1643 00\n"


def _asked(invoice: Invoice) -> list[str]:
    result = supplier_name.check(invoice, load("almere"), dt.date(2026, 11, 30), History())
    return [finding.code for finding in result.findings]


@pytest.mark.parametrize(
    "heading",
    [
        "Weergave van de gegevens uit het bericht",
        "Formulier voor het indienen van kosten",
        "Sjabloon leesbare weergave elektronisch document",
        "Uitgave van de maand november",
    ],
)
def test_a_heading_alone_is_no_certain_name(heading: str) -> None:
    """The title of a form would be paid as the supplier, and compared with the register."""
    invoice = read("\n\n".join((heading, ADDRESSEE, REFERENCES, MONEY, _FACTS)))
    assert invoice.supplier_name.value is None or _asked(invoice)


def test_an_ordinary_letterhead_is_certain() -> None:
    """Every good invoice would wait for a person."""
    assert not _asked(read(whole()))


@pytest.mark.parametrize("head", ["Klant", "Koper:", "Debiteur:", "Afnemer:"])
def test_the_name_in_the_block_of_the_customer_is_not_the_suppliers(head: str) -> None:
    """We would be registered as our own supplier."""
    block = f"{head}\nNummer: 88123\nNaam: Sociaal Domein Holding B.V.\n"
    page = read("\n\n".join(("Kostenoverzicht november", block, REFERENCES, MONEY, _FACTS)))
    assert page.supplier_name.value != "Sociaal Domein Holding B.V." or _asked(page)


@pytest.mark.parametrize("head", ["Leverancier", "Verkoper:", "Afzender:"])
def test_the_name_in_the_block_of_the_supplier_is_his(head: str) -> None:
    """The name would be taken from a heading while it stands at its own word."""
    block = f"{head}\nNummer: 549910\nNaam: Buitenkans B.V.\n"
    page = read("\n\n".join(("Kostenoverzicht november", block, ADDRESSEE, MONEY, _FACTS)))
    assert (page.supplier_name.value, _asked(page)) == ("Buitenkans B.V.", [])


def test_fields_whose_values_have_several_lines_are_one_block() -> None:
    """The name of the office that handles the case would be taken for the supplier's."""
    block = "Leverancier\nNummer:          549910\n\n\nNaam:            Buitenkans B.V.\n"
    office = "Kantoor Muster\nKerkstraat 12\n3811 AB Amersfoort\nTel. 033-4612345\n"
    page = read("\n\n".join(("Kostenoverzicht", block, ADDRESSEE, MONEY, office, _FACTS)))
    assert page.supplier_name.value == "Buitenkans B.V." or _asked(page)


def test_a_name_at_its_word_against_that_of_the_address_asks() -> None:
    """Of two firms on a page the wrong one would be taken for the supplier."""
    block = "Leverancier: Buitenkans B.V.\n"
    assert _asked(read(whole(head=LETTERHEAD, references=REFERENCES + block))) == ["two-names"]


def test_the_one_who_gave_the_care_is_no_second_supplier() -> None:
    """Every invoice that names a therapist would wait for a person."""
    block = "Zorgverlener: H.T. Smit\n"
    assert not _asked(read(whole(references=REFERENCES + block)))
