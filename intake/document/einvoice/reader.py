"""Reads e-invoices: UBL 2.1 (SI-UBL 2.0/NLCIUS, Peppol BIS 3) and CII (Factur-X, ZUGFeRD 2), alone
or inside a PDF.

The child parses, without entities, document types and network; the parent validates what it says.
The fields are the truth of the e-invoice itself; whether it is a good invoice is for the checks to
say.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from intake.document.reading import within_bounds
from intake.errors import SandboxFailed
from intake.model.document import Document, Reader
from intake.model.invoice import Invoice
from intake.profile import Addressee
from intake.sandbox.client import Children

SECONDS = 20.0
MAX_BYTES = 25_000_000
MAX_XML = 4_000_000
"""Characters of an e-invoice without the files inside it; the largest collective invoices have
about two million."""
MAX_FILES = 20
"""Files embedded in a PDF or an e-invoice that are looked at."""
MAX_FILE_BYTES = 15_000_000
_PDF = b"%PDF-"
_LONG_NUMBER = re.compile(r"\d(?:[.\-]?\d){7,8}(?!\d)")


@dataclass(frozen=True, slots=True)
class ReadEInvoice:
    """What one e-invoice said."""

    invoice: Invoice
    as_text: Invoice
    """The same file read by the finder as a page of text: the second look before anything is
    refused."""
    names: tuple[str, ...] = field(repr=False)
    """Every name of the supplier."""
    standard: str
    """What it claims to follow (BT-24, CustomizationID)."""
    xml: str = field(repr=False)
    """Without comments and embedded files, for the validator."""
    pdfs: tuple[str, ...] = field(default=(), repr=False)
    """PDF files inside it (BG-24), base64."""


@cache
def adapter() -> TypeAdapter[ReadEInvoice | None]:
    return TypeAdapter(ReadEInvoice | None)


def task_read(data: bytes, arguments: dict[str, Any], secrets: list[bytes]) -> Any:
    """Child's side: read one XML file, or the one inside a PDF.

    ``arguments``: ``buyer``. Null when there is no e-invoice that can be parsed.
    """
    buyer = Addressee.model_validate(arguments["buyer"])
    return adapter().dump_python(
        _embedded(data, buyer) if _PDF in data[:1024] else read(data, buyer), mode="json"
    )


def read(data: bytes, buyer: Addressee) -> ReadEInvoice | None:
    """Read one e-invoice; runs in a child. None: no e-invoice that we know, or not to be parsed."""
    from intake.document.anonymity.sightings import Masker
    from intake.document.einvoice import fields, nlcius_rules, rendering
    from intake.document.einvoice.terms import ROOTS, Terms
    from intake.document.extract.invoice import find_invoice

    root = _parsed(data)
    if root is not None and root.tag.endswith(
        "}StandardBusinessDocument"
    ):  # the envelope of Peppol
        root = next((inside for inside in root if inside.tag in ROOTS), root)
    if root is None or root.tag not in ROOTS:
        return None
    terms = Terms(root, ROOTS[root.tag])
    pdfs = tuple(_embedded_pdfs(root))
    page = rendering.page_of(terms)
    as_text = find_invoice(page, buyer)
    sightings = tuple(dict.fromkeys(replace(s, page=None, box=None) for s in as_text.sightings))
    whole = len(page.pages) >= page.page_count
    invoice = fields.invoice_of(terms)
    if invoice.e_invoice:
        invoice = replace(
            invoice, e_invoice=replace(invoice.e_invoice, broken=nlcius_rules.broken(terms))
        )
    invoice = replace(
        invoice,
        sightings=sightings,
        lines=as_text.lines,
        fully_read=whole,
        reverse_charge=invoice.reverse_charge or as_text.reverse_charge,
    )
    invoice = Masker(_starred(page, as_text)).invoice(invoice)
    xml = _plain(root)
    if len(xml) > MAX_XML:
        return None
    return ReadEInvoice(
        invoice, as_text, fields.names_of(terms), terms.text("customization")[:300], xml, pdfs
    )


def _starred(page: Document, as_text: Invoice) -> frozenset[str]:
    """Numbers that the finder wrote stars over: a client's, wherever they stand."""
    if not as_text.fully_read:
        return frozenset()
    before = " | ".join(word.text for one in page.pages for word in one.words)
    after = {_digits(run) for line in as_text.lines for run in _LONG_NUMBER.findall(line.text)}
    return frozenset(_digits(run) for run in _LONG_NUMBER.findall(before)) - after


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def _embedded(data: bytes, buyer: Addressee) -> ReadEInvoice | None:
    """The first e-invoice among the files embedded in a PDF (Factur-X, ZUGFeRD 2)."""
    import pypdfium2

    try:
        file = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError:
        return None
    for number in range(min(file.count_attachments(), MAX_FILES)):
        with suppress(pypdfium2.PdfiumError, ValueError):  # a damaged one must not hide the others
            if found := read(bytes(file.get_attachment(number).get_data()), buyer):
                return found
    return None


def _parsed(data: bytes) -> Any:
    """The root element, or None.

    A document type is refused altogether: no e-invoice has one, and entities come with it.
    """
    from lxml import etree

    if len(data) > MAX_BYTES:
        return None
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    info = root.getroottree().docinfo
    return None if info.internalDTD is not None or info.externalDTD is not None else root


def _embedded_pdfs(root: Any) -> Iterator[str]:
    """PDF files inside the e-invoice; their bytes are taken out of it."""
    count = 0
    for element in root.iter("{*}EmbeddedDocumentBinaryObject", "{*}AttachmentBinaryObject"):
        content, element.text = element.text or "", "AA=="
        if count >= MAX_FILES or len(content) > MAX_FILE_BYTES * 4 // 3:
            continue
        try:
            file = base64.b64decode(content)
        except (binascii.Error, ValueError):
            continue
        if _PDF in file[:1024]:
            count += 1
            yield base64.b64encode(file).decode("ascii")


def _plain(root: Any) -> str:
    from lxml import etree

    etree.strip_tags(root, etree.Comment)
    return str(etree.tostring(root, encoding="unicode"))


def may_hold_einvoice(pdf: bytes) -> bool:
    """A file is embedded in the PDF.

    Its dictionary is never compressed, for it belongs to a stream (ISO 32000-1, 7.5.7).
    """
    return any(word in pdf for word in (b"/EmbeddedFile", b"#2Fxml", b"#2fxml"))


def read_einvoice(sandbox: Children, data: bytes, buyer: Addressee) -> ReadEInvoice | None:
    """Read one XML file, or the e-invoice inside a PDF, in a child.

    None when there is none, or the child failed.
    """
    if len(data) > MAX_BYTES:
        return None
    try:
        return validated(
            sandbox.call(
                "read-einvoice", data, {"buyer": buyer.model_dump(mode="json")}, seconds=SECONDS
            )
        )
    except SandboxFailed:
        return None


def validated(told: object) -> ReadEInvoice | None:
    """Build the types from what a child said.

    Raises:
        SandboxFailed: ``garbage``.
    """
    try:
        said = adapter().validate_python(told)
    except (ValidationError, ValueError, ArithmeticError, RecursionError):
        raise SandboxFailed("garbage") from None  # the words of the error hold content
    if said is not None and not sound(said):
        raise SandboxFailed("garbage")
    return said


def sound(said: ReadEInvoice) -> bool:
    """True when everything lies within its bounds."""
    sizes = (
        len(said.xml) <= MAX_XML
        and len(said.pdfs) <= MAX_FILES
        and all(len(pdf) <= MAX_FILE_BYTES * 4 // 3 + 4 for pdf in said.pdfs)
    )
    reader = (
        said.invoice.readers == (Reader.XML,)
        and said.invoice.e_invoice is not None
        and said.invoice.page_count == 0
    )
    rest = replace(said, xml="", pdfs=())
    return sizes and reader and within_bounds(rest, said.as_text.page_count)


def files_of(said: ReadEInvoice) -> tuple[bytes, ...]:
    """The PDF files inside an e-invoice."""
    return tuple(base64.b64decode(pdf) for pdf in said.pdfs)
