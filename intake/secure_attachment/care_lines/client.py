"""The care lines (zorgregels) in an opened attachment: BSN, referrer, product and period of each.

A child reads them (``care_reading``); what it says is validated again here before it becomes a
``CareLine``. Source of the facts asked: page of Almere (burgerservicenummer, verwijzer,
productomschrijving en zorgperiode); Regeling Jeugdwet art. 6a.1 lid 1.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal, InvalidOperation
from typing import Any

from intake.errors import SandboxFailed
from intake.model.care import CareLine, CareSheet
from intake.model.mail import Part, PartKind
from intake.sandbox.client import Children
from intake.secure_attachment.care_lines.reader import MAX_LINES
from intake.text.bsn import passes_eleven_test

SECONDS = 20.0

_KINDS = frozenset(
    {PartKind.CSV, PartKind.TEXT, PartKind.PDF, PartKind.EXCEL, PartKind.WORD, PartKind.XML}
)
_TEXTS = (
    "bsn", "referrer", "product_code", "product", "period_text", "referrer_details", "unit", "decision_number", "client_name",
    "client_address", "invoice_number", "law",
)  # fmt: skip
_DATES = ("period_start", "period_end", "birth_date")
_NUMBERS = ("units", "rate", "amount")
_MAX_TEXT = 700


def read_care_lines(sandbox: Children, part: Part) -> CareSheet:
    """Read the care lines of one file: a sheet, a letter, a PDF, text or a declaration message.

    Never raises for what the file holds.
    """
    if part.sheet is not None:
        return part.sheet
    if part.kind not in _KINDS:
        return CareSheet()
    task = "care-lines-in-pdf" if part.kind is PartKind.PDF else "care-lines"
    try:
        answer = sandbox.call(task, part.data, {"kind": part.kind.value}, seconds=SECONDS)
    except SandboxFailed:
        return CareSheet()
    return validated(answer) or CareSheet()


def names_clients(sheet: CareSheet) -> bool:
    """Whether a file certainly holds data of clients: a valid BSN in its place, or a name with
    birth date or address.
    """
    return any(_identifies(line) for line in sheet.lines)


def validated(answer: object) -> CareSheet | None:
    """What a child said of a file; a stranger's word until then.

    None when it has not the form it must have.
    """
    try:
        return _sheet(answer)
    except (ValueError, TypeError, KeyError, InvalidOperation):
        return None


def _identifies(line: CareLine) -> bool:
    if line.bsn is not None and passes_eleven_test(line.bsn):
        return True
    return line.client_name is not None and (
        line.birth_date is not None or line.client_address is not None
    )


def _sheet(answer: object) -> CareSheet:
    if (
        not isinstance(answer, dict)
        or not isinstance(answer["lines"], list)
        or len(answer["lines"]) > MAX_LINES
    ):
        raise ValueError
    lines = tuple(_care_line(line) for line in answer["lines"])
    return CareSheet(lines, answer["understood"] is True and bool(lines))


def _care_line(line: object) -> CareLine:
    if (
        not isinstance(line, dict)
        or not isinstance(line["row"], int)
        or not 1 <= line["row"] <= 100_000
    ):
        raise ValueError
    values: dict[str, Any] = {name: _text(line[name]) for name in _TEXTS}
    values |= {
        name: dt.date.fromisoformat(text) if (text := _text(line[name])) else None
        for name in _DATES
    }
    values |= {name: _number(_text(line[name])) for name in _NUMBERS}
    return CareLine(
        row=line["row"],
        secret_address=line["secret_address"] is True,
        without_bsn=line["without_bsn"] is True,
        **values,
    )


def _text(value: object) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > _MAX_TEXT:
        raise ValueError
    return "".join(c for c in value if c.isprintable()) or None


def _number(text: str | None) -> Decimal | None:
    if text is None:
        return None
    if not re.fullmatch(r"-?[0-9]{1,16}(\.[0-9]{1,12})?", text):
        raise ValueError
    return Decimal(text)
