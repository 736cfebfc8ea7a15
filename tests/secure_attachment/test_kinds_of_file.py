"""Care lines in every kind of file that people send, each written by the program they use, and the
words only some write.
"""

from __future__ import annotations

import datetime as dt
import io
import subprocess
import zipfile
from decimal import Decimal
from typing import Any

import docx
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.mail.sniff import sniff
from intake.model.mail import Part, PartKind
from intake.sandbox.client import Sandbox
from intake.secure_attachment.care_lines.client import read_care_lines
from tests.secure_attachment.care_lines.sheets import UNREAD, as_read

TITLES = ["BSN", "Verwijzer", "AGB-code verwijzer", "Productcode", "Omschrijving", "Begindatum",
 "Einddatum", "Aantal", "Eenheid", "Tarief", "Bedrag",
          "Beschikkingsnummer", "Factuurnummer", "Geboortedatum"]  # fmt: skip
START, END, BORN = dt.date(2026, 9, 1), dt.date(2026, 9, 30), dt.date(2014, 5, 6)
ROWS: list[list[Any]] = [
    [
        "999990019",
        "huisarts",
        "01056321",
        "45A52",
        "Begeleiding individueel basis",
        START,
        END,
        10.5,
        "uur",
        49.2,
        516.6,
        "B-12",
        "R-1",
        BORN,
    ],
    [
        "012345672",
        "wijkteam",
        None,
        "AL017",
        "Individuele begeleiding midden",
        START,
        END,
        600,
        "minuten",
        48.6,
        486,
        "B-13",
        "R-1",
        dt.date(1960, 1, 2),
    ],
]
"""Two clients; one number begins with a zero."""
READ = [
    (
        "999990019",
        "huisarts",
        "01056321",
        "45A52",
        "2026-09-01",
        "2026-09-30",
        "10.5",
        "uur",
        "49.2",
        "516.6",
        "B-12",
        "R-1",
        "2014-05-06",
    ),
    (
        "012345672",
        "wijkteam",
        None,
        "AL017",
        "2026-09-01",
        "2026-09-30",
        "600",
        "minuten",
        "48.6",
        "486",
        "B-13",
        "R-1",
        "1960-01-02",
    ),
]
_FIELDS = ("bsn", "referrer", "referrer_details", "product_code", "period_start", "period_end",
"units", "unit", "rate", "amount", "decision_number",
           "invoice_number", "birth_date")  # fmt: skip


def workbook() -> bytes:
    book = openpyxl.Workbook()
    book.worksheets[0].append(TITLES)
    for row in ROWS:
        book.worksheets[0].append(row)
    hidden = book.create_sheet("oud")
    hidden.append(TITLES)
    hidden.append(["111222333", *ROWS[0][1:]])
    hidden.sheet_state = "hidden"
    return _saved(book)


def letter() -> bytes:
    """A letter with a table, as python-docx writes it."""
    document = docx.Document()
    document.add_paragraph("Geachte mevrouw, hierbij de gegevens bij onze factuur.")
    table = document.add_table(rows=0, cols=len(TITLES))
    for row in (TITLES, *ROWS):
        for cell, value in zip(table.add_row().cells, row, strict=True):
            cell.text = _dutch(value)
    document.add_paragraph("Met vriendelijke groet, De Wilde Roos")
    return _saved(document)


def separated(separator: str, encoding: str) -> bytes:
    return "\r\n".join(separator.join(map(_dutch, row)) for row in (TITLES, *ROWS)).encode(encoding)


def _saved(made: Any) -> bytes:
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def _dutch(value: Any) -> str:
    if isinstance(value, dt.date):
        return f"{value:%d-%m-%Y}"
    return (
        ""
        if value is None
        else str(value).replace(".", ",")
        if isinstance(value, float)
        else str(value)
    )


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The workbook and the letter, written again by LibreOffice in other forms."""
    folder = tmp_path_factory.mktemp("office")
    (folder / "care.xlsx").write_bytes(workbook())
    (folder / "letter.docx").write_bytes(letter())
    for form, source in (
        ("xls", "care.xlsx"),
        ("ods", "care.xlsx"),
        ("xlsx", "care.xlsx"),
        ("docx", "letter.docx"),
    ):
        command = [
            "soffice",
            f"-env:UserInstallation=file://{folder}/profile",
            "--headless",
            "--convert-to",
            form,
            "--outdir",
            str(folder / "made"),
            str(source),
        ]
        subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=120)
    return {file.suffix[1:]: file.read_bytes() for file in (folder / "made").iterdir()}


def read(data: bytes) -> tuple[list[dict[str, Any]], bool]:
    answer = as_read(data, sniff(data).value)
    return answer["lines"], answer["understood"]


def facts(lines: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return [tuple(line[name] for name in _FIELDS) for line in lines]


@pytest.mark.parametrize("form", ["xls", "ods", "xlsx", "docx"])
def test_what_libreoffice_wrote(form: str, office: dict[str, bytes]) -> None:
    """Small practices work with LibreOffice or an old Excel; a form that is not read would wait for
    a clerk each month.
    """
    assert (facts(read(office[form])[0]), read(office[form])[1]) == (READ, True)


@pytest.mark.parametrize("data", [workbook(), letter()], ids=["openpyxl", "python-docx"])
def test_what_other_programs_wrote(data: bytes) -> None:
    """Packages for practices export by a library; a hidden sheet of last year is none of their
    lines.
    """
    assert (facts(read(data)[0]), read(data)[1]) == (READ, True)


def test_styles_that_another_program_wrote_wrongly() -> None:
    """One library stumbles over a colour that does not exist; the cells are fine, and the provider
    is not asked again.
    """
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook())) as given, zipfile.ZipFile(file, "w") as made:
        for name in given.namelist():
            data = given.read(name)
            made.writestr(
                name,
                (
                    data.replace(b'patternType="gray125"', b'patternType="geen"')
                    if name == "xl/styles.xml"
                    else data
                ),
            )
    with pytest.raises(ValueError, match="stylesheet"):
        openpyxl.load_workbook(io.BytesIO(file.getvalue()))

    assert (facts(read(file.getvalue())[0]), read(file.getvalue())[1]) == (READ, True)


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("separator", [";", "\t", "|", "^", "~"])
def test_separated_values(separator: str, encoding: str) -> None:
    """Each program has its own idea of CSV."""
    assert (
        facts(read(separated(separator, encoding))[0]),
        read(separated(separator, encoding))[1],
    ) == (READ, True)


def test_commas_as_separator_with_amounts_in_quotes() -> None:
    """An English program puts commas between, and Dutch amounts have one inside."""
    rows = [",".join(f'"{_dutch(value)}"' for value in row) for row in (TITLES, *ROWS)]

    assert facts(read("\n".join(rows).encode())[0]) == READ


def test_every_kind_is_read_behind_the_locks(reading: Sandbox, office: dict[str, bytes]) -> None:
    """A library that loads something late works on the desk and fails in production."""
    for data in (*office.values(), workbook(), letter(), declaration()):
        assert read_care_lines(reading, Part("1", sniff(data), data)).lines, sniff(data)


# --- letters ---------------------------------------------------------------------------


def test_a_form_with_labels_in_a_letter() -> None:
    """One client, typed under each other or in a table of two columns."""
    pairs = [
        ("BSN", "999990019"),
        ("Verwijzer", "huisarts"),
        ("Product", "45A52"),
        ("Periode", "september 2026"),
        ("Aantal", "10 uur"),
    ]
    typed, tabled = docx.Document(), docx.Document()
    table = tabled.add_table(rows=0, cols=2)
    for label, value in pairs:
        typed.add_paragraph(f"{label}:\t{value}")
        cells = table.add_row().cells
        cells[0].text, cells[1].text = label, value

    for document in (typed, tabled):
        (line,), understood = read(_saved(document))
        assert (line["bsn"], line["product_code"], line["period_end"], line["units"], line["unit"],
        understood) == (
            "999990019", "45A52", "2026-09-30", "10", "uur", True,
        )  # fmt: skip


def test_an_empty_cell_in_a_letters_table_is_certainly_empty() -> None:
    """The cells of a Word table are sure, so a client without referrer may be refused as in a
    sheet.
    """
    document = docx.Document()
    table = document.add_table(rows=0, cols=4)
    for row in (
        ("BSN", "Verwijzer", "Product", "Periode"),
        ("999990019", "huisarts", "45A52", "2026-09"),
        ("999993653", "", "45A52", "2026-09"),
    ):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text

    lines, understood = read(_saved(document))

    assert ([line["referrer"] for line in lines], understood) == (["huisarts", None], True)


def test_cells_merged_over_two_clients_hold_for_both() -> None:
    """One period typed beside ten children."""
    document = docx.Document()
    table = document.add_table(rows=3, cols=4)
    for at, row in enumerate(
        (
            ("BSN", "Verwijzer", "Product", "Periode"),
            ("999990019", "huisarts", "45A52", ""),
            ("999993653", "GI", "45A52", ""),
        )
    ):
        for cell, text in zip(table.rows[at].cells, row, strict=True):
            cell.text = text
    table.cell(1, 3).merge(table.cell(2, 3)).text = "september 2026"

    assert [line["period_end"] for line in read(_saved(document))[0]] == ["2026-09-30"] * 2


def test_deleted_text_and_field_codes_are_not_read() -> None:
    """A tracked deletion still stands in the file; nobody who opens the letter sees it."""
    body = (
        "<w:p><w:r><w:t>BSN: 999990019</w:t></w:r><w:del><w:r><w:delText>"
        " 111222333</w:delText></w:r></w:del></w:p><w:p><w:r><w:instrText>BSN:"
        " 999993653</w:instrText></w:r><w:r><w:t>Verwijzer:"
        " huisarts</w:t></w:r></w:p><w:sdt><w:sdtContent><w:p><w:r><w:t>Product:"
        " 45A52</w:t></w:r></w:p></w:sdtContent></w:sdt><w:p><w:r><w:t>Periode:</w:t><w:tab/><w:t>september"
        " 2026</w:t></w:r></w:p>"
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(
            "word/document.xml", f"<w:document xmlns:w='urn:w'><w:body>{body}</w:body></w:document>"
        )

    (line,), understood = read(file.getvalue())

    assert (
        line["bsn"],
        line["referrer"],
        line["product_code"],
        line["period_end"],
        understood,
    ) == ("999990019", "huisarts", "45A52", "2026-09-30", True)


def test_entities_in_a_letter_are_not_unfolded() -> None:
    """A billion laughs in a letter would take the memory of the machine."""
    bomb = "<!DOCTYPE x [<!ENTITY a 'BSN: 999990019 '>" + "".join(
        f"<!ENTITY {new} '{f'&{old};' * 20}'>" for old, new in zip("abcdef", "bcdefg", strict=True)
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(
            "word/document.xml",
            f"{bomb}]><w:document"
            " xmlns:w='urn:w'><w:body><w:p><w:r><w:t>&g;</w:t></w:r></w:p></w:body></w:document>",
        )

    assert as_read(file.getvalue(), "word") == UNREAD


# --- declaration messages --------------------------------------------------------------


def declaration(law: str = "jw", credit: bool = False) -> bytes:
    """A declaration as the berichtenverkeer knows it, with one client and two products."""
    care = (
        "<p:Prestatie><p:ToewijzingNummer>10072</p:ToewijzingNummer><p:ProductCategorie>45</p:ProductCategorie><p:ProductCode>{code}</p:ProductCode>"
        "<p:ProductPeriode><b:Begindatum>2026-09-01</b:Begindatum><b:Einddatum>2026-09-30</b:Einddatum></p:ProductPeriode>"
        "<p:GeleverdVolume>{volume}</p:GeleverdVolume><p:Eenheid>04</p:Eenheid><p:ProductTarief>4920</p:ProductTarief>"
        "<p:IngediendBedrag><b:Bedrag>{amount}</b:Bedrag><b:DebetCredit>{sign}</b:DebetCredit></p:IngediendBedrag></p:Prestatie>"
    )
    lines = care.format(code="45A52", volume=10, amount=49200, sign="D") + care.format(
        code="45A57", volume=2, amount=9840, sign="C" if credit else "D"
    )
    return (
        "<?xml version='1.0'?><p:Bericht"
        " xmlns:b='http://www.istandaarden.nl/ijw/3_2/basisschema/schema'"
        f" xmlns:p='http://www.istandaarden.nl/i{law}/3_2/{law}323/schema'><p:Header><p:BerichtCode>490</p:BerichtCode></p:Header><p:Declaratie>"
        "<p:DeclaratieNummer>DN1</p:DeclaratieNummer><p:DeclaratiePeriode><b:Begindatum>2026-01-01</b:Begindatum></p:DeclaratiePeriode>"
        f"<p:Clienten><p:Client><p:Bsn>999990019</p:Bsn><p:Prestaties>{lines}</p:Prestaties></p:Client></p:Clienten></p:Declaratie></p:Bericht>"
    ).encode()


@pytest.mark.parametrize(("law", "name"), [("jw", "Jeugdwet"), ("wmo", "Wmo")])
def test_a_declaration_message_is_read(law: str, name: str) -> None:
    """Amounts are in cents and a message has no place for the referrer: that is never called
    missing.
    """
    lines, understood = read(declaration(law, credit=True))

    assert [
        (
            line["row"],
            line["bsn"],
            line["product_code"],
            line["period_start"],
            line["units"],
            line["rate"],
            line["amount"],
        )
        for line in lines
    ] == [
        (1, "999990019", "45A52", "2026-09-01", "10", "49.20", "492.00"),
        (2, "999990019", "45A57", "2026-09-01", "-2", "49.20", "-98.40"),
    ]
    assert (lines[0]["law"], lines[0]["decision_number"], lines[0]["referrer"], understood) == (
        name,
        "10072",
        None,
        False,
    )


def test_another_xml_is_no_care() -> None:
    """An e-invoice beside the PDF is not the attachment."""
    for data in (
        (
            b"<Invoice"
            b" xmlns='urn:oasis:names:specification:ubl:schema:xsd:Invoice-2'><ID>1</ID></Invoice>"
        ),
        b"<x",
        b"<Bericht/>",
    ):
        assert as_read(data, "xml") == UNREAD


# --- words and numbers -----------------------------------------------------------------


def one(titles: list[str], row: list[str]) -> dict[str, Any]:
    (line,), _ = read("\n".join(";".join(cells) for cells in (titles, row)).encode())
    return line


FOUR, FIRST = (
    ["BSN", "Verwijzer", "Product", "Periode"],
    ["999990019", "huisarts", "45A52", "september 2026"],
)


@pytest.mark.parametrize(
    ("title", "text", "units", "unit"),
    [
        ("Aantal", "10 uur", "10", "uur"), ("Aantal", "90 min.", "90", "min"),
        ("Uren", "1:30", "1.5", "uur"), ("Uren", "90 min", "90", "min"),
        ("Minuten", "600", "600", "minuut"), ("Etmalen", "30", "30", "etmaal"),
        ("Aantal dagdelen", "8", "8", "dagdeel"), ("Aantal stuks", "2", "2", "stuks"),
        ("Ritten", "18", "18", "stuks"), ("Aantal uren", "12,75", "12.75", "uur"),
        ("Volume", "1.250 min", "1250", "min"),
        ("Aantal", "4 dagdelen", "4", "dagdelen"), ("Aantal etmalen", "3 etmalen", "3", "etmalen"),
        ("Totaal aantal minuten", "45", "45", "minuut"),
    ],
)  # fmt: skip
def test_units_in_the_cell_or_in_the_title(title: str, text: str, units: str, unit: str) -> None:
    """Units that are not seen make ten hours ten minutes."""
    line = one([*FOUR, title], [*FIRST, text])

    assert (line["units"], line["unit"]) == (units, unit)


@pytest.mark.parametrize(
    ("title", "name", "text"),
    [
        ("Prod.code", "product_code", "45A57"), ("Bedrag excl. btw", "amount", "300.00"),
        ("Totaalbedrag incl. btw", "amount", "300.00"),
        ("Btw-bedrag", "amount", None), ("Eenheid (WJ756)", "unit", "04"),
        ("Beschikkingsnr.", "decision_number", "B-7"),
        ("Opdrachtnummer", "decision_number", "B-7"), ("Wet", "law", "Wmo"),
        ("Agb-code huisarts", "referrer_details", "01056321"),
        ("Declaratienummer", "invoice_number", "R-1"), ("Geb.datum", "birth_date", "2014-05-06"),
    ],
)  # fmt: skip
def test_other_titles_for_the_same(title: str, name: str, text: str | None) -> None:
    """A column that is not known is no column for the checks."""
    written = {"amount": "€ 300,00", "birth_date": "6 mei 2014"}.get(name, text or "")

    assert (
        one(
            ["BSN", "Verwijzer", "Zorgperiode", "Omschrijving", title],
            ["999990019", "GI", "2026-09", "Begeleiding", written],
        )[name]
        == text
    )


@pytest.mark.parametrize(
    ("titles", "row", "secret", "without"),
    [
        ([*FOUR, "Geheim adres"], [*FIRST, "ja"], True, False),
        ([*FOUR, "Geheim adres"], [*FIRST, "nee"], False, False),
        ([*FOUR, "Adres"], [*FIRST, "GEHEIM"], True, False),
        ([*FOUR, "Opmerking"], [*FIRST, "Let op: geheim adres!"], True, False),
        ([*FOUR, "Opmerking"], [*FIRST, "geen geheim adres"], False, False),
        ([*FOUR, "Adres"], [*FIRST, "Geheimhoudingstraat 1"], False, False),
        ([*FOUR, "Opmerking"], ["", *FIRST[1:], "asielzoeker, nog geen BSN"], False, True),
        ([*FOUR, "Naam"], ["geen BSN (asiel)", *FIRST[1:], "A"], False, True),
        ([*FOUR, "Naam"], ["V-nummer 1234567890", *FIRST[1:], "A"], False, True),
        ([*FOUR, "Naam"], ["", *FIRST[1:], "A"], False, False),
    ],
)
def test_remarks_that_mark_the_manual_road(
    titles: list[str], row: list[str], secret: bool, without: bool
) -> None:
    """A child in hiding or from abroad must not be refused for what it cannot have."""
    line = one(titles, row)

    assert (line["secret_address"], line["without_bsn"]) == (secret, without)


def test_a_child_without_number_below_another_keeps_no_number() -> None:
    """A blank under a number means "the same client"; "asiel" means that it is another."""
    rows = [
        "BSN;Verwijzer;Product;Periode;Opmerking",
        "999990019;huisarts;45A52;2026-09;",
        ";huisarts;45A52;2026-09;asiel, geen BSN",
    ]

    assert [(line["bsn"], line["without_bsn"]) for line in read("\n".join(rows).encode())[0]] == [
        ("999990019", False),
        (None, True),
    ]


@pytest.mark.parametrize(
    ("above", "period", "days"),
    [
        ("Specificatie september 2026", "week 36", ("2026-08-31", "2026-09-06")),
        ("Factuurdatum: 2 oktober 2026", "september", ("2026-09-01", "2026-09-30")),
        ("Factuur 2026-0117", "01-09 t/m 30-09", ("2026-09-01", "2026-09-30")),
        ("Jaren 2025 en 2026", "week 36", (None, None)),
        ("Specificatie", "week 36", (None, None)),
        ("Specificatie 2027", "week 36 2026", ("2026-08-31", "2026-09-06")),
    ],
)
def test_a_period_without_year_takes_the_one_year_of_the_file(
    above: str, period: str, days: tuple[str | None, str | None]
) -> None:
    """Who writes "week 36" means the year that stands above it; between two years nobody may
    choose.
    """
    (line,), _ = read(
        f"{above};;;"
        f"\n\n{';'.join([*FOUR, 'Geboortedatum'])}\n{';'.join([*FIRST[:3], period, '06-05-2014'])}\n".encode()
    )

    assert (line["period_start"], line["period_end"], line["period_text"]) == (*days, period)


_NUMBERS = st.decimals(
    min_value=0, max_value=99_999, places=2, allow_nan=False, allow_infinity=False
)


@settings(max_examples=60)
@given(_NUMBERS, st.sampled_from(["{}", "€ {}", "EUR {}", "{} euro", "{} uur"]))
def test_amounts_as_the_dutch_write_them(amount: Decimal, form: str) -> None:
    """A point for thousands that is read as a decimal sign makes a thousand euro one."""
    written = form.format(f"{amount:,.2f}".translate(str.maketrans(",.", ".,")))

    assert Decimal(one([*FOUR, "Bedrag"], [*FIRST, written])["amount"]) == amount


@settings(max_examples=60)
@given(
    st.dates(dt.date(2015, 1, 1), dt.date(2035, 12, 31)),
    st.integers(0, 400),
    st.sampled_from(["%d-%m-%Y", "%d/%m/%Y", "%d.%m.%Y", "%Y-%m-%d", "%Y%m%d"]),
)
def test_any_two_days_are_a_period(start: dt.date, days: int, form: str) -> None:
    """Dates are day first, whichever sign stands between."""
    end = start + dt.timedelta(days)
    line = one(
        [*FOUR[:3], "Zorgperiode"], [*FIRST[:3], f"{start.strftime(form)} t/m {end.strftime(form)}"]
    )

    assert (line["period_start"], line["period_end"]) == (start.isoformat(), end.isoformat())


@settings(max_examples=60)
@given(st.binary(max_size=300), st.sampled_from(["word", "xml", "excel"]))
def test_garbage_is_never_understood(data: bytes, kind: str) -> None:
    """No bytes whatever may raise, or be taken for care."""
    for made in (data, b"PK\x03\x04" + data, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + data):
        assert as_read(made, kind) == UNREAD


def test_kinds_without_a_reader_stay_with_a_person() -> None:
    """A picture of the care lines is not empty."""
    assert read_care_lines(None, Part("1", PartKind.IMAGE, b"x")).understood is False  # type: ignore[arg-type]
