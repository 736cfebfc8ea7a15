"""Two readings of one document: a refusal stands only where both readers give it (rule 3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from intake.types import CheckResult, Invoice, Outcome, Severity


def rejects(results: Sequence[CheckResult]) -> frozenset[str]:
    """Ids of the checks that would refuse."""
    return frozenset(r.check for r in results if any(f.severity is Severity.REJECT for f in r.findings))


def agreed(
    first: Invoice, results: tuple[CheckResult, ...], second: Invoice | None, again: tuple[CheckResult, ...]
) -> tuple[Invoice, tuple[CheckResult, ...]]:
    """The reading with fewer refusals; those the other reader does not confirm become a question for a person."""
    if second is None:
        return first, _lowered(results, frozenset())
    better, its_results = (second, again) if len(rejects(again)) < len(rejects(results)) else (first, results)
    confirmed = rejects(results) & rejects(again)
    return replace(better, readers=tuple(dict.fromkeys((*first.readers, *second.readers)))), _lowered(its_results, confirmed)


def _lowered(results: Sequence[CheckResult], confirmed: frozenset[str]) -> tuple[CheckResult, ...]:
    return tuple(r if r.check in confirmed or r.check not in rejects(results) else _as_review(r) for r in results)


def _as_review(result: CheckResult) -> CheckResult:
    findings = tuple(replace(f, severity=Severity.REVIEW) if f.severity is Severity.REJECT else f for f in result.findings)
    return CheckResult(result.check, Outcome.UNDETERMINED, findings)
