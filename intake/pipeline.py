"""The road of a mail: Received → Parsed → Read → Opened → Paired → Checked → Decided.

This file is the order and nothing else. It touches no database: what is known from before comes in
through ``Lookups``, and what was decided goes out as ``Decided``, which the worker commits at once.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from intake.failpoints import failpoint
from intake.model.mail import Part
from intake.model.verdict import CheckedDocument
from intake.profile import Profile
from intake.sandbox.budget import Work
from intake.sandbox.client import Children
from intake.secure_attachment.containers.format import Opener
from intake.settings import Settings
from intake.stages.attachments import AttachmentOpener, open_all, pair_all
from intake.stages.check import check
from intake.stages.conclude import conclude
from intake.stages.corrections import correct_all
from intake.stages.decide import decide
from intake.stages.documents import DocumentReader, read_documents
from intake.stages.invoice_checks import InvoiceChecks
from intake.stages.lookups import Lookups
from intake.stages.parse import parse
from intake.stages.values import Decided, Received


@dataclass(frozen=True, slots=True)
class Desk:
    """What one worker has at hand for every mail."""

    profile: Profile
    settings: Settings
    opener: Opener
    lookups: Lookups


def process(
    received: Received, desk: Desk, decided_on: dt.date, work: Work | None = None
) -> Decided:
    """Take one kept mail down the whole road.

    Args:
        decided_on: today, Europe/Amsterdam.
        work: what its children may cost; by default the usual bounds and no lane.

    Raises:
        Postponed: the mail is slow and there is no room for it now.
    """
    work = work or Work()
    profile, lookups = desk.profile, desk.lookups
    reading = desk.opener.reading.metered(work)
    opener = replace(desk.opener, reading=reading, decrypting=desk.opener.decrypting.metered(work))
    parsed = parse(received, profile, desk.settings)
    checks = InvoiceChecks(profile, received.day, lookups, received.reference, parsed.mail.sender)
    reader = DocumentReader(checks, reading)
    failpoint("after-parse")
    read = read_documents(parsed, reader)
    failpoint("after-read")
    attachments = AttachmentOpener(read, opener, reader, lookups)
    opened = correct_all(open_all(attachments), received.corrections, checks)
    paired = pair_all(opened, attachments)
    failpoint("after-open")
    checked = check(paired, profile, lookups, work.unread)
    decided = conclude(checked, decide(checked, profile, decided_on), profile, desk.settings)
    failpoint("after-decide")
    return decided


def check_file(part: Part, today: dt.date, profile: Profile, children: Children) -> CheckedDocument:
    """One document without its mail: what ``intake check`` and the public pre-check say of it."""
    return DocumentReader(InvoiceChecks(profile, today), children.metered(Work())).read_any(part)
