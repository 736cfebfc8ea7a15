"""The same two clients in every kind of file that a program or a person makes of a table: each is read
whole, with the same values.
"""

from __future__ import annotations

import base64
import datetime as dt
import html
import io
import quopri
import re
import subprocess
import zipfile
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import docx
import pytest

from intake.mail.sniff import sniff
from intake.model.mail import Part, PartKind
from intake.sandbox.client import Sandbox
from intake.secure_attachment.care_lines import reader
from intake.secure_attachment.care_lines.client import names_clients, read_care_lines
from intake.secure_attachment.containers.mime_entity import parts_of
from tests.secure_attachment.care_lines.judged import (
    END,
    LINE,
    SECOND,
    START,
    TITLES,
    care,
    judged,
    shown,
    workbook,
)

ROWS = care(lines=[LINE, SECOND])
SHOWN = [
    list(map(shown, TITLES)),
    *([*map(shown, line[:-1]), "1.250,00"] for line in (LINE, SECOND)),
]
READ = [
    (number, "huisarts", "01056321", "45A52", "Begeleiding individueel basis", START.date(), END.date(),
     25, "uur", 1250)
    for number in ("999990019", "999993653")
]  # fmt: skip


def facts(lines: Iterable[Any]) -> list[tuple[Any, ...]]:
    return [
        (line.bsn, line.referrer, line.referrer_details, line.product_code, line.product,
         line.period_start, line.period_end, line.units, line.unit, line.amount)
        for line in lines
    ]  # fmt: skip


def is_read(data: bytes) -> bool:
    found = judged(data)
    assert facts(found.lines) == READ
    return not found.refused and not found.asked - {"care-amount"}


# --- web pages -------------------------------------------------------------------------


def table(
    cell: str = "<td>{}</td>", row: str = "<tr>{}</tr>", attributes: str = " border=1"
) -> str:
    rows = ("".join(cell.format(html.escape(text)) for text in cells) for cells in SHOWN)
    return f"<table{attributes}>{''.join(map(row.format, rows))}</table>"


EXCEL_HEAD = (
    '<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:x="urn:schemas-microsoft-com:office:excel"'
    ' xmlns="http://www.w3.org/TR/REC-html40">\r\n<head>\r\n<meta http-equiv=Content-Type'
    ' content="text/html; charset=windows-1252">\r\n<meta name=ProgId content=Excel.Sheet>\r\n'
    "<!--[if gte mso 9]><xml><x:ExcelWorkbook><x:ExcelWorksheets/></x:ExcelWorkbook></xml><![endif]-->"
    "<style>td{mso-number-format:General}</style></head><body>"
)
PAGES: dict[str, bytes] = {
    "table-only": table().encode(),
    "page": f"<!DOCTYPE html><html><head><meta charset=utf-8></head><body>{table()}</body></html>".encode(),
    "excel": (EXCEL_HEAD + table() + "</body></html>").encode("cp1252"),
    "excel-shows-less": (
        EXCEL_HEAD + table().replace("<td>999990019", '<td align=right x:num="999990019">9,9999E+08')
    ).encode("cp1252"),
    "upper-case-unclosed": table("<TD>{}", "<TR>{}").replace("table", "TABLE").encode(),
    "heads": table().replace("td>", "th>", 2 * len(TITLES)).encode(),
    "text-around": f"<html><body><h1>Specificatie</h1>{table()}<p>Met vriendelijke groet</p>".encode(),
    "in-a-layout": f"<html><table><tr><td>Logo<tr><td>{table()}</table></html>".encode(),
    "word": f"<html>{table('<td><p class=MsoNormal><span>{}<o:p></o:p></span></p></td>')}".encode(),
    "no-break-spaces": f"<html>{table('<td>&nbsp;{}&nbsp;</td>')}".encode(),
    "utf-16": f"<html>{table()}</html>".encode("utf-16"),
    "xhtml": (
        '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" '
        '"http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">\n<html xmlns="http://www.w3.org/1999/xhtml">'
        f"<body>{table()}</body></html>"
    ).encode(),
    "hidden-row": table().replace("</table>", "<tr style=display:none><td>1234</table>").encode(),
    "merged-referrer": f"<html>{table()}".replace("<td>huisarts", "<td rowspan=2>huisarts", 1).replace(
        "<td>999993653</td><td>huisarts</td>", "<td>999993653</td>"
    ).encode(),
}  # fmt: skip


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_a_table_in_a_web_page(page: bytes) -> None:
    """Many packages export a web page and call it .xls; Excel opens it, so who sends it sees a sheet."""
    assert is_read(page)


def in_mime(page: str, encoding: str, start: str) -> bytes:
    encoded = (
        quopri.encodestring(page.encode())
        if encoding == "quoted-printable"
        else base64.encodebytes(page.encode())
    )
    head = f'Content-Type: text/html; charset="utf-8"\r\nContent-Transfer-Encoding: {encoding}\r\n'
    location = "Content-Location: file:///C:/gegevens.htm\r\n"
    if not start:
        return f"MIME-Version: 1.0\r\n{head}{location}\r\n".encode() + encoded
    more = f"--b\r\n{head}{location}\r\n".encode() + encoded
    other = b"\r\n--b\r\nContent-Type: text/xml\r\nContent-Location: file:///C:/filelist.xml\r\n\r\n<xml/>\r\n--b--\r\n"
    return start.encode() + more + other


@pytest.mark.parametrize("encoding", ["quoted-printable", "base64"])
@pytest.mark.parametrize(
    "start",
    [
        "",
        "MIME-Version: 1.0\r\nX-Document-Type: Workbook\r\n"
        "Content-Type: multipart/related; boundary=b\r\n\r\n"
        "Dit document is een webpagina in één bestand.\r\n\r\n",
        "From: <Saved by Blink>\r\nSnapshot-Content-Location: file:///C:/x.html\r\nSubject: =?utf-8?Q?x?=\r\n"
        "Date: Fri, 13 Nov 2026 10:00:00 +0100\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/related;\r\n\ttype="text/html";\r\n\tboundary="b"\r\n\r\n',
        "From: a@b.example\r\nTo: c@d.example\r\nSubject: gegevens\r\nMIME-Version: 1.0\r\n"
        "Content-Type: multipart/alternative; boundary=b\r\n\r\n",
    ],
    ids=["one-part", "excel", "chromium", "mail"],
)  # fmt: skip
def test_a_page_in_one_mime_file(start: str, encoding: str) -> None:
    """Excel, Word and browsers save "one file" so; a mail that was saved looks the same."""
    assert is_read(in_mime(f"<html><body>{table()}</body></html>", encoding, start))


ENTITY = "Content-Type: {}; charset=utf-8\r\n\r\n"
GREETING = "<p>Beste collega,</p>{}<p>Groet,<br>J. de Wit, tel. 06-12345678, factuur 2026-0011 van 13-11-2026"
TABBED = "\r\n".join(map("\t".join, SHOWN))


@pytest.mark.parametrize(
    "entity",
    [
        ENTITY.format("text/html") + GREETING.format(table()),
        ENTITY.format("text/html") + GREETING.format(table("<td><p class=MsoNormal>{}<o:p></o:p></p></td>")),
        ENTITY.format("text/plain") + f"Beste collega,\r\n\r\n{TABBED}\r\n\r\nGroet",
        "MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\n"
        + ENTITY.format("text/plain") + "\r\n\r\n".join("\r\n\r\n".join(cells) for cells in SHOWN)
        + "\r\n--b\r\n" + ENTITY.format("text/html") + GREETING.format(table()) + "\r\n--b--\r\n",
    ],
    ids=["html", "outlook", "tabs", "both"],
)  # fmt: skip
def test_a_table_in_an_encrypted_mail(entity: str) -> None:
    """Who encrypts the whole mail types or pastes the table in it, and attaches nothing."""
    (part,) = parts_of(entity.encode(), "2", None)

    assert facts(reader.read(part.kind, part.data).lines) == READ


def test_a_letter_around_an_encrypted_file_is_none() -> None:
    """A mail with a signature beside its file would be asked about each month."""
    letter = ENTITY.format("text/html") + GREETING.format("<table><tr><td>logo</td></tr></table>")
    csv = "Content-Type: text/csv; name=g.csv\r\n\r\n" + "\r\n".join(map(";".join, SHOWN))
    entity = f"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n{letter}\r\n--b\r\n{csv}\r\n--b--\r\n"
    sheets = [reader.read(part.kind, part.data) for part in parts_of(entity.encode(), "2", None)]

    assert facts(line for sheet in sheets for line in sheet.lines) == READ
    assert all(sheet.understood or sheet.only_words for sheet in sheets)


# --- XML -------------------------------------------------------------------------------


def strict(data: bytes) -> bytes:
    """A workbook with the names of ISO/IEC 29500 strict, as Excel saves it."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as given, zipfile.ZipFile(made, "w") as book:
        for name in given.namelist():
            part = re.sub(
                rb"http://schemas\.openxmlformats\.org/(spreadsheetml|officeDocument|drawingml)/2006/",
                rb"http://purl.oclc.org/ooxml/\1/", given.read(name),
            )  # fmt: skip
            part = part.replace(b"<workbook ", b'<workbook conformance="strict" ')
            book.writestr(name, re.sub(rb't="n"(><v>)46(296|326)(</v>)', _iso_day, part))
    return made.getvalue()


def _iso_day(found: re.Match[bytes]) -> bytes:
    day = START if found[2] == b"296" else END
    return b't="d"' + found[1] + f"{day:%Y-%m-%dT00:00:00}".encode() + found[3]


def excel_2003(
    rows: Sequence[Sequence[Any]],
    head: str = '<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n',
) -> str:
    def cell(value: Any) -> str:
        if isinstance(value, dt.datetime):
            return f'<Cell><Data ss:Type="DateTime">{value:%Y-%m-%d}T00:00:00.000</Data></Cell>'
        kind = "Number" if isinstance(value, int | float) else "String"
        return f'<Cell><Data ss:Type="{kind}">{html.escape(shown(value))}</Data></Cell>'

    made = "".join(f"<Row>{''.join(map(cell, row))}</Row>\n" for row in rows)
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    sheet = f'<Worksheet ss:Name="Blad1"><Table>{made}</Table></Worksheet>'
    return f'{head}<Workbook xmlns="{space}" xmlns:ss="{space}">\n{sheet}</Workbook>'


XML_FILES = {
    "strict": strict(workbook(("Gegevens", ROWS))),
    "strict-texts": strict(workbook(("Gegevens", SHOWN))),
    "excel-2003": excel_2003(ROWS).encode(),
    "excel-2003-texts": excel_2003(SHOWN).encode(),
    "excel-2003-utf-16": excel_2003(ROWS, '<?xml version="1.0" encoding="UTF-16"?>\n').encode("utf-16"),
    "excel-2003-bare": excel_2003(ROWS, "").encode(),
    "excel-2003-rows-left-out": excel_2003(ROWS).replace("<Row>", '<Row ss:Index="7">', 1).encode(),
    "excel-2003-merged": excel_2003(ROWS).replace(
        '<Cell><Data ss:Type="String">huisarts', '<Cell ss:MergeDown="1"><Data ss:Type="String">huisarts', 1
    ).replace(
        '999993653</Data></Cell><Cell><Data ss:Type="String">huisarts</Data></Cell><Cell>',
        '999993653</Data></Cell><Cell ss:Index="3">',
    ).encode(),
}  # fmt: skip


@pytest.mark.parametrize("file", XML_FILES.values(), ids=XML_FILES)
def test_workbooks_in_other_xml(file: bytes) -> None:
    """Excel offers these forms under "Save as", and packages write the second under the name .xls."""
    assert is_read(file)


def test_formulas_in_other_xml_are_unread() -> None:
    """A cell with a formula and no value is no empty cell, in whatever form it is stored."""
    number = '<Cell><Data ss:Type="Number">999990019</Data></Cell>'
    book = excel_2003(ROWS)
    assert number in book
    for cell in ('<Cell ss:Formula="=RC[11]"/>', '<Cell><Data ss:Type="Error">#REF!</Data></Cell>'):
        found = judged(book.replace(number, cell).encode())
        assert (found.numbers, found.refused, found.asked) == (
            [None, "999993653"], set(), {"bsn", "care-amount"},
        )  # fmt: skip


# --- letters ---------------------------------------------------------------------------


def rtf(text: Callable[[str], str] = lambda text: text) -> bytes:
    rows = (
        r"\trowd\trgaph108" + "".join(rf"\cellx{1000 * i}" for i, _ in enumerate(cells, 1))
        + r"\pard\intbl " + "".join(text(cell) + r"\cell " for cell in cells) + "\\row\n"
        for cells in SHOWN
    )  # fmt: skip
    head = r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fnil\fcharset0 Calibri;}}{\*\generator Riched20;}\uc1"
    return (
        head + r"\pard Hierbij de gegevens.\par " + "".join(rows) + r"\pard Met groet\par}"
    ).encode()


RTF_FILES = {
    "wordpad": rtf(),
    "word": rtf(lambda text: r"{\rtlch\fcs1 \af0 \ltrch\fcs0 \insrsid12 " + text + "}"),
    "escaped": rtf(
        lambda text: text.replace("-", r"\_").replace(".", r"\'2e").replace("u", r"\u117?")
    ),
    "deleted-text": rtf(lambda text: r"{\deleted oud }" + text + r"{\v verborgen}"),
    "tabs": (
        r"{\rtf1\ansi " + r"\par ".join(r"\tab ".join(cells) for cells in SHOWN) + r"\par}"
    ).encode(),
}


@pytest.mark.parametrize("file", RTF_FILES.values(), ids=RTF_FILES)
def test_a_table_in_rich_text(file: bytes) -> None:
    """WordPad and many packages write letters so."""
    assert is_read(file)


def letter() -> bytes:
    document = docx.Document()
    document.add_paragraph("Gegevens bij onze factuur")
    made = document.add_table(rows=0, cols=len(TITLES))
    for cells in [*SHOWN, ["Totaal", *[""] * 8, "2.500,00"]]:
        for cell, text in zip(made.add_row().cells, cells, strict=True):
            cell.text = text
    for text in ("Ondertekening", "Naam: J. de Wit", "Datum: 13-11-2026"):
        document.add_paragraph(text)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


# --- text ------------------------------------------------------------------------------


def joined(separator: str, line: str = "{}", cell: str = "{}") -> str:
    return (
        "\r\n".join(line.format(separator.join(map(cell.format, cells))) for cells in SHOWN)
        + "\r\n"
    )


WIDTHS = [max(len(cells[i]) for cells in SHOWN) + 2 for i in range(len(TITLES))]
LINED_UP = ["".join(map(str.ljust, cells, WIDTHS)) for cells in SHOWN]
TEXTS: dict[str, str] = {
    "semicolons": joined(";"), "tabs": joined("\t"), "bars": joined("|"),
    "spaced-bars": joined(" | ", "| {} |"),
    "whole-lines-in-quotes": joined(";", '"{}"'),
    "whole-lines-in-quotes-tabs": joined("\t", '"{}"'),
    "whole-lines-and-cells-in-quotes": joined(",", '"{}"', '""{}""'),
    "first-line-in-quotes": '"' + joined(";").replace("\r\n", '"\r\n', 1),
    "other-lines-in-quotes": joined(";", '"{}"').replace('"', "", 2),
    "quotes-and-empty-cells": joined(";", '"{}";;;'),
    "quotes-and-commas": joined(";", '"{}",,,'),
    "declared": "sep=;\r\n" + joined(";", '"{}"'),
    "single-quotes": joined(";", cell="'{}'"),
    "forced-texts": joined(";", cell='="{}"'),
    "spaces-around": joined(" ; "),
    "old-mac": joined(";").replace("\r\n", "\r"),
    "columns": "\n".join(line.rstrip() for line in LINED_UP),
    "columns-ruled": "\n".join([LINED_UP[0], "-" * sum(WIDTHS), *LINED_UP[1:]]),
    "columns-to-the-right": "\n".join("".join(map(str.rjust, cells, WIDTHS)) for cells in SHOWN),
}  # fmt: skip


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_a_table_in_text(text: str, encoding: str) -> None:
    """A CSV that was opened and saved again, or columns that were lined up with spaces, is still a table."""
    assert is_read(text.encode(encoding))


def test_blanks_in_lined_up_columns_shift_nothing() -> None:
    """A line without a code would have the product for its code, and each next value one too early."""
    cells = [SHOWN[1][0], SHOWN[1][1], "", "", *SHOWN[1][4:]]
    text = "\n".join("".join(map(str.ljust, row, WIDTHS)).rstrip() for row in (SHOWN[0], cells))
    (line,) = judged(text.encode()).lines

    assert (line.referrer_details, line.product_code, line.product) == (None, None, SHOWN[1][4])
    assert (line.period_start, line.amount) == (START.date(), Decimal(1250))


def test_lines_of_csv_in_one_column_of_a_sheet() -> None:
    """A CSV that Excel did not part is a sheet with whole lines in its first column."""
    assert is_read(workbook(("Blad1", [[";".join(cells)] for cells in SHOWN])))


def test_an_amount_that_a_sheet_cut_at_its_comma_is_unread() -> None:
    """English Excel parts "1.250,50" of a Dutch CSV at the comma: the cents stand in the next column."""
    line = ";".join(SHOWN[1]).removesuffix(",00")
    found = judged(workbook(("Blad1", [[";".join(SHOWN[0])], [line, 5]])))

    assert (found.lines[0].amount, found.refused, found.asked) == (None, set(), {"care-amount"})


def test_a_table_written_cell_by_cell_is_unread() -> None:
    """In the text of a mail each cell stands on its own line; nobody can tell what stands under what."""
    found = judged("\n".join("\n".join(cells) for cells in SHOWN).encode())

    assert (found.lines, found.refused, found.asked) == ((), set(), {"secure-attachment"})


# --- written by the programs themselves ------------------------------------------------


def saved(folder: Path, source: str, form: str) -> None:
    """A file of the folder, saved by LibreOffice in another form in ``made``."""
    command = ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless"]
    command += ["--convert-to", form, "--outdir", str(folder / "made"), str(folder / source)]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=120)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The workbook and the letter, saved by LibreOffice in other forms."""
    folder = tmp_path_factory.mktemp("office")
    (folder / "book.xlsx").write_bytes(
        workbook(("Uitleg", [["BSN", "9 cijfers"]]), ("Gegevens", ROWS))
    )
    (folder / "letter.docx").write_bytes(letter())
    for source, form in (
        ("book.xlsx", "fods"), ("book.xlsx", "html"), ("letter.docx", "odt"), ("letter.docx", "fodt"),
        ("letter.docx", "rtf"), ("book.xlsx", "ods"), ("book.xlsx", "xls"),
    ):  # fmt: skip
        saved(folder, source, form)
    return {file.suffix[1:]: file.read_bytes() for file in Path(folder / "made").iterdir()}


@pytest.mark.parametrize("form", ["fods", "html", "odt", "fodt", "rtf", "ods", "xls"])
def test_what_libreoffice_wrote(form: str, office: dict[str, bytes]) -> None:
    """A small practice saves in the form its program offers."""
    assert is_read(office[form])


def test_a_word_letter() -> None:
    """A table in a letter, with its total and a signature below it."""
    assert is_read(letter())


def test_formulas_of_libreoffice_are_computed(tmp_path: Path) -> None:
    """A program that computes what it saves leaves nothing unread, and empty rows stay empty."""
    rows = [*care(lines=[("=L2", *LINE[1:])]), *([f"=L{i}" for _ in TITLES] for i in range(3, 9))]
    rows[1] = [*rows[1], None, 999990019]
    (tmp_path / "book.xlsx").write_bytes(workbook(("Gegevens", rows)))
    for form in ("ods", "xls", "fods"):
        saved(tmp_path, "book.xlsx", form)
        found = judged((tmp_path / "made" / f"book.{form}").read_bytes())
        assert (found.numbers, found.refused, found.asked) == (["999990019"], set(), set())


def test_every_kind_is_read_behind_the_locks(reading: Sandbox, office: dict[str, bytes]) -> None:
    """A library that loads something late works on the desk and fails in production."""
    files = [*office.values(), *PAGES.values(), *XML_FILES.values(), *RTF_FILES.values()]
    for data in (*files, in_mime(table(), "base64", ""), TEXTS["columns"].encode("utf-16")):
        assert facts(read_care_lines(reading, Part("1", sniff(data), data)).lines) == READ


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        (PartKind.HTML, b"<html><body>Geen tabel 12</body></html>"),
        (PartKind.HTML, b"<html>" + b"<div>" * 5_000),
        (PartKind.MAIL, b"MIME-Version: 1.0\r\nContent-Type: image/png\r\n\r\nx"),
        (PartKind.WORD, b"{\\rtf1 " + b"{" * 5_000),
        (PartKind.WORD, b"{\\rtf"),
        (PartKind.XML, b"<Workbook/>"),
        (PartKind.XML, b"<o:document xmlns:o='urn:opendocument'/>"),
        (PartKind.EXCEL, b"PK\x03\x04" + bytes(26) + b"mimetype"),
        (PartKind.WORD, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)),
    ],
)  # fmt: skip
def test_what_holds_no_table_is_not_understood(kind: PartKind, data: bytes) -> None:
    """A file that is broken, or none of its kind, goes to a person, and ends nothing else."""
    sheet = reader.read(kind, data)

    assert (sheet.lines, sheet.understood) == ((), False)


def test_a_page_with_clients_names_them(reading: Sandbox) -> None:
    """Client data in an open web page would go unnoticed, where a sheet is told to be unprotected."""
    assert names_clients(read_care_lines(reading, Part("1", PartKind.HTML, PAGES["excel"])))
