"""Users of the review page and their web sessions.

A local account has a password here, and roles that an administrator gives. Somebody who comes by
the municipality's own login (OIDC) has no password here, and at each login the roles that it says.
"""

from __future__ import annotations

import base64
import datetime as dt
import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from itertools import chain, count

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete
from sqlmodel import Session, col, select

from intake.errors import Conflict
from intake.store import Store, audit_chain
from intake.store.audit_chain import Act
from intake.store.crypto.vault import DataKey
from intake.store.tables import LoginStep, Role, SessionRow, UserRow

SESSION_HOURS = 10
"""A working day; after it one logs in again."""
IDLE_MINUTES = 30
HALF_MINUTES = 10
"""So long somebody whose password was right has for the second step."""
_SEEN_AGAIN_SECONDS = 60
_NO_HASH = "-"
"""In the place of a hash; no password fits it."""
_ID_TOKEN = "id-token"  # noqa: S105 what is sealed
_LONGEST_NAME = 60
_hasher = PasswordHasher()


@dataclass(frozen=True, slots=True)
class WebSession:
    """A person who is logged in."""

    user: str
    token: str = field(repr=False)
    csrf: str = field(repr=False)
    roles: frozenset[Role] = frozenset()
    """As they are now, not as they were at the login."""
    step: LoginStep = LoginStep.OPEN
    since: dt.datetime | None = field(default=None, compare=False)
    """When the person logged in."""


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who may log in."""

    name: str
    roles: frozenset[Role]
    is_local: bool = True
    """Has a password here."""
    has_second_step: bool = False


def set_user(
    store: Store, name: str, password: str, roles: Collection[Role] = (Role.CLERK,)
) -> None:
    """A new user, or a new password for one there is, who keeps their roles; all sessions of the
    user end.

    Raises:
        Conflict: this is somebody who comes by the municipality's own login.
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
            _refuse_other_login(user)
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
        Conflict: there is no such user, or it is one whose roles the municipality's own login says.
    """
    with store.write() as session:
        user = session.get(UserRow, name)
        if user is None:
            raise Conflict("there is no such user")
        _refuse_other_login(user)
        user.roles = " ".join(sorted(roles))


def list_users(store: Store) -> tuple[User, ...]:
    """All users by name."""
    with store.read() as session:
        found = session.exec(select(UserRow).order_by(col(UserRow.name)))
        return tuple(
            User(row.name, _roles(row), row.subject is None, row.factor is not None)
            for row in found
        )


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


def admit(
    store: Store, subject: str, name: str, roles: Collection[Role], id_token: str
) -> WebSession | None:
    """Let somebody in whom the municipality's own login named, with the roles it says and no other.

    Somebody new becomes a user; somebody without a role loses those of before, and is not let in.

    Args:
        subject: keyed hash of who it is, the same at each login.
        name: for a new user; one that is in use gets a number behind it.
    """
    with store.write() as session:
        store.lock(session, "login")
        user = session.exec(select(UserRow).where(col(UserRow.subject) == subject)).first()
        if user is None and not roles:
            return None
        if user is None:
            name, now = _free_name(session, name), store.clock()
            user = UserRow(name=name, password_hash=_NO_HASH, created_at=now, subject=subject)
        user.roles = " ".join(sorted(roles))
        session.add(user)
        session.flush()
        if not roles:
            session.execute(delete(SessionRow).where(col(SessionRow.user) == user.name))
            refused = Act(user.name, "", "login-refused", "oidc")
            audit_chain.append_at_the_end(store, session, refused)
            return None
        opened = open_session(store, session, user.name, "oidc")
        row = session.get(SessionRow, token_hash(store, opened.token))
        if row is not None:
            row.id_token = _id_token_key(store, opened.token).seal(_ID_TOKEN, id_token.encode())
        return opened


def id_token(store: Store, token: str) -> str | None:
    """What the municipality's own login gave at the login of this session; None for a local one."""
    with store.read() as reading:
        row = reading.get(SessionRow, token_hash(store, token))
    if row is None or row.id_token is None:
        return None
    return _id_token_key(store, token).unseal(_ID_TOKEN, row.id_token).decode()


def open_session(
    store: Store, session: Session, name: str, road: str, step: LoginStep = LoginStep.OPEN
) -> WebSession:
    """A new session of a user who was let in, in the transaction at hand; those of long ago go.

    Args:
        road: how the person showed who it is; it stands in the audit.
    """
    token, csrf, now = secrets.token_urlsafe(32), secrets.token_urlsafe(32), store.clock()
    over = col(SessionRow.created_at) < now - dt.timedelta(hours=SESSION_HOURS)
    session.execute(delete(SessionRow).where(over))
    session.add(
        SessionRow(
            token_hash=token_hash(store, token),
            user=name,
            csrf=csrf,
            created_at=now,
            seen_at=now,
            step=step.value,
        )
    )
    session.flush()
    user = session.get(UserRow, name)
    roles = _roles(user) if user else frozenset()
    if step is LoginStep.OPEN:
        told = Act(name, "", "login", " ".join((road, *sorted(roles))))
        audit_chain.append_at_the_end(store, session, told)
    return WebSession(name, token, csrf, roles, step, now)


def session(store: Store, token: str) -> WebSession | None:
    """The session of a cookie's token; None when there is none, it ended, was idle too long, or its
    user was removed. One whose ``step`` is not open gives no access yet.
    """
    hashed = token_hash(store, token)
    now = store.clock()
    with store.read() as reading:
        row = reading.get(SessionRow, hashed)
        user = reading.get(UserRow, row.user) if row else None
    if row is None or user is None:
        return None
    if now >= _ends(row):
        with store.write() as writing:
            writing.execute(delete(SessionRow).where(col(SessionRow.token_hash) == hashed))
        return None
    if now - row.seen_at > dt.timedelta(seconds=_SEEN_AGAIN_SECONDS):
        with store.write() as writing:
            if seen := writing.get(SessionRow, hashed):
                seen.seen_at = now
    step = LoginStep(row.step)
    return WebSession(row.user, token, row.csrf, _roles(user), step, row.created_at)


def logout(store: Store, token: str) -> None:
    """End a session."""
    with store.write() as session:
        row = session.get(SessionRow, token_hash(store, token))
        if row is None:
            return
        session.delete(row)
        audit_chain.append_at_the_end(store, session, Act(row.user, "", "logout"))


def token_hash(store: Store, token: str) -> str:
    """By which the session of a cookie's token is found."""
    return store.vault.token("web-session", token)


def _ends(row: SessionRow) -> dt.datetime:
    if row.step != LoginStep.OPEN:
        return row.created_at + dt.timedelta(minutes=HALF_MINUTES)
    ends = row.created_at + dt.timedelta(hours=SESSION_HOURS)
    return min(ends, row.seen_at + dt.timedelta(minutes=IDLE_MINUTES))


def _refuse_other_login(user: UserRow) -> None:
    if user.subject is not None:
        raise Conflict(
            f"{user.name} comes by the municipality's own login: password and roles are given there"
        )


def _free_name(session: Session, wanted: str) -> str:
    """The name as it is given, or with a number when another person has it, in any spelling."""
    name = " ".join(wanted.split())[:_LONGEST_NAME]
    name = name if name and name.isprintable() else "medewerker"
    taken = {each.casefold() for each in session.exec(select(UserRow.name))}
    numbered = (f"{name} ({number})" for number in count(2))
    return next(each for each in chain((name,), numbered) if each.casefold() not in taken)


def _id_token_key(store: Store, token: str) -> DataKey:
    """Opens with the cookie's token only, which is kept nowhere here."""
    return DataKey("web-session", bytes.fromhex(store.vault.token("id-token", token)))


def _fits_nothing() -> str:
    """The form of a hash around random bytes: no password gives these."""
    salt, made = (
        base64.b64encode(secrets.token_bytes(size)).decode().rstrip("=")
        for size in (_hasher.salt_len, _hasher.hash_len)
    )
    costs = f"m={_hasher.memory_cost},t={_hasher.time_cost},p={_hasher.parallelism}"
    return f"$argon2id$v=19${costs}${salt}${made}"
