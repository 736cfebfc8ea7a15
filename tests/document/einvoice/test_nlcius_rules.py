"""Each Dutch rule of e-invoices, kept and broken side by side."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from lxml import etree

from intake.checks.support import einvoice_rule_words
from intake.document.einvoice.nlcius_rules import BIS, NLCIUS, RULES, broken
from intake.document.einvoice.terms import ROOTS, Terms
from tests.document.einvoice import einvoices as e

SELLER, BUYER = "//cac:AccountingSupplierParty/cac:Party", "//cac:AccountingCustomerParty/cac:Party"
CII_SELLER, CII_BUYER = "//ram:SellerTradeParty", "//ram:BuyerTradeParty"
SETTLEMENT = "//ram:ApplicableHeaderTradeSettlement"
Edit = Callable[[Any], None]

GOOD, CREDIT = e.ubl(), e.ubl(e.CREDIT)
CORRECTION = e.edited(
    GOOD,
    e.written("//cbc:InvoiceTypeCode", "384"),
    e.added(
        "//cbc:BuyerReference",
        "<cac:BillingReference><cac:InvoiceDocumentReference><cbc:ID>1</cbc:ID></cac:InvoiceDocumentReference></cac:BillingReference>",
    ),
)
WITH_ORDER_LINE = e.edited(
    GOOD,
    e.added(
        "//cbc:BuyerReference", "<cac:OrderReference><cbc:ID>O-1</cbc:ID></cac:OrderReference>"
    ),
    e.added(
        "//cac:InvoiceLine/cbc:LineExtensionAmount",
        "<cac:OrderLineReference><cbc:LineID>1</cbc:LineID></cac:OrderLineReference>",
    ),
)
REPRESENTED = e.edited(
    GOOD,
    e.added(
        "//cac:AccountingCustomerParty",
        "<cac:TaxRepresentativeParty><cac:PartyName><cbc:Name>X</cbc:Name></cac:PartyName><cac:PostalAddress><cbc:StreetName>Weg"
        " 1</cbc:StreetName>"
        "<cbc:CityName>Ede</cbc:CityName><cbc:PostalZone>6711"
        " AA</cbc:PostalZone><cac:Country><cbc:IdentificationCode>NL</cbc:IdentificationCode>"
        "</cac:Country></cac:PostalAddress></cac:TaxRepresentativeParty>",
    ),
)
WITH_BIC = e.edited(
    GOOD,
    e.written("//cbc:PaymentMeansCode", "30"),
    e.added(
        "//cac:PayeeFinancialAccount/cbc:ID",
        "<cac:FinancialInstitutionBranch><cbc:ID>ABNANL2A</cbc:ID></cac:FinancialInstitutionBranch>",
    ),
)


def allowance(charge: str, code: str = "") -> Edit:
    reason = (
        f"<cbc:AllowanceChargeReasonCode>{code}</cbc:AllowanceChargeReasonCode>"
        if code
        else "<cbc:AllowanceChargeReason>x</cbc:AllowanceChargeReason>"
    )
    amount = "<cbc:Amount currencyID='EUR'>1.00</cbc:Amount>"
    return e.added(
        "//cac:PaymentTerms",
        f"<cac:AllowanceCharge><cbc:ChargeIndicator>{charge}</cbc:ChargeIndicator>{reason}{amount}</cac:AllowanceCharge>",
    )


CII_OTHER_TAX = (
    "<ram:SpecifiedTaxRegistration><ram:ID schemeID='FC'>1</ram:ID></ram:SpecifiedTaxRegistration>"
)
OTHER_TAX = (
    "<cac:PartyTaxScheme><cbc:CompanyID>123456789</cbc:CompanyID><cac:TaxScheme><cbc:ID>"
    "LOC</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme>"
)
UBL_CASES: list[tuple[str, bytes, Edit]] = [
    (
        "BR-NL-1",
        GOOD,
        e.written(f"{SELLER}/cac:PartyLegalEntity/cbc:CompanyID", "99952775", schemeID="0088"),
    ),
    ("BR-NL-2", GOOD, e.removed("//cbc:BuyerReference")),
    ("BR-NL-3", GOOD, e.removed(f"{SELLER}//cbc:StreetName")),
    ("BR-NL-3", GOOD, e.written(f"{SELLER}//cbc:CityName", " ")),
    ("BR-NL-4", GOOD, e.removed(f"{BUYER}//cbc:PostalZone")),
    ("BR-NL-5", REPRESENTED, e.removed("//cac:TaxRepresentativeParty//cbc:CityName")),
    ("BR-NL-7", GOOD, e.written("//cbc:InvoiceTypeCode", "326")),
    ("BR-NL-8", GOOD, e.written("//cbc:InvoiceTypeCode", "381")),
    ("BR-NL-8", CREDIT, e.written("//cbc:CreditNoteTypeCode", "380")),
    ("BR-NL-9", CORRECTION, e.removed("//cac:BillingReference")),
    (
        "BR-NL-10",
        GOOD,
        e.written(f"{BUYER}/cac:PartyLegalEntity/cbc:CompanyID", "1", schemeID="0088"),
    ),
    ("BR-NL-11", GOOD, e.removed("//cac:PaymentMeans")),
    ("BR-NL-12", GOOD, e.written("//cbc:PaymentMeansCode", "31")),
    ("BR-NL-13", WITH_ORDER_LINE, e.removed("//cac:OrderReference")),
    (
        "BR-NL-19",
        GOOD,
        e.added("//cbc:DocumentCurrencyCode", "<cbc:TaxCurrencyCode>SEK</cbc:TaxCurrencyCode>"),
    ),
    ("BR-NL-20", GOOD, e.added("//cbc:Note", "<cbc:TaxPointDate>2026-10-01</cbc:TaxPointDate>")),
    (
        "BR-NL-21",
        GOOD,
        e.added(
            "//cbc:BuyerReference",
            "<cac:InvoicePeriod><cbc:DescriptionCode>3</cbc:DescriptionCode></cac:InvoicePeriod>",
        ),
    ),
    (
        "BR-NL-24",
        CREDIT,
        e.added(
            "//cac:InvoiceDocumentReference/cbc:ID", "<cbc:IssueDate>2026-01-01</cbc:IssueDate>"
        ),
    ),
    ("BR-NL-25", GOOD, e.added(f"{SELLER}/cac:PartyTaxScheme", OTHER_TAX)),
    (
        "BR-NL-26",
        GOOD,
        e.added(
            f"{SELLER}/cac:PartyLegalEntity/cbc:CompanyID",
            "<cbc:CompanyLegalForm>B.V.</cbc:CompanyLegalForm>",
        ),
    ),
    (
        "BR-NL-27",
        GOOD,
        e.added(
            f"{BUYER}//cbc:PostalZone",
            "<cac:AddressLine><cbc:Line>Gebouw B</cbc:Line></cac:AddressLine>",
        ),
    ),
    (
        "BR-NL-28",
        GOOD,
        e.added(
            f"{SELLER}//cbc:PostalZone", "<cbc:CountrySubentity>Utrecht</cbc:CountrySubentity>"
        ),
    ),
    ("BR-NL-29", GOOD, e.written("//cbc:PaymentMeansCode", "58", name="SEPA")),
    (
        "BR-NL-30",
        GOOD,
        e.added("//cac:PayeeFinancialAccount/cbc:ID", "<cbc:Name>De Vlinder</cbc:Name>"),
    ),
    ("BR-NL-31", WITH_BIC, e.written("//cbc:PaymentMeansCode", "58")),
    ("BR-NL-32", e.edited(GOOD, allowance("false")), allowance("false", "95")),
    (
        "BR-NL-33",
        GOOD,
        e.added(
            "//cac:TaxTotal",
            "<cac:TaxTotal><cbc:TaxAmount currencyID='SEK'>1.00</cbc:TaxAmount></cac:TaxTotal>",
        ),
    ),
    ("BR-NL-34", e.edited(GOOD, allowance("true")), allowance("true", "FC")),
    (
        "BR-NL-35",
        e.ubl(e.EXEMPT),
        e.added(
            "//cbc:TaxExemptionReason",
            "<cbc:TaxExemptionReasonCode>VATEX-EU-132</cbc:TaxExemptionReasonCode>",
        ),
    ),
]
CII_GOOD = e.cii()
CII_CASES: list[tuple[str, bytes, Edit]] = [
    ("BR-NL-1", CII_GOOD, e.removed(f"{CII_SELLER}/ram:SpecifiedLegalOrganization")),
    ("BR-NL-2", CII_GOOD, e.removed("//ram:BuyerReference")),
    ("BR-NL-3", CII_GOOD, e.removed(f"{CII_SELLER}//ram:PostcodeCode")),
    ("BR-NL-4", CII_GOOD, e.removed(f"{CII_BUYER}//ram:LineOne")),
    ("BR-NL-7", CII_GOOD, e.written("//rsm:ExchangedDocument/ram:TypeCode", "326")),
    (
        "BR-NL-9",
        e.cii(replace(e.GOOD, code="384", corrects="1")),
        e.removed("//ram:InvoiceReferencedDocument"),
    ),
    (
        "BR-NL-10",
        CII_GOOD,
        e.written(f"{CII_BUYER}/ram:SpecifiedLegalOrganization/ram:ID", "1", schemeID="0088"),
    ),
    ("BR-NL-11", CII_GOOD, e.removed("//ram:SpecifiedTradeSettlementPaymentMeans")),
    (
        "BR-NL-12",
        CII_GOOD,
        e.written("//ram:SpecifiedTradeSettlementPaymentMeans/ram:TypeCode", "1"),
    ),
    ("BR-NL-25", CII_GOOD, e.added(f"{CII_SELLER}/ram:SpecifiedTaxRegistration", CII_OTHER_TAX)),
    (
        "BR-NL-30",
        CII_GOOD,
        e.added("//ram:IBANID", "<ram:AccountName>De Vlinder</ram:AccountName>"),
    ),
    (
        "BR-NL-35",
        e.cii(e.EXEMPT),
        e.added(
            f"{SETTLEMENT}//ram:CategoryCode",
            "<ram:ExemptionReasonCode>VATEX-EU-132</ram:ExemptionReasonCode>",
        ),
    ),
]
BIS_GOOD = e.ubl(e.BIS_BILL)
BIS_CREDIT = e.ubl(replace(e.CREDIT, standard=BIS))
as_bis = e.written("//cbc:CustomizationID", BIS)
BIS_CASES: list[tuple[str, bytes, Edit]] = [
    ("NL-R-001", BIS_CREDIT, e.removed("//cac:BillingReference")),
    ("NL-R-002", BIS_GOOD, e.removed(f"{SELLER}//cbc:StreetName")),
    ("NL-R-003", BIS_GOOD, e.removed(f"{SELLER}/cac:PartyLegalEntity/cbc:CompanyID")),
    ("NL-R-004", BIS_GOOD, e.removed(f"{BUYER}//cbc:StreetName")),
    ("NL-R-005", BIS_GOOD, e.removed(f"{BUYER}/cac:PartyLegalEntity/cbc:CompanyID")),
    (
        "NL-R-006",
        e.edited(REPRESENTED, as_bis),
        e.removed("//cac:TaxRepresentativeParty//cbc:StreetName"),
    ),
    ("NL-R-007", BIS_GOOD, e.removed("//cac:PaymentMeans")),
    ("NL-R-008", BIS_GOOD, e.written("//cbc:PaymentMeansCode", "1")),
    ("NL-R-009", e.edited(WITH_ORDER_LINE, as_bis), e.removed("//cac:OrderReference")),
    ("PEPPOL-EN16931-R003", BIS_GOOD, e.removed("//cbc:BuyerReference")),
    ("PEPPOL-EN16931-R010", BIS_GOOD, e.removed(f"{BUYER}/cbc:EndpointID")),
    ("PEPPOL-EN16931-R020", BIS_GOOD, e.removed(f"{SELLER}/cbc:EndpointID")),
]
EVERY = [*UBL_CASES, *CII_CASES, *BIS_CASES]


def rules_broken(xml: bytes) -> tuple[str, ...]:
    root = etree.fromstring(xml)
    return broken(Terms(root, ROOTS[root.tag]))


@pytest.mark.parametrize(
    ("rule", "good", "spoil"), EVERY, ids=[f"{rule}-{i}" for i, (rule, _, _) in enumerate(EVERY)]
)
def test_kept_and_broken(rule: str, good: bytes, spoil: Edit) -> None:
    """A provider would be told of a fault that is none, or a broken e-invoice would pass."""
    assert rules_broken(good) == ()
    assert rules_broken(e.edited(good, spoil)) == (rule,)


def test_every_rule_has_its_pair() -> None:
    """A rule without a test could be wrong for years."""
    tested = {rule for rule, _, _ in EVERY}
    assert tested == {name for rule in RULES for name in (rule.nlcius, rule.bis) if name}


def test_every_rule_has_a_sentence() -> None:
    """A provider would get a bare code instead of Dutch words."""
    (unknown,) = einvoice_rule_words.told(["no-such-rule"])
    bare = unknown.partition(" (")[0]
    assert not [
        name
        for rule in RULES
        for name in (rule.nlcius, rule.bis)
        if name and bare in next(einvoice_rule_words.told([name]))
    ]


@pytest.mark.parametrize(
    "standard",
    [
        "",
        "urn:cen.eu:en16931:2017",
        "urn:factur-x.eu:1p0:minimum",
        "urn:www.cenbii.eu:transaction:biitrns010:ver2.0",
    ],
)
def test_who_does_not_claim_the_dutch_rules_is_not_held_to_them(standard: str) -> None:
    """An e-invoice of an older or foreign program would be blamed for rules it never promised to
    keep.
    """
    assert rules_broken(e.ubl(replace(e.GOOD, standard=standard, reference=""))) == ()


def test_a_foreign_supplier_is_held_to_the_rules_for_all_only() -> None:
    """A Belgian provider has no KvK number and need not have one."""
    abroad = e.written(f"{SELLER}//cbc:IdentificationCode", "BE")
    xml = e.edited(
        WITH_ORDER_LINE,
        abroad,
        e.removed(f"{SELLER}/cac:PartyLegalEntity/cbc:CompanyID"),
        e.removed("//cac:OrderReference"),
    )

    assert rules_broken(xml) == ("BR-NL-13",)


def test_the_extension_for_blocked_accounts_is_nlcius_too() -> None:
    """E-invoices with a G-account carry a longer name of the same standard."""
    longer = f"{NLCIUS}#conformant#urn:fdc:nen.nl:gaccount:v1.0"
    assert rules_broken(e.ubl(replace(e.GOOD, standard=longer, reference=""))) == ("BR-NL-2",)


def test_a_credit_note_needs_no_way_to_pay() -> None:
    """Nothing is to be paid on a credit note."""
    assert rules_broken(e.edited(CREDIT, e.removed("//cac:PaymentMeans"))) == ()
