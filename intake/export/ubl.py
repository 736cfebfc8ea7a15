"""E-invoices that a finance package reads: UBL 2.1 by the Dutch rules (NLCIUS, SI-UBL 2.0).

One line for each btw rate: what care it was, and for whom, stays with the municipality. An exempt
supplier with a btw number is category E with a text; without one it is category O, which needs none
(EN 16931, BR-E-02 and BR-O-02).
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from decimal import Decimal

from lxml import etree

from intake.model.booking import MOST_MISSED, Booking
from intake.model.invoice import VatLine
from intake.profile import Profile

_STANDARD = "urn:cen.eu:en16931:2017#compliant#urn:fdc:nen.nl:nlcius:v1.0"
_PROCESS = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
_UBL = "urn:oasis:names:specification:ubl:schema:xsd"
_SPACES = {"cac": f"{_UBL}:CommonAggregateComponents-2", "cbc": f"{_UBL}:CommonBasicComponents-2"}
_INVOICE, _CREDIT_NOTE, _TRANSFER = "380", "381", "30"
_KVK, _OIN = "0106", "0190"
_EXEMPT = "Vrijgesteld van btw, Wet OB 1968 artikel 11"
_NOTHING = Decimal(0)


def unfit(booking: Booking, own: Profile) -> str:
    """Why no e-invoice can be made of it, in Dutch; empty when one can."""
    supplier = booking.supplier
    address = supplier.street and supplier.postcode and supplier.city
    wanted = (
        ("het OIN van de gemeente staat niet in het profiel", own.finance.oin),
        ("het KvK-nummer ontbreekt", supplier.kvk),
        ("het adres van de aanbieder is niet compleet", address),
        ("het IBAN ontbreekt", supplier.iban or booking.is_credit),
        ("er is btw, maar geen btw-nummer", supplier.vat_id or not booking.rates),
        ("de btw per tarief is niet bekend", booking.rates or booking.exempt),
        ("de bedragen tellen niet op", abs(_missed(booking)) <= MOST_MISSED),
        ("het totaal is lager dan nul", booking.is_credit or booking.gross >= 0),
        ("het nummer van de eerste factuur ontbreekt", booking.corrects or not booking.is_credit),
    )
    return "; ".join(fault for fault, value in wanted if not value)


def invoice(booking: Booking, own: Profile, pdf: bytes | None) -> bytes:
    """The e-invoice of one booking.

    Args:
        pdf: the invoice as it may be seen by who pays; it goes in the file.

    Raises:
        ValueError: the booking is ``unfit``.
    """
    if fault := unfit(booking, own):
        raise ValueError(fault)
    name = "CreditNote" if booking.is_credit else "Invoice"
    spaces: dict[str | None, str] = {None: f"{_UBL}:{name}-2"}
    spaces.update(_SPACES)
    root = etree.Element(f"{{{spaces[None]}}}{name}", nsmap=spaces)
    _head(root, booking, own)
    if pdf is not None:
        document = _add(root, "cac:AdditionalDocumentReference")
        _add(document, "cbc:ID", booking.number)
        _add(
            _add(document, "cac:Attachment"),
            "cbc:EmbeddedDocumentBinaryObject",
            base64.b64encode(pdf).decode(),
            mimeCode="application/pdf",
            filename="factuur.pdf",
        )
    _supplier(root, booking)
    _buyer(root, own)
    _payment(root, booking)
    _amounts(root, booking)
    for number, rate in enumerate(_rates(booking), start=1):
        _line(root, number, rate, booking, own)
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return written


def _head(root: etree._Element, booking: Booking, own: Profile) -> None:
    _add(root, "cbc:CustomizationID", _STANDARD)
    _add(root, "cbc:ProfileID", _PROCESS)
    _add(root, "cbc:ID", booking.number)
    _add(root, "cbc:IssueDate", booking.issued_on.isoformat())
    if booking.is_credit:
        _add(root, "cbc:CreditNoteTypeCode", _CREDIT_NOTE)
    else:
        _add(root, "cbc:DueDate", booking.due_on.isoformat())
        _add(root, "cbc:InvoiceTypeCode", _INVOICE)
    _add(root, "cbc:Note", f"Kenmerk {booking.reference}")
    _add(root, "cbc:DocumentCurrencyCode", "EUR")
    codes = booking.coding
    account = filter(None, (codes.cost_centre, codes.cost_type, codes.task_field))
    if booked_as := " / ".join(account):
        _add(root, "cbc:AccountingCost", booked_as)
    _add(root, "cbc:BuyerReference", own.finance.buyer_reference)
    if booking.coding.order_number:
        _add(_add(root, "cac:OrderReference"), "cbc:ID", booking.coding.order_number)
    if booking.corrects:
        first = _add(_add(root, "cac:BillingReference"), "cac:InvoiceDocumentReference")
        _add(first, "cbc:ID", booking.corrects)


def _supplier(root: etree._Element, booking: Booking) -> None:
    supplier = booking.supplier
    party = _add(_add(root, "cac:AccountingSupplierParty"), "cac:Party")
    _address(party, supplier.street, supplier.city, supplier.postcode)
    if supplier.vat_id:
        scheme = _add(party, "cac:PartyTaxScheme")
        _add(scheme, "cbc:CompanyID", supplier.vat_id)
        _add(_add(scheme, "cac:TaxScheme"), "cbc:ID", "VAT")
    _legal(party, supplier.name, supplier.kvk, _KVK)


def _buyer(root: etree._Element, own: Profile) -> None:
    party = _add(_add(root, "cac:AccountingCustomerParty"), "cac:Party")
    box = f"Postbus {own.addressee.po_box}"
    _address(party, box, own.addressee.city, own.addressee.postcode)
    _legal(party, own.addressee.names[0], own.finance.oin, _OIN)


def _address(party: etree._Element, street: str, city: str, postcode: str) -> None:
    address = _add(party, "cac:PostalAddress")
    _add(address, "cbc:StreetName", street)
    _add(address, "cbc:CityName", city)
    _add(address, "cbc:PostalZone", f"{postcode[:4]} {postcode[4:]}".strip())
    _add(_add(address, "cac:Country"), "cbc:IdentificationCode", "NL")


def _legal(party: etree._Element, name: str, number: str, scheme: str) -> None:
    legal = _add(party, "cac:PartyLegalEntity")
    _add(legal, "cbc:RegistrationName", name)
    _add(legal, "cbc:CompanyID", number, schemeID=scheme)


def _payment(root: etree._Element, booking: Booking) -> None:
    if not booking.supplier.iban:
        return
    means = _add(root, "cac:PaymentMeans")
    _add(means, "cbc:PaymentMeansCode", _TRANSFER)
    _add(means, "cbc:PaymentID", booking.number)
    _add(_add(means, "cac:PayeeFinancialAccount"), "cbc:ID", booking.supplier.iban)


def _amounts(root: etree._Element, booking: Booking) -> None:
    """Totals; what the amounts on the invoice miss of a sum, by rounding a line or in error, is the
    rounding of what is to be paid (BT-114): the total that was accepted is what is paid.
    """
    sign = -1 if booking.is_credit else 1
    rates = list(_rates(booking))
    net = sum((rate.net or _NOTHING for rate in rates), _NOTHING)
    vat = sum((rate.vat or _NOTHING for rate in rates), _NOTHING)
    total = _add(root, "cac:TaxTotal")
    _money(total, "cbc:TaxAmount", vat)
    for rate in rates:
        part = _add(total, "cac:TaxSubtotal")
        _money(part, "cbc:TaxableAmount", rate.net or _NOTHING)
        _money(part, "cbc:TaxAmount", rate.vat or _NOTHING)
        _category(part, "cac:TaxCategory", rate, booking, with_reason=True)
    sums = _add(root, "cac:LegalMonetaryTotal")
    _money(sums, "cbc:LineExtensionAmount", net)
    _money(sums, "cbc:TaxExclusiveAmount", net)
    _money(sums, "cbc:TaxInclusiveAmount", net + vat)
    if rounding := _missed(booking):
        _money(sums, "cbc:PayableRoundingAmount", rounding)
    _money(sums, "cbc:PayableAmount", sign * booking.gross)


def _missed(booking: Booking) -> Decimal:
    """What the rates miss of the total, as it stands in the file: above zero on a credit note too."""
    sums = (part or _NOTHING for rate in _rates(booking) for part in (rate.net, rate.vat))
    return abs(booking.gross) - sum(sums, _NOTHING)


def _rates(booking: Booking) -> Iterator[VatLine]:
    """Base and btw of each rate, as positive amounts of a credit note too; of an exempt supply the
    whole.
    """
    sign = -1 if booking.is_credit else 1
    for rate in booking.rates or (VatLine(_NOTHING, booking.gross, _NOTHING),):
        yield VatLine(rate.rate, sign * (rate.net or _NOTHING), sign * (rate.vat or _NOTHING))


def _line(root: etree._Element, number: int, rate: VatLine, booking: Booking, own: Profile) -> None:
    name = "CreditNote" if booking.is_credit else "Invoice"
    line = _add(root, f"cac:{name}Line")
    _add(line, "cbc:ID", str(number))
    net = rate.net or _NOTHING
    quantity = "cbc:CreditedQuantity" if booking.is_credit else "cbc:InvoicedQuantity"
    _add(line, quantity, "-1" if net < 0 else "1", unitCode="C62")
    _money(line, "cbc:LineExtensionAmount", net)
    item = _add(line, "cac:Item")
    _add(item, "cbc:Name", own.finance.description)
    _category(item, "cac:ClassifiedTaxCategory", rate, booking)
    _money(_add(line, "cac:Price"), "cbc:PriceAmount", abs(net))


def _category(
    parent: etree._Element, name: str, rate: VatLine, booking: Booking, with_reason: bool = False
) -> None:
    category = _add(parent, name)
    exempt = _is_exempt(booking)
    code = "S" if rate.rate else "Z"
    if exempt:
        code = "E" if booking.supplier.vat_id else "O"
    _add(category, "cbc:ID", code)
    if code != "O":
        _add(category, "cbc:Percent", f"{rate.rate.normalize():f}")
    if exempt and with_reason:
        _add(category, "cbc:TaxExemptionReason", _EXEMPT)
    _add(_add(category, "cac:TaxScheme"), "cbc:ID", "VAT")


def _is_exempt(booking: Booking) -> bool:
    return not booking.rates


def _money(parent: etree._Element, name: str, amount: Decimal) -> None:
    _add(parent, name, f"{amount:.2f}", currencyID="EUR")


def _add(parent: etree._Element, name: str, text: str = "", **attributes: str) -> etree._Element:
    prefix, _, local = name.partition(":")
    child = etree.SubElement(parent, f"{{{_SPACES[prefix]}}}{local}", attributes)
    child.text = text or None
    return child
