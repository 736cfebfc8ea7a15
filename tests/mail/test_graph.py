"""The watcher of a Microsoft 365 mailbox against a server that follows the published interface, and
that throttles, moves ids, loses answers and leads astray.
"""

from __future__ import annotations

import datetime as dt
import re
import threading
import time
from dataclasses import dataclass, field
from email.utils import format_datetime
from typing import Any

import pytest

from intake.errors import (
    IntakeError,
    MailboxClosed,
    MailboxFull,
    MailboxLoginRefused,
    MailboxThrottled,
    MailboxUnavailable,
    StoreUnavailable,
)
from intake.mail import graph_client, graph_watcher, taking_in
from intake.mail.graph_client import AnswerLost, Refused, retry_after
from intake.mail.graph_watcher import GraphSession, uid_of, watch
from intake.mail.ledger import DoneFolder
from intake.mail.sources.graph import GraphMailbox
from intake.model.examination import Line, State
from intake.model.mail import LeftOut, LeftOutWhy, MessageState
from tests.mail.doors import RAW, MemoryLedger, Store, only_source, reception, running, settings
from tests.mail.graph_stub import MAILBOX, OTHER, GraphServer
from tests.servers import wait_for

VALUE = r"GET .*/\$value"
HEADER = RAW[: RAW.index(b"\r\n\r\n") + 4]


@dataclass
class Box:
    """The mailbox, and the watcher's memory and store."""

    server: GraphServer
    ledger: MemoryLedger = field(default_factory=MemoryLedger)
    store: Store = field(default_factory=Store)
    reports: list[tuple[bool, str]] = field(default_factory=list)

    def mailbox(self, **values: Any) -> GraphMailbox:
        mailbox: GraphMailbox = only_source(settings(**self.server.settings | values), "graph")
        return mailbox

    def session(self, **values: Any) -> GraphSession:
        most = {name: values.pop(name) for name in ("max_mail_bytes",) if name in values}
        mailbox = self.mailbox(**values)
        delivered = reception(settings(**most), self.store.keep, ledger=self.ledger)
        return GraphSession(mailbox.client(), mailbox, delivered)

    def once(self, **values: Any) -> str:
        """One pass, as after a restart."""
        return self.session(**values).take_in()

    def inbox(self) -> list[bytes]:
        return [item.raw for item in self.server.within("inbox")]

    def done(self) -> list[bytes]:
        return [item.raw for item in self.server.within("verwerkt")]


@pytest.fixture
def box(graph: GraphServer) -> Box:
    return Box(graph)


class TestTakingIn:
    def test_kept_and_moved(self, box: Box) -> None:
        """A mail is kept with its place and date of receipt, and stands in "verwerkt" afterwards,
        under the same id.
        """
        item = box.server.deliver(RAW, dt.datetime(2026, 11, 20, 9, tzinfo=dt.UTC))

        assert box.once() == "ok"

        raw, envelope = box.store.mails[0]
        assert (raw, envelope.source, envelope.mailbox) == (RAW, "graph", MAILBOX)
        assert envelope.received_at == dt.datetime(2026, 11, 20, 9, tzinfo=dt.UTC)
        assert envelope.lasting_place == f"{MAILBOX}/{item.id}"
        assert (box.inbox(), box.done()) == ([], [RAW])

    def test_many_pages_two_at_a_time(self, box: Box) -> None:
        """Each mail comes in once, over all pages of the list, and Exchange's limit of four calls
        at once to a mailbox is never near.
        """
        for number in range(25):
            box.server.deliver(RAW + b"%d\r\n" % number)
        box.server.fail(VALUE, seconds=0.02, times=99)

        assert box.once() == "ok"

        assert sorted(box.store.raws) == sorted(RAW + b"%d\r\n" % n for n in range(25))
        assert box.server.most_at_once == graph_watcher.AT_ONCE
        assert len(box.done()) == 25

    def test_too_large_stays(self, box: Box) -> None:
        """A mail over the limit stays in the mailbox, its header becomes a case, and the others
        come in; no more than the limit is read of it.
        """
        large = RAW + b"x" * 900_000 + b"\r\n"
        box.server.deliver(large)
        box.server.deliver(RAW)

        assert box.once(max_mail_bytes=100_000) == "ok"

        assert box.inbox() == [large]
        assert [(raw, envelope.left_out) for raw, envelope in box.store.mails] == [
            (HEADER, LeftOut(LeftOutWhy.TOO_LARGE, len(large), 100_000)),
            (RAW, None),
        ]

    def test_older_than_the_first_start(self, box: Box) -> None:
        """What was in the mailbox before we came is left alone, unless a date is set."""
        box.ledger.start = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
        box.server.deliver(RAW + b"old", dt.datetime(2026, 11, 20, 11, 59, 59, tzinfo=dt.UTC))
        box.server.deliver(RAW, dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC))

        box.once()
        assert box.store.raws == [RAW]

        box.once(graph__since=dt.datetime(2026, 11, 1))
        assert box.store.raws == [RAW, RAW + b"old"]

    def test_keep_and_delete(self, box: Box) -> None:
        """With ``keep`` a mail stays and comes in once; with ``delete`` it goes when its mail is
        decided long enough.
        """
        item = box.server.deliver(RAW)
        box.once(graph__after="keep")
        box.once(graph__after="keep")
        assert (box.store.raws, box.inbox()) == ([RAW], [RAW])

        other = box.server.deliver(RAW + b"2")
        box.once(graph__after="delete")
        box.ledger.decided = {uid_of(other.id)}
        box.once(graph__after="delete")

        assert (box.inbox(), item.folder) == ([RAW], box.server.folders["inbox"])

    def test_another_folder_by_its_name(self, box: Box) -> None:
        """A team that has its invoices sorted into a folder of their own is served there."""
        name = "Facturen d'Almere & co #1"
        box.server.folders[name] = "AQMkfacturen"
        box.server.deliver(RAW, folder=name)

        with pytest.raises(IntakeError, match="no folder"):
            box.once(graph__folder="Bestaat niet")
        assert box.once(graph__folder=name) == "ok"

        assert box.store.raws == [RAW]

    def test_it_runs_until_it_is_stopped(self, box: Box) -> None:
        """Mail comes in at the next poll, and the part says that it does well."""
        mailbox = box.mailbox()
        delivered = reception(
            settings(), box.store.keep, lambda good, code: box.reports.append((good, code))
        )
        with running(lambda stop: watch(mailbox, delivered, stop)):
            wait_for(lambda: box.reports, "the first pass")
            box.server.deliver(RAW)
            wait_for(lambda: box.store.raws == [RAW], "the next poll")

        assert set(box.reports) == {(True, "ok")}


class TestCrashes:
    def test_between_keep_and_move_with_other_bytes(self, box: Box) -> None:
        """Exchange makes a mail's text anew each time, with other boundaries: after a crash it is
        handed over again under the same lasting place, by which the store knows it.
        """
        box.server.changing = True
        box.server.deliver(b"Content-Type: multipart/mixed; boundary=GRENS\r\n\r\n--GRENS--\r\n")
        record = box.ledger.record
        box.ledger.record = lambda *_: (_ for _ in ()).throw(StoreUnavailable("x"))  # type: ignore[method-assign]
        with pytest.raises(StoreUnavailable):
            box.once()
        box.ledger.record = record  # type: ignore[method-assign]

        box.once()

        first, second = box.store.mails
        assert first[0] != second[0]
        assert first[1].lasting_place == second[1].lasting_place
        assert len(box.done()) == 1

    def test_the_answer_to_a_move_is_lost(self, box: Box) -> None:
        """A mail that was moved after all is neither moved twice nor read again."""
        box.server.deliver(RAW)
        box.server.fail("POST .*/move", lose="after")

        assert box.once() == "ok"
        assert box.once() == "ok"

        assert (box.store.raws, box.done()) == ([RAW], [RAW])
        assert set(box.ledger.rows.values()) == {MessageState.DONE}

    def test_a_move_that_did_not_happen_is_made_later(self, box: Box) -> None:
        """A kept mail whose move is refused stays, is told of, and moves with the next pass."""
        box.server.deliver(RAW)
        box.server.fail("POST .*/move", lose="before")

        assert box.once() == "mailbox-move"
        assert box.inbox() == [RAW]
        assert box.once() == "ok"

        assert (box.store.raws, box.done()) == ([RAW], [RAW])

    def test_a_person_moves_a_kept_mail_first(self, box: Box) -> None:
        """What left the inbox by another hand is not waited for, once two listings miss it."""
        item = box.server.deliver(RAW)
        box.server.fail("POST .*/move", lose="before")
        session = box.session()
        session.take_in()
        item.folder = box.server.folders["deleteditems"]

        assert session.take_in() == "ok"
        assert set(box.ledger.rows.values()) == {MessageState.KEPT}
        assert session.take_in() == "ok"

        assert set(box.ledger.rows.values()) == {MessageState.DONE}

    def test_a_stale_listing_leaves_no_kept_mail_behind(self, box: Box) -> None:
        """A mail that one listing misses would stand in the inbox for ever, with its BSN."""
        item = box.server.deliver(RAW)
        box.server.fail("POST .*/move", lose="before")
        session = box.session()
        session.take_in()
        item.folder = "not listed yet"
        session.take_in()
        item.folder = box.server.folders["inbox"]

        assert session.take_in() == "ok"

        assert (box.inbox(), box.done()) == ([], [RAW])


class TestGone:
    def test_deleted_for_good_after_it_was_listed(self, box: Box) -> None:
        """A mail that somebody deletes under our eyes is kept from where Exchange still has it."""
        box.server.folders["recoverableitemsdeletions"] = "AQMkrecoverable"
        item = box.server.deliver(RAW)
        box.server.fail(VALUE, status=404, code="ErrorItemNotFound")
        session = box.session()
        mime = session.graph.mime

        def deleting(path: str, limit: int) -> tuple[bytes, bool]:
            item.folder = "AQMkrecoverable"
            return mime(path, limit)

        session.graph.mime = deleting  # type: ignore[method-assign]

        assert session.take_in() == "ok"

        assert box.store.raws == [RAW]

    def test_gone_altogether_is_a_case(self, box: Box) -> None:
        """A mail that was there and cannot be had any more is told to a person, not forgotten."""
        item = box.server.deliver(RAW)
        box.server.fail(VALUE, status=404, code="ErrorItemNotFound", times=2)
        session = box.session()
        assert session.take_in() == "unfetchable"
        item.folder = "gone"

        session.take_in()
        assert not box.store.mails, "a listing may miss a mail once"
        session.take_in()

        ((raw, envelope),) = box.store.mails
        assert raw == b""
        assert envelope.left_out is not None
        assert envelope.left_out.why is LeftOutWhy.UNFETCHABLE

    def test_one_that_never_comes_stops_no_other(self, box: Box) -> None:
        """A mail that the server cannot give is a case after some tries, with what Graph tells of
        its header; the others come in.
        """
        bad = box.server.deliver(RAW)
        box.server.deliver(RAW + b"2")
        box.server.fail(f"GET .*{re.escape(bad.id)}/.value", status=500, times=99)

        for _ in range(taking_in.TRIES):
            assert box.once() == "unfetchable"

        (whole, _), (header, envelope) = box.store.mails
        assert whole == RAW + b"2"
        assert b"X-Iets: waarde\r\n" in header
        assert b"From: zorg@aanbieder.example\r\n" in header
        assert envelope.left_out is not None

    def test_a_server_that_gives_nothing_is_no_fault_of_the_mails(self, box: Box) -> None:
        """An outage must not make a case of every mail in the mailbox."""
        for number in range(8):
            box.server.deliver(RAW + b"%d" % number)
        box.server.fail(VALUE, status=502, times=99)

        with pytest.raises(MailboxUnavailable):
            box.once()

        assert len(box.ledger.tries) < graph_watcher.FAULTS_IN_A_ROW
        assert not box.store.mails

    def test_a_mail_that_breaks_off_is_not_kept_by_half(self, box: Box) -> None:
        """Half a mail would be judged as a whole one."""
        box.server.deliver(RAW)
        box.server.fail(VALUE, lose="after")

        assert box.once() == "unfetchable"
        assert not box.store.mails
        assert box.once() == "ok"

        assert box.store.raws == [RAW]


class TestFolderOfKeptMails:
    def test_what_a_restored_database_lost_is_read_again(self, box: Box) -> None:
        """Mails that were moved for a database that is lost would be lost with it."""
        box.server.deliver(RAW)
        box.once()
        box.ledger.rows.clear()
        box.ledger.done = DoneFolder(
            None, None, reread_since=dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
        )

        assert box.once() == "ok"

        assert box.store.raws == [RAW, RAW]
        assert box.store.mails[1][1].kept_before
        assert box.ledger.done.reread_since is None

    def test_a_mail_that_a_person_moved_before_it_was_read(self, box: Box) -> None:
        """A clerk who tidies up must not hide an invoice; what we moved ourselves is not read
        again.
        """
        box.server.deliver(RAW)
        box.once()
        box.server.deliver(RAW + b"2", folder="verwerkt")

        assert box.once() == "ok"

        assert box.store.raws == [RAW, RAW + b"2"]

    def test_one_in_and_one_out_by_other_hands(self, box: Box) -> None:
        """An invoice that a clerk put there is not hidden by another one that was taken away."""
        first = box.server.deliver(RAW)
        box.once()
        first.folder = box.server.folders["deleteditems"]
        box.server.deliver(RAW + b"2", folder="verwerkt")

        box.once()

        assert box.store.raws == [RAW, RAW + b"2"]

    def test_it_is_listed_at_the_start_and_once_a_day(
        self, box: Box, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A folder of a hundred thousand mails that is listed at each poll throttles the mailbox."""
        box.server.deliver(RAW)
        box.once()
        session = box.session()
        session.take_in()
        calls = len(box.server.calls)
        box.server.deliver(RAW + b"2", folder="verwerkt")
        box.server.deliver(RAW + b"3")

        session.take_in()
        session.take_in()
        assert box.store.raws == [RAW, RAW + b"3"]
        verwerkt = box.server.folders["verwerkt"]
        assert not [each for each in box.server.calls[calls:] if f"{verwerkt}/messages" in each]
        now = time.monotonic() + graph_watcher.DAY_SECONDS
        monkeypatch.setattr(time, "monotonic", lambda: now)
        session.take_in()

        assert box.store.raws == [RAW, RAW + b"3", RAW + b"2"]

    def test_what_does_not_come_from_there_is_tried_again(self, box: Box) -> None:
        """An invoice that a clerk put there, and that the server does not give at once, is not late
        by a day.
        """
        box.server.deliver(RAW)
        box.once()
        box.server.deliver(RAW + b"2", folder="verwerkt")
        box.server.fail(VALUE, status=500)
        session = box.session()

        assert session.take_in() == "unfetchable"
        assert session.take_in() == "ok"

        assert box.store.raws == [RAW, RAW + b"2"]


class TestWaiting:
    @pytest.mark.parametrize(
        ("headers", "least", "most"),
        [
            ({"Retry-After": "7"}, 7, 7),
            (
                {
                    "Retry-After": format_datetime(
                        dt.datetime.now(dt.UTC) + dt.timedelta(seconds=3000), usegmt=True
                    )
                },
                2000,
                3000,
            ),
            ({}, graph_client.WAITS[0], graph_client.WAITS[0]),
            ({"Retry-After": "straks"}, graph_client.WAITS[0], graph_client.WAITS[0]),
        ],
        ids=["seconds", "date", "missing", "nonsense"],
    )
    @pytest.mark.parametrize("status", [429, 503])
    def test_as_long_as_asked(
        self, box: Box, status: int, headers: dict[str, str], least: float, most: float
    ) -> None:
        """Whoever asks on is throttled for longer; nothing at all is asked before the time."""
        box.server.deliver(RAW)
        box.server.fail(VALUE, status=status, headers=headers)
        session = box.session()

        with pytest.raises(MailboxThrottled) as told:
            session.take_in()
        assert least <= told.value.seconds <= most
        calls = len(box.server.calls)
        with pytest.raises(MailboxThrottled):
            session.take_in()

        assert len(box.server.calls) == calls
        assert not box.ledger.tries, "it is no fault of the mail"

    def test_longer_each_time_when_nobody_says_how_long(
        self, box: Box, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Four minutes was too short for others; a good answer begins anew."""
        monkeypatch.setattr(graph_client, "WAITS", (0.01, 0.02, 0.03))
        box.server.fail("GET .*", status=429, times=3)
        session, waits = box.session(), []
        for _ in range(3):
            with pytest.raises(MailboxThrottled) as told:
                session.take_in()
            waits.append(told.value.seconds)
            time.sleep(0.04)

        assert session.take_in() == "ok"
        box.server.fail("GET .*", status=429)
        with pytest.raises(MailboxThrottled) as told:
            session.take_in()

        assert [*waits, told.value.seconds] == [0.01, 0.02, 0.03, 0.01]

    @pytest.mark.parametrize("value", ["", "-1", "Wed, 99 Foo", "1e9", "٣"])
    def test_nonsense_is_not_obeyed(self, value: str) -> None:
        """A header from the other side never stops the intake."""
        assert retry_after(value) is None

    def test_a_gateway_that_gives_up_late(self, box: Box) -> None:
        """504 to a listing is tried again; no mail is blamed."""
        box.server.deliver(RAW)
        box.server.fail("GET .*/messages", status=504, seconds=0.05)
        with pytest.raises(MailboxUnavailable):
            box.once()

        assert box.once() == "ok"
        assert box.store.raws == [RAW]

    @pytest.mark.parametrize("status", [408, 409, 423, 425])
    def test_an_answer_that_does_not_say_whether_it_was_done(self, box: Box, status: int) -> None:
        """A call that timed out, met another one or came too early is no refusal for good."""
        box.server.fail("POST .*/messages", status=status)
        graph = box.mailbox().client()

        with pytest.raises(AnswerLost):
            graph.post("messages", {})

    def test_a_full_mailbox_is_an_alarm(self, box: Box) -> None:
        """A mailbox over its quota refuses mail of providers: trying again does not help."""
        box.server.fail("GET .*/messages", status=500, code="ErrorQuotaExceeded")

        with pytest.raises(MailboxFull):
            box.once()


class TestTrust:
    @pytest.mark.parametrize(
        "link",
        [
            "https://kwaad.example/v1.0/users/x/messages",
            "http://127.0.0.1:1/v1.0/users/x",
            "{address}.kwaad.example/v1.0/",
            "{address}@kwaad.example/v1.0/",
            "{address}/v2.0/users/x",
            "{address}/v1.0/../x",
            "//kwaad.example/v1.0/",
            "http://[",
        ],
    )
    def test_the_token_goes_nowhere_else(self, box: Box, link: str) -> None:
        """A page that leads to another server would carry our key there."""
        for number in range(12):
            box.server.deliver(RAW + b"%d" % number)
        box.server.next_link = link.format(address=box.server.address)

        with pytest.raises(Refused):
            box.once()

    def test_pages_without_end(self, box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
        """A list that never ends stops after so many pages; what was listed comes in, and it is
        told.
        """
        monkeypatch.setattr(graph_client, "MAX_PAGES", 1)
        for number in range(12):
            box.server.deliver(RAW + b"%d" % number)

        assert box.once() == "mailbox-crowded"
        assert len(box.store.mails) == 10

    def test_a_token_that_is_refused_is_asked_for_once_more(self, box: Box) -> None:
        """Tokens end early when rights change; a second refusal is a fault to be told."""
        box.once()
        box.server.tokens.clear()

        assert box.once() == "ok"
        assert len(box.server.token_requests) == 2

        box.server.fail("GET .*", status=401, code="InvalidAuthenticationToken", times=99)
        with pytest.raises(MailboxLoginRefused):
            box.once()

    def test_a_server_that_asks_for_more_gets_it(self, box: Box) -> None:
        """A claims challenge is answered with a token that holds them."""
        challenge = 'Bearer realm="", error="insufficient_claims", claims="eyJhIjoxfQ=="'
        box.server.fail("GET .*", status=401, headers={"WWW-Authenticate": challenge})

        assert box.once() == "ok"
        assert box.server.token_requests[-1]["claims"] == '{"a":1}'

    def test_faults_never_repeat_what_the_server_says(self, box: Box) -> None:
        """Texts of faults are logged; the server's name addresses."""
        box.server.open_mailboxes.clear()

        with pytest.raises(MailboxClosed) as told:
            box.once()

        assert str(told.value) == "no right to this mailbox (403 ErrorAccessDenied)"


class TestDoctor:
    def told(self, box: Box, **values: Any) -> list[Line]:
        return list(box.mailbox(**values).examine("graph", (), box.ledger))

    def test_all_is_well(self, box: Box) -> None:
        """The certificate's days, the mailbox and the one that stays closed each have a line."""
        told = self.told(box, graph__closed_mailbox=OTHER)

        assert [line.state for line in told] == [State.NOTE, State.FINE, State.FINE]
        assert "it expires in 2 days" in told[0].text or "it expires in 1 days" in told[0].text
        assert f"{OTHER} stays closed (403 ErrorAccessDenied)" in told[2].text

    def test_a_mailbox_of_somebody_else_that_opens(self, box: Box) -> None:
        """Consent in Entra adds up with the scope: an app that reads every mailbox of the town is a
        data leak waiting to happen.
        """
        box.server.open_mailboxes.add(OTHER)

        assert self.told(box, graph__closed_mailbox=OTHER)[-1].state is State.WRONG

    @pytest.mark.parametrize("status", [500, 429, 400])
    def test_anything_but_a_refusal_proves_nothing(self, box: Box, status: int) -> None:
        """Only 403 and 404 say that it stays closed."""
        box.server.fail(f"GET .*{OTHER}.*", status=status)

        assert self.told(box, graph__closed_mailbox=OTHER)[-1].state is State.WRONG

    def test_without_such_a_mailbox_it_is_told(self, box: Box) -> None:
        """An administrator does not know that the proof is missing."""
        assert "INTAKE_GRAPH__CLOSED_MAILBOX" in self.told(box)[-1].text

    @pytest.mark.parametrize(
        ("values", "said"),
        [
            ({"graph__client_id": "iets"}, "AADSTS700027"),
            ({"graph__address": "anders@almere.nl"}, "New-ManagementRoleAssignment"),
            ({"graph__folder": "Bestaat niet"}, "INTAKE_GRAPH__FOLDER"),
            ({"graph__login_address": "http://127.0.0.1:1"}, "firewall"),
            ({"graph__key": "/nergens/key.pem"}, "/nergens/key.pem"),
        ],
    )
    def test_each_fault_has_its_own_line(self, box: Box, values: dict[str, str], said: str) -> None:
        """'Microsoft 365 does not work' sends the administrator to the wrong department."""
        line = self.told(box, **values)[-1]

        assert line.state is State.WRONG
        assert said in line.text

    def test_what_graph_cannot_do_is_told(self, box: Box) -> None:
        """Loops are stopped by less when replies leave by Graph; that is not found out later."""
        assert "Auto-Submitted" in self.told(box, graph__replies="graph")[-1].text

    def test_watching_proves_it_each_day(self, box: Box) -> None:
        """Rights that grow after the installation are found without anybody asking."""
        box.server.open_mailboxes.add(OTHER)
        box.server.deliver(RAW)

        assert self.first_report(box) == (False, "mailbox-open")

        assert box.store.raws == [RAW]

    def test_a_mailbox_that_cannot_be_read_hides_no_open_one(self, box: Box) -> None:
        """An app that may read every mailbox of the town is told also while our own is closed."""
        box.server.open_mailboxes = {OTHER}

        assert self.first_report(box) == (False, "mailbox-open")

    def test_a_mail_that_does_not_come_hides_no_open_one(self, box: Box) -> None:
        """Two things are wrong at once: the one that leaks is told."""
        box.server.open_mailboxes.add(OTHER)
        box.server.deliver(RAW)
        box.server.fail(VALUE, status=500)

        assert self.first_report(box) == (False, "mailbox-open")

    def test_a_proof_without_an_answer_stops_no_mail(self, box: Box) -> None:
        """The intake goes on; the proof is asked for again in an hour, not at each poll."""
        box.server.fail(f"GET .*{OTHER}.*", status=500, times=99)
        box.server.deliver(RAW)

        assert self.reports(box, 3) == [(True, "ok")] * 3

        assert box.store.raws == [RAW]
        assert len([call for call in box.server.calls if OTHER in call]) == 1

    def first_report(self, box: Box) -> tuple[bool, str]:
        return self.reports(box, 1)[0]

    def reports(self, box: Box, count: int) -> list[tuple[bool, str]]:
        """What watching says of itself, so many times."""
        stop = threading.Event()

        def report(good: bool, code: str) -> None:
            box.reports.append((good, code))
            if len(box.reports) >= count:
                stop.set()

        watch(
            box.mailbox(graph__closed_mailbox=OTHER),
            reception(settings(), box.store.keep, report, box.ledger),
            stop,
        )
        return box.reports
