"""What a municipality asks of a provider, from the catalogue of checks: what refuses here, and what
helps.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from intake.checks import catalogue, registry
from intake.checks.catalogue import Rule
from intake.checks.support.requirement import Requirement
from intake.model.basics import local_today
from intake.profile import Profile


class _Check(Protocol):
    @property
    def REQUIREMENT(self) -> Requirement: ...  # noqa: N802 the name in the modules


def on_invoice(own: Profile) -> list[Rule]:
    """What must be on an invoice, and what helps, in the order of the checks."""
    return _demands((*registry.ON_INVOICE, *registry.WITH_HISTORY), own)


def on_attachment(own: Profile) -> list[Rule]:
    """What must be in the secured attachment, and what helps."""
    return _demands(registry.ON_ATTACHMENTS, own)


def on_supplier(own: Profile) -> list[Rule]:
    """What is asked of who sends it, where the register of suppliers counts."""
    return _demands(registry.ON_SUPPLIER, own)


def _demands(modules: Iterable[_Check], own: Profile) -> list[Rule]:
    day = local_today()
    rules = (catalogue.rule(module.REQUIREMENT.check, own, day) for module in modules)
    return [rule for rule in rules if rule.is_asked and (rule.asked or rule.advice)]
