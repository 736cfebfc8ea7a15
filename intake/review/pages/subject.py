"""The rights of the person concerned, for the privacy officer: find, give a copy, leave alone, erase.

The client's number is typed in a form, and stands in no address and no log. Each use is a row of the
audit.
"""

from __future__ import annotations

import json
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.exceptions import RequestValidationError
from starlette.responses import Response

from intake.review import subject_copy, wording
from intake.review.context import Room, RoomOf
from intake.review.pages.login import Login, SubjectOfficer, SubjectOpener
from intake.store import audit, subject
from intake.text.bsn import client_number

PATH = "/betrokkene"

router = APIRouter()

Number = Annotated[str, Form(max_length=40)]


@router.get(PATH)
def ask(room: RoomOf, login: SubjectOpener) -> Response:
    """The form for the number."""
    return _page(room, login)


@router.post(PATH)
def find(room: RoomOf, login: SubjectOfficer, bsn: Number = "") -> Response:
    """Every case in which this client stands."""
    client = client_number(bsn)
    if client is None:
        return _page(room, login, fault="no-bsn")
    return _page(room, login, client, subject.find(room.store, client, login.user))


@router.post(f"{PATH}/meegeven")
def copy(room: RoomOf, login: SubjectOfficer, bsn: Number = "") -> Response:
    """The copy for the person, as a file."""
    client = client_number(bsn)
    if client is None:
        return _page(room, login, fault="no-bsn")
    found = subject.find(room.store, client, login.user, "subject-export")
    text = json.dumps(subject_copy.written(room.store, found), ensure_ascii=False, indent=2)
    named = {"Content-Disposition": 'attachment; filename="gegevens-betrokkene.json"'}
    return Response(text, media_type="application/json", headers=named)


@router.post(f"{PATH}/beperken")
def restrict(
    room: RoomOf,
    login: SubjectOfficer,
    bsn: Number = "",
    why: Annotated[str, Form(max_length=20)] = "",
) -> Response:
    """Leave all cases of this client alone, or no longer; or let what the law asks be paid all the
    same.
    """
    client = client_number(bsn)
    if client is None:
        return _page(room, login, fault="no-bsn")
    if why not in wording.RESTRICTIONS:
        raise RequestValidationError([])
    found = subject.find(room.store, client, login.user)
    references = [case.reference for case in found.certain]
    if why == subject.LIFTED:
        subject.lift(room.store, references, login.user)
    elif why == subject.PAYABLE:
        subject.let_pay(room.store, references, login.user)
    else:
        subject.restrict(room.store, references, login.user, why)
    return _again(room, login, client, "beperkt")


@router.post(f"{PATH}/wissen")
def erase(room: RoomOf, login: SubjectOfficer, bsn: Number = "") -> Response:
    """Destroy what the law lets go now, by its keys."""
    client = client_number(bsn)
    if client is None:
        return _page(room, login, fault="no-bsn")
    subject.erase(room.store, subject.find(room.store, client, login.user), login.user)
    return _again(room, login, client, "gewist")


def _again(room: Room, login: Login, client: str, done: str) -> Response:
    found = subject.find(room.store, client, login.user)
    return _page(room, login, client, found, notice=wording.DONE[done])


def _page(
    room: Room,
    login: Login,
    client: str = "",
    found: subject.Found | None = None,
    fault: str = "",
    notice: str = "",
) -> Response:
    return room.pages.html(
        "subject.html",
        400 if fault else 200,
        login=login,
        here="privacy",
        client=client,
        found=found,
        looked=[
            {"at": each.at, "who": each.who, "what": wording.reading(each.what), "case": case}
            for case in (one.reference for one in (found.cases if found else ()))
            for each in audit.readings(room.store, case)
        ],
        restrictions=wording.RESTRICTIONS,
        places=wording.SUBJECT_PLACES,
        fault=wording.FORM_FAULTS.get(fault),
        notice=notice,
    )
