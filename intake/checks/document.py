"""Form of the invoice (bestandsvorm): a PDF that opens.

Source: page of Almere, "De factuur dient altijd een geanonimiseerd pdf-bestand te zijn". Certainly
another form refuses; a picture, or an e-invoice without a PDF, asks a person; damaged or unclear is
quarantined without a reply.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import filterfalse

from intake.checks.support import einvoice_rule_words
from intake.checks.support.requirement import Requirement, Situation, finding, in_situation, result
from intake.model.document import Reader
from intake.model.finding import CheckResult, Finding, Severity
from intake.model.invoice import DocumentKind, EInvoice, Invoice
from intake.model.mail import PartKind
from intake.model.verdict import History
from intake.profile import Profile

REQUIREMENT = Requirement(
    check="document",
    situations={
        "word": Situation(Severity.REJECT),
        "excel": Situation(Severity.REJECT),
        "html": Situation(Severity.REJECT),
        "link-only": Situation(Severity.REJECT),
        "encrypted-pdf": Situation(Severity.REJECT),
        "html-as-pdf": Situation(Severity.REJECT),
        "word-as-pdf": Situation(Severity.REJECT),
        "image": Situation(Severity.REVIEW),
        "image-unread": Situation(Severity.REVIEW),
        "image-too-large": Situation(Severity.REVIEW),
        "scan": Situation(Severity.REVIEW),
        "scan-unread": Situation(Severity.REVIEW),
        "hidden-total": Situation(Severity.REVIEW),
        "text-differs": Situation(Severity.REVIEW),
        "form": Situation(Severity.REVIEW),
        "portfolio": Situation(Severity.REVIEW),
        "empty": Situation(Severity.REVIEW),
        "too-many-pages": Situation(Severity.REVIEW),
        "script": Situation(Severity.REVIEW),
        "too-large": Situation(Severity.REVIEW),
        "timeout": Situation(Severity.REVIEW),
        "xml-only": Situation(Severity.REVIEW),
        "damaged": Situation(Severity.REVIEW),
        "xml-rule": Situation(Severity.REVIEW),
        "xml-rule-beside": Situation(Severity.INFO),
        "xml-remark": Situation(Severity.INFO),
        "xml-differs": Situation(Severity.REVIEW),
        "xml-not-on-page": Situation(Severity.REVIEW),
        "xml-currency": Situation(Severity.REVIEW),
        "unclear": Situation(Severity.REVIEW),
        "partly-unread": Situation(Severity.REVIEW),
        "over-budget": Situation(Severity.REVIEW, internal=True),
        "file-unread": Situation(Severity.REVIEW, internal=True),
        "several-invoices": Situation(Severity.REVIEW),
        "reminder": Situation(Severity.REVIEW),
        "quotation": Situation(Severity.REVIEW),
        "statement": Situation(Severity.REVIEW),
    },
)

_CERTAINLY_WRONG = {PartKind.WORD: "word", PartKind.EXCEL: "excel", PartKind.HTML: "html"}
_MISNAMED = {PartKind.WORD: "word-as-pdf", PartKind.HTML: "html-as-pdf"}
_ASKS_A_PERSON = {PartKind.IMAGE: "image", PartKind.XML: "xml-only"}
_FAULTS = {
    PartKind.PDF: {
        "encrypted": "encrypted-pdf", "form": "form", "portfolio": "portfolio", "empty": "empty",
        "too-large": "too-large", "memory": "too-large", "timeout": "timeout", "over-budget": "over-budget",
    },
    PartKind.IMAGE: {
        "no-text": "image-unread", "too-large": "image-too-large", "memory": "image-too-large",
        "over-budget": "over-budget",
    },
}  # fmt: skip
"""Document.fault → situation; every other fault, and one of another kind of file, is ``damaged``."""
_UNREAD = frozenset({"form", "too-many-pages", "too-large"})
"""Remarks that say already why not every page was read."""
_REMARKS = frozenset(
    {
        "image", "scan", "hidden-total", "text-differs", "too-many-pages", "script", "form",
        "portfolio", "too-large"
    }
)  # fmt: skip
_NO_INVOICE = {
    DocumentKind.REMINDER: "reminder",
    DocumentKind.QUOTATION: "quotation",
    DocumentKind.STATEMENT: "statement",
}


def is_judged(invoice: Invoice) -> bool:
    """Whether what an invoice must have is asked of this document: not of a reminder, nor of
    several invoices in one file.
    """
    return not is_no_invoice(invoice.kind) and invoice.invoice_count == 1


def is_no_invoice(kind: DocumentKind) -> bool:
    """A reminder, quotation or statement: what an invoice must have is not asked of it."""
    return kind in _NO_INVOICE


def check(invoice: Invoice, profile: Profile, today: dt.date, history: History) -> CheckResult:
    """The form of a document that was read."""
    codes = [remark for remark in invoice.file_remarks if remark in _REMARKS]
    if is_no_invoice(invoice.kind):
        codes.insert(0, _NO_INVOICE[invoice.kind])
    if invoice.invoice_count > 1:
        codes.append("several-invoices")
    if "image" in codes and "scan" in codes:
        codes.remove("scan")
    alone = invoice.readers == (Reader.XML,)
    codes += ["xml-only"] if alone else _of_unread_pages(invoice, codes)
    about = _about_e_invoice(invoice.e_invoice, alone, profile) if invoice.e_invoice else ()
    return result(REQUIREMENT, *(finding(REQUIREMENT, profile, code) for code in codes), *about)


def _of_unread_pages(invoice: Invoice, codes: list[str]) -> list[str]:
    """That not every page was read, unless a remark says so already."""
    told = not _UNREAD.isdisjoint(codes) or Reader.OCR in invoice.readers
    if told or invoice.fully_read:
        return []
    return ["scan-unread" if "pictures-unread" in invoice.file_remarks else "partly-unread"]


def _about_e_invoice(read: EInvoice, alone: bool, profile: Profile) -> Iterator[Finding]:
    """What its rules say, and where it differs from the PDF.

    None of it refuses: the page asks a PDF.
    """
    told = {"xml-differs": read.differs, "xml-not-on-page": read.not_on_page}
    for code, fields in told.items():
        if fields:
            listed = einvoice_rule_words.listed(fields)
            yield finding(REQUIREMENT, profile, code, fields=listed)
    if read.currency != "EUR":
        yield finding(REQUIREMENT, profile, "xml-currency")
    faults = filterfalse(einvoice_rule_words.is_remark, read.broken)
    for sentence in einvoice_rule_words.told(faults):
        yield finding(
            REQUIREMENT, profile, "xml-rule" if alone else "xml-rule-beside", fault=sentence
        )
    remarks = filter(einvoice_rule_words.is_remark, read.broken)
    for sentence in einvoice_rule_words.told(remarks):
        yield finding(REQUIREMENT, profile, "xml-remark", fault=sentence)


def check_part(
    kind: PartKind, fault: str | None, profile: Profile, file_name: str | None = None
) -> CheckResult:
    """The form of a part that should have been an invoice and gave none.

    ``fault`` is Document.fault of a PDF or photo, or None. Call it only for a part that is not the
    secured attachment.
    """
    return in_situation(REQUIREMENT, profile, _code(kind, fault, file_name or ""))


def _code(kind: PartKind, fault: str | None, file_name: str) -> str | None:
    if fault is not None:
        return _FAULTS.get(kind, {}).get(fault, "damaged")
    if kind is PartKind.PDF:
        return None
    if file_name.lower().endswith(".pdf") and kind in _MISNAMED:
        return _MISNAMED[kind]
    return _CERTAINLY_WRONG.get(kind) or _ASKS_A_PERSON.get(kind) or "unclear"


def check_unread(code: str, profile: Profile) -> tuple[CheckResult, ...]:
    """Files of the mail that stayed unread, whatever they are: ``over-budget`` or ``file-unread``;
    none without a code.
    """
    return (in_situation(REQUIREMENT, profile, code),) if code else ()


def check_link_only(profile: Profile) -> CheckResult:
    """The mail has no file, only a link to fetch the invoice. No link is ever followed."""
    return in_situation(REQUIREMENT, profile, "link-only")
