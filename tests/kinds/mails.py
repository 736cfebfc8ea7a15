"""Mails of one provider down the whole road, each by itself or one after the other on one database."""

from __future__ import annotations

import datetime as dt
import itertools
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from intake import pipeline, settings, worker
from intake.model.mail import Envelope
from intake.model.verdict import Verdict
from intake.stages.values import Decided, Received
from intake.store import Store, cases, journal, open_store, providers, work_queue
from intake.store.lookups import StoreLookups
from intake.store.tables import CaseState
from tests.cases.build import aes_zip
from tests.cases.page import invoice

NOW = dt.datetime(2026, 10, 2, 9, 0, tzinfo=dt.UTC)
PASSWORD = "roos-met-doorns-12"
HEADER = (
    "BSN;Verwijzer;AGB-code verwijzer;Productcode;Productomschrijving;Begindatum;Einddatum;Bedrag"
)
ROW = "999990019;huisarts;01056321;45A52;Begeleiding individueel;01-09-2026;30-09-2026;500,00"
SHEET = "\r\n".join([HEADER, ROW, ""]).encode()
File = tuple[str, bytes]


def secured(name: str = "gegevens.zip", inside: bytes = SHEET) -> File:
    """The secured attachment, that opens with the agreed password."""
    return name, aes_zip(("gegevens.csv", inside), password=PASSWORD)


def mail(
    *files: File,
    subject: str = "Factuur september",
    text: str = "Zie de bijlage.\n",
    sender: str = "zorg@roos.example",
    answers: str = "",
    number: int = 1,
) -> EmailMessage:
    """A mail with files, each of the type that its name promises."""
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = sender, "crediteuren@almere.nl", subject
    letter["Date"] = "Fri, 02 Oct 2026 10:15:00 +0200"
    letter["Message-ID"] = f"<{number}@{sender.partition('@')[2]}>"
    if answers:
        letter["In-Reply-To"] = answers
    letter.set_content(text)
    types = {"pdf": "application/pdf", "html": "text/html", "txt": "text/plain"}
    for name, data in files:
        main, sub = types.get(name.rpartition(".")[2], "application/octet-stream").split("/")
        letter.add_attachment(data, main, sub, filename=name)
    return letter


def keep(store: Store, desk: pipeline.Desk, raw: bytes, envelope: Envelope) -> str:
    """The reference of a mail, after everything that is due was judged."""
    reference = journal.keep(store, raw, envelope).reference
    with worker.Leases(store, 600) as leases:
        while claim := work_queue.claim(store, "test", 600):
            worker.handle(store, desk, leases, claim)
    return reference


def verdict_of(store: Store, reference: str) -> Verdict:
    verdict = cases.get_case(store, reference).verdict
    assert verdict is not None
    return verdict


def copied(prepared: Path, home: Path, **chosen: Any) -> Store:
    """A store on a copy of the prepared keys and database."""
    shutil.copytree(prepared / "keys", home / "keys")
    shutil.copy(prepared / "intake.db", home / "intake.db")
    return open_store(settings.load(home=home, **chosen))


class Town:
    """A desk on a fresh database."""

    def __init__(self, store: Store, desk: pipeline.Desk) -> None:
        self.store, self.desk = store, desk
        store.clock = lambda: NOW
        self._numbers = itertools.count(1)

    def decide(self, raw: EmailMessage | bytes) -> Decided:
        """What becomes of one mail that nothing was before and that nothing keeps."""
        content = raw if isinstance(raw, bytes) else raw.as_bytes()
        received = Received(content, Envelope("smtp", NOW, "zorg@roos.example"), "IN-TEST")
        alone = replace(self.desk, lookups=self.lookups())
        return pipeline.process(received, alone, NOW.date())

    def lookups(self) -> StoreLookups:
        """Those of the store, and the agreed password of everybody."""
        return _KnowsThePassword(self.store)

    def provider(self) -> Provider:
        return Provider(self, next(self._numbers))


class _KnowsThePassword(StoreLookups):
    def passwords(self, sender: str | None, kvk_numbers: object) -> tuple[str, ...]:
        return (PASSWORD,)


class Provider:
    """One with an agreed password, whose mails are kept."""

    def __init__(self, town: Town, number: int) -> None:
        self.town, self.kvk = town, f"{99960000 + number}"
        self.address = f"zorg@q{number}.example"
        self.mark = f"Q{number}"
        providers.add_provider(town.store, self.kvk, self.mark, self.address, PASSWORD)
        self._mails = itertools.count(1)

    def bill(self, number: str) -> File:
        """An invoice of € 500,00."""
        kvk = (f"KvK-nummer: {self.kvk}",)
        return f"factuur {self.mark}-{number}.pdf", invoice(f"{self.mark}-{number}", kvk=kvk)

    def send(self, *files: File, change: Callable[[bytes], bytes] = bytes, **how: str) -> str:
        """Its reference, after everything that is due was judged."""
        letter = mail(*files, sender=self.address, number=next(self._mails), **how)
        envelope = Envelope("smtp", NOW, self.address)
        store = self.town.store
        return keep(store, self.town.desk, change(letter.as_bytes()), envelope)

    def state(self, reference: str) -> CaseState:
        return cases.get_case(self.town.store, reference).state

    def verdict(self, reference: str) -> Verdict:
        return verdict_of(self.town.store, reference)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory, prepared: Path) -> Iterator[Town]:
    store = copied(prepared, tmp_path_factory.mktemp("town"), replies__mode="automatic")
    with worker.open_desk(store.settings, store) as desk:
        yield Town(store, desk)
    store.close()
