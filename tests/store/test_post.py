"""Mail without an invoice: answered, closed, put beside a case; never accepted."""

from __future__ import annotations

import pytest

from intake.errors import Conflict
from intake.model.mail import PostKind, Reply, ReplyKind
from intake.model.verdict import MailOutcome
from intake.sections import ReplyMode
from intake.store import Store, cases, outbox, pairing, post, work_queue, worklist
from intake.store.tables import CaseState, InvoiceState, ReplyState, View
from tests.conftest import with_section
from tests.store import things

LETTER = Reply("info@praktijk.example", "Ons antwoord", "Goedendag", "<mail-1@praktijk.example>")


def question(store: Store, number: int = 1, thread: tuple[str, ...] = ()) -> str:
    """A mail of a person in which no invoice was read."""
    judged = things.verdict(MailOutcome.QUARANTINED, reply=None, incidents=())
    made = things.decision(judged, message_ids=thread, documents=(), post=PostKind.QUESTION)
    return things.decided(store, number, made)


def version(store: Store, reference: str) -> int:
    return cases.get_case(store, reference).version


def test_an_answer_leaves_and_the_mail_is_dealt_with(store: Store) -> None:
    """The clerk would answer in another program, and nobody would know what was said."""
    reference = question(store)
    assert cases.get_case(store, reference).post is PostKind.QUESTION

    post.answer(store, reference, "jan", version(store, reference), LETTER)

    case = cases.get_case(store, reference)
    assert (case.state, case.decided_by) == (CaseState.IGNORED, "jan")
    assert things.only_reply(store).reply == LETTER
    assert case.reply is not None
    assert (case.reply.kind, case.reply.confirmed_by) == (ReplyKind.ANSWER, "jan")
    assert case.events[-1].code == "answered"


def test_under_off_no_answer_leaves(store: Store) -> None:
    """A municipality that is still trying would write to providers."""
    store.settings = with_section(store.settings, "replies", mode=ReplyMode.OFF)
    reference = question(store)

    post.answer(store, reference, "jan", version(store, reference), LETTER)

    assert list(outbox.due(store)) == []


def test_closed_without_an_answer_it_is_kept_why(store: Store) -> None:
    """A colleague would look into the same mail again."""
    reference = question(store)

    post.close(store, reference, "jan", version(store, reference), "gebeld")

    case = cases.get_case(store, reference)
    assert case.state is CaseState.IGNORED
    assert [(each.code, each.detail) for each in case.events][-1] == ("closed", "gebeld")
    assert list(outbox.due(store)) == []


def test_closing_drops_a_letter_that_nobody_let_go(store: Store) -> None:
    """A question that the clerk settled by telephone would leave a day later."""
    judged = things.verdict(MailOutcome.QUARANTINED, reply=ReplyKind.QUESTION)
    reference = things.decided(store, 1, things.decision(judged, held="confirm"))

    post.close(store, reference, "jan", version(store, reference), "")

    (reply,) = cases.get_case(store, reference).replies
    assert reply.state not in (ReplyState.PREPARED, ReplyState.READY, ReplyState.HELD)


def test_what_is_no_invoice_is_never_accepted(store: Store) -> None:
    """It would stand as paid, and nothing would ever leave for the finance package."""
    reference = question(store)

    with pytest.raises(Conflict):
        cases.accept(store, reference, "jan", version(store, reference))
    assert cases.get_case(store, reference).state is CaseState.QUARANTINED


@pytest.mark.parametrize("outcome", list(MailOutcome))
def test_a_mail_with_an_invoice_is_no_post(store: Store, outcome: MailOutcome) -> None:
    """A good invoice would be closed like a question, and never be paid."""
    judged = things.verdict(outcome, (things.invoice("2026-0001"),), reply=None)
    reference = things.decided(store, 1, things.decision(judged))

    seen = version(store, reference)
    with pytest.raises(Conflict):
        post.close(store, reference, "jan", seen, "")
    with pytest.raises(Conflict):
        post.answer(store, reference, "jan", seen, LETTER)


def test_two_clerks_answer_once(store: Store) -> None:
    """The provider would get two answers, perhaps the opposite."""
    reference = question(store)
    seen = version(store, reference)
    post.answer(store, reference, "jan", seen, LETTER)

    with pytest.raises(Conflict):
        post.answer(store, reference, "els", seen, LETTER)


def test_the_mails_of_one_conversation_stand_beside_each_other(store: Store) -> None:
    """Who answers would not see what was asked and said before."""
    first = question(store, 1, ("<a@praktijk.example>",))
    second = question(store, 2, ("<b@praktijk.example>", "<a@praktijk.example>"))
    other = question(store, 3, ("<c@elders.example>",))

    assert [each.reference for each in post.beside(store, first)] == [second]
    assert [each.post for each in post.beside(store, second)] == [PostKind.QUESTION]
    assert post.beside(store, other) == []


def test_a_reply_to_our_answer_stands_beside_it(store: Store) -> None:
    """The provider answers, and a colleague starts from nothing."""
    first = question(store, 1, ("<a@praktijk.example>",))
    post.answer(store, first, "jan", version(store, first), LETTER)
    ours = outbox.due(store)[0].message_id

    second = question(store, 2, ("<b@praktijk.example>", ours))

    assert [each.reference for each in post.beside(store, second)] == [first]
    assert cases.get_case(store, second).state is CaseState.QUARANTINED


def test_a_person_puts_it_beside_the_case_it_is_about(store: Store) -> None:
    """A telephone reminder names no thread; who opens the invoice would not see it."""
    case = things.decided(
        store, 1, things.decision(things.verdict(invoices=(things.invoice("2026-0001"),)))
    )
    wrong, reference = question(store, 2), question(store, 3)

    post.link(store, reference, wrong, "jan")
    post.link(store, reference, case, "jan")

    assert [each.reference for each in post.beside(store, reference)] == [case]
    assert [each.reference for each in post.beside(store, case)] == [reference]
    assert post.beside(store, wrong) == []
    with pytest.raises(Conflict):
        post.link(store, case, case, "jan")


def with_rest(store: Store, number: int, outcome: MailOutcome = MailOutcome.QUEUED) -> str:
    """A mail with an invoice, and beside it a file that could not be read."""
    read = things.verdict(outcome, (things.invoice(f"R-{number}"),), reply=None)
    return things.decided(store, number, things.decision(read, rest=True))


def judge_again(store: Store, reference: str, rest: bool) -> None:
    judged = cases.get_case(store, reference).verdict
    with store.write() as session:
        pairing.stir(store, session, reference, "looked-for")
    work_queue.finish(store, things.claim(store), things.decision(judged, rest=rest))


@pytest.mark.parametrize("outcome", [MailOutcome.QUEUED, MailOutcome.QUARANTINED])
@pytest.mark.parametrize("by_letter", [True, False])
def test_what_could_not_be_read_beside_an_invoice_is_dealt_with_by_itself(
    store: Store, outcome: MailOutcome, by_letter: bool
) -> None:
    """It may be an invoice too: after an accept of the other one nobody would look at it again."""
    reference = with_rest(store, 1, outcome)
    cases.accept(store, reference, "jan", version(store, reference))

    case = cases.get_case(store, reference)
    assert case.state is CaseState.QUARANTINED
    views = {row.path: row.view for row in worklist.of_case(store, reference)}
    assert views == {"": View.POST, "1.2": View.DONE}
    judge_again(store, reference, rest=True)
    assert cases.get_case(store, reference).state is CaseState.QUARANTINED
    if by_letter:
        post.answer(store, reference, "jan", version(store, reference), LETTER)
        assert any(each.kind is ReplyKind.ANSWER for each in outbox.due(store))
    else:
        post.close(store, reference, "jan", version(store, reference), "een logo")

    case = cases.get_case(store, reference)
    assert (case.state, case.invoices[0].state) == (CaseState.ACCEPTED, InvoiceState.ACCEPTED)
    assert [row.path for row in worklist.of_case(store, reference)] == ["1.2"]
    judge_again(store, reference, rest=True)
    assert cases.get_case(store, reference).state is CaseState.ACCEPTED
    with pytest.raises(Conflict):
        post.close(store, reference, "jan", version(store, reference), "nog eens")


def test_an_answer_about_what_could_not_be_read_waits_when_the_relay_refuses_it(
    store: Store,
) -> None:
    """Nobody would see that the provider has no answer: its mail is done."""
    reference = with_rest(store, 1)
    cases.accept(store, reference, "jan", version(store, reference))
    post.answer(store, reference, "jan", version(store, reference), LETTER)
    outbox.mark_failed(store, outbox.mark_sending(store, things.only_reply(store)))

    waiting = cases.get_case(store, reference).waiting_reply
    assert waiting is not None
    assert {row.path: row.view for row in worklist.of_case(store, reference)} == {
        "": View.LETTER,
        "1.2": View.DONE,
    }
    assert cases.counts_for_a_clerk(store)[CaseState.ACCEPTED] == 1
    outbox.confirm(store, waiting.id, "jan")
    assert things.only_reply(store).reply == LETTER


def test_an_answer_keeps_no_letter_about_the_invoices_from_being_written_anew(store: Store) -> None:
    """After the accept of one of two refused invoices its letter would still say that both are."""
    both = (things.invoice("R-1"), things.invoice("R-2"))
    judged = things.verdict(MailOutcome.REJECTED, both, reply=ReplyKind.REFUSAL)
    reference = things.decided(store, 1, things.decision(judged, "confirm", rest=True))
    before = cases.get_case(store, reference).waiting_reply
    assert before is not None
    post.answer(store, reference, "jan", version(store, reference), LETTER)

    own = next(each for each in cases.get_case(store, reference).invoices if each.path == "1.2")
    cases.accept(store, reference, "jan", own.version, path="1.2")

    standing = [
        each
        for each in cases.get_case(store, reference).replies
        if each.kind is ReplyKind.REFUSAL and each.state is not ReplyState.DROPPED
    ]
    assert all(each.id != before.id for each in standing)


def test_closing_what_could_not_be_read_decides_on_no_invoice(store: Store) -> None:
    """An invoice would be closed with a logo, or its letter be dropped."""
    refusal = things.verdict(
        MailOutcome.REJECTED, (things.invoice("R-9"),), reply=ReplyKind.REFUSAL
    )
    told = things.decided(store, 1, things.decision(refusal, "confirm", rest=True))
    open_one = with_rest(store, 2)
    for reference in (told, open_one):
        post.close(store, reference, "jan", version(store, reference), "een logo")

    assert cases.get_case(store, open_one).state is CaseState.QUEUED
    case = cases.get_case(store, told)
    assert case.state is CaseState.REJECTED
    assert case.waiting_reply is not None
    assert case.may_be_mended, "no person decided on the invoice"


def test_what_is_read_after_all_is_no_rest(store: Store) -> None:
    """A mail would stand open for a file that lies there as an invoice."""
    reference = with_rest(store, 1)
    cases.accept(store, reference, "jan", version(store, reference))

    judge_again(store, reference, rest=False)

    assert cases.get_case(store, reference).state is CaseState.ACCEPTED
