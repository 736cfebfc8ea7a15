"""A file out of a container, read and judged as the road does it."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from typing import Any

import openpyxl

from intake.checks import registry
from intake.mail.sniff import sniff
from intake.model.attachment import Attachments
from intake.model.care import CareLine
from intake.model.finding import Severity
from intake.secure_attachment.care_lines import reader
from tests.checks.examples import ALMERE, EXEMPT, TODAY, ZIP, amount

TITLES = (
    "BSN",
    "Verwijzer",
    "AGB-code verwijzer",
    "Productcode",
    "Productomschrijving",
    "Begindatum",
    "Einddatum",
    "Aantal",
    "Eenheid",
    "Bedrag",
)
INVOICE = replace(EXEMPT, gross_amount=amount("1250.00"))
START, END = dt.datetime(2026, 10, 1), dt.datetime(2026, 10, 31)
LINE = (999990019, "huisarts", "01056321", "45A52", "Begeleiding individueel basis", START, END, 25,
 "uur", 1250)  # fmt: skip
SECOND = (999993653, *LINE[1:])

Rows = Sequence[Sequence[Any]]


@dataclass(frozen=True)
class Judged:
    """Its care lines, and the checks that refuse them or ask a person."""

    lines: tuple[CareLine, ...]
    refused: Set[str]
    asked: Set[str]

    @property
    def numbers(self) -> list[str | None]:
        return [line.bsn for line in self.lines]


def judged(*files: bytes) -> Judged:
    """The files of one container together."""
    sheets = [reader.read(sniff(data), data) for data in files]
    unread = tuple(
        f"2/{number}"
        for number, sheet in enumerate(sheets, 1)
        if not (sheet.understood or sheet.only_words)
    )
    lines = tuple(line for sheet in sheets for line in sheet.lines)
    results = registry.on_attachments(Attachments((ZIP,), lines, unread), (INVOICE,), ALMERE, TODAY)
    found = [finding for result in results for finding in result.findings]
    return Judged(
        lines,
        frozenset(f.check for f in found if f.severity is Severity.REJECT),
        frozenset(f.check for f in found if f.severity is Severity.REVIEW),
    )


def workbook(*sheets: tuple[str, Rows]) -> bytes:
    """As openpyxl writes it."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def care(*below: Sequence[Any], lines: Rows = (LINE,)) -> Rows:
    """A table of care lines, and what stands under it."""
    return [TITLES, *lines, *below]


def separated(rows: Rows, separator: str = ";") -> str:
    """As Excel saves CSV in Dutch."""
    return "\r\n".join(separator.join(map(shown, row)) for row in rows) + "\r\n"


def shown(value: Any) -> str:
    """A value as Excel shows it in Dutch."""
    if isinstance(value, dt.datetime):
        return f"{value:%d-%m-%Y}"
    return "" if value is None else str(value)
