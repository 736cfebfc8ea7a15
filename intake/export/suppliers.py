"""The register of suppliers as CSV, to fill it in a spreadsheet and to take it elsewhere.

One row for the supplier itself, and one for each further name, address, mail domain, account, contract
and agreement. A row says whose it is by KvK number; without one by btw number, else by name. Passwords
agreed with a supplier are not in it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from intake.export.table import FORMULA, harmless
from intake.model.supplier import (
    Agreement,
    AgreementKind,
    Contract,
    ContractScope,
    Period,
    Registered,
    SupplierAccount,
)
from intake.store import supplier_values as values
from intake.store.supplier_import import Entry
from intake.store.supplier_values import SupplierFault

MOST_ROWS = 50_000
COLUMNS = (
    "soort", "kvk-nummer", "btw-nummer", "naam", "waarde", "straat", "postcode", "plaats",
    "crediteurnummer", "notities", "iban", "bereik", "nummer", "product", "plafond", "van",
    "tot-en-met", "toegevoegd-door", "goedgekeurd-door", "goedgekeurd-op", "kostenplaats",
    "kostensoort", "taakveld", "btw-code", "verplichtingnummer",
)  # fmt: skip
_CODES = {
    "kostenplaats": "cost_centre",
    "kostensoort": "cost_type",
    "taakveld": "task_field",
    "btw-code": "vat_code",
    "verplichtingnummer": "order_number",
}
_SUPPLIER, _ACCOUNT, _CONTRACT, _AGREEMENT = "leverancier", "rekening", "contract", "overeenkomst"
_FACTS = {"naam": "other_names", "adres": "other_addresses", "maildomein": "domains"}
_KINDS = (_SUPPLIER, *_FACTS, _ACCOUNT, _CONTRACT, _AGREEMENT)
FAULTS: Mapping[str, str] = {
    "account-day": "an account needs the day since when it is used, in the column van",
    "agreement-number": "an agreement needs its number, in the column nummer",
    "amount": "plafond is no amount above zero such as 1.234,56",
    "approved-on": "who approved an account needs the day, in the column goedgekeurd-op",
    "bsn": "a text holds what could be a BSN",
    "bsn-code": "a number could be a BSN: it has 8 or 9 digits and passes the 11-test",
    "columns": "it has other columns than the first row",
    "day": "a day is written as 31-12-2026 or 2026-12-31",
    "domain": "waarde is no mail domain",
    "first-day": "the column van needs a day",
    "iban": "iban is no valid account number",
    "kind": f"bereik or soort is no word of the list; soort is one of: {', '.join(_KINDS)};"
    f" bereik of a contract: {', '.join(ContractScope)}; of an overeenkomst:"
    f" {', '.join(AgreementKind)}",
    "known": "there is a supplier with this number already",
    "kvk": "kvk-nummer has 8 digits; a spreadsheet takes the zero in front away",
    "name": "naam is needed",
    "period": "tot-en-met lies before van",
    "product": "product is no product code",
    "same-person": "an account is approved by somebody else than who adds it (or imports it)",
    "too-long": "a text is too long",
    "twice": "this supplier has a row of its own already",
    "unknown-supplier": "no row leverancier in this file or in the register is of this supplier",
    "vat-id": "btw-nummer is not valid",
    "vat-id-bsn": "this btw-nummer holds the BSN of a sole trader: leave it out",
    "whose": "kvk-nummer, btw-nummer or naam is needed to know whose row it is",
}
"""What is wrong with a row, for who imports it."""


class UnreadableTable(ValueError):
    """The file is no table of suppliers; the text says why."""


@dataclass
class _Draft:
    """What the rows read so far say of one supplier."""

    row: int
    supplier: Registered
    is_whole: bool = False
    facts: dict[str, list[str]] = field(default_factory=dict)
    accounts: list[SupplierAccount] = field(default_factory=list)
    contracts: list[Contract] = field(default_factory=list)
    agreements: list[Agreement] = field(default_factory=list)

    def entry(self) -> Entry:
        facts: dict[str, Any] = {
            name: tuple(dict.fromkeys(found)) for name, found in self.facts.items()
        }
        supplier = replace(
            self.supplier,
            **facts,
            accounts=tuple(self.accounts),
            contracts=tuple(self.contracts),
            agreements=tuple(self.agreements),
        )
        return Entry(self.row, supplier, self.is_whole)


def as_csv(suppliers: Iterable[Registered]) -> bytes:
    """UTF-8 with a byte mark, semicolons: what a Dutch spreadsheet opens without asking."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, "", delimiter=";", lineterminator="\r\n")
    writer.writeheader()
    for supplier in suppliers:
        whose = {"kvk-nummer": supplier.kvk, "btw-nummer": supplier.vat_id, "naam": supplier.name}
        for row in _rows(supplier):
            writer.writerow({name: harmless(cell) for name, cell in (whose | row).items()})
    return text.getvalue().encode("utf-8-sig")


def _rows(supplier: Registered) -> Iterator[dict[str, str]]:
    yield {
        "soort": _SUPPLIER,
        "straat": supplier.street,
        "postcode": supplier.postcode,
        "plaats": supplier.city,
        "crediteurnummer": supplier.creditor_number,
        "notities": supplier.notes,
        **{column: getattr(supplier, name) for column, name in _CODES.items()},
    }
    for kind, name in _FACTS.items():
        for value in getattr(supplier, name):
            yield {"soort": kind, "waarde": value}
    for account in supplier.accounts:
        yield {
            "soort": _ACCOUNT,
            "iban": account.iban,
            "toegevoegd-door": account.added_by,
            "goedgekeurd-door": account.approved_by or "",
            "goedgekeurd-op": f"{account.approved_on:%d-%m-%Y}" if account.approved_on else "",
            **_days(Period(account.since, account.last_day)),
        }
    for contract in supplier.contracts:
        yield {"soort": _CONTRACT, "bereik": contract.scope.value, **_days(contract.period)}
    for agreement in supplier.agreements:
        yield {
            "soort": _AGREEMENT,
            "bereik": agreement.kind.value,
            "nummer": agreement.number,
            "product": agreement.product,
            "plafond": _euros(agreement.ceiling),
            **_days(agreement.period),
        }


def _days(period: Period) -> dict[str, str]:
    last = f"{period.last_day:%d-%m-%Y}" if period.last_day else ""
    return {"van": f"{period.first_day:%d-%m-%Y}", "tot-en-met": last}


def _euros(amount: Decimal | None) -> str:
    return "" if amount is None else f"{amount:.2f}".replace(".", ",")


def read_csv(data: bytes) -> tuple[list[Entry], list[SupplierFault]]:
    """The suppliers of a file, and every row that cannot be taken up.

    Raises:
        UnreadableTable: it has no heading as it should be.
    """
    reader = csv.reader(io.StringIO(_decoded(data)), delimiter=_delimiter(data), strict=True)
    drafts: dict[str, _Draft] = {}
    faults: list[SupplierFault] = []
    try:
        heading = [name.strip().lower() for name in next(reader, [])]
        _refuse_heading(heading)
        for number, cells in enumerate(reader, 2):
            if number > MOST_ROWS:
                raise UnreadableTable(f"it has more than {MOST_ROWS} rows: split it")
            if not any(cell.strip() for cell in cells):
                continue
            try:
                _read_row(drafts, number, _row(heading, cells))
            except SupplierFault as fault:
                faults.append(SupplierFault(fault.code, number))
    except csv.Error as error:
        raise UnreadableTable(f"row {reader.line_num}: {error}") from None
    return [draft.entry() for draft in drafts.values()], faults


def _decoded(data: bytes) -> str:
    """UTF-8, or else as an older Dutch spreadsheet saves it."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _delimiter(data: bytes) -> str:
    first = data.partition(b"\n")[0]
    return ";" if first.count(b";") >= first.count(b",") else ","


def _refuse_heading(heading: Sequence[str]) -> None:
    unknown = [name for name in heading if name not in COLUMNS]
    double = sorted({name for name in heading if heading.count(name) > 1})
    if unknown or double or "soort" not in heading:
        told = [f"row 1: there is no column {name or '(empty)'!r}" for name in unknown]
        told += [f"row 1: the column {name!r} is there twice" for name in double]
        told += [] if "soort" in heading else ["row 1: the column 'soort' is not there"]
        raise UnreadableTable("\n".join([*told, f"columns are: {', '.join(COLUMNS)}"]))


def _row(heading: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    """By column; the sign that keeps a cell from being run as a formula is taken off."""
    if len(cells) > len(heading) and any(cell.strip() for cell in cells[len(heading) :]):
        raise SupplierFault("columns")
    row = dict.fromkeys(COLUMNS, "")
    for name, cell in zip(heading, cells, strict=False):
        own = cell[1:] if cell[:1] == "'" and cell[1:].startswith(FORMULA) else cell
        row[name] = own.strip()
    return row


def _read_row(drafts: dict[str, _Draft], number: int, row: Mapping[str, str]) -> None:
    kind = row["soort"].lower()
    if kind not in _KINDS:
        raise SupplierFault("kind")
    kvk, vat_id = values.kvk(row["kvk-nummer"]), values.vat_id(row["btw-nummer"])
    name = values.line(row["naam"])
    key = kvk or vat_id or name
    if not key:
        raise SupplierFault("whose")
    draft = drafts.setdefault(key, _Draft(number, Registered(name, kvk, vat_id)))
    if kind == _SUPPLIER:
        if draft.is_whole:
            raise SupplierFault("twice")
        draft.supplier, draft.is_whole = _details(Registered(name, kvk, vat_id), row), True
    elif kind in _FACTS:
        read = values.domain if kind == "maildomein" else values.line
        draft.facts.setdefault(_FACTS[kind], []).append(read(row["waarde"]))
    elif kind == _ACCOUNT:
        draft.accounts.append(_account(row))
    elif kind == _CONTRACT:
        scope = values.member(ContractScope, row["bereik"])
        draft.contracts.append(Contract(scope, values.period(row["van"], row["tot-en-met"])))
    else:
        draft.agreements.append(_agreement(row))


def _details(supplier: Registered, row: Mapping[str, str]) -> Registered:
    if not supplier.name:
        raise SupplierFault("name")
    codes: dict[str, Any] = {name: values.code(row[column]) for column, name in _CODES.items()}
    return replace(
        supplier,
        street=values.line(row["straat"]),
        postcode=values.line(row["postcode"]).replace(" ", "").upper(),
        city=values.line(row["plaats"]),
        creditor_number=values.creditor_number(row["crediteurnummer"], supplier.kvk),
        notes=values.note(row["notities"]),
        **codes,
    )


def _account(row: Mapping[str, str]) -> SupplierAccount:
    if not row["van"]:
        raise SupplierFault("account-day")
    days = values.period(row["van"], row["tot-en-met"])
    approved_by, approved_on = values.line(row["goedgekeurd-door"]), row["goedgekeurd-op"]
    if bool(approved_by) != bool(approved_on):
        raise SupplierFault("approved-on")
    return SupplierAccount(
        values.iban(row["iban"]),
        days.first_day,
        days.last_day,
        values.line(row["toegevoegd-door"]),
        approved_by or None,
        values.day(approved_on),
    )


def _agreement(row: Mapping[str, str]) -> Agreement:
    return Agreement(
        values.member(AgreementKind, row["bereik"]),
        values.agreement_number(row["nummer"]),
        values.product(row["product"]),
        values.period(row["van"], row["tot-en-met"]),
        values.euros(row["plafond"]),
    )
