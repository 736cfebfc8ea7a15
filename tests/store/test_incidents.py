"""The register of incidents: what was found stays, what was judged is sealed and says by whom."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import text

from intake.errors import Conflict
from intake.model.verdict import Incident, MailOutcome
from intake.store import Store, cases, incidents, journal, work_queue
from intake.store.incidents import Report
from intake.store.tables import Judgement
from tests.store import things

WRITTEN = Report(
    "BSN op de factuur",
    "één jeugdige",
    "gewone mail",
    "provider gebeld",
    f"niet gemeld: {things.BSN} bleef bij ons",
)


def only(store: Store) -> incidents.Entry:
    (entry,) = incidents.listed(store)
    return entry


def judge(
    store: Store,
    judgement: Judgement = Judgement.RECORDED,
    version: int = 1,
    report: Report = WRITTEN,
) -> None:
    assessment = incidents.Assessment(judgement, things.NOW, report)
    incidents.judge(store, only(store).id, "fg", version, assessment)


def test_what_the_rules_found_stands_open_with_its_72_hours(store: Store) -> None:
    """The privacy officer must see each incident, and until when it can be reported."""
    store.clock = lambda: things.NOW
    reference = things.decided(store)

    entry = only(store)

    assert (entry.reference, entry.kind, entry.judgement, entry.at) == (
        reference,
        "invoice-not-anonymous",
        Judgement.OPEN,
        things.NOW,
    )
    assert entry.report_before == things.NOW + dt.timedelta(hours=72)
    assert incidents.count_open(store) == 1
    assert incidents.get(store, entry.id) == (entry, Report())


def test_a_judgement_is_kept_with_who_and_why_and_only_sealed(store: Store) -> None:
    """The Autoriteit Persoonsgegevens asks for the reasons; the database must not tell them to who
    copies it.
    """
    reference = things.decided(store)
    judge(store)

    entry, report = incidents.get(store, only(store).id)

    assert (entry.judgement, entry.decided_by, entry.known_at, report) == (
        Judgement.RECORDED,
        "fg",
        things.NOW,
        WRITTEN,
    )
    assert incidents.count_open(store) == 0
    with store.read() as session:
        row = session.execute(text("SELECT report FROM incident")).scalar_one()
    assert b"gebeld" not in bytes(row)
    assert "incident-recorded" in [event.code for event in cases.get_case(store, reference).events]


def test_deciding_the_mail_again_loses_and_doubles_no_incident(store: Store) -> None:
    """A register that forgets what was judged is no register."""
    reference = things.decided(store, 1, things.decision(things.verdict(MailOutcome.QUARANTINED)))
    judge(store)
    cases.again(store, reference, "anna", cases.get_case(store, reference).version)

    found = (Incident("invoice-not-anonymous", "part 1.2"), Incident("unsecured-attachment", "x"))
    work_queue.finish(
        store,
        things.claim(store),
        things.decision(things.verdict(MailOutcome.QUEUED, incidents=found)),
    )

    assert [(e.kind, e.judgement) for e in incidents.listed(store)] == [
        ("unsecured-attachment", Judgement.OPEN),
        ("invoice-not-anonymous", Judgement.RECORDED),
    ]


def test_two_people_do_not_overwrite_each_other(store: Store) -> None:
    """The second of two who write at once must read what the first wrote."""
    things.decided(store)
    judge(store)

    with pytest.raises(Conflict):
        judge(store, Judgement.NONE)

    judge(store, Judgement.NONE, version=2)
    judge(store, Judgement.OPEN, version=3)
    assert (only(store).judgement, only(store).decided_by) == (Judgement.OPEN, None)


def test_a_person_may_see_what_the_rules_did_not(store: Store) -> None:
    """A name that no rule knows as a client's is an incident all the same."""
    reference = things.decided(store, 1, things.decision(things.verdict(incidents=())))

    number = incidents.report_by_hand(store, reference, "anna")

    assert incidents.report_by_hand(store, reference, "piet") == number
    assert [
        event.actor
        for event in cases.get_case(store, reference).events
        if event.code == "incident-noticed"
    ] == ["anna"]
    with pytest.raises(journal.NotKept):
        incidents.report_by_hand(store, "IN-AAAA-AAAA", "anna")


def test_the_register_outlives_its_mail_without_the_words(store: Store) -> None:
    """After the term of the mail the register still says that, when and by whom was judged."""
    things.decided(store)
    judge(store)
    with store.write() as session:
        session.execute(text("DELETE FROM mail"))

    entry, report = incidents.get(store, only(store).id)

    assert (entry.judgement, entry.decided_by, report) == (Judgement.RECORDED, "fg", None)
    with pytest.raises(journal.NotKept):
        judge(store, version=2)
