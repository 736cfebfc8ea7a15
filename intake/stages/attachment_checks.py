"""What the checks say of each invoice's own attachments; a doubt whose they are refuses nobody."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace

from intake.checks import registry as checks
from intake.checks.support.agreement import confirmed, rejects
from intake.model.attachment import Attachments
from intake.model.finding import CheckResult
from intake.model.verdict import CheckedDocument, Share
from intake.profile import Profile
from intake.secure_attachment.pairing.model import Pair, attachments_of


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
    invoices = [d.invoice for d in documents if d.path in pair.invoices and d.invoice]

    def checked(attachments: Attachments) -> tuple[CheckResult, ...]:
        return checks.on_attachments(attachments, invoices, profile, today)

    attachments = attachments_of(pair.bundles, whole, pair.doubt)
    results = checked(attachments)
    if pair.doubt:
        # Which is whose is not known: only a fault that all of them have is certainly there.
        each = (
            [rejects(checked(attachments_of([bundle], whole))) for bundle in pair.bundles]
            if pair.doubt == "which"
            else []
        )
        certain = frozenset.intersection(*each) if each else frozenset()
        results = confirmed(results, [r for r in results if r.check in certain])
    return Share(pair.invoices, attachments, _about(results, pair.invoices) if several else results)


def _about(results: Iterable[CheckResult], paths: tuple[str, ...]) -> tuple[CheckResult, ...]:
    return tuple(
        replace(r, findings=tuple(replace(f, invoices=paths) for f in r.findings)) for r in results
    )
