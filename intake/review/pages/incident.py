"""One incident of the register: what happened, whose data, what was done, and whether it is
reported (AVG art. 33 lid 5).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import fields, replace
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Path
from fastapi.exceptions import RequestValidationError
from starlette.responses import RedirectResponse, Response

from intake.model.basics import AMSTERDAM
from intake.review import wording
from intake.review.context import Room, RoomOf
from intake.review.pages.login import Judge, Login, RegisterReader, Reporter
from intake.review.rights import Right
from intake.store import audit, incidents
from intake.store.incidents import Assessment, Entry, Facts, Report
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


def _facts_of(
    people_number: Annotated[str, Form(max_length=7)] = "",
    people_kind: Annotated[tuple[str, ...], Form()] = (),
    data_kind: Annotated[tuple[str, ...], Form()] = (),
    told: Annotated[str, Form(max_length=20)] = "",
    told_on: Annotated[str, Form(max_length=10)] = "",
    reported_on: Annotated[str, Form(max_length=10)] = "",
    report_number: Annotated[str, Form(max_length=40, pattern=r"^[\w./ -]*$")] = "",
) -> Facts:
    """What the form says in numbers, choices and days."""
    known = {*people_kind} <= wording.PEOPLE_KINDS.keys() and {
        *data_kind
    } <= wording.DATA_KINDS.keys()
    if not known or (told and told not in wording.TOLD) or not _is_number(people_number):
        raise RequestValidationError([])
    return Facts(
        people=int(people_number) if people_number else None,
        people_kinds=people_kind,
        data_kinds=data_kind,
        told=told,
        told_on=_day(told_on),
        reported_on=_day(reported_on),
        report_number=report_number.strip() or None,
    )


def _report_of(
    nature: Words = "",
    people: Words = "",
    road: Words = "",
    measures: Words = "",
    grounds: Words = "",
) -> Report:
    """What the form says in words."""
    return Report(nature.strip(), people.strip(), road.strip(), measures.strip(), grounds.strip())


@router.post("/incident/{number}")
def judge(
    room: RoomOf,
    login: Judge,
    number: Number,
    version: Annotated[int, Form(ge=1)],
    facts: Annotated[Facts, Depends(_facts_of)],
    report: Annotated[Report, Depends(_report_of)],
    judgement: Annotated[str, Form(max_length=20)] = Judgement.OPEN.value,
    known_at: Annotated[str, Form(max_length=30)] = "",
) -> Response:
    """Keep what was written. Raises Conflict when a colleague changed it since."""
    if judgement not in list(Judgement):
        raise RequestValidationError([])
    entry, _ = incidents.get(room.store, number)
    decided = Judgement(judgement)
    moment = _moment(known_at)
    fault = (
        _fault(report, decided) or _fault_of_facts(facts, decided, room.store.today)
        if moment is not None and moment <= room.store.clock()
        else wording.FORM_FAULTS["no-moment"]
    )
    if fault or moment is None:
        tried = replace(entry, facts=facts)
        return _page(room, login, tried, report, decided, known_at, fault)
    assessment = Assessment(decided, moment, report, facts)
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


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _is_number(text: str) -> bool:
    return not text or (text.isascii() and text.isdigit())


def _fault_of_facts(facts: Facts, judgement: Judgement, today: dt.date) -> str:
    """What articles 33 and 34 ask of an incident, and is not there."""
    number = facts.report_number or ""
    fault = ""
    if masked(number, near_client=True) != number:
        fault = "perhaps-a-bsn"
    elif facts.told == "told" and (facts.told_on is None or facts.told_on > today):
        fault = "no-told-day"
    elif judgement is Judgement.REPORTED and (facts.people is None or not facts.told):
        fault = "no-people"
    elif judgement is Judgement.REPORTED and (
        facts.reported_on is None or facts.reported_on > today
    ):
        fault = "no-report"
    return wording.FORM_FAULTS[fault] if fault else ""


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
        people_kinds=wording.PEOPLE_KINDS,
        data_kinds=wording.DATA_KINDS,
        told_words=wording.TOLD,
        fault=fault,
        now=room.store.clock(),
        readings=[
            {"at": each.at, "who": each.who, "what": wording.reading(each.what)}
            for each in audit.readings(room.store, entry.reference)
        ],
    )
