"""What the privacy officer is told by mail: that there is a new alarm or incident, and nothing of
what it says.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session, col, func, select

from intake.store import Store
from intake.store.audit import UNUSUAL_DAY, UNUSUAL_HOUR
from intake.store.tables import AuditRow, IncidentRow, InstallationRow, Judgement


@dataclass(frozen=True, slots=True)
class News:
    """Alarms and incidents that no mail told of yet: how many, and the newest of each."""

    alarms: int
    incidents: int
    newest_alarm: int
    newest_incident: int


def news(store: Store) -> News | None:
    """What is new; None when nothing is."""
    with store.read() as session:
        told = _told(session)
        alarms, newest_alarm = session.exec(
            select(func.count(), func.max(AuditRow.sequence)).where(
                col(AuditRow.what).in_((UNUSUAL_HOUR, UNUSUAL_DAY)),
                col(AuditRow.sequence) > told.officer_told,
            )
        ).one()
        incidents, newest_incident = session.exec(
            select(func.count(), func.max(IncidentRow.id)).where(
                col(IncidentRow.judgement) == Judgement.OPEN,
                col(IncidentRow.id) > told.officer_told_incident,
            )
        ).one()
    if not alarms and not incidents:
        return None
    return News(
        alarms,
        incidents,
        newest_alarm or told.officer_told,
        newest_incident or told.officer_told_incident,
    )


def mark_told(store: Store, news: News) -> None:
    """The mail was handed over: nobody is told of the same twice."""
    with store.write() as session:
        row = _told(session)
        row.officer_told = max(row.officer_told, news.newest_alarm)
        row.officer_told_incident = max(row.officer_told_incident, news.newest_incident)


def _told(session: Session) -> InstallationRow:
    return session.exec(select(InstallationRow).where(col(InstallationRow.id) == 1)).one()
