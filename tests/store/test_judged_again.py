"""What a person decided on stays as the person saw it, whatever the rules read when they judge its mail
again.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from intake import profile
from intake.model.invoice import Field
from intake.model.mail import Reply, ReplyKind
from intake.model.verdict import MailOutcome, ReadInvoice, Verdict
from intake.profile import SecondPerson
from intake.stages import reply
from intake.store import Store, batches, cases, invoices, pairing, reversals, work_queue, worklist
from intake.store.cases import Refusal
from intake.store.decision import StoredDocument
from intake.store.tables import BatchState, CaseState, InvoiceState, View
from tests.store import things

_NUMBERS = itertools.count(7000)
OTHER = Decimal("242.00")
Reading = Callable[[Verdict], Verdict]


@pytest.fixture
def database() -> str:
    return "sqlite"


def open_mail(store: Store) -> str:
    """A mail with two good invoices, at 1.2 and 1.3."""
    number = next(_NUMBERS)
    read = tuple(things.invoice(f"F{number}-{at}") for at in range(2))
    judged = things.verdict(MailOutcome.QUEUED, read, reply=ReplyKind.RECEIPT)
    return things.decided(store, number, things.decision(judged, documents=documents(judged)))


def documents(judged: Verdict, mark: str = "") -> tuple[StoredDocument, ...]:
    return tuple(
        StoredDocument(each.path, "factuur.pdf", f"%PDF {each.path}{mark}".encode(), 1 + len(mark))
        for each in judged.invoices
    )


def version(store: Store, reference: str, path: str) -> int:
    own = cases.get_case(store, reference).invoices
    return next(each.version for each in own if each.path == path)


def accept(store: Store, reference: str, user: str = "jan", path: str = "1.2") -> bool:
    return cases.accept(store, reference, user, version(store, reference, path), path=path)


def refuse(store: Store, reference: str) -> None:
    letter = Reply(things.SENDER, "Uw factuur", "nee")
    cases.refuse(
        store, reference, "jan", version(store, reference, "1.2"), Refusal("nee", letter), "1.2"
    )


def not_read(judged: Verdict) -> Verdict:
    """The first file says nothing this time."""
    return replace(judged, invoices=judged.invoices[1:])


def nothing_read(judged: Verdict) -> Verdict:
    return replace(judged, invoices=(), outcome=MailOutcome.QUARANTINED)


def read_anew(judged: Verdict) -> Verdict:
    """The first file says something else this time, and the rules refuse it."""
    first, second = judged.invoices
    other = replace(
        first.invoice, gross_amount=Field.of(OTHER), supplier_street=Field.of("Andere straat 1")
    )
    return replace(
        judged, invoices=(replace(first, invoice=other, outcome=MailOutcome.REJECTED), second)
    )


READINGS = (not_read, nothing_read, read_anew)


def judge_again(store: Store, reference: str, reading: Reading) -> None:
    judged = cases.get_case(store, reference).verdict
    assert judged is not None
    anew = reading(replace(judged, reply=None))
    with store.write() as session:
        pairing.stir(store, session, reference, "looked-for")
    claim = things.claim(store)
    assert claim.reference == reference
    work_queue.finish(store, claim, things.decision(anew, documents=documents(anew, " anders")))


def shown(store: Store, reference: str) -> tuple[ReadInvoice, InvoiceState]:
    found = cases.read_invoice(store, reference, "1.2")
    assert found is not None
    return found[0], found[1].state


@pytest.mark.parametrize("reading", READINGS)
def test_an_accepted_invoice_is_shown_and_leaves_as_it_was_accepted(
    store: Store, reading: Reading
) -> None:
    """Another amount would stand on the page than is paid, or it would be paid never."""
    reference = open_mail(store)
    accept(store, reference)
    before = shown(store, reference)

    judge_again(store, reference, reading)

    assert shown(store, reference) == before
    assert cases.document(store, reference, "1.2") == b"%PDF 1.2"
    infos = cases.get_case(store, reference).documents
    assert [each.page_count for each in infos if each.path == "1.2"] == [1]
    assert [each.path for each in infos] == sorted(each.path for each in infos)
    batch, held = batches.make(store, "almere", "els")
    assert batch is not None
    (booking,) = (each for each in batch.bookings if each.reference == reference)
    assert (booking.gross, held) == (before[0].invoice.gross_amount.value, ())


@pytest.mark.parametrize("reading", READINGS)
def test_what_was_decided_can_be_taken_back_however_it_is_read_now(
    store: Store, reading: Reading
) -> None:
    """A clerk could not undo a slip on an invoice that the page does not show any more."""
    for decide in (accept, refuse):
        reference = open_mail(store)
        decide(store, reference)
        judge_again(store, reference, reading)

        cases.take_back(store, reference, "jan", version(store, reference, "1.2"), "1.2")

        assert shown(store, reference)[1] is InvoiceState.TO_DECIDE


def test_the_rest_is_judged_anew(store: Store) -> None:
    """What the rules see now of an invoice that nobody decided on would be lost."""
    reference = open_mail(store)
    accept(store, reference, path="1.3")

    judge_again(store, reference, read_anew)

    case = cases.get_case(store, reference)
    assert [each.state for each in case.invoices] == [InvoiceState.REJECTED, InvoiceState.ACCEPTED]
    assert shown(store, reference)[0].invoice.gross_amount.value == OTHER
    assert cases.document(store, reference, "1.2") == b"%PDF 1.2 anders"


@pytest.mark.parametrize("reading", READINGS)
def test_a_batch_can_be_delivered_again_however_its_invoices_are_read_now(
    store: Store, reading: Reading
) -> None:
    """A batch that did not arrive could never leave, and a storno would take back something else."""
    reference = open_mail(store)
    accept(store, reference)
    batch, _ = batches.make(store, "almere", "els")
    assert batch is not None
    batches.note(store, batch.number, BatchState.FAILED, "els")

    judge_again(store, reference, reading)

    assert batches.load(store, batch.number) == batch
    reversals.ask(store, reference, "1.2", "els", "dubbel")
    judge_again(store, reference, reading)
    back, _ = batches.make(store, "almere", "els")
    assert back is not None
    (booking,) = back.bookings
    assert (-booking.gross, booking.supplier) == (
        batch.bookings[0].gross,
        batch.bookings[0].supplier,
    )


@pytest.mark.parametrize("reading", READINGS)
def test_a_second_person_accepts_what_the_first_saw(
    store: Store, monkeypatch: pytest.MonkeyPatch, reading: Reading
) -> None:
    """It would stand in the list for ever, and a button for all accept what was refused beside it."""
    own = profile.load("almere").model_copy(
        update={"second_person": SecondPerson(above=Decimal(1000))}
    )
    monkeypatch.setattr(profile, "load", lambda _name: own)
    reference = open_mail(store)
    accept(store, reference)

    judge_again(store, reference, reading)

    assert accept(store, reference, "els")
    assert shown(store, reference)[1] is InvoiceState.ACCEPTED


def test_a_mail_of_which_nothing_is_read_any_more_is_no_post(store: Store) -> None:
    """A clerk would be asked what a mail is of which all is decided."""
    reference = open_mail(store)
    cases.accept(store, reference, "jan", cases.get_case(store, reference).version)

    judge_again(store, reference, nothing_read)

    case = cases.get_case(store, reference)
    assert (case.state, case.post) == (CaseState.ACCEPTED, None)
    assert {row.view for row in worklist.of_case(store, reference)} == {View.DONE}


def test_no_letter_speaks_of_an_invoice_that_was_taken_back_after_it_left(store: Store) -> None:
    """A provider would read that we refused, or handle, what was paid and is being taken back."""
    reference = open_mail(store)
    accept(store, reference)
    batches.make(store, "almere", "els")
    reversals.ask(store, reference, "1.2", "els", "dubbel")

    case = cases.get_case(store, reference)
    decided = invoices.decided(case.invoices)
    with store.write() as session:
        pairing.stir(store, session, reference, "looked-for")
    assert decided == things.claim(store).decided == {"1.2": None}
    assert case.verdict is not None
    gone, other = reply.as_decided(case.verdict, {**decided, "1.3": False}).invoices
    assert (gone.outcome, other.outcome) == (MailOutcome.IGNORED, MailOutcome.REJECTED)
    assert reply.as_decided(case.verdict, decided).reply is ReplyKind.RECEIPT
