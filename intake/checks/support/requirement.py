"""What a check declares and how it reports: a requirement with its source, and the situations in
which it ends badly. What people read of it is in ``templates/_default/checks/``, one file a check.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

from intake.model.finding import CheckResult, Finding, Outcome, Severity
from intake.model.invoice import Evidence
from intake.profile import Profile, default_texts


@dataclass(frozen=True, slots=True)
class Situation:
    """One way a check can end badly."""

    severity: Severity
    internal: bool = False
    """The provider is not told."""


@dataclass(frozen=True, slots=True)
class Wording:
    """What is said of one situation.

    Dutch at level B1; ``{je}``/``{Je}`` and ``{jouw}``/``{Jouw}`` become je/u and je/uw,
    ``{address}``, ``{municipality}`` and ``{phone}`` are the municipality's; other names are facts
    that the check gives (never client data).
    """

    what: str
    remedy: str = ""
    example: str = ""
    tip: str = ""
    """What to do otherwise the next time, for who need not send it again now; it says of nothing that
    it is wrong, and names no facts but the municipality's."""
    wrong: str = ""
    """How it looks when it is wrong, for the page that tells providers what we ask; every situation that
    refuses has it, and no other."""
    english: str = ""
    """For an English invoice; every situation that refuses has it. The same names may be in it; a
    fact that is itself words has a twin in English: ``{seen}`` and ``{seen_en}``."""


@dataclass(frozen=True, slots=True)
class Texts:
    """All that people read of one check."""

    title: str
    """Dutch, as the letter names it among what was fine: ``KvK-nummer``."""
    heading: str
    """Dutch, as the review page calls it."""
    situations: Mapping[str, Wording]
    asked: str = ""
    """What we ask, as a provider is told before it writes an invoice; empty when nothing refuses."""
    right: tuple[str, ...] = ()
    """Examples of what is in order."""
    advice: tuple[str, ...] = ()
    """What else helps; it never refuses."""


@cache
def _texts_of(check: str) -> Texts:
    """The texts of a check, from its file in ``templates/_default/checks/``."""
    tables = dict(default_texts(f"checks/{check}"))
    title, heading, asked = tables.pop("title"), tables.pop("heading"), tables.pop("asked", "")
    right, advice = (tuple(tables.pop(name, ())) for name in ("right", "advice"))
    situations = {code: Wording(**table) for code, table in tables.items()}
    return Texts(title, heading, situations, asked, right, advice)


@dataclass(frozen=True, slots=True)
class Requirement:
    """One demand with its source (article of law or the municipality's page) and the dates it is in
    force.
    """

    check: str
    """Public check id; the file has the same name with ``_`` for ``-``."""
    situations: Mapping[str, Situation]
    law: str = ""
    """Article, when the law demands it; empty: the municipality's own demand."""
    internal: bool = False
    """No provider may hear how it ended, not even that it was fine."""
    is_asked: Callable[[Profile], bool] = lambda _: True
    """Whether a municipality asks it at all."""
    in_force_from: dt.date | None = None
    in_force_until: dt.date | None = None

    @property
    def texts(self) -> Texts:
        return _texts_of(self.check)

    def in_force(self, day: dt.date) -> bool:
        return (self.in_force_from is None or day >= self.in_force_from) and (
            self.in_force_until is None or day <= self.in_force_until
        )


def passed(requirement: Requirement) -> CheckResult:
    return CheckResult(requirement.check, Outcome.PASSED)


def not_applicable(requirement: Requirement) -> CheckResult:
    return CheckResult(requirement.check, Outcome.NOT_APPLICABLE)


def finding(
    requirement: Requirement,
    profile: Profile,
    code: str,
    evidence: Evidence | None = None,
    **facts: object,
) -> Finding:
    """The finding for one situation, in the municipality's tone and words.

    ``facts`` fill the texts; quote only what the provider wrote on the invoice.
    """
    situation = requirement.situations[code]
    wording = requirement.texts.situations[code]
    words = {name: str(value) for name, value in facts.items()} | _words(profile)

    def text(part: str, own: str) -> str:
        return profile.texts.get(f"{requirement.check}.{code}.{part}", own).format_map(words)

    return Finding(
        check=requirement.check,
        code=code,
        severity=situation.severity,
        what=text("what", wording.what),
        remedy=text("remedy", wording.remedy),
        example=text("example", wording.example),
        in_english=text("english", wording.english),
        page=evidence.page if evidence else None,
        box=evidence.box if evidence else None,
        source=requirement.law or profile.source,
        internal=situation.internal,
    )


def tip(requirement: Requirement, profile: Profile, code: str) -> str:
    """What to do otherwise the next time; empty when there is no such sentence."""
    wording = requirement.texts.situations.get(code, Wording(""))
    return in_words(profile.texts.get(f"{requirement.check}.{code}.tip", wording.tip), profile)


def in_words(text: str, profile: Profile, **facts: str) -> str:
    """A sentence of a check in the municipality's tone and words."""
    return text.format_map(facts | _words(profile))


_OUTCOMES = {Severity.REJECT: Outcome.FAILED, Severity.REVIEW: Outcome.UNDETERMINED}
"""By the worst finding, the worst first."""


def result(requirement: Requirement, *findings: Finding) -> CheckResult:
    """FAILED with a reject among the findings, UNDETERMINED with a review, else PASSED."""
    severities = {f.severity for f in findings}
    ends = (outcome for severity, outcome in _OUTCOMES.items() if severity in severities)
    return CheckResult(requirement.check, next(ends, Outcome.PASSED), findings)


def in_situation(
    requirement: Requirement,
    profile: Profile,
    code: str | None,
    evidence: Evidence | None = None,
    **facts: object,
) -> CheckResult:
    """The result of a check that ended in one situation, or passed when ``code`` is None; arguments
    as of :func:`finding`.
    """
    found = [] if code is None else [finding(requirement, profile, code, evidence, **facts)]
    return result(requirement, *found)


def _words(profile: Profile) -> dict[str, str]:
    """What every sentence may name."""
    return pronouns(profile) | {
        "address": profile.addressee.written,
        "municipality": profile.municipality,
        "phone": profile.phone,
    }


def pronouns(profile: Profile) -> dict[str, str]:
    """The words by which this municipality addresses a provider: ``je`` or ``u``, and their verb."""
    if profile.tone == "u":
        return {"je": "u", "Je": "U", "jouw": "uw", "Jouw": "Uw", "hoef": "hoeft"}
    return {"je": "je", "Je": "Je", "jouw": "je", "Jouw": "Je", "hoef": "hoef"}
