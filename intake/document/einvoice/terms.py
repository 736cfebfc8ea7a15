"""The business terms of EN 16931 (BT-1, BG-25 …) and where UBL 2.1 and UN/CEFACT CII D16B keep
them.

Everything that reads an e-invoice asks for a term by name, so that both syntaxes are read by the
same code.
Source: EN 16931-1 (semantic model), CEN/TS 16931-3-2 (UBL) and 16931-3-3 (CII).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from lxml import etree

_UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
_CII = "urn:un:unece:uncefact:data:standard:"
NAMESPACES: Mapping[str, str] = {
    "cac": f"{_UBL}CommonAggregateComponents-2",
    "cbc": f"{_UBL}CommonBasicComponents-2",
    "rsm": f"{_CII}CrossIndustryInvoice:100",
    "ram": f"{_CII}ReusableAggregateBusinessInformationEntity:100",
    "udt": f"{_CII}UnqualifiedDataType:100",
    "qdt": f"{_CII}QualifiedDataType:100",
}


class Syntax(StrEnum):
    UBL = "UBL"
    CII = "CII"


ROOTS: Mapping[str, Syntax] = {
    f"{{{_UBL}Invoice-2}}Invoice": Syntax.UBL,
    f"{{{_UBL}CreditNote-2}}CreditNote": Syntax.UBL,
    f"{{{NAMESPACES['rsm']}}}CrossIndustryInvoice": Syntax.CII,
}
"""Root elements that are an invoice."""

_AGREEMENT = "rsm:SupplyChainTradeTransaction/ram:ApplicableHeaderTradeAgreement"
_SETTLEMENT = "rsm:SupplyChainTradeTransaction/ram:ApplicableHeaderTradeSettlement"
_SUMS = f"{_SETTLEMENT}/ram:SpecifiedTradeSettlementHeaderMonetarySummation"
_LINE = "ram:SpecifiedLineTradeSettlement"

_OF_DOCUMENT: Mapping[str, tuple[str, str]] = {
    "number": ("cbc:ID", "rsm:ExchangedDocument/ram:ID"),  # BT-1
    "issue-date": (
        "cbc:IssueDate",
        "rsm:ExchangedDocument/ram:IssueDateTime/udt:DateTimeString",
    ),  # BT-2
    "type": (
        "cbc:InvoiceTypeCode | cbc:CreditNoteTypeCode",
        "rsm:ExchangedDocument/ram:TypeCode",
    ),  # BT-3
    "currency": ("cbc:DocumentCurrencyCode", f"{_SETTLEMENT}/ram:InvoiceCurrencyCode"),  # BT-5
    "tax-currency": ("cbc:TaxCurrencyCode", f"{_SETTLEMENT}/ram:TaxCurrencyCode"),  # BT-6
    "tax-point-date": (
        "cbc:TaxPointDate",
        f"{_SETTLEMENT}/ram:ApplicableTradeTax/ram:TaxPointDate/udt:DateString",
    ),  # BT-7
    "tax-point-code": (
        "cac:InvoicePeriod/cbc:DescriptionCode",
        f"{_SETTLEMENT}/ram:ApplicableTradeTax/ram:DueDateTypeCode",
    ),  # BT-8
    "due-date": (
        "cbc:DueDate",
        f"{_SETTLEMENT}/ram:SpecifiedTradePaymentTerms/ram:DueDateDateTime/udt:DateTimeString",
    ),  # BT-9
    "buyer-reference": ("cbc:BuyerReference", f"{_AGREEMENT}/ram:BuyerReference"),  # BT-10
    "order": (
        "cac:OrderReference/cbc:ID",
        f"{_AGREEMENT}/ram:BuyerOrderReferencedDocument/ram:IssuerAssignedID",
    ),  # BT-13
    "terms": (
        "cac:PaymentTerms/cbc:Note",
        f"{_SETTLEMENT}/ram:SpecifiedTradePaymentTerms/ram:Description",
    ),  # BT-20
    "note": ("cbc:Note", "rsm:ExchangedDocument/ram:IncludedNote/ram:Content"),  # BT-22
    "customization": (
        "cbc:CustomizationID",
        "rsm:ExchangedDocumentContext/ram:GuidelineSpecifiedDocumentContextParameter/ram:ID",
    ),  # BT-24
    "corrects": (
        "cac:BillingReference/cac:InvoiceDocumentReference/cbc:ID",
        f"{_SETTLEMENT}/ram:InvoiceReferencedDocument/ram:IssuerAssignedID",
    ),  # BT-25
    "corrects-date": (
        "cac:BillingReference/cac:InvoiceDocumentReference/cbc:IssueDate",
        f"{_SETTLEMENT}/ram:InvoiceReferencedDocument/ram:FormattedIssueDateTime/qdt:DateTimeSt"
        f"ring",
    ),  # BT-26
    "payee": (
        "cac:PayeeParty/cac:PartyName/cbc:Name",
        f"{_SETTLEMENT}/ram:PayeeTradeParty/ram:Name",
    ),  # BT-59
    "copy": ("cbc:CopyIndicator", "rsm:ExchangedDocument/ram:CopyIndicator/udt:Indicator"),
    "lines-total": (
        "cac:LegalMonetaryTotal/cbc:LineExtensionAmount",
        f"{_SUMS}/ram:LineTotalAmount",
    ),  # BT-106
    "net": (
        "cac:LegalMonetaryTotal/cbc:TaxExclusiveAmount",
        f"{_SUMS}/ram:TaxBasisTotalAmount",
    ),  # BT-109
    "vat": ("cac:TaxTotal/cbc:TaxAmount", f"{_SUMS}/ram:TaxTotalAmount"),  # BT-110, BT-111
    "gross": (
        "cac:LegalMonetaryTotal/cbc:TaxInclusiveAmount",
        f"{_SUMS}/ram:GrandTotalAmount",
    ),  # BT-112
    "payable": (
        "cac:LegalMonetaryTotal/cbc:PayableAmount",
        f"{_SUMS}/ram:DuePayableAmount",
    ),  # BT-115
    "seller": (
        "cac:AccountingSupplierParty/cac:Party",
        f"{_AGREEMENT}/ram:SellerTradeParty",
    ),  # BG-4
    "buyer": ("cac:AccountingCustomerParty/cac:Party", f"{_AGREEMENT}/ram:BuyerTradeParty"),  # BG-7
    "tax-representative": (
        "cac:TaxRepresentativeParty",
        f"{_AGREEMENT}/ram:SellerTaxRepresentativeTradeParty",
    ),  # BG-11
    "delivery": (
        "cac:Delivery/cac:DeliveryLocation",
        "rsm:SupplyChainTradeTransaction/ram:ApplicableHeaderTradeDelivery/ram:ShipToTradeParty",
    ),  # BG-13
    "means": (
        "cac:PaymentMeans",
        f"{_SETTLEMENT}/ram:SpecifiedTradeSettlementPaymentMeans",
    ),  # BG-16
    "allowance": (
        "cac:AllowanceCharge",
        f"{_SETTLEMENT}/ram:SpecifiedTradeAllowanceCharge",
    ),  # BG-20, BG-21
    "tax": ("cac:TaxTotal/cac:TaxSubtotal", f"{_SETTLEMENT}/ram:ApplicableTradeTax"),  # BG-23
    "line": (
        "cac:InvoiceLine | cac:CreditNoteLine",
        "rsm:SupplyChainTradeTransaction/ram:IncludedSupplyChainTradeLineItem",
    ),  # BG-25
}
_OF_GROUPS: Mapping[str, tuple[str, str]] = {
    # a party (BG-4, BG-7, BG-11)
    "party-name": ("cac:PartyLegalEntity/cbc:RegistrationName", "ram:Name"),  # BT-27, BT-44
    "trade-name": (
        "cac:PartyName/cbc:Name",
        "ram:SpecifiedLegalOrganization/ram:TradingBusinessName",
    ),  # BT-28, BT-45
    "party-id": ("cac:PartyIdentification/cbc:ID", "ram:ID | ram:GlobalID"),  # BT-29, BT-46
    "legal-id": (
        "cac:PartyLegalEntity/cbc:CompanyID",
        "ram:SpecifiedLegalOrganization/ram:ID",
    ),  # BT-30, BT-47
    "vat-id": (
        "cac:PartyTaxScheme[cac:TaxScheme/cbc:ID='VAT']/cbc:CompanyID",
        "ram:SpecifiedTaxRegistration/ram:ID[@schemeID='VA']",
    ),  # BT-31, BT-48
    "other-tax-id": (
        "cac:PartyTaxScheme[not(cac:TaxScheme/cbc:ID='VAT')]/cbc:CompanyID",
        "ram:SpecifiedTaxRegistration/ram:ID[not(@schemeID='VA')]",
    ),  # BT-32
    "legal-form": ("cac:PartyLegalEntity/cbc:CompanyLegalForm", "ram:Description"),  # BT-33
    "endpoint": ("cbc:EndpointID", "ram:URIUniversalCommunication/ram:URIID"),  # BT-34, BT-49
    "contact": (
        "cac:Contact/cbc:Name",
        "ram:DefinedTradeContact/ram:PersonName | ram:DefinedTradeContact/ram:DepartmentName",
    ),  # BT-41, BT-56
    "phone": (
        "cac:Contact/cbc:Telephone",
        "ram:DefinedTradeContact/ram:TelephoneUniversalCommunication/ram:CompleteNumber",
    ),  # BT-42
    "address": (
        "cac:PostalAddress | cac:Address",
        "ram:PostalTradeAddress",
    ),  # BG-5, BG-8, BG-12, BG-15
    # an address
    "street": ("cbc:StreetName", "ram:LineOne"),
    "building": ("cbc:BuildingNumber", "ram:BuildingNumber"),
    "street-2": ("cbc:AdditionalStreetName", "ram:LineTwo"),
    "street-3": ("cac:AddressLine/cbc:Line", "ram:LineThree"),
    "po-box": ("cbc:Postbox", "ram:PostOfficeBox"),
    "city": ("cbc:CityName", "ram:CityName"),
    "postcode": ("cbc:PostalZone", "ram:PostcodeCode"),
    "province": ("cbc:CountrySubentity", "ram:CountrySubDivisionName"),
    "country": ("cac:Country/cbc:IdentificationCode", "ram:CountryID"),
    # a means of payment (BG-16)
    "means-code": ("cbc:PaymentMeansCode", "ram:TypeCode"),  # BT-81
    "means-text": ("cbc:PaymentMeansCode/@name", "ram:Information"),  # BT-82
    "account": (
        "cac:PayeeFinancialAccount/cbc:ID",
        "ram:PayeePartyCreditorFinancialAccount/*[self::ram:IBANID or self::ram:ProprietaryID]",
    ),  # BT-84
    "account-name": (
        "cac:PayeeFinancialAccount/cbc:Name",
        "ram:PayeePartyCreditorFinancialAccount/ram:AccountName",
    ),  # BT-85
    "bank": (
        "cac:PayeeFinancialAccount/cac:FinancialInstitutionBranch/cbc:ID",
        "ram:PayeeSpecifiedCreditorFinancialInstitution/ram:BICID",
    ),  # BT-86
    # an allowance or charge (BG-20, BG-21, BG-27, BG-28)
    "is-charge": ("cbc:ChargeIndicator", "ram:ChargeIndicator/udt:Indicator"),
    "allowance-amount": ("cbc:Amount", "ram:ActualAmount"),
    "allowance-code": ("cbc:AllowanceChargeReasonCode", "ram:ReasonCode"),
    # a rate of btw (BG-23)
    "taxable": ("cbc:TaxableAmount", "ram:BasisAmount"),  # BT-116
    "tax-amount": ("cbc:TaxAmount", "ram:CalculatedAmount"),  # BT-117
    "category": ("cac:TaxCategory/cbc:ID", "ram:CategoryCode"),  # BT-118
    "percent": ("cac:TaxCategory/cbc:Percent", "ram:RateApplicablePercent"),  # BT-119
    "exemption": ("cac:TaxCategory/cbc:TaxExemptionReason", "ram:ExemptionReason"),  # BT-120
    "exemption-code": (
        "cac:TaxCategory/cbc:TaxExemptionReasonCode",
        "ram:ExemptionReasonCode",
    ),  # BT-121
    # an invoice line (BG-25)
    "line-amount": (
        "cbc:LineExtensionAmount",
        f"{_LINE}/ram:SpecifiedTradeSettlementLineMonetarySummation/ram:LineTotalAmount",
    ),  # BT-131
    "quantity": (
        "cbc:InvoicedQuantity | cbc:CreditedQuantity",
        "ram:SpecifiedLineTradeDelivery/ram:BilledQuantity",
    ),  # BT-129
    "order-line": (
        "cac:OrderLineReference/cbc:LineID",
        "ram:SpecifiedLineTradeAgreement/ram:BuyerOrderReferencedDocument/ram:LineID",
    ),  # BT-132
    "price": (
        "cac:Price/cbc:PriceAmount",
        "ram:SpecifiedLineTradeAgreement/ram:NetPriceProductTradePrice/ram:ChargeAmount",
    ),  # BT-146
    "item": ("cac:Item/cbc:Name", "ram:SpecifiedTradeProduct/ram:Name"),  # BT-153
    "description": (
        "cac:Item/cbc:Description",
        "ram:SpecifiedTradeProduct/ram:Description",
    ),  # BT-154
    "line-allowance": (
        "cac:AllowanceCharge",
        f"{_LINE}/ram:SpecifiedTradeAllowanceCharge",
    ),  # BG-27, BG-28
}
_PATHS = {**_OF_DOCUMENT, **_OF_GROUPS}


@dataclass(frozen=True, slots=True)
class Value:
    """The text of one element or attribute, trimmed, with the list its code is from and its
    currency.
    """

    text: str
    scheme: str = ""
    currency: str = ""


class Terms:
    """The terms of one invoice, or of one group inside it."""

    def __init__(self, element: etree._Element, syntax: Syntax) -> None:
        self.element = element
        self.syntax = syntax

    def groups(self, name: str) -> list[Terms]:
        return [Terms(found, self.syntax) for found in self._found(name)]

    def group(self, name: str) -> Terms:
        """The first such group; an empty one when there is none, so that asking it gives nothing."""
        found = self.groups(name)
        return found[0] if found else Terms(etree.Element("none"), self.syntax)

    def values(self, name: str) -> list[Value]:
        """All values that are not empty, in document order."""
        return [value for value in map(_value, self._found(name)) if value.text]

    def texts(self, name: str) -> list[str]:
        return [value.text for value in self.values(name)]

    def text(self, name: str) -> str:
        """The first value, or ``""``."""
        return next(iter(self.texts(name)), "")

    def has(self, name: str) -> bool:
        """The element is there, also when it is empty."""
        return bool(self._found(name))

    def _found(self, name: str) -> list[Any]:
        return list(_path(name, self.syntax)(self.element))


def _value(found: Any) -> Value:
    if isinstance(found, str):
        return Value(" ".join(found.split()))
    return Value(
        " ".join((found.text or "").split()),
        (found.get("schemeID") or "").strip(),
        (found.get("currencyID") or "").strip(),
    )


@cache
def _path(name: str, syntax: Syntax) -> etree.XPath:
    return etree.XPath(_PATHS[name][0 if syntax is Syntax.UBL else 1], namespaces=dict(NAMESPACES))


def all_terms() -> Iterator[tuple[str, Syntax]]:
    """Every name in either syntax, to build each path once."""
    return ((name, syntax) for name in _PATHS for syntax in Syntax)


def prepare() -> None:
    """Build every path (in the template, before any document comes)."""
    for name, syntax in all_terms():
        _path(name, syntax)
