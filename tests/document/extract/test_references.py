"""The invoice's number and date, whatever they look like and whatever dates and numbers stand
beside them.
"""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.model.invoice import DocumentKind, Presence
from intake.text.dates import dates_in, exists
from tests.document.typed import ADDRESSEE, LETTERHEAD, MONEY, read, whole


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("Factuurnummer: 2026-0011", "2026-0011"),
        ("Factuurnr. 20260011", "20260011"),
        ("Nota 2026.11", "2026.11"),
        ("Declaratienummer  D-2026/11", "D-2026/11"),
        ("Factuurnummer : F 2026-11", "F 2026-11"),
        ("Factuur: 11", "11"),
        ("Factuurnummer\n2026-0011", "2026-0011"),
        ("Nummer: 2026/0011", "2026/0011"),
        ("FACTUURNR: ABC-12_x", "ABC-12_x"),
        ("Factuur nr 11/2026", "11/2026"),
        ("Factuurnummer 2026-0011 Klantnummer 10034567", "2026-0011"),
        ("Debiteurnr. 10034567   Factuurnr. 2026-0011", "2026-0011"),
        ("Ordernummer 123456782\nFactuurnummer 77", "77"),
        ("Invoice # 2026-0011", "2026-0011"),
        ("Invoice #[26-315]", "26-315"),
        ("Factuurnummer: [2026/0011]", "2026/0011"),
        ("Rechnungsnummer 2026-0011", "2026-0011"),
        ("Betreft: factuur 2026-0011", "2026-0011"),
        ("Factuur 2026-0011 d.d. 13-11-2026", "2026-0011"),
        ("Factuurnummer: 111222333", "111222333"),
        ("Factuur-\nnummer: 2026-0011", "2026-0011"),
        ("Factuurnummer: VL20260011.", "VL20260011"),
        ("Ons kenmerk: 2026-0011", "2026-0011"),
        ("Betalingskenmerk: 2026-0011", "2026-0011"),
        ("Factuurnummer: 2026 / 0011", "2026 / 0011"),
        ("F actuurnummer 2026-0011", "2026-0011"),
        ("Wilt u betalen onder vermelding van het factuurnummer 2026-31?", "2026-31"),
        ("Factuurnummer (altijd vermelden): 2026-0011", "2026-0011"),
        ("Volgnr.: 2026-0011", "2026-0011"),
        ("Factuurnummer 2026-0011\nVolgt op onze eerdere factuur 2026-0007", "2026-0011"),
        ("Payment due 29 April 2026 Client ID 418451204 No. RG2026-365", "RG2026-365"),
        ("Betalen voor 27.08.2026 Nummer 2026266 Verplichtingnummer 10584233", "2026266"),
        (
            "Factuurnummer    2026.0327-A\nonder vermelding van factuurnummer 2026.0327-\nA.",
            "2026.0327-A",
        ),
    ],
)
def test_invoice_number(line: str, number: str) -> None:
    """The number in the letter and in the ledger would be another one than the provider's."""
    assert read(whole(references=line + "\nDatum: 13-11-2026")).invoice_number.value == number


@pytest.mark.parametrize(
    ("lines", "date"),
    [
        ("Factuurdatum: 13 november 2026", "2026-11-13"),
        ("Datum 13-11-2026\nVervaldatum 13-12-2026", "2026-11-13"),
        ("Vervaldatum 13-12-'26 Datum 13/11/2026 Ons factuurnummer 2026-0194", "2026-11-13"),
        ("Number 26700255 Payment due 24 Dec 2026 Date November 13, 2026", "2026-11-13"),
        ("Afd. Crediteurenadministratie/zorg Datum   13-11-'26", "2026-11-13"),
        ("Vervaldatum 13-12-2026\nFactuurdatum 13-11-2026", "2026-11-13"),
        ("Almere, 3 oktober 2026", "2026-10-03"),
        ("'s-Gravenhage, 3 oktober 2026", "2026-10-03"),
        ("Almere, vrijdag 13 november 2026", "2026-11-13"),
        ("Hengelo (Gld), 13 november 2026", "2026-11-13"),
        ("Facturatiedatum: 13-11-2026", "2026-11-13"),
        ("Datum van facturering: 13-11-2026", "2026-11-13"),
        ("Boekdatum: 13-11-2026\nVervaldatum: 13-12-2026", "2026-11-13"),
        (
            "Nota d.d.   13-11-2026\nWij verzoeken u deze nota vóór 2026-12-03 te voldoen",
            "2026-11-13",
        ),
        ("Factuurdatum 13-11-'26", "2026-11-13"),
        ("Factuurdatum 31-02-2026", "2026-02-31"),
        ("Factuurdatum: 2026-11-13", "2026-11-13"),
        ("Datum: vrijdag 13 november 2026", "2026-11-13"),
        ("Factuurdatum: 13/11/26", "2026-11-13"),
        ("Factuurdatum 13 nov 2026", "2026-11-13"),
        ("Periode 01-09-2026 t/m 30-09-2026\nDatum: 13-11-2026", "2026-11-13"),
        ("Zorgperiode: 1-9-2026 - 30-9-2026\n13 november 2026", "2026-11-13"),
        ("Geboortedatum 01-02-2012\nDatum 13-11-2026", "2026-11-13"),
        ("Invoice date: November 13, 2026", "2026-11-13"),
        ("Invoice date: 13th November 2026", "2026-11-13"),
        ("Factuur 77 d.d. 13-11-2026", "2026-11-13"),
        ("Factuurdatum 20261113", "2026-11-13"),
        ("Datum\n13-11-2026", "2026-11-13"),
        ("Factuurdatum 1-9-2026    Leverdatum 31-8-2026", "2026-09-01"),
        ("Te betalen voor 13-12-2026\nFactuurdatum 13.11.2026", "2026-11-13"),
    ],
)
def test_issue_date(lines: str, date: str) -> None:
    """A due date or the period of care would be taken for the date of issue."""
    assert read(whole(references="Factuurnummer: 77\n" + lines)).issue_date.value == date


@given(st.dates(dt.date(1990, 1, 1), dt.date(2069, 12, 31)), st.integers(0, 7))
def test_every_day_is_read_in_every_form(day: dt.date, form: int) -> None:
    """Some day of the year would be misread in one of the usual forms."""
    months = [
        "januari",
        "februari",
        "maart",
        "april",
        "mei",
        "juni",
        "juli",
        "augustus",
        "september",
        "oktober",
        "november",
        "december",
    ]
    month = months[day.month - 1]
    text = (
        f"{day:%d-%m-%Y}",
        f"{day.day}-{day.month}-{day.year}",
        f"{day:%d.%m.%Y}",
        f"{day:%d/%m/%Y}",
        f"{day.day} {month} {day.year}",
        day.isoformat(),
        f"{day.day}-{day.month}-'{day:%y}",
        f"{month.title()} {day.day}, {day.year}",
    )[form]

    assert [value for _, _, value in dates_in(f"op {text} verzonden")] == [day.isoformat()]
    assert exists(day.isoformat())


@pytest.mark.parametrize(
    ("text", "dates"),
    [("3 ſeptember 2026", ["2026-09-03"]), ("3 aprİl 2026", ["2026-04-03"]), ("Aprİl 3 2026", [])],
)
def test_a_month_in_odd_letters_breaks_nothing(text: str, dates: list[str]) -> None:
    assert [value for _, _, value in dates_in(text)] == dates


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("FACTUUR", DocumentKind.INVOICE),
        ("CREDITNOTA", DocumentKind.CREDIT_NOTE),
        ("Credit Nota", DocumentKind.CREDIT_NOTE),
        ("Creditbon", DocumentKind.CREDIT_NOTE),
        ("HERINNERING", DocumentKind.REMINDER),
        ("Laatste aanmaning", DocumentKind.REMINDER),
        ("Betreft: tweede herinnering", DocumentKind.REMINDER),
        ("OFFERTE", DocumentKind.QUOTATION),
        ("Pro forma factuur", DocumentKind.QUOTATION),
        ("Rekeningoverzicht", DocumentKind.STATEMENT),
        ("Openstaande posten", DocumentKind.STATEMENT),
        ("Declaratie", DocumentKind.INVOICE),
        ("", DocumentKind.INVOICE),
        ("Invoice", DocumentKind.INVOICE),
        ("Rekening", DocumentKind.INVOICE),
    ],
)
def test_kind(title: str, kind: DocumentKind) -> None:
    """A reminder would be paid as an invoice, or an invoice put aside as something else."""
    references = "Factuurnummer: 2026-0011\nFactuurdatum: 13 november 2026"

    assert read("\n\n".join((LETTERHEAD, ADDRESSEE, title, references, MONEY))).kind is kind


def test_a_letter_is_no_invoice() -> None:
    """A question from a person would be refused as a bad invoice."""
    assert (
        read(
            "Beste crediteurenadministratie,\n\nHebben jullie onze vraag gezien?\n\nGroet, Jan"
        ).kind
        is DocumentKind.OTHER
    )


def test_credit_note_in_a_letter_with_both_numbers() -> None:
    """A credit note would be refused for having no number of its own."""
    references = "Almere, 13 november 2026\nBetreft: creditfactuur C-12 op factuur 2026-0011"
    invoice = read("\n\n".join((LETTERHEAD, ADDRESSEE, references, MONEY)))

    assert (invoice.kind, invoice.invoice_number.value, invoice.corrects.value) == (
        DocumentKind.CREDIT_NOTE,
        "C-12",
        "2026-0011",
    )


@pytest.mark.parametrize("title", ["FACTUUR", "Uw nota in het kort", ""])
def test_a_credit_note_by_the_word_for_its_number(title: str) -> None:
    """A credit note whose title does not say so would be booked as an invoice."""
    references = "Creditnummer: C-12\nDatum: 13-11-2026\nCorrectie op factuur: 2026-0011"
    invoice = read("\n\n".join((LETTERHEAD, ADDRESSEE, title, references, MONEY)))
    found = invoice.kind, invoice.invoice_number.value, invoice.corrects.value
    assert found == (DocumentKind.CREDIT_NOTE, "C-12", "2026-0011")


def test_no_credit_note_by_one_that_is_set_off() -> None:
    """An invoice would be booked as a credit note for the one that is set off against it."""
    references = "Factuurnummer: 2026-0011\nDatum: 13-11-2026\nCreditnummer: C-12"
    assert read(whole(references=references)).kind is DocumentKind.INVOICE


@pytest.mark.parametrize(
    ("references", "foot"),
    [
        ("Factuurnummer: 2026-0011", "Vermeld bij betaling factuurnummer 2026-0031."),
        ("Factuurnummer\n2026-0011", "Vermeld bij betaling factuurnummer 2026-0031."),
        ("Factuur   2026-0011", "Vermeld bij betaling factuurnummer 2026-0031."),
        ("Factuurnr. 2026-0011", "Factuurnr. 2026-0031"),
        ("Factuurnummer 2026-0011", "Vermeld factuurnummer VK20260094 bij betaling."),
    ],
)
def test_two_numbers_at_words_for_the_invoices_number(references: str, foot: str) -> None:
    """The invoice would be booked and paid under one of its two numbers, and nobody told of the
    other.
    """
    found = read(whole(references=f"{references}\nDatum: 13-11-2026", foot=foot)).invoice_number
    values = {found.value, *(other.value for other in found.others)}
    assert len(values) == 2


@pytest.mark.parametrize("line", ["Correctie factuur week 36", "Verrekenen met factuur 2026-0099"])
def test_no_invoice_that_a_credit_note_corrects(line: str) -> None:
    """A credit note would close the case of an invoice that it does not name."""
    references = f"Creditnummer: C-12\nDatum: 13-11-2026\n{line}"
    invoice = read("\n\n".join((LETTERHEAD, ADDRESSEE, "CREDITNOTA", references, MONEY)))
    assert (invoice.invoice_number.value, invoice.corrects.value) == ("C-12", None)


@pytest.mark.parametrize("name", ["Buro 3-Hoek", "2e Spuistraat 234 hs", "Plein 1944 12"])
def test_a_name_or_street_beside_the_title_is_no_invoice_number(name: str) -> None:
    """A credit note would be booked under the name of its sender."""
    text = "\n\n".join((ADDRESSEE, f"CREDITNOTA     {name}", "Factuurnummer   2026-0011", MONEY))
    found = read(text).invoice_number
    assert (found.value, found.others) == ("2026-0011", ())


def test_a_number_of_one_digit_is_no_second_number() -> None:
    """The third invoice of a year would be asked about for its own number."""
    found = read(whole(references="Factuurnummer: 3\nDatum: 13-11-2026")).invoice_number
    assert (found.value, found.others) == ("3", ())


def test_the_end_of_an_account_under_a_label_is_no_invoice_number() -> None:
    """A good invoice would be asked about for the last digits of the account in the next column."""
    references = "               Factuurnummer   2026-0011\nNL82 ASNB 0600 1958 19"
    found = read(whole("", references=references)).invoice_number
    assert (found.value, found.others) == ("2026-0011", ())


@pytest.mark.parametrize("word", ["Blad", "Pagina", "Kamer", "Blz.", "Vel"])
def test_a_page_beside_the_title_is_no_invoice_number(word: str) -> None:
    """An invoice without a number would be paid under that of its page."""
    text = whole(references="Datum: 13-11-2026").replace("FACTUUR", f"FACTUUR        {word}: 1")
    assert read(text).invoice_number.value is None


@pytest.mark.parametrize(
    "line",
    [
        "Betreft factuur: 2026-0011",
        "Credit op factuur 2026-0011",
        "Oorspronkelijke factuur: 2026-0011",
        "Correctie op: 2026-0011",
        "Correctie van: 2026-0011",
        "Retour tegen 2026-0011",
        "Correctie bij nota 2026-0011",
        "Te crediteren factuur: 2026-0011",
        "Return against: 2026-0011",
        "Gecrediteerde nota 2026-0011",
        "Verwijst naar factuur  2026-0011",
        "Oorspr. factuur: 2026-0011",
        "Factuur die wordt gecrediteerd   2026-0011",
        "Correcte factuur : 2026-0011",
        "Sur facture  2026-0011",
        "Corrects: 2026-0011",
        "Behoort bij onze factuur 2026-0011",
        "Factuur ref.: 2026-0011",
        "Ter creditering van onze factuur met nummer 2026-0011 d.d. 3-10-2026",
    ],
)
def test_credit_note_names_what_it_corrects(line: str) -> None:
    """A credit note would be filed under the number of the invoice it corrects."""
    invoice = read(
        "\n\n".join(
            (
                LETTERHEAD,
                ADDRESSEE,
                "CREDITNOTA",
                f"Creditnotanummer: C-12\n{line}\nDatum: 13-11-2026",
                MONEY,
            )
        )
    )

    assert (invoice.invoice_number.value, invoice.corrects.value) == ("C-12", "2026-0011")


@pytest.mark.parametrize(
    ("mark", "count"),
    [
        ("CONCEPT", 1),
        ("KOPIE", 1),
        ("BROUILLON", 1),
        ("Betreft: factuur 2026-0011 - CONCEPT", 1),
        ("Kopie factuur", 1),
        ("Wij maken een kopie van uw identiteitsbewijs voor ons dossier", 0),
    ],
)
def test_draft_marks(mark: str, count: int) -> None:
    """A draft would be paid, or an ordinary sentence with "kopie" send an invoice to a clerk."""
    assert len(read(whole(foot=mark)).draft_marks) == count


@pytest.mark.parametrize("rows", [1, 3, 12, 30])
@pytest.mark.parametrize(
    "row",
    [
        "12-09-2026   Dagbesteding groep        € 49,20",
        "Dagbesteding 12-09-2026, groep A     € 49,20",
    ],
)
def test_a_date_of_care_in_many_rows_is_not_the_date_of_issue(row: str, rows: int) -> None:
    """A group that meets once is billed with one date in every row; the invoice would be judged by
    the law of another day.
    """
    total = f"{rows * 49.2:.2f}".replace(".", ",")
    money = (
        f"Datum        Omschrijving              Bedrag\n{(row + chr(10)) * rows}\nTotaal         "
        f" € {total}\nVrijgesteld van btw\n"
    )

    read_date = read(
        whole(references="Factuurnummer: 2026-0011\nFactuurdatum: 13-11-2026", money=money)
    ).issue_date

    assert (read_date.value, [other.value for other in read_date.others]) == ("2026-11-13", [])


@pytest.mark.parametrize(
    ("titles", "row"),
    [
        ("Datum        Tijd             Bedrag", "12-09-2026   10:00 - 11:00    € 49,20"),
        ("Datum        Uren             Bedrag", "12-09-2026   1,00 uur         € 49,20"),
        ("Datum        Van     Tot      Bedrag", "12-09-2026   10:00   11:00    € 49,20"),
        ("Datum        Locatie          Bedrag", "12-09-2026   Almere           € 49,20"),
        ("Factuur      Omschrijving     Bedrag", "2026-09      Begeleiding      € 49,20"),
        ("Nr           Omschrijving     Bedrag", "30221188     Begeleiding      € 49,20"),
    ],
)
@pytest.mark.parametrize(
    "references",
    [
        "Betreft: factuur 2026-0011\n\nAmersfoort, 13 november 2026",
        "Datum: 13-11-2026\nNummer: 2026-0011",
    ],
)
def test_the_head_of_a_column_of_lines_is_no_label_of_the_invoice(
    references: str, titles: str, row: str
) -> None:
    """The first day of care, or the first code, would silently become the date or the number of the
    invoice.
    """
    invoice = read(
        whole(
            references=references,
            money=(
                f"{titles}\n{row}\n{row}\n\nTotaal te betalen             € 98,40\nVrijgesteld van"
                " btw\n"
            ),
        )
    )

    assert (invoice.invoice_number.value, invoice.invoice_number.others) == ("2026-0011", ())
    assert (invoice.issue_date.value, invoice.issue_date.others) == ("2026-11-13", ())


@pytest.mark.parametrize("title", ["Nummer", "Nr.", "Code", "Kenmerk"])
def test_a_number_in_many_rows_is_not_the_invoices(title: str) -> None:
    """A code of care that stands in every row would be taken for the number, and the next invoice
    for the same one.
    """
    rows = "45A52    Dagbesteding groep        € 49,20\n" * 25
    money = (
        f"{title}       Omschrijving              Bedrag\n{rows}\nTotaal          €"
        " 1230,00\nVrijgesteld van btw\n"
    )

    assert (
        read(
            whole(references="Factuurnummer: 2026-0011\nFactuurdatum: 13-11-2026", money=money)
        ).invoice_number.value
        == "2026-0011"
    )


def test_a_date_behind_the_date_of_another_label_is_not_that_labels() -> None:
    """An invoice with a word for its date that we do not know would be refused as undated; a person
    looks instead.
    """
    found = read(
        whole(references="Factuurnummer 7\nVervaldatum 13-12-2026 opgetekend 13-11-2026")
    ).issue_date

    assert found.value == "2026-11-13"
    assert found.others


@pytest.mark.parametrize(
    "references",
    [
        "Factuurnummer: 2026.11.07\nFactuurdatum: 30-10-2026",
        "Factuurnummer      Factuurdatum      Vervaldatum\n"
        "2026.11.07         30-10-2026        29-11-2026",
        "Nr: 2026.11.07\nDatum: 30 okt 2026",
        "Datum        30 oktober 2026\nNummer       2026.11.07",
    ],
)
def test_number_of_year_month_and_day(references: str) -> None:
    """A number that counts by the day would be asked for, or be refused as a date."""
    invoice = read(whole(references=references))

    assert (invoice.invoice_number.value, invoice.invoice_number.others) == ("2026.11.07", ())
    assert (invoice.issue_date.value, invoice.issue_date.others) == ("2026-10-30", ())


@pytest.mark.parametrize(
    "title",
    [
        "FACTUUR\n2026.11.07",
        "FACTUUR 2026.11.07",
        "                              Factuur\n                                 2026.11.07",
        "FACTUUR\n# 2026.11.07",
    ],
)
def test_number_like_a_date_at_the_title(title: str) -> None:
    """A good invoice would be refused for a number that stands under its title."""
    page = "\n\n".join((LETTERHEAD, ADDRESSEE, title, "Factuurdatum: 30-10-2026", MONEY))
    number = read(page).invoice_number

    assert number.value in (None, "2026.11.07")
    assert number.presence is not Presence.ABSENT


def test_date_at_the_title_is_no_number() -> None:
    """An invoice without a number would pass with its date for one."""
    page = "\n\n".join((LETTERHEAD, ADDRESSEE, "FACTUUR\n\n30-10-2026", MONEY))

    assert read(page).invoice_number.presence is Presence.ABSENT


def test_numbers_of_lines_are_no_rivals() -> None:
    """A clerk would be asked to choose between the invoice's number and that of its first line."""
    lines = """Nr.     Omschrijving        Bedrag
01      Begeleiding         € 700,00
02      Reiskosten          € 50,00
Totaal                      € 750,00
Vrijgesteld van btw"""
    for number in ("2026.11.07", "77"):
        references = f"Factuurnr: {number}\nDatum: 25 nov 2026"
        found = read(whole(references=references, money=lines)).invoice_number
        assert (found.value, found.others) == (number, ())


@pytest.mark.parametrize(
    "period",
    ["(01-07-2026 - 31-07-2026)", "(01-09-2026 t/m 30-09-2026)", "[01.07.2026-31.07.2026]"],
)
def test_a_period_in_brackets_is_no_telephone_number(period: str) -> None:
    """An invoice without a number to call would pass, and nobody could ask the provider."""
    text = whole(references=f"Factuurnummer: 2026-0011\nDatum: 13-11-2026\nZorg {period}")

    assert read(text.replace("Tel. 033-4612345\n", "")).supplier_phone.value is None
