"""What is to be said of a file as a whole, and of values that were read from its pictures.

Runs inside a reading child.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from typing import Any

from intake.document.extract.invoice import find_invoice
from intake.document.ocr.overlay import regions
from intake.document.ocr.regions import Seen
from intake.model.basics import Box
from intake.model.document import Document, Page, Reader, Word
from intake.model.invoice import Evidence, Field, Found, Invoice
from intake.profile import Addressee
from intake.text.folding import digits_of

_READ = "gelezen met tekstherkenning (OCR)"
_MENDED = "letter en cijfer verwisseld (0/O, 1/I, 5/S of 8/B) en verbeterd"
_MATTER = ("gross_amount", "net_amount", "vat_amount", "invoice_number", "issue_date")
"""Facts that a payment rests on; read from a picture, a person compares them."""


def remarked(
    invoice: Invoice,
    document: Document,
    buyer: Addressee,
    all_seen: Sequence[Seen],
    mended: Sequence[tuple[int, Box]],
) -> Invoice:
    """The invoice with the file's remarks, the readers that looked, and a note at each value that
    came from a picture.

    Args:
        document: as the reader of text saw it, without what OCR saw.
        mended: page and box of words of OCR in which a character was swapped.
    """
    changes = dict(_with_notes(invoice, mended))
    remarks = list(document.remarks)
    if any(_from_picture(getattr(invoice, name).evidence) for name in _MATTER):
        remarks.append("scan")
    if _has_other_total(invoice, document, buyer, all_seen):
        remarks.append("hidden-total")
    readers = () if "image" in remarks else invoice.readers
    unread = len(list(regions(document))) - len(all_seen)
    if unread:
        remarks.append("pictures-unread")
    elif all_seen and _nothing_else_unread(document):
        readers = (*readers, Reader.OCR)
    return replace(invoice, **changes, file_remarks=tuple(dict.fromkeys(remarks)), readers=readers)


def _nothing_else_unread(document: Document) -> bool:
    return document.page_count <= len(document.pages) and not any(
        page.fault not in (None, "unknown-letters") for page in document.pages
    )


def _has_other_total(
    invoice: Invoice, document: Document, buyer: Addressee, all_seen: Sequence[Seen]
) -> bool:
    """Whether the text layer claims a total that the picture of its page does not show: text hidden
    or laid over.
    """
    totals = [invoice.gross_amount.evidence]
    if under := _hidden_pages(document, all_seen):
        bare = replace(document, pages=under, page_count=len(under))
        totals.append(find_invoice(bare, buyer).gross_amount.evidence)
    return any(
        _unseen(total, all_seen)
        for total in totals
        if total is not None and total.reader is not Reader.OCR
    )


def _hidden_pages(document: Document, all_seen: Sequence[Seen]) -> tuple[Page, ...]:
    """The hidden words alone, of pages that were read as pictures too."""
    numbers = {seen.region.page for seen in all_seen if seen.words and not seen.decoration}
    return tuple(
        replace(page, words=_hidden(page), pictures=(), drawn=False)
        for page in document.pages
        if page.number in numbers and _hidden(page)
    )


def _hidden(page: Page) -> tuple[Word, ...]:
    return tuple(replace(word, hidden=False) for word in page.words if word.hidden)


def _unseen(total: Evidence, all_seen: Sequence[Seen]) -> bool:
    """Whether a total of the text layer stands in a region that was read, and was not seen there."""
    x, y = (total.box[0] + total.box[2]) / 2, (total.box[1] + total.box[3]) / 2
    for seen in all_seen:
        left, top, right, bottom = seen.region.box
        if (
            seen.region.page == total.page
            and left <= x <= right
            and top <= y <= bottom
            and not seen.decoration
        ):
            return digits_of(total.text) not in digits_of("".join(word.text for word in seen.words))
    return False


def _with_notes(invoice: Invoice, mended: Sequence[tuple[int, Box]]) -> Iterator[tuple[str, Any]]:
    """Each field that has a value, with what is noted at it."""
    for each in fields(invoice):
        value = getattr(invoice, each.name)
        if isinstance(value, Field) and value.found:
            others = tuple(_noted(other, mended) for other in value.others)
            yield each.name, Field(value.presence, _noted(value.found, mended), others)


def _from_picture(where: Evidence | None) -> bool:
    return where is not None and where.reader is Reader.OCR


def _noted(found: Found[Any], mended: Sequence[tuple[int, Box]]) -> Found[Any]:
    where = found.evidence
    if where is None or where.reader is not Reader.OCR:
        return found
    swapped = any(page == where.page and _touch(box, where.box) for page, box in mended)
    return replace(
        found,
        note="; ".join(part for part in (found.note, _READ, _MENDED if swapped else "") if part),
    )


def _touch(one: Box, other: Box) -> bool:
    return min(one[2], other[2]) > max(one[0], other[0]) and min(one[3], other[3]) > max(
        one[1], other[1]
    )
