"""Who is at the screen: login, session cookie, form token, logout.

Sessions live in the database; the cookie holds a random token only. A refused login says the same
for an unknown name, a wrong password and a disabled user.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from intake.review import rights, visitor
from intake.review.context import Room, RoomOf
from intake.review.rights import Right
from intake.review.wording import FORM_FAULTS
from intake.store import logins, users

PATH = "/inloggen"
_TARGET = re.compile(
    r"/(vandaag|privacy|leveranciers|leverancier/(nr/)?[0-9]{1,9}|incident/[0-9]{1,9}"
    r"|zaak/IN-[0-9A-Z]{4}-[0-9A-Z]{4})?"
)
"""Where a login may lead: our own pages, no other address."""

_REFUSED = {
    logins.Refusal.WRONG: (401, "wrong-login"),
    logins.Refusal.THROTTLED: (429, "throttled"),
    logins.Refusal.BUSY: (503, "busy"),
}
_RETRY_AFTER = {429: str(logins.WINDOW_MINUTES * 60), 503: "60"}

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Login:
    """The person of this request."""

    user: str
    csrf: str = field(repr=False)
    """Token that every form of this session must carry."""
    rights: frozenset[Right] = frozenset()

    def may(self, right: str) -> bool:
        """For templates, which know rights by their names."""
        return right in self.rights


class LoginNeededError(Exception):
    """Nobody is logged in, or the session ended; the page leads to the login."""


class NotAllowedError(Exception):
    """No role of this person has the right that the page or button asks."""


class WrongFormError(Exception):
    """A form without the token of this session: sent by another site, or from before a new login."""


def cookie_name(room: Room) -> str:
    """``__Host-`` binds the cookie to this host, https and the root path (RFC 6265bis §4.1.3.2)."""
    return "__Host-intake" if room.settings.review.secure_cookie else "intake"


def _login_cookie(room: Room) -> str:
    return cookie_name(room) + "-login"


def _mark_cookie(room: Room, name: str) -> str:
    """Holds the mark of a browser that this person logged in from before; it gives no access."""
    return f"{cookie_name(room)}-known-{logins.mark_name(room.store, name)}"


def current(request: Request, room: RoomOf) -> Login:
    """The login of this request.

    Raises:
        LoginNeededError: no session, or it ended.
    """
    token = request.cookies.get(cookie_name(room), "")
    session = users.session(room.store, token) if token else None
    if session is None:
        raise LoginNeededError
    return Login(session.user, session.csrf, rights.of(session.roles))


LoginOf = Annotated[Login, Depends(current)]


def checked(login: LoginOf, csrf: Annotated[str, Form(max_length=200)] = "") -> Login:
    """The login of a form that carries the session's token.

    Raises:
        LoginNeededError: no session, or it ended.
        WrongFormError: the token is absent or another.
    """
    if not secrets.compare_digest(csrf.encode(), login.csrf.encode()):
        raise WrongFormError
    return login


FormLogin = Annotated[Login, Depends(checked)]
"""Whoever is logged in may send this form."""


def _page_for(right: Right) -> Callable[[LoginOf], Login]:
    def allowed(login: LoginOf) -> Login:
        return _allowed(login, right)

    return allowed


def _form_for(right: Right) -> Callable[[FormLogin], Login]:
    def allowed(login: FormLogin) -> Login:
        return _allowed(login, right)

    return allowed


def _allowed(login: Login, right: Right) -> Login:
    if right not in login.rights:
        raise NotAllowedError
    return login


Reader = Annotated[Login, Depends(_page_for(Right.READ))]
Searcher = Annotated[Login, Depends(_form_for(Right.READ))]
Chooser = Annotated[Login, Depends(_page_for(Right.DECIDE))]
"""Sees a page on which something is decided."""
Decider = Annotated[Login, Depends(_form_for(Right.DECIDE))]
HandsOver = Annotated[Login, Depends(_form_for(Right.HAND_OVER))]
CareReader = Annotated[Login, Depends(_form_for(Right.CARE))]
Reporter = Annotated[Login, Depends(_form_for(Right.REPORT))]
SupplierReader = Annotated[Login, Depends(_page_for(Right.READ_SUPPLIERS))]
SupplierSearcher = Annotated[Login, Depends(_form_for(Right.READ_SUPPLIERS))]
SupplierEditor = Annotated[Login, Depends(_form_for(Right.EDIT_SUPPLIERS))]
RegisterReader = Annotated[Login, Depends(_page_for(Right.READ_REGISTER))]
Judge = Annotated[Login, Depends(_form_for(Right.JUDGE_INCIDENT))]
"""Who sends a form, or asks for a page, by what it takes."""


@router.get(PATH)
def ask(request: Request, room: RoomOf, next: str = "/") -> Response:
    """The login form.

    A form token is bound to the browser before anybody is logged in (login CSRF).
    """
    return _form(request, room, _own_target(next))


@router.post(PATH)
def log_in(
    request: Request,
    room: RoomOf,
    name: Annotated[str, Form(max_length=100)] = "",
    password: Annotated[str, Form(max_length=1000)] = "",
    csrf: Annotated[str, Form(max_length=200)] = "",
    next: Annotated[str, Form(max_length=200)] = "/",
) -> Response:
    """Check name and password, end an older session of this browser and open a new one."""
    expected = request.cookies.get(_login_cookie(room), "")
    if not expected or not secrets.compare_digest(csrf.encode(), expected.encode()):
        return _form(request, room, _own_target(next), "expired", 400)
    name, mark_cookie = name.strip(), _mark_cookie(room, name.strip())
    address = visitor.address(request, room.settings.review.trusted_proxies)
    answer = logins.login(room.store, name, password, address, request.cookies.get(mark_cookie, ""))
    if isinstance(answer, logins.Refusal):
        status, fault = _REFUSED[answer]
        return _form(request, room, _own_target(next), fault, status)
    if older := request.cookies.get(cookie_name(room)):
        users.logout(room.store, older)
    response = RedirectResponse(_own_target(next), 303)
    _forget(response, room, _login_cookie(room), "strict")
    _set(response, room, cookie_name(room), answer.session.token)
    _set(response, room, mark_cookie, answer.mark, max_age=logins.KNOWN_DAYS * 86_400)
    return response


@router.post("/uitloggen")
def log_out(request: Request, room: RoomOf, _login: FormLogin) -> Response:
    """End the session in the database and forget the cookie."""
    users.logout(room.store, request.cookies.get(cookie_name(room), ""))
    response = RedirectResponse(PATH, 303)
    _forget(response, room, cookie_name(room), "lax")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def _forget(response: Response, room: Room, name: str, samesite: Literal["lax", "strict"]) -> None:
    secure = room.settings.review.secure_cookie
    response.delete_cookie(name, path="/", secure=secure, httponly=True, samesite=samesite)


def redirect(target: str) -> Response:
    """To the login, which leads on to one of our own pages."""
    own = _own_target(target)
    return RedirectResponse(PATH if own == "/" else f"{PATH}?next={own}", 303)


def _form(
    request: Request, room: Room, target: str, fault: str = "", status: int = 200
) -> Response:
    token = request.cookies.get(_login_cookie(room)) or secrets.token_urlsafe(24)
    response = room.pages.html(
        "login.html", status, csrf=token, next=target, fault=FORM_FAULTS.get(fault)
    )
    if status in _RETRY_AFTER:
        response.headers["Retry-After"] = _RETRY_AFTER[status]
    _set(response, room, _login_cookie(room), token)
    return response


def _set(response: Response, room: Room, name: str, value: str, max_age: int | None = None) -> None:
    response.set_cookie(
        name,
        value,
        max_age,
        path="/",
        secure=room.settings.review.secure_cookie,
        httponly=True,
        samesite="lax",
    )


def _own_target(target: str) -> str:
    return target if _TARGET.fullmatch(target) else "/"
