"""What came in today, and the health for a monitor."""

from __future__ import annotations

import datetime as dt
import socket

from intake.model.mail import ReplyKind
from intake.model.verdict import MailOutcome
from intake.store import Store, health
from tests.review.conftest import Clerk
from tests.review.filled import NO_KVK, fill, verdict
from tests.store import things


def test_every_mail_of_today_stands_there_with_state_and_reason(clerk: Clerk, store: Store) -> None:
    """A provider who calls 'did it arrive?' must get an answer, whatever became of the mail."""
    references = [fill(store, verdict(outcome)) for outcome in MailOutcome]

    text = clerk.get("/vandaag").text

    assert all(reference in text for reference in references)
    for words in (
        "In quarantaine",
        "Wacht op de aanbieder",
        "Geweigerd",
        "In de wachtrij",
        "Genegeerd",
        "Wij kunnen deze mail niet beoordelen.",
    ):
        assert words in text
    assert f"<strong>{len(MailOutcome)}</strong>Ontvangen" in text


def test_yesterday_is_not_today(clerk: Clerk, store: Store) -> None:
    """Totals of two days together tell nothing."""
    reference = fill(store, verdict(MailOutcome.QUEUED))
    tomorrow = store.clock() + dt.timedelta(hours=25)  # as long as the longest day
    store.clock = lambda: tomorrow
    clerk.log_in()

    assert reference not in clerk.get("/vandaag").text


def test_replies_that_did_not_leave_are_counted(clerk: Clerk, store: Store) -> None:
    """In mode confirm a forgotten letter is a provider who waits."""
    fill(store, verdict(MailOutcome.REJECTED, NO_KVK, reply=ReplyKind.REFUSAL))

    assert "1 × ligt klaar" in clerk.get("/vandaag").text


def test_a_refused_mailbox_login_is_red(clerk: Clerk, store: Store) -> None:
    """Nothing comes in, and an empty list would look like a quiet day."""
    health.report(store, "mailbox", False, "mailbox-login")

    assert "weigert onze inlog" in clerk.get("/vandaag").text


def test_health_is_green_then_red_without_login_or_content(clerk: Clerk, store: Store) -> None:
    """The monitor of the sysadmin has no account."""
    fill(store, verdict(MailOutcome.QUEUED))
    clerk.client.cookies.clear()
    for part in health.norms(store.settings):
        health.report(store, part, True)
    answer = clerk.get("/health")
    assert (answer.status_code, answer.json()["status"], answer.json()["red"]) == (200, "ok", {})

    health.report(store, "mailbox", False, "mailbox-login")

    answer = clerk.get("/health")
    assert (answer.status_code, answer.json()["status"]) == (503, "red")
    assert answer.json()["red"] == {"mailbox": "mailbox-login"}


def test_health_tells_numbers_and_no_name_of_a_machine(clerk: Clerk, store: Store) -> None:
    """A monitor draws the queue, and warns before the disk is full; whoever has no account learns
    nothing of our network.
    """
    things.keep(store, 1)
    for part in health.norms(store.settings):
        health.report(store, part, True)

    answer = clerk.get("/health")

    assert answer.json()["parts"]["worker"]["queue"] == 1
    assert answer.json()["parts"]["worker"]["processes"] == 1
    assert answer.json()["free_bytes"] > 0
    assert socket.gethostname() not in answer.text
    assert store.settings.key_folder.name not in answer.text


def test_health_answers_a_question_without_a_body(clerk: Clerk, store: Store) -> None:
    """Load balancers ask by HEAD; 405 would take every machine out of service."""
    assert clerk.client.head("/health").status_code == 503
    for part in health.norms(store.settings):
        health.report(store, part, True)

    answer = clerk.client.head("/health")

    assert (answer.status_code, answer.content) == (200, b"")


def test_a_part_that_never_started_or_died_is_red(clerk: Clerk, store: Store) -> None:
    """Mail piles up unjudged while every page looks normal."""
    assert clerk.get("/health").json()["red"] == {"receiver": "silent", "worker": "silent"}
    assert "nog niet gestart" in clerk.get("/vandaag").text
    for part in health.norms(store.settings):
        health.report(store, part, True)
    assert clerk.get("/health").status_code == 200

    later = store.clock() + dt.timedelta(minutes=2)
    store.clock = lambda: later

    assert clerk.get("/health").json()["red"] == {"receiver": "silent"}
    assert (
        "Er komt geen mail binnen via de mailserver: wij horen er sinds"
        in clerk.get("/vandaag").text
    )
