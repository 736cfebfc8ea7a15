"""The documents of a case, each with what was read of it: the tabs above the picture."""

from __future__ import annotations

from dataclasses import dataclass, field

from intake.model.finding import Severity
from intake.model.verdict import ReadInvoice
from intake.review import wording
from intake.store import invoices
from intake.store.cases import Case
from intake.text.masking import masked


@dataclass(frozen=True, slots=True)
class Paper:
    """One document that can be looked at page by page."""

    path: str
    title: str = field(repr=False)
    pages: int
    read: ReadInvoice | None
    """None when it is no invoice, or could not be read."""

    @property
    def rejects(self) -> int:
        return (
            sum(finding.severity is Severity.REJECT for finding in self.read.findings)
            if self.read
            else 0
        )


def papers(case: Case) -> tuple[Paper, ...]:
    """Every stored document, those with an invoice first, and the invoices that have no page
    (e-invoices).
    """
    read_of = {read.path: read for read in case.verdict.invoices} if case.verdict else {}
    found = [
        Paper(d.path, _title(read_of.get(d.path), number), d.page_count, read_of.get(d.path))
        for number, d in enumerate(case.documents, 1)
    ]
    drawn = {d.path for d in case.documents}
    found += [
        Paper(path, _title(read, number), 0, read)
        for number, (path, read) in enumerate(read_of.items(), len(found) + 1)
        if path not in drawn
    ]
    return tuple(sorted(found, key=lambda paper: paper.read is None))


def paper_of(case: Case, path: str) -> Paper | None:
    """The document with this path; None when the case has none."""
    return next((paper for paper in papers(case) if paper.path == path), None)


def first_paper(case: Case) -> Paper | None:
    """The document that opens first: of the invoice by which the mail is known, if it has one."""
    known = invoices.first(case.verdict) if case.verdict else None
    return (known and paper_of(case, known.path)) or next(iter(papers(case)), None)


def _title(read: ReadInvoice | None, number: int) -> str:
    """Kind and number; never the file's own name, which can hold a client's."""
    if read is None:
        return f"Document {number}"
    kind, invoice_number = wording.KINDS[read.invoice.kind], read.invoice.invoice_number.value
    return f"{kind} {masked(invoice_number)}" if invoice_number else f"{kind} {number}"
