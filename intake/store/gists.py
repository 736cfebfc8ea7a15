"""What pairing needs of a mail without an invoice, kept with its case: no other mail has to open it
again to know.

Sealed JSON with a version; a case decided before there was any has none.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from pydantic import TypeAdapter

from intake.model.attachment import Container, Opening, Protection
from intake.secure_attachment.pairing.model import Bundle, Gist
from intake.secure_attachment.pairing.rules import bare_line
from intake.store.codec import pack, unpack


@dataclass(frozen=True, slots=True)
class _Row:
    """One care line: the invoice that it names, and its amount."""

    invoice: str | None = field(repr=False)
    amount: Decimal | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Bundle:
    opening: Opening
    rows: tuple[_Row, ...]
    names: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Record:
    v: Literal[1]
    subject: str = field(repr=False)
    bundles: tuple[_Bundle, ...]
    unread: bool


_RECORDS = TypeAdapter(_Record)


def packed(gist: Gist) -> bytes:
    """As it is sealed."""
    bundles = tuple(
        _Bundle(
            b.container.opening,
            tuple(_Row(line.invoice_number, line.amount) for line in b.lines),
            b.names,
        )
        for b in gist.bundles
    )
    return pack(_RECORDS, _Record(1, gist.subject, bundles, gist.unread))


def unpacked(data: bytes) -> Gist:
    """What ``packed`` wrote."""
    record = unpack(_RECORDS, data)
    return Gist(record.subject, tuple(_bundle(bundle) for bundle in record.bundles), record.unread)


def _bundle(bundle: _Bundle) -> Bundle:
    lines = tuple(
        bare_line(number, row.invoice, row.amount) for number, row in enumerate(bundle.rows, 1)
    )
    return Bundle(
        Container("", "kept", bundle.opening, Protection.STRONG), lines, names=bundle.names
    )
