"""Keys, providers, users, schema and ``run``: what an administrator types, and the exit codes
scripts rely on.
"""

from __future__ import annotations

import ctypes
import datetime as dt
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from intake.sandbox.client import Sandbox
from intake.secure_attachment import keys
from intake.settings import load
from intake.store import logins, open_store, second_factor
from intake.store.crypto.vault import Vault
from tests.commands.conftest import Intake
from tests.servers import free_port, make_certificate

PASSWORD = "correct paard batterij"


def file(tmp_path: Path, text: str) -> str:
    written = tmp_path / "secret.txt"
    written.write_text(text)
    return str(written)


class TestKeys:
    def test_create_makes_keys_and_a_certificate_to_publish_and_never_overwrites(
        self, intake: Intake, home: Path
    ) -> None:
        """A second run that made new keys would leave every kept mail unreadable."""
        first = intake("keys", "create")
        before = {path.name: path.read_bytes() for path in (home / "keys").iterdir()}

        second = intake("keys", "create")

        assert (first.code, second.code) == (0, 0)
        assert "-----BEGIN CERTIFICATE-----" in first.out
        assert "PRIVATE KEY" not in first.out + second.out
        assert {path.name: path.read_bytes() for path in (home / "keys").iterdir()} == before
        assert all(
            path.stat().st_mode & 0o077 == 0
            for path in [home / "keys", *(home / "keys").glob("*.key*")]
        )
        assert len(Vault(home / "keys").periods()) > 4

    def test_import_takes_an_existing_pair_and_list_shows_it(
        self, intake: Intake, tmp_path: Path
    ) -> None:
        """A municipality with a PKIoverheid certificate must be able to use it."""
        make_certificate(tmp_path)

        done = intake(
            "keys",
            "import",
            "--key",
            str(tmp_path / "key.pem"),
            "--certificate",
            str(tmp_path / "cert.pem"),
        )

        assert done.code == 0
        assert '"event.action": "keys"' in done.err, "whoever watches over security is told"
        fingerprint = done.out.split()[1].rstrip(",")
        assert fingerprint in intake("keys", "list").out

    @pytest.mark.parametrize("missing", ["key.pem", "cert.pem"])
    def test_import_names_the_file_that_it_cannot_read(
        self, intake: Intake, tmp_path: Path, missing: str
    ) -> None:
        """A typing fault in a path is mended in a second, when it is told."""
        make_certificate(tmp_path)
        (tmp_path / missing).unlink()

        done = intake(
            "keys",
            "import",
            "--key",
            str(tmp_path / "key.pem"),
            "--certificate",
            str(tmp_path / "cert.pem"),
        )

        assert done.code == 2
        assert missing in done.err
        assert "Traceback" not in done.err

    def test_an_expired_certificate_is_imported_by_force_only(
        self, intake: Intake, tmp_path: Path
    ) -> None:
        """Old mail may need a key whose certificate ended; nobody must publish it by mistake."""
        old = keys.create(
            tmp_path / "old",
            "Gemeente Almere",
            "crediteuren@almere.nl",
            dt.datetime(2020, 1, 1, tzinfo=dt.UTC),
            days=30,
        )
        (tmp_path / "key.pem").write_bytes(old.key)
        (tmp_path / "cert.pem").write_bytes(old.certificate)
        arguments = (
            "keys",
            "import",
            "--key",
            str(tmp_path / "key.pem"),
            "--certificate",
            str(tmp_path / "cert.pem"),
        )

        refused = intake(*arguments)

        assert (refused.code, refused.out) == (2, "")
        assert "cert.pem expired on 2020-01-31" in refused.err
        assert "--force" in refused.err
        assert intake(*arguments, "--force").code == 0
        assert old.fingerprint in intake("keys", "list").out


class TestProviders:
    def test_a_provider_is_registered_with_its_password_and_listed_without(
        self, installed: Intake, tmp_path: Path, home: Path
    ) -> None:
        """The agreed password opens every attachment of that provider."""
        done = installed(
            "provider", "add", "--kvk", "99900634", "--name", "Zorgpraktijk De Vlinder", "--email",
            "info@vlinder.example",
            "--attachment-password-file", file(tmp_path, f"{PASSWORD}\n"),
        )  # fmt: skip

        assert done.code == 0
        listed = installed("provider", "list")
        assert "99900634  Zorgpraktijk De Vlinder  info@vlinder.example" in listed.out
        assert PASSWORD not in done.out + done.err + listed.out + listed.err
        assert PASSWORD.encode() not in b"".join(
            path.read_bytes() for path in home.rglob("*") if path.is_file()
        )

    @pytest.mark.parametrize(
        ("kvk", "email", "named"),
        [
            ("123", "a@b.nl", "--kvk"),
            ("1234567x", "a@b.nl", "--kvk"),
            ("99900634", "geen adres", "--email"),
        ],
    )
    def test_a_wrong_number_or_address_is_refused(
        self, installed: Intake, kvk: str, email: str, named: str
    ) -> None:
        """A provider under a wrong number is never found, and its attachments stay shut."""
        done = installed("provider", "add", "--kvk", kvk, "--name", "X", "--email", email)

        assert done.code == 2
        assert named in done.err
        assert installed("provider", "list").out == ""

    @pytest.mark.parametrize("text", ["", "\n", None], ids=["empty", "empty line", "no file"])
    def test_a_password_file_without_a_password_is_refused(
        self, installed: Intake, tmp_path: Path, text: str | None
    ) -> None:
        """An empty password would be agreed without anybody noticing."""
        path = str(tmp_path / "nowhere.txt") if text is None else file(tmp_path, text)

        done = installed(
            "provider",
            "add",
            "--kvk",
            "99900634",
            "--name",
            "X",
            "--email",
            "a@b.nl",
            "--attachment-password-file",
            path,
        )

        assert done.code == 2
        assert Path(path).name in done.err


class TestUsers:
    def test_a_user_is_made_listed_and_removed(self, installed: Intake, tmp_path: Path) -> None:
        """Somebody who leaves the municipality must lose access with one command."""
        assert (
            installed("user", "add", "anna", "--password-file", file(tmp_path, PASSWORD)).code == 0
        )
        assert installed("user", "list").out == "anna  clerk\n"

        assert installed("user", "remove", "anna").code == 0

        assert installed("user", "list").out == ""

    def test_a_new_password_ends_the_waiting(self, installed: Intake, tmp_path: Path) -> None:
        """A clerk who forgot hers calls the administrator, and must not wait a quarter of an hour
        after that.
        """
        assert (
            installed("user", "add", "anna", "--password-file", file(tmp_path, PASSWORD)).code == 0
        )
        store = open_store(load())
        for number in range(logins.ATTEMPTS):
            assert logins.login(store, "anna", f"fout{number}", "192.0.2.1") is logins.Refusal.WRONG
        assert logins.login(store, "anna", PASSWORD, "192.0.2.1") is logins.Refusal.THROTTLED

        assert (
            installed("user", "add", "anna", "--password-file", file(tmp_path, PASSWORD)).code == 0
        )

        assert isinstance(logins.login(store, "anna", PASSWORD, "192.0.2.1"), logins.LoggedIn)
        store.close()

    def test_a_short_password_and_an_unknown_user_are_refused(
        self, installed: Intake, tmp_path: Path
    ) -> None:
        """A script that removes somebody must see that nobody was removed."""
        assert installed("user", "add", "anna", "--password-file", file(tmp_path, "kort")).code == 2
        assert installed("user", "list").out == ""
        assert installed("user", "remove", "bestaat-niet").code == 2

    def test_a_lost_telephone_and_who_did_what_stand_in_the_audit(
        self, installed: Intake, tmp_path: Path
    ) -> None:
        """Somebody would be shut out; or got a role, and nobody could say from whom."""
        installed("user", "add", "anna", "--password-file", file(tmp_path, PASSWORD))
        with open_store(load()) as store:
            number = second_factor.new_number()
            step = int(store.clock().timestamp()) // second_factor.STEP_SECONDS
            code = second_factor.code(second_factor.secret(store, "anna", number), step)
            assert second_factor.enrol(store, "anna", number, code) is not None
        assert "second step" in installed("user", "list").out

        assert installed("user", "reset-step", "anna").code == 0
        assert installed("user", "reset-step", "bestaat-niet").code == 2

        assert installed("user", "list").out == "anna  clerk\n"
        installed("user", "roles", "anna", "--role", "auditor")
        told = installed("audit", "export", "--nen7513").out
        for words in ("Gebruiker gemaakt", "Tweede stap gewist", "anna auditor", '"rol": '):
            assert words in told


class TestSubject:
    def test_a_client_is_asked_for_by_file_and_never_repeated(
        self, installed: Intake, tmp_path: Path
    ) -> None:
        """A number in an argument stands in the shell's history and in the list of processes."""
        for typed, code in (("999990019", 0), ("123456789", 2)):
            for what in (
                ("find",),
                ("export",),
                ("restrict", "--why", "bezwaar"),
                ("restrict", "--pay"),
                ("erase",),
            ):
                done = installed("subject", *what, "--bsn-file", file(tmp_path, typed))
                assert done.code == code, what
                assert typed not in done.out + done.err
        right = file(tmp_path, "999990019")
        assert installed("subject", "restrict", "--why", "zomaar", "--bsn-file", right).code == 2


class TestSchema:
    def test_migrate_makes_the_database_and_may_be_run_again(
        self, intake: Intake, home: Path
    ) -> None:
        """After each upgrade the same command is typed, needed or not."""
        assert intake("migrate").code == 0
        assert (home / "intake.db").is_file()
        assert intake("migrate").code == 0

    def test_a_newer_schema_is_left_alone(self, installed: Intake, home: Path) -> None:
        """An older program on a newer database could damage it."""
        with sqlite3.connect(home / "intake.db") as database:
            database.execute("UPDATE alembic_version SET version_num = '9999'")

        for command in ("migrate", "run", "work", "web"):
            done = installed(command)
            assert done.code == 2
            assert "9999" in done.err

    @pytest.mark.parametrize("command", ["run", "work", "receive", "watch", "send", "web"])
    def test_no_process_starts_without_schema_and_each_names_the_command(
        self, intake: Intake, home: Path, command: str
    ) -> None:
        """A database made on the way would hide that INTAKE_HOME is wrong."""
        done = intake(command)

        assert done.code == 2
        assert "intake migrate" in done.err
        assert "Traceback" not in done.err
        assert not (home / "intake.db").exists()

    @pytest.mark.parametrize("command", ["run", "work"])
    def test_no_process_starts_without_keys(
        self, installed: Intake, home: Path, command: str
    ) -> None:
        """Keys made silently on the way would lock out all that was kept with the old ones."""
        (home / "keys").rename(home / "elsewhere")

        done = installed(command)

        assert done.code == 2
        assert "intake keys create" in done.err
        assert not (home / "keys").exists()


class TestUsage:
    def test_all_wrong_settings_are_told_at_once(self, intake: Intake) -> None:
        """One fault a start costs an afternoon."""
        done = intake("doctor", workers="veel", replies__mode="misschien", mailbox__port="99999")

        assert done.code == 2
        for name in ("INTAKE_WORKERS", "INTAKE_REPLIES__MODE", "INTAKE_MAILBOX__PORT"):
            assert name in done.err

    @pytest.mark.parametrize(
        "arguments",
        [
            ("bestaat-niet",),
            ("check",),
            ("keys", "import"),
            ("provider", "add"),
            ("check", "--geen-optie", "x.pdf"),
        ],
    )
    def test_wrong_usage_is_two(self, intake: Intake, arguments: tuple[str, ...]) -> None:
        """Scripts tell their own fault from a refused invoice by this number."""
        assert intake(*arguments).code == 2


@pytest.mark.parametrize("command", ["run", "receive"])
def test_a_certificate_that_does_not_work_stops_the_start(
    installed: Intake, tmp_path: Path, command: str
) -> None:
    """A supervisor that starts a receiver over and over, while no mail comes in, looks like a
    service that runs.
    """
    other = tmp_path / "other"
    other.mkdir()
    make_certificate(tmp_path)
    make_certificate(other)

    done = installed(
        command, smtp__certificate=str(tmp_path / "cert.pem"), smtp__key=str(other / "key.pem")
    )

    assert done.code == 2
    assert "INTAKE_SMTP__KEY" in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize("command", [("work",), ("process", "mail.eml")], ids=["work", "process"])
def test_nothing_is_judged_when_a_reader_cannot_be_loaded(
    installed: Intake, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    """A package that is missing after an upgrade must not send every invoice to quarantine."""
    Path("mail.eml").write_bytes(b"From: x@example.nl\r\n\r\nHierbij onze factuur.\r\n")
    monkeypatch.setattr(
        Sandbox, "broken_tasks", lambda _sandbox: {"read-invoice": "ModuleNotFoundError"}
    )

    done = installed(*command)

    assert done.code == 2
    assert "read-invoice" in done.err


@pytest.mark.parametrize("command", ["work", "watch"])
def test_a_signal_that_another_thread_took_ends_the_process(
    installed: Intake, home: Path, tmp_path: Path, command: str
) -> None:
    """A container that was paused may hand SIGTERM to any thread; deaf to it, the process is killed
    in the middle of its work.
    """
    (tmp_path / "in").mkdir()
    process = subprocess.Popen(
        [sys.executable, "-m", "intake", command],
        env=os.environ | {"INTAKE_FOLDER__PATH": str(tmp_path / "in")},
    )
    tasks = Path(f"/proc/{process.pid}/task")
    until = time.monotonic() + 60
    while len(threads := sorted(int(task.name) for task in tasks.iterdir())) < 2:
        assert time.monotonic() < until
        time.sleep(0.1)
    time.sleep(1)  # by now its first thread waits for the others

    assert ctypes.CDLL(None).tgkill(process.pid, threads[-1], signal.SIGTERM) == 0

    try:
        assert process.wait(20) == 0
    finally:
        process.kill()


def _run(review: int) -> subprocess.Popen[str]:
    """``intake run`` with the page on this port."""
    environment = os.environ | {
        "INTAKE_SMTP__LISTEN": f"127.0.0.1:{free_port()}",
        "INTAKE_SMTP__LMTP_LISTEN": "",
        "INTAKE_REVIEW__LISTEN": f"127.0.0.1:{review}",
    }
    return subprocess.Popen(
        [sys.executable, "-m", "intake", "run"], env=environment, stderr=subprocess.PIPE, text=True
    )


def _read_until(process: subprocess.Popen[str], word: str) -> list[str]:
    assert process.stderr is not None
    said = [process.stderr.readline()]
    while word not in said[-1]:
        assert said[-1], said
        said.append(process.stderr.readline())
    return said


def test_run_starts_the_service_and_ends_with_zero_on_sigterm(
    installed: Intake, home: Path
) -> None:
    """A supervisor takes another code for a crash, and a second later starts what was to stop."""
    with _run(free_port()) as process:
        said = _read_until(process, "listening")

        process.send_signal(signal.SIGTERM)

        assert process.wait(40) == 0
    assert f"INTAKE_HOME is {home}" in said[0]


def test_no_process_outlives_a_run_that_was_killed(installed: Intake) -> None:
    """A receiver that nobody looks after would go on answering 250, beside the next one's."""
    with _run(free_port()) as process:
        _read_until(process, "listening")
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()

        process.kill()

        until = time.monotonic() + 40
        while alive := [child for child in children if Path(f"/proc/{child}/exe").exists()]:
            assert time.monotonic() < until, alive
            time.sleep(0.1)
    assert len(children) >= 3


def test_a_process_that_cannot_start_ends_the_whole_with_its_reason(installed: Intake) -> None:
    """A page that never starts, beside a worker that runs, is seen when somebody misses it."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with _run(port) as process:
            said = process.communicate(timeout=60)[1]

    assert process.returncode == 2
    assert f"INTAKE_REVIEW__LISTEN 127.0.0.1:{port}" in said
    assert "`intake web` cannot start" in said
    assert "Traceback" not in said
