"""Sealed is sealed: only with the right key, for the right case, unchanged."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as rules
from hypothesis import strategies as st

from intake import settings as settings_module
from intake.errors import ConfigurationError, KeyMissing
from intake.store.crypto.key_tree import Part
from intake.store.crypto.vault import (
    DataKey,
    Vault,
    WrappedKey,
    create_keys,
    keys_beside_database,
    last_day,
    lost_lists,
    missing_keys,
    period_of,
)

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


@rules(max_examples=50)
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
    (_, old), (_, new) = (
        vault.new_data_key("IN-A", DAY),
        vault.new_data_key("IN-B", dt.date(2027, 1, 1)),
    )
    (folder / "content-2026q4.key").unlink()

    with pytest.raises(KeyMissing):
        Vault(folder).data_key("IN-A", old)
    Vault(folder).data_key("IN-B", new)


@pytest.mark.parametrize("content", ["", "zz", "00" * 31, "00" * 33])
def test_a_damaged_key_file_is_told(folder: Path, content: str) -> None:
    """A restored key file that was cut off."""
    (folder / "installation.key").write_text(content)

    with pytest.raises(KeyMissing, match=r"installation\.key"):
        Vault(folder).token("x", "y")


def test_missing_keys_are_named(folder: Path, tmp_path: Path) -> None:
    """`doctor` says which file to put back."""
    assert missing_keys(folder, DAY) == ()
    assert missing_keys(tmp_path / "nowhere", DAY) == (
        "installation",
        "audit",
        "hash-2026",
        "content-2026q4",
    )
    (folder / "audit.key").unlink()
    assert missing_keys(folder, DAY) == ("audit",)


def test_hashes_of_other_things_and_other_divisions_differ(folder: Path) -> None:
    """Hashes that could be joined up would tell more than equality."""
    vault = Vault(folder)

    assert (
        len(
            {
                vault.hash("a", "bc"),
                vault.hash("ab", "c"),
                vault.hash("a", "b", "c"),
                vault.hash("a", "bc", ""),
                vault.hash("b", "bc"),
            }
        )
        == 5
    )
    assert vault.hash("a", "b") == Vault(folder).hash("a", "b")


@pytest.mark.parametrize(
    ("day", "period"),
    [
        ("2026-01-01", "2026q1"),
        ("2026-03-31", "2026q1"),
        ("2026-04-01", "2026q2"),
        ("2026-12-31", "2026q4"),
    ],
)
def test_quarters(day: str, period: str) -> None:
    """A wrong quarter would destroy the wrong mails one day."""
    assert period_of(dt.date.fromisoformat(day)) == period


def test_keys_beside_the_database_are_seen(tmp_path: Path) -> None:
    """Whoever copies the one folder has content and keys."""
    inside = settings_module.load(home=tmp_path / "home")
    outside = settings_module.load(home=tmp_path / "home", keys=tmp_path / "elsewhere")
    server = settings_module.load(home=tmp_path / "home", database_url="postgresql://x@y/z")

    assert [keys_beside_database(each) for each in (inside, outside, server)] == [
        True,
        False,
        False,
    ]


class TestKeyStore:
    def test_a_systemd_credential_goes_before_the_file_and_is_left_alone(
        self, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Keys that only this machine's TPM opens never lie on the disk."""
        credentials = tmp_path / "credentials"
        credentials.mkdir()
        names = [file.name for file in folder.glob("*.key")]
        for name in names:
            (folder / name).rename(credentials / name)
        assert missing_keys(folder, DAY)
        monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(credentials))

        assert missing_keys(folder, DAY) == ()
        assert create_keys(folder, DAY) == ()
        vault = Vault(folder)
        key, wrapped = vault.new_data_key("IN-A", DAY)
        assert Vault(folder).data_key("IN-A", wrapped) == key
        assert vault.remove("hash-2026") is False, "only systemd's administrator can take it away"
        vault.destroy(wrapped.period, [("IN-A", Part.CASE)])
        with pytest.raises(KeyMissing):
            vault.data_key("IN-A", wrapped)
        assert not vault.renew()
        assert vault.rewrap("IN-B", vault.new_data_key("IN-B", DAY)[1]).period == "2026q4-2"

    def test_what_another_process_destroyed_does_not_open_here(self, folder: Path) -> None:
        """A worker that was started in the morning must not open in the evening what was destroyed
        at noon.
        """
        running, other = Vault(folder), Vault(folder)
        running.today = lambda: DAY
        (_, first), (_, second) = (
            running.new_data_key("IN-A", DAY),
            running.new_data_key("IN-B", DAY),
        )
        hashed = running.hash("x", "y")

        other.destroy(first.period, [("IN-A", Part.CASE)])
        assert other.remove("hash-2026")

        with pytest.raises(KeyMissing):
            running.data_key("IN-A", first)
        running.data_key("IN-B", second)
        with pytest.raises(KeyMissing):
            running.hash("x", "y")
        assert hashed

    def test_within_one_look_the_keys_are_those_of_its_start(self, folder: Path) -> None:
        """Of one mail half the hashes would be made by one key and half by another; the next mail
        must know."""
        running, other = Vault(folder), Vault(folder)
        running.today = lambda: DAY
        with running.one_look():
            hashed = running.hash("x", "y")
            assert other.remove("hash-2026")
            assert running.hash("x", "y") == hashed

        with pytest.raises(KeyMissing):
            running.hash("x", "y")

    def test_a_key_list_keeps_its_mode_and_leaves_no_copy(self, folder: Path) -> None:
        """A draft of a crash, or the old bytes, would bring back the key."""
        vault = Vault(folder)
        _, wrapped = vault.new_data_key("IN-A", DAY)
        file = folder / "cases-2026q4.keys"
        root = file.read_bytes()
        (folder / ".cases-2026q4.keys.1234abcd").hardlink_to(file)

        with file.open("rb") as old:
            vault.destroy(wrapped.period, [("IN-A", Part.CASE)])
            assert set(old.read()) == {0xFF}

        assert not list(folder.glob(".*"))
        assert oct(file.stat().st_mode & 0o777) == "0o600"
        assert root[10:40] not in b"".join(each.read_bytes() for each in folder.iterdir())

    def test_a_full_disk_destroys_nothing_and_is_told(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A key list that was half written would take every case of the quarter with it."""
        vault = Vault(folder)
        _, wrapped = vault.new_data_key("IN-A", DAY)

        def full(_descriptor: int) -> None:
            raise OSError(28, "No space left on device")

        with (
            monkeypatch.context() as patched,
            pytest.raises(ConfigurationError, match="No space left"),
        ):
            patched.setattr("os.fsync", full)
            vault.destroy(wrapped.period, [("IN-A", Part.CASE)])

        vault.data_key("IN-A", wrapped)
        vault.destroy(wrapped.period, [("IN-A", Part.CASE)])
        assert not list(folder.glob(".*"))

    def test_two_that_destroy_at_once_lose_nothing(self, folder: Path) -> None:
        """Two machines with one key folder: the slower must not bring back what the faster
        destroyed.
        """
        vault = Vault(folder)
        made = {f"IN-{n}": vault.new_data_key(f"IN-{n}", DAY)[1] for n in range(12)}

        with ThreadPoolExecutor(4) as pool:
            list(
                pool.map(
                    lambda reference: Vault(folder).destroy("2026q4", [(reference, Part.CASE)]),
                    list(made)[:-1],
                )
            )

        for reference in list(made)[:-1]:
            with pytest.raises(KeyMissing):
                vault.data_key(reference, made[reference])
        vault.data_key("IN-11", made["IN-11"])

    def test_a_lost_or_damaged_key_list_is_told(self, folder: Path) -> None:
        """A list that is gone takes its whole quarter with it: it must be put back, not made anew."""
        vault = Vault(folder)
        _, wrapped = vault.new_data_key("IN-A", DAY)
        file = folder / "cases-2026q4.keys"
        file.write_bytes(file.read_bytes()[:-1])
        with pytest.raises(KeyMissing, match=r"cases-2026q4\.keys"):
            vault.data_key("IN-A", wrapped)

        file.unlink()
        assert missing_keys(folder, DAY) == ("cases-2026q4",)
        with pytest.raises(KeyMissing, match="put it back"):
            vault.data_key("IN-A", wrapped)
        assert lost_lists(folder) == ("cases-2026q4.keys",)

    def test_a_part_that_was_destroyed_cannot_be_sealed_again(self, folder: Path) -> None:
        """What was written after would never open."""
        vault = Vault(folder)
        key, wrapped = vault.new_data_key("IN-A", DAY)
        sealed = key.seal("care|", b"x")
        vault.destroy(wrapped.period, [("IN-A", Part.ATTACHMENT)])
        left = vault.data_key("IN-A", wrapped)

        assert left.unseal("raw|", key.seal("raw|", b"brief")) == b"brief"
        with pytest.raises(KeyMissing):
            left.unseal("care|", sealed)
        with pytest.raises(KeyMissing):
            left.seal("care|", b"x")

    def test_hashes_of_each_living_year_are_known(self, folder: Path) -> None:
        """An invoice of December that comes again in January is the same invoice."""
        vault = Vault(folder)
        vault.today = lambda: DAY
        old, token = vault.hash("a", "b"), vault.token("a", "b")
        vault.today = lambda: dt.date(2028, 1, 1)

        assert vault.hash("a", "b") != old
        assert vault.hashes("a", "b")[0] == vault.hash("a", "b")
        assert vault.hashes("a", "b")[-1] == old
        assert vault.token("a", "b") == token
        assert vault.remove("hash-2026")
        assert old not in vault.hashes("a", "b")


@pytest.mark.parametrize("period", ["2026q1", "2026q2", "2026q3", "2026q4", "2028q1-3"])
def test_the_last_day_of_a_quarter(period: str) -> None:
    """A warning that comes a quarter too late finds nobody."""
    assert period_of(last_day(period)) == period[:6]
    assert period_of(last_day(period) + dt.timedelta(days=1)) != period[:6]
