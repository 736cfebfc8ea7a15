"""The pages of the batches: what leaves for the finance package, and what is taken back."""

from __future__ import annotations

import csv
import io
import re
import zipfile

import pytest

from intake.model.invoice import Field
from intake.model.mail import ReplyKind
from intake.model.verdict import MailOutcome
from intake.store import Store, batches, cases, users
from intake.store.tables import BatchState, InvoiceState, Role
from tests.review.conftest import Clerk
from tests.store import things


def accepted(store: Store, number: int, **changes: object) -> str:
    invoice = things.invoice(f"2026-{number:04}", **changes)
    judged = things.verdict(MailOutcome.QUEUED, (invoice,), reply=ReplyKind.RECEIPT)
    reference = things.decided(store, number, things.decision(judged))
    cases.accept(store, reference, "jan", cases.get_case(store, reference).version)
    return reference


def made(clerk: Clerk, format: str = "csv") -> str:
    """The address of a batch that was made from the page."""
    answer = clerk.post("/betaalbatches", gemeente="almere", format=format)
    return str(answer.headers["location"]).partition("?")[0]


def test_what_is_accepted_leaves_as_files_and_is_then_booked(clerk: Clerk, store: Store) -> None:
    """The clerk would type every invoice again in the finance package."""
    accepted(store, 1)
    accepted(store, 2)
    assert "2 facturen, samen €\N{NO-BREAK SPACE}2.987,64" in clerk.get("/betaalbatches").text

    address = made(clerk)
    answer = clerk.post(f"{address}/ophalen", format="csv")

    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    table = archive.read("000001.csv").decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(table), delimiter=";"))
    assert [row["factuurnummer"] for row in rows] == ["2026-0001", "2026-0002"]
    assert "000001.json" in archive.namelist()
    assert batches.line(store, 1).state is BatchState.DELIVERED

    clerk.post(f"{address}/stand", state="booked")
    assert batches.line(store, 1).state is BatchState.BOOKED
    assert "Geboekt" in clerk.get("/betaalbatches").text


def test_as_e_invoices_the_pages_stand_beside_them(clerk: Clerk, store: Store) -> None:
    """The finance package could not show what was paid."""
    accepted(store, 1)

    answer = clerk.post(f"{made(clerk, 'ubl')}/ophalen", format="ubl")

    names = zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
    assert "000001-001.xml" in names


def test_a_batch_that_was_booked_is_not_delivered_anew(clerk: Clerk, store: Store) -> None:
    """Looking at it once more would take it out of the books."""
    accepted(store, 1)
    address = made(clerk)
    clerk.post(f"{address}/ophalen", format="csv")
    clerk.post(f"{address}/stand", state="booked")

    assert "lees hem niet nog een keer in" in clerk.get(address).text
    assert clerk.post(f"{address}/ophalen", format="xlsx").status_code == 200
    assert batches.line(store, 1).state is BatchState.BOOKED
    assert clerk.post(f"{address}/stand", state="failed").status_code == 409


def test_an_invoice_that_cannot_leave_is_named_with_what_it_misses(
    clerk: Clerk, store: Store
) -> None:
    """It would stand accepted for ever, and never be paid."""
    reference = accepted(store, 1, iban=Field.absent())

    page = clerk.get("/betaalbatches").text

    assert f'<a href="/zaak/{reference}">' in page
    assert "het IBAN" in page
    answer = clerk.post("/betaalbatches", gemeente="almere", format="csv").text
    assert "Er is geen batch gemaakt" in answer
    assert f'<a href="/zaak/{reference}">' in answer


def test_what_an_e_invoice_cannot_hold_is_told_when_the_batch_is_made(
    clerk: Clerk, store: Store
) -> None:
    """Each batch would leave it behind in silence, and the page would say that it stands ready."""
    accepted(store, 1)
    left = accepted(store, 2, kvk_number=Field.absent())

    answer = clerk.post("/betaalbatches", gemeente="almere", format="ubl").text

    assert "niet alles kon mee" in answer
    assert f'<a href="/zaak/{left}">{left}</a>: het KvK-nummer ontbreekt' in answer
    assert batches.line(store, 1).count == 1


def test_one_is_taken_back_with_a_reason_and_never_without(clerk: Clerk, store: Store) -> None:
    """A mistake that was handed over would be paid; without a reason nobody can account for it."""
    reference = accepted(store, 1)
    address = made(clerk)

    clerk.post(f"{address}/storno", regel=1, why="  ")
    assert cases.get_case(store, reference).invoices[0].state is InvoiceState.EXPORTED

    clerk.post(f"{address}/storno", regel=1, why="dubbel")
    assert cases.get_case(store, reference).invoices[0].state is InvoiceState.REVERSED
    second = clerk.get(made(clerk)).text
    assert "Storno" in second
    assert "€\N{NO-BREAK SPACE}-1.493,82" in second


def test_a_storno_is_not_taken_back_itself(clerk: Clerk, store: Store) -> None:
    """The amount would be paid again, in a batch that nobody accepted."""
    accepted(store, 1)
    clerk.post(f"{made(clerk)}/storno", regel=1, why="dubbel")

    second = made(clerk)

    assert "Terugnemen" not in clerk.get(second).text
    assert clerk.post(f"{second}/storno", regel=1, why="toch").status_code == 400


@pytest.mark.parametrize("form", ["gemeente=tilburg", "format=exe"])
def test_what_the_page_does_not_offer_is_not_done(clerk: Clerk, store: Store, form: str) -> None:
    """A batch of a municipality that is not ours would leave."""
    accepted(store, 1)
    name, _, value = form.partition("=")
    fields = {"gemeente": "almere", "format": "csv", name: value}

    assert clerk.post("/betaalbatches", **fields).status_code == 400
    assert batches.listed(store) == []


def test_a_clerk_sees_batches_and_makes_none(clerk: Clerk, store: Store) -> None:
    """Who accepts would hand over too, with nobody between."""
    accepted(store, 1)
    made(clerk)
    users.give_roles(store, "anna", [Role.CLERK])

    for page in ("/betaalbatches", "/betaalbatches/1"):
        assert set(re.findall(r'action="([^"]+)"', clerk.get(page).text)) == {"/uitloggen"}


def test_a_batch_that_never_was_is_a_calm_page(clerk: Clerk) -> None:
    """A typing error would look like a fault of ours."""
    assert clerk.get("/betaalbatches/7").status_code == 404
