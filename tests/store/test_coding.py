"""How an invoice is booked, and that nothing of the care leaves but the code that follows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import update

from intake import profile
from intake.errors import AlreadyExported
from intake.export import table, ubl
from intake.model.booking import Booking
from intake.model.care import CareLine
from intake.model.document import Line
from intake.model.supplier import Contract, ContractScope, Period, Registered
from intake.profile import CodingRule, Finance, Product
from intake.store import (
    Store,
    batches,
    cases,
    coding,
    open_store,
    reversals,
    supplier_changes,
    supplier_register,
)
from intake.store.coding import Choice, CodingFault, Origin
from intake.store.tables import BatchInvoiceRow
from tests.conftest import SettingsOn
from tests.store import things

KVK = "01234567"
RULES = (
    CodingRule(product="45A", cost_centre="6751", cost_type="43000", task_field="6.75*"),
    CodingRule(product="47", cost_centre="6822"),
)


@pytest.fixture
def store(settings_on: SettingsOn) -> Iterator[Store]:
    opened = open_store(settings_on("sqlite"))
    opened.clock = lambda: things.NOW
    yield opened
    opened.close()


@pytest.fixture(autouse=True)
def _rules(monkeypatch: pytest.MonkeyPatch) -> None:
    asks(monkeypatch, finance=Finance(oin="0" * 20, vat_code="N"), coding=RULES)


def asks(monkeypatch: pytest.MonkeyPatch, **rules: Any) -> None:
    own = profile.load("almere").model_copy(update=rules)
    monkeypatch.setattr(profile, "load", lambda _name: own)


def accepted(
    store: Store, *products: str | None, number: int = 1, bsn: str = things.BSN, **changes: Any
) -> str:
    """An accepted invoice with care of these products."""
    lines = tuple(
        CareLine(row, bsn, "huisarts", code, "Begeleiding van Jan", None, None)
        for row, code in enumerate(products, 2)
    )
    invoice = things.invoice(f"2026-{number:04}", **changes)
    judged = things.verdict(invoices=(invoice,))
    reference = things.decided(store, number, things.decision(judged, care_lines=lines))
    cases.accept(store, reference, "jan", cases.get_case(store, reference).version)
    return reference


def codes(store: Store, reference: str) -> dict[str, tuple[str, Origin]]:
    found = coding.of_invoice(store, reference, "1.2")
    assert found is not None
    return {name: (code.value, code.origin) for name, code in found.codes.items()}


def only_booking(store: Store) -> Booking:
    batch, held = batches.make(store, "almere", "eva")
    assert batch is not None
    assert held == ()
    assert batches.load(store, batch.number) == batch
    (booking,) = batch.bookings
    return booking


def supplier(store: Store, **details: Any) -> int:
    """The supplier of the invoices, which the register learned to know; with these details."""
    found = supplier_register.find(store, "almere", KVK)
    if found is None:
        return supplier_changes.add(
            store, "eva", "almere", Registered("De Vlinder", KVK, **details)
        )
    wanted = replace(found, **details)
    supplier_changes.change(store, "eva", found.number, found.version, wanted)
    return found.number


def test_the_code_of_the_product_leaves_and_nothing_of_the_care(store: Store) -> None:
    """The clerk would type it in the finance package; or a client's care would stand there."""
    accepted(store, "45A52", "45a57")
    number = supplier(store)
    region = Contract(ContractScope.REGION, Period(dt.date(2026, 1, 1)))
    supplier_changes.put_contract(store, "eva", number, region)

    booking = only_booking(store)

    codes = booking.coding
    assert (codes.cost_centre, codes.cost_type, codes.task_field, codes.vat_code) == (
        "6751",
        "43000",
        "6.752",
        "N",
    )
    batch = batches.load(store, 1)
    written = [table.as_csv(batch), ubl.invoice(booking, profile.load("almere"), None)]
    assert b"6.752" in written[0]
    assert b"<cbc:AccountingCost>6751 / 43000 / 6.752</cbc:AccountingCost>" in written[1]
    for file in written:
        for word in (things.BSN, "45A5", "45a5", "Begeleiding", "huisarts"):
            assert word.encode() not in file


def test_a_person_goes_before_the_supplier_the_product_and_the_profile(store: Store) -> None:
    """What somebody chose would be overwritten by a rule that does not fit."""
    reference = accepted(store, "45A52")
    assert codes(store, reference)["cost_centre"] == ("6751", Origin.PRODUCT)
    assert codes(store, reference)["vat_code"] == ("N", Origin.PROFILE)
    assert codes(store, reference)["order_number"] == ("", Origin.NOBODY)

    supplier(store, cost_centre="7000", order_number="V-12")
    assert codes(store, reference)["cost_centre"] == ("7000", Origin.SUPPLIER)
    chosen = {"cost_centre": "8000", "cost_type": "43000", "order_number": "V-12", "vat_code": ""}
    due = dt.date(2026, 12, 5)
    coding.choose(store, reference, "1.2", "jan", Choice(chosen, due))

    assert codes(store, reference) == {
        "cost_centre": ("8000", Origin.PERSON),
        "cost_type": ("43000", Origin.PRODUCT),
        "task_field": ("", Origin.NOBODY),
        "vat_code": ("", Origin.PERSON),
        "order_number": ("V-12", Origin.SUPPLIER),
    }
    booking = only_booking(store)
    assert (booking.coding.cost_centre, booking.due_on) == ("8000", due)
    with pytest.raises(AlreadyExported):
        coding.choose(store, reference, "1.2", "jan", Choice({"cost_centre": "9000"}))


def test_care_that_is_booked_in_two_ways_waits_for_a_person(store: Store) -> None:
    """Half of it would be booked as the other half."""
    reference = accepted(store, "45A52", "47A01")

    assert codes(store, reference)["cost_centre"] == ("", Origin.SEVERAL)
    assert codes(store, reference)["vat_code"] == ("N", Origin.PROFILE)


def test_without_care_lines_the_codes_on_the_page_count(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An invoice whose attachment was destroyed would be booked as any other."""
    products = (Product(code="45A52", name="Begeleiding", rate=Decimal(1), year=2026, law=""),)
    asks(monkeypatch, products=products)
    line = Line(1, (0.0, 0.0, 1.0, 1.0), "3 uur 45A52, oktober")

    assert codes(store, accepted(store, lines=(line,)))["cost_centre"][0] == "6751"


@pytest.mark.parametrize(
    ("product", "year", "scope", "expected"),
    [
        ("45A52", 2022, ContractScope.REGION, "6.72"),
        ("48A01", 2024, ContractScope.REGION, "6.82a"),
        ("45A52", 2024, ContractScope.REGION, ""),
        ("45A52", 2025, ContractScope.MUNICIPALITY, "6.751"),
        ("45A52", 2026, ContractScope.REGION, "6.752"),
        ("44A09", 2026, ContractScope.NATIONAL, "6.763"),
        ("45A52", 2026, None, ""),
        ("50A01", 2026, ContractScope.REGION, ""),
        ("02A05", 2024, None, "6.71b"),
        ("02A05", 2026, None, "6.712"),
        ("AL100", 2026, None, ""),
    ],
)
def test_the_task_field_has_three_numberings_and_its_last_digit_by_contract(
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
    product: str,
    year: int,
    scope: ContractScope | None,
    expected: str,
) -> None:
    """The province would send the accounts back."""
    asks(monkeypatch, finance=Finance(iv3=True), coding=())
    reference = accepted(store, product)
    if scope is not None:
        contract = Contract(scope, Period(dt.date(2020, 1, 1)))
        supplier_changes.put_contract(store, "eva", supplier(store), contract)
    store.clock = lambda: dt.datetime(year, 6, 1, tzinfo=dt.UTC)

    assert codes(store, reference)["task_field"][0] == expected


def test_a_batch_keeps_its_codes_and_so_does_what_takes_it_back(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reversal would be booked on another cost centre than the invoice."""
    reference = accepted(store, "45A52")
    first = only_booking(store)

    asks(monkeypatch, coding=(CodingRule(product="45", cost_centre="9999"),))
    supplier(store, cost_type="1")
    reversals.ask(store, reference, "1.2", "eva", "vergissing")

    assert batches.load(store, 1).bookings == (first,)
    assert only_booking(store).coding == first.coding


def test_a_batch_of_an_older_version_is_booked_as_it_said(store: Store) -> None:
    """It could not be delivered again."""
    accepted(store)
    booking = only_booking(store)
    names = (*coding.CODES, "due_on")
    with store.write() as session:
        session.execute(update(BatchInvoiceRow).values(dict.fromkeys(names)))

    assert batches.load(store, 1).bookings == (booking,)


@pytest.mark.parametrize(
    "shown", [things.BSN, f"0{things.BSN}", f"{things.BSN[:4]}.{things.BSN[4:]}"]
)
@pytest.mark.parametrize("typed", [things.BSN, f"V {things.BSN[:4]}.{things.BSN[4:]}"])
def test_no_client_of_the_case_leaves_in_a_code(store: Store, typed: str, shown: str) -> None:
    """A BSN that somebody pasted in the wrong field would stand in the finance package."""
    reference = accepted(store, "45A52", bsn=shown)

    with pytest.raises(CodingFault, match="client"):
        coding.choose(store, reference, "1.2", "jan", Choice({"order_number": typed}))


@pytest.mark.parametrize("shown", ["000000000", "12", ""])
def test_what_is_no_number_of_a_client_holds_no_code_back(store: Store, shown: str) -> None:
    """A provider that fills in noughts would keep every invoice of theirs from being booked."""
    reference = accepted(store, "45A52", bsn=shown)

    coding.choose(store, reference, "1.2", "jan", Choice({"order_number": "P-1200000000000"}))

    assert codes(store, reference)["order_number"] == ("P-1200000000000", Origin.PERSON)


@pytest.mark.parametrize(
    ("choice", "fault"),
    [
        (Choice({"cost_centre": "1" * 41}), "too-long"),
        (Choice({}, dt.date(2026, 11, 1)), "due-day"),
        (Choice({}, dt.date(2028, 1, 1)), "due-day"),
    ],
)
def test_what_cannot_be_so_is_told(store: Store, choice: Choice, fault: str) -> None:
    """The finance package would refuse the whole batch."""
    with pytest.raises(CodingFault, match=fault):
        coding.choose(store, accepted(store), "1.2", "jan", choice)
