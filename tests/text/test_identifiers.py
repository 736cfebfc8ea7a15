"""Numbers glued to words, and phone numbers in forms that a form or an editor gives them."""

from __future__ import annotations

import pytest

from intake.checks.supplier_phone import _could_be_dialled
from intake.text.identifiers import btws_in, ibans_in, phones_in, postcodes_in

IBAN, BTW = "NL31RABO0317445092", "NL002455799B11"


@pytest.mark.parametrize(
    "text",
    [
        "IBANNL31RABO0317445092",
        "IBANNL31 RABO 0317 4450 92",
        "BIC:RABONL2UNL31RABO0317445092",
        "REKNRNL31RABO0317445092",
        "RekeningnummerNL31RABO0317445092",
        "BICRABONL2UIBANNL31RABO0317445092TNV",
        "NL31RABO0317445092BIC:RABONL2U",
        "NL31RABO0317445092t.n.v. Het Kompas",
        "NL31 RABO 0317 4450 92KvK 61532874",
        "KVK61532874NL31RABO0317445092",
    ],
)
def test_an_account_glued_to_words(text: str) -> None:
    """An invoice would be refused for having no account because a space is missing."""
    assert [value for _, _, value, whole in ibans_in(text) if whole] == [IBAN]


@pytest.mark.parametrize(
    "text", ["XNL31RABO0317445093", "REF31NL31RABO0317445093", "ORDERNL12ABCD3456789012"]
)
def test_letters_and_digits_that_are_no_account(text: str) -> None:
    """A reference that only looks like an account, in the middle of other letters, would be paid."""
    assert list(ibans_in(text)) == []


@pytest.mark.parametrize(
    "text",
    [
        "BTWNL002455799B11",
        "BTW-NRNL002455799B11",
        "BtwNL002455799B11",
        "KVK61532874BTWNL002455799B11",
        "NL002455799B11KvK61532874",
        "BTWNL0024.55.799.B11",
    ],
)
def test_a_btw_number_glued_to_words(text: str) -> None:
    """An invoice would be refused for having no btw number because a space is missing."""
    assert [value for _, _, value in btws_in(text)] == [BTW]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("1338ABAlmere", ["1338AB"]),
        ("1338 ABAlmere", ["1338AB"]),
        ("Lijsterbeslaan 14,1338 AB Almere", ["1338AB"]),
        ("1338AB1234", []),
        ("1338ABN", []),
        ("€ 12,1338 eu Totaal", []),
    ],
)
def test_a_postcode_glued_to_the_place(text: str, codes: list[str]) -> None:
    """An address would be refused as missing because a space is missing."""
    assert [code for _, _, code in postcodes_in(text)] == codes


@pytest.mark.parametrize(
    "text",
    [
        "+31 (0)30 271 98 00",
        "+31(0)302719800",
        "+31-(0)30-271 98 00",
        "+31 ( 0 ) 30 2719800",
        "+31 [0]30 2719800",
        "(+31) 30 271 98 00",
        "(+31)(0)30 2719800",
        "+31(030)2719800",
        "0031 (0)30 2719800",
        "00 31 30 2719800",
        "(0)30 2719800",
        "(030) 271 98 00",
        "030\u20112719800",
        "030\u20142719800",
        "030.271.98.00",
        "030/2719800",
    ],
)
def test_phone_numbers(text: str) -> None:
    """A supplier would be told that the phone number is missing because of its brackets or dashes."""
    for line in (text, f"Tel.{text}", f"Bel ons op {text}."):
        assert [line[start:end] for start, end, valid in phones_in(line) if valid] == [text]
    assert _could_be_dialled(text)


@pytest.mark.parametrize("text", ["3.0302719800", "A0302719800", "0 36 52 12"])
def test_digits_that_are_no_phone_number(text: str) -> None:
    """Part of an amount or a code would pass for a phone number."""
    assert not any(valid for *_, valid in phones_in(text))
