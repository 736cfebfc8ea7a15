"""New content keys: everything keeps opening, before, during and after, whatever breaks off."""

from __future__ import annotations

import pytest

from intake.errors import ConfigurationError, KeyMissing
from intake.settings import Settings
from intake.store import Store, journal, open_store, providers, rotation
from intake.store.crypto.vault import Vault
from intake.store.journal import find
from tests.store import steps, things


def rotate(store: Store) -> int:
    rotation.begin(store)
    return sum(rotation.rewrap(store))


def period_of(store: Store, reference: str) -> str:
    with store.read() as session:
        return find(session, reference).key_period


def test_all_is_wrapped_anew_and_a_running_worker_goes_on(store: Store) -> None:
    """A rotation in office hours must not stop a mail, a password or a decision."""
    reference, claimed = things.decided(store, 1), things.keep(store, 2)
    providers.add_provider(store, "99900634", "De Vlinder", things.SENDER, "geheim wachtwoord")
    claim = things.claim(store)
    before = period_of(store, reference)

    rotation.begin(store)
    during = things.keep(store, 3)
    assert sum(rotation.rewrap(store)) == 3

    assert claim.reference == claimed
    assert journal.raw_mail(store, reference)[0] == things.mail(1)
    assert providers.attachment_passwords(store, things.SENDER, []) == ("geheim wachtwoord",)
    assert {period_of(store, each) for each in (reference, claimed, during)} == {f"{before}-2"}
    assert rotation.left(store) == 0


def test_it_goes_on_where_it_broke_off_in_batches(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A rotation of a million mails is broken off by a restart sooner or later."""
    monkeypatch.setattr(rotation, "BATCH", 2)
    references = [things.keep(store, number) for number in range(5)]
    rotation.begin(store)
    assert next(rotation.rewrap(store)) == 2

    assert rotation.begin(store)
    assert sum(rotation.rewrap(store)) == 3

    assert not rotation.begin(store), "that one was finished: this is a new one"
    assert sum(rotation.rewrap(store)) == 5
    assert {period_of(store, each).partition("-")[2] for each in references} == {"3"}
    assert all(
        journal.raw_mail(store, each)[0] == things.mail(n) for n, each in enumerate(references)
    )


@pytest.mark.parametrize("failpoint", ["before-rewrapped", "after-rewrapped"])
def test_killed_at_any_step(settings: Settings, failpoint: str) -> None:
    """A power cut in the middle of a commit."""
    store = open_store(settings)
    reference = things.keep(store)

    assert steps.run(settings, "rotate", failpoint)
    assert journal.raw_mail(store, reference)[0] == things.mail(1)
    assert not steps.run(settings, "rotate")

    assert journal.raw_mail(store, reference)[0] == things.mail(1)
    assert period_of(store, reference).endswith("-2")
    store.close()


def test_old_keys_are_destroyed_only_when_nothing_needs_them(store: Store) -> None:
    """The last key that opens an invoice must not go by a mistake; after a leak the old ones must."""
    reference = things.keep(store)
    old = period_of(store, reference)
    rotation.begin(store)
    with pytest.raises(ConfigurationError, match=old):
        rotation.retire(store)

    list(rotation.rewrap(store))
    assert rotation.retire(store) == ()

    assert old not in store.vault.periods()
    assert f"{old}-2" in store.vault.periods()
    assert journal.raw_mail(store, reference)[0] == things.mail(1)
    assert journal.raw_mail(open_store(store.settings), reference)[0] == things.mail(1)


def test_what_cannot_be_opened_holds_nothing_up(store: Store) -> None:
    """One lost key must not keep all others on an old one."""
    lost, fine = things.keep(store, 1), things.keep(store, 2)
    with store.write() as session:
        find(session, lost).wrapped_key = b"x" * 60

    assert rotate(store) == 1
    assert rotation.left(store) == 1
    assert journal.raw_mail(store, fine)[0] == things.mail(2)
    with pytest.raises(KeyMissing):
        journal.raw_mail(store, lost)


def test_a_mail_after_the_rotation_takes_the_new_key_in_a_process_that_was_running(
    store: Store,
) -> None:
    """A worker that never looked again would seal with a key that is to be destroyed."""
    other = Vault(store.settings.key_folder)
    _, before = other.new_data_key("IN-A", store.today)
    rotate(store)

    _, after = other.new_data_key("IN-B", store.today)

    assert after.period == f"{before.period}-2"
