"""The fast lane: ten invoices without a point at a time, each with cut-outs of its page beside what
was read; ticked off one by one, accepted together.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from fastapi import APIRouter, Form, Path, Query, Request
from pydantic import TypeAdapter
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from intake.document.reading import page_picture
from intake.errors import AlreadyExported, CannotOpen, Conflict, LetterLeft, SandboxFailed
from intake.model.basics import Box
from intake.model.invoice import Evidence, Invoice
from intake.review import agreement, list_state, wording
from intake.review.case_documents import paper_of
from intake.review.context import Room, RoomOf
from intake.review.list_state import ListState
from intake.review.open_paper import document, open_paper
from intake.review.pages.case import receipt_of, send_receipt
from intake.review.pages.login import Chooser, Decider, Login
from intake.review.pages.queue import days_left
from intake.store import audit, cases, worklist
from intake.store.tables import InvoiceState, View
from intake.store.worklist import Item, Sort

AT_ONCE = 10
"""Invoices shown together."""
UNDO_SECONDS = 15
"""How long what was accepted together can be taken back."""
DPI = 110
_BESIDE, _ABOVE = 12.0, 5.0
"""Points of the page shown beside and above what was read."""
_WIDEST = 230.0
"""Of a longer line its end is shown, where the value stands."""

router = APIRouter()
_Accepted = TypeAdapter(tuple[dt.datetime, list[tuple[str, str]]])


@router.get("/snel")
def show(
    room: RoomOf,
    login: Chooser,
    gedaan: Annotated[str, Query(max_length=20)] = "",
    klaar: Annotated[str, Query(max_length=4000)] = "",
) -> Response:
    """The first ten of the lane, those that must be paid first in front; one row in the audit each."""
    lane = ListState(View.FAST, sort=Sort.DUE)
    found = worklist.find(room.store, lane.wanted(login.user), AT_ONCE)
    strips = [strip for item in found.items if (strip := _strip(room, login, item))]
    audit.record_strips(room.store, login.user, [strip["item"].reference for strip in strips])
    accepted = list_state.unsealed(room, login, klaar, _Accepted) if klaar else None
    left = _seconds_left(room, accepted[0]) if accepted else 0
    waiting = sum(_waits(room, *each) for each in accepted[1]) if accepted else 0
    return room.pages.html(
        "fast.html",
        login=login,
        here="fast",
        strips=strips,
        waiting=worklist.counts(room.store)[View.FAST],
        tab=list_state.written(room, login, lane),
        cut_outs=wording.CUT_OUTS,
        accepted=len(accepted[1]) - waiting if accepted else 0,
        waits=waiting,
        undo=klaar if left > 0 else "",
        seconds=left,
        notice=wording.DONE.get(gedaan),
    )


@router.post("/snel/akkoord")
def accept(
    room: RoomOf, login: Decider, gekozen: Annotated[list[str] | None, Form(max_length=300)] = None
) -> Response:
    """Accept what was ticked off, each by itself, with the receipt that leaves at an ordinary
    accept; what changed meanwhile stays where it is.
    """
    accepted: list[tuple[str, str]] = []
    for chosen in (gekozen or [])[:AT_ONCE]:
        reference, path, version = ([*chosen.split("|", 2), "", ""])[:3]
        if version.isdecimal() and _accept(room, login, reference, path, int(version)):
            accepted.append((reference, path))
    if not accepted:
        return RedirectResponse("/snel?gedaan=niets-gekozen", 303)
    record = (room.store.clock(), accepted)
    sealed = list_state.sealed(room, login, _Accepted.dump_json(record))
    return RedirectResponse(f"/snel?klaar={sealed}", 303)


@router.post("/snel/terug")
def take_back(
    room: RoomOf, login: Decider, klaar: Annotated[str, Form(max_length=4000)] = ""
) -> Response:
    """Undo what was accepted together, within ``UNDO_SECONDS``."""
    accepted = list_state.unsealed(room, login, klaar, _Accepted)
    if accepted is None or _seconds_left(room, accepted[0]) <= 0:
        return RedirectResponse("/snel?gedaan=te-laat", 303)
    back = [_take_back(room, login, reference, path) for reference, path in accepted[1]]
    return RedirectResponse(f"/snel?gedaan={'snel-terug' if all(back) else 'snel-deels'}", 303)


def _take_back(room: Room, login: Login, reference: str, path: str) -> bool:
    """One of them; False when it left meanwhile, or was decided on again."""
    found = cases.read_invoice(room.store, reference, path)
    if found is None or found[1].decided_by != login.user:
        return False
    try:
        cases.take_back(room.store, reference, login.user, found[1].version, path)
    except (AlreadyExported, LetterLeft, Conflict):
        return False
    return True


@router.get("/snel/{reference}/{path:path}/{veld}.png")
def cut_out(
    request: Request,
    room: RoomOf,
    login: Chooser,
    reference: str,
    path: Annotated[str, Path(max_length=200)],
    veld: Annotated[str, Path(max_length=20)],
) -> Response:
    """What stands on the page where a value was read; of an invoice in the fast lane only. Covered:
    403.
    """
    if veld not in wording.CUT_OUTS or _in_lane(room, reference, path) is None:
        raise HTTPException(404)
    opened = open_paper(request, room, login, reference, path, audit.STRIP)
    evidence = _evidence(opened.paper.read.invoice, veld) if opened.paper.read else None
    if evidence is None:
        raise HTTPException(404)
    data = document(room, opened)
    try:
        box = _around(evidence.box)
        picture = page_picture(room.sandbox, data, evidence.page, DPI, box)
    except SandboxFailed:
        return Response(status_code=404)
    return Response(picture, media_type="image/png")


def _accept(room: Room, login: Login, reference: str, path: str, version: int) -> bool:
    """Accept one invoice that stands in the lane; False when it does not, or changed meanwhile."""
    if _in_lane(room, reference, path) is None:
        return False
    receipt = receipt_of(cases.get_case(room.store, reference))
    try:
        whole = cases.accept(room.store, reference, login.user, version, path=path)
    except Conflict:
        return False
    if whole and receipt is not None:
        send_receipt(room, cases.get_case(room.store, reference), receipt.id, login.user)
    audit.record(room.store, login.user, reference, "fast-accept")
    return True


def _strip(room: Room, login: Login, item: Item) -> dict[str, Any] | None:
    """An invoice as it is shown; None when it cannot be opened, or may show a client."""
    try:
        case = cases.get_case(room.store, item.reference)
    except CannotOpen:
        return None
    paper = paper_of(case, item.path)
    own = next((each for each in case.invoices if each.path == item.path), None)
    if paper is None or paper.read is None or own is None or case.is_covered(paper.read):
        return None
    read = paper.read
    values = _values(read.invoice)
    shown = {name for name in values if _evidence(read.invoice, name) is not None}
    return {
        "item": item,
        "chosen": f"{item.reference}|{item.path}|{own.version}",
        "facts": values,
        "shown": shown,
        "days_left": days_left(room, item),
        "needs": agreement.fast(room.store, item.municipality, read.invoice, login.user),
    }


def _waits(room: Room, reference: str, path: str) -> bool:
    """Whether what was accepted waits for somebody else."""
    found = cases.read_invoice(room.store, reference, path)
    return found is not None and found[1].state is InvoiceState.APPROVED_ONCE


def _in_lane(room: Room, reference: str, path: str) -> Item | None:
    rows = worklist.of_case(room.store, reference)
    return next((row for row in rows if row.path == path and row.view is View.FAST), None)


def _values(invoice: Invoice) -> dict[str, str]:
    return {
        "invoice_number": invoice.invoice_number.value or "",
        "issue_date": wording.day(invoice.issue_date.value),
        "gross_amount": wording.money(invoice.gross_amount.value),
        "iban": wording.grouped(invoice.iban.value or ""),
    }


def _evidence(invoice: Invoice, name: str) -> Evidence | None:
    found: Evidence | None = getattr(invoice, name).evidence
    return found


def _around(box: Box) -> Box:
    """The box with what stands beside it, no wider than a strip shows."""
    left, top, right, bottom = box
    left = max(0.0, left - _BESIDE, right - _WIDEST)
    return left, max(0.0, top - _ABOVE), right + _BESIDE, bottom + _ABOVE


def _seconds_left(room: Room, since: dt.datetime) -> int:
    gone = (room.store.clock() - since).total_seconds()
    return max(0, round(UNDO_SECONDS - gone))
