"""A check is its own file, its line in the registry, and its file of texts: a made-up one works by
those alone.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

HOUSE = Path(__file__).parents[2]
INVOICE = HOUSE / "templates" / "_examples" / "07-kvk-missing"

CHECK = '''
"""A number of pages that is even."""

import datetime as dt

from intake.checks.support.requirement import Requirement, Situation, finding, passed, result
from intake.model.finding import CheckResult, Severity
from intake.model.invoice import Invoice
from intake.model.verdict import History
from intake.profile import Profile

REQUIREMENT = Requirement(check="page-count", situations={"odd": Situation(Severity.REJECT)})


def check(invoice: Invoice, profile: Profile, today: dt.date, history: History) -> CheckResult:
    if invoice.page_count % 2 == 0:
        return passed(REQUIREMENT)
    return result(REQUIREMENT, finding(REQUIREMENT, profile, "odd", pages=invoice.page_count))
'''
TEXTS = """
title = "aantal bladzijden"
heading = "Bladzijden"

[odd]
what = "{Jouw} factuur heeft {pages} bladzijde."
remedy = "Voeg een lege bladzijde toe."
english = "The invoice has an odd number of pages: {pages}."
"""
ASK = """
from intake import profile
from intake.checks import page_count, registry
from intake.checks.support.requirement import finding
said = finding(page_count.REQUIREMENT, profile.load("almere"), "odd", pages=1)
print(registry.heading("page-count"), "|", said.in_english)
"""


def in_the_copy(copy: Path, *arguments: str) -> str:
    """What Python says in a copy of the house, whatever the exit code."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=copy,
        env={**os.environ, "PYTHONPATH": str(copy), "PYTHONSAFEPATH": ""},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.stdout, done.stderr
    return done.stdout


def test_a_check_is_added_by_its_file_its_line_and_its_texts(tmp_path: Path) -> None:
    """A new rule of the municipality would need changes all over the house, and one forgotten place
    would leave a clerk or a provider without words.
    """
    for folder in ("intake", "templates"):
        shutil.copytree(HOUSE / folder, tmp_path / folder)
    checks = tmp_path / "intake" / "checks"
    (checks / "page_count.py").write_text(CHECK, encoding="utf-8")
    texts = tmp_path / "templates" / "_default" / "checks" / "page-count.toml"
    texts.write_text(TEXTS, encoding="utf-8")
    registry = checks / "registry.py"
    listed = registry.read_text(encoding="utf-8")
    listed = listed.replace("    net_amount,\n", "    net_amount,\n    page_count,\n")
    registry.write_text(listed, encoding="utf-8")

    file = next(INVOICE.glob("*.pdf"))
    told = json.loads(in_the_copy(tmp_path, "-m", "intake", "check", str(file), "--json"))

    (found,) = (each for each in told["findings"] if each["check"] == "page-count")
    assert (found["severity"], told["outcome"]) == ("reject", "rejected")
    assert found["message"] == "Je factuur heeft 1 bladzijde. Voeg een lege bladzijde toe."
    page = in_the_copy(tmp_path, "-c", ASK)
    assert page.strip() == "Bladzijden | The invoice has an odd number of pages: 1."
