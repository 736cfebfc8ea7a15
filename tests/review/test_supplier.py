"""The page of a supplier: what its invoices show of it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from intake.model.invoice import Field, Sighting, SightingKind
from intake.model.mail import ReplyKind
from intake.model.supplier import ContractScope, Registered
from intake.model.verdict import MailOutcome
from intake.store import (
    Store,
    audit,
    batches,
    cases,
    providers,
    supplier_changes,
    supplier_register,
    supplier_rows,
    users,
)
from intake.store.tables import Role
from tests.review.conftest import PASSWORD, Clerk
from tests.store import things

KVK = "01234567"
OTHER = "NL02ABNA0123456789"


def queued(store: Store, number: int, **changes: Any) -> str:
    invoice = things.invoice(f"2026-{number:04}", **changes)
    judged = things.verdict(MailOutcome.QUEUED, (invoice,), reply=ReplyKind.RECEIPT)
    return things.decided(store, number, things.decision(judged))


def test_accounts_stand_there_since_when_and_by_whom(clerk: Clerk, store: Store) -> None:
    """A new account on an invoice would be paid without anybody seeing that it is new."""
    first = queued(store, 1)
    cases.accept(store, first, "jan", cases.get_case(store, first).version)
    second = queued(store, 2, iban=Field.of(OTHER), gross_amount=Field.of(Decimal("99.50")))

    page = clerk.get(f"/leverancier/{KVK}").text

    assert "NL91 ABNA 0417 1643 00" in page
    assert "NL02 ABNA 0123 4567 89" in page
    assert page.count("Nog nooit akkoord") == 1
    assert f'href="/zaak/{first}"' in page
    assert f'href="/zaak/{second}"' in page
    assert "99,50" in page


def test_the_case_leads_there(clerk: Clerk, store: Store) -> None:
    """The clerk would look for the supplier by hand."""
    reference = queued(store, 1)

    assert f"/leverancier/{KVK}?gemeente=almere" in clerk.get(f"/zaak/{reference}").text


def test_an_invoice_that_shows_a_client_adds_nothing(clerk: Clerk, store: Store) -> None:
    """A number that could be a client's would stand on a page that nobody had to give a reason for."""
    queued(store, 1, sightings=(Sighting(SightingKind.BSN_LABELLED, 1, None),))

    page = clerk.get(f"/leverancier/{KVK}").text

    assert "Geen facturen" in page
    assert things.BSN not in page


@pytest.mark.parametrize(
    "path", ["/leverancier/1234567", "/leverancier/../../etc", "/leverancier/x"]
)
def test_what_is_no_kvk_number_is_no_page(clerk: Clerk, path: str) -> None:
    """A typing error would look like a supplier without invoices."""
    assert clerk.get(path).status_code in (400, 404)


def test_another_municipality_sees_its_own_only(clerk: Clerk, store: Store) -> None:
    """A clerk of Tilburg would read Almere's invoices."""
    queued(store, 1)

    assert clerk.get(f"/leverancier/{KVK}?gemeente=hart-van-brabant").status_code == 400


def own_page(store: Store, **changes: Any) -> tuple[int, str]:
    """A supplier of the register, with the address of its page."""
    supplier = Registered(**({"name": "De Vlinder", "kvk": KVK} | changes))
    number = supplier_changes.add(store, "jan", "almere", supplier)
    return number, f"/leverancier/nr/{number}"


def known(store: Store, number: int) -> Registered:
    return supplier_register.get(store, number)[1]


def version(store: Store, number: int) -> int:
    return known(store, number).version


def test_a_supplier_without_a_kvk_number_has_a_page_too(clerk: Clerk, store: Store) -> None:
    """A foreign firm could be paid, and never be looked at."""
    _, page = own_page(store, kvk="", vat_id="NL002455799B11")
    reference = queued(store, 1, kvk_number=Field.absent())

    shown = clerk.get(page).text

    assert "Zonder KvK-nummer" in shown
    assert f'href="/zaak/{reference}"' in shown
    assert page in clerk.get("/leveranciers").text


def test_mails_invoices_and_letters_stand_in_one_line_of_time(clerk: Clerk, store: Store) -> None:
    """Whoever is called by the supplier would open case after case."""
    queued(store, 1)
    refused = things.verdict(
        MailOutcome.REJECTED, (things.invoice("2026-0002"),), reply=ReplyKind.REFUSAL
    )
    second = things.decided(store, 2, things.decision(refused))

    page = clerk.get(f"/leverancier/{KVK}").text

    assert "2026-0001" in page
    assert "2026-0002" in page
    assert f'Brief: <a href="/zaak/{second}">' in page
    assert "Wat er vaak mis is" in page
    assert "2 × " in page


def test_two_people_make_an_account_known(clerk: Clerk, store: Store) -> None:
    """One person would type an account and pay to it."""
    number, page = own_page(store)
    users.set_user(store, "carla", PASSWORD, [Role.SENIOR])
    clerk.post(f"{page}/rekening", iban="NL91 ABNA 0417 1643 00", since="01-02-2026")
    refused = clerk.post(f"{page}/goedkeuren", iban="NL91ABNA0417164300")
    assert refused.status_code == 400
    assert "zelf toegevoegd" in refused.text
    assert f"{page}/goedkeuren" not in clerk.get(page).text

    clerk.log_in("carla")
    assert "1 rekening goedkeuren" in clerk.get("/leveranciers").text
    assert f"{page}/goedkeuren" in clerk.get(page).text
    clerk.post(f"{page}/goedkeuren", iban="NL91ABNA0417164300")

    (account,) = known(store, number).accounts
    assert (account.added_by, account.approved_by) == ("anna", "carla")
    assert account.since == dt.date(2026, 2, 1)


def test_contracts_and_agreements_are_put_down_and_taken_away(clerk: Clerk, store: Store) -> None:
    """They could be filled in by an administrator's file only."""
    number, page = own_page(store)

    clerk.post(f"{page}/contract", scope="regio", first_day="01-01-2026")
    clerk.post(f"{page}/contract", scope="regio", first_day="1-1-2026", last_day="31-12-2026")
    clerk.post(
        f"{page}/afspraak", kind="interventieteam", agreement="IT-12", first_day="01-01-2026",
        ceiling="1.234,50",
    )  # fmt: skip

    found = known(store, number)
    (contract,), (agreement,) = found.contracts, found.agreements
    assert (contract.scope, contract.period.last_day) == (
        ContractScope.REGION,
        dt.date(2026, 12, 31),
    )
    assert (agreement.number, agreement.ceiling) == ("IT-12", Decimal("1234.50"))
    shown = clerk.get(page).text
    assert "Contract met de regio" in shown
    assert "1.234,50" in shown

    clerk.post(f"{page}/contract", scope="regio", first_day="2026-01-01", remove="1")
    clerk.post(
        f"{page}/afspraak", kind="interventieteam", agreement="IT-12", first_day="2026-01-01",
        remove="1",
    )  # fmt: skip
    assert (known(store, number).contracts, known(store, number).agreements) == ((), ())
    assert "Contract weggehaald" in clerk.get(page).text
    who = {each.who for each in audit.changes(store, supplier_rows.subject(number), 10)}
    assert who == {"anna", "jan"}


def test_details_are_changed_and_nothing_typed_is_lost(clerk: Clerk, store: Store) -> None:
    """A colleague's change, or a typing error, would cost all that was typed."""
    number, page = own_page(store)
    typed = {
        "name": "De Vlinder B.V.", "kvk": KVK, "postcode": "1315 hr", "city": "Almere",
        "notes": "Belt altijd terug\nna vijf uur", "domains": "vlinder.example\n@roos.example",
    }  # fmt: skip

    wrong = clerk.post(f"{page}/gegevens", version=1, **(typed | {"kvk": "123"}))
    assert wrong.status_code == 400
    assert "8 cijfers" in wrong.text
    assert "na vijf uur" in wrong.text
    clerk.post(f"{page}/gegevens", version=1, **typed)
    again = clerk.post(f"{page}/gegevens", version=1, **(typed | {"city": "Utrecht"}))
    assert again.status_code == 400
    assert "net gewijzigd" in again.text
    assert 'value="Utrecht"' in again.text

    found = known(store, number)
    assert (found.name, found.postcode, found.city) == ("De Vlinder B.V.", "1315HR", "Almere")
    assert found.domains == ("vlinder.example", "roos.example")


@pytest.mark.parametrize("field", ["name", "notes", "vat_id", "other_names", "other_addresses"])
def test_what_could_be_a_bsn_is_not_taken_nor_kept(clerk: Clerk, store: Store, field: str) -> None:
    """A client's number would stand in a list that everybody reads."""
    number, page = own_page(store)
    value = f"NL{things.BSN}B01" if field == "vat_id" else f"zie {things.BSN}"

    answer = clerk.post(f"{page}/gegevens", version=1, **({"name": "De Vlinder"} | {field: value}))

    assert answer.status_code == 400
    assert "burgerservicenummer" in answer.text
    assert version(store, number) == 1


def test_the_list_is_searched_without_words_in_the_address(clerk: Clerk, store: Store) -> None:
    """What a clerk searches for would stand in the logs of the web server."""
    for number in range(53):
        supplier = Registered(f"Praktijk {number:02}", kvk=f"{70000000 + number}", city="Almere")
        supplier_changes.add(store, "jan", "almere", supplier)

    found = clerk.post("/leveranciers/zoeken", search="praktijk 07")
    assert found.status_code == 303
    address = found.headers["location"]
    assert "praktijk" not in address
    assert "Praktijk 07" in clerk.get(address).text
    assert "Praktijk 08" not in clerk.get(address).text
    first, second = clerk.get("/leveranciers").text, clerk.get("/leveranciers?blad=2").text
    assert ("Praktijk 49" in first, "Praktijk 50" in first, "Praktijk 50" in second) == (
        True,
        False,
        True,
    )
    assert clerk.get("/leveranciers?zoek=geraden").status_code == 200


def test_a_supplier_is_taken_up_by_hand(clerk: Clerk, store: Store) -> None:
    """A supplier with a contract, which never mailed, could not be put down."""
    made = clerk.post("/leveranciers", name="Thuiszorg Merel", kvk="12345678")
    assert made.status_code == 303
    assert "Thuiszorg Merel" in clerk.get("/leverancier/12345678").text

    for fields, fault in (
        ({"name": "X", "kvk": "12345678"}, "al een leverancier"),
        ({"name": "X", "kvk": "1234567"}, "8 cijfers"),
        ({"name": ""}, "Vul een naam in"),
    ):
        answer = clerk.post("/leveranciers", **fields)
        assert (answer.status_code, fault in answer.text) == (400, True)


def test_who_sees_no_case_sees_no_invoice_of_a_supplier(clerk: Clerk, store: Store) -> None:
    """The administrator would read what every case is about."""
    reference = queued(store, 1)
    cases.accept(store, reference, "jan", cases.get_case(store, reference).version)
    batches.make(store, "almere", "els")
    users.set_user(store, "bea", PASSWORD, [Role.ADMINISTRATOR])
    clerk.log_in("bea", next="/leveranciers")

    page = clerk.get(f"/leverancier/{KVK}").text

    assert "2026-0001" not in page
    assert "NL91 ABNA 0417 1643 00" in page
    assert "Rekening toevoegen" in page


def test_a_clerk_reads_and_changes_nothing(clerk: Clerk, store: Store) -> None:
    """Everybody could approve the account that they are about to pay to."""
    _, page = own_page(store)
    users.set_user(store, "dirk", PASSWORD, [Role.CLERK])
    clerk.log_in("dirk")

    shown = clerk.get(page).text

    assert "De Vlinder" in shown
    assert 'action="/leverancier' not in shown


def test_agreed_passwords_are_told_by_their_days_only(clerk: Clerk, store: Store) -> None:
    """The page would show the password itself."""
    _, page = own_page(store)
    providers.add_provider(store, KVK, "De Vlinder", things.SENDER, "roos-met-doorns")

    shown = clerk.get(page).text

    assert "afgesproken, geldig van" in shown
    assert "roos-met-doorns" not in shown
