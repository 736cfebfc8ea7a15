"""Schema and rules of EN 16931, run in a process of their own."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from intake.document.einvoice import validator
from intake.errors import ConfigurationError, SandboxFailed
from intake.sandbox.client import Sandbox
from intake.sandbox.task import ChildKind
from tests.document.einvoice import einvoices as e
from tests.hostile.liar import Liar

WRITERS = pytest.mark.parametrize("write", [e.ubl, e.cii], ids=["ubl", "cii"])


@pytest.fixture(scope="module")
def box(reading: Sandbox) -> Sandbox:
    return reading


def rules(box: Sandbox, xml: bytes, standard: str = e.NLCIUS) -> tuple[str, ...] | None:
    return validator.broken(box, xml.partition(b"?>")[2], standard)


@WRITERS
@pytest.mark.parametrize(
    "bill",
    [e.GOOD, e.EXEMPT, e.OUTSIDE, e.CREDIT, e.BIS_BILL],
    ids=["good", "exempt", "outside", "credit", "bis"],
)
def test_a_good_e_invoice_breaks_nothing(box: Sandbox, write: Any, bill: e.Bill) -> None:
    """Every good e-invoice would be doubted."""
    assert rules(box, write(bill)) == ()


@WRITERS
@pytest.mark.parametrize(
    ("bill", "rule"),
    [
        (replace(e.EXEMPT, supplier=replace(e.SUPPLIER, vat="")), "BR-E-02"),
        (replace(e.OUTSIDE, supplier=e.SUPPLIER), "BR-O-02"),
        (replace(e.EXEMPT, exemption=""), "BR-E-10"),
        (replace(e.GOOD, supplier=replace(e.SUPPLIER, vat="")), "BR-S-02"),
        (replace(e.GOOD, buyer=replace(e.BUYER, name="")), "BR-07"),
    ],
    ids=["E-without-number", "O-with-number", "E-without-reason", "S-without-number", "no-buyer"],
)
def test_a_broken_rule_is_named(box: Sandbox, write: Any, bill: e.Bill, rule: str) -> None:
    """The two ways to write an exemption are mixed up most: a provider must hear which one fits."""
    assert rule in (rules(box, write(bill)) or ())


def test_wrong_sums_are_named(box: Sandbox) -> None:
    """An e-invoice that does not add up would be booked."""
    xml = e.edited(e.ubl(), e.written("//cac:LegalMonetaryTotal/cbc:TaxInclusiveAmount", "790.00"))

    assert set(rules(box, xml) or ()) >= {"BR-CO-15"}


@WRITERS
def test_what_breaks_its_schema_is_told_first(box: Sandbox, write: Any) -> None:
    """Without its schema no field can be called absent."""
    found = rules(box, e.edited(write(), lambda root: root.insert(0, e.etree.Element("gift"))))

    assert found is not None
    assert found[0] == validator.SCHEMA


@pytest.mark.parametrize(
    "standard",
    [
        "",
        "urn:www.cenbii.eu:transaction:biitrns010:ver2.0",
        "urn:oasis:names:specification:ubl:dsig:enveloped",
    ],
)
def test_older_ubl_is_held_to_its_schema_only(box: Sandbox, standard: str) -> None:
    """UBL of before EN 16931 keeps none of its rules and need not."""
    assert (
        rules(
            box,
            e.ubl(replace(e.GOOD, supplier=replace(e.SUPPLIER, vat=""), standard=standard)),
            standard,
        )
        == ()
    )


def test_a_small_profile_of_factur_x(box: Sandbox) -> None:
    """Factur-X MINIMUM has no lines and is still what it claims to be."""
    minimum = "urn:factur-x.eu:1p0:minimum"
    paths = [
        "ram:IncludedSupplyChainTradeLineItem",
        "ram:ApplicableHeaderTradeSettlement/ram:SpecifiedTradeSettlementPaymentMeans",
    ]
    paths += [
        "ram:ApplicableHeaderTradeSettlement/ram:ApplicableTradeTax",
        "ram:ApplicableHeaderTradeSettlement/ram:SpecifiedTradePaymentTerms",
    ]
    xml = e.edited(
        e.cii(replace(e.GOOD, standard=minimum, note="")),
        *(e.removed(f"//{path}") for path in paths),
    )

    assert validator._profile(minimum) == "minimum"
    assert rules(box, xml, minimum) is not None
    assert not any(rule.startswith("BR-") for rule in rules(box, xml, minimum) or ())


def test_a_child_has_every_lock(box: Sandbox) -> None:
    """Saxon is large code from elsewhere: it must not reach files, network or programs."""
    validating = box.beside(ChildKind.VALIDATING)

    assert all(validating.layers().values())
    assert validating.broken_tasks() == {}


@pytest.mark.parametrize(
    "told",
    [
        None,
        "BR-01",
        [1],
        ["BR-01"] * 61,
        ["BR-01; kopie van de factuur"],
        ["br-01"],
        [["BR-01"]],
        SandboxFailed("timeout"),
        ConfigurationError("x"),
    ],
    ids=["null", "text", "number", "many", "words", "small", "nested", "timeout", "no-template"],
)
def test_what_a_child_says_is_not_believed(told: Any) -> None:
    """Names of rules end in letters: no word of an e-invoice may come along."""
    assert validator.broken(Liar(told), b"<a/>", "") is None
