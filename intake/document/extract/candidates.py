"""Candidates for a field, and how the best is chosen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Generic

from intake.document.extract.weights import MOST_AGAIN, Table
from intake.document.layout.cells import Cell, Sheet, evidence
from intake.document.layout.page_index import T
from intake.document.layout.scoring import Score
from intake.model.invoice import Evidence, Field, Found, Presence


@dataclass(frozen=True, slots=True)
class Candidate(Generic[T]):
    """A possible value with its score (about 0 to 1.5) and where it stands."""

    value: T
    score: Score
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


def ranked(candidates: Iterable[Candidate[T]], table: type[Table]) -> list[Candidate[T]]:
    """One candidate a value, the heaviest first; a value that stands there again gains a little, so
    that no list outweighs a label. Those below ``table.LEAST`` are left out.
    """
    best: dict[T, Candidate[T]] = {}
    counts: Counter[T] = Counter()
    for candidate in candidates:
        counts[candidate.value] += 1
        held = best.get(candidate.value)
        if held is None or candidate.score.weight > held.score.weight:
            best[candidate.value] = candidate
    for value, held in best.items():
        if repeats := min(counts[value] - 1, MOST_AGAIN):
            again = held.score.plus(table.AGAIN.times(repeats))
            best[value] = replace(held, score=again)
    kept = [held for held in best.values() if held.score.weight >= table.LEAST]
    return sorted(kept, key=lambda held: -held.score.weight)


def choose(candidates: Iterable[Candidate[T]], table: type[Table]) -> Field[T]:
    """The heaviest value; others within ``table.NEAR`` make a doubt."""
    order = ranked(candidates, table)
    if not order:
        return Field.absent()
    least = order[0].score.weight - table.NEAR
    others = tuple(held.found() for held in order[1:4] if held.score.weight >= least)
    return Field(Presence.FOUND, order[0].found(), others)
