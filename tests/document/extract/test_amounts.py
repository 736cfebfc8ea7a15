"""Net, btw and gross in every arrangement of totals; exemption; credit notes."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.model.invoice import VatLine
from intake.text.amounts import amounts_in
from tests.document.typed import LETTERHEAD, read, whole


@pytest.mark.parametrize(
    ("lines", "net", "rate", "vat", "gross"),
    [
        (
            "Subtotaal        € 100,00\n21% btw          €  21,00\nTotaal           € 121,00",
            "100.00",
            "21",
            "21.00",
            "121.00",
        ),
        (
            "Totaal excl. btw 100,00\nBTW 21% 21,00\nTotaal incl. btw 121,00",
            "100.00",
            "21",
            "21.00",
            "121.00",
        ),
        (
            "Excl. btw     Btw 9%     Totaal\n€ 100,00      € 9,00     € 109,00",
            "100.00",
            "9",
            "9.00",
            "109.00",
        ),
        (
            "Netto            1.000,00\nBTW hoog          210,00\nTe betalen       1.210,00",
            "1000.00",
            "21",
            "210.00",
            "1210.00",
        ),
        (
            "21% btw over € 100,00    € 21,00\nTe betalen    € 121,00\nSubtotaal   € 100,00",
            "100.00",
            "21",
            "21.00",
            "121.00",
        ),
        (
            "Bedrag exclusief btw: EUR 1,234.56\nVAT 21%: EUR 259.26\nTotal: EUR 1,493.82",
            "1234.56",
            "21",
            "259.26",
            "1493.82",
        ),
        (
            (
                "Totaalbedrag exclusief btw  €  50,-\nBtw 21 %   € 10,50\nTotaalbedrag inclusief"
                " btw  € 60,50"
            ),
            "50.00",
            "21",
            "10.50",
            "60.50",
        ),
        (
            "Te betalen inclusief 21% btw: € 121,00\nwaarvan btw: € 21,00",
            "100.00",
            "21",
            "21.00",
            "121.00",
        ),
        ("Totaal € 121,00 waarvan € 21,00 btw (21%)", "100.00", "21", "21.00", "121.00"),
        (
            "Bedrag excl. BTW   100,00\nBTW 21%   22,00\nTotaal  121,00",
            "100.00",
            "21",
            "22.00",
            "121.00",
        ),
        (
            "Subtotaal   € 100,00\nBtw 0%      €   0,00\nTotaal      € 100,00",
            "100.00",
            "0",
            "0.00",
            "100.00",
        ),
        (
            "Totaal excl. BTW\n€ 100,00\n21% BTW\n€ 21,00\nTotaal incl. BTW\n€ 121,00",
            "100.00",
            "21",
            "21.00",
            "121.00",
        ),
        (
            (
                "Subtotaal   € 100,00\nReiskosten   € 10,00\nBTW 21%      € 23,10\nTotaal      €"
                " 133,10"
            ),
            "110.00",
            "21",
            "23.10",
            "133.10",
        ),
        (
            "Subtotaal   -€ 100,00\n21% btw   -€ 21,00\nTotaal   -€ 121,00",
            "-100.00",
            "21",
            "-21.00",
            "-121.00",
        ),
        (
            "Subtotaal   € -100,00\n21% btw   € -21,00\nTotaal   € -121,00",
            "-100.00",
            "21",
            "-21.00",
            "-121.00",
        ),
    ],
)
def test_totals(lines: str, net: str, rate: str, vat: str, gross: str) -> None:
    """The totals of a usual arrangement would be mixed up; a wrong sum on the page must stay as it
    stands there.
    """
    invoice = read(whole(money=lines))

    assert [
        str(f.value)
        for f in (invoice.net_amount, invoice.vat_rate, invoice.vat_amount, invoice.gross_amount)
    ] == [net, rate, vat, gross]


@pytest.mark.parametrize(
    "lines",
    [
        (
            "Subtotaal            € 150,00\n9% btw over € 50,00      € 4,50\n21% btw over € 100,00 "
            "  € 21,00\nTotaal    € 175,50"
        ),
        (
            "Btw%    Grondslag    Btw-bedrag\n9%      50,00      4,50\n21%     100,00     21,00\n"
            "Totaal excl. btw   150,00\nTotaal btw         25,50\nTotaal incl. btw   175,50"
        ),
    ],
)
def test_several_rates(lines: str) -> None:
    """An invoice with two rates would be refused for one of them."""
    invoice = read(whole(money=lines))

    assert invoice.vat_rate.value is None
    assert invoice.vat_amount.value == Decimal("25.50")
    assert invoice.vat_lines == (
        VatLine(Decimal(9), Decimal("50.00"), Decimal("4.50")),
        VatLine(Decimal(21), Decimal("100.00"), Decimal("21.00")),
    )


@pytest.mark.parametrize(
    "lines",
    [
        "Totaal   € 750,00\nVrijgesteld van btw op grond van art. 11",
        "Subtotaal € 750,00\nBtw (vrijgesteld) € 0,00\nTotaal € 750,00",
        "Totaal (vrijgesteld van btw): € 750,00",
        "Te voldoen: € 750,00\nWij zijn niet btw-plichtig",
    ],
)
def test_exempt(lines: str) -> None:
    """Exempt care, the usual case, would seem to lack its amount without btw."""
    invoice = read(whole(money=lines))

    assert invoice.vat_exempt.value is True
    assert (invoice.net_amount.value, invoice.vat_amount.value, invoice.gross_amount.value) == (
        Decimal("750.00"),
        Decimal("0.00"),
        Decimal("750.00"),
    )
    assert (invoice.vat_rate.value, invoice.vat_lines) == (None, ())


def test_exempt_and_charged_both_stay() -> None:
    """A clerk could not see that an invoice says exempt and asks btw all the same."""
    invoice = read(
        whole(money="Subtotaal € 100,00\nBtw 21% € 21,00\nTotaal € 121,00\nVrijgesteld van btw")
    )

    assert (invoice.vat_exempt.value, invoice.vat_amount.value, invoice.vat_rate.value) == (
        True,
        Decimal("21.00"),
        Decimal(21),
    )


def test_line_amounts() -> None:
    """A sum of lines that differs from the total could not be seen."""
    lines = (
        "Omschrijving        Aantal      Tarief      Bedrag\nBegeleiding           10        €"
        " 75,00    € 750,00\nReiskosten             1        € 10,00     € 10,00\n\nTotaal         "
        "                            € 760,00"
    )

    assert read(whole(money=lines)).line_amounts == (Decimal("750.00"), Decimal("10.00"))


@given(st.integers(0, 9_999_999_99), st.integers(0, 7))
def test_every_amount_is_read_in_every_form(cents: int, form: int) -> None:
    """Some amount would be read a hundred or a thousand times too large or too small."""
    value = Decimal(cents) / 100
    english = f"{value:,.2f}"
    dutch = english.replace(",", "x").replace(".", ",").replace("x", ".")
    text = (
        f"€ {dutch}",
        f"EUR {dutch}",
        dutch,
        f"€{english}",
        f"€ -{dutch}",
        f"{dutch} €",
        f"{dutch.replace('.', '')}",
        f"-€ {dutch}",
    )[form]
    signed = -value if form in (4, 7) else value

    assert [v for _, _, v, _ in amounts_in(f"Totaal: {text}")] == [signed]


@pytest.mark.parametrize(
    "text",
    [
        "10 uur",
        "21%",
        "13-11-2026",
        "06-12345678",
        "24.33.00.87",
        "NL91ABNA0417164300",
        "10:30",
        "blz. 1",
        "13.11.2026",
    ],
)
def test_what_is_no_amount(text: str) -> None:
    """A date, time or number would be added to the invoice's amounts."""
    assert list(amounts_in(text)) == []


@pytest.mark.parametrize(
    ("head", "foot", "net"),
    [
        (LETTERHEAD.replace("Btw NL002455799B11\n", ""), "Totaal  € 750,00", "750.00"),
        (LETTERHEAD, "Totaal  € 750,00", None),
        (LETTERHEAD.replace("Btw NL002455799B11\n", ""), "Totaal incl. btw  € 750,00", None),
    ],
)
def test_a_total_without_any_word_of_btw(head: str, foot: str, net: str | None) -> None:
    """Without btw number and btw the total is all there is; a provider who has a number must say
    what part is btw.
    """
    invoice = read(
        whole(
            head,
            money=(
                "Omschrijving    Bedrag\nBegeleiding 1   € 250,00\nBegeleiding 2   €"
                f" 500,00\n\n{foot}"
            ),
        )
    )

    assert invoice.gross_amount.value == Decimal("750.00")
    assert invoice.net_amount.value == (Decimal(net) if net else None)


@pytest.mark.parametrize(
    ("text", "value"),
    [("bedrag van € 2260,84- binnen 30 dagen", "-2260.84"), ("van € 10,00 - 20 dagen", "10.00")],
)
def test_a_minus_behind_the_amount_in_a_sentence(text: str, value: str) -> None:
    """A credit note would be paid out instead of taken off."""
    assert [found for _, _, found, _ in amounts_in(text)] == [Decimal(value)]
