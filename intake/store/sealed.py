"""Pieces of content of a case in the ``sealed`` table, and the events beside them."""

from __future__ import annotations

from sqlalchemy import delete, insert
from sqlmodel import Session, col, select

from intake.store import Store
from intake.store.tables import EventRow, MailRow, SealedRow
from intake.store.vault import DataKey, WrappedKey

RAW = "raw"
VERDICT = "verdict"
SUMMARY = "summary"
CARD = "card"
DOCUMENT = "document"
ENVELOPE = "envelope"
EVENT = "event"
REPLY = "reply"


def key_of(store: Store, mail: MailRow) -> DataKey:
    """The open data key of a mail. Raises KeyMissing."""
    return store.vault.data_key(mail.reference, WrappedKey(mail.key_period, mail.wrapped_key))


def put(session: Session, key: DataKey, kind: str, data: bytes, path: str = "") -> None:
    """Seal one piece; there is none of this kind and path yet."""
    session.execute(insert(SealedRow).values(reference=key.reference, kind=kind, path=path, data=key.seal(f"{kind}|{path}", data)))


def clear(session: Session, reference: str, *kinds: str) -> None:
    """Remove all pieces of these kinds."""
    session.execute(delete(SealedRow).where(col(SealedRow.reference) == reference, col(SealedRow.kind).in_(kinds)))


def get(session: Session, key: DataKey, kind: str, path: str = "") -> bytes | None:
    """One piece, open; None when there is none. Raises KeyMissing."""
    found = session.exec(
        select(SealedRow.data).where(col(SealedRow.reference) == key.reference, col(SealedRow.kind) == kind, col(SealedRow.path) == path)
    ).first()
    return None if found is None else key.unseal(f"{kind}|{path}", found)


def note(store: Store, session: Session, reference: str, code: str, actor: str | None = None, detail: bytes | None = None) -> None:
    """Write one event of a case. ``actor`` is a user, a door, or None for the rules; ``detail`` is sealed already (``words``)."""
    session.execute(insert(EventRow).values(reference=reference, at=store.clock(), code=code, actor=actor, detail=detail))


def words(key: DataKey, text: str) -> bytes | None:
    """The sealed detail of an event; None for an empty one."""
    return key.seal(EVENT, text.encode("utf-8", "replace")) if text else None
