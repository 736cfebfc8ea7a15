"""Who may log in, and which passwords providers agreed with us."""

from __future__ import annotations

import datetime as dt

import argon2
import pytest

from intake.errors import Conflict
from intake.store import Store, logins, providers, users
from tests.store import things


@pytest.fixture
def store(store: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setattr(
        users, "_hasher", argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    )
    store.clock = lambda: things.NOW
    users.set_user(store, "anna", "een lang wachtwoord")
    return store


def later(store: Store, **by: float) -> None:
    moment = store.clock() + dt.timedelta(**by)
    store.clock = lambda: moment


def logged_in(store: Store) -> users.WebSession:
    answer = logins.login(store, "anna", "een lang wachtwoord", "192.0.2.1")
    assert isinstance(answer, logins.LoggedIn)
    return answer.session


class TestLogin:
    def test_a_session_is_found_by_its_token_only(self, store: Store) -> None:
        """Who has the cookie is the clerk; nobody else is."""
        session = logged_in(store)

        assert users.session(store, session.token) == session
        assert users.session(store, session.csrf) is None
        assert users.session(store, "") is None

    def test_idle_and_old_sessions_end(self, store: Store) -> None:
        """A screen left alone shows invoices to whoever passes by."""
        idle = logged_in(store)
        later(store, minutes=users.IDLE_MINUTES)
        assert users.session(store, idle.token) is None

        busy = logged_in(store)
        for _ in range(users.SESSION_HOURS * 4 - 1):
            later(store, minutes=15)
            assert users.session(store, busy.token) is not None
        later(store, minutes=15)
        assert users.session(store, busy.token) is None

    def test_logout_a_new_password_and_removal_end_sessions(self, store: Store) -> None:
        """A stolen laptop is shut out at once."""
        first = logged_in(store)
        users.logout(store, first.token)
        second = logged_in(store)
        users.set_user(store, "anna", "een ander lang wachtwoord")
        assert (users.session(store, first.token), users.session(store, second.token)) == (
            None,
            None,
        )

        users.remove_user(store, "anna")

        assert (
            logins.login(store, "anna", "een ander lang wachtwoord", "192.0.2.1")
            is logins.Refusal.WRONG
        )
        assert users.list_users(store) == ()
        with pytest.raises(Conflict):
            users.remove_user(store, "anna")


def test_passwords_are_hashed_as_owasp_asks() -> None:
    """A stolen table of hashes must be slow to guess (argon2id, at least 19 MiB, 2 rounds)."""
    parameters = argon2.extract_parameters(users._hasher.hash("x"))

    assert (parameters.type, parameters.memory_cost >= 19_456, parameters.time_cost >= 2) == (
        argon2.Type.ID,
        True,
        True,
    )


class TestProviders:
    def test_passwords_by_address_or_kvk_newest_first(self, store: Store) -> None:
        """An attachment protected with last month's password still opens."""
        providers.add_provider(store, "01234567", "De Vlinder", "Info@vlinder.example", "oud")
        later(store, days=30)
        providers.add_provider(store, "01234567", "De Vlinder", "info@vlinder.example", "nieuw")
        providers.add_provider(store, "76543210", "Ander", "ander@elders.example", "geheim")

        assert providers.attachment_passwords(store, "INFO@VLINDER.EXAMPLE", []) == ("nieuw", "oud")
        assert providers.attachment_passwords(store, None, ["01234567", "76543210"]) == (
            "nieuw",
            "oud",
            "geheim",
        )
        assert providers.attachment_passwords(store, "x@elders.example", ["99999999"]) == ()
        assert providers.attachment_passwords(store, "", []) == ()
        assert [(p.kvk, p.email) for p in providers.list_providers(store)] == [
            ("01234567", "info@vlinder.example"),
            ("76543210", "ander@elders.example"),
        ]

    def test_a_password_has_a_first_and_a_last_day(self, store: Store) -> None:
        """A password that was withdrawn opens nothing any more."""
        providers.add_provider(store, "01234567", "De Vlinder", "info@vlinder.example")
        providers.add_password(
            store, "01234567", "geheim", dt.date(2026, 1, 1), dt.date(2026, 1, 31)
        )

        def opens(day: int, month: int = 1, year: int = 2026) -> bool:
            return bool(
                providers.attachment_passwords(store, None, ["01234567"], dt.date(year, month, day))
            )

        assert [opens(31, 12, 2025), opens(1), opens(31), opens(1, 2)] == [False, True, True, False]

    def test_a_password_needs_its_provider(self, store: Store) -> None:
        """A typing error in the KvK number must not be taken silently."""
        with pytest.raises(Conflict):
            providers.add_password(store, "01234567", "geheim", dt.date(2026, 1, 1))
