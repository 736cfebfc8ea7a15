"""The review page served as in production, and Debian's Chromium in front of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from intake.store import Store
from tests.browser.serving import browser, free_port, served
from tests.review.conftest import make_store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = make_store(tmp_path, review__listen=f"127.0.0.1:{free_port()}")
    yield made
    made.close()


@pytest.fixture
def address(store: Store) -> Iterator[str]:
    """The page, served by its own server."""
    with served(store) as told:
        yield told


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser a module (``serving.browser``)."""
    with browser() as opened:
        yield opened


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A fresh window that fails the test when the page logs an error, such as a breach of its own
    policy.
    """
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, locale="nl-NL")
    page = context.new_page()
    complaints: list[str] = []
    page.on(
        "console",
        lambda message: complaints.append(message.text) if message.type == "error" else None,
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert not complaints
