"""Whether the service does its work, for a monitor: no login, no content."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from fastapi import APIRouter
from starlette.responses import JSONResponse

from intake.errors import StoreUnavailable
from intake.review.context import Room, RoomOf
from intake.review.warnings import warnings
from intake.secure_attachment.keys import expires_on
from intake.store import health, queues
from intake.store.examination import free_space

router = APIRouter()


@router.api_route("/health", methods=["GET", "HEAD"])
def show(room: RoomOf) -> JSONResponse:
    """200 and ``ok`` when all parts do well, else 503 and ``red`` with the codes of the parts that
    do not, or are silent.

    What somebody must see to before it hurts stands under ``warnings``; it turns nothing red, and
    nor do the numbers: what waits for each part, how many processes of it are heard of, the free
    space, and the days that are left of our certificate.
    """
    told, figures = {}, {}
    try:
        doing = health.health(room.store)
        parts = {part.part: part.code for part in doing if not part.good}
        told = {warning.part: warning.code for warning in warnings(room)}
        figures = _figures(room, doing)
    except StoreUnavailable as error:
        parts = {"database": error.code}
    answer = {"status": "red" if parts else "ok", "red": parts} | figures
    return JSONResponse(answer | ({"warnings": told} if told else {}), 503 if parts else 200)


def _figures(room: Room, doing: Iterable[health.Health]) -> dict[str, Any]:
    """Without the name of any machine: nobody logs in to read them."""
    waiting, now = queues.queues(room.store), room.store.clock()
    parts = {
        part.part: {"processes": sum(each.code != health.SILENT for each in part.processes)}
        | (waiting[part.part].figures(now) if part.part in waiting else {})
        for part in doing
    }
    day = expires_on(room.settings.mail_key_folder)
    days = {"certificate_days": (day - room.store.today).days} if day else {}
    return {"parts": parts, "free_bytes": free_space(room.settings)[1]} | days
