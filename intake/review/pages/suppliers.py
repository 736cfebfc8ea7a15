"""The list of suppliers in the register, with search by the database."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Query
from starlette.responses import RedirectResponse, Response

from intake.model.supplier import Registered
from intake.review import sealed_words, wording
from intake.review.context import Room, RoomOf
from intake.review.pages.login import Login, SupplierEditor, SupplierReader, SupplierSearcher
from intake.review.pages.supplier import municipality_of
from intake.store import supplier_changes, supplier_register
from intake.store import supplier_values as values
from intake.store.supplier_values import SupplierFault

PART = 50
"""Rows on one page of the list."""
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


def _page(
    room: Room,
    login: Login,
    own: str,
    search: str,
    searching: str,
    page: int,
    fault: str = "",
    typed: dict[str, str] | None = None,
) -> Response:
    rows = supplier_register.listed(room.store, own, search, PART + 1, (page - 1) * PART)
    return room.pages.html(
        "suppliers.html",
        400 if fault else 200,
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
        typed=typed or {"name": "", "kvk": ""},
    )
