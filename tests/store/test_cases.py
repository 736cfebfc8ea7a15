"""What the review page reads, finds and decides."""

from __future__ import annotations

import datetime as dt
import threading
from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy import update
from sqlmodel import col

from intake.errors import Conflict
from intake.model.mail import Reply, ReplyKind
from intake.model.verdict import MailOutcome
from intake.settings import ReplyMode
from intake.store import Store, cases, journal, open_store, outbox, work_queue
from intake.store.reference import read_reference, reference_of
from intake.store.tables import CaseState, ReplyRow, ReplyState
from tests.conftest import SettingsOn
from tests.store import things

LETTER = Reply(things.SENDER, "Uw factuur", "Wij betalen deze factuur nog niet.")


def version(store: Store, reference: str) -> int:
    return cases.get_case(store, reference).version


def in_state(store: Store, reference: str, state: ReplyState) -> None:
    """Bring the reply of a case where it is to stand, whatever the road there is."""
    sending = state is ReplyState.SENDING
    values = {
        "state": state.value,
        "started_at": things.NOW,
        "hold_until": 1e12 if sending else None,
        "hold_boot": "b" if sending else None,
    }
    with store.write() as session:
        session.execute(
            update(ReplyRow).where(col(ReplyRow.reference) == reference).values(**values)
        )


class TestList:
    def test_by_state_oldest_first_in_parts(self, store: Store) -> None:
        """A clerk works through the queue in the order in which it came."""
        queued = [things.decided(store, number) for number in range(3)]
        things.decided(store, 9, things.decision(things.verdict(MailOutcome.IGNORED)))

        rows = [
            cases.list_cases(store, [CaseState.QUEUED], limit=2, offset=offset) for offset in (0, 2)
        ]

        assert [row.reference for part in rows for row in part] == queued
        assert len(cases.list_cases(store)) == 4

    def test_a_row_tells_what_the_invoice_is(self, store: Store) -> None:
        """A list of references alone cannot be worked with."""
        judged = things.verdict(
            MailOutcome.REJECTED, invoices=(things.invoice(),), reply=ReplyKind.REFUSAL
        )
        things.decided(store, 1, things.decision(judged, held="confirm"))

        (row,) = cases.list_cases(store)

        assert (row.supplier, row.invoice_number, row.gross, row.reason) == (
            "Zorgpraktijk De Vlinder",
            "2026-0011",
            "1493.82",
            judged.reason,
        )
        assert (row.invoices, row.rejects, row.reviews, row.reply_state) == (
            1,
            0,
            1,
            ReplyState.PREPARED,
        )

    def test_a_mail_not_yet_decided_is_in_the_list(self, store: Store) -> None:
        """A mail that came in must be seen, also when no worker runs."""
        reference = things.keep(store)

        (row,) = cases.list_cases(store, [CaseState.RECEIVED])

        assert (row.reference, row.supplier, row.reason) == (reference, None, "")

    @pytest.mark.parametrize(
        "search",
        [
            "2026-0011",
            " 2026-0011 ",
            "de vlinder",
            "VLINDER",
            "01234567",
            "zorgpraktijk 2026-0011",
            "zorgpraktijkdevlinder",
        ],
    )
    def test_found_by_number_kvk_and_words_of_the_name(self, store: Store, search: str) -> None:
        """A provider calls and gives the invoice number, or only a name."""
        reference = things.decided(
            store, 1, things.decision(things.verdict(invoices=(things.invoice(),)))
        )
        things.decided(
            store,
            2,
            things.decision(
                things.verdict(
                    invoices=(things.invoice("77", supplier_name=things.Field.of("Anders")),)
                )
            ),
        )

        found = [row.reference for row in cases.list_cases(store, search=search)]

        assert reference in found
        assert ("01234567" in search) is (len(found) == 2)

    @pytest.mark.parametrize(
        "search", ["vlin", "2026-0012", "anders 2026-0011", "%", "' OR 1=1 --"]
    )
    def test_nothing_else_is_found(self, store: Store, search: str) -> None:
        """Only whole words are known, by their hash."""
        things.decided(store, 1, things.decision(things.verdict(invoices=(things.invoice(),))))

        assert cases.list_cases(store, search=search) == ()

    def test_found_by_its_reference_as_a_person_writes_it(self, store: Store) -> None:
        """The provider reads the reference from the letter over the phone."""
        reference = things.keep(store)

        assert [
            row.reference
            for row in cases.list_cases(store, search=f" {reference.lower().replace('-', ' ')} ")
        ] == [reference]

    def test_of_one_day_in_almere(self, store: Store) -> None:
        """What came at half past midnight belongs to today, not to yesterday's date in UTC."""
        late = journal.keep(
            store,
            things.mail(1),
            things.envelope(received_at=dt.datetime(2026, 11, 19, 23, 30, tzinfo=dt.UTC)),
        ).reference
        journal.keep(
            store,
            things.mail(2),
            things.envelope(received_at=dt.datetime(2026, 11, 20, 23, 30, tzinfo=dt.UTC)),
        )

        assert [row.reference for row in cases.received_on(store, dt.date(2026, 11, 20))] == [late]

    def test_counts_have_every_state(self, store: Store) -> None:
        """A tab without a number looks broken."""
        things.refused(store)

        assert set(cases.counts(store)) == set(CaseState)
        assert cases.counts(store)[CaseState.REJECTED] == 1
        assert cases.reply_counts(store)[ReplyState.READY] == 1

    def test_what_is_done_is_not_counted_to_its_end(self, store: Store) -> None:
        """A page that counts a million cases at every look gets slower from year to year; open
        cases are counted all."""
        for number in range(3):
            things.decided(store, number)
            things.decided(store, number + 10, things.decision(things.verdict(MailOutcome.IGNORED)))

        found = cases.counts(store, most=2)

        assert (found[CaseState.IGNORED], found[CaseState.QUEUED]) == (2, 3)

    @pytest.mark.parametrize("state", list(ReplyState))
    def test_a_reply_that_waits_for_a_clerk_is_counted(
        self, store: Store, state: ReplyState
    ) -> None:
        """A letter that nobody sends, or that came back, must not hide among the cases that are
        done with.
        """
        in_state(store, things.refused(store, 1, held="confirm"), state)
        things.refused(store, 2)

        found = cases.counts_for_a_clerk(store)

        assert found[CaseState.REJECTED] == (1 if state in outbox.CONFIRMABLE else 0)
        assert set(found) == set(CaseState)

    def test_only_the_newest_reply_counts(self, store: Store) -> None:
        """An older letter that failed was overtaken: the case would never leave the list."""
        reference = things.decided(
            store,
            1,
            things.decision(things.verdict(MailOutcome.QUARANTINED, reply=ReplyKind.QUESTION)),
        )
        in_state(store, reference, ReplyState.FAILED)

        cases.refuse(
            store, reference, "jan", version(store, reference), cases.Refusal("te laat", LETTER)
        )

        assert sum(cases.counts_for_a_clerk(store).values()) == 0
        (row,) = cases.list_cases(store)
        assert (row.reply_kind, row.reply_state) == (ReplyKind.REFUSAL, ReplyState.READY)


def with_invoice(store: Store, outcome: MailOutcome = MailOutcome.QUEUED, **changes: Any) -> str:
    """A mail with one invoice that the rules judged so."""
    judged = things.verdict(outcome, (things.invoice(),), **changes)
    return things.decided(store, 1, things.decision(judged))


class TestDecide:
    @pytest.mark.parametrize("outcome", list(MailOutcome))
    def test_a_person_accepts_whatever_the_rules_said(
        self, store: Store, outcome: MailOutcome
    ) -> None:
        """A refusal by the rules may be wrong, and a person must be able to say so."""
        reference = with_invoice(store, outcome)

        cases.accept(store, reference, "jan", version(store, reference), "klopt wel")

        case = cases.get_case(store, reference)
        assert (case.state, case.decided_by, case.deadline) == (CaseState.ACCEPTED, "jan", None)
        assert (case.events[-1].code, case.events[-1].actor, case.events[-1].detail) == (
            "accepted",
            "jan",
            "klopt wel",
        )

    def test_an_accepted_invoice_sends_no_refusal(self, store: Store) -> None:
        """The prepared letter must not leave after a person accepted."""
        reference = with_invoice(store, MailOutcome.REJECTED, reply=ReplyKind.REFUSAL)

        cases.accept(store, reference, "jan", version(store, reference))

        assert outbox.due(store) == ()

    def test_an_accepted_invoice_keeps_its_receipt(self, store: Store) -> None:
        """The provider still hears that the invoice came in."""
        reference = with_invoice(store, reply=ReplyKind.RECEIPT)

        cases.accept(store, reference, "jan", version(store, reference))

        assert things.only_reply(store).kind is ReplyKind.RECEIPT

    def test_a_person_refuses_with_a_letter(self, store: Store) -> None:
        """What the clerk wrote leaves, and the receipt that waited does not."""
        reference = things.decided(
            store, 1, things.decision(things.verdict(reply=ReplyKind.RECEIPT), held="confirm")
        )

        cases.refuse(
            store,
            reference,
            "jan",
            version(store, reference),
            cases.Refusal("verkeerd bedrag", LETTER),
        )

        case = cases.get_case(store, reference)
        assert case.state is CaseState.REJECTED
        assert [(reply.kind, reply.state, reply.confirmed_by) for reply in case.replies] == [
            (ReplyKind.REFUSAL, ReplyState.READY, "jan"),
            (ReplyKind.RECEIPT, ReplyState.DROPPED, None),
        ]
        assert things.only_reply(store).reply == LETTER

    def test_a_refusal_under_mode_off_sends_nothing(
        self, settings_on: SettingsOn, database: str
    ) -> None:
        """Trying out must not mail a provider."""
        store = open_store(settings_on(database, replies__mode=ReplyMode.OFF))
        reference = things.decided(store)

        cases.refuse(
            store, reference, "jan", version(store, reference), cases.Refusal("proef", LETTER)
        )

        reply = cases.get_case(store, reference).reply
        assert reply is not None
        assert reply.state is ReplyState.DROPPED
        store.close()

    def test_of_two_people_one_decides(self, store: Store) -> None:
        """Two clerks press at once: one decision, the other is told."""
        reference = with_invoice(store)
        seen = version(store, reference)
        start, ended = threading.Barrier(2), []

        def press(act: str) -> None:
            start.wait()
            try:
                if act == "accept":
                    cases.accept(store, reference, "jan", seen)
                else:
                    cases.refuse(store, reference, "piet", seen, cases.Refusal("nee", LETTER))
                ended.append(act)
            except Conflict:
                ended.append("conflict")

        threads = [threading.Thread(target=press, args=(act,)) for act in ("accept", "refuse")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert len(ended) == 2
        assert ended.count("conflict") == 1
        assert len(outbox.due(store)) == (1 if "refuse" in ended else 0)

    def test_what_is_not_yet_judged_cannot_be_decided(self, store: Store) -> None:
        """A decision without having seen anything."""
        reference = things.keep(store)

        with pytest.raises(Conflict):
            cases.accept(store, reference, "jan", 1)

    def test_an_accepted_invoice_cannot_be_refused(self, store: Store) -> None:
        """It may have been paid."""
        reference = with_invoice(store)
        cases.accept(store, reference, "jan", version(store, reference))

        with pytest.raises(Conflict):
            cases.refuse(
                store,
                reference,
                "jan",
                version(store, reference),
                cases.Refusal("toch niet", LETTER),
            )

    def test_a_person_decides_before_the_worker_does(self, store: Store) -> None:
        """A worker that judges the deadline while a clerk accepts must not refuse afterwards."""
        store.clock = lambda: things.NOW
        reference = with_invoice(store, MailOutcome.WAITING)
        store.clock = lambda: things.NOW + dt.timedelta(days=20)
        claim = things.claim(store)
        cases.accept(store, reference, "jan", version(store, reference))

        with pytest.raises(Conflict):
            work_queue.finish(
                store,
                claim,
                things.decision(things.verdict(MailOutcome.REJECTED, reply=ReplyKind.REFUSAL)),
            )

        assert cases.get_case(store, reference).state is CaseState.ACCEPTED

    def test_a_quarantined_mail_can_be_judged_again(self, store: Store) -> None:
        """After the missing key was put back nobody should have to ask for the mail again."""
        reference = things.decided(
            store, 1, things.decision(things.verdict(MailOutcome.QUARANTINED))
        )
        cases.again(store, reference, "jan", version(store, reference))

        work_queue.finish(store, things.claim(store), things.decision())

        assert cases.get_case(store, reference).state is CaseState.QUEUED
        assert [(i.kind, i.place) for i in cases.get_case(store, reference).incidents] == [
            (i.kind, i.where) for i in things.verdict().incidents
        ]


class TestReference:
    def test_never_like_a_bsn_and_read_back(self) -> None:
        """A reference in a letter must not be taken for a client's number."""
        made = [reference_of(sha256(bytes([n >> 8, n & 255])).hexdigest()) for n in range(2000)]

        assert len(set(made)) == 2000
        assert all(
            max(len(run) for run in "".join(c if c.isdigit() else " " for c in each).split(" "))
            <= 6
            for each in made
        )
        assert all(read_reference(each.lower()) == each for each in made)
        assert all(any(c.isalpha() for c in half) for each in made for half in each.split("-")[1:])

    @pytest.mark.parametrize(
        "written", ["", "IN", "IN-7K3F", "IN-7K3F-9QXM-1", "FACTUUR 12", "inktpatroon"]
    )
    def test_other_words_are_no_reference(self, written: str) -> None:
        """A search for a word must search for that word."""
        assert read_reference(written) is None

    def test_letters_that_are_mistaken_for_digits(self) -> None:
        """Somebody reads O for 0 and I or L for 1."""
        assert (
            read_reference("in ab0c l0id") is None
            or read_reference("IN-AB0C-101D") == "IN-AB0C-101D"
        )
        assert read_reference("in-aboc-loid") == "IN-AB0C-101D"
