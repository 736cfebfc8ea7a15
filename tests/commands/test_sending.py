"""Replies that leave as drafts of a mailbox of Microsoft 365: each once, whatever breaks, and none
of them left behind where a person would send it again.
"""

from __future__ import annotations

import datetime as dt
import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from intake import profile
from intake.commands import sending
from intake.commands.processes import send_replies
from intake.commands.run import processes
from intake.commands.sending import Transports
from intake.errors import ConfigurationError
from intake.mail import graph_send
from intake.model.mail import Envelope, Reply
from intake.settings import Settings, load
from intake.store import Store, cases, health, journal, open_store, outbox
from intake.store.tables import ReplyRow, ReplyState
from tests.conftest import SettingsOn, with_section
from tests.mail.conftest import graph, registration
from tests.mail.graph_stub import MAILBOX, GraphServer
from tests.servers import Sink, sink
from tests.store import things

__all__ = ["graph", "registration", "sink"]

STEPS = [
    "before-sending",
    "after-sending",
    "after-draft",
    "after-draft-noted",
    "before-sent",
    "after-sent",
]
SEND = "POST .*/send"
_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload(["tests.commands.test_sending"])


@pytest.fixture
def settings(settings_on: SettingsOn, graph: GraphServer) -> Settings:
    return settings_on("sqlite", **graph.settings, graph__replies="graph")


@pytest.fixture
def store(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setattr(
        "intake.store.clock.hold_is_over", lambda row, moment: row.id.is_not(None)
    )  # a round is later than the one before
    opened = open_store(settings)
    opened.clock = lambda: things.NOW
    yield opened
    opened.close()


def one_round(store: Store, minutes: int = 0) -> None:
    """What the sender does again and again, so many minutes later."""
    store.clock = lambda: things.NOW + dt.timedelta(minutes=minutes)
    transports = Transports(store.settings)
    sending.settle_drafts(store, transports)
    sending.send_due(store, transports, threading.Event(), still_alone)


def still_alone() -> None:
    """No other sender is at work."""


def state_of(store: Store, reference: str) -> ReplyState:
    reply = cases.get_case(store, reference).reply
    assert reply is not None
    return reply.state


def row_of(store: Store) -> ReplyRow:
    with store.read() as session:
        return session.exec(select(ReplyRow)).one()


def _in_a_process(home: Path, values: dict[str, Any], failpoint: str) -> None:
    os.environ["INTAKE_FAILPOINT"] = failpoint
    store = open_store(load(home=home, **values))
    one_round(store)
    store.close()


def killed(graph: GraphServer, settings: Settings, failpoint: str) -> bool:
    """A sender in a process of its own; True when it was killed, as by ``kill -9``."""
    values = graph.settings | {"graph__replies": "graph"}
    process = _processes.Process(target=_in_a_process, args=(settings.home, values, failpoint))
    process.start()
    process.join(60)
    assert process.exitcode in (0, -signal.SIGKILL)
    return process.exitcode != 0


class TestOnce:
    def test_a_letter_leaves(self, store: Store, graph: GraphServer) -> None:
        """It is threaded, marked for other machines as far as Graph allows, and carries our loop
        mark; nothing but its text is in it.
        """
        reference = things.refused(store)
        reply = things.only_reply(store).reply
        one_round(store)

        (sent,) = graph.sent
        assert state_of(store, reference) is ReplyState.SENT
        assert sent["body"] == {"contentType": "text", "content": reply.text}
        assert sent["toRecipients"] == [{"emailAddress": {"address": reply.to}}]
        assert {each["name"]: each["value"] for each in sent["internetMessageHeaders"]} == {
            "X-Auto-Response-Suppress": "All",
            "X-Intake-Loop": MAILBOX,
        }
        named = {each["id"]: each["value"] for each in sent["singleValueExtendedProperties"]}
        assert named.get("String 0x1042") == reply.in_reply_to
        assert "from" not in sent

    @pytest.mark.parametrize("step", STEPS)
    def test_a_sender_killed_at_any_step(
        self, settings: Settings, store: Store, graph: GraphServer, step: str
    ) -> None:
        """kill -9 anywhere: the letter has left exactly once in the end, and no person is asked."""
        reference = things.refused(store)
        assert killed(graph, settings, step)

        outbox.recover(store)
        for minutes in (1, 2, 3):
            one_round(store, minutes)

        assert len(graph.sent) == 1
        assert state_of(store, reference) is ReplyState.SENT
        assert not graph.within("drafts")

    @pytest.mark.parametrize(
        ("call", "fault"),
        [
            (SEND, {"lose": "after"}),
            (SEND, {"lose": "before"}),
            (SEND, {"status": 504}),
            (SEND, {"status": 500}),
            (SEND, {"status": 503, "headers": {"Retry-After": "0"}}),
            (SEND, {"status": 429}),
            ("POST .*/messages", {"lose": "after"}),
            ("POST .*/messages", {"lose": "before"}),
            ("POST .*/messages", {"status": 504}),
            ("GET .*", {"status": 500, "times": 2}),
            ("POST .*/token", {"status": 500}),
        ],
    )
    def test_whatever_answer_is_lost(
        self, store: Store, graph: GraphServer, call: str, fault: dict[str, Any]
    ) -> None:
        """A second letter, or none, after an outage of a minute."""
        reference = things.refused(store)
        graph.fail(call, **fault)

        for minutes in range(5):
            one_round(store, minutes)

        assert len(graph.sent) == 1
        assert state_of(store, reference) is ReplyState.SENT
        assert not graph.within("drafts")

    def test_an_unknown_answer_is_judged_late(self, store: Store, graph: GraphServer) -> None:
        """The mailbox shows late that a draft left: who looks at once sends it again."""
        reference = things.refused(store)
        graph.fail(SEND, lose="after")
        one_round(store)
        asked = len(graph.calls)

        one_round(store)

        assert len(graph.calls) == asked
        assert state_of(store, reference) is ReplyState.UNKNOWN
        one_round(store, minutes=1)
        assert state_of(store, reference) is ReplyState.SENT

    def test_on_postgresql_too(self, settings_on: SettingsOn, graph: GraphServer) -> None:
        """The larger installation must not lose what the small one knows."""
        store = open_store(settings_on("postgresql", **graph.settings, graph__replies="graph"))
        reference = things.refused(store)
        graph.fail(SEND, lose="after")
        for minutes in range(2):
            one_round(store, minutes)

        assert state_of(store, reference) is ReplyState.SENT
        assert outbox.mark_bounced(store, row_of(store).draft_message_id or "") == reference
        store.close()

    def test_also_when_unknown_letters_are_to_be_sent_again(
        self, settings_on: SettingsOn, graph: GraphServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """``resend_after_unknown`` is for a smarthost that nobody can ask."""
        values = {"graph__replies": "graph", "replies__resend_after_unknown": True}
        store = open_store(settings_on("sqlite", **graph.settings, **values))
        things.refused(store)
        store.clock = lambda: things.NOW
        graph.fail(SEND, lose="after")
        for minutes in range(3):
            one_round(store, minutes)

        assert len(graph.sent) == 1
        store.close()

    def test_another_sender_takes_over_while_the_draft_is_made(
        self, store: Store, graph: GraphServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A sender that was slow must not stop sending for everybody: the other letters leave, and
        this one leaves once, by the other.
        """
        things.refused(store, 1)
        things.refused(store, 2)
        note_draft = outbox.note_draft

        def late(*arguments: Any) -> outbox.Outgoing:
            monkeypatch.setattr(outbox, "note_draft", note_draft)
            outbox.recover(store)
            return note_draft(*arguments)

        monkeypatch.setattr(outbox, "note_draft", late)
        one_round(store)
        assert len(graph.sent) == 1
        one_round(store, minutes=1)

        assert len(graph.sent) == 2
        assert not graph.within("drafts")


class TestStopped:
    def test_a_draft_that_is_not_to_leave_is_taken_away(
        self, store: Store, graph: GraphServer
    ) -> None:
        """A letter that was overtaken would lie in Drafts until somebody sends it."""
        reference = things.refused(store)
        graph.fail(SEND, status=503, headers={"Retry-After": "1"})
        one_round(store)
        assert graph.within("drafts")
        outbox.drop(store, row_of(store).id or 0, "jan")

        one_round(store, minutes=1)

        assert not graph.within("drafts")
        assert not graph.sent
        assert state_of(store, reference) is ReplyState.DROPPED
        assert outbox.doubtful(store, [MAILBOX]) == ()

    def test_one_that_left_before_it_was_stopped_is_told_so(
        self, store: Store, graph: GraphServer
    ) -> None:
        """The page would say that a letter never left which the provider has read."""
        reference = things.refused(store)
        graph.fail(SEND, lose="after")
        one_round(store)
        outbox.drop(store, row_of(store).id or 0, "jan")

        one_round(store, minutes=1)

        assert state_of(store, reference) is ReplyState.SENT

    def test_a_draft_that_a_person_removed(self, store: Store, graph: GraphServer) -> None:
        """Nobody knows whether it was sent from there: a person is asked, and may send it anew."""
        reference = things.refused(store)
        graph.fail(SEND, status=503, headers={"Retry-After": "1"})
        one_round(store)
        graph.within("drafts")[0].folder = "gone"
        one_round(store, minutes=1)
        assert state_of(store, reference) is ReplyState.UNKNOWN

        outbox.confirm(store, row_of(store).id or 0, "jan")
        one_round(store, minutes=2)

        assert state_of(store, reference) is ReplyState.SENT
        assert len(graph.sent) == 1

    def test_what_came_back_is_sent_anew_when_a_clerk_says_so(
        self, store: Store, graph: GraphServer
    ) -> None:
        """A bounce names the Message-ID that Exchange gave; a corrected mailbox gets the letter."""
        reference = things.refused(store)
        one_round(store)
        named = row_of(store).draft_message_id
        assert named is not None
        assert named.endswith("outlook.com>")
        assert outbox.mark_bounced(store, named) == reference
        assert state_of(store, reference) is ReplyState.BOUNCED

        outbox.confirm(store, row_of(store).id or 0, "jan")
        one_round(store, minutes=1)

        assert len(graph.sent) == 2

    def test_a_refused_letter_is_a_persons(self, store: Store, graph: GraphServer) -> None:
        """What Exchange does not take never leaves by itself, and leaves no draft."""
        reference = things.refused(store)
        graph.fail(SEND, status=400, code="ErrorInvalidRecipients")
        one_round(store)
        one_round(store, minutes=1)

        assert state_of(store, reference) is ReplyState.FAILED
        assert not graph.within("drafts")

    def test_a_letter_that_is_too_large_is_refused(
        self, store: Store, graph: GraphServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Graph answers a request over its limit with something misleading."""
        monkeypatch.setattr(graph_send, "MAX_REQUEST", 100)
        reference = things.refused(store)
        one_round(store)

        assert state_of(store, reference) is ReplyState.FAILED
        assert not graph.items


class TestWay:
    def test_no_letter_is_tried_while_the_mailbox_asks_to_wait(
        self, store: Store, graph: GraphServer
    ) -> None:
        """Each would be put off for a day in the end, for nothing."""
        things.refused(store, 1)
        things.refused(store, 2)
        graph.fail("POST .*/messages", status=429, headers={"Retry-After": "60"})
        transports = Transports(store.settings)
        sending.send_due(store, transports, threading.Event(), still_alone)
        asked = len(graph.calls)

        sending.send_due(store, transports, threading.Event(), still_alone)

        assert len(graph.calls) == asked
        with store.read() as session:
            rows = session.exec(select(ReplyRow)).all()
            assert sorted(row.attempts for row in rows) == [0, 1]

    def test_by_the_mailbox_that_the_mail_came_in_by_else_by_the_smarthost(
        self, settings: Settings, sink: Sink
    ) -> None:
        """A letter of one mailbox from the address of another confuses a provider; a relay keeps
        what Graph cannot.
        """
        both = with_section(settings, "smarthost", address=f"127.0.0.1:{sink.port}", tls="none")

        assert Transports(both).of("almere", MAILBOX.upper()).address == MAILBOX  # type: ignore[union-attr]
        assert Transports(both).of("almere", "ander@almere.nl").address is None  # type: ignore[union-attr]
        assert Transports(settings).of("almere", "ander@almere.nl").address == MAILBOX  # type: ignore[union-attr]
        assert Transports(settings).of("hart-van-brabant") is None

    def test_without_a_smarthost_the_sender_runs_and_is_asked_after(
        self, settings: Settings, graph: GraphServer, settings_on: SettingsOn
    ) -> None:
        """A sender that nobody starts sends nothing, and nobody hears of it."""
        by_relay = settings_on("sqlite", **graph.settings)

        assert ["send"] in processes(settings)
        assert "sender" in health.norms(settings)
        assert not by_relay.sends

    def test_what_is_to_be_set_when_nothing_can_be_sent(
        self, settings_on: SettingsOn, graph: GraphServer
    ) -> None:
        """Whoever reads mail by Graph need not look for a relay that the town does not have."""
        by_relay = settings_on("sqlite", **graph.settings)

        with open_store(by_relay) as store, pytest.raises(ConfigurationError) as told:
            send_replies(by_relay, store, threading.Event())

        assert "INTAKE_SMARTHOST__ADDRESS" in str(told.value)
        assert "INTAKE_GRAPH__REPLIES" in str(told.value)

    def test_trouble_is_told(self, store: Store, graph: GraphServer) -> None:
        """A mailbox that takes no drafts is seen before the first letter is late."""
        assert Transports(store.settings).trouble() == ""
        graph.open_mailboxes.clear()

        assert Transports(store.settings).trouble() == "send-deferred"

    def test_other_mail_leaves_the_same_way(self, store: Store, graph: GraphServer) -> None:
        """The mail to the privacy officer needs no smarthost either."""
        transport = Transports(store.settings).of("almere")
        assert transport is not None
        own = profile.load("almere")

        transport.post(Reply("fg@almere.nl", "x", "y"), "<1@almere.nl>", own, things.NOW)

        assert graph.sent[0]["subject"] == "x"

    def test_a_mail_that_comes_from_the_mailbox_itself_is_ours(self, settings: Settings) -> None:
        """Our own letter in our own mailbox must not be answered."""
        assert MAILBOX in settings.own_addresses


def test_a_mail_of_graph_is_one_mail_whatever_its_bytes(store: Store) -> None:
    """Exchange makes the text anew each time, with other boundaries: a crash after the commit must
    not make a second case of it.
    """
    raw = b"Message-ID: <1@x.example>\r\nContent-Type: multipart/mixed; boundary=%s\r\n\r\n--%s--"
    envelope = Envelope("graph", things.NOW, place=f"{MAILBOX}/AAkA1", mailbox=MAILBOX)

    first = journal.keep(store, raw % (b"a", b"a"), envelope)
    again = journal.keep(store, raw % (b"b", b"b"), envelope)

    assert (again.reference, again.new) == (first.reference, False)
    other = Envelope("imap", things.NOW, place=f"{MAILBOX}/AAkA1", mailbox=MAILBOX)
    assert journal.keep(store, raw % (b"c", b"c"), other).new


def test_a_certificate_that_cannot_be_used_stops_the_start(
    settings_on: SettingsOn, graph: GraphServer
) -> None:
    """Found out at the start, not by the first letter."""
    chosen = settings_on("sqlite", **graph.settings | {"graph__key": "/nergens.pem"})
    (mailbox,) = [source for source in chosen.sources if source.section == "graph"]

    with pytest.raises(ConfigurationError, match=r"/nergens\.pem"):
        mailbox.verify()
