"""People of the review page: users with argon2 hashes, sessions, and failed logins that slow down the next."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass, field
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, func
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from intake.errors import Conflict
from intake.store import Store
from intake.store.tables import LoginAttemptRow, SessionRow, UserRow

SESSION_HOURS = 10
"""A working day; after it one logs in again."""
IDLE_MINUTES = 30
ATTEMPTS = 5
"""Failed logins of one name, or four times as many from one address, within the window."""
WINDOW_MINUTES = 15
_SEEN_AGAIN_SECONDS = 60

_hasher = PasswordHasher()


@dataclass(frozen=True, slots=True)
class WebSession:
    """A person who is logged in."""

    user: str
    token: str = field(repr=False)
    csrf: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Refused:
    """A login that failed; what failed is not told."""

    throttled: bool


@dataclass(frozen=True, slots=True)
class User:
    name: str
    created_at: dt.datetime
    disabled: bool


def add_user(store: Store, name: str, password: str) -> None:
    """A new user.

    Raises:
        Conflict: there is one with this name.
    """
    try:
        with store.write() as session:
            session.add(UserRow(name=name, password_hash=_hasher.hash(password), created_at=store.clock()))
    except IntegrityError:
        raise Conflict(f"there is a user {name!r} already") from None


def set_password(store: Store, name: str, password: str) -> None:
    """Change the password, and end all sessions of the user. Raises Conflict when there is no such user."""
    with store.write() as session:
        user = _user(session, name)
        user.password_hash = _hasher.hash(password)
        session.execute(delete(SessionRow).where(col(SessionRow.user) == name))


def disable(store: Store, name: str, disabled: bool = True) -> None:
    """Shut a user out (or let in again), and end all sessions. Raises Conflict when there is no such user."""
    with store.write() as session:
        _user(session, name).disabled = disabled
        session.execute(delete(SessionRow).where(col(SessionRow.user) == name))


def users(store: Store) -> tuple[User, ...]:
    """All users by name."""
    with store.read() as session:
        return tuple(User(row.name, row.created_at, row.disabled) for row in session.exec(select(UserRow).order_by(col(UserRow.name))))


def login(store: Store, name: str, password: str, peer: str) -> WebSession | Refused:
    """Check a name and password. An unknown name takes as long as a wrong password.

    Args:
        peer: the address the browser comes from.
    """
    keys = (store.vault.hash("login-name", name.casefold()), store.vault.hash("login-peer", peer))
    with store.read() as session:
        if _failed(store, session, keys[0]) >= ATTEMPTS or _failed(store, session, keys[1]) >= 4 * ATTEMPTS:
            return Refused(throttled=True)
        user = session.get(UserRow, name)
    good = _verify(user.password_hash if user else _stranger_hash(), password)
    if user is None or user.disabled or not good:
        with store.write() as session:
            session.add_all([LoginAttemptRow(hash=key, at=store.clock()) for key in keys])
        return Refused(throttled=False)
    return _open(store, name, keys[0])


def session(store: Store, token: str) -> WebSession | None:
    """The session of a cookie's token; None when there is none, it ended, was idle too long, or its user was shut out."""
    hashed = _token_hash(store, token)
    now = store.clock()
    with store.read() as reading:
        row = reading.get(SessionRow, hashed)
        user = reading.get(UserRow, row.user) if row else None
    if row is None or user is None or user.disabled:
        return None
    if now >= row.created_at + dt.timedelta(hours=SESSION_HOURS) or now >= row.seen_at + dt.timedelta(minutes=IDLE_MINUTES):
        logout(store, token)
        return None
    if now - row.seen_at > dt.timedelta(seconds=_SEEN_AGAIN_SECONDS):
        with store.write() as writing:
            if seen := writing.get(SessionRow, hashed):
                seen.seen_at = now
    return WebSession(row.user, token, row.csrf)


def logout(store: Store, token: str) -> None:
    """End a session."""
    with store.write() as session:
        session.execute(delete(SessionRow).where(col(SessionRow.token_hash) == _token_hash(store, token)))


def _open(store: Store, name: str, name_key: str) -> WebSession:
    token, csrf, now = secrets.token_urlsafe(32), secrets.token_urlsafe(32), store.clock()
    with store.write() as session:
        session.execute(delete(LoginAttemptRow).where((col(LoginAttemptRow.hash) == name_key) | (col(LoginAttemptRow.at) < _window(store))))
        session.execute(delete(SessionRow).where(col(SessionRow.created_at) < now - dt.timedelta(hours=SESSION_HOURS)))
        session.add(SessionRow(token_hash=_token_hash(store, token), user=name, csrf=csrf, created_at=now, seen_at=now))
    return WebSession(name, token, csrf)


def _failed(store: Store, session: Session, key: str) -> int:
    attempts = select(func.count()).select_from(LoginAttemptRow).where(col(LoginAttemptRow.hash) == key, col(LoginAttemptRow.at) > _window(store))
    return session.exec(attempts).one()


def _window(store: Store) -> dt.datetime:
    return store.clock() - dt.timedelta(minutes=WINDOW_MINUTES)


def _token_hash(store: Store, token: str) -> str:
    return store.vault.hash("web-session", token)


def _user(session: Session, name: str) -> UserRow:
    user = session.get(UserRow, name)
    if user is None:
        raise Conflict(f"there is no user {name!r}")
    return user


def _verify(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


@lru_cache
def _stranger_hash() -> str:
    """A hash that no password fits, so that an unknown name costs the same time."""
    return _hasher.hash(secrets.token_urlsafe(32))
