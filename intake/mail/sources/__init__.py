"""Where mails come from: one file a kind of source. ``SOURCES`` is the registry: whoever reads the
settings, starts the processes, or asks how they do, walks over it.
"""

from __future__ import annotations

from intake.mail.sources.base import MailSource
from intake.mail.sources.folder import MailFolder
from intake.mail.sources.graph import GraphMailbox
from intake.mail.sources.imap import ImapMailbox
from intake.mail.sources.smtp import SmtpDoor

SOURCES: list[type[MailSource]] = [ImapMailbox, GraphMailbox, SmtpDoor, MailFolder]
