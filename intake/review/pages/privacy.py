"""For the privacy officer: who reads unusually much, and the register of incidents."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Query
from starlette.responses import RedirectResponse, Response

from intake.review import wording
from intake.review.context import RoomOf
from intake.review.pages.login import Judge, RegisterReader
from intake.store import audit, incidents, subject

AT_ONCE = 200
"""Incidents on the page, the open ones first; the export has them all."""

router = APIRouter()


@router.get("/privacy")
def show(
    room: RoomOf, login: RegisterReader, gedaan: Annotated[str, Query(max_length=20)] = ""
) -> Response:
    """Alerts that nobody looked into, and the register. No content of a case stands here."""
    register = incidents.listed(room.store)
    return room.pages.html(
        "privacy.html",
        login=login,
        here="privacy",
        alerts=audit.alerts(room.store),
        unusual=wording.UNUSUAL,
        still=subject.waiting(room.store),
        rows=register[:AT_ONCE],
        left_out=max(0, len(register) - AT_ONCE),
        open=incidents.count_open(room.store),
        now=room.store.clock(),
        notice=wording.DONE.get(gedaan),
    )


@router.post("/privacy/gezien")
def seen(room: RoomOf, login: Judge, alert: Annotated[int, Form(ge=1)]) -> Response:
    """An alert was looked into; who did stands in the chain of readings. Nobody closes one about
    themselves.
    """
    open_to = (each.sequence for each in audit.alerts(room.store) if each.who != login.user)
    if alert in open_to:
        audit.mark_seen(room.store, login.user, alert)
    return RedirectResponse("/privacy?gedaan=gezien", 303)
