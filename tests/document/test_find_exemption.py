"""Exemption from btw in every wording; denials and silence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.document.exemption import says_exempt
from tests.document.exemption_phrases import DENIED, EXEMPT, SILENT
from tests.document.typed import read, whole


@pytest.mark.parametrize("phrase", EXEMPT)
def test_says_exempt(phrase: str) -> None:
    """A provider who wrote this would be asked for a btw number he does not have."""
    money = "Totaal      € 750,00\n" + phrase.replace("\\n", "\n")

    assert read(whole(money=money)).vat_exempt.value is True


@pytest.mark.parametrize("phrase", DENIED)
def test_a_denial_is_no_exemption(phrase: str) -> None:
    """A provider who charges btw would pass for exempt."""
    assert says_exempt(phrase) is not True


@pytest.mark.parametrize("phrase", SILENT)
def test_silence_is_no_exemption(phrase: str) -> None:
    """An address, a date or "0 %" would pass for an exemption."""
    assert says_exempt(phrase) is None


@given(st.sampled_from([p for p in EXEMPT if "\\n" not in p]), st.sampled_from([str.upper, str.lower, str.title]), st.sampled_from(["  ", " ", "\u00a0"]))
def test_case_and_spaces_do_not_matter(phrase: str, change: object, space: str) -> None:
    """The same wording in capitals or with wide spaces would not be understood."""
    assert says_exempt(change(phrase).replace(" ", space)) is True  # type: ignore[operator]
