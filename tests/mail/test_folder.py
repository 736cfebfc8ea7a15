"""The folder of .eml files, beyond the contract of every source."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from intake.errors import StoreUnavailable
from intake.mail.sources import folder
from intake.mail.sources.base import Report
from intake.model.mail import Envelope
from tests.mail.doors import RAW, Store, only_source, reception, running, settings
from tests.servers import wait_for

Keep = Callable[[bytes, Envelope], str]


def take_in(path: Path, most: int, keep: Keep) -> str:
    """One pass over the folder."""
    chosen = settings(folder__path=path, max_mail_bytes=most)
    code: str = only_source(chosen, "folder").take_in(reception(chosen, keep))
    return code


def watching(
    path: Path, keep: Keep, report: Report = lambda good, code: None
) -> Callable[[threading.Event], None]:
    chosen = settings(folder__path=path, folder__poll_seconds=0.05)
    return lambda stop: only_source(chosen, "folder").run(reception(chosen, keep, report), stop)


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setattr(folder, "QUIET_SECONDS", 0.0)
    return Store()


def test_same_name_twice(tmp_path: Path, store: Store) -> None:
    """Two different mails saved under one name both stay in the folder of kept mails."""
    for raw in (RAW, RAW + b"2"):
        (tmp_path / "mail.eml").write_bytes(raw)
        take_in(tmp_path, 10**6, store.keep)

    assert {f.read_bytes() for f in (tmp_path / "verwerkt").iterdir()} == {RAW, RAW + b"2"}
    assert store.raws == [RAW, RAW + b"2"]


def test_copies_do_not_outlive_the_next_backups(
    tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the open, and past every term, they would tell of clients for ever."""
    (tmp_path / "mail.eml").write_bytes(RAW)
    take_in(tmp_path, 10**6, store.keep)
    (tmp_path / "verwerkt" / "lees mij.txt").write_text("of a person")
    now = time.time()

    monkeypatch.setattr(time, "time", lambda: now + 6.9 * 86400)
    take_in(tmp_path, 10**6, store.keep)
    assert (tmp_path / "verwerkt" / "mail.eml").exists()

    monkeypatch.setattr(time, "time", lambda: now + 7.1 * 86400)
    take_in(tmp_path, 10**6, store.keep)
    assert [file.name for file in (tmp_path / "verwerkt").iterdir()] == ["lees mij.txt"]
    assert store.raws == [RAW]


def test_only_whole_mails(tmp_path: Path, store: Store) -> None:
    """Other files, hidden ones, links, empty ones and folders are left alone."""
    for name in ("notitie.txt", ".mail.eml", "mail.eml.part"):
        (tmp_path / name).write_bytes(RAW)
    (tmp_path / "leeg.eml").touch()
    (tmp_path / "map.eml").mkdir()
    (tmp_path / "link.eml").symlink_to(tmp_path / "notitie.txt")

    assert take_in(tmp_path, 10**6, store.keep) == "ok"
    assert not store.mails


def test_file_that_still_grows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is copied slowly is taken when it is whole, also when the copy gives it an old
    date.
    """
    monkeypatch.setattr(folder, "QUIET_SECONDS", 0.6)
    store = Store()
    pause = threading.Event()
    with running(watching(tmp_path, store.keep)):
        with (tmp_path / "mail.eml").open("wb") as file:
            for at in range(0, len(RAW), 1000):
                file.write(RAW[at : at + 1000])
                file.flush()
                os.utime(tmp_path / "mail.eml", (0, 0))
                pause.wait(0.15)
        wait_for(lambda: store.mails, "the whole file is taken")

    assert store.raws == [RAW]


def test_written_to_while_it_is_kept(tmp_path: Path, store: Store) -> None:
    """A file that changes under our hands is kept again, whole."""
    file = tmp_path / "mail.eml"
    file.write_bytes(RAW)
    keep = store.keep

    def growing(raw: bytes, envelope: object) -> str:
        if not store.mails:
            file.write_bytes(RAW + b"meer")
        return keep(raw, envelope)  # type: ignore[arg-type]

    for _ in range(2):
        take_in(tmp_path, 10**6, growing)

    assert store.raws == [RAW, RAW + b"meer"]
    assert not file.exists()


def test_too_large_and_failing_files_stay(tmp_path: Path, store: Store) -> None:
    """One file that cannot be taken does not hold up the next."""
    (tmp_path / "a.eml").write_bytes(b"x" * 200_000)
    (tmp_path / "b.eml").write_bytes(b"klein")
    store.failures = [StoreUnavailable("x")]

    assert take_in(tmp_path, 100_000, store.keep) in ("too-large", "store-unavailable")
    assert take_in(tmp_path, 100_000, store.keep) == "too-large"
    assert store.raws == [b"klein"]
    assert (tmp_path / "a.eml").exists()


def test_folder_that_is_gone(tmp_path: Path, store: Store) -> None:
    """A folder that cannot be reached is shown red and does not stop the watcher."""
    reports: list[tuple[bool, str]] = []
    with running(
        watching(tmp_path / "weg", store.keep, lambda good, code: reports.append((good, code)))
    ):
        wait_for(lambda: reports, "it is reported")
        (tmp_path / "weg").mkdir()
        wait_for(lambda: reports[-1] == (True, "ok"), "it is well again")

    assert reports == [(False, "folder"), (True, "ok")]
