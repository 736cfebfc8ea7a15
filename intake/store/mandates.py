"""Mandates (mandaten): up to which total somebody may accept an invoice alone.

They stand in the profile, by role or by user, and count as they are when somebody accepts.
"""

from __future__ import annotations

from sqlmodel import Session

from intake.profile import Profile
from intake.store.tables import UserRow

ANY = 2**63 - 1
"""The mandate of who may accept any total: the largest number that its column holds."""


def of(session: Session, own: Profile, user: str) -> int:
    """The highest of somebody's mandates in cents: ``ANY``, or nought for who has none."""
    if not own.mandates:
        return ANY
    row = session.get(UserRow, user)
    roles = row.roles.split() if row else []
    found = [each.up_to for each in own.mandates if each.user == user or each.role in roles]
    if None in found:
        return ANY
    return int(max(filter(None, found), default=0) * 100)


def higher(one: int, other: int | None) -> int:
    """The higher one; what nobody wrote down counts for nothing."""
    return one if other is None else max(one, other)


def covers(mandate: int, cents: int | None) -> bool:
    """Whether it is enough for this total, of an invoice or a credit note; a total that is not known
    takes one for any."""
    return mandate == ANY or (cents is not None and abs(cents) <= mandate)
