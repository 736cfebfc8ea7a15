"""Two small e-invoices of our own, one in each syntax, that warm the reader and the rules up.

Saxon compiles a rule when it first meets what the rule is about: each element named here saves
every later child that work.
"""

from __future__ import annotations

_UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
_CII = "urn:un:unece:uncefact:data:standard:"

_PARTY = (
    '<a:Party><b:EndpointID schemeID="0106">12345678</b:EndpointID><a:PartyIdentification><b:ID'
    ' schemeID="0106">12345678</b:ID></a:PartyIdentification>'
    "<a:PartyName><b:Name>Zorgpraktijk"
    " Voorbeeld</b:Name></a:PartyName><a:PostalAddress><b:StreetName>Dorpsstraat 12</b:StreetName>"
    "<b:CityName>Voorbeeld</b:CityName><b:PostalZone>1234"
    " AB</b:PostalZone><a:Country><b:IdentificationCode>NL</b:IdentificationCode></a:Country>"
    "</a:PostalAddress><a:PartyTaxScheme><b:CompanyID>NL002455799B11</b:CompanyID><a:TaxScheme>"
    "<b:ID>VAT</b:ID></a:TaxScheme></a:PartyTaxScheme>"
    "<a:PartyLegalEntity><b:RegistrationName>Zorgpraktijk Voorbeeld"
    ' B.V.</b:RegistrationName><b:CompanyID schemeID="0106">12345678</b:CompanyID>'
    "</a:PartyLegalEntity><a:Contact><b:Name>Crediteuren</b:Name><b:Telephone>"
    "036-5212345</b:Telephone></a:Contact></a:Party>"
)


def _rate_ubl(category: str, percent: int, vat: str) -> str:
    reason = (
        "<b:TaxExemptionReason>Vrijgesteld van btw</b:TaxExemptionReason>"
        if category == "E"
        else ""
    )
    return (
        f'<a:TaxSubtotal><b:TaxableAmount currencyID="EUR">100.00</b:TaxableAmount><b:TaxAmount'
        f' currencyID="EUR">{vat}</b:TaxAmount><a:TaxCategory>'
        f"<b:ID>{category}</b:ID><b:Percent>{percent}</b:Percent>{reason}<a:TaxScheme><b:ID>"
        f"VAT</b:ID></a:TaxScheme></a:TaxCategory></a:TaxSubtotal>"
    )


def _line_ubl(number: int, category: str, percent: int) -> str:
    return (
        f"<a:InvoiceLine><b:ID>{number}</b:ID><b:InvoicedQuantity"
        ' unitCode="HUR">1</b:InvoicedQuantity><b:LineExtensionAmount'
        f' currencyID="EUR">100.00</b:LineExtensionAmount><a:Item><b:Description>'
        f"Begeleiding</b:Description><b:Name>Begeleiding"
        f" individueel</b:Name><a:ClassifiedTaxCategory><b:ID>{category}</b:ID><b:Percent>"
        f"{percent}</b:Percent><a:TaxScheme><b:ID>VAT</b:ID></a:TaxScheme>"
        f"</a:ClassifiedTaxCategory></a:Item><a:Price><b:PriceAmount"
        f' currencyID="EUR">100.00</b:PriceAmount></a:Price></a:InvoiceLine>'
    )


_CODES = (
    "<b:InvoiceTypeCode>380</b:InvoiceTypeCode><b:Note>Factuur</b:Note><b:DocumentCurrencyCode>"
    "EUR</b:DocumentCurrencyCode>"
)
_TOTALS_UBL = "".join(
    f'<b:{name}Amount currencyID="EUR">{amount}</b:{name}Amount>'
    for name, amount in (
        ("LineExtension", "200.00"),
        ("TaxExclusive", "200.00"),
        ("TaxInclusive", "221.00"),
        ("Payable", "221.00"),
    )
)
UBL = (
    f'<Invoice xmlns="{_UBL}Invoice-2" xmlns:a="{_UBL}CommonAggregateComponents-2"'
    f' xmlns:b="{_UBL}CommonBasicComponents-2">'
    "<b:CustomizationID>urn:cen.eu:en16931:2017#compliant#urn:fdc:nen.nl:nlcius:v1.0</b:Customi"
    "zationID><b:ID>2026-0117</b:ID>"
    f"<b:IssueDate>2026-11-13</b:IssueDate><b:DueDate>2026-12-13</b:DueDate>"
    f"{_CODES}<b:BuyerReference>1</b:BuyerReference>"
    f"<a:AccountingSupplierParty>{_PARTY}</a:AccountingSupplierParty>"
    f"<a:AccountingCustomerParty>{_PARTY}</a:AccountingCustomerParty>"
    "<a:PaymentMeans><b:PaymentMeansCode>58</b:PaymentMeansCode><a:PayeeFinancialAccount><b:ID>"
    "NL91ABNA0417164300</b:ID></a:PayeeFinancialAccount>"
    "</a:PaymentMeans><a:PaymentTerms><b:Note>30"
    ' dagen</b:Note></a:PaymentTerms><a:TaxTotal><b:TaxAmount currencyID="EUR">21.00</b:TaxAmount>'
    f"{_rate_ubl('S', 21, '21.00')}{_rate_ubl('E', 0, '0.00')}</a:TaxTotal>"
    f"<a:LegalMonetaryTotal>{_TOTALS_UBL}</a:LegalMonetaryTotal>"
    f"{_line_ubl(1, 'S', 21)}{_line_ubl(2, 'E', 0)}</Invoice>"
).encode()

_TRADER = (
    "<r:Name>Zorgpraktijk Voorbeeld</r:Name><r:SpecifiedLegalOrganization><r:ID"
    ' schemeID="0106">12345678</r:ID></r:SpecifiedLegalOrganization><r:DefinedTradeContact>'
    "<r:PersonName>Crediteuren</r:PersonName></r:DefinedTradeContact><r:PostalTradeAddress>"
    "<r:PostcodeCode>1234"
    " AB</r:PostcodeCode><r:LineOne>Dorpsstraat"
    " 12</r:LineOne><r:CityName>Voorbeeld</r:CityName><r:CountryID>NL</r:CountryID>"
    "</r:PostalTradeAddress><r:URIUniversalCommunication><r:URIID"
    ' schemeID="0106">12345678</r:URIID></r:URIUniversalCommunication>'
    "<r:SpecifiedTaxRegistration><r:ID"
    ' schemeID="VA">NL002455799B11</r:ID></r:SpecifiedTaxRegistration>'
)


def _rate_cii(category: str, percent: int, vat: str) -> str:
    reason = "<r:ExemptionReason>Vrijgesteld van btw</r:ExemptionReason>" if category == "E" else ""
    return (
        f"<r:ApplicableTradeTax><r:CalculatedAmount>{vat}</r:CalculatedAmount><r:TypeCode>"
        f"VAT</r:TypeCode>{reason}<r:BasisAmount>100.00</r:BasisAmount>"
        f"<r:CategoryCode>{category}</r:CategoryCode><r:RateApplicablePercent>"
        f"{percent}</r:RateApplicablePercent></r:ApplicableTradeTax>"
    )


def _line_cii(number: int, category: str, percent: int) -> str:
    return (
        f"<r:IncludedSupplyChainTradeLineItem><r:AssociatedDocumentLineDocument><r:LineID>"
        f"{number}</r:LineID></r:AssociatedDocumentLineDocument>"
        "<r:SpecifiedTradeProduct><r:Name>Begeleiding</r:Name></r:SpecifiedTradeProduct>"
        "<r:SpecifiedLineTradeAgreement><r:NetPriceProductTradePrice>"
        "<r:ChargeAmount>100.00</r:ChargeAmount></r:NetPriceProductTradePrice>"
        "</r:SpecifiedLineTradeAgreement><r:SpecifiedLineTradeDelivery>"
        "<r:BilledQuantity"
        ' unitCode="HUR">1</r:BilledQuantity></r:SpecifiedLineTradeDelivery>'
        "<r:SpecifiedLineTradeSettlement><r:ApplicableTradeTax>"
        f"<r:TypeCode>VAT</r:TypeCode><r:CategoryCode>{category}</r:CategoryCode>"
        f"<r:RateApplicablePercent>{percent}</r:RateApplicablePercent>"
        "</r:ApplicableTradeTax><r:SpecifiedTradeSettlementLineMonetarySummation>"
        "<r:LineTotalAmount>100.00</r:LineTotalAmount>"
        "</r:SpecifiedTradeSettlementLineMonetarySummation></r:SpecifiedLineTradeSettlement>"
        "</r:IncludedSupplyChainTradeLineItem>"
    )


CII = (
    f'<i:CrossIndustryInvoice xmlns:i="{_CII}CrossIndustryInvoice:100"'
    f' xmlns:r="{_CII}ReusableAggregateBusinessInformationEntity:100"'
    f' xmlns:u="{_CII}UnqualifiedDataType:100"><i:ExchangedDocumentContext>'
    f"<r:GuidelineSpecifiedDocumentContextParameter><r:ID>urn:cen.eu:en16931:2017</r:ID>"
    "</r:GuidelineSpecifiedDocumentContextParameter></i:ExchangedDocumentContext>"
    "<i:ExchangedDocument><r:ID>2026-0117</r:ID><r:TypeCode>380</r:TypeCode>"
    "<r:IssueDateTime><u:DateTimeString"
    ' format="102">20261113</u:DateTimeString></r:IssueDateTime><r:IncludedNote><r:Content>'
    "Factuur</r:Content>"
    f"</r:IncludedNote></i:ExchangedDocument><i:SupplyChainTradeTransaction>"
    f"{_line_cii(1, 'S', 21)}{_line_cii(2, 'E', 0)}<r:ApplicableHeaderTradeAgreement>"
    f"<r:BuyerReference>1</r:BuyerReference><r:SellerTradeParty>{_TRADER}</r:SellerTradeParty>"
    f"<r:BuyerTradeParty>{_TRADER}</r:BuyerTradeParty>"
    "</r:ApplicableHeaderTradeAgreement><r:ApplicableHeaderTradeDelivery/>"
    "<r:ApplicableHeaderTradeSettlement><r:InvoiceCurrencyCode>EUR</r:InvoiceCurrencyCode>"
    "<r:SpecifiedTradeSettlementPaymentMeans><r:TypeCode>58</r:TypeCode>"
    "<r:PayeePartyCreditorFinancialAccount><r:IBANID>NL91ABNA0417164300</r:IBANID>"
    f"</r:PayeePartyCreditorFinancialAccount></r:SpecifiedTradeSettlementPaymentMeans>"
    f"{_rate_cii('S', 21, '21.00')}{_rate_cii('E', 0, '0.00')}"
    "<r:SpecifiedTradePaymentTerms><r:DueDateDateTime><u:DateTimeString"
    ' format="102">20261213</u:DateTimeString></r:DueDateDateTime>'
    "</r:SpecifiedTradePaymentTerms><r:SpecifiedTradeSettlementHeaderMonetarySummation>"
    "<r:LineTotalAmount>200.00</r:LineTotalAmount>"
    "<r:TaxBasisTotalAmount>200.00</r:TaxBasisTotalAmount><r:TaxTotalAmount"
    ' currencyID="EUR">21.00</r:TaxTotalAmount>'
    "<r:GrandTotalAmount>221.00</r:GrandTotalAmount><r:DuePayableAmount>221.00</r:DuePayableAmount>"
    "</r:SpecifiedTradeSettlementHeaderMonetarySummation></r:ApplicableHeaderTradeSettlement>"
    "</i:SupplyChainTradeTransaction></i:CrossIndustryInvoice>"
).encode()
