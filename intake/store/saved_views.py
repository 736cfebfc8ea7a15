"""Views of the worklist that users keep for themselves, sealed."""

from __future__ import annotations

from sqlalchemy import delete, func
from sqlmodel import col, select

from intake.store import Store
from intake.store.tables import SavedViewRow

MOST = 20
"""Views of one user; a new one takes the place of the oldest."""


def of_user(store: Store, user: str) -> tuple[tuple[int, bytes], ...]:
    """Number and sealed content of each, in the order in which they were saved."""
    wanted = select(SavedViewRow).where(col(SavedViewRow.person) == user)
    with store.read() as session:
        rows = session.exec(wanted.order_by(col(SavedViewRow.id))).all()
        return tuple((row.id or 0, row.sealed) for row in rows)


def save(store: Store, user: str, sealed: bytes) -> None:
    """Keep one more."""
    own = col(SavedViewRow.person) == user
    with store.write() as session:
        number = session.exec(select(func.count()).select_from(SavedViewRow).where(own)).one()
        if number >= MOST:
            oldest = select(func.min(col(SavedViewRow.id))).where(own).scalar_subquery()
            session.execute(delete(SavedViewRow).where(col(SavedViewRow.id) == oldest))
        session.add(SavedViewRow(person=user, sealed=sealed))


def forget(store: Store, user: str, number: int) -> None:
    """Take one away, when it is this user's own."""
    with store.write() as session:
        session.execute(
            delete(SavedViewRow).where(
                col(SavedViewRow.id) == number, col(SavedViewRow.person) == user
            )
        )
