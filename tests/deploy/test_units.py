"""The units, the scripts and the papers of ``deploy/`` agree with each other and with the program."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from intake.cli import app
from intake.commands.run import needed, processes
from intake.settings import load, names
from tests.deploy.units import DEPLOY, PROGRAM, SYSTEMD, services, unit

ROOT = DEPLOY.parent
EVERYTHING = {
    "mailbox__host": "127.0.0.1",
    "smarthost__address": "127.0.0.1:25",
    "api__listen": "127.0.0.1:1",
    "precheck__listen": "127.0.0.1:2",
    "metrics__listen": "127.0.0.1:3",
}
_FOLDER = re.compile(r"/(?:etc|opt|usr/local|var)/[\w./-]*intake[\w./-]*")


def test_each_process_has_a_unit_and_each_unit_a_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process without a unit never starts, and its mails wait."""
    monkeypatch.chdir(tmp_path)
    commands = {command.name or command.callback.__name__ for command in app.registered_commands}  # type: ignore[union-attr]

    wanted = {process for (process,) in processes(load(**EVERYTHING))}

    assert services().keys() == wanted
    assert wanted <= commands


def test_a_unit_passes_itself_over_when_there_is_nothing_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half the units would stand red in a service that is well, and the red one is not seen."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("INTAKE_SMTP__LISTEN", "")
    monkeypatch.setenv("INTAKE_SMTP__LMTP_LISTEN", "")
    always = {"web", "work"}

    assert {process for process in services() if needed(process)} == always
    for process, each in services().items():
        condition = [] if process in always else [f"{PROGRAM} needed {process}"]
        assert each["ExecCondition"] == condition


def test_a_process_with_wrong_settings_is_not_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would look as if it were not wanted, and nobody reads why."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("INTAKE_WORKERS", "many")

    assert needed("send")


def test_systemd_understands_the_units(tmp_path: Path) -> None:
    """A mistyped line is passed over with a warning, and a lock is not there."""
    units = tmp_path / "etc/systemd/system"
    shutil.copytree(SYSTEMD, units)
    program = tmp_path / PROGRAM.lstrip("/")
    program.parent.mkdir(parents=True)
    shutil.copy("/bin/true", program)
    for name in ("sysinit", "basic", "shutdown", "network-online", "timers", "multi-user"):
        (units / f"{name}.target").write_text("[Unit]\n")
    (units / "system.slice").write_text("[Unit]\n")
    started = [f.name.replace("@.", "@1.") for f in SYSTEMD.glob("intake*.*") if f.is_file()]

    done = subprocess.run(
        ["systemd-analyze", "verify", f"--root={tmp_path}", "--man=no", *started],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("name", sorted(f.name for f in SYSTEMD.glob("intake-*.service")))
def test_each_process_is_locked_up(name: str) -> None:
    """Who breaks into one could read or change what is none of its business."""
    instance = name.replace("@.", "@1.")
    given = dict(unit(name))

    assert given["UMask"][-1] == "0007"
    assert given["OOMPolicy"] == ["continue"]
    assert given["KillMode"] == ["mixed"]
    assert given["User"][-1] in ("intake", "intake-web"), instance
    assert "MemoryMax" in given or given["Type"][-1] == "oneshot"
    for lock in ("NoNewPrivileges", "MemoryDenyWriteExecute", "RestrictNamespaces", "PrivateTmp"):
        assert given[lock] == ["yes"], instance
    assert {"seccomp", "landlock_restrict_self"} <= set(given["SystemCallFilter"][0].split())


def test_only_the_worker_can_open_mail() -> None:
    """The private keys open every encrypted mail, and those to come."""
    hidden = "-/var/lib/intake-mail-keys"
    as_another = {name for name, each in services().items() if each["User"] == ["intake-web"]}
    opens = {
        name
        for name, each in services().items()
        if hidden not in " ".join(each["InaccessiblePaths"]).split()
    }

    assert as_another == {"web", "api", "precheck", "metrics"}
    assert opens - as_another == {"work"}


def test_each_secret_goes_to_whom_it_concerns() -> None:
    """A page that holds the mailbox's password gives it to whoever breaks in."""
    known = names()
    given = {
        process: {c.removeprefix("intake.") for c in each["LoadCredentialEncrypted"]}
        for process, each in services().items()
    }

    assert all(
        re.sub(r"\.\d+\.", ".", c).replace(".", "__") in known for s in given.values() for c in s
    )
    assert {
        c for p, s in given.items() if p != "watch" for c in s if c.startswith("mailbox")
    } == set()
    assert [p for p, s in given.items() if "smarthost.password" in s] == ["send"]
    assert {p for p, s in given.items() if "database_url" not in s} == {"precheck"}


def test_every_path_is_made_by_the_installation() -> None:
    """A folder that is not there is a service that does not start."""
    made = (DEPLOY / "install.sh").read_text() + (DEPLOY / "command.sh").read_text()
    others = [*SYSTEMD.rglob("*.service"), *SYSTEMD.rglob("*.conf"), DEPLOY / "intake.toml"]
    named = {path for file in others for path in _FOLDER.findall(file.read_text())}

    assert {"/var/lib/intake", "/var/lib/intake-keys", "/etc/intake/intake.toml"} <= named
    for path in named - {PROGRAM}:
        assert re.search(rf"{re.escape(path)}(?![\w/-])", made), path
    assert "current=/opt/intake/current" in made


def test_the_settings_that_are_laid_down_are_right(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The first start would end with a fault in a file that nobody wrote."""
    monkeypatch.setenv("INTAKE_SETTINGS", str(DEPLOY / "intake.toml"))
    assert processes(load())
    commented = (DEPLOY / "intake.toml").read_text()
    everything = tmp_path / "everything.toml"
    everything.write_text(re.sub(r"^# (?=[\[a-z_\[\]]+(?: =|\]))", "", commented, flags=re.M))
    assert {"mailbox", "smarthost", "border", "metrics"} <= tomllib.loads(
        everything.read_text()
    ).keys()
    monkeypatch.setenv("INTAKE_SETTINGS", str(everything))

    assert {process for (process,) in processes(load())} >= {
        "watch",
        "send",
        "web",
        "work",
        "metrics",
    }


@pytest.mark.parametrize("script", ["install.sh", "command.sh"])
def test_the_scripts_are_sound(script: str) -> None:
    """They run as root, on any shell."""
    done = subprocess.run(
        ["shellcheck", "--shell=sh", DEPLOY / script], capture_output=True, text=True, check=False
    )

    assert done.stdout + done.stderr == ""
