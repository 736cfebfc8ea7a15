"""Logging in by the municipality's own login (OIDC): out to the provider, and back."""

from __future__ import annotations

import hmac
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from intake import security_events
from intake.review.context import Room, RoomOf
from intake.review.oidc import STATE_SECONDS, OidcFaultError
from intake.review.pages import login
from intake.security_events import Kind
from intake.store import users

PATH = f"{login.PATH}/gemeente"
BACK = f"{PATH}/terug"
_SAID = frozenset({"too-many-groups", "no-role", "no-answer", "expired"})
"""Faults that have a sentence of their own; all others are told alike."""
_STATUS = {"no-role": 403, "too-many-groups": 403, "no-answer": 503}

router = APIRouter()


@router.get(PATH)
def go(
    request: Request, room: RoomOf, next: Annotated[str, Query(max_length=200)] = "/"
) -> Response:
    """Out to the provider."""
    target = room.own.target(next)
    if room.oidc is None:
        return login.redirect(login.PATH, target)
    try:
        state = room.oidc.new_state()
        way = room.oidc.way_out(state, login.own_address(request, room, BACK))
    except OidcFaultError as error:
        return _refused(request, room, target, error.code)
    response = RedirectResponse(way, 303)
    login.set_cookie(response, room, _cookie(room), f"{state}~{target}", max_age=STATE_SECONDS)
    return response


@router.get(BACK)
def come_back(
    request: Request,
    room: RoomOf,
    code: Annotated[str, Query(max_length=4000)] = "",
    state: Annotated[str, Query(max_length=500)] = "",
) -> Response:
    """Back from the provider: the person is let in with the roles that it says."""
    if room.oidc is None:
        return login.redirect(login.PATH, "/")
    kept, _, target = request.cookies.get(_cookie(room), "").partition("~")
    try:
        if not kept or not hmac.compare_digest(kept.encode(), state.encode()):
            raise OidcFaultError("expired")
        if not code:
            raise OidcFaultError("no-code")  # the person stopped there, or may not use this program
        person = room.oidc.person(state, code, login.own_address(request, room, BACK))
        session = users.admit(
            room.store, person.subject, person.name, person.roles, person.id_token
        )
        if session is None:
            raise OidcFaultError("no-role")
    except OidcFaultError as error:
        response = _refused(request, room, room.own.target(target), error.code)
    else:
        response = login.let_in(request, room, session, target)
    login.forget_cookie(response, room, _cookie(room), "lax")
    return response


def _refused(request: Request, room: Room, target: str, code: str) -> Response:
    """The login form again: a local account may still be used."""
    security_events.tell(Kind.LOGIN_BROKEN_OFF, what=code)
    said = code if code in _SAID else "not-let-in"
    return login.form(request, room, target, said, _STATUS.get(code, 400))


def _cookie(room: Room) -> str:
    return login.cookie_name(room) + "-gemeente"
