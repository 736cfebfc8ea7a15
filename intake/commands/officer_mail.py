"""The mail to the privacy officer that there is something new, through the smarthost of the replies."""

from __future__ import annotations

import structlog

from intake import profile
from intake.errors import SendDeferred, SendRefused, SendUnknown
from intake.mail import send as sender
from intake.model.mail import Reply
from intake.settings import Settings
from intake.store import Store, officer

log = structlog.get_logger()


def tell(settings: Settings, store: Store) -> None:
    """A mail to the privacy officer when there is something new for her; one that did not leave is
    tried again.
    """
    address = settings.readings.officer
    new = officer.news(store) if address else None
    if new is None:
        return
    own = profile.load(settings.profile)
    written = (profile.templates_folder() / "_default" / "officer.txt").read_text(encoding="utf-8")
    subject, _, text = written.format(alarms=new.alarms, incidents=new.incidents).partition("\n")
    number = store.vault.token("officer", str(new.newest_alarm), str(new.newest_incident))[:40]
    message_id = f"<{number}@{own.sender_address.rpartition('@')[2]}>"
    mail = sender.build(
        Reply(address, subject, text), message_id, own.sender_address, own.team, store.clock()
    )
    try:
        sender.send(settings.smarthost, mail, settings.replies.return_path, address)
    except SendDeferred as error:
        log.warning("mail to the privacy officer deferred", code=error.code)
        return
    except (SendRefused, SendUnknown) as error:
        log.error("mail to the privacy officer may not have arrived", code=error.code)
    officer.mark_told(store, new)
