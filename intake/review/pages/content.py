"""Content approval: a reviewer of care agrees with what was delivered, or says why not."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.exceptions import RequestValidationError
from starlette.responses import Response

from intake.review.context import RoomOf
from intake.review.pages.case import PaperPath, Tab, Version, done, receipt_of, send_receipt
from intake.review.pages.login import ContentReviewer
from intake.store import cases, content_approval, drafts

router = APIRouter()


@router.post("/zaak/{reference}/inhoudelijk")
def agree(
    room: RoomOf,
    login: ContentReviewer,
    reference: str,
    version: Version,
    stuk: PaperPath,
    tab: Tab = "",
) -> Response:
    """Agree. What a clerk accepted before is accepted by this, and its receipt leaves.

    Raises Conflict when it changed since it was shown, SamePerson when somebody else must agree.
    """
    receipt = receipt_of(cases.get_case(room.store, reference))
    whole = content_approval.approve(room.store, reference, stuk, login.user, version)
    if whole and receipt is not None:
        case = cases.get_case(room.store, reference)
        accepted_by = next(each.decided_by for each in case.invoices if each.path == stuk)
        send_receipt(room, case, receipt.id, accepted_by or login.user)
    return done(room, login, "inhoudelijk", reference, tab)


@router.post("/zaak/{reference}/niet-inhoudelijk")
def object_to(
    room: RoomOf,
    login: ContentReviewer,
    reference: str,
    version: Version,
    stuk: PaperPath,
    tekst: Annotated[str, Form(max_length=2000)] = "",
    tab: Tab = "",
) -> Response:
    """Do not agree: a clerk decides anew, and reads why. Raises Conflict when it changed; what was
    typed is kept.
    """
    if not tekst.strip():
        raise RequestValidationError([])
    draft = drafts.Draft((), tekst.strip(), room.store.clock())
    drafts.save(room.store, reference, login.user, drafts.objection(stuk), draft)
    content_approval.object_to(room.store, reference, stuk, login.user, version, tekst.strip())
    drafts.drop(room.store, reference, login.user, drafts.objection(stuk))
    return done(room, login, "niet-inhoudelijk", reference, tab)
