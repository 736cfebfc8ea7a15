"""What the register of suppliers learns from invoices that leave for the finance package: names and
accounts. Such an account is known only once a second person approved it. An accept alone teaches
nothing: it can be taken back.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from sqlmodel import Session, col, select

from intake.errors import CannotOpen
from intake.model.basics import local_date
from intake.model.supplier import Registered, SupplierAccount
from intake.store import Store, sealed, supplier_rows
from intake.store.business_facts import could_be_client
from intake.store.journal import find
from intake.store.records import VERDICTS
from intake.store.supplier_values import SupplierFault, line
from intake.store.tables import InvoiceRow, InvoiceState, SupplierRow

BY_ITSELF = "(vastgelegd bij akkoord)"
"""Who added what the register learned from invoices of before it was there."""
_AT_ONCE = 500


def is_empty(store: Store) -> bool:
    with store.read() as session:
        return session.exec(select(SupplierRow).limit(1)).first() is None


def fill(store: Store) -> None:
    """Take up the suppliers of all invoices that left before there was a register."""
    last = 0
    while True:
        with store.write() as session:
            later = select(InvoiceRow).where(
                col(InvoiceRow.id) > last, col(InvoiceRow.state) == InvoiceState.EXPORTED.value
            )
            rows = session.exec(later.order_by(col(InvoiceRow.id)).limit(_AT_ONCE)).all()
            for row in rows:
                learn(store, session, row)
        if not rows:
            return
        last = rows[-1].id or 0


def learn(store: Store, session: Session, invoice: InvoiceRow) -> None:
    """Add the name and account of an invoice that leaves, in the name of who accepted it.

    What stands in columns only: an invoice that shows a client teaches nothing, nor does one with a
    name that nobody may type.
    """
    who = invoice.decided_by or BY_ITSELF
    vat_id = invoice.vat_id or ""
    if not invoice.supplier_name or not invoice.municipality or not (invoice.kvk or vat_id):
        return
    try:
        name = line(invoice.supplier_name)
    except SupplierFault:
        return
    if _shows_client(store, session, invoice):
        return
    account = invoice.iban or ""
    given = Registered(
        name=name,
        kvk=invoice.kvk if invoice.kvk and len(invoice.kvk) == 8 else "",
        vat_id="" if could_be_client("vat_id", vat_id) else vat_id,
        accounts=(SupplierAccount(account, _day_of(store, invoice), added_by=who),)
        if account
        else (),
    )
    if not (given.kvk or given.vat_id):
        return
    store.lock(session, supplier_rows.LOCK)
    row = supplier_rows.same(session, invoice.municipality, given)
    if row is None:
        supplier_rows.add_row(store, session, who, invoice.municipality, given)
        return
    known = supplier_rows.registered(session, row)
    names = known.other_names if given.name in known.names else (*known.other_names, given.name)
    new = replace(known, other_names=names, vat_id=known.vat_id or given.vat_id)
    changed = supplier_rows.set_details(session, row, new)
    if account and account not in {each.iban for each in known.accounts}:
        changed += supplier_rows.put_all(session, row, given)
    if changed:
        supplier_rows.note_change(store, session, row, who, "learned", " ".join(changed))


def _shows_client(store: Store, session: Session, invoice: InvoiceRow) -> bool:
    """As its sealed record says; one that does not open may show one."""
    try:
        key = sealed.key_of(store, find(session, invoice.reference))
        verdict = sealed.record(session, key, VERDICTS, sealed.VERDICT)
    except CannotOpen:
        return True
    own = (
        (each.invoice for each in verdict.invoices if each.path == invoice.path) if verdict else ()
    )
    read = next(iter(own), None)
    return read is None or bool(read.sightings)


def _day_of(store: Store, invoice: InvoiceRow) -> dt.date:
    return invoice.received_on or local_date(invoice.decided_at or store.clock())
