"""The mail to the privacy officer that there is something new."""

from __future__ import annotations

from intake.commands import own_mail
from intake.commands.sending import Transports
from intake.settings import Settings
from intake.store import Store, officer


def tell(settings: Settings, store: Store, transports: Transports) -> None:
    """A mail to the privacy officer when there is something new for her; one that did not leave is
    tried again.
    """
    address = settings.readings.officer
    new = officer.news(store) if address else None
    if new is None:
        return
    text = ("officer", {"alarms": new.alarms, "incidents": new.incidents})
    about = ("officer", str(new.newest_alarm), str(new.newest_incident))
    if own_mail.send(settings, store, transports, address, text, about):
        officer.mark_told(store, new)
