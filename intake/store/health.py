"""How each part does: one row a part, for `doctor` and the page. Codes only, never content."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlmodel import col, select

from intake.store import Store
from intake.store.tables import HealthRow


@dataclass(frozen=True, slots=True)
class Health:
    part: str
    """``mailbox``, ``sender``, ``worker-1`` …"""
    good: bool
    code: str
    """An error's code, or ``ok``."""
    at: dt.datetime


def report(store: Store, part: str, good: bool, code: str = "ok") -> None:
    """Say how a part does now."""
    with store.write() as session:
        session.merge(HealthRow(part=part, good=good, code=code, at=store.clock()))


def health(store: Store) -> tuple[Health, ...]:
    """The last that each part said, by name."""
    with store.read() as session:
        return tuple(Health(row.part, row.good, row.code, row.at) for row in session.exec(select(HealthRow).order_by(col(HealthRow.part))))
