"""Our own Dutch rules give the answers of the official ones, but for faults in those that are named
here.

The official rules are Schematron; each of their patterns becomes a small XSLT, which Saxon runs.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import saxonche
from lxml import etree

from intake.document.einvoice import samples
from intake.document.einvoice.terms import Syntax
from tests.document.einvoice import einvoices as e
from tests.document.einvoice.test_nlcius_rules import CII_CASES, UBL_CASES, Edit, rules_broken

FILES = {Syntax.UBL: "si-ubl-2.0-nlcius.sch", Syntax.CII: "NLCIUS-CII-validation.sch"}
UBL, UNECE = "urn:oasis:names:specification:ubl:schema:xsd:", "urn:un:unece:uncefact:data:standard:"
NAMESPACES = {
    "xs": "http://www.w3.org/2001/XMLSchema",
    "ubl": f"{UBL}Invoice-2",
    "cn": f"{UBL}CreditNote-2",
    "cac": f"{UBL}CommonAggregateComponents-2",
    "cbc": f"{UBL}CommonBasicComponents-2",
    "rsm": f"{UNECE}CrossIndustryInvoice:100",
    "ram": f"{UNECE}ReusableAggregateBusinessInformationEntity:100",
    "udt": f"{UNECE}UnqualifiedDataType:100",
    "qdt": f"{UNECE}QualifiedDataType:100",
}
XSL, SCH = "{http://www.w3.org/1999/XSL/Transform}", "{http://purl.oclc.org/dsdl/schematron}"

FAULTS = {
    (Syntax.UBL, "BR-NL-3"): set(),  # an empty street counts as a street
    (Syntax.UBL, "BR-NL-34"): {"BR-NL-32"},  # a charge's rule bears the name of a discount's
    (Syntax.CII, "BR-NL-1"): set(),  # asked only of who has some legal registration
    (Syntax.CII, "BR-NL-9"): set(),  # never asked: BR-NL-7 comes first for the same element
}
"""What the official rules say of our example instead of the rule that it breaks."""
CASES = [(Syntax.UBL, *case) for case in UBL_CASES] + [(Syntax.CII, *case) for case in CII_CASES]


@cache
def saxon() -> Any:
    return saxonche.PySaxonProcessor(license=False)


@cache
def official(syntax: Syntax) -> Any:
    """The pattern as XSLT: of the rules for one element only the first is asked."""
    pattern = etree.parse(Path(__file__).parent / "official" / FILES[syntax]).getroot()
    sheet = etree.Element(f"{XSL}stylesheet", {"version": "2.0"}, nsmap=NAMESPACES)
    for let in pattern.iter(f"{SCH}let"):
        etree.SubElement(
            sheet, f"{XSL}variable", {"name": let.get("name"), "select": let.get("value")}
        )
    start = etree.SubElement(sheet, f"{XSL}template", {"match": "/"})
    broken = etree.SubElement(start, "broken")
    etree.SubElement(broken, f"{XSL}apply-templates", {"select": "//*"})
    etree.SubElement(sheet, f"{XSL}template", {"match": "*", "priority": "0"})
    for number, rule in enumerate(pattern.iter(f"{SCH}rule")):
        match = {"match": rule.get("context"), "priority": str(1000 - number)}
        template = etree.SubElement(sheet, f"{XSL}template", match)
        for check in rule.iter(f"{SCH}assert"):
            test = {"test": f"not({check.get('test')})"}
            failed = etree.SubElement(template, f"{XSL}if", test)
            etree.SubElement(failed, "rule", {"id": check.get("id")})
    text = etree.tostring(sheet, encoding="unicode")
    return saxon().new_xslt30_processor().compile_stylesheet(stylesheet_text=text)


def officially_broken(syntax: Syntax, xml: bytes) -> set[str]:
    """Rules of NLCIUS, without the numbers behind those that have several places."""
    document = saxon().parse_xml(xml_text=xml.decode())
    found = etree.fromstring(official(syntax).transform_to_string(xdm_node=document).encode())
    names = {re.sub(r"^(BR-NL-\d+)-\d$", r"\1", str(rule.get("id"))) for rule in found}
    return {name for name in names if name.startswith("BR-NL-")}


@pytest.mark.parametrize(
    ("syntax", "rule", "good", "spoil"),
    CASES,
    ids=[f"{syntax}-{rule}-{i}" for i, (syntax, rule, _, _) in enumerate(CASES)],
)
def test_the_official_rules_say_the_same(
    syntax: Syntax, rule: str, good: bytes, spoil: Edit
) -> None:
    """A provider whose program keeps the official rules would be told of a fault, or the other way
    about.
    """
    assert officially_broken(syntax, good) == set()
    said = officially_broken(syntax, e.edited(good, spoil))
    assert said in ({rule}, FAULTS.get((syntax, rule)))


def test_the_faults_of_the_official_rules_are_still_there() -> None:
    """A fault that a new version has mended would stay in our list, and hide one of our own."""
    found = {
        (syntax, rule)
        for syntax, rule, good, spoil in CASES
        if officially_broken(syntax, e.edited(good, spoil)) != {rule}
    }
    assert found == set(FAULTS)


@pytest.mark.parametrize(
    ("syntax", "xml"), [(Syntax.UBL, samples.UBL), (Syntax.CII, samples.CII), (Syntax.UBL, e.ubl())]
)
def test_they_agree_on_whole_examples(syntax: Syntax, xml: bytes) -> None:
    """The same, for e-invoices that were not made for one rule."""
    assert officially_broken(syntax, xml) == set(rules_broken(xml))
