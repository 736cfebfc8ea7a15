"""The reader against the random corpus: what it reads is what was written, a good invoice is never
refused, a planted fault is named.
"""

from __future__ import annotations

import collections
from collections.abc import Sequence

import pytest

from intake import profile
from intake.checks.registry import on_invoice
from intake.checks.support.agreement import agreed, rejects
from intake.document.extract.invoice import find_invoice
from intake.document.readers import pdf
from intake.model.document import Reader
from intake.model.finding import Severity
from intake.model.invoice import DocumentKind
from intake.model.mail import PartKind
from intake.model.verdict import CheckedDocument
from tests.corpus import others, tables
from tests.corpus.bill import FAULTS, TODAY
from tests.corpus.corpus import CHEAP, LAYOUTS, Sample, corpus
from tests.corpus.judge import FIELDS, Judgement, judge

ALMERE = profile.load("almere")
SMALL, LARGE = 140, 1000


def read(data: bytes) -> CheckedDocument:
    """The road of ``intake check`` in this process: PDFium, and pdfplumber before anything is
    refused.
    """
    invoice = find_invoice(pdf.read(data, Reader.PDFIUM), ALMERE.addressee)
    results = on_invoice(invoice, ALMERE, TODAY, None)
    if rejects(results):
        second = find_invoice(pdf.read(data, Reader.PDFPLUMBER), ALMERE.addressee)
        invoice, results = agreed(invoice, results, second, on_invoice(second, ALMERE, TODAY, None))
    return CheckedDocument("1", PartKind.PDF, None, invoice, None, invoice.page_count, results)


def judged(samples: Sequence[Sample]) -> list[tuple[Sample, Judgement]]:
    return [(sample, judge(sample.bill, read(sample.pdf))) for sample in samples]


def named(pairs: Sequence[tuple[Sample, Judgement]]) -> list[tuple[int, str]]:
    """Seed and layout, to draw a document again with ``corpus.again``."""
    return [(sample.seed, sample.layout) for sample, _ in pairs]


@pytest.fixture(scope="module")
def small() -> list[tuple[Sample, Judgement]]:
    return judged(corpus(20261122, SMALL, CHEAP))


def test_corpus_is_as_varied_as_promised() -> None:
    """Rates measured on a handful of layouts would say nothing about the invoices that providers
    send.
    """
    assert len(LAYOUTS) >= 30
    assert len(set(LAYOUTS.values())) >= 7


def test_same_seed_gives_the_same_truth() -> None:
    """A failure that a report names could not be looked at again."""
    assert [s.bill.truth for s in corpus(7, 4, CHEAP)] == [
        s.bill.truth for s in corpus(7, 4, CHEAP)
    ]


def test_small_draw_refuses_no_good_invoice(small: list[tuple[Sample, Judgement]]) -> None:
    """A provider would get a good invoice back."""
    refused = [pair for pair in small if pair[1].wrongly_refused]
    assert len(refused) <= 1, named(refused)


def test_small_draw_lets_no_fault_pass(small: list[tuple[Sample, Judgement]]) -> None:
    """An invoice that cannot be paid would be queued without a word."""
    missed = [pair for pair in small if pair[1].wrongly_accepted]
    assert len(missed) <= 1, named(missed)


def test_small_draw_is_read_exactly(small: list[tuple[Sample, Judgement]]) -> None:
    """A clerk would have to correct what the reader got wrong."""
    wrong = [pair for pair in small if pair[1].wrong]
    assert len(wrong) <= 0.07 * SMALL, named(wrong)


def wrong_in_tables(seeds: range) -> list[tuple[object, ...]]:
    """The draws of which a fact was misread, or of which anything was found but that care is
    usually exempt.
    """
    wrong = []
    for listed in map(tables.draw, seeds):
        document = read(listed.pdf)
        invoice = document.invoice
        assert invoice is not None
        truth = (
            tables.TRUTH
            | {"gross_amount": listed.gross}
            | ({"vat_id": listed.vat_id} if listed.vat_id else {})
        )
        read_as = {name: getattr(invoice, name).value for name in truth}
        read_as["supplier_phone"] = "".join(filter(str.isdigit, read_as["supplier_phone"] or ""))
        misread = [(name, read_as[name]) for name, value in truth.items() if read_as[name] != value]
        found = [(f.check, f.code) for f in document.findings if f.code != "usually-exempt"]
        if misread or found:
            wrong.append((*listed.what, misread, found))
    return wrong


def test_rows_of_care_are_not_taken_for_the_invoice() -> None:
    """Twelve visits on one day outweighed the date of issue, and a decision number in each row the
    number of the invoice.
    """
    assert not wrong_in_tables(range(120))


@pytest.mark.long
def test_many_tables_of_care_are_not_taken_for_the_invoice() -> None:
    """As above, for whoever writes his invoices in a way that few do."""
    assert not wrong_in_tables(range(1000, 1900))


@pytest.mark.parametrize("kind", ["reminder", "quotation", "statement"])
def test_other_documents_are_told_apart(kind: str) -> None:
    """A reminder would be refused as an invoice without an invoice date."""
    for seed in range(900, 908):
        document = read(others.of_kind(seed, kind)[1])
        assert document.invoice is not None
        assert document.invoice.kind is DocumentKind(kind), seed
        assert not any(f.severity is Severity.REJECT for f in document.findings), seed


def test_several_invoices_in_one_file_go_to_a_person() -> None:
    """Two invoices read as one would be refused for the fault of one, or only the first be paid."""
    for seed in range(900, 910):
        document = read(others.several(seed, 2 + seed % 2))
        severities = {
            (f.check, f.severity)
            for f in document.findings
            if f.severity is not Severity.INFO and f.check != "anonymity"
        }
        assert severities == {("document", Severity.REVIEW)}, seed


def test_an_annex_changes_nothing() -> None:
    """An invoice with its hours on a second page would be read as two, or from the wrong page."""
    for seed in range(900, 910):
        bill, data = others.with_annex(seed)
        verdict = judge(bill, read(data))
        assert not verdict.wrong, seed
        assert not verdict.wrongly_refused, seed


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_large_draw_reaches_the_numbers() -> None:
    """The reader would be worse than promised: wrong refusals, missed faults, fields to correct."""
    pairs = judged(corpus(31_415, LARGE))
    wrong = collections.Counter(name for _, verdict in pairs for name in verdict.wrong)
    faulty = [pair for pair in pairs if pair[1].fault]

    assert {verdict.fault for _, verdict in faulty} == set(FAULTS)
    refused, missed = (
        [p for p in pairs if p[1].wrongly_refused],
        [p for p in faulty if p[1].wrongly_accepted],
    )
    assert len(refused) <= 0.005 * LARGE, named(refused)
    assert len(missed) <= max(1, 0.005 * len(faulty)), named(missed)
    assert not {
        name: count for name, count in wrong.items() if name in FIELDS and count > 0.01 * LARGE
    }
    assert sum(1 for _, verdict in pairs if not verdict.wrong) >= 0.95 * LARGE
    assert sum(1 for _, verdict in faulty if verdict.named_alone) >= 0.98 * len(faulty)
