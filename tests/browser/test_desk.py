"""A clerk at one invoice, by mouse and by keyboard alone, on a small screen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from intake.model.mail import ReplyKind
from intake.model.verdict import MailOutcome
from intake.store import Store, cases, corrections, users
from intake.store.tables import CaseState, InvoiceState, ReplyState, Role
from tests.browser.conftest import free_port
from tests.browser.test_clerk import log_in
from tests.review.conftest import PASSWORD, make_store
from tests.review.filled import LATE, LOCKED, NO_KVK, PATH, care_line, fill, verdict
from tests.review.test_post import question


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = make_store(
        tmp_path, review__listen=f"127.0.0.1:{free_port()}", replies__undo_seconds=600
    )
    yield made
    made.close()


@pytest.fixture
def small(page: Page, address: str) -> Page:
    """A window of 1280 × 720, logged in."""
    page.set_viewport_size({"width": 1280, "height": 720})
    log_in(page, address)
    return page


class Keys:
    """The keyboard, counted."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.pressed = 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.pressed += 1


def test_the_page_of_a_case_does_not_scroll_and_a_field_moves_the_document_only(
    small: Page, address: str, store: Store
) -> None:
    """A clerk would scroll up and down all day between the amount and the page."""
    judged = verdict(MailOutcome.QUEUED, NO_KVK, LATE, reply=ReplyKind.RECEIPT)
    reference = fill(store, judged, pages=2, care_lines=(care_line(), care_line(3)))
    small.goto(f"{address}/zaak/{reference}")
    expect(small.locator(".leaf img")).to_have_js_property("complete", True)

    height = small.evaluate("document.documentElement.scrollHeight")
    small.locator("#fact-4").focus()

    assert height <= 720
    expect(small.locator("#vak-iban")).to_be_in_viewport()
    assert small.locator("#accept").is_visible()
    assert small.evaluate("document.querySelector('.sheet-view').scrollTop") > 0
    assert small.evaluate("document.querySelector('.desk-side').scrollTop") == 0
    assert small.evaluate("window.scrollY") == 0


def test_an_ordinary_invoice_is_accepted_with_two_keys_and_taken_back_with_one(
    small: Page, address: str, store: Store
) -> None:
    """Thousands of times a month, and the keys go on working on the case that opens next."""
    fill(store, verdict(MailOutcome.QUEUED, LATE, reply=ReplyKind.RECEIPT))
    reference = fill(store, verdict(MailOutcome.QUEUED, reply=ReplyKind.RECEIPT))
    small.goto(f"{address}/zaak/{reference}")
    keys = Keys(small)

    keys.press("a", "Enter")
    small.wait_for_url("**gedaan=akkoord**")

    assert keys.pressed == 2
    assert cases.get_case(store, reference).state is CaseState.ACCEPTED
    expect(small.locator("#take-back")).to_be_visible()
    keys.press("?")
    expect(small.locator("#help")).to_be_visible()
    keys.press("Escape", "t")
    small.wait_for_url("**gedaan=teruggenomen**")
    assert cases.get_case(store, reference).state is CaseState.QUEUED


def test_a_doubt_is_settled_with_three_keys_at_most(
    small: Page, address: str, store: Store
) -> None:
    """Every tenth invoice has one."""
    reference = fill(store, verdict(MailOutcome.QUEUED, LATE, reply=ReplyKind.RECEIPT))
    small.goto(f"{address}/zaak/{reference}")
    keys = Keys(small)

    keys.press("a", "Enter")
    small.wait_for_url("**gedaan=akkoord**")

    assert keys.pressed <= 3
    assert cases.get_case(store, reference).state is CaseState.ACCEPTED


def test_one_fault_is_refused_with_four_keys_at_most(
    small: Page, address: str, store: Store
) -> None:
    """It took twenty-five."""
    reference = fill(store, verdict(MailOutcome.QUEUED, NO_KVK, reply=ReplyKind.RECEIPT))
    small.goto(f"{address}/zaak/{reference}")
    keys = Keys(small)

    keys.press("w")
    expect(small.locator("#refuse-now")).to_be_focused()
    expect(small.locator("#letter-text")).to_contain_text("KvK")
    keys.press("Enter")
    small.wait_for_url("**gedaan=geweigerd**")

    assert keys.pressed <= 4
    assert cases.get_case(store, reference).state is CaseState.REJECTED


def test_an_amount_is_corrected_with_the_keyboard(small: Page, address: str, store: Store) -> None:
    """Without a mouse the value would stay wrong."""
    reference = fill(store, verdict(MailOutcome.QUEUED))
    small.goto(f"{address}/zaak/{reference}")

    small.keyboard.press("3")
    expect(small.locator("#waarde-gross_amount")).to_be_focused()
    small.keyboard.type("1.500,00")
    small.keyboard.press("Enter")
    small.wait_for_url("**gedaan=aangepast**")

    expect(small.locator(".paid")).to_contain_text("aangepast door anna")
    (made,) = corrections.of_case(store, reference, PATH)
    assert made.value == "1500.00"


def test_words_on_the_page_are_pointed_at_with_the_mouse(
    small: Page, address: str, store: Store
) -> None:
    """An account number would be typed over from the screen, with mistakes."""
    reference = fill(store, verdict(MailOutcome.QUEUED))
    small.goto(f"{address}/zaak/{reference}")

    small.locator("#fact-4").click()
    words = small.locator("rect.word")
    expect(words.first).to_be_attached()
    first = small.locator('rect.word[data-text="NL91"]').bounding_box()
    last = small.locator('rect.word[data-text="00"]').bounding_box()
    assert first
    assert last
    small.mouse.move(first["x"] + 2, first["y"] + 2)
    small.mouse.down()
    small.mouse.move(last["x"] + 2, last["y"] + 2)
    small.mouse.up()

    expect(small.locator("#waarde-iban")).to_have_value("NL91 ABNA 0417 1643 00")


def test_what_is_typed_in_a_letter_is_there_again_after_the_window_closed(
    small: Page, address: str, store: Store
) -> None:
    """Ten minutes of writing would be gone."""
    reference = fill(store, verdict(MailOutcome.QUEUED, NO_KVK))
    small.goto(f"{address}/zaak/{reference}")
    small.locator("#letter-panel > summary").click()
    small.locator("#words").fill("Graag ook de zorgperiode.")
    expect(small.locator("#letter-text")).to_contain_text("Graag ook de zorgperiode.")
    expect(small.locator("#letter-kept")).to_have_text("Bewaard")

    small.goto(f"{address}/")
    small.goto(f"{address}/zaak/{reference}")

    expect(small.locator("#words")).to_have_value("Graag ook de zorgperiode.")


def test_an_invoice_is_put_aside_with_the_keyboard(small: Page, address: str, store: Store) -> None:
    """Only who uses a mouse could leave it for tomorrow."""
    reference = fill(store, verdict(MailOutcome.QUEUED))
    small.goto(f"{address}/zaak/{reference}")

    small.keyboard.press("m")
    small.keyboard.press("Tab")
    small.keyboard.press("Enter")
    small.wait_for_url("**gedaan=later**")

    (own,) = cases.get_case(store, reference).invoices
    assert own.state is InvoiceState.LATER


def tab_to(page: Page, selector: str, keys: Keys, back: bool = False) -> None:
    """Walk there as one does without a mouse."""
    for _ in range(25):
        keys.press("Shift+Tab" if back else "Tab")
        if page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
            return
    raise AssertionError(f"{selector} is not reached")


def test_an_explanation_is_written_anew_with_the_keyboard(
    small: Page, address: str, store: Store
) -> None:
    """Only who uses a mouse could say it otherwise; and the letter would leave with our own text."""
    reference = fill(store, verdict(MailOutcome.QUEUED, NO_KVK, LATE))
    small.goto(f"{address}/zaak/{reference}")
    keys = Keys(small)
    keys.press("w")
    expect(small.locator("#refuse-now")).to_be_focused()

    tab_to(small, ".snippets:has(textarea) > summary", keys, back=True)
    keys.press("Enter", "Tab")
    expect(small.locator("textarea[name=explanation]:visible")).to_have_count(1)
    keys.press("Control+a")
    small.keyboard.type("Het KvK-nummer heeft 4 cijfers.")
    expect(small.locator("#letter-text")).to_contain_text("1. Het KvK-nummer heeft 4 cijfers.")
    tab_to(small, "#refuse-now", keys)
    keys.press("Enter")
    small.wait_for_url("**gedaan=geweigerd**")

    reply = cases.get_case(store, reference).reply
    assert reply is not None
    assert "1. Het KvK-nummer heeft 4 cijfers." in reply.text
    assert NO_KVK.what not in reply.text


def test_a_note_and_a_colleague_need_no_mouse(small: Page, address: str, store: Store) -> None:
    """Only who uses a mouse could tell a colleague, or give the work away."""
    users.set_user(store, "els", PASSWORD, (Role.CLERK,))
    reference = fill(store, verdict(MailOutcome.QUEUED))
    small.goto(f"{address}/zaak/{reference}")
    keys = Keys(small)

    keys.press("m")
    tab_to(small, "#note", keys)
    small.keyboard.type("Gebeld: nieuwe factuur volgt.")
    keys.press("Tab", "Enter")
    small.wait_for_url("**gedaan=notitie**")
    expect(small.locator(".notes")).to_contain_text("Gebeld: nieuwe factuur volgt.")
    keys.press("m")
    tab_to(small, "#colleague", keys)
    small.keyboard.type("els")
    keys.press("Tab", "Enter")
    small.wait_for_url("**gedaan=overgedragen**")

    (own,) = cases.get_case(store, reference).invoices
    assert own.assigned_to == "els"


def test_a_question_to_the_provider_leaves_and_is_held_with_the_keyboard(
    small: Page, address: str, store: Store
) -> None:
    """Who asks has the mouse in hand all day."""
    reference = fill(store, verdict(MailOutcome.WAITING, LOCKED, reply=ReplyKind.QUESTION))
    small.goto(f"{address}/zaak/{reference}?tab=wacht")
    keys = Keys(small)

    keys.press("v")
    small.wait_for_url("**gedaan=verstuurd**")
    assert keys.pressed == 1
    assert cases.get_case(store, reference).replies[0].state is ReplyState.READY
    small.goto(f"{address}/zaak/{reference}")
    keys.press("h")
    small.wait_for_url("**gedaan=vastgehouden**")

    assert cases.get_case(store, reference).replies[0].state is ReplyState.HELD


def test_post_is_answered_with_five_keys(small: Page, address: str, store: Store) -> None:
    """Mail without an invoice comes by the dozen, and each answer would take the mouse."""
    reference = question(store)
    small.goto(f"{address}/zaak/{reference}")
    keys = Keys(small)

    keys.press("n")
    small.wait_for_url("**/post/**")
    keys.press("n", "Space")
    expect(small.locator("[data-kept]")).to_have_text("Bewaard")
    keys.press("v")
    expect(small.locator("#send-now")).to_be_focused()
    expect(small.get_by_role("region", name="Tekst van het antwoord")).to_contain_text(
        "Wij zoeken dit"
    )
    keys.press("Enter")
    small.wait_for_url("**gedaan=beantwoord**")

    assert keys.pressed <= 5
    assert cases.get_case(store, reference).replies[0].kind is ReplyKind.ANSWER
