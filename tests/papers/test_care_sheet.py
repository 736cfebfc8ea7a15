"""The sheet for care lines that providers fill in is read without a doubt, locked as the page tells."""

from __future__ import annotations

import datetime as dt
import io
import subprocess
from collections.abc import Callable
from copy import copy
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from msoffcrypto.format.ooxml import OOXMLFile
from openpyxl.utils import get_column_letter

from intake import profile
from intake.model.attachment import Opening, Protection
from intake.model.finding import Severity
from intake.model.verdict import MailOutcome
from intake.papers import care_sheet
from intake.sandbox.task import Task
from intake.secure_attachment.care_lines.column_words import column_of
from intake.secure_attachment.containers import office, seven_zip, zip
from tests.cases.page import invoice
from tests.kinds.mails import PASSWORD, Town, mail
from tests.kinds.mails import town as town
from tests.secure_attachment.care_lines.sheets import UNREAD, as_read
from tests.secure_attachment.containers.made import Workshop

ALMERE = profile.load("almere")
NUMBER = "Q1-2026-11"
LINES: tuple[tuple[Any, ...], ...] = (
    (
        "999990548", "huisarts", "01056321", "45A52", "Begeleiding individueel",
        dt.date(2026, 8, 1), dt.date(2026, 8, 31), 6, "uur", 50, 300, None, NUMBER,
    ),
    (
        "999990019", "gemeente", None, None, "Begeleiding groep",
        dt.date(2026, 9, 1), dt.date(2026, 9, 30), 4, "dagdeel", 50, 200, "B-2026-17", NUMBER,
    ),
)  # fmt: skip
"""What a provider types: a code with a zero in front, and cells that are left empty."""


def filled(own: profile.Profile = ALMERE) -> bytes:
    """The sheet as a spreadsheet program saves it with these lines."""
    book = openpyxl.load_workbook(io.BytesIO(care_sheet.as_xlsx(own)))
    sheet = book.worksheets[0]
    for row, line in enumerate(LINES, 2):
        for number, value in enumerate(line, 1):
            column = sheet.column_dimensions[get_column_letter(number)]
            cell = sheet.cell(row, number, value)
            cell.number_format, cell.alignment = column.number_format, copy(column.alignment)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


Lock = Callable[[bytes, Path], tuple[str, bytes]]


def _zip(data: bytes, folder: Path) -> tuple[str, bytes]:
    return "zorgregels.zip", _archived(data, folder, "-tzip", "-mem=AES256")


def _seven(data: bytes, folder: Path) -> tuple[str, bytes]:
    return "zorgregels.7z", _archived(data, folder, "-t7z")


def _archived(data: bytes, folder: Path, *options: str) -> bytes:
    (folder / care_sheet.FILE_NAME).write_bytes(data)
    command = ("7z", "a", f"-p{PASSWORD}", *options, "made", care_sheet.FILE_NAME)
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    (made,) = folder.glob("made*")
    return made.read_bytes()


def _excel(data: bytes, folder: Path) -> tuple[str, bytes]:
    """As Excel 2010 and later lock a book (ECMA-376, agile)."""
    file = io.BytesIO()
    OOXMLFile(io.BytesIO(data)).encrypt(PASSWORD, file)
    return care_sheet.FILE_NAME, file.getvalue()


@pytest.mark.parametrize("name", profile.names())
def test_what_is_filled_in_is_read_to_the_last_cell(name: str) -> None:
    """A provider who used the municipality's own sheet would be asked what it says already."""
    answer = as_read(filled(profile.load(name)), "excel")

    assert answer["understood"]
    read = [
        (
            line["bsn"], line["referrer"], line["referrer_details"], line["product_code"],
            line["product"], line["period_start"], line["period_end"], line["units"], line["unit"],
            line["rate"], line["amount"], line["decision_number"], line["invoice_number"],
        )
        for line in answer["lines"]
    ]  # fmt: skip
    assert read == [tuple(None if v is None else str(v) for v in line) for line in LINES]


def test_an_empty_sheet_and_its_explanation_are_no_care() -> None:
    """The example in the explanation would be paid, or taken for a client."""
    answer = as_read(care_sheet.as_xlsx(ALMERE), "excel")

    assert answer | {"only_words": False} == UNREAD


def test_every_column_is_known_and_none_says_must_that_refuses_nobody() -> None:
    """A title that the reader does not know would send every sheet to a person, and a word too many
    would frighten a provider for nothing.
    """
    told = care_sheet.columns(profile.load("hart-van-brabant"))

    assert all(column_of(column.title) for column in told)
    assert {column.title for column in told if "moet" in column.must} == {
        "BSN",
        "Begindatum",
        "Einddatum",
    }


def test_no_cell_of_the_sheet_is_a_formula() -> None:
    """A cell that the provider's program did not compute could not be read."""
    book = openpyxl.load_workbook(io.BytesIO(care_sheet.as_xlsx(ALMERE)))

    assert not [
        cell.coordinate
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    ]


WAYS = pytest.mark.parametrize(
    ("locked", "opener"),
    [(_zip, zip.OPEN), (_seven, seven_zip.OPEN), (_excel, office.OPEN)],
    ids=["zip", "7z", "excel"],
)
"""As the page for providers tells to lock it, and what opens it here."""


@WAYS
def test_locked_as_the_page_tells_it_opens_with_strong_protection(
    locked: Lock, opener: Task[Any, Any], tmp_path: Path
) -> None:
    """A provider who did all that the page asks would be told that the method is weak."""
    data = filled()

    opened = opener.run(locked(data, tmp_path)[1], None, [PASSWORD.encode()])

    (file,) = opened.files
    assert (opened.opening, file.protection) == (Opening.OPENED, Protection.STRONG)
    assert as_read(file.content, "excel") == as_read(data, "excel")


@pytest.mark.long
@WAYS
def test_it_goes_through_the_whole_road_untroubled(
    locked: Lock, opener: Task[Any, Any], town: Town, tmp_path: Path
) -> None:
    """A provider who did all that the page asks would get a question, or wait for a person."""
    assert_untroubled(town, locked(filled(), tmp_path))


@pytest.mark.long
def test_saved_with_a_password_by_libreoffice_it_goes_through_whole(
    town: Town, tmp_path: Path
) -> None:
    """A provider without Excel would get a question."""
    workshop = Workshop(tmp_path, b"")
    (tmp_path / "gevuld.xlsx").write_bytes(filled())
    job = ("gevuld.xlsx", care_sheet.FILE_NAME, "Calc MS Excel 2007 XML", "ooxml")

    made = workshop.saved_by_office([job], PASSWORD)

    assert_untroubled(town, (care_sheet.FILE_NAME, made[care_sheet.FILE_NAME]))


def assert_untroubled(town: Town, secured: tuple[str, bytes]) -> None:
    """The attachment is opened and read whole, and nobody is asked anything."""
    decided = town.decide(mail(("factuur.pdf", invoice(NUMBER)), secured))

    (read,) = decided.verdict.invoices
    told = [*decided.verdict.findings, *(f for result in read.results for f in result.findings)]
    assert [each for each in told if each.severity is not Severity.INFO] == []
    assert decided.verdict.outcome is MailOutcome.QUEUED
    assert decided.verdict.care_lines == len(LINES)
