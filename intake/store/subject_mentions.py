"""Where a client stands in what is sealed of a case beside its care lines: by number, or by name only.

Files are not opened again: what was read on the pages of an invoice stands in its verdict, and what
the mail says in its summary.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, String, bindparam, cast, literal, null, select, union_all
from sqlmodel import Session, col

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


_PLACES = {
    sealed.SUMMARY: Place.MAIL,
    sealed.GIST: Place.MAIL,
    sealed.VERDICT: Place.INVOICE,
    sealed.CORRECTION: Place.CORRECTION,
    sealed.DRAFT: Place.DRAFT,
    sealed.REPLY: Place.LETTER,
    incidents.REPORT: Place.INCIDENT,
}
"""What is sealed as a record, by its kind; all else is words that a person typed."""


def _of(reference: Any, kind: Any, part: Any, data: Any) -> Select[Any]:
    """One kind of what is sealed of a case: its kind, which of them it is, and its bytes."""
    is_own = col(reference) == bindparam("reference")
    own = select(kind, cast(part, String), col(data))
    return own.where(is_own, col(data).is_not(None))


_SEALED = union_all(
    _of(SealedRow.reference, col(SealedRow.kind), SealedRow.path, SealedRow.data).where(
        col(SealedRow.kind).in_(tuple(_PLACES))
    ),
    _of(ReplyRow.reference, literal(sealed.REPLY), ReplyRow.number, ReplyRow.composed),
    _of(IncidentRow.reference, literal(incidents.REPORT), IncidentRow.id, IncidentRow.report),
    _of(EventRow.reference, literal(sealed.EVENT), null(), EventRow.detail),
    _of(InvoiceRow.reference, literal(invoices.WHY), null(), InvoiceRow.why),
    _of(HoldRow.reference, literal(legal_holds.WHY), null(), HoldRow.why),
    _of(ReversalRow.reference, literal(reversals.WHY), null(), ReversalRow.why),
    _of(AuditRow.reference, literal(audit.WHY), null(), AuditRow.why),
)


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
    rows = session.connection().execute(_SEALED, {"reference": key.reference}).all()
    for kind, part, data in map(tuple, rows):
        opened = key.unseal(kind if part is None else f"{kind}|{part}", data)
        if place := _PLACES.get(kind):
            yield from ((place, text) for text in texts_of(opened))
        else:
            yield Place.NOTE, opened.decode("utf-8", "replace")
