"""Fixtures of the mail room: the real servers, and one that stands for Microsoft Graph."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.mail.graph_stub import GraphServer, run_graph
from tests.servers import dovecot, make_certificate, sink

__all__ = ["dovecot", "sink"]


@pytest.fixture(scope="session")
def registration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the certificate of an app registration."""
    folder = tmp_path_factory.mktemp("registration")
    make_certificate(folder)
    return folder


@pytest.fixture
def graph(registration: Path) -> Iterator[GraphServer]:
    with run_graph(registration) as server:
        yield server
