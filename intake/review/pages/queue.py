"""The worklist: one row an invoice, by views, filters and search; it keeps its place."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from intake.checks import registry
from intake.review import list_state, service_state, undo, wording
from intake.review.context import Room, RoomOf
from intake.review.list_state import ALL, LONGEST, MINE, ListState
from intake.review.pages.login import Login, Reader, Searcher
from intake.review.rights import Right
from intake.review.warnings import warnings
from intake.stages import reasons
from intake.store import health, saved_views, worklist
from intake.store.tables import View
from intake.store.worklist import DEEPEST, Filters, Item, Sort
from intake.store.worklist_rows import CONTENT, SECOND
from intake.store.worklist_search import cents_in

PART = 50
"""Rows on one page of the list."""
SOON_DAYS = 5
"""Fewer days of the term of payment are shown in red."""
_QUIET = frozenset({View.UNREAD, View.LATER, View.UNCLEAR, View.FAST, View.CONTENT})
"""Views whose tab is left out when nothing stands there."""
_FIRST = (View.LOOK, View.NEW, View.FAST, View.UNCLEAR, View.POST, View.LETTER)
"""What opens without a choice: the first of these with work in it."""

router = APIRouter()
State = Annotated[str, Query(max_length=LONGEST)]
StateOfForm = Annotated[str, Form(max_length=LONGEST)]
Word = Annotated[str, Form(max_length=100)]


@router.get("/")
def show(
    request: Request,
    room: RoomOf,
    login: Reader,
    tab: State = "",
    gedaan: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """The open list. What was searched for or filtered by stands in the address sealed."""
    counts = worklist.counts(room.store)
    first = next((view for view in _first(login) if counts[view]), View.LOOK)
    state = list_state.read(room, login, tab) or ListState().of_view(first)
    found = worklist.find(room.store, state.wanted(login.user), PART, (state.page - 1) * PART)
    letters = worklist.letters_of_waiting(room.store) if state.view == View.WAITING else 0
    return room.pages.html(
        "queue.html",
        200,
        login=login,
        here="queue",
        state=state,
        title=wording.VIEWS[state.view].title,
        empty=wording.VIEWS[state.view].empty,
        tab=list_state.written(room, login, state),
        tabs=_tabs(room, login, state, counts),
        own=_own(room, login),
        letters=letters,
        unread=counts[View.UNREAD],
        warnings=warnings(room),
        alarms=service_state.alarms(health.health(room.store), room.settings),
        rows=[_shown(room, item) for item in found.items],
        cut=found.cut,
        deepest=DEEPEST if state.page * PART >= DEEPEST else 0,
        sorts=_sorts(room, login, state),
        previous=_page(room, login, state, state.page - 1) if state.page > 1 else "",
        following=_page(room, login, state, state.page + 1) if found.more else "",
        notice=wording.DONE.get(gedaan),
        **undo.shown(request, room, login),
        municipalities=room.settings.municipalities,
        state_words=wording.ROW_STATES,
        amounts=_amounts(state.filters),
    )


@router.post("/zoeken")
def find(room: RoomOf, login: Searcher, tab: StateOfForm = "", search: Word = "") -> Response:
    """Search in all states at once.

    A form, because a name or number in an address ends up in logs and histories.
    """
    state = list_state.read(room, login, tab) or ListState()
    searching = ListState(state.view, search=search.strip(), downwards=True)
    chosen = searching if searching.search else state.of_view(state.view)
    return _to(list_state.written(room, login, chosen))


@router.post("/filteren")
def choose(
    room: RoomOf,
    login: Searcher,
    tab: StateOfForm = "",
    supplier: Word = "",
    kvk: Word = "",
    municipality: Word = "",
    received_from: Word = "",
    received_until: Word = "",
    amount_from: Word = "",
    amount_until: Word = "",
    row_state: Word = "",
    assigned: Word = "",
) -> Response:
    """Show a part of the list; what cannot be understood filters nothing."""
    state = list_state.read(room, login, tab) or ListState()
    known = room.settings.municipalities
    filters = Filters(
        supplier=supplier.strip(),
        kvk="".join(filter(str.isdigit, kvk)),
        municipality=municipality if municipality in known else "",
        received_from=list_state.day_of(received_from),
        received_until=list_state.day_of(received_until),
        cents_from=cents_in(amount_from),
        cents_until=cents_in(amount_until),
        state=row_state if row_state in wording.ROW_STATES else "",
        assigned=assigned.strip(),
    )
    chosen = ListState(state.view, filters, state.search, state.sort, state.downwards)
    return _to(list_state.written(room, login, chosen))


@router.post("/weergaven")
def save(room: RoomOf, login: Searcher, tab: StateOfForm = "", name: Word = "") -> Response:
    """Keep this list under a name, for this user."""
    state = list_state.read(room, login, tab)
    if state is not None and name.strip():
        sealed = list_state.to_keep(room, login.user, name.strip(), state)
        saved_views.save(room.store, login.user, sealed)
    return _to(list_state.passed_on(tab), "bewaard")


@router.post("/weergaven/weg")
def forget(
    room: RoomOf, login: Searcher, tab: StateOfForm = "", number: Annotated[int, Form(ge=1)] = 0
) -> Response:
    """Take away one of the user's own views."""
    saved_views.forget(room.store, login.user, number)
    return _to(list_state.passed_on(tab))


def _first(login: Login) -> tuple[View, ...]:
    """What opens without a choice; for a reviewer of care who decides nothing else, that comes first."""
    reviews = login.may(Right.APPROVE_CONTENT) and not login.may(Right.DECIDE)
    return (View.CONTENT, *_FIRST) if reviews else _FIRST


def next_case(room: Room, login: Login, tab: str, after: str) -> str | None:
    """The case that opens after this one was decided: the next of the list that it came from."""
    state = list_state.read(room, login, tab)
    if state is None:
        return None
    return worklist.next_in_view(room.store, state.wanted(login.user), after, login.user)


def list_of(room: Room, login: Login, tab: str, reference: str) -> str:
    """The list that a case was opened from, as one word; else the one that it stands in."""
    if list_state.read(room, login, tab) is not None:
        return tab
    views = worklist.views_of(room.store, reference)
    return wording.VIEWS[views[0] if views else View.LOOK].slug


def _to(tab: str, done: str = "") -> Response:
    return RedirectResponse(f"/?tab={tab}" + (f"&gedaan={done}" if done else ""), 303)


def _tabs(
    room: Room, login: Login, state: ListState, counts: dict[View, int]
) -> list[dict[str, object]]:
    shown = [view for view in View if counts[view] or view not in _QUIET or view == state.view]
    tabs = [_tab(view, _count(counts[view], view), state) for view in shown]
    mine = worklist.count_assigned(room.store, login.user)
    tabs.append(_tab(MINE, _count(mine, View.DONE), state))
    tabs.append(_tab(ALL, "", state))
    return tabs


def _tab(view: str, count: str, state: ListState) -> dict[str, object]:
    words = wording.VIEWS[view]
    here = view == state.view and not state.search
    return {"slug": words.slug, "title": words.title, "count": count, "here": here}


def _count(number: int, view: View) -> str:
    """``12``, or ``1000+`` when it was not counted to its end."""
    most = worklist.COUNTED if view in worklist.ENDED else worklist.COUNTED_OPEN
    return f"{most}+" if number > most else str(number)


def _own(room: Room, login: Login) -> list[dict[str, object]]:
    """The views that this user saved, as they open in this session."""
    found = []
    for number, sealed in saved_views.of_user(room.store, login.user):
        if opened := list_state.kept(room, login.user, sealed):
            name, state = opened
            tab = list_state.written(room, login, state)
            found.append({"number": number, "name": name, "tab": tab})
    return found


def _sorts(room: Room, login: Login, state: ListState) -> dict[str, dict[str, str]]:
    """For the head of each column: where it leads, and how it is sorted now."""
    directions = {True: "descending", False: "ascending"}
    return {
        sort.value: {
            "tab": list_state.written(room, login, state.by(sort)),
            "now": directions[state.downwards] if sort is state.sort else "",
        }
        for sort in Sort
    }


def _page(room: Room, login: Login, state: ListState, page: int) -> str:
    return list_state.written(room, login, state.at(page))


def _amounts(filters: Filters) -> dict[str, str]:
    """The amounts of a filter as they are typed."""
    both = {"from": filters.cents_from, "until": filters.cents_until}
    return {
        name: "" if cents is None else f"{cents / 100:.2f}".replace(".", ",")
        for name, cents in both.items()
    }


def _shown(room: Room, item: Item) -> dict[str, Any]:
    """A row with its words."""
    return {
        "item": item,
        "point": point(item),
        "days_left": days_left(room, item),
        "portal_days": portal_days(room, item),
        "found_in": [wording.FOUND_IN[kind] for kind in item.found_in],
        "state": wording.ROW_STATES[item.state],
    }


def point(item: Item) -> str:
    """What to look at, in a few words."""
    if item.view in (View.DONE, View.IGNORED, View.UNREAD):
        return ""
    why, _, first = item.why.partition(":")
    if why in (SECOND, CONTENT):
        return wording.WITHOUT_POINT[why].format(first=first)
    if item.point is None:
        return wording.WITHOUT_POINT.get(item.why, "") if item.path else item.reason
    words = wording.POINTS.get(f"{item.point.check}.{item.point.code}")
    words = words or registry.heading(item.point.check)
    return f"{words} met {item.point.case}" if item.point.case else words


def portal_days(room: Room, item: Item) -> int | None:
    """Days in which its message can be fetched in a portal; None when none waits there."""
    if item.deadline is None or not reasons.is_in_portal(item.reason):
        return None
    return (item.deadline - room.store.today).days


def days_left(room: Room, item: Item) -> int | None:
    """Days of the term of payment; None when nothing is to be paid."""
    if item.due_on is None or item.view not in list_state.OPEN:
        return None
    return (item.due_on - room.store.today).days
