"""A family: one layout, rebuilt after a public template."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.families.engines import Source
from tests.families.facts import Facts
from tests.families.look import Look


@dataclass(frozen=True)
class Family:
    """One layout."""

    name: str
    engine: str
    """See ``engines``."""
    draw: Callable[[Facts, Look], Source]
    languages: tuple[str, ...] = ("nl",)
    """Those for which the template has words."""
    vat_by_line: bool = False
    """The template has a column of btw amounts, so btw is rounded a line."""
    gives_bases: bool = True
    """With several rates, the amount that each is taken of is on the page (else a person is rightly
    asked)."""
