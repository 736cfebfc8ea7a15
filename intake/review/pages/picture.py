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
from intake.review import disclosure
from intake.review.case_documents import first_paper, paper_of
from intake.review.context import RoomOf
from intake.review.pages.login import Reader
from intake.store import audit, cases

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
    case = cases.get_case(room.store, reference)
    paper = paper_of(case, path)
    if paper is None:
        raise HTTPException(404)
    covered = disclosure.covered_invoice(paper.read)
    why = disclosure.reason(request, room, login, reference) if covered else ""
    if covered and not why:
        audit.record(room.store, login.user, reference, f"page {path} {page}", result=audit.REFUSED)
        return Response(status_code=403)
    data = cases.document(room.store, reference, path)
    if data is None:
        raise HTTPException(404)
    audit.record(room.store, login.user, reference, f"page {path} {page}", why)
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
    case = cases.get_case(room.store, reference)
    paper = paper_of(case, stuk) or first_paper(case)
    if paper is None or blad > paper.pages:
        raise HTTPException(404)
    why = disclosure.reason(request, room, login, reference)
    if disclosure.covered_invoice(paper.read) and not why:
        return Response(status_code=403)
    audit.record(room.store, login.user, reference, "case", why)
    return room.pages.html(
        "sheet.html",
        login=login,
        here="queue",
        case=case,
        paper=paper,
        page=blad,
        title=paper.title,
    )
