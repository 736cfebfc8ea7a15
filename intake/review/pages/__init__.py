"""The pages for clerks: one file a page, its routes in ``router``, and its template.

``PAGES`` is the registry, in the order in which addresses are looked up.
"""

from __future__ import annotations

from types import ModuleType

from intake.review.pages import (
    care,
    case,
    correct,
    explain,
    health,
    incident,
    login,
    pairing,
    password,
    picture,
    plan,
    privacy,
    queue,
    refuse,
    supplier,
    today,
)

PAGES: list[ModuleType] = [
    login,
    queue,
    case,
    correct,
    plan,
    explain,
    pairing,
    care,
    password,
    picture,
    refuse,
    supplier,
    today,
    privacy,
    incident,
    health,
]
