"""The fast lane as a page."""

from __future__ import annotations

import datetime as dt
import re
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from intake.errors import Conflict
from intake.model.invoice import Field
from intake.model.mail import ReplyKind
from intake.model.verdict import MailOutcome
from intake.review import undo
from intake.store import Store, audit, batches, cases, outbox, worklist, worklist_rows
from intake.store.tables import CaseState, InvoiceState, ReplyState, View
from tests.review.conftest import Clerk, make_store
from tests.review.filled import LATE, fill, invoice, verdict

PNG = b"\x89PNG"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """As it comes out of the box: what was decided can be undone for 15 seconds."""
    made = make_store(tmp_path, replies__undo_seconds=15)
    yield made
    made.close()


def one(store: Store, number: str, **changes: object) -> str:
    """An invoice of the known supplier, with everything found where it stands on the page."""
    whole = invoice(
        invoice_number=Field.of(number, invoice().invoice_number.evidence),
        gross_amount=Field.of(Decimal("1493.82"), invoice().gross_amount.evidence),
        **changes,
    )
    return fill(store, verdict(MailOutcome.QUEUED, read=whole, reply=ReplyKind.RECEIPT))


@pytest.fixture
def lane(store: Store, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Twelve invoices in the fast lane."""
    monkeypatch.setattr(worklist_rows, "is_sample", lambda *_: False)
    return fill_lane(store)


def fill_lane(store: Store, count: int = 12) -> list[str]:
    """So many invoices in the lane, of a supplier that was paid for two months."""
    today = store.clock()
    store.clock = lambda: today - dt.timedelta(days=60)
    for number in range(3):
        reference = one(store, f"2025-{number}")
        cases.accept(store, reference, "anna", cases.get_case(store, reference).version)
    store.clock = lambda: today
    return [one(store, f"2026-{number}") for number in range(100, 100 + count)]


def ticks(page: str) -> list[str]:
    return re.findall(r'name="gekozen" value="([^"]+)"', page)


def test_ten_stand_together_with_what_stands_on_the_page(clerk: Clerk, lane: list[str]) -> None:
    """A clerk who must open each invoice to compare it saves nothing."""
    page = clerk.get("/snel").text

    assert [each.partition("|")[0] for each in ticks(page)] == lane[:10]
    pictures = re.findall(r'src="(/snel/[^"]+)"', page)
    assert len(pictures) == 40
    for address in pictures[:4]:
        picture = clerk.get(address)
        assert (picture.status_code, picture.content[:4]) == (200, PNG)
    for value in ("2026-100", "13 november 2026", "1.493,82", "NL91 ABNA 0417 1643 00"):
        assert value in page


def test_what_is_ticked_off_is_accepted_with_a_row_in_the_audit_each(
    clerk: Clerk, store: Store, lane: list[str]
) -> None:
    """Nobody could tell afterwards who let an invoice through, or it was let through unticked."""
    page = clerk.get("/snel").text

    answer = clerk.post("/snel/akkoord", gekozen=ticks(page)[:3])

    states = [cases.get_case(store, reference) for reference in lane]
    assert [case.state for case in states[:3]] == [CaseState.ACCEPTED] * 3
    assert {case.state for case in states[3:]} == {CaseState.QUEUED}
    assert [case.replies[0].state for case in states[:3]] == [ReplyState.READY] * 3
    for reference in lane[:3]:
        assert [r.what for r in audit.readings(store, reference)].count("fast-accept") == 1
    after = clerk.get(answer.headers["location"]).text
    assert "3 facturen staan bij de crediteurenadministratie" in after
    assert len(ticks(after)) == 9


def test_a_receipt_that_somebody_stopped_meanwhile_hides_no_accept(
    clerk: Clerk, store: Store, lane: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An invoice would be accepted without a row in the audit, and stand in nothing to take back."""

    def stopped(*_arguments: object) -> None:
        raise Conflict("it is dropped")

    page = clerk.get("/snel").text
    monkeypatch.setattr(outbox, "confirm", stopped)

    answer = clerk.post("/snel/akkoord", gekozen=ticks(page)[:1])

    assert answer.headers["location"] == "/snel?akkoord=1&wachten=0"
    assert cases.get_case(store, lane[0]).state is CaseState.ACCEPTED
    assert [r.what for r in audit.readings(store, lane[0])].count("fast-accept") == 1


def accepted(clerk: Clerk) -> str:
    """Two invoices are accepted; what the button takes back."""
    chosen = ticks(clerk.get("/snel").text)[:2]
    address = clerk.post("/snel/akkoord", gekozen=chosen).headers["location"]
    return what(clerk.get(address).text)


def what(page: str) -> str:
    """What the button takes back."""
    (found,) = re.findall(r'name="wat" value="([^"]+)"', page)
    return str(found)


def test_what_was_accepted_is_taken_back_within_seconds_and_no_later(
    clerk: Clerk, store: Store, lane: list[str]
) -> None:
    """A slip of the finger would be paid; and an old window would undo what was exported."""
    answer = clerk.post("/ongedaan", wat=accepted(clerk), naar="snel")

    assert "Er is niets betaald" in clerk.get(answer.headers["location"]).text
    assert {cases.get_case(store, reference).state for reference in lane} == {CaseState.QUEUED}

    shown = accepted(clerk)
    cookie = next(each for each in clerk.client.cookies.jar if each.name == undo.COOKIE)
    assert cookie.expires is not None
    assert cookie.expires - time.time() <= store.settings.replies.undo_seconds
    clerk.client.cookies.delete(undo.COOKIE)  # as a browser does when that is over
    answer = clerk.post("/ongedaan", wat=shown, naar="snel")
    assert "kan nu niet meer" in clerk.get(answer.headers["location"]).text
    assert cases.get_case(store, lane[0]).state is CaseState.ACCEPTED


def test_one_that_left_meanwhile_does_not_keep_the_others(
    clerk: Clerk, store: Store, lane: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Undone, says the clerk; paid, says the batch, of all that came after the one that left."""
    shown = accepted(clerk)
    monkeypatch.setattr(batches, "MOST", 1)
    left = ""
    while left not in lane:
        batch, _ = batches.make(store, "almere", "els")
        assert batch is not None
        left = batch.bookings[0].reference

    answer = clerk.post("/ongedaan", wat=shown, naar="snel")

    assert "Niet elke factuur kon terug" in clerk.get(answer.headers["location"]).text
    states = [cases.get_case(store, reference).invoices[0].state for reference in lane]
    assert states.count(InvoiceState.EXPORTED) == 1
    assert InvoiceState.ACCEPTED not in states


def test_nothing_that_is_not_in_the_lane_is_accepted_there(
    clerk: Clerk, store: Store, lane: list[str]
) -> None:
    """A form that was open for an hour, or was made by hand, would accept what must be looked at."""
    doubtful = fill(store, verdict(MailOutcome.QUEUED, LATE))
    version = cases.get_case(store, doubtful).invoices[0].version
    chosen = ticks(clerk.get("/snel").text)
    first = cases.get_case(store, lane[0])
    cases.accept(store, lane[0], "bram", first.version)

    for forged in (f"{doubtful}|1.2|{version}", chosen[0], "x", "||", f"{lane[1]}|9|1"):
        answer = clerk.post("/snel/akkoord", gekozen=[forged])
        assert answer.headers["location"] == "/snel?gedaan=niets-gekozen"

    assert cases.get_case(store, doubtful).state is CaseState.QUEUED
    assert cases.get_case(store, lane[0]).decided_by == "bram"
    assert clerk.get(f"/snel/{doubtful}/1.2/iban.png").status_code == 404
    assert clerk.get(f"/snel/{lane[1]}/1.2/supplier_name.png").status_code == 404


def test_each_strip_shown_is_a_row_in_the_audit_and_no_unusual_reading(
    clerk: Clerk, store: Store, lane: list[str]
) -> None:
    """Nobody could tell who saw an invoice; or each busy morning would be an alarm."""
    for _ in range(8):
        clerk.get("/snel")

    for reference in lane[:10]:
        assert [r.what for r in audit.readings(store, reference)].count("strip") == 8
    assert audit.readings(store, lane[11]) == ()
    assert audit.alerts(store) == ()


def test_one_in_so_many_is_not_offered(
    clerk: Clerk, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What goes wrong in the lane would never be noticed."""
    monkeypatch.setattr(worklist_rows, "is_sample", lambda *_: True)
    (reference,) = fill_lane(store, 1)

    assert "De snelle rij is leeg" in clerk.get("/snel").text
    assert worklist.views_of(store, reference) == (View.LOOK,)
    assert "steekproef" in clerk.get("/?tab=bekijken").text
