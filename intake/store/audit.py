"""Who read which content and who did what: one row each, chained to the one before by a keyed hash
(audit_chain.py).

Changing, removing or inserting a row breaks the chain; cutting off its end is seen by comparing
with a head that was exported before (``audit_heads.py``; NEN 7513 asks for logging that cannot be changed
unseen). Who reads far more than is usual is a row too, until the privacy officer has seen it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import structlog
from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, select

from intake.errors import KeyMissing
from intake.model.basics import AMSTERDAM, local_date
from intake.store import Store
from intake.store import audit_chain as chain
from intake.store.audit_chain import DONE, Act
from intake.store.audit_chain import Head as Head
from intake.store.journal import NotKept, find
from intake.store.sealed import key_of
from intake.store.tables import AuditRow

SHOWN, REFUSED = "shown", "refused"
UNUSUAL_HOUR, UNUSUAL_DAY = "unusual-hour", "unusual-day"
RESTORED = "database-restored"
"""A row that says: the database was put back from a copy, and the readings after that copy are
lost."""
ALERT_DAYS = 30
"""An alert that nobody marked as seen is shown for so long."""
USUAL_DAYS = 28
LEAST_A_DAY = 30
"""So many cases a day are never unusual, however few somebody read before."""
DESTROYED = "(destroyed)"
"""Stands for a reason whose case was destroyed after its term."""

STRIP = "strip"
"""An invoice shown in the fast lane: cut-outs of business facts, of no client; ten at a time are no
unusual reading."""

_PAGE = 1000
WHY = "audit-why"
_SEEN = "alert-seen"

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Reading:
    """One row.

    ``why`` is what a person gave as reason; the other texts are names, ids and codes.
    """

    at: dt.datetime
    who: str
    reference: str
    what: str
    why: str = field(repr=False)
    result: str


@dataclass(frozen=True, slots=True)
class ChainedReading:
    """One row with its place in the chain, for the privacy officer."""

    reading: Reading
    sequence: int
    hash: str


@dataclass(frozen=True, slots=True)
class Alert:
    """Somebody reads far more cases than is usual."""

    sequence: int
    at: dt.datetime
    who: str
    what: str
    """``UNUSUAL_HOUR`` or ``UNUSUAL_DAY``."""
    cases: int


@dataclass(frozen=True, slots=True)
class Verified:
    """Whether the chain holds, and the number of the first row where it does not."""

    rows: int
    broken_at: int | None
    restores: tuple[dt.datetime, ...] = ()
    """When the database was put back from a copy: what persons read between that copy and this
    moment is lost."""
    lost: int = 0
    """Heads that were written down before such a moment and lost with it."""
    older: int = 0
    """Heads of rows that went after their term (``audit_chain.cut``)."""

    @property
    def whole(self) -> bool:
        return self.broken_at is None


def record(
    store: Store, who: str, reference: str, what: str, why: str = "", result: str = SHOWN
) -> None:
    """Write one reading, committed before the content is shown; when it makes an unusual number, an
    alert beside it.

    Args:
        reference: the case; empty for what concerns no case, such as an export of the register.
        why: the reason a person gave; sealed with the case's key.

    Raises:
        StoreUnavailable, NotKept, KeyMissing: it could not be written; then nothing may be shown.
    """
    sealed_why = None
    if why:
        with store.read() as session:
            sealed_why = key_of(store, find(session, reference)).seal(
                WHY, why.encode("utf-8", "replace")
            )
    with store.write() as session:
        chain.append(store, session, Act(who, reference, what, result, sealed_why))
        unusual = _unusual(store, session, who, reference) if reference else ()
        for kind, number in unusual:
            chain.append(store, session, Act(who, "", kind, str(number)))
    for kind, number in unusual:
        log.warning("unusual reading", kind=kind, cases=number)


def note(store: Store, session: Session, who: str, what: str, result: str) -> None:
    """Write what somebody changed that is of no case, within the transaction that changes it."""
    chain.append_at_the_end(store, session, Act(who, "", what, result))


def changes(store: Store, what: str, limit: int) -> tuple[Reading, ...]:
    """The newest rows of this kind that concern no case, the newest first."""
    wanted = (
        select(AuditRow)
        .where(col(AuditRow.what) == what, col(AuditRow.reference) == "")
        .order_by(col(AuditRow.sequence).desc())
        .limit(limit)
    )
    with store.read() as session:
        rows = session.exec(wanted).all()
    return tuple(Reading(row.at, row.who, "", row.what, "", row.result) for row in rows)


def record_strips(store: Store, who: str, references: Sequence[str]) -> None:
    """Write that these cases were shown in the fast lane, in one transaction."""
    with store.write() as session:
        chain.append(
            store, session, *(Act(who, reference, STRIP, SHOWN) for reference in references)
        )


def record_strip(store: Store, who: str, reference: str) -> None:
    """Write that somebody sees a cut-out of a page, unless the strip that it stands in was shown to
    them within the hour: one row for each strip, not for each of its pictures.
    """
    lately = select(AuditRow.sequence).where(
        col(AuditRow.who) == who,
        col(AuditRow.at) > store.clock() - dt.timedelta(hours=1),
        col(AuditRow.reference) == reference,
        col(AuditRow.what) == STRIP,
        col(AuditRow.result) == SHOWN,
    )
    with store.read() as session:
        shown = session.exec(lately.limit(1)).first() is not None
    if not shown:
        record_strips(store, who, [reference])


def alerts(store: Store) -> tuple[Alert, ...]:
    """Unusual reading of the last ``ALERT_DAYS`` that nobody marked as seen, newest first."""
    since = store.clock() - dt.timedelta(days=ALERT_DAYS)
    wanted = select(AuditRow).where(
        col(AuditRow.what).in_((UNUSUAL_HOUR, UNUSUAL_DAY, _SEEN)), col(AuditRow.at) > since
    )
    with store.read() as session:
        rows = sorted(session.exec(wanted), key=lambda row: row.sequence, reverse=True)
    seen = {row.result for row in rows if row.what == _SEEN}
    return tuple(
        Alert(r.sequence, r.at, r.who, r.what, int(r.result))
        for r in rows
        if r.what != _SEEN and str(r.sequence) not in seen
    )


def mark_seen(store: Store, who: str, alert: int) -> None:
    """The privacy officer looked into an alert; who did stands in the chain."""
    record(store, who, "", _SEEN, result=str(alert))


def head(store: Store) -> Head:
    """The end of the chain, to be exported and compared later."""
    with store.read() as session:
        return chain.last(session)


def readings(store: Store, reference: str) -> tuple[Reading, ...]:
    """Who read the content of a case, oldest first."""
    with store.read() as session:
        rows = session.exec(
            select(AuditRow)
            .where(col(AuditRow.reference) == reference)
            .order_by(col(AuditRow.sequence))
        )
        return tuple(_reading(store, session, row) for row in rows)


def export(store: Store, since: dt.datetime | None = None) -> Iterator[ChainedReading]:
    """Every row, oldest first, with the reasons opened as far as their cases still exist."""
    with store.read() as session:
        for row in _rows(session):
            if since is None or row.at >= since:
                yield ChainedReading(_reading(store, session, row), row.sequence, row.hash)


def verify(store: Store, *expected: Head) -> Verified:
    """Walk the whole chain.

    Args:
        expected: heads written down earlier, which must still stand in the chain. One whose day is
            known and whose rows a restore took, which the chain itself tells, is counted as lost.
    """
    restores: list[tuple[int, dt.datetime]] = []
    lost = 0
    with store.read() as session:
        begins = last = chain.beginning(session)
        wanted = {
            head.sequence: head
            for head in expected
            if head.sequence > begins.sequence or head.sequence == begins.sequence != 0
        }
        older = sum(0 < head.sequence < begins.sequence for head in expected)
        if wanted.pop(begins.sequence, begins) != begins:
            return Verified(0, begins.sequence)
        for row in _rows(session):
            here = Head(row.sequence, row.hash)
            if row.sequence != last.sequence + 1 or row.hash != chain.hash_of(store, last, row):
                return Verified(last.sequence, last.sequence + 1)
            if row.what == RESTORED:
                restores.append((row.sequence, row.at))
            there = wanted.pop(row.sequence, here)
            if there != here:
                if not _lost(there, restores):
                    return Verified(last.sequence, last.sequence + 1, _moments(restores))
                lost += 1
            last = here
    absent = [head for head in wanted.values() if not _lost(head, restores)]
    lost += len(wanted) - len(absent)
    return Verified(
        last.sequence - begins.sequence,
        last.sequence + 1 if absent else None,
        _moments(restores),
        lost,
        older,
    )


def end_holds(store: Store, *expected: Head) -> bool:
    """Whether the newest thousand rows hang together, and these heads, written down earlier, still
    stand in the chain: what can be asked each minute, however long the chain is.
    """
    with store.read() as session:
        newest = chain.last(session).sequence
        rows = session.exec(
            select(AuditRow)
            .where(col(AuditRow.sequence) >= newest - _PAGE)
            .order_by(col(AuditRow.sequence))
        ).all()
        for before, row in pairwise(rows):
            last = Head(before.sequence, before.hash)
            if row.sequence != last.sequence + 1 or row.hash != chain.hash_of(store, last, row):
                return False
        told = select(AuditRow.sequence, AuditRow.at).where(col(AuditRow.what) == RESTORED)
        restores = [(sequence, at) for sequence, at in session.exec(told)]
        return all(_stands(session, head) or _lost(head, restores) for head in expected)


def _stands(session: Session, head: Head) -> bool:
    row = session.get(AuditRow, head.sequence)
    return head == chain.START or (row is not None and row.hash == head.hash)


def _lost(head: Head, restores: Sequence[tuple[int, dt.datetime]]) -> bool:
    """Whether its row came after a copy that was put back, and was written down before that."""
    return head.at is not None and any(
        first <= head.sequence and head.at <= at for first, at in restores
    )


def _moments(restores: Sequence[tuple[int, dt.datetime]]) -> tuple[dt.datetime, ...]:
    return tuple(at for _, at in restores)


def _rows(session: Session) -> Iterator[AuditRow]:
    last = 0
    while rows := session.exec(
        select(AuditRow)
        .where(col(AuditRow.sequence) > last)
        .order_by(col(AuditRow.sequence))
        .limit(_PAGE)
    ).all():
        yield from rows
        last = rows[-1].sequence
        session.expunge_all()


def _reading(store: Store, session: Session, row: AuditRow) -> Reading:
    return Reading(row.at, row.who, row.reference, row.what, _why(store, session, row), row.result)


def _why(store: Store, session: Session, row: AuditRow) -> str:
    if not row.why:
        return ""
    try:
        return key_of(store, find(session, row.reference)).unseal(WHY, row.why).decode()
    except (NotKept, KeyMissing):
        return DESTROYED


def _unusual(
    store: Store, session: Session, who: str, reference: str
) -> tuple[tuple[str, int], ...]:
    """What is unusual about the number of cases that this person read in the last hour and today,
    and did nothing about; each told once.

    A case that was read before within that time changes no number, and costs no counting.
    """
    now = store.clock()
    hour = now - dt.timedelta(hours=1)
    today = dt.datetime.combine(local_date(now), dt.time(), AMSTERDAM)
    readings = (
        select(AuditRow.at)
        .where(
            col(AuditRow.who) == who,
            col(AuditRow.reference) == reference,
            col(AuditRow.what) != STRIP,
        )
        .order_by(col(AuditRow.sequence).desc())
    )
    before = session.exec(readings.offset(1).limit(1)).first()
    found = []
    if before is None or before <= hour:
        in_hour = _cases_read(session, who, hour)
        if in_hour > store.settings.readings.cases_an_hour and not _told(
            session, who, UNUSUAL_HOUR, hour
        ):
            found.append((UNUSUAL_HOUR, in_hour))
    if before is None or before <= today:
        in_day = _cases_read(session, who, today)
        if (
            in_day > LEAST_A_DAY
            and not _told(session, who, UNUSUAL_DAY, today)
            and in_day > _threshold(store, session, who, today)
        ):
            found.append((UNUSUAL_DAY, in_day))
    return tuple(found)


def _threshold(store: Store, session: Session, who: str, today: dt.datetime) -> float:
    """So many times as many as on a usual day of this person; nothing is unusual on a first day."""
    since, before = today - dt.timedelta(days=USUAL_DAYS), col(AuditRow.at) <= today
    days = func.count(func.date(col(AuditRow.at)).distinct())
    days_worked = session.exec(select(days).where(*_by(who, since), before)).one()
    if not days_worked:
        return float("inf")
    number = len(_only_read(session, who, since, before))
    return store.settings.readings.times_usual * number / days_worked


def _cases_read(session: Session, who: str, since: dt.datetime) -> int:
    return len(_only_read(session, who, since))


def _only_read(
    session: Session, who: str, since: dt.datetime, *when: ColumnElement[bool]
) -> set[str]:
    """The cases that this person read and did nothing about since: looking is the work of who
    decides.
    """
    cases = select(AuditRow.reference)
    acted = (col(AuditRow.who) == who, col(AuditRow.at) > since, col(AuditRow.result) == DONE)
    read = session.exec(cases.where(*_by(who, since), *when)).all()
    return set(read) - set(session.exec(cases.where(*acted)).all())


def _by(who: str, since: dt.datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        col(AuditRow.who) == who,
        col(AuditRow.at) > since,
        col(AuditRow.reference) != "",
        col(AuditRow.what) != STRIP,
    )


def _told(session: Session, who: str, what: str, since: dt.datetime) -> bool:
    told = select(AuditRow.sequence).where(
        col(AuditRow.who) == who, col(AuditRow.what) == what, col(AuditRow.at) > since
    )
    return session.exec(told).first() is not None
