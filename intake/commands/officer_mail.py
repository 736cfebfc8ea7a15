"""The mail to the privacy officer that there is something new, by the way that replies leave."""

from __future__ import annotations

import structlog

from intake import profile
from intake.commands.sending import Transports
from intake.errors import DraftGone, SendDeferred, SendRefused, SendUnknown
from intake.model.mail import Reply
from intake.settings import Settings
from intake.store import Store, officer

log = structlog.get_logger()


def tell(settings: Settings, store: Store, transports: Transports) -> None:
    """A mail to the privacy officer when there is something new for her; one that did not leave is
    tried again.
    """
    address = settings.readings.officer
    new = officer.news(store) if address else None
    transport = transports.of(settings.profile) if new else None
    if new is None or transport is None:
        return
    own = profile.load(settings.profile)
    written = (profile.templates_folder() / "_default" / "officer.txt").read_text(encoding="utf-8")
    subject, _, text = written.format(alarms=new.alarms, incidents=new.incidents).partition("\n")
    number = store.vault.token("officer", str(new.newest_alarm), str(new.newest_incident))[:40]
    message_id = f"<{number}@{own.sender_address.rpartition('@')[2]}>"
    try:
        transport.post(Reply(address, subject, text), message_id, own, store.clock())
    except SendDeferred as error:
        log.warning("mail to the privacy officer deferred", code=error.code)
        return
    except (SendRefused, SendUnknown, DraftGone) as error:
        log.error("mail to the privacy officer may not have arrived", code=error.code)
    officer.mark_told(store, new)
