"""The municipality's own login: OpenID Connect, authorization code with PKCE (RFC 7636, S256).

Nothing is kept between the way out and the way back but one cookie: nonce and code verifier are
made, each time, of the state and the installation's key. What the provider says counts only as an
ID token signed by a key that it publishes, made for us, for this very login, and not too old
(OpenID Connect Core §3.1.3.7).
"""

from __future__ import annotations

import base64
import hmac
import secrets
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import quote_plus, urlencode

import httpx
import structlog
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from intake.errors import ConfigurationError, IntakeError
from intake.model.examination import Line, fine, wrong
from intake.settings import Oidc
from intake.store import Store
from intake.store.tables import Role

ALGORITHMS = ("RS256", "PS256", "ES256")
LEEWAY_SECONDS = 60
"""No two clocks are the same."""
STATE_SECONDS = 600
"""So long somebody may take at the provider."""
_SCOPE = "openid profile"
_TIMEOUT_SECONDS = 5.0
_METADATA_SECONDS = 3600.0
_KEYS_AGAIN_SECONDS = 60.0
_SILENT_SECONDS = 10.0
"""So long nobody asks a provider again that did not answer: each who waits holds a thread."""
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")

log = structlog.get_logger()


class OidcFaultError(IntakeError):
    """Nobody was let in; ``code`` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Person:
    """Whom the provider named."""

    subject: str
    """Keyed hash of issuer and subject: what else a token says of somebody can change hands."""
    name: str
    roles: frozenset[Role]
    id_token: str = field(repr=False)


class Provider:
    """The provider of one installation; what it publishes is remembered for a while."""

    def __init__(self, settings: Oidc, store: Store) -> None:
        self._settings, self._store = settings, store
        self._trusted = ssl.create_default_context()
        self._lock = threading.Lock()
        self._metadata: tuple[float, Mapping[str, Any]] | None = None
        self._keys: tuple[float, KeySet] | None = None
        self._asking = threading.Lock()
        self._silent_since: float | None = None

    def new_state(self) -> str:
        """What the browser keeps until it comes back."""
        made, number = str(int(self._store.clock().timestamp())), secrets.token_urlsafe(16)
        return f"{made}.{number}.{self._made_of('state', made, number)}"

    def way_out(self, state: str, back: str) -> str:
        """The provider's address to log in.

        Args:
            back: our address that it leads back to.

        Raises:
            OidcFaultError: the provider does not answer.
        """
        challenge = base64.urlsafe_b64encode(sha256(self._verifier(state).encode()).digest())
        query = {
            "response_type": "code",
            "client_id": self._settings.client_id,
            "redirect_uri": back,
            "scope": _SCOPE,
            "state": state,
            "nonce": self._made_of("nonce", state),
            "code_challenge": challenge.decode().rstrip("="),
            "code_challenge_method": "S256",
        }
        return _with_query(self._endpoint("authorization_endpoint"), query)

    def person(self, state: str, code: str, back: str) -> Person:
        """Whom the code is of that the browser brought back.

        Raises:
            OidcFaultError: the login is too old or not of this browser, the provider does not
                answer or says something else, or names too many groups to send them.
        """
        made, _, rest = state.partition(".")
        number, _, signature = rest.partition(".")
        ours = hmac.compare_digest(
            signature.encode(), self._made_of("state", made, number).encode()
        )
        age = self._store.clock().timestamp() - int(made) if ours else STATE_SECONDS
        if age >= STATE_SECONDS:
            raise OidcFaultError("expired")
        token = self._token(state, code, back)
        claims = self._claims(token, self._made_of("nonce", state))
        subject = self._store.vault.token("oidc-subject", str(claims["iss"]), str(claims["sub"]))
        return Person(subject, _name(claims), self._roles(claims), token)

    def way_to_log_out(self, id_token: str, back: str) -> str:
        """The provider's address to log out there too (RP-initiated logout); empty without one.

        Raises:
            OidcFaultError: the provider does not answer.
        """
        address = self._published().get("end_session_endpoint")
        query = {
            "id_token_hint": id_token,
            "client_id": self._settings.client_id,
            "post_logout_redirect_uri": back,
        }
        return _with_query(str(address), query) if address else ""

    def _token(self, state: str, code: str, back: str) -> str:
        """The ID token in exchange for a code."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": back,
            "client_id": self._settings.client_id,
            "code_verifier": self._verifier(state),
        }
        answer = self._answer("POST", self._endpoint("token_endpoint"), form)
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise OidcFaultError("no-id-token")
        return token

    def _claims(self, token: str, nonce: str) -> Mapping[str, Any]:
        """What a valid ID token says.

        Clocks, issuer, audience and nonce are compared here, so that each refusal is one line.
        """
        claims = self._verified(token)
        audience = claims.get("aud")
        audiences = audience if isinstance(audience, list) else [audience]
        client, now = self._settings.client_id, self._store.clock().timestamp()
        authorized = claims.get("azp", client)
        wrong_for_us = client not in audiences or authorized != client
        if claims.get("iss") != self._settings.issuer:
            raise OidcFaultError("wrong-issuer")
        if wrong_for_us or (len(audiences) > 1 and "azp" not in claims):
            raise OidcFaultError("wrong-audience")
        if not hmac.compare_digest(str(claims.get("nonce")).encode(), nonce.encode()):
            raise OidcFaultError("wrong-nonce")
        if not _is_now(claims, now):
            raise OidcFaultError("wrong-time")
        if not isinstance(claims.get("sub"), str) or not claims["sub"]:
            raise OidcFaultError("no-subject")
        return claims

    def _verified(self, token: str) -> Mapping[str, Any]:
        """The claims of a token that one of the published keys signed; new keys are looked for once
        a minute at most.
        """
        for fresh in (False, True):
            try:
                return jwt.decode(token, self._key_set(fresh), algorithms=list(ALGORITHMS)).claims
            except (JoseError, ValueError):
                continue
        raise OidcFaultError("wrong-signature")

    def _roles(self, claims: Mapping[str, Any]) -> frozenset[Role]:
        value = _claim(claims, self._settings.claim)
        elsewhere = claims.get("_claim_names")
        too_many = isinstance(elsewhere, dict) and self._settings.claim in elsewhere
        if value is None and (too_many or claims.get("hasgroups")):
            raise OidcFaultError("too-many-groups")
        given = {value} if isinstance(value, str) else set(map(str, value or ()))
        return frozenset(role for role in Role if given & set(values_of(self._settings, role)))

    def _endpoint(self, name: str) -> str:
        return str(self._published()[name])

    def _published(self) -> Mapping[str, Any]:
        """The provider's metadata (OpenID Connect Discovery §4)."""
        if known := self._known():
            return known
        with self._asking:  # who comes meanwhile waits for this one answer, also when there is none
            return self._known() or self._asked()

    def _known(self) -> Mapping[str, Any] | None:
        known = self._metadata
        is_fresh = known is not None and time.monotonic() - known[0] < _METADATA_SECONDS
        return known[1] if known and is_fresh else None

    def _asked(self) -> Mapping[str, Any]:
        issuer = self._settings.issuer
        found = self._answer("GET", f"{issuer.rstrip('/')}/.well-known/openid-configuration")
        if found.get("issuer") != issuer:
            raise OidcFaultError("wrong-issuer")
        scheme = issuer.partition("//")[0]
        if not all(str(found.get(name)).startswith(scheme) for name in _ENDPOINTS):
            raise OidcFaultError("no-endpoints")
        self._metadata = time.monotonic(), found
        return found

    def _key_set(self, fresh: bool) -> KeySet:
        with self._lock:
            known = self._keys
        age = time.monotonic() - known[0] if known else _METADATA_SECONDS
        if known and age < (_KEYS_AGAIN_SECONDS if fresh else _METADATA_SECONDS):
            return known[1]
        answer = self._answer("GET", self._endpoint("jwks_uri"))
        try:
            keys = KeySet.import_key_set(answer)  # type: ignore[arg-type]
        except (JoseError, ValueError, KeyError, TypeError):
            raise OidcFaultError("no-keys") from None
        with self._lock:
            self._keys = time.monotonic(), keys
        return keys

    def _answer(
        self, method: str, address: str, form: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        """What the provider answers; neither its text nor our address is repeated in a fault.

        Raises:
            OidcFaultError: it does not, or did not a moment ago: then it is not asked.
        """
        if self._is_silent():
            raise OidcFaultError("no-answer")
        try:
            with httpx.Client(verify=self._trusted, timeout=_TIMEOUT_SECONDS) as client:
                signed = self._client_login() if form else None
                answer = client.request(method, address, data=form, auth=signed)
            found = answer.json()
        except httpx.TransportError:
            self._silent_since = time.monotonic()
            raise OidcFaultError("no-answer") from None
        except (httpx.HTTPError, httpx.InvalidURL, ValueError):
            raise OidcFaultError("no-answer") from None
        if answer.status_code != 200 or not isinstance(found, dict):
            raise OidcFaultError("refused-by-provider" if form else "no-answer")
        return found

    def _is_silent(self) -> bool:
        since = self._silent_since
        return since is not None and time.monotonic() - since < _SILENT_SECONDS

    def _client_login(self) -> tuple[str, str] | None:
        """By which the provider knows that it is us (RFC 6749 §2.3.1); None for a public client."""
        secret = self._settings.client_secret.get_secret_value()
        return (quote_plus(self._settings.client_id), quote_plus(secret)) if secret else None

    def _verifier(self, state: str) -> str:
        return self._made_of("verifier", state)

    def _made_of(self, what: str, *parts: str) -> str:
        return self._store.vault.token(f"oidc-{what}", *parts)


def provider(settings: Oidc, store: Store) -> Provider | None:
    """The provider; None when there are local accounts only.

    Raises:
        ConfigurationError: a setting is missing.
    """
    if not settings.issuer:
        return None
    if not settings.client_id:
        raise ConfigurationError("INTAKE_OIDC__CLIENT_ID: must be set too")
    return Provider(settings, store)


def values_of(settings: Oidc, role: Role) -> tuple[str, ...]:
    """The values of the claim that stand for a role."""
    values: tuple[str, ...] = getattr(settings, role.value.replace("-", "_"))
    return values


def examine(settings: Oidc, store: Store | None) -> Iterator[Line]:
    """What ``intake doctor`` says of the municipality's own login."""
    if not settings.issuer:
        yield fine("login", "local accounts; INTAKE_OIDC__ISSUER adds the municipality's own login")
        return
    if not settings.client_id:
        yield wrong("login", "INTAKE_OIDC__CLIENT_ID: must be set too")
    if not any(values_of(settings, role) for role in Role):
        yield wrong(
            "login", "no value of the claim gives a role: set INTAKE_OIDC__CLERK and others"
        )
    if store is None or not settings.client_id:
        return
    try:
        Provider(settings, store).way_out("", "")
    except OidcFaultError as error:
        yield wrong("login", f"{settings.issuer}: {error.code}: check INTAKE_OIDC__ISSUER")
    else:
        yield fine("login", f"{settings.issuer}, as {settings.client_id}")


def _is_now(claims: Mapping[str, Any], now: float) -> bool:
    """Not over, not from later than now, and not in force later than now."""
    expires, made = claims.get("exp"), claims.get("iat")
    first = claims.get("nbf", made)
    if not all(isinstance(each, int | float) for each in (expires, made, first)):
        return False
    latest = max(float(made or 0), float(first or 0))
    return now < float(expires or 0) + LEEWAY_SECONDS and latest <= now + LEEWAY_SECONDS


def _claim(claims: Mapping[str, Any], path: str) -> Any:
    """A claim by its name, or by the way to it with dots; None when it is not there."""
    if path in claims:
        return claims[path]
    found: Any = claims
    for step in path.split("."):
        found = found.get(step) if isinstance(found, dict) else None
    return found if isinstance(found, str | list) else None


def _name(claims: Mapping[str, Any]) -> str:
    """What colleagues call this person; it says nothing of who it is."""
    names = (claims.get(name) for name in ("preferred_username", "name"))
    return next((name for name in names if isinstance(name, str) and name.strip()), "")


def _with_query(address: str, query: Mapping[str, str]) -> str:
    return f"{address}{'&' if '?' in address else '?'}{urlencode(query)}"
