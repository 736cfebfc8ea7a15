"""Care that two providers declare: a clerk hears of it, and no provider ever does, not even by what
a letter leaves out.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from intake import settings
from intake.checks.registry import requirement
from intake.checks.support.requirement import finding
from intake.model.attachment import Attachments
from intake.model.care import EarlierCare
from intake.model.finding import CheckResult, Outcome, Severity
from intake.model.mail import Reply, ReplyKind
from intake.model.verdict import MailOutcome, ReadInvoice, Verdict
from intake.stages import reply
from intake.store import open_store, providers
from tests.cases.build import EMAIL, KVK, PASSWORD, aes_zip, done, letter, sheet
from tests.cases.page import invoice
from tests.checks.examples import ALMERE, INVOICE, LINE, TODAY, on_attachments, opened
from tests.stages.test_reply import BAD, DEADLINE, RECEIVED, TILBURG
from tests.stages.test_reply import compose as composed

ONCE = opened(LINE)
DOUBLE = (
    opened(LINE, earlier_care=(EarlierCare(2, "AAAA-BBBB"),)),
    opened(LINE, LINE),
    opened(LINE, LINE, earlier_care=(EarlierCare(2, "AAAA-BBBB"), EarlierCare(2, "CCCC-DDDD"))),
)
OTHER_KVK = "90001354"
OTHER_HELP = (
    "999990019;huisarts;01056321;45A57;Begeleiding individueel specialistisch;01-09-2026;30-09-2026"
)


@pytest.mark.parametrize("kind", ReplyKind)
@pytest.mark.parametrize("of", [ALMERE, TILBURG], ids=lambda profile: profile.name)
@pytest.mark.parametrize("bill", [INVOICE, BAD], ids=["good", "bad"])
@pytest.mark.parametrize("attachments", DOUBLE, ids=["earlier", "inside", "both"])
def test_a_letter_is_the_same_with_and_without_double_care(
    kind: ReplyKind, of: Any, bill: Any, attachments: Attachments
) -> None:
    """A line more, or "what was fine" without one line, would tell a provider that another one
    helps this child.
    """
    with_it = composed(kind, [bill], attachments, of, deadline=DEADLINE)
    without = composed(kind, [bill], ONCE, of, deadline=DEADLINE)

    assert with_it is not None
    assert with_it == without


def test_the_letters_above_really_had_something_to_hide() -> None:
    """The test before this one would pass as well if the check found nothing."""
    assert [[f.code for f in on_attachments("duplicate-care", each).findings] for each in (ONCE,
    *DOUBLE)] == [
        [], ["earlier"], ["inside"], ["inside", "earlier", "earlier"],
    ]  # fmt: skip


def test_no_title_of_the_check_stands_among_what_was_fine() -> None:
    """A clean month would be told, and so the next letter without it tells the double."""
    refusal = composed(ReplyKind.REFUSAL, [BAD], opened(replace(LINE, bsn="999990018")), ALMERE)

    assert refusal is not None
    assert requirement("duplicate-care").texts.title not in refusal.text


def test_a_clerk_cannot_put_it_in_a_letter_by_choosing_it() -> None:
    """The page lets a clerk choose findings for a refusal; this one stays out whatever is chosen."""
    said = replace(
        finding(requirement("duplicate-care"), ALMERE, "earlier", rows="regel 2"),
        severity=Severity.REJECT,
        case="AAAA-BBBB",
    )
    result = CheckResult("duplicate-care", Outcome.FAILED, (said,))
    read = ReadInvoice("1", None, INVOICE, (), MailOutcome.REJECTED, "")
    verdict = Verdict(
        MailOutcome.REJECTED, "", TODAY, (read,), (said,), (result,), reply=ReplyKind.REFUSAL
    )

    made = reply.compose_by_clerk(
        verdict, "Bel ons.", Reply("info@zorg.example", "", ""), "AB12-CD34", RECEIVED, ALMERE
    )

    assert "AAAA-BBBB" not in made.text
    assert said.what not in made.text.replace("\n", " ")
    assert "eerdere mail" not in " ".join(made.text.split())


def test_two_providers_with_the_same_care(tmp_path: Path) -> None:
    """The whole road: the second provider's invoice waits for a clerk with a remark, and its letter
    is like any other.
    """
    intake(tmp_path, "keys", "create")
    intake(tmp_path, "migrate")
    store = open_store(settings.load(home=tmp_path))
    providers.add_provider(store, KVK, "Praktijk De Wilde Roos", EMAIL, PASSWORD)
    providers.add_provider(store, OTHER_KVK, "Praktijk De Eik", "eik@deeik.example", PASSWORD)
    store.close()
    mails = [
        bill("first", "R-1"),
        bill("first-again", "R-1"),
        bill("other-help", "E-2", OTHER_KVK, OTHER_HELP),
        bill("same-help", "E-3", OTHER_KVK),
    ]
    for number, raw in enumerate(mails):
        (tmp_path / f"{number}.eml").write_bytes(raw)

    said = intake(tmp_path, "process", "0.eml", "1.eml", "2.eml", "3.eml", "--json")
    first, again, other, same = [json.loads(line) for line in said.splitlines()]

    assert [doubles(line) for line in (first, again, other, same)] == [0, 0, 0, 1]
    assert (again["outcome"], other["outcome"], same["outcome"]) == ("ignored", "queued", "queued")
    assert plain(same["reply"]["text"], "E-3") == plain(other["reply"]["text"], "E-2")


def bill(name: str, number: str, kvk: str = KVK, *rows: str) -> bytes:
    page = invoice(number, kvk=(f"KvK-nummer: {kvk}",))
    return done(
        letter(
            name,
            (f"factuur {number}.pdf", page),
            ("bijlage.zip", aes_zip(("bijlage.csv", sheet(*rows)))),
        ),
        name,
    )


def intake(home: Path, *arguments: str) -> str:
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("INTAKE_")
    } | {"INTAKE_HOME": str(home)}
    done = subprocess.run(
        [sys.executable, "-m", "intake", *arguments],
        env=environment,
        cwd=home,
        capture_output=True,
        text=True,
        timeout=200,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def doubles(line: dict[str, Any]) -> int:
    return sum(found["check"] == "duplicate-care" for found in line["findings"])


def plain(text: str, number: str) -> str:
    """The words of a letter without its own numbers."""
    return " ".join(
        re.sub(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}\b", "KENMERK", text).replace(number, "NUMMER").split()
    )
