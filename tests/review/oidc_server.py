"""A real OpenID provider on loopback (oidc-provider-mock, which is made of Authlib's own server
classes), held to PKCE, whose tokens a test may spoil.
"""

from __future__ import annotations

import base64
import io
import json
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import oidc_provider_mock
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from werkzeug.serving import make_server

from tests.review.conftest import Clerk

Spoil = Callable[[dict[str, Any]], dict[str, Any]]


class Gate:
    """Stands before the provider: a code is exchanged only with its verifier (RFC 7636 §4.6), and a
    token is made anew when a test spoils it.
    """

    def __init__(self, inner: Any) -> None:
        self._inner = inner
        self._challenges: dict[str, str] = {}
        self.key = RSAKey.generate_key(2048, parameters={"kid": "of-the-gate"})
        self.reset()

    def reset(self) -> None:
        """As the provider is."""
        self.spoil: Spoil | None = None
        self.published, self.signing = True, self.key
        self.down = False

    def __call__(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if self.down:
            start("503 Service Unavailable", [])
            return [b""]
        if path == "/jwks" and self.spoil:
            return self._json(start, KeySet([self.key]).as_dict(private=False))
        if path == "/oauth2/token":
            return self._token(environ, start)
        return self._inner(environ, self._watching(environ, start))  # type: ignore[no-any-return]

    def _watching(self, environ: dict[str, Any], start: Any) -> Any:
        """Remember by which challenge a code was asked for."""
        asked = parse_qs(environ.get("QUERY_STRING", ""))

        def watching(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            to = parse_qs(urlsplit(dict(headers).get("Location", "")).query)
            if "code" in to:
                assert asked["code_challenge_method"] == ["S256"]
                self._challenges[to["code"][0]] = asked["code_challenge"][0]
            return start(status, headers, *rest)

        return watching

    def _token(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        digest = sha256(form.get("code_verifier", "").encode()).digest()
        made = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if self._challenges.pop(form["code"], None) != made:
            start("400 Bad Request", [])
            return [b"{}"]
        environ["wsgi.input"] = io.BytesIO(body)
        seen: list[Any] = []
        answer = b"".join(self._inner(environ, lambda *given: seen.append(given)))
        if not self.spoil:
            start(*seen[0])
            return [answer]
        told = json.loads(answer)
        payload = told["id_token"].split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
        header = {"alg": "RS256", "kid": "of-the-gate"}
        told["id_token"] = jwt.encode(header, self.spoil(claims), self.signing)
        return self._json(start, told)

    @staticmethod
    def _json(start: Any, value: Any) -> Iterable[bytes]:
        start("200 OK", [("Content-Type", "application/json")])
        return [json.dumps(value).encode()]


class Server:
    """The running provider."""

    def __init__(self, gate: Gate, port: int) -> None:
        self.gate = gate
        self.issuer = f"http://localhost:{port}"

    def has(self, person: str, **claims: Any) -> None:
        """The provider knows this person, and says so much of them."""
        httpx.put(f"{self.issuer}/users/{person}", json=claims).raise_for_status()

    def log_in(self, clerk: Clerk, person: str, next: str = "/") -> Any:
        """From our login page to the provider, log in there, and come back."""
        return clerk.get(self.way_back(clerk, person, next))

    def way_back(self, clerk: Clerk, person: str, next: str = "/") -> str:
        """The address that the provider sends the browser back to."""
        out = clerk.get(f"/inloggen/gemeente?next={next}").headers["location"]
        answer = httpx.post(out, data={"sub": person})
        back = urlsplit(answer.headers["location"])
        return f"{back.path}?{back.query}"


@contextmanager
def running() -> Iterator[Server]:
    """Start the provider, and stop it."""
    gate = Gate(oidc_provider_mock.app(require_nonce=True).wsgi_app)
    server = make_server("localhost", 0, gate, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield Server(gate, server.server_port)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
