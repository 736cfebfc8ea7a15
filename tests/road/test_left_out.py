"""A mail that does not come out of the mailbox is not forgotten, and stops no other: a real
Dovecot, a real store, the real road.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import threading
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from email import policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, cast

import pytest

from intake import pipeline, worker
from intake.mail import imap_watcher as imap
from intake.mail.sources.base import Reception
from intake.model.mail import Envelope, LeftOutWhy, MailboxFolder
from intake.profile import templates_folder
from intake.settings import ReplyMode, Settings, load
from intake.store import (
    Store,
    cases,
    clock,
    journal,
    left_out,
    mailbox_ledger,
    open_store,
    work_queue,
)
from intake.store.cases import Case
from intake.store.lookups import StoreLookups
from intake.store.tables import CaseState, ReplyState
from tests.conftest import SettingsOn
from tests.mail.doors import mailbox_settings, only_source, reception, running
from tests.servers import Dovecot, dovecot, run_proxy, wait_for

__all__ = ["dovecot"]

OWN = "mx.almere.test"
_TRUSTED = (
    f"Authentication-Results: {OWN}; dmarc=pass header.from=vlinder.example\r\nReceived: from"
    f" a.vlinder.example by {OWN}; x\r\n"
)
SMALL = (
    b"From: b@vlinder.example\r\nSubject: klein\r\nMessage-ID: <klein@vlinder.example>\r\n\r\nEen"
    b" vraag.\r\n"
)
POISONED = SMALL + b"gifgroen\r\n"
LIMIT = 200_000


def large(head: str = _TRUSTED, size: int = 2 * LIMIT) -> bytes:
    """A mail of about this size."""
    top = (
        f"{head}From: Vlinder <a@vlinder.example>\r\nSubject: Facturen van mei\r\nMessage-ID:"
        " <groot@vlinder.example>\r\nReturn-Path: <a@vlinder.example>\r\n"
    )
    return f"{top}\r\n".encode() + b"0123456789abcdef\r\n" * (size // 18)


@dataclass
class Town:
    """One municipality: its mailbox, its store and its clock."""

    server: Dovecot
    store: Store
    later: dt.timedelta = field(default_factory=dt.timedelta)
    poison: bytes = b"gifgroen"
    """What holds this cannot be kept."""

    def __post_init__(self) -> None:
        self.user = uuid.uuid4().hex
        self.store.clock = lambda: clock.now() + self.later
        self.box = mailbox_ledger.MailboxLedger(self.store)

    def settings(self, **values: Any) -> Settings:
        usual = {"max_mail_bytes": LIMIT, "mailbox__since": dt.datetime(2020, 1, 1)}
        return mailbox_settings(self.server, self.user, **(usual | values))

    def keep(self, raw: bytes, envelope: Envelope) -> str:
        if self.poison in raw:
            raise ValueError("not to be kept")
        return journal.keep(self.store, raw, envelope).reference

    def reception(self, chosen: Settings) -> Reception:
        return reception(chosen, self.keep, ledger=self.box)

    def passes(self, number: int = 1, **values: Any) -> None:
        """So many connections with one pass each, all of which a day apart when there are several."""
        chosen = self.settings(**values)
        self.store.settings = self.store.settings.model_copy(
            update={"max_mail_bytes": chosen.max_mail_bytes}
        )
        for each in range(number):
            self.later += dt.timedelta(days=bool(each))
            mailbox = only_source(chosen, "mailbox")
            with contextlib.suppress(imap._BrokeOffError), imap.connect(mailbox) as client:
                imap.MailboxSession(client, mailbox, self.reception(chosen)).take_in()

    def file(self, words: bytes) -> Path:
        """Where Dovecot keeps the mail that holds these words."""
        found = [
            path
            for path in (self.server.folder / "mail" / self.user).rglob("*")
            if path.parent.name in ("cur", "new")
        ]
        return next(path for path in found if words in path.read_bytes())

    def damage(self, words: bytes) -> Path:
        """Make a mail one that the server cannot read."""
        file = self.file(words)
        os.chown(file, 0, 0)
        file.chmod(0o600)
        return file

    def only_case(self) -> Case:
        """The one case of a mail that is left out."""
        (remaining,) = left_out.waiting(self.store)
        return cases.get_case(self.store, remaining.reference)


@pytest.fixture
def town(dovecot: Dovecot, settings_on: SettingsOn) -> Iterator[Town]:
    store = open_store(settings_on("sqlite"))
    yield Town(dovecot, store)
    store.close()


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[pipeline.Desk]:
    """The children and keys; each town brings its own store."""
    with worker.open_desk(load(home=tmp_path_factory.mktemp("desk")), cast(Store, None)) as made:
        yield made


@pytest.fixture
def decide(town: Town, desk: pipeline.Desk) -> Callable[..., None]:
    """Take every kept mail down the road."""

    def all_of_them(mode: ReplyMode = ReplyMode.AUTOMATIC) -> None:
        chosen = town.settings(replies__mode=mode, border__authserv_ids=[OWN], border__hosts=[OWN])
        here = replace(desk, settings=chosen, lookups=StoreLookups(town.store))
        with worker.Leases(town.store, 60) as leases:
            while claim := work_queue.claim(town.store, "test", 60):
                worker.handle(town.store, here, leases, claim)

    return all_of_them


class TestTooLarge:
    def test_it_becomes_a_case_and_its_sender_is_told(
        self, town: Town, decide: Callable[..., None]
    ) -> None:
        """A provider who sent too much would wait for money in vain, and nobody would know of the
        mail.
        """
        town.server.append(town.user, large())

        town.passes(2)
        decide()

        case = town.only_case()
        assert (case.state, case.summary and case.summary.subject) == (
            CaseState.QUARANTINED,
            "Facturen van mei",
        )
        assert case.reply is not None
        assert (case.reply.state, case.reply.to, case.reply.held) == (
            ReplyState.READY,
            "a@vlinder.example",
            None,
        )
        assert "te groot" in case.reply.subject
        assert "tot 0,2 MB" in case.reply.text
        assert town.server.messages(town.user) == [large()]

    @pytest.mark.parametrize(
        ("head", "state"),
        [
            ("", ReplyState.HELD),
            (_TRUSTED.replace("dmarc=pass", "dmarc=fail"), ReplyState.HELD),
            (f"{_TRUSTED}Auto-Submitted: auto-generated\r\n", ReplyState.PREPARED),
            (f"{_TRUSTED}Auto-Submitted: auto-replied\r\n", None),
            (
                f"{_TRUSTED}List-Id: <x.example>\r\nList-Unsubscribe: <x>\r\nPrecedence: bulk\r\n",
                None,
            ),
            (f"Return-Path: <>\r\n{_TRUSTED}", None),
            (
                (
                    f"{_TRUSTED}Content-Type: multipart/report; report-type=delivery-status;"
                    " boundary=x\r\n"
                ),
                None,
            ),
        ],
        ids=[
            "unknown-sender",
            "forged-sender",
            "weak-sign",
            "auto-reply",
            "newsletter",
            "bounce",
            "report",
        ],
    )
    def test_every_rule_of_replies_holds(
        self, town: Town, decide: Callable[..., None], head: str, state: ReplyState | None
    ) -> None:
        """A letter that goes to a machine or to a forged address makes a loop, or trouble for a
        stranger.
        """
        town.server.append(town.user, large(head))

        town.passes()
        decide()

        reply = town.only_case().reply
        assert (reply.state if reply else None) is state

    def test_no_letter_while_replies_are_off(self, town: Town, decide: Callable[..., None]) -> None:
        """A trial would write to real providers."""
        town.server.append(town.user, large())

        town.passes()
        decide(ReplyMode.OFF)

        reply = town.only_case().reply
        assert reply is not None
        assert (reply.state, reply.held) == (ReplyState.DROPPED, "off")

    def test_client_data_in_its_subject_is_covered(
        self, town: Town, decide: Callable[..., None]
    ) -> None:
        """A citizen service number in a subject would stand open on the page."""
        town.server.append(
            town.user, large().replace(b"Facturen van mei", b"Factuur BSN 999990019")
        )

        town.passes()
        decide()

        verdict = town.only_case().verdict
        assert verdict is not None
        assert [incident.kind for incident in verdict.incidents] == ["mail-not-anonymous"]

    def test_it_comes_in_when_the_limit_is_raised(
        self, town: Town, decide: Callable[..., None]
    ) -> None:
        """An administrator who raises the limit would have to look for old mails by hand, and their
        senders be told nonsense.
        """
        town.server.append(town.user, large())
        town.passes()
        decide(ReplyMode.CONFIRM)
        case = town.only_case()

        town.passes(max_mail_bytes=10 * LIMIT)
        decide()

        closed = cases.get_case(town.store, case.reference)
        assert left_out.waiting(town.store) == ()
        assert (closed.state, closed.decided_by) == (CaseState.IGNORED, None)
        assert closed.reply is not None
        assert closed.reply.state is ReplyState.DROPPED
        (other,) = {row.reference for row in cases.list_cases(town.store)} - {case.reference}
        assert closed.verdict is not None
        assert other in closed.verdict.reason
        assert town.server.messages(town.user, "verwerkt") == [large()]

    def test_it_closes_also_before_it_was_judged(
        self, town: Town, decide: Callable[..., None]
    ) -> None:
        """A worker that is late would quarantine what is in hand already."""
        town.server.append(town.user, large())
        town.passes()

        town.passes(max_mail_bytes=10 * LIMIT)
        decide()

        assert left_out.waiting(town.store) == ()

    def test_a_server_that_numbers_anew(self, town: Town, decide: Callable[..., None]) -> None:
        """After a move of the mailbox each mail would stand there twice, and get two letters."""
        town.server.append(town.user, large())
        town.passes()
        decide()
        town.server.doveadm(
            "mailbox", "update", "--uid-validity", "99999", "-u", town.user, "INBOX"
        )

        town.passes()
        decide()

        (remaining,) = left_out.waiting(town.store)
        assert not remaining.gone
        assert len(cases.get_case(town.store, remaining.reference).replies) == 1


def test_an_invoice_whose_attachment_may_be_too_large_is_not_refused(
    town: Town, decide: Callable[..., None]
) -> None:
    """A provider whose attachment was too large for us would be told that he sent none."""
    mail = EmailMessage(policy.SMTP)
    mail["From"], mail["Subject"], mail["Message-ID"] = (
        "a@vlinder.example",
        "Factuur",
        "<factuur@vlinder.example>",
    )
    mail.set_content("Hierbij onze factuur. De bijlage komt apart.")
    invoice = templates_folder() / "_examples" / "02-good-vat-21-zip" / "Factuur VH26-0438.pdf"
    mail.add_attachment(invoice.read_bytes(), "application", "pdf", filename="factuur.pdf")
    town.server.append(town.user, large())
    town.passes()
    decide()
    reference = journal.keep(
        town.store, mail.as_bytes(), Envelope("imap", town.store.clock())
    ).reference
    with (
        worker.open_desk(town.settings(), town.store) as whole_desk,
        worker.Leases(town.store, 60) as leases,
    ):
        for _ in range(4):
            while claim := work_queue.claim(town.store, "test", 60):
                worker.handle(town.store, whole_desk, leases, claim)
            town.later += dt.timedelta(days=3)

    case, left = cases.get_case(town.store, reference), town.only_case()
    assert case.state is CaseState.QUARANTINED
    assert case.verdict is not None
    assert left.reference in case.verdict.reason


class TestGone:
    def test_what_vanished_still_waits(self, town: Town) -> None:
        """A mail that a colleague deleted would leave no trace at all."""
        town.server.append(town.user, large())
        town.passes()
        town.server.doveadm("expunge", "-u", town.user, "mailbox", "INBOX", "all")

        town.passes()

        (remaining,) = left_out.waiting(town.store)
        assert remaining.gone
        assert remaining.why is LeftOutWhy.TOO_LARGE

    def test_what_vanished_before_its_last_try(self, town: Town) -> None:
        """A mail that failed twice and is then gone would be lost without a word."""
        town.server.append(town.user, POISONED)
        town.passes()
        assert left_out.waiting(town.store) == ()
        town.server.doveadm("expunge", "-u", town.user, "mailbox", "INBOX", "all")

        town.passes(2)

        (remaining,) = left_out.waiting(town.store)
        assert (remaining.gone, remaining.why) == (True, LeftOutWhy.UNREADABLE)


class TestNotDelivered:
    def test_a_file_that_the_server_cannot_read(
        self, town: Town, decide: Callable[..., None], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Dovecot ends the connection at such a mail: all mails behind it would stay out for ever."""
        monkeypatch.setattr(imap, "PAUSES", (0.05,))
        for number in range(4):
            town.server.append(town.user, SMALL.replace(b"klein", b"klein%d" % number))
        town.damage(b"klein0@")
        town.damage(b"klein2@")

        def watch(stop: threading.Event) -> None:
            chosen = town.settings()
            imap.watch(only_source(chosen, "mailbox"), town.reception(chosen), stop)

        with running(watch):
            wait_for(
                lambda: len(town.server.messages(town.user, "verwerkt")) == 2, "the others come in"
            )
            assert left_out.waiting(town.store) == ()
            for _ in range(4):
                town.later += dt.timedelta(hours=1)
                wait_for(
                    lambda: not town.box.to_take_in(_place(town), (1, 3)), "each is tried again"
                )
        decide()

        assert {remaining.why for remaining in left_out.waiting(town.store)} == {
            LeftOutWhy.UNFETCHABLE
        }
        assert len(left_out.waiting(town.store)) == 2

    def test_it_comes_in_when_the_server_is_mended(
        self, town: Town, decide: Callable[..., None]
    ) -> None:
        """Somebody would look for a mail that is long in the queue."""
        town.server.append(town.user, SMALL)
        file = town.damage(b"klein@")
        town.passes(4)
        case = town.only_case()

        file.chmod(0o644)
        town.passes(2)
        decide()

        assert left_out.waiting(town.store) == ()
        assert cases.get_case(town.store, case.reference).state is CaseState.IGNORED
        assert town.server.messages(town.user, "verwerkt") == [SMALL]

    def test_a_line_that_breaks_at_one_mail(self, town: Town, decide: Callable[..., None]) -> None:
        """A firewall that cuts at one mail would keep all others out; what is known of that mail is
        its header.
        """
        mail = large(size=LIMIT // 2)
        town.server.append(town.user, mail)
        town.server.append(town.user, SMALL)
        with run_proxy(town.server.imap_port) as proxy:
            proxy.cut_after = 50_000
            town.passes(5, mailbox__port=proxy.port)
        decide()

        case = town.only_case()
        assert case.summary is not None
        assert (case.summary.subject, case.summary.sender) == (
            "Facturen van mei",
            "a@vlinder.example",
        )
        assert case.reply is None
        assert len(cases.list_cases(town.store)) == 2

        town.passes(2)

        assert left_out.waiting(town.store) == ()
        assert sorted(town.server.messages(town.user, "verwerkt")) == sorted([SMALL, mail])

    def test_tries_become_fewer_and_end(self, town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
        """A broken mail would be fetched at each poll, for years."""
        town.server.append(town.user, POISONED)
        tried: list[bytes] = []

        def keep(raw: bytes, envelope: Envelope) -> str:
            tried.append(raw)
            return Town.keep(town, raw, envelope)

        monkeypatch.setattr(town, "keep", keep)
        for _ in range(24):
            town.passes()
            town.later += dt.timedelta(hours=1)
        assert 5 <= len([raw for raw in tried if raw == POISONED]) <= 8

        town.passes(60)

        whole = [raw for raw in tried if raw == POISONED]
        assert len(whole) <= len(mailbox_ledger.AGAIN_SECONDS) + 1


class TestNotToBeKept:
    def test_one_mail_stops_no_other(self, town: Town, decide: Callable[..., None]) -> None:
        """A mail that trips over a bug of ours would stop the mailbox."""
        town.server.append(town.user, POISONED)
        town.server.append(town.user, SMALL.replace(b"klein", b"ander"))

        town.passes(4)
        decide()

        case = town.only_case()
        assert case.summary is not None
        assert case.summary.subject == "klein"
        assert len(town.server.messages(town.user, "verwerkt")) == 1

    def test_its_header_may_be_the_fault(self, town: Town) -> None:
        """What cannot be kept whole, nor by its header, would not be shown."""
        town.poison = b"Subject"
        town.server.append(town.user, SMALL)

        town.passes(4)

        assert left_out.waiting(town.store)[0].why is LeftOutWhy.UNREADABLE


class TestDealtWith:
    def test_a_person_ends_it(self, town: Town, decide: Callable[..., None]) -> None:
        """What somebody has seen to would stay on the page for ever, or come in a second time after
        all.
        """
        town.server.append(town.user, large())
        town.passes()
        decide(ReplyMode.CONFIRM)
        case = town.only_case()

        cases.dealt_with(town.store, case.reference, "anna", case.version)
        town.passes(2, max_mail_bytes=10 * LIMIT)

        ended = cases.get_case(town.store, case.reference)
        assert left_out.waiting(town.store) == ()
        assert (ended.state, ended.decided_by) == (CaseState.IGNORED, "anna")
        assert ended.reply is not None
        assert ended.reply.state is ReplyState.DROPPED
        assert town.server.messages(town.user) == [large()]

    def test_a_letter_on_its_way_leaves(self, town: Town, decide: Callable[..., None]) -> None:
        """A clerk who sends the letter and then says 'dealt with' would take it back without
        knowing.
        """
        town.server.append(town.user, large())
        town.passes()
        decide()
        case = town.only_case()

        cases.dealt_with(town.store, case.reference, "anna", case.version)

        reply = cases.get_case(town.store, case.reference).reply
        assert reply is not None
        assert reply.state is ReplyState.READY


def _place(town: Town) -> MailboxFolder:
    with town.server.session(town.user) as client:
        uidvalidity = int(client.response("UIDVALIDITY")[1][0] or 0)
    return MailboxFolder(f"{town.user}@127.0.0.1", "INBOX", uidvalidity)
