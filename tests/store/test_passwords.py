"""Passwords of attachments: agreed with a provider, or typed by a person for one mail; never in the
open.
"""

from __future__ import annotations

import datetime as dt

import pytest

from intake.errors import Conflict
from intake.model.verdict import MailOutcome
from intake.store import Store, cases, providers, work_queue
from intake.store.tables import CaseState
from tests.store import things

PASSWORD = "Kåasplankje-éénentwintig"
KVK = "01234567"


def waits(store: Store) -> str:
    return things.decided(store, 1, things.decision(things.verdict(MailOutcome.WAITING)))


def type_password(store: Store, reference: str, password: str = PASSWORD) -> None:
    cases.again(store, reference, "anna", cases.get_case(store, reference).version, password)


class TestAgreed:
    def test_listed_with_their_days_and_ended_one_by_one(self, store: Store) -> None:
        """A password that leaked must end on a day, while the others go on opening."""
        store.clock = lambda: things.NOW
        providers.add_provider(store, KVK, "De Vlinder", "info@vlinder.example", "oud")
        providers.add_password(store, KVK, "nieuw", dt.date(2026, 11, 25), dt.date(2026, 12, 31))

        newest, oldest = providers.agreed_passwords(store, KVK)
        assert (newest.valid_from, newest.valid_until) == (
            dt.date(2026, 11, 25),
            dt.date(2026, 12, 31),
        )
        assert (oldest.valid_from, oldest.valid_until) == (dt.date(2026, 11, 20), None)
        providers.end_password(store, oldest.id, dt.date(2026, 11, 30))

        def opens(day: dt.date) -> tuple[str, ...]:
            return providers.attachment_passwords(store, None, [KVK], day)

        assert opens(dt.date(2026, 11, 30)) == ("nieuw", "oud")
        assert opens(dt.date(2026, 12, 1)) == ("nieuw",)
        assert "oud" not in repr(providers.agreed_passwords(store, KVK))

    def test_an_unknown_provider_or_password_is_told(self, store: Store) -> None:
        """Somebody who believes that a password was ended goes on trusting it."""
        with pytest.raises(Conflict):
            providers.agreed_passwords(store, KVK)
        with pytest.raises(Conflict):
            providers.end_password(store, "PW-nowhere", dt.date(2026, 1, 1))

    def test_the_provider_of_a_mail_is_found_by_address_or_number(self, store: Store) -> None:
        """The page must say for whom a password is kept."""
        providers.add_provider(store, KVK, "De Vlinder", "info@vlinder.example")

        found = [
            providers.providers_of(store, address, kvks)
            for address, kvks in (
                ("INFO@vlinder.example", []),
                (None, [KVK]),
                ("x@y.example", ["99999999"]),
            )
        ]

        assert [[provider.name for provider in providers] for providers in found] == [
            ["De Vlinder"],
            ["De Vlinder"],
            [],
        ]


class TestTyped:
    def test_the_mail_is_decided_again_at_once_with_it(self, store: Store) -> None:
        """The provider is on the phone; nobody waits half a minute for a pause to end."""
        reference = waits(store)
        cases.again(store, reference, "anna", cases.get_case(store, reference).version)
        work_queue.give_back(store, things.claim(store), "bug", 3600)
        assert work_queue.claim(store, "worker", 60) is None

        type_password(store, reference)
        type_password(store, reference, "anders")

        claim = things.claim(store)
        assert (claim.reference, claim.passwords) == (reference, ("anders", PASSWORD))
        assert PASSWORD not in repr(claim)

    def test_one_typed_while_a_worker_is_at_it_is_tried_too(self, store: Store) -> None:
        """The worker's answer came from before the password, and must not put the mail back to
        sleep.
        """
        reference = waits(store)
        cases.again(store, reference, "anna", cases.get_case(store, reference).version)
        claim = things.claim(store)
        assert claim.passwords == ()

        type_password(store, reference)

        with pytest.raises(Conflict):
            work_queue.finish(store, claim, things.decision(things.verdict(MailOutcome.WAITING)))
        assert things.claim(store).passwords == (PASSWORD,)

    def test_only_a_mail_that_waits_takes_one(self, store: Store) -> None:
        """A password typed at the wrong case would lie there for nothing."""
        reference = things.decided(store)

        with pytest.raises(Conflict):
            type_password(store, reference)

    def test_it_stands_nowhere_in_the_open(self, store: Store) -> None:
        """Whoever copies the database must not have the passwords of all providers."""
        providers.add_provider(store, KVK, "De Vlinder", "info@vlinder.example", PASSWORD)
        reference = waits(store)
        type_password(store, reference)
        work_queue.finish(
            store, things.claim(store), things.decision(things.verdict(MailOutcome.QUEUED))
        )

        case = cases.get_case(store, reference)
        assert case.state is CaseState.QUEUED
        assert [event.code for event in case.events].count("password") == 1
        with store.engine.connect() as connection:
            tables = [
                connection.exec_driver_sql(f"SELECT * FROM {table}").fetchall()
                for table in ("sealed", "event", "mail", "provider", "provider_password")
            ]
        assert "plankje" not in repr(case) + repr(tables)
