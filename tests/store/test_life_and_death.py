"""No order of keeping, rotating, destroying, crashing and restoring loses what lives or brings back
what was destroyed.
"""

from __future__ import annotations

import datetime as dt
import shutil
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
import time_machine
from hypothesis import HealthCheck
from hypothesis import settings as rules
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlmodel import SQLModel

from intake.errors import IntakeError, KeyMissing
from intake.model.care import CareLine
from intake.model.verdict import MailOutcome
from intake.profile import RecordKind, Retention
from intake.settings import Settings
from intake.store import (
    cases,
    decision,
    journal,
    legal_holds,
    open_store,
    retention,
    rotation,
    work_queue,
)
from intake.store.crypto.key_tree import Part
from intake.store.crypto.vault import Vault, WrappedKey
from intake.store.journal import NotKept, find
from intake.store.tables import CaseState
from tests.store import things

TERMS = (
    Retention(kind=RecordKind.INVOICE, years=1, starts="year-end", ground="a"),
    Retention(kind=RecordKind.REFUSED, days=200, starts="decision", ground="b"),
    Retention(kind=RecordKind.OTHER, days=30, starts="decision", ground="c"),
    Retention(kind=RecordKind.RAW_MAIL, days=40, starts="decision", ground="d"),
    Retention(kind=RecordKind.ATTACHMENT, days=90, starts="decision", ground="e"),
)
WHOLE = {
    "queued": RecordKind.INVOICE,
    "rejected": RecordKind.REFUSED,
    "ignored": RecordKind.OTHER,
    "quarantined": RecordKind.OTHER,
}
DESTROY = ("before-destroy", "after-declared", "after-keys-destroyed", "after-destroy")
ROTATE = ("before-rewrapped", "after-rewrapped")
CRASHES = (None, *DESTROY)


class Crash(BaseException):
    """The power goes."""


@dataclass
class Known:
    """What the database is thought to hold."""

    cases: dict[str, dt.date] = field(default_factory=dict)
    """Reference to the day of its decision."""
    held: set[str] = field(default_factory=set)
    doomed: set[tuple[str, RecordKind]] = field(default_factory=set)
    """Declared as destroyed, their keys perhaps not cut out yet."""


class Life(RuleBasedStateMachine):
    """Cases are drawn in the order of their arrival: their references are of chance, and a run must
    be able to be repeated.
    """

    def __init__(self, settings: Settings, keys: Path) -> None:
        super().__init__()
        self.settings, self.keys = settings, keys
        self.known = Known()
        self.raw: dict[str, bytes] = {}
        self.end: dict[str, str] = {}
        self.wrapped: dict[str, set[tuple[str, bytes]]] = {}
        self.dead: set[tuple[str, RecordKind]] = set()
        self.backups: list[tuple[dict[str, list[dict[str, Any]]], Known]] = []
        self.now = things.NOW
        self.mails = 0

    @initialize()
    def install(self) -> None:
        shutil.rmtree(self.settings.key_folder)
        shutil.copytree(self.keys, self.settings.key_folder)
        self.start()
        self.write_back({})
        for outcome in sorted(WHOLE):
            self.a_mail(outcome)

    def start(self) -> None:
        with time_machine.travel(self.now):
            self.store = open_store(self.settings)
        self.store.clock = lambda: self.now

    def teardown(self) -> None:
        self.store.close()

    @rule(outcome=st.sampled_from(sorted(WHOLE)))
    def a_mail(self, outcome: str) -> None:
        self.mails += 1
        self.kept(things.mail(self.mails, f"brief {self.mails}"), outcome)

    @rule(data=st.data())
    def the_same_mail(self, data: st.DataObject) -> None:
        """It is known as long as its case and the hash key of its year live, whatever year it is
        now.
        """
        reference = data.draw(st.sampled_from(list(self.raw)))
        if (
            self.lives(reference)
            and self.known.cases[reference].year in self.store.vault.hash_years()
        ):
            assert journal.keep(self.store, self.raw[reference], things.envelope()) == journal.Kept(
                reference, new=False
            )

    @precondition(lambda self: any(map(self.lives, self.known.cases)))
    @rule(data=st.data())
    def hold_or_release(self, data: st.DataObject) -> None:
        reference = data.draw(st.sampled_from(list(filter(self.lives, self.known.cases))))
        if reference in self.known.held:
            legal_holds.remove(self.store, reference, "anna")
            self.known.held.remove(reference)
        else:
            with suppress(IntakeError):  # its destruction has begun
                legal_holds.add(self.store, reference, "anna", "bezwaar")
                self.known.held.add(reference)

    @rule(crash=st.sampled_from((None, *ROTATE)))
    def rotate(self, crash: str | None) -> None:
        with suppress(Crash), self.crashing(rotation, crash):
            rotation.begin(self.store)
            for _ in rotation.rewrap(self.store):
                pass
            assert rotation.left(self.store) <= sum(
                self.is_dead(each) and not self.gone(each) for each in self.known.cases
            )
        self.remember_wrapping()

    @rule(days=st.sampled_from([0, 35, 45, 100, 250, 800]), crash=st.sampled_from(CRASHES))
    def time_goes_by_and_a_list_is_approved(self, days: int, crash: str | None) -> None:
        self.now += dt.timedelta(days=days)
        self.back_up()
        due = retention.due(self.store, TERMS)
        assert {item.name for item in due if item.kind in WHOLE.values()} == self.past_term()
        names = {item.name for item in due}
        approval = retention.Approval(retention.list_number(due, self.store.today), "archivaris")
        try:
            with self.crashing(retention, crash):
                done = {
                    item.name
                    for batch in retention.destroy(self.store, TERMS, due, approval)
                    for item in batch
                }
                assert done == names
        except Crash:
            if crash == "after-declared":
                self.known.doomed |= names
                return
            if crash == "before-destroy":
                return
        self.died(names)
        retention.forget_years(self.store, TERMS)

    @rule()
    def mend(self) -> None:
        retention.mend(self.store, TERMS)
        self.died(self.known.doomed)
        self.known.doomed = set()
        assert retention.came_back(self.store) == 0

    def back_up(self) -> None:
        with self.store.read() as session:
            rows = {
                t.name: [dict(row._mapping) for row in session.execute(t.select())]
                for t in SQLModel.metadata.sorted_tables
            }
        self.backups.append((rows, deepcopy(self.known)))

    @precondition(lambda self: self.backups)
    @rule(data=st.data(), mended=st.booleans())
    def restore(self, data: st.DataObject, mended: bool) -> None:
        rows, known = data.draw(st.sampled_from(self.backups))
        self.write_back(rows)
        self.known = deepcopy(known)
        self.store.close()
        self.start()
        if mended:
            self.mend()

    @invariant()
    def what_lives_opens_and_what_is_dead_does_not(self) -> None:
        fresh = Vault(self.settings.key_folder)
        for reference, wrapped in self.wrapped.items():
            for period, data in wrapped:  # as any backup ever held it
                if self.is_dead(reference):
                    with pytest.raises(KeyMissing):
                        fresh.data_key(reference, WrappedKey(period, data))
                else:
                    parts = fresh.data_key(reference, WrappedKey(period, data)).parts or {}
                    assert (Part.RAW_MAIL in parts) is not self.is_dead(
                        reference, RecordKind.RAW_MAIL, RecordKind.ATTACHMENT
                    )
                    assert (Part.ATTACHMENT in parts) is not self.is_dead(
                        reference, RecordKind.ATTACHMENT
                    )
        for reference in self.raw:
            self.look(reference)

    def look(self, reference: str) -> None:
        if not self.lives(reference):
            for door in (journal.raw_mail, cases.get_case, cases.care_lines):
                with pytest.raises((NotKept, KeyMissing)):
                    door(self.store, reference)
            return
        assert cases.document(self.store, reference, "1.2") == self.raw[reference]
        assert cases.get_case(self.store, reference).state == CaseState(self.end[reference])
        if not self.is_dead(reference, RecordKind.RAW_MAIL, RecordKind.ATTACHMENT):
            assert journal.raw_mail(self.store, reference)[0] == self.raw[reference]
        else:
            with pytest.raises((NotKept, KeyMissing)):
                journal.raw_mail(self.store, reference)
        if not self.is_dead(reference, RecordKind.ATTACHMENT):
            assert len(cases.care_lines(self.store, reference)) == 1
        else:
            with suppress(KeyMissing):
                assert cases.care_lines(self.store, reference) == ()

    def kept(self, raw: bytes, outcome: str) -> None:
        reference = journal.keep(self.store, raw, things.envelope()).reference
        made = things.decision(
            things.verdict(MailOutcome(outcome)),
            care_lines=(CareLine(2, things.BSN, None, None, None, None, None),),
        )
        documents = (decision.StoredDocument("1.2", None, raw, 1),)
        work_queue.finish(
            self.store,
            things.claim(self.store),
            decision.Decision(made.verdict, made.summary, documents, care_lines=made.care_lines),
        )
        self.raw[reference], self.end[reference] = raw, outcome
        self.known.cases[reference] = self.store.today
        self.remember_wrapping()

    def remember_wrapping(self) -> None:
        with self.store.read() as session:
            for reference in self.known.cases:
                with suppress(NotKept):
                    mail = find(session, reference)
                    self.wrapped.setdefault(reference, set()).add(
                        (mail.key_period, mail.wrapped_key)
                    )

    def past_term(self) -> set[tuple[str, RecordKind]]:
        by_kind = {term.kind: term for term in TERMS}
        ended = {
            (r, WHOLE[self.end[r]], decided)
            for r, decided in self.known.cases.items()
            if r not in self.known.held and not self.gone(r)
        }
        return {
            (reference, kind)
            for reference, kind, decided in ended
            if retention.ends(by_kind[kind], decided) <= self.store.today
        }

    def gone(self, reference: str) -> bool:
        """Its row is not there any more."""
        try:
            with self.store.read() as session:
                find(session, reference)
        except NotKept:
            return True
        return False

    def died(self, names: set[tuple[str, RecordKind]]) -> None:
        self.dead |= names
        self.known.doomed -= names

    def is_dead(self, reference: str, *parts: RecordKind) -> bool:
        return any((reference, kind) in self.dead for kind in (*WHOLE.values(), *parts))

    def lives(self, reference: str) -> bool:
        return reference in self.known.cases and not self.is_dead(reference)

    def write_back(self, rows: dict[str, list[dict[str, Any]]]) -> None:
        """The whole database, as a backup has it."""
        tables = [
            table for table in SQLModel.metadata.sorted_tables if table.name != "installation"
        ]
        with self.store.write() as session:
            for table in reversed(tables):
                session.execute(table.delete())
            for table in tables:
                if rows.get(table.name):
                    session.execute(table.insert(), rows[table.name])

    def crashing(self, module: Any, point: str | None) -> Any:
        def at(name: str) -> None:
            if name == point:
                raise Crash

        return patch.object(module, "failpoint", at)


def live(settings: Settings, keys: Path, limits: rules) -> None:
    limits = rules(limits, suppress_health_check=list(HealthCheck), print_blob=True)
    run_state_machine_as_test(
        lambda: Life(settings, keys),  # type: ignore[arg-type]
        settings=limits,
    )


def test_what_lives_opens_and_what_is_dead_does_not(settings: Settings, prepared: Path) -> None:
    """A rotation, a crash or a restored backup must not cost an invoice, nor bring back a child's
    data that was destroyed.
    """
    live(
        settings, prepared / "keys", rules(max_examples=8, stateful_step_count=9, derandomize=True)
    )


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_long_lives(settings: Settings, prepared: Path) -> None:
    """As above, in orders that nobody thought of, others each time."""
    live(settings, prepared / "keys", rules(max_examples=60, stateful_step_count=25))
