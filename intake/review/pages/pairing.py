"""Which attachment belongs to which invoice (hoort bij), when they came in two mails: shown on the
case, put together or taken apart.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.exceptions import RequestValidationError
from starlette.responses import Response

from intake.review.context import RoomOf
from intake.review.pages.case import Tab, done
from intake.review.pages.login import Decider
from intake.store import pairing
from intake.store.reference import read_reference

router = APIRouter()

Typed = Annotated[str, Form(max_length=40)]


@router.post("/zaak/{reference}/hoort-bij")
def pair(
    room: RoomOf,
    login: Decider,
    reference: str,
    invoice: Typed,
    attachment: Typed = "",
    tab: Tab = "",
) -> Response:
    """Give the attachment of this mail (or of ``attachment``) to the invoices of another.

    Raises Conflict, NotKept.
    """
    pairing.pair(room.store, _read(attachment or reference), _read(invoice), login.user)
    return done(room, login, "gekoppeld", reference, tab)


@router.post("/zaak/{reference}/losmaken")
def unpair(
    room: RoomOf,
    login: Decider,
    reference: str,
    invoice: Typed,
    attachment: Typed = "",
    tab: Tab = "",
) -> Response:
    """Take the attachment away again; the rules leave the two apart. Raises Conflict, NotKept."""
    pairing.unpair(room.store, _read(attachment or reference), _read(invoice), login.user)
    return done(room, login, "losgemaakt", reference, tab)


def _read(typed: str) -> str:
    """The reference that a person chose or typed."""
    found = read_reference(typed)
    if found is None:
        raise RequestValidationError([])
    return found
