"""Writes every page of the clerk as pictures, to be looked at:
``python -m tests.browser.screenshots FOLDER``.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import pypdfium2
from playwright.sync_api import Browser, Page

from tests.browser.serving import browser, log_in, served
from tests.browser.views import gallery, views

WAYS = {
    "licht": ("light", 1280, 720, 1),
    "donker": ("dark", 1280, 720, 1),
    "200-procent": ("light", 640, 360, 2),
}
"""Colour scheme, width and height of the window in CSS pixels, pixels of the screen to each."""
OUTSIDE = "inloggen"
"""The view that is seen before the login."""
PAPER_DPI = 60


def write(folder: Path, only: str = "") -> None:
    """One folder for each way of looking, one picture a view; on paper one a sheet."""
    with tempfile.TemporaryDirectory() as home:
        store = gallery(Path(home))
        shown = {name: path for name, path in views(store).items() if only in name}
        with served(store) as address, browser() as opened:
            for way in WAYS:
                _write_way(folder / way, way, opened, address, shown)
        store.close()


def _write_way(
    folder: Path, way: str, opened: Browser, address: str, shown: dict[str, str]
) -> None:
    scheme, width, height, scale = WAYS[way]
    folder.mkdir(parents=True, exist_ok=True)
    context = opened.new_context(
        viewport={"width": width, "height": height},
        device_scale_factor=scale,
        color_scheme="dark" if scheme == "dark" else "light",
        locale="nl-NL",
    )
    page = context.new_page()
    page.goto(f"{address}/inloggen")
    page.screenshot(path=folder / f"{OUTSIDE}.png")
    log_in(page, address)
    for name, path in shown.items():
        if name != OUTSIDE:
            page.goto(address + path)
            page.screenshot(path=folder / f"{name}.png", full_page=True)
            if way == "licht":
                _print(page, folder.parent / "papier", name)
    page.keyboard.press("?")
    page.screenshot(path=folder / "toetsen.png")
    context.close()


def _print(page: Page, folder: Path, name: str) -> None:
    """As a browser prints it, on A4."""
    folder.mkdir(parents=True, exist_ok=True)
    printed = pypdfium2.PdfDocument(page.pdf(format="A4", print_background=True))
    for number, sheet in enumerate(printed, 1):
        picture = sheet.render(scale=PAPER_DPI / 72).to_pil()
        picture.save(folder / f"{name}-{number}.png")
    printed.close()


if __name__ == "__main__":
    write(Path(sys.argv[1]), *sys.argv[2:3])
