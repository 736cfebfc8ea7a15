"""Writers on SQLite stand in a queue that ends."""

from __future__ import annotations

import fcntl
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from intake.errors import StoreFull, StoreUnavailable
from intake.store import open_store
from intake.store.turns import Turns
from tests.conftest import SettingsOn
from tests.store import things

_HOLD = (
    "import fcntl, sys, time; f = open(sys.argv[1], 'a'); fcntl.flock(f, fcntl.LOCK_EX);"
    " print('held', flush=True); time.sleep(60)"
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "writers.lock"


def holder(file: Path) -> subprocess.Popen[str]:
    """Another process that writes, and goes on."""
    process = subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(file)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None and process.stdout.readline() == "held\n"
    return process


def test_one_writes_at_a_time_whatever_process_or_thread_it_is(file: Path) -> None:
    """Two that write at once would make one of them wait for SQLite's own lock, asleep."""
    inside, most, done = [0], [0], [0]

    def write(turns: Turns) -> None:
        for _ in range(20):
            with turns.turn(60):
                inside[0] += 1
                most[0] = max(most[0], inside[0])
                time.sleep(0.001)
                inside[0] -= 1
                done[0] += 1

    processes = [Turns(file), Turns(file)]  # each with a file of its own, as processes have
    threads = [threading.Thread(target=write, args=(turns,)) for turns in processes * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (most[0], done[0]) == (1, 120)


def test_waiting_for_another_process_ends(file: Path) -> None:
    """A mail server that waits for an answer gets 451 and comes again; a process that hangs must
    not hang them all."""
    turns = Turns(file)
    other = holder(file)
    try:
        for _ in range(2):
            with pytest.raises(StoreUnavailable), turns.turn(0.1):
                pytest.fail("two writers")
    finally:
        other.kill()
        other.wait()

    with turns.turn(60):
        pass


def test_waiting_for_another_thread_ends(file: Path) -> None:
    """As for a process."""
    turns = Turns(file)
    caught: list[StoreUnavailable] = []

    def second() -> None:
        try:
            with turns.turn(0.1):
                pass
        except StoreUnavailable as error:
            caught.append(error)

    with turns.turn(60):
        thread = threading.Thread(target=second)
        thread.start()
        thread.join()

    assert len(caught) == 1
    with turns.turn(60):
        pass


def test_who_waits_goes_on_when_the_other_process_dies(file: Path) -> None:
    """A worker that is killed in the middle of a commit must not stop the others."""
    other = holder(file)
    threading.Timer(0.3, other.kill).start()

    with Turns(file).turn(60):
        pass

    other.wait()


@pytest.mark.parametrize(("number", "fault"), [(28, StoreFull), (5, StoreUnavailable)])
def test_a_disk_that_takes_no_file_is_told_as_always(
    file: Path, monkeypatch: pytest.MonkeyPatch, number: int, fault: type[StoreUnavailable]
) -> None:
    """A full disk is 452 for who brings mail, whichever file it is that finds no place."""

    def fails(*_: object) -> int:
        raise OSError(number, "no")

    turns = Turns(file)
    monkeypatch.setattr(fcntl, "flock", fails)
    with pytest.raises(StoreUnavailable) as caught, turns.turn(1):
        pass
    monkeypatch.undo()

    assert type(caught.value) is fault
    with turns.turn(1):
        pass


def test_a_mail_waits_its_turn_and_is_kept(settings_on: SettingsOn) -> None:
    """A mail that comes while another process writes is late, and not lost."""
    store = open_store(settings_on("sqlite"))
    other = open_store(store.settings)
    kept: list[str] = []
    keeping = threading.Thread(target=lambda: kept.append(things.keep(store)))

    with other.write():
        keeping.start()
        time.sleep(0.2)
        assert kept == []
    keeping.join(60)

    assert len(kept) == 1
    store.close()
    other.close()
