"""The worklist as a page."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from decimal import Decimal

import pytest

from intake.model.invoice import Field
from intake.model.mail import Envelope, ReplyKind
from intake.model.verdict import MailOutcome
from intake.review import wording
from intake.review.pages import queue
from intake.sandbox.client import Sandbox
from intake.store import Store, cases, health, journal, worklist
from intake.store.tables import View
from tests.review.conftest import Clerk
from tests.review.filled import LATE, NO_KVK, fill, invoice, verdict

VIEWS = {view: wording.VIEWS[view].slug for view in View}


def shown(page: str) -> list[str]:
    """The references of the rows of a list, in their order."""
    return re.findall(r'class="open" href="/zaak/(IN-[^?]+)\?', page)


def search(clerk: Clerk, words: str) -> str:
    answer = clerk.post("/zoeken", tab="bekijken", search=words)
    assert answer.status_code == 303
    return clerk.get(answer.headers["location"]).text


def several(store: Store, count: int) -> list[str]:
    """Invoices without a person's look, each with a number of its own."""
    return [
        fill(store, verdict(MailOutcome.QUEUED, read=invoice(invoice_number=Field.of(f"F-{n}"))))
        for n in range(count)
    ]


def test_every_case_stands_in_a_view_and_is_counted(clerk: Clerk, store: Store) -> None:
    """A case without a view is a case that nobody sees; a row under two is done twice."""
    references = [fill(store, verdict(outcome)) for outcome in MailOutcome]
    references.append(fill(store, verdict(MailOutcome.REJECTED, NO_KVK, reply=ReplyKind.REFUSAL)))
    references.append(fill(store, replace(verdict(MailOutcome.QUARANTINED), invoices=())))
    references.append(fill(store, verdict(MailOutcome.QUEUED)))
    cases.accept(store, references[-1], "anna", cases.get_case(store, references[-1]).version)
    mail = b"From: x@example.nl\r\n\r\nx"
    references.append(journal.keep(store, mail, Envelope("smtp", store.clock())).reference)

    rows = {view: shown(clerk.get(f"/?tab={slug}").text) for view, slug in VIEWS.items()}

    assert sorted(reference for each in rows.values() for reference in each) == sorted(references)
    page = clerk.get("/?tab=alles").text
    counted = dict(re.findall(r'tab=([\w-]+)"[^>]*>[^<]*<span class="count">([^<]+)<', page))
    assert counted.pop("van-mij") == "0"
    assert counted == {
        VIEWS[view]: str(len(each)) for view, each in rows.items() if VIEWS[view] in counted
    }
    assert {VIEWS[view] for view, each in rows.items() if each} <= set(counted)
    assert sorted(shown(page)) == sorted(references)


def test_many_cases_that_are_done_are_many(
    clerk: Clerk, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """How many are done is no work for anybody; how many wait must be right."""
    monkeypatch.setattr(worklist, "COUNTED", 2)
    for outcome in (MailOutcome.IGNORED, MailOutcome.QUEUED):
        for _ in range(3):
            fill(store, verdict(outcome))

    page = clerk.get("/").text

    counted = dict(re.findall(r'tab=([\w-]+)"[^>]*>[^<]*<span class="count">([^<]+)<', page))
    assert (counted["genegeerd"], counted["nieuw"], counted["afgehandeld"]) == ("2+", "3", "0")


def test_what_opens_has_work_in_it(clerk: Clerk, store: Store) -> None:
    """A clerk who sees an empty list goes home."""
    reference = fill(store, replace(verdict(MailOutcome.QUARANTINED), invoices=()))

    assert shown(clerk.get("/").text) == [reference]


def test_the_list_of_waiting_mail_tells_of_questions_to_send(clerk: Clerk, store: Store) -> None:
    """In mode confirm a provider who was never asked answers nothing, and is refused at the
    deadline.
    """
    fill(store, verdict(MailOutcome.WAITING, reply=ReplyKind.QUESTION))
    fill(store, verdict(MailOutcome.WAITING))

    text = clerk.get("/?tab=wacht").text

    assert "Bij 1 zaak ligt een vraag" in text
    assert "Vraag ligt klaar" in text
    assert "ligt een vraag" not in clerk.get("/?tab=bekijken").text


def test_the_answer_to_a_double_waits_among_the_letters(clerk: Clerk, store: Store) -> None:
    """Under what is ignored nobody would look, and the provider would never hear that we have it."""
    double = fill(store, verdict(MailOutcome.IGNORED, reply=ReplyKind.DUPLICATE))
    ignored = fill(store, verdict(MailOutcome.IGNORED))

    letters, rest = (shown(clerk.get(f"/?tab={tab}").text) for tab in ("geweigerd", "genegeerd"))

    assert (letters, rest) == ([double], [ignored])


def test_a_silent_worker_is_told_above_the_list(clerk: Clerk, store: Store) -> None:
    """A clerk who sees an empty list must know that nothing is being judged."""
    health.report(store, "worker", True)
    assert "Het beoordelen van mails" not in clerk.get("/").text

    later = store.clock() + dt.timedelta(hours=1)
    store.clock = lambda: later
    clerk.log_in()

    assert "Het beoordelen van mails staat stil" in clerk.get("/").text


def test_a_row_says_what_to_look_at_in_words(clerk: Clerk, store: Store) -> None:
    """A clerk chooses by these words what to open first; "1 punt" would have to be opened."""
    reference = fill(store, verdict(MailOutcome.REJECTED, NO_KVK, LATE, reply=ReplyKind.REFUSAL))

    text = clerk.get("/?tab=geweigerd").text

    for words in (
        "Zorgpraktijk De Vlinder",
        "2026-0011",
        "€\N{NO-BREAK SPACE}1.493,82",
        "Geen KvK-nummer",
        "en nog 1<",
        "Weigering ligt klaar",
        reference,
    ):
        assert words in text


def test_each_of_several_invoices_says_which_it_is(clerk: Clerk, store: Store) -> None:
    """A clerk would take the second invoice of a mail for the first, and pay it twice."""
    whole = verdict(MailOutcome.QUEUED)
    one = whole.invoices[0]
    other = replace(one, path="1.3", invoice=invoice(invoice_number=Field.of("2026-0012")))
    reference = fill(store, replace(whole, invoices=(one, other)))

    text = clerk.get("/?tab=nieuw").text

    assert shown(text) == [reference, reference]
    assert "1 van 2" in text
    assert "2 van 2" in text
    (second,) = re.findall(rf'href="(/zaak/{reference}\?[^"]*stuk=1\.3)"', text)
    assert "2026-0012" in clerk.get(second.replace("&amp;", "&")).text


@pytest.mark.parametrize(
    ("gone", "words", "red"),
    [(0, "30 dagen", False), (26, "4 dagen", True), (30, "vandaag", True), (31, "te laat", True)],
)
def test_the_days_left_to_pay_are_told_and_red_when_few(
    clerk: Clerk, store: Store, gone: int, words: str, red: bool
) -> None:
    """After thirty days the municipality owes interest."""
    today = store.clock()
    store.clock = lambda: today - dt.timedelta(days=gone)
    fill(store, verdict(MailOutcome.QUEUED))
    store.clock = lambda: today

    text = clerk.get("/?tab=nieuw").text

    assert words in text
    assert ('class="late"' in text) is red


def test_who_has_a_case_open_is_told(clerk: Clerk, store: Store) -> None:
    """Two clerks would call the same provider."""
    reference = fill(store, verdict(MailOutcome.QUEUED))
    assert "Open bij" not in clerk.get("/").text

    clerk.get(f"/zaak/{reference}")

    assert "Open bij anna" in clerk.get("/").text


def test_search_finds_without_words_in_the_address(clerk: Clerk, store: Store) -> None:
    """What is searched for would otherwise stand in the history of the browser and the log of a
    proxy.
    """
    reference = fill(store, verdict(MailOutcome.REJECTED, NO_KVK))
    other = invoice(
        invoice_number=Field.of("ANDERS-1"),
        supplier_name=Field.of("Het Anker"),
        gross_amount=Field.of(Decimal(5)),
    )
    fill(store, verdict(MailOutcome.QUEUED, read=other))
    for words, where in (
        ("2026-0011", "factuurnummer"),
        ("vlinder", "leverancier"),
        ("€ 1493,82", "bedrag"),
        (reference.lower(), "kenmerk"),
    ):
        answer = clerk.post("/zoeken", tab="post", search=words)

        assert words not in answer.headers["location"]
        found = clerk.get(answer.headers["location"]).text
        assert shown(found) == [reference]
        assert f"gevonden in: {where}" in found
    assert "Niets gevonden" in search(clerk, "bestaat niet")


def test_a_sealed_list_opens_in_its_own_session_only(
    clerk: Clerk, store: Store, sandbox: Sandbox
) -> None:
    """An address that was copied out of a log must not tell what was searched for."""
    fill(store, verdict(MailOutcome.QUEUED))
    address = clerk.post("/zoeken", search="bestaat niet").headers["location"]
    other = Clerk(store, sandbox)
    other.log_in()

    assert "Niets gevonden" in clerk.get(address).text
    assert "bestaat niet" not in other.get(address).text
    for broken in ("?tab=~%00", "?tab=~abc", "?tab=~" + "A" * 900, "?tab=onbekend", "?tab="):
        assert len(shown(clerk.get(f"/{broken}").text)) == 1


def test_a_filter_stays_while_one_sorts_and_leafs(
    clerk: Clerk, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who looks for one supplier's invoices would have to begin anew at each page."""
    monkeypatch.setattr(queue, "PART", 2)
    mine = several(store, 3)
    other = invoice(supplier_name=Field.of("Het Anker"), kvk_number=Field.of("87654321"))
    fill(store, verdict(MailOutcome.QUEUED, read=other))

    answer = clerk.post("/filteren", tab="nieuw", kvk="0123 4567", amount_from="€ 100,00")
    first = clerk.get(answer.headers["location"]).text
    (further,) = re.findall(r'id="next-page" rel="next" href="([^"]+)"', first)
    (turned,) = re.findall(r'aria-sort="ascending"><a href="([^"]+)"', first)

    assert shown(first) + shown(clerk.get(further).text) == mine
    assert shown(clerk.get(turned).text) == mine[::-1][:2]
    assert "0123" not in answer.headers["location"]
    assert 'value="01234567"' in clerk.get(further).text


def test_a_filter_that_cannot_be_read_hides_nothing(clerk: Clerk, store: Store) -> None:
    """An amount with a letter in it would show an empty list, and the invoice be forgotten."""
    (reference,) = several(store, 1)

    answer = clerk.post(
        "/filteren",
        tab="nieuw",
        amount_from="x12",
        received_from="gisteren",
        municipality="nergens",
        row_state="?",
    )

    assert shown(clerk.get(answer.headers["location"]).text) == [reference]


def test_long_lists_are_cut_into_parts(
    clerk: Clerk, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every case must be reachable, also the last one of a long list."""
    monkeypatch.setattr(queue, "PART", 2)
    references, seen, address = several(store, 5), [], "/?tab=nieuw"
    while address:
        text = clerk.get(address).text
        seen += shown(text)
        address = next(iter(re.findall(r'id="next-page" rel="next" href="([^"]+)"', text)), "")

    assert seen == references


def test_the_list_keeps_its_place_through_a_case(clerk: Clerk, store: Store) -> None:
    """After each decision the next one opens, of the same list in the same order."""
    known, *references = several(store, 4)
    cases.accept(store, known, "anna", cases.get_case(store, known).version)
    address = clerk.post("/filteren", tab="bekijken", kvk="01234567").headers["location"]
    tab = address.partition("tab=")[2]
    assert f'id="back" href="/?tab={tab}"' in clerk.get(f"/zaak/{references[0]}?tab={tab}").text

    for here, following in zip(references, [*references[1:], None], strict=True):
        version = cases.get_case(store, here).version
        answer = clerk.post(f"/zaak/{here}/akkoord", version=version, tab=tab)
        place = f"/zaak/{following}" if following else "/"
        assert answer.headers["location"] == f"{place}?tab={tab}&gedaan=akkoord"
        clerk.get(answer.headers["location"])


def test_a_saved_view_is_the_users_own_and_opens_in_every_session(
    clerk: Clerk, store: Store, sandbox: Sandbox
) -> None:
    """A view that is made anew each morning is no view; and a colleague's list is not mine."""
    (reference,) = several(store, 1)
    tab = clerk.post("/filteren", tab="nieuw", kvk="01234567").headers["location"][6:]
    clerk.post("/weergaven", tab=tab, name="De Vlinder")
    later = Clerk(store, sandbox)
    later.log_in()

    (own,) = re.findall(r'class="own-view"><a href="([^"]+)"', later.get("/").text)

    assert shown(later.get(own).text) == [reference]
    assert 'value="01234567"' in later.get(own).text
    with store.read() as session:
        rows = session.connection().exec_driver_sql("SELECT person, sealed FROM saved_view").all()
    assert b"Vlinder" not in bytes(rows[0][1])
    (number,) = re.findall(r'name="number" value="(\d+)"', later.get("/").text)
    later.post("/weergaven/weg", number=number)
    assert "De Vlinder</a>" not in clerk.get("/?tab=post").text


def test_an_invoice_number_that_could_be_a_client_is_starred(clerk: Clerk, store: Store) -> None:
    """A BSN used as invoice number must not stand on a screen that everybody passes."""
    read = replace(invoice(), invoice_number=Field.of("999990019"))
    fill(store, verdict(MailOutcome.QUEUED, read=read))

    assert "999990019" not in clerk.get("/").text + clerk.get("/vandaag").text


def test_a_mail_without_invoice_is_known_by_its_sender(clerk: Clerk, store: Store) -> None:
    """A list of five times 'unknown supplier' must be opened five times."""
    reference = fill(store, replace(verdict(MailOutcome.QUARANTINED), invoices=()))

    assert "Mail van info@vlinder.example" in clerk.get("/?tab=post").text
    assert "<h1>Mail van info@vlinder.example</h1>" in clerk.get(f"/zaak/{reference}").text
