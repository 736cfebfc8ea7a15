"""Users of the review page and their web sessions."""

from __future__ import annotations

import base64
import datetime as dt
import secrets
from collections.abc import Collection
from dataclasses import dataclass, field

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete
from sqlmodel import Session, col, select

from intake.errors import Conflict
from intake.store import Store
from intake.store.tables import Role, SessionRow, UserRow

SESSION_HOURS = 10
"""A working day; after it one logs in again."""
IDLE_MINUTES = 30
_SEEN_AGAIN_SECONDS = 60
_hasher = PasswordHasher()


@dataclass(frozen=True, slots=True)
class WebSession:
    """A person who is logged in."""

    user: str
    token: str = field(repr=False)
    csrf: str = field(repr=False)
    roles: frozenset[Role] = frozenset()
    """As they are now, not as they were at the login."""


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who may log in."""

    name: str
    roles: frozenset[Role]


def set_user(
    store: Store, name: str, password: str, roles: Collection[Role] = (Role.CLERK,)
) -> None:
    """A new user, or a new password for one there is, who keeps their roles; all sessions of the
    user end.
    """
    hashed = _hasher.hash(password)
    with store.write() as session:
        session.execute(delete(SessionRow).where(col(SessionRow.user) == name))
        user = session.get(UserRow, name)
        if user is None:
            row = UserRow(name=name, password_hash=hashed, created_at=store.clock())
            row.roles = " ".join(sorted(roles))
            session.add(row)
        else:
            user.password_hash = hashed


def remove_user(store: Store, name: str) -> None:
    """Shut a user out at once; what the user did stays on record.

    Raises:
        Conflict: there is no such user.
    """
    with store.write() as session:
        user = session.get(UserRow, name)
        if user is None:
            raise Conflict("there is no such user")
        session.delete(user)


def give_roles(store: Store, name: str, roles: Collection[Role]) -> None:
    """From now on the user has these roles, and no other; open sessions too.

    Raises:
        Conflict: there is no such user.
    """
    with store.write() as session:
        user = session.get(UserRow, name)
        if user is None:
            raise Conflict("there is no such user")
        user.roles = " ".join(sorted(roles))


def list_users(store: Store) -> tuple[User, ...]:
    """All users by name."""
    with store.read() as session:
        found = session.exec(select(UserRow).order_by(col(UserRow.name)))
        return tuple(User(row.name, _roles(row)) for row in found)


def _roles(row: UserRow) -> frozenset[Role]:
    return frozenset(map(Role, row.roles.split()))


def verify(stored: str | None, password: str) -> bool:
    """Whether a password belongs to a hash. None, for an unknown name, is found out to be wrong in
    the same time.

    It takes some tenths of a second and 64 MB: ``logins.py`` sees to it that few do so at once.
    """
    try:
        _hasher.verify(stored or _fits_nothing(), password)
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def open_session(store: Store, session: Session, name: str) -> WebSession:
    """A new session of a user who was let in, in the transaction at hand; those of long ago go."""
    token, csrf, now = secrets.token_urlsafe(32), secrets.token_urlsafe(32), store.clock()
    over = col(SessionRow.created_at) < now - dt.timedelta(hours=SESSION_HOURS)
    session.execute(delete(SessionRow).where(over))
    session.add(
        SessionRow(
            token_hash=_token_hash(store, token), user=name, csrf=csrf, created_at=now, seen_at=now
        )
    )
    user = session.get(UserRow, name)
    return WebSession(name, token, csrf, _roles(user) if user else frozenset())


def session(store: Store, token: str) -> WebSession | None:
    """The session of a cookie's token; None when there is none, it ended, was idle too long, or its
    user was removed.
    """
    hashed = _token_hash(store, token)
    now = store.clock()
    with store.read() as reading:
        row = reading.get(SessionRow, hashed)
        user = reading.get(UserRow, row.user) if row else None
    if row is None or user is None:
        return None
    ends = row.created_at + dt.timedelta(hours=SESSION_HOURS)
    if now >= min(ends, row.seen_at + dt.timedelta(minutes=IDLE_MINUTES)):
        logout(store, token)
        return None
    if now - row.seen_at > dt.timedelta(seconds=_SEEN_AGAIN_SECONDS):
        with store.write() as writing:
            if seen := writing.get(SessionRow, hashed):
                seen.seen_at = now
    return WebSession(row.user, token, row.csrf, _roles(user))


def logout(store: Store, token: str) -> None:
    """End a session."""
    with store.write() as session:
        session.execute(
            delete(SessionRow).where(col(SessionRow.token_hash) == _token_hash(store, token))
        )


def _token_hash(store: Store, token: str) -> str:
    return store.vault.token("web-session", token)


def _fits_nothing() -> str:
    """The form of a hash around random bytes: no password gives these."""
    salt, made = (
        base64.b64encode(secrets.token_bytes(size)).decode().rstrip("=")
        for size in (_hasher.salt_len, _hasher.hash_len)
    )
    costs = f"m={_hasher.memory_cost},t={_hasher.time_cost},p={_hasher.parallelism}"
    return f"$argon2id$v=19${costs}${salt}${made}"
