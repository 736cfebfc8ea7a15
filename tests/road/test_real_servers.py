"""Mail by the roads that a municipality has: Postfix to the LMTP endpoint, and a Dovecot mailbox
watched by IMAP.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from intake.store import cases
from intake.store.tables import CaseState
from tests.road.installation import MAILBOX, Installation, eventually, installed, wait_for_death
from tests.servers import Dovecot, run_dovecot, run_postfix, run_sink, swaks, wait_for

CLERK = "crediteuren"


@pytest.fixture(scope="module")
def dovecot() -> Dovecot:  # type: ignore[misc]
    with run_dovecot() as running:
        yield running


@pytest.fixture
def installation(tmp_path: Path, dovecot: Dovecot, warm: None) -> Installation:  # type: ignore[misc]
    environment = {
        "INTAKE_MAILBOX__HOST": "127.0.0.1",
        "INTAKE_MAILBOX__PORT": str(dovecot.imap_port),
        "INTAKE_MAILBOX__TLS": "false",
        "INTAKE_MAILBOX__USER": CLERK,
        "INTAKE_MAILBOX__PASSWORD": "pw",
        "INTAKE_MAILBOX__SINCE": "2020-01-01T00:00:00+00:00",
    }
    with installed(tmp_path / "home", **environment) as running:
        yield running


def test_three_mails_by_two_roads(
    installation: Installation, dovecot: Dovecot, tmp_path: Path
) -> None:
    """Neither road would bring an invoice to the queue, or a refusal would name another fault than
    the one there is.
    """
    installation.start("receive")
    wait_for(lambda: installation.smtp_port, "started")
    with run_sink() as sink, run_postfix("almere.nl", installation.lmtp_port, sink.port) as postfix:
        by_lmtp = tmp_path / "good.eml"
        by_lmtp.write_bytes(installation.example("01-good-exempt-smime").replace(b"\r\n", b"\n"))
        assert swaks(postfix.port, MAILBOX, by_lmtp).returncode == 0
        eventually(lambda: len(installation.states()) == 1, "Postfix hands the mail over")
    dovecot.append(CLERK, installation.example("02-good-vat-21-zip"))
    dovecot.append(CLERK, installation.example("07-kvk-missing"))
    installation.start("watch")
    installation.start("work")

    eventually(lambda: installation.all_decided(3), "three mails are decided")

    rows = {row.invoice_number: row for row in cases.list_cases(installation.store)}
    assert rows["2026-0117"].state is CaseState.QUEUED
    assert rows["VH26-0438"].state is CaseState.QUEUED
    (refused,) = [row for row in rows.values() if row.state is CaseState.REJECTED]
    letter = cases.get_case(installation.store, refused.reference).reply
    assert letter is not None
    assert "KvK-nummer" in letter.text
    assert "1. Wij vinden geen KvK-nummer" in letter.text
    assert "\n2. " not in letter.text
    eventually(
        lambda: len(dovecot.messages(CLERK, "verwerkt")) == 2, "the copies stand in 'verwerkt'"
    )
    assert dovecot.messages(CLERK) == []


@pytest.mark.parametrize("step", ["before-keep", "after-keep"])
def test_watcher_dies(installation: Installation, dovecot: Dovecot, step: str) -> None:
    """A watcher killed around its commit would lose a mail in the mailbox, keep it twice, or leave
    its copy in the inbox.
    """
    installation.environment["INTAKE_MAILBOX__USER"] = user = f"clerk-{step}"
    dovecot.append(user, installation.example("02-good-vat-21-zip"))
    wait_for_death(installation.start("watch", failpoint=step))
    assert len(dovecot.messages(user)) == 1
    installation.serve("watch", "work")
    eventually(
        lambda: len(dovecot.messages(user, "verwerkt")) == 1, "the copy stands in 'verwerkt'"
    )
    eventually(lambda: installation.all_decided(1), "the mail is decided")
    assert dovecot.messages(user) == []
    assert installation.states() == [CaseState.QUEUED]
