"""The completeness proof (sluitend bewijs): of each day and source one report, in which what came in is
counted by its end, and what is missing is named.

A report is written down once and never changed; its hash stands in the chain of the audit, and it
holds the end of that chain. A day that did not close, and one of which a mail came in later, is
reported again. A day without mail is one too.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement, func
from sqlalchemy import select as select_rows
from sqlmodel import Session, col, select

from intake.model.basics import AMSTERDAM, local_date
from intake.model.completeness import Count, DayReport, Gap, GapKind, Stock, Unread
from intake.profile import RecordKind
from intake.store import Store, audit_chain, clock
from intake.store.audit_chain import Act
from intake.store.records import Format, shapes
from intake.store.tables import (
    ArrivalKind,
    ArrivalRow,
    AuditRow,
    CaseState,
    DayReportRow,
    DestroyedRow,
    InstallationRow,
    MailRow,
    cols,
)

DAY_REPORTS = Format(shapes.DayReport, DayReport)
READY_AT = dt.time(2, 30)
"""A day is reported from here on, on the next: then it is over in Amsterdam and in UTC."""
AGAIN_DAYS = 7
"""So long a day that did not close is reported again."""
MOST_DAYS = 31
"""Days before today that are reported by themselves."""
DESTROYED = "destroyed"
"""The end of a mail that was destroyed after its term, after a person approved it."""
WHO, WHAT = "intake", "day-report"
"""Of the rows in the chain of the audit."""
OPEN = (CaseState.RECEIVED, CaseState.WAITING, CaseState.QUEUED, CaseState.QUARANTINED)
"""States in which a mail waits for somebody."""
_WHOLE = (RecordKind.INVOICE, RecordKind.REFUSED, RecordKind.OTHER)
_AT_ONCE = 500
_COMMITTED = dt.timedelta(minutes=10)
"""Within this time what came in can be seen by everybody."""


@dataclass(frozen=True, slots=True)
class OpenCase:
    """A mail that waits for somebody."""

    reference: str
    source: str
    state: CaseState
    received_on: dt.date


def last_day(store: Store) -> dt.date:
    """The newest day that can be reported by itself now."""
    now = store.clock().astimezone(AMSTERDAM)
    return now.date() - dt.timedelta(days=1 if now.time() >= READY_AT else 2)


def make(store: Store, day: dt.date, source: str, found: Stock | Unread | None = None) -> DayReport:
    """Write down how a day stands; one that says no more than the newest of the same day is not
    written again.

    Args:
        found: what stands in the mailbox; None: of this source only the journal tells.
    """
    with store.write() as session:
        store.lock(session, "day-report")
        before = _newest(session, day, source)
        report = _made(store, session, day, source, found, before)
        if before is not None and _says(report) == _says(before):
            return before
        data = DAY_REPORTS.pack(report)
        result = f"{day} {'closed' if report.closed else 'gap'} {sha256(data).hexdigest()}"
        audit_chain.append(store, session, Act(WHO, "", WHAT, result))
        session.add(
            DayReportRow(
                day=day,
                source=source,
                made_at=report.made_at,
                mails=report.mails,
                closed=report.closed,
                report=data,
                audit_sequence=audit_chain.last(session).sequence,
            )
        )
    return report


def due(store: Store, sources: Collection[str]) -> list[tuple[dt.date, str]]:
    """The days and sources that are to be reported now, the oldest day first.

    Args:
        sources: that these settings have; what else mails came in by is reported when some did.
    """
    until = last_day(store)
    with store.read() as session:
        began = session.exec(select(InstallationRow.created_at)).first()
        first = max(local_date(began or store.clock()), until - dt.timedelta(days=MOST_DAYS - 1))
        found: set[tuple[dt.date, str]] = set()
        for source in {*sources, *_others(session, first)}:
            rows = _last_row(session, source)
            if source in sources:
                start = max(first, rows[0] + dt.timedelta(days=1)) if rows else first
                found |= {
                    (start + dt.timedelta(n), source) for n in range((until - start).days + 1)
                }
            since = rows[1] - _COMMITTED if rows else _midnight(first)
            found |= {(day, source) for day in _late(session, source, since) if day <= until}
            found |= {(day, source) for day in _not_closed(session, source, until)}
    return sorted(found)


def newest(store: Store, day: dt.date) -> list[DayReport]:
    """The newest report of each source of a day."""
    return of_days(store, day, day)


def of_days(store: Store, first: dt.date, last: dt.date) -> list[DayReport]:
    """The newest report of each day and source, the newest day first."""
    return _opened(store, _newest_of(col(DayReportRow.day).between(first, last)))


def not_closed(store: Store) -> list[dt.date]:
    """The days of the last week of which something is missing."""
    with store.read() as session:
        since = store.today - dt.timedelta(days=AGAIN_DAYS)
        return sorted(set(_open_days(session, col(DayReportRow.day) >= since)))


def sources_of(store: Store, day: dt.date) -> list[str]:
    """Where mail of a day came in, or was reported of."""
    came = select(ArrivalRow.source).where(col(ArrivalRow.received_on) == day)
    told_of = select(DayReportRow.source).where(col(DayReportRow.day) == day)
    with store.read() as session:
        return sorted({*session.exec(came.distinct()), *session.exec(told_of.distinct())})


def cursor_before(store: Store, day: dt.date, source: str) -> str:
    """How far the mailbox was numbered at the newest report of an earlier day; empty: not known."""
    wanted = (
        select(DayReportRow)
        .where(col(DayReportRow.source) == source, col(DayReportRow.day) < day)
        .order_by(col(DayReportRow.day).desc(), col(DayReportRow.id).desc())
        .limit(MOST_DAYS)
    )
    with store.read() as session:
        cursors = (DAY_REPORTS.unpack(row.report).cursor for row in session.exec(wanted))
        return next((cursor for cursor in cursors if cursor), "")


def open_cases(store: Store, limit: int) -> list[OpenCase]:
    """The mails that wait longest, of all sources."""
    wanted = (
        select_rows(
            *cols(MailRow.reference, MailRow.state, MailRow.received_at),
            *cols(ArrivalRow.source, ArrivalRow.received_on),
        )
        .join(ArrivalRow, col(ArrivalRow.reference) == col(MailRow.reference), isouter=True)
        .where(col(MailRow.state).in_(OPEN), (col(ArrivalRow.id).is_(None)) | _is_new())
        .order_by(col(MailRow.received_at))
        .limit(limit)
    )
    with store.read() as session:
        return [
            OpenCase(
                row.reference,
                row.source or "",
                CaseState(row.state),
                row.received_on or local_date(row.received_at),
            )
            for row in session.execute(wanted)
        ]


def count_open(store: Store) -> int:
    """How many mails wait for somebody."""
    wanted = select(func.count()).select_from(MailRow).where(col(MailRow.state).in_(OPEN))
    with store.read() as session:
        return int(session.exec(wanted).one())


def broken(store: Store) -> list[tuple[dt.date, str]]:
    """The reports that are not what the chain of the audit says that they were. Of what the chain
    began with before rows of it went after their term, nothing is said any more.
    """
    wanted = select(DayReportRow, AuditRow.what, AuditRow.result).join(
        AuditRow, col(AuditRow.sequence) == col(DayReportRow.audit_sequence), isouter=True
    )
    with store.read() as session:
        first = audit_chain.beginning(session).sequence
        wanted = wanted.where(col(DayReportRow.audit_sequence) > first)
        return [
            (row.day, row.source)
            for row, what, result in session.exec(wanted.order_by(col(DayReportRow.id)))
            if what != WHAT or (result or "").rpartition(" ")[2] != sha256(row.report).hexdigest()
        ]


def arrived(store: Store, first: dt.date, last: dt.date) -> list[str]:
    """The mails that came in on these days, by any door."""
    wanted = (
        select(ArrivalRow.reference)
        .where(col(ArrivalRow.received_on).between(first, last))
        .distinct()
    )
    with store.read() as session:
        return list(session.exec(wanted))


def told(store: Store) -> dt.date | None:
    """The newest day of which a mail told."""
    with store.read() as session:
        return session.exec(select(InstallationRow)).one().day_told


def mark_told(store: Store, day: dt.date) -> None:
    """A mail told of this day."""
    with store.write() as session:
        row = session.exec(select(InstallationRow)).one()
        row.day_told = day


def _made(
    store: Store,
    session: Session,
    day: dt.date,
    source: str,
    found: Stock | Unread | None,
    before: DayReport | None,
) -> DayReport:
    stock = found if isinstance(found, Stock) else None
    own = (col(ArrivalRow.source) == source, col(ArrivalRow.received_on) == day)
    wanted = select(ArrivalRow.reference, ArrivalRow.kind).where(*own)
    rows = [each for each in session.exec(wanted) if each[1] != ArrivalKind.CAME_IN]
    mails = {reference for reference, _ in rows}
    stands = stock.references if stock else frozenset()
    ends = _ends(session, mails | stands)
    gaps = [Gap(GapKind.NOT_IN_JOURNAL, each) for each in sorted((mails | stands) - ends.keys())]
    gaps += _gaps_of_mailbox(found, before)
    most = _most_before(session, day, source)
    if most > len(mails):
        gaps.append(Gap(GapKind.FEWER, f"{most} > {len(mails)}"))
    head = audit_chain.last(session)
    waiting, oldest = _waiting(session, source)
    counted = Counter(ends[each] for each in mails if each in ends)
    return DayReport(
        day=day,
        source=source,
        made_at=store.clock(),
        synchronised=clock.is_synchronised(),
        head=head.sequence,
        head_hash=head.hash,
        arrivals=len(rows),
        mails=len(mails),
        first=len({reference for reference, kind in rows if kind != ArrivalKind.AGAIN}),
        ends=tuple(Count(end, number) for end, number in sorted(counted.items())),
        standing=len(stands & mails) if stock else None,
        junk=stock.junk if stock else 0,
        cursor=(stock.cursor if stock else "") or (before.cursor if before else ""),
        gaps=tuple(gaps),
        open=waiting,
        oldest=oldest,
    )


def _gaps_of_mailbox(found: Stock | Unread | None, before: DayReport | None) -> Iterable[Gap]:
    """What only the mailbox tells; what vanished from it is told again as long as nobody looks anew."""
    if isinstance(found, Unread):
        yield Gap(GapKind.MAILBOX_UNREAD, found.code)
    if isinstance(found, Stock):
        yield from (Gap(GapKind.NOT_TAKEN_IN, each) for each in found.unknown)
    if isinstance(found, Stock) and found.vanished is not None:
        yield from (Gap(GapKind.VANISHED, each) for each in found.vanished)
    elif before is not None:
        yield from (each for each in before.gaps if each.kind is GapKind.VANISHED)


def _ends(session: Session, references: Collection[str]) -> dict[str, str]:
    """The end of each that is in the journal, or was destroyed after its term."""
    found: dict[str, str] = {}
    every = sorted(references)
    for start in range(0, len(every), _AT_ONCE):
        some = every[start : start + _AT_ONCE]
        gone = select(DestroyedRow.reference).where(
            col(DestroyedRow.reference).in_(some), col(DestroyedRow.kind).in_(_WHOLE)
        )
        found |= dict.fromkeys(session.exec(gone), DESTROYED)
        here = select(MailRow.reference, MailRow.state).where(col(MailRow.reference).in_(some))
        found |= dict(session.exec(here).all())
    return found


def _waiting(session: Session, source: str) -> tuple[int, dt.date | None]:
    """How many mails of a source wait, and the day on which the oldest came in."""
    wanted = (
        select_rows(func.count(), func.min(col(ArrivalRow.received_on)))
        .select_from(MailRow)
        .join(ArrivalRow, col(ArrivalRow.reference) == col(MailRow.reference))
        .where(col(MailRow.state).in_(OPEN), col(ArrivalRow.source) == source, _is_new())
    )
    number, oldest = session.execute(wanted).one()
    return int(number), oldest


def _is_new() -> ColumnElement[bool]:
    return col(ArrivalRow.kind).in_((ArrivalKind.FIRST, ArrivalKind.LEFT_OUT))


def _most_before(session: Session, day: dt.date, source: str) -> int:
    wanted = select(func.max(DayReportRow.mails)).where(*_own(day, source))
    return session.exec(wanted).one() or 0


def _newest(session: Session, day: dt.date, source: str) -> DayReport | None:
    wanted = select(DayReportRow).where(*_own(day, source)).order_by(col(DayReportRow.id).desc())
    row = session.exec(wanted.limit(1)).first()
    return None if row is None else DAY_REPORTS.unpack(row.report)


def _own(day: dt.date, source: str) -> tuple[ColumnElement[bool], ...]:
    return col(DayReportRow.source) == source, col(DayReportRow.day) == day


def _says(report: DayReport) -> dict[str, Any]:
    """What makes one report another than the one before: not when it was made."""
    beside = {"made_at", "synchronised", "head", "head_hash", "cursor", "open", "oldest"}
    return {name: getattr(report, name) for name in DayReport.__slots__ if name not in beside}


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), AMSTERDAM)


def _others(session: Session, first: dt.date) -> Sequence[str]:
    """The sources that something came in by since."""
    since = _midnight(first)
    return session.exec(
        select(ArrivalRow.source).where(col(ArrivalRow.at) >= since).distinct()
    ).all()


def _last_row(session: Session, source: str) -> tuple[dt.date, dt.datetime] | None:
    """The newest day that was reported, and the moment of the newest report."""
    own = col(DayReportRow.source) == source
    days = select_rows(func.max(col(DayReportRow.day))).where(own)
    newest_row = select_rows(*cols(DayReportRow.made_at)).where(own)
    made = session.execute(newest_row.order_by(col(DayReportRow.id).desc()).limit(1)).scalar()
    return None if made is None else (session.execute(days).scalar_one(), made)


def _late(session: Session, source: str, since: dt.datetime) -> Sequence[dt.date]:
    """The days of receipt of what came in since."""
    wanted = select_rows(*cols(ArrivalRow.received_on)).where(
        col(ArrivalRow.source) == source, col(ArrivalRow.at) > since
    )
    return session.execute(wanted.distinct()).scalars().all()


def _not_closed(session: Session, source: str, until: dt.date) -> Sequence[dt.date]:
    lately = col(DayReportRow.day) > until - dt.timedelta(days=AGAIN_DAYS)
    return _open_days(session, lately, col(DayReportRow.source) == source)


def _open_days(session: Session, *conditions: ColumnElement[bool]) -> Sequence[dt.date]:
    """The days whose newest report of a source does not close."""
    wanted = select_rows(*cols(DayReportRow.day)).where(
        col(DayReportRow.id).in_(_newest_of(*conditions)), col(DayReportRow.closed).is_(False)
    )
    return session.execute(wanted).scalars().all()


def _newest_of(*conditions: ColumnElement[bool]) -> Any:
    """The numbers of the newest reports of each day and source."""
    row = DayReportRow
    return (
        select_rows(func.max(col(row.id)))
        .where(*conditions)
        .group_by(col(row.day), col(row.source))
    )


def _opened(store: Store, numbers: Any) -> list[DayReport]:
    wanted = (
        select(DayReportRow)
        .where(col(DayReportRow.id).in_(numbers))
        .order_by(col(DayReportRow.day).desc(), col(DayReportRow.source))
    )
    with store.read() as session:
        return [DAY_REPORTS.unpack(row.report) for row in session.exec(wanted)]
