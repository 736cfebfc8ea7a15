"""Clients on an invoice are seen, their numbers masked, and numbers of firms left alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from intake.document.extract.invoice import find_invoice
from intake.model.invoice import SightingKind
from tests.document.typed import BUYER, read, typed, whole, words


@pytest.mark.parametrize(
    ("line", "kinds"),
    [
        ("BSN: 999990019", [SightingKind.BSN_LABELLED]),
        ("BSN cliënt 9999.90.019", [SightingKind.BSN_LABELLED]),
        ("1112.22.333", [SightingKind.BSN_GROUPED]),
        ("Cliënt: Jan Jansen, geb. 12-03-2012", [SightingKind.NAME_WITH_DETAILS]),
        ("Cliënt: J. Jansen\nGeboortedatum: 12-03-2012", [SightingKind.NAME_WITH_DETAILS]),
        ("Cliënt: Jan Jansen\nDorpsstraat 5, 1316 AA Almere", [SightingKind.NAME_WITH_DETAILS]),
        ("Betreft: Jan Jansen, geb. 12-03-2012", [SightingKind.NAME_WITH_DETAILS]),
        ("Cliënt: J.J.\nGeboortedatum: 12-03-2012", [SightingKind.INITIALS_WITH_DETAILS]),
        ("Cliënt: Pieter", [SightingKind.FIRST_NAME]),
        ("Jeugdige: Sanne de Wit", [SightingKind.FIRST_NAME]),
        ("kenmerk jeugdige 999993653", [SightingKind.BARE_NUMBER]),
        ("zorg 999993653", [SightingKind.BARE_NUMBER]),
    ],
)
def test_seen(line: str, kinds: list[SightingKind]) -> None:
    """A client could be recognised on an invoice that is passed on."""
    assert sorted({s.kind for s in read(whole(foot=line)).sightings}) == sorted(kinds)


@pytest.mark.parametrize(
    "line",
    [
        "Cliëntnummer: 111222333",
        "Cliënt: 10020",
        "Cliënt: J.J.",
        "Behandelaar: Jan de Vries",
        "Ordernummer 123456782",
        "AGB-code 12345678",
        "RSIN 810433941",
        "Opdrachtnummer: 123456782",
        "Contactpersoon: Mevr. A. Bakker",
        "Cliënt: zie bijlage",
        "OIN 00000001006462583000",
        "Verwijzer: huisarts Dr. P. de Wit",
        "t.n.v. J. Jansen",
        "Beschikkingsnummer 123456782",
        "Btw NL123456782B01",
        "Uw kenmerk: 123456782",
    ],
)
def test_left_alone(line: str) -> None:
    """A firm's, order's or therapist's data would be taken for a client's and a good invoice
    refused.
    """
    assert read(whole(foot=line)).sightings == ()


def test_numbers_of_clients_are_masked_everywhere() -> None:
    """A client's number would stand in the output, in a line or as evidence."""
    invoice = read(whole(foot="BSN: 999990019 en cliëntnummer 111222333\nnogmaals 999990019"))

    shown = "\n".join(line.text for line in invoice.lines)
    assert "999990019" not in shown
    assert "111222333" not in shown


def test_an_invoice_number_is_shown() -> None:
    """The provider's own number, which happens to pass the 11-test, would be hidden from him."""
    invoice = read(whole(references="Factuurnummer 111222333\nDatum 13-11-2026"))

    assert invoice.invoice_number.value == "111222333"
    assert invoice.sightings == ()


def test_hidden_text_counts_for_clients_only() -> None:
    """A BSN in white letters would pass, or white letters would complete an invoice."""
    document = typed(whole(foot=""))
    page = document.pages[0]
    secret = tuple(
        replace(w, hidden=True) for w in words("BSN 999990019\nFax 036-5219999", top=700)
    )
    invoice = find_invoice(
        replace(document, pages=(replace(page, words=page.words + secret),)), BUYER
    )

    assert [s.kind for s in invoice.sightings] == [SightingKind.BSN_LABELLED]
    assert invoice.supplier_fax.value is None
