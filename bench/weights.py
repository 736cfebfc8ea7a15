"""Would learned weights choose better? ``python -m bench.weights``: a conditional logit a field, over the
values that a document has for it and "none" (at the table's ``LEAST``). Weights are multiplied, and pay
for leaving what was set by hand; positions (``layout/scoring.py``) stay, as limits are set on them.
Counts are "by hand → learned", of another seed; of the families held out all fields together.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from typing import Any, NamedTuple

from intake import profile
from intake.document.extract import weights
from intake.document.extract.accounts import ibans
from intake.document.extract.company_numbers import kvk_numbers, vat_ids
from intake.document.extract.invoice import read
from intake.document.extract.invoice_number import invoice_numbers
from intake.document.extract.issue_date import issue_dates
from intake.document.extract.money import money_of
from intake.document.extract.phones import phone_numbers
from intake.document.extract.supplier import supplier_names
from intake.document.extract.totals import amount_claims
from intake.document.layout.scoring import Score
from intake.document.readers import pdf
from intake.model.document import Reader
from tests.corpus.corpus import corpus
from tests.corpus.judge import same
from tests.families import catalogue

SEED, COUNT = 8101, 200  # of what is learned from; the next seed is tested
SHARPNESS = 0.1  # a value that weighs so much more than another is e times as likely
FREEDOM = 0.1  # a weight so much larger or smaller than set by hand pays half a point of likelihood
Places = frozenset[tuple[tuple[str, float, float], ...]]  # of each feature: weight, points, factor


class Choice(NamedTuple):
    """The values that a document has for a field, and whether each is right."""

    field: str
    least: float
    values: tuple[tuple[bool, Places], ...]

    def weights(self, learned: dict[str, float]) -> list[float]:
        each = ([_weight(place, learned) for place in places] for _, places in self.values)
        return [max(found, default=self.least) for found in each]  # "none" stands nowhere

    def outcome(self, learned: dict[str, float]) -> str:
        if not any(right for right, _ in self.values):
            return "not found"
        found = self.weights(learned)
        return "right" if self.values[found.index(max(found))][0] else "outweighed"


def _weight(place: Iterable[tuple[str, float, float]], learned: dict[str, float]) -> float:
    weight = 0.0
    for name, points, factor in place:
        times = learned.get(name, 1.0)
        weight = weight * factor + points * times if points else weight * factor * times
    return weight


def _place(why: Score, tables: Iterable[type]) -> Iterator[tuple[str, float, float]]:
    for feature, _ in why.gains:
        name = feature.name.upper().replace("-", "_")
        owner = next((table for table in tables if hasattr(table, name)), None)
        yield f"{owner.__name__}.{name}" if owner else "", feature.points, feature.factor


def choices(truth: Mapping[str, object], data: bytes) -> Iterator[Choice]:
    """What a document has for each field; of the amounts only the total, by what announces it."""
    reading = read(pdf.read(data, Reader.PDFIUM), profile.load("almere").addressee)
    pages, invoice = reading.pages, reading.invoice
    exempt, untaxed = invoice.vat_exempt.value is True, not invoice.vat_id.found
    total = weights.GrossAmount if money_of(pages, exempt, untaxed).taxed else weights.ExemptAmount
    claims = amount_claims(pages, exempt, untaxed)["gross"]
    fields: tuple[tuple[str, Iterable[Any], tuple[type, ...]], ...] = (
        ("supplier-name", supplier_names(pages, reading.parties), (weights.SupplierName,)),
        ("supplier-phone", phone_numbers(pages), (weights.Phone,)),
        ("kvk-number", kvk_numbers(pages), (weights.KvkNumber,)),
        ("vat-id", vat_ids(pages), (weights.VatId,)),
        ("iban", ibans(pages, invoice.issue_date.value), (weights.Iban,)),
        ("invoice-number", invoice_numbers(pages, invoice.kind), (weights.InvoiceNumber,)),
        ("issue-date", issue_dates(pages), (weights.IssueDate,)),
        ("gross-amount", claims, (total, weights.Announced, weights.Agreement)),
    )
    for field, found, tables in (each for each in fields if each[0] in truth):
        scores: dict[Any, list[Score]] = defaultdict(list)
        for candidate in found:
            scores[candidate.value].append(candidate.score)
        values: list[tuple[bool, Places]] = [(truth[field] is None, frozenset())]
        for value, reasons in scores.items():
            again = weights.Table.AGAIN.times(min(len(reasons) - 1, weights.MOST_AGAIN))
            whole = (why.plus(again.when(again.points)) for why in reasons)
            places = frozenset(tuple(_place(why, tables)) for why in whole)
            shown = f"{value:.2f}" if field == "gross-amount" else value
            values.append((same(field, truth[field], shown), places))
        yield Choice(field, getattr(tables[0], "LEAST", 0.0), tuple(values))


def _cost(counts: Mapping[Choice, int], learned: dict[str, float]) -> float:
    cost = sum(((times - 1) / FREEDOM) ** 2 / 2 for times in learned.values())
    for choice, count in counts.items():
        likely = [math.exp(weight / SHARPNESS) for weight in choice.weights(learned)]
        right = sum(x for x, (is_right, _) in zip(likely, choice.values, strict=True) if is_right)
        cost -= count * math.log(right / sum(likely))
    return cost


def learn(known: Iterable[Choice]) -> dict[str, float]:
    counts = Counter(choice for choice in known if choice.outcome({}) != "not found")
    names = {f[0] for c in counts for _, places in c.values for place in places for f in place}
    learned = dict.fromkeys(sorted(names - {""}), 1.0)
    lowest, step = _cost(counts, learned), 0.16
    while step > 0.01:
        before = lowest
        for name, move in product(learned, (step, -step)):
            trial = learned | {name: round(learned[name] + move, 2)}
            if (cost := _cost(counts, trial)) < lowest:
                learned, lowest = trial, cost
        step = step if lowest < before else step / 2
    return learned


def _drawn(families: Sequence[Any], seed: int) -> list[Choice]:
    if not families:
        return [c for each in corpus(seed, COUNT) for c in choices(each.bill.truth, each.pdf)]
    drawn = catalogue.documents(families, seed, COUNT)
    return [c for each in drawn for c in choices(each.truth, each.pdf)]


def main() -> None:
    known = [*_drawn(catalogue.OPEN, SEED), *_drawn((), SEED)]
    fields = list(dict.fromkeys(choice.field for choice in known))
    learned = {field: learn(c for c in known if c.field == field) for field in fields}
    tests = {"open": catalogue.OPEN, "corpus": (), "held out": catalogue.HELD_OUT}
    for part, families in tests.items():
        tested = _drawn(families, SEED + 1)
        for field in (*fields, "all") if part != "held out" else ("all",):
            ours = [choice for choice in tested if field in (choice.field, "all")]
            hand = Counter(choice.outcome({}) for choice in ours)
            new = Counter(choice.outcome(learned[choice.field]) for choice in ours)
            said = (f"{x} {hand[x]} → {new[x]}" for x in ("right", "outweighed", "not found"))
            print(f"{part:10} {field:16} {', '.join(said)}")
    print(*learned.items(), sep="\n")


if __name__ == "__main__":
    main()
