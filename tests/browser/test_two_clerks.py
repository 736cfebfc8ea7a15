"""Two clerks at the same invoice, in two browsers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from intake.model.verdict import MailOutcome
from intake.review import wording
from intake.store import Store, cases, users
from intake.store.tables import CaseState, Role
from tests.browser.serving import log_in
from tests.review.conftest import PASSWORD
from tests.review.filled import NO_KVK, fill, verdict


@pytest.fixture
def els(chromium: Browser, address: str, store: Store) -> Iterator[Page]:
    """A colleague, in a browser of her own."""
    users.set_user(store, "els", PASSWORD, (Role.CLERK,))
    context = chromium.new_context(viewport={"width": 1280, "height": 720}, locale="nl-NL")
    page = context.new_page()
    log_in(page, address, "els")
    yield page
    context.close()


def test_the_second_is_told_and_loses_no_word(
    page: Page, els: Page, address: str, store: Store
) -> None:
    """Both would decide, or the slower one would write the same letter twice."""
    reference = fill(store, verdict(MailOutcome.QUEUED, NO_KVK))
    log_in(page, address)
    page.goto(f"{address}/zaak/{reference}")
    els.goto(f"{address}/?tab=alles")
    expect(els.get_by_text("Open bij anna")).to_be_visible()
    els.goto(f"{address}/zaak/{reference}")
    expect(els.locator(".case-title")).to_contain_text("Open bij anna")
    els.keyboard.press("w")
    expect(els.locator("#refuse-now")).to_be_focused()
    els.locator("#words").fill("Bel mij morgen even.")
    expect(els.locator("#letter-kept")).to_have_text("Bewaard")

    page.keyboard.press("a")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_be_visible()
    assert cases.get_case(store, reference).state is CaseState.ACCEPTED

    els.locator("#words").fill("Bel mij morgen even, voor 12 uur.")
    expect(els.locator("#letter-kept")).to_contain_text("Een collega besliste net")
    els.keyboard.press("Escape")
    els.locator("#fact-3").click()
    els.keyboard.type("1.500,00")
    els.keyboard.press("Enter")
    expect(els.get_by_role("alert").first).to_contain_text(wording.SENTENCES["changed-meanwhile"])
    expect(els.get_by_role("alert").first).to_contain_text("1.500,00")
    expect(els.get_by_role("region", name="Je brief")).to_have_text(
        "Bel mij morgen even, voor 12 uur."
    )
    assert cases.get_case(store, reference).decided_by == "anna"


def test_the_second_decision_is_not_carried_out(
    page: Page, els: Page, address: str, store: Store
) -> None:
    """An accepted invoice would be refused by who saw it as it was before."""
    reference = fill(store, verdict(MailOutcome.QUEUED, NO_KVK))
    log_in(page, address)
    for each in (page, els):
        each.goto(f"{address}/zaak/{reference}")
    els.keyboard.press("w")
    expect(els.locator("#refuse-now")).to_be_focused()
    page.keyboard.press("a")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_be_visible()

    els.keyboard.press("Enter")

    expect(els.get_by_role("heading", level=1)).to_have_text(wording.MESSAGES["conflict"][0])
    els.get_by_role("link", name=f"Zaak {reference} bekijken").click()
    expect(els.locator(".case-title")).to_contain_text("Akkoord")
    assert cases.get_case(store, reference).replies == ()
