"""Steps of the road of a mail, each to be run, and killed, in a process of its own."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import os
import signal
from pathlib import Path

from intake import profile
from intake.model.mail import ReplyKind
from intake.model.verdict import MailOutcome
from intake.settings import Settings, load
from intake.store import open_store, outbox, retention, rotation, work_queue
from tests.store import things

_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload(["tests.store.steps"])


def run(settings: Settings, step: str, failpoint: str = "") -> bool:
    """Run a step; True when the failpoint killed its process, as by ``kill -9``."""
    process = _processes.Process(
        target=_run, args=(settings.home, settings.database_url, step, failpoint)
    )
    process.start()
    process.join(60)
    assert process.exitcode in (0, -signal.SIGKILL)
    return process.exitcode != 0


def decide_all(settings: Settings, workers: int) -> list[str]:
    """The references that so many racing processes decided, in any order, doubles too."""
    with _processes.Pool(workers) as pool:
        parts = pool.starmap(_decide_all, [(settings.home, settings.database_url)] * workers)
    return [reference for part in parts for reference in part]


def _run(home: Path, address: str, step: str, failpoint: str) -> None:
    os.environ["INTAKE_FAILPOINT"] = failpoint
    store = open_store(load(home=home, database_url=address))
    store.clock = lambda: things.NOW
    if step == "keep":
        things.keep(store)
    if step == "decide":
        claim = work_queue.claim(store, "doomed", 0.2)
        if claim:
            work_queue.finish(
                store,
                claim,
                things.decision(things.verdict(MailOutcome.REJECTED, reply=ReplyKind.REFUSAL)),
            )
    if step == "rotate":
        rotation.begin(store)
        list(rotation.rewrap(store))
    if step == "purge":
        store.clock = lambda: things.NOW + dt.timedelta(days=5000)
        terms = profile.load("almere").retention
        retention.mend(store, terms)
        list(
            retention.destroy(
                store, terms, retention.due(store, terms), retention.Approval("VL-1", "archivaris")
            )
        )
    if step == "send":
        for outgoing in outbox.due(store):
            outbox.mark_sent(store, outbox.mark_sending(store, outgoing))


def _decide_all(home: Path, address: str) -> list[str]:
    store = open_store(load(home=home, database_url=address))
    decided = []
    while claim := work_queue.claim(store, "racer", 60):
        work_queue.finish(store, claim, things.decision())
        decided.append(claim.reference)
    store.close()
    return decided
