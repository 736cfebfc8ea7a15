"""Steps of the road of a mail, each to be run, and killed, in a process of its own."""

from __future__ import annotations

import sys

from intake.settings import load
from intake.store import open_store, outbox, queue
from intake.types import MailOutcome, ReplyKind
from tests.store import things


def main(step: str) -> None:
    store = open_store(load())
    if step == "keep":
        things.keep(store)
    if step == "decide":
        claim = queue.claim(store, "doomed", 0.2)
        if claim:
            queue.finish(store, claim, things.decision(things.verdict(MailOutcome.REJECTED, reply=ReplyKind.REFUSAL)))
    if step == "send":
        for outgoing in outbox.due(store):
            outbox.mark_sent(store, outbox.mark_sending(store, outgoing))


if __name__ == "__main__":
    main(sys.argv[1])
