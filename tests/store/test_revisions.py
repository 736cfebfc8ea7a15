"""A corrected invoice meets the refused one in whose place it comes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from intake.errors import Conflict
from intake.model.care import CareLine
from intake.model.finding import CheckResult, Finding, Outcome, Severity
from intake.model.invoice import Field, Invoice
from intake.model.mail import Reply, ReplyKind
from intake.model.verdict import MailOutcome, Verdict
from intake.review.pages import refuse as pages
from intake.secure_attachment.pairing.rules import bare_line
from intake.store import Store, cases, drafts, invoices, open_store, outbox, revisions, work_queue
from intake.store.cases import CaseReply, Refusal
from intake.store.journal import NotKept
from intake.store.tables import ReplyState, RevisionLink
from tests.conftest import SettingsOn
from tests.store import things

FIRST, SECOND = "1.2", "1.3"
ANSWER = Reply(things.SENDER, "", "", "<mail-1@praktijk.example>")
SURE, POSSIBLE = RevisionLink.SURE, RevisionLink.POSSIBLE
OTHER_AMOUNT = {"gross_amount": Field.of(Decimal("99.00"))}
OTHER_SUPPLIER = {
    "kvk_number": Field.of("87654321"),
    "vat_id": Field.of("NL859222217B01"),
    "supplier_name": Field.of("Praktijk Anders"),
}


@pytest.fixture
def store(settings_on: SettingsOn, database: str) -> Iterator[Store]:
    opened = open_store(settings_on(database, replies__undo_seconds=15))
    opened.clock = lambda: things.NOW
    yield opened
    opened.close()


def judged(outcome: MailOutcome, *read: Invoice, after: str = "") -> Verdict:
    """Args: after: the refused case that the check for doubles found."""
    reply = ReplyKind.REFUSAL if outcome is MailOutcome.REJECTED else ReplyKind.RECEIPT
    made = things.verdict(outcome, read, reply=reply, incidents=())
    severity = Severity.REJECT if outcome is MailOutcome.REJECTED else Severity.INFO
    kvk = Finding("kvk-number", "absent", severity, "Wij vinden geen KvK-nummer.")
    double = Finding("duplicate-invoice", "after-refusal", Severity.INFO, "Zij volgt.", case=after)
    found = [CheckResult("kvk-number", Outcome.FAILED, (kvk,))]
    if after:
        found.append(CheckResult("duplicate-invoice", Outcome.FAILED, (double,)))
    return replace(made, invoices=tuple(replace(e, results=tuple(found)) for e in made.invoices))


def came(store: Store, number: int, verdict: Verdict, days: tuple[int, int] | None = None) -> str:
    """A mail with this verdict; the care of its invoices was in these days of October."""
    made = things.decision(verdict, "confirm")
    made = replace(made, summary=replace(made.summary, answer=ANSWER), care_lines=_lines(days))
    made = replace(made, authenticated=True)
    return things.decided(store, number, made)


def _lines(days: tuple[int, int] | None) -> tuple[CareLine, ...]:
    if days is None:
        return ()
    first, last = (dt.date(2026, 10, day) for day in days)
    return (replace(bare_line(2, None, None), period_start=first, period_end=last),)


def refused(store: Store, *numbers: str, days: tuple[int, int] | None = None) -> str:
    read = [things.invoice(each) for each in numbers or ("2026-0011",)]
    return came(store, 1, judged(MailOutcome.REJECTED, *read), days)


def again(
    store: Store,
    number: str = "2026-0011",
    after: str = "",
    days: tuple[int, int] | None = None,
    **changes: Any,
) -> str:
    read = things.invoice(number, **changes)
    return came(store, 2, judged(MailOutcome.QUEUED, read, after=after), days)


def waiting(store: Store, reference: str) -> Sequence[CaseReply]:
    return [each for each in cases.get_case(store, reference).replies if outbox.waits(each)]


def link(store: Store, reference: str, path: str = FIRST) -> RevisionLink | None:
    found = revisions.of_invoice(store, reference, path)
    return found.link if found else None


def refused_beside_a_waiting_one(store: Store) -> tuple[str, Verdict]:
    """The mail, and the verdict by which the second is refused too."""
    verdict = judged(MailOutcome.REJECTED, things.invoice(), things.invoice("2026-0012"))
    first, second = verdict.invoices
    waits = replace(second, outcome=MailOutcome.WAITING, results=())
    deadline = dt.date(2026, 11, 25)
    both = replace(verdict, outcome=MailOutcome.WAITING, deadline=deadline, invoices=(first, waits))
    return came(store, 1, both), verdict


def version(store: Store, reference: str, path: str | None) -> int:
    case = cases.get_case(store, reference)
    return next((each.version for each in case.invoices if each.path == path), case.version)


def accept(store: Store, reference: str, path: str | None = None) -> bool:
    return cases.accept(store, reference, "anna", version(store, reference, path), path=path)


def refuse(store: Store, reference: str, path: str | None = None, text: str = "Nee.") -> None:
    refusal = Refusal("nee", replace(ANSWER, text=text))
    cases.refuse(store, reference, "anna", version(store, reference, path), refusal, path)


def test_the_letter_about_the_refused_one_is_overtaken(store: Store) -> None:
    """The provider would be told that an invoice is wrong which they have mended already."""
    old = refused(store)

    new = again(store, after=old)

    assert revisions.of_invoice(store, new, FIRST) == revisions.Revision(
        new, FIRST, old, FIRST, SURE
    )
    assert waiting(store, old) == []
    assert cases.get_case(store, old).replies[0].held == outbox.OVERTAKEN
    assert "revised" in [each.code for each in cases.get_case(store, old).events]


def test_a_mail_of_another_sender_withdraws_no_letter(store: Store) -> None:
    """Whoever knows a number could keep a provider from being told."""
    old = refused(store)
    made = things.decision(judged(MailOutcome.QUEUED, things.invoice(), after=old), "confirm")
    made = replace(made, summary=replace(made.summary, sender="iemand@elders.example"))
    made = replace(made, authenticated=True)

    new = things.decided(store, 2, made)

    assert link(store, new) is POSSIBLE
    assert len(waiting(store, old)) == 1


def test_a_mail_of_a_sender_whom_nobody_vouches_for_withdraws_no_letter(store: Store) -> None:
    """Whoever writes the provider's address in From could keep them from being told."""
    old = refused(store)
    made = things.decision(judged(MailOutcome.QUEUED, things.invoice(), after=old), "confirm")

    new = things.decided(store, 2, made)

    assert link(store, new) is POSSIBLE
    assert len(waiting(store, old)) == 1


@pytest.mark.parametrize(
    ("sender", "expected"), [("vlinder@gmail.com", SURE), ("iemand@gmail.com", POSSIBLE)]
)
def test_at_a_domain_of_anybody_the_whole_address_counts(
    store: Store, sender: str, expected: RevisionLink
) -> None:
    """Anybody with an address at the same domain could keep the provider from being told."""
    by_mail: dict[int, str] = {}
    for number, address, outcome in (
        (1, "vlinder@gmail.com", MailOutcome.REJECTED),
        (2, sender, MailOutcome.QUEUED),
    ):
        verdict = judged(outcome, things.invoice(), after=by_mail.get(1, ""))
        made = things.decision(verdict, "confirm", sender=address, authenticated=True)
        made = replace(made, summary=replace(made.summary, sender=address))
        by_mail[number] = things.decided(store, number, made)

    assert link(store, by_mail[2]) is expected


def test_one_that_is_refused_without_a_letter_withdraws_none(store: Store) -> None:
    """The provider would hear of neither."""
    old = refused(store)
    verdict = judged(MailOutcome.REJECTED, things.invoice("2026-0011-v2"))

    new = came(store, 2, replace(verdict, reply=None))

    assert link(store, new) is POSSIBLE
    assert len(waiting(store, old)) == 1


def test_what_a_person_says_is_of_what_was_shown(store: Store) -> None:
    """A colleague's answer would be overturned by a page that was older than that."""
    old = refused(store, days=(1, 31))
    new = again(store, "2027-1", days=(1, 31))
    revisions.say(store, new, FIRST, "bram", False, POSSIBLE)

    with pytest.raises(Conflict):
        revisions.say(store, new, FIRST, "anna", True, POSSIBLE)

    assert link(store, new) is RevisionLink.APART
    assert len(waiting(store, old)) == 1


def test_the_letter_goes_on_telling_of_another_invoice_of_the_same_mail(store: Store) -> None:
    """Nobody would ever tell the provider what is wrong with that one."""
    old = refused(store, "2026-0011", "2026-0012")

    again(store, after=old)

    (letter,) = waiting(store, old)
    assert (letter.kind, letter.tells_of) == (ReplyKind.REFUSAL, SECOND)
    assert "2026-0012" in letter.text
    assert "2026-0011" not in letter.text
    outbox.confirm(store, letter.id, "anna")


def test_a_letter_that_left_stays_as_it_was(store: Store) -> None:
    """The case would not show what the provider was told."""
    old = refused(store)
    (letter,) = waiting(store, old)
    outbox.confirm(store, letter.id, "anna")
    moment = store.clock() + dt.timedelta(seconds=20)
    store.clock = lambda: moment
    outbox.mark_sent(store, outbox.mark_sending(store, things.only_reply(store)))

    again(store, after=old)

    (letter,) = cases.get_case(store, old).replies
    assert (letter.state, letter.held) == (ReplyState.SENT, None)


@pytest.mark.parametrize(
    ("number", "changes", "expected"),
    [
        ("2026-0011-v2", OTHER_AMOUNT, SURE),
        ("2026-0011 (correctie)", OTHER_AMOUNT, SURE),
        ("Herzien 2026-0011", OTHER_AMOUNT, SURE),
        ("2026-0011A", {}, SURE),
        ("2026-0011-2", {}, SURE),
        ("2026-0011A", OTHER_AMOUNT, POSSIBLE),
        ("2026-0012", {}, None),
        ("2026-00112", {}, None),
        ("2026-0011-v2", OTHER_SUPPLIER, None),
    ],
)
def test_a_number_that_names_the_refused_one_leads_to_it(
    store: Store, number: str, changes: dict[str, Any], expected: RevisionLink | None
) -> None:
    """A clerk would look for the earlier case by hand, or the letter would leave all the same; and a
    letter must never be dropped for what only looks like it.
    """
    old = refused(store)

    new = again(store, number, **changes)

    assert link(store, new) is expected
    assert len(waiting(store, old)) == (0 if expected is SURE else 1)


@pytest.mark.parametrize(
    ("days", "changes", "expected"),
    [
        ((1, 31), {}, POSSIBLE),
        ((1, 30), {}, None),
        (None, {}, None),
        ((1, 31), OTHER_AMOUNT, None),
        ((1, 31), OTHER_SUPPLIER, None),
    ],
)
def test_the_same_amount_for_the_same_days_is_shown_and_drops_no_letter(
    store: Store,
    days: tuple[int, int] | None,
    changes: dict[str, Any],
    expected: RevisionLink | None,
) -> None:
    """Two clients may have had the same care: the provider would not hear of the one that is wrong."""
    old = refused(store, days=(1, 31))

    new = again(store, "2027-1", days=days, **changes)

    assert link(store, new) is expected
    assert len(waiting(store, old)) == 1


def test_a_person_says_whether_it_comes_in_its_place(store: Store) -> None:
    """What the rules are not sure of nobody could settle; or the letter would be lost by a slip."""
    old = refused(store, days=(1, 31))
    new = again(store, "2027-1", days=(1, 31))

    revisions.say(store, new, FIRST, "anna", True, POSSIBLE)
    assert (link(store, new), waiting(store, old)) == (SURE, [])
    with pytest.raises(Conflict):
        revisions.say(store, new, FIRST, "bram", True, POSSIBLE)

    revisions.say(store, new, FIRST, "anna", False, SURE)
    assert link(store, new) is RevisionLink.APART
    (letter,) = waiting(store, old)
    assert (letter.kind, letter.held) == (ReplyKind.REFUSAL, "confirm")


def test_the_letter_lies_ready_again_when_the_rules_judge_otherwise(store: Store) -> None:
    """A number that was misread would have withdrawn the letter for good."""
    old = refused(store)
    waits = judged(MailOutcome.WAITING, things.invoice(), after=old)
    new = came(store, 2, replace(waits, reply=ReplyKind.QUESTION))
    assert waiting(store, old) == []
    cases.again(store, new, "anna", cases.get_case(store, new).version)

    made = things.decision(judged(MailOutcome.QUEUED, things.invoice("F-77")), "confirm")
    work_queue.finish(store, things.claim(store), made)

    assert link(store, new) is None
    assert [each.kind for each in waiting(store, old)] == [ReplyKind.REFUSAL]


def test_only_one_of_the_two_is_accepted(store: Store) -> None:
    """It would be paid twice."""
    old = refused(store)
    new = again(store, "2026-0011-v2")
    path = invoices.elsewhere(store, old, cases.get_case(store, old).verdict)

    with pytest.raises(Conflict):
        cases.accept(store, old, "anna", cases.get_case(store, old).version)

    assert path == {FIRST: new}
    assert cases.accept(store, new, "anna", cases.get_case(store, new).version)


def test_a_corrected_one_is_not_accepted_beside_the_refused_one_that_was(store: Store) -> None:
    """It would be paid twice: a clerk refused the second and accepted the first, and the second
    refusal was taken back."""
    old = refused(store)
    new = again(store, "2026-0011-v2")
    refuse(store, new)
    assert accept(store, old)
    cases.take_back(store, new, "anna", cases.get_case(store, new).version)

    with pytest.raises(Conflict):
        accept(store, new)

    assert invoices.elsewhere(store, new, cases.get_case(store, new).verdict) == {FIRST: old}


def test_nobody_says_that_it_comes_in_the_place_of_an_accepted_one(store: Store) -> None:
    """It would be paid twice, though a person said that it is the same invoice."""
    old = refused(store, days=(1, 31))
    new = again(store, "2027-1", days=(1, 31))
    assert accept(store, old)

    with pytest.raises(Conflict):
        revisions.say(store, new, FIRST, "anna", True, POSSIBLE)

    assert link(store, new) is POSSIBLE


def test_of_three_tries_one_is_accepted(store: Store) -> None:
    """The first would be paid beside the third, since the second is refused."""
    first = refused(store)
    second = came(store, 2, judged(MailOutcome.REJECTED, things.invoice("2026-0011-v2")))
    third = came(store, 3, judged(MailOutcome.QUEUED, things.invoice("2026-0011-v2-v3")))
    assert revisions.of_invoice(store, third, FIRST) == revisions.Revision(
        third, FIRST, second, FIRST, SURE
    )

    with pytest.raises(Conflict):
        accept(store, first)

    refuse(store, third)
    assert accept(store, first)
    cases.take_back(store, third, "anna", cases.get_case(store, third).version)
    with pytest.raises(Conflict):
        accept(store, third)


def test_another_invoice_of_the_new_mail_keeps_the_refused_one_from_nothing(store: Store) -> None:
    """The refused one could never be accepted, when the corrected one is refused too."""
    old = refused(store)
    both = judged(MailOutcome.QUEUED, things.invoice("2026-0011-v2"), things.invoice("2026-0099"))
    new = came(store, 2, both)
    accept(store, new, SECOND)
    refuse(store, new, FIRST)

    assert invoices.elsewhere(store, old, cases.get_case(store, old).verdict) == {}
    assert accept(store, old)


def test_the_refused_one_of_another_supplier_with_the_same_number_stays(store: Store) -> None:
    """An office mails invoices of two suppliers: the second would never hear what is wrong."""
    both = (things.invoice("2026-001"), things.invoice("2026-001", **OTHER_SUPPLIER))
    old = came(store, 1, judged(MailOutcome.REJECTED, *both))

    new = again(store, "2026-001", after=old)

    found = revisions.of_invoice(store, new, FIRST)
    assert found is not None
    assert (found.of_path, found.link) == (FIRST, SURE)
    (letter,) = waiting(store, old)
    assert letter.tells_of == SECOND


def test_the_third_try_comes_in_the_place_of_the_second(store: Store) -> None:
    """The provider would be told that the second is wrong, after they mended that too."""
    first = refused(store)
    second = came(store, 2, judged(MailOutcome.REJECTED, things.invoice(), after=first))

    third = came(store, 3, judged(MailOutcome.QUEUED, things.invoice(), after=first))

    found = revisions.of_invoice(store, third, FIRST)
    assert found is not None
    assert (found.of_reference, found.link) == (second, SURE)
    assert [waiting(store, each) for each in (first, second)] == [[], []]


def test_two_of_one_mail_do_not_come_in_the_place_of_one(store: Store) -> None:
    """One of the two is another invoice: of which it is so a person must say."""
    old = refused(store)

    both = (things.invoice("2026-0011A"), things.invoice("2026-0011B"))
    new = came(store, 2, judged(MailOutcome.QUEUED, *both))

    assert [link(store, new, path) for path in (FIRST, SECOND)] == [POSSIBLE, POSSIBLE]
    assert len(waiting(store, old)) == 1


def test_one_letter_lies_ready_when_it_belongs_to_none_after_all(store: Store) -> None:
    """The provider would get two letters that tell the same."""
    old = refused(store, "2026-0011", "2026-0012")
    new = again(store, after=old)

    revisions.say(store, new, FIRST, "anna", False, SURE)

    (letter,) = waiting(store, old)
    assert letter.tells_of == f"{FIRST}\n{SECOND}"


def test_the_letter_of_a_clerk_lies_ready_again_too(store: Store) -> None:
    """Nobody would tell the provider what the clerk wrote."""
    old = came(store, 1, judged(MailOutcome.QUEUED, things.invoice()))
    refuse(store, old, text="Het klopt niet.")
    new = again(store, "2026-0011-v2")
    assert waiting(store, old) == []

    revisions.say(store, new, FIRST, "bram", False, SURE)

    (letter,) = waiting(store, old)
    assert (letter.state, letter.held) == (ReplyState.PREPARED, "confirm")
    assert (letter.written_by, letter.tells_of, letter.text) == ("anna", FIRST, "Het klopt niet.")
    outbox.confirm(store, letter.id, "bram")


def test_what_left_is_not_told_once_more_when_another_is_accepted(store: Store) -> None:
    """The provider would get a near copy of a letter that they have."""
    old, verdict = refused_beside_a_waiting_one(store)
    outbox.confirm(store, waiting(store, old)[0].id, "anna")
    moment = store.clock() + dt.timedelta(seconds=20)
    store.clock = lambda: moment
    outbox.mark_sent(store, outbox.mark_sending(store, things.only_reply(store)))
    cases.again(store, old, "anna", cases.get_case(store, old).version)
    made = replace(things.decision(verdict, "confirm"), authenticated=True)
    made = replace(made, summary=replace(made.summary, answer=ANSWER))
    assert made.reply is not None
    made = replace(made, reply=replace(made.reply, text="Beide niet."))
    work_queue.finish(store, things.claim(store), made)
    assert [each.tells_of for each in waiting(store, old)] == [f"{FIRST}\n{SECOND}"]

    accept(store, old, SECOND)

    assert waiting(store, old) == []


def test_an_objection_is_kept_for_its_own_invoice(store: Store) -> None:
    """A reviewer would send what they typed about one client's care with the invoice of another."""
    mail = came(store, 1, judged(MailOutcome.QUEUED, things.invoice(), things.invoice("2026-0012")))
    place, other = drafts.objection(FIRST), drafts.objection(SECOND)

    drafts.save(store, mail, "anna", place, drafts.Draft((), "Te veel uren.", store.clock()))

    kept = drafts.load(store, mail, "anna", place)
    assert kept is not None
    assert kept.words == "Te veel uren."
    assert drafts.load(store, mail, "anna", other) is None
    with pytest.raises(NotKept):
        nothing = drafts.Draft((), "x", store.clock())
        drafts.save(store, mail, "anna", drafts.objection("9"), nothing)


def test_a_letter_of_a_clerk_that_was_taken_back_stays_so(store: Store) -> None:
    """It would leave although the clerk thought better of it."""
    old = came(store, 1, judged(MailOutcome.REJECTED, things.invoice()))
    refuse(store, old, text="Verkeerd.")
    cases.take_back(store, old, "anna", cases.get_case(store, old).version)
    new = again(store, "2026-0011-v2")

    revisions.say(store, new, FIRST, "bram", False, SURE)

    assert [each.written_by for each in waiting(store, old)] == [None]


def test_the_mail_judged_again_tells_nothing_of_what_was_corrected(store: Store) -> None:
    """A refusal would leave of an invoice that the provider mended already."""
    old, verdict = refused_beside_a_waiting_one(store)
    again(store, after=old)
    cases.again(store, old, "anna", cases.get_case(store, old).version)

    claim = things.claim(store)
    work_queue.finish(store, claim, things.decision(verdict, "confirm"))

    assert (claim.decided, claim.as_told) == ({}, {FIRST: None})
    (letter,) = waiting(store, old)
    assert letter.tells_of == SECOND


def test_a_correction_that_comes_while_the_mail_is_judged_counts(store: Store) -> None:
    """The letter would be written as if it had not come."""
    old, verdict = refused_beside_a_waiting_one(store)
    cases.again(store, old, "anna", cases.get_case(store, old).version)
    claim = things.claim(store)
    again(store, "2026-0011-v2")

    with pytest.raises(Conflict):
        work_queue.finish(store, claim, things.decision(verdict, "confirm"))


def test_a_letter_of_a_clerk_about_another_one_tells_nothing_of_it(store: Store) -> None:
    """The provider would be told that the first is refused, of which a corrected one came."""
    verdict = judged(MailOutcome.REJECTED, things.invoice(), things.invoice("2026-0012"))
    first, second = verdict.invoices
    good = replace(second, outcome=MailOutcome.QUEUED, results=())
    mixed = replace(verdict, outcome=MailOutcome.QUEUED, invoices=(first, good))
    old = came(store, 1, mixed)
    again(store, after=old)

    case = cases.get_case(store, old)
    assert case.as_told == {FIRST: None}
    target = pages.Target(case, case.invoices[1])
    letter = pages.compose(None, target, pages.Draft(frozenset(), "Nee."))  # type: ignore[arg-type]
    assert letter is not None
    assert "2026-0012" in letter.text
    assert "2026-0011" not in letter.text
    refuse(store, old, SECOND)

    newest = cases.get_case(store, old).replies[0]
    assert (newest.written_by, newest.tells_of) == ("anna", SECOND)


def test_a_letter_of_a_clerk_about_two_invoices_stands(store: Store) -> None:
    """What the clerk wrote about the other one would be lost."""
    old = came(store, 1, judged(MailOutcome.QUEUED, things.invoice(), things.invoice("2026-0012")))
    version = cases.get_case(store, old).version
    cases.refuse(store, old, "anna", version, Refusal("nee", replace(ANSWER, text="Beide niet.")))

    again(store, "2026-0011-v2")

    assert cases.get_case(store, old).replies[0].state is ReplyState.READY


def test_a_letter_of_a_clerk_about_the_refused_one_alone_is_overtaken(store: Store) -> None:
    """It would leave after the provider mended it."""
    old = came(store, 1, judged(MailOutcome.QUEUED, things.invoice()))
    version = cases.get_case(store, old).version
    cases.refuse(store, old, "anna", version, Refusal("nee", replace(ANSWER, text="Nee.")))

    again(store, "2026-0011-v2")

    assert cases.get_case(store, old).replies[0].state is ReplyState.DROPPED
