"""E-invoices on the road: alone, inside a PDF, beside one, and beside the wrong one."""

from __future__ import annotations

import base64
import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from intake import pipeline, profile
from intake.document.einvoice import validator
from intake.export.report import check_line, check_outcome
from intake.mail.sniff import sniff
from intake.model.finding import Severity
from intake.model.mail import Part, PartKind
from intake.model.verdict import CheckedDocument
from intake.sandbox.client import Metered, Sandbox
from intake.stages import einvoices
from intake.stages.documents import DocumentReader
from intake.stages.invoice_checks import InvoiceChecks
from tests.cases.page import pdf, scan
from tests.document.einvoice import einvoices as e

ALMERE = profile.load("almere")
TODAY = dt.date(2026, 10, 2)
WRITERS = pytest.mark.parametrize("write", [e.ubl, e.cii], ids=["ubl", "cii"])
Rows = list[tuple[str, str]]


@pytest.fixture(scope="module")
def box(reading: Sandbox) -> Sandbox:
    return reading


def part(data: bytes, path: str = "1") -> Part:
    return Part(path, sniff(data), data, "factuur")


def checked(box: Sandbox, data: bytes) -> CheckedDocument:
    return pipeline.check_file(part(data), TODAY, ALMERE, box)


def rows(document: CheckedDocument) -> Rows:
    return [(found.check, found.severity.value) for found in document.findings]


def codes(document: CheckedDocument) -> set[str]:
    return {found.code for found in document.findings}


def together(box: Sandbox, *files: bytes) -> tuple[CheckedDocument, ...]:
    parts = [part(data, str(number)) for number, data in enumerate(files, 1)]
    reader = DocumentReader(InvoiceChecks(ALMERE, TODAY), Metered(box))
    attached = einvoices.read_attached(parts, ALMERE, box)
    documents = [reader.read(one) for one in parts if one.kind is PartKind.PDF]
    return einvoices.with_attached(documents, attached, reader.read, reader.checks)


class TestAlone:
    @WRITERS
    @pytest.mark.parametrize(
        "bill", [e.GOOD, e.EXEMPT, e.OUTSIDE, e.BIS_BILL], ids=["good", "exempt", "outside", "bis"]
    )
    def test_a_good_one_asks_a_person_and_no_more(
        self, box: Sandbox, write: Any, bill: e.Bill
    ) -> None:
        """The municipality asks for a PDF: an e-invoice alone is neither refused nor let through
        unseen.
        """
        assert rows(checked(box, write(bill))) == [("document", "review")]

    def test_every_field_of_the_contract(self, box: Sandbox) -> None:
        """Scripts read these keys."""
        line = check_line("factuur.xml", checked(box, e.ubl()))

        assert (line["outcome"], line["kind"], line["evidence"]) == ("accepted", "invoice", {})
        assert line["fields"] == {
            "supplier-name": "Zorgpraktijk De Vlinder B.V.", "supplier-street": "Kerkstraat 12",
            "supplier-postcode": "3811AB", "supplier-city": "Amersfoort",
            "supplier-phone": "033-5212345", "kvk-number": "99952775", "vat-id": "NL002455799B11",
            "vat-exempt": False, "iban": "NL91ABNA0417164300",
            "invoice-number": "2026-0117", "issue-date": "2026-10-01", "net-amount": "650.50",
            "vat-rate": "21", "vat-amount": "136.60",
            "gross-amount": "787.10", "vat-lines": [{"rate": "21", "net": "650.50", "vat": "136.60"}],
        }  # fmt: skip
        assert all(found["page"] is None and found["box"] is None for found in line["findings"])

    def test_what_stands_in_a_remark_is_not_missing(self, box: Sandbox) -> None:
        """A good e-invoice whose program has no field for the phone number would be refused."""
        bill = replace(
            e.GOOD, supplier=replace(e.SUPPLIER, phone=""), note="Vragen? Telefoon 033-5212345"
        )

        assert check_outcome(checked(box, e.ubl(bill))) == "accepted"

    def test_what_is_nowhere_is_missing(self, box: Sandbox) -> None:
        """The municipality's demands are the same for every form of invoice."""
        found = checked(box, e.ubl(replace(e.GOOD, iban="")))

        assert ("iban", "reject") in rows(found)
        assert check_outcome(found) == "rejected"

    def test_nothing_is_missing_in_what_breaks_its_schema(self, box: Sandbox) -> None:
        """A broken file may hold the fact where we do not look."""
        broken = e.edited(
            e.ubl(replace(e.GOOD, iban="")), lambda root: root.insert(0, e.etree.Element("gift"))
        )

        assert not any(severity == "reject" for _, severity in rows(checked(box, broken)))

    def test_nothing_is_missing_when_nobody_could_validate(
        self, box: Sandbox, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A fault of our validator must not cost a provider a refusal."""
        monkeypatch.setattr(validator, "broken", lambda *_: None)

        assert not any(
            severity == "reject"
            for _, severity in rows(checked(box, e.ubl(replace(e.GOOD, iban=""))))
        )

    def test_a_visiting_address_in_it_is_a_doubt(self, box: Sandbox) -> None:
        """Programs fill in the address of the register: an e-invoice is not delivered by it."""
        bill = replace(
            e.GOOD, buyer=replace(e.BUYER, street="Stadhuisplein 1", postcode="1315 HR", contact="")
        )

        assert ("addressee", "review") in rows(checked(box, e.ubl(bill)))
        assert check_outcome(checked(box, e.ubl(bill))) == "accepted"

    def test_a_broken_rule_is_told_in_dutch(self, box: Sandbox) -> None:
        """The provider must know what to ask of the maker of the program."""
        found = checked(
            box, e.ubl(replace(e.EXEMPT, supplier=replace(e.SUPPLIER, vat=""), reference=""))
        )
        said = " ".join(one.message for one in found.findings)

        assert "categorie O" in said
        assert "BR-E-02" in said
        assert "BR-NL-2" in said
        assert {one.severity for one in found.findings if one.code == "xml-rule"} == {
            Severity.REVIEW
        }

    def test_another_currency(self, box: Sandbox) -> None:
        """Dollars would be paid as euros."""
        assert "xml-currency" in codes(checked(box, e.ubl(replace(e.GOOD, currency="USD"))))

    @WRITERS
    def test_client_data_refuses(self, box: Sandbox, write: Any) -> None:
        """A BSN in a file that a person never reads would stay in the books for seven years."""
        found = checked(box, write(replace(e.GOOD, note="BSN 999990019")))

        assert ("anonymity", "reject") in rows(found)
        assert "999990019" not in str(check_line("x", found))

    @pytest.mark.parametrize(
        "data",
        [b"<?xml version='1.0'?><recept/>", b"<Invoice xmlns='urn:x'/>", e.ubl()[:-9]],
        ids=["other", "other-invoice", "cut"],
    )
    def test_xml_that_is_no_e_invoice(self, box: Sandbox, data: bytes) -> None:
        """Any XML would be taken for an invoice."""
        found = checked(box, data)

        assert found.invoice is None
        assert check_outcome(found) == "unreadable"


class TestInsideAPdf:
    def test_the_same_bill(self, box: Sandbox) -> None:
        """Factur-X is a PDF like any other: fine."""
        file = e.with_embedded(
            pdf(e.page_lines()), ("factur-x.xml", e.cii(replace(e.GOOD, standard=e.FACTURX)))
        )
        found = checked(box, file)

        assert rows(found) == []
        assert found.invoice is not None
        assert found.invoice.e_invoice is not None
        assert found.invoice.gross_amount.evidence is not None

    def test_another_total(self, box: Sandbox) -> None:
        """The program books what nobody saw."""
        file = e.with_embedded(pdf(e.page_lines(gross="788,10")), ("factur-x.xml", e.cii()))

        assert codes(checked(box, file)) == {"xml-differs"}

    def test_a_bad_account_on_the_page_is_not_refused_when_the_e_invoice_has_a_good_one(
        self, box: Sandbox
    ) -> None:
        """A difference asks a person; it never refuses."""
        file = e.with_embedded(
            pdf(e.page_lines(iban="NL91ABNA0417164301")), ("factur-x.xml", e.cii())
        )

        assert check_outcome(checked(box, file)) == "accepted"

    def test_a_bad_account_in_the_e_invoice_alone_is_not_refused(self, box: Sandbox) -> None:
        """The page is good: the municipality asked for no more."""
        file = e.with_embedded(
            pdf(e.page_lines()), ("factur-x.xml", e.cii(replace(e.GOOD, iban="NL91ABNA0417164301")))
        )
        found = checked(box, file)

        assert check_outcome(found) == "accepted"
        assert "xml-differs" in codes(found)

    def test_broken_rules_beside_a_good_page_are_only_told(self, box: Sandbox) -> None:
        """An e-invoice that came for free must not cost a clerk a look."""
        file = e.with_embedded(
            pdf(e.page_lines()), ("factur-x.xml", e.cii(replace(e.GOOD, reference="")))
        )

        assert rows(checked(box, file)) == [("document", "info")]

    def test_client_data_in_it_refuses(self, box: Sandbox) -> None:
        """Nobody sees an embedded file, and everybody's program reads it."""
        file = e.with_embedded(
            pdf(e.page_lines()), ("factur-x.xml", e.cii(replace(e.GOOD, note="BSN 999990019")))
        )

        assert ("anonymity", "reject") in rows(checked(box, file))

    @pytest.mark.parametrize(
        "data", [b"", b"<a/>", b"\x00" * 100, e.ubl()[:-9]], ids=["empty", "other", "zeros", "cut"]
    )
    def test_any_other_file_in_it(self, box: Sandbox, data: bytes) -> None:
        """An annex must not make the invoice unreadable."""
        assert (
            check_outcome(checked(box, e.with_embedded(pdf(e.page_lines()), ("bijlage.xml", data))))
            == "accepted"
        )


class TestBeside:
    def test_one_invoice(self, box: Sandbox) -> None:
        """The two would be queued, and paid, twice."""
        found = together(box, pdf(e.page_lines()), e.ubl())

        assert [rows(one) for one in found] == [[]]

    def test_two_pairs_in_any_order(self, box: Sandbox) -> None:
        """An e-invoice laid beside another bill would differ in everything."""
        second = replace(e.GOOD, number="2026-0118")
        found = together(
            box, e.ubl(second), pdf(e.page_lines()), e.ubl(), pdf(e.page_lines(second))
        )

        assert [(one.path, rows(one)) for one in found] == [("2", []), ("4", [])]

    def test_another_number_on_the_only_pair(self, box: Sandbox) -> None:
        """Which of two numbers is booked is for a person to say."""
        found = together(box, pdf(e.page_lines(number="2026-0999")), e.ubl())

        assert [codes(one) for one in found] == [{"xml-differs"}]

    def test_an_e_invoice_without_its_page_among_others(self, box: Sandbox) -> None:
        """It must not vanish behind the invoices that have one."""
        second = replace(e.GOOD, number="2026-0118")
        found = together(box, pdf(e.page_lines()), e.ubl(), e.ubl(second))

        assert [(one.path, one.kind) for one in found] == [("1", PartKind.PDF), ("3", PartKind.XML)]
        assert codes(found[1]) == {"xml-only"}

    def test_a_pdf_that_does_not_open(self, box: Sandbox) -> None:
        """The e-invoice says what the PDF cannot."""
        found = together(box, b"%PDF-1.4 kapot", e.ubl())

        assert [one.is_invoice for one in found] == [False, True]

    def test_a_picture_of_the_bill(self, box: Sandbox) -> None:
        """A scan with an e-invoice is the best scan there is."""
        found = together(box, scan(pdf(e.page_lines())), e.ubl())

        assert len(found) == 1
        assert found[0].invoice is not None
        assert found[0].invoice.gross_amount.value == e.GOOD.gross
        assert check_outcome(found[0]) == "accepted"

    def test_its_own_pdf_with_client_data(self, box: Sandbox) -> None:
        """A time sheet inside the e-invoice, in the open, is a leak."""
        leak = pdf(["Urenlijst", "Cliënt: Sanne Voorbeeld, geboren 14-03-2015", "BSN: 999990019"])
        content = base64.b64encode(leak).decode()
        piece = (
            "<cac:AdditionalDocumentReference><cbc:ID>1</cbc:ID><cac:Attachment><cbc:EmbeddedDocumentBinaryObject"
            " mimeCode='application/pdf'"
            f" filename='uren.pdf'>{content}</cbc:EmbeddedDocumentBinaryObject></cac:Attachment>"
            "</cac:AdditionalDocumentReference>"
        )
        found = together(box, e.edited(e.ubl(), e.added("/*/cbc:BuyerReference", piece)))

        assert ("anonymity", "reject") in rows(found[0])
