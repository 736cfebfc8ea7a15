"""For a moment after a decision, the next page offers to take it back.

What was decided stands in a cookie that ends with that moment; whether it can still be taken back
is for the store to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from starlette.responses import Response

from intake.review.context import Room
from intake.review.pages.login import Login
from intake.review.rights import Right
from intake.store import cases

COOKIE = "intake-undo"
_EACH = re.compile(r"(IN-[0-9A-Z]{4}-[0-9A-Z]{4}) (\d{1,18}) ([0-9./]{0,200})")


@dataclass(frozen=True, slots=True)
class Undo:
    """What can be taken back now."""

    reference: str
    version: int
    path: str
    """Of the one invoice; empty for all that were decided together."""


def offer(response: Response, room: Room, decided: Iterable[tuple[str, str]]) -> Response:
    """The answer to a decision, with what the next page needs to take it back.

    Args:
        decided: reference and path of each invoice; an empty path: all of its mail.
    """
    seconds = room.settings.replies.undo_seconds
    each = "|".join(_written(room, *one) for one in decided) if seconds else ""
    if not each:
        return response
    response.set_cookie(
        COOKIE,
        each,
        max_age=seconds,
        secure=room.settings.review.secure_cookie,
        httponly=True,
        samesite="strict",
    )
    return response


def shown(request: Request, room: Room, login: Login) -> dict[str, Any]:
    """What ``undo.html`` shows."""
    return {
        "undo": offered(request) if login.may(Right.DECIDE) else (),
        "undo_what": request.cookies.get(COOKIE, ""),
        "undo_seconds": room.settings.replies.undo_seconds,
    }


def offered(request: Request, what: str | None = None) -> tuple[Undo, ...]:
    """What this browser decided a moment ago, together; nothing when that is over.

    Args:
        what: as a page showed it; None: whatever it is.
    """
    kept = request.cookies.get(COOKIE, "")
    found = [_EACH.fullmatch(each) for each in kept.split("|")]
    if what not in (None, kept) or not all(found):
        return ()
    return tuple(Undo(each[1], int(each[2]), each[3]) for each in found if each)


def _written(room: Room, reference: str, path: str) -> str:
    case = cases.get_case(room.store, reference)
    own = (each.version for each in case.invoices if each.path == path)
    return f"{reference} {next(own, case.version)} {path}"
