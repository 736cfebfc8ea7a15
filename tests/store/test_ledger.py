"""No message of a mailbox is skipped, taken twice, or moved before it is committed."""

from __future__ import annotations

import dataclasses
import datetime as dt
import threading

from intake.store import Store, ledger
from intake.store.ledger import Entry, Message, Place
from intake.types import MailOutcome
from tests.store import things

INBOX = Place("crediteuren@almere.example", "INBOX", 4_294_967_295)


def test_only_what_was_never_looked_at_is_unseen(store: Store) -> None:
    """A poll fetches new messages, not the whole mailbox again."""
    ledger.record(store, INBOX, 4_294_967_294, Entry.KEPT, things.keep(store))

    assert ledger.unseen(store, INBOX, [3, 4_294_967_294, 1]) == (3, 1)


def test_a_mailbox_made_anew_is_looked_at_again(store: Store) -> None:
    """After a UIDVALIDITY change the same number is another message."""
    ledger.record(store, INBOX, 1, Entry.KEPT, things.keep(store))

    for other in (
        dataclasses.replace(INBOX, uidvalidity=1),
        dataclasses.replace(INBOX, folder="Archief"),
        dataclasses.replace(INBOX, account="wmo@almere.example"),
    ):
        assert ledger.unseen(store, other, [1]) == (1,)


def test_kept_is_to_be_moved_until_it_was(store: Store) -> None:
    """A crash between the commit and the move: the move is done at the next poll."""
    reference = things.keep(store)
    ledger.record(store, INBOX, 7, Entry.KEPT, reference, things.mail())
    ledger.record(store, INBOX, 8, Entry.TOO_LARGE)
    assert ledger.to_move(store, INBOX) == (Message(7, reference),)

    ledger.record(store, INBOX, 7, Entry.DONE)

    assert ledger.to_move(store, INBOX) == ()
    assert ledger.unseen(store, INBOX, [7, 8]) == ()
    assert ledger.left_out(store, INBOX.account) == (("INBOX", 8),)


def test_deleted_only_days_after_the_decision(store: Store) -> None:
    """The mailbox's copy is the last resort until the case is decided, and never goes while it waits."""
    store.clock = lambda: things.NOW
    decided, waiting = things.decided(store, 1), things.decided(store, 2, things.decision(things.verdict(MailOutcome.WAITING)))
    fresh = things.keep(store, 3)
    for uid, reference in enumerate((decided, waiting, fresh), 1):
        ledger.record(store, INBOX, uid, Entry.DONE, reference)

    store.clock = lambda: things.NOW + dt.timedelta(days=29)
    assert ledger.to_delete(store, INBOX, 30) == ()
    store.clock = lambda: things.NOW + dt.timedelta(days=30)
    assert ledger.to_delete(store, INBOX, 30) == (Message(1, decided),)

    ledger.record(store, INBOX, 1, Entry.DELETED)
    assert ledger.to_delete(store, INBOX, 30) == ()


def test_the_first_start_stays_the_first(store: Store) -> None:
    """A restart must not make yesterday's mail too old, nor last year's new."""
    store.clock = lambda: things.NOW
    found = []
    threads = [threading.Thread(target=lambda: found.append(ledger.first_start(store, "a"))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    store.clock = lambda: things.NOW + dt.timedelta(days=9)

    assert {*found, ledger.first_start(store, "a")} == {things.NOW}
    assert ledger.first_start(store, "b") == things.NOW + dt.timedelta(days=9)
