"""Places on the pages where a client can be recognised, and the numbers that must be masked
wherever they appear.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from itertools import chain
from typing import Any, TypeVar

from intake.document.anonymity.client_names import Around, Named, names_on
from intake.document.anonymity.client_numbers import Number, numbers_on
from intake.document.layout.cells import sheets_of
from intake.document.layout.label_index import LabelIndex, index_labels
from intake.model.basics import Box
from intake.model.document import Document, Page, Reader, Word
from intake.model.invoice import Evidence, Field, Found, Invoice, Sighting, SightingKind
from intake.profile import Addressee

T = TypeVar("T")

MOST_SIGHTINGS = 50
_ROW = 12.0
_RUN = re.compile(r"\d(?:[ .\-\u00a0]?\d){7,}")


@dataclass(frozen=True, slots=True)
class Own:
    """What the invoice tells of the supplier and itself, which is no client's."""

    numbers: Collection[str] = ()
    """Compact numbers of the supplier or the invoice."""
    postcode: str | None = None
    """Of the supplier: an address with it, or the buyer's, is nobody's home."""
    names: str = ""
    issued: str = ""
    """ISO date of the invoice, empty when unknown."""


def sightings(
    document: Document, searched: Sequence[LabelIndex], own: Own, buyer: Addressee
) -> tuple[tuple[Sighting, ...], frozenset[str]]:
    """Every sighting on all words, hidden ones too, and the digits that must be masked wherever
    they appear.

    Args:
        searched: the visible labels of the pages that are searched.
    """
    found: list[Sighting] = []
    masked: set[str] = set()
    pages = {page.number: page for page in document.pages}
    homes = {own.postcode, buyer.postcode, *(v.postcode for v in buyer.visiting)}
    year = int(own.issued[:4]) if own.issued[:4].isdigit() else None
    around = Around((), homes, own.names.lower(), year)
    hidden = {visible.sheet.number for visible in searched}
    for visible in searched:
        page = pages[visible.sheet.number]
        beside = _with_hidden(page, document.reader) if page.number in hidden else ()
        hidden.discard(page.number)
        for index in (visible, *beside):
            numbers = list(numbers_on(index, own.numbers))
            masked |= {number.digits for number in numbers}
            found += _sightings_on(index, numbers, around)
    unique = {(s.kind, s.page, s.box): s for s in found}
    first = sorted(unique.values(), key=lambda s: not s.kind.certain)
    return tuple(first[:MOST_SIGHTINGS]), frozenset(masked)


def _sightings_on(
    index: LabelIndex, numbers: Sequence[Number], around: Around
) -> Iterator[Sighting]:
    """The numbers that may be a client's, then the people, on the page."""
    rows = {n.cell.row for n in numbers if n.kind in _CERTAIN_NUMBERS}
    people = names_on(index, replace(around, number_rows=rows))
    seen: Iterator[Number | Named] = chain(numbers, people)
    for one in seen:
        if one.kind:
            yield Sighting(one.kind, index.sheet.number, index.sheet.shown(one.box))


_CERTAIN_NUMBERS = (SightingKind.BSN_LABELLED, SightingKind.BSN_GROUPED)


def _with_hidden(page: Page, reader: Reader) -> Iterator[LabelIndex]:
    """The page's hidden words alone, and laid between the visible ones, but for those that lie over
    them.
    """
    hidden = [word for word in page.words if word.hidden]
    if not hidden:
        return
    yield from map(index_labels, sheets_of(_with(page, hidden), reader, with_hidden=True))
    visible = [word for word in page.words if not word.hidden]
    taken = _Taken(visible)
    between = [word for word in hidden if not taken.overlaps(word)]
    if visible and between:
        mixed = _with(page, [*visible, *between])
        yield from map(index_labels, sheets_of(mixed, reader, with_hidden=True))


def _with(page: Page, words: Sequence[Word]) -> Page:
    return replace(page, words=tuple(words))


class _Taken:
    """Where visible words stand."""

    def __init__(self, words: Iterable[Word]) -> None:
        self._rows: dict[int, list[Box]] = {}
        for word in words:
            first = int(word.box[1] // _ROW)
            for row in range(first, min(int(word.box[3] // _ROW), first + 40) + 1):
                self._rows.setdefault(row, []).append(word.box)

    def overlaps(self, word: Word) -> bool:
        x0, top, x1, bottom = word.box
        row = int((top + bottom) / 2 // _ROW)
        return any(
            min(b[2], x1) - max(b[0], x0) > 1 and min(b[3], bottom) - max(b[1], top) > 1
            for b in self._rows.get(row, ())[:2000]
        )


class Masker:
    """Writes asterisks over those numbers in any text, however their digits are set apart."""

    def __init__(self, digits: frozenset[str]) -> None:
        self._digits = digits

    def __call__(self, text: str) -> str:
        return _RUN.sub(self._starred, text) if self._digits else text

    def _starred(self, run: re.Match[str]) -> str:
        digits_at = [at for at, char in enumerate(run[0]) if char.isdigit()]
        letters = list(run[0])
        for first in range(len(digits_at) - 7):
            for length in (9, 8):
                window = digits_at[first : first + length]
                if len(window) < length or "".join(run[0][at] for at in window) not in self._digits:
                    continue
                before = run[0][window[0] - 1 : window[0]]
                after = run[0][window[-1] + 1 : window[-1] + 2]
                if not any(map(str.isdigit, before + after)):
                    for at in window:
                        letters[at] = "*"
        return "".join(letters)

    def invoice(self, invoice: Invoice) -> Invoice:
        """The invoice with every text masked, but for the firm's own btw number."""
        if not self._digits:
            return invoice
        changes: dict[str, Any] = {}
        for each in fields(invoice):
            value = getattr(invoice, each.name)
            if isinstance(value, Field) and value.found and each.name != "vat_id":
                changes[each.name] = Field(
                    value.presence,
                    self._found(value.found),
                    tuple(self._found(o) for o in value.others),
                )
        changes["lines"] = tuple(replace(line, text=self(line.text)) for line in invoice.lines)
        changes["draft_marks"] = tuple(self._found(mark) for mark in invoice.draft_marks)
        changes["accounts"] = tuple(
            replace(a, evidence=self.evidence(a.evidence)) for a in invoice.accounts
        )
        return replace(invoice, **changes)

    def _found(self, item: Found[T]) -> Found[T]:
        value: Any = self(item.value) if isinstance(item.value, str) else item.value
        return Found(value, self.evidence(item.evidence), self(item.note))

    def evidence(self, where: Evidence | None) -> Evidence | None:
        return replace(where, text=self(where.text)) if where else None
