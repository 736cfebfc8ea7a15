"""Refusing by hand."""

from __future__ import annotations

import re

import pytest

from intake.model.finding import Finding, Severity
from intake.model.mail import ReplyKind
from intake.model.verdict import MailOutcome
from intake.review.pages.refuse import Draft, by_clerk
from intake.store import Store, cases, outbox
from intake.store.tables import CaseState, ReplyState
from tests.review.conftest import Clerk
from tests.review.filled import ANSWER, LATE, NO_KVK, fill, verdict

ABOUT_DATE = "0.issue-date.future"
SHOWN = re.compile(r'name="shown" value="([^"]+)"')


def preview(
    clerk: Clerk, store: Store, reference: str, **fields: object
) -> tuple[dict[str, object], str]:
    """Press 'Brief bekijken'; gives the form to send and the page."""
    form = {"version": cases.get_case(store, reference).version, **fields}
    text = clerk.post(f"/zaak/{reference}/weigeren", **form, step="show").text
    return form | {"shown": SHOWN.search(text)[1]}, text  # type: ignore[index]


def test_the_letter_is_shown_first_and_then_leaves(clerk: Clerk, store: Store) -> None:
    """A letter in the municipality's name leaves only after a person read it."""
    reference = fill(store, verdict(MailOutcome.QUEUED, LATE, reply=ReplyKind.RECEIPT))

    form, text = preview(
        clerk, store, reference, finding=ABOUT_DATE, words="Deze factuur is al betaald."
    )
    assert "De factuurdatum ligt in de toekomst." in text
    assert "Deze factuur is al betaald." in text.partition('aria-label="Tekst van de brief"')[2]
    assert cases.get_case(store, reference).state is CaseState.QUEUED

    assert clerk.post(f"/zaak/{reference}/weigeren", **form, step="refuse").status_code == 303

    after = cases.get_case(store, reference)
    assert (after.state, after.decided_by) == (CaseState.REJECTED, "anna")
    letter, receipt = after.replies
    assert (letter.state, letter.confirmed_by) == (ReplyState.READY, "anna")
    assert "Deze factuur is al betaald." in letter.text
    assert letter.to == "info@vlinder.example"
    assert receipt.state is ReplyState.DROPPED


@pytest.mark.parametrize(
    "change",
    [{"words": "Iets anders."}, {"shown": ""}, {"finding": ABOUT_DATE}],
    ids=["words", "never shown", "finding"],
)
def test_a_letter_that_changed_is_shown_again(
    clerk: Clerk, store: Store, change: dict[str, str]
) -> None:
    """Otherwise words leave that nobody has seen in the letter."""
    reference = fill(store, verdict(MailOutcome.QUEUED, LATE))
    form, _ = preview(clerk, store, reference, words="Deze factuur is al betaald.")

    answer = clerk.post(f"/zaak/{reference}/weigeren", **{**form, **change}, step="refuse")

    assert "Lees de brief nog een keer" in answer.text
    assert cases.get_case(store, reference).state is CaseState.QUEUED


def test_a_refusal_needs_a_reason(clerk: Clerk, store: Store) -> None:
    """A provider cannot mend what nobody tells."""
    reference = fill(store, verdict(MailOutcome.QUEUED))

    answer = clerk.post(
        f"/zaak/{reference}/weigeren",
        version=cases.get_case(store, reference).version,
        words="  ",
        step="refuse",
    )

    assert "Kies een reden" in answer.text
    assert cases.get_case(store, reference).state is CaseState.QUEUED


@pytest.mark.parametrize(
    "words", ["Het BSN 999990019 klopt niet.", "Cliënt 9999.90.019 staat er dubbel op."]
)
def test_a_client_number_in_the_clerks_words_is_stopped(
    clerk: Clerk, store: Store, words: str
) -> None:
    """A slip of the clerk would mail a BSN in the open."""
    reference = fill(store, verdict(MailOutcome.QUEUED))

    answer = clerk.post(
        f"/zaak/{reference}/weigeren",
        version=cases.get_case(store, reference).version,
        words=words,
        step="show",
    )

    assert "burgerservicenummer kan zijn" in answer.text
    assert 'aria-label="Tekst van de brief"' not in answer.text


def test_what_was_not_chosen_is_not_told(clerk: Clerk, store: Store) -> None:
    """The clerk decided that it is no fault."""
    reference = fill(store, verdict(MailOutcome.QUEUED, LATE))

    _, text = preview(clerk, store, reference, words="Deze factuur is al betaald.")

    assert "De factuurdatum" not in text.partition('aria-label="Tekst van de brief"')[2]


def test_a_finding_for_ourselves_can_never_be_chosen(clerk: Clerk, store: Store) -> None:
    """Overlapping care tells a provider about another provider's client."""
    internal = Finding(
        "duplicate-care", "overlap", Severity.REVIEW, "Zelfde zorg bij een ander.", internal=True
    )
    reference = fill(store, verdict(MailOutcome.QUEUED, findings=(internal,)))

    assert "Zelfde zorg" not in clerk.get(f"/zaak/{reference}/weigeren").text
    _, text = preview(clerk, store, reference, finding="mail.duplicate-care.overlap", words="Nee.")
    assert "Zelfde zorg" not in text


def test_an_invoice_of_a_refused_mail_is_never_called_in_order() -> None:
    """A letter that refuses and says 'in orde' at once is not understood."""
    judged = by_clerk(
        verdict(MailOutcome.QUEUED, findings=(NO_KVK,)),
        Draft(frozenset({"mail.kvk-number.absent"}), ""),
    )

    assert [read.outcome for read in judged.invoices] == [MailOutcome.REJECTED]
    assert judged.reply is ReplyKind.REFUSAL


def test_the_letter_says_that_a_person_looked(clerk: Clerk, store: Store) -> None:
    """A provider who asks for a person would otherwise be told that a computer refused, which is
    not so.
    """
    reference = fill(store, verdict(MailOutcome.QUEUED, LATE))

    _, text = preview(clerk, store, reference, finding=ABOUT_DATE)

    letter = text.partition('aria-label="Tekst van de brief"')[2]
    assert "Een medewerker heeft daarnaar gekeken" in letter
    assert "computer" not in letter
    assert "automatisch" not in letter


def test_the_letter_stands_in_the_thread_of_the_mail(clerk: Clerk, store: Store) -> None:
    """A loose letter is not found again in the provider's mail program."""
    reference = fill(store, verdict(MailOutcome.QUEUED))
    form, _ = preview(clerk, store, reference, words="Deze factuur is al betaald.")

    clerk.post(f"/zaak/{reference}/weigeren", **form, step="refuse")

    (due,) = outbox.due(store)
    assert (due.reply.to, due.reply.in_reply_to, due.reply.references) == (
        ANSWER.to,
        ANSWER.in_reply_to,
        ANSWER.references,
    )


def test_nobody_to_answer_is_refused_without_a_letter(clerk: Clerk, store: Store) -> None:
    """A letter to an automatic address starts a war of machines."""
    reference = fill(store, verdict(MailOutcome.QUEUED), answer=None)

    form, text = preview(clerk, store, reference, words="Deze factuur is al betaald.")
    assert "Weigeren zonder brief" in text
    clerk.post(f"/zaak/{reference}/weigeren", **form, step="refuse")

    after = cases.get_case(store, reference)
    assert (after.state, after.replies) == (CaseState.REJECTED, ())


def test_own_words_alone_say_nothing_good_of_the_invoice(clerk: Clerk, store: Store) -> None:
    """'No fault was found' above a refusal is not understood."""
    reference = fill(store, verdict(MailOutcome.QUEUED))

    _, text = preview(clerk, store, reference, words="Deze factuur is al betaald.")

    letter = text.partition('aria-label="Tekst van de brief"')[2]
    assert "vonden wij geen fout" not in letter
    assert "in orde" not in letter
    assert "De factuur is compleet." not in letter


def test_the_letter_claims_no_law_for_the_clerks_own_words(clerk: Clerk, store: Store) -> None:
    """A provider may hold us to an article that does not say so."""
    reference = fill(store, verdict(MailOutcome.QUEUED))

    _, text = preview(clerk, store, reference, words="Deze factuur {met haken} is al betaald.")

    assert "{met haken}" in text
    assert "eis van" not in text.partition('aria-label="Tekst van de brief"')[2]


def test_somebody_else_decided_first(clerk: Clerk, store: Store) -> None:
    """The second decision is told, not carried out (409)."""
    reference = fill(store, verdict(MailOutcome.QUEUED))
    form, _ = preview(clerk, store, reference, words="Deze factuur is al betaald.")
    cases.accept(store, reference, "anna", cases.get_case(store, reference).version)

    assert clerk.post(f"/zaak/{reference}/weigeren", **form, step="refuse").status_code == 409
    assert cases.get_case(store, reference).state is CaseState.ACCEPTED
    assert clerk.get(f"/zaak/{reference}/weigeren").status_code == 409
