"""Rules of e-invoices, said so that a provider understands."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from intake.checks import document
from intake.checks.support import einvoice_rule_words
from intake.model.document import Reader
from intake.model.finding import Severity
from intake.model.invoice import EInvoice, Invoice
from intake.model.verdict import History
from tests.checks.examples import ALMERE, INVOICE, TODAY

KNOWN = sorted(einvoice_rule_words.sentences())


def about(read: EInvoice, alone: bool = False) -> list[tuple[str, Severity, str]]:
    readers = (Reader.XML,) if alone else (Reader.PDFIUM, Reader.XML)
    invoice: Invoice = replace(INVOICE, readers=readers, e_invoice=read)
    return [
        (f.code, f.severity, f.message)
        for f in document.check(invoice, ALMERE, TODAY, History()).findings
        if f.code != "xml-only"
    ]


@pytest.mark.parametrize("rule", KNOWN)
def test_every_rule_in_short_dutch_sentences(rule: str) -> None:
    """A sentence that nobody finishes helps no provider."""
    said = about(EInvoice("UBL", (rule,), True), alone=True)

    assert len(said) == 1
    assert rule in said[0][2]
    assert all(len(sentence.split()) <= 21 for sentence in re.split(r"(?<=[.?!])\s", said[0][2]))


@pytest.mark.parametrize(("alone", "severity"), [(True, Severity.REVIEW), (False, Severity.INFO)])
def test_a_fault_weighs_less_beside_a_pdf(alone: bool, severity: Severity) -> None:
    """The municipality asks for a PDF: a fault in what came for free is only told."""
    assert [found[1] for found in about(EInvoice("UBL", ("BR-CO-15",), True), alone)] == [severity]


def test_a_recommendation_is_never_more_than_told() -> None:
    """Nothing is wrong with an e-invoice that names its bank."""
    assert [
        found[1] for found in about(EInvoice("UBL", ("BR-NL-31", "BR-NL-35"), True), alone=True)
    ] == [Severity.INFO, Severity.INFO]


def test_many_faults_are_counted() -> None:
    """A hundred findings about one file hide everything else."""
    rules = ("BR-02", "BR-03", "BR-04", "BR-05", "BR-06", "BR-07", "BR-16")
    said = about(EInvoice("UBL", rules, True), alone=True)

    assert len(said) == einvoice_rule_words.MOST_NAMED + 1
    assert "nog 2 andere" in said[-1][2]


def test_unknown_rules_are_told_together() -> None:
    """EN 16931 has hundreds of rules; those without a sentence still have a name to look up."""
    said = about(EInvoice("UBL", ("BR-AE-08", "UBL-SR-12"), True), alone=True)

    assert len(said) == 1
    assert "regels BR-AE-08, UBL-SR-12" in said[0][2]


@pytest.mark.parametrize(
    ("read", "code", "words"),
    [
        (EInvoice("UBL", differs=("iban",)), "xml-differs", "Het gaat om: IBAN."),
        (
            EInvoice("UBL", differs=("iban", "gross_amount", "kind")),
            "xml-differs",
            "IBAN, totaal en soort document.",
        ),
        (EInvoice("UBL", not_on_page=("kvk_number",)), "xml-not-on-page", "KvK-nummer."),
        (EInvoice("UBL", currency="USD"), "xml-currency", "niet in euro"),
    ],
    ids=["one", "three", "not-on-page", "currency"],
)
def test_a_difference_asks_a_person(read: EInvoice, code: str, words: str) -> None:
    """What differs is named, its value is not."""
    ((found, severity, message),) = about(read)

    assert (found, severity) == (code, Severity.REVIEW)
    assert words in message
