"""The list of cases: one tab a state, with search and parts."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Query
from starlette.responses import RedirectResponse, Response

from intake.errors import KeyMissing
from intake.review import words
from intake.review.login import FormLogin, Login, LoginOf
from intake.review.room import Room, RoomOf
from intake.store import cases
from intake.store.tables import CaseState
from intake.store.vault import DataKey

PART = 50
"""Rows on one page of the list."""

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Kind:
    """One tab: its name in the address, its title, the states under it and what an empty list says."""

    key: str
    title: str
    states: tuple[CaseState, ...]
    empty: str


TABS = (
    Kind("wachtrij", "Wachtrij", (CaseState.QUEUED,), "Er staat geen factuur op je te wachten."),
    Kind("geweigerd", "Geweigerd: antwoord klaar", (CaseState.REJECTED,), "Er is geen geweigerde factuur."),
    Kind("wacht", "Wacht op provider", (CaseState.WAITING,), "Wij wachten op geen enkele provider."),
    Kind("quarantaine", "Quarantaine", (CaseState.QUARANTINED,), "Er is geen mail die wij niet begrijpen."),
    Kind("genegeerd", "Genegeerd", (CaseState.IGNORED,), "Wij hebben geen mail genegeerd."),
)


def tab_of(key: str) -> Kind:
    """The tab of this name, or the first."""
    return next((tab for tab in TABS if tab.key == key), TABS[0])


def tab_for(state: CaseState) -> Kind:
    """The tab a case stands under, or the first."""
    return next((tab for tab in TABS if state in tab.states), TABS[0])


@router.get("/")
def show(
    room: RoomOf,
    login: LoginOf,
    tab: Annotated[str, Query(max_length=20)] = "",
    blad: Annotated[int, Query(ge=1, le=100_000)] = 1,
    zoek: Annotated[str, Query(max_length=1000)] = "",
    gedaan: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """The open tab. What was searched for stands in the address sealed, never in words."""
    kind = tab_of(tab)
    search = _unsealed(room, login, zoek) if zoek else ""
    counts = cases.counts(room.store)
    rows = cases.list_cases(room.store, kind.states, search=search, limit=PART + 1, offset=(blad - 1) * PART)
    return room.pages.html(
        "queue.html",
        login=login,
        here="queue",
        tab=kind,
        tabs=[{"key": each.key, "title": each.title, "count": sum(counts[state] for state in each.states)} for each in TABS],
        rows=rows[:PART],
        more=len(rows) > PART,
        page=blad,
        search=search,
        notice=words.DONE.get(gedaan),
        searching=f"&zoek={zoek}" if search else "",
    )


@router.post("/zoeken")
def find(room: RoomOf, login: FormLogin, tab: Annotated[str, Form(max_length=20)] = "", search: Annotated[str, Form(max_length=100)] = "") -> Response:
    """Search in one tab. A form, because a name or number in an address ends up in logs and histories."""
    words = search.strip()
    sealed = f"&zoek={_sealed(room, login, words)}" if words else ""
    return RedirectResponse(f"/?tab={tab_of(tab).key}{sealed}", 303)


def _key(room: Room, login: Login) -> DataKey:
    """A key of this session only: another session cannot open the address."""
    return DataKey("search", bytes.fromhex(room.store.vault.hash("review-search", login.csrf)))


def _sealed(room: Room, login: Login, words: str) -> str:
    return base64.urlsafe_b64encode(_key(room, login).seal("search", words.encode())).decode().rstrip("=")


def _unsealed(room: Room, login: Login, sealed: str) -> str:
    try:
        return _key(room, login).unseal("search", base64.urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4))).decode()
    except (KeyMissing, binascii.Error, ValueError):
        return ""
