"""Candidates for a field, and how the best is chosen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic

from intake.document.layout.cells import Cell, Sheet, evidence
from intake.document.layout.page_index import T
from intake.model.invoice import Evidence, Field, Found, Presence


@dataclass(slots=True)
class Candidate(Generic[T]):
    """A possible value with its weight (about 0 to 1.5) and its place."""

    value: T
    weight: float
    sheet: Sheet
    cell: Cell
    start: int
    end: int
    note: str
    evidence: Evidence | None = None

    def found(self) -> Found[T]:
        return Found(
            self.value,
            self.evidence or evidence(self.sheet, self.cell, self.start, self.end),
            self.note,
        )


_AGAIN, _MOST_AGAIN = 0.04, 2
"""What a value gains that is seen again, and how often it does: a date of care may stand in thirty
rows."""


def choose(candidates: Iterable[Candidate[T]], near: float = 0.12, least: float = 0.15) -> Field[T]:
    """The heaviest value; the same value seen again adds a little, so that no list outweighs a
    label; others within ``near`` make a doubt.
    """
    best: dict[T, Candidate[T]] = {}
    seen: Counter[T] = Counter()
    for candidate in candidates:
        seen[candidate.value] += 1
        held = best.get(candidate.value)
        if held is None or candidate.weight > held.weight:
            best[candidate.value] = candidate
    weights = {
        value: held.weight + _AGAIN * min(seen[value] - 1, _MOST_AGAIN)
        for value, held in best.items()
    }
    order = sorted((v for v in best if weights[v] >= least), key=lambda v: -weights[v])
    if not order:
        return Field.absent()
    top = order[0]
    others = tuple(best[v].found() for v in order[1:4] if weights[v] >= weights[top] - near)
    return Field(Presence.FOUND, best[top].found(), others)
