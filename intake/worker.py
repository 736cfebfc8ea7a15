"""claim → pipeline → commit, in as many processes as you like; the one place that catches bugs."""

from __future__ import annotations

import os
import socket
import threading
import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

import structlog

from intake import pipeline, profile, registers
from intake.children import open_sandbox
from intake.errors import ConfigurationError, Conflict, IntakeError, Postponed, StoreUnavailable
from intake.mail import headers, origin, post
from intake.model.basics import local_date
from intake.model.invoice import DocumentKind
from intake.model.mail import Automation, PostKind
from intake.model.verdict import MailOutcome, Verdict
from intake.sandbox.budget import Bounds, Work
from intake.sandbox.task import ChildKind
from intake.secure_attachment import keys
from intake.secure_attachment.containers.format import Opener
from intake.secure_attachment.pairing.model import Gist
from intake.settings import Settings
from intake.stages import reasons, reply
from intake.stages.values import Decided, Received
from intake.store import Store, decision, health, outbox, plans, work_queue
from intake.store.lookups import StoreLookups, numbers_of
from intake.store.pairing import Considered

log = structlog.get_logger()

MAX_ATTEMPTS = 3
"""A mail that failed this often goes to a person (quarantine); it is never dropped."""
RETRY_SECONDS = 30.0
IDLE_SECONDS = 1.0
AT_ONCE = 5
"""Quick mails in hand; fewer leave a processor idle now and then, while a mail waits for its
children or for the disk."""
SLOW_AT_ONCE = 2
"""Mails in hand that need work that takes long; others like them wait in the store, where they hold
no memory."""
WAKE_SECONDS = 1.0
"""Signals are handled by a process's first thread only: it wakes this often, in case another one
took a signal."""


@contextmanager
def open_desk(settings: Settings, store: Store, *others: Store) -> Iterator[pipeline.Desk]:
    """The children, keys and look-ups one worker uses for all its mails.

    Args:
        store: where mails are kept.
        others: further stores to look into; a dry run has the installation's own beside its scratch
            one.

    Raises:
        ConfigurationError: a reader cannot be loaded. Better no verdicts than a desk that finds
            every file unreadable.
    """
    with ExitStack() as stack:
        reading = stack.enter_context(open_sandbox(ChildKind.READING, settings.require_sandbox))
        decrypting = stack.enter_context(
            open_sandbox(ChildKind.DECRYPTING, settings.require_sandbox)
        )
        if broken := reading.broken_tasks() | decrypting.broken_tasks():
            raise ConfigurationError(
                f"{', '.join(broken)} cannot work: install intake anew with all its packages; see"
                " `intake doctor`"
            )
        yield pipeline.Desk(
            profile=profile.load(settings.profile),
            settings=settings,
            opener=Opener(
                reading,
                decrypting,
                keys.load(settings.mail_key_folder),
                keys.load_openpgp(settings.mail_key_folder),
                settings.open_triple_des,
            ),
            lookups=StoreLookups(store, others, registers.of(settings.registers)),
        )


class Leases:
    """Starts the leases of the mails in hand anew while their work goes on; when one is lost, its
    commit will say so.
    """

    def __init__(self, store: Store, seconds: float) -> None:
        self._store = store
        self._pause = seconds / 3
        self._claims: dict[str, work_queue.Claim] = {}
        self._done = threading.Event()
        self._beats = threading.Thread(target=self._beat, daemon=True)

    def __enter__(self) -> Self:
        self._beats.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._beats.join()

    @contextmanager
    def kept(self, claim: work_queue.Claim) -> Iterator[None]:
        self._claims[claim.token] = claim
        try:
            yield
        finally:
            self._claims.pop(claim.token, None)

    def _beat(self) -> None:
        while not self._done.wait(self._pause):
            for claim in tuple(self._claims.values()):
                try:
                    work_queue.extend(self._store, claim)
                except Conflict:
                    self._claims.pop(claim.token, None)
                except IntakeError as error:
                    log.warning("a lease could not be kept; tried again", code=error.code)


class Lanes:
    """The places of a worker's mails: a few for quick ones, and fewer of their own for those that
    turn out to be slow.
    """

    def __init__(self, quick: int = AT_ONCE, slow: int = SLOW_AT_ONCE) -> None:
        self._quick = threading.Semaphore(quick)
        self._slow = threading.Semaphore(slow)

    def place(self, seconds: float) -> Place | None:
        """A place for a quick mail; None when none came free in time."""
        return Place(self._quick, self._slow) if self._quick.acquire(timeout=seconds) else None


class Place:
    """Where one mail stands: in the quick lane, then perhaps in the slow one. Of one thread."""

    def __init__(self, quick: threading.Semaphore, slow: threading.Semaphore) -> None:
        self._held, self._slow = quick, slow
        self._reserved = False

    def reserve(self) -> bool:
        """Whether a mail that is known to be slow finds a place; kept until ``fill``, so that no
        two are taken for it.
        """
        self._reserved = self._slow.acquire(blocking=False)
        return self._reserved

    def fill(self, slow: bool) -> None:
        """Give a mail this place, or the reserved one when it is known to be slow."""
        if slow:
            self.leave_quick_lane()
        self._give_back_reserved()

    def leave_quick_lane(self) -> None:
        """Make room for a quick mail.

        Raises:
            Postponed: no place for a slow mail is free.
        """
        if self._held is self._slow:
            return
        if not self._reserved and not self._slow.acquire(blocking=False):
            raise Postponed
        self._reserved = False
        self._held.release()
        self._held = self._slow

    def _give_back_reserved(self) -> None:
        if self._reserved:
            self._reserved = False
            self._slow.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._give_back_reserved()
        self._held.release()


def work(settings: Settings, store: Store, stop: threading.Event) -> None:
    """Take mails until ``stop``; those in hand are finished first.

    A few at a time: while children read one, another is committed.
    """
    name = f"{socket.gethostname()}:{os.getpid()}"
    pulse = health.Pulse(store, "worker")
    hands = AT_ONCE + SLOW_AT_ONCE
    with (
        open_desk(settings, store) as desk,
        Leases(store, settings.lease_seconds) as leases,
        ThreadPoolExecutor(hands) as pool,
    ):
        hand = _Hand(store, desk, leases, Lanes(), pulse, stop)
        running = [pool.submit(hand.work, f"{name}:{number}") for number in range(hands)]
        while not stop.wait(WAKE_SECONDS):
            _return_due(store)
        for done in running:
            done.result()


def _return_due(store: Store) -> None:
    """What was put aside until today stands open again."""
    with suppress(StoreUnavailable):
        plans.return_due(store)


@dataclass(frozen=True, slots=True)
class _Hand:
    """Takes mails one after another; several work at once, with the same of everything."""

    store: Store
    desk: pipeline.Desk
    leases: Leases
    lanes: Lanes
    pulse: health.Pulse
    stop: threading.Event

    def work(self, name: str) -> None:
        """Until ``stop``."""
        try:
            while not self.stop.is_set():
                try:
                    self._take(name)
                except StoreUnavailable as error:
                    log.warning("the database does not answer", code=error.code)
                    self.stop.wait(2)
        finally:
            # A hand that ends by a fault takes the process with it; the supervisor starts it anew.
            self.stop.set()

    def _take(self, name: str) -> None:
        place = self.lanes.place(IDLE_SECONDS)
        if place is None:
            return
        with place:
            self.pulse.beat()
            claim = work_queue.claim(
                self.store, name, self.desk.settings.lease_seconds, slow=place.reserve()
            )
            place.fill(slow=claim is not None and claim.slow)
            if claim is None:
                work_queue.wait_for_work(self.store, IDLE_SECONDS)
            else:
                handle(self.store, self.desk, self.leases, claim, place)


def handle(
    store: Store,
    desk: pipeline.Desk,
    leases: Leases,
    claim: work_queue.Claim,
    place: Place | None = None,
) -> None:
    """Take one claimed mail down the road and commit what came of it, or give it back.

    Args:
        place: in the worker's lanes; without one a slow mail takes its time.
    """
    log_case = log.bind(reference=claim.reference, attempt=claim.attempt)
    if claim.attempt > MAX_ATTEMPTS:
        _give_to_a_person(store, claim)
        return
    try:
        with leases.kept(claim):
            decided = _process(store, desk, claim, place)
        work_queue.finish(store, claim, _decision(StoreLookups(store), decided))
    except Conflict as conflict:
        log_case.info("decided by another worker, or again later", code=conflict.code)
    except StoreUnavailable:
        raise
    except Postponed:
        with suppress(Conflict):
            work_queue.postpone(store, claim)
    except IntakeError as error:
        log_case.warning("given back", code=error.code)
        work_queue.give_back(store, claim, error.code, RETRY_SECONDS, blame=False)
    except Exception as bug:  # noqa: BLE001 the one place that catches bugs: the mail is tried again, then goes to a person
        log_case.error("bug", type=type(bug).__name__, at=_where(bug))
        work_queue.give_back(store, claim, "bug", RETRY_SECONDS)
    else:
        _note_bounces(store, decided)
        log_case.info("decided", outcome=decided.verdict.outcome.value, alarm=decided.verdict.alarm)


def _process(
    store: Store, desk: pipeline.Desk, claim: work_queue.Claim, place: Place | None = None
) -> Decided:
    municipality = claim.envelope.municipality or desk.settings.profile
    desk = replace(desk, profile=profile.load(municipality))
    bounds = Bounds(desk.settings.mail_cpu_seconds).of_try(claim.attempt)
    cost = Work(bounds, place.leave_quick_lane if place else None)
    if claim.slow:
        cost.slow()
    received = Received(
        claim.raw,
        claim.envelope,
        claim.reference,
        claim.waited,
        claim.companions,
        claim.passwords,
        claim.decided,
        claim.corrections,
        claim.as_told,
    )
    return pipeline.process(received, desk, store.today, cost)


def _decision(lookups: StoreLookups, decided: Decided) -> decision.Decision:
    """What the store keeps of a decided mail."""
    parsed = decided.checked.parsed
    mail, sender = parsed.mail, parsed.sender
    names = tuple(p.file_name for p in mail.parts if p.file_name)
    answer = reply.addressed(mail, sender)
    return decision.Decision(
        verdict=decided.verdict,
        summary=decision.MailSummary(mail.subject, mail.sender, mail.text, names, answer),
        documents=tuple(
            decision.StoredDocument(p.path, p.file_name, p.data, pages)
            for p, pages in decided.shown
        ),
        reply=decided.reply,
        held=decided.held,
        message_ids=mail.thread,
        sender=sender.address,
        numbers=decided.numbers,
        gist=decided.gist,
        considered=_considered(lookups, decided),
        care_lines=decided.checked.attachments.care_lines,
        post=_post(decided),
        rest=decided.rest,
        authenticated=sender.authenticated,
    )


def _post(decided: Decided) -> PostKind | None:
    """What a mail is that only a person can deal with: no invoice, and no attachment of one."""
    notice = decided.checked.parsed.sender.notice
    if notice is not None and decided.verdict.outcome is MailOutcome.WAITING:
        return PostKind.PORTAL
    if decided.verdict.outcome is not MailOutcome.QUARANTINED or decided.verdict.invoices:
        return None
    parsed, attachments = decided.checked.parsed, decided.checked.attachments
    if parsed.sender.automation is not Automation.PERSON or attachments.containers:
        return None
    kinds = {each.invoice.kind for each in decided.checked.documents if each.invoice}
    kind = post.kind_of(parsed.mail)
    if DocumentKind.REMINDER in kinds and kind is not PostKind.REMINDER_WITH_COSTS:
        return PostKind.REMINDER
    return kind


def _considered(lookups: StoreLookups, decided: Decided) -> Considered | None:
    """Of a mail that lacks its other half: which it could choose from."""
    parsed, known = decided.checked.parsed, decided.checked.elsewhere.considered
    if known is None:
        return None
    invoices = [read.invoice for read in decided.verdict.invoices]
    numbers = numbers_of(invoices) or decided.numbers
    marks = lookups.marks(parsed.mail, parsed.received.reference, numbers)
    return Considered(marks, bool(invoices), frozenset(known))


def _note_bounces(store: Store, decided: Decided) -> None:
    """A letter of ours that came back is marked on its own case."""
    if decided.checked.parsed.sender.automation is Automation.BOUNCE:
        for message_id in origin.returned_ids(decided.checked.parsed.mail):
            outbox.mark_bounced(store, message_id)


def _give_to_a_person(store: Store, claim: work_queue.Claim) -> None:
    """A mail that cannot be processed is not lost and not refused: somebody looks at it."""
    log.error("given to a person", reference=claim.reference, attempt=claim.attempt)
    verdict = Verdict(
        MailOutcome.QUARANTINED,
        reasons.sentence("processing-failed"),
        local_date(claim.envelope.received_at),
        alarm=f"processing failed {MAX_ATTEMPTS} times; see the log for {claim.reference}",
    )
    sender = claim.envelope.sender or _written_from(claim.raw)
    made = decision.Decision(
        verdict, decision.MailSummary("", sender, ""), gist=Gist("", unread=True), sender=sender
    )
    work_queue.finish(store, claim, made)


def _written_from(raw: bytes) -> str | None:
    """The address of From, by which a person finds a mail that nothing else is known of."""
    try:
        fields, _body, _stopped = headers.split(raw, 0, len(raw))
        return headers.address(headers.first(fields, "from"))[0]
    except Exception:  # noqa: BLE001 this mail made something fail three times already
        return None


def _where(bug: BaseException) -> str:
    """File and line of a bug, without any of the values that it names."""
    frames = [
        f
        for f in traceback.extract_tb(bug.__traceback__)
        if f"{os.sep}intake{os.sep}" in f.filename
    ]
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?"
