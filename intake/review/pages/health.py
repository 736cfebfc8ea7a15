"""Whether the service does its work, for a monitor: no login, no content."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import JSONResponse

from intake.errors import StoreUnavailable
from intake.review.context import RoomOf
from intake.review.warnings import warnings
from intake.store import health

router = APIRouter()


@router.get("/health")
def show(room: RoomOf) -> JSONResponse:
    """200 and ``ok`` when all parts do well, else 503 and ``red`` with the codes of the parts that
    do not, or are silent.

    What somebody must see to before it hurts stands under ``warnings``; it turns nothing red.
    """
    told = {}
    try:
        parts = {part.part: part.code for part in health.health(room.store) if not part.good}
        told = {warning.part: warning.code for warning in warnings(room)}
    except StoreUnavailable as error:
        parts = {"database": error.code}
    answer = {"status": "red" if parts else "ok", "red": parts} | (
        {"warnings": told} if told else {}
    )
    return JSONResponse(answer, 503 if parts else 200)
