"""What comes beside an invoice and is none: terms, a covering letter, a privacy statement, a signed
declaration of care, a timesheet, a brochure.

Such papers name invoices, dates, accounts and even amounts. What they do not do is charge: an amount
at the label of a total. So a paper is put aside only for what shows that it is something else, and
never when it has the title of an invoice and charges.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from intake.document.extract.titles import OTHER, OTHER_ALONE
from intake.document.layout.cells import Cell
from intake.document.layout.label_index import Caption, LabelIndex
from intake.document.layout.label_words import Label
from intake.document.layout.page_index import PageIndex
from intake.text.amounts import amounts_in
from intake.text.enclosing import BILL, ENCLOSED
from intake.text.folding import squeeze
from intake.text.identifiers import ibans_in
from intake.text.phrases import Phrases, squeezed

_PHRASES = Phrases(
    [*((title, False) for title in OTHER), *((title, True) for title in OTHER_ALONE)]
)
_TOTALS = (Label.GROSS, Label.TOTAL, Label.NET, Label.SUBTOTAL)
_ASIDE = re.compile(
    r"\([^)]*\)|\b(?:incl|excl|inclusief|exclusief|vrijgesteld|exempt|ex)\b.*", re.IGNORECASE
)
_FEW = 12
"""Letters around a label and its amount that make no sentence yet."""
_LONGEST_TITLE = 70
_UPPER = 0.45
"""Share of the page in which a title stands."""
_CLAUSES = 3
_CLAUSE = re.compile(r"(?:artikel|art\.?|article|§)\s*\d{1,2}\b", re.IGNORECASE)
_SALUTATION = re.compile(
    r"(?:geachte|beste|l\.?\s?s\.?,|dear|sehr geehrte|madame|monsieur|mijne heren)\b", re.IGNORECASE
)
_CLOSING = re.compile(
    r"(?:met (?:vriendelijke|hartelijke|collegiale) groet|(?:vriendelijke |hartelijke )?groet(?:en)?\b"
    r"|hoogachtend|m\.?v\.?g\b|(?:kind|best|warm) regards|(?:yours )?(?:sincerely|faithfully)"
    r"|mit freundlichen|cordialement)",
    re.IGNORECASE,
)
_ANNOUNCES = re.compile(
    rf"\b{ENCLOSED}\b[^.:]{{0,80}}\b(?<!\bin )\w{{0,12}}{BILL}|\b{BILL}\b[^.:]{{0,80}}\b{ENCLOSED}\b",
    re.IGNORECASE,
)
_VAT_TREATMENT = re.compile(
    r"vrijgesteld|exempt|steuerfrei|verlegd|\d{1,2}(?:[.,]\d{1,2})?\s?%"
    r"|\b(?:b\.?t\.?w|vat|tva|mwst|ust)\b(?!\W{0,3}(?:nummer|number|n[ro]\b|id|NL\d))",
    re.IGNORECASE,
)
"""How btw is charged, or why not: no letter about an invoice repeats that."""


def is_other_document(pages: PageIndex, heading: Cell | None) -> bool:
    """Whether the document is certainly no invoice, though its words could be one's.

    Args:
        heading: the cell with the title of an invoice, when it has one that is no part of a sentence
            or a subject line.
    """
    if not pages.indexes:
        return False
    titled = _is_titled(pages, heading)
    if charges(pages):
        return heading is None and (titled or (_is_covering(pages) and not _tells_vat(pages)))
    if titled or _is_covering(pages) or _clauses(pages) >= _CLAUSES:
        return True
    return heading is None and _bills_nothing(pages)


def _is_titled(pages: PageIndex, heading: Cell | None) -> bool:
    title = _title(pages)
    return title is not None and (heading is None or _goes_before(title, heading))


def _is_covering(pages: PageIndex) -> bool:
    """Whether a letter says that the invoice comes with it."""
    return _is_letter(pages) and _announces(pages)


def _bills_nothing(pages: PageIndex) -> bool:
    """Whether a page without a total has no amount either, announces an invoice, or is a letter that
    asks no payment.
    """
    if _announces(pages) or not _has_amount(pages):
        return True
    return _is_letter(pages) and not (_tells_vat(pages) and _asks_payment(pages))


def _tells_vat(pages: PageIndex) -> bool:
    return any(_VAT_TREATMENT.search(paragraph.text) for paragraph in pages.paragraphs)


def _asks_payment(pages: PageIndex) -> bool:
    """Whether the page has an account and an invoice's number at its label, as a letter that is one."""
    account = any(ok for _, cell in pages.cells for *_, ok in ibans_in(cell.text))
    return account and any(True for _ in pages.labelled(Label.INVOICE_NUMBER))


def charges(pages: PageIndex) -> bool:
    """Whether an amount stands at the label of a total, in a line of its own and not in a sentence."""
    return any(
        _begins_its_line(caption) and any(map(_is_amount, _values(index, caption)))
        for index, caption in pages.labelled(*_TOTALS)
    )


def _begins_its_line(caption: Caption) -> bool:
    before = caption.cell.text[: caption.start]
    in_sentence = caption.words.lower().endswith((" van", " of"))
    return sum(map(str.isalpha, before)) <= _FEW and not in_sentence


def _values(index: LabelIndex, caption: Caption) -> Iterator[str]:
    slots = (slot for slot in index.slots(caption) if slot.words not in ("voor", "boven"))
    return (slot.text for slot in islice(slots, 4))


def _is_amount(text: str) -> bool:
    """An amount with few words around it, but those in brackets or about btw."""
    for start, end, _, _ in amounts_in(text):
        after = _ASIDE.sub("", text[end:])
        if max(sum(map(str.isalpha, rest)) for rest in (text[:start], after)) <= _FEW:
            return True
    return False


def _title(pages: PageIndex) -> Cell | None:
    """The title of another document, in the upper part of the first page."""
    sheet = pages.indexes[0].sheet
    found = [
        cell
        for cell in sheet.cells
        if cell.box[1] < _UPPER * sheet.height
        and cell.size >= sheet.usual_size
        and _names_other(cell.text)
        if not any(amounts_in(other.text) for other in sheet.rows[cell.row])  # a line of an invoice
    ]
    return max(found, key=lambda cell: cell.size, default=None)


def _names_other(text: str) -> bool:
    if len(text) > _LONGEST_TITLE or ":" in text:
        return False
    found = squeezed(text)
    for key, only_alone in _PHRASES.begun(squeeze(text), 0):
        if found.text.startswith(key) and found.ends(len(key)):
            return not only_alone or len(found.text) == len(key)
    return False


def _goes_before(title: Cell, heading: Cell) -> bool:
    """Larger, or as large and above it."""
    if abs(title.size - heading.size) > 0.5:
        return title.size > heading.size
    return title.page == heading.page and title.box[1] <= heading.box[1]


def _is_letter(pages: PageIndex) -> bool:
    texts = [cell.text for _, cell in pages.cells]
    return any(map(_SALUTATION.match, texts)) and any(map(_CLOSING.match, texts))


def _announces(pages: PageIndex) -> bool:
    return any(_ANNOUNCES.search(paragraph.text) for paragraph in pages.paragraphs)


def _clauses(pages: PageIndex) -> int:
    return sum(bool(_CLAUSE.match(cell.text)) for _, cell in pages.cells)


def _has_amount(pages: PageIndex) -> bool:
    return any(True for _, cell in pages.cells for _ in amounts_in(cell.text))
