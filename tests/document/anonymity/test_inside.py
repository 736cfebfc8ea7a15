"""Clients in what a PDF holds beside its pages are found; what every producer writes there is left
alone.
"""

from __future__ import annotations

import io
from collections.abc import Callable

import pypdf
import pytest
from reportlab.pdfgen.canvas import Canvas

from intake.document.anonymity.hidden_content import with_inside
from intake.document.extract.invoice import find_invoice
from intake.document.readers.pdf import read as read_pdf
from intake.document.readers.pdf_structure import look_inside
from intake.document.reading import read_invoice
from intake.model.document import Reader
from intake.model.invoice import Invoice, SightingKind
from intake.sandbox.client import Sandbox
from tests.document.anonymity.leaky import (
    BSN,
    PERSON,
    Add,
    attached,
    bookmark,
    form_field,
    info,
    note,
    page,
    revised,
    script,
    switched_off,
    with_change,
    workbook,
    xmp,
)
from tests.document.typed import BUYER, typed, whole
from tests.timing import cpu_seconds

_UBL = """<?xml version="1.0"?><Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
 xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"><cbc:ID>2026-0011</cbc:ID>{}
 <cbc:EndpointID schemeID="0106">24330087</cbc:EndpointID>
 <cbc:CompanyID schemeID="9944">NL123456782B01</cbc:CompanyID>
 <cbc:BuyerReference>123456782</cbc:BuyerReference><cbc:Name>Gemeente Almere</cbc:Name></Invoice>"""


def whole_file(data: bytes, reader: Reader = Reader.PDFIUM) -> Invoice:
    document = read_pdf(data, reader)
    return with_inside(find_invoice(document, BUYER), data, document, BUYER)


LEAKS: dict[str, Add] = {
    "title": info("/Title", f"Factuur BSN {BSN}"),
    "subject": info("/Subject", PERSON),
    "own-key": info("/BSN", BSN),
    "keywords-grouped": info("/Keywords", "zorg, 1112.22.333"),
    "xmp-title": xmp(f"<dc:title><rdf:Alt><rdf:li>BSN: {BSN}</rdf:li></rdf:Alt></dc:title>"),
    "xmp-attribute": xmp(f'<dc:subject clientBsn="{BSN}"/>'),
    "note": note(f"let op: bsn {BSN}"),
    "note-person": note(PERSON),
    "visible-note": note(f"bsn {BSN}", hidden=False),
    "field-name": form_field("bsn_client", BSN),
    "field-value": form_field("opmerking", PERSON),
    "script": script(f"var bsn = '{BSN}';"),
    "bookmark": bookmark(f"Cliënt BSN {BSN}"),
    "ubl-note": attached("factuur.xml", _UBL.format(f"<cbc:Note>BSN {BSN}</cbc:Note>").encode()),
    "ubl-tag": attached(
        "factuur.xml", _UBL.format(f'<cbc:ID schemeName="BSN">{BSN}</cbc:ID>').encode()
    ),
    "csv": attached("regels.csv", f"naam;bsn;product\nA.B.;{BSN};45A04\n".encode()),
    "csv-utf16": attached("regels.csv", f"naam;bsn;product\nA.B.;{BSN};45A04\n".encode("utf-16")),
    "csv-names": attached(
        "regels.csv", b"clientnaam;geboortedatum;product\nSanne Voorbeeld;14-03-2015;45A04\n"
    ),
    "xlsx": attached(
        "regels.xlsx", workbook(("Product", "BSN", "Bedrag"), ("45A04", int(BSN), 750))
    ),
    "pdf": attached("specificatie.pdf", page(f"BSN {BSN}")),
    "file-name": attached(f"bsn-{BSN}.txt", b"niets"),
    "html": attached("x.html", f"<table><tr><td>BSN</td><td>{BSN}</td></tr></table>".encode()),
}


@pytest.mark.parametrize("name", LEAKS)
@pytest.mark.parametrize("reader", [Reader.PDFIUM, Reader.PDFPLUMBER])
def test_found_inside(name: str, reader: Reader) -> None:
    """A file that nobody looks into would carry a client's data to everyone who gets the invoice."""
    invoice = whole_file(with_change(LEAKS[name]), reader)

    assert any(sighting.kind.certain and sighting.page is None for sighting in invoice.sightings)
    assert all(sighting.box is None for sighting in invoice.sightings if sighting.page is None)


def test_found_in_an_earlier_revision() -> None:
    """What was removed by an editor would still be read by whoever cuts the file at its first end."""
    invoice = whole_file(revised(f"BSN {BSN}"))

    assert [(s.kind, s.page) for s in invoice.sightings] == [(SightingKind.BSN_LABELLED, None)]


def test_found_in_an_encrypted_file_that_opens_without_a_password() -> None:
    """A file closed against printing only would keep its properties to itself."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(with_change(info("/Subject", f"BSN {BSN}"))))
    writer.encrypt("", "owner", algorithm="AES-256")
    file = io.BytesIO()
    writer.write(file)

    assert any(s.kind.certain for s in whole_file(file.getvalue()).sightings)


def _boxed(canvas: Canvas) -> None:
    canvas.drawString(40, 200, f"BSN: {BSN}")
    canvas.rect(60, 190, 200, 30, fill=1)


def _white(canvas: Canvas) -> None:
    canvas.setFillColorRGB(1, 1, 1)
    canvas.drawString(40, 200, f"BSN: {BSN}")


def _tiny(canvas: Canvas) -> None:
    canvas.setFont("Helvetica", 0.5)
    canvas.drawString(40, 200, f"BSN: {BSN}")


def _outside(canvas: Canvas) -> None:
    canvas.drawString(40, -200, f"BSN: {BSN}")


@pytest.mark.parametrize("draw", [_boxed, _white, _tiny, _outside])
@pytest.mark.parametrize("reader", [Reader.PDFIUM, Reader.PDFPLUMBER])
def test_found_where_the_eye_sees_nothing(draw: Callable[[Canvas], None], reader: Reader) -> None:
    """A black bar over a number hides it from the eye only."""
    assert SightingKind.BSN_LABELLED in {
        s.kind for s in whole_file(page(extra=draw), reader).sightings
    }


@pytest.mark.parametrize("reader", [Reader.PDFIUM, Reader.PDFPLUMBER])
def test_found_in_a_layer_that_is_switched_off(reader: Reader) -> None:
    """One click in a viewer shows what the layer holds."""
    assert any(
        s.kind.certain
        for s in whole_file(with_change(switched_off(f"BSN: {BSN}")), reader).sightings
    )


def test_found_on_the_last_pages_of_a_book() -> None:
    """Whoever sends a hundred pages of annexes would hide a client behind them."""
    page_of_words = "\n".join(["De zorg is gegeven volgens het plan en de afspraken van toen"] * 55)
    document = typed(
        "\f".join([whole(), *[page_of_words] * 40, f"Cliënt BSN {BSN}", *[page_of_words] * 3])
    )
    invoice = with_inside(find_invoice(document, BUYER), page(), document, BUYER)

    assert (SightingKind.BSN_LABELLED, 42) in {(s.kind, s.page) for s in invoice.sightings}


def test_found_behind_the_locks_of_the_child(reading: Sandbox) -> None:
    """A library that loads late fails in the locked child, and the search would find nothing."""
    for name in ("xmp-title", "note-person", "csv", "xlsx", "pdf"):
        _, invoice = read_invoice(reading, with_change(LEAKS[name]), BUYER)
        assert invoice is not None
        assert any(s.kind.certain and s.page is None for s in invoice.sightings), name
        assert invoice.looked_inside, name


CLEAN: dict[str, Add] = {
    "title": info("/Title", "Factuur 2026-0011 begeleiding september"),
    "author": info("/Author", "J. de Vries"),
    "subject": info("/Subject", "Gemeente Almere, t.a.v. mevrouw Jansen"),
    "keywords": info("/Keywords", "factuurnummer 123456782"),
    "producer": info("/Producer", "iText 5.5.13 AGPL 123456782.1"),
    "key-of-a-program": info("/SPDF", "1112222333"),
    "order": info("/OrderId", "ordernummer 111222333"),
    "xmp": xmp(
        "<xmpMM:DocumentID>uuid:123456782-0000-4abc-8def-999990019abc</xmpMM:DocumentID><xmp:CreateDate>2026-11-13T10:11:12+01:00</xmp:CreateDate><dc:creator><rdf:Seq><rdf:li>Jan"
        " de Vries</rdf:li></rdf:Seq></dc:creator>"
    ),
    "note": note("Behandelaar: Jan de Vries, geb. 12-03-1970"),
    "bsn-elsewhere": note("BSN en geboortedatum staan in de beveiligde bijlage, kenmerk 123456782"),
    "field": form_field("klantnummer", "123456782"),
    "own-btw": form_field("btw-nummer", "NL123456782B01"),
    "rsin": form_field("rsin", "123456782"),
    "script": script("app.alert('Factuur 2026-0011'); var kvk = '24330087';"),
    "bookmark": bookmark("Factuur 2026-0011"),
    "ubl": attached(
        "factuur.xml", _UBL.format("<cbc:Note>BSN: zie beveiligde bijlage</cbc:Note>").encode()
    ),
    "csv": attached("regels.csv", b"product;ordernummer;bedrag\n45A04;123456782;750,00\n"),
    "picture": attached("logo.png", b"\x89PNG\r\n\x1a\n" + bytes(50)),
}


@pytest.mark.parametrize("name", CLEAN)
def test_left_alone_inside(name: str) -> None:
    """What invoice programs write into a file would refuse a good invoice."""
    invoice = whole_file(with_change(CLEAN[name]))

    assert invoice.sightings == ()
    assert invoice.looked_inside


def test_a_signed_or_mended_invoice_is_left_alone() -> None:
    """Every file that was signed or corrected has an earlier revision."""
    assert whole_file(revised("Begeleiding 10 uur", "Begeleiding 11 uur")).sightings == ()


def test_a_number_seen_inside_is_masked_on_the_page() -> None:
    """The number that the properties call a BSN would stand in our output as a reference."""
    invoice = whole_file(with_change(info("/Subject", f"BSN {BSN}"), page(f"Referentie {BSN}")))

    assert not any(BSN in line.text for line in invoice.lines)


@pytest.mark.parametrize(
    "data",
    [
        page()[:-300],
        page().replace(b"/Root", b"/Rout"),
        page().replace(b"xref", b"xrxx"),
        b"%PDF-1.7\n" + b"1 0 obj<</A 1 0 R>>endobj\n" * 50,
        b"%PDF-1.4\n" + b"[" * 200_000,
        b"%PDF-1.4\n" + b"<</A" * 100_000,
        page() + b"startxref\n0\n%%EOF\n" * 2000,
        with_change(attached("x.xlsx", b"PK\x03\x04" + bytes(3000))),
        with_change(attached("x.bin", bytes(range(256)) * 50)),
        with_change(xmp("<a>" * 20_000)),
    ],
    ids=[
        "cut",
        "no-root",
        "no-table",
        "loop",
        "brackets",
        "nested",
        "many-ends",
        "broken-zip",
        "binary",
        "xmp",
    ],
)
def test_a_broken_file_takes_little_time_and_raises_nothing(data: bytes) -> None:
    """One odd file would stop the reading of the invoice, or the worker."""

    def read() -> None:
        look_inside(data)
        document = read_pdf(data, Reader.PDFIUM)
        if not document.fault:
            with_inside(find_invoice(document, BUYER), data, document, BUYER)

    assert cpu_seconds(read, enough=8) < 8


def test_what_could_not_be_looked_at_is_told() -> None:
    """A locked file inside the invoice would pass as anonymous."""
    assert not whole_file(
        with_change(attached("regels.7z", b"7z\xbc\xaf\x27\x1c" + bytes(range(128, 256)) * 50))
    ).looked_inside
