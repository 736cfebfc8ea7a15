"""Each day closes: what came in is what has an end, and what is missing is named."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as rules
from hypothesis import strategies as st
from sqlalchemy import text

from intake import profile
from intake.model.completeness import DayReport, Gap, GapKind, Stock, Unread
from intake.model.mail import Envelope, LeftOut, LeftOutWhy, MailboxFolder, MessageState
from intake.model.verdict import MailOutcome
from intake.store import (
    Store,
    audit,
    day_reports,
    journal,
    mailbox_ledger,
    open_store,
    retention,
    row_terms,
    work_queue,
)
from intake.store.retention import Approval
from intake.store.tables import CaseState
from tests.conftest import SettingsOn
from tests.store import things

DAY = things.NOW.date()
IMAP, SMTP = "crediteuren@imap.example", "smtp"
RULES = profile.load("almere").retention
OUTCOMES = [MailOutcome.QUEUED, MailOutcome.REJECTED, MailOutcome.IGNORED, MailOutcome.QUARANTINED]
INBOX = MailboxFolder(IMAP, "INBOX", 1)


class _CrashError(Exception):
    """The process ends here."""


def came(store: Store, number: int, source: str = SMTP) -> str:
    return journal.keep(store, things.mail(number), things.envelope(), source).reference


def at(store: Store, moment: dt.datetime) -> None:
    store.clock = lambda: moment


def stock(*references: str, unknown: tuple[str, ...] = (), **changes: object) -> Stock:
    return Stock(frozenset(references), unknown, **changes)  # type: ignore[arg-type]


def gaps(report: DayReport) -> set[tuple[str, str]]:
    return {(each.kind.value, each.identity) for each in report.gaps}


def ends(report: DayReport) -> dict[str, int]:
    return {each.end: each.mails for each in report.ends}


def remove_by_hand(store: Store, reference: str) -> None:
    with store.write() as session:
        session.execute(text("DELETE FROM mail WHERE reference = :it"), {"it": reference})


def purge(store: Store, reference: str) -> bool:
    """Destroyed after its term; whether it could be."""
    at(store, things.NOW + dt.timedelta(days=4000))
    due = [item for item in retention.due(store, RULES) if item.reference == reference]
    list(retention.destroy(store, RULES, due, Approval("VL-1", "archivaris")))
    at(store, things.NOW)
    return bool(due)


class TestOneDay:
    def test_each_mail_is_counted_once_by_its_end(self, store: Store) -> None:
        """Nobody could prove in the evening that every mail was dealt with."""
        first, second, third = came(store, 1), came(store, 2), came(store, 3, IMAP)
        came(store, 1, IMAP)
        work_queue.finish(store, things.claim(store), things.decision())

        smtp = day_reports.make(store, DAY, SMTP)
        imap = day_reports.make(store, DAY, IMAP, stock(first, third))

        assert smtp.closed
        assert imap.closed
        assert (smtp.mails, smtp.first, ends(smtp)) == (2, 2, {"queued": 1, "received": 1})
        assert (imap.arrivals, imap.mails, imap.first, imap.standing) == (2, 2, 1, 2)
        assert (smtp.open, smtp.oldest) == (2, DAY)
        assert second

    def test_a_mail_that_was_taken_out_by_hand_is_a_gap(self, store: Store) -> None:
        """A mail that somebody deletes from the database would be gone without a trace."""
        came(store, 1)
        removed = came(store, 2)
        remove_by_hand(store, removed)

        assert gaps(day_reports.make(store, DAY, SMTP)) == {("not-in-journal", removed)}

    def test_what_stands_in_the_mailbox_and_not_here_is_a_gap(self, store: Store) -> None:
        """An invoice that a rule of the mailbox moved away on arrival would lie there unread."""
        known = came(store, 1, IMAP)
        found = stock(known, unknown=("Archief/7/12",), junk=3, vanished=("INBOX/1/9",))

        report = day_reports.make(store, DAY, IMAP, found)

        assert gaps(report) == {("not-taken-in", "Archief/7/12"), ("vanished", "INBOX/1/9")}
        assert report.junk == 3

    def test_a_mailbox_that_cannot_be_looked_into_does_not_close(self, store: Store) -> None:
        """No answer would look like no mail."""
        report = day_reports.make(store, DAY, IMAP, Unread("mailbox-login"))

        assert gaps(report) == {("mailbox-unread", "mailbox-login")}

    def test_a_day_without_mail_has_a_report(self, store: Store) -> None:
        """A day that is missing from the list could be a day on which nothing worked."""
        report = day_reports.make(store, DAY, SMTP)

        assert (report.closed, report.mails, report.ends) == (True, 0, ())
        assert day_reports.newest(store, DAY) == [report]

    def test_fewer_than_before_is_a_gap(self, store: Store) -> None:
        """Who takes a mail and its arrival out of the database would leave no trace of it."""
        came(store, 1)
        removed = came(store, 2)
        day_reports.make(store, DAY, SMTP)
        remove_by_hand(store, removed)
        with store.write() as session:
            session.execute(text("DELETE FROM arrival WHERE reference = :it"), {"it": removed})

        assert gaps(day_reports.make(store, DAY, SMTP)) == {("fewer", "2 > 1")}
        assert not day_reports.make(store, DAY, SMTP).closed

    def test_what_was_destroyed_after_its_term_is_an_end(self, store: Store) -> None:
        """Every purge would open a gap on old days."""
        destroyed = things.decided(store, 1, things.decision(things.verdict(MailOutcome.IGNORED)))
        assert purge(store, destroyed)

        report = day_reports.make(store, DAY, "lmtp", stock(destroyed))

        assert (report.closed, ends(report)) == (True, {"destroyed": 1})

    def test_a_mail_that_stayed_behind_and_came_in_after_all_is_one_mail(
        self, store: Store
    ) -> None:
        """The case of its header would count as a second mail for ever."""
        ledger = mailbox_ledger.MailboxLedger(store)
        why = LeftOut(LeftOutWhy.TOO_LARGE, 1, 1)
        envelope = things.envelope("imap")
        header = journal.keep(
            store, b"Subject: x\r\n\r\n", _left_out(envelope, why), IMAP
        ).reference
        ledger.failed(INBOX, 5, why, header)
        assert day_reports.make(store, DAY, IMAP, stock(header)).mails == 1

        whole = came(store, 1, IMAP)
        ledger.record(INBOX, 5, MessageState.DONE, whole, things.mail(1))
        report = day_reports.make(store, DAY, IMAP, stock(whole))

        assert (report.mails, report.first, report.closed) == (1, 1, True)


def _left_out(envelope: Envelope, why: LeftOut) -> Envelope:
    return replace(envelope, left_out=why, place="INBOX/1/5")


class TestWritten:
    def test_a_report_is_in_the_chain_and_a_change_shows(self, store: Store) -> None:
        """Who loses mails could write a better report afterwards."""
        came(store, 1)
        head = audit.head(store)
        report = day_reports.make(store, DAY, SMTP)

        assert (report.head, report.head_hash) == (head.sequence, head.hash)
        assert audit.verify(store, head).whole
        assert day_reports.broken(store) == []
        with store.write() as session:
            better = day_reports.DAY_REPORTS.pack(_with_more(report))
            session.execute(text("UPDATE day_report SET report = :it"), {"it": better})
        assert day_reports.broken(store) == [(DAY, SMTP)]

    def test_what_the_chain_began_with_later_is_not_called_changed(self, store: Store) -> None:
        """After a purge of the oldest readings every old report would look forged."""
        day_reports.make(store, DAY, "smtp")
        moment = store.clock() + dt.timedelta(days=8 * 366)
        store.clock = lambda: moment

        row_terms.destroy(store, ["audit"], "archivaris")

        assert day_reports.broken(store) == []

    def test_the_same_again_is_not_written_again(self, store: Store) -> None:
        """A monitor that asks each minute would fill the chain."""
        came(store, 1)
        first = day_reports.make(store, DAY, SMTP)
        at(store, things.NOW + dt.timedelta(hours=1))

        assert day_reports.make(store, DAY, SMTP) == first
        assert audit.head(store).sequence == first.head + 1

    def test_what_vanished_stays_a_gap_when_nobody_looks_for_it_again(self, store: Store) -> None:
        """The second report of a day would close what the first left open."""
        day_reports.make(store, DAY, IMAP, stock(vanished=("INBOX/1/9",), cursor="1:10"))

        again = day_reports.make(store, DAY, IMAP, stock(cursor=""))

        assert again.gaps == (Gap(GapKind.VANISHED, "INBOX/1/9"),)
        assert day_reports.cursor_before(store, DAY + dt.timedelta(days=1), IMAP) == "1:10"


def _with_more(report: DayReport) -> DayReport:
    return replace(report, mails=report.mails + 1)


class TestWhen:
    @pytest.fixture(autouse=True)
    def _new(self, store: Store) -> None:
        with store.write() as session:
            moment = things.NOW - dt.timedelta(days=1)
            session.execute(text("UPDATE installation SET created_at = :it"), {"it": moment})

    def test_each_day_is_due_once_it_is_over_here_and_in_utc(self, store: Store) -> None:
        """A report of a day that still runs would close too early."""
        yesterday = DAY - dt.timedelta(days=1)
        for hour, expected in ((0, []), (1, [(yesterday, SMTP)])):  # 01:15 and 02:30 in Amsterdam
            at(store, dt.datetime(2026, 11, 20, hour, 30 if hour else 15, tzinfo=dt.UTC))
            assert day_reports.due(store, [SMTP]) == expected

    def test_days_that_were_missed_are_made_up_for(self, store: Store) -> None:
        """A weekend without electricity would leave days without a report."""
        day_reports.make(store, DAY - dt.timedelta(days=1), SMTP)
        at(store, things.NOW + dt.timedelta(days=3))

        found = day_reports.due(store, [SMTP])

        assert found == [(DAY + dt.timedelta(days=n), SMTP) for n in range(3)]

    def test_a_mail_that_comes_later_opens_its_day_again(self, store: Store) -> None:
        """A mail that waited in the mailbox over a fault would be in no report."""
        at(store, things.NOW + dt.timedelta(days=1))
        for day in (DAY - dt.timedelta(days=1), DAY):
            day_reports.make(store, day, SMTP)
        assert day_reports.due(store, [SMTP]) == []
        at(store, things.NOW + dt.timedelta(days=1, hours=1))

        came(store, 1)

        assert day_reports.due(store, [SMTP]) == [(DAY, SMTP)]
        assert day_reports.make(store, DAY, SMTP).mails == 1

    def test_a_source_that_the_settings_do_not_name_is_reported_when_mail_came(
        self, store: Store
    ) -> None:
        """What was imported, or came by a mailbox that is watched no more, would be in no report."""
        came(store, 1, "import")
        at(store, things.NOW + dt.timedelta(days=1))

        assert (DAY, "import") in day_reports.due(store, [])
        day_reports.make(store, DAY, "import")
        at(store, things.NOW + dt.timedelta(days=2))
        assert day_reports.due(store, []) == []

    def test_a_day_that_did_not_close_is_due_again(self, store: Store) -> None:
        """A gap that was mended would stand in the list for ever."""
        at(store, things.NOW + dt.timedelta(days=1))
        for day in (DAY - dt.timedelta(days=1), DAY):
            day_reports.make(store, day, IMAP, Unread("mailbox-unavailable"))

        assert (DAY, IMAP) in day_reports.due(store, [IMAP])
        for day in (DAY - dt.timedelta(days=1), DAY):
            day_reports.make(store, day, IMAP, stock())
        assert day_reports.due(store, [IMAP]) == []


def test_open_cases_are_shown_with_their_age_each_once(store: Store) -> None:
    """The mail that waits longest would not be seen; one that came twice would wait twice."""
    came(store, 1)
    came(store, 1, IMAP)
    came(store, 2, IMAP)

    found = day_reports.open_cases(store, 10)

    assert [(each.source, each.state, each.received_on) for each in found] == [
        (SMTP, CaseState.RECEIVED, DAY),
        (IMAP, CaseState.RECEIVED, DAY),
    ]
    assert day_reports.count_open(store) == 2


NUMBERS, ROADS = st.integers(1, 5), st.sampled_from([SMTP, IMAP])
STEPS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["arrive", "crash", "crash-after"]), NUMBERS, ROADS),
        st.tuples(st.sampled_from(["decide", "purge", "remove", "stays"]), NUMBERS, ROADS),
    ),
    max_size=25,
)


@rules(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_no_order_of_things_loses_a_mail_unseen(
    settings_on: SettingsOn, steps: list[tuple[str, int, str]]
) -> None:
    """Mails, copies by another road, crashes, purges and hands in the database, in some order, would
    leave a day that closes while a mail is gone, or one that does not close while none is.
    """
    store = open_store(settings_on("sqlite"))
    at(store, things.NOW)
    by_number: dict[int, str] = {}
    roads: dict[str, set[str]] = {SMTP: set(), IMAP: set()}
    destroyed, removed, not_taken_in = set[str](), set[str](), set[str]()
    for step, number, road in steps:
        reference = by_number.get(number)
        if step in ("arrive", "crash-after") and reference not in destroyed | removed:
            by_number[number] = came(store, number, road)
            roads[road].add(by_number[number])
        elif step == "crash":
            with pytest.MonkeyPatch.context() as patch, suppress(_CrashError):
                patch.setattr(journal, "_note_arrival", _crash)
                came(store, number, road)
        elif step == "decide":
            if claim := work_queue.claim(store, "worker", 60):
                outcome = OUTCOMES[number % len(OUTCOMES)]
                work_queue.finish(store, claim, things.decision(things.verdict(outcome)))
        elif step == "purge" and reference and reference not in removed:
            destroyed |= {reference} if purge(store, reference) else set()
        elif step == "remove" and reference and reference not in destroyed:
            remove_by_hand(store, reference)
            removed.add(reference)
        elif step == "stays":
            not_taken_in.add(f"INBOX/1/{number}")
    standing = stock(*roads[IMAP], unknown=tuple(not_taken_in))
    smtp, imap = (day_reports.make(store, DAY, SMTP), day_reports.make(store, DAY, IMAP, standing))
    store.close()

    every = roads[SMTP] | roads[IMAP]
    assert smtp.first + imap.first == len(every)
    for report, own in ((smtp, roads[SMTP]), (imap, roads[IMAP])):
        assert report.mails == len(own)
        assert sum(ends(report).values()) == len(own - removed)
        assert ends(report).get("destroyed", 0) == len(own & destroyed)
        lost = {each.identity for each in report.gaps if each.kind is GapKind.NOT_IN_JOURNAL}
        assert lost == own & removed
    assert {each for kind, each in gaps(imap) if kind == "not-taken-in"} == not_taken_in


def _crash(*_arguments: object) -> None:
    raise _CrashError
