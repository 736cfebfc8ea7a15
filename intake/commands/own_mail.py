"""Mails to colleagues, by the way that replies leave: numbers only, nothing of a case."""

from __future__ import annotations

from collections.abc import Mapping

import structlog

from intake import profile
from intake.commands.sending import Transports
from intake.errors import DraftGone, SendDeferred, SendRefused, SendUnknown
from intake.model.mail import Reply
from intake.settings import Settings
from intake.store import Store

log = structlog.get_logger()


def send(
    settings: Settings,
    store: Store,
    transports: Transports,
    address: str,
    text: tuple[str, Mapping[str, object]],
    about: tuple[str, ...],
) -> bool:
    """Send one mail. False when it is to be tried again: nothing can be sent now, or it was put off.

    Args:
        text: the name of its text (its first line is the subject), and what that names.
        about: what it tells of; the same mail again has the same Message-ID.
    """
    transport = transports.of(settings.profile)
    if transport is None:
        return False
    own = profile.load(settings.profile)
    name, words = text
    file = profile.templates_folder() / "_default" / f"{name}.txt"
    subject, _, body = file.read_text(encoding="utf-8").format(**words).partition("\n")
    number = store.vault.token(*about)[:40]
    message_id = f"<{number}@{own.sender_address.rpartition('@')[2]}>"
    try:
        transport.post(Reply(address, subject, body), message_id, own, store.clock())
    except SendDeferred as error:
        log.warning("mail to a colleague deferred", about=name, code=error.code)
        return False
    except (SendRefused, SendUnknown, DraftGone) as error:
        log.error("mail to a colleague may not have arrived", about=name, code=error.code)
    return True
