"""The families: layouts rebuilt after public templates, the open ones and those held out
(docs/decisions/32-families.md).

Each module of ``opened`` and ``held_out`` has one ``FAMILY``.
"""

from __future__ import annotations

import importlib
import pkgutil
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import ModuleType

from tests.corpus.bill import FAULTS, Truth
from tests.families import engines, facts, held_out, look, opened
from tests.families.facts import ASKS, Facts
from tests.families.family import Family
from tests.families.look import Look


@dataclass
class Sample:
    """One document with its truth; what ``judge`` asks of it."""

    seed: int
    family: Family
    facts: Facts
    look: Look
    pdf: bytes = field(default=b"", repr=False)

    @property
    def kind(self) -> str:
        return self.facts.kind

    @property
    def fault(self) -> str | None:
        return self.facts.fault

    @property
    def truth(self) -> Truth:
        left_out = {"vat-lines"} if self._bases_missing else set()
        return {name: value for name, value in self.facts.truth.items() if name not in left_out}

    @property
    def expected(self) -> frozenset[str]:
        return self.facts.expected | (
            frozenset({"vat-amount"}) if self._bases_missing else frozenset()
        )

    @property
    def must_ask(self) -> frozenset[str]:
        """Checks that must ask a person, or refuse."""
        return self.facts.must_ask

    @property
    def _bases_missing(self) -> bool:
        return len(self.facts.shares) > 1 and not self.family.gives_bases


def _families(package: ModuleType) -> tuple[Family, ...]:
    modules = sorted(module.name for module in pkgutil.iter_modules(package.__path__))
    return tuple(
        importlib.import_module(f"{package.__name__}.{module}").FAMILY for module in modules
    )


def documents(families: Sequence[Family], seed: int, count: int) -> list[Sample]:
    """``count`` documents, the families in turn; each depends on its own seed and family only.

    A third has one planted fault, a tenth is good but must ask a person, some are credit notes.
    """
    samples = [_planned(seed * 100_003 + at, families[at % len(families)]) for at in range(count)]
    _print(samples)
    return samples


def again(seed: int, family: Family) -> Sample:
    """One document once more, by the seed and family that a report names."""
    sample = _planned(seed, family)
    _print([sample])
    return sample


def _planned(seed: int, family: Family) -> Sample:
    rng = random.Random(f"{family.name} {seed}")
    chance, fault, ask, kind = rng.random(), None, None, "invoice"
    if chance < 1 / 3:
        fault = rng.choice(list(FAULTS))
    elif chance < 0.43:
        ask = rng.choice(ASKS)
    elif chance < 0.49:
        kind = "credit-note"
    known = facts.draw(
        rng, fault, ask, kind, languages=family.languages, vat_by_line=family.vat_by_line
    )
    return Sample(seed, family, known, look.draw(rng, known))


def _print(samples: list[Sample]) -> None:
    sources = [(s.family.engine, s.family.draw(s.facts, s.look)) for s in samples]
    for sample, pdf in zip(samples, engines.rendered(sources), strict=True):
        seen = sample.look
        sample.pdf = engines.reprinted(pdf, seen.scale, seen.rotation, seen.turned)


OPEN = _families(opened)
HELD_OUT = _families(held_out)
