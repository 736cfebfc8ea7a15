"""The business facts of an invoice as plain columns: what every bookkeeping has of a supplier.

An invoice on which a client may be recognised, or with a value that could be a BSN, keeps them
sealed until a person has judged it (docs/decisions/25). What a mail says, its pages, words and care
lines are never here.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sqlmodel import Session, col, select
from stdnum import iban

from intake import profile
from intake.errors import CannotOpen
from intake.model.basics import local_date
from intake.model.care import CareLine
from intake.model.invoice import Invoice
from intake.model.mail import Envelope
from intake.store import Store, sealed
from intake.store.crypto.vault import DataKey
from intake.store.journal import find
from intake.store.records import CARES, ENVELOPES, VERDICTS
from intake.store.tables import InvoiceRow, InvoiceState
from intake.text.masking import masked
from intake.text.named_client import names_client

_LONGEST = 200
"""Characters of a name or number; an index holds no long ones."""
_MOST_CENTS = 10**15
_AT_ONCE = 100
"""Cases whose facts are filled in by one commit."""
_FREE_TEXT = {"supplier_name"}
"""A person may type anything in it."""
_LEGAL_ENTITY = re.compile(r"(NL)?(00|8)\d+B\d\d")
"""A btw number made of an RSIN (the ranges 00… and 8…), which passes the 11-test by design."""

Columns = dict[str, Any]
_Fact = str | int | dt.date | None


@dataclass(frozen=True, slots=True)
class Arrival:
    """How an invoice came in: by this its row is found, whatever is on the invoice."""

    municipality: str
    """The name of its profile."""
    mailbox: str | None
    received_on: dt.date
    due_on: dt.date
    """By the municipality's own term."""

    @classmethod
    def of(cls, store: Store, envelope: Envelope) -> Arrival:
        own = profile.load(envelope.municipality or store.settings.profile)
        received = local_date(envelope.received_at)
        due = received + dt.timedelta(days=own.payment_days)
        mailbox = envelope.mailbox or _mailbox(envelope, own.recipients)
        return cls(own.name, mailbox, received, due)


def columns(
    invoice: Invoice, arrival: Arrival, accepted: bool | None = None, care: Iterable[CareLine] = ()
) -> Columns:
    """The columns of ``InvoiceRow`` that can be filtered, sorted and exported.

    Args:
        accepted: what a person decided; None: nobody judged it. Then it keeps all its facts sealed
            when one of them could be a client's. After that only what could be a BSN stays out. When
            it was accepted and shows no client, a number or amount of that kind is the supplier's
            own; free text with one stays out all the same.
        care: of its mail; a number that names a client of it could be a client's too.
    """
    facts = _facts(invoice)
    doubtful = {name for name, value in facts.items() if could_be_client(name, value)}
    if names_client(str(facts["number"] or ""), care):
        doubtful.add("number")
    shows_client = bool(invoice.sightings)
    if accepted is None and (doubtful or shows_client):
        doubtful = set(facts)
    elif accepted and not shows_client:
        doubtful &= _FREE_TEXT
    return {
        "municipality": arrival.municipality,
        "mailbox": arrival.mailbox,
        "received_on": arrival.received_on,
        "due_on": arrival.due_on,
        "kind": invoice.kind.value,
        "facts_sealed": doubtful == set(facts),
        **{name: None if name in doubtful else _short(value) for name, value in facts.items()},
    }


def care_of(session: Session, key: DataKey) -> tuple[CareLine, ...]:
    """The care lines of a mail, as they are kept; none when they do not open (any more)."""
    with suppress(CannotOpen):
        return sealed.record(session, key, CARES, sealed.CARE) or ()
    return ()


def fill(store: Store) -> None:
    """Fill in the columns of invoices that an older version kept; a case that does not open is left
    as it is.
    """
    last = ""
    while references := _unfilled(store, last):
        last = references[-1]
        with store.write() as session:
            for reference in references:
                with suppress(CannotOpen):
                    _fill(store, session, reference)


def _unfilled(store: Store, last: str) -> Sequence[str]:
    wanted = select(col(InvoiceRow.reference)).where(
        col(InvoiceRow.kind).is_(None), col(InvoiceRow.reference) > last
    )
    with store.read() as session:
        first = wanted.distinct().order_by(col(InvoiceRow.reference)).limit(_AT_ONCE)
        return session.exec(first).all()


def _fill(store: Store, session: Session, reference: str) -> None:
    mail = find(session, reference)
    key = sealed.key_of(store, mail)
    verdict = sealed.record(session, key, VERDICTS, sealed.VERDICT)
    arrival = Arrival.of(store, ENVELOPES.unpack(key.unseal(sealed.ENVELOPE, mail.envelope)))
    read = {each.path: each.invoice for each in verdict.invoices} if verdict else {}
    care = care_of(session, key)
    for row in session.exec(select(InvoiceRow).where(col(InvoiceRow.reference) == reference)):
        if row.path in read:
            accepted = row.state == InvoiceState.ACCEPTED if row.decided_by else None
            for name, value in columns(read[row.path], arrival, accepted, care).items():
                setattr(row, name, value)


def _facts(invoice: Invoice) -> Mapping[str, _Fact]:
    return {
        "supplier_name": plain(invoice.supplier_name.value),
        "kvk": plain(invoice.kvk_number.value),
        "vat_id": plain(invoice.vat_id.value),
        "iban": plain(invoice.iban.value),
        "number": plain(invoice.invoice_number.value),
        "issued_on": _day(invoice.issue_date.value),
        "net_cents": cents(invoice.net_amount.value),
        "vat_cents": cents(invoice.vat_amount.value),
        "gross_cents": cents(invoice.gross_amount.value),
    }


def could_be_client(name: str, value: _Fact) -> bool:
    """Whether digits in it pass the 11-test, other than in an account number or a firm's btw
    number that is one.
    """
    if value is None or isinstance(value, dt.date):
        return False
    if isinstance(value, int):
        return _holds_bsn(f"{abs(value) // 100}")
    if name == "iban" and iban.is_valid(value):
        return False
    if name == "vat_id" and _LEGAL_ENTITY.fullmatch(value):
        return False
    return _holds_bsn(value)


def _holds_bsn(value: str) -> bool:
    return masked(value, near_client=True) != value


def _short(value: _Fact) -> _Fact:
    return value[:_LONGEST] if isinstance(value, str) else value


def plain(value: str | None) -> str | None:
    """Digits of every script as 0 to 9, so that none hides a number; what cannot be printed as a
    space.
    """
    if value is None:
        return None
    folded = unicodedata.normalize("NFKC", value)
    characters = (
        str(unicodedata.decimal(char, char)) if char.isprintable() else " " for char in folded
    )
    return " ".join("".join(characters).split()) or None


def _day(value: str | None) -> dt.date | None:
    try:
        return dt.date.fromisoformat(value or "")
    except ValueError:
        return None


def cents(value: Decimal | None) -> int | None:
    """An amount as the columns keep it; None when it is not known, or too large for them."""
    if value is None or not value.is_finite() or abs(value) * 100 >= _MOST_CENTS:
        return None
    return int((value * 100).to_integral_value(ROUND_HALF_UP))


def _mailbox(envelope: Envelope, known: Collection[str]) -> str | None:
    """The account of a mailbox that is read, or the address of ours that the mail was sent to,
    without what a sender may add to it.
    """
    if envelope.place:
        return envelope.place.partition("/")[0]
    for address in envelope.recipients:
        local, _, domain = address.lower().partition("@")
        if (plain := f"{local.partition('+')[0]}@{domain}") in known:
            return plain
    return None
