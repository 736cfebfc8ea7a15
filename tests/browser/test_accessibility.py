"""What of WCAG 2.2 AA a program can see (axe-core), on every page of the registry, light and dark."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser

from tests.browser.serving import log_in, served
from tests.browser.views import gallery, views

OPTIONS = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, dict[str, str]]]:
    """Where the pages are served, and the address of each."""
    store = gallery(Path(tmp_path_factory.mktemp("gallery")))
    pages = dict(views(store))
    with served(store) as address:
        yield address, pages
    store.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_page(
    chromium: Browser, shown: tuple[str, dict[str, str]], scheme: str
) -> None:
    """Somebody who sees badly, or works without a mouse, could not do this work."""
    address, pages = shown
    context = chromium.new_context(
        viewport={"width": 1280, "height": 720},
        color_scheme="dark" if scheme == "dark" else "light",
        locale="nl-NL",
    )
    page = context.new_page()
    log_in(page, address)
    found = {}
    for name, path in pages.items():
        page.goto(address + path)
        violations = Axe().run(page, options=OPTIONS).response["violations"]
        if violations:
            found[name] = [
                (each["id"], [node["target"] for node in each["nodes"]][:3]) for each in violations
            ]
    context.close()

    assert found == {}
