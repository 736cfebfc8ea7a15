"""No message of a mailbox is skipped, taken twice, or moved before it is committed."""

from __future__ import annotations

import dataclasses
import datetime as dt
import threading

from intake.mail.imap import Entry, Place
from intake.store import Store, ledger
from intake.types import MailOutcome
from tests.store import things

INBOX = Place("crediteuren@almere.example", "INBOX", 4_294_967_295)


def test_only_what_was_never_looked_at_is_unseen(store: Store) -> None:
    """A poll fetches new messages, not the whole mailbox again."""
    ledger.MailboxLedger(store).record(INBOX, 4_294_967_294, Entry.KEPT, things.keep(store))

    assert ledger.MailboxLedger(store).unseen(INBOX, [3, 4_294_967_294, 1]) == (3, 1)


def test_a_mailbox_made_anew_is_looked_at_again(store: Store) -> None:
    """After a UIDVALIDITY change the same number is another message."""
    ledger.MailboxLedger(store).record(INBOX, 1, Entry.KEPT, things.keep(store))

    for other in (
        dataclasses.replace(INBOX, uidvalidity=1),
        dataclasses.replace(INBOX, folder="Archief"),
        dataclasses.replace(INBOX, account="wmo@almere.example"),
    ):
        assert ledger.MailboxLedger(store).unseen(other, [1]) == (1,)


def test_kept_is_to_be_moved_until_it_was(store: Store) -> None:
    """A crash between the commit and the move: the move is done at the next poll."""
    reference = things.keep(store)
    ledger.MailboxLedger(store).record(INBOX, 7, Entry.KEPT, reference, things.mail())
    ledger.MailboxLedger(store).record(INBOX, 8, Entry.TOO_LARGE)
    assert ledger.MailboxLedger(store).to_move(INBOX) == (7,)

    ledger.MailboxLedger(store).record(INBOX, 7, Entry.DONE)

    assert ledger.MailboxLedger(store).to_move(INBOX) == ()
    assert ledger.MailboxLedger(store).unseen(INBOX, [7, 8]) == ()
    assert ledger.left_out(store, INBOX.account) == (("INBOX", 8),)


def test_deleted_only_days_after_the_decision(store: Store) -> None:
    """The mailbox's copy is the last resort until the case is decided, and never goes while it waits."""
    store.clock = lambda: things.NOW
    decided, waiting = things.decided(store, 1), things.decided(store, 2, things.decision(things.verdict(MailOutcome.WAITING)))
    fresh = things.keep(store, 3)
    for uid, reference in enumerate((decided, waiting, fresh), 1):
        ledger.MailboxLedger(store).record(INBOX, uid, Entry.DONE, reference)

    store.clock = lambda: things.NOW + dt.timedelta(days=29)
    assert ledger.MailboxLedger(store).to_delete(INBOX, 30) == ()
    store.clock = lambda: things.NOW + dt.timedelta(days=30)
    assert ledger.MailboxLedger(store).to_delete(INBOX, 30) == (1,)

    ledger.MailboxLedger(store).record(INBOX, 1, Entry.DELETED)
    assert ledger.MailboxLedger(store).to_delete(INBOX, 30) == ()


def test_the_first_start_stays_the_first(store: Store) -> None:
    """A restart must not make yesterday's mail too old, nor last year's new."""
    store.clock = lambda: things.NOW
    found = []
    threads = [threading.Thread(target=lambda: found.append(ledger.MailboxLedger(store).first_start("a"))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    store.clock = lambda: things.NOW + dt.timedelta(days=9)

    assert {*found, ledger.MailboxLedger(store).first_start("a")} == {things.NOW}
    assert ledger.MailboxLedger(store).first_start("b") == things.NOW + dt.timedelta(days=9)
