"""The review page: puts its pages together, and serves them."""

from __future__ import annotations

import threading
from functools import partial

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from intake.children import open_sandbox
from intake.errors import (
    AlreadyExported,
    Conflict,
    ContentAwaited,
    Covered,
    IntakeError,
    KeyMissing,
    LetterLeft,
    NoMandate,
    RecordUnreadable,
    SamePerson,
    StoreUnavailable,
)
from intake.review import oidc
from intake.review.context import Room
from intake.review.own_pages import OwnPages
from intake.review.pages import PAGES, login, portal, suppliers
from intake.review.rendering import STATIC_TYPES, Pages
from intake.review.security import Guard
from intake.review.serving import listening, serve_app
from intake.review.wording import MESSAGES, REFERENCE
from intake.sandbox.client import Sandbox
from intake.sandbox.task import ChildKind
from intake.settings import Settings
from intake.store import Store, audit_heads
from intake.store.journal import NotKept
from intake.store.restrictions import RestrictedError

_EXPECTED: dict[type[Exception], tuple[int, str]] = {
    login.WrongFormError: (403, "wrong-form"),
    login.NotAllowedError: (403, "not-allowed"),
    RequestValidationError: (400, "wrong-input"),
    AlreadyExported: (409, "exported"),
    LetterLeft: (409, "letter-left"),
    RestrictedError: (403, "restricted"),
    Covered: (403, "covered"),
    SamePerson: (409, "same-person"),
    NoMandate: (409, "no-mandate"),
    ContentAwaited: (409, "content-awaited"),
    Conflict: (409, "conflict"),
    NotKept: (404, "no-case"),
    KeyMissing: (503, "key-missing"),
    RecordUnreadable: (500, "unreadable"),
    StoreUnavailable: (503, "no-database"),
}
NO_TARGETS = (login.PATH, "/health")
"""No page to come back to after a login."""
_NO_PAGE = (404, "no-page")
_NOT_THIS_WAY = (405, "not-this-way")
_BUG = (500, "bug")
_FILES = {suppliers.FILE_PATH: suppliers.MOST_BYTES, portal.PATH: portal.MOST_BYTES}
"""By path, the most bytes of a file that a form may bring."""
_BESIDE_A_FILE = 10_000
"""Bytes of a form around the file that it brings."""


def create_app(store: Store, settings: Settings, sandbox: Sandbox) -> FastAPI:
    """The application; ``sandbox`` is the reading child that draws the pages' pictures."""
    own = OwnPages((page.router for page in PAGES), never=NO_TARGETS)
    provider = oidc.provider(settings.oidc, store)
    room = Room(store, settings, sandbox, Pages(settings.municipalities), own, provider)
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.state.room = room
    guard = Guard(settings.review, lambda: _message(room, *_BUG), larger=partial(_most_bytes, room))
    app.middleware("http")(guard)
    for page in PAGES:
        app.include_router(page.router)
    app.get("/vast/{name}")(_static)
    for kind in _EXPECTED:
        app.exception_handler(kind)(_expected)
    app.exception_handler(HTTPException)(_wrong_address)
    app.exception_handler(login.LoginNeededError)(_to_login)
    app.exception_handler(login.StepNeededError)(_to_step)
    return app


def _most_bytes(room: Room, request: Request) -> int:
    """Of a form with a file: nothing large is read of who is not logged in."""
    try:
        login.current(login.session_of(request, room))
    except (login.LoginNeededError, login.StepNeededError, IntakeError):
        return 0
    return most_bytes_of(request.url.path)


def most_bytes_of(path: str) -> int:
    """The most bytes of a form that brings a file; 0 of any other."""
    most = _FILES.get(path)
    return most + _BESIDE_A_FILE if most else 0


def serve(settings: Settings, store: Store, stop: threading.Event) -> None:
    """Serve the page until ``stop`` is set, or a signal ends it.

    Raises:
        ConfigurationError: the address to listen on is wrong, or taken.
    """
    with (
        listening(settings.review.listen, "INTAKE_REVIEW__LISTEN") as listener,
        open_sandbox(ChildKind.READING, settings.require_sandbox) as sandbox,
    ):
        app = create_app(store, settings, sandbox)
        threading.Thread(
            target=audit_heads.write_daily, args=(store, stop), name="review-heads", daemon=True
        ).start()
        serve_app(app, listener, stop)


def _static(request: Request, name: str) -> Response:
    """The style sheet, the script and the icon; their address changes with their content."""
    pages: Pages = request.app.state.room.pages
    if name not in STATIC_TYPES:
        raise HTTPException(404)
    return Response(
        pages.static[name],
        media_type=STATIC_TYPES[name],
        headers={"Cache-Control": "public, max-age=31536000, immutable"},
    )


def _to_login(request: Request, _error: Exception) -> Response:
    """To the login, and from there back to the page that was asked for, or on which the button is."""
    return login.redirect(login.PATH, _asked_for(request))


def _to_step(request: Request, error: Exception) -> Response:
    """To the second step of a login that is half done, and from there on."""
    assert isinstance(error, login.StepNeededError)
    return login.redirect(login.STEPS[error.step], _asked_for(request))


def _asked_for(request: Request) -> str:
    room: Room = request.app.state.room
    reference = REFERENCE.search(request.url.path)
    if request.url.path in room.own:
        query = request.url.query if request.method == "GET" else ""
        return room.own.target(f"{request.url.path}?{query}")
    return f"/zaak/{reference.group()}" if reference else "/"


def _expected(request: Request, error: Exception) -> Response:
    """A calm page for an expected error. It never repeats what was typed."""
    reference = REFERENCE.search(request.url.path) if isinstance(error, Conflict) else None
    status, key = next(known for kind, known in _EXPECTED.items() if isinstance(error, kind))
    return _message(
        request.app.state.room, status, key, reference=reference.group() if reference else None
    )


def _wrong_address(request: Request, error: Exception) -> Response:
    wrong_method = isinstance(error, HTTPException) and error.status_code == 405
    return _message(request.app.state.room, *(_NOT_THIS_WAY if wrong_method else _NO_PAGE))


def _message(room: Room, status: int, key: str, reference: str | None = None) -> Response:
    title, text = MESSAGES[key]
    return room.pages.html("message.html", status, title=title, text=text, reference=reference)
