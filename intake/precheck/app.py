"""The page on which a provider tries an invoice, and its server."""

from __future__ import annotations

import threading
import tomllib
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response

from intake import profile
from intake.children import open_sandbox
from intake.precheck import result
from intake.precheck.limits import Turns
from intake.precheck.upload import MAX_BYTES, NoFileError, file_of
from intake.profile import Profile
from intake.review import visitor, wording
from intake.review.rendering import STATIC_TYPES, Pages
from intake.review.security import Guard
from intake.review.serving import listening, serve_app
from intake.sandbox.client import Sandbox
from intake.sandbox.task import ChildKind
from intake.settings import Settings
from intake.text.masking import masked

_FIELDS = (
    ("invoice_number", masked),
    ("issue_date", wording.day),
    ("supplier_name", masked),
    ("kvk_number", str),
    ("vat_id", str),
    ("net_amount", wording.money),
    ("vat_amount", wording.money),
    ("gross_amount", wording.money),
    ("iban", wording.grouped),
)
"""What is shown of an invoice, and how it is written."""


class Room:
    """What the page has at hand."""

    def __init__(self, settings: Settings, reading: Sandbox) -> None:
        self.settings, self.reading = settings, reading
        self.own: Profile = profile.load(settings.precheck.profile or settings.profile)
        self.turns = Turns(settings.precheck.per_hour)
        self.static = Pages((self.own.name,))
        places = [folder / "precheck" for folder in profile.folders(self.own.name)]
        words = (places[-1] / "words.toml").read_text(encoding="utf-8")
        self.words: Mapping[str, Any] = tomllib.loads(words)
        self._environment = Environment(
            loader=FileSystemLoader(places),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def html(self, status: int = 200, **values: Any) -> Response:
        shown = self._environment.get_template("page.html").render(
            {"result": None, "fields": (), "fault": None}
            | values
            | {"own": self.own, "words": self.words, "version": self.static.version}
        )
        return HTMLResponse(shown, status_code=status)


def create_app(settings: Settings, reading: Sandbox) -> FastAPI:
    """The application. Only its own style sheet and pictures inside the answer are loaded."""
    room = Room(settings, reading)
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    guard = Guard(
        settings.precheck,
        lambda: room.html(500, fault=room.words["faults"]["bug"]),
        MAX_BYTES + 10_000,
        pictures_inside=True,
    )
    app.middleware("http")(guard)

    @app.get("/")
    def ask() -> Response:
        return room.html()

    @app.post("/")
    async def try_invoice(request: Request) -> Response:
        address = visitor.address(request, settings.precheck.trusted_proxies)
        if not room.turns.take(address):
            return room.html(429, fault=room.words["faults"]["throttled"])
        try:
            data = await file_of(request)
        except NoFileError as error:
            return room.html(400, fault=room.words["faults"][str(error)])
        told = await run_in_threadpool(result.check, data, room.own, reading)
        return room.html(result=told, fields=_fields(told))

    @app.get("/vast/{name}")
    def static(name: str) -> Response:
        if name not in STATIC_TYPES:
            raise HTTPException(404)
        return Response(room.static.static[name], media_type=STATIC_TYPES[name])

    return app


def _fields(told: result.Result) -> list[tuple[str, str]]:
    invoice = told.document.invoice if told.document else None
    if invoice is None:
        return []
    found = ((name, write, getattr(invoice, name).value) for name, write in _FIELDS)
    return [(wording.FIELDS[name], write(value)) for name, write, value in found if value]


def serve(settings: Settings, stop: threading.Event) -> None:
    """Serve the page until ``stop`` is set, or a signal ends it.

    Raises:
        ConfigurationError: the address to listen on is wrong, or taken.
    """
    with (
        listening(settings.precheck.listen, "INTAKE_PRECHECK__LISTEN") as listener,
        open_sandbox(ChildKind.READING, settings.require_sandbox) as reading,
    ):
        serve_app(create_app(settings, reading), listener, stop)
