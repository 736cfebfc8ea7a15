"""The families themselves: what a document says it holds must be on its page, and add up. A wrong
truth would have the reader mended until it reads wrong.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from decimal import Decimal

import pypdfium2
import pytest

from tests.corpus.bill import FAULTS
from tests.families import catalogue, facts
from tests.families.catalogue import HELD_OUT, OPEN, Sample
from tests.families.engines import CHEAP
from tests.families.facts import ASKS, Facts

SEED, EACH = 20261130, 3
_AMOUNTS = frozenset({"wrong-total", "lines-differ", "vat-sum"})


@pytest.fixture(scope="module")
def cheap() -> list[Sample]:
    families = [family for family in (*OPEN, *HELD_OUT) if family.engine in CHEAP]
    return catalogue.documents(families, SEED, EACH * len(families))


def drawn(count: int) -> list[Facts]:
    found = []
    for seed in range(count):
        rng = random.Random(seed)
        fault = rng.choice([None, *FAULTS])
        ask = rng.choice([None, *ASKS]) if fault is None else None
        kind = "credit-note" if fault is None and seed % 9 == 0 else "invoice"
        every = ("nl", "en", "de", "fr")
        found.append(facts.draw(rng, fault, ask, kind, languages=every, vat_by_line=seed % 2 == 0))
    return found


def test_there_are_families_enough() -> None:
    """Figures over a handful of layouts would say nothing about those that providers send."""
    names = [family.name for family in (*OPEN, *HELD_OUT)]
    assert len(names) == len(set(names))
    assert min(len(OPEN), len(HELD_OUT)) >= 22
    assert len({family.engine for family in OPEN}) >= 8


def test_amounts_of_the_facts_add_up() -> None:
    """The reader would be blamed for an invoice whose own lines, discount, btw and total differ."""
    for known in drawn(600):
        if known.fault in _AMOUNTS:
            continue
        lines = sum((line.net for line in known.lines), Decimal(0))
        assert lines == known.subtotal
        assert known.net == known.subtotal - known.discount
        assert known.gross == known.net + known.vat
        if known.shares:
            assert sum(share.net for share in known.shares) == known.net
            assert sum(share.vat for share in known.shares) == known.vat
        for share in known.shares:
            slack = Decimal("0.005") * max(2, len(known.lines))
            assert abs(share.net * share.rate / 100 - share.vat) <= slack, known


def test_a_fault_is_planted_alone() -> None:
    """A document with two faults would count as wrongly refused for the one that is not named."""
    for known in drawn(300):
        gone = {name for name, value in known.truth.items() if value is None}
        planted = {
            "no-kvk": {"kvk-number"},
            "no-phone": {"supplier-phone"},
            "no-date": {"issue-date"},
            "no-number": {"invoice-number"},
            "no-iban": {"iban"},
            "no-street": {"supplier-street"},
            "po-box-only": {"supplier-street"},
            "no-address": {"supplier-street", "supplier-postcode", "supplier-city"},
        }.get(known.fault or "", set())
        assert gone - {"vat-id", "vat-rate"} == planted


def test_same_seed_gives_the_same_document() -> None:
    """A document that a report names could not be looked at again."""
    family = next(family for family in OPEN if family.engine == "typst")
    first, second = catalogue.again(17, family), catalogue.again(17, family)
    assert first.truth == second.truth
    assert text_of(first) == text_of(second)


def test_documents_show_their_facts(cheap: Sequence[Sample]) -> None:
    """A fact that the template forgot to print would count as one that the reader missed."""
    lacking = {
        (sample.family.name, sample.seed): missing
        for sample in cheap
        if (missing := missing_in(sample))
    }
    opened = {family.name for family in OPEN}
    assert not {key: missing for key, missing in lacking.items() if key[0] in opened}
    assert len(lacking) == 0, "of those held out; only their author looks which"


def text_of(sample: Sample) -> str:
    document = pypdfium2.PdfDocument(sample.pdf)
    return "\n".join(page.get_textpage().get_text_range() for page in document)


def missing_in(sample: Sample) -> list[str]:
    """Names of facts that are nowhere in the document's text, spaces and signs left out."""
    known, text = sample.facts, _squeezed(text_of(sample))
    supplier = known.supplier
    wanted = {
        "name": supplier.name,
        "street": supplier.street,
        "postcode": supplier.postcode,
        "city": supplier.city,
        "phone": supplier.phone.lstrip("0"),
        "kvk": supplier.kvk,
        "vat": supplier.vat_id.removeprefix("NL"),
        "number": known.number,
        "corrects": known.corrects,
        "gross": f"{abs(known.gross):.2f}",
        "paid": f"{known.paid:.2f}" if known.paid else "",
        "discount": f"{known.discount:.2f}" if known.discount else "",
        "mark": known.mark,
        **{f"account {at}": account.iban for at, account in enumerate(supplier.accounts)},
        **{f"to {at}": line for at, line in enumerate(known.addressee)},
    }
    if sample.family.gives_bases or len(known.shares) == 1:
        wanted |= {f"vat {s.rate}": f"{abs(s.vat):.2f}" for s in known.shares if s.rate}
    sentences = " ".join((known.exemption, *known.remarks, *sample.look.notes))
    wanted |= {f"word {word}": word for word in sentences.split()}
    return [name for name, value in wanted.items() if _squeezed(value) not in text]


def _squeezed(text: str) -> str:
    """Letters and digits only: how a number is grouped, and where a line breaks, says nothing."""
    return re.sub(r"[\W_]", "", text).casefold()
