"""Headings that could mean something else, and marks of a draft within a line."""

from __future__ import annotations

import pytest

from intake.model.invoice import DocumentKind
from tests.document.typed import ADDRESSEE, LETTERHEAD, MONEY, REFERENCES, read, whole


@pytest.mark.parametrize(
    "title", ["Factuur overzicht", "FACTUUROVERZICHT", "Factuur-overzicht", "Invoice summary"]
)
@pytest.mark.parametrize(
    "references",
    [
        REFERENCES,
        "Factuur ID: 10036426\nDatum: 23 nov 2026",
        "Factuurnr.    77\nDatum    23-11-2026",
    ],
)
def test_an_overview_of_one_invoice_is_an_invoice(title: str, references: str) -> None:
    """An invoice whose program calls it an overview would be put aside, and its faults not be told."""
    text = "\n\n".join((LETTERHEAD, ADDRESSEE, title, references, MONEY))
    assert read(text).kind is DocumentKind.INVOICE


OPEN = (
    "Factuurnummer     Datum          Bedrag\n"
    "2026-0011         13-11-2026     € 750,00\n"
    "2026-0012         20-11-2026     € 250,00\n\n"
    "Totaal openstaand                € 1.000,00\n"
)


@pytest.mark.parametrize(
    "title",
    [
        "Factuuroverzicht",
        "Overzicht openstaande facturen",
        "Rekeningoverzicht",
        "Openstaande posten",
        "Statement",
    ],
)
def test_a_list_of_invoices_is_none(title: str) -> None:
    """A list of open invoices would be paid once more."""
    text = "\n\n".join((LETTERHEAD, ADDRESSEE, title, "Datum: 30-11-2026", OPEN))
    assert read(text).kind is DocumentKind.STATEMENT


@pytest.mark.parametrize(
    "mark",
    [
        "CONCEPT - nog niet definitief",
        "CONCEPT – niet betalen",
        "Concept, nog niet definitief",
        "Concept: niet verzenden",
        "*** CONCEPT ***",
        "(concept)",
        "CONCEPTFACTUUR d.d. 13-11-2026",
        "Conceptversie",
        "FACTUUR - CONCEPT",
        "Factuur 2026-0617 CONCEPT",
        "Factuur (kopie)",
        "KOPIE - origineel is per post verzonden",
        "Kopie factuur 2026-0617",
        "Status: concept",
        "Dit is een concept",
        "Dit is slechts een proefversie",
        "Deze factuur is nog niet definitief",
        "DRAFT - not final",
        "Draft invoice",
        "This is a draft.",
        "Voorlopige factuur",
        "DUPLICAAT (origineel verzonden op 1-11-2026)",
    ],
)
def test_a_draft(mark: str) -> None:
    """A draft or a copy would be paid as the invoice itself."""
    assert len(read(whole(foot=mark)).draft_marks) == 1
    assert len(read(whole(f"{mark}\n\n{LETTERHEAD}")).draft_marks) == 1


@pytest.mark.parametrize(
    "line",
    [
        "Wij maken een kopie van uw identiteitsbewijs",
        "Bespreken concept behandelplan        2        € 75,00      € 150,00",
        "Concept - zorgplan opgesteld          2        € 75,00      € 150,00",
        "Concept Zorg B.V.",
        "Zorgconcept Almere",
        "Kopie aan: administratie",
        "Kopie beschikking bijgevoegd",
        "Voorbeeldig begeleid wonen",
        "De definitieve beschikking volgt",
        "Conceptueel werken",
        "Proefbehandeling groep",
    ],
)
def test_words_that_are_no_draft(line: str) -> None:
    """An ordinary invoice would wait for a person because of a word in it."""
    assert read(whole(foot=line)).draft_marks == ()
