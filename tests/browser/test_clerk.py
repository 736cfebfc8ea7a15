"""A clerk at work, in a real browser and mostly on the keyboard."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from intake.model.invoice import Field
from intake.model.mail import ReplyKind
from intake.model.verdict import MailOutcome
from intake.store import Store, audit, batches, cases, incidents
from intake.store.tables import CaseState, InvoiceState, ReplyState
from tests.browser.views import NO_PAGE
from tests.review.addresses import addresses
from tests.review.conftest import PASSWORD
from tests.review.filled import (
    BSN,
    CLIENT,
    LATE,
    LOCKED,
    NO_KVK,
    PATH,
    care_line,
    fill,
    invoice,
    verdict,
)
from tests.review.test_good_beside_bad import PARTLY


def log_in(page: Page, address: str) -> None:
    """As a clerk does: name, Tab, password, Enter."""
    page.goto(address)
    expect(page.locator("#name")).to_be_focused()
    page.keyboard.type("anna")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}/")


def test_open_look_and_accept_with_the_keyboard(page: Page, address: str, store: Store) -> None:
    """The day's work: without the mouse a case is opened, checked on the picture, and accepted."""
    fill(store, verdict(MailOutcome.QUEUED))
    reference = fill(store, verdict(MailOutcome.QUEUED, LATE, reply=ReplyKind.RECEIPT), pages=2)
    log_in(page, address)

    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}/zaak/{reference}?**")

    picture = page.locator(".leaf img")
    expect(picture).to_have_js_property("complete", True)
    assert picture.evaluate("image => image.naturalWidth") > 500
    _assert_box_lies_over_its_words(page)
    page.locator("#fact-4").focus()
    expect(page.locator("#vak-iban")).to_have_class("lit")
    page.keyboard.press("]")
    page.wait_for_url("**blad=2")
    page.keyboard.press("[")
    page.wait_for_url("**blad=1")
    page.keyboard.press("a")
    page.keyboard.press("Enter")

    expect(page.get_by_role("status")).to_have_text(
        "De factuur staat bij de crediteurenadministratie."
    )
    assert cases.get_case(store, reference).state is CaseState.ACCEPTED


def _assert_box_lies_over_its_words(page: Page) -> None:
    """The box on the screen is where the evidence is on the paper (A4, 595 points wide)."""
    box = invoice().iban.evidence.box  # type: ignore[union-attr]
    leaf, drawn = page.locator(".leaf img").bounding_box(), page.locator("#vak-iban").bounding_box()
    assert leaf
    assert drawn
    scale = leaf["width"] / 595.3
    assert abs(drawn["x"] - (leaf["x"] + (box[0] - 2) * scale)) < 3
    assert abs(drawn["y"] - (leaf["y"] + (box[1] - 2) * scale)) < 3


def test_the_prepared_reply_leaves_with_one_key(page: Page, address: str, store: Store) -> None:
    """In mode confirm each refusal costs the clerk one key, and no more."""
    reference = fill(store, verdict(MailOutcome.REJECTED, NO_KVK, reply=ReplyKind.REFUSAL))
    log_in(page, address)
    page.goto(f"{address}/zaak/{reference}?tab=geweigerd")

    page.keyboard.press("v")

    expect(page.get_by_role("status")).to_have_text("Het antwoord gaat weg.")
    assert cases.get_case(store, reference).replies[0].state is ReplyState.READY


def test_the_good_invoice_and_the_letter_about_the_other_with_a_key_each(
    page: Page, address: str, store: Store
) -> None:
    """Of a mail that is refused in part the clerk decides on the good invoice, and the letter is
    still there to send.
    """
    reference = fill(store, PARTLY)
    log_in(page, address)
    page.goto(f"{address}/zaak/{reference}?tab=wachtrij")
    expect(page.locator("#accept")).to_contain_text("1 factuur naar de crediteurenadministratie")

    page.keyboard.press("a")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}/?**")
    page.get_by_role("link", name="Antwoord klaar 1").click()
    page.wait_for_url("**/?tab=geweigerd**")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}/zaak/{reference}?**")
    page.keyboard.press("v")

    expect(page.get_by_role("status")).to_have_text("Het antwoord gaat weg.")
    case = cases.get_case(store, reference)
    assert (case.state, case.replies[0].state) == (CaseState.ACCEPTED, ReplyState.READY)
    assert [each.state for each in case.invoices] == [InvoiceState.REJECTED, InvoiceState.ACCEPTED]


def test_typing_in_a_box_presses_no_button(page: Page, address: str, store: Store) -> None:
    """A reason with a v in it must not send a letter."""
    reference = fill(store, verdict(MailOutcome.QUEUED, LATE, reply=ReplyKind.RECEIPT))
    log_in(page, address)
    page.goto(f"{address}/zaak/{reference}")
    page.keyboard.press("w")

    page.get_by_label("In eigen woorden").focus()
    page.keyboard.type("vhaw: dit is al vergoed.")
    expect(page.get_by_label("Tekst van de brief")).to_contain_text("vhaw: dit is al vergoed.")
    page.get_by_role("button", name="Weigeren met deze brief").click()

    expect(page.get_by_role("status")).to_have_text("De factuur is geweigerd.")
    assert cases.get_case(store, reference).state is CaseState.REJECTED


def test_a_covered_page_opens_after_a_reason(page: Page, address: str, store: Store) -> None:
    """The picture of a client's data is not fetched before."""
    reference = fill(store, verdict(MailOutcome.QUARANTINED, CLIENT))
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    log_in(page, address)
    page.goto(f"{address}/zaak/{reference}?tab=quarantaine")
    assert not [url for url in fetched if url.endswith(".png")]

    page.get_by_label("Nagaan of hier echt een cliënt op staat").check()
    page.get_by_role("button", name="Tonen").click()

    expect(page.locator(".leaf img")).to_have_js_property("complete", True)
    assert [url for url in fetched if url.endswith(f"/zaak/{reference}/blad/{PATH}/1.png")]
    expect(page.locator("#vak-finding-0")).to_be_attached()


def test_care_lines_open_with_the_keyboard_after_a_reason(
    page: Page, address: str, store: Store
) -> None:
    """A clerk who puts the attachment beside the order needs no mouse, and the number is in no
    address.
    """
    reference = fill(store, verdict(MailOutcome.QUEUED), care_lines=(care_line(),))
    visited: list[str] = []
    page.on("request", lambda request: visited.append(request.url))
    log_in(page, address)
    page.goto(f"{address}/zaak/{reference}")
    lines = page.locator("table.care")
    expect(lines).to_contain_text("•••••6782")

    page.keyboard.press("b")
    for key in ("Tab", "Space", "Tab", "Enter"):
        page.keyboard.press(key)

    expect(lines).to_contain_text(BSN)
    assert not [url for url in visited if BSN in url]
    assert [row.why for row in audit.readings(store, reference) if row.what == "care"] == [
        "controle"
    ]


def test_pages_are_usable_with_a_screen_reader_and_without_a_wide_screen(
    page: Page, address: str, store: Store
) -> None:
    """Every box has a label, every page one main heading, nothing falls off at 1024 pixels, and the
    letter can be reached.
    """
    reference = fill(
        store,
        verdict(MailOutcome.QUEUED, LATE, reply=ReplyKind.RECEIPT),
        care_lines=(care_line(), care_line(3)),
    )
    waiting = fill(store, verdict(MailOutcome.WAITING, findings=(LOCKED,)))
    page.set_viewport_size({"width": 1024, "height": 768})
    log_in(page, address)
    number = incidents.report_by_hand(store, waiting, "anna")
    question = fill(store, verdict(MailOutcome.QUARANTINED, invoices=()))
    known_now = fill(
        store, verdict(MailOutcome.QUEUED, read=invoice(invoice_number=Field.of("26-7")))
    )
    cases.accept(store, known_now, "bram", cases.get_case(store, known_now).version)
    batches.make(store, "almere", "els")  # by which the register knows its supplier
    known = {"reference": reference, "number": number, "kvk": "01234567", "mail": question}
    paths = {*addresses(**known), f"/zaak/{waiting}"}
    for path in sorted(each for each in paths - {"/inloggen"} if not NO_PAGE.fullmatch(each)):
        page.goto(address + path)
        assert page.locator("h1").count() == 1
        assert page.locator("html").get_attribute("lang") == "nl"
        assert page.locator("main").count() == 1
        boxes = page.locator("input:not([type=hidden]), textarea")
        assert all(
            boxes.nth(i).evaluate("box => box.labels.length === 1") for i in range(boxes.count())
        )
        nameless = page.locator("button, a").evaluate_all(
            "all => all.filter(each => !each.textContent.trim()).length"
        )
        assert nameless == 0
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        assert page.locator("img:not([alt])").count() == 0
        assert page.evaluate(
            "new Set([...document.querySelectorAll('[id]')].map(e => e.id)).size ==="
            " document.querySelectorAll('[id]').length"
        )
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()


def test_the_page_works_without_script(chromium: object, address: str, store: Store) -> None:
    """A browser that blocks scripts must still decide."""
    reference = fill(store, verdict(MailOutcome.QUEUED))
    context = chromium.new_context(java_script_enabled=False)  # type: ignore[attr-defined]
    page = context.new_page()
    log_in(page, address)

    page.goto(f"{address}/zaak/{reference}")
    page.get_by_role("button", name="Naar de crediteurenadministratie").click()

    expect(page.get_by_role("status")).to_be_visible()
    assert cases.get_case(store, reference).state is CaseState.ACCEPTED
    context.close()
