"""Exemption from btw in every wording; denials and silence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.document.extract.exemption_phrases import DENIED, EXEMPT, SILENT
from tests.document.typed import read, whole


def said(phrase: str) -> bool | None:
    """What an invoice with these words under its total says of an exemption."""
    return read(whole(money=f"Totaal      € 750,00\n{phrase}")).vat_exempt.value


@pytest.mark.parametrize("phrase", EXEMPT)
def test_says_exempt(phrase: str) -> None:
    """A provider who wrote this would be asked for a btw number he does not have."""
    assert said(phrase.replace("\\n", "\n")) is True


@pytest.mark.parametrize("phrase", DENIED)
def test_a_denial_is_no_exemption(phrase: str) -> None:
    """A provider who charges btw would pass for exempt."""
    assert said(phrase) is not True


@pytest.mark.parametrize("phrase", SILENT)
def test_silence_is_no_exemption(phrase: str) -> None:
    """An address, a date or "0 %" would pass for an exemption."""
    assert said(phrase) is None


@given(
    st.sampled_from([p for p in EXEMPT if "\\n" not in p]),
    st.sampled_from([str.upper, str.lower, str.title]),
    st.sampled_from(["  ", " ", "\u00a0"]),
)
def test_case_and_spaces_do_not_matter(phrase: str, change: object, space: str) -> None:
    """The same wording in capitals or with wide spaces would not be understood."""
    assert said(change(phrase).replace(" ", space)) is True  # type: ignore[operator]


@pytest.mark.parametrize("head", ["BTW %", "Btw", "Btw-tarief", "VAT"])
@pytest.mark.parametrize("word", ["Vrijgesteld", "vrij", "Vrijgest.", "exempt"])
def test_the_word_stands_under_the_heading_of_a_column(head: str, word: str) -> None:
    """A provider whose program prints the btw in a box would be told that 0 % is no exemption."""
    box = f"Netto   {head:>14}      Btw-bedrag      Te betalen\n"
    row = f"750,00  {word:>14}            0,00          750,00"
    lines = (
        f"Omschrijving        Aantal  {head:>14}        Bedrag\n"
        f"Begeleiding             10  {'0,00':>14}        750,00\n"
        f"Reistijd                10  {word:>14}        750,00\n\nTotaal  1500,00"
    )
    boxed = read(whole(money=f"Begeleiding  10   75,00   750,00\n\n{box}{row}"))
    assert boxed.vat_exempt.value is True
    assert read(whole(money=lines)).vat_exempt.value is True


@pytest.mark.parametrize("word", ["Vrij", "vrijgesteld"])
@pytest.mark.parametrize("head", ["Dag", "Status", "Eigen bijdrage"])
def test_the_word_stands_under_another_heading(head: str, word: str) -> None:
    """A day off, or a client who pays no share, would pass for an exemption."""
    lines = (
        f"Omschrijving        Btw    {head:>14}        Bedrag\n"
        f"Begeleiding         0%     {word:>14}        750,00\n\nTotaal  750,00"
    )
    assert read(whole(money=lines)).vat_exempt.value is None
