"""The mail of each morning: whether every mail of the day before was dealt with."""

from __future__ import annotations

import structlog

from intake import profile
from intake.commands.sending import Transports
from intake.errors import DraftGone, SendDeferred, SendRefused, SendUnknown
from intake.model.mail import Reply
from intake.settings import Settings
from intake.store import Store, day_reports

log = structlog.get_logger()


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
    transport = transports.of(settings.profile)
    if missing or not reports or transport is None:
        return
    own = profile.load(settings.profile)
    file = profile.templates_folder() / "_default" / "day-report.txt"
    gaps = sum(len(each.gaps) for each in reports)
    subject, _, text = (
        file.read_text(encoding="utf-8")
        .format(
            day=f"{day:%d-%m-%Y}",
            mails=sum(each.first for each in reports),
            gaps=gaps,
            open=day_reports.count_open(store),
            oldest=_oldest(store),
            state="NIET SLUITEND" if gaps else "sluitend",
        )
        .partition("\n")
    )
    number = store.vault.token("day-report", str(day))[:40]
    message_id = f"<{number}@{own.sender_address.rpartition('@')[2]}>"
    try:
        transport.post(Reply(address, subject, text), message_id, own, store.clock())
    except SendDeferred as error:
        log.warning("the daily mail is deferred", code=error.code)
        return
    except (SendRefused, SendUnknown, DraftGone) as error:
        log.error("the daily mail may not have arrived", code=error.code)
    day_reports.mark_told(store, day)


def _oldest(store: Store) -> str:
    """How many days the mail waits that waits longest."""
    waiting = day_reports.open_cases(store, 1)
    return str((store.today - waiting[0].received_on).days) if waiting else "0"
