"""The date of issue: not the due date, a period, a birth date or a date of care."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from intake.document.extract.announcements import announces_unread, of_lines
from intake.document.extract.candidates import Candidate, choose
from intake.document.extract.invoice_number import is_in_title
from intake.document.extract.weights import IssueDate
from intake.document.layout.cells import Cell
from intake.document.layout.label_index import Caption, LabelIndex, Slot
from intake.document.layout.label_matcher import has_digit, heads_table
from intake.document.layout.label_words import Label
from intake.document.layout.page_index import PageIndex
from intake.document.layout.scoring import Feature, score
from intake.model.invoice import Field
from intake.text.amounts import amounts_in
from intake.text.dates import announced_dates_in, dates_in, day_and_month, exists

_RANGE = re.compile(
    r"^\s{0,3}(?:t/m|tm|t\.e\.m\.?|tot en met|tot|until|to|through|bis|au|[-–—])\s{0,3}$",
    re.IGNORECASE,
)
_FROM_BEFORE = re.compile(
    r"\s{0,2}(?:t/m|tm|t\.e\.m\.?|tot en met|tot|until|to|bis|au|en|[-–—/])\s{0,2}$"
)
_UNTIL_BEHIND = re.compile(r"\s{0,2}(?:t/m|tot en met|t\.e\.m)")
_UNTIL_BEFORE = re.compile(r"(?:t/m|tot en met|t\.e\.m\.?)\s{0,2}$")
_PLACE_AND_COMMA = re.compile(
    r"^(?:(?:['’]s[- ]|['’]t\s)?[A-Z][A-Za-zÀ-ÿ'’\- ]{1,30}(?:\([A-Za-z.]{1,12}\))?,?\s{0,2}"
    r"(?:(?:d\.d\.|de|den|,)\s)?)$"
)
_WEEKDAY = re.compile(r"(?:maan|dins|woens|donder|vrij|zater|zon)dag,?\s*$", re.IGNORECASE)
_DEADLINE = re.compile(
    r"\b(?:uiterlijk|vóór|voor|binnen|t/m|tot|vanaf|per|before|by|until|till|bis|geldig|"
    r"betalen|due|zum)\s{1,2}(?:op\s|de\s|datum\s)?(?:\w+dag,?\s)?$",
    re.IGNORECASE,
)
_LOOSE = "datum zonder kopje"
_NEAR_LABEL = 60.0
"""Points between a label and the value beside it in a narrow column."""


def issue_date(pages: PageIndex) -> Field[str]:
    """The date of issue, ISO 8601; not the due date, a period, a birth date or a date of care.
    Unreadable when its label announces something else than a date, and no other label has one.
    """
    dates = issue_dates(pages)
    field = choose(dates, IssueDate)
    strongest = max((c.score.weight for c in dates), default=0.0)
    if strongest < IssueDate.LABELLED and announces_unread(
        pages, Label.INVOICE_DATE, Label.DATE, but_not=of_lines, read=_has_date
    ):
        return Field.unreadable()
    if field.found is None or field.others or strongest >= IssueDate.SURE:
        return field
    note = "geen kopje dat zegt dat dit de factuurdatum is"
    return Field(field.presence, field.found, (replace(field.found, note=note),))


def _has_date(slot: Slot) -> bool:
    return bool(announced_dates_in(slot.text))


def issue_dates(pages: PageIndex) -> list[Candidate[str]]:
    other = {value for _, value in _other_dates(pages)}
    dates = (*_labelled_dates(pages), *_dates_behind_numbers(pages), *_loose_dates(pages))
    return [c for c in dates if c.note != _LOOSE or c.value not in other]


def _other_dates(pages: PageIndex) -> Iterator[tuple[Caption, str]]:
    """Dates that a label of another kind announces: due dates, periods, birth dates."""
    for index, caption in (
        *pages.labelled(Label.OTHER_DATE, Label.BIRTH_DATE),
        *pages.flowing(Label.OTHER_DATE, Label.BIRTH_DATE),
    ):
        for slot in index.slots(caption):
            if slot.weight > 0.7 and (hit := next(iter(dates_in(slot.text)), None)):
                yield caption, hit[2]
                break


_DATE_WORDS = (
    (Label.INVOICE_DATE, IssueDate.LABEL),
    (Label.DATE, IssueDate.DATE),
    (Label.TITLE, IssueDate.TITLE),
)


def _labelled_dates(pages: PageIndex) -> Iterator[Candidate[str]]:
    for label, word in _DATE_WORDS:
        for index, caption in (*pages.labelled(label), *pages.flowing(label)):
            header = label is Label.DATE and heads_table(index.sheet.rows[caption.cell.row])
            for slot in index.slots(caption):
                if label is Label.TITLE and slot.weight < 0.9:
                    continue
                aside = label is not Label.INVOICE_DATE and _stands_aside(index, caption)
                why = score(
                    word,
                    slot.position,
                    IssueDate.HEAD_OF_LINES.when(header),
                    IssueDate.ASIDE.when(aside),
                )
                note = f"{slot.words} '{caption.words}'"
                found = list(_dates_at(index, slot, announced=label is not Label.TITLE))
                for start, end, value in found:
                    yield Candidate(value, why, index.sheet, slot.cell, start, end, note)
                if found:
                    break


def _stands_aside(index: LabelIndex, caption: Caption) -> bool:
    """True for a word on a later page, in the bottom margin, or for a title in the lower half: the
    date may be that of the print, or of another document.
    """
    lowest = 0.5 if caption.label is Label.TITLE else 0.92
    return index.sheet.number > 1 or caption.box[1] > lowest * index.sheet.height


def _dates_at(index: LabelIndex, slot: Slot, announced: bool) -> Iterator[tuple[int, int, str]]:
    """(start, end, date) in the cell of a place: the first date that is not one end of a period, each
    day that its digits can mean; a date may go on in the next cell or on the next line.
    """
    further, dates_of = (_longer(index, slot), announced_dates_in) if announced else ((), dates_in)
    for text in (slot.text, *further):
        dates = [date for date in dates_of(text) if date[0] < len(slot.text)]
        first = next((date for date in dates if not in_range(text, date[0], date[1])), None)
        if first is not None:
            for start, end, value in dates:
                if start == first[0]:
                    yield slot.start + start, min(slot.end, slot.start + end), value
            return


def _longer(index: LabelIndex, slot: Slot) -> Iterator[str]:
    """The place with the cells behind it, or with the line under it, where a date is begun."""
    if not day_and_month(slot.text) or slot.end < len(slot.cell.text):
        return
    right = [cell for cell in index.sheet.right_of(slot.cell)[:2] if not index.in_cell.get(cell)]
    for count in range(1, len(right) + 1):
        yield " ".join((slot.text, *(cell.text for cell in right[:count])))
    for under in index.sheet.below(slot.cell.box_of(slot.start, slot.end), slot.cell.row, 8):
        if not index.in_cell.get(under):
            yield f"{slot.text} {under.text}"


def _dates_behind_numbers(pages: PageIndex) -> Iterator[Candidate[str]]:
    """ "Factuurnummer: 80101911/13.11.2026", "Deelfactuur nr. 12 van 13-11-2026"."""
    for index, caption in pages.labelled(Label.INVOICE_NUMBER, Label.NUMBER):
        if caption.label is Label.NUMBER and not is_in_title(index, caption):
            continue
        for slot in index.slots(caption):
            if slot.weight > 0.8 and (found := _behind_number(slot.text)):
                start, end, value = slot.start + found[0], slot.start + found[1], found[2]
                why, note = (
                    score(IssueDate.BEHIND_NUMBER, slot.position),
                    "achter het factuurnummer",
                )
                yield Candidate(value, why, index.sheet, slot.cell, start, end, note)


def _behind_number(text: str) -> tuple[int, int, str] | None:
    for start, end, value in dates_in(text)[:1]:
        before = text[:start]
        if has_digit(before) and not _DEADLINE.search(before) and not in_range(text, start, end):
            return start, end, value
    return None


def _loose_dates(pages: PageIndex) -> Iterator[Candidate[str]]:
    """Dates without a label of their own."""
    for index, cell in pages.cells:
        for start, end, value in dates_in(cell.text):
            if in_range(cell.text, start, end):
                continue
            if reason := _loose(index, cell, start, end):
                why = score(
                    reason,
                    IssueDate.LATER_PAGE.when(index.sheet.number > 1),
                    IssueDate.NO_DAY.when(not exists(value)),
                )
                yield Candidate(value, why, index.sheet, cell, start, end, _LOOSE)


_OTHER_OWNERS = frozenset(
    {
        Label.OTHER_DATE,
        Label.BIRTH_DATE,
        Label.CLIENT,
        Label.CORRECTS,
        Label.PAID,
        Label.DISCOUNT,
        Label.BSN,
        Label.OTHER_NUMBER,
    }
)
"""Labels that own a date which is not the date of issue."""


def _loose(index: LabelIndex, cell: Cell, start: int, end: int) -> Feature | None:
    """Why a date without a label of its own may be the date of issue; None when another label owns
    it.
    """
    governor = index.governor(cell, start, cell.box_of(start, end))
    if governor is not None and governor.label in _OTHER_OWNERS:
        return IssueDate.OTHER_LABEL_FAR.when(not _owns(governor, cell, start))
    if _DEADLINE.search(cell.text[max(0, start - 30) : start]):
        return None
    lead = _WEEKDAY.sub("", cell.text[:start])
    if cell.text[end:].strip(" .,") or (lead.strip(" ,") and not _is_place(lead)):
        return IssueDate.IN_TEXT
    return _alone(index, cell, lead)


def _alone(index: LabelIndex, cell: Cell, lead: str) -> Feature:
    """Why a date may be the date of issue that has no other word before it in its cell but a place."""
    row = index.sheet.rows[cell.row]
    if any(c is not cell and amounts_in(c.text) for c in row):
        return IssueDate.IN_ITEM
    left = next(iter(index.sheet.left_of(cell)), None)
    if left is not None and _may_be_label(index, left, cell):
        return IssueDate.UNKNOWN_LABEL
    if _is_dated_from(lead):
        return IssueDate.PLACE_AND_DATE if "," in lead else IssueDate.PLACE
    upper = cell.box[1] < 0.5 * index.sheet.height
    return IssueDate.UPPER_HALF if upper else IssueDate.LOWER_HALF


def _may_be_label(index: LabelIndex, left: Cell, cell: Cell) -> bool:
    """Whether words of which we do not know what they announce stand close before a cell."""
    near = cell.box[0] - left.box[2] < _NEAR_LABEL or left.text.endswith(":")
    return near and not index.in_cell.get(left) and not has_digit(left.text) and len(left.text) < 40


def _owns(governor: Caption, cell: Cell, start: int) -> bool:
    """True when the date is that of the label: no other date stands between, and the label is
    near.
    """
    if governor.cell is cell:
        return not dates_in(cell.text[governor.end : start])
    return governor.cell.row == cell.row or cell.box[1] - governor.cell.box[3] < 30


def _is_place(lead: str) -> bool:
    """True for the name of a place before a date."""
    return _PLACE_AND_COMMA.match(lead.rstrip() + " ") is not None and len(lead.split()) <= 5


def _is_dated_from(lead: str) -> bool:
    """True for "Almere, 3 oktober" and "Almere de 3 oktober"."""
    capital = lead[:1].isupper() or lead[:2] in ("'s", "’s", "'t", "’t")
    return lead[-2:] in (", ", "e ", "n ") and capital


def in_range(text: str, start: int, end: int) -> bool:
    """True when the date at [start, end) is one end of a period ("01-09-2026 t/m 30-09-2026")."""
    spans = [(s, e) for s, e, _ in dates_in(text, compact=True)]
    for (s1, e1), (s2, e2) in pairwise(spans):
        if ((s1, e1) == (start, end) or (s2, e2) == (start, end)) and _RANGE.match(text[e1:s2]):
            return True
    from_day = _FROM_BEFORE.search(text[:start])
    if from_day and day_and_month(text[max(0, from_day.start() - 14) : from_day.start()]):
        return True
    tail = text[end : end + 14].lower()
    return bool(
        _UNTIL_BEHIND.match(tail) or _UNTIL_BEFORE.search(text[max(0, start - 14) : start].lower())
    )
