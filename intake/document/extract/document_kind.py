"""What the document is (invoice, credit note, reminder …), and marks that matter: draft, reverse
charge, English.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

from intake.document.extract.candidates import Candidate
from intake.document.extract.other_documents import charges, is_other_document
from intake.document.extract.supplier import names_legal_form
from intake.document.extract.titles import OVERVIEWS, TITLES
from intake.document.extract.weights import DocumentKind as Kind
from intake.document.layout.cells import Cell, evidence
from intake.document.layout.label_index import LabelIndex
from intake.document.layout.label_matcher import heads_table
from intake.document.layout.label_words import Label
from intake.document.layout.page_index import PageIndex
from intake.document.layout.scoring import Score, score
from intake.model.invoice import DocumentKind, Found
from intake.text.amounts import amounts_in
from intake.text.folding import squeeze
from intake.text.identifiers import ibans_in
from intake.text.phrases import Phrases, squeezed

_TITLES = Phrases((title, kind) for kind, titles in TITLES for title in titles)
_LEADS = ("betreft:", "betreft", "onderwerp:", "subject:")
_MARK = r"(?:concept|kopie|draft|duplicaat|copy|duplicate|voorbeeld|proef|specimen|ontwerp|entwurf|brouillon)"
_BILL = r"[ -]?(?:factuur|nota|invoice|declaratie|rekening|versie|version|exemplaar)"
_DRAFT = re.compile(
    rf"^\W*{_MARK}(?:{_BILL}|\svan (?:de )?factuur)?(?:\W*$|\s*[-–—;,.(!*/|]\s*(?=\D)\w)|"
    r"^\W*(?:concept|draft)\s*:|"
    rf"^\W*(?:status|soort|type)\s*:\s*{_MARK}\b|"
    rf"^\W*(?:(?:betreft|onderwerp)\W+)?(?:factuur|nota|invoice|declaratie|rekening)\b[^,;]{{0,30}}"
    rf"\W{_MARK}\W*$|"
    rf"^\W*{_MARK}[ -]?(?:factuur|nota|invoice|declaratie|rekening)\b|"
    rf"^\W*(?:dit|deze (?:factuur|nota)|this(?: invoice)?) is (?:slechts |nog |only )?(?:een |an? )?{_MARK}|"
    r"\b(?:nog niet|niet|not(?: yet)?) (?:definitief|final)\b|\bvoorlopige (?:factuur|nota)\b",
    re.IGNORECASE,
)
_LONGEST_MARK = 80
_LARGE = 16.0
"""Points from which on a word is a title also in small letters."""
_REVERSE = re.compile(
    r"\b(?:b\.?t\.?w\.?|omzetbelasting|vat)\W{0,3}(?:is\s)?(?:naar\s\w{1,12}\s)?verlegd|"
    r"verleggingsregeling|reverse["
    r" -]charge|"
    r"verlegd(?:e)? (?:btw|b\.t\.w\.)|steuerschuldnerschaft|autoliquidation",
    re.IGNORECASE,
)
_REVERSE_STEMS = ("verleg", "rever", "euer", "autol")
"""Each wording holds one of these, of letters that have no other form than capital and small."""
_WORD = re.compile(r"[a-z]+")
_ENGLISH = frozenset(
    [
        "the",
        "invoice",
        "total",
        "amount",
        "date",
        "number",
        "and",
        "for",
        "vat",
        "please",
        "payment",
        "bill",
        "due",
        "to",
        "description",
        "of",
        "with",
        "from",
        "within",
        "days",
    ]
)
_DUTCH = frozenset(
    [
        "de",
        "het",
        "factuur",
        "totaal",
        "bedrag",
        "datum",
        "nummer",
        "en",
        "voor",
        "btw",
        "te",
        "betalen",
        "van",
        "omschrijving",
        "op",
        "met",
        "aan",
        "binnen",
        "dagen",
        "een",
        "vrijgesteld",
        "rekening",
    ]
)


_BILLS = (DocumentKind.INVOICE, DocumentKind.CREDIT_NOTE)


def document_kind(pages: PageIndex) -> DocumentKind:
    """By the title (large or alone on a line), then by the words of the first page."""
    titles = document_titles(pages)
    kind = _claimed_kind(pages, titles)
    return DocumentKind.OTHER if kind in _BILLS and _is_other(pages, titles) else kind


def _is_other(pages: PageIndex, titles: Sequence[Candidate[DocumentKind]]) -> bool:
    headings = (
        title.cell
        for title in titles
        if title.value in _BILLS and not title.cell.text.lower().lstrip().startswith(_LEADS)
    )
    return is_other_document(pages, next(filter(_stands_out, headings), None))


def _stands_out(cell: Cell) -> bool:
    """The cell says nothing but the title and a number."""
    return title_of(cell) is not None


def _claimed_kind(pages: PageIndex, titles: Sequence[Candidate[DocumentKind]]) -> DocumentKind:
    claimed = titles[0].value if titles else DocumentKind.INVOICE
    if claimed is DocumentKind.INVOICE and _has_credit_number(pages):
        return DocumentKind.CREDIT_NOTE
    if not titles:
        return _kind_by_words(pages)
    overview = squeeze(titles[0].cell.text).startswith(_OVERVIEWS)
    return DocumentKind.INVOICE if overview and _is_one_invoice(pages) else claimed


def _kind_by_words(pages: PageIndex) -> DocumentKind:
    if any(True for _ in pages.labelled(Label.INVOICE_NUMBER, Label.INVOICE_DATE)):
        return DocumentKind.INVOICE
    words = " ".join(c.text.lower() for _, c in pages.cells)
    asks = any(w in words for w in ("te betalen", "btw", "iban"))
    return DocumentKind.INVOICE if asks and charges(pages) else DocumentKind.OTHER


def _has_credit_number(pages: PageIndex) -> bool:
    """Whether the document's own number stands at a word for that of a credit note, and no number at
    one for that of an invoice.
    """
    phrases = [
        caption.phrase.startswith("credit")
        for index, caption in pages.labelled(Label.INVOICE_NUMBER)
        if caption.start == 0
        for slot in islice(index.slots(caption), 1)
        if slot.weight > 0.8 and any(map(str.isdigit, slot.text))
    ]
    return bool(phrases) and all(phrases)


_OVERVIEWS = tuple(map(squeeze, OVERVIEWS))


def _is_one_invoice(pages: PageIndex) -> bool:
    """Whether a page called an overview has the number of one invoice, and lines with a price each."""
    index = pages.indexes[0]
    numbered = any(
        heads_table(index.sheet.rows[caption.cell.row]) is False
        and any(
            slot.weight > 0.9 and any(map(str.isdigit, slot.text)) for slot in index.slots(caption)
        )
        for caption in index.of.get(Label.INVOICE_NUMBER, ())
    )
    return numbered and any(
        caption.label is Label.COLUMN
        for row in index.sheet.rows
        if len(row) > 2
        for cell in row
        for caption in index.in_cell.get(cell, ())
    )


def document_titles(pages: PageIndex) -> list[Candidate[DocumentKind]]:
    """Titles on the first page, the likeliest first."""
    found = [
        Candidate(
            kind,
            _title_score(index, cell, kind, alone),
            index.sheet,
            cell,
            0,
            len(cell.text),
            "titel",
        )
        for index in pages.indexes[:1]
        for row in index.sheet.rows
        if not _heads_columns(row)
        for cell in row
        if cell not in pages.addressed
        for kind, alone in [_title(cell)]
        if kind is not None
    ]
    return sorted(found, key=lambda title: -title.score.weight)


def _heads_columns(row: Sequence[Cell]) -> bool:
    """Whether a row names columns: "Factuur", "Datum", "Bedrag" over a list of invoices."""
    return (
        len(row) >= 3
        and len({round(cell.size) for cell in row}) == 1
        and not any(map(str.isdigit, "".join(cell.text for cell in row)))
    )


def _title_score(index: LabelIndex, cell: Cell, kind: DocumentKind, alone: bool) -> Score:
    usual = index.sheet.usual_size
    return score(
        Kind.ALONE if alone else Kind.WITH_WORDS,
        Kind.SIZE.times(min(cell.size / usual if usual else 1.0, 3.0)),
        Kind.UPPER_HALF.when(cell.box[1] < 0.45 * index.sheet.height),
        Kind.OTHER_KIND.when(alone and kind is not DocumentKind.INVOICE),
    )


def title_of(cell: Cell) -> DocumentKind | None:
    """The kind that a cell announces when it says nothing else, but for a number."""
    kind, alone = _title(cell)
    return kind if alone else None


def _title(cell: Cell) -> tuple[DocumentKind | None, bool]:
    """The kind that a cell's text announces, and whether it says nothing else (but a number)."""
    wraps = cell.text[:1].islower() and cell.size < _LARGE
    if len(cell.text) > 60 or wraps:  # the end of a line
        return None, False
    low = cell.text.lower().lstrip(" *-–:").lstrip()
    for lead in _LEADS:
        low = low.removeprefix(lead).lstrip()
    titles = _TITLES.begun(squeeze(low), 0)
    if not titles:
        return None, False
    found = squeezed(low)
    for key, kind in titles:
        if found.text.startswith(key) and found.ends(len(key)):
            rest = low[found.origins[len(key) - 1] + 1 :]
            if ibans_in(rest):  # "Rekening NL71 …" is an account
                return None, False
            return kind, sum(map(str.isalpha, rest)) < 8
    return None, False


def draft_marks(pages: PageIndex) -> tuple[Found[str], ...]:
    """ "concept", "kopie", "draft" by itself, in the title, or first in a line that goes on about it;
    not in a line of the invoice, nor in a name.
    """
    return tuple(
        Found(
            cell.text.strip(),
            evidence(index.sheet, cell, 0, len(cell.text)),
            "staat los op de pagina",
        )
        for index, cell in pages.cells
        if len(cell.text) < _LONGEST_MARK
        and _DRAFT.search(cell.text)
        and _stands_apart(index, cell)
    )


def _stands_apart(index: LabelIndex, cell: Cell) -> bool:
    """True outside the lines of the invoice and a firm's name."""
    amounts = any(amounts_in(other.text) for other in index.sheet.rows[cell.row])
    return not amounts and not names_legal_form(cell.text)


def reverse_charge(pages: PageIndex) -> bool:
    """True for "btw verlegd" in any of its wordings."""
    texts = (p.text for p in pages.paragraphs)
    return any(
        _REVERSE.search(text)
        for text in texts
        if any(stem in text.lower() for stem in _REVERSE_STEMS)
    )


def english(pages: PageIndex) -> bool:
    """True when English words outnumber Dutch ones."""
    words = _WORD.findall("\n".join([cell.text for _, cell in pages.cells]).lower())[:4000]
    return sum(map(_ENGLISH.__contains__, words)) > sum(map(_DUTCH.__contains__, words))
