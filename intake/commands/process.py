"""``intake process``: saved mails through the whole pipeline, as if they had arrived."""

from __future__ import annotations

import datetime as dt
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from intake import profile, worker
from intake.commands.output import Exit, complain, print_json, progress, read_file, say, step, worst
from intake.export.report import process_line
from intake.mail import message
from intake.model.basics import local_today
from intake.model.mail import Envelope, Mail, Reply
from intake.model.verdict import MailOutcome, Verdict
from intake.pipeline import Desk
from intake.settings import Settings, load
from intake.stages import reasons
from intake.store import Store, cases, high_water, journal, open_store, work_queue
from intake.store.crypto import vault
from intake.store.engine import database_file, make_engine
from intake.store.migration import migrate
from intake.store.tables import CaseState
from intake.text import redaction

_EXIT = {MailOutcome.QUARANTINED: Exit.UNREADABLE, MailOutcome.REJECTED: Exit.REJECTED}
_LEASE_SECONDS = 600
_WAIT_SECONDS = 180.0
"""For a mail that another worker has, or whose next try is not due; then it is told as undecided."""


def process(files: list[Path], as_json: bool, dry_run: bool, municipality: str) -> Exit:
    """Process each mail; one line (``--json``) or a short Dutch report a mail, in input order."""
    settings = load()
    own = profile.load(municipality or settings.profile).name
    codes = []
    with (
        _stores(settings, dry_run) as stores,
        worker.open_desk(settings, *stores) as desk,
        progress("Mails", len(files)) as bar,
    ):
        for file in files:
            raw = read_file(file)
            if raw is None:
                codes.append(Exit.USAGE)
            else:
                codes.append(_one(file, raw, own, stores, desk, as_json))
            step(bar)
    return worst(codes)


def open_installation(settings: Settings) -> Store:
    """The store of this installation; an embedded database that is not there yet is made."""
    file = database_file(make_engine(settings.database))
    if (
        file is not None
        and not file.exists()
        and not vault.missing_keys(settings.key_folder, local_today())
    ):
        migrate(settings)
    return open_store(settings)


@contextmanager
def _stores(settings: Settings, dry_run: bool) -> Iterator[tuple[Store, ...]]:
    """The store to work in first; for a dry run a scratch one, with the installation's own (when
    there is one) to look into.
    """
    with ExitStack() as stack:
        if not dry_run:
            store = stack.enter_context(open_installation(settings))
            high_water.refuse_older(store)
            yield (store,)
            return
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="intake-dry-run-")))
        scratch_settings = settings.model_copy(
            update={"home": home, "keys": home / "keys", "database_url": ""}
        )
        vault.create_keys(scratch_settings.key_folder, local_today())
        migrate(scratch_settings)
        scratch = stack.enter_context(open_store(scratch_settings))
        file = database_file(make_engine(settings.database))
        if file is not None and not file.exists():
            yield (scratch,)
            return
        yield scratch, stack.enter_context(open_store(settings))


def _one(
    file: Path, raw: bytes, own: str, stores: tuple[Store, ...], desk: Desk, as_json: bool
) -> Exit:
    mail = message.parse(raw)
    known = next((found for store in stores if (found := journal.known(store, raw, own))), None)
    if known:
        return _already(file, mail, known, as_json)
    store = stores[0]
    reference = journal.keep(store, raw, _envelope(mail, own)).reference
    _work_off(store, desk, reference)
    last = time.monotonic() + _WAIT_SECONDS
    while (case := cases.get_case(store, reference)).state is CaseState.RECEIVED:
        if time.monotonic() > last:
            complain(f"{reference}: kept, and not decided yet: see the lines above")
            return Exit.UNREADABLE
        work_queue.wait_for_work(store, 1)  # another worker has it, or it is due for another try
        _work_off(store, desk, reference)
    assert case.verdict is not None
    letter = case.reply
    if as_json:
        reply, held = None, None
        if letter:
            reply, held = Reply(letter.to, letter.subject, letter.text), letter.held
        print_json(process_line(str(file), mail.message_id, case.verdict, reply, held))
    else:
        _report(file, reference, case.verdict)
    return _EXIT.get(case.verdict.outcome, Exit.FINE)


def _work_off(store: Store, desk: Desk, reference: str) -> None:
    """Decide a mail, and those that it wakes: the other halves of what it brings."""
    due = {reference}
    with worker.Leases(store, _LEASE_SECONDS) as leases:
        while due and (claim := work_queue.claim(store, "process", _LEASE_SECONDS)):
            worker.handle(store, desk, leases, claim)
            due.discard(claim.reference)
            verdict = cases.get_case(store, claim.reference).verdict
            if verdict is not None:
                due.update(verdict.completes, verdict.takes, verdict.stirs)


def _already(file: Path, mail: Mail, reference: str, as_json: bool) -> Exit:
    verdict = Verdict(
        MailOutcome.IGNORED, reasons.sentence("known-already", reference=reference), local_today()
    )
    if as_json:
        print_json(process_line(str(file), mail.message_id, verdict, None, None))
    else:
        _report(file, reference, verdict)
    return Exit.FINE


def _envelope(mail: Mail, municipality: str) -> Envelope:
    """As if it had arrived at its Date, or now when that lies in the future or is not there."""
    now = dt.datetime.now(dt.UTC)
    return Envelope(
        source="process",
        received_at=min(mail.date.astimezone(dt.UTC), now) if mail.date else now,
        municipality=municipality,
    )


def _report(file: Path, reference: str, verdict: Verdict) -> None:
    say(f"{redaction.path(str(file))}: {verdict.outcome.value} ({reference}). {verdict.reason}")
    for finding in (*verdict.findings, *(f for i in verdict.invoices for f in i.findings)):
        say(f"  - [{finding.check}] {finding.message}")
    if verdict.alarm:
        complain(f"{reference}: {verdict.alarm}")
