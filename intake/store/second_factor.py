"""The second step of a local account: codes of an authenticator app (TOTP, RFC 6238: SHA-1, six
digits, thirty seconds), and recovery codes for who lost it.

The secret itself is kept nowhere. It is made, each time, of a number in the database and of the
installation's key in the key store: a stolen database holds nothing to make codes of.
"""

from __future__ import annotations

import base64
import datetime as dt
import hmac
import secrets
from dataclasses import dataclass, field
from hashlib import sha1
from urllib.parse import quote, urlencode

from sqlalchemy import ColumnElement, delete
from sqlmodel import Session, col, func, select

from intake.errors import Conflict
from intake.store import Store, audit_chain, logins, users
from intake.store.audit_chain import Act
from intake.store.tables import LoginAttemptRow, LoginStep, SessionRow, UserRow

STEP_SECONDS = 30
DIGITS = 6
AROUND = 1
"""Codes of so many half minutes before and after count too: no two clocks are the same."""
ATTEMPTS = 5
"""Wrong codes for one person within the window, from one browser that passed this step before, or from
all others together: who tries them has the password already, and must not shut the owner out.
"""
_MARK = "second-step-mark"
WINDOW_MINUTES = 15
RECOVERY_CODES = 8
SECRET_BYTES = 20


def new_number() -> str:
    """A number that a new secret is made of."""
    return secrets.token_hex(16)


def secret(store: Store, name: str, number: str) -> bytes:
    """The secret that the app of this person holds."""
    return bytes.fromhex(store.vault.token("second-factor", name, number))[:SECRET_BYTES]


def written(secret: bytes) -> str:
    """The secret as a person types it into the app: base32, in groups of four."""
    text = base64.b32encode(secret).decode()
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def address(secret: bytes, name: str, issuer: str) -> str:
    """What the QR code holds (Key Uri Format of Google Authenticator, which all apps read)."""
    query = urlencode({"secret": base64.b32encode(secret).decode(), "issuer": issuer})
    return f"otpauth://totp/{quote(f'{issuer}:{name}')}?{query}"


def code(secret: bytes, step: int) -> str:
    """The code of one half minute (RFC 4226 §5.3)."""
    digest = hmac.new(secret, step.to_bytes(8, "big"), sha1).digest()
    at = digest[-1] & 0x0F
    number = int.from_bytes(digest[at : at + 4], "big") & 0x7FFF_FFFF
    return f"{number % 10**DIGITS:0{DIGITS}d}"


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A second step that was set up."""

    session: users.WebSession
    """The only one of this person; the others ended."""
    recovery_codes: tuple[str, ...] = field(repr=False)
    """Shown once."""


def enrol(store: Store, name: str, number: str, typed: str) -> Enrolled | None:
    """Set up the second step, once a code shows that the app holds the secret of ``number``; None
    when the code is wrong.

    Raises:
        Conflict: this person has a second step already.
    """
    matched = _matching(secret(store, name, number), typed, _step(store))
    if matched is None:
        return None
    codes = tuple(_recovery_code() for _ in range(RECOVERY_CODES))
    with store.write() as session:
        user = session.get(UserRow, name, with_for_update=True)
        if user is None or user.subject is not None or user.factor is not None:
            raise Conflict("this account has a second step, or needs none")
        user.factor, user.factor_step = number, matched
        user.recovery = " ".join(_recovery_hash(store, name, each) for each in codes)
        session.execute(delete(SessionRow).where(col(SessionRow.user) == name))
        audit_chain.append_at_the_end(store, session, Act(name, "", "second-step-set-up"))
        return Enrolled(users.open_session(store, session, name, "password code"), codes)


def new_mark(store: Store, name: str) -> str:
    """What a browser is given once this person passed the step in it; it gives no access."""
    return logins.new_mark(store, name, _MARK)


def pass_step(
    store: Store, half: users.WebSession, typed: str, mark: str = ""
) -> users.WebSession | None:
    """Let somebody in whose password was right and whose code is too: a new session in the place of
    the half one. None: the code is wrong, was used before, or too many were tried. A recovery code
    is never too late: nobody guesses one.

    Args:
        mark: what this browser was given when the person passed the step in it before.
    """
    mine = _attempts_of(store, half.user, logins.known_browser(store, half.user, mark, _MARK))
    with store.write() as session:
        store.lock(session, "login")
        user = session.get(UserRow, half.user, with_for_update=True)
        row = session.get(SessionRow, users.token_hash(store, half.token))
        if user is None or user.factor is None or row is None or row.step != LoginStep.CODE:
            return None
        in_time = _may_try(store, session, mine)
        if not ((in_time and _takes(store, user, typed)) or _takes_recovery(store, user, typed)):
            refused = Act(half.user, "", "login-refused", "code")
            audit_chain.append_at_the_end(store, session, refused)
            return None
        session.execute(delete(LoginAttemptRow).where(*mine.rows))
        session.delete(row)
        return users.open_session(store, session, half.user, "password code")


def remove(store: Store, name: str) -> None:
    """Take the second step away, for who lost phone and recovery codes; sessions end.

    Raises:
        Conflict: there is no such user.
    """
    with store.write() as session:
        user = session.get(UserRow, name)
        if user is None:
            raise Conflict("there is no such user")
        user.factor, user.factor_step, user.recovery = None, None, ""
        session.execute(delete(SessionRow).where(col(SessionRow.user) == name))


def recovery_codes_left(store: Store, name: str) -> int | None:
    """How many recovery codes somebody has; None without a second step."""
    with store.read() as session:
        user = session.get(UserRow, name)
    return len(user.recovery.split()) if user and user.factor else None


def _takes(store: Store, user: UserRow, typed: str) -> bool:
    """Whether the code of the app is good, and if so never again."""
    digits = "".join(typed.split())
    matched = _matching(secret(store, user.name, user.factor or ""), digits, _step(store))
    if matched is not None and matched > (user.factor_step or 0):
        user.factor_step = matched
        return True
    return False


def _takes_recovery(store: Store, user: UserRow, typed: str) -> bool:
    """Whether the recovery code is good, and if so never again."""
    hashed, left = _recovery_hash(store, user.name, typed), user.recovery.split()
    if hashed not in left:
        return False
    user.recovery = " ".join(each for each in left if each != hashed)
    return True


def _matching(secret: bytes, typed: str, now: int) -> int | None:
    """The half minute whose code this is."""
    given = "".join(typed.split()).encode()
    steps = range(now - AROUND, now + AROUND + 1)
    return next((s for s in steps if hmac.compare_digest(code(secret, s).encode(), given)), None)


@dataclass(frozen=True, slots=True)
class _Attempts:
    """Those that are counted together."""

    name: str
    """A keyed hash, as the browser's."""
    browser: str | None
    """None: of all browsers in which this person never passed the step."""

    @property
    def rows(self) -> tuple[ColumnElement[bool], ...]:
        return (
            col(LoginAttemptRow.name) == self.name,
            col(LoginAttemptRow.browser).is_not_distinct_from(self.browser),
        )


def _may_try(store: Store, session: Session, mine: _Attempts) -> bool:
    """Count an attempt; False when there were too many. A good code takes them back."""
    since = store.clock() - dt.timedelta(minutes=WINDOW_MINUTES)
    tried = select(func.count()).select_from(LoginAttemptRow)
    number = session.exec(tried.where(*mine.rows, col(LoginAttemptRow.at) > since)).one()
    if number < ATTEMPTS:
        session.add(
            LoginAttemptRow(name=mine.name, address="", browser=mine.browser, at=store.clock())
        )
        session.flush()
    return number < ATTEMPTS


def _attempts_of(store: Store, name: str, browser: str | None) -> _Attempts:
    return _Attempts(store.vault.token("second-factor-attempt", name), browser)


def _step(store: Store) -> int:
    return int(store.clock().timestamp()) // STEP_SECONDS


def _recovery_code() -> str:
    """80 bits, in groups of four that are read aloud easily."""
    text = base64.b32encode(secrets.token_bytes(10)).decode().lower()
    return "-".join(text[at : at + 4] for at in range(0, len(text), 4))


def _recovery_hash(store: Store, name: str, typed: str) -> str:
    folded = "".join(each for each in typed.lower() if each.isalnum())
    return store.vault.token("recovery-code", name, folded)
