"""A mail that stays in the mailbox stands on the page until a person has dealt with it."""

from __future__ import annotations

import datetime as dt

from intake.model.mail import Envelope, LeftOut, LeftOutWhy, MailboxFolder, Reply, ReplyKind
from intake.model.verdict import MailOutcome
from intake.store import Store, audit, cases, clock, decision, journal, mailbox_ledger, work_queue
from intake.store.tables import CaseState, ReplyState
from tests.review.conftest import Clerk
from tests.review.filled import verdict

INBOX = MailboxFolder("crediteuren@mail.example", "INBOX", 1)


def leave_out(store: Store, uid: int = 1, why: LeftOutWhy = LeftOutWhy.TOO_LARGE) -> str:
    """A mail of 62 MB that the rules have quarantined, with a letter that is ready."""
    left = LeftOut(why, 62_000_000, 40_000_000)
    reference = journal.keep(
        store, b"", Envelope("imap", clock.now(), place=f"{uid}", left_out=left)
    ).reference
    mailbox_ledger.MailboxLedger(store).failed(INBOX, uid, left, reference)
    claim = work_queue.claim(store, "test", 60)
    assert claim is not None
    judged = verdict(MailOutcome.QUARANTINED, reply=ReplyKind.TOO_LARGE)
    summary = decision.MailSummary("Facturen", "a@vlinder.example", "")
    letter = Reply("a@vlinder.example", "Je mail: te groot", "Die is te groot.")
    work_queue.finish(
        store, claim, decision.Decision(judged, summary, reply=letter, held="confirm")
    )
    return reference


def test_it_stands_there_on_every_day_and_in_the_health(clerk: Clerk, store: Store) -> None:
    """It would be seen on the day it came, and never again."""
    reference = leave_out(store)
    store.clock = lambda: clock.now() + dt.timedelta(days=1)
    clerk.log_in()

    text = clerk.get("/vandaag").text

    assert reference in text
    assert "62\N{NO-BREAK SPACE}MB" in text
    assert "De mail is te groot om te lezen." in text
    assert "1 mail staat nog in de mailbox" in text
    assert clerk.get("/health").json()["warnings"]["left-out"] == "1-waiting"


def test_the_case_says_what_to_do_and_a_button_ends_it(clerk: Clerk, store: Store) -> None:
    """Nobody would know where the mail is, or who saw to it."""
    reference = leave_out(store)
    text = clerk.get(f"/zaak/{reference}").text
    assert "Deze mail staat nog in de mailbox" in text
    assert "INBOX" in text
    assert "crediteurenadministratie</button>" not in text

    answer = clerk.post(
        f"/zaak/{reference}/afgehandeld", version=cases.get_case(store, reference).version
    )

    assert answer.status_code == 303
    case = cases.get_case(store, reference)
    assert (case.state, case.decided_by) == (CaseState.IGNORED, "anna")
    assert case.reply is not None
    assert case.reply.state is ReplyState.DROPPED
    assert ("anna", reference, "dealt-with") in [
        (r.reading.who, r.reading.reference, r.reading.what) for r in audit.export(store)
    ]
    text = clerk.get(f"/zaak/{reference}").text
    assert "Afgehandeld in de mailbox zelf" in text
    assert 'id="deal"' not in text
    assert "left-out" not in clerk.get("/health").json().get("warnings", {})
    assert reference not in clerk.get("/").text


def test_two_clerks_at_once(clerk: Clerk, store: Store) -> None:
    """Both would think that they were the one to open it."""
    reference = leave_out(store)
    version = cases.get_case(store, reference).version
    clerk.post(f"/zaak/{reference}/afgehandeld", version=version)

    assert clerk.post(f"/zaak/{reference}/afgehandeld", version=version).status_code == 409


def test_one_that_is_gone_says_so(clerk: Clerk, store: Store) -> None:
    """A clerk would look for it in a folder where it is no more."""
    reference = leave_out(store, why=LeftOutWhy.UNFETCHABLE)
    mailbox_ledger.MailboxLedger(store).gone(INBOX, (1,))

    assert "staat niet meer in deze map" in clerk.get(f"/zaak/{reference}").text
    assert "staat daar niet meer" in clerk.get("/vandaag").text
