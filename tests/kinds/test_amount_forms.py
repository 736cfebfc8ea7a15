"""Amounts in every form that people and programs write: read whole, or told as unread; never cut."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake import profile
from intake.checks.registry import on_invoice
from intake.model.invoice import Invoice, Presence
from intake.text.amounts import amounts_in, unread_in
from tests.corpus.bill import TODAY
from tests.document.typed import LETTERHEAD, read, whole

ALMERE = profile.load("almere")
EXEMPT = LETTERHEAD.replace("Btw NL002455799B11\n", "")
HEADS = "Omschrijving        Aantal      Tarief        Bedrag"
READ = (
    "€ 1’250,00", "€ 1'250,00", "€ 1‘250,00", "€ 1´250,00", "€ 1`250,00", "€ 1′250,00",
    "€ 1·250,00", "1’250,00",
    "€ 1.250:00", "1.250:00", "€ 1250:00", "€ 1.250;00", "€ 1. 250,00", "1. 250,00",
    "€ 1.250, 00", "€ 1.250 ,00",
    "€ 1250, 00", "€ 1250,-", "€ 1.250,-", "€ 1.250,--", "€ 1.250,—", "€ 1.250,=", "1250,-", "€ 1.250.-",
    "€ ***1.250,00", "EUR *1.250,00*", "€ +1.250,00", "€ 1 .250,00", "€ 1.250‚00", "€ 1:250,00",
    "€ 1.250/00", "€ 1.250-00", "€ 1٬250٫00",
    "€ 1 250,00", "€ 1\u00a0250,00", "1\u00a0250,00", "1\u202f250,00", "1\u2009250,00", "1\u2007250,00",
    "€ 1,250.00", "1,250.00", "EUR1250", "EUR 1.250,00", "EURO 1250,00", "Eur. 1.250,00",
    "euro 1.250,00", "1250 EUR",
    "€1.250.00", "€ 1,250,00", "€ １.２５０,００", "€ １．２５０，００", "€ 1.25O,OO",
    "€ l.250,00", "€ I.250,00", "l.25O,OO",
    "€1250", "€ 1.250", "1.250,00€", "1.250,00 euro", "€ 1'250.00", "€1.250,00,-", "€ 1250,0",
)  # fmt: skip
UNREAD = (
    "€ 1?250,00", "€ 1.2500,00", "€ 12.50,00", "€ 1_250,00", "€ 1-250,00", "€ 1.250,000",
    "€ 1.25x,00", "€ 1~250,00",
    "€ 1.25.0,00", "€ 1 . 250,00", "€ 1.250?00", '€ 1"250,00', "€ 1/250,00", "€ 1.250,00.00", "€ #250,00",
)  # fmt: skip


def exempt(total: str, line: str = "", label: str = "Totaal te betalen:") -> Invoice:
    table = f"{HEADS}\nBegeleiding           25 uur    € 50,00    {line}"
    return read(
        whole(
            EXEMPT,
            money=f"{table}\n\n{label} {total}\nVrijgesteld van btw op grond van artikel 11 Wet OB.",
        )
    )


def asked(invoice: Invoice) -> set[tuple[str, str]]:
    results = on_invoice(invoice, ALMERE, TODAY, None)
    return {(f.check, f.severity.value) for r in results for f in r.findings}


@pytest.mark.parametrize("text", READ)
def test_read_whole(text: str) -> None:
    """A thousandth of the total would be paid, or the price of one line."""
    assert [value for _, _, value, _ in amounts_in(f"Totaal: {text}")] == [Decimal("1250.00")]
    for line in (text, "€ 1.250,00", ""):
        invoice = exempt(text, line)
        assert (invoice.net_amount.value, invoice.gross_amount.value) == (Decimal("1250.00"),) * 2
        proved = (
            bool(line) or not re.search(r"\d\s\d", text) or "€" in text
        )  # else it may be a count and 250
        assert proved is not any(check == "net-amount" for check, _ in asked(invoice))


@pytest.mark.parametrize("text", UNREAD)
def test_unread_is_told(text: str) -> None:
    """An amount cut at a sign that we do not know, or one of another row, would be paid in silence."""
    assert not [value for _, _, value, _ in amounts_in(f"Totaal: {text}")]
    for line in (text, "€ 1.250,00", "€ 50,00", ""):
        invoice = exempt(text, line)
        assert invoice.gross_amount.value is None
        assert ("net-amount", "review") in asked(invoice)
        assert ("net-amount", "reject") not in asked(invoice)


@pytest.mark.parametrize("text", [*UNREAD[:8], "1?250,00", "1_250,00", "1.2500,00"])
@pytest.mark.parametrize("which", [0, 1, 2])
def test_unread_beside_btw(which: int, text: str) -> None:
    """The total of a taxed invoice that cannot be read would pass unseen, or be taken from a line."""
    amounts = ["€ 1.250,00", "€ 262,50", "€ 1.512,50"]
    amounts[which] = text
    rows = zip(("Totaal excl. btw", "Btw 21%", "Totaal incl. btw"), amounts, strict=True)
    table = f"{HEADS}\nRolstoel           25 uur    € 50,00    € 1.250,00"
    invoice = read(
        whole(money=f"{table}\n\n" + "\n".join(f"{label:40}{amount}" for label, amount in rows))
    )

    found = [invoice.net_amount, invoice.vat_amount, invoice.gross_amount]
    truth = [Decimal("1250.00"), Decimal("262.50"), Decimal("1512.50")]
    assert found[which].value is None
    assert all(f.value in (None, value) for f, value in zip(found, truth, strict=True))
    assert {
        severity for check, severity in asked(invoice) if check in ("net-amount", "vat-amount")
    } == {"review"}


@pytest.mark.parametrize(
    "text",
    [
        "10 uur", "21%", "13-11-2026", "13.11.2026", "06-12345678", "24.33.00.87",
        "NL91ABNA0417164300", "10:30",
        "10:00 - 11:30", "blz. 1/2", "v1.25", "2.2.1", "art. 11, lid 1", "A4", "Olie 10",
        "1e", "10.30u", "12 x 5",
    ],
)  # fmt: skip
def test_no_amount(text: str) -> None:
    """A date, time or number would be added to the invoice's amounts, or asked of a person."""
    assert not amounts_in(text)
    assert not [each for each in unread_in(text) if each[2]]


@given(
    st.integers(1000_00, 99_999_999),
    st.sampled_from("’‘´`′'.\u00a0\u202f\u2009 "),
    st.sampled_from(",.:"),
)
def test_every_mark_between_thousands_and_cents(cents: int, thousands: str, decimal: str) -> None:
    """Some amount would be read a thousand times too small."""
    whole_part, rest = divmod(cents, 100)
    text = f"€ {whole_part:,}".replace(",", thousands) + f"{decimal}{rest:02}"

    assert [value for _, _, value, _ in amounts_in(text)] == [Decimal(cents) / 100]


@pytest.mark.parametrize(("total", "value"), [("1 250,00", "1250.00"), ("12 345,67", "12345.67")])
def test_a_space_behind_the_label(total: str, value: str) -> None:
    """The digits before the space would be left off."""
    invoice = exempt(total)
    assert value in {
        str(f.value) for f in (invoice.gross_amount.found, *invoice.gross_amount.others) if f
    }
    assert str(invoice.gross_amount.value) == value


def test_a_count_before_an_amount_is_none_of_it() -> None:
    """Two times 250 would be read as 2,250."""
    table = "Begeleiding 2 250,00 500,00\nVervoer 1 100,00 100,00"
    invoice = read(whole(EXEMPT, money=f"{table}\n\nTotaal 600,00\nVrijgesteld van btw"))

    assert invoice.gross_amount.value == Decimal("600.00")
    assert not invoice.gross_amount.others


@pytest.mark.parametrize("lost", ["€ .,", "€ □.□□□,□□", "€ X.XXX,XX", "EUR ?.,?", "€", ""])
@pytest.mark.parametrize("label", ["Totaal", "Totaal te betalen:", "Te betalen"])
def test_the_price_of_a_line_is_no_total(label: str, lost: str) -> None:
    """The tariff of an hour would be paid in silence, where a font lost the digits of the total, or
    nobody filled it in.
    """
    invoice = exempt(lost, line=lost, label=label)

    assert invoice.gross_amount.presence is Presence.UNREADABLE
    assert ("net-amount", "review") in asked(invoice)
