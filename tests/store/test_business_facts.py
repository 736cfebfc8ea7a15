"""Business facts stand in the open for the database to filter and export, and no client's number
among them.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from sqlmodel import select

from intake import profile
from intake.model.care import CareLine
from intake.model.invoice import DocumentKind, Field, Invoice, Sighting, SightingKind
from intake.model.mail import Envelope
from intake.store import Store, cases
from intake.store.business_facts import Arrival, columns
from intake.store.tables import FACTS, InvoiceRow
from tests.store import things

LABELLED = (Sighting(SightingKind.BSN_LABELLED, 1, None),)
FIRST_NAME = (Sighting(SightingKind.FIRST_NAME, 1, None),)
RSIN = "801234561"
"""Passes the 11-test, as that of every legal entity."""
ARRIVAL = Arrival(
    "almere", "crediteuren@almere.example", dt.date(2026, 11, 20), dt.date(2026, 12, 20)
)


def only_row(store: Store) -> InvoiceRow:
    with store.read() as session:
        return session.exec(select(InvoiceRow)).one()


def queued(store: Store, invoice: Invoice) -> str:
    return things.decided(store, 1, things.decision(things.verdict(invoices=(invoice,))))


def open_facts(row: InvoiceRow | dict[str, Any]) -> set[str]:
    """The facts that stand in the open."""
    found = row if isinstance(row, dict) else row.model_dump()
    return {name for name in FACTS if found[name] is not None}


def test_a_good_invoice_has_its_facts_in_columns(store: Store) -> None:
    """Nobody could filter, sort or export the queue."""
    queued(store, things.invoice())
    row = only_row(store)

    assert (row.supplier_name, row.kvk) == ("Zorgpraktijk De Vlinder", "01234567")
    assert (row.vat_id, row.iban) == ("NL002455799B11", "NL91ABNA0417164300")
    assert (row.number, row.issued_on) == ("2026-0011", dt.date(2026, 11, 13))
    assert (row.net_cents, row.vat_cents, row.gross_cents) == (123456, 25926, 149382)
    assert (row.kind, row.municipality, row.facts_sealed) == ("invoice", "almere", False)
    assert (row.received_on, row.due_on) == (dt.date(2026, 11, 20), dt.date(2026, 12, 20))


@pytest.mark.parametrize(
    "changes",
    [
        {"sightings": LABELLED},
        {"sightings": FIRST_NAME},
        {"invoice_number": Field.of(things.BSN)},
        {"invoice_number": Field.of("F-9999.90.019/2")},
        {"invoice_number": Field.of("2026-999990019")},
        {"invoice_number": Field.of("٩٩٩٩٩٠٠١٩")},
        {"invoice_number": Field.of("x" * 198 + things.BSN)},
        {"supplier_name": Field.of(f"Praktijk {things.BSN}")},
        {"kvk_number": Field.of(things.BSN)},
        {"vat_id": Field.of(f"NL{things.BSN}B01")},
        {"iban": Field.of(f"NL00{things.BSN}")},
        {"gross_amount": Field.of(Decimal(things.BSN))},
    ],
)
def test_what_could_be_a_client_stays_sealed(store: Store, changes: dict[str, Any]) -> None:
    """Whoever copies the database would read a client's number in it."""
    queued(store, things.invoice(**changes))
    row = only_row(store)

    assert open_facts(row) == set()
    assert row.facts_sealed
    assert row.municipality == "almere"


CLIENT = CareLine(
    2, things.BSN, "huisarts", "45A04", None, None, None,
    client_name="Zoë de Groot-Bos", birth_date=dt.date(2015, 3, 4),
)  # fmt: skip


def with_care(store: Store, number: str, line: CareLine = CLIENT) -> str:
    judged = things.verdict(invoices=(things.invoice(number),))
    return things.decided(store, 1, things.decision(judged, care_lines=(line,)))


@pytest.mark.parametrize(
    "number",
    [
        "2026-GROOT-1", "grootbos/09", "F-Gróót", "2026 de.groot",
        "04-03-2015/2", "20150304-1", "F040315", "150304/9", "R4-3-2015",
    ],
)  # fmt: skip
def test_a_number_that_names_a_client_of_the_care_stays_sealed(store: Store, number: str) -> None:
    """A client's name would stand in the open before a person saw it, and in each backup after."""
    reference = with_care(store, number)

    assert open_facts(only_row(store)) == set()
    assert only_row(store).facts_sealed
    cases.refuse(
        store, reference, "anna", cases.get_case(store, reference).version, cases.Refusal("nee")
    )
    assert open_facts(only_row(store)) == set(FACTS) - {"number"}


def test_it_is_filled_in_when_it_was_accepted_and_sealed_when_that_is_taken_back(
    store: Store,
) -> None:
    """A supplier could not be paid by its own number; a slip of a clerk would leave a name behind."""
    reference = with_care(store, "2026-GROOT-1")

    cases.accept(store, reference, "anna", cases.get_case(store, reference).version)
    assert only_row(store).number == "2026-GROOT-1"
    cases.take_back(store, reference, "anna", cases.get_case(store, reference).version)
    assert only_row(store).facts_sealed


@pytest.mark.parametrize("number", ["2026-0011", "2026-BOS-1", "zoe/7", "DG-2026"])
def test_what_names_no_client_stands_in_the_open(store: Store, number: str) -> None:
    """Initials and three letters stand in any number: no invoice could be found or sorted."""
    with_care(store, number)

    assert open_facts(only_row(store)) == set(FACTS)


def test_a_firm_is_no_client(store: Store) -> None:
    """Every legal entity's number passes the 11-test: none of its invoices could be found."""
    queued(store, things.invoice(vat_id=Field.of(f"NL{RSIN}B01")))

    assert open_facts(only_row(store)) == set(FACTS)


@pytest.mark.parametrize(
    ("changes", "left_out"),
    [
        ({"sightings": FIRST_NAME}, set()),
        ({"invoice_number": Field.of(things.BSN)}, set()),
        ({"invoice_number": Field.of(things.BSN), "sightings": LABELLED}, {"number"}),
        ({"supplier_name": Field.of(f"Praktijk {things.BSN}")}, {"supplier_name"}),
    ],
)
def test_they_are_filled_in_when_a_person_accepted(
    store: Store, changes: dict[str, Any], left_out: set[str]
) -> None:
    """What is accepted is paid and exported; a client's number never is."""
    reference = queued(store, things.invoice(**changes))
    cases.accept(store, reference, "anna", cases.get_case(store, reference).version)

    assert open_facts(only_row(store)) == set(FACTS) - left_out
    assert not only_row(store).facts_sealed


def test_a_refused_one_keeps_what_could_be_a_bsn(store: Store) -> None:
    """A clerk who refuses it, for its number perhaps, says nothing of what that number is."""
    reference = queued(store, things.invoice(invoice_number=Field.of(things.BSN)))
    cases.refuse(
        store, reference, "anna", cases.get_case(store, reference).version, cases.Refusal("nee")
    )

    assert open_facts(only_row(store)) == set(FACTS) - {"number"}


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"gross_amount": Field.of(Decimal("1e40"))}, {"gross_cents"}),
        ({"issue_date": Field.of("2026-02-31")}, {"issued_on"}),
        ({"invoice_number": Field.absent()}, {"number"}),
        ({"supplier_name": Field.of("\x00\ud800")}, {"supplier_name"}),
    ],
)
def test_what_no_column_can_hold_is_left_out(
    store: Store, changes: dict[str, Any], missing: set[str]
) -> None:
    """A hostile value would make the commit fail, time after time."""
    queued(store, things.invoice(**changes))

    assert open_facts(only_row(store)) == set(FACTS) - missing


def test_a_long_name_is_cut(store: Store) -> None:
    """PostgreSQL refuses a row whose index entry is too long."""
    queued(store, things.invoice(supplier_name=Field.of("naam " * 2000)))

    assert len(only_row(store).supplier_name or "") == 200


def test_a_credit_note_and_cents() -> None:
    """A sum of what is to be paid needs signs and whole cents."""
    changes: dict[str, Any] = {
        "gross_amount": Field.of(Decimal("-10.005")),
        "kind": DocumentKind.CREDIT_NOTE,
    }
    made = columns(things.invoice(**changes), ARRIVAL)
    endless = columns(things.invoice(gross_amount=Field.of(Decimal("NaN"))), ARRIVAL)

    assert endless["gross_cents"] is None
    assert (made["kind"], made["gross_cents"]) == ("credit-note", -1001)


@pytest.mark.parametrize(
    ("envelope", "mailbox"),
    [
        (
            Envelope("imap", things.NOW, place="zorg@almere.example/INBOX/1/2"),
            "zorg@almere.example",
        ),
        (Envelope("lmtp", things.NOW, recipients=("{known}",)), "{known}"),
        (Envelope("lmtp", things.NOW, recipients=("{local}+999990019@{domain}",)), "{known}"),
        (Envelope("lmtp", things.NOW, recipients=("999990019@elders.example",)), None),
        (Envelope("process", things.NOW), None),
    ],
)
def test_the_mailbox_is_one_of_ours(store: Store, envelope: Envelope, mailbox: str | None) -> None:
    """A sender chooses what stands behind the plus sign of an address."""
    known = profile.load("almere").recipients[0]
    local, _, domain = known.partition("@")
    words = {"known": known, "local": local, "domain": domain}
    sent = replace(envelope, recipients=tuple(each.format(**words) for each in envelope.recipients))

    assert Arrival.of(store, sent).mailbox == (mailbox and mailbox.format(**words))
