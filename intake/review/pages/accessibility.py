"""The accessibility statement (toegankelijkheidsverklaring); anybody may read it."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from intake import profile
from intake.review.context import RoomOf
from intake.review.pages import login

router = APIRouter()


@router.get("/toegankelijkheid")
def show(request: Request, room: RoomOf) -> Response:
    """What works without a mouse or without sight, what was tested, and where to complain."""
    try:
        visitor = login.current(login.session_of(request, room))
    except (login.LoginNeededError, login.StepNeededError):
        visitor = None
    own = profile.load(room.settings.profile)
    return room.pages.html("accessibility.html", login=visitor, here="accessibility", own=own)
