"""A clerk corrects what was misread; what was read stays, and the rules judge again."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from intake.errors import Conflict
from intake.model.correction import Corrected
from intake.model.invoice import Field
from intake.model.mail import ReplyKind
from intake.model.verdict import MailOutcome
from intake.store import Store, batches, cases, corrections, work_queue
from intake.store.corrections import Typed
from intake.store.tables import CaseState, InvoiceState, ReplyState
from tests.store import things
from tests.store.test_taking_back import accept, open_mail, refuse, states, version

IBAN = "NL02ABNA0123456789"


def correct(store: Store, reference: str, fact: Corrected, value: str) -> None:
    at = version(store, reference, "1.2")
    corrections.correct(store, reference, "1.2", "jan", at, Typed(fact, value, "het veld"))


def test_what_is_corrected_is_what_is_paid(store: Store) -> None:
    """The account that was misread would be paid, although a clerk saw it."""
    reference = open_mail(store)

    correct(store, reference, Corrected.IBAN, IBAN)
    correct(store, reference, Corrected.VAT, "0.00")
    correct(store, reference, Corrected.GROSS, "1500.00")
    accept(store, reference)

    batch, _ = batches.make(store, "almere", "els")
    assert batch is not None
    (booking,) = batch.bookings
    assert (booking.supplier.iban, booking.gross) == (IBAN, Decimal("1500.00"))
    assert booking.net == booking.gross


def test_what_was_read_stays_beside_it(store: Store) -> None:
    """Nobody could see what the page says, or who changed it."""
    reference = open_mail(store)

    correct(store, reference, Corrected.NUMBER, "2026-0012")
    correct(store, reference, Corrected.NUMBER, "2026-0013")

    first, second = corrections.of_case(store, reference, "1.2")
    assert (first.was[0], first.value, first.by) == ("F", "2026-0012", "jan")
    assert (second.was, second.value) == ("2026-0012", "2026-0013")
    case = cases.get_case(store, reference)
    assert case.verdict is not None
    found = case.verdict.invoices[0].invoice.invoice_number.found
    assert found is not None
    assert found.note == "aangepast door jan"


def test_the_case_is_found_and_listed_by_what_was_corrected(store: Store) -> None:
    """The provider calls about a number that no search would find."""
    reference = open_mail(store)

    correct(store, reference, Corrected.NUMBER, "2026-0012")

    (row,) = cases.list_cases(store, search="2026-0012")
    assert (row.reference, row.invoice_number) == (reference, "2026-0012")


def test_the_rules_judge_again_with_what_was_corrected(store: Store) -> None:
    """The old point would stay, and the same number in another mail not be noticed."""
    reference = open_mail(store)
    correct(store, reference, Corrected.KVK, "12345679")

    claim = things.claim(store)

    assert claim.reference == reference
    (made,) = claim.corrections
    assert (made.fact, made.value) == (Corrected.KVK, "12345679")
    judged = things.verdict(MailOutcome.QUEUED, (things.invoice(),), reply=ReplyKind.RECEIPT)
    work_queue.finish(store, claim, things.decision(judged))
    assert corrections.of_case(store, reference, "1.2") == (made,)


def test_a_worker_that_is_at_it_judges_once_more(store: Store) -> None:
    """What it read before the correction would take its place."""
    reference = open_mail(store)
    correct(store, reference, Corrected.KVK, "12345679")
    claim = things.claim(store)
    correct(store, reference, Corrected.KVK, "12345680")

    with pytest.raises(Conflict):
        work_queue.finish(store, claim, things.decision())


def test_a_refusal_of_the_rules_is_mended_while_its_letter_waits(store: Store) -> None:
    """A good invoice would be refused because one number was misread."""
    reference = open_mail(store, (MailOutcome.REJECTED,), "refusal")

    correct(store, reference, Corrected.NUMBER, "2026-0012")

    case = cases.get_case(store, reference)
    assert case.state is CaseState.QUEUED
    assert states(store, reference) == [InvoiceState.TO_DECIDE]
    assert case.reply is not None
    assert case.reply.state is ReplyState.DROPPED


@pytest.mark.parametrize("decide", [accept, refuse])
def test_what_a_person_decided_is_corrected_only_after_it_was_taken_back(
    store: Store, decide: object
) -> None:
    """Another account would be paid than was accepted."""
    reference = open_mail(store)
    assert callable(decide)
    decide(store, reference)

    with pytest.raises(Conflict):
        correct(store, reference, Corrected.IBAN, IBAN)


def test_nothing_is_corrected_that_a_colleague_changed_meanwhile(store: Store) -> None:
    """Two clerks would overwrite each other's values unseen."""
    reference = open_mail(store)
    seen = version(store, reference, "1.2")
    correct(store, reference, Corrected.NUMBER, "2026-0012")

    with pytest.raises(Conflict):
        typed = Typed(Corrected.NUMBER, "2026-0013")
        corrections.correct(store, reference, "1.2", "els", seen, typed)


def test_corrections_are_counted_by_fact_and_supplier(store: Store) -> None:
    """Nobody would know which layout is misread again and again."""
    first, second, third = (open_mail(store) for _ in range(3))
    correct(store, first, Corrected.NUMBER, "A-1")
    correct(store, second, Corrected.NUMBER, "A-2")
    correct(store, third, Corrected.IBAN, IBAN)

    counted = corrections.counted(store, things.NOW - dt.timedelta(days=1))

    assert counted == [("invoice_number", "01234567", 2), ("iban", "01234567", 1)]


def test_a_supplier_of_an_invoice_that_shows_a_client_is_not_counted_by_name(store: Store) -> None:
    """What is sealed for a client's sake would stand in the open."""
    shown = things.invoice("F-1", supplier_name=Field.of("Praktijk 999990019"))
    judged = things.verdict(MailOutcome.QUEUED, (shown,))
    reference = things.decided(store, 1, things.decision(judged))

    correct(store, reference, Corrected.NUMBER, "F-2")

    ((_, kvk, _),) = corrections.counted(store, things.NOW - dt.timedelta(days=1))
    assert kvk is None
