"""Bookings as CSV and XLSX: what stands in a cell is what was accepted."""

from __future__ import annotations

import csv
import datetime as dt
import io
from dataclasses import replace
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.export import table
from tests.export import made


def rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))


def test_a_row_for_each_rate_with_the_whole_invoice_beside_it() -> None:
    """Btw of two rates would be booked on one code."""
    booking = made.booking(made.rate(9, Decimal("100.00")), made.rate(21, Decimal("1000.00")))

    first, second = rows(table.as_csv(made.batch(booking)))

    assert (first["btw-tarief"], first["grondslag"], first["btw-over-grondslag"]) == (
        "9,00",
        "100,00",
        "9,00",
    )
    assert (second["btw-tarief"], second["btw-over-grondslag"]) == ("21,00", "210,00")
    assert {row["bedrag-met-btw"] for row in (first, second)} == {"1319,00"}
    assert {row["regel"] for row in (first, second)} == {"000012-001"}
    assert first["factuurdatum"] == "13-11-2026"


@given(name=st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1))
def test_every_name_comes_through_and_no_cell_is_a_formula(name: str) -> None:
    """A supplier called "=1+1" would run in the clerk's spreadsheet."""
    booking = made.booking(supplier=replace(made.SUPPLIER, name=name))

    (row,) = rows(table.as_csv(made.batch(booking)))

    assert row["crediteur"].removeprefix("'") == name.removeprefix("'")
    assert not row["crediteur"].startswith(("=", "+", "-", "@"))


def test_a_workbook_has_amounts_to_count_with_and_real_days() -> None:
    """Amounts as text cannot be summed."""
    data = table.as_xlsx(made.batch(made.booking(), made.booking(number="=2026")))

    head, first, second = (
        openpyxl.load_workbook(io.BytesIO(data)).worksheets[0].iter_rows(values_only=True)
    )

    one, two = dict(zip(head, first, strict=True)), dict(zip(head, second, strict=True))
    assert one["bedrag-met-btw"] == pytest.approx(1250)
    assert one["factuurdatum"] == dt.datetime(2026, 11, 13)
    assert two["factuurnummer"] == "'=2026"


def test_nothing_of_care_has_a_column() -> None:
    """A product or a client's number would leave the municipality's own house."""
    assert not {"bsn", "client", "product", "zorgperiode", "verwijzer"} & set(table.COLUMNS)


def test_btw_without_known_rates_stands_there_all_the_same() -> None:
    """A row with nothing for btw would be booked as exempt."""
    booking = made.booking(net=Decimal("100.00"), vat=Decimal("21.00"), gross=Decimal("121.00"))

    (row,) = rows(table.as_csv(made.batch(booking)))

    assert (row["btw-tarief"], row["grondslag"], row["btw-over-grondslag"]) == (
        "",
        "100,00",
        "21,00",
    )
