"""Mail without an invoice: read it beside its thread, answer it, put it beside a case, or close it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from intake import profile
from intake.errors import Conflict
from intake.model.mail import Reply
from intake.review import disclosure, own_words, wording
from intake.review.context import Room, RoomOf
from intake.review.list_state import LONGEST, passed_on
from intake.review.pages.case import Tab, Version, done, title_of
from intake.review.pages.login import Chooser, Decider, Login
from intake.review.pages.queue import list_of
from intake.stages import answer, snippets
from intake.stages.snippets import Use
from intake.store import audit, cases, drafts, post
from intake.store.cases import Case
from intake.store.reference import read_reference

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Draft:
    """What the clerk filled in, and what the form says back."""

    snippets: tuple[str, ...] = ()
    own_words: str = field(default="", repr=False)
    letter: Reply | None = None
    fault: str = ""


def _typed(
    snippet: Annotated[list[str], Form()] = [],  # noqa: B006 - the framework copies it for each form
    words: Annotated[str, Form(max_length=4000)] = "",
) -> Draft:
    """What stands in the form."""
    return Draft(tuple(snippet), words.strip())


Typed = Annotated[Draft, Depends(_typed)]


@router.get("/post/{mail}")
def show(
    request: Request,
    room: RoomOf,
    login: Chooser,
    mail: str,
    tab: Annotated[str, Query(max_length=LONGEST)] = "",
    gedaan: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """The mail, what stands beside it, and the form. Raises Conflict when it holds nothing but invoices."""
    case = _post(room, mail)
    kept = drafts.load(room.store, mail, login.user, drafts.POST)
    draft = Draft(kept.chosen, kept.words) if kept else Draft()
    return _page(request, room, login, case, tab, draft, wording.DONE.get(gedaan))


@router.post("/post/{mail}/bewaren")
def keep(room: RoomOf, login: Decider, mail: str, typed: Typed) -> Response:
    """Keep the answer while it is written, also when somebody else changed the case meanwhile."""
    _keep(room, login, mail, typed)
    return Response(status_code=204)


@router.post("/post/{mail}")
def write(
    request: Request,
    room: RoomOf,
    login: Decider,
    mail: str,
    version: Version,
    typed: Typed,
    step: Annotated[str, Form(max_length=10)] = "show",
    shown: Annotated[str, Form(max_length=100)] = "",
    tab: Tab = "",
) -> Response:
    """Show the answer, or let it go as it was shown. Raises Conflict when the case changed; what was
    typed is kept.
    """
    _keep(room, login, mail, typed)
    case = _post(room, mail)
    if case.version != version:
        raise Conflict(f"{mail} was changed by somebody else")
    letter, fault = _letter(room, case, typed)
    if not fault and letter is not None and step == "send":
        if shown == _mark(room, login, letter):
            post.answer(room.store, mail, login.user, version, letter)
            drafts.drop(room.store, mail, login.user, drafts.POST)
            return done(room, login, "beantwoord", mail, tab)
        fault = "read-again"
    draft = Draft(typed.snippets, typed.own_words, letter, wording.FORM_FAULTS.get(fault, ""))
    return _page(request, room, login, case, tab, draft)


@router.post("/post/{mail}/sluiten")
def close(
    room: RoomOf,
    login: Decider,
    mail: str,
    version: Version,
    why: Annotated[str, Form(max_length=1000)] = "",
    tab: Tab = "",
) -> Response:
    """Nothing more is to be done here. Raises Conflict when the case changed."""
    post.close(room.store, mail, login.user, version, why.strip())
    return done(room, login, "gesloten", mail, tab)


@router.post("/post/{mail}/gaat-over")
def link(
    room: RoomOf,
    login: Decider,
    mail: str,
    other: Annotated[str, Form(max_length=40)] = "",
    tab: Tab = "",
) -> Response:
    """Put the mail beside the case it is about; nothing happens when there is no such case."""
    about = read_reference(other)
    found = about is not None and about != mail and _is_known(room, about)
    if about is not None and found:
        post.link(room.store, mail, about, login.user)
    said = "gaat-over" if found else "geen-zaak"
    return RedirectResponse(f"/post/{mail}?tab={passed_on(tab)}&gedaan={said}", 303)


def _keep(room: Room, login: Login, mail: str, typed: Draft) -> None:
    draft = drafts.Draft(typed.snippets, typed.own_words, room.store.clock())
    drafts.save(room.store, mail, login.user, drafts.POST, draft)


def _post(room: Room, reference: str) -> Case:
    """Raises Conflict when the mail holds nothing but invoices, or is dealt with."""
    case = cases.get_case(room.store, reference)
    if not case.is_post:
        raise Conflict(f"{reference} is {case.state}")
    return case


def _is_known(room: Room, reference: str) -> bool:
    return bool(cases.list_cases(room.store, search=reference, limit=1))


def _letter(room: Room, case: Case, draft: Draft) -> tuple[Reply | None, str]:
    """The answer, and what is wrong with it; no letter when nobody may be answered."""
    if not draft.snippets and not draft.own_words:
        return None, "no-reason"
    if fault := own_words.of_mail(room, case, draft.own_words):
        return None, fault
    empty = case.summary.answer if case.summary else None
    if empty is None:
        return None, ""
    own = profile.load(case.municipality)
    return (
        answer.compose(
            draft.snippets, draft.own_words, empty, case.reference, case.received_at, own
        ),
        "",
    )


def _mark(room: Room, login: Login, letter: Reply) -> str:
    """By which we know that the clerk saw this very letter."""
    return room.store.vault.token("review-letter", login.csrf, letter.text)


def _page(
    request: Request,
    room: Room,
    login: Login,
    case: Case,
    tab: str,
    draft: Draft,
    notice: str | None = None,
) -> Response:
    """The mail with the form; each time that it is shown is a row of the audit."""
    why = disclosure.reason(request, room, login, case.reference)
    audit.record(room.store, login.user, case.reference, "case", why)
    return room.pages.html(
        "post.html",
        400 if draft.fault else 200,
        login=login,
        here="queue",
        case=case,
        title=title_of(case),
        tab=list_of(room, login, tab, case.reference),
        mail_masked=disclosure.covered_mail(case) and not why,
        beside=post.beside(room.store, case.reference),
        post_words=wording.POST,
        snippets=snippets.snippets(profile.load(case.municipality), Use.ANSWER),
        draft=draft,
        answerable=case.summary is not None and case.summary.answer is not None,
        shown=_mark(room, login, draft.letter) if draft.letter else "",
        notice=notice,
    )
