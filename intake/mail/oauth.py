"""Tokens of Microsoft's login for a program (client credentials with a certificate, RFC 7523 §2.2).

A token is kept until shortly before it ends. The certificate is read anew for each, so that a new
one needs no new start.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import ssl
import threading
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import httpx
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from joserfc import jwt
from joserfc.jwk import RSAKey
from joserfc.util import urlsafe_b64encode

from intake.errors import (
    ConfigurationError,
    MailboxLoginRefused,
    MailboxUnavailable,
    why_unreachable,
)
from intake.model.basics import local_date
from intake.model.examination import Line, until, wrong
from intake.sections import AppLogin

EARLY_SECONDS = 300.0
"""So long before its end a token is used no more; of a short one only half is used."""
ASSERTION_SECONDS = 600
_TIMEOUT_SECONDS = 30.0
_MOST_SECONDS = 24 * 3600.0
_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_KEY = re.compile(rb"-----BEGIN ([A-Z ]*PRIVATE KEY)-----.+?-----END \1-----", re.DOTALL)
_WHY = re.compile(r"AADSTS\d+")
_CODE = re.compile(r"[a-z_]{1,60}")


@dataclass(frozen=True, slots=True)
class App:
    """One app registration, and what its tokens are for."""

    address: str
    """Of the token endpoint."""
    client_id: str
    scope: str
    certificate: Path
    key: Path


@dataclass(frozen=True, slots=True)
class _Held:
    token: str = field(repr=False)
    until: float


def app_of(login: AppLogin, scope: str) -> App:
    """The registration that these settings name, for tokens of this scope."""
    certificate = login.certificate or Path()
    address = f"{login.login_address}/{login.tenant}/oauth2/v2.0/token"
    return App(address, login.client_id, scope, certificate, login.key or certificate)


@cache
def tokens(app: App) -> Tokens:
    """The tokens of a registration; the same ones for everybody in this process."""
    return Tokens(app)


class Tokens:
    """Gives the token of one registration; a new one before the old one ends."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._lock = threading.Lock()
        self._held: _Held | None = None

    def get(self, claims: str = "") -> str:
        """A token that is good for some minutes at least.

        Args:
            claims: what a server asked for that would not take the last one.

        Raises:
            MailboxLoginRefused: the registration, its certificate or its secret is refused.
            MailboxUnavailable: no answer.
            ConfigurationError: the certificate or key cannot be used.
        """
        with self._lock:
            if self._held is None or claims or time.monotonic() >= self._held.until:
                self._held = None
                self._held = self._ask(claims)
            return self._held.token

    def drop(self, token: str) -> None:
        """A server refused this one: the next is new."""
        with self._lock:
            if self._held is not None and self._held.token == token:
                self._held = None

    @property
    def seconds_left(self) -> float:
        """For which the token that is held may be used."""
        held = self._held
        return held.until - time.monotonic() if held else 0.0

    def _ask(self, claims: str) -> _Held:
        app, asked = self._app, time.monotonic()
        form = {
            "grant_type": "client_credentials",
            "client_id": app.client_id,
            "scope": app.scope,
            "client_assertion_type": _ASSERTION,
            "client_assertion": assertion(app),
        }
        try:
            with httpx.Client(verify=trusted(), timeout=_TIMEOUT_SECONDS) as client:
                answer = client.post(
                    app.address, data=form | ({"claims": claims} if claims else {})
                )
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise MailboxUnavailable(
                f"the login server does not answer ({why_unreachable(error)})"
            ) from None
        if answer.status_code == 429 or answer.status_code >= 500:
            raise MailboxUnavailable(f"the login server answers {answer.status_code}")
        try:
            said = answer.json()
            token, seconds = str(said["access_token"]), float(said["expires_in"])
        except (ValueError, KeyError, TypeError):
            raise MailboxLoginRefused(f"no token: {_reason(answer)}") from None
        seconds = min(seconds, _MOST_SECONDS)
        return _Held(token, asked + max(seconds - EARLY_SECONDS, seconds / 2))


def assertion(app: App) -> str:
    """What proves that we hold the key of the registered certificate.

    Raises:
        ConfigurationError: certificate or key cannot be used.
    """
    certificate, key = pair(app)
    header = {
        "alg": "PS256",
        "typ": "JWT",
        "x5t#S256": urlsafe_b64encode(
            hashlib.sha256(certificate.public_bytes(Encoding.DER)).digest()
        ).decode(),
    }
    now = int(dt.datetime.now(dt.UTC).timestamp())
    claims = {
        "aud": app.address,
        "iss": app.client_id,
        "sub": app.client_id,
        "jti": str(uuid.uuid4()),
        "nbf": now,
        "iat": now,
        "exp": now + ASSERTION_SECONDS,
    }
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return jwt.encode(header, claims, RSAKey.import_key(pem), algorithms=["PS256"])


def pair(app: App) -> tuple[x509.Certificate, RSAPrivateKey]:
    """The certificate and its key.

    Raises:
        ConfigurationError: one sentence, with the remedy.
    """
    try:
        certificate = x509.load_pem_x509_certificate(_read(app.certificate))
    except ValueError:
        raise ConfigurationError(
            f"{app.certificate} is no PEM certificate: set `certificate` to the one that is"
            " registered in Entra"
        ) from None
    found = _KEY.search(_read(app.key))
    if not found:
        raise ConfigurationError(
            f"{app.key} holds no PEM key: set `key` to that of the certificate"
        )
    try:
        key = load_pem_private_key(found.group(), password=None)
    except TypeError:
        raise ConfigurationError(
            f"{app.key} has a passphrase, which nobody types at a start: store the key without it,"
            " readable to intake only"
        ) from None
    except (ValueError, UnsupportedAlgorithm):
        raise ConfigurationError(f"{app.key} cannot be read: set `key` to a PEM key") from None
    if not isinstance(key, RSAPrivateKey):
        raise ConfigurationError(f"{app.key} is no RSA key, which Entra asks for: make an RSA one")
    if key.public_key() != certificate.public_key():
        raise ConfigurationError(
            f"{app.key} does not belong to {app.certificate}: set the key that the certificate was"
            " made with"
        )
    return certificate, key


def initial_response(mechanism: str, user: str, token: str) -> str:
    """What a client says first, before base64: RFC 7628 §3.1, or XOAUTH2 as Microsoft writes it."""
    if mechanism == "OAUTHBEARER":
        name = user.replace("=", "=3D").replace(",", "=2C")
        return f"n,a={name},\x01auth=Bearer {token}\x01\x01"
    return f"user={user}\x01auth=Bearer {token}\x01\x01"


def examine(part: str, app: App) -> Iterator[Line]:
    """What ``intake doctor`` says of the certificate.

    Raises:
        ConfigurationError: as ``pair``.
    """
    certificate, _ = pair(app)
    ends = local_date(certificate.not_valid_after_utc)
    remedy = "make a new certificate, add it in Entra, set it here, then remove the old one there"
    yield until(part, ends, remedy)
    if app.key.stat().st_mode & 0o004:
        yield wrong(part, f"everybody on this machine can read {app.key}: run `chmod o-r` on it")


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise ConfigurationError(
            f"{file} cannot be read ({error.strerror}): check the path, and who may read it"
        ) from None


def _reason(answer: httpx.Response) -> str:
    """Microsoft's number of the error, else the standard's word; its text is not repeated."""
    try:
        said = answer.json()
        number = _WHY.search(str(said.get("error_description", "")))
        code = _CODE.fullmatch(str(said.get("error", "")))
    except (ValueError, AttributeError):
        number = code = None
    found = number or code
    return found.group() if found else f"answer {answer.status_code}"


@cache
def trusted() -> ssl.SSLContext:
    """The certificates of this machine; to load them takes long."""
    return ssl.create_default_context()
