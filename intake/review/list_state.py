"""Which list somebody looks at: view, filters, search, order and page, as one word in an address.

A plain view stands there by its own name. All else is sealed, so that no name, number or search
stands in a history or a log: it opens in its own session only.
"""

from __future__ import annotations

import base64
import binascii
import dataclasses
import datetime as dt
import re
from dataclasses import dataclass, field

from pydantic import TypeAdapter, ValidationError

from intake.errors import KeyMissing
from intake.review import wording
from intake.review.context import Room
from intake.review.pages.login import Login
from intake.store.crypto.vault import DataKey
from intake.store.tables import View
from intake.store.worklist import EVERYTHING, Filters, Sort, Wanted

MINE, ALL = "mine", "all"
"""Lists across the views: what this user has in hand, and everything."""
OPEN = tuple(view for view in View if view not in (View.DONE, View.IGNORED))
LONGEST = 2000
_PLAIN = re.compile(r"[a-z-]{1,20}")
_SEARCH = "search"


@dataclass(frozen=True, slots=True)
class ListState:
    """One list as somebody looks at it."""

    view: str = View.LOOK
    """A ``View``, or ``MINE`` or ``ALL``."""
    filters: Filters = EVERYTHING
    search: str = field(default="", repr=False)
    sort: Sort = Sort.RECEIVED
    downwards: bool = False
    page: int = 1

    @property
    def views(self) -> frozenset[View]:
        """The views that its rows stand in; a search looks in all."""
        if self.view == ALL or self.search:
            return frozenset(View)
        across = self.view in (MINE, View.CONTENT)
        return frozenset(OPEN) if across else frozenset({View(self.view)})

    def wanted(self, user: str) -> Wanted:
        """What to ask of the store."""
        filters = self.filters
        if self.view == MINE and not self.search:
            filters = dataclasses.replace(filters, assigned=user)
        if self.view == View.CONTENT and not self.search:
            filters = dataclasses.replace(filters, content=True)
        return Wanted(self.views, filters, self.search, self.sort, self.downwards)

    def of_view(self, view: str) -> ListState:
        """Another view from its beginning, without this one's filters; what is done the newest
        first.
        """
        newest_first = view in (View.DONE, View.IGNORED, ALL)
        return ListState(view, downwards=newest_first)

    def by(self, sort: Sort) -> ListState:
        """Sorted by a column, from the other end when it is so already."""
        downwards = not self.downwards if sort is self.sort else sort is Sort.AMOUNT
        return dataclasses.replace(self, sort=sort, downwards=downwards, page=1)

    def at(self, page: int) -> ListState:
        """Another page of it."""
        return dataclasses.replace(self, page=page)


_RECORD = TypeAdapter(ListState)


def written(room: Room, login: Login, state: ListState) -> str:
    """The word for an address, or a form."""
    if state == ListState().of_view(state.view):
        return wording.VIEWS[state.view].slug
    made = _key(room, login.csrf).seal(_SEARCH, _RECORD.dump_json(state))
    return "~" + base64.urlsafe_b64encode(made).decode().rstrip("=")


def read(room: Room, login: Login, text: str) -> ListState | None:
    """The list that a word stands for; None when there is none, or it is of another session."""
    if _PLAIN.fullmatch(text):
        view = wording.VIEW_OF_SLUG.get(text)
        return ListState().of_view(view) if view else None
    if not text.startswith("~"):
        return None
    try:
        made = base64.urlsafe_b64decode(text[1:] + "=" * (-len(text[1:]) % 4))
        return _RECORD.validate_json(_key(room, login.csrf).unseal(_SEARCH, made))
    except (KeyMissing, ValidationError, binascii.Error, ValueError):
        return None


def passed_on(text: str) -> str:
    """What came in an address or a form, when it can be such a word: else nothing."""
    return text if re.fullmatch(r"~?[A-Za-z0-9_-]{1,2000}", text) else ""


def to_keep(room: Room, user: str, name: str, state: ListState) -> bytes:
    """Name and state of a view that a user saves, sealed: a name can be a client's."""
    record = _SAVED.dump_json((name, state.at(1)))
    return _key(room, f"saved|{user}").seal(_SEARCH, record)


def kept(room: Room, user: str, record: bytes) -> tuple[str, ListState] | None:
    """Name and state of a saved view; None when it does not open."""
    try:
        return _SAVED.validate_json(_key(room, f"saved|{user}").unseal(_SEARCH, record))
    except (KeyMissing, ValidationError):
        return None


_SAVED = TypeAdapter(tuple[str, ListState])


def _key(room: Room, whose: str) -> DataKey:
    """A key of this session, or this user, only."""
    return DataKey(_SEARCH, bytes.fromhex(room.store.vault.token("review-search", whose)))


def day_of(text: str) -> dt.date | None:
    """A date of a form; None when it is none."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None
