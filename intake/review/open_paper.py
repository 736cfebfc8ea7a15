"""The one way to a document of a case: every page, picture, word or cut-out that is shown of it goes
through here.
"""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import Request
from starlette.exceptions import HTTPException

from intake.errors import Covered
from intake.review import disclosure
from intake.review.case_documents import Paper, first_paper, paper_of
from intake.review.context import Room
from intake.review.pages.login import Login
from intake.store import audit, cases
from intake.store.cases import Case
from intake.store.restrictions import RestrictedError


@dataclass(frozen=True, slots=True)
class OpenPaper:
    """A document that may be shown; that it is, stands in the audit."""

    case: Case
    paper: Paper


def open_paper(
    request: Request, room: Room, login: Login, reference: str, path: str, what: str
) -> OpenPaper:
    """Open a document of a case for who may see it now.

    Args:
        path: empty for the document that opens first.
        what: for the audit: what is shown of it.

    Raises:
        HTTPException: 404, there is no such document.
        RestrictedError: the person concerned asked that it be left alone.
        Covered: it is covered, and no reason was given. Either is a row of the audit too.
    """
    case = cases.get_case(room.store, reference)
    paper = paper_of(case, path) if path else first_paper(case)
    if paper is None:
        raise HTTPException(404)
    covered = case.is_covered(paper.read)
    why = disclosure.reason(request, room, login, reference) if covered else ""
    if covered and not why:
        audit.record(room.store, login.user, reference, what, result=audit.REFUSED)
        if case.restricted:
            raise RestrictedError(f"the data of {reference} is restricted")
        raise Covered(f"a document of {reference} is covered")
    if what == audit.STRIP:
        audit.record_strip(room.store, login.user, reference)
    else:
        audit.record(room.store, login.user, reference, what, why)
    return OpenPaper(case, paper)


def document(room: Room, opened: OpenPaper) -> bytes:
    """Its bytes.

    Raises:
        HTTPException: 404, it is not kept (an e-invoice), or no longer.
    """
    data = cases.document(room.store, opened.case.reference, opened.paper.path)
    if data is None:
        raise HTTPException(404)
    return data
