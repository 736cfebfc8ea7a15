"""The register of suppliers as a file: out, in again, and what is wrong with a row."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.export.suppliers import COLUMNS, FAULTS, UnreadableTable, as_csv, read_csv
from intake.model.supplier import (
    Agreement,
    AgreementKind,
    Contract,
    ContractScope,
    Period,
    Registered,
    SupplierAccount,
)
from tests.store.things import BSN

_DAY = st.dates(dt.date(2015, 1, 1), dt.date(2030, 1, 1))
_PERIOD = st.builds(
    lambda first, more: Period(first, None if more is None else first + dt.timedelta(more)),
    _DAY,
    st.none() | st.integers(0, 900),
)
_TEXT = st.text("abcé ;\"'=+-@.&", min_size=1, max_size=12).map(
    lambda t: f"x{t}x"
) | st.sampled_from(["=1+1", "+31 36", "-", "@sum", "'t Huis", "'=x"])
_SUPPLIER = st.builds(
    Registered,
    name=_TEXT,
    kvk=st.sampled_from(["", "01234567"]),
    vat_id=st.sampled_from(["", "NL002455799B11"]),
    street=_TEXT,
    postcode=st.just("1315HR"),
    city=_TEXT,
    creditor_number=st.sampled_from(["", "=C1", "100123"]),
    notes=_TEXT,
    other_names=st.lists(_TEXT, unique=True, max_size=2).map(tuple),
    domains=st.sampled_from([(), ("vlinder.example",)]),
    accounts=st.sampled_from([
        (),
        (SupplierAccount("NL91ABNA0417164300", dt.date(2024, 1, 1), None, "jan", "anna",
                         dt.date(2024, 2, 1)),),
        (SupplierAccount("BE68539007547034", dt.date(2024, 1, 1), dt.date(2025, 1, 1), "jan"),),
    ]),
    contracts=st.lists(
        st.builds(Contract, st.sampled_from(list(ContractScope)), _PERIOD), max_size=2
    ).map(tuple),
    agreements=st.lists(
        st.builds(
            Agreement,
            st.sampled_from(list(AgreementKind)),
            st.sampled_from(["IT-1", "=2"]),
            st.sampled_from(["", "45A52"]),
            _PERIOD,
            st.none() | st.decimals(Decimal("0.01"), Decimal(10**6), places=2),
        ),
        max_size=2,
    ).map(tuple),
)  # fmt: skip


def squeezed(supplier: Registered) -> Registered:
    """As it is after spaces at the ends and twice a space are taken away, as the register keeps it."""
    return read_csv(as_csv([supplier]))[0][0].supplier


@given(_SUPPLIER)
def test_what_was_written_reads_back_as_it_was(supplier: Registered) -> None:
    """An export that is imported again would change the register."""
    kept = squeezed(supplier)
    entries, faults = read_csv(as_csv([kept]))

    assert faults == []
    assert [entry.supplier for entry in entries] == [kept]
    assert (kept.accounts, kept.contracts, kept.agreements) == (
        supplier.accounts,
        supplier.contracts,
        supplier.agreements,
    )


@given(_SUPPLIER)
def test_no_cell_is_run_by_a_spreadsheet(supplier: Registered) -> None:
    """A supplier's name would be a formula on the computer of whoever opens the file."""
    import csv
    import io

    rows = csv.reader(io.StringIO(as_csv([supplier]).decode("utf-8-sig")), delimiter=";")

    for row in rows:
        for cell in row:
            assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))


WRONG = {
    "kvk": "leverancier;1234567;;Naam",
    "vat-id-bsn": f"leverancier;;NL{BSN}B01;Naam",
    "vat-id": "leverancier;;NL123456789B01;Naam",
    "name": "leverancier;01234567;;",
    "bsn": f"leverancier;01234567;;Naam {BSN}",
    "whose": "leverancier;;;",
    "kind": "factuur;01234567;;Naam",
    "iban": "rekening;01234567;;;NL91ABNA0417164301;01-01-2026",
    "account-day": "rekening;01234567;;;NL91ABNA0417164300;",
    "first-day": "contract;01234567;;;;;;regio",
    "day": "contract;01234567;;;;31-02-2026;;regio",
    "period": "contract;01234567;;;;02-01-2026;01-01-2026;regio",
    "columns": "leverancier;01234567;;Naam;;;;;te veel",
}


@pytest.mark.parametrize("code", list(WRONG))
def test_a_wrong_row_is_told_with_its_number_and_never_repeated(code: str) -> None:
    """The administrator would search through thousands of rows; or find a BSN in the log."""
    heading = "soort;kvk-nummer;btw-nummer;naam;iban;van;tot-en-met;bereik"
    good = "leverancier;12345678;;Andere"

    entries, faults = read_csv("\r\n".join([heading, good, WRONG[code]]).encode())

    assert [(fault.code, fault.row) for fault in faults] == [(code, 3)]
    assert BSN not in FAULTS[code] + str(faults[0])
    assert entries[0].supplier.kvk == "12345678"


def test_a_second_row_of_the_same_supplier_is_told() -> None:
    """Which of the two counts nobody could say."""
    row = "leverancier;01234567;Naam"

    _, faults = read_csv("\n".join(["soort;kvk-nummer;naam", row, row]).encode())

    assert [(fault.code, fault.row) for fault in faults] == [("twice", 3)]


@pytest.mark.parametrize(
    ("heading", "told"),
    [
        ("soort;kvknummer", "'kvknummer'"),
        ("kvk-nummer;naam", "'soort'"),
        ("soort;naam;naam", "twice"),
        ("", "soort"),
    ],
)
def test_an_unknown_column_is_told_before_anything_is_read(heading: str, told: str) -> None:
    """A column with a typing error would silently be left out."""
    with pytest.raises(UnreadableTable, match=told) as caught:
        read_csv(f"{heading}\r\nleverancier;01234567".encode())

    assert all(name in str(caught.value) for name in COLUMNS)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("delimiter", [";", ","])
def test_what_spreadsheets_save_is_read(encoding: str, delimiter: str) -> None:
    """Half of the spreadsheets save in another way."""
    text = "soort;kvk-nummer;naam\nleverancier;01234567;Café Één\n".replace(";", delimiter)

    ((entry,), faults) = read_csv(text.encode(encoding))

    assert (entry.supplier.name, faults) == ("Café Één", [])
