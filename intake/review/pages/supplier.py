"""A supplier: its names, its accounts since when, and its invoices as one line of time."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from fastapi.exceptions import RequestValidationError
from starlette.responses import Response

from intake.review.context import RoomOf
from intake.review.pages.login import Reader
from intake.store import suppliers

router = APIRouter()


@router.get("/leverancier/{kvk}")
def show(
    room: RoomOf,
    login: Reader,
    kvk: Annotated[str, Path(pattern=r"^[0-9]{8}$")],
    gemeente: Annotated[str, Query(max_length=60)] = "",
) -> Response:
    """Business facts only: no mail, no page, no care."""
    known = room.settings.municipalities
    if gemeente and gemeente not in known:
        raise RequestValidationError([])
    return room.pages.html(
        "supplier.html",
        login=login,
        here="queue",
        supplier=suppliers.history(room.store, kvk, gemeente or known[0]),
    )
