"""A total is what the page prints: rows that repeat the sums of a table count once, and what we
added up ourselves asks a person.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from intake.checks import vat_amount
from intake.model.finding import Severity
from intake.model.verdict import History
from intake.profile import load
from tests.document.typed import read, whole

_ONE_RATE = (
    "Grondslag      Btw %     Btw-bedrag      Totaal\n"
    "1.056,05       21        221,77          1.277,82\n"
)
_TWO_RATES = (
    "Grondslag      Btw %     Btw-bedrag      Totaal\n"
    "100,00         9         9,00            109,00\n"
    "200,00         21        42,00           242,00\n"
)


@pytest.mark.parametrize(
    ("table", "net", "vat", "gross"),
    [
        (
            _ONE_RATE + "1.056,05       EUR       221,77          1.277,82",
            "1056.05",
            "221.77",
            "1277.82",
        ),
        (
            _ONE_RATE + "1.056,05                 221,77          1.277,82",
            "1056.05",
            "221.77",
            "1277.82",
        ),
        (
            _ONE_RATE + "1.056,05       €         221,77          1.277,82",
            "1056.05",
            "221.77",
            "1277.82",
        ),
        (
            _TWO_RATES + "300,00         EUR       51,00           351,00",
            "300.00",
            "51.00",
            "351.00",
        ),
        (
            _TWO_RATES + "300,00                   51,00           351,00",
            "300.00",
            "51.00",
            "351.00",
        ),
        (
            "Excl. btw      Btw %     Btw             Incl. btw\n"
            "80,00          21        16,80           96,80\n"
            "80,00          EUR       16,80           96,80",
            "80.00",
            "16.80",
            "96.80",
        ),
    ],
)
def test_a_row_that_repeats_the_sums_of_a_table_of_btw_counts_once(
    table: str, net: str, vat: str, gross: str
) -> None:
    """A provider would be paid twice what the invoice asks."""
    invoice = read(whole(money=table))
    amounts = (invoice.net_amount, invoice.vat_amount, invoice.gross_amount)
    assert [each.value for each in amounts] == [Decimal(net), Decimal(vat), Decimal(gross)]


def test_two_lines_of_the_same_amount_are_both_charged() -> None:
    """The second of two equal days of care would be taken for the total of the first."""
    lines = (
        "Datum           Uren      Tarief         Bedrag\n"
        "02-11-2026      2,0       50,00          100,00\n"
        "09-11-2026      2,0       50,00          100,00\n"
        "Totaal                                   200,00\n"
        "Vrijgesteld van btw"
    )
    assert read(whole(money=lines)).gross_amount.value == Decimal("200.00")


@pytest.mark.parametrize(
    "table",
    [
        "Netto          Btw %     Btw             Bruto\n"
        "100,00         9         9,00            109,00\n"
        "200,00         21        42,00           242,00",
        "Excl. btw      Btw %     Btw             Incl. btw\n"
        "50,00          9         4,50            54,50\n"
        "70,00          21        14,70           84,70\n"
        "30,00          21        6,30            36,30",
    ],
)
def test_a_total_that_stands_nowhere_asks(table: str) -> None:
    """An amount that we added up ourselves would be paid without anyone having looked."""
    gross = read(whole(money=table)).gross_amount
    assert gross.value is None or gross.others


@pytest.mark.parametrize(
    ("rows", "net"),
    [
        (
            "Omzetbelasting (hoog)                  275,00\n"
            "Bedrag voor heffing                    473,00\n"
            "Heffing                                 56,87\n"
            "Te betalen                             529,87",
            "473.00",
        ),
        (
            "Btw over reiskosten                     80,00\n"
            "Prestaties                             300,00\n"
            "Belast met                              51,00\n"
            "Te betalen                             351,00",
            "300.00",
        ),
    ],
)
def test_another_pair_of_amounts_that_is_the_total_asks(rows: str, net: str) -> None:
    """A base at the word btw would be booked as the btw, and the rest as the net amount."""
    field = read(whole(money=rows)).net_amount
    assert field.value == Decimal(net) or Decimal(net) in [each.value for each in field.others]


def test_no_btw_read_while_net_and_total_differ_asks() -> None:
    """Btw that we did not see would be paid as if nobody had charged it."""
    rows = (
        "Bedrag excl. btw                       218,48\n"
        "Heffing                                 14,99\n"
        "Btw op reiskosten                        0,00\n"
        "Totaal incl. btw                       233,47"
    )
    invoice = read(whole(money=rows))
    result = vat_amount.check(invoice, load("almere"), dt.date(2026, 11, 30), History())
    assert result.findings


@pytest.mark.parametrize(
    ("rows", "vat"),
    [
        (
            "Factuur totaal                          EUR 49,99\n"
            "       BTW %     Grondslag BTW      bedrag      Totaal\n"
            "       21 %      41,31              8,68        49,99",
            "8.68",
        ),
        (
            "Te betalen                              EUR 242,00\n"
            "       BTW %     Grondslag BTW      bedrag      Totaal\n"
            "       21 %      200,00             42,00       242,00",
            "42.00",
        ),
    ],
)
def test_the_base_of_a_rate_is_not_the_btw(rows: str, vat: str) -> None:
    """The net amount would be booked as btw, and the payment split wrongly."""
    assert read(whole(money=rows)).vat_amount.value == Decimal(vat)


@pytest.mark.parametrize(
    "rows",
    [
        "Totaal te betalen      34,73\nBtw                    34,73",
        "Totaal                 60,00\nbtw                    45,00",
    ],
)
def test_btw_of_more_than_half_the_total_is_not_believed(rows: str) -> None:
    """An amount of another column would be booked as btw."""
    invoice = read(whole(money=rows))
    assert invoice.vat_amount.value is None
    result = vat_amount.check(invoice, load("almere"), dt.date(2026, 11, 30), History())
    assert {finding.severity for finding in result.findings} == {Severity.REVIEW}


@pytest.mark.parametrize("last", ["Totaal te betalen", "Totaal", "Totaal na korting"])
@pytest.mark.parametrize(
    "stage",
    [
        "Totaal voor korting",
        "Totaal vóór korting",
        "Bedrag voor korting:",
        "Totaal (voor korting)",
        "Totaal zonder korting",
        "Total before discount",
    ],
)
def test_total_before_a_discount_is_not_the_total(stage: str, last: str) -> None:
    """The municipality would pay the amount from which the discount has still to come off."""
    invoice = read(
        whole(
            money=f"""Omschrijving      Aantal   Prijs      Btw    Totaal
Coaching            20     €71,30     21%    €1.725,46
Reiskosten          140    €0,23      21%    €38,96

Subtotaal                                    €1.458,20
BTW                                          €306,22
{stage:30}               €1.764,42
Korting                                      -€176,44
{last:30}               €1.587,98"""
        )
    )

    assert invoice.gross_amount.value == Decimal("1587.98")
    assert invoice.gross_amount.others == ()
    assert (invoice.net_amount.value, invoice.vat_amount.value) == (
        Decimal("1458.20"),
        Decimal("306.22"),
    )
