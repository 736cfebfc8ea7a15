"""Batches for the finance package: what stands ready, what left, and how it fared."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from enum import StrEnum
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Form, Path, Query
from fastapi.exceptions import RequestValidationError
from starlette.responses import RedirectResponse, Response

from intake import profile
from intake.export import case_pages, formats, ubl
from intake.review import wording
from intake.review.context import Room, RoomOf
from intake.review.pages.login import HandsOver, Login, Reader
from intake.store import audit, batches, reversals
from intake.store.batches import Held
from intake.store.tables import BatchState

_AT_ONCE = 50
_PART = 100
_REPORTED = (BatchState.BOOKED, BatchState.FAILED)
"""What a person says of a batch; that it was delivered follows from taking it."""

router = APIRouter()

Number = Annotated[int, Path(ge=1, le=999_999_999)]


class Format(StrEnum):
    """What a person can take a batch as."""

    CSV = "csv"
    XLSX = "xlsx"
    UBL = "ubl"


@router.get("/betaalbatches")
def show_all(
    room: RoomOf, login: Reader, gedaan: Annotated[str, Query(max_length=20)] = ""
) -> Response:
    """What the next batch of each municipality holds, and the newest batches."""
    return _list(room, login, wording.DONE.get(gedaan))


def _list(room: Room, login: Login, notice: object, held: Sequence[Held] = ()) -> Response:
    """
    Args:
        held: what a batch that was made a moment ago left behind.
    """
    return room.pages.html(
        "batches.html",
        login=login,
        here="batches",
        standing=[batches.standing(room.store, name) for name in room.settings.municipalities],
        rows=batches.listed(room.store, _AT_ONCE),
        formats=list(Format),
        notice=notice,
        held=held,
    )


@router.post("/betaalbatches")
def make(
    room: RoomOf,
    login: HandsOver,
    gemeente: Annotated[str, Form(max_length=60)],
    format: Annotated[Format, Form()],
) -> Response:
    """Put what was accepted and has not left into one batch, as far as the format can hold it; what
    stays behind is told with its reason.
    """
    if gemeente not in room.settings.municipalities:
        raise RequestValidationError([])
    unfit = ubl.unfit if format is Format.UBL else _fits
    made, held = batches.make(room.store, gemeente, login.user, unfit)
    if made is not None:
        audit.record(room.store, login.user, "", f"batch-made {made.number}")
    if held:
        return _list(room, login, wording.DONE["niet-alles-mee" if made else "niets-mee"], held)
    if made is None:
        return RedirectResponse("/betaalbatches?gedaan=niets-mee", 303)
    return RedirectResponse(f"/betaalbatches/{made.number}?gedaan=batch-gemaakt", 303)


@router.get("/betaalbatches/{batch}")
def show(
    room: RoomOf,
    login: Reader,
    batch: Number,
    blad: Annotated[int, Query(ge=1, le=100)] = 1,
    gedaan: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """One batch with its invoices, as their columns have them."""
    rows = batches.entries(room.store, batch, _PART + 1, (blad - 1) * _PART)
    line = batches.line(room.store, batch)
    return room.pages.html(
        "batch.html",
        login=login,
        here="batches",
        batch=line,
        formats=list(Format),
        rows=rows[:_PART],
        more=len(rows) > _PART,
        page=blad,
        deliverable=line.may_become(BatchState.DELIVERED),
        reported=[state.value for state in _REPORTED if line.may_become(state)],
        notice=wording.DONE.get(gedaan),
    )


@router.post("/betaalbatches/{batch}/ophalen")
def take(
    room: RoomOf, login: HandsOver, batch: Number, format: Annotated[Format, Form()]
) -> Response:
    """The files of a batch: whoever takes them has it delivered. Raises Conflict when it changed."""
    whole = batches.load(room.store, batch)
    own = profile.load(whole.municipality)
    pages = partial(case_pages.drawn, room.store, room.sandbox)
    try:
        files = formats.written(whole, [format.value], own, pages)
    except ValueError:
        return RedirectResponse(f"/betaalbatches/{batch}?gedaan=geen-ubl", 303)
    audit.record(room.store, login.user, "", f"batch {batch}")
    if batches.line(room.store, batch).may_become(BatchState.DELIVERED):
        batches.note(room.store, batch, BatchState.DELIVERED, login.user)
    return Response(
        _zipped(files),
        media_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="betaalbatch-{batch:06}.zip"'},
    )


@router.post("/betaalbatches/{batch}/stand")
def report(
    room: RoomOf, login: HandsOver, batch: Number, state: Annotated[BatchState, Form()]
) -> Response:
    """The finance package booked it, or could not take it.

    Raises Conflict when that does not follow from where it stands.
    """
    if state not in _REPORTED:
        raise RequestValidationError([])
    batches.note(room.store, batch, state, login.user)
    return RedirectResponse(f"/betaalbatches/{batch}?gedaan=batch-{state.value}", 303)


@router.post("/betaalbatches/{batch}/storno")
def take_back(
    room: RoomOf,
    login: HandsOver,
    batch: Number,
    regel: Annotated[int, Form(ge=1, le=batches.MOST)],
    why: Annotated[str, Form(max_length=1000)] = "",
) -> Response:
    """Take back one invoice of a batch, with the reason. Raises Conflict when it was already."""
    if not why.strip():
        return RedirectResponse(f"/betaalbatches/{batch}?gedaan=storno-reden", 303)
    found = batches.entries(room.store, batch, 1, regel - 1)
    if not found or found[0].reverses:
        raise RequestValidationError([])
    reversals.ask(room.store, found[0].reference, found[0].path, login.user, why.strip())
    return RedirectResponse(f"/betaalbatches/{batch}?gedaan=storno", 303)


def _fits(_booking: object, _own: object) -> str:
    """A table holds every booking."""
    return ""


def _zipped(files: Sequence[formats.File]) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            archive.writestr(file.name, file.data)
    return whole.getvalue()
