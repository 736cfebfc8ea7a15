"""Why a value was read so: the winner, the runner-up and what made the difference, on request."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from intake import profile
from intake.document.reading import explain_invoice
from intake.errors import SandboxFailed
from intake.model.explanation import Explanation
from intake.review import disclosure, wording
from intake.review.case_documents import first_paper, paper_of
from intake.review.context import RoomOf
from intake.review.pages.case import title_of
from intake.review.pages.login import Reader
from intake.store import audit, cases

router = APIRouter()


@router.get("/zaak/{reference}/uitleg")
def explain(
    request: Request,
    room: RoomOf,
    login: Reader,
    reference: str,
    stuk: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """Each field with its reasons, read once more by the child. Of a covered page: 403."""
    case = cases.get_case(room.store, reference)
    paper = paper_of(case, stuk) or first_paper(case)
    data = cases.document(room.store, reference, paper.path) if paper else None
    if paper is None or data is None:
        raise HTTPException(404)
    why = disclosure.reason(request, room, login, reference)
    if disclosure.covered_invoice(paper.read) and not why:
        audit.record(room.store, login.user, reference, "explanation", result=audit.REFUSED)
        return Response(status_code=403)
    audit.record(room.store, login.user, reference, "explanation", why)
    found: tuple[Explanation, ...] = ()
    try:
        buyer = profile.load(case.municipality).addressee
        found = explain_invoice(room.sandbox, data, buyer, ())
    except SandboxFailed:
        pass
    return room.pages.html(
        "explain.html",
        login=login,
        here="queue",
        case=case,
        path=paper.path,
        title=title_of(case),
        explanations=[each for each in found if each.winner and each.name in wording.EXPLAINED],
        names=wording.EXPLAINED,
    )
