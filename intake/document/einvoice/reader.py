"""Reads e-invoices: UBL 2.1 (SI-UBL 2.0/NLCIUS, Peppol BIS 3) and CII (Factur-X, ZUGFeRD 2), alone
or inside a PDF.

The child parses, without entities, document types and network.
The fields are the truth of the e-invoice itself; whether it is a good invoice is for the checks to
say.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from intake.errors import SandboxFailed
from intake.model.document import Document, Reader
from intake.model.invoice import Invoice
from intake.profile import Addressee
from intake.sandbox.client import Children
from intake.sandbox.task import Attached, ChildKind, Task, within_bounds

MAX_BYTES = 25_000_000
MAX_XML = 4_000_000
"""Bytes of an e-invoice without the files inside it; the largest collective invoices have
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
    xml: Attached = field(repr=False)
    """Without comments and embedded files, for the validator."""
    pdfs: tuple[Attached, ...] = field(default=(), repr=False)
    """PDF files inside it (BG-24)."""


def _read(data: bytes, arguments: Addressee, secrets: Sequence[bytes]) -> ReadEInvoice | None:
    """Child's side: read one XML file, or the one inside a PDF."""
    return (_embedded if _PDF in data[:1024] else read)(data, arguments)


def _is_sound(answer: ReadEInvoice | None) -> bool:
    if answer is None:
        return True
    invoice = answer.invoice
    return (
        len(answer.xml) <= MAX_XML
        and len(answer.pdfs) <= MAX_FILES
        and all(len(pdf) <= MAX_FILE_BYTES for pdf in answer.pdfs)
        and invoice.readers == (Reader.XML,)
        and invoice.e_invoice is not None
        and invoice.page_count == 0
        and within_bounds(answer, answer.as_text.page_count)
    )


def _first_einvoices() -> Iterator[tuple[bytes, Addressee, Sequence[bytes]]]:
    from intake.document.einvoice import samples, terms
    from intake.document.readers.warmup import BUYER

    terms.prepare()
    for xml in (samples.UBL, samples.CII):
        yield xml, BUYER, ()


READ = Task("read-einvoice", ChildKind.CONTENTS, _read, _first_einvoices, _is_sound)


def read(data: bytes, buyer: Addressee) -> ReadEInvoice | None:
    """Read one e-invoice; runs in a child. None: no e-invoice that we know, or not to be parsed."""
    from intake.document.anonymity.sightings import Masker
    from intake.document.einvoice import fields, nlcius_rules, rendering
    from intake.document.einvoice.terms import ROOTS, Terms
    from intake.document.extract.invoice import find_invoice

    root = _root_of(data)
    if root is None:
        return None
    terms = Terms(root, ROOTS[root.tag])
    pdfs = tuple(_embedded_pdfs(root))
    page = rendering.page_of(terms)
    as_text = find_invoice(page, buyer)
    sightings = tuple(dict.fromkeys(replace(s, page=None, box=None) for s in as_text.sightings))
    whole = len(page.pages) >= page.page_count
    invoice = fields.invoice_of(terms)
    about = invoice.e_invoice
    invoice = replace(
        invoice,
        e_invoice=about and replace(about, broken=nlcius_rules.broken(terms)),
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


def _root_of(data: bytes) -> Any:
    """The root of the e-invoice, which may stand alone in an envelope (of Peppol, SOAP); None for all
    else.
    """
    from intake.document.einvoice.mending import conform
    from intake.document.einvoice.terms import ROOTS

    root = _parsed(data)
    if root is None:
        return None
    wrapped = list(root.iterdescendants("{*}Invoice", "{*}CreditNote", "{*}CrossIndustryInvoice"))
    candidates = (root, *wrapped) if len(wrapped) == 1 else (root,)
    if root.tag.endswith("}StandardBusinessDocument"):
        candidates = root
    return next((each for each in candidates if conform(each).tag in ROOTS), None)


def _starred(page: Document, as_text: Invoice) -> frozenset[str]:
    """Numbers that the finder wrote stars over: a client's, wherever they stand."""
    if not as_text.fully_read:
        return frozenset()
    before = " | ".join(word.text for one in page.pages for word in one.words)
    return _long_numbers(before) - _long_numbers(*(line.text for line in as_text.lines))


def _long_numbers(*texts: str) -> frozenset[str]:
    runs = (run for text in texts for run in _LONG_NUMBER.findall(text))
    return frozenset(re.sub(r"\D", "", run) for run in runs)


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

    from intake.document.einvoice.mending import plain_text

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
        root = etree.fromstring(plain_text(data).encode("utf-8"), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    info = root.getroottree().docinfo
    return None if info.internalDTD is not None or info.externalDTD is not None else root


def _embedded_pdfs(root: Any) -> Iterator[bytes]:
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
            yield file


def _plain(root: Any) -> bytes:
    from lxml import etree

    etree.strip_tags(root, etree.Comment)
    return bytes(etree.tostring(root, encoding="utf-8", xml_declaration=False))


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
        return sandbox.call(READ, data, buyer)
    except SandboxFailed:
        return None
