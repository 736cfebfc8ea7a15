"""Every reading is a row, and no row can be changed, removed or slipped in unseen."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from sqlalchemy import text

from intake.errors import ConfigurationError, Conflict
from intake.settings import Settings
from intake.store import Store, audit, audit_heads, cases, journal, open_store, settings_log
from tests.conftest import with_section
from tests.store import things


def filled(store: Store, rows: int = 5) -> str:
    reference = things.keep(store)
    for number in range(rows):
        audit.record(store, "anna", reference, "case", f"reden {number}")
    return reference


def test_readings_of_a_case_in_order(store: Store) -> None:
    """A client may ask who looked."""
    reference = filled(store, 2)
    audit.record(store, "piet", reference, "page", result="refused")

    assert [(r.who, r.what, r.why, r.result) for r in audit.readings(store, reference)] == [
        ("anna", "case", "reden 0", "shown"),
        ("anna", "case", "reden 1", "shown"),
        ("piet", "page", "", "refused"),
    ]


def test_an_untouched_chain_is_whole(store: Store) -> None:
    """A false alarm would be ignored the next time."""
    filled(store)

    assert audit.verify(store) == audit.Verified(5, None)
    assert audit.verify(store, audit.head(store)).whole


@pytest.mark.parametrize(
    ("change", "broken_at"),
    [
        ("UPDATE audit SET who = 'piet' WHERE sequence = 3", 3),
        ("UPDATE audit SET why = NULL WHERE sequence = 2", 2),
        ("DELETE FROM audit WHERE sequence = 3", 3),
        ("DELETE FROM audit WHERE sequence = 1", 1),
        ("UPDATE audit SET sequence = 99 WHERE sequence = 5", 5),
    ],
)
def test_a_changed_or_removed_row_is_seen(store: Store, change: str, broken_at: int) -> None:
    """Somebody with access to the database hides that he looked."""
    filled(store)
    with store.write() as session:
        session.execute(text(change))

    assert audit.verify(store).broken_at == broken_at


def test_a_cut_off_end_is_seen_with_an_exported_head(store: Store) -> None:
    """Removing the last rows leaves a chain that holds by itself."""
    filled(store)
    exported = audit.head(store)
    with store.write() as session:
        session.execute(text("DELETE FROM audit WHERE sequence > 3"))
    assert audit.verify(store).whole

    assert audit.verify(store, exported) == audit.Verified(3, 4)


def test_many_readers_make_one_chain(store: Store) -> None:
    """Two clerks who open a case at once must not break the chain."""
    reference = filled(store, 1)
    threads = [
        threading.Thread(target=audit.record, args=(store, f"clerk{n}", reference, "case"))
        for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert audit.verify(store) == audit.Verified(9, None)


def test_a_reading_of_nothing_is_not_written(store: Store) -> None:
    """A typed reason needs a case whose key seals it."""
    with pytest.raises(journal.NotKept):
        audit.record(store, "anna", "IN-AAAA-AAAA", "case", "reden")


class TestUnusual:
    """Somebody who reads out of curiosity, or for money, reads more than the work asks."""

    def read(self, store: Store, who: str, number: int) -> None:
        for _ in range(number):
            self.count = getattr(self, "count", 0) + 1
            audit.record(store, who, f"IN-{self.count}", "case")

    def at(self, store: Store, day: int, hour: int = 9) -> None:
        store.clock = lambda: dt.datetime(2026, 11, day, hour, tzinfo=dt.UTC)

    def test_many_cases_in_an_hour_are_told_once_and_until_seen(self, settings: Settings) -> None:
        """One alert is looked into; a hundred are not.

        Who looked into it stands in the chain too.
        """
        store = open_store(with_section(settings, "readings", cases_an_hour=5))
        self.at(store, 20)
        self.read(store, "anna", 5)
        audit.record(store, "anna", "IN-1", "page 1.2 1")
        assert audit.alerts(store) == ()

        self.read(store, "anna", 4)

        (alert,) = audit.alerts(store)
        assert (alert.who, alert.what, alert.cases) == ("anna", audit.UNUSUAL_HOUR, 6)
        audit.mark_seen(store, "fg", alert.sequence)
        assert audit.alerts(store) == ()
        assert audit.verify(store).whole
        self.at(store, 20, 11)
        self.read(store, "anna", 6)
        assert len(audit.alerts(store)) == 1
        store.close()

    def test_far_more_than_on_a_usual_day_is_told(self, store: Store) -> None:
        """Forty cases are a quiet day for one and a raid for another."""
        for day in (17, 18, 19):
            self.at(store, day)
            self.read(store, "piet", 12)
            self.read(store, "anna", 4)
        for hour in (8, 10, 12):
            self.at(store, 20, hour)
            self.read(store, "piet", 12)
            self.read(store, "anna", 12)
            self.read(store, "nieuw", 15)

        assert [(alert.who, alert.what, alert.cases) for alert in audit.alerts(store)] == [
            ("anna", audit.UNUSUAL_DAY, 31)
        ]

    def test_who_decides_on_what_they_read_is_at_work(self, settings: Settings) -> None:
        """A clerk who clears the queue would be reported each busy day; who only looks is."""
        store = open_store(with_section(settings, "readings", cases_an_hour=2))
        self.at(store, 20)
        for number in range(1, 6):
            reference = things.with_invoice(store, number)
            audit.record(store, "anna", reference, "case")
            audit.record(store, "piet", reference, "case")
            cases.accept(store, reference, "anna", cases.get_case(store, reference).version)

        assert [(alert.who, alert.cases) for alert in audit.alerts(store)] == [("piet", 3)]
        store.close()

    def test_looking_without_deciding_is_measured_by_a_persons_own_habit(
        self, store: Store
    ) -> None:
        """Who always decides, and one day reads forty cases and does nothing, is told of."""
        number = 0
        for day in (17, 18, 19):
            self.at(store, day)
            for _ in range(3):
                number += 1
                reference = things.with_invoice(store, number)
                audit.record(store, "anna", reference, "case")
                version = cases.get_case(store, reference).version
                cases.accept(store, reference, "anna", version)
        self.at(store, 20)
        self.read(store, "anna", audit.LEAST_A_DAY + 1)

        assert [(alert.who, alert.what) for alert in audit.alerts(store)] == [
            ("anna", audit.UNUSUAL_DAY)
        ]

    def test_people_do_not_count_for_each_other(self, store: Store) -> None:
        """A busy team is not one busy person."""
        self.at(store, 20)
        for who in ("anna", "piet", "kees"):
            self.read(store, who, 25)

        assert audit.alerts(store) == ()


def test_what_a_person_does_stands_in_the_chain_with_what_they_read(store: Store) -> None:
    """Who accepted an invoice could be changed afterwards, and nobody would see it."""
    reference = things.with_invoice(store)
    cases.accept(store, reference, "anna", cases.get_case(store, reference).version)

    assert [(row.who, row.what, row.result) for row in audit.readings(store, reference)] == [
        ("anna", "accepted", "done")
    ]
    with pytest.raises(Conflict):
        cases.accept(store, reference, "piet", 1)
    assert audit.verify(store) == audit.Verified(1, None)


def test_a_changed_setting_is_a_row_and_an_unchanged_one_is_none(store: Store) -> None:
    """Replies would leave by themselves from some day on, and nobody could say since when."""
    defaults = {"INTAKE_REPLIES__MODE": "confirm", "INTAKE_SMARTHOST__PASSWORD": "**********"}

    def start(mode: str) -> int:
        now = defaults | {"INTAKE_REPLIES__MODE": mode}
        return settings_log.write(store, "os:beheer", now, defaults)

    assert [start(mode) for mode in ("confirm", "automatic", "automatic", "confirm")] == [
        0, 1, 0, 1,
    ]  # fmt: skip
    assert [row.result for row in audit.readings(store, "")] == [
        "INTAKE_REPLIES__MODE = automatic",
        "INTAKE_REPLIES__MODE = confirm",
    ]


class TestExport:
    def test_the_officer_gets_every_row_with_its_reason_and_place_in_the_chain(
        self, store: Store
    ) -> None:
        """A client's question who looked is answered from this list; the last row is the head."""
        reference = filled(store, 2)
        audit.record(store, "piet", "", "audit-export")

        rows = list(audit.export(store))

        assert [(r.sequence, r.reading.who, r.reading.why) for r in rows] == [
            (1, "anna", "reden 0"),
            (2, "anna", "reden 1"),
            (3, "piet", ""),
        ]
        assert audit.Head(rows[-1].sequence, rows[-1].hash) == audit.head(store)
        assert rows[0].reading.reference == reference
        assert list(audit.export(store, store.clock() + dt.timedelta(minutes=1))) == []

    def test_a_reason_goes_with_its_case(self, store: Store) -> None:
        """That somebody looked stays provable after the term; what was typed does not."""
        filled(store, 1)
        with store.write() as session:
            session.execute(text("DELETE FROM mail"))

        assert [row.reading.why for row in audit.export(store)] == [audit.DESTROYED]
        assert audit.verify(store).whole


class TestHeads:
    def test_a_head_a_day_shows_a_cut_off_end(self, store: Store) -> None:
        """Removing last week's rows leaves a chain that holds by itself; the file of another
        machine knows better.
        """
        filled(store, 2)
        audit_heads.write(store)
        filled_more = things.keep(store, 2)
        audit.record(store, "anna", filled_more, "case")
        audit_heads.write(store)
        written = [dated.head for dated in audit_heads.read(audit_heads.file_of(store.settings))]
        assert [head.sequence for head in written] == [2, 3]
        assert audit.verify(store, *written).whole

        with store.write() as session:
            session.execute(text("DELETE FROM audit WHERE sequence = 3"))

        assert audit.verify(store, written[0]).whole
        assert audit.verify(store, *written) == audit.Verified(2, 3)
        audit.record(store, "piet", filled_more, "case")
        assert audit.verify(store, *written) == audit.Verified(2, 3)

    def test_one_line_a_day_and_again_after_a_fault(self, store: Store) -> None:
        """The page may run for months, and be started ten times a day."""
        store.clock = lambda: things.NOW
        stop = threading.Event()
        stop.set()
        audit_heads.write_daily(store, stop)
        audit_heads.write_daily(store, stop)
        store.clock = lambda: things.NOW + dt.timedelta(days=1)
        audit_heads.write_daily(store, stop)

        file = audit_heads.file_of(store.settings)
        assert len(audit_heads.read(file)) == 2
        assert file.stat().st_mode & 0o077 == 0

        file.write_text("geen regel\n")
        audit_heads.write_daily(store, stop)
        with pytest.raises(ConfigurationError):
            audit_heads.read(file)
