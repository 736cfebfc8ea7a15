"""The page of a supplier: what its invoices show of it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from intake.model.invoice import Field, Sighting, SightingKind
from intake.model.mail import ReplyKind
from intake.model.verdict import MailOutcome
from intake.store import Store, cases
from tests.review.conftest import Clerk
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
