"""Findings + profile → Verdict. Pure: the one place that picks a verdict.

The order of outcomes of a mail is that of the contract: quarantined, waiting, rejected, queued,
ignored. Each invoice gets its own; a good one is not refused with its neighbour.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace

from intake.mail.portals import kept_until
from intake.model.attachment import Attachments, Opening, Protection
from intake.model.finding import CheckResult, Finding, Outcome, Severity
from intake.model.invoice import DocumentKind, Invoice
from intake.model.mail import Automation, LeftOut, LeftOutWhy, PortalNotice, ReplyKind, Road, Sender
from intake.model.verdict import (
    CheckedDocument,
    Incident,
    MailOutcome,
    ReadInvoice,
    Share,
    Verdict,
    Wait,
)
from intake.profile import Profile
from intake.sandbox.budget import OVER_BUDGET
from intake.secure_attachment.pairing.model import Elsewhere, Unrecognised
from intake.stages.basis import basis_of
from intake.stages.documents import is_unread
from intake.stages.reasons import is_known, listed, sentence
from intake.stages.values import Checked

_WORST = (
    Outcome.FAILED,
    Outcome.UNDETERMINED,
    Outcome.PASSED,
    Outcome.NOT_APPLICABLE,
    Outcome.NOT_IN_FORCE,
)
_ORDER = (
    MailOutcome.QUARANTINED,
    MailOutcome.WAITING,
    MailOutcome.REJECTED,
    MailOutcome.QUEUED,
    MailOutcome.IGNORED,
)

_MACHINES = (Automation.BOUNCE, Automation.AUTO_REPLY, Automation.LIST, Automation.OWN)
_BEST = (
    MailOutcome.QUEUED,
    MailOutcome.WAITING,
    MailOutcome.QUARANTINED,
    MailOutcome.REJECTED,
    MailOutcome.IGNORED,
)

_INCIDENTS = {
    "unsecured-attachment": "readable attachment with client data",
    "invoice-not-anonymous": "client data on the invoice",
    "mail-not-anonymous": "client data in subject, body or file name",
}

_TOLD_FROM = 1_000_000
"""The size of a smaller mail says nothing."""

PORTAL_DAYS = 15
"""Secure-mail portals keep a message for a limited time (Zorgmail 90 days); a clerk should fetch it
long before."""


def decide(checked: Checked, profile: Profile, decided_on: dt.date) -> Verdict:
    """Pick the verdict of one mail.

    Args:
        decided_on: the day of this decision, from which a waiting time counts.
    """
    if checked.parsed.received.left_out is not None:
        return _left_out(checked, profile, checked.parsed.received.left_out)
    sender, received = checked.parsed.sender, checked.parsed.received
    attachments, elsewhere = checked.attachments, checked.elsewhere
    invoices = _judged(checked, profile)
    brings = None if invoices else _brings(sender, attachments, elsewhere, profile)
    outcome, reason = _of_mail(checked, invoices, brings, profile)
    if checked.parsed.mail.fatal or checked.unread == OVER_BUDGET:
        invoices = _before_a_person(invoices, reason)
    loose = _unread_beside(checked) if invoices else _of_unread(checked.documents)
    results = (*_together(checked.shares), *checked.results, *loose)
    deadline = remind_on = None
    if outcome is MailOutcome.WAITING:
        wait = _goes_on(received.wait, sender)
        deadline = _deadline(checked, profile, decided_on, wait)
        remind_on = _remind_on(profile, decided_on, wait, deadline)
    reminding = remind_on is not None and remind_on <= decided_on
    return Verdict(
        outcome,
        reason,
        received.day,
        invoices=invoices,
        findings=tuple(_findings(results)),
        results=results,
        care_lines=len(attachments.care_lines),
        reply=_reply(
            sender,
            outcome,
            invoices,
            quiet=_is_quiet(attachments, invoices, elsewhere),
            reminding=reminding,
        ),
        deadline=deadline,
        remind_on=None if reminding else remind_on,
        completes=_completes(outcome, invoices, elsewhere, brings is not None),
        takes=elsewhere.taken,
        stirs=elsewhere.stirs,
        incidents=_incidents(checked.documents, attachments, results),
        alarm=_alarm(attachments),
        basis=basis_of(profile),
    )


def _judged(checked: Checked, profile: Profile) -> tuple[ReadInvoice, ...]:
    """Every invoice of the mail with its own end."""
    shares, attachments, elsewhere = checked.shares, checked.attachments, checked.elsewhere
    loose = (r for share in shares if not share.invoices for r in share.results)
    of_mail = (*checked.results, *loose, *_unread_beside(checked))
    judged = (
        _decide_invoice(d, _own_share(d, shares, attachments), of_mail, profile, elsewhere)
        for d in checked.documents
        if d.is_invoice
    )
    return _once(tuple(_not_all_read(invoice, checked.unread) for invoice in judged))


def _of_unread(documents: Sequence[CheckedDocument]) -> tuple[CheckResult, ...]:
    """What is wrong with the form of documents that were not read, or not as a whole."""
    unread = [d for d in documents if d.invoice is None or not d.invoice.fully_read]
    return tuple(r for d in unread for r in d.results if r.check == "document")


def _unread_beside(checked: Checked) -> tuple[CheckResult, ...]:
    """What is wrong with documents beside an invoice of which nothing could be read: each may be an
    invoice too, so a person looks.
    """
    return _no_wrong_form([d for d in checked.documents if is_unread(d)])


def _no_wrong_form(documents: Sequence[CheckedDocument]) -> tuple[CheckResult, ...]:
    return tuple(r for r in _of_unread(documents) if not _rejects(r.findings))


def has_rest(checked: Checked, invoices: Sequence[ReadInvoice]) -> bool:
    """Whether beside its invoices something of a mail could not be read, that may be one too."""
    decided = checked.parsed.received.decided
    if not (invoices or decided):
        return False
    others = [d for d in checked.documents if d.path not in decided and is_unread(d)]
    return bool(checked.parsed.mail.fatal or checked.unread or _no_wrong_form(others))


def _findings(results: Iterable[CheckResult]) -> list[Finding]:
    return [f for r in results for f in r.findings]


def _rejects(findings: Iterable[Finding]) -> list[Finding]:
    return [f for f in findings if f.severity is Severity.REJECT]


def _of_mail(
    checked: Checked,
    invoices: Sequence[ReadInvoice],
    brings: tuple[MailOutcome, str] | None,
    profile: Profile,
) -> tuple[MailOutcome, str]:
    """How the mail as a whole ends, and why: as the worst of its invoices, when it has any."""
    mail, sender, unread = checked.parsed.mail, checked.parsed.sender, checked.unread
    if mail.fatal:
        return MailOutcome.QUARANTINED, sentence("fatal")
    if unread == OVER_BUDGET:
        return MailOutcome.QUARANTINED, sentence(OVER_BUDGET)
    if sender.automation in (Automation.BOUNCE, Automation.OWN):
        return MailOutcome.IGNORED, sentence(sender.automation.value)
    if invoices:
        ends = ((each.outcome, each.reason) for each in invoices)
        return min(ends, key=lambda end: _ORDER.index(end[0]))
    if sender.automation in _MACHINES:
        return MailOutcome.IGNORED, sentence(sender.automation.value)
    if brings:
        return brings
    outcome, reason = _without_invoice(checked, profile)
    if unread and outcome is MailOutcome.REJECTED:
        return MailOutcome.QUARANTINED, sentence(unread)
    return outcome, reason


def _left_out(checked: Checked, profile: Profile, left_out: LeftOut) -> Verdict:
    """The verdict of a mail that stays in its mailbox: none is possible, a person looks. Only of
    its size the sender is told.
    """
    sender, results = checked.parsed.sender, checked.results
    size = (
        f" ({left_out.size / 1e6:.0f} MB)" if left_out.size and left_out.size > _TOLD_FROM else ""
    )
    answers = (
        left_out.why is LeftOutWhy.TOO_LARGE and sender.may_reply and sender.address is not None
    )
    return Verdict(
        MailOutcome.QUARANTINED,
        sentence(f"left-out-{left_out.why.value}", size=size),
        checked.parsed.received.day,
        findings=tuple(_findings(results)),
        results=results,
        reply=ReplyKind.TOO_LARGE if answers else None,
        incidents=_incidents((), Attachments(), results),
        basis=basis_of(profile),
    )


def _not_all_read(invoice: ReadInvoice, unread: str) -> ReadInvoice:
    """What it lacks may stand in a file that stayed unread."""
    lacks = invoice.outcome in (MailOutcome.WAITING, MailOutcome.REJECTED)
    if unread and lacks and not _rejects(invoice.findings):
        return replace(invoice, outcome=MailOutcome.QUARANTINED, reason=sentence(unread))
    return invoice


def _before_a_person(invoices: tuple[ReadInvoice, ...], reason: str) -> tuple[ReadInvoice, ...]:
    """Nothing of this mail is certain: a person judges what is new in it, or else all of it."""
    in_hand = {read.path for read in invoices if read.outcome is MailOutcome.IGNORED}
    if len(in_hand) == len(invoices):
        in_hand.clear()
    return tuple(
        (
            read
            if read.path in in_hand
            else replace(read, outcome=MailOutcome.QUARANTINED, reason=reason)
        )
        for read in invoices
    )


def _once(invoices: tuple[ReadInvoice, ...]) -> tuple[ReadInvoice, ...]:
    """The same invoice twice in one mail counts once, by its better copy."""
    best: dict[tuple[object, ...], ReadInvoice] = {}
    for read in sorted(invoices, key=lambda each: _BEST.index(each.outcome)):
        best.setdefault(identity_of(read.invoice) or (read.path,), read)
    kept = {read.path for read in best.values()}
    return tuple(
        read
        if read.path in kept
        else replace(read, outcome=MailOutcome.IGNORED, reason=sentence("twice"))
        for read in invoices
    )


def identity_of(invoice: Invoice) -> tuple[object, ...] | None:
    """By which two copies are the same invoice; None when that cannot be known."""
    supplier = invoice.kvk_number.value or invoice.vat_id.value or invoice.supplier_name.value
    number, day = invoice.invoice_number.value, invoice.issue_date.value
    known = (supplier, number, day, invoice.gross_amount.value)
    if any(value is None for value in known):
        return None
    return (invoice.kind, *known)


def _own_share(
    document: CheckedDocument, shares: Sequence[Share], attachments: Attachments
) -> Share:
    return next(
        (share for share in shares if document.path in share.invoices),
        Share((document.path,), attachments),
    )


def _completes(
    outcome: MailOutcome, invoices: Sequence[ReadInvoice], elsewhere: Elsewhere, brings: bool
) -> tuple[str, ...]:
    """Waiting mails that this one brings the rest for: the attachment alone, or the same invoice
    again with it.
    """
    if invoices:
        again = (
            f.case
            for i in invoices
            for f in i.findings
            if f.code == "in-hand-waiting" and i.outcome is not MailOutcome.IGNORED
        )
        return tuple(dict.fromkeys(filter(None, again)))
    if not brings or outcome is MailOutcome.QUARANTINED:
        return ()
    return tuple(r for r in elsewhere.choice.references if r not in elsewhere.paired)


def _brings(
    sender: Sender, attachments: Attachments, elsewhere: Elsewhere, profile: Profile
) -> tuple[MailOutcome, str] | None:
    """A mail that brings the attachment of an invoice in another one; None: it belongs to none that
    we know.
    """
    if sender.automation is Automation.PORTAL or not attachments.containers:
        return None
    choice = elsewhere.choice
    given = tuple(dict.fromkeys((*elsewhere.paired, *choice.references)))
    if given and choice.missing and not elsewhere.settled:
        if attachments.waited_days >= max(profile.attachment_wait_days, 1):
            return (
                MailOutcome.QUARANTINED,
                sentence("attachment-of-more-late", these=listed(given, "en")),
            )
        return (MailOutcome.WAITING, sentence("attachment-of-more", these=listed(given, "en")))
    if given:
        return (MailOutcome.IGNORED, sentence("attachment-of", these=listed(given, "en")))
    if choice.doubtful:
        return (
            MailOutcome.QUARANTINED,
            sentence("attachment-of-one", one=listed(choice.doubtful, "of")),
        )
    return None


def _without_invoice(checked: Checked, profile: Profile) -> tuple[MailOutcome, str]:
    """A mail in which no invoice could be read."""
    sender, attachments = checked.parsed.sender, checked.attachments
    if sender.notice is not None:
        return _in_portal(sender.notice, late=attachments.waited_days > 0)
    stopped = _not_opened(attachments, profile)
    if stopped:
        return stopped
    if checked.documents:
        return _no_invoice(checked.documents)
    if checked.elsewhere.unrecognised is Unrecognised.CERTAIN:
        return (MailOutcome.QUARANTINED, sentence("unrecognised"))
    if attachments.containers:
        if attachments.waited_days >= max(profile.attachment_wait_days, 1):
            return (MailOutcome.QUARANTINED, sentence("attachment-alone-late"))
        return MailOutcome.WAITING, sentence("attachment-alone")
    return MailOutcome.QUARANTINED, sentence("no-invoice")


def _in_portal(notice: PortalNotice, late: bool) -> tuple[MailOutcome, str]:
    """A mail of a portal: a notice waits until a clerk fetched the message; a code is of no use later."""
    if notice.code:
        return MailOutcome.IGNORED, sentence("portal-code", portal=notice.portal)
    if late:
        return MailOutcome.QUARANTINED, sentence("portal-late", portal=notice.portal)
    return MailOutcome.WAITING, sentence("portal-waits", portal=notice.portal)


def _no_invoice(documents: Sequence[CheckedDocument]) -> tuple[MailOutcome, str]:
    """Documents of which none is an invoice: refused when each has a wrong form."""
    for document in documents:
        if document.invoice is not None:
            kind = document.invoice.kind.value
            return MailOutcome.QUARANTINED, sentence(kind if is_known(kind) else "other")
        if not _rejects(document.findings):
            unread = f"unread-{document.fault}"
            return MailOutcome.QUARANTINED, sentence(unread if is_known(unread) else "unread")
    return MailOutcome.REJECTED, _rejects(documents[0].findings)[0].what


def _decide_invoice(
    document: CheckedDocument,
    share: Share,
    of_mail: Sequence[CheckResult],
    profile: Profile,
    elsewhere: Elsewhere,
) -> ReadInvoice:
    assert document.invoice is not None
    results = (*share.results, *of_mail)
    end = _end_by_itself(document)
    if end is None and document.invoice.kind is DocumentKind.INVOICE:
        end = _attachment_ends(share.attachments, results, profile, elsewhere)
        known = [f for f in document.findings if f.code == "in-hand-waiting"]
        if end and end[0] is MailOutcome.WAITING and known:
            end = MailOutcome.IGNORED, known[0].what
    end = end or _good((*document.findings, *_findings(results)))
    return ReadInvoice(document.path, document.file_name, document.invoice, document.results, *end)


def _end_by_itself(document: CheckedDocument) -> tuple[MailOutcome, str] | None:
    """What its own checks make of an invoice; None when it is good."""
    in_hand = [
        f for f in document.findings if f.check == "duplicate-invoice" and f.code == "in-hand"
    ]
    if in_hand:
        return MailOutcome.IGNORED, in_hand[0].what
    rejects = _rejects(document.findings)
    if len(rejects) > 1:
        many = sentence("reject-more", number=len(rejects), first=rejects[0].what)
        return MailOutcome.REJECTED, many
    return (MailOutcome.REJECTED, rejects[0].what) if rejects else None


def _good(findings: Iterable[Finding]) -> tuple[MailOutcome, str]:
    reviews = sum(f.severity is Severity.REVIEW for f in findings)
    if not reviews:
        return MailOutcome.QUEUED, sentence("fine")
    if reviews == 1:
        return MailOutcome.QUEUED, sentence("review-1")
    return MailOutcome.QUEUED, sentence("review-more", number=reviews)


def _attachment_ends(
    attachments: Attachments, results: Sequence[CheckResult], profile: Profile, elsewhere: Elsewhere
) -> tuple[MailOutcome, str] | None:
    """What the attachments make of an invoice that is good itself; None: they are fine too."""
    stopped = _not_opened(attachments, profile)
    if stopped:
        return stopped
    absent = (
        not attachments.containers
        and not attachments.care_lines
        and not attachments.unread
        and attachments.doubt in ("", "elsewhere")
    )
    if absent and elsewhere.possible and attachments.waited_days >= profile.attachment_wait_days:
        return (
            MailOutcome.QUARANTINED,
            sentence("attachment-elsewhere", one=listed(elsewhere.possible, "of")),
        )
    if rejects := _rejects(_findings(results)):
        return MailOutcome.REJECTED, rejects[0].what
    return (MailOutcome.WAITING, sentence("attachment-absent")) if absent else None


def _not_opened(attachments: Attachments, profile: Profile) -> tuple[MailOutcome, str] | None:
    """A container that did not open never refuses: it waits for the provider, or a person looks."""
    openings = {c.opening for c in attachments.containers}
    if Opening.OUR_FAULT in openings:
        return (MailOutcome.QUARANTINED, sentence("our-fault"))
    if openings & {Opening.DAMAGED, Opening.BOMB}:
        return (MailOutcome.QUARANTINED, sentence("unsafe"))
    asked = {Opening.NOT_FOR_US, Opening.LOCKED}
    if not attachments.care_lines:
        # Beside an attachment that tells what it must, what we cannot open is for a person to see.
        asked.add(Opening.UNSUPPORTED)
    if not openings & asked:
        return None
    if attachments.waited_days >= max(profile.attachment_wait_days, 1):
        return (MailOutcome.QUARANTINED, sentence("locked-late"))
    if Opening.NOT_FOR_US in openings:
        return (MailOutcome.WAITING, sentence("not-for-us"))
    if Opening.LOCKED in openings:
        return (MailOutcome.WAITING, sentence("locked"))
    return MailOutcome.WAITING, sentence("unsupported")


def _reply(
    sender: Sender,
    outcome: MailOutcome,
    invoices: Sequence[ReadInvoice],
    quiet: bool,
    reminding: bool,
) -> ReplyKind | None:
    if not sender.may_reply or sender.address is None or outcome is MailOutcome.QUARANTINED:
        return None
    if outcome is MailOutcome.IGNORED:
        in_hand = any(f.check == "duplicate-invoice" for i in invoices for f in i.findings)
        by_person = sender.automation is Automation.PERSON
        return ReplyKind.DUPLICATE if in_hand and by_person else None
    if MailOutcome.REJECTED in (outcome, *(i.outcome for i in invoices)):
        return ReplyKind.REFUSAL
    if outcome is not MailOutcome.WAITING:
        return ReplyKind.RECEIPT
    if sender.automation is Automation.PORTAL or (quiet and not reminding):
        return None
    return ReplyKind.REMINDER if reminding else ReplyKind.QUESTION


def _is_quiet(
    attachments: Attachments, invoices: Sequence[ReadInvoice], elsewhere: Elsewhere
) -> bool:
    """Nothing is asked yet: the attachment may lie in another mail of ours, or the invoice may be
    on its way.
    """
    return (
        bool(elsewhere.possible)
        if invoices
        else all(c.opening is Opening.OPENED for c in attachments.containers)
    )


def _goes_on(wait: Wait | None, sender: Sender) -> Wait | None:
    """The wait that goes on; None when one begins: what was fetched in a portal waits for something else
    than its notice did.
    """
    return None if wait and wait.fetched and sender.notice is None else wait


def _deadline(
    checked: Checked, profile: Profile, decided_on: dt.date, wait: Wait | None
) -> dt.date:
    """The last day; a mail that waits already keeps its own."""
    sender = checked.parsed.sender
    if wait is not None and wait.deadline >= decided_on:
        return wait.deadline
    if sender.notice is None:
        return decided_on + dt.timedelta(days=max(profile.attachment_wait_days, 1))
    until = kept_until(sender.notice, checked.parsed.mail.text, checked.parsed.received.day)
    soon = decided_on + dt.timedelta(days=PORTAL_DAYS)
    return max(min(soon, until), decided_on)


def _remind_on(
    profile: Profile, decided_on: dt.date, wait: Wait | None, deadline: dt.date
) -> dt.date | None:
    """The day of the one reminder: some days after the mail began to wait, unless that is its last
    day or later.
    """
    if wait is not None:
        return wait.remind_on
    day = decided_on + dt.timedelta(days=profile.reminder_days)
    return day if profile.reminder_days and day < deadline else None


def _incidents(
    documents: Sequence[CheckedDocument], attachments: Attachments, results: Sequence[CheckResult]
) -> tuple[Incident, ...]:
    # What a later mail brought is an incident of that mail.
    protections = {c.protection for c in attachments.containers if not c.came_apart}
    found = {
        "unsecured-attachment": Protection.NONE in protections
        and bool(attachments.care_lines)
        and attachments.road is not Road.PORTAL,
        "invoice-not-anonymous": any(
            s.kind.certain for d in documents if d.invoice for s in d.invoice.sightings
        ),
        "mail-not-anonymous": any(f.check == "anonymity" for f in _findings(results)),
    }
    return tuple(Incident(kind, _INCIDENTS[kind]) for kind, is_so in found.items() if is_so)


def _alarm(attachments: Attachments) -> str | None:
    reasons = [
        c.administrator_reason for c in attachments.containers if c.opening is Opening.OUR_FAULT
    ]
    return f"cannot open an attachment: {reasons[0]}" if reasons else None


def _together(shares: Sequence[Share]) -> tuple[CheckResult, ...]:
    """The results of all shares, each check once; a finding of them all stands there once."""
    everyone = {path for share in shares for path in share.invoices}
    by_check: dict[str, list[CheckResult]] = {}
    for result in (r for share in shares for r in share.results):
        by_check.setdefault(result.check, []).append(result)
    return tuple(_joined(results, everyone) for results in by_check.values())


def _joined(results: Sequence[CheckResult], everyone: set[str]) -> CheckResult:
    same: dict[Finding, list[str]] = {}
    for finding in _findings(results):
        same.setdefault(replace(finding, invoices=()), []).extend(finding.invoices)
    findings = tuple(
        replace(f, invoices=() if set(paths) >= everyone else tuple(dict.fromkeys(paths)))
        for f, paths in same.items()
    )
    return CheckResult(
        results[0].check, min((r.outcome for r in results), key=_WORST.index), findings
    )
