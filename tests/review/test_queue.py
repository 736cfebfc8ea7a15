"""The list of cases."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

import pytest

from intake.model.invoice import Field
from intake.model.mail import Envelope, ReplyKind
from intake.model.verdict import MailOutcome
from intake.review.pages import queue
from intake.sandbox.client import Sandbox
from intake.store import Store, cases, clock, health, journal
from intake.store.cases import Case, CaseReply
from intake.store.tables import CaseState, ReplyState
from tests.review.conftest import Clerk
from tests.review.filled import LATE, NO_KVK, fill, invoice, verdict


def test_every_case_stands_under_one_tab_and_is_counted(clerk: Clerk, store: Store) -> None:
    """A case without a tab is a case that nobody sees; one under two is done twice."""
    references = [fill(store, verdict(outcome)) for outcome in MailOutcome]
    references.append(fill(store, verdict(MailOutcome.REJECTED, NO_KVK, reply=ReplyKind.REFUSAL)))
    references.append(fill(store, verdict(MailOutcome.QUEUED)))
    cases.accept(store, references[-1], "anna", cases.get_case(store, references[-1]).version)
    references.append(
        journal.keep(
            store, b"From: x@example.nl\r\n\r\nx", Envelope("smtp", store.clock())
        ).reference
    )

    pages = {tab.key: clerk.get(f"/?tab={tab.key}").text for tab in queue.TABS}

    shown = {key: re.findall(r'href="/zaak/(IN-[^?]+)\?', text) for key, text in pages.items()}
    assert sorted(reference for found in shown.values() for reference in found) == sorted(
        references
    )
    assert re.findall(r'class="count">(\d+)<', clerk.get("/").text) == [
        str(len(shown[tab.key])) for tab in queue.TABS
    ]
    assert shown["nieuw"] == references[-1:]
    for key, found in shown.items():
        for reference in found:
            assert queue.tab_for(cases.get_case(store, reference)).key == key


def test_many_cases_that_are_done_are_many(
    clerk: Clerk, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """How many are done is no work for anybody; how many wait must be right."""
    monkeypatch.setattr(cases, "COUNTED", 2)
    for outcome in (MailOutcome.IGNORED, MailOutcome.QUEUED):
        for _ in range(3):
            fill(store, verdict(outcome))

    counted = dict(
        re.findall(r'tab=(\w+)"[^>]*>[^<]*<span class="count">([^<]+)<', clerk.get("/").text)
    )

    assert (counted["genegeerd"], counted["wachtrij"], counted["afgehandeld"]) == ("2+", "3", "0")


def test_the_tab_of_mail_that_is_not_judged_is_there_when_it_is_needed(
    clerk: Clerk, store: Store
) -> None:
    """An eternal zero is one more thing to read; a mail that nobody judges must be seen."""
    assert "Nog niet beoordeeld" not in clerk.get("/").text
    assert "Nog niet beoordeeld" in clerk.get("/?tab=nieuw").text

    journal.keep(store, b"From: x@example.nl\r\n\r\nx", Envelope("smtp", store.clock()))

    assert "Nog niet beoordeeld" in clerk.get("/").text


@pytest.mark.parametrize("state", list(ReplyState))
def test_a_refusal_is_done_when_its_letter_needs_no_clerk(state: ReplyState) -> None:
    """The list of letters to send holds what a clerk can still send, and never loses what came
    back.
    """
    waits = state in (
        ReplyState.PREPARED,
        ReplyState.HELD,
        ReplyState.FAILED,
        ReplyState.UNKNOWN,
        ReplyState.BOUNCED,
    )
    reply = CaseReply(1, ReplyKind.REFUSAL, state, None, "", "", "", clock.now(), None, None)
    case = Case(
        "IN-AAAA-BBBB",
        CaseState.REJECTED,
        1,
        "almere",
        clock.now(),
        None,
        None,
        None,
        None,
        (),
        (reply,),
        (),
        (),
        (),
    )

    assert queue.tab_for(case).key == ("geweigerd" if waits else "afgehandeld")


def test_the_tab_of_waiting_mail_tells_of_questions_to_send(clerk: Clerk, store: Store) -> None:
    """In mode confirm a provider who was never asked answers nothing, and is refused at the
    deadline.
    """
    fill(store, verdict(MailOutcome.WAITING, reply=ReplyKind.QUESTION))
    fill(store, verdict(MailOutcome.WAITING))

    text = clerk.get("/?tab=wacht").text

    assert "Bij 1 zaak ligt een vraag" in text
    assert "Vraag ligt klaar" in text
    assert "ligt een vraag" not in clerk.get("/").text


def test_the_answer_to_a_double_waits_among_the_letters(clerk: Clerk, store: Store) -> None:
    """Under what is ignored nobody would look, and the provider would never hear that we have it."""
    double = fill(store, verdict(MailOutcome.IGNORED, reply=ReplyKind.DUPLICATE))
    ignored = fill(store, verdict(MailOutcome.IGNORED))

    letters, rest = (clerk.get(f"/?tab={tab}").text for tab in ("geweigerd", "genegeerd"))

    assert (double in letters, ignored in letters) == (True, False)
    assert (double in rest, ignored in rest) == (False, True)


def test_a_silent_worker_is_told_above_the_list(clerk: Clerk, store: Store) -> None:
    """A clerk who sees an empty list must know that nothing is being judged."""
    health.report(store, "worker", True)
    assert "Het beoordelen van mails" not in clerk.get("/").text

    later = store.clock() + dt.timedelta(hours=1)
    store.clock = lambda: later
    clerk.log_in()

    assert "Het beoordelen van mails staat stil" in clerk.get("/").text


def test_a_row_says_what_to_look_at(clerk: Clerk, store: Store) -> None:
    """A clerk chooses by these words what to open first."""
    reference = fill(store, verdict(MailOutcome.REJECTED, NO_KVK, LATE, reply=ReplyKind.REFUSAL))

    text = clerk.get("/?tab=geweigerd").text

    for words in (
        "Zorgpraktijk De Vlinder",
        "2026-0011",
        "€\N{NO-BREAK SPACE}1.493,82",
        "1 fout<",
        "1 twijfel<",
        "Weigering ligt klaar",
        reference,
    ):
        assert words in text


def test_search_finds_by_number_supplier_and_reference_without_words_in_the_address(
    clerk: Clerk, store: Store
) -> None:
    """What is searched for would otherwise stand in the history of the browser and the log of a
    proxy.
    """
    reference = fill(store, verdict(MailOutcome.QUEUED))
    fill(
        store,
        verdict(
            MailOutcome.QUEUED,
            read=invoice(invoice_number=Field.of("ANDERS-1"), supplier_name=Field.of("Het Anker")),
        ),
    )
    for words in ("2026-0011", "vlinder", reference, reference.lower()):
        answer = clerk.post("/zoeken", tab="wachtrij", search=words)

        assert answer.status_code == 303
        assert words not in answer.headers["location"]
        found = clerk.get(answer.headers["location"]).text
        assert found.count('class="open"') == 1
        assert f'href="/zaak/{reference}?' in found


def test_search_in_one_tab_stays_in_it(clerk: Clerk, store: Store) -> None:
    """The label says in which tab it looks."""
    fill(store, verdict(MailOutcome.REJECTED, NO_KVK))

    answer = clerk.post("/zoeken", tab="wachtrij", search="2026-0011")

    assert "Niets gevonden" in clerk.get(answer.headers["location"]).text


def test_a_sealed_search_opens_in_its_own_session_only(
    clerk: Clerk, store: Store, sandbox: Sandbox
) -> None:
    """An address that was copied out of a log must not tell what was searched for."""
    fill(store, verdict(MailOutcome.QUEUED))
    address = clerk.post("/zoeken", tab="wachtrij", search="bestaat niet").headers["location"]
    other = Clerk(store, sandbox)
    other.log_in()

    assert "Niets gevonden" in clerk.get(address).text
    assert "bestaat niet" not in other.get(address).text
    for broken in ("?zoek=%00", "?zoek=abc", "?zoek=" + "A" * 900, "?tab=onbekend", "?blad=1"):
        assert clerk.get(f"/{broken}").text.count('class="open"') == 1


def test_long_lists_are_cut_into_parts(clerk: Clerk, store: Store, monkeypatch: object) -> None:
    """Every case must be reachable, also the last one of a long list."""
    monkeypatch.setattr(queue, "PART", 2)  # type: ignore[attr-defined]
    references = [fill(store, verdict(MailOutcome.QUEUED)) for _ in range(5)]

    seen = [
        re.findall(r'href="/zaak/(IN-[^?]+)\?', clerk.get(f"/?blad={part}").text)
        for part in (1, 2, 3)
    ]

    assert [*seen[0], *seen[1], *seen[2]] == references
    assert 'id="next-page"' in clerk.get("/?blad=2").text
    assert 'id="next-page"' not in clerk.get("/?blad=3").text


def test_an_invoice_number_that_could_be_a_client_is_starred(clerk: Clerk, store: Store) -> None:
    """A BSN used as invoice number must not stand on a screen that everybody passes."""
    read = replace(invoice(), invoice_number=Field.of("999990019"))
    fill(store, verdict(MailOutcome.QUEUED, read=read))

    assert "999990019" not in clerk.get("/").text + clerk.get("/vandaag").text


def test_a_mail_without_invoice_is_known_by_its_sender(clerk: Clerk, store: Store) -> None:
    """A list of five times 'unknown supplier' must be opened five times."""
    reference = fill(store, replace(verdict(MailOutcome.QUARANTINED), invoices=()))

    assert "Mail van info@vlinder.example" in clerk.get("/?tab=quarantaine").text
    assert "<h1>Mail van info@vlinder.example</h1>" in clerk.get(f"/zaak/{reference}").text
