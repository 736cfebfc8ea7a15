"""What a clerk does with an invoice besides deciding: later, to a colleague, a note, and taking back
what was decided.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.exceptions import RequestValidationError
from starlette.responses import Response

from intake.review import undo
from intake.review.context import RoomOf
from intake.review.pages.case import PaperPath, Tab, Version, back_to, colleagues, done
from intake.review.pages.login import Decider
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
    cases.take_back(room.store, reference, login.user, version, stuk or None)
    audit.record(room.store, login.user, reference, "taken-back")
    response = back_to(reference, tab, "teruggenomen", stuk)
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
