"""A mail that costs too much, or of which a file breaks a reader: at whatever moment it ends,
nothing is refused and nothing is in order.
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import pytest

from intake import pipeline, settings, worker
from intake.errors import SandboxFailed
from intake.model.finding import Severity
from intake.model.mail import Envelope
from intake.model.verdict import MailOutcome, Wait
from intake.sandbox.budget import Work
from intake.sandbox.task import Burden
from intake.stages.values import Decided, Received
from intake.store import open_store
from intake.store.lookups import StoreLookups
from tests.cases.build import PASSWORD, aes_zip, locked_pdf
from tests.cases.page import invoice, pdf

NOW = dt.datetime(2026, 10, 2, 9, 0, tzinfo=dt.UTC)
LINES = (
    "BSN;Verwijzer;AGB-code"
    " verwijzer;Productcode;Productomschrijving;Begindatum;Einddatum;Bedrag;Beschikkingsnummer\r\n"
    "999990019;huisarts;01056321;45A52;Begeleiding;01-09-2026;30-09-2026;500,00;B-1\r\n"
)
LATE = Wait(10, dt.date(2026, 10, 1), None)
"""Its last day is past: what is absent now refuses."""


class Ends(Work):
    """Is spent before the child with this number, from 0."""

    def __init__(self, child: int) -> None:
        super().__init__()
        self._child = child

    def begin(self, task: Burden, data: bytes) -> None:
        self._child -= 1
        if self._child < 0:
            self._bounds = replace(self._bounds, cpu_seconds=0)
        super().begin(task, data)


class Breaks(Work):
    """The child with this number is broken by its file."""

    def __init__(self, child: int) -> None:
        super().__init__()
        self._child = child

    def begin(self, task: Burden, data: bytes) -> None:
        super().begin(task, data)
        self._child -= 1
        if self._child == -1:
            self.failed(task, data, "crash")
            raise SandboxFailed("crash")


class KnowsThePassword(StoreLookups):
    def passwords(self, sender: str | None, kvk_numbers: Sequence[str]) -> Sequence[str]:
        return [PASSWORD]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, prepared: Path) -> Iterator[pipeline.Desk]:
    home = tmp_path_factory.mktemp("budget")
    shutil.copytree(prepared / "keys", home / "keys")
    shutil.copy(prepared / "intake.db", home / "intake.db")
    store = open_store(settings.load(home=home, replies__mode="automatic"))
    with worker.open_desk(store.settings, store) as opened:
        yield replace(opened, lookups=KnowsThePassword(store))
    store.close()


def judged(desk: pipeline.Desk, files: list[tuple[str, bytes]], work: Work) -> Decided:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = (
        "zorg@roos.example",
        "crediteuren@almere.nl",
        "Factuur september",
    )
    mail["Date"], mail["Message-ID"] = "Fri, 02 Oct 2026 10:15:00 +0200", "<1@roos.example>"
    mail.set_content("Zie de bijlage.\n")
    for name, data in files:
        mail.add_attachment(data, "application", "octet-stream", filename=name)
    envelope = Envelope("smtp", NOW, "zorg@roos.example")
    return pipeline.process(
        Received(mail.as_bytes(), envelope, "IN-TEST", LATE), desk, NOW.date(), work
    )


ATTACHMENT = ("bijlage.zip", aes_zip(("regels.csv", LINES.encode())))
MAILS = {
    "good": ([("factuur.pdf", invoice("2026-1")), ATTACHMENT], MailOutcome.QUEUED),
    "good, in a pdf with a password": (
        [("factuur.pdf", invoice("2026-1")), ("zorg.pdf", locked_pdf(pdf(LINES.split("\r\n"))))],
        MailOutcome.QUEUED,
    ),
    "with a fault": (
        [("factuur.pdf", invoice("2026-1", kvk=())), ATTACHMENT],
        MailOutcome.REJECTED,
    ),
    "unprotected": (
        [("factuur.pdf", invoice("2026-1")), ("regels.csv", LINES.encode())],
        MailOutcome.REJECTED,
    ),
}


@pytest.mark.parametrize("name", MAILS)
def test_over_budget_at_any_moment_a_person_judges_the_whole_mail(
    desk: pipeline.Desk, name: str
) -> None:
    """A good invoice would be refused for what nobody read, or a bad one pass."""
    files, whole = MAILS[name]
    ends = [judged(desk, files, Ends(child)).verdict for child in range(12)]

    assert ends[-1].outcome is whole, "so many children are not needed: all was read"
    spent = [verdict for verdict in ends if any(f.code == "over-budget" for f in verdict.findings)]
    assert len(spent) >= 2
    assert {verdict.outcome for verdict in ends if verdict not in spent} == {whole}
    for verdict in spent:
        assert (verdict.outcome, verdict.reply) == (MailOutcome.QUARANTINED, None)
        assert (
            verdict.reason
            == "Deze mail kostte te veel tijd om te lezen. Een medewerker kijkt ernaar."
        )
        assert {i.outcome for i in verdict.invoices} <= {MailOutcome.QUARANTINED}


@pytest.mark.parametrize(
    "name", [name for name, (_, whole) in MAILS.items() if whole is MailOutcome.QUEUED]
)
def test_a_file_that_breaks_any_child_refuses_nothing_and_is_seen_by_a_person(
    desk: pipeline.Desk, name: str
) -> None:
    """The attachment that broke a reader would be called absent, and its invoice refused on the
    last day.
    """
    files, whole = MAILS[name]
    ends = [judged(desk, files, Breaks(child)).verdict for child in range(12)]

    assert ends[-1].outcome is whole
    broken = [verdict for verdict in ends if any(f.code == "file-unread" for f in verdict.findings)]
    assert len(broken) >= 2
    for verdict in broken:
        assert verdict.outcome in (MailOutcome.QUARANTINED, MailOutcome.QUEUED)
        assert verdict.reason != "Alles is in orde."
        assert any(f.severity is Severity.REVIEW for f in verdict.findings)
