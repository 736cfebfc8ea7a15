"""What of the register of suppliers goes, and when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest

from intake import profile
from intake.model.supplier import Contract, ContractScope, Period, Registered, SupplierAccount
from intake.store import (
    Store,
    audit,
    batches,
    cases,
    open_store,
    retention,
    supplier_changes,
    supplier_register,
    supplier_retention,
    supplier_rows,
)
from intake.store.supplier_retention import What
from tests.conftest import SettingsOn
from tests.store import things

OWN = profile.load("almere")
BEGUN = dt.date(2020, 1, 1)


@pytest.fixture
def store(settings_on: SettingsOn) -> Iterator[Store]:
    opened = open_store(settings_on("sqlite"))
    opened.clock = lambda: things.NOW
    yield opened
    opened.close()


def later(store: Store, day: dt.date) -> None:
    store.clock = lambda: dt.datetime(day.year, day.month, day.day, 12, tzinfo=dt.UTC)


def add(store: Store, name: str, *contracts: Contract, kvk: str = "") -> int:
    supplier = Registered(name, kvk, contracts=contracts)
    return supplier_changes.add(store, "eva", "almere", supplier)


def names(store: Store) -> list[str]:
    return [each.name for each in supplier_retention.due(store, OWN) if each.what is What.SUPPLIER]


def test_a_supplier_stays_seven_years_after_the_year_of_its_last_change_or_contract(
    store: Store,
) -> None:
    """Names and accounts of sole traders would be kept for ever."""
    ended = Contract(ContractScope.REGION, Period(BEGUN, dt.date(2030, 3, 1)))
    for_ever = Contract(ContractScope.REGION, Period(BEGUN))
    add(store, "Zonder contract")
    add(store, "Contract tot 2030", ended)
    add(store, "Contract zonder einde", for_ever)

    later(store, dt.date(2033, 12, 31))
    assert names(store) == []
    later(store, dt.date(2034, 1, 1))
    assert names(store) == ["Zonder contract"]
    later(store, dt.date(2038, 1, 1))
    assert names(store) == ["Zonder contract", "Contract tot 2030"]


def test_a_supplier_stays_as_long_as_an_invoice_of_it_does(store: Store) -> None:
    """An invoice that must be shown to the tax office would be of nobody."""
    reference = things.with_invoice(store)
    cases.accept(store, reference, "jan", cases.get_case(store, reference).version)
    batches.make(store, "almere", "els")
    later(store, dt.date(2034, 1, 2))
    assert names(store) == []

    items = retention.due(store, OWN.retention)
    approval = retention.Approval(retention.list_number(items, store.today), "archivaris")
    list(retention.destroy(store, OWN.retention, items, approval))

    assert names(store) == ["Zorgpraktijk De Vlinder"]


def test_what_ended_goes_from_a_supplier_that_lives_on(store: Store) -> None:
    """An account of ten years ago would be shown beside the one of today."""
    old = Contract(ContractScope.REGION, Period(dt.date(2018, 1, 1), dt.date(2018, 12, 31)))
    now = Contract(ContractScope.REGION, Period(BEGUN))
    number = add(store, "De Vlinder", old, now)
    first, second = "NL91ABNA0417164300", "NL02ABNA0123456789"
    gone = dt.date(2018, 12, 31)
    supplier_changes.put_account(store, "eva", number, first, dt.date(2018, 1, 1), gone)
    supplier_changes.put_account(store, "eva", number, second, BEGUN)

    done = supplier_retention.destroy(store, OWN, supplier_retention.due(store, OWN), "archivaris")

    assert {each.what for each in done} == {What.ACCOUNT, What.CONTRACT}
    _, left = supplier_register.get(store, number)
    assert left.contracts == (now,)
    assert left.accounts == (SupplierAccount(second, BEGUN, None, "eva"),)


def test_only_what_was_approved_goes_and_it_stands_in_the_audit(store: Store) -> None:
    """Somebody would be destroyed whom nobody saw on the list."""
    first, second = add(store, "De Vlinder"), add(store, "De Mot")
    later(store, dt.date(2034, 1, 1))
    listed = [each for each in supplier_retention.due(store, OWN) if each.supplier == first]

    supplier_retention.destroy(store, OWN, listed, "archivaris")

    assert names(store) == ["De Mot"]
    assert supplier_register.get(store, second)[1].name == "De Mot"
    newest = audit.changes(store, supplier_rows.subject(first), 1)[0]
    assert (newest.who, newest.result) == ("archivaris", "purged supplier")
