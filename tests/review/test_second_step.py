"""The second step of a local account: a code of an app, or a recovery code."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest

from intake.sandbox.client import Sandbox
from intake.store import Store, audit, second_factor, users
from tests.conftest import with_section
from tests.review.addresses import addresses
from tests.review.conftest import Clerk
from tests.store import things

SET_UP, CODE = "/tweede-stap", "/inloggen/code"


@pytest.fixture
def number(clerk: Clerk) -> str:
    """What the secret of the second step that anna set up is made of."""
    return set_up(clerk)[0]


def hidden(page: str, name: str) -> str:
    found = re.search(f'name="{name}" value="([^"]+)"', page)
    assert found
    return found[1]


def code(store: Store, number: str, later: int = 0) -> str:
    step = int(store.clock().timestamp()) // second_factor.STEP_SECONDS + later
    return second_factor.code(second_factor.secret(store, "anna", number), step)


def set_up(clerk: Clerk) -> tuple[str, list[str]]:
    """Set it up as a person does; the number of the secret, and the recovery codes."""
    page = clerk.get(SET_UP).text
    number = hidden(page, "number")
    form = {"csrf": hidden(page, "csrf"), "number": number}
    store = clerk.app.state.room.store
    done = clerk.client.post(SET_UP, data=form | {"code": code(store, number)})
    return number, re.findall("<strong>([a-z2-7-]{19})</strong>", done.text)


def type_code(clerk: Clerk, typed: str, **more: str) -> Any:
    page = clerk.get(CODE).text
    return clerk.client.post(CODE, data={"csrf": hidden(page, "csrf"), "code": typed, **more})


def wait(store: Store, **by: float) -> None:
    moment = store.clock() + dt.timedelta(**by)
    store.clock = lambda: moment


def test_codes_are_those_of_every_app() -> None:
    """RFC 6238 appendix B (SHA-1), the last six of its eight digits."""
    secret = b"12345678901234567890"
    for moment, expected in (
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ):
        assert second_factor.code(secret, moment // 30) == expected


def test_a_password_alone_opens_no_page(clerk: Clerk, store: Store, number: str) -> None:
    """A password that was read over a shoulder would be enough."""
    answer = clerk.log_in(next="/vandaag")

    assert answer.headers["location"] == f"{CODE}?next=/vandaag"
    for page in addresses(reference=things.keep(store), number=1, kvk="01234567"):
        if not page.startswith(("/inloggen", "/health", "/toegankelijkheid")) and page != SET_UP:
            assert clerk.get(page).headers["location"].startswith(CODE), page
    wait(store, seconds=60)
    assert type_code(clerk, code(store, number), next="/vandaag").headers["location"] == "/vandaag"
    assert clerk.get("/vandaag").status_code == 200


def test_a_code_is_taken_once(clerk: Clerk, store: Store, number: str) -> None:
    """Who reads a code over a shoulder could use it within the same minute (RFC 6238 §5.2)."""
    wait(store, seconds=60)
    typed = code(store, number)
    clerk.log_in()
    assert type_code(clerk, typed).status_code == 303

    clerk.log_in()

    assert type_code(clerk, typed).status_code == 401
    assert type_code(clerk, code(store, number, later=-1)).status_code == 401
    assert type_code(clerk, code(store, number, later=1)).status_code == 303


def test_a_clock_may_be_half_a_minute_off_and_no_more(
    clerk: Clerk, store: Store, number: str
) -> None:
    """A telephone whose clock is a little slow would shut its owner out."""
    for off, good in ((-2, False), (2, False), (-1, True)):
        wait(store, minutes=20)
        clerk.log_in()
        assert (type_code(clerk, code(store, number, off)).status_code == 303) is good


def test_guessing_codes_ends_and_a_right_password_does_not_start_it_anew(
    clerk: Clerk, store: Store, number: str
) -> None:
    """A million codes are tried in an hour."""
    wait(store, seconds=60)
    clerk.log_in()
    for _ in range(second_factor.ATTEMPTS):
        assert type_code(clerk, "000000").status_code == 401
        clerk.log_in()
    assert type_code(clerk, code(store, number)).status_code == 401

    wait(store, minutes=second_factor.WINDOW_MINUTES)
    clerk.log_in()
    assert type_code(clerk, code(store, number)).status_code == 303


def test_who_has_the_password_only_shuts_nobody_out(
    clerk: Clerk, store: Store, sandbox: Sandbox
) -> None:
    """Five wrong codes every quarter of an hour would keep the owner away for as long as it pleases."""
    number, codes = set_up(clerk)
    wait(store, seconds=60)
    thief, elsewhere = Clerk(store, sandbox), Clerk(store, sandbox)
    for stranger in (thief, elsewhere):
        stranger.log_in()
    for _ in range(second_factor.ATTEMPTS):
        type_code(thief, "000000")
    assert type_code(thief, code(store, number)).status_code == 401
    clerk.log_in()

    assert type_code(clerk, code(store, number)).status_code == 303
    assert type_code(elsewhere, codes[0]).status_code == 303
    assert type_code(thief, "000000").status_code == 401


def test_a_recovery_code_lets_in_once(clerk: Clerk, store: Store) -> None:
    """Who lost the telephone would be shut out until the administrator is found."""
    _, codes = set_up(clerk)
    assert len(set(codes)) == second_factor.RECOVERY_CODES
    clerk.log_in()
    assert type_code(clerk, codes[0].upper().replace("-", " ")).status_code == 303
    clerk.log_in()

    assert type_code(clerk, codes[0]).status_code == 401
    assert type_code(clerk, codes[1]).status_code == 303
    assert "nog 6 reservecodes" in clerk.get(SET_UP).text


def test_it_is_set_up_with_a_code_of_the_app_only(clerk: Clerk, store: Store) -> None:
    """Somebody whose app holds another secret would be shut out."""
    page = clerk.get(SET_UP).text
    form = {"csrf": hidden(page, "csrf"), "number": hidden(page, "number")}

    assert clerk.client.post(SET_UP, data=form | {"code": "000000"}).status_code == 400
    assert second_factor.recovery_codes_left(store, "anna") is None
    assert clerk.log_in().headers["location"] == "/"


def test_setting_it_up_ends_all_other_sessions_and_is_done_once(
    clerk: Clerk, store: Store, sandbox: Sandbox
) -> None:
    """Who has a stolen session would stay, or give the account a telephone of their own."""
    other = Clerk(store, sandbox)
    other.log_in()
    set_up(clerk)

    assert clerk.get("/").status_code == 200
    assert other.get("/").status_code == 303
    page = clerk.get(SET_UP).text
    assert "staat aan" in page
    assert 'name="number"' not in page
    form = {"csrf": clerk.token(), "number": "0" * 32, "code": code(store, "0" * 32)}
    assert clerk.client.post(SET_UP, data=form).status_code == 409


def test_it_is_set_up_soon_after_the_password_only(clerk: Clerk, store: Store) -> None:
    """Whoever finds a screen that was left open would give the account a telephone of their own."""
    wait(store, minutes=users.HALF_MINUTES)
    form = {"csrf": clerk.token(), "number": "0" * 32, "code": code(store, "0" * 32)}

    for answer in (clerk.get(SET_UP), clerk.client.post(SET_UP, data=form)):
        assert answer.headers["location"] == f"/inloggen?next={SET_UP}"
    assert clerk.log_in(next=SET_UP).headers["location"] == SET_UP
    assert clerk.get(SET_UP).status_code == 200


def test_a_setting_asks_it_of_everybody(clerk: Clerk, store: Store, sandbox: Sandbox) -> None:
    """One account with a password only would be the way in."""
    store.settings = with_section(store.settings, "review", second_step=True)
    fresh = Clerk(store, sandbox)

    assert fresh.log_in(next="/vandaag").headers["location"] == f"{SET_UP}?next=/vandaag"
    assert fresh.get("/").headers["location"] == SET_UP
    set_up(fresh)
    assert fresh.get("/").status_code == 200


def test_half_a_login_ends_after_ten_minutes(clerk: Clerk, store: Store, number: str) -> None:
    """A screen left at the second step waits for whoever comes by."""
    clerk.log_in()
    wait(store, minutes=users.HALF_MINUTES)

    assert clerk.get(CODE).headers["location"] == "/inloggen"


def test_a_stolen_database_makes_no_codes(clerk: Clerk, store: Store, number: str) -> None:
    """The secret is made of the key store too, and recovery codes are keyed hashes."""
    secret = second_factor.secret(store, "anna", number)
    with store.read() as session:
        rows = str(session.connection().exec_driver_sql("SELECT * FROM person").all())

    assert secret.hex() not in rows
    assert second_factor.written(secret).replace(" ", "") not in rows


def test_each_step_stands_in_the_audit(clerk: Clerk, store: Store, number: str) -> None:
    """Nobody could say afterwards who came in, and how."""
    wait(store, seconds=60)
    clerk.log_in(password="fout")
    clerk.log_in(name="bestaat-niet", password="fout")
    clerk.log_in()
    type_code(clerk, "000000")
    type_code(clerk, code(store, number))
    clerk.post("/uitloggen")

    told = [(row.who, row.what, row.result.partition(" ")[0]) for row in audit.readings(store, "")]
    assert told[-6:] == [
        ("anna", "login-refused", "password"),
        ("", "login-refused", "password"),
        ("anna", "logout", "done"),
        ("anna", "login-refused", "code"),
        ("anna", "login", "password"),
        ("anna", "logout", "done"),
    ]
    assert audit.verify(store).whole
