"""What each part says of itself, and what its silence means."""

from __future__ import annotations

import datetime as dt
import os
import socket
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from intake.mail.sources import SOURCES
from intake.settings import Settings, load
from intake.store import Store, health
from tests.store import things

MAIL_SERVER = load(smtp__listen="127.0.0.1:2525", smtp__lmtp_listen="")
EVERYTHING = load(
    mailbox__host="imap.example.nl",
    mailbox__poll_seconds=600,
    folder__path="/tmp/mails",
    graph__address="crediteuren@almere.example",
    graph__tenant="almere.example",
    graph__client_id="app",
    graph__certificate="/tmp/cert.pem",
    smarthost__address="smtp.example.nl:25",
    lease_seconds=1000,
)


def found(store: Store) -> dict[str, str]:
    return {part.part: part.code for part in health.health(store)}


def test_each_part_tells_how_it_does_and_the_last_word_counts(store: Store) -> None:
    """A mailbox that works again must not stay red."""
    health.report(store, "mailbox", good=False, code="mailbox-login")
    health.report(store, "worker", good=True)
    health.report(store, "mailbox", good=True)

    assert [(part.part, part.good, part.code) for part in health.health(store) if part.at] == [
        ("mailbox", True, "ok"),
        ("worker", True, "ok"),
    ]


def test_what_the_settings_need_and_never_spoke_is_silent(store: Store) -> None:
    """A service of which only the page was started judges no mail."""
    assert [(part.part, part.good, part.code, part.at) for part in health.health(store)] == [
        ("receiver", False, health.SILENT, None),
        ("worker", False, health.SILENT, None),
    ]


@pytest.mark.parametrize(
    ("settings", "parts"),
    [
        (MAIL_SERVER, {"worker", "receiver"}),
        (load(smtp__listen="", smtp__lmtp_listen=""), {"worker"}),
        (EVERYTHING, {"worker", "sender", *(kind.part for kind in SOURCES)}),
    ],
    ids=["mail server", "bare", "everything"],
)
def test_every_configured_part_is_needed(settings: Settings, parts: set[str]) -> None:
    """A part that nobody asks after may be dead for weeks."""
    assert set(health.norms(settings)) == parts


def test_a_norm_leaves_time_for_what_a_part_may_take() -> None:
    """An alarm at every slow poll is soon switched off."""
    norms = health.norms(EVERYTHING)

    assert norms["mailbox"] > 600
    assert norms["worker"] > EVERYTHING.lease_seconds
    assert min(norms.values()) > 3 * health.BEAT_SECONDS


@pytest.mark.parametrize("hours", [1, -1], ids=["time passed", "the clock was set back"])
def test_silence_longer_than_the_norm_is_told(store: Store, hours: int) -> None:
    """A worker that was killed cannot say so itself."""
    health.report(store, "worker", good=True)
    moment = store.clock()
    assert found(store)["worker"] == "ok"

    store.clock = lambda: moment + dt.timedelta(hours=hours)

    assert found(store)["worker"] == health.SILENT


def test_a_fault_keeps_its_own_code(store: Store) -> None:
    """After a refused login the watcher is silent for hours on purpose; what to mend is the
    password.
    """
    health.report(store, "mailbox", good=False, code="mailbox-login")
    moment = store.clock()

    store.clock = lambda: moment + dt.timedelta(hours=4)

    assert found(store)["mailbox"] == "mailbox-login"


def test_a_part_taken_out_of_use_is_forgotten_after_a_day(store: Store) -> None:
    """A mailbox that is no longer watched would keep the monitor red for ever."""
    health.report(store, "mailbox", good=False, code="mailbox-login")
    moment = store.clock()

    store.clock = lambda: moment + dt.timedelta(hours=25)

    assert "mailbox" not in found(store)


def test_a_pulse_speaks_when_something_changes_and_else_seldom(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten writes a second for each part would wear out the disk and wake every waiting process."""
    said: list[tuple[bool, str]] = []
    monkeypatch.setattr(
        health, "report", lambda _store, _part, good, code, _process: said.append((good, code))
    )
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now)
    pulse = health.Pulse(store, "mailbox")

    for good, code in (
        (True, "ok"),
        (True, "ok"),
        (False, "mailbox-login"),
        (False, "mailbox-login"),
        (True, "ok"),
    ):
        pulse.beat(good, code)
    now += health.BEAT_SECONDS
    pulse.beat()

    assert said == [(True, "ok"), (False, "mailbox-login"), (True, "ok"), (True, "ok")]


def test_a_pulse_survives_a_database_that_does_not_answer(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Telling that all is well must never be what ends a process."""
    monkeypatch.setattr(health, "report", things.unavailable)

    health.Pulse(store, "worker").beat()


def test_many_of_one_part_may_say_their_first_word_at_once(store: Store) -> None:
    """A worker that is started for the first time would end by itself: its hands all report that
    they are well.
    """
    for number in range(20):
        with ThreadPoolExecutor(8) as pool:
            said = [pool.submit(health.report, store, f"part-{number}", True) for _ in range(8)]
        assert [each.exception() for each in said] == [None] * 8

    assert {each.part for each in health.health(store) if each.good} == {
        f"part-{number}" for number in range(20)
    }


class TestProcesses:
    def test_one_that_hangs_beside_one_that_works(self, store: Store) -> None:
        """The installation goes on with half of its hands, and nobody would know which half."""
        moment = store.clock()
        health.report(store, "worker", True, process="web01/12")
        store.clock = lambda: moment + dt.timedelta(hours=1)
        health.report(store, "worker", True, process="web02/31")

        (worker,) = (each for each in health.health(store) if each.part == "worker")

        assert (worker.good, worker.code) == (True, "ok")
        assert [(each.name, each.code) for each in worker.processes] == [
            ("web01/12", health.SILENT),
            ("web02/31", "ok"),
        ]

    def test_a_fault_of_one_is_not_hidden_by_the_other(self, store: Store) -> None:
        """One machine cannot start its readers, the other says that all is well each ten seconds."""
        health.report(store, "worker", False, "sandbox", process="web01/12")
        health.report(store, "worker", True, process="web02/31")

        assert found(store)["worker"] == "sandbox"

    def test_one_that_was_killed_is_replaced_by_the_next(self, store: Store) -> None:
        """A worker that was started again must not leave a dead one on the list for a day."""
        dead = subprocess.Popen(["true"])
        dead.wait()
        health.report(store, "worker", True, process=f"{socket.gethostname()}/{dead.pid}")
        health.report(store, "worker", True, process="elsewhere/12")

        health.report(store, "worker", True)

        (worker,) = (each for each in health.health(store) if each.part == "worker")
        names = {each.name for each in worker.processes}
        assert names == {"elsewhere/12", f"{socket.gethostname()}/{os.getpid()}"}

    def test_one_that_ended_as_told_is_missed_only_when_no_other_takes_over(
        self, store: Store
    ) -> None:
        """Each new version would leave silent processes behind; a service that nobody started again
        must be red all the same.
        """
        moment = store.clock()
        for part in ("worker", "receiver"):
            health.report(store, part, True)
        health.leave(store)
        store.clock = lambda: moment + dt.timedelta(hours=1)
        health.report(store, "worker", True, process="web02/31")

        told = {each.part: each for each in health.health(store)}

        assert [each.name for each in told["worker"].processes] == ["web02/31"]
        assert told["receiver"].code == health.SILENT
        assert told["receiver"].at == moment
