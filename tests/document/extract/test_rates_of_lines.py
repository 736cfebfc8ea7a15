"""Several rates on one invoice: which lines each is of, and which percentages are a discount's."""

from __future__ import annotations

import datetime as dt

import pytest

from intake.checks import vat_amount
from intake.model.verdict import History
from intake.profile import load
from tests.document.typed import read, whole

_TWO_RATES = [("9", "125.85", "11.33"), ("21", "462.50", "97.13")]


def _codes(money: str) -> list[str]:
    checked = vat_amount.check(
        read(whole(money=money)), load("almere"), dt.date(2026, 11, 30), History()
    )
    return [finding.code for finding in checked.findings]


def _lines(money: str) -> list[tuple[str, str, str]]:
    lines = sorted(read(whole(money=money)).vat_lines, key=lambda line: line.rate)
    return [(str(line.rate), str(line.net), str(line.vat)) for line in lines]


@pytest.mark.parametrize(
    "money",
    [
        """Omschrijving     Aantal     Prijs        BTW      Totaal
Knutselspullen      3       € 41,95      9%       € 137,18
Cursus              5       € 92,50      21%      € 559,63

Subtotaal                                         € 588,35
BTW                                               € 108,46
Totaal te betalen                                 € 696,81""",
        """Omschrijving     Aantal     Prijs        BTW%      Bedrag
Knutselspullen      1       125.85       9.0%      137.18
Cursus              1       462.50       21.0%     559.63
Totaal (excl. BTW):                                588.35 EUR
Totaal BTW:                                        108.46 EUR
Totaal (incl. BTW):                                696.81 EUR""",
        """Omschrijving     Aantal     BTW      Bedrag incl. btw
Cursus              5        21%      € 559,63
Knutselspullen      3        9%       € 137,18

Netto                                € 588,35
BTW                                  € 108,46
Te betalen                           € 696,81""",
        """Omschrijving     Aantal     Prijs        BTW      Bedrag
Knutselspullen      3       € 41,95      9%       € 125,85
Cursus              5       € 92,50      21%      € 462,50

Subtotaal                                         € 588,35
BTW                                               € 108,46
Totaal te betalen                                 € 696,81""",
    ],
)
def test_rates_of_lines(money: str) -> None:
    """An invoice with the rate in each of its lines would be refused for a rate that is absent."""
    assert _lines(money) == _TWO_RATES
    assert _codes(money) == []


@pytest.mark.parametrize(
    "money",
    [
        """Omschrijving     Aantal     Prijs        Totaal
Knutselspullen      3       € 41,95      € 125,85
Cursus              5       € 92,50      € 462,50

Subtotaal                                € 588,35
BTW 9%                                   € 11,33
BTW 21%                                  € 97,13
Totaal                                   € 696,81""",
        """Omschrijving     Aantal     Prijs        Totaal
Cursus              2       € 92,50      € 185,00
Knutselspullen      3       € 41,95      € 125,85
Advies              3       € 92,50      € 277,50

Subtotaal                                € 588,35
BTW (21%)                                € 97,13
BTW (9%)                                 € 11,33
Totaal                                   € 696,81""",
        """Omschrijving     Aantal     Prijs        Totaal
Knutselspullen      3       € 41,95      € 125,85
Cursus              5       € 92,50      € 462,50

Subtotaal                                € 588,35
BTW (9%, 21%)                            € 108,46
Totaal                                   € 696,81""",
        """Omschrijving                             Prijs
Knutselspullen (3 dagen)                 € 125,85
Cursus (5 uur)                           € 462,50
Subtotaal                                € 588,35
BTW (9%, 21%)                            € 108,46
Totaal                                   € 696,81""",
    ],
)
def test_lines_divided_over_the_rates(money: str) -> None:
    """A clerk would be asked for the bases of two rates that only one division of the lines gives."""
    assert _lines(money) == _TWO_RATES
    assert _codes(money) == []


@pytest.mark.parametrize(
    ("money", "code"),
    [
        (
            """Omschrijving     Aantal     Prijs        Totaal
Verf                1       € 100,00     € 100,00
Papier              1       € 100,10     € 100,10
Cursus              1       € 400,00     € 400,00

Subtotaal                                € 600,10
BTW 9%                                   € 9,01
BTW 21%                                  € 105,01
Totaal                                   € 714,12""",
            "bases-absent",
        ),
        (
            """Omschrijving     Aantal     Prijs        Totaal
Knutselspullen      3       € 41,95      € 125,85
Cursus              5       € 92,50      € 462,50

Subtotaal                                € 588,35
BTW 9%                                   € 21,33
BTW 21%                                  € 87,13
Totaal                                   € 696,81""",
            "bases-absent",
        ),
        (
            """Knutselspullen, 9%       € 130,00
Cursus, 21%              € 462,50

Subtotaal                € 588,35
BTW                      € 108,46
Totaal                   € 696,81""",
            "unreadable",
        ),
    ],
    ids=["two ways", "no way", "lines that do not add up"],
)
def test_rates_that_stay_a_question(money: str, code: str) -> None:
    """Bases would be made up, or an invoice with rates on it refused for having none."""
    assert _codes(money) == [code]


_PRICES = """Totaal excl. btw                 € 274,40
BTW                              € 57,62
Totaal incl. btw                 € 332,02"""


@pytest.mark.parametrize(
    "line",
    [
        "Grondslag 280,00, btw 21 %, korting 2 %    € 274,40",
        "Verf, korting 2 %, btw 21 %     280,00     € 274,40",
        "Verf, btw 21 %                  280,00     € 274,40",
        "Verf        € 280,00\nKorting 2 % over 280,00 excl. btw (21 %)     € -5,60",
        "Omschrijving     Prijs       BTW       Korting      Bedrag\n"
        "Verf             280,00      21 %      2 %          274,40",
        "Verf        € 280,00\nBtw 21 %, korting 2 %: € -5,60",
    ],
)
def test_percentage_of_discount(line: str) -> None:
    """An invoice with a discount would be refused for a rate of btw of 2 %, or for its arithmetic."""
    money = f"{line}\n{_PRICES}"
    assert [str(each.rate) for each in read(whole(money=money)).vat_lines] == ["21"]
    assert _codes(money) == []


@pytest.mark.parametrize("line", ["Btw-korting 2 %: € 5,60", "Korting 2 % (excl. btw): € 5,60"])
def test_discount_behind_the_total(line: str) -> None:
    """A discount that can still be had would be read as btw of 2 %, which was never in force."""
    money = (
        "Verf   € 280,00\nTotaal excl. btw   € 280,00\nBTW 21%  € 58,80\n"
        f"Totaal incl. btw  € 338,80\n{line}"
    )
    assert _codes(money) == []


def test_discount_in_a_column_beside_the_rate() -> None:
    """A column with discounts would hide the rate of each line, and the invoice ask for its bases."""
    money = """Omschrijving     Prijs        Korting      BTW       Bedrag
Cursus           280,00       2 %          21 %      274,40
Verf             100,00       5 %          9 %       95,00

Subtotaal                                            369,40
BTW                                                  66,17
Totaal                                               435,57"""
    assert _lines(money) == [("9", "95.00", "8.55"), ("21", "274.40", "57.62")]


@pytest.mark.parametrize("discount", ["Korting 2%    € 6,78", "Korting contant    € -6,78"])
@pytest.mark.parametrize("head", ["Omschrijving     Aantal     Prijs        Bedrag\n", ""])
def test_discount_behind_the_btw(head: str, discount: str) -> None:
    """Btw that is right for the lines would be refused because a discount comes behind it."""
    money = f"""{head}Verf                4       € 70,00      € 280,00
BTW 21%                                  € 58,80
{discount}
Totaal                                   € 332,02"""
    assert _codes(money) == ["several"]
