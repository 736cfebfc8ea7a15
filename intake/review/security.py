"""What holds for every answer of the review page: headers, host check, size of a form, log without
content.
"""

from __future__ import annotations

import re
import time
import traceback
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import structlog
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from intake import security_events
from intake.model.examination import Line, fine, note, wrong
from intake.review import visitor
from intake.sections import host_port, is_loopback
from intake.settings import Page

MAX_FORM_BYTES = 64_000
"""A reason of a clerk fits many times; larger bodies get 413, by whatever method they come."""

_CONTENT_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self';"
    " form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types"
    " 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _CONTENT_POLICY,
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
}
_LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
_REFERENCE = re.compile(r"/(IN-[0-9A-Z]{4}-[0-9A-Z]{4})(?:/|$)")

Next = Callable[[Request], Awaitable[Response]]


def allowed_hosts(page: Page) -> frozenset[str] | None:
    """Names that a Host header may have; None: any (bound to a network address, no names set).

    A page on loopback that answers to any name can be read by a web site that points its own
    name at 127.0.0.1 (DNS rebinding).
    """
    names = frozenset(name.lower() for name in page.hosts)
    if is_loopback(host_port(page.listen)[0]):
        return names | _LOOPBACK_NAMES
    return names or None


def host_name(header: str) -> str:
    """The name in a Host header, without port and brackets, lower-case."""
    name = header.strip().lower()
    if name.startswith("["):
        return name[1:].partition("]")[0]
    return name.partition(":")[0]


class Guard:
    """Refuses what no page needs to see, and puts the headers on every answer."""

    def __init__(
        self,
        page: Page,
        bug: Callable[[], Response],
        most_bytes: int = MAX_FORM_BYTES,
        larger: Callable[[Request], int] | None = None,
        pictures_inside: bool = False,
    ) -> None:
        """Guard one page.

        Args:
            most_bytes: larger forms get 413.
            larger: the most bytes of a form that is larger than that, since it brings a file; 0
                where none may be.
            pictures_inside: the page holds pictures in itself (data: URIs).
        """
        self._headers = dict(_HEADERS)
        if pictures_inside:
            self._headers["Content-Security-Policy"] = _CONTENT_POLICY.replace(
                "img-src 'self'", "img-src 'self' data:"
            )
        self._hosts = allowed_hosts(page)
        self._secure = page.secure_cookie
        self._proxies = page.trusted_proxies
        self._bug, self._most_bytes, self._larger = bug, most_bytes, larger
        self._log = structlog.get_logger("intake.review")

    async def __call__(self, request: Request, call_next: Next) -> Response:
        started = time.monotonic()
        security_events.come_from(visitor.address(request, self._proxies))
        response = self._refusal(request) or await self._answer(request, call_next)
        response.headers.update(self._headers)
        response.headers.setdefault("Cache-Control", "no-store")
        if self._secure:
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
        self._log.info("web", **_harmless(request, response, started))
        return response

    async def _answer(self, request: Request, call_next: Next) -> Response:
        """The page's answer.

        A bug becomes a page of ours: its traceback could hold content, so only its place is logged.
        """
        try:
            return await call_next(request)
        except Exception as error:  # noqa: BLE001
            self._log.error("web-bug", kind=type(error).__name__, place=_place(error))
            return self._bug()

    def _refusal(self, request: Request) -> Response | None:
        if (
            self._hosts is not None
            and host_name(request.headers.get("host", "")) not in self._hosts
        ):
            return PlainTextResponse("Onbekende hostnaam", 421)
        if request.method in ("GET", "HEAD"):
            return None
        if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return PlainTextResponse("Dit formulier komt van een andere site", 403)
        length = request.headers.get("content-length", _nothing(request))
        if not length.isdigit():
            return PlainTextResponse("Content-Length ontbreekt", 411)
        if int(length) <= self._most_bytes:
            return None
        if self._larger is None or int(length) > self._larger(request):
            return PlainTextResponse("Het formulier is te groot", 413)
        return None


def _nothing(request: Request) -> str:
    """The length of a body that none is told of: a request without a word about one has none."""
    is_told = request.method == "POST" or "transfer-encoding" in request.headers
    return "" if is_told else "0"


def _harmless(request: Request, response: Response, started: float) -> dict[str, object]:
    """What the log may say of a request: never the address as typed, which can hold anything."""
    reference = _REFERENCE.search(request.url.path)
    route = request.scope.get("route")
    return {
        "method": request.method,
        "route": getattr(route, "path", "-"),
        "reference": reference.group(1) if reference else None,
        "status": response.status_code,
        "milliseconds": round((time.monotonic() - started) * 1000),
    }


def _place(error: Exception) -> str:
    """File and line where it was raised, without the words of the error."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?"


def examine(page: Page) -> Iterator[Line]:
    """What ``intake doctor`` says of the address of the page."""
    if is_loopback(host_port(page.listen)[0]):
        counted = (
            ""
            if page.trusted_proxies
            else (
                ", named in INTAKE_REVIEW__TRUSTED_PROXIES (unnamed, all its visitors count as one address)"
            )
        )
        yield fine(
            "review page", f"on {page.listen}; a web server with https goes in front of it{counted}"
        )
        return
    if not page.secure_cookie:
        yield wrong(
            "review page",
            f"on {page.listen} with cookies over plain http: set"
            " INTAKE_REVIEW__SECURE_COOKIE=true and use https",
        )
    if not page.hosts:
        yield note(
            "review page",
            f"on {page.listen} it answers to any name: set INTAKE_REVIEW__HOSTS to the name"
            " that people type",
        )
    if page.secure_cookie and page.hosts:
        yield fine("review page", f"on {page.listen} as {', '.join(page.hosts)}")
