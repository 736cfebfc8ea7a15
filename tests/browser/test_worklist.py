"""The worklist and the fast lane in a real browser, by mouse and by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from intake.model.verdict import MailOutcome
from intake.store import Store, cases, worklist_rows
from intake.store.tables import CaseState
from tests.browser.serving import free_port
from tests.browser.test_clerk import log_in
from tests.review.conftest import make_store
from tests.review.filled import LATE, fill, verdict
from tests.review.test_fast import fill_lane
from tests.review.test_queue import several


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    address = f"127.0.0.1:{free_port()}"
    made = make_store(tmp_path, review__listen=address, replies__undo_seconds=600)
    yield made
    made.close()


@pytest.fixture
def keys(page: Page, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Every key that was pressed."""
    pressed: list[str] = []
    press = page.keyboard.press

    def counted(key: str, **options: float) -> None:
        pressed.append(key)
        press(key, **options)

    monkeypatch.setattr(page.keyboard, "press", counted)
    yield pressed


def test_spotless_invoices_take_a_key_and_a_bit_each(
    page: Page, address: str, store: Store, keys: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten at a time is worth it only when it is quicker than one at a time; and what was accepted
    by a slip comes back with one key.
    """
    monkeypatch.setattr(worklist_rows, "is_sample", lambda *_: False)
    lane = fill_lane(store, 10)
    log_in(page, address)
    keys.clear()
    page.keyboard.press("s")
    page.wait_for_url("**/snel")
    for _ in lane:
        page.keyboard.press("x")
    expect(page.locator("#ticked")).to_have_text("10 van 10 afgevinkt.")
    pictures = page.locator(".cut-out img")
    expect(pictures).to_have_count(40)
    expect(pictures.first).to_have_js_property("complete", True)
    assert pictures.first.evaluate("image => image.naturalWidth") > 50
    page.wait_for_load_state("networkidle")  # what has left the lane has no picture any more
    page.keyboard.press("a")

    accepted = page.locator(".notice.good", has_text="10 facturen staan bij")
    expect(accepted).to_be_visible(timeout=30_000)
    assert len(keys) <= 1.5 * len(lane)
    assert {cases.get_case(store, each).state for each in lane} == {CaseState.ACCEPTED}

    page.keyboard.press("t")
    expect(page.locator(".notice.good")).to_contain_text("Er is niets betaald")
    page.wait_for_load_state("networkidle")
    assert {cases.get_case(store, each).state for each in lane} == {CaseState.QUEUED}


def test_the_fast_lane_by_mouse_accepts_what_is_ticked(
    page: Page, address: str, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A clerk who does not know the keys would be shut out."""
    monkeypatch.setattr(worklist_rows, "is_sample", lambda *_: False)
    lane = fill_lane(store, 3)
    log_in(page, address)
    page.get_by_role("link", name="Snelle rij 3").click()
    page.get_by_role("link", name="Naar de snelle rij").click()
    page.get_by_label("Klopt").nth(1).check()
    page.wait_for_load_state("networkidle")  # what has left the lane has no picture any more
    page.get_by_role("button", name="Akkoord met wat is afgevinkt").click()

    expect(page.locator(".notice.good").first).to_contain_text("1 factuur staat bij")
    page.wait_for_load_state("networkidle")
    states = [cases.get_case(store, each).state for each in lane]
    assert states == [CaseState.QUEUED, CaseState.ACCEPTED, CaseState.QUEUED]


def test_from_the_list_by_keys_each_case_leads_to_the_next(
    page: Page, address: str, store: Store, keys: list[str]
) -> None:
    """The day's work: search, open, accept, and the next one is there."""
    references = several(store, 3)
    log_in(page, address)
    page.keyboard.press("/")
    page.keyboard.type("vlinder")
    page.keyboard.press("Enter")
    expect(page.get_by_text("gevonden in: leverancier").first).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}/zaak/{references[2]}?**")
    keys.clear()
    page.keyboard.press("a")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}/zaak/{references[1]}?**")
    expect(page.get_by_role("status").first).to_contain_text("bij de crediteurenadministratie")
    assert len(keys) == 2

    page.keyboard.press("u")
    expect(page.get_by_text("Gezocht in alles naar")).to_be_visible()


def test_filters_by_mouse_and_a_view_that_is_kept(page: Page, address: str, store: Store) -> None:
    """The same filter typed anew each morning is retyped wrong one day."""
    several(store, 2)
    fill(store, verdict(MailOutcome.QUEUED, LATE))
    log_in(page, address)
    page.locator("#filters summary").click()
    page.get_by_label("Leverancier begint met").fill("zorg")
    page.get_by_label("Bedrag vanaf").fill("1.000")
    page.get_by_role("button", name="Filteren").click()
    expect(page.locator("a.open")).to_have_count(3)
    page.get_by_label("Bewaar deze lijst als").fill("Grote bedragen")
    page.get_by_role("button", name="Bewaren").click()
    page.get_by_role("link", name="Alles", exact=True).click()

    page.get_by_role("link", name="Grote bedragen").click()

    expect(page.locator("a.open")).to_have_count(3)
    expect(page.get_by_label("Leverancier begint met")).to_have_value("zorg")
