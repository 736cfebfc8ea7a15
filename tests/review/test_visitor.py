"""Where a request comes from, and the login page under attack on a real server."""

from __future__ import annotations

import collections
import contextlib
import http.client
import re
import socket
import urllib.parse
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from fastapi import Request

from intake.review import visitor
from intake.store import logins, users
from intake.store.tables import Role
from tests.review.conftest import CSRF, PASSWORD
from tests.road.installation import Installation, installed
from tests.servers import free_port, wait_for

PROXY, OTHER, BROWSER = "10.0.0.5", "192.0.2.200", "198.51.100.7"


@pytest.mark.parametrize(
    ("peer", "headers", "address"),
    [
        (PROXY, [BROWSER], BROWSER),
        (PROXY, [], PROXY),
        (PROXY, [""], PROXY),
        (PROXY, [f"203.0.113.1, {BROWSER}"], BROWSER),
        (PROXY, [f"{PROXY}, {BROWSER}"], BROWSER),
        (PROXY, ["203.0.113.1", BROWSER], BROWSER),
        (PROXY, [BROWSER, "10.0.0.6"], BROWSER),
        (PROXY, [f"203.0.113.1, {BROWSER}, 10.0.0.6,10.0.0.7"], BROWSER),
        (PROXY, ["10.0.0.6, 10.0.0.7"], "10.0.0.6"),
        (PROXY, [f"{BROWSER}, unknown"], PROXY),
        (PROXY, [f"{BROWSER}, , "], BROWSER),
        (PROXY, ["' OR 1=1, 1.2.3.4.5"], PROXY),
        (PROXY, [f"{BROWSER}:51234"], BROWSER),
        (PROXY, ["[2001:db8::7]:51234"], "2001:db8::7"),
        (PROXY, ["2001:DB8:0::7"], "2001:db8::7"),
        (PROXY, [f"::ffff:{BROWSER}"], BROWSER),
        (f"::ffff:{PROXY}", [BROWSER], BROWSER),
        ("fd00::5", ["2001:db8::7, fd00::6"], "2001:db8::7"),
        (OTHER, [BROWSER], OTHER),
        (OTHER, [f"{BROWSER}, {PROXY}"], OTHER),
        ("2001:db8::5", [BROWSER], "2001:db8::5"),
        ("127.0.0.1", [BROWSER], "127.0.0.1"),
        ("", [BROWSER], ""),
    ],
)
def test_the_header_counts_as_far_as_our_own_web_servers_wrote_it(
    peer: str, headers: list[str], address: str
) -> None:
    """Whoever writes his own address has a new brake for each guess, or puts the blame on a
    colleague.
    """
    lines = [(b"x-forwarded-for", header.encode()) for header in headers]
    forged = [
        (b"forwarded", b"for=203.0.113.9"),
        (b"x-real-ip", b"203.0.113.9"),
        (b"x-client-ip", b"203.0.113.9"),
    ]
    request = Request(
        {"type": "http", "client": (peer, 4711) if peer else None, "headers": [*forged, *lines]}
    )

    assert visitor.address(request, ["10.0.0.0/24", "fd00::/64"]) == address
    assert visitor.address(request, []) == peer


class Browser:
    """Its cookies, and the address that the web server in front of us tells of it."""

    def __init__(self, port: int, address: str = "") -> None:
        self.port = port
        self.headers = {"X-Forwarded-For": address} if address else {}
        self.cookies: dict[str, str] = {}
        self.set_cookies: list[str] = []

    def ask(
        self, method: str, path: str, fields: dict[str, str] | None = None
    ) -> tuple[int, str, http.client.HTTPMessage]:
        with contextlib.closing(
            http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        ) as connection:
            headers = self.headers | {
                "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())
            }
            body = urllib.parse.urlencode(fields) if fields is not None else None
            connection.request(
                method,
                path,
                body,
                headers | ({"Content-Type": "application/x-www-form-urlencoded"} if body else {}),
            )
            answer = connection.getresponse()
            text = answer.read().decode()
        self.set_cookies = answer.headers.get_all("set-cookie") or []
        for cookie in self.set_cookies:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, text, answer.headers

    def form(self) -> str:
        return CSRF.search(self.ask("GET", "/inloggen")[1])[1]  # type: ignore[index]

    def log_in(self, password: str = PASSWORD, name: str = "anna", form: str = "") -> int:
        return self.ask(
            "POST", "/inloggen", {"name": name, "password": password, "csrf": form or self.form()}
        )[0]


def is_open(port: int) -> bool:
    with socket.create_connection(("127.0.0.1", port), 1):
        return True


@contextlib.contextmanager
def web(home: Path, **environment: str) -> Iterator[tuple[Installation, int]]:
    """``intake web`` as it runs in production, with one user."""
    port = free_port()
    settings = {
        "INTAKE_REVIEW__LISTEN": f"127.0.0.1:{port}",
        "INTAKE_REVIEW__SECURE_COOKIE": "false",
    }
    with installed(home, **settings | environment) as town:
        users.set_user(town.store, "anna", PASSWORD, tuple(Role))
        town.start("web")
        wait_for(lambda: is_open(port), "the page starts", 120)
        yield town, port


def test_eighty_guesses_at_once_cost_little_and_a_clerk_gets_in(tmp_path: Path) -> None:
    """The server would run out of memory, or the team could not work for as long as somebody
    guesses.
    """
    with web(tmp_path / "home") as (town, port):
        status = Path(f"/proc/{town.processes[0].pid}/status")
        clerk = Browser(port)
        assert clerk.log_in() == 303
        before, ours = _peak(status), clerk.form()
        stranger = Browser(port)
        form = stranger.form()

        with ThreadPoolExecutor(80) as pool:
            guesses = [
                pool.submit(stranger.log_in, f"fout{number}", "anna", form) for number in range(80)
            ]
            assert clerk.log_in(form=ours) == 303
            told = collections.Counter(guess.result(120) for guess in guesses)

        assert set(told) <= {401, 429, 503}
        assert told[401] <= logins.ATTEMPTS
        assert _peak(status) - before < 4 * 65
        answers = [
            stranger.ask(
                "POST", "/inloggen", {"name": "anna", "password": f"nog{number}", "csrf": form}
            )
            for number in range(logins.ATTEMPTS - told[401] + 1)
        ]
        last, text, headers = answers[-1]
        assert (last, headers["Retry-After"]) == (429, "900")
        assert "Te veel pogingen. Wacht een kwartier" in text
        assert Browser(port).log_in() == 429
        assert clerk.log_in() == 303


def test_behind_a_trusted_web_server_each_browser_has_its_own_address(tmp_path: Path) -> None:
    """All visitors would be one, and a stranger's guesses would keep every new browser of the team
    out.
    """
    with web(tmp_path / "home", INTAKE_REVIEW__TRUSTED_PROXIES="127.0.0.1") as (_, port):
        stranger = Browser(port, BROWSER)
        for _ in range(logins.ATTEMPTS):
            assert stranger.log_in("fout") == 401
        for forged in ("203.0.113.1", "203.0.113.1, 127.0.0.1"):
            assert Browser(port, f"{forged}, {BROWSER}").log_in() == 429

        assert Browser(port, OTHER).log_in() == 303


def test_without_trusted_web_servers_a_header_changes_nothing(tmp_path: Path) -> None:
    """A header anybody can write must not give a new brake for each guess."""
    with web(tmp_path / "home") as (_, port):
        for number in range(logins.ATTEMPTS):
            assert Browser(port, f"203.0.113.{number}").log_in("fout") == 401

        assert Browser(port, OTHER).log_in() == 429


def test_the_mark_is_kept_from_scripts_and_outlives_the_logout(tmp_path: Path) -> None:
    """Lost at each logout, it would not help on the morning it is needed; and it must give no
    access by itself.
    """
    with web(tmp_path / "home") as (_, port):
        clerk = Browser(port)
        assert clerk.log_in() == 303
        (mark,) = [cookie for cookie in clerk.set_cookies if cookie.startswith("intake-known-")]
        assert {
            "HttpOnly",
            "SameSite=lax",
            "Path=/",
            f"Max-Age={logins.KNOWN_DAYS * 86_400}",
        } <= set(re.split("; ", mark))
        assert "anna" not in mark
        csrf = CSRF.search(clerk.ask("GET", "/")[1])[1]  # type: ignore[index]

        assert clerk.ask("POST", "/uitloggen", {"csrf": csrf})[0] == 303

        assert mark.partition("=")[0] in clerk.cookies
        assert clerk.cookies[mark.partition("=")[0]]
        clerk.cookies.pop("intake")
        assert clerk.ask("GET", "/")[0] == 303


def _peak(status: Path) -> float:
    """The most memory the process ever had, in MB."""
    return int(re.search(r"VmHWM:\s+(\d+)", status.read_text())[1]) / 1024  # type: ignore[index]
