"""One page of a document as a picture, drawn by the reading child: this process never opens a
document.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from intake.document.reading import page_picture
from intake.errors import SandboxFailed
from intake.review.context import RoomOf
from intake.review.open_paper import document, open_paper
from intake.review.pages.login import Reader

DPI = 130
"""Sharp on an ordinary screen at the width of half a window."""

router = APIRouter()


@router.get("/zaak/{reference}/blad/{path:path}/{page}.png")
def picture(
    request: Request,
    room: RoomOf,
    login: Reader,
    reference: str,
    path: str,
    page: Annotated[int, Path(ge=1, le=10_000)],
) -> Response:
    """The picture; one row in the audit for each.

    Covered without a reason: 403. Not to be drawn: 404.
    """
    opened = open_paper(request, room, login, reference, path, f"page {path} {page}")
    data = document(room, opened)
    try:
        return Response(page_picture(room.sandbox, data, page, DPI), media_type="image/png")
    except SandboxFailed:
        return Response(status_code=404)


@router.get("/zaak/{reference}/venster")
def window(
    request: Request,
    room: RoomOf,
    login: Reader,
    reference: str,
    stuk: Annotated[str, Query(max_length=200)] = "",
    blad: Annotated[int, Query(ge=1, le=10_000)] = 1,
) -> Response:
    """One page of a document alone, for a second screen. Covered without a reason: 403."""
    opened = open_paper(request, room, login, reference, stuk, "case")
    if blad > opened.paper.pages:
        raise HTTPException(404)
    return room.pages.html(
        "sheet.html",
        login=login,
        here="queue",
        case=opened.case,
        paper=opened.paper,
        page=blad,
        title=opened.paper.title,
    )
