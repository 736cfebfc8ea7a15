"""The points that a clerk must look at: what the checks found, said once for each check."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from intake.checks import registry
from intake.model.finding import Finding, Severity
from intake.model.verdict import ReadInvoice, Verdict
from intake.text.masking import masked

_ORDER = (Severity.REJECT, Severity.REVIEW, Severity.INFO)


@dataclass(frozen=True, slots=True)
class Choice:
    """One finding that may go into the letter."""

    key: str
    finding: Finding

    @property
    def explanation(self) -> str:
        """What the letter says of it, unless a clerk writes something else."""
        finding = self.finding
        example = f"Bijvoorbeeld: {finding.example}" if finding.example else ""
        said = " ".join(filter(None, (finding.what, finding.remedy)))
        return "\n".join(filter(None, (said, example)))


@dataclass(frozen=True, slots=True)
class Point:
    """All that one check found, of one severity."""

    key: str
    title: str
    severity: Severity
    texts: tuple[str, ...] = field(repr=False)
    remedies: tuple[str, ...] = field(repr=False)
    sources: tuple[str, ...]
    cases: tuple[str, ...]
    """References of the other cases that it speaks of."""
    internal: bool
    """Never told to a provider."""
    choices: tuple[Choice, ...]
    """Its findings that may go into the letter."""
    page: int | None
    """Where it can be seen."""
    spot: str
    """By which its box on that page is found; empty without one."""


@dataclass(frozen=True, slots=True)
class _Each:
    key: str
    spot: str
    finding: Finding


def points(verdict: Verdict, read: ReadInvoice | None) -> tuple[Point, ...]:
    """Of the open invoice and of its mail, the heaviest first.

    Args:
        read: the invoice that is open; None: only what is said of the mail.
    """
    found = [_Each(key, "", each) for key, each in keyed("mail", verdict.findings)]
    if read is not None:
        number = [each.path for each in verdict.invoices].index(read.path)
        own = (
            _Each(key, f"finding-{at}" if each.box else "", each)
            for at, (key, each) in enumerate(keyed(str(number), read.findings))
        )
        found = [*own, *(each for each in found if _concerns(each.finding, read))]
    grouped: dict[tuple[str, Severity, bool], list[_Each]] = {}
    for each in found:
        kind = (each.finding.check, each.finding.severity, each.finding.internal)
        grouped.setdefault(kind, []).append(each)
    made = (_point(same) for same in grouped.values())
    return tuple(sorted(made, key=lambda point: _ORDER.index(point.severity)))


def keyed(prefix: str, findings: Iterable[Finding]) -> Iterator[tuple[str, Finding]]:
    """Each finding with its key: what was found, and not where in the list it stands, so that what a
    clerk keeps under it is about the same when the rules judged anew.

    Args:
        prefix: the number of the invoice in its mail, or ``mail``.
    """
    so_far: Counter[str] = Counter()
    for finding in findings:
        name = f"{prefix}.{finding.check}.{finding.code}"
        so_far[name] += 1
        yield name if so_far[name] == 1 else f"{name}.{so_far[name]}", finding


def may_be_told(finding: Finding) -> bool:
    """Whether it may stand in a letter."""
    return not finding.internal and finding.severity is not Severity.INFO


def _concerns(finding: Finding, read: ReadInvoice) -> bool:
    return not finding.invoices or read.path in finding.invoices


def _point(same: Sequence[_Each]) -> Point:
    first = same[0].finding
    placed = next((each for each in same if each.spot), None)
    return Point(
        key=same[0].key,
        title=registry.heading(first.check),
        severity=first.severity,
        texts=_once(masked(each.finding.what) for each in same),
        remedies=_once(_remedy(each.finding) for each in same),
        sources=_once(each.finding.source for each in same),
        cases=_once(each.finding.case or "" for each in same),
        internal=first.internal,
        choices=tuple(Choice(each.key, each.finding) for each in same if may_be_told(each.finding)),
        page=placed.finding.page if placed else None,
        spot=placed.spot if placed else "",
    )


def _remedy(finding: Finding) -> str:
    example = f"Bijvoorbeeld: {finding.example}." if finding.example else ""
    return masked(" ".join(filter(None, (finding.remedy, example))))


def _once(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, texts)))
