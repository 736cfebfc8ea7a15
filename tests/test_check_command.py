"""``intake check`` as users script against it: shapes, evidence, exit codes, order."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from intake.profile import templates_folder
from tests.conftest import once

EXAMPLES = sorted((templates_folder() / "_examples").glob("*/*.pdf"))
FIELDS = {
    "supplier-name", "supplier-street", "supplier-postcode", "supplier-city", "supplier-phone",
    "kvk-number", "vat-id", "vat-exempt", "iban",
    "invoice-number", "issue-date", "net-amount", "vat-rate", "vat-amount", "gross-amount", "vat-lines",
}  # fmt: skip
KINDS = {"invoice", "credit-note", "reminder", "quotation", "statement", "other"}


def check(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "intake", "check", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    return once(tmp_path_factory, "check-lines", _lines)


def _lines() -> dict[str, dict[str, Any]]:
    done = check("--json", *EXAMPLES)
    assert done.returncode == 1, "some examples are refused on purpose"
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [a["file"] for a in answers] == [str(file) for file in EXAMPLES]
    return {Path(a["file"]).parent.name + "/" + Path(a["file"]).name: a for a in answers}


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda f: f.parent.name)
def test_shape(file: Path, lines: dict[str, dict[str, Any]]) -> None:
    """A script would break on a key that is missing, a value of another form, or a found field
    without its place.
    """
    line = lines[f"{file.parent.name}/{file.name}"]
    assert set(line) == {"file", "outcome", "kind", "fields", "evidence", "findings"}
    assert line["outcome"] in {"accepted", "rejected", "unreadable"}
    assert line["kind"] in KINDS
    assert set(line["fields"]) == FIELDS
    for name in (
        "supplier-name",
        "kvk-number",
        "iban",
        "invoice-number",
        "issue-date",
        "gross-amount",
    ):
        if line["fields"][name] is not None:
            found = line["evidence"][name]
            x0, top, x1, bottom = found["box"]
            assert found["page"] >= 1
            assert 0 <= x0 < x1 <= 900
            assert 0 <= top < bottom <= 1300
            assert found["text"]
            assert found["reader"] in {"pdfium", "pdfplumber", "ocr"}
    for amount in ("net-amount", "vat-amount", "gross-amount"):
        assert (
            line["fields"][amount] is None
            or line["fields"][amount].lstrip("-").replace(".", "", 1).isdigit()
        )
    for finding in line["findings"]:
        assert set(finding) == {"check", "severity", "message", "page", "box"}
        assert finding["severity"] in {"reject", "review", "info"}
        assert finding["message"].endswith(".")
    assert (line["outcome"] == "rejected") == any(
        f["severity"] == "reject" for f in line["findings"]
    )


def test_exempt_invoice_has_the_contracts_amounts(lines: dict[str, dict[str, Any]]) -> None:
    """A script that sums btw would read an exempt invoice as one of an unknown rate."""
    fields = lines["01-good-exempt-smime/factuur-2026-0117.pdf"]["fields"]
    assert fields["vat-exempt"] is True
    assert fields["net-amount"] == fields["gross-amount"]
    assert (fields["vat-amount"], fields["vat-rate"], fields["vat-lines"]) == ("0.00", None, [])


def test_one_missing_file_does_not_stop_the_others(tmp_path: Path) -> None:
    """One wrong name in a list would leave all other invoices unchecked."""
    done = check("--json", tmp_path / "absent.pdf", EXAMPLES[0])
    assert done.returncode == 2
    assert [json.loads(line)["outcome"] for line in done.stdout.splitlines()] == ["accepted"]
    assert "absent.pdf" in done.stderr


def test_unreadable_document_ends_with_3(tmp_path: Path) -> None:
    """A damaged file would look like an invoice without a KvK number."""
    damaged = tmp_path / "stuk.pdf"
    damaged.write_bytes(EXAMPLES[0].read_bytes()[:700])
    done = check("--json", damaged)
    line = json.loads(done.stdout)
    assert done.returncode == 3
    assert line["outcome"] == "unreadable"
    assert {f["check"] for f in line["findings"]} <= {"document"}


def test_unknown_profile_is_bad_usage() -> None:
    """A typing error in the municipality's name would check by another one's rules."""
    done = check("--profile", "amsterdam", EXAMPLES[0])
    assert done.returncode == 2
    assert "almere" in done.stderr


def test_words_for_people() -> None:
    """A provider who checks before sending would get machine talk."""
    done = check(next(f for f in EXAMPLES if "07-kvk" in str(f)))
    assert done.returncode == 1
    assert "Wij vinden geen KvK-nummer" in done.stdout


def test_explain_says_why() -> None:
    """Who tunes the reader, or doubts a value, could not see what spoke for it and what came next."""
    done = check("--json", "--explain", EXAMPLES[0])

    explained = json.loads(done.stdout)["explanation"]
    kvk = explained["kvk-number"]["winner"]
    assert kvk["value"] == "99900634"
    assert kvk["features"][0]["feature"] == "label"
    assert kvk["weight"] == sum(feature["gain"] for feature in kvk["features"])
    assert kvk["evidence"]["page"] == 1
    rivals = [said for said in explained.values() if said["runner_up"]]
    assert rivals
    assert all(said["difference"] for said in rivals)


def test_explain_in_words() -> None:
    """A person at the terminal would have to read JSON."""
    done = check("--explain", EXAMPLES[0])

    assert "kvk-number: 99900634" in done.stdout
    assert "staat bij een woord voor de Kamer van Koophandel" in done.stdout
    assert "verschil" in done.stdout
