"""Where a client stands in what is sealed of a case beside its care lines: by number, or by name only.

Files are not opened again: what was read on the pages of an invoice stands in its verdict, and what
the mail says in its summary.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from sqlmodel import Session, col, select

from intake.store import Store, audit, incidents, invoices, legal_holds, reversals, sealed
from intake.store.business_facts import plain
from intake.store.crypto.vault import DataKey
from intake.store.records import texts_of
from intake.store.tables import (
    AuditRow,
    EventRow,
    HoldRow,
    IncidentRow,
    InvoiceRow,
    MailRow,
    ReplyRow,
    ReversalRow,
    SealedRow,
)
from intake.text.folding import squeeze

_SHORTEST = 7
"""Letters of a whole name; a shorter one stands in many a text by chance."""
_WORD = re.compile(r"[^\W\d_]+")


class Place(StrEnum):
    """What of a case a client stands in."""

    MAIL = "mail"
    INVOICE = "invoice"
    CORRECTION = "correction"
    DRAFT = "draft"
    LETTER = "letter"
    NOTE = "note"
    """Of a clerk, or the reason that one gave."""
    INCIDENT = "incident"


_PIECES = {
    sealed.SUMMARY: Place.MAIL,
    sealed.GIST: Place.MAIL,
    sealed.VERDICT: Place.INVOICE,
    sealed.CORRECTION: Place.CORRECTION,
    sealed.DRAFT: Place.DRAFT,
}


@dataclass(frozen=True, slots=True)
class Mentions:
    """What was found in one case."""

    places: tuple[Place, ...] = ()
    by_number: bool = False
    """False: only the name stands there, which may be another's."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """By which a client is known in a text."""

    number: re.Pattern[str]
    names: tuple[str, ...]
    """Squeezed."""

    @classmethod
    def of(cls, client: str, names: Iterable[str]) -> Wanted:
        """
        Args:
            client: the BSN in nine digits; it is found in any spacing, also without a zero in front.
            names: as care lines write them.
        """
        digits = client.removeprefix("0")
        number = r"(?<!\d)0?" if digits != client else r"(?<!\d)"
        spaced = re.compile(number + r"[\W_]{0,2}".join(digits) + r"(?!\d)")
        return cls(spaced, tuple({form for name in names for form in _forms(name)}))

    def is_numbered_in(self, text: str) -> bool:
        return bool(self.number.search(plain(text) or ""))

    def is_named_in(self, text: str) -> bool:
        folded = squeeze(text) if self.names else ""
        return any(name in folded for name in self.names)


def look(store: Store, session: Session, mail: MailRow, wanted: Wanted) -> Mentions:
    """Look through all that is sealed of a case.

    Raises:
        CannotOpen: something of it does not open.
    """
    found: set[Place] = set()
    by_number = False
    for place, text in _texts(session, sealed.key_of(store, mail)):
        is_numbered = wanted.is_numbered_in(text)
        if is_numbered or wanted.is_named_in(text):
            found.add(place)
            by_number = by_number or is_numbered
    return Mentions(tuple(place for place in Place if place in found), by_number)


def _forms(name: str) -> Iterator[str]:
    """First name first, and family name first."""
    words = [squeeze(word) for word in _WORD.findall(name)]
    if len(words) > 1 and len("".join(words)) >= _SHORTEST:
        yield "".join(words)
        yield "".join((words[-1], *words[:-1]))
        yield "".join((*words[1:], words[0]))


def _texts(session: Session, key: DataKey) -> Iterator[tuple[Place, str]]:
    own = key.reference
    pieces = select(SealedRow).where(
        col(SealedRow.reference) == own, col(SealedRow.kind).in_(tuple(_PIECES))
    )
    for piece in session.exec(pieces).all():
        data = key.unseal(f"{piece.kind}|{piece.path}", piece.data)
        yield from ((_PIECES[piece.kind], text) for text in texts_of(data))
    for reply in session.exec(select(ReplyRow).where(col(ReplyRow.reference) == own)).all():
        data = key.unseal(f"{sealed.REPLY}|{reply.number}", reply.composed)
        yield from ((Place.LETTER, text) for text in texts_of(data))
    for incident in session.exec(
        select(IncidentRow).where(col(IncidentRow.reference) == own)
    ).all():
        if incident.report:
            data = key.unseal(incidents.report_kind(incident.id or 0), incident.report)
            yield from ((Place.INCIDENT, text) for text in texts_of(data))
    yield from ((Place.NOTE, text) for text in _reasons(session, key))


def _reasons(session: Session, key: DataKey) -> Iterator[str]:
    """What persons typed beside a case, an invoice, a hold, a storno or a look."""
    columns = (
        (EventRow.reference, EventRow.detail, sealed.EVENT),
        (InvoiceRow.reference, InvoiceRow.why, invoices.WHY),
        (HoldRow.reference, HoldRow.why, legal_holds.WHY),
        (ReversalRow.reference, ReversalRow.why, reversals.WHY),
        (AuditRow.reference, AuditRow.why, audit.WHY),
    )
    for reference, words, kind in columns:
        wanted = select(col(words)).where(col(reference) == key.reference, col(words).is_not(None))
        for data in session.exec(wanted).all():
            yield key.unseal(kind, data).decode("utf-8", "replace")
