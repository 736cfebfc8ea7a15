"""The list of cases: one tab a state, with search and parts."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import APIRouter, Form, Query
from starlette.responses import RedirectResponse, Response

from intake.errors import KeyMissing
from intake.review import service_state, wording
from intake.review.context import Room, RoomOf
from intake.review.pages.login import Login, Reader, Searcher
from intake.review.warnings import warnings
from intake.store import cases, health
from intake.store.cases import Case
from intake.store.crypto.vault import DataKey
from intake.store.tables import CaseState

PART = 50
"""Rows on one page of the list."""

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Kind:
    """One tab: its name in the address and what stands under it.

    Every case stands under exactly one tab.
    """

    key: str
    states: tuple[CaseState, ...]
    reply_waits: Mapping[CaseState, bool] = field(default_factory=dict)
    """Of these states only the cases whose reply waits for a clerk, or does not."""

    @property
    def title(self) -> str:
        return wording.TABS[self.key][0]

    @property
    def empty(self) -> str:
        """What an empty list says."""
        return wording.TABS[self.key][1]

    def count(self, counts: Mapping[CaseState, int], waiting: Mapping[CaseState, int]) -> str:
        """How many cases stand under it, from all and from those whose reply waits for a clerk:
        ``12``, or ``1000+``."""
        ended = [
            state
            for state in self.states
            if state in cases.ENDED and not self.reply_waits.get(state)
        ]
        if any(counts[state] > cases.COUNTED for state in ended):
            return f"{cases.COUNTED}+"
        return str(sum(self._of(state, counts[state], waiting[state]) for state in self.states))

    def _of(self, state: CaseState, all_of_it: int, waiting: int) -> int:
        wanted = self.reply_waits.get(state)
        return all_of_it if wanted is None else waiting if wanted else all_of_it - waiting

    def holds(self, case: Case) -> bool:
        """Whether the case stands under this tab."""
        waits = case.needs_a_letter
        return case.state in self.states and self.reply_waits.get(case.state, waits) is waits


TABS = (
    Kind("wachtrij", (CaseState.QUEUED,)),
    Kind(
        "geweigerd",
        (CaseState.REJECTED, CaseState.ACCEPTED, CaseState.IGNORED),
        {CaseState.REJECTED: True, CaseState.ACCEPTED: True, CaseState.IGNORED: True},
    ),
    Kind("wacht", (CaseState.WAITING,)),
    Kind("quarantaine", (CaseState.QUARANTINED,)),
    Kind(
        "afgehandeld",
        (CaseState.ACCEPTED, CaseState.REJECTED),
        {CaseState.REJECTED: False, CaseState.ACCEPTED: False},
    ),
    Kind("genegeerd", (CaseState.IGNORED,), {CaseState.IGNORED: False}),
    Kind("nieuw", (CaseState.RECEIVED,)),
)
_ALWAYS = frozenset(tab.key for tab in TABS if tab.states != (CaseState.RECEIVED,))
"""Mail that is not judged yet is there for seconds; its tab comes when it is not."""


def tab_of(key: str) -> Kind:
    """The tab of this name, or the first."""
    return next((tab for tab in TABS if tab.key == key), TABS[0])


def tab_for(case: Case) -> Kind:
    """The tab a case stands under."""
    return next(tab for tab in TABS if tab.holds(case))


@router.get("/")
def show(
    room: RoomOf,
    login: Reader,
    tab: Annotated[str, Query(max_length=20)] = "",
    blad: Annotated[int, Query(ge=1, le=100_000)] = 1,
    zoek: Annotated[str, Query(max_length=1000)] = "",
    gedaan: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """The open tab. What was searched for stands in the address sealed, never in words."""
    kind = tab_of(tab)
    search = _unsealed(room, login, zoek) if zoek else ""
    counts, waiting = (
        cases.counts(room.store, cases.COUNTED + 1),
        cases.counts_for_a_clerk(room.store),
    )
    tabs = [
        {"key": each.key, "title": each.title, "count": each.count(counts, waiting)}
        for each in TABS
    ]
    rows = cases.list_cases(
        room.store, kind.states, search, PART + 1, (blad - 1) * PART, reply_waits=kind.reply_waits
    )
    return room.pages.html(
        "queue.html",
        login=login,
        here="queue",
        tab=kind,
        tabs=[tab for tab in tabs if tab["count"] != "0" or tab["key"] in (kind.key, *_ALWAYS)],
        letters=waiting[CaseState.WAITING] if kind.states == (CaseState.WAITING,) else 0,
        warnings=warnings(room),
        alarms=service_state.alarms(health.health(room.store), room.settings),
        rows=rows[:PART],
        more=len(rows) > PART,
        page=blad,
        search=search,
        notice=wording.DONE.get(gedaan),
        searching=f"&zoek={zoek}" if search else "",
    )


@router.post("/zoeken")
def find(
    room: RoomOf,
    login: Searcher,
    tab: Annotated[str, Form(max_length=20)] = "",
    search: Annotated[str, Form(max_length=100)] = "",
) -> Response:
    """Search in one tab.

    A form, because a name or number in an address ends up in logs and histories.
    """
    words = search.strip()
    sealed = f"&zoek={_sealed(room, login, words)}" if words else ""
    return RedirectResponse(f"/?tab={tab_of(tab).key}{sealed}", 303)


def _key(room: Room, login: Login) -> DataKey:
    """A key of this session only: another session cannot open the address."""
    return DataKey("search", bytes.fromhex(room.store.vault.token("review-search", login.csrf)))


def _sealed(room: Room, login: Login, words: str) -> str:
    return (
        base64.urlsafe_b64encode(_key(room, login).seal("search", words.encode()))
        .decode()
        .rstrip("=")
    )


def _unsealed(room: Room, login: Login, sealed: str) -> str:
    try:
        return (
            _key(room, login)
            .unseal("search", base64.urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4)))
            .decode()
        )
    except (KeyMissing, binascii.Error, ValueError):
        return ""
