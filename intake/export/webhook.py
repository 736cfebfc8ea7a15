"""Delivers files to a web address, signed (Standard Webhooks 1.0.0): one message a file, the manifest
last.

Each message keeps its id when it is sent again, so that the receiver can leave out what it has. What
the receiver refuses for good (400 to 499) is not sent again; for all else it is, a few times.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import http.client
import json
import ssl
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import urlsplit

from intake.errors import ConfigurationError
from intake.export.formats import File
from intake.sections import is_loopback

SCHEMES = ("https://", "http://")
_PREFIX = "whsec_"
_KEY_SIZES = range(24, 65)
_SECONDS = 30.0
_WAITS = (1.0, 4.0, 15.0, 40.0)
"""Seconds before each further try."""
_LONGEST_WAIT = 60.0
_AGAIN = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS)


@dataclass(frozen=True, slots=True)
class Receiver:
    """Where messages go, and the key that signs them."""

    host: str
    port: int
    tls: bool
    path: str = field(repr=False)
    key: bytes = field(repr=False)

    @classmethod
    def of(cls, address: str, secret: str) -> Receiver:
        """Read the address, and the secret that both sides know (``whsec_`` and base64).

        Raises:
            ConfigurationError: no plain web address, not encrypted, or no such secret.
        """
        parts = urlsplit(address)
        try:
            port = parts.port
        except ValueError:
            port = 0
        host = parts.hostname or ""
        if not host or port == 0 or parts.username or parts.fragment:
            raise ConfigurationError("--to is not https://host/path")
        tls = parts.scheme == "https"
        if not tls and not is_loopback(host):
            raise ConfigurationError(f"{host}: invoices go over the network with https only")
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return cls(host, port or (443 if tls else 80), tls, path, _key(secret))


def signature(key: bytes, message: str, moment: int, body: bytes) -> str:
    """As a receiver checks it.

    Args:
        message: its id.
        moment: seconds since 1970.
    """
    signed = hmac.new(key, f"{message}.{moment}.".encode() + body, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(signed).decode()}"


def deliver(
    receiver: Receiver, files: Sequence[File], wait: Callable[[float], None] = time.sleep
) -> None:
    """Send each file as a message, in their order; the next only when the one before arrived.

    Without files nothing is sent: a receiver cannot be tried without a message.

    Raises:
        OSError: the receiver refused one, or could not be reached after several tries.
    """
    for file in files:
        _send(receiver, file, wait)


def _send(receiver: Receiver, file: File, wait: Callable[[float], None]) -> None:
    digest = hashlib.sha256(file.data).hexdigest()
    content = {
        "type": "batch.file",
        "data": {
            "name": file.name,
            "sha256": digest,
            "content": base64.b64encode(file.data).decode(),
        },
    }
    body = json.dumps(content).encode()
    message = f"{file.name}-{digest[:16]}"
    for seconds in (*_WAITS, None):
        status, asked = _try(receiver, message, body)
        if status is not None and HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
            return
        for_good = status is not None and status < HTTPStatus.INTERNAL_SERVER_ERROR
        if seconds is None or (for_good and status not in _AGAIN):
            why = f"answered {status}" if status else "could not be reached"
            raise OSError(5, f"{receiver.host} {why} for {file.name}")
        wait(max(seconds, asked))


def _try(receiver: Receiver, message: str, body: bytes) -> tuple[int | None, float]:
    """The status, None when there was none, and how long the receiver asks to wait, in seconds."""
    moment = int(time.time())
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "intake",
        "webhook-id": message,
        "webhook-timestamp": str(moment),
        "webhook-signature": signature(receiver.key, message, moment, body),
    }
    connection = _connection(receiver)
    try:
        connection.request("POST", receiver.path, body, headers)
        answer = connection.getresponse()
        return answer.status, _asked(answer.headers.get("Retry-After"))
    except ssl.SSLCertVerificationError as error:
        raise OSError(5, f"{receiver.host}: {error.verify_message}") from None
    except (OSError, http.client.HTTPException):
        return None, 0.0
    finally:
        connection.close()


def _connection(receiver: Receiver) -> http.client.HTTPConnection:
    if not receiver.tls:
        return http.client.HTTPConnection(receiver.host, receiver.port, timeout=_SECONDS)
    return http.client.HTTPSConnection(
        receiver.host, receiver.port, timeout=_SECONDS, context=ssl.create_default_context()
    )


def _asked(retry_after: str | None) -> float:
    """Seconds, at most a minute; a date says nothing."""
    given = (retry_after or "").strip()
    return min(float(given), _LONGEST_WAIT) if given.isascii() and given.isdigit() else 0.0


def _key(secret: str) -> bytes:
    try:
        key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not secret.startswith(_PREFIX) or len(key) not in _KEY_SIZES:
        raise ConfigurationError(
            "a webhook needs INTAKE_EXPORT__WEBHOOK_SECRET: whsec_ and 24 to 64 bytes in base64"
        )
    return key
