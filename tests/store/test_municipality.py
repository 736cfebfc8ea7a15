"""What one municipality holds decides nothing, and shows nowhere, in a case of another."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import text

from intake.model.mail import ReplyKind
from intake.model.verdict import MailOutcome
from intake.store import Store, cases, declared_care, journal, outbox, pairing, work_queue
from intake.store.migration import migrate
from intake.store.tables import CaseState
from tests.store import things
from tests.store.test_declared_care import line

OWN, OTHER = "almere", "hart-van-brabant"


def keep(store: Store, number: int, municipality: str) -> journal.Kept:
    envelope = replace(things.envelope(), municipality=municipality)
    return journal.keep(store, things.mail(number), envelope)


def decided(store: Store, number: int, municipality: str, made: object) -> str:
    kept = keep(store, number, municipality)
    work_queue.finish(store, things.claim(store), made)  # type: ignore[arg-type]
    return kept.reference


def test_the_same_mail_to_two_is_two_cases(store: Store) -> None:
    """The second municipality would never see its invoice."""
    first, second = keep(store, 1, OWN), keep(store, 1, OTHER)

    assert first.new
    assert second.new
    assert not keep(store, 1, OTHER).new
    assert journal.known(store, things.mail(1)) == first.reference
    assert journal.known(store, things.mail(1), OTHER) == second.reference
    assert cases.get_case(store, second.reference).municipality == OTHER


@pytest.mark.parametrize(("second", "seen"), [(OWN, True), (OTHER, False)])
class TestApart:
    def test_an_invoice(self, store: Store, second: str, seen: bool) -> None:
        """A good invoice would be called 'already received', and never be paid."""
        judged = things.verdict(MailOutcome.QUEUED, (things.invoice(),))
        first = decided(store, 1, OWN, things.decision(judged))
        again = keep(store, 2, second).reference

        earlier = journal.history_of(store, things.invoice(), before=again).earlier

        assert [each.reference for each in earlier] == ([first] if seen else [])

    def test_care(self, store: Store, second: str, seen: bool) -> None:
        """A clerk of one municipality would read of care that another one pays."""
        judged = things.verdict(MailOutcome.QUEUED, (things.invoice(),))
        first = decided(store, 1, OWN, things.decision(judged, care_lines=(line(),)))
        again = keep(store, 2, second).reference

        earlier = declared_care.earlier(store, [line()], before=again)

        assert [each.reference for each in earlier] == ([first] if seen else [])

    def test_an_attachment(self, store: Store, second: str, seen: bool) -> None:
        """The BSN of a client of one municipality would lie in a case of another."""
        judged = things.verdict(MailOutcome.WAITING, (things.invoice(),))
        first = decided(store, 1, OWN, things.decision(judged))
        later = keep(store, 2, second).reference

        marks = pairing.marks(store, later, [], things.SENDER, ["2026-0011"])

        waiting = [each.reference for each in pairing.waiting_for(store, marks)]
        assert waiting == ([first] if seen else [])


def test_a_letter_leaves_in_the_name_of_its_municipality(store: Store) -> None:
    """Its answer would come back to the wrong mailbox."""
    judged = things.verdict(MailOutcome.REJECTED, reply=ReplyKind.REFUSAL)
    reference = decided(store, 1, OTHER, things.decision(judged))

    (outgoing,) = outbox.due(store)

    assert (outgoing.reference, outgoing.municipality) == (reference, OTHER)
    assert outgoing.message_id.endswith("@tilburg.example>")
    assert cases.get_case(store, reference).state is CaseState.REJECTED


def test_cases_of_before_get_the_municipality_of_the_installation(store: Store) -> None:
    """They would be on no list of destruction, and their letters would have no sender."""
    reference = keep(store, 1, OWN).reference
    with store.write() as session:
        session.execute(text("UPDATE mail SET municipality = ''"))

    migrate(store.settings)

    assert cases.get_case(store, reference).municipality == OWN
