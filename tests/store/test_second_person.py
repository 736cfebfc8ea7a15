"""Some invoices two persons must accept, who are never the same."""

from __future__ import annotations

import datetime as dt
import itertools
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from intake import profile
from intake.errors import Conflict, SamePerson
from intake.model.correction import Corrected
from intake.model.invoice import Field
from intake.model.mail import ReplyKind
from intake.model.supplier import Registered, SupplierAccount
from intake.model.verdict import MailOutcome
from intake.profile import ContentApproval, Mandate, SecondPerson
from intake.store import (
    Store,
    batches,
    cases,
    content_approval,
    corrections,
    reversals,
    sealed,
    supplier_changes,
    work_queue,
    worklist,
)
from intake.store.corrections import Typed
from intake.store.tables import CaseState, InvoiceRow, InvoiceState, View
from tests.store import things

_NUMBERS = itertools.count(9000)
LOW, HIGH = Decimal("100.00"), Decimal("5000.00")
OTHER_IBAN = "NL02ABNA0123456789"


@pytest.fixture(autouse=True)
def _above_a_thousand(monkeypatch: pytest.MonkeyPatch) -> None:
    asks(monkeypatch, above=Decimal(1000))


def asks(monkeypatch: pytest.MonkeyPatch, **rules: Any) -> None:
    """Let the profile ask for a second person."""
    own = profile.load("almere").model_copy(update={"second_person": SecondPerson(**rules)})
    monkeypatch.setattr(profile, "load", lambda _name: own)


def open_mail(store: Store, gross: Decimal | None = HIGH, count: int = 1, **changes: Any) -> str:
    number = next(_NUMBERS)
    total = Field[Decimal].unreadable() if gross is None else Field.of(gross)
    amounts = {
        "gross_amount": total,
        "net_amount": total,
        "vat_exempt": Field.of(True),
        "vat_rate": Field.absent(),
        "vat_amount": Field.of(Decimal(0)),
    }
    invoices = tuple(
        things.invoice(f"F{number}-{at}", **(amounts | changes)) for at in range(count)
    )
    judged = things.verdict(MailOutcome.QUEUED, invoices, reply=ReplyKind.RECEIPT)
    return things.decided(store, number, things.decision(judged))


def version(store: Store, reference: str, path: str | None = None) -> int:
    case = cases.get_case(store, reference)
    return next((each.version for each in case.invoices if each.path == path), case.version)


def accept(store: Store, reference: str, user: str, path: str | None = None) -> bool:
    return cases.accept(store, reference, user, version(store, reference, path), path=path)


def correct(store: Store, reference: str, user: str, fact: Corrected, value: str) -> None:
    """A person corrects a fact, and a worker judges the mail again."""
    at = version(store, reference, "1.2")
    corrections.correct(store, reference, "1.2", user, at, Typed(fact, value))
    claim = things.claim(store)
    assert claim.reference == reference
    judged = cases.get_case(store, reference).verdict
    assert judged is not None
    work_queue.finish(store, claim, things.decision(judged))


def states(store: Store, reference: str) -> list[InvoiceState]:
    return [each.state for each in cases.get_case(store, reference).invoices]


def exported(store: Store) -> list[str]:
    batch, _ = batches.make(store, "almere", "eva")
    return [booking.reference for booking in batch.bookings] if batch else []


def test_it_leaves_only_after_another_person_accepted_it_too(store: Store) -> None:
    """One person alone would pay any amount."""
    reference = open_mail(store)

    assert not accept(store, reference, "jan")
    assert states(store, reference) == [InvoiceState.APPROVED_ONCE]
    assert cases.get_case(store, reference).state is CaseState.QUEUED
    assert exported(store) == []
    assert accept(store, reference, "els")

    (invoice,) = cases.get_case(store, reference).invoices
    assert (invoice.first_by, invoice.decided_by) == ("jan", "els")
    assert cases.get_case(store, reference).state is CaseState.ACCEPTED
    assert exported(store) == [reference]


def test_the_same_person_never_gives_both(store: Store) -> None:
    """Four eyes would be two."""
    reference = open_mail(store)
    accept(store, reference, "jan")

    for path in (None, "1.2"):
        with pytest.raises(SamePerson):
            accept(store, reference, "jan", path)

    assert states(store, reference) == [InvoiceState.APPROVED_ONCE]


def test_the_database_itself_refuses_twice_the_same_person(store: Store) -> None:
    """A fault in our own code would let one person pay."""
    reference = open_mail(store)
    accept(store, reference, "jan")
    accept(store, reference, "els")

    with pytest.raises(IntegrityError), store.write() as session:
        row = session.exec(select(InvoiceRow).where(col(InvoiceRow.reference) == reference)).one()
        row.first_by = row.decided_by
        session.add(row)


def test_who_corrected_it_gives_no_second_accept(store: Store) -> None:
    """Nobody else would have seen the account that was typed."""
    reference = open_mail(store)
    correct(store, reference, "els", Corrected.IBAN, OTHER_IBAN)
    accept(store, reference, "jan")

    with pytest.raises(SamePerson):
        accept(store, reference, "els")

    assert accept(store, reference, "eva")


def test_a_correction_takes_the_first_accept_away(store: Store) -> None:
    """Jan would have accepted an account that he never saw."""
    reference = open_mail(store)
    accept(store, reference, "jan")

    correct(store, reference, "els", Corrected.IBAN, OTHER_IBAN)

    assert states(store, reference) == [InvoiceState.TO_DECIDE]
    assert not accept(store, reference, "eva")


def test_the_first_accept_stays_when_the_rules_judge_the_mail_again(store: Store) -> None:
    """A mail that comes later would undo what a person did."""
    reference = open_mail(store, count=2)
    accept(store, reference, "jan", "1.3")

    correct(store, reference, "els", Corrected.IBAN, OTHER_IBAN)

    assert states(store, reference) == [InvoiceState.TO_DECIDE, InvoiceState.APPROVED_ONCE]
    with pytest.raises(SamePerson):
        accept(store, reference, "jan", "1.3")


def test_one_button_for_all_leaves_out_what_somebody_else_must_accept(store: Store) -> None:
    """Jan could not go on with the others, or would accept one twice."""
    reference = open_mail(store, count=2)
    accept(store, reference, "jan", "1.2")

    accept(store, reference, "jan")
    assert states(store, reference) == [InvoiceState.APPROVED_ONCE] * 2
    assert accept(store, reference, "els")

    assert states(store, reference) == [InvoiceState.ACCEPTED] * 2


@pytest.mark.parametrize(
    ("gross", "is_enough"),
    [
        (Decimal("1000.00"), True),
        (Decimal("1000.01"), False),
        (Decimal("-1000.01"), False),
        (None, False),
    ],
)
def test_the_amount_itself_is_not_above_it_and_what_is_unreadable_is(
    store: Store, gross: Decimal | None, is_enough: bool
) -> None:
    """An amount that nobody could read would leave with one accept."""
    assert accept(store, open_mail(store, gross), "jan") is is_enough


def test_without_a_rule_one_person_is_enough(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every municipality would need two people for each invoice."""
    asks(monkeypatch)

    assert accept(store, open_mail(store), "jan")


def test_an_account_is_new_until_it_was_paid_or_approved(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A changed account is how invoices are paid to thieves."""
    asks(monkeypatch, new_account=True)
    first, second, elsewhere = open_mail(store), open_mail(store), open_mail(store)
    other = open_mail(store, iban=Field.of(OTHER_IBAN))
    stranger = open_mail(store, kvk_number=Field.of("12345678"), vat_id=Field.absent())
    nameless = open_mail(store, kvk_number=Field.absent(), vat_id=Field.absent())
    without = open_mail(store, iban=Field.absent())

    assert not accept(store, first, "jan")
    assert not accept(store, elsewhere, "jan")
    assert accept(store, first, "els")

    assert accept(store, second, "jan")
    for each in (other, stranger, nameless, without):
        assert not accept(store, each, "jan")


def test_a_supplier_is_new_until_it_was_paid_or_an_account_was_approved(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A firm that does not exist would be paid by one person."""
    asks(monkeypatch, new_supplier=True)
    first, second = open_mail(store), open_mail(store, iban=Field.of(OTHER_IBAN))
    kvk = "12345678"
    registered = open_mail(store, kvk_number=Field.of(kvk))
    account = SupplierAccount("NL91ABNA0417164300", dt.date(2026, 1, 1), None, "jan")
    number = supplier_changes.add(
        store, "jan", "almere", Registered(name="De Vlinder", kvk=kvk, accounts=(account,))
    )

    assert not accept(store, first, "jan")
    assert accept(store, first, "els")
    assert accept(store, second, "jan")

    assert not accept(store, registered, "jan")
    cases.take_back(store, registered, "jan", version(store, registered))
    supplier_changes.approve_account(store, "els", number, account.iban)
    assert accept(store, registered, "jan")


def test_anybody_may_refuse_it_or_take_the_first_accept_back(store: Store) -> None:
    """The second person could only agree."""
    refused, back = open_mail(store), open_mail(store)
    for each in (refused, back):
        accept(store, each, "jan")

    cases.refuse(store, refused, "els", version(store, refused), cases.Refusal("nee"))
    cases.take_back(store, back, "els", version(store, back))

    assert states(store, refused) == [InvoiceState.REJECTED]
    assert states(store, back) == [InvoiceState.TO_DECIDE]
    assert not accept(store, back, "els")


def test_two_accepts_taken_back_are_both_needed_again(store: Store) -> None:
    """The first accept was of what is looked at anew."""
    reference = open_mail(store)
    accept(store, reference, "jan")
    accept(store, reference, "els")

    cases.take_back(store, reference, "els", version(store, reference))

    assert states(store, reference) == [InvoiceState.TO_DECIDE]
    assert not accept(store, reference, "jan")


def test_the_worklist_says_who_accepted_first(store: Store) -> None:
    """Nobody would know that it waits, or for whom."""
    reference = open_mail(store)

    accept(store, reference, "jan")

    (row,) = worklist.of_case(store, reference)
    assert (row.view, row.why, row.state) == (View.LOOK, "second:jan", "approved-once")


def test_the_history_tells_both_accepts(store: Store) -> None:
    """An auditor could not see that two persons looked."""
    reference = open_mail(store)
    accept(store, reference, "jan")
    accept(store, reference, "els")

    told = [(each.code, each.actor) for each in cases.get_case(store, reference).events]
    assert told[-2:] == [("approved-once", "jan"), ("accepted", "els")]


def test_of_the_same_invoice_in_two_mails_one_is_accepted(store: Store) -> None:
    """It would be paid twice, each with its own two persons."""
    number = Field.of("DUBBEL-1")
    mails = [open_mail(store, invoice_number=number) for _ in range(2)]
    for each in mails:
        with suppress(Conflict):
            accept(store, each, "jan")
    for each in mails:
        with suppress(Conflict):
            accept(store, each, "els")

    assert len(exported(store)) == 1


_PEOPLE = ("jan", "els", "eva")
_BOSS = "eva"
"""Who has a mandate for any total; the others for a thousand."""
_STEPS = ("mail", "low", "accept", "accept", "accept", "agree", "agree", "object", "refuse", "correct",
          "take-back", "storno", "batch", "crash")  # fmt: skip


@dataclass
class _Told:
    """What persons did with one invoice since it was opened last."""

    needs_two: bool
    accepted: set[str] = field(default_factory=set)
    agreed: set[str] = field(default_factory=set)
    """As reviewers of care."""


@settings(
    max_examples=8,
    phases=[Phase.generate],
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    steps=st.lists(
        st.tuples(st.sampled_from(_STEPS), st.integers(0, 2), st.sampled_from(_PEOPLE)), max_size=16
    )
)
def test_in_any_order_nothing_leaves_twice_or_without_those_who_must_agree(
    store: Store, monkeypatch: pytest.MonkeyPatch, steps: list[tuple[str, int, str]]
) -> None:
    """Paid twice; or by one person where two were asked, without a mandate, or for care that nobody
    agreed with."""
    small = tuple(Mandate(user=name, up_to=Decimal(1000)) for name in _PEOPLE if name != _BOSS)
    rules = {
        "mandates": (*small, Mandate(user=_BOSS)),
        "content_approval": ContentApproval(above=Decimal(1000)),
    }
    own = profile.load("almere").model_copy(update=rules)
    monkeypatch.setattr(profile, "load", lambda _name: own)
    exported(store)  # what an earlier example left
    told = {open_mail(store): _Told(True)}
    left: list[str] = []

    for step, which, user in steps:
        chosen = [*told][which % len(told)]
        with suppress(Conflict):
            if step in ("mail", "low"):
                told[open_mail(store, HIGH if step == "mail" else LOW)] = _Told(step == "mail")
            elif step in ("batch", "crash"):
                left += _leaving(store, step, told)
            else:
                _do(store, step, chosen, user)
                _note(told[chosen], step, user)

    left += _leaving(store, "batch", told)
    assert len(set(left)) == len(left)
    for reference in told:
        (state,) = states(store, reference)
        assert (state in (InvoiceState.EXPORTED, InvoiceState.REVERSED)) == (reference in left)
        assert state is not InvoiceState.ACCEPTED


def _do(store: Store, step: str, reference: str, user: str) -> None:
    if step == "accept":
        accept(store, reference, user)
    elif step in ("agree", "object"):
        at = version(store, reference, "1.2")
        if step == "agree":
            content_approval.approve(store, reference, "1.2", user, at)
        else:
            content_approval.object_to(store, reference, "1.2", user, at, "te veel uren")
    elif step == "refuse":
        cases.refuse(store, reference, user, version(store, reference), cases.Refusal("nee"))
    elif step == "correct":
        correct(store, reference, user, Corrected.NUMBER, f"N{next(_NUMBERS)}")
    elif step == "take-back":
        cases.take_back(store, reference, user, version(store, reference))
    else:
        reversals.ask(store, reference, "1.2", user, "vergissing")


def _note(told: _Told, step: str, user: str) -> None:
    if step == "accept":
        told.accepted.add(user)
    elif step == "agree":
        told.agreed.add(user)
    elif step != "storno":
        told.accepted.clear()
        told.agreed.clear()


def _leaving(store: Store, step: str, told: dict[str, _Told]) -> list[str]:
    """``crash``: the process dies after it wrote, before the commit."""
    if step == "crash":
        with pytest.MonkeyPatch.context() as dying, suppress(_Died):
            dying.setattr(sealed, "note", _die)
            batches.make(store, "almere", "eva")
        return []
    batch, _ = batches.make(store, "almere", "eva")
    bookings = [each for each in batch.bookings if not each.is_credit] if batch else []
    for each in bookings:
        who = told[each.reference]
        assert len(who.accepted) >= (2 if who.needs_two else 1)
        assert not who.needs_two or (_BOSS in who.accepted and who.agreed - who.accepted)
    return [each.reference for each in bookings]


class _Died(BaseException):
    """As ``kill -9`` ends a process in the middle of a transaction."""


def _die(*_arguments: object) -> None:
    raise _Died
