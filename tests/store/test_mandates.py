"""Up to which total somebody accepts alone, and who must agree with what was delivered."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from intake import profile
from intake.errors import ConfigurationError, Conflict, ContentAwaited, NoMandate, SamePerson
from intake.model.correction import Corrected
from intake.model.mail import ReplyKind
from intake.model.verdict import MailOutcome
from intake.profile import ContentApproval, Mandate, SecondPerson
from intake.store import Store, cases, content_approval, plans, users, worklist
from intake.store.tables import CaseState, InvoiceRow, InvoiceState, Role, View
from intake.store.worklist import Filters, Wanted
from tests.store import things
from tests.store.test_second_person import (
    OTHER_IBAN,
    accept,
    correct,
    exported,
    open_mail,
    states,
    version,
)
from tests.store.test_taking_back import ANSWER

THOUSAND, MORE = Decimal("1000.00"), Decimal("1000.01")
OPEN = frozenset(View) - worklist.ENDED


def asks(monkeypatch: pytest.MonkeyPatch, **rules: Any) -> None:
    own = profile.load("almere").model_copy(update=rules)
    monkeypatch.setattr(profile, "load", lambda _name: own)


@pytest.fixture
def mandates(monkeypatch: pytest.MonkeyPatch) -> None:
    """Jan and Els alone up to a thousand, Eva anything."""
    small = tuple(Mandate(user=name, up_to=THOUSAND) for name in ("jan", "els"))
    asks(monkeypatch, mandates=(*small, Mandate(user="eva")))


@pytest.fixture
def content(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every invoice needs a reviewer of care."""
    asks(monkeypatch, content_approval=ContentApproval(above=Decimal(0)))


def agree(store: Store, reference: str, user: str) -> bool:
    return content_approval.approve(store, reference, "1.2", user, version(store, reference, "1.2"))


@pytest.mark.usefixtures("mandates")
class TestMandates:
    def test_up_to_the_mandate_one_person_is_enough(self, store: Store) -> None:
        """Every invoice would need two people, or none."""
        at, above, credit = (open_mail(store, each) for each in (THOUSAND, MORE, -MORE))

        assert accept(store, at, "jan")
        assert not accept(store, above, "jan")
        assert not accept(store, credit, "jan")
        assert exported(store) == [at]

    def test_above_it_the_second_person_has_a_mandate_for_the_total(self, store: Store) -> None:
        """Two people who may pay a thousand would pay a million together."""
        reference = open_mail(store, MORE)
        accept(store, reference, "jan")

        with pytest.raises(NoMandate):
            accept(store, reference, "els")
        with pytest.raises(SamePerson):
            accept(store, reference, "jan")
        assert exported(store) == []
        assert accept(store, reference, "eva")
        assert exported(store) == [reference]

    def test_where_two_are_asked_one_mandate_is_enough(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A director would have to open each invoice that a director accepted first."""
        asks(monkeypatch, second_person=SecondPerson(above=Decimal(0)))
        reference = open_mail(store, MORE)

        assert not accept(store, reference, "eva")
        assert accept(store, reference, "jan")

    def test_a_total_that_nobody_could_read_takes_a_mandate_for_any(self, store: Store) -> None:
        """It may be a million."""
        reference = open_mail(store, None)

        assert not accept(store, reference, "jan")
        with pytest.raises(NoMandate):
            accept(store, reference, "els")
        assert accept(store, reference, "eva")

    def test_an_accept_of_before_mandates_were_kept_lends_none(self, store: Store) -> None:
        """Two people who may pay a thousand would pay a million together, after an upgrade."""
        reference = open_mail(store, MORE)
        accept(store, reference, "jan")
        with store.write() as session:
            session.execute(update(InvoiceRow).values(mandate_cents=None))

        with pytest.raises(NoMandate):
            accept(store, reference, "els")
        assert accept(store, reference, "eva")

    def test_the_database_itself_refuses_what_no_mandate_covers(self, store: Store) -> None:
        """A fault in our own code would pay it."""
        reference = open_mail(store, MORE)
        accept(store, reference, "jan")

        for change in ({"first_by": "els"}, {"asks_second": False}):
            with pytest.raises(IntegrityError), store.write() as session:
                row = session.exec(
                    select(InvoiceRow).where(col(InvoiceRow.reference) == reference)
                ).one()
                row.state = InvoiceState.ACCEPTED
                for name, value in change.items():
                    setattr(row, name, value)
                session.add(row)


def test_the_highest_of_roles_and_name_counts_and_without_any_it_is_nought(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A senior could pay no more than a clerk; or somebody who was forgotten could pay anything."""
    rules = (Mandate(role="clerk", up_to=Decimal(10)), Mandate(role="senior", up_to=THOUSAND))
    asks(monkeypatch, mandates=rules)
    users.set_user(store, "els", "een lang wachtwoord", [Role.CLERK, Role.SENIOR])

    assert not accept(store, open_mail(store, Decimal("0.01")), "jan")
    assert accept(store, open_mail(store, THOUSAND), "els")
    assert not accept(store, open_mail(store, MORE), "els")


@pytest.mark.parametrize("whose", [{}, {"role": "clerk", "user": "jan"}, {"role": "auditor"}])
def test_a_mandate_is_of_one_role_that_decides_or_of_one_user(whose: dict[str, str]) -> None:
    """It would be of nobody, and nobody would know."""
    with pytest.raises((ConfigurationError, ValueError)):
        Mandate(up_to=THOUSAND, **whose)


@pytest.mark.usefixtures("content")
class TestContent:
    def test_a_clerk_and_a_reviewer_agree_in_any_order(self, store: Store) -> None:
        """It would be paid before anybody knew that the care was delivered."""
        clerk_first, reviewer_first = open_mail(store), open_mail(store)

        assert not accept(store, clerk_first, "jan")
        assert not agree(store, reviewer_first, "rik")
        assert exported(store) == []
        assert agree(store, clerk_first, "rik")
        assert accept(store, reviewer_first, "jan")

        assert sorted(exported(store)) == sorted([clerk_first, reviewer_first])
        (invoice,) = cases.get_case(store, clerk_first).invoices
        assert (invoice.decided_by, invoice.content_by) == ("jan", "rik")
        case = cases.get_case(store, clerk_first)
        assert (case.state, case.decided_by) == (CaseState.ACCEPTED, "jan")

    def test_it_is_never_the_same_person(self, store: Store) -> None:
        """Four eyes would be two."""
        clerk_first, reviewer_first, typed = (open_mail(store) for _ in range(3))
        accept(store, clerk_first, "jan")
        agree(store, reviewer_first, "rik")
        correct(store, typed, "jan", Corrected.IBAN, OTHER_IBAN)

        with pytest.raises(SamePerson):
            agree(store, clerk_first, "jan")
        with pytest.raises(SamePerson):
            accept(store, reviewer_first, "rik")
        with pytest.raises(SamePerson):
            agree(store, typed, "jan")
        for change in ({"content_by": "jan"}, {"content_by": None}):
            with pytest.raises(IntegrityError), store.write() as session:
                found = select(InvoiceRow).where(col(InvoiceRow.reference) == clerk_first)
                row = session.exec(found).one()
                row.state, row.content_by = InvoiceState.ACCEPTED, change["content_by"]
                session.add(row)

    def test_no_other_clerk_accepts_what_waits_for_a_reviewer(self, store: Store) -> None:
        """A second clerk would think that it was done."""
        reference = open_mail(store)
        accept(store, reference, "jan")

        with pytest.raises(ContentAwaited):
            accept(store, reference, "els")

    def test_two_clerks_and_a_reviewer_where_all_is_asked(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """One of the three would be left out."""
        asks(monkeypatch, second_person=SecondPerson(above=Decimal(0)))
        reviewer_last, reviewer_between = open_mail(store), open_mail(store)
        for each in (reviewer_last, reviewer_between):
            assert not accept(store, each, "jan")

        assert not agree(store, reviewer_between, "rik")
        assert accept(store, reviewer_between, "els")
        assert not accept(store, reviewer_last, "els")
        with pytest.raises(SamePerson):
            agree(store, reviewer_last, "jan")
        assert agree(store, reviewer_last, "rik")

    def test_what_was_agreed_with_is_what_stands_there(self, store: Store) -> None:
        """Rik would have agreed with an amount that he never saw."""
        typed, back = open_mail(store), open_mail(store)
        for each in (typed, back):
            agree(store, each, "rik")
        accept(store, back, "jan")

        correct(store, typed, "els", Corrected.GROSS, "1.00")
        cases.take_back(store, back, "jan", version(store, back))

        for each in (typed, back):
            assert not accept(store, each, "jan")
        with pytest.raises(Conflict):
            content_approval.approve(store, typed, "1.2", "rik", 0)

    def test_an_objection_takes_the_accept_away_and_says_why(self, store: Store) -> None:
        """The clerk would not know that anything is wrong."""
        reference = open_mail(store)
        accept(store, reference, "jan")

        at = version(store, reference, "1.2")
        content_approval.object_to(store, reference, "1.2", "rik", at, "te veel uren")

        assert states(store, reference) == [InvoiceState.TO_DECIDE]
        last = cases.get_case(store, reference).events[-1]
        assert (last.code, last.actor, last.detail) == ("content-refused", "rik", "te veel uren")

    def test_an_objection_to_what_the_rules_refused_brings_their_letter_back(
        self, store: Store
    ) -> None:
        """It would stand refused, and nobody would ever tell the provider."""
        judged = things.verdict(
            MailOutcome.REJECTED, (things.invoice("R-1"),), reply=ReplyKind.REFUSAL
        )
        made = things.decision(judged, "confirm")
        summary = replace(made.summary, answer=ANSWER)
        reference = things.decided(store, 1, replace(made, summary=summary))
        accept(store, reference, "jan")
        assert cases.get_case(store, reference).waiting_reply is None

        at = version(store, reference, "1.2")
        content_approval.object_to(store, reference, "1.2", "rik", at, "te veel uren")

        assert states(store, reference) == [InvoiceState.REJECTED]
        assert cases.get_case(store, reference).waiting_reply is not None

    def test_only_what_is_asked_waits_for_it(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Small invoices would wait for somebody who never looks at them."""
        asks(monkeypatch, content_approval=ContentApproval(above=THOUSAND))
        small = open_mail(store, THOUSAND)

        with pytest.raises(Conflict):
            agree(store, small, "rik")
        assert accept(store, small, "jan")

    def test_the_worklist_shows_a_reviewer_all_that_waits_and_no_clerk_what_does_not(
        self, store: Store
    ) -> None:
        """The reviewer would look through the whole list; the clerk would open it again and again."""
        first, second, third = (open_mail(store) for _ in range(3))
        accept(store, second, "jan")
        agree(store, third, "rik")

        mine = worklist.find(store, Wanted(OPEN, Filters(content=True)))

        assert {each.reference for each in mine.items} == {first, second}
        assert worklist.counts(store)[View.CONTENT] == 2
        (row,) = worklist.of_case(store, second)
        assert (row.view, row.why) == (View.CONTENT, "content:jan")
        assert next(iter(worklist.of_case(store, third))).view is View.NEW


@pytest.mark.usefixtures("mandates")
def test_what_was_accepted_once_is_handed_over_and_put_aside_as_any_other(store: Store) -> None:
    """Eva would not know that it is hers; and it would stand in the way until Monday."""
    reference = open_mail(store, MORE)
    accept(store, reference, "jan")

    at = version(store, reference, "1.2")
    plans.hand_over(store, reference, "1.2", "jan", at, "eva")
    until = store.today + dt.timedelta(days=2)
    at = version(store, reference, "1.2")
    plans.put_aside(store, reference, "1.2", "eva", at, until)
    (aside,) = worklist.of_case(store, reference)
    now = store.clock()
    store.clock = lambda: now + dt.timedelta(days=2)
    plans.return_due(store)
    (back,) = worklist.of_case(store, reference)

    assert (aside.view, aside.assigned) == (View.LATER, "eva")
    assert (back.view, back.state, back.why) == (View.LOOK, "approved-once", "second:jan")
    assert accept(store, reference, "eva")
