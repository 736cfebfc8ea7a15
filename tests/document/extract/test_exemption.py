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
