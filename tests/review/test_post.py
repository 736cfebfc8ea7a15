"""The page for mail without an invoice."""

from __future__ import annotations

import html
import re

from intake.model.mail import ReplyKind
from intake.model.verdict import MailOutcome
from intake.store import Store, cases, outbox, post
from intake.store.tables import CaseState
from tests.review.conftest import Clerk
from tests.review.filled import fill, verdict


def question(store: Store, **changes: object) -> str:
    judged = verdict(MailOutcome.QUARANTINED, invoices=())
    return fill(store, judged, subject="Vraag", text="Wanneer betaalt u?", **changes)  # type: ignore[arg-type]


def filled_in(clerk: Clerk, store: Store, reference: str, **fields: object) -> str:
    """The page after a form."""
    values = {"version": cases.get_case(store, reference).version, **fields}
    return clerk.post(f"/post/{reference}", **values).text


def mark(page: str) -> str:
    found = re.search(r'name="shown" value="([^"]*)"', page)
    assert found
    return found[1]


def test_the_answer_is_read_before_it_leaves(clerk: Clerk, store: Store) -> None:
    """A typing error, or the wrong sentence, would be with the provider."""
    reference = question(store)

    page = filled_in(clerk, store, reference, snippet="looking", words="Ik bel u morgen.")

    text = html.unescape(page)
    assert "Wij zoeken dit voor je uit." in text
    assert "Ik bel u morgen." in text
    assert list(outbox.due(store)) == []

    answer = clerk.post(
        f"/post/{reference}",
        version=cases.get_case(store, reference).version,
        snippet="looking",
        words="Ik bel u morgen.",
        step="send",
        shown=mark(page),
    )
    assert answer.status_code == 303
    (sent,) = outbox.due(store)
    assert "Ik bel u morgen." in sent.reply.text
    assert cases.get_case(store, reference).replies[0].kind is ReplyKind.ANSWER


def test_another_text_than_was_shown_does_not_leave(clerk: Clerk, store: Store) -> None:
    """What leaves would be what nobody read."""
    reference = question(store)
    page = filled_in(clerk, store, reference, words="Ja.")

    after = filled_in(clerk, store, reference, words="Nee.", step="send", shown=mark(page))

    assert "Lees de brief nog een keer" in after
    assert list(outbox.due(store)) == []


def test_an_answer_under_way_is_there_again_also_when_a_colleague_was_first(
    clerk: Clerk, store: Store
) -> None:
    """A closed window, or a colleague, would cost ten minutes of writing."""
    reference = question(store)
    version = cases.get_case(store, reference).version
    typed = {"snippet": ["looking"], "words": "Ik bel u morgen."}

    assert clerk.post(f"/post/{reference}/bewaren", **typed).status_code == 204
    page = clerk.get(f"/post/{reference}").text
    assert "Ik bel u morgen.</textarea>" in page
    assert 'value="looking" checked' in page

    post.close(store, reference, "els", version, "")
    late = clerk.post(f"/post/{reference}", version=version, words="Ik bel u vandaag.")
    assert late.status_code == 409
    case = clerk.get(f"/zaak/{reference}").text
    assert "Niet verstuurd" in case
    assert "Ik bel u vandaag." in case


def test_a_number_that_could_be_a_clients_does_not_leave(clerk: Clerk, store: Store) -> None:
    """A BSN would be mailed in plain text."""
    reference = question(store)

    page = filled_in(clerk, store, reference, words="Het gaat om BSN 999990019.")

    assert "burgerservicenummer" in page
    assert 'id="send-now"' not in page


def test_it_is_closed_without_an_answer(clerk: Clerk, store: Store) -> None:
    """An advertisement would stand in the list for ever."""
    reference = question(store)
    seen = cases.get_case(store, reference).version

    clerk.post(f"/post/{reference}/sluiten", version=seen, why="reclame")

    assert cases.get_case(store, reference).state is CaseState.IGNORED
    assert clerk.get(f"/post/{reference}").status_code == 409


def test_no_case_of_that_name_is_told(clerk: Clerk, store: Store) -> None:
    """The clerk would think that the mail stands with the invoice."""
    reference = question(store)

    for typed in ("IN-7K3F-9QXM", "zomaar", "", reference):
        answer = clerk.post(f"/post/{reference}/gaat-over", other=typed)
        assert "gedaan=geen-zaak" in answer.headers["location"]


def test_whom_we_may_not_write_to_gets_no_form(clerk: Clerk, store: Store) -> None:
    """A machine would be answered, and answer again."""
    reference = question(store, answer=None)

    page = clerk.get(f"/post/{reference}").text

    assert "mogen wij niet schrijven" in page
    assert 'name="words"' not in page


def test_an_invoice_is_not_answered_here(clerk: Clerk, store: Store) -> None:
    """It would be closed like a question."""
    reference = fill(store, verdict(MailOutcome.QUARANTINED))

    assert clerk.get(f"/post/{reference}").status_code == 409


def test_the_case_leads_there_and_offers_no_acceptance(clerk: Clerk, store: Store) -> None:
    """The clerk would accept a question, or find no way to answer it."""
    reference = question(store)

    page = clerk.get(f"/zaak/{reference}").text

    assert f'href="/post/{reference}' in page
    assert 'id="accept"' not in page
