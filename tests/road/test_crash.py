"""Any process may be killed between any two steps: every mail ends exactly once, with at most one
reply.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from intake.store import cases
from intake.store.tables import CaseState, ReplyState
from tests.conftest import Cluster
from tests.road.installation import Installation, eventually, installed, wait_for_death
from tests.servers import Sink, run_sink

RECEIVING = ["before-keep", "after-keep"]
WORKING = [
    "after-claim",
    "after-parse",
    "after-read",
    "after-open",
    "after-decide",
    "before-finish",
    "after-finish",
]
BETWEEN = WORKING[1:5]
"""Between claim and commit a worker writes nothing: one step on one database shows it, all of them in
the long run."""
SENDING = ["before-sending", "after-sending", "before-sent", "after-sent"]
DATABASES = ["sqlite", "postgresql"]
ONE_OF_THEM = ["sqlite", pytest.param("postgresql", marks=pytest.mark.long)]
WORKING_ON = [
    pytest.param(
        database,
        step,
        marks=[pytest.mark.long]
        if step in BETWEEN and (step, database) != ("after-open", "sqlite")
        else [],
    )
    for step in WORKING
    for database in DATABASES
]


@pytest.fixture
def sink() -> Sink:  # type: ignore[misc]
    with run_sink() as running:
        yield running


@pytest.fixture
def installation(  # type: ignore[misc]
    request: pytest.FixtureRequest, tmp_path: Path, sink: Sink, warm: None
) -> Installation:
    environment = {
        "INTAKE_REPLIES__MODE": "automatic",
        "INTAKE_SMARTHOST__ADDRESS": f"127.0.0.1:{sink.port}",
        "INTAKE_SMARTHOST__TLS": "none",
    }
    if request.param == "postgresql":
        cluster: Cluster = request.getfixturevalue("postgresql")
        environment["INTAKE_DATABASE_URL"] = cluster.address(cluster.new_database())
    with installed(tmp_path / "home", **environment) as running:
        yield running


def message_ids(sink: Sink) -> list[bytes]:
    return [
        line
        for _, _, raw in sink.messages
        for line in raw.splitlines()
        if line.lower().startswith(b"message-id:")
    ]


def ends_once(installation: Installation, sink: Sink, raw: bytes) -> None:
    """The invariant after every fault, restart and drain."""
    eventually(lambda: installation.all_decided(1), "the mail is decided")
    (row,) = cases.list_cases(installation.store)
    case = cases.get_case(installation.store, row.reference)
    eventually(
        lambda: cases.get_case(installation.store, row.reference).reply is not None,
        "its reply is written",
    )
    eventually(
        lambda: (
            (reply := cases.get_case(installation.store, row.reference).reply) is not None
            and reply.state in (ReplyState.SENT, ReplyState.UNKNOWN)
        ),
        "its reply has left, or a person is asked",
    )
    assert case.state is CaseState.REJECTED
    assert len(cases.get_case(installation.store, row.reference).replies) == 1
    assert len(message_ids(sink)) <= 1


@pytest.mark.parametrize("installation", DATABASES, indirect=True)
@pytest.mark.parametrize("step", RECEIVING)
def test_receiver_dies(installation: Installation, sink: Sink, step: str) -> None:
    """A receiver killed around its commit would lose a mail that was acknowledged, or keep a
    repeated one twice.
    """
    raw = installation.example("07-kvk-missing")
    process = installation.start("receive", failpoint=step)
    assert not installation.deliver(raw)
    wait_for_death(process)
    installation.serve("receive")
    assert installation.deliver(raw), "the sender tries again, as a mail server does"
    installation.serve("work", "send")
    ends_once(installation, sink, raw)


@pytest.mark.parametrize(("installation", "step"), WORKING_ON, indirect=["installation"])
def test_worker_dies(installation: Installation, sink: Sink, step: str) -> None:
    """A worker killed at this step would lose its mail, or decide or answer it twice."""
    installation.serve("receive")
    raw = installation.example("07-kvk-missing")
    assert installation.deliver(raw)
    wait_for_death(installation.start("work", failpoint=step))
    installation.serve("work", "send")
    ends_once(installation, sink, raw)


@pytest.mark.parametrize("installation", ONE_OF_THEM, indirect=True)
@pytest.mark.parametrize("step", SENDING)
def test_sender_dies(installation: Installation, sink: Sink, step: str) -> None:
    """A sender killed at this step would send the letter twice, or never tell anybody that it may
    not have left.
    """
    installation.serve("receive", "work")
    raw = installation.example("07-kvk-missing")
    assert installation.deliver(raw)
    wait_for_death(installation.start("send", failpoint=step))
    installation.serve("send")
    ends_once(installation, sink, raw)
