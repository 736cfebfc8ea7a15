"""A server that follows the published interface of Microsoft Graph and of Entra's login, as far as we
use it: it asks for a real signed assertion, ids move with their message unless immutable ones are
asked for, and it throttles, answers late, loses answers and leads astray as it is told.
"""

from __future__ import annotations

import base64
import contextlib
import datetime as dt
import hashlib
import json
import re
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from tests.servers import make_certificate

TENANT = "11111111-2222-3333-4444-555555555555"
CLIENT = "99999999-8888-7777-6666-000000000000"
MAILBOX = "crediteuren@almere.nl"
OTHER = "burgemeester@almere.nl"


@dataclass
class Item:
    """A message of the mailbox."""

    raw: bytes
    received: dt.datetime
    folder: str
    id: str = field(default_factory=lambda: "AAkA" + secrets.token_urlsafe(30) + "=")
    is_draft: bool = False
    message_id: str = ""
    json: dict[str, Any] = field(default_factory=dict)

    def id_for(self, immutable: bool) -> str:
        """The ordinary id is another one in every folder."""
        return (
            self.id
            if immutable
            else f"AAMk{hashlib.sha256((self.id + self.folder).encode()).hexdigest()}"
        )


@dataclass
class Fault:
    """What a call gets in place of its answer, or after it was done."""

    calls: str
    """Regular expression on method and path: ``POST .*/send``."""
    status: int = 0
    code: str = "ServiceUnavailable"
    headers: dict[str, str] = field(default_factory=dict)
    times: int = 1
    lose: str = ""
    """``before``: the connection ends and nothing is done; ``after``: it is done all the same."""
    seconds: float = 0.0
    """So late the answer is."""


@dataclass
class GraphServer:
    folder: Path
    port: int = 0
    items: list[Item] = field(default_factory=list)
    folders: dict[str, str] = field(
        default_factory=lambda: {
            name: f"AQMk{name}" for name in ("inbox", "drafts", "sentitems", "deleteditems")
        }
    )
    """Id by name."""
    sent: list[dict[str, Any]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    tokens: dict[str, float] = field(default_factory=dict)
    """Valid tokens, and until when."""
    token_seconds: int = 3600
    token_requests: list[dict[str, str]] = field(default_factory=list)
    open_mailboxes: set[str] = field(default_factory=lambda: {MAILBOX})
    page: int = 10
    next_link: str = ""
    """Leads here instead of to the next page."""
    changing: bool = False
    """The text of a message is made anew each time, with another boundary."""
    at_once: int = 0
    most_at_once: int = 0
    late_sent: float = 0.0
    """Seconds after ``send`` in which a message still looks like a draft."""
    lock: threading.RLock = field(default_factory=threading.RLock)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def settings(self) -> dict[str, Any]:
        """Of a ``[[graph]]`` mailbox."""
        return {
            "graph__address": MAILBOX,
            "graph__tenant": TENANT,
            "graph__client_id": CLIENT,
            "graph__certificate": self.folder / "cert.pem",
            "graph__key": self.folder / "key.pem",
            "graph__login_address": self.address,
            "graph__graph_address": self.address,
            "graph__poll_seconds": 0.1,
        }

    def deliver(
        self, raw: bytes, received: dt.datetime | None = None, folder: str = "inbox"
    ) -> Item:
        with self.lock:
            item = Item(raw, received or dt.datetime.now(dt.UTC), self.folders[folder])
            self.items.append(item)
            return item

    def within(self, folder: str) -> list[Item]:
        with self.lock:
            return [each for each in self.items if each.folder == self.folders.get(folder)]

    def fail(self, calls: str, **values: Any) -> None:
        self.faults.append(Fault(calls, **values))

    def fault_of(self, call: str) -> Fault | None:
        with self.lock:
            for fault in self.faults:
                if fault.times and re.fullmatch(fault.calls, call):
                    fault.times -= 1
                    return fault
        return None


class _Refusal(Exception):
    def __init__(self, status: int, code: str) -> None:
        self.status, self.code = status, code


Answer = tuple[int, Any]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = 65_536  # header and body leave together
    disable_nagle_algorithm = True

    def log_message(self, *_arguments: object) -> None:
        return

    def _handle(self) -> None:
        graph: GraphServer = self.server.graph  # type: ignore[attr-defined]
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = unquote(urlsplit(self.path).path)
        call = f"{self.command} {path}"
        with graph.lock:
            graph.calls.append(call)
            graph.at_once += 1
            graph.most_at_once = max(graph.most_at_once, graph.at_once)
        try:
            fault = graph.fault_of(call)
            if fault and fault.lose == "before":
                return self._hang_up()
            if fault and fault.status:
                time.sleep(fault.seconds)
                return self._say(fault.status, _error(fault.code), fault.headers)
            try:
                with graph.lock:
                    status, answer = self._answer(graph, path, body)
            except _Refusal as refusal:
                status, answer = refusal.status, _error(refusal.code)
            if fault:
                time.sleep(fault.seconds)
            if fault and fault.lose == "after":
                return self._hang_up()
            return self._say(status, answer, {})
        finally:
            with graph.lock:
                graph.at_once -= 1

    do_GET = do_POST = do_DELETE = do_PATCH = _handle  # noqa: N815

    def _hang_up(self) -> None:
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def _say(self, status: int, answer: Any, headers: dict[str, str]) -> None:
        content = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        content = b"" if answer is None else content
        with contextlib.suppress(OSError):
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    def _answer(self, graph: GraphServer, path: str, body: bytes) -> Answer:
        if path == f"/{TENANT}/oauth2/v2.0/token":
            return _token(graph, {k: v[0] for k, v in parse_qs(body.decode()).items()})
        if path == "/introspect":
            return _introspection(graph, parse_qs(body.decode()).get("token", [""])[0])
        kind, _, token = self.headers.get("Authorization", "").partition(" ")
        if kind != "Bearer" or graph.tokens.get(token, 0) < time.monotonic():
            raise _Refusal(401, "InvalidAuthenticationToken")
        query = {k.removeprefix("$"): v[0] for k, v in parse_qs(urlsplit(self.path).query).items()}
        steps = path.removeprefix("/v1.0/users/").split("/")
        if not path.startswith("/v1.0/users/") or steps[0] not in graph.open_mailboxes:
            raise _Refusal(403, "ErrorAccessDenied")
        asked = json.loads(body) if body else {}
        immutable = self.headers.get("Prefer") == 'IdType="ImmutableId"'
        return _Mailbox(graph, immutable, query).answer(self.command, steps[1:], asked)


class _Mailbox:
    """One call to the mailbox."""

    def __init__(self, graph: GraphServer, immutable: bool, query: dict[str, str]) -> None:
        self.graph, self.immutable, self.query = graph, immutable, query

    def answer(self, method: str, steps: list[str], asked: dict[str, Any]) -> Answer:
        routes: list[tuple[str, list[str], Callable[..., Answer]]] = [
            ("GET", ["mailFolders"], lambda: self._folders()),
            ("POST", ["mailFolders"], lambda: self._make_folder(asked)),
            ("GET", ["mailFolders", "*"], lambda f: (200, self._folder(f))),
            ("GET", ["mailFolders", "*", "childFolders"], lambda _f: (200, {"value": []})),
            ("GET", ["mailFolders", "*", "messages"], self._messages),
            ("GET", ["mailFolders", "*", "messages", "*", "$value"], self._value_in),
            ("GET", ["messages", "*"], lambda id: (200, self._shown(self._item(id)))),
            ("GET", ["messages", "*", "$value"], lambda id: (200, self._text(self._item(id)))),
            ("POST", ["messages"], lambda: self._make_draft(asked)),
            ("POST", ["messages", "*", "move"], lambda id: self._move(id, asked)),
            ("POST", ["messages", "*", "send"], self._send),
            ("DELETE", ["messages", "*"], self._delete),
        ]
        for verb, pattern, route in routes:
            fits = len(pattern) == len(steps) and all(
                p in ("*", s) for p, s in zip(pattern, steps, strict=True)
            )
            if verb == method and fits:
                return route(*(s for p, s in zip(pattern, steps, strict=True) if p == "*"))
        raise _Refusal(400, "BadRequest")

    def _folder(self, name: str) -> dict[str, Any]:
        folders = self.graph.folders
        found = [n for n, id in folders.items() if name in (n, id)]
        if not found:
            raise _Refusal(404, "ErrorItemNotFound")
        count = len(self.graph.within(found[0]))
        return {"id": folders[found[0]], "displayName": found[0], "totalItemCount": count}

    def _folders(self) -> Answer:
        condition = self.query.get("filter", "")
        wanted = re.fullmatch(r"displayName eq '((?:[^']|'')*)'", condition)
        if condition and not wanted:
            raise _Refusal(400, "BadRequest")
        name = wanted.group(1).replace("''", "'") if wanted else ""
        names = [n for n in self.graph.folders if not wanted or n == name]
        return 200, {"value": [self._folder(name) for name in names]}

    def _make_folder(self, asked: dict[str, Any]) -> Answer:
        name = asked["displayName"]
        if name in self.graph.folders:
            raise _Refusal(409, "ErrorFolderExists")
        self.graph.folders[name] = f"AQMk{secrets.token_hex(8)}"
        return 201, self._folder(name)

    def _messages(self, folder: str) -> Answer:
        id = self._folder(folder)["id"]
        found = [each for each in self.graph.items if each.folder == id]
        condition = self.query.get("filter", "")
        if since := re.fullmatch(r"receivedDateTime ge (\S+)", condition):
            start = dt.datetime.fromisoformat(since.group(1))
            found = [each for each in found if each.received >= start]
        elif condition:
            mark = re.search(r"ep/id eq '(.+?)' and ep/value eq '(.+?)'\)", condition)
            if not mark:
                raise _Refusal(400, "ErrorInvalidUrlQueryFilter")
            wanted = {"id": mark.group(1), "value": mark.group(2)}
            found = [e for e in found if wanted in e.json.get("singleValueExtendedProperties", [])]
        found.sort(key=lambda each: each.received)
        at = int(self.query.get("skip", 0))
        page = {"value": [self._shown(each) for each in found[at : at + self.graph.page]]}
        if at + self.graph.page < len(found):
            query = "&".join(
                f"%24{k}={v}" for k, v in {**self.query, "skip": at + self.graph.page}.items()
            ).replace(" ", "%20")
            link = f"{self.graph.address}/v1.0/users/{MAILBOX}/mailFolders/{id}/messages?{query}"
            page["@odata.nextLink"] = self.graph.next_link or link  # type: ignore[assignment]
        return 200, page

    def _item(self, id: str) -> Item:
        for each in self.graph.items:
            hidden = each.folder in ("gone", self.graph.folders.get("recoverableitemsdeletions"))
            if each.id_for(self.immutable) == id and not hidden:
                return each
        raise _Refusal(404, "ErrorItemNotFound")

    def _value_in(self, folder: str, id: str) -> Answer:
        place = self.graph.folders.get(folder, "")
        for each in self.graph.items:
            if each.folder == place and each.id_for(self.immutable) == id:
                return 200, self._text(each)
        raise _Refusal(404, "ErrorItemNotFound")

    def _text(self, item: Item) -> bytes:
        if not self.graph.changing:
            return item.raw
        return item.raw.replace(b"GRENS", secrets.token_hex(6).encode())

    def _shown(self, item: Item) -> dict[str, Any]:
        return {
            "id": item.id_for(self.immutable),
            "receivedDateTime": item.received.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "parentFolderId": item.folder,
            "isDraft": item.is_draft,
            "internetMessageId": item.message_id,
            "internetMessageHeaders": [{"name": "X-Iets", "value": "waarde"}],
            "from": {"emailAddress": {"address": "zorg@aanbieder.example"}},
            "subject": "Factuur",
            "singleValueExtendedProperties": [{"id": "Long 0xe08", "value": str(len(item.raw))}],
        }

    def _move(self, id: str, asked: dict[str, Any]) -> Answer:
        item = self._item(id)
        item.folder = self._folder(asked["destinationId"])["id"]
        return 201, self._shown(item)

    def _delete(self, id: str) -> Answer:
        self._item(id).folder = "gone"
        return 204, None

    def _make_draft(self, asked: dict[str, Any]) -> Answer:
        names = [each["name"].lower() for each in asked.get("internetMessageHeaders", [])]
        if not all(name.startswith("x-") for name in names):
            raise _Refusal(400, "InvalidInternetMessageHeader")
        if len(names) > 5:
            raise _Refusal(400, "InvalidInternetMessageHeaderCollection")
        now = dt.datetime.now(dt.UTC)
        item = Item(b"", now, self.graph.folders["drafts"], is_draft=True, json=asked)
        item.message_id = f"<{secrets.token_hex(8)}@eurprd05.prod.outlook.com>"
        self.graph.items.append(item)
        return 201, self._shown(item)

    def _send(self, id: str) -> Answer:
        item = self._item(id)
        if not item.is_draft or "sending" in item.json:
            raise _Refusal(400, "ErrorInvalidOperation")
        self.graph.sent.append(item.json)
        item.json = item.json | {"sending": True}

        def done() -> None:
            item.is_draft, item.folder = False, self.graph.folders["sentitems"]

        if self.graph.late_sent:
            threading.Timer(self.graph.late_sent, done).start()
        else:
            done()
        return 202, None


def _token(graph: GraphServer, form: dict[str, str]) -> Answer:
    graph.token_requests.append(form)
    certificate = x509.load_pem_x509_certificate((graph.folder / "cert.pem").read_bytes())
    signed, _, signature = form["client_assertion"].rpartition(".")
    header, claims = (json.loads(_unpadded(piece)) for piece in signed.split("."))
    thumbprint = hashlib.sha256(certificate.public_bytes(Encoding.DER)).digest()
    is_ours = header["alg"] == "PS256" and _unpadded(header["x5t#S256"]) == thumbprint
    now = time.time()
    is_valid = (
        claims["aud"] == f"{graph.address}/{TENANT}/oauth2/v2.0/token"
        and claims["iss"] == claims["sub"] == form["client_id"] == CLIENT
        and claims["nbf"] <= now + 1 < claims["exp"] <= now + 610
        and form["grant_type"] == "client_credentials"
        and form["scope"].endswith("/.default")
    )
    public = certificate.public_key()
    assert isinstance(public, RSAPublicKey)
    try:
        pss = padding.PSS(padding.MGF1(SHA256()), 32)
        public.verify(_unpadded(signature), signed.encode(), pss, SHA256())
    except InvalidSignature:
        is_ours = False
    if not (is_ours and is_valid):
        why = "AADSTS700027: the certificate is not registered"
        return 401, {"error": "invalid_client", "error_description": why}
    token = secrets.token_urlsafe(40)
    graph.tokens[token] = time.monotonic() + graph.token_seconds
    return 200, {"token_type": "Bearer", "access_token": token, "expires_in": graph.token_seconds}


def _introspection(graph: GraphServer, token: str) -> Answer:
    """RFC 7662, as Dovecot asks it: each token is of the one mailbox."""
    is_active = graph.tokens.get(token, 0) >= time.monotonic()
    return 200, {"active": is_active, "username": MAILBOX} if is_active else {"active": False}


def _unpadded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _error(code: str) -> dict[str, Any]:
    return {"error": {"code": code, "message": f"Iets over {MAILBOX}"}}


@contextlib.contextmanager
def run_graph(folder: Path) -> Iterator[GraphServer]:
    """The server on a free port; ``folder`` gets the certificate of its app registration."""
    if not (folder / "cert.pem").exists():
        make_certificate(folder)
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        server.daemon_threads = True
        graph = GraphServer(folder, server.server_address[1])
        server.graph = graph  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield graph
        server.shutdown()
