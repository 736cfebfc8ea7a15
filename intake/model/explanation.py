"""Why a field of an invoice has its value: the winner, the runner-up, and what made the difference."""

from __future__ import annotations

from dataclasses import dataclass, field

from intake.model.invoice import Evidence


@dataclass(frozen=True, slots=True)
class Reason:
    """A named feature and what it gave (points, negative when it took some)."""

    name: str
    gain: float
    why: str
    """A Dutch sentence without its subject: ``staat rechts van het kopje``."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A value that could be the field's."""

    value: str = field(repr=False)
    """As text; content, masked where it could be a client's BSN."""
    weight: float
    """The sum of the gains; a label with its value right behind it is worth about 1."""
    note: str
    reasons: tuple[Reason, ...] = ()
    """None for a value that follows from other fields."""
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """Of one field; a field without a winner is not there, or could not be read."""

    name: str
    """As in ``check --json``: ``kvk-number``."""
    winner: Claim | None = None
    runner_up: Claim | None = None

    @property
    def difference(self) -> tuple[Reason, ...]:
        """What the winner has more (or less) than the runner-up, the most telling first; empty
        without either.
        """
        if self.winner is None or self.runner_up is None:
            return ()
        theirs = {reason.name: reason.gain for reason in self.runner_up.reasons}
        ours = {reason.name: reason.gain for reason in self.winner.reasons}
        whys = {r.name: r.why for r in (*self.runner_up.reasons, *self.winner.reasons)}
        gains = {name: ours.get(name, 0.0) - theirs.get(name, 0.0) for name in whys}
        reasons = (Reason(name, gain, whys[name]) for name, gain in gains.items() if gain)
        return tuple(sorted(reasons, key=lambda reason: -abs(reason.gain)))
