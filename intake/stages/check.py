"""Checks the mail itself, and each invoice's own attachments; a doubt whose they are refuses nobody."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace

from intake.checks import registry as checks
from intake.checks.anonymity import check_texts
from intake.checks.document import check_unread
from intake.checks.support.agreement import confirmed, rejects
from intake.model.attachment import Attachments
from intake.model.finding import CheckResult
from intake.model.invoice import Invoice
from intake.model.verdict import CheckedDocument, Share
from intake.profile import Profile
from intake.secure_attachment.pairing.model import Bundle, Pair, attachments_of, newest_mail
from intake.stages.lookups import Lookups
from intake.stages.values import Checked, Paired


def check(paired: Paired, profile: Profile, lookups: Lookups, unread: str) -> Checked:
    """Run every check that needs more than one document.

    Args:
        unread: why a file of the mail stayed unread (``Work.unread``).
    """
    received, mail = paired.parsed.received, paired.parsed.mail
    attachments = _attachments(paired, lookups)
    pairs = tuple(_mended(pair, paired, attachments, profile) for pair in paired.pairs)
    attachments = _without_replaced(attachments, paired.pairs, pairs)
    shares = judged(pairs, paired.documents, attachments, profile, received.day)
    documents = _with_supplier_checks(paired, shares, attachments, profile, lookups)
    paired = replace(paired, documents=documents)
    results: tuple[CheckResult, ...] = ()
    if attachments.containers and not shares:
        results = checks.on_attachments(attachments, (), profile, received.day)
    texts = (mail.subject, mail.text, *(part.file_name or "" for part in mail.parts))
    in_texts = check_texts(texts, profile)
    if in_texts.findings:
        results = (*results, in_texts)
    results = (*results, *check_unread(unread, profile))
    return Checked(paired, attachments, shares, results, unread)


def _with_supplier_checks(
    paired: Paired, shares: Sequence[Share], whole: Attachments, profile: Profile, lookups: Lookups
) -> tuple[CheckedDocument, ...]:
    """The documents with what the checks say of who sent each invoice; they need its care lines."""
    received = paired.parsed.received

    def checked(document: CheckedDocument) -> CheckedDocument:
        invoice = document.invoice
        if invoice is None or not document.is_invoice:
            return document
        own = (share.attachments for share in shares if document.path in share.invoices)
        known = lookups.supplier(invoice, received.reference)
        attachments = next(own, whole)
        results = checks.on_supplier(invoice, attachments, profile, received.day, known)
        return replace(document, results=(*document.results, *results))

    return tuple(map(checked, paired.documents))


def _attachments(paired: Paired, lookups: Lookups) -> Attachments:
    """All attachments of the mail, with the road they came by and what was declared before."""
    received, whole = paired.parsed.received, paired.found.attachments
    known = {found.case for document in paired.documents for found in document.findings}
    earlier = lookups.earlier_care(whole.care_lines, received.reference)
    return replace(
        whole,
        road=paired.parsed.sender.road,
        waited_days=received.wait.days if received.wait else 0,
        # The same invoice again declares the same care.
        earlier_care=tuple(care for care in earlier if care.reference not in known),
        doubt="whose" if paired.elsewhere.choice.doubtful else "",
    )


def _mended(pair: Pair, paired: Paired, whole: Attachments, profile: Profile) -> Pair:
    """The pair without what a later mail brought anew: an attachment that has a fault, or the same
    care lines.
    """
    newest = newest_mail(pair.bundles)
    if not newest or pair.doubt:
        return pair
    day = paired.parsed.received.day
    invoices = _invoices(pair, paired.documents)
    again = {line for b in pair.bundles if b.mail == newest for line in b.lines}

    def is_replaced(bundle: Bundle) -> bool:
        if bundle.lines and again.issuperset(bundle.lines):
            return True
        alone = attachments_of([bundle], whole)
        return bool(rejects(checks.on_attachments(alone, invoices, profile, day)))

    kept = (b for b in pair.bundles if b.mail >= newest or not is_replaced(b))
    return replace(pair, bundles=tuple(kept))


def _without_replaced(
    whole: Attachments, before: Sequence[Pair], after: Sequence[Pair]
) -> Attachments:
    """Without the care lines that no pair has any more; the containers stay, as what came in."""
    gone, kept = (
        {id(line) for pair in pairs for bundle in pair.bundles for line in bundle.lines}
        for pairs in (before, after)
    )
    lines = tuple(line for line in whole.care_lines if id(line) not in gone - kept)
    return replace(whole, care_lines=lines)


def _invoices(pair: Pair, documents: Sequence[CheckedDocument]) -> list[Invoice]:
    return [d.invoice for d in documents if d.path in pair.invoices and d.invoice]


def judged(
    pairs: Sequence[Pair],
    documents: Sequence[CheckedDocument],
    whole: Attachments,
    profile: Profile,
    today: dt.date,
) -> tuple[Share, ...]:
    """Check the attachments of each pair beside its own invoices.

    Args:
        whole: all attachments of the mail, with the road they came by and the days waited.
    """
    return tuple(
        _judged(pair, documents, whole, profile, today, several=len(pairs) > 1) for pair in pairs
    )


def _judged(
    pair: Pair,
    documents: Sequence[CheckedDocument],
    whole: Attachments,
    profile: Profile,
    today: dt.date,
    several: bool,
) -> Share:
    invoices = _invoices(pair, documents)

    def checked(attachments: Attachments) -> tuple[CheckResult, ...]:
        return checks.on_attachments(attachments, invoices, profile, today)

    attachments = attachments_of(pair.bundles, whole, pair.doubt)
    results = checked(attachments)
    if pair.doubt:
        # Which is whose is not known: only a fault that all of them have is certainly there.
        alone = pair.bundles if pair.doubt == "which" else ()
        each = [rejects(checked(attachments_of([bundle], whole))) for bundle in alone]
        certain = each[0].intersection(*each) if each else frozenset()
        results = confirmed(results, [r for r in results if r.check in certain])
    return Share(pair.invoices, attachments, _about(results, pair.invoices) if several else results)


def _about(results: Iterable[CheckResult], paths: tuple[str, ...]) -> tuple[CheckResult, ...]:
    return tuple(
        replace(r, findings=tuple(replace(f, invoices=paths) for f in r.findings)) for r in results
    )
