"""``intake supplier``: the register of suppliers, in and out as CSV, and to look into."""

from __future__ import annotations

import getpass
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer

from intake.commands.options import Json
from intake.commands.output import Exit, complain, print_json, read_file, say
from intake.errors import ConfigurationError
from intake.export import suppliers as table
from intake.model.supplier import Period, Registered
from intake.profile import load as load_profile
from intake.settings import Settings, load
from intake.store import open_store, supplier_import, supplier_register, supplier_retention
from intake.store.supplier_values import SupplierFault

app = typer.Typer()

_MOST_SHOWN = 1000
Whose = Annotated[
    str, typer.Option("--profile", help="Municipality; needed when there are several.")
]


@app.command("import")
def import_suppliers(
    file: Annotated[Path, typer.Argument(help="CSV as `intake supplier export` writes it.")],
    municipality: Whose = "",
    user: Annotated[str, typer.Option("--by", help="Who imports it.")] = "",
    as_json: Json = False,
) -> None:
    """Take up the suppliers of a file: all of it, or nothing when a row cannot be taken up.

    What the file does not say stays as it is; the same file again changes nothing.
    """
    settings = load()
    own = _municipality(settings, municipality)
    data = read_file(file)
    if data is None:
        raise typer.Exit(Exit.USAGE)
    try:
        entries, faults = table.read_csv(data)
    except table.UnreadableTable as error:
        raise ConfigurationError(str(error)) from None
    if faults:
        raise typer.Exit(_refused(faults))
    with open_store(settings) as store:
        try:
            who = user or getpass.getuser()
            done = supplier_import.merge(store, who, own, entries, approves=True)
        except SupplierFault as fault:
            raise typer.Exit(_refused([fault])) from None
    if as_json:
        print_json({"added": done.added, "changed": done.changed, "same": done.same})
    else:
        say(
            f"{done.added} suppliers are new, {done.changed} changed, {done.same} stay as they were."
        )


@app.command("purge")
def purge(
    approved_by: Annotated[
        str,
        typer.Option(
            "--approve", help="Name of the person who approved the list; without it nothing goes."
        ),
    ] = "",
    municipality: Whose = "",
    as_json: Json = False,
) -> None:
    """Show what of the register is past its term; with --approve take it away."""
    settings = load()
    own = load_profile(_municipality(settings, municipality))
    with open_store(settings) as store:
        found = supplier_retention.due(store, own)
        if approved_by.strip():
            found = supplier_retention.destroy(store, own, found, approved_by.strip())
    for each in found:
        if as_json:
            print_json(
                {
                    "what": each.what.value,
                    "supplier": each.supplier,
                    "name": each.name,
                    "last_on": each.last_on.isoformat(),
                    "destroyed": bool(approved_by.strip()),
                }
            )
        else:
            say(f"{each.what:9}  supplier {each.supplier}  {each.name}  until {each.last_on}")
    if not as_json and not found:
        say("Nothing of the register is past its term.")
    elif not as_json:
        done = f"taken away, approved by {approved_by}" if approved_by.strip() else "past its term"
        say(f"{len(found)} {done}, by {own.suppliers.keep_ground}.")


@app.command("export")
def export_suppliers(
    file: Annotated[Path | None, typer.Argument(help="A new file; else stdout.")] = None,
    municipality: Whose = "",
) -> None:
    """Write the whole register as CSV."""
    settings = load()
    own = _municipality(settings, municipality)
    with open_store(settings) as store:
        data = table.as_csv(supplier_register.all_of(store, own))
    if file is None:
        say(data.decode("utf-8-sig").rstrip())
        return
    try:
        with file.open("xb") as opened:
            opened.write(data)
    except OSError as error:
        raise ConfigurationError(f"{file}: {error.strerror}") from None
    say(f"The register of {own} stands in {file}.")


@app.command("list")
def list_suppliers(
    words: Annotated[str, typer.Argument(help="Part of a name, number or place.")] = "",
    municipality: Whose = "",
    as_json: Json = False,
) -> None:
    """The suppliers by name, a thousand at most."""
    settings = load()
    own = _municipality(settings, municipality)
    with open_store(settings) as store:
        found = supplier_register.listed(store, own, words, _MOST_SHOWN)
    for each in found:
        if as_json:
            print_json(
                {
                    "number": each.number,
                    "kvk": each.kvk or None,
                    "name": each.name,
                    "city": each.city,
                    "creditor_number": each.creditor_number,
                    "contract": each.contract.value if each.contract else None,
                    "accounts_to_approve": each.accounts_to_approve,
                }
            )
        else:
            say(f"{each.number:6}  {each.kvk or '-':8}  {each.name}  {each.city}")


@app.command("show")
def show(
    kvk: Annotated[str, typer.Argument(help="KvK number, 8 digits.")],
    municipality: Whose = "",
    as_json: Json = False,
) -> None:
    """All that the register says of one supplier."""
    settings = load()
    own = _municipality(settings, municipality)
    with open_store(settings) as store:
        found = supplier_register.find(store, own, kvk)
    if found is None:
        complain(f"no supplier of {own} with this KvK number")
        raise typer.Exit(Exit.REJECTED)
    if as_json:
        print_json(_as_json(found))
    else:
        for line in _lines(found):
            say(line)


def _municipality(settings: Settings, wanted: str) -> str:
    known = settings.municipalities
    if wanted and wanted not in known:
        raise ConfigurationError(f"--profile takes one of: {', '.join(known)}")
    if not wanted and len(known) > 1:
        raise ConfigurationError(f"name the municipality with --profile: {', '.join(known)}")
    return wanted or known[0]


def _refused(faults: Iterable[SupplierFault]) -> Exit:
    for fault in faults:
        complain(f"row {fault.row}: {table.FAULTS.get(fault.code, fault.code)}")
    complain("nothing was imported")
    return Exit.USAGE


def _lines(supplier: Registered) -> Iterable[str]:
    yield f"{supplier.name} (supplier {supplier.number})"
    yield f"  KvK {supplier.kvk or '-'}, btw {supplier.vat_id or '-'}"
    yield f"  {supplier.street}, {supplier.postcode} {supplier.city}".rstrip(", ")
    yield f"  creditor number {supplier.creditor_number or '-'}"
    for each in (*supplier.other_names, *supplier.other_addresses, *supplier.domains):
        yield f"  also {each}"
    for account in supplier.accounts:
        who = f"approved by {account.approved_by}" if account.approved_by else "NOT APPROVED"
        yield f"  account {account.iban} {_days(Period(account.since, account.last_day))}, {who}"
    for contract in supplier.contracts:
        yield f"  contract: {contract.scope} {_days(contract.period)}"
    for agreement in supplier.agreements:
        what = agreement.product or "every product"
        ceiling = f", at most {agreement.ceiling:.2f}" if agreement.ceiling is not None else ""
        yield (
            f"  agreement {agreement.number} ({agreement.kind}): {what},"
            f" {_days(agreement.period)}{ceiling}"
        )


def _days(period: Period) -> str:
    return f"from {period.first_day} until {period.last_day or 'further notice'}"


def _as_json(supplier: Registered) -> dict[str, Any]:
    def days(period: Period) -> dict[str, str | None]:
        last = period.last_day.isoformat() if period.last_day else None
        return {"first_day": period.first_day.isoformat(), "last_day": last}

    return {
        "number": supplier.number,
        "kvk": supplier.kvk or None,
        "vat_id": supplier.vat_id or None,
        "names": list(supplier.names),
        "street": supplier.street,
        "postcode": supplier.postcode,
        "city": supplier.city,
        "other_addresses": list(supplier.other_addresses),
        "domains": list(supplier.domains),
        "creditor_number": supplier.creditor_number,
        "accounts": [
            {
                "iban": each.iban,
                "approved_by": each.approved_by,
                **days(Period(each.since, each.last_day)),
            }
            for each in supplier.accounts
        ],
        "contracts": [
            {"scope": each.scope.value, **days(each.period)} for each in supplier.contracts
        ],
        "agreements": [
            {
                "kind": each.kind.value,
                "number": each.number,
                "product": each.product or None,
                "ceiling": f"{each.ceiling:.2f}" if each.ceiling is not None else None,
                **days(each.period),
            }
            for each in supplier.agreements
        ],
    }
