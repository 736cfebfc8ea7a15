"""Numbers on a page that may be a client's BSN.

About one in eleven numbers passes the 11-test, so known numbers (btw, IBAN, phone, OIN, AGB, KvK,
order, invoice and client numbers) are set aside before any number is doubted; only a labelled or
grouped one is certain.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from intake.document.layout.cells import Cell
from intake.document.layout.label_index import Caption, LabelIndex
from intake.document.layout.label_words import Label
from intake.model.basics import Box
from intake.model.invoice import SightingKind
from intake.text.amounts import amounts_in
from intake.text.bsn import passes_eleven_test
from intake.text.client_data import ABOUT, labelled_numbers, named_otherwise
from intake.text.dates import dates_in
from intake.text.identifiers import btws_in, ibans_in, phones_in
from intake.text.person_names import CLIENT_WORD, OWN_PEOPLE, full_name_before

_NUMBER = re.compile(r"\d(?<![\w.,\-/]\d)(?:[ .\-]?\d){7,8}(?![\w]|[.,\-/]\d)")
_EIGHT_DIGITS = re.compile(r"\d(?:[ .\-\u00a0]?\d){7}")
"""What every number holds that is looked for here, with a label or without."""
_GROUPED = re.compile(r"^\d{4}([ .\-])\d{2}\1\d{3}$")
_DOTTED = re.compile(r"^\d{4}\.\d{2}\.\d{3}$")
_YEAR_AND_MONTH = re.compile(r"(?:19|20)\d\d[ .\-](?:0[1-9]|1[0-2])[ .\-]")
_NO_BSN = frozenset({"persoonsnummer", "personal number"})
"""Label phrases that as often stand for an employee's or a customer's number."""
_OWNED = frozenset(
    {
        Label.OTHER_NUMBER,
        Label.INVOICE_NUMBER,
        Label.NUMBER,
        Label.KVK,
        Label.FOREIGN_REGISTER,
        Label.VAT_ID,
        Label.CUSTOMER_NUMBER,
        Label.PHONE,
        Label.FAX,
        Label.IBAN,
        Label.BLOCKED_ACCOUNT,
        Label.BIC,
        Label.CORRECTS,
        Label.TITLE,
        Label.VAT,
    }
)
_REDIRECTED = re.compile(
    r"\b(?:zie|bijlage\w*|aparte?|beveiligd\w*|verst(?:uurd|uren)|verzonden|zorgmail|zivver|"
    r"geen|niet|zonder|bekend|vermeld\w*|via|see|attach\w*)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Number:
    """One number of a page; ``kind`` None: it is fine there, but masked in what we say."""

    kind: SightingKind | None
    cell: Cell
    start: int
    end: int
    digits: str

    @property
    def box(self) -> Box:
        return self.cell.box_of(self.start, self.end)


def numbers_on(index: LabelIndex, known: Collection[str]) -> Iterator[Number]:
    """Every number of the page that is, or may be, a client's.

    Args:
        known: compact numbers that are the supplier's or the invoice's own.
    """
    for cell in index.sheet.cells:
        if not _EIGHT_DIGITS.search(cell.text):
            continue
        taken = set()
        for sign in labelled_numbers(cell.text):
            taken.add(sign.start)
            if sign.kind is SightingKind.BSN_LABELLED or sign.digits not in known:
                yield Number(sign.kind, cell, sign.start, sign.end, sign.digits)
        for match in _NUMBER.finditer(cell.text):
            if match.start() not in taken and (number := _number(index, cell, match, known)):
                yield number


def _number(
    index: LabelIndex, cell: Cell, match: re.Match[str], known: Collection[str]
) -> Number | None:
    """What a number is without a word for a BSN right before it; None for nobody's."""
    digits = "".join(filter(str.isdigit, match[0]))
    label = _label(index, cell, *match.span())
    kind: SightingKind | None
    if label is Label.BSN:
        kind = _below_a_label(index, cell, match, digits)
        if kind is SightingKind.BARE_NUMBER and digits in known:
            kind = None
    elif not passes_eleven_test(digits):
        return None
    elif label is Label.CLIENT_NUMBER:
        kind = SightingKind.BARE_NUMBER if _DOTTED.match(match[0]) else None
        return Number(kind, cell, *match.span(), digits)
    else:
        set_aside = label in _OWNED or digits in known or _is_part(cell.text, *match.span())
        kind = None if set_aside else _doubt(index, cell, match)
    return Number(kind, cell, *match.span(), digits) if kind else None


def _is_part(text: str, start: int, end: int) -> bool:
    """True for a part of a longer number, or of an account, a date, an amount …"""
    return _longer(text, start, end) or any(s < end and start < e for s, e in _set_aside(text))


_GROUP_BEHIND, _GROUP_BEFORE = re.compile(r"[ ]\d{3}"), re.compile(r"\d{3}[ ]$")


def _longer(text: str, start: int, end: int) -> bool:
    """True when the digits are a part of a longer number in groups (a payment reference of 16
    digits).
    """
    return bool(
        _GROUP_BEHIND.match(text, end) or _GROUP_BEFORE.search(text[max(0, start - 4) : start])
    )


def _doubt(index: LabelIndex, cell: Cell, match: re.Match[str]) -> SightingKind | None:
    """What a number is that passes the 11-test and has no label of its own; None: the word at it
    names another number.

    In groups as a BSN is written it is certain when it stands alone, at a word for a client, or
    behind a name.
    """
    word = _word_at(index, cell, match)
    named = named_otherwise(word, len(word))
    if not _is_grouped(match[0]):
        return None if named and not CLIENT_WORD.search(word) else SightingKind.BARE_NUMBER
    if "." in match[0] and ABOUT.search(word):
        return SightingKind.BSN_GROUPED
    if named:
        return SightingKind.BARE_NUMBER
    certain = CLIENT_WORD.search(word) or not word or full_name_before(word)
    return SightingKind.BSN_GROUPED if certain else SightingKind.BARE_NUMBER


def _is_grouped(number: str) -> bool:
    """True for digits set apart as those of a BSN are, and not as a day's."""
    return bool(_GROUPED.match(number)) and not _YEAR_AND_MONTH.match(number)


def _word_at(index: LabelIndex, cell: Cell, match: re.Match[str]) -> str:
    """The words before a number: in its cell, else left of it, else the head of its column or a
    short line right over it.
    """
    before = cell.text[: match.start()].strip(" :=-–(.")
    if before:
        return before[-60:]
    left = next(iter(index.sheet.left_of(cell)), None)
    if left is not None:
        header = None
        if not _is_label(index, left):
            header = index.header(cell, cell.box_of(*match.span()))
        return header.phrase if header is not None else left.text.strip(" :=-–(.")[-60:]
    over = next((other.text for other in index.sheet.above(cell.box, cell.row, 14)), "")
    return over.strip(" :=-–(") if _is_head(over) else ""


def _is_label(index: LabelIndex, cell: Cell) -> bool:
    labelled = bool(index.in_cell.get(cell)) or cell.text.rstrip().endswith(":")
    return labelled and not any(map(str.isdigit, cell.text))


def _is_head(text: str) -> bool:
    """True for one or two words that may say what stands under them."""
    if len(text.split()) > 2 or any(map(str.isdigit, text)):
        return False
    return not text.rstrip().endswith((".", ",")) or named_otherwise(text, len(text))


def _below_a_label(
    index: LabelIndex, cell: Cell, match: re.Match[str], digits: str
) -> SightingKind | None:
    """What a number is whose label BSN stands left of it or over it."""
    alone = cell.text.strip() == match[0]
    if dates_in(match[0]):
        return None
    if not passes_eleven_test(digits):
        return SightingKind.BARE_NUMBER if len(digits) == 9 and alone else None
    governor = index.governor(cell, match.start(), cell.box_of(*match.span()))
    if governor is None or (_is_far(governor, cell) and not alone):
        return SightingKind.BARE_NUMBER
    doubtful = named_otherwise(cell.text, match.start()) or _is_doubtful(
        governor, _between(governor, cell, match.start())
    )
    return SightingKind.BARE_NUMBER if doubtful else SightingKind.BSN_LABELLED


def _is_doubtful(label: Caption, between: str) -> bool:
    """True when the label, or the words behind it, may speak of something else than a BSN."""
    words = _REDIRECTED.search(between) or OWN_PEOPLE.search(between)
    return label.phrase in _NO_BSN or words is not None


def _is_far(label: Caption, cell: Cell) -> bool:
    return label.cell.row != cell.row and cell.box[1] - label.box[3] > 25


def _between(label: Caption, cell: Cell, start: int) -> str:
    """The words between a label and its number."""
    if label.cell is cell:
        return cell.text[label.end : start]
    return f"{label.cell.text[label.end :]} {cell.text[max(0, start - 45) : start]}"


def _label(index: LabelIndex, cell: Cell, start: int, end: int) -> Label | None:
    """The label that a number stands at."""
    governor = index.governor(cell, start, cell.box_of(start, end))
    label = _near(governor, cell, start)
    if governor is None or governor.cell is not cell:
        return label
    if label in (Label.OTHER_NUMBER, Label.NUMBER) and _names_client(cell, governor.end, start):
        return Label.CLIENT
    if label in _OWNED or label is Label.BSN:
        return label
    number = _number_label(index, cell, governor.end, start)
    named = number is not None and not _names_client(cell, number.end, start)
    return Label.NUMBER if named else label


def _number_label(index: LabelIndex, cell: Cell, start: int, end: int) -> Caption | None:
    """The last word for a number between two places in a cell."""
    numbers = (a for a in index.in_cell.get(cell, ()) if a.label is Label.NUMBER)
    between = [a for a in numbers if start <= a.start and a.end <= end]
    return between[-1] if between else None


def _names_client(cell: Cell, start: int, end: int) -> bool:
    return CLIENT_WORD.search(cell.text[start:end]) is not None


def _near(governor: Caption | None, cell: Cell, start: int) -> Label | None:
    if governor is None:
        return None
    if governor.cell is cell:
        far = (
            start - governor.end > 30
            if governor.label is not Label.BSN
            else start - governor.end > 45
        )
        return None if far else governor.label
    reach = 200 if governor.label is Label.BSN else 25
    if governor.cell.row != cell.row and (
        cell.box[1] - governor.box[3] > reach or governor.label in (Label.VAT, Label.TITLE)
    ):
        return None
    return governor.label


def _set_aside(text: str) -> list[tuple[int, int]]:
    spans = (
        [(s, e) for s, e, _ in btws_in(text)]
        + [(s, e) for s, e, _, _ in ibans_in(text)]
        + [(s, e) for s, e, ok in phones_in(text) if ok]
    )
    return (
        spans
        + [(s, e) for s, e, _ in dates_in(text, compact=True)]
        + [(s, e) for s, e, _, _ in amounts_in(text)]
    )
