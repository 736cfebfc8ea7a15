"""The register of suppliers as a file fills it: all of the file, or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlmodel import Session

from intake.model.supplier import Registered
from intake.store import Store, supplier_rows
from intake.store.supplier_values import SupplierFault


@dataclass(frozen=True, slots=True)
class Merged:
    """What an import did."""

    added: int = 0
    changed: int = 0
    same: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """A supplier of a file, with the row that it begins on."""

    row: int
    supplier: Registered
    is_whole: bool = field(default=True)
    """False: the file has no row of the supplier itself, which must be known already."""


def merge(
    store: Store, who: str, municipality: str, entries: Sequence[Entry], *, approves: bool
) -> Merged:
    """Take up the suppliers of a file, all or none: what the file says goes before what is known, what
    it does not say stays. The same file again changes nothing.

    Args:
        approves: who added and approved an account is believed as the file says it. Else ``who``
            added all that is new, and somebody else must approve it.

    Raises:
        SupplierFault: with its row; then nothing was taken up.
    """
    counts = {"added": 0, "changed": 0, "same": 0}
    with store.write() as session:
        store.lock(session, supplier_rows.LOCK)
        for entry in entries:
            try:
                own = entry if approves else _unapproved(entry, who)
                counts[_merge(store, session, who, municipality, own)] += 1
            except SupplierFault as fault:
                raise SupplierFault(fault.code, entry.row) from None
    return Merged(**counts)


def _unapproved(entry: Entry, who: str) -> Entry:
    accounts = (
        replace(each, added_by=who, approved_by=None, approved_on=None)
        for each in entry.supplier.accounts
    )
    return replace(entry, supplier=replace(entry.supplier, accounts=tuple(accounts)))


def _merge(store: Store, session: Session, who: str, municipality: str, entry: Entry) -> str:
    accounts = (replace(a, added_by=a.added_by or who) for a in entry.supplier.accounts)
    given = replace(entry.supplier, accounts=tuple(accounts))
    if any(each.approved_by == each.added_by for each in given.accounts):
        raise SupplierFault("same-person")
    row = supplier_rows.same(session, municipality, given)
    if row is None:
        if not entry.is_whole or not given.name:
            raise SupplierFault("unknown-supplier")
        supplier_rows.add_row(store, session, who, municipality, given)
        return "added"
    known = supplier_rows.registered(session, row)
    details: dict[str, Any] = {
        name: getattr(given, name) or getattr(known, name) for name in supplier_rows.DETAILS
    }
    for name in supplier_rows.FACTS:
        details[name] = tuple(dict.fromkeys((*getattr(known, name), *getattr(given, name))))
    wanted = replace(known, **details)
    changed = supplier_rows.set_details(session, row, wanted) + supplier_rows.put_all(
        session, row, given
    )
    if not changed:
        return "same"
    supplier_rows.note_change(
        store, session, row, who, "imported", " ".join(dict.fromkeys(changed))
    )
    return "changed"
