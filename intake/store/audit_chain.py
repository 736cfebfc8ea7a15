"""The chain itself: each row of the audit carries a keyed hash over itself and the row before.

What is read from it is in ``audit.py``. What a person does to a case is written here at the end of
the transaction that does it (``sealed.note``), so that no act is without its row.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import partial

from sqlmodel import Session, col, select

from intake import security_events
from intake.security_events import Kind
from intake.store import Store, afterwards, at_the_end
from intake.store.tables import AuditRow

DONE = "done"
"""Result of a row that tells what a person did; other rows tell what a person read."""


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain."""

    sequence: int
    hash: str
    at: dt.datetime | None = field(default=None, compare=False)
    """When it was written down elsewhere, if that is known."""


START = Head(0, "0" * 64)


@dataclass(frozen=True, slots=True)
class Act:
    """What is written down: who did or read what of which case."""

    who: str
    reference: str
    what: str
    result: str = DONE
    why: bytes | None = None
    """Sealed."""


def append(store: Store, session: Session, *acts: Act) -> None:
    """Write rows at the end of the chain. Nothing else may be locked after this in the
    transaction: all that write to the chain wait for it.
    """
    store.lock(session, "audit")
    before = last(session)
    for act in acts:
        row = AuditRow(
            sequence=before.sequence + 1,
            at=store.clock(),
            who=act.who,
            reference=act.reference,
            what=act.what,
            why=act.why,
            result=act.result,
            hash="",
        )
        row.hash = hash_of(store, before, row)
        session.add(row)
        session.flush()
        before = Head(row.sequence, row.hash)
        afterwards(session, partial(_tell, act))


def _tell(act: Act) -> None:
    """To whoever watches over security, without what a person gave as reason."""
    kind = security_events.kind_of(act.what, act.result == DONE)
    if kind is not None:
        about = {
            Kind.ACCOUNT: f"{act.what} {act.result}",
            Kind.SETTING: act.result.partition(" ")[0],
        }
        security_events.tell(kind, act.who, about.get(kind, act.what), act.reference)


def append_at_the_end(store: Store, session: Session, act: Act) -> None:
    """As ``append``, when all else of the transaction is done."""
    at_the_end(session, lambda: append(store, session, act))


def last(session: Session) -> Head:
    """The newest row; ``START`` when there is none."""
    row = session.exec(select(AuditRow).order_by(col(AuditRow.sequence).desc()).limit(1)).first()
    return Head(row.sequence, row.hash) if row else START


def hash_of(store: Store, before: Head, row: AuditRow) -> str:
    """What stands in ``row.hash`` of an unchanged row that comes after ``before``."""
    moment = row.at.astimezone(dt.UTC).isoformat(timespec="microseconds")
    return store.vault.chain(
        before.hash,
        str(before.sequence + 1),
        moment,
        row.who,
        row.reference,
        row.what,
        (row.why or b"").hex(),
        row.result,
    )
