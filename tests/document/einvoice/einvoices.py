"""E-invoices built from facts: the same bill as UBL 2.1 (invoice or credit note) and as CII, and
PDFs that carry one.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import pypdf
from lxml import etree

from intake.document.einvoice.nlcius_rules import BIS, NLCIUS
from intake.document.einvoice.terms import NAMESPACES

UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
FACTURX = "urn:cen.eu:en16931:2017"


@dataclass(frozen=True)
class Party:
    name: str
    trade: str
    street: str
    postcode: str
    city: str
    number: str
    scheme: str
    vat: str = ""
    contact: str = ""
    phone: str = ""


@dataclass(frozen=True)
class Item:
    text: str
    quantity: str
    price: str
    rate: str = "21"
    category: str = "S"

    @property
    def amount(self) -> Decimal:
        return (Decimal(self.quantity) * Decimal(self.price)).quantize(Decimal("0.01"))


SUPPLIER = Party(
    "Zorgpraktijk De Vlinder B.V.",
    "De Vlinder",
    "Kerkstraat 12",
    "3811 AB",
    "Amersfoort",
    "99952775",
    "0106",
    "NL002455799B11",
    "M. Jansen",
    "033-5212345",
)
BUYER = Party(
    "Gemeente Almere",
    "",
    "Postbus 200",
    "1300 AE",
    "Almere",
    "00000001006462583000",
    "0190",
    contact="Crediteurenadministratie/zorg",
)


@dataclass(frozen=True)
class Bill:
    """All that one e-invoice says."""

    number: str = "2026-0117"
    date: str = "2026-10-01"
    due: str = "2026-10-31"
    code: str = "380"
    standard: str = NLCIUS
    supplier: Party = SUPPLIER
    buyer: Party = BUYER
    items: tuple[Item, ...] = (Item("Taxiritten", "10", "50.00"), Item("Coördinatie", "2", "75.25"))
    iban: str = "NL91ABNA0417164300"
    reference: str = "ZORG-2026"
    note: str = "Graag betalen binnen 30 dagen."
    corrects: str = ""
    currency: str = "EUR"
    exemption: str = ""

    @property
    def rates(self) -> list[tuple[str, str, Decimal, Decimal]]:
        """Category, percentage, base and btw of each rate."""
        found = dict.fromkeys((item.category, item.rate) for item in self.items)
        bases = {
            key: sum((i.amount for i in self.items if (i.category, i.rate) == key), Decimal(0))
            for key in found
        }
        return [
            (category, rate, base, (base * Decimal(rate or 0) / 100).quantize(Decimal("0.01")))
            for (category, rate), base in bases.items()
        ]

    @property
    def net(self) -> Decimal:
        return sum((base for _, _, base, _ in self.rates), Decimal(0))

    @property
    def vat(self) -> Decimal:
        return sum((vat for *_, vat in self.rates), Decimal("0.00"))

    @property
    def gross(self) -> Decimal:
        return self.net + self.vat


GOOD = Bill()
EXEMPT = replace(
    GOOD,
    items=(Item("Begeleiding individueel, september 2026", "10", "72.60", "0", "E"),),
    exemption="Vrijgesteld van btw, artikel 11 lid 1 onder g Wet OB",
)
OUTSIDE = replace(
    EXEMPT,
    supplier=replace(SUPPLIER, vat=""),
    items=(Item("Begeleiding individueel, september 2026", "10", "72.60", "", "O"),),
    exemption="Vrijgesteld van btw",
)
CREDIT = replace(GOOD, number="C-2026-0003", code="381", corrects="2026-0101")
BIS_BILL = replace(GOOD, standard=BIS)


class _Writer:
    """Writes elements with a prefix of the table of namespaces; empty texts are left out."""

    def __init__(self, root: etree._Element) -> None:
        self.at = root

    def put(self, path: str, text: object = "", **attributes: str) -> _Writer:
        """One element under another for each step of the path; an element without text is made for
        what follows.
        """
        writer = self
        steps = path.split("/")
        for step in steps:
            prefix, _, name = step.partition(":")
            element = etree.SubElement(writer.at, f"{{{NAMESPACES[prefix]}}}{name}", nsmap=None)
            writer = _Writer(element)
        writer.at.text = str(text) if text != "" else None
        for name, value in attributes.items():
            writer.at.set(name, value)
        return writer

    def maybe(self, path: str, text: object, **attributes: str) -> None:
        if text not in ("", None):
            self.put(path, text, **attributes)


def ubl(bill: Bill = GOOD) -> bytes:
    """The bill as UBL 2.1: a CreditNote for type 381, else an Invoice."""
    kind = "CreditNote" if bill.code == "381" else "Invoice"
    names = {None: f"{UBL}{kind}-2", "cac": NAMESPACES["cac"], "cbc": NAMESPACES["cbc"]}
    root = etree.Element(f"{{{UBL}{kind}-2}}{kind}", nsmap=names)
    to = _Writer(root)
    to.maybe("cbc:CustomizationID", bill.standard)
    to.put("cbc:ProfileID", "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0")
    to.put("cbc:ID", bill.number)
    to.put("cbc:IssueDate", bill.date)
    if kind == "Invoice":
        to.maybe("cbc:DueDate", bill.due)
    to.put(f"cbc:{kind}TypeCode", bill.code)
    to.maybe("cbc:Note", bill.note)
    to.put("cbc:DocumentCurrencyCode", bill.currency)
    to.maybe("cbc:BuyerReference", bill.reference)
    to.maybe("cac:BillingReference/cac:InvoiceDocumentReference/cbc:ID", bill.corrects)
    _ubl_party(to.put("cac:AccountingSupplierParty/cac:Party"), bill.supplier)
    _ubl_party(to.put("cac:AccountingCustomerParty/cac:Party"), bill.buyer)
    if bill.iban:
        means = to.put("cac:PaymentMeans")
        means.put("cbc:PaymentMeansCode", "58")
        means.put("cac:PayeeFinancialAccount/cbc:ID", bill.iban)
    to.put("cac:PaymentTerms/cbc:Note", "Betaling binnen 30 dagen")
    _ubl_totals(to, bill)
    for number, item in enumerate(bill.items, 1):
        _ubl_line(
            to.put(f"cac:{kind}Line"),
            number,
            item,
            bill,
            "Credited" if kind == "CreditNote" else "Invoiced",
        )
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def _ubl_party(to: _Writer, party: Party) -> None:
    to.put("cbc:EndpointID", party.number, schemeID=party.scheme)
    to.maybe("cac:PartyName/cbc:Name", party.trade)
    address = to.put("cac:PostalAddress")
    address.maybe("cbc:StreetName", party.street)
    address.maybe("cbc:CityName", party.city)
    address.maybe("cbc:PostalZone", party.postcode)
    address.put("cac:Country/cbc:IdentificationCode", "NL")
    if party.vat:
        scheme = to.put("cac:PartyTaxScheme")
        scheme.put("cbc:CompanyID", party.vat)
        scheme.put("cac:TaxScheme/cbc:ID", "VAT")
    legal = to.put("cac:PartyLegalEntity")
    legal.put("cbc:RegistrationName", party.name)
    legal.maybe("cbc:CompanyID", party.number, schemeID=party.scheme)
    if party.contact or party.phone:
        contact = to.put("cac:Contact")
        contact.maybe("cbc:Name", party.contact)
        contact.maybe("cbc:Telephone", party.phone)


def _ubl_totals(to: _Writer, bill: Bill) -> None:
    euro = {"currencyID": bill.currency}
    tax = to.put("cac:TaxTotal")
    tax.put("cbc:TaxAmount", bill.vat, **euro)
    for category, rate, base, vat in bill.rates:
        part = tax.put("cac:TaxSubtotal")
        part.put("cbc:TaxableAmount", base, **euro)
        part.put("cbc:TaxAmount", vat, **euro)
        kind = part.put("cac:TaxCategory")
        kind.put("cbc:ID", category)
        kind.maybe("cbc:Percent", rate)
        kind.maybe("cbc:TaxExemptionReason", bill.exemption if category in "EOAE" else "")
        kind.put("cac:TaxScheme/cbc:ID", "VAT")
    sums = to.put("cac:LegalMonetaryTotal")
    for name, amount in (
        ("LineExtension", bill.net),
        ("TaxExclusive", bill.net),
        ("TaxInclusive", bill.gross),
        ("Payable", bill.gross),
    ):
        sums.put(f"cbc:{name}Amount", amount, **euro)


def _ubl_line(to: _Writer, number: int, item: Item, bill: Bill, done: str) -> None:
    to.put("cbc:ID", number)
    to.put(f"cbc:{done}Quantity", item.quantity, unitCode="HUR")
    to.put("cbc:LineExtensionAmount", item.amount, currencyID=bill.currency)
    goods = to.put("cac:Item")
    goods.put("cbc:Name", item.text)
    category = goods.put("cac:ClassifiedTaxCategory")
    category.put("cbc:ID", item.category)
    category.maybe("cbc:Percent", item.rate)
    category.put("cac:TaxScheme/cbc:ID", "VAT")
    to.put("cac:Price/cbc:PriceAmount", item.price, currencyID=bill.currency)


def cii(bill: Bill = GOOD) -> bytes:
    """The bill as CII D16B, as Factur-X and ZUGFeRD 2 carry it."""
    root = etree.Element(
        f"{{{NAMESPACES['rsm']}}}CrossIndustryInvoice",
        nsmap={p: NAMESPACES[p] for p in ("rsm", "ram", "udt", "qdt")},
    )
    to = _Writer(root)
    to.maybe(
        "rsm:ExchangedDocumentContext/ram:GuidelineSpecifiedDocumentContextParameter/ram:ID",
        bill.standard,
    )
    head = to.put("rsm:ExchangedDocument")
    head.put("ram:ID", bill.number)
    head.put("ram:TypeCode", bill.code)
    head.put("ram:IssueDateTime/udt:DateTimeString", bill.date.replace("-", ""), format="102")
    head.maybe("ram:IncludedNote/ram:Content", bill.note)
    trade = to.put("rsm:SupplyChainTradeTransaction")
    for number, item in enumerate(bill.items, 1):
        _cii_line(trade.put("ram:IncludedSupplyChainTradeLineItem"), number, item)
    agreement = trade.put("ram:ApplicableHeaderTradeAgreement")
    agreement.maybe("ram:BuyerReference", bill.reference)
    _cii_party(agreement.put("ram:SellerTradeParty"), bill.supplier)
    _cii_party(agreement.put("ram:BuyerTradeParty"), bill.buyer)
    trade.put("ram:ApplicableHeaderTradeDelivery")
    _cii_settlement(trade.put("ram:ApplicableHeaderTradeSettlement"), bill)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def _cii_party(to: _Writer, party: Party) -> None:
    to.put("ram:Name", party.name)
    legal = to.put("ram:SpecifiedLegalOrganization")
    legal.maybe("ram:ID", party.number, schemeID=party.scheme)
    legal.maybe("ram:TradingBusinessName", party.trade)
    if party.contact:
        contact = to.put("ram:DefinedTradeContact")
        contact.put("ram:PersonName", party.contact)
        contact.maybe("ram:TelephoneUniversalCommunication/ram:CompleteNumber", party.phone)
    address = to.put("ram:PostalTradeAddress")
    address.maybe("ram:PostcodeCode", party.postcode)
    address.maybe("ram:LineOne", party.street)
    address.maybe("ram:CityName", party.city)
    address.put("ram:CountryID", "NL")
    to.put("ram:URIUniversalCommunication/ram:URIID", party.number, schemeID=party.scheme)
    to.maybe("ram:SpecifiedTaxRegistration/ram:ID", party.vat, schemeID="VA")


def _cii_line(to: _Writer, number: int, item: Item) -> None:
    to.put("ram:AssociatedDocumentLineDocument/ram:LineID", number)
    to.put("ram:SpecifiedTradeProduct/ram:Name", item.text)
    to.put(
        "ram:SpecifiedLineTradeAgreement/ram:NetPriceProductTradePrice/ram:ChargeAmount", item.price
    )
    to.put("ram:SpecifiedLineTradeDelivery/ram:BilledQuantity", item.quantity, unitCode="HUR")
    settlement = to.put("ram:SpecifiedLineTradeSettlement")
    tax = settlement.put("ram:ApplicableTradeTax")
    tax.put("ram:TypeCode", "VAT")
    tax.put("ram:CategoryCode", item.category)
    tax.maybe("ram:RateApplicablePercent", item.rate)
    settlement.put(
        "ram:SpecifiedTradeSettlementLineMonetarySummation/ram:LineTotalAmount", item.amount
    )


def _cii_settlement(to: _Writer, bill: Bill) -> None:
    to.put("ram:InvoiceCurrencyCode", bill.currency)
    means = to.put("ram:SpecifiedTradeSettlementPaymentMeans")
    means.put("ram:TypeCode", "58")
    means.put("ram:PayeePartyCreditorFinancialAccount/ram:IBANID", bill.iban)
    for category, rate, base, vat in bill.rates:
        tax = to.put("ram:ApplicableTradeTax")
        tax.put("ram:CalculatedAmount", vat)
        tax.put("ram:TypeCode", "VAT")
        tax.maybe("ram:ExemptionReason", bill.exemption if category in "EOAE" else "")
        tax.put("ram:BasisAmount", base)
        tax.put("ram:CategoryCode", category)
        tax.maybe("ram:RateApplicablePercent", rate)
    to.put(
        "ram:SpecifiedTradePaymentTerms/ram:DueDateDateTime/udt:DateTimeString",
        bill.due.replace("-", ""),
        format="102",
    )
    sums = to.put("ram:SpecifiedTradeSettlementHeaderMonetarySummation")
    sums.put("ram:LineTotalAmount", bill.net)
    sums.put("ram:TaxBasisTotalAmount", bill.net)
    sums.put("ram:TaxTotalAmount", bill.vat, currencyID=bill.currency)
    sums.put("ram:GrandTotalAmount", bill.gross)
    sums.put("ram:DuePayableAmount", bill.gross)
    if bill.corrects:
        to.put("ram:InvoiceReferencedDocument/ram:IssuerAssignedID", bill.corrects)


def edited(xml: bytes, *edits: Callable[[Any], object]) -> bytes:
    """The e-invoice after some edits of its tree."""
    root = etree.fromstring(xml)
    for edit in edits:
        edit(root)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def removed(path: str) -> Callable[[Any], None]:
    def edit(root: Any) -> None:
        found = root.xpath(path, namespaces=dict(NAMESPACES))
        assert found, path
        for element in found:
            element.getparent().remove(element)

    return edit


def written(path: str, text: str, **attributes: str) -> Callable[[Any], None]:
    """The text (and attributes) of every element with this path."""

    def edit(root: Any) -> None:
        found = root.xpath(path, namespaces=dict(NAMESPACES))
        assert found, path
        for element in found:
            element.text = text
            for name, value in attributes.items():
                element.set(name, value)

    return edit


def added(path: str, new: str, first: bool = False) -> Callable[[Any], None]:
    """A piece of XML after (or, ``first``, inside and before all in) the first element with this
    path.
    """

    def edit(root: Any) -> None:
        found = root.xpath(path, namespaces=dict(NAMESPACES))
        assert found, path
        names = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items())
        pieces = list(etree.fromstring(f"<x {names}>{new}</x>"))
        for piece in reversed(pieces):
            if first:
                found[0].insert(0, piece)
            else:
                found[0].addnext(piece)

    return edit


def with_embedded(pdf: bytes, *files: tuple[str, bytes]) -> bytes:
    """The PDF with files embedded in it."""
    writer = pypdf.PdfWriter(io.BytesIO(pdf))
    for name, data in files:
        writer.add_attachment(name, data)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def page_lines(bill: Bill = GOOD, **changed: str) -> Sequence[str]:
    """What the PDF of a bill shows, line by line; ``number=…`` and so on print something else."""
    say = {
        "name": bill.supplier.name, "street": bill.supplier.street, "phone": bill.supplier.phone,
        "kvk": bill.supplier.number, "vat_id": bill.supplier.vat,
        "iban": bill.iban, "number": bill.number, "gross": _dutch(bill.gross),
        "net": _dutch(bill.net), "vat": _dutch(bill.vat),
    } | changed  # fmt: skip
    letter = [
        say["name"],
        say["street"],
        f"{bill.supplier.postcode} {bill.supplier.city}",
        f"Telefoon: {say['phone']}",
        f"KvK-nummer: {say['kvk']}",
    ]
    letter += [
        f"Btw-nummer: {say['vat_id']}",
        f"IBAN: {say['iban']}",
        "",
        bill.buyer.name,
        bill.buyer.contact,
        bill.buyer.street,
    ]
    letter += [
        f"{bill.buyer.postcode} {bill.buyer.city}",
        "",
        "FACTUUR",
        f"Factuurnummer: {say['number']}",
        "Factuurdatum: 1 oktober 2026",
        "",
    ]
    letter += [
        f"{i.text}|{i.quantity}|€ {_dutch(Decimal(i.price))}|€ {_dutch(i.amount)}"
        for i in bill.items
    ]
    return [
        *letter,
        "",
        f"||Subtotaal|€ {say['net']}",
        f"||Btw 21%|€ {say['vat']}",
        f"||Totaal te betalen|€ {say['gross']}",
    ]


def _dutch(amount: Decimal) -> str:
    return f"{amount:,.2f}".translate(str.maketrans(",.", ".,"))
