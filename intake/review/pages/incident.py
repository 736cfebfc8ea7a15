"""One incident of the register: what happened, whose data, what was done, and whether it is
reported (AVG art. 33 lid 5).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import fields
from typing import Annotated

from fastapi import APIRouter, Form, Path
from fastapi.exceptions import RequestValidationError
from starlette.responses import RedirectResponse, Response

from intake.model.basics import AMSTERDAM
from intake.review import wording
from intake.review.context import Room, RoomOf
from intake.review.pages.login import Judge, Login, RegisterReader, Reporter
from intake.review.rights import Right
from intake.store import audit, incidents
from intake.store.incidents import Assessment, Entry, Report
from intake.store.tables import Judgement
from intake.text.masking import masked

router = APIRouter()

Number = Annotated[int, Path(ge=1, le=999_999_999)]
Words = Annotated[str, Form(max_length=4000)]


@router.get("/incident/{number}")
def show(room: RoomOf, login: RegisterReader, number: Number) -> Response:
    """The form; what was written before is content, so showing it is a row in the audit."""
    entry, report = incidents.get(room.store, number)
    audit.record(room.store, login.user, entry.reference, "incident")
    known = entry.known_at or entry.at
    return _page(
        room,
        login,
        entry,
        report if report != Report() else _first(entry),
        entry.judgement,
        f"{wording.local(known):%Y-%m-%dT%H:%M}",
    )


@router.post("/incident/{number}")
def judge(
    room: RoomOf,
    login: Judge,
    number: Number,
    version: Annotated[int, Form(ge=1)],
    judgement: Annotated[str, Form(max_length=20)] = Judgement.OPEN.value,
    known_at: Annotated[str, Form(max_length=30)] = "",
    nature: Words = "",
    people: Words = "",
    road: Words = "",
    measures: Words = "",
    grounds: Words = "",
) -> Response:
    """Keep what was written. Raises Conflict when a colleague changed it since."""
    if judgement not in list(Judgement):
        raise RequestValidationError([])
    entry, _ = incidents.get(room.store, number)
    report = Report(nature.strip(), people.strip(), road.strip(), measures.strip(), grounds.strip())
    decided = Judgement(judgement)
    moment = _moment(known_at)
    fault = (
        _fault(report, decided)
        if moment is not None and moment <= room.store.clock()
        else wording.FORM_FAULTS["no-moment"]
    )
    if fault or moment is None:
        return _page(room, login, entry, report, decided, known_at, fault)
    assessment = Assessment(decided, moment, report)
    incidents.judge(room.store, number, login.user, version, assessment)
    return RedirectResponse("/privacy?gedaan=incident", 303)


@router.post("/zaak/{reference}/incident")
def notice(room: RoomOf, login: Reporter, reference: str) -> Response:
    """A clerk saw client data that the rules did not see."""
    number = incidents.report_by_hand(room.store, reference, login.user)
    own = f"/zaak/{reference}?gedaan=gemeld"
    return RedirectResponse(f"/incident/{number}" if login.may(Right.JUDGE_INCIDENT) else own, 303)


def _first(entry: Entry) -> Report:
    """What can be said before a person looked."""
    return Report(
        nature=wording.INCIDENTS.get(entry.kind, ""),
        road=wording.SENTENCES["incident-road"] if entry.kind != "noticed" else "",
    )


def _moment(text: str) -> dt.datetime | None:
    """A moment as the browser writes it, on Amsterdam's clock."""
    try:
        return dt.datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM)
    except ValueError:
        return None


def _fault(report: Report, judgement: Judgement) -> str:
    texts = [getattr(report, one.name) for one in fields(report)]
    if any(masked(text, near_client=True) != text for text in texts):
        return wording.FORM_FAULTS["perhaps-a-bsn"]
    if judgement is not Judgement.OPEN and not report.grounds:
        return wording.FORM_FAULTS["no-grounds"]
    if judgement in (Judgement.RECORDED, Judgement.REPORTED) and not (
        report.nature and report.people and report.measures
    ):
        return wording.FORM_FAULTS["not-complete"]
    return ""


def _page(
    room: Room,
    login: Login,
    entry: Entry,
    report: Report | None,
    judgement: Judgement,
    known_at: str,
    fault: str = "",
) -> Response:
    return room.pages.html(
        "incident.html",
        400 if fault else 200,
        login=login,
        here="privacy",
        entry=entry,
        report=report,
        judgement=judgement,
        known_at=known_at,
        fault=fault,
        now=room.store.clock(),
        readings=[
            {"at": each.at, "who": each.who, "what": wording.reading(each.what)}
            for each in audit.readings(room.store, entry.reference)
        ],
    )
