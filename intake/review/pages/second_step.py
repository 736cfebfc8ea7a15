"""The second step of a local account: asking for the code, and setting it up."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import segno
from fastapi import APIRouter, Form, Query, Request
from markupsafe import Markup
from starlette.responses import Response

from intake.review.context import Room, RoomOf
from intake.review.pages import login
from intake.review.pages.login import SessionOf
from intake.review.wording import FORM_FAULTS
from intake.store import logins, second_factor, users
from intake.store.tables import LoginStep
from intake.store.users import WebSession

CODE = login.STEPS[LoginStep.CODE]
SET_UP = login.STEPS[LoginStep.ENROL]

router = APIRouter()

Code = Annotated[str, Form(max_length=40)]
Csrf = Annotated[str, Form(max_length=200)]
Target = Annotated[str, Form(max_length=200)]


@router.get(CODE)
def ask(
    room: RoomOf, half: SessionOf, next: Annotated[str, Query(max_length=200)] = "/"
) -> Response:
    """The form for the code of the app, or a recovery code."""
    return _form(room, half, room.own.target(next))


@router.post(CODE)
def pass_step(
    request: Request,
    room: RoomOf,
    half: SessionOf,
    csrf: Csrf = "",
    code: Code = "",
    next: Target = "/",
) -> Response:
    """Let the person in when the code is good."""
    login.check_form(csrf, half.csrf)
    mark = request.cookies.get(_mark_cookie(room, half.user), "")
    session = second_factor.pass_step(room.store, half, code, mark)
    if session is None:
        return _form(room, half, room.own.target(next), "wrong-code")
    response = login.let_in(request, room, session, next)
    _make_known(response, room, half.user)
    return response


@router.get(SET_UP)
def offer(
    room: RoomOf, half: SessionOf, next: Annotated[str, Query(max_length=200)] = "/"
) -> Response:
    """A new secret for the app; for who has a second step, what there is."""
    return _offer(room, half, room.own.target(next), second_factor.new_number())


@router.post(SET_UP)
def set_up(
    request: Request,
    room: RoomOf,
    half: SessionOf,
    number: Annotated[str, Form(pattern="^[0-9a-f]{32}$")],
    csrf: Csrf = "",
    code: Code = "",
    next: Target = "/",
) -> Response:
    """Set the second step up once the app gives the right code, and show the recovery codes."""
    login.check_form(csrf, half.csrf)
    _refuse_old(room, half)
    enrolled = second_factor.enrol(room.store, half.user, number, code)
    target = room.own.target(next)
    if enrolled is None:
        return _offer(room, half, target, number, "wrong-code")
    response = room.pages.html("recovery-codes.html", codes=enrolled.recovery_codes, next=target)
    login.set_cookie(response, room, login.cookie_name(room), enrolled.session.token)
    _make_known(response, room, half.user)
    return response


def _mark_cookie(room: Room, name: str) -> str:
    """Holds the mark of a browser in which this person passed the step; it gives no access."""
    return f"{login.cookie_name(room)}-step-{logins.mark_name(room.store, name)}"


def _make_known(response: Response, room: Room, name: str) -> None:
    mark = second_factor.new_mark(room.store, name)
    days = logins.KNOWN_DAYS
    login.set_cookie(response, room, _mark_cookie(room, name), mark, max_age=days * 86_400)


def _refuse_old(room: Room, session: WebSession) -> None:
    """A session in a stranger's hands must not get a telephone of its own: who sets up a second
    step has just given the password.

    Raises:
        LoginNeededError: that was too long ago.
        StepNeededError: the code was not given yet.
    """
    if session.step is LoginStep.CODE:
        raise login.StepNeededError(session.step)
    recent = room.store.clock() - dt.timedelta(minutes=users.HALF_MINUTES)
    if session.since is None or session.since <= recent:
        raise login.LoginNeededError


def _form(room: Room, half: WebSession, target: str, fault: str = "") -> Response:
    if half.step is not LoginStep.CODE:
        return login.redirect("/", "/")
    return room.pages.html(
        "second-step.html",
        401 if fault else 200,
        csrf=half.csrf,
        next=target,
        fault=FORM_FAULTS.get(fault),
    )


def _offer(room: Room, half: WebSession, target: str, number: str, fault: str = "") -> Response:
    _refuse_old(room, half)
    secret = second_factor.secret(room.store, half.user, number)
    address = second_factor.address(secret, half.user, room.pages.of_whom)
    drawn = segno.make(address, error="m").svg_inline(scale=4, border=4, light="white")
    return room.pages.html(
        "set-up-second-step.html",
        400 if fault else 200,
        csrf=half.csrf,
        number=number,
        drawn=Markup(drawn),  # noqa: S704 made here, of our own secret
        written=second_factor.written(secret),
        left=second_factor.recovery_codes_left(room.store, half.user),
        next=target,
        fault=FORM_FAULTS.get(fault),
    )
