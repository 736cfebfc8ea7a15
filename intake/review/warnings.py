"""What nobody suffers from yet, but somebody must see to: a certificate that ends, unusual reading,
an incident near its 72 hours, a mail that stays in the mailbox."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from intake.model.examination import EXPIRY_DAYS
from intake.review import wording
from intake.review.context import Room
from intake.secure_attachment.keys import expires_on
from intake.store import audit, day_reports, incidents, left_out

_BEFORE = dt.timedelta(hours=48)
"""An open incident is told so long before its 72 hours end."""


@dataclass(frozen=True, slots=True)
class Warning:
    """One thing to see to."""

    part: str
    code: str
    """For a monitor."""
    text: str
    """For a clerk."""
    link: str = ""


def warnings(room: Room) -> list[Warning]:
    """All there is now, the certificate first."""
    others = [*_reading(room), *_incidents(room), *_left_out(room), *_days(room)]
    return [*_certificate(room), *others]


def _certificate(room: Room) -> list[Warning]:
    day = expires_on(room.settings.mail_key_folder)
    left = (day - room.store.today).days if day else EXPIRY_DAYS + 1
    if day is None or left > EXPIRY_DAYS:
        return []
    text = wording.SENTENCES["certificate-ended" if left < 0 else "certificate-ends"]
    return [
        Warning(
            "certificate",
            "expired" if left < 0 else f"expires-in-{left}-days",
            text.format(day=wording.day(day)),
        )
    ]


def _reading(room: Room) -> list[Warning]:
    return (
        [Warning("reading", "unusual", wording.SENTENCES["unusual-reading"], "/privacy")]
        if audit.alerts(room.store)
        else []
    )


def _incidents(room: Room) -> list[Warning]:
    soon = room.store.clock() + _BEFORE
    late = sum(entry.report_before < soon for entry in incidents.waiting(room.store))
    text = wording.SENTENCES["incident-waits" if late == 1 else "incidents-wait"]
    told = Warning("incidents", f"{late}-waiting", text.format(number=late), "/privacy")
    return [told] if late else []


def _left_out(room: Room) -> list[Warning]:
    number = len(left_out.waiting(room.store))
    text = wording.SENTENCES["mail-left-out" if number == 1 else "mails-left-out"]
    told = Warning("left-out", f"{number}-waiting", text.format(number=number), "/vandaag#mailbox")
    return [told] if number else []


def _days(room: Room) -> list[Warning]:
    """The newest day of which the completeness proof does not close."""
    days = day_reports.not_closed(room.store)
    if not days:
        return []
    text = wording.SENTENCES["days-not-closed"].format(day=wording.day(days[-1]))
    return [Warning("report", f"{len(days)}-not-closed", text, f"/verwerkt?dag={days[-1]}")]
