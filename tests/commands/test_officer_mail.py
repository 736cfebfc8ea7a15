"""The privacy officer is told by mail that there is something new, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from intake.commands import officer_mail
from intake.commands.sending import Transports
from intake.store import Store, audit, incidents
from tests.conftest import with_section
from tests.review.conftest import make_store
from tests.servers import free_port
from tests.store import things

OFFICER = "fg@gemeente.example"


class Relay:
    """Takes mail; or puts it off."""

    def __init__(self) -> None:
        self.answer = "250 OK"
        self.taken: list[Any] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        if self.answer.startswith("250"):
            self.taken.append(message_from_bytes(envelope.content, policy=policy.default))
        return self.answer


@pytest.fixture
def relay() -> Iterator[tuple[Relay, str]]:
    made = Relay()
    controller = Controller(made, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield made, f"127.0.0.1:{controller.port}"
    controller.stop()


@pytest.fixture
def store(tmp_path: Path, relay: tuple[Relay, str]) -> Iterator[Store]:
    made = make_store(tmp_path)
    made.settings = with_section(made.settings, "smarthost", address=relay[1], tls="none")
    made.settings = with_section(made.settings, "readings", officer=OFFICER, cases_an_hour=2)
    yield made
    made.close()


def tell(store: Store) -> None:
    officer_mail.tell(store.settings, store, Transports(store.settings))


def test_each_alarm_and_incident_is_told_once_without_its_content(
    store: Store, relay: tuple[Relay, str]
) -> None:
    """She would look at the page once a week; or a mail would say whose data it was."""
    tell(store)
    assert relay[0].taken == []
    reference = things.decided(store, 1)
    for number in range(3):
        audit.record(store, "piet", f"IN-{number}", "case")

    tell(store)
    tell(store)

    (mail,) = relay[0].taken
    text = mail.get_content()
    assert mail["To"] == OFFICER
    assert "ongewoon inzien: 1" in text
    assert "beoordelen: 1" in text
    assert not any(word in str(mail) for word in (reference, "piet", things.BSN))

    incidents.report_by_hand(store, reference, "anna")
    tell(store)
    assert len(relay[0].taken) == 2


def test_a_mail_that_was_put_off_is_tried_again(store: Store, relay: tuple[Relay, str]) -> None:
    """A relay that is down for a minute would cost her the 72 hours."""
    things.decided(store, 1)
    relay[0].answer = "451 later"
    tell(store)

    relay[0].answer = "250 OK"
    tell(store)

    assert len(relay[0].taken) == 1
