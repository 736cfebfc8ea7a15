"""Correcting what was misread: typed, chosen from what else the page has, or pointed at on the page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated

from fastapi import APIRouter, Form, Path, Request
from fastapi.exceptions import RequestValidationError
from starlette.responses import JSONResponse, Response

from intake.document.reading import PageWord, page_words
from intake.errors import Conflict, SandboxFailed
from intake.model.correction import Corrected
from intake.model.document import Line
from intake.model.verdict import ReadInvoice
from intake.review import wording
from intake.review.context import Room, RoomOf
from intake.review.open_paper import OpenPaper, document, open_paper
from intake.review.pages.case import Fault, PaperPath, Tab, Version, View, back_to, page
from intake.review.pages.login import Decider, Reader
from intake.stages.corrections import NotAValueError, compact, written
from intake.store import audit, cases, corrections
from intake.store.corrections import Typed
from intake.text.identifiers import iban_valid
from intake.text.masking import masked

router = APIRouter()


@router.post("/zaak/{reference}/aanpassen")
def correct(
    request: Request,
    room: RoomOf,
    login: Decider,
    reference: str,
    version: Version,
    feit: Annotated[Corrected, Form()],
    stuk: PaperPath,
    waarde: Annotated[str, Form(max_length=300)] = "",
    keuze: Annotated[str, Form(max_length=300)] = "",
    tab: Tab = "",
) -> Response:
    """Put what was typed (``waarde``) or chosen (``keuze``) in the place of what was read. When the
    invoice changed since it was shown: 409, with how it stands now and what was typed.
    """
    typed = keuze or waarde
    try:
        value = compact(feit, typed)
    except NotAValueError:
        fault = Fault(feit, typed, wording.CORRECTION_FAULTS[feit])
        view = View(tab=tab, stuk=stuk, status=400)
        return page(request, room, login, reference, view, fault)
    read = next(iter(_read(room, reference, stuk)), None)
    if read is None:
        raise RequestValidationError([])
    if written(read.invoice, feit) == value:
        return back_to(reference, tab, "ongewijzigd", stuk)
    remark = f"{wording.CORRECTABLE[feit]}: {value}"
    try:
        corrections.correct(
            room.store, reference, stuk, login.user, version, Typed(feit, value, remark)
        )
    except Conflict:
        fault = Fault(feit, typed, wording.SENTENCES["changed-meanwhile"])
        view = View(tab=tab, stuk=stuk, status=409)
        return page(request, room, login, reference, view, fault)
    audit.record(room.store, login.user, reference, "correction", wording.CORRECTABLE[feit])
    return back_to(reference, tab, "aangepast", stuk)


@router.get("/zaak/{reference}/woorden/{path:path}/{page}.json")
def words(
    request: Request,
    room: RoomOf,
    login: Reader,
    reference: str,
    path: str,
    page: Annotated[int, Path(ge=1, le=10_000)],
) -> Response:
    """The words of a page with their boxes, in PDF points, for who may see the page; without what
    could be a client's number.

    Covered without a reason: 403. Not to be read: 404.
    """
    opened = open_paper(request, room, login, reference, path, f"page {path} {page}")
    return JSONResponse([[each.text, *each.box] for each in _safe(_words(room, opened, page))])


def _words(room: Room, opened: OpenPaper, page: int) -> tuple[PageWord, ...]:
    """As they stand in the file; of a page that is a picture as tekstherkenning read its lines."""
    data, paper = document(room, opened), opened.paper
    try:
        found = page_words(room.sandbox, data, page)
    except SandboxFailed:
        found = ()
    lines = paper.read.invoice.lines if paper.read else ()
    return found or tuple(word for line in lines if line.page == page for word in _words_of(line))


def _words_of(line: Line) -> Iterator[PageWord]:
    """Its words, each with its share of the line's box."""
    x0, top, x1, bottom = line.box
    step = (x1 - x0) / max(len(line.text), 1)
    at = 0
    for text in line.text.split():
        start = line.text.index(text, at)
        at = start + len(text)
        yield PageWord(text, (x0 + start * step, top, x0 + at * step, bottom))


def _safe(words: Iterable[PageWord]) -> Iterator[PageWord]:
    """Without numbers that could be a client's, also where one is written in groups."""
    found = list(words)
    unsafe: set[int] = set()
    for size in (1, 2, 3):
        for start in range(len(found) - size + 1):
            together = "".join(each.text for each in found[start : start + size])
            if masked(together, near_client=True) != together:
                unsafe.update(range(start, start + size))
    return (each for at, each in enumerate(found) if at not in unsafe - _of_accounts(found))


def _of_accounts(words: Sequence[PageWord]) -> set[int]:
    """Where the groups of an IBAN stand: they are a client's number by chance only."""
    found: set[int] = set()
    for start in range(len(words)):
        for size in range(1, 9):
            together = "".join(each.text for each in words[start : start + size])
            if iban_valid(together.replace(".", "").upper()):
                found.update(range(start, start + size))
    return found


def _read(room: Room, reference: str, path: str) -> Iterator[ReadInvoice]:
    verdict = cases.get_case(room.store, reference).verdict
    return (read for read in (verdict.invoices if verdict else ()) if read.path == path)
