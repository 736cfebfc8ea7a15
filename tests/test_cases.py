"""Whole mails through ``intake process``: every example of the demo and every folder of
tests/cases, with exactly the findings that stand there.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from intake import settings
from intake.mail import example
from intake.secure_attachment import keys
from intake.store import open_store, providers
from tests.cases.build import CASES, EMAIL, KVK, PASSWORD
from tests.conftest import once
from tests.examples.make import FOLDER as EXAMPLES_FOLDER

CASES_FOLDER = Path(__file__).parent / "cases"
EXAMPLES = example.load(EXAMPLES_FOLDER)
JSON = dict[str, Any]
Findings = list[tuple[str, str]]


class Desk:
    """A municipality with keys and providers, in a folder of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.run("keys", "create")
        self.run("migrate")

    def run(self, *arguments: str, ends_with: Sequence[int] = (0,)) -> str:
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith("INTAKE_")
        } | {"INTAKE_HOME": str(self.home)}
        command = [sys.executable, "-m", "intake", *arguments]
        done = subprocess.run(
            command, env=environment, cwd=self.home, capture_output=True, text=True, timeout=200
        )
        assert done.returncode in ends_with, done.stderr
        return done.stdout

    def add_providers(self, known: Sequence[example.Provider]) -> None:
        store = open_store(settings.load(home=self.home))
        for provider in known:
            providers.add_provider(
                store, provider.kvk, provider.name, provider.email, provider.password
            )
        store.close()

    def process(self, mails: Sequence[Path]) -> dict[str, JSON]:
        lines = self.run(
            "process", *map(str, mails), "--json", "--dry-run", ends_with=(0, 1, 3)
        ).splitlines()
        assert len(lines) == len(mails)
        return {str(mail): json.loads(line) for mail, line in zip(mails, lines, strict=True)}


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> dict[str, JSON]:
    return once(tmp_path_factory, "cases", lambda: _cases(Desk(tmp_path_factory.mktemp("desk"))))


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory) -> dict[str, JSON]:
    return once(
        tmp_path_factory, "examples", lambda: _examples(Desk(tmp_path_factory.mktemp("desk")))
    )


def _cases(desk: Desk) -> dict[str, JSON]:
    desk.add_providers([example.Provider(KVK, "Praktijk De Wilde Roos", EMAIL, PASSWORD)])
    mails = [CASES_FOLDER / name / "message.eml" for name in CASES]
    return {Path(mail).parent.name: line for mail, line in desk.process(mails).items()}


def _examples(desk: Desk) -> dict[str, JSON]:
    providers = example.providers(EXAMPLES_FOLDER)
    desk.add_providers(providers)
    certificate = keys.load(desk.home / "keys")[0].certificate
    mails = []
    for item in EXAMPLES:
        raw = example.assemble(
            item,
            certificate,
            {p.kvk: p.password for p in providers},
            "crediteuren@almere.nl",
            dt.datetime.now(dt.UTC),
        )
        mails.append(desk.home / f"{item.name}.eml")
        mails[-1].write_bytes(raw)
    return {Path(mail).stem: line for mail, line in desk.process(mails).items()}


def _findings(rows: Sequence[JSON]) -> Findings:
    """All but double care: the cases share one client and month, so almost each repeats the one
    before (test_double_care.py).
    """
    return sorted(
        (row["check"], row["severity"]) for row in rows if row["check"] != "duplicate-care"
    )


def _said(line: JSON) -> JSON:
    """What a line says, in the shape of an expectation."""
    return {
        "outcome": line["outcome"],
        "findings": _findings(line["findings"]),
        "care-lines": line["care_lines"],
        "invoices": [
            (i["file"], i["kind"], i["outcome"], _findings(i["findings"])) for i in line["invoices"]
        ],
    }


def _wanted(expected: JSON) -> JSON:
    """An expectation as its file has it, in the same shape."""
    return {
        "outcome": expected["outcome"],
        "findings": sorted(map(tuple, expected["findings"])),
        "care-lines": expected["care-lines"],
        "invoices": [
            (i["file"], i["kind"], i["outcome"], sorted(map(tuple, i["findings"])))
            for i in expected.get("invoices", [])
        ],
    }


def test_every_case_folder_has_its_mail_and_its_expectation() -> None:
    """A folder left out of the list would never be looked at."""
    folders = {
        folder.name
        for folder in CASES_FOLDER.iterdir()
        if (folder / "message.eml").exists() or (folder / "expected.toml").exists()
    }
    assert folders == set(CASES)


@pytest.mark.parametrize("name", CASES)
def test_case_ends_as_expected(name: str, cases: dict[str, JSON]) -> None:
    """A mail put together in an unusual way would be refused, lost or wrongly accepted."""
    expected = tomllib.loads((CASES_FOLDER / name / "expected.toml").read_text(encoding="utf-8"))
    line = cases[name]

    assert _said(line) == _wanted(expected), expected["why"]
    assert (line["reply"] is not None) == expected["reply"]


@pytest.mark.parametrize("item", EXAMPLES, ids=lambda item: item.name)
def test_example_ends_as_expected(item: example.Example, examples: dict[str, JSON]) -> None:
    """The demo would show a municipality a wrong verdict on the first day."""
    written = (EXAMPLES_FOLDER / item.name / "mail.toml").read_text(encoding="utf-8")
    assert _said(examples[item.name]) == _wanted(tomllib.loads(written)["expected"])


@pytest.mark.parametrize(
    "secret",
    [
        "999990019",
        "999993653",
        "999992466",
        "111222333",
        "1112.22.333",
        "Sanne Voorbeeld",
        "14-03-2015",
    ],
)
def test_no_client_data_in_any_line(
    secret: str, cases: dict[str, JSON], examples: dict[str, JSON]
) -> None:
    """The lines end in scripts and logs: a client's number there is a data leak."""
    everything = json.dumps([*cases.values(), *examples.values()], ensure_ascii=False)
    assert secret not in everything
    assert secret.replace("-", "").replace(".", "") not in everything
