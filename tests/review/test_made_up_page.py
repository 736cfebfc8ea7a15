"""A page is one file: a made-up one works by its registration alone."""

from __future__ import annotations

from types import ModuleType

import pytest
from fastapi import APIRouter
from fastapi.testclient import TestClient

from intake.review import app, pages
from intake.review.context import RoomOf
from intake.review.pages.login import LoginOf
from intake.sandbox.client import Sandbox
from intake.store import Store


def leave() -> ModuleType:
    """The file: who is away."""
    page = ModuleType("leave")
    page.router = router = APIRouter()  # type: ignore[attr-defined]

    @router.get("/afwezig")
    def show(room: RoomOf, login: LoginOf) -> dict[str, str]:
        return {"name": login.user}

    return page


def test_a_page_is_added_by_its_file(
    monkeypatch: pytest.MonkeyPatch, store: Store, sandbox: Sandbox
) -> None:
    """Whoever adds a page would have to find and change other files, and forget the login."""
    monkeypatch.setattr(pages, "PAGES", [*pages.PAGES, leave()])
    monkeypatch.setattr(app, "PAGES", pages.PAGES)

    with TestClient(
        app.create_app(store, store.settings, sandbox), base_url="http://127.0.0.1"
    ) as stranger:
        found = stranger.get("/afwezig", follow_redirects=False)

    assert (found.status_code, found.headers["location"]) == (303, "/inloggen?next=/afwezig")
