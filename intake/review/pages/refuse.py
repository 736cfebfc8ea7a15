"""Refusing by hand: the clerk chooses findings or writes a reason, reads the letter, and only then
refuses.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Annotated

from fastapi import APIRouter, Depends, Form
from pydantic import Field
from starlette.responses import JSONResponse, Response

from intake import profile
from intake.checks import registry
from intake.errors import Conflict
from intake.model.finding import Finding, Severity
from intake.model.mail import Reply, ReplyKind
from intake.model.verdict import MailOutcome, ReadInvoice, Verdict
from intake.review import own_words, undo, wording
from intake.review.context import Room, RoomOf
from intake.review.pages.case import PaperPath, Tab, Version, done, title_of
from intake.review.pages.login import Chooser, Decider, Login
from intake.review.pages.queue import list_of
from intake.review.points import Choice, keyed, may_be_told
from intake.stages import reply, snippets
from intake.stages.snippets import Use
from intake.store import audit, cases, drafts, faults
from intake.store.cases import Case
from intake.store.faults import Faults
from intake.store.invoices import CaseInvoice

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Target:
    """What is refused: one invoice, or all of the mail that stand open."""

    case: Case
    invoice: CaseInvoice | None

    @property
    def path(self) -> str | None:
        return self.invoice.path if self.invoice else None

    @property
    def version(self) -> int:
        return self.invoice.version if self.invoice else self.case.version


@dataclass(frozen=True, slots=True)
class Shown:
    """What the form says back."""

    letter: Reply | None = None
    ready: bool = False
    """The letter can leave."""
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """What the clerk filled in."""

    chosen: frozenset[str]
    """Keys of findings, and of standard sentences (``zin.unclear``)."""
    own_words: str = field(repr=False)
    explanations: Mapping[str, str] = field(default_factory=dict, repr=False)
    """By key of a finding: what the clerk wrote in the place of our own text."""


def _typed(
    finding: Annotated[list[str], Form()] = [],  # noqa: B006 - the framework copies it for each form
    words: Annotated[str, Form(max_length=2000)] = "",
    explained: Annotated[list[str], Form()] = [],  # noqa: B006
    explanation: Annotated[list[Annotated[str, Field(max_length=2000)]], Form()] = [],  # noqa: B006
) -> Draft:
    """What stands in the form; an explanation that was emptied is our own text again."""
    texts = ("\n".join(each.split("\r\n")).strip() for each in explanation)
    written = {key: text for key, text in zip(explained, texts, strict=False) if text}
    return Draft(_keys(finding), words.strip(), written)


Typed = Annotated[Draft, Depends(_typed)]


@router.get("/zaak/{reference}/weigeren")
def ask(room: RoomOf, login: Chooser, reference: str, tab: str = "", stuk: str = "") -> Response:
    """The form, with the faults that the rules found ticked: of one invoice (``stuk``), or of all
    that stand open.
    """
    target = _target(cases.get_case(room.store, reference), stuk)
    kept = drafts.load(room.store, reference, login.user, stuk)
    if kept is not None:
        draft = Draft(frozenset(kept.chosen), kept.words, dict(kept.explanations))
        return _page(room, login, target, tab, draft)
    ticked = frozenset(
        choice.key
        for choice in choices(target.case, target.path)
        if choice.finding.severity is Severity.REJECT
    )
    return _page(room, login, target, tab, Draft(ticked, ""))


@router.post("/zaak/{reference}/brief")
def write(
    room: RoomOf, login: Decider, reference: str, typed: Typed, stuk: PaperPath = ""
) -> Response:
    """Keep the letter under way, and say how it reads now: what stands beside the document while it
    is written. It is kept also when somebody else changed the case meanwhile.
    """
    case = cases.get_case(room.store, reference)
    draft = _kept(room, login, case, stuk, typed)
    target = _target(case, stuk)
    fault = _fault(room, target, draft)
    letter = None if fault else compose(room, target, draft)
    return JSONResponse(
        {
            "fault": wording.FORM_FAULTS[fault] if fault else "",
            "subject": letter.subject if letter else "",
            "to": letter.to if letter else "",
            "text": letter.text if letter else wording.SENTENCES["no-letter"],
            "shown": "" if fault else _mark(room, login, letter),
        }
    )


@router.post("/zaak/{reference}/weigeren")
def refuse(
    room: RoomOf,
    login: Decider,
    reference: str,
    version: Version,
    typed: Typed,
    step: Annotated[str, Form(max_length=10)] = "show",
    shown: Annotated[str, Form(max_length=100)] = "",
    tab: Tab = "",
    stuk: PaperPath = "",
) -> Response:
    """Show the letter, or refuse with the letter that was shown.

    Raises Conflict when the case, or the one invoice, changed; what was typed is kept.
    """
    case = cases.get_case(room.store, reference)
    draft = _kept(room, login, case, stuk, typed)
    target = _target(case, stuk)
    if target.version != version:
        raise Conflict(f"{reference} was changed by somebody else")
    if fault := _fault(room, target, draft):
        return _page(room, login, target, tab, draft, Shown(fault=wording.FORM_FAULTS[fault]))
    letter = compose(room, target, draft)
    if step != "refuse":
        return _page(room, login, target, tab, draft, Shown(letter, ready=True))
    if shown != _mark(room, login, letter):
        return _page(
            room, login, target, tab, draft, Shown(letter, True, wording.FORM_FAULTS["read-again"])
        )
    picked = _picked(target, draft)
    told = [draft.explanations.get(each.key, each.finding.what) for each in picked]
    reason = " ".join([*told, _words(case, draft)]).strip()
    edited = [each.finding.check for each in picked if each.key in draft.explanations]
    headings = tuple(dict.fromkeys(map(registry.heading, edited)))
    refusal = cases.Refusal(reason, letter, _faults(target, draft), headings)
    cases.refuse(room.store, reference, login.user, version, refusal, stuk or None)
    drafts.drop(room.store, reference, login.user, stuk)
    return undo.offer(done(room, login, "geweigerd", reference, tab), room, [(reference, stuk)])


def _keys(ticked: list[str]) -> frozenset[str]:
    """What was ticked; one tick may stand for several findings of a check."""
    return frozenset(key for each in ticked for key in each.split(",") if key)


def _kept(room: Room, login: Login, case: Case, path: str, typed: Draft) -> Draft:
    """Keep what was typed. Returns it with the explanations that say something else than our own."""
    own = {each.key: each.explanation for each in choices(case, path or None)}
    written = {
        key: text
        for key, text in typed.explanations.items()
        if key in own and text.split() != own[key].split()
    }
    kept = drafts.Draft(
        tuple(sorted(typed.chosen)), typed.own_words, room.store.clock(), tuple(written.items())
    )
    drafts.save(room.store, case.reference, login.user, path, kept)
    return replace(typed, explanations=written)


def _words(case: Case, draft: Draft) -> str:
    """The clerk's own words, and the standard sentences after them."""
    keys = {each.removeprefix("zin.") for each in draft.chosen if each.startswith("zin.")}
    ready = snippets.chosen(profile.load(case.municipality), Use.LETTER, keys)
    return "\n\n".join(filter(None, (draft.own_words, *ready)))


def _picked(target: Target, draft: Draft) -> list[Choice]:
    """What goes into the letter."""
    return [each for each in choices(target.case, target.path) if each.key in draft.chosen]


def _fault(room: Room, target: Target, draft: Draft) -> str:
    """The code of why this letter cannot leave; empty when it can."""
    picked = _picked(target, draft)
    if not picked and not _words(target.case, draft):
        return "no-reason"
    verdict = target.case.verdict
    names = [read.invoice.supplier_name.value or "" for read in verdict.invoices] if verdict else []
    lines = cases.care_lines(room.store, target.case.reference)
    typed = [draft.own_words, *(draft.explanations.get(each.key, "") for each in picked)]
    found = (own_words.fault(text, lines, " ".join(names)) for text in typed)
    return next(filter(None, found), "")


def choices(case: Case, path: str | None) -> tuple[Choice, ...]:
    """Every finding that may be told to a provider.

    Args:
        path: of the one invoice that it is about; None: the whole mail.
    """
    verdict = case.verdict
    if verdict is None:
        return ()
    own = [
        Choice(key, finding)
        for number, read in enumerate(verdict.invoices)
        if path in (None, read.path)
        for key, finding in keyed(str(number), read.findings)
    ]
    of_mail = [
        Choice(key, finding)
        for key, finding in keyed("mail", verdict.findings)
        if not (path and finding.invoices) or path in finding.invoices
    ]
    return tuple(choice for choice in (*own, *of_mail) if may_be_told(choice.finding))


def compose(room: Room, target: Target, draft: Draft) -> Reply | None:
    """The letter for what the clerk chose; None when nobody may be answered."""
    case = target.case
    if case.verdict is None or case.summary is None or case.summary.answer is None:
        return None
    return reply.compose_by_clerk(
        by_clerk(case.verdict, draft, _decided(target), target.path),
        _words(case, draft),
        case.summary.answer,
        case.reference,
        case.received_at,
        profile.load(case.municipality),
    )


def _decided(target: Target) -> dict[str, bool | None]:
    """As ``Case.as_told``: also of what is refused now it says something."""
    open_ones = {each.path for each in target.case.invoices if each.is_open}
    now = {target.path} if target.path else open_ones
    told = target.case.as_told.items()
    return {path: good for path, good in told if good is not None or path not in now}


def by_clerk(
    verdict: Verdict,
    draft: Draft,
    accepted: Mapping[str, bool | None] = MappingProxyType({}),
    path: str | None = None,
) -> Verdict:
    """The verdict as the clerk sees it: what was chosen refuses, what was not chosen is not told.

    Args:
        accepted: by path, what persons decided on its other invoices.
        path: of the one invoice that is refused; None: all that nobody decided on.
    """
    refused = {read.path for read in verdict.invoices if read.path not in accepted}
    if path is not None:
        refused = {path}
    others = reply.as_decided(verdict, {**accepted, **dict.fromkeys(refused, False)})
    read = tuple(
        _read_by_clerk(mine, number, draft, path) if mine.path in refused else other
        for number, (mine, other) in enumerate(zip(verdict.invoices, others.invoices, strict=True))
    )
    picked = _told(verdict.findings, "mail", draft)
    if path is not None:
        picked = tuple(replace(finding, invoices=(path,)) for finding in picked)
    return replace(
        verdict,
        outcome=MailOutcome.REJECTED,
        reply=ReplyKind.REFUSAL,
        invoices=read,
        findings=picked if path is None else (*picked, *others.findings),
        deadline=None if path is None else verdict.deadline,
    )


def _read_by_clerk(read: ReadInvoice, number: int, draft: Draft, path: str | None) -> ReadInvoice:
    """One invoice with only the chosen findings.

    No invoice that is refused with its mail is called in order; one that was in hand stays so.
    """
    picked = _told(read.findings, str(number), draft)
    if path is not None and not picked:
        return replace(
            read, outcome=MailOutcome.REJECTED, results=(), reason=wording.SENTENCES["not-paid"]
        )
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


def _told(findings: Iterable[Finding], prefix: str, draft: Draft) -> tuple[Finding, ...]:
    """What was chosen, as the letter says it."""
    return tuple(
        _in_the_letter(finding, draft.explanations.get(key))
        for key, finding in keyed(prefix, findings)
        if key in draft.chosen
    )


def _in_the_letter(finding: Finding, written: str | None) -> Finding:
    """A finding that refuses; ``written`` by a clerk, in Dutch, in the place of our own text."""
    refused = replace(finding, severity=Severity.REJECT)
    if not written:
        return refused
    return replace(refused, what=written, remedy="", example="", in_english="")


def _faults(target: Target, draft: Draft) -> Faults:
    """By path of each invoice: the checks that the clerk refuses for, and whether own words too."""
    case = target.case
    if case.verdict is None:
        return {}
    judged = by_clerk(case.verdict, draft, _decided(target), target.path)
    own = {faults.OWN_WORDS} if _words(case, draft) else set()
    told = faults.by_rules(judged, (read.path for read in judged.invoices))
    return {path: checks | own for path, checks in told.items()}


def _target(case: Case, path: str) -> Target:
    """Raises Conflict when there is nothing to refuse."""
    mended = case.may_be_mended
    standing = [each for each in case.invoices if each.path == path and (each.is_open or mended)]
    if not (case.state in cases.REFUSABLE or mended) or (path and not standing):
        raise Conflict(f"{case.reference} is {case.state}")
    return Target(case, standing[0] if path else None)


def _mark(room: Room, login: Login, letter: Reply | None) -> str:
    """By which we know that the clerk saw this very letter."""
    return room.store.vault.token("review-letter", login.csrf, letter.text if letter else "")


def _page(
    room: Room, login: Login, target: Target, tab: str, draft: Draft, shown: Shown = Shown()
) -> Response:
    """The form; each time that it is shown is a row of the audit."""
    case, letter = target.case, shown.letter
    audit.record(room.store, login.user, case.reference, "refusal")
    refused = (target.invoice,) if target.invoice else case.invoices
    return room.pages.html(
        "refuse.html",
        400 if shown.fault else 200,
        login=login,
        here="queue",
        case=case,
        version=target.version,
        path=target.path or "",
        title=title_of(case),
        invoices=[each for each in refused if each.is_open or case.may_be_mended],
        snippets=snippets.snippets(profile.load(case.municipality), Use.LETTER),
        several=len(case.invoices) > 1,
        tab=list_of(room, login, tab, target.case.reference),
        choices=choices(case, target.path),
        chosen=draft.chosen,
        explanations=draft.explanations,
        own_words=draft.own_words,
        fault=shown.fault,
        letter=letter,
        no_letter=wording.SENTENCES["no-letter"] if shown.ready and letter is None else "",
        ready=shown.ready,
        shown=_mark(room, login, letter) if shown.ready else "",
        after=wording.AFTER_REFUSAL[room.settings.replies.mode],
    )
