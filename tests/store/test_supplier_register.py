"""The register of suppliers: what it learns, who may approve, and what a file changes."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from intake.errors import Conflict
from intake.model.invoice import Field, Sighting, SightingKind
from intake.model.mail import ReplyKind
from intake.model.supplier import (
    Agreement,
    AgreementKind,
    Contract,
    ContractScope,
    Period,
    Registered,
    SupplierAccount,
)
from intake.model.verdict import MailOutcome
from intake.store import (
    Store,
    audit,
    batches,
    cases,
    supplier_changes,
    supplier_import,
    supplier_learning,
    supplier_register,
    supplier_rows,
)
from intake.store.supplier_import import Entry
from intake.store.supplier_values import SupplierFault
from tests.store import things

KVK, IBAN, OTHER = "01234567", "NL91ABNA0417164300", "NL02ABNA0123456789"
DAY = dt.date(2026, 1, 1)
VLINDER = Registered(name="Zorgpraktijk De Vlinder B.V.", kvk=KVK, creditor_number="C-100")


def accepted(store: Store, number: int = 1, **changes: Any) -> str:
    invoice = things.invoice(f"2026-{number:04}", **changes)
    judged = things.verdict(MailOutcome.QUEUED, (invoice,), reply=ReplyKind.RECEIPT)
    reference = things.decided(store, number, things.decision(judged))
    cases.accept(store, reference, "jan", cases.get_case(store, reference).version)
    return reference


def paid(store: Store, number: int = 1, **changes: Any) -> str:
    """An invoice that was accepted, and left for the finance package."""
    reference = accepted(store, number, **changes)
    batches.make(store, "almere", "els")
    return reference


def known(store: Store) -> Registered:
    found = supplier_register.find(store, "almere", KVK)
    assert found is not None
    return found


def test_an_accept_that_is_taken_back_teaches_nothing(store: Store) -> None:
    """A colleague would approve an account that stood on nothing but a mistake."""
    reference = accepted(store)
    cases.take_back(store, reference, "jan", cases.get_case(store, reference).version)

    assert batches.make(store, "almere", "els") == (None, ())
    assert supplier_learning.is_empty(store)
    cases.accept(store, reference, "jan", cases.get_case(store, reference).version)
    batches.make(store, "almere", "els")
    assert [(each.iban, each.added_by) for each in known(store).accounts] == [(IBAN, "jan")]


def test_what_leaves_is_learned_once(store: Store) -> None:
    """The register would stay empty, or grow a row for each invoice."""
    paid(store, 1)
    paid(store, 2, supplier_name=Field.of("De Vlinder"))
    paid(store, 3, iban=Field.of(OTHER))

    found = known(store)

    assert found.names == ("Zorgpraktijk De Vlinder", "De Vlinder")
    assert [(a.iban, a.added_by, a.approved_by) for a in found.accounts] == [
        (OTHER, "jan", None),
        (IBAN, "jan", None),
    ]
    assert len(supplier_register.listed(store, "almere")) == 1


def test_an_invoice_that_shows_a_client_teaches_nothing(store: Store) -> None:
    """A client's name in the place of the supplier's would stand in a list that everybody reads."""
    paid(
        store,
        1,
        sightings=(Sighting(SightingKind.BSN_LABELLED, 1, None),),
        supplier_name=Field.of(f"Jansen {things.BSN}"),
        vat_id=Field.of(f"NL{things.BSN}B01"),
    )

    for line in supplier_register.listed(store, "almere"):
        _, found = supplier_register.get(store, line.number)
        assert things.BSN not in repr(found) + found.name + found.vat_id


@pytest.mark.parametrize(
    "changes",
    [
        {
            "supplier_name": Field.of("Jeugdige Roos Fictief"),
            "sightings": (Sighting(SightingKind.NAME_WITH_DETAILS, 1, None),),
        },
        {"supplier_name": Field.of(f"Praktijk Q {things.BSN}")},
    ],
)
def test_what_tells_of_a_client_is_not_learned(store: Store, changes: dict[str, Any]) -> None:
    """It would stand there for ever: no decision that is taken back takes it out."""
    paid(store, **changes)

    assert supplier_register.find(store, "almere", KVK) is None


def test_invoices_that_left_before_there_was_a_register_are_taken_up(store: Store) -> None:
    """After an upgrade every supplier would be new."""
    paid(store)
    with store.write() as session:
        session.execute(text("DELETE FROM supplier"))

    supplier_learning.fill(store)

    assert known(store).accounts[0].added_by == "jan"


def test_nobody_approves_an_account_that_they_added(store: Store) -> None:
    """One person would make their own account one that is paid to."""
    paid(store)
    number = known(store).number

    with pytest.raises(SupplierFault, match="same-person"):
        supplier_changes.approve_account(store, "jan", number, IBAN)
    with pytest.raises(IntegrityError), store.write() as session:
        session.execute(
            text("UPDATE supplier_account SET approved_by = 'jan', approved_on = '2026-01-01'")
        )
    supplier_changes.approve_account(store, "anna", number, IBAN)

    (account,) = known(store).accounts
    assert (account.approved_by, account.approved_on) == ("anna", store.today)


def test_an_account_that_is_used_again_must_be_approved_anew(store: Store) -> None:
    """An account that was closed would be paid to by an approval of years ago."""
    number = supplier_changes.add(store, "jan", "almere", VLINDER)
    supplier_changes.put_account(store, "jan", number, IBAN, DAY)
    supplier_changes.approve_account(store, "anna", number, IBAN)
    supplier_changes.put_account(store, "jan", number, IBAN, DAY, dt.date(2026, 3, 1))
    old = SupplierAccount(IBAN, DAY, None, "jan", "anna", DAY)

    supplier_import.merge(
        store, "carla", "almere", [Entry(2, replace(VLINDER, accounts=(old,)))], approves=True
    )
    assert known(store).accounts[0].last_day == dt.date(2026, 3, 1)

    supplier_changes.put_account(store, "carla", number, IBAN, DAY)
    assert known(store).accounts[0].approved_by is None
    assert known(store).accounts[0].last_day is None


def test_a_file_of_a_user_approves_nothing(store: Store) -> None:
    """One person would put two colleagues' names in a file, and have an account of their own paid to."""
    paid(store)
    known_one = replace(
        known(store).accounts[0], added_by="piet", approved_by="jan", approved_on=DAY
    )
    new = SupplierAccount(OTHER, DAY, None, "piet", "anna", DAY)
    entry = Entry(2, replace(VLINDER, accounts=(known_one, new)))

    supplier_import.merge(store, "jan", "almere", [entry], approves=False)

    told = {each.iban: (each.added_by, each.approved_by) for each in known(store).accounts}
    assert told == {IBAN: ("jan", None), OTHER: ("jan", None)}


def test_a_file_is_taken_up_as_a_whole_or_not_at_all(store: Store) -> None:
    """Nobody would know which half of the file stands in the register."""
    own = SupplierAccount(IBAN, DAY, None, "", "jan", DAY)
    entries = [Entry(2, VLINDER), Entry(3, Registered("Tweede", "12345678", accounts=(own,)))]

    with pytest.raises(SupplierFault) as caught:
        supplier_import.merge(store, "jan", "almere", entries, approves=True)

    assert (caught.value.code, caught.value.row) == ("same-person", 3)
    assert supplier_learning.is_empty(store)


def test_the_same_file_again_changes_nothing_and_an_empty_cell_takes_nothing_away(
    store: Store,
) -> None:
    """A second import would double contracts, or wipe what clerks typed."""
    whole = replace(
        VLINDER,
        city="Amersfoort",
        notes="belt altijd terug",
        other_names=("De Vlinder",),
        domains=("vlinder.example",),
        accounts=(SupplierAccount(IBAN, DAY, None, "finance", "anna", DAY),),
        contracts=(Contract(ContractScope.NONE, Period(DAY)),),
        agreements=(
            Agreement(AgreementKind.INTERVENTION_TEAM, "IT-12", "45A52", Period(DAY), Decimal(900)),
        ),
    )
    first = supplier_import.merge(store, "jan", "almere", [Entry(2, whole)], approves=True)
    before = known(store)

    again = supplier_import.merge(store, "jan", "almere", [Entry(2, whole)], approves=True)
    bare = supplier_import.merge(
        store, "jan", "almere", [Entry(2, Registered(VLINDER.name, KVK))], approves=True
    )

    assert [(m.added, m.changed, m.same) for m in (first, again, bare)] == [
        (1, 0, 0),
        (0, 0, 1),
        (0, 0, 1),
    ]
    assert known(store) == before
    assert before.agreements[0].ceiling == 900


def test_who_changed_it_meanwhile_is_told(store: Store) -> None:
    """Two people at one supplier: the last would silently undo the first."""
    number = supplier_changes.add(store, "jan", "almere", VLINDER)
    version = known(store).version
    supplier_changes.change(store, "jan", number, version, replace(VLINDER, city="Almere"))

    with pytest.raises(Conflict):
        supplier_changes.change(store, "anna", number, version, VLINDER)
    with pytest.raises(SupplierFault, match="known"):
        supplier_changes.add(store, "anna", "almere", VLINDER)
    assert supplier_register.find(store, "tilburg", KVK) is None


def test_every_change_stands_in_the_chain(store: Store) -> None:
    """Nobody could say who changed the account that was paid to."""
    number = supplier_changes.add(store, "jan", "almere", VLINDER)
    supplier_changes.put_account(store, "jan", number, IBAN, DAY)
    supplier_changes.approve_account(store, "anna", number, IBAN)
    supplier_changes.put_contract(store, "jan", number, Contract(ContractScope.REGION, Period(DAY)))
    supplier_changes.remove_contract(store, "anna", number, ContractScope.REGION, DAY)

    found = audit.changes(store, supplier_rows.subject(number), 10)

    assert [(each.who, each.result.partition(" ")[0]) for each in found] == [
        ("anna", "contract-removed"),
        ("jan", "contract"),
        ("anna", "account-approved"),
        ("jan", "account-added"),
        ("jan", "added"),
    ]
    assert audit.verify(store).whole
    assert known(store).contracts == ()


def test_it_is_found_by_part_of_a_name_a_number_or_a_place(store: Store) -> None:
    """The clerk would page through thousands of names."""
    for place, name in enumerate(("Zorghuis 's-Gravenhof", "Praktijk Café", "J. B.V. Begeleiding")):
        supplier = Registered(
            name, f"1000000{place}", city="Almere-Haven", creditor_number=f"C{place}"
        )
        supplier_changes.add(store, "jan", "almere", supplier)

    def found(words: str) -> list[str]:
        return [each.name for each in supplier_register.listed(store, "almere", words)]

    assert found("cafe") == ["Praktijk Café"]
    assert found("10000002") == ["J. B.V. Begeleiding"]
    assert found("gravenhof haven") == ["Zorghuis 's-Gravenhof"]
    assert found("jbvbegel") == ["J. B.V. Begeleiding"]
    assert found("%") == found("")
    assert len(supplier_register.listed(store, "almere", "", 2, 1)) == 2


def test_the_creditor_number_goes_with_the_batch_for_ever(store: Store) -> None:
    """A batch that is handed over again would be another one once the register changed."""
    number = supplier_changes.add(store, "jan", "almere", VLINDER)
    accepted(store)
    batch, _ = batches.make(store, "almere", "jan")
    assert batch is not None
    assert batch.bookings[0].coding.creditor_number == "C-100"

    version = known(store).version
    supplier_changes.change(
        store, "jan", number, version, replace(VLINDER, creditor_number="C-200")
    )

    assert batches.load(store, batch.number) == batch
