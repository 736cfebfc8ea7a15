"""Databases for tests: a fresh SQLite file, or a fresh database of a real PostgreSQL that this test
run starts itself.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import fcntl
import itertools
import json
import os
import pwd
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import psycopg
import pytest

from intake import settings as settings_module
from intake import worker
from intake.children import open_sandbox
from intake.model.basics import local_today
from intake.sandbox.client import Sandbox
from intake.sandbox.task import ChildKind
from intake.settings import Settings
from intake.store import Store, open_store
from intake.store.crypto import vault
from intake.store.migration import migrate
from tests.secure_attachment.containers.matrix_table import (
    pytest_terminal_summary as pytest_terminal_summary,
)

hypothesis.settings.register_profile("unhurried", deadline=None)
hypothesis.settings.load_profile("unhurried")
"""A machine that is busy with other things says nothing of what was drawn."""

SettingsOn = Callable[..., Settings]
"""``settings_on("sqlite" | "postgresql", **overrides)``: settings of a fresh installation,
migrated, with keys."""


def with_section(settings: Settings, name: str, **values: Any) -> Settings:
    """These settings with other values in one section."""
    section = getattr(settings, name).model_copy(update=values)
    return settings.model_copy(update={name: section})


class Cluster:
    """A PostgreSQL server of our own, reached by a socket in its own folder.

    As root it runs as the user ``postgres``.
    """

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="intake-pg-"))
        self._bin = _postgresql_programs()
        self._numbers = itertools.count()
        if os.getuid() == 0:
            account = pwd.getpwnam("postgres")
            os.chown(self.folder, account.pw_uid, account.pw_gid)
        self.folder.chmod(0o755)
        self._run(
            "initdb",
            "-D",
            str(self.folder / "data"),
            "-A",
            "trust",
            "-U",
            "app",
            "--no-sync",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
        )
        self.start()

    def start(self) -> None:
        options = f"-c listen_addresses='' -c fsync=off -c max_connections=200 -k {self.folder}"
        self._run(
            "pg_ctl",
            "-D",
            str(self.folder / "data"),
            "-w",
            "-l",
            str(self.folder / "log"),
            "-o",
            options,
            "start",
        )

    def stop(self) -> None:
        """As by a power cut: ``immediate``."""
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "stop")

    def address(self, database: str) -> str:
        return f"postgresql://app@/{database}?host={self.folder}"

    def new_database(self, template: str = "template1") -> str:
        """The name of a fresh database."""
        name = f"test_{next(self._numbers)}"
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY wal_log")
        return name

    def drop_database(self, name: str) -> None:
        """Hundreds of them would fill the disk and take long to remove at the end."""
        with (
            contextlib.suppress(psycopg.OperationalError),
            psycopg.connect(self.address("postgres"), autocommit=True) as connection,
        ):
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def dump(self, database: str) -> bytes:
        """Every row, as text."""
        return subprocess.run(
            [self._bin / "pg_dump", "-h", self.folder, "-U", "app", database],
            check=True,
            capture_output=True,
        ).stdout

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._bin / program), *arguments]
        if os.getuid() == 0:
            command = ["su", "postgres", "-c", shlex.join(command)]
        done = (
            subprocess.run(
                command, cwd=self.folder, stdin=subprocess.DEVNULL, capture_output=True, text=True
            )
            if program == "initdb"
            else None
        )
        if (
            done is None
        ):  # the server inherits the outputs of pg_ctl, so that a pipe would never end
            with (self.folder / "pg_ctl.log").open("a") as log:
                done = subprocess.run(
                    command,
                    cwd=self.folder,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    text=True,
                )
        if done.returncode:
            raise RuntimeError(
                f"{program} failed: {done.stderr or (self.folder / 'pg_ctl.log').read_text()}"
            )


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Cluster]:
    """One real PostgreSQL for this test process; when it is not installed, tests that need it fail."""
    cluster = Cluster()
    try:
        yield cluster
    finally:
        cluster.remove()


@pytest.fixture(scope="session")
def reading() -> Iterator[Sandbox]:
    """Children that read, warmed up once for all tests of this process."""
    with open_sandbox(ChildKind.READING) as opened:
        yield opened


@pytest.fixture(scope="session")
def decrypting() -> Iterator[Sandbox]:
    """Likewise those that open what is locked."""
    with open_sandbox(ChildKind.DECRYPTING) as opened:
        yield opened


@pytest.fixture
def warm(reading: Sandbox, decrypting: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker in this process takes these children: starting its own takes longer than its work."""
    known = {ChildKind.READING: reading, ChildKind.DECRYPTING: decrypting}
    monkeypatch.setattr(
        worker, "open_sandbox", lambda kind, _need: contextlib.nullcontext(known[kind])
    )


def once(
    folders: pytest.TempPathFactory, name: str, make: Callable[[], dict[str, Any]]
) -> dict[str, Any]:
    """What costs much and is the same for all: made by the first of the workers that asks for it."""
    shared = folders.getbasetemp().parent if "PYTEST_XDIST_WORKER" in os.environ else None
    if shared is None:
        return make()
    file = shared / f"{name}.json"
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not file.exists():
            file.write_text(json.dumps(make()), encoding="utf-8")
    made: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return made


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with keys and a migrated SQLite database, to be copied: of 2026, with keys that were
    made every year since.
    """
    folder = tmp_path_factory.mktemp("prepared")
    today = local_today()
    for day in (*(dt.date(year, 1, 1) for year in range(2026, today.year + 1)), today):
        vault.create_keys(folder / "keys", day)
    migrate(settings_module.load(home=folder))
    return folder


@pytest.fixture(scope="session")
def migrated_template(postgresql: Cluster, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a migrated PostgreSQL database, to be copied."""
    name = postgresql.new_database()
    migrate(
        settings_module.load(
            home=tmp_path_factory.mktemp("template"), database_url=postgresql.address(name)
        )
    )
    return name


@pytest.fixture
def settings_on(
    request: pytest.FixtureRequest, prepared: Path, tmp_path: Path
) -> Iterator[SettingsOn]:
    numbers = itertools.count()
    made: list[tuple[Cluster, str]] = []

    def make(kind: str, **overrides: Any) -> Settings:
        home = tmp_path / f"home-{next(numbers)}"
        overrides = {"replies__undo_seconds": 0} | overrides
        shutil.copytree(prepared / "keys", home / "keys")
        if kind == "postgresql":
            cluster: Cluster = request.getfixturevalue("postgresql")
            made.append(
                (cluster, cluster.new_database(request.getfixturevalue("migrated_template")))
            )
            overrides["database_url"] = cluster.address(made[-1][1])
        else:
            shutil.copy(prepared / "intake.db", home / "intake.db")
        return settings_module.load(home=home, **overrides)

    yield make
    for cluster, name in made:
        cluster.drop_database(name)


@pytest.fixture
def store(settings_on: SettingsOn) -> Iterator[Store]:
    """An open store on a fresh SQLite database."""
    opened = open_store(settings_on("sqlite"))
    yield opened
    opened.close()


def _postgresql_programs() -> Path:
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda program: int(program.parts[-3])
    )
    if not found:
        raise RuntimeError("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    return found[-1].parent
