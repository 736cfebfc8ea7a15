"""Labels in a line of text, one line each."""

from __future__ import annotations

import pytest

from intake.document.layout.label_matcher import heads_table, labels_in, may_hold
from intake.document.layout.label_words import LABELS, LONE, Label
from tests.document.typed import sheet


def test_every_label_has_words() -> None:
    """A label without words would be found on no invoice."""
    assert set(LABELS) == set(Label)
    assert {phrase for phrases in LABELS.values() for phrase in phrases} >= LONE


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("KvK-nummer: 12345678", [(Label.KVK, "KvK-nummer")]),
        ("K.v.K. 12345678", [(Label.KVK, "K.v.K")]),
        ("KvK12345678", [(Label.KVK, "KvK")]),
        ("Factuurnummer", [(Label.INVOICE_NUMBER, "Factuurnummer")]),
        ("Uw btw-nummer", [(Label.CUSTOMER_NUMBER, "Uw btw-nummer")]),
        ("T 036-5212345", [(Label.PHONE, "T")]),
        ("Jan T Jansen", []),
        ("Datum: 13-11-2026", [(Label.DATE, "Datum")]),
        ("op die datum begon de zorg", []),
        ("Cliëntnummer 4411", [(Label.CLIENT_NUMBER, "Cliëntnummer")]),
        ("factuurnummers", []),
        ("12345678", []),
        ("Btw-id: x | IBAN: y", [(Label.VAT_ID, "Btw-id"), (Label.IBAN, "IBAN")]),
    ],
)
def test_labels(text: str, found: list[tuple[Label, str]]) -> None:
    """A value would be given to the wrong field, or a sentence taken for a form."""
    assert [(label, text[start:end]) for label, _, start, end in labels_in(text)] == found


@pytest.mark.parametrize(
    ("row", "heads"),
    [
        ("Omschrijving      Aantal      Tarief", True),
        ("Datum             Bedrag", True),
        ("Factuurnummer     Totaal", False),
        ("Totaal            € 750,00", False),
        ("Van               Tot", False),
    ],
)
def test_rows_that_head_the_lines(row: str, heads: bool) -> None:
    """The date of a visit would be the date of issue."""
    assert heads_table(sheet(row).rows[0]) is heads


def test_may_hold_never_misses() -> None:
    """A paragraph would be left out in which the label stands."""
    assert may_hold("bij de K.v.K. onder nummer", Label.KVK)
    assert not may_hold("bij de bank", Label.KVK)
