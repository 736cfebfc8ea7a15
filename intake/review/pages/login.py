"""Who is at the screen: login by name and password, session cookie, form token, logout.

The municipality's own login is in ``municipal_login.py``, the second step of a local account in
``second_step.py``.

Sessions live in the database; the cookie holds a random token only. A refused login says the same
for an unknown name, a wrong password and a disabled user.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Literal
from urllib.parse import quote

import structlog
from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from intake import security_events
from intake.review import rights, visitor
from intake.review.context import Room, RoomOf
from intake.review.oidc import OidcFaultError
from intake.review.rights import Right
from intake.review.wording import FORM_FAULTS
from intake.security_events import Kind
from intake.store import logins, users
from intake.store.tables import LoginStep
from intake.store.users import WebSession

PATH = "/inloggen"
STEPS = {LoginStep.CODE: f"{PATH}/code", LoginStep.ENROL: "/tweede-stap"}
"""Where a login that is half done goes on."""
_REFUSED = {
    logins.Refusal.WRONG: (401, "wrong-login"),
    logins.Refusal.THROTTLED: (429, "throttled"),
    logins.Refusal.BUSY: (503, "busy"),
}
_RETRY_AFTER = {429: str(logins.WINDOW_MINUTES * 60), 503: "60"}

router = APIRouter()
log = structlog.get_logger()


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


class StepNeededError(Exception):
    """The password was right, and something else is asked before anything is shown."""

    def __init__(self, step: LoginStep) -> None:
        super().__init__(step)
        self.step = step


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


def session_of(request: Request, room: RoomOf) -> WebSession:
    """The session of this request, also one that is half done and gives no access.

    Raises:
        LoginNeededError: no session, or it ended.
    """
    token = request.cookies.get(cookie_name(room), "")
    session = users.session(room.store, token) if token else None
    if session is None:
        raise LoginNeededError
    return session


SessionOf = Annotated[WebSession, Depends(session_of)]


def current(session: SessionOf) -> Login:
    """The login of this request.

    Raises:
        LoginNeededError: no session, or it ended.
        StepNeededError: the login is half done.
    """
    if session.step is not LoginStep.OPEN:
        raise StepNeededError(session.step)
    return Login(session.user, session.csrf, rights.of(session.roles))


LoginOf = Annotated[Login, Depends(current)]


def checked(login: LoginOf, csrf: Annotated[str, Form(max_length=200)] = "") -> Login:
    """The login of a form that carries the session's token.

    Raises:
        LoginNeededError: no session, or it ended.
        WrongFormError: the token is absent or another.
    """
    check_form(csrf, login.csrf)
    return login


def check_form(given: str, token: str) -> None:
    """Raises WrongFormError when a form does not carry the session's token."""
    if not secrets.compare_digest(given.encode(), token.encode()):
        raise WrongFormError


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
        security_events.tell(Kind.NOT_ALLOWED, login.user, right.value)
        raise NotAllowedError
    return login


Reader = Annotated[Login, Depends(_page_for(Right.READ))]
Searcher = Annotated[Login, Depends(_form_for(Right.READ))]
Chooser = Annotated[Login, Depends(_page_for(Right.DECIDE))]
"""Sees a page on which something is decided."""
Decider = Annotated[Login, Depends(_form_for(Right.DECIDE))]
HandsOver = Annotated[Login, Depends(_form_for(Right.HAND_OVER))]
ContentReviewer = Annotated[Login, Depends(_form_for(Right.APPROVE_CONTENT))]
CareReader = Annotated[Login, Depends(_form_for(Right.CARE))]
Reporter = Annotated[Login, Depends(_form_for(Right.REPORT))]
SupplierReader = Annotated[Login, Depends(_page_for(Right.READ_SUPPLIERS))]
SupplierSearcher = Annotated[Login, Depends(_form_for(Right.READ_SUPPLIERS))]
SupplierEditor = Annotated[Login, Depends(_form_for(Right.EDIT_SUPPLIERS))]
RegisterReader = Annotated[Login, Depends(_page_for(Right.READ_REGISTER))]
Judge = Annotated[Login, Depends(_form_for(Right.JUDGE_INCIDENT))]
SubjectOpener = Annotated[Login, Depends(_page_for(Right.SUBJECT))]
SubjectOfficer = Annotated[Login, Depends(_form_for(Right.SUBJECT))]
"""Who sends a form, or asks for a page, by what it takes."""


@router.get(PATH)
def ask(request: Request, room: RoomOf, next: str = "/") -> Response:
    """The login form.

    A form token is bound to the browser before anybody is logged in (login CSRF).
    """
    return form(request, room, room.own.target(next))


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
        return form(request, room, room.own.target(next), "expired", 400)
    name, mark_cookie = name.strip(), _mark_cookie(room, name.strip())
    address = visitor.address(request, room.settings.review.trusted_proxies)
    answer = logins.login(room.store, name, password, address, request.cookies.get(mark_cookie, ""))
    if isinstance(answer, logins.Refusal):
        if answer is logins.Refusal.THROTTLED:
            security_events.tell(Kind.LOGIN_THROTTLED)
        status, fault = _REFUSED[answer]
        return form(request, room, room.own.target(next), fault, status)
    if room.oidc and answer.session.step is LoginStep.OPEN:
        log.warning("somebody logged in by a local account, beside the municipality's own login")
    response = let_in(request, room, answer.session, next)
    set_cookie(response, room, mark_cookie, answer.mark, max_age=logins.KNOWN_DAYS * 86_400)
    return response


def let_in(request: Request, room: Room, session: WebSession, target: str) -> Response:
    """To the page that was asked for, or to the second step; an older session of this browser
    ends.
    """
    if older := request.cookies.get(cookie_name(room)):
        users.logout(room.store, older)
    own = room.own.target(target)
    done = session.step is LoginStep.OPEN
    response = RedirectResponse(own, 303) if done else redirect(STEPS[session.step], own)
    forget_cookie(response, room, _login_cookie(room), "strict")
    set_cookie(response, room, cookie_name(room), session.token)
    return response


@router.post("/uitloggen")
def log_out(request: Request, room: RoomOf, _login: FormLogin) -> Response:
    """End the session in the database, forget the cookie, and go on to end the municipality's own
    login.

    That address follows from a page of ours: a form may lead to no other site (``form-action``).
    """
    token = request.cookies.get(cookie_name(room), "")
    on = _way_to_log_out(request, room, users.id_token(room.store, token))
    users.logout(room.store, token)
    response: Response = RedirectResponse(PATH, 303)
    if on:
        response = room.pages.html("logged-out.html", on=on)
        response.headers["Refresh"] = f"0; url={on}"
    forget_cookie(response, room, cookie_name(room), "lax")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def _way_to_log_out(request: Request, room: Room, id_token: str | None) -> str:
    if room.oidc is None or id_token is None:
        return ""
    try:
        return room.oidc.way_to_log_out(id_token, own_address(request, room, PATH))
    except OidcFaultError as error:
        log.warning("no way to log out there", code=error.code)
        return ""


def own_address(request: Request, room: Room, path: str) -> str:
    """The whole address of one of our pages, as the browser knows us."""
    scheme = "https" if room.settings.review.secure_cookie else "http"
    return f"{scheme}://{request.headers.get('host', '')}{path}"


def forget_cookie(
    response: Response, room: Room, name: str, samesite: Literal["lax", "strict"]
) -> None:
    """Take a cookie away."""
    secure = room.settings.review.secure_cookie
    response.delete_cookie(name, path="/", secure=secure, httponly=True, samesite=samesite)


def redirect(path: str, target: str) -> Response:
    """To a page of the login, which leads on to ``target``, one of our own pages."""
    return RedirectResponse(path if target == "/" else f"{path}?next={quote(target)}", 303)


def form(request: Request, room: Room, target: str, fault: str = "", status: int = 200) -> Response:
    """The login form, with what was wrong."""
    token = request.cookies.get(_login_cookie(room)) or secrets.token_urlsafe(24)
    response = room.pages.html(
        "login.html",
        status,
        csrf=token,
        next=target,
        next_quoted=quote(target),
        municipal=room.oidc is not None,
        fault=FORM_FAULTS.get(fault),
    )
    if status in _RETRY_AFTER:
        response.headers["Retry-After"] = _RETRY_AFTER[status]
    set_cookie(response, room, _login_cookie(room), token)
    return response


def set_cookie(
    response: Response, room: Room, name: str, value: str, max_age: int | None = None
) -> None:
    """A cookie of this host that no script reads."""
    response.set_cookie(
        name,
        value,
        max_age,
        path="/",
        secure=room.settings.review.secure_cookie,
        httponly=True,
        samesite="lax",
    )
