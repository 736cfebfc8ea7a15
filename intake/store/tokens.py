"""Tokens by which other programs are let in: each for some things, until a day."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from sqlmodel import col, select

from intake.errors import Conflict
from intake.store import Store
from intake.store.tables import ApiTokenRow

_HASH = "api-token"
_SEEN_AGAIN = dt.timedelta(minutes=1)


class Scope(StrEnum):
    """What a program may do."""

    READ_BATCHES = "batches:read"
    MAKE_BATCHES = "batches:make"
    REPORT = "batches:report"
    """Say what became of a batch and its invoices."""


@dataclass(frozen=True, slots=True)
class Program:
    """Another program, let in by its token."""

    name: str
    scopes: frozenset[Scope]
    valid_until: dt.date
    seen_at: dt.datetime | None = None


def make(store: Store, name: str, scopes: Collection[Scope], valid_until: dt.date) -> str:
    """A new token; it is given once and cannot be looked up again.

    Raises:
        Conflict: there is a token of this name.
    """
    token = secrets.token_urlsafe(32)
    with store.write() as session:
        if session.get(ApiTokenRow, name) is not None:
            raise Conflict("there is a token of this name: take that away first")
        session.add(
            ApiTokenRow(
                name=name,
                hash=store.vault.hash(_HASH, token),
                scopes=" ".join(sorted(scopes)),
                valid_until=valid_until,
                made_at=store.clock(),
            )
        )
    return token


def remove(store: Store, name: str) -> None:
    """Shut a program out at once.

    Raises:
        Conflict: there is no such token.
    """
    with store.write() as session:
        row = session.get(ApiTokenRow, name)
        if row is None:
            raise Conflict("there is no such token")
        session.delete(row)


def program(store: Store, token: str) -> Program | None:
    """Whose token this is; None when it is nobody's, or past its day."""
    hashes = store.vault.hashes(_HASH, token)
    with store.read() as session:
        row = session.exec(select(ApiTokenRow).where(col(ApiTokenRow.hash).in_(hashes))).first()
    if row is None or store.today > row.valid_until:
        return None
    now = store.clock()
    if row.seen_at is None or now - row.seen_at > _SEEN_AGAIN:
        with store.write() as session:
            if seen := session.get(ApiTokenRow, row.name):
                seen.seen_at = now
    return _program(row)


def listed(store: Store) -> list[Program]:
    """All of them, by name."""
    with store.read() as session:
        found = session.exec(select(ApiTokenRow).order_by(col(ApiTokenRow.name)))
        return [_program(row) for row in found]


def _program(row: ApiTokenRow) -> Program:
    scopes = frozenset(map(Scope, row.scopes.split()))
    return Program(row.name, scopes, row.valid_until, row.seen_at)
