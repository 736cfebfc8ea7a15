"""Invoices and attachments in one mail or in several, down the whole road: each invoice gets its
own verdict.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator, Sequence
from email.message import EmailMessage

import pytest
from sqlalchemy import delete, update
from sqlmodel import col

from intake import pipeline, worker
from intake.errors import Conflict
from intake.model.mail import Envelope, ReplyKind
from intake.model.verdict import MailOutcome
from intake.store import (
    Store,
    cases,
    journal,
    open_store,
    outbox,
    pairing,
    providers,
    sealed,
    work_queue,
)
from intake.store.lookups import StoreLookups
from intake.store.tables import CaseState, MailRow, ReplyState, SealedRow
from tests.cases.build import aes_zip
from tests.cases.page import invoice

NOW = dt.datetime(2026, 10, 2, 9, 0, tzinfo=dt.UTC)
PASSWORD = "roos-met-doorns-12"
GOOD, BAD = "999990019", "999990018"
HEADER = (
    "Factuurnummer;BSN;Verwijzer;AGB-code"
    " verwijzer;Productcode;Productomschrijving;Begindatum;Einddatum;Bedrag;Beschikkingsnummer"
)
Files = Sequence[tuple[str, bytes]]


class Desk:
    """One worker on a fresh database, with a clock of its own and a provider for each test."""

    def __init__(self, store: Store, desk: pipeline.Desk) -> None:
        self.store, self.desk = store, desk
        self.days = 0
        store.clock = lambda: NOW + dt.timedelta(days=self.days)
        self._numbers = itertools.count(1)

    def new_provider(self) -> Provider:
        return Provider(self, next(self._numbers))

    def settle(self) -> None:
        with worker.Leases(self.store, 600) as leases:
            while claim := work_queue.claim(self.store, "test", 600):
                worker.handle(self.store, self.desk, leases, claim)


class Provider:
    """Sends mails; ``{p}`` in a number or a file name makes it its own."""

    def __init__(self, desk: Desk, number: int) -> None:
        self.desk, self.name = desk, f"P{number}"
        self.address = f"zorg@{self.name.lower()}.example"
        providers.add_provider(
            desk.store, f"{99950000 + number}", self.name, self.address, PASSWORD
        )
        self.mails = itertools.count(1)

    def bill(self, number: str, amount: str = "500,00") -> tuple[str, bytes]:
        own = number.format(p=self.name)
        kvk = f"KvK-nummer: {99950000 + int(self.name[1:])}"
        items = (
            "Omschrijving|Aantal|Tarief|Bedrag",
            f"Begeleiding individueel basis, september 2026|1 stuk|€ {amount}|€ {amount}",
            "",
        )
        return f"factuur {own}.pdf", invoice(
            own, kvk=(kvk,), items=items, total=(f"|||Totaal te betalen: € {amount}", "")
        )

    def lines(
        self, *rows: tuple[str, str, str], name: str = "bijlage.zip", password: str = PASSWORD
    ) -> tuple[str, bytes]:
        """A secured zip; each row is invoice number, BSN and amount."""
        table = [
            f"{n.format(p=self.name)};{bsn};huisarts;01056321;45A52;Begeleiding;01-09-2026;30-09-2026;{amount};B-1"
            for n, bsn, amount in rows
        ]
        return name.format(p=self.name), aes_zip(
            ("regels.csv", "\r\n".join([HEADER, *table, ""]).encode()), password=password
        )

    def send(
        self,
        *files: tuple[str, bytes],
        subject: str = "Factuur september",
        answers: str = "",
        sender: str = "",
    ) -> str:
        """The reference under which the mail is kept and judged."""
        mail = EmailMessage()
        mail["From"] = sender or self.address
        mail["To"] = "crediteuren@almere.nl"
        mail["Subject"] = subject.format(p=self.name)
        mail["Date"] = "Fri, 02 Oct 2026 10:15:00 +0200"
        mail["Message-ID"] = f"<{next(self.mails)}@{self.name.lower()}.example>"
        if answers:
            mail["In-Reply-To"] = answers
        mail.set_content("Zie de bijlage.\n")
        for name, data in files:
            mail.add_attachment(
                data, "application", "pdf" if name.endswith(".pdf") else "zip", filename=name
            )
        envelope = Envelope("smtp", self.desk.store.clock(), sender or self.address)
        reference = journal.keep(self.desk.store, mail.as_bytes(), envelope).reference
        self.desk.settle()
        return reference

    def state(self, reference: str) -> CaseState:
        return cases.get_case(self.desk.store, reference).state

    def outcomes(self, reference: str) -> dict[str, str]:
        """Number of each invoice, without the provider's mark, and its own outcome."""
        verdict = cases.get_case(self.desk.store, reference).verdict
        assert verdict is not None
        return {
            str(i.invoice.invoice_number.value).removeprefix(f"{self.name}-"): i.outcome.value
            for i in verdict.invoices
        }

    def findings(self, reference: str) -> set[tuple[str, str]]:
        verdict = cases.get_case(self.desk.store, reference).verdict
        assert verdict is not None
        return {(f.check, f.code) for f in verdict.findings}


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory, prepared: object) -> Iterator[Desk]:
    import shutil
    from pathlib import Path

    from intake import settings

    home = tmp_path_factory.mktemp("halves")
    shutil.copytree(Path(str(prepared)) / "keys", home / "keys")
    shutil.copy(Path(str(prepared)) / "intake.db", home / "intake.db")
    store = open_store(settings.load(home=home, replies__mode="automatic"))
    with worker.open_desk(store.settings, store) as desk:
        yield Desk(store, desk)
    store.close()


@pytest.fixture
def provider(opened: Desk) -> Provider:
    opened.days = 0
    return opened.new_provider()


ONE_MAIL: dict[
    str, tuple[list[str], list[tuple[list[tuple[str, str, str]], str]], dict[str, str]]
] = {
    "one attachment for its invoice": (
        ["{p}-101"],
        [([("", GOOD, "500,00")], "bijlage.zip")],
        {"101": "queued"},
    ),
    "numbers inside, the second with a fault": (
        ["{p}-101", "{p}-102"],
        [([("{p}-101", GOOD, "500,00")], "een.zip"), ([("{p}-102", BAD, "500,00")], "twee.zip")],
        {"101": "queued", "102": "rejected"},
    ),
    "both in one sheet, the second with a fault": (
        ["{p}-101", "{p}-102"],
        [([("{p}-101", GOOD, "500,00"), ("{p}-102", BAD, "500,00")], "alles.zip")],
        {"101": "queued", "102": "rejected"},
    ),
    "file names, the second with a fault": (
        ["{p}-101", "{p}-102"],
        [([("", GOOD, "")], "bijlage {p}-101.zip"), ([("", BAD, "")], "bijlage {p}-102.zip")],
        {"101": "queued", "102": "rejected"},
    ),
    "sums, the second with a fault": (
        ["{p}-101", "{p}-102=250,00"],
        [([("", GOOD, "500,00")], "a.zip"), ([("", BAD, "250,00")], "b.zip")],
        {"101": "queued", "102": "rejected"},
    ),
    "nothing tells which, one with a fault": (
        ["{p}-101", "{p}-102"],
        [([("", GOOD, "")], "a.zip"), ([("", BAD, "")], "b.zip")],
        {"101": "queued", "102": "queued"},
    ),
    "nothing tells which, both with a fault": (
        ["{p}-101", "{p}-102"],
        [([("", BAD, "")], "a.zip"), ([("", BAD, "")], "b.zip")],
        {"101": "rejected", "102": "rejected"},
    ),
    "one attachment for two, with a fault": (
        ["{p}-101", "{p}-102"],
        [([("", BAD, "")], "a.zip")],
        {"101": "rejected", "102": "rejected"},
    ),
    "the second has none": (
        ["{p}-101", "{p}-102"],
        [([("{p}-101", GOOD, "500,00")], "a.zip")],
        {"101": "queued", "102": "waiting"},
    ),
    "the second has none by name only": (
        ["{p}-101", "{p}-102"],
        [([("", GOOD, "")], "{p}-101.zip")],
        {"101": "queued", "102": "queued"},
    ),
    "lines of another invoice, with a fault": (
        ["{p}-101"],
        [([("{p}-999", BAD, "500,00")], "a.zip")],
        {"101": "queued"},
    ),
}


@pytest.mark.parametrize("situation", ONE_MAIL)
def test_in_one_mail(provider: Provider, situation: str) -> None:
    """A good invoice would be refused with its neighbour, or for lines that are not its own."""
    bills, sheets, expected = ONE_MAIL[situation]
    amounts = [bill.partition("=") for bill in bills]
    files = [provider.bill(number, amount or "500,00") for number, _, amount in amounts]
    reference = provider.send(*files, *(provider.lines(*rows, name=name) for rows, name in sheets))
    assert provider.outcomes(reference) == expected


def test_the_letter_says_which_invoice_misses_its_attachment(provider: Provider) -> None:
    """The provider of two invoices would send the wrong attachment again, and the good invoice
    would be refused at the end.
    """
    first = provider.send(
        provider.bill("{p}-101"),
        provider.bill("{p}-102"),
        provider.lines(("{p}-101", GOOD, "500,00")),
    )
    letter = cases.get_case(provider.desk.store, first).reply
    assert letter is not None
    assert "bijlage bij factuur P" in " ".join(letter.text.split())
    second = provider.send(provider.lines(("{p}-102", GOOD, "500,00")), subject="Bijlage")
    assert provider.state(second) is CaseState.IGNORED
    assert provider.outcomes(first) == {"101": "queued", "102": "queued"}


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))), ids=str)
def test_one_attachment_for_invoices_in_two_mails(provider: Provider, order: Sequence[int]) -> None:
    """Whichever half comes first, both invoices have their lines and nobody is asked for what is in
    hand.
    """
    mails = [
        [provider.bill("{p}-101")],
        [provider.bill("{p}-102")],
        [provider.lines(("{p}-101", GOOD, "500,00"), ("{p}-102", GOOD, "500,00"))],
    ]
    found = {place: provider.send(*mails[place]) for place in order}
    assert [provider.state(found[place]) for place in range(3)] == [
        CaseState.QUEUED,
        CaseState.QUEUED,
        CaseState.IGNORED,
    ]
    assert cases.get_case(provider.desk.store, found[0]).companions == (found[2],)


@pytest.mark.parametrize("first", ["invoice", "attachment"])
@pytest.mark.parametrize("tells", ["number", "subject", "sum", "sender"])
def test_two_halves(provider: Provider, tells: str, first: str) -> None:
    """An attachment in a mail of its own, after or before its invoice, would end with a clerk or in
    a refusal.
    """
    row = ("{p}-101" if tells == "number" else "", GOOD, "500,00" if tells == "sum" else "")
    bring = [
        ([provider.bill("{p}-101")], "Factuur"),
        ([provider.lines(row)], "Bijlage {p}-101" if tells == "subject" else "Bijlage"),
    ]
    found = [
        provider.send(*files, subject=subject)
        for files, subject in (bring if first == "invoice" else reversed(bring))
    ]
    ends = [provider.state(reference) for reference in found]
    assert sorted(ends) == [CaseState.IGNORED, CaseState.QUEUED]
    if first == "attachment":
        replies = [
            reply.kind
            for reference in found
            for reply in cases.get_case(provider.desk.store, reference).replies
        ]
        assert replies == [ReplyKind.RECEIPT], "nobody is asked for what came already"


def test_a_stranger_with_the_same_number_gets_nothing(provider: Provider) -> None:
    """Two providers who both number from 101 would see each other's clients judged with their
    invoice.
    """
    stranger = provider.desk.new_provider()
    bill = stranger.send(stranger.bill("2026-101"))
    lines = provider.send(provider.lines(("2026-101", GOOD, "")))
    assert (provider.state(bill), provider.state(lines)) == (CaseState.WAITING, CaseState.WAITING)


def test_what_did_not_open_is_replaced_by_what_is_sent_again(provider: Provider) -> None:
    """A provider who does what our letter asks would wait for ever: the old locked file would still
    stand in the way.
    """
    first = provider.send(
        provider.bill("{p}-101"), provider.lines(("", GOOD, "500,00"), password="vergeten")
    )
    assert provider.state(first) is CaseState.WAITING
    provider.send(provider.lines(("", GOOD, "500,00")), subject="Nogmaals de bijlage")
    assert provider.state(first) is CaseState.QUEUED


def test_a_doubt_is_a_clerks_and_refuses_nobody(provider: Provider) -> None:
    """Two invoices wait, one attachment comes that fits both: at the end of the waiting time one
    would be refused although its half lies here.
    """
    one, two = provider.send(provider.bill("{p}-101")), provider.send(provider.bill("{p}-102"))
    lines = provider.send(provider.lines(("", GOOD, "")))
    assert provider.state(lines) is CaseState.QUARANTINED
    assert ("secure-attachment", "whose") in provider.findings(lines)
    assert provider.state(one) is provider.state(two) is CaseState.WAITING

    provider.desk.days = 9
    provider.desk.settle()

    assert provider.state(one) is provider.state(two) is CaseState.QUARANTINED
    assert ("secure-attachment", "elsewhere") in provider.findings(one)

    pairing.pair(provider.desk.store, lines, two, "jan")
    provider.desk.settle()

    assert (provider.state(lines), provider.state(two)) == (CaseState.IGNORED, CaseState.QUEUED)

    pairing.unpair(provider.desk.store, lines, two, "jan")
    provider.desk.settle()

    assert provider.state(two) is not CaseState.QUEUED
    assert cases.get_case(provider.desk.store, two).companions == ()


def test_an_attachment_that_nothing_asks_for_goes_to_a_clerk_who_can_still_use_it(
    provider: Provider,
) -> None:
    """A second attachment of an invoice in order would be taken for a mend of it, or be asked for
    an invoice that lies here.
    """
    invoice = provider.send(provider.bill("{p}-101"), provider.lines(("", GOOD, "500,00")))
    assert provider.state(invoice) is CaseState.QUEUED

    late = provider.send(
        provider.lines(("{p}-101", GOOD, "500,00")), subject=f"Re: Factuur (kenmerk {invoice})"
    )
    assert provider.state(late) is CaseState.QUARANTINED
    assert pairing.partners(provider.desk.store, late).possible == (invoice,)

    pairing.pair(provider.desk.store, late, invoice, "jan")
    provider.desk.settle()
    assert (provider.state(late), provider.state(invoice)) == (CaseState.IGNORED, CaseState.QUEUED)


def test_the_last_day_belongs_to_the_provider(provider: Provider) -> None:
    """A clerk who lets the rules look again on the last day would refuse an invoice whose time is
    not over.
    """
    invoice = provider.send(provider.bill("{p}-101"))
    provider.desk.days = 5
    provider.desk.settle()
    cases.again(
        provider.desk.store, invoice, "jan", cases.get_case(provider.desk.store, invoice).version
    )
    provider.desk.settle()
    assert provider.state(invoice) is CaseState.WAITING


def test_one_reminder_and_no_more(provider: Provider) -> None:
    """A provider would be asked every day, or not at all, and then refused."""
    reference = provider.send(provider.bill("{p}-101"))

    def kinds() -> list[ReplyKind]:
        return [
            reply.kind for reply in reversed(cases.get_case(provider.desk.store, reference).replies)
        ]

    def send_all() -> None:
        newest = cases.get_case(provider.desk.store, reference).reply
        assert newest is not None
        if newest.state is ReplyState.HELD:
            outbox.confirm(provider.desk.store, newest.id, "jan")
        for outgoing in outbox.due(provider.desk.store):
            outbox.mark_sent(
                provider.desk.store, outbox.mark_sending(provider.desk.store, outgoing)
            )

    deadline = cases.get_case(provider.desk.store, reference).deadline
    for day in range(1, 6):
        send_all()
        provider.desk.days = day
        provider.desk.settle()
        case = cases.get_case(provider.desk.store, reference)
        if day == 4:
            cases.again(provider.desk.store, reference, "jan", case.version)
            provider.desk.settle()
        assert kinds() == [ReplyKind.QUESTION, *([ReplyKind.REMINDER] if day >= 3 else [])]
        assert cases.get_case(provider.desk.store, reference).deadline == deadline
    provider.desk.days = 6
    provider.desk.settle()
    assert kinds()[-1] is ReplyKind.REFUSAL
    assert provider.state(reference) is CaseState.REJECTED


def test_an_attachment_without_an_invoice_is_asked_for_once_and_goes_to_a_clerk(
    provider: Provider,
) -> None:
    """It would lie there for ever, or be refused although it is no invoice."""
    reference = provider.send(provider.lines(("", GOOD, "")))
    assert provider.state(reference) is CaseState.WAITING
    assert cases.get_case(provider.desk.store, reference).replies == ()
    provider.desk.days = 3
    provider.desk.settle()
    (reminder,) = cases.get_case(provider.desk.store, reference).replies
    assert (reminder.kind, "maar geen factuur" in " ".join(reminder.text.split())) == (
        ReplyKind.REMINDER,
        True,
    )
    provider.desk.days = 9
    provider.desk.settle()
    assert provider.state(reference) is CaseState.QUARANTINED


def test_halves_that_are_judged_at_the_same_moment_do_not_miss_each_other(
    provider: Provider,
) -> None:
    """Two workers, each with one half, would both wait until the invoice is refused."""
    store, desk = provider.desk.store, provider.desk.desk
    files = ([provider.bill("{p}-101")], [provider.lines(("{p}-101", GOOD, "500,00"))])
    settle, provider.desk.settle = provider.desk.settle, lambda: None  # type: ignore[method-assign]
    references = [provider.send(*each) for each in files]
    claims = [work_queue.claim(store, "test", 600) for _ in files]
    made = [worker._process(store, desk, claim) for claim in claims if claim]
    for claim, processed in zip(claims, made, strict=True):
        assert claim is not None
        assert processed.verdict.outcome is MailOutcome.WAITING
        try:
            work_queue.finish(store, claim, worker._decision(StoreLookups(store), processed))
        except Conflict:
            continue
    provider.desk.settle = settle  # type: ignore[method-assign]
    settle()
    assert [provider.state(reference) for reference in references] == [
        CaseState.QUEUED,
        CaseState.IGNORED,
    ]


def opened_by(desk: pipeline.Desk, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """References of the mails that are opened again from now on."""
    opened: list[str] = []
    raw = desk.lookups.raw

    def noted(_: StoreLookups, reference: str) -> bytes:
        opened.append(reference)
        return raw(reference)

    monkeypatch.setattr(StoreLookups, "raw", noted)
    return opened


def test_only_the_mail_whose_attachment_it_is_is_opened_again(
    provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twenty photos of one sender took a gigabyte with each of his invoices."""
    photo = provider.send(("foto.pdf", b"%PDF-1.4 of nothing"))
    theirs = [provider.send(provider.lines((f"{{p}}-{n}", GOOD, "500,00"))) for n in (101, 102)]
    opened = opened_by(provider.desk.desk, monkeypatch)

    invoice = provider.send(provider.bill("{p}-102"))

    assert set(opened) == {theirs[1]}
    assert (provider.state(invoice), provider.state(theirs[0])) == (
        CaseState.QUEUED,
        CaseState.WAITING,
    )
    assert provider.state(photo) is CaseState.QUARANTINED


def test_a_mail_decided_before_anything_was_kept_of_it_is_still_paired(
    provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After an update every attachment that waited would be left lying, and its invoice refused."""
    attachment = provider.send(provider.lines(("{p}-101", GOOD, "500,00")))
    with provider.desk.store.write() as session:
        session.execute(
            delete(SealedRow).where(
                col(SealedRow.reference) == attachment, col(SealedRow.kind) == sealed.GIST
            )
        )
        session.execute(
            update(MailRow).where(col(MailRow.reference) == attachment).values(brings=None)
        )
    opened = opened_by(provider.desk.desk, monkeypatch)

    invoice = provider.send(provider.bill("{p}-101"))

    assert attachment in opened
    assert provider.state(invoice) is CaseState.QUEUED
