"""A number of which a piece may be missing: another number would be paid by and known again."""

from __future__ import annotations

import pytest

from tests.document.typed import read

PAGE = """Zorgpraktijk De Vlinder
Kerkstraat 12
3811 AB Amersfoort

FACTUUR

{number}

Totaal        100,00
"""


@pytest.mark.parametrize(
    "number",
    [
        "Factuurnummer:         ACC-\n                       SINV-2026-00512",
        "Factuurnummer:         FA/\n                       2026/0117",
        "Factuurnummer    Aantal\n\n          3",
    ],
)
def test_half_a_number_is_no_number(number: str) -> None:
    """The half of a number, or a quantity, would go to the finance package without a question."""
    field = read(PAGE.format(number=number)).invoice_number
    whole = {"ACC-SINV-2026-00512", "FA/2026/0117"}

    assert field.value is None or field.others or field.value in whole


@pytest.mark.parametrize("number", ["Factuurnummer:    3", "Factuurnummer:    2026-117"])
def test_a_number_beside_its_label_is_sure(number: str) -> None:
    """The first invoice of a new practice would be asked about."""
    field = read(PAGE.format(number=number)).invoice_number

    assert (field.value, field.others) == (number.split()[-1], ())
