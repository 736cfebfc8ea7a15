"""What every public register offers, and how it is asked: in bounded time, over TLS, without redirects."""

from __future__ import annotations

import datetime as dt
import http.client
import json
import queue
import ssl
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol, TypeVar

from intake.errors import IntakeError
from intake.model.supplier import RegisterAnswer, RegisterSource

_MOST_BYTES = 1_000_000
_T = TypeVar("_T")


class NoAnswer(IntakeError):
    """A register could not be asked, or said nothing that can be used; nothing of the supplier."""

    code = "register-no-answer"

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why
        """A short code: a status, the register's own code, ``time``, ``malformed`` …"""


class PublicRegister(Protocol):
    """A register that is asked by number."""

    @property
    def source(self) -> RegisterSource: ...

    def ask(self, number: str, today: dt.date) -> RegisterAnswer:
        """What it says of one number.

        Raises:
            NoAnswer: it could not be asked in time, or not understood.
        """
        ...


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """What is asked, and our key, go to no other address."""

    def redirect_request(self, *_arguments: Any) -> None:
        return None


def fetch(
    request: urllib.request.Request, seconds: float, ca: Path | None = None
) -> tuple[int, Any]:
    """Status and JSON of an answer, also of a refusal; None for what is no JSON.

    Args:
        ca: certificates to trust; those of the machine unless given.

    Raises:
        NoAnswer: nothing came back.
    """
    opener = _opener(request.type, ca)
    try:
        with opener.open(request, timeout=seconds) as response:
            return response.status, _json(response.read(_MOST_BYTES + 1))
    except urllib.error.HTTPError as error:
        with error:
            return error.code, _json(_quietly(error))
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise NoAnswer(type(error).__name__) from None


@lru_cache(maxsize=8)
def _opener(scheme: str, ca: Path | None) -> urllib.request.OpenerDirector:
    """Of one scheme only, with the proxy of the environment."""
    opener = urllib.request.OpenerDirector()
    handlers = [
        urllib.request.ProxyHandler(),
        _NoRedirect(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        urllib.request.HTTPHandler()
        if scheme == "http"
        else urllib.request.HTTPSHandler(context=_context(ca)),
    ]
    for handler in handlers:
        opener.add_handler(handler)
    return opener


def _context(ca: Path | None) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=str(ca) if ca else None)
    except (OSError, ssl.SSLError):
        raise NoAnswer("certificates") from None


def _quietly(error: urllib.error.HTTPError) -> bytes:
    """What a refusal says; a connection that breaks meanwhile says nothing."""
    try:
        return error.read(_MOST_BYTES + 1)
    except (OSError, http.client.HTTPException):
        return b""


def _json(data: bytes) -> Any:
    if len(data) > _MOST_BYTES:
        raise NoAnswer("too-large")
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None


def within(seconds: float, ask: Callable[[], _T]) -> _T:
    """The answer of ``ask``, when it comes in time; whoever drips bytes for ever is left behind.

    Raises:
        NoAnswer: it took longer, or ``ask`` raised it.
    """
    answers: queue.SimpleQueue[_T | NoAnswer] = queue.SimpleQueue()

    def work() -> None:
        try:
            answers.put(ask())
        except NoAnswer as error:
            answers.put(error)
        except (KeyError, TypeError, ValueError, AttributeError, IndexError):
            answers.put(NoAnswer("malformed"))

    threading.Thread(target=work, name="register", daemon=True).start()
    try:
        answer = answers.get(timeout=seconds)
    except queue.Empty:
        raise NoAnswer("time") from None
    if isinstance(answer, NoAnswer):
        raise answer
    return answer


def text_of(value: Mapping[str, Any], name: str) -> str:
    """A member that is text; empty when it is absent.

    Raises:
        TypeError: it is something else.
    """
    found = value.get(name)
    if found is None:
        return ""
    if not isinstance(found, str):
        raise TypeError(name)
    return " ".join(found.split())[:200]
