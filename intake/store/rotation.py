"""New content keys without downtime: every data key is wrapped anew, in batches of one commit each,
while all else goes on.

What was sealed stays as it is: only the wrapping of its data key changes. A rotation that was
broken off, at any point, goes on where it was. The earlier content keys keep opening what a backup
of the database still wraps with them, until ``retire`` destroys them; the key lists of single cases
(key_tree.py) are not touched.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Mapped
from sqlmodel import col

from intake.errors import ConfigurationError, KeyMissing
from intake.failpoints import failpoint
from intake.store import Store
from intake.store.crypto.vault import WrappedKey
from intake.store.tables import MailRow, ProviderRow

BATCH = 500

_Keyed = type[MailRow] | type[ProviderRow]
_Column = Mapped[Any]
_TABLES: tuple[tuple[_Keyed, _Column, _Column], ...] = (
    (MailRow, col(MailRow.sequence), col(MailRow.reference)),
    (ProviderRow, col(ProviderRow.id), col(ProviderRow.id)),
)


def begin(store: Store) -> bool:
    """Make the next content keys; True when a rotation that was broken off goes on instead.

    Raises:
        ConfigurationError: the key store cannot be written.
    """
    return store.vault.renew()


def left(store: Store) -> int:
    """How many data keys are not yet wrapped with the newest content key of their quarter."""
    return sum(earlier(store).values())


def rewrap(store: Store) -> Iterator[int]:
    """Wrap every data key with the newest content key of its quarter; yields how many after each
    commit.

    What does not open any more (its case's key was destroyed, or its content key is not there) is
    left as it is.
    """
    for table, order, name in _TABLES:
        done = 1
        while done:  # what another process had locked is taken in the next round
            done, last = 0, None
            while rows := _batch(store, table, order, name, last):
                last = rows[-1][0]
                done += sum(changed for _, changed in rows)
                yield sum(changed for _, changed in rows)
    store.vault.renewed()


def earlier(store: Store) -> dict[str, int]:
    """The content keys that a newer one took the place of, and how many data keys each still wraps."""
    newest = store.vault.newest_periods()
    return {
        period: _wrapped_by(store, period)
        for period in store.vault.periods()
        if period not in newest
    }


def retire(store: Store) -> tuple[str, ...]:
    """Destroy the earlier content keys. A backup of the database from before the rotation does not
    open after this.

    Returns the periods whose key is a systemd credential, to be taken away by hand.

    Raises:
        ConfigurationError: one still wraps something that lives; nothing was destroyed.
    """
    found = earlier(store)
    if used := [period for period, number in found.items() if number]:
        raise ConfigurationError(
            f"still in use: {', '.join(used)}; run `intake keys rotate` to its end first"
        )
    return tuple(period for period in found if not store.vault.remove(f"content-{period}"))


def _rewrapped(store: Store, reference: str, wrapped: WrappedKey) -> WrappedKey | None:
    try:
        return store.vault.rewrap(reference, wrapped)
    except KeyMissing:
        return None


def _batch(
    store: Store, table: _Keyed, order: _Column, name: _Column, last: Any
) -> list[tuple[Any, bool]]:
    """One commit: the place in the order, and whether it was wrapped anew, of each row that was
    looked at.
    """
    waiting = select(order, name, col(table.key_period), col(table.wrapped_key)).where(
        col(table.key_period).not_in(store.vault.newest_periods())
    )
    if last is not None:
        waiting = waiting.where(order > last)
    looked = []
    with store.write() as session:
        for place, reference, period, data in session.execute(
            waiting.order_by(order).limit(BATCH).with_for_update(skip_locked=True)
        ).all():
            again = _rewrapped(store, reference, WrappedKey(period, data))
            if again:
                session.execute(
                    update(table)
                    .where(name == reference)
                    .values(key_period=again.period, wrapped_key=again.data)
                )
            looked.append((place, again is not None))
        failpoint("before-rewrapped")
    failpoint("after-rewrapped")
    return looked


def _wrapped_by(store: Store, period: str) -> int:
    with store.read() as session:
        counts = [
            session.execute(
                select(func.count()).select_from(table).where(col(table.key_period) == period)
            )
            for table, _, _ in _TABLES
        ]
        return sum(int(count.scalar_one()) for count in counts)
