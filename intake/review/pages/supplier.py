"""A supplier: what the register says, its accounts, and its mails and invoices as one line of time."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Annotated, Any

from fastapi import APIRouter, Form, Path, Query
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from intake.errors import Conflict
from intake.model.supplier import (
    Agreement,
    AgreementKind,
    Contract,
    ContractScope,
    Registered,
    SupplierAccount,
)
from intake.review import wording
from intake.review.context import Room, RoomOf
from intake.review.pages.login import Login, SupplierEditor, SupplierReader
from intake.review.rights import Right
from intake.store import (
    audit,
    providers,
    register_answers,
    supplier_changes,
    supplier_register,
    supplier_rows,
    suppliers,
)
from intake.store import supplier_values as values
from intake.store.coding import CODES
from intake.store.journal import NotKept
from intake.store.supplier_values import SupplierFault
from intake.store.suppliers import AccountUse, SupplierHistory

LATEST_CHANGES = 20
router = APIRouter()

Number = Annotated[int, Path(ge=1, le=999_999_999)]
Line = Annotated[str, Form(max_length=300)]
Text = Annotated[str, Form(max_length=4000)]
Done = Annotated[str, Query(max_length=20)]
_NOTHING = SupplierHistory("", (), (), (), ())


@dataclass(frozen=True, slots=True)
class ShownAccount:
    """An account of the register, of invoices, or of both."""

    iban: str
    registered: SupplierAccount | None
    used: AccountUse | None


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody typed in a form that could not be taken, so that nothing is lost."""

    form: str = ""
    fault: str = ""
    values: Mapping[str, str] = field(default_factory=dict)


@router.get("/leverancier/{kvk}")
def show(
    room: RoomOf,
    login: SupplierReader,
    kvk: Annotated[str, Path(pattern=r"^[0-9]{8}$")],
    gemeente: Annotated[str, Query(max_length=60)] = "",
    gedaan: Done = "",
) -> Response:
    """Business facts only: no mail, no page, no care."""
    own = municipality_of(room, gemeente)
    known = supplier_register.find(room.store, own, kvk)
    return _page(room, login, own, known or Registered("", kvk=kvk), Typed(), gedaan)


@router.get("/leverancier/nr/{number}")
def show_by_number(
    room: RoomOf, login: SupplierReader, number: Number, gedaan: Done = ""
) -> Response:
    """One of the register, also without a KvK number."""
    own, known = _get(room, number)
    return _page(room, login, own, known, Typed(), gedaan)


@router.post("/leverancier/nr/{number}/gegevens")
def change(
    room: RoomOf,
    login: SupplierEditor,
    number: Number,
    version: Annotated[int, Form(ge=0)],
    name: Line = "",
    kvk: Line = "",
    vat_id: Line = "",
    street: Line = "",
    postcode: Line = "",
    city: Line = "",
    creditor_number: Line = "",
    cost_centre: Line = "",
    cost_type: Line = "",
    task_field: Line = "",
    vat_code: Line = "",
    order_number: Line = "",
    notes: Text = "",
    other_names: Text = "",
    other_addresses: Text = "",
    domains: Text = "",
) -> Response:
    """Keep the details; what a colleague changed meanwhile is shown before it is overwritten."""
    own, known = _get(room, number)
    typed = {
        "name": name, "kvk": kvk, "vat_id": vat_id, "street": street, "postcode": postcode,
        "city": city, "creditor_number": creditor_number, "notes": notes,
        "cost_centre": cost_centre, "cost_type": cost_type, "task_field": task_field,
        "vat_code": vat_code, "order_number": order_number,
        "other_names": other_names, "other_addresses": other_addresses, "domains": domains,
    }  # fmt: skip
    try:
        wanted = details(typed)
        supplier_changes.change(room.store, login.user, number, version, wanted)
    except SupplierFault as fault:
        return _page(room, login, own, known, Typed("details", fault.code, typed))
    except Conflict:
        return _page(room, login, own, known, Typed("details", "changed", typed))
    return _done(number)


@router.post("/leverancier/nr/{number}/rekening")
def put_account(
    room: RoomOf,
    login: SupplierEditor,
    number: Number,
    iban: Line = "",
    since: Line = "",
    last_day: Line = "",
) -> Response:
    """Add an account, or give one its last day."""
    typed = {"iban": iban, "since": since, "last_day": last_day}
    own, known = _get(room, number)
    try:
        first = values.day(since) or room.store.today
        ends = values.day(last_day)
        account = values.iban(iban)
        supplier_changes.put_account(room.store, login.user, number, account, first, ends)
    except SupplierFault as fault:
        return _page(room, login, own, known, Typed("account", fault.code, typed))
    return _done(number)


@router.post("/leverancier/nr/{number}/goedkeuren")
def approve(room: RoomOf, login: SupplierEditor, number: Number, iban: Line) -> Response:
    """Approve an account that somebody else added."""
    own, known = _get(room, number)
    try:
        supplier_changes.approve_account(room.store, login.user, number, iban)
    except SupplierFault as fault:
        return _page(room, login, own, known, Typed("approve", fault.code))
    except NotKept:
        raise HTTPException(404) from None
    return _done(number)


@router.post("/leverancier/nr/{number}/contract")
def put_contract(
    room: RoomOf,
    login: SupplierEditor,
    number: Number,
    scope: Line = "",
    first_day: Line = "",
    last_day: Line = "",
    remove: Line = "",
) -> Response:
    """Add or end a period with or without a contract; or take one away that was wrong."""
    typed = {"scope": scope, "first_day": first_day, "last_day": last_day}
    own, known = _get(room, number)
    try:
        chosen = values.member(ContractScope, scope)
        period = values.period(first_day, last_day)
        if remove:
            first = period.first_day
            supplier_changes.remove_contract(room.store, login.user, number, chosen, first)
        else:
            contract = Contract(chosen, period)
            supplier_changes.put_contract(room.store, login.user, number, contract)
    except SupplierFault as fault:
        return _page(room, login, own, known, Typed("contract", fault.code, typed))
    return _done(number)


@router.post("/leverancier/nr/{number}/afspraak")
def put_agreement(
    room: RoomOf,
    login: SupplierEditor,
    number: Number,
    kind: Line = "",
    agreement: Line = "",
    product: Line = "",
    first_day: Line = "",
    last_day: Line = "",
    ceiling: Line = "",
    remove: Line = "",
) -> Response:
    """Add or change an agreement; or take one away that was wrong."""
    typed = {
        "kind": kind, "agreement": agreement, "product": product, "first_day": first_day,
        "last_day": last_day, "ceiling": ceiling,
    }  # fmt: skip
    own, known = _get(room, number)
    try:
        wanted = Agreement(
            values.member(AgreementKind, kind),
            values.agreement_number(agreement),
            values.product(product),
            values.period(first_day, last_day),
            values.euros(ceiling),
        )
        if remove:
            which = (wanted.kind, wanted.number, wanted.product)
            supplier_changes.remove_agreement(room.store, login.user, number, *which)
        else:
            supplier_changes.put_agreement(room.store, login.user, number, wanted)
    except SupplierFault as fault:
        return _page(room, login, own, known, Typed("agreement", fault.code, typed))
    return _done(number)


def municipality_of(room: Room, wanted: str) -> str:
    """The municipality that an address names; the installation's own when it names none.

    Raises:
        RequestValidationError: it is none of this installation.
    """
    known = room.settings.municipalities
    if wanted and wanted not in known:
        raise RequestValidationError([])
    return wanted or known[0]


def details(typed: Mapping[str, str]) -> Registered:
    """The details that somebody typed.

    Raises:
        SupplierFault: one of them is wrong.
    """
    codes: dict[str, Any] = {name: values.code(typed[name]) for name in CODES}
    return Registered(
        name=values.line(typed["name"]),
        kvk=values.kvk(typed["kvk"]),
        vat_id=values.vat_id(typed["vat_id"]),
        street=values.line(typed["street"]),
        postcode=values.line(typed["postcode"]).replace(" ", "").upper(),
        city=values.line(typed["city"]),
        creditor_number=values.creditor_number(typed["creditor_number"], values.kvk(typed["kvk"])),
        notes=values.note(typed["notes"]),
        **codes,
        other_names=values.lines(typed["other_names"]),
        other_addresses=values.lines(typed["other_addresses"]),
        domains=tuple(map(values.domain, typed["domains"].split())),
    )


def _get(room: Room, number: int) -> tuple[str, Registered]:
    try:
        own, known = supplier_register.get(room.store, number)
    except NotKept:
        raise HTTPException(404) from None
    if own not in room.settings.municipalities:
        raise HTTPException(404)
    return own, known


def _done(number: int) -> Response:
    return RedirectResponse(f"/leverancier/nr/{number}?gedaan=leverancier", 303)


def _page(
    room: Room, login: Login, own: str, known: Registered, typed: Typed, done: str = ""
) -> Response:
    history = _NOTHING
    if login.may(Right.READ):
        history = suppliers.history(room.store, known.kvk, own, known.vat_id)
    answers = register_answers.latest(room.store, known)
    return room.pages.html(
        "supplier.html",
        400 if typed.fault else 200,
        login=login,
        here="suppliers",
        municipality=own,
        known=known,
        history=history,
        accounts=_accounts(known, history),
        counted=min(len(history.invoices), suppliers.OPENED),
        contract_now=[
            c for c in known.contracts if c.period.holds(room.store.today, room.store.today)
        ],
        answers=[(wording.REGISTERS[each.source], each) for each in answers],
        passwords=_passwords(room, known.kvk),
        changes=_changes(room, known.number),
        scopes=wording.CONTRACT_SCOPES,
        codes=wording.CODES,
        agreement_kinds=wording.AGREEMENT_KINDS,
        form=_form(known, typed),
        typed=typed,
        fault=wording.SUPPLIER_FAULTS.get(typed.fault, typed.fault),
        today=room.store.today,
        notice=wording.DONE.get(done),
    )


def _accounts(known: Registered, history: SupplierHistory) -> list[ShownAccount]:
    """Of the register first; those that only stand on invoices after them."""
    used = {each.iban: each for each in history.accounts}
    shown = [ShownAccount(each.iban, each, used.pop(each.iban, None)) for each in known.accounts]
    return shown + [ShownAccount(iban, None, each) for iban, each in used.items()]


def _passwords(room: Room, kvk: str) -> tuple[providers.AgreedPassword, ...]:
    """When each agreed password is in force; of who is no registered provider none."""
    if kvk:
        with suppress(Conflict):
            return providers.agreed_passwords(room.store, kvk)
    return ()


def _changes(room: Room, number: int) -> list[dict[str, object]]:
    if not number:
        return []
    rows = audit.changes(room.store, supplier_rows.subject(number), LATEST_CHANGES)
    found: list[dict[str, object]] = []
    for row in rows:
        code, _, detail = row.result.partition(" ")
        what = wording.SUPPLIER_CHANGES.get(code, code)
        shown = detail if code.startswith("agreement") else ""
        shown = wording.grouped(detail) if code.startswith("account") else shown
        found.append({"at": row.at, "who": row.who, "what": what, "detail": shown})
    return found


def _form(known: Registered, typed: Typed) -> dict[str, str]:
    """What stands in the form of the details: as it was typed, or as it is kept."""
    if typed.form == "details":
        return dict(typed.values)
    kept = replace(known, postcode=f"{known.postcode[:4]} {known.postcode[4:]}".strip())
    form = {
        name: getattr(kept, name)
        for name in (
            "name",
            "kvk",
            "vat_id",
            "street",
            "postcode",
            "city",
            "creditor_number",
            *CODES,
            "notes",
        )
    }
    for name in ("other_names", "other_addresses", "domains"):
        form[name] = "\n".join(getattr(kept, name))
    return form
