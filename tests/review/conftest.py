"""A filled store and a browser-like client for the review page."""

from __future__ import annotations

import atexit
import re
import shutil
import tempfile
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from fastapi.testclient import TestClient
from httpx import Response

from intake.model.basics import local_today
from intake.review import app
from intake.review.rendering import Pages
from intake.sandbox.client import Sandbox
from intake.settings import load
from intake.store import Store, open_store, users
from intake.store.crypto.vault import create_keys
from intake.store.migration import migrate
from intake.store.tables import Role


@pytest.fixture(autouse=True, scope="package")
def quick_hashes() -> Iterator[None]:
    """The real cost of a hash, many times over, would be most of the time of these tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(users, "_hasher", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
        yield


_pages = Pages(["almere"])
app.Pages = lambda names: _pages if len(names) == 1 else Pages(names)  # type: ignore[attr-defined,assignment]
"""The templates are the same for all tests; compiling them for each takes longer than the test."""

PASSWORD = "correct paard batterij"
CSRF = re.compile(r'name="csrf" value="([^"]+)"')


def make_store(home: Path, **settings: Any) -> Store:
    """A store of its own with one user: a copy of one that was made once.

    Its clock stands still, so that no midnight falls within a test.
    """
    shutil.copytree(_pattern(), home, dirs_exist_ok=True)
    settings = {"replies__undo_seconds": 0} | settings
    store = open_store(load(home=home, review__secure_cookie=False, **settings))
    moment = store.clock()
    store.clock = lambda: moment
    return store


@lru_cache
def _pattern() -> Path:
    """Schema, keys and the user's slow password hash, made once a process."""
    home = Path(tempfile.mkdtemp(prefix="intake-review-"))
    atexit.register(shutil.rmtree, home)
    chosen = load(home=home)
    create_keys(chosen.key_folder, local_today())
    migrate(chosen)
    store = open_store(chosen)
    users.set_user(store, "anna", PASSWORD, tuple(Role))
    store.close()
    return home


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = make_store(tmp_path)
    yield made
    made.close()


@pytest.fixture(scope="session")
def sandbox(reading: Sandbox) -> Sandbox:
    return reading


def _token(page: str) -> str:
    found = CSRF.search(page)
    assert found
    return found[1]


class Clerk:
    """One browser."""

    def __init__(self, store: Store, sandbox: Sandbox, base: str = "http://127.0.0.1") -> None:
        self._csrf = ""
        self.app = app.create_app(store, store.settings, sandbox)
        self.client = TestClient(self.app, base_url=base, follow_redirects=False)

    def get(self, path: str, **arguments: Any) -> Response:
        answer: Response = self.client.get(path, **arguments)
        return answer

    def log_in(self, name: str = "anna", password: str = PASSWORD, next: str = "/") -> Response:
        self._csrf = ""
        form = self.get("/inloggen").text
        answer: Response = self.client.post(
            "/inloggen",
            data={"name": name, "password": password, "csrf": _token(form), "next": next},
        )
        return answer

    def token(self) -> str:
        """The form token of this session, read from a page."""
        if not self._csrf:
            self._csrf = _token(self.get("/").text)
        return self._csrf

    def post(self, path: str, **fields: Any) -> Response:
        """Press a button: the form's token goes with it."""
        answer: Response = self.client.post(path, data={"csrf": self.token(), **fields})
        return answer


@pytest.fixture
def clerk(store: Store, sandbox: Sandbox) -> Clerk:
    made = Clerk(store, sandbox)
    assert made.log_in().status_code == 303
    return made
