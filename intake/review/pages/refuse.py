"""Refusing by hand: the clerk chooses findings or writes a reason, reads the letter, and only then
refuses.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import Response

from intake import profile
from intake.errors import Conflict
from intake.model.finding import Finding, Severity
from intake.model.mail import Reply, ReplyKind
from intake.model.verdict import MailOutcome, ReadInvoice, Verdict
from intake.review.context import Room, RoomOf
from intake.review.pages.case import Tab, Version, done, title_of
from intake.review.pages.login import FormLogin, Login, LoginOf
from intake.review.pages.queue import tab_of
from intake.settings import ReplyMode
from intake.stages import reply
from intake.store import audit, cases
from intake.store.cases import Case
from intake.store.tables import CaseState
from intake.text.masking import masked

_AFTER = {
    ReplyMode.OFF: "Antwoorden staan uit. Deze brief wordt bewaard, maar niet verstuurd.",
    ReplyMode.CONFIRM: "Als je weigert, gaat deze brief meteen weg.",
    ReplyMode.AUTOMATIC: "Als je weigert, gaat deze brief meteen weg.",
}
_NO_LETTER = (
    "Aan deze afzender mogen wij niet schrijven: het is een automatisch adres, of er is geen geldig"
    " adres. Weiger je, dan gaat er geen brief weg."
)
_NO_REASON = "Kies een reden, of schrijf er zelf een."
_PERHAPS_A_BSN = "In je tekst staat een nummer dat een burgerservicenummer kan zijn. Haal het weg."
_READ_AGAIN = "De reden is veranderd. Lees de brief nog een keer."

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Choice:
    """One finding that may go into the letter."""

    key: str
    finding: Finding


@dataclass(frozen=True, slots=True)
class Draft:
    """What the clerk filled in."""

    chosen: frozenset[str]
    own_words: str = field(repr=False)


@router.get("/zaak/{reference}/weigeren")
def ask(room: RoomOf, login: LoginOf, reference: str, tab: str = "") -> Response:
    """The form, with the faults that the rules found ticked."""
    case = _refusable(room, reference)
    audit.record(room.store, login.user, reference, "refusal")
    ticked = frozenset(
        choice.key for choice in choices(case) if choice.finding.severity is Severity.REJECT
    )
    return _page(room, login, case, tab, Draft(ticked, ""))


@router.post("/zaak/{reference}/weigeren")
def refuse(
    room: RoomOf,
    login: FormLogin,
    reference: str,
    version: Version,
    finding: Annotated[list[str], Form()] = [],  # noqa: B006 - the framework copies it for each form
    words: Annotated[str, Form(max_length=2000)] = "",
    step: Annotated[str, Form(max_length=10)] = "show",
    shown: Annotated[str, Form(max_length=100)] = "",
    tab: Tab = "",
) -> Response:
    """Show the letter, or refuse with the letter that was shown.

    Raises Conflict when the case changed.
    """
    case = _refusable(room, reference)
    if case.version != version:
        raise Conflict(f"{reference} was changed by somebody else")
    draft = Draft(frozenset(finding), words.strip())
    picked = [choice.finding for choice in choices(case) if choice.key in draft.chosen]
    if not picked and not draft.own_words:
        return _page(room, login, case, tab, draft, _NO_REASON)
    if masked(draft.own_words) != draft.own_words:
        return _page(room, login, case, tab, draft, _PERHAPS_A_BSN)
    letter = compose(room, case, draft)
    if step != "refuse":
        return _page(room, login, case, tab, draft, letter=letter, ready=True)
    if shown != _mark(room, login, letter):
        return _page(room, login, case, tab, draft, _READ_AGAIN, letter=letter, ready=True)
    cases.refuse(
        room.store,
        reference,
        login.user,
        version,
        " ".join([*(each.what for each in picked), draft.own_words]).strip(),
        letter,
    )
    return done("geweigerd", reference, tab)


def choices(case: Case) -> tuple[Choice, ...]:
    """Every finding that may be told to a provider."""
    verdict = case.verdict
    if verdict is None:
        return ()
    own = [
        Choice(f"{number}.{index}", finding)
        for number, read in enumerate(verdict.invoices)
        for index, finding in enumerate(read.findings)
    ]
    of_mail = [Choice(f"mail.{index}", finding) for index, finding in enumerate(verdict.findings)]
    return tuple(
        choice
        for choice in (*own, *of_mail)
        if not choice.finding.internal and choice.finding.severity is not Severity.INFO
    )


def compose(room: Room, case: Case, draft: Draft) -> Reply | None:
    """The letter for what the clerk chose; None when nobody may be answered."""
    if case.verdict is None or case.summary is None or case.summary.answer is None:
        return None
    return reply.compose_by_clerk(
        by_clerk(case.verdict, draft),
        draft.own_words,
        case.summary.answer,
        case.reference,
        case.received_at,
        profile.load(case.municipality),
    )


def by_clerk(verdict: Verdict, draft: Draft) -> Verdict:
    """The verdict as the clerk sees it: what was chosen refuses, what was not chosen is not told."""
    invoices = tuple(
        _read_by_clerk(read, number, draft) for number, read in enumerate(verdict.invoices)
    )
    of_mail = _picked(verdict.findings, "mail", draft)
    return replace(
        verdict,
        outcome=MailOutcome.REJECTED,
        reply=ReplyKind.REFUSAL,
        invoices=invoices,
        findings=of_mail,
        deadline=None,
    )


def _read_by_clerk(read: ReadInvoice, number: int, draft: Draft) -> ReadInvoice:
    """One invoice with only the chosen findings.

    A refusal is of the whole mail, so no invoice is called in order; one that was in hand stays so.
    """
    picked = _picked(read.findings, str(number), draft)
    results = tuple(
        (
            replace(
                result,
                findings=tuple(finding for finding in picked if finding.check == result.check),
            )
            if result.findings
            else result
        )
        for result in read.results
    )
    in_hand = read.outcome is MailOutcome.IGNORED and not picked
    return replace(
        read, outcome=MailOutcome.IGNORED if in_hand else MailOutcome.REJECTED, results=results
    )


def _picked(findings: tuple[Finding, ...], prefix: str, draft: Draft) -> tuple[Finding, ...]:
    return tuple(
        replace(finding, severity=Severity.REJECT)
        for index, finding in enumerate(findings)
        if f"{prefix}.{index}" in draft.chosen
    )


def _refusable(room: Room, reference: str) -> Case:
    case = cases.get_case(room.store, reference)
    if case.state not in cases.REFUSABLE:
        raise Conflict(f"{reference} is {case.state}")
    return case


def _mark(room: Room, login: Login, letter: Reply | None) -> str:
    """By which we know that the clerk saw this very letter."""
    return room.store.vault.token("review-letter", login.csrf, letter.text if letter else "")


def _page(
    room: Room,
    login: Login,
    case: Case,
    tab: str,
    draft: Draft,
    fault: str = "",
    letter: Reply | None = None,
    ready: bool = False,
) -> Response:
    return room.pages.html(
        "refuse.html",
        400 if fault else 200,
        login=login,
        here="queue",
        case=case,
        title=title_of(case),
        invoices=[each for each in case.invoices if each.state is not CaseState.IGNORED],
        tab=tab_of(tab).key,
        choices=choices(case),
        chosen=draft.chosen,
        own_words=draft.own_words,
        fault=fault,
        letter=letter,
        no_letter=_NO_LETTER if ready and letter is None else "",
        ready=ready,
        shown=_mark(room, login, letter) if ready else "",
        after=_AFTER[room.settings.replies.mode],
    )
