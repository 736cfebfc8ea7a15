"""Reads documents and checks them, e-invoices included."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from intake.checks.document import check_part
from intake.checks.support.agreement import (
    agreed,
    confirmed,
    confirmed_as_drawn,
    confirmed_by_text,
    held_back,
    rejects,
)
from intake.document.advocate.client import HEARD, plead
from intake.document.ocr.client import has_text, look
from intake.document.ocr.regions import Seen
from intake.document.reading import read_as_drawn, read_invoice
from intake.model.document import Reader
from intake.model.finding import CheckResult, Finding, Severity
from intake.model.invoice import DocumentKind, Invoice
from intake.model.mail import Part, PartKind
from intake.model.verdict import CheckedDocument
from intake.profile import Profile
from intake.sandbox.client import Metered
from intake.stages import einvoices
from intake.stages.invoice_checks import InvoiceChecks
from intake.stages.values import Parsed, Read
from intake.text.folding import alphanumeric


@dataclass(frozen=True, slots=True)
class DocumentReader:
    """Reads one file at a time in the children of one mail, and checks it."""

    checks: InvoiceChecks
    children: Metered

    @property
    def profile(self) -> Profile:
        return self.checks.profile

    def read(self, part: Part) -> CheckedDocument:
        """Read one PDF or photo and check it.

        What is in pictures is read by OCR; before anything is refused, a second engine reads the
        text too (rule 3), and then an advocate looks by other ways for what seems absent.
        """
        buyer, work = self.profile.addressee, self.children.work
        summary, by_text = read_invoice(self.children, part.data, buyer, Reader.PDFIUM)
        work.read(summary.page_count)
        if by_text is None:
            return unread(part, summary.fault, summary.page_count, self.profile)
        invoice = by_text
        seen = look(self.children, part.data, summary.unread)
        if seen:
            _, with_pictures = read_invoice(self.children, part.data, buyer, Reader.PDFIUM, seen)
            invoice = with_pictures or by_text
        if part.kind is PartKind.IMAGE and not has_text(seen):
            return unread(part, "no-text" if seen else None, 0, self.profile)
        results = self.checks.run(invoice)
        if seen:
            results = confirmed_by_text(results, self.checks.run(by_text), invoice.fully_read)
        if rejects(results):
            _, second = read_invoice(self.children, part.data, buyer, Reader.PDFPLUMBER, seen)
            work.read(summary.page_count)
            again = self.checks.run(second) if second else ()
            invoice, results = agreed(invoice, results, second, again)
        if rejects(results):
            drawn = look(self.children, part.data, summary.shown)
            invoice, results = self._as_drawn(part, drawn, invoice, results)
            seen = (*seen, *drawn)
        if refused := rejects(results) & HEARD:
            pleas = plead(self.children, part.data, refused, buyer, seen)
            results = held_back(results, refused, pleas, self.profile)
        document = CheckedDocument(
            part.path,
            part.kind,
            part.file_name,
            invoice,
            summary.fault,
            summary.page_count,
            results,
        )
        return einvoices.with_embedded(document, part, self.children, self.checks)

    def _as_drawn(
        self, part: Part, seen: Sequence[Seen], invoice: Invoice, results: tuple[CheckResult, ...]
    ) -> tuple[Invoice, tuple[CheckResult, ...]]:
        """What would be refused, after a look at the pages as they are drawn: a text layer may say
        something else.

        Args:
            seen: what OCR saw on these pages.
        """
        read = (
            read_as_drawn(self.children, part.data, self.profile.addressee, seen) if seen else None
        )
        if read is None or read.invoice is None:
            return invoice, results
        again = self.checks.run(read.invoice)
        if not read.differs:
            spots = [(spot.page, spot.box) for spot in read.spots]
            return invoice, confirmed_as_drawn(results, again, spots)
        sightings = dict.fromkeys((*invoice.sightings, *read.invoice.sightings))
        return replace(read.invoice, sightings=tuple(sightings)), confirmed(again, ())

    def read_any(self, part: Part) -> CheckedDocument:
        """Read one file of any kind; what is no invoice in a form we take is told as such."""
        if part.kind in (PartKind.PDF, PartKind.IMAGE):
            return self.read(part)
        attached = einvoices.read_attached([part], self.profile, self.children)
        alone = einvoices.with_attached((), attached, self.read, self.checks)
        return next(iter(alone), unread(part, None, 0, self.profile))


def read_documents(parsed: Parsed, reader: DocumentReader) -> Read:
    """Read the documents that came in the open, each e-invoice beside its PDF."""
    attached = einvoices.read_attached(parsed.parts, reader.profile, reader.children)
    documents = [reader.read(part) for part in parsed.files.documents]
    read = einvoices.with_attached(documents, attached, reader.read, reader.checks)
    papers = tuple(_unless_paper(each, read, reader.profile) for each in read)
    return Read(parsed, papers, tuple(attached))


_LACKS = frozenset({"absent", "amount-absent", "rate-absent"})
"""Codes of what is not there."""
_OF_NOBODY = frozenset({("invoice-number", "absent"), ("addressee", "absent")})
_SAME = ("kvk_number", "vat_id", "iban", "gross_amount")


def _unless_paper(
    document: CheckedDocument, among: Sequence[CheckedDocument], profile: Profile
) -> CheckedDocument:
    """A document that could be an invoice and lacks something, beside a good one.

    With its number and nothing that differs it belongs to that: a specification, or a copy of
    another program. With no number at all, and addressed to nobody, only a person can tell.
    """
    invoice, found = document.invoice, document.findings
    if not document.is_invoice or invoice is None or not _only_lacks(found):
        return document
    bills = [d.invoice for d in among if d.is_invoice and d.invoice and not rejects(d.results)]
    if any(_is_part_of(invoice, bill) for bill in bills):
        return replace(document, invoice=replace(invoice, kind=DocumentKind.OTHER))
    if bills and {(f.check, f.code) for f in found}.issuperset(_OF_NOBODY):
        kept = (r for r in document.results if r.check == "anonymity")
        unclear = check_part(PartKind.UNKNOWN, None, profile)
        return replace(document, invoice=None, results=(unclear, *kept))
    return document


def _only_lacks(findings: Iterable[Finding]) -> bool:
    """Whether it would be refused, and for nothing but what is not there."""
    faults = {f.code for f in findings if f.severity is Severity.REJECT}
    return bool(faults) and _LACKS.issuperset(faults)


def _is_part_of(annex: Invoice, bill: Invoice) -> bool:
    if annex.kind is not bill.kind or not annex.invoice_number.value:
        return False
    pairs = [(getattr(annex, name).value, getattr(bill, name).value) for name in _SAME]
    same_number = alphanumeric(annex.invoice_number.value) == alphanumeric(
        bill.invoice_number.value or ""
    )
    return same_number and all(one == other for one, other in pairs if None not in (one, other))


def unread(part: Part, fault: str | None, page_count: int, profile: Profile) -> CheckedDocument:
    """A document in which nothing could be read, or whose form nobody can check."""
    results = (check_part(part.kind, fault, profile, part.file_name),)
    return CheckedDocument(part.path, part.kind, part.file_name, None, fault, page_count, results)


def is_unread(document: CheckedDocument) -> bool:
    """Whether nothing of a document could be read, so that it may be an invoice."""
    invoice = document.invoice
    return invoice is None or not (document.is_invoice or invoice.fully_read or invoice.lines)
