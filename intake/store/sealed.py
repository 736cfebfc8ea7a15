"""Pieces of content of a case in the ``sealed`` table, and the events beside them.

The statements of the road stand ready at the top of each module and run on the session's
connection, without objects: building them for each mail took longer than running them.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import Row, bindparam, delete, insert
from sqlmodel import Session, col, select

from intake.store import CHANGED, Store, audit_chain
from intake.store.audit_chain import Act
from intake.store.crypto.vault import DataKey, WrappedKey
from intake.store.records import Format
from intake.store.tables import EventRow, MailRow, SealedRow

M = TypeVar("M")

RAW = "raw"
VERDICT = "verdict"
SUMMARY = "summary"
CARD = "card"
DOCUMENT = "document"
CARE = "care"
GIST = "gist"
PASSWORD = "password"  # noqa: S105 the kind of the piece
FETCHED = "fetched"
"""The mail that a case goes on with when a clerk fetched its message in a portal; the newest counts."""
CORRECTION = "correction"
DRAFT = "draft"
ENVELOPE = "envelope"
EVENT = "event"
REPLY = "reply"
OF_A_DECISION = (VERDICT, SUMMARY, CARD, DOCUMENT, CARE, GIST)

_PUT = insert(SealedRow)
_CLEAR = delete(SealedRow).where(
    col(SealedRow.reference) == bindparam("reference"),
    col(SealedRow.kind).in_(bindparam("kinds", expanding=True)),
)
_GET = select(SealedRow.data).where(
    col(SealedRow.reference) == bindparam("reference"),
    col(SealedRow.kind) == bindparam("kind"),
    col(SealedRow.path) == bindparam("path"),
)
_IS_THERE = (
    select(SealedRow.id)
    .where(
        col(SealedRow.reference) == bindparam("reference"), col(SealedRow.kind) == bindparam("kind")
    )
    .limit(1)
)
_NOTE = insert(EventRow)
_BY_A_DOOR = frozenset({"received", "came-again"})
"""What the actor of these names is a way in, not a person."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of content, not sealed yet."""

    kind: str
    data: bytes = field(repr=False)
    path: str = ""


def key_of(store: Store, mail: MailRow | Row[*tuple[Any, ...]]) -> DataKey:
    """The open data key of a mail. Raises KeyMissing."""
    return store.vault.data_key(mail.reference, WrappedKey(mail.key_period, mail.wrapped_key))


def put(session: Session, key: DataKey, pieces: Sequence[Piece]) -> None:
    """Seal pieces; there are none of these kinds and paths yet."""
    rows = [
        {
            "reference": key.reference,
            "kind": p.kind,
            "path": p.path,
            "data": key.seal(f"{p.kind}|{p.path}", p.data),
        }
        for p in pieces
    ]
    session.connection().execute(_PUT, rows)


def clear(session: Session, reference: str, *kinds: str) -> None:
    """Remove all pieces of these kinds."""
    session.connection().execute(_CLEAR, {"reference": reference, "kinds": kinds})


def clear_documents(session: Session, reference: str, spare: Collection[str]) -> None:
    """Remove the documents of a case, except those of these paths."""
    session.execute(
        delete(SealedRow).where(
            col(SealedRow.reference) == reference,
            col(SealedRow.kind) == DOCUMENT,
            col(SealedRow.path).not_in(tuple(spare)),
        )
    )


def get(session: Session, key: DataKey, kind: str, path: str = "") -> bytes | None:
    """One piece, open; None when there is none. Raises KeyMissing."""
    found = fetch(session, key.reference, kind, path)
    return None if found is None else key.unseal(f"{kind}|{path}", found)


def record(session: Session, key: DataKey, form: Format[M], kind: str, path: str = "") -> M | None:
    """One record, open; None when there is none. Raises CannotOpen."""
    data = get(session, key, kind, path)
    return None if data is None else form.unpack(data)


def take_away(session: Session, reference: str, kind: str, path: str) -> None:
    """Remove one piece, when it is there."""
    session.execute(
        delete(SealedRow).where(
            col(SealedRow.reference) == reference,
            col(SealedRow.kind) == kind,
            col(SealedRow.path) == path,
        )
    )


def get_all(session: Session, key: DataKey, kind: str) -> tuple[bytes, ...]:
    """All pieces of a kind, open, the newest first. Raises KeyMissing."""
    wanted = select(SealedRow.path, SealedRow.data).where(
        col(SealedRow.reference) == key.reference, col(SealedRow.kind) == kind
    )
    return tuple(
        key.unseal(f"{kind}|{path}", data)
        for path, data in session.exec(wanted.order_by(col(SealedRow.id).desc()))
    )


def fetch(session: Session, reference: str, kind: str, path: str = "") -> bytes | None:
    """One piece as it lies there, sealed; None when there is none."""
    wanted = {"reference": reference, "kind": kind, "path": path}
    found: bytes | None = session.connection().execute(_GET, wanted).scalar()
    return found


def is_there(session: Session, reference: str, kind: str) -> bool:
    """Whether there is a piece of this kind, without reading it."""
    wanted = {"reference": reference, "kind": kind}
    return session.connection().execute(_IS_THERE, wanted).first() is not None


def note(
    store: Store,
    session: Session,
    reference: str,
    code: str,
    actor: str | None = None,
    detail: bytes | None = None,
) -> None:
    """Write one event of a case; what a person did stands in the audit too, and at the end of the
    transaction its rows of the worklist are written anew.

    ``actor`` is a user, a door, or None for the rules; ``detail`` is sealed already (``words``).
    """
    session.info.setdefault(CHANGED, set()).add(reference)
    event = {"reference": reference, "code": code, "actor": actor, "detail": detail}
    session.connection().execute(_NOTE, event | {"at": store.clock()})
    if actor and code not in _BY_A_DOOR:
        audit_chain.append_at_the_end(store, session, Act(actor, reference, code))


def words(key: DataKey, text: str) -> bytes | None:
    """The sealed detail of an event; None for an empty one."""
    return key.seal(EVENT, text.encode("utf-8", "replace")) if text else None
