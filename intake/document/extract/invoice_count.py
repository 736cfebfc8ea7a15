"""Whether one file holds several invoices: pages that each begin an invoice with a title and a
number of their own.
"""

from __future__ import annotations

from intake.document.extract.document_kind import title_of
from intake.document.extract.invoice_number import labelled_numbers
from intake.document.layout.label_index import LabelIndex
from intake.document.layout.label_words import Label
from intake.document.layout.page_index import PageIndex
from intake.model.invoice import DocumentKind
from intake.text.dates import dates_in

_TITLES = (DocumentKind.INVOICE, DocumentKind.CREDIT_NOTE)


def invoice_count(pages: PageIndex) -> int:
    """How many invoices the pages begin; 1 unless two pages differ in number and each has its own
    title and date.
    """
    if len(pages.indexes) < 2:
        return 1
    firsts: set[frozenset[str]] = set()
    for index in pages.indexes:
        titled = any(title_of(cell) in _TITLES for cell in index.sheet.cells)
        numbers = labelled_numbers(index) if titled and _has_date(index) else frozenset()
        if numbers and not any(numbers & first for first in firsts):
            firsts.add(numbers)
    return max(1, len(firsts))


def _has_date(index: LabelIndex) -> bool:
    labels = [a for label in (Label.INVOICE_DATE, Label.DATE) for a in index.of.get(label, ())]
    return any(dates_in(slot.text) for caption in labels for slot in index.slots(caption))
