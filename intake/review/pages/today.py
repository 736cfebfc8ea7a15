"""What came in today, where each mail stands, what stays in the mailbox, and whether anything is
stuck.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from intake.review import service_state, wording
from intake.review.context import RoomOf
from intake.review.pages.login import Reader
from intake.review.warnings import warnings
from intake.store import cases, health, left_out
from intake.store.tables import CaseState, ReplyState

PART = 100
_DAY = 20_000
"""More mails than any municipality gets in a day."""
_UNSENT = (
    ReplyState.PREPARED,
    ReplyState.HELD,
    ReplyState.DEFERRED,
    ReplyState.FAILED,
    ReplyState.UNKNOWN,
    ReplyState.BOUNCED,
)

router = APIRouter()


@router.get("/vandaag")
def show(room: RoomOf, login: Reader, blad: Annotated[int, Query(ge=1, le=1000)] = 1) -> Response:
    """Every mail of this day in Amsterdam, the newest first, with totals a state."""
    day = room.store.today
    rows = cases.received_on(room.store, day, _DAY)[::-1]
    replies = cases.reply_counts(room.store)
    doing = health.health(room.store)
    tiles = [
        {"title": wording.STATES[state], "count": sum(row.state is state for row in rows)}
        for state in CaseState
    ]
    return room.pages.html(
        "today.html",
        login=login,
        here="today",
        today=day,
        warnings=warnings(room),
        alarms=service_state.alarms(doing, room.settings),
        parts=[
            {"title": service_state.title(part, room.settings), "good": part.good, "at": part.at}
            for part in doing
        ],
        tiles=[
            {"title": "Ontvangen", "count": len(rows)},
            *(tile for tile in tiles if tile["count"]),
        ],
        unsent=[
            {"title": wording.REPLIES[state][0], "count": replies[state]}
            for state in _UNSENT
            if replies[state]
        ],
        left_out=[
            {"mail": each, "why": wording.LEFT_OUT[each.why]}
            for each in left_out.waiting(room.store)
        ],
        rows=rows[(blad - 1) * PART : blad * PART],
        more=len(rows) > blad * PART,
        page=blad,
    )
