"""Every reading is a row, and no row can be changed, removed or slipped in unseen."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import text

from intake.store import Store, audit, journal
from tests.store import things


def filled(store: Store, rows: int = 5) -> str:
    reference = things.keep(store)
    for number in range(rows):
        audit.record(store, "anna", reference, "case", f"reden {number}")
    return reference


def test_readings_of_a_case_in_order(store: Store) -> None:
    """A client may ask who looked."""
    reference = filled(store, 2)
    audit.record(store, "piet", reference, "page", result="refused")

    assert [(r.who, r.what, r.why, r.result) for r in audit.readings(store, reference)] == [
        ("anna", "case", "reden 0", "shown"),
        ("anna", "case", "reden 1", "shown"),
        ("piet", "page", "", "refused"),
    ]


def test_an_untouched_chain_is_whole(store: Store) -> None:
    """A false alarm would be ignored the next time."""
    filled(store)

    assert audit.verify(store) == audit.Verified(5, None)
    assert audit.verify(store, audit.head(store)).whole


@pytest.mark.parametrize(
    ("change", "broken_at"),
    [
        ("UPDATE audit SET who = 'piet' WHERE sequence = 3", 3),
        ("UPDATE audit SET why = NULL WHERE sequence = 2", 2),
        ("DELETE FROM audit WHERE sequence = 3", 3),
        ("DELETE FROM audit WHERE sequence = 1", 1),
        ("UPDATE audit SET sequence = 99 WHERE sequence = 5", 5),
    ],
)
def test_a_changed_or_removed_row_is_seen(store: Store, change: str, broken_at: int) -> None:
    """Somebody with access to the database hides that he looked."""
    filled(store)
    with store.write() as session:
        session.execute(text(change))

    assert audit.verify(store).broken_at == broken_at


def test_a_cut_off_end_is_seen_with_an_exported_head(store: Store) -> None:
    """Removing the last rows leaves a chain that holds by itself."""
    filled(store)
    exported = audit.head(store)
    with store.write() as session:
        session.execute(text("DELETE FROM audit WHERE sequence > 3"))
    assert audit.verify(store).whole

    assert audit.verify(store, exported) == audit.Verified(3, 4)


def test_many_readers_make_one_chain(store: Store) -> None:
    """Two clerks who open a case at once must not break the chain."""
    reference = filled(store, 1)
    threads = [threading.Thread(target=audit.record, args=(store, f"clerk{n}", reference, "case")) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert audit.verify(store) == audit.Verified(9, None)


def test_a_reading_of_nothing_is_not_written(store: Store) -> None:
    """A typed reason needs a case whose key seals it."""
    with pytest.raises(journal.NotKept):
        audit.record(store, "anna", "IN-AAAA-AAAA", "case", "reden")
