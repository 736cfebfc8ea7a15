"""The review page: puts its pages together, and serves them."""

from __future__ import annotations

import socket
import threading

import uvicorn
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from intake.children import open_sandbox
from intake.errors import (
    ConfigurationError,
    Conflict,
    KeyMissing,
    RecordUnreadable,
    StoreUnavailable,
)
from intake.review.context import Room
from intake.review.pages import PAGES, login
from intake.review.rendering import STATIC_TYPES, Pages
from intake.review.security import Guard
from intake.review.wording import REFERENCE
from intake.sandbox.client import Sandbox
from intake.sandbox.task import ChildKind
from intake.sections import host_port
from intake.settings import Settings
from intake.store import Store, audit_heads
from intake.store.journal import NotKept

_CLOSE_SECONDS = 5
_EXPECTED: dict[type[Exception], tuple[int, str, str]] = {
    login.WrongFormError: (
        403,
        "Dit formulier is verlopen",
        (
            "Je bent opnieuw ingelogd, of het formulier kwam van een andere site. Open de zaak"
            " opnieuw."
        ),
    ),
    RequestValidationError: (
        400,
        "Dit begrijpen wij niet",
        "Er klopt iets niet aan dit adres of dit formulier.",
    ),
    Conflict: (
        409,
        "Iemand was je voor",
        (
            "Een collega of een nieuwe mail veranderde deze zaak net. Jouw keuze is niet"
            " uitgevoerd. Bekijk de zaak opnieuw."
        ),
    ),
    NotKept: (
        404,
        "Niet gevonden",
        "Deze zaak bestaat niet, of is verwijderd na de bewaartermijn.",
    ),
    KeyMissing: (
        503,
        "De sleutel ontbreekt",
        "Deze zaak is versleuteld en wij hebben de sleutel nu niet. Bel de beheerder.",
    ),
    RecordUnreadable: (
        500,
        "Deze zaak is niet leesbaar",
        (
            "De gegevens van deze ene zaak zijn beschadigd, of van een nieuwere versie. Bel de"
            " beheerder. Alle andere zaken werken gewoon."
        ),
    ),
    StoreUnavailable: (
        503,
        "Even geduld",
        "De database antwoordt niet. Probeer het over een minuut opnieuw.",
    ),
}
_NOT_FOUND = (404, "Niet gevonden", "Deze pagina bestaat niet.")
_NOT_THIS_WAY = (405, "Dit kan hier niet", "Ga terug en gebruik de knoppen op de pagina.")
_BUG = (
    500,
    "Er ging iets mis",
    (
        "Dit is onze fout. Er is niets beslist en niets verstuurd. Probeer het opnieuw, of bel de"
        " beheerder."
    ),
)


def create_app(store: Store, settings: Settings, sandbox: Sandbox) -> FastAPI:
    """The application; ``sandbox`` is the reading child that draws the pages' pictures."""
    room = Room(store, settings, sandbox, Pages(settings.municipalities))
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.state.room = room
    app.middleware("http")(Guard(settings, lambda: _message(room, *_BUG)))
    for page in PAGES:
        app.include_router(page.router)
    app.get("/vast/{name}")(_static)
    for kind in _EXPECTED:
        app.exception_handler(kind)(_expected)
    app.exception_handler(HTTPException)(_wrong_address)
    app.exception_handler(login.LoginNeededError)(_to_login)
    return app


def serve(settings: Settings, store: Store, stop: threading.Event) -> None:
    """Serve the page until ``stop`` is set, or a signal ends it.

    Raises:
        ConfigurationError: the address to listen on is wrong, or taken.
    """
    with (
        _listen(settings.review.listen) as listener,
        open_sandbox(ChildKind.READING, settings.require_sandbox) as sandbox,
    ):
        app = create_app(store, settings, sandbox)
        threading.Thread(
            target=audit_heads.write_daily, args=(store, stop), name="review-heads", daemon=True
        ).start()
        config = uvicorn.Config(
            app, access_log=False, log_config=None, server_header=False, timeout_graceful_shutdown=_CLOSE_SECONDS,
            proxy_headers=False,  # visitor.py reads them, from our own web servers only
        )  # fmt: skip
        server = uvicorn.Server(config)
        threading.Thread(target=_end, args=(server, stop), name="review-stop", daemon=True).start()
        server.run(sockets=[listener])
    stop.set()


def _listen(address: str) -> socket.socket:
    host, port = host_port(address)
    try:
        return socket.create_server(
            (host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET, backlog=128
        )
    except OSError as error:
        raise ConfigurationError(f"INTAKE_REVIEW__LISTEN {address}: {error.strerror}") from None


def _end(server: uvicorn.Server, stop: threading.Event) -> None:
    stop.wait()
    server.should_exit = True


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
    """To the login, and from there back to the case or page that was asked for."""
    reference = REFERENCE.search(request.url.path)
    return login.redirect(f"/zaak/{reference.group()}" if reference else request.url.path)


def _expected(request: Request, error: Exception) -> Response:
    """A calm page for an expected error. It never repeats what was typed."""
    reference = REFERENCE.search(request.url.path) if isinstance(error, Conflict) else None
    words = next(words for kind, words in _EXPECTED.items() if isinstance(error, kind))
    return _message(
        request.app.state.room, *words, reference=reference.group() if reference else None
    )


def _wrong_address(request: Request, error: Exception) -> Response:
    wrong_method = isinstance(error, HTTPException) and error.status_code == 405
    return _message(request.app.state.room, *(_NOT_THIS_WAY if wrong_method else _NOT_FOUND))


def _message(
    room: Room, status: int, title: str, text: str, reference: str | None = None
) -> Response:
    return room.pages.html("message.html", status, title=title, text=text, reference=reference)
