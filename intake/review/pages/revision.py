"""A corrected invoice beside the refused one in whose place it comes: a page of each, and what differs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from intake.review import differences, disclosure
from intake.review.case_documents import Paper, first_paper, paper_of
from intake.review.context import Room, RoomOf
from intake.review.list_state import LONGEST, passed_on
from intake.review.pages.case import PaperPath, Tab, back_to, title_of
from intake.review.pages.login import Decider, Login, Reader
from intake.store import audit, cases, revisions
from intake.store.cases import Case
from intake.store.tables import RevisionLink

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two."""

    case: Case
    paper: Paper | None
    covered: bool
    title: str = field(repr=False)


@router.get("/zaak/{reference}/naast-elkaar")
def show(
    request: Request,
    room: RoomOf,
    login: Reader,
    reference: str,
    tab: Annotated[str, Query(max_length=LONGEST)] = "",
    stuk: Annotated[str, Query(max_length=200)] = "",
    blad: Annotated[int, Query(ge=1, le=10_000)] = 1,
) -> Response:
    """Both invoices, each with a row in the audit; the case itself when it follows no refused one."""
    case = cases.get_case(room.store, reference)
    paper = paper_of(case, stuk) or first_paper(case)
    found = revisions.of_invoice(room.store, reference, paper.path) if paper else None
    if found is None:
        return RedirectResponse(f"/zaak/{reference}?tab={passed_on(tab)}", 303)
    refused = cases.get_case(room.store, found.of_reference)
    sides = [
        _side(request, room, login, refused, found.of_path),
        _side(request, room, login, case, found.path),
    ]
    was, now = (side.paper.read if side.paper else None for side in sides)
    return room.pages.html(
        "revision.html",
        login=login,
        here="queue",
        case=case,
        title=title_of(case),
        tab=passed_on(tab),
        sides=sides,
        page=blad,
        pages=max(side.paper.pages if side.paper else 0 for side in sides),
        path=found.path,
        differences=differences.between(was, now, any(side.covered for side in sides)),
        reasons=differences.refused_for(room, found),
    )


@router.post("/zaak/{reference}/verbetering")
def say(
    room: RoomOf,
    login: Decider,
    reference: str,
    stuk: PaperPath,
    getoond: Annotated[RevisionLink, Form()],
    zo: Annotated[str, Form(max_length=3)] = "",
    tab: Tab = "",
) -> Response:
    """Say whether an invoice comes in the place of the refused one (``zo``: ``ja``). Raises Conflict
    when it does not stand as it was shown (``getoond``).
    """
    is_so = zo == "ja"
    revisions.say(room.store, reference, stuk, login.user, is_so, getoond)
    return back_to(reference, tab, "verbetering" if is_so else "geen-verbetering", stuk)


def _side(request: Request, room: Room, login: Login, case: Case, path: str) -> Side:
    paper = paper_of(case, path)
    why = disclosure.reason(request, room, login, case.reference)
    audit.record(room.store, login.user, case.reference, "case", why)
    covered = case.is_covered(paper.read if paper else None) and not why
    return Side(case, paper, covered, title_of(case))
