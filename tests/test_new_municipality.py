"""A municipality is one folder of data."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import BaseModel

from intake import profile
from intake.model.examination import State
from intake.profile import templates_folder
from intake.stages import own_words
from tests.municipality import NAME, checkout_with_municipality

UNUSED = ("brief.txt", "checks", "phrases.toml")
INVOICE = templates_folder() / "_examples" / "01-good-exempt-smime" / "factuur-2026-0117.pdf"


def test_a_folder_with_a_profile_is_enough(tmp_path: Path) -> None:
    """Whoever adds a municipality would have to know where in the code the others are named."""
    checkout = checkout_with_municipality(tmp_path)
    environment = {n: v for n, v in os.environ.items() if not n.startswith("INTAKE_")}

    done = subprocess.run(
        [sys.executable, "-m", "intake", "check", "--json", "--profile", NAME, str(INVOICE)],
        cwd=checkout,
        env=environment,
        capture_output=True,
        text=True,
    )

    line = json.loads(done.stdout)
    (fault,) = [found for found in line["findings"] if found["check"] == "addressee"]
    assert "Gemeente Bergendal" in json.dumps(fault, ensure_ascii=False)
    assert not [path for path in (checkout / "templates" / NAME).iterdir() if path.is_dir()]


def test_the_doctor_finds_a_slip_in_the_words_of_a_municipality(tmp_path: Path) -> None:
    """A misspelt name in a profile or letter would switch a check off, or keep a letter from being
    written, and nobody would see it before a provider's mail.
    """
    checkout = checkout_with_municipality(tmp_path)
    own = checkout / "templates" / NAME
    with (own / "profile.toml").open("a", encoding="utf-8") as file:
        file.write('kvk-nummer = "review"\n"iban.missing" = "review"\n"iban.absent" = "review"\n')
        file.write('[texts]\n"kvk-number.absent.what" = "Geen nummer op {uw} factuur."\n')
        file.write('"kvk-number.gone.what" = "Weg."\n"iban.absent.remedy" = "Zet {last erop."\n')
        file.write('"kvk-number.absent.english" = "Call {phone} for your number."\n')
        file.write('"anonymity.client-data.english" = "Remove {seen_en}."\n')
        file.write('"iban.absent.what" = "Wij vinden geen IBAN op {jouw} factuur."\n')
    (own / "refusal.txt").write_text("Beste {{ provdier }},\n", encoding="utf-8")
    (own / "receipt.txt").write_text("Dank {% als %}\n", encoding="utf-8")
    (own / "brief.txt").write_text("Dag\n", encoding="utf-8")
    (own / "checks").mkdir()
    (own / "phrases.toml").touch()
    environment = {n: v for n, v in os.environ.items() if not n.startswith("INTAKE_")}
    environment |= {"INTAKE_HOME": str(tmp_path / "home"), "INTAKE_PROFILE": NAME}

    done = subprocess.run(
        [sys.executable, "-m", "intake", "doctor"],
        cwd=checkout,
        env=environment,
        capture_output=True,
        text=True,
    )

    told = [line for line in done.stdout.splitlines() if f"profile: {NAME}: " in line]
    wrong = sorted(line.partition(f"{NAME}: ")[2] for line in told if line.startswith("WRONG"))
    assert len(wrong) == 7, done.stdout
    assert [re.sub(r"( ?, line [0-9]+)?:.*", "", line) for line in wrong] == [
        "[severities] iban.missing",
        "[severities] kvk-nummer",
        "[texts] iban.absent.remedy",
        "[texts] kvk-number.absent.what",
        "[texts] kvk-number.gone.what",
        "receipt.txt",
        "refusal.txt",
    ]
    notes = [line for line in told if line.startswith("note")]
    assert [name in line for line, name in zip(notes, UNUSED, strict=True)] == [True] * 3


def test_the_example_names_every_setting_and_can_be_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever sets up a municipality would not know of a setting, or copy one that does not hold."""
    shutil.copytree(templates_folder(), tmp_path / "templates")
    monkeypatch.setattr(profile, "templates_folder", lambda: tmp_path / "templates")
    own = tmp_path / "templates" / "voorbeeld"
    own.mkdir()
    example = templates_folder() / "_default" / "profile.example.toml"
    shutil.copyfile(example, own / "profile.toml")

    told = list(own_words.examine("voorbeeld"))

    assert {line.state for line in told} == {State.FINE}, told
    found = profile.load("voorbeeld")
    assert _unnamed(found) == set()
    assert _unnamed(found.addressee) == set()


def _unnamed(part: BaseModel) -> set[str]:
    return type(part).model_fields.keys() - part.model_fields_set
