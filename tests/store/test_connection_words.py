"""What is said when the database cannot be had: the one setting to look at, never its password, and
never that something is absent which only cannot be read.
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import psycopg
import pytest

from intake.errors import ConfigurationError, IntakeError, StoreUnavailable
from intake.settings import load
from intake.store import open_store
from intake.store.engine import make_engine, own_errors
from tests.conftest import Cluster, SettingsOn

SECRET = "geheim-7K2x"


def told(address: str, home: Path) -> str:
    with pytest.raises(StoreUnavailable) as said:
        open_store(load(home=home, database_url=address))
    return str(said.value)


class TestServer:
    @pytest.mark.parametrize(
        ("address", "said"),
        [
            ("postgresql://app@nergens.invalid/app", "no such host"),
            ("postgresql://app@127.0.0.1:1/app", "nobody listens at that port"),
            ("postgresql://app@/app?host=/nergens", "no server at that socket"),
            ("postgresql://niemand@/postgres?host=FOLDER", "no such role"),
            ("postgresql://app@/nergens?host=FOLDER", "no such database"),
        ],
    )
    def test_each_thing_has_its_own_words(
        self, postgresql: Cluster, tmp_path: Path, address: str, said: str
    ) -> None:
        """'No connection' sends the administrator through five settings and three departments."""
        assert said in told(address.replace("FOLDER", str(postgresql.folder)), tmp_path)

    @pytest.mark.parametrize(
        ("driver", "said"),
        [
            (
                'connection failed: FATAL:  password authentication failed for user "app"',
                "password",
            ),
            ("fe_sendauth: no password supplied", "set it in INTAKE_DATABASE_URL"),
            ('FATAL:  Peer authentication failed for user "app"', "another user of the machine"),
            ('FATAL:  no pg_hba.conf entry for host "192.0.2.1", user "app"', "pg_hba.conf"),
            ("SSL error: certificate verify failed", "sslrootcert=FILE"),
            ('root certificate file "/x.pem" does not exist', "sslrootcert=FILE"),
            ("server does not support SSL, but SSL was required", "sslmode"),
            ("connection timeout expired", "firewall"),
            (f"wat anders met {SECRET}", "INTAKE_DATABASE_URL"),
        ],
    )
    def test_what_the_driver_says_is_understood_and_not_repeated(
        self, driver: str, said: str
    ) -> None:
        """Its words name roles and addresses, and are in a log for years."""
        engine = make_engine("postgresql://app@db.example/app")

        with pytest.raises(StoreUnavailable) as raised, own_errors(engine):
            raise psycopg.OperationalError(driver)

        assert said in str(raised.value)
        assert "192.0.2.1" not in str(raised.value)
        assert SECRET not in str(raised.value)


class TestFile:
    def test_one_that_cannot_be_seen_is_not_called_absent(self, tmp_path: Path) -> None:
        """Whoever is told that there is no schema yet makes a new, empty database."""
        (tmp_path / "file").write_text("x")

        said = told(f"sqlite:///{tmp_path / 'file' / 'intake.db'}", tmp_path)

        assert "cannot be read" in said
        assert "migrate" not in said

    def test_one_that_is_no_database_says_so(self, tmp_path: Path) -> None:
        """A page of Python and no word of what to do, while all mail waits."""
        file = tmp_path / "intake.db"
        file.write_bytes(b"geen database " * 1000)

        assert "intake restore" in told(f"sqlite:///{file}", tmp_path)

    def test_one_that_cannot_be_opened_names_its_owner(self, tmp_path: Path) -> None:
        """After a copy as root the service cannot open its own database."""
        engine = make_engine(f"sqlite:///{tmp_path / 'intake.db'}")
        fault = sqlite3.OperationalError("unable to open database file")
        fault.sqlite_errorname = "SQLITE_CANTOPEN"

        with pytest.raises(StoreUnavailable, match="who owns"), own_errors(engine):
            raise fault


def test_a_key_store_that_cannot_be_read_is_not_called_empty(
    settings_on: SettingsOn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever is told that keys are missing makes new ones, with which no case opens."""
    chosen = settings_on("sqlite")
    listdir = os.listdir

    def refused(folder: Path) -> list[str]:
        if Path(folder) == chosen.key_folder:
            raise PermissionError(13, "Permission denied")
        return listdir(folder)

    monkeypatch.setattr(os, "listdir", refused)

    with pytest.raises(ConfigurationError) as raised:
        open_store(chosen)

    assert "cannot be read" in str(raised.value)
    assert "run `intake keys create`" not in str(raised.value)
    assert isinstance(raised.value, IntakeError)
