"""The catalogue of checks, for everybody who may see cases: which rules there are, and why."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from intake import profile
from intake.checks import catalogue
from intake.review.context import RoomOf
from intake.review.pages.login import Reader

router = APIRouter()


@router.get("/controles")
def show(
    room: RoomOf,
    login: Reader,
    dag: Annotated[dt.date | None, Query()] = None,
    gemeente: Annotated[str, Query(max_length=100)] = "",
) -> Response:
    """Every check of one municipality as it is for an invoice of this day."""
    served = room.settings.municipalities
    own = profile.load(gemeente if gemeente in served else room.settings.profile)
    day = dag or room.store.today
    return room.pages.html(
        "rules.html",
        login=login,
        here="rules",
        own=own,
        day=day,
        served=served,
        rules=catalogue.rules(own, day),
    )
