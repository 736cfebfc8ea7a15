"""Files to care lines (zorgregels): BSN, referrer, product and period of each. Runs in a child
only.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from decimal import Decimal

from intake.model.care import CareLine, CareSheet
from intake.model.mail import PartKind
from intake.secure_attachment.care_lines import table
from intake.secure_attachment.care_lines.cell_values import (
    UNREAD,
    Cell,
    bsn_of,
    is_unread,
    number_of,
    text_of,
    unit_in,
)
from intake.secure_attachment.care_lines.column_words import COUNTS, DEMANDS, PRODUCT_CODE, Column
from intake.secure_attachment.care_lines.period import Period, month_of, read_day, read_period
from intake.secure_attachment.care_lines.rows import MAX_LINES, Grid, Unreadable
from intake.text.bsn import passes_eleven_test

_COUNTED = (
    (Column.UNITS, None),
    (Column.HOURS, "uur"),
    (Column.MINUTES, "minuut"),
    (Column.NIGHTS, "etmaal"),
    (Column.DAY_PARTS, "dagdeel"),
    (Column.PIECES, "stuks"),
)
_PERIODS = ((Column.PERIOD, ""), (Column.MONTH, "maand "), (Column.WEEK, "week "), (Column.DAY, ""))
_DEMANDED = dict(zip(("bsn", "referrer", "product", "care-period"), DEMANDS, strict=True))
_FACTS = {**_DEMANDED, "care-amount": COUNTS | {Column.RATE}}
"""By the check that asks for them."""
_EXCEL_EPOCH = dt.date(1899, 12, 30)
_SERIAL = re.compile(r"[1-5]\d{4}(?:[.,]0+)?")
_WITHOUT_SIGNS = re.compile(r"^(0[1-9]|[12]\d|3[01])(0[1-9]|1[0-2])((?:19|20)\d\d)$")
_SLASHED = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})")
_YES = re.compile(r"\b(ja|yes|j|y|waar|true|1|x|geheim)\b", re.IGNORECASE)
_CODE_AND_NAME = re.compile(
    rf"({PRODUCT_CODE.pattern})\s*[-–:,|/]?\s+(\S.*)|(\S.*?)\s*[-–:,(]\s*({PRODUCT_CODE.pattern})\)?"
)


def read(kind: PartKind, data: bytes) -> CareSheet:
    """Read the care lines of one file; none, and not understood, when it is not whole."""
    try:
        found = _found_in_xml(data) if kind is PartKind.XML else table.read(_grids(kind, data))
    except Unreadable:
        return CareSheet()
    lines = tuple(_line(row, record, found.year) for row, record in found.records[:MAX_LINES])
    understood = found.understood and bool(lines) and len(found.records) <= MAX_LINES
    return CareSheet(lines, understood, found.only_words)


def _grids(kind: PartKind, data: bytes) -> list[Grid]:
    """Imported here, since each child holds the reader of its own kinds of file only.

    Raises:
        Unreadable: the file cannot be read as its kind.
    """
    if kind is PartKind.PDF:
        from intake.secure_attachment.care_lines import pdf_table

        return [pdf_table.grid_of(data)]
    if kind in (PartKind.CSV, PartKind.TEXT):
        from intake.secure_attachment.care_lines import text_tables

        return text_tables.grids_of(kind, data)
    if kind in (PartKind.HTML, PartKind.MAIL):
        from intake.secure_attachment.care_lines import html_tables

        read = html_tables.grids_of if kind is PartKind.HTML else html_tables.grids_in_mime
        return read(data)
    if data[30:38] == b"mimetype":
        from intake.secure_attachment.care_lines import open_document

        return open_document.grids_of(data)
    if kind is PartKind.EXCEL:
        from intake.secure_attachment.care_lines import workbook

        return workbook.read(data)
    from intake.secure_attachment.care_lines import docx, rtf

    return [rtf.grid_of(data) if data.lstrip().startswith(b"{") else docx.grid_of(data)]


def _found_in_xml(data: bytes) -> table.Lines:
    """A workbook or a letter in one XML file, else a declaration message."""
    from intake.secure_attachment.care_lines import (
        docx,
        iwmo_message,
        open_document,
        spreadsheet_2003,
        xml_tree,
    )

    root = xml_tree.parsed(data)
    name, spaces = xml_tree.name_of(root), " ".join(filter(None, root.nsmap.values()))
    if name == "Workbook":
        return table.read(spreadsheet_2003.grids_of(root))
    if name in ("wordDocument", "package"):
        return table.read([docx.in_root(root)])
    if "opendocument" in spaces:
        return table.read(open_document.in_root(root))
    return iwmo_message.lines_of(root)


def _line(row: int, record: Mapping[Column, Cell], year: int | None) -> CareLine:
    unread = tuple(check for check, columns in _FACTS.items() if _has_unread(record, columns))
    if Column.DOUBTFUL in record:
        unread = tuple(dict.fromkeys((*_DEMANDED, *unread)))
    record = {column: cell for column, cell in record.items() if not is_unread(cell)}
    code, product = _product(record)
    start, end, text = _period(record, year)
    units, unit = _units(record)
    bsn, without_bsn = _client_number(record)
    details = text_of(record.get(Column.REFERRER_DETAILS))
    return CareLine(
        row=row,
        bsn=_printable(bsn),
        referrer=_printable(text_of(record.get(Column.REFERRER)) or details),
        product_code=_printable(code),
        product=_printable(product),
        period_start=start,
        period_end=end,
        period_text=_printable(text),
        referrer_details=_printable(details),
        units=_plain(units),
        unit=_printable(unit),
        rate=_plain(number_of(record.get(Column.RATE))),
        amount=_plain(number_of(record.get(Column.AMOUNT))),
        decision_number=_printable(text_of(record.get(Column.DECISION))),
        client_name=_printable(text_of(record.get(Column.NAME))),
        birth_date=_date(record.get(Column.BIRTH)),
        client_address=_printable(text_of(record.get(Column.ADDRESS))),
        invoice_number=_printable(text_of(record.get(Column.INVOICE))),
        secret_address=bool(_YES.search(text_of(record.get(Column.HIDDEN_ADDRESS)) or "")),
        without_bsn=without_bsn,
        law=_printable(text_of(record.get(Column.LAW))),
        unread=unread,
    )


def _has_unread(record: Mapping[Column, Cell], columns: frozenset[Column]) -> bool:
    """Whether something that nobody can read stands in one of these columns."""
    if Column.BSN in columns and bsn_of(record.get(Column.BSN)) == UNREAD:
        return Column.WITHOUT_BSN not in record
    amount = record.get(Column.AMOUNT) if Column.AMOUNT in columns else None
    not_understood = any(map(str.isdigit, text_of(amount) or "")) and number_of(amount) is None
    return not_understood or any(is_unread(record[column]) for column in columns & record.keys())


def _printable(text: str | None) -> str | None:
    """Without control characters; None when nothing is left."""
    return "".join(c for c in text or "" if c.isprintable()) or None


def _client_number(record: Mapping[Column, Cell]) -> tuple[str | None, bool]:
    """The BSN, and whether the line says that there is none; a number of the immigration office
    (V-nummer) is none.
    """
    number = bsn_of(record.get(Column.BSN))
    number = None if number == UNREAD else number
    says_none = Column.WITHOUT_BSN in record
    return (None, True) if says_none and not passes_eleven_test(number or "") else (number, False)


def _product(record: Mapping[Column, Cell]) -> tuple[str | None, str | None]:
    """Code and description; one cell may hold both."""
    code, product = text_of(record.get(Column.CODE)), text_of(record.get(Column.PRODUCT))
    if code is not None and product is None and not re.search(r"\d", code):
        return None, code
    if code is None and product is not None:
        if PRODUCT_CODE.fullmatch(product):
            return product, None
        if both := _CODE_AND_NAME.fullmatch(product):
            return both[1] or both[4], both[2] or both[3]
    return code, product


def _period(record: Mapping[Column, Cell], year: int | None) -> tuple[*Period, str | None]:
    """First day, last day and the words they were read from; ``year`` is that of the whole file."""
    written = _year(record.get(Column.YEAR))
    if Column.START in record or Column.END in record:
        return _between(record.get(Column.START), record.get(Column.END), written, year)
    for column, lead in _PERIODS:
        if text := text_of(cell := record.get(column)):
            found = _within(cell, column) or read_period(text, written)
            if found == (None, None):
                found = read_period(lead + text, written or year)
            return *found, text if written is None else f"{text} {written}"
    return (None, None, None) if written is None else (*read_period(str(written)), str(written))


def _year(cell: Cell) -> int | None:
    number = number_of(cell) or 0
    return int(number) if 2000 <= number <= 2100 and number == int(number) else None


def _between(
    first: Cell, last: Cell, written: int | None, year: int | None
) -> tuple[*Period, str | None]:
    """Of a first and a last day, each in its own column."""
    text = " t/m ".join(filter(None, (text_of(first), text_of(last)))) or None
    first, last = _day_first(first, last), _day_first(last, first)
    start, end = _date(first), _date(last)
    if start is None and end is None and text is not None:
        start, end = read_period(text, written or year)
    elif last is None and isinstance(first, str):
        start, end = read_period(first, written)
    return start, end, text


def _within(cell: Cell, column: Column) -> Period | None:
    """The month or the day of a cell that is a date; None when its words tell the period."""
    day = None if isinstance(cell, str) else _date(cell)
    if day is None or not (column is Column.DAY or isinstance(cell, dt.date)):
        return None
    return month_of(day) if column is Column.MONTH else (day, day)


def _day_first(own: Cell, beside: Cell) -> Cell:
    """ "09/01/2026" beside "09/30/2026" has its month in front, as the other shows."""
    here, there = (_SLASHED.fullmatch(text_of(cell) or "") for cell in (own, beside))
    if here and there and int(there[2]) > 12 >= int(there[1]) and int(here[2]) <= 12:
        return f"{here[2]}/{here[1]}/{here[3]}"
    return own


def _units(record: Mapping[Column, Cell]) -> tuple[Decimal | None, str | None]:
    """How many, and of what: as its own column says, else the word behind the number, else the
    title.
    """
    unit = text_of(record.get(Column.UNIT))
    for column, title in _COUNTED:
        value = number_of(record.get(column))
        if value is not None:
            return value, unit or unit_in(record.get(column)) or title
    return None, unit


def _date(cell: Cell) -> dt.date | None:
    if isinstance(cell, dt.date):
        return cell
    if isinstance(cell, Decimal):
        # A date whose cell lost its format: days since 1900, 2000 to 2064 (births: from 1927).
        return (
            _EXCEL_EPOCH + dt.timedelta(days=int(cell))
            if 10_000 <= cell <= 60_000
            else _date(str(int(cell)).zfill(8))
        )
    if not cell:
        return None
    if _SERIAL.fullmatch(cell):
        return _date(Decimal(cell[:5]))
    return read_day(_WITHOUT_SIGNS.sub(r"\1-\2-\3", cell))


def _plain(number: Decimal | None) -> Decimal | None:
    """A number of a possible size, written without an exponent."""
    if number is None or abs(number) >= Decimal("1e12"):
        return None
    return Decimal(format(number, "f"))
