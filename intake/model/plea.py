"""What speaks for the provider before anything is refused."""

from __future__ import annotations

from dataclasses import dataclass, field

from intake.model.basics import Box


@dataclass(frozen=True, slots=True)
class Plea:
    """A place on the page that may be what a check did not find."""

    check: str
    page: int
    box: Box | None
    """None where the reading that found it knows no places."""
    text: str = field(repr=False)
    """As it stands there; a number that could be a client's has stars."""
