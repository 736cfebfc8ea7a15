"""No message of a mailbox is skipped, taken twice, or moved before it is committed."""

from __future__ import annotations

import dataclasses
import datetime as dt
import threading

import pytest
from sqlalchemy import text

from intake.errors import Conflict
from intake.model.mail import Envelope, LeftOut, LeftOutWhy, MailboxFolder, MessageState
from intake.model.verdict import MailOutcome
from intake.store import Store, cases, journal, left_out, mailbox_ledger, work_queue
from intake.store.tables import CaseState
from tests.store import things

INBOX = MailboxFolder("crediteuren@almere.example", "INBOX", 4_294_967_295)


def test_only_what_was_never_looked_at_is_unseen(store: Store) -> None:
    """A poll fetches new messages, not the whole mailbox again."""
    mailbox_ledger.MailboxLedger(store).record(
        INBOX, 4_294_967_294, MessageState.KEPT, things.keep(store)
    )

    assert mailbox_ledger.MailboxLedger(store).to_take_in(INBOX, [3, 4_294_967_294, 1]) == (3, 1)


def test_a_mailbox_made_anew_is_looked_at_again(store: Store) -> None:
    """After a UIDVALIDITY change the same number is another message."""
    mailbox_ledger.MailboxLedger(store).record(INBOX, 1, MessageState.KEPT, things.keep(store))

    for other in (
        dataclasses.replace(INBOX, uidvalidity=1),
        dataclasses.replace(INBOX, folder="Archief"),
        dataclasses.replace(INBOX, account="wmo@almere.example"),
    ):
        assert mailbox_ledger.MailboxLedger(store).to_take_in(other, [1]) == (1,)


def test_kept_is_to_be_moved_until_it_was(store: Store) -> None:
    """A crash between the commit and the move: the move is done at the next poll."""
    reference = things.keep(store)
    mailbox_ledger.MailboxLedger(store).record(
        INBOX, 7, MessageState.KEPT, reference, things.mail()
    )
    assert mailbox_ledger.MailboxLedger(store).to_move(INBOX) == (7,)

    mailbox_ledger.MailboxLedger(store).record(INBOX, 7, MessageState.DONE)

    assert mailbox_ledger.MailboxLedger(store).to_move(INBOX) == ()
    assert mailbox_ledger.MailboxLedger(store).to_take_in(INBOX, [7, 8]) == (8,)


def test_deleted_only_days_after_the_decision(store: Store) -> None:
    """The mailbox's copy is the last resort until the case is decided, and never goes while it
    waits.
    """
    store.clock = lambda: things.NOW
    decided, waiting = (
        things.decided(store, 1),
        things.decided(store, 2, things.decision(things.verdict(MailOutcome.WAITING))),
    )
    fresh = things.keep(store, 3)
    for uid, reference in enumerate((decided, waiting, fresh), 1):
        mailbox_ledger.MailboxLedger(store).record(INBOX, uid, MessageState.DONE, reference)

    store.clock = lambda: things.NOW + dt.timedelta(days=29)
    assert mailbox_ledger.MailboxLedger(store).to_delete(INBOX, 30) == ()
    store.clock = lambda: things.NOW + dt.timedelta(days=30)
    assert mailbox_ledger.MailboxLedger(store).to_delete(INBOX, 30) == (1,)

    mailbox_ledger.MailboxLedger(store).record(INBOX, 1, MessageState.DELETED)
    assert mailbox_ledger.MailboxLedger(store).to_delete(INBOX, 30) == ()


def header(
    store: Store,
    why: LeftOutWhy = LeftOutWhy.TOO_LARGE,
    size: int | None = 50_000_000,
    uid: int = 8,
    head: bytes = b"",
) -> str:
    """The header of a mail that is left out, kept and written down."""
    left = LeftOut(why, size, 40_000_000)
    reference = journal.keep(
        store, head, Envelope("imap", things.NOW, place=f"INBOX/{uid}", left_out=left)
    ).reference
    mailbox_ledger.MailboxLedger(store).failed(INBOX, uid, left, reference)
    return reference


def test_a_mail_that_failed_is_tried_again_ever_more_seldom(store: Store) -> None:
    """Tried at each poll it would keep the server busy; never tried again it would need a person
    for a fault of a minute.
    """
    box, later = mailbox_ledger.MailboxLedger(store), dt.timedelta()
    store.clock = lambda: things.NOW + later
    failed = LeftOut(LeftOutWhy.UNFETCHABLE, None, 40_000_000)
    for pause in mailbox_ledger.AGAIN_SECONDS:
        box.failed(INBOX, 8, failed, None)
        later += dt.timedelta(seconds=pause - 1)
        assert box.to_take_in(INBOX, [7, 8]) == (7,)
        later += dt.timedelta(seconds=1)
        assert box.to_take_in(INBOX, [7, 8]) == (7, 8)
    box.failed(INBOX, 8, failed, None)
    later += dt.timedelta(days=365)

    assert box.to_take_in(INBOX, [7, 8]) == (7,)
    assert box.attempts(INBOX)[8].tries == len(mailbox_ledger.AGAIN_SECONDS) + 1


def test_too_large_is_tried_again_when_the_limit_allows_it(store: Store) -> None:
    """A higher limit would not help the mails that it was raised for; a lower one would not stop
    asking for them.
    """
    header(store)
    assert mailbox_ledger.MailboxLedger(store).to_take_in(INBOX, [8]) == ()

    store.settings = store.settings.model_copy(update={"max_mail_bytes": 50_000_000})

    assert mailbox_ledger.MailboxLedger(store).to_take_in(INBOX, [8]) == (8,)


def test_headers_are_no_whole_mails(store: Store) -> None:
    """A mail without a body that equals a header would be taken for the one that is left out; two
    without headers for each other.
    """
    whole = things.mail(body="")
    first = header(store, head=whole)

    assert journal.keep(store, whole, things.envelope()).reference != first
    assert header(store, uid=9) != header(store, uid=10)
    assert header(store, head=whole, uid=11) == first
    assert [remaining.reference for remaining in left_out.waiting(store)].count(first) == 1


def test_a_mail_that_came_in_after_all_closes_its_case(store: Store) -> None:
    """A clerk would open a mail in the mailbox that is in the queue already; and what a person
    decided would be undone.
    """
    open_one, dealt_with = header(store, uid=8), header(store, uid=9)
    for claimed in (things.claim(store), things.claim(store)):
        work_queue.finish(store, claimed, things.decision(things.verdict(MailOutcome.QUARANTINED)))
    cases.dealt_with(store, dealt_with, "anna", cases.get_case(store, dealt_with).version)
    whole = things.keep(store)

    for uid in (8, 9):
        mailbox_ledger.MailboxLedger(store).record(
            INBOX, uid, MessageState.KEPT, whole, things.mail()
        )

    closed, kept = cases.get_case(store, open_one), cases.get_case(store, dealt_with)
    assert left_out.waiting(store) == ()
    assert mailbox_ledger.MailboxLedger(store).attempts(INBOX) == {}
    assert (closed.state, closed.decided_by, [event.code for event in closed.events][-1]) == (
        CaseState.IGNORED,
        None,
        "arrived",
    )
    assert closed.verdict is not None
    assert whole in closed.verdict.reason
    assert (kept.decided_by, [event.code for event in kept.events][-1]) == ("anna", "dealt-with")


def test_only_a_mail_that_is_left_out_is_dealt_with_in_the_mailbox(store: Store) -> None:
    """A whole mail would leave the quarantine without a decision; two clerks would both think that
    they did it.
    """
    whole = things.decided(store, 1, things.decision(things.verdict(MailOutcome.QUARANTINED)))
    with pytest.raises(Conflict):
        cases.dealt_with(store, whole, "anna", cases.get_case(store, whole).version)
    left = header(store)
    work_queue.finish(
        store, things.claim(store), things.decision(things.verdict(MailOutcome.QUARANTINED))
    )
    version = cases.get_case(store, left).version
    cases.dealt_with(store, left, "anna", version)

    with pytest.raises(Conflict):
        cases.dealt_with(store, left, "bert", version)


def test_what_is_gone_is_told_and_not_dropped(store: Store) -> None:
    """A mail that somebody moved would vanish from the list; one of an earlier life of the folder
    would seem to stand there.
    """
    box = mailbox_ledger.MailboxLedger(store)
    header(store, uid=8)
    box.gone(INBOX, ())
    assert [remaining.gone for remaining in left_out.waiting(store)] == [False]

    box.gone(dataclasses.replace(INBOX, uidvalidity=1), ())

    assert [remaining.gone for remaining in left_out.waiting(store)] == [True]
    assert box.attempts(INBOX) == {}


def test_destroying_a_case_does_not_bring_its_mail_back(store: Store) -> None:
    """A mail whose case was destroyed after its term would be a new case at the next poll."""
    reference = header(store)
    with store.write() as session:
        session.execute(
            text("DELETE FROM mail WHERE reference = :reference"), {"reference": reference}
        )

    assert mailbox_ledger.MailboxLedger(store).to_take_in(INBOX, [8]) == ()


def test_the_first_start_stays_the_first(store: Store) -> None:
    """A restart must not make yesterday's mail too old, nor last year's new."""
    store.clock = lambda: things.NOW
    found = []
    threads = [
        threading.Thread(
            target=lambda: found.append(mailbox_ledger.MailboxLedger(store).first_start("a"))
        )
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    store.clock = lambda: things.NOW + dt.timedelta(days=9)

    assert {*found, mailbox_ledger.MailboxLedger(store).first_start("a")} == {things.NOW}
    assert mailbox_ledger.MailboxLedger(store).first_start("b") == things.NOW + dt.timedelta(days=9)
