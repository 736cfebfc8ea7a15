"""E-invoices are read whole and safely: both syntaxes, odd programs, client data, hostile XML."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intake import profile
from intake.document.einvoice.reader import MAX_BYTES, READ, ReadEInvoice, may_hold_einvoice, read
from intake.errors import SandboxFailed
from intake.model.invoice import AccountRole, DocumentKind, Invoice, Presence, SightingKind, VatLine
from tests.cases.page import pdf
from tests.document.einvoice import einvoices as e
from tests.timing import cpu_seconds

BUYER = profile.load("almere").addressee
WRITERS = pytest.mark.parametrize("write", [e.ubl, e.cii], ids=["ubl", "cii"])
BOMB = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "lol"}">' for n in range(12))


def said(xml: bytes) -> ReadEInvoice:
    found = read(xml, BUYER)
    assert found is not None
    return found


def performed(data: bytes) -> list[bytes]:
    """What a child writes about a file."""
    return READ.perform(READ.request(data, BUYER, ()))


def fields(invoice: Invoice) -> dict[str, Any]:
    names = [
        name for name in Invoice.__dataclass_fields__ if hasattr(getattr(invoice, name), "presence")
    ]
    return {
        name: getattr(invoice, name).value
        for name in names
        if getattr(invoice, name).value is not None
    }


class TestFields:
    @WRITERS
    def test_every_field(self, write: Any) -> None:
        """A field read wrong is paid wrong, or asked again from a provider who had given it."""
        invoice = said(write()).invoice

        assert fields(invoice) == {
            "supplier_name": "Zorgpraktijk De Vlinder B.V.", "supplier_street": "Kerkstraat 12",
            "supplier_postcode": "3811AB", "supplier_city": "Amersfoort",
            "supplier_phone": "033-5212345", "kvk_number": "99952775", "vat_id": "NL002455799B11",
            "iban": "NL91ABNA0417164300",
            "invoice_number": "2026-0117", "issue_date": "2026-10-01",
            "net_amount": Decimal("650.50"), "vat_rate": Decimal(21),
            "vat_amount": Decimal("136.60"), "gross_amount": Decimal("787.10"),
            "addressee": "Gemeente Almere\nCrediteurenadministratie/zorg\nPostbus 200\n1300 AE Almere",
        }  # fmt: skip
        assert invoice.kind is DocumentKind.INVOICE
        assert invoice.vat_lines == (VatLine(Decimal(21), Decimal("650.50"), Decimal("136.60")),)
        assert sum(invoice.line_amounts) == Decimal("650.50")

    @WRITERS
    def test_nothing_has_a_place_on_a_page(self, write: Any) -> None:
        """The review page would draw a box on a page that does not exist."""
        invoice = said(write()).invoice

        assert invoice.page_count == 0
        assert all(getattr(invoice, name).evidence is None for name in fields(invoice))
        assert all(sighting.page is None and sighting.box is None for sighting in invoice.sightings)

    @WRITERS
    @pytest.mark.parametrize("bill", [e.EXEMPT, e.OUTSIDE], ids=["category-E", "category-O"])
    def test_an_exempt_supplier(self, write: Any, bill: e.Bill) -> None:
        """Care is usually exempt: such an e-invoice would be asked for btw that it must not charge."""
        invoice = said(write(bill)).invoice

        assert invoice.vat_exempt.value is True
        assert (invoice.net_amount.value, invoice.gross_amount.value, invoice.vat_amount.value) == (
            Decimal("726.00"),
            Decimal("726.00"),
            Decimal("0.00"),
        )
        assert invoice.vat_rate.value is None
        assert invoice.vat_lines == ()

    @WRITERS
    def test_zero_percent_is_not_exempt(self, write: Any) -> None:
        """0% and exempt are two things; the first asks a person."""
        bill = replace(e.GOOD, items=(e.Item("Begeleiding", "1", "100.00", "0", "Z"),))
        invoice = said(write(bill)).invoice

        assert invoice.vat_exempt.value is None
        assert invoice.vat_rate.value == 0

    @WRITERS
    def test_several_rates(self, write: Any) -> None:
        """With one rate for all the btw of a mixed invoice would look wrong."""
        bill = replace(
            e.GOOD,
            items=(
                e.Item("Taxirit", "1", "100.00", "9"),
                e.Item("Koffer", "1", "50.00"),
                e.Item("Begeleiding", "1", "70.00", "0", "E"),
            ),
        )
        invoice = said(write(bill)).invoice

        assert invoice.vat_rate.value is None
        assert [(line.rate, line.net, line.vat) for line in invoice.vat_lines] == [
            (Decimal(9), Decimal("100.00"), Decimal("9.00")),
            (Decimal(21), Decimal("50.00"), Decimal("10.50")),
            (Decimal(0), Decimal("70.00"), Decimal("0.00"))
        ]  # fmt: skip

    @WRITERS
    def test_a_credit_note_names_what_it_corrects(self, write: Any) -> None:
        """A credit note taken for an invoice would be paid."""
        invoice = said(write(e.CREDIT)).invoice

        assert invoice.kind is DocumentKind.CREDIT_NOTE
        assert invoice.corrects.value == "2026-0101"

    def test_allowances_of_the_whole_document_count_with_the_lines(self) -> None:
        """An invoice with a discount would be doubted because its lines do not add up."""
        piece = (
            "<cac:AllowanceCharge><cbc:ChargeIndicator>false</cbc:ChargeIndicator><cbc:AllowanceChargeReason>Korting</cbc:AllowanceChargeReason><cbc:Amount"
            ' currencyID="EUR">50.50</cbc:Amount></cac:AllowanceCharge>'
        )
        xml = e.edited(
            e.ubl(),
            e.added("//cac:PaymentTerms", piece),
            e.written("//cac:LegalMonetaryTotal/cbc:TaxExclusiveAmount", "600.00"),
        )

        assert sum(said(xml).invoice.line_amounts) == Decimal("600.00")

    @pytest.mark.parametrize(
        "attributes",
        [{}, {"schemeID": ""}, {"schemeID": "NL:KVK"}, {"schemeID": "ZZZ"}],
        ids=["none", "empty", "old", "zzz"],
    )
    def test_the_kvk_number_of_older_programs(self, attributes: dict[str, str]) -> None:
        """SI-UBL 1.2 and many programs name no list for the KvK number, or an older one."""

        def edit(root: Any) -> None:
            number = root.find(".//{*}AccountingSupplierParty//{*}PartyLegalEntity/{*}CompanyID")
            number.attrib.clear()
            number.attrib.update(attributes)
            root.find(".//{*}AccountingSupplierParty//{*}EndpointID").set("schemeID", "9944")

        assert said(e.edited(e.ubl(), edit)).invoice.kvk_number.value == "99952775"

    @pytest.mark.parametrize(
        ("written", "value"),
        [
            ("AB12345678", "AB12345678"),
            ("99952775X", "99952775X"),
            ("KvK 99952775", "99952775"),
            ("NL-KVK-99.95.27.75", "99952775"),
            ("K.v.K. nr. 99952775", "99952775"),
        ],
    )
    def test_the_letters_of_a_kvk_number(self, written: str, value: str) -> None:
        """A number with letters, which is none, would pass for the eight digits in it."""

        def edit(root: Any) -> None:
            root.find(
                ".//{*}AccountingSupplierParty//{*}PartyLegalEntity/{*}CompanyID"
            ).text = written

        assert said(e.edited(e.ubl(), edit)).invoice.kvk_number.value == value

    def test_an_oin_is_no_kvk_number(self) -> None:
        """A government's number would be refused as a KvK number of the wrong length."""
        bill = replace(
            e.GOOD, supplier=replace(e.SUPPLIER, number="00000001006462583000", scheme="0190")
        )

        assert said(e.ubl(bill)).invoice.kvk_number.presence is Presence.ABSENT

    def test_a_po_box_of_the_supplier_is_no_street(self) -> None:
        """The law asks where a supplier is established; a box is a doubt, not an address."""
        invoice = said(
            e.ubl(replace(e.GOOD, supplier=replace(e.SUPPLIER, street="Postbus 12")))
        ).invoice

        assert invoice.supplier_street.value is None
        assert invoice.supplier_po_box.value == "Postbus 12"

    def test_a_house_number_in_the_next_field(self) -> None:
        """Programs that keep the number apart would seem to have no address."""
        path = "//cac:AccountingSupplierParty//cac:PostalAddress/cbc:StreetName"
        more = e.added(path, "<cbc:AdditionalStreetName>12-hs</cbc:AdditionalStreetName>")
        xml = e.edited(e.ubl(), e.written(path, "Kerkstraat"), more)

        assert said(xml).invoice.supplier_street.value == "Kerkstraat 12-hs"

    def test_a_blocked_account_is_not_the_one_to_pay_to(self) -> None:
        """The whole amount would go to the tax account of the supplier."""
        piece = (
            "<cac:PaymentMeans><cbc:PaymentMeansCode>58</cbc:PaymentMeansCode><cac:PayeeFinancialAccount><cbc:ID>NL69INGB0991237563</cbc:ID>"
            "<cbc:Name>G-rekening</cbc:Name></cac:PayeeFinancialAccount></cac:PaymentMeans>"
        )

        def first(root: Any) -> None:
            e.added("//cac:PaymentMeans", piece)(root)
            means = root.findall("{*}PaymentMeans")
            means[0].addprevious(means[1])

        invoice = said(e.edited(e.ubl(), first)).invoice
        assert invoice.iban.value == "NL91ABNA0417164300"
        assert [account.role for account in invoice.accounts] == [
            AccountRole.BLOCKED,
            AccountRole.PAYMENT,
        ]

    @pytest.mark.parametrize(
        ("written", "read_as"),
        [
            ("2026-10-01+02:00", "2026-10-01"),
            ("2026-10-01Z", "2026-10-01"),
            ("2026-02-31", "2026-02-31"),
            ("1 oktober", "1 oktober"),
        ],
    )
    def test_dates_as_programs_write_them(self, written: str, read_as: str) -> None:
        """xs:date may carry a time zone; a day that does not exist must be seen to be none."""
        assert (
            said(e.edited(e.ubl(), e.written("/*/cbc:IssueDate", written))).invoice.issue_date.value
            == read_as
        )

    @given(cents=st.integers(-(10**11), 10**11))
    @settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_any_amount(self, cents: int) -> None:
        """An amount that loses a digit is paid wrong."""
        amount = Decimal(cents) / 100
        xml = e.edited(
            e.ubl(), e.written("//cac:LegalMonetaryTotal/cbc:TaxInclusiveAmount", f"{amount:.2f}")
        )

        assert said(xml).invoice.gross_amount.value == amount

    @pytest.mark.parametrize("text", ["1.234,56", "NaN", "1e9", "", "--1", "1" * 40])
    def test_what_is_no_amount(self, text: str) -> None:
        """A word or an endless number must not become an amount, nor stop the reading."""
        xml = e.edited(e.ubl(), e.written("//cac:LegalMonetaryTotal/cbc:TaxExclusiveAmount", text))

        assert said(xml).invoice.net_amount.value in (None, Decimal("650.50"))

    @pytest.mark.parametrize("encoding", ["utf-16", "iso-8859-1", "utf-8-sig"])
    def test_other_encodings(self, encoding: str) -> None:
        """Windows programs write UTF-16 and a byte order mark."""
        text = (
            e.ubl()
            .decode()
            .replace(
                "UTF-8",
                (
                    "UTF-16"
                    if encoding == "utf-16"
                    else "ISO-8859-1"
                    if encoding == "iso-8859-1"
                    else "UTF-8"
                ),
            )
        )

        assert said(text.encode(encoding)).invoice.invoice_number.value == "2026-0117"

    def test_in_the_envelope_of_peppol(self) -> None:
        """What an access point hands on is wrapped once more."""
        inner = e.ubl().split(b"?>", 1)[1]
        header = (
            b"<StandardBusinessDocument"
            b' xmlns="http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader"><StandardBusinessDocumentHeader/>'
        )

        assert (
            said(header + inner + b"</StandardBusinessDocument>").invoice == said(e.ubl()).invoice
        )

    def test_in_another_envelope(self) -> None:
        """A web service that hands on what it got wraps it too; of two invoices in one none is read."""
        inner = e.ubl().split(b"?>", 1)[1]
        opened = b'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
        closed = b"</s:Body></s:Envelope>"

        assert said(opened + inner + closed).invoice == said(e.ubl()).invoice
        assert read(opened + inner + inner + closed, BUYER) is None

    def test_a_fact_in_a_remark_is_seen_by_the_second_look(self) -> None:
        """A KvK number in a remark is on the invoice: it must not be refused as absent."""
        bill = replace(
            e.GOOD,
            supplier=replace(e.SUPPLIER, number=""),
            note="Ingeschreven onder KvK-nummer 99952775 te Utrecht. Bel 033-5212345.",
        )
        both = said(e.ubl(bill))

        assert both.invoice.kvk_number.value is None
        assert both.as_text.kvk_number.value == "99952775"


class TestClientData:
    @WRITERS
    @pytest.mark.parametrize(
        ("note", "kind"),
        [
            ("BSN 999990019", SightingKind.BSN_LABELLED),
            ("betreft 9999.90.019", SightingKind.BSN_GROUPED),
            ("Cliënt: Sanne Voorbeeld, geboren 14-03-2015", SightingKind.NAME_WITH_DETAILS),
        ],
    )
    def test_in_a_remark(self, write: Any, note: str, kind: SightingKind) -> None:
        """A client's data in an e-invoice goes over Peppol and into the books: nobody would see the
        leak.
        """
        both = said(write(replace(e.GOOD, note=note)))

        assert kind in [sighting.kind for sighting in both.invoice.sightings]
        assert "999990019" not in str(fields(both.invoice))

    @pytest.mark.parametrize(
        "edit",
        [
            e.added(
                "//cac:Item/cbc:Name",
                "<cac:AdditionalItemProperty><cbc:Name>BSN</cbc:Name><cbc:Value>999990019</cbc:Value></cac:AdditionalItemProperty>",
            ),
            e.written("//cac:Item/cbc:Name", "Begeleiding BSN: 999990019"),
            e.written("//cbc:BuyerReference", "bsn 999990019"),
            e.written(
                "//cac:AccountingCustomerParty//cbc:EndpointID", "999990019", schemeID="NL:BSN"
            ),
            lambda root: root.append(e.etree.Comment(" burgerservicenummer 999990019 ")),
            e.added(
                "/*/cbc:BuyerReference",
                "<cac:AdditionalDocumentReference><cbc:ID>1</cbc:ID><cac:Attachment><cbc:EmbeddedDocumentBinaryObject"
                ' filename="BSN 999990019.pdf"'
                ' mimeCode="application/pdf">AA==</cbc:EmbeddedDocumentBinaryObject>'
                "</cac:Attachment></cac:AdditionalDocumentReference>",
            ),
        ],
        ids=["property", "item", "reference", "scheme", "comment", "file-name"],
    )
    def test_anywhere_in_the_file(self, edit: Any) -> None:
        """Data hides in properties, attributes, comments and names of embedded files."""
        invoice = said(e.edited(e.ubl(), edit)).invoice

        assert SightingKind.BSN_LABELLED in [sighting.kind for sighting in invoice.sightings]

    @pytest.mark.parametrize(
        "path",
        [
            "/*/cbc:ID",
            "//cac:AccountingSupplierParty//cbc:RegistrationName",
            "//cac:AccountingCustomerParty//cbc:StreetName",
        ],
    )
    def test_a_number_told_to_be_a_client_s_is_starred_in_every_field(self, path: str) -> None:
        """A BSN used as an invoice number would stand in every list, letter and export."""
        xml = e.edited(e.ubl(replace(e.GOOD, note="BSN: 999990019")), e.written(path, "999990019"))

        assert "999990019" not in str(fields(said(xml).invoice))

    @WRITERS
    @pytest.mark.parametrize(
        "bill", [e.GOOD, e.EXEMPT, e.OUTSIDE, e.CREDIT], ids=["good", "exempt", "outside", "credit"]
    )
    def test_an_ordinary_e_invoice_tells_nothing(self, write: Any, bill: e.Bill) -> None:
        """Numbers of the KvK, OIN and bank would be doubted as client numbers in every e-invoice."""
        assert said(write(bill)).invoice.sightings == ()


class TestHostile:
    @pytest.mark.parametrize(
        "data",
        [
            f"<!DOCTYPE Invoice [{BOMB}]>".encode()
            + e.ubl().split(b"?>", 1)[1].replace(b"ZORG-2026", b"&a11;"),
            b'<!DOCTYPE Invoice [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
            + e.ubl().split(b"?>", 1)[1].replace(b"ZORG-2026", b"&x;"),
            b'<!DOCTYPE Invoice SYSTEM "http://127.0.0.1:9/x.dtd">' + e.ubl().split(b"?>", 1)[1],
            b'<!DOCTYPE Invoice [<!ATTLIST Invoice a CDATA "x">]>' + e.ubl().split(b"?>", 1)[1],
            e.ubl()[:-20],
            e.ubl() + b"<more/>",
            b"<a>" * 100_000,
            b"<Invoice/>",
            b"<html><body>Factuur</body></html>",
            b"",
            b"\xff\xfe\x00",
            b"\x00" * 1000,
        ],
        ids=[
            "billion-laughs",
            "file",
            "network",
            "defaults",
            "cut",
            "two-roots",
            "deep",
            "no-namespace",
            "html",
            "empty",
            "half",
            "zeros",
        ],
    )
    def test_is_no_e_invoice(self, data: bytes) -> None:
        """An entity could open a file or fill the memory; a broken file must not stop the reading."""
        assert read(data, BUYER) is None

    def test_too_large(self) -> None:
        """A file without end would keep a worker busy."""
        assert read(e.ubl() + b" " * MAX_BYTES, BUYER) is None

    def test_a_million_elements_are_not_all_looked_at(self) -> None:
        """An e-invoice of many lines must come to an end, and what was not looked at must not be
        called absent.
        """
        xml = e.edited(
            e.ubl(),
            lambda root: [
                e.etree.SubElement(root, "x").__setattr__("text", f"regel {n}")
                for n in range(20_000)
            ],
        )

        assert cpu_seconds(lambda: said(xml), enough=15) < 15
        assert said(xml).invoice.fully_read is False

    @given(data=st.binary(max_size=300), at=st.integers(0, len(e.ubl()) - 1))
    @settings(max_examples=150)
    def test_any_bytes_in_the_middle(self, data: bytes, at: int) -> None:
        """Nothing in a file may raise: the mail would be tried again for ever."""
        xml = e.ubl()

        READ.answer(performed(xml[:at] + data + xml[at + len(data) :]))

    @pytest.mark.parametrize(
        "change",
        [
            lambda told: told.update(xml=5_000_000),
            lambda told: told.update(pdfs=[1] * 21),
            lambda told: told.update(pdfs=[16_000_000]),
            lambda told: told["invoice"].update(page_count=3),
            lambda told: told["invoice"].update(readers=["pdfium"]),
            lambda told: told["invoice"].update(e_invoice=None),
            lambda told: told["invoice"].update(kind="gift"),
            lambda told: told["invoice"]["supplier_name"]["found"].update(value="x" * 30_000),
            lambda told: told.pop("names"),
        ],
        ids=["xml", "files", "long-file", "pages", "reader", "about", "kind", "text", "key"],
    )
    def test_what_a_child_says_is_not_believed(self, change: Any) -> None:
        """A child taken over by a document could say anything."""
        told = json.loads(performed(e.ubl())[0])
        READ.answer([json.dumps(told).encode(), bytes(told["xml"])])
        change(told)
        attached = [bytes(size) for size in (told["xml"], *told["pdfs"])]

        with pytest.raises(SandboxFailed):
            READ.answer([json.dumps(told).encode(), *attached])


class TestFilesInside:
    def test_a_pdf_inside_an_e_invoice(self) -> None:
        """Many programs put the PDF into the UBL: without it a person would see no page."""
        page = pdf(e.page_lines())
        encoded = base64.b64encode(page).decode()
        piece = (
            "<cac:AdditionalDocumentReference><cbc:ID>1</cbc:ID><cac:Attachment><cbc:EmbeddedDocumentBinaryObject"
            " mimeCode='application/pdf'"
            f" filename='factuur.pdf'>{encoded}</cbc:EmbeddedDocumentBinaryObject></cac:Attachment>"
            "</cac:AdditionalDocumentReference>"
        )
        both = said(e.edited(e.ubl(), e.added("/*/cbc:BuyerReference", piece)))

        assert both.pdfs == (page,)
        assert encoded.encode() not in both.xml

    @pytest.mark.parametrize("compressed", [False, True])
    def test_an_e_invoice_inside_a_pdf(self, compressed: bool) -> None:
        """Factur-X is only looked for when the PDF may hold a file; missing it leaves the two
        uncompared.
        """
        file = e.with_embedded(
            pdf(e.page_lines()), ("anders.txt", b"hallo"), ("factur-x.xml", e.cii())
        )
        if compressed:
            writer = e.pypdf.PdfWriter(e.io.BytesIO(file))
            writer.compress_identical_objects()
            out = e.io.BytesIO()
            writer.write(out)
            file = out.getvalue()
        both = READ.answer(performed(file))

        assert may_hold_einvoice(file)
        assert both is not None
        assert both.invoice.invoice_number.value == "2026-0117"

    def test_an_ordinary_pdf_holds_none(self) -> None:
        """Every ordinary PDF would cost a second child."""
        assert not may_hold_einvoice(pdf(e.page_lines()))
