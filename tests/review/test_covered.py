"""Who sees a document of a case, by whichever door: what is covered, restricted or written down."""

from __future__ import annotations

import datetime as dt

import pytest

from intake.export import case_pages
from intake.model.correction import Corrected
from intake.model.invoice import Field
from intake.model.mail import ReplyKind
from intake.model.verdict import MailOutcome
from intake.review import wording
from intake.review.pages import fast
from intake.sandbox.client import Sandbox
from intake.store import (
    Store,
    audit,
    batches,
    cases,
    coding,
    corrections,
    incidents,
    outbox,
    subject,
    users,
    worklist,
    worklist_rows,
)
from intake.store.incidents import Assessment, Report
from intake.store.restrictions import RestrictedError
from intake.store.tables import InvoiceState, Judgement, Role, View
from tests.review.conftest import Clerk
from tests.review.filled import CLIENT, CLIENT_NAME, NO_KVK, PATH, care_line, fill, invoice, verdict
from tests.review.test_fast import one

DOORS = (
    f"blad/{PATH}/1.png",
    f"woorden/{PATH}/1.json",
    f"venster?stuk={PATH}",
    f"uitleg?stuk={PATH}",
)
"""Every way to a document of a case but the fast lane's."""


def rows(store: Store, reference: str) -> list[tuple[str, str]]:
    return [(row.what, row.result) for row in audit.readings(store, reference)]


def statuses(clerk: Clerk, reference: str) -> list[int]:
    return [clerk.get(f"/zaak/{reference}/{door}").status_code for door in DOORS]


def version(store: Store, reference: str) -> int:
    return cases.get_case(store, reference).version


def accept(store: Store, reference: str) -> None:
    cases.accept(store, reference, "anna", version(store, reference))


def uncover(clerk: Clerk, reference: str) -> None:
    clerk.post(f"/zaak/{reference}/tonen", why=next(iter(wording.UNCOVER)))
    clerk.post(f"/zaak/{reference}/zorgregels", why=next(iter(wording.UNCOVER_CARE)))


def test_a_covered_document_is_shut_at_every_door_with_a_row_for_each(
    clerk: Clerk, store: Store
) -> None:
    """One door would show what the others cover, or nobody could see that it was tried."""
    reference = fill(store, verdict(MailOutcome.QUEUED, CLIENT))

    assert statuses(clerk, reference) == [403] * 4
    tried = [what for what, result in rows(store, reference) if result == audit.REFUSED]
    assert tried == [f"page {PATH} 1", f"page {PATH} 1", "case", "explanation"]

    uncover(clerk, reference)
    assert statuses(clerk, reference) == [200] * 4
    assert [what for what, result in rows(store, reference)[-4:] if result == audit.SHOWN] == tried


def test_a_restricted_case_shuts_what_was_open_a_minute_before(clerk: Clerk, store: Store) -> None:
    """AVG art. 18: the cookie of before would go on showing it for a quarter of an hour."""
    reference = fill(store, verdict(MailOutcome.QUEUED, CLIENT), care_lines=(care_line(),))
    uncover(clerk, reference)
    assert CLIENT_NAME in clerk.get(f"/zaak/{reference}").text

    subject.restrict(store, [reference], "fiona", "bezwaar")

    assert statuses(clerk, reference) == [403] * 4
    refused = [row for row in rows(store, reference) if row[1] == audit.REFUSED]
    assert len(refused) == 4
    page = clerk.get(f"/zaak/{reference}").text
    assert "beperkt (AVG artikel 18)" in page
    for gone in (CLIENT_NAME, "45A04", "/akkoord", "/tonen", "/zorgregels", "Hierbij onze factuur"):
        assert gone not in page
    answer = clerk.post(f"/zaak/{reference}/tonen", why=next(iter(wording.UNCOVER)))
    assert (answer.status_code, rows(store, reference)[-1]) == (403, ("uncover", audit.REFUSED))


def test_a_page_without_a_client_is_shut_too_when_the_case_is_restricted(
    clerk: Clerk, store: Store
) -> None:
    """What the person asked to be left alone would be used as if nothing were asked."""
    reference = fill(store, verdict(MailOutcome.QUEUED))
    assert statuses(clerk, reference) == [200] * 4

    subject.restrict(store, [reference], "fiona", "bezwaar")

    assert statuses(clerk, reference) == [403] * 4


def test_nothing_of_a_restricted_case_is_decided_until_the_officer_says_so(
    clerk: Clerk, store: Store
) -> None:
    """A clerk would pay or refuse on data that nobody may use, or the law's term would pass unseen."""
    reference = fill(store, verdict(MailOutcome.QUEUED, CLIENT))
    subject.restrict(store, [reference], "fiona", "bezwaar")
    number = version(store, reference)
    typed = corrections.Typed(Corrected.NUMBER, "2026-9")

    with pytest.raises(RestrictedError):
        accept(store, reference)
    with pytest.raises(RestrictedError):
        cases.refuse(store, reference, "anna", number, cases.Refusal("nee"))
    with pytest.raises(RestrictedError):
        coding.choose(store, reference, PATH, "anna", coding.Choice({"cost_centre": "6751"}))
    with pytest.raises(RestrictedError):
        corrections.correct(store, reference, PATH, "anna", number, typed)
    answer = clerk.post(f"/zaak/{reference}/akkoord", version=number)
    assert (answer.status_code, "privacy officer" in answer.text) == (403, True)
    assert reference in clerk.get("/privacy").text

    subject.let_pay(store, [reference], "fiona")

    assert reference not in clerk.get("/privacy").text
    assert statuses(clerk, reference) == [403] * 4
    accept(store, reference)
    assert cases.get_case(store, reference).invoices[0].state is InvoiceState.ACCEPTED
    assert ("restricted-payable", "done") in rows(store, reference)


def test_an_accepted_invoice_of_a_restricted_case_leaves_only_when_the_officer_says_so(
    store: Store,
) -> None:
    """It would be paid silently, or stay behind without a word to anybody."""
    reference = fill(store, verdict(MailOutcome.QUEUED))
    accept(store, reference)
    subject.restrict(store, [reference], "fiona", "bezwaar")

    batch, held = batches.make(store, "almere", "els")

    assert batch is None
    assert [(each.reference, each.why) for each in held] == [(reference, ("restricted",))]
    standing = batches.standing(store, "almere")
    assert (standing.count, [each.why for each in standing.held]) == (0, [("restricted",)])
    assert subject.waiting(store) == [reference]

    subject.let_pay(store, [reference], "fiona")
    subject.restrict(store, [reference], "fiona", "bezwaar")
    batch, held = batches.make(store, "almere", "els")
    assert batch is not None
    assert held == ()


def test_a_letter_about_a_restricted_case_waits(store: Store) -> None:
    """A refusal by the rules would leave on data that nobody may use."""
    early, late = (
        fill(store, verdict(MailOutcome.REJECTED, NO_KVK, reply=ReplyKind.REFUSAL)) for _ in "12"
    )
    confirmed, waiting = (cases.get_case(store, each).replies[0].id for each in (early, late))
    outbox.confirm(store, confirmed, "anna")
    assert [each.id for each in outbox.due(store)] == [confirmed]
    subject.restrict(store, [early, late], "fiona", "bezwaar")

    assert outbox.due(store) == ()
    with pytest.raises(RestrictedError):
        outbox.confirm(store, waiting, "anna")

    subject.lift(store, [early], "fiona")
    assert [each.id for each in outbox.due(store)] == [confirmed]


def test_a_restriction_that_comes_again_holds_again(store: Store) -> None:
    """What was said of an older request would count for the new one."""
    reference = fill(store, verdict(MailOutcome.QUEUED))
    subject.restrict(store, [reference], "fiona", "bezwaar")
    subject.let_pay(store, [reference], "fiona")
    subject.lift(store, [reference], "fiona")

    subject.restrict(store, [reference], "fiona", "juistheid")

    with pytest.raises(RestrictedError):
        accept(store, reference)


def drawn(store: Store, sandbox: Sandbox, reference: str) -> bytes | None:
    """The page as it goes with a payment."""

    class Paid:
        path = PATH

    Paid.reference = reference  # type: ignore[attr-defined]
    return case_pages.drawn(store, sandbox, Paid)  # type: ignore[arg-type]


def test_with_a_payment_go_the_pages_that_a_clerk_sees_without_a_reason_and_no_others(
    clerk: Clerk, store: Store, sandbox: Sandbox
) -> None:
    """The finance department would read the client whom the clerk may not see."""
    clear = fill(store, verdict(MailOutcome.QUEUED))
    doubted = fill(store, verdict(MailOutcome.QUEUED, CLIENT))
    unread = fill(store, verdict(MailOutcome.QUEUED, read=invoice(fully_read=False)))
    restricted, noticed, judged = (fill(store, verdict(MailOutcome.QUEUED)) for _ in range(3))
    subject.restrict(store, [restricted], "fiona", "bezwaar")
    incidents.report_by_hand(store, noticed, "anna")
    number = incidents.report_by_hand(store, judged, "anna")
    nothing = Assessment(
        Judgement.NONE, store.clock(), Report(nature="x", people="x", measures="x")
    )
    incidents.judge(store, number, "fiona", 1, nothing)
    every = (clear, doubted, unread, restricted, noticed, judged)

    leaves = [drawn(store, sandbox, reference) is not None for reference in every]
    shown = [clerk.get(f"/zaak/{r}/blad/{PATH}/1.png").status_code == 200 for r in every]

    assert leaves == shown == [True, False, False, False, False, True]


def test_a_role_that_is_taken_away_shuts_the_care_lines_at_once(clerk: Clerk, store: Store) -> None:
    """Who changed jobs would read clients' names for another quarter of an hour."""
    reference = fill(store, verdict(MailOutcome.QUEUED), care_lines=(care_line(),))
    uncover(clerk, reference)
    assert CLIENT_NAME in clerk.get(f"/zaak/{reference}").text

    users.give_roles(store, "anna", [Role.AUDITOR])

    assert CLIENT_NAME not in clerk.get(f"/zaak/{reference}").text


def test_a_mail_that_is_shown_again_with_a_fault_is_a_row_too(clerk: Clerk, store: Store) -> None:
    """A wrong form would be the way to read post unseen."""
    reference = fill(store, verdict(MailOutcome.QUARANTINED, invoices=()), text="MAILWOORDEN")

    page = clerk.post(f"/post/{reference}", version=version(store, reference), words="").text

    assert "MAILWOORDEN" in page
    assert rows(store, reference)[-1] == ("case", audit.SHOWN)


@pytest.fixture
def lane(store: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A store in which an invoice of the known supplier stands in the fast lane."""
    monkeypatch.setattr(worklist_rows, "is_sample", lambda *_: False)
    monkeypatch.setattr(fast, "page_picture", lambda *_: b"\x89PNG")
    today = store.clock()
    store.clock = lambda: today - dt.timedelta(days=60)
    for number in range(3):
        accept(store, one(store, f"2025-{number}"))
    store.clock = lambda: today
    return store


def view(store: Store, reference: str) -> View:
    (row,) = worklist.of_case(store, reference)
    return row.view


def test_a_cut_out_is_shut_and_written_down_as_any_page(clerk: Clerk, lane: Store) -> None:
    """The fast lane would be a way round the cover, and round the audit."""
    clear, unread = one(lane, "2026-1"), one(lane, "2026-2", fully_read=False)
    cut_out = f"{PATH}/gross_amount.png"

    pictures = [clerk.get(f"/snel/{clear}/{cut_out}").status_code for _ in range(3)]

    assert pictures == [200] * 3
    assert rows(lane, clear).count((audit.STRIP, audit.SHOWN)) == 1
    assert clerk.get(f"/snel/{unread}/{cut_out}").status_code == 403
    assert rows(lane, unread)[-1] == (audit.STRIP, audit.REFUSED)


def test_what_the_privacy_officer_has_to_do_with_leaves_the_fast_lane(lane: Store) -> None:
    """It would be accepted in passing, by cut-outs of a page that nobody may see."""
    restricted, noticed, clear = (one(lane, f"2026-{number}") for number in range(3))
    assert {view(lane, each) for each in (restricted, noticed, clear)} == {View.FAST}

    subject.restrict(lane, [restricted], "fiona", "bezwaar")
    incidents.report_by_hand(lane, noticed, "anna")

    assert [view(lane, each) for each in (restricted, noticed, clear)] == [
        View.LOOK,
        View.LOOK,
        View.FAST,
    ]


def test_a_number_that_is_no_kvk_number_is_starred_on_a_covered_page(
    clerk: Clerk, store: Store
) -> None:
    """A client's number that was read as one of the trade register would stand there in full."""
    read = invoice(kvk_number=Field.of("999996782"))
    reference = fill(store, verdict(MailOutcome.QUEUED, CLIENT, read=read))

    assert "999996782" not in clerk.get(f"/zaak/{reference}").text
