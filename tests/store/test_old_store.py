"""A store that an older version made opens after `intake migrate`, with all that is in it."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import MetaData, text
from sqlmodel import select

from intake import settings as settings_module
from intake.model.basics import local_today
from intake.settings import Settings
from intake.store import (
    Store,
    audit,
    cases,
    day_reports,
    figures,
    incidents,
    invoices,
    journal,
    legal_holds,
    open_store,
    providers,
    work_queue,
)
from intake.store.crypto import vault
from intake.store.engine import make_engine
from intake.store.figures import Period
from intake.store.migration import migrate
from intake.store.tables import CaseState, InvoiceRow
from tests.store import things
from tests.store.test_schema import empty as empty
from tests.store.test_schema import upgrade

OLD = Path(__file__).parent.parent / "records" / "store-0007"
"""Rows and keys as version 0.1.0 left them: eleven mails, one of each kind."""


@pytest.fixture
def old(empty: Settings) -> Settings:
    """An installation of that version."""
    upgrade(empty, "0007")
    shutil.rmtree(empty.home / "keys")
    shutil.copytree(OLD / "keys", empty.home / "keys")
    (empty.home / "keys").chmod(0o700)
    for file in (empty.home / "keys").iterdir():
        file.chmod(0o600)
    vault.create_keys(empty.home / "keys", local_today())
    engine = make_engine(empty.database)
    known = MetaData()
    known.reflect(engine)
    with engine.begin() as connection:
        for table, rows in json.loads((OLD / "rows.json").read_text()).items():
            columns = known.tables[table].columns
            for row in rows:
                values = {name: value_of(columns[name].type, value) for name, value in row.items()}
                names = ", ".join(f'"{name}"' for name in values)
                marks = ", ".join(f":{name}" for name in values)
                connection.execute(
                    text(f'INSERT INTO "{table}" ({names}) VALUES ({marks})'), values
                )
            if connection.dialect.name == "postgresql":
                for name in {"id", "sequence"} & {*rows[0]}:
                    if isinstance(rows[0][name], int) and table not in ("installation", "audit"):
                        connection.execute(
                            text(
                                f"SELECT setval(pg_get_serial_sequence('{table}', '{name}'),"
                                f" (SELECT max({name}) FROM {table}))"
                            )
                        )
    engine.dispose()
    return settings_module.load(home=empty.home, database_url=empty.database_url)


def value_of(column: Any, value: Any) -> Any:
    """As it lay in SQLite: bytes, and numbers for truth."""
    if isinstance(value, dict):
        return bytes.fromhex(value["hex"])
    if column.python_type is bool and value is not None:
        return bool(value)
    return value


@pytest.fixture
def opened(old: Settings) -> Store:
    migrate(old)
    store = open_store(old)
    store.clock = lambda: things.NOW
    return store


def facts(store: Store) -> dict[str, tuple[Any, ...]]:
    """By number, open or not: how each invoice stands in its columns."""
    with store.read() as session:
        rows = session.exec(select(InvoiceRow).order_by(InvoiceRow.id)).all()  # type: ignore[arg-type]
    return {
        f"{row.reference} {row.path}": (row.number, row.gross_cents, row.facts_sealed)
        for row in rows
    }


def test_every_case_opens(opened: Store) -> None:
    """After an upgrade a clerk would stand before cases of the last seven years that do not open."""
    rows = cases.list_cases(opened)
    all_of_them = [cases.get_case(opened, row.reference) for row in rows]

    assert len(rows) == 10
    assert {row.state for row in rows} == {*CaseState}
    assert sum(case.verdict is not None for case in all_of_them) == 9
    assert sum(len(case.replies) for case in all_of_them) == 5
    for row in rows:
        assert journal.raw_mail(opened, row.reference)[0].startswith(b"Message-ID")
    assert [line.bsn for row in rows for line in cases.care_lines(opened, row.reference)] == [
        things.BSN
    ]
    assert [provider.name for provider in providers.list_providers(opened)] == ["De Vlinder"]
    assert [hold.why for hold in legal_holds.list_holds(opened)] == ["bezwaar"]
    judged = [entry for entry in incidents.listed(opened) if entry.decided_by]
    assert [incidents.get(opened, entry.id)[1].people for entry in judged] == ["één kind"]  # type: ignore[union-attr]
    assert audit.verify(opened).whole
    opened.close()


def test_its_invoices_are_in_the_figures(opened: Store) -> None:
    """The figures of the year of the upgrade would begin on the day of the upgrade."""
    year = Period(dt.date(2026, 1, 1), dt.date(2026, 12, 31))
    straight = figures.straight(opened, year)
    accepted, refused = figures.times(opened, year)
    opened.close()

    assert accepted is not None
    assert refused is not None
    assert (straight.accepted, straight.refused) == (accepted.count, refused.count)


def test_its_invoices_have_their_facts(opened: Store) -> None:
    """What an older version kept could not be filtered or exported; a client's number must not be
    filled in with it.
    """
    found = list(facts(opened).values())
    opened.close()

    assert (None, None, True) in found
    assert ("2026-0001", 149382, False) in found
    assert ("2026-0004", -1000, False) in found
    assert ("2026-0010", 149382, False) in found, "a person accepted it"
    assert things.BSN not in [number for number, _, _ in found]
    assert len(found) == 8


def test_its_invoices_stand_where_they_stood(opened: Store) -> None:
    """A clerk would decide once more on what was decided, or never on what stood open."""
    with opened.read() as session:
        found = {(row.state, row.decided_by) for row in session.exec(select(InvoiceRow))}
    opened.close()

    assert found == {
        ("to-decide", None),
        ("waiting", None),
        ("rejected", None),
        ("accepted", "anna"),
        ("rejected", "anna"),
    }


def test_the_work_goes_on(opened: Store) -> None:
    """What waited is judged, what stands open is decided."""
    claim = things.claim(opened)
    work_queue.finish(
        opened, claim, things.decision(things.verdict(invoices=(things.invoice("2026-0009"),)))
    )
    for row in cases.list_cases(opened, [CaseState.QUEUED]):
        case = cases.get_case(opened, row.reference)
        cases.accept(opened, case.reference, "anna", case.version)
    known = journal.history_of(opened, things.invoice("2026-0001"), before="")
    assert known.in_hand
    assert invoices.elsewhere(
        opened, "", cases.get_case(opened, known.earlier[0].reference).verdict
    )
    opened.close()


def test_it_is_migrated_twice(old: Settings) -> None:
    """An upgrade that was broken off is started once more."""
    migrate(old)
    migrate(old)

    opened = open_store(old)
    assert len(facts(opened)) == 8
    opened.close()


def test_its_mails_have_arrived_and_their_day_closes(opened: Store) -> None:
    """After an upgrade every mail of before would be unaccounted for, or counted by no door."""
    report = day_reports.make(opened, things.NOW.date(), "smtp")

    assert (report.closed, report.mails, report.first) == (True, 10, 10)
    assert sum(each.mails for each in report.ends) == 10
    assert day_reports.sources_of(opened, things.NOW.date()) == ["smtp"]
