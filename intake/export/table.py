"""Bookings as a table: CSV as Dutch spreadsheets and finance packages read it, and XLSX.

One row for each btw rate of an invoice, so that amounts can be booked apart; the whole invoice's
amounts stand in each of its rows. No cell is run as a formula (OWASP, CSV injection).
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal

from intake.model.booking import Batch, Booking
from intake.model.invoice import VatLine

Cell = str | int | Decimal | dt.date
FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NOTHING = Decimal(0)

COLUMNS: dict[str, Callable[[Booking, VatLine | None], Cell]] = {
    "kenmerk": lambda b, _: b.reference,
    "soort": lambda b, _: "creditnota" if b.is_credit else "factuur",
    "crediteur": lambda b, _: b.supplier.name,
    "crediteurnummer": lambda b, _: b.coding.creditor_number,
    "kvk-nummer": lambda b, _: b.supplier.kvk,
    "btw-nummer": lambda b, _: b.supplier.vat_id,
    "iban": lambda b, _: b.supplier.iban,
    "factuurnummer": lambda b, _: b.number,
    "verbetert-factuur": lambda b, _: b.corrects,
    "factuurdatum": lambda b, _: b.issued_on,
    "ontvangstdatum": lambda b, _: b.received_on,
    "vervaldatum": lambda b, _: b.due_on,
    "bedrag-zonder-btw": lambda b, _: b.net,
    "btw-bedrag": lambda b, _: b.vat,
    "bedrag-met-btw": lambda b, _: b.gross,
    "btw-tarief": lambda _, rate: rate.rate if rate else "",
    "grondslag": lambda b, rate: (rate.net if rate else b.net) or _NOTHING,
    "btw-over-grondslag": lambda b, rate: (rate.vat if rate else b.vat) or _NOTHING,
    "btw-code": lambda b, _: b.coding.vat_code,
    "kostenplaats": lambda b, _: b.coding.cost_centre,
    "kostensoort": lambda b, _: b.coding.cost_type,
    "taakveld": lambda b, _: b.coding.task_field,
    "verplichtingnummer": lambda b, _: b.coding.order_number,
    "akkoord-door": lambda b, _: b.accepted_by,
    "akkoord-op": lambda b, _: b.accepted_on,
}
"""The title of each column, and what stands under it; without a rate when the supply is exempt, or when
the btw of each rate is not known."""


def as_csv(batch: Batch) -> bytes:
    """UTF-8 with a byte mark, semicolons, decimal commas, days as 13-11-2026: what a Dutch
    spreadsheet opens without asking.
    """
    return written(["batch", "regel", *COLUMNS], _rows(batch))


def written(columns: Sequence[str], rows: Iterable[Iterable[Cell]]) -> bytes:
    """Any table in that way."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_written(cell) for cell in row])
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(batch: Batch) -> bytes:
    """A workbook with one sheet; amounts and days are real ones."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet(f"batch {batch.number}")
    sheet.append(["batch", "regel", *COLUMNS])
    for row in _rows(batch):
        sheet.append([harmless(cell) if isinstance(cell, str) else cell for cell in row])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _rows(batch: Batch) -> Iterator[list[Cell]]:
    for position, booking in enumerate(batch.bookings):
        for rate in booking.rates or (None,):
            values = (value(booking, rate) for value in COLUMNS.values())
            yield [batch.number, batch.stem(position), *values]


def _written(cell: Cell) -> str:
    if isinstance(cell, dt.date):
        return f"{cell:%d-%m-%Y}"
    if isinstance(cell, Decimal):
        return f"{cell:.2f}".replace(".", ",")
    return harmless(str(cell))


def harmless(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text
