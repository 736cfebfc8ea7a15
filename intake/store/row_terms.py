"""How long rows are kept that belong to no case, or outlive theirs, and their end.

``templates/_default/retention.toml`` has one rule for each table of the database; cases have theirs in the
profile (retention.py), suppliers too (supplier_retention.py). What goes is counted for a person who
approves it, and each table that lost rows is a row of the audit.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import Field
from sqlalchemy import ColumnElement, delete, exists
from sqlmodel import Session, SQLModel, col, func, select

from intake.failpoints import failpoint
from intake.model.basics import AMSTERDAM
from intake.profile import Term, default_texts
from intake.store import Store, at_the_end, audit, audit_chain, empty_log, providers
from intake.store.retention import decided_before
from intake.store.tables import (
    ArrivalRow,
    AuditRow,
    BatchInvoiceRow,
    BatchRow,
    CorrectionRow,
    DayReportRow,
    IncidentRow,
    Judgement,
    MailRow,
    ProviderPasswordRow,
    RegisterAnswerRow,
)


class RowTerm(Term):
    """The term of the rows of one table."""

    begins: str = Field(min_length=1)
    """Dutch: the event that the term counts from, and what keeps it from counting."""
    destroys: str = Field(min_length=1)
    """Dutch: what goes with a row."""


@dataclass(frozen=True, slots=True)
class PastRows:
    """Rows of one table whose term has ended."""

    table: str
    count: int
    term: RowTerm


@cache
def terms() -> Mapping[str, RowTerm]:
    """By table."""
    found = default_texts("retention")["rows"]
    return {table: RowTerm.model_validate(each) for table, each in found.items()}


def before(store: Store, table: str) -> dt.datetime:
    """What happened before this moment is past the term of its table."""
    day = decided_before(terms()[table], store.today)
    return dt.datetime.combine(day, dt.time(), AMSTERDAM)


def due(store: Store) -> tuple[PastRows, ...]:
    """What may be destroyed today, by table."""
    with store.read() as session:
        counts = {table: _count(store, session, table) for table in terms()}
    return tuple(PastRows(table, n, terms()[table]) for table, n in counts.items() if n)


def destroy(store: Store, tables: Collection[str], by: str) -> tuple[PastRows, ...]:
    """Take away what is past its term in these tables.

    Args:
        by: who approved it.

    Raises:
        KeyMissing, ConfigurationError: the key of a provider cannot be destroyed; it stays.
    """
    done = {table: 0 for table in terms() if table in tables}
    with store.read() as session:
        unused = providers.unused(store, session, before(store, "provider"))
    if "provider" in done:
        providers.destroy_keys(store, unused)
        failpoint("after-provider-keys-destroyed")
    with store.write() as session:
        for table in done:
            done[table] = _remove(store, session, table, by)
            if done[table]:
                audit.note(store, session, by, f"table {table}", f"purged {done[table]}")
    if not store.on_postgresql:
        empty_log(store)
    return tuple(PastRows(table, n, terms()[table]) for table, n in done.items() if n)


def mend(store: Store) -> int:
    """After a crash or a restored backup: take away the providers whose key was destroyed. Returns
    how many there were.
    """
    with store.write() as session:
        return providers.remove_without_key(store, session)


def _corrections(moment: dt.datetime) -> ColumnElement[bool]:
    return col(CorrectionRow.at) < moment


def _incidents(moment: dt.datetime) -> ColumnElement[bool]:
    """Judged, and of no case that is kept: by it a page of that case is covered. The newest stays,
    so that no number is given twice.
    """
    newest = select(func.max(col(IncidentRow.id))).scalar_subquery()
    kept = exists().where(col(MailRow.reference) == col(IncidentRow.reference))
    judged = col(IncidentRow.judgement) != Judgement.OPEN.value
    is_past = col(IncidentRow.decided_at) < moment
    return judged & is_past & ~kept & (col(IncidentRow.id) < newest)


def _batches(moment: dt.datetime) -> ColumnElement[bool]:
    kept = exists().where(col(BatchInvoiceRow.batch) == col(BatchRow.number))
    return (col(BatchRow.made_at) < moment) & ~kept


def _passwords(moment: dt.datetime) -> ColumnElement[bool]:
    return col(ProviderPasswordRow.valid_until) < moment.date()


def _answers(moment: dt.datetime) -> ColumnElement[bool]:
    return col(RegisterAnswerRow.asked_at) < moment


def _arrivals(moment: dt.datetime) -> ColumnElement[bool]:
    kept = exists().where(col(MailRow.reference) == col(ArrivalRow.reference))
    return (col(ArrivalRow.received_on) < moment.date()) & ~kept


def _day_reports(moment: dt.datetime) -> ColumnElement[bool]:
    return col(DayReportRow.day) < moment.date()


_PAST: Mapping[str, tuple[type[SQLModel], Callable[[dt.datetime], ColumnElement[bool]]]] = {
    "correction": (CorrectionRow, _corrections),
    "incident": (IncidentRow, _incidents),
    "batch": (BatchRow, _batches),
    "provider_password": (ProviderPasswordRow, _passwords),
    "register_answer": (RegisterAnswerRow, _answers),
    "arrival": (ArrivalRow, _arrivals),
    "day_report": (DayReportRow, _day_reports),
}


def _count(store: Store, session: Session, table: str) -> int:
    moment = before(store, table)
    if table == "audit":
        return _last_past(session, moment) - audit_chain.beginning(session).sequence
    if table == "provider":
        return len(providers.unused(store, session, moment))
    row, is_past = _PAST[table]
    return session.exec(select(func.count()).select_from(row).where(is_past(moment))).one()


def _remove(store: Store, session: Session, table: str, by: str) -> int:
    moment = before(store, table)
    if table == "audit":
        count = _count(store, session, table)
        if count:
            last = _last_past(session, moment)
            at_the_end(session, lambda: audit_chain.cut(store, session, by, last))
        return count
    if table == "provider":
        return providers.remove_without_key(store, session)
    row, is_past = _PAST[table]
    gone: Any = session.connection().execute(delete(row).where(is_past(moment)))
    return int(gone.rowcount)


def _last_past(session: Session, moment: dt.datetime) -> int:
    """The last row of the chain that may go: none after a row that is young, or of a case that is
    kept.
    """
    of_a_case = exists().where(col(MailRow.reference) == col(AuditRow.reference))
    stays = (col(AuditRow.at) >= moment) | of_a_case
    first = select(AuditRow.sequence).where(stays).order_by(col(AuditRow.sequence)).limit(1)
    found = session.exec(first).first()
    return audit_chain.last(session).sequence if found is None else found - 1
