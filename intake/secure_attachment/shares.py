"""What the checks say of each invoice's own attachments; a doubt whose they are refuses nobody."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace

from intake.checks import collected as checks
from intake.checks.second_reading import confirmed, rejects
from intake.profile import Profile
from intake.secure_attachment.pairing import Pair, attachments_of
from intake.types import Attachments, CheckedDocument, CheckResult, Finding, Outcome, Share

_WORST = (Outcome.FAILED, Outcome.UNDETERMINED, Outcome.PASSED, Outcome.NOT_APPLICABLE, Outcome.NOT_IN_FORCE)


def judged(pairs: Sequence[Pair], documents: Sequence[CheckedDocument], whole: Attachments, profile: Profile, today: dt.date) -> tuple[Share, ...]:
    """Check the attachments of each pair beside its own invoices.

    Args:
        whole: all attachments of the mail, with the road they came by and the days waited.
    """
    return tuple(_judged(pair, documents, whole, profile, today, several=len(pairs) > 1) for pair in pairs)


def together(shares: Sequence[Share]) -> tuple[CheckResult, ...]:
    """The results of all shares, each check once; a finding of them all stands there once."""
    everyone = {path for share in shares for path in share.invoices}
    by_check: dict[str, list[CheckResult]] = {}
    for result in (r for share in shares for r in share.results):
        by_check.setdefault(result.check, []).append(result)
    return tuple(_joined(results, everyone) for results in by_check.values())


def _judged(pair: Pair, documents: Sequence[CheckedDocument], whole: Attachments, profile: Profile, today: dt.date, several: bool) -> Share:
    invoices = [d.invoice for d in documents if d.path in pair.invoices and d.invoice]

    def checked(attachments: Attachments) -> tuple[CheckResult, ...]:
        return checks.on_attachments(attachments, invoices, profile, today)

    attachments = attachments_of(pair.bundles, whole, pair.doubt)
    results = checked(attachments)
    if pair.doubt:
        # Which is whose is not known: only a fault that all of them have is certainly there.
        each = [rejects(checked(attachments_of([bundle], whole))) for bundle in pair.bundles] if pair.doubt == "which" else []
        certain = frozenset.intersection(*each) if each else frozenset()
        results = confirmed(results, [r for r in results if r.check in certain])
    return Share(pair.invoices, attachments, _about(results, pair.invoices) if several else results)


def _about(results: Iterable[CheckResult], paths: tuple[str, ...]) -> tuple[CheckResult, ...]:
    return tuple(replace(r, findings=tuple(replace(f, invoices=paths) for f in r.findings)) for r in results)


def _joined(results: Sequence[CheckResult], everyone: set[str]) -> CheckResult:
    same: dict[Finding, list[str]] = {}
    for finding in (f for r in results for f in r.findings):
        same.setdefault(replace(finding, invoices=()), []).extend(finding.invoices)
    findings = tuple(replace(f, invoices=() if set(paths) >= everyone else tuple(dict.fromkeys(paths))) for f, paths in same.items())
    return CheckResult(results[0].check, min((r.outcome for r in results), key=_WORST.index), findings)
