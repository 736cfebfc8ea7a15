"""``intake report``: the proof that every mail of a day was dealt with, and the mail of each morning."""

from __future__ import annotations

import datetime as dt
import json
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from intake import settings as settings_module
from intake.commands import report, report_mail
from intake.commands.sending import Transports
from intake.mail.sources.smtp import SmtpDoor
from intake.model.basics import AMSTERDAM
from intake.model.completeness import Unread
from intake.store import Store, day_reports, journal, open_store
from tests.commands.conftest import Ended, Intake
from tests.commands.test_officer_mail import Relay
from tests.commands.test_officer_mail import relay as relay
from tests.conftest import with_section
from tests.review.conftest import make_store
from tests.servers import Dovecot, wait_for
from tests.store import things

NETWORK_ID = "1341ac7b-13fb-42ab-4d44-08cf7f55890f"
US = "crediteuren@almere.nl"


def yesterday() -> dt.datetime:
    return dt.datetime.combine(
        dt.datetime.now(AMSTERDAM).date() - dt.timedelta(days=1), dt.time(12), AMSTERDAM
    )


def mail(number: int, header: str = "") -> bytes:
    return header.encode() + things.mail(number)


@pytest.fixture
def store(installed: Intake, home: Path) -> Iterator[Store]:
    opened = open_store(settings_module.load(home=home))
    yield opened
    opened.close()


def came(store: Store, number: int, header: str = "") -> str:
    moment = yesterday().astimezone(dt.UTC)
    envelope = things.envelope("smtp", moment)
    return journal.keep(store, mail(number, header), envelope, "smtp").reference


def lines(ended: Ended) -> list[dict[str, Any]]:
    return [json.loads(line) for line in ended.out.splitlines()]


class TestCommand:
    def test_a_day_that_closes(self, installed: Intake, store: Store) -> None:
        """A monitor would have no answer to ask for."""
        came(store, 1)

        ended = installed("report", "--json", "--day", f"{yesterday():%Y-%m-%d}")

        (line,) = lines(ended)
        assert ended.code == 0
        assert (line["source"], line["proof"], line["closed"]) == ("smtp", "journal", True)
        assert (line["mails"], line["ends"], line["open"]) == (1, {"received": 1}, 1)
        assert line["oldest_open"] == f"{yesterday():%Y-%m-%d}"
        assert "Only the journal tells" in installed("report").out

    def test_a_gap_is_named_and_ends_with_1(self, installed: Intake, store: Store) -> None:
        """A lost mail would be found when its provider sends a reminder."""
        reference = came(store, 1)
        with store.write() as session:
            session.execute(text("DELETE FROM mail"))

        ended = installed("report", "--day", f"{yesterday():%Y-%m-%d}")

        assert ended.code == 1
        assert f"GAP not-in-journal {reference}" in ended.out
        assert things.BSN not in ended.out + ended.err

    def test_a_day_that_is_not_over_is_refused(self, installed: Intake, store: Store) -> None:
        """It would close before its last mail came."""
        ended = installed("report", "--day", f"{store.today}")

        assert ended.code == 2
        assert "is not over" in ended.err

    def test_a_report_that_was_changed_is_told(self, installed: Intake, store: Store) -> None:
        """Who loses mails could write a better report."""
        installed("report")
        with store.write() as session:
            session.execute(text("UPDATE day_report SET audit_sequence = 999"))

        ended = installed("report")

        assert ended.code == 1
        assert "was changed after it was written" in ended.err

    def test_a_mailbox_is_looked_into(self, installed: Intake, dovecot: Dovecot) -> None:
        """What stands in the mailbox and never came in is what the proof is for."""
        user = uuid.uuid4().hex
        dovecot.append(user, mail(1), f'"{yesterday():%d-%b-%Y %H:%M:%S %z}"')
        mailbox = {
            "mailbox__host": "127.0.0.1",
            "mailbox__port": str(dovecot.imap_port),
            "mailbox__tls": "false",
            "mailbox__user": user,
            "mailbox__password": "pw",
            "mailbox__since": "2020-01-01T00:00:00",
        }

        gap = installed("report", "--json", "--day", f"{yesterday():%Y-%m-%d}", **mailbox)

        (line,) = (each for each in lines(gap) if each["source"].startswith(user))
        assert (gap.code, line["proof"]) == (1, "mailbox")
        assert [each["kind"] for each in line["gaps"]] == ["not-taken-in"]


class TestTrace:
    def compared(self, installed: Intake, tmp_path: Path, text_: bytes) -> tuple[int, Any]:
        (tmp_path / "trace.csv").write_bytes(text_)
        ended = installed("report", "--json", "--trace", str(tmp_path / "trace.csv"))
        return ended.code, lines(ended)[-1]["trace"]

    def test_what_exchange_delivered_is_here_or_a_gap(
        self, installed: Intake, store: Store, tmp_path: Path
    ) -> None:
        """A mail that Exchange delivered and nobody read would only be known to Microsoft."""
        came(store, 1, f"X-MS-Exchange-Organization-Network-Message-Id: {NETWORK_ID}\r\n")
        came(store, 2)
        at = f"{yesterday().astimezone(dt.UTC):%Y-%m-%dT%H:%M:%S.0000000Z}"
        rows = [
            "origin_timestamp_utc,sender_address,recipient_status,message_subject,message_id,"
            "network_message_id,directionality",
            f'{at},a@x.example,{US}##Receive; Deliver,"Factuur, mei",<other@x>,'.replace(";", ",")
            + f"{NETWORK_ID.replace('-', '')},1",
        ]
        rows[1] = rows[1].replace(f"{US}##Receive, Deliver", f'"{US}##Receive, Deliver"')
        rows += [
            f'{at},a@x.example,"{US}##Receive, Deliver;b@c.example##Receive, Deliver",x,'
            "<mail-2@praktijk.example>,ff,1",
            f'{at},a@x.example,"{US}##Receive, Deliver",x,<weg@praktijk.example>,aabb,1',
            f'{at},a@x.example,"{US}##Receive, Fail",x,<fout@praktijk.example>,aacc,1',
        ]

        code, trace = self.compared(installed, tmp_path, "\r\n".join(rows).encode("utf-16"))

        assert trace == {
            "matched": 2,
            "not_delivered": {"Failed": 1},
            "missing": ["aabb"],
            "other_recipients": 1,
        }
        assert code == 1

    @pytest.mark.parametrize(
        ("status", "named"),
        [
            ("Quarantined", "Quarantined"),
            ("FilteredAsSpam", "FilteredAsSpam"),
            ("Failed", "Failed"),
            ("Expanded", "Expanded"),
            ("GettingStatus", "Pending"),
        ],
    )
    def test_what_was_not_delivered_is_named(
        self, installed: Intake, store: Store, tmp_path: Path, status: str, named: str
    ) -> None:
        """Mail in quarantine is no loss of ours, but somebody must look at it."""
        rows = (
            '"Received";"SenderAddress";"RecipientAddress";"Status";"MessageId";"MessageTraceId"\n'
            f'"{yesterday():%d/%m/%Y} 10:00";"a@b.example";"{US}";"{status}";"<x@y>";"{NETWORK_ID}"'
        )

        code, trace = self.compared(installed, tmp_path, rows.encode("utf-8-sig"))

        assert (code, trace["not_delivered"], trace["missing"]) == (0, {named: 1}, [])

    def test_another_table_or_one_of_other_people_is_refused(
        self, installed: Intake, store: Store, tmp_path: Path
    ) -> None:
        """A trace of the wrong mailbox would prove that nothing is missing."""
        file = tmp_path / "trace.csv"
        for text_, words in (
            ("a,b\n1,2\n", "is no message trace"),
            ("status,message_id,recipient_address\nDelivered,<a@b>,x@y.example\n", "no row"),
        ):
            file.write_text(text_)
            ended = installed("report", "--trace", str(file))
            assert (ended.code, words in ended.err) == (2, True)


def test_each_day_is_reported_by_the_process_that_takes_its_mail_in(store: Store) -> None:
    """The report would be made on the days on which somebody thinks of it."""
    came(store, 1)
    moment = dt.datetime.now(AMSTERDAM).replace(hour=12)
    store.clock = lambda: moment.astimezone(dt.UTC)
    with store.write() as session:
        began = moment - dt.timedelta(days=3)
        session.execute(
            text("UPDATE installation SET created_at = :it"), {"it": began.astimezone(dt.UTC)}
        )
    stop = threading.Event()
    thread = threading.Thread(
        target=report.make_daily, args=(store.settings, store, stop, "receive")
    )
    thread.start()
    wait_for(lambda: day_reports.newest(store, yesterday().date()), "yesterday is reported")
    stop.set()
    thread.join()

    assert [each.mails for each in day_reports.newest(store, yesterday().date())] == [1]
    two_days_ago = yesterday().date() - dt.timedelta(days=1)
    assert [each.mails for each in day_reports.newest(store, two_days_ago)] == [0]


def test_a_fault_in_a_report_never_keeps_mail_out(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process that takes mail in would end, and be started again, and end."""
    with store.write() as session:
        began = yesterday() - dt.timedelta(days=1)
        session.execute(
            text("UPDATE installation SET created_at = :it"), {"it": began.astimezone(dt.UTC)}
        )

    def broken(*_arguments: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(SmtpDoor, "stock", broken)
    stop = threading.Event()
    stop.set()

    report.make_daily(store.settings, store, stop, "receive")

    assert day_reports.newest(store, yesterday().date()) == []


class TestMail:
    @pytest.fixture
    def told(self, tmp_path: Path, relay: tuple[Relay, str]) -> Iterator[Store]:
        made = make_store(tmp_path)
        made.settings = with_section(made.settings, "smarthost", address=relay[1], tls="none")
        made.settings = with_section(made.settings, "report", address="beheer@gemeente.example")
        yield made
        made.close()

    def tell(self, store: Store) -> None:
        report_mail.tell(store.settings, store, Transports(store.settings))

    def test_each_morning_one_mail_tells_whether_the_day_closed(
        self, told: Store, relay: tuple[Relay, str]
    ) -> None:
        """Nobody looks at a page each day; or the mail would say whose invoice it was."""
        reference = things.decided(told, 1)
        day = day_reports.last_day(told)
        self.tell(told)
        assert relay[0].taken == [], "it is not reported yet"
        for source in told.settings.sources:
            day_reports.make(told, day, source.name)

        relay[0].answer = "451 later"
        self.tell(told)
        relay[0].answer = "250 OK"
        self.tell(told)
        self.tell(told)

        (mail_,) = relay[0].taken
        assert mail_["To"] == "beheer@gemeente.example"
        assert mail_["Subject"].endswith("sluitend")
        words = mail_.get_content()
        assert "niet konden nagaan: 0" in words
        assert not any(word in str(mail_) for word in (reference, things.BSN, things.SENDER))

    def test_a_day_that_did_not_close_says_so_in_its_subject(
        self, told: Store, relay: tuple[Relay, str]
    ) -> None:
        """A gap would be read over."""
        day = day_reports.last_day(told)
        for source in told.settings.sources:
            day_reports.make(told, day, source.name, Unread("mailbox-unavailable"))

        self.tell(told)

        assert "NIET SLUITEND" in relay[0].taken[0]["Subject"]
