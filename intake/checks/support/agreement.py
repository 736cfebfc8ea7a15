"""Two readings of one document: a refusal stands only where both readers give it (rule 3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from intake.checks.support.requirement import Requirement, Situation, finding
from intake.model.basics import Box
from intake.model.finding import CheckResult, Outcome, Severity
from intake.model.invoice import Invoice
from intake.model.plea import Plea
from intake.profile import Profile

PERHAPS = "perhaps"
"""Code of the finding that shows what speaks against a refusal, whatever the check."""
_PERHAPS = Requirement(PERHAPS, {PERHAPS: Situation(Severity.REVIEW, internal=True)})


def rejects(results: Sequence[CheckResult]) -> frozenset[str]:
    """Ids of the checks that would refuse."""
    return frozenset(
        r.check for r in results if any(f.severity is Severity.REJECT for f in r.findings)
    )


def agreed(
    first: Invoice,
    results: tuple[CheckResult, ...],
    second: Invoice | None,
    again: tuple[CheckResult, ...],
) -> tuple[Invoice, tuple[CheckResult, ...]]:
    """The reading with fewer refusals; those the other reader does not confirm become a question
    for a person.
    """
    if second is None:
        return first, _lowered(results, frozenset())
    better, its_results = (
        (second, again) if len(rejects(again)) < len(rejects(results)) else (first, results)
    )
    confirmed = rejects(results) & rejects(again)
    return replace(
        better, readers=tuple(dict.fromkeys((*first.readers, *second.readers)))
    ), _lowered(its_results, confirmed)


def confirmed_by_text(
    results: tuple[CheckResult, ...], by_text: tuple[CheckResult, ...], decoration: bool
) -> tuple[CheckResult, ...]:
    """What tekstherkenning (OCR) read refuses nothing: a refusal stands where the text alone gives
    it too.

    Args:
        results: of the text and the pictures together.
        by_text: of the text alone, in which nothing is called absent while a picture is unread.
        decoration: every picture proved to be a logo or a photo, so what the text lacks is absent.
            A name may still be drawn in a logo in a way that nobody but a person reads.
    """
    confirmed = rejects(results) - {"supplier-name"} if decoration else rejects(by_text)
    return _lowered(results, confirmed)


def confirmed_as_drawn(
    results: tuple[CheckResult, ...],
    by_picture: Sequence[CheckResult],
    others: Sequence[tuple[int, Box]],
) -> tuple[CheckResult, ...]:
    """The same results; what the pages do not show as the text layer has it refuses nothing.

    Args:
        by_picture: of what tekstherkenning (OCR) read on the pages: a fact that is absent there too
            is absent.
        others: page and box of words in whose place something else is drawn.
    """
    absent = rejects(by_picture)
    kept = frozenset(
        r.check
        for r in results
        if all(
            r.check in absent
            if f.box is None
            else not any(page == f.page and _touch(box, f.box) for page, box in others)
            for f in r.findings
            if f.severity is Severity.REJECT
        )
    )
    return _lowered(results, kept)


def _touch(one: Box, other: Box) -> bool:
    return min(one[2], other[2]) > max(one[0], other[0]) and min(one[3], other[3]) > max(
        one[1], other[1]
    )


def confirmed(
    results: tuple[CheckResult, ...], again: Sequence[CheckResult]
) -> tuple[CheckResult, ...]:
    """The same results; a refusal that the other reading does not give becomes a question for a
    person.
    """
    return _lowered(results, rejects(again))


def held_back(
    results: tuple[CheckResult, ...],
    heard: frozenset[str],
    pleas: Sequence[Plea] | None,
    profile: Profile,
) -> tuple[CheckResult, ...]:
    """A refusal against which something on the page speaks becomes a question for a person, who is
    shown the place.

    Args:
        heard: the checks that the advocate was asked about.
        pleas: None when he could not look: then none of these refuses.
    """
    if pleas is None:
        return _lowered(results, rejects(results) - heard)
    return tuple(_spoken_for(r, [p for p in pleas if p.check == r.check], profile) for r in results)


def _spoken_for(result: CheckResult, pleas: Sequence[Plea], profile: Profile) -> CheckResult:
    if not pleas:
        return result
    asked = _as_review(result)
    perhaps = (
        replace(
            finding(_PERHAPS, profile, PERHAPS, text=plea.text),
            check=result.check,
            page=plea.page,
            box=plea.box,
        )
        for plea in pleas
    )
    return replace(asked, findings=(*asked.findings, *perhaps))


def _lowered(results: Sequence[CheckResult], confirmed: frozenset[str]) -> tuple[CheckResult, ...]:
    return tuple(
        r if r.check in confirmed or r.check not in rejects(results) else _as_review(r)
        for r in results
    )


def _as_review(result: CheckResult) -> CheckResult:
    findings = tuple(
        replace(f, severity=Severity.REVIEW) if f.severity is Severity.REJECT else f
        for f in result.findings
    )
    return CheckResult(result.check, Outcome.UNDETERMINED, findings)
