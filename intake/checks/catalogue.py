"""The catalogue of checks: what is asked, on which ground, since when, and what becomes of an invoice
that does not have it. From the checks themselves, in the words and with the severities of one
municipality.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from intake.checks import registry
from intake.checks.secure_attachment import accepted_formats
from intake.checks.support.requirement import Requirement, finding, in_words
from intake.model.finding import Severity
from intake.profile import Addressee, Profile, default_texts


@dataclass(frozen=True, slots=True)
class Way:
    """One way in which a check can end badly."""

    code: str
    severity: Severity
    """What it weighs in this municipality."""
    lowered_from: Severity | None
    """What it weighs where a municipality says nothing else; None: the same."""
    what: str
    """The sentence that a clerk or a provider reads, with made-up values filled in."""
    remedy: str
    english: str
    wrong: str
    """An example of a document that has it; empty where it does not refuse."""
    internal: bool
    """No provider hears of it."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One check, as somebody who decides on rules reads it."""

    check: str
    title: str
    """As a provider reads it."""
    heading: str
    """As a clerk does."""
    asked: str
    """What a provider is told before it writes an invoice; empty: nothing is asked of it."""
    right: tuple[str, ...]
    advice: tuple[str, ...]
    source: str
    """The article that asks it, or the municipality's page; empty: neither asks it."""
    by_law: bool
    is_asked: bool
    """By this municipality."""
    first_day: dt.date | None
    last_day: dt.date | None
    is_in_force: bool
    """On the day that the catalogue is of; it is the invoice's date that counts."""
    ways: tuple[Way, ...]
    """The heaviest first."""

    @property
    def refuses(self) -> bool:
        return self.is_asked and any(way.severity is Severity.REJECT for way in self.ways)

    @property
    def wrong(self) -> tuple[Way, ...]:
        """How it looks when it is refused, for whom a letter tells so."""
        told = (way for way in self.ways if way.wrong and not way.internal)
        return tuple(way for way in told if way.severity is Severity.REJECT)

    @property
    def points(self) -> tuple[tuple[Severity, str], ...]:
        """Every sentence once, with what it weighs."""
        return tuple(dict.fromkeys((way.severity, way.what) for way in self.ways))


def rules(own: Profile, day: dt.date) -> tuple[Rule, ...]:
    """All checks in their order, as they are on this day."""
    return tuple(rule(check, own, day) for check in registry.requirements())


def rule(check: str, own: Profile, day: dt.date) -> Rule:
    """One of them.

    Raises:
        KeyError: there is no such check.
    """
    requirement = registry.requirement(check)
    texts = requirement.texts
    ways = sorted(_ways(requirement, own), key=lambda way: _ORDER[way.severity])
    asks = bool(texts.asked) or any(way.severity is Severity.REJECT for way in ways)

    def said(text: str) -> str:
        return in_words(text, own, visiting=visiting(own.addressee))

    return Rule(
        check,
        texts.title[:1].upper() + texts.title[1:],
        texts.heading,
        said(texts.asked),
        tuple(map(said, texts.right)),
        tuple(map(said, texts.advice)),
        requirement.law or (own.source if asks else ""),
        bool(requirement.law),
        requirement.is_asked(own),
        requirement.in_force_from,
        requirement.in_force_until,
        requirement.in_force(day),
        tuple(ways),
    )


_ORDER = {Severity.REJECT: 0, Severity.REVIEW: 1, Severity.INFO: 2}


def _ways(requirement: Requirement, own: Profile) -> list[Way]:
    found = []
    for code, situation in requirement.situations.items():
        told = finding(requirement, own, code, None, **sample_facts(requirement.check, code))
        weighs = registry.severity(requirement.check, code, own)
        wrong = requirement.texts.situations[code].wrong
        found.append(
            Way(
                code,
                weighs,
                situation.severity if weighs is not situation.severity else None,
                told.what,
                told.remedy,
                told.in_english,
                in_words(wrong, own, visiting=visiting(own.addressee)),
                situation.internal,
            )
        )
    return found


def sample_facts(check: str, code: str) -> Mapping[str, Any]:
    """A made-up value of everything that the sentences of this situation may name."""
    every = default_texts("papers/facts")
    own = every.get(check, {})
    return {**every, **own, **own.get(code, {}), "formats": accepted_formats("nl")}


def visiting(addressee: Addressee) -> str:
    """An invoice that is sent only there is wrongly addressed; empty when no such address is known."""
    if not addressee.visiting:
        return ""
    place = addressee.visiting[0]
    postcode = f"{place.postcode[:4]} {place.postcode[4:]}"
    return f"{addressee.names[0]}, {place.street}, {postcode} {addressee.city}"
