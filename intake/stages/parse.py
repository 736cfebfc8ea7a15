"""Takes a kept mail apart: its parts and files, and who sent it."""

from __future__ import annotations

from intake.mail import message, origin
from intake.mail.file_roles import recognise
from intake.model.mail import Automation
from intake.profile import Profile
from intake.settings import Settings
from intake.stages.values import Parsed, Received

_WITHOUT_INVOICES = (Automation.BOUNCE, Automation.OWN)


def parse(received: Received, profile: Profile, settings: Settings) -> Parsed:
    """Parse the mail, judge its sender and sort its files."""
    mail = message.parse(received.raw)
    sender = origin.judge(mail, received.envelope, profile, settings.border, settings.own_addresses)
    nothing = received.left_out is not None or sender.automation in _WITHOUT_INVOICES
    parts = () if nothing else mail.parts
    return Parsed(received, mail, sender, parts, recognise(parts))
