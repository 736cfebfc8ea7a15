"""Letting somebody in: how many passwords are hashed at once, and how often may be guessed.

An attempt is a committed row before its password is hashed, so that no burst slips through.
Strangers are counted by name and address. A browser that a person logged in from before shows its
mark (a cookie of ours) and is counted apart, in a line of its own: whatever strangers do, wherever
they come from, it is let in. See docs/decisions/16.
"""

from __future__ import annotations

import datetime as dt
import hmac
import ipaddress
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum

from sqlalchemy import ColumnElement, delete, func
from sqlmodel import Session, col, select

from intake.errors import IntakeError
from intake.store import Store, audit_chain, users
from intake.store.audit_chain import Act
from intake.store.tables import LoginAttemptRow, LoginStep, UserRow

ATTEMPTS = 5
"""Wrong passwords for one name from one address, or from one known browser, within the window."""
ADDRESS_ATTEMPTS = 20
"""From one address for all names; known browsers do not count."""
NAME_ATTEMPTS = 50
"""For one name from all addresses; known browsers do not count."""
WINDOW_MINUTES = 15
KNOWN_DAYS = 180
"""A browser that nobody logged in from for so long is a stranger again."""
_MARK = "login-mark"
WAITING = 8
"""So many may wait for their turn in each line; who comes after them is told to come again."""
WAIT_SECONDS = 10.0


class Refusal(Enum):
    """Why somebody was not let in. Whether the name is known is never told."""

    WRONG = "wrong"
    THROTTLED = "throttled"
    BUSY = "busy"
    """Nothing was looked at; it may be tried again at once."""


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """A new session, and the new mark of the browser."""

    session: users.WebSession
    mark: str = field(repr=False)


class BusyError(IntakeError):
    """The line is full, or stood still for too long."""

    code = "busy"


class Line:
    """One hash at a time; some wait, the others are refused at once.

    One line is some 64 MB and a few threads at most.
    """

    def __init__(self) -> None:
        self._places = threading.BoundedSemaphore(1 + WAITING)
        self._turn = threading.BoundedSemaphore(1)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for one's turn.

        Raises:
            BusyError: too many wait, or it took longer than ``WAIT_SECONDS``.
        """
        if not self._places.acquire(blocking=False):
            raise BusyError("too many wait to log in")
        try:
            if not self._turn.acquire(timeout=WAIT_SECONDS):
                raise BusyError("logging in takes too long")
            try:
                yield
            finally:
                self._turn.release()
        finally:
            self._places.release()


_strangers, _known = Line(), Line()
"""Of this process."""


@dataclass(frozen=True, slots=True)
class _Visitor:
    """Whom an attempt is counted for, by keyed hashes."""

    name: str
    address: str
    browser: str | None
    """None: a stranger's."""


def login(
    store: Store, name: str, password: str, address: str, mark: str = ""
) -> LoggedIn | Refusal:
    """Check a name and password. An unknown name takes as long as a wrong password, and is answered
    the same.

    Args:
        address: the IP address the browser comes from.
        mark: what this browser was given at an earlier login under this name.

    Raises:
        StoreUnavailable: the attempt cannot be counted, so nothing is hashed.
    """
    visitor = _Visitor(
        _name(store, name),
        store.vault.token("login-peer", _network(address)),
        known_browser(store, name, mark),
    )
    with store.read() as session:
        if _too_often(store, session, visitor):
            return Refusal.THROTTLED
    try:
        with (_known if visitor.browser else _strangers).turn():
            if not _counted(store, visitor):
                return Refusal.THROTTLED
            stored = _password_hash(store, name)
            if not users.verify(stored, password) or stored is None:
                _tell_refused(store, name if stored else "")
                return Refusal.WRONG
    except BusyError:
        return Refusal.BUSY
    return _opened(store, name, stored, visitor)


def mark_name(store: Store, name: str) -> str:
    """Part of the name of the cookie that holds this person's mark: people who share a browser each
    have one.
    """
    return _name(store, name)[:16]


def forgive(store: Store, name: str) -> None:
    """End the waiting after wrong passwords for this name, from wherever they came."""
    with store.write() as session:
        session.execute(
            delete(LoginAttemptRow).where(col(LoginAttemptRow.name) == _name(store, name))
        )


def _opened(store: Store, name: str, stored: str, visitor: _Visitor) -> LoggedIn | Refusal:
    """The session; the attempts that led to it are forgiven."""
    mine = (
        col(LoginAttemptRow.browser) == visitor.browser
        if visitor.browser
        else col(LoginAttemptRow.address) == visitor.address
    )
    with store.write() as session:
        user = session.get(UserRow, name)
        if (
            user is None or user.password_hash != stored
        ):  # removed, or given another password, this very moment
            return Refusal.WRONG
        session.execute(
            delete(LoginAttemptRow).where(col(LoginAttemptRow.name) == visitor.name, mine)
        )
        opened = users.open_session(store, session, name, "password", _step(store, user))
    return LoggedIn(opened, new_mark(store, name))


def _step(store: Store, user: UserRow) -> LoginStep:
    """What comes after the password."""
    if user.factor is not None:
        return LoginStep.CODE
    return LoginStep.ENROL if store.settings.review.second_step else LoginStep.OPEN


def _tell_refused(store: Store, name: str) -> None:
    """In the audit; an unknown name is not written down: somebody may have typed a password there."""
    with store.write() as session:
        audit_chain.append_at_the_end(store, session, Act(name, "", "login-refused", "password"))


def _counted(store: Store, visitor: _Visitor) -> bool:
    """Count the attempt, and commit; False when there were too many.

    Processes count one after another.
    """
    with store.write() as session:
        store.lock(session, "login")
        session.execute(delete(LoginAttemptRow).where(col(LoginAttemptRow.at) <= _window(store)))
        if _too_often(store, session, visitor):
            return False
        session.add(
            LoginAttemptRow(
                name=visitor.name,
                address=visitor.address,
                browser=visitor.browser,
                at=store.clock(),
            )
        )
    return True


def _too_often(store: Store, session: Session, visitor: _Visitor) -> bool:
    row = LoginAttemptRow

    def attempts(*of: ColumnElement[bool]) -> int:
        return session.exec(
            select(func.count()).select_from(row).where(col(row.at) > _window(store), *of)
        ).one()

    if visitor.browser:
        return attempts(col(row.browser) == visitor.browser) >= ATTEMPTS
    stranger, name, address = (
        col(row.browser).is_(None),
        col(row.name) == visitor.name,
        col(row.address) == visitor.address,
    )
    return (
        attempts(stranger, name, address) >= ATTEMPTS
        or attempts(stranger, address) >= ADDRESS_ATTEMPTS
        or attempts(stranger, name) >= NAME_ATTEMPTS
    )


def _window(store: Store) -> dt.datetime:
    return store.clock() - dt.timedelta(minutes=WINDOW_MINUTES)


def _name(store: Store, name: str) -> str:
    return store.vault.token("login-name", name.casefold())


def _network(address: str) -> str:
    """What one visitor has at his own disposal: an IPv4 address, or the /64 of an IPv6 address."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    return str(parsed.ipv4_mapped or ipaddress.ip_network((int(parsed) >> 64 << 64, 64)))


def new_mark(store: Store, name: str, kind: str = _MARK) -> str:
    """What a browser is given, to be known by when this person comes again.

    Args:
        kind: of what it shows that this browser did: a mark of one kind counts for no other.
    """
    day, number = str(store.today.toordinal()), secrets.token_hex(16)
    return f"{day}.{number}.{_signature(store, kind, name, day, number)}"


def known_browser(store: Store, name: str, mark: str, kind: str = _MARK) -> str | None:
    """The keyed hash of a browser whose mark is ours, for this name and not too old."""
    day, _, rest = mark.partition(".")
    number, _, signature = rest.partition(".")
    expected = _signature(store, kind, name, day, number)
    if not hmac.compare_digest(signature.encode(), expected.encode()):
        return None
    return (
        store.vault.token("login-browser", number)
        if store.today.toordinal() - int(day) <= KNOWN_DAYS
        else None
    )


def _signature(store: Store, kind: str, name: str, day: str, number: str) -> str:
    return store.vault.token(kind, name.casefold(), day, number)


def _password_hash(store: Store, name: str) -> str | None:
    """None for an unknown name, and for who has no password here. A name that cannot be printed is
    never asked for (PostgreSQL takes no NUL).
    """
    if not name.isprintable():
        return None
    with store.read() as session:
        user = session.get(UserRow, name)
        return user.password_hash if user and user.subject is None else None
