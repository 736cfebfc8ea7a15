"""What a clerk does with an invoice besides deciding: later, to a colleague, a note, and taking back
what was decided.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.exceptions import RequestValidationError
from starlette.responses import RedirectResponse, Response

from intake.errors import AlreadyExported, Conflict, LetterLeft
from intake.review import undo
from intake.review.context import Room, RoomOf
from intake.review.list_state import passed_on
from intake.review.pages.case import PaperPath, Tab, Version, back_to, colleagues, done
from intake.review.pages.login import Decider, Login
from intake.store import audit, cases, plans

router = APIRouter()


@router.post("/zaak/{reference}/later")
def put_aside(
    room: RoomOf,
    login: Decider,
    reference: str,
    version: Version,
    stuk: PaperPath,
    tot: Annotated[str, Form(max_length=10)] = "",
    tab: Tab = "",
) -> Response:
    """Put an invoice aside until a day. Raises Conflict when it changed since it was shown."""
    try:
        plans.put_aside(
            room.store, reference, stuk, login.user, version, dt.date.fromisoformat(tot)
        )
    except ValueError:
        raise RequestValidationError([]) from None
    return done(room, login, "later", reference, tab)


@router.post("/zaak/{reference}/overdragen")
def hand_over(
    room: RoomOf,
    login: Decider,
    reference: str,
    version: Version,
    stuk: PaperPath,
    aan: Annotated[str, Form(max_length=100)] = "",
    tab: Tab = "",
) -> Response:
    """Give an invoice to a colleague, or back to all. Raises Conflict when it changed."""
    if aan and aan not in colleagues(room):
        raise RequestValidationError([])
    plans.hand_over(room.store, reference, stuk, login.user, version, aan or None)
    return back_to(reference, tab, "overgedragen" if aan else "teruggegeven", stuk)


@router.post("/zaak/{reference}/notitie")
def note(
    room: RoomOf,
    login: Decider,
    reference: str,
    tekst: Annotated[str, Form(max_length=2000)] = "",
    stuk: PaperPath = "",
    tab: Tab = "",
) -> Response:
    """Write a note for whoever opens the case after this."""
    if not tekst.strip():
        raise RequestValidationError([])
    plans.note(room.store, reference, login.user, tekst.strip())
    return back_to(reference, tab, "notitie", stuk)


@router.post("/zaak/{reference}/terugnemen")
def take_back(
    room: RoomOf,
    login: Decider,
    reference: str,
    version: Version,
    stuk: PaperPath = "",
    tab: Tab = "",
) -> Response:
    """Undo what was decided last, and open the case again.

    Raises AlreadyExported, LetterLeft, Conflict.
    """
    _take_back(room, login, undo.Undo(reference, version, stuk))
    return _undone(back_to(reference, tab, "teruggenomen", stuk))


@router.post("/ongedaan")
def undo_last(
    request: Request,
    room: RoomOf,
    login: Decider,
    wat: Annotated[str, Form(max_length=4000)] = "",
    naar: Annotated[str, Form(max_length=4)] = "",
    tab: Tab = "",
) -> Response:
    """Undo what was decided a moment ago (``wat``, as the page showed it), alone or together, and show
    it again: the case, or the fast lane. Of several, what left meanwhile keeps none of the others.

    Raises AlreadyExported, LetterLeft, Conflict when it was one.
    """
    decided = undo.offered(request, wat)
    in_lane = naar == "snel" or len(decided) > 1
    if not decided:
        page = "/snel?" if in_lane else f"/?tab={passed_on(tab)}&"
        return RedirectResponse(f"{page}gedaan=te-laat", 303)
    if in_lane:
        back = [_took_back(room, login, each) for each in decided]
        said = "snel-terug" if all(back) else "snel-deels"
        return _undone(RedirectResponse(f"/snel?gedaan={said}", 303))
    _take_back(room, login, decided[0])
    return _undone(back_to(decided[0].reference, tab, "teruggenomen", decided[0].path))


def _take_back(room: Room, login: Login, decided: undo.Undo) -> None:
    reference, version, path = decided.reference, decided.version, decided.path
    cases.take_back(room.store, reference, login.user, version, path or None)
    audit.record(room.store, login.user, reference, "taken-back")


def _took_back(room: Room, login: Login, decided: undo.Undo) -> bool:
    """One of several; False when it left meanwhile, or was decided on again."""
    try:
        _take_back(room, login, decided)
    except (AlreadyExported, LetterLeft, Conflict):
        return False
    return True


def _undone(response: Response) -> Response:
    response.delete_cookie(undo.COOKIE)
    return response


@router.post("/zaak/{reference}/intrekken")
def withdraw(
    room: RoomOf,
    login: Decider,
    reference: str,
    version: Version,
    stuk: PaperPath = "",
    tab: Tab = "",
) -> Response:
    """All that the rules refused stands open for a clerk, and its letter never leaves.

    Raises LetterLeft, Conflict.
    """
    cases.withdraw(room.store, reference, login.user, version)
    return back_to(reference, tab, "ingetrokken", stuk)
