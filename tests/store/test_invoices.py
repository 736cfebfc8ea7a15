"""Each invoice of a mail has its own end, though the mail is one case."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest

from intake.errors import Conflict
from intake.model.invoice import Field, Invoice
from intake.model.mail import Reply, ReplyKind
from intake.model.verdict import MailOutcome, Verdict
from intake.profile import RecordKind, Retention
from intake.store import Store, cases, invoices, journal, outbox, retention, work_queue
from intake.store.tables import CaseState, InvoiceState, ReplyState
from tests.store import things

GOOD, BAD = things.invoice("2026-0011"), things.invoice("2026-0012")
NUMBERLESS = things.invoice(None)
LETTER = Reply(things.SENDER, "Uw facturen", "Wij betalen deze facturen nog niet.")
Q, R, A, I = (MailOutcome.QUEUED, MailOutcome.REJECTED, CaseState.ACCEPTED, MailOutcome.IGNORED)  # noqa: E741


def judged(*each: tuple[Invoice, MailOutcome], outcome: MailOutcome = R) -> Verdict:
    """A verdict in which every invoice has its own outcome."""
    reply = {R: ReplyKind.REFUSAL, Q: ReplyKind.RECEIPT}.get(outcome)
    whole = things.verdict(outcome, tuple(invoice for invoice, _ in each), reply=reply)
    read = tuple(
        replace(one, outcome=own) for one, (_, own) in zip(whole.invoices, each, strict=True)
    )
    return replace(whole, invoices=read)


def refused_in_part(store: Store, number: int = 1, held: str | None = None) -> str:
    """A mail with a good invoice and a bad one."""
    return things.decided(store, number, things.decision(judged((GOOD, Q), (BAD, R)), held))


def states(store: Store, reference: str) -> list[str]:
    case = cases.get_case(store, reference)
    return [case.state.value, *(each.state.value for each in case.invoices)]


def accept(store: Store, reference: str) -> None:
    cases.accept(store, reference, "jan", cases.get_case(store, reference).version)


def accept_one(store: Store, reference: str, place: int) -> None:
    """The invoice at this place of the mail, by its own button."""
    each = cases.get_case(store, reference).invoices[place]
    cases.accept(store, reference, "jan", each.version, path=each.path)


def refuse_one(store: Store, reference: str, place: int) -> None:
    each = cases.get_case(store, reference).invoices[place]
    refusal = cases.Refusal("nee", LETTER)
    cases.refuse(store, reference, "jan", each.version, refusal, each.path)


@pytest.mark.parametrize("held", [None, "confirm", "off", "not-authenticated"])
def test_a_good_invoice_keeps_its_mail_before_a_clerk(store: Store, held: str | None) -> None:
    """The letter says that the good one is handled; a case closed as refused is one that nobody
    pays.
    """
    reference = refused_in_part(store, held=held)

    (row,) = cases.list_cases(store, [CaseState.QUEUED])

    assert states(store, reference) == ["queued", "to-decide", "rejected"]
    assert [each.number for each in row.to_accept] == ["2026-0011"]
    assert [each.number for each in row.refused] == ["2026-0012"]
    assert cases.get_case(store, reference).verdict.outcome is R  # type: ignore[union-attr]


def test_its_letter_leaves_or_is_dropped_and_it_stays(store: Store) -> None:
    """What happens to the letter decides nothing on the good invoice."""
    sent, dropped = refused_in_part(store, 1, "confirm"), refused_in_part(store, 2, "confirm")

    outbox.confirm(store, cases.get_case(store, sent).replies[0].id, "jan")
    outbox.mark_sent(store, outbox.mark_sending(store, things.only_reply(store)))
    outbox.drop(store, cases.get_case(store, dropped).replies[0].id, "jan")

    for reference in (sent, dropped):
        assert states(store, reference) == ["queued", "to-decide", "rejected"]


def test_a_mail_without_a_good_invoice_is_closed(store: Store) -> None:
    """A clerk's list would fill with what there is nothing to do for."""
    known = things.decided(store, 1, things.decision(judged((GOOD, I), (BAD, R))))

    assert states(store, known) == ["rejected", "ignored", "rejected"]


def test_accepting_leaves_the_refused_one_refused(store: Store) -> None:
    """A clerk who accepts the good one would pay the bad one too, and its mended copy would count
    as a double.
    """
    reference = refused_in_part(store, held="confirm")

    accept(store, reference)

    assert states(store, reference) == ["accepted", "accepted", "rejected"]
    assert cases.get_case(store, reference).events[-1].detail == "2026-0011"
    outcomes = [
        journal.history_of(store, each, before="IN-NEW").earlier[0].outcome for each in (GOOD, BAD)
    ]
    assert outcomes == ["accepted", "rejected"]


@pytest.mark.parametrize("held", [None, "confirm", "not-authenticated"])
def test_the_letter_goes_on_after_the_good_one_is_accepted(store: Store, held: str | None) -> None:
    """The provider must still hear of the bad one, and a clerk must still see that the letter is
    not sent.
    """
    reference = refused_in_part(store, held=held)
    accept(store, reference)

    assert cases.counts_for_a_clerk(store)[CaseState.ACCEPTED] == (1 if held else 0)
    assert cases.get_case(store, reference).needs_a_letter is bool(held)
    if held:
        outbox.confirm(store, cases.get_case(store, reference).replies[0].id, "jan")
    assert things.only_reply(store).kind is ReplyKind.REFUSAL


def test_a_receipt_that_came_back_keeps_no_accepted_case_in_the_list(store: Store) -> None:
    """An accepted invoice is done; the list of refusals is not its place."""
    made = things.decision(judged((GOOD, Q), outcome=Q), "not-authenticated")
    accept(store, things.decided(store, 1, made))

    assert cases.counts_for_a_clerk(store)[CaseState.ACCEPTED] == 0


@pytest.mark.parametrize("first_the_good_one", [False, True])
def test_a_clerk_may_accept_the_refused_one_too(store: Store, first_the_good_one: bool) -> None:
    """The rules may be wrong; a letter that refuses what is paid must then not leave."""
    reference = refused_in_part(store, held="confirm")
    if first_the_good_one:
        accept(store, reference)

    accept_one(store, reference, 1)
    if not first_the_good_one:
        accept(store, reference)

    assert states(store, reference) == ["accepted", "accepted", "accepted"]
    (letter,) = cases.get_case(store, reference).replies
    assert (letter.state, letter.held) == (ReplyState.DROPPED, "overtaken")
    with pytest.raises(Conflict):
        accept_one(store, reference, 1)
    with pytest.raises(Conflict):
        accept(store, reference)


def test_a_clerk_may_refuse_the_good_one_by_a_letter(store: Store) -> None:
    """All of the mail is refused then, and may come again."""
    reference = refused_in_part(store)

    cases.refuse(
        store,
        reference,
        "jan",
        cases.get_case(store, reference).version,
        cases.Refusal("nee", LETTER),
    )

    assert states(store, reference) == ["rejected", "rejected", "rejected"]
    assert things.only_reply(store).reply == LETTER


def test_an_invoice_without_a_number_has_its_end_too(store: Store) -> None:
    """A missing number is a common fault: nobody could tell what became of such an invoice."""
    reference = things.decided(store, 1, things.decision(judged((GOOD, Q), (NUMBERLESS, R))))
    accept(store, reference)
    assert states(store, reference) == ["accepted", "accepted", "rejected"]

    accept_one(store, reference, 1)

    assert states(store, reference) == ["accepted", "accepted", "accepted"]


class TestEachByItself:
    def test_the_mail_is_open_until_all_are_decided(self, store: Store) -> None:
        """A mail that is closed by its first invoice hides the others from all lists."""
        made = judged((GOOD, Q), (BAD, Q), (NUMBERLESS, R), outcome=R)
        reference = things.decided(store, 1, things.decision(made))

        accept_one(store, reference, 0)
        assert states(store, reference) == ["queued", "accepted", "to-decide", "rejected"]
        refuse_one(store, reference, 1)
        assert states(store, reference) == ["accepted", "accepted", "rejected", "rejected"]

        each = cases.get_case(store, reference).invoices
        assert [one.decided_by for one in each] == ["jan", "jan", None]
        assert each[1].why == "nee"
        assert cases.get_case(store, reference).decided_by == "jan"

    def test_two_clerks_at_two_invoices_are_not_in_each_others_way(self, store: Store) -> None:
        """One of them would be told that the case changed, though not what it is about."""
        made = judged((GOOD, Q), (BAD, Q), outcome=Q)
        reference = things.decided(store, 1, things.decision(made))
        one, other = cases.get_case(store, reference).invoices

        cases.accept(store, reference, "jan", one.version, path=one.path)
        cases.accept(store, reference, "piet", other.version, path=other.path)

        assert states(store, reference) == ["accepted", "accepted", "accepted"]

    def test_two_clerks_at_one_invoice_are(self, store: Store) -> None:
        """It would be accepted by the one and refused by the other."""
        made = judged((GOOD, Q), (BAD, Q), outcome=Q)
        reference = things.decided(store, 1, things.decision(made))
        seen = cases.get_case(store, reference).invoices[0]
        refuse_one(store, reference, 0)

        with pytest.raises(Conflict):
            cases.accept(store, reference, "piet", seen.version, path=seen.path)
        with pytest.raises(Conflict):
            refuse_one(store, reference, 0)
        with pytest.raises(Conflict):
            cases.accept(store, reference, "piet", 1, path="1.9")

        assert states(store, reference) == ["queued", "rejected", "to-decide"]

    @pytest.mark.parametrize("act", [accept_one, refuse_one])
    def test_what_a_person_decided_stays(
        self, store: Store, act: Callable[[Store, str, int], None]
    ) -> None:
        """The rules judge the mail again when the other's time is over: what a clerk accepted
        would be open again, and could be paid twice.
        """
        waits = judged((GOOD, Q), (BAD, MailOutcome.WAITING), outcome=MailOutcome.WAITING)
        reference = things.decided(store, 1, things.decision(waits))
        act(store, reference, 0)
        decided = cases.get_case(store, reference).invoices[0]
        assert cases.get_case(store, reference).state is CaseState.WAITING
        store.clock = lambda: things.NOW + dt.timedelta(days=9)

        claim = things.claim(store)
        work_queue.finish(store, claim, things.decision(judged((GOOD, Q), (BAD, R))))

        assert claim.decided == {decided.path: act is accept_one}
        assert cases.get_case(store, reference).invoices[0] == decided
        assert states(store, reference)[0] == ("accepted" if act is accept_one else "rejected")
        assert cases.get_case(store, reference).decided_by == "jan"

    def test_what_a_person_decides_while_the_rules_judge_counts(self, store: Store) -> None:
        """The worker would overwrite it with what it knew before."""
        waits = judged((GOOD, Q), (BAD, MailOutcome.WAITING), outcome=MailOutcome.WAITING)
        reference = things.decided(store, 1, things.decision(waits))
        store.clock = lambda: things.NOW + dt.timedelta(days=9)
        claim = things.claim(store)
        accept_one(store, reference, 0)

        with pytest.raises(Conflict):
            work_queue.finish(store, claim, things.decision(judged((GOOD, Q), (BAD, R))))

        again = things.claim(store)
        assert again.decided
        work_queue.finish(store, again, things.decision(judged((GOOD, Q), (BAD, R))))
        assert states(store, reference) == ["accepted", "accepted", "rejected"]

    def test_none_waits_without_a_last_day(self, store: Store) -> None:
        """It would wait for ever, before nobody."""
        quarantined = MailOutcome.QUARANTINED
        made = judged((GOOD, quarantined), (BAD, MailOutcome.WAITING), outcome=quarantined)
        reference = things.decided(store, 1, things.decision(made))

        assert states(store, reference) == ["quarantined", "quarantined", "quarantined"]
        accept_one(store, reference, 0)
        assert states(store, reference) == ["quarantined", "accepted", "quarantined"]

    @pytest.mark.parametrize(
        ("each", "end"),
        [
            ("quarantined waiting to-decide accepted", "quarantined"),
            ("waiting to-decide rejected", "waiting"),
            ("later accepted", "queued"),
            ("to-decide rejected", "queued"),
            ("accepted rejected ignored", "accepted"),
            ("exported rejected", "accepted"),
            ("rejected ignored", "rejected"),
            ("ignored", "ignored"),
        ],
    )
    def test_the_end_of_a_mail_follows(self, each: str, end: str) -> None:
        """A mail would stand under another tab than its invoices."""
        assert invoices.end_of(map(InvoiceState, each.split())) == end


class TestDoubles:
    def test_a_mended_copy_in_another_mail_is_accepted_there_only(self, store: Store) -> None:
        """The bad one and its mended copy would both be paid."""
        first = refused_in_part(store, 1)
        mended = replace(BAD, gross_amount=Field.of(things.Decimal("1500.00")))
        second = things.decided(store, 2, things.decision(judged((mended, Q), outcome=Q)))

        with pytest.raises(Conflict):
            accept_one(store, first, 1)
        accept(store, first)
        with pytest.raises(Conflict):
            accept_one(store, first, 1)
        accept(store, second)

        assert invoices.elsewhere(store, first, cases.get_case(store, first).verdict) == {
            "1.3": second
        }

    def test_what_was_in_hand_already_is_not_accepted_again(self, store: Store) -> None:
        """A clerk who opens the resend would pay what the first mail is paid for."""
        first = refused_in_part(store, 1)
        again = things.decided(store, 2, things.decision(judged((GOOD, I), outcome=I)))
        with pytest.raises(Conflict):
            accept(store, again)

        cases.refuse(
            store, first, "jan", cases.get_case(store, first).version, cases.Refusal("nee", LETTER)
        )
        accept(store, again)

        assert states(store, again) == ["accepted", "accepted"]

    def test_joined_invoices_are_left_out_of_what_is_accepted(self, store: Store) -> None:
        """A resend of all brings one new thing only: the mended invoice."""
        refused_in_part(store, 1)
        again = things.decided(store, 2, things.decision(judged((GOOD, I), (BAD, Q), outcome=Q)))

        accept(store, again)

        assert states(store, again) == ["accepted", "ignored", "accepted"]

    def test_an_invoice_that_waits_is_not_accepted_beside_its_complete_copy(
        self, store: Store
    ) -> None:
        """Between the second mail and the next look at the first one a clerk could accept both."""
        waiting = things.verdict(
            MailOutcome.WAITING, (GOOD,), deadline=store.today + dt.timedelta(days=5)
        )
        first = things.decided(store, 1, things.decision(waiting))
        complete = replace(judged((GOOD, Q), outcome=Q), completes=(first,))
        second = things.decided(store, 2, things.decision(complete))

        with pytest.raises(Conflict):
            accept(store, first)
        accept(store, second)

    @pytest.mark.parametrize("act", ["accept", "refuse"])
    def test_what_a_clerk_decides_while_the_copy_is_judged_counts(
        self, store: Store, act: str
    ) -> None:
        """A worker that knew the old state would queue an accepted invoice, or ignore one that was
        just refused.
        """
        first = things.decided(store, 1, things.decision(judged((BAD, R))))
        other = refused_in_part(store, 2)
        things.keep(store, 3)
        claim = things.claim(store)
        if act == "accept":
            accept(store, first)
            made = judged((BAD, Q), outcome=Q)
        else:
            cases.refuse(
                store,
                other,
                "jan",
                cases.get_case(store, other).version,
                cases.Refusal("nee", LETTER),
            )
            made = judged((GOOD, I), (BAD, Q), outcome=Q)

        with pytest.raises(Conflict):
            work_queue.finish(store, claim, things.decision(made))


def test_an_open_good_invoice_has_the_term_of_an_invoice(store: Store) -> None:
    """With the short term of what is refused, the good one would be destroyed before anybody paid
    it.
    """
    rules = [Retention(kind=RecordKind.REFUSED, days=200, starts="decision", ground="a")]
    invoice_rule = Retention(kind=RecordKind.INVOICE, years=7, starts="year-end", ground="b")
    store.clock = lambda: things.NOW
    refused_in_part(store, 1)
    closed = things.decided(store, 2, things.decision(judged((BAD, R))))
    store.clock = lambda: things.NOW + dt.timedelta(days=300)

    assert [item.reference for item in retention.due(store, [*rules, invoice_rule])] == [closed]
