"""Legal hold: a case that may not be destroyed, whatever its term says (a dispute, an objection, an
inquiry).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from sqlmodel import col, select

from intake.errors import CannotOpen, Conflict
from intake.profile import RecordKind
from intake.store import Store, sealed
from intake.store.journal import find
from intake.store.tables import DestroyedRow, HoldRow, MailRow

WHY = "hold"
_PARTS = (RecordKind.RAW_MAIL, RecordKind.ATTACHMENT)


@dataclass(frozen=True, slots=True)
class Hold:
    reference: str
    at: dt.datetime
    who: str
    why: str = field(repr=False)
    """Empty when it cannot be opened."""


def add(store: Store, reference: str, who: str, why: str) -> None:
    """Keep a case until the hold is taken away.

    Raises:
        NotKept: no such reference, or it was destroyed already.
        Conflict: it is held already, or its destruction has begun.
    """
    with store.write() as session:
        key = sealed.key_of(store, find(session, reference))
        if session.get(HoldRow, reference):
            raise Conflict(f"{reference} is held already")
        doomed = select(DestroyedRow.id).where(
            col(DestroyedRow.reference) == reference, col(DestroyedRow.kind).not_in(_PARTS)
        )
        if session.exec(doomed).first():
            raise Conflict(f"{reference} is being destroyed")
        words = key.seal(WHY, why.encode("utf-8", "replace"))
        session.add(HoldRow(reference=reference, at=store.clock(), who=who, why=words))
        sealed.note(store, session, reference, "held", who)


def remove(store: Store, reference: str, who: str) -> None:
    """Let the term of a case count again. Raises Conflict when it is not held."""
    with store.write() as session:
        hold = session.get(HoldRow, reference)
        if hold is None:
            raise Conflict(f"{reference} is not held")
        session.delete(hold)
        sealed.note(store, session, reference, "released", who)


def list_holds(store: Store) -> tuple[Hold, ...]:
    """All holds, oldest first."""
    with store.read() as session:
        rows = session.exec(
            select(HoldRow, MailRow)
            .where(col(HoldRow.reference) == col(MailRow.reference))
            .order_by(col(HoldRow.at))
        ).all()
        return tuple(
            Hold(hold.reference, hold.at, hold.who, _why(store, mail, hold)) for hold, mail in rows
        )


def _why(store: Store, mail: MailRow, hold: HoldRow) -> str:
    try:
        return sealed.key_of(store, mail).unseal(WHY, hold.why).decode()
    except CannotOpen:
        return ""
