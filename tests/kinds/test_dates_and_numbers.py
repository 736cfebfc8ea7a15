"""Dates and numbers in other spellings, apart from each other, or in one value."""

from __future__ import annotations

import pytest

from intake.model.invoice import Presence
from tests.document.typed import LETTERHEAD, read, whole

DAY = "2026-11-13"


def dated(line: str, number: str = "Factuurnummer: HK-2026-77") -> str:
    return whole(references=f"{number}\n{line}")


@pytest.mark.parametrize(
    "line",
    [
        "Factuurdatum: 131126",
        "Factuurdatum: 13112026",
        "Factuurdatum 20261113",
        "Datum: 13 11 26",
        "Datum: 13-11/2026",
        "Datum: 13_11_2026",
        "Datum: 13,11,2026",
        "Datum: 2026 nov 13",
        "Datum: 2026-nov-13",
        "Invoice date: Nov-13-2026",
        "Factuurdatum: 13 novmber 2026",
        "Factuurdatum: 13 novemebr 2026",
        "Factuurdatum: 13november2026",
        "Factuurdatum: 13 n0vember 2026",
        "Almere, 13 novenber 2026",
        "Factuurdatum13-11-2026",
        "Datum: 13NOV2026",
        "Factuurdatum: 13 november        2026",
        "Factuurdatum: 13        november        2026",
        "Factuurdatum:        13        11        2026",
        "Factuurdatum: 13 | 11 | 2026",
        "Factuurdatum: 13-11-        2026",
        "Factuurdatum:   13 november\n                2026",
        "Factuurdatum\n13 november        2026",
        "Datum van de factuur: 13-11-2026",
        "Rekeningdatum: 13-11-2026",
        "Datum nota: vrijdag 13 november 2026",
        "Factuurdatum: l3-11-2026",
        "Factuurdatum: I3-1l-2026",
        "Factuurdatum: 13-11-2O26",
        "Factuurdatum: 13 november 2O26",
        "Factuurdatum: 13-XI-2026",
        "Factuurdatum: 13 XI 2026",
        "Factuurdatum: 13 nove. 2026",
        "Factuurdatum: 13:11:2026",
    ],
)
def test_the_date_of_issue(line: str) -> None:
    """A good invoice would be refused as undated because of how its date is typed."""
    found = read(dated(line)).issue_date
    assert (found.value, found.others) == (DAY, ())


@pytest.mark.parametrize(
    "line",
    [
        "Factuurdatum: 18 september - 30 dagen",
        "Datum: 1 juli/31 juli",
        "Factuurdatum: 13 novbr 26",
        "Factuurdatum: november 2026",
        "Factuurdatum: vandaag",
        "Factuurdatum: zie boven",
        "Factuurdatum        zie onder",
        "Datum factuur: dertien november",
        "Factuurdatum: 13 november",
        "Factuurdatum: week 46",
        "Factuurdatum: 13 nvo 2026\nUiterlijk betalen 23.12.2026",
    ],
)
def test_what_cannot_be_read_as_a_date_is_a_question(line: str) -> None:
    """The provider would be told that the date is missing, or a day from elsewhere would be taken."""
    found = read(dated(line)).issue_date
    assert found.presence is Presence.UNREADABLE or (found.value and found.others)


@pytest.mark.parametrize(
    "line",
    [
        "Factuurdatum:",
        "Factuurdatum: n.v.t.",
        "Datum: ....................",
        "Geboortedatum: 13-11-2012",
    ],
)
def test_no_date_at_all(line: str) -> None:
    """An invoice without a date would pass as one whose date could not be read."""
    assert read(dated(line)).issue_date.presence is Presence.ABSENT


def test_six_digits_that_can_be_two_days() -> None:
    """25-11-26 or 26-11-25: one of the two would be taken without a question."""
    found = read(dated("Factuurdatum: 251126")).issue_date
    assert {found.value, *(other.value for other in found.others)} == {"2026-11-25", "2025-11-26"}


@pytest.mark.parametrize(
    "line",
    [
        "Begeleiding 1 juli - 31 juli 2026",
        "Begeleiding 1 juli/31 juli 2026",
        "Begeleiding 01-07 t/m 31-07-2026",
        "Begeleiding 1 juli tot en met 31 juli 2026",
    ],
)
def test_the_end_of_a_period_is_no_date_of_issue(line: str) -> None:
    """The last day of care would be the date of an invoice that has none."""
    assert read(whole(references="Factuurnummer: 77", foot=line)).issue_date.value is None


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("Factuurnummer/datum: HK-2026-1601 / 13-11-2026", "HK-2026-1601"),
        ("Factuurnummer: 2026-11-13-001\nFactuurdatum: 13-11-2026", "2026-11-13-001"),
        ("Factuurnummer: 2026/11/13/2\nFactuurdatum: 13-11-2026", "2026/11/13/2"),
        ("NrHK-2026-7148\nDd.13-11-2026", "HK-2026-7148"),
        ("Factuur: Nr.HK-2026-7148\nDatum: 13-11-2026", "HK-2026-7148"),
        ("Factuurnummer/datum: 80101911/13.11.2026", "80101911"),
        ("Factuurnummer/datum 80101911/13.11.2026", "80101911"),
        ("Factuurnummer: 80101918/13 november 2026", "80101918"),
        ("Factuurnummer: 80101918 - 13 november 2026", "80101918"),
        ("Factuurnr. en -datum: 2026-0011 en 13-11-2026", "2026-0011"),
        ("Factuurnummer en datum: 2026-0011, 13-11-2026", "2026-0011"),
        ("Factuurnummer & datum: 2026-0011 van 13 november 2026", "2026-0011"),
        ("Factuurnummer (datum): 2026-0011 (13-11-2026)", "2026-0011"),
        ("Datum/factuurnummer: 13-11-2026 / HK-2026-1601", "HK-2026-1601"),
        ("Factuurdatum/nummer: 13-11-2026 / 80101911", "80101911"),
        ("Factuurnummer / datum:        HK-2026-1601 / 13-11-2026", "HK-2026-1601"),
        ("Factuurnummer / datum\nHK-2026-1601 / 13-11-2026", "HK-2026-1601"),
        ("Factuurnummer/datum: 12/13-11-2026", "12"),
        ("Factuurnummer: 2026-0011/2026-11-13", "2026-0011"),
        ("Factuur 2026-0011 d.d. 13-11-2026", "2026-0011"),
        ("Invoice no./date: INV-17 / Nov 13, 2026", "INV-17"),
        ("Klantnummer/factuurnummer: 10034 / 2026-0011\nDatum: 13-11-2026", "2026-0011"),
        ("Factuurnummer/klantnummer: 2026-0011 / 10034\nDatum: 13-11-2026", "2026-0011"),
        ("Factuurnummer / Invoice number: 2026/11\nDatum: 13-11-2026", "2026/11"),
    ],
)
def test_number_and_date_in_one_value(line: str, number: str) -> None:
    """The number would be paid with a date in it, or the date be called missing."""
    invoice = read(whole(references=line))
    assert (invoice.invoice_number.value, invoice.issue_date.value) == (number, DAY)
    assert (invoice.invoice_number.others, invoice.issue_date.others) == ((), ())


@pytest.mark.parametrize(
    "line",
    [
        "Lev.nr: 549910",
        "Lev.nr 549910",
        "Rit nr 549910",
        "Rit nr: 549910",
        "Vendor no: 549910",
        "Vendor No. 549910",
        "Leveranciersnummer: 549910",
        "Leverancier nr. 549910",
        "Werkorder-nr: 549910",
        "Personeels nr: 549910",
        "Supplier number: 549910",
        "Handelsregister Utrecht\nnr. 24330087",
        "Klantnummer / debiteurnummer: 549910",
    ],
)
def test_a_number_of_something_else(line: str) -> None:
    """An invoice without a number would be booked, and later ones refused, under another's number."""
    invoice = read(whole(references=f"{line}\nDatum: 13-11-2026"))
    assert invoice.invoice_number.presence is Presence.ABSENT


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("Belegnr.: NV-2026-1", "NV-2026-1"),
        ("Belegnr.        Datum\nNV-2026-1       13-11-2026", "NV-2026-1"),
        ("Boekstuknummer NV-2026-1", "NV-2026-1"),
        ("Ons nr: NV-2026-1", "NV-2026-1"),
        ("Lev.nr: 549910\nNr: NV-2026-1", "NV-2026-1"),
        ("Uniek volgnummer: 2026-11", "2026-11"),
        ("FactuurnummerHK-2026-11", "HK-2026-11"),
        ("Factuurnummer: 2026--014", "2026--014"),
        ("Factuurnummer: 2026 -- 014", "2026 -- 014"),
        ("Factuur F--2026--014", "F--2026--014"),
        ("Factuurnummer: 2026-0011\n10/2026", "2026-0011"),
        ("FACTUURNRHK-2026-11", "HK-2026-11"),
    ],
)
def test_words_for_the_number(line: str, number: str) -> None:
    """A good invoice would be refused because its number has another name."""
    assert (
        read(whole(references=f"{line}\nFactuurdatum: 13-11-2026")).invoice_number.value == number
    )


@pytest.mark.parametrize("words", ["Opgetekend:", "Voldoen graag uiterst", "Afgesproken op:"])
def test_a_date_beside_words_that_we_do_not_know_is_a_question(words: str) -> None:
    """The day by which is to be paid would be the date of issue, because its label is a new word."""
    found = read(whole(references=f"Factuurnummer: 77\n{words}    13-12-2026")).issue_date
    assert found.presence is Presence.UNREADABLE or found.others


@pytest.mark.parametrize(
    "sentence",
    [
        "Deze factuur volgt op onze eerdere factuur 2026.0215-A, die u al heeft betaald.",
        "Deze factuur is een vervolg op factuur 2026.0215-A.",
        "In aansluiting op onze vorige factuur 2026.0215-A",
        "This follows our previous invoice 2026.0215-A.",
        "Elle fait suite à notre facture 2026.0215-A, déjà payée.",
    ],
)
def test_the_number_of_an_earlier_invoice(sentence: str) -> None:
    """The invoice would be booked under the number of the one before, and be taken for it."""
    invoice = read(
        whole(references="Betreft: factuur 2026.0212-A\nDatum: 13-11-2026", foot=sentence)
    )
    assert (invoice.invoice_number.value, invoice.invoice_number.others) == ("2026.0212-A", ())


@pytest.mark.parametrize(
    "address", ["facturen@vlinder.nl", "factuur@vlinder.nl", "iban@kvk.nl", "nota@tel.nl"]
)
def test_words_of_a_mail_address_are_no_labels(address: str) -> None:
    """What stands under a mail address would be a number of the invoice, and the phone be missing."""
    head = (
        "Zorgpraktijk De Vlinder\nKerkstraat 12\n3811 AB Amersfoort\n"
        f"{address}\n+31 6 68 04 98 51\nKvK 24330087\n"
    )
    invoice = read(whole(head, foot=f"Vragen? Mail {address} of bel 033-4612345"))
    assert (invoice.supplier_phone.value, invoice.invoice_number.value) == (
        "+31 6 68 04 98 51",
        "2026-0011",
    )


def test_a_row_of_heads_in_one_cell() -> None:
    """The due date under the first head would be taken for the date of issue, whose head stands last."""
    heads = (
        "Vervaldatum Referentie Klantcode Factuurdatum\n2026-04-10  PO83401    D481      2026-03-27"
    )
    found = read(whole(references=f"Factuurnummer: 7\n{heads}")).issue_date
    assert found.value != "2026-04-10" or found.others


@pytest.mark.parametrize("line", ["Referentie: PO90431", "Kenmerk    WMO-2026", "Ref.\nPO90431"])
def test_a_number_at_a_vague_word_is_not_silent(line: str) -> None:
    """An order of the municipality would be booked as the number of an invoice that has none."""
    found = read(whole(references=f"Datum: 13-11-2026\n\n{line}")).invoice_number
    assert found.value is None or found.others


def test_the_end_of_a_date_is_no_number() -> None:
    """ "mrt 2026" would be the number of an invoice that has none."""
    text = whole(references="Factuurdatum:  5 mrt 2026\nVervaldatum:  26 mrt 2026")
    assert read(text.replace("FACTUUR", "                FACTUUR")).invoice_number.value is None


@pytest.mark.parametrize("number", ["06.30.53.07", "13.11.26.07", "01.02.2026.3"])
def test_a_dotted_number_is_no_date(number: str) -> None:
    """The number of the register would be a day in 2053."""
    assert read(whole(references=f"Factuurnummer: 7\nAgb {number}")).issue_date.value is None


@pytest.mark.parametrize("title", ["FACTUUR", "Facture", "Invoice"])
def test_a_reference_right_under_the_title(title: str) -> None:
    """All invoices of a program that calls its number a reference would wait for a person."""
    text = whole(references="Datum: 13-11-2026").replace("FACTUUR\n", f"{title}\nRef. : F-00673\n")
    found = read(text).invoice_number
    assert (found.value, found.others) == ("F-00673", ())


PERIODS = (
    "Factuur 01-10-2026/31-10-2026",
    "Factuur 2026-10-01/2026-10-31",
    "Declaratie 01-10-2026/31-10-2026",
    "Factuur 01-10-2026-31-10-2026",
    "Factuur 01-10-2026 - 31-10-2026",
    "Factuur 01-10-2026 t/m 31-10-2026",
    "Factuur 01.10.2026/31.10.2026",
    "Factuur 1-10-2026/31-10-2026",
    "Factuur 01/10/2026-31/10/2026",
    "Factuur 01-10-2026 tot en met 31-10-2026",
    "Factuur: 01-10-2026/31-10-2026",
)


@pytest.mark.parametrize("line", PERIODS)
def test_a_period_is_no_number(line: str) -> None:
    """Two invoices over one month would have one number, and the second be taken for the first."""
    named = read(whole(references=f"Factuurnummer: 2026-0011\nFactuurdatum: 13-11-2026\n{line}"))
    alone = read(whole(references=f"{line}\nFactuurdatum: 13-11-2026")).invoice_number
    assert (named.invoice_number.value, named.invoice_number.others) == ("2026-0011", ())
    assert alone.value is None or alone.others


@pytest.mark.parametrize("place", ["Almere", "Lelystad", "november", "HK", "Zorg"])
def test_a_word_behind_a_date_makes_no_number_of_it(place: str) -> None:
    """The day of the invoice would be its number too, and a person be asked which of two it is."""
    invoice = read(
        whole(references=f"Factuurnummer: 2026-0011\nFactuur 13-11-2026/{place}\nDatum: 13-11-2026")
    )
    assert (invoice.invoice_number.value, invoice.invoice_number.others) == ("2026-0011", ())


@pytest.mark.parametrize(
    "phone",
    [
        "06 12 11 2026",
        "Tel. 06 12 11 2026",
        "tel: 06 - 21 10 2019",
        "+31 6 12 11 2026",
        "Mobiel: 06 01 02 2003",
        "0031 6 12 11 2026",
        "06 30 12 1999",
        "M 06 12 11 2026",
        "Praktijk 06 12 11 2026 | info@devlinder.nl",
        "+31 (0)6 12 11 2026",
    ],
)
def test_a_mobile_number_whose_digits_read_as_a_date(phone: str) -> None:
    """A good invoice would be refused as one without a telephone number, or get another date."""
    head = LETTERHEAD.replace("Tel. 033-4612345", phone)
    invoice = read(whole(head))
    digits = "".join(filter(str.isdigit, invoice.supplier_phone.value or ""))
    assert digits[-8:] == "".join(filter(str.isdigit, phone))[-8:]
    assert (invoice.issue_date.value, invoice.issue_date.others) == (DAY, ())


@pytest.mark.parametrize("line", ["Kamer 4 V 2025", "Deel 2 I 2026", "Schema 12 X 2026"])
def test_a_letter_between_numbers_is_no_month(line: str) -> None:
    """A room or a chapter would be a second date of the invoice."""
    assert read(whole(references=f"Factuurnummer: 7\n{line}")).issue_date.value is None


def test_a_month_at_the_title_beside_a_number() -> None:
    """The month of the care would be the number of every invoice over it, and nobody be asked."""
    found = read(
        whole(references="Factuur 10/2026\nNr. 2026-0011\nDatum: 13-11-2026")
    ).invoice_number
    assert {found.value, *(other.value for other in found.others)} == {"10/2026", "2026-0011"}


NAMED_MONTHS = (
    "Betreft: Factuur juli 2026",
    "Betreft        Factuur mei 2026",
    "Factuur jul. 2026",
    "Nota aug 2026",
    "Factuur juli '26",
    "Factuur: juni-2026",
    "Factuur Q3 2026",
)


@pytest.mark.parametrize("line", NAMED_MONTHS)
def test_a_named_month_at_the_title_is_no_number(line: str) -> None:
    """Every provider's invoice over July would have the number "juli 2026", and nobody be asked."""
    beside = read(
        whole(references=f"Datum: 13-11-2026\nOns kenmerk: HK-2026-77\n{line}")
    ).invoice_number
    labelled = read(
        whole(references=f"Factuurnummer: 2026-0011\nDatum: 13-11-2026\n{line}")
    ).invoice_number
    alone = read(whole(references=f"Datum: 13-11-2026\n{line}")).invoice_number
    assert beside.value == "HK-2026-77"
    assert (labelled.value, labelled.others) == ("2026-0011", ())
    assert alone.presence is Presence.UNREADABLE or alone.others


@pytest.mark.parametrize("value", ["juli 2026", "Q3-2026"])
def test_a_month_that_the_provider_calls_his_number(value: str) -> None:
    """A good invoice would go to a person, though its label says what is meant."""
    found = read(whole(references=f"Factuurnummer: {value}\nDatum: 13-11-2026")).invoice_number
    assert (found.value, found.others) == (value, ())


@pytest.mark.parametrize("gap", [14, 24, 40])
@pytest.mark.parametrize("title", ["Factuur 2026-0194", "Factuurnummer: 2026-0194"])
def test_a_number_does_not_run_over_a_wide_gap(title: str, gap: int) -> None:
    """A column of other numbers beside the title would make a second number, and a person be asked."""
    lines = f"{title}{' ' * gap}2263095\nDatum: 13-11-2026{' ' * gap}Uw kenmerk"
    found = read(whole(references=lines)).invoice_number
    assert (found.value, found.others) == ("2026-0194", ())


@pytest.mark.parametrize("number", ["2026.230", "2026-0194", "20260194"])
def test_a_title_beside_a_column_of_labels_and_values(number: str) -> None:
    """A value of that column would be read behind the number, and a person be asked which is meant."""
    refs = (
        f"                                                            Datum\n"
        f"                                                            13-11-2026\n"
        f"                                                            Ons kenmerk\n"
        f"                                                            {number}\n"
        f"                                                            Uw kenmerk\n"
        f"Factuur {number}                                            2921554\n"
        f"                                                            Behandeld door\n"
        f"                                                            J. de Vries\n"
    )
    found = read(whole(references=refs)).invoice_number
    assert (found.value, found.others) == (number, ())


KINDS_OF_INVOICE = (
    "Verzamelfactuur", "Maandfactuur", "Zorgfactuur", "Zorgnota", "Zorgdeclaratie",
    "Honorariumnota", "Deelfactuur", "Eindfactuur", "Termijnfactuur",
)  # fmt: skip


@pytest.mark.parametrize("kind", KINDS_OF_INVOICE)
@pytest.mark.parametrize("gap", [": ", "        "])
def test_a_number_and_date_named_after_the_kind_of_invoice(kind: str, gap: str) -> None:
    """A good invoice would have no number, or no date, and be refused or go to a person."""
    found = read(whole(references=f"{kind}nummer{gap}00796\n{kind}datum{gap}13-11-2026"))
    assert (found.invoice_number.value, found.invoice_number.others) == ("00796", ())
    assert (found.issue_date.value, found.issue_date.others) == (DAY, ())
