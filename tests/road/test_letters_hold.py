"""What our letters promise holds down the whole road, on both databases: an attachment that comes
alone, as we asked, joins the very invoice that lacks it, and that is decided anew.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import col, select

from intake import settings, worker
from intake.model.mail import ReplyKind
from intake.store import cases, open_store
from intake.store.tables import CaseState, ReplyRow
from tests.cases import page
from tests.conftest import Cluster
from tests.road.test_halves import BAD, GOOD, HEADER, Desk, Provider

ALONE = "Beantwoord deze mail met alleen de bijlage"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def desk(
    request: pytest.FixtureRequest, prepared: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Desk]:
    home = tmp_path_factory.mktemp("again")
    shutil.copytree(prepared / "keys", home / "keys")
    own = {}
    if request.param == "postgresql":
        cluster: Cluster = request.getfixturevalue("postgresql")
        name = cluster.new_database(request.getfixturevalue("migrated_template"))
        own["database_url"] = cluster.address(name)
    else:
        shutil.copy(prepared / "intake.db", home / "intake.db")
    store = open_store(settings.load(home=home, replies__mode="automatic", **own))
    with worker.open_desk(store.settings, store) as opened:
        yield Desk(store, opened)
    store.close()


@pytest.fixture
def provider(desk: Desk) -> Provider:
    desk.days = 0
    return desk.new_provider()


def letters(provider: Provider, reference: str) -> list[tuple[ReplyKind, str]]:
    """Kind and text of each letter, the first first."""
    case = cases.get_case(provider.desk.store, reference)
    return [(each.kind, " ".join(each.text.split())) for each in reversed(case.replies)]


def our_letter(provider: Provider, reference: str) -> str:
    """The Message-ID that the provider answers to."""
    with provider.desk.store.read() as session:
        wanted = select(ReplyRow.message_id).where(col(ReplyRow.reference) == reference)
        return session.exec(wanted.order_by(col(ReplyRow.number).desc())).first() or ""


def plain(provider: Provider) -> tuple[str, bytes]:
    """The same care lines, for everybody to read."""
    row = f";{GOOD};huisarts;01056321;45A52;Begeleiding;01-09-2026;30-09-2026;500,00;B-1"
    return "regels.csv", "\r\n".join([HEADER, row, ""]).encode()


@pytest.mark.parametrize(
    ("wrong", "tells"),
    [("a wrong BSN", "answer"), ("no protection", "reference"), ("never came", "number")],
)
def test_the_attachment_alone_mends_a_refusal(provider: Provider, wrong: str, tells: str) -> None:
    """A provider who does what our letter asks would hear that the invoice is missing, or that the
    old fault is still there, and would not be paid.
    """
    first = {
        "a wrong BSN": [provider.lines(("", BAD, "500,00"))],
        "no protection": [plain(provider)],
        "never came": [],
    }[wrong]
    invoice = provider.send(provider.bill("{p}-101"), *first)
    if wrong == "never came":
        provider.desk.days = 9
        provider.desk.settle()
    assert provider.state(invoice) is CaseState.REJECTED
    kind, text = letters(provider, invoice)[-1]
    assert (kind, ALONE in text) == (ReplyKind.REFUSAL, True)

    again = provider.send(
        provider.lines(("{p}-101" if tells == "number" else "", GOOD, "500,00")),
        subject=f"Bijlage (kenmerk {invoice})" if tells == "reference" else "De bijlage",
        answers=our_letter(provider, invoice) if tells == "answer" else "",
    )

    assert (provider.state(again), provider.state(invoice)) == (CaseState.IGNORED, CaseState.QUEUED)
    case = cases.get_case(provider.desk.store, invoice)
    assert case.verdict is not None
    assert (case.companions, case.verdict.care_lines) == ((again,), 1)
    kind, text = letters(provider, invoice)[-1]
    assert (kind, "binnen 30 dagen" in text) == (ReplyKind.RECEIPT, False)
    assert len(cases.get_case(provider.desk.store, again).replies) == 0


def test_of_two_invoices_the_one_that_was_asked_about_is_mended(provider: Provider) -> None:
    """The good invoice would be judged by the other's attachment, or the refused one never again."""
    both = provider.send(
        provider.bill("{p}-101"),
        provider.bill("{p}-102", "250,00"),
        provider.lines(("{p}-101", GOOD, "500,00"), name="een.zip"),
        provider.lines(("{p}-102", BAD, "250,00"), name="twee.zip"),
    )
    assert provider.outcomes(both) == {"101": "queued", "102": "rejected"}
    version = cases.get_case(provider.desk.store, both).version
    cases.accept(provider.desk.store, both, "jan", version)
    assert provider.state(both) is CaseState.ACCEPTED

    provider.send(
        provider.lines(("{p}-102", GOOD, "250,00")),
        subject="De bijlage",
        answers=our_letter(provider, both),
    )

    stand = cases.get_case(provider.desk.store, both).invoices
    assert [each.state.value for each in stand] == ["accepted", "to-decide"]
    assert provider.state(both) is CaseState.QUEUED


def test_a_second_attachment_that_is_wrong_too_is_told_and_can_be_mended_again(
    provider: Provider,
) -> None:
    """One slip more, and the provider would stand before a closed case."""
    invoice = provider.send(provider.bill("{p}-101"), provider.lines(("", BAD, "500,00")))
    for bsn, end in ((BAD, CaseState.REJECTED), (GOOD, CaseState.QUEUED)):
        answers = our_letter(provider, invoice)
        provider.send(provider.lines(("", bsn, "500,00")), subject="Bijlage", answers=answers)
        assert provider.state(invoice) is end
    assert [kind for kind, _ in letters(provider, invoice)] == [
        ReplyKind.REFUSAL,
        ReplyKind.REFUSAL,
        ReplyKind.RECEIPT,
    ]


@pytest.mark.parametrize("by", ["a person", "its own fault"])
def test_what_no_attachment_mends_is_left_to_a_person(provider: Provider, by: str) -> None:
    """A refusal by a person, or for the invoice itself, would be undone by a mere attachment."""
    fault = by == "its own fault"
    bill = (
        "factuur.pdf",
        page.invoice(f"{provider.name}-101", **({"kvk": ("",)} if fault else {})),
    )
    mail = provider.send(bill, provider.lines(("", BAD if fault else GOOD, "500,00")))
    if not fault:
        store, refusal = provider.desk.store, cases.Refusal("niet akkoord")
        cases.refuse(store, mail, "jan", cases.get_case(store, mail).version, refusal)
    assert provider.state(mail) is CaseState.REJECTED

    lines = provider.lines(("", GOOD, "500,00"))
    again = provider.send(lines, subject=f"Bijlage (kenmerk {mail})")

    assert provider.state(again) is CaseState.QUARANTINED
    assert provider.state(mail) is CaseState.REJECTED
    assert not any(ALONE in text for _, text in letters(provider, mail))


def test_an_invoice_that_we_have_gets_one_short_answer(provider: Provider) -> None:
    """A provider who hears nothing sends it a third time; one who hears too much looks for a fault."""
    files = [provider.bill("{p}-101"), provider.lines(("", GOOD, "500,00"))]
    first = provider.send(*files)
    again = provider.send(*files, subject="Nogmaals de factuur")

    assert (provider.state(first), provider.state(again)) == (CaseState.QUEUED, CaseState.IGNORED)
    ((kind, text),) = letters(provider, again)
    assert kind is ReplyKind.DUPLICATE
    assert "Wij hadden deze factuur al. Je hoeft haar niet opnieuw te sturen." in text
    assert "bijlage" not in text


def test_a_double_of_what_waits_says_what_is_still_missing(provider: Provider) -> None:
    """Told only that we have it, the provider would wait until it is refused."""
    first = provider.send(provider.bill("{p}-101"))
    again = provider.send(provider.bill("{p}-101"), subject="Nogmaals de factuur")

    ((kind, text),) = letters(provider, again)
    assert kind is ReplyKind.DUPLICATE
    assert "Stuur alleen die bijlage, met het factuurnummer in het onderwerp." in text

    provider.send(provider.lines(("", GOOD, "500,00")), subject="Bijlage {p}-101")
    assert provider.state(first) is CaseState.QUEUED


def test_an_invoice_refused_twice_is_mended_once(provider: Provider) -> None:
    """One attachment for two copies of an invoice would have both of them paid."""
    wrong = [provider.bill("{p}-101"), provider.lines(("", BAD, "500,00"))]
    both = [provider.send(*wrong), provider.send(*wrong, subject="Nog een keer")]
    assert {provider.state(each) for each in both} == {CaseState.REJECTED}

    provider.send(provider.lines(("{p}-101", GOOD, "500,00")), subject="Bijlage")

    ends = sorted(provider.state(each).value for each in both)
    assert ends in (["ignored", "queued"], ["queued", "rejected"])
