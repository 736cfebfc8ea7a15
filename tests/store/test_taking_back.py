"""What a clerk decided can be undone: until its letter leaves, or the invoice went to the finance
package.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from intake.errors import AlreadyExported, Conflict, LetterLeft
from intake.model.booking import Booking
from intake.model.correction import Corrected
from intake.model.invoice import Field
from intake.model.mail import Draft, DraftState, PostKind, Reply, ReplyKind
from intake.model.verdict import MailOutcome, Verdict
from intake.store import (
    Store,
    batches,
    cases,
    corrections,
    open_store,
    outbox,
    pairing,
    plans,
    post,
    reversals,
    work_queue,
    worklist,
)
from intake.store.cases import Refusal
from intake.store.corrections import Typed
from intake.store.tables import CaseState, InvoiceState, ReplyRow, ReplyState, View
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


@pytest.mark.parametrize("outcome", [MailOutcome.REJECTED, MailOutcome.QUEUED])
def test_a_letter_that_does_not_say_of_which_it_tells_is_for_a_person(
    store: Store, outcome: MailOutcome
) -> None:
    """A letter of an older version would go with one invoice, and nobody tell why the other stays
    refused."""
    by_rules = outcome is MailOutcome.REJECTED
    reply = "refusal" if by_rules else "receipt"
    reference = open_mail(store, (outcome, MailOutcome.QUEUED), reply)
    refuse(store, reference, "1.3" if by_rules else None)
    letter = cases.get_case(store, reference).reply
    assert letter is not None
    with store.write() as session:
        session.execute(update(ReplyRow).values(tells_of=None))

    with pytest.raises(Conflict):
        accept(store, reference, "1.3")
    assert ("nee", letter.state) in standing(store, reference)
    outbox.drop(store, letter.id, "jan")
    accept(store, reference, "1.3")
    assert states(store, reference) == [InvoiceState.REJECTED, InvoiceState.ACCEPTED]


def test_nothing_is_taken_back_that_somebody_else_changed(store: Store) -> None:
    """Two clerks would undo each other's work unseen."""
    reference = open_mail(store)
    with pytest.raises(Conflict):
        take_back(store, reference)
    before = version(store, reference)
    accept(store, reference)

    with pytest.raises(Conflict):
        cases.take_back(store, reference, "els", before)


def test_one_of_what_was_refused_together_is_not_taken_back_alone(store: Store) -> None:
    """Its letter would go, and the other stand refused without its provider knowing."""
    reference = open_mail(store, (MailOutcome.QUEUED,) * 2)
    refuse(store, reference, words="beide")

    with pytest.raises(Conflict):
        take_back(store, reference, "1.2")

    later(store, 15)
    assert texts(store) == ["beide"]


def test_the_letter_of_another_invoice_leaves_whatever_is_taken_back(store: Store) -> None:
    """Who took back an accept would also stop the letter of what was refused beside it, unseen."""
    reference = open_mail(store, (MailOutcome.QUEUED,) * 2)
    accept(store, reference, "1.2")
    refuse(store, reference, "1.3", "tweede")
    take_back(store, reference, "1.2")
    later(store, 15)
    outbox.mark_deferred(store, outbox.mark_sending(store, things.only_reply(store)))
    accept(store, reference, "1.2")
    later(store, 3600)
    take_back(store, reference, "1.2")

    assert states(store, reference) == [InvoiceState.TO_DECIDE, InvoiceState.REJECTED]
    assert standing(store, reference) == [("tweede", ReplyState.DEFERRED)]


def test_the_letter_of_another_invoice_leaves_when_one_is_accepted_after_all(store: Store) -> None:
    """The letter that was written last would go with the first."""
    reference = open_mail(store, (MailOutcome.QUEUED,) * 2)
    refuse(store, reference, "1.2", "eerste")
    refuse(store, reference, "1.3", "tweede")
    accept(store, reference, "1.2")

    later(store, 15)

    assert texts(store) == ["tweede"]


@pytest.mark.parametrize("state", [ReplyState.HELD, ReplyState.FAILED, ReplyState.BOUNCED])
@pytest.mark.parametrize("then", ["accept", "refuse", "judge"])
def test_a_letter_that_did_not_leave_waits_for_a_clerk_whatever_comes_after(
    store: Store, state: ReplyState, then: str
) -> None:
    """The invoice would stay refused, and nobody tell why or see that nobody does."""
    reference = open_mail(store, (MailOutcome.QUEUED,) * 2)
    refuse(store, reference, "1.2", "eerste")
    stop_letter(store, reference, state)

    if then == "judge":
        judge_again(store, reference)
    else:
        (accept if then == "accept" else refuse)(store, reference, "1.3")

    assert ("eerste", state) in standing(store, reference)
    assert any(row.view is View.LETTER for row in worklist.of_case(store, reference))
    waiting = next(
        each for each in cases.get_case(store, reference).replies if each.text == "eerste"
    )
    outbox.confirm(store, waiting.id, "jan")
    later(store, 15)
    assert "eerste" in texts(store)


def test_a_letter_that_came_back_is_past_when_its_invoice_is_accepted(store: Store) -> None:
    """A clerk could send a refusal once more of what is paid."""
    reference = open_mail(store)
    refuse(store, reference, words="eerste")
    stop_letter(store, reference, ReplyState.BOUNCED)
    accept(store, reference)
    take_back(store, reference)

    case = cases.get_case(store, reference)
    assert case.waiting_reply is None or case.waiting_reply.text != "eerste"
    bounced = next(each for each in case.replies if each.state is ReplyState.BOUNCED)
    for act in (outbox.confirm, outbox.hold):
        with pytest.raises(Conflict):
            act(store, bounced.id, "jan")


def test_a_refusal_that_the_relay_puts_off_is_not_tried_again_after_an_accept(store: Store) -> None:
    """The provider would read of a refusal an hour after the invoice was accepted."""
    reference = open_mail(store)
    refuse(store, reference)
    later(store, 15)
    sending = outbox.mark_sending(store, things.only_reply(store))
    accept(store, reference)

    outbox.mark_deferred(store, sending)

    later(store, 7200)
    assert texts(store) == []
    assert all(state is not ReplyState.DEFERRED for _, state in standing(store, reference))


def test_a_refusal_of_the_rules_that_was_told_cannot_be_withdrawn_by_the_letter_of_another(
    store: Store,
) -> None:
    """A clerk would mend, or refuse in other words, what the provider knows already."""
    reference = open_mail(store, (MailOutcome.REJECTED, MailOutcome.QUEUED), "refusal")
    letter = cases.get_case(store, reference).reply
    assert letter is not None
    outbox.confirm(store, letter.id, "jan")
    later(store, 15)
    outbox.mark_sent(store, outbox.mark_sending(store, things.only_reply(store)))
    refuse(store, reference, "1.3")

    with pytest.raises(Conflict):
        refuse(store, reference, "1.2")
    with pytest.raises(LetterLeft):
        cases.withdraw(store, reference, "jan", version(store, reference))
    typed = Typed(Corrected.NUMBER, "anders")
    with pytest.raises(Conflict):
        corrections.correct(store, reference, "1.2", "jan", version(store, reference, "1.2"), typed)


def test_an_answer_that_left_is_not_taken_back(store: Store) -> None:
    """A mail would stand open that its sender has an answer to, and get a second one."""
    judged = things.verdict(MailOutcome.QUARANTINED, incidents=())
    made = things.decision(judged, documents=(), post=PostKind.QUESTION)
    for way in ("before", "after"):
        reference = things.decided(store, next(_NUMBERS), made)
        letter = Reply(things.SENDER, "Uw vraag", "Goedendag")
        post.answer(store, reference, "jan", version(store, reference), letter)
        if way == "before":
            take_back(store, reference)
            assert cases.get_case(store, reference).state is CaseState.QUARANTINED
            continue
        later(store, 15)
        outbox.mark_sent(store, outbox.mark_sending(store, things.only_reply(store)))
        with pytest.raises(LetterLeft):
            take_back(store, reference)


def test_what_was_planned_stands_again_when_a_decision_is_taken_back(store: Store) -> None:
    """An invoice of a colleague would come back to nobody, and one put aside at once."""
    reference = open_mail(store)
    plans.hand_over(store, reference, "1.2", "jan", version(store, reference, "1.2"), "els")
    until = store.today + dt.timedelta(days=5)
    plans.put_aside(store, reference, "1.2", "jan", version(store, reference, "1.2"), until)

    accept(store, reference, "1.2")
    assert worklist.of_case(store, reference)[0].assigned == ""
    take_back(store, reference, "1.2")

    (invoice,) = cases.get_case(store, reference).invoices
    assert (invoice.state, invoice.assigned_to, invoice.later_until) == (
        InvoiceState.LATER,
        "els",
        until,
    )


def test_a_draft_that_nobody_knows_of_is_dropped_when_its_invoice_was_accepted(
    store: Store,
) -> None:
    """The mailbox says later that it was never sent: the refusal of a paid invoice would leave."""
    reference = open_mail(store)
    refuse(store, reference, "1.2")
    later(store, 15)
    sending = outbox.mark_sending(store, things.only_reply(store), by="mailbox")
    sending = outbox.note_draft(store, sending, Draft("draft-1", "<draft@example.nl>"))
    outbox.mark_unknown(store, sending)
    accept(store, reference, "1.2")
    later(store, outbox.DOUBT_SECONDS)

    (doubt,) = outbox.doubtful(store, ["mailbox"])
    outbox.settle(store, doubt, DraftState.DRAFT)

    later(store, 7200)
    assert all(each.kind is not ReplyKind.REFUSAL for each in outbox.due(store))
    (stopped,) = outbox.doubtful(store, ["mailbox"])
    assert stopped.stopped, "its draft is taken away"


def test_a_refusal_on_its_way_at_the_accept_is_not_tried_again(store: Store) -> None:
    """The relay puts it off, and an hour later the provider reads that a paid invoice is not paid."""
    reference = open_mail(store, (MailOutcome.REJECTED,) * 2, "refusal")
    letter = cases.get_case(store, reference).reply
    assert letter is not None
    outbox.confirm(store, letter.id, "jan")
    later(store, 15)
    sending = outbox.mark_sending(store, things.only_reply(store))

    accept(store, reference, "1.2")
    outbox.mark_deferred(store, sending)

    (first,) = (e for e in cases.get_case(store, reference).replies if e.id == letter.id)
    assert first.state is ReplyState.DROPPED


def test_a_refusal_on_its_way_at_the_accept_does_not_wait_for_a_clerk_after_a_restore(
    store: Store,
) -> None:
    """A clerk would find a letter to send that refuses a paid invoice."""
    reference = open_mail(store, (MailOutcome.QUEUED,) * 2)
    refuse(store, reference, "1.2")
    later(store, 15)
    outbox.mark_sending(store, things.only_reply(store))
    accept(store, reference, "1.2")

    with store.write() as session:
        outbox.hold_all(store, session)

    assert all(text != "nee" for text, _ in standing(store, reference))
    with store.read() as session:
        ends = [(row.state, row.ended_at) for row in outbox.letters_of(session, reference)]
    assert (ReplyState.DROPPED, store.clock()) in ends


def stop_letter(store: Store, reference: str, state: ReplyState) -> None:
    """Let the newest letter of a case end so: ``held``, ``failed`` or ``bounced``."""
    letter = cases.get_case(store, reference).reply
    assert letter is not None
    if state is ReplyState.HELD:
        outbox.hold(store, letter.id, "jan")
        return
    later(store, 15)
    sending = outbox.mark_sending(store, things.only_reply(store))
    if state is ReplyState.FAILED:
        outbox.mark_failed(store, sending)
    else:
        outbox.mark_sent(store, sending)
        outbox.mark_bounced(store, sending.message_id)


def standing(store: Store, reference: str) -> list[tuple[str, ReplyState]]:
    """The letters of a case that were not dropped, the oldest first."""
    replies = reversed(cases.get_case(store, reference).replies)
    return [(each.text, each.state) for each in replies if each.state is not ReplyState.DROPPED]


def judge_again(store: Store, reference: str, verdict: Verdict | None = None) -> None:
    """The rules look at a mail once more, as when another mail speaks of it."""
    judged = verdict or cases.get_case(store, reference).verdict
    assert judged is not None
    with store.write() as session:
        pairing.stir(store, session, reference, "looked-for")
    claim = things.claim(store)
    assert claim.reference == reference
    made = things.decision(replace(judged, reply=None), "confirm")
    summary = replace(made.summary, answer=ANSWER)
    work_queue.finish(store, claim, replace(made, summary=summary))


@dataclass
class Town:
    """What a clerk did to two invoices of each mail, and what must come of it."""

    store: Store
    start: int
    mails: list[str] = field(default_factory=list)
    read: dict[str, Verdict] = field(default_factory=dict)
    """What the file says, by mail; one reading of it may say something else."""
    accepted: dict[tuple[str, str], Decimal | None] = field(default_factory=dict)
    """The total that stood on the page when it was accepted."""
    refused: dict[tuple[str, str], str] = field(default_factory=dict)
    """The words of the letter by which it stands refused."""

    def __post_init__(self) -> None:
        self.mail()

    def mail(self) -> None:
        reference = open_mail(self.store, (MailOutcome.QUEUED,) * 2)
        judged = cases.get_case(self.store, reference).verdict
        assert judged is not None
        self.mails.append(reference)
        self.read[reference] = judged

    def do(self, step: str, chosen: str, which: int) -> None:
        path = (None, "1.2", "1.3")[which % 3]
        if step == "mail":
            self.mail()
        elif step == "accept":
            accept(self.store, chosen, path)
        elif step == "refuse":
            refuse(self.store, chosen, path, f"brief {next(_NUMBERS)}")
        elif step == "take-back":
            take_back(self.store, chosen, path)
        elif step == "correct":
            _correct(self.store, chosen, f"N{which}")
        elif step == "judge":
            judge_again(self.store, chosen, _read_anew(self.read[chosen], which))
        elif step == "storno":
            reversals.ask(self.store, chosen, path or "1.2", "jan", "dubbel")
        elif step == "batch":
            batches.make(self.store, "almere", "els")
        else:
            _time(self.store, step)
        self.note(chosen)

    def note(self, reference: str) -> None:
        """What became of the invoices of this mail by the last step."""
        case = cases.get_case(self.store, reference)
        assert case.verdict is not None
        for read, each in zip(case.verdict.invoices, case.invoices, strict=True):
            key = (reference, each.path)
            if each.state is InvoiceState.ACCEPTED:
                self.accepted.setdefault(key, read.invoice.gross_amount.value)
            elif each.is_open or each.state is InvoiceState.REJECTED:
                self.accepted.pop(key, None)
            if each.state is not InvoiceState.REJECTED or each.decided_by is None:
                self.refused.pop(key, None)
            elif key not in self.refused:
                self.refused[key] = case.replies[0].text

    def holds(self) -> None:
        """Each accepted invoice leaves once, as it was accepted; each refused one is told once."""
        left = [each for each in _exported(self.store, self.start) if not _reverses(each)]
        keys = [(each.reference, each.path) for each in left]
        assert len(set(keys)) == len(keys)
        for each in left:
            assert each.gross == self.accepted[each.reference, each.path]
        for reference in self.mails:
            case = cases.get_case(self.store, reference)
            for one in case.invoices:
                key = (reference, one.path)
                gone = one.state in (InvoiceState.EXPORTED, InvoiceState.REVERSED)
                assert gone == (key in keys)
            said = [text for text, _ in standing(self.store, reference)]
            for key in self.refused.keys() & {(reference, each.path) for each in case.invoices}:
                assert said.count(self.refused[key]) == 1
            told = {text for (mail, _), text in self.refused.items() if mail == reference}
            if not case.invoices and case.state is CaseState.REJECTED:
                told.add(case.replies[0].text)  # nothing is read of it: the mail was refused whole
            may_leave = {*outbox.NOT_LEFT, ReplyState.SENDING}
            for text, state in standing(self.store, reference):
                assert text in told or not text.startswith("brief") or state not in may_leave


_STEPS = (
    "mail", "accept", "refuse", "take-back", "correct", "batch", "judge", "storno", "second", "send", "crash"
)  # fmt: skip


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=st.lists(st.tuples(st.sampled_from(_STEPS), st.integers(0, 5)), max_size=14))
@example(steps=[("judge", 2), ("refuse", 0)])
def test_whatever_is_done_each_invoice_leaves_once_as_accepted_or_is_told_once(
    store: Store, steps: list[tuple[str, int]]
) -> None:
    """Paid twice, paid without a yes, paid for what a later reading says, or refused and never told."""
    batches.make(store, "almere", "els")  # what an earlier example left
    town = Town(store, max((line.number for line in batches.listed(store)), default=0))

    for step, which in steps:
        with suppress(Conflict):
            town.do(step, town.mails[which % len(town.mails)], which)
        town.holds()


def _read_anew(verdict: Verdict, which: int) -> Verdict:
    """What the rules make of a mail when they read one of its files in another way, or not at all."""
    first, second = verdict.invoices
    other = replace(first.invoice, gross_amount=Field.of(Decimal(which)))
    read = ((second,), (first,), (), (replace(first, invoice=other), second))[which % 4]
    return replace(verdict, invoices=read, outcome=MailOutcome.QUEUED)


def _correct(store: Store, reference: str, number: str) -> None:
    """A clerk corrects the number, and a worker judges the mail again."""
    typed = Typed(Corrected.NUMBER, f"{reference}-{number}")
    at = version(store, reference, "1.2")
    if not any(each.path == "1.2" for each in cases.get_case(store, reference).invoices):
        return
    corrections.correct(store, reference, "1.2", "jan", at, typed)
    claim = things.claim(store)
    assert claim.reference == reference
    judged = cases.get_case(store, reference).verdict
    assert judged is not None
    work_queue.finish(store, claim, things.decision(judged, "confirm"))


def _exported(store: Store, start: int) -> list[Booking]:
    return [
        booking
        for line in batches.listed(store)
        if line.number > start
        for booking in batches.load(store, line.number).bookings
    ]


def _reverses(booking: Booking) -> bool:
    return booking.number.startswith("STORNO")


def _time(store: Store, step: str) -> None:
    """``second``: one passes; ``send``: all letters leave; ``crash``: a sender dies in the middle."""
    later(store, 1 if step == "second" else 15)
    for outgoing in outbox.due(store):
        if outgoing.kind is ReplyKind.REFUSAL:
            case = cases.get_case(store, outgoing.reference)
            ends = [each.state for each in case.invoices]
            assert InvoiceState.REJECTED in ends or (not ends and case.state is CaseState.REJECTED)
        sending = outbox.mark_sending(store, outgoing)
        if step == "crash":
            outbox.recover(store)
        else:
            outbox.mark_sent(store, sending)
