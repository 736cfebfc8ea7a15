"""The care lines (zorgregels) in an opened attachment: BSN, referrer, product and period of each.

A child reads them (``reader``). Source of the facts asked: page of Almere (burgerservicenummer,
verwijzer, productomschrijving en zorgperiode); Regeling Jeugdwet art. 6a.1 lid 1.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence

from intake.errors import SandboxFailed
from intake.mail.file_roles import SHEETS
from intake.model.care import CareLine, CareSheet
from intake.model.mail import Part, PartKind
from intake.sandbox.client import Children
from intake.sandbox.task import ChildKind, Task, within_bounds
from intake.secure_attachment.care_lines.rows import MAX_LINES
from intake.text.bsn import passes_eleven_test

MAX_ROW = 100_000
EXAMPLE = (
    b"Regelnummer;BSN;Naam;Geboortedatum;Verwijzer;Productcode;Product;Begindatum;Einddatum;Aantal;"
    b"Eenheid;Tarief;Bedrag;Opmerking\n1;999990019;A. Voorbeeld;01-02-2015;huisarts;45A04;"
    b"Begeleiding;01-09-2026;30-09-2026;2;uur;6,25;12,50;\n"
)
"""The usual titles: what each of them means is then known to every child."""

_KINDS = SHEETS | {PartKind.PDF}
_MAX_TEXT = 700
_FACTS = frozenset({"bsn", "referrer", "product", "care-period", "care-amount"})
"""What may be unread in a line, by the check that asks for it."""

_Call = tuple[bytes, PartKind, Sequence[bytes]]


def _read(data: bytes, arguments: PartKind, secrets: Sequence[bytes]) -> CareSheet:
    from intake.secure_attachment.care_lines import reader

    return reader.read(arguments, data)


def is_sound(sheet: CareSheet) -> bool:
    """Whether this can be what a child read in a file."""
    has_lines = bool(sheet.lines)
    return (
        len(sheet.lines) <= MAX_LINES
        and (has_lines or not sheet.understood)
        and not (has_lines and sheet.only_words)
        and all(map(_is_line, sheet.lines))
        and within_bounds(sheet)
    )


def _is_line(line: CareLine) -> bool:
    values = (getattr(line, name) for name in line.__dataclass_fields__)
    texts = [value for value in values if isinstance(value, str)]
    return (
        1 <= line.row <= MAX_ROW
        and all(len(text) <= _MAX_TEXT and text.isprintable() for text in texts)
        and _FACTS.issuperset(line.unread)
    )


def _first_pdf() -> Iterator[_Call]:
    from intake.document.readers.warmup import tiny_pdf

    yield tiny_pdf(), PartKind.PDF, ()


def _first_files() -> Iterator[_Call]:
    import openpyxl

    yield EXAMPLE, PartKind.CSV, ()
    letter = "BSN: 999990019\nVerwijzer: huisarts\nProduct: 45A04\nPeriode: september 2026\n"
    yield letter.encode(), PartKind.TEXT, ()
    file = io.BytesIO()
    book = openpyxl.Workbook()
    book.create_sheet().append(["bsn", 1, 1.5])
    book.save(file)
    openpyxl.load_workbook(file, read_only=True, data_only=True).close()  # as a large book is read
    yield file.getvalue(), PartKind.EXCEL, ()
    letter = "<w:document xmlns:w='w'><w:body><w:p><w:r><w:t>BSN: 1</w:t></w:r></w:p></w:body></w:document>"
    yield _zipped({"word/document.xml": letter}), PartKind.WORD, ()
    yield rb"{\rtf1\ansi\ansicpg1252 BSN: \'31\par}", PartKind.WORD, ()
    sheet = "<o:document xmlns:o='opendocument'><o:body><o:spreadsheet/></o:body></o:document>"
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    yield _zipped({"mimetype": kind, "content.xml": sheet}), PartKind.EXCEL, ()
    page = "<table><tr><td>BSN</td><td>Verwijzer</td><td>1</td></tr></table>"
    yield page.encode(), PartKind.HTML, ()
    kind = "Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable"
    yield f"MIME-Version: 1.0\r\n{kind}\r\n\r\n{page}".encode(), PartKind.MAIL, ()
    for message in (
        sheet,
        "<Workbook/>",
        "<b:Bericht xmlns:b='http://www.istandaarden.nl/ijw/3_2/jw323/schema'/>",
    ):
        yield message.encode(), PartKind.XML, ()


def _zipped(files: dict[str, str]) -> bytes:
    import zipfile

    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content, zipfile.ZIP_DEFLATED if "/" in name else None)
    return file.getvalue()


READ_PDF = Task("care-lines-in-pdf", ChildKind.READING, _read, _first_pdf, is_sound)
READ = Task("care-lines", ChildKind.CONTENTS, _read, _first_files, is_sound)


def read_care_lines(sandbox: Children, part: Part) -> CareSheet:
    """Read the care lines of one file: a sheet, a letter, a PDF, text or a declaration message.

    Never raises for what the file holds.
    """
    if part.sheet is not None:
        return part.sheet
    if part.kind not in _KINDS:
        return CareSheet()
    try:
        return sandbox.call(READ_PDF if part.kind is PartKind.PDF else READ, part.data, part.kind)
    except SandboxFailed:
        return CareSheet()


def names_clients(sheet: CareSheet) -> bool:
    """Whether a file certainly holds data of clients: a valid BSN in its place, or a name with
    birth date or address.
    """
    return any(_identifies(line) for line in sheet.lines)


def _identifies(line: CareLine) -> bool:
    if line.bsn is not None and passes_eleven_test(line.bsn):
        return True
    return line.client_name is not None and (
        line.birth_date is not None or line.client_address is not None
    )
