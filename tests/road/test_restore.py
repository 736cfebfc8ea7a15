"""The drill of README: yesterday's backup is put back, and nothing is missing and nothing left
twice.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from email import message_from_bytes
from pathlib import Path

import pytest

from intake.store import Store, audit, audit_heads, cases, journal, open_store
from intake.store.tables import CaseState, ReplyState
from tests.conftest import Cluster
from tests.road.installation import Installation, eventually, installed
from tests.servers import Sink, run_dovecot, run_sink

CLERK = "crediteuren"
FEW, THIRTY = (6, 6, 2), (12, 15, 3)
"""Mails before the backup, after it, and after it by SMTP."""


def intake(installation: Installation, *arguments: str) -> subprocess.CompletedProcess[str]:
    own = {
        name: value for name, value in os.environ.items() if not name.startswith("INTAKE_")
    } | installation.environment
    command = [sys.executable, "-m", "intake", *arguments]
    return subprocess.run(
        command, env=own, cwd=installation.home, capture_output=True, text=True, timeout=120
    )


def mails(installation: Installation, number: int, first: int) -> list[bytes]:
    """Every other one is refused with a letter; each is a mail of its own."""
    kinds = [installation.example(name) for name in ("07-kvk-missing", "02-good-vat-21-zip")]
    made = []
    for n in range(first, first + number):
        raw = kinds[n % 2]
        head, body = raw.split(b"\r\n\r\n", 1)
        old = message_from_bytes(head)["Message-ID"].encode()
        made.append(head.replace(old, b"<drill-%d@aanbieder.example>" % n) + b"\r\n\r\n" + body)
    return made


def kill(installation: Installation) -> None:
    for process in installation.processes:
        process.kill()
        process.wait(10)
    installation.processes.clear()


def start(installation: Installation) -> None:
    for part in ("receive", "watch", "work", "send"):
        installation.start(part)


def answered(sink: Sink) -> Counter[str]:
    """How many replies left to each mail."""
    return Counter(str(message_from_bytes(raw)["In-Reply-To"]) for _, _, raw in sink.messages)


def kept(store: Store) -> list[bytes]:
    return [
        journal.raw_mail(store, row.reference)[0] for row in cases.list_cases(store, limit=1000)
    ]


@pytest.mark.parametrize(
    ("database", "counts"),
    [
        ("sqlite", FEW),
        pytest.param("sqlite", THIRTY, marks=pytest.mark.long),
        pytest.param("postgresql", THIRTY, marks=pytest.mark.long),
    ],
)
def test_restore_with_mails_in_flight(
    database: str, counts: tuple[int, int, int], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """After a disk failure, an invoice that came after the backup would be nobody's, or a provider
    would be refused twice.
    """
    count_before, count_after, count_by_smtp = counts
    cluster: Cluster | None = (
        request.getfixturevalue("postgresql") if database == "postgresql" else None
    )
    with run_dovecot() as dovecot, run_sink() as sink:
        environment = {
            "INTAKE_KEYS": str(tmp_path / "keys"),
            "INTAKE_REPLIES__MODE": "automatic",
            "INTAKE_REPLIES__PER_SENDER_A_DAY": "1000",
            "INTAKE_SMARTHOST__ADDRESS": f"127.0.0.1:{sink.port}",
            "INTAKE_SMARTHOST__TLS": "none",
            "INTAKE_MAILBOX__HOST": "127.0.0.1",
            "INTAKE_MAILBOX__PORT": str(dovecot.imap_port),
            "INTAKE_MAILBOX__TLS": "false",
            "INTAKE_MAILBOX__USER": CLERK,
            "INTAKE_MAILBOX__PASSWORD": "pw",
            "INTAKE_MAILBOX__SINCE": "2020-01-01T00:00:00+00:00",
            "INTAKE_MAILBOX__POLL_SECONDS": "0.5",
        }
        if cluster:
            environment["INTAKE_DATABASE_URL"] = cluster.address(cluster.new_database())
        with installed(tmp_path / "home", **environment) as installation:
            installation.store.close()
            before, after, by_smtp = (
                mails(installation, count_before, 0),
                mails(installation, count_after, 100),
                mails(installation, count_by_smtp, 200),
            )
            start(installation)
            for number, raw in enumerate(before):
                if number % 3:
                    dovecot.append(CLERK, raw)
                else:
                    assert installation.deliver(raw)
            eventually(
                lambda: len(dovecot.messages(CLERK, "verwerkt")) >= 2,
                "the backup falls among mails in flight",
                120,
            )

            made = json.loads(intake(installation, "backup", str(tmp_path), "--json").stdout)

            for raw in after:
                dovecot.append(CLERK, raw)
            for raw in by_smtp:
                assert installation.deliver(raw)
            eventually(
                lambda: (
                    len(dovecot.messages(CLERK, "verwerkt"))
                    == count_before - count_before // 3 + count_after
                ),
                "all are kept",
                120,
            )
            eventually(
                lambda: len(sink.messages) >= count_before // 2,
                "letters leave after the backup was made",
                120,
            )
            kill(installation)
            if cluster:
                installation.environment["INTAKE_DATABASE_URL"] = cluster.address(
                    cluster.new_database()
                )
            else:
                for file in installation.home.glob("intake.db*"):
                    file.unlink()

            told = intake(installation, "restore", made["file"])
            assert told.returncode == 0, told.stderr
            assert "SMTP and LMTP: mails that came after" in told.stdout
            start(installation)
            copies = tmp_path / "copies"
            copies.mkdir()
            for number, raw in enumerate(by_smtp):
                (copies / f"{number}.eml").write_bytes(raw)
            taken_in = intake(
                installation, "process", "--json", *map(str, sorted(copies.iterdir()))
            )
            assert len(taken_in.stdout.splitlines()) == count_by_smtp, taken_in.stderr
            sent = [*before, *after, *by_smtp]

            installation.store = store = open_store(installation.settings)
            eventually(lambda: installation.all_decided(len(sent)), "each mail is decided", 120)
            installation.stop()

            assert sorted(kept(store)) == sorted(sent)
            assert CaseState.REJECTED in installation.states()
            assert max(answered(sink).values()) == 1
            _each_letter_left_or_is_held(store, sink)
            assert audit.verify(
                store,
                *(head.head for head in audit_heads.read(audit_heads.file_of(store.settings))),
            ).whole
            assert not _is_wrong(intake(installation, "doctor").stdout, "database", "mailbox")


def _each_letter_left_or_is_held(store: Store, sink: Sink) -> None:
    """Of an invoice that came again, refused again, the letter about the last one counts."""
    gone = answered(sink)
    for row in cases.list_cases(store, limit=1000):
        case = cases.get_case(store, row.reference)
        letter = case.reply
        message_id = message_from_bytes(journal.raw_mail(store, row.reference)[0])["Message-ID"]
        is_told = letter is None or gone[message_id] or letter.state is ReplyState.HELD
        assert is_told or case.revised


def _is_wrong(told: str, *parts: str) -> list[str]:
    return [
        line
        for line in told.splitlines()
        if line.startswith(tuple(f"WRONG  {part}:" for part in parts))
    ]


def test_a_database_that_was_put_back_in_silence_does_not_start(tmp_path: Path) -> None:
    """An administrator who copies a file back and starts the service would have yesterday's letters
    leave again.
    """
    with installed(
        tmp_path / "home",
        INTAKE_KEYS=str(tmp_path / "keys"),
        INTAKE_SMTP__LISTEN="",
        INTAKE_SMTP__LMTP_LISTEN="",
    ) as installation:
        copy = json.loads(intake(installation, "backup", str(tmp_path), "--json").stdout)["file"]
        installation.start("work")
        eventually(lambda: (tmp_path / "keys" / "database.mark").exists(), "the worker is alive")
        installation.stop()
        installation.store.close()
        for file in installation.home.glob("intake.db*"):
            file.unlink()
        (installation.home / "intake.db").write_bytes(Path(copy).read_bytes())

        for arguments in (("run",), ("send",), ("process", str(tmp_path / "absent.eml"))):
            done = intake(installation, *arguments)
            assert (done.returncode, "intake restore" in done.stderr) == (2, True), done.stderr
        assert _is_wrong(intake(installation, "doctor").stdout, "database")

        assert intake(installation, "restore").returncode == 0

        assert not _is_wrong(intake(installation, "doctor").stdout, "database")
