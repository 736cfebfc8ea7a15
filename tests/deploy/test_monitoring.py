"""The alerts and the board speak of metrics that there are."""

from __future__ import annotations

import json
import re
import subprocess

import pytest

from intake.commands.metrics import Exposition
from intake.secure_attachment import keys
from intake.store import Store, audit, audit_heads, health
from intake.store.tables import ReplyState
from tests.conftest import with_section
from tests.deploy.units import DEPLOY
from tests.store import things

ALERTS = DEPLOY / "monitoring/alerts.yml"
BOARD = DEPLOY / "monitoring/board.json"
_METRIC = re.compile(r"\bintake_\w+")
_STATE = re.compile(r'intake_(\w+)\{state=~?"([^"]+)"\}')


@pytest.fixture
def families(store: Store) -> set[str]:
    """The names that an installation in use has."""
    things.refused(store, 1, held="confirm")
    reference = things.decided(store, 2)
    audit.record(store, "anna", reference, "case")
    audit_heads.write(store)
    health.report(store, "worker", True)
    keys.create(store.settings.key_folder, "Gemeente Almere", "a@b.example")
    folder = store.settings.home / "copies"
    folder.mkdir()
    (folder / "intake-20261201T020000Z.db").touch()
    store.settings = with_section(store.settings, "metrics", backups=folder)
    return set(re.findall(r"^# TYPE (\w+)", Exposition(store).text(), re.M))


def expressions() -> list[str]:
    board = json.loads(BOARD.read_text())
    asked = [target["expr"] for panel in board["panels"] for target in panel["targets"]]
    return asked + re.findall(r"^ +expr: (.+)$", ALERTS.read_text(), re.M)


def test_every_metric_that_they_name_exists(families: set[str]) -> None:
    """An alert on a metric that is not there never fires."""
    named = {name for expression in expressions() for name in _METRIC.findall(expression)}

    assert named - families == set()


def test_every_metric_stands_on_the_board(families: set[str]) -> None:
    """What nobody sees need not be counted."""
    shown = set(_METRIC.findall(BOARD.read_text()))

    assert families - shown == set()


def test_states_in_alerts_are_states() -> None:
    """A mistyped state is an alert that never fires."""
    known = {"oldest_mail_timestamp_seconds": {"received", "queued", "quarantined", "waiting"}}
    known["replies"] = {state.value for state in ReplyState}
    found = [match for expression in expressions() for match in _STATE.findall(expression)]

    assert found
    for metric, states in found:
        assert set(states.split("|")) <= known[metric]


def test_prometheus_takes_the_rules() -> None:
    """Prometheus does not start with a rule it cannot read."""
    done = subprocess.run(
        ["promtool", "check", "rules", ALERTS], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr


def test_names_are_as_prometheus_wants_them(store: Store) -> None:
    """Whoever runs Prometheus knows the unit by the name."""
    done = subprocess.run(
        ["promtool", "check", "metrics"],
        input=Exposition(store).text(),
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")
