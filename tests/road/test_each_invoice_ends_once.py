"""No order of mails, resends, letters and clerks loses a good invoice, accepts one twice, or breaks
what a letter says.

Everything below reading is real: the checks, the verdict, the letter, the store and what a clerk
can do. Only the documents are made, since a hundred orders of mails cannot each be drawn as PDF and
read.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as rules
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from intake.checks import registry as checks
from intake.errors import Conflict
from intake.mail import message
from intake.model.attachment import Attachments
from intake.model.invoice import DocumentKind, Field, Invoice
from intake.model.mail import Automation, Envelope, PartKind, ReplyKind, Road, Sender
from intake.model.verdict import CheckedDocument, MailOutcome, Share
from intake.review.pages.refuse import Draft, by_clerk
from intake.settings import ReplyMode, Settings
from intake.stages import reply
from intake.stages.decide import decide
from intake.store import Store, cases, decision, journal, open_store, outbox, work_queue, worklist
from intake.store.cases import REFUSABLE, Case, CaseReply, Refusal
from intake.store.invoices import OPEN, PAID, CaseInvoice
from intake.store.tables import CaseState, InvoiceState, ReplyState, View
from tests.checks.examples import ABSENT, ALMERE, INVOICE, LINE, opened
from tests.conftest import SettingsOn
from tests.stages.road import checked

START = dt.datetime(2026, 11, 16, 9, 0, tzinfo=dt.UTC)
ADDRESS = "zorg@vlinder.example"
SENDER = Sender(
    ADDRESS, Road.UNKNOWN, Automation.PERSON, authenticated=True, may_reply=True, why=""
)
PROMISE = "Deze {} nemen wij in behandeling."
World = dict[str, Case]
"""All that the store says, by reference."""
SENDABLE = (ReplyState.PREPARED, ReplyState.HELD)
_OPEN_VIEWS = (View.LOOK, View.FAST, View.NEW, View.WAITING, View.LATER, View.UNCLEAR)
_NONE = CaseInvoice("", None, InvoiceState.IGNORED)


@dataclass(frozen=True)
class Copy:
    """One invoice as a provider mails it."""

    number: int
    good: bool
    """With a KvK number."""
    attached: bool
    """With its secured attachment."""
    amount: int = 100
    credit: bool = False

    @property
    def name(self) -> str:
        return f"F-{self.number}"

    @property
    def is_fine(self) -> bool:
        """Nothing is wrong with it or missing beside it."""
        return self.good and (self.attached or self.credit)

    @property
    def invoice(self) -> Invoice:
        total = Field.of(Decimal(self.amount))
        kind = DocumentKind.CREDIT_NOTE if self.credit else DocumentKind.INVOICE
        made = replace(
            INVOICE, kind=kind, invoice_number=Field.of(self.name), vat_exempt=Field.of(True)
        )
        amounts: dict[str, Any] = {
            "net_amount": total,
            "gross_amount": total,
            "vat_rate": ABSENT,
            "vat_amount": ABSENT,
            "vat_id": ABSENT,
        }
        if self.credit:
            amounts["corrects"] = Field.of("F-0")
        return (
            replace(made, **amounts) if self.good else replace(made, **amounts, kvk_number=ABSENT)
        )


FINE, BAD, BARE = (True, True, False), (False, True, False), (False, False, False)
WAITING, CREDIT, BAD_CREDIT = (True, False, False), (True, False, True), (False, False, True)
fresh = st.sampled_from([FINE, BAD, WAITING, CREDIT, BAD_CREDIT, BARE])
"""Good, attached, a credit note."""


@dataclass
class Mail:
    """A mail that was sent, and what became of it by hand."""

    copies: tuple[Copy, ...]
    refused_by_clerk: set[str] = field(default_factory=set)
    promised: set[str] = field(default_factory=set)


class Town(RuleBasedStateMachine):
    """A provider who sends and sends again, and clerks who press every button there is."""

    def __init__(self, made: Callable[[ReplyMode], Settings]) -> None:
        super().__init__()
        self.made = made
        self.mails: dict[str, Mail] = {}
        self.latest: dict[int, Copy] = {}
        self.ids = itertools.count(1)
        self.now = START

    @initialize(mode=st.sampled_from(ReplyMode))
    def open(self, mode: ReplyMode) -> None:
        self.mode = mode
        self.store: Store = open_store(self.made(mode))
        self.store.clock = lambda: self.now

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.everything_is_decided()
            self.store.close()

    # --- the provider -------------------------------------------------------------------

    @rule(drawn=st.lists(fresh, min_size=1, max_size=3))
    def new_mail(self, drawn: list[tuple[bool, bool, bool]]) -> None:
        first = len(self.latest) + 1
        self.send(
            [
                Copy(n, good, attached, credit=credit)
                for n, (good, attached, credit) in enumerate(drawn, first)
            ]
        )

    @rule(
        data=st.data(),
        mend=st.booleans(),
        attach=st.booleans(),
        amount=st.booleans(),
        more=st.lists(fresh, max_size=1),
    )
    def send_again(
        self,
        data: st.DataObject,
        mend: bool,
        attach: bool,
        amount: bool,
        more: list[tuple[bool, bool, bool]],
    ) -> None:
        """All of them or some, as they were or mended, perhaps with a new one beside them."""
        if not self.latest:
            return
        chosen = data.draw(st.lists(st.sampled_from(sorted(self.latest)), min_size=1, max_size=3))
        again = [self.mended(self.latest[n], mend, attach, amount) for n in chosen]
        self.send([*again, *(Copy(len(self.latest) + 1, g, a, credit=c) for g, a, c in more)])

    def mended(self, copy: Copy, mend: bool, attach: bool, amount: bool) -> Copy:
        copy = replace(copy, attached=copy.attached or attach)
        if copy.good or not mend:
            return copy
        return replace(copy, good=True, amount=copy.amount + 1 if amount else copy.amount)

    def send(self, copies: list[Copy]) -> None:
        self.latest |= {copy.number: copy for copy in copies}
        raw = (
            f"From: {ADDRESS}\r\nMessage-ID: <{next(self.ids)}@vlinder.example>\r\nSubject:"
            " Facturen\r\n\r\nHierbij.\r\n"
        )
        kept = journal.keep(self.store, raw.encode(), Envelope("smtp", self.now, ADDRESS))
        self.mails[kept.reference] = Mail(tuple(copies))
        self.settle()

    def settle(self) -> None:
        while claim := work_queue.claim(self.store, "test", 60):
            self.judge(claim)

    def judge(self, claim: work_queue.Claim) -> None:
        """What the worker does with a mail, from its documents on."""
        today, days = self.store.today, claim.waited.days if claim.waited else 0
        copies = {f"1.{n}": copy for n, copy in enumerate(self.mails[claim.reference].copies, 2)}
        documents, shares = [], []
        for path, copy in copies.items():
            history = journal.history_of(self.store, copy.invoice, before=claim.reference)
            results = checks.on_invoice(copy.invoice, ALMERE, today, history)
            documents.append(
                CheckedDocument(path, PartKind.PDF, None, copy.invoice, None, 1, results)
            )
            mine = opened(LINE) if copy.attached else Attachments()
            mine = replace(mine, waited_days=days)
            shares.append(
                Share((path,), mine, checks.on_attachments(mine, [copy.invoice], ALMERE, today))
            )
        mail = message.parse(claim.raw)
        noon = dt.datetime.combine(today, dt.time(12), dt.UTC)
        nothing, wait = Attachments(), claim.waited
        before = checked(mail, SENDER, documents, nothing, noon, shares=shares, wait=wait)
        verdict = decide(before, ALMERE, today)
        told = reply.as_decided(verdict, claim.as_told)
        letter = reply.compose(told, mail, SENDER, claim.reference, claim.received_at, ALMERE)
        verdict = replace(verdict, reply=told.reply)
        held = None if letter is None or self.mode is ReplyMode.AUTOMATIC else self.mode.value
        summary = decision.MailSummary(
            "Facturen", ADDRESS, "Hierbij.", (), reply.addressed(mail, SENDER)
        )
        work_queue.finish(
            self.store,
            claim,
            decision.Decision(
                verdict, summary, reply=letter, held=held, sender=ADDRESS, authenticated=True
            ),
        )
        here = {
            copies[read.path].name
            for read in verdict.invoices
            if read.outcome is not MailOutcome.IGNORED
        }
        for read in verdict.invoices:
            if read.outcome is MailOutcome.IGNORED and read.path not in claim.decided:
                name = copies[read.path].name
                assert name in here or count(self.world(), name, *OPEN, InvoiceState.ACCEPTED), (
                    "ignored, and in hand nowhere"
                )

    # --- time and the sender ----------------------------------------------------------------

    @rule(days=st.sampled_from([1, 6]))
    def time_goes_by(self, days: int) -> None:
        self.now += dt.timedelta(days=days)
        self.settle()

    @rule()
    def letters_leave(self) -> None:
        for outgoing in outbox.due(self.store):
            outbox.mark_sent(self.store, outbox.mark_sending(self.store, outgoing))

    # --- the clerk ---------------------------------------------------------------------------

    @rule(data=st.data(), by_itself=st.booleans())
    def accept(self, data: st.DataObject, by_itself: bool) -> None:
        case = self.some_case(data)
        if case:
            self.press_accept(case, self.some_invoice(data, case) if by_itself else None)

    def press_accept(self, case: Case, only: CaseInvoice | None = None) -> None:
        """The button of one invoice, or that of all that stand open."""
        before = {each.path: each.state for each in case.invoices}
        version, path = (only.version, only.path) if only else (case.version, None)
        try:
            cases.accept(self.store, case.reference, "anna", version, path=path)
        except Conflict:
            assert self.case(case.reference) == case, "what was not done changed something"
            return
        after = {each.path: each.state for each in self.case(case.reference).invoices}
        chosen = {only.path} if only else {p for p, state in before.items() if state in OPEN}
        if chosen:
            expected = {
                path: InvoiceState.ACCEPTED if path in chosen else state
                for path, state in before.items()
            }
            assert after == expected, "accepted something else than what was asked"
        self.settle()

    @rule(data=st.data(), by_itself=st.booleans())
    def refuse(self, data: st.DataObject, by_itself: bool) -> None:
        """With the letter that the page shows."""
        case = self.some_case(data)
        if case is None or case.state not in REFUSABLE or case.verdict is None:
            return
        only = self.some_invoice(data, case) if by_itself else None
        if only and not only.is_open:
            return
        decided = {each.path: each.state in PAID for each in case.invoices if each.decided_by}
        judged = by_clerk(
            case.verdict, Draft(frozenset(), "Nee."), decided, only.path if only else None
        )
        assert case.summary and case.summary.answer
        letter = reply.compose_by_clerk(
            judged, "Nee.", case.summary.answer, case.reference, case.received_at, ALMERE
        )
        cases.refuse(
            self.store,
            case.reference,
            "anna",
            only.version if only else case.version,
            Refusal("nee", letter),
            only.path if only else None,
        )
        after = self.case(case.reference).invoices
        mail = self.mails[case.reference]
        for old, new in zip(case.invoices, after, strict=True):
            touched = old.is_open and only in (None, old)
            assert new.state is (InvoiceState.REJECTED if touched else old.state)
            if touched:
                mail.refused_by_clerk.add(str(old.number))
        self.settle()

    @rule(data=st.data(), act=st.sampled_from([outbox.confirm, outbox.drop, outbox.hold]))
    def letter(self, data: st.DataObject, act: Any) -> None:
        case = self.some_case(data)
        if case and case.reply and case.reply.state in SENDABLE:
            before = [each.state for each in case.invoices]
            if case.waiting_reply is not None:  # what the page offers must work
                act(self.store, case.reply.id, "anna")
            after = self.case(case.reference)
            assert (after.state, [each.state for each in after.invoices]) == (case.state, before), (
                "a letter closed it"
            )

    def some_invoice(self, data: st.DataObject, case: Case) -> CaseInvoice | None:
        return data.draw(st.sampled_from(case.invoices)) if case.invoices else None

    def some_case(self, data: st.DataObject) -> Case | None:
        return self.case(data.draw(st.sampled_from(list(self.mails)))) if self.mails else None

    # --- what holds at every moment -----------------------------------------------------------

    @invariant()
    def all_holds(self) -> None:
        world = self.world()
        for reference, case in world.items():
            mail, standing = self.mails[reference], case.invoices
            assert (case.state in REFUSABLE) == any(each.is_open for each in standing), (
                "open, with nothing to decide, or not"
            )
            mail.promised |= {
                c.name for c in mail.copies for letter in case.replies if promises(letter, c)
            }
            came = case.revised  # of those the mail that came tells
            if case.state is not CaseState.WAITING and any(
                each.state is InvoiceState.REJECTED and each.path not in came for each in standing
            ):
                refusals = [letter for letter in case.replies if letter.kind is ReplyKind.REFUSAL]
                assert any(letter.held != "overtaken" for letter in refusals), (
                    "refused, and never told"
                )
            self.letters_are_true(case, mail)
            for name in mail.promised - mail.refused_by_clerk:
                assert count(world, name, *OPEN, InvoiceState.ACCEPTED), f"{name} was promised"
        self.each_stands_in_its_view(world)
        nothing_is_accepted_twice(world)

    def letters_are_true(self, case: Case, mail: Mail) -> None:
        """What may still leave promises nothing that is refused, and refuses nothing that is
        accepted.
        """
        letter = case.reply
        if letter is None or letter.state not in (*SENDABLE, ReplyState.READY):
            return
        by_name = {each.number: each.state for each in case.invoices}
        for copy in mail.copies:
            if promises(letter, copy):
                assert by_name[copy.name] is not InvoiceState.REJECTED, "promised, and refused"
            elif letter.kind is ReplyKind.REFUSAL and len(by_name) > 1 and names(letter, copy):
                assert by_name[copy.name] not in PAID, "refused, and accepted"

    def each_stands_in_its_view(self, world: World) -> None:
        """Each invoice has one row, a mail without one has a row itself, and what a clerk must do
        stands where it is done."""
        for reference, case in world.items():
            rows = worklist.of_case(self.store, reference)
            own = [each for each in case.invoices if each.version]
            assert sorted(row.path for row in rows) == sorted(each.path for each in own or [_NONE])
            for each in own:
                (view,) = (row.view for row in rows if row.path == each.path)
                assert (view in _OPEN_VIEWS) is each.is_open
            refused = [each for each in own if each.state is InvoiceState.REJECTED]
            told = refused or (not own and case.state in cases.ENDED)
            letters = sum(row.view is View.LETTER for row in rows)
            assert bool(letters) is (bool(told) and case.needs_a_letter)

    def everything_is_decided(self) -> None:
        """At the end a clerk accepts all that stands open: nothing is stuck, and each good invoice
        is accepted.

        The letters that are offered still leave. Then a clerk presses what buttons are left, and
        still nothing is accepted twice.
        """
        self.now += dt.timedelta(days=30)
        self.settle()
        for reference in self.mails:
            if self.case(reference).state in REFUSABLE:
                self.press_accept(self.case(reference))
        self.all_holds()
        for reference in self.mails:
            if letter := self.case(reference).waiting_reply:
                outbox.confirm(self.store, letter.id, "anna")
        world = self.world()
        refused = {name for mail in self.mails.values() for name in mail.refused_by_clerk}
        for reference, case in world.items():
            assert case.state not in REFUSABLE, "a clerk cannot end it"
            for copy in self.mails[reference].copies:
                if copy.is_fine and copy.name not in refused:
                    assert count(world, copy.name, InvoiceState.ACCEPTED), f"{copy.name} was lost"
        for reference in self.mails:
            self.press_accept(self.case(reference))
            for path in [each.path for each in self.case(reference).invoices]:
                case = self.case(reference)
                self.press_accept(case, next(e for e in case.invoices if e.path == path))
        nothing_is_accepted_twice(self.world())

    def world(self) -> World:
        return {reference: self.case(reference) for reference in self.mails}

    def case(self, reference: str) -> Case:
        return cases.get_case(self.store, reference)


def nothing_is_accepted_twice(world: World) -> None:
    """Save by a clerk who was told that the number came with another content."""
    untold: Counter[str | None] = Counter()
    for case in world.values():
        assert case.verdict is not None
        for each, read in zip(case.invoices, case.verdict.invoices, strict=True):
            told = any(found.code == "other-content" for found in read.findings)
            untold[each.number] += each.state is InvoiceState.ACCEPTED and not told
    assert not [name for name, times in untold.items() if times > 1], "accepted twice"


def count(world: World, name: str, *states: InvoiceState) -> int:
    """In how many places this invoice number stands so."""
    return sum(
        each.number == name and each.state in states
        for case in world.values()
        for each in case.invoices
    )


def promises(letter: CaseReply, copy: Copy) -> bool:
    """Whether a letter takes this invoice on: the promise stands below its name."""
    flat = " ".join(letter.text.split())
    noun = "Creditfactuur" if copy.credit else "Factuur"
    return f"{noun} {copy.name} van 13 november 2026 {PROMISE.format(noun.lower())}" in flat


def names(letter: CaseReply, copy: Copy) -> bool:
    """Whether a letter has a part about this invoice."""
    noun = "Creditfactuur" if copy.credit else "Factuur"
    return f"{noun} {copy.name} van 13 november 2026 " in " ".join(letter.text.split())


def live(settings_on: SettingsOn, database: str, limits: rules) -> None:
    limits = rules(limits, suppress_health_check=list(HealthCheck), print_blob=True)

    def made(mode: ReplyMode) -> Settings:
        return settings_on(database, replies__mode=mode, replies__per_sender_a_day=1000)

    run_state_machine_as_test(
        lambda: Town(made),  # type: ignore[arg-type]
        settings=limits,
    )


def test_each_invoice_ends_once(settings_on: SettingsOn) -> None:
    """A good invoice beside a bad one is paid once: neither lost with its neighbour, nor paid again
    from a resend.
    """
    live(settings_on, "sqlite", rules(max_examples=12, stateful_step_count=10, derandomize=True))


def test_each_invoice_ends_once_on_postgresql(settings_on: SettingsOn) -> None:
    """As above, on the other database."""
    live(settings_on, "postgresql", rules(max_examples=3, stateful_step_count=8, derandomize=True))


@pytest.mark.long
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_each_invoice_ends_once_in_long_lives(settings_on: SettingsOn, database: str) -> None:
    """As above, in orders that nobody thought of, others each time."""
    live(settings_on, database, rules(max_examples=150, stateful_step_count=30))
