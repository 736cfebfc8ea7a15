"""Work is given to one worker at a time, and a decision is committed whole or not at all."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from sqlmodel import Session

from intake import worker
from intake.errors import Conflict
from intake.model.invoice import Field
from intake.model.mail import ReplyKind
from intake.model.verdict import MailOutcome, Wait
from intake.secure_attachment.pairing.model import Gist
from intake.settings import Settings
from intake.store import (
    Store,
    cases,
    clock,
    decision,
    health,
    journal,
    open_store,
    outbox,
    pairing,
    work_queue,
)
from intake.store.tables import CaseState, ReplyState
from tests.store import steps, things

Later = Callable[[float], None]


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Later:
    """Let the clock of the leases run ahead by so many seconds more."""
    real, ahead = clock.tick, [0.0]

    def tick(session: Session) -> clock.Tick:
        moment = real(session)
        return clock.Tick(moment.boot, moment.seconds + ahead[0])

    def run_ahead(seconds: float) -> None:
        ahead[0] += seconds

    monkeypatch.setattr(clock, "tick", tick)
    return run_ahead


class TestClaim:
    def test_oldest_first_and_each_once(self, store: Store) -> None:
        """A mail claimed by two workers would be judged twice."""
        kept = [things.keep(store, number) for number in range(3)]

        claims = [work_queue.claim(store, "worker", 60) for _ in range(4)]

        assert [claim and claim.reference for claim in claims] == [*kept, None]
        assert claims[0] is not None
        assert (claims[0].raw, claims[0].envelope, claims[0].attempt, claims[0].waited) == (
            things.mail(0),
            things.envelope(),
            1,
            None,
        )

    def test_work_of_a_dead_worker_is_given_again(self, store: Store, later: Later) -> None:
        """A worker that is killed must not take its mail with it."""
        reference = things.keep(store)
        things.claim(store, 60)
        later(59)
        assert work_queue.claim(store, "other", 60) is None

        later(2)

        again = things.claim(store)
        assert (again.reference, again.attempt) == (reference, 2)

    def test_a_lease_ends_on_the_real_clock(self, store: Store) -> None:
        """The clock of the leases must run by itself."""
        things.keep(store)
        things.claim(store, 0.01)
        time.sleep(0.1)

        assert things.claim(store).attempt == 2

    def test_a_lease_can_be_extended(self, store: Store, later: Later) -> None:
        """A large scan takes longer than a lease, and must not be read by two workers."""
        things.keep(store)
        claim = things.claim(store, 60)
        for _ in range(4):
            later(50)
            work_queue.extend(store, claim)

        assert work_queue.claim(store, "other", 60) is None

    def test_a_mail_in_hand_stays_in_hand(self, store: Store) -> None:
        """While a worker is busy with a mail nobody else may take it; when its work ends without a
        word, somebody must.
        """
        things.keep(store)
        claim = things.claim(store, 0.6)

        with worker.Leases(store, 0.6) as leases:
            with leases.kept(claim):
                time.sleep(1.2)
                assert work_queue.claim(store, "other", 60) is None
            time.sleep(0.8)
            assert things.claim(store).attempt == 2

    def test_a_lost_lease_is_told(self, store: Store) -> None:
        """A worker that woke up late must not write over what another decided."""
        things.keep(store)
        late = things.claim(store, 0.01)
        time.sleep(0.05)
        things.claim(store)

        acts: tuple[Callable[[], object], ...] = (
            lambda: work_queue.extend(store, late),
            lambda: work_queue.give_back(store, late, "x", 0),
            lambda: work_queue.finish(store, late, things.decision()),
        )
        for act in acts:
            with pytest.raises(Conflict):
                act()

    def test_given_back_it_waits_for_its_retry(self, store: Store, later: Later) -> None:
        """A mail that fails must not be tried a thousand times a second."""
        things.keep(store)
        work_queue.give_back(store, things.claim(store), "sandbox", 30)
        later(29)
        assert work_queue.claim(store, "worker", 60) is None

        later(2)

        assert things.claim(store).attempt == 2

    def test_after_a_restart_of_the_machine_leases_count_for_nothing(
        self, settings: Settings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The clock of a machine that restarted begins anew; work must not stay locked for days."""
        store = open_store(settings)
        things.keep(store)
        things.claim(store, 3600)
        monkeypatch.setattr(clock, "_boot_id", lambda: "another boot")

        if store.on_postgresql:
            assert work_queue.claim(store, "worker", 60) is None  # the database's own clock went on
        else:
            assert things.claim(store).attempt == 2
        store.close()

    def test_setting_the_wall_clock_gives_no_work_away(self, store: Store) -> None:
        """Summer time or a wrong clock must not end leases, or make them endless."""
        things.keep(store)
        claim = things.claim(store)
        store.clock = lambda: things.NOW + dt.timedelta(days=400)

        assert work_queue.claim(store, "worker", 60) is None
        work_queue.finish(store, claim, things.decision())

    def test_many_workers_share_the_work(self, settings: Settings) -> None:
        """Two workers that race must decide each mail once."""
        store = open_store(settings)
        kept = {things.keep(store, number) for number in range(30)}

        decided = steps.decide_all(settings, workers=3)

        assert sorted(decided) == sorted(kept)
        assert cases.counts(store)[CaseState.QUEUED] == 30
        store.close()

    def test_a_missing_key_puts_one_mail_aside_and_work_goes_on(self, settings: Settings) -> None:
        """One mail that cannot be opened must not stop all others, and is not judged."""
        store = open_store(settings)
        store.clock = lambda: dt.datetime(2026, 2, 1, tzinfo=dt.UTC)
        lost = things.keep(store, 1)
        store.clock = lambda: dt.datetime(2026, 5, 1, tzinfo=dt.UTC)
        other = things.keep(store, 2)
        (settings.key_folder / "content-2026q1.key").unlink()
        reopened = open_store(settings)

        assert things.claim(reopened).reference == other
        assert work_queue.claim(reopened, "worker", 60) is None
        (row,) = cases.list_cases(reopened, search=lost)
        assert row.state is CaseState.RECEIVED
        store.close()
        reopened.close()


class TestSlow:
    def test_a_postponed_mail_is_taken_by_who_has_a_place_for_it(self, store: Store) -> None:
        """Scans would fill every place of a worker, or a mail that found no place three times would
        go to a person.
        """
        slow, quick = things.keep(store, 1), things.keep(store, 2)
        for _ in range(worker.MAX_ATTEMPTS + 1):
            claim = work_queue.claim(store, "worker", 60)
            assert claim is not None
            assert (claim.reference, claim.attempt) == (slow, 1)
            work_queue.postpone(store, claim)
        first = work_queue.claim(store, "worker", 60, slow=False)
        assert first is not None
        assert (first.reference, first.slow) == (quick, False)
        assert work_queue.claim(store, "worker", 60, slow=False) is None
        again = work_queue.claim(store, "worker", 60)
        assert again is not None
        assert (again.reference, again.slow) == (slow, True)

    def test_slow_mails_never_hold_up_quick_ones(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Thirty scans before thirty invoices of text: those would wait for the last scan."""
        scans, texts = [
            [things.keep(store, number) for number in numbers]
            for numbers in (range(10), range(10, 16))
        ]
        stop, may_end = threading.Event(), threading.Event()
        at_once: list[str] = []

        def process(
            _store: Store, _desk: object, claim: work_queue.Claim, place: worker.Place
        ) -> SimpleNamespace:
            if claim.reference in scans:
                place.leave_quick_lane()
                at_once.append(claim.reference)
                may_end.wait(60)
            return SimpleNamespace(verdict=things.verdict())

        monkeypatch.setattr(worker, "_process", process)
        monkeypatch.setattr(worker, "_decision", lambda *_: things.decision(message_ids=()))
        monkeypatch.setattr(worker, "_note_bounces", lambda *_: None)
        desk, lanes, pulse = (
            SimpleNamespace(settings=store.settings),
            worker.Lanes(quick=2, slow=1),
            health.Pulse(store, "worker"),
        )
        with worker.Leases(store, 60) as leases:
            hand = worker._Hand(store, desk, leases, lanes, pulse, stop)  # type: ignore[arg-type]
            hands = [threading.Thread(target=hand.work, args=(f"w:{n}",)) for n in range(3)]
            for each in hands:
                each.start()
            try:
                assert wait_until(
                    lambda: (
                        {cases.get_case(store, text).state for text in texts} == {CaseState.QUEUED}
                    )
                )
                assert len(at_once) == 1
                assert {cases.get_case(store, scan).state for scan in scans} == {CaseState.RECEIVED}
                may_end.set()
                assert wait_until(
                    lambda: (
                        {cases.get_case(store, scan).state for scan in scans} == {CaseState.QUEUED}
                    )
                )
            finally:
                may_end.set()
                stop.set()
                for each in hands:
                    each.join(20)
        assert sorted(at_once) == sorted(scans)


def wait_until(holds: Callable[[], bool], seconds: float = 60) -> bool:
    end = time.monotonic() + seconds
    while not holds() and time.monotonic() < end:
        time.sleep(0.05)
    return holds()


class TestFinish:
    def test_everything_of_a_decision_is_there(self, store: Store) -> None:
        """The page shows what was decided, and why."""
        judged = things.verdict(
            MailOutcome.REJECTED, invoices=(things.invoice(),), reply=ReplyKind.REFUSAL
        )
        reference = things.decided(store, 1, things.decision(judged, held="confirm"))

        case = cases.get_case(store, reference)

        assert (case.state, case.version, case.verdict) == (CaseState.REJECTED, 2, judged)
        assert case.summary == things.decision().summary
        assert cases.document(store, reference, "1.2") == things.decision().documents[0].data
        assert [(i.kind, i.place) for i in case.incidents] == [
            ("invoice-not-anonymous", "part 1.2")
        ]
        assert case.reply is not None
        assert (case.reply.state, case.reply.held, case.reply.to) == (
            ReplyState.PREPARED,
            "confirm",
            things.SENDER,
        )

    @pytest.mark.parametrize("outcome", list(MailOutcome))
    def test_each_outcome_is_one_state(self, store: Store, outcome: MailOutcome) -> None:
        """A mail without a state, or with two, would vanish from the page."""
        things.decided(store, 1, things.decision(things.verdict(outcome)))

        assert {state: count for state, count in cases.counts(store).items() if count} == {
            CaseState(outcome.value): 1
        }
        assert work_queue.claim(store, "worker", 60) is None

    def test_a_failure_in_the_middle_leaves_the_mail_undecided(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A verdict without its reply, or a reply without its verdict, must not exist."""
        reference = things.keep(store)
        claim = things.claim(store)
        monkeypatch.setattr("intake.store.outbox.compose", _fail)

        with pytest.raises(ZeroDivisionError):
            work_queue.finish(
                store,
                claim,
                things.decision(things.verdict(MailOutcome.REJECTED, reply=ReplyKind.REFUSAL)),
            )

        case = cases.get_case(store, reference)
        assert (case.state, case.verdict, case.documents, case.incidents, case.replies) == (
            CaseState.RECEIVED,
            None,
            (),
            (),
            (),
        )
        monkeypatch.undo()
        work_queue.finish(store, claim, things.decision())

    def test_what_hostile_documents_say_can_be_stored_and_shown(self, store: Store) -> None:
        """A lone surrogate or an endless coordinate from a PDF must not keep its case from the
        page.
        """
        odd = things.invoice(supplier_name=Field.of("Praktijk \udc80\x00\ud83d"), lines=())
        reference = things.decided(store, 1, things.decision(things.verdict(invoices=(odd,))))

        verdict = cases.get_case(store, reference).verdict

        assert verdict is not None
        assert (verdict.invoices[0].invoice.supplier_name.value or "").startswith("Praktijk")

    def test_two_invoices_with_one_number_at_the_same_moment(self, store: Store) -> None:
        """Two workers, each with one of two equal invoices, would both queue it."""
        things.keep(store, 1), things.keep(store, 2)
        first, second = things.claim(store), things.claim(store)
        made = things.decision(things.verdict(invoices=(things.invoice(),)))
        work_queue.finish(store, first, made)

        with pytest.raises(Conflict):
            work_queue.finish(store, second, made)

        again = things.claim(store)
        assert (again.reference, again.attempt) == (second.reference, 1)
        assert (
            journal.history_of(store, things.invoice(), before=again.reference).earlier[0].reference
            == first.reference
        )
        work_queue.finish(store, again, made)

    def test_equal_numbers_committed_by_many_at_once(self, store: Store) -> None:
        """However workers race, exactly one of equal invoices is decided without knowing of the
        others.
        """
        for number in range(4):
            things.keep(store, number)
        claims = [things.claim(store) for _ in range(4)]
        start, ended = threading.Barrier(4), []

        def decide(claim: work_queue.Claim) -> None:
            start.wait()
            try:
                work_queue.finish(
                    store, claim, things.decision(things.verdict(invoices=(things.invoice(),)))
                )
                ended.append("decided")
            except Conflict:
                ended.append("again")

        threads = [threading.Thread(target=decide, args=(claim,)) for claim in claims]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert sorted(ended) == ["again", "again", "again", "decided"]

    def test_an_equal_number_is_seen_though_another_commit_overtakes_its_own(
        self, settings: Settings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A slow commit beside a quick one would hide its invoice from the third worker, who would
        pay it twice.
        """
        stores = [open_store(settings) for _ in range(3)]
        one, other = (
            things.decision(things.verdict(invoices=(things.invoice(number),)))
            for number in ("2026-0011", "2026-0012")
        )
        for number in range(3):
            things.keep(stores[0], number)
        slow, quick = things.claim(stores[0]), things.claim(stores[0])
        numbered, go_on = threading.Event(), threading.Event()
        index = decision._index

        def index_slowly(store: Store, *arguments: Any) -> None:
            index(store, *arguments)
            if store is stores[0]:
                numbered.set()
                go_on.wait(20)

        monkeypatch.setattr(decision, "_index", index_slowly)
        threads = [
            threading.Thread(target=work_queue.finish, args=(stores[0], slow, one)),
            threading.Thread(target=work_queue.finish, args=(stores[1], quick, other)),
        ]
        threads[0].start()
        numbered.wait(20)
        threads[1].start()
        threads[1].join(0.5)  # alone it would be done by now
        third = (
            things.claim(stores[2]) if stores[2].on_postgresql else None
        )  # SQLite lets nobody write meanwhile
        go_on.set()
        for thread in threads:
            thread.join()

        with pytest.raises(Conflict):
            work_queue.finish(stores[2], third or quick, one)
        for store in stores:
            store.close()


class TestKilled:
    @pytest.mark.parametrize("failpoint", ["after-claim", "before-finish", "after-finish"])
    def test_a_worker_killed_at_any_step_leaves_one_verdict_and_one_reply(
        self, settings: Settings, failpoint: str
    ) -> None:
        """kill -9 at any moment, then a restart: one end, at most one letter."""
        store = open_store(settings)
        reference = things.keep(store)
        assert steps.run(settings, "decide", failpoint)
        time.sleep(0.3)

        assert not steps.run(settings, "decide")

        case = cases.get_case(store, reference)
        assert (case.state, len(case.replies)) == (CaseState.REJECTED, 1)
        assert journal.raw_mail(store, reference)[0] == things.mail()
        store.close()


class TestWaiting:
    def test_it_is_due_again_the_day_after_its_deadline(self, store: Store) -> None:
        """The last day belongs to the provider, also when it ends at midnight in Almere and not in
        Greenwich.
        """
        store.clock = lambda: things.NOW
        reference = things.decided(store, 1, things.decision(things.verdict(MailOutcome.WAITING)))
        store.clock = lambda: dt.datetime(2026, 11, 25, 22, 59, tzinfo=dt.UTC)
        assert work_queue.claim(store, "worker", 60) is None

        store.clock = lambda: dt.datetime(2026, 11, 25, 23, 1, tzinfo=dt.UTC)

        claim = things.claim(store)
        assert claim.reference == reference
        assert claim.waited == Wait(6, dt.date(2026, 11, 25), None)

    def test_a_second_mail_completes_the_first(self, store: Store) -> None:
        """The attachment that comes in a mail of its own belongs to the invoice that waits for it."""
        first = things.decided(
            store, 1, things.decision(things.verdict(MailOutcome.WAITING, (things.invoice(),)))
        )
        second = things.keep(store, 2)
        claim = things.claim(store)
        (found,) = pairing.waiting_for(
            store, pairing.marks(store, second, ["mail-1@praktijk.example"], None, ())
        )
        work_queue.finish(
            store,
            claim,
            things.decision(things.verdict(MailOutcome.IGNORED, completes=(found.reference,))),
        )

        woken = things.claim(store)

        assert (woken.reference, woken.waited is not None, woken.companions) == (
            first,
            True,
            (second,),
        )
        work_queue.finish(store, woken, things.decision())
        assert cases.get_case(store, first).companions == (second,)

    def test_a_companion_that_comes_while_the_first_is_judged_is_not_lost(
        self, store: Store
    ) -> None:
        """A refusal decided in the same second as the missing half came in would be wrong."""
        store.clock = lambda: things.NOW
        first = things.decided(store, 1, things.decision(things.verdict(MailOutcome.WAITING)))
        things.keep(store, 2)
        second = things.claim(store)
        store.clock = lambda: things.NOW + dt.timedelta(days=30)
        late = things.claim(store)
        work_queue.finish(
            store, second, things.decision(things.verdict(MailOutcome.IGNORED, completes=(first,)))
        )

        with pytest.raises(Conflict):
            work_queue.finish(
                store,
                late,
                things.decision(things.verdict(MailOutcome.REJECTED, reply=ReplyKind.REFUSAL)),
            )

        assert things.claim(store).companions == (second.reference,)
        assert outbox.due(store) == ()

    def test_a_mail_that_waits_no_longer_cannot_be_completed(self, store: Store) -> None:
        """The second half would be filed under a case that is closed, and nobody would look."""
        waits = things.verdict(MailOutcome.WAITING, (things.invoice(),))
        first = things.decided(store, 1, things.decision(waits))
        things.keep(store, 2)
        claim = things.claim(store)
        cases.accept(store, first, "jan", cases.get_case(store, first).version)

        with pytest.raises(Conflict):
            work_queue.finish(
                store,
                claim,
                things.decision(things.verdict(MailOutcome.IGNORED, completes=(first,))),
            )

        assert things.claim(store).reference == claim.reference

    def test_found_by_our_own_question_by_thread_or_by_sender(self, store: Store) -> None:
        """An answer to our question names our Message-ID, not the provider's own."""
        judged = things.verdict(MailOutcome.WAITING, (things.invoice(),), reply=ReplyKind.QUESTION)
        reference = things.decided(store, 1, things.decision(judged))
        question = things.only_reply(store).message_id

        def found(
            message_id: str, sender: str | None, subject: str = "", numbers: tuple[str, ...] = ()
        ) -> list[tuple[str, bool, bool]]:
            marks = pairing.marks(store, "IN-0000-000X", [message_id], sender, numbers, subject)
            return [(w.reference, w.thread, w.sender) for w in pairing.waiting_for(store, marks)]

        assert found(question, None) == [(reference, True, False)]
        assert found("<unknown@x.example>", things.SENDER.upper()) == [(reference, False, True)]
        assert found("<unknown@x.example>", None, f"bijlage bij kenmerk {reference}") == [
            (reference, True, False)
        ]
        assert found("<unknown@x.example>", "piet@x.example", numbers=("2026-0011",)) == [
            (reference, False, False)
        ]
        assert found("<unknown@x.example>", "piet@x.example") == []

    def test_an_attachment_that_waits_is_found_by_its_invoice(self, store: Store) -> None:
        """What came before its invoice would lie with a clerk, and what a clerk took away would
        come back by itself.
        """
        attachment = things.decided(
            store, 1, things.decision(things.verdict(MailOutcome.WAITING), numbers=("2026 0011",))
        )
        invoice = things.decided(
            store,
            2,
            things.decision(
                things.verdict(MailOutcome.WAITING, (things.invoice("20260011"),)), message_ids=()
            ),
        )

        def found(sender: str | None, *numbers: str) -> list[tuple[str, Gist | None, bool]]:
            return [
                (o.reference, o.gist, o.sender)
                for o in pairing.loose_for(
                    store, pairing.marks(store, invoice, [], sender, numbers)
                )
            ]

        assert found(None, "20260011") == [(attachment, None, False)]
        assert found(things.SENDER) == [(attachment, None, True)]
        assert found("piet@x.example", "77") == []

        pairing.pair(store, attachment, invoice, "jan")
        assert {things.claim(store).reference for _ in range(2)} == {attachment, invoice}
        assert cases.get_case(store, invoice).companions == (attachment,)
        pairing.unpair(store, attachment, invoice, "jan")
        assert pairing.partners(store, attachment) == pairing.Partners(
            brings=True, paired=(), possible=(), free=True
        )
        assert found(None, "20260011") == []

    def test_a_reminder_and_its_day_are_one_commit(
        self, store: Store, later: Later, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A crash between the letter and the note that it was written would send a second reminder,
        or none.
        """
        store.clock = lambda: things.NOW
        day = dt.date(2026, 11, 23)
        reference = things.decided(
            store, 1, things.decision(things.verdict(MailOutcome.WAITING, remind_on=day))
        )
        assert work_queue.claim(store, "worker", 60) is None
        store.clock = lambda: things.NOW + dt.timedelta(days=3)
        reminder = things.decision(things.verdict(MailOutcome.WAITING, reply=ReplyKind.REMINDER))
        doomed, compose = things.claim(store), outbox.compose

        def crash(*arguments: Any) -> None:
            compose(*arguments)
            raise RuntimeError

        monkeypatch.setattr(outbox, "compose", crash)
        with pytest.raises(RuntimeError):
            work_queue.finish(store, doomed, reminder)
        monkeypatch.setattr(outbox, "compose", compose)
        later(70)
        again = things.claim(store)
        assert (again.reference, again.waited and again.waited.remind_on) == (reference, day)
        work_queue.finish(store, again, reminder)

        assert work_queue.claim(store, "worker", 60) is None
        assert [reply.kind for reply in cases.get_case(store, reference).replies] == [
            ReplyKind.REMINDER
        ]

    def test_a_waiting_verdict_needs_a_deadline(self, store: Store) -> None:
        """A mail that waits without end has vanished."""
        things.keep(store)

        with pytest.raises(ValueError, match="deadline"):
            work_queue.finish(
                store,
                things.claim(store),
                things.decision(things.verdict(MailOutcome.WAITING, deadline=None)),
            )


class TestWake:
    def test_a_waiting_worker_is_woken_by_a_new_mail(
        self, store: Store, settings: Settings
    ) -> None:
        """A mail should be judged when it comes, not when somebody looks again."""
        work_queue.wait_for_work(store, 0.01)
        work_queue.wait_for_work(store, 0.01)
        other = open_store(settings)
        timer = threading.Timer(0.2, lambda: things.keep(other))
        timer.start()

        begin = time.monotonic()
        work_queue.wait_for_work(store, 10)

        assert 0.1 < time.monotonic() - begin < 5
        timer.join()
        other.close()

    def test_a_mail_that_came_before_the_wait_is_not_missed(
        self, store: Store, settings: Settings
    ) -> None:
        """A mail committed between 'nothing to do' and the wait would lie until the next one comes."""
        work_queue.wait_for_work(store, 0.01)
        work_queue.wait_for_work(store, 0.01)
        other = open_store(settings)
        things.keep(other)

        begin = time.monotonic()
        work_queue.wait_for_work(store, 10)

        assert time.monotonic() - begin < 5
        other.close()


def _fail(*_: object, **__: object) -> None:
    raise ZeroDivisionError
