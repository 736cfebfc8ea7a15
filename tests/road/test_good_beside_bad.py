"""A good invoice beside a bad one, down the whole road: it is paid once, whatever the mail and its
letter go through.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from intake.errors import Conflict
from intake.model.mail import ReplyKind
from intake.settings import ReplyMode
from intake.store import cases
from intake.store.cases import Case
from intake.store.tables import CaseState
from tests.conftest import with_section
from tests.road.test_halves import BAD, GOOD, Desk, Provider
from tests.road.test_halves import opened as opened
from tests.road.test_halves import provider as provider

ONE, TWO = ("{p}-101", GOOD, "500,00"), ("{p}-102", GOOD, "500,00")
TWO_BAD = ("{p}-102", BAD, "500,00")


@pytest.fixture(params=list(ReplyMode))
def mode(request: pytest.FixtureRequest, opened: Desk) -> Iterator[ReplyMode]:
    """Every reply mode, for the worker and for the outbox."""
    store, desk = opened.store, opened.desk
    before = store.settings
    store.settings = with_section(before, "replies", mode=request.param)
    opened.desk = replace(desk, settings=store.settings)
    yield request.param
    store.settings, opened.desk = before, desk


def case(provider: Provider, reference: str) -> Case:
    return cases.get_case(provider.desk.store, reference)


def accept(provider: Provider, reference: str) -> None:
    cases.accept(provider.desk.store, reference, "jan", case(provider, reference).version)


def ends(provider: Provider, reference: str) -> list[str]:
    return [each.state.value for each in case(provider, reference).invoices]


def both(provider: Provider, *lines: tuple[str, str, str], subject: str = "Facturen") -> str:
    return provider.send(
        provider.bill("{p}-101"), provider.bill("{p}-102"), provider.lines(*lines), subject=subject
    )


@pytest.mark.parametrize("accepted_first", [True, False])
def test_all_sent_again(provider: Provider, mode: ReplyMode, accepted_first: bool) -> None:
    """The provider mends one and sends all: the good one would be lost as a double of a closed
    case, or be paid twice.
    """
    first = both(provider, ONE, TWO_BAD)
    assert (provider.state(first), ends(provider, first)) == (
        CaseState.QUEUED,
        ["to-decide", "rejected"],
    )
    assert "Deze factuur nemen wij in behandeling." in case(provider, first).replies[0].text
    if accepted_first:
        accept(provider, first)

    again = both(provider, ONE, TWO, subject="Nog een keer")
    if not accepted_first:
        accept(provider, first)
    accept(provider, again)

    assert ends(provider, first) == ["accepted", "rejected"]
    assert ends(provider, again) == ["ignored", "accepted"]


def test_only_the_mended_one_sent_again(provider: Provider, mode: ReplyMode) -> None:
    """What the letter asks for would be taken for what is in hand already."""
    first = both(provider, ONE, TWO_BAD)

    again = provider.send(provider.bill("{p}-102"), provider.lines(TWO))

    assert (provider.state(again), ends(provider, again)) == (CaseState.QUEUED, ["to-decide"])
    assert provider.state(first) is CaseState.QUEUED


def test_the_same_again_unmended(provider: Provider) -> None:
    """The bad one is refused once more; the good one stays where it is, and the second mail adds
    nothing to it.
    """
    first = both(provider, ONE, TWO_BAD)

    again = both(provider, ONE, TWO_BAD, subject="Nog een keer")

    assert (provider.state(again), ends(provider, again)) == (
        CaseState.REJECTED,
        ["ignored", "rejected"],
    )
    assert (provider.state(first), ends(provider, first)) == (
        CaseState.QUEUED,
        ["to-decide", "rejected"],
    )


def test_the_neighbour_is_refused_when_its_time_is_over(
    provider: Provider, mode: ReplyMode
) -> None:
    """At the deadline of one invoice the mail would be closed with a complete one in it."""
    reference = both(provider, ONE)
    assert (provider.state(reference), ends(provider, reference)) == (
        CaseState.WAITING,
        ["to-decide", "waiting"],
    )

    provider.desk.days = 9
    provider.desk.settle()

    assert (provider.state(reference), ends(provider, reference)) == (
        CaseState.QUEUED,
        ["to-decide", "rejected"],
    )


def test_the_other_half_brings_a_fault(provider: Provider) -> None:
    """A second mail that completes the first may refuse one invoice of it, never both."""
    reference = both(provider, ONE)

    provider.send(provider.lines(TWO_BAD), subject="Bijlage")

    assert (provider.state(reference), ends(provider, reference)) == (
        CaseState.QUEUED,
        ["to-decide", "rejected"],
    )


@pytest.mark.parametrize("accepted", [True, False])
def test_a_letter_after_a_clerk_decided_says_so(
    provider: Provider, mode: ReplyMode, accepted: bool
) -> None:
    """The rules refuse the second at its deadline: their letter would promise to handle what a
    clerk refused, or be silent about it.
    """
    reference = both(provider, ONE)
    each = case(provider, reference).invoices[0]
    store = provider.desk.store
    if accepted:
        cases.accept(store, reference, "jan", each.version, path=each.path)
    else:
        cases.refuse(store, reference, "jan", each.version, cases.Refusal("nee"), each.path)

    provider.desk.days = 9
    provider.desk.settle()

    end = "accepted" if accepted else "rejected"
    assert (provider.state(reference), ends(provider, reference)) == (
        CaseState(end),
        [end, "rejected"],
    )
    letter = " ".join(case(provider, reference).replies[0].text.split())
    assert ("Deze factuur nemen wij in behandeling." in letter) is accepted
    assert ("Deze factuur hebben wij al geweigerd." in letter) is not accepted


def test_the_same_invoice_twice_in_one_mail(provider: Provider) -> None:
    """Both copies would be paid."""
    reference = provider.send(
        provider.bill("{p}-101"), provider.bill("{p}-101"), provider.lines(ONE), subject="Factuur"
    )

    assert ends(provider, reference) == ["to-decide", "ignored"]
    accept(provider, reference)
    assert ends(provider, reference) == ["accepted", "ignored"]
    double = case(provider, reference).invoices[1]
    with pytest.raises(Conflict):
        cases.accept(provider.desk.store, reference, "jan", double.version, path=double.path)


def test_a_letter_that_has_not_left_is_written_again(provider: Provider, mode: ReplyMode) -> None:
    """It would ask for the attachment of an invoice that a clerk has accepted without it, and the
    refusal beside it would be lost.
    """
    reference = provider.send(
        provider.bill("{p}-101"),
        provider.bill("{p}-102"),
        provider.bill("{p}-103"),
        provider.lines(ONE, TWO_BAD),
        subject="Facturen",
    )
    assert ends(provider, reference) == ["to-decide", "rejected", "waiting"]
    waits, before = case(provider, reference).invoices[2], case(provider, reference).replies[0]

    cases.accept(provider.desk.store, reference, "jan", waits.version, path=waits.path)

    letters = case(provider, reference).replies
    if mode is ReplyMode.OFF:
        assert len(letters) == 1, "what is never sent is not written again"
        return
    new, old = letters
    assert (new.kind, new.held) == (ReplyKind.REFUSAL, before.held)
    assert "uiterlijk" in old.text
    assert "uiterlijk" not in new.text
    assert "102" in new.text
