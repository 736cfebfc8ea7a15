"""The pages for clerks: one file a page, its routes in ``router``, and its template.

``PAGES`` is the registry, in the order in which addresses are looked up.
"""

from __future__ import annotations

from types import ModuleType

from intake.review.pages import (
    accessibility,
    care,
    case,
    health,
    incident,
    login,
    pairing,
    password,
    picture,
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
    accessibility,
]
