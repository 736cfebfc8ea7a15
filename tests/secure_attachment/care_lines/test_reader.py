"""Care lines as providers write them: read whole, or handed to a person; never called absent when
they are not.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.pdfgen import canvas
from reportlab.platypus import Paragraph, SimpleDocTemplate, Table

from intake.errors import SandboxFailed
from intake.mail.sniff import sniff
from intake.model.mail import Part, PartKind
from intake.sandbox.client import Sandbox
from intake.secure_attachment.care_lines.client import names_clients, read_care_lines
from tests.hostile.liar import Liar
from tests.secure_attachment.care_lines.sheets import as_read
from tests.timing import cpu_seconds

DAY = dt.datetime
FOUR = {
    "bsn": "999990019",
    "referrer": "huisarts",
    "product_code": "45A52",
    "period_start": "2026-09-01",
    "period_end": "2026-09-30",
}
TITLES = ["BSN", "Verwijzer", "Product", "Periode"]
ROW = ["999990019", "huisarts", "45A52", "september 2026"]
Rows = Sequence[Sequence[Any]]


def book(
    rows: Rows, merged: Sequence[str] = (), forms: Mapping[str, str] | None = None, **sheets: Rows
) -> bytes:
    made = openpyxl.Workbook()
    first = made.worksheets[0]
    for row in rows:
        first.append(list(row))
    for area in merged:
        first.merge_cells(area)
    for place, form in (forms or {}).items():
        first[place].number_format = form
    for name, more in sheets.items():
        sheet = made.create_sheet(name)
        for row in more:
            sheet.append(list(row))
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def read(data: bytes) -> tuple[list[dict[str, Any]], bool]:
    answer = as_read(data, sniff(data).value)
    return answer["lines"], answer["understood"]


def facts(line: dict[str, Any]) -> dict[str, Any]:
    return {name: line[name] for name in FOUR}


@pytest.mark.parametrize(
    ("titles", "row"),
    [
        (["BSN", "Verwijzer", "Product", "Periode"], ROW),
        (
            ["Burgerservicenummer", "Verwezen door", "Productcode", "Zorgperiode"],
            ["9999.90.019", "huisarts", "45A52", "1 t/m 30 september 2026"],
        ),
        (
            ["Sofinummer", "Type verwijzer", "Zorgvorm", "Van", "T/m"],
            [999990019.0, "huisarts", "45A52", DAY(2026, 9, 1), DAY(2026, 9, 30)],
        ),
        (
            ["Cliënt-BSN", "Huisarts", "Dienst", "Begindatum", "Einddatum"],
            ["999990019", "huisarts", "45A52", "1-9-2026", "30-9-2026"],
        ),
        (
            ["BSN jeugdige", "Soort verwijzer", "Code", "Maand", "Jaar"],
            [999990019, "huisarts", "45A52", "september", 2026],
        ),
        (
            ["Bsn-nummer", "Verwijzende instantie", "Product", "Ingangsdatum", "Stopdatum"],
            ["999990019", "huisarts", "45A52", 46266, 46295],
        ),
        (
            ["BSN", "Verwijzer", "Omschrijving", "Startdatum", "Einddatum"],
            ["999990019", "huisarts", "45A52", "09/01/2026", "09/30/2026"],
        ),
    ],
    ids=[
        "plain",
        "long",
        "sofi-floats-dates",
        "client",
        "month-and-year",
        "lost-date-format",
        "american",
    ],
)
def test_every_usual_title_is_known(titles: list[str], row: list[str]) -> None:
    """Providers name the columns as they like; a name we do not know would be taken for a missing
    fact.
    """
    lines, understood = read(book([titles, row]))

    assert [facts(line) for line in lines] == [FOUR]
    assert understood


def test_a_real_sheet_with_titles_totals_and_blank_rows() -> None:
    """Letterhead above and totals below are no care lines, and the row number is the one the
    provider sees.
    """
    rows: Rows = [
        ["Specificatie zorg"], [], ["Zorgpraktijk De Vlinder"], [],
        ["BSN", "Naam cliënt", "Geb.datum", "Verwijzer", "Productcode", "Omschrijving",
        "Periode van", "Periode t/m", "Uren", "Tarief", "Totaal"],
        [999990019.0, "A. Jansen", DAY(2012, 3, 4), "huisarts", "45A52", "Begeleiding",
        DAY(2026, 9, 1), DAY(2026, 9, 30), 10.5, 49.2, 516.6],
        [],
        ["Totaal", None, None, None, None, None, None, None, 10.5, None, 516.6],
    ]  # fmt: skip
    lines, understood = read(book(rows))

    assert [facts(line) for line in lines] == [FOUR]
    assert (
        lines[0]["row"],
        lines[0]["units"],
        lines[0]["unit"],
        lines[0]["rate"],
        lines[0]["amount"],
    ) == (6, "10.5", "uur", "49.2", "516.6")
    assert (lines[0]["client_name"], lines[0]["birth_date"], understood) == (
        "A. Jansen",
        "2012-03-04",
        True,
    )


@pytest.mark.parametrize(
    "data",
    [
        "BSN;Verwijzer;Product;Periode\n999990019;huisarts;45A52;september 2026\n".encode("cp1252"),
        "BSN,Verwijzer,Product,Periode\n999990019,huisarts,45A52,september 2026\n".encode("utf-8-sig"),
        "BSN\tVerwijzer\tProduct\tPeriode\n999990019\thuisarts\t45A52\tseptember 2026\n".encode("utf-16"),
        b"sep=|\nBSN|Verwijzer|Product|Periode\n999990019|huisarts|45A52|september 2026\n",
        b'BSN;Verwijzer;"Product\ncode";Periode\n999990019;huisarts;45A52;"september\n2026"\n',
        b"Zorgregels 2026\n\nBSN;Verwijzer;Product;Periode\n999990019;huisarts;45A52;september"
        b" 2026\n;;Totaal;\n",
        b"BSN: 999990019\nVerwijzer: huisarts\nProduct: 45A52\nPeriode: september 2026\n",
        b"BSN            999990019\nVerwijzer      huisarts\nProduct        45A52\nPeriode       "
        b" september 2026\n",
        b"BSN\n999990019\nVerwijzer\nhuisarts\nProduct\n45A52\nPeriode\nseptember 2026\n",
        b"Geachte heer,\n\nBSN 999990019\nVerwezen door huisarts\nProduct 45A52\nZorgperiode"
        b" september 2026\n\nMet vriendelijke groet\n",
        b"BSN        Verwijzer  Product  Periode\n999990019  huisarts   45A52    september 2026\n",
        b"Naam: Zorgpraktijk De Vlinder\nBSN: 999990019\nNaam jeugdige: A. Jansen\nVerwijzer:"
        b" huisarts\nProduct: 45A52\nPeriode: september 2026\n",
        book([["Gegevens"], ["BSN", "999990019"], ["Verwijzer", "huisarts"], ["Product", "45A52"],
        ["Zorgperiode", "september 2026"]]),
        book([["Verwijzer:", "huisarts"], ["Periode:", "september 2026"], [],
        ["BSN", "Naam", "Productcode"], ["999990019", "A", "45A52"]]),
        book([[*TITLES[:3], "Zorgperiode", None], [None, None, None, "van", "t/m"],
        ["999990019", "huisarts", "45A52", DAY(2026, 9, 1), DAY(2026, 9, 30)]]),
        book([TITLES, ["999990019", "huisarts", "45A52", DAY(2026, 9, 1)]], forms={"D2": "mmm-yy"}),
        book([TITLES, ROW],
        Tarieven=[["Productcode", "Omschrijving", "Tarief"], ["45A52", "Begeleiding", 49.2]]),
        book([["BSN", "Via", "Product", "Periode"], ROW]),
    ],
    ids=[
        "cp1252", "comma-bom", "utf16-tab", "sep-bar", "newline-in-cell", "csv-title-and-total",
        "labels", "label-columns", "value-below", "letter",
        "text-table", "two-names", "turned-sheet", "facts-above", "two-title-rows", "month-format",
        "tariff-sheet", "untitled-referrer",
    ],
)  # fmt: skip
def test_one_client_in_every_form(data: bytes) -> None:
    """The four facts are on the page in all of these; none may be called missing."""
    lines, understood = read(data)

    assert [facts(line) for line in lines] == [FOUR]
    assert understood


def test_a_number_that_stands_once_holds_for_the_lines_below_it() -> None:
    """A client with three products has the number once, merged or with blanks below."""
    rows: Rows = [
        TITLES,
        ROW,
        [None, None, "45A57", "september 2026"],
        ["999993653", "GI", "45A52", "september 2026"],
    ]
    for data in (book(rows), book(rows, merged=["A2:A3", "B2:B3"])):
        lines, _ = read(data)
        assert [(line["bsn"], line["referrer"]) for line in lines] == [
            ("999990019", "huisarts"),
            ("999990019", "huisarts"),
            ("999993653", "GI"),
        ]


@pytest.mark.parametrize("below", [True, False])
def test_a_first_and_a_last_day_beside_a_table_are_one_period(below: bool) -> None:
    """The care of a month would be taken for that of its first day when both days stand under the
    table, and its code would stand there without what was given."""
    table: Rows = [["BSN", "Verwijzer", "Bedrag"], ["999990019", "huisarts", 250]]
    labels: Rows = [
        ["Begindatum: 01-09-2026"],
        ["Einddatum: 30-09-2026"],
        ["Productcode: 45A52"],
        ["Product: Begeleiding"],
    ]

    lines, _ = read(book([*table, *labels] if below else [*labels, *table]))

    told = [(n["period_start"], n["period_end"], n["product_code"], n["product"]) for n in lines]
    assert told == [("2026-09-01", "2026-09-30", "45A52", "Begeleiding")]


def test_a_month_merged_over_all_clients_holds_for_each() -> None:
    """One merged cell "september 2026" beside ten clients is ten periods."""
    lines, _ = read(book([TITLES, ROW, ["999993653", "GI", "45A52", None]], merged=["D2:D3"]))

    assert {line["period_end"] for line in lines} == {"2026-09-30"}


def test_a_client_without_number_is_absent_not_filled() -> None:
    """Another child's number must never be put at a child without one."""
    lines, _ = read(
        book([["BSN", "Naam", *TITLES[1:]], ["999990019", "A", *ROW[1:]], [None, "B", *ROW[1:]]])
    )

    assert [line["bsn"] for line in lines] == ["999990019", None]


def test_zero_in_front_is_kept_when_the_sheet_shows_it() -> None:
    """Excel stores 012345672 as a number; the zeros of its format are part of the BSN."""
    lines, _ = read(
        book([TITLES, [12345672, *ROW[1:]], [12345672, *ROW[1:]]], forms={"A2": "000000000"})
    )

    assert [line["bsn"] for line in lines] == ["012345672", "12345672"]


@pytest.mark.parametrize(
    "data",
    [
        book([["BSN", "Via", "Product", "Periode"], ["999990019", "Jansen", "45A52", "2026-09"]]),
        book(
            [
                ["Cliëntnummer", "Verwijzer", "Product", "Periode"],
                ["1234", "huisarts", "45A52", "2026-09"],
            ]
        ),
        b"Hierbij: client 999990019, verwezen door de huisarts, begeleiding in september 2026.",
        b"BSN: 999990019\nDoor de huisarts gestuurd\nProduct: 45A52\nPeriode: september 2026\n",
        (
            b"BSN: 999990019\nVerwijzer: huisarts\nProduct: 45A52\nPeriode: september"
            b" 2026\nProduct: 45A57\nPeriode: oktober 2026\n"
        ),
        book([["Kilometers", "Auto"], ["1", "2"]]),
        book([["Omschrijving", "Periode", "Aantal", "Bedrag"], ["Begeleiding", "2026-09", 1, 3]]),
        b"PK\x03\x04 no sheet",
        b"",
    ],
    ids=[
        "unknown-title",
        "client-number",
        "sentence",
        "unlabelled-line",
        "two-products",
        "other-sheet",
        "anonymous-specification",
        "broken",
        "empty",
    ],
)
def test_what_is_not_understood_goes_to_a_person(data: bytes) -> None:
    """Where the missing fact may stand in words we do not know, nobody may be refused."""
    answer = as_read(data, "excel" if data[:2] == b"PK" else "text")

    assert answer["understood"] is False


def test_a_fact_without_any_place_is_certainly_absent() -> None:
    """Three known columns and no fourth: the referrer is really missing, and the letter may say so."""
    lines, understood = read(
        book([["BSN", "Product", "Periode"], ["999990019", "45A52", "2026-09"]])
    )

    assert (lines[0]["referrer"], understood) == (None, True)


def test_two_clients_in_a_turned_sheet_are_two_lines() -> None:
    """Labels down the side and a client in each column."""
    columns = [
        ["BSN", "999990019", "999993653"],
        ["Verwijzer", "huisarts", "GI"],
        ["Product", "45A52", "45A57"],
        ["Periode", "2026-09", "2026-09"],
    ]
    lines, understood = read(book(columns))

    assert [(line["bsn"], line["product_code"]) for line in lines] == [
        ("999990019", "45A52"),
        ("999993653", "45A57"),
    ]
    assert understood


def test_a_file_without_titles_is_read_by_its_values() -> None:
    """An export without a first line still says what it is."""
    lines, understood = read(
        b"999990019;huisarts;45A52;01-09-2026;30-09-2026\n999993653;huisarts;45A57;01-09-2026;30-09-2026\n"
    )

    assert (facts(lines[0]), len(lines), understood) == (FOUR, 2, True)


def printed(rows: Rows) -> bytes:
    file = io.BytesIO()
    style = getSampleStyleSheet()
    table = Table(
        [[Paragraph(cell, style["Normal"]) for cell in row] for row in rows], repeatRows=1
    )
    SimpleDocTemplate(file, pagesize=landscape(A4)).build(
        [Paragraph("Specificatie", style["Title"]), table]
    )
    return file.getvalue()


def test_a_printed_table_with_wrapped_cells() -> None:
    """A PDF from a bookkeeping program wraps long descriptions; each belongs to its own client."""
    lines, understood = read(printed([
        ["BSN", "Verwijzer", "Productomschrijving", "Begindatum", "Einddatum", "Uren", "Bedrag"],
        ["999990019", "huisarts", "Begeleiding individueel basis (45A52)", "01-09-2026",
        "30-09-2026", "10", "€ 492,00"],
        ["999993653", "gecertificeerde instelling", "Begeleiding groep specialistisch",
        "01-09-2026", "30-09-2026", "4", "€ 322,32"],
        ["Totaal", "", "", "", "", "14", "€ 814,32"],
    ]))  # fmt: skip

    assert facts(lines[0]) == FOUR
    assert [(line["product"], line["referrer"]) for line in lines] == [
        ("Begeleiding individueel basis", "huisarts"),
        ("Begeleiding groep specialistisch", "gecertificeerde instelling"),
    ]
    assert understood


def test_titles_repeated_on_every_page() -> None:
    """A long table goes on over pages; titles are no clients."""
    lines, _ = read(
        printed(
            [
                ["BSN", "Verwijzer", "Productcode", "Zorgperiode"],
                *[["999990019", "huisarts", "45A52", "september 2026"]] * 70,
            ]
        )
    )

    assert len(lines) == 70
    assert all(facts(line) == FOUR for line in lines)


def test_a_labelled_pdf() -> None:
    """The simplest attachment: one page with four lines."""
    file = io.BytesIO()
    page = canvas.Canvas(file)
    facts_on_it = [
        "Bijlage",
        "BSN: 999990019",
        "Verwijzer: huisarts",
        "Product: 45A52",
        "Zorgperiode: 1 september 2026 t/m 30 september 2026",
    ]
    for number, text in enumerate(facts_on_it):
        page.drawString(60, 800 - 20 * number, text)
    page.save()

    lines, understood = read(file.getvalue())

    assert ([facts(line) for line in lines], understood) == ([FOUR], True)


def test_a_stray_cell_at_the_far_end_costs_nothing() -> None:
    """One space in the last cell of a sheet must not cost a minute."""
    made = openpyxl.load_workbook(io.BytesIO(book([TITLES, ROW])))
    made.worksheets[0]["XFD1048576"] = "x"
    file = io.BytesIO()
    made.save(file)

    assert cpu_seconds(lambda: read(file.getvalue()), enough=8) < 8
    assert facts(read(file.getvalue())[0][0]) == FOUR


def test_through_the_child_with_types(reading: Sandbox) -> None:
    """What the pipeline gets are days and amounts, validated again outside the child."""
    part = Part(
        "2/1",
        PartKind.CSV,
        b"BSN;Verwijzer;Product;Periode;Tarief;Bedrag\n999990019;huisarts;45A52;september"
        b" 2026;49,20;1.234,56\n",
    )

    sheet = read_care_lines(reading, part)

    line = sheet.lines[0]
    assert (line.period_end, line.rate, line.amount, sheet.understood) == (
        dt.date(2026, 9, 30),
        Decimal("49.20"),
        Decimal("1234.56"),
        True,
    )
    assert "999990019" not in repr(sheet)
    assert names_clients(read_care_lines(reading, part))
    assert not names_clients(
        read_care_lines(
            reading,
            Part("3", PartKind.CSV, b"Omschrijving;Periode;Aantal\nBegeleiding;2026-09;3\n"),
        )
    )


@pytest.mark.parametrize(
    "answer",
    [
        None, [], {}, {"lines": None, "understood": True}, {"lines": [{}], "understood": True},
        {"lines": [{"row": 1}], "understood": True},
        {"lines": [{"row": -1}] * 3, "understood": True},
        {"lines": [[]] * 6_000, "understood": True}, SandboxFailed("timeout"),
        {"lines": [dict.fromkeys(("bsn", "referrer"), "x" * 100_000) | {"row": 1}], "understood": True},
    ],
)  # fmt: skip
def test_a_child_that_lies_is_not_believed(answer: object) -> None:
    """A taken-over child may say anything; the parent takes nothing that has not its form."""
    sheet = read_care_lines(Liar(answer), Part("1", PartKind.CSV, b"x"))

    assert (sheet.lines, sheet.understood) == ((), False)


_WORDS = [
    "BSN",
    "Verwijzer:",
    "Product",
    "Periode",
    "999990019",
    "huisarts",
    "45A52",
    "september 2026",
    "Totaal",
    "",
    "x",
    "12,5",
    "01-09-2026",
]


@settings(max_examples=150)
@given(st.lists(st.lists(st.sampled_from(_WORDS), max_size=6), max_size=8))
def test_any_arrangement_ends(rows: Rows) -> None:
    """No arrangement of words and numbers may raise."""
    data = "\n".join(";".join(row) for row in rows).encode()
    for kind in ("csv", "text"):
        answer = as_read(data, kind)
        assert not answer["understood"] or answer["lines"]


@settings(max_examples=100)
@given(st.binary(max_size=400), st.sampled_from(["csv", "text", "excel", "pdf"]))
def test_garbage_ends(data: bytes, kind: PartKind) -> None:
    """No bytes whatever may raise."""
    as_read(data, kind)
