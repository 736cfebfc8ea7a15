"""What stands beside the care lines and is none: explanations, covers, signatures, totals, empty rows.
None of it refuses an invoice; and a client without a number is refused whatever stands beside it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pytest

from tests.secure_attachment.care_lines.judged import (
    END,
    LINE,
    SECOND,
    START,
    TITLES,
    Judged,
    Rows,
    care,
    judged,
    separated,
    workbook,
)

SIGNED = dt.datetime(2026, 11, 13)
SHEETS: dict[str, tuple[str, Rows]] = {
    "signature": ("Ondertekening", [["Naam", "J. de Wit"], ["Functie", "Praktijkhouder"],
        ["Datum", SIGNED], ["Plaats", "Almere"]]),
    "signature-colons": ("Blad2", [["Voor akkoord"], ["Naam:", "J. de Wit"], ["Datum:", "13-11-2026"],
        ["Handtekening:"]]),
    "signature-sentences": ("Akkoord", [["Ondergetekende verklaart dat de gegevens juist zijn."],
        ["Naam: J. de Wit"], ["Datum: 13 november 2026"], ["Plaats: Almere"]]),
    "cover": ("Voorblad", [["Declaratie jeugdhulp"], ["Naam aanbieder", "Praktijk Het Kompas"],
        ["Factuurnummer", "2026-0011"], ["Periode", "oktober 2026"], ["Totaal", 1250]]),
    "cover-with-product": ("Blad1", [["Naam", "Praktijk Het Kompas"], ["KvK", 61532874],
        ["Product", "Begeleiding"], ["Periode", "oktober 2026"], ["Aantal cliënten", 1]]),
    "explanation": ("Uitleg", [["BSN", "Burgerservicenummer, 9 cijfers"],
        ["Verwijzer", "huisarts, jeugdarts of gemeente"], ["Product", "Code en omschrijving"]]),
    "explanation-with-examples": ("Blad2", [["Kolom", "Betekenis", "Voorbeeld"],
        ["BSN", "Burgerservicenummer van de cliënt", "123456782"],
        ["Verwijzer", "Wie heeft verwezen", "huisarts"],
        ["Begindatum", "Eerste dag van de zorg", "01-01-2026"]]),
    "explanation-in-a-table": ("Blad2", [["Naam", "Omschrijving", "Type"],
        ["BSN", "Burgerservicenummer", "N9"], ["Verwijzer", "Type verwijzer", "AN50"],
        ["Begindatum", "Begindatum zorg", "D8"], ["Bedrag", "Bedrag in euro", "N10,2"]]),
    "instruction": ("Blad1", [["Vul op het tweede blad de gegevens in."],
        ["BSN: het burgerservicenummer van de cliënt"], ["Verwijzer: bijvoorbeeld huisarts"],
        ["Periode: van en t/m"], ["Product: zie tabel"]]),
    "english": ("Instructions", [["BSN", "Citizen service number, 9 digits"],
        ["Referrer", "for example GP"], ["Product", "code from the list"]]),
    "example": ("Voorbeeld", care(lines=[(123456782, *LINE[1:])])),
    "rates": ("Tarieven", [["Productcode", "Omschrijving", "Tarief"], ["45A52", "Begeleiding", 49.2]]),
    "sums": ("Totalen", [["Product", "Aantal", "Bedrag"], ["Begeleiding", 25, 1250]]),
    "staff": ("Medewerkers", [["Naam", "Functie", "AGB-code"], ["J. de Wit", "Psycholoog", "94001234"]]),
    "versions": ("Versiebeheer", [["Versie", "Datum", "Omschrijving", "Naam"],
        ["1.0", dt.datetime(2025, 1, 1), "Eerste versie", "J. de Wit"]]),
    "empty": ("Blad3", []),
}  # fmt: skip
BELOW: dict[str, Sequence[Sequence[Any]]] = {
    "total": [["Totaal", *[None] * 6, 25, None, 1250]],
    "sum-without-a-word": [[*[None] * 9, 1250]],
    "sums-without-a-word": [[*[None] * 7, 25, None, 1250]],
    "subtotal": [[None, None, None, None, "Subtotaal begeleiding", None, None, 25, None, 1250]],
    "number-of-clients": [["Aantal cliënten", 1]],
    "lists-to-choose-from": [[None, "kies verwijzer", None, "kies product", None, None, None, None,
        "kies eenheid"], [None, "-- maak een keuze --", None, "Selecteer een product"]],
    "number-of-clients-in-one-cell": [["Aantal cliënten: 1"]],
    "number-of-lines": [["Aantal regels", *[None] * 6, 1]],
    "sum-of-a-product": [[], ["Begeleiding individueel basis", *[None] * 6, 25, None, 1250]],
    "signature": [[], ["Naam", "J. de Wit"], ["Functie", "Praktijkhouder"], ["Datum", SIGNED],
        ["Plaats", "Almere"], ["Handtekening"]],
    "signature-colons": [[], ["Naam:", "J. de Wit"], ["Datum:", SIGNED], ["Plaats:", "Almere"]],
    "signature-in-a-row": [["Naam", "J. de Wit", "Functie", "Houder", "Datum", SIGNED, "Plaats", "Almere"]],
    "signature-in-the-columns": [["Handtekening", None, "J. de Wit", None, None, SIGNED]],
    "place-and-day": [["Almere, 13 november 2026", None, None, "J. de Wit"]],
    "agreed": [["Voor akkoord", None, None, None, "J. de Wit", SIGNED]],
    "explanation": [[], ["BSN", "9 cijfers"], ["Verwijzer", "huisarts, jeugdarts of gemeente"],
        ["Product", "code uit de tabel"]],
    "explanation-colons": [["BSN: 9 cijfers"], ["Verwijzer: huisarts of GI"], ["Product: code uit de tabel"]],
    "forms-of-columns": [["N9", "AN50", "AN8", "AN5", "AN60", "D8", "D8", "N6", "AN10", "N10,2"]],
    "words-for-columns": [["9 cijfers", "soort", "8 cijfers", "code", "omschrijving", "dd-mm-jjjj",
        "dd-mm-jjjj", "getal", "uur/etmaal", "0,00"]],
    "obliged": [["verplicht"] * 10],
    "numbers-of-columns": [[*range(1, 11)]],
    "remark": [["Let op: vul alle kolommen in, ook de verwijzer en het product."]],
    "zeros": [[0, 0, 0, 0, 0, 0, 0, 0, "uur", 0]] * 30,
    "zeros-as-days": [[0, 0, 0, 0, 0, "00-01-1900", "0-1-1900", 0, "uur", "€ -"]] * 5,
    "empty-texts": [["", "", "", "", "", "", "", 0, "", 0]] * 5,
    "product-filled-in": [[None, None, None, "45A52", "Begeleiding", None, None, 0, "uur", 0]] * 5,
    "days-filled-in": [[*[None] * 5, START, END, None, "uur", None]] * 5,
    "unit-filled-in": [[*[None] * 8, "uur", None]] * 5,
    "dashes": [["-"] * 10],
    "list-of-codes": [[], ["45A52", "Begeleiding individueel basis"], ["45A53", "Begeleiding groep"]],
    "account": [["IBAN", "NL31RABO0317445092"], ["KvK", 61532874], ["Telefoon", "06-12345678"]],
    "end-of-file": [["*** einde bestand ***"]],
    "phone": [["Vragen? Bel 036-5550411"]],
    "version": [["Versie 2026.10.01", "EPD"]],
    "made-on": [["Gegenereerd met het EPD op 01-10-2026"]],
    "place-and-day-in-one": [["Almere, 01-10-2026"]],
    "account-in-one": [["IBAN NL71 RABO 0442 0126 45 t.n.v. De Wilde Roos"]],
    "number-of-the-invoice": [["Behoort bij factuur 20260011"]],
    "order": [["Ordernummer 4500012345"]],
    "number-of-the-export": [["Export-ID: 8f3c2e-20261001"]],
    "referrer-filled-in": [[None, "huisarts", None, "45A52", "Begeleiding", *[None] * 5]] * 5,
}  # fmt: skip
NAMED = ("Naam cliënt", *TITLES)
TEXTS = {
    "labels": """BSN: burgerservicenummer, 9 cijfers
Verwijzer: huisarts, jeugdarts of gemeente
Product: code uit de tabel
""",
    "columns": """Toelichting bij gegevens.csv

Kolom 1: BSN (9 cijfers)
Kolom 3: AGB-code (8 cijfers)
Kolom 6: begindatum (dd-mm-jjjj)
""",
    "letter": """Beste collega,

Hierbij de gegevens bij factuur HK-2026-12 van 13-11-2026.

Met vriendelijke groet,
J. de Wit
""",
    "table": """BSN;burgerservicenummer;verplicht
Verwijzer;type verwijzer;verplicht
Periode;begin en eind;verplicht
""",
    "one-line": "Velden: BSN, Verwijzer, AGB-code verwijzer, Productcode, Begindatum, Einddatum, Bedrag",
    "equal-signs": """BSN = burgerservicenummer
Verwijzer = wie verwijst
Periode = begin t/m eind
""",
    "examples": """BSN: bijvoorbeeld 123456782
Verwijzer: bijvoorbeeld huisarts
Periode: bijv. 01-01-2026 t/m 31-01-2026
""",
}


def is_the_one(found: Judged, line: Sequence[Any] = LINE) -> bool:
    """Just this line was read, and nothing is to be said about it."""
    return found.numbers == [str(line[0])] and not found.refused and not found.asked


@pytest.mark.parametrize("sheet", SHEETS.values(), ids=SHEETS)
def test_a_sheet_beside_the_lines_is_no_client(sheet: tuple[str, Rows]) -> None:
    """A template with an explanation or a signature would be refused for a client that is none."""
    assert is_the_one(judged(workbook(sheet, ("Gegevens", care()))))
    assert is_the_one(judged(workbook(("Gegevens", care()), sheet)))


@pytest.mark.parametrize("rows", BELOW.values(), ids=BELOW)
def test_a_row_beside_the_lines_is_no_client(rows: Sequence[Sequence[Any]]) -> None:
    """A total, a signature or an empty row would be refused for lacking a number."""
    named = [NAMED, ("A. Jansen", *LINE), *rows]

    assert is_the_one(judged(workbook(("Gegevens", care(*rows)))))
    assert is_the_one(judged(separated(care(*rows)).encode()))
    assert not judged(workbook(("Gegevens", named))).refused


@pytest.mark.parametrize("rows", BELOW.values(), ids=BELOW)
def test_lines_below_such_a_row_are_read(rows: Sequence[Sequence[Any]]) -> None:
    """A client below a subtotal or empty rows would be left out, and not be paid or checked."""
    for data in (workbook(("G", care(*rows, SECOND))), separated(care(*rows, SECOND)).encode()):
        found = judged(data)
        assert found.numbers == [str(LINE[0]), str(SECOND[0])]
        assert not found.refused


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_text_that_explains_the_fields_is_no_client(text: str) -> None:
    """Who puts an explanation beside the file would be refused for it, or asked about each month."""
    assert is_the_one(judged(separated(care()).encode(), text.encode()))


@pytest.mark.parametrize(
    ("columns", "check"),
    [((0,), "bsn"), ((1, 2), "referrer"), ((3, 4), "product"), ((5, 6), "care-period")],
)
@pytest.mark.parametrize("beside", ["signature", "explanation", "instruction", "rates", "example"])
def test_what_a_line_lacks_is_refused_beside_it(
    beside: str, columns: tuple[int, ...], check: str
) -> None:
    """An explanation that names the field would hide that the client's own is empty."""
    line = [None if place in columns else value for place, value in enumerate(LINE)]
    found = judged(workbook(SHEETS[beside], ("Gegevens", care(lines=[line]))))

    assert (len(found.lines), found.refused) == (1, {check})


@pytest.mark.parametrize("number", [None, "onbekend", "volgt", 12345, "999990018", "9999900190"])
@pytest.mark.parametrize("rows", BELOW.values(), ids=BELOW)
def test_a_client_without_a_right_number_is_refused(
    rows: Sequence[Sequence[Any]], number: object
) -> None:
    """A faulty line that is taken for an explanation would be paid without a check."""
    found = judged(workbook(("Gegevens", care(*rows, lines=[(number, *LINE[1:])]))))

    assert (len(found.lines), found.refused) == (1, {"bsn"})


def test_lines_on_two_sheets_are_read() -> None:
    """A sheet for each month is a usual way; the second would be left out."""
    found = judged(workbook(("sept", care()), SHEETS["signature"], ("okt", care(lines=[SECOND]))))

    assert (found.numbers, found.refused) == ([str(LINE[0]), str(SECOND[0])], set())


def test_lines_on_a_sheet_that_is_named_as_an_explanation_are_read() -> None:
    """Who fills in the sheet called "Toelichting" still sent its clients."""
    assert is_the_one(judged(workbook(("Toelichting", care()))))


@pytest.mark.parametrize(
    "label", ["Verwijzer: huisarts", "Periode: oktober 2026", "Product: 45A52"]
)
def test_what_only_the_cover_tells_asks_a_person(label: str) -> None:
    """A fact that stands on another sheet is not absent, and not certainly of this line."""
    columns = {"Verwijzer": (1, 2), "Periode": (5, 6), "Product": (3, 4)}[label.split(":")[0]]
    line = [None if place in columns else value for place, value in enumerate(LINE)]
    found = judged(workbook(("Voorblad", [[label]]), ("Gegevens", care(lines=[line]))))

    assert (len(found.lines), found.refused, len(found.asked)) == (1, set(), 1)


def test_the_day_of_a_signature_is_no_care_period() -> None:
    """A line without a period would be accepted with the day on which somebody signed."""
    line = (*LINE[:5], None, None, *LINE[7:])
    found = judged(workbook(("Gegevens", care(["Datum:", SIGNED], lines=[line]))))

    assert (found.lines[0].period_start, "care-period" in found.refused | found.asked) == (
        None,
        True,
    )


def test_a_row_that_may_be_a_client_asks_a_person() -> None:
    """A name with an amount and nothing else is neither dropped nor refused: a person sees its row."""
    row = [None, "B. Jansen", "huisarts", *[None] * 7, 100]
    found = judged(
        workbook(("G", [("BSN", "Naam", *TITLES[1:]), ("999990019", "A", *LINE[1:]), row]))
    )

    assert (len(found.lines), found.refused) == (2, set())
    assert {"bsn", "product", "care-period"} <= found.asked


def test_a_number_that_is_said_to_be_unknown_is_not_that_of_the_line_above() -> None:
    """Another child's number would be put at a child of whom it is not known."""
    found = judged(workbook(("G", care(lines=[LINE, ("onbekend", *LINE[1:])]))))

    assert (found.numbers, found.refused) == ([str(LINE[0]), None], {"bsn"})


def test_days_worked_beside_the_lines_ask_a_person() -> None:
    """A second sheet with hours of clients is neither paid unseen nor refused for lacking numbers."""
    hours: Rows = [["Datum", "Cliënt", "Uren", "Product"], [SIGNED, "A. Jansen", 2, "Begeleiding"]]
    found = judged(workbook(("Gegevens", care()), ("Uren", hours)))

    assert (found.numbers, found.refused, found.asked) == (
        [str(LINE[0])], set(), {"secure-attachment"},
    )  # fmt: skip


def test_a_client_over_its_lines_is_no_line() -> None:
    """Who writes the client once, above the products, would be refused for a line without any."""
    titles = ("Naam", *TITLES)
    for head in ((None, 999990019), ("A. Jansen", 999990019)):
        rows = [titles, head, (None, None, *LINE[1:]), (None, 999993653), (None, None, *LINE[1:])]
        found = judged(workbook(("Gegevens", rows)))

        assert (found.numbers, found.refused) == (["999990019", "999993653"], set())


@pytest.mark.parametrize("number", [999990019, 10464554, 123456789])
def test_a_number_alone_asks_a_person(number: int) -> None:
    """Whether a number with nothing beside it is a client or a total of the program, nobody can tell."""
    found = judged(workbook(("Gegevens", care([number]))))

    assert (len(found.lines), found.refused) == (2, set())
    assert "referrer" in found.asked


def test_a_client_named_by_its_number() -> None:
    """A number under "Cliënt" would be called absent."""
    rows = [
        [("Cliënt: 999990019")],
        TITLES[1:],
        LINE[1:],
        ["Cliënt: 999993653"],
        TITLES[1:],
        LINE[1:],
    ]
    for sheet in (
        rows,
        [("Cliënt", *TITLES[1:]), LINE, SECOND],
        [("clientBsn", *TITLES[1:]), LINE, SECOND],
    ):
        found = judged(workbook(("Gegevens", sheet)))

        assert (found.numbers, found.refused) == (["999990019", "999993653"], set())


def test_a_line_that_says_it_is_an_example_is_no_client() -> None:
    """The example that a template keeps under its titles would be paid, or refused."""
    found = judged(workbook(("Gegevens", care(lines=[("123456782 (voorbeeld)", *LINE[1:]), LINE]))))

    assert is_the_one(found)
