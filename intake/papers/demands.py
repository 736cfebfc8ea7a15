"""What a municipality asks of a provider, from the catalogue of checks.

Nothing is called a demand that does not refuse in this municipality.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from intake.checks import registry
from intake.checks.catalogue import sample_facts, visiting
from intake.checks.support.requirement import Requirement, finding, in_words
from intake.profile import Profile


@dataclass(frozen=True, slots=True)
class Wrong:
    """One way in which it is refused."""

    example: str
    told: str
    """What the letter says of it."""


@dataclass(frozen=True, slots=True)
class Demand:
    """One check, as a provider is told of it before anything is sent."""

    check: str
    title: str
    asked: str
    right: tuple[str, ...]
    wrong: tuple[Wrong, ...]
    advice: tuple[str, ...]

    @property
    def refuses(self) -> bool:
        return bool(self.wrong)


class _Check(Protocol):
    @property
    def REQUIREMENT(self) -> Requirement: ...  # noqa: N802 the name in the modules


def on_invoice(own: Profile) -> list[Demand]:
    """What must be on an invoice, and what helps, in the order of the checks."""
    return _demands((*registry.ON_INVOICE, *registry.WITH_HISTORY), own)


def on_attachment(own: Profile) -> list[Demand]:
    """What must be in the secured attachment, and what helps."""
    return _demands(registry.ON_ATTACHMENTS, own)


def on_supplier(own: Profile) -> list[Demand]:
    """What is asked of who sends it, where the register of suppliers counts."""
    return _demands(registry.ON_SUPPLIER, own)


def _demands(modules: Iterable[_Check], own: Profile) -> list[Demand]:
    asked = (m.REQUIREMENT for m in modules if m.REQUIREMENT.is_asked(own))
    each = (_demand(requirement, own) for requirement in asked)
    return [demand for demand in each if demand.asked or demand.advice]


def _demand(requirement: Requirement, own: Profile) -> Demand:
    texts = requirement.texts

    def said(text: str) -> str:
        return in_words(text, own, visiting=visiting(own.addressee))

    wrong = (
        Wrong(
            example,
            finding(requirement, own, code, None, **sample_facts(requirement.check, code)).what,
        )
        for code, situation in requirement.situations.items()
        if not situation.internal
        and registry.refuses(requirement.check, code, own)
        and (example := said(texts.situations[code].wrong))
    )
    return Demand(
        requirement.check,
        texts.title[:1].upper() + texts.title[1:],
        said(texts.asked),
        tuple(map(said, texts.right)),
        tuple(wrong),
        tuple(map(said, texts.advice)),
    )
