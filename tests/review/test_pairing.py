"""A clerk says which attachment belongs to which invoice."""

from __future__ import annotations

from dataclasses import replace

from intake.model.finding import CheckResult, Outcome
from intake.model.verdict import MailOutcome
from intake.store import Store, cases, work_queue
from intake.store.tables import CaseState
from tests.review.conftest import Clerk
from tests.review.filled import fill, verdict

BESIDE = (CheckResult("secure-attachment", Outcome.UNDETERMINED),)


def fill_both(store: Store) -> tuple[str, str]:
    """A refused invoice, and an attachment that nobody could place."""
    loose = replace(verdict(MailOutcome.QUARANTINED), invoices=(), results=BESIDE, reply=None)
    return fill(store, verdict(MailOutcome.REJECTED)), fill(store, loose)


def test_an_attachment_is_given_to_the_invoice_whose_reference_is_typed(
    clerk: Clerk, store: Store
) -> None:
    """An attachment that came late would never reach the invoice that was refused for it."""
    invoice, attachment = fill_both(store)
    assert "Deze bijlage hoort bij" in clerk.get(f"/zaak/{attachment}").text

    answer = clerk.post(f"/zaak/{attachment}/hoort-bij", invoice=invoice.lower().replace("-", " "))

    assert answer.status_code == 303
    assert cases.get_case(store, invoice).companions == (attachment,)
    claims = [work_queue.claim(store, "worker", 60), work_queue.claim(store, "worker", 60)]
    assert {claim.reference for claim in claims if claim} == {invoice, attachment}
    assert f"/zaak/{attachment}" in clerk.get(f"/zaak/{invoice}").text
    assert "Zorgpraktijk De Vlinder · 2026-0011" in clerk.get(f"/zaak/{attachment}").text


def test_what_was_put_together_can_be_taken_apart(clerk: Clerk, store: Store) -> None:
    """A wrong pair would keep one client's lines under another's invoice."""
    invoice, attachment = fill_both(store)
    clerk.post(f"/zaak/{attachment}/hoort-bij", invoice=invoice)

    answer = clerk.post(f"/zaak/{invoice}/losmaken", invoice=invoice, attachment=attachment)

    assert answer.status_code == 303
    assert cases.get_case(store, invoice).companions == ()


def test_what_a_person_decided_is_left_alone(clerk: Clerk, store: Store) -> None:
    """An invoice that is with the crediteurenadministratie would silently be judged again."""
    invoice, attachment = fill_both(store)
    cases.accept(store, invoice, "anna", cases.get_case(store, invoice).version)

    assert clerk.post(f"/zaak/{attachment}/hoort-bij", invoice=invoice).status_code == 409
    assert clerk.post(f"/zaak/{attachment}/hoort-bij", invoice="geen kenmerk").status_code == 400
    assert cases.get_case(store, invoice).state is CaseState.ACCEPTED
    assert cases.get_case(store, invoice).companions == ()
