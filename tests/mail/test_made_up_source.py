"""A mail source is one file: a made-up one works by its registration alone."""

from __future__ import annotations

import datetime as dt
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from intake.commands import doctor, processes
from intake.commands.run import processes as started
from intake.errors import ConfigurationError
from intake.mail import sources
from intake.review import service_state
from intake.settings import Settings, load
from intake.store import Store, cases, health, open_store
from tests.conftest import SettingsOn
from tests.mail.doors import RAW, running
from tests.servers import wait_for

FILE = '''
"""``[[pigeons]]``: mails that pigeons bring to a loft."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from intake.mail.ledger import Ledger
from intake.mail.sources.base import MailSource, Municipality, Reception
from intake.model.examination import Line, fine
from intake.model.mail import Envelope


class Pigeons(MailSource):
    section: ClassVar[str] = "pigeons"
    command: ClassVar[str] = "watch"
    part: ClassVar[str] = "pigeons"
    title: ClassVar[str] = "Duiven opvangen"
    fault: ClassVar[str] = "De duiven komen niet aan"
    codes: ClassVar[dict[str, str]] = {"storm": "het stormt"}
    needs: ClassVar[tuple[str, ...]] = ("loft",)

    municipality: Municipality
    loft: Path

    @property
    def served(self) -> tuple[str, ...]:
        return (self.municipality,)

    @property
    def silent_seconds(self) -> float:
        return 90.0

    def run(self, reception: Reception, stop: threading.Event) -> None:
        while not stop.wait(0.05):
            for pigeon in self.loft.iterdir():
                now = dt.datetime.now(dt.UTC)
                envelope = Envelope("pigeons", now, municipality=self.municipality)
                reception.keep(pigeon.read_bytes(), envelope)
                pigeon.unlink()
            reception.report(True, "ok")

    def examine(
        self, part: str, relays: tuple[str, ...], ledger: Ledger | None
    ) -> Iterator[Line]:
        yield fine(part, f"a loft at {self.loft}")
'''


@pytest.fixture
def registered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The file in its folder, and its line in the registry."""
    module = ModuleType("intake.mail.sources.pigeons")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    exec(compile(FILE, "pigeons.py", "exec"), module.__dict__)
    sources.SOURCES.append(module.Pigeons)
    yield
    sources.SOURCES.remove(module.Pigeons)


@pytest.fixture
def settings(registered: None, tmp_path: Path, settings_on: SettingsOn) -> Settings:
    (tmp_path / "loft").mkdir()
    return settings_on("sqlite", pigeons__loft=tmp_path / "loft")


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    opened = open_store(settings)
    yield opened
    opened.close()


def test_its_mails_come_in_and_it_reports(store: Store, tmp_path: Path) -> None:
    """A second file to be changed would be forgotten, and the source would stand still unseen."""
    ((part, source),) = [each for each in store.settings.parts() if each[0] == "pigeons"]
    assert {h.part: h.code for h in health.health(store)}["pigeons"] == health.SILENT
    reception = processes.reception(store.settings, store, part)

    def run(stop: threading.Event) -> None:
        source.run(reception, stop)

    with running(run):
        (tmp_path / "loft" / "1").write_bytes(RAW)
        wait_for(lambda: sum(cases.counts(store).values()) == 1, "the mail is kept")
        wait_for(
            lambda: {h.part: h.code for h in health.health(store)}["pigeons"] == "ok", "it reports"
        )

    assert ["watch"] in started(store.settings)
    assert service_state.title(health.Health("pigeons", True, "ok", None), store.settings) == (
        "Duiven opvangen"
    )


def test_doctor_and_the_page_speak_of_it(
    settings: Settings, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What nobody examines is found out by the first mail that is missed."""
    monkeypatch.setattr(doctor, "CHECKS", [c for c in doctor.CHECKS if c[0] == "mail"])

    doctor.doctor(settings, as_json=False, quick=False)

    told = capsys.readouterr().out
    assert "ok     pigeons: a loft at " in told
    assert "INTAKE_PIGEONS__LOFT = " in told
    silent = [
        health.Health("pigeons", False, health.SILENT, dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    ]
    assert service_state.alarms(silent, settings)[0].startswith("De duiven komen niet aan: ")
    (stormy,) = service_state.alarms([replace(silent[0], code="storm")], settings)
    assert "De duiven komen niet aan: het stormt" in stormy


def test_who_has_nothing_to_watch_reads_of_it(
    registered: None, settings_on: SettingsOn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An administrator would not hear that there is such a way in."""
    monkeypatch.setattr(processes, "load", lambda: settings_on("sqlite"))
    monkeypatch.setattr(processes, "stop_on_signals", threading.Event)

    with pytest.raises(ConfigurationError, match=r"MAILBOX__HOST or .* or INTAKE_PIGEONS__LOFT$"):
        processes.watch()


def test_its_settings_are_checked_like_all_others(
    registered: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A typing error in its section would be a setting that silently does not hold."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("INTAKE_PIGEONS__LOF", "x")

    with pytest.raises(Exception, match="did you mean INTAKE_PIGEONS__LOFT"):
        load()
