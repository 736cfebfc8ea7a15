"""What went wrong once when others tried the program ends right: mails, invoices of programs that
nobody here drew, and sums. Each stands for a kind; the kinds are drawn in tests/kinds.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from intake import pipeline, profile, worker
from intake.export.report import check_line, process_line
from intake.mail.sniff import identify
from intake.model.mail import Envelope, Part
from intake.model.verdict import MailOutcome
from intake.pipeline import check_file
from intake.sandbox.client import Sandbox
from intake.secure_attachment import keys
from intake.stages.values import Received
from intake.store import Store, providers
from tests.kinds.mails import copied, keep, verdict_of

HERE = Path(__file__).parent
CASES = json.loads((HERE / "cases.json").read_text(encoding="utf-8"))
LAYOUTS = sorted((HERE / "layouts").glob("*.pdf"))
SUMS = json.loads((HERE / "sums" / "right.json").read_text(encoding="utf-8"))
PAIRS = sorted((HERE / "pairs").iterdir())
NOW = dt.datetime(2026, 11, 30, 9, 0, tzinfo=dt.UTC)
SENDER = "administratie@hetkompas.example"
JSON = Mapping[str, Any]


class Town:
    """A municipality with the key pair that the mails were encrypted for."""

    def __init__(self, store: Store, desk: pipeline.Desk) -> None:
        self.store, self.desk = store, desk

    def decide(self, raw: bytes) -> JSON:
        """What becomes of one mail that nothing was before."""
        received = Received(raw, Envelope("smtp", NOW, SENDER), "IN-TEST")
        decided = pipeline.process(received, self.desk, NOW.date())
        return process_line("", None, decided.verdict, decided.reply, decided.held)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory, prepared: Path) -> Iterator[Town]:
    store = copied(prepared, tmp_path_factory.mktemp("town"))
    store.clock = lambda: NOW
    keys.import_(store.settings.key_folder, HERE / "key.pem", HERE / "cert.pem", force=True)
    password = (HERE / "password.txt").read_text(encoding="utf-8").strip()
    providers.add_provider(store, "61532874", "Praktijk Het Kompas", SENDER, password)
    with worker.open_desk(store.settings, store) as desk:
        yield Town(store, desk)
    store.close()


@pytest.fixture(scope="module")
def box(reading: Sandbox) -> Sandbox:
    return reading


def checked(file: Path, box: Sandbox) -> JSON:
    part = Part("1", *identify(file.read_bytes()), file.name)
    return check_line(file.name, check_file(part, NOW.date(), profile.load("almere"), box))


def checks(line: JSON, severity: str) -> set[str]:
    return {f["check"] for f in line["findings"] if f["severity"] == severity}


def differences(right: JSON, fields: JSON) -> dict[str, tuple[object, object]]:
    return {
        name: (value, fields[name])
        for name, value in right.items()
        if name in fields and fields[name] != value
    }


@pytest.mark.parametrize(
    "case", [c for c in CASES if c["file"].endswith(".eml")], ids=lambda c: c["case"]
)
def test_mail(case: JSON, town: Town) -> None:
    """A mail of a kind that was refused, lost or answered wrongly before would be so again."""
    line = town.decide((HERE / case["file"]).read_bytes())
    invoices = line["invoices"]

    assert line["outcome"] in case["outcomes"], line["reason"]
    assert checks(line, "reject") == set(case["refused_for"]) or not case["refuses_nothing"]
    assert case["care_lines"] in (None, line["care_lines"])
    assert case["invoices"] in (None, len(invoices))
    assert case["reply"] in (None, line["reply"] is not None)
    assert not case["fields"] or not differences(case["fields"], invoices[0]["fields"])


@pytest.mark.parametrize(
    "case", [c for c in CASES if not c["file"].endswith(".eml")], ids=lambda c: c["case"]
)
def test_document(case: JSON, box: Sandbox) -> None:
    """An invoice of a kind that was refused or misread before would be so again."""
    line = checked(HERE / case["file"], box)

    assert line["outcome"] in case["outcomes"], line["findings"]
    assert checks(line, "reject") == set(case["refused_for"]) or not case["refuses_nothing"]
    assert not differences(case["fields"], line["fields"])


@pytest.mark.parametrize("file", LAYOUTS, ids=lambda f: f.stem)
def test_layout(file: Path, box: Sandbox) -> None:
    """An invoice in a layout of another program would be refused or misread; or a fault in it
    would not be told.
    """
    right = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))
    line = checked(file, box)

    assert checks(line, "reject") == set(right["failing"]), line["findings"]
    assert checks(line, "review") >= set(right["review"])
    assert not differences(right["fields"], line["fields"])


@pytest.mark.parametrize("name", SUMS)
def test_sums(name: str, box: Sandbox) -> None:
    """Amounts that add up only together, and look-alikes of numbers and dates, would be misread."""
    right = SUMS[name]
    line = checked(HERE / "sums" / name, box)

    assert line["outcome"] == right["outcome"], line["findings"]
    assert checks(line, "reject") == set(right.get("refused_for", ()))
    assert not differences(right, line["fields"])


@pytest.mark.parametrize("pair", PAIRS, ids=lambda p: p.name)
def test_pair(pair: Path, town: Town) -> None:
    """The care lines of one invoice would be joined to another, that waits for its own."""
    envelope = Envelope("smtp", NOW, SENDER)
    first, second = (
        verdict_of(town.store, reference)
        for reference in [
            keep(town.store, town.desk, file.read_bytes(), envelope)
            for file in sorted(pair.glob("*.eml"))
        ]
    )

    assert first.outcome is MailOutcome.WAITING
    assert first.care_lines == 0
    numbers = [read.invoice.invoice_number.value for read in second.invoices]
    assert second.outcome is (
        MailOutcome.QUEUED if numbers == ["HK-2026-822"] else MailOutcome.QUARANTINED
    )
