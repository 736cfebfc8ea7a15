"""Whether every mail was dealt with (sluitend bewijs): each day and source, what is missing, and what
waits how long.

It shows what was reported; nothing is looked up in a mailbox here.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from intake.model.completeness import DayReport
from intake.review import wording
from intake.review.context import Room, RoomOf
from intake.review.pages.login import Reader
from intake.store import day_reports

_DAYS = 14
"""On the page."""
_CASES = 100
"""Of the open cases, those that wait longest."""

router = APIRouter()


@router.get("/verwerkt")
def show(room: RoomOf, login: Reader, dag: Annotated[str, Query(max_length=20)] = "") -> Response:
    """The last days, one of them in full, and the open cases."""
    newest = day_reports.last_day(room.store)
    day, fault = _asked(dag, newest)
    waiting = day_reports.open_cases(room.store, _CASES)
    return room.pages.html(
        "complete.html",
        400 if fault else 200,
        login=login,
        here="complete",
        day=day,
        newest=newest,
        fault=fault,
        reports=day_reports.newest(room.store, day),
        days=_days(room, newest),
        ends={**wording.STATES, day_reports.DESTROYED: wording.SENTENCES["destroyed"]},
        gaps=wording.GAPS,
        source=_source,
        waiting=[(each, (room.store.today - each.received_on).days) for each in waiting],
        number=day_reports.count_open(room.store),
    )


def _asked(text: str, newest: dt.date) -> tuple[dt.date, bool]:
    """The day that an address names, and whether it names none that can be reported."""
    try:
        day = dt.date.fromisoformat(text) if text else newest
    except ValueError:
        return newest, True
    return (newest, True) if day > newest else (day, False)


def _days(room: Room, newest: dt.date) -> list[tuple[dt.date, list[DayReport]]]:
    """The last days, each with the reports of its sources."""
    first = newest - dt.timedelta(days=_DAYS - 1)
    found = day_reports.of_days(room.store, first, newest)
    every = [newest - dt.timedelta(days=number) for number in range(_DAYS)]
    return [(day, [each for each in found if each.day == day]) for day in every]


def _source(name: str) -> str:
    """As people call it: a mailbox by its own name."""
    kind, mark, rest = name.partition(":")
    word = wording.DAY_SOURCES.get(kind)
    return f"{word}: {rest}" if word and mark else word or name
