"""The review page served as in production, and Debian's Chromium in front of it."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, sync_playwright

from intake.review.app import serve
from intake.store import Store
from tests.review.conftest import PASSWORD

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


def free_port() -> int:
    """A port nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def served(store: Store) -> Iterator[str]:
    """The address of the page, served by its own server."""
    stop = threading.Event()
    thread = threading.Thread(target=serve, args=(store.settings, store, stop))
    thread.start()
    host, _, port = store.settings.review.listen.rpartition(":")
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            socket.create_connection((host, int(port)), 1).close()
            break
        except OSError:
            time.sleep(0.05)
    try:
        yield f"http://{store.settings.review.listen}"
    finally:
        stop.set()
        thread.join(30)
    assert not thread.is_alive()


@contextmanager
def browser() -> Iterator[Browser]:
    """Not for a whole run of tests: while Playwright is open its event loop runs in this thread,
    and no test may start another.
    """
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield opened
        opened.close()


def log_in(page: Page, address: str, name: str = "anna") -> None:
    """As a clerk does: name, Tab, password, Enter."""
    page.goto(address)
    page.locator("#name").focus()
    page.keyboard.type(name)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}/")
