"""What holds for every answer: headers, host, form tokens, and a log without content."""

from __future__ import annotations

from typing import Any

import pytest
from structlog.testing import capture_logs

from intake.model.mail import ReplyKind
from intake.model.verdict import MailOutcome
from intake.review.pages import case as case_page
from intake.review.security import MAX_FORM_BYTES, allowed_hosts, host_name
from intake.sandbox.client import Sandbox
from intake.settings import load
from intake.store import Store, cases, incidents
from intake.store.tables import CaseState
from tests.review.addresses import addresses
from tests.review.conftest import Clerk
from tests.review.filled import fill, verdict


@pytest.mark.parametrize(
    "path",
    [
        *addresses(
            reference="IN-AAAA-BBBB", mail="IN-AAAA-BBBB", number=1, batch=1, kvk="01234567"
        ),
        "/nergens",
        "/vast/nergens.js",
    ],
)
def test_every_answer_has_the_headers(clerk: Clerk, path: str) -> None:
    """One page without them can be framed, sniffed, or kept on a shared computer."""
    headers = clerk.get(path).headers

    assert "default-src 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-frame-options"] == "DENY"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"


def test_pages_need_no_inline_script_or_style(clerk: Clerk, store: Store) -> None:
    """The policy would block them, and the page would break in silence."""
    reference = fill(store, verdict(MailOutcome.QUEUED))
    number = incidents.report_by_hand(store, reference, "anna")
    for path in addresses(reference=reference, number=number, kvk="01234567"):
        text = clerk.get(path).text
        assert "style=" not in text
        assert " onclick" not in text
        assert "<script>" not in text


def test_only_the_style_the_script_and_the_icon_are_served(clerk: Clerk) -> None:
    """A path out of the folder would read any file of the machine."""
    assert clerk.get("/vast/intake.css").headers["content-type"].startswith("text/css")
    assert clerk.get("/vast/..%2f..%2f..%2fprofile.toml").status_code == 404
    assert clerk.get("/vast/login.html").status_code == 404


@pytest.mark.parametrize("host", ["kwaad.example", "127.0.0.1.kwaad.example", "", "[::2]:80"])
def test_another_host_name_on_loopback_is_refused(clerk: Clerk, host: str) -> None:
    """A web site that points its own name at 127.0.0.1 could read the page through the clerk's
    browser.
    """
    assert clerk.get("/inloggen", headers={"host": host}).status_code == 421


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost", "LOCALHOST:80", "[::1]:8000"])
def test_loopback_names_are_welcome(clerk: Clerk, host: str) -> None:
    """The demo prints one of these addresses."""
    assert clerk.get("/inloggen", headers={"host": host}).status_code == 200


def test_names_of_a_proxy_are_welcome_when_set() -> None:
    """Behind a proxy the browser sends the proxy's name."""
    assert "facturen.almere.nl" in (
        allowed_hosts(load(review__hosts=["facturen.almere.nl"]).review) or ()
    )
    assert allowed_hosts(load(review__listen="10.0.0.5:8000").review) is None
    assert allowed_hosts(
        load(review__listen="10.0.0.5:8000", review__hosts=["a.nl"]).review
    ) == frozenset({"a.nl"})
    assert host_name("Facturen.Almere.nl:443") == "facturen.almere.nl"


@pytest.mark.parametrize(
    "page",
    [
        "akkoord",
        "versturen",
        "vasthouden",
        "opnieuw",
        "tonen",
        "weigeren",
        "zorgregels",
        "wachtwoord",
        "incident",
    ],
)
@pytest.mark.parametrize("token", [None, "geraden", ""], ids=["absent", "guessed", "empty"])
def test_a_form_without_our_token_changes_nothing(
    clerk: Clerk, store: Store, page: str, token: str | None
) -> None:
    """Another site could otherwise press the clerk's buttons."""
    reference = fill(store, verdict(MailOutcome.QUEUED, reply=ReplyKind.RECEIPT))
    before = cases.get_case(store, reference)
    fields: dict[str, Any] = {
        "version": before.version,
        "reply": before.replies[0].id,
        "why": "controle",
        "words": "Nee.",
        "step": "refuse",
    }

    answer = clerk.client.post(
        f"/zaak/{reference}/{page}", data=fields | ({} if token is None else {"csrf": token})
    )

    assert answer.status_code == 403
    assert cases.get_case(store, reference) == before


def test_the_token_of_another_session_is_refused(
    clerk: Clerk, store: Store, sandbox: Sandbox
) -> None:
    """A colleague's token must not press my buttons."""
    reference = fill(store, verdict(MailOutcome.QUEUED))
    other = Clerk(store, sandbox)
    other.log_in()

    answer = clerk.client.post(
        f"/zaak/{reference}/akkoord", data={"csrf": other.token(), "version": 2}
    )

    assert answer.status_code == 403


def test_a_form_from_another_site_is_refused_by_its_origin(clerk: Clerk) -> None:
    """The browser itself says that another site sent the form."""
    answer = clerk.client.post(
        "/uitloggen", data={"csrf": clerk.token()}, headers={"sec-fetch-site": "cross-site"}
    )

    assert answer.status_code == 403
    assert clerk.get("/").status_code == 200


def test_a_form_that_is_too_large_is_refused_before_it_is_read(clerk: Clerk) -> None:
    """A huge form would fill the memory of the server."""
    assert clerk.client.post("/inloggen", data={"name": "x" * MAX_FORM_BYTES}).status_code == 413
    assert clerk.client.post("/inloggen", content=iter([b"name=x"])).status_code == 411


def test_a_button_cannot_be_pressed_by_a_link(clerk: Clerk, store: Store) -> None:
    """A link in a mail must not decide."""
    reference = fill(store, verdict(MailOutcome.QUEUED))

    assert clerk.get(f"/zaak/{reference}/akkoord").status_code == 405
    assert cases.get_case(store, reference).state is CaseState.QUEUED


def test_a_bug_shows_and_logs_no_content(
    clerk: Clerk, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A traceback can hold a client's data."""
    reference = fill(store, verdict(MailOutcome.QUEUED))

    def broken(*_: object) -> None:
        raise ValueError("bsn 999990019")

    monkeypatch.setattr(case_page, "papers", broken)
    with capture_logs() as logs:
        answer = clerk.get(f"/zaak/{reference}")

    assert answer.status_code == 500
    assert "Dit is onze fout" in answer.text
    assert "999990019" not in answer.text + str(logs)
    assert any(log["event"] == "web-bug" and log["kind"] == "ValueError" for log in logs)


def test_the_log_holds_references_and_never_an_address_as_typed(clerk: Clerk, store: Store) -> None:
    """Somebody types a BSN in the address bar or the search box, and it would stay in the log for
    years.
    """
    reference = fill(store, verdict(MailOutcome.QUEUED))
    with capture_logs() as logs:
        clerk.get(f"/zaak/{reference}?tab=999990019")
        clerk.get("/zaak/999990019")
        clerk.get("/999990019?q=999990019")
        clerk.post("/zoeken", tab="wachtrij", search="999990019")

    assert "999990019" not in str(logs)
    assert reference in str(logs)


def test_a_wrong_form_never_repeats_what_was_typed(clerk: Clerk, store: Store) -> None:
    """The framework's own answer quotes the input."""
    reference = fill(store, verdict(MailOutcome.QUEUED))

    answer = clerk.post(f"/zaak/{reference}/akkoord", version="999990019x")

    assert answer.status_code == 400
    assert "999990019" not in answer.text
