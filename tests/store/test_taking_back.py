"""What a clerk decided can be undone: until its letter leaves, or the invoice went to the finance
package.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intake.errors import AlreadyExported, Conflict, LetterLeft
from intake.model.correction import Corrected
from intake.model.mail import Reply, ReplyKind
from intake.model.verdict import MailOutcome
from intake.store import Store, batches, cases, corrections, open_store, outbox, work_queue
from intake.store.cases import Refusal
from intake.store.corrections import Typed
from intake.store.tables import CaseState, InvoiceState, ReplyState
from tests.conftest import SettingsOn
from tests.store import things

_NUMBERS = itertools.count(5000)
ANSWER = Reply(things.SENDER, "", "", "<mail-1@praktijk.example>")


@pytest.fixture
def store(settings_on: SettingsOn, database: str) -> Iterator[Store]:
    """A store in which letters can be stopped for 15 seconds, as it comes out of the box."""
    opened = open_store(settings_on(database, replies__undo_seconds=15))
    opened.clock = lambda: things.NOW
    yield opened
    opened.close()


def later(store: Store, seconds: float) -> None:
    moment = store.clock() + dt.timedelta(seconds=seconds)
    store.clock = lambda: moment


def open_mail(
    store: Store, outcomes: tuple[MailOutcome, ...] = (MailOutcome.QUEUED,), reply: str = "receipt"
) -> str:
    """A mail with an invoice of each outcome."""
    number = next(_NUMBERS)
    invoices = tuple(things.invoice(f"F{number}-{at}") for at in range(len(outcomes)))
    worst = MailOutcome.REJECTED if MailOutcome.REJECTED in outcomes else MailOutcome.QUEUED
    judged = things.verdict(worst, invoices, reply=ReplyKind(reply))
    read = [
        replace(each, outcome=outcome)
        for each, outcome in zip(judged.invoices, outcomes, strict=True)
    ]
    judged = replace(judged, invoices=tuple(read))
    made = things.decision(judged, "confirm")
    summary = replace(made.summary, answer=ANSWER)
    return things.decided(store, number, replace(made, summary=summary))


def accept(store: Store, reference: str, path: str | None = None) -> None:
    cases.accept(store, reference, "jan", version(store, reference, path), path=path)


def refuse(store: Store, reference: str, path: str | None = None, words: str = "nee") -> None:
    letter = Reply(things.SENDER, "Uw factuur", words)
    at = version(store, reference, path)
    cases.refuse(store, reference, "jan", at, Refusal(words, letter), path)


def take_back(store: Store, reference: str, path: str | None = None) -> None:
    cases.take_back(store, reference, "jan", version(store, reference, path), path)


def version(store: Store, reference: str, path: str | None = None) -> int:
    case = cases.get_case(store, reference)
    return next((each.version for each in case.invoices if each.path == path), case.version)


def states(store: Store, reference: str) -> list[InvoiceState]:
    return [each.state for each in cases.get_case(store, reference).invoices]


def texts(store: Store) -> list[str]:
    """What leaves now."""
    return [outgoing.reply.text for outgoing in outbox.due(store)]


def test_a_letter_of_a_clerk_waits_before_it_leaves(store: Store) -> None:
    """A slip of the hand would be in the provider's mailbox at once."""
    refuse(store, open_mail(store))

    assert texts(store) == []
    later(store, 14)
    assert texts(store) == []
    later(store, 1)
    assert texts(store) == ["nee"]


def test_a_letter_that_a_clerk_lets_go_waits_too(store: Store) -> None:
    """Only refusals could be stopped, no receipt and no question."""
    reference = open_mail(store)
    reply = cases.get_case(store, reference).reply
    assert reply is not None

    outbox.confirm(store, reply.id, "jan")

    assert texts(store) == []
    outbox.hold(store, reply.id, "jan")
    later(store, 15)
    assert texts(store) == []


def test_a_sender_that_saw_the_letter_before_it_was_let_go_again_waits(store: Store) -> None:
    """A letter that a clerk held and let go would leave without its 15 seconds."""
    refuse(store, open_mail(store))
    later(store, 15)
    (seen,) = outbox.due(store)
    outbox.hold(store, seen.id, "jan")
    outbox.confirm(store, seen.id, "jan")

    with pytest.raises(Conflict):
        outbox.mark_sending(store, seen)


def test_what_was_accepted_stands_open_again(store: Store) -> None:
    """A clerk who pressed the wrong key could only ask the bookkeeping to stop it."""
    reference = open_mail(store)
    reply = cases.get_case(store, reference).reply
    assert reply is not None
    accept(store, reference)
    outbox.confirm(store, reply.id, "jan")

    take_back(store, reference)

    case = cases.get_case(store, reference)
    assert (case.state, case.decided_by) == (CaseState.QUEUED, None)
    assert states(store, reference) == [InvoiceState.TO_DECIDE]
    assert case.reply is not None
    assert (case.reply.kind, case.reply.state) == (ReplyKind.RECEIPT, ReplyState.PREPARED)
    later(store, 60)
    assert texts(store) == []
    assert batches.make(store, "almere", "els") == (None, ())


def test_after_the_batch_only_a_reversal_can_take_it_back(store: Store) -> None:
    """It would be paid, and stand open."""
    reference = open_mail(store)
    accept(store, reference)
    batches.make(store, "almere", "els")

    with pytest.raises(AlreadyExported):
        take_back(store, reference)


def test_a_refusal_is_undone_with_its_letter_until_that_leaves(store: Store) -> None:
    """The provider would get a refusal of what is paid."""
    reference = open_mail(store)
    refuse(store, reference)
    take_back(store, reference)
    later(store, 60)

    assert states(store, reference) == [InvoiceState.TO_DECIDE]
    assert texts(store) == []

    refuse(store, reference)
    later(store, 15)
    (outgoing,) = outbox.due(store)
    sending = outbox.mark_sending(store, outgoing)
    with pytest.raises(LetterLeft):
        take_back(store, reference)
    outbox.mark_sent(store, sending)
    with pytest.raises(LetterLeft):
        take_back(store, reference)


def test_the_letter_of_the_rules_comes_back_for_a_clerk_to_see(store: Store) -> None:
    """An invoice that the rules refuse would stand refused, and its provider not know why."""
    reference = open_mail(store, (MailOutcome.REJECTED,), "refusal")
    accept(store, reference)
    assert cases.get_case(store, reference).waiting_reply is None

    take_back(store, reference)

    case = cases.get_case(store, reference)
    assert case.state is CaseState.REJECTED
    assert case.waiting_reply is not None
    assert case.waiting_reply.kind is ReplyKind.REFUSAL
    later(store, 60)
    assert texts(store) == []


def test_a_second_decision_lets_the_letter_of_the_first_go(store: Store) -> None:
    """Who refuses two invoices of a mail one after the other would tell of the last only."""
    reference = open_mail(store, (MailOutcome.QUEUED,) * 3)
    refuse(store, reference, "1.2", "eerste")
    later(store, 1)
    refuse(store, reference, "1.3", "tweede")
    later(store, 1)
    accept(store, reference, "1.4")

    later(store, 15)

    assert texts(store) == ["eerste", "tweede"]


def test_only_the_last_decision_is_undone(store: Store) -> None:
    """What was decided an hour ago would stand open again."""
    reference = open_mail(store, (MailOutcome.QUEUED,) * 2)
    refuse(store, reference, "1.2", "eerste")
    later(store, 1)
    refuse(store, reference, "1.3", "tweede")

    take_back(store, reference)

    later(store, 15)
    assert states(store, reference) == [InvoiceState.REJECTED, InvoiceState.TO_DECIDE]
    assert texts(store) == ["eerste"]


def test_one_of_what_was_refused_together_is_not_accepted_under_its_letter(store: Store) -> None:
    """The letter would refuse what is paid, or nobody would tell why the other is not."""
    reference = open_mail(store, (MailOutcome.QUEUED,) * 2)
    refuse(store, reference)

    with pytest.raises(Conflict):
        accept(store, reference, "1.2")

    take_back(store, reference)
    accept(store, reference, "1.2")
    assert states(store, reference) == [InvoiceState.ACCEPTED, InvoiceState.TO_DECIDE]


def test_nothing_is_taken_back_that_somebody_else_changed(store: Store) -> None:
    """Two clerks would undo each other's work unseen."""
    reference = open_mail(store)
    with pytest.raises(Conflict):
        take_back(store, reference)
    before = version(store, reference)
    accept(store, reference)

    with pytest.raises(Conflict):
        cases.take_back(store, reference, "els", before)


_STEPS = ("mail", "accept", "refuse", "take-back", "correct", "batch", "second", "send", "crash")


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=st.lists(st.tuples(st.sampled_from(_STEPS), st.integers(0, 5)), max_size=14))
def test_whatever_is_done_each_invoice_leaves_once_and_only_accepted(
    store: Store, steps: list[tuple[str, int]]
) -> None:
    """Paid twice, paid without a yes, or refused by letter and paid all the same."""
    batches.make(store, "almere", "els")  # what an earlier example left
    mails = [open_mail(store)]
    start = max((line.number for line in batches.listed(store)), default=0)
    accepted: dict[str, bool] = {}

    for step, which in steps:
        chosen = mails[which % len(mails)]
        with suppress(Conflict):
            if step == "mail":
                mails.append(open_mail(store))
            elif step == "accept":
                accept(store, chosen)
                accepted[chosen] = True
            elif step == "refuse":
                refuse(store, chosen, words=chosen)
            elif step == "take-back":
                take_back(store, chosen)
                accepted[chosen] = False
            elif step == "correct":
                _correct(store, chosen, f"N{which}")
            elif step == "batch":
                _export(store, start, accepted)
            else:
                _time(store, step)

    left = _exported(store, start)
    assert len(set(left)) == len(left)
    assert all(accepted[reference] for reference in left)
    for reference in mails:
        (state,) = states(store, reference)
        assert (state is InvoiceState.EXPORTED) == (reference in left)


def _export(store: Store, start: int, accepted: dict[str, bool]) -> None:
    before = set(_exported(store, start))
    batches.make(store, "almere", "els")
    assert all(accepted.get(reference) for reference in set(_exported(store, start)) - before)


def _correct(store: Store, reference: str, number: str) -> None:
    """A clerk corrects the number, and a worker judges the mail again."""
    typed = Typed(Corrected.NUMBER, f"{reference}-{number}")
    at = version(store, reference, "1.2")
    corrections.correct(store, reference, "1.2", "jan", at, typed)
    claim = things.claim(store)
    assert claim.reference == reference
    judged = cases.get_case(store, reference).verdict
    assert judged is not None
    work_queue.finish(store, claim, things.decision(judged, "confirm"))


def _exported(store: Store, start: int) -> list[str]:
    return [
        booking.reference
        for line in batches.listed(store)
        if line.number > start
        for booking in batches.load(store, line.number).bookings
    ]


def _time(store: Store, step: str) -> None:
    """``second``: one passes; ``send``: all letters leave; ``crash``: a sender dies in the middle."""
    later(store, 1 if step == "second" else 15)
    for outgoing in outbox.due(store):
        if outgoing.kind is ReplyKind.REFUSAL:
            assert states(store, outgoing.reference) == [InvoiceState.REJECTED]
        sending = outbox.mark_sending(store, outgoing)
        if step == "crash":
            outbox.recover(store)
        else:
            outbox.mark_sent(store, sending)
