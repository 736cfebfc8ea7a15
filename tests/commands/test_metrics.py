"""What Prometheus reads: right numbers, in its format, and nothing of anybody."""

from __future__ import annotations

import os
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from intake.commands import metrics
from intake.commands.metrics import Exposition, Metric
from intake.errors import ConfigurationError
from intake.secure_attachment import keys
from intake.store import Store, audit, audit_heads, cases, health, journal, open_store, work_queue
from intake.store.tables import AuditRow
from tests.conftest import SettingsOn
from tests.servers import free_port, wait_for
from tests.store import things

Samples = dict[tuple[str, ...], float]


def read(text: str) -> Samples:
    """Each sample by its name and the values of its labels, as Prometheus' own reader has it."""
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def now(store: Store) -> Samples:
    return read(Exposition(store).text())


def test_what_stands_open_follows_what_happens_to_a_mail(store: Store) -> None:
    """The board would show a service that is well while mails wait."""
    arrival = things.envelope(received_at=store.clock())
    reference = journal.keep(store, things.mail(1), arrival).reference
    kept = now(store)
    read_well = things.verdict(invoices=(things.invoice("2026-1"),))
    work_queue.finish(store, things.claim(store), things.decision(read_well))
    decided = now(store)
    cases.accept(store, reference, "anna", cases.get_case(store, reference).version)
    accepted = now(store)

    assert kept["intake_open_mails", "almere", "received"] == 1
    assert kept["intake_oldest_mail_timestamp_seconds", "received"] == pytest.approx(
        arrival.received_at.timestamp()
    )
    assert ("intake_open_mails", "almere", "received") not in decided
    assert decided["intake_open_mails", "almere", "queued"] == 1
    assert decided["intake_mails_of_day", "almere", "queued"] == 1
    assert not [name for name, *_ in accepted if name == "intake_open_mails"]
    assert accepted["intake_mails_of_day", "almere", "accepted"] == 1
    assert accepted["intake_invoices_of_month", "almere", "accepted"] == 1
    assert [each["intake_mails_total",] for each in (kept, decided, accepted)] == [1, 1, 1]


def test_replies_that_wait_or_whose_fate_is_unknown_are_counted(store: Store) -> None:
    """A letter that never left is a provider who never hears why he is not paid."""
    things.refused(store, 1, held="confirm")

    assert now(store)["intake_replies", "prepared"] == 1


def test_parts_that_are_silent_or_unwell_are_down(store: Store) -> None:
    """A mailbox that nobody looks into is seen at the first reminder of a provider."""
    health.report(store, "worker", True)
    health.report(store, "mailbox", False, "mailbox-login")
    samples = now(store)

    assert samples["intake_part_up", "worker"] == 1
    assert samples["intake_part_up", "mailbox"] == 0
    heard = samples["intake_part_heard_timestamp_seconds", "mailbox"]
    assert heard == pytest.approx(store.clock().timestamp(), abs=60)
    (door,) = (part for part, _ in store.settings.parts())
    assert samples["intake_part_up", door] == 0  # never heard of


def test_a_chain_of_readings_that_was_changed_or_cut_off_is_told(store: Store) -> None:
    """Who hides what they read would be found at the yearly audit, or never."""
    reference = things.decided(store, 1)
    for _ in range(3):
        audit.record(store, "anna", reference, "case")
    audit_heads.write(store)
    assert now(store)["intake_audit_chain_intact",] == 1

    with store.write() as session:
        session.delete(session.get(AuditRow, audit.head(store).sequence))
    assert now(store)["intake_audit_chain_intact",] == 0


def test_a_reading_that_was_changed_is_told(store: Store) -> None:
    """As above, within the chain."""
    reference = things.decided(store, 1)
    for _ in range(3):
        audit.record(store, "anna", reference, "case")
    last = audit.head(store).sequence
    with store.write() as session:
        row = session.get(AuditRow, last - 1)
        assert row is not None
        row.who = "bram"
        session.add(row)

    assert now(store)["intake_audit_chain_intact",] == 0


def test_ends_of_certificates_keys_and_copies_are_moments(
    settings_on: SettingsOn, tmp_path: Path
) -> None:
    """Days that a program counted once are wrong the day after."""
    (tmp_path / "backups").mkdir()
    copy = tmp_path / "backups" / "intake-20261201T020000Z.db"
    copy.touch()
    os.utime(copy, (1_700_000_000, 1_700_000_000))
    settings = settings_on(
        "sqlite", metrics__backups=tmp_path / "backups", mail_keys=tmp_path / "mail-keys"
    )
    with open_store(settings) as store:
        before = now(store)
        made = keys.create(tmp_path / "mail-keys", "Gemeente Almere", "a@b.example")
        after = now(store)

    assert ("intake_certificate_expiry_timestamp_seconds",) not in before
    end = after["intake_certificate_expiry_timestamp_seconds",]
    assert abs(end - made.not_after.timestamp()) < 2 * 86400
    assert after["intake_keys_expiry_timestamp_seconds",] > store.clock().timestamp()
    assert after["intake_backup_timestamp_seconds",] == 1_700_000_000


def test_nothing_tells_of_a_supplier_or_a_client(store: Store) -> None:
    """Numbers go to a board that many look at, without a login."""
    things.refused(store, 1, held="confirm")
    things.decided(store, 2)
    text = Exposition(store).text()

    labels = {
        (name, value)
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        for name, value in sample.labels.items()
    }
    assert {name for name, _ in labels} == {"municipality", "state", "part", "version"}
    assert {value for name, value in labels if name == "municipality"} == {"almere"}
    for secret in (things.SENDER, things.BSN, "vlinder", "2026-", "praktijk"):
        assert secret.lower() not in text.lower()


def test_the_database_is_asked_once_in_ten_seconds(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who scrapes each second, or a stranger on the machine, would slow the service down."""
    moment = 100.0
    exposition = Exposition(store, lambda: moment)
    first = exposition.text()
    things.keep(store, 1)

    moment = 109.0
    assert exposition.text() == first
    moment = 111.0
    assert read(exposition.text())["intake_mails_total",] == 1


def test_the_format_bears_any_name() -> None:
    """One odd name and Prometheus reads nothing at all any more."""
    odd = 'Gemeente "x" \\ y\nz'
    text = Metric("intake_x", "Odd.", {(("municipality", odd),): 2}).written()

    assert read(text) == {("intake_x", odd): 2}


@pytest.fixture
def served(settings_on: SettingsOn) -> Iterator[tuple[Store, str]]:
    port = free_port()
    settings = settings_on("sqlite", metrics__listen=f"127.0.0.1:{port}")
    stop = threading.Event()
    with open_store(settings) as store:
        thread = threading.Thread(target=metrics.serve, args=(settings, store, stop))
        thread.start()
        address = f"http://127.0.0.1:{port}"
        wait_for(lambda: _status(address + "/metrics") == 200, "the port answers")
        yield store, address
        stop.set()
        thread.join(10)


def _status(address: str) -> int:
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def test_prometheus_gets_it_over_http(served: tuple[Store, str]) -> None:
    """The type of the answer says which format it is; other pages are not there."""
    _, address = served
    with urllib.request.urlopen(f"{address}/metrics", timeout=5) as answer:
        assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
        assert ("intake_mails_total",) in read(answer.read().decode())

    assert _status(f"{address}/zaak/IN-0000-0000") == 404


def test_without_an_address_there_are_none(settings_on: SettingsOn) -> None:
    """Out of the box nothing listens that nobody asked for."""
    settings = settings_on("sqlite")
    assert settings.metrics.listen == ""
    with open_store(settings) as store, pytest.raises(ConfigurationError, match="METRICS__LISTEN"):
        metrics.serve(settings, store, threading.Event())
