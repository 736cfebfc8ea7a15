"""The pages for clerks: one file a page, its routes in ``router``, and its template.

``PAGES`` is the registry, in the order in which addresses are looked up.
"""

from __future__ import annotations

from types import ModuleType

from intake.review.pages import (
    accessibility,
    batches,
    care,
    case,
    coding,
    complete,
    content,
    correct,
    explain,
    fast,
    figures,
    health,
    incident,
    login,
    municipal_login,
    pairing,
    password,
    picture,
    plan,
    post,
    privacy,
    queue,
    refuse,
    second_step,
    subject,
    supplier,
    suppliers,
    today,
)

PAGES: list[ModuleType] = [
    login,
    municipal_login,
    second_step,
    queue,
    fast,
    case,
    correct,
    plan,
    content,
    coding,
    explain,
    pairing,
    care,
    password,
    picture,
    refuse,
    post,
    supplier,
    batches,
    suppliers,
    today,
    complete,
    figures,
    privacy,
    incident,
    subject,
    health,
    accessibility,
]
