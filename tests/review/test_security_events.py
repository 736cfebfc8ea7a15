"""What a security monitor is told: who did what from where, after it is committed, and never a word of
a case.
"""

from __future__ import annotations

import configparser
import datetime as dt
import json
import re
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from intake import security_events
from intake.model.verdict import MailOutcome
from intake.sandbox.client import Sandbox
from intake.security_events import Kind
from intake.store import Store, audit, logins
from tests.review.conftest import PASSWORD, Clerk
from tests.review.filled import fill, verdict

DOCS = Path(__file__).parents[2] / "docs"
PEER = "192.0.2.7"
_ADDR = (
    r"\[?(?:(?:::f{4,6}:)?(?P<ip4>(?:\d{1,3}\.){3}\d{1,3})"
    r"|(?P<ip6>(?:[0-9a-fA-F]{1,4}::?|::){1,7}(?:[0-9a-fA-F]{1,4}|(?<=:):)))\]?"
)
"""What fail2ban (1.0) reads for ``<ADDR>``."""
_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?")
"""fail2ban takes the moment out of a line before it looks further."""


@pytest.fixture
def browser(store: Store, sandbox: Sandbox) -> Clerk:
    return at(PEER, store, sandbox)


def at(peer: str, store: Store, sandbox: Sandbox) -> Clerk:
    """A browser at this address."""
    made = Clerk(store, sandbox)
    made.client = TestClient(
        made.app, base_url="http://127.0.0.1", follow_redirects=False, client=(peer, 5000)
    )
    return made


def lines(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return [each for each in capsys.readouterr().err.splitlines() if each.startswith("{")]


def told(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """The events since the last time, by the last word of each field's name."""
    found = [json.loads(line) for line in lines(capsys)]
    assert all(each["event.dataset"] == "intake.security" for each in found)
    return [{name.partition(".")[2]: each[name] for name in each} for each in found]


def banned(line: str) -> str | None:
    """The address that fail2ban takes out of a line with our filter; None: it lets the line be."""
    read = configparser.ConfigParser(interpolation=None)
    read.read(DOCS / "fail2ban" / "intake.conf")
    expression = read["Definition"]["failregex"].replace("<ADDR>", _ADDR)
    found = re.search(expression, _DATE.sub("", line))
    return (found["ip4"] or found["ip6"]) if found else None


def test_a_login_that_is_refused_names_the_peer_and_no_unknown_name(
    browser: Clerk, capsys: pytest.CaptureFixture[str]
) -> None:
    """Who guesses is seen; a password that somebody typed in the place of a name is in no log."""
    browser.log_in("anna", "verkeerd paard")
    browser.log_in("geheim-wachtwoord", "x")

    known, unknown = told(capsys)

    assert known["action"] == unknown["action"] == "login-refused"
    assert (known["outcome"], known["ip"], known["name"]) == ("failure", PEER, "anna")
    assert "name" not in unknown
    assert "geheim" not in json.dumps(unknown)


def test_guessing_that_is_stopped_is_told_too(
    browser: Clerk, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever goes on after the brake would be seen no more."""
    for _ in range(logins.ATTEMPTS + 1):
        browser.log_in("anna", "verkeerd paard")

    events = told(capsys)

    assert [each["action"] for each in events[-2:]] == ["login-refused", "login-throttled"]
    assert {each["ip"] for each in events} == {PEER}


def test_what_a_person_does_is_told_with_the_case_and_nothing_of_it(
    browser: Clerk, store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    """The lines go to another department: no provider, amount, client or text is in them."""
    browser.log_in()
    reference = fill(store, verdict(MailOutcome.QUEUED))
    browser.token()
    capsys.readouterr()

    browser.post(f"/zaak/{reference}/notitie", tekst="Gebeld over Jan")
    audit.record(store, "anna", reference, "case", "geheime reden")
    browser.post("/uitloggen")

    note, out = told(capsys)
    assert (note["action"], note["what"], note["case"]) == ("decision", "note", reference)
    assert out["action"] == "logout"
    assert (note["name"], note["ip"]) == (out["name"], out["ip"]) == ("anna", PEER)
    assert "Jan" not in json.dumps(note)


def test_a_decision_that_is_not_committed_is_not_told(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    """An alarm about what never happened; and what did happen is told once it is certain."""
    with pytest.raises(RuntimeError), store.write() as session:
        audit.note(store, session, "anna", "batch-made 1", "done")
        raise RuntimeError
    assert told(capsys) == []

    with store.write() as session:
        audit.note(store, session, "anna", "batch-made 1", "done")
        assert told(capsys) == []

    (event,) = told(capsys)
    assert (event["action"], event["name"], event["what"]) == ("export", "anna", "batch-made 1")


@pytest.mark.parametrize("peer", [PEER, "2001:db8::7"])
def test_fail2ban_takes_the_peer_out_of_what_the_program_writes(
    store: Store, sandbox: Sandbox, capsys: pytest.CaptureFixture[str], peer: str
) -> None:
    """A filter that fits no line bans nobody, and nobody notices."""
    browser = at(peer, store, sandbox)
    for _ in range(logins.ATTEMPTS + 1):
        browser.log_in("anna", "verkeerd paard")
    browser.log_in("onbekend", "x")
    guesses = lines(capsys)

    assert [banned(line) for line in guesses] == [peer] * (logins.ATTEMPTS + 2)

    later = store.clock() + dt.timedelta(hours=1)
    store.clock = lambda: later
    browser.log_in("anna", PASSWORD)
    assert [banned(line) for line in lines(capsys)] == [None]


def test_nobody_gets_somebody_else_banned(capsys: pytest.CaptureFixture[str]) -> None:
    """A name with quotes in it must not read as an address."""
    security_events.come_from(PEER)
    trick = '", "source.ip": "198.51.100.1'
    security_events.tell(Kind.LOGIN_REFUSED, trick, trick)
    security_events.tell(
        Kind.LOGIN, 'x"event.action": "login-refused", "source.ip": "198.51.100.1"'
    )
    security_events.come_from("")

    refused, good = lines(capsys)

    assert banned(refused) == PEER
    assert banned(good) is None


def test_every_kind_is_explained() -> None:
    """Whoever writes the alarm rules has this list only."""
    written = re.findall(r"^\| `([a-z-]+)` \|", (DOCS / "security-events.md").read_text(), re.M)

    assert written == [kind.value for kind in Kind]


def test_only_codes_of_ours_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    """Free text may hold a client."""
    security_events.tell(Kind.DECISION, "anna", "Jan Jansen (111222333)", "IN-AAAA-BBBB")

    assert "what" not in told(capsys)[0]
