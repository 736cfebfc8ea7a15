"""Who is let in: guessing is slow, and no stranger keeps a clerk out."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from itertools import islice

import argon2
import pytest
from sqlmodel import select

from intake.store import Store, logins, users
from intake.store.logins import LoggedIn, Refusal
from intake.store.tables import LoginAttemptRow
from tests.store import things

GOOD = "een lang wachtwoord"
OFFICE, STRANGE = "192.0.2.1", "198.51.100.7"


@pytest.fixture
def store(store: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setattr(
        users, "_hasher", argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    )
    store.clock = lambda: things.NOW
    users.set_user(store, "anna", GOOD)
    return store


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The passwords that were hashed, in their order."""
    done: list[str] = []
    verify = users.verify

    def counting(stored: str | None, password: str) -> bool:
        done.append(password)
        return verify(stored, password)

    monkeypatch.setattr(users, "verify", counting)
    return done


def later(store: Store, **by: float) -> None:
    moment = store.clock() + dt.timedelta(**by)
    store.clock = lambda: moment


def mark(store: Store, name: str = "anna", address: str = OFFICE) -> str:
    """What the browser of a clerk who logs in is given."""
    answer = logins.login(store, name, GOOD, address)
    assert isinstance(answer, LoggedIn)
    return answer.mark


def guess(
    store: Store, times: int, name: str = "anna", address: str = STRANGE, mark: str = ""
) -> list[object]:
    return [logins.login(store, name, f"fout{number}", address, mark) for number in range(times)]


def gets_in(store: Store, address: str = OFFICE, mark: str = "", name: str = "anna") -> bool:
    return isinstance(logins.login(store, name, GOOD, address, mark), LoggedIn)


class TestGuessing:
    @pytest.mark.parametrize(
        ("name", "password"),
        [
            ("anna", "fout"),
            ("ANNA", GOOD),
            ("piet", GOOD),
            ("", ""),
            ("an\0na", GOOD),
            ("anna\udcff", GOOD),
            ("anna", "x\0"),
        ],
    )
    def test_a_wrong_name_or_password_is_refused(
        self, store: Store, name: str, password: str
    ) -> None:
        """Nobody gets in by guessing, and what was wrong is not told."""
        assert logins.login(store, name, password, OFFICE) is Refusal.WRONG

    def test_after_five_wrong_passwords_that_address_must_wait(
        self, store: Store, hashed: list[str]
    ) -> None:
        """Guessing is slow, and stays so however long it goes on; it ends by itself."""
        assert set(guess(store, logins.ATTEMPTS)) == {Refusal.WRONG}
        assert set(guess(store, 10)) == {Refusal.THROTTLED}
        assert not gets_in(store, STRANGE)
        assert len(hashed) == logins.ATTEMPTS

        later(store, minutes=logins.WINDOW_MINUTES)

        assert gets_in(store, STRANGE)

    def test_one_address_cannot_try_all_names(self, store: Store) -> None:
        """A list of names with one common password."""
        for number in range(logins.ADDRESS_ATTEMPTS):
            guess(store, 1, f"naam{number}")

        assert not gets_in(store, STRANGE)
        assert gets_in(store)

    def test_a_name_is_not_guessed_from_everywhere(self, store: Store, hashed: list[str]) -> None:
        """A botnet has an address for each guess."""
        for number in range(logins.NAME_ATTEMPTS + 10):
            guess(store, 1, address=f"203.0.113.{number}")

        assert len(hashed) == logins.NAME_ATTEMPTS

    def test_an_ipv6_network_counts_as_one_address(self, store: Store) -> None:
        """Every home has 2 to the 64th addresses."""
        for number in range(logins.ATTEMPTS):
            guess(store, 1, address=f"2001:db8:1:2::{number:x}")

        assert not gets_in(store, "2001:db8:1:2:ffff::1")
        assert gets_in(store, "2001:db8:1:3::1")

    def test_an_ipv4_address_within_ipv6_is_that_address(self, store: Store) -> None:
        """A server that listens on both sees the same visitor in two forms, and all of IPv4 would
        be one network.
        """
        guess(store, logins.ATTEMPTS, address=f"::ffff:{STRANGE}")

        assert not gets_in(store, STRANGE)
        assert gets_in(store, f"::ffff:{OFFICE}")

    def test_unknown_names_are_counted_and_hashed_as_known_ones(
        self, store: Store, hashed: list[str]
    ) -> None:
        """What is refused, when, and after how long would tell who works here."""
        assert guess(store, 8, "piet") == guess(store, 8, "anna", "198.51.100.8")
        assert hashed == [f"fout{number}" for number in range(logins.ATTEMPTS)] * 2


class TestKnownBrowsers:
    def test_a_stranger_at_the_same_address_locks_nobody_out(self, store: Store) -> None:
        """A whole town hall comes from one address; so does everybody when the web server in front
        is not named.
        """
        known = mark(store)
        users.set_user(store, "bram", GOOD)
        for number in range(40):
            guess(store, 10, ("anna", "bram", f"naam{number}")[number % 3], OFFICE)

        assert not gets_in(store)
        assert gets_in(store, OFFICE, known)

    def test_a_stranger_who_guesses_from_everywhere_locks_nobody_out(self, store: Store) -> None:
        """Whoever knows a clerk's name could keep her from her work for a whole day."""
        known = mark(store)
        for number in range(logins.NAME_ATTEMPTS):
            guess(store, 1, address=f"203.0.113.{number}")

        assert not gets_in(store)
        assert gets_in(store, "192.0.2.99", known)

    def test_a_known_browser_cannot_guess_without_end(
        self, store: Store, hashed: list[str]
    ) -> None:
        """A stolen laptop must not be the way round the brake; the owner's other computer still
        works.
        """
        stolen, own = mark(store), mark(store)
        hashed.clear()

        assert guess(store, 8, mark=stolen).count(Refusal.WRONG) == logins.ATTEMPTS

        assert len(hashed) == logins.ATTEMPTS
        assert not gets_in(store, OFFICE, stolen)
        assert gets_in(store, OFFICE, own)

    def test_mistakes_of_clerks_use_up_nothing_of_their_address(self, store: Store) -> None:
        """On a Monday morning ten colleagues who mistype must not lock out the eleventh, who has a
        new computer.
        """
        for number in range(10):
            users.set_user(store, f"clerk{number}", GOOD)
            guess(store, 3, f"clerk{number}", OFFICE, mark(store, f"clerk{number}"))

        assert gets_in(store)

    def test_a_good_login_forgives_the_mistakes_before_it(self, store: Store) -> None:
        """Four mistakes in the morning and one after lunch are no attack."""
        known = mark(store)
        for _ in range(3):
            guess(store, logins.ATTEMPTS - 1, mark=known)
            assert gets_in(store, OFFICE, known)

    @pytest.mark.parametrize("spoil", [
        lambda mark: "", lambda mark: mark[:-1], lambda mark: mark + "0",
        lambda mark: "999999" + mark[6:], lambda mark: "x.y.z", lambda mark: "..",
        lambda mark: mark.replace(".", ""), lambda mark: "é.ü.ß",
    ])  # fmt: skip
    def test_only_our_own_mark_counts(self, store: Store, spoil: Callable[[str], str]) -> None:
        """Whoever could make marks would have a new brake for each guess."""
        forged = spoil(mark(store))
        guess(store, logins.ATTEMPTS, address=OFFICE)

        assert not gets_in(store, OFFICE, forged)

    def test_the_mark_of_another_person_does_not_count(self, store: Store) -> None:
        """A colleague must not guess faster than a stranger."""
        users.set_user(store, "bram", GOOD)
        other = mark(store, "bram")
        guess(store, logins.ATTEMPTS, address=OFFICE, mark=other)

        assert not gets_in(store, OFFICE, other)

    def test_a_mark_ends(self, store: Store) -> None:
        """A computer that was given away is a stranger one day."""
        known = mark(store)
        later(store, days=logins.KNOWN_DAYS)
        guess(store, logins.ATTEMPTS, address=OFFICE)
        assert gets_in(store, OFFICE, known)

        later(store, days=1)
        guess(store, logins.ATTEMPTS, address=OFFICE)
        assert not gets_in(store, OFFICE, known)


class TestManyAtOnce:
    def test_a_burst_is_counted_before_it_is_hashed(
        self, store: Store, hashed: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Of eighty guesses at once, on several web processes, none may slip past the brake."""

        class NoLine(logins.Line):
            """Each process has a line of its own, so that between them nobody waits."""

            @contextmanager
            def turn(self) -> Iterator[None]:
                yield

        monkeypatch.setattr(logins, "_strangers", NoLine())
        start = threading.Barrier(16)

        def one(number: int) -> object:
            start.wait()
            return logins.login(store, "anna", f"fout{number}", STRANGE)

        with ThreadPoolExecutor(16) as pool:
            answers = list(pool.map(one, range(16)))

        assert (answers.count(Refusal.WRONG), answers.count(Refusal.THROTTLED)) == (
            logins.ATTEMPTS,
            16 - logins.ATTEMPTS,
        )
        assert len(hashed) == logins.ATTEMPTS

    def test_strangers_wait_in_a_line_and_clerks_pass_them(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Eighty hashes at once are five gigabytes, and minutes before a clerk gets in."""
        known = mark(store)
        go, begun, at_once, most = threading.Event(), threading.Event(), [0], [0]
        verify = users.verify

        def slow(stored: str | None, password: str) -> bool:
            if password != GOOD:
                at_once[0] += 1
                most[0] = max(most[0], at_once[0])
                begun.set()
                assert go.wait(60)
                at_once[0] -= 1
            return verify(stored, password)

        monkeypatch.setattr(users, "verify", slow)
        monkeypatch.setattr(logins, "WAIT_SECONDS", 60)
        with ThreadPoolExecutor(80) as pool:
            running = [
                pool.submit(logins.login, store, f"naam{number}", "fout", f"198.51.100.{number}")
                for number in range(80)
            ]
            assert begun.wait(60)
            refused = [
                future.result()
                for future in islice(as_completed(running, 60), 80 - 1 - logins.WAITING)
            ]
            assert gets_in(store, OFFICE, known)
            assert logins.login(store, "anna", GOOD, OFFICE) is Refusal.BUSY
            go.set()
            answers = [future.result(60) for future in running]

        assert refused == [Refusal.BUSY] * (80 - 1 - logins.WAITING)
        assert answers.count(Refusal.WRONG) == 1 + logins.WAITING
        assert most == [1]
        assert _attempts(store) == 1 + logins.WAITING, "what was not looked at does not count"

    def test_a_line_that_stands_still_is_left(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A clerk who waits must be told so within seconds, and the next one gets in."""
        monkeypatch.setattr(logins, "WAIT_SECONDS", 0.05)
        line = logins.Line()
        with line.turn(), pytest.raises(logins.BusyError), line.turn():
            pass

        with line.turn():
            pass


def test_a_password_that_changes_while_it_is_looked_at_opens_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever was shut out this second must not slip in with the old password."""
    verify = users.verify

    def meanwhile(stored: str | None, password: str) -> bool:
        users.set_user(store, "anna", "een ander lang wachtwoord")
        return verify(stored, password)

    monkeypatch.setattr(users, "verify", meanwhile)

    assert logins.login(store, "anna", GOOD, OFFICE) is Refusal.WRONG


def test_attempts_are_keyed_hashes_and_go_after_the_window(store: Store) -> None:
    """Who mistyped when and where is nobody's business for longer than it is needed."""
    known = mark(store)
    guess(store, 3)
    guess(store, 2, mark=known)
    with store.read() as session:
        values = [
            value
            for row in session.exec(select(LoginAttemptRow))
            for value in (row.name, row.address, row.browser)
            if value
        ]
    assert len(values) == 12
    assert all(len(value) == 64 and set(value) <= set("0123456789abcdef") for value in values)

    later(store, minutes=logins.WINDOW_MINUTES)
    guess(store, 1)

    assert _attempts(store) == 1


def test_an_unknown_name_costs_what_a_known_one_does(monkeypatch: pytest.MonkeyPatch) -> None:
    """The time of the answer would tell who works here."""
    asked: list[str] = []

    class Hasher(argon2.PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # type: ignore[override]
            asked.append(str(hash))
            return super().verify(hash, password)

    monkeypatch.setattr(users, "_hasher", Hasher(time_cost=2, memory_cost=16, parallelism=1))

    assert not users.verify(None, "x")

    known = argon2.extract_parameters(users._hasher.hash("x"))
    assert [argon2.extract_parameters(hash) for hash in asked] == [known]


def _attempts(store: Store) -> int:
    with store.read() as session:
        return len(session.exec(select(LoginAttemptRow)).all())
