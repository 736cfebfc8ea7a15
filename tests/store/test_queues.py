"""How much waits for each part, and for how long: what an administrator looks at first when providers
call.
"""

from __future__ import annotations

import datetime as dt

from intake.model.mail import MailboxFolder, MessageState
from intake.store import Store, mailbox_ledger, open_store, queues
from tests.conftest import SettingsOn
from tests.store import things


def test_mails_that_no_worker_judged_yet_and_replies_that_did_not_leave(
    settings_on: SettingsOn, database: str
) -> None:
    """A queue that grows shows before its first mail is late."""
    store = open_store(settings_on(database, smarthost__address="127.0.0.1:1"))
    store.clock = lambda: things.NOW
    assert {part: each.length for part, each in queues.queues(store).items()} == {
        "worker": 0,
        "sender": 0,
    }
    things.refused(store, 1)
    things.keep(store, 2)
    things.keep(store, 3)
    now = things.NOW + dt.timedelta(hours=2)

    told = {part: each.figures(now) for part, each in queues.queues(store).items()}

    assert told["worker"]["queue"] == 2
    assert told["worker"]["oldest_seconds"] >= 2 * 3600
    assert told["sender"] == {"queue": 1, "oldest_seconds": 2 * 3600}
    store.close()


def test_of_each_mailbox_by_itself(settings_on: SettingsOn, database: str) -> None:
    """With two mailboxes one number does not say whose invoices wait."""
    store = open_store(
        settings_on(database, mailbox__host="imap.example.nl", mailbox__user="crediteuren")
    )
    account = "crediteuren@imap.example.nl"
    reference = things.keep(store, 1)
    things.keep(store, 2)
    mailbox_ledger.MailboxLedger(store).record(
        MailboxFolder(account, "INBOX", 1), 7, MessageState.KEPT, reference, b"x"
    )

    lengths = {part: each.length for part, each in queues.queues(store).items()}

    assert lengths == {"worker": 2, "mailbox": 1}
    store.close()


def test_a_clock_that_was_set_back_makes_no_age_below_zero(store: Store) -> None:
    """A monitor takes a negative age for a broken one."""
    things.keep(store, 1)

    figures = queues.queues(store)["worker"].figures(things.NOW - dt.timedelta(days=1))

    assert figures == {"queue": 1, "oldest_seconds": 0}
