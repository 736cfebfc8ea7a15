"""Why a value was read so: the winner, the runner-up and what made the difference, on request."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from intake import profile
from intake.document.reading import explain_invoice
from intake.errors import SandboxFailed
from intake.model.explanation import Explanation
from intake.review import wording
from intake.review.context import RoomOf
from intake.review.open_paper import document, open_paper
from intake.review.pages.case import title_of
from intake.review.pages.login import Reader

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
    opened = open_paper(request, room, login, reference, stuk, "explanation")
    data, case = document(room, opened), opened.case
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
        path=opened.paper.path,
        title=title_of(case),
        explanations=[each for each in found if each.winner and each.name in wording.EXPLAINED],
        names=wording.EXPLAINED,
    )
