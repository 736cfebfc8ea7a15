"""For a moment after a decision, the next page offers to take it back.

What was decided stands in a cookie that ends with that moment; whether it can still be taken back
is for the store to say.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from fastapi import Request
from starlette.responses import Response

from intake.review.context import Room
from intake.review.pages.login import Login
from intake.review.rights import Right
from intake.store import cases

COOKIE = "intake-undo"
_VALUE = re.compile(r"(IN-[0-9A-Z]{4}-[0-9A-Z]{4}) (\d{1,18}) ([0-9./]{0,200})")


@dataclass(frozen=True, slots=True)
class Undo:
    """What can be taken back now."""

    reference: str
    version: int
    path: str
    """Of the one invoice; empty for all that were decided together."""


def offer(response: Response, room: Room, reference: str, path: str) -> Response:
    """The answer to a decision, with what the next page needs to take it back."""
    seconds = room.settings.replies.undo_seconds
    if not seconds:
        return response
    case = cases.get_case(room.store, reference)
    own = (each.version for each in case.invoices if each.path == path)
    version = next(own, case.version)
    response.set_cookie(
        COOKIE,
        f"{reference} {version} {path}",
        max_age=seconds,
        secure=room.settings.review.secure_cookie,
        httponly=True,
        samesite="strict",
    )
    return response


def shown(request: Request, room: Room, login: Login) -> dict[str, object]:
    """What ``undo.html`` shows."""
    undo = offered(request) if login.may(Right.DECIDE) else None
    return {"undo": undo, "undo_seconds": room.settings.replies.undo_seconds}


def offered(request: Request) -> Undo | None:
    """What this browser decided a moment ago; None when that is over."""
    found = _VALUE.fullmatch(request.cookies.get(COOKIE, ""))
    return Undo(found[1], int(found[2]), found[3]) if found else None
