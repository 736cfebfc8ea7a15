"""Whether one file holds several invoices: pages that each begin an invoice with a title and a
number of their own.
"""

from __future__ import annotations

from intake.document.extract.document_kind import title_of
from intake.document.extract.references import labelled_numbers
from intake.document.layout.label_index import Anchors
from intake.document.layout.label_words import Label
from intake.document.layout.page_index import Scan
from intake.model.invoice import DocumentKind
from intake.text.dates import dates_in

_TITLES = (DocumentKind.INVOICE, DocumentKind.CREDIT_NOTE)


def invoice_count(scan: Scan) -> int:
    """How many invoices the pages begin; 1 unless two pages differ in number and each has its own
    title and date.
    """
    if len(scan.anchors) < 2:
        return 1
    firsts: set[frozenset[str]] = set()
    for anchors in scan.anchors:
        if not (_has_title(anchors) and _has_date(anchors)):
            continue
        numbers = labelled_numbers(anchors)
        if numbers and not any(numbers & first for first in firsts):
            firsts.add(numbers)
    return max(1, len(firsts))


def _has_title(anchors: Anchors) -> bool:
    return any(title_of(cell) in _TITLES for cell in anchors.sheet.cells)


def _has_date(anchors: Anchors) -> bool:
    labels = [a for label in (Label.INVOICE_DATE, Label.DATE) for a in anchors.of.get(label, ())]
    return any(dates_in(place.text) for anchor in labels for place in anchors.places(anchor))
