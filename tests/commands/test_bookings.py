"""``intake export``: what arrives in the folder that the finance package reads."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pypdf
import pytest
from lxml import etree

from intake import settings
from intake.export import folder
from intake.model.finding import CheckResult, Outcome
from intake.model.invoice import Field, Sighting, SightingKind
from intake.model.mail import ReplyKind
from intake.model.verdict import MailOutcome
from intake.store import Store, cases, open_store
from intake.store.decision import StoredDocument
from tests.commands.conftest import Intake
from tests.examples import reportlab_canvas
from tests.examples.bills import BILLS
from tests.store import things


@pytest.fixture
def store(installed: Intake) -> Iterator[Store]:
    opened = open_store(settings.load())
    yield opened
    opened.close()


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """The folder of the finance package."""
    (tmp_path / "inbox").mkdir()
    return tmp_path / "inbox"


def accepted(store: Store, number: int = 1, **changes: Any) -> str:
    """An accepted invoice, with a real PDF of one page."""
    invoice = things.invoice(f"2026-{number:04}", **({"page_count": 1} | changes))
    judged = things.verdict(MailOutcome.QUEUED, (invoice,), reply=ReplyKind.RECEIPT)
    anonymous = (CheckResult("anonymity", Outcome.PASSED),)
    own = (replace(judged.invoices[0], results=anonymous),)
    judged = replace(judged, invoices=own, incidents=())
    document = StoredDocument("1.2", "factuur.pdf", reportlab_canvas.render(BILLS[0]), 1)
    made = things.decision(judged, documents=(document,))
    reference = things.decided(store, number, made)
    cases.accept(store, reference, "jan", cases.get_case(store, reference).version)
    return reference


def names(inbox: Path) -> list[str]:
    return sorted(file.name for file in inbox.iterdir())


def test_an_e_invoice_arrives_with_its_pdf_and_a_manifest(
    installed: Intake, store: Store, inbox: Path
) -> None:
    """The package reads pairs of the same stem; without the manifest nobody knows that all arrived."""
    accepted(store)

    ended = installed("export", "make", "--to", str(inbox), "--format", "ubl", "--json")

    assert ended.code == 0
    assert json.loads(ended.out) == {"batch": 1, "invoices": 1, "total": "1493.82"}
    assert names(inbox) == ["000001-001.pdf", "000001-001.xml", "000001.json"]
    manifest = json.loads((inbox / "000001.json").read_text())
    for name, checksum in manifest["files"].items():
        assert hashlib.sha256((inbox / name).read_bytes()).hexdigest() == checksum
    pdf = (inbox / "000001-001.pdf").read_bytes()
    (inside,) = etree.parse(inbox / "000001-001.xml").iter("{*}EmbeddedDocumentBinaryObject")
    assert base64.b64decode(inside.text or "") == pdf
    assert len(pypdf.PdfReader(inbox / "000001-001.pdf").pages) == 1


def test_a_batch_that_did_not_arrive_stands_failed_and_goes_again(
    installed: Intake, store: Store, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its invoices would be marked as gone and never be paid."""
    accepted(store)
    deliver = folder.deliver

    def breaks(to: Path, files: Any) -> None:
        if len(files) > 1:
            raise OSError(28, "No space left on device")
        deliver(to, files)

    with monkeypatch.context() as full:
        full.setattr(folder, "deliver", breaks)
        ended = installed("export", "make", "--to", str(inbox), "--format", "csv")
    assert ended.code == 2
    assert "intake export again 1" in ended.err
    assert "failed" in installed("export", "list").out

    assert installed("export", "again", "1", "--to", str(inbox), "--format", "csv").code == 0
    assert names(inbox) == ["000001.csv", "000001.json"]
    assert json.loads(installed("export", "list", "--json").out)["state"] == "delivered"
    assert installed("export", "booked", "1").code == 0
    assert installed("export", "failed", "1").code == 2


def test_a_folder_that_cannot_be_written_to_marks_nothing(
    installed: Intake, store: Store, tmp_path: Path
) -> None:
    """A typing error in the path would need an administrator to find the batch again."""
    reference = accepted(store)

    ended = installed("export", "make", "--to", str(tmp_path / "absent"), "--format", "csv")

    assert ended.code == 2
    assert "No such file" in ended.err
    assert cases.get_case(store, reference).invoices[0].state == "accepted"


def test_what_cannot_be_an_e_invoice_stays_and_is_told(
    installed: Intake, store: Store, inbox: Path
) -> None:
    """One supplier without a KvK number would hold up all others, or leave unseen."""
    whole = accepted(store, 1)
    half = accepted(store, 2, kvk_number=Field.absent())

    ended = installed("export", "make", "--to", str(inbox), "--format", "ubl")

    assert ended.code == 1
    assert half in ended.err
    assert "KvK" in ended.err
    told = [line for line in ended.err.splitlines() if not line.startswith("{")]
    assert not [line for line in told if whole in line]
    assert cases.get_case(store, half).invoices[0].state == "accepted"
    assert installed("export", "make", "--to", str(inbox), "--format", "csv").code == 0


def test_a_page_that_shows_a_client_does_not_leave(
    installed: Intake, store: Store, inbox: Path
) -> None:
    """The picture of the page has the client's number on it."""
    accepted(store, sightings=(Sighting(SightingKind.FIRST_NAME, 1, None),))

    assert installed("export", "make", "--to", str(inbox), "--format", "ubl").code == 0

    assert names(inbox) == ["000001-001.xml", "000001.json"]


def test_nothing_to_do_is_told(installed: Intake, store: Store, inbox: Path) -> None:
    """An empty batch would be looked for in the finance package."""
    ended = installed("export", "make", "--to", str(inbox), "--format", "csv")

    assert (ended.code, names(inbox)) == (0, [])
    assert "Nothing" in ended.out
