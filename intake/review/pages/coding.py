"""How an invoice is booked: chosen at the desk, until it leaves."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from intake.review import wording
from intake.review.context import RoomOf
from intake.review.pages.case import BookingFault, PaperPath, Tab, View, back_to, page
from intake.review.pages.login import Decider
from intake.store import coding, supplier_values
from intake.store.coding import CODES, Choice, CodingFault
from intake.store.supplier_values import SupplierFault

router = APIRouter()
Code = Annotated[str, Form(max_length=200)]


@router.post("/zaak/{reference}/boeking")
def choose(
    request: Request,
    room: RoomOf,
    login: Decider,
    reference: str,
    stuk: PaperPath,
    cost_centre: Code = "",
    cost_type: Code = "",
    task_field: Code = "",
    vat_code: Code = "",
    order_number: Code = "",
    due_on: Code = "",
    tab: Tab = "",
) -> Response:
    """Book it so. What cannot be so is said on the page, with what was typed.

    Raises AlreadyExported when it left, Conflict when it is refused.
    """
    typed = (cost_centre, cost_type, task_field, vat_code, order_number)
    codes = dict(zip(CODES, typed, strict=True))
    try:
        day = supplier_values.day(due_on)
        coding.choose(room.store, reference, stuk, login.user, Choice(codes, day))
    except (CodingFault, SupplierFault) as fault:
        wrong = BookingFault({**codes, "due_on": due_on}, wording.CODING_FAULTS[fault.code])
        return page(request, room, login, reference, View(tab, stuk, status=400), wrong)
    return back_to(reference, tab, "geboekt", stuk)
