"""The attachment in a second mail, the same mail again, the same invoice again: one case, one
answer.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from intake.commands import process as command
from intake.store import cases
from intake.store.tables import CaseState
from tests.road.installation import Installation, installed


@pytest.fixture
def installation(tmp_path: Path, warm: None) -> Installation:  # type: ignore[misc]
    with installed(tmp_path / "home") as running:
        yield running


def process(installation: Installation, *mails: bytes, dry: bool = False) -> list[dict[str, Any]]:
    """``intake process --json``, in this process with its warm children."""
    files = []
    for number, raw in enumerate(mails):
        files.append(installation.home / f"mail-{number}.eml")
        files[-1].write_bytes(raw)
    own = {name: value for name, value in os.environ.items() if not name.startswith("INTAKE_")}
    told = io.StringIO()
    with (
        mock.patch.dict(os.environ, own | installation.environment, clear=True),
        contextlib.redirect_stdout(told),
    ):
        command.process(files, True, dry, "")
    return [json.loads(line) for line in told.getvalue().splitlines() if line.startswith("{")]


def without(raw: bytes, *endings: str, message_id: str, answers: str = "") -> bytes:
    """The same mail without the files of these endings, under another Message-ID."""
    mail = message_from_bytes(raw, policy=policy.SMTP)
    assert isinstance(mail, EmailMessage)
    mail.set_payload(
        [part for part in mail.iter_parts() if not (part.get_filename() or "").endswith(endings)]
    )
    mail.replace_header("Message-ID", message_id)
    if answers:
        mail["In-Reply-To"] = answers
    return mail.as_bytes()


def test_attachment_in_a_second_mail_completes_the_first(installation: Installation) -> None:
    """A provider who sends the attachment apart, as many do, would be refused when the waiting time
    ends.
    """
    whole = installation.example("02-good-vat-21-zip")
    first = without(whole, ".zip", message_id="<first@x.example>")
    second = without(whole, ".pdf", message_id="<second@x.example>", answers="<first@x.example>")
    waiting, companion = process(installation, first, second)
    assert waiting["outcome"] == "waiting"
    assert "bijlage" in waiting["reply"]["text"]
    assert companion["outcome"] == "ignored"
    assert companion["reply"] is None

    process(
        installation, installation.example("16-question")
    )  # a worker that comes by decides the first again

    states = {row.invoice_number: row.state for row in cases.list_cases(installation.store)}
    assert states["VH26-0438"] is CaseState.QUEUED


def test_invoice_sent_again_with_its_attachment(installation: Installation) -> None:
    """A provider who answers our question with invoice and attachment together would be ignored,
    and then refused.
    """
    whole = installation.example("02-good-vat-21-zip")
    first, again = process(
        installation, without(whole, ".zip", message_id="<first@x.example>"), whole
    )
    assert first["outcome"] == "waiting"
    assert again["outcome"] == "queued"

    process(installation, installation.example("16-question"))

    states = sorted(
        row.state
        for row in cases.list_cases(installation.store)
        if row.invoice_number == "VH26-0438"
    )
    assert states == [CaseState.IGNORED, CaseState.QUEUED]


@pytest.mark.parametrize("dry", [False, True], ids=["kept", "dry-run"])
def test_same_mail_twice(installation: Installation, dry: bool) -> None:
    """A mail that comes by two roads would be paid or refused twice."""
    raw = installation.example("07-kvk-missing")
    copy = b"Received: from elsewhere by here; Mon, 2 Nov 2026 11:00:00 +0100\r\n" + raw
    first, second = process(installation, raw, copy, dry=dry)
    assert first["outcome"] == "rejected"
    assert second["outcome"] == "ignored"
    assert second["reply"] is None
    assert bool(installation.states()) is not dry


def test_dry_run_sees_what_is_kept(installation: Installation) -> None:
    """A trial would promise a queue to an invoice that is in hand already."""
    raw = installation.example("02-good-vat-21-zip")
    process(installation, raw)
    (line,) = process(installation, without(raw, message_id="<other@x.example>"), dry=True)
    assert line["outcome"] == "ignored"
    assert len(installation.states()) == 1


def test_waiting_ends_in_a_letter_after_the_profiles_days(installation: Installation) -> None:
    """An invoice without attachment would wait for ever, or be refused while the provider still has
    time.
    """
    (line,) = process(
        installation,
        without(installation.example("02-good-vat-21-zip"), ".zip", message_id="<first@x.example>"),
    )
    assert line["outcome"] == "waiting"
    assert [f["severity"] for f in line["findings"]] == ["review"]
    installation.store.clock = later = Later(installation.store.clock, days=7)
    process_later(installation)
    (row,) = cases.list_cases(installation.store)
    assert row.state is CaseState.REJECTED
    assert later.days == 7


class Later:
    """A clock that is some days ahead."""

    def __init__(self, clock: Any, days: int) -> None:
        self.clock, self.days = clock, days

    def __call__(self) -> Any:
        import datetime as dt

        return self.clock() + dt.timedelta(days=self.days)


def process_later(installation: Installation) -> None:
    from intake import worker
    from intake.store import work_queue

    with (
        worker.open_desk(installation.settings, installation.store) as desk,
        worker.Leases(installation.store, 60) as leases,
    ):
        while claim := work_queue.claim(installation.store, "later", 60):
            worker.handle(installation.store, desk, leases, claim)


def test_replaced_clock_is_only_a_test_tool() -> None:
    """The helper above would go wrong unseen if it did not move the date."""
    import datetime as dt

    assert Later(lambda: dt.datetime(2026, 1, 1, tzinfo=dt.UTC), 6)().day == 7
