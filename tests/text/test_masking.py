"""Numbers that could be a client's are turned into stars, and others are left."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.text.bsn import passes_eleven_test
from intake.text.masking import masked
from tests.store.things import BSN

_GROUPS = st.sampled_from([(4, 2, 3), (3, 3, 3), (3, 2, 4), (2, 3, 4)])
_MARKS = st.sampled_from([".", "-", "/", " ", " - ", "_", "\N{EN DASH}"])
_BEFORE = st.sampled_from(["", "Regel 12 ", "op 1-9 ", "Het gaat om ", "3x "])
_BEHIND = st.sampled_from(["", ", 12 uur", ".", " en 14 dagen", "; zie 2"])


@given(_GROUPS, _MARKS, _BEFORE, _BEHIND)
def test_a_number_in_groups_is_starred_beside_any_other(
    groups: tuple[int, int, int], mark: str, before: str, behind: str
) -> None:
    """A clerk who copies a line of the attachment would mail the client's number to anybody."""
    first, second, _ = groups
    written = mark.join((BSN[:first], BSN[first : first + second], BSN[first + second :]))

    told = masked(f"{before}{written}{behind}")

    assert not any(part in told for part in (BSN[:first], BSN[-3:]))


@pytest.mark.parametrize("first", [190_000_000, 200_000_000])
@pytest.mark.parametrize("word", ["BSN ", "bsn: ", "cliënt met nummer ", "burgerservicenummer "])
def test_behind_a_word_for_a_client_nothing_is_a_year(first: int, word: str) -> None:
    """One number in ten of that range would leave in a letter."""
    number = next(filter(passes_eleven_test, map(str, range(first, first + 100))))
    assert number not in masked(word + number)


def test_digits_of_another_script_hide_nothing() -> None:
    """Full-width digits look the same to who reads them."""
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in BSN)

    assert wide not in masked(wide)
    assert wide not in masked(wide, near_client=True)


@pytest.mark.parametrize(
    "text",
    [
        "Factuur 2026-10-123",
        "2026-0117",
        "NL91 ABNA 0417 1643 00",
        "13-11-2026",
        "01-10-2026 t/m 31-10-2026",
        "€ 1.250,00",
        "036-521 23 45",
        "1338 AB Almere",
        "KvK 61532874, factuur F26-031",
    ],
)
def test_what_stands_on_every_invoice_is_left(text: str) -> None:
    """A letter full of stars helps nobody to mend an invoice."""
    assert masked(text) == text
