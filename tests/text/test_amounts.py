"""How amounts, percentages and numbers are written, one line each."""

from __future__ import annotations

from decimal import Decimal

import pytest

from intake.text.amounts import amounts_in, numbers_in, rates_in


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        ("€ 1.234,56", ["1234.56"]),
        ("EUR 49,99", ["49.99"]),
        ("1.234,-", ["1234.00"]),
        ("1,234.56", ["1234.56"]),
        ("€ 1 234,56", ["1234.56"]),
        ("€ -9,32", ["-9.32"]),
        ("9,32-", ["-9.32"]),
        ("(9,32)", ["-9.32"]),
        ("9,32 CR", ["-9.32"]),
        ("korting - 9,32", ["9.32"]),
        ("korting -9,32", ["-9.32"]),
        ("10 uur 75,00 750,00", ["75.00", "750.00"]),
        ("12 34,50", ["34.50"]),
        ("€ 80", ["80.00"]),
        ("80", []),
        ("21,00 %", []),
        ("13.11.2026", []),
        ("999.999.999,00", []),
        ("v1.25", []),
        ("schaal 1:100,00", []),
    ],
)
def test_amounts(text: str, amounts: list[str]) -> None:
    """A total would be read wrong, or a date or percentage taken for money."""
    assert [value for _, _, value, _ in amounts_in(text)] == [Decimal(a) for a in amounts]


@pytest.mark.parametrize(
    ("text", "rates"),
    [
        ("21%", [21]),
        ("21 % btw", [21]),
        ("9,5 procent", [Decimal("9.5")]),
        ("100%", []),
        ("21", []),
    ],
)
def test_rates(text: str, rates: list[Decimal]) -> None:
    """A percentage of the btw would be missed, or a discount taken for one."""
    assert [rate for _, _, rate in rates_in(text)] == rates


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("10 x € 75,00", ["10", "75.00"]),
        ("2,25 uur", ["2.25"]),
        ("2026-0117", ["2026", "0117"]),
        ("a12", []),
    ],
)
def test_numbers(text: str, numbers: list[str]) -> None:
    """Quantity times price would not prove a line of the invoice."""
    assert list(numbers_in(text)) == [Decimal(n) for n in numbers]
