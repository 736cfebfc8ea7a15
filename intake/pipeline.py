"""The road of a mail: receive → journal → read → check → open → decide → queue or reply.

This file is the order and nothing else. It touches no database: what is known from before comes in
through the ``Desk``, what was decided goes out as ``Processed``, and the worker commits it at once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from intake import checks, reply
from intake.checks.document import check_part
from intake.checks.second_reading import agreed, rejects
from intake.decide import decide
from intake.document.invoice import read_invoice
from intake.document.recognise import recognise
from intake.errors import failpoint
from intake.mail import message, origin
from intake.profile import Profile
from intake.secure_attachment.opening import Opener, open_attachments
from intake.settings import ReplyMode, Settings
from intake.types import (
    Automation,
    CheckedDocument,
    Envelope,
    History,
    Invoice,
    Mail,
    Part,
    Reader,
    Reply,
    Sender,
    Verdict,
)

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


@dataclass(frozen=True, slots=True)
class Desk:
    """What one worker has at hand for every mail."""

    profile: Profile
    settings: Settings
    opener: Opener
    history: Callable[[Invoice], History] | None
    """What we hold of this supplier and number; None where nothing is kept (``intake check``)."""
    passwords: Callable[[str | None, Sequence[str]], Sequence[str]]
    """Sender's address and KvK numbers on the invoices → passwords agreed with that provider."""
    waits_for: Callable[[Mail], bool]
    """Whether an earlier mail of this thread or sender waits for its attachment."""


@dataclass(frozen=True, slots=True)
class Processed:
    """What became of one mail, ready to be committed."""

    mail: Mail
    sender: Sender
    documents: tuple[Part, ...]
    """The files that a person can look at page by page."""
    verdict: Verdict
    reply: Reply | None
    held: str | None
    """Why the reply does not leave by itself: ``confirm``, ``not-authenticated`` or ``off``."""


def process(raw: bytes, envelope: Envelope, reference: str, desk: Desk, waited_days: int = 0) -> Processed:
    """Take one kept mail down the whole road.

    Args:
        waited_days: whole days since receipt, when a waiting mail is decided again.
    """
    today = rule_date(envelope)
    mail = message.parse(raw)
    sender = origin.judge(mail, envelope, desk.profile, desk.settings)
    failpoint("after-parse")

    files = recognise(() if sender.automation in (Automation.BOUNCE, Automation.OWN) else mail.parts)
    outside = [read_and_check(part, today, desk) for part in files.documents]
    failpoint("after-read")

    kvk_numbers = [d.invoice.kvk_number.value for d in outside if d.invoice and d.invoice.kvk_number.value]
    passwords = desk.passwords(sender.address, kvk_numbers)
    attachments, documents = open_attachments(files, outside, passwords, desk.opener, lambda part: read_and_check(part, today, desk))
    attachments = replace(attachments, road=sender.road, waited_days=waited_days)
    if not documents and not attachments.containers:
        documents = tuple(_other_form(part, desk.profile) for part in files.other_forms)
    failpoint("after-open")

    invoices = [d.invoice for d in documents if d.is_invoice and d.invoice]
    results = checks.on_attachments(attachments, invoices, desk.profile, today) if invoices or attachments.containers else ()
    verdict = decide(mail, sender, documents, attachments, results, desk.profile, today, second_half=not invoices and desk.waits_for(mail))
    letter = reply.compose(verdict, mail, sender, reference, envelope.received_at, desk.profile)
    failpoint("after-decide")

    parts = {p.path: p for p in (*mail.parts, *(p for c in attachments.containers for p in c.parts))}
    shown = tuple(parts[d.path] for d in documents if d.path in parts)
    return Processed(mail, sender, shown, verdict, letter, _held(letter, sender, desk.settings))


def rule_date(envelope: Envelope) -> dt.date:
    """The date of every rule: the mail's receipt, Europe/Amsterdam."""
    return envelope.received_at.astimezone(AMSTERDAM).date()


def read_and_check(part: Part, today: dt.date, desk: Desk) -> CheckedDocument:
    """Read one PDF and check it; before anything is refused, a second engine reads it too (rule 3)."""
    summary, invoice = read_invoice(desk.opener.reading, part.data, desk.profile.addressee, Reader.PDFIUM)
    if invoice is None:
        return CheckedDocument(part.path, part.kind, part.file_name, None, summary.fault, (check_part(part.kind, summary.fault, desk.profile),))
    history = desk.history(invoice) if desk.history else None
    results = checks.on_invoice(invoice, desk.profile, today, history)
    if rejects(results):
        _, second = read_invoice(desk.opener.reading, part.data, desk.profile.addressee, Reader.PDFPLUMBER)
        again = checks.on_invoice(second, desk.profile, today, history) if second else ()
        invoice, results = agreed(invoice, results, second, again)
    return CheckedDocument(part.path, part.kind, part.file_name, invoice, summary.fault, results)


def _other_form(part: Part, profile: Profile) -> CheckedDocument:
    """A file that should have been a PDF invoice."""
    return CheckedDocument(part.path, part.kind, part.file_name, None, None, (check_part(part.kind, None, profile),))


def _held(letter: Reply | None, sender: Sender, settings: Settings) -> str | None:
    if letter is None:
        return None
    if settings.reply_mode is not ReplyMode.AUTOMATIC:
        return settings.reply_mode.value
    return None if sender.authenticated else "not-authenticated"
