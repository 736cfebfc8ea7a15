"""Where a login may lead: the addresses of our own pages, and none other."""

from __future__ import annotations

import re
from collections.abc import Iterable

from fastapi import APIRouter
from fastapi.routing import APIRoute

from intake.review.wording import REFERENCE

_PARAMETER = re.compile(r"\{(\w+)(?::\w+)?\}")
_FORMS = {"reference": REFERENCE.pattern, "number": "[0-9]{1,9}"}
_OTHER_FORM = "[A-Za-z0-9.-]{1,40}"
_QUERY = re.compile(r"[a-z]{1,20}=[\w.-]{0,40}(?:&[a-z]{1,20}=[\w.-]{0,40}){0,9}", re.ASCII)
_NUMBER = re.compile("[0-9]{8}")
"""May be a client's; none is carried along in an address."""


class OwnPages:
    """The pages that a person may come back to after logging in."""

    def __init__(self, routers: Iterable[APIRouter], never: Iterable[str]) -> None:
        """Take those that show something.

        Args:
            never: beginnings of addresses that a login does not lead to, such as its own.
        """
        paths = {
            route.path
            for router in routers
            for route in router.routes
            if isinstance(route, APIRoute) and "GET" in (route.methods or ())
        }
        kept = (path for path in paths if not path.startswith(tuple(never)))
        self._patterns = [re.compile(_pattern(path)) for path in sorted(kept)]

    def target(self, address: str) -> str:
        """The address of one of our pages, with what it shows of a list; ``/`` for any other."""
        path, _, query = address.partition("?")
        if not any(pattern.fullmatch(path) for pattern in self._patterns):
            return "/"
        good = _QUERY.fullmatch(query) and not _NUMBER.search(query)
        return f"{path}?{query}" if good else path

    def __contains__(self, path: str) -> bool:
        return any(pattern.fullmatch(path) for pattern in self._patterns)


def _pattern(path: str) -> str:
    """A pattern of a route's addresses, whose parameters have the forms that we give them."""
    literal, names = _PARAMETER.split(path)[::2], _PARAMETER.findall(path)
    forms = [_FORMS.get(name, _OTHER_FORM) for name in names]
    return "".join(re.escape(text) + form for text, form in zip(literal, [*forms, ""], strict=True))
