"""Who can read what lies beside the database and in the key store."""

from __future__ import annotations

import datetime as dt
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from intake.model.basics import local_today
from intake.settings import Settings, load
from intake.store import audit_heads, high_water, open_store
from intake.store.crypto import vault
from intake.store.crypto.key_tree import Part
from intake.store.migration import migrate


@pytest.fixture(autouse=True, params=[0o022, 0o007, 0o077])
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    """Of whoever types the command."""
    before = os.umask(request.param)
    yield
    os.umask(before)


def used(folder: Path, mode: int) -> dict[str, str]:
    """An installation in folders of this mode, after a start, a day's end and a purge: its files
    with their rights."""
    for name in ("home", "keys"):
        (folder / name).mkdir()
        (folder / name).chmod(mode)
    settings: Settings = load(home=folder / "home", keys=folder / "keys")
    vault.create_keys(settings.key_folder, local_today())
    migrate(settings)
    with open_store(settings) as store:
        high_water.advance(store)
        audit_heads.write(store)
        store.vault.destroy(vault.period_of(dt.date.today()), [("2026-0001", Part.CASE)])
        with store.write():
            pass
        files = [file for name in ("home", "keys") for file in (folder / name).iterdir()]
        return {file.name: oct(stat.S_IMODE(file.stat().st_mode)) for file in files}


def test_in_folders_of_its_own_only_the_owner_reads_them(tmp_path: Path) -> None:
    """Another user of the machine would read mails, or the keys to them."""
    files = used(tmp_path, 0o700)

    assert files == dict.fromkeys(files, "0o600")


def test_in_shared_folders_the_group_does_all_that_the_owner_does(tmp_path: Path) -> None:
    """The page, which is a user of its own, could not decide or destroy."""
    files = used(tmp_path, 0o770)

    assert files == dict.fromkeys(files, "0o660")
    assert {"intake.db", "database.mark", "audit-heads.jsonl", "writers.lock"} <= files.keys()


def test_a_group_that_may_only_look_gets_nothing(tmp_path: Path) -> None:
    """A folder with the usual rights (0755) is not shared on purpose."""
    files = used(tmp_path, 0o755)

    assert files == dict.fromkeys(files, "0o600")
