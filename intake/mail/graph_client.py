"""One mailbox by Microsoft Graph: a handful of calls over HTTPS, and what their answers mean.

Every call asks for immutable ids, so that a message keeps its id when it is moved. The token goes
to the address of the settings only: a link to the next page that leads elsewhere is not followed.
When the server asks to wait, nothing is asked of it until then.
"""

from __future__ import annotations

import base64
import contextlib
import datetime as dt
import logging
import re
import threading
import time
from collections.abc import Iterator, Mapping
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote

import httpx

from intake.errors import (
    IntakeError,
    MailboxClosed,
    MailboxFull,
    MailboxLoginRefused,
    MailboxThrottled,
    MailboxUnavailable,
    why_unreachable,
)
from intake.mail.oauth import Tokens, trusted

PREFER = 'IdType="ImmutableId"'
MAX_PAGES = 100
"""Of a listing; at a thousand a page more than a mailbox can sensibly hold."""
MAX_ANSWER = 8_000_000
"""Bytes of JSON."""
CHUNK = 65_536
CONNECT_SECONDS = 30.0
READ_SECONDS = 120.0
MESSAGE_SECONDS = 240.0
"""For one message, however slowly it comes."""
WAITS = (120.0, 600.0, 1_800.0, 3_600.0)
"""Seconds to wait when the server asks for it and does not say how long: once, again …"""
_MOST_WAIT = 3_600.0
_CODE = re.compile(r"[A-Za-z0-9._]{1,80}")
_CLAIMS = re.compile(r'claims="([A-Za-z0-9+/=_-]{1,4000})"')
_QUOTA = frozenset({"ErrorQuotaExceeded", "ErrorMailboxStoreFull"})
_WAIT = frozenset({429, 503, 509})
_UNDECIDED = frozenset({408, 409, 423, 425})
"""It took too long, met another call, was locked, or came too early: it may be done all the same."""
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class NotThere(IntakeError):
    """There is no such message, folder or mailbox."""

    code = "not-there"


class Refused(MailboxUnavailable):
    """The server refuses this one call for good (4xx)."""

    code = "graph-refused"


class TooMany(Refused):
    """A listing has more pages than we read."""


class AnswerLost(MailboxUnavailable):
    """Asked, and not answered, or not so that anybody knows what was done."""


class Graph:
    """The calls to one mailbox. May be used by several threads."""

    def __init__(self, address: str, mailbox: str, tokens: Tokens) -> None:
        """
        Args:
            address: of Graph, without the version: ``https://graph.microsoft.com``.
            mailbox: its mail address.
        """
        self._root = f"{address}/v1.0/"
        self._mailbox = f"users/{quote(mailbox, safe='@')}/"
        self._tokens = tokens
        self._lock = threading.Lock()
        self._blocked_until = 0.0
        self._waits = 0
        logging.getLogger("httpx").setLevel(logging.WARNING)  # it logs addresses and ids
        timeout = httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS)
        self._http = httpx.Client(verify=trusted(), timeout=timeout)

    def close(self) -> None:
        self._http.close()

    @property
    def blocked_seconds(self) -> float:
        """For how long the server asked us to wait still."""
        return max(0.0, self._blocked_until - time.monotonic())

    def get(self, path: str, **query: str) -> dict[str, Any]:
        """One object of the mailbox, by its path (``messages/ID``); query without the dollar sign."""
        return self._json("GET", self._root + self._mailbox + path, query)

    def post(self, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Make or do something; an empty answer is an empty object.

        Raises:
            AnswerLost: nobody knows whether it was done.
        """
        return self._json("POST", self._root + self._mailbox + path, {}, body)

    def delete(self, path: str) -> None:
        self._json("DELETE", self._root + self._mailbox + path, {})

    def listing(self, path: str, **query: str) -> Iterator[dict[str, Any]]:
        """All objects of a list, page after page; a page may be empty.

        Raises:
            Refused: the link to the next page leads to another server.
            TooMany: there are more pages than ``MAX_PAGES``.
        """
        address: str | None = self._root + self._mailbox + path
        for _ in range(MAX_PAGES):
            assert address is not None
            page = self._json("GET", address, query)
            found = page.get("value")
            yield from (each for each in found or () if isinstance(each, dict))
            address, query = page.get("@odata.nextLink"), {}
            if address is None:
                return
            self._check_link(address)
        raise TooMany(f"more than {MAX_PAGES} pages")

    def mime(self, path: str, limit: int) -> tuple[bytes, bool]:
        """The text of a message (``messages/ID``), which Exchange makes as it is asked, and whether
        it is whole: no more than ``limit`` bytes are taken, and one over.
        """
        pieces: list[bytes] = []
        total, until = 0, time.monotonic() + MESSAGE_SECONDS
        with self._answer("GET", f"{self._root}{self._mailbox}{path}/$value", {}) as answer:
            try:
                for piece in answer.iter_bytes(CHUNK):
                    pieces.append(piece)
                    total += len(piece)
                    if total > limit:
                        return b"".join(pieces), False
                    if time.monotonic() > until:
                        raise AnswerLost("a message comes too slowly")
            except httpx.HTTPError as error:
                raise AnswerLost(f"a message broke off ({type(error).__name__})") from None
        return b"".join(pieces), True

    def _json(
        self,
        method: str,
        address: str,
        query: Mapping[str, str],
        body: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        with self._answer(method, address, query, body) as answer:
            text = _text(answer)
            if not text.strip():
                return {}
            with contextlib.suppress(ValueError, RecursionError):
                found = httpx.Response(200, content=text).json()
                if isinstance(found, dict):
                    return found
        raise AnswerLost("an answer that cannot be read")

    @contextlib.contextmanager
    def _answer(
        self,
        method: str,
        address: str,
        query: Mapping[str, str],
        body: Mapping[str, Any] | None = None,
    ) -> Iterator[httpx.Response]:
        """A good answer, not read yet. A token that is refused is asked for anew, once.

        Raises:
            MailboxThrottled: wait; MailboxClosed: no right; NotThere; MailboxFull; Refused;
            AnswerLost; MailboxUnavailable: nothing was asked; MailboxLoginRefused.
        """
        if seconds := self.blocked_seconds:
            raise MailboxThrottled("the server asked us to wait", seconds)
        claims = ""
        for is_last in (False, True):
            token = self._tokens.get(claims)
            answer = self._sent(method, address, query, body, token)
            try:
                if answer.status_code == 401 and not is_last:
                    claims = _claims(answer)
                    self._tokens.drop(token)
                    continue
                if answer.is_success:
                    self._waits = 0
                    yield answer
                    return
                raise self._fault(answer)
            finally:
                answer.close()

    def _sent(
        self,
        method: str,
        address: str,
        query: Mapping[str, str],
        body: Mapping[str, Any] | None,
        token: str,
    ) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token}", "Prefer": PREFER}
        parameters = {f"${name}": value for name, value in query.items()} or None
        request = self._http.build_request(
            method, address, params=parameters, headers=headers, json=body
        )
        try:
            return self._http.send(request, stream=True)
        except _NOT_SENT as error:
            raise MailboxUnavailable(f"no connection to Graph ({why_unreachable(error)})") from None
        except httpx.HTTPError as error:
            raise AnswerLost(f"no answer of Graph ({type(error).__name__})") from None

    def _fault(self, answer: httpx.Response) -> IntakeError:
        """What an answer that is none means; its text is not repeated, for it may name addresses."""
        status, code = answer.status_code, _error_code(answer)
        told = f"{status} {code}".strip()
        if code in _QUOTA:
            return MailboxFull(f"the mailbox is full ({told})")
        if status in _WAIT or (status >= 500 and "retry-after" in answer.headers):
            return MailboxThrottled(f"the server asks to wait ({told})", self._wait(answer))
        if status == 401:
            return MailboxLoginRefused(f"the token is refused ({told})")
        if status == 403:
            return MailboxClosed(f"no right to this mailbox ({told})")
        if status == 404:
            return NotThere(told)
        return AnswerLost(told) if status >= 500 or status in _UNDECIDED else Refused(told)

    def _wait(self, answer: httpx.Response) -> float:
        """Seconds until something may be asked again; it holds for every call."""
        with self._lock:
            step = WAITS[min(self._waits, len(WAITS) - 1)]
            self._waits += 1
            seconds = retry_after(answer.headers.get("retry-after", ""))
            wait = step if seconds is None else seconds
            self._blocked_until = max(self._blocked_until, time.monotonic() + wait)
            return wait

    def _check_link(self, link: object) -> None:
        """The token goes nowhere else. Read as httpx will read it, which then sends it."""
        ours = httpx.URL(self._root)
        try:
            theirs = httpx.URL(str(link))
        except (httpx.InvalidURL, ValueError):
            raise Refused("the next page has no address") from None
        same = (ours.scheme, ours.host, ours.port) == (theirs.scheme, theirs.host, theirs.port)
        clean = not theirs.userinfo and ".." not in theirs.path
        if not (same and clean and theirs.path.startswith(ours.path)):
            raise Refused("the next page is at another server")


def retry_after(value: str) -> float | None:
    """Seconds to wait (RFC 9110 §10.2.3): a number or a date; None when it is neither."""
    value = value.strip()
    if re.fullmatch(r"[0-9]{1,9}(?:\.[0-9]+)?", value):
        return min(max(float(value), 1.0), _MOST_WAIT)
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
    return min(max((moment - dt.datetime.now(dt.UTC)).total_seconds(), 1.0), _MOST_WAIT)


def segment(value: str) -> str:
    """An id or name as one step of a path."""
    return quote(value, safe="")


def _text(answer: httpx.Response) -> bytes:
    pieces, total = [], 0
    try:
        for piece in answer.iter_bytes(CHUNK):
            pieces.append(piece)
            total += len(piece)
            if total > MAX_ANSWER:
                raise Refused("an answer that is too large")
    except httpx.HTTPError as error:
        raise AnswerLost(f"an answer broke off ({type(error).__name__})") from None
    return b"".join(pieces)


def _error_code(answer: httpx.Response) -> str:
    """Microsoft's own code of a fault; empty when there is none."""
    try:
        found = httpx.Response(200, content=_text(answer)).json()["error"]["code"]
    except (MailboxUnavailable, ValueError, KeyError, TypeError, RecursionError):
        return ""
    return found if isinstance(found, str) and _CODE.fullmatch(found) else ""


def _claims(answer: httpx.Response) -> str:
    """What the next token must say, when the server asks for more (a claims challenge)."""
    told = _CLAIMS.search(answer.headers.get("www-authenticate", ""))
    if not told:
        return ""
    try:
        padded = told.group(1) + "=" * (-len(told.group(1)) % 4)
        return base64.b64decode(padded, altchars=b"-_").decode()
    except ValueError:
        return ""
