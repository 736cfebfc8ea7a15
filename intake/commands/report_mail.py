"""The mail of each morning: whether every mail of the day before was dealt with."""

from __future__ import annotations

from intake.commands import own_mail
from intake.commands.sending import Transports
from intake.settings import Settings
from intake.store import Store, day_reports


def tell(settings: Settings, store: Store, transports: Transports) -> None:
    """A mail about the last day, once all its sources are reported; one that did not leave is tried
    again. No mail at all is a sign too, so a day without mail is told like every other.
    """
    address = settings.report.address
    day = day_reports.last_day(store) if address else None
    if day is None or (day_reports.told(store) or day.min) >= day:
        return
    reports = day_reports.newest(store, day)
    missing = {source.name for source in settings.sources} - {each.source for each in reports}
    if missing or not reports:
        return
    gaps = sum(len(each.gaps) for each in reports)
    words = {
        "day": f"{day:%d-%m-%Y}",
        "mails": sum(each.first for each in reports),
        "gaps": gaps,
        "open": day_reports.count_open(store),
        "oldest": _oldest(store),
        "state": "NIET SLUITEND" if gaps else "sluitend",
    }
    about = ("day-report", str(day))
    if own_mail.send(settings, store, transports, address, ("day-report", words), about):
        day_reports.mark_told(store, day)


def _oldest(store: Store) -> str:
    """How many days the mail waits that waits longest."""
    waiting = day_reports.open_cases(store, 1)
    return str((store.today - waiting[0].received_on).days) if waiting else "0"
