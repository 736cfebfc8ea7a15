"""Login, session and logout of the review page."""

from __future__ import annotations

import datetime as dt
from urllib.parse import quote

import pytest
from fastapi.routing import APIRoute

from intake.sandbox.client import Sandbox
from intake.store import Store, logins, users
from tests.conftest import with_section
from tests.review.conftest import CSRF, PASSWORD, Clerk

OPEN = {
    "/inloggen",
    "/inloggen/gemeente",
    "/inloggen/gemeente/terug",
    "/health",
    "/toegankelijkheid",
    "/vast/{name}",
}


@pytest.fixture
def stranger(store: Store, sandbox: Sandbox) -> Clerk:
    return Clerk(store, sandbox)


def test_every_other_page_needs_a_login(stranger: Clerk) -> None:
    """A page that forgot to ask who is there would show invoices to everybody on the network."""
    asked = 0
    for route in (
        each
        for outer in stranger.app.routes
        for each in getattr(outer, "original_router", stranger.app).routes
        if isinstance(each, APIRoute)
    ):
        for method in (route.methods or set()) - {"HEAD"} if route.path not in OPEN else ():
            path = route.path.replace("{path:path}", "1.2").format(
                reference="IN-AAAA-BBBB",
                mail="IN-AAAA-BBBB",
                page=1,
                number=1,
                batch=1,
                kvk="01234567",
                veld="iban",
            )
            answer = stranger.client.request(
                method,
                path,
                data={"csrf": "x", "version": "1", "reply": "1"} if method == "POST" else None,
            )
            assert (answer.status_code, answer.headers.get("location", "")[:9]) == (
                303,
                "/inloggen",
            ), route.path
            asked += 1
    assert asked >= 12


def test_unknown_name_and_wrong_password_read_the_same(stranger: Clerk) -> None:
    """Otherwise a stranger finds out who works here."""
    wrong, unknown = (
        stranger.log_in(password="fout"),
        stranger.log_in(name="bestaat-niet", password="fout"),
    )

    assert wrong.status_code == unknown.status_code == 401
    assert wrong.text == unknown.text
    assert "Naam of wachtwoord klopt niet" in wrong.text


def test_guessing_is_slowed_down_even_with_the_right_password(stranger: Clerk) -> None:
    """Without a brake a password is found by trying."""
    for _ in range(logins.ATTEMPTS):
        assert stranger.log_in(password="fout").status_code == 401

    assert stranger.log_in().status_code == 429


def test_a_password_is_never_repeated(stranger: Clerk) -> None:
    """A refused form that shows the password again leaves it in the browser."""
    assert "geheim-woord" not in stranger.log_in(password="geheim-woord").text
    assert "geheim-woord" not in stranger.log_in(password="geheim-woord" * 200).text


def test_login_form_of_another_site_is_refused(stranger: Clerk) -> None:
    """A clerk could be logged in as somebody else and work under that name."""
    answer = stranger.client.post(
        "/inloggen", data={"name": "anna", "password": PASSWORD, "csrf": "geraden"}
    )

    assert answer.status_code == 400
    assert stranger.get("/").status_code == 303


def test_session_cookie_is_kept_from_scripts_and_other_sites(stranger: Clerk) -> None:
    """A stolen cookie is a stolen login."""
    cookie = next(
        value
        for value in stranger.log_in().headers.get_list("set-cookie")
        if value.startswith("intake=")
    )

    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Path=/" in cookie


def test_over_https_the_cookie_is_bound_to_this_host(store: Store, sandbox: Sandbox) -> None:
    """Without __Host- a neighbour under the same domain can plant a session."""
    store.settings = with_section(store.settings, "review", secure_cookie=True)
    clerk = Clerk(store, sandbox, "https://127.0.0.1")

    answer = clerk.log_in()

    cookie = next(
        value
        for value in answer.headers.get_list("set-cookie")
        if value.startswith("__Host-intake=")
    )
    assert "Secure" in cookie
    assert "Domain" not in cookie
    assert "max-age" in answer.headers["strict-transport-security"]
    assert clerk.get("/").status_code == 200


def test_login_gives_a_new_session_and_ends_the_old(stranger: Clerk) -> None:
    """A session that was planted before the login must not become a logged-in one."""
    stranger.log_in()
    old = stranger.client.cookies["intake"]
    stranger.log_in()

    assert stranger.client.cookies["intake"] != old
    stranger.client.cookies.set("intake", old, domain="127.0.0.1", path="/")
    stranger.client.cookies.clear()
    assert stranger.get("/", headers={"cookie": f"intake={old}"}).status_code == 303


def test_logout_ends_the_session_on_our_side(clerk: Clerk) -> None:
    """Deleting the cookie only would leave the session open for who copied it."""
    token = clerk.client.cookies["intake"]

    assert clerk.post("/uitloggen").headers["location"] == "/inloggen"

    assert clerk.get("/", headers={"cookie": f"intake={token}"}).status_code == 303


def test_an_idle_session_expires(clerk: Clerk, store: Store) -> None:
    """A screen left open in the evening must ask for the password again."""
    assert clerk.get("/").status_code == 200
    later = store.clock() + dt.timedelta(minutes=users.IDLE_MINUTES, seconds=1)
    store.clock = lambda: later

    assert clerk.get("/").status_code == 303


def test_a_busy_session_still_ends_after_a_working_day(clerk: Clerk, store: Store) -> None:
    """Activity must not keep a session alive for ever."""
    start = store.clock()
    for minutes in range(20, 60 * users.SESSION_HOURS, 20):
        store.clock = (start + dt.timedelta(minutes=minutes)).replace
        assert clerk.get("/").status_code == 200
    store.clock = lambda: start + dt.timedelta(hours=users.SESSION_HOURS)

    assert clerk.get("/").status_code == 303


@pytest.mark.parametrize(
    "target",
    [
        "https://kwaad.example/",
        "//kwaad.example",
        "/\\kwaad.example",
        "javascript:alert(1)",
        "/uitloggen",
        "/zaak/999990019",
    ],
)
def test_login_leads_to_our_own_pages_only(stranger: Clerk, target: str) -> None:
    """A link to our login must not end at a copy of it."""
    assert stranger.log_in(next=target).headers["location"] == "/"


def test_login_leads_back_to_the_case(stranger: Clerk) -> None:
    """A clerk whose session ended wants to go on where he was, also within a list."""
    for page in ("/zaak/IN-AAAA-BBBB?tab=wacht", "/zaak/IN-AAAA-BBBB/weigeren", "/vandaag"):
        asked = stranger.get(page).headers["location"]

        assert asked == f"/inloggen?next={quote(page)}"
        assert stranger.log_in(next=page).headers["location"] == page
        stranger.client.cookies.clear()


def test_a_button_of_an_ended_session_leads_back_to_its_page(stranger: Clerk) -> None:
    """What a clerk was about to refuse would have to be looked for again."""
    for button, page in (
        ("/zaak/IN-AAAA-BBBB/weigeren", "/zaak/IN-AAAA-BBBB/weigeren"),
        ("/zaak/IN-AAAA-BBBB/akkoord", "/zaak/IN-AAAA-BBBB"),
    ):
        asked = stranger.client.post(button, data={"csrf": "x"}).headers["location"]

        assert asked == f"/inloggen?next={page}"


def test_no_number_that_may_be_a_clients_is_carried_along(stranger: Clerk) -> None:
    """It would stand in the browser's history and in the log of the web server."""
    asked = stranger.get("/zaak/IN-AAAA-BBBB?q=999990019").headers["location"]

    assert asked == "/inloggen?next=/zaak/IN-AAAA-BBBB"


def test_two_open_login_forms_both_work(stranger: Clerk) -> None:
    """Two tabs after a lunch break: the first one must not be refused as expired."""
    first = CSRF.search(stranger.get("/inloggen").text)[1]  # type: ignore[index]
    stranger.get("/inloggen")

    assert (
        stranger.client.post(
            "/inloggen", data={"name": "anna", "password": PASSWORD, "csrf": first}
        ).status_code
        == 303
    )
