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
from intake.document.layout.label_index import Anchor, Anchors
from intake.document.layout.label_words import Label
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
    r"\b(?:zie|bijlage\w*|aparte?|beveiligd\w*|verst(?:uurd|uren)|verzonden|zorgmail|zivver|geen|niet|zonder|bekend|vermeld\w*|via|see|attach\w*)\b",
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


def numbers_on(anchors: Anchors, known: Collection[str]) -> Iterator[Number]:
    """Every number of the page that is, or may be, a client's.

    Args:
        known: compact numbers that are the supplier's or the invoice's own.
    """
    for cell in anchors.sheet.cells:
        if not _EIGHT_DIGITS.search(cell.text):
            continue
        seen = [
            Number(sign.kind, cell, sign.start, sign.end, sign.digits)
            for sign in labelled_numbers(cell.text)
        ]
        yield from (
            number
            for number in seen
            if number.kind is SightingKind.BSN_LABELLED or number.digits not in known
        )
        taken = {number.start for number in seen}
        aside: list[tuple[int, int]] | None = None
        for match in _NUMBER.finditer(cell.text):
            if match.start() in taken:
                continue
            digits = "".join(c for c in match[0] if c.isdigit())
            label = _label(anchors, cell, *match.span())
            if label is Label.BSN:
                if (kind := _below_a_label(anchors, cell, match, digits)) and (
                    kind is SightingKind.BSN_LABELLED or digits not in known
                ):
                    yield Number(kind, cell, *match.span(), digits)
                continue
            if not passes_eleven_test(digits):
                continue
            if label is Label.CLIENT_NUMBER:
                dotted = match[0].count(".") == 2 and _GROUPED.match(match[0])
                yield Number(
                    SightingKind.BARE_NUMBER if dotted else None, cell, *match.span(), digits
                )
                continue
            if aside is None:
                aside = _set_aside(cell.text)
            if (
                digits in known
                or label in _OWNED
                or _longer(cell.text, *match.span())
                or any(s < match.end() and match.start() < e for s, e in aside)
            ):
                continue
            if kind := _doubt(anchors, cell, match):
                yield Number(kind, cell, *match.span(), digits)


_GROUP_BEHIND, _GROUP_BEFORE = re.compile(r"[ ]\d{3}"), re.compile(r"\d{3}[ ]$")


def _longer(text: str, start: int, end: int) -> bool:
    """True when the digits are a part of a longer number in groups (a payment reference of 16
    digits).
    """
    return bool(
        _GROUP_BEHIND.match(text, end) or _GROUP_BEFORE.search(text[max(0, start - 4) : start])
    )


def _doubt(anchors: Anchors, cell: Cell, match: re.Match[str]) -> SightingKind | None:
    """What a number is that passes the 11-test and has no label of its own; None: the word at it
    names another number.

    In groups as a BSN is written it is certain when it stands alone, at a word for a client, or
    behind a name.
    """
    told = _word_at(anchors, cell, match)
    grouped = bool(_GROUPED.match(match[0])) and not _YEAR_AND_MONTH.match(match[0])
    if grouped and "." in match[0] and ABOUT.search(told):
        return SightingKind.BSN_GROUPED
    if CLIENT_WORD.search(told):
        return (
            SightingKind.BSN_GROUPED
            if grouped and not named_otherwise(told, len(told))
            else SightingKind.BARE_NUMBER
        )
    if named_otherwise(told, len(told)):
        return SightingKind.BARE_NUMBER if grouped else None
    return (
        SightingKind.BSN_GROUPED
        if grouped and (not told or full_name_before(told))
        else SightingKind.BARE_NUMBER
    )


def _word_at(anchors: Anchors, cell: Cell, match: re.Match[str]) -> str:
    """The words before a number: in its cell, else left of it, else the head of its column or a
    short line right over it.
    """
    before = cell.text[: match.start()].strip(" :=-–(.")
    if before:
        return before[-60:]
    left = anchors.sheet.left_of(cell)
    if left:
        labelled = not any(map(str.isdigit, left[0].text)) and (
            anchors.in_cell.get(left[0]) or left[0].text.rstrip().endswith(":")
        )
        header = None if labelled else anchors.header(cell, cell.box_of(*match.span()))
        return header.phrase if header is not None else left[0].text.strip(" :=-–(.")[-60:]
    over = next((other.text for other in anchors.sheet.above(cell.box, cell.row, 14)), "")
    sentence = over.rstrip().endswith((".", ",")) and not named_otherwise(over, len(over))
    head = len(over.split()) <= 2 and not sentence and not any(map(str.isdigit, over))
    return over.strip(" :=-–(") if head else ""


def _below_a_label(
    anchors: Anchors, cell: Cell, match: re.Match[str], digits: str
) -> SightingKind | None:
    """What a number is whose label BSN stands left of it or over it."""
    if dates_in(match[0]) or not passes_eleven_test(digits):
        return (
            SightingKind.BARE_NUMBER
            if len(digits) == 9 and not dates_in(match[0]) and cell.text.strip() == match[0]
            else None
        )
    governor = anchors.governor(cell, match.start(), cell.box_of(*match.span()))
    before = (
        cell.text[max(0, match.start() - 45) : match.start()]
        if governor is None or governor.cell is not cell
        else cell.text[governor.end : match.start()]
    )
    if governor is not None and governor.cell is not cell:
        before = governor.cell.text[governor.end :] + " " + before
    far = governor is None or (governor.cell.row != cell.row and cell.box[1] - governor.box[3] > 25)
    if governor is None or (far and cell.text.strip() != match[0]):
        return SightingKind.BARE_NUMBER
    sure = (
        governor.phrase not in _NO_BSN
        and not _REDIRECTED.search(before)
        and not OWN_PEOPLE.search(before)
    )
    return (
        SightingKind.BSN_LABELLED
        if sure and not named_otherwise(cell.text, match.start())
        else SightingKind.BARE_NUMBER
    )


def _label(anchors: Anchors, cell: Cell, start: int, end: int) -> Label | None:
    governor = anchors.governor(cell, start, cell.box_of(start, end))
    label = _near(governor, cell, start)
    if (
        label in (Label.OTHER_NUMBER, Label.NUMBER)
        and governor
        and governor.cell is cell
        and CLIENT_WORD.search(cell.text[governor.end : start])
    ):
        return Label.CLIENT
    if label in _OWNED or label is Label.BSN or governor is None or governor.cell is not cell:
        return label
    before = [
        a
        for a in anchors.in_cell.get(cell, ())
        if governor.end <= a.start and a.end <= start and a.label is Label.NUMBER
    ]
    return (
        Label.NUMBER
        if before and not CLIENT_WORD.search(cell.text[before[-1].end : start])
        else label
    )


def _near(governor: Anchor | None, cell: Cell, start: int) -> Label | None:
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
