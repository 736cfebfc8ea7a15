"""A reply leaves at most once, when it may, and never more of them than the budgets allow."""

from __future__ import annotations

import contextlib
import datetime as dt
import threading
import time
from collections.abc import Callable

import pytest
from sqlalchemy import text

from intake.errors import Conflict
from intake.model.mail import Reply, ReplyKind
from intake.model.verdict import MailOutcome
from intake.settings import ReplyMode, Settings
from intake.store import Store, cases, open_store, outbox, work_queue
from intake.store.tables import ReplyState
from tests.conftest import SettingsOn
from tests.store import steps, things


def state_of(store: Store, reference: str) -> ReplyState:
    reply = cases.get_case(store, reference).reply
    assert reply is not None
    return reply.state


class TestHeld:
    @pytest.mark.parametrize(
        ("held", "state"),
        [
            (None, ReplyState.READY),
            ("confirm", ReplyState.PREPARED),
            ("not-authenticated", ReplyState.HELD),
            ("off", ReplyState.DROPPED),
        ],
    )
    def test_only_what_is_not_held_is_due(
        self, store: Store, held: str | None, state: ReplyState
    ) -> None:
        """A reply that waits for a clerk must not leave by itself."""
        reference = things.refused(store, held=held)

        assert state_of(store, reference) is state
        assert len(outbox.due(store)) == (1 if held is None else 0)

    def test_a_clerk_lets_it_go(self, store: Store) -> None:
        """One key sends the prepared reply."""
        reference = things.refused(store, held="confirm")

        outbox.confirm(store, _id(store, reference), "jan")

        assert things.only_reply(store).reference == reference
        reply = cases.get_case(store, reference).reply
        assert reply is not None
        assert (reply.confirmed_by, reply.held) == ("jan", None)

    def test_what_was_composed_under_off_is_never_sent(self, store: Store) -> None:
        """Switching replies on must not send last week's trial to every provider."""
        reference = things.refused(store, held="off")

        with pytest.raises(Conflict):
            outbox.confirm(store, _id(store, reference), "jan")

    def test_nothing_leaves_while_the_mode_is_off(
        self, settings_on: SettingsOn, database: str
    ) -> None:
        """Off means off, also for replies that were ready."""
        store = open_store(settings_on(database, replies__mode=ReplyMode.OFF))
        things.refused(store)

        assert outbox.due(store) == ()
        store.close()

    def test_a_clerk_holds_and_drops(self, store: Store) -> None:
        """What a clerk stopped stays stopped; what was dropped cannot be sent."""
        reference = things.refused(store)
        outbox.hold(store, _id(store, reference), "jan")
        assert outbox.due(store) == ()

        outbox.drop(store, _id(store, reference), "jan")

        with pytest.raises(Conflict):
            outbox.confirm(store, _id(store, reference), "jan")

    def test_a_newer_verdict_overtakes_what_was_not_sent(self, store: Store) -> None:
        """The question of day one must not leave after the letter of day six."""
        store.clock = lambda: things.NOW
        judged = things.verdict(MailOutcome.WAITING, reply=ReplyKind.QUESTION)
        reference = things.decided(store, 1, things.decision(judged, held="confirm"))
        store.clock = lambda: things.NOW + dt.timedelta(days=20)
        claim = things.claim(store)
        work_queue.finish(
            store,
            claim,
            things.decision(things.verdict(MailOutcome.REJECTED, reply=ReplyKind.REFUSAL)),
        )

        replies = cases.get_case(store, reference).replies
        assert [(reply.kind, reply.state) for reply in replies] == [
            (ReplyKind.REFUSAL, ReplyState.READY),
            (ReplyKind.QUESTION, ReplyState.DROPPED),
        ]


class TestSending:
    def test_sent_once(self, store: Store) -> None:
        """A reply that was sent is never due again."""
        reference = things.refused(store)
        outbox.mark_sent(store, outbox.mark_sending(store, things.only_reply(store)))

        assert state_of(store, reference) is ReplyState.SENT
        assert outbox.due(store) == ()
        with pytest.raises(Conflict):
            outbox.confirm(store, _id(store, reference), "jan")

    def test_two_senders_cannot_take_one_reply(self, store: Store) -> None:
        """Two letters for one invoice."""
        things.refused(store)
        outgoing = things.only_reply(store)
        start, taken = threading.Barrier(4), []

        def sender() -> None:
            start.wait()
            with contextlib.suppress(Conflict):
                taken.append(outbox.mark_sending(store, outgoing))

        threads = [threading.Thread(target=sender) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert len(taken) == 1

    def test_the_message_id_is_fixed_unique_and_says_nothing(self, store: Store) -> None:
        """A resend has the same Message-ID, so that the receiver's server sees the double."""
        first, second = things.refused(store, 1), things.refused(store, 2)
        ids = [outgoing.message_id for outgoing in outbox.due(store)]

        outgoing = outbox.mark_sending(store, outbox.due(store)[0])
        outbox.mark_unknown(store, outgoing)
        outbox.confirm(store, outgoing.id, "jan")

        assert {o.message_id for o in outbox.due(store)} == set(ids)
        assert len(set(ids)) == 2
        assert all(
            id.endswith("@almere.nl>") and first not in id and second not in id for id in ids
        )

    def test_deferred_comes_back_later_and_fails_in_the_end(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Greylisting must not lose a letter; a dead server must not keep us trying for ever."""
        monkeypatch.setattr(outbox, "BACKOFF_SECONDS", (3600.0, 0.0, 0.0))
        reference = things.refused(store)
        outbox.mark_deferred(store, outbox.mark_sending(store, things.only_reply(store)))
        assert outbox.due(store) == ()
        monkeypatch.setattr(
            "intake.store.clock.hold_is_over", lambda row, moment: row.id.is_not(None)
        )

        for _ in range(3):
            outbox.mark_deferred(store, outbox.mark_sending(store, things.only_reply(store)))

        assert state_of(store, reference) is ReplyState.FAILED

    def test_refused_by_the_relay_a_person_looks(self, store: Store) -> None:
        """A 5xx is final until a clerk tries again."""
        reference = things.refused(store)
        outbox.mark_failed(store, outbox.mark_sending(store, things.only_reply(store)))
        assert outbox.due(store) == ()

        outbox.confirm(store, _id(store, reference), "jan")

        assert things.only_reply(store).attempt == 1

    def test_unknown_is_not_sent_again(self, store: Store) -> None:
        """Nobody knows whether the relay took it; a second letter is worse than a look."""
        reference = things.refused(store)
        outbox.mark_unknown(store, outbox.mark_sending(store, things.only_reply(store)))

        assert state_of(store, reference) is ReplyState.UNKNOWN
        assert outbox.due(store) == ()

    def test_the_administrator_may_choose_to_send_again(
        self, settings_on: SettingsOn, database: str
    ) -> None:
        """At least once instead of at most once, by a setting."""
        store = open_store(settings_on(database, replies__resend_after_unknown=True))
        things.refused(store)
        outgoing = things.only_reply(store)
        outbox.mark_unknown(store, outbox.mark_sending(store, outgoing))

        assert things.only_reply(store).message_id == outgoing.message_id
        store.close()

    @pytest.mark.parametrize(
        ("failpoint", "state"),
        [
            ("before-sending", ReplyState.SENT),
            ("after-sending", ReplyState.UNKNOWN),
            ("before-sent", ReplyState.UNKNOWN),
            ("after-sent", ReplyState.SENT),
        ],
    )
    def test_a_sender_killed_at_any_step_sends_at_most_once(
        self, settings: Settings, failpoint: str, state: ReplyState
    ) -> None:
        """kill -9 between DATA and its answer: a person looks, no second letter."""
        store = open_store(settings)
        reference = things.refused(store)
        assert steps.run(settings, "send", failpoint)
        outbox.recover(store)

        assert not steps.run(settings, "send")

        assert state_of(store, reference) is state
        store.close()

    def test_a_slow_sender_may_still_tell_that_it_sent(self, store: Store) -> None:
        """Better a late 'sent' than a clerk who sends again."""
        reference = things.refused(store)
        outgoing = outbox.mark_sending(store, things.only_reply(store))
        assert outbox.recover(store) == 1

        outbox.mark_sent(store, outgoing)

        assert state_of(store, reference) is ReplyState.SENT


class TestBudget:
    def test_one_sender_gets_no_more_than_its_cap_a_day(
        self, settings_on: SettingsOn, database: str
    ) -> None:
        """Two services that answer each other stop after a few mails."""
        store = open_store(settings_on(database, replies__per_sender_a_day=2))
        made = [
            things.refused(store, number, to=address)
            for number, address in enumerate([things.SENDER, things.SENDER.upper(), things.SENDER])
        ]

        assert [state_of(store, reference) for reference in made] == [
            ReplyState.READY,
            ReplyState.READY,
            ReplyState.HELD,
        ]
        reply = cases.get_case(store, made[2]).reply
        assert reply is not None
        assert reply.held == "budget"
        store.close()

    def test_the_next_day_there_is_budget_again(
        self, settings_on: SettingsOn, database: str
    ) -> None:
        """A provider is not muted for ever."""
        store = open_store(settings_on(database, replies__per_sender_a_day=1))
        store.clock = lambda: things.NOW
        things.refused(store, 1)
        store.clock = lambda: things.NOW + dt.timedelta(days=1, seconds=1)

        assert state_of(store, things.refused(store, 2)) is ReplyState.READY
        store.close()

    @pytest.mark.parametrize(
        ("limit", "addresses"),
        [
            ("replies__per_domain_an_hour", "x{}@spam.example"),
            ("replies__in_all_an_hour", "x@spam{}.example"),
        ],
    )
    def test_ten_thousand_forged_senders_get_a_handful(
        self, settings_on: SettingsOn, database: str, limit: str, addresses: str
    ) -> None:
        """A joe-job must not make us the sender of a flood."""
        store = open_store(settings_on(database, **{limit: 3}))

        for number in range(8):
            things.refused(store, number, to=addresses.format(number))

        assert len(outbox.due(store)) == 3
        store.close()

    def test_workers_at_the_same_moment_share_the_budget(
        self, settings_on: SettingsOn, database: str
    ) -> None:
        """Racing workers must not each count only their own."""
        store = open_store(settings_on(database, replies__in_all_an_hour=2))
        for number in range(6):
            things.keep(store, number)
        claims = [things.claim(store) for _ in range(6)]
        start = threading.Barrier(6)

        def decide(claim: work_queue.Claim) -> None:
            start.wait()
            work_queue.finish(
                store,
                claim,
                things.decision(things.verdict(MailOutcome.REJECTED, reply=ReplyKind.REFUSAL)),
            )

        threads = [threading.Thread(target=decide, args=(claim,)) for claim in claims]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert len(outbox.due(store)) == 2
        store.close()

    def test_one_question_a_day_to_one_sender(self, store: Store) -> None:
        """Asking after every attempt to decrypt would tell an attacker which attempt came closer."""
        first, second = (
            things.refused(store, 1, kind=ReplyKind.QUESTION),
            things.refused(store, 2, kind=ReplyKind.QUESTION),
        )
        letter = things.refused(store, 3)

        assert [state_of(store, each) for each in (first, second, letter)] == [
            ReplyState.READY,
            ReplyState.HELD,
            ReplyState.READY,
        ]


class TestObsolete:
    def test_a_refusal_that_failed_never_leaves_after_the_invoice_was_accepted(
        self, store: Store
    ) -> None:
        """The provider would read that we do not pay what we pay."""
        judged = things.verdict(MailOutcome.REJECTED, (things.invoice(),), reply=ReplyKind.REFUSAL)
        reference = things.decided(store, 1, things.decision(judged))
        outbox.mark_failed(store, outbox.mark_sending(store, things.only_reply(store)))
        cases.accept(store, reference, "jan", cases.get_case(store, reference).version)

        with pytest.raises(Conflict):
            outbox.confirm(store, _id(store, reference), "jan")

    def test_an_older_letter_never_leaves_after_a_newer_one(self, store: Store) -> None:
        """Two letters that contradict each other help nobody."""
        reference = things.decided(
            store,
            1,
            things.decision(things.verdict(MailOutcome.QUARANTINED, reply=ReplyKind.QUESTION)),
        )
        outbox.mark_failed(store, outbox.mark_sending(store, things.only_reply(store)))
        older = _id(store, reference)
        cases.refuse(
            store,
            reference,
            "jan",
            cases.get_case(store, reference).version,
            cases.Refusal("te laat", Reply(things.SENDER, "Factuur", "Nee.")),
        )

        with pytest.raises(Conflict):
            outbox.confirm(store, older, "jan")


class TestBounce:
    def test_a_bounce_finds_its_case(self, store: Store) -> None:
        """A letter that did not arrive must come back to the clerk."""
        reference = things.refused(store)
        outgoing = outbox.mark_sending(store, things.only_reply(store))
        outbox.mark_sent(store, outgoing)

        assert outbox.mark_bounced(store, f" {outgoing.message_id} ") == reference
        assert state_of(store, reference) is ReplyState.BOUNCED

    def test_a_bounce_of_something_else_is_nobodys(self, store: Store) -> None:
        """Somebody else's undeliverable mail must not touch our cases."""
        things.refused(store)

        assert outbox.mark_bounced(store, "<x@elsewhere.example>") is None

    @pytest.mark.parametrize(
        ("act", "state"),
        [(outbox.confirm, ReplyState.READY), (outbox.drop, ReplyState.DROPPED)],
        ids=["again", "never"],
    )
    def test_what_came_back_waits_for_a_clerk(
        self, store: Store, act: Callable[[Store, int, str], None], state: ReplyState
    ) -> None:
        """A full mailbox may have room again, or the clerk has told it by phone."""
        reference = things.refused(store)
        outgoing = outbox.mark_sending(store, things.only_reply(store))
        outbox.mark_sent(store, outgoing)
        outbox.mark_bounced(store, outgoing.message_id)

        act(store, outgoing.id, "jan")

        assert state_of(store, reference) is state

    def test_a_forged_bounce_stops_no_reply(self, store: Store) -> None:
        """Only what was sent can bounce."""
        reference = things.refused(store)

        outbox.mark_bounced(store, things.only_reply(store).message_id)

        assert state_of(store, reference) is ReplyState.READY


def _id(store: Store, reference: str) -> int:
    reply = cases.get_case(store, reference).reply
    assert reply is not None
    return reply.id


@pytest.mark.parametrize("door", ["sending", "ended", "confirm", "hold", "bounced", "recover"])
def test_no_door_holds_a_letter_while_somebody_decides_on_its_mail(
    settings_on: SettingsOn, door: str
) -> None:
    """Each would wait for what the other holds: PostgreSQL then undoes what one of the two did."""
    store = open_store(settings_on("postgresql"))
    things.refused(store)
    (outgoing,) = outbox.due(store)
    if door not in ("sending", "confirm", "hold"):
        outgoing = outbox.mark_sending(store, outgoing)
    if door == "confirm":
        outbox.hold(store, outgoing.id, "jan")
    doors: dict[str, Callable[[], object]] = {
        "sending": lambda: outbox.mark_sending(store, outgoing),
        "ended": lambda: outbox.mark_sent(store, outgoing),
        "confirm": lambda: outbox.confirm(store, outgoing.id, "jan"),
        "hold": lambda: outbox.hold(store, outgoing.id, "jan"),
        "bounced": lambda: outbox.mark_bounced(store, outgoing.message_id),
        "recover": lambda: outbox.recover(store),
    }
    with store.engine.begin() as clerk:
        clerk.execute(text("SELECT 1 FROM mail FOR UPDATE"))
        ended: list[object] = []
        other = threading.Thread(target=lambda: ended.append(doors[door]()))
        other.start()
        _until_it_waits(store)
        clerk.execute(text("SELECT 1 FROM reply FOR UPDATE NOWAIT"))
    other.join(20)

    assert len(ended) == 1
    store.close()


def _until_it_waits(store: Store) -> None:
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
        " AND datname = current_database()"
    )
    for _ in range(400):
        with store.engine.connect() as connection:
            if connection.execute(waiting).scalar_one():
                return
        time.sleep(0.05)
    raise AssertionError("it waits for nothing")
