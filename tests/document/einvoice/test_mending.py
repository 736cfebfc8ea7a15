"""E-invoices that are slightly off: what programs really write, read with the same values; and what
stays no e-invoice."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable

import pytest
from lxml import etree

from intake.document.einvoice.mending import plain_text
from intake.document.einvoice.reader import read
from intake.document.einvoice.terms import NAMESPACES
from intake.model.invoice import Invoice
from intake.profile import load
from tests.document.einvoice.einvoices import cii, edited, removed, ubl, written

BUYER = load("almere").addressee
FIELDS = (
    "kind", "supplier_name", "supplier_postcode", "supplier_city", "kvk_number", "vat_id", "iban",
    "invoice_number", "issue_date", "net_amount", "vat_amount", "gross_amount", "vat_rate",
    "supplier_phone",
)  # fmt: skip


def invoice(xml: bytes) -> Invoice | None:
    found = read(xml, BUYER)
    return found.invoice if found else None


def values(read: Invoice | None) -> dict[str, object]:
    assert read is not None
    found = {name: getattr(read, name) for name in FIELDS}
    return {name: getattr(value, "value", value) for name, value in found.items()}


def text(xml: bytes) -> str:
    return re.sub(r"^<\?xml[^>]*\?>\s*", "", xml.decode())


def says(encoding: str, real: str, mark: bytes = b"") -> Callable[[bytes], bytes]:
    def written_so(xml: bytes) -> bytes:
        head = f'<?xml version="1.0" encoding="{encoding}"?>\n'
        body = text(xml).replace("Vlinder", "Vlindér")
        return mark + (head + body).encode(real)

    return written_so


def before(what: str) -> Callable[[bytes], bytes]:
    return lambda xml: (f'{what}<?xml version="1.0" encoding="UTF-8"?>\n' + text(xml)).encode()


def change(old: str, new: str) -> Callable[[bytes], bytes]:
    def changed(xml: bytes) -> bytes:
        assert re.search(old, xml.decode())
        return re.sub(old, new, xml.decode()).encode()

    return changed


def all_namespaces(find: str, become: str) -> Callable[[bytes], bytes]:
    return change(f'(xmlns(?::\\w+)?="[^"]*?){find}', f"\\g<1>{become}")


ENCODINGS: dict[str, Callable[[bytes], bytes]] = {
    "says UTF-16, is UTF-8": says("utf-16", "utf-8"),
    "says UTF-16, is UTF-8 with its mark": says("UTF-16", "utf-8", codecs.BOM_UTF8),
    "says UTF-8, is UTF-16": says("UTF-8", "utf-16"),
    "says UTF-8, is UTF-16 without a mark": says("UTF-8", "utf-16-le"),
    "says UTF-8, is UTF-16 the other way": says("UTF-8", "utf-16-be"),
    "says UTF-8, is Windows-1252": says("UTF-8", "cp1252"),
    "says ISO-8859-1, is UTF-8": says("ISO-8859-1", "utf-8"),
    "says Windows-1252, is UTF-8": says("windows-1252", "utf-8"),
    "says us-ascii, is UTF-8": says("us-ascii", "utf-8"),
    "says an encoding that is none": says("utf8mb4", "utf-8"),
    "says ISO-8859-1 and is": says("ISO-8859-1", "iso-8859-1"),
    "says ISO-8859-15 and is": says("ISO-8859-15", "iso-8859-15"),
    "says UTF-16 and is": says("UTF-16", "utf-16"),
    "UTF-32": says("UTF-32", "utf-32"),
}
FORMS: dict[str, Callable[[bytes], bytes]] = {
    "blank line in front": before("\n"),
    "blanks in front": before("   \r\n\t"),
    "comment in front": before("<!-- gemaakt door Boekhoudpakket 3 -->\n"),
    "mark in front": before("\ufeff"),
    "two marks in front": before("\ufeff\ufeff"),
    "words in front": before("Content-Type: text/xml\n\n"),
    "no declaration": lambda xml: text(xml).encode(),
    "blank line and no declaration": lambda xml: ("\n\n" + text(xml)).encode(),
    "NUL bytes behind": lambda xml: xml + b"\0" * 40,
    "words behind": lambda xml: xml + b"\n-- einde --\n",
    "control character": lambda xml: xml.replace(b"<?xml", b"\x01<?xml").replace(b"Almere", b"Al\x0bmere"),
    "lone ampersand": lambda xml: xml.replace(b"M. Jansen", b"Jansen & Zn"),
    "HTML's names of characters": lambda xml: xml.replace(b"M. Jansen", b"M.&nbsp;Jans&eacute;n"),
}  # fmt: skip
UBL_NAMES: dict[str, Callable[[bytes], bytes]] = {
    "prefix without declaration": change(r' xmlns:cbc="[^"]*"', ""),
    "no prefix declared": change(r' xmlns:c[ab]c="[^"]*"', ""),
    "other version of the namespaces": all_namespaces("Components-2", "Components-2.1"),
    "namespace with a blank": all_namespaces("Components-2", "Components-2 "),
    "root without namespace": change(r' xmlns(?::\w+)?="[^"]*Invoice-2"', ""),
    "prefixes the wrong way round": lambda xml: (
        xml.replace(b"CommonAggregate", b"#").replace(b"CommonBasic", b"CommonAggregate")
        .replace(b"#", b"CommonBasic")
    ),
    "one namespace for all": all_namespaces("CommonBasicComponents", "CommonAggregateComponents"),
}  # fmt: skip
CII_NAMES: dict[str, Callable[[bytes], bytes]] = {
    "prefix without declaration": change(r' xmlns:ram="[^"]*"', ""),
    "other version": all_namespaces(":100", ":16B"),
    "one namespace for all": all_namespaces(
        "(?:Reusable|Unqualified|Qualified)[A-Za-z]*:100", "CrossIndustryInvoice:100"
    ),
}


@pytest.mark.parametrize("write", [ubl, cii], ids=["UBL", "CII"])
@pytest.mark.parametrize("name", [*ENCODINGS, *FORMS])
def test_read_as_it_was_meant(name: str, write: Callable[[], bytes]) -> None:
    """An e-invoice of a program that writes a string with the wrong name of its encoding would be
    unreadable, or its names full of strange signs.
    """
    wanted = values(invoice(write()))
    if name in ENCODINGS:
        wanted["supplier_name"] = str(wanted["supplier_name"]).replace("Vlinder", "Vlindér")
    assert values(invoice((ENCODINGS | FORMS)[name](write()))) == wanted


@pytest.mark.parametrize("name", UBL_NAMES)
def test_names_of_ubl(name: str) -> None:
    """A program that made its XML by hand has a namespace wrong, and every field of it is absent."""
    assert values(invoice(UBL_NAMES[name](ubl()))) == values(invoice(ubl()))


@pytest.mark.parametrize("name", CII_NAMES)
def test_names_of_cii(name: str) -> None:
    """The same in the other syntax."""
    assert values(invoice(CII_NAMES[name](cii()))) == values(invoice(cii()))


def zugferd_1() -> bytes:
    """The same bill by the names of ZUGFeRD 1.0."""
    names = {
        "CrossIndustryInvoice>": "CrossIndustryDocument>",
        "CrossIndustryInvoice ": "CrossIndustryDocument ",
        ":ExchangedDocumentContext": ":SpecifiedExchangedDocumentContext",
        ":ExchangedDocument>": ":HeaderExchangedDocument>",
        ":SupplyChainTradeTransaction": ":SpecifiedSupplyChainTradeTransaction",
        ":ApplicableHeaderTrade": ":ApplicableSupplyChainTrade",
        ":SpecifiedLineTrade": ":SpecifiedSupplyChainTrade",
        ":SpecifiedTradeSettlementHeaderMonetary": ":SpecifiedTradeSettlementMonetary",
        ":SpecifiedTradeSettlementLineMonetary": ":SpecifiedTradeSettlementMonetary",
        ":RateApplicablePercent": ":ApplicablePercent",
        "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100": (
            "urn:ferd:CrossIndustryDocument:invoice:1p0"
        ),
        "AggregateBusinessInformationEntity:100": "AggregateBusinessInformationEntity:12",
        "UnqualifiedDataType:100": "UnqualifiedDataType:15",
    }
    xml = cii().decode()
    for new, old in names.items():
        xml = xml.replace(new, old)
    return xml.encode()


def test_zugferd_1() -> None:
    """Programs of ten years ago still write it."""
    assert b"CrossIndustryInvoice" not in zugferd_1().replace(b"rsm=", b"")
    assert values(invoice(zugferd_1())) == values(invoice(cii()))


SCHEME = "//cac:AccountingSupplierParty//cac:PartyTaxScheme/cac:TaxScheme/cbc:ID"


@pytest.mark.parametrize("scheme", ["BTW", "vat", "TAX", "NL", "LOC", "VAT ", "1"])
def test_btw_number_at_another_scheme(scheme: str) -> None:
    """The number is there, and its supplier would be told that it is missing."""
    found = invoice(edited(ubl(), written(SCHEME, scheme)))
    assert found is not None
    assert found.vat_id.value == "NL002455799B11"


def test_btw_number_without_a_scheme() -> None:
    """Some programs leave the scheme out."""
    found = invoice(edited(ubl(), removed("//cac:AccountingSupplierParty//cac:TaxScheme")))
    assert found is not None
    assert found.vat_id.value == "NL002455799B11"


def test_other_tax_number_is_no_btw_number() -> None:
    """A number of another tax (loonheffing) is not taken for it."""
    path = "//cac:AccountingSupplierParty//cac:PartyTaxScheme/cbc:CompanyID"
    xml = edited(ubl(), written(SCHEME, "LOC"), written(path, "002455799L01"))
    found = invoice(xml)
    assert found is not None
    assert found.vat_id.value is None


@pytest.mark.parametrize(
    "xml",
    [
        b"<Invoice><Nummer>1</Nummer></Invoice",
        b"<html><body>Invoice</body></html>",
        b"<!DOCTYPE x [<!ENTITY a 'b'>]><Invoice>&a;</Invoice>",
        b'<?xml version="1.0" encoding="UTF-16"?>',
        b"\xff\xfe",
        b"",
        b"<a:Order xmlns:a='urn:oasis:names:specification:ubl:schema:xsd:Order-2'/>",
        ubl()[: len(ubl()) // 2],
        cii()[: len(cii()) // 2],
        b"<Invoice xmlns='urn:example:other'><ID>1</ID></Invoice>",
    ],
)
def test_no_einvoice(xml: bytes) -> None:
    """A file that was cut off, another paper and a hostile file are none."""
    assert invoice(xml) is None


def test_entities_are_never_expanded() -> None:
    """A file with a document type stays as it is, so that it is refused as a whole."""
    bomb = b"<!DOCTYPE a [<!ENTITY x 'y'>]>" + re.sub(rb"<\?xml[^>]*\?>", b"", ubl())
    assert invoice(bomb.replace(b"M. Jansen", b"&x;")) is None


def test_values_are_never_changed() -> None:
    """Nothing but the form is mended: the text of a good e-invoice stays as it is."""
    for xml in (ubl(), cii()):
        good = etree.canonicalize(xml.decode().partition("?>")[2] or xml.decode())
        assert etree.canonicalize(plain_text(xml)) == good
    assert NAMESPACES["cbc"] in plain_text(ubl())
