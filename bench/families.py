"""How well invoices are read whose layout nobody here drew: the families, those that are open and
those held out apart (docs/decisions/32-families.md).

Of an open document that was read wrong, seed and family are named; of those held out only totals
are printed, so that nothing about them can be mended one by one.
"""

from __future__ import annotations

import collections
import time
from collections.abc import Sequence
from dataclasses import dataclass

from intake import profile
from intake.children import open_sandbox
from intake.model.mail import Part, PartKind
from intake.pipeline import check_file
from intake.sandbox.task import ChildKind
from tests.corpus.bill import FAULTS, TODAY
from tests.corpus.judge import FIELDS, Judgement, judge
from tests.families import catalogue
from tests.families.catalogue import Sample

_INVOICES = frozenset({"invoice", "credit-note"})
_PAID_BY = {
    "gross-amount": frozenset({"net-amount", "vat-amount", "document"}),
    "iban": frozenset({"iban", "document"}),
    "invoice-number": frozenset({"invoice-number", "document"}),
}
"""What is paid by, and the checks that would have told of a doubt about it."""


@dataclass(frozen=True)
class _Read:
    sample: Sample
    verdict: Judgement

    @property
    def good(self) -> bool:
        return self.sample.fault is None

    @property
    def told(self) -> frozenset[str]:
        return self.verdict.rejects | self.verdict.reviews

    @property
    def refused(self) -> bool:
        return self.good and bool(self.verdict.rejects)

    @property
    def refused_for_another(self) -> bool:
        """The document has a fault, and is refused for something that it does not lack."""
        return not self.good and self.verdict.wrongly_refused

    @property
    def taken_for_invoice(self) -> bool:
        """False: a person looks at it as a whole, whatever was read."""
        return self.verdict.kind in _INVOICES

    @property
    def silently_wrong(self) -> list[str]:
        return [
            name
            for name, checks in _PAID_BY.items()
            if name in self.verdict.wrong and self.taken_for_invoice and not checks & self.told
        ]

    @property
    def asked_without_cause(self) -> bool:
        return self.good and (
            bool(self.verdict.reviews - self.verdict.expected) or not self.taken_for_invoice
        )

    @property
    def not_asked(self) -> bool:
        """A good document about which a person must be asked went through."""
        return bool(self.sample.must_ask - self.told) and self.taken_for_invoice

    @property
    def held_back_rightly(self) -> frozenset[str]:
        """Checks that would have refused for what the document has, were there no advocate."""
        return self.verdict.held_back - self._planted

    @property
    def held_back_wrongly(self) -> frozenset[str]:
        """Checks that would have refused for what it lacks."""
        return self.verdict.held_back & self._planted

    @property
    def _planted(self) -> frozenset[str]:
        return frozenset({FAULTS[self.sample.fault]} if self.sample.fault else ())

    @property
    def notable(self) -> bool:
        return bool(
            self.verdict.wrong
            or self.refused
            or self.refused_for_another
            or self.verdict.wrongly_accepted
            or self.not_asked
            or self.asked_without_cause
        )


def report(seed: int, count: int, open_ones: bool, held_out: bool) -> None:
    """Draw, read, print the totals; of the open ones also each document that went wrong."""
    for name, families, asked, named in (
        ("open families", catalogue.OPEN, open_ones, True),
        ("families held out", catalogue.HELD_OUT, held_out, False),
    ):
        if not asked or not families:
            continue
        samples = catalogue.documents(families, seed, count)
        began = time.perf_counter()
        found, pages = _read(samples)
        spent = time.perf_counter() - began
        print(f"{name}: {len(samples)} documents of {len(families)} families, seed {seed}")
        _totals(found)
        print(f"  {'time':28} {1000 * spent / pages:8.1f} ms a page ({pages} pages)")
        if named:
            _named(found)
        print()


def _read(samples: Sequence[Sample]) -> tuple[list[_Read], int]:
    municipality, found, pages = profile.load("almere"), [], 0
    with open_sandbox(ChildKind.READING) as reading:
        for sample in samples:
            part = Part("1", PartKind.PDF, sample.pdf, "factuur.pdf")
            document = check_file(part, TODAY, municipality, reading)
            pages += document.page_count
            found.append(_Read(sample, judge(sample, document)))
    return found, pages


def _totals(found: Sequence[_Read]) -> None:
    good = [r for r in found if r.good]
    faulty = [r for r in found if not r.good]
    asked = sum(name in r.sample.truth for r in found for name in FIELDS)
    wrong = sum(len(r.verdict.wrong.keys() & set(FIELDS)) for r in found)
    silent = collections.Counter(name for r in found for name in r.silently_wrong)
    must = [r for r in found if r.sample.must_ask]
    for name, part, whole in (
        ("good refused", sum(r.refused for r in good), len(good)),
        ("refused for something else", sum(r.refused_for_another for r in faulty), len(faulty)),
        ("faults accepted", sum(r.verdict.wrongly_accepted for r in faulty), len(faulty)),
        ("total silently wrong", silent["gross-amount"], len(found)),
        ("account silently wrong", silent["iban"], len(found)),
        ("number silently wrong", silent["invoice-number"], len(found)),
        ("not asked though doubtful", sum(r.not_asked for r in must), len(must)),
        ("good, asked without cause", sum(r.asked_without_cause for r in good), len(good)),
        ("fields exact", asked - wrong, asked),
        ("documents all exact", sum(not r.verdict.wrong for r in found), len(found)),
    ):
        print(f"  {name:28} {part:6} of {whole:<6} {part / max(1, whole):8.2%}")
    _drawn(found)
    _asked(good)
    _advocate(found, good, faulty)


def _drawn(found: Sequence[_Read]) -> None:
    """What was drawn where something was silently wrong, accepted or refused: no family, no seed."""
    wrongs = collections.Counter(
        (what, r.sample.fault or r.sample.facts.ask or r.sample.kind)
        for r in found
        for what in (
            *(f"silent {name}" for name in r.silently_wrong),
            *["accepted"] * r.verdict.wrongly_accepted,
            *(f"refused {name}" for name in r.verdict.rejects if r.refused),
        )
    )
    for (what, drawn), count in sorted(wrongs.items()):
        print(f"    {what:26} {count:6} of {drawn}")


def _asked(good: Sequence[_Read]) -> None:
    """What the questions without cause are about."""
    about = collections.Counter(
        question
        for r in good
        if r.asked_without_cause
        for question in r.verdict.questions or {r.verdict.kind}
        if question.partition("/")[0] not in r.verdict.expected
    )
    for question, count in about.most_common():
        print(f"    {question:26} {count:6}")


def _advocate(found: Sequence[_Read], good: Sequence[_Read], faulty: Sequence[_Read]) -> None:
    """What a run without the advocate would have refused besides."""
    rightly = collections.Counter(name for r in found for name in r.held_back_rightly)
    wrongly = collections.Counter(name for r in faulty for name in r.held_back_wrongly)
    refused = sum(bool(r.verdict.rejects or r.held_back_rightly) for r in good)
    print(
        f"  {'good refused, no advocate':28} {refused:6} of {len(good):<6} {refused / max(1, len(good)):8.2%}"
    )
    for name in sorted(rightly | wrongly):
        print(f"    {name:26} {rightly[name]:6} held back rightly, {wrongly[name]} wrongly")


def _named(found: Sequence[_Read]) -> None:
    for r in found:
        if not r.notable:
            continue
        v = r.verdict
        said = [f"{name} {truth!r} read {value!r}" for name, (truth, value) in v.wrong.items()]
        said += [f"silent: {name}" for name in r.silently_wrong]
        said += [f"refused for {', '.join(sorted(v.rejects))}"] * (
            r.refused or r.refused_for_another
        )
        said += [f"accepted {v.fault}"] * v.wrongly_accepted
        said += [f"not asked about {', '.join(sorted(r.sample.must_ask))}"] * r.not_asked
        said += [f"asked {', '.join(sorted(v.questions)) or v.kind}"] * r.asked_without_cause
        what = r.sample.fault or r.sample.facts.ask or r.sample.kind
        print(f"    {r.sample.family.name} {r.sample.seed} ({what}): {'; '.join(said)}")
