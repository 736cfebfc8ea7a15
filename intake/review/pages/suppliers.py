"""The list of suppliers in the register, with search by the database."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Form, Query, UploadFile
from starlette.responses import RedirectResponse, Response

from intake.export import suppliers as table
from intake.model.supplier import Registered
from intake.review import sealed_words, wording
from intake.review.context import Room, RoomOf
from intake.review.pages.login import Login, SupplierEditor, SupplierReader, SupplierSearcher
from intake.review.pages.supplier import municipality_of
from intake.store import supplier_changes, supplier_import, supplier_register
from intake.store import supplier_values as values
from intake.store.supplier_values import SupplierFault

FILE_PATH = "/leveranciers/bestand"
PART = 50
"""Rows on one page of the list."""
MOST_BYTES = 5_000_000
"""Of a file of suppliers."""
MOST_TOLD = 20
"""Rows of a file of which is said what is wrong."""
router = APIRouter()

Municipality = Annotated[str, Query(max_length=60)]


@router.get("/leveranciers")
def show(
    room: RoomOf,
    login: SupplierReader,
    gemeente: Municipality = "",
    zoek: Annotated[str, Query(max_length=1000)] = "",
    blad: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> Response:
    """By name. What was searched for stands in the address sealed, never in words."""
    own = municipality_of(room, gemeente)
    search = sealed_words.unseal(room, login, zoek) if zoek else ""
    return _page(room, login, own, search, f"&zoek={zoek}" if search else "", blad)


@router.post("/leveranciers/zoeken")
def find(
    room: RoomOf,
    login: SupplierSearcher,
    gemeente: Annotated[str, Form(max_length=60)] = "",
    search: Annotated[str, Form(max_length=100)] = "",
) -> Response:
    """A form, because a name or number in an address ends up in logs and histories."""
    own, words = municipality_of(room, gemeente), search.strip()
    sealed = f"&zoek={sealed_words.seal(room, login, words)}" if words else ""
    return RedirectResponse(f"/leveranciers?gemeente={own}{sealed}", 303)


@router.post("/leveranciers")
def add(
    room: RoomOf,
    login: SupplierEditor,
    gemeente: Annotated[str, Form(max_length=60)] = "",
    name: Annotated[str, Form(max_length=300)] = "",
    kvk: Annotated[str, Form(max_length=30)] = "",
) -> Response:
    """Take up a supplier; the rest is filled in on its own page."""
    own = municipality_of(room, gemeente)
    try:
        supplier = Registered(values.line(name), kvk=values.kvk(kvk))
        number = supplier_changes.add(room.store, login.user, own, supplier)
    except SupplierFault as fault:
        typed = {"name": name, "kvk": kvk}
        return _page(room, login, own, "", "", 1, wording.SUPPLIER_FAULTS[fault.code], typed)
    return RedirectResponse(f"/leverancier/nr/{number}?gedaan=leverancier", 303)


@router.post(FILE_PATH)
def import_file(
    room: RoomOf,
    login: SupplierEditor,
    bestand: UploadFile | None = None,
    gemeente: Annotated[str, Form(max_length=60)] = "",
) -> Response:
    """Take up the suppliers of a CSV file: all of it, or nothing when a row cannot be taken up."""
    own = municipality_of(room, gemeente)
    data = bestand.file.read(MOST_BYTES + 1) if bestand is not None else b""
    faults, done = _imported(room, login, own, data)
    if done is None:
        return _page(room, login, own, "", "", 1, import_faults=faults)
    counts = {"added": done.added, "changed": done.changed, "same": done.same}
    return _page(room, login, own, "", "", 1, said=wording.IMPORT_FAULTS["done"].format(**counts))


@router.get("/leveranciers.csv")
def export_file(room: RoomOf, _login: SupplierReader, gemeente: Municipality = "") -> Response:
    """The whole register as CSV, as it can be taken in again."""
    own = municipality_of(room, gemeente)
    data = table.as_csv(supplier_register.all_of(room.store, own))
    name = {"Content-Disposition": f'attachment; filename="leveranciers-{own}.csv"'}
    return Response(data, media_type="text/csv; charset=utf-8", headers=name)


def _imported(
    room: Room, login: Login, own: str, data: bytes
) -> tuple[list[str], supplier_import.Merged | None]:
    """What is wrong with a file, row by row; or what it did."""
    words = wording.IMPORT_FAULTS
    if not data or len(data) > MOST_BYTES:
        return [words["too-large" if data else "no-file"]], None
    try:
        entries, faults = table.read_csv(data)
    except table.UnreadableTable as error:
        return [words["unreadable"].format(text=error)], None
    if not faults:
        try:
            merge = supplier_import.merge
            return [], merge(room.store, login.user, own, entries, approves=False)
        except SupplierFault as fault:
            faults = [fault]
    said = [words["row"].format(row=each.row, text=words[each.code]) for each in faults[:MOST_TOLD]]
    more = len(faults) - MOST_TOLD
    said += [words["more"].format(number=more)] if more > 0 else []
    return [*said, words["nothing"]], None


def _page(
    room: Room,
    login: Login,
    own: str,
    search: str,
    searching: str,
    page: int,
    fault: str = "",
    typed: dict[str, str] | None = None,
    import_faults: Sequence[str] = (),
    said: str = "",
) -> Response:
    rows = supplier_register.listed(room.store, own, search, PART + 1, (page - 1) * PART)
    return room.pages.html(
        "suppliers.html",
        400 if fault or import_faults else 200,
        login=login,
        here="suppliers",
        municipality=own,
        municipalities=room.settings.municipalities,
        rows=rows[:PART],
        more=len(rows) > PART,
        page=page,
        search=search,
        searching=searching,
        scopes=wording.CONTRACT_SCOPES,
        fault=fault,
        import_faults=import_faults,
        notice=said,
        typed=typed or {"name": "", "kvk": ""},
    )
