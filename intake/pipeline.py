"""The road of a mail: receive → journal → read → check → open → decide → queue or reply.

This file is the order and nothing else. It touches no database: what is known from before comes in
through the ``Desk``, what was decided goes out as ``Processed``, and the worker commits it at once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial

from intake.checks import registry as checks
from intake.checks.anonymity import check_texts
from intake.checks.document import check_link_only, check_part, check_unread
from intake.checks.support.agreement import agreed, confirmed_by_text, rejects
from intake.document.ocr.client import has_text, look
from intake.document.reading import read_invoice
from intake.failpoints import failpoint
from intake.mail import message, origin
from intake.mail.file_roles import recognise
from intake.mail.mention import is_meant_as_invoice, only_links_to_invoice
from intake.model.basics import local_date
from intake.model.care import CareLine, EarlierCare
from intake.model.document import Reader
from intake.model.finding import CheckResult
from intake.model.invoice import Invoice
from intake.model.mail import Automation, Envelope, LeftOut, Mail, Part, PartKind, Reply, Sender
from intake.model.verdict import CheckedDocument, History, Verdict, Wait
from intake.profile import Profile
from intake.sandbox.budget import Work
from intake.sandbox.client import Children, Metered
from intake.secure_attachment.opening import Opener, open_attachments, open_later_mail
from intake.secure_attachment.pairing.across_mails import with_invoices, without_invoice
from intake.secure_attachment.pairing.model import Bundle, Elsewhere, Gist, Loose, Waiting
from intake.secure_attachment.pairing.rules import gist_of, numbers_named
from intake.settings import ReplyMode, Settings
from intake.stages import einvoices, reply
from intake.stages.attachment_checks import judged
from intake.stages.decide import decide, decide_left_out


@dataclass(frozen=True, slots=True)
class Desk:
    """What one worker has at hand for every mail."""

    profile: Profile
    settings: Settings
    opener: Opener
    history: Callable[[Invoice, str], History]
    """What we hold of this supplier and number, except in the mail with this reference."""
    passwords: Callable[[str | None, Sequence[str]], Sequence[str]]
    """Sender's address and KvK numbers on the invoices → passwords agreed with that provider."""
    waiting: Callable[[Mail, str, Sequence[str]], Sequence[Waiting]]
    """Mails that wait for the attachment in this one (its reference, the numbers it names), and
    those it was given to before."""
    loose: Callable[[Mail, str, Sequence[Invoice]], Sequence[Loose]]
    """Mails whose attachment waits for these invoices of this mail."""
    raw: Callable[[str], bytes]
    """The bytes of another kept mail."""
    earlier_care: Callable[[Sequence[CareLine], str], Sequence[EarlierCare]]
    """Which of these care lines other mails than the one with this reference declared before."""


@dataclass(frozen=True, slots=True)
class Processed:
    """What became of one mail, ready to be committed."""

    mail: Mail
    sender: Sender
    documents: tuple[tuple[Part, int], ...]
    """The files that a person can look at page by page, with their number of pages."""
    verdict: Verdict
    reply: Reply | None
    held: str | None
    """Why the reply does not leave by itself: ``confirm``, ``not-authenticated`` or ``off``."""
    care_lines: tuple[CareLine, ...] = field(repr=False)
    """What stood in the secured attachment."""
    numbers: tuple[str, ...] = field(repr=False)
    """Numbers that a mail without an invoice names: by these its invoice finds it."""
    gist: Gist | None
    """Of a mail without an invoice: what may be the attachment of one."""
    elsewhere: Elsewhere
    """What other mails have to do with it."""


def process(
    raw: bytes,
    envelope: Envelope,
    reference: str,
    desk: Desk,
    decided_on: dt.date,
    companions: Iterable[bytes] = (),
    wait: Wait | None = None,
    work: Work | None = None,
) -> Processed:
    """Take one kept mail down the whole road.

    Args:
        decided_on: today, Europe/Amsterdam.
        companions: later mails that brought the attachment that this one waited for.
        wait: how it has waited, when a waiting mail is decided again.
        work: what its children may cost; by default the usual bounds and no lane.

    Raises:
        Postponed: the mail is slow and there is no place for it now.
    """
    work = work or Work()
    reading = desk.opener.reading.metered(work)
    opener = replace(desk.opener, reading=reading, decrypting=desk.opener.decrypting.metered(work))
    today = rule_date(envelope)
    mail = message.parse(raw)
    sender = origin.judge(mail, envelope, desk.profile, desk.settings)
    failpoint("after-parse")
    if envelope.left_out is not None:
        return _left_out(mail, sender, envelope, envelope.left_out, reference, desk)

    parts = () if sender.automation in (Automation.BOUNCE, Automation.OWN) else mail.parts
    files = recognise(parts)

    def history_of(invoice: Invoice) -> History:
        return desk.history(invoice, reference)

    read = partial(
        read_and_check, today=today, profile=desk.profile, reading=reading, history_of=history_of
    )
    attached = einvoices.read_attached(parts, desk.profile, reading)
    outside = einvoices.with_attached(
        [read(part) for part in files.documents], attached, read, today, desk.profile, history_of
    )
    failpoint("after-read")

    kvk_numbers = [
        d.invoice.kvk_number.value for d in outside if d.invoice and d.invoice.kvk_number.value
    ]
    passwords = cache(partial(desk.passwords, sender.address, kvk_numbers))
    found = open_attachments(files, outside, passwords, opener, read)

    def opened_raw(other: bytes, number: int) -> tuple[str, list[Bundle]]:
        later = message.parse(other)
        return later.subject, open_later_mail(later, number, passwords, opener, read)

    for number, companion in enumerate(companions, 1):
        found.bundles.extend(opened_raw(companion, number)[1])

    def opened(other: str, number: int) -> tuple[str, list[Bundle]]:
        return opened_raw(desk.raw(other), number)

    pairs, elsewhere = with_invoices(found, reference, partial(desk.loose, mail, reference), opened)
    if not pairs:
        elsewhere = without_invoice(found, mail.subject, partial(desk.waiting, mail, reference))
    documents = tuple(found.documents)
    if not documents:
        meant = [part for part in files.other_forms if is_meant_as_invoice(mail, part)]
        documents = tuple(
            read(part) if part.kind is PartKind.IMAGE else _other_form(part, desk.profile)
            for part in meant
        )
    if not documents and sender.automation is Automation.PERSON and only_links_to_invoice(mail):
        documents = (
            CheckedDocument(
                "", PartKind.HTML, None, None, None, 0, (check_link_only(desk.profile),)
            ),
        )
    failpoint("after-open")

    known = {
        said.case for document in documents for said in document.findings
    }  # the same invoice again declares the same care
    attachments = replace(
        found.attachments,
        road=sender.road,
        waited_days=wait.days if wait else 0,
        earlier_care=tuple(
            care
            for care in desk.earlier_care(found.attachments.care_lines, reference)
            if care.reference not in known
        ),
        doubt="whose" if elsewhere.choice.doubtful else "",
    )
    shares = judged(pairs, documents, attachments, desk.profile, today)
    results = (
        checks.on_attachments(attachments, (), desk.profile, today)
        if attachments.containers and not shares
        else ()
    )
    texts = (mail.subject, mail.text, *(part.file_name or "" for part in mail.parts))
    results = (
        *results,
        *_only_findings(check_texts(texts, desk.profile)),
        *check_unread(work.unread, desk.profile),
    )
    verdict = decide(
        mail,
        sender,
        documents,
        attachments,
        results,
        desk.profile,
        today,
        decided_on,
        elsewhere,
        shares,
        wait,
        work.unread,
    )
    letter = reply.compose(verdict, mail, sender, reference, envelope.received_at, desk.profile)
    failpoint("after-decide")

    numbers = () if shares else numbers_named(found.bundles, mail.subject)
    gist = (
        None
        if verdict.invoices
        else gist_of(mail.subject, [*found.bundles, *found.closed], bool(work.unread))
    )
    inside = (
        *(p for c in attachments.containers for p in c.parts),
        *(p for one in attached for p in one.inside),
    )
    by_path = {p.path: p for p in (*parts, *inside)}
    shown = tuple(
        (by_path[d.path], d.page_count) for d in documents if d.page_count and d.path in by_path
    )
    held = _held(letter, sender, envelope, desk.settings)
    return Processed(
        mail, sender, shown, verdict, letter, held, attachments.care_lines, numbers, gist, elsewhere
    )


def _left_out(
    mail: Mail, sender: Sender, envelope: Envelope, why: LeftOut, reference: str, desk: Desk
) -> Processed:
    """A mail of which only the header is here: a person looks at it in the mailbox."""
    results = _only_findings(check_texts((mail.subject,), desk.profile))
    verdict = decide_left_out(why, sender, results, desk.profile, rule_date(envelope))
    letter = (
        reply.compose_too_large(
            why.limit, mail, sender, reference, envelope.received_at, desk.profile
        )
        if verdict.reply
        else None
    )
    return Processed(
        mail,
        sender,
        (),
        verdict,
        letter,
        _held(letter, sender, envelope, desk.settings),
        (),
        (),
        None,
        Elsewhere(),
    )


def rule_date(envelope: Envelope) -> dt.date:
    """The date of every rule: the mail's receipt, Europe/Amsterdam."""
    return local_date(envelope.received_at)


def check_file(part: Part, today: dt.date, profile: Profile, children: Children) -> CheckedDocument:
    """One document without its mail: what ``intake check`` and the public pre-check say of it."""
    reading = children.metered(Work())
    if part.kind in (PartKind.PDF, PartKind.IMAGE):
        return read_and_check(part, today, profile, reading, None)
    attached = einvoices.read_attached([part], profile, reading)
    read = partial(read_and_check, today=today, profile=profile, reading=reading, history_of=None)
    return next(
        iter(einvoices.with_attached((), attached, read, today, profile, None)),
        _other_form(part, profile),
    )


def read_and_check(
    part: Part,
    today: dt.date,
    profile: Profile,
    reading: Metered,
    history_of: Callable[[Invoice], History] | None,
) -> CheckedDocument:
    """Read one PDF or photo and check it; what stands in pictures is read by OCR, and before
    anything is refused, a second engine reads the text too (rule 3)."""
    summary, invoice = read_invoice(reading, part.data, profile.addressee, Reader.PDFIUM)
    reading.work.read(summary.page_count)
    if invoice is None:
        return _unread(part, summary.fault, summary.page_count, profile)
    by_text = invoice
    seen = look(reading, part.data, summary.unread) if summary.unread else ()
    if seen:
        invoice = (
            read_invoice(reading, part.data, profile.addressee, Reader.PDFIUM, seen)[1] or by_text
        )
    if part.kind is PartKind.IMAGE and not has_text(seen):
        return _unread(part, "no-text" if seen else None, 0, profile)
    history = history_of(invoice) if history_of else None
    results = checks.on_invoice(invoice, profile, today, history)
    if seen:
        results = confirmed_by_text(
            results, checks.on_invoice(by_text, profile, today, history), invoice.fully_read
        )
    if rejects(results):
        _, second = read_invoice(reading, part.data, profile.addressee, Reader.PDFPLUMBER, seen)
        reading.work.read(summary.page_count)
        again = checks.on_invoice(second, profile, today, history) if second else ()
        invoice, results = agreed(invoice, results, second, again)
    document = CheckedDocument(
        part.path, part.kind, part.file_name, invoice, summary.fault, summary.page_count, results
    )
    return einvoices.with_embedded(document, part, today, profile, reading, history_of)


def _other_form(part: Part, profile: Profile) -> CheckedDocument:
    """A file that should have been a PDF invoice."""
    return _unread(part, None, 0, profile)


def _unread(part: Part, fault: str | None, page_count: int, profile: Profile) -> CheckedDocument:
    return CheckedDocument(
        part.path,
        part.kind,
        part.file_name,
        None,
        fault,
        page_count,
        (check_part(part.kind, fault, profile, part.file_name),),
    )


def _only_findings(result: CheckResult) -> tuple[CheckResult, ...]:
    return (result,) if result.findings else ()


def _held(
    letter: Reply | None, sender: Sender, envelope: Envelope, settings: Settings
) -> str | None:
    if letter is None:
        return None
    if envelope.kept_before and settings.reply_mode is not ReplyMode.OFF:
        return "kept-before"
    if settings.reply_mode is not ReplyMode.AUTOMATIC:
        return settings.reply_mode.value
    if sender.confirm_reply:
        return ReplyMode.CONFIRM.value
    return None if sender.authenticated else "not-authenticated"
