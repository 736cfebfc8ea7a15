"""Every test of the store that asks for ``store`` or ``settings`` runs on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from intake.settings import Settings
from intake.store import Store, open_store
from tests.conftest import SettingsOn
from tests.store import things


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def settings(database: str, settings_on: SettingsOn) -> Settings:
    return settings_on(database)


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    """An open store, on the day that its mails and their deadlines are of."""
    opened = open_store(settings)
    opened.clock = lambda: things.NOW
    yield opened
    opened.close()
