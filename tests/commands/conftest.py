"""Runs ``intake`` in this process, as the console command does."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from intake import cli
from intake.sandbox import hardening
from tests.servers import dovecot

__all__ = ["dovecot"]


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str


Intake = Callable[..., Ended]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty INTAKE_HOME, with no other setting around."""
    for name in [name for name in os.environ if name.startswith("INTAKE_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("INTAKE_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def intake(
    home: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Intake:
    """``intake("keys", "create")`` → exit code, stdout and stderr; further settings by name:
    ``smarthost__address="host:25"``.
    """

    def run(*arguments: str, **settings: str) -> Ended:
        for name, value in settings.items():
            monkeypatch.setenv(f"INTAKE_{name.upper()}", value)
        monkeypatch.setattr(
            hardening, "close", lambda: None
        )  # this process goes on with other tests
        monkeypatch.setattr("sys.argv", ["intake", *arguments])
        capfd.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        written = capfd.readouterr()
        return Ended(int(ended.value.code or 0), written.out, written.err)

    return run


@pytest.fixture
def installed(intake: Intake, home: Path, prepared: Path) -> Intake:
    """As ``intake``, with the database and its keys made."""
    shutil.copytree(prepared / "keys", home / "keys")
    shutil.copy(prepared / "intake.db", home / "intake.db")
    return intake
