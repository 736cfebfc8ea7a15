"""Who read which content: one row for each reading by a person, each chained to the one before by a keyed hash.

Changing, removing or inserting a row breaks the chain; cutting off its end is seen by comparing with a head that was
exported before (NEN 7513 asks for logging that cannot be changed unseen).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from sqlmodel import Session, col, select

from intake.store import Store
from intake.store.journal import find
from intake.store.sealed import key_of
from intake.store.tables import AuditRow

_START = "0" * 64
_PAGE = 1000
_WHY = "audit-why"


@dataclass(frozen=True, slots=True)
class Reading:
    """One row. ``why`` is what a person gave as reason; the other texts are names, ids and codes."""

    at: dt.datetime
    who: str
    reference: str
    what: str
    why: str = field(repr=False)
    result: str


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain."""

    sequence: int
    hash: str


@dataclass(frozen=True, slots=True)
class Verified:
    """Whether the chain holds, and the number of the first row where it does not."""

    rows: int
    broken_at: int | None

    @property
    def whole(self) -> bool:
        return self.broken_at is None


def record(store: Store, who: str, reference: str, what: str, why: str = "", result: str = "shown") -> None:
    """Write one reading, committed before the content is shown.

    Args:
        why: the reason a person typed; sealed with the case's key.

    Raises:
        StoreUnavailable, NotKept, KeyMissing: it could not be written; then nothing may be shown.
    """
    sealed_why = None
    if why:
        with store.read() as session:
            sealed_why = key_of(store, find(session, reference)).seal(_WHY, why.encode("utf-8", "replace"))
    with store.write() as session:
        store.lock(session, "audit")
        last = _last(session)
        row = AuditRow(sequence=last.sequence + 1, at=store.clock(), who=who, reference=reference, what=what, why=sealed_why, result=result, hash="")
        row.hash = _hash(store, last, row)
        session.add(row)


def head(store: Store) -> Head:
    """The end of the chain, to be exported and compared later."""
    with store.read() as session:
        return _last(session)


def readings(store: Store, reference: str) -> tuple[Reading, ...]:
    """Who read the content of a case, oldest first. Raises NotKept, KeyMissing."""
    with store.read() as session:
        key = key_of(store, find(session, reference))
        rows = session.exec(select(AuditRow).where(col(AuditRow.reference) == reference).order_by(col(AuditRow.sequence))).all()
    return tuple(Reading(r.at, r.who, reference, r.what, key.unseal(_WHY, r.why).decode() if r.why else "", r.result) for r in rows)


def verify(store: Store, expected: Head | None = None) -> Verified:
    """Walk the whole chain.

    Args:
        expected: a head exported earlier, which must still stand in the chain.
    """
    last, seen = Head(0, _START), expected is None
    with store.read() as session:
        while rows := session.exec(select(AuditRow).where(col(AuditRow.sequence) > last.sequence).order_by(col(AuditRow.sequence)).limit(_PAGE)).all():
            for row in rows:
                if row.sequence != last.sequence + 1 or row.hash != _hash(store, last, row):
                    return Verified(last.sequence, last.sequence + 1)
                last = Head(row.sequence, row.hash)
                seen = seen or last == expected
    return Verified(last.sequence, None if seen or expected == Head(0, _START) else last.sequence + 1)


def _last(session: Session) -> Head:
    row = session.exec(select(AuditRow).order_by(col(AuditRow.sequence).desc()).limit(1)).first()
    return Head(row.sequence, row.hash) if row else Head(0, _START)


def _hash(store: Store, before: Head, row: AuditRow) -> str:
    moment = row.at.astimezone(dt.UTC).isoformat(timespec="microseconds")
    return store.vault.chain(before.hash, str(before.sequence + 1), moment, row.who, row.reference, row.what, (row.why or b"").hex(), row.result)
