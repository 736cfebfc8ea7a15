"""One case: the picture with its boxes, the fields, what to look at, the reply, and the buttons
that decide.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request
from fastapi.exceptions import RequestValidationError
from starlette.responses import RedirectResponse, Response

from intake import profile
from intake.errors import Conflict
from intake.model.correction import Corrected
from intake.model.mail import ReplyKind
from intake.model.verdict import ReadInvoice
from intake.review import agreement, differences, disclosure, fields, rights, undo, wording
from intake.review.case_documents import Paper, first_paper, paper_of, papers
from intake.review.context import Room, RoomOf
from intake.review.list_state import LONGEST, passed_on
from intake.review.pages import care, password, portal
from intake.review.pages.login import Decider, Login, Reader, Searcher
from intake.review.pages.picture import DPI
from intake.review.pages.queue import list_of, next_case
from intake.review.points import points
from intake.review.rights import Right
from intake.stages import snippets
from intake.stages.snippets import Use
from intake.store import (
    audit,
    cases,
    coding,
    content_approval,
    corrections,
    drafts,
    invoices,
    left_out,
    outbox,
    pairing,
    plans,
    restores,
    second_person,
    suppliers,
    users,
    worklist,
)
from intake.store.business_facts import cents
from intake.store.cases import Case, CaseReply
from intake.store.invoices import CaseInvoice
from intake.store.second_person import Bar
from intake.store.suppliers import SupplierHistory
from intake.store.tables import CaseState, InvoiceState, ReplyState
from intake.text.masking import masked

HOLDABLE = frozenset({ReplyState.READY, ReplyState.DEFERRED})
"""What leaves unless a clerk stops it; a prepared reply waits already."""
_TAKEN_BACK = (InvoiceState.APPROVED_ONCE, InvoiceState.ACCEPTED, InvoiceState.REJECTED)
router = APIRouter()

ReplyId = Annotated[int, Form(ge=1)]
Version = Annotated[int, Form(ge=0)]
Tab = Annotated[str, Form(max_length=LONGEST)]
"""The list that the case was opened from, as one word (list_state.py)."""
Why = Annotated[str, Form(max_length=20)]
PaperPath = Annotated[str, Form(max_length=200)]


@dataclass(frozen=True, slots=True)
class View:
    """What of a case is shown."""

    tab: str = ""
    """The list that it was opened from."""
    stuk: str = ""
    """Path of the document."""
    blad: int = 1
    deel: int = 1
    """Of the care lines."""
    gedaan: str = ""
    status: int = 200


@dataclass(frozen=True, slots=True)
class Fault:
    """What was typed and cannot be so."""

    fact: Corrected
    typed: str = field(repr=False)
    text: str


@dataclass(frozen=True, slots=True)
class BookingFault:
    """What was typed of how to book it, and cannot be so."""

    typed: Mapping[str, str] = field(repr=False)
    text: str


@router.get("/zaak/{reference}")
def show(
    request: Request,
    room: RoomOf,
    login: Reader,
    reference: str,
    tab: Annotated[str, Query(max_length=LONGEST)] = "",
    stuk: Annotated[str, Query(max_length=200)] = "",
    blad: Annotated[int, Query(ge=1, le=10_000)] = 1,
    deel: Annotated[int, Query(ge=1, le=1000)] = 1,
    gedaan: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """The case; showing it is one row in the audit, and one more when clients can be seen in the
    care lines.
    """
    return page(request, room, login, reference, View(tab, stuk, blad, deel, gedaan))


def page(
    request: Request,
    room: Room,
    login: Login,
    reference: str,
    view: View,
    fault: Fault | BookingFault | None = None,
) -> Response:
    """The whole page of a case, with what was typed wrong when something was."""
    case = cases.get_case(room.store, reference)
    paper = paper_of(case, view.stuk) or first_paper(case)
    read = paper.read if paper else None
    why = disclosure.reason(request, room, login, reference)
    covered = paper is not None and case.is_covered(read) and not why
    audit.record(room.store, login.user, reference, "case", why)
    care_why = disclosure.reason(request, room, login, reference, disclosure.Scope.CARE)
    care_rows, care_parts = (
        ((), 0) if case.restricted else care.rows(room, reference, view.deel, bool(care_why))
    )
    if care_rows and care_why:
        audit.record(room.store, login.user, reference, "care", care_why)
    home = list_of(room, login, view.tab, reference)
    worklist.opened(room.store, reference, login.user)
    elsewhere = invoices.elsewhere(room.store, reference, case.verdict)
    barred = second_person.barred_in(room.store, reference, case.verdict, case.invoices, login.user)
    return room.pages.html(
        "case.html",
        view.status,
        login=login,
        here="queue",
        case=case,
        verdict=case.verdict,
        title=title_of(case),
        tab=home,
        papers=papers(case),
        paper=paper,
        page=view.blad,
        link=partial(_link, case, home),
        dpi=DPI,
        masked=covered,
        fault=fault if isinstance(fault, Fault) else None,
        **_booked(room, case, paper, fault),
        **undo.shown(request, room, login),
        supplier=_supplier(room, case, read),
        mail_masked=disclosure.covered_mail(case) and not why,
        points=points(case.verdict, read) if case.verdict else (),
        **_reading(room, case, read, view.blad, covered),
        judged=_judged(case, read),
        earlier=differences.earlier(room, reference, read),
        came=case.revised,
        each_invoice=_each(case, elsewhere, barred),
        sentences=wording.SENTENCES,
        kind_words=wording.KINDS,
        care_rows=care_rows,
        care_shown=bool(care_why),
        care_part=view.deel,
        care_parts=care_parts,
        care_reasons=wording.UNCOVER_CARE,
        partners=pairing.partners(room.store, reference),
        listed=partial(_listed, room),
        reply_titles=wording.REPLY_TITLES,
        send_words=wording.REPLY_KINDS,
        left_out_words=wording.LEFT_OUT,
        restore=None if case.decided_by else restores.after(room.store, case.received_at),
        reasons=wording.UNCOVER,
        event=wording.event,
        notice=wording.DONE.get(view.gedaan),
        opened_by=[
            name for name in worklist.opened_by(room.store, reference) if name != login.user
        ],
        **(can := _decisions(room, login, case, elsewhere, barred)),
        **(desk := _desk(room, login, case, paper)),
        left_over=_left_over(room, login, case, can | desk),
    )


def _left_over(
    room: Room, login: Login, case: Case, shown: Mapping[str, Any]
) -> list[tuple[str, str, str]]:
    """What this clerk typed and can send no more, as when a colleague was first: where it is kept,
    what it was, and the text.
    """
    places = {
        shown["target"]: ("letter", shown["can_refuse"]),
        drafts.POST: ("post", shown["is_post"]),
    }
    if own := shown["own"]:
        places[drafts.objection(own.path)] = ("objection", shown["content_asked"])
    found = []
    for place, (kind, goes_on) in places.items():
        draft = None if goes_on else drafts.load(room.store, case.reference, login.user, place)
        if draft is not None and draft.text:
            found.append((place, wording.LEFT_OVER[kind], draft.text))
    return found


def _desk(room: Room, login: Login, case: Case, paper: Paper | None) -> dict[str, Any]:
    """What a clerk may do with the open invoice besides deciding, and the letter under way."""
    own = next((each for each in case.invoices if paper and each.path == paper.path), None)
    decides = _decides(login, case)
    judgeable = decides and own is not None
    target = own.path if own and len(case.invoices) > 1 else ""
    draft, objection = (
        drafts.load(room.store, case.reference, login.user, place)
        for place in (target, drafts.objection(own.path if own else ""))
    )
    return {
        "own": own,
        "correctable": judgeable and own is not None and (own.is_open or case.may_be_mended),
        "plannable": judgeable and own is not None and own.state in plans.PLANNABLE,
        "colleagues": _others(room, own) if judgeable and own is not None else (),
        "days": [room.store.today + dt.timedelta(days=days) for days in (1, 7)],
        "last_day": room.store.today + dt.timedelta(days=plans.MOST_DAYS),
        "may_take_back": judgeable and own is not None and _may_take_back(own),
        "withdrawable": decides and case.may_be_mended and bool(case.refused),
        "target": target,
        "target_version": own.version if own and target else case.version,
        "draft": draft,
        "objection": objection.text if objection else "",
        "explanations": dict(draft.explanations) if draft else {},
        "snippets": snippets.snippets(profile.load(case.municipality), Use.LETTER),
        "notes": [each for each in case.events if each.code in ("note", "content-refused")],
        "content_asked": login.may(Right.APPROVE_CONTENT)
        and own is not None
        and paper is not None
        and paper.read is not None
        and content_approval.is_asked(
            room.store, case.municipality, own, cents(paper.read.invoice.gross_amount.value)
        ),
    }


def _may_take_back(invoice: CaseInvoice) -> bool:
    return invoice.decided_by is not None and invoice.state in _TAKEN_BACK


def _booked(
    room: Room, case: Case, paper: Paper | None, fault: Fault | BookingFault | None
) -> dict[str, Any]:
    """How the open invoice is booked; nothing of one that is refused, or left."""
    own = next((each for each in case.invoices if paper and each.path == paper.path), None)
    if own is None or not (own.is_open or own.state is InvoiceState.ACCEPTED):
        return {"booked": None}
    found = coding.of_invoice(room.store, case.reference, own.path)
    typed = fault.typed if isinstance(fault, BookingFault) else {}
    codes = found.codes if found else {}
    return {
        "booked": found,
        "codes": [
            (name, wording.CODES[name], typed.get(name, code.value), code.origin)
            for name, code in codes.items()
        ],
        "due_typed": typed.get(
            "due_on", f"{found.due_on:%d-%m-%Y}" if found and found.due_on else ""
        ),
        "origins": wording.ORIGINS,
        "booking_fault": fault.text if isinstance(fault, BookingFault) else "",
    }


def _others(room: Room, own: CaseInvoice) -> list[str]:
    """To whom an invoice can be handed over: not to who accepted it once."""
    once = own.decided_by if own.state is InvoiceState.APPROVED_ONCE else None
    return [name for name in colleagues(room) if name != once]


def colleagues(room: Room) -> list[str]:
    """Who may decide, by name."""
    everybody = users.list_users(room.store)
    return [each.name for each in everybody if Right.DECIDE in rights.of(each.roles)]


def _reading(
    room: Room, case: Case, read: ReadInvoice | None, page: int, covered: bool
) -> dict[str, Any]:
    """What was read of the document and corrected, and where on the page that is shown."""
    if read is None:
        return {"spots": (), "groups": (), "paid": (), "more": ()}
    made = corrections.of_case(room.store, case.reference, read.path)
    return {
        "spots": () if covered else fields.spots(read, page),
        "groups": fields.groups(read, covered, made),
        "paid": fields.facts(read, covered, fields.PAID, made),
        "more": fields.facts(read, covered, fields.MORE, made),
    }


def _supplier(room: Room, case: Case, read: ReadInvoice | None) -> SupplierHistory | None:
    """None when it has no KvK number by which it is known."""
    kvk = read.invoice.kvk_number.value or "" if read else ""
    if not re.fullmatch(r"[0-9]{8}", kvk):
        return None
    return suppliers.history(room.store, kvk, case.municipality)


def _decisions(
    room: Room, login: Login, case: Case, elsewhere: Mapping[str, str], barred: Mapping[str, Bar]
) -> dict[str, Any]:
    """What a clerk may do now. On a mail that stays in its mailbox nothing but its letter can be
    decided.
    """
    remaining = left_out.of_case(room.store, case.reference)
    leaving = (reply for reply in case.replies if reply.state in HOLDABLE)
    decides = _decides(login, case)
    judgeable = decides and remaining is None
    accepting = _acceptable(case, elsewhere, barred) if judgeable else None
    locked = decides and password.is_asked(case)
    return {
        "left_out": remaining,
        "decides": decides,
        "accepting": accepting,
        "agreement": agreement.sentences(
            room.store, case, login.user, accepting or (), barred if decides else {}
        ),
        "can_refuse": judgeable and (_stands_open(case) or case.may_be_mended),
        "can_retry": judgeable and case.state in password.RETRYABLE,
        "is_post": judgeable and case.is_post,
        "locked": locked,
        "portal": portal.shown(room, case) if decides else None,
        "keepers": password.keepers(room, case) if locked else (),
        "holdable": next(leaving, None) if decides else None,
        "receipt": receipt_of(case),
    }


def _decides(login: Login, case: Case) -> bool:
    """Nobody decides on a case that stands still until the privacy officer has said what may be."""
    return login.may(Right.DECIDE) and not case.stands_still


def _stands_open(case: Case) -> bool:
    """Whether something of it can be refused."""
    something = not case.invoices or any(each.is_open for each in case.invoices)
    return something and case.state in cases.REFUSABLE


@router.post("/zaak/{reference}/akkoord")
def accept(
    room: RoomOf,
    login: Decider,
    reference: str,
    version: Version,
    tab: Tab = "",
    receipt: Annotated[int, Form(ge=0)] = 0,
    stuk: PaperPath = "",
) -> Response:
    """To the crediteurenadministratie, with the receipt that was shown: one invoice (``stuk``), or
    all that stand open. The receipt stays while one waits for a second person.

    Raises Conflict when it changed since, SamePerson, NoMandate or ContentAwaited when somebody else
    must agree.
    """
    shown = receipt_of(cases.get_case(room.store, reference))
    whole = cases.accept(room.store, reference, login.user, version, path=stuk or None)
    said = "akkoord" if whole else "eerste-akkoord"
    case = cases.get_case(room.store, reference)
    if shown is not None and shown.id == receipt:
        send_receipt(room, case, receipt, login.user)
    if stuk and case.state not in cases.ENDED:
        return undo.offer(back_to(reference, tab, said), room, [(reference, stuk)])
    return undo.offer(done(room, login, said, reference, tab), room, [(reference, stuk)])


@router.post("/zaak/{reference}/opnieuw")
def again(
    room: RoomOf, login: Decider, reference: str, version: Version, tab: Tab = ""
) -> Response:
    """Let the rules decide once more. Raises Conflict when the case changed since it was shown."""
    cases.again(room.store, reference, login.user, version)
    return done(room, login, "opnieuw", reference, tab)


@router.post("/zaak/{reference}/afgehandeld")
def dealt_with(
    room: RoomOf, login: Decider, reference: str, version: Version, tab: Tab = ""
) -> Response:
    """Somebody dealt with a mail in the mailbox itself.

    Raises Conflict when the case changed since it was shown.
    """
    cases.dealt_with(room.store, reference, login.user, version)
    audit.record(room.store, login.user, reference, "dealt-with")
    return done(room, login, "afgehandeld", reference, tab)


@router.post("/zaak/{reference}/versturen")
def send(room: RoomOf, login: Decider, reference: str, reply: ReplyId, tab: Tab = "") -> Response:
    """Let the reply go that the clerk saw.

    Raises Conflict when it left already or was overtaken.
    """
    outbox.confirm(room.store, _own(room, reference, reply), login.user)
    return done(room, login, "verstuurd", reference, tab)


@router.post("/zaak/{reference}/niet-versturen")
def drop(room: RoomOf, login: Decider, reference: str, reply: ReplyId, tab: Tab = "") -> Response:
    """This reply never leaves: the clerk told it otherwise, or it is not needed.

    Raises Conflict when it left.
    """
    outbox.drop(room.store, _own(room, reference, reply), login.user)
    return done(room, login, "niet-verstuurd", reference, tab)


@router.post("/zaak/{reference}/vasthouden")
def hold(room: RoomOf, login: Decider, reference: str, reply: ReplyId, tab: Tab = "") -> Response:
    """Stop a reply that has not left. Raises Conflict when it has."""
    outbox.hold(room.store, _own(room, reference, reply), login.user)
    return done(room, login, "vastgehouden", reference, tab)


@router.post("/zaak/{reference}/weggooien")
def discard(
    room: RoomOf,
    login: Searcher,
    reference: str,
    wat: Annotated[str, Form(max_length=200)] = "",
    stuk: PaperPath = "",
    tab: Tab = "",
) -> Response:
    """What this clerk typed and did not send is needed no more."""
    drafts.drop(room.store, cases.get_case(room.store, reference).reference, login.user, wat)
    return back_to(reference, tab, "weggegooid", stuk)


@router.post("/zaak/{reference}/tonen")
def uncover(
    room: RoomOf,
    login: Searcher,
    reference: str,
    why: Why = "",
    paper: PaperPath = "",
    tab: Tab = "",
) -> Response:
    """Show a covered page for a while; the reason stands in the audit."""
    case = cases.get_case(room.store, reference)
    if why not in wording.UNCOVER:
        raise RequestValidationError([])
    response = RedirectResponse(_link(case, passed_on(tab), paper_of(case, paper), 1), 303)
    disclosure.allow(response, room, login, reference, why)
    return response


def back_to(reference: str, tab: str, what: str, path: str = "") -> RedirectResponse:
    """The case itself once more, which says what was done."""
    query = urlencode({"tab": passed_on(tab), "gedaan": what} | ({"stuk": path} if path else {}))
    return RedirectResponse(f"/zaak/{reference}?{query}", 303)


def done(room: Room, login: Login, what: str, reference: str, tab: str) -> Response:
    """On to the next case of the list that this one came from; to the list when there is none, or
    it came from no list. Either says what was done.
    """
    worklist.closed(room.store, reference, login.user)
    following = next_case(room, login, tab, reference)
    page = f"/zaak/{following}" if following else "/"
    return RedirectResponse(f"{page}?tab={passed_on(tab)}&gedaan={what}", 303)


def title_of(case: Case) -> str:
    """Supplier and number of the invoice by which the mail is known; else who sent it."""
    read = invoices.first(case.verdict) if case.verdict else None
    parts = (read.invoice.supplier_name.value, read.invoice.invoice_number.value) if read else ()
    sender = (
        wording.SENTENCES["mail-of"].format(sender=case.summary.sender)
        if case.summary and case.summary.sender
        else wording.SENTENCES["unknown-sender"]
    )
    return masked(" · ".join(part for part in parts if part) or sender)


def _listed(room: Room, reference: str) -> str:
    """Another case as the list names it."""
    rows = cases.list_cases(room.store, search=reference, limit=1)
    return masked(
        " · ".join(
            part
            for row in rows
            for part in (row.supplier or row.sender, row.invoice_number)
            if part
        )
    )


def _acceptable(
    case: Case, elsewhere: Mapping[str, str], barred: Collection[str]
) -> tuple[CaseInvoice, ...] | None:
    """The invoices that one button accepts together; None: there is no such button.

    No double is accepted, and no mail in which no invoice was read: there is nothing to pay.

    Args:
        barred: paths of invoices of which somebody else must give the second accept.
    """
    standing = invoices.to_accept(case.invoices)
    chosen = tuple(each for each in standing if each.path not in barred)
    if not chosen:
        return None
    return None if any(_is_elsewhere(each, elsewhere) for each in chosen) else chosen


def _is_elsewhere(invoice: CaseInvoice, elsewhere: Mapping[str, str]) -> bool:
    """It is in hand in another mail, where it is to be accepted."""
    return invoice.path in elsewhere and not invoice.is_open


def _each(
    case: Case, elsewhere: Mapping[str, str], barred: Collection[str]
) -> list[dict[str, object]]:
    """Each invoice of a mail with several, or one that is elsewhere too, with what a clerk may
    decide on it by itself.
    """
    if len(case.invoices) < 2 and not elsewhere:
        return []
    can_refuse = case.state in cases.REFUSABLE
    kinds = {read.path: read.invoice.kind for read in case.verdict.invoices} if case.verdict else {}
    return [
        {
            "invoice": each,
            "kind": wording.KINDS[kinds[each.path]],
            "elsewhere": elsewhere.get(each.path),
            "can_accept": each.state not in (*invoices.SETTLED, InvoiceState.IGNORED)
            and not _is_elsewhere(each, elsewhere)
            and each.path not in barred,
            "can_refuse": can_refuse and each.is_open,
        }
        for each in case.invoices
    ]


def receipt_of(case: Case) -> CaseReply | None:
    """The receipt that leaves when a clerk accepts: one that waits for nothing but that."""
    reply = case.reply
    fits = (
        reply is not None and reply.kind is ReplyKind.RECEIPT and reply.state is ReplyState.PREPARED
    )
    return reply if fits and case.state is CaseState.QUEUED else None


def send_receipt(room: Room, case: Case, receipt: int, user: str) -> None:
    """Let the receipt go that was shown when a person accepted; not while one of the mail waits for
    somebody else. The accept stands, whoever sent or stopped the receipt meanwhile.

    Args:
        case: after the accept.
    """
    if any(each.state is InvoiceState.APPROVED_ONCE for each in case.invoices):
        return
    with suppress(Conflict):
        outbox.confirm(room.store, receipt, user)


def _judged(case: Case, read: ReadInvoice | None) -> tuple[CaseState, str] | None:
    """What the rules said of the open invoice, when the mail has several: each is judged by itself."""
    if case.verdict is None or len(case.verdict.invoices) < 2 or read is None:
        return None
    return CaseState(read.outcome.value), read.reason


def _own(room: Room, reference: str, reply: int) -> int:
    """The number of a reply, when it is one of this case. Raises Conflict."""
    if reply not in (each.id for each in cases.get_case(room.store, reference).replies):
        raise Conflict(f"{reference} has no such reply")
    return reply


def _link(case: Case, tab: str, paper: Paper | None, page: int) -> str:
    query = urlencode({"tab": tab, "stuk": paper.path if paper else "", "blad": page})
    return f"/zaak/{case.reference}?{query}"
