"""All that is kept of one client is found, wherever it stands, and goes when no law keeps it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import text

from intake.model.correction import Corrected
from intake.model.document import Line
from intake.model.mail import Reply
from intake.model.verdict import MailOutcome
from intake.store import (
    Store,
    audit,
    cases,
    corrections,
    drafts,
    incidents,
    journal,
    legal_holds,
    plans,
    subject,
)
from intake.store.corrections import Typed
from intake.store.journal import NotKept
from intake.store.subject_mentions import Place
from intake.store.tables import Judgement
from tests.review.filled import BSN, CLIENT_NAME, PATH, care_line, fill, invoice, verdict

SPACED = f"{BSN[:4]}.{BSN[4:6]}.{BSN[6:]}"
LAST_FIRST = ", ".join(reversed(CLIENT_NAME.split()))
REFUSED = verdict(MailOutcome.REJECTED)


def in_mail(store: Store) -> str:
    judged = replace(REFUSED, outcome=MailOutcome.IGNORED, invoices=())
    return fill(store, judged, text=f"Vraag over BSN {SPACED}", pages=0)


def in_subject_line(store: Store) -> str:
    return fill(store, REFUSED, subject=f"Factuur {BSN}")


def on_page(store: Store) -> str:
    lines = (Line(1, (0.0, 0.0, 1.0, 1.0), f"Begeleiding {BSN[:3]} {BSN[3:6]} {BSN[6:]}"),)
    return fill(store, verdict(MailOutcome.REJECTED, read=replace(invoice(), lines=lines)))


def in_correction(store: Store) -> str:
    reference = fill(store, verdict(MailOutcome.QUEUED))
    (own,) = cases.get_case(store, reference).invoices
    typed = Typed(Corrected.NUMBER, f"F-{BSN}")
    corrections.correct(store, reference, own.path, "anna", own.version, typed)
    return refused(store, reference, "nee")


def in_draft(store: Store) -> str:
    reference = fill(store, REFUSED)
    draft = drafts.Draft((), f"Op de factuur staat {BSN}.", store.clock())
    drafts.save(store, reference, "anna", "", draft)
    return reference


def in_note(store: Store) -> str:
    reference = fill(store, REFUSED)
    plans.note(store, reference, "anna", f"Gebeld over {BSN}")
    return reference


def in_reason(store: Store) -> str:
    return refused(store, fill(store, verdict(MailOutcome.QUEUED)), f"{SPACED} staat erop")


def in_reason_of_a_look(store: Store) -> str:
    reference = fill(store, REFUSED)
    audit.record(store, "anna", reference, "case", f"vraag van {BSN}")
    return reference


def in_incident(store: Store) -> str:
    reference = fill(store, REFUSED)
    number = incidents.report_by_hand(store, reference, "anna")
    judge(store, number, f"het kind met {BSN}")
    return reference


def in_letter(store: Store) -> str:
    letter = Reply("info@vlinder.example", "Uw factuur", f"Er staat {SPACED} op uw factuur.")
    reference = refused(store, fill(store, verdict(MailOutcome.QUEUED)), "nee", letter)
    leave = "UPDATE reply SET state = 'sent', started_at = created_at WHERE reference = :reference"
    with store.write() as session:
        session.execute(text(leave), {"reference": reference})
    return reference


def refused(store: Store, reference: str, why: str, letter: Reply | None = None) -> str:
    version = cases.get_case(store, reference).version
    cases.refuse(store, reference, "anna", version, cases.Refusal(why, letter))
    return reference


def judge(store: Store, number: int, people: str) -> None:
    report = incidents.Report(people=people)
    version = incidents.get(store, number)[0].version
    made = incidents.Assessment(Judgement.RECORDED, store.clock(), report)
    incidents.judge(store, number, "fg", version, made)


WHERE: dict[Callable[[Store], str], Place] = {
    in_mail: Place.MAIL,
    in_subject_line: Place.MAIL,
    on_page: Place.INVOICE,
    in_correction: Place.CORRECTION,
    in_draft: Place.DRAFT,
    in_note: Place.NOTE,
    in_reason: Place.NOTE,
    in_reason_of_a_look: Place.NOTE,
    in_letter: Place.LETTER,
    in_incident: Place.INCIDENT,
}


def found(store: Store) -> dict[str, subject.SubjectCase]:
    return {case.reference: case for case in subject.find(store, BSN, "fg").cases}


def test_one_client_is_found_and_erased_everywhere(store: Store) -> None:
    """Somebody would be told half of what we keep, and the other half would stay after erasing."""
    references = {put(store): place for put, place in WHERE.items()}
    other = fill(store, REFUSED, text="Vraag over 999990019")

    told = found(store)
    assert set(told) == set(references)
    assert {ref: place in told[ref].places for ref, place in references.items()} == dict.fromkeys(
        references, True
    )
    assert not any(case.by_name for case in told.values())
    subject.erase(store, subject.find(store, BSN, "fg"), "fg")

    assert found(store) == {}
    for reference in references:
        with pytest.raises(NotKept):
            cases.get_case(store, reference)
    assert journal.raw_mail(store, other)


def test_a_name_alone_is_told_and_touches_nothing(store: Store) -> None:
    """Another with the same name would lose a case, or be told of to a stranger."""
    kept = fill(store, verdict(MailOutcome.QUEUED), care_lines=(care_line(2),))
    named = fill(store, REFUSED, text=f"Het gaat over {LAST_FIRST}.")

    told = found(store)
    subject.erase(store, subject.find(store, BSN, "fg"), "fg")

    assert (told[named].by_name, told[named].places) == (True, (Place.MAIL,))
    assert not told[kept].by_name
    assert [case.reference for case in subject.find(store, BSN, "fg").certain] == [kept]
    assert journal.raw_mail(store, named)


@pytest.mark.parametrize(
    "state", [MailOutcome.QUEUED, MailOutcome.QUARANTINED, MailOutcome.WAITING]
)
def test_what_must_be_kept_or_is_not_done_with_is_told_and_stays(
    store: Store, state: MailOutcome
) -> None:
    """An invoice that is paid must be kept; a mail that waits for a person must be dealt with."""
    reference = fill(store, verdict(state), text=f"BSN {BSN}", care_lines=(care_line(2),))

    assert subject.erase(store, subject.find(store, BSN, "fg"), "fg") == ()

    assert found(store)[reference].places == (Place.MAIL,)


def test_a_case_that_is_not_done_with_is_erased_when_it_is(store: Store) -> None:
    """A breach would go unjudged, or a provider never hear why it is not paid."""
    reference = in_note(store)
    number = incidents.report_by_hand(store, reference, "anna")
    assert subject.erase(store, subject.find(store, BSN, "fg"), "fg") == ()

    judge(store, number, "")
    legal_holds.add(store, reference, "fg", "rechtszaak")
    assert subject.erase(store, subject.find(store, BSN, "fg"), "fg") == ()
    legal_holds.remove(store, reference, "fg")

    assert len(subject.erase(store, subject.find(store, BSN, "fg"), "fg")) == 1


def test_only_mail_and_care_lines_go_where_nothing_else_tells_of_the_client(store: Store) -> None:
    """The provider asks why it was refused, and nobody could say."""
    reference = fill(store, REFUSED, care_lines=(care_line(2),))

    subject.erase(store, subject.find(store, BSN, "fg"), "fg")

    assert cases.get_case(store, reference).reference == reference
    assert cases.care_lines(store, reference) == ()
    assert cases.get_case(store, reference).invoices[0].path == PATH
