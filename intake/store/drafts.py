"""What a clerk is writing: a letter, an answer, an objection. Kept sealed with its case, for nobody but
that clerk, so that nothing typed is lost by a conflict, an expired session or a closed window.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from sqlmodel import col, select

from intake.errors import RecordUnreadable
from intake.store import Store, sealed
from intake.store.journal import NotKept, find
from intake.store.records import Format, numbered, shapes
from intake.store.tables import InvoiceRow

WHOLE, POST, OBJECTION = "", "post", "objection"
"""In the place of the path of an invoice: a letter about all of its mail, an answer to what is no invoice,
and, before a path, why its care is not agreed with."""
_NO_INVOICE = (WHOLE, POST)


@dataclass(frozen=True, slots=True)
class Draft:
    """What a clerk filled in. Content."""

    chosen: tuple[str, ...]
    """Keys of the findings that go into the letter."""
    words: str = field(repr=False)
    at: dt.datetime
    explanations: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """By key of a finding: what the clerk wrote in the place of our own text."""

    @property
    def text(self) -> str:
        """All that was typed."""
        return "\n\n".join(filter(None, (self.words, *(text for _, text in self.explanations))))


def _with_our_own_texts(old: dict[str, Any]) -> dict[str, Any]:
    """In version 1 of a draft no explanation could be written anew."""
    return {**old, "v": 2, "explanations": []}


DRAFTS = Format(shapes.Draft, Draft, (numbered, _with_our_own_texts))


def objection(path: str) -> str:
    """The place of why the care of an invoice is not agreed with."""
    return f"{OBJECTION}:{path}"


def save(store: Store, reference: str, user: str, path: str, draft: Draft) -> None:
    """Keep what a clerk filled in for one invoice, in the place of what was kept before.

    Args:
        path: of the invoice, or what stands in its place.

    Raises:
        NotKept, KeyMissing: as ``cases.get_case``; NotKept too when the mail has no such invoice: the
            path stands in the open, so nothing else is kept as one.
    """
    with store.write() as session:
        key = sealed.key_of(store, find(session, reference))
        invoice = path.removeprefix(f"{OBJECTION}:")
        own = (col(InvoiceRow.reference) == reference, col(InvoiceRow.path) == invoice)
        if (
            path not in _NO_INVOICE
            and session.exec(select(InvoiceRow.id).where(*own)).first() is None
        ):
            raise NotKept(f"{reference} has no such invoice")
        sealed.take_away(session, reference, sealed.DRAFT, _place(user, path))
        piece = sealed.Piece(sealed.DRAFT, DRAFTS.pack(draft), _place(user, path))
        sealed.put(session, key, [piece])


def load(store: Store, reference: str, user: str, path: str) -> Draft | None:
    """What this clerk filled in; None when there is nothing, or it cannot be opened.

    Raises:
        NotKept, KeyMissing: as ``cases.get_case``.
    """
    with store.read() as session:
        key = sealed.key_of(store, find(session, reference))
        try:
            return sealed.record(session, key, DRAFTS, sealed.DRAFT, _place(user, path))
        except RecordUnreadable:
            return None


def drop(store: Store, reference: str, user: str, path: str) -> None:
    """The letter left, or is not needed."""
    with store.write() as session:
        sealed.take_away(session, reference, sealed.DRAFT, _place(user, path))


def _place(user: str, path: str) -> str:
    return f"{path}|{user}"
