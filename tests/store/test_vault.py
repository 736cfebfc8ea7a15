"""Sealed is sealed: only with the right key, for the right case, unchanged."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as rules
from hypothesis import strategies as st

from intake import settings as settings_module
from intake.errors import KeyMissing
from intake.store.vault import DataKey, Vault, WrappedKey, create_keys, keys_beside_database, missing_keys, period_of

DAY = dt.date(2026, 11, 20)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    create_keys(tmp_path / "keys", DAY)
    return tmp_path / "keys"


def test_sealed_data_comes_back(folder: Path) -> None:
    """What was kept can be shown after a restart."""
    key, wrapped = Vault(folder).new_data_key("IN-A", DAY)
    sealed = key.seal("raw", b"geheim")

    assert Vault(folder).data_key("IN-A", wrapped).unseal("raw", sealed) == b"geheim"
    assert b"geheim" not in sealed
    assert key.seal("raw", b"geheim") != sealed


@rules(deadline=None, max_examples=50)
@given(st.integers(min_value=0), st.integers(min_value=1, max_value=255))
def test_a_changed_byte_does_not_open(place: int, change: int) -> None:
    """A damaged or forged row must not be shown as if it were the mail."""
    key = DataKey("IN-A", bytes(32))
    sealed = bytearray(key.seal("raw", b"0123456789"))
    sealed[place % len(sealed)] ^= change

    with pytest.raises(KeyMissing):
        key.unseal("raw", bytes(sealed))


@pytest.mark.parametrize("sealed", [b"", b"x" * 11, b"x" * 12, b"x" * 40])
def test_garbage_does_not_open(sealed: bytes) -> None:
    """A destroyed key or an empty column is an error of ours, not a crash."""
    with pytest.raises(KeyMissing):
        DataKey("IN-A", bytes(32)).unseal("raw", sealed)


def test_a_piece_moved_to_another_case_or_kind_does_not_open(folder: Path) -> None:
    """Somebody with access to the database swaps two invoices."""
    vault = Vault(folder)
    key, wrapped = vault.new_data_key("IN-A", DAY)
    sealed = key.seal("raw", b"geheim")

    for attempt in (
        lambda: key.unseal("verdict", sealed),
        lambda: DataKey("IN-B", key.secret).unseal("raw", sealed),
        lambda: vault.data_key("IN-B", wrapped),
        lambda: vault.data_key("IN-A", WrappedKey("2027q1", wrapped.data)),
    ):
        with pytest.raises(KeyMissing):
            attempt()


def test_keys_are_made_once_and_only_for_their_owner(folder: Path) -> None:
    """A second `keys create` that replaced a key would destroy every mail."""
    before = {file.name: file.read_bytes() for file in folder.iterdir()}

    assert create_keys(folder, DAY) == ()
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before
    assert {oct(file.stat().st_mode & 0o777) for file in folder.iterdir()} == {"0o600"}
    assert oct(folder.stat().st_mode & 0o777) == "0o700"


def test_keys_last_for_years_and_the_newest_serves_after_that(folder: Path) -> None:
    """On the first of January nobody is there to make a key, and mails still come."""
    vault = Vault(folder)

    assert vault.new_data_key("IN-A", dt.date(2027, 1, 1))[1].period == "2027q1"
    assert vault.new_data_key("IN-A", dt.date(2040, 1, 1))[1].period == "2031q4"
    with pytest.raises(KeyMissing):
        vault.new_data_key("IN-A", dt.date(2026, 9, 30))


def test_a_destroyed_period_is_gone_and_the_others_are_not(folder: Path) -> None:
    """Deletion is destroying the key."""
    vault = Vault(folder)
    (_, old), (_, new) = vault.new_data_key("IN-A", DAY), vault.new_data_key("IN-B", dt.date(2027, 1, 1))
    (folder / "content-2026q4.key").unlink()

    with pytest.raises(KeyMissing):
        Vault(folder).data_key("IN-A", old)
    assert Vault(folder).data_key("IN-B", new)


@pytest.mark.parametrize("content", ["", "zz", "00" * 31, "00" * 33])
def test_a_damaged_key_file_is_told(folder: Path, content: str) -> None:
    """A restored key file that was cut off."""
    (folder / "installation.key").write_text(content)

    with pytest.raises(KeyMissing, match=r"installation\.key"):
        Vault(folder).token("x", "y")


def test_missing_keys_are_named(folder: Path, tmp_path: Path) -> None:
    """`doctor` says which file to put back."""
    assert missing_keys(folder, DAY) == ()
    assert missing_keys(tmp_path / "nowhere", DAY) == ("installation", "audit", "hash-2026", "content-2026q4")
    (folder / "audit.key").unlink()
    assert missing_keys(folder, DAY) == ("audit",)


def test_hashes_of_other_things_and_other_divisions_differ(folder: Path) -> None:
    """Hashes that could be joined up would tell more than equality."""
    vault = Vault(folder)

    assert len({vault.hash("a", "bc"), vault.hash("ab", "c"), vault.hash("a", "b", "c"), vault.hash("a", "bc", ""), vault.hash("b", "bc")}) == 5
    assert vault.hash("a", "b") == Vault(folder).hash("a", "b")


@pytest.mark.parametrize(("day", "period"), [("2026-01-01", "2026q1"), ("2026-03-31", "2026q1"), ("2026-04-01", "2026q2"), ("2026-12-31", "2026q4")])
def test_quarters(day: str, period: str) -> None:
    """A wrong quarter would destroy the wrong mails one day."""
    assert period_of(dt.date.fromisoformat(day)) == period


def test_keys_beside_the_database_are_seen(tmp_path: Path) -> None:
    """Whoever copies the one folder has content and keys."""
    inside = settings_module.load(home=tmp_path / "home")
    outside = settings_module.load(home=tmp_path / "home", keys=tmp_path / "elsewhere")
    server = settings_module.load(home=tmp_path / "home", database_url="postgresql://x@y/z")

    assert [keys_beside_database(each) for each in (inside, outside, server)] == [True, False, False]
