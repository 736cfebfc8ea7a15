"""Totals in boxes, in sentences, under words of several lines and beside another block; lines that
name their rate or have no headings.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from intake.document.extract.invoice import find_invoice
from intake.model.invoice import DocumentKind, Invoice
from tests.document.typed import BUYER, typed, whole, words
from tests.kinds.test_amount_templates import (
    EXEMPT,
    LINES,
    RIGHT,
    amounts,
    exempt,
    taxed,
    told,
    untold,
)

TOTALS = (("Subtotaal", "400,00"), ("Btw 21%", "84,00"), ("Totaal", "484,00"))


def rows(*totals: tuple[str, str]) -> str:
    return "\n".join(label.ljust(45) + value for label, value in totals)


def vat_lines(invoice: Invoice) -> list[str]:
    return [f"{line.rate} {line.net} {line.vat}" for line in invoice.vat_lines]


@pytest.mark.parametrize("vat", ["BTW 21%", "BTW 21% over 400,00"])
@pytest.mark.parametrize("extra", [(), (("Afronding", "0,00"),)])
def test_totals_in_boxes(vat: str, extra: tuple[tuple[str, str], ...]) -> None:
    """Amounts at the far end of their boxes would have no word, and the invoice no total."""
    boxes = (("Totaal excl. btw", "400,00"), (vat, "84,00"), ("Totaal incl. btw", "484,00"), *extra)
    heads = "".join(label.ljust(24) for label, _ in boxes)
    values = "".join(value.rjust(22) + "  " for _, value in boxes)

    untold(taxed(f"{LINES}\n{heads}\n{values}"), *RIGHT)


def test_btw_of_two_rates_in_boxes() -> None:
    """What the btw is taken of would be the btw."""
    lines = LINES.replace("Rolstoel                 3 ", "Boeken (9% btw)          3 ")
    heads = "Totaal excl. btw       Btw 9% over 150,00     Btw 21% over 250,00    Totaal incl. btw"
    values = "          400,00                    13,50                   52,50              466,00"
    invoice = taxed(f"{lines}\n{heads}\n{values}")

    untold(invoice, "400.00", "66.00", "466.00")
    assert vat_lines(invoice) == ["9 150.00 13.50", "21 250.00 52.50"]


@pytest.mark.parametrize(
    "of", [" (21% btw)", ", 21% btw", " [21% btw]", " - 21% btw", " (excl. 21% btw)"]
)
@pytest.mark.parametrize("price", ["400,00        400,00", "              400,00"])
def test_rate_in_what_was_done(of: str, price: str) -> None:
    """The price of a line would be btw, and a line of one piece end the table."""
    lines = (
        "Omschrijving                     Aantal      Tarief        Bedrag\n"
        f"{('Inzet tolk' + of).ljust(33)}8            50,00        400,00\n"
        f"{('Advies' + of).ljust(33)}1           {price}\n"
    )
    totals = rows(("Totaal excl.", "800,00"), ("Btw 21%", "168,00"), ("Totaal", "968,00"))
    invoice = taxed(f"{lines}\n{totals}")

    untold(invoice, "800.00", "168.00", "968.00")
    assert vat_lines(invoice) == ["21 800.00 168.00"]
    assert sum(invoice.line_amounts) == 800


@pytest.mark.parametrize("label", ["Hoog tarief (21% btw)", "Totaal btw, 21% btw", "21% btw"])
def test_rate_in_the_word_for_the_btw(label: str) -> None:
    """The btw itself would be taken for a line that names its rate."""
    totals = rows(("Subtotaal", "400,00"), (label, "84,00"), ("Totaal", "484,00"))

    untold(taxed(f"{LINES}\n{totals}"), *RIGHT)


@pytest.mark.parametrize("said", ["bedraagt daarmee", "is", "wordt hiermee"])
@pytest.mark.parametrize("word", ["totaalbedrag", "te betalen bedrag"])
def test_total_in_the_next_line_of_a_sentence(said: str, word: str) -> None:
    """A total would be unread whose sentence goes on in the next line; the base would be the btw."""
    text = (
        "Het bedrag zonder btw is € 400,00. Daarbij komt 21% btw over € 400,00, zijnde € 84,00. Het"
        f" {word}\n{said} € 484,00."
    )

    untold(taxed(text), *RIGHT)


def test_two_rates_in_a_sentence() -> None:
    """What one rate is taken of would be all of the btw."""
    text = (
        "Het bedrag zonder btw is € 400,00. Daarbij komt 9% btw over € 150,00, zijnde € 13,50 en 21% btw\n"
        "over € 250,00, zijnde € 52,50. Het totaalbedrag is daarmee € 466,00."
    )
    invoice = taxed(text)

    untold(invoice, "400.00", "66.00", "466.00")
    assert vat_lines(invoice) == ["9 150.00 13.50", "21 250.00 52.50"]


def test_words_of_several_lines_with_their_base() -> None:
    """The last line of a long label would hide what the label says."""
    totals = """Totaalbedrag
exclusief
omzetbelasting            EUR 400,00

Omzetbelasting
tarief 9% over
EUR 150,00                 EUR 13,50

Omzetbelasting
tarief 21% over
EUR 250,00                 EUR 52,50

Totaal door u te
betalen bedrag            EUR 466,00"""
    invoice = taxed(f"{LINES}\n{totals}")

    untold(invoice, "400.00", "66.00", "466.00")
    assert vat_lines(invoice) == ["9 150.00 13.50", "21 250.00 52.50"]


def test_statement_of_exemption_beside_a_total() -> None:
    """ "Vrijgesteld van btw" left of the totals would make btw of the amount in its row."""
    lines = LINES + "\nVrijgesteld van BTW.           Goederen              400,00\n"

    untold(
        exempt(f"{lines}                               Factuurtotaal         400,00"),
        "400.00",
        "0.00",
        "400.00",
    )


def test_compound_with_btw_over_a_column() -> None:
    """ "Btw-datum" above the table would make btw of every price."""
    lines = LINES.replace("Tarief", "Prijs ")
    date = "                                   Btw-datum   13-11-2026\n\n"
    invoice = exempt(f"{date}{lines}\nTotaal                                              400,00")

    untold(invoice, "400.00", "0.00", "400.00")


@pytest.mark.parametrize("word", ["Kortingscode incl. btw", "Korting (incl. btw)"])
def test_discount_with_its_btw(word: str) -> None:
    """The sum before a discount would be a second total."""
    lines = """Product                       Aantal      Totaal incl. btw
Rolstoel  [21% btw]          1             544,50
"""
    totals = rows(
        ("Subtotaal incl. btw", "544,50"),
        (word, "-60,50"),
        ("Totaal incl. btw", "484,00"),
        ("Waarvan btw 21% over 400,00", "84,00"),
        ("Totaal excl. btw", "400,00"),
    )

    untold(taxed(f"{lines}\n{totals}"), *RIGHT)


@pytest.mark.parametrize("word", ["Uw korting 5%", "Globale korting 5%", "Extra korting"])
def test_whose_discount_it_is(word: str) -> None:
    """The sum of the lines would be paid instead of what is left of it."""
    totals = rows(
        ("Diensten en producten", "400,00"), (word, "-20,00"), ("Totaal te betalen", "380,00")
    )
    invoice = exempt(
        f"{totals}\n\n{LINES}\nSom van de regels                                   400,00"
    )

    untold(invoice, "380.00", "0.00", "380.00")


def test_discount_in_each_column() -> None:
    """The sum before the discount would be paid, without a question."""
    table = """Omschrijving        Aantal x tarief      Netto      21% btw      Bruto
Rolstoel            3 x 50,00           150,00        31,50     181,50
Hulpmiddel          1 x 250,00          250,00        52,50     302,50
Som                                     400,00        84,00     484,00
Korting 5%                              -20,00        -4,20     -24,20
Totaal                                  380,00        79,80     459,80
"""

    untold(taxed(table), "380.00", "79.80", "459.80")


def test_two_sets_of_totals() -> None:
    """Of two sets that both add up one would be paid, and nobody asked."""
    table = """Omschrijving        Aantal x tarief      Netto      21% btw      Bruto
Rolstoel            3 x 50,00           150,00        31,50     181,50
Hulpmiddel          1 x 250,00          250,00        52,50     302,50
Som                                     400,00        84,00     484,00
Bij nader inzien                        380,00        79,80     459,80
"""

    assert {"several-totals", "total-differs", "several"} & told(taxed(table))


@pytest.mark.parametrize("word", ["Betaling", "Betalingen", "Payment"])
def test_payment_between_total_and_balance(word: str) -> None:
    """What is left after a payment would be the invoice's total."""
    totals = rows(("Totaal", "400,00"), (word, "-100,00"), ("Openstaand saldo", "300,00"))
    invoice = exempt(f"{LINES}\n{totals}")

    assert amounts(invoice) == ["400.00", "0.00", "400.00"]
    assert told(invoice) == {"part-paid"}


RECEIPT = """Rolstoel
  3 x 50,00                        150,00
Hulpmiddel
  1 x 250,00                       250,00
"""


@pytest.mark.parametrize(("total", "asked"), [("400,00", set()), ("410,00", {"lines-differ"})])
@pytest.mark.parametrize("lines", [RECEIPT, RECEIPT.replace("\n  ", " ")])
def test_lines_without_headings(lines: str, total: str, asked: set[str]) -> None:
    """A sum that is wrong would pass where no heading stands over the lines."""
    assert told(exempt(f"{lines}\nTOTAAL EUR                         {total}\n{EXEMPT}")) == asked


def test_specification_beside_the_totals() -> None:
    """Rates left of the totals would be lines of the invoice, and a discount's percentage a rate."""
    blocks = """Tarief   Maatstaf van heffing   Btw        Totaal lijnen          400,00
9 %                135,00     12,15        Globale korting 10%    -40,00
21 %               225,00     47,25        Totaal excl. btw       360,00
                                           Totaal btw              59,40
                                           Totaal incl. btw       419,40
"""
    invoice = taxed(f"{LINES}\n{blocks}")

    untold(invoice, "360.00", "59.40", "419.40")
    assert vat_lines(invoice) == ["9 135.00 12.15", "21 225.00 47.25"]


def test_base_with_a_space_in_it() -> None:
    """The thousands of a base would be another number, and the rate have no base."""
    totals = """                              Total (HT)          1 400,00 €
21 %     1 400,00 €   294,00 €    Total TVA 21%         294,00 €
                              Total               1 694,00 €"""
    lines = """Omschrijving             Aantal      Tarief        Bedrag
Rolstoel                 4           350,00      1 400,00
"""
    invoice = taxed(f"{lines}\n{totals}")

    untold(invoice, "1400.00", "294.00", "1694.00")


@pytest.mark.parametrize("word", ["Totaal", "Te betalen", "Factuurbedrag"])
@pytest.mark.parametrize("digits", ["91000", "910"])
def test_total_without_sign_and_cents(word: str, digits: str) -> None:
    """Another row's amount would be paid, where the total may be euros or cents."""
    invoice = exempt(f"{LINES}\nReiskosten vooraf    € 12,50\n{word}                    {digits}")

    assert told(invoice) == {"unreadable"}


def test_digits_behind_a_word_for_an_amount_that_are_none() -> None:
    """A year or a number of hours would make the total beside it unreadable."""
    extra = rows(("Totaal", "120"), ("Factuurbedrag", "2026"), ("Totaal te betalen", "€ 400,00"))

    untold(exempt(f"{LINES}\n{extra}"), "400.00", "0.00", "400.00")


@pytest.mark.parametrize("word", ["Af: reeds door u betaald", "Minus betaald", "Reeds voldaan"])
@pytest.mark.parametrize("head", ["Omschrijving             Aantal      Tarief        Bedrag", ""])
def test_payment_in_many_words(word: str, head: str) -> None:
    """What is left after a payment would be the total, or the payment a line."""
    lines = LINES.split("\n", 1)[1]
    totals = [("Totaal factuur", "400,00"), (word, "-119,00"), ("Door u te betalen", "281,00")]
    table = "\n".join(label.ljust(49) + value.rjust(9) for label, value in totals)
    invoice = exempt(f"{head}\n{lines}\n{table}")

    assert amounts(invoice) == ["400.00", "0.00", "400.00"]
    assert told(invoice) == {"part-paid"}


SHOP = """Product                       Aantal      Totaal
Rolstoel                      3           150,00
Hulpmiddel                    1           250,00
"""


@pytest.mark.parametrize("lines", [LINES, SHOP])
@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize(("total", "asked"), [("400,00", set()), ("410,00", {"lines-differ"})])
def test_lines_without_a_price_or_behind_their_total(
    lines: str, first: bool, total: str, asked: set[str]
) -> None:
    """A sum that is wrong would pass when the total stands before its lines, or they have no price."""
    paid = f"Totaal te betalen                          {total}\n"

    assert told(exempt(f"{paid}\n{lines}" if first else f"{lines}\n{paid}")) == asked


@pytest.mark.parametrize("code", ["A 21%", "21%"])
def test_base_and_btw_behind_a_rate(code: str) -> None:
    """What the btw is taken of would be the btw."""
    spec = f"{code}            400,00        84,00"
    invoice = taxed(f"{LINES}\n{rows(*TOTALS)}\n\n{spec}")

    untold(invoice, *RIGHT)
    assert vat_lines(invoice) == ["21 400.00 84.00"]


@pytest.mark.parametrize("number", ["15.45.83.13", "13.11.2026"])
def test_care_beside_a_number_with_dots(number: str) -> None:
    """The address of a provider would be a line about care that is usually exempt."""
    mail = f"info@logeerhuis.nl        {number}"

    untold(taxed(f"{LINES}\n{rows(*TOTALS)}\n\n{mail}"), *RIGHT)


def test_subtotal_of_each_rate() -> None:
    """The subtotal of one rate would be all that is without btw."""
    totals = rows(
        ("Subtotaal 9%", "150,00"),
        ("Subtotaal 21%", "250,00"),
        ("Btw 9%", "13,50"),
        ("Btw 21%", "52,50"),
        ("Totaal", "466,00"),
    )
    invoice = taxed(f"{LINES}\n{totals}")

    untold(invoice, "400.00", "66.00", "466.00")
    assert vat_lines(invoice) == ["9 150.00 13.50", "21 250.00 52.50"]


@pytest.mark.parametrize("word", ["Te betalen voor", "Te voldoen vóór"])
def test_total_behind_the_day_of_payment(word: str) -> None:
    """A total whose word goes on with a date would be unread."""
    untold(
        taxed(f"{LINES}\nExclusief btw   400,00\n21% btw    84,00\n{word} 14-12-2026: € 484,00"),
        *RIGHT,
    )


@pytest.mark.parametrize(
    "text",
    [
        "Totaal € 484,00 (incl. € 84,00 btw 21%)",
        "Advies in oktober, 8 uur à € 50,00, dat is € 400,00 exclusief btw.\n"
        "Vermeerderd met 21% btw (€ 84,00) bedraagt de factuur € 484,00.",
    ],
)
def test_btw_in_brackets(text: str) -> None:
    """A remark in brackets would be less than nothing, and the invoice refused for its arithmetic."""
    untold(taxed(text), *RIGHT)


@pytest.mark.parametrize("gap", [4, 5, 8])
def test_headings_at_even_distances(gap: int) -> None:
    """Headings that stand equally far apart would be one text, and "Btw Totaal" a word for the btw."""
    heads = ("Omschrijving", "Netto", "Btw%", "Btw", "Totaal")
    lines = [
        ("Rolstoel", "150,00", "9%", "13,50", "163,50"),
        ("Hulpmiddel", "250,00", "21%", "52,50", "302,50"),
        ("Totaal", "400,00", "", "66,00", "466,00"),
    ]
    table = "\n".join(
        "".join(
            value.ljust(len(head) + gap)
            if head == "Omschrijving"
            else value.rjust(len(head)) + " " * gap
            for head, value in zip(heads, row, strict=True)
        )
        for row in (heads, *lines)
    )

    untold(taxed(table), "400.00", "66.00", "466.00")


def test_smaller_total_behind_another() -> None:
    """The sum of the lines would be paid where a later total is less, and nobody asked."""
    totals = rows(("Totaal", "400,00"), ("Wegens afspraak", "-40,00"), ("Totaal", "360,00"))

    assert told(exempt(f"{LINES}\n{totals}"))


def test_discount_in_a_sentence() -> None:
    """What a discount is taken off would be paid."""
    text = (
        "Samen is dat € 400,00. Hierop geven wij u een korting van 5%, € 20,00. Het totaalbedrag is daarmee"
        " € 380,00."
    )

    untold(exempt(f"{LINES}\n{text}"), "380.00", "0.00", "380.00")


def test_totals_beside_a_specification() -> None:
    """Of a specification right of the totals one rate's btw would be another total."""
    blocks = """Totaal excl. btw    400,00       Btw      Grondslag     Bedrag
Totaal btw           66,00       9%       150,00        13,50
Totaal incl. btw    466,00       21%      250,00        52,50"""

    untold(taxed(f"{LINES}\n{blocks}"), "400.00", "66.00", "466.00")


@pytest.mark.parametrize(("title", "size"), [("credit", 28), ("CREDITBON", 14), ("creditnota", 18)])
def test_title_of_a_credit_note(title: str, size: float) -> None:
    """A credit note would be an invoice whose amount is below nothing."""
    text = whole(money=LINES.replace("150,00\n", "-150,00\n") + "\nTotaal    -400,00", foot=EXEMPT)
    document = typed(text.replace("FACTUUR\n", "\n").replace("250,00\n", "-250,00\n"))
    page = document.pages[0]
    head = words(title, size, left=300, top=20)
    invoice = find_invoice(
        replace(document, pages=(replace(page, words=(*head, *page.words)),)), BUYER
    )

    assert invoice.kind is DocumentKind.CREDIT_NOTE
    assert "negative" not in told(invoice)


def test_rates_in_two_lines_of_a_sentence_with_a_discount() -> None:
    """The percentage of a discount would hide the rate behind it, and one rate be all of the btw."""
    text = (
        "Samen is dat € 420,00. Hierop geven wij u een korting van 2%, € 20,00. Het bedrag zonder btw is"
        " € 400,00. Daarbij komt 9% btw over € 150,00, zijnde € 13,50 en\n"
        "21% btw over € 250,00, zijnde € 52,50. Het totaalbedrag is daarmee € 466,00."
    )
    invoice = taxed(text)

    untold(invoice, "400.00", "66.00", "466.00")
    assert vat_lines(invoice) == ["9 150.00 13.50", "21 250.00 52.50"]
