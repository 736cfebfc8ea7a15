"""The addresses of the clerk's pages, drawn from their registry: a new page is guarded like the others."""

from __future__ import annotations

import string

from fastapi.routing import APIRoute

from intake.review.pages import PAGES


def addresses(**known: object) -> list[str]:
    """Every address that shows something, with these values in the places of its parameters; none
    that needs more.
    """
    paths = [
        route.path
        for page in PAGES
        for route in page.router.routes
        if isinstance(route, APIRoute) and "GET" in (route.methods or ())
    ]
    return [path.format(**known) for path in paths if _parameters(path) <= known.keys()]


def _parameters(path: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(path) if name}
