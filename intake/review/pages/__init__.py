"""The pages for clerks: one file a page, its routes in ``router``, and its template.

``PAGES`` is the registry, in the order in which addresses are looked up.
"""

from __future__ import annotations

from types import ModuleType

from intake.review.pages import (
    care,
    case,
    health,
    incident,
    login,
    municipal_login,
    pairing,
    password,
    picture,
    privacy,
    queue,
    refuse,
    second_step,
    subject,
    supplier,
    today,
)

PAGES: list[ModuleType] = [
    login,
    municipal_login,
    second_step,
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
    subject,
    health,
]
