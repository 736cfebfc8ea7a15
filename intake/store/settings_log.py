"""What the settings were, in the audit: each change is a row, written when a process starts with it."""

from __future__ import annotations

from collections.abc import Mapping

from sqlmodel import col, select

from intake.store import Store, audit_chain
from intake.store.audit_chain import Act
from intake.store.tables import AuditRow

_WHAT = "setting"


def write(store: Store, who: str, now: Mapping[str, str], defaults: Mapping[str, str]) -> int:
    """Write what differs from before, or from the default the first time; returns how many.

    Args:
        now: each setting as it may be shown, secrets hidden.
    """
    with store.write() as session:
        store.lock(session, "audit")
        rows = session.exec(
            select(AuditRow.result)
            .where(col(AuditRow.what) == _WHAT)
            .order_by(col(AuditRow.sequence))
        )
        told = (row.partition(" = ") for row in rows)
        before = dict(defaults) | {name: value for name, _, value in told}
        changed = [
            Act(who, "", _WHAT, f"{name} = {value}")
            for name, value in now.items()
            if before.get(name) != value
        ]
        audit_chain.append(store, session, *changed)
    return len(changed)
