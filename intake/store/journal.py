"""Kept first: a mail is one committed row, sealed, before anything looks at it.

And what we know of earlier invoices.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Row, bindparam, insert
from sqlalchemy import select as select_rows
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from intake.errors import IntakeError, KeyDestroyed, StoreUnavailable
from intake.failpoints import failpoint
from intake.mail import fetched
from intake.model.basics import local_date
from intake.model.invoice import Invoice
from intake.model.mail import Envelope
from intake.model.verdict import EarlierInvoice, History
from intake.store import Store, municipality, notify, sealed
from intake.store.mail_identity import header_identities, identities
from intake.store.records import ENVELOPES
from intake.store.reference import reference_of
from intake.store.tables import (
    IMPORTED,
    ArrivalKind,
    ArrivalRow,
    CaseState,
    IdentityRow,
    InvoiceRow,
    MailRow,
    cols,
)
from intake.text.folding import without_spaces

_Ask = Callable[..., Iterable[Any]]
"""Runs one statement with its parameters: by itself, or inside a transaction."""

_TRIES = 5
_KNOWN = select(IdentityRow.hash, IdentityRow.reference).where(
    col(IdentityRow.hash).in_(bindparam("hashes", expanding=True))
)
_KEEP = insert(MailRow)
_KNOW = insert(IdentityRow)
_ARRIVED = insert(ArrivalRow)
_EARLIER = (
    select_rows(
        *cols(
            InvoiceRow.reference,
            InvoiceRow.state,
            InvoiceRow.kvk_hash,
            InvoiceRow.vat_hash,
            InvoiceRow.name_hash,
            InvoiceRow.content_hash,
            MailRow.received_at,
        )
    )
    .join(MailRow, col(MailRow.reference) == col(InvoiceRow.reference))
    .where(
        col(InvoiceRow.number_hash).in_(bindparam("numbers", expanding=True)),
        col(InvoiceRow.reference) != bindparam("before"),
        municipality.same(bindparam("before"), bindparam("own")),
    )
    .order_by(col(MailRow.sequence))
)


class NotKept(IntakeError):
    """There is no mail with this reference."""

    code = "not-kept"


@dataclass(frozen=True, slots=True)
class Kept:
    """A mail that is safe: committed, or already was."""

    reference: str
    new: bool


def keep(store: Store, raw: bytes, envelope: Envelope, source: str = "") -> Kept:
    """Keep a mail in one commit: whole, or the header of one that is left out. The same mail again
    gives the reference it already has and one event.

    Args:
        source: by which the daily reports know where it came in; the door unless given.

    Raises:
        StoreFull: no space left; nothing is kept.
        StoreUnavailable: the database does not answer; nothing is kept, or the commit's answer was
            lost.
        KeyMissing: the key store lacks the key to seal it with.
    """
    scope = _scope(store, envelope.municipality)
    mail = (
        header_identities(store.vault, raw, envelope.place, scope)
        if envelope.left_out
        else identities(store.vault, raw, scope, envelope.lasting_place)
    )
    for number in range(_TRIES):
        failpoint("before-keep")
        try:
            with store.write() as session, store.vault.one_look():
                known = {
                    row.hash: row.reference
                    for row in session.connection().execute(_KNOWN, {"hashes": mail.known})
                }
                kept = (
                    _again(store, session, known, mail.new, envelope)
                    if known
                    else _first(store, session, raw, envelope, mail.new, number)
                )
                _note_arrival(store, session, envelope, source or envelope.source, kept)
        except (IntegrityError, KeyDestroyed):
            # Somebody kept the same mail in this very moment, or the reference is taken, or was that of
            # a destroyed case.
            continue
        failpoint("after-keep")
        return kept
    raise StoreUnavailable("the mail could not be kept beside others that came at the same moment")


def _note_arrival(
    store: Store, session: Session, envelope: Envelope, source: str, kept: Kept
) -> None:
    """What stood among the mails that were kept already came in before, unless it is new here."""
    if envelope.kept_before and not kept.new:
        return
    new = ArrivalKind.LEFT_OUT if envelope.left_out else ArrivalKind.FIRST
    row = {
        "at": store.clock(),
        "received_on": local_date(envelope.received_at),
        "source": source,
        "reference": kept.reference,
        "kind": (new if kept.new else ArrivalKind.AGAIN).value,
    }
    session.connection().execute(_ARRIVED, row)


def was_imported(session: Session, reference: str) -> bool:
    """Whether a mail came in first as old mail that somebody had read in."""
    first = select(ArrivalRow.id).where(
        col(ArrivalRow.reference) == reference,
        col(ArrivalRow.kind) == ArrivalKind.FIRST,
        col(ArrivalRow.source) == IMPORTED,
    )
    return session.exec(first.limit(1)).first() is not None


def also_known_by(
    store: Store, reference: str, variants: Iterable[bytes], municipality: str
) -> None:
    """Know a mail without a Message-ID again by these bytes too, as other programs store them."""
    scope = _scope(store, municipality)
    hashes = {h for raw in variants for h in identities(store.vault, raw, scope).new}
    with store.write() as session:
        connection = session.connection()
        there = connection.execute(_KNOWN, {"hashes": sorted(hashes)})
        if new := sorted(hashes - {row.hash for row in there}):
            connection.execute(_KNOW, [{"hash": h, "reference": reference} for h in new])


def known(store: Store, raw: bytes, municipality: str = "") -> str | None:
    """The reference under which this very mail of a municipality is kept already, if it is."""
    hashes = identities(store.vault, raw, _scope(store, municipality)).known
    return next((row.reference for row in store.ask(_KNOWN, {"hashes": hashes})), None)


def raw_mail(store: Store, reference: str) -> tuple[bytes, Envelope]:
    """The bytes of a kept mail and its envelope; those that a clerk fetched for it in a portal, when
    it is the notice of one.

    Raises:
        NotKept: no such reference.
        KeyMissing: its key is not in the key store, or was destroyed.
    """
    with store.read() as session:
        mail = find(session, reference)
        key = sealed.key_of(store, mail)
        raw = sealed.get(session, key, sealed.RAW)
        newest = sealed.get_all(session, key, sealed.FETCHED)[:1]
    if raw is None:
        raise NotKept(f"the bytes of {reference} are not kept any more")
    envelope = ENVELOPES.unpack(key.unseal(sealed.ENVELOPE, mail.envelope))
    return (newest[0], fetched_by_hand(envelope)) if newest else (raw, envelope)


def fetched_by_hand(envelope: Envelope) -> Envelope:
    """The envelope of what a clerk fetched for this mail: received with it, and by no door."""
    return replace(envelope, source=fetched.SOURCE, sender=None, peer=None, place=None)


def find(session: Session, reference: str) -> MailRow:
    """The row of a mail. Raises NotKept."""
    mail = session.exec(select(MailRow).where(col(MailRow.reference) == reference)).first()
    if mail is None:
        raise NotKept(f"there is no mail {reference}")
    return mail


def history_of(store: Store, invoice: Invoice, before: str) -> History:
    """Invoices in hand with the same number of the same supplier, except those of mail ``before``.

    Case and spaces are folded, nothing else. Suppliers are compared by the first of KvK number, btw
    number and name that both have.
    """
    return _history(store, store.ask, invoice, before)


def history_within(store: Store, session: Session, invoice: Invoice, before: str) -> History:
    """As ``history_of``, inside a transaction."""
    return _history(store, session.connection().execute, invoice, before)


def _history(store: Store, ask: _Ask, invoice: Invoice, before: str) -> History:
    number = invoice.invoice_number.value
    if not number:
        return History()
    with store.vault.one_look():
        own, content = _suppliers_hashes(store, invoice), _content_hashes(store, invoice)
        numbers = number_hashes(store, number)
    rows = ask(_EARLIER, {"numbers": numbers, "before": before, "own": store.settings.profile})
    return History(
        tuple(
            EarlierInvoice(
                row.reference, local_date(row.received_at), row.state, row.content_hash in content
            )
            for row in rows
            if _is_same_supplier(own, row)
        )
    )


def is_same_supplier(store: Store, invoice: Invoice, row: InvoiceRow) -> bool:
    """Whether a kept invoice is of the supplier of this one."""
    own = _suppliers_hashes(store, invoice)
    return _is_same(own, (row.kvk_hash, row.vat_hash, row.name_hash))


def _is_same_supplier(own: tuple[list[str], ...], row: Row[*tuple[Any, ...]]) -> bool:
    return _is_same(own, (row.kvk_hash, row.vat_hash, row.name_hash))


def _is_same(own: tuple[list[str], ...], theirs: tuple[str | None, ...]) -> bool:
    pairs = zip(own, theirs, strict=True)
    return next((hashed in ours for ours, hashed in pairs if ours and hashed), False)


def invoice_hashes(store: Store, invoice: Invoice) -> dict[str, str | None]:
    """The hash columns of ``InvoiceRow``; without a hash of its number an invoice cannot be known
    again.
    """
    number = invoice.invoice_number.value
    kvk, vat, name = _suppliers_hashes(store, invoice)
    found = {
        "number_hash": number_hashes(store, number) if number else [],
        "kvk_hash": kvk,
        "vat_hash": vat,
        "name_hash": name,
        "content_hash": _content_hashes(store, invoice),
    }
    return {column: next(iter(hashes), None) for column, hashes in found.items()}


def _first(
    store: Store,
    session: Session,
    raw: bytes,
    envelope: Envelope,
    hashes: tuple[str, ...],
    number: int,
) -> Kept:
    """The same mail gets the same reference, also in a database that lost it: a letter that left
    before names it.
    """
    reference = reference_of(store.vault.token("reference", *hashes, str(number)))
    key, wrapped = store.vault.new_data_key(reference, store.today)
    mail = {
        "reference": reference,
        "state": CaseState.RECEIVED.value,
        "version": 1,
        "received_at": envelope.received_at,
        "key_period": wrapped.period,
        "wrapped_key": wrapped.data,
        "municipality": envelope.municipality or store.settings.profile,
        "envelope": key.seal(sealed.ENVELOPE, ENVELOPES.pack(envelope)),
        "due": True,
        "attempts": 0,
        "wakes": 0,
        "invoices": 0,
        "rejects": 0,
        "reviews": 0,
    }
    session.connection().execute(_KEEP, mail)
    session.connection().execute(_KNOW, [{"hash": h, "reference": reference} for h in hashes])
    sealed.put(session, key, [sealed.Piece(sealed.RAW, raw)])
    sealed.note(store, session, reference, "received", envelope.source)
    notify.tell(store, session, notify.MAIL)
    return Kept(reference, new=True)


def _scope(store: Store, municipality: str) -> str:
    """Within which the same mail is the same; empty for the installation's own municipality."""
    return "" if municipality == store.settings.profile else municipality


def _again(
    store: Store,
    session: Session,
    known: Mapping[str, str],
    hashes: tuple[str, ...],
    envelope: Envelope,
) -> Kept:
    reference = next(iter(known.values()))
    if unknown := [{"hash": h, "reference": reference} for h in hashes if h not in known]:
        session.connection().execute(_KNOW, unknown)
    if not envelope.kept_before:
        sealed.note(store, session, reference, "came-again", envelope.source)
    return Kept(reference, new=False)


def _suppliers_hashes(store: Store, invoice: Invoice) -> tuple[list[str], list[str], list[str]]:
    """Of KvK number, btw number and name; each as a value may stand under, that of today first, and
    none for what is not known.
    """
    kvk, vat, name = (
        store.vault.hashes("supplier", folded)
        if (folded := without_spaces(each.value or ""))
        else []
        for each in (invoice.kvk_number, invoice.vat_id, invoice.supplier_name)
    )
    return kvk, vat, name


def number_hashes(store: Store, number: str) -> list[str]:
    """The hashes that an invoice number may stand under, that of today first."""
    return store.vault.hashes("invoice-number", without_spaces(number))


def _content_hashes(store: Store, invoice: Invoice) -> list[str]:
    date, amount = invoice.issue_date.value, invoice.gross_amount.value
    if date is None or amount is None or not amount.is_finite():
        return []
    return store.vault.hashes("invoice-content", date, f"{amount:.2f}")
