"""What a clerk fetched in a secure-mail portal goes on with the case of its notice. The portal itself is
never visited from here: its link is shown by its host only.
"""

from __future__ import annotations

from pathlib import PureWindowsPath
from typing import Annotated, Any

from fastapi import APIRouter, Form, UploadFile
from fastapi.exceptions import RequestValidationError
from starlette.formparsers import MultiPartParser
from starlette.responses import RedirectResponse, Response

from intake.mail.fetched import FetchedFile
from intake.mail.portals import hosts_of
from intake.review.context import Room, RoomOf
from intake.review.list_state import LONGEST, passed_on
from intake.review.pages.login import Decider
from intake.review.pages.password import RETRYABLE
from intake.stages import reasons
from intake.store import cases
from intake.store.cases import Case

PATH = "/ophalen"
"""One address for all cases, which stand in the form: only there a form may be so large."""
MOST_BYTES = 30_000_000
_MOST_FILES = 20
_LONGEST_NAME = 200
_MOST_HOSTS = 3

MultiPartParser.spool_max_size = 2 * MOST_BYTES
"""What is fetched holds client data: it is kept in memory until it is sealed, never in a file."""

router = APIRouter()


@router.post(PATH)
def fetched(
    room: RoomOf,
    login: Decider,
    reference: Annotated[str, Form(max_length=20)],
    version: Annotated[int, Form(ge=0)],
    bestand: list[UploadFile],
    tab: Annotated[str, Form(max_length=LONGEST)] = "",
) -> Response:
    """Keep the files with the case, and let the rules decide on them at once.

    Raises Conflict when the case changed.
    """
    case = cases.get_case(room.store, reference)
    if not is_asked(case) or len(bestand) > _MOST_FILES:
        raise RequestValidationError([])
    files = [FetchedFile(_name(each.filename), each.file.read()) for each in bestand]
    if not all(each.data for each in files) or sum(len(each.data) for each in files) > MOST_BYTES:
        raise RequestValidationError([])
    cases.go_on_with(room.store, reference, login.user, version, files)
    return RedirectResponse(f"/?tab={passed_on(tab)}&gedaan=opgehaald", 303)


def is_asked(case: Case) -> bool:
    """Whether a message of this case waits in a portal, or something fetched there may go beside what
    was fetched before.
    """
    told = case.verdict is not None and reasons.is_in_portal(case.verdict.reason)
    return case.state in RETRYABLE and (told or any(each.code == "fetched" for each in case.events))


def shown(room: Room, case: Case) -> dict[str, Any] | None:
    """What the page of the case says of it; None when nothing is to be fetched."""
    if not is_asked(case):
        return None
    text = case.summary.text if case.summary else ""
    days = (case.deadline - room.store.today).days if case.deadline else None
    return {"hosts": hosts_of(text)[:_MOST_HOSTS], "days": days}


def _name(given: str | None) -> str:
    """The last part of a name, without what cannot be shown."""
    name = PureWindowsPath(given or "").name
    return "".join(filter(str.isprintable, name))[-_LONGEST_NAME:] or "bestand"
