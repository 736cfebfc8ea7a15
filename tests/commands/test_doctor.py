"""``intake doctor``: every fault has its line, the line says how to mend it, and no secret stands
in any of them.
"""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from intake.commands import doctor as command
from intake.model.basics import AMSTERDAM, local_today
from intake.model.mail import Envelope, LeftOut, LeftOutWhy, MailboxFolder
from intake.sandbox.client import Sandbox
from intake.secure_attachment import keys
from intake.settings import load
from intake.store import (
    Store,
    audit,
    audit_heads,
    health,
    journal,
    mailbox_ledger,
    open_store,
    users,
)
from tests.commands.conftest import Ended, Intake
from tests.servers import Dovecot, free_port, make_certificate, run_sink
from tests.store import things

SECRET = "geheim-7K2x"


def lines(done: Ended, part: str) -> list[str]:
    """What was said of one part."""
    return [
        line
        for line in done.out.splitlines()
        if line[7:].startswith(f"{part}: ") and not line.startswith("  ")
    ]


@pytest.fixture(autouse=True)
def quick_sandbox(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The readers load in a second each; only the tests about them need that."""
    if "sandbox" not in request.node.name:
        monkeypatch.setattr(
            command,
            "CHECKS",
            [(part, check) for part, check in command.CHECKS if part not in ("sandbox", "ocr")],
        )


@pytest.fixture(scope="module")
def certified(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a fresh certificate."""
    folder = tmp_path_factory.mktemp("certified")
    keys.create(folder, "Gemeente Almere", "crediteuren@almere.nl")
    return folder


@pytest.fixture
def store(installed: Intake) -> Iterator[Store]:
    opened = open_store(load())
    yield opened
    opened.close()


def test_a_whole_installation_is_fine_with_a_real_mailbox_and_relay(
    installed: Intake, home: Path, certified: Path, dovecot: Dovecot, store: Store, tmp_path: Path
) -> None:
    """A doctor who finds faults in what works is not asked again."""
    for file in certified.iterdir():
        shutil.copy2(file, home / "keys")
    (home / "keys").rename(tmp_path / "keys")
    users.set_user(store, "anna", "correct paard batterij")
    with run_sink() as sink:
        done = installed(
            "doctor", keys=str(tmp_path / "keys"), mailbox__host="127.0.0.1",
            mailbox__port=str(dovecot.imap_port), mailbox__tls="false",
            mailbox__user="crediteuren", mailbox__password="pw",
            smarthost__address=f"127.0.0.1:{sink.port}", smarthost__tls="none",
            border__authserv_ids="mx.example.nl", border__hosts="mx.example.nl",
        )  # fmt: skip

    assert done.code == 0, done.out
    (told,) = [line for line in done.out.splitlines() if line.startswith(("WRONG", "note"))]
    assert "run `intake run`" in told
    assert not sink.messages


@pytest.mark.parametrize(
    "address",
    [
        f"postgresql://intake:{SECRET}@127.0.0.1:1/intake",
        f"postgresql+psycopg://intake@127.0.0.1:1/intake?password={SECRET}&sslpassword={SECRET}",
        f"postgresql:/intake:{SECRET}@kapot",
        f"geen adres {SECRET}",
        f"mysql://intake:{SECRET}@127.0.0.1/intake",
    ],
)
def test_no_secret_is_printed(installed: Intake, address: str) -> None:
    """Its output is pasted into tickets and mails."""
    done = installed(
        "doctor",
        database_url=address,
        mailbox__host="127.0.0.1",
        mailbox__port="1",
        mailbox__password=SECRET,
        smarthost__password=SECRET,
    )

    assert done.code == 2
    assert SECRET not in done.out + done.err
    assert lines(done, "database")[0].startswith("WRONG")
    assert "Traceback" not in done.err


def test_an_empty_installation_names_each_command_to_type(intake: Intake) -> None:
    """The first thing an administrator runs."""
    done = intake("doctor")

    assert done.code == 2
    assert "intake keys create" in lines(done, "keys")[0]
    assert "intake keys create" in lines(done, "certificate")[0]
    assert "intake migrate" in lines(done, "database")[0]


def test_every_line_that_is_not_fine_says_how_to_mend_it(installed: Intake, tmp_path: Path) -> None:
    """'Something is wrong' helps nobody at three in the morning."""
    done = installed(
        "doctor", mailbox__host="127.0.0.1", mailbox__port="1", smarthost__address="127.0.0.1:1",
        smarthost__tls="none", smtp__listen="0.0.0.0:2525",
        review__listen="0.0.0.0:8000", review__secure_cookie="false",
        folder__path=str(tmp_path / "nowhere"), require_sandbox="off",
    )  # fmt: skip

    bad = [line for line in done.out.splitlines() if line.startswith(("WRONG", "note"))]
    assert len(bad) >= 8
    for line in bad:
        assert any(
            word in line for word in ("run `", "set ", "check ", "make ", "start ", "publish ")
        ), line


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"mailbox__password": "verkeerd"}, "INTAKE_MAILBOX__PASSWORD"),
        ({"mailbox__folder": "Bestaat niet"}, "INTAKE_MAILBOX__FOLDER"),
        ({"mailbox__port": "1"}, "INTAKE_MAILBOX__PORT"),
        ({"mailbox__tls": "true"}, "INTAKE_MAILBOX__TLS"),
    ],
)
def test_each_fault_of_a_mailbox_has_its_own_line(
    installed: Intake, dovecot: Dovecot, changes: dict[str, str], said: str
) -> None:
    """'Mailbox does not work' sends the administrator to the wrong department."""
    settings = {
        "mailbox__host": "127.0.0.1", "mailbox__port": str(dovecot.imap_port),
        "mailbox__tls": "false", "mailbox__user": "crediteuren", "mailbox__password": "pw",
    }  # fmt: skip

    (line,) = lines(installed("doctor", **settings | changes), "mailbox")

    assert line.startswith("WRONG")
    assert said in line


@pytest.mark.parametrize(
    ("settings", "state", "said"),
    [
        ({"replies__mode": "automatic"}, "WRONG", "INTAKE_SMARTHOST__ADDRESS"),
        ({"replies__mode": "confirm"}, "note", "INTAKE_SMARTHOST__ADDRESS"),
        ({"smarthost__address": "127.0.0.1:1"}, "WRONG", "no connection"),
        ({"smarthost__address": "SINK", "smarthost__tls": "starttls"}, "WRONG", "STARTTLS"),
        (
            {"smarthost__address": "SINK", "smarthost__tls": "none", "smarthost__user": "u"},
            "WRONG",
            "login",
        ),
        ({"smarthost__address": "SINK", "smarthost__tls": "none"}, "ok", "through"),
        ({"smarthost__address": "geen poort"}, "WRONG", "host:port"),
    ],
)
def test_each_fault_of_the_relay_has_its_own_line(
    installed: Intake, settings: dict[str, str], state: str, said: str
) -> None:
    """Replies that never leave are found out weeks later, by phone."""
    with run_sink() as sink:
        (line,) = lines(
            installed(
                "doctor",
                **{
                    name: value.replace("SINK", f"127.0.0.1:{sink.port}")
                    for name, value in settings.items()
                },
            ),
            "replies",
        )

    assert line.startswith(state)
    assert said in line


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"smtp__listen": "0.0.0.0:25"}, "INTAKE_BORDER__RELAYS"),
        ({"border__relays": "0.0.0.0/0"}, "whole world"),
        ({"smtp__listen": "0.0.0.0:25", "border__relays": "192.0.2.1"}, "INTAKE_SMTP__REQUIRE_TLS"),
        ({"border__authserv_ids": "mx.example.nl"}, "INTAKE_BORDER__HOSTS"),
        ({"border__hosts": "mx.example.nl"}, "INTAKE_BORDER__AUTHSERV_IDS"),
        ({"smtp__certificate": "/nergens/cert.pem"}, "INTAKE_SMTP__CERTIFICATE"),
    ],
)
def test_faults_of_the_door_are_told(
    installed: Intake, settings: dict[str, str], said: str
) -> None:
    """A door that is open to everybody, or that trusts nobody, works without a sound."""
    done = installed("doctor", **settings)

    assert any(
        said in line
        for part in ("receiver", "border")
        for line in lines(done, part)
        if not line.startswith("ok")
    )


def test_an_expired_certificate_and_a_key_that_does_not_fit_are_told(
    installed: Intake, tmp_path: Path
) -> None:
    """Mail servers that check refuse to deliver, and the sender is told, not we."""
    make_certificate(tmp_path)
    old = keys.create(
        tmp_path / "old",
        "Gemeente Almere",
        "crediteuren@almere.nl",
        dt.datetime(2020, 1, 1, tzinfo=dt.UTC),
        days=30,
    )
    folder = tmp_path / "old"

    expired = installed(
        "doctor",
        smtp__certificate=str(folder / f"{old.name}.certificate.pem"),
        smtp__key=str(folder / f"{old.name}.key.pem"),
    )
    unfit = installed("doctor", smtp__key=str(tmp_path / "key.pem"))

    assert [
        line
        for line in lines(expired, "receiver")
        if line.startswith("WRONG") and "expired on 2020-01-31" in line and "renew" in line
    ]
    assert [
        line
        for line in lines(unfit, "receiver")
        if line.startswith("WRONG") and "does not belong to" in line
    ]


def test_our_web_server_is_to_be_named(installed: Intake) -> None:
    """Unnamed, a stranger's guesses count for the whole team."""
    assert "INTAKE_REVIEW__TRUSTED_PROXIES" in lines(installed("doctor"), "review page")[0]
    assert (
        "INTAKE_REVIEW__TRUSTED_PROXIES"
        not in lines(installed("doctor", review__trusted_proxies="127.0.0.1"), "review page")[0]
    )


def test_a_certificate_for_starttls_that_ends_soon_is_told(
    installed: Intake, tmp_path: Path
) -> None:
    """After its last day other mail servers deliver in plain text, or not at all."""
    make_certificate(tmp_path)

    done = installed(
        "doctor", smtp__certificate=str(tmp_path / "cert.pem"), smtp__key=str(tmp_path / "key.pem")
    )

    assert [
        line for line in lines(done, "receiver") if line.startswith("note") and "STARTTLS" in line
    ]


@pytest.mark.parametrize(("days", "state"), [(61, "ok"), (60, "note"), (-1, "WRONG")])
def test_our_certificate_is_told_of_sixty_days_ahead(
    installed: Intake, home: Path, days: int, state: str
) -> None:
    """A new certificate must reach every provider before the old one ends."""
    start = dt.datetime.combine(local_today() - dt.timedelta(days=5), dt.time(12), AMSTERDAM)
    keys.create(home / "keys", "Gemeente Almere", "crediteuren@almere.nl", now=start, days=5 + days)

    (line,) = lines(installed("doctor"), "certificate")

    assert line.startswith(state)


def test_keys_that_others_can_read_or_that_lie_beside_the_database_are_told(
    installed: Intake, home: Path
) -> None:
    """Both make the encryption worth nothing."""
    (home / "keys").chmod(0o700)
    assert [line[:4] for line in lines(installed("doctor"), "keys")] == ["note", "ok  "]

    (home / "keys" / "installation.key").chmod(0o640)

    told = lines(installed("doctor"), "keys")
    assert [line for line in told if line.startswith("WRONG") and "chmod" in line]
    assert [line for line in told if line.startswith("note") and "INTAKE_KEYS" in line]


@pytest.mark.parametrize(("megabytes", "state"), [(100, "WRONG"), (2_000, "note"), (900_000, "ok")])
def test_a_disk_that_fills_up_is_told(
    installed: Intake, monkeypatch: pytest.MonkeyPatch, megabytes: int, state: str
) -> None:
    """A full disk refuses mail (452) until somebody makes room."""
    usage = shutil.disk_usage("/")._replace(free=megabytes * 1_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: usage)

    (line,) = lines(installed("doctor"), "disk")

    assert line.startswith(state)


def test_a_part_that_died_is_told_with_its_command(installed: Intake, store: Store) -> None:
    """A dead worker leaves no trace but its silence."""
    moment = store.clock()
    store.clock = lambda: moment - dt.timedelta(hours=2)
    health.report(store, "worker", good=True)
    store.clock = lambda: moment
    health.report(store, "mailbox", good=False, code="mailbox-login")

    done = installed(
        "doctor",
        smtp__listen="",
        smtp__lmtp_listen="",
        smarthost__address=f"127.0.0.1:{free_port()}",
    )

    assert "intake work" in lines(done, "worker")[0]
    assert "never started" in lines(done, "sender")[0]
    assert "mailbox-login" in next(
        line for line in lines(done, "mailbox") if line.startswith("WRONG")
    )
    assert done.code == 2


def test_a_mail_that_stays_in_the_mailbox_is_told(installed: Intake, store: Store) -> None:
    """Whoever looks after the service would not know that the limit is too low, or that the mail
    server cannot read a mail.
    """
    left = LeftOut(LeftOutWhy.TOO_LARGE, 62_000_000, 40_000_000)
    reference = journal.keep(
        store, b"", Envelope("imap", things.NOW, place="x", left_out=left)
    ).reference
    mailbox_ledger.MailboxLedger(store).failed(
        MailboxFolder("crediteuren@mail.example", "INBOX", 1), 1, left, reference
    )

    (line,) = lines(installed("doctor"), "left out")

    assert line.startswith("note")
    assert f"{reference} (too-large, 62.0 MB), received 2026-11-20 10:30, in INBOX" in line


def test_the_sandbox_is_tried_out_whole(installed: Intake, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader that cannot be loaded makes every mail of its kind wait for a person."""
    done = installed("doctor")
    assert all(line.startswith(("ok", "note")) for line in lines(done, "sandbox"))
    assert [line[:2] for line in lines(done, "ocr")] == ["ok"]

    monkeypatch.setattr(Sandbox, "broken_tasks", lambda _sandbox: {"read-invoice": "ImportError"})
    monkeypatch.setattr(Sandbox, "layers", lambda _sandbox: {"rlimits": True, "landlock": False})

    monkeypatch.setattr(Sandbox, "call", lambda _sandbox, *_arguments: None)

    done = installed("doctor")
    told = lines(done, "sandbox")
    assert "tesseract-ocr-nld" in lines(done, "ocr")[0]
    assert [line for line in told if line.startswith("WRONG") and "read-invoice" in line]
    assert [line for line in told if line.startswith("note") and "landlock" in line]


def test_readings_and_incidents_that_wait_for_the_privacy_officer_are_told(
    installed: Intake, store: Store
) -> None:
    """Whoever looks after the service sees that the chain is not written down, that somebody reads
    unusually much, and that an incident waits.
    """
    assert lines(installed("doctor"), "readings")[0].startswith("ok ")
    things.decided(store)
    for case in range(store.settings.readings.cases_an_hour + 1):
        audit.record(store, "anna", f"IN-{case}", "case")

    told = installed("doctor")
    audit_heads.write(store)

    assert [line[:4] for line in lines(told, "readings")] == ["note", "note"]
    assert "anna read 61 cases" in lines(told, "readings")[1]
    assert lines(told, "incidents") == [
        "note   incidents: 1 wait for a judgement: check them on the page Privacy"
    ]
    assert lines(installed("doctor"), "readings")[-1].startswith("ok ")


def test_what_is_wrong_comes_first(installed: Intake) -> None:
    """At three in the morning nobody scrolls through two hundred settings."""
    done = installed("doctor", mailbox__host="127.0.0.1", mailbox__port="1")

    states = [line.split()[0] for line in done.out.splitlines() if not line.startswith(" ")]
    assert states[0] == "WRONG"
    told = [state for state in states if state in ("WRONG", "note", "ok")]
    assert told == sorted(told, key=("WRONG", "note", "ok").index)
    assert states.index("INTAKE_HOME") == len(states) - 1


def test_for_a_program(installed: Intake, store: Store) -> None:
    """A monitor reads states and numbers, not sentences."""
    things.keep(store, 1)
    health.report(store, "worker", True)

    done = installed("doctor", "--json")

    told = [json.loads(line) for line in done.out.splitlines()]
    assert all(each.keys() >= {"part", "state", "text"} for each in told)
    by_part = {each["part"]: each for each in told}
    assert by_part["disk"]["free_bytes"] > 0
    assert by_part["worker"]["queue"] == 1
    assert by_part["worker"]["oldest_seconds"] >= 0
    assert {each["state"] for each in told} <= {"ok", "note", "wrong"}


def test_quick_asks_no_other_machine(installed: Intake, monkeypatch: pytest.MonkeyPatch) -> None:
    """A container is asked each half minute how it does: a mail server that hangs must not make it
    look dead.
    """

    def nobody(*_arguments: object) -> None:
        raise AssertionError("another machine was asked")

    monkeypatch.setattr("socket.create_connection", nobody)

    done = installed(
        "doctor", "--quick", mailbox__host="127.0.0.1", mailbox__port="1",
        smarthost__address="127.0.0.1:1", smarthost__tls="none",
    )  # fmt: skip

    assert lines(done, "database")
    assert lines(done, "disk")
    assert not lines(done, "mailbox")
    assert not lines(done, "retention")
